/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Later corrections: the newest stands, history stays visible. A statement is superseded by one
 * that is established to revise it; where sources are named instead of statements, the link
 * speaks for the one statement that such a source made. It is superseded also by a later one of
 * its own source, in the same counting unit, when the days of the two do not touch. Statements
 * that revise each other in a ring all stand: nobody can say which is newest.
 */
#include "base/sort.h"
#include "engine/weigh/parts.h"

#include <stdlib.h>

bool weigh_days(const struct weigh_statement *t, struct time_days *ret)
{
    struct time_edtf e;
    if (!t->when.p || time_parse(t->when, &e, NULL) != 0)
        return false;
    *ret = time_days_of(&e);
    return true;
}

struct revision {
    size_t from, to; /* statements: the newer, the older */
};

/* The statement that a reference means: itself, or the only account of a source. */
static size_t statement_of(const struct weigh_ref r, const size_t *only)
{
    return r.statement ? r.at : only[r.at];
}

static size_t collect(struct weigh_work *w, struct revision *revisions)
{
    const struct weigh_case *c = w->c;
    size_t *only = arena_alloc(w->a, c->source_count + 1, sizeof *only);
    bool *several = arena_alloc(w->a, c->source_count + 1, sizeof *several);
    for (size_t i = 0; i < c->source_count; i++)
        only[i] = WEIGH_NO;
    for (size_t i = 0; i < c->statement_count; i++) {
        size_t s = c->statements[i].source;
        if (!weigh_asserting(w->fates[i].state))
            continue;
        several[s] |= only[s] != WEIGH_NO;
        only[s] = several[s] ? WEIGH_NO : i;
    }
    size_t count = 0;
    for (size_t i = 0; i < c->derivation_count; i++) {
        const struct weigh_derivation *d = &c->derivations[i];
        if (d->kind != DERIVATION_REVISES || d->certainty != CERTAINTY_ESTABLISHED)
            continue;
        size_t from = statement_of(d->from, only), to = statement_of(d->to, only);
        if (from == WEIGH_NO || to == WEIGH_NO || from == to ||
            !weigh_asserting(w->fates[from].state) || !weigh_asserting(w->fates[to].state))
            continue;
        revisions[count++] = (struct revision){from, to};
    }
    return count;
}

/* Of several that revise one statement the first in canonical order is shown. */
static void mark(struct weigh_work *w, size_t older, size_t newer)
{
    struct weigh_fate *f = &w->fates[older];
    f->state = WEIGH_REVISED;
    if (f->revised_by == WEIGH_NO ||
        w->statement_rank[newer] < w->statement_rank[f->revised_by])
        f->revised_by = newer;
}

/* Kahn's order from the newest on: what lies on or behind a ring is never reached. */
static void apply(struct weigh_work *w, const struct revision *revisions, size_t count)
{
    size_t n = w->c->statement_count;
    size_t *newer = arena_alloc(w->a, n + 1, sizeof *newer);
    size_t *start = arena_alloc(w->a, n + 2, sizeof *start);
    size_t *older = arena_alloc(w->a, count + 1, sizeof *older);
    size_t *queue = arena_alloc(w->a, n + 1, sizeof *queue), queued = 0;
    for (size_t i = 0; i < count; i++) {
        newer[revisions[i].to]++;
        start[revisions[i].from + 2]++;
    }
    for (size_t i = 2; i < n + 2; i++)
        start[i] += start[i - 1];
    for (size_t i = 0; i < count; i++)
        older[start[revisions[i].from + 1]++] = revisions[i].to;
    for (size_t i = 0; i < n; i++)
        if (newer[i] == 0)
            queue[queued++] = i;
    for (size_t at = 0; at < queued; at++)
        for (size_t k = start[queue[at]]; k < start[queue[at] + 1]; k++) {
            mark(w, older[k], queue[at]);
            if (--newer[older[k]] == 0)
                queue[queued++] = older[k];
        }
}

struct dated {
    size_t source, statement, rank;
    unsigned group; /* unit, and whether it has a figure */
    struct time_days days;
};

static int compare_dated(const void *pa, const void *pb)
{
    const struct dated *a = pa, *b = pb;
    if (a->source != b->source)
        return a->source < b->source ? -1 : 1;
    if (a->group != b->group)
        return a->group < b->group ? -1 : 1;
    if (a->days.first != b->days.first) /* the latest first */
        return a->days.first > b->days.first ? -1 : 1;
    return a->rank < b->rank ? -1 : a->rank > b->rank;
}

static void apply_dates(struct weigh_work *w)
{
    const struct weigh_case *c = w->c;
    struct dated *items = arena_alloc(w->a, c->statement_count + 1, sizeof *items);
    size_t count = 0;
    for (size_t i = 0; i < c->statement_count; i++) {
        const struct weigh_statement *t = &c->statements[i];
        struct dated d = {t->source, i, w->statement_rank[i], 0, {0}};
        if (w->fates[i].state != WEIGH_STANDS || !weigh_days(t, &d.days))
            continue;
        d.group = (unsigned)t->unit * 2 + weigh_has_figure(t);
        items[count++] = d;
    }
    sort_items(items, count, sizeof *items, compare_dated);
    size_t newest = 0;
    for (size_t i = 1; i < count; i++) {
        if (items[i].source != items[newest].source || items[i].group != items[newest].group)
            newest = i;
        else if (items[i].days.last < items[newest].days.first)
            mark(w, items[i].statement, items[newest].statement);
    }
}

void weigh_find_revisions(struct weigh_work *w)
{
    struct revision *revisions =
        arena_alloc(w->a, w->c->derivation_count + 1, sizeof *revisions);
    apply(w, revisions, collect(w, revisions));
    apply_dates(w);
}
