/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The archive over time: snapshots that are kept, old, damaged; bundles of three devices that
 * come in any order, doubled; what is left after a shred.
 */
#include "archive_help.h"
#include "base/rng.h"
#include "sys/file.h"
#include "vault/archive/parts.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ROUNDS 100
#endif
#endif
#ifndef ROUNDS
#define ROUNDS 1000
#endif

static const char *path_in(const struct world *w, const char *name)
{
    static char path[1200];
    (void)snprintf(path, sizeof path, "%s/%s", w->dir, name);
    return path;
}

static struct str read_all(struct arena *a, const char *path)
{
    BUF_AUTO out;
    struct err err = {0};
    buf_init(&out, (size_t)64 << 20);
    if (file_read(path, (size_t)64 << 20, &out, &err))
        world_bail("read a file", &err);
    return arena_copy(a, buf_str(&out));
}

static void write_all(const char *path, struct str bytes)
{
    struct err err = {0};
    if (file_write_private(path, bytes, &err))
        world_bail("write a file", &err);
}

static bool is_there(const char *path)
{
    uint64_t size;
    struct err err;
    return file_size(path, &size, &err) == 0;
}

static void fill(struct world *w, size_t accounts)
{
    for (size_t i = 0; i < accounts; i++) {
        struct record r[4];
        r[0] = make_source(w, "Ilse Brandt", "a nurse");
        r[1] = make_account(w, r[0].u.source.id, "They held my brother in the old mill.");
        r[2] = make_terms(w, r[1].u.account.id, ATTRIBUTION_ANONYMITY, FOR(HELP));
        r[3] = make_statement(w, r[1].u.account.id, "my brother", 1);
        add(w, r, 4);
    }
}

static size_t search(struct world *w, const char *words)
{
    ARENA_AUTO a = {0};
    struct archive_hit *hits;
    size_t count;
    if (archive_search(w->a, &a, str_of(words), 50, &hits, &count, &w->err))
        world_bail("search", &w->err);
    return count;
}

static void test_snapshot(void)
{
    struct world w;
    world_make(&w, "snapshot");
    fill(&w, 5);
    struct str first = dump(&w);
    world_close(&w, true);
    ok(is_there(path_in(&w, "view.age")), "what is closed is saved");
    struct str old = read_all(&w.arena, path_in(&w, "view.age"));
    world_open(&w);
    ok(w.a->saved && !w.a->unsaved && w.said[0] == '\0', "and taken up again");
    is(dump(&w), first, "with the same tables");
    fill(&w, 3);
    struct str second = dump(&w);
    world_close(&w, false);
    world_open(&w);
    ok(w.a->saved && w.a->unsaved == 12, "what came after is folded onto it");
    is(dump(&w), second, "to the same tables");
    world_close(&w, true);
    write_all(path_in(&w, "view.age"), old);
    world_open(&w);
    is(dump(&w), second, "an older one is brought up to date");
    ok(archive_rebuild(w.a, &w.err) == 0 && !is_there(path_in(&w, "view.age")),
       "a rebuild throws it away");
    is(dump(&w), second, "and gives the same tables");
    world_end(&w, false);
}

/* A byte in every part of the file, and every cut. */
static void test_damage(void)
{
    struct world w;
    struct rng rng;
    world_make(&w, "damage");
    rng_seed(&rng, 5);
    fill(&w, 3);
    ok(search(&w, "mill") == 3, "searched");
    struct str want = dump(&w);
    world_close(&w, true);
    static const char *const names[] = {"view.age", "find.age"};
    for (size_t n = 0; n < 2; n++) {
        struct str good = read_all(&w.arena, path_in(&w, names[n]));
        size_t wrong = 0, silent = 0, rounds = 0;
        for (size_t at = 0; at < good.n;
             at += at < 400 ? 9 : good.n / 40 + rng_below(&rng, 50)) {
            struct str bad = arena_copy(&w.arena, good);
            if (rounds++ % 8 == 7)
                bad.n = at;
            else
                ((char *)(uintptr_t)bad.p)[at] ^= (char)(1 + rng_below(&rng, 255));
            write_all(path_in(&w, names[n]), bad);
            world_open(&w);
            if (n == 0) {
                silent += w.said[0] == '\0';
                wrong += !str_eq(dump(&w), want);
            } else {
                wrong += search(&w, "mill") != 3;
                silent += w.said[0] == '\0';
            }
            world_close(&w, false);
            if (n == 1) { /* custody of the search */
                world_open(&w);
                want = dump(&w);
                world_close(&w, false);
            }
        }
        ok(wrong == 0 && silent == 0 && rounds > 40,
           "%s damaged in %zu places: made anew, and said (%zu wrong, %zu silent)", names[n],
           rounds, wrong, silent);
        write_all(path_in(&w, names[n]), good);
    }
    /* A snapshot of another archive does not open here. */
    struct world other;
    world_make(&other, "damage-other");
    fill(&other, 1);
    world_close(&other, true);
    struct str foreign = read_all(&w.arena, path_in(&other, "view.age"));
    arena_free(&other.arena);
    write_all(path_in(&w, "view.age"), foreign);
    world_open(&w);
    is(dump(&w), want, "another archive's is not taken");
    world_end(&w, false);
}

