/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/weigh on cases worked by hand: what each rule of its header gives, the whole sentence,
 * every lint refusing and letting pass, dates in words, and what a weigh file may not hold.
 * JSON is written here with ' for ".
 */
#include "base/text.h"
#include "tap.h"
#include "work/weigh.h"

#include <math.h>
#include <stdio.h>

#define TEXT_MAX 8192

struct example {
    struct arena arena;
    struct weigh_case c;
    struct weigh_result r;
};

static struct str quoted(struct arena *a, const char *z)
{
    char *copy = arena_cstr(a, str_of(z));
    for (char *p = copy; *p; p++)
        if (*p == '\'')
            *p = '"';
    return str_of(copy);
}

/* Sources and statements in short: the keys that all have are filled in. */
static void weigh(struct example *e, const char *sources, const char *statements,
                  const char *rest)
{
    memset(e, 0, sizeof *e);
    struct err err = {0};
    struct str json = arena_printf(&e->arena, "{'sources':[%s],'statements':[%s]%s}", sources,
                                   statements, rest);
    json = quoted(&e->arena, arena_cstr(&e->arena, json));
    if (!ok(work_weigh_parse(&e->arena, json, "it", &e->c, &err) == 0, "parses"))
        printf("# %s\n# %.*s\n", err.text, (int)json.n, json.p);
    weigh_run(&e->arena, &e->c, &e->r);
}

static void done(struct example *e)
{
    arena_free(&e->arena);
}

#define AID                                                                                    \
    "{'id':'a','label':'Dorn Aid','grade':'B','basis':'service_provider','terms':'on_record'}"
#define KIN                                                                                    \
    "{'id':'k','label':'Ivo Marn','grade':'F','basis':'related_person','terms':'anonymity'}"
#define TEACHER                                                                                \
    "{'id':'w','label':'Selma Ort','grade':'B','basis':'witness','terms':'background',"        \
    "'description':'a teacher who saw the raid'}"
#define TIMES                                                                                  \
    "{'id':'n','label':'Harbour Times','grade':'C','basis':'relayed','terms':'on_record'}"
#define MINISTRY                                                                               \
    "{'id':'m','label':'the Interior Ministry','grade':'D','basis':null,'terms':'on_record'}"
#define US "{'id':'us','label':'Our Group','grade':'A','basis':'document','terms':'on_record'}"

#define SAYS(id, source, n)                                                                    \
    "{'id':'" id "','source':'" source "','stance':'reports','information_grade':'2','low':" n \
    ",'high':" n ",'bound':'exact','counting_unit':'individual','when':'2022-07-11'}"
#define LINK(from, to, kind, certainty)                                                        \
    "{'from':'" from "','to':'" to "','kind':'" kind "','certainty':'" certainty "'}"

static void expect(const char *name, struct example *e, size_t low, size_t high,
                   enum verdict verdict)
{
    if (!ok(e->r.origins_low == low && e->r.origins_high == high && e->r.verdict == verdict,
            "%s: origins and verdict", name))
        printf("# got [%zu, %zu] %s: %.*s\n", e->r.origins_low, e->r.origins_high,
               vocab_name(&vocab_verdict, (int)e->r.verdict), (int)e->r.sentence.n,
               e->r.sentence.p);
}

