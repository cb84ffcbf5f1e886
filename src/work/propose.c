/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/propose.h"

#include "base/text.h"
#include "vault/seal/hash.h"
#include "work/sheet_parts.h"

#include <math.h>
#include <stdlib.h>

/* ---- the rows ---- */

static void widen(struct span *all, struct span s)
{
    if (!sheet_span_given(s))
        return;
    if (!sheet_span_given(*all))
        *all = s;
    all->begin = s.begin < all->begin ? s.begin : all->begin;
    all->end = s.end > all->end ? s.end : all->end;
}

static struct span hull_of(const struct proposal *p)
{
    struct span all = p->cue;
    widen(&all, p->speaker);
    for (size_t i = 0; i < p->content.count; i++)
        widen(&all, p->content.items[i]);
    return all;
}

static struct str id_of(struct arena *a, struct str account, const struct work_proposal *row,
                        struct span figure, const char *rule)
{
    struct str text =
        arena_printf(a, "deponent proposal v1\n%.*s\n%zu %zu\n%zu %zu\n%s\n", (int)account.n,
                     account.p, row->begin, row->end, figure.begin, figure.end, rule);
    unsigned char hash[SHA256_SIZE];
    sha256(text.p, text.n, hash);
    struct id id;
    memcpy(id.b, hash, sizeof id.b);
    return id_print(a, id);
}

static void add_row(struct work_proposals *p, size_t *cap, uint32_t at, const struct figure *f)
{
    struct sheet *s = &p->sheet;
    const struct sheet_statement *st = &s->statements[at];
    const struct sheet_document *d = &s->documents[st->document];
    struct span bytes = sheet_in_file(d, hull_of(st->p)), figure = {0, 0};
    if (f)
        figure = sheet_in_file(d, (struct span){f->begin, f->end});
    struct work_proposal row = {.number = (unsigned)p->count + 1,
                                .begin = bytes.begin,
                                .end = bytes.end,
                                .statement = at,
                                .figure = f};
    struct sheet_topic topic;
    sheet_topic_of(s, st, f, &topic);
    if (topic.act)
        row.act = sheet_act_title(topic.act);
    if (topic.place.n)
        row.where = topic.place;
    row.id = id_of(s->a, p->account.id, &row, figure, st->p->rule);
    ARENA_PUSH(s->a, p->items, p->count, *cap, row);
}

static int by_id(const void *a, const void *b)
{
    const struct work_proposal *const *x = a, *const *y = b;
    return str_compare((*x)->id, (*y)->id);
}

struct marking {
    struct work_proposal **rows; /* by id */
    size_t count;
    struct arena *a;
};

static int mark_decided(void *context, const struct record *r, struct err *err)
{
    struct marking *m = context;
    (void)err;
    struct work_proposal key = {.id = r->u.statement.id}, *pointer = &key;
    struct work_proposal **found =
        m->count ? bsearch(&pointer, m->rows, m->count, sizeof *m->rows, by_id) : NULL;
    if (!found)
        return 0;
    enum review review = r->u.statement.review;
    (*found)->decided = review == REVIEW_NONE ? REVIEW_EDITED : review;
    if (r->u.statement.source.p)
        (*found)->source = arena_copy(m->a, r->u.statement.source);
    return 0;
}

static int find_decided(struct archive *archive, struct arena *a, struct work_proposals *p,
                        struct err *err)
{
    struct marking m = {ARENA_NEW(a, p->count + 1, struct work_proposal *), p->count, a};
    for (size_t i = 0; i < p->count; i++)
        m.rows[i] = &p->items[i];
    if (m.count)
        qsort(m.rows, m.count, sizeof *m.rows, by_id);
    int r = archive_each_coded(archive, RECORD_STATEMENT, p->account.id, PURPOSE_HELP,
                               mark_decided, &m, err);
    for (size_t i = 0; i < p->count; i++)
        p->open += p->items[i].decided == REVIEW_NONE;
    return r;
}

