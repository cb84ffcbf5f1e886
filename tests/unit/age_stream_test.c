/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sealing and opening of streams: every size around the edges of chunks and batches, any number
 * of threads, short reads, and readers and writers that fail.
 */
#include "age_help.h"
#include "tap.h"
#include "vault/seal/age_parts.h"

#define PLAIN_MAX (11 * AGE_CHUNK)

static struct age_identity identity;
static struct age_recipient recipient;
static struct buf plain;

static int stream(bool seal, unsigned threads, struct str bytes, size_t step,
                  struct help_out *out, struct err *err)
{
    static const unsigned char key[AGE_KEY] = "the same key for every run";
    struct help_in in = {.rest = bytes, .step = step};
    struct age_source source = {help_read, &in};
    struct age_sink sink = {help_write, out};
    return age_stream(key, seal, threads, &source, &sink, err);
}

/* The payload, byte for byte, for every number of threads and way of reading. */
static void test_threads_agree(size_t n)
{
    struct err err = {0};
    struct str text = str_slice(buf_str(&plain), 0, n);
    HELP_OUT_AUTO one = help_out_make();
    bool good = stream(true, 1, text, 0, &one, &err) == 0;
    size_t chunks = n ? (n + AGE_CHUNK - 1) / AGE_CHUNK : 1;
    ok(good && one.bytes.n == n + chunks * AGE_TAG, "%zu bytes in %zu chunks", n, chunks);
    static const struct {
        unsigned threads;
        size_t step;
    } ways[] = {{1, 7777}, {2, 0}, {3, 65536}, {5, 70001}};
    bool same = true, back = true;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        HELP_OUT_AUTO sealed = help_out_make();
        HELP_OUT_AUTO opened = help_out_make();
        same = same && stream(true, ways[i].threads, text, ways[i].step, &sealed, &err) == 0 &&
               str_eq(buf_str(&sealed.bytes), buf_str(&one.bytes));
        back = back &&
               stream(false, ways[i].threads, buf_str(&one.bytes), ways[i].step, &opened,
                      &err) == 0 &&
               str_eq(buf_str(&opened.bytes), text);
    }
    ok(same, "%zu bytes: the same with any number of threads", n);
    ok(back, "%zu bytes: and back", n);
}

static void test_sizes(void)
{
    test_threads_agree(0);
    test_threads_agree(1);
    for (size_t k = 1; k <= 9; k++)
        for (size_t n = k * AGE_CHUNK - 1; n <= k * AGE_CHUNK + 1; n++)
            test_threads_agree(n);
    static const size_t others[] = {
        15, 16, 17, 1000, AGE_SEALED - 1, AGE_SEALED, AGE_SEALED + 1};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        test_threads_agree(others[i]);
}

/* Whole files, armor and all. */
static void test_files(void)
{
    size_t bad = 0, count = 0;
    struct rng r;
    rng_seed(&r, 11);
    for (size_t k = 0; k <= 5; k++)
        for (size_t d = 0; d < 3; d++)
            for (unsigned way = 0; way < 4; way++) {
                size_t n = k * AGE_CHUNK + d;
                n -= n ? 1 : 0;
                struct str text = str_slice(buf_str(&plain), 0, n);
                struct err err = {0};
                HELP_OUT_AUTO sealed = help_out_make();
                HELP_OUT_AUTO opened = help_out_make();
                size_t step = way & 2 ? 1 + rng_below(&r, 100000) : 0;
                bool good =
                    help_seal(&recipient, 1, way & 1, way, text, step, &sealed, &err) == 0;
                good = good && str_starts(buf_str(&sealed.bytes),
                                          way & 1 ? STR("-----BEGIN") : STR(AGE_V1));
                good = good && age_is_file(buf_str(&sealed.bytes));
                good = good && help_open(&identity, 1, way, buf_str(&sealed.bytes), step,
                                         &opened, &err) == 0;
                bad += !good || !str_eq(buf_str(&opened.bytes), text);
                count++;
            }
    ok(bad == 0, "%zu files there and back", count);
}

/* The writer makes files that open, whatever the pieces in which it is given them. */
static void test_writer(void)
{
    size_t bad = 0, count = 0;
    struct rng r;
    rng_seed(&r, 12);
    for (size_t k = 0; k <= 3; k++)
        for (size_t d = 0; d < 3; d++)
            for (unsigned way = 0; way < 3; way++) {
                size_t n = k * AGE_CHUNK + d;
                n -= n ? 1 : 0;
                struct err err = {0};
                HELP_OUT_AUTO sealed = help_out_make();
                HELP_OUT_AUTO opened = help_out_make();
                const struct age_sink sink = {help_write, &sealed};
                struct age_writer *w = NULL;
                bool good = age_writer_new(&recipient, 1, &sink, &w, &err) == 0;
                for (size_t at = 0; good && at < n;) {
                    size_t step = way == 0 ? n : 1 + rng_below(&r, way == 1 ? 500 : 200000);
                    struct str piece =
                        str_slice(str_slice(buf_str(&plain), 0, n), at, at + step);
                    good = age_writer_add(w, piece.p, piece.n, &err) == 0;
                    at += piece.n;
                }
                size_t cut = sealed.bytes.n;
                good = good && age_writer_end(w, &err) == 0;
                age_writer_free(w);
                good = good && help_open(&identity, 1, 1, buf_str(&sealed.bytes), 0, &opened,
                                         &err) == 0;
                bad +=
                    !good || !str_eq(buf_str(&opened.bytes), str_slice(buf_str(&plain), 0, n));
                HELP_OUT_AUTO spare = help_out_make();
                bad += help_open(&identity, 1, 1, str_slice(buf_str(&sealed.bytes), 0, cut), 0,
                                 &spare, &err) != ERR_INPUT;
                count++;
            }
    ok(bad == 0, "%zu files from a writer open, and without their end do not", count);
}

