/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/hash.h"
#include "base/sort.h"
#include "engine/weigh/parts.h"

#include <math.h>
#include <stdlib.h>

static const char *const state_names[WEIGH_STATE_COUNT] = {
    "stands", "revised", "copy", "ours", "denial", "other", "off_record", "withdrawn",
};

const char *weigh_state_name(enum weigh_state state)
{
    return state_names[state];
}

/* ---- canonical order and first fates ---- */

struct ranked {
    struct str id;
    size_t index;
};

static int compare_ranked(const void *pa, const void *pb)
{
    const struct ranked *a = pa, *b = pb;
    int c = str_compare(a->id, b->id);
    return c ? c : (a->index < b->index ? -1 : a->index > b->index);
}

/* Without derivations nothing asks for the order, and there may be very many sources. */
static void rank_sources(struct weigh_work *w)
{
    size_t n = w->c->source_count;
    struct ranked *items = arena_alloc(w->a, n + 1, sizeof *items);
    for (size_t i = 0; i < n; i++)
        items[i] = (struct ranked){w->c->sources[i].id, i};
    if (w->c->derivation_count)
        sort_items(items, n, sizeof *items, compare_ranked);
    w->source_order = arena_alloc(w->a, n + 1, sizeof(size_t));
    w->source_rank = arena_alloc(w->a, n + 1, sizeof(size_t));
    for (size_t i = 0; i < n; i++) {
        w->source_order[i] = items[i].index;
        w->source_rank[items[i].index] = i;
    }
}

static enum weigh_state first_state(const struct weigh_case *c, const struct weigh_statement *t)
{
    const struct weigh_source *s = &c->sources[t->source];
    if (s->terms == ATTRIBUTION_OFF_RECORD)
        return WEIGH_OFF_RECORD;
    if (s->withdrawn || t->withdrawn)
        return WEIGH_WITHDRAWN;
    if (t->stance == STANCE_DENIES)
        return WEIGH_DENIAL;
    return weigh_asserts(t->stance) ? WEIGH_STANDS : WEIGH_OTHER;
}

static void prepare(struct weigh_work *w)
{
    const struct weigh_case *c = w->c;
    size_t n = c->source_count, m = c->statement_count;
    rank_sources(w);
    weigh_find_days(w);
    w->fates = arena_alloc(w->a, m + 1, sizeof *w->fates);
    for (size_t i = 0; i < m; i++)
        w->fates[i] = (struct weigh_fate){first_state(c, &c->statements[i]), WEIGH_NO};
    w->asserts = arena_alloc(w->a, n + 1, sizeof(bool));
    w->ours = arena_alloc(w->a, n + 1, sizeof(bool));
    w->maybe_ours = arena_alloc(w->a, n + 1, sizeof(bool));
}

/* ---- copies: what comes from an asserting source sets no range where that source has one ----
 */

static void find_copies(struct weigh_work *w)
{
    const struct weigh_case *c = w->c;
    const struct weigh_graph *g = &w->graph[LEVEL_HIGH];
    unsigned *own = arena_alloc(w->a, c->source_count + 1, sizeof *own); /* units, bit a unit */
    for (size_t i = 0; i < c->statement_count; i++) {
        const struct weigh_statement *t = &c->statements[i];
        if (w->fates[i].state == WEIGH_STANDS && !g->copy[t->source])
            own[g->component[t->source]] |=
                weigh_has_figure(t) ? 1u << t->unit : 1u << UNIT_COUNT;
    }
    for (size_t i = 0; i < c->statement_count; i++) {
        const struct weigh_statement *t = &c->statements[i];
        unsigned bit = weigh_has_figure(t) ? 1u << t->unit : 1u << UNIT_COUNT;
        if (w->fates[i].state == WEIGH_STANDS && g->copy[t->source] &&
            own[g->component[t->source]] & bit)
            w->fates[i].state = WEIGH_COPY;
    }
}

/* ---- the range ---- */

