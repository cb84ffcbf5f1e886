#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How well `deponent family` finds reworded copies and their drift.

Takes a folder of unrelated news articles, makes copies with bench/spin.py, and runs the program
on originals and copies together, by its public JSON. Prints for each condition: recall, false
merges (families with two originals that are no natural copies), and beside it the recall of
MinHash over word 5-grams at its own best threshold (the highest Jaccard of unrelated
originals). Then plants drifts one by one in reworded copies and holds the drift table against
them.

usage: family_score.py DEPONENT [--data DIR] [--limit N] [--drift N] [--keep DIR] [--verbose]
"""
import argparse
import hashlib
import json
import os
import random
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import spin  # noqa: E402

CONDITIONS = [
    # name, share of tokens, of names, kept, words inside quotations too
    ("24 % of tokens", 0.24, 0.0, 1.0, False),
    ("36 %, names 10 %", 0.36, 0.1, 1.0, False),
    ("36 %, names 20 %", 0.36, 0.2, 1.0, False),
    ("36 %, names 10 %, half", 0.36, 0.1, 0.5, False),
    ("24 %, in quotes too", 0.24, 0.0, 1.0, True),
    ("36 %, names 20 %, in quotes too", 0.36, 0.2, 1.0, True),
    ("36 %, names 10 %, half, in quotes too", 0.36, 0.1, 0.5, True),
]
SKETCH = 256


def run(deponent, files):
    """The rows that the program prints about the files."""
    done = subprocess.run([deponent, "family", "--format", "json", "--"] + files,
                          stdout=subprocess.PIPE, check=False)
    if done.returncode not in (0, 3):
        sys.exit(f"{deponent} ended with {done.returncode}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def write(path, text):
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


# ---- MinHash ----

def sketch(text):
    """The smallest hashes of the word 5-grams (bottom-k MinHash)."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    grams = {" ".join(words[i:i + 5]) for i in range(max(1, len(words) - 4))}
    return sorted(int.from_bytes(hashlib.blake2b(g.encode(), digest_size=8).digest(), "big")
                  for g in grams)[:SKETCH]


def jaccard(a, b):
    union = sorted(set(a) | set(b))[:SKETCH]
    both = set(a) & set(b)
    return sum(1 for h in union if h in both) / max(1, len(union))


def highest_unrelated(sketches, natural):
    index = {}
    for name, s in sketches.items():
        for h in s:
            index.setdefault(h, []).append(name)
    pairs = {tuple(sorted((a, b))) for names in index.values() if len(names) < 50
             for i, a in enumerate(names) for b in names[i + 1:]}
    return max([jaccard(sketches[a], sketches[b]) for a, b in pairs
                if frozenset((a, b)) not in natural] or [0])


# ---- copies ----

def natural_pairs(deponent, folder, names):
    rows = run(deponent, [os.path.join(folder, n) for n in names])
    groups = [[os.path.basename(f) for f in r["files"]] for r in rows if "files" in r]
    print(f"natural families among {len(names)} originals: {len(groups)}")
    for g in groups:
        print("   " + "  ".join(n.rsplit(".", 1)[0] for n in g))
    return {frozenset((a, b)) for g in groups for a in g for b in g if a != b}


