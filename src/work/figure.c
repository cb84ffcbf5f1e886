/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/figure.h"

#include "base/hash.h"
#include "base/text.h"
#include "work/figure_parts.h"

#include <math.h>

/* ---- ids to numbers ---- */

static size_t slot_of(const struct figure_map *m, struct str id)
{
    size_t slot = hash_bytes(id, 0) & (m->size - 1);
    while (m->slots[slot].id.p && !str_eq(m->slots[slot].id, id))
        slot = (slot + 1) & (m->size - 1);
    return slot;
}

size_t figure_map_find(const struct figure_map *m, struct str id)
{
    if (m->size == 0)
        return FIGURE_NO;
    size_t slot = slot_of(m, id);
    return m->slots[slot].id.p ? m->slots[slot].value : FIGURE_NO;
}

void figure_map_add(struct figure_map *m, struct str id, size_t value)
{
    if (m->count * 2 >= m->size) {
        struct figure_map larger = {.a = m->a, .size = m->size ? m->size * 2 : 1024};
        larger.slots = ARENA_NEW(m->a, larger.size, struct figure_slot);
        for (size_t i = 0; i < m->size; i++)
            if (m->slots[i].id.p)
                larger.slots[slot_of(&larger, m->slots[i].id)] = m->slots[i];
        larger.count = m->count;
        *m = larger;
    }
    m->slots[slot_of(m, id)] = (struct figure_slot){id, value};
    m->count++;
}

void figure_index_statements(const struct figure_work *w, struct figure_map *ret)
{
    *ret = (struct figure_map){.a = w->a};
    for (size_t i = 0; i < w->statement_count; i++)
        if (figure_map_find(ret, w->statements[i].id) == FIGURE_NO)
            figure_map_add(ret, w->statements[i].id, i);
}

/* ---- gathering ---- */

/* A name between the signs by which it is found again. */
static struct str wrap(struct arena *a, struct str name)
{
    BUF_AUTO b;
    buf_init(&b, RECORD_TEXT_MAX + 8);
    buf_add(&b, STR(FIGURE_OPEN));
    for (size_t i = 0; i < name.n;) {
        struct str three = str_slice(name, i, i + 3);
        if (str_eq(three, STR(FIGURE_OPEN)) || str_eq(three, STR(FIGURE_CLOSE))) {
            i += 3;
            continue;
        }
        buf_add_char(&b, name.p[i] == '\n' || name.p[i] == '\t' ? ' ' : name.p[i]);
        i++;
    }
    buf_add(&b, STR(FIGURE_CLOSE));
    return arena_copy(a, buf_str(&b));
}

/* Not known is treated like anonymity; and so is who is on the record without a name. */
static enum attribution strictness(const struct archive_counted *s)
{
    if (s->attribution == ATTRIBUTION_NONE)
        return ATTRIBUTION_ANONYMITY;
    if (s->attribution == ATTRIBUTION_ON_RECORD && !s->name.p)
        return ATTRIBUTION_ANONYMITY;
    return s->attribution;
}

static size_t add_source(struct figure_work *w, const struct archive_counted *s)
{
    struct weigh_source src = {.id = arena_copy(w->a, s->source), .terms = strictness(s)};
    ARENA_PUSH(w->a, w->sources, w->source_count, w->source_cap, src);
    figure_map_add(&w->by_source, src.id, w->source_count - 1);
    return w->source_count - 1;
}

/* The strictest of its accounts decides how it is spoken of; what is known of it is joined so
 * that the order does not matter. */
static void join_source(struct figure_work *w, struct weigh_source *src,
                        const struct archive_counted *s)
{
    enum attribution terms = strictness(s);
    if (terms > src->terms)
        src->terms = terms;
    if (s->name.p && !src->label.p)
        src->label = wrap(w->a, s->name);
    if (s->description.p && !src->description.p)
        src->description = wrap(w->a, s->description);
    src->grade = s->source_grade;
    enum basis basis = s->basis ? s->basis : s->fields->basis;
    if (basis && (!src->basis || basis < src->basis))
        src->basis = basis;
}

