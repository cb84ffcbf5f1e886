/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finding and reading. Rows are gathered before anything is called back or appended, so that
 * whoever is called back may ask again.
 */
#include "vault/archive/parts.h"
#include "view_sql.h"

#include <stdlib.h>

int view_need(const struct archive *a, struct err *err)
{
    return a->view ? 0 : err_set(err, ERR_STATE, "the archive has to be opened again");
}

/* ---- ids ---- */

static int list_some(struct store_query *q, struct str typed, struct err *err)
{
    BUF_AUTO list;
    buf_init(&list, ERR_TEXT_MAX);
    int r, shown = 0;
    do {
        struct id id = {0};
        char text[ID_TEXT + 1];
        struct str bytes = store_blob(q, 0);
        if (bytes.n == ID_SIZE)
            memcpy(id.b, bytes.p, ID_SIZE);
        id_text(id, text);
        buf_printf(&list, "%s%s", shown++ ? ", " : "", text);
    } while ((r = store_step(q, err)) > 0 && shown < 5);
    if (r > 0)
        store_reset(q);
    return r < 0 ? r
                 : err_set(err, ERR_INPUT, "several ids begin with \"%.*s\": %s%s",
                           (int)typed.n, typed.p, list.p, r > 0 ? " …" : "");
}

int archive_find(struct archive *a, struct arena *arena, struct str typed, unsigned kinds,
                 enum record_kind *ret_kind, struct str *ret_id, struct err *err)
{
    char low[ID_TEXT], high[ID_TEXT];
    struct id from, to;
    int r = view_need(a, err);
    if (r)
        return r;
    typed = str_trim(typed);
    bool fits = typed.n >= 4 && typed.n <= ID_TEXT;
    if (fits) {
        memset(low, '0', sizeof low);
        memset(high, 'z', sizeof high);
        memcpy(low, typed.p, typed.n);
        memcpy(high, typed.p, typed.n);
        fits =
            id_parse(str_make(low, ID_TEXT), &from) && id_parse(str_make(high, ID_TEXT), &to);
    }
    int shown = typed.n > ID_TEXT ? ID_TEXT : (int)typed.n;
    if (!fits)
        return err_set(
            err, ERR_INPUT,
            "\"%.*s\" is no id: expected 26 characters from 0-9 and a-z without i, l, "
            "o and u, or at least the first 4 of them",
            shown, typed.n ? typed.p : "");
    const unsigned any = (1u << RECORD_COUNT) - 1;
    struct store_query *q = store_query(a->view, VIEW_IDENT_RANGE);
    store_bind_blob(q, 1, from.b, ID_SIZE);
    store_bind_blob(q, 2, to.b, ID_SIZE);
    store_bind_int(q, 3, kinds ? kinds : any);
    r = store_step(q, err);
    if (!r)
        return err_set(err, ERR_MISSING, "nothing in this archive has the id \"%.*s\"", shown,
                       typed.p);
    if (r < 0)
        return r;
    struct id id = {0};
    struct str bytes = store_blob(q, 0);
    unsigned has = (unsigned)store_int(q, 2) & (kinds ? kinds : any);
    if (bytes.n == ID_SIZE)
        memcpy(id.b, bytes.p, ID_SIZE);
    r = store_step(q, err);
    if (r > 0) {
        store_reset(q);
        q = store_query(a->view, VIEW_IDENT_RANGE);
        store_bind_blob(q, 1, from.b, ID_SIZE);
        store_bind_blob(q, 2, to.b, ID_SIZE);
        store_bind_int(q, 3, kinds ? kinds : any);
        r = store_step(q, err);
        return r > 0 ? list_some(q, typed, err) : r;
    }
    if (r < 0)
        return r;
    *ret_kind = (enum record_kind)__builtin_ctz(has);
    *ret_id = id_print(arena, id);
    return 0;
}

