/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link/model_parts: what the model_*.c files share: the mixture behind the model, and
 * the steps of its fit. Nobody else includes this.
 */
#ifndef DEPONENT_ENGINE_LINK_MODEL_PARTS_H
#define DEPONENT_ENGINE_LINK_MODEL_PARTS_H

#include "engine/link/model.h"

/* Patterns as a mixture of classes of pairs; within a class, a comparison depends on at most
 * one other (its parent). Row 0 of a table holds the levels of the comparison where the parent
 * is missing or there is none, the other rows those given the parent's level. A missing level
 * says nothing. */
/* Kinds of people who are taken for one another, and what each comparison is to them: like
 * anybody's, like one person's, or learnt. */
enum link_kin { LINK_KIN_NEAR, LINK_KIN_DISTANT, LINK_KIN_NAMESAKE, LINK_KIN };
enum link_bond { LINK_BOND_LEARNT, LINK_BOND_NONE, LINK_BOND_FULL };

struct link_class {
    bool match;
    uint8_t kin;  /* which of LINK_KIN, if it is not a match and not the first class */
    double share; /* of all pairs */
    double p[LINK_COMPARISONS_MAX][LINK_LEVELS_MAX][LINK_LEVELS_MAX];
    double log_p[LINK_COMPARISONS_MAX][LINK_LEVELS_MAX][LINK_LEVELS_MAX];
};

#define LINK_NO_PARENT 255u

struct link_mixture {
    uint32_t comparisons, classes;
    uint8_t levels[LINK_COMPARISONS_MAX];
    uint8_t parent[LINK_COMPARISONS_MAX];
    uint8_t order[LINK_COMPARISONS_MAX]; /* parents before their children */
    struct link_class class[LINK_CLASSES_MAX];
};

/* Natural logarithm of the chance of the pattern in each class. `count` comparisons, the first
 * ones in order; UINT32_MAX: all. */
void link_mixture_logs(const struct link_mixture *x, link_pattern p, uint32_t count,
                       double ret[LINK_CLASSES_MAX]);
/* Bits for a match, without the prior, of the first `count` comparisons in order. */
double link_mixture_bits(const struct link_mixture *x, link_pattern p, uint32_t count);
/* Sets the logarithms after a change of p. */
void link_class_finish(const struct link_mixture *x, struct link_class *c);

/* A pattern less one comparison, and by how much (natural logarithm) non-matches are more
 * often found there than the classes say. Sorted. */
struct link_context {
    uint8_t left_out;
    float excess;
    link_pattern rest;
    uint32_t cell; /* while it is made */
};
struct link_contexts {
    struct link_context *context;
    size_t count, room;
    uint32_t own; /* bit k: comparison k is left out in some */
};
int link_context_order(const void *a, const void *b);
double link_contexts_excess(const struct link_contexts *c, link_pattern p);

struct link_inside {
    struct link_mixture mixture;
    struct link_contexts contexts;
    double spread[2]; /* standard deviation of the log odds: of all, and of each bit */
};

/* A cell with its levels unpacked. */
struct link_fit_cell {
    uint8_t level[LINK_COMPARISONS_MAX];
    double pairs, random;
    double excess;       /* of non-matches, from contexts; natural logarithm */
    double surplus;      /* share of its pairs that chance does not give */
    double match, plain; /* chance that a pair of it is a match; that it is random */
    link_pattern pattern;
};

struct link_fit {
    const struct link_compare *compare;
    /* What is usual before any data: the chance of each level among matches, among relatives. */
    double usual[LINK_COMPARISONS_MAX][LINK_LEVELS_MAX];
    double kin[LINK_KIN][LINK_COMPARISONS_MAX][LINK_LEVELS_MAX];
    bool own[LINK_COMPARISONS_MAX]; /* what relatives do not share */
    uint8_t bond[LINK_KIN][LINK_COMPARISONS_MAX];
    bool ordered[LINK_COMPARISONS_MAX]; /* the levels rise with agreement */
    struct link_mixture *mixture;
    struct link_contexts *contexts;
    double *present; /* [2^comparisons] share of random pairs with just these not missing */
    struct link_fit_cell *cells;
    size_t count;
    double all_pairs, sampled, compared, records;
    double matches; /* expected among the compared */
    uint32_t rounds;
    bool converged;
};

/* model_random.c: levels of non-matches, from the random pairs and value counts, less the
 * matches in them; and a tree of the comparisons that depend on one another;
 * `unseen`: matches that may not be known as such yet, for each that is. */
void link_fit_random(struct link_fit *f);
void link_fit_tree(struct link_fit *f, double unseen);

/* model_em.c: the levels that are usual among matches. */
void link_fit_usual(struct link_fit *f);
/* EM of all classes but the first, which is held. */
/* Cells that nothing speaks against and that have more pairs than chance gives, into `surplus`;
 * `begin`: as the first guess at the matches. */
void link_fit_surplus(struct link_fit *f, bool begin);
void link_fit_em(struct link_fit *f, uint32_t rounds_max);
/* Chance of each class for a pair of the pattern, into r; returns that of a match. */
double link_fit_classes(const struct link_mixture *x, const double *log_share,
                        const struct link_fit_cell *cell, double r[LINK_CLASSES_MAX]);

/* model_context.c: contexts with more non-matches than expected; and shares of what is there. */
void link_fit_contexts(struct link_fit *f, struct arena *a);
void link_fit_present(struct link_fit *f, struct arena *a);

/* model_kin.c: adds the class of relatives; drops it where it explains too little. */
void link_fit_own(struct link_fit *f);
void link_fit_kin(struct link_fit *f);
void link_fit_drop(struct link_fit *f);

#endif
