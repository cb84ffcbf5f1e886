#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What add makes of files that are long, odd, many or not there, of attachments and of reports;
# and that nothing of it stands in the clear anywhere.
. "$(dirname "$0")/tap.sh"
umask 077
export COLUMNS=100
echo 'pear anvil seven river moth lantern' >pass
on() { run "$1" --archive vault --passphrase-file pass "${@:2}"; }
field() {
    python3 -c 'import json, sys; print(json.loads(open("out").readline())[sys.argv[1]])' "$1"
}
text_of() { # account: its text into the file text
    "$DEPONENT" show --archive vault --passphrase-file pass --format json "$1" |
        python3 -c 'import json, sys; sys.stdout.write(json.loads(sys.stdin.readline())["text"])' >text
}
entries() { # how many accounts there are
    "$DEPONENT" list --archive vault --passphrase-file pass --format json | wc -l
}
run init --passphrase-file pass --work-factor 10 vault
expect "init" 0

# ---- the text
printf '\xef\xbb\xbfone\r\ntwo\rthree\033[31mred\n' >odd.txt
on add --format json odd.txt
expect "line ends of all kinds and an escape sequence" 0
odd=$(field account)
text_of "$odd"
check "come out plain" test "$(sed -n l text | head -4 | tr -d '\n')" = \
    'one$two$three\357\277\275[31mred$'
on show "$odd"
check "no escape sequence reaches the terminal" test -z "$(tr -d '\n\40-\176\200-\377' <out)"
on add --source-name "$(printf 'red\033[31m')" odd.txt
expect "an escape sequence in a name" 2
printf 'caf\xe9' >latin1.txt
on add latin1.txt
expect "what is not UTF-8" 3
match_err "is named with its byte" '^deponent add: latin1.txt: byte 3 '
: >empty.txt
on add empty.txt
expect "an empty file" 3
on add missing.txt
expect "a file that is not there" 3
on add .
expect "a folder" 3
on add
expect "no file" 2
on add one.txt two.txt
expect "two files are two accounts" 2
on add --channel published odd.txt
expect "an account is no report" 2
python3 -c 'print("Ж" * 39 + "\n", end="") or print(("Ж" * 39 + "\n") * 4000, end="")' >long.txt
on add --format json long.txt
expect "a text that no card holds" 0
match_err "it is said" 'longer than 262144 bytes; its beginning is the text, the whole is attached'
json_check "JSON says so" "rows[0]['cut'] and rows[0]['bytes'] <= 262144 and len(rows[0]['attachments']) == 1"
long=$(field account)
text_of "$long"
check "its beginning is the text" cmp text <(head -c "$(wc -c <text)" long.txt)
check "up to the end of a line" test "$(tail -c 1 text | od -An -c | tr -d ' ')" = '\n'
on show --attachment 1 -o whole.txt "$long"
expect "the whole is attached" 0
check "and comes back" cmp whole.txt long.txt

# ---- attachments
head -c 300000 /dev/urandom >scan.jpg
printf 'voice' >call.ogg
on add --format json --attach scan.jpg --attach call.ogg - <<<'See the letter.'
expect "two attachments" 0
both=$(field account)
json_check "their ids" "len(set(rows[0]['attachments'])) == 2"
on show "$both"
check "show names both" test "$(grep -c '^attachment ' out)" = 2
on show --attachment 2 --output - "$both"
check "the second, to standard output" cmp out call.ogg
on show --attachment 1 --output scan2.jpg "$both"
check "the first, to a file" cmp scan.jpg scan2.jpg
check "that others may not read" test "$(stat -c %a scan2.jpg)" = 600
on show --attachment 1 --output scan2.jpg "$both"
expect "a file that is there is not replaced" 3
on show --attachment 3 --output x "$both"
expect "an attachment that there is not" 3
check "makes no file" test ! -e x
on add --attach call.ogg
expect "an account of an attachment alone" 0
on add --to "$both" --attach odd.txt
expect "one more for an account" 0
on show --attachment 3 --output - "$both"
check "comes back" cmp out odd.txt
before=$(entries)
on add --attach scan.jpg --attach missing.jpg - <<<'text'
expect "an attachment that is not there" 3
check "then nothing is added" test "$(entries)" = "$before"
on consent --terms background "$both"
on show --attachment 1 --output x "$both"
expect "attachments follow the terms" 3
check "and make no file" test ! -e x

# ---- reports
mkdir reports
cat >reports/1.html <<'END'
<html><head><meta property="og:site_name" content="Harbour Times">
<meta property="article:published_time" content="2024-03-04T10:00:00Z"></head><body><article>
<p>The ministry said on Monday that at least 40 families had left Marnoth since the winter.</p>
<p>A relief group said that it had counted 52 families, and that most of them had gone north.</p>
</article></body></html>
END
sed 's/40 families/45 families/; s/2024-03-04/2024-03-05/; s/Harbour Times/HARBOUR TIMES/' \
    reports/1.html >reports/2.html
