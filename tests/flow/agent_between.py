#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands between the verbs and an agent: agent_between.py SOCKET RECORD [CUT]

Takes the place of SOCKET, hands everything on to the agent, descriptors too, and writes all
bytes of both directions to RECORD. With CUT, each connection is closed after so many bytes from
the agent. Ends at the end of its standard input, and puts the agent's socket back.
"""
import os
import select
import socket
import sys

path, record = sys.argv[1], open(sys.argv[2], "wb")
cut = int(sys.argv[3]) if len(sys.argv) > 3 else None
os.rename(path, path + ".real")
listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
listener.bind(path)
os.chmod(path, 0o700)
listener.listen(16)
print("ready", flush=True)
other, sent = {}, {}


def drop(one):
    for s in (one, other.pop(one)):
        other.pop(s, None)
        sent.pop(s, None)
        s.close()


while True:
    ready = select.select([0, listener, *other], [], [])[0]
    if 0 in ready:
        break
    for s in ready:
        if s is listener:
            client = listener.accept()[0]
            agent = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            agent.connect(path + ".real")
            other[client], other[agent], sent[agent] = agent, client, 0
            continue
        if s not in other:
            continue
        data, fds, _, _ = socket.recv_fds(s, 65536, 8)
        record.write(data)
        record.flush()
        over = not data
        if cut is not None and s in sent:
            data = data[:cut - sent[s]]
            sent[s] += len(data)
            over |= sent[s] >= cut
        try:
            if fds:
                data = data[socket.send_fds(other[s], [data], fds):]
            other[s].sendall(data)
        except OSError:
            over = True
        for fd in fds:
            os.close(fd)
        if over:
            drop(s)
os.rename(path + ".real", path)
