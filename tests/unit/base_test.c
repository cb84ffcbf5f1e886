/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"
#include "tap.h"

#include <math.h>

static void test_str(void)
{
    struct str rest = STR("one\r\ntwo\n\nlast"), line;
    int n = 0;
    while (str_next_line(&rest, &line))
        n++;
    ok(n == 4 && str_eq(line, STR("last")), "lines end in LF or CRLF");
    uint64_t v = 0;
    ok(str_to_u64(STR("123456789012345678"), &v) && v == 123456789012345678u, "18 digits");
    ok(!str_to_u64(STR("1234567890123456789"), &v), "19 digits are refused");
    ok(!str_to_u64(STR("-1"), &v) && !str_to_u64(STR(""), &v), "signs and nothing are refused");
    ok(str_find(STR("aaab"), STR("ab"), 0) == 2, "find");
    ok(str_find((struct str){0}, STR("ab"), 0) == STR_NONE, "find in nothing");
    ok(str_find(STR("ab"), STR("ab"), 3) == STR_NONE, "find from behind the end");
}

static void test_buf(void)
{
    BUF_AUTO b;
    buf_init(&b, 10);
    buf_add(&b, STR("12345"));
    buf_printf(&b, "%d", 67890);
    ok(b.n == 10 && !b.full, "filled to the ceiling");
    buf_add_char(&b, 'x');
    struct err e = {0};
    ok(b.full && b.n == 10 && buf_check(&b, "it", &e) == ERR_LIMIT, "past the ceiling is said");
}

static void test_json(void)
{
    BUF_AUTO b;
    buf_init(&b, 4096);
    struct json_out j = {&b, false};
    json_begin_array(&j);
    json_put_str(&j, STR("a\"\\\n\x01\xff\xc3\xa9"));
    json_put_number(&j, 0.1);
    json_put_number(&j, 1e300);
    json_put_number(&j, NAN);
    json_put_number(&j, -3);
    json_end_array(&j);
    is(buf_str(&b), STR("[\"a\\\"\\\\\\n\\u0001\xef\xbf\xbd\xc3\xa9\",0.1,1e+300,null,-3]"),
       "the writer escapes, and numbers read back");
    struct err e = {0};
    JSON_AUTO *v = NULL;
    ok(json_parse(STR("{\"a\":1,\"a\":2}"), 100, "x", &v, &e) == ERR_INPUT, "a doubled key");
    ok(json_parse(STR("[1]"), 2, "x", &v, &e) == ERR_LIMIT, "longer than the bound");
    char deep[200];
    memset(deep, '[', sizeof deep);
    ok(json_parse(str_make(deep, sizeof deep), 1000, "x", &v, &e) == ERR_LIMIT, "too deep");
    ok(json_parse(STR("[1,{\"b\":\"[[\"}]"), 100, "x", &v, &e) == 0, "brackets in strings");
}

static void test_text(void)
{
    ok(text_invalid_at(STR("caf\xc3\xa9")) == STR_NONE, "valid");
    ok(text_invalid_at(STR("caf\xc3")) == 3, "cut in the middle of a character");
    BUF_AUTO b;
    buf_init(&b, 100);
    text_fold(&b,
              STR("\xc3\x89"
                  "A\xd0\x96"),
              false);
    is(buf_str(&b), STR("ea\xd0\xb6"), "fold drops marks and case");
    struct err e = {0};
    ok(text_check(STR("\xff\xfe"
                      "a\0"),
                  "f", &e) == ERR_INPUT &&
           strstr(e.text, "UTF-16"),
       "UTF-16 is named");
}

static void test_arena(void)
{
    ARENA_AUTO a = {0};
    int *items = NULL;
    size_t count = 0, cap = 0;
    for (int i = 0; i < 100000; i++)
        ARENA_PUSH(&a, items, count, cap, i);
    ok(count == 100000 && items[99999] == 99999 && items[0] == 0, "a growing array");
    arena_reset(&a);
    ok(arena_used(&a) == 0, "reset");
}

int main(void)
{
    test_str();
    test_buf();
    test_json();
    test_text();
    test_arena();
    return tap_end();
}