static void test_origins(void)
{
    struct example e;
    weigh(&e, AID "," TEACHER, SAYS("1", "a", "12") "," SAYS("2", "w", "12"), "");
    expect("two who know it themselves", &e, 2, 2, VERDICT_CORROBORATED);
    ok(e.r.floor && e.r.floor_value == 12, "and so a floor");
    done(&e);

    weigh(&e, AID "," TIMES, SAYS("1", "a", "12") "," SAYS("2", "n", "12"),
          ",'derivations':[" LINK("n", "a", "quoted", "established") "]");
    expect("a newspaper that quotes the other", &e, 1, 1, VERDICT_REPORTED);
    ok(e.r.circle_count == 1 && e.r.circles[0].count == 2 && !e.r.circles[0].ring,
       "one origin, one repeat");
    done(&e);

    weigh(&e, AID "," TEACHER, SAYS("1", "a", "12") "," SAYS("2", "w", "12"),
          ",'derivations':[" LINK("a", "w", "derived", "possible") "]");
    expect("a possible link joins the low end only", &e, 1, 2, VERDICT_REPORTED);
    ok(!e.r.floor, "and leaves no floor");
    done(&e);

    weigh(&e, AID "," TEACHER, SAYS("1", "a", "12") "," SAYS("2", "w", "12"),
          ",'derivations':[" LINK("1", "2", "derived", "excluded") "]");
    expect("an excluded link joins nothing", &e, 2, 2, VERDICT_CORROBORATED);
    done(&e);

    weigh(&e, AID "," TIMES, SAYS("1", "a", "12") "," SAYS("2", "n", "12"), "");
    expect("relayed, nobody knows from whom", &e, 1, 2, VERDICT_REPORTED);
    done(&e);

    weigh(&e, TIMES, SAYS("2", "n", "12"), "");
    expect("unknown lineage alone is one origin", &e, 1, 1, VERDICT_REPORTED);
    done(&e);

    weigh(&e, KIN, SAYS("1", "k", "12"), "");
    expect("one that cannot be judged", &e, 1, 1, VERDICT_ALLEGED);
    done(&e);

    weigh(&e, AID "," TEACHER "," TIMES, SAYS("1", "a", "12") "," SAYS("2", "w", "12"),
          ",'derivations':[" LINK("a", "n", "derived", "established") "," LINK(
              "w", "n", "derived", "established") "]");
    expect("a silent common source makes them one", &e, 1, 1, VERDICT_REPORTED);
    done(&e);

    weigh(&e, AID "," TEACHER "," MINISTRY,
          SAYS("1", "a", "12") "," SAYS("2", "w",
                                        "12") ",{'id':'3','source':'m','stance':'denies'}",
          ",'derivations':[" LINK("m", "a", "quoted", "established") "," LINK(
              "m", "w", "quoted", "established") "]");
    expect("who quotes two to deny them joins nobody", &e, 2, 2, VERDICT_CORROBORATED);
    ok(e.r.flags == 1u << FLAG_DENIED, "but is told");
    done(&e);
}

static void test_ours(void)
{
    struct example e;
    weigh(&e, US "," TIMES, SAYS("1", "us", "12") "," SAYS("2", "n", "12"),
          ",'derivations':[" LINK("n", "us", "quoted", "established") "],'ours':['us']");
    expect("who quotes us is no origin", &e, 0, 0, VERDICT_ALLEGED);
    ok(e.r.low == 12 && str_find(e.r.sentence, STR("our own release"), 0) != STR_NONE,
       "the figure is said to be ours");
    done(&e);

    weigh(&e, US "," TIMES "," TEACHER,
          SAYS("1", "us", "15") "," SAYS("2", "n", "15") "," SAYS("3", "w", "12"),
          ",'derivations':[" LINK("n", "us", "quoted", "established") "," LINK(
              "us", "w", "derived", "established") "],'ours':['us']");
    expect("what we have from a witness stays the witness's", &e, 1, 1, VERDICT_REPORTED);
    ok(e.r.low == 12 && e.r.high == 12, "our figure and its echo set no range");
    done(&e);

    weigh(&e, US "," TIMES, SAYS("1", "us", "15") "," SAYS("2", "n", "15"),
          ",'derivations':[" LINK("us", "n", "derived", "established") "],'ours':['us']");
    expect("a source of unknown lineage behind our release may be its echo", &e, 0, 0,
           VERDICT_ALLEGED);
    done(&e);

    weigh(&e, US "," TEACHER, SAYS("1", "us", "15") "," SAYS("3", "w", "12"),
          ",'derivations':[" LINK("w", "us", "quoted", "possible") "],'ours':['us']");
    expect("who possibly quotes us counts in the high end", &e, 0, 1, VERDICT_ALLEGED);
    done(&e);
}

