/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What verify finds: rows that were changed, dropped or moved behind the program's back, bytes
 * that were flipped, files that were changed or put back. With "all" as second argument every
 * byte of ledger.db is flipped, not a few hundred.
 */
#include "ledger_help.h"
#include "vault/store/store.h"

extern const char ledger_schema[]; /* made from ledger.sql */

static struct ledger_verdict verify(const char *dir, struct keys *keys, struct arena *a,
                                    struct str checkpoint)
{
    struct err err = {0};
    struct ledger *l;
    struct ledger_verdict v = {0};
    int r = ledger_open(dir, keys, false, &l, &err);
    if (!r) {
        r = ledger_verify(l, a, NULL, checkpoint, NULL, NULL, &v, &err);
        ledger_close(l);
    }
    if (r) { /* that is a way to name it as well */
        v.fault_count = 1;
        v.faults = ARENA_NEW(a, 1, struct ledger_fault);
        v.faults[0].kind = LEDGER_FAULT_DATABASE;
        (void)snprintf(v.faults[0].text, sizeof v.faults[0].text, "%.255s", err.text);
    }
    return v;
}

static bool names(const struct ledger_verdict *v, enum ledger_fault_kind kind)
{
    for (size_t i = 0; i < v->fault_count; i++)
        if (v->faults[i].kind == kind)
            return true;
    for (size_t i = 0; i < v->fault_count; i++)
        printf("# %s: %s\n", ledger_fault_names[v->faults[i].kind], v->faults[i].text);
    return false;
}

static const struct str none = {NULL, 0};

static struct id subjects[2];

/* Two devices, two subjects, an attachment; closed. */
static void build(struct archive_at *at, const char *name, bool shred)
{
    struct err err = {0};
    struct archive_at two;
    char second[64];
    (void)snprintf(second, sizeof second, "%s-two", name);
    make_archive(at, name);
    for (size_t i = 0; i < 2; i++) {
        subjects[i] = id_new();
        if (keys_new_subject(at->keys, subjects[i], &err))
            bail("subject", &err);
    }
    (void)append(at, &subjects[0], "first");
    (void)append(at, &subjects[1], "second");
    (void)attach_words(at, subjects[0], STR("a photograph"));
    join_archive(&two, at, second);
    (void)append(&two, NULL, "of the other device");
    (void)exchange(at, &two);
    (void)append(at, NULL, "last");
    if (shred && ledger_shred(at->l, &subjects[0], 1, DAY, &err))
        bail("shred", &err);
    close_archive(&two);
    ledger_close(at->l);
}

static void test_clean(void)
{
    ARENA_AUTO a = {0};
    struct archive_at at;
    build(&at, "clean", false);
    struct ledger_verdict v = verify(at.dir, NULL, &a, none);
    ok(v.fault_count == 0 && v.bundles == 6 && v.entries == 7 && v.attachments == 1 &&
           v.devices == 2 && !v.opened && !v.rollback_checked && v.shredded == 0,
       "a clean archive, without its keys");
    v = verify(at.dir, at.keys, &a, none);
    ok(v.fault_count == 0 && v.opened && v.locked == 0, "and with them");
    if (v.fault_count)
        (void)names(&v, LEDGER_FAULT_COUNT);
    keys_close(at.keys);
    build(&at, "clean-shred", true);
    v = verify(at.dir, NULL, &a, none);
    ok(v.fault_count == 0 && v.shredded == 2, "after a shredding, without keys (%llu)",
       (unsigned long long)v.shredded);
    v = verify(at.dir, at.keys, &a, none);
    ok(v.fault_count == 0 && v.shredded == 2, "and with them");
    if (v.fault_count)
        (void)names(&v, LEDGER_FAULT_COUNT);
    keys_close(at.keys);
}

/* ---- rows changed by SQL ---- */

