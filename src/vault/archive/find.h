/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vault/archive/find: what the index (find.c) and the search in it (search.c) share.
 */
#ifndef DEPONENT_ARCHIVE_FIND_H
#define DEPONENT_ARCHIVE_FIND_H

#include "vault/archive/parts.h"

#define FIND_HASH (16 << 20) /* bytes that FTS5 gathers before it writes a segment */

/* How far it goes: the last bundle whose records are in it, and how many bundles that are. */
struct find_reach {
    struct ledger_place place;
    uint64_t bundles;
};

struct find {
    struct store *store;
    struct find_reach reach;
    int64_t last;   /* number of the last row */
    uint64_t fresh; /* rows since it was saved */
    bool saved;
};

extern const struct store_shape find_shape;
extern const unsigned find_kinds;

/* Opens or makes it, and brings it to where the view is. */
int find_open(struct archive *a, struct err *err) ERR_CHECKED;

/* A record as it may be found today. */
struct find_look {
    struct record record;
    struct str text; /* p == NULL: not to be found */
    bool sealed;     /* under this account */
    struct id account;
};
int find_look(struct archive *a, struct arena *arena, int64_t key, struct find_look *ret,
              struct err *err) ERR_CHECKED;

#endif
