/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Draws from the posterior over clusterings. The weight of a clustering is the product of the
 * odds within its clusters. Pairs that share evidence (a triangle of one person) would count it
 * more than once, and competing pairs would lose twice: so first, in a few pilot draws, the
 * odds are shifted band by band until the pairs of each band are together as often as their
 * calibrated probabilities say. How much of what the pairs of a cluster say is the same nobody
 * knows: between none and all of it. So each draw takes a part of that shift, evenly between.
 */
#include "base/hash.h"
#include "base/rng.h"
#include "base/sort.h"
#include "engine/link/draws_parts.h"

#include <math.h>
#include <stdlib.h>

#define COMPONENT_BATCH 64u
#define PILOT_ROUNDS    8u
#define PILOT_DRAWS     4u     /* a round, and more of what is small: */
#define PILOT_MEMBERS   50000u /* members that they go through together */
#define PILOT_MOST      40u
#define PILOT_WALK      100000u /* members of components that stand for all in the pilot */
#define PILOT_LARGE     1000u   /* members of a component that always takes part */
#define SWEEPS_FIRST    8u
#define SWEEPS          3u
#define BANDS           33                 /* of one unit of log odds, from -16.5 to 16.5 */
#define SHARE_STEP      0.6180339887498949 /* of the golden ratio */
/* How far the log odds of unlikely pairs may be off, all together: they rest on few true ones. */
#define TAIL 0.5
/* Matches that look like none at all, to the share of the others: exponential, mean. */
#define HIDDEN       0.01
#define PILOT_STREAM ((uint64_t)1 << 40)

struct drawing {
    const struct link_graph *graph;
    const struct link_draws *how;
    struct pool *pool;
    struct arena *arena;
    struct link_atoms atoms;
    struct link_bound bound;
    struct link_chains chains;
    struct link_worth worth;
    double add[BANDS]; /* what the pilot found */
    uint64_t stream;
    unsigned sweeps;
    uint32_t *walk; /* components that steps go through */
    uint32_t walk_count;
    double likely; /* sum of the probabilities of all pairs */
    /* Pairs together in the pilot, by band; every batch of components its own. */
    size_t batches;
    double (*together)[BANDS];
    double expected[BANDS], pairs[BANDS];
    uint32_t *label, *number, *cluster; /* [records + atoms], [.], [records] */
    double *counts;                     /* [draws] */
};

static int band_of(float odds)
{
    int band = (int)floorf(odds + 0.5f) + BANDS / 2;
    return band < 0 ? 0 : band >= BANDS ? BANDS - 1 : band;
}

static void step_batch(void *context, size_t batch, unsigned worker)
{
    (void)worker;
    struct drawing *d = context;
    size_t end = (batch + 1) * COMPONENT_BATCH;
    for (size_t i = batch * COMPONENT_BATCH; i < end && i < d->walk_count; i++)
        link_chain_step(&d->chains, d->walk[i], d->stream, d->sweeps);
}

static void count_member(struct drawing *d, uint32_t m, double *together)
{
    const struct link_atoms *t = &d->atoms;
    uint32_t atom = t->members[m], base = t->component_at[t->in[atom]];
    for (size_t k = t->arc_at[atom]; k < t->arc_at[atom + 1]; k++) {
        const struct link_arc *arc = &t->arcs[k];
        if (arc->place == UINT32_MAX)
            break;
        uint32_t other = base + arc->place;
        if (other > m && arc->pairs == 1 && d->chains.part[other] == d->chains.part[m])
            together[band_of(arc->weight)]++;
    }
}

static void count_together(void *context, size_t batch, unsigned worker)
{
    (void)worker;
    struct drawing *d = context;
    const struct link_atoms *t = &d->atoms;
    size_t end = (batch + 1) * COMPONENT_BATCH;
    for (size_t i = batch * COMPONENT_BATCH; i < end && i < d->walk_count; i++)
        for (uint32_t m = t->component_at[d->walk[i]]; m < t->component_at[d->walk[i] + 1]; m++)
            count_member(d, m, d->together[batch]);
}

static void step_all(struct drawing *d, uint64_t stream, unsigned sweeps)
{
    d->stream = stream;
    d->sweeps = sweeps;
    d->batches = (d->walk_count + COMPONENT_BATCH - 1) / COMPONENT_BATCH;
    pool_run(d->pool, d->batches, step_batch, d);
}

/* The table of a draw: a share of the pilot's shift, between the middles of bands; `tail` for
 * unlikely pairs; and the model's. */
