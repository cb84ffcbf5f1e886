/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * door/cli/figure_print: figures for a terminal and as JSON. Only the sentence speaks of
 * sources; everything else are ids, numbers and words of lists.
 */
#ifndef DEPONENT_DOOR_CLI_FIGURE_PRINT_H
#define DEPONENT_DOOR_CLI_FIGURE_PRINT_H

#include "work/figure.h"

/* `id` p == NULL: a draft. */
void figure_print_table(struct buf *out, const struct work_figure *f, struct str id);
void figure_print_json(struct buf *out, const struct work_figure *f, struct str id);
/* One that was kept, whole; as one row of a list; and as JSON. */
void figure_print_kept(struct buf *out, const struct work_figure_kept *k);
void figure_print_row(struct buf *out, const struct work_figure_kept *k);
void figure_print_kept_json(struct buf *out, const struct work_figure_kept *k);

#endif
