/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/sheet_archive: the figure sheet of the published reports in an archive, and beside it the
 * figures that were kept and what became of the cases.
 *
 * Guarantees: only reports whose terms allow publication and quoting are read, and their custody
 * entry is synced first; a publication that may not be named is not named. Does not: read what
 * people told in confidence.
 */
#ifndef DEPONENT_WORK_SHEET_ARCHIVE_H
#define DEPONENT_WORK_SHEET_ARCHIVE_H

#include "work/figure.h"
#include "work/sheet.h"

struct sheet_archive {
    struct sheet sheet;
    size_t reports;  /* published ones that are in it, read or not */
    size_t withheld; /* published ones whose terms keep them out */
    struct work_figure_kept *figures;
    size_t figure_count;
    size_t cases[OUTCOME_COUNT]; /* by outcome */
    size_t case_count;
};

int sheet_make_archive(struct archive *archive, struct arena *a,
                       const struct sheet_options *options, struct sheet_archive *ret,
                       struct err *err) ERR_CHECKED;

#endif
