/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What an archive of many statements costs: folding the whole ledger, the search index, opening
 * a clean archive, a draft figure, the first hits. Every step is a process of its own, so that
 * its processor time and its largest memory are its own. Beside each stands something simpler
 * over the same bytes in the same run: cards put into a table as they are, every text looked
 * through for the word, the same file read and copied.
 *
 * usage: bench_archive [STATEMENTS [FOLDER [STEP]]]
 * A folder that is named is kept and used again; a step that is named ("rebuild") is the only one.
 */
#define _GNU_SOURCE
#include "base/rng.h"
#include "base/text.h"
#include "model/card.h"
#include "sys/file.h"
#include "sys/threads.h"
#include "vault/archive/archive.h"
#include "vault/store/store.h"
#include "work/figure.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define A_BATCH  65536u
#define PER_CASE 20u /* statements of an account */

static size_t statements = 1000000;
static char folder[512];
static struct secret pass;
static struct err err;

static double wall(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double cpu(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void check(int r)
{
    if (r) {
        printf("failed: %s\n", err.text);
        exit(1);
    }
}

/* ---- made-up records: a statement of about 600 bytes as a card ---- */

static void add_word(struct buf *out, uint32_t n)
{
    static const char syllables[][3] = {"ka", "lo", "mi", "re", "su", "ta", "ve", "no",
                                        "di", "pa", "or", "en", "al", "is", "um", "ge"};
    for (uint32_t left = n + 16; left; left /= 16)
        buf_add(out, str_of(syllables[left % 16]));
}

static struct str make_words(struct arena *a, struct rng *r, size_t bytes)
{
    BUF_AUTO out;
    buf_init(&out, bytes + 64);
    while (out.n < bytes) {
        double u = rng_unit(r);
        if (out.n)
            buf_add_char(&out, ' ');
        add_word(&out, (uint32_t)(200000 * u * u * u * u));
    }
    return arena_copy(a, buf_str(&out));
}

static struct record make_statement(struct arena *a, struct rng *r, struct str account)
{
    struct record out;
    record_init(&out, RECORD_STATEMENT);
    struct record_statement *s = &out.u.statement;
    s->id = id_print(a, id_new());
    s->account = account;
    s->begin = (double)rng_below(r, 5000);
    s->end = s->begin + 240;
    s->stance = STANCE_REPORTS;
    s->who = make_words(a, r, 110);
    s->act = arena_printf(a, "act %u", (unsigned)rng_below(r, 200));
    s->whom = make_words(a, r, 170);
    s->when = arena_printf(a, "20%02u-%02u-%02u", (unsigned)rng_below(r, 26),
                           (unsigned)rng_below(r, 12) + 1, (unsigned)rng_below(r, 28) + 1);
    s->where = arena_printf(a, "place %u", (unsigned)rng_below(r, 3000));
    s->precision = PRECISION_DISTRICT;
    s->low = s->best = (double)rng_below(r, 40);
    s->bound = FIGURE_AT_LEAST;
    s->unit = UNIT_INDIVIDUAL;
    s->basis = BASIS_RELATED_PERSON;
    s->rule = STR("quote-after-cue");
    s->review = REVIEW_ACCEPTED;
    return out;
}

static size_t make_case(struct arena *a, struct rng *r, struct record *out)
{
    record_init(&out[0], RECORD_SOURCE);
    out[0].u.source.id = id_print(a, id_new());
    out[0].u.source.name = make_words(a, r, 14);
    out[0].u.source.description = make_words(a, r, 30);
    out[0].u.source.basis = BASIS_RELATED_PERSON;
    record_init(&out[1], RECORD_ACCOUNT);
    out[1].u.account.id = id_print(a, id_new());
    out[1].u.account.source = out[0].u.source.id;
    out[1].u.account.channel = STR("hotline");
    out[1].u.account.received = STR("2026-11-20");
    record_init(&out[2], RECORD_TERMS);
    out[2].u.terms.id = id_print(a, id_new());
    out[2].u.terms.of = out[1].u.account.id;
    out[2].u.terms.attribution = ATTRIBUTION_ANONYMITY;
    out[2].u.terms.purposes = 1u << PURPOSE_HELP | 1u << PURPOSE_STATISTICS;
    for (size_t i = 0; i < PER_CASE; i++)
        out[3 + i] = make_statement(a, r, out[1].u.account.id);
    return 3 + PER_CASE;
}

/* ---- steps ---- */

static bool quiet(void *context, const char *what, uint64_t done, uint64_t all)
{
    (void)context;
    (void)done;
    if (!all)
        printf("  (%s)\n", what);
    return false;
}

static struct keys *keys;
static struct archive *archive;
static double opened_after;

static void open_archive(bool write)
{
    const struct archive_options options = {
        .dir = folder,
        .today = STR("2026-11-23"),
        .actor = STR("bench"),
        .pool = threads_new(2),
        .write = write,
        .progress = quiet,
    };
    check(keys_open(folder, &pass, &keys, &err));
    double begin = wall();
    check(archive_open(&options, keys, &archive, &err));
    opened_after = wall() - begin;
}

static void step_make(void)
{
    struct ledger *l;
    check(keys_create(folder, &pass, AGE_SCRYPT_MIN, &keys, &err));
    check(ledger_create(folder, keys, STR("2026-11-23"), &l, &err));
    ledger_close(l);
    keys_close(keys);
    open_archive(true);
    struct rng r;
    rng_seed(&r, 7);
    struct record *batch = calloc(A_BATCH + PER_CASE + 3, sizeof *batch);
    ARENA_AUTO a = {0};
    double bytes = 0;
    for (size_t done = 0; done < statements;) {
        size_t n = 0;
        for (; n < A_BATCH && done < statements; done += PER_CASE)
            n += make_case(&a, &r, batch + n);
        BUF_AUTO card;
        buf_init(&card, RECORD_MAX);
        check(card_print(&card, &batch[n - 1], &err));
        bytes = (double)card.n;
        check(archive_append(archive, batch, n, &err));
        arena_reset(&a);
    }
    printf("  the last card has %.0f bytes\n", bytes);
    check(archive_close(archive, &err));
}

static void step_rebuild(void)
{
    open_archive(false);
    double begin = cpu(), from = wall();
    check(archive_rebuild(archive, &err));
    printf("  rebuild alone: %.2f s of processor, %.2f s\n", cpu() - begin, wall() - from);
    archive_drop(archive);
}

struct naive {
    struct store *s;
    struct arena bundle, a;
};

static const char *const naive_statements[] = {"INSERT INTO card (id, text) VALUES (?1, ?2)"};
static const struct store_shape naive_shape = {
    .what = "cards",
    .schema =
        "CREATE TABLE card (num INTEGER PRIMARY KEY, id TEXT NOT NULL, text TEXT NOT NULL);"
        "CREATE INDEX card_id ON card (id);",
    .version = 1,
    .statements = naive_statements,
    .count = 1,
};

static int naive_bundle(void *context, const struct ledger_bundle *b, struct err *e)
{
    struct naive *n = context;
    int r = 0;
    arena_reset(&n->a);
    for (size_t i = 0; i < b->bundle.count && !r; i++) {
        struct envelope envelope;
        struct keys_entry entry = {.envelope = &envelope, .sealed = b->bundle.payloads[i]};
        const char *at = b->bundle.envelopes.p + i * ENVELOPE_SIZE;
        r = envelope_unpack((const unsigned char *)at, &envelope, e);
        if (!r && envelope.type == ENVELOPE_SEALED)
            r = keys_open_entries(keys, &n->a, &entry, 1, e);
        if (r || !entry.plain.p)
            continue;
        struct store_query *q = store_query(n->s, 0);
        store_bind_text(q, 1, str_slice(entry.plain, 20, 46));
        store_bind_text(q, 2, entry.plain);
        r = store_run(q, e);
    }
    arena_reset(&n->bundle);
    return r;
}

/* One entry at a time, no parsing, the card as it is. */
static void step_naive_rebuild(void)
{
    struct naive n = {0};
    struct ledger *l;
    check(keys_open(folder, &pass, &keys, &err));
    check(ledger_open(folder, keys, false, &l, &err));
    check(store_open_memory(&naive_shape, &n.s, &err));
    check(store_begin(n.s, &err));
    check(ledger_each(l, NULL, &n.bundle, naive_bundle, &n, &err));
    check(store_commit(n.s, &err));
}

static void step_save(void)
{
    open_archive(true);
    check(archive_rebuild(archive, &err));
    double from = wall();
    check(archive_close(archive, &err));
    printf("  saved in %.2f s\n", wall() - from);
}

static void step_open(void)
{
    open_archive(false);
    printf("  open after the keys: %.3f s\n", opened_after);
    archive_drop(archive);
}

static void step_read_file(void)
{
    char path[600];
    BUF_AUTO out;
    buf_init(&out, (size_t)4 << 30);
    (void)snprintf(path, sizeof path, "%s/view.age", folder);
    double from = wall();
    check(file_read(path, (size_t)4 << 30, &out, &err));
    printf("  the same %.0f MB read: %.3f s\n", (double)out.n / 1e6, wall() - from);
}

static int count_one(void *context, const struct archive_counted *s, struct err *e)
{
    (void)e;
    double *sum = context;
    sum[0]++;
    sum[1] += s->fields->best;
    return 0;
}

static void count(const char *what, struct archive_query query)
{
    double sum[2] = {0}, from = wall(), used = cpu();
    check(archive_each_counted(archive, &query, count_one, sum, &err));
    printf("  %s: %.0f statements in %.3f s, %.3f of processor\n", what, sum[0], wall() - from,
           cpu() - used);
}

static void step_count(void)
{
    open_archive(false);
    count("all", (struct archive_query){0});
    count("one act of 200", (struct archive_query){.act = STR("ACT 17")});
    count("one year", (struct archive_query){.when = STR("2024"), .unit = UNIT_INDIVIDUAL});
    archive_drop(archive);
}

static void figure(const char *what, struct archive_query query)
{
    ARENA_AUTO a = {0};
    struct work_figure f;
    double from = wall(), used = cpu();
    check(work_figure_make(archive, &a, &query, &f, &err));
    printf("  %s: a draft of %zu statements of %zu sources in %.3f s, %.3f of processor\n",
           what, f.c.statement_count, f.c.source_count, wall() - from, cpu() - used);
}

static void step_figure(void)
{
    open_archive(false);
    figure("all", (struct archive_query){.unit = UNIT_INDIVIDUAL});
    figure("one act of 200", (struct archive_query){.act = STR("ACT 17")});
    archive_drop(archive);
}

static int count_record(void *context, const struct record *r, struct err *e)
{
    (void)e;
    *(double *)context += r->u.statement.best;
    return 0;
}

/* Every record read as a record. */
static void step_naive_count(void)
{
    ARENA_AUTO a = {0};
    double sum = 0;
    open_archive(true);
    double from = wall();
    check(archive_each_record(archive, &a, RECORD_STATEMENT, (struct str){0},
                              PURPOSE_STATISTICS, count_record, &sum, &err));
    printf("  record by record: %.3f s\n", wall() - from);
    archive_drop(archive);
}

static void search(const char *what, struct str words)
{
    ARENA_AUTO a = {0};
    struct archive_hit *hits;
    size_t n;
    archive_new_action(archive);
    double from = wall();
    check(archive_search(archive, &a, words, 20, &hits, &n, &err));
    printf("  %s: %zu hits in %.1f ms (custody and its sync included)\n", what, n,
           (wall() - from) * 1e3);
}

static void step_index(void)
{
    open_archive(true);
    double begin = cpu(), from = wall();
    search("first search, makes the index", STR("kaka"));
    printf("  index: %.2f s of processor, %.2f s\n", cpu() - begin, wall() - from);
    check(archive_close(archive, &err));
}

static void step_search(void)
{
    open_archive(true);
    search("first search, opens the index", STR("ka"));
    search("the most common word", STR("kalo"));
    search("a rare word", STR("tapasuvelo"));
    search("two words", STR("lolo milo"));
    search("a beginning", STR("tapa*"));
    search("a phrase", STR("\"kalo kalo\""));
    archive_drop(archive);
}

static int look_record(void *context, const struct record *r, struct err *e)
{
    BUF_AUTO folded;
    (void)e;
    buf_init(&folded, RECORD_TEXT_MAX * 4);
    text_fold(&folded, r->u.statement.who, false);
    buf_add_char(&folded, ' ');
    text_fold(&folded, r->u.statement.whom, false);
    *(size_t *)context += str_find(buf_str(&folded), STR("tapasuvelo"), 0) != STR_NONE;
    return 0;
}

static void step_naive_search(void)
{
    ARENA_AUTO a = {0};
    size_t n = 0;
    open_archive(true);
    double from = wall();
    check(archive_each_record(archive, &a, RECORD_STATEMENT, (struct str){0}, PURPOSE_HELP,
                              look_record, &n, &err));
    printf("  every text looked through: %zu in %.1f ms\n", n, (wall() - from) * 1e3);
    archive_drop(archive);
}

static double run(const char *what, void (*step)(void))
{
    printf("%s\n", what);
    (void)fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        step();
        (void)fflush(stdout);
        _exit(0);
    }
    int status;
    struct rusage u;
    if (child < 0 || wait4(child, &status, 0, &u) < 0 || status)
        exit(1);
    double used = (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
                  (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
    printf("  in all %.2f s of processor (%.2f for the system), at most %.0f MB\n", used,
           (double)u.ru_stime.tv_sec + (double)u.ru_stime.tv_usec / 1e6,
           (double)u.ru_maxrss / 1024);
    return used;
}

int main(int argc, char **argv)
{
    char path[600];
    struct stat s;
    if (argc > 1)
        statements = strtoul(argv[1], NULL, 10);
    (void)snprintf(folder, sizeof folder, "%s",
                   argc > 2 ? argv[2] : "/tmp/deponent-bench-XXXXXX");
    if (argc <= 2 && !mkdtemp(folder))
        return 1;
    secret_init();
    secret_set(&pass, "bench", 5);
    (void)snprintf(path, sizeof path, "%s/ledger.db", folder);
    if (stat(path, &s))
        (void)run("make", step_make);
    static const struct {
        const char *what;
        void (*step)(void);
    } steps[] = {
        {"rebuild", step_rebuild},
        {"the same entries opened one by one, cards kept as they are", step_naive_rebuild},
        {"rebuild and save", step_save},
        {"open", step_open},
        {"the file alone", step_read_file},
        {"count", step_count},
        {"a draft figure", step_figure},
        {"count naively", step_naive_count},
        {"index", step_index},
        {"search", step_search},
        {"search naively", step_naive_search},
    };
    double used[sizeof steps / sizeof steps[0]] = {0};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        if (argc <= 3 || !strcmp(argv[3], steps[i].what))
            used[i] = run(steps[i].what, steps[i].step);
    if (argc <= 3)
        printf("rebuild takes %.2f times what opening one by one takes\n", used[0] / used[1]);
    if (argc <= 2) {
        (void)snprintf(path, sizeof path, "rm -r '%s'", folder);
        return system(path) != 0;
    }
    return 0;
}