#define ZERO16 "x'00000000000000000000000000000000'"
#define ZERO32 "x'0000000000000000000000000000000000000000000000000000000000000000'"
static const char *const meddling[] = {
    "DELETE FROM bundle WHERE num = 2",
    "DELETE FROM bundle WHERE num = 1",
    "DELETE FROM payload WHERE at = 131072",
    "UPDATE payload SET at = 131073 WHERE at = 131072",
    "INSERT INTO payload (at, bytes) VALUES (9999999, x'00')",
    "UPDATE payload SET bytes = (SELECT bytes FROM payload WHERE at = 196608) WHERE at = "
    "131072",
    "UPDATE bundle SET clock = clock + 1 WHERE num = 3",
    "UPDATE bundle SET first = first + 1 WHERE num = 3",
    "UPDATE bundle SET device = " ZERO16 " WHERE num = 3",
    "UPDATE bundle SET hash = " ZERO32 " WHERE num = 3",
    "UPDATE bundle SET num = 100 WHERE num = 2",
    "UPDATE bundle SET envelopes = (SELECT envelopes FROM bundle WHERE num = 3) WHERE num = 2",
    "UPDATE bundle SET envelopes = substr(envelopes, 1, 64) || substr(envelopes, 1, 136) WHERE "
    "num = 2",
    "UPDATE bundle SET count = 2 WHERE num = 2",
    "UPDATE bundle SET note = (SELECT note FROM bundle WHERE num = 3) WHERE num = 2",
    "INSERT INTO fork (device, seq) SELECT device, 1 FROM bundle WHERE num = 1",
    "DELETE FROM control WHERE at = 65536",
    "INSERT INTO control (at) VALUES (131072)",
    "UPDATE attachment SET here = 0",
    "UPDATE attachment SET here = 2",
    "UPDATE attachment SET id = " ZERO16 "",
    "DELETE FROM attachment",
    "DELETE FROM payload WHERE at = 65536",
    "UPDATE bundle SET num = num + 50",
};
#define MEDDLING (sizeof meddling / sizeof *meddling)
static const enum ledger_fault_kind expected[MEDDLING] = {
    LEDGER_FAULT_CHAIN,      LEDGER_FAULT_CHAIN,    LEDGER_FAULT_PAYLOAD,
    LEDGER_FAULT_PAYLOAD,    LEDGER_FAULT_DATABASE, LEDGER_FAULT_PAYLOAD,
    LEDGER_FAULT_DATABASE,   LEDGER_FAULT_DATABASE, LEDGER_FAULT_DATABASE,
    LEDGER_FAULT_DATABASE,   LEDGER_FAULT_CHAIN,    LEDGER_FAULT_ROOT,
    LEDGER_FAULT_ENVELOPE,   LEDGER_FAULT_DATABASE, LEDGER_FAULT_DATABASE,
    LEDGER_FAULT_DATABASE,   LEDGER_FAULT_DATABASE, LEDGER_FAULT_DATABASE,
    LEDGER_FAULT_ATTACHMENT, LEDGER_FAULT_DATABASE, LEDGER_FAULT_DATABASE,
    LEDGER_FAULT_DATABASE,   LEDGER_FAULT_PAYLOAD,  LEDGER_FAULT_DATABASE,
};
static const struct store_shape meddler = {
    .what = "ledger.db",
    .schema = ledger_schema,
    .version = 1,
    .statements = meddling,
    .count = MEDDLING,
};

static void meddle(const char *dir, size_t which)
{
    struct err err = {0};
    struct store *s;
    char path[2048];
    (void)snprintf(path, sizeof path, "%s/ledger.db", dir);
    if (store_open(path, STORE_WRITE, &meddler, &s, &err) ||
        store_run(store_query(s, which), &err))
        bail(meddling[which], &err);
    store_close(s);
}

static void test_meddled(void)
{
    struct archive_at at, copy;
    build(&at, "meddle", false);
    for (size_t i = 0; i < MEDDLING; i++) {
        ARENA_AUTO a = {0};
        char name[32];
        (void)snprintf(name, sizeof name, "meddle-%zu", i);
        copy_archive(&at, &copy, name);
        meddle(copy.dir, i);
        struct ledger_verdict v = verify(copy.dir, NULL, &a, none);
        ok(names(&v, expected[i]), "%s: %s", meddling[i],
           v.fault_count ? v.faults[0].text : "nothing");
        v = verify(copy.dir, at.keys, &a, none);
        ok(names(&v, expected[i]), "the same with the keys");
        vault_dir_wipe(copy.dir);
    }
    keys_close(at.keys);
}

/* ---- after a shredding ---- */

static void test_shredded(void)
{
    ARENA_AUTO a = {0};
    struct archive_at at;
    build(&at, "drop", true);
    meddle(at.dir, 5); /* nothing: its row is gone */
    struct store *s;
    struct err err = {0};
    static const char *const drop[] = {
        "DELETE FROM payload WHERE at = 196608",
        "INSERT INTO payload (at, bytes) VALUES (131072, x'00')"};
    const struct store_shape shape = {"ledger.db", ledger_schema, 1, drop, 2, NULL};
    char path[2048];
    (void)snprintf(path, sizeof path, "%s/ledger.db", at.dir);
    if (store_open(path, STORE_WRITE, &shape, &s, &err) || store_run(store_query(s, 0), &err))
        bail("drop", &err);
    struct ledger_verdict v = verify(at.dir, NULL, &a, none);
    ok(v.fault_count == 0 && v.shredded == 3,
       "without the keys a dropped payload is not told from a shredded one");
    v = verify(at.dir, at.keys, &a, none);
    ok(names(&v, LEDGER_FAULT_PAYLOAD), "with them it is: %s",
       v.fault_count ? v.faults[0].text : "nothing");
    if (store_run(store_query(s, 1), &err))
        bail("put back", &err);
    store_close(s);
    v = verify(at.dir, NULL, &a, none);
    ok(names(&v, LEDGER_FAULT_PAYLOAD), "one that was put back is not the same");
    keys_close(at.keys);
}

