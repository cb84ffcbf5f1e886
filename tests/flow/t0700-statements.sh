#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# From the text of a report to statements: proposals by number, accepted, rejected, edited; what
# a person enters by hand; and what the terms forbid.
. "$(dirname "$0")/tap.sh"
umask 077
export COLUMNS=100
echo 'pear anvil seven river moth lantern' >pass
on() { run "$1" --archive vault --passphrase-file pass --day 2024-05-02 "${@:2}"; }
field() { # name: of the first row of out
    python3 -c 'import json, sys; print(json.loads(open("out").readline())[sys.argv[1]])' "$1"
}
run init --passphrase-file pass --work-factor 10 vault
expect "init" 0
cat >report.txt <<'END'
publisher Harbour Times
date 2024-04-30

Dorn Aid, a legal-aid group, said on Monday that at least 40 men were being held in Marnoth.

The group also said it had received 12 complaints from families.

A guard, who spoke on condition of anonymity because he feared for his job, said about 60 men were being held in Marnoth.

The Interior Ministry denied that hundreds of men were being held in Marnoth.
END
on add --report --format json report.txt
expect "a report" 0
report=$(field account)

# ---- proposals
on propose "$report"
expect "propose" 0
expect_silent "propose"
match_out "how many are open" "^$report: [0-9]+ proposals, [0-9]+ open"
match_out "who, how and how many" '1\. Dorn Aid asserts: at least 40'
match_out "act, place and time" 'act held; where Marnoth; when '
match_out "the bytes and the rule" 'bytes [0-9]+ to [0-9]+, rule [a-z-]+$'
on propose --format json "$report"
json_check "JSON: numbers from 1 without gaps, each with its own id" \
    '[r["number"] for r in rows] == list(range(1, len(rows) + 1)) and len({r["statement"] for r in rows}) == len(rows)'
json_check "the bytes are those of the words" \
    'all(str(r["low"] if r["low"] is not None else r["high"]).rstrip(".0") in open("report.txt").read()[r["begin"]:r["end"]] for r in rows if r["bound"] in ("exact", "at_least") and r["low"] is not None and r["low"] > 9)'
json_check "a denial gives no number of its own" \
    'all(r["low"] is None and r["high"] is None for r in rows if r["stance"] == "denies") and any(r["stance"] == "denies" for r in rows)'
all=$(wc -l <out)
cp out proposals
on log --format json
json_check "reading the words left an entry" \
    "any(r['act'] == 'read' and '$report' in r['of'] for r in rows)"

# ---- deciding
on accept "$report" 1
expect "accept one" 0
match_out "its id and its number" '^[0-9a-z]{26} accepted 1$'
statement=$(cut -d' ' -f1 out)
check "it is the id that was proposed" grep -q "\"statement\":\"$statement\"" proposals
on reject "$report" 2
expect "reject one" 0
on propose --format json "$report"
json_check "what was decided is not proposed again, the others keep their numbers" \
    "[r['number'] for r in rows] == list(range(3, $all + 1))"
on propose --all --format json "$report"
json_check "--all says what was decided" \
    '[r["review"] for r in rows[:3]] == ["accepted", "rejected", None]'
on accept "$report" 1
expect "twice" 3
match_err "twice is said" 'proposal 1 is accepted already'
on accept "$report" 2
expect "what was rejected may be accepted later" 0
for wrong in 0 99 3-1 1,,2 2x all-1; do
    on accept "$report" "$wrong"
    expect "no number: $wrong" 3
    match_err "$wrong is said" 'is none of the [0-9]+ proposals'
done
on accept "$report" 3,99
expect "one number of several is wrong" 3
on propose --format json "$report"
json_check "then none is taken" 'rows[0]["number"] == 3'
on accept "$report" 3-4 all
expect "a range and all the rest" 0
on propose "$report"
match_out "nothing is left" ' 0 open$'
on accept "$report" all
expect "all of nothing" 0
check "prints nothing" test ! -s out

