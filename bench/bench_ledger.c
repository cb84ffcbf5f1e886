/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench_ledger [-n ENTRIES] [-d FOLDER] [-t THREADS]: what sealing and signing cost, against
 * SQLite by itself.
 *
 * Appending: bundles of 64 entries of 600 bytes, against the same rows (sealed payload and
 * envelope, ready made) put into a plain table with the same settings in groups of 64, taking
 * turns. Verifying: ENTRIES (1,000,000) such entries, without and with the keys, in CPU seconds,
 * and what a signature for each entry would cost. FOLDER should be on the disk that is meant; the
 * large archive is removed afterwards.
 */
#include "../tests/unit/vault_dir.h"
#include "sys/threads.h"
#include "vault/ledger/ledger.h"
#include "vault/store/store.h"

#include <sys/resource.h>
#include <time.h>

#define GROUP   64
#define TEXT    600
#define DAY     STR("2024-05-17")
#define ROUNDS  5
#define BUNDLES 60 /* of each, a round */

static double seconds(clockid_t clock)
{
    struct timespec t;
    (void)clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double wall(void)
{
    return seconds(CLOCK_MONOTONIC);
}

static double cpu(void)
{
    return seconds(CLOCK_PROCESS_CPUTIME_ID);
}

static long peak_kb(void)
{
    struct rusage u;
    (void)getrusage(RUSAGE_SELF, &u);
    return u.ru_maxrss;
}

static void check(int r, const struct err *err)
{
    if (r) {
        fprintf(stderr, "bench_ledger: %s\n", err->text);
        exit(1);
    }
}

static char text[TEXT];

static void make_text(void)
{
    static const char head[] = "card: statement\nid: 01234567890123456789012345\nwho: ";
    memset(text, 'w', sizeof text);
    memcpy(text, head, sizeof head - 1);
    text[sizeof text - 1] = '\n';
}

static void append_bundle(struct ledger *l, const struct id *subject)
{
    struct err err = {0};
    struct ledger_draft *d;
    check(ledger_begin(l, &d, &err), &err);
    for (size_t i = 0; i < GROUP; i++)
        check(ledger_add(d, subject, str_make(text, sizeof text), NULL, &err), &err);
    check(ledger_commit(d, DAY, &err), &err);
}

static const char *const plain_sql[] = {"INSERT INTO entry (envelope, bytes) VALUES (?, ?)"};
static const struct store_shape plain_shape = {
    .what = "plain.db",
    .schema = "CREATE TABLE entry (at INTEGER PRIMARY KEY, envelope BLOB, bytes BLOB)",
    .version = 1,
    .statements = plain_sql,
    .count = 1,
};

static void append_plain(struct store *s)
{
    static unsigned char envelope[ENVELOPE_SIZE], bytes[1024 + 16];
    struct err err = {0};
    struct store_query *q = store_query(s, 0);
    check(store_begin(s, &err), &err);
    for (size_t i = 0; i < GROUP; i++) {
        random_bytes(envelope, 16); /* so that no row is the one before */
        store_bind_blob(q, 1, envelope, sizeof envelope);
        store_bind_blob(q, 2, bytes, sizeof bytes);
        check(store_run(q, &err), &err);
    }
    check(store_commit(s, &err), &err);
}

static struct vault_dir base;
static struct secret pass;

static struct keys *make(const char *name, struct ledger **ret, struct id *subject)
{
    struct err err = {0};
    struct keys *k;
    const char *dir = vault_dir_path(&base, name);
    check(keys_create(dir, &pass, AGE_SCRYPT_MIN, &k, &err), &err);
    check(ledger_create(dir, k, DAY, ret, &err), &err);
    *subject = id_new();
    check(keys_new_subject(k, *subject, &err), &err);
    return k;
}

static void bench_append(void)
{
    struct err err = {0};
    struct ledger *l;
    struct id subject;
    struct keys *k = make("append", &l, &subject);
    struct store *s;
    check(store_open(vault_dir_path(&base, "plain.db"), STORE_CREATE, &plain_shape, &s, &err),
          &err);
    double signed_best = 0, plain_best = 0, signed_cpu = 0, plain_cpu = 0;
    for (int round = 0; round < ROUNDS; round++) {
        double w = wall(), c = cpu();
        for (int i = 0; i < BUNDLES; i++)
            append_plain(s);
        double rate = BUNDLES * GROUP / (wall() - w);
        plain_cpu += cpu() - c;
        plain_best = rate > plain_best ? rate : plain_best;
        w = wall();
        c = cpu();
        for (int i = 0; i < BUNDLES; i++)
            append_bundle(l, i % 2 ? &subject : NULL);
        rate = BUNDLES * GROUP / (wall() - w);
        signed_cpu += cpu() - c;
        signed_best = rate > signed_best ? rate : signed_best;
    }
    printf(
        "append, groups of %d: sealed and signed %.0f entries/s, plain rows %.0f: %.2fx; CPU "
        "%.2f and %.2f us an entry: %.2fx\n",
        GROUP, signed_best, plain_best, signed_best / plain_best,
        signed_cpu / (ROUNDS * BUNDLES * GROUP) * 1e6,
        plain_cpu / (ROUNDS * BUNDLES * GROUP) * 1e6, plain_cpu / signed_cpu);
    ledger_close(l);
    keys_close(k);
    store_close(s);
}

static double signature_seconds(void)
{
    enum { TIMES = 2000 };
    struct secret seed = {0};
    unsigned char key[SIGN_PUBLIC], signature[SIGN_SIGNATURE];
    sign_keypair(&seed, key);
    struct str message = str_make(text, ENVELOPE_SIZE);
    sign_bytes(&seed, message, signature);
    secret_free(&seed);
    double c = cpu();
    size_t good = 0;
    for (int i = 0; i < TIMES; i++)
        good += sign_check(key, message, signature);
    if (good != TIMES)
        exit(1);
    return (cpu() - c) / TIMES;
}

static double bench_verify(const char *dir, struct keys *k, struct pool *pool, const char *how)
{
    struct err err = {0};
    ARENA_AUTO a = {0};
    struct ledger *l;
    struct ledger_verdict v;
    double w = wall(), c = cpu();
    check(ledger_open(dir, k, false, &l, &err), &err);
    check(ledger_verify(l, &a, pool, (struct str){NULL, 0}, NULL, NULL, &v, &err), &err);
    ledger_close(l);
    double used = cpu() - c;
    printf("verify %s: %llu entries, %zu faults: %.2f CPU s, %.2f s; peak so far %ld MB\n", how,
           (unsigned long long)v.entries, v.fault_count, used, wall() - w, peak_kb() / 1024);
    if (v.fault_count)
        exit(1);
    return used;
}

static void bench_large(size_t count, struct pool *pool)
{
    struct ledger *l;
    struct id subject;
    struct keys *k = make("large", &l, &subject);
    double c = cpu(), w = wall();
    for (size_t i = 0; i < count / GROUP; i++)
        append_bundle(l, i % 2 ? &subject : NULL);
    ledger_close(l);
    printf("%zu entries of %d bytes appended in %.1f s (CPU %.1f s)\n", count, TEXT, wall() - w,
           cpu() - c);
    char dir[2048];
    (void)snprintf(dir, sizeof dir, "%s", vault_dir_path(&base, "large"));
    keys_set_pool(k, pool);
    double used = bench_verify(dir, NULL, pool, "without the keys");
    (void)bench_verify(dir, k, pool, "with the keys");
    double each = signature_seconds();
    printf("a signature for each entry: %.1f us, %.1f CPU s for all: %.1fx all of verifying\n",
           each * 1e6, each * (double)count, each * (double)count / used);
    keys_close(k);
}

int main(int argc, char **argv)
{
    size_t count = 1000000;
    unsigned threads = 1;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "-n") == 0)
            count = strtoul(argv[i + 1], NULL, 10);
        else if (strcmp(argv[i], "-d") == 0)
            (void)setenv("TMPDIR", argv[i + 1], 1);
        else if (strcmp(argv[i], "-t") == 0)
            threads = (unsigned)strtoul(argv[i + 1], NULL, 10);
    }
    secret_init();
    secret_set(&pass, "bench", 5);
    vault_dir_make(&base);
    make_text();
    struct pool *pool = threads > 1 ? threads_new(threads) : NULL;
    bench_append();
    bench_large(count, pool);
    threads_free(pool);
    vault_dir_remove(&base);
    return 0;
}
