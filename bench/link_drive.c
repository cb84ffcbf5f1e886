/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench/link_drive: record linkage looked at from the inside.
 *
 *   link_drive [--unique] [--every] [--threads N] [--budget N] [--id COLUMN]
 *              [--truth truth.csv] [--dump OUT] [--cells OUT] FILE.csv …
 *
 * Runs link_run and prints what it took the columns for, the rules, the comparisons with their
 * levels, the time of the steps and, with --truth (columns record, entity), precision, recall
 * and F1 of pairs at the default threshold and at the best, of the clusters, the recall of the
 * blocking, and the calibration. --dump writes every kept pair (names of the records, pattern,
 * weight, probability, and with truth whether it is a match), --cells the histogram with the
 * matches of each cell. Nothing that the records say is printed.
 */
#include "base/csv.h"
#include "base/sort.h"
#include "engine/link/link.h"
#include "sys/file.h"
#include "sys/threads.h"
#include "work/link_load.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

struct drive {
    const char *truth, *dump, *cells, *id;
    unsigned threads;
    struct link_options options;
    struct arena arena;
    struct link_load load;
    struct link_people people;
    struct link_result result;
    uint32_t *entity; /* [records], with truth; UINT32_MAX unknown */
    double true_pairs;
};

static _Noreturn void fail(const struct err *err)
{
    fprintf(stderr, "link_drive: %s\n", err->text);
    exit(1);
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int say_step(void *context, const char *name, double share)
{
    static double last;
    (void)context;
    if (share > 0)
        return 0;
    double now = seconds();
    if (last > 0)
        printf("  %.2f s", now - last);
    printf("\n%s", name);
    last = now;
    return 0;
}

/* ---- truth ---- */

static int compare_u64(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Pairs that share a key. */
static double pairs_sharing(uint64_t *key, size_t n)
{
    double pairs = 0;
    sort_items(key, n, sizeof *key, compare_u64);
    for (size_t i = 0, j; i < n; i = j) {
        for (j = i; j < n && key[j] == key[i]; j++)
            ;
        pairs += (double)(j - i) * (double)(j - i - 1) / 2;
    }
    return pairs;
}

/* Pairs that share the group (and the other group), across lists only where they are unique. */
static double pairs_of(const struct drive *d, const uint32_t *group, const uint32_t *other)
{
    size_t n = d->people.records;
    uint64_t *key = malloc(sizeof *key * (n + 1));
    double pairs;
    for (size_t i = 0; i < n; i++)
        key[i] = (uint64_t)group[i] << 32 | (other ? other[i] & 0x3ffffffu : 0) << 6;
    pairs = pairs_sharing(key, n);
    for (size_t i = 0; i < n && d->options.unique; i++)
        key[i] = ((uint64_t)group[i] << 32 | (other ? other[i] & 0x3ffffffu : 0) << 6) +
                 d->people.list[i];
    if (d->options.unique)
        pairs -= pairs_sharing(key, n);
    free(key);
    return pairs;
}

static void read_truth(struct drive *d)
{
    struct err err;
    struct buf text;
    buf_init(&text, 1u << 30);
    if (file_read(d->truth, 1u << 30, &text, &err))
        fail(&err);
    d->entity = ARENA_NEW(&d->arena, d->people.records, uint32_t);
    for (uint32_t i = 0; i < d->people.records; i++)
        d->entity[i] = UINT32_MAX - i;
    struct csv_reader r;
    struct csv_record rec;
    csv_open(&r, buf_str(&text), ',', d->truth);
    for (size_t row = 0;; row++) {
        uint64_t e;
        uint32_t i;
        if (csv_next(&r, &d->arena, &rec, &err))
            fail(&err);
        if (rec.count == 0)
            break;
        if (row && rec.count >= 2 && str_to_u64(rec.fields[1], &e) &&
            link_load_find(&d->load, rec.fields[0], &i))
            d->entity[i] = (uint32_t)e;
    }
    d->true_pairs = pairs_of(d, d->entity, NULL);
}

static bool is_match(const struct drive *d, const struct link_scored *s)
{
    return d->entity[s->left] == d->entity[s->right];
}

static int by_probability(const void *a, const void *b)
{
    const struct link_scored *x = a, *y = b;
    if (x->probability != y->probability)
        return x->probability > y->probability ? -1 : 1;
    return (x->weight < y->weight) - (x->weight > y->weight);
}

static void say_scores(const struct drive *d)
{
    const struct link_result *res = &d->result;
    size_t n = res->pair_count;
    struct link_scored *s = malloc(sizeof *s * (n + 1));
    memcpy(s, res->pairs, sizeof *s * n);
    sort_items(s, n, sizeof *s, by_probability);
    double right = 0, best = 0, best_at = 1, f1 = 0, precision = 0, recall = 0, high = 0,
           high_right = 0;
    size_t bins = 0, in_bins[10] = {0};
    double said[10] = {0}, true_in[10] = {0};
    while (bins < n && s[bins].probability >= 0.05f)
        bins++;
    for (size_t i = 0; i < n; i++) {
        double p = (double)s[i].probability;
        right += is_match(d, &s[i]);
        high += p >= 0.95;
        high_right += p >= 0.95 && is_match(d, &s[i]);
        if (i < bins) {
            size_t bin = i * 10 / bins;
            in_bins[bin]++;
            said[bin] += p;
            true_in[bin] += is_match(d, &s[i]);
        }
        if (i + 1 < n && s[i + 1].probability == s[i].probability)
            continue;
        double now = 2 * right / ((double)(i + 1) + d->true_pairs);
        if (now > best) {
            best = now;
            best_at = p;
        }
        if (p >= res->threshold) {
            f1 = now;
            precision = right / (double)(i + 1);
            recall = right / d->true_pairs;
        }
    }
    double error = 0;
    for (unsigned b = 0; b < 10; b++)
        error += bins ? fabs(said[b] - true_in[b]) / (double)bins : 0;
    uint32_t *cluster = res->clusters.cluster;
    double all = pairs_of(d, cluster, NULL), both = pairs_of(d, cluster, d->entity);
    printf("pairs     F1 %.4f (precision %.4f, recall %.4f) at %.4f; best %.4f at %.4f; model "
           "expects %.4f\n",
           f1, precision, recall, res->threshold, best, best_at, res->model.expected_f1);
    printf("clusters  F1 %.4f (precision %.4f, recall %.4f), %u of them\n",
           2 * both / (all + d->true_pairs), both / all, both / d->true_pairs,
           res->clusters.count);
    printf("p >= .95  precision %.4f, holds %.4f of true pairs; kept pairs hold %.4f\n",
           high_right / high, high_right / d->true_pairs, right / d->true_pairs);
    printf("bins      error %.4f:", error);
    for (unsigned b = 0; b < 10; b++)
        if (in_bins[b])
            printf(" %.2f/%.2f", said[b] / (double)in_bins[b], true_in[b] / (double)in_bins[b]);
    printf("\n");
    free(s);
}

/* ---- what was done ---- */

static void say_rules(const struct drive *d)
{
    const struct link_rules *rules = &d->result.rules;
    struct buf line;
    for (uint32_t i = 0; i < rules->count; i++) {
        buf_init(&line, 65536);
        link_rule_print(&d->people, &rules->rules[i], &line);
        printf("rule %2u %12" PRIu64 " pairs %12" PRIu64
               " new %10.1f likely %10.1f new  %.*s\n",
               i + 1, rules->rules[i].pairs, rules->rules[i].new_pairs, rules->rules[i].likely,
               rules->rules[i].new_likely, (int)buf_str(&line).n, buf_str(&line).p);
        buf_free(&line);
    }
    printf("blocking  recall estimated %.4f (%.4f to %.4f), %.1f missed; %" PRIu64 " of %.0f "
           "pairs\n",
           d->result.recall.recall, d->result.recall.low, d->result.recall.high,
           d->result.recall.missed, d->result.compared, d->result.histogram.all_pairs);
}

/* Levels: m and u of the model, bits, and what was counted; with truth what is true. */
static void say_levels(const struct drive *d)
{
    const struct link_compare *c = &d->result.compare;
    const struct link_histogram *h = &d->result.histogram;
    static double matches[LINK_COMPARISONS_MAX][LINK_LEVELS_MAX];
    static double random[LINK_COMPARISONS_MAX][LINK_LEVELS_MAX];
    for (size_t i = 0; i < h->count; i++)
        for (uint32_t k = 0; k < c->count; k++)
            random[k][link_level(h->cells[i].pattern, k)] += (double)h->cells[i].random_pairs;
    for (size_t i = 0; i < d->result.pair_count && d->entity; i++)
        if (is_match(d, &d->result.pairs[i]))
            for (uint32_t k = 0; k < c->count; k++) {
                link_pattern p = h->cells[d->result.pairs[i].cell].pattern;
                matches[k][link_level(p, k)]++;
            }
    for (uint32_t k = 0; k < c->count; k++) {
        const struct link_comparison *q = &c->comparisons[k];
        printf("%.*s\n", (int)q->label.n, q->label.p);
        double m_all = 0, u_all = 0;
        for (unsigned l = 1; l < q->levels; l++) {
            m_all += matches[k][l];
            u_all += random[k][l];
        }
        for (unsigned l = 1; l < q->levels; l++) {
            double m = d->result.model.m[k][l], u = d->result.model.u[k][l];
            printf("  %2u %-38s m %.6f u %.8f bits %6.2f   counted u %.8f random %.8f", l,
                   q->level[l], m, u, log2(m / u), q->u[l], random[k][l] / u_all);
            if (d->entity)
                printf("  true m %.6f (%.0f)", matches[k][l] / m_all, matches[k][l]);
            printf("\n");
        }
    }
}

static void write_pairs(const struct drive *d)
{
    static char room[2][LINK_LOAD_NAME_MAX];
    FILE *f = fopen(d->dump, "w");
    if (!f)
        exit(1);
    for (size_t i = 0; i < d->result.pair_count; i++) {
        const struct link_scored *s = &d->result.pairs[i];
        struct str a = link_load_name(&d->load, s->left, room[0]);
        struct str b = link_load_name(&d->load, s->right, room[1]);
        fprintf(f, "%.*s,%.*s,%016" PRIx64 ",%.3f,%.5f,%d\n", (int)a.n, a.p, (int)b.n, b.p,
                d->result.histogram.cells[s->cell].pattern, (double)s->weight,
                (double)s->probability, d->entity ? is_match(d, s) : -1);
    }
    fclose(f);
}

static void write_cells(const struct drive *d)
{
    const struct link_histogram *h = &d->result.histogram;
    uint64_t *matches = calloc(h->count + 1, sizeof *matches);
    FILE *f = fopen(d->cells, "w");
    if (!f)
        exit(1);
    for (size_t i = 0; i < d->result.pair_count && d->entity; i++)
        matches[d->result.pairs[i].cell] += is_match(d, &d->result.pairs[i]);
    for (size_t i = 0; i < h->count; i++)
        fprintf(f, "%016" PRIx64 ",%" PRIu64 ",%" PRIu64 ",%.3f,%" PRIu64 "\n",
                h->cells[i].pattern, h->cells[i].pairs, h->cells[i].random_pairs,
                link_model_weight(&d->result.model, h->cells[i].pattern, 0), matches[i]);
    fclose(f);
    free(matches);
}

/* ---- */

static int arguments(struct drive *d, int argc, char **argv)
{
    int i = 1;
    for (; i < argc && argv[i][0] == '-' && argv[i][1] == '-'; i++) {
        const char *name = argv[i] + 2, *value = i + 1 < argc ? argv[i + 1] : "";
        if (strcmp(name, "unique") == 0) {
            d->options.unique = true;
            continue;
        }
        if (strcmp(name, "every") == 0) {
            d->options.every_pair = true;
            continue;
        }
        if (strcmp(name, "threads") == 0)
            d->threads = (unsigned)strtoul(value, NULL, 10);
        else if (strcmp(name, "budget") == 0)
            d->options.budget = strtoull(value, NULL, 10);
        else if (strcmp(name, "seed") == 0)
            d->options.seed = strtoull(value, NULL, 10);
        else if (strcmp(name, "id") == 0)
            d->id = value;
        else if (strcmp(name, "truth") == 0)
            d->truth = value;
        else if (strcmp(name, "dump") == 0)
            d->dump = value;
        else if (strcmp(name, "cells") == 0)
            d->cells = value;
        i++;
    }
    return i;
}

static void load(struct drive *d, int argc, char **argv, int first, struct pool *pool)
{
    struct err err;
    struct link_config config;
    struct buf said;
    double begun = seconds();
    buf_init(&said, 1u << 20);
    if (link_load_read((const char *const *)(argv + first), (size_t)(argc - first), pool,
                       &d->load, &err))
        fail(&err);
    printf("read %.2f s\n", seconds() - begun);
    begun = seconds();
    if (link_config_guess(&d->load.data, str_of(d->id ? d->id : ""), &d->arena, &config, &err))
        fail(&err);
    link_config_say(&config, &said);
    printf("%.*s", (int)buf_str(&said).n, buf_str(&said).p);
    buf_free(&said);
    uint32_t id = link_config_column(&config, &d->load.data, LINK_ROLE_ID);
    if (link_load_name_by(&d->load, id, &err))
        fail(&err);
    printf("guess and names %.2f s\n", seconds() - begun);
    begun = seconds();
    if (link_people_make(&d->load.data, &config, pool, &d->arena, &d->people, &err))
        fail(&err);
    link_load_drop_columns(&d->load);
    printf("people %.2f s\n", seconds() - begun);
}

int main(int argc, char **argv)
{
    struct err err;
    struct drive *d = calloc(1, sizeof *d);
    if (!d)
        return 1;
    d->options = (struct link_options){.threshold = (double)NAN, .progress = say_step};
    int first = arguments(d, argc, argv);
    if (first >= argc) {
        fprintf(stderr, "usage: link_drive [--unique] [--truth T.csv] FILE.csv ...\n");
        return 2;
    }
    struct pool *pool = threads_new(d->threads ? d->threads : threads_available());
    load(d, argc, argv, first, pool);
    if (d->truth)
        read_truth(d);
    double begun = seconds();
    if (link_run(&d->people, &d->options, pool, &d->arena, &d->result, &err))
        fail(&err);
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    printf("\nrun %.2f s; %.1f CPU-s, %ld MB in all\n", seconds() - begun,
           (double)use.ru_utime.tv_sec + (double)use.ru_utime.tv_usec * 1e-6 +
               (double)use.ru_stime.tv_sec + (double)use.ru_stime.tv_usec * 1e-6,
           use.ru_maxrss / 1024);
    say_levels(d);
    say_rules(d);
    if (d->truth)
        say_scores(d);
    if (d->dump)
        write_pairs(d);
    if (d->cells)
        write_cells(d);
    threads_free(pool);
    link_load_free(&d->load);
    arena_free(&d->arena);
    free(d);
    return 0;
}
