#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Small promises about the tree itself: a licence line on each source file, nothing left to do,
# no path of one machine, no file that has grown past sense. Prints TAP.
cd "$(dirname "$0")/../.." || exit 1
n=0 failed=0
say() { # name, list of offenders
    n=$((n + 1))
    if [ -z "$2" ]; then
        echo "ok $n - $1"
    else
        echo "not ok $n - $1"
        failed=1
        head -n 20 <<<"$2" | sed 's/^/# /'
    fi
}
files() { find . \( -path './build*' -o -path ./.git \) -prune -o -type f "$@" -print; }
source_files() {
    files \( -name "*.[ch]" -o -name "*.sh" -o -name "*.py" -o -name meson.build -o -path ./run \
        -o -path ./test -o -path ./.ci/run \)
}

say "each source file carries its licence" "$(source_files | sort | while read -r f; do
    head -n 3 "$f" | grep -q 'SPDX-License-Identifier: GPL-3.0-or-later' || echo "$f"
done)"
# Written in two halves, so that this file does not find itself.
later='TO''DO|FIX''ME|XX''X:'
say "nothing is left to do" "$(source_files | xargs grep -nE "$later")"
say "no path of one machine" \
    "$(files -not -name '*.dict' | xargs grep -nIE '(^|[^A-Za-z0-9_.$}-])/(home|root|work)/[a-z]')"
say "no file of src/ is longer than 800 lines" "$(find src -name '*.[ch]' | while read -r f; do
    lines=$(wc -l <"$f")
    [ "$lines" -le 800 ] || echo "$f: $lines lines"
done)"
say "no line of C is wider than 100 columns" \
    "$(find src tools tests fuzz bench -name '*.[ch]' | xargs grep -nE '^.{101,}$')"
say "scripts can be run" "$(files \( -name '*.sh' -o -path './test' -o -path './run' \
    -o -path './.ci/run' -o -path './tests/check/*' \) -not -perm -u+x \
    -not -name tap.sh -not -name need.sh)"
echo "1..$n"
exit $failed
