/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/sort.h"
#include "engine/link/cluster_parts.h"

#include <math.h>
#include <stdlib.h>

#define COMPONENT_BATCH 64u

struct solving {
    const struct link_atoms *atoms;
    uint32_t *first; /* [atoms] an atom of its cluster, the same for all of it */
};

static void solve_small(struct solving *s, uint32_t component)
{
    const struct link_atoms *t = s->atoms;
    const uint32_t *members = t->members + t->component_at[component];
    uint32_t n = t->component_at[component + 1] - t->component_at[component];
    double weights[LINK_EXACT_MAX * LINK_EXACT_MAX];
    uint8_t part[LINK_EXACT_MAX];
    link_atoms_matrix(t, members, n, weights);
    link_solve_exact(weights, n, part);
    for (uint32_t i = 0; i < n; i++)
        s->first[members[i]] = members[part[i]];
}

static void solve_component(struct solving *s, uint32_t component)
{
    const struct link_atoms *t = s->atoms;
    const uint32_t *members = t->members + t->component_at[component];
    uint32_t n = t->component_at[component + 1] - t->component_at[component];
    if (n <= LINK_EXACT_MAX) {
        solve_small(s, component);
        return;
    }
    ARENA_AUTO scratch = {0};
    uint32_t *part = ARENA_NEW(&scratch, n, uint32_t);
    if (!link_solve_matching(t, component, &scratch, part))
        link_solve_large(t, component, &scratch, part);
    for (uint32_t i = 0; i < n; i++)
        s->first[members[i]] = members[part[i]];
}

static void solve_batch(void *context, size_t batch, unsigned worker)
{
    (void)worker;
    struct solving *s = context;
    size_t end = (batch + 1) * COMPONENT_BATCH;
    for (size_t c = batch * COMPONENT_BATCH; c < end && c < s->atoms->component_count; c++)
        solve_component(s, (uint32_t)c);
}

uint32_t link_atoms_number(const struct link_atoms *t, const uint32_t *first, uint32_t *number,
                           uint32_t *ret_cluster)
{
    uint32_t count = 0;
    for (uint32_t x = 0; x < t->count; x++)
        number[x] = UINT32_MAX;
    for (uint32_t r = 0; r < t->graph->records; r++) {
        uint32_t *n = &number[first[t->of[r]]];
        if (*n == UINT32_MAX)
            *n = count++;
        ret_cluster[r] = *n;
    }
    return count;
}

int link_cluster(const struct link_graph *g, struct pool *pool, struct arena *a,
                 struct link_clusters *ret, struct err *err)
{
    ARENA_AUTO scratch = {0};
    struct link_bound bound;
    struct link_atoms t;
    int rc = link_judgements_bind(g, &scratch, &bound, err);
    if (rc)
        return rc;
    double threshold = g->threshold > 0 && g->threshold < 1 ? g->threshold : 0.5;
    rc = link_atoms_make(g, &bound, log(threshold / (1 - threshold)), 0, pool, &scratch, &t,
                         err);
    if (rc)
        return rc;
    struct solving s = {&t, arena_room(&scratch, (t.count + 1u) * sizeof *s.first)};
    for (uint32_t x = 0; x < t.count; x++)
        s.first[x] = x;
    pool_run(pool, (t.component_count + COMPONENT_BATCH - 1) / COMPONENT_BATCH, solve_batch,
             &s);
    struct link_clusters c = {.contradiction_count = bound.contradiction_count};
    c.contradictions = ARENA_NEW(a, c.contradiction_count + 1, struct link_contradiction);
    if (c.contradiction_count)
        memcpy(c.contradictions, bound.contradictions,
               c.contradiction_count * sizeof *c.contradictions);
    c.cluster = arena_room(a, (g->records + 1u) * sizeof *c.cluster);
    uint32_t *number = arena_room(&scratch, (t.count + 1u) * sizeof *number);
    c.count = link_atoms_number(&t, s.first, number, c.cluster);
    *ret = c;
    return 0;
}

/* Surest first; of equal ones, by what the records say. */
struct held {
    float odds;
    uint64_t content;
    uint32_t left, right;
};

static int by_odds(const void *x, const void *y)
{
    const struct held *a = x, *b = y;
    if (a->odds != b->odds)
        return a->odds > b->odds ? -1 : 1;
    if (a->content != b->content)
        return a->content < b->content ? -1 : 1;
    if (a->left != b->left)
        return a->left < b->left ? -1 : 1;
    return (a->right > b->right) - (a->right < b->right);
}

static int by_cluster(const void *x, const void *y)
{
    const struct link_bridge *a = x, *b = y;
    return (a->cluster > b->cluster) - (a->cluster < b->cluster);
}

/* The weakest edge of the heaviest spanning tree: the last that joins (Kruskal 1956). */
void link_cluster_bridges(const struct link_graph *g, const struct link_clusters *c,
                          struct arena *a, struct link_bridge **ret, size_t *ret_count)
{
    ARENA_AUTO scratch = {0};
    size_t count = 0, cap = g->judgement_count;
    for (size_t i = 0; i < g->edge_count; i++)
        cap += c->cluster[g->edges[i].left] == c->cluster[g->edges[i].right];
    struct held *held = arena_room(&scratch, (cap + 1) * sizeof *held);
    for (size_t i = 0; i < g->edge_count; i++) {
        const struct link_edge *e = &g->edges[i];
        if (c->cluster[e->left] == c->cluster[e->right])
            held[count++] = (struct held){
                e->odds, g->content ? g->content[e->left] + g->content[e->right] : 0, e->left,
                e->right};
    }
    for (size_t i = 0; i < g->judgement_count; i++) {
        const struct link_judgement *j = &g->judgements[i];
        if (j->verdict == LINK_SAME && j->left != j->right &&
            c->cluster[j->left] == c->cluster[j->right])
            held[count++] = (struct held){INFINITY, 0, j->left < j->right ? j->left : j->right,
                                          j->left < j->right ? j->right : j->left};
    }
    sort_items(held, count, sizeof *held, by_odds);
    uint32_t *parent = arena_room(&scratch, (g->records + 1u) * sizeof *parent);
    uint32_t *at = arena_room(&scratch, (c->count + 1u) * sizeof *at);
    for (uint32_t r = 0; r < g->records; r++)
        parent[r] = r;
    for (uint32_t k = 0; k < c->count; k++)
        at[k] = UINT32_MAX;
    struct link_bridge *bridges = NULL;
    size_t bridge_count = 0, bridge_cap = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t x = link_root(parent, held[i].left), y = link_root(parent, held[i].right);
        if (x == y)
            continue;
        parent[x] = y;
        uint32_t cluster = c->cluster[held[i].left];
        struct link_bridge b = {cluster, held[i].left, held[i].right, held[i].odds};
        if (at[cluster] == UINT32_MAX) {
            at[cluster] = (uint32_t)bridge_count;
            ARENA_PUSH(a, bridges, bridge_count, bridge_cap, b);
        } else {
            bridges[at[cluster]] = b;
        }
    }
    sort_items(bridges, bridge_count, sizeof *bridges, by_cluster);
    *ret = bridges;
    *ret_count = bridge_count;
}
