/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/consent: what may be done with an account, now and before: its terms are changed or taken
 * back by a new terms record, never by editing one.
 */
#ifndef DEPONENT_WORK_CONSENT_H
#define DEPONENT_WORK_CONSENT_H

#include "vault/archive/archive.h"

struct consent_change {
    enum attribution attribution; /* NONE: as it is */
    bool purposes_given;
    unsigned purposes;
    struct str expires, reason; /* p == NULL: as it is */
    bool forever;               /* no expiry any more */
    bool withdraw;
};

struct consent {
    struct str account;
    struct terms_state state;     /* as it holds today */
    const struct record *history; /* terms records, oldest first */
    size_t history_count;
    const struct record *figures; /* recorded figures that rest on the account */
    size_t figure_count;
};

/* As it is. */
int work_consent(struct archive *archive, struct arena *a, struct str account,
                 struct consent *ret, struct err *err) ERR_CHECKED;
/* Appends new terms: those that stood last, with the change. A withdrawal is on `today`; terms
 * that are given after one hold again. ERR_REFUSED for an account that is shredded or locked. */
int work_consent_change(struct archive *archive, struct arena *a, struct str account,
                        const struct consent_change *change, struct str today,
                        struct consent *ret, struct err *err) ERR_CHECKED;

#endif
