#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks for bytes in the memory of a process: memory.py PID NAME=HEX...

For each NAME prints "NAME LOCKED OTHER": how often the bytes stand in memory that is locked and
left out of core images (VmFlags "lo" and "dd"), and how often elsewhere. Exit code 77 when the
memory may not be read, or is the terabytes that an address sanitizer maps.
"""

import re
import sys


def mappings(pid):
    """(begin, end, is it locked and left out)"""
    found = []
    with open(f"/proc/{pid}/smaps", encoding="utf-8", errors="replace") as f:
        for line in f:
            head = re.match(r"([0-9a-f]+)-([0-9a-f]+) r", line)
            if head:
                found.append([int(head[1], 16), int(head[2], 16), False])
            elif re.match(r"[0-9a-f]+-[0-9a-f]+ ", line):
                found.append([0, 0, False])
            elif line.startswith("VmFlags:"):
                found[-1][2] = {"lo", "dd"} <= set(line.split()[1:])
    return [m for m in found if m[1] > m[0]]


def main():
    wanted = {n: bytes.fromhex(h) for n, h in (a.split("=") for a in sys.argv[2:])}
    counts = {name: [0, 0] for name in wanted}
    try:
        maps = mappings(sys.argv[1])
        memory = open(f"/proc/{sys.argv[1]}/mem", "rb", buffering=0)
    except PermissionError:
        return 77
    if sum(end - begin for begin, end, _ in maps) > 64 << 30:
        return 77
    with memory:
        for begin, end, safe in maps:
            try:
                memory.seek(begin)
                content = memory.read(end - begin)
            except (OSError, ValueError, OverflowError):  # [vvar] and the like
                continue
            for name, needle in wanted.items():
                counts[name][0 if safe else 1] += content.count(needle)
    for name, (safe, other) in counts.items():
        print(name, safe, other)
    return 0


if __name__ == "__main__":
    sys.exit(main())
