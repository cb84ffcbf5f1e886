#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Lists and configurations that cannot be read are refused with one sentence that says where;
# what is odd but can be read is read, and said.
. "$(dirname "$0")/tap.sh"

cp -r "$tree/tests/refuse/link/." .
while IFS=$'\t' read -r file arguments want says; do
    case $file in '#'*) continue ;; esac
    [ "$arguments" != - ] || arguments=
    # shellcheck disable=SC2086 # words of the arguments
    run link --clusters clusters.csv $arguments "$file"
    expect "$file ${arguments:-is refused}" "$want"
    check "$file is said" grep -qF -- "$says" err
    check "$file: in one line" test "$(grep -c '^deponent link: ' err)" = 1
    check "$file: nothing is written" test ! -e clusters.csv
done <expected.tsv

mkdir folder
run link folder
expect "a directory" 3
match_err "a directory is said" 'folder is a directory'
run link not-there.csv
expect "a file that is not there" 3
match_err "a file that is not there is said" 'not-there.csv'
printf 'name,born\nAnn Bell,1990\n' >closed.csv
chmod 000 closed.csv
if [ "$(id -u)" = 0 ]; then
    skip "a file that may not be read" "root reads everything"
else
    run link closed.csv
    expect "a file that may not be read" 4
fi
truncate -s 2G giant.csv
start=$SECONDS
run link giant.csv
expect "a file of 2 GB" 3
match_err "a file of 2 GB is said" 'giant.csv: 2147483648 bytes, at most 1073741824 are read'
check "at once" test $((SECONDS - start)) -lt 5
python3 -c '
import sys
sys.stdout.write("name,note\nAnn Bell,x\nBo Cole," + "y" * 2000000 + "\n")' >cell.csv
run link cell.csv
expect "a cell of 2 MB" 3
match_err "a cell of 2 MB is said" 'cell.csv: line 3: a field of more than 1048576 bytes'

# What is read all the same.
printf 'name;born\r\nAnn Bell;1990-02-30\r\nBo Cole;31.12.1991\r\nAnne Bell;no idea\r\n' >dates.csv
run link --clusters clusters.csv dates.csv
expect "dates that do not exist" 0
match_err "are said" 'born: 1 record with a day or month that does not exist: .*; for example dates.csv: line 2'
match_err "and what is none" 'born: 1 record with something that is no date: .*; for example dates.csv: line 4'
printf 'name\nAnn Bell\nBo Cole\nAnn Bell\n' >one-column.csv
run link --clusters clusters.csv one-column.csv
expect "one column" 0
printf '\xf4\xe0\xec\xe8\xeb\xe8\xff;\xe8\xec\xff\r\n\xd1\xe8\xe2\xe0\xea;\xce\xeb\xe5\xe3\r\n\xc1\xe5\xeb\xe0\xed;\xc4\xe0\xed\xe8\xeb\r\n' >cp1251.csv
run link --clusters clusters.csv cp1251.csv
expect "Windows-1251 and semicolons" 0
match_err "said so" 'cp1251.csv: 2 records, 2 columns, Windows-1251, separated by semicolons'
iconv -f UTF-8 -t UTF-16 "$tree/example/lists/watch.csv" >utf16.csv
run link --clusters clusters.csv utf16.csv
expect "UTF-16" 0
match_err "said so" 'utf16.csv: 23 records, 4 columns, UTF-16LE'
tap_end
