/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link: record linkage from people to clusters: block, compare, fit, score, cluster.
 * Pure: values in, values out; threads are handed in. The same seed gives the same result on
 * any number of threads, and the order of the records never matters to which are linked.
 */
#ifndef DEPONENT_ENGINE_LINK_LINK_H
#define DEPONENT_ENGINE_LINK_LINK_H

#include "engine/link/block.h"
#include "engine/link/cluster.h"
#include "engine/link/compare.h"
#include "engine/link/config.h"
#include "engine/link/model.h"
#include "engine/link/review.h"

struct link_options {
    bool unique;      /* each list has a person once */
    double threshold; /* NAN: the engine's choice */
    bool every_pair;  /* keep every scored pair, not only those with some chance */
    uint64_t seed;
    uint64_t budget; /* pairs to compare at most; 0: the engine's choice */
    const struct link_judgement *judgements;
    size_t judgement_count;
    /* Told how far it is (share of the step, 0 … 1); not 0 stops the work with ERR_CANCELLED. */
    int (*progress)(void *context, const char *step, double share);
    void *progress_context;
};

struct link_result {
    struct link_compare compare;
    struct link_rules rules;
    struct link_recall recall;
    struct link_histogram histogram;
    struct link_model model;
    struct link_scored *pairs; /* sorted by left, right; those with some chance, or all */
    size_t pair_count;
    double threshold; /* in force */
    struct link_graph graph;
    struct link_clusters clusters;
    uint64_t compared;
};

int link_run(const struct link_people *people, const struct link_options *options,
             struct pool *pool, struct arena *a, struct link_result *ret,
             struct err *err) ERR_CHECKED;

#endif
