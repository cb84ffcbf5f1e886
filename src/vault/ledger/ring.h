/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vault/ledger/ring: the keyring: a file of subjects and their secrets, each record sealed under
 * the ring secret, and the same in locked memory. deponent-ledger(5) gives its form.
 *
 * A record that does not open is passed over: a power loss tore it before anybody was told of
 * it, or it is damaged, and then the entries of its subject cannot be opened. A piece behind the
 * last whole record is cut off by the next record that is added. Guarantees: what ring_add put
 * in is synced; opening a file of any content ends, in time and memory bounded by its size.
 * Does not: lock; whoever adds holds the archive's lock, and finds what others have added.
 */
#ifndef DEPONENT_VAULT_RING_H
#define DEPONENT_VAULT_RING_H

#include "base/pool.h"
#include "vault/ledger/id.h"
#include "vault/seal/hash.h"
#include "vault/seal/secret.h"

#define RING_HEADER       64u
#define RING_RECORD       88u
#define RING_SECRET       32u
#define RING_SUBJECT      48u /* in memory: slot and secret */
#define RING_SUBJECTS_MAX ((size_t)4 << 20)

/* Whose ring it is; stands in the header. */
struct ring_name {
    unsigned char archive[32], device[16];
    uint64_t generation;
};

struct ring {
    struct ring_name name;
    char *path;
    struct secret secret;  /* R_g */
    struct secret *chunks; /* subjects, RING_SUBJECT bytes each; a forgotten one is zero */
    size_t chunk_count;
    size_t used, held; /* places in the chunks, and those that are not zero */
    uint32_t *index;   /* place + 1 by hash of the slot; 0: none */
    size_t index_cap;
    uint64_t seed;
    uint64_t seen; /* bytes of the file when it was last read */
    uint64_t next; /* record behind the last one that opened */
};

/* Writes a whole new ring, in the place of one that is there: the subjects of `from` (NULL:
 * none) but for `without`, sorted by bytes. *ret_size and `hash` may be NULL. */
int ring_write(const char *path, const struct ring_name *name, const struct secret *secret,
               const struct ring *from, const struct id *without, size_t without_count,
               uint64_t *ret_size, unsigned char hash[32], struct err *err) ERR_CHECKED;
/* ERR_MISSING no such file; ERR_REFUSED another archive's, device's or generation's; ERR_INPUT
 * no ring; ERR_STATE made by a newer program. Copies path and secret. */
int ring_open(const char *path, const struct ring_name *name, const struct secret *secret,
              struct pool *pool, struct ring *ret, struct err *err) ERR_CHECKED;
void ring_close(struct ring *r);

/* Reads what was added to the file since. ERR_STATE: the file is gone or shorter. */
int ring_refresh(struct ring *r, struct pool *pool, struct err *err) ERR_CHECKED;
/* The secret of a subject, or NULL. Holds until the next change. */
const unsigned char *ring_find(const struct ring *r, const unsigned char slot[ID_SIZE]);
/* `subjects`: RING_SUBJECT bytes each, none of them there yet (ERR_EXISTS); all are in the file
 * and synced, or none is. */
int ring_add(struct ring *r, const struct secret *subjects, struct pool *pool,
             struct err *err) ERR_CHECKED;
/* In memory only: forgets subjects, and goes over to a file that ring_write made of the rest. */
void ring_forget(struct ring *r, const struct id *subjects, size_t count);
void ring_move(struct ring *r, const char *path, uint64_t generation,
               const struct secret *secret);
/* Place i < used; NULL for a forgotten one. */
const unsigned char *ring_at(const struct ring *r, size_t i);
/* SHA-256 of the first `size` bytes of the file; ERR_REFUSED when it is shorter. */
int ring_hash(const struct ring *r, uint64_t size, unsigned char hash[32],
              struct err *err) ERR_CHECKED;

int ring_compare_ids(const void *a, const void *b); /* by bytes, for qsort */

#endif
