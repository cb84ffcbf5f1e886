/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/weigh: a weigh file from its JSON to a case, and a result to its JSON and its table. The
 * form of the file is deponent-weigh(5).
 *
 * Parsing is strict: an unknown key, an id that stands twice or is not there, a name outside
 * its list, a date that is not EDTF, a low above its high are refused with the path in the JSON
 * ("statements[3].when") and what was expected. At most WEIGH_MAX_BYTES are read.
 */
#ifndef DEPONENT_WORK_WEIGH_H
#define DEPONENT_WORK_WEIGH_H

#include "base/err.h"
#include "engine/weigh/weigh.h"

#define WEIGH_MAX_BYTES      (32u << 20)
#define WEIGH_MAX_LINT_BYTES (64u << 10) /* of a sentence to be linted */

/* `what` names the text in the sentence. Everything in *ret lives in `a`. */
int work_weigh_parse(struct arena *a, struct str json, const char *what, struct weigh_case *ret,
                     struct err *err) ERR_CHECKED;
/* The file at `path`, "-" is standard input. */
int work_weigh_file(struct arena *a, const char *path, struct weigh_case *ret,
                    struct err *err) ERR_CHECKED;

/* One object and a new line. */
void work_weigh_print_json(struct buf *out, const struct weigh_case *c,
                           const struct weigh_result *r);
void work_weigh_print_table(struct buf *out, const struct weigh_case *c,
                            const struct weigh_result *r);
/* What the lints say of a sentence of somebody else. */
void work_weigh_print_lints_json(struct buf *out, struct str sentence,
                                 const struct weigh_lints *lints);
void work_weigh_print_lints_table(struct buf *out, struct str sentence,
                                  const struct weigh_lints *lints);

#endif
