/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * base/offset: from places in a text that was drawn out of a file back to bytes of the file.
 *
 * A map is a row of runs in rising order. A literal run has the same bytes on both sides; any
 * other ("&amp;" for "&", a line break that stands for a tag) is one whole. A map without runs
 * is the identity.
 */
#ifndef DEPONENT_BASE_OFFSET_H
#define DEPONENT_BASE_OFFSET_H

#include "base/arena.h"

struct offset_run {
    uint32_t text, source; /* where it begins on each side */
    uint32_t text_length, source_length;
};

struct offset_map {
    struct offset_run *runs;
    size_t count, cap;
};

/* Joins on to the run before it where that is literal and goes on on both sides. */
void offset_add(struct arena *a, struct offset_map *m, struct offset_run run);
/* The byte of the file at which the text from `at` on begins, and the one behind the text that
 * ends at `at`: for a span, use the first for its begin and the second for its end. */
size_t offset_begin(const struct offset_map *m, size_t at);
size_t offset_end(const struct offset_map *m, size_t at);

#endif
