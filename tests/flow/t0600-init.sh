#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# An archive is made, or nothing is left; its passphrase is changed; a recovery key opens it.
. "$(dirname "$0")/tap.sh"
umask 077
export COLUMNS=80
echo 'pear anvil seven river moth lantern' >pass
echo 'ember north plum saddle cork willow' >fresh
echo 'something else altogether, and wrong' >wrong
init() { run init --passphrase-file pass --work-factor 10 "$@"; }

init vault
expect "init" 0
expect_silent "init"
match_out "the id is printed" '^archive  [0-9a-f]{64}$'
match_out "what is not protected is said" '^Not protected: '
id=$(sed -n 's/^archive  //p' out)
check "the folder is closed to others" test "$(stat -c %a vault)" = 700
check "so is every file in it" test -z "$(find vault -type f -not -perm 600)"
check "nothing says that it is unfinished" test ! -e vault/unfinished
run list --archive vault --passphrase-file pass
expect "the new archive opens" 0
expect_out "and is empty" "There is no account in this archive."
DEPONENT_ARCHIVE=vault run list --passphrase-file pass
expect "the archive by DEPONENT_ARCHIVE" 0
env -u DEPONENT_ARCHIVE "$DEPONENT" list --passphrase-file pass >out 2>err
code=$?
expect "no archive is named" 2
match_err "no archive is named: what to do" 'Give --archive DIR or set DEPONENT_ARCHIVE'

init --format json vault2
expect "init, JSON" 0
json_check "JSON" "len(rows) == 1 and len(rows[0]['archive']) == 64 and rows[0]['folder'] == 'vault2'"
json_check "each archive has its own id" "rows[0]['archive'] != '$id'"
mkdir -m 755 empty
init empty
expect "an empty folder is taken" 0
check "and closed" test "$(stat -c %a empty)" = 700
mkdir -p 'имя/папка с именем'
init 'имя/папка с именем'
expect "a folder with a Cyrillic name and blanks" 0

find vault -type f -exec sha256sum {} + | sort >before
init vault
expect "an archive is there already" 3
expect_err "it is said" "deponent init: vault: there is an archive already"
check "it is not touched" diff before <(find vault -type f -exec sha256sum {} + | sort)
mkdir full
echo mine >full/letter.txt
init full
expect "a folder with a file of somebody" 3
check "the file stays" test "$(cat full/letter.txt)" = mine
check "and stays alone" test "$(ls -A full)" = letter.txt
mkdir hidden
echo mine >hidden/.profile
init hidden
expect "a folder with a hidden file" 3
echo x >plain
init plain
check "a file is no folder" test "$code" = 3 -o "$code" = 4
init no/such/parent
expect "a folder in a folder that is not there" 3
: >nothing
run init --passphrase-file nothing v3
expect "an empty passphrase" 3
check "nothing is made" test ! -e v3
run init --passphrase-file pass --work-factor 9 v3
expect "a work factor that is too small" 2
run init --passphrase-file pass one two
expect "two folders" 2
echo short >short
run init --passphrase-file short --work-factor 10 v4
expect "a short passphrase" 0
match_err "a short passphrase is warned of" 'warning: the passphrase has 5 bytes'

# Interrupted wherever it was, it can be done again; what somebody put there is not touched.
mkdir half
: >half/unfinished
cp vault/keys.age half/
: >half/ledger.db
init half
expect "half made: again" 0
run list --archive half --passphrase-file pass
expect "and it opens" 0
mkdir other
: >other/unfinished
echo mine >other/notes.txt
init other
expect "half made, with a file of somebody" 3
check "the file stays there" test "$(cat other/notes.txt)" = mine
cp -r vault whole
: >whole/unfinished
init whole
expect "whole, but marked: it is not made again" 3
match_err "its id is told" "finished already.*$id"
run list --archive whole --passphrase-file pass
expect "it still opens" 0
for delay in 0.002 0.005 0.01 0.02 0.05 0.1; do
    "$DEPONENT" init --passphrase-file pass --work-factor 14 killed >out 2>err &
    pid=$!
    sleep $delay
    kill -KILL $pid 2>/dev/null
    wait $pid 2>/dev/null
    case $(ls -A killed 2>/dev/null) in
    '' | *unfinished*) ;;
    *) rm -rf killed ;; # it was done before
    esac
    init killed
    # Killed at its very last step it was whole: that is said, and is the only other end.
    whole=0
    [ "$code" = 3 ] && whole=3
    expect "killed after ${delay}s, and again" $whole
    [ $whole = 0 ] || match_err "it was whole" 'the archive was finished already'
    run list --archive killed --passphrase-file pass
    expect "it opens" 0
    rm -rf killed
done
# A disk that takes no more: files of at most N KB.
for kb in 1 4 8 16; do
    code=0
    (trap '' XFSZ; ulimit -f $kb; exec "$DEPONENT" init --passphrase-file pass --work-factor 10 disk) \
        >out 2>err || code=$?
    if [ $code = 0 ]; then
        rm -rf disk
        continue
    fi
    expect "init with files of at most $kb KB" 4
    check "one sentence" test "$(wc -l <err)" = 1
    check "nothing is left" test ! -e disk
