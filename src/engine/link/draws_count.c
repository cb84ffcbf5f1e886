/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Draws of which only the number of clusters is wanted. Most components are open in one place
 * or in none, whatever the draw: those of two records are counted by their log odds, and a draw
 * takes a binomial number of each count; those that fall into two groups, each held together
 * beyond doubt, are one coin; those that are certain are counted once. Chains are for the rest.
 */
#include "base/hash.h"
#include "engine/link/draws_parts.h"

#include <math.h>

#define SURE       10.0 /* log odds beyond which nothing moves in any draw */
#define GROUP_MOST 64u  /* atoms; larger components are left to their chains */
#define COIN_BATCH 4096u
#define FEW        30.0 /* the mean up to which a binomial number is summed up to */

struct coin {
    uint64_t seed;
    size_t arc; /* its arcs between the groups */
    uint32_t arcs;
    uint32_t unscored; /* pairs between the groups that are no edge */
};

struct link_counting {
    struct link_chains *chains;
    const struct link_worth *worth;
    uint32_t of_kind[LINK_COIN_KINDS]; /* components of two records, by log odds */
    struct coin *coins;
    size_t coin_count;
    struct link_arc *arcs;
    size_t arc_count;
    uint64_t always;   /* clusters in every draw, without coins */
    uint64_t unscored; /* pairs never scored that are together in every draw */
    uint64_t stream;
    uint64_t *joined, *with; /* of each batch of coins: how many, and unscored pairs */
    /* Clusters that missed pairs join: by any of their atoms. */
    uint32_t *parent, *size, *touched;
    uint64_t *lists;
    size_t touched_count;
    bool *held; /* judged apart from something: left alone */
    const struct link_bound *bound;
};

/* A component as groups of atoms that stay together. */
struct groups {
    uint32_t begin, n;
    uint32_t root[GROUP_MOST];
    double least;    /* of the arcs that hold groups together */
    double against;  /* all that speaks against a group, never above 0 */
    double between;  /* the most that arcs between groups may speak for */
    double most;     /* the largest of them */
    uint64_t scored; /* pairs of records within groups that arcs score */
    bool clash;
};

static bool find_groups(const struct link_atoms *t, const struct link_worth *low,
                        const struct link_worth *high, struct groups *g)
{
    for (uint32_t i = 0; i < g->n; i++)
        g->root[i] = i;
    g->least = INFINITY;
    g->most = -INFINITY;
    for (uint32_t i = 0; i < g->n; i++) {
        uint32_t x = t->members[g->begin + i];
        for (size_t k = t->arc_at[x]; k < t->arc_at[x + 1]; k++) {
            const struct link_arc *arc = &t->arcs[k];
            if (arc->place == UINT32_MAX)
                break;
            double worth = link_arc_worth(low, arc);
            if (arc->place < i || worth < SURE)
                continue;
            uint32_t p = link_root(g->root, i), q = link_root(g->root, arc->place);
            g->root[p > q ? p : q] = p > q ? q : p;
            g->least = fmin(g->least, worth);
        }
    }
    for (uint32_t i = 0; i < g->n; i++)
        g->root[i] = link_root(g->root, i);
    for (uint32_t i = 0; i < g->n; i++) {
        uint32_t x = t->members[g->begin + i];
        for (size_t k = t->arc_at[x]; k < t->arc_at[x + 1]; k++) {
            const struct link_arc *arc = &t->arcs[k];
            if (arc->place == UINT32_MAX)
                break;
            if (arc->place < i)
                continue;
            if (g->root[i] == g->root[arc->place]) {
                g->against += fmin(link_arc_worth(low, arc), 0);
                g->scored += arc->pairs;
            } else {
                double worth = link_arc_worth(high, arc);
                g->between += fmax(worth, 0);
                g->most = fmax(g->most, worth);
            }
        }
        for (uint32_t j = 0; j < i; j++)
            g->clash |=
                g->root[i] == g->root[j] && link_atoms_clash(t, x, t->members[g->begin + j]);
    }
    return !g->clash;
}

