#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What leaves an archive and comes back: verify, checkpoints, backup, restore, export, import,
# disclose, shred, rebuild.
. "$(dirname "$0")/tap.sh"
export COLUMNS=100
umask 077
echo 'pear anvil seven river moth lantern' >pass
export DEPONENT_ARCHIVE=$PWD/vault
v() { # VERB ARG…: with the passphrase
    local verb=$1
    shift
    run "$verb" --passphrase-file pass "$@"
}
add() { # text OPTION…: sets $id
    printf '%s\n' "$1" >text
    shift
    v add --format json "$@" text
    id=$(python3 -c 'import json; print(json.loads(open("out").readline())["account"])' 2>/dev/null)
}
all='--purpose help --purpose statistics --purpose publication --purpose partners --purpose court'

run init --passphrase-file pass --work-factor 10 vault
expect "init" 0
archive_id=$(sed -n 's/^archive  //p' out)
printf 'binary\000evidence' >evidence.bin
# shellcheck disable=SC2086
add 'They held twelve of us at the depot in Kolvar.' --source-name 'Ilva Tresk' \
    --description 'a woman who was held there' --terms on_record $all --attach evidence.bin
expect "add, on the record, with an attachment" 0
named=$id
# shellcheck disable=SC2086
add 'Моего брата увели ночью, я видела машину.' --source-name 'Олена Марш' \
    --description 'a sister of a man who was taken' --terms anonymity $all
expect "add, anonymous, in Russian" 0
hidden=$id
add 'Do not repeat this: the order came from the district.' --source-name 'Petr Haldane' \
    --terms off_record --purpose help
secret=$id

# ---- verify ----

v verify
expect "verify" 0
match_out "verify says so" 'Nothing is wrong'
match_out "and that a rollback was not looked for" 'Rollback not checked'
run verify --sealed
expect "verify without the passphrase" 0
match_out "it opened nothing" 'nothing was opened'
v verify --format json
expect "verify, JSON" 0
json_check "one object" "len(rows) == 1 and rows[0]['faults'] == 0 and rows[0]['opened'] and rows[0]['attachments'] == 1"
v verify --save-checkpoint point.txt
expect "a checkpoint is saved" 0
v verify --checkpoint point.txt
expect "verify against it" 0
match_out "it was looked for" 'Not behind the checkpoint'
cp -r vault early
v consent --terms background "$hidden"
expect "terms change" 0
v verify --save-checkpoint later.txt
DEPONENT_ARCHIVE=$PWD/early v verify --checkpoint later.txt
expect "an older copy of the archive" 1
match_out "is behind the checkpoint" '^rollback'
no_match_out "and does not say that it is not" 'Not behind'
echo 'no checkpoint' >nonsense.txt
v verify --checkpoint nonsense.txt
expect "a checkpoint that is none" 3
cp -r vault bad
python3 - <<'EOF'
data = bytearray(open("bad/ledger.db", "rb").read())
at = data.find(b"deponent bundle v1")
data[at + 40] ^= 1
open("bad/ledger.db", "wb").write(data)
EOF
run verify --archive bad --sealed
expect "a byte of a note is changed" 1

# ---- backup and restore ----

run keygen -o backup.key
expect "keygen" 0
to=$(sed -n 's/^# public key: //p' backup.key)
v backup -r "$to" -o b.age
expect "a backup without an end" 2
v backup -r "$to" --expires 2099-01-01 -o b.age
expect "backup" 0
check "it is an age file" grep -aq '^age-encryption.org/v1' b.age
v log
match_out "the ledger knows of it" 'backup.*|.*2099-01-01'
if command -v age >/dev/null; then
    mkdir untar
    age -d -i backup.key b.age | tar x -C untar
    check "age and tar open it" test -s untar/ledger.db -a -s untar/keys.age
    check "the attachment is in it" test "$(find untar/attachments -name '*.age' | wc -l)" = 1
else
    skip "age and tar open it" "age is not here"
fi
run restore --archive second --passphrase-file pass -i backup.key b.age
expect "restore" 0
match_out "it is a new device" 'new device of the archive: [0-9a-f]{16}'
run verify --archive second --passphrase-file pass
expect "what was restored is sound" 0
run show --archive second --passphrase-file pass "$named"
expect "and opens" 0
match_out "and has the words" 'They held twelve of us'
echo 'wrong words altogether' >wrong
run restore --archive third --passphrase-file wrong -i backup.key b.age
expect "restore, wrong passphrase" 3
check "no folder is left" test ! -e third
run keygen -o other.key
run restore --archive third --passphrase-file pass -i other.key b.age
expect "restore, another identity" 3
check "no folder is left" test ! -e third
head -c 5000 b.age >cut.age
run restore --archive third --passphrase-file pass -i backup.key cut.age
expect "restore, a backup that is cut" 3
check "no folder is left" test ! -e third
run restore --archive vault --passphrase-file pass -i backup.key b.age
expect "restore over an archive" 3
check "it is not touched" test -s vault/ledger.db

# ---- export and import ----

v export -r "$to" -o out1
expect "export" 0
check "the manifest fits" sh -c 'cd out1 && sha256sum --quiet -c MANIFEST.sha256'
check "every file is in it" test "$(find out1 -type f ! -name MANIFEST.sha256 | wc -l)" = \
    "$(wc -l <out1/MANIFEST.sha256)"
