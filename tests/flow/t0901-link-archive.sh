#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Persons of an archive that may be one: proposed, accepted, rejected, undone; figures follow.
. "$(dirname "$0")/tap.sh"
umask 077
export COLUMNS=100
echo 'pear anvil seven river moth lantern' >pass
on() { run "$1" --archive vault --passphrase-file pass --day 2024-05-02 "${@:2}"; }
run init --passphrase-file pass --work-factor 10 vault
expect "init" 0

on link
expect "an archive without persons" 0
match_out "says so" 'nothing was compared'

names=('Danil Belan' 'Artyom Sivak' 'Mikhail Orenko' 'Rashid Mansurov' 'Viktor Yelagin' 'Hassan Abdulov'
    'Kirill Odintsov' 'Timur Makeyev' 'Lev Zorin' 'Gleb Fomin')
others=('Danil Belan' 'Artyom Sivak' 'Mikhail Orenko' 'Rashid Mansurov' 'Viktor Yelagin' 'Olga Tarasen')
account() { # CHANNEL NAME…: an account that speaks of these; the nodes in nodes[]
    echo "They were taken, he said." >told.txt
    on add --format json --channel phone --purpose help --purpose statistics --terms on_record \
        --source-name "$1" told.txt
    id=$(python3 -c 'import json; print(json.loads(open("out").readline())["account"])')
    on edit --new statement "$id" act=held where=Marnoth unit=individual when=2024-03
    nodes=()
    for name in "${@:2}"; do
        on edit --new node "$id" "name=$name"
        nodes+=("$(cat out)")
    done
}
account 'Lena Hart' "${names[@]}"
first=("${nodes[@]}")
account 'Nina Volk' "${others[@]}" 'her son'
second=("${nodes[@]}")

on link --format json
expect "proposals" 0
check "a name that two accounts have is proposed" grep -q "${first[0]}" out
json_check "nodes of different accounts, each pair once, likeliest first" \
    'len(rows) >= 4 and len({tuple(sorted((r["a"], r["b"]))) for r in rows}) == len(rows) and [r["probability"] for r in rows] == sorted((r["probability"] for r in rows), reverse=True)'
json_check "no name without --show-names" 'all(r["name_a"] is None and r["name_b"] is None for r in rows)'
check "nor in the evidence" bash -c '! grep -qE "Belan|Sivak" out'
check "who is only described is not compared" bash -c "! grep -q ${second[6]} out"
on link --show-names
match_out "with --show-names, names" '\(Danil Belan\)'
match_out "and it says what to do" 'deponent accept A B'
on log
match_out "reading the names left its entry" 'read'

figure() { # high end of the figure, one by one
    on figure --act held --where Marnoth --unit individual --format json
    python3 -c 'import json; r = json.loads(open("out").readline()); print(r["range"])'
}
before=$(figure)
on accept "${first[0]}" "${second[0]}"
expect "a proposal is accepted" 0
match_out "and is a judgement" '^[0-9a-z]{26} same$'
judgement=$(cut -d' ' -f1 out)
after=$(figure)
[ "$before" != "$after" ]
tap_result $? "the figure follows: $before, then $after"
on link --format json
check "it is not proposed again" bash -c "! grep -q ${first[0]} out"
on reject "${first[1]}" "${second[1]}"
expect "another is rejected" 0
match_out "and is a judgement too" 'different$'
on link --format json
check "nor that" bash -c "! grep -q ${first[1]} out"
on accept "${first[1]}" "${second[1]}"
expect "what is not proposed cannot be accepted" 3
match_err "and it says what can" 'deponent judge'
on judge --undo "$judgement"
expect "the judgement is taken back" 0
check "and the figure is as it was" [ "$(figure)" = "$before" ]
on link --format json
check "and it is proposed again" grep -q "${first[0]}" out
on accept "${first[0]}"
expect "one node" 2
on accept "${first[0]}" "${second[0]}" "${second[1]}"
expect "three nodes" 2
on link --pairs pairs.csv
expect "of an archive no file is written" 2
check "none" [ ! -e pairs.csv ]
tap_end
