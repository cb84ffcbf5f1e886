/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Clustering over thousands of random graphs: what judgements and lists forbid never happens,
 * small graphs are solved as well as by trying every partition, and neither the order of the
 * records nor the threads decide anything.
 */
#include "base/rng.h"
#include "base/sort.h"
#include "engine/link/cluster.h"
#include "sys/threads.h"
#include "tap.h"

#include <math.h>
#include <stdlib.h>

#define MANY 60u

struct sample {
    struct link_graph graph;
    uint8_t list[MANY];
    uint64_t content[MANY];
    struct link_edge edges[MANY * MANY];
    struct link_judgement judgements[2 * MANY];
};

static int by_pair(const void *x, const void *y)
{
    const struct link_edge *a = x, *b = y;
    if (a->left != b->left)
        return a->left < b->left ? -1 : 1;
    return (a->right > b->right) - (a->right < b->right);
}

/* Odds in few steps, so that there are ties. */
static void make_sample(struct rng *rng, uint32_t records, unsigned lists, double density,
                        size_t judgements, struct sample *s)
{
    struct link_graph *g = &s->graph;
    *g = (struct link_graph){.records = records, .list = s->list, .content = s->content};
    g->unique = lists > 1;
    g->edges = s->edges;
    g->judgements = s->judgements;
    g->unscored = -2 - 4 * rng_unit(rng);
    g->threshold = 0.5;
    for (uint32_t i = 0; i < records; i++) {
        s->list[i] = (uint8_t)rng_below(rng, lists);
        s->content[i] = rng_u64(rng);
    }
    for (uint32_t i = 0; i < records; i++)
        for (uint32_t j = i + 1; j < records; j++)
            if (rng_unit(rng) < density)
                s->edges[g->edge_count++] =
                    (struct link_edge){i, j, (float)rng_below(rng, 17) / 2 - 4};
    for (; g->judgement_count < judgements; g->judgement_count++) {
        uint32_t x = (uint32_t)rng_below(rng, records), y = (uint32_t)rng_below(rng, records);
        if (x == y)
            y = (x + 1) % records;
        s->judgements[g->judgement_count] =
            (struct link_judgement){x, y, (uint8_t)rng_below(rng, 3)};
    }
}

static double weight_of(const struct link_graph *g, uint32_t x, uint32_t y)
{
    struct link_edge key = {x < y ? x : y, x < y ? y : x, 0};
    const struct link_edge *e =
        sort_find(&key, g->edges, g->edge_count, sizeof *g->edges, by_pair);
    return e ? (double)e->odds : g->unscored;
}

static double value_of(const struct link_graph *g, const uint32_t *cluster)
{
    double sum = 0;
    for (uint32_t x = 0; x < g->records; x++)
        for (uint32_t y = x + 1; y < g->records; y++)
            if (cluster[x] == cluster[y])
                sum += weight_of(g, x, y);
    return sum;
}

static bool allowed(const struct link_graph *g, const uint32_t *cluster)
{
    for (size_t i = 0; i < g->judgement_count; i++) {
        const struct link_judgement *j = &g->judgements[i];
        if (j->verdict != LINK_UNSURE &&
            (cluster[j->left] == cluster[j->right]) != (j->verdict == LINK_SAME))
            return false;
    }
    for (uint32_t x = 0; g->unique && x < g->records; x++)
        for (uint32_t y = x + 1; y < g->records; y++)
            if (cluster[x] == cluster[y] && g->list[x] == g->list[y])
                return false;
    return true;
}

/* Tries every partition; -INFINITY when none is allowed. */
static double best_value(const struct link_graph *g, uint32_t *cluster, uint32_t at,
                         uint32_t parts)
{
    if (at == g->records)
        return allowed(g, cluster) ? value_of(g, cluster) : -INFINITY;
    double best = -INFINITY;
    for (uint32_t part = 0; part <= parts; part++) {
        cluster[at] = part;
        best = fmax(best, best_value(g, cluster, at + 1, part == parts ? parts + 1 : parts));
    }
    return best;
}

