#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds src/ to rooms.txt; prints TAP.

Checks: every folder of src/ with C in it is a room of rooms.txt and the other way round; each
#include "..." goes to the room itself or to one it may include; arrows make no cycle; outside
headers stay in their rooms; each header opens with what it is ("room/name: ..."), and each room
has a header. usage: rooms.py [TREE]
"""
import os
import re
import sys

tree = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), "../..")
src = os.path.join(tree, "src")
# Made at build time, so no files of the tree, and the rooms they belong to.
MADE = {
    "lexicon_classes.h": "engine/read/lexicon_classes.h",
    "link_forms.h": "engine/link/link_forms.h",
    "sheet_html.h": "work/sheet_html.h",
    "link_report_html.h": "work/link_report_html.h",
    "find_sql.h": "vault/archive/find_sql.h",
    "view_sql.h": "vault/archive/view_sql.h",
    "ledger_sql.h": "vault/ledger/ledger_sql.h",
}
count = failed = 0


def say(name, problems):
    global count, failed
    count += 1
    failed += bool(problems)
    print(f"{'not ' if problems else ''}ok {count} - {name}")
    for p in problems:
        print(f"# {p}")


def read_rooms():
    rooms, only = {}, []
    with open(os.path.join(tree, "rooms.txt"), encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            parts = [p.strip() for p in line.split("|")]
            if line.startswith("only ") and len(parts) == 2:
                only.append((parts[0][len("only <"):].rstrip(">"), parts[1].split()))
            elif len(parts) == 3 and parts[2]:
                rooms[parts[0]] = [] if parts[1] == "-" else parts[1].split()
            else:
                sys.exit(f"Bail out! rooms.txt:{number}: expected room | may include | what it is")
    return rooms, only


def sources():
    for folder, _, names in sorted(os.walk(src)):
        for name in sorted(names):
            if name.endswith((".c", ".h")):
                yield os.path.relpath(os.path.join(folder, name), src)


def cycle_from(room, arrows, path):
    if room in path:
        return path[path.index(room):] + [room]
    for to in sorted(arrows.get(room, ())):
        found = cycle_from(to, arrows, path + [room])
        if found:
            return found
    return None


rooms, only = read_rooms()
files = list(sources())
found = {os.path.dirname(f) for f in files}
say("every folder is a room of rooms.txt", [f"src/{r} is not listed" for r in sorted(found - rooms.keys())])
say("every room of rooms.txt is there",
    [f"{r} is no folder of src/" for r in rooms if not os.path.isdir(os.path.join(src, r))])
say("every room has a header", [f"src/{r} has none" for r in sorted(found)
                                if not any(f.endswith(".h") and os.path.dirname(f) == r for f in files)])

wrong, missing, outside, opening, arrows = [], [], [], [], {}
for path in files:
    room = os.path.dirname(path)
    with open(os.path.join(src, path), encoding="utf-8") as f:
        text = f.read()
    if path.endswith(".h"):
        stem = path[:-2]
        names = {stem, room} if os.path.basename(stem) == os.path.basename(room) else {stem}
        if not any(re.match(r"/\*.*\n \*\n \* " + re.escape(n) + r"[:, ]", text) for n in names):
            opening.append(f"src/{path} does not open with \"{stem}: …\"")
    for number, line in enumerate(text.split("\n"), 1):
        m = re.match(r'\s*#\s*include\s*([<"])([^>"]+)', line)
        if not m:
            continue
        here, target = f"src/{path}:{number}", m.group(2)
        if m.group(1) == "<":
            for prefix, where in only:
                if target.startswith(prefix) and room not in where and path not in where:
                    outside.append(f"{here}: <{target}> belongs to {' '.join(where)}")
            continue
        target = MADE.get(target, target)
        to = os.path.dirname(target)
        if target not in files and target not in MADE.values():
            missing.append(f"{here}: \"{target}\" is not a path below src/")
        elif to != room:
            arrows.setdefault(room, set()).add(to)
            if to not in rooms.get(room, []) and target not in rooms.get(room, []):
                wrong.append(f"{here}: {room} may not include {target}")
say("includes go where rooms.txt allows", wrong)
say("includes are written from src/", missing)
cycle = next(filter(None, (cycle_from(r, arrows, []) for r in sorted(arrows))), None)
say("no room includes itself by a detour", [" -> ".join(cycle)] if cycle else [])
say("outside headers stay in their rooms", outside)
say("every header opens with what it is", opening)
print(f"1..{count}")
sys.exit(failed != 0)
