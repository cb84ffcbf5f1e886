/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The graph of atoms, its components, and the order within each: by the content of the atoms,
 * refined by the odds around them (Weisfeiler and Leman 1968, three rounds).
 */
#include "base/hash.h"
#include "base/sort.h"
#include "engine/link/cluster_parts.h"

#include <math.h>
#include <stdlib.h>

#define REFINE_ROUNDS   3
#define COMPONENT_BATCH 256u

static int by_to(const void *x, const void *y)
{
    const struct link_arc *a = x, *b = y;
    if (a->to != b->to)
        return a->to < b->to ? -1 : 1;
    /* A float sum is the same in one order only. */
    return (a->weight > b->weight) - (a->weight < b->weight);
}

static int check_edges(const struct link_graph *g, struct err *err)
{
    for (size_t i = 0; i < g->edge_count; i++) {
        const struct link_edge *e = &g->edges[i];
        if (e->left >= e->right || e->right >= g->records)
            return err_set(err, ERR_INPUT, "scored pair %zu is of records %u and %u of %u", i,
                           e->left, e->right, g->records);
        if (isnan(e->odds))
            return err_set(err, ERR_INPUT, "scored pair %zu has odds that are not a number", i);
    }
    return 0;
}

static void make_atoms(const struct link_graph *g, const struct link_bound *bound,
                       struct arena *a, struct link_atoms *t)
{
    t->of = arena_room(a, g->records * sizeof *t->of + 1);
    uint32_t *first = NULL; /* of a group, its atom + 1 */
    if (bound->group)
        first = ARENA_NEW(a, g->records + 1u, uint32_t);
    for (uint32_t r = 0; r < g->records; r++) {
        if (!first) {
            t->of[r] = t->count++;
            continue;
        }
        uint32_t *slot = &first[bound->group[r]];
        if (!*slot)
            *slot = ++t->count;
        t->of[r] = *slot - 1;
    }
    t->size = ARENA_NEW(a, t->count + 1u, uint32_t);
    t->content = ARENA_NEW(a, t->count + 1u, uint64_t);
    if (g->unique)
        t->lists = ARENA_NEW(a, t->count + 1u, uint64_t);
    for (uint32_t r = 0; r < g->records; r++) {
        uint32_t x = t->of[r];
        uint64_t list = g->unique ? (uint64_t)1 << (g->list[r] & 63u) : 0;
        t->size[x]++;
        t->content[x] += hash_mix(g->content ? g->content[r] : 0, list + 1);
        if (t->lists)
            t->lists[x] |= list;
    }
}

static void add_arc(struct link_atoms *t, size_t *next, uint32_t x, uint32_t y, float weight)
{
    t->arcs[next[x]++] = (struct link_arc){y, 1, weight, UINT32_MAX};
    t->arcs[next[y]++] = (struct link_arc){x, 1, weight, UINT32_MAX};
}

/* Arcs to one atom become one; a pair that must be apart stays so. */
static void merge_arcs(struct link_atoms *t)
{
    size_t kept = 0, from = 0;
    for (uint32_t x = 0; x < t->count; x++) {
        size_t end = t->arc_at[x + 1], begin = kept;
        bool sorted = true;
        for (size_t i = from + 1; i < end && sorted; i++)
            sorted = t->arcs[i - 1].to < t->arcs[i].to;
        if (!sorted)
            sort_items(t->arcs + from, end - from, sizeof *t->arcs, by_to);
        for (size_t i = from; i < end; i++) {
            struct link_arc arc = t->arcs[i];
            if (kept > begin && t->arcs[kept - 1].to == arc.to) {
                t->arcs[kept - 1].weight += arc.weight;
                t->arcs[kept - 1].pairs += arc.pairs;
            } else {
                t->arcs[kept++] = arc;
            }
        }
        t->arc_at[x] = begin;
        from = end;
    }
    t->arc_at[t->count] = kept;
}

