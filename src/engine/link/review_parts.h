/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link/review_parts: what labels teach. Not for others.
 */
#ifndef DEPONENT_ENGINE_LINK_REVIEW_PARTS_H
#define DEPONENT_ENGINE_LINK_REVIEW_PARTS_H

#include "engine/link/review.h"

/* Labels of one cell and one band of odds. */
struct link_lesson {
    uint32_t cell;
    double at;   /* log odds that the model gives; mean of the labels */
    double mean; /* log odds before the labels */
    double same, different;
};

#define LINK_LESSONS_MAX 240u
#define LINK_BAND        0.5 /* of log odds */
#define LINK_BANDS       64  /* from -16 to 16 */

struct link_taught {
    struct link_lesson *lessons;
    size_t count;
    double *slope; /* [count] what moves the mean elsewhere: covariance times this */
    double *root;  /* [count] square root of the curvature */
    double *lower; /* Cholesky factor of I + root K root, row by row */
};

#define LINK_NO_CELL UINT32_MAX /* one that no lesson is of */

/* Covariance of the errors of the log odds. */
double link_taught_covariance(double at, uint32_t cell, double other_at, uint32_t other_cell);
double link_taught_cell_variance(void);
/* The labels that are of scored pairs; sure probabilities (0 and 1, judged) count as the
 * model's own. */
void link_taught_make(const struct link_model *m, const struct link_scored *pairs, size_t count,
                      const struct link_judgement *labels, size_t label_count, struct arena *a,
                      struct link_taught *ret);
/* How the labels move the log odds there, and the variance that is left. row: scratch
 * [count]; afterwards what the lessons explain there: products of two such rows are the
 * covariance that is gone. */
double link_taught_shift(const struct link_taught *t, double at, uint32_t cell, double *row,
                         double *ret_variance);
/* The pair of two records, or NULL. */
struct link_scored *link_scored_find(struct link_scored *pairs, size_t count, uint32_t x,
                                     uint32_t y);
int link_band(double log_odds);
double link_log_odds(double probability);

#endif
