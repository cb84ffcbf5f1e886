#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Canaries: a passphrase, a name, a description and words of an account, put into an archive and
# read again; looked for in its folder, in every other place where a file could come to be, among
# the arguments and in the environment of verbs at work, and in a core image. Each search is shown
# to find what it looks for first.
. "$(dirname "$0")/tap.sh"
umask 077
phrase='canary of a passphrase 6f1d'
name='Canary Namesdotter'
words='canarywords of an account'
position='canarydesk at the depot'
memory=$tests_dir/flow/memory.py
hex() { printf '%s' "$1" | od -An -tx1 | tr -d ' \n'; }

mkdir in given home tmp run core
touch in/begin
export HOME=$PWD/home TMPDIR=$PWD/tmp TMP=$PWD/tmp TEMP=$PWD/tmp XDG_RUNTIME_DIR=$PWD/run
export XDG_CACHE_HOME=$PWD/home/.cache XDG_DATA_HOME=$PWD/home/.local
export DEPONENT_ARCHIVE=$PWD/vault
echo "$phrase" >in/pass
printf '%s' "$name" >in/name
printf 'somebody with a %s' "$position" >in/description
# More than a pipe holds, so that who prints it waits for the reader.
{ echo "Her brother said that 41 people were held. $words."; yes 'They were held there.'; } |
    head -c 200000 >in/text
printf '%%PDF %s' "$words" >in/evidence
v() {
    local verb=$1
    shift
    run "$verb" --passphrase-file in/pass "$@"
}
# found WHERE…: files, or files of processes, that hold a canary, or are called by one
found() {
    grep -rlaF -e "$phrase" -e "$name" -e "$words" -e "$position" "$@" 2>/dev/null
    find "$@" 2>/dev/null | grep -iE 'canary(words|desk)|namesdotter'
}
check "the search finds words in a file" test -n "$(found in/text)"
check "and a name" test "$(found in/name)" = in/name
"$BASH" -c 'sleep 5; :' "$words" &
pid=$!
sleep 0.2
check "and an argument" test -n "$(found "/proc/$pid/cmdline")"
kill "$pid" 2>/dev/null
CANARY=$words "$BASH" -c 'sleep 5; :' &
pid=$!
sleep 0.2
check "and what stands in an environment" test -n "$(found "/proc/$pid/environ")"
kill "$pid" 2>/dev/null

# ---- what stays on the disk ----

v init --work-factor 10 vault
expect "init" 0
v add --format json --terms on_record --purpose help --purpose court --purpose statistics \
    --source-name @in/name --description @in/description --attach in/evidence in/text
expect "add" 0
id=$(python3 -c 'import json; print(json.loads(open("out").readline())["account"])')
v propose "$id"
expect "propose" 0
v accept "$id" 1
expect "accept" 0
printf '%s' "$words" >in/note
v case open --need missing --note @in/note "$id"
expect "case" 0
v show "$id"
expect "show" 0
match_out "it has the words" "$words"
match_out "and the name" "$name"
v list
v search - <in/note
expect "search" 0
match_out "what was searched is found" 'canarywords'
v figure --act held
v passwd --new-passphrase-file in/pass
v rebuild
v recovery
run keygen -o in/key
to=$(sed -n 's/^# public key: //p' in/key)
v backup -r "$to" --expires 2099-01-01 -o given/backup.age
expect "backup" 0
v export -r "$to" --purpose court -o given/sealed
expect "export, sealed" 0
v disclose -r "$to" -o given/entry.age "$id"
expect "disclose, sealed" 0
run verify --sealed
expect "verify" 0
check "no canary in the archive" test -z "$(found vault)"
check "none in what leaves it sealed" test -z "$(found given)"
v export --plain --purpose court -o plain
check "the search finds them in a plain export" test -n "$(found plain)"
rm -r plain
places() {
    find home tmp run core -mindepth 1
    find /dev/shm /var/tmp /tmp -maxdepth 1 -newer in/begin -type f -readable \
        -exec grep -laF -e "$phrase" -e "$name" -e "$words" -e "$position" {} + 2>/dev/null
}
touch tmp/x
check "a file would be seen in the folders for temporary ones" test "$(places)" = tmp/x
rm tmp/x
check "there is none, nor one in the home" test -z "$(places)"
check "files of the archive are called by nothing" test -z \
    "$(find vault -type f | grep -vE '^vault/(ledger\.db(-wal|-shm)?|ring-[0-9]+|(keys|recovery|view|find)\.age|heads|lock|attachments/[0-9a-f]{32}\.age)$')"
