/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault/store/parts.h"

#include <math.h>

/* INSERT OR REPLACE deletes rows, but the authorizer is asked about an insert only. */
static bool replaces(const char *sql)
{
    for (const char *p = sql; *p; p++)
        if (sqlite3_strnicmp(p, "or replace ", 11) == 0)
            return true;
    return sqlite3_strnicmp(sql, "replace ", 8) == 0;
}

static void prepare(struct store_query *q, const char *sql)
{
    struct store *s = q->store;
    if (s->shape->mutable_tables && replaces(sql)) {
        q->bad = SQLITE_AUTH;
        return;
    }
    const char *rest = NULL;
    q->bad = sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &q->stmt, &rest);
    if (q->bad == SQLITE_OK && (!q->stmt || (rest && *rest)))
        q->bad = SQLITE_MISUSE;
}

struct store_query *store_query(struct store *s, size_t statement)
{
    if (statement >= s->shape->count)
        err_die("store_query: no such statement");
    struct store_query *q = &s->queries[statement];
    q->store = s;
    if (!q->stmt)
        prepare(q, s->shape->statements[statement]);
    return q;
}

void store_reset(struct store_query *q)
{
    if (q->stmt) {
        (void)sqlite3_reset(q->stmt);
        (void)sqlite3_clear_bindings(q->stmt);
        q->bad = SQLITE_OK;
    }
    q->running = false;
}

/* Binding to a query that somebody left in the middle of its rows begins it anew. */
static sqlite3_stmt *ready(struct store_query *q)
{
    if (q->running)
        store_reset(q);
    return q->stmt;
}

static void bound(struct store_query *q, int rc)
{
    if (q->bad == SQLITE_OK)
        q->bad = rc;
}

void store_bind_int(struct store_query *q, int at, int64_t value)
{
    if (ready(q))
        bound(q, sqlite3_bind_int64(q->stmt, at, value));
}

void store_bind_real(struct store_query *q, int at, double value)
{
    if (ready(q))
        bound(q, isnan(value) ? sqlite3_bind_null(q->stmt, at)
                              : sqlite3_bind_double(q->stmt, at, value));
}

void store_bind_text(struct store_query *q, int at, struct str value)
{
    if (ready(q))
        bound(q,
              sqlite3_bind_text64(q->stmt, at, value.p, value.n, SQLITE_STATIC, SQLITE_UTF8));
}

void store_bind_blob(struct store_query *q, int at, const void *p, size_t n)
{
    if (ready(q))
        bound(q, sqlite3_bind_blob64(q->stmt, at, p, n, SQLITE_STATIC));
}

int store_step(struct store_query *q, struct err *err)
{
    int rc = q->bad;
    if (rc == SQLITE_OK)
        rc = sqlite3_step(q->stmt);
    if (rc == SQLITE_ROW) {
        q->running = true;
        return 1;
    }
    int r = rc == SQLITE_DONE ? 0 : store_error(q->store, rc, err);
    store_reset(q);
    return r;
}

int store_run(struct store_query *q, struct err *err)
{
    for (;;) {
        int r = store_step(q, err);
        if (r != 1)
            return r;
    }
}

int64_t store_int(struct store_query *q, int column)
{
    return sqlite3_column_int64(q->stmt, column);
}

double store_real(struct store_query *q, int column)
{
    return sqlite3_column_type(q->stmt, column) == SQLITE_NULL
               ? (double)NAN
               : sqlite3_column_double(q->stmt, column);
}

static struct str value(struct store_query *q, int column, const void *p)
{
    if (!p)
        return sqlite3_column_type(q->stmt, column) == SQLITE_NULL ? (struct str){NULL, 0}
                                                                   : STR("");
    return (struct str){p, (size_t)sqlite3_column_bytes(q->stmt, column)};
}

struct str store_text(struct store_query *q, int column)
{
    return value(q, column, sqlite3_column_text(q->stmt, column));
}

struct str store_blob(struct store_query *q, int column)
{
    return value(q, column, sqlite3_column_blob(q->stmt, column));
}

int64_t store_last_row(struct store *s)
{
    return sqlite3_last_insert_rowid(s->db);
}

int64_t store_changed(struct store *s)
{
    return sqlite3_changes64(s->db);
}

int store_prepare_all(const struct store_shape *shape, struct err *err)
{
    struct store *s = NULL;
    int r = store_open_memory(shape, &s, err);
    if (r)
        return r;
    for (size_t i = 0; i < shape->count && !r; i++) {
        struct store_query *q = store_query(s, i);
        if (q->bad == SQLITE_OK)
            continue;
        r = store_error(s, q->bad, err);
        (void)err_prefix(err, "statement %zu (%.60s)", i, shape->statements[i]);
    }
    store_close(s);
    return r;
}
