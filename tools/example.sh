#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# tools/example.sh DEPONENT DIR: makes an archive of the invented reports and accounts in
# example/ in the folder DIR, as a small group would over some weeks: reports and accounts go in,
# what they say is accepted or entered by hand, copies are said to be copies, people are judged
# to be the same, and a figure is recorded. DIR is made anew; its passphrase is public.
#
# With `show` as third argument it says what it does.
set -eu
deponent=$1 archive=$2 show=${3-}
example=$(cd "$(dirname "${BASH_SOURCE[0]}")/../example" && pwd)
rm -rf "$archive" "$archive.passphrase"
install -m 600 "$example/passphrase" "$archive.passphrase"
day=2024-04-02

say() { [ -z "$show" ] || echo "   $*" >&2; }
on() { # VERB ARG…: on this archive
    "$deponent" "$1" --archive "$archive" --passphrase-file "$archive.passphrase" --day "$day" \
        --by example "${@:2}"
}
id_of() { sed -n "s/.*\"$1\":\"\([0-9a-z]*\)\".*/\1/p" | head -n 1; } # of JSON
report() { # FILE: prints its account
    on add --report --format json "$example/$1" | id_of account
}
statement() { # ACCOUNT FIELD=VALUE…
    on edit --new statement "$@" >/dev/null
}
node() { # ACCOUNT FIELD=VALUE…: prints its id
    on edit --new node "$@"
}
quietly() { "$@" >/dev/null; }

"$deponent" init --passphrase-file "$archive.passphrase" --work-factor 10 --day "$day" \
    "$archive" >/dev/null

say "published reports go in; what they say is accepted"
held=$(report 01-meridian-held.txt)
reprint=$(report 02-courier-reprint.txt)
flash=$(report 03-flash-reworded.txt)
wife=$(report 04-herald-names-wife.html)
denial=$(report 05-meridian-denial.txt)
watch=$(report 06-prison-watch-release.txt)
guard=$(report 07-courier-guard.txt)
closed=$(report 08-meridian-closed.txt)
closed_flash=$(report 09-flash-closed.txt)
monitor=$(report 10-monitor-repeats.txt)
herald=$(report 11-herald-repeats.html)
still=$(report 12-courier-still-there.txt)
for account in "$held" "$reprint" "$denial" "$watch" "$guard" "$closed" "$monitor" "$herald" \
    "$still"; do
    quietly on accept "$account" all
done
say "reworded copies, and the one that names the woman, are not believed a word"
for account in "$flash" "$wife" "$closed_flash"; do
    quietly on reject "$account" all
done
say "copies are no origins of their own"
for copy in "$reprint" "$flash" "$wife"; do
    quietly on derive "$copy" "$held" --kind derived
done
quietly on derive "$closed_flash" "$closed" --kind derived
quietly on derive "$monitor" "$herald" --kind quoted
quietly on derive "$herald" "$monitor" --kind quoted

say "three people tell what they know; one in Russian, one who is not to be described"
mother=$(on add --format json --channel phone --received 2024-03-05 --language en \
    --source-name 'Marta Olen' --description 'the mother of a man who is held' \
    --basis related_person --terms anonymity --reason 'afraid for her son' \
    --purpose help --purpose statistics --purpose publication \
    "$example/accounts/01-mother.account" | id_of account)
released=$(on add --format json --channel letter --received 2024-03-18 --language ru \
    --source-name 'Артём Сивак' --description 'a man who was released' --basis victim \
    --terms background --purpose help --purpose statistics \
    "$example/accounts/02-released-ru.account" | id_of account)
driver=$(on add --format json --channel phone --received 2024-03-20 --language en \
    --basis witness --terms deep_background --purpose help --purpose statistics \
    "$example/accounts/03-driver.account" | id_of account)

say "what they told is entered by hand, with the people they speak of"
for account in "$mother" "$released"; do
    statement "$account" act=held where=Kolvar unit=individual when=2024-01/2024-03
done
statement "$driver" stance=assesses act=fed where=Kolvar low=60 high=200 unit=individual \
    when=2024-01/2024-02
node "$mother" 'name=her son' >/dev/null
belan=$(node "$mother" 'name=the younger Belan')
third=$(node "$mother" 'name=the third man')
himself=$(node "$released" 'name=he himself')
danil=$(node "$released" 'name=Данил Белан')
quietly on judge "$belan" "$danil" same --ground name --ground place
quietly on judge "$third" "$himself" unsure --ground date --ground place

say "sources and what they say are graded"
line=$(on figure --act held --where Kolvar --unit individual --format json)
for source in $(sed 's/.*"wording":"\([^"]*\)".*/\1/' <<<"$line" |
    grep -o 'source:[0-9a-z]*}' | sed 's/source:\(.*\)}/\1/' | sort -u); do
    quietly on edit "$source" basis=service_provider
done
quietly on assess "$watch" --source-grade B --information-grade 2 --reason 'lists and interviews'
quietly on assess "$held" --source-grade B --information-grade 2
quietly on assess "$mother" --source-grade F --information-grade 2 --reason 'first contact'
quietly on assess "$released" --source-grade C --information-grade 2 \
    --reason 'his paper from the hospital was seen'

say "two people are helped"
quietly on case open --need detention --service representation "$mother"
release=$(on case open --need medical --service document --format json "$released" | id_of id)
quietly on case outcome "$release" achieved --how-known 'he rang from home'

say "and a figure is recorded"
on figure --act held --where Kolvar --unit individual --record
