/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/figure_parts: what the files of work/figure share; nobody else includes it.
 */
#ifndef DEPONENT_WORK_FIGURE_PARTS_H
#define DEPONENT_WORK_FIGURE_PARTS_H

#include "work/figure.h"

#define FIGURE_NO SIZE_MAX

/* From ids to numbers; ids are borrowed. */
struct figure_map {
    struct arena *a;
    struct figure_slot {
        struct str id;
        size_t value;
    } * slots;
    size_t size, count;
};
/* The number of `id`, or FIGURE_NO. */
size_t figure_map_find(const struct figure_map *m, struct str id);
/* `id` is not in it yet. */
void figure_map_add(struct figure_map *m, struct str id, size_t value);

/* What a person is asked about, while it is gathered. */
struct figure_work {
    struct archive *archive;
    struct arena *a;
    struct archive_query query;
    struct weigh_source *sources;
    size_t source_count, source_cap;
    struct weigh_statement *statements;
    struct str *accounts; /* of each statement */
    size_t statement_count, statement_cap, account_cap;
    struct weigh_derivation *derivations;
    size_t derivation_count, derivation_cap;
    struct weigh_ref *ours;
    size_t our_count, our_cap;
    struct figure_map by_source;
    struct figure_whom {
        size_t statement;
        struct str whom;
    } * whoms; /* of statements without a number that say one, in their order */
    size_t whom_count, whom_cap;
    struct figure_map dates;
    struct str *date_texts;
    size_t date_count, date_cap;
    struct figure_map words; /* acts, each once */
    size_t acts;
};

/* Numbers of all statements by their ids. */
void figure_index_statements(const struct figure_work *w, struct figure_map *ret);
/* A source without a statement here, that others have it from. */
size_t figure_silent_source(struct figure_work *w, struct str id);

/* figure_links.c: derivations between what is gathered. */
int figure_find_links(struct figure_work *w, struct err *err) ERR_CHECKED;

/* figure_nodes.c: counts the nodes of the accounts without a number. `circles` of a first
 * weighing say which sources are one origin. */
int figure_count_nodes(struct figure_work *w, const struct weigh_case *c,
                       const struct weigh_result *r, struct work_nodes *ret,
                       struct err *err) ERR_CHECKED;

/* ---- how a source stands in a sentence before it is filled in ---- */

/* Invisible signs around a name, so that it can be found again; a name holds none of its own. */
#define FIGURE_OPEN  "\xe2\x81\xa8" /* U+2068 */
#define FIGURE_CLOSE "\xe2\x81\xa9" /* U+2069 */
/* figure_keep.c: at the beginning of a sentence "a guard" is "A guard". */
void figure_add_name(struct buf *out, struct str name);

#endif
