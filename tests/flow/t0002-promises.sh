#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Promises of SECURITY.md that can be seen from outside. LIBRARIES are the static libraries with
# all of our code, joined by ":".
. "$(dirname "$0")/tap.sh"
# What our own objects ask of others, as "object symbol".
IFS=: read -ra libraries <<<"$LIBRARIES"
nm -A --undefined-only "${libraries[@]}" | sed -E 's|^.*/([^/]+/[^/:]+\.o): +U |\1 |' >wanted
asks() { # objects symbols: fails if an object that matches asks for a symbol that matches
    ! awk -v objects="$1" '$1 ~ objects {print $2, $1}' wanted |
        grep -E "^(__)?($2)(64)?(_chk)?(@.*)? "
}
check "the list of symbols is there" grep -q 'utf8proc_iterate' wanted
asks_beside() { # objects symbols: fails if any other object asks for a symbol that matches
    ! awk -v objects="$1" '$1 !~ objects {print $2, $1}' wanted |
        grep -E "^(__)?($2)(64)?(_chk)?(@.*)? "
}
check "no code of ours asks for a name or an address of the network" asks . \
    'getaddrinfo|gethostbyname.*|getnameinfo|inet_.*|htons|socketpair'
check "sockets are made in one place" asks_beside 'src_sys_ipc' \
    'socket|connect|bind|listen|accept4?|sendto|recvfrom|sendmsg|recvmsg'
check "and they are of this machine only" sh -c \
    'grep -q AF_UNIX "$1"/src/sys/ipc.c && ! grep -rnE "AF_INET|PF_INET|AF_VSOCK|AF_PACKET" "$1"/src' - "$tree"
check "no code of ours starts a program" asks . \
    'system|popen|vfork|execl?[vpe]*|posix_spawnp?|dlopen'
check "a process divides in one place" asks_beside 'src_sys_process' 'fork'
check "only sys/ opens, changes or removes files" asks 'src_(base|model|engine|work)_|libcli' \
    'open|openat|creat|fopen|unlink(at)?|rename(at)?|mkdir(at)?|chmod|fchmod|mk[od]?stemp|opendir'
check "engines neither print nor ask the clock, the environment or chance" asks 'engine_' \
    'v?f?printf|puts|fputs|putchar|write|fwrite|read|fread|std(in|out|err)|getenv|time|clock.*|gettimeofday|s?rand(om)?(_r)?|exit|_exit'

mkdir reports
cat >reports/one.txt <<'END'
date 2024-03-04

At least 120 soldiers are being held in Kolvar, the Way Back Line said on Monday. The ministry
denied the report. “They sleep on sacks,” said a relative, who asked not to be named.
END
chmod 0444 reports/one.txt
chmod 0555 reports
before=$(stat -c '%a %Y %s' reports reports/one.txt && cat reports/one.txt)
run read --format json reports/one.txt
expect "reading" 0
cp out first
[ "$before" = "$(stat -c '%a %Y %s' reports reports/one.txt && cat reports/one.txt)" ]
tap_result $? "a report that is read is not changed"
check "nothing is written beside it" test "$(ls -A reports)" = one.txt
run read --format json reports/one.txt
check "the same text gives the same bytes" cmp out first
HOME=/nonexistent TZ=Asia/Tokyo LC_ALL=C run read --format json reports/one.txt
check "whatever the home, time zone and language" cmp out first
chmod 0755 reports

# A verb has given up connections, programs and writing before it reads its first byte: it is
# looked at while it waits for standard input.
mkfifo input
confined() { # verb arguments
    "$DEPONENT" "$@" <input >out 2>err &
    local pid=$! tries=0
    exec 9>input
    while ! grep -q '^Seccomp:.2' "/proc/$pid/status" && [ $((tries += 1)) -lt 100 ]; do
        sleep 0.05
    done
    check "$1: no new connections or programs" grep '^Seccomp:.2' "/proc/$pid/status"
    check "$1: no new privileges" grep '^NoNewPrivs:.1' "/proc/$pid/status"
    exec 9>&-
    wait "$pid"
}
if grep -q '^Seccomp:' /proc/self/status; then
    confined read --format json -
    confined weigh -
    confined family -
    confined sheet --html page.html -
    "$DEPONENT" keygen -o key 2>/dev/null
    confined seal -R <(sed -n 's/^# public key: //p' key) -o sealed -
    confined open -i key -o opened -
else
    skip "confined" "this kernel has no seccomp"
fi

tap_end
