/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vault/store/parts: what the files of this room share.
 */
#ifndef DEPONENT_VAULT_STORE_PARTS_H
#define DEPONENT_VAULT_STORE_PARTS_H

#include "vault/store/store.h"

#include <sqlite3.h>

struct store_query {
    struct store *store;
    sqlite3_stmt *stmt; /* NULL: not prepared yet, or it does not fit the schema */
    int bad;            /* what a bind or prepare function said; store_step tells */
    bool running;       /* between its first row and its reset */
};

struct store {
    sqlite3 *db;
    const struct store_shape *shape;
    struct store_query *queries; /* one for each statement of the shape */
    bool memory;
    bool free; /* the guard stands aside: our own opening and dumping */
};

/* SQLite's result as one of ours with a sentence; never 0. */
int store_error(const struct store *s, int rc, struct err *err) ERR_CHECKED;
/* The authorizer, limits and switches. */
void store_guard(struct store *s);
/* Before SQLite's first use: what it gives back is wiped. */
void store_wipe_memory(void);
/* FTS5's tokenizer "deponent"; SQLite's result. */
int store_add_tokenizer(sqlite3 *db) ERR_CHECKED;
/* Is `name` the table `of` or one of the tables FTS5 keeps for it? */
bool store_is_shadow(const char *name, const char *of);

#endif
