/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * model/card: a record as text and as JSON; the one place that prints and parses them.
 *
 * A card is lines of "name: value", the first being "card: KIND"; a line that begins with a
 * space continues the value above it with a new line; an empty line ends the card. Values that
 * are not given are left out of a card and are null in JSON. Exactly: deponent-card(5).
 *
 * Guarantees: what is printed parses to the same record, and prints to the same bytes again.
 * Parsing is strict (an unknown or doubled field, a missing one, a name outside its list, text
 * that is not UTF-8 are refused, with the line or the field and what was expected) and bounded
 * by the limits of model/records.h. Does not: know whether an id exists.
 */
#ifndef DEPONENT_MODEL_CARD_H
#define DEPONENT_MODEL_CARD_H

#include "base/arena.h"
#include "base/csv.h"
#include "base/err.h"
#include "model/records.h"

/* ERR_INPUT when the record does not hold what the table allows; `out` may then hold a part. */
int card_print(struct buf *out, const struct record *r, struct err *err) ERR_CHECKED;
int card_print_json(struct buf *out, const struct record *r, struct err *err) ERR_CHECKED;

/* The names of the fields of a kind, and a record as a row under them; lists are separated by
 * spaces. */
void card_print_head(struct csv_out *out, enum record_kind kind);
int card_print_row(struct csv_out *out, const struct record *r, struct err *err) ERR_CHECKED;

/* Takes the next card off *rest and counts lines in *line (0 at the start of the text). *ret
 * borrows from `a` alone. Sets *ret_end instead when only white space is left. `what` names the
 * text in the sentence. */
int card_next(struct arena *a, struct str *rest, size_t *line, const char *what,
              struct record *ret, bool *ret_end, struct err *err) ERR_CHECKED;

/* One JSON object. */
int card_parse_json(struct arena *a, struct str text, const char *what, struct record *ret,
                    struct err *err) ERR_CHECKED;

#endif
