#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""ledger_read.py FOLDER [PASSPHRASE]: reads an archive as deponent-ledger(5) describes it, with
nothing but Python's standard library: a second reader, so that the page is known to be enough.

Checks notes and signatures, roots, links, chains, clocks, devices, payloads and attachments.
With the passphrase it opens every entry and prints what it says, in order. Ends with 1 when
something is wrong. Slow, and its arithmetic takes different times for different secrets: a
reader for tests and emergencies."""
import base64
import hashlib
import hmac
import os
import sqlite3
import struct
import sys
import tempfile
import shutil


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def must(good, what):
    if not good:
        sys.exit("ledger_read: " + what)


# ---- Ed25519, RFC 8032, checking only ----

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(n, p):
    q = (0, 1, 1, 0)
    while n:
        if n & 1:
            q = add(q, p)
        p = add(p, p)
        n >>= 1
    return q


def point(b):
    y = int.from_bytes(b, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    must(y < P, "a key that is no point")
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    must((x * x - x2) % P == 0 and not (x == 0 and sign), "a key that is no point")
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed(key, text, signature):
    s = int.from_bytes(signature[32:], "little")
    if s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + text).digest(), "little") % L
    p, q = times(s, BASE), add(point(signature[:32]), times(h, point(key)))
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


# ---- X25519, RFC 7748 ----

def x25519(k, u):
    k = (int.from_bytes(k, "little") & ~7 & ~(1 << 255)) | 1 << 254
    u = int.from_bytes(u, "little") & ((1 << 255) - 1)
    x2, z2, x3, z3, swap = 1, 0, u, 1, 0
    for t in range(254, -1, -1):
        bit = k >> t & 1
        if swap ^ bit:
            x2, z2, x3, z3 = x3, z3, x2, z2
        swap = bit
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        da, cb = d * a, c * b
        x3, z3 = (da + cb) ** 2 % P, u * (da - cb) ** 2 % P
        aa, bb = a * a % P, b * b % P
        e = aa - bb
        x2, z2 = aa * bb % P, e * (aa + 121665 * e) % P
    if swap:
        x2, z2 = x3, z3
    return (x2 * pow(z2, P - 2, P) % P).to_bytes(32, "little")


# ---- HKDF and (X)ChaCha20-Poly1305 ----

def mac(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


def expand(prk, info, n):
    out = last = b""
    while len(out) < n:
        last = mac(prk, last + info + bytes([len(out) // 32 + 1]))
        out += last
    return out[:n]


def hkdf(secret, salt, info, n):
    return expand(mac(salt or bytes(32), secret), info, n)


def rotate(x, n):
    return (x << n | x >> 32 - n) & 0xFFFFFFFF


def rounds(s):
    for i in range(80):
        a, b, c, d = ((i % 4, i % 4 + 4, i % 4 + 8, i % 4 + 12) if i % 8 < 4 else
                      (i % 4, (i + 1) % 4 + 4, (i + 2) % 4 + 8, (i + 3) % 4 + 12))
        for x, y, z, n in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            s[x] = s[x] + s[y] & 0xFFFFFFFF
            s[z] = rotate(s[z] ^ s[x], n)


WORDS = list(struct.unpack("<4I", b"expand 32-byte k"))


def block(key, counter, nonce):
    first = WORDS + list(struct.unpack("<8I", key)) + [counter, *struct.unpack("<3I", nonce)]
    s = first[:]
    rounds(s)
    return struct.pack("<16I", *[a + b & 0xFFFFFFFF for a, b in zip(s, first)])


def poly1305(key, message):
    r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    a = 0
    for i in range(0, len(message), 16):
        a = (a + int.from_bytes(message[i:i + 16] + b"\1", "little")) * r % ((1 << 130) - 5)
    return (a + int.from_bytes(key[16:], "little") & (1 << 128) - 1).to_bytes(16, "little")


def chacha_open(key, nonce, box, data=b""):
    text, tag = box[:-16], box[-16:]
    filled = data + bytes(-len(data) % 16) + text + bytes(-len(text) % 16)
    want = poly1305(block(key, 0, nonce)[:32],
                    filled + struct.pack("<QQ", len(data), len(text)))
    must(len(box) >= 16 and hmac.compare_digest(want, tag), "a box does not open")
    return b"".join(bytes(a ^ b for a, b in zip(text[i:i + 64], block(key, 1 + i // 64, nonce)))
                    for i in range(0, len(text), 64))


def xchacha_open(key, nonce, box, data):
    s = WORDS + list(struct.unpack("<8I", key)) + list(struct.unpack("<4I", nonce[:16]))
    rounds(s)
    return chacha_open(struct.pack("<8I", *(s[:4] + s[12:])), bytes(4) + nonce[16:], box, data)


# ---- age files (c2sp.org/age): one recipient, scrypt or X25519 ----

def unbase64(s):
    return base64.b64decode(s + b"=" * (-len(s) % 4))


def age_open(file, passphrase=None, scalar=None):
    end = file.index(b"\n---") + 4
    header, line = file[:end], file[end:file.index(b"\n", end)]
    rest = file[end + len(line) + 1:]
    lines = header.split(b"\n")
    must(lines[0] == b"age-encryption.org/v1" and len(lines) == 4, "an age file of another kind")
    args, body = lines[1].split(b" ")[1:], unbase64(lines[2])
    if args[0] == b"scrypt":
        salt, n = unbase64(args[1]), 1 << int(args[2])
        key = hashlib.scrypt(passphrase, salt=b"age-encryption.org/v1/scrypt" + salt, n=n, r=8,
                             p=1, dklen=32, maxmem=256 * n * 8 + (1 << 20))
    else:
        share, public = unbase64(args[1]), x25519(scalar, (9).to_bytes(32, "little"))
        key = hkdf(x25519(scalar, share), share + public, b"age-encryption.org/v1/X25519", 32)
    file_key = chacha_open(key, bytes(12), body)
    must(mac(hkdf(file_key, b"", b"header", 32), header) == unbase64(line.strip()),
         "the header of an age file was changed")
    key, rest, out = hkdf(file_key, rest[:16], b"payload", 32), rest[16:], b""
    for i in range(0, len(rest), 65552):
        last = i + 65552 >= len(rest)
        out += chacha_open(key, (i // 65552).to_bytes(11, "big") + bytes([last]),
                           rest[i:i + 65552])
    return out


# ---- the ledger ----

def tree(leaves):
    if len(leaves) == 1:
        return sha(b"\0", leaves[0])
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha(b"\1", tree(leaves[:k]), tree(leaves[k:]))


def open_note(note, key, device):
    text, _, line = note.partition(b"\n\n")
    text += b"\n"
    name = b"deponent-" + device.hex()[:16].encode()
    dash, who, blob = line.rstrip(b"\n").split(b" ")
    blob = base64.b64decode(blob, validate=True)
    must(dash == "\u2014".encode() and who == name and line.count(b"\n") == 1 and
         blob[:4] == sha(name, b"\n\1", key)[:4] and signed(key, text, blob[4:]),
         "a note is not signed by its device")


def cards(text):
    for card in text.decode().split("\n\n"):
        yield dict(line.split(": ", 1) for line in card.splitlines() if ": " in line)


def slot(text):
    n = 0
    for c in text:
        n = n << 5 | "0123456789abcdefghjkmnpqrstvwxyz".index(c)
    return n.to_bytes(16, "big")


class Envelope:
    def __init__(self, b):
        (magic, version, self.type, flags, self.size, self.device, self.seq, self.previous, self.id,
         self.hash, self.commitment, self.salt, self.ref, zero) = struct.unpack(
             "<4sHHII16sQ32s16s32s32s16s16s16s", b)
        must(magic == b"DPN1" and version == 1 and 1 <= self.type <= 3 and not flags and
             not any(zero), "an envelope")
        self.bound = b[:40] + bytes(32) + b[72:88] + bytes(32) + b[120:]


class Archive:
    def __init__(self, folder):
        self.folder = folder
        self.bundles, self.ends, self.devices, self.rings = [], {}, {}, {}
        self.shredded = set()
        db = sqlite3.connect(os.path.join(folder, "ledger.db"))
        must(db.execute("PRAGMA user_version").fetchone()[0] == 1, "another version")
        self.payloads = dict(db.execute("SELECT at, bytes FROM payload"))
        for row in db.execute("SELECT num, note, envelopes FROM bundle ORDER BY num"):
            self.take(*row)
        db.close()
        # Of a device with a fork, what begins behind it is left out.
        starts = [(b[1], b[2]) for b in self.bundles]
        forks = {}
        for device, first in starts:
            if starts.count((device, first)) > 1:
                forks[device] = min(first, forks.get(device, first))
        self.bundles = sorted(b for b in self.bundles if b[2] <= forks.get(b[1], b[2]))

    def take(self, num, note, packed):
        lines = [line.split(" ") for line in note.decode().split("\n")]
        n = {line[0]: line[1:] for line in lines if len(line) > 1}
        must(lines[0] == ["deponent", "bundle", "v1"], "a note of another kind")
        key, archive = bytes.fromhex(n["device"][0]), bytes.fromhex(n["archive"][0])
        device = sha(key)[:16]
        first, count, clock = int(n["first"][0]), int(n["count"][0]), int(n["clock"][0])
        open_note(note, key, device)
        envelopes = [packed[i:i + 200] for i in range(0, len(packed), 200)]
        must(len(envelopes) == count and tree(envelopes).hex() == n["root"][0], "a root")
        before = self.ends.get(bytes.fromhex(n["previous"][0]))
        entries = []
        for i, b in enumerate(envelopes):
            e = Envelope(b)
            link = sha(envelopes[i - 1]) if i else before[2] if before else bytes(32)
            must(e.previous == link and e.device == device and e.seq == first + i, "a link")
            e.payload = self.payload(e, num << 16 | i)
            entries.append(e)
        if first:
            must(before and before[:2] == (device, first), "a chain")
            least = before[3]
        else:
            must(n["previous"][0] == "00" * 32, "the beginning of a chain")
            least = self.admit(archive, key, entries[0].payload)
            self.devices.setdefault(device, (key, clock))
        must(least < clock <= least + 10**9, "a clock")
        self.ends[sha(note)] = (device, first + count, sha(envelopes[-1]), clock)
        for e in entries:
            if e.type == 2:
                self.control(device, e.payload)
        self.bundles.append((clock, device, first, sha(note), entries))

    def payload(self, e, at):
        if e.type == 3:
            path = os.path.join(self.folder, "attachments", e.id.hex() + ".age")
            if not os.path.exists(path):
                return None
            with open(path, "rb") as f:
                payload = f.read()
        else:
            payload = self.payloads.get(at)
        must(payload is not None or e.type == 1, "a control entry is missing")
        if payload is not None:
            must(len(payload) == e.size and sha(payload) == e.hash, "a payload")
        return payload

    def admit(self, archive, key, payload):
        card = next(c for c in cards(payload) if c.get("act") == "membership")
        must(card["key"] == key.hex(), "a device admits another than itself")
        if sha(key) == archive:
            return 0
        by, clock = self.devices[bytes.fromhex(card["by"])]
        text = "deponent device v1\n%s\n%s\n" % (archive.hex(), key.hex())
        must(signed(by, text.encode(), bytes.fromhex(card["proof"])), "a device is not admitted")
        return clock

    def control(self, device, payload):
        for card in cards(payload):
            if card["act"] == "shred":
                self.shredded.update(slot(s) for s in card["of"].split(" "))
            if "ring" in card:
                self.rings[device] = card

    def unlock(self, passphrase):
        with open(os.path.join(self.folder, "keys.age"), "rb") as f:
            text = age_open(f.read(), passphrase=passphrase).decode()
        lines = [line.split(" ") for line in text.splitlines()]
        must(lines[0] == ["deponent", "keys", "v1"], "keys.age of another kind")
        self.a = bytes.fromhex(next(s[1] for s in lines if s[0] == "archive-key"))
        secrets = {int(s[1]): bytes.fromhex(s[2]) for s in lines if s[0] == "ring"}
        self.subjects = {}
        # The device whose keys these are is the one that the ring's header names.
        for generation, secret in secrets.items():
            with open(os.path.join(self.folder, "ring-%d" % generation), "rb") as f:
                ring = f.read()
            named = self.rings[ring[40:56]]
            must(int(named["generation"]) == generation and
                 sha(ring[:int(named["size"])]).hex() == named["ring"], "a ring that is not named")
            for i in range((len(ring) - 64) // 88):
                record = ring[64 + 88 * i:64 + 88 * (i + 1)]
                plain = xchacha_open(secret, record[:24], record[24:],
                                     ring[:64] + struct.pack("<Q", i))
                self.subjects[plain[:16]] = plain[16:]

    def say(self, e):
        if e.type == 2:
            return "control\n", e.payload
        who = bytes(a ^ b for a, b in zip(e.ref, mac(self.a, e.id)))
        must(e.payload is not None or who in self.shredded, "a payload that was not shredded")
        if e.payload is None:
            return "attachment, gone\n" if e.type == 3 else "gone\n", b""
        k = self.a if who == bytes(16) else self.subjects[who]
        if e.type == 3:
            return "attachment\n", age_open(e.payload,
                                            scalar=hkdf(k, b"", b"deponent1 attachment", 32))
        sealing = expand(hkdf(k, e.salt, b"deponent1 entry", 32), b"deponent1 seal", 88)
        must(sealing[56:] == e.commitment, "a commitment")
        plain = xchacha_open(sealing[:32], sealing[32:56], e.payload, e.bound)
        return ("of the archive\n" if who == bytes(16) else "of a subject\n",
                plain.rstrip(b"\0"))


def main():
    must(len(sys.argv) in (2, 3), "usage: ledger_read.py FOLDER [PASSPHRASE]")
    with tempfile.TemporaryDirectory() as temp:  # SQLite puts files beside what it reads
        folder = shutil.copytree(sys.argv[1], os.path.join(temp, "archive"))
        archive = Archive(folder)
        if len(sys.argv) == 2:
            print(len(archive.bundles), "bundles,", len(archive.devices), "devices: as signed")
            return
        archive.unlock(sys.argv[2].encode())
        for _, device, _, _, entries in archive.bundles:
            for e in entries:
                what, text = archive.say(e)
                sys.stdout.buffer.write(("== %s %d %s" % (device.hex(), e.seq, what)).encode())
                sys.stdout.buffer.write(text)


main()
