/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link/kernel: string similarity over letters of one byte (link_token.letters), bit
 * parallel: Jaro-Winkler, Levenshtein (Myers, JACM 46, 1999; Hyyrö 2003) and optimal string
 * alignment (Hyyrö 2003). All are symmetric. link_reference_* are the definitions; the fast
 * ones equal them in tests. The instruction set is chosen at run time, and the results are the
 * same on every one. Any thread; no memory is taken.
 *
 * A letter is any byte. Of a word longer than LINK_WORD_MAX letters only so many are looked at.
 */
#ifndef DEPONENT_ENGINE_LINK_KERNEL_H
#define DEPONENT_ENGINE_LINK_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINK_WORD_MAX 256u

struct link_word {
    const uint8_t *p;
    uint32_t n;
};

/* 0 … 1; prefix weight 0.1 for at most 4 letters, as Winkler (1990), boost from 0.7 on. Two empty
 * words are equal. */
double link_jaro_winkler(struct link_word a, struct link_word b);
/* The same where it is 0.7 and more; below that 0, which is known sooner. */
double link_jaro_winkler_near(struct link_word a, struct link_word b);
unsigned link_levenshtein(struct link_word a, struct link_word b);
/* Levenshtein and swaps of neighbours, no letter edited twice. */
unsigned link_osa(struct link_word a, struct link_word b);

/* One word against many. The words are packed once, LINK_LANES side by side, and compared as
 * often as wanted: fastest when they come sorted by length. Words of more than
 * LINK_LANE_LETTERS letters (on either side) are compared one by one, so they must stay where
 * they are as long as the pack is used. */
#define LINK_LANES        32u
#define LINK_LANE_LETTERS 16u

struct link_pack {
    uint8_t letters[LINK_LANE_LETTERS][LINK_LANES]; /* [place][lane] */
    uint8_t n[LINK_LANES];                          /* letters; 0 for words that are too long */
    uint8_t longest, count;
    bool others; /* some are too long */
    struct link_word words[LINK_LANES];
};

/* Packs the first LINK_LANES words or fewer; packs of `count` words: see link_packs. */
void link_pack_set(struct link_pack *pack, const struct link_word *words, size_t count);
static inline size_t link_packs(size_t words)
{
    return (words + LINK_LANES - 1) / LINK_LANES;
}

/* ret[LINK_LANES a pack]: of the words in order; lanes without a word get anything. */
void link_jaro_winkler_many(struct link_word query, const struct link_pack *packs, size_t count,
                            float *ret);
void link_levenshtein_many(struct link_word query, const struct link_pack *packs, size_t count,
                           uint16_t *ret);
void link_osa_many(struct link_word query, const struct link_pack *packs, size_t count,
                   uint16_t *ret);

double link_reference_jaro_winkler(struct link_word a, struct link_word b);
unsigned link_reference_levenshtein(struct link_word a, struct link_word b);
unsigned link_reference_osa(struct link_word a, struct link_word b);

#endif
