#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Linking lists, as a person does it: the lists of invented men in example/lists, and small ones
# made here.
. "$(dirname "$0")/tap.sh"

cp "$tree"/example/lists/*.csv .
lists=(line.csv relatives.csv watch.csv)
csv_check() { # name file expression over `rows`
    check "$1" python3 -c '
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], encoding="utf-8", newline="")))
result = eval(sys.argv[2])
print(result, rows[:5])
sys.exit(not result)' "$2" "$3"
}

run link --pairs pairs.csv --clusters clusters.csv --draws draws.csv --draw-count 7 \
    --review review.csv --report report.html --write-config config.json "${lists[@]}"
expect "three lists in three scripts" 0
match_err "says what the files are" 'relatives.csv: 24 records, 5 columns, UTF-8, .*semicolons'
match_out "says what the columns are" 'фамилия: family name'
match_out "how many persons, as a range" 'persons +[0-9]+ to [0-9]+ \(95 %\)'
match_out "which threshold" 'threshold +0\.[0-9]+, chosen'
check "output files are private" bash -c \
    '[ "$(stat -c %a pairs.csv clusters.csv draws.csv review.csv report.html config.json | sort -u)" = 600 ]'
csv_check "every record is in one cluster, once" clusters.csv \
    'len(rows) == 76 and len({r["record"] for r in rows}) == 76'
csv_check "records are called FILE:ROW" clusters.csv \
    'rows[0]["record"] == "line.csv:1" and rows[75]["record"] == "watch.csv:23"'
csv_check "clusters are numbered in the order of their first records" clusters.csv \
    '(lambda c: c == [str(i + 1) for i in range(len(c))])(list(dict.fromkeys(r["cluster"] for r in rows)))'
csv_check "sizes are right" clusters.csv \
    'all(int(r["size"]) == sum(s["cluster"] == r["cluster"] for s in rows) for r in rows)'
csv_check "a cluster of several has its weakest bridge, one alone has none" clusters.csv \
    'all((r["size"] == "1") == (r["weakest_left"] == "") for r in rows)'
csv_check "names across scripts are linked" pairs.csv \
    'sum({r["left"].split(":")[0], r["right"].split(":")[0]} == {"line.csv", "relatives.csv"} for r in rows) >= 10'
csv_check "the bits of a pair sum to its weight" pairs.csv \
    'all(abs(sum(float(v or 0) for k, v in list(r.items())[4:-2]) - float(r["weight"])) < 0.1 for r in rows)'
csv_check "pairs are sorted as the records are" pairs.csv \
    'len(rows) > 20 and (lambda n: [(n(r["left"]), n(r["right"])) for r in rows] == sorted((n(r["left"]), n(r["right"])) for r in rows))(lambda x: (["line.csv", "relatives.csv", "watch.csv"].index(x.split(":")[0]), int(x.split(":")[1])))'
csv_check "each draw has every record" draws.csv \
    'len(rows) == 7 * 76 and {r["draw"] for r in rows} == set("1234567")'
check "no value of a record is in any output without --show-names" bash -c \
    '! grep -qiE "belan|белан|Sivak|بيلان|1996-03|Kolvar" out err pairs.csv clusters.csv draws.csv review.csv report.html'
check "the report may load and run nothing" grep -q "default-src 'none'" report.html
check "and has its parts" bash -c \
    'for id in result weights levels calibration blocking clusters doubt; do grep -q "id=\"$id\"" report.html || exit 1; done'

run link --config config.json --pairs again.csv "${lists[@]}"
expect "with the configuration it wrote" 0
check "it is the same" cmp pairs.csv again.csv

# The same bytes on any number of threads.
for threads in 1 2 7; do
    run link --threads $threads --seed 5 --pairs p$threads --clusters c$threads \
        --draws d$threads --review r$threads --report h$threads --format json "${lists[@]}"
    expect "$threads threads" 0
    cat p$threads c$threads d$threads r$threads h$threads out >all$threads
done
check "one and two threads" cmp all1 all2
check "one and seven threads" cmp all1 all7
json_check "JSON is one object with the figures" \
    'len(rows) == 1 and rows[0]["records"] == 76 and rows[0]["persons"]["low"] <= rows[0]["persons"]["best"] <= rows[0]["persons"]["high"] and 0.9 < rows[0]["blocking_recall"] <= 1 and len(rows[0]["columns"]) == 14'

# The order of the rows is no evidence.
for f in "${lists[@]}"; do
    python3 -c '
import random, sys
lines = open(sys.argv[1], encoding="utf-8").read().splitlines()
head, rows = lines[0], [l + sys.argv[2] + "r%d" % i for i, l in enumerate(lines[1:])]
random.Random(3).shuffle(rows)
open("id-" + sys.argv[1], "w", encoding="utf-8").write("\n".join([head + sys.argv[2] + "key"] + [r + sys.argv[1][0] for r in rows]) + "\n")
open("in-" + sys.argv[1], "w", encoding="utf-8").write("\n".join([head + sys.argv[2] + "key"] + [r + sys.argv[1][0] for r in sorted(rows, key=lambda r: int(r.rsplit("r", 1)[1]))]) + "\n")
' "$f" "$([ "$f" = relatives.csv ] && echo ';' || echo ,)"
done
run link --id key --pairs shuffled.csv id-line.csv id-relatives.csv id-watch.csv
expect "shuffled rows, with ids" 0
run link --id key --pairs inorder.csv in-line.csv in-relatives.csv in-watch.csv
expect "and in order" 0
csv_check "they give the same links" shuffled.csv \
    'sorted(tuple(sorted((r["left"], r["right"]))) for r in rows) == sorted(tuple(sorted((r["left"], r["right"]))) for r in csv.DictReader(open("inorder.csv", newline="")))'
csv_check "and an id is never evidence" shuffled.csv '"key" not in rows[0]'

# --threshold 0 writes every pair; a threshold of one's own.
run link --threshold 0 --pairs every.csv "${lists[@]}"
expect "every pair" 0
csv_check "all of them" every.csv 'len(rows) == 76 * 75 // 2'
run link --threshold 0.99 --pairs sure.csv "${lists[@]}"
csv_check "a threshold of one's own" sure.csv 'rows and all(float(r["probability"]) >= .99 for r in rows)'

# --unique: no link within a list, and each record has one partner a list at most.
run link --unique --pairs unique.csv --clusters unique-clusters.csv "${lists[@]}"
expect "--unique" 0
csv_check "no link within a list" unique.csv \
    'rows and all(r["left"].split(":")[0] != r["right"].split(":")[0] for r in rows)'
csv_check "no cluster with two of a list" unique-clusters.csv \
    'len({(r["list"], r["cluster"]) for r in rows}) == len(rows)'

# Verdicts.
run link --show-names --review names.csv "${lists[@]}"
check "with --show-names the review file shows both records" grep -q 'left surname' names.csv
pair=$(sed -n 2p pairs.csv | cut -d, -f1,2 | tr -d '\r')
printf 'left,right,verdict,reason\r\n%s,Different,brothers\r\nwatch.csv:1,line.csv:1,same,\r\nwatch.csv:2,line.csv:2,,\r\n' \
    "$pair" >labels.csv
run link --labels labels.csv --pairs judged.csv --clusters judged-clusters.csv --review asked.csv "${lists[@]}"
expect "verdicts" 0
csv_check "records judged different are no pair" judged.csv \
    "not any(r['left'] + ',' + r['right'] == '$pair' for r in rows)"
csv_check "nor one cluster" judged-clusters.csv \
    "(lambda c: c['${pair%,*}'] != c['${pair#*,}'])({r['record']: r['cluster'] for r in rows})"
csv_check "records judged same are one" judged-clusters.csv \
    "(lambda c: c['line.csv:1'] == c['watch.csv:1'])({r['record']: r['cluster'] for r in rows})"
csv_check "and a pair, with the verdict" judged.csv \
    'any(r["left"] == "line.csv:1" and r["right"] == "watch.csv:1" and r["judged"] == "same" for r in rows)'
csv_check "no labelled pair is asked again" asked.csv \
    "not any(r['left'] + ',' + r['right'] in ('$pair', 'line.csv:1,watch.csv:1') for r in rows)"
run link --clusters undone.csv "${lists[@]}"
check "taking the verdicts out undoes them" cmp clusters.csv undone.csv

printf 'left;right;verdict\nline.csv:1;watch.csv:1;same\nwatch.csv:1;line.csv:1;different\n' >two.csv
run link --labels two.csv "${lists[@]}"
expect "verdicts that contradict one another" 0
match_err "are said, with their lines" 'two.csv: line 2 says same, and two.csv: line 3 says different'
printf 'left,right,verdict\nline.csv:1,line.csv:2,same\nline.csv:2,line.csv:3,same\n' >chain.csv
printf 'left,right,verdict\nline.csv:1,line.csv:3,different\n' >apart.csv
run link --labels chain.csv --labels apart.csv --clusters chain-clusters.csv "${lists[@]}"
expect "and those that do through a third" 0
match_out "too" 'line.csv:1 and line.csv:3 are judged different'
printf 'left,right,verdict\nline.csv:1,line.csv:2,same\n' >of-one-list.csv
run link --unique --labels of-one-list.csv "${lists[@]}"
expect "a verdict of same within a list that has each person once" 0
match_out "is said" 'line.csv:1 and line.csv:2 are of one list'
printf 'left,right,verdict\nline.csv:1,line.csv:2,\033[31msame\n' >steers.csv
run link --labels steers.csv "${lists[@]}"
expect "a verdict that would steer the terminal" 3
check "does not" bash -c '! grep -q "$(printf "\033")" err'
printf 'left,right,verdict\nline.csv:1,line.csv:2,same\nline.csv:1,line.csv:3,perhaps\n' >word.csv
run link --labels word.csv "${lists[@]}"
expect "a word that is no verdict" 3
match_err "names the line" 'word.csv: line 3: the verdict is "perhaps"; expected same, different, unsure'
printf 'left,right,verdict\nline.csv:1,line.csv:99,same\n' >nobody.csv
run link --labels nobody.csv "${lists[@]}"
expect "a record that is not there" 3
match_err "names it" 'nobody.csv: line 2: there is no record "line.csv:99"'
printf 'left,right\na,b\n' >columns.csv
run link --labels columns.csv "${lists[@]}"
expect "labels without verdicts" 3

# Bad lists and bad command lines.
printf 'name,age\nAnna Berg,3\nOtto\n' >ragged.csv
run link ragged.csv
expect "a ragged list" 3
match_err "names the line" 'ragged.csv: line 3'
printf 'key,name\n1,Anna Berg\n1,Otto Frei\n' >twice.csv
run link --id key twice.csv
expect "an id twice" 3
match_err "names both lines" 'twice.csv.*line 2.*line 3|line 3.*line 2'
run link --id nothing line.csv
expect "an id column that is not there" 3
run link
expect "no list" 2
run link --threshold 2 line.csv
expect "a probability of 2" 2
run link --seed x line.csv
expect "a seed that is no number" 2
run link --pairs same.csv --clusters same.csv line.csv
expect "two outputs with one name" 2
run link --pairs same.csv --clusters ./same.csv line.csv
expect "nor with two names of one file" 2
run link --pairs ./line.csv line.csv
expect "an output over a list" 2
match_err "says so" 'line.csv is read, and would be written over'
check "the list is as it was" cmp line.csv "$tree/example/lists/line.csv"
cp labels.csv filled.csv
run link --labels filled.csv --review filled.csv "${lists[@]}"
expect "a review over the verdicts" 2
check "they are as they were" cmp labels.csv filled.csv
run link --archive x line.csv
expect "an archive and a list" 2
run link missing.csv
expect "a list that is not there" 3
cp line.csv one.csv
head -2 line.csv >single.csv
head -1 line.csv >empty.csv
for f in single.csv empty.csv; do
    run link --clusters few.csv $f
    case $code in 0 | 3) good=0 ;; *) good=1 ;; esac
    tap_result $good "$f is told or linked, nothing worse"
done

# A cell that runs in a spreadsheet.
printf 'key,first name,surname,born\n=1+2,Anna,Berg,1990-01-02\nb,Anna,Berg,1990-01-02\nc,Otto,Frei,1980-04-05\nd,Ida,Lund,1970-06-07\n' >formula.csv
run link --id key --threshold 0 --pairs formula-pairs.csv --clusters formula-clusters.csv formula.csv
expect "an id that is a formula" 0
check "is neutralised" bash -c "grep -q \"^'=1+2,\" formula-clusters.csv && ! grep -q '^=' formula-pairs.csv formula-clusters.csv"
printf "left,right,verdict\n'=1+2,b,same\n" >formula-labels.csv
run link --id key --labels formula-labels.csv formula.csv
expect "and found again from a review file" 0

# Standard input.
cat line.csv | run link --format json - relatives.csv
expect "standard input" 0

# Nothing half-written: a full disk and an interrupt.
mkdir -p kept && echo before >kept/pairs.csv
(
    cd kept || exit 1
    ulimit -f 8
    "$DEPONENT" link --threshold 0 --pairs pairs.csv "$tap_home"/line.csv "$tap_home"/relatives.csv
) >out 2>err
code=$?
expect "a full disk" 4
check "one sentence" bash -c '[ "$(grep -c "deponent link:" err)" = 1 ]'
check "what was there is there" grep -qx before kept/pairs.csv
check "and no piece of a file" bash -c '[ "$(ls kept)" = pairs.csv ]'

# An interrupt, in the middle of it: standard input that does not end.
python3 -c '
import signal, subprocess, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
p = subprocess.Popen([sys.argv[1], "link", "--pairs", "kept/pairs.csv", "-"], stdin=subprocess.PIPE,
                     stderr=open("err", "w"), stdout=subprocess.DEVNULL,
                     preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
p.stdin.write(b"first name,surname,born\n")
p.stdin.flush()
time.sleep(1)
p.send_signal(signal.SIGINT)
sys.exit(p.wait(30) != -signal.SIGINT)' "$DEPONENT"
tap_result $? "an interrupt ends it by the signal"
match_err "and it says what was left" 'stopped; no file was left half-written'
check "what was there is still there" grep -qx before kept/pairs.csv
check "and no piece of a file beside it" bash -c '[ "$(ls kept)" = pairs.csv ]'
tap_end