static void test_files(void)
{
    ARENA_AUTO a = {0};
    struct err err = {0};
    struct archive_at at;
    build(&at, "files", false);
    const char **paths;
    size_t count;
    if (file_list(&a, arena_printf(&a, "%s/attachments", at.dir).p, 10, &paths, &count, &err) ||
        count != 1)
        bail("list", &err);
    BUF_AUTO whole;
    buf_init(&whole, 1 << 20);
    if (file_read(paths[0], 1 << 20, &whole, &err))
        bail("read", &err);
    size_t found = 0;
    for (size_t i = 0; i <= whole.n; i += 17) {
        ARENA_AUTO b = {0};
        struct str bytes = arena_copy(&b, buf_str(&whole));
        if (i < whole.n)
            ((char *)(uintptr_t)bytes.p)[i] ^= 4;
        if (file_write_private(paths[0], i < whole.n ? bytes : str_slice(bytes, 0, i - 17),
                               &err))
            bail("write", &err);
        struct ledger_verdict v = verify(at.dir, NULL, &b, none);
        found += names(&v, LEDGER_FAULT_ATTACHMENT) ? 1 : 0;
    }
    ok(found == whole.n / 17 + 1, "a changed attachment is named");
    if (file_remove(paths[0], &err))
        bail("remove", &err);
    struct ledger_verdict v = verify(at.dir, NULL, &a, none);
    ok(names(&v, LEDGER_FAULT_ATTACHMENT), "one that is missing: %s",
       v.fault_count ? v.faults[0].text : "nothing");
    keys_close(at.keys);
}

static void test_rollback(void)
{
    ARENA_AUTO a = {0};
    struct err err = {0};
    struct archive_at at, copy;
    build(&at, "roll", false);
    copy_archive(&at, &copy, "roll-old");
    if (ledger_open(at.dir, at.keys, true, &at.l, &err))
        bail("open", &err);
    (void)append(&at, NULL, "one more");
    BUF_AUTO checkpoint, bad;
    buf_init(&checkpoint, 1 << 16);
    buf_init(&bad, 1 << 16);
    if (ledger_checkpoint(at.l, DAY, &checkpoint, &err))
        bail("checkpoint", &err);
    ledger_close(at.l);
    struct ledger_verdict v = verify(at.dir, NULL, &a, buf_str(&checkpoint));
    ok(v.fault_count == 0 && v.rollback_checked, "an archive at its checkpoint");
    v = verify(copy.dir, NULL, &a, none);
    ok(v.fault_count == 0 && !v.rollback_checked, "an old copy by itself is not wrong");
    v = verify(copy.dir, NULL, &a, buf_str(&checkpoint));
    ok(names(&v, LEDGER_FAULT_ROLLBACK), "against the checkpoint it is: %s",
       v.fault_count ? v.faults[0].text : "nothing");
    /* Only ledger.db is put back: the file heads knows better. */
    char command[4096];
    (void)snprintf(command, sizeof command, "cp '%s/ledger.db' '%s/ledger.db'", copy.dir,
                   at.dir);
    if (system(command) != 0)
        exit(1);
    v = verify(at.dir, NULL, &a, none);
    ok(names(&v, LEDGER_FAULT_ROLLBACK), "a ledger.db that was put back: %s",
       v.fault_count ? v.faults[0].text : "nothing");
    buf_add(&bad, buf_str(&checkpoint));
    size_t accepted = 0;
    for (size_t i = 0; i < bad.n; i += 3) {
        ARENA_AUTO b = {0};
        struct ledger *l;
        if (ledger_open(copy.dir, NULL, false, &l, &err))
            bail("open", &err);
        bad.p[i] = (char)(bad.p[i] ^ 1);
        accepted += ledger_verify(l, &b, NULL, buf_str(&bad), NULL, NULL, &v, &err) == 0;
        bad.p[i] = (char)(bad.p[i] ^ 1);
        ledger_close(l);
    }
    ok(accepted == 0, "a changed checkpoint is refused: %s", err.text);
    keys_close(at.keys);
}

/* ---- every byte ---- */

