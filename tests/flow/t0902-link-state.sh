#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A linked set that is kept, and records that are added to it.
. "$(dirname "$0")/tap.sh"

# Invented: forty persons, listed up to three times, with errors.
python3 - <<'END'
import csv, random
rng = random.Random(11)
given = "Anna Otto Ida Emil Greta Hugo Clara Oskar Martha Anton Frieda Paul Lotte Karl Elsa Felix".split()
family = "Bergen Freimut Lundholm Achterberg Kestner Morland Tessin Rauch Halden Osten Brandis Velmar Sundorf Grauel Lindau Wittich".split()
places = "Marnoth Kolvar Tesk Belisk Orsk".split()
rows = []
for k in range(40):
    person = [rng.choice(given), rng.choice(family), "19%02d-%02d-%02d" % (rng.randrange(40, 99), rng.randrange(1, 13), rng.randrange(1, 29)), rng.choice(places)]
    for copy in range(rng.choice([1, 2, 2, 3])):
        p = list(person)
        if copy and rng.random() < .5:
            i = rng.randrange(1, len(p[1]) - 1)
            p[1] = p[1][:i] + p[1][i + 1] + p[1][i] + p[1][i + 2:]
        rows.append(p)
rng.shuffle(rows)
rows = [["k%02d" % i] + r for i, r in enumerate(rows)]
head = ["key", "first name", "surname", "born", "home"]
for name, part in (("all.csv", rows), ("base.csv", rows[:60]), ("more.csv", rows[60:70]), ("last.csv", rows[70:])):
    csv.writer(open(name, "w", newline="")).writerows([head] + part)
END
clusters() { # FILE: each record with the first record of its cluster
    python3 -c '
import csv, sys
first = {}
for r in csv.DictReader(open(sys.argv[1], newline="")):
    print(r["record"], first.setdefault(r["cluster"], r["record"]))' "$1"
}

run link --id key --state set base.csv
expect "a set is kept" 0
check "with mode 0600" [ "$(stat -c %a set)" = 600 ]
cp set set.base
run link --state set --clusters one.csv
expect "opened without a list" 0
run link --id key --clusters base-clusters.csv base.csv
check "it has the clusters it was made with" cmp one.csv base-clusters.csv

run link --state set --format json more.csv
expect "records are added" 0
json_check "it says how many" 'rows[0]["added"] == 10 and rows[0]["records"] == 70'
size=$(stat -c %s set.base)
check "what was there stays as it was" cmp -n "$size" set set.base
run link --state set --clusters three.csv --pairs three-pairs.csv last.csv
expect "and more" 0
run link --state set --clusters again.csv --pairs again-pairs.csv --report again.html --review again-review.csv
expect "opened again" 0
check "it is the same" cmp three.csv again.csv
check "and so are the pairs" cmp three-pairs.csv again-pairs.csv
run link --id key --clusters whole.csv all.csv
python3 -c '
import csv, sys
def pairs(f):
    rows = list(csv.DictReader(open(f, newline="")))
    return {(a["record"], b["record"]) for a in rows for b in rows if a["record"] < b["record"] and a["cluster"] == b["cluster"]}
a, b = pairs("three.csv"), pairs("whole.csv")
print(len(a), len(b), len(a & b), a ^ b)
sys.exit(len(a ^ b) > len(b) / 10)' >both.out
tap_result $? "what was added step by step is linked as if all were linked at once"
for threads in 1 2 7; do
    cp set.base "set$threads"
    run link --threads $threads --state "set$threads" --clusters "t$threads.csv" --pairs "p$threads.csv" more.csv
    cat "set$threads" "t$threads.csv" "p$threads.csv" >"all$threads"
done
check "the same bytes on one and two threads" cmp all1 all2
check "and seven" cmp all1 all7

# Verdicts stay, and can be changed.
pair=$(sed -n 2p three-pairs.csv | cut -d, -f1,2)
printf 'left,right,verdict\n%s,different\n' "$pair" >labels.csv
run link --state set --labels labels.csv
expect "a verdict" 0
run link --state set --pairs judged.csv
check "is kept" bash -c "! grep -q '^$pair,' judged.csv"
printf 'left,right,verdict\n%s,unsure\n' "$pair" >unsure.csv
run link --state set --labels unsure.csv --clusters freed.csv
expect "a later one" 0
check "frees the pair" bash -c "diff <(cut -d, -f1,3 three.csv) <(cut -d, -f1,3 freed.csv)"

# What cannot be.
run link --state set more.csv
expect "the same records again" 3
match_err "are told" 'k6[0-9]'
printf 'key,color\nx1,red\n' >other.csv
run link --state set other.csv
expect "a list of other columns" 3
match_err "is told" 'none of the columns'
printf 'first name,surname\nAnna,Bergen\n' >nokey.csv
run link --state set nokey.csv
expect "a list without the ids" 3
run link --state set --unique last.csv
expect "--unique when the set was not linked so" 3
run link --state set --id born more.csv
expect "other ids" 3
run link --state missing
expect "no state and no list" 2
head -c 1000 set >cut
run link --state cut
expect "a state that is cut off" 3
cp set bent && printf 'XXXX' | dd of=bent bs=1 seek=2000 conv=notrunc 2>/dev/null
run link --state bent
expect "a state that was changed" 3
match_err "is told" 'bent: .*damaged'
echo hello >hello
run link --state hello
expect "what is no state" 3
cp set.base torn && head -c $((size + 60)) set >torn
run link --state torn --clusters torn-clusters.csv
expect "a piece that was not written whole" 0
check "is as if it had not been begun" cmp torn-clusters.csv base-clusters.csv
run link --state torn more.csv
expect "and more can be added" 0
tap_end
