#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""bench_age: `deponent seal` and `deponent open` beside the `age` program, in one run.

usage: bench_age.py BUILD [MEGABYTES [ROUNDS]]

Random bytes are sealed to one recipient and opened again, by each program in turn, to a pipe
that leads nowhere (/dev/null) and to a file. Prints the least over the rounds of CPU time
(user and system) and wall time, the ratios, the largest memory over that of `deponent
--version`, and how near the user time comes to what `openssl speed` measures of the cipher
alone. Wall times, and so the gain of a second thread, need a machine that does nothing else.
"""
import os
import re
import subprocess
import sys
import tempfile

build = os.path.abspath(sys.argv[1])
program, runner = f"{build}/src/door/cli/deponent", f"{build}/bench/bench_run"
megabytes = int(sys.argv[2]) if len(sys.argv) > 2 else 1024
rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5


def run(words, out):
    """CPU seconds, user seconds, wall seconds and the largest resident size in MB."""
    text = subprocess.run([runner, out, *words], stdout=subprocess.PIPE, text=True, check=True)
    user, system, wall, memory = map(float, text.stdout.split())
    return user + system, user, wall, memory / 1024


def cipher_speed():
    """Bytes a second of ChaCha20-Poly1305 in calls of 64 KiB, the best of some seconds."""
    words = ["openssl", "speed", "-evp", "chacha20-poly1305", "-bytes", "65536", "-seconds", "1"]
    texts = (subprocess.run(words, capture_output=True, text=True, check=True).stdout
             for _ in range(4))
    return max(float(re.search(r"([\d.]+)k\s*$", text).group(1)) * 1000 for text in texts)


with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR", ".")) as place:
    key, plain = os.path.join(place, "key.txt"), os.path.join(place, "plain")
    sealed, out = os.path.join(place, "sealed.age"), os.path.join(place, "out")
    made = subprocess.run(["age-keygen", "-o", key], capture_output=True, text=True, check=True)
    recipient = re.search(r"age1[a-z0-9]+", made.stderr).group(0)
    with open(plain, "wb") as f:
        for _ in range(megabytes):
            f.write(os.urandom(1 << 20))
    jobs = {
        "seal": {
            "age": ["age", "-r", recipient, plain],
            "deponent": [program, "seal", "--threads", "1", "-r", recipient, plain],
            "deponent, 2 threads": [program, "seal", "--threads", "2", "-r", recipient, plain],
        },
        "open": {
            "age": ["age", "-d", "-i", key, sealed],
            "deponent": [program, "open", "--threads", "1", "-i", key, sealed],
            "deponent, 2 threads": [program, "open", "--threads", "2", "-i", key, sealed],
        },
    }
    run(jobs["seal"]["age"], sealed)
    base = max(run([program, "--version"], os.devnull)[3] for _ in range(5))
    limit = cipher_speed()
    print(f"{megabytes} MB, least of {rounds} rounds; `deponent --version`: {base:.1f} MB")
    for where, target in (("nowhere", os.devnull), ("a file", out)):
        for verb, programs in jobs.items():
            got = {name: [] for name in programs}
            for _ in range(rounds):
                for name, words in programs.items():
                    got[name].append(run(words, target))
            cpu, user, wall = ({name: min(one[i] for one in all_of)
                                for name, all_of in got.items()} for i in range(3))
            print(f"\n{verb} to {where}")
            for name, all_of in got.items():
                memory = max(one[3] for one in all_of)
                over = f", {memory - base:+.1f} MB" if name != "age" else ""
                print(f"  {name:20} CPU {cpu[name]:6.3f} s  wall {wall[name]:6.3f} s  "
                      f"memory {memory:5.1f} MB{over}")
            print(f"  CPU, age / deponent: {cpu['age'] / cpu['deponent']:.2f}; wall, one thread / "
                  f"two: {wall['deponent'] / wall['deponent, 2 threads']:.2f}; of the cipher "
                  f"alone: {megabytes * (1 << 20) / user['deponent'] / limit:.2f}")