static void set_worth(struct drawing *d, double share, double tail, const uint32_t *draw)
{
    for (int i = 0; i < 2 * LINK_WORTH_SIDE + 2; i++) {
        double odds = (double)LINK_WORTH_STEP * (i - LINK_WORTH_SIDE);
        double at = fmin(fmax(odds + BANDS / 2, 0), BANDS - 1);
        int band = (int)at < BANDS - 1 ? (int)at : BANDS - 2;
        double add = d->add[band] + (d->add[band + 1] - d->add[band]) * (at - band);
        add = add * share + tail * fmin(fmax(-odds / 2, 0), 1);
        if (draw && d->how->shift)
            add += d->how->shift(d->how->context, *draw, odds) - odds;
        d->worth.add[i] = (float)add;
    }
    d->chains.worth = &d->worth;
}

/* In the pilot, of many components some are enough. Their content chooses them. */
static void choose_walk(struct drawing *d)
{
    const struct link_atoms *t = &d->atoms;
    double share = (double)PILOT_WALK / (d->chains.members + 1u);
    d->walk_count = 0;
    for (uint32_t c = 0; c < t->component_count; c++) {
        double turn = (double)(hash_mix(t->seed[c], PILOT_STREAM) >> 11) * 0x1p-53;
        if (turn < share || t->component_at[c + 1] - t->component_at[c] > PILOT_LARGE)
            d->walk[d->walk_count++] = c;
    }
}

static void walk_all(struct drawing *d)
{
    for (uint32_t c = 0; c < d->atoms.component_count; c++)
        d->walk[c] = c;
    d->walk_count = d->atoms.component_count;
}

static void expect_together(struct drawing *d)
{
    const struct link_atoms *t = &d->atoms;
    uint32_t next = 0;
    for (uint32_t c = 0; c < t->component_count; c++) {
        bool walked = next < d->walk_count && d->walk[next] == c;
        next += walked;
        for (uint32_t m = t->component_at[c]; m < t->component_at[c + 1]; m++)
            for (size_t k = t->arc_at[t->members[m]]; k < t->arc_at[t->members[m] + 1]; k++) {
                const struct link_arc *arc = &t->arcs[k];
                if (arc->place == UINT32_MAX)
                    break;
                if (arc->pairs != 1 || arc->to < t->members[m] || arc->weight == -INFINITY)
                    continue;
                double p = 1 / (1 + exp(-(double)arc->weight));
                d->likely += p;
                d->pairs[band_of(arc->weight)] += walked;
                d->expected[band_of(arc->weight)] += walked ? p : 0;
            }
    }
}

static double log_ratio(double part, double all)
{
    return log((part + 0.5) / (all - part + 0.5));
}

static void pilot(struct drawing *d)
{
    choose_walk(d);
    expect_together(d);
    set_worth(d, 1, 0, NULL);
    step_all(d, PILOT_STREAM, SWEEPS_FIRST);
    uint32_t draws = PILOT_MEMBERS / (d->chains.members + 1);
    draws = draws < PILOT_DRAWS ? PILOT_DRAWS : draws > PILOT_MOST ? PILOT_MOST : draws;
    for (unsigned round = 0; round < PILOT_ROUNDS; round++) {
        memset(d->together, 0, d->batches * sizeof *d->together);
        for (uint32_t i = 0; i < draws; i++) {
            step_all(d, PILOT_STREAM + 1 + round * PILOT_MOST + i, SWEEPS);
            pool_run(d->pool, d->batches, count_together, d);
        }
        for (int b = 0; b < BANDS; b++) {
            double together = 0, want = d->expected[b] * draws, all = d->pairs[b] * draws;
            for (size_t k = 0; k < d->batches; k++)
                together += d->together[k][b];
            double step = log_ratio(want, all) - log_ratio(together, all);
            /* What chance alone would show teaches nothing. */
            double noise = 1 / (want + 0.5) + 1 / (all - want + 0.5);
            step *= fmax(1 - 4 * noise / (step * step + 1e-12), 0);
            d->add[b] = fmin(fmax(d->add[b] + fmin(fmax(step, -1), 1), -6), 6);
        }
        set_worth(d, 1, 0, NULL);
    }
}

static double draw_missed(struct rng *rng, double mean, double spread)
{
    if (!(mean > 0))
        return 0;
    /* Log-normal around the mean, and a Poisson number of that. */
    double s = sqrt(log1p(spread * spread / (mean * mean)));
    double rate = mean * exp(s * rng_normal(rng) - s * s / 2);
    if (rate > 50)
        return fmax(floor(rate + sqrt(rate) * rng_normal(rng) + 0.5), 0);
    double limit = exp(-rate), product = rng_unit(rng), k = 0;
    for (; product > limit; k++)
        product *= rng_unit(rng);
    return k;
}