void weigh_span(const struct weigh_statement *t, double *ret_low, double *ret_high)
{
    double low = isnan(t->low) ? 0 : t->low, high = isnan(t->high) ? INFINITY : t->high;
    if (t->bound == FIGURE_APPROX) {
        low *= 0.9;
        high *= 1.1;
    }
    *ret_low = low;
    *ret_high = high;
}

struct range {
    double low, high;       /* of the given ends */
    double least, greatest; /* of all numbers given */
    size_t accounts;
};

static const struct range no_range = {NAN, NAN, NAN, NAN, 0};

static void widen(struct range *r, const struct weigh_statement *t)
{
    r->low = fmin(r->low, t->low);
    r->high = fmax(r->high, t->high);
    r->least = fmin(fmin(r->least, t->low), t->high);
    r->greatest = fmax(fmax(r->greatest, t->low), t->high);
    r->accounts++;
}

/* An end is open when the outermost number was given as the other end of an open figure. */
static double range_low(const struct range *r)
{
    return r->least < r->low ? NAN : r->low;
}
static double range_high(const struct range *r)
{
    return r->greatest > r->high ? NAN : r->high;
}

/* The unit that most origins count in; then most accounts; then the glossary's order, in which
 * "not known" comes last. */
static enum counting_unit main_unit(const size_t *origins, const struct range *ranges)
{
    enum counting_unit best = UNIT_NONE;
    for (int i = 1; i <= UNIT_COUNT; i++) {
        enum counting_unit u = (enum counting_unit)(i % UNIT_COUNT);
        if (i == 1 || origins[u] > origins[best] ||
            (origins[u] == origins[best] && ranges[u].accounts > ranges[best].accounts))
            best = u;
    }
    return best;
}

/* The unit of accounts without figures: the one they all name. */
static enum counting_unit named_unit(const struct weigh_work *w)
{
    enum counting_unit unit = UNIT_NONE;
    for (size_t i = 0; i < w->c->statement_count; i++) {
        enum counting_unit u = w->c->statements[i].unit;
        if (!weigh_standing(w->fates[i].state) || u == UNIT_NONE)
            continue;
        if (unit != UNIT_NONE && unit != u)
            return UNIT_NONE;
        unit = u;
    }
    return unit;
}

static void find_range(struct weigh_work *w)
{
    const struct weigh_case *c = w->c;
    struct weigh_result *r = w->r;
    bool only_ours = r->accounts == 0;
    struct range ranges[UNIT_COUNT];
    size_t origins[UNIT_COUNT] = {0};
    unsigned *seen = arena_alloc(w->a, c->source_count + 1, sizeof *seen);
    for (int u = 0; u < UNIT_COUNT; u++)
        ranges[u] = no_range;
    for (size_t i = 0; i < c->statement_count; i++) {
        const struct weigh_statement *t = &c->statements[i];
        enum weigh_state s = w->fates[i].state;
        if (!weigh_has_figure(t) || s != (only_ours ? WEIGH_OURS : WEIGH_STANDS))
            continue;
        widen(&ranges[t->unit], t);
        size_t component = w->graph[LEVEL_HIGH].component[t->source];
        origins[t->unit] += !(seen[component] >> t->unit & 1);
        seen[component] |= 1u << t->unit;
    }
    enum counting_unit unit = main_unit(origins, ranges);
    r->unit = ranges[unit].accounts ? unit : named_unit(w);
    r->low = range_low(&ranges[unit]);
    r->high = range_high(&ranges[unit]);
    w->top = ranges[unit].greatest;
    if (ranges[unit].accounts == 0 && c->listed_high > 0 && r->accounts) {
        w->listed = true;
        r->unit = c->listed_unit;
        r->low = c->listed_low;
        r->high = w->top = c->listed_high;
    }
    struct weigh_unit_range *other = arena_alloc(w->a, UNIT_COUNT, sizeof *other);
    for (int i = 1; i <= UNIT_COUNT; i++) {
        enum counting_unit u = (enum counting_unit)(i % UNIT_COUNT);
        if (u != unit && ranges[u].accounts)
            other[r->other_unit_count++] = (struct weigh_unit_range){
                u, range_low(&ranges[u]), range_high(&ranges[u]), ranges[u].accounts};
    }
    r->other_units = other;
}

