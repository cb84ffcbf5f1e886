/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "store_test_sql.h"
#include "tap.h"
#include "vault/store/store.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const mutable_tables[] = {"payload", "find", NULL};
static const struct store_shape shape = {
    .what = "test.db",
    .schema = store_test_schema,
    .version = 3,
    .statements = store_test_statements,
    .count = STORE_TEST_STATEMENT_COUNT,
    .mutable_tables = mutable_tables,
};

static char folder[64];

static const char *path_of(const char *name)
{
    static char path[160];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static int add_payload(struct store *s, int64_t at, const void *p, size_t n, struct err *err)
{
    struct store_query *q = store_query(s, STORE_TEST_ADD_PAYLOAD);
    store_bind_int(q, 1, at);
    store_bind_blob(q, 2, p, n);
    return store_run(q, err);
}

static int64_t count_payload(struct store *s)
{
    struct err err = {0};
    struct store_query *q = store_query(s, STORE_TEST_COUNT_PAYLOAD);
    int64_t n = store_step(q, &err) == 1 ? store_int(q, 0) : -1;
    store_reset(q);
    return n;
}

static bool dumps(struct store *s, const char *want)
{
    struct err err = {0};
    BUF_AUTO out;
    buf_init(&out, 1 << 20);
    if (store_dump(s, &out, &err) == 0 && str_eq(buf_str(&out), str_of(want)))
        return true;
    printf("# %s\n# got %.*s\n", err.text, (int)out.n, out.p ? out.p : "");
    return false;
}

static const char full_dump[] = "table entry: num name bytes weight\n"
                                "1 'o\\'n\\\\e\\n' x'00ff' 0.5f\n"
                                "2 '' x'' null\n"
                                "table find: rowid words\n"
                                "7 'grey heron'\n"
                                "table loose: x y\n"
                                "1 'b'\n"
                                "2 'a'\n"
                                "table pair: a b\n"
                                "'y' 1\n"
                                "'x' 2\n"
                                "table payload: at bytes\n"
                                "5 x'61'\n";

/* The same rows, in one order or the other. */
static void fill(struct store *s, bool other, struct err *err)
{
    struct store_query *q;
    int bad = store_begin(s, err);
    for (int i = 0; i < 2; i++) {
        bool first = (i == 0) != other;
        q = store_query(s, STORE_TEST_ADD_ENTRY);
        store_bind_int(q, 1, first ? 1 : 2);
        store_bind_text(q, 2, first ? STR("o'n\\e\n") : STR(""));
        store_bind_blob(q, 3, first ? "\0\xff" : "", first ? 2 : 0);
        store_bind_real(q, 4, first ? 0.5 : (double)NAN);
        bad |= store_run(q, err);
        q = store_query(s, STORE_TEST_ADD_PAIR);
        store_bind_text(q, 1, first ? STR("x") : STR("y"));
        store_bind_int(q, 2, first ? 2 : 1);
        bad |= store_run(q, err);
        q = store_query(s, STORE_TEST_ADD_LOOSE);
        store_bind_int(q, 1, first ? 2 : 1);
        store_bind_text(q, 2, first ? STR("a") : STR("b"));
        bad |= store_run(q, err);
    }
    q = store_query(s, STORE_TEST_ADD_WORDS);
    store_bind_int(q, 1, 7);
    store_bind_text(q, 2, STR("grey heron"));
    bad |= store_run(q, err);
    bad |= add_payload(s, 5, "a", 1, err);
    bad |= store_commit(s, err);
    ok(bad == 0, "rows are added: %s", err->text);
}

static void test_statements(void)
{
    struct err err = {0};
    ok(store_prepare_all(&shape, &err) == 0, "every statement fits the schema: %s", err.text);
    static const char *const wrong[] = {"SELECT 1", "SELECT nothing FROM entry"};
    struct store_shape bad = shape;
    bad.statements = wrong;
    bad.count = 2;
    ok(store_prepare_all(&bad, &err) == ERR_DB && strstr(err.text, "statement 1") &&
           strstr(err.text, "nothing"),
       "one that does not is named: %s", err.text);
    ok(strcmp(store_test_statements[STORE_TEST_ADD_ENTRY],
              "INSERT INTO entry (num, name, bytes, weight) VALUES (?1, ?2, ?3, ?4);") == 0,
       "white space of a statement is one space");
    ok(strcmp(store_test_statements[STORE_TEST_QUOTE],
              "SELECT 'a -- b', \"num\", ';  ''' || ? FROM entry LIMIT 1") == 0,
       "but not in quotes");
    ok(strstr(store_test_schema, "only grows") == NULL, "comments go");
}

static void test_rows(void)
{
    struct err err = {0};
    struct store *s = NULL;
    ok(store_open_memory(&shape, &s, &err) == 0, "a database in memory: %s", err.text);
    fill(s, false, &err);
    ok(dumps(s, full_dump), "the dump");
    struct store_query *q = store_query(s, STORE_TEST_GET_ENTRY);
    store_bind_text(q, 1, STR(""));
    ok(store_step(q, &err) == 1 && store_int(q, 0) == 2 && store_text(q, 1).p &&
           store_text(q, 1).n == 0 && store_blob(q, 2).p && store_blob(q, 2).n == 0 &&
           isnan(store_real(q, 3)) && !store_text(q, 3).p,
       "an empty text is not null, null is");
    store_bind_text(q, 1, STR("o'n\\e\n"));
    ok(store_step(q, &err) == 1 && store_int(q, 0) == 1 && store_real(q, 3) == 0.5,
       "binding in the middle begins anew");
    ok(store_step(q, &err) == 0 && store_step(q, &err) == 0, "done, and nothing is bound then");
    q = store_query(s, STORE_TEST_ADD_ENTRY);
    store_bind_int(q, 1, 9);
    store_bind_text(q, 2, STR(""));
    ok(store_run(q, &err) == ERR_EXISTS && strstr(err.text, "entry.name"), "a name twice: %s",
       err.text);
    store_bind_int(q, 1, 9);
    ok(store_run(q, &err) == ERR_DB && strstr(err.text, "NOT NULL"), "a name of null: %s",
       err.text);
    store_bind_int(q, 77, 9);
    ok(store_run(q, &err) == ERR_DB, "a place that is not there: %s", err.text);
    store_bind_int(q, 1, 9);
    store_bind_text(q, 2, STR("nine"));
    ok(store_run(q, &err) == 0 && store_last_row(s) == 9 && store_changed(s) == 1,
       "and it works again");
    char *huge = calloc(1, (size_t)257 << 20);
    ok(huge && add_payload(s, 1, huge, (size_t)257 << 20, &err) == ERR_LIMIT,
       "a value of 257 MB: %s", err.text);
    free(huge);
    ok(store_begin(s, &err) == 0 && add_payload(s, 6, "b", 1, &err) == 0 &&
           count_payload(s) == 2,
       "a second row");
    store_rollback(s);
    ok(count_payload(s) == 1, "taken back");
    store_close(s);
}

static void test_memory(void)
{
    struct err err = {0};
    struct store *s = NULL, *other = NULL, *loaded = NULL;
    ok(store_open_memory(&shape, &s, &err) == 0 && store_open_memory(&shape, &other, &err) == 0,
       "two in memory");
    fill(s, false, &err);
    fill(other, true, &err);
    ok(dumps(other, full_dump), "filled in another order, the same dump");
    struct str bytes = store_bytes(s);
    void *copy = store_alloc(bytes.n);
    memcpy(copy, bytes.p, bytes.n);
    ok(bytes.n > 0 && store_load(&shape, copy, bytes.n, &loaded, &err) == 0 &&
           dumps(loaded, full_dump),
       "loaded from its bytes: %s", err.text);
    char big[3000];
    memset(big, 'x', sizeof big);
    int bad = store_begin(loaded, &err);
    for (int64_t i = 100; i < 1100; i++)
        bad |= add_payload(loaded, i, big, sizeof big, &err);
    bad |= store_commit(loaded, &err);
    ok(bad == 0 && count_payload(loaded) == 1001, "what was loaded grows: %s", err.text);
    store_close(loaded);
    size_t refused = 0, odd = 0;
    for (size_t i = 0; i < 100 + bytes.n / 512; i++) {
        copy = store_alloc(bytes.n);
        memcpy(copy, bytes.p, bytes.n);
        ((unsigned char *)copy)[i < 100 ? i : (i - 100) * 512 + 7] ^= 0xff;
        struct store *damaged = NULL;
        BUF_AUTO out;
        buf_init(&out, 1 << 20);
        int r = store_load(&shape, copy, bytes.n, &damaged, &err);
        if (r == 0)
            r = store_dump(damaged, &out, &err);
        refused += r == ERR_INPUT;
        odd += r != 0 && r != ERR_INPUT;
        store_close(damaged);
    }
    ok(refused > 30 && odd == 0, "damaged bytes are refused or read: %zu refused", refused);
    ok(store_load(&shape, store_alloc(600), 600, &loaded, &err) == ERR_INPUT, "nonsense: %s",
       err.text);
    ok(store_load(&shape, store_alloc(5), 5, &loaded, &err) == ERR_INPUT, "five bytes: %s",
       err.text);
    struct store_shape newer = shape;
    newer.version = 4;
    copy = store_alloc(bytes.n);
    memcpy(copy, bytes.p, bytes.n);
    ok(store_load(&newer, copy, bytes.n, &loaded, &err) == ERR_INPUT && strstr(err.text, "3"),
       "another version: %s", err.text);
    newer = shape;
    newer.schema = "CREATE TABLE entry (num INTEGER PRIMARY KEY)";
    copy = store_alloc(bytes.n);
    memcpy(copy, bytes.p, bytes.n);
    ok(store_load(&newer, copy, bytes.n, &loaded, &err) == ERR_INPUT, "other tables: %s",
       err.text);
    store_close(s);
    store_close(other);
}

static void test_guard(void)
{
    static const char *const forbidden[] = {
        "ATTACH 'x.db' AS x",
        "DETACH main",
        "PRAGMA journal_mode=DELETE",
        "PRAGMA writable_schema=ON",
        "PRAGMA user_version",
        "PRAGMA data_version=1",
        "SELECT load_extension('x')",
        "CREATE TABLE t (x)",
        "CREATE TEMP TABLE t (x)",
        "CREATE INDEX i ON entry (weight)",
        "CREATE VIEW v AS SELECT 1",
        "CREATE TRIGGER t AFTER INSERT ON entry BEGIN SELECT 1; END",
        "CREATE VIRTUAL TABLE t USING fts5 (x)",
        "DROP TABLE entry",
        "DROP INDEX loose_x",
        "ALTER TABLE entry ADD COLUMN x",
        "ALTER TABLE entry RENAME TO x",
        "REINDEX",
        "ANALYZE",
        "VACUUM",
        "INSERT INTO sqlite_master VALUES (1, 2, 3, 4, 5)",
        "UPDATE sqlite_master SET sql = 'x'",
        "DELETE FROM sqlite_schema",
        "DELETE FROM entry",
        "DELETE FROM entry WHERE num = 1",
        "UPDATE entry SET weight = 1",
        "INSERT INTO entry (num, name) VALUES (1, 'x') ON CONFLICT DO UPDATE SET name = 'y'",
        "INSERT OR REPLACE INTO entry (num, name) VALUES (1, 'x')",
        "REPLACE INTO entry (num, name) VALUES (1, 'x')",
        "UPDATE OR REPLACE payload SET at = 1",
        "SELECT random()",
        "SELECT randomblob(9)",
        "SELECT zeroblob(9)",
        "SELECT datetime('now')",
        "SELECT sqlite_version()",
        "SELECT printf('%s', 1)",
        "SELECT fts5(NULL)",
        "SELECT fts3_tokenizer('x')",
        "SELECT 1; DELETE FROM entry",
        "",
        "SELECT \"no such column\"",
    };
    size_t count = sizeof forbidden / sizeof *forbidden, refused = 0;
    struct store_shape bad = shape;
    bad.statements = forbidden;
    bad.count = count;
    struct err err = {0};
    struct store *s = NULL;
    if (!ok(store_open_memory(&bad, &s, &err) == 0, "a shape of bad statements"))
        return;
    for (size_t i = 0; i < count; i++) {
        int r = store_run(store_query(s, i), &err);
        refused += r < 0;
        if (r >= 0)
            printf("# allowed: %s\n", forbidden[i]);
    }
    ok(refused == count, "forbidden statements: %zu of %zu refused", refused, count);
    store_close(s);
}

static const char *const texts[] = {
    "The grey heron was held at the harbour.",
    "Ёлка стояла у школы, где держали людей",
    "Nguyễn, Łódź, STRASSE",
    "他在东京都被拘留",
    "คนถูกจับที่กรุงเทพ",
    "محمد أحمد ۱۹۹۰",
};

/* What `typed` finds, as a row of numbers; "!" when it is refused. */
static const char *found(struct store *s, const char *typed, struct err *err)
{
    static char rows[64];
    size_t n = 0;
    BUF_AUTO query;
    buf_init(&query, 1 << 14);
    rows[0] = '\0';
    if (store_match_phrase(&query, str_of(typed), err) != 0)
        return "!";
    struct store_query *q = store_query(s, STORE_TEST_FIND_WORDS);
    store_bind_text(q, 1, buf_str(&query));
    int r;
    while ((r = store_step(q, err)) == 1 && n + 1 < sizeof rows)
        n += (size_t)snprintf(rows + n, sizeof rows - n, "%lld", (long long)store_int(q, 0));
    return r < 0 ? "?" : rows;
}

static void test_search(void)
{
    static const struct {
        const char *typed, *want;
    } cases[] = {
        {"heron", "0"},
        {"HERON harbour", "0"},
        {"harbour heron", "0"},
        {"\"grey heron\"", "0"},
        {"\"heron grey\"", ""},
        {"her", ""},
        {"her*", "0"},
        {"\"grey her\"*", "0"},
        {"\"grey her", ""},
        {"елка", "1"},
        {"е\u0308лка людей", "1"},
        {"дерЖ*", "1"},
        {"nguyen lodz", "2"},
        {"straße", "2"},
        {"东京", "3"},
        {"京东", ""},
        {"กรุงเทพ", "4"},
        {"احمد", "5"},
        {"1990", "5"},
        {"heron OR елка", ""},
        {"heron AND", ""},
        {"NOT heron", ""},
        {"words:heron", ""},
        {"^heron", "0"},
        {"heron)", "0"},
        {"(heron", "0"},
        {"he\"ron", ""},
        {"grey\"heron", "0"},
        {"- & heron +", "0"},
        {"*", "!"},
        {"\"\"", "!"},
        {"  ", "!"},
        {"", "!"},
        {"\xff heron \xd0", "0"},
    };
    struct err err = {0};
    struct store *s = NULL;
    if (!ok(store_open_memory(&shape, &s, &err) == 0, "words in memory: %s", err.text))
        return;
    int bad = store_begin(s, &err);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct store_query *q = store_query(s, STORE_TEST_ADD_WORDS);
        store_bind_int(q, 1, (int64_t)i);
        store_bind_text(q, 2, str_of(texts[i]));
        bad |= store_run(q, &err);
    }
    bad |= store_commit(s, &err);
    ok(bad == 0, "texts are indexed: %s", err.text);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *rows = found(s, cases[i].typed, &err);
        ok(strcmp(rows, cases[i].want) == 0, "%s finds %s", cases[i].typed, cases[i].want);
        if (strcmp(rows, cases[i].want) != 0)
            printf("# got %s %s\n", rows, err.text);
    }
    char many[2 * 65 + 1];
    for (size_t i = 0; i < 65; i++)
        memcpy(many + 2 * i, "a ", 3);
    ok(strcmp(found(s, many, &err), "!") == 0 && err.kind == ERR_LIMIT, "65 words: %s",
       err.text);
    many[2 * 64] = '\0';
    ok(strcmp(found(s, many, &err), "") == 0, "64 words");
    struct store_query *q = store_query(s, STORE_TEST_DROP_WORDS);
    store_bind_int(q, 1, 0);
    ok(store_run(q, &err) == 0 &&
           store_run(store_query(s, STORE_TEST_MERGE_WORDS), &err) == 0 &&
           !*found(s, "heron", &err),
       "deleted words are not found: %s", err.text);
    struct str bytes = store_bytes(s);
    ok(memmem(bytes.p, bytes.n, "harbour", 7) == NULL && memmem(bytes.p, bytes.n, "стоял", 10),
       "and are gone from the bytes once merged");
    store_close(s);
}

