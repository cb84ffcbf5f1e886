#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# fuzz/run.sh BUILD SECONDS [TARGET…]: runs the fuzz targets of a build made with -Dfuzz=true,
# two at a time, each for SECONDS with a fixed seed, from the seeds in the tree. Prints TAP. A
# find is left in BUILD/finds; once mended it belongs into tests/vectors/fuzz/<target>.
set -u
build=$(cd "$1" && pwd) seconds=$2
shift 2
tree=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export ASAN_OPTIONS=${ASAN_OPTIONS:-}:allocator_may_return_null=0
mkdir -p "$build/finds" "$build/fuzzlog"

fuzz_one() { # target: 0 if nothing was found
    local name=$1 corpus=$build/corpus/$1 seeds=() folder
    mkdir -p "$corpus"
    for folder in "$tree/tests/vectors/fuzz/$name" "$tree/tests/refuse" "$tree/example" \
        "$tree/tests/vectors/${name%%_*}"; do
        [ ! -d "$folder" ] || seeds+=("$folder")
    done
    [ ! -f "$tree/fuzz/$name.dict" ] || seeds+=("-dict=$tree/fuzz/$name.dict")
    "$build/fuzz/fuzz_$name" -seed=1 -max_total_time="$seconds" -timeout=10 -max_len=16384 \
        -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$build/finds/$name-" \
        "$corpus" "${seeds[@]}" >"$build/fuzzlog/$name.log" 2>&1
}

targets=("$@")
if [ ${#targets[@]} = 0 ]; then
    for path in "$build"/fuzz/fuzz_*; do
        [ ! -x "$path" ] || [ -d "$path" ] || targets+=("$(basename "$path" | cut -c 6-)")
    done
fi
n=0 failed=0
report() { # target, exit code
    n=$((n + 1))
    local runs
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$build/fuzzlog/$1.log")
    if [ "$2" = 0 ]; then
        echo "ok $n - $1: ${runs:-0} inputs in $seconds s, no find"
    else
        failed=1
        echo "not ok $n - $1"
        grep -E -A 12 'ERROR:|runtime error|broken promise|Test unit written' \
            "$build/fuzzlog/$1.log" | head -n 40 | sed 's/^/# /'
    fi
}
for ((i = 0; i < ${#targets[@]}; i += 2)); do
    fuzz_one "${targets[i]}" &
    first=$!
    if [ $((i + 1)) -lt ${#targets[@]} ]; then
        second_code=0
        fuzz_one "${targets[i + 1]}" || second_code=$?
    fi
    wait "$first"
    report "${targets[i]}" $?
    [ $((i + 1)) -ge ${#targets[@]} ] || report "${targets[i + 1]}" "$second_code"
done
echo "1..$n"
exit $failed