static struct str say_all(const char *dir, struct arena *a)
{
    BUF_AUTO out;
    ARENA_AUTO memory = {0};
    buf_init(&out, 1 << 22);
    struct ledger *l;
    struct err err = {0};
    if (ledger_open(dir, NULL, false, &l, &err))
        return STR("");
    struct bundle_head *heads;
    size_t count = 0;
    if (!ledger_each(l, NULL, &memory, read_bundle, &out, &err) &&
        !ledger_heads(l, &memory, &heads, &count, &err))
        for (size_t i = 0; i < count; i++)
            bundle_print_head(&out, &heads[i]);
    buf_printf(&out, "%llu", (unsigned long long)ledger_count(l));
    ledger_close(l);
    return err.kind ? STR("") : arena_copy(a, buf_str(&out));
}

static void test_flips(bool all)
{
    ARENA_AUTO a = {0};
    struct err err = {0};
    struct archive_at at;
    build(&at, "flip", true);
    keys_close(at.keys);
    const char *path = arena_printf(&a, "%s/ledger.db", at.dir).p;
    BUF_AUTO whole;
    buf_init(&whole, 1 << 24);
    if (file_read(path, 1 << 24, &whole, &err))
        bail("read", &err);
    struct str before = say_all(at.dir, &a);
    size_t named = 0, silent = 0, wrong = 0, step = all ? 1 : 53;
    for (size_t i = 0; i < whole.n; i += step) {
        while (!all && i + 1 < whole.n && !whole.p[i])
            i++; /* most of a small file is empty space */
        ARENA_AUTO b = {0};
        FILE *f = fopen(path, "r+");
        char c = (char)(whole.p[i] ^ (1 << i % 8));
        if (!f || fseek(f, (long)i, SEEK_SET) || fwrite(&c, 1, 1, f) != 1 || fclose(f))
            exit(1);
        struct ledger_verdict v = verify(at.dir, NULL, &b, none);
        if (v.fault_count) {
            named++;
        } else if (str_eq(say_all(at.dir, &b), before)) {
            silent++;
        } else {
            wrong++;
            printf("# byte %zu of %zu\n", i, whole.n);
        }
        f = fopen(path, "r+");
        if (!f || fseek(f, (long)i, SEEK_SET) || fwrite(whole.p + i, 1, 1, f) != 1 || fclose(f))
            exit(1);
    }
    ok(wrong == 0,
       "of flipped bytes %zu were named, %zu changed nothing, %zu changed an answer", named,
       silent, wrong);
    ok(named > (named + silent) / 20, "and the test finds some");
}

static void test_fork(void)
{
    ARENA_AUTO a = {0};
    struct archive_at at, copy;
    struct err err = {0};
    build(&at, "vfork", false);
    keys_close(at.keys);
    copy_archive(&at, &copy, "vfork-copy");
    open_archive(&at);
    open_archive(&copy);
    (void)append(&at, NULL, "one way");
    (void)append(&copy, NULL, "another");
    (void)exchange(&at, &copy);
    ledger_close(at.l);
    close_archive(&copy);
    struct ledger_verdict v = verify(at.dir, NULL, &a, none);
    ok(names(&v, LEDGER_FAULT_FORK) && v.fault_count == 1, "a fork: %s",
       v.fault_count ? v.faults[0].text : "nothing");
    struct ledger *l;
    ok(ledger_open(at.dir, at.keys, true, &l, &err) == 0, "it can still be opened");
    ledger_close(l);
    keys_close(at.keys);
}

/* The last record of the keyring is gone, which leaves a keyring of the right form. */
static void test_lost_key(void)
{
    ARENA_AUTO a = {0};
    struct err err = {0};
    struct archive_at at;
    build(&at, "lost-key", false);
    keys_close(at.keys);
    BUF_AUTO ring;
    buf_init(&ring, 1 << 20);
    const char *path = arena_printf(&a, "%s/ring-0", at.dir).p;
    if (file_read(path, 1 << 20, &ring, &err) ||
        file_write_private(path, str_slice(buf_str(&ring), 0, ring.n - 88), &err) ||
        keys_open(at.dir, &archive_pass, &at.keys, &err))
        bail("cut the ring", &err);
    struct ledger_verdict v = verify(at.dir, at.keys, &a, none);
    ok(names(&v, LEDGER_FAULT_RING), "a key that is missing is named: %s",
       v.fault_count ? v.faults[0].text : "nothing");
    keys_close(at.keys);
}

int main(int argc, char **argv)
{
    begin_archives();
    test_clean();
    test_meddled();
    test_shredded();
    test_files();
    test_lost_key();
    test_rollback();
    test_fork();
    test_flips(argc > 2 && strcmp(argv[2], "all") == 0);
    end_archives();
    return tap_end();
}
