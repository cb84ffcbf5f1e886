/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link/draws_parts: Markov chains over the partitions of components, and counts of
 * clusters without chains. Not for others.
 */
#ifndef DEPONENT_ENGINE_LINK_DRAWS_PARTS_H
#define DEPONENT_ENGINE_LINK_DRAWS_PARTS_H

#include "engine/link/cluster_parts.h"

#include <math.h>

/* What log odds are worth in a draw: a table over their range, read between its points. */
#define LINK_WORTH_STEP 0.25f
#define LINK_WORTH_SIDE 80 /* steps to each side of 0 */
struct link_worth {
    float add[2 * LINK_WORTH_SIDE + 2];
};
static inline float link_worth_of(const struct link_worth *w, float odds)
{
    float at = odds / LINK_WORTH_STEP + LINK_WORTH_SIDE;
    at = at < 0 ? 0 : at > 2 * LINK_WORTH_SIDE ? 2 * LINK_WORTH_SIDE : at;
    int i = (int)at;
    float part = at - (float)i, worth;
    worth = odds + w->add[i] + (w->add[i + 1] - w->add[i]) * part;
    return worth < -LINK_ODDS_MAX  ? -LINK_ODDS_MAX
           : worth > LINK_ODDS_MAX ? LINK_ODDS_MAX
                                   : worth;
}

#define LINK_FORBIDDEN   -1e6
#define LINK_SUBSETS_MAX 5u /* atoms of a component that is sampled exactly */

static inline double link_arc_worth(const struct link_worth *w, const struct link_arc *arc)
{
    if (arc->weight == -INFINITY)
        return LINK_FORBIDDEN;
    if (arc->pairs == 1)
        return (double)link_worth_of(w, arc->weight);
    return arc->pairs * (double)link_worth_of(w, arc->weight / (float)arc->pairs);
}

/* Log odds of components of two records, in steps of 1/64. */
#define LINK_COIN_STEP  64
#define LINK_COIN_KINDS (2 * (int)LINK_ODDS_MAX * LINK_COIN_STEP + 1)
static inline int link_coin_kind(float odds)
{
    return (int)floorf((odds + LINK_ODDS_MAX) * LINK_COIN_STEP + 0.5f);
}
static inline float link_coin_odds(int kind)
{
    return (float)kind / LINK_COIN_STEP - LINK_ODDS_MAX;
}

/* State of all chains. Members of components are numbered over all of them (component_at +
 * place); the parts of a component bear numbers of its members. */
struct link_chains {
    const struct link_atoms *atoms;
    uint32_t members;
    uint32_t *part;  /* [members] */
    uint32_t *size;  /* [members] of a part, in records; 0: no such part */
    uint64_t *lists; /* [members] of a part; NULL without `unique` */
    uint32_t *parts; /* [components] how many */
    /* [members] sweeps for which it is left alone, because it would have stayed anyway. */
    uint8_t *calm;
    /* Pairs of records that are together and were never scored, by component. */
    uint64_t *unscored;
    /* Scratch, each component in its own piece. */
    uint32_t *spare, *touched, *together;
    double *sum;
    uint64_t seed;
    const struct link_worth *worth;
    double apart; /* weight of a pair that was never scored */
};

void link_chains_make(const struct link_atoms *t, const uint32_t *cluster, uint64_t seed,
                      struct arena *a, struct link_chains *ret);
/* One more draw of a component; `stream` numbers it. */
void link_chain_step(struct link_chains *c, uint32_t component, uint64_t stream,
                     unsigned sweeps);

/* Numbers of clusters without chains. low and high: the worth of log odds is between them in
 * all draws. open: [components] those that need chains all the same. Uses chains and bound. */
struct link_counting;
struct link_counting *link_counting_make(struct link_chains *chains,
                                         const struct link_bound *bound,
                                         const struct link_worth *low,
                                         const struct link_worth *high, struct arena *a,
                                         uint32_t *open, uint32_t *ret_open);
/* Clusters of one draw beyond the open components, and pairs in them that were never scored. */
uint64_t link_counting_draw(struct link_counting *c, const struct link_worth *worth,
                            uint64_t stream, struct pool *pool, struct rng *rng,
                            uint64_t *ret_unscored);
/* Joins clusters of random records, out of `count`, until so many pairs are used up. Returns
 * how many clusters are left. */
uint64_t link_counting_join(struct link_counting *c, uint64_t count, double missed,
                            struct rng *rng);

#endif
