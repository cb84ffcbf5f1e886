/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/family: files to copy families. Sketches are made when a file is added; the files of a
 * family are read once more when its copies are compared. Spans of reports are bytes of the
 * files, also for HTML.
 *
 * With an index the sketches of a collection are kept on disk, so that one more text costs one
 * text. Names in the index are paths as they were given; nothing else of a text is kept.
 */
#ifndef DEPONENT_WORK_FAMILY_H
#define DEPONENT_WORK_FAMILY_H

#include "engine/family/family.h"

/* Of the copies that are compared at once. */
#define WORK_FAMILY_BYTES_MAX ((size_t)256 << 20)

struct work_family;

struct work_family *work_family_new(void);
void work_family_free(struct work_family *w);

/* Loads the index at `path` if there is one; a later work_family_save writes there. */
int work_family_open(struct work_family *w, const char *path, struct err *err) ERR_CHECKED;
int work_family_save(const struct work_family *w, struct err *err) ERR_CHECKED;
/* "-" is standard input, and is kept in memory; it cannot go into an index. */
int work_family_add(struct work_family *w, const char *path, struct err *err) ERR_CHECKED;

struct str work_family_name(const struct work_family *w, uint32_t text);
size_t work_family_count(const struct work_family *w);
/* Was it added now, rather than loaded from the index? */
bool work_family_is_new(const struct work_family *w, uint32_t text);
bool work_family_too_short(const struct work_family *w, uint32_t text);
void work_family_group(const struct work_family *w, struct arena *a, struct family_groups *ret);

/* A copy that cannot be read any more, or has changed since it was indexed. */
struct work_family_gap {
    uint32_t text; /* index in the group */
    struct err err;
};

/* Reads the group's files and compares them. A gap is left out of the comparison: its values
 * are null. ERR_LIMIT past WORK_FAMILY_BYTES_MAX. */
int work_family_compare(const struct work_family *w, struct arena *a,
                        const struct family_group *group, struct family_report *ret,
                        struct work_family_gap **ret_gaps, size_t *ret_gap_count,
                        struct err *err) ERR_CHECKED;

#endif
