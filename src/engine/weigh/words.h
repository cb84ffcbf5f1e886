/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/weigh/words: a sentence as words, for the lints. A word is a run of letters, marks and
 * digits; scripts written without spaces give one word a character. Folded: no case, no marks.
 */
#ifndef DEPONENT_ENGINE_WEIGH_WORDS_H
#define DEPONENT_ENGINE_WEIGH_WORDS_H

#include "base/arena.h"

struct word {
    struct str fold;
    uint64_t hash;
    size_t begin, end;
    double number;   /* of digits, with commas between groups; else NAN */
    bool grouped;    /* the number was written with commas */
    bool name;       /* part of a label that may be printed: no lint looks at it */
    size_t sentence; /* counts from 0 */
};

struct words {
    struct word *items;
    size_t count;
};

struct words words_of(struct arena *a, struct str text);
/* Words that the phrase takes at i, all in one sentence; 0 when it is not there. */
size_t words_phrase(const struct words *w, size_t i, const char *phrase);
/* Any of a NULL-terminated list. */
size_t words_any(const struct words *w, size_t i, const char *const *phrases);
/* The number at i, in digits or words ("twenty-five", "1,200", "two dozen"); returns the words
 * it takes, or 0. */
size_t words_number(const struct words *w, size_t i, double *ret);
/* A word that says nothing about who somebody is: the words of our own sentences, roles,
 * titles. A label made of such words alone is no name. */
bool words_generic(struct str fold);

#endif