/* True when the component needs no chain. */
static bool settle(struct link_counting *c, uint32_t component, const struct link_worth *low,
                   const struct link_worth *high)
{
    const struct link_atoms *t = c->chains->atoms;
    double apart = c->chains->apart;
    struct groups g = {.begin = t->component_at[component]};
    g.n = t->component_at[component + 1] - g.begin;
    uint32_t first = t->members[g.begin];
    const struct link_arc *only = &t->arcs[t->arc_at[first]];
    if (g.n == 2 && t->size[first] == 1 && t->size[t->members[g.begin + 1]] == 1 &&
        only->weight > -INFINITY) {
        c->of_kind[link_coin_kind(only->weight)]++;
        c->always += 2;
        return true;
    }
    if (g.n > GROUP_MOST || !find_groups(t, low, high, &g))
        return false;
    uint32_t count = 0, second = 0;
    uint64_t size[GROUP_MOST] = {0}, own = 0, pairs = 0, lists[2] = {0};
    for (uint32_t i = 0; i < g.n; i++) {
        uint64_t s = t->size[t->members[g.begin + i]];
        count += g.root[i] == i;
        size[g.root[i]] += s;
        own += s * (s - 1) / 2;
        second = !second ? g.root[i] : second;
        if (t->lists)
            lists[g.root[i] != 0] |= t->lists[t->members[g.begin + i]];
    }
    for (uint32_t i = 0; i < g.n; i++)
        pairs += size[i] * (size[i] - (size[i] > 0)) / 2;
    uint64_t unscored = pairs - own - g.scored;
    if (g.least + g.against + apart * (double)unscored - g.between < SURE && count < g.n)
        return false;
    bool never = g.most < -SURE || (count == 2 && (lists[0] & lists[1]));
    if (count > 2 && !(never && (g.n > LINK_SUBSETS_MAX || apart < -SURE)))
        return false;
    c->always += count;
    c->unscored += unscored;
    if (count == 1 || never)
        return true;
    struct coin coin = {.seed = t->seed[component], .arc = c->arc_count};
    uint64_t left = size[0] * size[second];
    for (uint32_t i = 0; i < g.n; i++)
        for (size_t k = t->arc_at[t->members[g.begin + i]];
             k < t->arc_at[t->members[g.begin + i] + 1]; k++) {
            const struct link_arc *arc = &t->arcs[k];
            if (arc->place == UINT32_MAX)
                break;
            if (arc->place < i || g.root[i] == g.root[arc->place])
                continue;
            c->arcs[c->arc_count++] = *arc;
            left -= arc->pairs < left ? arc->pairs : left;
        }
    coin.arcs = (uint32_t)(c->arc_count - coin.arc);
    coin.unscored = left > UINT32_MAX ? UINT32_MAX : (uint32_t)left;
    c->coins[c->coin_count++] = coin;
    return true;
}

struct link_counting *link_counting_make(struct link_chains *chains,
                                         const struct link_bound *bound,
                                         const struct link_worth *low,
                                         const struct link_worth *high, struct arena *a,
                                         uint32_t *open, uint32_t *ret_open)
{
    const struct link_atoms *t = chains->atoms;
    struct link_counting *c = ARENA_NEW(a, 1, struct link_counting);
    c->chains = chains;
    c->coins = arena_room(a, (t->component_count + 1u) * sizeof *c->coins);
    c->arcs = arena_room(a, (t->arc_at[t->count] / 2 + 1) * sizeof *c->arcs);
    c->always = t->count - t->component_at[t->component_count];
    uint32_t count = 0;
    for (uint32_t i = 0; i < t->component_count; i++)
        if (!settle(c, i, low, high))
            open[count++] = i;
    *ret_open = count;
    size_t batches = c->coin_count / COIN_BATCH + 1;
    c->joined = ARENA_NEW(a, batches, uint64_t);
    c->with = ARENA_NEW(a, batches, uint64_t);
    c->parent = ARENA_NEW(a, t->count + 1u, uint32_t);
    c->size = ARENA_NEW(a, t->count + 1u, uint32_t);
    c->touched = ARENA_NEW(a, t->count + 1u, uint32_t);
    if (t->lists)
        c->lists = ARENA_NEW(a, t->count + 1u, uint64_t);
    c->held = ARENA_NEW(a, t->count + 1u, bool);
    c->bound = bound;
    return c;
}

