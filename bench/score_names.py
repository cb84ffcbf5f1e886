#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How well names are found across scripts: for each of 2,000 names the right spelling among
2,000 distinct ones of the other script, both ways.

    score_names.py RANK_NAMES DATA [--seed N] [--draws N]

RANK_NAMES is the driver (build/bench/rank_names); DATA holds names_*_dev.tsv. The pool is drawn
by the seed. Beside the alignment model stands what others do, in the same run: transliteration
(ICU Any-Latin, Latin-ASCII) and Jaro-Winkler, where the driver was built with ICU.
"""
import argparse
import json
import os
import random
import subprocess

WANTED = {"russian": (0.955, 0.965), "arabic": (0.95, 0.96)}


def score(driver, data, script, seed):
    with open(os.path.join(data, f"names_{script}_dev.tsv"), encoding="utf-8") as f:
        lines = f.readlines()
    random.Random(seed).shuffle(lines)
    done = subprocess.run(
        [driver, script, "2000"], input="".join(lines), capture_output=True, check=True, text=True
    )
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("driver")
    parser.add_argument("data")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--draws", type=int, default=3, help="pools to average over")
    options = parser.parse_args()
    print("script   model              from Latin  to Latin   mean   us/pair  at least  aim")
    for script in ("russian", "arabic", "hebrew"):
        if not os.path.exists(os.path.join(options.data, f"names_{script}_dev.tsv")):
            continue
        runs = [
            score(options.driver, options.data, script, options.seed + i)
            for i in range(options.draws)
        ]
        for model in ("align", "icu_jaro_winkler"):
            if model not in runs[0]:
                continue
            mean = {k: sum(r[model][k] for r in runs) / len(runs) for k in runs[0][model]}
            low, aim = WANTED.get(script, (None, None)) if model == "align" else (None, None)
            print(
                f"{script:8} {model:18} {mean['latin']:10.4f} {mean['other']:9.4f}"
                f" {(mean['latin'] + mean['other']) / 2:6.4f} {mean['microseconds']:9.3f}"
                f"  {low or '':8}  {aim or ''}"
            )


if __name__ == "__main__":
    main()