static void test_exact(void)
{
    struct rng rng;
    rng_seed(&rng, 20);
    static struct sample s;
    unsigned wrong = 0, contradictory = 0, broken = 0;
    for (unsigned run = 0; run < 3000; run++) {
        make_sample(&rng, 2 + (uint32_t)rng_below(&rng, 5), 1 + (unsigned)rng_below(&rng, 4),
                    0.3 + 0.7 * rng_unit(&rng), rng_below(&rng, 4), &s);
        ARENA_AUTO a = {0};
        struct link_clusters c;
        struct err err;
        uint32_t trial[MANY];
        double best = best_value(&s.graph, trial, 0, 0);
        if (link_cluster(&s.graph, NULL, &a, &c, &err))
            broken++;
        else if (best == -INFINITY)
            contradictory += c.contradiction_count > 0;
        else if (c.contradiction_count || !allowed(&s.graph, c.cluster))
            broken++;
        else if (fabs(value_of(&s.graph, c.cluster) - best) > 1e-6)
            wrong++;
        if (best == -INFINITY && !c.contradiction_count)
            broken++;
    }
    ok(wrong == 0, "as good as the best of all partitions (%u worse)", wrong);
    ok(broken == 0, "nothing forbidden, contradictions only where there is one (%u)", broken);
    ok(contradictory > 100, "%u graphs had contradictions", contradictory);
}

/* Judgements that take part in no contradiction hold, those that do keep their pairs apart. */
static void check_bound(const struct link_graph *g, const struct link_clusters *c,
                        unsigned *broken)
{
    for (size_t i = 0; i < g->judgement_count; i++)
        if (g->judgements[i].verdict == LINK_DIFFERENT &&
            c->cluster[g->judgements[i].left] == c->cluster[g->judgements[i].right])
            ++*broken;
    for (size_t i = 0; i < c->contradiction_count; i++)
        if (c->cluster[c->contradictions[i].left] == c->cluster[c->contradictions[i].right])
            ++*broken;
    for (uint32_t x = 0; g->unique && x < g->records; x++)
        for (uint32_t y = x + 1; y < g->records; y++)
            if (c->cluster[x] == c->cluster[y] && g->list[x] == g->list[y])
                ++*broken;
    for (size_t i = 0; !c->contradiction_count && i < g->judgement_count; i++)
        if (g->judgements[i].verdict == LINK_SAME &&
            c->cluster[g->judgements[i].left] != c->cluster[g->judgements[i].right])
            ++*broken;
    uint32_t next = 0;
    for (uint32_t r = 0; r < g->records; r++) {
        if (c->cluster[r] > next)
            ++*broken;
        next += c->cluster[r] == next;
    }
    if (next != c->count)
        ++*broken;
}

/* The same graph with its records in another order; new_of[old]. */
static void shuffle(struct rng *rng, const struct sample *s, struct sample *ret,
                    uint32_t *new_of)
{
    uint32_t n = s->graph.records;
    *ret = *s;
    ret->graph.list = ret->list;
    ret->graph.content = ret->content;
    ret->graph.edges = ret->edges;
    ret->graph.judgements = ret->judgements;
    for (uint32_t i = 0; i < n; i++)
        new_of[i] = i;
    for (uint32_t i = n; i > 1; i--) {
        uint32_t j = (uint32_t)rng_below(rng, i), swap = new_of[i - 1];
        new_of[i - 1] = new_of[j];
        new_of[j] = swap;
    }
    for (uint32_t i = 0; i < n; i++) {
        ret->list[new_of[i]] = s->list[i];
        ret->content[new_of[i]] = s->content[i];
    }
    for (size_t i = 0; i < s->graph.edge_count; i++) {
        uint32_t x = new_of[s->edges[i].left], y = new_of[s->edges[i].right];
        ret->edges[i] = (struct link_edge){x < y ? x : y, x < y ? y : x, s->edges[i].odds};
    }
    sort_items(ret->edges, s->graph.edge_count, sizeof *ret->edges, by_pair);
    for (size_t i = 0; i < s->graph.judgement_count; i++) {
        ret->judgements[i].left = new_of[s->judgements[i].left];
        ret->judgements[i].right = new_of[s->judgements[i].right];
    }
}

