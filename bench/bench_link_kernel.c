/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The string kernels of record linkage in nanoseconds a pair, of one processor. Makes pairs of
 * invented names, half of them one name with typing errors, writes them to FOLDER/pairs.csv
 * (for link_duckdb.mjs, which runs this and another engine on the same pairs), and prints a line
 * a kernel: instruction set, kernel, nanoseconds a pair (best of five), sum of the results.
 *
 * usage: bench_link_kernel FOLDER [PAIRS]
 */
#define _GNU_SOURCE
#include "engine/link/kernel_sets.h"
#include "link_people.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS  5
#define QUERIES 8u /* the first words are compared with all */

static double now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct pairs {
    size_t count;
    char *letters;
    struct link_word *a, *b;
    struct link_pack *packs; /* of a */
};

static void lower(char word[WORD_BYTES])
{
    for (char *c = word; *c; c++)
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
}

static struct link_word keep(struct pairs *p, size_t *used, const char *word)
{
    struct link_word w = {(const uint8_t *)p->letters + *used, (uint32_t)strlen(word)};
    memcpy(p->letters + *used, word, w.n);
    *used += w.n;
    return w;
}

static void pairs_make(struct pairs *p, size_t count)
{
    struct people_words names;
    people_words_make(&names, 60000, 102, 1, 3, NULL, 0, 60, 0.9);
    *p = (struct pairs){count, malloc(2 * count * WORD_BYTES), calloc(count, sizeof *p->a),
                        calloc(count, sizeof *p->b),
                        calloc(link_packs(count), sizeof *p->packs)};
    struct rng r;
    rng_seed(&r, 1);
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        char a[WORD_BYTES], b[WORD_BYTES] = "";
        do {
            strcpy(a, names.text[people_words_choose(&names, &r)]);
            strcpy(b, names.text[people_words_choose(&names, &r)]);
        } while (strlen(a) < 3 || strlen(a) > 12 || strlen(b) < 3 || strlen(b) > 12);
        lower(a);
        lower(b);
        if (rng_below(&r, 2)) {
            strcpy(b, a);
            for (uint64_t errors = 1 + rng_below(&r, 2); errors; errors--)
                people_error_make(b, (enum people_error)rng_below(&r, PEOPLE_WORD_ERRORS), &r);
        }
        p->a[i] = keep(p, &used, a);
        p->b[i] = keep(p, &used, b);
    }
    for (size_t k = 0; k < link_packs(count); k++)
        link_pack_set(&p->packs[k], p->a + k * LINK_LANES, count - k * LINK_LANES);
    people_words_free(&names);
}

static void pairs_write(const struct pairs *p, const char *folder)
{
    FILE *f = people_open(folder, "pairs.csv");
    (void)fprintf(f, "a,b\n");
    for (size_t i = 0; i < p->count; i++)
        (void)fprintf(f, "%.*s,%.*s\n", (int)p->a[i].n, (const char *)p->a[i].p, (int)p->b[i].n,
                      (const char *)p->b[i].p);
    people_close(f);
}

struct measure {
    double seconds, sum;
};

static void jaro_winkler_pairs(const struct link_kernels *k, const struct pairs *p,
                               struct measure *m)
{
    for (size_t i = 0; i < p->count; i++)
        m->sum += k ? k->jaro_winkler(p->a[i], p->b[i]) : link_jaro_winkler(p->a[i], p->b[i]);
}

static void levenshtein_pairs(const struct link_kernels *k, const struct pairs *p,
                              struct measure *m)
{
    for (size_t i = 0; i < p->count; i++)
        m->sum += k ? k->levenshtein(p->a[i], p->b[i]) : link_levenshtein(p->a[i], p->b[i]);
}

static void osa_pairs(const struct link_kernels *k, const struct pairs *p, struct measure *m)
{
    for (size_t i = 0; i < p->count; i++)
        m->sum += k ? k->osa(p->a[i], p->b[i]) : link_osa(p->a[i], p->b[i]);
}

static void jaro_winkler_many(const struct link_kernels *k, const struct pairs *p,
                              struct measure *m)
{
    float got[LINK_LANES * 64];
    for (unsigned q = 0; q < QUERIES; q++) {
        for (size_t i = 0; i < link_packs(p->count); i += 64) {
            size_t packs = link_packs(p->count) - i < 64 ? link_packs(p->count) - i : 64;
            size_t words = p->count - i * LINK_LANES;
            (k ? k->jaro_winkler_many : link_jaro_winkler_many)(p->a[q], p->packs + i, packs,
                                                                got);
            for (size_t j = 0; j < packs * LINK_LANES && j < words; j++)
                m->sum += (double)got[j];
        }
    }
}

static void distances_many(void many(struct link_word, const struct link_pack *, size_t,
                                     uint16_t *),
                           const struct pairs *p, struct measure *m)
{
    uint16_t got[LINK_LANES * 64];
    for (unsigned q = 0; q < QUERIES; q++) {
        for (size_t i = 0; i < link_packs(p->count); i += 64) {
            size_t packs = link_packs(p->count) - i < 64 ? link_packs(p->count) - i : 64;
            size_t words = p->count - i * LINK_LANES;
            uint64_t sum = 0;
            many(p->a[q], p->packs + i, packs, got);
            for (size_t j = 0; j < packs * LINK_LANES && j < words; j++)
                sum += got[j];
            m->sum += (double)sum;
        }
    }
}

static void levenshtein_many(const struct link_kernels *k, const struct pairs *p,
                             struct measure *m)
{
    distances_many(k ? k->levenshtein_many : link_levenshtein_many, p, m);
}

static void osa_many(const struct link_kernels *k, const struct pairs *p, struct measure *m)
{
    distances_many(k ? k->osa_many : link_osa_many, p, m);
}

static void
measure(const struct link_kernels *k, const char *name, const struct pairs *p, double per,
        void run(const struct link_kernels *, const struct pairs *, struct measure *))
{
    double best = 1e9, sum = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct measure m = {0};
        double begin = now();
        run(k, p, &m);
        double took = now() - begin;
        best = took < best ? took : best;
        sum = m.sum;
    }
    printf("%s\t%s\t%.2f\t%.6f\n", k ? k->name : "chosen", name, best / per * 1e9, sum);
}

int main(int argc, char **argv)
{
    size_t count = argc > 2 ? strtoul(argv[2], NULL, 10) : 1000000;
    if (argc < 2 || count < QUERIES || count > 50000000) {
        (void)fprintf(stderr, "usage: bench_link_kernel FOLDER [PAIRS]\n");
        return 2;
    }
    struct pairs p;
    pairs_make(&p, count);
    pairs_write(&p, argv[1]);
    unsigned sets = 0;
    while (link_kernels_nth(sets))
        sets++;
    for (unsigned s = 0; s <= sets; s++) { /* the last: as the engine calls them */
        const struct link_kernels *k = link_kernels_nth(s);
        double one = (double)count, many = one * QUERIES;
        measure(k, "jaro_winkler", &p, one, jaro_winkler_pairs);
        measure(k, "levenshtein", &p, one, levenshtein_pairs);
        measure(k, "osa", &p, one, osa_pairs);
        measure(k, "jaro_winkler_many", &p, many, jaro_winkler_many);
        measure(k, "levenshtein_many", &p, many, levenshtein_many);
        measure(k, "osa_many", &p, many, osa_many);
    }
    return 0;
}
