/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/import: what other devices of the same archive exported, taken into this one's ledger:
 * their sealed bundles, their attachments and, when they were sent too, the secrets of accounts.
 *
 * Guarantees: only what an admitted device signed is taken; twice is once; what was shredded
 * anywhere is shredded here. Does not: take in records that are not in a signed bundle.
 */
#ifndef DEPONENT_WORK_IMPORT_H
#define DEPONENT_WORK_IMPORT_H

#include "work/vault.h"

#define WORK_IMPORT_MAX ((size_t)4 << 30) /* bytes of one file of bundles */

struct work_import_options {
    const char *input;                 /* the folder of an export, or one file of bundles */
    const struct age_identities *with; /* for keys.txt.age; count 0: none */
    struct str today;
};
struct work_imported {
    struct ledger_union bundles;
    size_t keys, attachments, dropped; /* new secrets; files; subjects whose keys went */
};
int work_import(struct work_vault *v, const struct work_import_options *options,
                struct work_imported *ret, struct err *err) ERR_CHECKED;

#endif
