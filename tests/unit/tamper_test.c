/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A small archive is changed behind the program's back: every byte of every file, rows of
 * ledger.db dropped, doubled, swapped and spliced, older files put back, tables and triggers
 * added; and every byte of what is signed and leaves it. Each time it is opened again: either
 * every entry, key, count and answer is what it was, or verify names a fault, or it is refused
 * with a sentence. "all" as second argument: every byte; otherwise a sample.
 */
#include "archive_help.h"
#include "sys/file.h"
#include "work/disclosure.h"

#include <sqlite3.h>

static struct world w;
static char old_dir[1024], foreign_dir[1024], work_dir[1024];

/* ---- an archive with some of everything ---- */

static int give_words(void *context, void *p, size_t n, size_t *ret_n, struct err *err)
{
    struct str *left = context;
    (void)err;
    *ret_n = n < left->n ? n : left->n;
    memcpy(p, left->p, *ret_n);
    *left = str_slice(*left, *ret_n, left->n);
    return 0;
}

static struct str add_account(struct world *to, const char *name, const char *text)
{
    struct record r[4];
    r[0] = make_source(to, name, "somebody who was there");
    r[1] = make_account(to, r[0].u.source.id, text);
    r[2] = make_terms(to, r[1].u.account.id, ATTRIBUTION_ON_RECORD,
                      FOR(HELP) | FOR(STATISTICS) | FOR(COURT));
    r[3] = make_statement(to, r[1].u.account.id, "three men", 3);
    add(to, r, 4);
    return r[1].u.account.id;
}

static void attach(struct world *to, struct str account, const char *words)
{
    struct str left = str_of(words), payload;
    const struct age_source in = {give_words, &left};
    struct archive_file file = {.in = &in, .ret_attachment = &payload};
    if (!id_parse(account, &file.account) || archive_attach(to->a, &to->arena, &file, &to->err))
        world_bail("attach", &to->err);
}

static int print_bundle(void *context, const struct ledger_bundle *b, struct err *err)
{
    return bundle_print(context, &b->bundle, err);
}

static struct str bundles_of(struct ledger *l, struct arena *a)
{
    ARENA_AUTO memory = {0};
    BUF_AUTO out;
    struct err err = {0};
    buf_init(&out, 1 << 24);
    if (ledger_each(l, NULL, &memory, print_bundle, &out, &err))
        world_bail("bundles", &err);
    return arena_copy(a, buf_str(&out));
}

/* A second device writes, and what it wrote comes here. */
static void add_device(struct str account)
{
    ARENA_AUTO a = {0};
    struct err err = {0};
    struct keys *keys = NULL;
    struct ledger *l = NULL;
    struct ledger_union sum;
    struct ledger_draft *d;
    struct id subject;
    const char *dir = vault_dir_path(&worlds, "device");
    struct record s = make_statement(&w, account, "two more", 2);
    struct str card = print_card(&a, &s);
    if (!id_parse(account, &subject) ||
        keys_join(dir, w.keys, &world_pass, AGE_SCRYPT_MIN, &keys, &err) ||
        ledger_create(vault_dir_path(&worlds, "device"), keys, TODAY, &l, &err) ||
        ledger_take(l, bundles_of(archive_ledger(w.a), &a), "the first", &sum, &err) ||
        ledger_begin(l, &d, &err) || ledger_add(d, &subject, card, NULL, &err) ||
        ledger_commit(d, TODAY, &err) ||
        ledger_take(archive_ledger(w.a), bundles_of(l, &a), "the second", &sum, &err))
        world_bail("a second device", &err);
    ledger_close(l);
    keys_close(keys);
}

static void copy_folder(const char *from, const char *to)
{
    char command[8192];
    (void)snprintf(command, sizeof command, "rm -rf '%s' && cp -r '%s' '%s'", to, from, to);
    if (system(command) != 0)
        abort();
}

static void search(struct world *in, const char *words, size_t *ret_count)
{
    struct archive_hit *hits;
    if (archive_search(in->a, &in->arena, str_of(words), 10, &hits, ret_count, &in->err))
        world_bail("search", &in->err);
}