int work_propose(struct archive *archive, struct arena *a, struct str account,
                 struct work_proposals *ret, struct err *err)
{
    struct work_proposals p = {0};
    int r = archive_read_account(archive, a, account, PURPOSE_HELP, &p.account, err);
    if (r)
        return r;
    if (!p.account.text.p)
        return err_set(err, ERR_REFUSED,
                       "%.*s: its terms, or a missing text, leave no words to be read",
                       (int)account.n, account.p);
    const struct sheet_text text = {.name = p.account.id,
                                    .bytes = p.account.text,
                                    .publisher = p.account.name,
                                    .published = p.account.received};
    const struct sheet_options options = {0};
    r = sheet_make_of(a, p.account.id, &text, 1, &options, &p.sheet, err);
    if (r)
        return r;
    if (p.sheet.unread_count)
        p.why = p.sheet.unread[0].why;
    size_t cap = 0;
    for (uint32_t i = 0; i < p.sheet.statement_count; i++) {
        const struct proposal *said = p.sheet.statements[i].p;
        /* A number in a denial is what is denied, not what the speaker gives. */
        size_t figures = said->stance == STANCE_DENIES ? 0 : said->figures.count;
        for (size_t k = 0; k < figures; k++)
            add_row(&p, &cap, i, &said->figures.items[k]);
        if (figures == 0)
            add_row(&p, &cap, i, NULL);
    }
    r = find_decided(archive, a, &p, err);
    if (!r)
        *ret = p;
    return r;
}

/* ---- choosing ---- */

static int no_such(const struct work_proposals *p, struct str text, struct err *err)
{
    return err_set(
        err, ERR_INPUT,
        "\"%.*s\" is none of the %zu proposals; expected a number, a range as 2-4, or "
        "all",
        text.n > 40 ? 40 : (int)text.n, text.p, p->count);
}

int work_choose(const struct work_proposals *p, struct str text, bool *chosen, struct err *err)
{
    if (str_eq(text, STR("all"))) {
        for (size_t i = 0; i < p->count; i++)
            chosen[i] |= p->items[i].decided == REVIEW_NONE;
        return 0;
    }
    size_t at = 0;
    do {
        size_t comma = str_find(text, STR(","), at);
        struct str part = str_slice(text, at, comma == STR_NONE ? text.n : comma);
        size_t dash = str_find(part, STR("-"), 0);
        uint64_t first = 0, last = 0;
        bool good = str_to_u64(dash == STR_NONE ? part : str_slice(part, 0, dash), &first);
        last = first;
        if (dash != STR_NONE)
            good &= str_to_u64(str_slice(part, dash + 1, part.n), &last);
        if (!good || first < 1 || last < first || last > p->count)
            return no_such(p, part, err);
        for (uint64_t i = first; i <= last; i++)
            chosen[i - 1] = true;
        at = comma == STR_NONE ? text.n + 1 : comma + 1;
    } while (at <= text.n);
    return 0;
}

/* ---- deciding ---- */

struct deciding {
    struct archive *archive;
    struct arena *a;
    struct work_proposals *p;
    struct record *records;
    size_t count, cap;
    struct str *sources; /* of the archive, for each source of the sheet; p == NULL: not yet */
};

static void push(struct deciding *d, const struct record *r)
{
    ARENA_PUSH(d->a, d->records, d->count, d->cap, *r);
}

/* "The wife" is "a wife" when she is spoken of for the first time, and "A guard" is one in the
 * middle of a sentence. */
static struct str indefinite(struct arena *a, struct str label)
{
    bool the = str_eq_nocase(str_slice(label, 0, 4), STR("the "));
    struct str rest = str_slice(label, the ? 4 : 0, label.n);
    bool vowel = rest.n && strchr("aeiouAEIOU", rest.p[0]);
    if (the)
        return arena_printf(a, "%s %.*s", vowel ? "an" : "a", (int)rest.n, rest.p);
    if (str_starts(label, STR("A ")) || str_starts(label, STR("An ")))
        return arena_printf(a, "a%.*s", (int)rest.n - 1, rest.p + 1);
    return label;
}

/* "The group" is no name, "the Way Back Line" is. */
static bool is_name(struct str label)
{
    size_t i = str_eq_nocase(str_slice(label, 0, 4), STR("the ")) ? 4 : 0, next;
    for (; i < label.n; i = next)
        if (text_is_upper(text_decode(label, i, &next)))
            return true;
    return false;
}