/* ---- several devices ---- */

struct bundles {
    struct arena *a;
    struct str items[256];
    size_t count;
};

static int keep_bundle(void *context, const struct ledger_bundle *b, struct err *err)
{
    struct bundles *to = context;
    BUF_AUTO out;
    buf_init(&out, BUNDLE_MAX_BYTES);
    int r = bundle_print(&out, &b->bundle, err);
    if (!r && to->count < 256)
        to->items[to->count++] = arena_copy(to->a, buf_str(&out));
    return r;
}

static void gather(struct world *w, struct bundles *to)
{
    ARENA_AUTO a = {0};
    to->count = 0;
    if (ledger_each(archive_ledger(w->a), NULL, &a, keep_bundle, to, &w->err))
        world_bail("read bundles", &w->err);
}

static size_t take(struct world *w, const struct str *items, size_t count)
{
    BUF_AUTO all;
    struct ledger_union got = {0};
    buf_init(&all, BUNDLE_MAX_BYTES);
    for (size_t i = 0; i < count; i++)
        buf_add(&all, items[i]);
    if (ledger_take(archive_ledger(w->a), buf_str(&all), "bundles", &got, &w->err))
        world_bail("take", &w->err);
    return got.waiting;
}

static void share_keys(struct world *from, struct world *to)
{
    SECRET_AUTO text = {0};
    size_t fresh;
    if (keys_export(from->keys, NULL, 0, &text, &from->err) ||
        keys_import(to->keys, secret_str(&text), &fresh, &from->err))
        world_bail("share keys", &from->err);
}

/* A new device that knows the first `count` bundles of the other. */
static void join(struct world *w, const char *name, struct world *first, size_t count)
{
    struct ledger *l = NULL;
    struct bundles b = {.a = &first->arena};
    BUF_AUTO all;
    struct ledger_union got;
    memset(w, 0, sizeof *w);
    buf_init(&all, BUNDLE_MAX_BYTES);
    gather(first, &b);
    for (size_t i = 0; i < count && i < b.count; i++)
        buf_add(&all, b.items[i]);
    (void)snprintf(w->dir, sizeof w->dir, "%s", vault_dir_path(&worlds, name));
    if (keys_join(w->dir, first->keys, &world_pass, AGE_SCRYPT_MIN, &w->keys, &w->err) ||
        ledger_create(w->dir, w->keys, TODAY, &l, &w->err) ||
        ledger_take(l, buf_str(&all), "bundles", &got, &w->err))
        world_bail("join", &w->err);
    ledger_close(l);
    keys_close(w->keys);
    world_open(w);
}

static void exchange(struct world *from, struct world *to)
{
    struct bundles b = {.a = &to->arena};
    gather(from, &b);
    (void)take(to, b.items, b.count);
    share_keys(from, to);
    if (archive_rebuild(to->a, &to->err))
        world_bail("rebuild", &to->err);
}

/* Three devices that know of each other's records, and change them at the same time. */
static void make_history(struct world d[3], struct str *ret_account)
{
    struct record source = make_source(&d[0], "Vera Lind", "a teacher");
    struct record account = make_account(&d[0], source.u.source.id, "Twelve were taken.");
    struct record s = make_statement(&d[0], account.u.account.id, "twelve men", 12), other;
    add(&d[0], (struct record[]){source, account, s}, 3);
    *ret_account = account.u.account.id;
    for (size_t i = 1; i < 3; i++)
        exchange(&d[0], &d[i]);
    for (size_t i = 0; i < 3; i++) {
        s.u.statement.best = 20 + (double)i;
        add(&d[i], &s, 1);
        struct record terms = make_terms(&d[i], account.u.account.id, (enum attribution)(1 + i),
                                         FOR(HELP) | FOR(COURT));
        add(&d[i], &terms, 1);
        other = make_statement(&d[i], account.u.account.id, "others", (double)i);
        add(&d[i], &other, 1);
        struct record j;
        record_init(&j, RECORD_JUDGEMENT);
        j.u.judgement.id = new_id(&d[i]);
        j.u.judgement.a = s.u.statement.id;
        j.u.judgement.b = other.u.statement.id;
        j.u.judgement.value = JUDGEMENT_DIFFERENT;
        j.u.judgement.by = STR("tester");
        struct record back = make_retraction(&d[i], &j.u.judgement.id, 1);
        add(&d[i], (struct record[]){j, back}, 2);
        if (i == 1) {
            struct record again = make_retraction(&d[i], &back.u.control.id, 1);
            add(&d[i], &again, 1);
        }
        fill(&d[i], 1);
    }
    exchange(&d[1], &d[2]);
    struct record back = make_retraction(&d[2], &s.u.statement.id, 1);
    add(&d[2], &back, 1);
    fill(&d[2], 1);
    exchange(&d[2], &d[0]);
    exchange(&d[0], &d[1]);
    exchange(&d[0], &d[2]);
    exchange(&d[1], &d[2]);
}

