/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link/kernel: string similarity over letters of one byte (link_token.letters), bit
 * parallel: Jaro-Winkler, Levenshtein (Myers 1999; Hyyrö 2003), optimal string alignment
 * (Hyyrö 2003). Words of up to 64 letters; longer ones are compared in several words of 64.
 * link_kernel_reference_* are the definitions; the fast ones must equal them in tests. The
 * instruction set is chosen at run time.
 */
#ifndef DEPONENT_ENGINE_LINK_KERNEL_H
#define DEPONENT_ENGINE_LINK_KERNEL_H

#include <stddef.h>
#include <stdint.h>

struct link_word {
    const uint8_t *p;
    uint32_t n;
};

/* 0 … 1; prefix weight 0.1 for at most 4 letters, as Winkler (1990), boost above 0.7. */
double link_jaro_winkler(struct link_word a, struct link_word b);
unsigned link_levenshtein(struct link_word a, struct link_word b);
/* Levenshtein and swaps of neighbours, no letter edited twice. */
unsigned link_osa(struct link_word a, struct link_word b);

/* One word against many: prepared once. */
struct link_query {
    uint64_t mask[256]; /* bit i: letter i of the word is this letter */
    struct link_word word;
};
void link_query_set(struct link_query *q, struct link_word w); /* w.n <= 64 */
void link_query_unset(struct link_query *q);                   /* clears only what was set */
void link_jaro_winkler_many(const struct link_query *q, const struct link_word *words,
                            size_t count, float *ret);
void link_levenshtein_many(const struct link_query *q, const struct link_word *words,
                           size_t count, uint32_t *ret);
void link_osa_many(const struct link_query *q, const struct link_word *words, size_t count,
                   uint32_t *ret);

double link_reference_jaro_winkler(struct link_word a, struct link_word b);
unsigned link_reference_levenshtein(struct link_word a, struct link_word b);
unsigned link_reference_osa(struct link_word a, struct link_word b);

#endif
