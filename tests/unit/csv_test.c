/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/csv.h"
#include "tap.h"

#include <math.h>

/* The whole table as "a|b\nc|d\n", or the sentence. */
static struct str walk(struct arena *a, struct str text, char separator)
{
    struct csv_reader r;
    csv_open(&r, text, separator, "t.csv");
    struct str all = STR("");
    for (;;) {
        struct csv_record record;
        struct err err = {0};
        if (csv_next(&r, a, &record, &err) != 0)
            return arena_copy(a, str_of(err.text));
        if (record.count == 0)
            return all;
        for (size_t i = 0; i < record.count; i++)
            all = arena_printf(a, "%.*s%s%.*s", (int)all.n, all.p, i ? "|" : "",
                               (int)record.fields[i].n, record.fields[i].p);
        all = arena_printf(a, "%.*s\n", (int)all.n, all.p);
    }
}

static void test_reading(struct arena *a)
{
    is(walk(a, STR("a,b\r\nc,d\r\n"), ','), STR("a|b\nc|d\n"), "CRLF");
    is(walk(a, STR("a,b\nc,d"), ','), STR("a|b\nc|d\n"), "LF, and no end of line at the end");
    is(walk(a,
            STR("\xef\xbb\xbf"
                "a,b\n"),
            ','),
       STR("a|b\n"), "a byte-order mark is no data");
    is(walk(a, STR("a,\"b, \"\"c\"\"\"\n\"\",d\n"), ','), STR("a|b, \"c\"\n|d\n"),
       "quoted, doubled marks, empty");
    is(walk(a, STR("a,\"b\r\nc\"\n"), ','), STR("a|b\r\nc\n"), "a line break in a field");
    is(walk(a, STR(",,\n,,\n"), ','), STR("||\n||\n"), "empty fields");
    is(walk(a, STR("a;b,c\n"), ';'), STR("a|b,c\n"), "another separator");
    is(walk(a, STR("a\tb\n"), '\t'), STR("a|b\n"), "tabs");
    is(walk(a, STR("a,b\n\n\r\nc,d\n\n"), ','), STR("a|b\nc|d\n"), "blank lines are passed");
    is(walk(a, STR("a\n\nb\n"), ','), STR("a\n\nb\n"), "but they are data in one column");
    is(walk(a, STR(""), ','), STR(""), "nothing");
    is(walk(a, STR("a,b\rc\n"), ','), STR("a|b\rc\n"), "a lone CR is data");
}

static void test_refusing(struct arena *a)
{
    is(walk(a, STR("a,b\nc\n"), ','), STR("t.csv: line 2: 1 field, expected 2 as in line 1"),
       "too few fields");
    is(walk(a, STR("a,\"b\nb\"\nc,d,e\n"), ','),
       STR("t.csv: line 3: 3 fields, expected 2 as in line 1"),
       "lines are counted through quoted fields");
    is(walk(a, STR("a\n\"b\nc"), ','), STR("t.csv: line 2: a quoted field that never ends"),
       "an open quote names the line where it opened");
    is(walk(a, STR("a,b \"c\"\n"), ','),
       STR("t.csv: line 1: a quotation mark inside a field that does not begin with one; quote "
           "the whole field and double the mark"),
       "a stray mark");
    is(walk(a, STR("a,\"b\"c\n"), ','),
       STR("t.csv: line 1: text behind the closing quotation mark of a field"), "a tail");
    size_t n = CSV_MAX_FIELD_BYTES + 10;
    char *big = arena_alloc(a, n, 1);
    memset(big, 'x', n);
    is(walk(a, str_make(big, n), ','), STR("t.csv: line 1: a field of more than 1048576 bytes"),
       "a field too long");
    big[0] = '"';
    is(walk(a, str_make(big, n), ','), STR("t.csv: line 1: a field of more than 1048576 bytes"),
       "a quoted field too long");
    memset(big, ',', n);
    is(walk(a, str_make(big, n), ','), STR("t.csv: line 1: more than 4096 fields"),
       "too many fields");
}

static void test_writing(struct arena *a)
{
    BUF_AUTO b;
    buf_init(&b, 4096);
    struct csv_out c = {&b, ',', false};
    static const char *const fields[] = {
        "plain", "a,b",  "say \"no\"", "two\nlines", " blank ", "=1+1", "+49 30 555",  "-12.5",
        "-x",    "@sum", "-1.2.3",     "-",          "\tx",     "",     "caf\xc3\xa9", "a;b",
    };
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        csv_put(&c, str_of(fields[i]));
    csv_put_number(&c, 0.1);
    csv_put_number(&c, NAN);
    csv_put_number(&c, -200);
    csv_end(&c);
    is(buf_str(&b),
       STR("plain,\"a,b\",\"say \"\"no\"\"\",\"two\nlines\",\" blank \",'=1+1,'+49 30 555,"
           "-12.5,'-x,'@sum,'-1.2.3,'-,'\tx,,caf\xc3\xa9,a;b,0.1,,-200\r\n"),
       "quoted where needed, formulas made harmless, numbers kept");
    buf_clear(&b);
    csv_put(&c, STR(""));
    csv_end(&c);
    csv_put(&c, STR("x"));
    csv_end(&c);
    is(walk(a, buf_str(&b), ','), STR("\nx\n"), "one empty field survives the road back");
}

int main(void)
{
    ARENA_AUTO a = {0};
    test_reading(&a);
    test_refusing(&a);
    test_writing(&a);
    return tap_end();
}
