/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Figures about the same are put together and weighed; what was said about the state of a place
 * is put in order.
 */
#include "base/text.h"
#include "base/time.h"
#include "work/sheet_parts.h"

#include <math.h>
#include <stdlib.h>

#define WHEN_MOST_DAYS 31

struct item {
    struct str key; /* same key, same group */
    struct sheet_topic topic;
    struct sheet_given given;
    size_t order;
};

static struct str fold(struct sheet *s, struct str text)
{
    BUF_AUTO b;
    buf_init(&b, 65536);
    text_fold(&b, text, false);
    return arena_copy(s->a, buf_str(&b));
}

/* "requests" and "request" are one noun. */
static struct str stem(struct str noun)
{
    return str_ends(noun, STR("s")) ? str_slice(noun, 0, noun.n - 1) : noun;
}

static int by_key(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    int c = str_compare(x->key, y->key);
    return c ? c : (x->order > y->order) - (x->order < y->order);
}

/* Without a place only what one source counts is about the same. */
static struct str place_key(struct sheet *s, const struct sheet_statement *st, struct str place)
{
    if (place.n)
        return fold(s, place);
    if (st->source == SHEET_NONE)
        return arena_printf(s->a, "#report %u", st->document);
    return arena_printf(s->a, "#source %u", st->source);
}

static size_t find_items(struct sheet *s, struct item **ret)
{
    struct item *items = NULL;
    size_t n = 0, cap = 0;
    for (uint32_t i = 0; i < s->statement_count; i++) {
        const struct sheet_statement *st = &s->statements[i];
        if (st->p->stance == STANCE_DENIES || st->p->stance == STANCE_REQUESTS ||
            st->p->stance == STANCE_NO_COMMENT || st->p->stance == STANCE_PROMISES)
            continue;
        for (size_t k = 0; k < st->p->figures.count; k++) {
            const struct figure *f = &st->p->figures.items[k];
            if (f->counting_unit == UNIT_NONE || f->bound == FIGURE_VAGUE)
                continue;
            struct item it = {.given = {.statement = i, .figure = f}, .order = n};
            sheet_topic_of(s, st, f, &it.topic);
            it.given.place_inferred = it.topic.place_inferred;
            struct str noun = stem(it.topic.noun), place = place_key(s, st, it.topic.place);
            if (it.topic.act)
                it.key = arena_printf(s->a, "%d|%u|%.*s|%.*s", (int)f->counting_unit,
                                      it.topic.act, (int)noun.n, noun.p, (int)place.n, place.p);
            else
                it.key = arena_printf(s->a, "alone %u %zu", i, k);
            ARENA_PUSH(s->a, items, n, cap, it);
        }
    }
    *ret = items;
    return n;
}

static struct str title_of(struct sheet *s, const struct sheet_topic *t, const struct figure *f)
{
    BUF_AUTO b;
    buf_init(&b, 65536);
    struct str noun = t->noun.n ? t->noun : str_of(counting_unit_name(f->counting_unit));
    buf_add(&b, noun);
    if (b.n && b.p[0] >= 'a' && b.p[0] <= 'z')
        b.p[0] = (char)(b.p[0] - 32);
    if (t->act) {
        buf_add_char(&b, ' ');
        buf_add(&b, sheet_act_title(t->act));
    }
    if (t->place.n) {
        buf_add(&b, STR(", "));
        buf_add(&b, t->place);
    }
    return sheet_show(s, arena_copy(s->a, buf_str(&b)));
}

/* ---- denials ---- */

static bool content_has(struct sheet *s, const struct sheet_statement *st, struct str noun)
{
    for (size_t i = 0; i < st->p->content.count; i++)
        if (str_find(fold(s, sheet_text(s, st->document, st->p->content.items[i])), noun, 0) !=
            STR_NONE)
            return true;
    return false;
}

/* Without a place a denial only meets figures of its own report. */
static struct str denied_place(struct sheet *s, const struct sheet_statement *st,
                               struct str place)
{
    return place.n ? fold(s, place) : arena_printf(s->a, "#report %u", st->document);
}

/* A figure group under its act and place. */
struct subject {
    unsigned act;
    struct str place; /* folded */
    size_t figure, cap;
};

static int by_subject(const void *a, const void *b)
{
    const struct subject *x = a, *y = b;
    if (x->act != y->act)
        return x->act < y->act ? -1 : 1;
    int c = str_compare(x->place, y->place);
    return c ? c : (x->figure > y->figure) - (x->figure < y->figure);
}

