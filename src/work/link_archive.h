/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/link_archive: which persons that the accounts of an archive speak of may be one. The
 * records are its nodes of type person, with their names and with the dates and places of the
 * statements that mean them. What people judged binds: the same are one, the different are not.
 *
 * Guarantees: a proposal is not in the archive until a person accepts it, and then it is a
 * judgement like any other, that a later one undoes; a pair that was judged is not proposed
 * again, and neither are two nodes of one account, which whoever entered it told apart. Nothing
 * is written but the custody entry that words need. Does not: judge.
 */
#ifndef DEPONENT_WORK_LINK_ARCHIVE_H
#define DEPONENT_WORK_LINK_ARCHIVE_H

#include "vault/archive/archive.h"
#include "work/link.h"

struct work_link_proposal {
    struct str a, b;           /* nodes */
    struct str name_a, name_b; /* as their accounts speak of them */
    double probability;
    struct str evidence;
    unsigned grounds; /* 1 << GROUND_x of what agrees, with GROUND_PROGRAM */
};

struct work_link_persons {
    size_t nodes;                     /* of type person */
    size_t nameless;                  /* of them: only described, so nothing to compare */
    size_t judged;                    /* pairs */
    struct work_link_proposal *items; /* likeliest first */
    size_t count;
    struct str why; /* nothing was compared, and why; p == NULL: it was */
};

/* `options`: pool, seed and threshold count. Everything lives in `a`. */
int work_link_archive(struct archive *archive, struct arena *a,
                      const struct work_link_options *options, struct work_link_persons *ret,
                      struct err *err) ERR_CHECKED;
/* The proposal about these two nodes, in any order, or NULL. */
const struct work_link_proposal *work_link_proposed(const struct work_link_persons *p,
                                                    struct str a, struct str b);

#endif