static void build(void)
{
    struct world foreign;
    SECRET_AUTO paper = {0};
    size_t hits;
    world_make(&w, "tamper");
    struct str kept = add_account(&w, "Ilva Tresk", "They held twelve of us at the depot.");
    struct str gone = add_account(&w, "Petr Haldane", "The moth saw everything.");
    (void)add_account(&w, "Olena Marsh", "My brother was taken at night.");
    attach(&w, kept, "a photograph");
    attach(&w, kept, "another photograph");
    attach(&w, gone, "a photograph of the moth");
    search(&w, "moth", &hits);
    if (keys_recovery(w.keys, &paper, &w.err))
        world_bail("recovery", &w.err);
    (void)snprintf(old_dir, sizeof old_dir, "%s", vault_dir_path(&worlds, "old"));
    (void)snprintf(foreign_dir, sizeof foreign_dir, "%s", vault_dir_path(&worlds, "foreign"));
    world_close(&w, true);
    copy_folder(w.dir, old_dir);
    world_open(&w);
    add_device(kept);
    world_close(&w, true);
    world_open(&w);
    if (archive_shred(w.a, gone, &w.err))
        world_bail("shred", &w.err);
    search(&w, "brother", &hits);
    world_close(&w, true);
    world_make(&foreign, "foreign");
    (void)add_account(&foreign, "Somebody Else", "Of another archive.");
    world_end(&foreign, true);
}

/* ---- what it answers ---- */

enum tampered { SAME, NAMED, REFUSED, SPEECHLESS, CHANGED, OUTCOMES };
static const char *const outcomes[OUTCOMES] = {"changed nothing", "were named by verify",
                                               "were refused with a sentence",
                                               "were refused without one", "changed an answer"};

static int add_words(void *context, const void *p, size_t n, struct err *err)
{
    (void)err;
    buf_add(context, str_make(p, n));
    return 0;
}

static int say_attachments(void *context, const struct ledger_bundle *b, struct err *err)
{
    struct world *of = context;
    BUF_AUTO out;
    buf_init(&out, 1 << 16);
    for (size_t i = 0; i < b->bundle.count; i++) {
        struct envelope e;
        struct ledger_file *f;
        struct age_source in;
        struct id subject;
        const struct age_sink sink = {add_words, &out};
        int r = envelope_unpack(
            (const unsigned char *)b->bundle.envelopes.p + i * ENVELOPE_SIZE, &e, err);
        if (r)
            return r;
        if (e.type != ENVELOPE_ATTACHMENT)
            continue;
        r = ledger_file_open(archive_ledger(of->a), e.payload, &f, &in, &subject, err);
        if (r == ERR_MISSING)
            continue; /* shredded, or verify says that it is missing */
        if (r)
            return r;
        r = keys_open_attachment(of->keys, subject, &in, &sink, err);
        ledger_file_close(f);
        if (r)
            return r;
    }
    size_t n = strlen(of->said);
    (void)snprintf(of->said + n, sizeof of->said - n, "%.*s", (int)out.n, out.n ? out.p : "");
    return 0;
}

/* The dump of the projection, the secrets, the attachments, the heads; an error instead. */
static int answer(struct world *of, struct keys *keys, struct buf *out)
{
    ARENA_AUTO a = {0};
    SECRET_AUTO secrets = {0};
    of->keys = keys;
    of->a = NULL;
    of->said[0] = of->err.text[0] = '\0';
    const struct archive_options options = {
        .dir = of->dir, .today = TODAY, .actor = STR("tester")};
    int r = archive_open(&options, keys, &of->a, &of->err);
    if (r)
        return r;
    struct bundle_head *heads;
    size_t count = 0;
    r = archive_dump(of->a, out, &of->err);
    if (!r)
        r = keys_export(keys, NULL, 0, &secrets, &of->err);
    if (!r)
        r = ledger_each(archive_ledger(of->a), NULL, &a, say_attachments, of, &of->err);
    if (!r)
        r = ledger_heads(archive_ledger(of->a), &a, &heads, &count, &of->err);
    for (size_t i = 0; i < count && !r; i++)
        bundle_print_head(out, &heads[i]);
    if (!r) {
        buf_add(out, secret_str(&secrets));
        buf_add(out, str_of(of->said));
    }
    archive_drop(of->a);
    return r;
}

static bool verify_names(const char *dir, struct keys *keys, struct str checkpoint)
{
    ARENA_AUTO a = {0};
    struct err err = {0};
    struct ledger *l = NULL;
    struct ledger_verdict v = {0};
    if (ledger_open(dir, keys, false, &l, &err))
        return err.text[0] != '\0';
    int r = ledger_verify(l, &a, NULL, checkpoint, NULL, NULL, &v, &err);
    ledger_close(l);
    return r ? err.text[0] != '\0' : v.fault_count > 0;
}

