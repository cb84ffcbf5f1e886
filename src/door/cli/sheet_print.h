/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * door/cli/sheet_print: a sheet as tables for a terminal. Private to the verb sheet.
 */
#ifndef DEPONENT_DOOR_CLI_SHEET_PRINT_H
#define DEPONENT_DOOR_CLI_SHEET_PRINT_H

#include "work/sheet.h"

/* No line is wider than `width` (40 to 200). */
void sheet_print_table(struct buf *out, const struct sheet *s, size_t width);

#endif
