#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Accounts in any script go in, are listed, shown as far as their terms allow, found, and every
# reading of them is written down.
. "$(dirname "$0")/tap.sh"
umask 077
export COLUMNS=100
echo 'pear anvil seven river moth lantern' >pass
on() { run "$1" --archive vault --passphrase-file pass "${@:2}"; }
field() { # name: of the first row of out
    python3 -c 'import json, sys; print(json.loads(open("out").readline())[sys.argv[1]])' "$1"
}
run init --passphrase-file pass --work-factor 10 vault
expect "init" 0

# ---- three accounts, in three scripts
cat >anna.txt <<'END'
Нас построили во дворе. Фельдшер сказал, что двенадцать человек увезли ночью.
Больше я ничего не знаю.
END
cat >salma.txt <<'END'
قالت إنهم أخذوا اثني عشر رجلا من المخيم ليلا.
END
on add --format json --day 2024-05-02 --channel телефон --language ru --basis related_person \
    --source-name 'Анна Ёлкина' --description 'мать призывника' \
    --terms anonymity --reason 'боится за сына' --purpose help --purpose statistics anna.txt
expect "an account in Russian" 0
expect_silent "an account"
json_check "JSON" "(len(rows) == 1 and rows[0]['attribution'] == 'anonymity' and
rows[0]['purposes'] == ['help', 'statistics'] and rows[0]['new_source'] and not rows[0]['cut'])"
anna=$(field account) anna_source=$(field source)
on add --format json --day 2024-05-03 --channel letter --language ar --source-name 'سلمى الحداد' \
    --description 'معلمة في المخيم' --terms on_record --purpose help --purpose publication - <salma.txt
expect "an account in Arabic, by standard input" 0
salma=$(field account)
on add --day 2024-05-04 --received 2024-04-30 --source "$anna" - <<<'She called again: he is alive.'
expect "a second account of one source" 0
check "it is of that source" grep -q "source *$anna_source$" out
match_out "without terms: anonymity and help" 'terms  *anonymity; help$'
second=$(sed -n 's/^  account  *//p' out)

on list
expect "list" 0
match_out "what may be said of the source" 'мать призывника'
match_out "in Arabic too, with its name" 'سلمى الحداد'
no_match_out "a name under anonymity is not said" 'Ёлкина'
no_match_out "no words of an account" 'двенадцать'
check "columns stand under each other, whatever the script" python3 -c '
import unicodedata
def width(s):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
               for c in s)
rows = open("out", encoding="utf-8").read().splitlines()
places = {width(r[:r.index(w)]) for r in rows for w in ("anonymity;", "on_record;") if w in r}
assert len(places) == 1, places'
on log
expect_out "that reads nothing" "Nobody has read or exported anything of it."
on list --format json
json_check "list, JSON" "([r['account'] for r in rows] == ['$anna', '$salma', '$second'] and
rows[0]['name'] is None and rows[0]['withheld'] == {'name': 'its terms are anonymity'} and
rows[1]['name'] == 'سلمى الحداد' and rows[2]['received'] == '2024-04-30')"
on list terms
expect "another kind of record" 0
match_out "as its card" 'attribution: anonymity; reason: боится за сына; purposes:'
on list nonsense
expect "a kind that there is not" 2
on list source --of "${anna:0:6}"
expect "the source of one account" 0

# ---- shown, and written down before
on show --by mara --day 2024-05-06 "${anna:0:8}"
expect "show" 0
match_out "the words" 'двенадцать человек увезли ночью'
match_out "the description" '^description мать призывника$'
match_out "the name is withheld, and why" 'name +\(withheld: its terms are anonymity\)'
on show --purpose publication "$anna"
expect "for a purpose that was not consented to" 0
match_out "nothing but that it is there, and why" \
    'text +\(withheld: there is no consent to publication\)'
no_match_out "no words then" 'двенадцать'
no_match_out "no description" 'мать'
on show --purpose publication "$salma"
match_out "on the record, for publication: the name" '^name +سلمى الحداد$'
match_out "and the words" 'المخيم'
on show --format json "$anna" "$salma"
expect "two, JSON" 0
json_check "as they were told" \
    "rows[0]['text'] == open('anna.txt').read() and rows[1]['text'] == open('salma.txt').read()"
