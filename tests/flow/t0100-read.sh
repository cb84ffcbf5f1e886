#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The verb read: its formats, dates, languages and HTML, and what it refuses (tests/refuse).
. "$(dirname "$0")/tap.sh"

cat >report.txt <<'END'
date 2022-08-11

At least 40 families left Kell on Tuesday, said Mira Halden, a lawyer. She asked not to be quoted on the route.

The claim could not be independently verified.
END

run read report.txt
expect "the table" 0
expect_silent "the table"
match_out "the table says who" 'Mira Halden'
match_out "the table says how many" 'At least 40'
match_out "the table warns" 'could not be independently verified'
for width in 40 60 80 100 160; do
    COLUMNS=$width run read report.txt
    expect "a table in $width columns" 0
    check "no line is wider than $width" python3 -c '
import sys, unicodedata
wide = lambda s: sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in s)
worst = max(wide(l.rstrip("\n")) for l in open("out", encoding="utf-8"))
sys.exit(worst > int(sys.argv[1]) and f"{worst} columns")' "$width"
done
printf 'The 東京新聞社東京新聞社東京新聞社 newspaper said that 12 people were \033[31mhurt\033[0m\a in Kell.\n' >odd.txt
COLUMNS=60 run read odd.txt
expect "control characters" 0
check "no control character reaches the terminal" python3 -c '
import sys
data = open("out", "rb").read()
sys.exit(any(b < 32 and b != 10 or b == 127 for b in data))'

run read --format tsv report.txt report.txt
expect "tsv" 0
check "each line of tsv has the same columns" python3 -c '
import sys
rows = [l.rstrip("\n").split("\t") for l in open("out", encoding="utf-8")]
sys.exit(len({len(r) for r in rows}) != 1 or rows[0][0] != "file" or len(rows) < 3)'

run read --format html report.txt odd.txt
expect "html" 0
match_out "html loads nothing" "default-src 'none'"
no_match_out "html has no script" '<script|javascript:|https?://'
printf 'The <b>governor</b> said "<script>alert(1)</script> & 12 people" died in Kell on Monday.\n' >markup.txt
run read --format html markup.txt
expect "html of a text with markup" 0
no_match_out "markup in a text is text" '<script|<b>'
match_out "and is shown" '&lt;script&gt;'

run read --format json report.txt
json_check "every key is there" 'all(set(r) == {"file", "id", "speaker", "via", "stance", "mode",
  "cue", "content", "figures", "when", "when_of", "where", "terms", "verification", "hedges",
  "reworded", "rule"} for r in rows)'
json_check "the date of the head is used" 'rows[0]["when"] == "2022-08-09"'
json_check "the remark applies backwards" 'rows[0]["verification"]["applies_to"] == [1]'
run read --format json --published 2022-08-18 report.txt
json_check "--published is stronger" 'rows[0]["when"] == "2022-08-16"'
for date in 2022-13-01 yesterday 11.08.2022 ''; do
    run read --published "$date" report.txt
    expect "--published '$date'" 2
    match_err "--published '$date' is said" '^deponent read: --published: '
done

cat >page.html <<'END'
<!DOCTYPE html><html><head><meta charset="utf-8"><title>T</title>
<meta property="article:published_time" content="2022-08-11T08:00:00Z"></head><body>
<nav><a href="/">Home</a></nav><article><p>At least <b>40</b> families left
K&eacute;ll on Tuesday, said Mira Hal<!-- x -->den of the Roads &amp; Bridges Line.</p>
<p>“Nobody stopped them,” she said. “We counted the carts twice, at the bridge and at the
mill.”</p></article><footer><p>The editor said that nobody may copy this page.</p></footer>
</body></html>
END
run read --format json page.html
expect "HTML" 0
json_check "HTML: the page's date" 'any(r["when"] == "2022-08-09" for r in rows)'
json_check "HTML: a name through a comment" 'rows[0]["speaker"]["name"] == "Mira Halden"'
check "HTML: spans are bytes of the file" python3 -c '
import json, re, html, sys
raw = open("page.html", "rb").read()
plain = lambda b: " ".join(html.unescape(re.sub(r"<!--.*?-->|<[^>]*>", "", b.decode())).split())
for line in open("out", encoding="utf-8"):
    r = json.loads(line)
    for s in ([r["speaker"]] if r["speaker"] else []) + r["figures"]:
        got = plain(raw[s["begin"]:s["end"]])
        if got != s["text"]: sys.exit(f"{got!r} is not {s[chr(116)+chr(101)+chr(120)+chr(116)]!r}")'
json_check "HTML: the footer is not read" 'all("editor" not in str(r["speaker"]) for r in rows)'

printf 'El ministerio dijo el lunes que doce personas murieron en la ciudad.\n' >es.txt
printf 'Министерство сообщило в понедельник, что погибли двенадцать человек.\n' >ru.txt
printf 'قالت الوزارة يوم الاثنين إن اثني عشر شخصا قتلوا في المدينة.\n' >ar.txt
for language in es ru ar; do
    for format in table json; do
        run read --format $format $language.txt
        expect "$language as $format" 0
        check "$language as $format: nothing is printed" test ! -s out
        expect_err "$language as $format: said" "deponent read: $language.txt: not English, nothing read"
    done
done

while IFS=$'\t' read -r file want text; do
    case $file in '#'*) continue ;; esac
    cp "$tests_dir/refuse/$file" .
    run read --format json "$file" report.txt
    expect "refused: $file" "$want"
    check "refused: $file: one sentence" test "$(wc -l <err)" = 1
    check "refused: $file: it says so" grep -qF "$text" err
    check "refused: $file: the other is finished" grep -q '"file":"report.txt"' out
done <"$tests_dir/refuse/expected.tsv"

tap_end