run open -i backup.key out1/cards.txt.age
expect "the cards open" 0
match_out "what is on the record is in them" 'They held twelve of us'
match_out "with its name" 'Ilva Tresk'
match_out "what is background is described" 'a sister of a man'
no_match_out "and neither quoted nor named" 'Моего брата|Олена Марш'
no_match_out "what is off the record is in none" "Haldane|district|$secret"
run open -i backup.key out1/records.jsonl.age
expect "the lines open" 0
json_check "every line is JSON" "len(rows) >= 4"
check "nothing readable is in the folder" test -z "$(grep -rlaE 'Tresk|twelve of us|Марш' out1)"
v export --plain -o out2
expect "export, plain" 0
check "a table" grep -q '^id,source,channel' out2/account.csv
check "the attachment" sh -c 'cmp evidence.bin out2/files/*'
check "the same cards" sh -c '"$1" open -i backup.key out1/cards.txt.age | cmp - out2/cards.txt' - "$DEPONENT"
v export --plain --keys -o out3
expect "keys in plain" 2
v export -o out3
expect "for whom" 2
v export --plain -o out2
expect "the folder is there" 3
v export --plain --purpose court -o out4
expect "another purpose" 0

# Two devices go on apart, and come together.
add 'A third account, from the first machine.' --terms anonymity --purpose help
first_new=$id
v export -r "$to" --purpose help --keys -o from1
expect "export with keys" 0
echo 'A fourth account, from the second.' >text
run add --archive second --passphrase-file pass --terms anonymity --purpose help text
expect "the second device adds one" 0
run import --archive second --passphrase-file pass -i backup.key from1
expect "import" 0
match_out "it says what came" 'new keys'
run show --archive second --passphrase-file pass "$first_new"
expect "what came opens" 0
match_out "with its words" 'from the first machine'
run import --archive second --passphrase-file pass -i backup.key from1
expect "import again" 0
match_out "nothing is new" ': 0 bundles with 0 entries taken'
run export --archive second --passphrase-file pass -r "$to" --purpose help --keys -o from2
expect "the other way" 0
v import -i backup.key from2
expect "import" 0
v list
expect "list" 0
v rebuild
expect "rebuild" 0
one=$(sed -n 's/.*projection is //p' out)
run import --archive second --passphrase-file pass -i backup.key from1
v export -r "$to" --purpose help --keys -o from1b
run import --archive second --passphrase-file pass -i backup.key from1b
run verify --archive second --passphrase-file pass
expect "both are sound" 0
cp out2/sealed/heads.txt heads.txt
v export --plain --as-of heads.txt -o again1
expect "export as of heads" 0
run export --archive second --passphrase-file pass --plain --as-of heads.txt -o again2
expect "the same on the other device" 0
check "the same bytes" diff -r again1 again2
run init --passphrase-file pass --work-factor 10 foreign
run export --archive foreign --passphrase-file pass --plain -o foreign-out
v import foreign-out
expect "an export of another archive" 3
match_err "says so" 'another archive|other archive'
printf garbage >garbage.dpb
v import garbage.dpb
expect "no bundles" 3

# ---- disclose ----

v disclose -o d.txt "$named"
expect "disclose" 0
run verify --disclosure d.txt --archive-id "$archive_id"
expect "the auditor reads it" 0
match_out "the words" 'They held twelve of us'
run verify --disclosure d.txt --archive-id "${archive_id/[0-9]/x}"
expect "another archive" 1
python3 - <<'EOF'
import subprocess, os
text = open("d.txt", "rb").read()
taken = 0
for i in range(0, len(text), 7):
    open("m.txt", "wb").write(text[:i] + bytes([text[i] ^ 1]) + text[i + 1:])
    r = subprocess.run([os.environ["DEPONENT"], "verify", "--disclosure", "m.txt"], capture_output=True)
    taken += r.returncode == 0
open("taken", "w").write(str(taken))
EOF
check "a changed byte of it is refused" test "$(cat taken)" = 0
v disclose -r "$to" -o d.age "$named"
expect "disclose, sealed" 0
check "it is sealed" grep -aq '^age-encryption.org/v1' d.age
v disclose "$secret"
expect "what is off the record" 3
v disclose "$first_new"
expect "what nobody agreed to for a court" 3

# ---- shred ----

v shred --look "$named"
expect "look" 0
match_out "the backup still opens it" 'a copy of .*2099-01-01'
v show "$named"
expect "nothing was done" 0
v shred "$named" </dev/null
expect "nobody can be asked" 2
v shred --yes "$named"
expect "shred" 0
v show "$named"
expect "it is gone" 3
v search twelve
no_match_out "nor found" 'twelve'
v verify
expect "the ledger is sound" 0
match_out "what was shredded is counted" 'shredded'
check "its attachment is gone" test -z "$(find vault/attachments -name '*.age')"
v export --plain -o out5
check "nor exported" test -z "$(grep -rlaE 'Tresk|twelve' out5)"
v export -r "$to" --purpose help -o from3
run import --archive second --passphrase-file pass from3
expect "the other device hears of it" 0
run show --archive second --passphrase-file pass "$named"
expect "and shreds it too" 3
run restore --archive third --passphrase-file pass -i backup.key --known from3/sealed/bundles.dpb b.age
expect "the old backup, with what is known since" 0
run show --archive third --passphrase-file pass "$named"
expect "it stays shredded" 3

v rebuild --check
expect "rebuild and compare" 0
[ -n "$one" ]
check "the projection has a fingerprint" test "$(echo -n "$one" | wc -c)" = 64
tap_end
