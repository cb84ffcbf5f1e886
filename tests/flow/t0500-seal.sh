#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# deponent keygen, seal and open: keys, sealed files, and everything that can go wrong.
. "$(dirname "$0")/tap.sh"
typed=$tests_dir/flow/typed.py
secret_line='^AGE-SECRET-KEY-1[A-Z0-9]{58}$'

# ---- keygen
run keygen
expect "a key on standard output" 0
check "it has three lines" test "$(wc -l <out)" = 3
match_out "when it was made" '^# created: 20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$'
match_out "its public key" '^# public key: age1[a-z0-9]{58}$'
match_out "its secret key" "$secret_line"
public=$(sed -n 's/^# public key: //p' out)
expect_err "standard error has the public key too" "Public key: $public"
cp out first
run keygen
check "no two keys are the same" test "$(tail -n 1 out)" != "$(tail -n 1 first)"
(umask 0; "$DEPONENT" keygen --output key 2>err)
check "a key in a file is for its owner alone" test "$(stat -c %a key)" = 600
public=$(sed -n 's/^# public key: //p' key)
cp key before
run keygen -o key
expect "a key is not replaced" 3
expect_err "it is said" "deponent keygen: key: is there already, a key is never replaced"
check "the key is as it was" cmp key before
run keygen -o nowhere/key
expect "a key in no folder" 3
run keygen file
expect "keygen takes no file" 2
run keygen -o other
other=$(sed -n 's/^# public key: //p' other)

# ---- there and back
head -c 70000 /dev/urandom >plain
echo 'Twelve men of Kolvar.' >short
: >empty
for file in plain short empty; do
    run seal -r "$public" -o "$file.age" "$file"
    expect "sealing $file" 0
    expect_silent "sealing $file"
    run open -i key -o back "$file.age"
    expect "opening $file" 0
    expect_silent "opening $file"
    check "$file is the same" cmp back "$file"
done
check "what is sealed is for its owner alone" test "$(stat -c %a plain.age)" = 600
run seal "-r$public" --armor short
expect "armor on standard output" 0
match_out "armor is lines of text" '^-----BEGIN AGE ENCRYPTED FILE-----$'
cp out armored
run open --identity=key <armored
expect_out "standard input and output" 'Twelve men of Kolvar.'
run seal -ao armored2 -r "$public" -- - <short
expect "letters stand together, and - is standard input" 0
run open -i key armored2
expect_out "it opens" 'Twelve men of Kolvar.'
run seal -r "$public" short
expect "bytes on standard output" 0
check "they are an age file" grep -aq '^age-encryption.org/v1$' out
run seal -r "$public" --threads 1 -o one plain
run open -i key --threads 4 -o back one
check "threads change nothing" cmp back plain

printf '# the two of us\n\n%s\n%s\n' "$public" "$other" >people
run seal -R people -o both short
for k in key other; do
    run open -i "$k" both
    expect_out "$k opens what is for both" 'Twelve men of Kolvar.'
done
run keygen -o third
third=$(sed -n 's/^# public key: //p' third)
run seal -R people -r "$third" -o three short
run open -i third three
expect_out "-r and -R together" 'Twelve men of Kolvar.'
run open -i key -i other -i third three
expect "several identities" 0
cat key third >ring
run seal -r "$third" -o thirds short
run open -i other -i ring thirds
expect_out "each identity of each file is tried" 'Twelve men of Kolvar.'

# ---- what does not open
cp short kept
run open -i other -o kept plain.age
expect "another key" 1
match_err "another key is said" '^deponent open: plain.age: '
check "a failed output leaves what was there" cmp kept short
run open -i other -o gone plain.age
check "and leaves nothing else" test -z "$(ls -d gone* kept.* 2>/dev/null)"
size=$(stat -c %s plain.age)
for at in 5 30 100 $((size - 70000)) $((size - 20)) $((size - 1)); do
    python3 -c '
import sys
b = bytearray(open("plain.age", "rb").read())
b[int(sys.argv[1])] ^= 1
open("damaged", "wb").write(b)' "$at"
    run open -i key -o gone damaged
    check "byte $at changed: exit code 1 or 3" test "$code" = 3 -o "$code" = 1
    match_err "byte $at changed: it is said" '^deponent open: damaged: '
    check "byte $at changed: no file" test ! -e gone
done
run open -i key -o gone damaged
expect "the last byte changed" 3
for n in 0 10 100 $((size - 5000)) $((size - 1)); do
    head -c "$n" plain.age >cut
    run open -i key -o gone cut
    expect "cut to $n bytes" 3
    check "cut to $n bytes: no file" test -z "$(ls -d gone* 2>/dev/null)"
