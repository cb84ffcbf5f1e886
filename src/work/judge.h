/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/judge: what a person judges: that two nodes are the same, different, or that nobody can
 * say; that one report comes from another; how a source and what it says are graded. And taking
 * any of it back.
 *
 * Guarantees: one action is one entry, signed by this device; what is taken back stays in the
 * ledger. Does not: judge by itself.
 */
#ifndef DEPONENT_WORK_JUDGE_H
#define DEPONENT_WORK_JUDGE_H

#include "vault/archive/archive.h"

#define WORK_GRADES "admiralty-1" /* the rules by which a person grades */

/* `a` and `b` are nodes of one type. *ret_id lives in the arena; so for all of these. */
int work_judge(struct archive *archive, struct arena *arena, struct str a, struct str b,
               enum judgement_value value, unsigned grounds, struct str *ret_id,
               struct err *err) ERR_CHECKED;

/* `from` comes from `to`: accounts, sources or statements; `to` may be one of our figures. */
int work_derive(struct archive *archive, struct arena *arena, struct str from, struct str to,
                enum derivation_kind kind, enum certainty certainty, struct str *ret_id,
                struct err *err) ERR_CHECKED;

/* `of` is a source, an account or a statement. The source's grade is written for the source of
 * an account or statement, the information's for what is named; one action. *ret_ids has room
 * for two, *ret_count says how many. */
struct work_grades {
    enum source_grade source;           /* NONE: not given */
    enum information_grade information; /* NONE: not given */
    struct str reason;                  /* p == NULL: not given */
};
int work_assess(struct archive *archive, struct arena *arena, enum record_kind kind,
                struct str of, const struct work_grades *grades, struct str ret_ids[2],
                size_t *ret_count, struct err *err) ERR_CHECKED;

/* Takes the record `id` back. */
int work_retract(struct archive *archive, struct arena *arena, struct str id,
                 struct err *err) ERR_CHECKED;

#endif
