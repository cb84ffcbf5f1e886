/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault/store/store.h"

#include "sys/file.h"
#include "vault/store/parts.h"
#include "vault/store/store_fault.h"

#include <stdio.h>
#include <stdlib.h>

#define BUSY_MS    5000
#define SCHEMA_MAX ((size_t)4 << 20)

static const char *vfs_name;

void store_use_vfs(const char *name)
{
    vfs_name = name;
}

int store_error(const struct store *s, int rc, struct err *err)
{
    const char *what = s->shape->what, *words = s->db ? sqlite3_errmsg(s->db) : "";
    if (rc == SQLITE_IOERR_NOMEM || (s->memory && rc == SQLITE_FULL))
        return err_set(err, ERR_LIMIT, "%s: larger than the %zu MB it may take in memory", what,
                       STORE_MEMORY_MAX >> 20);
    if (rc == SQLITE_CONSTRAINT_UNIQUE || rc == SQLITE_CONSTRAINT_PRIMARYKEY ||
        rc == SQLITE_CONSTRAINT_ROWID)
        return err_set(err, ERR_EXISTS, "%s: %s", what, words);
    switch (rc & 0xff) {
    case SQLITE_FULL:
        return err_set(err, ERR_IO,
                       "%s: the disk is full; nothing was changed, make room and "
                       "try again",
                       what);
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_NOLFS:
    case SQLITE_READONLY:
        return err_set(err, ERR_IO, "%s: cannot be read or written: %s", what, words);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return err_set(err, ERR_STATE,
                       "%s: another program is using it (waited %d s); close it and try again",
                       what, BUSY_MS / 1000);
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
        return err_set(err, ERR_INPUT,
                       "%s: is damaged or no database (%s); restore it from a "
                       "backup",
                       what, words);
    case SQLITE_TOOBIG:
        return err_set(err, ERR_LIMIT, "%s: a value is larger than is accepted", what);
    case SQLITE_NOMEM:
        err_die("out of memory");
    case SQLITE_INTERRUPT:
        return err_set(err, ERR_CANCELLED, "%s: stopped", what);
    case SQLITE_AUTH:
    case SQLITE_MISUSE:
        return err_set(err, ERR_BUG, "%s: a statement that is not allowed: %s", what, words);
    default:
        return err_set(err, ERR_DB, "%s: %s", what, words);
    }
}

