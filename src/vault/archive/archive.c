/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault/archive/archive.h"

#include "vault/archive/parts.h"

#include <stdlib.h>

static char *keep(struct str s)
{
    char *p = malloc(s.n + 1);
    if (!p)
        err_die("out of memory");
    if (s.n)
        memcpy(p, s.p, s.n);
    p[s.n] = '\0';
    return p;
}

/* ---- the view: as it was saved, then what came after; or all of it anew ---- */

static void drop_view(struct archive *a)
{
    ids_drop(a);
    store_close(a->view);
    a->view = NULL;
    arena_reset(&a->heads_arena);
    a->heads = NULL;
    a->head_count = 0;
    a->ident_count = a->word_count = 0;
    a->place = (struct ledger_place){0};
    a->begun = a->retracts = a->again = a->saved = false;
    a->counts = (struct archive_counts){0};
    a->unsaved = 0;
}

static int make_view(struct archive *a, struct err *err)
{
    drop_view(a);
    ids_begin(a);
    int r = store_open_memory(&view_shape, &a->view, err);
    if (!r)
        r = fold_tail(a, err);
    if (r)
        drop_view(a);
    return r;
}

static int open_view(struct archive *a, struct err *err)
{
    struct err why;
    if (a->as_of)
        return make_view(a, err);
    int r = snapshot_load(a, &why);
    if (r == ERR_CANCELLED) {
        *err = why;
        return r;
    }
    if (r) {
        if (r != ERR_MISSING && view_say(a, why.text, 0, 0))
            return err_set(err, ERR_CANCELLED, "stopped while opening the archive");
        return make_view(a, err);
    }
    return archive_refresh(a, err);
}

int archive_refresh(struct archive *a, struct err *err)
{
    if (!a->view)
        return err_set(err, ERR_STATE, "the archive has to be opened again");
    const uint64_t unsaved = a->unsaved;
    int r = fold_tail(a, err);
    if (a->again)
        return make_view(a, err);
    struct err why;
    if (r) { /* the tables are as they were; so is the rest */
        a->unsaved = unsaved;
        if (view_take_state(a, &why))
            drop_view(a);
    }
    return r;
}

int archive_open(const struct archive_options *options, struct keys *keys, struct archive **ret,
                 struct err *err)
{
    struct archive *a = calloc(1, sizeof *a);
    if (!a)
        err_die("out of memory");
    *a = (struct archive){
        .dir = keep(str_of(options->dir)),
        .today = keep(options->today),
        .actor = keep(options->actor),
        .pool = options->pool,
        .write = options->write,
        .progress = options->progress,
        .context = options->context,
        .keys = keys,
        .as_of = options->as_of,
        .as_of_count = options->as_of_count,
    };
    keys_set_pool(keys, options->pool);
    int r = ledger_open(options->dir, keys, options->write, &a->ledger, err);
    if (!r)
        r = open_view(a, err);
    if (r) {
        archive_drop(a);
        return r;
    }
    *ret = a;
    return 0;
}

void archive_drop(struct archive *a)
{
    if (!a)
        return;
    drop_view(a);
    find_close(a);
    custody_free(a);
    arena_free(&a->heads_arena);
    if (a->ledger)
        ledger_close(a->ledger);
    free(a->dir);
    free(a->today);
    free(a->actor);
    free(a);
}

int archive_close(struct archive *a, struct err *err)
{
    struct err why;
    (void)err;
    /* What could not be saved is made again; the ledger has everything. Only who holds the lock
     * saves: a reader could bring back what is just being shredded. */
    if (a->write && !a->as_of && snapshot_pays(a) && snapshot_save(a, &why))
        (void)view_say(a, why.text, 0, 0);
    if (a->write && !a->as_of && find_save(a, &why))
        (void)view_say(a, why.text, 0, 0);
    archive_drop(a);
    return 0;
}

struct ledger *archive_ledger(struct archive *a)
{
    return a->ledger;
}

struct str archive_today(const struct archive *a)
{
    return str_of(a->today);
}

struct str archive_actor(const struct archive *a)
{
    return str_of(a->actor);
}

struct archive_counts archive_count(const struct archive *a)
{
    return a->counts;
}

int archive_rebuild(struct archive *a, struct err *err)
{
    find_close(a);
    int r = a->write ? snapshot_remove(a, err) : 0;
    return r ? r : make_view(a, err);
}

int archive_dump(struct archive *a, struct buf *out, struct err *err)
{
    return store_dump(a->view, out, err);
}

/* ---- shredding ---- */

/* Who speaks in an account, or spoke there in a version that was superseded. */
struct speakers {
    struct archive *a;
    struct arena arena;
    struct str account;
    struct id *ids;
    size_t count, cap;
};

static int take_speaker(void *context, const struct record *r, const struct envelope *envelope,
                        struct err *err)
{
    (void)envelope;
    (void)err;
    struct speakers *s = context;
    struct str source = {0};
    struct id id;
    if (r->kind == RECORD_STATEMENT && str_eq(r->u.statement.account, s->account))
        source = r->u.statement.source;
    if (r->kind == RECORD_ACCOUNT && str_eq(r->u.account.id, s->account))
        source = r->u.account.source;
    bool listed = !source.p || !id_parse(source, &id);
    for (size_t i = 0; i < s->count && !listed; i++)
        listed = memcmp(s->ids[i].b, id.b, ID_SIZE) == 0;
    if (!listed)
        ARENA_PUSH(&s->arena, s->ids, s->count, s->cap, id);
    return 0;
}

/* The account, and of its speakers those of whom no other account speaks: their names and
 * descriptions are words of this one. */
static int gather_subjects(struct speakers *s, int64_t account, struct id **ret,
                           size_t *ret_count, struct err *err)
{
    int r = fold_each(s->a, NULL, take_speaker, s, err);
    struct id *subjects = ARENA_NEW(&s->arena, s->count + 1, struct id);
    size_t n = 0;
    if (!r && !id_parse(s->account, &subjects[n++]))
        r = err_set(err, ERR_BUG, "the view: an id of another form");
    for (size_t i = 0; i < s->count && !r; i++) {
        struct ident have;
        size_t others = 0;
        r = ids_find(s->a, s->ids[i], &have, err);
        if (!r)
            r = view_source_others(s->a, have.num, account, &others, err);
        if (!others)
            subjects[n++] = s->ids[i];
    }
    *ret = subjects;
    *ret_count = n;
    return r;
}

int archive_shred(struct archive *a, struct str account, struct err *err)
{
    struct speakers s = {.a = a, .account = account};
    struct id id, *subjects = NULL;
    size_t count = 0;
    struct ident have;
    if (!a->write || !a->view)
        return err_set(err, ERR_STATE, "the archive is open for reading only");
    if (!id_parse(account, &id))
        return err_set(err, ERR_INPUT, "\"%.*s\" is no id",
                       account.n > 40 ? 40 : (int)account.n, account.p ? account.p : "");
    int r = ids_find(a, id, &have, err);
    if (!r && !(have.kinds >> RECORD_ACCOUNT & 1))
        r = err_set(err, ERR_MISSING, "there is no account %.*s in this archive",
                    (int)account.n, account.p);
    if (!r)
        r = gather_subjects(&s, have.num, &subjects, &count, err);
    if (!r) {
        /* The index and the custody of this action know the account too. */
        find_close(a);
        custody_free(a);
        a->saved = false;
        r = ledger_shred(a->ledger, subjects, count, str_of(a->today), err);
        struct err why;
        int e = make_view(a, r ? &why : err);
        r = r ? r : e;
    }
    arena_free(&s.arena);
    return r;
}
