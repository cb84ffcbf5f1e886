/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The ledger as its users see it: appending, reading, several devices, forks, shredding. What
 * verify finds is in verify_test.c.
 */
#include "ledger_help.h"

static void test_append(void)
{
    ARENA_AUTO a = {0};
    struct err err = {0};
    struct archive_at at;
    make_archive(&at, "one");
    struct id subject = id_new();
    ok(ledger_count(at.l) == 1, "an archive begins with one entry");
    ok(keys_new_subject(at.keys, subject, &err) == 0, "a subject");
    ok(append(&at, &subject, "the first words") == 0 && append(&at, NULL, "ids only") == 0,
       "two bundles");
    struct ledger_draft *d;
    ok(ledger_begin(at.l, &d, &err) == 0 && ledger_commit(d, DAY, &err) == 0 &&
           ledger_count(at.l) == 3,
       "a draft without entries writes nothing");
    ok(ledger_begin(at.l, &d, &err) == 0, "a large draft");
    size_t added = 0;
    for (size_t i = 0; i < BUNDLE_MAX_ENTRIES; i++)
        added += ledger_add(d, i % 2 ? &subject : NULL, STR("card: note\n"), NULL, &err) == 0;
    ok(added == BUNDLE_MAX_ENTRIES &&
           ledger_add(d, NULL, STR("one too many"), NULL, &err) == ERR_LIMIT,
       "4096 entries, no more: %s", err.text);
    ok(ledger_commit(d, DAY, &err) == 0, "are committed");
    ok(ledger_begin(at.l, &d, &err) == 0 && ledger_add(d, NULL, STR("x"), NULL, &err) == 0 &&
           ledger_commit(d, STR("yesterday"), &err) == ERR_INPUT,
       "a day that is none: %s", err.text);
    ok(ledger_begin(at.l, &d, &err) == 0, "nothing is broken by it");
    struct id unknown = id_new();
    int r = ledger_add(d, &unknown, STR("x"), NULL, &err);
    ok(!r && ledger_commit(d, DAY, &err) != 0, "a subject without a secret: %s", err.text);
    reopen(&at);
    ok(ledger_count(at.l) == 3 + BUNDLE_MAX_ENTRIES, "all is there when it is opened again");
    struct str all = all_words(&at, &a);
    ok(str_starts(all, STR("[control]the first words|ids only|card: note\n|card: note\n|")),
       "and can be read, in order: %.*s", 40, all.p);
    close_archive(&at);
}

static void test_lock(void)
{
    struct err err = {0};
    struct archive_at at;
    make_archive(&at, "locked");
    struct ledger *l = NULL;
    ok(ledger_open(at.dir, at.keys, false, &l, &err) == 0, "a reader takes no lock");
    ledger_close(l);
    ok(ledger_open(at.dir, at.keys, true, &l, &err) == ERR_STATE, "a second writer: %s",
       err.text);
    ok(ledger_create(at.dir, at.keys, DAY, &l, &err) != 0, "made twice: %s", err.text);
    close_archive(&at);
    ok(ledger_open("/nowhere/at/all", NULL, false, &l, &err) == ERR_MISSING, "%s", err.text);
}

static struct id attach(struct archive_at *at, struct id subject, struct str words, bool commit)
{
    struct err err = {0};
    struct ledger_draft *d;
    struct id payload = {0};
    const struct age_source in = {read_memory, &words};
    if (ledger_begin(at->l, &d, &err) || ledger_attach(d, &subject, &in, &payload, &err))
        bail("attach", &err);
    if (!commit)
        ledger_discard(d);
    else if (ledger_commit(d, DAY, &err))
        bail("attach", &err);
    return payload;
}

static bool read_attachment(struct archive_at *at, struct id payload, struct str want)
{
    struct err err = {0};
    struct ledger_file *f;
    struct age_source in;
    struct id subject;
    BUF_AUTO plain;
    buf_init(&plain, 1 << 20);
    if (ledger_file_open(at->l, payload, &f, &in, &subject, &err))
        return false;
    const struct age_sink out = {write_buf, &plain};
    int r = keys_open_attachment(at->keys, subject, &in, &out, &err);
    ledger_file_close(f);
    return !r && str_eq(buf_str(&plain), want);
}

static size_t count_files(struct archive_at *at)
{
    ARENA_AUTO a = {0};
    const char **paths;
    size_t count = 0;
    struct str dir = arena_printf(&a, "%s/attachments", at->dir);
    return file_list(&a, dir.p, 1000, &paths, &count, NULL) ? 0 : count;
}