static struct buf before;
static struct keys *kept_keys; /* opened once, where no change touches them */
static const struct str none = {NULL, 0};

static enum tampered look(const char *dir, bool open_keys, struct str checkpoint)
{
    static struct world in;
    (void)snprintf(in.dir, sizeof in.dir, "%s", dir);
    struct keys *keys = kept_keys;
    BUF_AUTO now;
    buf_init(&now, 1 << 24);
    in.err = (struct err){0};
    int r = open_keys ? keys_open(dir, &world_pass, &keys, &in.err) : 0;
    if (r)
        return in.err.text[0] ? REFUSED : SPEECHLESS;
    r = answer(&in, keys, &now);
    bool named = verify_names(dir, keys, checkpoint);
    if (open_keys)
        keys_close(keys);
    if (named)
        return NAMED;
    if (r)
        return in.err.text[0] ? REFUSED : SPEECHLESS;
    return str_eq(buf_str(&now), buf_str(&before)) ? SAME : CHANGED;
}

/* ---- every byte of every file ---- */

static void write_byte(const char *path, size_t at, char c)
{
    FILE *f = fopen(path, "r+");
    if (!f || fseek(f, (long)at, SEEK_SET) || fwrite(&c, 1, 1, f) != 1 || fclose(f))
        abort();
}

static const char *const unchecked[] = {"ledger.db-shm", "ledger.db-wal"};

/* Of a sample: bytes that say something, and a few of the empty space that fills most of a small
 * database. */
static bool is_sampled(const struct buf *whole, size_t i, size_t *seen)
{
    if (!whole->p[i] && i % 4093)
        return false;
    size_t step = (whole->n > 100000 ? whole->n / 8 : whole->n) / 80 + 1;
    return (*seen)++ % step == 0;
}

static void flip_file(const char *path, bool all)
{
    struct err err = {0};
    BUF_AUTO whole;
    buf_init(&whole, 1 << 24);
    if (file_read(path, 1 << 24, &whole, &err))
        world_bail("read", &err);
    const char *name = path + strlen(w.dir) + 1;
    for (size_t i = 0; i < 2; i++)
        if (strcmp(name, unchecked[i]) == 0)
            return; /* made anew at each opening, or empty */
    bool keys =
        str_starts(str_of(name), STR("keys.age")) || str_starts(str_of(name), STR("ring-"));
    size_t counts[OUTCOMES] = {0}, done = 0, seen = 0;
    for (size_t i = 0; i < whole.n; i++) {
        if (!all && !is_sampled(&whole, i, &seen))
            continue;
        write_byte(path, i, (char)(whole.p[i] ^ 1 << done++ % 8));
        enum tampered o = look(w.dir, keys, none);
        write_byte(path, i, whole.p[i]);
        counts[o]++;
        if (o == SPEECHLESS || o == CHANGED)
            printf("# %s, byte %zu, bit %zu: %s\n", name, i, (done - 1) % 8, outcomes[o]);
    }
    ok(counts[SPEECHLESS] + counts[CHANGED] == 0 && done > 0,
       "%s: of %zu flipped bytes of %zu %zu %s, %zu %s, %zu %s; %zu %s", name, done, whole.n,
       counts[NAMED], outcomes[NAMED], counts[REFUSED], outcomes[REFUSED], counts[SAME],
       outcomes[SAME], counts[CHANGED], outcomes[CHANGED]);
    (void)fflush(stdout);
}

/* The search index is read by a search, which writes to the ledger: of a copy. */
static void test_index(bool all)
{
    struct err err = {0};
    BUF_AUTO whole;
    char path[1200];
    size_t wrong = 0, done = 0, seen = 0, want = 0;
    struct world of = {.dir = ""};
    copy_folder(w.dir, work_dir);
    (void)snprintf(path, sizeof path, "%s/find.age", work_dir);
    (void)snprintf(of.dir, sizeof of.dir, "%s", work_dir);
    world_open(&of);
    search(&of, "brother", &want);
    world_end(&of, false);
    buf_init(&whole, 1 << 24);
    if (file_read(path, 1 << 24, &whole, &err))
        world_bail("read", &err);
    for (size_t i = 0; i < whole.n; i++) {
        if (!is_sampled(&whole, i, &seen) && !(all && i % 16 == 0))
            continue;
        size_t gone = 1, there = 0;
        if (done++ % 200 == 199)
            copy_folder(w.dir, work_dir);
        write_byte(path, i, (char)(whole.p[i] ^ 1 << done % 8));
        world_open(&of);
        search(&of, "moth", &gone);
        search(&of, "brother", &there);
        world_end(&of, false);
        write_byte(path, i, whole.p[i]);
        wrong += gone != 0 || there != want;
    }
    ok(wrong == 0, "of %zu flipped bytes of the search index %zu changed what is found", done,
       wrong);
}

