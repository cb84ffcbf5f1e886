#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A second reader, written from deponent-ledger(5) alone, reads the frozen archive as the program
# does, and does not take what was changed.
. "$(dirname "$0")/tap.sh"

vectors=$tests_dir/vectors/ledger
reader() { python3 "$tests_dir/ledger_read.py" "$@" >out 2>err; }
refuses() { # name
    reader changed "correct horse"
    [ $? = 1 ] && grep -q "^ledger_read: " err
    local good=$?
    tap_result $good "$1: $(head -n 1 err)"
}
sql() { python3 -c 'import sqlite3, sys; d = sqlite3.connect("changed/ledger.db"); d.execute(sys.argv[1]); d.commit()' "$1"; }
fresh() { rm -rf changed; cp -r "$vectors/archive" changed; }

check "without the passphrase it checks what was signed" reader "$vectors/archive"
check "with it, it opens every entry" reader "$vectors/archive" "correct horse"
check "and reads what the program reads" cmp out "$vectors/expected.txt"
fresh; reader changed "wrong horse"
check "a wrong passphrase" grep -q "does not open" err
fresh; sql "UPDATE payload SET bytes = CAST(x'00' || substr(bytes, 2) AS BLOB) WHERE at = 131072"
refuses "a changed payload"
fresh; sql "DELETE FROM payload WHERE at = 131072"
refuses "a payload that was not shredded"
fresh; sql "DELETE FROM bundle WHERE num = 3"
refuses "a bundle that was taken out"
fresh; sql "UPDATE bundle SET envelopes = CAST(substr(envelopes, 1, 150) || x'00' || substr(envelopes, 152) AS BLOB) WHERE num = 2"
refuses "a changed envelope"
fresh; sql "UPDATE bundle SET note = CAST(replace(CAST(note AS TEXT), 'clock 2', 'clock 3') AS BLOB) WHERE num = 2"
refuses "a changed note"
fresh; for f in changed/attachments/*; do printf x >>"$f"; done
refuses "a changed attachment"
tap_end