static void make_arcs(const struct link_graph *g, const struct link_bound *bound, double bias,
                      struct arena *a, struct link_atoms *t)
{
    t->arc_at = ARENA_NEW(a, t->count + 2u, size_t);
    for (size_t i = 0; i < g->edge_count; i++) {
        uint32_t x = t->of[g->edges[i].left], y = t->of[g->edges[i].right];
        if (x == y || link_atoms_clash(t, x, y))
            continue;
        t->arc_at[x + 1]++;
        t->arc_at[y + 1]++;
    }
    for (size_t i = 0; i < bound->apart_count; i++) {
        t->arc_at[t->of[bound->apart[i].left] + 1]++;
        t->arc_at[t->of[bound->apart[i].right] + 1]++;
    }
    for (uint32_t x = 0; x < t->count; x++)
        t->arc_at[x + 1] += t->arc_at[x];
    size_t *next = arena_room(a, (t->count + 1u) * sizeof *next);
    memcpy(next, t->arc_at, t->count * sizeof *next);
    t->arcs = arena_room(a, (t->arc_at[t->count] + 1) * sizeof *t->arcs);
    for (size_t i = 0; i < g->edge_count; i++) {
        uint32_t x = t->of[g->edges[i].left], y = t->of[g->edges[i].right];
        if (x == y || link_atoms_clash(t, x, y))
            continue;
        float odds = fminf(fmaxf(g->edges[i].odds, -LINK_ODDS_MAX), LINK_ODDS_MAX);
        add_arc(t, next, x, y, odds - (float)bias);
    }
    for (size_t i = 0; i < bound->apart_count; i++)
        add_arc(t, next, t->of[bound->apart[i].left], t->of[bound->apart[i].right], -INFINITY);
    merge_arcs(t);
}

/* Components of two atoms and more, numbered by first atom; members still in order of number. */
static void make_components(double floor, struct arena *a, struct link_atoms *t)
{
    uint32_t *parent = arena_room(a, (t->count + 1u) * sizeof *parent);
    for (uint32_t x = 0; x < t->count; x++)
        parent[x] = x;
    for (uint32_t x = 0; x < t->count; x++)
        for (size_t i = t->arc_at[x]; i < t->arc_at[x + 1] && t->arcs[i].to < x; i++)
            if ((double)t->arcs[i].weight > floor) {
                uint32_t p = link_root(parent, x), q = link_root(parent, t->arcs[i].to);
                if (p != q)
                    parent[p > q ? p : q] = p > q ? q : p;
            }
    /* The root is the first atom. */
    t->place = ARENA_NEW(a, t->count + 1u, uint32_t);
    t->in = arena_room(a, (t->count + 1u) * sizeof *t->in);
    uint32_t *size = t->place, inside = 0;
    for (uint32_t x = 0; x < t->count; x++)
        size[link_root(parent, x)]++;
    for (uint32_t x = 0; x < t->count; x++)
        if (size[x] > 1) {
            t->component_count++;
            inside += size[x];
        }
    t->component_at = ARENA_NEW(a, t->component_count + 1u, uint32_t);
    t->members = ARENA_NEW(a, inside + 1u, uint32_t);
    t->seed = ARENA_NEW(a, t->component_count + 1u, uint64_t);
    uint32_t component = 0, at = 0;
    for (uint32_t x = 0; x < t->count; x++) {
        uint32_t root = link_root(parent, x);
        if (root == x && size[x] > 1) {
            t->component_at[component] = at;
            at += size[x];
            t->in[x] = component++;
        } else {
            t->in[x] = root == x ? UINT32_MAX : t->in[root];
        }
    }
    for (uint32_t x = 0; x < t->count; x++)
        if (t->in[x] != UINT32_MAX)
            t->members[t->component_at[t->in[x]]++] = x;
    for (uint32_t c = component; c > 0; c--)
        t->component_at[c] = t->component_at[c - 1];
    t->component_at[0] = 0;
}

struct ranked {
    uint64_t hash;
    uint32_t atom;
};

static int by_hash(const void *x, const void *y)
{
    const struct ranked *a = x, *b = y;
    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    return (a->atom > b->atom) - (a->atom < b->atom);
}

static uint64_t arc_hash(const struct link_arc *arc)
{
    uint32_t bits;
    memcpy(&bits, &arc->weight, sizeof bits);
    return bits | (uint64_t)arc->pairs << 32;
}