/* What was not yet copied from the write-ahead log: a changed log loses it, as an older archive
 * would; a checkpoint notices. */
static void test_log(bool all)
{
    struct err err = {0};
    BUF_AUTO whole, point;
    char path[1200];
    struct world of = {.dir = ""};
    char open_dir[1024];
    (void)snprintf(open_dir, sizeof open_dir, "%s", vault_dir_path(&worlds, "open"));
    (void)snprintf(of.dir, sizeof of.dir, "%s", vault_dir_path(&worlds, "in-use"));
    copy_folder(w.dir, of.dir);
    world_open(&of);
    (void)add_account(&of, "Late Comer", "Written just now.");
    buf_init(&point, 1 << 16);
    buf_init(&whole, 1 << 24);
    if (ledger_checkpoint(archive_ledger(of.a), TODAY, &point, &err))
        world_bail("checkpoint", &err);
    copy_folder(of.dir, open_dir); /* as a power loss leaves it */
    world_end(&of, false);
    (void)snprintf(path, sizeof path, "%s/ledger.db-wal", open_dir);
    if (file_read(path, 1 << 24, &whole, &err))
        world_bail("read", &err);
    struct buf today = before;
    struct world in = {.dir = ""};
    struct keys *keys = NULL;
    (void)snprintf(in.dir, sizeof in.dir, "%s", open_dir);
    buf_init(&before, 1 << 24);
    if (keys_open(open_dir, &world_pass, &keys, &err))
        world_bail("open", &err);
    if (answer(&in, keys, &before))
        world_bail("the answer", &in.err);
    struct keys *kept = kept_keys;
    kept_keys = keys;
    size_t counts[OUTCOMES] = {0}, done = 0, seen = 0;
    for (size_t i = 0; i < whole.n; i++) {
        if (!is_sampled(&whole, i, &seen) && !(all && i % 8 == 0))
            continue;
        copy_folder(open_dir, work_dir);
        char copy[1200];
        (void)snprintf(copy, sizeof copy, "%s/ledger.db-wal", work_dir);
        write_byte(copy, i, (char)(whole.p[i] ^ 1 << done++ % 8));
        counts[look(work_dir, false, buf_str(&point))]++;
    }
    ok(counts[SPEECHLESS] + counts[CHANGED] == 0 && counts[NAMED],
       "the log: of %zu flipped bytes of %zu %zu %s, %zu %s, %zu %s", done, whole.n,
       counts[NAMED], outcomes[NAMED], counts[REFUSED], outcomes[REFUSED], counts[SAME],
       outcomes[SAME]);
    kept_keys = kept;
    keys_close(keys);
    buf_free(&before);
    before = today;
}

static void test_bytes(bool all)
{
    ARENA_AUTO a = {0};
    struct err err = {0};
    const char **paths;
    size_t count;
    if (file_list(&a, w.dir, 100, &paths, &count, &err))
        world_bail("list", &err);
    for (size_t i = 0; i < count; i++)
        flip_file(paths[i], all);
    ok(look(w.dir, true, none) == SAME, "afterwards it is as it was");
}

/* ---- rows ---- */

/* Runs it on a copy; true when SQLite took it. */
static bool meddle(const char *sql)
{
    char path[1200];
    sqlite3 *db = NULL;
    copy_folder(w.dir, work_dir);
    (void)snprintf(path, sizeof path, "%s/ledger.db", work_dir);
    if (sqlite3_open(path, &db) != SQLITE_OK)
        abort();
    bool taken = sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
    (void)sqlite3_close(db);
    return taken;
}

static int ask_number(void *context, int count, char **values, char **names)
{
    (void)count;
    (void)names;
    *(int *)context = values[0] ? atoi(values[0]) : 0;
    return 0;
}

