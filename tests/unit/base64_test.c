/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/base64.h"
#include "base/rng.h"
#include "tap.h"

/* RFC 4648, section 10, and one with the last two digits. */
static const struct {
    const char *plain, *padded, *bare;
} known[] = {
    {"", "", ""},
    {"f", "Zg==", "Zg"},
    {"fo", "Zm8=", "Zm8"},
    {"foo", "Zm9v", "Zm9v"},
    {"foob", "Zm9vYg==", "Zm9vYg"},
    {"fooba", "Zm9vYmE=", "Zm9vYmE"},
    {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
    {"\xfb\xff\xbf", "+/+/", "+/+/"},
};

static bool parses_to(const char *text, bool padded, struct str want)
{
    char out[64];
    size_t n = 99;
    return base64_parse(str_of(text), padded, out, sizeof out, &n) &&
           str_eq(str_make(out, n), want);
}

static bool refused(const char *text, bool padded)
{
    char out[64];
    size_t n = 99;
    return !base64_parse(str_of(text), padded, out, sizeof out, &n) && n == 99;
}

static void test_known(void)
{
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        struct str plain = str_of(known[i].plain);
        BUF_AUTO out;
        buf_init(&out, 100);
        base64_print(&out, plain.p, plain.n, true);
        is(buf_str(&out), str_of(known[i].padded), "printed with padding");
        buf_clear(&out);
        base64_print(&out, plain.p, plain.n, false);
        is(buf_str(&out), str_of(known[i].bare), "printed without padding");
        ok(parses_to(known[i].padded, true, plain), "\"%s\" parses", known[i].padded);
        ok(parses_to(known[i].bare, false, plain), "\"%s\" parses", known[i].bare);
        bool same = strcmp(known[i].padded, known[i].bare) == 0;
        ok(same || refused(known[i].bare, true), "padding is not left out");
        ok(same || refused(known[i].padded, false), "padding is not added");
    }
}

static void test_exact(void)
{
    static const char *const bad[] = {"Zh",     "Zm9",  "Z",    "Zm9vZ",   "Zm9v\n",
                                      " Zm9v",  "Zm-v", "Zm_v", "Zm9\x80", "Zg\xff",
                                      "Zm9v\r", "ZZZ=", "Zm.v"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ok(refused(bad[i], false), "bare form %zu is refused", i);
    static const char *const bad_padded[] = {
        "Zh==", "Zm9=", "=", "====", "Zg=", "Z===", "Zg==Zg==", "Zm8=\n", "Zm=v", "Zg=v"};
    for (size_t i = 0; i < sizeof bad_padded / sizeof bad_padded[0]; i++)
        ok(refused(bad_padded[i], true), "padded form %zu is refused", i);
    char out[3];
    size_t n = 0;
    ok(!base64_parse(STR("Zm9vYg"), false, out, 3, &n), "more than there is room for");
    ok(base64_parse(STR("Zm9v"), false, out, 3, &n) && n == 3, "exactly the room");
    BUF_AUTO small;
    buf_init(&small, 7);
    base64_print(&small, "abcdef", 6, true);
    ok(small.full && small.n == 0, "nothing is printed past the ceiling");
}

/* Of all one-byte changes of a printed text only those parse that print back to themselves. */
static void test_changes(void)
{
    struct rng r;
    rng_seed(&r, 5);
    size_t wrong = 0, lost = 0;
    for (size_t n = 0; n < 40; n++) {
        unsigned char plain[40], back[64];
        for (size_t i = 0; i < n; i++)
            plain[i] = (unsigned char)rng_u64(&r);
        for (int padded = 0; padded < 2; padded++) {
            BUF_AUTO text, again;
            buf_init(&text, 100);
            buf_init(&again, 100);
            base64_print(&text, plain, n, padded);
            size_t got = 0;
            lost += !base64_parse(buf_str(&text), padded, back, sizeof back, &got) ||
                    got != n || memcmp(back, plain, n) != 0;
            for (size_t at = 0; at < text.n; at++)
                for (int c = 0; c < 256; c++) {
                    char old = text.p[at];
                    text.p[at] = (char)c;
                    if (base64_parse(buf_str(&text), padded, back, sizeof back, &got)) {
                        buf_clear(&again);
                        base64_print(&again, back, got, padded);
                        wrong += !str_eq(buf_str(&again), buf_str(&text));
                    }
                    text.p[at] = old;
                }
        }
    }
    ok(lost == 0, "what was printed parses");
    ok(wrong == 0, "each value has one form");
}

int main(void)
{
    test_known();
    test_exact();
    test_changes();
    return tap_end();
}
