/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tests/unit/ledger_help: archives in folders of a test, with everything that makes one.
 */
#ifndef DEPONENT_TESTS_LEDGER_HELP_H
#define DEPONENT_TESTS_LEDGER_HELP_H

#include "sys/file.h"
#include "tap.h"
#include "vault/ledger/ledger.h"
#include "vault_dir.h"

#define DAY STR("2024-05-17")

struct archive_at {
    char dir[1024];
    struct keys *keys;
    struct ledger *l;
};

static struct vault_dir archives;
static struct secret archive_pass;

static inline void bail(const char *what, const struct err *err)
{
    printf("Bail out! %s: %s\n", what, err->text);
    exit(1);
}

static inline void begin_archives(void)
{
    secret_init();
    secret_set(&archive_pass, "correct horse", 13);
    vault_dir_make(&archives);
}

static inline void end_archives(void)
{
    secret_free(&archive_pass);
    vault_dir_remove(&archives);
}

static inline void make_archive(struct archive_at *at, const char *name)
{
    struct err err = {0};
    (void)snprintf(at->dir, sizeof at->dir, "%s", vault_dir_path(&archives, name));
    if (keys_create(at->dir, &archive_pass, AGE_SCRYPT_MIN, &at->keys, &err) ||
        ledger_create(at->dir, at->keys, DAY, &at->l, &err))
        bail("make an archive", &err);
}

static inline void close_archive(struct archive_at *at)
{
    ledger_close(at->l);
    keys_close(at->keys);
}

static inline void open_archive(struct archive_at *at)
{
    struct err err = {0};
    if (keys_open(at->dir, &archive_pass, &at->keys, &err) ||
        ledger_open(at->dir, at->keys, true, &at->l, &err))
        bail("open an archive", &err);
}

static inline void reopen(struct archive_at *at)
{
    close_archive(at);
    open_archive(at);
}

static inline int append(struct archive_at *at, const struct id *subject, const char *words)
{
    struct err err = {0};
    struct ledger_draft *d;
    if (ledger_begin(at->l, &d, &err) || ledger_add(d, subject, str_of(words), NULL, &err))
        bail("append", &err);
    return ledger_commit(d, DAY, &err);
}

/* An age_source: what is left of a text. */
static inline int read_memory(void *context, void *p, size_t n, size_t *ret_n, struct err *err)
{
    struct str *left = context;
    (void)err;
    *ret_n = n < left->n ? n : left->n;
    if (*ret_n)
        memcpy(p, left->p, *ret_n);
    *left = str_slice(*left, *ret_n, left->n);
    return 0;
}

/* An age_sink: into a buf. */
static inline int write_buf(void *context, const void *p, size_t n, struct err *err)
{
    (void)err;
    buf_add(context, str_make(p, n));
    return 0;
}

static inline struct id attach_words(struct archive_at *at, struct id subject, struct str words)
{
    struct err err = {0};
    struct ledger_draft *d;
    struct id payload = {0};
    const struct age_source in = {read_memory, &words};
    if (ledger_begin(at->l, &d, &err) || ledger_attach(d, &subject, &in, &payload, &err) ||
        ledger_commit(d, DAY, &err))
        bail("attach", &err);
    return payload;
}

/* ---- reading all of it ---- */

struct reading {
    struct archive_at *at;
    struct buf *out;
    struct arena *a;
};

static inline int read_words(void *context, const struct ledger_bundle *b, struct err *err)
{
    struct reading *to = context;
    ARENA_AUTO a = {0};
    for (size_t i = 0; i < b->bundle.count; i++) {
        struct envelope e;
        struct keys_entry entry = {.envelope = &e, .sealed = b->bundle.payloads[i]};
        int r = envelope_unpack(
            (const unsigned char *)b->bundle.envelopes.p + i * ENVELOPE_SIZE, &e, err);
        if (r)
            return r;
        if (e.type != ENVELOPE_SEALED) {
            buf_add(to->out,
                    e.type == ENVELOPE_CONTROL ? STR("[control]") : STR("[attachment]"));
            continue;
        }
        if (!entry.sealed.p) {
            buf_add(to->out, STR("[shredded]"));
            continue;
        }
        r = keys_open_entries(to->at->keys, &a, &entry, 1, err);
        if (r)
            return r;
        if (entry.result)
            buf_printf(to->out, "[%d]", entry.result);
        buf_add(to->out, entry.plain);
        buf_add_char(to->out, '|');
    }
    return 0;
}

static inline struct str all_words(struct archive_at *at, struct arena *a)
{
    ARENA_AUTO memory = {0};
    BUF_AUTO out;
    buf_init(&out, 1 << 20);
    struct reading to = {at, &out, a};
    struct err err = {0};
    if (ledger_each(at->l, NULL, &memory, read_words, &to, &err))
        bail("read", &err);
    return arena_copy(a, buf_str(&out));
}

static inline int read_bundle(void *context, const struct ledger_bundle *b, struct err *err)
{
    return bundle_print(context, &b->bundle, err);
}

static inline struct str all_bundles(struct archive_at *at, struct arena *a)
{
    ARENA_AUTO memory = {0};
    BUF_AUTO out;
    buf_init(&out, 1 << 24);
    struct err err = {0};
    if (ledger_each(at->l, NULL, &memory, read_bundle, &out, &err))
        bail("export", &err);
    return arena_copy(a, buf_str(&out));
}

/* `to` takes in all that `from` has. */
static inline struct ledger_union exchange(struct archive_at *to, struct archive_at *from)
{
    ARENA_AUTO a = {0};
    struct ledger_union sum = {0};
    struct err err = {0};
    if (ledger_take(to->l, all_bundles(from, &a), "it", &sum, &err))
        bail("take", &err);
    return sum;
}

/* A second device of the same archive, that knows what the first one does. */
static inline void join_archive(struct archive_at *at, struct archive_at *first,
                                const char *name)
{
    struct err err = {0};
    (void)snprintf(at->dir, sizeof at->dir, "%s", vault_dir_path(&archives, name));
    if (keys_join(at->dir, first->keys, &archive_pass, AGE_SCRYPT_MIN, &at->keys, &err) ||
        ledger_create(at->dir, at->keys, DAY, &at->l, &err))
        bail("join an archive", &err);
    (void)exchange(at, first);
}

static inline void copy_archive(const struct archive_at *from, struct archive_at *to,
                                const char *name)
{
    char command[4096];
    (void)snprintf(to->dir, sizeof to->dir, "%s", vault_dir_path(&archives, name));
    (void)snprintf(command, sizeof command, "cp -r '%s' '%s'", from->dir, to->dir);
    if (system(command) != 0)
        exit(1);
}

#endif