static void test_verdicts(void)
{
    struct example e;
    weigh(&e, AID "," TEACHER ",{'id':'v','grade':'A','basis':'victim'}",
          SAYS("1", "a", "12") "," SAYS("2", "w", "12") "," SAYS("3", "v", "12"), "");
    expect("three who agree on number and time", &e, 3, 3, VERDICT_VERIFIED);
    done(&e);

    weigh(&e, AID "," TEACHER ",{'id':'v','grade':'F','basis':'victim'}",
          SAYS("1", "a", "12") "," SAYS("2", "w", "12") "," SAYS("3", "v", "12"), "");
    expect("the third cannot be judged", &e, 3, 3, VERDICT_CORROBORATED);
    done(&e);

    weigh(&e, AID "," TEACHER ",{'id':'v','grade':'A','basis':'victim'}",
          SAYS("1", "a", "12") "," SAYS("2", "w", "12") "," SAYS("3", "v", "40"), "");
    expect("the third gives another number", &e, 3, 3, VERDICT_CORROBORATED);
    ok(e.r.flags == 1u << FLAG_CONTESTED, "and contests");
    done(&e);

    weigh(&e, AID ",{'id':'x','grade':'E','basis':'witness'}",
          SAYS("1", "a", "12") "," SAYS("2", "x", "40"), "");
    expect("a discounted one counts but supports nothing", &e, 2, 2, VERDICT_REPORTED);
    ok(e.r.flags >> FLAG_DISCOUNTED & 1 && e.r.high == 40, "the range does not know grades");
    done(&e);

    weigh(&e, AID ",{'id':'m','label':'the Ministry','grade':'D','terms':'on_record'}",
          SAYS("1", "a", "12") ",{'id':'2','source':'m','stance':'denies',"
                               "'denial':'accepts_responsibility'}",
          "");
    expect("the party accepts responsibility", &e, 1, 1, VERDICT_ACKNOWLEDGED);
    ok(!(e.r.flags >> FLAG_DENIED & 1) && e.r.denials == 0, "which is no denial");
    done(&e);

    weigh(&e, "{'id':'v','basis':'witness'}", SAYS("1", "v", "12"), "");
    ok(e.r.flags == 1u << FLAG_PENDING, "not yet graded: pending");
    done(&e);

    weigh(&e,
          AID ",{'id':'o','grade':'A','basis':'witness','terms':'off_record'},"
              "{'id':'x','grade':'A','basis':'witness','withdrawn':true}",
          SAYS("1", "a", "12") "," SAYS("2", "o", "50") "," SAYS("3", "x", "60"), "");
    expect("off the record and withdrawn are not used", &e, 1, 1, VERDICT_REPORTED);
    ok(e.r.high == 12 && e.r.flags == 1u << FLAG_WITHDRAWN, "only the withdrawal is told");
    done(&e);
}

static void test_range(void)
{
    static const struct {
        const char *name, *low1, *high1, *low2, *high2;
        double low, high;
    } rows[] = {
        {"both closed", "10", "12", "20", "40", 10, 40},
        {"a lower limit below", "10", "null", "20", "40", 10, 40},
        {"a lower limit above all", "50", "null", "20", "40", 20, NAN},
        {"an upper limit above", "null", "50", "20", "40", 20, 50},
        {"an upper limit below all", "null", "10", "20", "40", NAN, 40},
        {"two lower limits", "10", "null", "20", "null", 10, NAN},
        {"nothing", "null", "null", "null", "null", NAN, NAN},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct example e;
        char statements[1024];
        (void)snprintf(statements, sizeof statements,
                       "{'id':'1','source':'a','stance':'asserts','low':%s,'high':%s},"
                       "{'id':'2','source':'w','stance':'asserts','low':%s,'high':%s}",
                       rows[i].low1, rows[i].high1, rows[i].low2, rows[i].high2);
        weigh(&e, AID "," TEACHER, statements, "");
        bool low = e.r.low == rows[i].low || (isnan(e.r.low) && isnan(rows[i].low));
        bool high = e.r.high == rows[i].high || (isnan(e.r.high) && isnan(rows[i].high));
        ok(low && high, "range: %s", rows[i].name);
        done(&e);
    }
}

#define SITE(id, source, stance, what, day)                                                    \
    "{'id':'" id "','source':'" source "','stance':'" stance "','information_grade':'2',"      \
    "'what':'" what "','when':'" day "'}"

static void test_history(void)
{
    struct example e;
    weigh(&e, AID "," KIN,
          SITE("1", "a", "reports", "the hall was full", "2022-08-04") "," SITE(
              "2", "a", "reports", "the hall was closed",
              "2022-08-08") "," SITE("3", "k", "denies", "the hall was closed", "2022-08-14"),
          "");
    is(e.r.sentence,
       STR("According to Dorn Aid, the hall was closed on 8 August 2022. No figure is given. "
           "This is reported and not verified: it rests on one account. Earlier versions are "
           "kept: \"the hall was full\" from Dorn Aid (4 August 2022). A person close to those "
           "concerned (name withheld) denied this on 14 August 2022. This covers only the "
           "accounts at hand."),
       "full, then closed, then contradicted");
    ok(e.r.fates[0].state == WEIGH_REVISED && e.r.fates[0].revised_by == 1,
       "the newest stands");
    done(&e);

    weigh(&e, AID, SAYS("1", "a", "30") "," SAYS("2", "a", "25"),
          ",'derivations':[" LINK("2", "1", "revises", "established") "]");
    ok(e.r.low == 25 && e.r.high == 25, "a revision supersedes without a date");
    done(&e);

    weigh(&e, AID, SAYS("1", "a", "30") "," SAYS("2", "a", "25"),
          ",'derivations':[" LINK("2", "1", "revises", "established") "," LINK(
              "1", "2", "revises", "established") "]");
    ok(e.r.low == 25 && e.r.high == 30, "two that revise each other both stand");
    done(&e);

    weigh(&e, AID, SAYS("1", "a", "30") "," SAYS("2", "a", "25"), "");
    ok(e.r.low == 25 && e.r.high == 30 && e.r.accounts == 2, "of the same day both stand");
    done(&e);
}

