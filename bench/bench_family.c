/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What finding copy families costs in time of one processor, without reading files: made-up
 * texts of 10 KB, one in five a copy of another with every sixth word changed. Printed: the
 * skeleton scan in MB/s and beside a pass that sums the same bytes and one that counts words by
 * utf8proc; then for 1 to 10,000 texts the time for sketches and families, per text, and the
 * memory.
 *
 * usage: bench_family [TEXTS]
 */
#define _GNU_SOURCE
#include "base/rng.h"
#include "base/text.h"
#include "engine/family/family.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#define TEXT_BYTES 10240u
#define VOCABULARY 20000u

static double now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double peak_mb(void)
{
    struct rusage u;
    (void)getrusage(RUSAGE_SELF, &u);
    return (double)u.ru_maxrss / 1024;
}

/* Word number n, always the same; some are common, as words are. */
static void add_word(struct buf *out, uint32_t n, bool upper)
{
    static const char syllables[][3] = {"ka", "lo", "mi", "re", "su", "ta", "ve", "no",
                                        "di", "pa", "or", "en", "al", "is", "um", "ge"};
    size_t at = out->n;
    for (uint32_t left = n + 16; left; left /= 16)
        buf_add(out, str_of(syllables[left % 16]));
    if (upper && out->n > at)
        out->p[at] = (char)(out->p[at] - 32);
}

static uint32_t next_word(struct rng *r)
{
    double u = rng_unit(r);
    return (uint32_t)(VOCABULARY * u * u * u * u);
}

/* A text is a function of its seed; a copy changes words by a generator of its own. */
static void make_text(struct buf *out, uint64_t seed, uint64_t copy)
{
    struct rng text, change;
    rng_seed(&text, seed);
    rng_seed(&change, copy);
    buf_clear(out);
    unsigned sentence = 0;
    while (out->n < TEXT_BYTES - 16) {
        uint32_t word = next_word(&text);
        bool name = rng_unit(&text) < 0.09, number = rng_unit(&text) < 0.02;
        bool stop = sentence > 6 && rng_unit(&text) < 0.06, para = rng_unit(&text) < 0.3;
        if (copy && rng_unit(&change) < 1.0 / 6)
            word = next_word(&change);
        if (number)
            buf_add_u64(out, word);
        else
            add_word(out, word, name || sentence == 0);
        sentence++;
        if (stop) {
            buf_add(out, para ? STR(".\n\n") : STR(". "));
            sentence = 0;
        } else {
            buf_add_char(out, ' ');
        }
    }
}

static void make_nth(struct buf *out, size_t i)
{
    bool copy = i % 5 == 4;
    make_text(out, copy ? i - 1 : i, copy ? i + 1 : 0);
}

static void bench_scan(void)
{
    BUF_AUTO all;
    BUF_AUTO one;
    buf_init(&all, (size_t)64 << 20);
    buf_init(&one, TEXT_BYTES * 2);
    for (size_t i = 0; i < 2000; i++) {
        make_text(&one, i, 0);
        buf_add(&all, buf_str(&one));
    }
    double mb = (double)all.n / 1e6, begin = now();
    uint64_t sum = 0;
    for (size_t i = 0; i < all.n; i++)
        sum += (unsigned char)all.p[i];
    double bytes = now() - begin;
    begin = now();
    size_t words = 0, next;
    bool inside = false;
    for (size_t i = 0; i < all.n; i = next) {
        bool letter = text_is_letter(text_decode(buf_str(&all), i, &next));
        words += letter && !inside;
        inside = letter;
    }
    double counting = now() - begin;
    double best = 1e9;
    for (int round = 0; round < 3; round++) {
        FAMILY_SET_AUTO *s = family_set_new();
        struct err err;
        uint32_t number;
        begin = now();
        for (size_t at = 0; at < all.n; at += TEXT_BYTES) {
            char name[32];
            int n = snprintf(name, sizeof name, "%zu", at);
            if (family_set_add(s, str_make(name, (size_t)n),
                               str_slice(buf_str(&all), at, at + TEXT_BYTES), &number, &err))
                exit(1);
        }
        double t = now() - begin;
        best = t < best ? t : best;
    }
    printf(
        "sketches of %.0f MB in texts of 10 KB: %.0f MB/s; %.1f times a byte sum (%.0f MB/s, "
        "%llu), %.2f times a word count by utf8proc (%.0f MB/s, %zu words)\n",
        mb, mb / best, best / bytes, mb / bytes, (unsigned long long)sum, best / counting,
        mb / counting, words);
}

static void bench_count(size_t count)
{
    double sketches = 0;
    FAMILY_SET_AUTO *s = family_set_new();
    BUF_AUTO text;
    buf_init(&text, TEXT_BYTES * 2);
    for (size_t i = 0; i < count; i++) {
        char name[32];
        int n = snprintf(name, sizeof name, "%zu.txt", i);
        make_nth(&text, i);
        struct err err;
        uint32_t number;
        double begin = now();
        if (family_set_add(s, str_make(name, (size_t)n), buf_str(&text), &number, &err))
            exit(1);
        sketches += now() - begin;
    }
    ARENA_AUTO a = {0};
    struct family_groups groups;
    double begin = now();
    family_group(&a, s, &groups);
    double grouping = now() - begin;
    size_t pairs = 0;
    for (size_t i = 0; i < groups.count; i++)
        pairs += groups.items[i].count - 1;
    printf("%8zu %11.3f %11.3f %11.3f %14.1f %9zu of %zu %10.1f\n", count, sketches, grouping,
           sketches + grouping, (sketches + grouping) / (double)count * 1e6, pairs, count / 5,
           peak_mb());
}

int main(int argc, char **argv)
{
    size_t most = argc > 1 ? strtoul(argv[1], NULL, 10) : 10000;
    printf("   texts  sketches s  families s       all s  us for a text  copies found    peak "
           "MB\n");
    for (size_t n = 1; n <= most; n *= 10)
        bench_count(n);
    bench_scan();
    return 0;
}
