/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * door/cli/record: records as they stand in cards, made safe for a terminal.
 */
#ifndef DEPONENT_DOOR_CLI_RECORD_H
#define DEPONENT_DOOR_CLI_RECORD_H

#include "base/arena.h"
#include "base/buf.h"
#include "model/records.h"

/* The card, line by line; what is not given, or withheld, is left out. */
int record_print_lines(struct buf *out, const struct record *r, struct err *err) ERR_CHECKED;
/* "need: medical; outcome: unknown": the card without its kind and its id, in one line. Not yet
 * safe: for a cell of a table. */
int record_print_brief(struct arena *a, const struct record *r, struct str *ret,
                       struct err *err) ERR_CHECKED;
/* One JSON object and a line feed. */
int record_print_object(struct buf *out, const struct record *r, struct err *err) ERR_CHECKED;
/* A text of several lines, each made safe; long lines are left to the terminal. */
void record_print_text(struct buf *out, struct str text);

#define RECORD_SHORT_ID 8 /* characters of an id that tables show */
static inline struct str record_short(struct str id)
{
    return str_slice(id, 0, RECORD_SHORT_ID);
}

#endif
