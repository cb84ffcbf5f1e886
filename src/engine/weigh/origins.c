/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who has it from whom. Sources are the nodes; a derivation between statements counts for their
 * sources. A silent source (without a usable account) joins those who have it from the same
 * place, but somebody who only denies, or quotes two others without asserting anything, joins
 * nobody: from the asserting sources we follow the links towards where things come from, and
 * only links met on that way join.
 */
#include "engine/weigh/parts.h"

/* Links in rows: the row of node i is to[start[i]] … to[start[i + 1] - 1]. */
struct rows {
    size_t *start, *to;
};

static size_t source_of(const struct weigh_case *c, struct weigh_ref r)
{
    return r.statement ? c->statements[r.at].source : r.at;
}

static bool at_level(const struct weigh_derivation *d, enum weigh_level level)
{
    return d->certainty == CERTAINTY_ESTABLISHED ||
           (level == LEVEL_LOW && d->certainty != CERTAINTY_EXCLUDED);
}

/* A statement that asserts nothing, used or not, has no part in where assertions come from. */
static bool mute(const struct weigh_case *c, struct weigh_ref r)
{
    return r.statement && !weigh_asserts(c->statements[r.at].stance);
}

struct edge {
    size_t from, to;
};

static struct rows make_rows(struct arena *a, size_t nodes, const struct edge *edges,
                             size_t count)
{
    struct rows r = {arena_alloc(a, nodes + 2, sizeof(size_t)),
                     arena_alloc(a, count + 1, sizeof(size_t))};
    for (size_t i = 0; i < count; i++)
        r.start[edges[i].from + 2]++;
    for (size_t i = 2; i < nodes + 2; i++)
        r.start[i] += r.start[i - 1];
    for (size_t i = 0; i < count; i++)
        r.to[r.start[edges[i].from + 1]++] = edges[i].to;
    return r;
}

/* ---- what is ours ---- */

struct spread {
    bool *seen; /* sources, then statements */
    size_t *queue, count;
};

static void reach(struct spread *s, size_t node)
{
    if (s->seen[node])
        return;
    s->seen[node] = true;
    s->queue[s->count++] = node;
}

/* Of what a release of ours has it, if that is unknown: it may as well be an echo of ours. */
static bool is_echo(const struct weigh_case *c, const bool *listed,
                    const struct weigh_derivation *d)
{
    return listed[source_of(c, d->from)] && !weigh_knows(&c->sources[source_of(c, d->to)]);
}

/* From our own releases against the derivations: everything that comes from them. A source all
 * of whose accounts are ours is ours. */
static const bool *spread_ours(struct weigh_work *w, enum weigh_level level)
{
    const struct weigh_case *c = w->c;
    size_t sources = c->source_count, nodes = sources + c->statement_count;
    if (c->our_count == 0)
        return arena_alloc(w->a, nodes + 1, sizeof(bool));
    struct edge *edges = arena_alloc(w->a, 2 * c->derivation_count + nodes + 1, sizeof *edges);
    bool *listed = arena_alloc(w->a, sources + 1, sizeof *listed);
    for (size_t i = 0; i < c->our_count; i++)
        if (!c->ours[i].statement)
            listed[c->ours[i].at] = true;
    size_t edge_count = 0;
    size_t *left = arena_alloc(w->a, sources + 1, sizeof *left);
    for (size_t i = 0; i < c->derivation_count; i++) {
        const struct weigh_derivation *d = &c->derivations[i];
        if (!at_level(d, level) || d->kind == DERIVATION_COMMON_ORIGIN || mute(c, d->from) ||
            mute(c, d->to))
            continue;
        struct edge e = {d->to.at + (d->to.statement ? sources : 0),
                         d->from.at + (d->from.statement ? sources : 0)};
        edges[edge_count++] = e;
        if (is_echo(c, listed, d))
            edges[edge_count++] = (struct edge){e.to, e.from};
    }
    for (size_t i = 0; i < c->statement_count; i++) {
        edges[edge_count++] = (struct edge){c->statements[i].source, sources + i};
        left[c->statements[i].source] += weigh_asserting(w->fates[i].state);
    }
    struct rows rows = make_rows(w->a, nodes, edges, edge_count);
    struct spread s = {arena_alloc(w->a, nodes + 1, sizeof(bool)),
                       arena_alloc(w->a, nodes + 1, sizeof(size_t)), 0};
    for (size_t i = 0; i < c->our_count; i++)
        reach(&s, c->ours[i].at + (c->ours[i].statement ? sources : 0));
    for (size_t at = 0; at < s.count; at++) {
        size_t node = s.queue[at];
        for (size_t k = rows.start[node]; k < rows.start[node + 1]; k++)
            reach(&s, rows.to[k]);
        if (node < sources)
            continue;
        size_t source = c->statements[node - sources].source;
        if (weigh_asserting(w->fates[node - sources].state) && --left[source] == 0)
            reach(&s, source);
    }
    return s.seen;
}