static size_t source_of(struct figure_work *w, const struct archive_counted *s)
{
    if (w->statement_count) {
        size_t last = w->statements[w->statement_count - 1].source;
        if (str_eq(w->sources[last].id, s->source))
            return last;
    }
    size_t at = figure_map_find(&w->by_source, s->source);
    return at == FIGURE_NO ? add_source(w, s) : at;
}

static struct str account_of(struct figure_work *w, struct str account)
{
    if (w->statement_count && str_eq(w->accounts[w->statement_count - 1], account))
        return w->accounts[w->statement_count - 1];
    return arena_copy(w->a, account);
}

/* Dates repeat: each is kept once. */
static struct str keep_date(struct figure_work *w, struct str s)
{
    if (!s.p)
        return s;
    size_t at = figure_map_find(&w->dates, s);
    if (at != FIGURE_NO)
        return w->date_texts[at];
    struct str kept = arena_copy(w->a, s);
    ARENA_PUSH(w->a, w->date_texts, w->date_count, w->date_cap, kept);
    figure_map_add(&w->dates, kept, w->date_count - 1);
    return kept;
}

static void note_act(struct figure_work *w, struct str act)
{
    if (!act.p || w->query.act.p)
        return;
    BUF_AUTO folded;
    buf_init(&folded, RECORD_TEXT_MAX * 4);
    text_fold(&folded, str_trim(act), false);
    if (figure_map_find(&w->words, buf_str(&folded)) == FIGURE_NO)
        figure_map_add(&w->words, arena_copy(w->a, buf_str(&folded)), w->acts++);
}

static int gather(void *context, const struct archive_counted *s, struct err *err)
{
    struct figure_work *w = context;
    const struct record_statement *f = s->fields;
    (void)err;
    size_t source = source_of(w, s);
    join_source(w, &w->sources[source], s);
    struct weigh_statement t = {.id = arena_copy(w->a, s->statement),
                                .source = source,
                                .stance = f->stance,
                                .information = s->information_grade,
                                .low = f->low,
                                .high = f->high,
                                .bound = f->bound,
                                .unit = f->unit,
                                .when = keep_date(w, f->when),
                                .what = w->query.act,
                                .where = w->query.where,
                                .denial = f->denial};
    struct str account = account_of(w, s->account);
    size_t at = w->statement_count;
    ARENA_PUSH(w->a, w->statements, w->statement_count, w->statement_cap, t);
    ARENA_PUSH(w->a, w->accounts, at, w->account_cap, account);
    if (isnan(f->low) && isnan(f->high) && f->whom.p) {
        struct figure_whom whom = {at, arena_copy(w->a, f->whom)};
        ARENA_PUSH(w->a, w->whoms, w->whom_count, w->whom_cap, whom);
    }
    note_act(w, f->act);
    return 0;
}

/* ---- the counting unit ---- */

static bool has_number(const struct weigh_statement *t)
{
    return !isnan(t->low) || !isnan(t->high);
}

static bool asserting(const struct weigh_statement *t)
{
    return t->stance != STANCE_DENIES && t->stance != STANCE_REQUESTS &&
           t->stance != STANCE_NO_COMMENT;
}

static int several_units(const size_t *counts, struct err *err)
{
    BUF_AUTO list;
    buf_init(&list, ERR_TEXT_MAX);
    for (int u = UNIT_NONE + 1; u < UNIT_COUNT; u++)
        if (counts[u])
            buf_printf(&list, "%s%s (%zu)", list.n ? ", " : "",
                       counting_unit_name((enum counting_unit)u), counts[u]);
    if (list.n == 0)
        return err_set(err, ERR_INPUT,
                       "no statement says in which unit it counts; give one with --unit");
    return err_set(err, ERR_INPUT,
                   "the statements count in several units: %.*s; say which with --unit",
                   (int)list.n, list.p);
}