/* How often a word stands in the memory of this process. It is given masked, so that nobody but
 * the store has it in the clear. */
__attribute__((no_sanitize("address"))) static size_t in_memory(const unsigned char *masked,
                                                                size_t n)
{
    size_t count = 0;
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[512];
    while (maps && fgets(line, sizeof line, maps)) {
        uintptr_t from = 0, to = 0;
        char mode[8] = "";
        if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %7s", &from, &to, mode) != 3 ||
            strncmp(mode, "rw", 2) != 0 || to - from > (uintptr_t)256 << 20)
            continue;
        const volatile unsigned char *p = (const volatile unsigned char *)from;
        for (size_t i = 0; i + n <= to - from; i++) {
            size_t k = 0;
            while (k < n && (p[i + k] ^ 0x5a) == masked[k])
                k++;
            count += k == n;
        }
    }
    if (maps)
        (void)fclose(maps);
    return count;
}

static void test_wiped(void)
{
    unsigned char masked[24];
    char *word = malloc(sizeof masked);
    struct err err = {0};
    struct store *s = NULL;
    if (!word || !ok(store_open_memory(&shape, &s, &err) == 0, "canaries in memory"))
        return;
    for (size_t i = 0; i < sizeof masked; i++)
        masked[i] = (unsigned char)(("canarybirdinastore"[i % 18] + (char)(i / 18)) ^ 0x5a);
    int bad = 0;
    for (int64_t at = 0; at < 300; at++) {
        for (size_t i = 0; i < sizeof masked; i++)
            word[i] = (char)(masked[i] ^ 0x5a);
        bad |= store_begin(s, &err) || add_payload(s, at, word, sizeof masked, &err);
        struct store_query *q = store_query(s, STORE_TEST_ADD_WORDS);
        store_bind_int(q, 1, at);
        store_bind_text(q, 2, str_make(word, sizeof masked));
        bad |= store_run(q, &err) || store_commit(s, &err);
    }
    memset(word, 0, sizeof masked);
    size_t before = in_memory(masked, sizeof masked);
    ok(bad == 0 && before >= 300, "they are found: %zu", before);
    bad |= store_begin(s, &err);
    for (int64_t at = 0; at < 300; at++) {
        struct store_query *q = store_query(s, STORE_TEST_DROP_PAYLOAD);
        store_bind_int(q, 1, at);
        bad |= store_run(q, &err);
        q = store_query(s, STORE_TEST_DROP_WORDS);
        store_bind_int(q, 1, at);
        bad |= store_run(q, &err);
    }
    bad |= store_run(store_query(s, STORE_TEST_MERGE_WORDS), &err) || store_commit(s, &err);
    struct str bytes = store_bytes(s);
    size_t left = 0;
    for (size_t i = 0; i + sizeof masked <= bytes.n; i++) {
        size_t k = 0;
        while (k < sizeof masked && ((unsigned char)bytes.p[i + k] ^ 0x5a) == masked[k])
            k++;
        left += k == sizeof masked;
    }
    ok(bad == 0 && left == 0, "deleted and merged, not in its bytes: %zu; %s", left, err.text);
    store_close(s);
    size_t after = in_memory(masked, sizeof masked);
    ok(after == 0, "closed, nowhere in memory: %zu", after);
    free(word);
}