/* ---- what independent origins agree on ---- */

/* What one origin says of number and time: the hull of its standing accounts. */
struct hull {
    bool number, time, floor, credible, fair;
    double low, high;
    struct time_days days;
};

struct interval {
    double low, high;
};

static int compare_interval(const void *pa, const void *pb)
{
    const struct interval *a = pa, *b = pb;
    if (a->low != b->low)
        return a->low < b->low ? -1 : 1;
    return a->high < b->high ? -1 : a->high > b->high;
}

/* Do two of them share a value? Do any two share none? Two that stand beside each other and
 * agree are answer enough, and mostly there are some. */
static void compare_all(struct interval *items, size_t count, bool *ret_two_agree,
                        bool *ret_two_differ)
{
    double greatest = -INFINITY, least = INFINITY, reach = -INFINITY;
    *ret_two_agree = false;
    for (size_t i = 0; i < count; i++) {
        greatest = fmax(greatest, items[i].low);
        least = fmin(least, items[i].high);
        *ret_two_agree |=
            i > 0 && items[i].low <= items[i - 1].high && items[i - 1].low <= items[i].high;
    }
    *ret_two_differ = greatest > least;
    if (*ret_two_agree)
        return;
    sort_items(items, count, sizeof *items, compare_interval);
    for (size_t i = 0; i < count; i++) {
        *ret_two_agree |= i > 0 && items[i].low <= reach;
        reach = fmax(reach, items[i].high);
    }
}

static void add_to_hull(struct hull *h, const struct weigh_case *c,
                        const struct weigh_statement *t, const struct weigh_when *when,
                        enum counting_unit unit)
{
    h->fair = true;
    h->credible |= weigh_credible(c, t);
    if (when->given) {
        if (!h->time || when->days.first < h->days.first)
            h->days.first = when->days.first;
        if (!h->time || when->days.last > h->days.last)
            h->days.last = when->days.last;
        h->time = true;
    }
    if (!weigh_has_figure(t) || t->unit != unit)
        return;
    double low, high;
    weigh_span(t, &low, &high);
    h->low = h->number ? fmin(h->low, low) : low;
    h->high = h->number ? fmax(h->high, high) : high;
    h->number = true;
    h->floor |= !isnan(t->low) && t->bound != FIGURE_APPROX;
}

/* Which words were said by whom: the first component, and whether there is another. */
struct said {
    struct str text;
    size_t component;
    bool several;
};

static struct said *said_slot(struct said *table, size_t size, struct str text)
{
    size_t slot = hash_bytes(text, 0) & (size - 1);
    while (table[slot].text.p && !str_eq(table[slot].text, text))
        slot = (slot + 1) & (size - 1);
    return &table[slot];
}

struct said_table {
    struct said *items;
    size_t size, count;
};

static struct said *say_said(struct arena *a, struct said_table *t, struct str text)
{
    if (t->count * 2 >= t->size) {
        struct said_table larger = {.size = t->size ? t->size * 2 : 64, .count = t->count};
        larger.items = arena_alloc(a, larger.size, sizeof *larger.items);
        for (size_t i = 0; i < t->size; i++)
            if (t->items[i].text.p)
                *said_slot(larger.items, larger.size, t->items[i].text) = t->items[i];
        *t = larger;
    }
    return said_slot(t->items, t->size, text);
}

/* Place and act: two origins in the same words. */
static void compare_words(struct weigh_work *w, const bool *fair, enum weigh_element element)
{
    const struct weigh_case *c = w->c;
    struct said_table table = {0};
    struct said *said = NULL;
    size_t first = WEIGH_NO;
    bool differ = false;
    for (size_t i = 0; i < c->statement_count; i++) {
        const struct weigh_statement *t = &c->statements[i];
        struct str text = element == ELEMENT_PLACE ? t->where : t->what;
        size_t component = w->graph[LEVEL_LOW].component[t->source];
        if (w->fates[i].state != WEIGH_STANDS || !text.p)
            continue;
        w->stated[element] = true;
        if (!fair[component] || weigh_discounted(c, t))
            continue;
        text = str_trim(text);
        if (!said || !str_eq(said->text, text))
            said = say_said(w->a, &table, text);
        if (!said->text.p) {
            *said = (struct said){text, component, false};
            table.count++;
        }
        said->several |= said->component != component;
        first = first == WEIGH_NO ? component : first;
        differ |= first != component;
    }
    if (element == ELEMENT_ACT)
        w->acts_differ |= differ;
    for (size_t i = 0; i < table.size; i++)
        w->supported[element] |= table.items[i].several;
}

