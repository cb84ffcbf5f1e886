/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Figures read from invented sentences. Each is written "text low/best/high bound unit
 * counting-unit", "-" for null, "+" behind an open bound, "; " between figures.
 */
#include "engine/read/parts.h"

#include "tap.h"

#include <math.h>

static void put(struct buf *out, double v)
{
    if (isnan(v))
        buf_add(out, STR("-"));
    else
        buf_printf(out, "%.10g", v);
}

static void reads(const char *text, const char *want)
{
    ARENA_AUTO a = {0};
    struct token_text t;
    struct date_list dates;
    struct figure_list list;
    token_split(&a, str_of(text), &t);
    date_find(&a, &t, STR("2022-08-11"), &dates);
    figure_find(&a, &t, &dates, NULL, &list);
    BUF_AUTO out;
    buf_init(&out, 10000);
    for (size_t i = 0; i < list.count; i++) {
        const struct figure *f = &list.items[i];
        if (i)
            buf_add(&out, STR("; "));
        buf_add(&out, str_slice(t.text, f->begin, f->end));
        buf_add_char(&out, ' ');
        put(&out, f->low);
        buf_add_char(&out, '/');
        put(&out, f->best);
        buf_add_char(&out, '/');
        put(&out, f->high);
        const char *u = counting_unit_name(f->counting_unit);
        buf_printf(&out, " %s%s [%.*s] %s", figure_bound_name(f->bound), f->open ? "+" : "",
                   (int)f->unit.n, f->unit.n ? f->unit.p : "", u ? u : "-");
    }
    is(buf_str(&out), str_of(want), text);
}

static void bounds(void)
{
    reads("Twelve conscripts refused to go.", "Twelve 12/12/12 exact [conscripts] individual");
    reads("About a dozen soldiers were held.",
          "About a dozen 12/12/12 approx [soldiers] individual");
    reads("They held a couple of dozen men.",
          "a couple of dozen 24/24/24 approx [men] individual");
    reads("At least 27 wounded soldiers were sent back.",
          "At least 27 27/27/- at_least [wounded soldiers] individual");
    reads("More than 1,500 families left.",
          "More than 1,500 1500/1500/- at_least+ [families] family");
    reads("Fewer than ten raids took place.", "Fewer than ten -/10/10 at_most+ [raids] event");
    reads("As many as 300 prisoners were moved.",
          "As many as 300 -/300/300 at_most [prisoners] individual");
    reads("Up to 40 appeals were filed.", "Up to 40 -/40/40 at_most [appeals] request");
    reads("He was paid nearly $5,500 for it.", "nearly $5,500 -/5500/5500 approached [$] -");
    reads("Almost two and a half million people fled.",
          "Almost two and a half million -/2500000/2500000 approached [people] individual");
    reads("Some 300 detainees were there.",
          "Some 300 300/300/300 approx [detainees] individual");
    reads("There were 12 or more messages.", "12 or more 12/12/- at_least [messages] report");
    reads("It took 12 people or more.", "12 12/12/- at_least [people] individual");
    reads("At least some 50 villages burned.",
          "At least some 50 50/50/- at_least [villages] entity");
}

static void ranges(void)
{
    reads("Between 20 and 30 prisoners left.",
          "Between 20 and 30 20/-/30 range [prisoners] individual");
    reads("Ten to almost twelve soldiers left.",
          "Ten to almost twelve 10/-/12 range [soldiers] individual");
    reads("From 5 to 6 million people voted.",
          "From 5 to 6 million 5000000/-/6000000 range [people] individual");
    reads("The camp holds 100-150 men.", "100-150 100/-/150 range [men] individual");
    reads("Two or three guards watched.", "Two or three 2/-/3 range [guards] individual");
    reads("The number of raids rose from 10 to 12.",
          "10 10/10/10 exact [] -; 12 12/12/12 exact [] -");
}

static void orders_and_vague(void)
{
    reads("Hundreds of conscripts refused.",
          "Hundreds 200/-/999 order [conscripts] individual");
    reads("Thousands fled.", "Thousands 2000/-/9999 order [] -");
    reads("Tens of thousands of people fled.",
          "Tens of thousands 20000/-/99999 order [people] individual");
    reads("Dozens of complaints arrived.", "Dozens 24/-/99 order [complaints] request");
    reads("Several hundred men were held.", "Several hundred 200/-/999 order [men] individual");
    reads("Some prisoners were moved.", "Some -/-/- vague [prisoners] individual");
    reads("A number of reports arrived.", "A number of -/-/- vague [reports] report");
    reads("There is a whole bunch of appeals.",
          "a whole bunch of -/-/- vague [appeals] request");
    reads("Many of the detainees were ill.", "Many -/-/- vague [detainees] individual");
    reads("It took some time, and some said so.", "");
    reads("No prisoners were taken and none came back.", "");
    reads("There were zero casualties.", "zero 0/0/0 exact [casualties] individual");
}

