/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link/cluster: scored pairs and judgements to clusters, each a person, and to draws
 * from the posterior over clusterings.
 *
 * The graph holds the scored pairs. Judgements "same" and "different" are never broken; where
 * they contradict one another (a same b, b same c, a different c) the contradiction is
 * reported and the pairs of it stay apart. With `unique`, no cluster holds two records of one
 * list. Components are solved exactly where they are small, or where they are a matching of two
 * lists; else by joining what is likeliest on average and moving records while the posterior
 * odds grow: a weak bridge between two groups is cut, because the pairs that it would join as
 * well speak against it. A pair that was never scored counts as `unscored` log odds.
 *
 * The result is a function of the graph: the order of records and the threads decide nothing.
 * Splitting a cluster is one more judgement ("different") and another run; nothing is kept.
 */
#ifndef DEPONENT_ENGINE_LINK_CLUSTER_H
#define DEPONENT_ENGINE_LINK_CLUSTER_H

#include "base/arena.h"
#include "base/err.h"
#include "base/pool.h"
#include "base/rng.h"

struct link_edge {
    uint32_t left, right; /* left < right; sorted, each pair once */
    float odds;           /* natural logarithm of the calibrated odds */
};

enum link_verdict { LINK_UNSURE, LINK_SAME, LINK_DIFFERENT };
struct link_judgement {
    uint32_t left, right;
    uint8_t verdict; /* enum link_verdict; unsure binds nothing */
};

struct link_graph {
    uint32_t records;
    const uint8_t *list; /* [records] */
    /* [records] a hash of what each record says, without its number and its id: breaks ties,
     * so that the order of the records decides nothing. NULL: only the odds break them. */
    const uint64_t *content;
    bool unique;
    struct link_edge *edges;
    size_t edge_count;
    const struct link_judgement *judgements;
    size_t judgement_count;
    double unscored; /* log odds that a pair which is no edge adds to a cluster */
    double missed;   /* matches expected among pairs that blocking never brought together */
    double missed_spread; /* its standard deviation */
    uint64_t unscored_pairs;
    double threshold; /* probability from which a pair is a link on its own */
};

/* Two records that judgements of "same" join, directly or through others, and that are judged
 * different or, with `unique`, are of one list. None of the judgements that take part binds;
 * the pairs they name stay apart until a person settles it. */
struct link_contradiction {
    uint32_t left, right;
    bool of_one_list; /* not judged: the list has a person once */
};

struct link_clusters {
    uint32_t *cluster; /* [records] numbers from 0 in the order of the first record */
    uint32_t count;
    struct link_contradiction *contradictions;
    size_t contradiction_count;
};

struct link_bridge {
    uint32_t cluster, left, right;
    float odds; /* of the pair that holds the cluster together least */
};

/* ERR_INPUT when an edge or a judgement names a record that is not there, or odds are not a
 * number. */
int link_cluster(const struct link_graph *g, struct pool *pool, struct arena *a,
                 struct link_clusters *ret, struct err *err) ERR_CHECKED;
/* For each cluster of two records and more, its weakest bridge. */
void link_cluster_bridges(const struct link_graph *g, const struct link_clusters *c,
                          struct arena *a, struct link_bridge **ret, size_t *ret_count);

/* `draws` clusterings, each handed to `take` in order (cluster: [records]).
 * Without `take`, only the clusters are counted, which costs far less. shift(context,
 * draw, odds) gives the log odds of that draw (the model's own uncertainty); may be NULL. The
 * same seed gives the same draws on any number of threads. Posterior of the number of clusters
 * in *ret_low … *ret_high (95 %), *ret_median. */
struct link_draws {
    uint32_t draws;
    uint64_t seed;
    const uint32_t *solved; /* [records] what link_cluster gave; NULL: it is made anew */
    double (*shift)(void *context, uint32_t draw, double odds);
    int (*take)(void *context, uint32_t draw, const uint32_t *cluster, uint32_t count);
    void *context;
};
struct link_count_range {
    double low, median, high;
};
int link_cluster_draws(const struct link_graph *g, const struct link_draws *d,
                       struct pool *pool, struct link_count_range *ret,
                       struct err *err) ERR_CHECKED;

#endif