on show "$anna_source"
expect "a source" 0
no_match_out "its name is not shown" 'Ёлкина'
on show "${anna:0:3}"
expect "an id that is too short" 3
on show 0000000000
expect "an id that there is not" 3
on log --format json "$anna"
expect "log" 0
json_check "who, when, what for" "([(r['act'], r['by'], r['day'], r['purpose']) for r in rows if '$anna' in r['of']][1] ==
('read', 'mara', '2024-05-06', ['help']))"
json_check "listing its terms was reading; what was withheld was not read" "len(rows) == 3"
on log
match_out "the log as a table" '^2024-05-06 mara +read +'"${anna:0:8}"' +help$'

# ---- searched
on search елкина
expect_out "a name under anonymity does not find" "Nothing was found in what may be searched."
on search НОЧЬЮ двенадцать
expect "case does not matter" 0
match_out "what was found is marked" '\[двенадцать\]'
match_out "and whose it is" "^${anna:0:8} "
printf 'المخيم' | "$DEPONENT" search --archive vault --passphrase-file pass --format json - >out 2>err
code=$?
expect "Arabic, by standard input" 0
json_check "JSON says where" "(rows and rows[0]['account'] == '$salma' and
rows[0]['snippet'].encode()[slice(*rows[0]['found'][0])].decode() == 'المخيم')"
on search --limit 1 alive
expect "a limit" 0
on search '"(*' 'NEAR(' 'AND'
expect "what looks like a query is words" 0
on search ''
expect "no words" 2
on log --format json "$salma"
json_check "what was found was read" "rows[-1]['act'] == 'read' and '$salma' in rows[-1]['of']"

# ---- consent
on consent "$anna"
expect "consent, looked at" 0
match_out "the terms" 'anonymity; help, statistics; because: боится за сына'
match_out "no figure rests on it" 'No recorded figure rests on it'
on consent --terms background "$anna"
expect "narrower terms" 0
on show "$anna"
match_out "background: no words" 'text +\(withheld: its terms are background\)'
no_match_out "none at all" 'двенадцать'
on search двенадцать
expect_out "nor are they found" "Nothing was found in what may be searched."
on consent --terms anonymity --expires 2024-06-30 --day 2024-06-01 "$anna"
expect "terms with an end" 0
on show --day 2024-06-30 "$anna"
match_out "on their last day they hold" 'двенадцать'
on show --day 2024-07-01 "$anna"
no_match_out "the day after they do not" 'двенадцать'
match_out "it is said" 'consent was withdrawn, or has ended'
on consent --withdraw --day 2024-05-20 "$salma"
expect "a withdrawal" 0
match_out "it is shown with its day" 'withdrawn on 2024-05-20'
on show "$salma"
expect "withdrawn: that it existed" 0
no_match_out "no name" 'سلمى'
no_match_out "no words" 'المخيم'
on list
match_out "list says so" "^${salma:0:8} .* withdrawn +\(withheld\)$"
on consent --purpose help "$salma"
expect "consent given again" 0
on show "$salma"
match_out "then it is shown again" 'المخيم'
on consent --no-purpose "$salma"
expect "no purpose" 0
on show "$salma"
no_match_out "then nothing is shown" 'المخيم'
on consent --terms secret "$salma"
expect "terms that there are not" 2
on consent --expires someday "$salma"
expect "a day that is none" 2

# ---- cases
on case open --need medical --note 'Просит письмо врачу' "$second"
expect "a case" 0
match_out "its outcome is unknown" '^outcome: unknown$'
case=$(sed -n 's/^id: //p' out)
printf 'Первая записка\nв две строки\n' >note.txt
on case note --day 2024-05-10 "$case" @note.txt
expect "a note from a file" 0
match_out "the note before stays" 'Просит письмо врачу'
match_out "with its day" '2024-05-10: Первая записка'
on case outcome --how-known 'the letter he sent' "${case:0:8}" achieved
expect "an outcome" 0
on list casework
match_out "the newest version is listed" 'outcome: achieved; how_known: the'
check "once" test "$(grep -c achieved out)" = 1
on case outcome "$case" won
expect "an outcome that there is not" 2
on case open "$second"
expect "a case without a need" 2
on case open --need medical 00000000
expect "a case of nobody" 3
on consent --terms background "$second"
on case note "$case" 'one more'
expect "a note where its words may not be read" 3
on list casework
match_out "then nothing is lost" 'need: medical'
on case
expect "case alone" 2
tap_end