static int run(struct store *s, const char *sql, struct err *err)
{
    int rc = sqlite3_exec(s->db, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? 0 : store_error(s, rc, err);
}

/* The first value of the first row, as text. */
static int ask(struct store *s, const char *sql, struct buf *out, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(s->db, sql, -1, &stmt, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(stmt);
    buf_clear(out);
    if (rc == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(stmt, 0);
        buf_add(out, str_of(text ? text : ""));
        rc = SQLITE_OK;
    }
    (void)sqlite3_finalize(stmt);
    return rc == SQLITE_OK || rc == SQLITE_DONE ? 0 : store_error(s, rc, err);
}

static int new_store(const struct store_shape *shape, const char *path, int flags,
                     struct store **ret, struct err *err)
{
    store_wipe_memory();
    struct store *s = calloc(1, sizeof *s);
    struct store_query *queries = calloc(shape->count + 1, sizeof *queries);
    if (!s || !queries)
        err_die("out of memory");
    *s = (struct store){.shape = shape, .queries = queries, .memory = !path, .free = true};
    int rc = sqlite3_open_v2(path ? path : ":memory:", &s->db,
                             flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                             path ? vfs_name : NULL);
    if (rc == SQLITE_OK)
        rc = store_add_tokenizer(s->db);
    int r = rc == SQLITE_OK ? 0 : store_error(s, rc, err);
    if (!r) {
        (void)sqlite3_busy_timeout(s->db, BUSY_MS);
        r = run(s,
                "PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0;"
                "PRAGMA foreign_keys=ON",
                err);
    }
    if (r) {
        store_close(s);
        return r;
    }
    *ret = s;
    return 0;
}

static int make_schema(struct store *s, struct err *err)
{
    char version[64];
    (void)snprintf(version, sizeof version, "PRAGMA user_version=%d", s->shape->version);
    int r = run(s, "BEGIN IMMEDIATE", err);
    if (!r)
        r = run(s, s->shape->schema, err);
    if (!r)
        r = run(s, version, err);
    return r ? r : run(s, "COMMIT", err);
}

/* The statements that made what is there; not those of FTS5's own tables, which may differ from
 * one version of SQLite to the next. */
static int print_schema(struct store *s, struct buf *out, struct err *err)
{
    return ask(s,
               "SELECT group_concat(line, char(10)) FROM (SELECT type||' '||name||' '||tbl_name"
               "||' '||ifnull(sql,'') AS line FROM sqlite_master"
               " WHERE sql IS NULL OR substr(sql,1,14)<>'CREATE TABLE ''' ORDER BY 1)",
               out, err);
}

/* FTS5 declares its tables to SQLite when they are first used, which the guard would not let it. */
static int connect_indexes(struct store *s, struct err *err)
{
    BUF_AUTO sql;
    buf_init(&sql, SCHEMA_MAX);
    int r = ask(s,
                "SELECT group_concat('SELECT 1 FROM \"' || name || '\" LIMIT 0;', ' ')"
                " FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'",
                &sql, err);
    return r || !sql.n ? r : run(s, sql.p, err);
}

/* A database that is there must be one that the shape makes: a file with other tables, or with
 * views and triggers of its own, is not ours. */
static int check_schema(struct store *s, struct err *err)
{
    BUF_AUTO have, want;
    buf_init(&have, SCHEMA_MAX);
    buf_init(&want, SCHEMA_MAX);
    int r = ask(s, "PRAGMA user_version", &have, err);
    if (r)
        return r;
    int version = have.n ? atoi(have.p) : 0;
    if (version != s->shape->version)
        return err_set(err, ERR_INPUT, "%s: its form is version %d, this program knows %d%s",
                       s->shape->what, version, s->shape->version,
                       version > s->shape->version ? "; use a newer program"
                       : version == 0 ? "; it was never finished, or is no such file"
                                      : "");
    struct store *fresh = NULL;
    r = print_schema(s, &have, err);
    if (!r)
        r = store_open_memory(s->shape, &fresh, err);
    if (r)
        return r;
    fresh->free = true;
    r = print_schema(fresh, &want, err);
    store_close(fresh);
    if (!r && (have.full || !str_eq(buf_str(&have), buf_str(&want))))
        return err_set(err, ERR_INPUT, "%s: its tables are not those of this program",
                       s->shape->what);
    return r ? r : connect_indexes(s, err);
}

/* An ordinary path is never a URI or a name with a meaning of its own to SQLite. */
static int plain_path(const char *path, struct buf *out, struct err *err)
{
    buf_init(out, 4096);
    if (*path != '/')
        buf_add(out, STR("./"));
    buf_add(out, str_of(path));
    return buf_check(out, "the path", err);
}

/* Made here and not by SQLite, whose mode for new files is the umask's. */
static int create_empty(const char *path, struct err *err)
{
    struct file_out f;
    int r = file_out_begin(path, &f, err);
    return r ? r : file_out_commit(&f, false, err);
}

static bool is_there(const char *path)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(vfs_name);
    int there = 0;
    return vfs && vfs->xAccess(vfs, path, SQLITE_ACCESS_EXISTS, &there) == SQLITE_OK && there;
}

static int open_file(struct store *s, enum store_mode mode, struct err *err)
{
    BUF_AUTO answer;
    buf_init(&answer, 4096);
    int r = 0;
    if (mode == STORE_CREATE && s->shape->page_size) {
        char pragma[64];
        (void)snprintf(pragma, sizeof pragma, "PRAGMA page_size=%d", s->shape->page_size);
        r = run(s, pragma, err);
    }
    if (!r && mode != STORE_READ) {
        /* WAL is a property of the file; it is there already unless the file is new. */
        r = ask(s, "PRAGMA journal_mode=WAL", &answer, err);
        if (!r && !str_eq(buf_str(&answer), STR("wal")))
            r = err_set(err, ERR_IO, "%s: this file system has no room for its journal",
                        s->shape->what);
    }
    if (!r)
        r = run(s, "PRAGMA synchronous=FULL; PRAGMA secure_delete=ON", err);
    if (r)
        return r;
    return mode == STORE_CREATE ? make_schema(s, err) : check_schema(s, err);
}

/* On a medium that cannot be written SQLite has no place for the index of its journal; without a
 * journal none is needed. */
static int open_frozen(const struct store_shape *shape, const struct buf *plain,
                       struct store **ret, struct err *err)
{
    BUF_AUTO uri;
    buf_init(&uri, 16384);
    buf_printf(&uri, "%s-wal", plain->p);
    if (is_there(uri.p))
        return err_set(err, ERR_IO,
                       "%s: was not closed properly and cannot be put right where nothing can "
                       "be written; copy its folder to another place first",
                       shape->what);
    buf_clear(&uri);
    buf_add(&uri, STR("file:"));
    for (size_t i = 0; i < plain->n; i++)
        buf_printf(&uri, "%%%02x", (unsigned)(unsigned char)plain->p[i]);
    buf_add(&uri, STR("?immutable=1"));
    int r = buf_check(&uri, "the path", err);
    struct store *s = NULL;
    if (!r)
        r = new_store(shape, uri.p, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, &s, err);
    if (!r) {
        r = open_file(s, STORE_READ, err);
        if (r)
            store_close(s);
    }
    if (!r)
        *ret = s;
    return r;
}

int store_open(const char *path, enum store_mode mode, const struct store_shape *shape,
               struct store **ret, struct err *err)
{
    store_wipe_memory();
    BUF_AUTO plain;
    int r = plain_path(path, &plain, err);
    if (!r && mode == STORE_CREATE)
        r = create_empty(plain.p, err);
    else if (!r && !is_there(plain.p))
        r = err_set(err, ERR_MISSING, "%s: there is no such file", path);
    if (r)
        return r;
    struct store *s = NULL;
    /* Its -wal and -shm files take the mode of the file. */
    r = new_store(shape, plain.p,
                  mode == STORE_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE, &s, err);
    if (!r) {
        r = open_file(s, mode, err);
        if (r)
            store_close(s);
    }
    if (r == ERR_IO && mode == STORE_READ)
        r = open_frozen(shape, &plain, &s, err);
    if (r && mode == STORE_CREATE) {
        sqlite3_vfs *vfs = sqlite3_vfs_find(vfs_name);
        if (vfs)
            (void)vfs->xDelete(vfs, plain.p, 0);
    }
    if (r)
        return r;
    store_guard(s);
    s->free = false;
    *ret = s;
    return 0;
}

/* A private connection whose main database is `bytes`, owned by SQLite from here on. */
static int open_bytes(const struct store_shape *shape, void *bytes, size_t n,
                      struct store **ret, struct err *err)
{
    struct store *s = NULL;
    int r = new_store(shape, NULL, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &s, err);
    if (r) {
        sqlite3_free(bytes);
        return r;
    }
    int rc =
        sqlite3_deserialize(s->db, "main", bytes, (sqlite3_int64)n, (sqlite3_int64)n,
                            SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE);
    if (rc == SQLITE_OK) {
        sqlite3_int64 limit = (sqlite3_int64)STORE_MEMORY_MAX;
        rc = sqlite3_file_control(s->db, "main", SQLITE_FCNTL_SIZE_LIMIT, &limit);
    }
    r = rc == SQLITE_OK ? 0 : store_error(s, rc, err);
    if (!r)
        r = run(s,
                "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; PRAGMA secure_delete=ON;"
                "PRAGMA cache_size=-16000",
                err);
    if (r) {
        store_close(s);
        return r;
    }
    *ret = s;
    return 0;
}

int store_open_memory(const struct store_shape *shape, struct store **ret, struct err *err)
{
    struct store *s = NULL;
    int r = open_bytes(shape, NULL, 0, &s, err);
    if (r)
        return r;
    r = make_schema(s, err);
    if (r) {
        store_close(s);
        return r;
    }
    store_guard(s);
    s->free = false;
    *ret = s;
    return 0;
}

int store_load(const struct store_shape *shape, void *bytes, size_t n, struct store **ret,
               struct err *err)
{
    if (n > STORE_MEMORY_MAX || n < 512) {
        sqlite3_free(bytes);
        return err_set(err, ERR_INPUT, "%s: %zu bytes are no database", shape->what, n);
    }
    struct store *s = NULL;
    int r = open_bytes(shape, bytes, n, &s, err);
    if (!r)
        r = check_schema(s, err);
    if (r) {
        store_close(s);
        /* Whatever SQLite could not do with it, it is the bytes that are wrong. */
        if (r == ERR_IO || r == ERR_DB)
            r = err_set(err, ERR_INPUT, "%s: is damaged or no database", shape->what);
        return r;
    }
    store_guard(s);
    s->free = false;
    *ret = s;
    return 0;
}

void *store_alloc(size_t n)
{
    store_wipe_memory();
    return n <= STORE_MEMORY_MAX ? sqlite3_malloc64(n) : NULL;
}

void store_alloc_free(void *p)
{
    sqlite3_free(p);
}

struct str store_bytes(struct store *s)
{
    sqlite3_int64 n = 0;
    unsigned char *p =
        s->memory ? sqlite3_serialize(s->db, "main", &n, SQLITE_SERIALIZE_NOCOPY) : NULL;
    return p ? (struct str){(const char *)p, (size_t)n} : (struct str){NULL, 0};
}

void store_close(struct store *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->shape->count; i++)
        (void)sqlite3_finalize(s->queries[i].stmt);
    (void)sqlite3_close(s->db);
    free(s->queries);
    free(s);
}

/* Queries that somebody left in the middle hold the state of the database they began with. */
static void reset_all(struct store *s)
{
    for (size_t i = 0; i < s->shape->count; i++)
        if (s->queries[i].running)
            store_reset(&s->queries[i]);
}

int store_begin(struct store *s, struct err *err)
{
    return run(s, "BEGIN IMMEDIATE", err);
}

int store_commit(struct store *s, struct err *err)
{
    int r = run(s, "COMMIT", err);
    if (r)
        store_rollback(s);
    return r;
}

void store_rollback(struct store *s)
{
    reset_all(s);
    if (!sqlite3_get_autocommit(s->db))
        (void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}

int store_checkpoint(struct store *s, struct err *err)
{
    reset_all(s);
    int rc = sqlite3_wal_checkpoint_v2(s->db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    return rc == SQLITE_OK ? 0 : store_error(s, rc, err);
}