def score_condition(options, folder, texts, natural, sketches, unrelated, condition):
    label, share, names, keep, quotes = condition
    place = os.path.join(options.work, re.sub(r"\W+", "-", label))
    os.makedirs(place, exist_ok=True)
    copies, changed = {}, 0.0
    for name, text in texts.items():
        rng = random.Random(label + name)
        copies[name] = spin.spin(text, rng, share, names, keep, quotes=quotes, guard=False)
        changed += spin.spin.changed
        write(os.path.join(place, name), copies[name])
    rows = run(options.deponent, [os.path.join(d, n) for d in (folder, place) for n in texts])
    family, merges, short = {}, [], set()
    for r in rows:
        if "too_short" in r:
            short.add(r["too_short"])
        if "files" not in r:
            continue
        for f in r["files"]:
            family[f] = r["family"]
        members = {os.path.basename(f) for f in r["files"]}
        if any(frozenset((a, b)) not in natural for a in members for b in members if a < b):
            merges.append(sorted(members))
    missed = [n for n in texts if family.get(os.path.join(folder, n), -1)
              != family.get(os.path.join(place, n), -2)]
    minhash = sum(1 for n in texts if jaccard(sketches[n], sketch(copies[n])) > unrelated)
    n = len(texts)
    print(f"{label:38s} changed {100 * changed / n:4.1f} %  recall {100 * (n - len(missed)) / n:6.2f} %"
          f"  false merges {len(merges)}  missed {len(missed)}"
          f" (said to be too short: {sum(1 for m in missed if os.path.join(place, m) in short or os.path.join(folder, m) in short)})"
          f"  MinHash {100 * minhash / n:6.2f} %")
    if options.verbose:
        for m in missed:
            print("   missed", m, len(copies[m].split()), "words")
    for m in merges:
        print("   merged", *m)


# ---- drift ----

QUOTE = re.compile(r"“([^“”\n]{25,300})”|(?<![\w\"])\"([^\"\n]{25,300})\"")


def outside(text, at):
    before = text[max(0, text.rfind("\n\n", 0, at)):at]
    return before.count("“") == before.count("”") and before.count('"') % 2 == 0 \
        and before.count("''") % 2 == 0


def sentence_is_long(text, at):
    begin = max(text.rfind(". ", 0, at), text.rfind("\n", 0, at), 0)
    end = min(x for x in (text.find(". ", at), text.find("\n", at), len(text)) if x >= 0)
    return len(text[begin:end].split()) >= 8


def plants(text, rng):
    """One edit of each kind that the text allows: (kind, begin, end, new)."""
    found = []

    def choose(kind, choices):
        choices = [c for c in choices if sentence_is_long(text, c[0])]
        rng.shuffle(choices)
        for begin, end, new in choices:
            if all(end + 60 < b or e + 60 < begin for _, b, e, _ in found):
                found.append((kind, begin, end, new))
                return

    numbers = [m for m in re.finditer(r"(?<=[a-z] )(\d{1,3}(?:,\d{3})+|\d{2,3})(?= [a-z])", text)
               if outside(text, m.start())
               and not re.search(r"(in|since|until|of|by|after|before|than|least|most|about|nearly|almost"
                                 r"|over|under|to|and|from|between|up|around|roughly|at|age|or|only|just) $",
                                 text[:m.start()])]
    choose("figure", [(m.start(), m.end(), str(int(m.group().replace(",", "")) * 3 + 1)) for m in numbers])
    choose("bound", [(m.start(), m.start(), rng.choice(["nearly ", "more than ", "at least ", "about "]))
                     for m in numbers])
    names = [m for m in re.finditer(r"(?<=[a-z] )[A-Z][a-z]{5,}(?= [a-z])", text)
             if outside(text, m.start())]
    choose("name", [(m.start(), m.end(), spin.damage(m.group(), rng)) for m in names])
    choose("negation", [(m.start(1), m.end(1), "")
                        for m in re.finditer(r"\b(?:did|is|was|were|would|could|should|will|has|had|have)( not)\b", text)
                        if outside(text, m.start())])
    quotes = [(m.start(1) if m.group(1) else m.start(2), m.end(1) if m.group(1) else m.end(2))
              for m in QUOTE.finditer(text)]
    altered = []
    for b, e in quotes:
        words = [m for m in re.finditer(r"(?<= )[a-z]{5,}(?= )", text[b:e])
                 if m.group() in spin.SYNONYMS and m.group() not in spin.NUMBERS]
        if words:
            w = rng.choice(words)
            altered.append((b + w.start(), b + w.end(), rng.choice(spin.SYNONYMS[w.group()])))
    choose("quotation", altered)
    unquoted = [(b - 1, e + 1, text[b:e]) for b, e in quotes]
    choose("quotation", unquoted)
    return [f for f in found if text[f[1]:f[2]] != f[3]]


