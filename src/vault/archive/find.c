/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The search index: made at the first search, kept beside the view as a snapshot of its own, and
 * added to at the next search when the ledger has grown at its end.
 *
 * Words get into it when help was consented to and they may be quoted (of a source: what of it
 * may be said). Terms that were narrowed later leave rows behind that are never given out, as
 * search.c looks at the terms of the day; they go when the index is made anew.
 */
#include "vault/archive/find.h"
#include "find_sql.h"
#include "view_sql.h"

#include <stdlib.h>

#define SAVE_DOCS  2000
#define SAVE_BYTES ((size_t)4 << 20)
#define DOC_MAX    ((size_t)RECORD_MAX)

const struct store_shape find_shape = {
    .what = "the search index",
    .schema = find_schema,
    .version = ARCHIVE_VERSION,
    .statements = find_statements,
    .count = FIND_STATEMENT_COUNT,
};

const unsigned find_kinds = 1u << RECORD_ACCOUNT | 1u << RECORD_SOURCE |
                            1u << RECORD_STATEMENT | 1u << RECORD_NODE | 1u << RECORD_CASEWORK;

void find_close(struct archive *a)
{
    if (!a->find)
        return;
    store_close(a->find->store);
    free(a->find);
    a->find = NULL;
}

/* ---- its state ---- */

static int take_state(struct find *f, struct err *err)
{
    struct store_query *q = store_query(f->store, FIND_STATE_GET);
    store_bind_text(q, 1, STR("reach"));
    int r = store_step(q, err);
    struct str value = r > 0 ? store_blob(q, 0) : (struct str){0};
    bool fits = value.n == sizeof f->reach;
    if (fits)
        memcpy(&f->reach, value.p, sizeof f->reach);
    if (r > 0)
        store_reset(q);
    if (r < 0 || !fits)
        return r < 0 ? r
                     : err_set(err, ERR_INPUT, "the search index does not say how far it goes");
    q = store_query(f->store, FIND_DOC_LAST);
    r = store_step(q, err);
    if (r > 0) {
        f->last = store_int(q, 0);
        store_reset(q);
    }
    return r < 0 ? r : 0;
}

static int put_state(struct archive *a, struct err *err)
{
    struct find *f = a->find;
    f->reach = (struct find_reach){a->place, a->counts.bundles};
    struct store_query *q = store_query(f->store, FIND_STATE_PUT);
    store_bind_text(q, 1, STR("reach"));
    store_bind_blob(q, 2, &f->reach, sizeof f->reach);
    return store_run(q, err);
}

/* ---- adding ---- */

static int put_doc(struct archive *a, enum record_kind kind, const struct id *id,
                   struct str text, struct err *err)
{
    struct find *f = a->find;
    if (!text.n)
        return 0;
    struct store_query *q = store_query(f->store, FIND_ENTRY_PUT);
    store_bind_int(q, 1, ++f->last);
    store_bind_text(q, 2, text);
    int r = store_run(q, err);
    if (r)
        return r;
    q = store_query(f->store, FIND_DOC_PUT);
    store_bind_int(q, 1, f->last);
    store_bind_int(q, 2, kind);
    store_bind_blob(q, 3, id->b, ID_SIZE);
    f->fresh++;
    return store_run(q, err);
}

int find_look(struct archive *a, struct arena *arena, int64_t key, struct find_look *ret,
              struct err *err)
{
    struct record *r = &ret->record;
    struct decision decision;
    bool gone, there, words, cut;
    ret->text = (struct str){0};
    int e = view_retracted(a, key, &gone, err);
    if (e || gone)
        return e;
    e = view_record(a, arena, key, r, &there, err);
    if (e || !there)
        return e;
    e = view_decide(a, r, PURPOSE_HELP, &decision, err);
    if (e || !(decision.may & TERMS_QUOTE))
        return e;
    view_mask(r, decision.may, &words, &cut);
    ret->account = decision.account;
    ret->sealed = decision.sealed;
    BUF_AUTO text;
    buf_init(&text, DOC_MAX);
    view_text(&text, r);
    ret->text = text.n ? arena_copy(arena, buf_str(&text)) : (struct str){0};
    return 0;
}

static int add_key(struct archive *a, struct arena *arena, int64_t key, struct err *err)
{
    struct find_look look;
    struct id id;
    arena_reset(arena);
    int r = find_look(a, arena, key, &look, err);
    if (r || !look.text.n || !id_parse(place_id(&look.record), &id))
        return r;
    return put_doc(a, view_kind(key), &id, look.text, err);
}

