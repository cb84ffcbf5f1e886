/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * door/cli/link_print: what the verb link prints: for people, and as one JSON object in one
 * line. Neither holds a value of a record; of an archive, names only with `names`.
 */
#ifndef DEPONENT_DOOR_CLI_LINK_PRINT_H
#define DEPONENT_DOOR_CLI_LINK_PRINT_H

#include "work/link_archive.h"

void link_print_table(struct buf *out, const struct work_link *w, size_t width);
void link_print_json(struct buf *out, const struct work_link *w);

/* What is proposed of an archive. */
void link_print_persons(struct buf *out, const struct work_link_persons *p, bool names,
                        size_t width);
/* One object a proposal. */
void link_print_persons_json(struct buf *out, const struct work_link_persons *p, bool names);

#endif
