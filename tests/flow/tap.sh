# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# tests/flow/tap: a flow test is a bash script that sources this file, runs the program as a
# person would, and ends with tap_end. DEPONENT is the program. The test starts in an empty
# folder of its own, which is removed at the end.
#
#   run ARG…               runs the program; the exit code is in $code, the output in files out
#                          and err; standard input is the caller's
#   expect NAME CODE       the last run ended with CODE, and no sanitizer or signal spoke
#   expect_out NAME TEXT   standard output of the last run is TEXT (and a line feed)
#   expect_err NAME TEXT   the same of standard error
#   expect_silent NAME     nothing on standard error
#   match_out NAME REGEX   some line of it matches (grep -E); likewise match_err, no_match_out
#   check NAME COMMAND…    the command succeeds
#   skip NAME REASON       says visibly that a test was not made
#   json_check NAME EXPR   python: every line of out is JSON; EXPR about `rows` is true

set -u
: "${DEPONENT:?is the program to test}"
case $DEPONENT in /*) ;; *) DEPONENT=$PWD/$DEPONENT ;; esac
tests_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tree=$(dirname "$tests_dir")
tap_count=0 tap_failed=0 code=0
tap_home=$(mktemp -d) || exit 1
trap 'cd /; chmod -R u+rwx "$tap_home" 2>/dev/null; rm -rf "$tap_home"' EXIT
cd "$tap_home" || exit 1

tap_result() { # good? name
    tap_count=$((tap_count + 1))
    if [ "$1" = 0 ]; then
        echo "ok $tap_count - $2"
    else
        tap_failed=$((tap_failed + 1))
        echo "not ok $tap_count - $2"
    fi
}

run() {
    code=0
    "$DEPONENT" "$@" >out 2>err || code=$?
}

tap_show() { # file
    sed -n '1,20s/^/#   /p' "$1" | cut -c 1-300
}

expect() {
    local good=0
    [ "$code" = "$2" ] || good=1
    grep -qE 'Sanitizer|runtime error' err && good=1
    tap_result $good "$1: exit code $2"
    [ $good = 0 ] || { echo "# exit code $code; standard error:"; tap_show err; }
}

tap_same() { # name text file
    local good=0
    printf '%s\n' "$2" | cmp -s - "$3" || good=1
    tap_result $good "$1"
    [ $good = 0 ] || { echo "# got:"; tap_show "$3"; echo "# want: $2"; }
}
expect_out() { tap_same "$1" "$2" out; }
expect_err() { tap_same "$1" "$2" err; }
expect_silent() { tap_same_empty "$1" err; }
tap_same_empty() {
    local good=0
    [ ! -s "$2" ] || good=1
    tap_result $good "$1: nothing on standard error"
    [ $good = 0 ] || tap_show "$2"
}

tap_match() { # name regex file wanted
    local found=1
    grep -qE -- "$2" "$3" && found=0
    [ "$found" = "$4" ]
    local good=$?
    tap_result $good "$1"
    [ $good = 0 ] || { echo "# looked for: $2"; tap_show "$3"; }
}
match_out() { tap_match "$1" "$2" out 0; }
match_err() { tap_match "$1" "$2" err 0; }
no_match_out() { tap_match "$1" "$2" out 1; }
no_match_err() { tap_match "$1" "$2" err 1; }

check() {
    local name=$1 good=0
    shift
    "$@" >check.out 2>&1 || good=1
    tap_result $good "$name"
    [ $good = 0 ] || tap_show check.out
}

skip() {
    tap_count=$((tap_count + 1))
    echo "ok $tap_count - $1 # SKIP $2"
}

json_check() {
    check "$1" python3 -c '
import json, sys
rows = [json.loads(line) for line in open("out", encoding="utf-8")]
result = eval(sys.argv[1])
print(result, rows[:5])
sys.exit(not result)' "$2"
}

tap_end() {
    echo "1..$tap_count"
    [ "$tap_failed" = 0 ]
    exit
}
