/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vault/ledger/keys_wire: what a verb and the agent say to each other, in the frames of sys/ipc.
 * Both are of one version of the program: `hello` refuses another. Integers are little-endian;
 * ids and keys are their bytes. A reply has the number 0, or that of an error kind and then its
 * body is the sentence.
 */
#ifndef DEPONENT_VAULT_KEYS_WIRE_H
#define DEPONENT_VAULT_KEYS_WIRE_H

#include "base/buf.h"

#define KEYS_WIRE_VERSION 1u

enum keys_wire {
    KEYS_WIRE_HELLO = 1,     /* version u32 -> archive 32, device key 32, device 16, age key 32,
                                joined u32, by 16, proof 64 */
    KEYS_WIRE_STATUS,        /* -> seconds until it forgets u64 */
    KEYS_WIRE_STOP,          /* -> */
    KEYS_WIRE_SIGN,          /* text of a bundle's note or a checkpoint -> signature 64 */
    KEYS_WIRE_NEW,           /* ids 16 each -> */
    KEYS_WIRE_HAS,           /* id 16 -> u32 */
    KEYS_WIRE_RING,          /* -> generation u64, size u64, hash 32 */
    KEYS_WIRE_CHOOSE,        /* generation u64, size u64, hash 32 -> */
    KEYS_WIRE_SETTLE,        /* the same */
    KEYS_WIRE_SEAL,          /* entries -> entries, below */
    KEYS_WIRE_OPEN,          /* entries -> entries, below */
    KEYS_WIRE_ATTACHMENT_TO, /* subject 16 -> the public key 32 that its attachments are for */
    KEYS_WIRE_REFERENCE,     /* payload 16, subject 16 -> key_ref 16 */
    KEYS_WIRE_FILE,          /* own u32, subject 16, and a descriptor -> length u64 */
    KEYS_WIRE_READ,          /* offset u64, n u32 -> n bytes of the file opened last */
    KEYS_WIRE_COUNT
};

/* SEAL asks: archive u32, device 16, seq u64, payload 16, subject 16, n u32, n bytes;
 *      gets: payload hash 32, commitment 32, salt 16, key_ref 16, n u32, n bytes.
 * OPEN asks: type u32, size u32, device 16, seq u64, payload 16, commitment 32, salt 16,
 *            key_ref 16, n u32, n bytes;
 *      gets: kind u32 (0 opened), archive u32, subject 16, n u32, n bytes. */
#define KEYS_WIRE_SEAL_ASKS  64u
#define KEYS_WIRE_SEAL_GETS  100u
#define KEYS_WIRE_OPEN_ASKS  116u
#define KEYS_WIRE_OPEN_GETS  28u
#define KEYS_WIRE_HELLO_GETS 196u

#define KEYS_WIRE_ENTRIES 4096u               /* in one frame */
#define KEYS_WIRE_PIECE   ((size_t)256 << 10) /* of a file at once */

/* Taking things off a body, or off the memory of one that is written. Once there is too little,
 * everything is NULL or 0 and `bad` stays set. */
struct keys_wire_in {
    const char *p;
    size_t left;
    bool bad;
};

static inline const char *keys_wire_bytes(struct keys_wire_in *w, size_t n)
{
    if (w->bad || n > w->left) {
        w->bad = true;
        return NULL;
    }
    const char *p = w->p;
    w->p += n;
    w->left -= n;
    return p;
}

static inline void keys_wire_copy(struct keys_wire_in *w, void *to, size_t n)
{
    const char *p = keys_wire_bytes(w, n);
    if (p)
        memcpy(to, p, n);
    else
        memset(to, 0, n);
}

static inline uint64_t keys_wire_u64(struct keys_wire_in *w, size_t n)
{
    unsigned char b[8] = {0};
    uint64_t v = 0;
    keys_wire_copy(w, b, n);
    for (size_t i = 0; i < n; i++)
        v |= (uint64_t)b[i] << 8 * i;
    return v;
}

static inline uint32_t keys_wire_u32(struct keys_wire_in *w)
{
    return (uint32_t)keys_wire_u64(w, 4);
}

static inline void keys_wire_put(struct buf *out, const void *p, size_t n)
{
    buf_add(out, str_make(p, n));
}

static inline void keys_wire_put_int(struct buf *out, uint64_t v, size_t n)
{
    char b[8];
    for (size_t i = 0; i < n; i++)
        b[i] = (char)(v >> 8 * i);
    buf_add(out, str_make(b, n));
}

#endif