static int number(const char *sql)
{
    char path[1200];
    sqlite3 *db = NULL;
    int n = 0;
    (void)snprintf(path, sizeof path, "%s/ledger.db", w.dir);
    if (sqlite3_open(path, &db) != SQLITE_OK ||
        sqlite3_exec(db, sql, ask_number, &n, NULL) != SQLITE_OK)
        abort();
    (void)sqlite3_close(db);
    return n;
}

static size_t row_counts[OUTCOMES], row_refused;

static void try_sql(const char *what, const char *sql)
{
    if (!meddle(sql)) {
        row_refused++;
        return;
    }
    enum tampered o = look(work_dir, true, none);
    row_counts[o]++;
    if (o == SPEECHLESS || o == CHANGED)
        printf("# %s: %s: %s\n", what, outcomes[o], sql);
}

static void say_rows(const char *what, bool must)
{
    ok(row_counts[SPEECHLESS] + row_counts[CHANGED] == 0 &&
           row_counts[NAMED] + row_counts[REFUSED] > 0 && (!must || row_counts[SAME] == 0),
       "%s: %zu %s, %zu %s, %zu %s, %zu the database itself refused", what, row_counts[NAMED],
       outcomes[NAMED], row_counts[REFUSED], outcomes[REFUSED], row_counts[SAME],
       outcomes[SAME], row_refused);
    memset(row_counts, 0, sizeof row_counts);
    row_refused = 0;
}

static void test_rows(bool all)
{
    ARENA_AUTO a = {0};
    int bundles = number("SELECT count(*) FROM bundle"),
        payloads = number("SELECT count(*) FROM payload");
    for (int i = 1; i <= bundles; i++)
        try_sql("dropped", arena_printf(&a, "DELETE FROM bundle WHERE num = %d;", i).p);
    say_rows("bundles dropped", true);
    for (int i = 1; i <= bundles; i++)
        try_sql("dropped", arena_printf(&a,
                                        "DELETE FROM bundle WHERE num = %d;"
                                        "DELETE FROM payload WHERE at >> 16 = %d;"
                                        "DELETE FROM attachment WHERE at >> 16 = %d;"
                                        "DELETE FROM control WHERE at >> 16 = %d;",
                                        i, i, i, i)
                               .p);
    say_rows("bundles dropped with all that is theirs", true);
    for (int i = 0; i < payloads; i++)
        try_sql("dropped", arena_printf(&a,
                                        "DELETE FROM payload WHERE at = (SELECT at FROM "
                                        "payload ORDER BY at LIMIT 1 OFFSET %d);",
                                        i)
                               .p);
    say_rows("payloads dropped", true);
    for (int i = 0; i < payloads; i++)
        for (int j = i + 1; j < payloads; j += all ? 1 : 7)
            try_sql("swapped",
                    arena_printf(
                        &a,
                        "CREATE TEMP TABLE t AS SELECT at, bytes FROM payload ORDER BY at;"
                        "UPDATE payload SET bytes = (SELECT bytes FROM t WHERE rowid = %d) "
                        "WHERE at = (SELECT at FROM t WHERE rowid = %d);"
                        "UPDATE payload SET bytes = (SELECT bytes FROM t WHERE rowid = %d) "
                        "WHERE at = (SELECT at FROM t WHERE rowid = %d);",
                        i + 1, j + 1, j + 1, i + 1)
                        .p);
    say_rows("payloads swapped", true);
    for (int i = 1; i <= bundles; i++)
        for (int j = i + 1; j <= bundles; j += all ? 1 : 3) {
            try_sql("reordered", arena_printf(&a,
                                              "UPDATE bundle SET num = 1000 WHERE num = %d;"
                                              "UPDATE bundle SET num = %d WHERE num = %d;"
                                              "UPDATE bundle SET num = %d WHERE num = 1000;",
                                              i, i, j, j)
                                     .p);
            try_sql("spliced",
                    arena_printf(&a,
                                 "UPDATE bundle SET envelopes = (SELECT envelopes FROM bundle "
                                 "WHERE num = %d) WHERE num = %d;",
                                 i, j)
                        .p);
            try_sql("spliced", arena_printf(&a,
                                            "UPDATE bundle SET note = (SELECT note FROM bundle "
                                            "WHERE num = %d) WHERE num = %d;",
                                            i, j)
                                   .p);
            try_sql("doubled",
                    arena_printf(&a,
                                 "INSERT INTO bundle SELECT %d, device, first, count, clock, "
                                 "randomblob(32), note, envelopes FROM bundle WHERE num = %d;"
                                 "INSERT INTO payload SELECT at + (%d << 16), bytes FROM "
                                 "payload WHERE at >> 16 = %d;",
                                 i + bundles, i, bundles, i)
                        .p);
        }
    say_rows("bundles reordered, spliced, doubled", true);
}