/* Pairs that are matches and that no clustering of what is scored shows. */
static double draw_hidden(const struct drawing *d, struct rng *rng)
{
    double missed = draw_missed(rng, d->graph->missed, d->graph->missed_spread);
    return missed + floor(-log1p(-rng_unit(rng)) * HIDDEN * d->likely + rng_unit(rng));
}

/* Numbers the clusters of a draw: label[atom] is any atom's label. */
static uint32_t number_clusters(struct drawing *d)
{
    const struct link_atoms *t = &d->atoms;
    for (uint32_t x = 0; x < t->count; x++)
        d->label[x] = t->in[x] == UINT32_MAX
                          ? x
                          : t->members[d->chains.part[t->component_at[t->in[x]] + t->place[x]]];
    return link_atoms_number(t, d->label, d->number, d->cluster);
}

struct joined {
    uint32_t *parent, *size;
    uint64_t *lists;
    bool *held; /* judged apart from something: left alone */
};

static void gather_joined(struct drawing *d, uint32_t count, struct arena *a, struct joined *j)
{
    const struct link_graph *g = d->graph;
    j->parent = arena_room(a, (count + 1u) * sizeof *j->parent);
    j->size = ARENA_NEW(a, count + 1u, uint32_t);
    j->lists = ARENA_NEW(a, count + 1u, uint64_t);
    j->held = ARENA_NEW(a, count + 1u, bool);
    for (uint32_t k = 0; k < count; k++)
        j->parent[k] = k;
    for (uint32_t r = 0; r < g->records; r++) {
        j->size[d->cluster[r]]++;
        if (g->unique)
            j->lists[d->cluster[r]] |= (uint64_t)1 << (g->list[r] & 63u);
    }
    for (size_t i = 0; i < d->bound.apart_count; i++) {
        j->held[d->cluster[d->bound.apart[i].left]] = true;
        j->held[d->cluster[d->bound.apart[i].right]] = true;
    }
}

/* Joins clusters of random records until the pairs that blocking missed, and those that the
 * evidence hides, are used up. Those in
 * clusters already are among them. Returns how many clusters are left. */
static uint32_t join_missed(struct drawing *d, uint32_t count, struct rng *rng)
{
    const struct link_graph *g = d->graph;
    double missed = draw_hidden(d, rng);
    for (uint32_t c = 0; c < d->atoms.component_count && missed > 0; c++)
        missed -= (double)d->chains.unscored[c];
    if (missed < 1 || count < 2)
        return count;
    ARENA_AUTO a = {0};
    struct joined j;
    gather_joined(d, count, &a, &j);
    uint64_t tries = 20 * (uint64_t)missed + 100;
    uint32_t left = count;
    for (; missed > 0 && left > 1 && tries; tries--) {
        uint32_t x = link_root(j.parent, d->cluster[rng_below(rng, g->records)]);
        uint32_t y = link_root(j.parent, d->cluster[rng_below(rng, g->records)]);
        if (x == y || j.held[x] || j.held[y] || (j.lists[x] & j.lists[y]))
            continue;
        missed -= (double)j.size[x] * j.size[y];
        uint32_t to = x < y ? x : y, from = x < y ? y : x;
        j.parent[from] = to;
        j.size[to] += j.size[from];
        j.lists[to] |= j.lists[from];
        left--;
    }
    /* Numbers in the order of the first record again. */
    uint32_t next = 0;
    for (uint32_t k = 0; k < count; k++)
        j.size[k] = link_root(j.parent, k) == k ? next++ : j.size[link_root(j.parent, k)];
    for (uint32_t r = 0; r < g->records; r++)
        d->cluster[r] = j.size[d->cluster[r]];
    return left;
}

static int by_value(const void *x, const void *y)
{
    const double *a = x, *b = y;
    return (*a > *b) - (*a < *b);
}

/* Between the order statistics; beyond what few draws can show, by their spread. */
static void range_of(double *counts, uint32_t n, uint32_t records, struct link_count_range *ret)
{
    double mean = 0, square = 0;
    sort_items(counts, n, sizeof *counts, by_value);
    for (uint32_t i = 0; i < n; i++)
        mean += counts[i] / n;
    for (uint32_t i = 0; i < n; i++)
        square += (counts[i] - mean) * (counts[i] - mean);
    double spread = n > 1 ? sqrt(square / (n - 1)) * (1 + 1.0 / n) : 0;
    *ret = (struct link_count_range){.low = fmax(floor(mean - 1.96 * spread), 1),
                                     .median = counts[n / 2],
                                     .high = fmin(ceil(mean + 1.96 * spread), records)};
    if (n >= 400) {
        ret->low = counts[(uint32_t)(0.025 * n)];
        ret->high = counts[(uint32_t)ceil(0.975 * n) - 1];
    }
}

