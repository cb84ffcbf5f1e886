/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link/config: columns are told from headers and values in several languages, whatever
 * the order of the rows; a configuration reads back as it was written, and what is wrong in one
 * is named.
 */
#include "engine/link/config.h"
#include "tap.h"
#include "work/link_load.h"

static struct err err;

/* "header=role" of every column, with the version behind names and what a column is the same as. */
static struct str guess(struct arena *a, struct str first, struct str second, const char *id)
{
    static const char *const names[] = {"a.csv", "b.csv"};
    struct str texts[] = {first, second};
    struct link_load load;
    err = (struct err){0};
    if (link_load_texts(names, texts, second.p ? 2 : 1, NULL, &load, &err) != 0)
        return arena_copy(a, str_of(err.text));
    struct link_config c;
    struct str all = STR("");
    if (link_config_guess(&load.data, str_of(id), a, &c, &err) != 0)
        all = arena_copy(a, str_of(err.text));
    else
        for (uint32_t k = 0; k < c.count; k++) {
            const struct link_column_config *one = &c.columns[k];
            bool name = one->role >= LINK_ROLE_GIVEN && one->role <= LINK_ROLE_FULL;
            all = arena_printf(a, "%.*s%s%.*s=%s", (int)all.n, all.p, k ? " " : "",
                               (int)one->header.n, one->header.p, link_role_name(one->role));
            if (name)
                all = arena_printf(a, "%.*s%u", (int)all.n, all.p, one->version);
            if (one->same.n)
                all = arena_printf(a, "%.*s(%.*s)", (int)all.n, all.p, (int)one->same.n,
                                   one->same.p);
        }
    link_load_free(&load);
    return all;
}

#define ONE(text, id) guess(a, STR(text), (struct str){0}, (id))

static void headers(struct arena *a)
{
    is(ONE("ID,First Name,lastName,Date of Birth,Sex,City,Zip,E-Mail\n"
           "x1,Ann,Bell,1990-02-03,f,Kolvar,12345,a@b.example\n"
           "x2,Bo,Cole,1991-03-04,m,Tesk,12346,b@b.example\n",
           ""),
       STR("ID=id First Name=given_name0 lastName=family_name0 Date of Birth=birth_date "
           "Sex=sex City=place Zip=postcode E-Mail=contact"),
       "English");
    is(ONE("Lfd. Nr.;Name;Vorname;Geburtsdatum;Geschlecht;Wohnort;PLZ;Beruf\n"
           "1;Müller;Jürgen;03.02.1990;m;Kolvar;12345;Bäcker\n"
           "1;Groß;Käthe;14.12.1991;w;Tesk;12346;Lehrerin\n",
           ""),
       STR("Lfd. Nr.=ignore Name=family_name0 Vorname=given_name0 Geburtsdatum=birth_date "
           "Geschlecht=sex Wohnort=place PLZ=postcode Beruf=text"),
       "German, where Name is the family name");
    is(ONE("Nom;Prénom;Né le;Sexe;Ville\nLefèvre;André;3/2/1990;H;Kolvar\n"
           "Bénard;Zoé;4/3/1991;F;Tesk\n",
           ""),
       STR("Nom=family_name0 Prénom=given_name0 Né le=birth_date Sexe=sex Ville=place"),
       "French");
    is(ONE("nombre,apellido paterno,apellido materno,fecha de nacimiento,edad,municipio\n"
           "Ana,Ruiz,Soto,1990-02-03,33,Kolvar\nLuis,Vega,Mora,1991-03-04,32,Tesk\n",
           ""),
       STR("nombre=given_name0 apellido paterno=family_name0 apellido materno=family_name0 "
           "fecha de nacimiento=birth_date edad=age municipio=place"),
       "Spanish, with two family names");
    is(ONE("№;Фамилия;Имя;Отчество;Дата рождения;Пол;Место жительства;Дата задержания\n"
           "1;Сивак;Артём;Олегович;03.02.1990;муж;Колвар;01.05.2022\n"
           "2;Белан;Анна;Игоревна;1991;жен;Марнот;02.05.2022\n",
           ""),
       STR("№=ignore Фамилия=family_name0 Имя=given_name0 Отчество=middle_name0 "
           "Дата рождения=birth_date Пол=sex Место жительства=place "
           "Дата задержания=event_date"),
       "Russian");
    is(ONE("ПІБ,Рік народження,Стать,Область\nСивак Артем Олегович,1990,чол,Колвар\n"
           "Белан Анна Ігорівна,1991,жін,Марнот\n",
           ""),
       STR("ПІБ=full_name0 Рік народження=birth_year Стать=sex Область=place"), "Ukrainian");
    is(ONE("رقم الهوية,الاسم,العمر,الجنس,المدينة\n"
           "900001,محمد علي حسن,33,ذكر,كولفار\n900002,فاطمة عمر سليم,21,أنثى,تيسك\n",
           ""),
       STR("رقم الهوية=identifier الاسم=full_name0 العمر=age الجنس=sex المدينة=place"),
       "Arabic");
}

