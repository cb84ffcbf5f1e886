/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vault/ledger/bundle: one signed action: the text of its note, and a bundle as a file. Parsing
 * only: whether the signature fits and the chain holds is the ledger's matter.
 */
#ifndef DEPONENT_VAULT_BUNDLE_H
#define DEPONENT_VAULT_BUNDLE_H

#include "base/arena.h"
#include "base/buf.h"
#include "vault/ledger/envelope.h"

#define BUNDLE_MAX_ENTRIES 4096u
#define BUNDLE_MAX_HEADS   256u
#define BUNDLE_MAX_BYTES   ((size_t)1 << 30)

/* How far a device's chain is known. */
struct bundle_head {
    unsigned char device[16];
    uint64_t next;          /* seq of the entry that would come */
    unsigned char note[32]; /* SHA-256 of its last note */
};

struct bundle_note {
    unsigned char archive[32], device_key[32];
    uint64_t first, count, clock;
    unsigned char root[32], previous[32];
    const struct bundle_head *heads; /* of other devices, sorted by device */
    size_t head_count;
    struct str day; /* YYYY-MM-DD */
};

void bundle_print_note(struct buf *out, const struct bundle_note *n);
/* Exact: printing gives the same bytes. */
int bundle_parse_note(struct arena *a, struct str text, const char *what,
                      struct bundle_note *ret, struct err *err) ERR_CHECKED;

/* A bundle as it travels; everything is borrowed. */
struct bundle {
    struct str note;      /* signed */
    struct str envelopes; /* count * ENVELOPE_SIZE */
    size_t count;
    const struct str *payloads; /* p == NULL: dropped, or an attachment */
};

int bundle_print(struct buf *out, const struct bundle *b, struct err *err) ERR_CHECKED;
/* Takes the next bundle off *rest; sizes are checked before anything is allocated. */
int bundle_parse(struct arena *a, struct str *rest, const char *what, struct bundle *ret,
                 struct err *err) ERR_CHECKED;

#endif
