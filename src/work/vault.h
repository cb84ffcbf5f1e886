/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/vault: an archive opened for one verb: its keys (from the passphrase, or held by the
 * agent) and the archive itself, in the order in which they are opened and closed.
 *
 * Guarantees: closed in any state; what was opened for reading only changes nothing but
 * snapshots. Does not: ask for a passphrase (the door does).
 */
#ifndef DEPONENT_WORK_VAULT_H
#define DEPONENT_WORK_VAULT_H

#include "vault/archive/archive.h"

struct work_vault {
    struct keys *keys;
    struct archive *archive;
};

struct work_vault_options {
    const char *dir;
    struct str today, actor; /* actor p == NULL: this device */
    bool write;
    const struct bundle_head *as_of; /* as in struct archive_options */
    size_t as_of_count;
    struct pool *pool;
    bool (*progress)(void *context, const char *what, uint64_t done, uint64_t all);
    void *context;
};

/* Takes `keys` over, also when it fails. */
int work_vault_open(const struct work_vault_options *options, struct keys *keys,
                    struct work_vault *ret, struct err *err) ERR_CHECKED;
/* Saves what is worth saving. After an error (`failed`) nothing is saved. */
int work_vault_close(struct work_vault *v, bool failed, struct err *err) ERR_CHECKED;

/* A new archive in the folder `dir`, which is made, or is there and empty, or holds what an
 * interrupted making left. ERR_EXISTS for any other folder: nothing in it is touched. What fails
 * leaves the folder as it was. */
int work_vault_create(const char *dir, const struct secret *passphrase, unsigned log2,
                      struct str day, unsigned char archive_id[32],
                      struct err *err) ERR_CHECKED;

/* Another passphrase for keys that are open. */
int work_vault_passwd(const char *dir, struct keys *keys, const struct secret *passphrase,
                      struct err *err) ERR_CHECKED;
/* A new recovery key, as text; the one before opens nothing from then on. */
int work_vault_recovery(const char *dir, struct keys *keys, struct secret *ret,
                        struct err *err) ERR_CHECKED;

#endif
