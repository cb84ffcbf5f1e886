#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The agent holds the keys: verbs need no passphrase, no key leaves it, and it forgets them.
. "$(dirname "$0")/tap.sh"
export COLUMNS=100
umask 077
words='They were held in the hall at Kolvar until the third night.'
phrase='pear anvil seven river moth lantern'
echo "$phrase" >pass
mkdir run tmp
export XDG_RUNTIME_DIR=$PWD/run DEPONENT_ARCHIVE=$PWD/vault
trap '"$DEPONENT" agent --stop >/dev/null 2>&1; cd /; rm -rf "$tap_home"' EXIT
agent() { run agent --passphrase-file pass "$@"; }
socket() { find run/deponent -type s; }

run init --passphrase-file pass --work-factor 10 vault
expect "init" 0
agent --status
expect "no agent" 1
match_out "it is said" '^No agent runs for this archive\.$'
agent --stop
expect "nothing to stop" 0
run list </dev/null
expect "without agent and terminal" 2
echo wrong >wrong
run agent --passphrase-file wrong
expect "a wrong passphrase" 3
match_err "it is said" 'passphrase is wrong'
agent --status
expect "then none runs" 1
for idle in 0 x 1441 90000s ''; do
    agent --idle "$idle"
    expect "--idle '$idle'" 2
done
run agent --archive nowhere --passphrase-file pass
expect "no archive" 3
run agent --stop --status
expect "two things at once" 2

# ---- verbs ----

agent --idle 30
expect "the agent" 0
expect_silent "the agent"
match_out "until when" '^The agent holds the keys until .*[0-9]{2}:[0-9]{2}; '
check "the folder of the socket is closed" test "$(stat -c %a run/deponent)" = 700
agent
expect "another agent" 3
match_err "says that one runs" 'runs already'
agent --status
expect "status" 0
printf '%s\n' "$words" >text
head -c 700000 /dev/urandom >scan.bin
run add --terms anonymity --purpose help --purpose publication --format json --attach scan.bin text
expect "add, no passphrase given" 0
id=$(python3 -c 'import json; print(json.loads(open("out").readline())["account"])')
run show "$id"
expect "show" 0
match_out "its words" 'held in the hall'
run show --attachment 1 -o scan2.bin "$id"
expect "an attachment" 0
check "is what it was" cmp scan.bin scan2.bin
run list
expect "list" 0
cp out listed
run search hall
expect "search" 0
match_out "finds it" 'hall'
run consent --terms background "$id"
expect "consent" 0
run log
expect "log" 0
match_out "custody is kept" 'read'
run verify
expect "verify" 0
match_out "opens every entry" 'Every entry was opened'
run rebuild --check
expect "rebuild" 0
run export --plain -o exported
expect "export" 0
run list --passphrase-file pass
expect "with the passphrase" 0
check "the same list" cmp <(cut -c 1-26 out) <(cut -c 1-26 listed)
(cd vault && DEPONENT_ARCHIVE=. "$DEPONENT" list >../out 2>../err)
check "the folder by another name" test $? = 0
cp -r vault copy
run list --archive copy </dev/null
expect "a copy is another archive's folder" 2
for verb in "disclose $id" "shred --yes $id" "recovery" "export --keys -o e2"; do
    # shellcheck disable=SC2086
    run $verb </dev/null
    check "$verb: needs the passphrase" test "$code" = 2
done

# ---- what crosses the socket ----

# between [CUT]: starts the relay; ended by closing descriptor 8
between() {
    rm -f to_relay
    mkfifo to_relay
    python3 "$tests_dir/flow/agent_between.py" "$(socket)" record "$@" >relay.out 2>relay.err <to_relay &
    relay=$!
    exec 8>to_relay
    for _ in $(seq 100); do grep -q ready relay.out && break; sleep 0.05; done
}
end_between() { exec 8>&-; wait "$relay"; }

between
run show "$id"
expect "show, with somebody between" 0
run show --attachment 1 -o scan3.bin "$id"
run add --terms anonymity --purpose help text
expect "add" 0
run verify --save-checkpoint check.txt
expect "verify and sign" 0
run rebuild
expect "rebuild" 0
end_between
"$DEPONENT" open --passphrase-file pass -o keys.txt vault/keys.age 2>/dev/null ||
    "$DEPONENT" open -p --passphrase-file pass -o keys.txt vault/keys.age
cat >secrets.py <<'END_PY'
import sys
# secrets.py RECORD: prints the secrets of keys.txt that RECORD holds, as text or as bytes.
record, letters = open(sys.argv[1], "rb").read(), "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
count = 0
for line in open("keys.txt"):
    name, *words = line.split()
    if name not in ("device", "identity", "archive-key", "ring"):
        continue
    word = words[-1]
    if name == "identity":
        n = 0
        for c in word.lower()[16:68]:
            n = n << 5 | letters.index(c)
        raw = (n >> 4).to_bytes(32, "big")
    else:
        raw = bytes.fromhex(word)
    count += 1
    if raw in record or word.encode() in record or raw.hex().encode() in record:
        print(name)
if open("pass").read().strip().encode() in record:
    print("passphrase")
if len(sys.argv) > 2:
    print(count)
