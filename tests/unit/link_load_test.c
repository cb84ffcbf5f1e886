/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/link_load: what tables become, what records are called, what is refused and how.
 */
#include "sys/threads.h"
#include "tap.h"
#include "work/link_load.h"

#include <stdlib.h>
#include <unistd.h>

static struct link_load load;
static struct err err;

static int load_two(struct str a, struct str b)
{
    static const char *const names[] = {"one/a.csv", "b.csv"};
    struct str texts[] = {a, b};
    err = (struct err){0};
    return link_load_texts(names, texts, b.p ? 2 : 1, NULL, &load, &err);
}

static struct str cell(uint32_t column, uint32_t record)
{
    const struct link_column *c = &load.data.columns[column];
    return link_column_text(c, c->cell[record]);
}

static void is_said(const char *want)
{
    BUF_AUTO out;
    buf_init(&out, 65536);
    link_load_say(&load, &out);
    is(buf_str(&out), str_of(want), "said so");
}

static void tables(void)
{
    int e = load_two(STR("id;name;town\r\n7; Ann ;\"Kol;var\"\r\n8;Bo;Kol;var\r\n"), STR(""));
    ok(e == ERR_INPUT && strstr(err.text, "one/a.csv: line 3: 4 fields, expected 3"), "%s",
       err.text);
    e = load_two(
        STR("\xef\xbb\xbfid;name;town\r\n7; Ann\xc2\xa0;\"Kol;\r\nvar\"\r\n\r\n8;Ann;\r\n"),
        STR("Name\tborn\nCy\t1990\n"));
    ok(e == 0, "two tables: %s", err.text);
    if (e)
        return;
    ok(load.data.records == 3 && load.data.column_count == 4 && load.data.list_count == 2,
       "3 records, 4 columns, 2 lists");
    is_said("one/a.csv: 2 records, 3 columns, UTF-8, separated by semicolons\n"
            "b.csv: 1 record, 2 columns, UTF-8, separated by tabs\n");
    is(cell(1, 0), STR("Ann"), "blanks go, those of Unicode too");
    ok(load.data.columns[1].cell[0] == load.data.columns[1].cell[1], "one text for one cell");
    is(cell(2, 0), STR("Kol;\r\nvar"), "a quoted cell of two lines");
    ok(cell(2, 1).n == 0 && load.data.columns[2].cell[1] == 0, "an empty cell");
    is(cell(1, 2), STR("Cy"), "a header in other letters is the same column");
    ok(load.data.columns[3].cell[0] == 0 && load.data.columns[3].cell[1] == 0,
       "a column of the second file is empty in the first");
    is(cell(3, 2), STR("1990"), "and holds its own");
    ok(load.data.columns[0].cell[2] == 0, "as is one of the first in the second");
    is(load.data.lists[0].name, STR("a.csv"), "a list is called after its file");
    ok(load.data.list[1] == 0 && load.data.list[2] == 1, "records are of their list");
    char room[LINK_LOAD_NAME_MAX];
    is(link_load_name(&load, 1, room), STR("a.csv:2"), "a record is FILE:ROW");
    uint32_t at = 9;
    ok(link_load_find(&load, STR("b.csv:1"), &at) && at == 2, "and found by it");
    ok(!link_load_find(&load, STR("b.csv:2"), &at) && !link_load_find(&load, STR("x"), &at) &&
           !link_load_find(&load, STR("a.csv:0"), &at),
       "what is not there is not found");
    BUF_AUTO place;
    buf_init(&place, 1000);
    link_load_place(&load, 1, &place);
    is(buf_str(&place), STR("one/a.csv: line 5"), "its line, past cells of two lines");
    link_load_free(&load);
}