printf '4 March 2024\n\nThe council said that the road to Kolvar was closed and that 12 men were held.\n' \
    >reports/3.txt
printf 'caf\xe9' >reports/4.txt
on add --report --format json reports/*
expect "three reports and a file that is none" 3
match_err "the bad one is named" '^deponent add: reports/4.txt: byte 3 '
match_err "whose report it is is asked for" 'reports/3.txt: whose report it is'
json_check "the others are in" "len(rows) == 3"
json_check "published when they say" "rows[0]['received'] == '2024-03-04' and rows[1]['received'] == '2024-03-05'"
json_check "of one publisher" "(rows[0]['source'] == rows[1]['source'] and rows[0]['new_source']
and not rows[1]['new_source'] and rows[2]['source'] != rows[0]['source'])"
json_check "on the record and for every purpose" "all(r['attribution'] == 'on_record' and
len(r['purposes']) == 5 for r in rows)"
on add --report --format json reports/1.html
json_check "the publisher is known afterwards too" "not rows[0]['new_source']"
text_of "$(field account)"
check "the article is the text" grep -q '^The ministry said' text
check "without its tags" test "$(grep -c '<' text)" = 0
on list
match_out "list names the publisher" '2024-03-04 +published +on_record; .* Harbour Times'
for i in $(seq 150); do sed "s/52/$i/" reports/3.txt >"reports/n$i.txt"; done
on add --report --source-name 'Kolvar Post' --format json reports/n*.txt
expect "150 reports" 0
json_check "all in, of one source" "len(rows) == 150 and len({r['source'] for r in rows}) == 1"

# ---- two at once, and stopped
before=$(entries)
for i in 1 2 3 4; do
    "$DEPONENT" add --archive vault --passphrase-file pass - <<<"at once $i" >"out$i" 2>"err$i" &
done
wait
check "four at once: each waits for the others" test "$(entries)" = $((before + 4))
check "and none complains" test ! -s err1 -a ! -s err2 -a ! -s err3 -a ! -s err4
before=$(entries)
mkfifo slow
# A shell's background jobs do not hear Ctrl-C; this one does.
python3 -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])' "$DEPONENT" add --archive vault --passphrase-file pass - \
    <slow >out 2>err &
pid=$!
exec 9>slow
echo 'half an account' >&9
sleep 1
kill -INT $pid
wait $pid
code=$?
exec 9>&-
[ $code = 130 ]
tap_result $? "stopped with Ctrl-C"
check "then nothing is added" test "$(entries)" = "$before"
on add - <<<'after it'
expect "and the archive is free" 0
for delay in 0.01 0.02 0.03 0.05 0.08; do
    on add --format json - <<<"before the kill $delay"
    last=$(field account)
    "$DEPONENT" add --archive vault --passphrase-file pass --attach scan.jpg - <<<'killed' >out 2>err &
    pid=$!
    sleep $delay
    kill -KILL $pid 2>/dev/null
    wait $pid 2>/dev/null
    on show "$last"
    expect "killed after ${delay}s: what was acknowledged is there" 0
done
# A disk that takes no more: files of at most N KB, which the ledger has passed.
before=$(entries)
code=0
(trap '' XFSZ; ulimit -f 1; exec "$DEPONENT" add --archive vault --passphrase-file pass - <<<'no room') \
    >out 2>err || code=$?
expect "a full disk" 4
check "a full disk: one sentence" test "$(wc -l <err)" = 1
check "a full disk: nothing is added" test "$(entries)" = "$before"
on add - <<<'room again'
expect "room again" 0
"$DEPONENT" add --archive vault --passphrase-file pass - <<<'nobody reads this' 2>err >/dev/full
code=$?
expect "ids that cannot be printed" 4

# ---- in the clear
canary=Quillfeather
printf 'The man called %s came at night.\n' $canary >told.txt
printf '%s' $canary >name.txt
mkdir tmp
TMPDIR=$PWD/tmp on add --source-name @name.txt --description "@name.txt" --attach told.txt told.txt
expect "a canary in text, name and attachment" 0
on search $canary
match_out "is found by who has the passphrase" "\[$canary\]"
check "the scan finds it where it is in the clear" grep -rq $canary told.txt
check "it is nowhere in the archive" test -z "$(grep -rl $canary vault)"
check "nor is the passphrase" test -z "$(grep -rl 'moth lantern' vault)"
check "nothing is left in the temporary folder" test -z "$(ls -A tmp)"
tap_end
