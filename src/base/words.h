/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * base/words: text in any script as a search sees it: its words, folded, with their places.
 *
 * A word is a run of letters and numbers (Unicode categories), whatever the script. Case is
 * folded, compatibility forms are resolved (wide letters, ligatures, Arabic presentation forms),
 * digits of all scripts are the ASCII ones, and marks that are diacritics go: those of Latin,
 * Greek, Cyrillic, Hebrew and Arabic; vowel signs of Indic scripts and the like stay. So a text
 * gives the same words in NFC and NFD. Letters that only look alike to a searcher are one: ı and
 * i, ł and l, ø and o, đ and d, æ and ae, ß and ss, ё and е, the Persian and Arabic ya and kaf.
 * Joiners, soft hyphens and direction marks inside a word are passed over.
 *
 * In scripts that write no spaces (Han, kana, Thai, Lao, Khmer, Myanmar and their neighbours)
 * each letter with its marks is a word: one after the other they find what was typed.
 *
 * Does not: stem, or know languages.
 */
#ifndef DEPONENT_BASE_WORDS_H
#define DEPONENT_BASE_WORDS_H

#include "base/str.h"

#define WORDS_MAX 255 /* bytes of a folded word; the rest of a longer one is passed over */

/* What was learnt of Unicode so far. Belongs to one thread at a time. */
struct words;
struct words *words_new(void);
void words_free(struct words *w);

/* Calls `each` for every word of `text`, bytes begin to end of it; ends with the first result
 * that is not 0, and returns that. Bytes that are no UTF-8 stand between words. */
int words_each(struct words *w, struct str text,
               int (*each)(void *context, struct str word, size_t begin, size_t end),
               void *context);

#endif