static void test_properties(void)
{
    struct rng rng;
    rng_seed(&rng, 21);
    static struct sample s, other;
    struct pool *pool = threads_new(3);
    unsigned broken = 0, failed = 0, order = 0, threads = 0, split = 0;
    for (unsigned run = 0; run < 1500; run++) {
        make_sample(&rng, 10 + (uint32_t)rng_below(&rng, MANY - 10),
                    1 + (unsigned)rng_below(&rng, 5), 0.02 + 0.2 * rng_unit(&rng),
                    rng_below(&rng, 2) ? 0 : rng_below(&rng, 25), &s);
        ARENA_AUTO a = {0};
        struct link_clusters c, d;
        struct err err;
        if (link_cluster(&s.graph, NULL, &a, &c, &err)) {
            failed++;
            continue;
        }
        check_bound(&s.graph, &c, &broken);
        if (link_cluster(&s.graph, pool, &a, &d, &err) || d.count != c.count ||
            memcmp(c.cluster, d.cluster, s.graph.records * sizeof *c.cluster))
            threads++;
        uint32_t new_of[MANY];
        shuffle(&rng, &s, &other, new_of);
        if (link_cluster(&other.graph, NULL, &a, &d, &err))
            failed++;
        for (uint32_t x = 0; x < s.graph.records; x++)
            for (uint32_t y = 0; y < x; y++)
                if ((c.cluster[x] == c.cluster[y]) !=
                    (d.cluster[new_of[x]] == d.cluster[new_of[y]])) {
                    order++;
                    x = s.graph.records - 1;
                    break;
                }
        /* Any merge can be split by one judgement more. */
        for (uint32_t x = 1; x < s.graph.records; x++) {
            if (c.cluster[x] != c.cluster[0] || c.contradiction_count)
                continue;
            s.judgements[s.graph.judgement_count++] =
                (struct link_judgement){0, x, LINK_DIFFERENT};
            if (link_cluster(&s.graph, NULL, &a, &d, &err) || d.cluster[0] == d.cluster[x])
                split++;
            break;
        }
    }
    threads_free(pool);
    ok(failed == 0, "random graphs are clustered (%u not)", failed);
    ok(broken == 0, "what binds is never broken (%u times)", broken);
    ok(threads == 0, "threads decide nothing (%u times)", threads);
    ok(order == 0, "the order of the records decides nothing (%u times)", order);
    ok(split == 0, "any merge can be split (%u not)", split);
}

/* Two lists: the one-to-one matching of a large component against trying all. */
static double best_matching(const struct link_graph *g, const uint32_t *lefts, uint32_t at,
                            uint32_t count, uint64_t taken)
{
    if (at == count)
        return 0;
    double best = best_matching(g, lefts, at + 1, count, taken);
    for (uint32_t y = 0; y < g->records; y++)
        if (g->list[y] != g->list[lefts[0]] && !(taken >> y & 1)) {
            double w = weight_of(g, lefts[at], y);
            if (w > 0)
                best = fmax(
                    best, w + best_matching(g, lefts, at + 1, count, taken | (uint64_t)1 << y));
        }
    return best;
}

static void test_matching(void)
{
    struct rng rng;
    rng_seed(&rng, 22);
    static struct sample s;
    unsigned wrong = 0;
    for (unsigned run = 0; run < 400; run++) {
        make_sample(&rng, 14, 2, 0.5, 0, &s);
        uint32_t lefts[MANY], count = 0;
        for (uint32_t x = 0; x < s.graph.records; x++)
            if (s.list[x] == 0 && count < 6)
                lefts[count++] = x;
            else
                s.list[x] = 1;
        if (!count)
            continue;
        ARENA_AUTO a = {0};
        struct link_clusters c;
        struct err err;
        if (link_cluster(&s.graph, NULL, &a, &c, &err) || !allowed(&s.graph, c.cluster) ||
            fabs(value_of(&s.graph, c.cluster) - best_matching(&s.graph, lefts, 0, count, 0)) >
                1e-6)
            wrong++;
    }
    ok(wrong == 0, "two lists: the heaviest matching (%u not)", wrong);
}