static void shuffle(struct rng *r, struct str *items, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t j = rng_below(r, (uint32_t)i);
        struct str one = items[i - 1];
        items[i - 1] = items[j];
        items[j] = one;
    }
}

/* In some pieces, with refolding between them; what had to wait comes again, all at once. */
static void take_shuffled(struct world *w, struct rng *rng, struct str *items, size_t count)
{
    struct str again[512];
    size_t waiting = 0;
    shuffle(rng, items, count);
    for (size_t at = 0, n; at < count; at += n) {
        n = 1 + rng_below(rng, (uint32_t)count);
        n = n < count - at ? n : count - at;
        if (take(w, items + at, n)) {
            memcpy(again + waiting, items + at, n * sizeof *items);
            waiting += n;
        }
        if (rng_below(rng, 3) == 0 && archive_refresh(w->a, &w->err))
            world_bail("refresh", &w->err);
    }
    if (waiting && take(w, again, waiting))
        world_bail("bundles are left over", &w->err);
}

static void test_merge(void)
{
    struct world d[3], late;
    struct str account;
    struct rng rng;
    world_make(&d[0], "one");
    join(&d[1], "two", &d[0], 1);
    join(&d[2], "three", &d[0], 1);
    make_history(d, &account);
    struct str want = dump(&d[0]);
    is(dump(&d[1]), want, "two devices with the same entries have the same tables");
    is(dump(&d[2]), want, "and the third");
    ok(count_of(&d[0], RECORD_STATEMENT, account) == 3, "what one took back is taken back");

    /* A fourth that gets everything in any order, some of it twice. */
    join(&late, "late", &d[0], 1);
    share_keys(&d[0], &late);
    struct bundles b = {.a = &d[0].arena};
    gather(&d[0], &b);
    archive_drop(late.a);
    ARENA_AUTO base = {0};
    struct str ledger = read_all(&base, path_in(&late, "ledger.db"));
    size_t wrong = 0, rounds = 0, anew = 0;
    ARENA_AUTO first = {0};
    struct str all = {0};
    rng_seed(&rng, 11);
    for (; rounds < ROUNDS; rounds++) {
        write_all(path_in(&late, "ledger.db"), ledger);
        struct archive_options options = {.dir = late.dir, .today = TODAY, .actor = STR("t")};
        options.write = true;
        if (archive_open(&options, late.keys, &late.a, &late.err))
            world_bail("open", &late.err);
        struct str items[512];
        size_t count = b.count;
        memcpy(items, b.items, b.count * sizeof *items);
        for (size_t i = rng_below(&rng, (uint32_t)b.count / 2); i > 0; i--)
            items[count++] = b.items[rng_below(&rng, (uint32_t)b.count)];
        take_shuffled(&late, &rng, items, count);
        if (archive_refresh(late.a, &late.err))
            world_bail("refresh", &late.err);
        arena_reset(&late.arena);
        struct str got = dump(&late);
        if (!all.p)
            all = arena_copy(&first, got);
        wrong += !str_eq(got, all);
        if (rounds % 100 == 0) {
            if (archive_rebuild(late.a, &late.err))
                world_bail("rebuild", &late.err);
            anew += str_eq(dump(&late), all);
        }
        archive_drop(late.a);
    }
    ok(wrong == 0, "%zu random orders, with bundles doubled: the same dump, %zu wrong", rounds,
       wrong);
    ok(anew == ROUNDS / 100, "and the same when it is made anew");
    arena_free(&first);
    keys_close(late.keys);
    arena_free(&late.arena);
    for (size_t i = 0; i < 3; i++)
        world_end(&d[i], false);
}

