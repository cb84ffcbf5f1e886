/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vault/archive/terms: what may be done with an account: the one table of attribution, purposes,
 * expiry and withdrawal. Every query goes through it; nobody else decides.
 */
#ifndef DEPONENT_VAULT_TERMS_H
#define DEPONENT_VAULT_TERMS_H

#include "model/records.h"

enum terms_may {
    TERMS_EXISTS = 1,   /* say that there is such an account */
    TERMS_COUNT = 2,    /* let it enter a figure */
    TERMS_DESCRIBE = 4, /* the public description of its source */
    TERMS_QUOTE = 8,    /* any words of it, its attachments */
    TERMS_NAME = 16,    /* the name of its source */
};

struct terms_state {
    enum attribution attribution;
    unsigned purposes; /* 1 << PURPOSE_x */
    bool withdrawn;    /* or expired on `today` */
};

/* The state of a terms record (NULL: none was given) on the day `today`, YYYY-MM-DD. */
struct terms_state terms_of(const struct record_terms *terms, bool published, struct str today);
/* A set of enum terms_may. */
unsigned terms_allow(const struct terms_state *state, enum purpose purpose);

#endif