/* Are the figures of independent origins such that not all can be right? Grades apart. */
static bool figures_disagree(struct weigh_work *w)
{
    const struct weigh_case *c = w->c;
    size_t n = c->source_count, count = 0;
    struct hull *hulls = arena_alloc(w->a, n + 1, sizeof *hulls);
    struct interval *numbers = arena_alloc(w->a, n + 1, sizeof *numbers);
    for (size_t i = 0; i < c->statement_count; i++) {
        const struct weigh_statement *t = &c->statements[i];
        if (w->fates[i].state == WEIGH_STANDS)
            add_to_hull(&hulls[w->graph[LEVEL_HIGH].component[t->source]], c, t, &w->when[i],
                        w->r->unit);
    }
    for (size_t i = 0; i < n; i++)
        if (hulls[i].number)
            numbers[count++] = (struct interval){hulls[i].low, hulls[i].high};
    bool agree, differ;
    compare_all(numbers, count, &agree, &differ);
    return differ;
}

struct support {
    size_t fair, credible, floors; /* origins, at the low end */
};

static struct support find_support(struct weigh_work *w)
{
    const struct weigh_case *c = w->c;
    const struct weigh_graph *g = &w->graph[LEVEL_LOW];
    size_t n = c->source_count;
    struct hull *hulls = arena_alloc(w->a, n + 1, sizeof *hulls);
    struct interval *numbers = arena_alloc(w->a, n + 1, sizeof *numbers);
    struct interval *times = arena_alloc(w->a, n + 1, sizeof *times);
    bool *fair = arena_alloc(w->a, n + 1, sizeof *fair);
    size_t number_count = 0, time_count = 0;
    struct support s = {0};
    bool any_credible = false;
    for (size_t i = 0; i < c->statement_count; i++) {
        const struct weigh_statement *t = &c->statements[i];
        if (w->fates[i].state != WEIGH_STANDS)
            continue;
        w->stated[ELEMENT_NUMBER] |= weigh_has_figure(t);
        w->stated[ELEMENT_TIME] |= w->when[i].given;
        if (weigh_discounted(c, t) || w->maybe_ours[t->source])
            continue;
        add_to_hull(&hulls[g->component[t->source]], c, t, &w->when[i], w->r->unit);
        any_credible |= weigh_credible(c, t);
    }
    for (size_t i = 0; i < n; i++) {
        const struct hull *h = &hulls[i];
        if (!h->fair || !g->known[i])
            continue;
        fair[i] = true;
        s.fair++;
        s.credible += h->credible;
        s.floors += h->floor;
        if (h->number)
            numbers[number_count++] = (struct interval){h->low, h->high};
        if (h->time)
            times[time_count++] = (struct interval){h->days.first, h->days.last};
    }
    if (s.credible == 0 && any_credible)
        s.credible = 1;
    bool differ;
    compare_all(numbers, number_count, &w->supported[ELEMENT_NUMBER], &differ);
    compare_all(times, time_count, &w->supported[ELEMENT_TIME], &differ);
    compare_words(w, fair, ELEMENT_PLACE);
    compare_words(w, fair, ELEMENT_ACT);
    w->acts_differ &= !w->supported[ELEMENT_ACT] && isnan(w->top);
    return s;
}

/* ---- verdict and flags ---- */

static bool is_denial(const struct weigh_statement *t)
{
    return t->denial != DENIAL_ACKNOWLEDGES && t->denial != DENIAL_ACCEPTS_RESPONSIBILITY;
}

/* In a position to know, and not the party itself. */
static bool contradicts(const struct weigh_source *s)
{
    return !s->party && weigh_knows(s) && s->basis != BASIS_PERPETRATOR;
}

