/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench/link_people: invented persons for measuring record linkage. What both profiles share:
 * word lists built from syllables, skewed choice, typing errors, shuffled order.
 *
 * Everything is a function of the seed: the same seed gives the same bytes on every machine.
 */
#ifndef DEPONENT_BENCH_LINK_PEOPLE_H
#define DEPONENT_BENCH_LINK_PEOPLE_H

#include "base/rng.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define WORD_BYTES 48

/* A list of distinct words, the commonest first: word k is chosen in proportion to
 * 1 / (k + flat) ^ steep (Zipf and Mandelbrot). */
struct people_words {
    char (*text)[WORD_BYTES];
    double *upto; /* cumulative chance */
    uint32_t count;
};
void people_words_make(struct people_words *w, uint32_t count, uint64_t seed, unsigned least,
                       unsigned most, const char *const *endings, unsigned ending_count,
                       double flat, double steep);
void people_words_free(struct people_words *w);
uint32_t people_words_choose(const struct people_words *w, struct rng *r);

/* A permutation of 0 … n - 1, without a table (Feistel network, walked until it is inside). */
uint64_t people_shuffle(uint64_t i, uint64_t n, uint64_t key);

/* Typing errors in a word of Latin letters and digits. */
enum people_error {
    PEOPLE_OMIT,    /* a letter left out */
    PEOPLE_ADD,     /* a neighbour on the keyboard hit too */
    PEOPLE_REPLACE, /* a neighbour on the keyboard hit instead */
    PEOPLE_TURN,    /* two neighbours turned round */
    PEOPLE_DOUBLE,  /* a letter doubled, or a double one made single */
    PEOPLE_SOUND,   /* spelled as it sounds: ph and f, ck and k, ie and y … */
    PEOPLE_LOOK,    /* read wrongly: rn and m, l and 1, o and 0 … */
    PEOPLE_WORD_ERRORS
};
void people_error_make(char word[WORD_BYTES], enum people_error kind, struct rng *r);

struct people_date {
    int year, month, day;
};
/* Even over the days of the years first … last. */
struct people_date people_date_choose(struct rng *r, int first, int last);

/* A file in a folder for writing; ends the program with a sentence if that fails. */
FILE *people_open(const char *folder, const char *name);
void people_close(FILE *f);

/* The profiles. */
void people_plain(uint64_t persons, uint64_t seed, const char *folder);
void people_rich(uint64_t persons, uint64_t seed, const char *folder);

#endif
