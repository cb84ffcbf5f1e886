#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calculates what keys_test.c and ring_test.c expect, apart from the program: HKDF (RFC 5869)
and XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) written out in Python, checked against the
draft's own example. Prints the values, and writes the files of tests/vectors/ring."""
import hashlib
import hmac
import os
import struct


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
    return ((x << n) | (x >> (32 - n))) & 0xFFFFFFFF


def quarter(s, a, b, c, d):
    for x, y, z, n in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
        s[x] = (s[x] + s[y]) & 0xFFFFFFFF
        s[z] = rotate(s[z] ^ s[x], n)


def rounds(s):
    for _ in range(10):
        for i in range(4):
            quarter(s, i, i + 4, i + 8, i + 12)
        for i in range(4):
            quarter(s, i, (i + 1) % 4 + 4, (i + 2) % 4 + 8, (i + 3) % 4 + 12)


CONSTANTS = [0x61707865, 0x3320646E, 0x79622D32, 0x6B206574]


def hchacha(key, nonce):
    s = CONSTANTS + list(struct.unpack("<8I", key)) + list(struct.unpack("<4I", nonce))
    rounds(s)
    return struct.pack("<8I", *(s[:4] + s[12:]))


def block(key, counter, nonce):
    first = CONSTANTS + list(struct.unpack("<8I", key)) + [counter, *struct.unpack("<3I", nonce)]
    s = first[:]
    rounds(s)
    return struct.pack("<16I", *[(a + b) & 0xFFFFFFFF for a, b in zip(s, first)])


def poly1305(key, message):
    r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    a = 0
    for i in range(0, len(message), 16):
        a = (a + int.from_bytes(message[i:i + 16] + b"\1", "little")) * r % ((1 << 130) - 5)
    return ((a + int.from_bytes(key[16:], "little")) & ((1 << 128) - 1)).to_bytes(16, "little")


def seal(key, nonce, plain, data):
    key, nonce = hchacha(key, nonce[:16]), bytes(4) + nonce[16:]
    out = b""
    for i in range(0, len(plain), 64):
        out += bytes(a ^ b for a, b in zip(plain[i:i + 64], block(key, 1 + i // 64, nonce)))
    filled = data + bytes(-len(data) % 16) + out + bytes(-len(out) % 16)
    return out + poly1305(block(key, 0, nonce)[:32],
                          filled + struct.pack("<QQ", len(data), len(out)))


def run(first, n=32):
    return bytes(range(first, first + n))


# The draft's example, A.3.1: its tag.
example = seal(run(0x80), run(0x40, 24),
               b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for "
               b"the future, sunscreen would be it.", bytes.fromhex("50515253c0c1c2c3c4c5c6c7"))
assert example[-16:].hex() == "c0875924c1c7987947deafd8780acf49"

K, A, R = run(0), run(0x40), run(0x60)
salt, payload, subject = run(0xA0, 16), run(0xB0, 16), run(0xD0, 16)

# an entry
ek = hkdf(K, salt, b"deponent1 entry", 32)
sealing = expand(ek, b"deponent1 seal", 88)
key, nonce, commitment = sealing[:32], sealing[32:56], sealing[56:]
key_ref = bytes(a ^ b for a, b in zip(subject, mac(A, payload)))
plain = b"card: account\nid: x\n"
data = (b"DPN1" + struct.pack("<HHII", 1, 1, 0, 256 + 16) + bytes([7] * 16) +
        struct.pack("<Q", 5) + bytes(32) + payload + bytes(32) + commitment + salt + key_ref +
        bytes(16))
sealed = seal(key, nonce, plain + bytes(256 - len(plain)), data)
print("key_ref", key_ref.hex())
print("ek", ek.hex())
print("commitment", commitment.hex())
print("payload hash", hashlib.sha256(sealed).hexdigest())
print("sealed", sealed[:16].hex(), "...", sealed[-16:].hex())
print("attachments", hkdf(K, b"", b"deponent1 attachment", 32).hex())

# a recovery key on paper
bits = int.from_bytes(K + hashlib.sha256(b"deponent recovery v1" + K).digest()[:3], "big")
paper = "".join("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[bits >> (275 - 5 * i) & 31] for i in range(56))
print("paper", "-".join(paper[i:i + 4] for i in range(0, 56, 4)))

# a ring of two subjects
header = b"DPR1" + struct.pack("<I", 1) + b"\x11" * 32 + b"\x22" * 16 + struct.pack("<Q", 3)
ring = header
for i, (slot, secret) in enumerate(((subject, K), (run(0xE0, 16), A))):
    ring += run(i, 24) + seal(R, run(i, 24), slot + secret, header + struct.pack("<Q", i))
print("ring", ring.hex())

folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ring")
os.makedirs(folder, exist_ok=True)
for name, content in (
        ("two.ring", ring),
        ("paper.txt", paper.encode()),
        ("slots.txt", ("slot 0024h36h2ncsvrh6daqf6dvvqz " + K.hex() + "\n").encode())):
    with open(os.path.join(folder, name), "wb") as f:
        f.write(content)