/* The number of an id of a kind; ERR_MISSING. */
int view_number_of(struct archive *a, struct str text, enum record_kind kind, int64_t *ret,
                   struct err *err)
{
    struct id id;
    struct ident have;
    int r = view_need(a, err);
    if (r)
        return r;
    if (!id_parse(text, &id))
        return err_set(err, ERR_INPUT, "\"%.*s\" is no id", text.n > 40 ? 40 : (int)text.n,
                       text.p ? text.p : "");
    r = ids_find(a, id, &have, err);
    if (r)
        return r;
    if (!(have.kinds >> kind & 1))
        return err_set(err, ERR_MISSING, "there is no %s %.*s in this archive",
                       record_shapes[kind].name, (int)text.n, text.p);
    *ret = have.num;
    return 0;
}

/* ---- gathering ---- */

/* The numbers that a statement gives in its first column. */
int view_gather(struct store_query *q, struct arena *arena, int64_t **ret, size_t *ret_count,
                struct err *err)
{
    int64_t *items = NULL;
    size_t count = 0, cap = 0;
    int r;
    while ((r = store_step(q, err)) > 0)
        ARENA_PUSH(arena, items, count, cap, store_int(q, 0));
    *ret = items;
    *ret_count = count;
    return r;
}

int view_gather_kind(struct archive *a, enum record_kind kind, struct arena *arena,
                     int64_t **ret, size_t *ret_count, struct err *err)
{
    struct store_query *q =
        store_query(a->view, kind == RECORD_STATEMENT ? VIEW_STATEMENT_KEYS : VIEW_RECORD_KEYS);
    store_bind_int(q, 1, view_key(kind, 0));
    if (kind != RECORD_STATEMENT)
        store_bind_int(q, 2, view_key((enum record_kind)(kind + 1), 0));
    return view_gather(q, arena, ret, ret_count, err);
}

/* ---- other records ---- */

/* What belongs to an account of which may only be said that it exists is withheld as a whole: not
 * even its coded values are given out, nor how many such records there are. */
static bool is_withheld(const struct record *r, unsigned may)
{
    const unsigned whole = 1u << RECORD_STATEMENT | 1u << RECORD_NODE | 1u << RECORD_CASEWORK |
                           1u << RECORD_ASSESSMENT;
    return whole >> r->kind & 1 && !(may & ~(unsigned)TERMS_EXISTS);
}

/* A current record, masked; `words` says that custody is due before it is given out. */
static int look_record(const struct look *l, int64_t key, struct record *ret, bool *ret_there,
                       struct decision *decision, bool *ret_words, bool *ret_cut,
                       struct err *err)
{
    bool gone;
    *ret_there = false;
    *decision = (struct decision){0};
    int r = view_retracted(l->a, key, &gone, err);
    if (r || gone)
        return r;
    r = view_record(l->a, l->arena, key, ret, ret_there, err);
    if (r || !*ret_there)
        return r;
    r = view_decide(l->a, ret, l->purpose, decision, err);
    if (!r)
        view_mask(ret, decision->may, ret_words, ret_cut);
    *ret_there = !is_withheld(ret, decision->may);
    return r;
}

enum how { HOW_MASKED, HOW_WHOLE, HOW_CODED };

static int read_record(struct archive *a, struct arena *arena, struct str text,
                       enum purpose purpose, enum how how, struct record *ret, struct err *err)
{
    const struct look look = {a, arena, purpose};
    struct id id;
    struct ident have = {0};
    int r = view_need(a, err);
    if (!r && !id_parse(text, &id))
        r = err_set(err, ERR_INPUT, "\"%.*s\" is no id", text.n > 40 ? 40 : (int)text.n,
                    text.p ? text.p : "");
    if (!r)
        r = ids_find(a, id, &have, err);
    if (r)
        return r;
    struct record found;
    struct decision decision = {0};
    bool there = false, words = false, cut = false;
    if (have.kinds) {
        enum record_kind kind = (enum record_kind)__builtin_ctz(have.kinds);
        r = look_record(&look, view_key(kind, have.num), &found, &there, &decision, &words,
                        &cut, err);
    }
    if (!r && !there && decision.may)
        r = err_set(
            err, ERR_REFUSED,
            "the terms of the account that %.*s belongs to allow nothing of it for this "
            "purpose",
            (int)text.n, text.p);
    if (!r && !there)
        r = err_set(err, ERR_MISSING, "there is no record %.*s in this archive%s", (int)text.n,
                    text.p, have.kinds ? ": it was taken back" : "");
    if (!r && how == HOW_WHOLE && cut)
        r = err_set(
            err, ERR_REFUSED,
            "the terms do not let all of %.*s be read, so no new version of it can be made",
            (int)text.n, text.p);
    if (!r && how == HOW_CODED)
        view_code(&found);
    else if (!r && words && decision.sealed)
        r = custody_read(a, &decision.account, 1, purpose, err);
    if (!r)
        *ret = found;
    return r;
}

