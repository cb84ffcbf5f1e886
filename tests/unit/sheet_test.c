/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/sheet_parts.h"

#include "tap.h"

#include <math.h>

static void test_head(void)
{
    struct str title, publisher, date;
    struct str text =
        STR("title Twelve held\nPublisher: The Orlen Post\ndate 2024-03-04\n\nBody.");
    size_t n = sheet_take_head(text, &title, &publisher, &date);
    is(str_slice(text, n, text.n), STR("\nBody."), "the head ends before the empty line");
    is(title, STR("Twelve held"), "title");
    is(publisher, STR("The Orlen Post"), "publisher, with a colon and in upper case");
    is(date, STR("2024-03-04"), "date");
    text = STR("Titles were handed out.\ndate palms grow here\n");
    ok(sheet_take_head(text, &title, &publisher, &date) == 0 && !title.p && !date.p,
       "a text that begins like a head but is none");
}

static struct sheet *empty(struct arena *a, const char *const *words, size_t count)
{
    struct sheet *s = ARENA_NEW(a, 1, struct sheet);
    s->a = a;
    s->withheld = ARENA_NEW(a, count + 1, struct sheet_withheld);
    for (size_t i = 0; i < count; i++)
        s->withheld[i].word = str_of(words[i]);
    s->withheld_count = count;
    return s;
}

static void test_show(void)
{
    ARENA_AUTO a = {0};
    static const char *const words[] = {"marina", "selk"};
    struct sheet *s = empty(&a, words, 2);
    is(sheet_show(s, STR("Marina Selk, the wife, said so.")),
       STR("[name withheld], the wife, said so."), "a whole name is one gap");
    is(sheet_show(s, STR("the Selks' house, SELK's word, Marina-Selk")),
       STR("the Selks' house, [name withheld]'s word, [name withheld]"),
       "capitals, possessives and hyphens; a longer word is another word");
    is(sheet_show(s, STR("a marina by the sea")), STR("a marina by the sea"),
       "a common word in lower case stays");
    struct str same = STR("nothing to hide");
    ok(sheet_show(s, same).p == same.p, "what has no name comes back as it is");
}

static void test_say(void)
{
    ARENA_AUTO a = {0};
    struct sheet *s = empty(&a, NULL, 0);
    struct figure f = {.low = 1200, .best = 1200, .high = NAN, .bound = FIGURE_AT_LEAST};
    is(sheet_say_figure(s, &f), STR("at least 1,200"), "a floor");
    f.open = true;
    is(sheet_say_figure(s, &f), STR("more than 1,200"), "an open floor");
    f = (struct figure){.low = NAN, .best = 200, .high = 200, .bound = FIGURE_APPROACHED};
    is(sheet_say_figure(s, &f), STR("nearly 200"), "approached");
    f = (struct figure){.low = 150, .best = NAN, .high = 180, .bound = FIGURE_RANGE};
    is(sheet_say_figure(s, &f), STR("150 to 180"), "a range");
    is(sheet_say_range(s, 120, NAN), STR("at least 120"), "open above");
    is(sheet_say_range(s, NAN, 60), STR("up to 60"), "open below");
    is(sheet_say_range(s, NAN, NAN), STR("no number"), "nothing given");
    is(sheet_say_date(s, STR("2024-03-04")), STR("4 March 2024"), "a day");
    is(sheet_say_date(s, STR("2024-03-04/2024-03-11")), STR("4 to 11 March 2024"), "days");
    is(sheet_say_date(s, STR("2024-03~")), STR("about March 2024"), "about a month");
    is(sheet_say_date(s, STR("2024-01-01/..")), STR("since 1 January 2024"), "open");
    is(sheet_say_date(s, (struct str){0}), STR(""), "no date");
}

/* A statement about `content`, with a figure on the words `number`. */
static struct sheet_statement about(struct arena *a, struct sheet *s, struct str content,
                                    struct str number, struct str unit, struct figure *f)
{
    s->documents = ARENA_NEW(a, 1, struct sheet_document);
    s->document_count = 1;
    s->documents[0].text = content;
    s->documents[0].title = STR("Men held in Kolvar");
    struct span *span = ARENA_NEW(a, 1, struct span);
    *span = (struct span){0, content.n};
    struct proposal *p = ARENA_NEW(a, 1, struct proposal);
    p->content = (struct span_list){span, 1};
    size_t at = str_find(content, number, 0);
    *f = (struct figure){
        .begin = at, .end = at + number.n, .unit = unit, .counting_unit = UNIT_INDIVIDUAL};
    return (struct sheet_statement){.p = p};
}

static void check_topic(struct str content, struct str number, struct str unit, unsigned act,
                        struct str noun, struct str place, const char *name)
{
    ARENA_AUTO a = {0};
    struct sheet *s = empty(&a, NULL, 0);
    struct figure f;
    struct sheet_statement st = about(&a, s, content, number, unit, &f);
    struct sheet_topic t;
    sheet_topic_of(s, &st, &f, &t);
    ok(t.act == act && str_eq(t.noun, noun) && str_eq(t.place, place), "%s: %.*s %.*s, %.*s",
       name, (int)t.noun.n, t.noun.p, (int)sheet_act_title(t.act).n, sheet_act_title(t.act).p,
       (int)t.place.n, t.place.p ? t.place.p : "");
}

static void test_topic(void)
{
    check_topic(
        STR("At least 120 mobilised soldiers who refused to return to the Sarn front are "
            "being held in a disused sugar works in Kolvar"),
        STR("At least 120"), STR("mobilised soldiers"), LEX_ACT_HOLD, STR("people"),
        STR("Kolvar"), "a relative clause is not the act");
    check_topic(STR("as many as 60 men were moved to the depot in Upper Lesna"),
                STR("as many as 60"), STR("men"), LEX_ACT_MOVE, STR("people"),
                STR("Upper Lesna"), "the act behind its subject");
    check_topic(STR("the line had lost contact with 80 men since the weekend"), STR("80"),
                STR("men"), LEX_ACT_CONTACT, STR("people"), STR(""),
                "the act before its object");
    check_topic(STR("its estimate rests on interviews with 23 former inmates"), STR("23"),
                STR("former inmates"), LEX_ACT_QUESTION, STR("former inmates"), STR(""),
                "former inmates are not the people held");
    check_topic(STR("the works in Kolvar were cold, and nearly 200 men slept in the works"),
                STR("nearly 200"), STR("men"), LEX_ACT_STAY, STR("people"), STR("Kolvar"),
                "the place that the report gives to the same site");
    check_topic(
        STR("61 families in the Tresk, Dalsk and Upper Lesna districts were interviewed"),
        STR("61"), STR("families"), LEX_ACT_QUESTION, STR("families"), STR(""),
        "several places are no place");
    check_topic(STR("it had not held 120 men in Kolvar"), STR("120"), STR("men"), 0,
                STR("people"), STR("Kolvar"), "what is negated is not counted with the rest");
}

int main(void)
{
    test_head();
    test_show();
    test_say();
    test_topic();
    return tap_end();
}
