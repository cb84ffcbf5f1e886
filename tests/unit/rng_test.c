/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * usage: rng_test TESTS (the folder with vectors/rng.txt)
 */
#include "base/buf.h"
#include "base/rng.h"
#include "sys/file.h"
#include "tap.h"

/* Takes the next blank-separated word off s. */
static struct str next_word(struct str *s)
{
    *s = str_trim(*s);
    size_t n = str_find(*s, STR(" "), 0);
    struct str word = str_slice(*s, 0, n);
    *s = str_slice(*s, n, s->n);
    return word;
}

static uint64_t number(struct str s)
{
    uint64_t v = 0; /* up to 20 digits, more than str_to_u64 takes */
    for (size_t i = 0; i < s.n; i++)
        v = v * 10 + (uint64_t)(s.p[i] - '0');
    return v;
}

static void check_line(struct str line)
{
    size_t colon = str_find(line, STR(" : "), 0);
    struct str start = str_slice(line, 0, colon), outputs = str_slice(line, colon + 3, line.n);
    struct str rest = start;
    bool splitmix = str_eq(next_word(&rest), STR("splitmix64"));
    struct rng r = {{0}};
    uint64_t state = 0;
    if (splitmix) {
        state = number(next_word(&rest));
    } else if (str_eq(next_word(&rest), STR("state"))) {
        for (int i = 0; i < 4; i++)
            r.s[i] = number(next_word(&rest));
    } else {
        rng_seed(&r, number(next_word(&rest)));
    }
    int n = 0;
    bool same = true;
    for (struct str w = next_word(&outputs); w.n; w = next_word(&outputs), n++)
        same = same && (splitmix ? rng_splitmix(&state) : rng_u64(&r)) == number(w);
    ok(same && n >= 4, "%.*s: %d outputs", (int)start.n, start.p, n);
}

static void test_below(void)
{
    struct rng r;
    rng_seed(&r, 7);
    unsigned counts[6] = {0};
    bool inside = true;
    for (int i = 0; i < 60000; i++) {
        uint64_t v = rng_below(&r, 6);
        inside = inside && v < 6;
        counts[v % 6]++;
    }
    ok(inside, "below stays below");
    double chi = 0;
    for (int i = 0; i < 6; i++)
        chi += (counts[i] - 1e4) * (counts[i] - 1e4) / 1e4;
    ok(chi < 20.5, "a die is even: chi square %.1f, below 20.5 but once in 1000", chi);
    ok(rng_below(&r, 1) == 0, "below 1 is 0");
    uint64_t high = 0;
    for (int i = 0; i < 100; i++)
        high |= rng_below(&r, UINT64_MAX);
    ok(high >> 60 == 15, "the high bits are used");
    double low = 1, top = 0;
    for (int i = 0; i < 100000; i++) {
        double u = rng_unit(&r);
        low = u < low ? u : low;
        top = u > top ? u : top;
    }
    ok(low >= 0 && low < 1e-3 && top < 1 && top > 0.999, "the unit interval, without 1");
}

static void test_streams(void)
{
    struct rng a, b, c;
    rng_seed_stream(&a, 1, 0);
    rng_seed_stream(&b, 1, 1);
    rng_seed_stream(&c, 0, 1);
    uint64_t x = rng_u64(&a), y = rng_u64(&b), z = rng_u64(&c);
    ok(x != y && y != z && x != z, "streams and seeds differ");
    rng_seed_stream(&b, 1, 0);
    ok(rng_u64(&b) == x, "the same stream again");
}

int main(int argc, char **argv)
{
    BUF_AUTO text;
    buf_init(&text, 1 << 16);
    struct err err = {0};
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/vectors/rng.txt", argc > 1 ? argv[1] : ".");
    if (file_read(path, 1 << 16, &text, &err) != 0) {
        ok(false, "vectors: %s", err.text);
        return tap_end();
    }
    struct str rest = buf_str(&text), line;
    while (str_next_line(&rest, &line))
        if (line.n && line.p[0] != '#')
            check_line(line);
    test_below();
    test_streams();
    return tap_end();
}