def score_drift(options, folder, texts):
    place = os.path.join(options.work, "drift")
    os.makedirs(place, exist_ok=True)
    for share in (0.0, 0.24, 0.36):
        planted = dict.fromkeys(("figure", "bound", "name", "negation", "quotation"), 0)
        found, invented, plain, shown = dict(planted), dict(planted), 0, 0
        for name, text in texts.items():
            rng = random.Random("drift" + name)
            edits = sorted(plants(text, rng), key=lambda e: e[1])
            copy = text
            for _, begin, end, new in reversed(edits):
                copy = copy[:begin] + new + copy[end:]
            if share:
                copy = spin.spin(copy, random.Random(name), share, order=0)
            path, other = os.path.join(folder, name), os.path.join(place, name)
            write(other, copy)
            to_byte = lambda at: len(text[:at].encode())  # noqa: E731
            rows = run(options.deponent, [path, other])
            drifts = [r for r in rows if "drift" in r]
            plain += 1 if any("files" in r for r in rows) else 0
            used = set()
            for kind, begin, end, new in edits:
                planted[kind] += 1
                b, e = to_byte(begin) - 1, to_byte(end) + 2
                hits = [i for i, d in enumerate(drifts) for v in d["values"]
                        if v["file"] == path and v["begin"] is not None and v["begin"] < e and v["end"] > b]
                hits += [i for i, d in enumerate(drifts) for v in d["values"]
                         if v["file"] == other and new.strip() and v["text"]
                         and new.strip() in v["text"] and d["values"][0]["text"] is None]
                used.update(hits)
                good = any(drifts[i]["kind"] == kind for i in hits)
                found[kind] += good
                if not good and options.verbose and any("files" in r for r in rows):
                    print("   not found:", kind, repr(text[max(0, begin - 60):begin]),
                          repr(text[begin:end]), "->", repr(new), repr(text[end:end + 40]),
                          [(drifts[i]["kind"]) for i in hits], name)
            for i, d in enumerate(drifts):
                if i not in used:
                    invented[d["kind"]] += 1
                    shown += 1
                    if options.verbose:
                        print("   invented:", d["kind"], [v["text"] for v in d["values"]], name)
        total = sum(planted.values())
        print(f"drift, {100 * share:.0f} % of tokens, {plain} of {len(texts)} copies seen: found "
              f"{sum(found.values())} of {total} planted, {sum(invented.values())} others")
        print("   " + ", ".join(f"{k} {found[k]}/{planted[k]} (+{invented[k]})" for k in planted))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("deponent")
    ap.add_argument("--data", default=os.environ.get("DEPONENT_DATA", "../shared/data"))
    ap.add_argument("--limit", type=int, default=0)
    ap.add_argument("--drift", type=int, default=200)
    ap.add_argument("--keep")
    ap.add_argument("--verbose", action="store_true")
    options = ap.parse_args()
    folder = os.path.join(options.data, "press/polnear/train/text")
    if not os.path.isdir(folder):
        print(f"skipped: there is no {folder}; set DEPONENT_DATA")
        return
    texts = {}
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), encoding="utf-8") as f:
            texts[name] = f.read()
    if options.limit:
        texts = dict(list(texts.items())[::max(1, len(texts) // options.limit)][:options.limit])
    with tempfile.TemporaryDirectory() as work:
        options.work = options.keep or work
        natural = natural_pairs(options.deponent, folder, list(texts))
        sketches = {n: sketch(t) for n, t in texts.items()}
        unrelated = highest_unrelated(sketches, natural)
        print(f"MinHash: the highest Jaccard of unrelated originals is {unrelated:.3f}")
        for condition in CONDITIONS:
            score_condition(options, folder, texts, natural, sketches, unrelated, condition)
        if options.drift:
            some = {n: t for n, t in texts.items() if len(t) > 2500}
            step = max(1, len(some) // options.drift)
            score_drift(options, folder, dict(list(some.items())[::step][:options.drift]))


if __name__ == "__main__":
    main()
