#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""dumped.py COMMAND...: starts it with core images allowed, its input open and its output not
read, aborts it after a second, and succeeds when the system says that it made a core image."""

import os
import resource
import signal
import subprocess
import sys
import time


def limits():
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))


p = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                     preexec_fn=limits)
try:
    p.stdin.write(b"a" * 1000)
    p.stdin.flush()
except BrokenPipeError:
    pass
time.sleep(1)
os.kill(p.pid, signal.SIGABRT)
status = os.waitpid(p.pid, 0)[1]
sys.exit(0 if os.WIFSIGNALED(status) and os.WCOREDUMP(status) else 1)
