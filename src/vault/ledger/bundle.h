/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vault/ledger/bundle: one signed action: the text of its note, and a bundle as a file. Parsing
 * only: whether the signature fits and the chain holds is the ledger's matter.
 *
 * Parsing is exact: what was parsed prints to the same bytes, so that every changed byte is
 * refused or changes what is said. Exactly: deponent-ledger(5).
 */
#ifndef DEPONENT_VAULT_BUNDLE_H
#define DEPONENT_VAULT_BUNDLE_H

#include "base/arena.h"
#include "base/buf.h"
#include "vault/ledger/envelope.h"

#define BUNDLE_MAX_ENTRIES 4096u
#define BUNDLE_MAX_HEADS   256u
#define BUNDLE_MAX_BYTES   ((size_t)1 << 30)              /* payloads of a bundle */
#define BUNDLE_MAX_NUMBER  ((uint64_t)999999999999999999) /* clock, seq: 18 digits */
#define BUNDLE_NAME_MAX    32
#define BUNDLE_FIXED       20 /* bytes before the note in a file */

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

/* The text that is signed. */
void bundle_print_note(struct buf *out, const struct bundle_note *n);
/* Exact: printing gives the same bytes. ERR_INPUT with the line, ERR_STATE: a bundle of a later
 * version. */
int bundle_parse_note(struct arena *a, struct str text, const char *what,
                      struct bundle_note *ret, struct err *err) ERR_CHECKED;
/* One line "head DEVICE SEQ HASH". */
void bundle_print_head(struct buf *out, const struct bundle_head *head);
bool bundle_parse_head(struct str line, struct bundle_head *ret)
    __attribute__((warn_unused_result));

/* How far all devices are known, for a place elsewhere; it is signed in the same way. */
struct bundle_checkpoint {
    unsigned char archive[32], device_key[32];
    uint64_t entries;
    const struct bundle_head *heads; /* of all devices, sorted, at most BUNDLE_MAX_HEADS + 1 */
    size_t head_count;
    struct str day;
};
void bundle_print_checkpoint(struct buf *out, const struct bundle_checkpoint *c);
int bundle_parse_checkpoint(struct arena *a, struct str text, const char *what,
                            struct bundle_checkpoint *ret, struct err *err) ERR_CHECKED;

/* The first 16 bytes of SHA-256 of its key. */
void bundle_device(const unsigned char device_key[32], unsigned char device[16]);
/* The name that signs: "deponent-" and the first 16 digits of the device. */
struct str bundle_name(const unsigned char device[16], char out[BUNDLE_NAME_MAX]);

/* A bundle as it travels; everything is borrowed. */
struct bundle {
    struct str note;      /* signed */
    struct str envelopes; /* count * ENVELOPE_SIZE */
    size_t count;
    const struct str *payloads; /* p == NULL: dropped, or an attachment */
};

int bundle_print(struct buf *out, const struct bundle *b, struct err *err) ERR_CHECKED;
/* Takes the next bundle off *rest; sizes are checked before anything is allocated. *ret borrows
 * from `rest`, its array of payloads from `a`. */
int bundle_parse(struct arena *a, struct str *rest, const char *what, struct bundle *ret,
                 struct err *err) ERR_CHECKED;

#endif