done

# ---- passwd
passwd() { run passwd --archive vault "$@"; }
opens() { run list --archive vault --passphrase-file "$1"; }
passwd --passphrase-file wrong --new-passphrase-file fresh
expect "passwd with a wrong passphrase" 3
match_err "it is said" 'passphrase'
check "one sentence" test "$(wc -l <err)" = 1
passwd --passphrase-file pass --new-passphrase-file nothing
expect "an empty new passphrase" 3
opens pass
expect "the old one stays" 0
passwd --passphrase-file pass --new-passphrase-file fresh
expect "passwd" 0
opens fresh
expect "the new one opens" 0
opens pass
expect "the old one does not" 3
code=0
(trap '' XFSZ; ulimit -f 0; exec "$DEPONENT" passwd --archive vault --passphrase-file fresh \
    --new-passphrase-file pass) >out 2>err || code=$?
expect "passwd when nothing can be written" 4
opens fresh
expect "then the passphrase is what it was" 0

# ---- recovery
run recovery --archive vault --passphrase-file fresh
expect "recovery" 0
cp out paper
check "the key is one line" test "$(wc -l <paper)" = 1
match_err "how to use it is said" 'passwd --recovery-key-file FILE'
run recovery --archive vault --passphrase-file fresh
expect "another recovery key" 0
cp out paper2
check "is another" test "$(cat paper)" != "$(cat paper2)"
passwd --recovery-key-file paper --new-passphrase-file pass
expect "the one before is void" 3
tr 'A-Z' 'a-z' <paper2 | tr -d ' -' >by-hand
passwd --recovery-key-file by-hand --new-passphrase-file pass
expect "the key as somebody typed it" 0
opens pass
expect "the passphrase given with it opens" 0
opens fresh
expect "the one that was lost does not" 3
passwd --recovery-key-file paper2 --new-passphrase-file fresh
expect "the recovery key stays valid" 0
passwd --recovery-key-file wrong --new-passphrase-file pass
expect "what is no recovery key" 3
match_err "it is said, without its words" '^deponent passwd: wrong: '
no_match_err "its words are not shown" 'altogether'
passwd --recovery-key-file paper2 --passphrase-file fresh
expect "key and passphrase" 2

# ---- typed on a terminal
cat >type.py <<'END_PY'
import os, pty, re, sys, time
# type.py ANSWERS COMMAND...: answers each question that ends with ": " on a terminal of its own.
answers, command = sys.argv[1].split("|"), sys.argv[2:]
pid, fd = pty.fork()
if pid == 0:
    os.execv(command[0], command)
seen = b""
while True:
    try:
        piece = os.read(fd, 4096)
    except OSError:
        break
    if not piece:
        break
    seen += piece
    if answers and seen.rstrip(b"\0").endswith(b": "):
        answer = answers.pop(0)
        time.sleep(0.05)
        os.write(fd, b"\x03" if answer == "^C" else answer.encode() + b"\n")
        seen += b"<answered>\n"
sys.stdout.write(seen.decode().replace("\r", ""))
status = os.waitpid(pid, 0)[1]
sys.exit(os.waitstatus_to_exitcode(status) if not os.WIFSIGNALED(status) else 128 + os.WTERMSIG(status))
END_PY
typed() { # answers verb arguments
    code=0
    : >err
    python3 type.py "$1" "$DEPONENT" "${@:2}" >out || code=$?
}
typed 'correct moth river|correct moth river' init --work-factor 10 typed
expect "a passphrase that is typed twice" 0
match_out "it is asked for" '^New passphrase of the archive: '
no_match_out "and not shown" 'correct moth'
typed 'correct moth river' list --archive typed
expect "typed once it opens" 0
match_out "it is asked for by name" '^Passphrase of the archive: '
typed 'correct moth river|corect moth river' init --work-factor 10 typo
expect "two that differ" 3
check "then nothing is made" test ! -e typo
typed '^C' init --work-factor 10 typo
expect "Ctrl-C at the question" 130
check "then nothing is made either" test ! -e typo
typed 'correct moth river|new one for it all|new one for it all' passwd --archive typed
expect "passwd, typed" 0
typed 'new one for it all' list --archive typed
expect "the new one opens" 0

# ---- nobody's folder
chmod 755 .
chmod 644 pass
nobody=()
[ "$(id -u)" != 0 ] || nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
if "${nobody[@]}" test -x "$DEPONENT" 2>/dev/null; then
    code=0
    "${nobody[@]}" "$DEPONENT" list --archive vault --passphrase-file pass >out 2>err || code=$?
    [ ${#nobody[@]} != 0 ] || code=4
    expect "a folder that may not be read" 4
    code=0
    "${nobody[@]}" "$DEPONENT" init --passphrase-file pass /deponent-test >out 2>err || code=$?
    expect "a folder that may not be made" 4
else
    skip "nobody's folder" "nobody may not run the program here"
fi
run list --archive nowhere --passphrase-file pass
expect "no archive there" 3
expect_err "no archive there: what to do" \
    "deponent list: nowhere: there is no archive; deponent init makes one"
tap_end
