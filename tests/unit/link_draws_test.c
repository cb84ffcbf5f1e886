/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Draws over clusterings: what binds holds in every draw, pairs are together as often as their
 * odds say, threads decide nothing, and the count follows.
 */
#include "base/rng.h"
#include "engine/link/cluster.h"
#include "sys/threads.h"
#include "tap.h"

#include <math.h>
#include <stdlib.h>

#define RECORDS 400u
#define DRAWS   300u

struct seen {
    const struct link_graph *graph;
    double *together; /* [edges] draws in which a pair is together */
    unsigned broken;
    uint64_t digest;
    double joined; /* records less clusters, all draws */
};

static int take(void *context, uint32_t draw, const uint32_t *cluster, uint32_t count)
{
    struct seen *s = context;
    const struct link_graph *g = s->graph;
    uint32_t next = 0;
    for (uint32_t r = 0; r < g->records; r++) {
        s->digest = s->digest * 31 + cluster[r] + draw;
        if (cluster[r] > next)
            s->broken++;
        next += cluster[r] == next;
    }
    if (next != count)
        s->broken++;
    for (size_t i = 0; i < g->edge_count; i++)
        s->together[i] += cluster[g->edges[i].left] == cluster[g->edges[i].right];
    for (size_t i = 0; i < g->judgement_count; i++) {
        const struct link_judgement *j = &g->judgements[i];
        if ((cluster[j->left] == cluster[j->right]) != (j->verdict == LINK_SAME))
            s->broken++;
    }
    for (uint32_t x = 0; g->unique && x < g->records; x++)
        for (uint32_t y = x + 1; y < g->records; y++)
            if (cluster[x] == cluster[y] && g->list[x] == g->list[y])
                s->broken++;
    s->joined += g->records - count;
    return 0;
}

static double probability(float odds)
{
    return 1 / (1 + exp(-(double)odds));
}

/* Pairs that have no other near them. */
static void test_alone(void)
{
    static struct link_edge edges[RECORDS / 2];
    static const uint8_t list[RECORDS];
    double together[RECORDS / 2] = {0}, sum[3] = {0}, want[3] = {0};
    struct link_graph g = {.records = RECORDS, .list = list, .edges = edges};
    for (uint32_t r = 0; r < RECORDS; r += 2)
        edges[g.edge_count++] = (struct link_edge){r, r + 1, (float)(r % 6) / 2 - 1};
    g.unscored = -9;
    struct seen s = {.graph = &g, .together = together};
    struct link_draws how = {.draws = DRAWS, .seed = 3, .take = take, .context = &s};
    struct link_count_range range;
    struct err err;
    ok(!link_cluster_draws(&g, &how, NULL, &range, &err), "draws");
    double expected = 0;
    for (size_t i = 0; i < g.edge_count; i++) {
        sum[i % 3] += together[i] / DRAWS;
        want[i % 3] += probability(edges[i].odds);
        expected += probability(edges[i].odds);
    }
    for (int k = 0; k < 3; k++)
        ok(fabs(sum[k] - want[k]) < 0.03 * (double)g.edge_count / 3,
           "log odds %d: together %.1f of %.1f", k - 1, sum[k], want[k]);
    ok(fabs(s.joined / DRAWS - expected) < 2, "as many clusters as that makes");
    ok(range.low < RECORDS - expected && range.high > RECORDS - expected &&
           range.high - range.low < 40 && range.median > range.low && range.median < range.high,
       "%.0f … %.0f … %.0f around %.1f", range.low, range.median, range.high,
       RECORDS - expected);
    g.missed = 30;
    g.missed_spread = 5;
    s.joined = 0;
    int rc = link_cluster_draws(&g, &how, NULL, &range, &err);
    /* A missed match joins all pairs of two clusters: 30 pairs are fewer joins. */
    double more = s.joined / DRAWS - expected;
    ok(!rc && more > 9 && more < 20, "and what blocking missed: %.1f more", more);
}

