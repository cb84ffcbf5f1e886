/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Records: what is printed parses to the same record and prints to the same bytes, as a card
 * and as JSON, for random records of every kind; what may not stand is refused, with its line.
 */
#include "base/rng.h"
#include "base/text.h"
#include "model/card.h"
#include "tap.h"

#include <math.h>
#include <stdlib.h>

#define ROUNDS 400 /* of each kind */

/* ---- random records, made by the table ---- */

struct maker {
    struct rng rng;
    struct arena *a;
};

static struct str random_text(struct maker *m, bool word)
{
    static const char *const pieces[] = {
        "a",  "Z", "7", ":",  "card:", "\xc3\xa9", "\xd0\x96", "\"",
        "\\", "-", " ", "\n", "\n\n",  "\t",       " card: x", "\n card: y\n"};
    BUF_AUTO b;
    buf_init(&b, 4096);
    for (size_t n = rng_below(&m->rng, 12) + word; n > 0; n--)
        buf_add(&b, str_of(pieces[rng_below(&m->rng, word ? 10 : 16)]));
    struct str s = arena_copy(m->a, buf_str(&b));
    return s.p ? s : STR("");
}

static struct str random_edtf(struct maker *m)
{
    static const char *const list[] = {"2022",    "2022-07-11", "2022-07~",
                                       "202X",    "2022-21",    "2022-07-04/2022-07-11",
                                       "../2022", "2022-XX-XX"};
    return str_of(list[rng_below(&m->rng, 8)]);
}

static double random_number(struct maker *m)
{
    static const double list[] = {0, 1, 12, 0.1, 1e15, 1e300, -3.25, 1234567.875};
    return list[rng_below(&m->rng, 8)];
}

static void fill_field(struct maker *m, struct record *r, const struct record_field *f)
{
    void *at = (char *)&r->u + f->offset;
    if (!f->required && rng_below(&m->rng, 3) == 0)
        return;
    switch (f->type) {
    case FIELD_ID:
        *(struct str *)at = random_text(m, true);
        break;
    case FIELD_TEXT:
        *(struct str *)at = random_text(m, false);
        break;
    case FIELD_EDTF:
        *(struct str *)at = random_edtf(m);
        break;
    case FIELD_NUMBER:
        *(double *)at = random_number(m);
        break;
    case FIELD_OFFSET:
        *(double *)at = (double)(rng_u64(&m->rng) >> (11 + rng_below(&m->rng, 50)));
        break;
    case FIELD_ENUM: {
        int first = f->vocab->names[0] ? 0 : 1;
        int v = first + (int)rng_below(&m->rng, (uint64_t)(f->vocab->count - first));
        memcpy(at, &v, sizeof v);
        break;
    }
    case FIELD_SET:
        *(unsigned *)at = (unsigned)rng_below(&m->rng, 1u << f->vocab->count);
        break;
    case FIELD_IDS: {
        struct str_list *list = at;
        struct str *items = arena_alloc(m->a, 5, sizeof *items);
        list->count = rng_below(&m->rng, 5);
        for (size_t i = 0; i < list->count; i++)
            items[i] = random_text(m, true);
        list->items = items;
        break;
    }
    }
}

static void random_record(struct maker *m, enum record_kind kind, struct record *ret)
{
    record_init(ret, kind);
    for (size_t i = 0; i < record_shapes[kind].count; i++)
        fill_field(m, ret, &record_shapes[kind].fields[i]);
}

static bool same_field(const struct record *a, const struct record *b,
                       const struct record_field *f)
{
    const void *pa = (const char *)&a->u + f->offset, *pb = (const char *)&b->u + f->offset;
    if (f->type == FIELD_NUMBER || f->type == FIELD_OFFSET) {
        double x = *(const double *)pa, y = *(const double *)pb;
        return x == y || (isnan(x) && isnan(y));
    }
    if (f->type == FIELD_ENUM || f->type == FIELD_SET)
        return memcmp(pa, pb, sizeof(int)) == 0;
    if (f->type != FIELD_IDS) {
        const struct str *x = pa, *y = pb;
        return !x->p == !y->p && str_eq(*x, *y);
    }
    const struct str_list *x = pa, *y = pb;
    bool same = x->count == y->count;
    for (size_t i = 0; same && i < x->count; i++)
        same = str_eq(x->items[i], y->items[i]);
    return same;
}