static void test_attach(void)
{
    struct err err = {0};
    struct archive_at at;
    make_archive(&at, "attach");
    struct id subject = id_new();
    if (keys_new_subject(at.keys, subject, &err))
        bail("subject", &err);
    struct id kept = attach(&at, subject, STR("a photograph"), true);
    ok(read_attachment(&at, kept, STR("a photograph")), "an attachment is read");
    struct id gone = attach(&at, subject, STR("never committed"), false);
    ok(count_files(&at) == 1 && !read_attachment(&at, gone, STR("never committed")),
       "one of a draft that was discarded is gone");
    /* As a crash would leave it: a file that no row names, and a piece of one. */
    ARENA_AUTO a = {0};
    const char *orphan =
        arena_printf(&a, "%s/attachments/000102030405060708090a0b0c0d0e0f.age", at.dir).p;
    const char *piece = arena_printf(&a, "%s.Ab3dEf", orphan).p;
    if (file_write_private(orphan, STR("orphan"), &err) ||
        file_write_private(piece, STR("piece"), &err))
        bail("orphan", &err);
    ok(count_files(&at) == 3, "files that were left");
    reopen(&at);
    ok(count_files(&at) == 1 && read_attachment(&at, kept, STR("a photograph")),
       "go when the archive is opened");
    close_archive(&at);
}

/* ---- several devices ---- */

static void test_devices(void)
{
    ARENA_AUTO a = {0};
    struct err err = {0};
    struct archive_at one, two;
    make_archive(&one, "first");
    struct id subject = id_new();
    if (keys_new_subject(one.keys, subject, &err))
        bail("subject", &err);
    ok(append(&one, &subject, "from the first") == 0, "the first device writes");
    join_archive(&two, &one, "second");
    ok(append(&two, &subject, "from the second") == 0, "the second device, in its own chain");
    ok(append(&one, NULL, "meanwhile") == 0, "and the first again");
    struct ledger_union sum = exchange(&one, &two);
    ok(sum.taken == 1 && sum.waiting == 0 && sum.conflicts == 0, "the second one's is taken");
    sum = exchange(&two, &one);
    ok(sum.taken == 1, "and the first one's");
    is(all_words(&one, &a), all_words(&two, &a), "both read the same, in the same order");
    sum = exchange(&one, &two);
    ok(sum.taken == 0 && sum.known == 4, "taking twice changes nothing");
    reopen(&one);
    reopen(&two);
    is(all_words(&one, &a), all_words(&two, &a), "nor does opening again");
    struct bundle_head *x, *y;
    size_t n, m;
    ok(ledger_heads(one.l, &a, &x, &n, &err) == 0 &&
           ledger_heads(two.l, &a, &y, &m, &err) == 0 && n == 2 && m == 2 &&
           memcmp(x, y, n * sizeof *x) == 0,
       "the heads are the same");
    close_archive(&one);
    close_archive(&two);
}

static void test_waiting(void)
{
    ARENA_AUTO a = {0};
    struct err err = {0};
    struct archive_at one, two;
    make_archive(&one, "chain");
    join_archive(&two, &one, "later");
    struct str early = all_bundles(&one, &a);
    for (int i = 0; i < 3; i++)
        (void)append(&one, NULL, "more");
    struct str all = all_bundles(&one, &a);
    struct str rest = str_slice(all, early.n, all.n), first = rest, tail = rest;
    struct bundle b;
    if (bundle_parse(&a, &tail, "it", &b, &err))
        bail("parse", &err);
    first = str_slice(rest, 0, rest.n - tail.n);
    struct ledger_union sum;
    ok(ledger_take(two.l, tail, "tail", &sum, &err) == 0 && sum.taken == 0 && sum.waiting == 2,
       "without what is before them they wait");
    ok(ledger_take(two.l, first, "first", &sum, &err) == 0 && sum.taken == 1, "it comes");
    ok(ledger_take(two.l, tail, "tail", &sum, &err) == 0 && sum.taken == 2, "and they too");
    ok(ledger_take(two.l, STR("DPB1 and nonsense that is no bundle"), "it", &sum, &err) != 0,
       "%s", err.text);
    struct archive_at other;
    make_archive(&other, "other");
    ok(ledger_take(two.l, all_bundles(&other, &a), "other", &sum, &err) == ERR_REFUSED,
       "another archive: %s", err.text);
    char *copy = arena_cstr(&a, all);
    size_t taken = 0;
    for (size_t i = 0; i < all.n; i += 7) { /* every seventh byte, to be quick */
        copy[i] = (char)(copy[i] ^ 1);
        uint64_t before = ledger_count(two.l);
        taken += ledger_take(two.l, str_make(copy, all.n), "it", &sum, &err) == 0;
        taken += ledger_count(two.l) != before;
        copy[i] = (char)(copy[i] ^ 1);
    }
    ok(taken == 0, "no changed byte is taken (%zu)", taken);
    close_archive(&one);
    close_archive(&two);
    close_archive(&other);
}