END_PY
check "the record holds what was said" grep -qaF 'held in the hall' record
check "all kinds of secrets are looked for" test "$(python3 secrets.py record count | tail -1)" = 4
check "no secret crossed the socket" test -z "$(python3 secrets.py record)"
check "the search finds them where they are" test "$(python3 secrets.py keys.txt | wc -l)" = 4
if command -v python3 >/dev/null && [ -r /proc/self/smaps ]; then
    pid=$(python3 - "$(socket)" <<'END_PY'
import socket, struct, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
print(struct.unpack("3i", s.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0])
END_PY
)
    key=$(sed -n 's/^archive-key //p' keys.txt)
    check "no core image is allowed" grep -qE '^Max core file size +0 +0 ' "/proc/$pid/limits"
    if python3 "$tests_dir/flow/memory.py" "$pid" "key=$key" \
        "phrase=$(printf '%s' "$phrase" | od -An -tx1 | tr -d ' \n')" >memory; then
        read -r _ locked other < <(grep '^key ' memory)
        check "the archive's key in its memory: locked $locked, elsewhere $other" \
            test "$locked" -gt 0 -a "$other" = 0
        check "the passphrase is not" grep -qx 'phrase 0 0' memory
    else
        skip "its memory" "the memory of this program cannot be searched here"
    fi
    check "it is confined" grep -qE '^Seccomp:[[:space:]]+2$' "/proc/$pid/status"
    check "it keeps no terminal" test "$(readlink "/proc/$pid/fd/0")" = /dev/null
fi

# ---- it goes away in the middle ----

run list
count=$(wc -l <out)
for cut in 204 220 300 500 800 2000 6000; do
    between $cut
    run add --terms anonymity --purpose help text
    end_between
    if [ "$code" = 0 ]; then
        count=$((count + 1))
        continue
    fi
    expect "gone after $cut bytes" 4
    check "one sentence" test "$(wc -l <err)" = 1
    match_err "says so" 'the agent does not answer any more'
done
run list
expect "list afterwards" 0
check "nothing is lost, nothing is half there" test "$(wc -l <out)" = "$count"
run verify
expect "and all is sound" 0

# ---- who may not ----

if [ "$(id -u)" = 0 ]; then
    cat >ask.py <<'END_PY'
import os, socket, sys
# ask.py SOCKET [UID]: how many bytes of an answer there are, or what went wrong.
s = socket.socket(socket.AF_UNIX)
s.settimeout(5)
if len(sys.argv) > 2:
    os.setgroups([])
    os.setgid(int(sys.argv[2]))
    os.setuid(int(sys.argv[2]))
try:
    s.connect(sys.argv[1])
    s.sendall(bytes([4, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]))
    print(len(s.recv(4096)))
except OSError as e:
    print(type(e).__name__)
END_PY
    where=$PWD/$(socket)
    check "this user is answered" test "$(python3 ask.py "$where")" = 204
    chmod 711 . run
    check "another one does not reach it" test "$(python3 ask.py "$where" 65534)" = PermissionError
    chmod 711 run/deponent
    chmod 777 "$where"
    refused=$(python3 ask.py "$where" 65534)
    check "nor is answered when the folder is open: $refused" \
        test "$refused" = 0 -o "$refused" = ConnectionResetError -o "$refused" = BrokenPipeError
    chmod 700 . run run/deponent "$where"
else
    skip "another user" "only root can try"
fi

# ---- its end ----

run agent --stop
expect "stop" 0
match_out "it is said" 'has forgotten the keys'
check "no socket is left" test -z "$(socket)"
sleep 0.2
check "the process is gone" test -z "$(grep '^State:' "/proc/$pid/status" 2>/dev/null | grep -v zombie)"
run list </dev/null
expect "then the passphrase is needed" 2
agent --idle 1s
expect "one for a second" 0
sleep 3
agent --status
expect "it is over" 1
check "no socket is left" test -z "$(socket)"
agent
expect "again" 0
run shred --passphrase-file pass --yes "$id"
expect "shred" 0
for _ in 1 2 3 4 5 6; do [ -n "$(socket)" ] && sleep 0.5; done
agent --status
expect "the agent does not keep what was shredded" 1
"$DEPONENT" agent --foreground --passphrase-file pass >out 2>err &
foreground=$!
for _ in $(seq 100); do grep -q until out && break; sleep 0.05; done
run list
expect "an agent in the foreground" 0
kill -TERM $foreground
wait $foreground
check "SIGTERM ends it cleanly" test $? = 0
check "no socket is left" test -z "$(socket)"
# Asked on a terminal, which is let go of: the command ends, and with it the terminal.
code=0
begin=$SECONDS
python3 "$tests_dir/flow/typed.py" 'Passphrase of the archive: ' "$phrase" -- \
    "$DEPONENT" agent --idle 60s >out 2>err || code=$?
expect "the passphrase typed" 0
check "it goes into the background" test $((SECONDS - begin)) -lt 20
run list
expect "and answers after the terminal is gone" 0
run agent --stop
expect "stop" 0
agent
kill -KILL "$(python3 - "$(socket)" <<'END_PY'
import socket, struct, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
print(struct.unpack("3i", s.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0])
END_PY
)"
sleep 0.2
check "killed, its socket is left" test -n "$(socket)"
run list </dev/null
expect "and is no agent" 2
agent
expect "another takes its place" 0
run list
expect "list" 0
# A folder of the socket that somebody else could have prepared.
run agent --stop
mv run/deponent elsewhere
ln -s "$PWD/elsewhere" run/deponent
agent
expect "a symbolic link in the place of the folder" 3
rm run/deponent
mkdir -m 777 run/deponent
chmod 777 run/deponent
agent
expect "a folder that is open to others" 3
match_err "it is said" 'open to other users'
tap_end
