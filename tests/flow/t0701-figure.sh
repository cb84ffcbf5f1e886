#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# How many, from an archive: a draft, judgements, derivations and grades that change it, terms
# that say how it may be said, a figure that is recorded and what becomes of it.
. "$(dirname "$0")/tap.sh"
umask 077
export COLUMNS=100
echo 'pear anvil seven river moth lantern' >pass
on() { run "$1" --archive vault --passphrase-file pass --day 2024-05-02 "${@:2}"; }
field() { # name: of the first row of out
    python3 -c 'import json, sys; print(json.loads(open("out").readline())[sys.argv[1]])' "$1"
}
account() { # ADD OPTION…: sets $id and $source
    on add --format json "$@" - <<<'Words of an account.'
    id=$(field account) source=$(field source)
}
said() { # ACCOUNT FIELD=VALUE…
    on edit --new statement "$@"
    statement=$(cat out)
}
held() { on figure --act held --where Marnoth "$@"; }
run init --passphrase-file pass --work-factor 10 vault
expect "init" 0
stats=(--purpose help --purpose statistics)
open=(--terms on_record --purpose help --purpose statistics --purpose publication)

on figure
expect "nothing is there yet" 0
match_out "which is said" 'No account that may be used is at hand'
on figure --record
expect "and not recorded" 3

# ---- two sources, a denial, another unit
account --source-name 'Dorn Aid' --basis service_provider "${open[@]}"
aid=$id aid_source=$source
said "$aid" act=held where=Marnoth low=40 bound=at_least unit=individual when=2024-04-29
account --source-name 'Ana Kolm' --description 'a nurse at the port' --basis witness \
    --terms anonymity "${stats[@]}"
nurse=$id nurse_source=$source
said "$nurse" act=Held where=marnoth low=35 high=50 unit=individual when=2024-04-28
account --source-name 'the Interior Ministry' "${open[@]}"
ministry=$id
said "$ministry" stance=denies act=held where=Marnoth when=2024-04-30
denial=$statement
said "$aid" act=held where=Marnoth low=12 high=12 unit=family
held
expect "two units" 3
match_err "are not mixed, and the choice is said" 'several units: individual \(2\), family \(1\); .*--unit'
held --unit individual
expect "a draft" 0
expect_silent "a draft"
match_out "says that it is one" '^DRAFT, not recorded$'
match_out "the question" '^question +act=held; where=Marnoth; unit=individual$'
match_out "verdict and flags" '^verdict +corroborated, denied, pending$'
match_out "origins" '^origins +2, from 2 accounts$'
match_out "range" '^range +35 to 50, individual$'
match_out "what is left out" '^left out +1 in family$'
match_out "on the record by name" 'According to Dorn Aid and a nurse at the port'
match_out "under anonymity as described" '\(name withheld\)'
no_match_out "no name of hers" 'Kolm'
held --unit individual --format json
json_check "JSON" \
    "rows[0]['draft'] and rows[0]['figure'] is None and rows[0]['range'] == [35, 50] and rows[0]['unit'] == 'individual' and rows[0]['denied_by'] == ['$denial'] and rows[0]['left_out'] == {'family': 1}"
json_check "in what is kept, sources are ids" \
    "'{source:$aid_source}' in rows[0]['wording'] and '{source:$nurse_source description}' in rows[0]['wording'] and 'Dorn' not in rows[0]['wording'] and 'nurse' not in rows[0]['wording']"
on figure --act held --where Marnoth --unit individual --when 2024-03
match_out "another time" 'No account that may be used'
on figure --act beaten
match_out "another act" 'No account that may be used'
for n in 1 2 3; do held --unit individual && cp out "again$n"; done
check "the same three times" cmp again1 again3
on log --format json
json_check "a draft reads no words of an account" 'not any(r["act"] == "read" for r in rows)'

# ---- grades
on assess "$aid" --source-grade B --information-grade 2 --reason 'lists were seen'
expect "assess" 0
check "two assessments: of its source and of what it says" test "$(wc -l <out)" = 2
grade=$(head -n 1 out)
on assess "$nurse_source" --source-grade C
expect "a source" 0
on assess "$nurse_source" --information-grade 2
expect "a source has no grade of information" 3
on assess "$nurse" --information-grade 2
held --unit individual
no_match_out "all is assessed" 'pending'
on assess --undo "$grade"
expect "an assessment is taken back" 0
held --unit individual
match_out "and pends again" '^verdict .*pending'
on assess "$aid" --source-grade G
expect "no such grade" 2
on assess "$aid"
expect "no grade" 2

