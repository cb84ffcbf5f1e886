#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Manual pages: mandoc finds nothing to warn about; each verb has a page; each option of a
# verb's --help stands in its page; no page is missing. Prints TAP.
cd "$(dirname "$0")/../.." || exit 1
n=0 failed=0
say() { # good? name details
    n=$((n + 1))
    if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; failed=1; fi
    [ -z "${3-}" ] || sed 's/^/# /' <<<"$3"
}
for page in man/*.[1-8]; do
    # STYLE messages are about Debian's and BSD's taste (a date in their form); the rest counts.
    found=$(mandoc -T lint -W warning "$page" 2>&1)
    [ -z "$found" ]
    say $? "$page has no warnings" "$found"
    grep -q '^\.\\" SPDX-License-Identifier: GPL-3.0-or-later' "$page"
    say $? "$page carries its licence"
done
# The verbs are those of the table in door/cli/main.c.
for verb in $(grep -oE "&cli_[a-z]+" src/door/cli/main.c | cut -c 6-); do
    page=man/deponent-$verb.1
    [ -f "$page" ]
    say $? "the verb $verb has the page $page"
    [ -f "$page" ] || continue
    missing=
    for option in $(sed -n '/\.usage =/,/^ *\.run/p' "src/door/cli/$verb.c" | grep -oE -- '--[a-z-]+' |
        sort -u); do
        grep -qE -- "Fl (Fl |-)${option#--}( |$)" "$page" ||
            missing+="$option "
    done
    [ -z "$missing" ]
    say $? "$page names every option of --help" "$missing"
done
installed=$(grep -oE "'[a-z-]+\.[1-8]'" man/meson.build | tr -d "'" | sort)
[ "$installed" = "$(cd man && ls -- *.[1-8])" ]
say $? "every page is installed"
missing=$({
    grep -rhoE 'deponent-[a-z-]+\([1-8]\)' src README.md SECURITY.md CONTRIBUTING.md | tr '()' '. '
    sed -nE 's/^\.Xr (deponent[a-z-]*) ([1-8]).*/\1.\2/p' man/*.[1-8]
} | sed 's/ *$//' | sort -u | while read -r page; do [ -f "man/$page" ] || echo "$page"; done)
[ -z "$missing" ]
say $? "every page that is spoken of is there" "$missing"
echo "1..$n"
exit $failed