/* A reader that gives one byte at a time, and armor without its last line end. */
static void test_slow(void)
{
    struct err err = {0};
    struct str text = str_slice(buf_str(&plain), 0, 1000);
    HELP_OUT_AUTO sealed = help_out_make();
    HELP_OUT_AUTO opened = help_out_make();
    ok(help_seal(&recipient, 1, true, 1, text, 1, &sealed, &err) == 0, "sealed byte by byte");
    struct str file = buf_str(&sealed.bytes);
    file.n--;
    ok(help_open(&identity, 1, 1, file, 1, &opened, &err) == 0, "opened byte by byte");
    is(buf_str(&opened.bytes), text, "and the same");
}

/* Fails once at each call in turn: the error comes through, and what was written before is the
 * beginning of the right result. */
static void test_failures(bool seal, unsigned threads, bool armor)
{
    struct err err = {0};
    struct str text = buf_str(&plain);
    HELP_OUT_AUTO sealed = help_out_make();
    if (help_seal(&recipient, 1, armor, 1, text, 0, &sealed, &err) != 0)
        ok(false, "sealed: %s", err.text);
    size_t wrong = 0, failed = 0, done = 0;
    for (uint64_t at = 1; at < 200 && !done; at++)
        for (int side = 0; side < 2; side++) {
            struct str from = seal ? text : buf_str(&sealed.bytes);
            HELP_OUT_AUTO out = help_out_make();
            out.fail_at = side ? at : 0;
            struct help_in in = {.rest = from, .step = 30000, .fail_at = side ? 0 : at};
            struct age_source source = {help_read, &in};
            struct age_sink sink = {help_write, &out};
            struct age_options options = {.armor = armor, .threads = threads};
            int r = seal ? age_seal(&recipient, 1, &options, &source, &sink, &err)
                         : age_open(&identity, 1, &options, &source, &sink, &err);
            bool reached = (side ? out.calls : in.calls) >= at;
            wrong += reached != (r == ERR_IO);
            wrong += reached && !str_starts(str_of(err.text),
                                            side ? STR("the writer") : STR("the reader"));
            wrong += !seal && !str_starts(text, buf_str(&out.bytes));
            failed += reached;
            done = side == 0 && !reached;
        }
    ok(wrong == 0 && failed > 20, "%s, %u threads, armor %d: %zu failures came through",
       seal ? "sealing" : "opening", threads, armor, failed);
}

/* A damaged chunk: with every number of threads the same good beginning is given out. */
static void test_damage_in_order(void)
{
    struct err err = {0};
    HELP_OUT_AUTO sealed = help_out_make();
    bool good = stream(true, 1, buf_str(&plain), 0, &sealed, &err) == 0;
    size_t wrong = 0;
    for (size_t chunk = 0; chunk < 11; chunk++) {
        sealed.bytes.p[chunk * AGE_SEALED + 99] ^= 4;
        for (unsigned threads = 1; threads <= 4; threads++) {
            HELP_OUT_AUTO out = help_out_make();
            int r = stream(false, threads, buf_str(&sealed.bytes), 0, &out, &err);
            wrong += r != ERR_INPUT || out.bytes.n != chunk * AGE_CHUNK ||
                     !str_starts(buf_str(&plain), buf_str(&out.bytes));
            char name[32];
            (void)snprintf(name, sizeof name, "chunk %zu ", chunk);
            wrong += str_find(str_of(err.text), str_of(name), 0) == STR_NONE;
        }
        sealed.bytes.p[chunk * AGE_SEALED + 99] ^= 4;
    }
    ok(good && wrong == 0, "what stands before a damaged chunk is given out, and no more");
}

int main(void)
{
    secret_init();
    age_identity_new(&identity);
    recipient = help_recipient(&identity);
    help_fill(&plain, PLAIN_MAX, 3);
    test_sizes();
    test_files();
    test_slow();
    test_writer();
    for (unsigned threads = 1; threads <= 3; threads += 2) {
        test_failures(true, threads, false);
        test_failures(false, threads, false);
    }
    test_failures(true, 2, true);
    test_failures(false, 2, true);
    test_damage_in_order();
    age_identity_free(&identity);
    buf_free(&plain);
    return tap_end();
}