done
cat plain.age short >longer
run open -i key -o gone longer
expect "something behind the end" 3
run open -i key cut
expect "cut, to standard output" 3
match_err "how much was written is said" '65536 bytes before it are authentic and already written'
check "and that is right" cmp -n 65536 out plain
check "and no more" test "$(stat -c %s out)" = 65536
run open -i key short
expect "no age file" 3
run open -i short plain.age
expect "no identity file" 3
match_err "no identity file: the line is named" '^deponent open: short:.*1'
no_match_err "and not shown" 'Kolvar'
run open -i missing plain.age
expect "a missing identity file" 3
run open -i key missing
expect "a missing file" 3
match_err "a missing file is named" '^deponent open: missing: cannot open: No such file'
run open -i key .
expect "a directory" 3
head -c 400000 /dev/zero >large
run open -i large plain.age
expect "an identity file of 400 kB" 3

# ---- wrong usage
refused() { # name regex arguments
    local name=$1 regex=$2
    shift 2
    run "$@"
    expect "$name" 2
    match_err "$name is said" "$regex"
}
refused "nobody to seal for" 'for whom\?' seal short
refused "a passphrase and a recipient" 'not both' seal -p -r "$public" short
refused "nothing to open with" 'with what\?' open plain.age
refused "two files" 'one file is sealed at a time' seal -r "$public" short plain
refused "two files to open" 'one file is opened at a time' open -i key both three
refused "a letter without its value" '\-r needs a value' seal -r
refused "no such letter" 'there is no option -x' seal -ax
refused "threads" 'expected a number from 1 to' seal --threads 0 -r "$public" short
ln short link
ln -s short symlink
cp short before
for same in short link symlink ./short; do
    run seal -r "$public" -o "$same" short
    check "output $same is the input: refused" test "$code" = 2 -o "$code" = 4
done
check "the input is as it was" cmp short before
refused "output is a file with keys" 'would be replaced' open -i key -o key plain.age
cp short grows
code=0
"$DEPONENT" seal -a -r "$public" grows 2>err >>grows || code=$?
expect "standard output is the input" 2
run seal -r "$(tail -n 1 key)" -o x short
expect "a secret key as a recipient" 3
no_match_err "it is not shown" 'AGE-SECRET-KEY-1[A-Z0-9]'
run seal -R key -o x short
expect "a file of secret keys as recipients" 3
no_match_err "it is not shown either" 'AGE-SECRET-KEY-1[A-Z0-9]'
case $public in *q) wrong=p ;; *) wrong=q ;; esac
run seal -r "${public%?}$wrong" -o x short
expect "a mistyped recipient" 3
check "nothing is left of it" test ! -e x
run seal -r "$public" -o symlink short
expect "an output that is a link" 2
mkdir folder
run seal -r "$public" -o folder short
expect "an output that is a folder" 4
run seal -r "$public" -o nowhere/x short
expect "an output in no folder" 3

# ---- disks and pipes
code=0
(ulimit -f 20; exec "$DEPONENT" seal -r "$public" -o full plain >out 2>err) || code=$?
expect "a full disk" 4
match_err "a full disk is said" '^deponent seal: full: cannot write: '
check "a full disk: no piece is left" test -z "$(ls -d full* 2>/dev/null)"
if [ -w /dev/full ]; then
    code=0
    "$DEPONENT" open -i key plain.age >/dev/full 2>err || code=$?
    expect "standard output is full" 4
else
    skip "standard output is full" "no /dev/full here"
fi
"$DEPONENT" open -i key plain.age 2>err | head -c 10 >out
code=${PIPESTATUS[0]}
expect "a reader that goes away" 4

# A signal in the middle: the input stays open while the signal comes.
mkfifo input
for name in TERM HUP; do
    "$DEPONENT" seal -r "$public" -o gone input >out 2>err &
    pid=$!
    exec 9>input
    head -c 200000 /dev/zero >&9
    tries=0
    while ! compgen -G 'gone.*' >/dev/null && [ $((tries += 1)) -lt 100 ]; do sleep 0.05; done
    check "before SIG$name something is there" compgen -G 'gone.*'
    kill -s "$name" "$pid"
    { wait "$pid"; } 2>/dev/null
    check "SIG$name ends it" test $? -gt 128
    exec 9>&-
    check "SIG$name leaves nothing" test -z "$(ls -d gone* 2>/dev/null)"
done
"$typed" ready '^C' -- sh -c '(head -c 200000 /dev/zero; sleep 1; ls gone.* >/dev/tty;
    echo ready >/dev/tty; sleep 20) | "$1" seal -r "$2" -o gone' sh "$DEPONENT" "$public" >shown
check "before Ctrl-C something is there" grep -q '^gone\.' shown
check "Ctrl-C leaves nothing" test -z "$(ls -d gone* 2>/dev/null)"

