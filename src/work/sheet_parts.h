/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/sheet_parts: the stages of the sheet, in the order in which sheet.c calls them, and the
 * wordings that the printers share. Private to sheet*.c.
 */
#ifndef DEPONENT_WORK_SHEET_PARTS_H
#define DEPONENT_WORK_SHEET_PARTS_H

#include "engine/read/lexicon.h"
#include "engine/read/parts.h"
#include "work/sheet_say.h"

/* sheet_load.c */
int sheet_load(struct sheet *s, const char *const *paths, size_t count,
               const struct sheet_options *options, struct err *err) ERR_CHECKED;
int sheet_load_of(struct sheet *s, struct str title, const struct sheet_text *texts,
                  size_t count, const struct sheet_options *options,
                  struct err *err) ERR_CHECKED;
/* sheet_mask.c: fills `withheld`. Needs documents and families. */
void sheet_find_withheld(struct sheet *s);

/* sheet_source.c: fills `sources` and `statements`. */
void sheet_find_sources(struct sheet *s);

/* sheet_topic.c: what a statement is about. */
struct sheet_topic {
    unsigned act;           /* enum lex_class, 0: none recognised */
    struct str noun;        /* folded: "people", "requests" */
    struct str place;       /* as written; p == NULL: none */
    struct str preposition; /* that stands before it; p == NULL when it is inferred */
    bool place_inferred;
};
/* Of figure f of p (f may be NULL: the statement as a whole). */
void sheet_topic_of(struct sheet *s, const struct sheet_statement *st, const struct figure *f,
                    struct sheet_topic *ret);
/* "held", "who left": behind the noun in a title. p == NULL for none. */
struct str sheet_act_title(unsigned act);
/* What completes "12 people were …", and the place that stays for "in …". */
struct str sheet_say_what(struct sheet *s, const struct sheet_topic *t, struct str *ret_where);
/* The state that the statement gives to its place; false for none. */
bool sheet_state_of(struct sheet *s, const struct sheet_statement *st, enum sheet_state *ret,
                    struct str *ret_place);

/* sheet_group.c: fills `figures` and `courses`, and weighs. */
void sheet_group(struct sheet *s);

#endif