static void test_sentences(void)
{
    struct example e;
    weigh(&e, AID "," KIN "," MINISTRY "," TIMES,
          SAYS("1", "a", "1200") ",{'id':'2','source':'k','stance':'asserts',"
                                 "'information_grade':6,'low':1200,'high':2500,'bound':'range',"
                                 "'counting_unit':'individual','when':'2022-07-11'},"
                                 "{'id':'3','source':'m','stance':'denies',"
                                 "'denial':'denies_act','when':'2022-07-12'}," SAYS("4", "n",
                                                                                    "120"),
          ",'derivations':[" LINK("4", "1", "quoted", "established") "],'ours':[]");
    is(e.r.sentence,
       STR("According to Dorn Aid and a person close to those concerned (name withheld), the "
           "number of people concerned on 11 July 2022 was at least 1,200. The highest number "
           "given is 2,500. This is corroborated but not verified: it rests on three accounts "
           "from two independent origins. The Interior Ministry denied the act on 12 July "
           "2022. "
           "One repeat is not counted as an origin. One copy gives another number, which is "
           "left out. This covers only the accounts at hand, and the true number may differ."),
       "the whole sentence, with the contract's keys alone");
    done(&e);

    weigh(&e,
          "{'id':'d','label':'Ivo Marn','basis':'witness','grade':'B',"
          "'terms':'deep_background'}",
          "{'id':'1','source':'d','stance':'asserts','information_grade':'2','low':1,'high':1,"
          "'counting_unit':'individual','what':'detained','where':'Dorn','when':'2022-07~',"
          "'verified':false}",
          "");
    is(e.r.sentence,
       STR("It is reported that one person was detained in Dorn around July 2022. This is "
           "reported and not verified: it rests on one account. The account could not be "
           "independently verified. This covers only the accounts at hand, and the true number "
           "may differ."),
       "deep background is counted, not spoken of");
    done(&e);

    weigh(&e,
          AID ",{'id':'k','label':'Ivo Marn','basis':'witness','terms':'anonymity',"
              "'description':'the brother of Ivo'}",
          SAYS("1", "k", "12"), "");
    ok(str_find(e.r.sentence, STR("Ivo"), 0) == STR_NONE,
       "a description that names is dropped");
    ok(e.r.lints.count == 1 && e.r.lints.items[0].code == WEIGH_LINT_NAME, "and told");
    done(&e);

    weigh(&e, AID "," TEACHER,
          SAYS("1", "a", "12") ",{'id':'2','source':'w','stance':'asserts','low':5,'high':5,"
                               "'counting_unit':'family'}",
          "");
    ok(e.r.lints.count == 1 && e.r.lints.items[0].code == WEIGH_LINT_MIXED_UNITS,
       "mixed units are told");
    ok(str_find(e.r.sentence, STR("A separate count of families gives 5 and is not added."),
                0) != STR_NONE,
       "and kept apart");
    done(&e);
}

/* ---- lints ---- */

static bool refuses(struct example *e, const char *sentence, enum weigh_lint_code code)
{
    struct weigh_lints lints;
    weigh_lint(&e->arena, str_of(sentence), &e->c, &e->r, &lints);
    for (size_t i = 0; i < lints.count; i++)
        if (lints.items[i].code == code)
            return true;
    return false;
}

