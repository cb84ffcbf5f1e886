/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/vault.h"

#include "vault/seal/hash.h"

/* "device-3f9a0c12": who works, when nobody says. */
static struct str actor_of(struct arena *a, const struct keys_public *who)
{
    char hex[9];
    hex_print(who->device, 4, hex);
    return arena_printf(a, "device-%s", hex);
}

int work_vault_open(const struct work_vault_options *options, struct keys *keys,
                    struct work_vault *ret, struct err *err)
{
    ARENA_AUTO a = {0};
    const struct archive_options o = {
        .dir = options->dir,
        .today = options->today,
        .actor = options->actor.p ? options->actor : actor_of(&a, keys_public(keys)),
        .pool = options->pool,
        .write = options->write,
        .as_of = options->as_of,
        .as_of_count = options->as_of_count,
        .progress = options->progress,
        .context = options->context,
    };
    struct archive *archive;
    int r = archive_open(&o, keys, &archive, err);
    if (r) {
        keys_close(keys);
        return r;
    }
    *ret = (struct work_vault){keys, archive};
    return 0;
}

int work_vault_close(struct work_vault *v, bool failed, struct err *err)
{
    int r = 0;
    if (v->archive && failed)
        archive_drop(v->archive);
    else if (v->archive)
        r = archive_close(v->archive, err);
    if (v->keys)
        keys_close(v->keys);
    *v = (struct work_vault){0};
    return r;
}

/* What rewrites keys.age holds the archive's lock, and finishes an interrupted shredding first. */
static int lock(const char *dir, struct keys *keys, struct ledger **ret, struct err *err)
{
    return ledger_open(dir, keys, true, ret, err);
}

int work_vault_passwd(const char *dir, struct keys *keys, const struct secret *passphrase,
                      struct err *err)
{
    struct ledger *l;
    int r = lock(dir, keys, &l, err);
    if (r)
        return r;
    r = keys_passwd(keys, passphrase, err);
    ledger_close(l);
    return r;
}

int work_vault_recovery(const char *dir, struct keys *keys, struct secret *ret, struct err *err)
{
    struct ledger *l;
    int r = lock(dir, keys, &l, err);
    if (r)
        return r;
    r = keys_recovery(keys, ret, err);
    ledger_close(l);
    return r;
}
