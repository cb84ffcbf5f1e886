/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A file that was cut, lengthened or changed is never opened to something else; and a range is
 * what the whole is.
 */
#include "age_help.h"
#include "tap.h"
#include "vault/seal/age_parts.h"

static struct age_identity identity;
static struct age_recipient recipient;

static void seal(struct str plain, bool armor, struct help_out *out)
{
    struct err err = {0};
    if (help_seal(&recipient, 1, armor, 1, plain, 0, out, &err) != 0)
        ok(false, "sealed: %s", err.text);
}

/* Opens, and says whether that gave `plain`; *wrong counts what must not be. */
static bool opens(struct str file, struct str plain, size_t *wrong)
{
    struct err err = {0};
    HELP_OUT_AUTO out = help_out_make();
    int r = help_open(&identity, 1, 1, file, 0, &out, &err);
    if (r == 0 && !str_eq(buf_str(&out.bytes), plain))
        ++*wrong;
    if (r && (!err.text[0] || err.kind != r || !str_starts(plain, buf_str(&out.bytes))))
        ++*wrong;
    if (r && r != ERR_INPUT && r != ERR_AUTH && r != ERR_LIMIT)
        ++*wrong;
    return r == 0;
}

static void test_cut(size_t n, bool armor)
{
    BUF_AUTO plain;
    help_fill(&plain, n, 4);
    HELP_OUT_AUTO sealed = help_out_make();
    seal(buf_str(&plain), armor, &sealed);
    struct str file = buf_str(&sealed.bytes);
    size_t wrong = 0, opened = 0, tried = 0;
    /* Armor may lack its last line end, and that only. */
    size_t needed = file.n - armor;
    for (size_t i = 0; i < needed; i++) {
        size_t edge = i % AGE_SEALED;
        if (i > 1000 && i + 1000 < file.n && edge > 300 && edge < AGE_SEALED - 50)
            continue;
        opened += opens(str_slice(file, 0, i), buf_str(&plain), &wrong);
        tried++;
    }
    ok(wrong == 0 && opened == 0, "%zu bytes, armor %d: %zu places to cut", n, armor, tried);
    ok(opens(file, buf_str(&plain), &wrong) && !wrong, "and whole it opens");
}

static void test_longer(size_t n)
{
    BUF_AUTO plain;
    help_fill(&plain, n, 5);
    HELP_OUT_AUTO sealed = help_out_make();
    seal(buf_str(&plain), false, &sealed);
    size_t wrong = 0, opened = 0;
    for (size_t i = 0; i < 40; i++) {
        buf_add_char(&sealed.bytes, (char)i);
        opened += opens(buf_str(&sealed.bytes), buf_str(&plain), &wrong);
    }
    ok(wrong == 0 && opened == 0, "%zu bytes and something behind them", n);
}

static void test_flips(size_t n, bool armor)
{
    BUF_AUTO plain;
    help_fill(&plain, n, 6);
    HELP_OUT_AUTO sealed = help_out_make();
    seal(buf_str(&plain), armor, &sealed);
    size_t wrong = 0, opened = 0;
    for (size_t i = 0; i < sealed.bytes.n; i++)
        for (unsigned bit = 0; bit < 8; bit++) {
            sealed.bytes.p[i] = (char)(sealed.bytes.p[i] ^ 1 << bit);
            opened += opens(buf_str(&sealed.bytes), buf_str(&plain), &wrong);
            sealed.bytes.p[i] = (char)(sealed.bytes.p[i] ^ 1 << bit);
        }
    /* In armor the last line end can turn into other white space: nothing of the file. */
    ok(wrong == 0 && opened <= (armor ? 8u : 0u), "%zu bytes, armor %d: every bit of %zu bytes",
       n, armor, sealed.bytes.n);
}