static void test_lints(void)
{
    static const struct {
        enum weigh_lint_code code;
        const char *refused, *accepted;
    } rows[] = {
        {WEIGH_LINT_PLURAL_SOURCES, "Sources say that 12 people were held.",
         "One source says that 12 people were held."},
        {WEIGH_LINT_PLURAL_SOURCES, "Two independent sources speak of 12 people.",
         "Two accounts from one origin speak of 12 people."},
        {WEIGH_LINT_CONFIRMED, "It was confirmed that 12 people were held.",
         "It was not confirmed that 12 people were held."},
        {WEIGH_LINT_CONFIRMED, "Verification shows 12 people.",
         "This could not be independently verified."},
        {WEIGH_LINT_AT_LEAST, "At least 12 people were held.", "12 people were held."},
        {WEIGH_LINT_AT_LEAST, "No fewer than twelve people were held.",
         "At least three accounts speak of it."},
        {WEIGH_LINT_AT_LEAST, "12 or more were held.", "Either 12 or 30 were held."},
        {WEIGH_LINT_MIXED_UNITS, "12 people and families were moved.",
         "12 people were moved, in families."},
        {WEIGH_LINT_MIXED_UNITS, "12 people and 3 families were moved.",
         "12 people were moved. Another 3 families stayed."},
        {WEIGH_LINT_MIXED_UNITS, "5 people were moved.", "5 families were moved."},
        {WEIGH_LINT_LIKELIHOOD, "It is likely, with high confidence, that 12 were held.",
         "It is likely that 12 were held. We have high confidence in this."},
        {WEIGH_LINT_LIKELIHOOD, "We are confident that this is almost certain.",
         "We are almost certain of this."},
        {WEIGH_LINT_NAME, "According to Ivo Marn, 12 people were held.",
         "According to Dorn Aid, 12 people were held."},
        {WEIGH_LINT_NAME, "Mr MARN\xe2\x80\x99s account says 12.",
         "A relative's account says 12."},
        {WEIGH_LINT_SUM, "42 people were held.", "30 people were held."},
        {WEIGH_LINT_SUM, "Forty-two people were held.", "It happened on 11 July 2022."},
        {WEIGH_LINT_SUM, "In total, 30 people were held.", "30 people were held in Dorn."},
    };
    struct example e;
    weigh(&e, AID "," KIN "," TIMES,
          SAYS("1", "a", "12") "," SAYS("2", "n", "30") ",{'id':'3','source':'k',"
                                                        "'stance':'asserts','low':5,'high':5,"
                                                        "'counting_unit':'family'}",
          ",'derivations':[" LINK("n", "a", "quoted", "established") "," LINK(
              "k", "a", "derived", "established") "]");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ok(refuses(&e, rows[i].refused, rows[i].code), "%s: %s", weigh_lint_name(rows[i].code),
           rows[i].refused);
        ok(!refuses(&e, rows[i].accepted, rows[i].code), "%s passes: %s",
           weigh_lint_name(rows[i].code), rows[i].accepted);
    }
    done(&e);

    weigh(&e, AID "," TEACHER ",{'id':'v','grade':'A','basis':'victim'}",
          SAYS("1", "a", "12") "," SAYS("2", "w", "12") "," SAYS("3", "v", "12"), "");
    ok(!refuses(&e, "At least 12 people were held.", WEIGH_LINT_AT_LEAST), "of a floor");
    ok(refuses(&e, "At least 13 people were held.", WEIGH_LINT_AT_LEAST), "but no more");
    ok(!refuses(&e, "Three sources confirmed it.", WEIGH_LINT_CONFIRMED),
       "of what is verified");
    ok(!refuses(&e, "Three sources confirmed it.", WEIGH_LINT_PLURAL_SOURCES), "three sources");
    ok(refuses(&e, "Four sources confirmed it.", WEIGH_LINT_PLURAL_SOURCES), "but not four");
    done(&e);

    weigh(&e,
          "{'id':'a','label':'Confirmed Sources','grade':'B','basis':'witness',"
          "'terms':'on_record'}",
          SAYS("1", "a", "12"), "");
    ok(e.r.lints.count == 0 && str_starts(e.r.sentence, STR("According to Confirmed Sources,")),
       "what an organisation is called is not our wording");
    done(&e);
}

/* ---- dates ---- */