static bool has_mode(const char *name, mode_t mode)
{
    struct stat st;
    return stat(path_of(name), &st) == 0 && (st.st_mode & 07777) == mode;
}

static bool holds(const char *name, const char *needle)
{
    FILE *f = fopen(path_of(name), "rb");
    if (!f)
        return false;
    static char bytes[1 << 20];
    size_t n = fread(bytes, 1, sizeof bytes, f);
    (void)fclose(f);
    return memmem(bytes, n, needle, strlen(needle)) != NULL;
}

static void test_file(void)
{
    struct err err = {0};
    struct store *s = NULL, *reader = NULL;
    (void)umask(0);
    char path[200];
    (void)snprintf(path, sizeof path, "%s", path_of("test.db"));
    ok(store_open(path, STORE_WRITE, &shape, &s, &err) == ERR_MISSING, "not there: %s",
       err.text);
    ok(store_open(path, STORE_CREATE, &shape, &s, &err) == 0, "created: %s", err.text);
    ok(store_open(path, STORE_CREATE, &shape, &reader, &err) == ERR_EXISTS && !reader,
       "created twice: %s", err.text);
    fill(s, false, &err);
    ok(has_mode("test.db", 0600) && has_mode("test.db-wal", 0600) &&
           has_mode("test.db-shm", 0600),
       "all its files are private");
    ok(store_open(path, STORE_READ, &shape, &reader, &err) == 0 && dumps(reader, full_dump),
       "read beside the writer: %s", err.text);
    ok(add_payload(reader, 1, "x", 1, &err) == ERR_IO, "a reader does not write: %s", err.text);
    store_close(reader);
    ok(!store_bytes(s).p, "a file has no bytes in memory");
    /* secure_delete, and the log emptied */
    ok(add_payload(s, 50, "canary-in-the-payload", 21, &err) == 0, "a canary");
    ok(holds("test.db", "canary-in") || holds("test.db-wal", "canary-in"), "it is found");
    struct store_query *q = store_query(s, STORE_TEST_DROP_PAYLOAD);
    store_bind_int(q, 1, 50);
    ok(store_run(q, &err) == 0 && store_checkpoint(s, &err) == 0, "deleted: %s", err.text);
    ok(!holds("test.db", "canary-in") && !holds("test.db-wal", "canary-in"), "found nowhere");
    store_close(s);
    ok(access(path_of("test.db-wal"), F_OK) != 0, "closed, it is one file");
    ok(store_open(path, STORE_WRITE, &shape, &s, &err) == 0 && dumps(s, full_dump),
       "opened again");
    store_close(s);
    struct store_shape newer = shape;
    newer.version = 2;
    ok(store_open(path, STORE_READ, &newer, &s, &err) == ERR_INPUT && strstr(err.text, "newer"),
       "of a newer program: %s", err.text);
    FILE *f = fopen(path_of("text.db"), "w");
    (void)fputs("this is no database, but a text that is long enough to be one\n", f);
    (void)fclose(f);
    (void)snprintf(path, sizeof path, "%s", path_of("text.db"));
    ok(store_open(path, STORE_WRITE, &shape, &s, &err) == ERR_INPUT, "a text: %s", err.text);
    (void)snprintf(path, sizeof path, "%s", path_of("no/folder.db"));
    ok(store_open(path, STORE_CREATE, &shape, &s, &err) < 0, "no folder: %s", err.text);
    newer.schema = "CREATE TABLE t (x); nonsense";
    (void)snprintf(path, sizeof path, "%s", path_of("failed.db"));
    ok(store_open(path, STORE_CREATE, &newer, &s, &err) == ERR_DB && access(path, F_OK) != 0,
       "a failed creation leaves no file: %s", err.text);
}

