/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * door/cli/family_print: a copy family as JSON, as a table, as rows for programs, as a page.
 * Private to the verb family. What a report withholds is never printed, nor is anything else
 * of a text than the values of its drift table and its credit lines.
 */
#ifndef DEPONENT_DOOR_CLI_FAMILY_PRINT_H
#define DEPONENT_DOOR_CLI_FAMILY_PRINT_H

#include "work/family.h"

struct family_shown {
    const struct work_family *work;
    const struct family_group *group;
    const struct family_report *report;
    size_t number;
};

static inline struct str family_file(const struct family_shown *f, size_t index)
{
    return work_family_name(f->work, f->group->texts[index]);
}

void family_print_json(struct buf *out, const struct family_shown *f);
void family_print_json_short(struct buf *out, struct str file);

void family_print_tsv_head(struct buf *out);
void family_print_tsv(struct buf *out, const struct family_shown *f);
void family_print_tsv_short(struct buf *out, struct str file);

void family_print_table(struct buf *out, struct arena *a, const struct family_shown *f,
                        size_t width);
void family_print_table_end(struct buf *out, struct arena *a, size_t families,
                            const struct str *too_short, size_t too_short_count, size_t width);

void family_print_page_head(struct buf *out);
void family_print_page(struct buf *out, const struct family_shown *f);
void family_print_page_end(struct buf *out, size_t families, const struct str *too_short,
                           size_t too_short_count);

#endif