int archive_record(struct archive *a, struct arena *arena, struct str id, enum purpose purpose,
                   struct record *ret, struct err *err)
{
    return read_record(a, arena, id, purpose, HOW_MASKED, ret, err);
}

int archive_record_whole(struct archive *a, struct arena *arena, struct str id,
                         struct record *ret, struct err *err)
{
    return read_record(a, arena, id, PURPOSE_HELP, HOW_WHOLE, ret, err);
}

int archive_coded(struct archive *a, struct arena *arena, struct str id, enum purpose purpose,
                  struct record *ret, struct err *err)
{
    return read_record(a, arena, id, purpose, HOW_CODED, ret, err);
}

int archive_source_named(struct archive *a, struct arena *arena, struct str name,
                         struct str *ret_id, struct err *err)
{
    int r = view_need(a, err);
    if (r)
        return r;
    BUF_AUTO folded;
    view_fold_name(&folded, name);
    struct store_query *q = store_query(a->view, VIEW_NAMED_FIND);
    store_bind_text(q, 1, buf_str(&folded));
    r = store_step(q, err);
    if (r < 0)
        return r;
    int64_t num = r ? store_int(q, 0) : 0;
    if (r)
        store_reset(q);
    *ret_id = (struct str){0};
    struct id id;
    r = num ? view_id(a, RECORD_SOURCE, num, &id, err) : 0;
    if (!r && num)
        *ret_id = id_print(arena, id);
    return r;
}

int archive_source_of(struct archive *a, struct arena *arena, struct str account,
                      struct str *ret_id, struct err *err)
{
    int64_t num;
    struct standing s = {0};
    struct id id;
    bool there = false;
    int r = view_number_of(a, account, RECORD_ACCOUNT, &num, err);
    if (!r)
        r = view_standing(a, num, &s, &there, err);
    if (!r && (!there || !s.source))
        r = err_set(err, ERR_MISSING, "%.*s has no source", (int)account.n, account.p);
    if (!r)
        r = view_id(a, RECORD_SOURCE, s.source, &id, err);
    if (!r)
        *ret_id = id_print(arena, id);
    return r;
}

/* The keys of a kind, of one account or source or of all. */
static int gather_kind(struct archive *a, enum record_kind kind, struct str of,
                       struct arena *arena, int64_t **ret, size_t *ret_count, struct err *err)
{
    if (!of.p)
        return view_gather_kind(a, kind, arena, ret, ret_count, err);
    struct id id;
    struct ident have = {0};
    int r = id_parse(of, &id) ? ids_find(a, id, &have, err)
                              : err_set(err, ERR_INPUT, "\"%.*s\" is no id",
                                        of.n > 40 ? 40 : (int)of.n, of.p);
    if (r)
        return r;
    *ret_count = 0;
    if (!have.num)
        return 0;
    struct store_query *q;
    if (kind == RECORD_STATEMENT) {
        bool source = have.kinds >> RECORD_SOURCE & 1;
        q = store_query(a->view, source ? VIEW_STATEMENT_KEYS_SOURCE : VIEW_STATEMENT_KEYS_OF);
        store_bind_int(q, 1, have.num);
        store_bind_int(q, 2, view_key(kind, 0));
    } else {
        q = store_query(a->view, VIEW_LINK_KEYS);
        store_bind_int(q, 1, have.num);
        store_bind_int(q, 2, view_key(kind, 0));
        store_bind_int(q, 3, view_key((enum record_kind)(kind + 1), 0));
    }
    return view_gather(q, arena, ret, ret_count, err);
}

