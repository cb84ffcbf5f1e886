/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The logical dump: the tables by name, each table's rows in the order of its primary key (of
 * all its columns when it has none, so that row numbers do not matter). FTS5's own tables, whose
 * bytes depend on the order of writing, are left out; the table they serve is dumped.
 */
#include "vault/store/parts.h"

#include <math.h>

#define DUMP_MAX_SQL ((size_t)64 << 10)

static void print_text(struct buf *out, const char *p, size_t n)
{
    buf_add_char(out, '\'');
    for (size_t i = 0; i < n; i++) {
        if (p[i] == '\n') {
            buf_add(out, STR("\\n"));
            continue;
        }
        if (p[i] == '\'' || p[i] == '\\')
            buf_add_char(out, '\\');
        buf_add_char(out, p[i]);
    }
    buf_add_char(out, '\'');
}

static void print_blob(struct buf *out, const unsigned char *p, size_t n)
{
    buf_add(out, STR("x'"));
    for (size_t i = 0; i < n; i++) {
        buf_add_char(out, "0123456789abcdef"[p[i] >> 4]);
        buf_add_char(out, "0123456789abcdef"[p[i] & 15]);
    }
    buf_add_char(out, '\'');
}

static void print_value(struct buf *out, sqlite3_stmt *stmt, int column)
{
    size_t n = 0;
    switch (sqlite3_column_type(stmt, column)) {
    case SQLITE_INTEGER:
        buf_printf(out, "%lld", (long long)sqlite3_column_int64(stmt, column));
        break;
    case SQLITE_FLOAT: {
        double v = sqlite3_column_double(stmt, column);
        if (isfinite(v))
            buf_add_number(out, v);
        else
            buf_add(out, v > 0 ? STR("+inf") : STR("-inf"));
        buf_add_char(out, 'f');
        break;
    }
    case SQLITE_TEXT: {
        const char *p = (const char *)sqlite3_column_text(stmt, column);
        n = (size_t)sqlite3_column_bytes(stmt, column);
        print_text(out, p, n);
        break;
    }
    case SQLITE_BLOB: {
        const unsigned char *p = sqlite3_column_blob(stmt, column);
        n = (size_t)sqlite3_column_bytes(stmt, column);
        print_blob(out, p, n);
        break;
    }
    default:
        buf_add(out, STR("null"));
        break;
    }
}

/* "SELECT * FROM t ORDER BY its key": for a virtual table with its row numbers, by them. */
static int print_select(struct store *s, const char *table, bool virtual, struct buf *sql)
{
    char *ask =
        sqlite3_mprintf("SELECT group_concat(c, ',') FROM (SELECT printf('\"%%w\"', name)"
                        " AS c, pk FROM pragma_table_info(%Q) WHERE pk > 0 ORDER BY pk)",
                        table);
    char *all =
        sqlite3_mprintf("SELECT group_concat(c, ',') FROM (SELECT printf('\"%%w\"', name)"
                        " AS c FROM pragma_table_info(%Q) ORDER BY cid)",
                        table);
    sqlite3_stmt *stmt = NULL;
    int rc = SQLITE_OK;
    char *head =
        sqlite3_mprintf("SELECT %s* FROM \"%w\" ORDER BY ", virtual ? "rowid, " : "", table);
    buf_clear(sql);
    buf_add(sql, str_of(head));
    size_t before = sql->n;
    if (virtual)
        buf_add(sql, STR("rowid"));
    for (int i = 0; i < 2 && rc == SQLITE_OK && sql->n == before; i++) {
        rc = sqlite3_prepare_v2(s->db, i ? all : ask, -1, &stmt, NULL);
        if (rc == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW) {
            const char *columns = (const char *)sqlite3_column_text(stmt, 0);
            buf_add(sql, str_of(columns ? columns : ""));
        }
        (void)sqlite3_finalize(stmt);
    }
    sqlite3_free(ask);
    sqlite3_free(all);
    sqlite3_free(head);
    return sql->full ? SQLITE_TOOBIG : rc;
}

static int dump_table(struct store *s, const char *table, bool virtual, struct buf *out)
{
    BUF_AUTO sql;
    buf_init(&sql, DUMP_MAX_SQL);
    sqlite3_stmt *stmt = NULL;
    int rc = print_select(s, table, virtual, &sql);
    if (rc == SQLITE_OK)
        rc = sqlite3_prepare_v2(s->db, sql.p, -1, &stmt, NULL);
    if (rc != SQLITE_OK)
        return rc;
    buf_printf(out, "table %s:", table);
    int columns = sqlite3_column_count(stmt);
    for (int i = 0; i < columns; i++)
        buf_printf(out, " %s", sqlite3_column_name(stmt, i));
    buf_add_char(out, '\n');
    while ((rc = sqlite3_step(stmt)) == SQLITE_ROW && !out->full) {
        for (int i = 0; i < columns; i++) {
            if (i)
                buf_add_char(out, ' ');
            print_value(out, stmt, i);
        }
        buf_add_char(out, '\n');
    }
    (void)sqlite3_finalize(stmt);
    return rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
}

int store_dump(struct store *s, struct buf *out, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool was = s->free;
    s->free = true;
    int rc = sqlite3_prepare_v2(s->db,
                                "SELECT name, type = 'virtual' FROM pragma_table_list"
                                " WHERE schema = 'main' AND type IN ('table', 'virtual')"
                                " AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY name",
                                -1, &stmt, NULL);
    while (rc == SQLITE_OK) {
        int row = sqlite3_step(stmt);
        if (row != SQLITE_ROW) {
            rc = row == SQLITE_DONE ? SQLITE_OK : row;
            break;
        }
        rc = dump_table(s, (const char *)sqlite3_column_text(stmt, 0),
                        sqlite3_column_int(stmt, 1) != 0, out);
    }
    int r = rc == SQLITE_OK ? buf_check(out, "the dump", err) : store_error(s, rc, err);
    (void)sqlite3_finalize(stmt);
    s->free = was;
    return r;
}