static void test_foreign_rows(void)
{
    ARENA_AUTO a = {0};
    int bundles = number("SELECT count(*) FROM bundle");
    for (int i = 1; i <= 2; i++)
        for (int at = 0; at < 2; at++)
            try_sql("of another archive",
                    arena_printf(&a,
                                 "ATTACH '%s/ledger.db' AS f;"
                                 "%s INSERT INTO bundle SELECT %d, device, first, count, "
                                 "clock, hash, note, envelopes FROM f.bundle WHERE num = %d;"
                                 "INSERT OR REPLACE INTO payload SELECT (%d << 16) | (at & "
                                 "65535), bytes FROM f.payload WHERE at >> 16 = %d;",
                                 foreign_dir, at ? "DELETE FROM bundle WHERE num = 2;" : "",
                                 at ? 2 : bundles + 1, i, at ? 2 : bundles + 1, i)
                        .p);
    say_rows("bundles of another archive", true);
    static const char *const shapes[] = {
        "CREATE TABLE more (x)",
        "CREATE TRIGGER t AFTER INSERT ON bundle BEGIN DELETE FROM payload; END",
        "CREATE TRIGGER t AFTER INSERT ON payload BEGIN UPDATE payload SET bytes = x'00'; END",
        "CREATE INDEX i ON payload (bytes)",
        "CREATE VIEW v AS SELECT * FROM bundle",
        "DROP INDEX bundle_order",
        "DROP INDEX bundle_order; CREATE INDEX bundle_order ON bundle (num)",
        "DROP TABLE control",
        "DROP TABLE fork; CREATE VIEW fork AS SELECT x'00' AS device, 1 AS seq",
        "ALTER TABLE payload RENAME TO payload2",
        "ALTER TABLE payload ADD COLUMN more",
        "PRAGMA user_version = 2",
        "PRAGMA user_version = 0",
        "PRAGMA writable_schema = ON; UPDATE sqlite_master SET rootpage = (SELECT rootpage "
        "FROM sqlite_master WHERE name = 'control') WHERE name = 'attachment'",
        "PRAGMA writable_schema = ON; UPDATE sqlite_master SET rootpage = (SELECT rootpage "
        "FROM sqlite_master WHERE name = 'bundle_chain') WHERE name = 'bundle_order'",
    };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        try_sql("its form", shapes[i]);
    say_rows("tables, triggers, indexes and views", true);
}

/* ---- files that are put back ---- */

static void put_back(const char *from, const char *name)
{
    char command[8192];
    (void)snprintf(command, sizeof command, "rm -rf '%s/%s' && cp -r '%s/%s' '%s/%s'", work_dir,
                   name, from, name, work_dir, name);
    if (system(command) != 0)
        abort();
}

/* Sets of files from before the shredding (or of another archive) in today's folder. */
static void try_files(const char *what, const char *from, const char *const *names,
                      struct str checkpoint, bool may_be_same)
{
    copy_folder(w.dir, work_dir);
    for (size_t i = 0; names[i]; i++)
        put_back(from, names[i]);
    enum tampered o = look(work_dir, true, checkpoint);
    ok(o == NAMED || o == REFUSED || (may_be_same && o == SAME), "%s: %s", what, outcomes[o]);
}

#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})