# ---- passphrases
printf 'seven lamps\nsecond line\n' >passphrase
chmod 600 passphrase
run seal --passphrase-file passphrase -o sealed short
expect "a passphrase from a file" 0
expect_silent "a passphrase from a file"
printf 'seven lamps\r\n' >crlf
chmod 600 crlf
run open --passphrase-file crlf sealed
expect_out "it opens; a CR is no part of it" 'Twelve men of Kolvar.'
run open --passphrase-file <(echo 'seven lamps') sealed
expect_out "a passphrase from a pipe" 'Twelve men of Kolvar.'
echo 'seven lampS' >wrong
chmod 644 wrong
run open --passphrase-file wrong -o gone sealed
expect "a wrong passphrase" 1
match_err "a file that others may read gets a warning" \
    '^deponent open: warning: wrong can be read by others'
check "a wrong passphrase: no file" test ! -e gone
no_match_err "no passphrase is shown" 'lamp'
run open -i key sealed
expect "a key where a passphrase is needed" 1
run open --passphrase-file passphrase plain.age
expect "a passphrase where a key is needed" 1
echo >nothing
run seal --passphrase-file nothing -o gone short
expect "an empty passphrase" 3
match_err "an empty passphrase is said" 'the passphrase is empty'
head -c 2000 /dev/zero | tr '\0' x >long
run seal --passphrase-file long -o gone short
expect "a passphrase of 2000 bytes" 3
run seal --passphrase-file missing -o gone short
expect "a missing passphrase file" 3
code=0
setsid -w "$DEPONENT" seal -p -o gone short </dev/null >out 2>err || code=$?
expect "no terminal" 2
match_err "no terminal: what helps is said" 'use --passphrase-file'

run keygen --passphrase-file passphrase -o locked
expect "a key under a passphrase" 0
match_err "its public key is said" '^Public key: age1'
check "it is an age file" grep -q '^-----BEGIN AGE ENCRYPTED FILE-----$' locked
check "it is for its owner alone" test "$(stat -c %a locked)" = 600
public=$(sed -n 's/^Public key: //p' err)
run seal -r "$public" -o sealed short
run open -i locked --passphrase-file passphrase sealed
expect_out "it opens" 'Twelve men of Kolvar.'
run open -i locked --passphrase-file wrong sealed
expect "a wrong passphrase of a key" 1
match_err "the key is named" '^deponent open: locked: '

tty() { # answers -- arguments
    code=0
    "$typed" "$@" >out 2>err || code=$?
}
tty 'Passphrase: ' 'five geese' 'Passphrase, again: ' 'five geese' -- \
    "$DEPONENT" seal -p -o typed short
expect "a typed passphrase" 0
no_match_out "what is typed is not shown" 'geese'
tty 'Passphrase: ' 'five geese' -- "$DEPONENT" open -p typed
expect "it opens by typing" 0
match_out "it opens by typing: the text" 'Twelve men of Kolvar.'
tty 'Passphrase of locked: ' 'seven lamps' -- "$DEPONENT" open -i locked sealed
match_out "a key's passphrase is asked for" 'Twelve men of Kolvar.'
tty 'Passphrase: ' 'five geese' 'again: ' 'four geese' -- "$DEPONENT" seal -p -o gone short
expect "two different ones" 3
match_out "two different ones are said" 'are not the same'
tty 'Passphrase: ' '' -- "$DEPONENT" seal -p -o gone short
expect "nothing typed" 3
tty 'Passphrase: ' '^D' -- "$DEPONENT" seal -p -o gone short
expect "the end of input" 4
tty 'Passphrase: ' "$(head -c 1100 /dev/zero | tr '\0' x)" -- "$DEPONENT" seal -p -o gone short
expect "1100 bytes typed" 3
tty 'Passphrase: ' '^C' -- "$DEPONENT" seal -p -o gone short
expect "Ctrl-C at the question" 130
check "none of them leaves a file" test -z "$(ls -d gone* 2>/dev/null)"
tty 'Passphrase: ' '^C' -- sh -c 'trap : INT; "$1" seal -p -o gone short; stty -a' sh "$DEPONENT"
match_out "after Ctrl-C the terminal shows again" ' echo '
tty 'Passphrase: ' '^Z' 'Passphrase: ' 'five geese' 'again: ' 'five geese' -- \
    "$DEPONENT" seal -p -o again short
expect "Ctrl-Z and back: asked again" 0
run open --passphrase-file <(echo 'five geese') again
expect_out "and sealed with it" 'Twelve men of Kolvar.'

# ---- terminals
tty -- "$DEPONENT" seal -r "$public" short
expect "bytes to a terminal" 2
match_out "bytes to a terminal: what helps is said" 'say -a or -o'
tty -- "$DEPONENT" seal -a -r "$public" short
match_out "armor to a terminal" 'BEGIN AGE'
tty -- "$DEPONENT" keygen
no_match_out "a key on a terminal is shown once" 'Public key'
tty -- sh -c '{ for i in 1 2 3 4; do head -c 1000000 /dev/zero; sleep 0.8; done; } |
    "$1" seal -r "$2" -o slow' sh "$DEPONENT" "$public"
expect "long work on a terminal" 0
match_out "long work tells how far it is" '[0-9] MiB'

tap_end