void weigh_find_ours(struct weigh_work *w)
{
    const struct weigh_case *c = w->c;
    const bool *sure = spread_ours(w, LEVEL_HIGH), *maybe = spread_ours(w, LEVEL_LOW);
    for (size_t i = 0; i < c->source_count; i++)
        w->ours[i] = sure[i];
    for (size_t i = 0; i < c->statement_count; i++) {
        struct weigh_fate *f = &w->fates[i];
        if (!weigh_asserting(f->state))
            continue;
        if (sure[c->source_count + i])
            f->state = WEIGH_OURS;
        else
            w->asserts[c->statements[i].source] = true;
    }
    /* A source counts in the low end if one account of it does not possibly come from us. */
    for (size_t i = 0; i < c->source_count; i++)
        w->maybe_ours[i] = true;
    for (size_t i = 0; i < c->statement_count; i++)
        if (weigh_asserting(w->fates[i].state) && !maybe[c->source_count + i])
            w->maybe_ours[c->statements[i].source] = false;
}

/* ---- the links of a level ---- */

struct links {
    struct edge *edges; /* between sources, towards where it comes from, active only */
    size_t count;
};

static struct links active_links(struct weigh_work *w, enum weigh_level level)
{
    const struct weigh_case *c = w->c;
    size_t n = c->source_count;
    struct edge *all = arena_alloc(w->a, c->derivation_count + 1, sizeof *all);
    size_t count = 0;
    for (size_t i = 0; i < c->derivation_count; i++) {
        const struct weigh_derivation *d = &c->derivations[i];
        size_t from = source_of(c, d->from), to = source_of(c, d->to);
        if (!at_level(d, level) || mute(c, d->from) || mute(c, d->to) || from == to ||
            w->ours[from] || w->ours[to])
            continue;
        all[count++] = (struct edge){from, to};
    }
    struct rows rows = make_rows(w->a, n, all, count);
    struct spread s = {arena_alloc(w->a, n + 1, sizeof(bool)),
                       arena_alloc(w->a, n + 1, sizeof(size_t)), 0};
    for (size_t i = 0; i < n; i++)
        if (w->asserts[i])
            reach(&s, i);
    for (size_t at = 0; at < s.count; at++)
        for (size_t k = rows.start[s.queue[at]]; k < rows.start[s.queue[at] + 1]; k++)
            reach(&s, rows.to[k]);
    struct links links = {all, 0};
    for (size_t i = 0; i < count; i++)
        if (s.seen[all[i].from])
            links.edges[links.count++] = all[i];
    return links;
}

static size_t find_root(size_t *parent, size_t x)
{
    while (parent[x] != x) {
        parent[x] = parent[parent[x]];
        x = parent[x];
    }
    return x;
}

static void join_components(struct weigh_work *w, struct weigh_graph *g, struct links links)
{
    size_t n = w->c->source_count;
    for (size_t i = 0; i < n; i++)
        g->component[i] = i;
    for (size_t i = 0; i < links.count; i++) {
        size_t a = find_root(g->component, links.edges[i].from);
        size_t b = find_root(g->component, links.edges[i].to);
        if (w->source_rank[a] < w->source_rank[b])
            g->component[b] = a;
        else
            g->component[a] = b;
    }
    for (size_t i = 0; i < n; i++)
        g->component[i] = find_root(g->component, i);
}

/* Tarjan's strongly connected components, without recursion. Sources are done in an order in
 * which everything a ring comes from is done before it. */
struct walk {
    size_t *index, *low, *stack, *path, *next, *done;
    size_t counter, stacked, depth, done_count;
};

static void finish_ring(struct walk *t, struct weigh_graph *g, size_t node)
{
    size_t member;
    do {
        member = t->stack[--t->stacked];
        g->ring[member] = node;
        t->done[t->done_count++] = member;
    } while (member != node);
}

static void walk_from(struct walk *t, struct weigh_graph *g, struct rows rows, size_t start)
{
    t->path[t->depth++] = start;
    while (t->depth) {
        size_t node = t->path[t->depth - 1];
        if (t->index[node] == 0) {
            t->index[node] = t->low[node] = ++t->counter;
            t->stack[t->stacked++] = node;
            t->next[node] = rows.start[node];
        }
        bool down = false;
        while (t->next[node] < rows.start[node + 1]) {
            size_t to = rows.to[t->next[node]];
            if (t->index[to] == 0) {
                t->path[t->depth++] = to;
                down = true;
                break;
            }
            if (g->ring[to] == WEIGH_NO && t->low[to] < t->low[node])
                t->low[node] = t->low[to];
            t->next[node]++;
        }
        if (down)
            continue;
        t->depth--;
        if (t->low[node] == t->index[node])
            finish_ring(t, g, node);
    }
}

static const size_t *find_rings(struct weigh_work *w, struct weigh_graph *g, struct rows rows)
{
    size_t n = w->c->source_count;
    size_t *space = arena_alloc(w->a, 6 * (n + 1), sizeof *space);
    struct walk t = {.index = space,
                     .low = space + (n + 1),
                     .stack = space + 2 * (n + 1),
                     .path = space + 3 * (n + 1),
                     .next = space + 4 * (n + 1),
                     .done = space + 5 * (n + 1)};
    for (size_t i = 0; i < n; i++)
        g->ring[i] = WEIGH_NO;
    for (size_t i = 0; i < n; i++)
        if (t.index[i] == 0)
            walk_from(&t, g, rows, i);
    return t.done;
}

