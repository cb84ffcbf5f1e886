/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/edit: what a person writes into a record: a new version of one that is there, or a new
 * statement or node of an account.
 *
 * Guarantees: nothing is overwritten, a later version supersedes; every field is checked by the
 * record table; a record of which the terms withhold something is not edited blindly
 * (ERR_REFUSED). Does not: change what was told (accounts), terms, or what belongs to the
 * program (ids, the account of a statement).
 */
#ifndef DEPONENT_WORK_EDIT_H
#define DEPONENT_WORK_EDIT_H

#include "vault/archive/archive.h"

/* Kinds that can be edited and made. */
#define WORK_EDITABLE (1u << RECORD_STATEMENT | 1u << RECORD_NODE | 1u << RECORD_SOURCE)

/* `fields` are "name=value"; nothing behind "=" takes the field out. A statement that was
 * proposed becomes "edited". */
int work_edit(struct archive *archive, struct arena *a, struct str id, const struct str *fields,
              size_t count, struct err *err) ERR_CHECKED;

/* A statement or node of `account` that no program proposed. *ret_id lives in `a`. */
int work_edit_new(struct archive *archive, struct arena *a, enum record_kind kind,
                  struct str account, const struct str *fields, size_t count,
                  struct str *ret_id, struct err *err) ERR_CHECKED;

/* The record `old` with `fields` written over it. Everything in *ret lives in `a`. */
int work_edit_fields(struct arena *a, const struct record *old, const struct str *fields,
                     size_t count, struct record *ret, struct err *err) ERR_CHECKED;

#endif
