/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From rows back to records, and what the terms of the accounts behind a record allow.
 */
#include "vault/archive/parts.h"
#include "view_sql.h"

#include <stdlib.h>

/* ---- rows to records ---- */

int view_word(struct archive *a, struct arena *arena, int64_t num, struct str *ret,
              struct err *err)
{
    *ret = (struct str){0};
    if (!num)
        return 0;
    struct store_query *q = store_query(a->view, VIEW_WORD_GET);
    store_bind_int(q, 1, num);
    int r = store_step(q, err);
    if (r <= 0)
        return r ? r : err_set(err, ERR_BUG, "the view: a word is missing");
    *ret = view_copy(arena, store_text(q, 0));
    store_reset(q);
    return 0;
}

struct str view_copy(struct arena *arena, struct str s)
{
    if (!s.p)
        return s;
    struct str copy = arena_copy(arena, s);
    return copy.p ? copy : STR("");
}

int view_id(struct archive *a, enum record_kind kind, int64_t num, struct id *ret,
            struct err *err)
{
    static const struct {
        size_t statement;
        int column;
    } asked[] = {{VIEW_RECORD_GET, 1}, {VIEW_GONE_ID, 0}, {VIEW_IDENT_ID, 0}};
    for (size_t i = 0; i < 3; i++) {
        struct store_query *q = store_query(a->view, asked[i].statement);
        store_bind_int(q, 1, i ? num : view_key(kind, num));
        int r = store_step(q, err);
        if (r < 0)
            return r;
        struct str id = r ? store_blob(q, asked[i].column) : (struct str){0};
        bool there = id.n == ID_SIZE;
        if (there)
            memcpy(ret->b, id.p, ID_SIZE);
        if (r)
            store_reset(q);
        if (there)
            return 0;
    }
    return err_set(err, ERR_BUG, "the view: a number without an id");
}

static int print_id(struct archive *a, struct arena *arena, enum record_kind kind, int64_t num,
                    struct str *ret, struct err *err)
{
    struct id id;
    int r = num ? view_id(a, kind, num, &id, err) : 0;
    if (r || !num)
        return r;
    *ret = id_print(arena, id);
    return 0;
}

/* The columns of statement_get; numbers of words go into `words`. */
static void take_columns(struct store_query *q, struct arena *arena, struct record_statement *s,
                         struct id *id, int64_t numbers[6])
{
    struct str bytes = store_blob(q, 1);
    if (bytes.n == ID_SIZE)
        memcpy(id->b, bytes.p, ID_SIZE);
    numbers[0] = store_int(q, 2); /* account */
    numbers[1] = store_int(q, 3); /* act, where, when, rule */
    numbers[2] = store_int(q, 4);
    numbers[3] = store_int(q, 5);
    numbers[4] = store_int(q, 19);
    numbers[5] = store_int(q, 8); /* source */
    s->unit = (enum counting_unit)store_int(q, 6);
    s->review = (enum review)store_int(q, 7);
    s->stance = (enum stance)store_int(q, 9);
    s->denial = (enum denial_kind)store_int(q, 10);
    s->precision = (enum precision)store_int(q, 11);
    s->bound = (enum figure_bound)store_int(q, 12);
    s->basis = (enum basis)store_int(q, 13);
    s->low = store_real(q, 14);
    s->best = store_real(q, 15);
    s->high = store_real(q, 16);
    s->begin = store_real(q, 17);
    s->end = store_real(q, 18);
    s->who = view_copy(arena, store_text(q, 20));
    s->whom = view_copy(arena, store_text(q, 21));
}

static int take_statement(struct archive *a, struct arena *arena, int64_t num,
                          struct record *ret, bool *ret_there, struct err *err)
{
    struct store_query *q = store_query(a->view, VIEW_STATEMENT_GET);
    store_bind_int(q, 1, num);
    int r = store_step(q, err);
    *ret_there = r > 0;
    if (r <= 0)
        return r;
    struct id id = {0};
    int64_t n[6];
    record_init(ret, RECORD_STATEMENT);
    struct record_statement *s = &ret->u.statement;
    take_columns(q, arena, s, &id, n);
    store_reset(q);
    s->id = id_print(arena, id);
    r = print_id(a, arena, RECORD_ACCOUNT, n[0], &s->account, err);
    if (!r)
        r = view_word(a, arena, n[1], &s->act, err);
    if (!r)
        r = view_word(a, arena, n[2], &s->where, err);
    if (!r)
        r = view_word(a, arena, n[3], &s->when, err);
    if (!r)
        r = view_word(a, arena, n[4], &s->rule, err);
    return r ? r : print_id(a, arena, RECORD_SOURCE, n[5], &s->source, err);
}

