/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vault/store: SQLite, and the only place that includes it. A connection, its statements (from
 * .sql files compiled into tables of text), transactions, and in-memory databases that come
 * from and go to plain bytes.
 *
 * Guarantees: an authorizer stands on every connection: no ATTACH, no PRAGMA, no extension, no
 * schema change after store_open, no function that our statements do not need, no change of
 * rows that shall stay; statements are prepared once and reset after use; a file is used in WAL
 * mode, synchronous FULL, secure_delete on, temporary data in memory only, and cells checked
 * (cell_size_check, trusted_schema off); it and what SQLite puts beside it have mode 0600. A
 * database whose tables, indexes, views or triggers are not exactly those of the shape is
 * refused. Memory is wiped before SQLite gives it back: a closed store leaves nothing behind in
 * it (an open one keeps scratch pages). Two processes on one file wait for each other for some
 * seconds, then ERR_STATE says so. Does not: know what is in the tables; wipe what FTS5 keeps of
 * deleted rows until its table is merged ('optimize') or rebuilt. A store belongs to one thread
 * at a time.
 *
 * Errors: ERR_DB with SQLite's words; ERR_EXISTS when a key that must be unique is there; ERR_IO
 * when the disk is full or fails; ERR_STATE when another process holds the lock; ERR_INPUT when
 * the file is no database, is damaged, or of another version; ERR_LIMIT too large; ERR_BUG a
 * statement that the guard forbids.
 */
#ifndef DEPONENT_VAULT_STORE_H
#define DEPONENT_VAULT_STORE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#define STORE_MEMORY_MAX (((size_t)2 << 30) - 65536) /* bytes of a database in memory */

struct store;
struct store_query;

enum store_mode {
    STORE_CREATE, /* a new file, mode 0600: ERR_EXISTS if there is one */
    STORE_WRITE,
    STORE_READ, /* also where nothing can be written, if it was closed properly */
};

/* What a connection is opened with; must outlive it. The texts are constants compiled from .sql
 * files by tools/sqlgen. */
struct store_shape {
    const char *what;              /* for sentences: "ledger.db" */
    const char *schema;            /* run on an empty database */
    int version;                   /* PRAGMA user_version; another one is ERR_INPUT */
    const char *const *statements; /* text of statement 0 … count - 1 */
    size_t count;
    /* Tables of which rows may be deleted, updated or replaced (of an FTS5 table its own tables
     * too), ended by NULL: the seat belt of an append-only file. NULL: all. */
    const char *const *mutable_tables;
    int page_size; /* of a new file; 0: SQLite's own */
};

int store_open(const char *path, enum store_mode mode, const struct store_shape *shape,
               struct store **ret, struct err *err) ERR_CHECKED;
/* In memory: empty, or from the bytes of store_save. */
int store_open_memory(const struct store_shape *shape, struct store **ret,
                      struct err *err) ERR_CHECKED;
/* `bytes` come from store_alloc; they are the store's from here on, also when it fails. Damage
 * that the first look does not find is found by the statement that meets it. */
int store_load(const struct store_shape *shape, void *bytes, size_t n, struct store **ret,
               struct err *err) ERR_CHECKED;
/* NULL past STORE_MEMORY_MAX. */
void *store_alloc(size_t n);
void store_alloc_free(void *p);
/* The bytes of an in-memory database, borrowed until the next write to it; outside of a
 * transaction. p == NULL for a file. */
struct str store_bytes(struct store *s);
void store_close(struct store *s);

int store_begin(struct store *s, struct err *err) ERR_CHECKED; /* BEGIN IMMEDIATE */
/* After an error nothing of the transaction holds. */
int store_commit(struct store *s, struct err *err) ERR_CHECKED;
void store_rollback(struct store *s);
/* Empties and truncates the write-ahead log, so that what was deleted is nowhere. */
int store_checkpoint(struct store *s, struct err *err) ERR_CHECKED;

/* ---- statements: prepared when first used, numbered as in the shape ---- */

/* Never NULL; a statement that does not fit the schema says so when it is stepped (a test
 * prepares them all). */
struct store_query *store_query(struct store *s, size_t statement);
/* Binding to a query that was left between two rows begins it anew. What is wrong with a bound
 * value (its place, its length) is said by the next step. */
void store_bind_int(struct store_query *q, int at, int64_t value); /* at: from 1 */
void store_bind_real(struct store_query *q, int at, double value); /* NAN is null */
/* Borrowed until the query is reset; p == NULL is null. */
void store_bind_text(struct store_query *q, int at, struct str value);
void store_bind_blob(struct store_query *q, int at, const void *p, size_t n);
/* 1 a row, 0 done (the query is then reset and its bindings cleared), or an error (also reset).
 */
int store_step(struct store_query *q, struct err *err) ERR_CHECKED;
/* Runs it to its end; rows are passed over. */
int store_run(struct store_query *q, struct err *err) ERR_CHECKED;
void store_reset(struct store_query *q);
int64_t store_int(struct store_query *q, int column); /* from 0 */
double store_real(struct store_query *q, int column); /* NAN for null */
/* Borrowed until the next step or reset; p == NULL for null. */
struct str store_text(struct store_query *q, int column);
struct str store_blob(struct store_query *q, int column);
int64_t store_last_row(struct store *s);
int64_t store_changed(struct store *s);

/* ---- words ----
 *
 * Every connection has the FTS5 tokenizer "deponent": words of any script, folded (base/words).
 * A schema says: USING fts5 (…, tokenize = 'deponent').
 */

/* Adds to `out` the FTS5 query for what a person typed: all of the words, each taken as it
 * stands; "several words" in quotation marks are a phrase; a * behind a word or phrase stands for
 * any end of its last word. No operator of FTS5 can be typed. ERR_INPUT when there is no word in
 * it, ERR_LIMIT past 4096 bytes or 64 words. */
int store_match_phrase(struct buf *out, struct str typed, struct err *err) ERR_CHECKED;

/* Prepares every statement of the shape against its schema; the sentence names the first that
 * does not fit. For the tests of whoever has a shape. */
int store_prepare_all(const struct store_shape *shape, struct err *err) ERR_CHECKED;

/* SQLite's own look at every page, row and index: `each` is called with what it finds, at most
 * 100 times. Returns 0 also then; an error when it could not look. */
int store_check(struct store *s, void (*each)(void *context, const char *sentence),
                void *context, struct err *err) ERR_CHECKED;

/* Every table, row by row in the order of its primary key (of all its columns when it has none),
 * as text: the same for two databases that hold the same, however they came to it. For tests,
 * rebuild --check and export. */
int store_dump(struct store *s, struct buf *out, struct err *err) ERR_CHECKED;

#endif
