/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/read: one document from its bytes to its reading: checked, reduced from HTML if it is
 * HTML, read. Offsets are those of the original file.
 */
#ifndef DEPONENT_WORK_READ_H
#define DEPONENT_WORK_READ_H

#include "engine/read/read.h"

/* Reads the file at `path` ("-" is standard input); everything in *ret lives in `a`.
 * `published` is EDTF or p == NULL. */
int work_read_file(struct arena *a, const char *path, struct str published, struct reading *ret,
                   struct err *err) ERR_CHECKED;

#endif