static void names(void)
{
    if (load_two(STR("id,n\nx,1\ny,2\n"), STR("id,n\nz,3\n")) != 0)
        return;
    char room[LINK_LOAD_NAME_MAX];
    uint32_t at = 9;
    ok(link_load_name_by(&load, 0, &err) == 0, "named by a column");
    is(link_load_name(&load, 2, room), STR("z"), "the value is the name");
    ok(link_load_find(&load, STR(" y "), &at) && at == 1, "found by it");
    link_load_drop_columns(&load);
    is(link_load_name(&load, 0, room), STR("x"), "names outlive the columns");
    link_load_free(&load);
    int e = load_two(STR("id,n\nx,1\n\ny,2\n"), STR("id,n\nz,3\nx,4\n"));
    if (!e)
        e = link_load_name_by(&load, 0, &err);
    ok(e == ERR_INPUT &&
           strstr(err.text, "b.csv: line 3: the id \"x\" stands at one/a.csv: line 2"),
       "%s", err.text);
    link_load_free(&load);
    e = load_two(STR("id,n\nx,1\n,2\n"), STR("id,n\nz,3\n"));
    if (!e)
        e = link_load_name_by(&load, 0, &err);
    ok(e == ERR_INPUT && strstr(err.text, "one/a.csv: line 3: no value"), "%s", err.text);
    link_load_free(&load);
}

static void lists(void)
{
    if (load_two(STR("n,src\n1,A\n2,B\n3,A\n"), (struct str){0}) != 0)
        return;
    ok(link_load_list_by(&load, 1, &err) == 0 && load.data.list_count == 2,
       "lists by a column");
    ok(load.data.lists[0].records == 2 && load.data.list[1] == 1, "with their records");
    link_load_free(&load);
    int e = load_two(STR("n,src\n1,A\n2,\n3,A\n"), (struct str){0});
    if (!e)
        e = link_load_list_by(&load, 1, &err);
    ok(e == ERR_INPUT && strstr(err.text, "line 3"), "%s", err.text);
    link_load_free(&load);
}