int view_record(struct archive *a, struct arena *arena, int64_t key, struct record *ret,
                bool *ret_there, struct err *err)
{
    if (view_kind(key) == RECORD_STATEMENT)
        return take_statement(a, arena, view_num(key), ret, ret_there, err);
    struct store_query *q = store_query(a->view, VIEW_RECORD_GET);
    store_bind_int(q, 1, key);
    int r = store_step(q, err);
    *ret_there = r > 0;
    if (r <= 0)
        return r;
    struct str card = store_text(q, 2);
    size_t line = 0;
    bool end;
    r = card_next(arena, &card, &line, "the view", ret, &end, err);
    store_reset(q);
    return r;
}

/* ---- terms ---- */

static void take_standing(const struct archive *a, struct store_query *q, struct standing *ret)
{
    ret->account = store_int(q, 0);
    ret->source = store_int(q, 1);
    ret->published = store_int(q, 2) != 0;
    const struct record_terms terms = {
        .attribution = (enum attribution)store_int(q, 4),
        .purposes = (unsigned)store_int(q, 5),
        .expires = store_text(q, 6),
        .withdrawn = store_text(q, 7),
    };
    ret->terms = terms_of(store_int(q, 3) ? &terms : NULL, ret->published, str_of(a->today));
}

int view_standing(struct archive *a, int64_t account, struct standing *ret, bool *ret_there,
                  struct err *err)
{
    struct store_query *q = store_query(a->view, VIEW_STANDING_GET);
    store_bind_int(q, 1, account);
    int r = store_step(q, err);
    *ret_there = r > 0;
    if (r > 0) {
        take_standing(a, q, ret);
        store_reset(q);
    }
    return r < 0 ? r : 0;
}

int view_each_standing(struct archive *a, void (*each)(void *context, const struct standing *s),
                       void *context, struct err *err)
{
    struct store_query *q = store_query(a->view, VIEW_STANDING_ALL);
    int r;
    while ((r = store_step(q, err)) > 0) {
        struct standing s;
        take_standing(a, q, &s);
        each(context, &s);
    }
    return r;
}

static int account_may(struct archive *a, int64_t account, enum purpose purpose,
                       unsigned *ret_may, struct err *err)
{
    struct standing s;
    bool there;
    int r = view_standing(a, account, &s, &there, err);
    if (!r)
        *ret_may = there ? terms_allow(&s.terms, purpose) : TERMS_EXISTS;
    return r;
}

/* The keys of accounts that speak of a source. */
static int gather_accounts(struct archive *a, int64_t source, struct arena *arena,
                           int64_t **ret, size_t *ret_count, struct err *err)
{
    struct store_query *q = store_query(a->view, VIEW_SOURCE_ACCOUNTS);
    store_bind_int(q, 1, source);
    store_bind_int(q, 2, view_key(RECORD_ACCOUNT, 0));
    store_bind_int(q, 3, view_key(RECORD_ACCOUNT + 1, 0));
    return view_gather(q, arena, ret, ret_count, err);
}

int view_source_others(struct archive *a, int64_t source, int64_t account, size_t *ret,
                       struct err *err)
{
    ARENA_AUTO arena = {0};
    int64_t *keys;
    size_t count;
    int r = gather_accounts(a, source, &arena, &keys, &count, err);
    if (r)
        return r;
    *ret = 0;
    for (size_t i = 0; i < count; i++)
        *ret += view_num(keys[i]) != account;
    return 0;
}

/* A source is what all accounts allow that speak of it; that a published report was taken back
 * does not hide who published others. One without accounts is as one without terms. */
int view_source_may(struct archive *a, int64_t source, enum purpose purpose, unsigned *ret_may,
                    struct err *err)
{
    ARENA_AUTO arena = {0};
    int64_t *accounts;
    size_t count;
    int r = gather_accounts(a, source, &arena, &accounts, &count, err);
    unsigned may = ~0u, withdrawn = ~0u;
    for (size_t i = 0; !r && i < count; i++) {
        struct standing s;
        bool there;
        r = view_standing(a, view_num(accounts[i]), &s, &there, err);
        if (r || !there)
            continue;
        if (s.published && s.terms.withdrawn)
            withdrawn &= terms_allow(&s.terms, purpose);
        else
            may &= terms_allow(&s.terms, purpose);
    }
    if (r)
        return r;
    if (may == ~0u)
        may = withdrawn;
    const struct terms_state none = terms_of(NULL, false, str_of(a->today));
    *ret_may = may == ~0u ? terms_allow(&none, purpose) : may;
    return 0;
}

int view_decide(struct archive *a, const struct record *r, enum purpose purpose,
                struct decision *ret, struct err *err)
{
    struct str subject = place_subject(r);
    *ret = (struct decision){.may = ~0u};
    struct id id;
    if (!subject.p)
        return 0;
    if (!id_parse(subject, &id))
        return err_set(err, ERR_BUG, "the view: a record of nobody");
    struct ident of;
    int e = ids_find(a, id, &of, err);
    if (e)
        return e;
    if (of.kinds & 1u << RECORD_STATEMENT) {
        e = view_statement_account(a, of.num, &of.num, err);
        if (!e)
            e = view_id(a, RECORD_ACCOUNT, of.num, &id, err);
    } else if (of.kinds & 1u << RECORD_SOURCE) {
        return view_source_may(a, of.num, purpose, &ret->may, err);
    }
    ret->account = id;
    ret->sealed = true;
    return e ? e : account_may(a, of.num, purpose, &ret->may, err);
}