# ---- derivations
on derive "$nurse" "$aid" --kind derived --certainty possible
expect "derive" 0
possible=$(cat out)
held --unit individual
match_out "a possible link lowers the low end" '^origins +1 to 2,'
on derive "$nurse" "$aid"
held --unit individual
match_out "an established one both" '^origins +1, '
match_out "circular reporting" '^circular +one origin, 1 repeat'
established=$(on derive "$aid" "$aid"; cat err)
check "nothing comes from itself" grep -q 'nothing comes from itself' <<<"$established"
on figure --act held --where Marnoth --unit individual --record
expect "record" 0
figure=$(sed -n 's/^recorded *//p' out)
check "its id" test ${#figure} = 26
account --report --source-name 'Harbour Times'
echo_of_ours=$id
said "$echo_of_ours" act=held where=Marnoth low=45 high=45 unit=individual when=2024-05-01
on derive "$echo_of_ours" "$figure" --kind quoted
expect "a report that quotes our figure" 0
held --unit individual
match_out "nothing corroborates itself" '^origins +1, from 2 accounts$'
match_out "which is said" 'One account is our own or'
on derive --undo "$possible"
expect "undo" 0
on derive --undo "$possible"
expect "undo again" 3
on derive "$figure" "$aid"
expect "a figure of ours is no report" 3

# ---- one by one
account --source-name 'Mira Olt' --basis related_person --terms anonymity "${stats[@]}"
mira=$id
account --source-name 'Petr Ganz' --basis victim --terms background "${stats[@]}"
petr=$id
account --source-name 'Jan Ruk' --basis witness --terms deep_background "${stats[@]}"
jan=$id
for a in "$mira" "$petr" "$jan"; do said "$a" act=taken where=Vell unit=individual; done
node() { on edit --new node "$@"; cat out; }
m1=$(node "$mira" name=Ivo) m2=$(node "$mira") p1=$(node "$petr" name=Ivo) j1=$(node "$jan")
taken() { on figure --act taken --where Vell "$@"; }
taken
expect "persons" 0
match_out "each counted once" '^range +4, individual$'
match_out "of whom it is said" 'each counted once'
no_match_out "nobody is named" 'Mira|Petr|Jan Ruk|Ivo'
on judge "$m1" "$p1" same --ground name --ground date
expect "judge" 0
on judge "$m2" "$j1" unsure
expect "unsure" 0
unsure=$(cat out)
taken
match_out "unsure makes a range" '^range +2 to 3, individual$'
match_out "what rests on one" '; 2 rest on one'
match_out "no better than its weakest" '^verdict +alleged, pending$'
on judge "$m1" "$m2" different
taken --format json
json_check "different changes no count" 'rows[0]["range"] == [2, 3] and rows[0]["one_by_one"]["conflicts"] == 0'
on judge "$m2" "$p1" same
taken --format json
json_check "but is held against what is joined" \
    'rows[0]["one_by_one"]["conflicts"] == 1 and rows[0]["range"] == [1, 2]'
on judge --undo "$(cat out >/dev/null; on judge "$m2" "$p1" different; cat out)"
expect "a judgement is taken back" 0
on judge --undo "$unsure"
expect "another" 0
taken --format json
json_check "as if it were not" 'rows[0]["range"] == [2, 2]'
on judge "$m1" "$m1" same
expect "the same node twice" 3
on judge "$m1" "$mira" same
expect "an account is no node" 3
on judge "$m1" "$p1" maybe
expect "no such judgement" 2
on judge "$m1" "$p1" same --ground hearsay
expect "no such ground" 2
place=$(node "$mira" type=place name=Vell)
on judge "$m1" "$place" same
expect "a person and a place" 3
said "$jan" act=taken where=Vell unit=individual whom="$j1"
taken
match_out "a statement about one of them" '^range +2, individual$'

# ---- recorded figures and what becomes of them
on figure --list
expect "list" 0
match_out "the figure" "^$figure 35 to 50, individual|^$figure 40 to open, individual|^$figure "
no_match_out "nothing shakes it" '!'
on figure "${figure:0:6}"
expect "by the beginning of its id" 0
match_out "its sources are filled in" 'According to Dorn Aid'
no_match_out "no placeholder is left" '\{source'
match_out "what it rests on" '^rests on +3 accounts$'
on consent "$nurse" --withdraw
expect "a withdrawal" 0
match_out "lists the figure" "${figure:0:8}"
on figure "$figure"
match_out "the figure says so" '^! rests on +3 accounts; 1 withdrawn since$'
no_match_out "who withdrew is not described" 'nurse'
on figure --list
match_out "and the list" "^$figure !"
held --unit individual
no_match_out "nor counted" 'nurse|50'
on consent "$aid" --terms background
on figure "$figure"
no_match_out "a name that is no longer allowed" 'Dorn Aid'
match_out "is withheld" '\[source withheld\]'
on figure "$figure" --record
expect "an id and a record" 2
on figure "$aid"
expect "an account is no figure" 3
on figure --unit people
expect "no such unit" 2
on figure --when yesterday
expect "no such time" 2
tap_end
