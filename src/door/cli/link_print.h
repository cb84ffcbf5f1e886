/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * door/cli/link_print: what the verb link prints: for people, and as one JSON object in one
 * line. Neither holds a value of a record.
 */
#ifndef DEPONENT_DOOR_CLI_LINK_PRINT_H
#define DEPONENT_DOOR_CLI_LINK_PRINT_H

#include "work/link.h"

void link_print_table(struct buf *out, const struct work_link *w, size_t width);
void link_print_json(struct buf *out, const struct work_link *w);

#endif
