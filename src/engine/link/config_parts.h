/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link/config_parts: the guess in its parts: words of headers (config_words.c), what
 * values look like (config_facts.c), how columns of names belong together (config_names.c),
 * and columns of different lists (config_same.c).
 */
#ifndef DEPONENT_ENGINE_LINK_CONFIG_PARTS_H
#define DEPONENT_ENGINE_LINK_CONFIG_PARTS_H

#include "engine/link/config.h"
#include "engine/link/people_parts.h"

/* What a header says by itself: LINK_ROLE_COUNT when nothing. `both`: words for a given and for
 * a family name stand in it. */
enum link_role link_header_role(struct str header);
/* The words of a header, folded, with a blank between: "dateOfBirth1" is "date of birth 1". */
void link_header_words(struct str header, struct buf *out);

/* Shares are of the records that have a value. */
struct link_facts {
    uint32_t filled, distinct;
    double date, year, number, age, month, day, mail, phone, letters, digits, sex, single;
    double words, length; /* mean */
    double top;           /* share of the 40 commonest values */
    int year_low, year_high;
    enum link_script script; /* of most letters */
    uint64_t lists;          /* bit k: list k has values */
};
void link_facts_of(const struct link_data *data, uint32_t column, struct arena *a,
                   struct link_facts *ret);

struct link_guess {
    const struct link_data *data;
    struct arena *a, scratch;
    struct link_facts facts[LINK_COLUMNS_MAX];
    struct link_column_config *columns;
    bool by_values[LINK_COLUMNS_MAX]; /* the header said nothing */
};
/* Which columns of names are copies, parts of one name, or versions of it. */
void link_guess_names(struct link_guess *g);
/* Which columns of one role stand for one another in different lists. */
void link_guess_same(struct link_guess *g);

#endif