static void forms(void)
{
    static const struct {
        struct str text;
        const char *said;
    } cases[] = {
        {{"a\tb\n1\t2\n", 8}, "tabs"},
        {{"a|b\n1|2\n", 8}, "vertical bars"},
        {{"sep=;\r\na;b\r\n1,5;2\r\n", 19}, "semicolons"},
        {{"a;b\n1,5;2,7\n", 12}, "semicolons"},
        {{"a,b\r1,2\r", 8}, "commas"},
        {{"\xff\xfe"
          "a\0,\0b\0\n\0001\0,\0002\0\n\0",
          18},
         "UTF-16LE"},
        {{"\xc8\xec\xff;\xc3\xee\xf0\xee\xe4\n\xce\xeb\xe5\xe3;2\n", 17}, "Windows-1251"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int e = load_two(cases[i].text, (struct str){0});
        BUF_AUTO out;
        buf_init(&out, 4096);
        if (!e)
            link_load_say(&load, &out);
        ok(!e && load.data.records == 1 && load.data.column_count == 2 &&
               str_find(buf_str(&out), str_of(cases[i].said), 0) != STR_NONE,
           "%s: %s", cases[i].said, e ? err.text : "1 record of 2 columns");
        link_load_free(&load);
    }
}

static void refused(void)
{
    static const struct {
        struct str text;
        const char *says;
    } cases[] = {
        {{"", 0}, "line 1: an empty file"},
        {{" \n\n", 3}, "line 1: an empty file"},
        {{"name,born\n", 10}, "no record follows"},
        {{"name,name\nA,B\n", 14}, "line 1: two columns are called \"name\""},
        {{"Ann,1990-01-02\nBo,1991-03-04\n", 29}, "line 1: field 2 looks like data"},
        {{"a,b\n1,2\n1\n", 10}, "line 3: 1 field, expected 2"},
        {{"a,b\n1,\"2\n3,4\n", 13}, "line 2: a quoted field that never ends"},
        {{"a,b\n1,x\"2\n", 10}, "line 2: a quotation mark inside"},
        {{"a,b\n1,2\n3,\0\n", 12}, "line 3: a NUL byte"},
        {{"\x7f"
          "ELF\0\0\0\1\2\3\0\0",
          12},
         "NUL byte"},
        {{"\xff\xfe"
          "a\0\n\0b\0\n",
          9},
         "odd number of bytes"},
        {{"\xff\xfe"
          "a\0\n\0\x3d\xd8\n\0",
          10},
         "line 2: half a surrogate pair"},
        {{"имя,имя2,имя3,имя4\nа,б,в,\xff\n", 42}, "line 2: a byte that is not UTF-8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str text = cases[i].text;
        int e = load_two(text, (struct str){0});
        ok(e == ERR_INPUT && strstr(err.text, "a.csv") && strstr(err.text, cases[i].says),
           "%s: %s", cases[i].says, e ? err.text : "was read");
        if (!e)
            link_load_free(&load);
    }
    static const char *const gone[] = {"/nowhere/at/all.csv"}, *const folder[] = {"/"};
    ok(link_load_read(gone, 1, NULL, &load, &err) == ERR_MISSING, "%s", err.text);
    ok(link_load_read(folder, 1, NULL, &load, &err) == ERR_INPUT, "%s", err.text);
}

static void sizes(void)
{
    BUF_AUTO b;
    buf_init(&b, 64u << 20);
    buf_add(&b, STR("name,note\nA,\""));
    for (unsigned i = 0; i < (9u << 20) / 8; i++)
        buf_add(&b, STR("12345678"));
    buf_add(&b, STR("\"\n"));
    int e = load_two(buf_str(&b), (struct str){0});
    ok(e == ERR_LIMIT && strstr(err.text, "line 2"), "%s", err.text);
    buf_clear(&b);
    for (unsigned i = 0; i < 65; i++)
        buf_printf(&b, "%sc%u", i ? "," : "", i);
    buf_add(&b, STR("\n"));
    e = load_two(buf_str(&b), (struct str){0});
    ok(e == ERR_LIMIT && strstr(err.text, "65 columns"), "%s", err.text);
    buf_clear(&b);
    buf_add(&b, STR("name\n"));
    for (unsigned i = 0; i < 1000000; i++)
        buf_add(&b, STR("Ann\n"));
    e = load_two(buf_str(&b), (struct str){0});
    ok(!e && load.data.records == 1000000 && load.data.columns[0].texts == 2,
       "a million equal rows are one text");
    link_load_free(&load);
}

/* A table over several pieces, with cells of two lines and doubled marks. */
static void fill(struct buf *b, unsigned rows)
{
    buf_add(b, STR("id,name,note,few\n"));
    for (unsigned i = 0; i < rows; i++)
        buf_printf(b, "r%u,name %u,\"%s \"\"%u\"\"\",%u\n", i, i % 977,
                   i % 7 ? "a" : "two\nlines", i % 31, i % 3);
}

static void threads(void)
{
    BUF_AUTO b;
    buf_init(&b, 64u << 20);
    fill(&b, 90000);
    static const char *const names_of[] = {"big.csv"};
    struct str text = buf_str(&b);
    struct link_load one, many;
    struct pool *pool = threads_new(3);
    bool good = link_load_texts(names_of, &text, 1, NULL, &one, &err) == 0 &&
                link_load_texts(names_of, &text, 1, pool, &many, &err) == 0;
    ok(good && one.data.records == 90000 && one.data.columns[1].texts == 978 &&
           one.data.columns[2].texts == 63,
       "90,000 rows in several pieces");
    for (uint32_t k = 0; good && k < 4; k++)
        good = one.data.columns[k].texts == many.data.columns[k].texts &&
               memcmp(one.data.columns[k].cell, many.data.columns[k].cell,
                      90000 * sizeof(uint32_t)) == 0;
    ok(good, "the same on three threads");
    BUF_AUTO place;
    buf_init(&place, 100);
    if (good)
        link_load_place(&many, 89999, &place);
    is(buf_str(&place), STR("big.csv: line 102858"), "the line of the last record");
    if (good) {
        link_load_free(&one);
        link_load_free(&many);
    }
    threads_free(pool);
    char path[] = "/tmp/link_load_test.XXXXXX";
    int fd = mkstemp(path);
    const char *paths[] = {path};
    good = fd >= 0 && write(fd, b.p, b.n) == (ssize_t)b.n &&
           link_load_read(paths, 1, NULL, &one, &err) == 0;
    ok(good && one.data.records == 90000, "the same from a file: %s", err.text);
    if (good)
        link_load_free(&one);
    good = fd >= 0 && ftruncate(fd, (off_t)LINK_LOAD_BYTES + 1) == 0;
    int e = link_load_read(paths, 1, NULL, &one, &err);
    ok(good && e == ERR_LIMIT, "a file that is too large is not read: %s", err.text);
    (void)close(fd);
    (void)unlink(path);
}

int main(void)
{
    tables();
    names();
    lists();
    forms();
    refused();
    sizes();
    threads();
    return tap_end();
}
