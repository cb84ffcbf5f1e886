/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Dates read from invented sentences, relative to Thursday 2022-08-11: "words = EDTF", "; "
 * between mentions, "?" for an expression that cannot be resolved.
 */
#include "base/time.h"
#include "engine/read/parts.h"
#include "engine/read/value.h"

#include "tap.h"

#include <math.h>

static void find(struct arena *a, const char *text, const char *ref, struct buf *out)
{
    struct token_text t;
    struct date_list list;
    token_split(a, str_of(text), &t);
    date_find(a, &t, str_of(ref), &list);
    for (size_t i = 0; i < list.count; i++) {
        const struct date_mention *m = &list.items[i];
        if (i)
            buf_add(out, STR("; "));
        buf_add(out, str_slice(t.text, m->span.begin, m->span.end));
        buf_add(out, STR(" = "));
        buf_add(out, m->edtf.p ? m->edtf : STR("?"));
    }
}

static void reads(const char *text, const char *want)
{
    ARENA_AUTO a = {0};
    BUF_AUTO out;
    buf_init(&out, 10000);
    find(&a, text, "2022-08-11", &out);
    is(buf_str(&out), str_of(want), text);
}

static void days(void)
{
    reads("He left on Tuesday.", "Tuesday = 2022-08-09");
    reads("He left on Thursday.", "Thursday = 2022-08-11");
    reads("He left yesterday.", "yesterday = 2022-08-10");
    reads("He left two days ago.", "two days ago = 2022-08-09");
    reads("He left three weeks ago.", "three weeks ago = 2022-07-21~");
    reads("He left on July 11.", "July 11 = 2022-07-11");
    reads("He left on November 2.", "November 2 = 2021-11-02");
    reads("He left on 3 March 2021.", "3 March 2021 = 2021-03-03");
    reads("He left on the 5th of May, 2020.", "5th of May, 2020 = 2020-05-05");
    reads("He left on 2022-07-04 or 04/07/2021 or 25/07/2021.",
          "2022-07-04 = 2022-07-04; 04/07/2021 = 2021-04-07; 25/07/2021 = 2021-07-25");
    reads("He left last Friday.", "last Friday = 2022-08-05");
    reads("He left on Friday, August 5, 2022.", "Friday, August 5, 2022 = 2022-08-05");
    reads("It was on Christmas Eve.", "Christmas Eve = 2021-12-24");
    reads("It was the day before yesterday.", "the day before yesterday = 2022-08-09");
    reads("It was the second Monday of July.", "the second Monday of July = 2022-07-11");
    reads("It was on February 30, 2022.", "February 30, 2022 = ?");
}

static void periods(void)
{
    reads("In July they left.", "July = 2022-07");
    reads("They left in September.", "September = 2021-09");
    reads("They left last week.", "last week = 2022-08-01/2022-08-07");
    reads("They left this year.", "this year = 2022");
    reads("They left in early 2022.", "early 2022 = 2022-37~");
    reads("They left in late July.", "late July = 2022-07-16~/2022-07-31~");
    reads("They left at the end of 2021.", "end of 2021 = 2021-39~");
    reads("It was in the 1990s.", "the 1990s = 199X");
    reads("It was in the 20th century.", "the 20th century = 19XX");
    reads("It was in the summer of 2021.", "the summer of 2021 = 2021-22");
    reads("It was the first week of July.", "the first week of July = 2022-07-04/2022-07-10");
    reads("It was in the third quarter of 2021.", "the third quarter of 2021 = 2021-35");
    reads("It was in the first half of 2021.", "the first half of 2021 = 2021-40");
    reads("Over the past 3 months they left.", "past 3 months = 2022-05-11/2022-08-10");
    reads("They left in May 2021 and in 2019.", "May 2021 = 2021-05; 2019 = 2019");
    reads("It was the week of July 11.", "the week of July 11 = 2022-07-11/2022-07-17");
}

static void ranges(void)
{
    reads("From July 11-20 they hid.", "From July 11-20 = 2022-07-11/2022-07-20");
    reads("Between July 11 and August 2 they hid.",
          "Between July 11 and August 2 = 2022-07-11/2022-08-02");
    reads("From November to March 2021 they hid.",
          "From November to March 2021 = 2020-11/2021-03");
    reads("They hid from 4 to 22 May.", "from 4 to 22 May = 2022-05-04/2022-05-22");
    reads("They hid from 2014 to 2018.", "from 2014 to 2018 = 2014/2018");
    reads("Since March they hid.", "Since March = 2022-03/..");
    reads("They hid until July 20.", "until July 20 = ../2022-07-20");
    reads("They hid before 2020.", "before 2020 = ../2019");
    reads("They hid after May 2022.", "after May 2022 = 2022-06/..");
}