static bool same_record(const struct record *a, const struct record *b)
{
    bool same = a->kind == b->kind;
    for (size_t i = 0; same && i < record_shapes[a->kind].count; i++)
        same = same_field(a, b, &record_shapes[a->kind].fields[i]);
    return same;
}

static bool card_round(struct arena *a, const struct record *r)
{
    BUF_AUTO first, second;
    buf_init(&first, RECORD_MAX);
    buf_init(&second, RECORD_MAX);
    struct err err = {0};
    struct record back;
    bool end = true;
    size_t line = 0;
    if (card_print(&first, r, &err) != 0)
        return false;
    buf_add_char(&first, '\n');
    struct str rest = buf_str(&first);
    if (card_next(a, &rest, &line, "it", &back, &end, &err) != 0 || end || rest.n ||
        card_print(&second, &back, &err) != 0) {
        printf("# %s\n%.*s", err.text, (int)first.n, first.p);
        return false;
    }
    buf_add_char(&second, '\n');
    return same_record(r, &back) && str_eq(buf_str(&first), buf_str(&second));
}

static bool json_round(struct arena *a, const struct record *r)
{
    BUF_AUTO first, second;
    buf_init(&first, RECORD_MAX);
    buf_init(&second, RECORD_MAX);
    struct err err = {0};
    struct record back;
    if (card_print_json(&first, r, &err) != 0 ||
        card_parse_json(a, buf_str(&first), "it", &back, &err) != 0 ||
        card_print_json(&second, &back, &err) != 0) {
        printf("# %s\n# %.*s\n", err.text, (int)first.n, first.p);
        return false;
    }
    return same_record(r, &back) && str_eq(buf_str(&first), buf_str(&second));
}

static void test_round_trips(void)
{
    struct maker m = {0};
    rng_seed(&m.rng, 7);
    for (int kind = 0; kind < RECORD_COUNT; kind++) {
        size_t bad_cards = 0, bad_json = 0;
        for (int i = 0; i < ROUNDS; i++) {
            ARENA_AUTO a = {0};
            struct record r;
            m.a = &a;
            random_record(&m, (enum record_kind)kind, &r);
            bad_cards += !card_round(&a, &r);
            bad_json += !json_round(&a, &r);
        }
        ok(bad_cards == 0, "%s: a card comes back the same", record_shapes[kind].name);
        ok(bad_json == 0, "%s: JSON comes back the same", record_shapes[kind].name);
    }
}

/* ---- the form itself ---- */

static void test_form(void)
{
    struct record r;
    record_init(&r, RECORD_STATEMENT);
    r.u.statement.id = STR("st-1");
    r.u.statement.account = STR("a-7");
    r.u.statement.begin = 0;
    r.u.statement.end = 64;
    r.u.statement.stance = STANCE_REPORTS;
    r.u.statement.act = STR("kept in the drill hall\nsince Monday");
    r.u.statement.when = STR("2022-07~");
    r.u.statement.low = 12;
    r.u.statement.bound = FIGURE_AT_LEAST;
    r.u.statement.unit = UNIT_INDIVIDUAL;
    BUF_AUTO out;
    buf_init(&out, RECORD_MAX);
    struct err err = {0};
    ok(card_print(&out, &r, &err) == 0, "a statement is printed");
    is(buf_str(&out),
       STR("card: statement\nid: st-1\naccount: a-7\nbegin: 0\nend: 64\nstance: reports\n"
           "act: kept in the drill hall\n since Monday\nwhen: 2022-07~\nlow: 12\n"
           "bound: at_least\nunit: individual\n"),
       "as lines that can be read");
    r.u.statement.id = STR("two words");
    buf_clear(&out);
    ok(card_print(&out, &r, &err) == ERR_INPUT && strstr(err.text, "without white space"),
       "what may not be parsed is not printed");
    r.u.statement.id = (struct str){0};
    ok(card_print(&out, &r, &err) == ERR_INPUT && strstr(err.text, "id: is missing"),
       "nor what misses a field");
}

