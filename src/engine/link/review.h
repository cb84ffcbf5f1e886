/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link/review: which pairs a person should look at next, and when it is enough.
 *
 * How far the calibrated log odds are off is a Gaussian process: a shift of all, a part that
 * changes smoothly with the odds, and one for each cell (pattern). A label tells of the pairs of
 * its cell most and of pairs of similar odds too. A pair is worth asking when its answer takes
 * most from the variance of the expected F1; a batch counts on the answers to the questions
 * before. Never one that is labelled. It is enough when the 90 % range of F1 is narrower than
 * LINK_REVIEW_WIDTH (or than half of what F1 lacks) and another threshold can hardly be better.
 *
 * Rasmussen and Williams, Gaussian Processes for Machine Learning (2006), 3.4 (Laplace).
 */
#ifndef DEPONENT_ENGINE_LINK_REVIEW_H
#define DEPONENT_ENGINE_LINK_REVIEW_H

#include "engine/link/cluster.h"
#include "engine/link/model.h"

#define LINK_REVIEW_WIDTH 0.035

struct link_scored {
    uint32_t left, right; /* left < right */
    uint32_t cell;        /* of the histogram */
    float weight;         /* bits, with rarity */
    float probability;    /* calibrated */
};

struct link_question {
    size_t pair;    /* index into the scored pairs */
    double teaches; /* expected change of F1's variance: larger is better */
};

struct link_enough {
    bool enough;
    double low, f1, high; /* at the threshold, 90 % */
};

/* At most `most` questions, best first, and whether more are needed. */
void link_review(const struct link_model *m, const struct link_histogram *h,
                 const struct link_scored *pairs, size_t count,
                 const struct link_judgement *labels, size_t label_count, size_t most,
                 struct arena *a, struct link_question **ret, size_t *ret_count,
                 struct link_enough *ret_enough);
/* Widens a range of F1 downwards by what the scored pairs cannot show and labels of doubtful
 * pairs do not teach: matches that no rule brought together (`missed`, with its standard
 * deviation), matches that look like none at all, and pairs that look sure and are none. */
void link_review_unseen(const struct link_scored *pairs, size_t count, double threshold,
                        double missed, double spread, struct link_enough *enough);
/* Probabilities with the labels taken in: posterior of each cell, smoothed over neighbours by
 * weight. Changes `probability` of the pairs and model->threshold. */
void link_review_learn(struct link_model *m, const struct link_histogram *h,
                       struct link_scored *pairs, size_t count,
                       const struct link_judgement *labels, size_t label_count);

#endif
