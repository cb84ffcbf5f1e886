#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scores `deponent read` against PolNeAR attributions, through its JSON alone.

  score_polnear.py tokens [FILE.jsonl]   exact spans on tokenised lines
  score_polnear.py raw [FOLDER …]        overlap on raw articles (default: .../polnear/dev)

tokens: every line of the file is one document: its tokens joined by one blank. Gold is, per
label (source, cue, content), the set of (first, last) token pairs of its B-/I- runs. Proposed
is, per label, the set of token pairs that the spans of all proposals of that line cover; a
byte span covers each token it shares a byte with. Equal spans of two proposals count once.
P = |gold & proposed| / |proposed|, R = |gold & proposed| / |gold|, F1 their harmonic mean, over
all lines. `--flat` paints the proposals on the line first (a token has one label, the earlier
proposal wins; spans that touch stay apart only if they began apart) and takes the runs of that:
the other way in which overlapping proposals can be counted.

raw: gold attributions are the events of the .ann files (offsets in characters; pieces joined by
";"). A proposal or an attribution is *spoken* if its cue has a word of speech_cues.txt. A
spoken proposal is right if some attribution's cue and source both overlap its own by a
character (an attribution without source is met by a proposal without speaker); content is
right too if, for such an attribution, the Jaccard index of the bytes of the two contents is at
least 0.5. Recall is the share of spoken attributions with a cue that some proposal meets in cue
and source. Proposals are counted by article and all articles are added up.
"""
import argparse
import bisect
import collections
import glob
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.environ.get("DEPONENT_DATA", os.path.join(HERE, "../../shared/data"))
LABELS = ("source", "cue", "content")


def run_reader(program, folder, names):
    """Proposals by file name, in the order of the output."""
    found = collections.defaultdict(list)
    for first in range(0, len(names), 500):
        part = names[first:first + 500]
        done = subprocess.run([program, "read", "--format", "json"] + part, cwd=folder,
                              stdout=subprocess.PIPE)
        if done.returncode not in (0, 3):
            sys.exit("deponent read: exit %d" % done.returncode)
        for line in done.stdout.splitlines():
            row = json.loads(line)
            if row["stance"] is not None:
                found[row["file"]].append(row)
    return found


def span_of(part):
    return (part["begin"], part["end"]) if part and part.get("begin") is not None else None


def spans_of(row):
    speaker, cue = span_of(row["speaker"]), span_of(row["cue"])
    return {
        "source": [speaker] if speaker else [],
        "cue": [cue] if cue else [],
        "content": [span_of(c) for c in row["content"]],
    }


def f1(good, proposed, gold):
    p = good / proposed if proposed else 0.0
    r = good / gold if gold else 0.0
    return p, r, 2 * p * r / (p + r) if p + r else 0.0


def runs_of(labels):
    spans = {label: set() for label in LABELS}
    begin = None
    for i, label in enumerate(labels + ["O"]):
        if begin is not None and not label.startswith("I-"):
            spans[labels[begin][2:]].add((begin, i - 1))
            begin = None
        if label.startswith("B-") or (label.startswith("I-") and begin is None):
            begin = i
    return spans


def flatten(rows, count):
    labels, owner = ["O"] * count, [None] * count
    for row in rows:
        for label in LABELS:
            for first, last in row[label]:
                for i in range(first, last + 1):
                    if owner[i] is None:
                        owner[i] = (label, first)
                        new = i == 0 or owner[i - 1] != owner[i]
                        labels[i] = ("B-" if new else "I-") + label
    return runs_of(labels)


def show_line(tokens, spans):
    marks = collections.defaultdict(str)
    ends = collections.Counter()
    for label in LABELS:
        for first, last in sorted(spans[label]):
            marks[first] += "[" + {"source": "s", "cue": "c", "content": "k"}[label] + " "
            ends[last] += 1
    return " ".join(marks[i] + t + "]" * ends[i] for i, t in enumerate(tokens))


def score_tokens(options):
    path = options.paths[0] if options.paths else os.path.join(
        DATA, "press/polnear_dev_tokens.jsonl")
    lines = [json.loads(line) for line in open(path, encoding="utf-8")]
    good, proposed, gold_n = (collections.Counter() for _ in range(3))
    rules = collections.defaultdict(collections.Counter)
    shown = 0
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for i, line in enumerate(lines):
            names.append("%05d.txt" % i)
            with open(os.path.join(folder, names[-1]), "wb") as f:
                f.write(" ".join(line["tokens"]).encode() + b"\n")
        found = run_reader(options.program, folder, names)
    for i, line in enumerate(lines):
        starts, ends, at = [], [], 0
        for token in line["tokens"]:
            starts.append(at)
            at += len(token.encode())
            ends.append(at)
            at += 1
        gold = runs_of(line["labels"])
        rows = []
        for row in found[names[i]]:
            mapped = {"rule": row["rule"]}
            for label, spans in spans_of(row).items():
                mapped[label] = [(bisect.bisect_right(ends, b), bisect.bisect_left(starts, e) - 1)
                                 for b, e in spans]
            rows.append(mapped)
            for label in LABELS:
                for span in mapped[label]:
                    rules[row["rule"]][label] += 1
                    rules[row["rule"]][label + "+"] += span in gold[label]
        if options.flat:
            ours = flatten(rows, len(starts))
        else:
            ours = {label: {s for row in rows for s in row[label]} for label in LABELS}
        for label in LABELS:
            good[label] += len(gold[label] & ours[label])
            proposed[label] += len(ours[label])
            gold_n[label] += len(gold[label])
        if gold != ours and shown < options.errors:
            shown += 1
            print("GOLD", show_line(line["tokens"], gold))
            print("OURS", show_line(line["tokens"], ours))
            print("    ", " ".join(r["rule"] for r in rows), "\n")
    print("label     P     R     F1    gold proposed right")
    for label in LABELS:
        p, r, f = f1(good[label], proposed[label], gold_n[label])
        print("%-8s %5.1f %5.1f %5.1f %6d %6d %6d" % (
            label, 100 * p, 100 * r, 100 * f, gold_n[label], proposed[label], good[label]))
    if options.by_rule:
        print("\nrule                      source        cue           content")
        for rule in sorted(rules, key=lambda r: -rules[r]["cue"]):
            c = rules[rule]
            print("%-24s" % rule, *("%5d/%5d %3.0f%%" % (
                c[x + "+"], c[x], 100 * c[x + "+"] / max(1, c[x])) for x in LABELS))


def load_events(path):
    """Attributions of one .ann file: spans in characters."""
    spans, events = {}, []
    for line in open(path, encoding="utf-8"):
        parts = line.rstrip("\n").split("\t")
        if re.fullmatch(r"T\d+", parts[0]) and len(parts) > 1:
            where = parts[1].split(" ", 1)[1]
            spans[parts[0]] = [tuple(map(int, s.split())) for s in where.split(";")]
        elif re.fullmatch(r"E\d+", parts[0]) and len(parts) > 1:
            events.append([a.split(":") for a in parts[1].split()])
    rows = []
    for event in events:
        row = {label: [] for label in LABELS}
        for role, name in event[1:]:
            label = re.sub(r"\d+$", "", role).lower()
            if label in row:
                row[label] += spans.get(name, [])
        if row["cue"] and row["content"]:
            rows.append(row)
    return rows


def overlap(a, b):
    return any(x < v and u < y for x, y in a for u, v in b)


def meets(row, event):
    if not overlap(row["cue"], event["cue"]):
        return False
    if not event["source"] or not row["source"]:
        return not event["source"] and not row["source"]
    return overlap(row["source"], event["source"])


def jaccard(a, b):
    x = {i for s, e in a for i in range(s, e)}
    y = {i for s, e in b for i in range(s, e)}
    return len(x & y) / len(x | y) if x | y else 0.0


def score_raw(options):
    folders = options.paths or [os.path.join(DATA, "press/polnear/dev")]
    spoken_words = set(open(os.path.join(DATA, "press/speech_cues.txt")).read().split())
    rules = collections.defaultdict(collections.Counter)
    total = collections.Counter()
    missed = []
    for folder in folders:
        texts = {os.path.basename(p)[:-4]: p for p in glob.glob(folder + "/text/*.txt")}
        jobs = []
        for ann in sorted(glob.glob(folder + "/attributions/*.ann")):
            base = os.path.basename(ann)[:-4]
            name = base if base in texts else base.rsplit("_", 1)[0]
            if name in texts:
                jobs.append((ann, texts[name]))
        found = run_reader(options.program, "/", [os.path.abspath(t) for _, t in jobs])
        for ann, path in jobs:
            data = open(path, "rb").read()
            text = data.decode()
            at, offsets = 0, []
            for ch in text:
                offsets.append(at)
                at += len(ch.encode())
            offsets.append(at)

            def spoken(cue):
                words = re.findall(r"[^\W\d_]+", " ".join(
                    data[b:e].decode(errors="replace") for b, e in cue).lower())
                return any(w in spoken_words for w in words)

            def cut(spans):
                return " … ".join(data[b:e].decode(errors="replace") for b, e in spans)

            events = [{k: [(offsets[b], offsets[e]) for b, e in v] for k, v in row.items()}
                      for row in load_events(ann)]
            rows = []
            for row in found[os.path.abspath(path)]:
                mapped = spans_of(row)
                mapped["rule"] = row["rule"]
                rows.append(mapped)
            for row in rows:
                if not spoken(row["cue"]):
                    continue
                met = [e for e in events if meets(row, e)]
                best = max((jaccard(row["content"], e["content"]) for e in met), default=0)
                total["proposed"] += 1
                total["right"] += bool(met)
                total["content"] += best >= 0.5
                rules[row["rule"]]["n"] += 1
                rules[row["rule"]]["right"] += bool(met)
                rules[row["rule"]]["content"] += best >= 0.5
                if best < 0.5:
                    near = [e for e in events if overlap(e["cue"], row["cue"])]
                    lo = min(b for k in LABELS for b, _ in row[k])
                    hi = max(e for k in LABELS for _, e in row[k])
                    missed.append("%s %s\n  text %s\n  ours s=%s | c=%s | k=%s%s" % (
                        "WRONG" if not met else "CONTENT", row["rule"],
                        data[max(0, lo - 60):hi + 60].decode(errors="replace").replace("\n", "¶"),
                        cut(row["source"]), cut(row["cue"]), cut(row["content"]),
                        "".join("\n  gold s=%s | c=%s | k=%s" % (
                            cut(e["source"]), cut(e["cue"]), cut(e["content"])) for e in near)))
            for event in events:
                if not spoken(event["cue"]):
                    continue
                total["gold"] += 1
                if any(meets(row, event) for row in rows):
                    total["found"] += 1
                elif not any(overlap(row["cue"], event["cue"]) for row in rows):
                    lo = min(b for k in LABELS for b, _ in event[k])
                    hi = max(e for k in LABELS for _, e in event[k])
                    missed.append("MISSED\n  text %s\n  gold s=%s | c=%s | k=%s" % (
                        data[max(0, lo - 60):hi + 60].decode(errors="replace").replace("\n", "¶"),
                        cut(event["source"]), cut(event["cue"]), cut(event["content"])))
    step = max(1, len(missed) // options.errors) if options.errors else 0
    for text in missed[::step][:options.errors] if step else []:
        print(text, "\n")
    for what, over in (("right", "proposed"), ("content", "proposed"), ("found", "gold")):
        label = {"right": "cue and source right", "content": "content right too",
                 "found": "recall"}[what]
        print("%-22s %5.1f %%  (%d of %d)" % (
            label, 100 * total[what] / max(1, total[over]), total[what], total[over]))
    if options.by_rule:
        for rule in sorted(rules, key=lambda r: -rules[r]["n"]):
            c = rules[rule]
            print("%-24s %6d  right %5.1f  content %5.1f" % (
                rule, c["n"], 100 * c["right"] / c["n"], 100 * c["content"] / c["n"]))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=("tokens", "raw"))
    parser.add_argument("paths", nargs="*")
    parser.add_argument("--program", default=os.path.join(HERE, "../build/src/door/cli/deponent"))
    parser.add_argument("--flat", action="store_true", help="tokens: paint, then take runs")
    parser.add_argument("--by-rule", action="store_true")
    parser.add_argument("--errors", type=int, default=0, metavar="N")
    options = parser.parse_args()
    options.program = os.path.abspath(options.program)
    if not os.path.isdir(os.path.join(DATA, "press")):
        print("skipped: no data under", DATA)
        return
    (score_tokens if options.what == "tokens" else score_raw)(options)


if __name__ == "__main__":
    main()