static void test_contradictions(void)
{
    /* 0-1-2-0 with 0 and 2 different; 2-3 hangs on it and is in no doubt. */
    struct link_judgement judged[] = {
        {0, 1, LINK_SAME}, {2, 1, LINK_SAME}, {2, 0, LINK_DIFFERENT}, {3, 2, LINK_SAME},
        {4, 5, LINK_SAME}, {5, 6, LINK_SAME}, {4, 6, LINK_UNSURE},
    };
    const uint8_t list[7] = {0, 1, 2, 3, 4, 5, 4};
    struct link_graph g = {.records = 7, .list = list, .judgements = judged};
    g.judgement_count = sizeof judged / sizeof *judged;
    g.unscored = -5;
    ARENA_AUTO a = {0};
    struct link_clusters c;
    struct err err;
    ok(!link_cluster(&g, NULL, &a, &c, &err), "judgements without a scored pair");
    ok(c.contradiction_count == 1 && c.contradictions[0].left == 0 &&
           c.contradictions[0].right == 2 && !c.contradictions[0].of_one_list,
       "the contradiction is named");
    ok(c.cluster[0] != c.cluster[1] && c.cluster[1] != c.cluster[2] &&
           c.cluster[0] != c.cluster[2],
       "its pairs stay apart");
    ok(c.cluster[2] == c.cluster[3], "what takes no part in it binds");
    ok(c.cluster[4] == c.cluster[5] && c.cluster[5] == c.cluster[6], "joined through another");
    g.unique = true;
    ok(!link_cluster(&g, NULL, &a, &c, &err) && c.contradiction_count == 2 &&
           c.contradictions[1].left == 4 && c.contradictions[1].right == 6 &&
           c.contradictions[1].of_one_list && c.cluster[4] != c.cluster[6],
       "judgements against a list that has each person once");
    struct link_judgement alone = {1, 1, LINK_DIFFERENT};
    g.judgements = &alone;
    g.judgement_count = 1;
    ok(link_cluster(&g, NULL, &a, &c, &err) == ERR_INPUT, "different from itself: refused");
    alone = (struct link_judgement){1, 7, LINK_SAME};
    ok(link_cluster(&g, NULL, &a, &c, &err) == ERR_INPUT, "no such record: refused");
}

static void test_bridges(void)
{
    /* Two triangles and a weak edge between them; a pair. */
    struct link_edge edges[] = {{0, 1, 5}, {0, 2, 4}, {1, 2, 3}, {2, 3, 1},
                                {3, 4, 5}, {3, 5, 5}, {4, 5, 6}, {6, 7, 2}};
    const uint8_t list[8] = {0};
    struct link_graph g = {.records = 8, .list = list, .edges = edges, .edge_count = 8};
    g.unscored = -3;
    ARENA_AUTO a = {0};
    struct link_clusters c;
    struct err err;
    struct link_bridge *b;
    size_t count;
    ok(!link_cluster(&g, NULL, &a, &c, &err) && c.count == 3 && c.cluster[2] != c.cluster[3],
       "a weak bridge is cut");
    link_cluster_bridges(&g, &c, &a, &b, &count);
    ok(count == 3 && b[0].cluster == 0 && b[0].left == 0 && b[0].right == 2,
       "weakest of a ring");
    ok(b[2].left == 6 && b[2].right == 7 && b[2].odds == 2, "of a pair");
    struct link_judgement same = {2, 3, LINK_SAME};
    g.judgements = &same;
    g.unscored = -1;
    g.judgement_count = 1;
    ok(!link_cluster(&g, NULL, &a, &c, &err) && c.count == 2 && c.cluster[0] == c.cluster[5],
       "a judgement holds it");
    link_cluster_bridges(&g, &c, &a, &b, &count);
    ok(count == 2 && b[0].left == 0 && b[0].right == 2, "and it is no bridge then");
}

int main(void)
{
    test_exact();
    test_properties();
    test_matching();
    test_contradictions();
    test_bridges();
    return tap_end();
}