static void test_rows(void)
{
    BUF_AUTO out;
    buf_init(&out, 1 << 16);
    struct csv_out csv = {&out, ',', false};
    struct err err = {0};
    struct record r;
    struct str accounts[] = {STR("a1"), STR("a2")};
    record_init(&r, RECORD_SUPPORT);
    r.u.support.id = STR("s1");
    r.u.support.figure = STR("f1");
    r.u.support.accounts = (struct str_list){accounts, 2};
    card_print_head(&csv, RECORD_SUPPORT);
    ok(card_print_row(&csv, &r, &err) == 0, "a record as a row");
    is(buf_str(&out), STR("id,figure,accounts\r\ns1,f1,a1 a2\r\n"), "under its names");
    buf_clear(&out);
    record_init(&r, RECORD_NODE);
    r.u.node.id = STR("n1");
    r.u.node.type = NODE_PLACE;
    r.u.node.name = STR("=\"Dorn\"\nnorth");
    ok(card_print_row(&csv, &r, &err) == 0, "another");
    is(buf_str(&out), STR("n1,,place,\"'=\"\"Dorn\"\"\nnorth\",\r\n"),
       "quoted, and no formula for a spreadsheet");
}

static void test_several(void)
{
    ARENA_AUTO a = {0};
    struct str rest =
        STR("\n\r\ncard: node\r\nid: n1\r\ntype: place\r\nname: Dorn\r\n\r\n\r\n"
            "card: judgement\nb: n2\na: n1\nid: j1\nvalue: unsure\nby: dev-1\n\n");
    struct err err = {0};
    struct record r;
    bool end = true;
    size_t line = 0;
    ok(card_next(&a, &rest, &line, "it", &r, &end, &err) == 0 && !end && r.kind == RECORD_NODE,
       "the first card, with CRLF");
    is(r.u.node.name, STR("Dorn"), "and its value without CR");
    ok(card_next(&a, &rest, &line, "it", &r, &end, &err) == 0 && !end &&
           r.u.judgement.value == JUDGEMENT_UNSURE,
       "the second, fields in any order");
    ok(card_next(&a, &rest, &line, "it", &r, &end, &err) == 0 && end, "and the end");
}

/* ---- what is refused ---- */

static void refused_card(const char *text, int kind, const char *says)
{
    ARENA_AUTO a = {0};
    struct str rest = str_of(text);
    struct err err = {0};
    struct record r;
    bool end = false;
    size_t line = 0;
    int e = card_next(&a, &rest, &line, "f", &r, &end, &err);
    if (!ok(e == kind && strstr(err.text, says), "refused: %s", says))
        printf("# got: %d %s\n", e, err.text);
}

static void refused_json(const char *text, const char *says)
{
    ARENA_AUTO a = {0};
    struct err err = {0};
    struct record r;
    int e = card_parse_json(&a, str_of(text), "f", &r, &err);
    if (!ok(e == ERR_INPUT && strstr(err.text, says), "refused: %s", says))
        printf("# got: %d %s\n", e, err.text);
}

