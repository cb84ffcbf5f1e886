/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tap.h"
#include "vault/ledger/bundle.h"

#include <stdlib.h>

#define HEX64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define HEX32 "0123456789abcdef0123456789abcdef"
#define TEXT                                                                                   \
    "deponent bundle v1\n"                                                                     \
    "archive " HEX64 "\n"                                                                      \
    "device " HEX64 "\n"                                                                       \
    "first 10\n"                                                                               \
    "count 3\n"                                                                                \
    "root " HEX64 "\n"                                                                         \
    "previous " HEX64 "\n"                                                                     \
    "clock 7\n"                                                                                \
    "head " HEX32 " 5 " HEX64 "\n"                                                             \
    "head 1123456789abcdef0123456789abcdef 900 " HEX64 "\n"                                    \
    "day 2024-02-29\n"

static void test_note(void)
{
    ARENA_AUTO a = {0};
    struct bundle_note n;
    struct err err = {0};
    if (!ok(bundle_parse_note(&a, STR(TEXT), "it", &n, &err) == 0, "a note parses"))
        return;
    ok(n.first == 10 && n.count == 3 && n.clock == 7 && n.head_count == 2 &&
           n.heads[1].next == 900 && n.root[1] == 0x23 && str_eq(n.day, STR("2024-02-29")),
       "its fields");
    BUF_AUTO out;
    buf_init(&out, 1 << 16);
    bundle_print_note(&out, &n);
    is(buf_str(&out), STR(TEXT), "and prints to the same bytes");
}

/* Every byte changed in every way: refused, or it prints as it stands. */
static void test_note_mutated(void)
{
    struct str text = STR(TEXT);
    char *copy = malloc(text.n);
    if (!copy)
        abort();
    size_t accepted = 0, wrong = 0;
    for (size_t i = 0; i < text.n; i++)
        for (int c = 1; c < 256; c++) {
            ARENA_AUTO a = {0};
            memcpy(copy, text.p, text.n);
            copy[i] = (char)(copy[i] ^ c);
            struct bundle_note n;
            struct err err = {0};
            if (bundle_parse_note(&a, str_make(copy, text.n), "it", &n, &err))
                continue;
            accepted++;
            BUF_AUTO out;
            buf_init(&out, 1 << 16);
            bundle_print_note(&out, &n);
            wrong += !str_eq(buf_str(&out), str_make(copy, text.n));
        }
    ok(wrong == 0, "no changed note is read as another one (%zu have one changed value)",
       accepted);
    free(copy);
}

static void test_note_refused(void)
{
    static const struct {
        const char *from, *to;
        int kind;
    } cases[] = {
        {"bundle v1", "bundle v2", ERR_STATE},
        {"first 10", "first 010", ERR_INPUT},
        {"first 10", "first 999999999999999999", ERR_INPUT},
        {"first 10", "first 1000000000000000000", ERR_INPUT},
        {"count 3", "count 0", ERR_INPUT},
        {"count 3", "count 4097", ERR_INPUT},
        {"count 3\n", "", ERR_INPUT},
        {"head 1123", "head 0123", ERR_INPUT},
        {"head 1123", "head 0023", ERR_INPUT},
        {" 900 ", " 0900 ", ERR_INPUT},
        {"2024-02-29", "2023-02-29", ERR_INPUT},
        {"2024-02-29", "2024-02", ERR_INPUT},
        {"2024-02-29", "2024-02-2X", ERR_INPUT},
        {"2024-02-29\n", "2024-02-29", ERR_INPUT},
        {"2024-02-29\n", "2024-02-29\n\n", ERR_INPUT},
        {"clock 7\n", "clock 7\r\n", ERR_INPUT},
        {"archive 01", "archive A1", ERR_INPUT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ARENA_AUTO a = {0};
        struct str text = STR(TEXT), from = str_of(cases[i].from);
        size_t at = str_find(text, from, 0);
        struct str changed =
            arena_printf(&a, "%.*s%s%s", (int)at, text.p, cases[i].to, text.p + at + from.n);
        struct bundle_note n;
        struct err err = {0};
        int r = bundle_parse_note(&a, changed, "it", &n, &err);
        ok(at != STR_NONE && r == cases[i].kind && err.text[0], "%zu is refused: %s", i,
           err.text);
    }
}

static void test_file(void)
{
    ARENA_AUTO a = {0};
    char envelopes[3 * ENVELOPE_SIZE];
    memset(envelopes, 'e', sizeof envelopes);
    struct str payloads[3] = {STR("one"), {NULL, 0}, STR("")};
    struct bundle b = {STR("the note"), str_make(envelopes, sizeof envelopes), 3, payloads};
    struct err err = {0};
    BUF_AUTO out, again;
    buf_init(&out, 1 << 16);
    buf_init(&again, 1 << 16);
    ok(bundle_print(&out, &b, &err) == 0 && bundle_print(&out, &b, &err) == 0,
       "two bundles are printed");
    struct str rest = buf_str(&out);
    struct bundle first, second;
    if (!ok(bundle_parse(&a, &rest, "it", &first, &err) == 0 &&
                bundle_parse(&a, &rest, "it", &second, &err) == 0 && rest.n == 0,
            "and parsed one after the other"))
        return;
    is(second.note, STR("the note"), "the note");
    is(second.payloads[0], STR("one"), "a payload");
    ok(!second.payloads[1].p && second.payloads[2].p && second.payloads[2].n == 0,
       "a dropped payload is not an empty one");
    ok(bundle_print(&again, &second, &err) == 0 &&
           str_eq(buf_str(&again), str_slice(buf_str(&out), 0, out.n / 2)),
       "and it prints to the same bytes");
    size_t taken = 0;
    for (size_t n = 0; n < out.n / 2; n++) {
        rest = str_make(out.p, n);
        taken += bundle_parse(&a, &rest, "it", &first, &err) == 0;
    }
    ok(taken == 0, "cut anywhere it is refused");
    for (size_t at = 4; at < 20; at++) {
        char *p = arena_alloc(&a, 1, out.n);
        memcpy(p, out.p, out.n);
        p[at] = (char)0xff;
        rest = str_make(p, out.n);
        taken += bundle_parse(&a, &rest, "it", &first, &err) == 0;
    }
    ok(taken == 0, "so are wrong lengths, before anything is allocated");
}

int main(void)
{
    test_note();
    test_note_mutated();
    test_note_refused();
    test_file();
    return tap_end();
}
