/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/figure: from a question to what may be said: the counted statements of an archive, the
 * judgements and derivations about them, weighed; and keeping the answer.
 *
 * A figure counts in one unit, which is always named; what is given in others is left out and
 * said. Accounts that give no number but speak of persons (or groups, or events) are counted
 * through their nodes, each once: the low end joins those that are judged same or unsure, the
 * high end only those judged same.
 *
 * Guarantees: only what the terms let be counted is in it, and a source is spoken of as the
 * strictest of its accounts in the figure allows; no words of an account are in the wording that
 * is kept: act and place are those of the question, a source stands as "{source:ID}", or
 * "{source:ID description}" where it is not named. Does not: estimate how many are missing.
 */
#ifndef DEPONENT_WORK_FIGURE_H
#define DEPONENT_WORK_FIGURE_H

#include "engine/weigh/weigh.h"
#include "vault/archive/archive.h"

/* People, groups or events of which accounts speak one by one. */
struct work_nodes {
    size_t statements; /* without a number */
    size_t without;    /* of them, those whose account names no node */
    size_t nodes;      /* before any judgement */
    size_t low, high;  /* 0: none */
    size_t single;     /* at the high end: that rest on one origin only */
    size_t conflicts;  /* judged different, and joined through others */
};

struct work_figure {
    struct archive_query query; /* its unit is the one that was counted in */
    struct weigh_case c;
    struct weigh_result r; /* its sentence is what may be said now */
    struct str wording;    /* what is kept of it */
    struct str question;   /* "act=held; where=Kolvar; unit=individual" */
    struct work_nodes nodes;
    const struct str *accounts;  /* of each statement of the case */
    size_t left_out[UNIT_COUNT]; /* statements with a number in another unit */
    size_t acts;                 /* different acts in it, when the question names none */
};

/* ERR_INPUT when the question names no unit and the statements have several, or none. */
int work_figure_make(struct archive *archive, struct arena *a,
                     const struct archive_query *query, struct work_figure *ret,
                     struct err *err) ERR_CHECKED;

/* Refolds the ledger, makes the figure and keeps it with the accounts it rests on. ERR_MISSING
 * when there is nothing to keep. */
int work_figure_record(struct archive *archive, struct arena *a,
                       const struct archive_query *query, struct work_figure *ret,
                       struct str *ret_id, struct err *err) ERR_CHECKED;

/* One that was kept, as it may be said now. */
struct work_figure_kept {
    struct record_figure figure;
    struct str sentence;                /* the wording with its sources filled in */
    size_t accounts;                    /* it rests on */
    size_t withdrawn, shredded, locked; /* of them, by now; locked: no key for them here */
};
int work_figure_kept(struct archive *archive, struct arena *a, struct str id,
                     struct work_figure_kept *ret, struct err *err) ERR_CHECKED;
/* All of them, in the order in which they were kept. */
int work_figure_list(struct archive *archive, struct arena *a, struct work_figure_kept **ret,
                     size_t *ret_count, struct err *err) ERR_CHECKED;

/* ---- the parts, for tests ---- */

/* `wording` with each "{source:ID}" replaced by what `name` gives; p == NULL: "[source
 * withheld]". */
struct str work_figure_fill(struct arena *a, struct str wording,
                            struct str (*name)(void *context, struct str id, bool described),
                            void *context);

struct work_node_link {
    size_t a, b; /* nodes */
    enum judgement_value value;
};
/* Sizes of both ends and the conflicts; *ret_component: of each node, at the high end. */
void work_figure_join(struct arena *a, size_t nodes, const struct work_node_link *links,
                      size_t count, struct work_nodes *ret, size_t **ret_component);

#endif