/* Triangles, whose pairs share their evidence: together as often as they should be. */
static void test_triangles(void)
{
    static struct link_edge edges[RECORDS];
    static const uint8_t list[RECORDS];
    double together[RECORDS] = {0}, sum = 0;
    struct link_graph g = {.records = RECORDS, .list = list, .edges = edges};
    for (uint32_t r = 0; r + 2 < RECORDS; r += 3) {
        edges[g.edge_count++] = (struct link_edge){r, r + 1, 1.5f};
        edges[g.edge_count++] = (struct link_edge){r, r + 2, 1.5f};
        edges[g.edge_count++] = (struct link_edge){r + 1, r + 2, 1.5f};
    }
    g.unscored = -9;
    struct seen s = {.graph = &g, .together = together};
    struct link_draws how = {.draws = DRAWS, .seed = 4, .take = take, .context = &s};
    struct link_count_range range;
    struct err err;
    if (link_cluster_draws(&g, &how, NULL, &range, &err))
        s.broken = 1;
    for (size_t i = 0; i < g.edge_count; i++)
        sum += together[i] / DRAWS / (double)g.edge_count;
    /* As their odds say, if the three say the same; if they are independent, more often. */
    double e = exp(1.5), independent = (e * e * e + e) / (e * e * e + 3 * e + 1);
    ok(!s.broken && sum > probability(1.5f) && sum < independent,
       "triangles: %.3f, between %.3f and %.3f", sum, probability(1.5f), independent);
}

static void random_graph(struct rng *rng, bool unique, struct link_graph *g, uint8_t *list,
                         struct link_edge *edges, struct link_judgement *judgements)
{
    *g = (struct link_graph){.records = 60, .list = list, .edges = edges};
    g->unique = unique;
    g->judgements = judgements;
    g->unscored = -4;
    g->missed = 6;
    g->missed_spread = 2;
    for (uint32_t r = 0; r < g->records; r++)
        list[r] = (uint8_t)(r % 3);
    for (uint32_t x = 0; x < g->records; x++)
        for (uint32_t y = x + 1; y < g->records; y++)
            if (rng_unit(rng) < 0.06)
                edges[g->edge_count++] =
                    (struct link_edge){x, y, (float)(6 * rng_unit(rng) - 3)};
    /* Of neighbours, in other lists: no contradiction. */
    for (uint32_t r = 0; r + 6 < g->records; r += 6)
        if (rng_below(rng, 2))
            judgements[g->judgement_count++] = (struct link_judgement){
                r, r + 1, (uint8_t)(rng_below(rng, 2) ? LINK_SAME : LINK_DIFFERENT)};
}

static void test_bound(void)
{
    struct rng rng;
    rng_seed(&rng, 5);
    struct pool *pool = threads_new(3);
    unsigned broken = 0, threads = 0, same_seed = 0;
    for (unsigned run = 0; run < 40; run++) {
        struct link_graph g;
        static uint8_t list[60];
        static struct link_edge edges[60 * 60];
        static double together[60 * 60];
        struct link_judgement judgements[20];
        random_graph(&rng, run % 2, &g, list, edges, judgements);
        struct seen s = {.graph = &g, .together = together}, t = s, u = s;
        struct link_draws how = {.draws = 20, .seed = run, .take = take, .context = &s};
        struct link_count_range range;
        struct err err;
        broken += link_cluster_draws(&g, &how, NULL, &range, &err) != 0;
        how.context = &t;
        broken += link_cluster_draws(&g, &how, pool, &range, &err) != 0;
        how.context = &u;
        how.seed++;
        broken += link_cluster_draws(&g, &how, pool, &range, &err) != 0;
        broken += s.broken + t.broken + u.broken;
        threads += s.digest != t.digest;
        same_seed += s.digest == u.digest;
    }
    threads_free(pool);
    ok(broken == 0, "what binds holds in every draw (%u)", broken);
    ok(threads == 0, "threads decide nothing (%u)", threads);
    ok(same_seed == 0, "another seed, other draws (%u)", same_seed);
}