static void deny(struct sheet *s, uint32_t statement, struct subject *subjects, size_t count,
                 unsigned act, struct str place)
{
    const struct sheet_statement *st = &s->statements[statement];
    size_t low = 0, high = count;
    const struct subject want = {.act = act, .place = place};
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (by_subject(&subjects[mid], &want) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    for (; low < count && subjects[low].act == act && str_eq(subjects[low].place, place);
         low++) {
        struct sheet_figure *f = &s->figures[subjects[low].figure];
        if (f->unit == UNIT_INDIVIDUAL || content_has(s, st, stem(f->noun)))
            ARENA_PUSH(s->a, f->denials, f->denial_count, subjects[low].cap, statement);
    }
}

/* A denial stands beside the figures of the act and the place that it denies. */
static void add_denials(struct sheet *s, const unsigned *act_of_figure,
                        const struct str *place_of_figure)
{
    struct subject *subjects = ARENA_NEW(s->a, s->figure_count + 1, struct subject);
    size_t count = 0;
    for (size_t i = 0; i < s->figure_count; i++)
        if (act_of_figure[i])
            subjects[count++] = (struct subject){act_of_figure[i], place_of_figure[i], i, 0};
    if (count)
        qsort(subjects, count, sizeof *subjects, by_subject);
    for (uint32_t i = 0; i < s->statement_count; i++) {
        if (s->statements[i].p->stance != STANCE_DENIES)
            continue;
        struct sheet_topic topic;
        sheet_topic_of(s, &s->statements[i], NULL, &topic);
        if (topic.act)
            deny(s, i, subjects, count, topic.act,
                 denied_place(s, &s->statements[i], topic.place));
    }
}

/* ---- weighing ---- */

struct weighing {
    struct sheet *s;
    size_t *index; /* of each source of the sheet: its index here + 1, or 0 */
    struct weigh_source *sources;
    uint32_t *source_of; /* sheet source of each, or SHEET_NONE */
    uint32_t *document_of_statement;
    size_t source_count, source_cap, source_of_cap, document_cap;
    struct weigh_statement *statements;
    size_t statement_count, statement_cap;
    struct weigh_derivation *derivations;
    size_t derivation_count, derivation_cap;
};

static size_t add_source(struct weighing *w, struct weigh_source src, uint32_t source)
{
    size_t n = w->source_count, same = n;
    ARENA_PUSH(w->s->a, w->source_of, same, w->source_of_cap, source);
    ARENA_PUSH(w->s->a, w->sources, w->source_count, w->source_cap, src);
    if (source != SHEET_NONE)
        w->index[source] = n + 1;
    return n;
}

static struct str lower_first(struct sheet *s, struct str text)
{
    if (text.n < 2 || text.p[0] < 'A' || text.p[0] > 'Z' ||
        (text.p[1] >= 'A' && text.p[1] <= 'Z'))
        return text;
    return arena_printf(s->a, "%c%.*s", text.p[0] + 32, (int)text.n - 1, text.p + 1);
}

/* The weighing's source for a statement. */
static size_t weigh_source_of(struct weighing *w, uint32_t statement)
{
    struct sheet *s = w->s;
    const struct sheet_statement *st = &s->statements[statement];
    if (st->source != SHEET_NONE && w->index[st->source])
        return w->index[st->source] - 1;
    struct weigh_source src = {.terms = ATTRIBUTION_ANONYMITY};
    if (st->source == SHEET_NONE) {
        src.id = arena_printf(s->a, "unknown %u", statement);
        src.description = STR("a source that the report does not name");
        return add_source(w, src, SHEET_NONE);
    }
    const struct sheet_source *have = &s->sources[st->source];
    src.id = arena_printf(s->a, "source %06u", st->source);
    src.basis = have->basis;
    if (have->naming == NAMING_NAMED) {
        src.label = sheet_show(s, have->label);
        src.terms = ATTRIBUTION_ON_RECORD;
    } else if (have->naming == NAMING_UNNAMED) {
        src.description = lower_first(s, sheet_show(s, have->label));
    }
    return add_source(w, src, st->source);
}

/* The time that the figure is of. "Since January" tells how long was counted, not when it was
 * true: then, and without a time, it is the day of the report. */
static struct str weigh_when(const struct sheet *s, const struct sheet_statement *st)
{
    struct str published = s->documents[st->document].reading.published;
    struct time_edtf e;
    if (!st->p->when.p || time_parse(st->p->when, &e, NULL) != 0)
        return published;
    struct time_days days = time_days_of(&e);
    bool brief = days.first > TIME_DAY_MIN && days.last < TIME_DAY_MAX &&
                 days.last - days.first <= WHEN_MOST_DAYS;
    return brief || !published.p ? st->p->when : published;
}

static void add_weigh_statement(struct weighing *w, const struct sheet_figure *f,
                                uint32_t statement, const struct figure *figure, size_t source,
                                struct str id)
{
    struct sheet *s = w->s;
    const struct sheet_statement *st = &s->statements[statement];
    struct weigh_statement x = {
        .id = id,
        .source = source,
        .stance = st->p->stance,
        .low = NAN,
        .high = NAN,
        .unit = f->unit,
        .what = f->what,
        .where = f->where,
        .when = weigh_when(s, st),
        .unverified = sheet_span_given(st->p->verification),
        .denial = st->p->stance == STANCE_DENIES ? DENIAL_ACT : DENIAL_NONE,
    };
    if (figure) {
        x.low = figure->low;
        x.high = figure->high;
        x.bound = figure->bound;
    }
    size_t same = w->statement_count;
    ARENA_PUSH(s->a, w->document_of_statement, same, w->document_cap, st->document);
    ARENA_PUSH(s->a, w->statements, w->statement_count, w->statement_cap, x);
}

static void derive(struct weighing *w, size_t from, size_t to, enum derivation_kind kind,
                   enum certainty certainty)
{
    struct weigh_derivation d = {{false, from}, {false, to}, kind, certainty};
    ARENA_PUSH(w->s->a, w->derivations, w->derivation_count, w->derivation_cap, d);
}

const struct family_drift *sheet_drift_of(const struct sheet *s,
                                          const struct sheet_statement *st,
                                          const struct figure *figure)
{
    uint32_t family = s->documents[st->document].family;
    if (family == SHEET_NONE || s->families[family].documents[0] != st->document)
        return NULL;
    const struct sheet_family *f = &s->families[family];
    size_t low = 0, high = f->drift_count;
    while (low < high) { /* the first row that ends behind the begin of the figure */
        size_t mid = (low + high) / 2;
        if (f->report.drifts[f->drifts[mid]].values[0].span.end <= figure->begin)
            low = mid + 1;
        else
            high = mid;
    }
    if (low == f->drift_count)
        return NULL;
    const struct family_drift *d = &f->report.drifts[f->drifts[low]];
    return d->values[0].span.begin < figure->end ? d : NULL;
}

static const struct figure *figure_among(struct figure_list list, struct span span)
{
    for (size_t i = 0; i < list.count; i++)
        if (list.items[i].begin < span.end && span.begin < list.items[i].end)
            return &list.items[i];
    return NULL;
}

/* The figure that a copy has in its place, or NULL. */
static const struct figure *figure_at(const struct reading *r, struct span span)
{
    const struct figure *found = figure_among(r->loose, span);
    for (size_t i = 0; i < r->count && !found; i++)
        found = figure_among(r->items[i].figures, span);
    return found;
}

/* The other copies of a report repeat what stands in it. One that changed the number gives its
 * own, one that dropped it is no repeat; the rest say the same and give none. */
static void add_copies(struct weighing *w, const struct sheet_figure *f, uint32_t statement,
                       const struct figure *figure, size_t source, size_t order)
{
    struct sheet *s = w->s;
    const struct sheet_statement *st = &s->statements[statement];
    uint32_t family = s->documents[st->document].family;
    if (family == SHEET_NONE || st->copy_only)
        return;
    const struct family_drift *drift = sheet_drift_of(s, st, figure);
    for (size_t k = 1; k < s->families[family].count; k++) {
        uint32_t d = s->families[family].documents[k];
        const struct figure *own = NULL;
        if (drift && !drift->values[k].text.p)
            continue;
        if (drift)
            own = figure_at(&s->documents[d].reading, drift->values[k].span);
        if (own && own->bound == figure->bound &&
            (own->best == figure->best ||
             (own->low == figure->low && own->high == figure->high)))
            own = NULL;
        struct weigh_source src = {
            .id = arena_printf(s->a, "copy %06u of %06zu", d, order),
            .label = sheet_say_publisher(s, d),
            .terms = ATTRIBUTION_ON_RECORD,
            .basis = BASIS_RELAYED,
        };
        size_t copy = add_source(w, src, SHEET_NONE);
        add_weigh_statement(
            w, f, statement, own, copy,
            arena_printf(s->a, "statement %06u copy %06u %06zu", statement, d, order));
        derive(w, copy, source, DERIVATION_QUOTED, CERTAINTY_ESTABLISHED);
    }
}

/* Who cites whom: the publication of a report that gives another publication as its source has
 * it from there. */
static void link_publications(struct weighing *w)
{
    struct sheet *s = w->s;
    for (size_t i = 0; i < w->statement_count; i++) {
        size_t cited = w->statements[i].source;
        uint32_t src = w->source_of[cited];
        uint32_t citing = s->documents[w->document_of_statement[i]].source;
        if (src == SHEET_NONE || s->sources[src].publication == SHEET_NONE ||
            citing == SHEET_NONE || citing == src || !w->index[citing])
            continue;
        derive(w, w->index[citing] - 1, cited, DERIVATION_QUOTED, CERTAINTY_ESTABLISHED);
    }
}

/* Two sources of which one is not named and which know in the same way may be one. */
static void link_unnamed(struct weighing *w)
{
    static const enum basis kinds[] = {BASIS_RELATED_PERSON, BASIS_VICTIM, BASIS_WITNESS};
    for (size_t b = 0; b < sizeof kinds / sizeof kinds[0]; b++) {
        size_t last = SIZE_MAX;
        bool last_named = false;
        for (size_t i = 0; i < w->source_count; i++) {
            if (w->source_of[i] == SHEET_NONE || w->sources[i].basis != kinds[b])
                continue;
            bool named = w->sources[i].terms == ATTRIBUTION_ON_RECORD;
            if (last != SIZE_MAX && !(named && last_named))
                derive(w, i, last, DERIVATION_COMMON_ORIGIN, CERTAINTY_POSSIBLE);
            last = i;
            last_named = named;
        }
    }
}

/* "complaints", as far as the words are a plural; p == NULL: the unit's own word will do. */
static struct str plural_noun(const struct sheet *s, const struct sheet_figure *f)
{
    struct str noun = sheet_show(s, f->noun);
    bool plural = str_ends(noun, STR("s")) || str_eq(noun, STR("people")) ||
                  str_ends(noun, STR("men")) || str_ends(noun, STR("children"));
    return plural ? noun : (struct str){0};
}

static void weigh(struct sheet *s, struct sheet_figure *f, size_t *index)
{
    struct weighing w = {.s = s, .index = index};
    for (size_t i = 0; i < f->given_count; i++) {
        const struct sheet_given *g = &f->given[i];
        size_t source = weigh_source_of(&w, g->statement);
        add_weigh_statement(&w, f, g->statement, g->figure, source,
                            arena_printf(s->a, "statement %06u %06zu", g->statement, i));
        add_copies(&w, f, g->statement, g->figure, source, i);
    }
    for (size_t i = 0; i < f->denial_count; i++)
        add_weigh_statement(&w, f, f->denials[i], NULL, weigh_source_of(&w, f->denials[i]),
                            arena_printf(s->a, "statement %06u denial", f->denials[i]));
    link_publications(&w);
    link_unnamed(&w);
    const struct weigh_case c = {
        .sources = w.sources,
        .source_count = w.source_count,
        .statements = w.statements,
        .statement_count = w.statement_count,
        .derivations = w.derivations,
        .derivation_count = w.derivation_count,
        .noun = plural_noun(s, f),
    };
    weigh_run(s->a, &c, &f->result);
    f->weighed = w.statement_count;
    f->labels = ARENA_NEW(s->a, w.source_count + 1, struct str);
    for (size_t i = 0; i < w.source_count; i++) {
        f->labels[i] = w.sources[i].label.p ? w.sources[i].label : STR("a source not named");
        if (w.source_of[i] != SHEET_NONE)
            index[w.source_of[i]] = 0;
    }
}

/* Groups with most sources first, then in the order of the reports. */
struct rank {
    bool alone; /* no act was recognised: behind the others */
    size_t first, count, sources;
    size_t order;
};

static int by_rank(const void *a, const void *b)
{
    const struct rank *x = a, *y = b;
    if (x->alone != y->alone)
        return x->alone ? 1 : -1;
    if (x->sources != y->sources)
        return x->sources > y->sources ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

static size_t different_sources(struct sheet *s, const struct item *items, size_t count,
                                size_t *index)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t src = s->statements[items[i].given.statement].source;
        n += src == SHEET_NONE || index[src] == 0;
        if (src != SHEET_NONE)
            index[src] = 1;
    }
    for (size_t i = 0; i < count; i++)
        if (s->statements[items[i].given.statement].source != SHEET_NONE)
            index[s->statements[items[i].given.statement].source] = 0;
    return n;
}