static void values(struct arena *a)
{
    BUF_AUTO b;
    buf_init(&b, 1u << 20);
    buf_add(&b, STR("c1,c2,c3,c4,c5,c6,c7,c8,c9\n"));
    for (unsigned i = 0; i < 400; i++)
        buf_printf(&b, "%06u,%c%cra,%c%cson,%u,%u,%u,%s,x%u@mail.example,%s\n",
                   i * 7919 % 999983, 'A' + (int)(i % 7), 'a' + (int)(i % 9),
                   'A' + (int)(i % 26), 'a' + (int)(i / 26 % 26), 1930 + i % 80, 1 + i % 12,
                   1 + i * 5 % 31, i % 2 ? "m" : "F", i % 300, i % 3 ? "north" : "south");
    is(guess(a, buf_str(&b), (struct str){0}, ""),
       STR("c1=ignore c2=given_name0 c3=family_name0 c4=birth_year c5=birth_month "
           "c6=birth_day c7=sex c8=contact c9=category"),
       "headers that say nothing");
    is(ONE("name,age\nBell Ann,1990-01-02\nCole Bo,1961-03-04\n", ""),
       STR("name=full_name0 age=birth_date"), "values that are not what the header says");
    is(ONE("name,empty,same\nBell Ann,,x\nCole Bo,,x\n", ""),
       STR("name=full_name0 empty=ignore same=ignore"), "columns that say nothing");
    is(ONE("name,source\nBell Ann,A\nCole Bo,B\n", ""), STR("name=full_name0 source=list"),
       "a column of lists");
    is(ONE("name,source\nBell Ann,A\nCole Bo,\nDorn Cy,B\n", ""),
       STR("name=full_name0 source=ignore"), "which some records lack");
    is(ONE("name,no\nBell Ann,7\nCole Bo,8\n", "no"), STR("name=full_name0 no=id"), "--id");
    is(ONE("name,no\nBell Ann,7\n", "id"),
       STR("no file has a column \"id\"; there are: name, no"), "--id names no column");
}

static void copies(struct arena *a)
{
    is(ONE("whole,first name,surname,full name\n"
           "Ann Bell,Ann,Bell,Ann Eve Bell\nBo Cole,Bo,Cole,Bo Cole\nCy Dorn,Cy,Dorn,Cy Dorn\n",
           ""),
       STR("whole=ignore first name=given_name0 surname=family_name0 full name=full_name0"),
       "a whole name that has more than the parts");
    is(ONE("full name,first name,surname\nBell Ann,Ann,Bell\nCole Bo,Bo,Cole\n", ""),
       STR("full name=ignore first name=given_name0 surname=family_name0"),
       "a whole name that is a copy");
    is(ONE("name,name_ru\nArtyom Sivak,Артём Сивак\nDanil Belan,Данил Белан\n", ""),
       STR("name=full_name0 name_ru=full_name1"), "two scripts of one name");
    is(guess(a, STR("surname,first name,home\nBell,Ann,Kolvar\nCole,Bo,Tesk\n"),
             STR("name;town;sex\nAnn Bell;Kolvar;f\nDi Dorn;Orsk;f\n"), ""),
       STR("surname=family_name0 first name=given_name0 home=place name=full_name0 "
           "town=place(home) sex=sex"),
       "what one list calls home another calls town");
}

/* The rows of a table the other way round. */
static void turn(struct str text, struct buf *out)
{
    struct str lines[600], head;
    size_t n = 0;
    (void)str_next_line(&text, &head);
    while (n < 600 && str_next_line(&text, &lines[n]))
        n++;
    buf_printf(out, "%.*s\n", (int)head.n, head.p);
    while (n-- > 0)
        buf_printf(out, "%.*s\n", (int)lines[n].n, lines[n].p);
}

