/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The store under faults, and the faults themselves: a shim that loses nothing would prove
 * nothing.
 */
#define _GNU_SOURCE
#include "fault_vfs.h"
#include "store_test_sql.h"
#include "tap.h"
#include "vault/seal/hash.h"
#include "vault/store/store.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#define GROUPS 6
#define ROWS   3
#define SIZE   1500

static const struct store_shape shape = {
    .what = "test.db",
    .schema = store_test_schema,
    .version = 1,
    .statements = store_test_statements,
    .count = STORE_TEST_STATEMENT_COUNT,
};

static char folder[64], path[128];

static void fill(char bytes[SIZE], int64_t at, char mark)
{
    for (size_t i = 0; i < SIZE; i++)
        bytes[i] = (char)(mark + at + (int64_t)(i % 7));
}

static int put(struct store *s, size_t statement, int64_t at, char mark, struct err *err)
{
    char bytes[SIZE];
    fill(bytes, at, mark);
    struct store_query *q = store_query(s, statement);
    store_bind_int(q, 1, at);
    store_bind_blob(q, 2, bytes, sizeof bytes);
    return store_run(q, err);
}

static int group(struct store *s, size_t statement, int64_t first, char mark, struct err *err)
{
    int r = store_begin(s, err);
    for (int64_t i = 0; i < ROWS && !r; i++)
        r = put(s, statement, first + i, mark, err);
    if (r) {
        store_rollback(s);
        return r;
    }
    return store_commit(s, err);
}

/* What was acknowledged. */
struct acked {
    int64_t groups;
    bool changed, tried;
};

/* Adds groups of rows, changes the first of them, empties the log in between. After a failure it
 * goes on when `stubborn`. */
static struct acked work(bool stubborn, int *ret_kind)
{
    struct acked a = {0};
    struct err err = {0};
    struct store *s = NULL;
    int r = store_open(path, STORE_WRITE, &shape, &s, &err);
    *ret_kind = r;
    for (int64_t i = 0; i < GROUPS && s && (!r || stubborn); i++) {
        r = group(s, STORE_TEST_ADD_PAYLOAD, a.groups * ROWS, 'a', &err);
        a.groups += r == 0;
        if (!r && a.groups == 3)
            r = store_checkpoint(s, &err);
        if (!r && a.groups == 4) {
            a.tried = true;
            r = group(s, STORE_TEST_CHANGE_PAYLOAD, 0, 'A', &err);
            a.changed = r == 0;
        }
        *ret_kind = r ? r : *ret_kind;
    }
    store_close(s);
    return a;
}

static int64_t ask(const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    int64_t n = -1;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        n = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_finalize(stmt);
    (void)sqlite3_close(db);
    return n;
}

/* Is the file one of the states it may be in? */
static bool sound(const struct acked *a, const char *what)
{
    struct err err = {0};
    struct store *s = NULL;
    BUF_AUTO dump, want;
    buf_init(&dump, 1 << 20);
    buf_init(&want, 1 << 20);
    if (store_open(path, STORE_READ, &shape, &s, &err) != 0 ||
        store_dump(s, &dump, &err) != 0) {
        printf("# %s: %s\n", what, err.text);
        store_close(s);
        return false;
    }
    int64_t rows = ask("SELECT count(*) FROM payload"),
            whole = ask("SELECT count(*) FROM pragma_integrity_check WHERE"
                        " integrity_check = 'ok'");
    store_close(s);
    bool good = whole == 1 && (rows == a->groups * ROWS || rows == (a->groups + 1) * ROWS);
    /* Changed, when that was acknowledged; either way when it was only tried. */
    bool fits = false;
    for (int changed = a->changed; changed <= (a->changed || a->tried); changed++) {
        buf_clear(&want);
        for (int64_t i = 0; i < rows; i++) {
            char bytes[SIZE];
            fill(bytes, i, changed && i < ROWS ? 'A' : 'a');
            buf_printf(&want, "%lld x'", (long long)i);
            char hex[2 * SIZE + 1];
            hex_print(bytes, sizeof bytes, hex);
            buf_add(&want, str_of(hex));
            buf_add(&want, STR("'\n"));
        }
        fits = fits || str_ends(buf_str(&dump), buf_str(&want));
    }
    if (!good || !fits)
        printf("# %s: %lld rows, %lld groups acknowledged, %s\n", what, (long long)rows,
               (long long)a->groups, whole == 1 ? "whole" : "broken");
    return good && fits;
}

