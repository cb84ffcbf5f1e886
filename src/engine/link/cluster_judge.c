/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From judgements to what binds. A contradiction is a pair that must be apart (judged
 * different, or of one list that has a person once) and that judgements of "same" join. Which
 * of these judgements is wrong only a person can say: so every one that lies on a simple path
 * between the two is set aside: the edges of the biconnected components (Hopcroft and Tarjan,
 * CACM 16, 1973) on the way from one to the other in the tree that these form.
 */
#include "base/sort.h"
#include "engine/link/cluster_parts.h"

#include <stdlib.h>

#define JUDGEMENTS_MAX (1u << 28)

/* The records that judgements of "same" name, numbered, as a graph. */
struct claim {
    uint32_t left, right; /* vertices */
    uint32_t block;       /* biconnected component */
};

struct claims {
    const struct link_graph *graph;
    struct arena *arena;
    uint32_t *records; /* [vertices] ascending */
    uint32_t vertices;
    struct claim *claims; /* each judgement of "same" */
    size_t count, cap;
    uint32_t *parent; /* [vertices] sets joined by "same" */
    struct link_contradiction *found;
    size_t found_count, found_cap;
};

static int by_number(const void *x, const void *y)
{
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return (a > b) - (a < b);
}

static int by_pair(const void *x, const void *y)
{
    const struct link_pair *a = x, *b = y;
    int c = by_number(&a->left, &b->left);
    return c ? c : by_number(&a->right, &b->right);
}

static int by_records(const void *x, const void *y)
{
    const struct link_contradiction *a = x, *b = y;
    int c = by_number(&a->left, &b->left);
    return c ? c : by_number(&a->right, &b->right);
}

/* The vertex of a record, or UINT32_MAX. */
static uint32_t vertex_of(const struct claims *c, uint32_t record)
{
    const uint32_t *at = sort_find(&record, c->records, c->vertices, sizeof record, by_number);
    return at ? (uint32_t)(at - c->records) : UINT32_MAX;
}

static int check_judgements(const struct link_graph *g, struct err *err)
{
    if (g->judgement_count > JUDGEMENTS_MAX)
        return err_set(err, ERR_LIMIT, "%zu judgements, and at most %u can be taken",
                       g->judgement_count, JUDGEMENTS_MAX);
    for (size_t i = 0; i < g->judgement_count; i++) {
        const struct link_judgement *j = &g->judgements[i];
        if (j->left >= g->records || j->right >= g->records)
            return err_set(err, ERR_INPUT,
                           "judgement %zu names record %u, and there are %u records", i,
                           j->left > j->right ? j->left : j->right, g->records);
        if (j->left == j->right && j->verdict == LINK_DIFFERENT)
            return err_set(err, ERR_INPUT,
                           "judgement %zu says that record %u is different from itself", i,
                           j->left);
    }
    return 0;
}

static void gather(struct claims *c)
{
    const struct link_graph *g = c->graph;
    size_t named = 0;
    for (size_t i = 0; i < g->judgement_count; i++)
        if (g->judgements[i].verdict == LINK_SAME)
            named += 2;
    c->records = ARENA_NEW(c->arena, named + 1, uint32_t);
    named = 0;
    for (size_t i = 0; i < g->judgement_count; i++)
        if (g->judgements[i].verdict == LINK_SAME) {
            c->records[named++] = g->judgements[i].left;
            c->records[named++] = g->judgements[i].right;
        }
    sort_items(c->records, named, sizeof *c->records, by_number);
    for (size_t i = 0; i < named; i++)
        if (i == 0 || c->records[i] != c->records[i - 1])
            c->records[c->vertices++] = c->records[i];
    c->parent = ARENA_NEW(c->arena, c->vertices + 1u, uint32_t);
    for (uint32_t v = 0; v < c->vertices; v++)
        c->parent[v] = v;
    for (size_t i = 0; i < g->judgement_count; i++) {
        const struct link_judgement *j = &g->judgements[i];
        if (j->verdict != LINK_SAME || j->left == j->right)
            continue;
        struct claim claim = {vertex_of(c, j->left), vertex_of(c, j->right), 0};
        ARENA_PUSH(c->arena, c->claims, c->count, c->cap, claim);
        c->parent[link_root(c->parent, claim.left)] = link_root(c->parent, claim.right);
    }
}

static void add_contradiction(struct claims *c, uint32_t x, uint32_t y, bool of_one_list)
{
    uint32_t left = c->records[x], right = c->records[y];
    struct link_contradiction found = {left < right ? left : right, left < right ? right : left,
                                       of_one_list};
    ARENA_PUSH(c->arena, c->found, c->found_count, c->found_cap, found);
}

