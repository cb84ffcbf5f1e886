/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The parts of figures, proposals and edited records that need no archive: nodes joined by
 * judgements against a count by hand, sources filled into a wording, numbers chosen, fields
 * written anew, and a range that was counted one by one.
 */
#include "base/rng.h"
#include "model/card.h"
#include "tap.h"
#include "work/edit.h"
#include "work/figure.h"
#include "work/propose.h"

#include <math.h>

/* ---- nodes ---- */

#define NODES_MAX 12

/* Everything that can be reached is one, by walking until nothing changes. */
static size_t count_by_hand(size_t nodes, const struct work_node_link *links, size_t count,
                            bool unsure, size_t *of)
{
    for (size_t i = 0; i < nodes; i++)
        of[i] = i;
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < count; i++) {
            bool joins = links[i].value == JUDGEMENT_SAME ||
                         (unsure && links[i].value == JUDGEMENT_UNSURE);
            size_t a = of[links[i].a], b = of[links[i].b];
            if (!joins || a == b)
                continue;
            of[links[i].a] = of[links[i].b] = a < b ? a : b;
            more = true;
        }
    }
    size_t found = 0;
    for (size_t i = 0; i < nodes; i++)
        found += of[i] == i;
    return found;
}

static void test_join(void)
{
    struct rng rng;
    rng_seed(&rng, 7);
    size_t wrong = 0, crossed = 0, ranges = 0;
    for (int round = 0; round < 2000; round++) {
        ARENA_AUTO a = {0};
        struct work_node_link links[NODES_MAX];
        size_t nodes = 1 + rng_below(&rng, NODES_MAX), count = rng_below(&rng, NODES_MAX);
        for (size_t i = 0; i < count; i++)
            links[i] = (struct work_node_link){
                rng_below(&rng, nodes), rng_below(&rng, nodes),
                (enum judgement_value)(1 + rng_below(&rng, JUDGEMENT_COUNT - 1))};
        struct work_nodes n = {0};
        size_t *component, low[NODES_MAX], high[NODES_MAX], conflicts = 0;
        work_figure_join(&a, nodes, links, count, &n, &component);
        wrong += n.low != count_by_hand(nodes, links, count, true, low);
        wrong += n.high != count_by_hand(nodes, links, count, false, high);
        for (size_t i = 0; i < nodes; i++)
            wrong += component[i] != high[i];
        for (size_t i = 0; i < count; i++)
            conflicts +=
                links[i].value == JUDGEMENT_DIFFERENT && high[links[i].a] == high[links[i].b];
        wrong += n.conflicts != conflicts || n.nodes != nodes;
        crossed += n.low > n.high;
        ranges += n.low < n.high;
    }
    ok(wrong == 0, "nodes are joined as by hand, in 2000 random cases");
    ok(crossed == 0 && ranges > 200,
       "the low end is never above the high one, and often below");
}

/* ---- wordings ---- */

static struct str called(void *context, struct str id, bool described)
{
    unsigned *asked = context;
    ++*asked;
    if (str_eq(id, STR("aid")))
        return described ? STR("a legal-aid group") : STR("Dorn Aid");
    return str_eq(id, STR("guard")) && described ? STR("a guard") : (struct str){0};
}

static bool fills(const char *wording, const char *want, unsigned times)
{
    ARENA_AUTO a = {0};
    unsigned asked = 0;
    struct str got = work_figure_fill(&a, str_of(wording), called, &asked);
    if (!str_eq(got, str_of(want)))
        printf("# got: %.*s\n", (int)got.n, got.p);
    return str_eq(got, str_of(want)) && asked == times;
}

static void test_fill(void)
{
    ok(fills("According to {source:aid}, 4 people were held.",
             "According to Dorn Aid, 4 people were held.", 1),
       "a name");
    ok(fills("{source:guard description} and {source:aid description} agree. {source:guard "
             "description} left.",
             "A guard and a legal-aid group agree. A guard left.", 3),
       "descriptions, with a capital where a sentence begins");
    ok(fills("According to {source:guard} and {source:gone}, none.",
             "According to [source withheld] and [source withheld], none.", 2),
       "what may not be said is withheld");
    ok(fills("no {sources} here, {source:aid", "no {sources} here, {source:aid", 0),
       "what is no placeholder stays");
    ok(fills("", "", 0), "nothing");
}

/* ---- numbers ---- */

static bool chooses(const char *text, const char *want)
{
    struct work_proposal rows[5] = {{0}};
    struct work_proposals p = {.items = rows, .count = 5};
    bool chosen[5] = {false};
    char got[6] = "-----";
    struct err err = {0};
    rows[1].decided = REVIEW_ACCEPTED;
    rows[3].decided = REVIEW_REJECTED;
    if (work_choose(&p, str_of(text), chosen, &err))
        return strcmp(want, "refused") == 0 && err.kind == ERR_INPUT;
    for (int i = 0; i < 5; i++)
        if (chosen[i])
            got[i] = 'x';
    return strcmp(got, want) == 0;
}