/* A new database, made once and copied. */
static bool fresh(void)
{
    static char empty[1 << 18];
    static size_t n;
    struct err err = {0};
    struct store *s = NULL;
    char log[160];
    (void)snprintf(log, sizeof log, "%s-wal", path);
    (void)unlink(log);
    (void)snprintf(log, sizeof log, "%s-shm", path);
    (void)unlink(log);
    if (n == 0) {
        int r = store_open(path, STORE_CREATE, &shape, &s, &err);
        store_close(s);
        FILE *in = r ? NULL : fopen(path, "rb");
        if (!in)
            return false;
        n = fread(empty, 1, sizeof empty, in);
        (void)fclose(in);
    }
    FILE *out = fopen(path, "wb");
    size_t written = out ? fwrite(empty, 1, n, out) : 0;
    return out && fclose(out) == 0 && written == n && n < sizeof empty;
}

static void test_crashes(uint64_t points)
{
    static const char *const names[FAULT_KIND_COUNT] = {
        [FAULT_KILL] = "killed", [FAULT_TORN] = "torn write",  [FAULT_POWER] = "power lost",
        [FAULT_EIO] = "EIO",     [FAULT_ENOSPC] = "disk full", [FAULT_SHORT] = "short write",
    };
    for (enum fault_kind kind = FAULT_KILL; kind < FAULT_KIND_COUNT; kind++) {
        size_t runs = 0, good = 0, hits = 0, odd = 0;
        bool error = kind == FAULT_EIO || kind == FAULT_ENOSPC || kind == FAULT_SHORT;
        uint64_t seeds = kind == FAULT_POWER ? 3 : 1;
        for (uint64_t at = 1; at <= points; at++) {
            for (uint64_t seed = 0; seed < seeds; seed++, runs++) {
                bool once = error && at % 2 == 1;
                int result = 0;
                fault_vfs_settle();
                if (!fresh())
                    continue;
                fault_vfs_arm(kind, at, seed * 1000 + at, once);
                struct acked a = work(once, &result);
                hits += fault_vfs_hit();
                fault_vfs_settle();
                odd += result != 0 && result != ERR_IO;
                char what[64];
                (void)snprintf(what, sizeof what, "%s at %llu, seed %llu", names[kind],
                               (unsigned long long)at, (unsigned long long)seed);
                good += sound(&a, what);
            }
        }
        ok(good == runs && odd == 0 && hits > runs / 2,
           "%s at every point: %zu runs, %zu hit, %zu sound, %zu odd errors", names[kind], runs,
           hits, good, odd);
    }
}

/* Ten sectors synced, then written again and not synced. */
static void test_shim(void)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find("fault");
    char sector[512], other[160];
    size_t old = 0, new = 0, missing = 0;
    (void)snprintf(other, sizeof other, "%s/raw", folder);
    sqlite3_file *f = malloc((size_t)vfs->szOsFile);
    for (uint64_t seed = 0; seed < 40; seed++) {
        (void)unlink(other);
        bool sync = seed % 4 != 0;
        int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MAIN_DB;
        /* create, 10 writes, perhaps a sync, 10 writes */
        fault_vfs_arm(FAULT_POWER, sync ? 22 : 21, seed, false);
        int rc = f ? vfs->xOpen(vfs, other, f, flags, &flags) : SQLITE_NOMEM;
        for (int i = 0; i < 20 && rc == SQLITE_OK; i++) {
            memset(sector, i < 10 ? 'o' : 'n', sizeof sector);
            rc = f->pMethods->xWrite(f, sector, 512, 512 * (i % 10));
            if (i == 9 && sync && rc == SQLITE_OK)
                rc = f->pMethods->xSync(f, SQLITE_SYNC_FULL);
        }
        if (f && f->pMethods)
            (void)f->pMethods->xClose(f);
        fault_vfs_settle();
        FILE *in = fopen(other, "rb");
        missing += !in;
        while (in && fread(sector, 1, sizeof sector, in) == sizeof sector) {
            old += sync && sector[0] == 'o' && sector[511] == 'o';
            new += sync &&sector[0] == 'n' && sector[511] == 'n';
        }
        if (in)
            (void)fclose(in);
    }
    free(f);
    ok(old + new == 300 && old > 90 && new > 90,
       "what was not synced is lost by sectors: %zu old, %zu new", old, new);
    ok(missing > 0 && missing < 10, "a file that was never synced may be gone: %zu of 10",
       missing);
}

int main(void)
{
    /* In memory if there is such a place: what is lost here is lost by the shim. */
    (void)snprintf(folder, sizeof folder, "%s/deponent-fault-XXXXXX",
                   access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    if (!mkdtemp(folder))
        return 1;
    (void)snprintf(path, sizeof path, "%s/test.db", folder);
    fault_vfs_install();
    test_shim();
    int result = 0;
    bool made = fresh();
    fault_vfs_arm(FAULT_NONE, 0, 0, false);
    struct acked a = work(false, &result);
    uint64_t points = fault_vfs_count();
    ok(made && result == 0 && a.groups == GROUPS && a.changed && points > 30 &&
           sound(&a, "all"),
       "without a fault all is there: %llu operations", (unsigned long long)points);
    test_crashes(points);
    fault_vfs_remove();
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    if (system(command) != 0)
        return 1;
    return tap_end();
}