/* The unit of the question, or the only one there is. */
static int choose_unit(struct figure_work *w, struct err *err)
{
    size_t counts[UNIT_COUNT] = {0}, any = 0, units = 0;
    if (w->query.unit != UNIT_NONE)
        return 0;
    for (size_t i = 0; i < w->statement_count; i++)
        if (asserting(&w->statements[i])) {
            counts[w->statements[i].unit]++;
            any++;
        }
    for (int u = UNIT_NONE + 1; u < UNIT_COUNT; u++)
        if (counts[u]) {
            units++;
            w->query.unit = (enum counting_unit)u;
        }
    return any && units != 1 ? several_units(counts, err) : 0;
}

/* Takes out what counts in another unit. Denials, and what gives no number, have none. */
static void keep_unit(struct figure_work *w, size_t *left_out)
{
    size_t kept = 0, whoms = 0, whom = 0;
    for (size_t i = 0; i < w->statement_count; i++) {
        const struct weigh_statement *t = &w->statements[i];
        bool fits = t->unit == w->query.unit || !asserting(t) ||
                    (t->unit == UNIT_NONE && !has_number(t));
        bool says = whom < w->whom_count && w->whoms[whom].statement == i;
        if (!fits) {
            left_out[t->unit]++;
            whom += says;
            continue;
        }
        if (says) {
            w->whoms[whoms] = w->whoms[whom++];
            w->whoms[whoms++].statement = kept;
        }
        if (kept < i) {
            w->accounts[kept] = w->accounts[i];
            w->statements[kept] = *t;
        }
        kept++;
    }
    w->statement_count = kept;
    w->whom_count = whoms;
}

/* ---- the sentence ---- */

/* The source whose name or description stands between the signs. */
struct found_name {
    size_t source;
    bool described;
};

static struct found_name find_name(const struct weigh_case *c, struct str wrapped)
{
    struct found_name best = {FIGURE_NO, false};
    for (size_t i = 0; i < c->source_count; i++) {
        const struct weigh_source *s = &c->sources[i];
        bool named = s->terms == ATTRIBUTION_ON_RECORD && str_eq(s->label, wrapped);
        if (!named && !str_eq(s->description, wrapped))
            continue;
        if (best.source == FIGURE_NO || (named && best.described) ||
            (named != best.described && str_compare(s->id, c->sources[best.source].id) < 0))
            best = (struct found_name){i, !named};
    }
    return best;
}

/* The sentence with the names as they are, and with ids in their place. */
static void unwrap(struct arena *a, const struct weigh_case *c, struct str sentence,
                   struct str *ret_plain, struct str *ret_wording)
{
    BUF_AUTO plain, wording;
    buf_init(&plain, SIZE_MAX / 4);
    buf_init(&wording, SIZE_MAX / 4);
    size_t at = 0, open;
    while ((open = str_find(sentence, STR(FIGURE_OPEN), at)) != STR_NONE) {
        size_t close = str_find(sentence, STR(FIGURE_CLOSE), open);
        if (close == STR_NONE)
            break;
        struct found_name n = find_name(c, str_slice(sentence, open, close + 3));
        buf_add(&plain, str_slice(sentence, at, open));
        buf_add(&wording, str_slice(sentence, at, open));
        figure_add_name(&plain, str_slice(sentence, open + 3, close));
        if (n.source != FIGURE_NO)
            buf_printf(&wording, "{source:%.*s%s}", (int)c->sources[n.source].id.n,
                       c->sources[n.source].id.p, n.described ? " description" : "");
        at = close + 3;
    }
    buf_add(&plain, str_slice(sentence, at, sentence.n));
    buf_add(&wording, str_slice(sentence, at, sentence.n));
    *ret_plain = arena_copy(a, buf_str(&plain));
    *ret_wording = arena_copy(a, buf_str(&wording));
}

static struct str bare(struct str wrapped)
{
    return wrapped.p ? str_slice(wrapped, 3, wrapped.n - 3) : wrapped;
}

