#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The check of rooms and arrows finds what it is there to find.
. "$(dirname "$0")/tap.sh"

header() { # file, includes
    mkdir -p "tree/src/$(dirname "$1")"
    { printf '/* SPDX-License-Identifier: GPL-3.0-or-later\n *\n * %s: a thing.\n */\n' "${1%.h}"
        printf '#include %s\n' "${@:2}"; } >"tree/src/$1"
}
house() {
    rm -rf tree
    header base/str.h '<string.h>'
    header sys/file.h '"base/str.h"' '<fcntl.h>'
    header work/read.h '"sys/file.h"'
    printf '%s\n' '# rooms' 'base | - | tools' 'sys | base | Linux' 'work | base sys | verbs' \
        'only <fcntl.h> | sys' >tree/rooms.txt
}
holds() { python3 "$tests_dir/check/rooms.py" tree >out 2>&1; }
breaks() { # name regex
    holds
    [ $? = 1 ] && grep -A3 '^not ok' out | grep -qE -- "$2"
    local good=$?
    tap_result $good "$1"
    [ $good = 0 ] || tap_show out
}

house
check "a house in order holds" holds
house; header base/str.h '"sys/file.h"'
breaks "an arrow that points up" 'base/str.h:5: base may not include sys/file.h'
house; sed -i 's/^base | - /base | work /' tree/rooms.txt; header base/str.h '"work/read.h"'
breaks "a cycle, though each arrow is allowed" 'base -> work -> '
house; header attic/old.h
breaks "a room that is not listed" 'src/attic is not listed'
house; echo 'cellar | base | nothing' >>tree/rooms.txt
breaks "a listed room that is not there" 'cellar is no folder'
house; header work/read.h '<fcntl.h>'
breaks "an outside header in the wrong room" 'work/read.h:5: <fcntl.h> belongs to sys'
house; header work/read.h '"file.h"'
breaks "a path that is not from src/" '"file.h" is not a path below src/'
house; printf '/* a thing */\n' >tree/src/base/str.h
breaks "a header that does not say what it is" 'base/str.h does not open with'
house; rm tree/src/sys/file.h; : >tree/src/sys/file.c; header work/read.h
breaks "a room without a header" 'src/sys has none'

tap_end
