/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/disclosure: one entry of a ledger for an auditor: its envelope, its sealed payload, the
 * key of this entry alone, the signed note of its bundle with the proof that it stands in it,
 * and the chain of devices up to the archive id. Whoever has the file and knows the archive id
 * needs nothing else. Its form: deponent-disclose(1).
 *
 * Guarantees: what work_disclosure_check gives out stood in a bundle that a device of that
 * archive signed, and was opened with the key that the entry commits to. Does not: say that
 * the entry was not superseded later.
 */
#ifndef DEPONENT_WORK_DISCLOSURE_H
#define DEPONENT_WORK_DISCLOSURE_H

#include "vault/ledger/ledger.h"
#include "vault/seal/merkle.h"

#define DISCLOSURE_MAX         ((size_t)16 << 20)
#define DISCLOSURE_DEVICES_MAX 64

/* A device, and the one that admitted it. */
struct disclosure_device {
    unsigned char key[SIGN_PUBLIC];
    bool first;                          /* its key hashes to the archive id */
    unsigned char by[16];                /* else: who admitted it */
    unsigned char proof[SIGN_SIGNATURE]; /* and the signature */
};

struct disclosure {
    unsigned char archive[32];
    unsigned char key[32]; /* of this entry: LEDGER "ek" */
    unsigned char envelope[ENVELOPE_SIZE];
    struct str payload; /* sealed */
    uint64_t index;     /* in its bundle */
    struct merkle_path path;
    struct disclosure_device devices[DISCLOSURE_DEVICES_MAX]; /* the signer first */
    size_t device_count;
    struct str note;
};

void work_disclosure_print(struct buf *out, const struct disclosure *d);
/* Exact: printing gives the same bytes. */
int work_disclosure_parse(struct arena *a, struct str text, const char *what,
                          struct disclosure *ret, struct err *err) ERR_CHECKED;
/* The cards of the entry. ERR_REFUSED: something does not fit; the sentence says what. */
int work_disclosure_check(struct arena *a, const struct disclosure *d, const char *what,
                          struct str *ret_cards, struct bundle_note *ret_note,
                          struct err *err) ERR_CHECKED;

/* Gathers everything but the key for the entry `payload` of a ledger. */
int work_disclosure_gather(struct ledger *l, struct arena *a, struct id payload,
                           struct disclosure *ret, struct err *err) ERR_CHECKED;

#endif
