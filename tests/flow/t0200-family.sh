#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copy families and their drift, as a person finds them.
. "$(dirname "$0")/tap.sh"

example=$tree/example
run family --format json "$example"/01*.txt "$example"/02*.txt "$example"/03*.txt "$example"/04*.html \
    "$example"/05*.txt "$example"/06*.txt "$example"/07*.txt
expect "the example" 0
expect_silent "the example"
json_check "one family of the four copies" \
    '[len(r["files"]) for r in rows if "files" in r] == [4]'
json_check "no row but families, drifts and what is too short" \
    'all(set(r) & {"files", "drift", "too_short"} for r in rows)'
json_check "a figure that changed, each copy with its wording" \
    'any(r.get("kind") == "figure" and [v["text"] for v in r["values"]] == ["At least 120", "About 120", "In excess of 210", "At least 120"] for r in rows)'
json_check "a copy that dropped a figure has null" \
    'any(r.get("kind") == "figure" and None in [v["text"] for v in r["values"]] for r in rows)'
json_check "spans are bytes of the files, for HTML too" \
    'all(v["text"] in (None, "withheld") or open(v["file"], "rb").read()[v["begin"]:v["end"]].decode() == v["text"] for r in rows if "drift" in r for v in r["values"])'
json_check "a credit line is a derivation" \
    'any(d["credits"] == "Meridian News Agency" and d["from"].endswith("01-meridian-held.txt") for r in rows for d in r.get("derivations", []))'
json_check "the copy that unmasks is named" \
    'all(u["file"].endswith("04-herald-names-wife.html") for r in rows for u in r.get("unmasks", [])) and any(r.get("unmasks") for r in rows)'
check "the name of the anonymous speaker is printed nowhere" bash -c '! grep -qi selk out'

for format in table tsv html; do
    run family --format $format "$example"/0[1-4]*
    expect "$format" 0
    check "no name of the anonymous speaker ($format)" bash -c '! grep -qi selk out'
    match_out "the drift is there ($format)" 'In excess of 210'
done
match_out "the page may load nothing" "default-src 'none'"

run family "$example"/05*.txt "$example"/06*.txt
expect "no copies" 0
match_out "and that is said" 'No two of these texts'

printf 'Kolvar was full, Harn said.\n' >short.txt
run family --format json short.txt "$example"/05*.txt
expect_out "too short is said" '{"too_short":"short.txt"}'

# An index
cp "$example"/01*.txt a.txt
cp "$example"/02*.txt b.txt
cp "$example"/05*.txt c.txt
run family --index idx --format json a.txt c.txt
expect "an index is made" 0
check "with mode 0600" bash -c '[ "$(stat -c %a idx)" = 600 ]'
run family --index idx --format json b.txt
expect "one more text" 0
json_check "finds its family" '[r["files"] for r in rows if "files" in r] == [["a.txt", "b.txt"]]'
cp out one
run family --index idx --format json
cmp -s out one
tap_result $? "the collection has the same families without a text"
echo "Correction: 9 more." >>a.txt
run family --index idx --format json
expect "a text that has changed" 3
match_err "is told" 'a.txt has changed'
rm a.txt
run family --index idx --format json
expect "a text that is gone" 3
head -c 100 idx >cut
run family --index cut b.txt
expect "a damaged index" 3
match_err "is told" 'cut: the index is damaged'
run family --index b.txt c.txt
expect "no index at all" 3
check "and it is left alone" cmp -s b.txt "$example"/02*.txt
run family --index idx - <c.txt
expect "standard input cannot be indexed" 3

# Bad input
printf 'a\0b' >binary
run family --format json binary "$example"/01*.txt "$example"/02*.txt nowhere.txt .
expect "bad files among good ones" 3
json_check "the others are finished" 'sum("files" in r for r in rows) == 1'
match_err "one sentence each" 'nowhere.txt'
run family
expect "no file" 2
run family --format xml a.txt
expect "no such format" 2
tap_end