/* All of a kind but statements. */
static int add_kind(struct archive *a, enum record_kind kind, struct err *err)
{
    ARENA_AUTO arena = {0};
    ARENA_AUTO held = {0};
    int64_t *keys;
    size_t count;
    int r = view_gather_kind(a, kind, &held, &keys, &count, err);
    for (size_t i = 0; !r && i < count; i++)
        r = add_key(a, &arena, keys[i], err);
    return r;
}

/* ---- all statements, of which there are many: row by row, what repeats is asked once ---- */

struct sweep {
    struct archive *a;
    struct arena arena;
    uint8_t *may; /* by number of account: 1 no, 2 yes */
    struct str *texts;
    struct buf text;
    uint64_t done;
};

static void take_may(void *context, const struct standing *s)
{
    struct sweep *w = context;
    w->may[s->account] = (terms_allow(&s->terms, PURPOSE_HELP) & TERMS_QUOTE) != 0;
}

static int add_word(struct sweep *w, int64_t num, struct err *err)
{
    if (!num)
        return 0;
    if (!w->texts[num].p) {
        int r = view_word(w->a, &w->arena, num, &w->texts[num], err);
        if (r)
            return r;
    }
    buf_add(&w->text, w->texts[num]);
    buf_add_char(&w->text, '\n');
    return 0;
}

static int add_row(struct sweep *w, struct store_query *q, struct err *err)
{
    bool gone;
    int r = view_retracted(w->a, view_key(RECORD_STATEMENT, store_int(q, 0)), &gone, err);
    if (r || gone || !w->may[store_int(q, 2)])
        return r;
    struct id id = {0};
    struct str bytes = store_blob(q, 1);
    if (bytes.n == ID_SIZE)
        memcpy(id.b, bytes.p, ID_SIZE);
    buf_clear(&w->text);
    buf_add(&w->text, store_text(q, 5));
    buf_add_char(&w->text, '\n');
    r = add_word(w, store_int(q, 3), err);
    if (!r)
        r = add_word(w, store_int(q, 4), err);
    buf_add(&w->text, store_text(q, 6));
    if (w->text.n <= 1)
        return r;
    return r ? r : put_doc(w->a, RECORD_STATEMENT, &id, buf_str(&w->text), err);
}

static int add_statements(struct archive *a, struct err *err)
{
    struct sweep w = {.a = a};
    w.may = ARENA_NEW(&w.arena, (size_t)a->ident_count + 1, uint8_t);
    w.texts = ARENA_NEW(&w.arena, (size_t)a->word_count + 1, struct str);
    buf_init(&w.text, DOC_MAX);
    int r = view_each_standing(a, take_may, &w, err), e = 0;
    struct store_query *q = store_query(a->view, VIEW_STATEMENT_WORDS);
    store_bind_int(q, 1, 0);
    while (!r && (e = store_step(q, err)) > 0) {
        r = add_row(&w, q, err);
        if (!r && ++w.done % 10000 == 0 &&
            view_say(a, "making the search index", w.done, (uint64_t)a->ident_count))
            r = err_set(err, ERR_CANCELLED, "stopped while making the search index");
    }
    if (e > 0)
        store_reset(q);
    buf_free(&w.text);
    arena_free(&w.arena);
    return r ? r : e < 0 ? e : 0;
}

static int set(struct find *f, const char *name, int64_t value, struct err *err)
{
    struct store_query *q = store_query(f->store, FIND_ENTRY_SET);
    store_bind_text(q, 1, str_of(name));
    store_bind_int(q, 2, value);
    return store_run(q, err);
}

static int make_index(struct archive *a, struct err *err)
{
    find_close(a);
    a->find = calloc(1, sizeof *a->find);
    if (!a->find)
        err_die("out of memory");
    int r = store_open_memory(&find_shape, &a->find->store, err);
    if (!r)
        r = store_begin(a->find->store, err);
    if (!r)
        r = set(a->find, "hashsize", FIND_HASH, err);
    for (int kind = 0; kind < RECORD_COUNT && !r; kind++)
        if (find_kinds >> kind & 1)
            r = kind == RECORD_STATEMENT ? add_statements(a, err)
                                         : add_kind(a, (enum record_kind)kind, err);
    if (!r)
        r = put_state(a, err);
    if (!r)
        r = store_commit(a->find->store, err);
    if (r)
        find_close(a);
    return r;
}

