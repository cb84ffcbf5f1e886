#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Layout is clang-format's: every C file is as it would write it. Prints TAP.
cd "$(dirname "$0")/../.." || exit 1
n=0 bad=0
while IFS= read -r -d '' file; do
    n=$((n + 1))
    if clang-format --dry-run -Werror "$file" 2>/dev/null; then
        echo "ok $n - ${file#./}"
    else
        bad=1
        echo "not ok $n - ${file#./}: clang-format -i changes it"
    fi
done < <(find ./src ./tests ./tools ./fuzz ./bench -name '*.[ch]' -print0 | sort -z)
echo "1..$n"
exit $bad
