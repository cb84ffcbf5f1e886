#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every attribution, withdrawn and expired ones too, with every purpose alone and none, against
# every verb that could say something: each says exactly what the table of deponent-consent(1)
# allows, in tables and in JSON.
. "$(dirname "$0")/tap.sh"
umask 077
echo 'pear anvil seven river moth lantern' >pass
run init --passphrase-file pass --work-factor 10 vault
expect "init" 0
cat >terms.py <<'END'
import json, os, subprocess, sys
program = os.environ["DEPONENT"]
purposes = ["help", "statistics", "publication", "partners", "court"]
# described, quoted, named
allowed = {"on_record": (1, 1, 1), "anonymity": (1, 1, 0), "background": (1, 0, 0),
           "deep_background": (0, 0, 0), "off_record": (0, 0, 0), "withdrawn": (0, 0, 0),
           "expired": (0, 0, 0)}

def run(*arguments, text=None):
    done = subprocess.run([program, arguments[0], "--archive", "vault", "--passphrase-file", "pass",
                           *arguments[1:]], input=text, capture_output=True, text=True)
    if done.returncode not in (0, 3):
        sys.exit(f"{arguments}: exit code {done.returncode}: {done.stderr}")
    return done

count = failed = 0
def ok(good, name):
    global count, failed
    count += 1
    if not good:
        failed += 1
        print("wrong:", name)

accounts = {}
for state in allowed:
    for given in purposes + [None]:
        n = len(accounts)
        words = (f"Descword{n}x", f"Textword{n}x", f"Nameword{n}x")
        options = ["--terms", "on_record" if state in ("withdrawn", "expired") else state]
        options += ["--purpose", given] if given else []
        options += ["--expires", "2024-01-31"] if state == "expired" else []
        row = json.loads(run("add", "--format", "json", "--day", "2024-01-02", *options,
                             "--source-name", words[2] + " Surname", "--description",
                             "somebody " + words[0], "-", text="it was " + words[1]).stdout)
        if given is None:
            run("consent", "--no-purpose", row["account"])
        if state == "withdrawn":
            run("consent", "--withdraw", row["account"])
        run("case", "open", "--need", "medical", "--note", "noted " + words[1], row["account"])
        accounts[row["account"]] = (state, given, words)

def check(out, account, purpose, what):
    """Everything that is printed about all accounts is looked through for this one's words."""
    state, given, words = accounts[account]
    may = allowed[state] if given == purpose else (0, 0, 0)
    for i, kind in enumerate(("description", "text", "name")):
        ok((words[i] in out) == bool(may[i]), f"{what} for {purpose}: {kind} of {state}, {given}")

for purpose in purposes:
    for form in ("table", "json"):
        out = run("show", "--purpose", purpose, "--format", form, *accounts).stdout
        for account in accounts:
            check(out, account, purpose, "show " + form)

# What only lists or finds is for help, and lists no text.
for form in ("table", "json"):
    out = run("list", "--format", form).stdout
    for account, (state, given, words) in accounts.items():
        may = allowed[state] if given == "help" else (0, 0, 0)
        shown = words[2] in out, words[0] in out
        ok(words[1] not in out, f"list {form}: text of {state}, {given}")
        ok(shown[0] == bool(may[2]), f"list {form}: name of {state}, {given}")
        # A table has one cell: the name, or else the description.
        ok(shown[1] == bool(may[0] and not (form == "table" and may[2])),
           f"list {form}: description of {state}, {given}")
for kind in ("source", "casework", "terms", "custody"):
    out = run("list", "--format", "json", kind).stdout
    for account, (state, given, words) in accounts.items():
        may = allowed[state] if given == "help" else (0, 0, 0)
        for i, what in enumerate(("description", "text", "name")):
            if words[i] in out:
                ok(may[i], f"list {kind}: {what} of {state}, {given}")
for account, (state, given, words) in accounts.items():
    may = allowed[state] if given == "help" else (0, 0, 0)
    may = may if may[1] else (0, 0, 0)  # only what may be quoted is searched
    for i, what in enumerate(("description", "text", "name")):
        rows = run("search", "--format", "json", words[i]).stdout
        ok((account in rows) == bool(may[i]), f"search: {what} of {state}, {given}")
        ok((words[i] in rows) == bool(may[i]), f"search says: {what} of {state}, {given}")
log = run("log", "--format", "json").stdout
for account, (state, given, words) in accounts.items():
    read = given is not None and allowed[state][1]
    ok(bool(read) == any(account in json.loads(r)["of"] and json.loads(r)["purpose"] == [given]
                         for r in log.splitlines()), f"log: {state}, {given}")
print(f"{count} combinations, {failed} wrong")
sys.exit(failed != 0)
END
python3 terms.py >said 2>&1
tap_result $? "what is said: $(tail -1 said)"
head -40 said | sed 's/^/# /'
tap_end