check "and nobody else may look into it" test -z "$(find vault -perm /077)"

# ---- a verb at work ----

# watch NAME PID: what other programs of this computer can see of it
watch() {
    check "$1: no canary among its arguments" test -z "$(found "/proc/$2/cmdline")"
    check "$1: nor in its environment" test -z "$(found "/proc/$2/environ")"
    check "$1: no core image is allowed" \
        grep -qE '^Max core file size +0 +0 ' "/proc/$2/limits"
    check "$1: no file beside the archive" test -z "$(places)"
    check "$1: no canary in the archive" test -z "$(found vault)"
    if [ "$(id -u)" != 0 ]; then
        check "$1: its memory is closed to other programs" test ! -r "/proc/$2/mem"
    fi
    python3 "$memory" "$2" "phrase=$(hex "$phrase")" "words=$(hex "$words")" >memory
    local seen=$?
    if [ $seen = 77 ]; then
        skip "$1: the passphrase in memory" "the memory of this program cannot be searched here"
        return
    fi
    read -r _ _ other < <(grep '^phrase ' memory)
    check "$1: the passphrase is in no memory that is not locked ($other)" test "$other" = 0
    read -r _ locked other < <(grep '^words ' memory)
    check "$1: the search finds the words in memory ($locked, $other)" test $((locked + other)) -gt 0
}
mkfifo to from
"$DEPONENT" show --passphrase-file in/pass "$id" >from 2>err &
pid=$!
exec 8<from
head -c 1000 <&8 >part
check "show is at work" kill -0 "$pid"
watch show "$pid"
kill -9 "$pid"
exec 8<&-
wait "$pid" 2>/dev/null
check "show, killed: no file is left beside the archive" test -z "$(places)"

"$DEPONENT" add --passphrase-file in/pass --terms anonymity --purpose help - <to >/dev/null 2>err &
pid=$!
exec 9>to
cat in/text >&9
sleep 1
check "add is at work" kill -0 "$pid"
watch add "$pid"
kill -9 "$pid"
exec 9>&-
wait "$pid" 2>/dev/null
check "add, killed: no file is left beside the archive" test -z "$(places)"
check "and no canary in it" test -z "$(found vault)"
v verify
expect "it is sound" 0

cp in/evidence in/big
head -c 3000000 /dev/zero >>in/big
(cat in/big; sleep 3) >to &
writer=$!
"$DEPONENT" add --passphrase-file in/pass --to "$id" --attach to >/dev/null 2>err &
pid=$!
sleep 1
kill -9 "$pid" "$writer" 2>/dev/null
wait "$pid" "$writer" 2>/dev/null
check "an attachment that stops in the middle: no canary" test -z "$(found vault)$(places)"
v list
expect "the archive opens" 0

# ---- a core image ----

dumped() { python3 "$tests_dir/flow/dumped.py" "$@"; }
cd core || exit 1
if dumped cat >/dev/null 2>&1; then
    rm -f ./*
    check "no core image of show" eval \
        '! dumped "$DEPONENT" show --passphrase-file ../in/pass "$id"'
    check "no file of it" test "$(ls -A .)" = check.out
else
    skip "no core image of show" "this system makes no core images"
fi
cd ..

tap_end
