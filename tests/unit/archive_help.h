/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tests/unit/archive_help: an archive in a folder of a test, and short ways to make records.
 */
#ifndef DEPONENT_TESTS_ARCHIVE_HELP_H
#define DEPONENT_TESTS_ARCHIVE_HELP_H

#include "model/card.h"
#include "tap.h"
#include "vault/archive/archive.h"
#include "vault_dir.h"

#define TODAY  STR("2026-11-23")
#define FOR(x) (1u << PURPOSE_##x)

struct world {
    char dir[1024];
    struct keys *keys;
    struct archive *a;
    struct arena arena; /* of ids and records */
    struct err err;
    char said[4096]; /* sentences of progress, without those of folding */
};

static struct vault_dir worlds;
static struct secret world_pass;

static inline void worlds_begin(void)
{
    secret_init();
    secret_set(&world_pass, "correct horse", 13);
    vault_dir_make(&worlds);
}

static inline void worlds_end(void)
{
    secret_free(&world_pass);
    vault_dir_remove(&worlds);
}

static inline bool world_hear(void *context, const char *what, uint64_t done, uint64_t all)
{
    struct world *w = context;
    (void)done;
    size_t n = strlen(w->said);
    if (!all)
        (void)snprintf(w->said + n, sizeof w->said - n, "%s. ", what);
    return false;
}

static inline void world_bail(const char *what, const struct err *err)
{
    printf("Bail out! %s: %s\n", what, err->text);
    exit(1);
}

static inline int world_try_open(struct world *w, bool write, struct str today)
{
    w->said[0] = '\0';
    const struct archive_options options = {
        .dir = w->dir,
        .today = today,
        .actor = STR("tester"),
        .write = write,
        .progress = world_hear,
        .context = w,
    };
    int r = keys_open(w->dir, &world_pass, &w->keys, &w->err);
    if (!r)
        r = archive_open(&options, w->keys, &w->a, &w->err);
    return r;
}

static inline void world_open(struct world *w)
{
    if (world_try_open(w, true, TODAY))
        world_bail("open an archive", &w->err);
}

static inline void world_close(struct world *w, bool save)
{
    if (!save)
        archive_drop(w->a);
    else if (archive_close(w->a, &w->err))
        world_bail("close an archive", &w->err);
    keys_close(w->keys);
    w->a = NULL;
    w->keys = NULL;
}

static inline void world_make(struct world *w, const char *name)
{
    struct ledger *l = NULL;
    memset(w, 0, sizeof *w);
    (void)snprintf(w->dir, sizeof w->dir, "%s", vault_dir_path(&worlds, name));
    if (keys_create(w->dir, &world_pass, AGE_SCRYPT_MIN, &w->keys, &w->err) ||
        ledger_create(w->dir, w->keys, TODAY, &l, &w->err))
        world_bail("make an archive", &w->err);
    ledger_close(l);
    keys_close(w->keys);
    world_open(w);
}

static inline void world_end(struct world *w, bool save)
{
    world_close(w, save);
    arena_free(&w->arena);
}

/* ---- records ---- */

static inline struct str new_id(struct world *w)
{
    return id_print(&w->arena, id_new());
}

static inline struct record make_source(struct world *w, const char *name, const char *said)
{
    struct record r;
    record_init(&r, RECORD_SOURCE);
    r.u.source.id = new_id(w);
    r.u.source.name = str_of(name);
    r.u.source.description = str_of(said);
    r.u.source.basis = BASIS_WITNESS;
    return r;
}

static inline struct record make_account(struct world *w, struct str source, const char *text)
{
    struct record r;
    record_init(&r, RECORD_ACCOUNT);
    r.u.account.id = new_id(w);
    r.u.account.source = source;
    r.u.account.channel = STR("hotline");
    r.u.account.received = STR("2026-11-20");
    r.u.account.language = STR("en");
    r.u.account.text = str_of(text);
    return r;
}

static inline struct record make_terms(struct world *w, struct str of,
                                       enum attribution attribution, unsigned purposes)
{
    struct record r;
    record_init(&r, RECORD_TERMS);
    r.u.terms.id = new_id(w);
    r.u.terms.of = of;
    r.u.terms.attribution = attribution;
    r.u.terms.purposes = purposes;
    return r;
}

static inline struct record make_statement(struct world *w, struct str account,
                                           const char *whom, double how_many)
{
    struct record r;
    record_init(&r, RECORD_STATEMENT);
    struct record_statement *s = &r.u.statement;
    s->id = new_id(w);
    s->account = account;
    s->stance = STANCE_REPORTS;
    s->who = STR("the guard of the gate");
    s->act = STR("Held without food");
    s->whom = str_of(whom);
    s->when = STR("2026-10-04");
    s->where = STR("Port Halden");
    s->precision = PRECISION_NEAR;
    s->low = s->best = s->high = how_many;
    s->begin = 3;
    s->end = 17;
    s->bound = FIGURE_EXACT;
    s->unit = UNIT_INDIVIDUAL;
    s->rule = STR("quote-after-cue");
    s->review = REVIEW_ACCEPTED;
    return r;
}

static inline struct record make_retraction(struct world *w, const struct str *of, size_t count)
{
    struct record r;
    record_init(&r, RECORD_CONTROL);
    r.u.control.id = new_id(w);
    r.u.control.act = CONTROL_RETRACT;
    r.u.control.of = (struct str_list){of, count};
    r.u.control.day = TODAY;
    r.u.control.by = STR("tester");
    return r;
}

static inline void add(struct world *w, const struct record *r, size_t count)
{
    if (archive_append(w->a, r, count, &w->err))
        world_bail("append", &w->err);
}

static inline struct str print_card(struct arena *a, const struct record *r)
{
    BUF_AUTO out;
    struct err err;
    buf_init(&out, RECORD_MAX);
    return card_print(&out, r, &err) ? STR("(unprintable)") : arena_copy(a, buf_str(&out));
}

static inline struct str dump(struct world *w)
{
    BUF_AUTO out;
    buf_init(&out, (size_t)256 << 20);
    if (archive_dump(w->a, &out, &w->err))
        world_bail("dump", &w->err);
    return arena_copy(&w->arena, buf_str(&out));
}

/* How often `each` is called. */
static inline int count_record(void *context, const struct record *r, struct err *err)
{
    (void)r;
    (void)err;
    ++*(size_t *)context;
    return 0;
}

static inline size_t count_of(struct world *w, enum record_kind kind, struct str of)
{
    size_t n = 0;
    if (archive_each_record(w->a, &w->arena, kind, of, PURPOSE_HELP, count_record, &n, &w->err))
        world_bail("each record", &w->err);
    return n;
}

#endif
