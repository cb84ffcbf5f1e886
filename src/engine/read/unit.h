/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/read/unit: what a number counts. The unit is the noun behind the number with the words
 * that stand before it there ("wounded soldiers"), without "more", "other", "of the"; its
 * counting unit comes from the noun. A word that is in no list is a unit of no class when it
 * looks like a plural. Money and percentages are units of no class.
 */
#ifndef DEPONENT_ENGINE_READ_UNIT_H
#define DEPONENT_ENGINE_READ_UNIT_H

#include "engine/read/number.h"
#include "model/figure.h"

struct unit {
    uint32_t begin, end; /* atoms; equal: none */
    enum counting_unit counting;
    bool known;   /* the noun is in a list */
    bool measure; /* money, percent, kilometres, days */
};

/* The unit that begins at atom i, behind the number. */
void unit_read(const struct atoms *x, size_t i, struct unit *ret);
/* Is the word at i in a list of things that are counted? */
bool unit_is_noun(const struct atoms *x, size_t i);
/* An amount's currency before atom i ("US$ 5"): its first atom, or i. */
size_t unit_currency_before(const struct atoms *x, size_t i, int *ret_code);
/* The same behind a number that ends before atom i: how many atoms, or 0. */
size_t unit_currency_after(const struct atoms *x, size_t i, int *ret_code);

#endif