struct listed {
    uint32_t root, list, vertex;
};

static int by_list(const void *x, const void *y)
{
    const struct listed *a = x, *b = y;
    if (a->root != b->root)
        return a->root < b->root ? -1 : 1;
    if (a->list != b->list)
        return a->list < b->list ? -1 : 1;
    return by_number(&a->vertex, &b->vertex);
}

static void find_contradictions(struct claims *c)
{
    const struct link_graph *g = c->graph;
    for (size_t i = 0; i < g->judgement_count; i++) {
        const struct link_judgement *j = &g->judgements[i];
        if (j->verdict != LINK_DIFFERENT)
            continue;
        uint32_t x = vertex_of(c, j->left), y = vertex_of(c, j->right);
        if (x != UINT32_MAX && y != UINT32_MAX &&
            link_root(c->parent, x) == link_root(c->parent, y))
            add_contradiction(c, x, y, false);
    }
    if (!g->unique)
        return;
    struct listed *all = ARENA_NEW(c->arena, c->vertices + 1u, struct listed);
    for (uint32_t v = 0; v < c->vertices; v++)
        all[v] = (struct listed){link_root(c->parent, v), g->list[c->records[v]], v};
    sort_items(all, c->vertices, sizeof *all, by_list);
    for (uint32_t i = 1; i < c->vertices; i++)
        if (all[i].root == all[i - 1].root && all[i].list == all[i - 1].list)
            add_contradiction(c, all[i - 1].vertex, all[i].vertex, true);
}

/* Depth-first search without recursion; edges[] is the stack of edges of open components. Each
 * component hangs on its top vertex, and every other vertex in it hangs on the component. */
struct search {
    struct claims *claims;
    size_t *at;      /* [vertices + 1] */
    uint32_t *claim; /* claims of a vertex */
    uint32_t *order, *low, *via;
    size_t *next;
    uint32_t *edges;
    size_t edge_count;
    uint32_t *path;
    uint32_t depth, clock;
    uint32_t *block; /* [vertices] the component on which it hangs */
    uint32_t *top;   /* [blocks] the vertex on which it hangs */
    uint32_t blocks;
    bool *set_aside; /* [blocks] */
};

/* Closes the component whose first edge is claim `via`. */
static void close_block(struct search *s, uint32_t top, uint32_t via)
{
    struct claim *claims = s->claims->claims;
    uint32_t k;
    do {
        k = s->edges[--s->edge_count];
        claims[k].block = s->blocks;
        if (s->via[claims[k].left] == k)
            s->block[claims[k].left] = s->blocks;
        if (s->via[claims[k].right] == k)
            s->block[claims[k].right] = s->blocks;
    } while (k != via);
    s->top[s->blocks++] = top;
}

static void enter(struct search *s, uint32_t v, uint32_t via)
{
    s->order[v] = s->low[v] = ++s->clock;
    s->via[v] = via;
    s->path[s->depth++] = v;
}

static void search_from(struct search *s, uint32_t start)
{
    enter(s, start, UINT32_MAX);
    while (s->depth) {
        uint32_t v = s->path[s->depth - 1];
        if (s->next[v] < s->at[v + 1]) {
            uint32_t k = s->claim[s->next[v]++];
            const struct claim *c = &s->claims->claims[k];
            uint32_t u = c->left == v ? c->right : c->left;
            if (k == s->via[v] || s->order[u] > s->order[v])
                continue;
            s->edges[s->edge_count++] = k;
            if (!s->order[u])
                enter(s, u, k);
            else if (s->order[u] < s->low[v])
                s->low[v] = s->order[u];
            continue;
        }
        s->depth--;
        if (!s->depth)
            break;
        uint32_t up = s->path[s->depth - 1];
        if (s->low[v] < s->low[up])
            s->low[up] = s->low[v];
        if (s->low[v] >= s->order[up])
            close_block(s, up, s->via[v]);
    }
}

