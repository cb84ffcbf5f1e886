/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/link_load_parts: link_load in three parts: link_load_read.c pulls a file, converts it
 * and cuts it into rows; link_load_table.c keeps each distinct cell once; link_load.c puts both
 * together and knows what records are called.
 */
#ifndef DEPONENT_WORK_LINK_LOAD_PARTS_H
#define DEPONENT_WORK_LINK_LOAD_PARTS_H

#include "base/charset.h"
#include "base/csv.h"
#include "sys/file.h"
#include "work/link_load.h"

/* ---- a file, row by row ---- */

#define LOAD_CHUNK     (1u << 20)
#define LOAD_ROW_BYTES (8u << 20)

/* Some rows of a file. */
struct load_chunk {
    struct buf text;
    struct arena arena; /* fields that borrow from nothing else, and the arrays of fields */
    struct csv_record *rows;
    size_t count, cap;
    int failed; /* the rows before it are good */
    struct err err;
};

struct load_reader {
    const char *name; /* for sentences */
    struct file_in file;
    struct buf whole; /* of what is no plain file */
    bool in_memory;
    struct str memory;
    uint64_t size, at; /* bytes, and how many were pulled */
    enum charset charset;
    bool bare_cr;    /* lines end in CR alone */
    struct buf raw;  /* pulled and not yet converted */
    struct buf rest; /* converted: the beginning of a row that is not whole yet */
    bool ended;
    struct csv_reader csv;
};

/* Opens the file, finds out its character set and separator. `memory`: its bytes, or p NULL. */
int load_reader_open(struct load_reader *r, const char *path, struct str memory,
                     struct err *err) ERR_CHECKED;
/* The row of headers; borrowed from `a`. */
int load_reader_header(struct load_reader *r, struct arena *a, struct csv_record *ret,
                       struct err *err) ERR_CHECKED;
/* The next rows; c->count is 0 at the end. What failed is in c->failed and c->err. */
void load_reader_next(struct load_reader *r, struct load_chunk *c);
void load_reader_close(struct load_reader *r);
void load_chunk_free(struct load_chunk *c);

/* ---- the distinct cells of a column ---- */

struct load_table {
    uint64_t seed;
    uint32_t *cell;
    size_t cells, cell_cap;
    char *bytes;
    size_t n, cap;
    uint32_t *at; /* [texts + 1] */
    size_t texts, at_cap;
    struct load_slot {
        uint32_t hash, text; /* text 0: free */
    } * slots;
    size_t size;
    uint64_t *hashes; /* scratch */
    size_t hashes_cap;
};

void load_table_open(struct load_table *t, uint64_t seed);
/* A cell a row: field `field` of each. */
void load_table_add(struct load_table *t, const struct csv_record *rows, size_t count,
                    size_t field);
/* Empty cells until there are `cells`. */
void load_table_pad(struct load_table *t, size_t cells);
/* No more is added. */
void load_table_close(struct load_table *t);
void load_table_free(struct load_table *t);
/* Without white space at both ends, that of Unicode too. */
struct str load_trim(struct str s);

/* malloc and realloc that do not fail; free that wipes. */
void *load_room(void *old, size_t count, size_t size);
void load_wipe(void *p, size_t n);

#endif
