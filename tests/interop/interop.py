#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random files both ways between deponent and others that read and write age files: the program
age, and the npm package age-encryption on node. Each file is sealed by deponent and opened by
each of them, and sealed by each of them and opened by deponent; the bytes must be the same.

    interop.py DEPONENT [--files N] [--max BYTES] [--large N] [--scrypt N] [--seed N]
               [--typage DIR] [--tmp DIR]

DIR is where age-encryption was installed (fetch.sh beside this file does it); without it that half is
left out. Sizes are edges of the 64 KiB chunks and random ones up to --max; --large files are 1 GiB
and a byte more or less. One in three is armored, every one has 1 to 20 recipients, and --scrypt
files have a passphrase. Prints TAP, one result for each pair of programs and kind of file, with
what it measured behind '#'.
"""

import argparse
import collections
import filecmp
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "flow"))
import typed  # noqa: E402

CHUNK = 65536
GIB = 1 << 30
ARMOR_MAX = 64 << 20  # age-encryption holds armored files as one string


class Failed(Exception):
    pass


def call(command, answers=()):
    if answers:
        code, shown = typed.run(command, answers, seconds=3600)
        text = shown.decode(errors="replace")
    else:
        done = subprocess.run(command, capture_output=True, check=False)
        code, text = done.returncode, done.stderr.decode(errors="replace")
    if code != 0:
        raise Failed(f"{' '.join(command[:2])}: exit code {code}: {text.strip()}")


class Deponent:
    name = "deponent"

    def __init__(self, program, folder):
        self.program, self.passphrase_file = program, str(folder / "passphrase")

    def run(self, verb, job):
        command = [self.program, verb, "-o", job["out"], "--threads", job["threads"]]
        if job.get("passphrase"):
            with open(self.passphrase_file, "w", encoding="utf-8",
                      opener=lambda p, f: os.open(p, f, 0o600)) as f:
                f.write(job["passphrase"] + "\n")
            command += ["--passphrase-file", self.passphrase_file]
        elif verb == "seal":
            command += [x for r in job["recipients"] for x in ("-r", r)]
        else:
            command += ["-i", job["identity_file"]]
        call(command + (["-a"] if verb == "seal" and job["armor"] else []) + [job["in"]])

    def seal(self, job):
        self.run("seal", job)

    def open(self, job):
        self.run("open", job)


class Age:
    name = "age"

    def seal(self, job):
        command = ["age", "-e", "-o", job["out"]] + (["-a"] if job["armor"] else [])
        if job.get("passphrase"):
            answers = [("Enter passphrase", job["passphrase"]),
                       ("Confirm passphrase", job["passphrase"])]
            call(command + ["-p", job["in"]], answers)
        else:
            call(command + [x for r in job["recipients"] for x in ("-r", r)] + [job["in"]])

    def open(self, job):
        command = ["age", "-d", "-o", job["out"]]
        if job.get("passphrase"):
            call(command + [job["in"]], [("Enter passphrase", job["passphrase"])])
        else:
            call(command + ["-i", job["identity_file"], job["in"]])
        pathlib.Path(job["out"]).touch()  # age makes no file for an empty text


class Typage:
    name = "typage"

    def __init__(self, folder):
        script = pathlib.Path(folder) / "typage.mjs"  # beside node_modules, or it finds none
        shutil.copy(pathlib.Path(__file__).resolve().parent / "typage.mjs", script)
        self.node = subprocess.Popen(["node", str(script)], stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE, text=True)

    def run(self, op, job):
        self.node.stdin.write(json.dumps({**job, "op": op}) + "\n")
        self.node.stdin.flush()
        answer = json.loads(self.node.stdout.readline() or '{"error": "node has gone"}')
        if "error" in answer:
            raise Failed(f"typage {op}: {answer['error']}")

    def seal(self, job):
        self.run("seal", job)

    def open(self, job):
        self.run("open", job)


def make_keys(program, folder):
    """Half of them by age-keygen, half by deponent: (recipient, identity, file)."""
    keys = []
    for i in range(20):
        path = str(folder / f"key{i}")
        call(["age-keygen", "-o", path] if i % 2 else [program, "keygen", "-o", path])
        lines = pathlib.Path(path).read_text(encoding="utf-8").splitlines()
        keys.append((lines[1].removeprefix("# public key: "), lines[2], path))
    return keys


def sizes(rng, options):
    """First each edge, then log-uniform with every second one pulled to an edge of a chunk."""
    edges = [0, 1, 2, 15, 16, 17] + [n * CHUNK + d for n in range(1, 5) for d in (-1, 0, 1)]
    out = [s for s in edges if s <= options.max][: options.files]
    while len(out) < options.files:
        size = int(options.max ** rng.random())
        if rng.random() < 0.5:
            size = max(0, round(size / CHUNK) * CHUNK + rng.choice((-1, 0, 1)))
        out.append(min(size, options.max))
    for i in range(options.large):
        out[-1 - i] = GIB + (0, 1, -1)[i % 3]
    return out


def write_random(rng, path, size):
    with open(path, "wb") as f:
        while size:
            piece = min(size, 8 << 20)
            f.write(rng.randbytes(piece))
            size -= piece


def make_job(rng, number, size, keys, options):
    every = options.files // max(1, options.scrypt)  # spread over the edges and the others
    scrypt = number % every == 0 and number // every < options.scrypt
    job = {"armor": size <= ARMOR_MAX and rng.random() < 1 / 3, "threads": rng.choice("1234")}
    if scrypt:
        job["passphrase"] = "".join(rng.choices("abcdefghijkl mnopqr-ëжü漢", k=rng.randint(8, 40)))
    else:
        chosen = rng.sample(keys, rng.randint(1, 20))
        opener = rng.choice(chosen)
        job |= {"recipients": [k[0] for k in chosen], "identities": [opener[1]],
                "identity_file": opener[2]}
    return job


def kind_of(job):
    return ("scrypt" if job.get("passphrase") else "X25519") + (", armor" if job["armor"] else "")


def try_pair(sealer, opener, job, plain, folder):
    sealed, opened = str(folder / "sealed"), str(folder / "opened")
    try:
        sealer.seal({**job, "in": plain, "out": sealed})
        opener.open({**job, "in": sealed, "out": opened})
        if not filecmp.cmp(plain, opened, shallow=False):
            raise Failed("the bytes are not the same")
    finally:
        for path in (sealed, opened):
            pathlib.Path(path).unlink(missing_ok=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("deponent")
    parser.add_argument("--files", type=int, default=60)
    parser.add_argument("--max", type=int, default=300 * 1024)
    parser.add_argument("--large", type=int, default=0)
    parser.add_argument("--scrypt", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--typage")
    parser.add_argument("--tmp")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    done, total, failures = collections.Counter(), 0, collections.defaultdict(list)
    with tempfile.TemporaryDirectory(dir=options.tmp) as name:
        folder = pathlib.Path(name)
        ours = Deponent(options.deponent, folder)
        others = [Age()] + ([Typage(options.typage)] if options.typage else [])
        keys = make_keys(options.deponent, folder)
        plain = str(folder / "plain")
        for number, size in enumerate(sizes(rng, options)):
            write_random(rng, plain, size)
            total += size
            job = make_job(rng, number, size, keys, options)
            for other in others:
                for sealer, opener in ((ours, other), (other, ours)):
                    pair = f"{sealer.name} seals, {opener.name} opens: {kind_of(job)}"
                    done[pair] += 1
                    try:
                        try_pair(sealer, opener, job, plain, folder)
                    except Failed as e:
                        failures[pair].append(f"file {number}, {size} bytes: {e}")
            if options.files > 100 and number % 50 == 49:
                print(f"# {number + 1} files, {total} bytes", flush=True)
    for i, pair in enumerate(sorted(done), 1):
        bad = failures[pair]
        print(f"{'not ok' if bad else 'ok'} {i} - {pair} # {done[pair]} files")
        for line in bad[:5]:
            print(f"# {line}")
    print(f"# {options.files} files, {total} bytes of plaintext, seed {options.seed}")
    print(f"1..{len(done)}")
    return 1 if any(failures.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
