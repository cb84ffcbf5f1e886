#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a command on a terminal of its own and types what a person would.

    typed.py [PROMPT ANSWER]... -- COMMAND...

When PROMPT appears, ANSWER and a line feed are typed; "^C" and "^Z" are those keys, "^D" ends the
input, and after "^Z" the command is continued. What the terminal showed is printed; the exit code
is the command's, 128 + N if signal N ended it, 124 if it took too long.
"""

import os
import pty
import select
import signal
import sys
import time

KEYS = {"^C": b"\x03", "^Z": b"\x1a", "^D": b"\x04"}


def stopped(pid):
    for _ in range(100):
        if os.waitpid(pid, os.WNOHANG | os.WUNTRACED)[0]:
            return
        time.sleep(0.05)


def exit_code(pid):
    status = os.waitpid(pid, 0)[1]
    if os.WIFSIGNALED(status):
        return 128 + os.WTERMSIG(status)
    return os.WEXITSTATUS(status)


def run(command, answers, seconds=60):
    """(exit code, what was shown)"""
    pid, fd = pty.fork()
    if pid == 0:
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGPIPE):
            signal.signal(number, signal.SIG_DFL)
        try:
            os.execvp(command[0], command)
        finally:
            os._exit(127)
    shown, at = b"", 0
    todo = list(answers)
    end = time.monotonic() + seconds
    while True:
        if not select.select([fd], [], [], max(0, end - time.monotonic()))[0]:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return 124, shown
        try:
            piece = os.read(fd, 65536)
        except OSError:  # the last one on the terminal has gone
            piece = b""
        if not piece:
            break
        shown += piece
        while todo and (found := shown.find(todo[0][0].encode(), at)) >= 0:
            prompt, answer = todo.pop(0)
            at = found + len(prompt.encode())
            os.write(fd, KEYS.get(answer, answer.encode() + b"\n"))
            if answer == "^Z":
                stopped(pid)
                os.kill(pid, signal.SIGCONT)
    os.close(fd)
    return exit_code(pid), shown


def main():
    split = sys.argv.index("--")
    words = sys.argv[1:split]
    code, shown = run(sys.argv[split + 1:], list(zip(words[::2], words[1::2])))
    sys.stdout.buffer.write(shown.replace(b"\r\n", b"\n"))
    sys.stdout.flush()
    sys.exit(code)


if __name__ == "__main__":
    main()
