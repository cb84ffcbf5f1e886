/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link/people: cells to what they mean: dates in all forms, ages, names in several
 * columns, folded values; the same people whatever the order of rows and however many threads.
 */
#include "engine/link/people_parts.h"
#include "sys/threads.h"
#include "tap.h"
#include "work/link_load.h"

static struct err err;

/* ---- cells ---- */

static struct str date(struct arena *a, const char *text, enum link_order order)
{
    struct link_date d;
    if (!link_date_read(str_of(text), order, &d))
        return STR("none");
    struct str s = link_days_text(d.days, a);
    return d.odd ? arena_printf(a, "%.*s!", (int)s.n, s.p) : s;
}

static void dates(struct arena *a)
{
    static const char *const cases[][2] = {
        {"1973-12-02", "1973-12-02"},
        {"19731202", "1973-12-02"},
        {"02.12.1973", "1973-12-02"},
        {"2/12/1973", "1973-12-02"},
        {"2-12-73", "1973-12-02"},
        {"12.2.05", "2005-02-12"},
        {"02121973", "1973-12-02"},
        {"1973-12-02T10:20:30Z", "1973-12-02"},
        {"02.12.1973 00:00", "1973-12-02"},
        {"1973/12/2", "1973-12-02"},
        {"2 Dec 1973", "1973-12-02"},
        {"December 2, 1973", "1973-12-02"},
        {"2. Dezember 1973", "1973-12-02"},
        {"2 декабря 1973 г.", "1973-12-02"},
        {"2 de diciembre de 1973", "1973-12-02"},
        {"2 décembre 1973", "1973-12-02"},
        {"2 ديسمبر 1973", "1973-12-02"},
        {"٢/١٢/١٩٧٣", "1973-12-02"},
        {"1973", "1973"},
        {"1973-12", "1973-12"},
        {"12.1973", "1973-12"},
        {"197X", "1970-01-01/1979-12-31"},
        {"1973-12-XX", "1973-12"},
        {"1973?", "1973"},
        {"1970/1973", "1970-01-01/1973-12-31"},
        {"1973-02-30", "1973-02!"},
        {"1973-01-81", "1973-01!"},
        {"1973-23-05", "1973-05-23"},
        {"1973-00-00", "1973"},
        {"19739081", "1973!"},
        {"0000-00-00", "none"},
        {"9999", "none"},
        {"unknown", "none"},
        {"Ann 1973", "none"},
        {"12", "none"},
        {"123456789012", "none"},
        {"", "none"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        is(date(a, cases[i][0], LINK_DAY_FIRST), str_of(cases[i][1]), cases[i][0]);
    is(date(a, "2/12/1973", LINK_MONTH_FIRST), STR("1973-02-12"), "month first");
    is(date(a, "25/12/1973", LINK_MONTH_FIRST), STR("1973-12-25"), "that cannot be a month");
}

static void ages(void)
{
    static const struct {
        const char *text;
        int low, high;
    } cases[] = {{"33", 33, 33},    {"33 years", 33, 33}, {"30-35", 30, 35},
                 {"3.5", 3, 3},     {"8 months", 0, 0},   {"٣٣", 33, 33},
                 {"10 дней", 0, 0}, {"33 года", 33, 33},  {"unknown", -1, -1},
                 {"999", -1, -1},   {"", -1, -1},         {"35-30", -1, -1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int low = -1, high = -1;
        (void)link_age_read(str_of(cases[i].text), &low, &high);
        ok(low == cases[i].low && high == cases[i].high, "age \"%s\": %d to %d", cases[i].text,
           low, high);
    }
}

/* ---- tables ---- */

struct made {
    struct link_load load;
    struct link_config config;
    struct link_people people;
};

static bool make(struct arena *a, struct str first, struct str second, struct pool *pool,
                 struct made *m)
{
    static const char *const names[] = {"a.csv", "b.csv"};
    struct str texts[] = {first, second};
    err = (struct err){0};
    m->load = (struct link_load){0};
    return link_load_texts(names, texts, second.p ? 2 : 1, pool, &m->load, &err) == 0 &&
           link_config_guess(&m->load.data, STR(""), a, &m->config, &err) == 0 &&
           link_people_make(&m->load.data, &m->config, pool, a, &m->people, &err) == 0;
}

/* The tokens of a record: text, part (g m f a), version. */
static struct str name(struct arena *a, const struct link_people *p, uint32_t i)
{
    size_t count;
    const struct link_name_token *t = link_name_of(p, i, &count);
    struct str all = STR("");
    for (size_t k = 0; k < count; k++) {
        struct str text = p->tokens[t[k].token].text;
        all = arena_printf(a, "%.*s%s%.*s.%c%u", (int)all.n, all.p, k ? " " : "", (int)text.n,
                           text.p, "gmfa"[t[k].part], t[k].version);
    }
    return all;
}

static struct str value(const struct link_people *p, const char *label, uint32_t i)
{
    for (uint32_t k = 0; k < p->field_count; k++)
        if (str_eq(p->fields[k].label, str_of(label)))
            return p->fields[k].text[p->fields[k].value[i]];
    return STR("no such field");
}

static void tables(struct arena *a)
{
    struct made m;
    bool good = make(a,
                     STR("first name,surname,full name,sex,zip,born,e-mail\n"
                         "Ann,BELL,Ann Eve Bell,Female,AB-12 3,02/03/1990,Ann@B.example\n"
                         "Bo,Côle,Bo Cole,m,ab123,14/03/1991,?\n"
                         ",,Cy Dorn,муж,n/a,1992-02-30,c@d.example\n"),
                     (struct str){0}, NULL, &m);
    ok(good, "made: %s", err.text);
    if (!good)
        return;
    const struct link_people *p = &m.people;
    is(name(a, p, 0), STR("ann.g0 bell.f0 eve.m0"), "parts, and what only the whole name has");
    is(name(a, p, 1), STR("bo.g0 cole.f0"), "no token twice");
    is(name(a, p, 2), STR("cy.g0 dorn.f0"), "a whole name alone");
    is(value(p, "sex", 0), STR("f"), "sex in words");
    is(value(p, "sex", 2), STR("m"), "of any language");
    ok(str_eq(value(p, "zip", 0), value(p, "zip", 1)), "codes without marks and case");
    is(value(p, "zip", 2), STR(""), "n/a is nothing");
    is(value(p, "e-mail", 0), STR("ann@b.example"), "an address");
    is(value(p, "born", 0), STR("1990-03-02"), "the column says that days stand first");
    is(value(p, "born", 2), STR("1992-02!19920230"), "a day that does not exist");
    ok(p->note_count == 1 && p->notes[0].record == 2 &&
           str_starts(p->notes[0].text, STR("born: 1 record with a day or month")),
       "which is said");
    link_load_free(&m.load);
}

static void two_lists(struct arena *a)
{
    BUF_AUTO x;
    BUF_AUTO y;
    buf_init(&x, 1u << 20);
    buf_init(&y, 1u << 20);
    buf_add(&x, STR("name,date of birth,home\n"));
    buf_add(&y, STR("name,age,town\n"));
    for (int i = 0; i < 60; i++) {
        int year = 1940 + i, month = 1 + i * 5 % 12, day = 1 + i * 11 % 28;
        int age = 2021 - year + (month < 6 || (month == 6 && day <= 15)) - 1;
        buf_printf(&x, "%c%cra %c%cdel,%04d-%02d-%02d,Kolvar\n", 'A' + i % 20, 'a' + i / 20,
                   'A' + i % 15, 'a' + i / 15, year, month, day);
        buf_printf(&y, "%c%cra %c%cdel,%d,Kolvar\n", 'A' + i % 20, 'a' + i / 20, 'A' + i % 15,
                   'a' + i / 15, age);
    }
    struct made m;
    bool good = make(a, buf_str(&x), buf_str(&y), NULL, &m);
    ok(good, "two lists: %s", err.text);
    if (!good)
        return;
    struct time_days made = m.people.lists[1].made;
    int32_t want = time_day(2021, 6, 15);
    ok(made.first <= want && want <= made.last && made.last - made.first < 60,
       "when the list of ages was made is learnt from namesakes");
    const struct link_field *born = NULL;
    for (uint32_t k = 0; k < m.people.field_count; k++)
        if (m.people.fields[k].kind == LINK_KIND_DATE)
            born = &m.people.fields[k];
    unsigned inside = 0;
    for (uint32_t i = 0; born && i < 60; i++)
        inside += time_contains(born->days[born->value[60 + i]], born->days[born->value[i]]);
    ok(born && born->from_age && inside == 60, "ages are spans that hold the birth date: %u",
       inside);
    ok(m.people.field_count == 2 && str_eq(value(&m.people, "home", 70), STR("kolvar")),
       "home and town are one field");
    link_load_free(&m.load);
}

static void wrong(struct arena *a)
{
    struct made m;
    ok(!make(a, STR("id,no\n1,2\n2,2\n"), (struct str){0}, NULL, &m) && err.kind == ERR_INPUT,
       "nothing to compare: %s", err.text);
    link_load_free(&m.load);
    struct link_config c;
    struct link_people p;
    bool good =
        make(a, STR("name\nAnn Bell\nBo Cole\n"), (struct str){0}, NULL, &m) &&
        link_config_read(STR("{\"columns\":[{\"column\":\"nom\",\"role\":\"full_name\"}]}"),
                         "c", a, &c, &err) == 0;
    ok(good && link_people_make(&m.load.data, &c, NULL, a, &p, &err) == ERR_INPUT,
       "a configuration of other columns: %s", err.text);
    good = link_config_read(STR("{\"columns\":[{\"column\":\"NAME\",\"role\":\"full_name\"}],"
                                "\"lists\":[{\"list\":\"x\",\"made\":\"2020\"}]}"),
                            "c", a, &c, &err) == 0;
    ok(good && link_people_make(&m.load.data, &c, NULL, a, &p, &err) == ERR_INPUT,
       "a list that is not there: %s", err.text);
    link_load_free(&m.load);
}

static void hierarchy(struct arena *a)
{
    struct made m;
    struct link_config c;
    struct link_people p;
    bool good = make(a, STR("name,city\nAnn Bell,Orsk Ford\nBo Cole,KOLVAR\nCy Dorn,Tesk\n"),
                     (struct str){0}, NULL, &m);
    good = good &&
           link_config_read(STR("{\"columns\":[{\"column\":\"name\",\"role\":\"full_name\"},"
                                "{\"column\":\"city\",\"role\":\"place\"}],\"places\":["
                                "{\"place\":\"orsk ford\",\"within\":\"Kolvar\"},"
                                "{\"place\":\"Tesk\",\"within\":\"North\"}]}"),
                            "c", a, &c, &err) == 0 &&
           link_people_make(&m.load.data, &c, NULL, a, &p, &err) == 0;
    const struct link_field *f = &p.fields[0];
    ok(good && f->parent && f->parent[f->value[0]] == f->value[1] &&
           f->parent[f->value[1]] == 0,
       "a place within another: %s", err.text);
    ok(good && str_eq(f->text[f->parent[f->value[2]]], STR("north")) &&
           f->count[f->parent[f->value[2]]] == 0,
       "also within one that no record has");
    ok(m.people.fields[0].parent == NULL, "no hierarchy unless one is given");
    link_load_free(&m.load);
}

/* ---- order and threads ---- */

static void row(struct buf *b, unsigned i)
{
    unsigned k = i * 7919u % 1000u;
    buf_printf(b, "%c%cra,%c%cson,%u-%02u-%02u,%u street %u,town %u\n", 'A' + (int)(k % 23),
               'a' + (int)(k % 19), 'A' + (int)(k % 17), 'a' + (int)(k % 13), 1930 + k % 70,
               1 + k % 12, 1 + k % 28, k % 90, k % 11, k % 31);
}

/* All that is known of a record, without its number. */
static struct str all_of(struct arena *a, const struct link_people *p, uint32_t i)
{
    struct str all = name(a, p, i);
    for (uint32_t k = 0; k < p->field_count; k++)
        all = arena_printf(a, "%.*s|%u", (int)all.n, all.p, p->fields[k].value[i]);
    size_t count;
    const struct link_name_token *t = link_name_of(p, i, &count);
    for (size_t k = 0; k < count; k++)
        all = arena_printf(a, "%.*s/%u", (int)all.n, all.p, (unsigned)t[k].token);
    return all;
}

static void order(struct arena *a)
{
    BUF_AUTO there;
    BUF_AUTO back;
    buf_init(&there, 8u << 20);
    buf_init(&back, 8u << 20);
    buf_add(&there, STR("first name,surname,dob,address,city\n"));
    buf_add(&back, STR("first name,surname,dob,address,city\n"));
    for (unsigned i = 0; i < 5000; i++) {
        row(&there, i);
        row(&back, 4999 - i);
    }
    struct made one, turned, many;
    struct pool *pool = threads_new(3);
    bool good = make(a, buf_str(&there), (struct str){0}, NULL, &one) &&
                make(a, buf_str(&back), (struct str){0}, NULL, &turned) &&
                make(a, buf_str(&there), (struct str){0}, pool, &many);
    ok(good, "three times: %s", err.text);
    unsigned same = 0, alike = 0;
    for (uint32_t i = 0; good && i < 5000; i++) {
        struct str s = all_of(a, &one.people, i);
        same += str_eq(s, all_of(a, &many.people, i));
        alike += str_eq(s, all_of(a, &turned.people, 4999 - i));
    }
    ok(same == 5000, "the same numbers on three threads");
    ok(alike == 5000, "the same numbers with the rows the other way round");
    if (good) {
        link_load_free(&one.load);
        link_load_free(&turned.load);
        link_load_free(&many.load);
    }
    threads_free(pool);
}

int main(void)
{
    ARENA_AUTO a = {0};
    dates(&a);
    ages();
    tables(&a);
    two_lists(&a);
    wrong(&a);
    hierarchy(&a);
    order(&a);
    return tap_end();
}