static void test_dates(void)
{
    static const struct {
        const char *edtf, *words;
    } rows[] = {
        {"2022-07-11", "on 11 July 2022"},
        {"2022-07", "in July 2022"},
        {"2022", "in 2022"},
        {"2022-07-11~", "around 11 July 2022"},
        {"2022-07?", "possibly in July 2022"},
        {"2022%", "possibly around 2022"},
        {"2022-21", "in spring 2022"},
        {"2022-33", "in the first quarter of 2022"},
        {"202X", "in the 2020s"},
        {"2022-07-XX", "in July 2022"},
        {"2022-XX-XX", "in 2022"},
        {"2022-07-1X", "between 10 and 19 July 2022"},
        {"2022-07-11/2022-07-20", "between 11 and 20 July 2022"},
        {"2022-07-30/2022-08-02", "between 30 July and 2 August 2022"},
        {"2021-12-30/2022-01-02", "between 30 December 2021 and 2 January 2022"},
        {"2022-05/2022-07", "between May and July 2022"},
        {"2021/2022", "between 2021 and 2022"},
        {"2022-07-11/2022-07-11", "on 11 July 2022"},
        {"2022-07-11~/2022-07-20", "between about 11 July 2022 and 20 July 2022"},
        {"../2022-07-11", "up to 11 July 2022"},
        {"2022-07-11/..", "since 11 July 2022"},
        {"2022-07-11/", "from 11 July 2022 to an unknown date"},
        {"/2022-07-11", "from an unknown date to 11 July 2022"},
        {"yesterday", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        BUF_AUTO out;
        buf_init(&out, TEXT_MAX);
        weigh_say_when(&out, str_of(rows[i].edtf));
        is(buf_str(&out), str_of(rows[i].words), rows[i].edtf);
    }
}

/* ---- what a weigh file may not hold ---- */

static void refused(const char *json, const char *says)
{
    ARENA_AUTO a = {0};
    struct weigh_case c;
    struct err err = {0};
    int e = work_weigh_parse(&a, quoted(&a, json), "f", &c, &err);
    if (!ok(e == ERR_INPUT && strstr(err.text, says), "refused: %s", says))
        printf("# got %d: %s\n", e, err.text);
}

static void test_refused(void)
{
    refused("{'sources':[}", "f: line 1, column ");
    refused("[]", "f: expected an object with sources");
    refused("{'sources':[]}", "f: statements: expected an array");
    refused("{'sources':{},'statements':[]}", "f: sources: expected an array");
    refused("{'sources':[1],'statements':[]}", "sources[0]: expected an object");
    refused("{'sources':[{}],'statements':[]}", "sources[0].id: expected an id");
    refused("{'sources':[],'statements':[],'extra':1}", "there is no key \"extra\"");
    refused("{'sources':[{'id':'a','garde':'B'}],'statements':[]}",
            "sources[0]: there is no key \"garde\"; known are id, label, grade");
    refused("{'sources':[{'id':'a','grade':'G'}],'statements':[]}",
            "sources[0].grade: there is no source grade \"G\"; expected A, B, C, D, E or F");
    refused("{'sources':[{'id':'a','terms':'secret'}],'statements':[]}",
            "expected on_record, anonymity, background, deep_background or off_record");
    refused("{'sources':[{'id':'a'},{'id':'a'}],'statements':[]}",
            "sources[1].id: \"a\" stands twice");
    refused(
        "{'sources':[{'id':'a'}],'statements':[{'id':'1','source':'b','stance':'asserts'}]}",
        "statements[0].source: there is no source \"b\"");
    refused("{'sources':[{'id':'a'}],'statements':[{'id':'1','source':'a'}]}",
            "statements[0].stance: is missing");
    refused("{'sources':[{'id':'a'}],'statements':[{'id':'1','source':'a','stance':'asserts',"
            "'low':3,'high':2}]}",
            "statements[0].low: is above high");
    refused("{'sources':[{'id':'a'}],'statements':[{'id':'1','source':'a','stance':'asserts',"
            "'low':-1}]}",
            "expected a number from 0");
    refused("{'sources':[{'id':'a'}],'statements':[{'id':'1','source':'a','stance':'asserts',"
            "'low':'12'}]}",
            "statements[0].low: expected a number or null");
    refused("{'sources':[{'id':'a'}],'statements':[{'id':'1','source':'a','stance':'asserts',"
            "'when':'2022-13-01'}]}",
            "statements[0].when: ");
    refused("{'sources':[{'id':'a'}],'statements':[],'derivations':[{'from':'a','to':'z',"
            "'kind':'quoted','certainty':'possible'}]}",
            "derivations[0].to: there is no source or statement \"z\"");
    refused("{'sources':[{'id':'a'}],'statements':[],'derivations':[{'from':'a','to':'a',"
            "'kind':'quoted'}]}",
            "derivations[0].certainty: is missing; expected established, possible or excluded");
    refused("{'sources':[],'statements':[],'ours':['a']}", "ours[0]: there is no source");
}

int main(void)
{
    test_origins();
    test_ours();
    test_verdicts();
    test_range();
    test_history();
    test_sentences();
    test_lints();
    test_dates();
    test_refused();
    return tap_end();
}