static void not_dates(void)
{
    reads("You may march, and Mark may fall.", "");
    reads("They sat in the sun and had 2000 men.", "");
    reads("It is open 24/7 since 9/11.", "");
    reads("Room 12-2 has 5 beds; call 555-1234.", "");
    reads("He won 3/4 of the vote in two days.", "");
    reads("Every Monday he calls; on Mondays too.", "");
    reads("He is in his 40s.", "");
    reads("The next day they left; two days later they came.",
          "next day = ?; two days later = ?");
}

static void without_reference(void)
{
    ARENA_AUTO a = {0};
    BUF_AUTO out;
    buf_init(&out, 1000);
    find(&a, "On Tuesday, last week, in July 2021 and two days ago.", NULL, &out);
    is(buf_str(&out), STR("Tuesday = ?; last week = ?; July 2021 = 2021-07; two days ago = ?"),
       "without a reference date only absolute dates are resolved");
}

static void hostile(void)
{
    static const char *const texts[] = {
        "from from 5 to to",
        "99999999999999 years ago",
        "February 30 to February 31",
        "31/31/3131",
        "the the the the week of the week of the week of",
        "1-1-1-1-1-1-1-1",
        "9999-12-31 and after",
        "three weeks after three weeks after three weeks after May 1",
        "0000-00-00",
        "next next next week",
        "in 3000000 years",
        "'",
        "the '",
        "-1-1",
        "May",
        "century 99999999 century",
        "the 99th century",
        "2999-12-31 to 1000-01-01",
        "1000000 decades ago",
        "the last 999999 centuries",
        "first of",
        "last week of last",
        "Q",
        "Q9 2016",
        "week 99",
        "24:00 4/",
        "mid-",
        "the end of the end of",
        "since since since",
        "for 1000000 years from 2999-12-31",
        "within 1000000 centuries",
        "easter easter 9999",
    };
    static const char *const refs[] = {"2022-08-11", "9999-12-31", "0001-01-02", "XXXX", NULL};
    bool good = true;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        for (size_t k = 0; k < sizeof refs / sizeof refs[0]; k++) {
            ARENA_AUTO a = {0};
            struct token_text t;
            struct date_list list;
            struct value_list values;
            token_split(&a, str_of(texts[i]), &t);
            date_find(&a, &t, str_of(refs[k]), &list);
            size_t at = 0;
            for (size_t j = 0; j < list.count; j++) {
                const struct date_mention *m = &list.items[j];
                struct time_edtf e;
                struct err err;
                good &= m->span.begin >= at && m->span.begin < m->span.end &&
                        m->span.end <= t.text.n && m->begin < m->end && m->end <= t.count;
                good &= !m->edtf.p || time_parse(m->edtf, &e, &err) == 0;
                at = m->span.end;
            }
            value_find(&a, str_of(texts[i]), str_of(refs[k]), &values);
            for (size_t j = 0; j < values.count; j++)
                good &= values.items[j].span.end <= t.text.n;
            if (!good) {
                printf("# text %zu, reference %zu\n", i, k);
                good = ok(false, "hostile text is read in bounds");
                return;
            }
        }
    ok(good, "hostile texts are read in bounds, and every EDTF parses");
}

static void values(void)
{
    ARENA_AUTO a = {0};
    BUF_AUTO out;
    struct value_list list;
    buf_init(&out, 10000);
    value_find(&a, STR("More than 12 men paid US$ 5.50 at age 30 on May 4."), STR("2022-08-11"),
               &list);
    value_print_json(&out, &list);
    is(buf_str(&out),
       STR("{\"kind\":\"number\",\"text\":\"12\",\"begin\":10,\"end\":12,\"value\":12}\n"
           "{\"kind\":\"number\",\"text\":\"5.50\",\"begin\":26,\"end\":30,\"value\":5.5}\n"
           "{\"kind\":\"number\",\"text\":\"30\",\"begin\":38,\"end\":40,\"value\":30}\n"
           "{\"kind\":\"number\",\"text\":\"4\",\"begin\":48,\"end\":49,\"value\":4}\n"
           "{\"kind\":\"range\",\"text\":\"More than 12\",\"begin\":0,\"end\":12,\"value\":"
           "\"(12,)\"}\n"
           "{\"kind\":\"money\",\"text\":\"US$ 5.50\",\"begin\":22,\"end\":30,\"value\":5.5,"
           "\"unit\":\"united states dollar\",\"currency\":\"USD\"}\n"
           "{\"kind\":\"age\",\"text\":\"age "
           "30\",\"begin\":34,\"end\":40,\"value\":30,\"unit\":"
           "\"year\"}\n"
           "{\"kind\":\"date\",\"text\":\"May "
           "4\",\"begin\":44,\"end\":49,\"value\":\"2022-05-04\","
           "\"from\":\"2022-05-04\",\"until\":\"2022-05-05\"}\n"),
       "values of every kind");
    for (size_t i = 0; i < list.count; i++)
        if (list.items[i].kind == VALUE_RANGE)
            ok(isnan(list.items[i].high) && !list.items[i].low_in, "an open range");
}

int main(void)
{
    days();
    periods();
    ranges();
    not_dates();
    without_reference();
    hostile();
    values();
    return tap_end();
}
