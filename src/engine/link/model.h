/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link/model: comparison patterns to match weights and calibrated probabilities.
 *
 * Fellegi and Sunter (JASA 64, 1969) over comparison levels, fitted to the histogram of
 * patterns by EM (Dempster, Laird and Rubin 1977; Winkler 1988). What is not compared counts
 * as random: the number of all pairs is known and u is known from value counts, so the
 * expected number of non-matches of a pattern is known without EM; blocking does not bias u.
 * Every level has a Dirichlet prior: none is untrained. Comparisons that depend on one another
 * among random pairs (place and postcode, given name and sex) are joined in a tree (Chow and
 * Liu 1968). Non-matches that are alike for a reason have classes of their own: near kin, who
 * share all but what is a person's own; distant kin; namesakes. Where a pattern less one
 * comparison holds more non-matches than all that explains, seen in the pairs that disagree
 * in the one left out, they are counted there (a local false discovery rate, Efron 2010).
 *
 * That makes the probabilities calibrated without labels; what pairs say about one another is
 * settle.h's. Limits: relatives and matches that differ in one own comparison alone are told
 * apart by the prior only; values that no record pair shares by chance teach nothing of u.
 */
#ifndef DEPONENT_ENGINE_LINK_MODEL_H
#define DEPONENT_ENGINE_LINK_MODEL_H

#include "base/buf.h"
#include "base/rng.h"
#include "engine/link/compare.h"

struct link_cell {
    link_pattern pattern;
    uint64_t pairs;         /* compared pairs with that pattern */
    uint64_t random_pairs;  /* of the sample of random pairs with that pattern */
    double same, different; /* labelled pairs, if any */
};

struct link_histogram {
    struct link_cell *cells;
    size_t count;
    double all_pairs; /* pairs there are: of all records, or across lists */
    uint64_t sampled; /* random pairs in the sample */
    uint32_t records;
};

#define LINK_CLASSES_MAX 6u

struct link_model {
    uint32_t comparisons;
    double m[LINK_COMPARISONS_MAX][LINK_LEVELS_MAX]; /* marginal, given not missing */
    double u[LINK_COMPARISONS_MAX][LINK_LEVELS_MAX];
    double matches;   /* expected among the compared pairs */
    double prior;     /* matches / all pairs */
    double threshold; /* probability with the best expected F1 */
    double expected_precision, expected_recall, expected_f1; /* at it, of what was compared */
    uint32_t rounds;                                         /* of EM */
    bool converged;
    void *inside; /* dependence, classes, contexts; model.c */
};

/* Fits; the histogram is sorted by pattern first. `a` keeps what the model needs. ERR_INPUT
 * with a sentence when there is nothing to fit (no comparisons, no pairs). Deterministic. */
int link_model_fit(const struct link_compare *compare, struct link_histogram *h,
                   struct arena *a, struct link_model *ret, struct err *err) ERR_CHECKED;
/* Bits of evidence for a match, without and with the prior. */
double link_model_weight(const struct link_model *m, link_pattern p, float rarity);
/* The part of one comparison in it (given those it depends on); they sum to the weight
 * without rarity. */
void link_model_parts(const struct link_model *m, link_pattern p,
                      double ret_bits[LINK_COMPARISONS_MAX]);
double link_model_probability(const struct link_model *m, double weight);
/* The least weight whose probability reaches this one: probability grows with weight. */
double link_model_least_weight(const struct link_model *m, double probability);
/* The same as natural logarithm of the odds. */
double link_model_odds(const struct link_model *m, double weight);
/* One draw of the model from what the data leave open (for posterior draws): the log odds of
 * that draw are odds + shift[0] + shift[1] * odds, natural. The same shift for all pairs of a
 * draw. */
void link_model_draw(const struct link_model *m, struct rng *rng, double ret_shift[2]);

/* The model as bytes, for --state, and back. */
void link_model_write(const struct link_model *m, struct buf *out);
int link_model_read(struct str bytes, struct arena *a, struct link_model *ret,
                    struct err *err) ERR_CHECKED;

#endif