# ---- sources
on show --format json "$statement"
source=$(python3 -c 'import json; print(json.loads(open("out").readline())["source"])')
check "the speaker is a source" test ${#source} = 26
cat >later.txt <<'END'
publisher Dalsk Gazette
date 2024-05-01

Dorn Aid said on Tuesday that 45 men were being held in Marnoth. A guard said 70 men were being held in Marnoth.
END
on add --report --format json later.txt
later=$(field account)
on accept "$later" all
expect "a second report" 0
on show --format json "$(head -n 1 out | cut -d' ' -f1)"
json_check "one speaker is one source" "rows[0]['source'] == '$source'"
on list --format json source
json_check "who is not named has a description and no name, once in each report" \
    'sorted(r["description"] for r in rows if not r["name"] and (r["description"] or "").startswith("a g")) == ["a group", "a guard", "a guard"]'

# ---- editing
on edit "$statement" low=42 best=42 where="Marnoth port"
expect "edit" 0
expect_silent "edit"
on show --format json "$statement"
json_check "the new version stands, what was not given stays" \
    'rows[0]["low"] == 42 and rows[0]["where"] == "Marnoth port" and rows[0]["act"] == "held" and rows[0]["review"] == "edited"'
on edit "$statement" where=
on show --format json "$statement"
json_check "a field is taken out" 'rows[0]["where"] is None'
printf 'in the old\nport' >place.txt
on edit "$statement" where=@place.txt
on show --format json "$statement"
json_check "a value from a file" 'rows[0]["where"] == "in the old\nport"'
for wrong in 'colour=red' 'id=x' 'account=x' 'review=accepted' 'when=July' 'stance=thinks' 'low=-1' \
    'low=99' 'low=4 high=5'; do
    on edit "$statement" "$wrong"
    expect "edit $wrong" 3
    check "$wrong: one sentence" test "$(wc -l <err)" = 1
done
on edit "$statement" where=a where=b
expect "a field twice" 3
on edit "$statement" where
expect "no value" 2
on edit "$report" text=other
expect "what was told is not edited" 3

# ---- by hand
on add --format json --source-name 'Ivo Marn' --description 'a man who was released' \
    --basis victim --terms anonymity --purpose help --purpose statistics - <<<'Нас держали в Марноте.'
expect "an account in Russian" 0
told=$(field account)
on propose "$told"
expect "it is not read" 0
match_out "which is said, and what to do" 'not English, nothing read; .*deponent edit --new'
on edit --new statement "$told" act=held where=Marnoth low=3 high=4 unit=individual
expect "a statement by hand" 0
match_out "its id" '^[0-9a-z]{26}$'
hand=$(cat out)
on show --format json "$hand"
json_check "it asserts, and its bound is implied" \
    'rows[0]["stance"] == "asserts" and rows[0]["bound"] == "range" and rows[0]["rule"] is None and rows[0]["review"] is None'
on edit --new node "$told" 'name=Данил'
expect "a node" 0
node=$(cat out)
on show --format json "$node"
json_check "a person unless it is said" 'rows[0]["type"] == "person" and rows[0]["name"] == "Данил"'
on edit --new statement "$told"
expect "no field" 2
on edit --new source "$told" name=x
expect "no such kind" 2

# ---- terms
on add --format json --source-name 'Oto Vell' --terms background --purpose help --purpose statistics - \
    <<<'Dorn Aid said that 9 men were held in Marnoth.'
quiet=$(field account)
on propose "$quiet"
expect "words that may not be quoted are not read" 3
no_match_out "none is printed" 'Dorn|Marnoth'
on edit --new statement "$quiet" act=held where=Secretplace unit=individual
hidden=$(cat out)
on edit "$hidden" where=Elsewhere
expect "what may not be seen is not edited" 3
no_match_err "nor told" 'Secretplace'
on propose "$report" nothing
expect "an id that is none" 3
match_out "the others are done" "^$report: "
on propose
expect "no account" 2
run propose --passphrase-file pass --archive nowhere "$report"
expect "no archive" 3
tap_end