static void order(struct arena *a)
{
    BUF_AUTO b;
    BUF_AUTO back;
    buf_init(&b, 1u << 20);
    buf_init(&back, 1u << 20);
    buf_add(&b, STR("x,y,z,d\n"));
    for (unsigned i = 0; i < 500; i++)
        buf_printf(&b, "%c%cra,%cel %cin,%u,%02u/%02u/%u\n", 'A' + (int)(i % 23),
                   'a' + (int)(i % 19), 'A' + (int)(i % 17), 'A' + (int)(i % 13), i % 90,
                   1 + i % 12, 1 + i % 28, 1930 + i % 70);
    turn(buf_str(&b), &back);
    struct str there = guess(a, buf_str(&b), (struct str){0}, "");
    is(guess(a, buf_str(&back), (struct str){0}, ""), there, "rows the other way round");
}

static void files(struct arena *a)
{
    struct str text =
        STR("{\n  \"columns\": [\n"
            "    {\"column\":\"Name \\\"x\\\"\",\"role\":\"full_name\",\"version\":1,"
            "\"why\":\"so\"},\n"
            "    {\"column\":\"home\",\"role\":\"place\"},\n"
            "    {\"column\":\"town\",\"role\":\"place\",\"same\":\"home\"}\n  ],\n"
            "  \"lists\": [\n"
            "    {\"list\":\"a.csv\",\"made\":\"2023-10\"}\n  ],\n"
            "  \"places\": [\n"
            "    {\"place\":\"Orsk\",\"within\":\"Kolvar\"}\n  ]\n}\n");
    struct link_config c;
    int e = link_config_read(text, "c.json", a, &c, &err);
    ok(e == 0 && c.count == 3 && c.made_count == 1, "read: %s", err.text);
    BUF_AUTO out;
    buf_init(&out, 65536);
    if (!e)
        link_config_write(&c, &out);
    is(buf_str(&out), text, "and written as it was");
    ok(!e && c.made[0].made.last - c.made[0].made.first == 30, "a month in which it was made");
}

static void refused(struct arena *a)
{
    static const char *const cases[][2] = {
        {"{\"columns\": [", "c.json: line 1, column"},
        {"[]", "c.json: expected an object"},
        {"{\"colums\": []}", "the key \"colums\" is not known"},
        {"{\"columns\": []}", "names no column"},
        {"{\"columns\": {}}", "columns: expected an array"},
        {"{\"columns\": [7]}", "columns[0]: expected an object"},
        {"{\"columns\": [{\"column\": \"a\"}]}", "columns[0].role: expected a text"},
        {"{\"columns\": [{\"role\": \"sex\"}]}", "columns[0].column: expected a text"},
        {"{\"columns\": [{\"column\": \"a\", \"role\": \"gender\"}]}", "\"gender\" is no role"},
        {"{\"columns\": [{\"column\": \"a\", \"role\": \"sex\", \"rule\": 1}]}",
         "columns[0]: the key \"rule\" is not known"},
        {"{\"columns\": [{\"column\": \"a\", \"role\": \"sex\", \"version\": 4}]}",
         "columns[0].version: expected a number from 0 to 3"},
        {"{\"columns\": [{\"column\": \"a\", \"role\": \"sex\"}, {\"column\": \"a\", \"role\": "
         "\"id\"}]}",
         "columns[0] and columns[1] are both \"a\""},
        {"{\"columns\": [{\"column\": \"a\", \"role\": \"sex\", \"same\": \"b\"}]}",
         "columns[0].same"},
        {"{\"columns\": [{\"column\": \"a\", \"role\": \"sex\"}], \"lists\": [{\"list\": "
         "\"l\", "
         "\"made\": \"2023-13\"}]}",
         "lists[0].made"},
        {"{\"columns\": [{\"column\": \"a\", \"role\": \"place\"}], \"places\": [{\"place\": "
         "\"b\"}]}",
         "places[0].within: expected a text"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct link_config c;
        err = (struct err){0};
        int e = link_config_read(str_of(cases[i][0]), "c.json", a, &c, &err);
        ok(e == ERR_INPUT && strstr(err.text, cases[i][1]), "%s", e ? err.text : "was read");
    }
}

int main(void)
{
    ARENA_AUTO a = {0};
    headers(&a);
    values(&a);
    copies(&a);
    order(&a);
    files(&a);
    refused(&a);
    return tap_end();
}
