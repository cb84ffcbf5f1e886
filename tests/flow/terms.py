#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""One archive with an account for each terms and each set of purposes. Every text that somebody
gave is one word that stands nowhere else, so that whatever a verb prints or writes can be looked
through for what it gave away. The tables below say what may be there, and what must be."""
import itertools, json, os, random, re, resource, shutil, signal, subprocess, sys, time

DEPONENT = os.environ["DEPONENT"]
DAY = "2024-06-15"

# ---- the tables ----

# What each terms allow, for a purpose that was agreed to: V a coded value (a number, a unit),
# D the description of the source, Q any words of the account, N the name of its source.
TERMS = {
    "on_record": "VDQN",
    "anonymity": "VDQ",
    "background": "VD",
    "deep_background": "V",
    "off_record": "",
    "withdrawn": "",
    "expired": "",
    "none given": "VDQ",  # and for help only
}
PURPOSES = ["help", "statistics", "publication", "partners", "court"]

# What stands in each account, and which of the letters it needs.
FIELDS = {
    "name": "N", "description": "D", "position": "Q", "reason": "Q", "text": "Q",
    "attachment": "Q", "who": "Q", "act": "Q", "whom": "Q", "where": "Q", "number": "V",
    "node": "Q", "node note": "Q", "case note": "Q", "how known": "Q", "assessment": "Q",
}
CODED = {"number"}
WORDS = set(FIELDS) - CODED
HELPS = {"help", "partners"}  # an export for these holds terms and cases too

# Each verb: for which purpose it works; what it may print of an account as far as the terms
# allow for that purpose; what of that must be there, or the search found nothing to search.
# A verb that is not in this table prints nothing of any account: see nothing_of().
STATEMENT = {"who", "act", "whom", "where", "number"}
ROWS = {
    "list account": ("help", {"name", "description"}, {"name"}),
    "list account, JSON": ("help", {"name", "description"}, {"name", "description"}),
    "list source": ("help", {"name", "description", "position"}, "all"),
    "list terms": ("help", {"reason"}, "all"),
    "list statement": ("help", STATEMENT, "all"),
    "list node": ("help", {"node", "node note"}, "all"),
    "list assessment": ("help", {"assessment"}, "all"),
    "list casework": ("help", {"case note", "how known"}, "all"),
    "search": ("help", WORDS - {"reason", "attachment", "assessment"},
               {"text", "who", "node", "case note"}),
    "propose": ("help", {"name", "text"}, {"text"}),
    "consent": ("help", {"reason"}, "all"),
    "case": ("help", {"case note", "how known"}, "all"),
    "figure": ("statistics", {"name", "description", "number"}, {"number"}),
    "sheet": ("publication", {"name", "text", "number"}, {"text"}),
}
SHOWN = {  # show, of each kind, for any purpose
    "account": {"name", "description", "text"},
    "source": {"name", "description", "position"},
    "terms": {"reason"},
    "statement": STATEMENT,
    "node": {"node", "node note"},
    "assessment": {"assessment"},
    "casework": {"case note", "how known"},
}
EXPORTED = {"name", "description", "position", "text", "attachment", "node", "node note",
            "assessment"} | STATEMENT
AT_HOME = {"reason", "case note", "how known"}
DISCLOSED = {  # what lies in the entry of a record, and which letter is needed to give it out
    "account": ("Q", {"text", "reason"}),
    "source": ("N", {"name", "description", "position"}),
    "statement": ("Q", STATEMENT),
    "node": ("Q", {"node", "node note"}),
    "casework": ("Q", {"case note", "how known"}),
    "assessment": ("Q", {"assessment"}),
}


def may(account, purpose):
    """The letters, for an account and a purpose."""
    if purpose not in account.purposes:
        return set()
    letters = set(TERMS[account.terms])
    if letters == {"V"} and "statistics" not in account.purposes:
        return set()  # what may only be counted, and not even that
    return letters


# ---- TAP ----

count = failed = rows_checked = 0


def ok(good, name, why=()):
    global count, failed
    count += 1
    failed += not good
    print(("" if good else "not ") + f"ok {count} - {name}")
    for line in [] if good else list(why)[:12]:
        print("#   " + str(line)[:200])
    sys.stdout.flush()


# ---- the program ----

class Run:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err
        self.bytes = out + b"\n" + err


def run(*args, archive="vault", stdin=b"", stdout=subprocess.PIPE, day=DAY, **more):
    argv = [DEPONENT, args[0]]
    if archive:
        argv += ["--archive", archive, "--passphrase-file", "pass"]
        if args[0] not in ("init", "passwd", "recovery", "verify"):
            argv += ["--day", day]
    p = subprocess.run(argv + list(args[1:]), input=stdin, stdout=stdout,
                       stderr=subprocess.PIPE, **more)
    if p.returncode < 0 or b"Sanitizer" in p.stderr or b"runtime error" in p.stderr:
        ok(False, f"{args[0]} does not crash", [p.returncode, p.stderr.decode(errors="replace")])
    return Run(p.returncode, p.stdout or b"", p.stderr)


def must(*args, **more):
    r = run(*args, **more)
    if r.code:
        print(f"Bail out! {' '.join(args)}: exit code {r.code}: {r.err.decode(errors='replace')}")
        sys.exit(1)
    return r


def rows_of(r):
    return [json.loads(line) for line in r.out.decode().splitlines()]


# ---- what is looked for ----

owner = {}  # a word, or a number: (account, field)
chance = random.Random(1)


def canary():
    """A word that no id, hash or word of a language is."""
    return "q" + "".join(chance.choice("bcdfgjklmvwxz") + chance.choice("ou")
                         for _ in range(5))


class Account:
    def __init__(self, terms, purposes, published=False):
        self.terms, self.purposes, self.published = terms, purposes, published
        self.words = {f: canary() for f in FIELDS}
        self.words["number"] = str(7100000 + 13 * len(owner) + 1)
        self.ids = {}
        for field, word in self.words.items():
            owner[word] = (self, field)

    def __str__(self):
        return f"{self.terms}, {'+'.join(self.purposes) or 'no purpose'}"


LOOKED_FOR = re.compile(rb"q(?:[bcdfgjklmvwxz][ou]){5}|(?<![0-9a-z.])71[0-9,]{5,7}(?![0-9a-z])")


def found_in(data):
    """Which (account, field) stand in these bytes."""
    words = {m.decode().replace(",", "") for m in LOOKED_FOR.findall(data.lower())}
    return {owner[w] for w in words if w in owner}


def judge(name, data, expected, want=None):
    """expected(account): the fields that may stand there; want(account): those that must."""
    global rows_checked
    found = found_in(data)
    leaks, missing = [], []
    for a in accounts:
        rows_checked += 1
        allowed = expected(a)
        here = {f for (b, f) in found if b is a}
        for f in sorted(here - allowed):
            leaks.append(f"{a}: {f} is there")
        if want:
            for f in sorted((want(a) & allowed) - here):
                missing.append(f"{a}: {f} is not there")
    ok(not leaks, f"{name}: nothing that the terms withhold", leaks)
    if want:
        ok(not missing, f"{name}: what they allow is there", missing)


def by_row(row, purpose=None):
    needs, fields, wanted = ROWS[row]
    return by_fields(fields, purpose or needs, fields if wanted == "all" else wanted)


def by_fields(fields, purpose, wanted=None):
    def expected(a):
        letters = may(a, purpose)
        if a.published and "text" in fields:  # all of it stands there
            return set(FIELDS) if "Q" in letters else set()
        return {f for f in fields if FIELDS[f] in letters or (f in CODED and letters)}
    return expected, (lambda a: fields if wanted is None else wanted)


def nothing_of(name, data):
    judge(name, data, lambda a: set())


# ---- the archive ----

def consent_options(a):
    for p in a.purposes:
        yield from ("--purpose", p)


def add(a):
    w = a.words
    text = (f"Kolvar. On Monday her brother said that 41 people were held at {w['text']} depot "
            "in Kolvar.\n")
    if a.published:
        text = (f"publisher {w['name'].capitalize()} News\ndate 2024-05-06\n\n"
                f"The ministry said on Monday that at least {int(w['number']):,} people were "
                f"held at {w['text'].capitalize()} depot.\n")
    open("text", "w").write(text)
    open("evidence", "w").write(f"%PDF {w['attachment']}\n")
    options = ["--format", "json", "--attach", "evidence"]
    if not a.published:
        options += ["--source-name", "Kolvar " + w["name"].capitalize(),
                    "--description", "a Kolvar clerk of " + w["description"],
                    "--position", "in Kolvar with " + w["position"], "--channel", "phone"]
    if a.terms != "none given":
        said = "on_record" if a.terms in ("withdrawn", "expired") else a.terms
        options += ["--terms", said, "--reason", "Kolvar " + w["reason"], *consent_options(a)]
        if a.terms == "expired":
            options += ["--expires", "2024-03"]
    r = must("add", *(["--report"] if a.published else []), *options, "text")
    row = json.loads(r.out.decode().splitlines()[0])
    a.ids["account"], a.ids["source"] = row["account"], row["source"]
    a.attachment = row["attachments"][0]
    a.echoed = found_in(r.bytes)
    account = a.ids["account"]
    if not a.published:
        a.ids["statement"] = must(
            "edit", "--new", "statement", account, f"who=Kolvar {w['who']}",
            f"act={w['act']}", f"whom={w['whom']}", f"where={w['where']}", "when=2024-05",
            f"low={w['number']}", f"best={w['number']}", f"high={w['number']}",
            "unit=individual").out.decode().strip()
        a.ids["node"] = must("edit", "--new", "node", account, "name=Kolvar " + w["node"],
                             "note=" + w["node note"]).out.decode().strip()
        a.ids["casework"] = rows_of(must(
            "case", "open", "--need", "missing", "--note", "Kolvar " + w["case note"],
            "--how-known", w["how known"], "--format", "json", account))[0]["id"]
        a.ids["assessment"] = must("assess", a.ids["statement"], "--information-grade", "3",
                                   "--reason", "Kolvar " + w["assessment"]).out.decode().split()[0]
    if a.terms == "withdrawn":
        must("consent", "--withdraw", account)
    if a.terms != "none given" and not a.purposes:
        must("consent", "--no-purpose", account)


# No purpose, each alone, all.
SETS = [[], *([p] for p in PURPOSES), PURPOSES]
told = [Account(t, p) for t in TERMS if t != "none given" for p in SETS]
told.append(Account("none given", ["help"]))
reports = [Account(t, p, True) for t in TERMS if t != "none given"
           for p in ([], ["publication"], PURPOSES)]
accounts = told + reports
# A report that says nothing of its terms is on the record, for every purpose.
usual = Account("on_record", PURPOSES, True)
accounts.append(usual)

started = time.monotonic()
open("pass", "w").write("moth lantern pear anvil seven river\n")
must("init", "--passphrase-file", "pass", "--work-factor", "10", "vault", archive=None)
for a in accounts:
    add(a)
ok(not any(a.echoed for a in accounts), "add prints ids and terms, no words")
for row in rows_of(must("list", "--format", "json", "terms")):
    for a in accounts:
        if row["of"] == a.ids["account"]:
            a.ids["terms"] = row["id"]
made = time.monotonic() - started


def only(group, pair):
    """The same expectation; of the others nothing must be there."""
    expected, want = pair
    return expected, (lambda a: want(a) if a in group else set())


def both(row, *args, group=None, name=None):
    """As a table and as JSON."""
    for form in ("table", "json"):
        key = row + ", JSON" if form == "json" and row + ", JSON" in ROWS else row
        r = run(*args[:1], "--format", form, *args[1:])
        pair = by_row(key)
        if group is not None:
            pair = only(group, pair)
        judge(f"{name or row}, {form}", r.bytes, *pair)


# ---- list, search, propose, consent, case ----

both("list account", "list", group=[a for a in told if a.terms == "on_record"])
for kind in ("source", "terms", "statement", "node", "assessment", "casework"):
    both(f"list {kind}", "list", kind, group=told if kind != "terms" else
         [a for a in told if "terms" in a.ids])
for kind in ("judgement", "derivation", "custody", "support", "control", "vocab", "figure"):
    for form in ("table", "json"):
        nothing_of(f"list {kind}, {form}", run("list", "--format", form, kind).bytes)
both("search", "search", "--limit", "9999", "kolvar", group=told)
both("propose", "propose", *[a.ids["account"] for a in told], group=told)
both("propose", "propose", "--all", *[a.ids["account"] for a in reports], group=[],
     name="propose, of reports")
for form in ("table", "json"):
    data = b"".join(run("consent", "--format", form, a.ids["account"]).bytes for a in told)
    judge(f"consent, {form}", data,
          *only([a for a in told if "terms" in a.ids], by_row("consent")))
    data = b"".join(run("case", "outcome", "--format", form, a.ids["casework"], "unknown").bytes
                    for a in told)
    judge(f"case, {form}", data, *only(told, by_row("case")))

# ---- show ----

for purpose in PURPOSES:
    for form in ("table", "json"):
        ids = [i for a in told for i in a.ids.values()]
        r = run("show", "--purpose", purpose, "--format", form, *ids)
        fields = set().union(*SHOWN.values())
        judge(f"show for {purpose}, {form}", r.bytes, *only(
            [a for a in told if "terms" in a.ids], by_fields(fields, purpose)))
    data = b""
    for a in told if purpose in ("help", "court") else told[:14]:
        if len(a.purposes) == 1 and a.purposes != [purpose] and purpose != "help":
            continue  # as the other sets without it
        data += run("show", "--purpose", purpose, "--attachment", "1", "-o", "-",
                    a.ids["account"]).bytes
    judge(f"show, the attachment, for {purpose}", data, by_fields({"attachment"}, purpose)[0])
    ok(any(f == "attachment" for _, f in found_in(data)), f"an attachment is shown for {purpose}")

# ---- figures ----

def counted(a):
    """May its number enter a figure?"""
    return "statistics" in a.purposes and "V" in TERMS[a.terms]


recorded = []
for a in told:
    one = [], []
    for form in ("table", "json"):
        r = run("figure", "--format", form, "--where", a.words["where"])
        # The place was asked for: it is in the question.
        data = r.bytes.replace(a.words["where"].encode(), b"")
        one[0].append(data)
    if a.terms in ("on_record", "off_record", "withdrawn") or a.purposes == PURPOSES:
        r = run("figure", "--record", "--format", "json", "--where", a.words["where"])
        one[0].append(r.bytes.replace(a.words["where"].encode(), b""))
        if r.code == 0:
            recorded.append((a, rows_of(r)[0]["figure"]))
    found = found_in(b"".join(one[0]))
    expected, _ = by_row("figure")
    leaks = [f"{b}: {f}" for b, f in found if b is not a or f not in expected(b)]
    there = (a, "number") in found
    ok(not leaks and there == counted(a), f"figure: {a}", leaks + [f"number there: {there}"])
ok(len(recorded) >= 5, f"{len(recorded)} figures are kept")
ok(all(counted(a) for a, _ in recorded), "of accounts that may be counted")
names = {}
for name, args in (("figure ID", ["figure", *[i for _, i in recorded]]),
                   ("figure --list", ["figure", "--list"]),
                   ("list figure", ["list", "figure"]),
                   ("sheet, the figures", ["sheet"])):
    for form in ("table", "json"):
        data = run(args[0], "--format", form, *args[1:]).bytes
        for a, _ in recorded:  # the places that were asked for
            data = data.replace(a.words["where"].encode(), b"")
        pair = by_row("figure")
        if args[0] == "sheet":  # and what it says of the reports
            pair = (lambda a: by_row("figure")[0](a) | by_row("sheet")[0](a)
                    if a.published else by_row("figure")[0](a)), (lambda a: set())
        judge(f"{name}, {form}", data, *only([a for a, _ in recorded], pair))
for form in ("table", "json"):
    r = run("sheet", "--html", f"sheet-{form}.html", "--format", form)
    data = r.bytes + open(f"sheet-{form}.html", "rb").read()
    for a, _ in recorded:
        data = data.replace(a.words["where"].encode(), b"")

    def on_sheet(a):
        if not a.published:
            return by_row("figure")[0](a)
        # Who published it is said on the record only, though it stands in the text.
        return by_row("sheet")[0](a) - (set() if "N" in may(a, "publication") else {"name"})
    judge(f"sheet of the reports, {form}", data, on_sheet,
          lambda a: {"text", "name"} if a.published else set())
last = rows_of(run("sheet", "--format", "json"))[-1]
ok(sum(last["cases"].values()) == sum(counted(a) for a in told),
   "cases are counted of those who agreed to statistics", [last])

# ---- export, disclose ----

for purpose in PURPOSES:
    folder = f"export-{purpose}"
    r = run("export", "--plain", "--purpose", purpose, "-o", folder)
    ok(r.code == 0, f"export for {purpose}", [r.err.decode()] if r.code else [])
    data = r.bytes
    for where, _, files in os.walk(folder):
        for f in files:
            data += f.encode() + open(os.path.join(where, f), "rb").read() + b"\n"
    fields = EXPORTED | (AT_HOME if purpose in HELPS else set())
    expected, _ = by_fields(fields, purpose)

    def exported(a):
        # A figure that is kept holds its number and the place that was asked for. Else, of an
        # account of which nothing may be said not even a number.
        kept = {"number", "where"} if any(a is b for b, _ in recorded) else set()
        return kept | (expected(a) if may(a, purpose) & set("DQN") else set())
    judge(f"export for {purpose}", data, exported, lambda a: (
        {"text"} if a.published else
        fields - ({"reason"} if "terms" not in a.ids else set()) if may(a, purpose) else set()))

given = []
for a in told:
    for purpose in PURPOSES:
        full = a.purposes == PURPOSES
        if not full and purpose != "court" and purpose not in a.purposes:
            continue
        for kind, (letter, fields) in DISCLOSED.items():
            if kind not in ("account", "source") and not (full and purpose == "court"):
                continue
            r = run("disclose", "--purpose", purpose, "-o", "entry", a.ids[kind])
            good = (r.code == 0) == (letter in may(a, purpose))
            wrong = [f"exit code {r.code}"] if not good else []
            if r.code == 0:
                data = must("verify", "--disclosure", "entry", archive=None).bytes + r.bytes
                got = {f for b, f in found_in(data) if b is a}
                other = [b for b, _ in found_in(data) if b is not a]
                if got - fields or other or not got & fields:
                    good, wrong = False, wrong + sorted(got)
                given.append(a.ids[kind])
            rows_checked += 1
            if not good or found_in(r.bytes):
                ok(False, f"disclose the {kind} for {purpose}: {a}", wrong)
ok(len(given) > 20, f"disclose: {len(given)} entries of those whose terms allow it, no other")

# What was agreed to is asked of today, also for an export of what there was yesterday.
shutil.copytree("vault", "later")
gone = next(a for a in told if a.terms == "anonymity" and a.purposes == PURPOSES)
stays = next(a for a in told if a.terms == "on_record" and a.purposes == PURPOSES)
for options in ([], ["--withdraw"]):
    if options:
        must("consent", *options, gone.ids["account"], archive="later")
    folder = f"as-of{len(options)}"
    must("export", "--plain", "--as-of", "export-court/sealed/heads.txt", "-o", folder,
         archive="later")
    data = b"".join(open(os.path.join(folder, f), "rb").read()
                    for f in os.listdir(folder) if os.path.isfile(os.path.join(folder, f)))
    there = {f for a, f in found_in(data) if a is gone} - {"number", "where"}
    ok((there == set()) == bool(options), "an export as of old heads, "
       + ("consent withdrawn since" if options else "the terms as they were"), sorted(there))
    ok((stays, "text") in found_in(data), "what is still agreed to is in it")

# ---- the rest prints nothing of an account ----

for a in told[::7]:
    nothing_of(f"shred --look: {a}", run("shred", "--look", a.ids["account"]).bytes)
one, two = (next(a for a in told if a.terms == t and a.purposes == PURPOSES)
            for t in ("on_record", "off_record"))
for name, args in {
    "log": ["log"], "log, JSON": ["log", "--format", "json"],
    "judge": ["judge", one.ids["node"], two.ids["node"], "same"],
    "derive": ["derive", one.ids["account"], two.ids["account"]],
    "assess": ["assess", two.ids["source"], "--source-grade", "B"],
    "accept": ["accept", one.ids["account"], "all"],
    "accept, off the record": ["accept", two.ids["account"], "all"],
    "reject": ["reject", one.ids["account"], "1"],
    "edit": ["edit", one.ids["statement"], "best=nonsense"],
    "edit, off the record": ["edit", two.ids["statement"], "basis=victim"],
    "edit a source, off the record": ["edit", two.ids["source"], "basis=victim"],
    "rebuild": ["rebuild"], "verify": ["verify"],
    "add to it": ["add", "--to", two.ids["account"], "--attach", "evidence"],
}.items():
    nothing_of(name, run(*args).bytes)

# ---- custody ----

def custody(archive, account):
    rows = rows_of(must("log", "--format", "json", account, archive=archive))
    return [row["act"] for row in rows]


READS = {
    "show": ["show", "{account}"],
    "show, JSON": ["show", "--format", "json", "{account}"],
    "show a statement": ["show", "{statement}"],
    "show an attachment": ["show", "--attachment", "1", "-o", "-", "{account}"],
    "list statement": ["list", "statement"],
    "list source": None,
    "search": ["search", "--limit", "9999", "kolvar"],
    "propose": ["propose", "--all", "{account}"],
    "consent": ["consent", "{account}"],
    "case": ["case", "outcome", "{casework}", "unknown"],
    "disclose": ["disclose", "{account}"],
    "disclose a statement": ["disclose", "{statement}"],
    "export": ["export", "--plain", "--purpose", "court", "-o", "out-{n}"],
}


def to_full():
    return open("/dev/full", "wb")


def to_closed():
    read, write = os.pipe()
    os.close(read)
    return os.fdopen(write, "wb")


signal.signal(signal.SIGPIPE, signal.SIG_IGN)
number = 0
for name, template in READS.items():
    for way, sink in (("", None), (", standard output is full", to_full),
                      (", standard output is closed", to_closed)):
        if template is None:
            continue
        number += 1
        args = [t.format(n=number, **one.ids) for t in template]
        before = custody("vault", one.ids["account"])
        if sink is None:
            r = run(*args)
            words = found_in(r.bytes) or name == "export" or name.startswith("disclose")
            good = r.code == 0 and words
        else:
            with sink() as to:
                r = run(*args, stdout=to)
            good = True
        after = custody("vault", one.ids["account"])
        ok(good and len(after) > len(before), f"custody: {name}{way}",
           [f"exit code {r.code}", r.err.decode(errors="replace"), before[-3:], after[-3:]])


def cannot_write():
    """Not one more byte than a small ledger: the entry cannot be written."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))


shutil.copytree("vault", "full")
for name in ("show", "show a statement", "search", "propose", "show an attachment", "disclose",
             "list statement"):
    args = [t.format(n=0, **one.ids) for t in READS[name]]
    r = run(*args, archive="full", preexec_fn=cannot_write)
    ok(r.code != 0 and not found_in(r.bytes) and not r.out,
       f"no words without an entry: {name}", [r.code, r.err.decode(errors="replace")])

print(f"# {len(accounts)} accounts, {rows_checked} rows; made in {made:.1f} s, all in "
      f"{time.monotonic() - started:.1f} s")
print(f"1..{count}")
sys.exit(failed != 0)
