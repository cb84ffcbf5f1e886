/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link/kernel_sets: the kernels, once for each instruction set. Only kernel.c and its
 * test look in here.
 */
#ifndef DEPONENT_ENGINE_LINK_KERNEL_SETS_H
#define DEPONENT_ENGINE_LINK_KERNEL_SETS_H

#include "engine/link/kernel.h"

struct link_kernels {
    const char *name;
    double (*jaro_winkler)(struct link_word a, struct link_word b);
    double (*jaro_winkler_near)(struct link_word a, struct link_word b);
    unsigned (*levenshtein)(struct link_word a, struct link_word b);
    unsigned (*osa)(struct link_word a, struct link_word b);
    void (*jaro_winkler_many)(struct link_word query, const struct link_pack *packs,
                              size_t count, float *ret);
    void (*levenshtein_many)(struct link_word query, const struct link_pack *packs,
                             size_t count, uint16_t *ret);
    void (*osa_many)(struct link_word query, const struct link_pack *packs, size_t count,
                     uint16_t *ret);
};

/* Set k of those that this processor has, the best last; NULL behind it. */
const struct link_kernels *link_kernels_nth(unsigned k);

/* From 0.7 on, with room for rounding: the forms must agree on words of exactly 0.7 (the next
 * value that words of LINK_LANE_LETTERS letters can have is 8e-6 away). */
#define LINK_BOOST 0.699999f

/* What both forms end with: of words of a and b letters, `same` are matched, `swapped` of them
 * not in the order of the other word, and the first `prefix` (at most 4) are equal. */
static inline double link_jaro_winkler_of(unsigned a, unsigned b, unsigned same,
                                          unsigned swapped, unsigned prefix)
{
    if (!same)
        return a == 0 && b == 0;
    double m = same;
    double jaro = (m / a + m / b + (m - swapped / 2) / m) / 3;
    return jaro > LINK_BOOST ? jaro + 0.1 * prefix * (1 - jaro) : jaro;
}

#endif