/* Is what would be said fit to be said, names and all? */
static bool passes(struct arena *a, const struct weigh_case *c, const struct weigh_result *r,
                   struct str plain)
{
    struct weigh_case named = *c;
    struct weigh_source *sources = ARENA_NEW(a, c->source_count + 1, struct weigh_source);
    for (size_t i = 0; i < c->source_count; i++) {
        sources[i] = c->sources[i];
        sources[i].label = bare(sources[i].label);
        sources[i].description = bare(sources[i].description);
    }
    named.sources = sources;
    struct weigh_lints lints;
    weigh_lint(a, plain, &named, r, &lints);
    return lints.count == 0;
}

/* Weighs; words of sources that would break a rule of the sentence are left out of it: first the
 * descriptions, then the names. */
static void weigh(struct arena *a, struct weigh_case *c, struct weigh_source *sources,
                  struct work_figure *f)
{
    for (int plain = 0; plain < 3; plain++) {
        for (size_t i = 0; plain && i < c->source_count; i++) {
            sources[i].description = (struct str){0};
            if (plain == 2)
                sources[i].label = (struct str){0};
        }
        weigh_run(a, c, &f->r);
        struct str sentence;
        unwrap(a, c, f->r.sentence, &sentence, &f->wording);
        f->r.sentence = sentence;
        if (passes(a, c, &f->r, sentence))
            break;
    }
    f->c = *c;
}

/* ---- the whole ---- */

static void add_part(struct buf *out, const char *name, struct str value)
{
    if (!value.p)
        return;
    buf_printf(out, "%s%s=", out->n ? "; " : "", name);
    buf_add(out, value);
}

static struct str question_of(struct arena *a, const struct archive_query *q)
{
    BUF_AUTO b;
    buf_init(&b, RECORD_TEXT_MAX);
    add_part(&b, "act", q->act);
    add_part(&b, "where", q->where);
    add_part(&b, "when", q->when);
    add_part(&b, "unit", str_of(counting_unit_name(q->unit)));
    return b.n ? arena_copy(a, buf_str(&b)) : STR("");
}

static int weigh_all(struct figure_work *w, struct work_figure *f, struct err *err)
{
    struct weigh_case c = {.sources = w->sources,
                           .source_count = w->source_count,
                           .statements = w->statements,
                           .statement_count = w->statement_count,
                           .derivations = w->derivations,
                           .derivation_count = w->derivation_count,
                           .ours = w->ours,
                           .our_count = w->our_count};
    weigh(w->a, &c, w->sources, f);
    bool one_by_one = false;
    for (size_t i = 0; i < w->statement_count; i++)
        one_by_one |= !has_number(&w->statements[i]) && asserting(&w->statements[i]);
    if (!one_by_one)
        return 0;
    int r = figure_count_nodes(w, &f->c, &f->r, &f->nodes, err);
    if (r || f->nodes.high == 0)
        return r;
    c.listed_low = (double)f->nodes.low;
    c.listed_high = (double)f->nodes.high;
    c.listed_unit = w->query.unit;
    c.listed_single = f->nodes.single > 0;
    weigh(w->a, &c, w->sources, f);
    return 0;
}

int work_figure_make(struct archive *archive, struct arena *a,
                     const struct archive_query *query, struct work_figure *ret,
                     struct err *err)
{
    struct work_figure f = {0};
    struct figure_work w = {.archive = archive, .a = a, .query = *query};
    w.by_source.a = w.words.a = w.dates.a = a;
    struct archive_query all = *query;
    all.unit = UNIT_NONE; /* denials have none, and what is left out is said */
    int r = archive_each_counted(archive, &all, gather, &w, err);
    if (!r)
        r = choose_unit(&w, err);
    if (r)
        return r;
    keep_unit(&w, f.left_out);
    r = figure_find_links(&w, err);
    if (!r)
        r = weigh_all(&w, &f, err);
    if (r)
        return r;
    f.query = w.query;
    f.question = question_of(a, &w.query);
    f.accounts = w.accounts;
    f.acts = w.acts;
    *ret = f;
    return 0;
}
