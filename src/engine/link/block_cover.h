/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link/block_cover: which of many rules to take.
 *
 * What a rule costs is counted: the pairs of its blocks, on a sample of the records. What it is
 * worth is estimated without labels: from pairs of records that are one person beyond doubt,
 * since they agree on far more than chance allows apart from what brought them together. Of
 * each such pair several copies are made that are harder: whole fields, parts of the name and
 * single keys are taken for wrong or missing. A rule is worth the copies that it still has and
 * no rule before it. So rules are chosen whose errors are independent.
 *
 * The choice depends on what the records say, not on their order.
 */
#ifndef DEPONENT_ENGINE_LINK_BLOCK_COVER_H
#define DEPONENT_ENGINE_LINK_BLOCK_COVER_H

#include "engine/link/block_inside.h"

#define BLOCK_MANY      50000u /* records; from there on what a rule costs counts more */
#define BLOCK_COVER_MAX 224u

struct block_wish {
    struct link_rule rule;
    struct block_rule inside; /* with the codes of `plan` */
    double pairs;             /* expected, of all records */
    double entries;           /* expected, a record */
};

/* Orders the wishes by what each adds and returns how many are worth taking, at most `most`,
 * within `budget` pairs. plan: its codes are those of the wishes; people, unique and most are
 * set. Its rows are made here. */
uint32_t block_cover(struct block_plan *plan, struct block_wish *wishes, uint32_t count,
                     double budget, uint32_t most, struct pool *pool);

#endif
