/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault/store/parts.h"

int store_check(struct store *s, void (*each)(void *context, const char *sentence),
                void *context, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    s->free = true;
    int rc = sqlite3_prepare_v2(s->db, "PRAGMA integrity_check(100)", -1, &stmt, NULL);
    s->free = false;
    while (rc == SQLITE_OK || rc == SQLITE_ROW) {
        rc = sqlite3_step(stmt);
        const char *text = rc == SQLITE_ROW ? (const char *)sqlite3_column_text(stmt, 0) : NULL;
        if (text && strcmp(text, "ok") != 0)
            each(context, text);
    }
    struct err damage;
    int r = rc == SQLITE_DONE ? 0 : store_error(s, rc, &damage);
    (void)sqlite3_finalize(stmt);
    if (r == ERR_INPUT) {
        each(context, damage.text);
        return 0;
    }
    return r ? err_set(err, r, "%s", damage.text) : 0;
}