/* ---- what may be seen of a record ---- */

/* Of each kind the fields that are words of the account, and those that describe; names of
 * sources. Ids and the fields of terms are always seen, other coded values when the account may
 * be spoken of at all. */
static const struct {
    enum record_kind kind;
    const char *field;
    unsigned needs;
} guarded[] = {
    {RECORD_ACCOUNT, "text", TERMS_QUOTE},
    {RECORD_ACCOUNT, "attachments", TERMS_QUOTE},
    {RECORD_ACCOUNT, "language", TERMS_DESCRIBE},
    {RECORD_ACCOUNT, "form", TERMS_DESCRIBE},
    {RECORD_SOURCE, "name", TERMS_NAME},
    {RECORD_SOURCE, "description", TERMS_DESCRIBE},
    {RECORD_SOURCE, "position", TERMS_QUOTE},
    {RECORD_TERMS, "reason", TERMS_QUOTE},
    {RECORD_STATEMENT, "who", TERMS_QUOTE},
    {RECORD_STATEMENT, "act", TERMS_QUOTE},
    {RECORD_STATEMENT, "whom", TERMS_QUOTE},
    {RECORD_STATEMENT, "where", TERMS_QUOTE},
    {RECORD_NODE, "name", TERMS_QUOTE},
    {RECORD_NODE, "note", TERMS_QUOTE},
    {RECORD_ASSESSMENT, "reason", TERMS_QUOTE},
    {RECORD_CASEWORK, "how_known", TERMS_QUOTE},
    {RECORD_CASEWORK, "note", TERMS_QUOTE},
};

static bool is_given(const struct record_field *f, const void *at)
{
    switch (f->type) {
    case FIELD_IDS:
        return ((const struct str_list *)at)->count != 0;
    case FIELD_ENUM:
    case FIELD_SET:
        return *(const unsigned *)at != 0;
    case FIELD_NUMBER:
    case FIELD_OFFSET:
        return *(const double *)at == *(const double *)at;
    default:
        return ((const struct str *)at)->p != NULL;
    }
}

static unsigned needs_of(const struct record *r, const struct record_field *f)
{
    for (size_t i = 0; i < sizeof guarded / sizeof guarded[0]; i++)
        if (guarded[i].kind == r->kind && !strcmp(guarded[i].field, f->name))
            return guarded[i].needs;
    bool plain = f->type == FIELD_ID || r->kind == RECORD_TERMS || r->kind == RECORD_ACCOUNT;
    return plain ? TERMS_EXISTS : TERMS_COUNT | TERMS_DESCRIBE | TERMS_QUOTE;
}

/* As if it were not given. */
static void blank(struct record *r, const struct record_field *f)
{
    struct record none;
    record_init(&none, r->kind);
    size_t size = f->type == FIELD_IDS                                 ? sizeof(struct str_list)
                  : f->type == FIELD_ENUM || f->type == FIELD_SET      ? sizeof(int)
                  : f->type == FIELD_NUMBER || f->type == FIELD_OFFSET ? sizeof(double)
                                                                       : sizeof(struct str);
    memcpy((char *)&r->u + f->offset, (const char *)&none.u + f->offset, size);
}

void view_mask(struct record *r, unsigned may, bool *ret_words, bool *ret_cut)
{
    const struct record_shape *shape = &record_shapes[r->kind];
    *ret_words = *ret_cut = false;
    if (!place_subject(r).p)
        return;
    for (size_t i = 0; i < shape->count; i++) {
        const struct record_field *f = &shape->fields[i];
        if (!is_given(f, (const char *)&r->u + f->offset))
            continue;
        unsigned needs = needs_of(r, f);
        if (needs & may) {
            *ret_words |= needs == TERMS_QUOTE;
            continue;
        }
        *ret_cut = true;
        blank(r, f);
    }
}

void view_code(struct record *r)
{
    const struct record_shape *shape = &record_shapes[r->kind];
    for (size_t i = 0; i < shape->count && place_subject(r).p; i++) {
        unsigned needs = needs_of(r, &shape->fields[i]);
        if (needs == TERMS_QUOTE || needs == TERMS_DESCRIBE || needs == TERMS_NAME)
            blank(r, &shape->fields[i]);
    }
}

void view_text(struct buf *out, const struct record *r)
{
    const struct record_shape *shape = &record_shapes[r->kind];
    for (size_t i = 0; i < shape->count; i++) {
        const struct record_field *f = &shape->fields[i];
        if (f->type != FIELD_TEXT || needs_of(r, f) == TERMS_EXISTS)
            continue;
        struct str text = *(const struct str *)(const void *)((const char *)&r->u + f->offset);
        buf_add(out, text);
        if (text.n)
            buf_add_char(out, '\n');
    }
}
