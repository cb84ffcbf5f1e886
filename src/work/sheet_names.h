/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/sheet_names: the names of a folder of reports: who bears which last name, who speaks for
 * which organisation, under which names publications are cited. Private to sheet_source.c,
 * which makes sources of them.
 */
#ifndef DEPONENT_WORK_SHEET_NAMES_H
#define DEPONENT_WORK_SHEET_NAMES_H

#include "work/sheet_parts.h"

struct named {
    struct str key;  /* folded, without titles and "the" */
    struct str last; /* its last word */
    struct str name; /* as written first */
    uint32_t document;
    bool organisation;
    bool article; /* "the" stands before it */
    size_t words;
};

/* A person, and the organisation that this person speaks for. */
struct spokesperson {
    struct str key, organisation, name; /* the organisation's key and name */
    bool article;
    uint32_t document;
};

/* A name under which a publication is cited. */
struct alias {
    struct str key, whole;
    uint32_t document;
};

struct finder {
    struct sheet *s;
    struct named *names; /* by document */
    size_t name_count, name_cap;
    size_t *first;         /* index of a document's first name */
    struct named *by_last; /* full names of persons, sorted by last name */
    size_t last_count;
    struct spokesperson *speakers; /* sorted by key */
    size_t speaker_count, speaker_cap;
    struct str *publishers; /* key of each document's publication */
    struct alias *aliases;  /* sorted */
    size_t alias_count, alias_cap;
    size_t source_cap, statement_cap;
    uint32_t *table; /* hash table of keys: source + 1 */
    size_t table_size;
};

/* Fills names, speakers, publishers and aliases. */
void names_collect(struct finder *f);

/* Case and marks folded. */
struct str names_fold(struct sheet *s, struct str text);
/* The next word of a name: whatever stands between blanks and commas. */
bool names_next_word(struct str s, size_t *at, struct str *ret);
/* Its id in the lexicon, its dot left out ("Col."). */
uint32_t names_word_id(struct str word);
/* The folded words of a name, without titles and "the"; fills the rest of *ret. */
struct str names_key(struct sheet *s, struct str name, struct named *ret);
/* "Ministry of Defence": ministry. "Tresk Relatives' Association": association. */
struct str names_head_noun(struct str key);
/* The full name for a last name alone; NULL when none or several bear it. */
const struct named *names_full(const struct finder *f, uint32_t d, const struct named *single);
/* An organisation that speaks in the same report and whose head noun the role has. */
const struct named *names_by_head(const struct finder *f, uint32_t d, struct str role);
/* "group", "service": a noun that fits any organisation. */
bool names_is_generic(struct str noun);
/* The organisation that the person of that key speaks for, or NULL. */
const struct spokesperson *names_speaks_for(const struct finder *f, struct str key);
/* A document of the publication of that name, or SHEET_NONE. */
uint32_t names_publication(const struct finder *f, uint32_t d, struct str key);

#endif
