/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Comparison patterns: the levels of names, dates and values, and what must always hold.
 */
#include "base/rng.h"
#include "engine/link/compare_parts.h"
#include "link_world.h"
#include "tap.h"

#include <math.h>
#include <stdlib.h>

static unsigned part_level(const struct link_compare *c, unsigned part, uint32_t a, uint32_t b)
{
    link_pattern p = link_compare_pair(c, a, b, NULL);
    for (uint32_t k = 0; k < c->count; k++)
        if (c->comparisons[k].field == UINT8_MAX && c->comparisons[k].part == part)
            return link_level(p, k);
    return 99;
}

static void names(void)
{
    static const struct {
        const char *a, *b;
        unsigned part, level;
        const char *what;
    } cases[] = {
        {"anna||berg", "anna||berg", LINK_GIVEN, NAME_EQUAL, "equal"},
        {"anna||berg", "anma||berg", LINK_GIVEN, NAME_EDIT, "one letter"},
        {"hanna||berg", "ahnna||berg", LINK_GIVEN, NAME_EDIT, "two neighbours swapped"},
        {"anna||berg", "a||berg", LINK_GIVEN, NAME_INITIAL, "an initial"},
        {"anna||berg", "b||berg", LINK_GIVEN, NAME_DIFFERS, "another initial"},
        {"anna||berg", "olga||berg", LINK_GIVEN, NAME_DIFFERS, "another name"},
        {"anna||berg", "||berg", LINK_GIVEN, NAME_MISSING, "none"},
        {"mary ann||berg", "maryann||berg", LINK_GIVEN, NAME_EDIT, "words joined"},
        {"mary ann||berg", "mary||berg", LINK_GIVEN, NAME_SOME, "a word less"},
        {"mary ann||berg", "ann mary||berg", LINK_GIVEN, NAME_EQUAL, "words in another order"},
        {"mary ann||berg", "mary olga||berg", LINK_GIVEN, NAME_SOMEWHAT, "one of two words"},
        {"christopher||berg", "christohpers||berg", LINK_GIVEN, NAME_CLOSE, "two edits"},
        {"anna||berg", "berg||anna", LINK_ANY_PART, ORDER_SWAPPED, "swapped"},
        {"anna||berg", "berg||anna", LINK_GIVEN, NAME_EQUAL, "swapped, then equal"},
        {"anna||berg", "bergg||anna", LINK_FAMILY, NAME_EDIT,
         "swapped, the other with an error"},
        {"anna||berg", "anna||berg", LINK_ANY_PART, ORDER_STRAIGHT, "in place"},
        {"john|william|berg", "william||berg", LINK_GIVEN, NAME_ELSEWHERE,
         "stands in the middle"},
        {"anna||berg/anya||bergman", "anya||bergman", LINK_FAMILY, NAME_EQUAL,
         "the better of two versions"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world *w = world_new();
        uint32_t a = world_person(w, cases[i].a), b = world_person(w, cases[i].b);
        world_person(w, "ida|eva|holm");
        struct link_compare c;
        link_compare_plan(&w->people, false, &w->arena, &c);
        unsigned level = part_level(&c, cases[i].part, a, b);
        if (cases[i].level == NAME_EQUAL)
            level = level >= NAME_EQUAL && level < NAME_LEVELS ? NAME_EQUAL : level;
        ok(level == cases[i].level, "%s, %s: %s (%u)", cases[i].a, cases[i].b, cases[i].what,
           level);
        ok(link_compare_pair(&c, a, b, NULL) == link_compare_pair(&c, b, a, NULL),
           "the same from the other side");
        world_free(w);
    }
}

/* The level of two values of one field. */
static void values(enum link_kind kind, const char *a, const char *b, unsigned level)
{
    struct world *w = world_new();
    world_person(w, "");
    world_person(w, "");
    const char *both[] = {a, b};
    world_field(w, kind, "it", both);
    struct link_compare c;
    link_compare_plan(&w->people, false, &w->arena, &c);
    link_pattern p = link_compare_pair(&c, 0, 1, NULL);
    ok(c.count == 1 && link_level(p, 0) == level, "%s, %s: %s (%u)", a, b,
       c.comparisons[0].level[level], link_level(p, 0));
    ok(p == link_compare_pair(&c, 1, 0, NULL), "the same from the other side");
    world_free(w);
}

static void kinds(void)
{
    values(LINK_KIND_TEXT, "", "elm street", TEXT_MISSING);
    values(LINK_KIND_TEXT, "elm street", "oxbow harbour", TEXT_DIFFERS);
    values(LINK_KIND_TEXT, "elm street", "street elm", TEXT_EDIT);
    values(LINK_KIND_TEXT, "elm street", "elm streat", TEXT_EDIT);
    values(LINK_KIND_TEXT, "upper elm street", "elm street", TEXT_WITHIN);
    values(LINK_KIND_TEXT, "elm street", "quarry street", TEXT_WORD);
    values(LINK_KIND_TEXT, "12 hill", "12 poplar", TEXT_DIFFERS);
    values(LINK_KIND_TEXT, "\xd0\xb1\xd0\xb5\xd1\x80\xd0\xb3",
           "\xd0\xb1\xd0\xb5\xd1\x80\xd0\xb3\xd0\xb8", TEXT_EDIT);
    values(LINK_KIND_CODE, "4074", "4704", CODE_EDIT);
    values(LINK_KIND_CODE, "np236qu", "np238ab", CODE_PREFIX);
    values(LINK_KIND_CODE, "np236qu", "npx8ab", CODE_AREA);
    values(LINK_KIND_CODE, "1234567", "7654321", CODE_DIFFERS);
    values(LINK_KIND_CODE, "1234567", "1334569", CODE_TWO);
    values(LINK_KIND_MAIL, "anna.berg@a.example", "anna.berg@b.example", MAIL_EDIT);
    values(LINK_KIND_MAIL, "anna.berg@a.example", "anna.berg@elsewhere.example", MAIL_LOCAL);
    values(LINK_KIND_MAIL, "anna.berg@a.example", "olgagreen@a.example", MAIL_DOMAIN);
    values(LINK_KIND_MAIL, "anna.berg@a.example", "ana.bergh@b.example", MAIL_CLOSE);
    values(LINK_KIND_SET, "f", "m", SET_DIFFERS);
    values(LINK_KIND_SET, "f", "f", SET_EQUAL);
    values(LINK_KIND_DATE, "1970-05-04", "1970-04-05", DAY_SWAPPED);
    values(LINK_KIND_DATE, "1970-05-04", "1970-05-07", DAY_DIGIT);
    values(LINK_KIND_DATE, "1970-05-12", "1970-05-21", DAY_SWAPPED);
    values(LINK_KIND_DATE, "1970-05-12", "1971-05-13", DAY_TWO);
    values(LINK_KIND_DATE, "1970-05-12", "1970-05-29", DAY_PARTS);
    values(LINK_KIND_DATE, "1970-05-12", "1986-05-12", DAY_DAY_MONTH);
    values(LINK_KIND_DATE, "1970-05-12", "2086-05-12", DAY_DAY_MONTH);
    values(LINK_KIND_DATE, "1970-05-12", "1970-11-29", DAY_YEAR);
    values(LINK_KIND_DATE, "1970-11-29", "1971-03-12", DAY_NEAR);
    values(LINK_KIND_DATE, "1970-11-29", "1993-03-12", DAY_DIFFERS);
    values(LINK_KIND_DATE, "1970", "1970-03-12", SPAN_OVERLAP);
    values(LINK_KIND_DATE, "1970", "1970", SPAN_EQUAL);
    values(LINK_KIND_DATE, "1970", "1971", SPAN_ONE);
    values(LINK_KIND_DATE, "1970", "1972", SPAN_TWO);
    values(LINK_KIND_DATE, "1970", "1974", SPAN_FIVE);
    values(LINK_KIND_DATE, "1970", "1999", SPAN_DIFFERS);
}

/* Cells that are nearly a date, as people_dates.c leaves them. */
static void slips(void)
{
    struct world *w = world_new();
    const char *born[] = {"1989-07-11", "1989-07-12", "", "", ""};
    for (unsigned i = 0; i < 5; i++)
        world_person(w, "");
    struct link_field *f = world_field(w, LINK_KIND_DATE, "born", born);
    static const char *const more[] = {"!1989p0711", "1980!19801610", "!u98907d11"};
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t v = f->values++;
        f->value[2 + i] = v;
        f->count[v] = 1;
        f->text[v] = str_of(more[i]);
        f->days[v] = i == 1 ? (struct time_days){time_day(1980, 1, 1), time_day(1980, 12, 31)}
                            : (struct time_days){TIME_DAY_MIN, TIME_DAY_MAX};
    }
    struct link_compare c;
    link_compare_plan(&w->people, false, &w->arena, &c);
    ok(link_level(link_compare_pair(&c, 0, 2, NULL), 0) == DAY_DIGIT, "one slip in a date");
    ok(link_level(link_compare_pair(&c, 1, 2, NULL), 0) == DAY_TWO, "a slip, and another day");
    ok(link_level(link_compare_pair(&c, 0, 3, NULL), 0) == DAY_DIFFERS, "another date");
    ok(link_level(link_compare_pair(&c, 2, 4, NULL), 0) == DAY_NEAR, "slips in both");
    world_free(w);
}