/* ---- what came since ---- */

struct touched {
    struct archive *a;
    struct arena arena;
    int64_t *keys;
    size_t count, cap;
};

/* New versions, and with new terms everything of their account. */
static int touch(void *context, const struct record *r, const struct envelope *envelope,
                 struct err *err)
{
    (void)envelope;
    struct touched *t = context;
    struct id id;
    struct ident have;
    bool terms = r->kind == RECORD_TERMS;
    if ((!terms && !(find_kinds >> r->kind & 1)) ||
        !id_parse(terms ? r->u.terms.of : place_id(r), &id))
        return 0;
    int e = ids_find(t->a, id, &have, err);
    if (e || !have.num)
        return e;
    const enum record_kind kind = terms ? RECORD_ACCOUNT : r->kind;
    ARENA_PUSH(&t->arena, t->keys, t->count, t->cap, view_key(kind, have.num));
    if (kind != RECORD_ACCOUNT)
        return 0;
    struct standing s;
    bool there;
    e = view_standing(t->a, have.num, &s, &there, err);
    if (!e && there && s.source)
        ARENA_PUSH(&t->arena, t->keys, t->count, t->cap, view_key(RECORD_SOURCE, s.source));
    if (e || !terms)
        return e;
    static const struct {
        size_t statement;
        enum record_kind kind;
    } of[] = {{VIEW_STATEMENT_KEYS_OF, RECORD_STATEMENT},
              {VIEW_LINK_KEYS, RECORD_NODE},
              {VIEW_LINK_KEYS, RECORD_CASEWORK}};
    for (size_t i = 0; i < 3 && !e; i++) {
        struct store_query *q = store_query(t->a->view, of[i].statement);
        store_bind_int(q, 1, have.num);
        store_bind_int(q, 2, view_key(of[i].kind, 0));
        if (of[i].statement == VIEW_LINK_KEYS)
            store_bind_int(q, 3, view_key((enum record_kind)(of[i].kind + 1), 0));
        while ((e = store_step(q, err)) > 0)
            ARENA_PUSH(&t->arena, t->keys, t->count, t->cap, store_int(q, 0));
    }
    return e;
}

static int add_tail(struct archive *a, struct err *err)
{
    struct touched t = {.a = a};
    ARENA_AUTO arena = {0};
    int r = fold_each(a, &a->find->reach.place, touch, &t, err);
    if (!r)
        r = store_begin(a->find->store, err);
    for (size_t i = 0; i < t.count && !r; i++)
        r = add_key(a, &arena, t.keys[i], err);
    if (!r)
        r = put_state(a, err);
    if (!r)
        r = store_commit(a->find->store, err);
    arena_free(&t.arena);
    if (r)
        find_close(a);
    return r;
}

/* As it was saved, if that is on the way to what the ledger holds. */
static int load_index(struct archive *a, struct err *err)
{
    struct store *s;
    int r = snapshot_read(a, "find.age", &find_shape, &s, err);
    if (r)
        return r;
    a->find = calloc(1, sizeof *a->find);
    if (!a->find)
        err_die("out of memory");
    a->find->store = s;
    a->find->saved = true;
    r = take_state(a->find, err);
    if (r)
        find_close(a);
    return r;
}

/* Nothing came in before where it ends. */
static int is_on_the_way(struct archive *a, bool *ret, struct err *err)
{
    uint64_t bundles;
    int r = ledger_count_upto(a->ledger, &a->find->reach.place, &bundles, err);
    *ret = !r && bundles == a->find->reach.bundles;
    return r;
}

int find_open(struct archive *a, struct err *err)
{
    struct err why;
    if (!a->find && load_index(a, &why) && view_say(a, "making the search index", 0, 0))
        return err_set(err, ERR_CANCELLED, "stopped while making the search index");
    bool good = false;
    int r = a->find ? is_on_the_way(a, &good, err) : 0;
    if (r)
        return r;
    if (!good)
        return make_index(a, err);
    if (!memcmp(&a->find->reach.place, &a->place, sizeof a->place))
        return 0;
    return add_tail(a, err);
}

int find_save(struct archive *a, struct err *err)
{
    struct find *f = a->find;
    if (!f || (f->saved && !f->fresh))
        return 0;
    if (f->saved && f->fresh < SAVE_DOCS && store_bytes(f->store).n > SAVE_BYTES)
        return 0;
    return snapshot_write(a, "find.age", &find_shape, f->store, err);
}
