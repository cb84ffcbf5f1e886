/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * base/csv: tables as RFC 4180, in and out.
 *
 * Reading walks over a text that is in memory, one record at a time, in linear time. Fields
 * borrow from the text; only a quoted field that holds a quotation mark is copied (arena). A
 * byte-order mark at the head is passed over, lines end in LF or CRLF, blank lines between
 * records are passed over when the table has more than one column. Strict where guessing would
 * move data into the wrong column: a stray quotation mark, a quoted field that never ends, or
 * a record with another number of fields than the first is an error that names the line.
 *
 * Writing quotes what needs it, and puts an apostrophe before text that a spreadsheet would run
 * as a formula. Does not: guess the separator, or convert encodings.
 */
#ifndef DEPONENT_BASE_CSV_H
#define DEPONENT_BASE_CSV_H

#include "base/arena.h"
#include "base/buf.h"

#define CSV_MAX_FIELDS      4096
#define CSV_MAX_FIELD_BYTES (1u << 20)

struct csv_reader {
    struct str rest;  /* not yet read */
    const char *what; /* the file's name, for sentences */
    char separator;   /* ',' ';' or a tab */
    size_t line;      /* of the next record, from 1 */
    size_t columns;   /* of the first record; 0 before it */
    size_t first_line;
};

struct csv_record {
    struct str *fields; /* in the arena */
    size_t count;       /* 0: the end of the table */
    size_t line;        /* on which it begins */
};

void csv_open(struct csv_reader *r, struct str text, char separator, const char *what);
/* The next record; ret->count is 0 at the end. ERR_INPUT and ERR_LIMIT name the line. */
int csv_next(struct csv_reader *r, struct arena *a, struct csv_record *ret,
             struct err *err) ERR_CHECKED;

struct csv_out {
    struct buf *out;
    char separator;
    bool inside; /* a field of this record stands before */
};

void csv_put(struct csv_out *c, struct str field);
/* The shortest decimal that reads back; NAN is an empty field. */
void csv_put_number(struct csv_out *c, double v);
/* Ends the record with CRLF, as the RFC wants it. */
void csv_end(struct csv_out *c);

#endif
