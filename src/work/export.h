/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/export: an archive, or what it was at some heads, as a folder that can be read with age,
 * sha256sum and an editor: the sealed bundles as they are, the records that the terms allow for
 * one purpose as cards, JSON Lines and CSV, attachments, and a list of hashes.
 *
 * Guarantees: the ledger notes the export before anything is written; no word of an account
 * that its terms withhold for the purpose is in any file, and an account of which nothing may
 * be said is in none but the sealed bundles; terms are those of today, whatever the heads; the
 * same heads, terms, keys and day give the same bundles and records. Does not: protect who is
 * in it beyond the terms (small cells are publishing's matter).
 */
#ifndef DEPONENT_WORK_EXPORT_H
#define DEPONENT_WORK_EXPORT_H

#include "work/vault.h"

struct work_export_options {
    const char *dir;    /* of the archive */
    const char *output; /* a folder that is made */
    enum purpose purpose;
    const struct age_recipients *to; /* count 0: plain files */
    struct str to_text;              /* for the custody entry */
    bool keys; /* also the secrets of what is exported: for a device of the same archive */
    struct age_options age;
    const struct bundle_head *heads; /* as of these; NULL: all */
    size_t head_count;
};
struct work_exported {
    size_t files, records, accounts, withheld; /* accounts of which nothing may be said */
    uint64_t bundles;
};
int work_export(struct work_vault *v, const struct work_export_options *options,
                struct work_exported *ret, struct err *err) ERR_CHECKED;

/* The heads of a checkpoint or of heads.txt in an export; lines that begin otherwise are passed
 * over. ERR_INPUT when there are none. */
int work_export_heads(struct arena *a, struct str text, const char *what,
                      struct bundle_head **ret, size_t *ret_count, struct err *err) ERR_CHECKED;

#endif
