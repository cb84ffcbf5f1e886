#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A folder of reports becomes a figure sheet: what is put together and what is not, which names
# are nowhere shown, the page, bad files, and what happens when the page cannot be written.
. "$(dirname "$0")/tap.sh"

cp -r "$tree/example" example
unmasked='Selk|Marina' # whom 04 names and 01 does not

run sheet --html page.html example
expect "the example" 0
expect_silent "the example"
match_out "the sheet is marked" '^FIGURE SHEET: INTERNAL, PROPOSED$'
match_out "a file that is no report is listed" '^example/README.md: neither'
no_match_out "the name that a copy gives away is not on the terminal" "$unmasked"
match_out "that a copy gives it away is said" 'copy of The Tresk Herald.* names a speaker'
cp out first.txt
cp page.html first.html
run sheet --html page.html example
check "the same files give the same table" cmp out first.txt
check "the same files give the same page" cmp page.html first.html
for columns in 40 80 160; do
    COLUMNS=$columns run sheet example
    check "$columns columns: no line is wider" python3 -c '
import sys, unicodedata
wide = [l for l in open("out", encoding="utf-8").read().split("\n") if len(l) > int(sys.argv[1])]
print(wide[:3])
sys.exit(bool(wide))' "$columns"
done

# ---- what is found ----

run sheet --format json example
expect "as JSON" 0
no_match_out "the name is not in the JSON" "$unmasked"
of() { # kind
    echo "[r for r in rows if r['kind'] == '$1']"
}
json_check "twelve reports" "len($(of report)) == 12"
json_check "two families of copies, of four and of two" \
    "sorted(len(f['reports']) for f in $(of family)) == [2, 4]"
json_check "the agency's reports lead" \
    "all(r['publisher'] == 'Meridian News Agency' for r in $(of report) if r['family'] and r['leads'])"
drift() { # kind, words that copies have
    echo "any(d['kind'] == '$1' and all(any(w in (v or '') for v in d['values']) for w in $2)
         for f in $(of family) for d in f['drift'])"
}
json_check "drift: a figure" "$(drift figure "['120', '210']")"
json_check "drift: a bound" "$(drift bound "['At least 120', 'About 120']")"
json_check "drift: a name" "$(drift name "['Harn', 'Hahn']")"
json_check "drift: a negation" "$(drift negation "['Nobody', 'Somebody']")"
json_check "drift: a quotation" "$(drift quotation "['anything', 'a crime']")"
json_check "drift: 35 and 53" "$(drift figure "['35', '53']")"
held="next(f for f in $(of figure) if f['title'] == 'People held, Kolvar')"
json_check "people held: 120 to 180" "$held['range'] == [120, 180]"
json_check "people held: denied, with the denials" \
    "'denied' in $held['flags'] and len($held['denials']) >= 2"
json_check "people held: four copies are not four origins" "$held['origins'][1] == 2"
json_check "people held: the copies are said" "'3 repeats' in ' '.join($held['notes'])"
json_check "people held: nothing is confirmed" "'confirmed' not in $held['sentence']"
requests="next(f for f in $(of figure) if f['title'].startswith('Requests'))"
json_check "requests are another figure, in another unit" \
    "$requests['counting_unit'] == 'request' and $held['counting_unit'] == 'individual'"
json_check "a source's later number supersedes its earlier ones" \
    "$requests['range'] == [455, 455] and len($requests['given']) == 3"
json_check "families are not people" \
    "not any('amilies' in f['title'] and f['counting_unit'] != 'family' for f in $(of figure))"
ring="next(f for f in $(of figure) if f['range'][0] == 300)"
json_check "two that have it from each other are one origin" \
    "$ring['origins'] == [1, 1] and 'Circular' in ' '.join($ring['notes'])"
json_check "full, then closed, then contradicted" \
    "(lambda steps: steps[0]['state'] == 'full' and any(s['state'] == 'closed' for s in steps)
      and any(s['against'] for s in steps))($(of place)[0]['steps'])"
json_check "an anonymous source is not described in a sentence" \
    "not any('wife' in f['sentence'] or 'guard' in f['sentence'] for f in $(of figure))"
