/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/propose: the reader on an account of an archive, and what a person decides about what it
 * proposes: accepted or rejected.
 *
 * A proposal is one statement with one of its figures, or with none. Its number is its place
 * among all proposals of the account, and stays when others are decided; the id of the statement
 * that it becomes is made from the account, its bytes and its rule, so that two people who
 * accept it on two devices accept one statement.
 *
 * Guarantees: the custody entry of the reading is synced before a word is given out; what was
 * decided is not proposed again; a name to whom the text grants anonymity is in no record.
 * Does not: read anything but English, or decide.
 */
#ifndef DEPONENT_WORK_PROPOSE_H
#define DEPONENT_WORK_PROPOSE_H

#include "vault/archive/archive.h"
#include "work/sheet.h"

struct work_proposal {
    unsigned number;             /* from 1 */
    struct str id;               /* of the statement that it becomes */
    size_t begin, end;           /* bytes of the account's text */
    uint32_t statement;          /* in the sheet */
    const struct figure *figure; /* or NULL */
    struct str act, where;       /* proposed; p == NULL: none */
    enum review decided;         /* NONE: open */
    struct str source;           /* of the statement that was made of it, or p == NULL */
};

struct work_proposals {
    struct archive_account account;
    struct sheet sheet; /* of this one account */
    struct work_proposal *items;
    size_t count, open;
    struct str why; /* nothing was read, and why; p == NULL: it was read */
};

/* ERR_REFUSED when its terms do not let it be read for help. */
int work_propose(struct archive *archive, struct arena *a, struct str account,
                 struct work_proposals *ret, struct err *err) ERR_CHECKED;

/* "all", "3", "1-4": sets chosen[number - 1] for those that are meant. `all` means the open
 * ones. ERR_INPUT when there is no such number. */
int work_choose(const struct work_proposals *p, struct str text, bool *chosen,
                struct err *err) ERR_CHECKED;

/* Makes statements of the chosen ones, or keeps that they were rejected; one action. Speakers
 * become sources: one that is there under the same name, or a new one; who is not named gets a
 * source with a description and no name. `decided` is written into the items. ERR_EXISTS when
 * one is accepted already. */
int work_decide(struct archive *archive, struct arena *a, struct work_proposals *p,
                const bool *chosen, enum review review, struct err *err) ERR_CHECKED;

#endif
