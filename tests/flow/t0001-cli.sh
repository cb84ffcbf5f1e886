#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The command line: help, wrong usage, exit codes, and what happens when output cannot go out.
. "$(dirname "$0")/tap.sh"

report='Officials in Marnoth said on Monday that at least 40 families had left the valley.'
echo "$report" >good.txt

run --help
expect "help" 0
expect_silent "help"
match_out "help lists the verb read" '^  read '
run --version
expect "version" 0
match_out "version is one line" '^deponent [0-9]+\.[0-9]+\.[0-9]+$'

run
expect "without a verb" 2
match_err "without a verb, the verbs are shown" '^usage: deponent VERB'
run raed
expect "an unknown verb" 2
expect_err "an unknown verb is named" "deponent: there is no verb raed; see deponent --help"

for verb in $("$DEPONENT" --help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
    run "$verb" --help
    expect "$verb --help" 0
    match_out "$verb --help shows its usage" "^usage: deponent $verb "
    run "$verb" --nonsense good.txt
    expect "$verb: an unknown option" 2
    expect_err "$verb: an unknown option is named" \
        "deponent $verb: there is no option --nonsense; see deponent $verb --help"
done
for verb in read family sheet weigh; do
    run "$verb" </dev/null
    expect "$verb without a file" 2
    run "$verb" no-such-file
    expect "$verb: a missing file" 3
    match_err "$verb: a missing file is named" "^deponent $verb: no-such-file: .*No such file"
done

run read --format
expect "an option without its value" 2
expect_err "an option without its value is named" \
    "deponent read: --format needs a value; see deponent read --help"
run read --format=nonsense good.txt
expect "an unknown format" 2
match_err "an unknown format: the known ones are told" 'expected one of .*json'
run read -x good.txt
expect "a short option" 2

run read --format json good.txt
expect "one file" 0
expect_silent "one file"
cp out plain
run read --format json - <good.txt
expect "standard input" 0
check "standard input reads the same" diff <(sed 's/"file":"-"/"file":"good.txt"/' out) plain
run read --format json -- good.txt
expect "-- ends the options" 0
check "-- reads the same" cmp out plain
cp good.txt ./--help
run read --format json -- --help
expect "behind -- an option is a file" 0

cp good.txt 'a name with blanks.txt'
run read --format json good.txt missing.txt 'a name with blanks.txt'
expect "one bad file among several" 3
expect_err "the bad one is named, once" \
    "deponent read: missing.txt: cannot open: No such file or directory"
check "the file before it is read" grep -q '"file":"good.txt"' out
check "the file behind it is read" grep -q '"file":"a name with blanks.txt"' out

mkdir folder
run read --format json folder
expect "a directory" 3
expect_err "a directory is said" \
    "deponent read: folder is a directory, expected a file"
cp good.txt closed.txt
chmod 0 closed.txt
chmod 755 .
# Root may read everything, so it becomes nobody for this one.
nobody=()
[ "$(id -u)" != 0 ] || nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
if "${nobody[@]}" test -x "$DEPONENT" 2>/dev/null; then
    code=0
    "${nobody[@]}" "$DEPONENT" read --format json closed.txt >out 2>err || code=$?
    expect "no permission" 4
    expect_err "no permission is said" \
        "deponent read: closed.txt: cannot open: Permission denied"
else
    skip "no permission" "nobody may not run the program here"
fi

if [ -w /dev/full ]; then
    code=0
    "$DEPONENT" read --format json good.txt >/dev/full 2>err || code=$?
    expect "a full disk" 4
    match_err "a full disk is said" 'standard output: cannot write: No space left'
else
    skip "a full disk" "no /dev/full here"
fi
code=0
"$DEPONENT" read --format json good.txt >&- 2>err || code=$?
expect "closed standard output" 4
# Enough output to fill the pipe before its reader has gone.
for _ in $(seq 3000); do echo "$report"; echo; done >long.txt
"$DEPONENT" read --format json long.txt 2>err | head -c 10 >out
code=${PIPESTATUS[0]}
expect "a reader that goes away" 4
check "a reader that goes away is no error to talk about" test ! -s err

tap_end