json_check "what could not be verified stays beside the statement" \
    "any('could not independently verify' in (s['verification'] or '') for s in $(of statement))"
json_check "statements are taken once for a family" \
    "not any(s['report'] in (2, 3, 9) for s in $(of statement))"

# ---- the page ----

check "the page is private" [ "$(stat -c %a page.html)" = 600 ]
check "the name is not on the page" python3 -c '
import re, sys
sys.exit(bool(re.search(sys.argv[1], open("page.html", encoding="utf-8").read())))' "$unmasked"
check "the page says where a name is withheld" grep -q 'class="withheld">name withheld<' page.html
check "the page is marked" grep -q 'Internal</strong> <strong class="mark">Proposed' page.html
check "the page allows nothing to be loaded" grep -q "default-src 'none'" page.html
check "the page is well formed, loads nothing, and its links lead somewhere" python3 -c '
import html.parser, re, sys
page = open("page.html", encoding="utf-8").read()
void = {"meta", "line", "circle", "path", "br", "link", "img", "input", "hr"}
class Reader(html.parser.HTMLParser):
    stack, ids, links, bad, heads = [], [], [], [], []
    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag in ("script", "link", "img", "iframe", "object", "form", "base"):
            self.bad.append(tag)
        self.bad += [k for k in a if k.startswith("on") or k in ("src", "style")]
        if "id" in a: self.ids.append(a["id"])
        if "href" in a: self.links.append(a["href"])
        if re.fullmatch("h[1-6]", tag): self.heads.append(int(tag[1]))
        if tag == "th" and "scope" not in a: self.bad.append("th without scope")
        if tag not in void: self.stack.append((tag, self.getpos()))
    def handle_startendtag(self, tag, attrs):
        pass
    def handle_endtag(self, tag):
        if tag in void: return
        if not self.stack or self.stack.pop()[0] != tag:
            self.bad.append(("end", tag, self.getpos()))
r = Reader(convert_charrefs=True)
r.feed(page)
r.close()
problems = r.bad + r.stack
if len(set(r.ids)) != len(r.ids): problems.append("an id stands twice")
problems += [l for l in r.links if not l.startswith("#") or l[1:] not in r.ids]
problems += [m for m in re.findall(r"https?://|url\(|@import", page)]
if r.heads[0] != 1 or any(b > a + 1 for a, b in zip(r.heads, r.heads[1:])):
    problems.append("a heading is left out")
print(problems[:10])
sys.exit(bool(problems))'

mkdir again
cp example/01-meridian-held.txt page.html again
run sheet again
expect "a folder with an older sheet in it" 0
match_out "a sheet is no report" '^again/page.html: a figure sheet, not a report'
match_out "and adds nothing" 'again: 1 report,'

# Another report, no copy, has the same words and the name.
mkdir elsewhere
cp example/01-meridian-held.txt elsewhere
cat >elsewhere/voices.txt <<'END'
title Voices from Tresk
publisher The Orlen Post
date 2024-03-09

Families in the town of Orlen met on Saturday to pack parcels for the men. The mayor, Pater Lund, said
12 parcels were sent.

“He told me they sleep on sacks and that every morning an officer reads out the names of those who go
back,” said Marina Selk, a nurse from Tresk.

Selk said she had not heard from her husband since. MARINA SELK has two children.
END
run sheet --html elsewhere.html elsewhere
no_match_out "a name in a report that is no copy is withheld, too" '[Ss][Ee][Ll][Kk]|[Mm][Aa][Rr][Ii][Nn][Aa]'
match_out "other names stand" 'Pater Lund'
check "and on the page" python3 -c '
import re, sys
sys.exit(bool(re.search("selk|marina", open("elsewhere.html", encoding="utf-8").read(), re.I)))'

mkdir hostile
cat >hostile/a.txt <<'END'
title <script>alert(1)</script>" onload="x
publisher A & B's <b>
date 2024-03-04