/* As a medium that nobody can write; for root such a folder does not exist, so another user. */
static void test_frozen(void)
{
    char path[200];
    (void)snprintf(path, sizeof path, "%s", path_of("cold %23?/test.db"));
    struct err err = {0};
    struct store *s = NULL;
    (void)chmod(folder, 0755);
    (void)mkdir(path_of("cold %23?"), 0755);
    int r = store_open(path, STORE_CREATE, &shape, &s, &err);
    r = r ? r : add_payload(s, 1, "x", 1, &err);
    store_close(s);
    (void)chmod(path, 0444);
    (void)chmod(path_of("cold %23?"), 0555);
    ok(r == 0, "a file for a cold place: %s", err.text);
    (void)fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        if (geteuid() == 0 && setuid(65534) != 0)
            _exit(9);
        s = NULL;
        if (store_open(path, STORE_READ, &shape, &s, &err) != 0) {
            printf("# %s\n", err.text);
            (void)fflush(stdout);
            _exit(2);
        }
        int64_t n = count_payload(s);
        store_close(s);
        _exit(n == 1 ? 0 : 3);
    }
    int status = 1;
    (void)waitpid(pid, &status, 0);
    ok(status == 0, "is read where nothing can be written");
    (void)chmod(path_of("cold %23?"), 0755);
}

