/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench/link_names: names in their own script and in several romanisations. Given names are
 * common ones of the languages; family names and towns are built from roots and syllables.
 *
 * Arabic names are kept by sound, one character a sound (see link_names.c), and are written
 * from that; Russian ones are kept in Cyrillic.
 */
#ifndef DEPONENT_BENCH_LINK_NAMES_H
#define DEPONENT_BENCH_LINK_NAMES_H

#include "link_people.h"

#define NAME_BYTES 96

enum names_speech { NAMES_ARABIC, NAMES_RUSSIAN };

/* How a list writes Latin letters. */
enum names_scheme { NAMES_ENGLISH, NAMES_LOOSE, NAMES_FRENCH, NAMES_GERMAN, NAMES_SCHEMES };

struct names {
    uint32_t given_count[2][2]; /* [speech][sex: 0 male, 1 female] */
    double *given_upto[2][2];
    struct people_words family[2], town[2]; /* sounds or Cyrillic */
};
void names_make(struct names *n);
void names_free(struct names *n);

/* Numbers of names, skewed. */
uint32_t names_given_choose(const struct names *n, enum names_speech s, unsigned sex,
                            struct rng *r);
uint32_t names_family_choose(const struct names *n, enum names_speech s, struct rng *r);

/* The names as kept. A Russian family name and patronymic have a form for each sex. */
const char *names_given(enum names_speech s, unsigned sex, uint32_t k);
void names_family(const struct names *n, enum names_speech s, unsigned sex, uint32_t k,
                  char ret[NAME_BYTES]);
void names_patronymic(uint32_t father, unsigned sex, char ret[NAME_BYTES]);

/* Writes a kept name in its own script, with the variants that clerks write (hamza or none,
 * "yo" as "ye"), or in Latin letters by a scheme; `r` chooses among what the scheme leaves
 * open. */
void names_write_own(enum names_speech s, const char *kept, bool variants, struct rng *r,
                     char ret[NAME_BYTES]);
void names_write_latin(enum names_speech s, const char *kept, enum names_scheme scheme,
                       struct rng *r, char ret[NAME_BYTES]);
/* One typing error in a name of two-byte letters. */
void names_error_own(char name[NAME_BYTES], struct rng *r);

#endif
