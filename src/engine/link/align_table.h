/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link/align_table: the tables of the alignment model as tools/aligngen makes them from
 * data/link/align_*.txt. Weights are natural logarithms times LINK_ALIGN_SCALE.
 */
#ifndef DEPONENT_ENGINE_LINK_ALIGN_TABLE_H
#define DEPONENT_ENGINE_LINK_ALIGN_TABLE_H

#include <stdint.h>

#define LINK_ALIGN_SCALE 8
#define LINK_ALIGN_LEAST (5 * 127) /* five weights make a step at most */
#define LINK_ALIGN_LATIN 28u       /* none, a-z, others */
#define LINK_ALIGN_NONE  (-128)    /* no such step */

#define LINK_ALIGN_CLASSES 4

/* Names of like habits of spelling; a score sums over the classes. */
struct link_align_class {
    uint32_t y_steps;
    int bias;
    int x_article, y_article;      /* leaving out an article at the start */
    const uint16_t *x_two, *y_two; /* [first][second]: the step of two letters; 0: none */
    const int8_t *steps;           /* [x step][y step] */
    /* [letter][its neighbour, 0: the end][letter of the other word, 0: none] */
    const int8_t *x_next, *x_before, *y_next, *y_before;
};

struct link_align_table {
    uint8_t letter[256]; /* of link_token.letters to those of the table; 0: unknown */
    uint32_t letters;    /* with 0, none */
    const struct link_align_class *classes[LINK_ALIGN_CLASSES]; /* NULL ends them */
    double chance[3]; /* score, letters of both, 1: log odds against chance */
    double near[3];   /* the same against names that look alike */
};
extern const struct link_align_table link_align_russian, link_align_arabic, link_align_hebrew;
extern const float link_align_power[]; /* exp(i / scale), i from -LINK_ALIGN_LEAST */

#endif