static void test_refused(void)
{
    refused_card("id: x\n", ERR_INPUT, "f: line 1: id: a card begins with \"card: KIND\"");
    refused_card(
        "card: sttement\n", ERR_INPUT,
        "line 1: card: there is no kind \"sttement\"; expected one of account, source");
    refused_card("card: node\nid n\n", ERR_INPUT, "line 2: expected \"name: value\"");
    refused_card("\ncard: node\nid: n\ntype: place\nsize: 3\n", ERR_INPUT,
                 "line 5: size: a card of kind node has no such field");
    refused_card("card: node\nid: n\nid: m\n", ERR_INPUT, "line 3: id: stands twice");
    refused_card("card: node\nid: n\ntype: plaice\n", ERR_INPUT,
                 "line 3: type: there is no kind of node \"plaice\"; expected person, group, "
                 "unit, place or event");
    refused_card("card: node\nid: n\n\n", ERR_INPUT, "type: is missing");
    refused_card("card: node\nid: two words\n", ERR_INPUT, "one word");
    refused_card("card: node\nid: n\ntype: place\nname: a\x01z\n", ERR_INPUT, "control char");
    refused_card("card: node\nid: n\ntype: place\nname: caf\xc3\n", ERR_INPUT, "UTF-8");
    refused_card("card: figure\nid: f\nlow: many\n", ERR_INPUT,
                 "line 3: low: expected a number");
    refused_card("card: figure\nid: f\nlow: 0x10\n", ERR_INPUT, "low: expected a number");
    refused_card("card: figure\nid: f\nlow: nan\n", ERR_INPUT, "low: expected a number");
    refused_card("card: figure\nid: f\nlow: 1e999\n", ERR_INPUT, "low: expected a finite");
    refused_card("card: figure\nid: f\norigins_low: 1.5\n", ERR_INPUT, "whole number");
    refused_card("card: control\nid: c\nday: 2022-02-30\n", ERR_INPUT, "line 3: day: ");
    refused_card("card: terms\nid: t\npurposes: help  court\n", ERR_INPUT, "no purpose \"\"");
    refused_card("card: terms\nid: t\npurposes: help help\n", ERR_INPUT, "help stands twice");
    refused_json("[]", "expected an object");
    refused_json("{\"card\":\"node\",\"id\":\"n\",\"type\":\"place\",\"size\":1}",
                 "field size: a card of kind node has no such field");
    refused_json("{\"card\":\"node\",\"id\":null,\"type\":\"place\"}", "field id: is missing");
    refused_json("{\"card\":\"node\",\"id\":\"n\",\"type\":7}", "expected a string");
    refused_json("{\"card\":\"terms\",\"id\":\"n\",\"purposes\":\"help\"}",
                 "expected an array");
    refused_json("{\"card\":\"node\",\"id\":\"n\",\"id\":\"m\",\"type\":\"place\"}",
                 "duplicate");
}

static void test_bounds(void)
{
    ARENA_AUTO a = {0};
    BUF_AUTO text;
    buf_init(&text, 1u << 24);
    buf_add(&text, STR("card: node\nid: n\ntype: place\nname: x\n"));
    for (size_t i = 0; i < RECORD_TEXT_MAX / 8; i++)
        buf_add(&text, STR(" 1234567\n"));
    struct str rest = buf_str(&text);
    struct err err = {0};
    struct record r;
    bool end;
    size_t line = 0;
    ok(card_next(&a, &rest, &line, "f", &r, &end, &err) == ERR_INPUT &&
           strstr(err.text, "longer than 262144 bytes"),
       "a text without end");
    buf_clear(&text);
    buf_add(&text, STR("card: control\nid: c\nof:"));
    for (size_t i = 0; i <= RECORD_LIST_MAX; i++)
        buf_add(&text, STR(" x"));
    rest = buf_str(&text);
    ok(card_next(&a, &rest, &line, "f", &r, &end, &err) == ERR_INPUT &&
           strstr(err.text, "more than 4096 entries"),
       "a list without end");
}

static void test_vocabulary(void)
{
    static const struct vocab *const all[] = {
        &vocab_grade,     &vocab_information, &vocab_attribution, &vocab_purpose,
        &vocab_basis,     &vocab_denial,      &vocab_precision,   &vocab_node,
        &vocab_judgement, &vocab_derivation,  &vocab_certainty,   &vocab_verdict,
        &vocab_flag,      &vocab_need,        &vocab_service,     &vocab_outcome,
        &vocab_control,   &vocab_custody,     &vocab_stance,      &vocab_bound,
        &vocab_unit,      &vocab_review,      &vocab_ground};
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        for (int v = 0; v < all[i]->count; v++) {
            const char *name = vocab_name(all[i], v);
            wrong += name ? vocab_parse(all[i], str_of(name)) != v : v != 0;
        }
    ok(wrong == 0, "every name of every list comes back");
    ok(vocab_parse(&vocab_attribution, STR("Deep Background")) == ATTRIBUTION_DEEP_BACKGROUND,
       "case, spaces and hyphens do not matter");
    ok(vocab_parse(&vocab_basis, STR("")) == -1 && vocab_name(&vocab_basis, 99) == NULL,
       "what is not there is not found");
}

int main(void)
{
    test_round_trips();
    test_form();
    test_several();
    test_rows();
    test_refused();
    test_bounds();
    test_vocabulary();
    return tap_end();
}
