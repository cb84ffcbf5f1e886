/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/shred: what a shredding takes away, and what it cannot reach. Gathered before, so that a
 * person decides with it in sight.
 */
#ifndef DEPONENT_WORK_SHRED_H
#define DEPONENT_WORK_SHRED_H

#include "vault/archive/archive.h"

/* A backup or transfer that may still hold the keys. */
struct work_shred_copy {
    struct str id, day, to, expires; /* expires p == NULL: nobody said when */
};

struct work_shred {
    struct str account;
    size_t statements;
    struct str *figures; /* recorded figures that rest on it */
    size_t figure_count;
    struct work_shred_copy *copies; /* that have not expired on the day of the shredding */
    size_t copy_count;
};

int work_shred_look(struct archive *archive, struct arena *a, struct str account,
                    struct str today, struct work_shred *ret, struct err *err) ERR_CHECKED;
void work_shred_print_table(struct buf *out, const struct work_shred *s, bool done);
void work_shred_print_json(struct buf *out, const struct work_shred *s, bool done);

#endif
