#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# deponent weigh as a person runs it: the table, JSON, lints of a given sentence, bad files.
. "$(dirname "$0")/tap.sh"
cat >dorn.json <<'END'
{"sources":[
  {"id":"aid","label":"Dorn Aid","grade":"B","basis":"service_provider","terms":"on_record"},
  {"id":"kin","label":"Ivo Marn","grade":"F","basis":"related_person","terms":"anonymity"},
  {"id":"times","label":"Harbour Times","grade":"C","basis":"relayed","terms":"on_record"},
  {"id":"ministry","label":"the Interior Ministry","grade":"D","basis":null,"terms":"on_record"}],
 "statements":[
  {"id":"1","source":"aid","stance":"reports","information_grade":"2","low":12,"high":12,
   "bound":"exact","counting_unit":"individual","when":"2022-07-11"},
  {"id":"2","source":"kin","stance":"asserts","information_grade":"6","low":12,"high":20,
   "bound":"range","counting_unit":"individual","when":"2022-07-11"},
  {"id":"3","source":"times","stance":"reports","information_grade":"3","low":120,"high":120,
   "bound":"exact","counting_unit":"individual","when":"2022-07-13"},
  {"id":"4","source":"ministry","stance":"denies","information_grade":"5","low":null,
   "high":null,"bound":null,"counting_unit":null,"when":"2022-07-12"}],
 "derivations":[{"from":"times","to":"aid","kind":"quoted","certainty":"established"}],
 "ours":[]}
END

run weigh dorn.json
expect "the table" 0
expect_silent "the table"
match_out "the verdict with its flags" '^verdict +corroborated, denied$'
match_out "the origins" '^origins +2, from 3 accounts$'
match_out "circular reporting" '^circular +one origin, 1 repeat: aid, times$'
match_out "the range" '^range +12 to 20, individual$'
match_out "the rules" '^rules +weigh-1$'
no_match_out "no name of somebody anonymous" 'Ivo|Marn'

run weigh --format json dorn.json
expect "JSON" 0
json_check "the contract's keys, in their order" \
    'list(rows[0])[:8] == ["origins", "circular", "verdict", "flags", "range", "sentence", "lints", "rule_version"]'
json_check "their values" \
    'rows[0]["origins"] == [2, 2] and rows[0]["verdict"] == "corroborated" and rows[0]["flags"] == ["denied"] and rows[0]["range"] == [12, 20] and rows[0]["lints"] == [] and rows[0]["rule_version"] == "weigh-1"'
json_check "a circle" \
    'rows[0]["circular"] == [{"sources": ["aid", "times"], "origins": 1, "repeats": 1, "certainty": "established", "ring": False}]'
json_check "the sentence says the floor" '"at least 12" in rows[0]["sentence"]'
json_check "and the denial with its date" \
    '"The Interior Ministry denied this on 12 July 2022." in rows[0]["sentence"]'
cp out whole

run weigh --format json - <dorn.json
expect "standard input" 0
check "gives the same" cmp out whole
python3 - dorn.json >turned.json <<'END'
import json, sys
case = json.load(open(sys.argv[1]))
for key in case:
    case[key].reverse()
print(json.dumps(case))
END
run weigh --format json turned.json
check "the order of the input does not show" cmp out whole

# The sentence it writes passes its own lints.
sentence=$(python3 -c 'import json; print(json.load(open("whole"))["sentence"])')
run weigh --format json --lint "$sentence" dorn.json
expect "its own sentence" 0
json_check "passes" 'rows[0]["lints"] == []'
lint() { # code sentence
    run weigh --format json --lint "$2" dorn.json
    expect "lint $1" 0
    json_check "lint $1 refuses: $2" '[l["code"] for l in rows[0]["lints"]] == ["'"$1"'"]'
}
lint plural-sources "Three sources speak of 12 people."
lint confirmed "It is confirmed that 12 people were held."
lint at-least "At least 13 people were held."
lint mixed-units "12 people and families were held."
lint likelihood "It is likely, with moderate confidence."
lint name-not-allowed "Ivo Marn speaks of 12 people."
lint sum-of-lists "132 people were held."
run weigh --lint "Ivo Marn speaks." dorn.json
expect "lints for people" 0
match_out "say what is wrong" 'points to somebody'

# A sentence that reads well with nothing but what the contract names.
echo '{"sources":[],"statements":[]}' >nothing.json
run weigh --format json nothing.json
expect "nothing" 0
json_check "is said to be nothing" \
    'rows[0]["origins"] == [0, 0] and rows[0]["verdict"] is None and rows[0]["range"] == [None, None]'

refused() { # name content regex
    printf '%s' "$2" >bad.json
    run weigh bad.json
    expect "$1" 3
    match_err "$1 is said" "$3"
    check "$1: in one line" test "$(wc -l <err)" = 1
    check "$1: nothing is printed" test ! -s out
}
refused "an empty file" '' '^deponent weigh: bad.json: '
refused "no JSON" '{"sources":[}' 'bad.json: line 1, column [0-9]+: '
refused "an unknown key" '{"sources":[{"id":"a","garde":"B"}],"statements":[]}' \
    'sources\[0\]: there is no key "garde"'
refused "a grade that is none" '{"sources":[{"id":"a","grade":"G"}],"statements":[]}' \
    'sources\[0\].grade: there is no source grade "G"; expected A, B, C, D, E or F'
refused "a source that is not there" \
    '{"sources":[],"statements":[{"id":"1","source":"a","stance":"asserts"}]}' \
    'statements\[0\].source: there is no source "a"'
refused "a date that is none" \
    '{"sources":[{"id":"a"}],"statements":[{"id":"1","source":"a","stance":"asserts","when":"July"}]}' \
    'statements\[0\].when: '
refused "an id twice" '{"sources":[{"id":"a"},{"id":"a"}],"statements":[]}' \
    'sources\[1\].id: "a" stands twice'
refused "brackets without end" "$(head -c 100000 /dev/zero | tr '\0' '[')" 'nested deeper than 64'
refused "invalid UTF-8" "$(printf '{"sources":["\xff"]}')" 'not valid UTF-8'

run weigh --format json dorn.json missing.json dorn.json
expect "one bad file among several" 3
check "the others are done" test "$(wc -l <out)" = 2
run weigh --format tsv dorn.json
expect "a format it does not have" 2
run weigh --lint "$(head -c 70000 /dev/zero | tr '\0' 'x')" dorn.json
expect "a sentence without end" 3
tap_end