static bool acknowledges(const struct weigh_source *s, const struct weigh_statement *t,
                         enum weigh_state state)
{
    if (state == WEIGH_DENIAL || weigh_standing(state)) {
        if (t->denial != DENIAL_NONE && !is_denial(t))
            return true;
    }
    return weigh_standing(state) &&
           (s->party || (s->basis == BASIS_PERPETRATOR && s->terms == ATTRIBUTION_ON_RECORD));
}

static bool raise_flags(struct weigh_work *w)
{
    const struct weigh_case *c = w->c;
    unsigned flags = 0;
    bool acknowledged = false;
    for (size_t i = 0; i < c->statement_count; i++) {
        const struct weigh_statement *t = &c->statements[i];
        const struct weigh_source *s = &c->sources[t->source];
        enum weigh_state state = w->fates[i].state;
        acknowledged |= acknowledges(s, t, state);
        if (state == WEIGH_WITHDRAWN)
            flags |= 1u << FLAG_WITHDRAWN;
        if (state == WEIGH_DENIAL && is_denial(t))
            flags |= 1u << FLAG_DENIED | (contradicts(s) ? 1u << FLAG_CONTESTED : 0);
        if (weigh_standing(state) && weigh_discounted(c, t))
            flags |= 1u << FLAG_DISCOUNTED;
        if (weigh_standing(state) &&
            (s->grade == GRADE_NONE || t->information == INFORMATION_NONE))
            flags |= 1u << FLAG_PENDING;
    }
    if (w->figures_disagree)
        flags |= 1u << FLAG_CONTESTED;
    w->r->flags = flags;
    return acknowledged;
}

static void judge(struct weigh_work *w)
{
    struct weigh_result *r = w->r;
    w->figures_disagree = figures_disagree(w);
    struct support s = find_support(w);
    bool acknowledged = raise_flags(w), ours = false;
    for (size_t i = 0; i < w->c->statement_count; i++)
        ours |= w->fates[i].state == WEIGH_OURS;
    bool every_element = true;
    for (int e = 0; e < ELEMENT_COUNT; e++)
        every_element &= !w->stated[e] || w->supported[e];
    if (r->accounts || ours)
        r->verdict = VERDICT_ALLEGED;
    if (r->origins_low > 0 && s.credible)
        r->verdict = VERDICT_REPORTED;
    if (s.fair >= 2 && !w->acts_differ)
        r->verdict = VERDICT_CORROBORATED;
    if (s.credible >= 3 && !w->acts_differ && every_element &&
        !(r->flags & 1u << FLAG_CONTESTED))
        r->verdict = VERDICT_VERIFIED;
    if (w->listed && w->c->listed_single && r->verdict > VERDICT_REPORTED)
        r->verdict = s.credible ? VERDICT_REPORTED : VERDICT_ALLEGED;
    if (acknowledged)
        r->verdict = VERDICT_ACKNOWLEDGED;
    r->floor = r->verdict >= VERDICT_CORROBORATED && s.fair >= 2 && s.floors >= 2 && r->low > 0;
    r->floor_value = r->floor ? r->low : NAN;
}

void weigh_run(struct arena *a, const struct weigh_case *c, struct weigh_result *ret)
{
    memset(ret, 0, sizeof *ret);
    struct weigh_work w = {.a = a, .c = c, .r = ret, .top = NAN};
    prepare(&w);
    weigh_find_ours(&w);
    weigh_find_origins(&w);
    weigh_find_revisions(&w);
    find_copies(&w);
    for (size_t i = 0; i < c->statement_count; i++) {
        const struct weigh_statement *t = &c->statements[i];
        bool stands = weigh_standing(w.fates[i].state);
        ret->accounts += stands;
        ret->denials += w.fates[i].state == WEIGH_DENIAL && is_denial(t);
        w.unknown_accounts +=
            stands && !w.graph[LEVEL_LOW].known[w.graph[LEVEL_LOW].component[t->source]];
    }
    find_range(&w);
    judge(&w);
    ret->fates = w.fates;
    weigh_say(&w);
}