static struct link_token *script(struct world *w, const char *text, enum link_script to)
{
    struct link_token *t = &w->tokens[world_token(w, str_of(text))];
    t->script = (uint8_t)to;
    return t;
}

/* Names that have no script in common are compared by themselves. */
static void scripts(void)
{
    static const char *const family[] = {"орлов", "белов", "зимин", "павлов"};
    static const char *const latin[] = {"orlov", "belov", "zimin", "pavlov"};
    struct world *w = world_new();
    for (unsigned i = 0; i < 8; i++)
        world_person(w, arena_printf(&w->arena, "%s||%s", i < 4 ? "anna" : "анна",
                                     i < 4 ? latin[i] : family[i - 4])
                            .p);
    script(w, "анна", LINK_CYRILLIC);
    for (unsigned i = 0; i < 4; i++)
        script(w, family[i], LINK_CYRILLIC);
    struct link_compare c;
    link_compare_plan(&w->people, false, &w->arena, &c);
    unsigned across = 0, within = 0;
    for (uint32_t a = 0; a < 8; a++)
        for (uint32_t b = a + 1; b < 8; b++) {
            link_pattern p = link_compare_pair(&c, a, b, NULL);
            for (uint32_t k = 0; k < c.count; k++) {
                bool is = str_ends(c.comparisons[k].label, STR("across scripts"));
                if (c.comparisons[k].part == LINK_ANY_PART || link_level(p, k) == 0)
                    continue;
                across += is != ((a < 4) != (b < 4));
                within += !is;
            }
            ok(p == link_compare_pair(&c, b, a, NULL), "the same from the other side");
        }
    ok(across == 0 && within > 0, "names in two scripts have comparisons of their own");
    world_free(w);
}