/* Another process holds the lock for `seconds`. */
static pid_t hold_lock(const char *path, unsigned seconds, int *ready)
{
    int ends[2];
    if (pipe(ends) != 0)
        abort();
    (void)fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        struct err err = {0};
        struct store *s = NULL;
        int r = store_open(path, STORE_WRITE, &shape, &s, &err);
        r = r ? r : store_begin(s, &err);
        r = r ? r : add_payload(s, 900 + seconds, "x", 1, &err);
        if (write(ends[1], "x", 1) != 1)
            _exit(3);
        (void)sleep(seconds);
        r = r ? r : store_commit(s, &err);
        store_close(s);
        _exit(r ? 2 : 0);
    }
    (void)close(ends[1]);
    *ready = ends[0];
    return pid;
}

static void test_lock(void)
{
    char path[200], byte;
    int ready, status = 1;
    struct err err = {0};
    struct store *s = NULL;
    (void)snprintf(path, sizeof path, "%s", path_of("test.db"));
    pid_t pid = hold_lock(path, 1, &ready);
    bool began = read(ready, &byte, 1) == 1;
    ok(began && store_open(path, STORE_WRITE, &shape, &s, &err) == 0 && count_payload(s) == 1,
       "reading does not wait for a writer");
    ok(store_begin(s, &err) == 0 && count_payload(s) == 2 && store_commit(s, &err) == 0,
       "a second writer waits for the first: %s", err.text);
    (void)waitpid(pid, &status, 0);
    ok(status == 0, "who ended well");
    (void)close(ready);
    store_close(s);
}

int main(void)
{
    (void)snprintf(folder, sizeof folder, "/tmp/deponent-store-XXXXXX");
    if (!mkdtemp(folder))
        return 1;
    test_statements();
    test_rows();
    test_memory();
    test_guard();
    test_search();
    test_wiped();
    test_file();
    test_frozen();
    test_lock();
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    if (system(command) != 0)
        return 1;
    return tap_end();
}
