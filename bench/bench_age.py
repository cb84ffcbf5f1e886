#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""bench_age: `deponent seal` and `deponent open` beside the `age` program, in one run.

usage: bench_age.py DEPONENT [MEGABYTES [ROUNDS]]

Random bytes are sealed to one recipient and opened again, by each program in turn, to a pipe
that leads nowhere (/dev/null) and to a file. Prints the median over the rounds of CPU time
(user and system) and wall time, the ratios, the memory over that of `deponent --version`, and
how near the sealing comes to what `openssl speed` measures of the cipher alone.
"""
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

program = os.path.abspath(sys.argv[1])
megabytes = int(sys.argv[2]) if len(sys.argv) > 2 else 1024
rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5


def run(words, out):
    """CPU seconds, user seconds, wall seconds and the largest resident size in KB."""
    target = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    begin = time.monotonic()
    child = os.fork()
    if child == 0:
        os.dup2(target, 1)
        os.execvp(words[0], words)
    _, status, usage = os.wait4(child, 0)
    took = time.monotonic() - begin
    os.close(target)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"bench_age: failed: {' '.join(words)}")
    return usage.ru_utime + usage.ru_stime, usage.ru_utime, took, usage.ru_maxrss


def cipher_speed():
    """Bytes a second of ChaCha20-Poly1305 in calls of 64 KiB."""
    text = subprocess.run(
        ["openssl", "speed", "-evp", "chacha20-poly1305", "-bytes", "65536", "-seconds", "2"],
        capture_output=True, text=True, check=True).stdout
    return float(re.search(r"([\d.]+)k\s*$", text).group(1)) * 1000


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
    print(f"{megabytes} MB, median of {rounds} rounds; `deponent --version`: {base / 1024:.1f} MB")
    for where, target in (("nowhere", os.devnull), ("a file", out)):
        for verb, programs in jobs.items():
            got = {name: [] for name in programs}
            for _ in range(rounds):
                for name, words in programs.items():
                    got[name].append(run(words, target))
            cpu, user, wall = ({name: statistics.median(one[i] for one in all_of)
                                for name, all_of in got.items()} for i in range(3))
            print(f"\n{verb} to {where}")
            for name, all_of in got.items():
                memory = max(one[3] for one in all_of)
                over = f", {(memory - base) / 1024:+.1f} MB" if name != "age" else ""
                print(f"  {name:20} CPU {cpu[name]:6.3f} s  wall {wall[name]:6.3f} s  "
                      f"memory {memory / 1024:5.1f} MB{over}")
            print(f"  CPU, age / deponent: {cpu['age'] / cpu['deponent']:.2f}; wall, one thread / "
                  f"two: {wall['deponent'] / wall['deponent, 2 threads']:.2f}; of the cipher "
                  f"alone: {megabytes * (1 << 20) / user['deponent'] / limit:.2f}")
