/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vault/ledger/id: the ids of records: 16 random bytes, written as 26 characters of Crockford's
 * base32 in lower case (no i, l, o, u). Parsing takes upper case, and i, l for 1 and o for 0.
 */
#ifndef DEPONENT_VAULT_ID_H
#define DEPONENT_VAULT_ID_H

#include "base/arena.h"

#define ID_SIZE 16
#define ID_TEXT 26

struct id {
    unsigned char b[ID_SIZE];
};

struct id id_new(void);
struct str id_print(struct arena *a, struct id id);
void id_text(struct id id, char out[ID_TEXT + 1]);
/* The whole form only; false otherwise. */
bool id_parse(struct str s, struct id *ret) __attribute__((warn_unused_result));

#endif
