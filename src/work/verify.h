/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/verify: is the ledger of an archive what its devices signed? Printing of what
 * ledger_verify found, and checkpoints that make a rollback visible.
 */
#ifndef DEPONENT_WORK_VERIFY_H
#define DEPONENT_WORK_VERIFY_H

#include "vault/ledger/ledger.h"

#define WORK_CHECKPOINT_MAX ((size_t)64 << 10)

struct work_verify_options {
    const char *dir;
    struct keys *keys;      /* NULL: what can be seen without the passphrase */
    const char *checkpoint; /* a file to check against, or NULL */
    const char *save; /* write a new one here when nothing is wrong, or NULL: needs keys */
    struct str today;
    struct pool *pool;
    bool (*progress)(void *context, uint64_t done, uint64_t all);
    void *context;
};

/* Everything in *ret lives in `a`. */
int work_verify(const struct work_verify_options *options, struct arena *a,
                struct ledger_verdict *ret, struct err *err) ERR_CHECKED;
void work_verify_print_table(struct buf *out, const struct ledger_verdict *v);
/* One line a fault, then one for the whole. */
void work_verify_print_json(struct buf *out, const struct ledger_verdict *v);

#endif