static void test_files(void)
{
    BUF_AUTO checkpoint;
    struct ledger *l = NULL;
    buf_init(&checkpoint, 1 << 16);
    if (ledger_open(w.dir, kept_keys, false, &l, &w.err) ||
        ledger_checkpoint(l, TODAY, &checkpoint, &w.err))
        world_bail("checkpoint", &w.err);
    ledger_close(l);
    struct str point = buf_str(&checkpoint);
    ok(look(w.dir, true, point) == SAME, "today's archive is at its checkpoint");
    try_files("an older keys.age", old_dir, NAMES("keys.age"), none, false);
    try_files("an older ring beside today's", old_dir, NAMES("ring-0"), none, true);
    try_files("older keys and ring", old_dir, NAMES("keys.age", "ring-0"), none, false);
    try_files("an older ledger", old_dir, NAMES("ledger.db"), none, false);
    try_files("an older ledger, keys and ring", old_dir,
              NAMES("ledger.db", "keys.age", "ring-0", "attachments"), none, false);
    try_files("all of an older archive, against the checkpoint", old_dir,
              NAMES("ledger.db", "keys.age", "ring-0", "attachments", "heads", "view.age"),
              point, false);
    try_files("an older snapshot", old_dir, NAMES("view.age"), none, true);
    try_files("an older search index", old_dir, NAMES("find.age"), none, true);
    try_files("older attachments", old_dir, NAMES("attachments"), none, true);
    try_files("another archive's keys.age", foreign_dir, NAMES("keys.age"), none, false);
    try_files("another archive's keys and ring", foreign_dir, NAMES("keys.age", "ring-0"), none,
              false);
    try_files("another archive's ledger", foreign_dir, NAMES("ledger.db"), none, false);
    try_files("another archive's snapshot", foreign_dir, NAMES("view.age"), none, true);
    try_files("another archive's heads", foreign_dir, NAMES("heads"), none, true);
    copy_folder(w.dir, work_dir);
    char command[8192];
    (void)snprintf(command, sizeof command,
                   "mv '%s/ring-1' '%s/ring-2'; cp '%s/ring-0' "
                   "'%s/ring-1'",
                   work_dir, work_dir, old_dir, work_dir);
    if (system(command) != 0)
        abort();
    ok(look(work_dir, true, none) == REFUSED, "the older ring by the name of today's");
    (void)snprintf(command, sizeof command,
                   "cd '%s/attachments' && set -- *.age && mv $1 x && mv $2 $1 && mv x $2",
                   work_dir);
    copy_folder(w.dir, work_dir);
    if (system(command) != 0)
        abort();
    ok(look(work_dir, true, none) == NAMED, "two attachments swapped");
    /* What an old index or snapshot knew of the shredded account is not found any more. */
    copy_folder(w.dir, work_dir);
    put_back(old_dir, "view.age");
    put_back(old_dir, "find.age");
    struct world again = {.dir = ""};
    (void)snprintf(again.dir, sizeof again.dir, "%s", work_dir);
    world_open(&again);
    size_t hits = 1, others = 0;
    search(&again, "moth", &hits);
    search(&again, "brother", &others);
    world_end(&again, false);
    ok(hits == 0 && others > 0, "with an older index what was shredded is not found");
}

/* ---- what is signed and goes out ---- */

static void test_notes(void)
{
    ARENA_AUTO a = {0};
    struct err err = {0};
    struct keys *keys = NULL;
    struct ledger *l = NULL, *from = NULL;
    size_t accepted = 0, tried = 0;
    const char *dir = vault_dir_path(&worlds, "taker");
    if (ledger_open(w.dir, kept_keys, false, &from, &err) ||
        keys_join(dir, kept_keys, &world_pass, AGE_SCRYPT_MIN, &keys, &err) ||
        ledger_create(vault_dir_path(&worlds, "taker"), keys, TODAY, &l, &err))
        world_bail("taker", &err);
    struct str all = bundles_of(from, &a), rest = all;
    ledger_close(from);
    struct bundle b;
    if (bundle_parse(&a, &rest, "it", &b, &err))
        world_bail("parse", &err);
    /* the first bundle, which a new device would take: note, envelopes and payloads */
    size_t n = all.n - rest.n;
    char *copy = arena_cstr(&a, all);
    for (size_t i = 0; i < n; i++)
        for (int bit = 0; bit < 8; bit++, tried++) {
            struct ledger_union sum = {0};
            copy[i] = (char)(copy[i] ^ 1 << bit);
            accepted += ledger_take(l, str_make(copy, n), "it", &sum, &err) == 0 && sum.taken;
            copy[i] = (char)(copy[i] ^ 1 << bit);
        }
    struct ledger_union sum = {0};
    ok(accepted == 0 && ledger_take(l, str_make(copy, n), "it", &sum, &err) == 0 && sum.taken,
       "of %zu changed bits of a bundle (note, envelopes, payloads) %zu were accepted", tried,
       accepted);
    ledger_close(l);
    keys_close(keys);
}

