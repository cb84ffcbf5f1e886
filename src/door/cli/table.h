/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * door/cli/table: rows of cells for a terminal. Cells are wrapped at blanks to their column's
 * width, counted in columns of the terminal (wide characters take two), and cut with "…" after
 * some lines. Whatever comes from outside is made safe first (markup_terminal).
 */
#ifndef DEPONENT_DOOR_CLI_TABLE_H
#define DEPONENT_DOOR_CLI_TABLE_H

#include "base/buf.h"

#define TABLE_COLUMNS_MAX 8

struct table {
    size_t columns;
    size_t width[TABLE_COLUMNS_MAX];
    size_t lines_max; /* of one row */
};

/* One row; a blank column stands between two cells, none behind the last. */
void table_row(struct buf *out, const struct table *t, const struct str *cells);
/* A paragraph wrapped to `width`, each line behind `indent` blanks. */
void table_note(struct buf *out, struct str text, size_t indent, size_t width);
/* Columns to print in: the terminal's, else those that COLUMNS says, else 100; 40 to 200. */
size_t table_terminal_width(void);

#endif
