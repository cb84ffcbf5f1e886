/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Later corrections: the newest stands, history stays visible. A statement is superseded by one
 * that is established to revise it; where sources are named instead of statements, the link
 * speaks for the one statement that such a source made. It is superseded also by a later one of
 * its own source, in the same counting unit, when the days of the two do not touch. Statements
 * that revise each other in a ring all stand: nobody can say which is newest.
 */
#include "base/hash.h"
#include "engine/weigh/parts.h"

#include <stdlib.h>

#define RECENT 4096 /* dates that are remembered: the same ones come again and again */

static struct weigh_when read_when(struct str when)
{
    struct time_edtf e;
    if (time_parse(when, &e, NULL) != 0)
        return (struct weigh_when){0};
    return (struct weigh_when){time_days_of(&e), true,
                               e.from.approximate || e.from.uncertain || e.to.approximate ||
                                   e.to.uncertain};
}

void weigh_find_days(struct weigh_work *w)
{
    const struct weigh_case *c = w->c;
    size_t *recent = arena_alloc(w->a, RECENT, sizeof *recent); /* statement + 1 */
    w->when = arena_alloc(w->a, c->statement_count + 1, sizeof *w->when);
    for (size_t i = 0; i < c->statement_count; i++) {
        struct str when = c->statements[i].when;
        if (!when.p)
            continue;
        size_t *slot = &recent[hash_bytes(when, 0) & (RECENT - 1)];
        bool known = *slot && str_eq(c->statements[*slot - 1].when, when);
        w->when[i] = known ? w->when[*slot - 1] : read_when(when);
        *slot = i + 1;
    }
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
    if (f->revised_by == WEIGH_NO || weigh_before(w->c, newer, f->revised_by))
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

#define GROUPS (2 * UNIT_COUNT)

/* Of one source: the newest statement of each unit, with a figure or without. */
static unsigned group_of(const struct weigh_statement *t)
{
    return (unsigned)t->unit * 2 + weigh_has_figure(t);
}

static bool is_newer(const struct weigh_work *w, size_t a, size_t b)
{
    int32_t x = w->when[a].days.first, y = w->when[b].days.first;
    return x != y ? x > y : weigh_before(w->c, a, b);
}

static void apply_dates_of(struct weigh_work *w, const size_t *statements, size_t count)
{
    size_t newest[GROUPS];
    for (size_t g = 0; g < GROUPS; g++)
        newest[g] = WEIGH_NO;
    for (size_t k = 0; k < count; k++) {
        size_t i = statements[k], *best = &newest[group_of(&w->c->statements[i])];
        if (*best == WEIGH_NO || is_newer(w, i, *best))
            *best = i;
    }
    for (size_t k = 0; k < count; k++) {
        size_t i = statements[k], best = newest[group_of(&w->c->statements[i])];
        if (w->when[i].days.last < w->when[best].days.first)
            mark(w, i, best);
    }
}

/* Source by source, those that stand and say when. */
static void apply_dates(struct weigh_work *w)
{
    const struct weigh_case *c = w->c;
    size_t *start = arena_alloc(w->a, c->source_count + 2, sizeof *start);
    size_t *rows = arena_alloc(w->a, c->statement_count + 1, sizeof *rows);
    for (size_t i = 0; i < c->statement_count; i++)
        if (w->fates[i].state == WEIGH_STANDS && w->when[i].given)
            start[c->statements[i].source + 2]++;
    for (size_t s = 2; s < c->source_count + 2; s++)
        start[s] += start[s - 1];
    for (size_t i = 0; i < c->statement_count; i++)
        if (w->fates[i].state == WEIGH_STANDS && w->when[i].given)
            rows[start[c->statements[i].source + 1]++] = i;
    for (size_t s = 0; s < c->source_count; s++)
        if (start[s + 1] - start[s] > 1)
            apply_dates_of(w, rows + start[s], start[s + 1] - start[s]);
}

void weigh_find_revisions(struct weigh_work *w)
{
    struct revision *revisions =
        arena_alloc(w->a, w->c->derivation_count + 1, sizeof *revisions);
    apply(w, revisions, collect(w, revisions));
    apply_dates(w);
}