static void toss_batch(void *context, size_t batch, unsigned worker)
{
    (void)worker;
    struct link_counting *c = context;
    size_t end = (batch + 1) * COIN_BATCH;
    uint64_t joined = 0, with = 0;
    for (size_t i = batch * COIN_BATCH; i < end && i < c->coin_count; i++) {
        const struct coin *coin = &c->coins[i];
        double weight = c->chains->apart * coin->unscored;
        for (size_t k = coin->arc; k < coin->arc + coin->arcs; k++)
            weight += link_arc_worth(c->worth, &c->arcs[k]);
        double u = (double)(hash_mix(coin->seed ^ c->chains->seed, c->stream) >> 11) * 0x1p-53;
        if (u < 1 / (1 + exp(-weight))) {
            joined++;
            with += coin->unscored;
        }
    }
    c->joined[batch] = joined;
    c->with[batch] = with;
}

static double binomial(struct rng *rng, double n, double p)
{
    if (p > 0.5)
        return n - binomial(rng, n, 1 - p);
    double mean = n * p;
    if (mean > FEW) {
        double k = floor(mean + sqrt(mean * (1 - p)) * rng_normal(rng) + 0.5);
        return fmin(fmax(k, 0), n);
    }
    double u = rng_unit(rng), term = exp(n * log1p(-p)), k = 0;
    for (; u >= term && k < n; k++) {
        u -= term;
        term *= (n - k) / (k + 1) * p / (1 - p);
    }
    return k;
}

uint64_t link_counting_draw(struct link_counting *c, const struct link_worth *worth,
                            uint64_t stream, struct pool *pool, struct rng *rng,
                            uint64_t *ret_unscored)
{
    c->worth = worth;
    c->stream = stream;
    size_t batches = (c->coin_count + COIN_BATCH - 1) / COIN_BATCH;
    pool_run(pool, batches, toss_batch, c);
    uint64_t count = c->always, unscored = c->unscored;
    for (size_t i = 0; i < batches; i++) {
        count -= c->joined[i];
        unscored += c->with[i];
    }
    for (int k = 0; k < LINK_COIN_KINDS; k++)
        if (c->of_kind[k]) {
            double odds = (double)link_worth_of(worth, link_coin_odds(k));
            count -= (uint64_t)binomial(rng, c->of_kind[k], 1 / (1 + exp(-odds)));
        }
    *ret_unscored = unscored;
    return count;
}

/* The cluster that a record is in, as one of its atoms. */
static uint32_t cluster_of(struct link_counting *c, uint32_t record)
{
    const struct link_atoms *t = c->chains->atoms;
    uint32_t x = t->of[record], part = UINT32_MAX;
    if (t->in[x] != UINT32_MAX) {
        part = c->chains->part[t->component_at[t->in[x]] + t->place[x]];
        x = t->members[part];
    }
    if (!c->size[x]) {
        c->parent[x] = x;
        c->size[x] = part == UINT32_MAX ? t->size[x] : c->chains->size[part];
        if (c->lists)
            c->lists[x] = part == UINT32_MAX ? t->lists[x] : c->chains->lists[part];
        c->touched[c->touched_count++] = x;
    }
    return link_root(c->parent, x);
}

uint64_t link_counting_join(struct link_counting *c, uint64_t count, double missed,
                            struct rng *rng)
{
    uint32_t records = c->chains->atoms->graph->records;
    uint64_t tries = 20 * (uint64_t)missed + 100;
    for (size_t i = 0; i < c->bound->apart_count; i++) {
        c->held[cluster_of(c, c->bound->apart[i].left)] = true;
        c->held[cluster_of(c, c->bound->apart[i].right)] = true;
    }
    for (; missed > 0 && count > 1 && tries; tries--) {
        uint32_t x = cluster_of(c, (uint32_t)rng_below(rng, records));
        uint32_t y = cluster_of(c, (uint32_t)rng_below(rng, records));
        if (x == y || c->held[x] || c->held[y] || (c->lists && (c->lists[x] & c->lists[y])))
            continue;
        missed -= (double)c->size[x] * c->size[y];
        c->parent[y] = x;
        c->size[x] += c->size[y];
        if (c->lists)
            c->lists[x] |= c->lists[y];
        count--;
    }
    while (c->touched_count) {
        uint32_t x = c->touched[--c->touched_count];
        c->size[x] = 0;
        c->held[x] = false;
    }
    return count;
}