/* Bytes taken away or doubled anywhere in the header, and lines in another order. */
static void test_header_moves(void)
{
    HELP_OUT_AUTO sealed = help_out_make();
    struct age_identity other;
    age_identity_new(&other);
    struct age_recipient both[2] = {recipient, help_recipient(&other)};
    struct err err = {0};
    ok(help_seal(both, 2, false, 1, STR("short"), 0, &sealed, &err) == 0, "two recipients");
    struct str file = buf_str(&sealed.bytes);
    size_t wrong = 0, opened = 0;
    for (size_t i = 0; i < file.n; i++) {
        BUF_AUTO moved;
        buf_init(&moved, HELP_MAX);
        buf_add(&moved, str_slice(file, 0, i));
        buf_add(&moved, str_slice(file, i + 1, file.n));
        opened += opens(buf_str(&moved), STR("short"), &wrong);
        buf_clear(&moved);
        buf_add(&moved, str_slice(file, 0, i + 1));
        buf_add(&moved, str_slice(file, i, file.n));
        opened += opens(buf_str(&moved), STR("short"), &wrong);
    }
    ok(wrong == 0 && opened == 0, "a byte less or twice");
    size_t first = str_find(file, STR("-> "), 0),
           second = str_find(file, STR("-> "), first + 1);
    size_t end = str_find(file, STR("--- "), 0);
    BUF_AUTO swapped;
    buf_init(&swapped, HELP_MAX);
    buf_add(&swapped, str_slice(file, 0, first));
    buf_add(&swapped, str_slice(file, second, end));
    buf_add(&swapped, str_slice(file, first, second));
    buf_add(&swapped, str_slice(file, end, file.n));
    HELP_OUT_AUTO out = help_out_make();
    ok(help_open(&identity, 1, 1, buf_str(&swapped), 0, &out, &err) == ERR_INPUT &&
           str_starts(str_of(err.text), STR("header MAC: ")),
       "recipients in another order: %s", err.text);
    age_identity_free(&other);
}

