/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/link_out: the files that linking writes. All are begun, filled, and only when every one
 * is whole do they get their names.
 */
#ifndef DEPONENT_WORK_LINK_OUT_H
#define DEPONENT_WORK_LINK_OUT_H

#include "base/csv.h"
#include "sys/file.h"
#include "work/link.h"

#define WORK_LINK_OUTPUTS_MAX 8

struct work_link_out {
    struct buf buf;
    struct csv_out csv;
    struct file_out file;
    bool open;
};

struct work_link_outputs {
    struct work_link_out items[WORK_LINK_OUTPUTS_MAX];
    size_t count;
};

/* Begins a file and hands out where to write; *ret belongs to `o`. */
int work_link_out_begin(struct work_link_outputs *o, const char *path,
                        struct work_link_out **ret, struct err *err) ERR_CHECKED;
/* Writes out what has come together, when it is much or `all`. */
int work_link_out_flush(struct work_link_out *out, bool all, struct err *err) ERR_CHECKED;
/* Gives every file its name. */
int work_link_outputs_commit(struct work_link_outputs *o, struct err *err) ERR_CHECKED;
/* Leaves none behind that has no name yet. */
void work_link_outputs_drop(struct work_link_outputs *o);

/* A number with `digits` decimals, the same on every machine. */
void work_link_put_fixed(struct csv_out *c, double v, unsigned digits);
void work_link_put_count(struct csv_out *c, uint64_t v);

/* From w->people and w->judgements to the questions: everything but the outputs. */
int work_link_run(struct work_link *w, struct err *err) ERR_CHECKED;
int work_link_write_pairs(const struct work_link *w, struct work_link_outputs *o,
                          struct err *err) ERR_CHECKED;
int work_link_write_clusters(const struct work_link *w, struct work_link_outputs *o,
                             struct err *err) ERR_CHECKED;
/* Draws clusterings and counts persons; writes the draws when they are asked for. */
int work_link_draw(struct work_link *w, struct work_link_outputs *o,
                   struct err *err) ERR_CHECKED;
int work_link_write_review(struct work_link *w, struct work_link_outputs *o,
                           struct err *err) ERR_CHECKED;
/* Reads the files of labels into w->labels and w->judgements. */
int work_link_read_labels(struct work_link *w, struct err *err) ERR_CHECKED;
/* Puts older verdicts under those that were read: the last of a pair stands. */
void work_link_add_labels(struct work_link *w, const struct link_judgement *old, size_t count);
/* The record of that name; false when there is none. */
bool work_link_find(const struct work_link *w, struct str name, uint32_t *ret);
/* The report as one page. */
void work_link_print_report(struct buf *out, const struct work_link *w);

#endif
