#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The real program killed, on a full disk, twice at once, with files that are missing, foreign or
# of the future, with a wrong clock and a file that is too large: one clear sentence, the right
# exit code, nothing lost.
. "$(dirname "$0")/tap.sh"
export COLUMNS=100
umask 077
echo 'pear anvil seven river moth lantern' >pass
export DEPONENT_ARCHIVE=$PWD/vault
v() { # VERB ARG…
    local verb=$1
    shift
    run "$verb" --passphrase-file pass "$@"
}
one_sentence() { check "$1: one sentence" test "$(wc -l <err)" = 1; }
sound() { # name: what was acknowledged is there, and the ledger is sound
    v verify
    expect "$1: verify" 0
    v list --format json
    expect "$1: list" 0
    check "$1: nothing is lost" python3 -c '
import json
here = {json.loads(line).get("account") or json.loads(line).get("id") for line in open("out")}
lost = [line for line in open("told").read().split() if line not in here]
print(lost)
exit(1 if lost else 0)'
}
told() { # the id that add printed
    python3 -c 'import json; print(json.loads(open("out").readline())["account"])' >>told
}

run init --passphrase-file pass --work-factor 10 vault
expect "init" 0
: >told
echo 'They held twelve of us at the depot.' >text
v add --format json text
expect "add" 0
told
sound "before"

# ---- killed, anywhere

cat >killer.py <<'END_PY'
import json, os, random, subprocess, sys, time
# killer.py ROUNDS: adds in a loop, each one killed after a time that is drawn; writes down the
# ids of those that were acknowledged, which ended by themselves with 0.
rng, killed, done = random.Random(7), 0, 0
begin = time.time()
add = [os.environ["DEPONENT"], "add", "--passphrase-file", "pass", "--format", "json",
       "--attach", "evidence", "text"]
subprocess.run(add, stdout=subprocess.PIPE, check=True)
usual = time.time() - begin
with open("told", "a") as told:
    for _ in range(int(sys.argv[1])):
        with open("piece", "wb") as out:
            p = subprocess.Popen(add, stdout=out, stderr=subprocess.DEVNULL)
            try:
                p.wait(rng.uniform(0, 1.3 * usual))
            except subprocess.TimeoutExpired:
                p.kill()
                p.wait()
        if p.returncode == 0:
            done += 1
            told.write(json.loads(open("piece").readline())["account"] + "\n")
        elif p.returncode == -9:
            killed += 1
            # On a machine that became slower meanwhile none would come to its end.
            usual *= 1.5 if killed > 10 * (done + 1) else 1
        else:
            sys.exit("an add failed with %d" % p.returncode)
print(killed, "were killed,", done, "came to their end")
sys.exit(killed == 0 or done == 0)
END_PY
head -c 300000 /dev/urandom >evidence
export DEPONENT
check "60 adds, killed at any time" python3 killer.py 60
echo "# $(cat check.out)"
sound "after the kills"
# What a killed one left goes with the next that writes.
run add --passphrase-file pass text
expect "one more, to its end" 0
check "no pieces of files stay" test -z "$(find vault -name '*.??????' ! -name '*.db-???')"

# ---- two at once

for i in 1 2 3 4 5 6; do
    "$DEPONENT" add --passphrase-file pass --format json text >out.$i 2>err.$i &
    eval "pid$i=$!"
    "$DEPONENT" list --passphrase-file pass >seen.$i 2>errs.$i || echo "list: $?" >>failed &
    eval "reader$i=$!"
done
for i in 1 2 3 4 5 6; do
    eval "wait \$pid$i" || echo "add: $?" >>failed
    eval "wait \$reader$i"
    cp "out.$i" out
    told
done
check "six writers and six readers at once" test ! -e failed
[ ! -e failed ] || cat failed err.? errs.?
sound "after six at once"
python3 -c '
import fcntl, os, time
fd = os.open("vault", os.O_RDONLY)
fcntl.flock(fd, fcntl.LOCK_EX)
open("held", "w").close()
time.sleep(60)' &
holder=$!
while [ ! -e held ]; do sleep 0.05; done
v add text
expect "while another holds it for long" 3
one_sentence "while another holds it for long"
match_err "it is said" 'another deponent program'
v list
expect "reading goes on" 0
kill $holder
wait $holder 2>/dev/null
v add --format json text
expect "afterwards it can be written" 0
told

# ---- full

size=$(stat -c %s vault/ledger.db)
for kb in 1 $((size / 1024)) $((size / 1024 + 8)) $((size / 1024 + 64)) 280; do
    head -c $((1000 * 1000)) /dev/zero | tr '\0' 'x' >long
    code=0
    (trap '' XFSZ; ulimit -f "$kb"; exec "$DEPONENT" add --passphrase-file pass \
        --attach evidence long) >out 2>err || code=$?
    expect "files of at most $kb KB" 4
    one_sentence "files of at most $kb KB"
    sound "files of at most $kb KB"