static double wider(void *context, uint32_t draw, double odds)
{
    (void)context;
    return odds + (draw % 2 ? 1.0 : -1.0);
}

static int stop(void *context, uint32_t draw, const uint32_t *cluster, uint32_t count)
{
    (void)context;
    (void)cluster;
    (void)count;
    return draw == 2 ? ERR_CANCELLED : 0;
}

static void test_shift(void)
{
    static struct link_edge edges[RECORDS / 2];
    static const uint8_t list[RECORDS];
    struct link_graph g = {.records = RECORDS, .list = list, .edges = edges};
    for (uint32_t r = 0; r < RECORDS; r += 2)
        edges[g.edge_count++] = (struct link_edge){r, r + 1, 0};
    g.unscored = -9;
    struct link_draws how = {.draws = 60, .seed = 6};
    struct link_count_range plain, shifted;
    struct err err;
    int rc = link_cluster_draws(&g, &how, NULL, &plain, &err);
    how.shift = wider;
    rc |= link_cluster_draws(&g, &how, NULL, &shifted, &err);
    ok(!rc && shifted.high - shifted.low > 2 * (plain.high - plain.low),
       "what the model leaves open makes the range wider");
    how.take = stop;
    ok(link_cluster_draws(&g, &how, NULL, &plain, &err) == ERR_CANCELLED, "take can stop it");
    g.records = 0;
    g.edge_count = 0;
    how.take = NULL;
    ok(!link_cluster_draws(&g, &how, NULL, &plain, &err) && plain.median == 0, "no records");
}

/* Without `take` the clusters are counted another way: the counts are the same. */
static void test_counts(void)
{
    struct rng rng;
    rng_seed(&rng, 8);
    struct pool *pool = threads_new(3);
    unsigned broken = 0;
    double mean = 0, off = 0, width = 0, widths = 0;
    for (unsigned run = 0; run < 24; run++) {
        struct link_graph g;
        static uint8_t list[60];
        static struct link_edge edges[60 * 60];
        static double together[60 * 60];
        struct link_judgement judgements[20];
        random_graph(&rng, run % 2, &g, list, edges, judgements);
        /* Small components too, and such as are all but certain. */
        size_t kept = 0;
        for (size_t i = 0; i < g.edge_count; i++)
            if (run % 4 < 2 || i % 5 == 0) {
                edges[kept] = edges[i];
                edges[kept++].odds *= run % 3 == 2 ? 8 : 1;
            }
        g.edge_count = kept;
        struct seen s = {.graph = &g, .together = together};
        struct link_draws how = {.draws = 399, .seed = run, .take = take, .context = &s};
        struct link_count_range each, only, again;
        struct err err;
        broken += link_cluster_draws(&g, &how, pool, &each, &err) != 0;
        how.take = NULL;
        broken += link_cluster_draws(&g, &how, pool, &only, &err) != 0;
        broken += link_cluster_draws(&g, &how, NULL, &again, &err) != 0;
        broken += memcmp(&only, &again, sizeof only) != 0;
        mean += (only.low + only.high - each.low - each.high) / 2 / 24;
        off = fmax(off, fabs(only.low + only.high - each.low - each.high) / 2);
        width += only.high - only.low;
        widths += each.high - each.low;
    }
    threads_free(pool);
    ok(!broken, "counts alone: the same on any number of threads");
    ok(fabs(mean) < 0.3 && off < 2 && fabs(width / widths - 1) < 0.1,
       "and as of drawn clusters: %.2f off, %.2f at most, %.2f as wide", mean, off,
       width / widths);
}

int main(void)
{
    test_counts();
    test_alone();
    test_triangles();
    test_bound();
    test_shift();
    return tap_end();
}