static void find_blocks(struct claims *c, struct search *s)
{
    struct arena *a = c->arena;
    *s = (struct search){.claims = c};
    s->at = ARENA_NEW(a, c->vertices + 2u, size_t);
    s->claim = ARENA_NEW(a, 2 * c->count + 1, uint32_t);
    s->order = ARENA_NEW(a, c->vertices + 1u, uint32_t);
    s->low = ARENA_NEW(a, c->vertices + 1u, uint32_t);
    s->via = ARENA_NEW(a, c->vertices + 1u, uint32_t);
    s->next = ARENA_NEW(a, c->vertices + 1u, size_t);
    s->edges = ARENA_NEW(a, c->count + 1, uint32_t);
    s->path = ARENA_NEW(a, c->vertices + 1u, uint32_t);
    s->block = ARENA_NEW(a, c->vertices + 1u, uint32_t);
    s->top = ARENA_NEW(a, c->vertices + 1u, uint32_t);
    s->set_aside = ARENA_NEW(a, c->vertices + 1u, bool);
    for (size_t i = 0; i < c->count; i++) {
        s->at[c->claims[i].left + 1]++;
        s->at[c->claims[i].right + 1]++;
    }
    for (uint32_t v = 0; v < c->vertices; v++)
        s->at[v + 1] += s->at[v];
    memcpy(s->next, s->at, c->vertices * sizeof *s->next);
    for (size_t i = 0; i < c->count; i++) {
        s->claim[s->next[c->claims[i].left]++] = (uint32_t)i;
        s->claim[s->next[c->claims[i].right]++] = (uint32_t)i;
    }
    memcpy(s->next, s->at, c->vertices * sizeof *s->next);
    for (uint32_t v = 0; v < c->vertices; v++)
        if (!s->order[v])
            search_from(s, v);
}

/* Marks the components between the two records of each contradiction. Of two vertices the one
 * that was found later is not above the other: it climbs. What is marked is climbed at once. */
static void set_aside(struct claims *c, struct search *s)
{
    find_blocks(c, s);
    uint32_t *above = ARENA_NEW(c->arena, c->vertices + 1u, uint32_t);
    for (uint32_t v = 0; v < c->vertices; v++)
        above[v] = v;
    for (size_t i = 0; i < c->found_count; i++) {
        uint32_t x = vertex_of(c, c->found[i].left), y = vertex_of(c, c->found[i].right);
        for (;;) {
            x = link_root(above, x);
            y = link_root(above, y);
            if (x == y)
                break;
            uint32_t climbs = s->order[x] > s->order[y] ? x : y;
            s->set_aside[s->block[climbs]] = true;
            above[climbs] = s->top[s->block[climbs]];
        }
    }
}

static void bind(struct claims *c, const struct search *s, struct link_bound *ret)
{
    const struct link_graph *g = c->graph;
    size_t apart_cap = 0;
    for (uint32_t v = 0; v < c->vertices; v++)
        c->parent[v] = v;
    for (size_t i = 0; i < c->count; i++) {
        const struct claim *k = &c->claims[i];
        if (!s->set_aside || !s->set_aside[k->block]) {
            c->parent[link_root(c->parent, k->left)] = link_root(c->parent, k->right);
            continue;
        }
        struct link_pair pair = {c->records[k->left], c->records[k->right]};
        ARENA_PUSH(c->arena, ret->apart, ret->apart_count, apart_cap, pair);
    }
    for (size_t i = 0; i < g->judgement_count; i++)
        if (g->judgements[i].verdict == LINK_DIFFERENT) {
            struct link_pair pair = {g->judgements[i].left, g->judgements[i].right};
            ARENA_PUSH(c->arena, ret->apart, ret->apart_count, apart_cap, pair);
        }
    for (size_t i = 0; i < ret->apart_count; i++)
        if (ret->apart[i].left > ret->apart[i].right)
            ret->apart[i] = (struct link_pair){ret->apart[i].right, ret->apart[i].left};
    sort_items(ret->apart, ret->apart_count, sizeof *ret->apart, by_pair);
    if (!c->vertices)
        return;
    ret->group = arena_room(c->arena, g->records * sizeof *ret->group);
    for (uint32_t r = 0; r < g->records; r++)
        ret->group[r] = r;
    for (uint32_t v = 0; v < c->vertices; v++)
        ret->group[c->records[v]] = c->records[link_root(c->parent, v)];
}

int link_judgements_bind(const struct link_graph *g, struct arena *a, struct link_bound *ret,
                         struct err *err)
{
    int rc = check_judgements(g, err);
    if (rc)
        return rc;
    struct claims c = {.graph = g, .arena = a};
    gather(&c);
    find_contradictions(&c);
    struct search s = {0};
    if (c.found_count)
        set_aside(&c, &s);
    struct link_bound bound = {0};
    bind(&c, &s, &bound);
    sort_items(c.found, c.found_count, sizeof *c.found, by_records);
    for (size_t i = 0; i < c.found_count; i++)
        if (i == 0 || by_records(&c.found[i], &c.found[i - 1]) ||
            c.found[i].of_one_list != c.found[i - 1].of_one_list)
            c.found[bound.contradiction_count++] = c.found[i];
    bound.contradictions = c.found;
    *ret = bound;
    return 0;
}
