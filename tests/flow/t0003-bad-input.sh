#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What is not a report is refused with one clear sentence, or read as far as it is text.
. "$(dirname "$0")/tap.sh"
refused() { # name file code regex
    run read --format json "$2"
    expect "$1" "$3"
    match_err "$1 is said" "$4"
    check "$1: in one line" test "$(wc -l <err)" = 1
    check "$1: nothing is printed" test ! -s out
}
accepted() { # name file
    run read --format json "$2"
    expect "$1" 0
}

printf 'a\0b' >binary
refused "a file with NUL" binary 3 'binary: byte 1 is NUL'
head -c 100000 "$DEPONENT" >program
refused "a program" program 3 'program: byte [0-9]+'
printf 'caf\xe9 said' >latin1
refused "invalid UTF-8" latin1 3 'latin1: byte 3 \(0xe9\) is not valid UTF-8'
printf 'cut in a character \xe2\x80' >cut
refused "a character cut at the end" cut 3 'byte 19 .* not valid UTF-8'
printf '\xff\xfeH\0i\0' >utf16
refused "UTF-16" utf16 3 'UTF-16'
mkdir folder
refused "a directory" folder 3 'folder is a directory'
truncate -s 1G giant
refused "1 GB" giant 3 '1073741824 bytes, at most 33554432 are read'
code=0
head -c 40000000 /dev/zero | tr '\0' 'x' |
    "$DEPONENT" read --format json - >out 2>err || code=$?
expect "more than 32 MB by a pipe" 3
match_err "more than 32 MB by a pipe is said" 'standard input: more than 33554432 bytes'

: >empty
refused "an empty file" empty 3 'empty is empty; expected text or HTML'
printf '\n\n \t\n' >blank
refused "a blank file" blank 3 'blank is empty'
head -c 33554432 /dev/zero | tr '\0' 'x' >line
accepted "32 MB of one word" line
# Hostile text behind enough English to be read: no pattern may cost more than linear time. With
# a quadratic step 1 MB of it takes minutes.
english='The ministry said that the men in the town were not in the care of the army, and it would
not say more about it on Monday. '
for _ in $(seq 8000); do printf '%s' "$english"; done >english
patterns=('said he said she ' '12 or 13 to 14 ' 'the men said " that
' 'the men said “ that
' '“‘' 'according to ' 'Mr. Smith, ' 'who said ( that ' 'a-' "a'" 'March 3, ' 'of the '
    '“Yes,” he said. ' 'and said ' 'one hundred thousand ' ', which ' '$' '. ' '1,'
    'he denied that she said ' 'more than ' 'not ' 'Jan 2020 to ' 'the U.S. ' '- ' '&amp;')
for pattern in "${patterns[@]}"; do
    { cat english; printf '\n\n'; yes -- "$pattern" | tr -d '\n' | head -c 1000000; } |
        iconv -c -f UTF-8 -t UTF-8 >hostile 2>/dev/null
    code=0
    timeout 30 "$DEPONENT" read --format json hostile >out 2>err || code=$?
    shown=$(tr -d '\n' <<<"$pattern")
    expect "1 MB of '$shown'" 0
    { head -c 100000 english; printf '\n\n'; tail -c 400000 hostile; } |
        iconv -c -f UTF-8 -t UTF-8 >hostile.txt 2>/dev/null
    { cat hostile.txt; echo 'Twelve men of Kolvar.'; } >other.txt
    code=0
    timeout 30 "$DEPONENT" sheet --format json hostile.txt other.txt >out 2>err || code=$?
    expect "a sheet of it" 0
done
yes '<div><blockquote>' | tr -d '\n' | head -c 400000 >deep.html
run read --format json deep.html
check "HTML nested very deep ends well" test "$code" = 0 -o "$code" = 3
printf '<html><body><p></p></body></html>' >hollow.html
refused "HTML without an article" hollow.html 3 'hollow.html: no article was found'

tap_end