Officials said on Monday that at least 40 people were held in Orlen. <img src=x onerror=alert(1)>
END
run sheet --html hostile.html hostile
expect "a report with markup in it" 0
check "its markup is text on the page" python3 -c '
import re, sys
page = open("hostile.html").read()
sys.exit(bool(re.search("<script|<img|<[^>]*onload|<[^>]*onerror|B.s <b>", page)))'
printf 'title a\033]0;x\007b\n\nOfficials said on Monday that 40 people were held in Orlen.\n' >hostile/b.txt
run sheet hostile
check "no escape sequence reaches the terminal" python3 -c '
import sys
sys.exit(b"\033" in open("out", "rb").read())'

mkdir many
for i in $(seq 10 21); do
    sed "s/340/3$i/; s/^publisher .*/publisher Gazette $i/" example/01-meridian-held.txt >"many/$i.txt"
done
run sheet --html many.html many
expect "twelve copies of one report" 0
match_out "of many copies those of one wording are put together" \
    'figure: .*“310”: Gazette 10; “311”: Gazette 11'
check "on the page too" grep -q '>Wordings</th>' many.html

# ---- files that cannot be read ----

mkdir mixed
cp example/01-meridian-held.txt mixed/good.txt
printf 'a\0b' >mixed/binary.txt
printf '' >mixed/empty.txt
printf 'Le ministère a déclaré lundi que les soldats avaient été libérés de la prison de la ville.\n' \
    >mixed/french.txt
run sheet --html mixed.html mixed missing.txt
expect "bad files among good ones" 3
match_out "the binary is listed" '^mixed/binary.txt.*NUL'
match_out "the empty one is listed" 'mixed/empty.txt'
match_out "the one in another language is listed" 'mixed/french.txt: not English, nothing read'
match_out "the missing one is listed" 'missing.txt'
match_err "the missing one is told" '^deponent sheet: missing.txt: '
match_out "the good one is read" 'People held, Kolvar'
check "the page is made all the same" grep -q 'mixed/binary.txt' mixed.html
mkdir nothing
run sheet nothing
expect "an empty folder" 0
match_out "an empty folder: that nothing was found is said" 'No statement with a figure'
run sheet --published nonsense example
expect "a date that is none" 2
printf 'Officials in Orlen said that 40 people were held there on Tuesday.\n' >undated.txt
run sheet --format json --published 2024-03-08 undated.txt
json_check "--published is for those that do not say" "rows[0]['published'] == '2024-03-08'"
run sheet --format json --published 2020-01-01 example/01-meridian-held.txt
json_check "a report's own date stands" "rows[0]['published'] == '2024-03-04'"
run sheet --format json - <example/01-meridian-held.txt
json_check "standard input" "rows[0]['file'] == '-' and len(rows) > 5"

# ---- a page that cannot be written ----

run sheet --html no/such/folder/page.html example
expect "a folder that is not there" 3
match_err "a folder that is not there is named" '^deponent sheet: no/such/folder'
run sheet --html /dev/full example
expect "a device instead of a file" 4
check "the device is left alone" [ -c /dev/full ]
ln -s first.html link.html
run sheet --html link.html example
expect "a symbolic link" 4
check "the link and what it leads to are left alone" cmp page.html first.html
code=0
"$DEPONENT" sheet example >/dev/full 2>err || code=$?
expect "standard output that is full" 4
# A disk that is full: the size of files is limited, and the signal for it ignored.
cp first.html old.html
code=0
(trap '' XFSZ; ulimit -f 8; exec "$DEPONENT" sheet --html old.html example >out 2>err) || code=$?
expect "a full disk" 4
check "a full disk: the old page is still there, whole" cmp old.html first.html
check "a full disk: no piece is left" [ -z "$(ls old.html.* 2>/dev/null)" ]

mkfifo never
"$DEPONENT" sheet --html cut.html example never >out 2>err &
pid=$!
exec 9>never
sleep 0.3
kill -TERM $pid
code=0
wait $pid 2>/dev/null || code=$?
exec 9>&-
check "stopped by a signal" [ "$code" = 143 ]
check "stopped: no page and no piece of one" [ -z "$(ls cut.html* 2>/dev/null)" ]

tap_end
