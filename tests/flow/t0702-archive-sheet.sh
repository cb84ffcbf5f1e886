#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The example becomes an archive, and its sheet is that of the folder: with the figures that were
# recorded and the cases, without what was told in confidence and what terms forbid.
. "$(dirname "$0")/tap.sh"
umask 077
export COLUMNS=100
from() { run "$1" --archive "$2" --passphrase-file "$2.passphrase" --day 2024-04-03 "${@:3}"; }
field() { python3 -c 'import json, sys; print(json.loads(open("out").readline())[sys.argv[1]])' "$1"; }

check "the example" "$tree/tools/example.sh" "$DEPONENT" "$PWD/vault"
cp check.out recorded
check "a figure was recorded" grep -qE '^recorded +[0-9a-z]{26}$' recorded
check "corroborated, and denied" grep -qE '^verdict +corroborated, denied' recorded
from list vault --format json
json_check "reports and accounts" 'len(rows) == 15 and sum(r["channel"] == "published" for r in rows) == 12'
cp -r vault before && cp vault.passphrase before.passphrase

# ---- the sheet of the archive
from sheet vault
expect "the sheet" 0
expect_silent "the sheet"
cp out sheet
match_out "its reports" '^the archive: 12 reports, of which 2 families of copies'
match_out "recorded figures" '^[0-9a-z]{26} .*120 to 180, individual'
match_out "cases, the unknown with them" '^2 cases: 1 unknown, 1 achieved$'
no_match_out "nobody who told in confidence" 'Olen|Сивак|Белан|Belan|bakery|сушильном'
no_match_out "nor who was granted anonymity in a report" 'Selk|Marina'
from log vault
match_out "the reading left an entry" 'publication'
mkdir folder && cp "$tree"/example/*.txt "$tree"/example/*.html folder
run sheet folder
sed 's/^folder:/the archive:/' out >of_folder
check "it is the sheet of the same files" python3 -c '
a = open("sheet", encoding="utf-8").read().split("\nRecorded figures\n")[0]
b = open("of_folder", encoding="utf-8").read()
def figures(s):
    return s.split("\nFigures\n")[1].split("\nStatements\n")[0]
assert figures(a) == figures(b) and len(figures(a)) > 5000'
from sheet vault --format json
expect "JSON" 0
json_check "documents, figures, cases" \
    'rows[-1]["cases"]["unknown"] == 1 and rows[-1]["reports"] == 12 and any(r.get("draft") is False for r in rows)'
from sheet vault --html page.html
expect "as a page" 0
check "which others cannot read" test "$(stat -c %a page.html)" = 600
check "with the same figures" grep -q 'In excess of 210' page.html

# ---- terms
from list vault --format json
account=$(field account)
from consent vault "$account" --withdraw
expect "a report is taken back" 0
from sheet vault
match_out "then it is not in the sheet" '^the archive: 11 reports'
match_out "and that is said" '^1 published report is left out, as the terms demand'
no_match_out "nor quoted" 'the yard on Saturday'
match_out "the figure that rests on it is marked" '^[0-9a-z]{26} !'

# ---- the command line
run sheet --archive vault folder
expect "an archive and a folder" 2
run sheet --passphrase-file vault.passphrase folder
expect "a passphrase without an archive" 2
run sheet --archive nowhere --passphrase-file vault.passphrase
expect "no archive" 3
echo 'another passphrase' >wrong
run sheet --archive vault --passphrase-file wrong
expect "the wrong passphrase" 3
check "nothing is printed" test ! -s out

# ---- made twice
check "the example again" "$tree/tools/example.sh" "$DEPONENT" "$PWD/again"
from sheet again
check "all is the same but for ids" python3 -c '
import re
def plain(path):
    s = open(path, encoding="utf-8").read()
    s = re.sub(r"\b[0-9a-hjkmnp-tv-z]{26}\b", "ID", s)
    return re.sub(r"account [0-9a-hjkmnp-tv-z]{8}\b", "account", s)
assert plain("sheet") == plain("out")'
tap_end
