/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link/config: what each column is taken for. Guessed from headers and values, printed,
 * written as JSON to edit, and read back (deponent-link-config(5)).
 */
#ifndef DEPONENT_ENGINE_LINK_CONFIG_H
#define DEPONENT_ENGINE_LINK_CONFIG_H

#include "base/buf.h"
#include "base/pool.h"
#include "engine/link/people.h"

enum link_role {
    LINK_ROLE_IGNORE, /* row numbers, ids of the list itself, copies of another column */
    LINK_ROLE_ID,     /* the record's own id: never evidence */
    LINK_ROLE_LIST,   /* which list the record is of */
    LINK_ROLE_GIVEN,
    LINK_ROLE_MIDDLE, /* patronymic, father's name */
    LINK_ROLE_FAMILY,
    LINK_ROLE_FULL,  /* a whole name */
    LINK_ROLE_BIRTH, /* a birth date */
    LINK_ROLE_BIRTH_YEAR,
    LINK_ROLE_BIRTH_MONTH,
    LINK_ROLE_BIRTH_DAY,
    LINK_ROLE_AGE,
    LINK_ROLE_EVENT, /* a date of what happened */
    LINK_ROLE_SEX,
    LINK_ROLE_PLACE,   /* a settlement, region, birth place */
    LINK_ROLE_ADDRESS, /* street, house */
    LINK_ROLE_POSTCODE,
    LINK_ROLE_IDENTIFIER, /* a number that should name one person */
    LINK_ROLE_CONTACT,    /* telephone, e-mail */
    LINK_ROLE_CATEGORY,   /* one of few values */
    LINK_ROLE_TEXT,
    LINK_ROLE_COUNT
};

struct link_column_config {
    struct str header;
    enum link_role role;
    uint8_t version; /* names: which spelling or script of the name, from 0 */
    struct str same; /* the header of an earlier column of this role that other lists have
                        instead: both are one field; else empty */
    struct str why;  /* one short clause for the person who reads it */
};

/* The days on which a list was made, where the person says so. */
struct link_made {
    struct str list;
    struct str text; /* EDTF, as it was written */
    struct time_days made;
};

/* A place that lies within another one. */
struct link_within {
    struct str place, within;
};
#define LINK_PLACES_MAX 50000u

struct link_config {
    struct link_column_config *columns;
    uint32_t count;
    struct link_made *made;
    uint32_t made_count;
    struct link_within *places;
    uint32_t place_count;
};

/* "given_name", as in the file. */
const char *link_role_name(enum link_role role);

/* Guesses a role for every column of the data; `id` names the --id column (empty: none, and
 * then a column of distinct codes that is called like one is taken for it). ERR_INPUT when no
 * file has a column `id`. The order of the records does not matter. */
int link_config_guess(const struct link_data *data, struct str id, struct arena *a,
                      struct link_config *ret, struct err *err) ERR_CHECKED;
int link_config_read(struct str json, const char *what, struct arena *a,
                     struct link_config *ret, struct err *err) ERR_CHECKED;
void link_config_write(const struct link_config *c, struct buf *out);
/* What each column was taken for and why, a line a column, for the person. */
void link_config_say(const struct link_config *c, struct buf *out);
/* The column of the data that has the role (the first such), or UINT32_MAX. */
uint32_t link_config_column(const struct link_config *c, const struct link_data *data,
                            enum link_role role);

/* Makes people of data. ERR_INPUT when the configuration names no column of the data, or
 * nothing in it can be compared. Work is done once a distinct cell. All memory in `a`, nothing
 * of it points into `data`. Tokens and values are numbered by what they are, not by where they
 * were first seen: the order of the records changes no number but theirs. */
int link_people_make(const struct link_data *data, const struct link_config *config,
                     struct pool *pool, struct arena *a, struct link_people *ret,
                     struct err *err) ERR_CHECKED;

#endif
