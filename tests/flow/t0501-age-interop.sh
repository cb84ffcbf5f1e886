#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Other programs that know age files open what deponent seals, and the other way round. Some 60
# files; tests/interop/interop.py does more of them by hand, as large as one likes.
. "$(dirname "$0")/tap.sh"
interop=$tests_dir/interop
typage=$tree/build/typage

if ! command -v age >/dev/null || ! command -v age-keygen >/dev/null; then
    skip "files both ways" "age is not installed"
    tap_end
fi
options=(--files 60 --scrypt 2)
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    skip "files both ways with age-encryption" "node and npm are not installed"
elif ! timeout 60 "$interop/fetch.sh" "$typage" >fetch.out 2>&1; then
    skip "files both ways with age-encryption" "npm cannot fetch it here"
else
    options+=(--typage "$typage")
fi
python3 "$interop/interop.py" "$DEPONENT" "${options[@]}" --tmp "$tap_home" >result 2>result.err ||
    cat result.err result
while read -r pair; do
    name=${pair#* }
    check "${name% #*}" test "${pair%% *}" = ok
done < <(grep -E '^(not )?ok ' result | sed -E 's/^(not ok|ok) [0-9]+ - /\1 /; s/^not ok/not-ok/')
check "all pairs of programs were tried" test "$(grep -cE '^ok ' result)" -ge 8

# Key files go both ways too.
echo 'The guard said so.' >plain
echo 'seven lamps' >passphrase
chmod 600 passphrase
age-keygen -o theirs 2>/dev/null
public=$(sed -n 's/^# public key: //p' theirs)
"$tests_dir/flow/typed.py" 'Enter passphrase' 'seven lamps' 'Confirm' 'seven lamps' -- \
    age -p -a -o theirs.age theirs >typed.out
run seal -r "$public" -o sealed plain
expect "sealing for a key of age-keygen" 0
run open -i theirs.age --passphrase-file passphrase sealed
expect "a key file that age put under a passphrase opens it" 0
expect_out "a key file that age put under a passphrase opens it" 'The guard said so.'

run keygen --passphrase-file passphrase -o ours.age
expect "a key under a passphrase" 0
public=$(sed -n 's/^Public key: //p' err)
age -r "$public" -o sealed plain
"$tests_dir/flow/typed.py" 'Enter passphrase' 'seven lamps' -- \
    age -d -i ours.age -o opened sealed >typed.out
check "age opens with a key that we put under a passphrase" cmp opened plain
run keygen -o ours
check "age-keygen finds our public key" test "$(age-keygen -y ours)" = \
    "$(sed -n 's/^# public key: //p' ours)"
printf '# two people\n\n%s\n%s\n' "$public" "$(age-keygen -y ours)" >people
age -R people -o sealed plain
run open -i ours sealed
expect_out "a recipients file serves both" 'The guard said so.'

tap_end
