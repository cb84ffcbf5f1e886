/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/link_load: tables from files to the columns of link_data, and what each record is called.
 *
 * Character set and separator (, ; tab |) of each file are found out and can be told to the
 * person. The first row holds the headers; columns of one header are one over all files.
 * A file is read by pieces: memory is that of the distinct cells and four bytes a cell. Strict
 * as base/csv: what could move data into a wrong column is an error that names file and line.
 * The same result on any number of threads.
 *
 * Limits: LINK_LOAD_BYTES a file, LINK_RECORDS_MAX records, LINK_COLUMNS_MAX columns,
 * LINK_LISTS_MAX files, LINK_LOAD_CELLS cells, LINK_LOAD_TEXT bytes of distinct cells.
 */
#ifndef DEPONENT_WORK_LINK_LOAD_H
#define DEPONENT_WORK_LINK_LOAD_H

#include "base/pool.h"
#include "engine/link/people.h"

#define LINK_LOAD_BYTES (1u << 30)
#define LINK_LOAD_CELLS 400000000u
#define LINK_LOAD_TEXT  (3u << 29)

/* In data: one list a file, each called after it. */
struct link_load {
    struct link_data data;
    void *inside;
};

/* Reads the files ("-": standard input). ERR_INPUT, ERR_LIMIT, ERR_MISSING and ERR_IO name the
 * file and, where there is one, the line. */
int link_load_read(const char *const *paths, size_t count, struct pool *pool,
                   struct link_load *ret, struct err *err) ERR_CHECKED;
/* The same of texts in memory, each under a name. */
int link_load_texts(const char *const *names, const struct str *texts, size_t count,
                    struct pool *pool, struct link_load *ret, struct err *err) ERR_CHECKED;
/* A line a file: records, columns, character set, separator. */
void link_load_say(const struct link_load *l, struct buf *out);
/* A list for each value of that column instead of one for each file. ERR_LIMIT; ERR_INPUT for
 * a record without. */
int link_load_list_by(struct link_load *l, uint32_t column, struct err *err) ERR_CHECKED;
/* Records are called by the value of that column; until then, or with UINT32_MAX, FILE:ROW with
 * the base name of the file and the number of the data row from 1. ERR_INPUT naming the lines
 * when a value is empty or stands twice, or when two files have one name. */
int link_load_name_by(struct link_load *l, uint32_t column, struct err *err) ERR_CHECKED;
#define LINK_LOAD_NAME_MAX 4200
/* What record i is called; `room` is used where it must be put together. */
struct str link_load_name(const struct link_load *l, uint32_t i, char room[LINK_LOAD_NAME_MAX]);
/* The record of that name; false when there is none. */
bool link_load_find(const struct link_load *l, struct str name, uint32_t *ret);
/* Where record i stands, for sentences: "a.csv: line 7". */
void link_load_place(const struct link_load *l, uint32_t i, struct buf *out);
/* Frees the columns; names, lists and places stay. */
void link_load_drop_columns(struct link_load *l);
void link_load_free(struct link_load *l);

#endif
