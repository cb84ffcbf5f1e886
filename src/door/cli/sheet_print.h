/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * door/cli/sheet_print: a sheet as tables for a terminal. Private to the verb sheet.
 */
#ifndef DEPONENT_DOOR_CLI_SHEET_PRINT_H
#define DEPONENT_DOOR_CLI_SHEET_PRINT_H

#include "work/sheet_archive.h"

/* No line is wider than `width` (40 to 200). */
void sheet_print_table(struct buf *out, const struct sheet *s, size_t width);
/* What an archive has beside the sheet of its reports. */
void sheet_print_archive(struct buf *out, const struct sheet_archive *s, size_t width);
void sheet_print_archive_json(struct buf *out, const struct sheet_archive *s);

#endif
