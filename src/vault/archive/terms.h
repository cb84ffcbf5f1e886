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

/* The state of a terms record on the day `today`, YYYY-MM-DD. NULL: none was given; then an
 * account is anonymous and there for help only, a published report on the record and for every
 * purpose. Terms hold through the last day that `expires` can mean; a withdrawal holds from the
 * moment it is there, whatever its day. */
struct terms_state terms_of(const struct record_terms *terms, bool published, struct str today);
/* A set of enum terms_may. For a purpose that was not consented to, and for what was withdrawn or
 * has expired, it is TERMS_EXISTS alone. TERMS_COUNT also needs consent to statistics.
 *
 *                      exists  count  describe  quote  name
 *   on_record             y      y       y        y      y
 *   anonymity, none       y      y       y        y      -
 *   background            y      y       y        -      -
 *   deep_background       y      y       -        -      -
 *   off_record            y      -       -        -      -
 */
unsigned terms_allow(const struct terms_state *state, enum purpose purpose);

#endif