static void test_choose(void)
{
    ok(chooses("3", "--x--") && chooses("1-5", "xxxxx") && chooses("1,4-5", "x--xx"),
       "numbers and ranges");
    ok(chooses("all", "x-x-x"), "all are those that are open");
    static const char *const wrong[] = {
        "",   "0",  "6", "5-6", "4-2", "-",   "1-",   "-1",
        "1,", ",1", "a", "1 2", "+1",  "ALL", "1--2", "99999999999999999999"};
    bool all = true;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        all &= chooses(wrong[i], "refused");
    ok(all, "what is none of them is refused");
}

/* ---- fields ---- */

static int edit(struct arena *a, const struct record *old, const char *field,
                struct record *ret, struct err *err)
{
    struct str s = str_of(field);
    return work_edit_fields(a, old, &s, 1, ret, err);
}

static void test_edit(void)
{
    ARENA_AUTO a = {0};
    struct record old, made;
    struct err err = {0};
    record_init(&old, RECORD_STATEMENT);
    old.u.statement = (struct record_statement){.id = STR("s"),
                                                .account = STR("a"),
                                                .begin = 3,
                                                .end = 9,
                                                .act = STR("held\nin a hall"),
                                                .where = STR("Marnoth"),
                                                .low = 4,
                                                .best = 4,
                                                .high = 4,
                                                .unit = UNIT_INDIVIDUAL};
    ok(edit(&a, &old, "act=beaten", &made, &err) == 0 &&
           str_eq(made.u.statement.act, STR("beaten")) &&
           str_eq(made.u.statement.where, STR("Marnoth")) && made.u.statement.end == 9,
       "a field of several lines is replaced, the others stay");
    ok(edit(&a, &old, "where=a\nwhere: b", &made, &err) == 0 &&
           str_eq(made.u.statement.where, STR("a\nwhere: b")),
       "a value cannot bring in a field of its own");
    ok(edit(&a, &old, "act=", &made, &err) == 0 && !made.u.statement.act.p, "taken out");
    ok(edit(&a, &old, "stance=", &made, &err) == ERR_INPUT, "not what is required");
    ok(edit(&a, &old, "low=5", &made, &err) == ERR_INPUT &&
           str_find(str_of(err.text), STR("in that order"), 0) != STR_NONE,
       "low above high");
    static const char *const kept[] = {"id=x", "account=x", "rule=x", "review=accepted",
                                       "card=node"};
    bool all = true;
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        all &= edit(&a, &old, kept[i], &made, &err) == ERR_INPUT;
    ok(all, "what is the program's");
}

/* ---- a range that was counted one by one ---- */

static void test_listed(void)
{
    ARENA_AUTO a = {0};
    const struct weigh_source sources[] = {{.id = STR("1"),
                                            .basis = BASIS_VICTIM,
                                            .grade = GRADE_B,
                                            .terms = ATTRIBUTION_ON_RECORD,
                                            .label = STR("Dorn Aid")},
                                           {.id = STR("2"),
                                            .basis = BASIS_WITNESS,
                                            .grade = GRADE_B,
                                            .terms = ATTRIBUTION_ANONYMITY}};
    struct weigh_statement told[] = {{.id = STR("a"),
                                      .source = 0,
                                      .low = NAN,
                                      .high = NAN,
                                      .bound = FIGURE_VAGUE,
                                      .what = STR("held"),
                                      .information = INFORMATION_2},
                                     {.id = STR("b"),
                                      .source = 1,
                                      .low = NAN,
                                      .high = NAN,
                                      .bound = FIGURE_VAGUE,
                                      .what = STR("held"),
                                      .information = INFORMATION_2}};
    struct weigh_case c = {.sources = sources,
                           .source_count = 2,
                           .statements = told,
                           .statement_count = 2,
                           .listed_low = 3,
                           .listed_high = 4,
                           .listed_unit = UNIT_INDIVIDUAL};
    struct weigh_result r;
    weigh_run(&a, &c, &r);
    ok(r.low == 3 && r.high == 4 && r.unit == UNIT_INDIVIDUAL &&
           r.verdict == VERDICT_CORROBORATED && r.lints.count == 0,
       "it is the range");
    ok(str_find(r.sentence, STR("between 3 and 4 people, each counted once, were held"), 0) !=
           STR_NONE,
       "and said to be so");
    c.listed_single = true;
    weigh_run(&a, &c, &r);
    ok(r.verdict == VERDICT_REPORTED && r.origins_low == 2,
       "while some rest on one origin it is reported, and the origins stay");
    told[0].low = told[0].high = 12;
    told[0].unit = UNIT_INDIVIDUAL;
    weigh_run(&a, &c, &r);
    ok(r.low == 12 && r.high == 12 && r.verdict == VERDICT_CORROBORATED,
       "a number that is given goes before it");
    c.statement_count = 0;
    weigh_run(&a, &c, &r);
    ok(r.verdict == VERDICT_NONE && isnan(r.low), "without accounts there is none");
}

int main(void)
{
    test_join();
    test_fill();
    test_choose();
    test_edit();
    test_listed();
    return tap_end();
}