static void group_figures(struct sheet *s)
{
    struct item *items = NULL;
    size_t n = find_items(s, &items), ranks = 0;
    size_t *index = ARENA_NEW(s->a, s->source_count + 1, size_t);
    struct rank *rank = ARENA_NEW(s->a, n + 1, struct rank);
    if (n)
        qsort(items, n, sizeof *items, by_key);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && str_eq(items[end].key, items[i].key);)
            end++;
        rank[ranks++] =
            (struct rank){!items[i].topic.act, i, end - i,
                          different_sources(s, items + i, end - i, index), items[i].order};
    }
    if (ranks)
        qsort(rank, ranks, sizeof *rank, by_rank);
    s->figures = ARENA_NEW(s->a, ranks + 1, struct sheet_figure);
    s->figure_count = ranks;
    unsigned *acts = ARENA_NEW(s->a, ranks + 1, unsigned);
    struct str *places = ARENA_NEW(s->a, ranks + 1, struct str);
    for (size_t r = 0; r < ranks; r++) {
        const struct item *first = &items[rank[r].first];
        struct sheet_figure *f = &s->figures[r];
        struct sheet_given *given = ARENA_NEW(s->a, rank[r].count, struct sheet_given);
        for (size_t i = 0; i < rank[r].count; i++)
            given[i] = first[i].given;
        f->title = title_of(s, &first->topic, first->given.figure);
        f->noun = first->topic.noun;
        f->what = sheet_show(s, sheet_say_what(s, &first->topic, &f->where));
        f->where = sheet_show(s, f->where);
        places[r] = denied_place(s, &s->statements[given[0].statement], first->topic.place);
        f->unit = first->given.figure->counting_unit;
        f->given = given;
        f->given_count = rank[r].count;
        acts[r] = first->topic.act;
    }
    add_denials(s, acts, places);
    for (size_t r = 0; r < ranks; r++)
        weigh(s, &s->figures[r], index);
}