static void test_disclosure(void)
{
    ARENA_AUTO a = {0};
    struct err err = {0};
    struct disclosure d, same;
    struct id payload;
    struct bundle_note note;
    struct str cards = {0};
    BUF_AUTO text;
    buf_init(&text, 1 << 20);
    ARENA_AUTO b = {0};
    copy_folder(w.dir, work_dir);
    struct world of = {.dir = ""};
    (void)snprintf(of.dir, sizeof of.dir, "%s", work_dir);
    world_open(&of);
    enum record_kind kind;
    struct str id = {0};
    struct ledger *l = archive_ledger(of.a);
    struct record statement = make_statement(&of, add_account(&of, "A", "words"), "one", 1);
    add(&of, &statement, 1);
    if (archive_find(of.a, &a, statement.u.statement.id, 0, &kind, &id, &err) ||
        archive_disclose(of.a, id, PURPOSE_COURT, STR("a court"), &payload, &err) ||
        work_disclosure_gather(l, &a, payload, &d, &err))
        world_bail("disclose", &err);
    struct envelope e;
    if (envelope_unpack(d.envelope, &e, &err) || keys_disclose(of.keys, &e, d.key, &err))
        world_bail("disclose", &err);
    work_disclosure_print(&text, &d);
    ok(!work_disclosure_parse(&b, buf_str(&text), "it", &same, &err) &&
           !work_disclosure_check(&b, &same, "it", &cards, &note, &err) && cards.n,
       "a disclosure");
    size_t accepted = 0, tried = 0;
    for (size_t i = 0; i < text.n; i++)
        for (int bit = 0; bit < 8; bit++, tried++) {
            arena_reset(&b);
            text.p[i] = (char)(text.p[i] ^ 1 << bit);
            accepted += !work_disclosure_parse(&b, buf_str(&text), "it", &same, &err) &&
                        !work_disclosure_check(&b, &same, "it", &cards, &note, &err);
            text.p[i] = (char)(text.p[i] ^ 1 << bit);
        }
    ok(accepted == 0, "of its %zu changed bits %zu were accepted", tried, accepted);
    BUF_AUTO point;
    buf_init(&point, 1 << 16);
    if (ledger_checkpoint(l, TODAY, &point, &err))
        world_bail("checkpoint", &err);
    accepted = tried = 0;
    for (size_t i = 0; i < point.n; i++)
        for (int bit = 0; bit < 8; bit++, tried++) {
            arena_reset(&b);
            struct ledger_verdict v = {0};
            point.p[i] = (char)(point.p[i] ^ 1 << bit);
            accepted +=
                ledger_verify(l, &b, NULL, buf_str(&point), NULL, NULL, &v, &err) == 0 &&
                v.fault_count == 0;
            point.p[i] = (char)(point.p[i] ^ 1 << bit);
        }
    ok(accepted == 0, "of %zu changed bits of a checkpoint %zu were accepted", tried, accepted);
    world_end(&of, false);
}

int main(int argc, char **argv)
{
    bool all = argc > 2 && strcmp(argv[2], "all") == 0;
    if (access("/dev/shm", W_OK) == 0)
        (void)setenv("TMPDIR", "/dev/shm", 0);
    worlds_begin();
    build();
    (void)snprintf(work_dir, sizeof work_dir, "%s", vault_dir_path(&worlds, "work"));
    buf_init(&before, 1 << 24);
    if (keys_open(w.dir, &world_pass, &kept_keys, &w.err))
        world_bail("open", &w.err);
    struct world in = w;
    if (answer(&in, kept_keys, &before))
        world_bail("the answer", &in.err);
    ok(str_find(buf_str(&before), STR("twelve of us"), 0) != STR_NONE &&
           str_find(buf_str(&before), STR("another photograph"), 0) != STR_NONE &&
           str_find(buf_str(&before), STR("moth"), 0) == STR_NONE,
       "the answer holds everything that was not shredded (%zu bytes)", before.n);
    ok(look(w.dir, true, none) == SAME, "and is given again");
    test_files();
    test_rows(all);
    test_foreign_rows();
    test_notes();
    test_disclosure();
    test_log(all);
    test_index(all);
    test_bytes(all);
    keys_close(kept_keys);
    buf_free(&before);
    arena_free(&w.arena);
    worlds_end();
    return tap_end();
}