int archive_each_record(struct archive *a, struct arena *arena, enum record_kind kind,
                        struct str of, enum purpose purpose,
                        int (*each)(void *context, const struct record *r, struct err *err),
                        void *context, struct err *err)
{
    ARENA_AUTO held = {0};
    ARENA_AUTO one = {0};
    const struct look look = {a, &one, purpose};
    int64_t *keys = NULL;
    struct id *custody = NULL;
    size_t count = 0, custody_count = 0, cap = 0;
    struct record record;
    struct decision decision;
    bool there = false, words = false, cut = false;
    (void)arena;
    int r = view_need(a, err);
    if (!r)
        r = gather_kind(a, kind, of, &held, &keys, &count, err);
    for (size_t i = 0; i < count && !r; i++) {
        arena_reset(&one);
        r = look_record(&look, keys[i], &record, &there, &decision, &words, &cut, err);
        if (r || !there || !words || !decision.sealed)
            continue;
        if (!custody_count || memcmp(&custody[custody_count - 1], &decision.account, ID_SIZE))
            ARENA_PUSH(&held, custody, custody_count, cap, decision.account);
    }
    if (!r)
        r = custody_read(a, custody, custody_count, purpose, err);
    for (size_t i = 0; i < count && !r; i++) {
        arena_reset(&one);
        r = look_record(&look, keys[i], &record, &there, &decision, &words, &cut, err);
        if (!r && there)
            r = each(context, &record, err);
    }
    return r;
}

int archive_each_coded(struct archive *a, enum record_kind kind, struct str of,
                       enum purpose purpose,
                       int (*each)(void *context, const struct record *r, struct err *err),
                       void *context, struct err *err)
{
    ARENA_AUTO held = {0};
    ARENA_AUTO one = {0};
    const struct look look = {a, &one, purpose};
    int64_t *keys = NULL;
    size_t count = 0;
    int r = view_need(a, err);
    if (!r)
        r = gather_kind(a, kind, of, &held, &keys, &count, err);
    for (size_t i = 0; i < count && !r; i++) {
        struct record record;
        struct decision decision;
        bool there = false, words = false, cut = false;
        arena_reset(&one);
        r = look_record(&look, keys[i], &record, &there, &decision, &words, &cut, err);
        if (r || !there)
            continue;
        view_code(&record);
        r = each(context, &record, err);
    }
    return r;
}

int archive_figures_on(struct archive *a, struct arena *arena, struct str account,
                       struct str **ret_ids, size_t *ret_count, struct err *err)
{
    ARENA_AUTO held = {0};
    int64_t *keys = NULL;
    size_t count = 0, n = 0, cap = 0;
    struct str *ids = NULL;
    int r = view_need(a, err);
    if (!r)
        r = gather_kind(a, RECORD_SUPPORT, account, &held, &keys, &count, err);
    for (size_t i = 0; i < count && !r; i++) {
        struct record support;
        struct ident have = {0};
        struct id figure;
        bool there = false, gone;
        r = view_retracted(a, keys[i], &gone, err);
        if (!r && !gone)
            r = view_record(a, &held, keys[i], &support, &there, err);
        if (r || gone || !there || !id_parse(support.u.support.figure, &figure))
            continue;
        r = ids_find(a, figure, &have, err);
        if (!r)
            r = view_retracted(a, view_key(RECORD_FIGURE, have.num), &gone, err);
        bool listed = gone;
        for (size_t j = 0; j < n; j++)
            listed |= str_eq(ids[j], support.u.support.figure);
        if (!r && !listed)
            ARENA_PUSH(arena, ids, n, cap, id_print(arena, figure));
    }
    if (!r) {
        *ret_ids = ids;
        *ret_count = n;
    }
    return r;
}