static void test_locked(void)
{
    struct world one, two;
    world_make(&one, "keys-one");
    join(&two, "keys-two", &one, 1);
    fill(&one, 1);
    struct bundles b = {.a = &two.arena};
    gather(&one, &b);
    (void)take(&two, b.items, b.count);
    ok(archive_refresh(two.a, &two.err) == 0 && archive_count(two.a).locked == 4,
       "without their keys four entries are locked");
    ok(count_of(&two, RECORD_STATEMENT, (struct str){0}) == 0, "and nothing of them is there");
    share_keys(&one, &two);
    ok(archive_rebuild(two.a, &two.err) == 0 && archive_count(two.a).locked == 0 &&
           count_of(&two, RECORD_STATEMENT, (struct str){0}) == 1,
       "with them they are read");
    world_end(&one, false);
    world_end(&two, false);
}

/* ---- shredding ---- */

static bool holds(struct str s, const char *canary)
{
    return str_find(s, str_of(canary), 0) != STR_NONE;
}

static void test_shred(void)
{
    struct world w;
    world_make(&w, "shred");
    struct record source = make_source(&w, "Quillfeather Osric", "the quillfeather uncle");
    struct record account = make_account(&w, source.u.source.id, "A quillfeather text.");
    struct record s = make_statement(&w, account.u.account.id, "quillfeather men", 2);
    s.u.statement.act = STR("quillfeather act");
    struct record shared = make_source(&w, "Ordinary Person", "a neighbour");
    struct record kept = make_account(&w, shared.u.source.id, "An ordinary text.");
    struct record kept2 = make_account(&w, shared.u.source.id, "Another ordinary text.");
    add(&w, (struct record[]){source, account, s, shared, kept, kept2}, 6);
    struct record terms =
        make_terms(&w, account.u.account.id, ATTRIBUTION_ON_RECORD, FOR(HELP));
    add(&w, &terms, 1);
    ok(search(&w, "quillfeather") == 3 && search(&w, "ordinary") == 2, "found before");
    world_close(&w, true);
    world_open(&w);
    ok(search(&w, "quillfeather") == 3, "from the saved index");
    struct str before = dump(&w);
    ok(holds(before, "uillfeather"), "a dump holds it before");
    struct str view = read_all(&w.arena, path_in(&w, "view.age"));
    struct str find = read_all(&w.arena, path_in(&w, "find.age"));

    ok(archive_shred(w.a, account.u.account.id, &w.err) == 0, "shredded");
    ok(!is_there(path_in(&w, "view.age")) && !is_there(path_in(&w, "find.age")),
       "the snapshots are gone");
    ok(!holds(dump(&w), "uillfeather"), "no word of it in a dump");
    ok(!holds(store_bytes(w.a->view), "uillfeather"), "nor in the pages of the view");
    ok(search(&w, "quillfeather") == 0 && search(&w, "ordinary") == 2, "nor found");
    ok(archive_count(w.a).shredded == 4, "four entries are counted as shredded");
    ARENA_AUTO a = {0};
    struct archive_account read;
    struct record r;
    ok(archive_read_account(w.a, &a, account.u.account.id, PURPOSE_HELP, &read, &w.err) ==
               ERR_MISSING &&
           archive_record(w.a, &a, source.u.source.id, PURPOSE_HELP, &r, &w.err) == ERR_MISSING,
       "%s", w.err.text);
    r = make_statement(&w, account.u.account.id, "more", 1);
    ok(archive_append(w.a, &r, 1, &w.err) != 0, "nothing can be added: %s", w.err.text);
    account.u.account.source = shared.u.source.id;
    ok(archive_append(w.a, &account, 1, &w.err) == ERR_REFUSED, "nor under its id: %s",
       w.err.text);
    struct str after = dump(&w);
    world_close(&w, true);

    /* Old snapshots, put back by somebody. */
    write_all(path_in(&w, "view.age"), view);
    write_all(path_in(&w, "find.age"), find);
    world_open(&w);
    is(dump(&w), after, "a view from before is not used");
    ok(search(&w, "quillfeather") == 0 && search(&w, "ordinary") == 2, "nor an index");
    world_close(&w, true);
    world_open(&w);
    ok(search(&w, "ordinary") == 2 && !holds(store_bytes(w.a->view), "uillfeather"),
       "what is saved then is clean");

    ok(archive_shred(w.a, kept.u.account.id, &w.err) == 0, "one of two accounts of a source");
    ok(archive_record(w.a, &a, shared.u.source.id, PURPOSE_HELP, &r, &w.err) == 0 &&
           search(&w, "ordinary") == 1,
       "the source stays for the other");
    world_end(&w, true);
}

int main(void)
{
    /* Thousands of syncs: in memory where there is such a place. */
    (void)setenv("TMPDIR", access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm", 0);
    worlds_begin();
    test_snapshot();
    test_damage();
    test_locked();
    test_shred();
    test_merge();
    worlds_end();
    return tap_end();
}