static void several_in_one(void)
{
    reads("The shelling killed 12 and wounded 30.",
          "12 12/12/12 exact [] individual; 30 30/30/30 exact [] individual");
    reads("Blast in Verin: 12 dead, 30 injured",
          "12 12/12/12 exact [dead] individual; 30 30/30/30 exact [injured] individual");
    reads(
        "Half a dozen trucks and twenty-seven cars came.",
        "Half a dozen 6/6/6 exact [trucks] entity; twenty-seven 27/27/27 exact [cars] entity");
    reads("About 40 percent of 1.5m voters came.",
          "About 40 40/40/40 approx [percent] -; 1.5m 1500000/1500000/1500000 exact [voters] "
          "individual");
    reads("They paid 12,500 rubles, or 30% more.",
          "12,500 12500/12500/12500 exact [rubles] -; 30 30/30/30 exact [%] -");
    reads("One soldier hid; the one who saw it left.", "One 1/1/1 exact [soldier] individual");
    reads("Some 12 500 prisoners left.",
          "Some 12 500 12500/12500/12500 approx [prisoners] individual");
    reads("In Verin 12 people died.", "12 12/12/12 exact [people] individual");
    reads("3 hundred and 21 people came.",
          "3 hundred and 21 321/321/321 exact [people] individual");
}

static void not_figures(void)
{
    static const char *const none[] = {
        "The Boeing 737 landed in Colony No. 6 near Unit 40321.",
        "She is 45 years old, and he is a 12-year-old.",
        "Marin Dole, 45, was aged 44 then.",
        "They met at 10:30 and at 5 p.m. on the first floor.",
        "The team won 3-2.",
        "Call +1-222-2222 or 555-1234.",
        "He holds an EB-5 visa; the COVID-19 ward is full.",
        "It is a five-year plan for a 20-member team.",
        "The first and the 12th came.",
        "A third of it was lost in 2014.",
        "See version 1.2.3 of /a/12/b.",
        "Children under 18 stayed.",
        "One of them left, and that one too.",
        "He lives in room 12, school 5.",
        "One in five of them, and eight out of 10, stayed.",
        "He lives at 131 West Harbour Street.",
        "The 2012 election was lost.",
        "It was all for naught.",
    };
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        reads(none[i], "");
}

static void hostile(void)
{
    static const char *const texts[] = {
        "99999999999999999999 trillion trillion people",
        "million million million million",
        "one one one one one two two hundred hundred",
        "1,1,1,1,1,1,1,1,1,1,1",
        "- - - - 5",
        "a a a a a half a half a",
        "5 to 6 to 7 to 8 to",
        "twenty-",
        "$",
        "$ $ $ 5 $",
        "about about about",
        "1.",
        ".5.5.5.",
        "½½½",
        "two and and a half",
        "99999999999999999999999999999999999999999999999999999999999999999999999999999999 men",
        "between between 5 and and 6",
        "0000000000 zero point zero point",
        "5bn bn bn",
        "hundreds of hundreds of hundreds",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        ARENA_AUTO a = {0};
        struct token_text t;
        struct date_list dates = {0};
        struct figure_list list;
        token_split(&a, str_of(texts[i]), &t);
        date_find(&a, &t, STR("2022-08-11"), &dates);
        figure_find(&a, &t, &dates, NULL, &list);
        bool good = true;
        size_t at = 0;
        for (size_t k = 0; k < list.count; k++) {
            const struct figure *f = &list.items[k];
            good &= f->begin >= at && f->begin < f->end && f->end <= t.text.n &&
                    !isinf(f->low) && !isinf(f->high) && !isinf(f->best);
            at = f->end;
        }
        ok(good, "hostile text %zu gives finite figures in order", i);
    }
}

int main(void)
{
    bounds();
    ranges();
    orders_and_vague();
    several_in_one();
    not_figures();
    hostile();
    return tap_end();
}
