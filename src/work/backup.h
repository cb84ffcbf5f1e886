/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/backup: the files of an archive as one tar stream in one age file, and back. What is in
 * it stays sealed under the archive's own passphrase: opening a backup takes the recipient's
 * identity and the passphrase.
 *
 * Guarantees: the ledger notes a backup before it is written; a backup that is cut or changed is
 * not restored; a folder that could not be restored is not left behind, or is marked; a
 * restored archive goes on under a new device, so that the one it was made from may go on too.
 * Does not: take back what an old backup opens (deponent-shred(1)).
 */
#ifndef DEPONENT_WORK_BACKUP_H
#define DEPONENT_WORK_BACKUP_H

#include "work/vault.h"

struct work_backup_options {
    const char *dir, *output;
    const struct age_recipients *to;
    struct str to_text, expires; /* for the custody entry */
    struct age_options age;
};
int work_backup(struct archive *archive, const struct work_backup_options *options,
                struct err *err) ERR_CHECKED;

struct work_restore_options {
    const char *dir; /* is made */
    const char *input;
    const struct age_identities *with;
    const struct secret *passphrase;
    struct age_options age;
    const char *const *known; /* files of bundles with what happened since (deponent export) */
    size_t known_count;
    struct str today;
};
struct work_restored {
    uint64_t entries, later;  /* in the backup; taken from what is known since */
    unsigned char device[16]; /* the new one */
};
/* While it is restored the folder holds this file: until it is whole it would be a second copy of
 * the device that the backup is of. Whoever opens an archive refuses such a folder. */
#define WORK_RESTORING "restoring"
int work_restore(const struct work_restore_options *options, struct work_restored *ret,
                 struct err *err) ERR_CHECKED;

#endif
