/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/time.h"

#include "tap.h"

static void round_trips(void)
{
    static const char *const same[] = {
        "2022",        "2022-07",     "2022-07-11",  "2022-07~",
        "199X",        "20XX",        "2022-XX",     "2022-07-1X",
        "2022-07-XX",  "2022-XX-XX",  "2022-22",     "2022-35",
        "2022-41",     "2022?",       "2022-07-11%", "2022-07-11/2022-07-20",
        "../2022",     "2022-07-11/", "/2022-07",    "2022-02~/2022-05?",
        "-0043-03-15", "2022/..",     "2020-02-29",  "XXXX-02-29",
    };
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        struct time_edtf e;
        struct err err = {0};
        BUF_AUTO out;
        buf_init(&out, 100);
        if (ok(time_parse(str_of(same[i]), &e, &err) == 0, "reads date %zu", i)) {
            time_print(&out, &e);
            is(buf_str(&out), str_of(same[i]), "and prints it the same");
        } else {
            printf("# %s\n", err.text);
        }
    }
}

static void refusals(void)
{
    static const char *const bad[] = {
        "",           "22",         "2022-13",          "2022-7",      "2022-07-32",
        "2021-02-29", "2022-00",    "2022-07-00",       "-0000",       "2022-25",
        "2022-42",    "2022-22-01", "2022-07-11x",      "2022//",      "../..",
        "/",          "2022/2021",  "2022-07-11T10:00", "20222-01-01", "July",
        "2022-2X-01", "2022-07-4X", "2022~~",           "99999",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct time_edtf e;
        struct err err = {0};
        ok(time_parse(str_of(bad[i]), &e, &err) == ERR_INPUT && err.text[0], "refuses text %zu",
           i);
    }
}

static void days_are(const char *edtf, int y0, int m0, int d0, int y1, int m1, int d1)
{
    struct time_edtf e;
    struct err err = {0};
    bool good = time_parse(str_of(edtf), &e, &err) == 0;
    struct time_days d = good ? time_days_of(&e) : (struct time_days){0, 0};
    ok(good && d.first == time_day(y0, m0, d0) && d.last == time_day(y1, m1, d1), "days of %s",
       edtf);
}

static void calendar(void)
{
    ok(time_day(1970, 1, 1) == 0 && time_day(2000, 3, 1) == 11017, "day numbers");
    ok(time_day(-9999, 1, 1) == TIME_DAY_MIN && time_day(9999, 12, 31) == TIME_DAY_MAX,
       "the ends of the calendar");
    bool good = true;
    int32_t day = time_day(1580, 1, 1);
    for (int y = 1580; y < 2420; y++)
        for (int m = 1; m <= 12; m++)
            for (int d = 1; d <= time_month_length(y, m); d++, day++) {
                int yy, mm, dd;
                time_civil(day, &yy, &mm, &dd);
                good &= time_day(y, m, d) == day && yy == y && mm == m && dd == d;
            }
    ok(good, "every day from 1580 to 2419 goes there and back");
    int y, m, d;
    time_civil(TIME_DAY_MIN, &y, &m, &d);
    ok(y == -9999 && m == 1 && d == 1, "the first day comes back");
    ok(time_weekday(0) == 4 && time_weekday(time_day(2022, 7, 11)) == 1 &&
           time_weekday(time_day(1899, 12, 31)) == 7,
       "weekdays");
    ok(time_week_first(2020, 53) == time_day(2020, 12, 28) &&
           time_week_first(2019, 1) == time_day(2018, 12, 31),
       "ISO weeks");
    ok(time_add_months(time_day(2020, 1, 31), 1) == time_day(2020, 2, 29) &&
           time_add_months(time_day(2020, 1, 31), -13) == time_day(2018, 12, 31) &&
           time_add_months(0, INT64_MAX) == TIME_DAY_MAX &&
           time_add_months(0, INT64_MIN) == TIME_DAY_MIN,
       "months are added and bounded");
    ok(time_easter(2018) == time_day(2018, 4, 1) &&
           time_easter(2019) == time_day(2019, 4, 21) &&
           time_easter(1981) == time_day(1981, 4, 19) &&
           time_easter(1954) == time_day(1954, 4, 18),
       "Easter, with the two exceptions");
    ok(time_is_date(2020, 2, 29) && !time_is_date(2100, 2, 29) && !time_is_date(2020, 13, 1) &&
           !time_is_date(10000, 1, 1),
       "which dates exist");
}

int main(void)
{
    round_trips();
    refusals();
    calendar();
    days_are("2022", 2022, 1, 1, 2022, 12, 31);
    days_are("2024-02", 2024, 2, 1, 2024, 2, 29);
    days_are("199X", 1990, 1, 1, 1999, 12, 31);
    days_are("2022-1X", 2022, 10, 1, 2022, 12, 31);
    days_are("2022-07-2X", 2022, 7, 20, 2022, 7, 29);
    days_are("2022-24", 2022, 12, 1, 2023, 2, 28);
    days_are("2022-35", 2022, 7, 1, 2022, 9, 30);
    days_are("2022-38", 2022, 5, 1, 2022, 8, 31);
    days_are("2022-40", 2022, 1, 1, 2022, 6, 30);
    days_are("2022-07-11/2022-07-20", 2022, 7, 11, 2022, 7, 20);
    days_are("2022-07/..", 2022, 7, 1, 9999, 12, 31);
    days_are("/2022-07", -9999, 1, 1, 2022, 7, 31);
    struct time_days a = {10, 20}, b = {20, 30}, c = {21, 22};
    ok(time_overlaps(a, b) && !time_overlaps(a, c) && time_contains(b, c), "overlap");
    ok(time_compare(a, b) < 0 && time_compare(b, a) > 0 && time_compare(a, a) == 0, "order");
    return tap_end();
}