/* An old copy of the first device's folder is used beside it. */
static void test_fork(void)
{
    ARENA_AUTO a = {0};
    struct err err = {0};
    struct archive_at one, copy, two, three;
    make_archive(&one, "fork");
    (void)append(&one, NULL, "before");
    join_archive(&two, &one, "fork-two");
    (void)append(&two, NULL, "two");
    join_archive(&three, &one, "fork-three");
    (void)append(&three, NULL, "three");
    ledger_close(one.l);
    keys_close(one.keys);
    copy_archive(&one, &copy, "fork-copy");
    open_archive(&one);
    open_archive(&copy);
    (void)append(&one, NULL, "one way");
    (void)append(&one, NULL, "and on");
    (void)append(&copy, NULL, "another way");
    struct str left = all_bundles(&one, &a), right = all_bundles(&copy, &a);
    struct ledger_union sum;
    ok(ledger_take(two.l, left, "left", &sum, &err) == 0 && sum.conflicts == 0, "one history");
    ok(ledger_take(two.l, right, "right", &sum, &err) == 0 && sum.conflicts == 1,
       "and another: a fork");
    ok(ledger_take(three.l, right, "right", &sum, &err) == 0 && sum.conflicts == 0 &&
           ledger_take(three.l, left, "left", &sum, &err) == 0 && sum.conflicts == 1 &&
           sum.behind == 1,
       "in the other order");
    (void)exchange(&two, &three);
    (void)exchange(&three, &two);
    struct str words = all_words(&two, &a);
    is(words, all_words(&three, &a), "both fold the same");
    ok(str_find(words, STR("one way"), 0) != STR_NONE &&
           str_find(words, STR("another way"), 0) != STR_NONE &&
           str_find(words, STR("and on"), 0) == STR_NONE,
       "both ways are shown, what is behind them is not: %.*s", (int)words.n, words.p);
    reopen(&two);
    is(all_words(&two, &a), words, "also when it is opened again");
    ok(ledger_take(one.l, right, "right", &sum, &err) == 0 && sum.conflicts == 1,
       "the device itself learns of it");
    struct ledger_draft *d;
    ok(ledger_begin(one.l, &d, &err) == ERR_REFUSED, "and is frozen: %s", err.text);
    close_archive(&one);
    close_archive(&copy);
    close_archive(&two);
    close_archive(&three);
}

/* ---- shredding ---- */

static void test_shred(void)
{
    ARENA_AUTO a = {0};
    struct err err = {0};
    struct archive_at one, two;
    make_archive(&one, "shred");
    struct id gone = id_new(), kept = id_new();
    if (keys_new_subject(one.keys, gone, &err) || keys_new_subject(one.keys, kept, &err))
        bail("subject", &err);
    (void)append(&one, &gone, "shall go");
    (void)append(&one, &kept, "shall stay");
    struct id file = attach(&one, gone, STR("shall go too"), true);
    const char *view = arena_printf(&a, "%s/view.age", one.dir).p;
    if (file_write_private(view, STR("a snapshot"), &err))
        bail("view", &err);
    join_archive(&two, &one, "shred-two");
    (void)append(&two, &gone, "shall go as well");
    (void)append(&two, NULL, "ids");
    ok(ledger_shred(one.l, &gone, 1, DAY, &err) == 0, "shredded: %s", err.text);
    ok(ledger_shredded(one.l, gone) && !keys_has(one.keys, gone) && keys_has(one.keys, kept),
       "its key is gone, the other is there");
    uint64_t size;
    ok(file_size(view, &size, NULL) == ERR_MISSING && count_files(&one) == 0 &&
           !read_attachment(&one, file, STR("shall go too")),
       "snapshot and attachment are gone");
    struct ledger_union sum = exchange(&one, &two);
    ok(sum.taken > 0, "another device's entries come later");
    reopen(&one);
    struct str words = all_words(&one, &a);
    ok(str_find(words, STR("shall go"), 0) == STR_NONE &&
           str_find(words, STR("shall stay|[attachment]"), 0) != STR_NONE &&
           str_find(words, STR("ids|"), 0) != STR_NONE,
       "what it says is nowhere: %.*s", (int)words.n, words.p);
    sum = exchange(&two, &one);
    ok(sum.shredded == 1 && ledger_shredded(two.l, gone), "the other device learns of it");
    is(all_words(&two, &a), all_words(&one, &a), "and reads the same");
    size_t applied = 0;
    ok(keys_has(two.keys, gone) && ledger_shred_apply(two.l, DAY, &applied, &err) == 0 &&
           applied == 1 && !keys_has(two.keys, gone),
       "its key goes there too");
    reopen(&two);
    ok(keys_has(two.keys, kept) && !keys_has(two.keys, gone), "and stays away");
    close_archive(&one);
    close_archive(&two);
}

static void test_checkpoint(void)
{
    struct err err = {0};
    struct archive_at at;
    make_archive(&at, "checkpoint");
    BUF_AUTO text;
    buf_init(&text, 1 << 16);
    ok(ledger_checkpoint(at.l, DAY, &text, &err) == 0 &&
           str_starts(buf_str(&text), STR("deponent checkpoint v1\n")),
       "a checkpoint");
    ok(ledger_checkpoint(at.l, STR("x"), &text, &err) == ERR_INPUT, "%s", err.text);
    close_archive(&at);
}

int main(void)
{
    begin_archives();
    test_append();
    test_lock();
    test_attach();
    test_devices();
    test_waiting();
    test_fork();
    test_shred();
    test_checkpoint();
    end_archives();
    return tap_end();
}