static void order_component(struct link_atoms *t, uint32_t component)
{
    uint32_t begin = t->component_at[component], n = t->component_at[component + 1] - begin;
    uint32_t *members = t->members + begin;
    ARENA_AUTO scratch = {0};
    uint64_t *hash = arena_room(&scratch, 2 * (size_t)n * sizeof *hash), *other = hash + n;
    struct ranked *ranked = arena_room(&scratch, n * sizeof *ranked);
    for (uint32_t i = 0; i < n; i++) {
        t->place[members[i]] = i;
        hash[i] = hash_mix(t->content[members[i]], t->size[members[i]]);
    }
    for (int round = 0; round < REFINE_ROUNDS && n > 2; round++) {
        for (uint32_t i = 0; i < n; i++) {
            uint64_t sum = 0;
            for (size_t k = t->arc_at[members[i]]; k < t->arc_at[members[i] + 1]; k++) {
                const struct link_arc *arc = &t->arcs[k];
                if (t->in[arc->to] == component)
                    sum += hash_mix(hash[t->place[arc->to]], arc_hash(arc));
            }
            other[i] = hash_mix(hash[i], sum);
        }
        uint64_t *swap = hash;
        hash = other;
        other = swap;
    }
    uint64_t seed = n;
    for (uint32_t i = 0; i < n; i++) {
        ranked[i] = (struct ranked){hash[i], members[i]};
        seed += t->graph->content ? hash[i] : hash_mix(hash[i], members[i]);
    }
    t->seed[component] = seed;
    sort_items(ranked, n, sizeof *ranked, by_hash);
    for (uint32_t i = 0; i < n; i++) {
        members[i] = ranked[i].atom;
        t->place[members[i]] = i;
    }
}

static int by_place(const void *x, const void *y)
{
    const struct link_arc *a = x, *b = y;
    return (a->place > b->place) - (a->place < b->place);
}

/* Arcs within the component first, in its order; then the others, as they come. */
static void order_arcs(struct link_atoms *t, uint32_t component)
{
    for (uint32_t m = t->component_at[component]; m < t->component_at[component + 1]; m++) {
        struct link_arc *arcs = t->arcs + t->arc_at[t->members[m]];
        uint32_t n = (uint32_t)(t->arc_at[t->members[m] + 1] - t->arc_at[t->members[m]]);
        for (uint32_t k = 0; k < n; k++)
            arcs[k].place = t->in[arcs[k].to] == component ? t->place[arcs[k].to] : UINT32_MAX;
        sort_items(arcs, n, sizeof *arcs, by_place);
    }
}

static void order_batch(void *context, size_t batch, unsigned worker)
{
    (void)worker;
    struct link_atoms *t = context;
    size_t end = (batch + 1) * COMPONENT_BATCH;
    for (size_t c = batch * COMPONENT_BATCH; c < end && c < t->component_count; c++) {
        order_component(t, (uint32_t)c);
        order_arcs(t, (uint32_t)c);
    }
}

int link_atoms_make(const struct link_graph *g, const struct link_bound *bound, double bias,
                    double floor, struct pool *pool, struct arena *a, struct link_atoms *ret,
                    struct err *err)
{
    int rc = check_edges(g, err);
    if (rc)
        return rc;
    struct link_atoms t = {.graph = g};
    t.unscored = g->unscored < 0 ? fmax(g->unscored, -(double)LINK_ODDS_MAX) : 0;
    make_atoms(g, bound, a, &t);
    make_arcs(g, bound, bias, a, &t);
    make_components(floor, a, &t);
    pool_run(pool, (t.component_count + COMPONENT_BATCH - 1) / COMPONENT_BATCH, order_batch,
             &t);
    *ret = t;
    return 0;
}

void link_atoms_matrix(const struct link_atoms *t, const uint32_t *atoms, uint32_t n,
                       double *ret_weights)
{
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++)
            ret_weights[i * LINK_EXACT_MAX + j] =
                link_atoms_clash(t, atoms[i], atoms[j])
                    ? -INFINITY
                    : t->unscored * t->size[atoms[i]] * t->size[atoms[j]];
    for (uint32_t i = 0; i < n; i++)
        for (size_t k = t->arc_at[atoms[i]]; k < t->arc_at[atoms[i] + 1]; k++) {
            const struct link_arc *arc = &t->arcs[k];
            for (uint32_t j = 0; j < n; j++)
                if (atoms[j] == arc->to)
                    ret_weights[i * LINK_EXACT_MAX + j] +=
                        (double)arc->weight - t->unscored * arc->pairs;
        }
}
