/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link/compare: two records to a comparison pattern.
 *
 * A comparison (of names: several, one a part; of a date: two, exact days and intervals) gives
 * a level: 0 missing, 1 disagree, and upwards the more they agree; at most LINK_LEVELS_MAX.
 * A pattern is the levels of all comparisons, four bits each, comparison 0 lowest. Symmetric:
 * compare(a, b) == compare(b, a).
 *
 * Equal values are several levels by how rare the value is (rarity classes), so that the
 * histogram of patterns already holds most of the term-frequency adjustment; what is left
 * within a class is `rarity` bits, added to the weight of the pair. Values that are alike have
 * them too: a slip in a name that half the town has says less than one in a rare name.
 */
#ifndef DEPONENT_ENGINE_LINK_COMPARE_H
#define DEPONENT_ENGINE_LINK_COMPARE_H

#include "engine/link/people.h"

#define LINK_COMPARISONS_MAX 16u
#define LINK_LEVELS_MAX      16u /* with 0 */

typedef uint64_t link_pattern;

struct link_comparison {
    struct str label;                   /* "given name", "birth date" … */
    uint8_t levels;                     /* with level 0, missing */
    const char *level[LINK_LEVELS_MAX]; /* what each means: "one letter differs" */
    uint8_t field;                      /* of people.fields, or UINT8_MAX: the name */
    uint8_t part;                       /* enum link_part, for names */
    bool exact[LINK_LEVELS_MAX];        /* the values are equal at this level */
    bool apart[LINK_LEVELS_MAX]; /* may be worth less than its place on the scale, not more */
    /* Chance that two random records (of one list, or across lists when `unique`) are at this
     * level, given that neither is missing, matches among them: from value counts where that is
     * exact, else NAN, and then it is sampled. */
    double u[LINK_LEVELS_MAX];
    /* Of the records that have a value, those whose value is of the rarity of this level: for
     * levels of equality from value counts, else NAN. */
    double share[LINK_LEVELS_MAX];
};

struct link_compare {
    const struct link_people *people;
    struct link_comparison comparisons[LINK_COMPARISONS_MAX];
    uint32_t count;
    void *inside; /* tables of compare.c */
};

static inline unsigned link_level(link_pattern p, unsigned comparison)
{
    return (unsigned)(p >> (4 * comparison)) & 15u;
}

/* Which comparisons these people allow. `unique`: pairs within one list are not compared. */
void link_compare_plan(const struct link_people *people, bool unique, struct arena *a,
                       struct link_compare *ret);
/* How common alike values are among random pairs, level by level, so that rarity is 0 bits in
 * the middle. Counts in whole numbers: sums do not depend on the order of the pairs. */
struct link_centre {
    uint64_t count[LINK_COMPARISONS_MAX][LINK_LEVELS_MAX];
    uint64_t sum[LINK_COMPARISONS_MAX][LINK_LEVELS_MAX];
};
/* The pattern of a random pair, counted in *centre. Any thread, each its own centre. */
link_pattern link_compare_random(const struct link_compare *c, uint32_t left, uint32_t right,
                                 struct link_centre *centre);
/* Once, before the first link_compare_pair; until then alike values have no rarity. */
void link_compare_centre(struct link_compare *c, const struct link_centre *centre);
/* What that left, for --state, and back for people who are compared the same way. */
struct link_middles {
    float middle[LINK_COMPARISONS_MAX][LINK_LEVELS_MAX]; /* bits; below 0: not known */
};
void link_compare_keep(const struct link_compare *c, struct link_middles *ret);
void link_compare_restore(struct link_compare *c, const struct link_middles *middles);

/* The pattern; *ret_rarity (may be NULL): bits beyond those of the levels, for equal values
 * rarer or commoner than their class. Any thread. */
link_pattern link_compare_pair(const struct link_compare *c, uint32_t left, uint32_t right,
                               float *ret_rarity);

/* A hash of all that the comparison sees of a record, without its number. Any thread. */
uint64_t link_compare_content(const struct link_compare *c, uint32_t record);

#endif
