#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Canaries: a passphrase, a key and a text that seal and open work with, looked for in process
# arguments and environment, in every file but the right one, in a core image and in memory that
# is not locked. Each search is shown to find what it looks for first.
. "$(dirname "$0")/tap.sh"
phrase=canary-of-a-passphrase-6f1d
text=canary-of-a-text-93ab
memory=$tests_dir/flow/memory.py
hex() { printf '%s' "$1" | od -An -tx1 | tr -d ' \n'; }

mkdir in to tmp
export TMPDIR=$PWD/tmp
echo "$phrase" >in/passphrase
chmod 600 in/passphrase
run keygen -o in/key
public=$(sed -n 's/^# public key: //p' in/key)
key=$(tail -n 1 in/key)
# The 32 bytes behind the letters.
scalar=$(python3 -c '
import sys
letters = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
n = 0
for c in sys.argv[1].lower()[16:68]:
    n = n << 5 | letters.index(c)
print((n >> 4).to_bytes(32, "big").hex())' "$key")
# Long enough for some rounds of chunks, so that the work is going on while somebody looks.
yes "$text" | head -c 6000000 >in/plain

# found WHERE: files below WHERE, or of a process, that hold a canary
found() { grep -rlaF -e "$phrase" -e "$text" -e "$key" "$@" 2>/dev/null; }
check "the search finds a text in a file" test -n "$(found in/plain)"
"$BASH" -c 'sleep 5; :' "$phrase" &
pid=$!
sleep 0.2
check "the search finds an argument" test -n "$(found "/proc/$pid/cmdline")"
kill "$pid" 2>/dev/null

is_going() { find to -name 'result.*' -size +64k | grep -q .; }
# watch NAME ARGUMENTS...: starts the program with its input half given, and looks.
watch() {
    local name=$1 input=$2 tries=0
    shift 2
    rm -f input to/*
    mkfifo input
    "$DEPONENT" "$@" -o to/result input 2>err &
    pid=$!
    exec 9>input
    head -c 5000000 "$input" >&9
    while ! is_going && [ $((tries += 1)) -lt 200 ]; do
        sleep 0.05
    done
    check "$name: it is at work" is_going
    check "$name: no canary among its arguments" test -z "$(found "/proc/$pid/cmdline")"
    check "$name: nor in its environment" test -z "$(found "/proc/$pid/environ")"
    check "$name: nothing in the folder for temporary files" test -z "$(ls -A tmp)"
    check "$name: no core image is allowed" \
        grep -qE '^Max core file size +0 +0 ' "/proc/$pid/limits"
    python3 "$memory" "$pid" "phrase=$(hex "$phrase")" "text=$(hex "$text")" \
        "line=$(hex "$key")" "scalar=$scalar" >"$name.memory"
    [ $? != 77 ] || rm "$name.memory"
}
finish() { # name input
    tail -c +5000001 "$2" >&9
    exec 9>&-
    wait "$pid"
    code=$?
    expect "$1" 0
    check "$1: nothing is left beside the result" test "$(ls -A to)" = result
}
# in_memory NAME WHAT ARITHMETIC: about $locked and $other
in_memory() {
    local locked other
    if [ ! -e "$1.memory" ]; then
        skip "$1: $2 in memory" "the memory of this program cannot be searched here"
        return
    fi
    read -r _ locked other < <(grep "^$2 [0-9]* [0-9]*$" "$1.memory" || echo "- -1 -1")
    check "$1: $2 in memory, locked $locked, elsewhere $other" test $((${3})) = 1
}

watch seal in/plain seal --passphrase-file in/passphrase
check "seal: no canary in the file that is being written" test -z "$(found to)"
in_memory seal text 'locked + other > 0'
in_memory seal phrase 'locked > 0'
in_memory seal phrase 'other == 0'
finish seal in/plain

run seal -r "$public" -o in/sealed in/plain
run seal --passphrase-file in/passphrase -o in/locked in/key
watch open in/sealed open -i in/locked --passphrase-file in/passphrase
check "open: the text is in the file that is being written" grep -qaF "$text" to/result.*
in_memory open text 'locked + other > 0'
in_memory open scalar 'locked > 0'
in_memory open scalar 'other == 0'
in_memory open line 'other == 0'
in_memory open phrase 'other == 0'
finish open in/sealed
check "open: the text is whole" cmp to/result in/plain

# A core image that the system would make of any other process.
dumped() { python3 "$tests_dir/flow/dumped.py" "$@"; }
mkdir core
cd core || exit 1
if dumped cat >/dev/null 2>&1; then
    rm -f ./*
    check "no core image of seal" eval \
        '! dumped "$DEPONENT" seal --passphrase-file ../in/passphrase -o ../to/gone'
    check "no file of it" test "$(ls -A .)" = check.out
else
    skip "no core image of seal" "this system makes no core images"
fi
cd ..

tap_end
