/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * door/cli/read_print: a reading for people: a table, a table for programs, a page. Private to
 * the verb read. JSON is the model's own (reading_print_json).
 */
#ifndef DEPONENT_DOOR_CLI_READ_PRINT_H
#define DEPONENT_DOOR_CLI_READ_PRINT_H

#include "base/arena.h"
#include "model/proposal.h"

/* What a cell shows of a proposal; memory is a's. */
struct str read_who(struct arena *a, const struct reading *r, const struct proposal *p);
struct str read_figures(struct arena *a, const struct reading *r, struct figure_list figures);
struct str read_when(struct arena *a, const struct proposal *p);
struct str read_what(struct arena *a, const struct reading *r, const struct proposal *p);
/* What a person should know before using it: terms, verification, hedges; "" if nothing. */
struct str read_warnings(struct arena *a, const struct reading *r, const struct proposal *p);

void read_print_table(struct buf *out, struct arena *a, const struct reading *r, size_t width);
void read_print_tsv_head(struct buf *out);
void read_print_tsv(struct buf *out, struct arena *a, const struct reading *r);
void read_print_page_head(struct buf *out);
void read_print_page(struct buf *out, struct arena *a, const struct reading *r, size_t number);
void read_print_page_foot(struct buf *out);

#endif