done
if mkdir small && mount -t tmpfs -o size=1m none small 2>/dev/null; then
    run init --passphrase-file pass --work-factor 10 small/vault
    expect "init on a small disk" 0
    for i in $(seq 40); do
        run add --archive small/vault --passphrase-file pass --attach evidence text
        [ "$code" = 0 ] || break
    done
    expect "until it is full" 4
    one_sentence "until it is full"
    run verify --archive small/vault --passphrase-file pass
    expect "what is on it is sound" 0
    run list --archive small/vault --passphrase-file pass
    expect "and can be read" 0
    umount small
else
    skip "a disk that is full" "nothing can be mounted here"
fi

# ---- missing, foreign, of the future

mv vault/ring-0 ring
v list
expect "the ring is missing" 3
one_sentence "the ring is missing"
match_err "it is named" 'ring-0'
v add text
expect "nothing is written without it" 3
run init --passphrase-file pass --work-factor 10 other
cp other/ring-0 vault/ring-0
v list
expect "a foreign ring" 3
one_sentence "a foreign ring"
match_err "it is said whose" 'another archive'
cp ring vault/ring-0
mv vault/ledger.db ledger
cp other/ledger.db vault/ledger.db
v list
expect "a foreign ledger" 3
one_sentence "a foreign ledger"
cp ledger vault/ledger.db
cp vault/keys.age keys
cp other/keys.age vault/keys.age
v list
expect "foreign keys" 3
one_sentence "foreign keys"
cp keys vault/keys.age
sound "when they are back"
cp -r vault future
python3 -c '
import sqlite3
db = sqlite3.connect("future/ledger.db")
db.execute("PRAGMA user_version = 99")
db.close()'
run list --archive future --passphrase-file pass
expect "a ledger of a later version" 3
one_sentence "a ledger of a later version"
match_err "what to do" 'newer program'
cp vault/ledger.db future/ledger.db
"$DEPONENT" open -p --passphrase-file pass vault/keys.age | sed '1s/v1/v2/' |
    "$DEPONENT" seal -p --passphrase-file pass -o future/keys.age 2>err
run list --archive future --passphrase-file pass
expect "keys of a later version" 3
one_sentence "keys of a later version"
match_err "what to do" 'newer program|later version'
cp vault/keys.age future/keys.age
printf 'DPR1\011' | dd of=future/ring-0 conv=notrunc status=none
run list --archive future --passphrase-file pass
expect "a ring of a later version" 3
one_sentence "a ring of a later version"
head -c 100 vault/keys.age >future/keys.age
run list --archive future --passphrase-file pass
expect "keys.age is cut" 3
one_sentence "keys.age is cut"

# ---- restoring, killed

run keygen -o backup.key
to=$(sed -n 's/^# public key: //p' backup.key)
v backup -r "$to" --expires 2099-01-01 -o b.age
expect "backup" 0
cat >restore.py <<'END_PY'
import os, random, shutil, subprocess, sys, time
# Whatever a killed restore leaves is no archive, or says that it was interrupted: never a second
# copy of the device that the backup is of.
rng, begin, killed, marked = random.Random(11), time.time(), 0, 0
restore = [os.environ["DEPONENT"], "restore", "--archive", "again", "--passphrase-file", "pass",
           "-i", "backup.key", "b.age"]
listing = [os.environ["DEPONENT"], "list", "--archive", "again", "--passphrase-file", "pass"]
subprocess.run(restore, check=True, stdout=subprocess.DEVNULL)
usual = time.time() - begin
for i in range(40):
    shutil.rmtree("again", ignore_errors=True)
    p = subprocess.Popen(restore, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        p.wait(usual * (i + rng.random()) / 40)
    except subprocess.TimeoutExpired:
        p.kill()
        p.wait()
        killed += 1
    r = subprocess.run(listing, capture_output=True, text=True)
    marked += "interrupted" in r.stderr
    whole = os.path.exists("again/keys.age") and not os.path.exists("again/restoring")
    if (r.returncode == 0) != whole or (p.returncode == 0 and not whole):
        sys.exit("after %d: list %d %s" % (p.returncode, r.returncode, r.stderr))
print(killed, "were killed,", marked, "left a folder that says so")
sys.exit(killed == 0)
END_PY
check "restore, killed at any time" python3 restore.py
echo "# $(cat check.out)"

# ---- the clock

v add --format json --day 2099-01-01 text
expect "a day far ahead, given by hand" 0
told
v list
expect "then the clock is far behind" 3
one_sentence "then the clock is far behind"
match_err "what to do" 'set the clock, or give --day'
v add text
expect "nothing is written by it" 3
v add --format json --day "$(date +%F)" text
expect "who gives the day may go on" 0
told
v list
expect "and then all is well" 0
v add --format json --day 2020-01-01 text
told
v list
expect "a clock that is far ahead is none of ours to know" 0
v add --format json --day "$(date +%F)" text
told
sound "after the clocks"

# ---- too large

truncate -s 10G giant
v add --attach giant text
expect "an attachment of 10 GB" 3
one_sentence "an attachment of 10 GB"
match_err "what to do" 'split it'
v add giant
expect "a text of 10 GB" 3
one_sentence "a text of 10 GB"
sound "at the end"
tap_end
