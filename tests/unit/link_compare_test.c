/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Comparison patterns: the levels of names, dates and values, and what must always hold.
 */
#include "base/rng.h"
#include "engine/link/compare_parts.h"
#include "tap.h"

#include <math.h>
#include <stdlib.h>

/* People put together by hand: ASCII names, a token per word, letters as bytes. */
struct world {
    struct arena arena;
    struct link_people people;
    struct link_token tokens[256];
    uint8_t letters[256 * LINK_TOKEN_LETTERS];
    struct link_name_token name[1024];
    uint64_t name_at[129];
    uint8_t list[128];
    struct link_list lists[2];
    struct link_field fields[LINK_FIELDS_MAX];
};

static uint32_t token_of(struct world *w, struct str text)
{
    for (uint32_t t = 1; t < w->people.token_count; t++)
        if (str_eq(w->tokens[t].text, text))
            return t;
    uint32_t t = w->people.token_count++;
    w->tokens[t] = (struct link_token){.text = text,
                                       .letters_at = t * LINK_TOKEN_LETTERS,
                                       .letter_count = (uint8_t)text.n,
                                       .flags = text.n == 1 ? LINK_TOKEN_INITIAL : 0,
                                       .stem = t};
    memcpy(w->letters + t * LINK_TOKEN_LETTERS, text.p, text.n);
    return t;
}

static void begin(struct world *w)
{
    memset(w, 0, sizeof *w);
    w->people.token_count = 1;
    w->people.list = w->list;
    w->people.lists = w->lists;
    w->people.list_count = 1;
    w->people.tokens = w->tokens;
    w->people.letters = w->letters;
    w->people.name_at = w->name_at;
    w->people.name = w->name;
    w->people.fields = w->fields;
}

/* A record "given|middle|family", words by spaces; a further version behind "/". */
static uint32_t person(struct world *w, const char *name)
{
    uint32_t i = w->people.records++;
    uint64_t at = w->name_at[i];
    unsigned part = LINK_GIVEN, version = 0;
    for (const char *p = name; *p;) {
        size_t n = strcspn(p, " |/");
        if (n > 0) {
            uint32_t t = token_of(w, str_make(p, n));
            w->tokens[t].count[part]++;
            w->name[at++] = (struct link_name_token){t & 0xfffffffu, part & 3u, version & 3u};
        }
        p += n;
        if (*p == '|') {
            part++;
        } else if (*p == '/') {
            part = LINK_GIVEN;
            version++;
        }
        p += *p != '\0';
    }
    w->name_at[i + 1] = at;
    w->lists[0].records = w->people.records;
    return i;
}

static struct link_field *field(struct world *w, enum link_kind kind, const char *label,
                                const char *const *values)
{
    struct link_field *f = &w->fields[w->people.field_count++];
    *f = (struct link_field){.kind = kind, .label = str_of(label), .values = 1};
    f->value = ARENA_NEW(&w->arena, w->people.records, uint32_t);
    f->count = ARENA_NEW(&w->arena, w->people.records + 1, uint32_t);
    f->text = ARENA_NEW(&w->arena, w->people.records + 1, struct str);
    f->days = ARENA_NEW(&w->arena, w->people.records + 1, struct time_days);
    for (uint32_t i = 0; i < w->people.records; i++) {
        struct str text = str_of(values[i]);
        uint32_t v = 1;
        if (text.n == 0) {
            f->count[0]++;
            continue;
        }
        while (v < f->values && !str_eq(f->text[v], text))
            v++;
        if (v == f->values) {
            f->text[f->values++] = text;
            if (kind == LINK_KIND_DATE) {
                struct time_edtf e;
                struct err err;
                ok(time_parse(text, &e, &err) == 0, "%s is a date", values[i]);
                f->days[v] = time_days_of(&e);
            }
        }
        f->value[i] = v;
        f->count[v]++;
    }
    return f;
}

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
        struct world *w = calloc(1, sizeof *w);
        begin(w);
        uint32_t a = person(w, cases[i].a), b = person(w, cases[i].b);
        person(w, "ida|eva|holm");
        struct link_compare c;
        link_compare_plan(&w->people, false, &w->arena, &c);
        unsigned level = part_level(&c, cases[i].part, a, b);
        if (cases[i].level == NAME_EQUAL)
            level = level >= NAME_EQUAL && level < NAME_LEVELS ? NAME_EQUAL : level;
        ok(level == cases[i].level, "%s, %s: %s (%u)", cases[i].a, cases[i].b, cases[i].what,
           level);
        ok(link_compare_pair(&c, a, b, NULL) == link_compare_pair(&c, b, a, NULL),
           "the same from the other side");
        arena_free(&w->arena);
        free(w);
    }
}

/* The level of two values of one field. */
static void values(enum link_kind kind, const char *a, const char *b, unsigned level)
{
    struct world *w = calloc(1, sizeof *w);
    begin(w);
    person(w, "");
    person(w, "");
    const char *both[] = {a, b};
    field(w, kind, "it", both);
    struct link_compare c;
    link_compare_plan(&w->people, false, &w->arena, &c);
    link_pattern p = link_compare_pair(&c, 0, 1, NULL);
    ok(c.count == 1 && link_level(p, 0) == level, "%s, %s: %s (%u)", a, b,
       c.comparisons[0].level[level], link_level(p, 0));
    ok(p == link_compare_pair(&c, 1, 0, NULL), "the same from the other side");
    arena_free(&w->arena);
    free(w);
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
    values(LINK_KIND_MAIL, "anna.berg@a.example", "olga@a.example", MAIL_DOMAIN);
    values(LINK_KIND_SET, "f", "m", SET_DIFFERS);
    values(LINK_KIND_SET, "f", "f", SET_EQUAL);
    values(LINK_KIND_DATE, "1970-05-04", "1970-04-05", DAY_SWAPPED);
    values(LINK_KIND_DATE, "1970-05-04", "1970-05-07", DAY_DIGIT);
    values(LINK_KIND_DATE, "1970-05-12", "1970-05-21", DAY_SWAPPED);
    values(LINK_KIND_DATE, "1970-05-12", "1971-05-13", DAY_TWO);
    values(LINK_KIND_DATE, "1970-05-12", "1970-05-29", DAY_TWO);
    values(LINK_KIND_DATE, "1970-05-12", "1986-05-12", DAY_TWO);
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
    struct world *w = calloc(1, sizeof *w);
    begin(w);
    const char *place[128];
    for (unsigned i = 0; i < 128; i++) {
        person(w, invent(&w->arena, &r));
        place[i] =
            rng_below(&r, 5)
                ? arena_printf(&w->arena, "place %u", (unsigned)rng_below(&r, 1 + i % 20)).p
                : "";
    }
    field(w, LINK_KIND_TEXT, "place", place);
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
    arena_free(&w->arena);
    free(w);
}

int main(void)
{
    names();
    kinds();
    properties();
    return tap_end();
}
