/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Many entries at once. Memory and randomness are had before, so that the threads only
 * calculate; each entry is one thread's own.
 */
#include "vault/ledger/keys_parts.h"

#include "vault/seal/box.h"

#define SHARE ((size_t)32) /* entries of one piece of a thread's work */

static const unsigned char archive_slot[ID_SIZE];

struct work {
    const struct keys_file *file;
    struct keys_entry *entries;
    size_t count;
};

static const struct hmac256 *reference_of(const struct keys_file *f)
{
    return (const struct hmac256 *)(const void *)f->reference.p;
}

/* The secret an entry stands under, or NULL. */
static const unsigned char *secret_of(const struct keys_file *f, const struct keys_entry *e)
{
    return e->archive ? f->text.archive_key.p : ring_find(&f->ring, e->subject.b);
}

static void share(void *context, size_t count,
                  void (*work)(void *context, size_t i, unsigned worker), struct pool *pool)
{
    pool_run(count > SHARE ? pool : NULL, (count + SHARE - 1) / SHARE, work, context);
}

static void seal_share(void *context, size_t i, unsigned worker)
{
    const struct work *w = context;
    (void)worker;
    size_t end = (i + 1) * SHARE < w->count ? (i + 1) * SHARE : w->count;
    for (i *= SHARE; i < end; i++) {
        struct keys_entry *e = &w->entries[i];
        unsigned char ek[32];
        keys_entry_reference(reference_of(w->file), &e->envelope->payload,
                             e->archive ? archive_slot : e->subject.b, e->envelope->key_ref);
        keys_entry_key(secret_of(w->file, e), e->envelope->salt, ek);
        /* the room was made in the arena by keys_file_seal */
        keys_entry_seal(e->envelope, ek, e->plain, (unsigned char *)(uintptr_t)e->sealed.p);
        secret_wipe(ek, sizeof ek);
    }
}

/* Has every subject its secret? Another process may have added one. */
static int check_subjects(struct keys_file *f, const struct keys_entry *entries, size_t count,
                          struct err *err)
{
    int r = ring_refresh(&f->ring, f->pool, err);
    for (size_t i = 0; !r && i < count; i++)
        if (!secret_of(f, &entries[i])) {
            char text[ID_TEXT + 1];
            id_text(entries[i].subject, text);
            r = err_set(err, ERR_MISSING, "%s has no secret in this keyring (shredded?)", text);
        }
    return r;
}

int keys_file_seal(struct keys *k, struct arena *a, struct keys_entry *entries, size_t count,
                   struct err *err)
{
    struct keys_file *f = NULL;
    int r = keys_file_of(k, &f, err);
    if (!r)
        r = check_subjects(f, entries, count, err);
    if (r)
        return r;
    for (size_t i = 0; i < count; i++) {
        struct str plain = entries[i].plain;
        if (plain.n == 0 || plain.p[plain.n - 1] == '\0' || !envelope_padded(plain.n))
            return err_set(err, plain.n > ENVELOPE_MAX_PLAIN ? ERR_LIMIT : ERR_INPUT,
                           "an entry of %zu bytes: expected text, 1 to %zu bytes", plain.n,
                           ENVELOPE_MAX_PLAIN);
    }
    unsigned char *salts = arena_alloc(a, count, KEYS_SALT);
    random_bytes(salts, count * KEYS_SALT);
    for (size_t i = 0; i < count; i++) {
        struct keys_entry *e = &entries[i];
        size_t n = envelope_padded(e->plain.n) + (size_t)BOX_EXTRA;
        e->envelope->type = ENVELOPE_SEALED;
        memcpy(e->envelope->salt, salts + i * KEYS_SALT, KEYS_SALT);
        e->sealed = str_make(arena_alloc(a, n, 1), n);
        e->result = 0;
    }
    struct work w = {f, entries, count};
    share(&w, count, seal_share, f->pool);
    return 0;
}

static void open_share(void *context, size_t i, unsigned worker)
{
    const struct work *w = context;
    (void)worker;
    size_t end = (i + 1) * SHARE < w->count ? (i + 1) * SHARE : w->count;
    for (i *= SHARE; i < end; i++) {
        struct keys_entry *e = &w->entries[i];
        keys_entry_reference(reference_of(w->file), &e->envelope->payload, e->envelope->key_ref,
                             e->subject.b);
        e->archive = memcmp(e->subject.b, archive_slot, ID_SIZE) == 0;
        const unsigned char *secret = secret_of(w->file, e);
        unsigned char ek[32];
        size_t n = 0;
        if (!secret) {
            e->result = ERR_MISSING;
            e->plain = str_make(NULL, 0);
            continue;
        }
        keys_entry_key(secret, e->envelope->salt, ek);
        int r = keys_entry_open(e->envelope, ek, e->sealed, (char *)(uintptr_t)e->plain.p, &n);
        secret_wipe(ek, sizeof ek);
        e->result = r ? ERR_INPUT : 0;
        e->plain = r ? str_make(NULL, 0) : str_make(e->plain.p, n);
    }
}

int keys_file_open_entries(struct keys *k, struct arena *a, struct keys_entry *entries,
                           size_t count, struct err *err)
{
    struct keys_file *f = NULL;
    int r = keys_file_of(k, &f, err);
    if (!r)
        r = ring_refresh(&f->ring, f->pool, err);
    if (r)
        return r;
    for (size_t i = 0; i < count; i++) {
        struct keys_entry *e = &entries[i];
        e->plain = str_make(arena_room(a, e->sealed.n + 1), 0);
    }
    struct work w = {f, entries, count};
    share(&w, count, open_share, f->pool);
    return 0;
}