/* Headers that go on and on are refused with bounded memory; so is what is no age file. */
static void test_endless(void)
{
    struct err err = {0};
    BUF_AUTO file;
    buf_init(&file, HELP_MAX);
    buf_add(&file, STR(AGE_V1));
    for (int i = 0; i <= AGE_MAX_RECIPIENTS; i++)
        buf_add(&file, STR("-> some-type with arguments\nAAAA\n"));
    buf_add(&file, STR("--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"));
    HELP_OUT_AUTO out = help_out_make();
    ok(help_open(&identity, 1, 1, buf_str(&file), 0, &out, &err) == ERR_LIMIT, "%s", err.text);
    buf_clear(&file);
    buf_add(&file, STR(AGE_V1 "-> endless\n"));
    while (file.n < AGE_MAX_HEADER + 100)
        buf_add(&file,
                STR("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"));
    ok(help_open(&identity, 1, 1, buf_str(&file), 0, &out, &err) == ERR_LIMIT, "%s", err.text);
    struct help_in in = {.rest = str_slice(buf_str(&file), 1, file.n)};
    struct age_source source = {help_read, &in};
    struct age_sink sink = {help_write, &out};
    ok(age_open(&identity, 1, NULL, &source, &sink, &err) == ERR_INPUT &&
           in.rest.n > file.n - 10000,
       "what is no age file is not read on: %s", err.text);
    static const char *const others[] = {"",
                                         "a",
                                         "age-encryption.org/v2\n-> X",
                                         "age-encryption",
                                         "\nage-encryption.org/v1\n",
                                         "age-encryption.org/v1\r\n"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        ok(help_open(&identity, 1, 1, str_of(others[i]), 0, &out, &err) == ERR_INPUT, "%s",
           err.text);
    ok(out.bytes.n == 0, "nothing was given out");
}

/* ---- ranges ---- */

static int read_at(void *context, uint64_t offset, void *p, size_t n, struct err *err)
{
    struct str *s = context;
    if (offset > s->n || n > s->n - offset)
        return err_set(err, ERR_IO, "read behind the end");
    memcpy(p, s->p + offset, n);
    return 0;
}

static int open_range(struct str *file, struct age_range **ret, struct err *err)
{
    struct age_at at = {read_at, file, file->n};
    return age_range_open(&identity, 1, &at, ret, err);
}

static void test_range(size_t n)
{
    BUF_AUTO plain;
    help_fill(&plain, n, 7);
    HELP_OUT_AUTO sealed = help_out_make();
    seal(buf_str(&plain), false, &sealed);
    struct str file = buf_str(&sealed.bytes);
    struct err err = {0};
    struct age_range *r = NULL;
    if (!ok(open_range(&file, &r, &err) == 0, "%zu bytes for ranges %s", n, err.text))
        return;
    ok(age_range_size(r) == n, "its size");
    struct rng random;
    rng_seed(&random, n);
    size_t wrong = 0;
    char *bytes = malloc(n + 1);
    for (int i = 0; i < 200; i++) {
        size_t from = rng_below(&random, n + 1), length = rng_below(&random, n - from + 1);
        if (i % 3)
            length = length < 100 ? length : rng_below(&random, 100);
        wrong +=
            age_range_read(r, from, bytes, length, &err) != 0 ||
            !str_eq(str_make(bytes, length), str_slice(buf_str(&plain), from, from + length));
    }
    ok(wrong == 0, "200 ranges are what the whole is");
    ok(age_range_read(r, n, bytes, 1, &err) == ERR_INPUT, "not behind the end: %s", err.text);
    ok(age_range_read(r, UINT64_MAX, bytes, 1, &err) == ERR_INPUT, "nor far behind it");
    ok(age_range_read(r, n, bytes, 0, &err) == 0, "nothing at the end is there");
    age_range_free(r);
    free(bytes);
}

static void test_range_damage(void)
{
    BUF_AUTO plain;
    help_fill(&plain, 3 * AGE_CHUNK + 100, 8);
    HELP_OUT_AUTO sealed = help_out_make();
    HELP_OUT_AUTO armored = help_out_make();
    seal(buf_str(&plain), false, &sealed);
    seal(STR("in armor"), true, &armored);
    struct str file = buf_str(&sealed.bytes), armor = buf_str(&armored.bytes);
    struct err err = {0};
    struct age_range *r = NULL;
    char byte = 0;
    size_t header = file.n - (3 * AGE_SEALED + 100 + AGE_TAG);
    sealed.bytes.p[header + AGE_SEALED + 5] ^= 1;
    ok(open_range(&file, &r, &err) == 0, "damaged in the middle it opens");
    ok(age_range_read(r, 10, &byte, 1, &err) == 0 && byte == plain.p[10], "before the damage");
    ok(age_range_read(r, AGE_CHUNK + 60000, &byte, 1, &err) == ERR_INPUT, "%s", err.text);
    ok(age_range_read(r, 2 * AGE_CHUNK, &byte, 1, &err) == 0 && byte == plain.p[2 * AGE_CHUNK],
       "behind the damage");
    ok(age_range_read(r, AGE_CHUNK + 60000, &byte, 1, &err) == ERR_INPUT,
       "and still not there");
    age_range_free(r);
    ok(open_range(&armor, &r, &err) == ERR_INPUT, "armor: %s", err.text);
    sealed.bytes.p[header + AGE_SEALED + 5] ^= 1;
    size_t opened = 0;
    for (size_t n = 0; n < sealed.bytes.n; n += n % AGE_SEALED < 400 ? 1 : 5000) {
        file.n = n;
        opened += open_range(&file, &r, &err) == 0;
    }
    ok(opened == 0, "cut anywhere it does not");
    file.n = header + 2 * AGE_SEALED; /* at the edge of a chunk that is not the last */
    ok(open_range(&file, &r, &err) == ERR_INPUT, "nor between two chunks: %s", err.text);
}

int main(void)
{
    secret_init();
    age_identity_new(&identity);
    recipient = help_recipient(&identity);
    test_cut(0, false);
    test_cut(100, false);
    test_cut(100, true);
    test_cut(2 * AGE_CHUNK, false);
    test_cut(AGE_CHUNK + 1, false);
    test_longer(0);
    test_longer(100);
    test_longer(AGE_CHUNK);
    test_flips(50, false);
    test_flips(0, false);
    test_flips(50, true);
    test_header_moves();
    test_endless();
    static const size_t sizes[] = {
        0, 1, 500, AGE_CHUNK - 1, AGE_CHUNK, AGE_CHUNK + 1, 5 * AGE_CHUNK, 300001};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        test_range(sizes[i]);
    test_range_damage();
    age_identity_free(&identity);
    return tap_end();
}
