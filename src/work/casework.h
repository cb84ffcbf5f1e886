/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/casework: what was needed, what was done, and how it ended. A case is one record; a note
 * or an outcome is a newer version of it, and the older ones stay in the ledger.
 */
#ifndef DEPONENT_WORK_CASEWORK_H
#define DEPONENT_WORK_CASEWORK_H

#include "vault/archive/archive.h"

/* A new case of an account; `told` without id. *ret is what was appended. */
int work_case_open(struct archive *archive, struct arena *a, const struct record_casework *told,
                   struct record *ret, struct err *err) ERR_CHECKED;

struct case_change {
    struct str note; /* goes under the notes that are there, with its day; p == NULL: none */
    struct str today;
    enum service service; /* NONE: as it is */
    bool outcome_given;
    enum outcome outcome;
    struct str how_known; /* p == NULL: as it is */
};
/* ERR_REFUSED when the terms of its account keep its words from us: they would be lost. */
int work_case_change(struct archive *archive, struct arena *a, struct str id,
                     const struct case_change *change, struct record *ret,
                     struct err *err) ERR_CHECKED;

#endif
