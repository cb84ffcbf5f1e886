/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vault/ledger/verify_parts: inside of verify: what its files share.
 *
 * The bundles are walked in the order of their rows, with the rows of their payloads,
 * attachments and controls beside them, each table once from its beginning to its end. What is
 * read is gathered in a batch, looked at by the pool's threads, and then put into its place in
 * the chains by this one. The shadow is a ledger that knows only what the bundles so far said.
 */
#ifndef DEPONENT_VAULT_VERIFY_PARTS_H
#define DEPONENT_VAULT_VERIFY_PARTS_H

#include "vault/ledger/ledger_parts.h"

#define VERIFY_BUNDLES 64
#define VERIFY_BYTES   ((size_t)4 << 20) /* of payloads in a batch */
#define VERIFY_GROUP   32u               /* payloads that a thread takes at once */

struct verify_fault {
    enum ledger_fault_kind kind;
    size_t index;
    const char *sentence;
};

struct verify_control {
    size_t index;
    struct str payload;
};

struct verify_bundle {
    struct ledger_row row;
    struct arena memory; /* a thread's own */
    struct ledger_checked checked;
    bool read; /* checked holds something */
    struct verify_fault *faults;
    size_t fault_count, fault_cap;
    struct verify_control *controls; /* in v->rows */
    size_t control_count, control_cap;
};

struct verify_payload {
    const struct verify_bundle *bundle;
    size_t index;
    struct str bytes; /* of an attachment: its path, with a NUL behind */
    bool file, bad;
    struct err *err; /* of a file */
};

/* A table that is read from its beginning to its end. */
struct verify_cursor {
    struct store_query *q;
    bool has; /* a row is there */
    uint64_t at;
};

/* An entry whose words are not there, or cannot be read. */
struct verify_absent {
    uint64_t num;
    size_t index;
    bool present; /* the payload is there, its key is not */
    bool file;
    struct id subject; /* with keys */
    uint64_t seq;
    unsigned char device[16];
};

struct verify_fork {
    unsigned char device[16];
    uint64_t seq;
};

struct verify {
    struct ledger *l;
    struct ledger shadow;
    struct pool *pool;
    struct arena *results;
    struct ledger_verdict *v;
    size_t fault_cap;
    struct arena rows, bytes, kept;
    struct verify_bundle bundles[VERIFY_BUNDLES];
    size_t bundle_count;
    struct verify_payload *payloads;
    size_t payload_count, payload_cap, byte_count;
    struct verify_cursor payload, attachment, control;
    struct verify_absent *absent;
    size_t absent_count, absent_cap;
    struct verify_fork *forks;
    size_t fork_count, fork_cap;
};

void verify_fault(struct verify *v, enum ledger_fault_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* "bundle 12 (deponent-0011223344556677, entries 640 to 703): sentence", or of one entry. */
void verify_fault_at(struct verify *v, enum ledger_fault_kind kind,
                     const struct ledger_row *row, size_t index, const char *sentence);

/* ---- verify_chain.c ---- */

/* A bundle's place: its row, its chain, its device, its control cards. */
int verify_place(struct verify *v, const struct verify_bundle *b, struct err *err) ERR_CHECKED;
int verify_forks(struct verify *v, struct err *err) ERR_CHECKED;

/* ---- verify_entries.c ---- */

int verify_step(struct verify *v, struct verify_cursor *c, struct err *err) ERR_CHECKED;
/* Puts the payloads, attachments and controls of a bundle into the batch; empties the batch as
 * it fills. */
int verify_entries(struct verify *v, struct verify_bundle *b, struct err *err) ERR_CHECKED;
/* Looks at what is in the batch; `end`: of its last bundle as well. */
int verify_flush(struct verify *v, bool end, struct err *err) ERR_CHECKED;
/* Rows that belong to no entry; entries whose words are not there. */
int verify_rest(struct verify *v, struct err *err) ERR_CHECKED;

#endif
