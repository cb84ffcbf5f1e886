#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How well numbers, ranges, amounts, ages, dates and periods are read.

  score_recognizers.py [--program PROGRAM] [--errors] [CASES.jsonl]

Runs `deponent read --values --format json` on every case of a file of recognizer cases (one JSON
object a line: spec, Input, Context, Results) and counts

  exact      all that the case expects is found, span and value equal, and nothing else
  wrong      something is asserted that the case does not have
  abstained  the rest: something is missing, nothing is wrong

A case counts when all its results are of the kinds read here: integers and decimals, number
ranges, amounts, ages, dates and date ranges; a case without results counts too. Of two readings
the past one is expected. A period's end in the file is exclusive, and so is "until" here. Without
a value in the file (a season, a date that does not exist) the span decides.

Nothing is left out because news English would read it otherwise: --values reads as talk and plans
are read. The reader of statements differs on purpose: a weekday named on that weekday is that
day, "two weeks after May 3" counts from the last third of May, and "in two weeks", "the week",
"the next day" and a bare 4/22 name no day of the calendar.
"""
import argparse
import json
import os
import subprocess
import sys

KINDS = {
    "NumberModel": {"number"},
    "NumberRangeModel": {"range"},
    "CurrencyModel": {"money"},
    "AgeModel": {"age"},
    "DateParser": {"date", "period"},
    "DatePeriodParser": {"date", "period"},
    "DateTimeModel": {"date", "period"},
}


def byte_offsets(text, start, end):
    """UTF-16 positions to bytes; `end` exclusive."""
    units = text.encode("utf-16-le")
    return (len(units[: 2 * start].decode("utf-16-le").encode()),
            len(units[: 2 * end].decode("utf-16-le").encode()))


def expected(case):
    """[(begin, end, value)] or None when the case is of another kind."""
    spec, text, found = case["spec"], case["Input"], []
    for r in case["Results"]:
        if "Length" in r:
            last = r["Start"] + r["Length"]
        else:
            last = r["End"] + 1
        begin, end = byte_offsets(text, r["Start"], last)
        if spec in ("DateParser", "DatePeriodParser"):
            past = (r.get("Value") or {}).get("PastResolution") or {}
            if "date" in past:
                value = None if past["date"].startswith("0001") else ("date", past["date"])
            elif past:
                value = ("period", past.get("startDate"), past.get("endDate"))
            else:
                value = None
        elif spec == "DateTimeModel":
            if r["TypeName"] not in ("datetimeV2.date", "datetimeV2.daterange"):
                return None
            v = ((r.get("Resolution") or {}).get("values") or [{}])[0]
            if v.get("value") == "not resolved":
                value = None
            elif v.get("type") == "date":
                value = ("date", v["value"])
            else:
                value = ("period", v.get("start"), v.get("end"))
            if v.get("type") == "date" and "Mod" in v:
                value = ("period", v.get("start"), v.get("end"))
        else:
            res = r["Resolution"]
            if spec == "NumberModel":
                if res.get("subtype", "integer") not in ("integer", "decimal"):
                    return None
                value = float(res["value"])
            elif spec == "NumberRangeModel":
                value = res["value"]
            else:
                amount = res.get("value")
                value = (None if amount is None else float(amount), res["unit"].lower(),
                         res.get("isoCurrency"))
        found.append((begin, end, value))
    return found


def same_number(a, b):
    if a is None or b is None:
        return a is b
    return abs(a - b) <= 1e-9 * max(1.0, abs(a), abs(b))


def same_value(spec, want, got):
    if spec == "NumberModel":
        return same_number(want, got["value"])
    if spec == "NumberRangeModel":
        def ends(s):
            return s[0], s[-1], [float(x) if x else None for x in s[1:-1].split(",")]
        a, b = ends(want), ends(got["value"])
        return a[:2] == b[:2] and all(same_number(x, y) for x, y in zip(a[2], b[2]))
    if spec == "CurrencyModel":
        amount, unit, code = want
        if not same_number(amount, got["value"]):
            return False
        return code == got["currency"] if code else unit == got["unit"]
    if spec == "AgeModel":
        amount, unit, _ = want
        return same_number(amount, got["value"]) and unit in (got["unit"], "age")
    if want is None:
        return True
    if want[0] == "date":
        return got["kind"] == "date" and got["from"] == want[1]
    return got["kind"] == "period" and (got["from"], got["until"]) == want[1:]


def run(program, case):
    command = [program, "read", "--values", "--format", "json"]
    ref = (case.get("Context") or {}).get("ReferenceDateTime")
    if ref:
        command += ["--published", ref[:10]]
    out = subprocess.run(command + ["-"], input=case["Input"].encode(), capture_output=True)
    if out.returncode not in (0, 3):
        sys.exit("score_recognizers: %s: %s" % (" ".join(command), out.stderr.decode()))
    return [json.loads(line) for line in out.stdout.decode().splitlines()]


def main():
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    data = os.environ.get("DEPONENT_DATA", os.path.join(root, "../shared/data"))
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", default=os.path.join(root, "build/src/door/cli/deponent"))
    parser.add_argument("--errors", action="store_true", help="show every case that is not exact")
    parser.add_argument("path", nargs="?",
                        default=os.path.join(data, "press/recognizers_half.jsonl"))
    args = parser.parse_args()
    program, path, errors = args.program, args.path, args.errors
    if not os.path.exists(path):
        print("score_recognizers: skipped, %s is not there" % path)
        return 0
    table = {}
    with open(path, encoding="utf-8") as f:
        cases = [json.loads(line) for line in f]
    for case in cases:
        spec = case["spec"]
        if spec not in KINDS or case.get("NotSupported"):
            continue
        wants = expected(case)
        if wants is None:
            continue
        gots = [g for g in run(program, case) if g["kind"] in KINDS[spec]]
        left = list(gots)
        missing = 0
        for begin, end, value in wants:
            hit = next((g for g in left if (g["begin"], g["end"]) == (begin, end)
                        and same_value(spec, value, g)), None)
            if hit is None:
                missing += 1
            else:
                left.remove(hit)
        unresolved = [g for g in left if g["kind"] in ("date", "period") and g["value"] is None]
        verdict = ("wrong" if len(left) > len(unresolved)
                   else "exact" if not missing and not left else "abstained")
        counts = table.setdefault(spec, {"exact": 0, "wrong": 0, "abstained": 0})
        counts[verdict] += 1
        if errors and verdict != "exact":
            print("%-9s %s %s\n   want %s\n   got  %s" % (
                verdict, spec, (case.get("Context") or {}).get("ReferenceDateTime", "")[:10],
                [(case["Input"].encode()[b:e].decode(), v) for b, e, v in wants],
                [tuple(g.get(k) for k in ("text", "value", "from", "until", "unit")) for g in gots]))
            print("   in   %r" % case["Input"])
    total = {"exact": 0, "wrong": 0, "abstained": 0}
    print("%-18s %6s %7s %7s %10s" % ("spec", "cases", "exact", "wrong", "abstained"))
    for spec, c in list(table.items()) + [("all", total)]:
        n = c["exact"] + c["wrong"] + c["abstained"]
        if spec != "all":
            for k in total:
                total[k] += c[k]
        else:
            n = sum(total[k] for k in ("exact", "wrong", "abstained"))
        print("%-18s %6d %6.1f%% %6.1f%% %9.1f%%" % (
            spec, n, 100 * c["exact"] / n, 100 * c["wrong"] / n, 100 * c["abstained"] / n))
    return 0


if __name__ == "__main__":
    sys.exit(main())
