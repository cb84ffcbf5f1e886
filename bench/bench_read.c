/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench_read: what reading costs, beside a plain word count of the same bytes by ICU in the
 * same run, and whether the cost is linear in the number of texts. One core.
 *
 *   bench_read TEXT|FOLDER …       UTF-8 texts; they are repeated until there is enough to time
 */
#define _GNU_SOURCE
#include "base/text.h"
#include "engine/read/read.h"
#include "sys/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#ifdef BENCH_ICU
#include <unicode/ubrk.h>
#include <unicode/utext.h>
#endif

#define BENCH_BYTES  (8u << 20) /* read in one timing */
#define BENCH_ROUNDS 5          /* the best of so many */

struct texts {
    struct str *items;
    size_t count, cap, bytes;
};

/* Time of one processor: what else the machine does is not our cost. */
static double now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void load(struct arena *a, const char *path, struct texts *texts)
{
    const char **paths = NULL;
    size_t count = 0;
    struct err err = {0};
    if (file_list(a, path, 100000, &paths, &count, &err) != 0) {
        (void)fprintf(stderr, "bench_read: %s\n", err.text);
        exit(3);
    }
    for (size_t i = 0; i < count; i++) {
        BUF_AUTO bytes;
        buf_init(&bytes, READ_MAX_BYTES);
        size_t n = strlen(paths[i]);
        bool text = n > 4 && strcmp(paths[i] + n - 4, ".txt") == 0;
        if (!text || file_read(paths[i], READ_MAX_BYTES, &bytes, &err) != 0 ||
            text_check(buf_str(&bytes), paths[i], &err) != 0)
            continue;
        ARENA_PUSH(a, texts->items, texts->count, texts->cap, arena_copy(a, buf_str(&bytes)));
        texts->bytes += bytes.n;
    }
}

/* Reads `count` texts, the first ones again when there are fewer; returns the proposals. */
static size_t read_texts(const struct texts *texts, size_t count, size_t *ret_bytes)
{
    static struct arena a;
    const struct read_options options = {STR("bench"), STR("2022-08-11")};
    size_t found = 0, bytes = 0;
    for (size_t i = 0; i < count; i++) {
        struct reading reading;
        struct err err = {0};
        struct str text = texts->items[i % texts->count];
        arena_reset(&a);
        if (read_document(&a, text, &options, &reading, &err) == 0)
            found += reading.count;
        bytes += text.n;
    }
    *ret_bytes = bytes;
    return found;
}

#ifdef BENCH_ICU
static size_t count_words(const struct texts *texts, size_t count, size_t *ret_bytes)
{
    UErrorCode e = U_ZERO_ERROR;
    UBreakIterator *it = ubrk_open(UBRK_WORD, "en", NULL, 0, &e);
    UText view = UTEXT_INITIALIZER;
    size_t words = 0, bytes = 0;
    for (size_t i = 0; i < count && U_SUCCESS(e); i++) {
        struct str text = texts->items[i % texts->count];
        (void)utext_openUTF8(&view, text.p, (int64_t)text.n, &e);
        ubrk_setUText(it, &view, &e);
        while (ubrk_next(it) != UBRK_DONE)
            words += ubrk_getRuleStatus(it) != UBRK_WORD_NONE;
        bytes += text.n;
    }
    utext_close(&view);
    ubrk_close(it);
    *ret_bytes = bytes;
    return words;
}
#endif

/* The best speed of some rounds in MB/s. */
static double speed(size_t (*job)(const struct texts *, size_t, size_t *),
                    const struct texts *texts, size_t count, size_t *ret_found)
{
    double best = 0;
    for (int round = 0; round < BENCH_ROUNDS; round++) {
        size_t bytes = 0;
        double begin = now();
        *ret_found = job(texts, count, &bytes);
        double mbs = (double)bytes * 1e-6 / (now() - begin);
        best = mbs > best ? mbs : best;
    }
    return best;
}

int main(int argc, char **argv)
{
    ARENA_AUTO a = {0};
    struct texts texts = {0};
    for (int i = 1; i < argc; i++)
        load(&a, argv[i], &texts);
    if (texts.bytes == 0) {
        (void)fprintf(stderr, "bench_read: no .txt files are given\n");
        return 2;
    }
    size_t enough = BENCH_BYTES * texts.count / texts.bytes + 1, found = 0;
    printf("%zu texts, %zu bytes; best of %d rounds\n", texts.count, texts.bytes, BENCH_ROUNDS);
    double read = speed(read_texts, &texts, enough, &found);
    printf("read        %8.1f MB/s  (%zu proposals in %zu texts)\n", read, found, enough);
#ifdef BENCH_ICU
    double icu = speed(count_words, &texts, enough, &found);
    printf("word count  %8.1f MB/s  (ICU, %zu words)\n", icu, found);
    printf("ratio       %8.1f       (times slower than the word count)\n", icu / read);
#else
    printf("word count: ICU was not there when this was built\n");
#endif
    printf("\n   texts        ms  us/text   MB/s\n");
    for (size_t n = 1; n <= 10000; n *= 10) {
        size_t bytes = 0;
        double begin = now();
        (void)read_texts(&texts, n, &bytes);
        double took = now() - begin;
        printf("%8zu %9.2f %8.1f %6.1f\n", n, took * 1e3, took * 1e6 / (double)n,
               (double)bytes * 1e-6 / took);
    }
    return 0;
}