/* Under its name, with and without "the". */
static int find_named(struct deciding *d, struct str label, struct str *ret, struct err *err)
{
    int r = archive_source_named(d->archive, d->a, label, ret, err);
    if (r || ret->p)
        return r;
    struct str other = str_eq_nocase(str_slice(label, 0, 4), STR("the "))
                           ? str_slice(label, 4, label.n)
                           : arena_printf(d->a, "the %.*s", (int)label.n, label.p);
    return archive_source_named(d->archive, d->a, other, ret, err);
}

/* The archive's source for one of the sheet; p == NULL: the account's own. */
static int source_for(struct deciding *d, const struct work_proposal *row, struct str *ret,
                      struct err *err)
{
    const struct sheet *s = &d->p->sheet;
    uint32_t at = s->statements[row->statement].source;
    *ret = (struct str){0};
    if (at == SHEET_NONE)
        return 0;
    const struct sheet_source *src = &s->sources[at];
    if (src->publication != SHEET_NONE)
        return 0;
    if (d->sources[at].p) {
        *ret = d->sources[at];
        return 0;
    }
    struct str shown = sheet_show(s, src->label);
    bool named =
        src->naming == NAMING_NAMED && str_eq(shown, src->label) && is_name(src->label);
    if (named) {
        int r = find_named(d, src->label, &d->sources[at], err);
        *ret = d->sources[at];
        if (r || ret->p)
            return r;
    }
    struct record r;
    record_init(&r, RECORD_SOURCE);
    r.u.source.id = d->sources[at] = *ret = id_print(d->a, id_new());
    if (named)
        r.u.source.name = src->label;
    else if (shown.n && str_eq(shown, src->label))
        r.u.source.description = indefinite(d->a, shown);
    r.u.source.basis = src->basis;
    push(d, &r);
    return 0;
}

static struct str or_none(struct str s)
{
    return s.n ? s : (struct str){0};
}

static int add_statement(struct deciding *d, struct work_proposal *row, enum review review,
                         struct err *err)
{
    const struct sheet *s = &d->p->sheet;
    const struct sheet_statement *st = &s->statements[row->statement];
    struct record rec;
    record_init(&rec, RECORD_STATEMENT);
    struct record_statement *t = &rec.u.statement;
    t->id = row->id;
    t->account = d->p->account.id;
    t->begin = (double)row->begin;
    t->end = (double)row->end;
    t->stance = st->p->stance;
    t->bound = FIGURE_VAGUE;
    t->rule = str_of(st->p->rule);
    t->review = review;
    if (review != REVIEW_REJECTED) {
        int r = source_for(d, row, &t->source, err);
        if (r)
            return r;
        t->act = row->act;
        t->where = or_none(sheet_show(s, row->where));
        t->when = st->p->when;
        if (st->source != SHEET_NONE)
            t->basis = s->sources[st->source].basis;
        if (row->figure) {
            t->low = row->figure->low;
            t->best = row->figure->best;
            t->high = row->figure->high;
            t->bound = row->figure->bound;
            t->unit = row->figure->counting_unit;
            t->whom = or_none(sheet_show(s, row->figure->unit));
        }
        row->source = t->source;
    }
    push(d, &rec);
    return 0;
}

int work_decide(struct archive *archive, struct arena *a, struct work_proposals *p,
                const bool *chosen, enum review review, struct err *err)
{
    struct deciding d = {.archive = archive, .a = a, .p = p};
    d.sources = ARENA_NEW(a, p->sheet.source_count + 1, struct str);
    for (size_t i = 0; i < p->count; i++) {
        uint32_t at = p->sheet.statements[p->items[i].statement].source;
        if (at != SHEET_NONE && p->items[i].source.p)
            d.sources[at] = p->items[i].source;
    }
    for (size_t i = 0; i < p->count; i++) {
        if (!chosen[i])
            continue;
        enum review was = p->items[i].decided;
        if (was == review || was == REVIEW_EDITED)
            return err_set(err, ERR_EXISTS, "proposal %zu is %s already", i + 1,
                           vocab_name(&vocab_review, (int)was));
        int r = add_statement(&d, &p->items[i], review, err);
        if (r)
            return r;
    }
    if (d.count == 0)
        return 0;
    int r = archive_append(archive, d.records, d.count, err);
    for (size_t i = 0; i < p->count && !r; i++)
        if (chosen[i])
            p->items[i].decided = review;
    return r;
}