/* `derived` and `copy` for each ring as a whole. */
static void find_heads(struct weigh_work *w, struct weigh_graph *g, struct rows rows,
                       const size_t *done)
{
    size_t n = w->c->source_count;
    bool *ring_asserts = arena_alloc(w->a, n + 1, sizeof(bool));
    bool *ring_derived = arena_alloc(w->a, n + 1, sizeof(bool));
    bool *ring_copy = arena_alloc(w->a, n + 1, sizeof(bool));
    for (size_t i = 0; i < n; i++)
        ring_asserts[g->ring[i]] |= w->asserts[i];
    for (size_t i = 0; i < n; i++) {
        size_t ring = g->ring[done[i]];
        for (size_t k = rows.start[done[i]]; k < rows.start[done[i] + 1]; k++) {
            size_t to = g->ring[rows.to[k]];
            if (to == ring)
                continue;
            ring_derived[ring] = true;
            ring_copy[ring] |= ring_asserts[to] || ring_copy[to];
        }
    }
    for (size_t i = 0; i < n; i++) {
        g->derived[i] = ring_derived[g->ring[i]];
        g->copy[i] = ring_copy[g->ring[i]];
    }
}

static void scan_level(struct weigh_work *w, enum weigh_level level)
{
    struct weigh_graph *g = &w->graph[level];
    size_t n = w->c->source_count;
    g->component = arena_alloc(w->a, n + 1, sizeof(size_t));
    g->ring = arena_alloc(w->a, n + 1, sizeof(size_t));
    g->derived = arena_alloc(w->a, n + 1, sizeof(bool));
    g->copy = arena_alloc(w->a, n + 1, sizeof(bool));
    g->known = arena_alloc(w->a, n + 1, sizeof(bool));
    g->counts = arena_alloc(w->a, n + 1, sizeof(bool));
    g->rings = arena_alloc(w->a, n + 1, sizeof(bool));
    struct links links = active_links(w, level);
    struct rows rows = make_rows(w->a, n, links.edges, links.count);
    join_components(w, g, links);
    find_heads(w, g, rows, find_rings(w, g, rows));
    for (size_t i = 0; i < n; i++) {
        size_t component = g->component[i];
        bool counts = w->asserts[i] && !(level == LEVEL_LOW && w->maybe_ours[i]);
        g->counts[component] |= counts;
        g->known[component] |= !g->derived[i] && weigh_knows(&w->c->sources[i]);
        g->rings[component] |= g->ring[i] != i;
    }
}

/* ---- circular reporting ---- */

static void find_circles(struct weigh_work *w)
{
    const struct weigh_graph *low = &w->graph[LEVEL_LOW], *high = &w->graph[LEVEL_HIGH];
    size_t n = w->c->source_count, count = 0;
    struct rows members[LEVEL_COUNT];
    struct edge *edges = arena_alloc(w->a, n + 1, sizeof *edges);
    for (int level = 0; level < LEVEL_COUNT; level++) {
        count = 0;
        for (size_t i = 0; i < n; i++) {
            size_t s = w->source_order[i];
            if (w->asserts[s])
                edges[count++] = (struct edge){w->graph[level].component[s], s};
        }
        members[level] = make_rows(w->a, n, edges, count);
    }
    struct weigh_circle *circles = arena_alloc(w->a, n + 1, sizeof *circles);
    size_t circle_count = 0;
    for (size_t i = 0; i < n; i++) {
        size_t s = w->source_order[i];
        const struct rows *h = &members[LEVEL_HIGH], *l = &members[LEVEL_LOW];
        size_t high_n = h->start[s + 1] - h->start[s], low_n = l->start[s + 1] - l->start[s];
        if (high_n > 1)
            circles[circle_count++] = (struct weigh_circle){
                h->to + h->start[s], high_n, CERTAINTY_ESTABLISHED, high->rings[s]};
        size_t first = low_n ? l->to[l->start[s]] : s;
        size_t inside = high->component[first];
        bool wider = low_n > h->start[inside + 1] - h->start[inside];
        if (low_n > 1 && wider)
            circles[circle_count++] = (struct weigh_circle){l->to + l->start[s], low_n,
                                                            CERTAINTY_POSSIBLE, low->rings[s]};
    }
    w->r->circles = circles;
    w->r->circle_count = circle_count;
}

void weigh_find_origins(struct weigh_work *w)
{
    scan_level(w, LEVEL_HIGH);
    scan_level(w, LEVEL_LOW);
    const struct weigh_graph *high = &w->graph[LEVEL_HIGH], *low = &w->graph[LEVEL_LOW];
    bool any = false;
    for (size_t i = 0; i < w->c->source_count; i++) {
        w->r->origins_high += high->counts[i];
        w->r->origins_low += low->counts[i] && low->known[i];
        any |= low->counts[i];
    }
    if (any && w->r->origins_low == 0)
        w->r->origins_low = 1;
    find_circles(w);
}
