/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/read: one document from its bytes to its reading: checked, reduced from HTML if it is
 * HTML, read. Spans lie in the text that was read; its map leads back to the bytes of the file,
 * and printing uses it.
 */
#ifndef DEPONENT_WORK_READ_H
#define DEPONENT_WORK_READ_H

#include "engine/read/read.h"
#include "engine/read/value.h"

/* Stands in the head of every figure sheet (sheet.html). */
#define WORK_GENERATOR "<meta name=\"generator\" content=\"deponent sheet\">"

/* A file's text, ready to be read. */
struct work_text {
    struct str text;
    const struct offset_map *map; /* NULL: the text is the file */
    /* From the head of an HTML page, or p == NULL: */
    struct str published, publisher, title;
    bool sheet; /* a page that this program made: no report */
};

/* The file at `path` ("-" is standard input), of at most READ_MAX_BYTES; all memory is a's.
 * ERR_INPUT for what is not UTF-8 text, is empty, or is HTML without an article. */
int work_load_text(struct arena *a, const char *path, struct work_text *ret,
                   struct err *err) ERR_CHECKED;

/* The same of bytes that are at hand, called `name` in sentences; *ret borrows nothing of them. */
int work_text_of(struct arena *a, struct str bytes, const char *name, struct work_text *ret,
                 struct err *err) ERR_CHECKED;

/* Reads the file; everything in *ret lives in `a`. `published` is EDTF; with p == NULL the date
 * comes from the head of the page or of the text. */
int work_read_file(struct arena *a, const char *path, struct str published, struct reading *ret,
                   struct err *err) ERR_CHECKED;

/* Every number, amount, age and date of the file, in any language, with offsets in the file;
 * everything in *ret lives in `a`. */
int work_read_values(struct arena *a, const char *path, struct str published,
                     struct value_list *ret, struct err *err) ERR_CHECKED;

#endif