/* Names of syllables, so that many are alike. */
static const char *invent(struct arena *a, struct rng *r)
{
    static const char *const part[] = {"an", "ber", "ka", "lo", "mi", "ra"};
    unsigned g = (unsigned)rng_below(r, 6), f = (unsigned)rng_below(r, 6);
    return arena_printf(a, "%s%s%s|%s|%s%s", part[g], part[rng_below(r, 6)],
                        rng_below(r, 4) ? "" : " na", rng_below(r, 3) ? "" : part[f], part[f],
                        part[rng_below(r, 6)])
        .p;
}

/* Chances of equality are those of counting all pairs, and both sides say the same. */
static void properties(void)
{
    struct rng r;
    rng_seed(&r, 7);
    struct world *w = world_new();
    const char *place[128];
    for (unsigned i = 0; i < 128; i++) {
        world_person(w, invent(&w->arena, &r));
        place[i] =
            rng_below(&r, 5)
                ? arena_printf(&w->arena, "place %u", (unsigned)rng_below(&r, 1 + i % 20)).p
                : "";
    }
    world_field(w, LINK_KIND_TEXT, "place", place);
    w->people.list_count = 2;
    for (unsigned i = 0; i < 128; i++)
        w->list[i] = i % 3 == 0;
    for (unsigned unique = 0; unique < 2; unique++) {
        struct link_compare c;
        link_compare_plan(&w->people, unique, &w->arena, &c);
        uint32_t k = c.count - 1;
        double count[LINK_LEVELS_MAX] = {0}, present = 0, worst = 0;
        unsigned unlike = 0, beyond = 0;
        for (uint32_t a = 0; a < 128; a++)
            for (uint32_t b = a + 1; b < 128; b++) {
                float one, other;
                link_pattern p = link_compare_pair(&c, a, b, &one);
                unlike += p != link_compare_pair(&c, b, a, &other) || one != other;
                for (uint32_t j = 0; j < c.count; j++)
                    beyond += link_level(p, j) >= c.comparisons[j].levels;
                if (unique && w->list[a] == w->list[b])
                    continue;
                count[link_level(p, k)]++;
                present += link_level(p, k) != 0;
            }
        for (unsigned l = 1; l < c.comparisons[k].levels; l++)
            if (c.comparisons[k].exact[l])
                worst = fmax(worst, fabs(c.comparisons[k].u[l] - count[l] / present));
        ok(unlike == 0, "every pair is the same from both sides");
        ok(beyond == 0, "no level beyond those of the plan");
        ok(worst < 1e-9, "chances of equality are those of all pairs%s (off by %g)",
           unique ? " across lists" : "", worst);
    }
    world_free(w);
}

int main(void)
{
    names();
    kinds();
    slips();
    scripts();
    properties();
    return tap_end();
}