/* ---- places over time ---- */

struct place_item {
    struct str key, place;
    struct sheet_step step;
    int32_t day;
};

static int by_place(const void *a, const void *b)
{
    const struct place_item *x = a, *y = b;
    int c = str_compare(x->key, y->key);
    if (c)
        return c;
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    return (x->step.statement > y->step.statement) - (x->step.statement < y->step.statement);
}

/* A course is told when a place was said to be full or closed and something came after. */
static void add_course(struct sheet *s, const struct place_item *items, size_t count,
                       size_t *cap)
{
    struct sheet_step *steps = ARENA_NEW(s->a, count, struct sheet_step);
    size_t n = 0;
    bool closed = false, still = false;
    struct sheet_course c = {.place = sheet_show(s, items[0].place)};
    for (size_t i = 0; i < count; i++) {
        struct sheet_step step = items[i].step;
        if (step.state == SHEET_STILL && !closed && n == 0)
            continue;
        if (step.state == SHEET_CLOSED)
            step.against = still || (step.denied && closed);
        else if (step.state == SHEET_STILL)
            step.against = closed && !step.denied;
        closed = closed || (step.state == SHEET_CLOSED && !step.denied);
        still = still || (step.state == SHEET_STILL && closed && !step.denied);
        c.contradicted = c.contradicted || step.against;
        steps[n++] = step;
    }
    if (n < 2)
        return;
    c.steps = steps;
    c.count = n;
    ARENA_PUSH(s->a, s->courses, s->course_count, *cap, c);
}

static void find_courses(struct sheet *s)
{
    struct place_item *items = NULL;
    size_t n = 0, cap = 0, course_cap = 0;
    for (uint32_t i = 0; i < s->statement_count; i++) {
        struct place_item it = {.step = {.statement = i}};
        const struct sheet_statement *st = &s->statements[i];
        if (!sheet_state_of(s, st, &it.step.state, &it.place))
            continue;
        struct str published = s->documents[st->document].reading.published;
        struct time_edtf e;
        it.day = published.p && time_parse(published, &e, NULL) == 0 ? time_days_of(&e).first
                                                                     : TIME_DAY_MAX;
        it.step.denied = st->p->stance == STANCE_DENIES;
        it.key = fold(s, it.place);
        ARENA_PUSH(s->a, items, n, cap, it);
    }
    if (n)
        qsort(items, n, sizeof *items, by_place);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && str_eq(items[end].key, items[i].key);)
            end++;
        add_course(s, items + i, end - i, &course_cap);
    }
}

void sheet_group(struct sheet *s)
{
    group_figures(s);
    find_courses(s);
}