/* The worth of log odds in a draw, and the numbers for what else is drawn. */
static void begin_draw(struct drawing *d, uint32_t i, struct rng *ret_rng)
{
    rng_seed_stream(ret_rng, d->how->seed, i);
    /* Evenly over any number of draws; in no order that what is drawn else could follow. */
    set_worth(d, fmod(i * SHARE_STEP, 1), TAIL * rng_normal(ret_rng), &i);
}

static int draw_all(struct drawing *d)
{
    int rc = 0;
    walk_all(d);
    for (uint32_t i = 0; i < d->how->draws && !rc; i++) {
        struct rng rng;
        begin_draw(d, i, &rng);
        step_all(d, i, i ? SWEEPS : SWEEPS_FIRST);
        uint32_t count = join_missed(d, number_clusters(d), &rng);
        d->counts[i] = count;
        rc = d->how->take(d->how->context, i, d->cluster, count);
    }
    return rc;
}

static void count_all(struct drawing *d)
{
    struct link_worth low = {0}, high = {0};
    for (uint32_t i = 0; i < d->how->draws; i++) {
        struct rng rng;
        begin_draw(d, i, &rng);
        for (int k = 0; k < 2 * LINK_WORTH_SIDE + 2; k++) {
            low.add[k] = i ? fminf(low.add[k], d->worth.add[k]) : d->worth.add[k];
            high.add[k] = i ? fmaxf(high.add[k], d->worth.add[k]) : d->worth.add[k];
        }
    }
    struct link_counting *counting = link_counting_make(&d->chains, &d->bound, &low, &high,
                                                        d->arena, d->walk, &d->walk_count);
    for (uint32_t i = 0; i < d->how->draws; i++) {
        struct rng rng;
        begin_draw(d, i, &rng);
        step_all(d, i, i ? SWEEPS : SWEEPS_FIRST);
        uint64_t unscored, count;
        count = link_counting_draw(counting, &d->worth, i, d->pool, &rng, &unscored);
        for (uint32_t k = 0; k < d->walk_count; k++) {
            count += d->chains.parts[d->walk[k]];
            unscored += d->chains.unscored[d->walk[k]];
        }
        double missed = draw_hidden(d, &rng) - (double)unscored;
        if (missed >= 1)
            count = link_counting_join(counting, count, missed, &rng);
        d->counts[i] = (double)count;
    }
}

int link_cluster_draws(const struct link_graph *g, const struct link_draws *how,
                       struct pool *pool, struct link_count_range *ret, struct err *err)
{
    if (!how->draws)
        return err_set(err, ERR_USAGE, "no draws were asked for");
    ARENA_AUTO a = {0};
    struct drawing d = {.graph = g, .how = how, .pool = pool, .arena = &a};
    struct link_clusters solved = {.cluster = (uint32_t *)(uintptr_t)how->solved};
    int rc = how->solved ? 0 : link_cluster(g, pool, &a, &solved, err);
    if (!rc)
        rc = link_judgements_bind(g, &a, &d.bound, err);
    if (!rc)
        rc = link_atoms_make(g, &d.bound, 0, -(double)LINK_ODDS_MAX - 1, pool, &a, &d.atoms,
                             err);
    if (rc)
        return rc;
    link_chains_make(&d.atoms, solved.cluster, how->seed, &a, &d.chains);
    d.chains.apart = d.atoms.unscored;
    d.walk = ARENA_NEW(&a, d.atoms.component_count + 1u, uint32_t);
    d.together =
        arena_alloc(&a, d.atoms.component_count / COMPONENT_BATCH + 1u, sizeof *d.together);
    d.counts = ARENA_NEW(&a, how->draws, double);
    pilot(&d);
    if (how->take) {
        d.label = ARENA_NEW(&a, d.atoms.count + 1u, uint32_t);
        d.number = ARENA_NEW(&a, d.atoms.count + 1u, uint32_t);
        d.cluster = ARENA_NEW(&a, g->records + 1u, uint32_t);
        rc = draw_all(&d);
    } else {
        count_all(&d);
    }
    if (rc)
        return rc;
    range_of(d.counts, how->draws, g->records, ret);
    return 0;
}
