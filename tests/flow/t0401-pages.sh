#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# tools/pagegen builds no page in which text from outside could be more than text.
. "$(dirname "$0")/tap.sh"
: "${PAGEGEN:?is tools/pagegen, built}"

make_page() { # the page
    printf '%s' "$1" >page.html
    code=0
    "$PAGEGEN" page page.h page.c page.html >out 2>err || code=$?
}
refuse() { # name regex page
    make_page "$3"
    check "refused: $1" [ "$code" = 1 ]
    match_err "refused: $1: the line and why" "^pagegen: page.html:[0-9]+: .*$2"
}

make_page '<p class="${c}">${text}</p>
<!--( row -->
<a href="#r${n}">${text}</a>
<!--) row -->
'
check "a page is made" [ "$code" = 0 ]
check "between tags text is escaped as text" grep -q 'markup_text(out, v->text)' page.c
check "in an attribute as an attribute" grep -q 'markup_attr(out, v->c)' page.c
check "a block is a function and, around it, a buffer" \
    grep -Pzoq 'struct page_page \{\n    struct str c;\n    struct str text;\n    const struct buf \*row;' page.h

refuse "a script" "no scripts" '<script>x</script>'
refuse "a field in a style" "no place here" '<style>p { color: ${c} }</style>'
refuse "a field in a tag" "no place here" '<p ${c}>'
refuse "an unquoted attribute" "no place here" '<p class=${c}>'
refuse "an attribute in single quotes" "double quotes" "<p class='x'>"
refuse "an attribute that runs something" "onclick" '<p onclick="${c}">'
refuse "an attribute that loads something" "attribute src" '<img src="${c}">'
refuse "a style attribute" "attribute style" '<p style="${c}">'
refuse "a link that may lead anywhere" "must begin with #" '<a href="${c}">'
refuse "a link with a scheme" "must begin with #" '<a href="javascript:${c}">'
refuse "a block that is not closed" "still open: row" '<!--( row --><p></p>'
refuse "a block that closes another" "not the one that is open" '<!--( a --><!--) b -->'
refuse "a block inside a tag's value" "between tags" '<p class="<!--( a -->">'
refuse "a field and a block of one name" "one name" '${a}<!--( a --><!--) a -->'
refuse "a tag without an end" "ends inside a tag" '<p class="x"'

tap_end
