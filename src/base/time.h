/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * base/time: dates as EDTF (ISO 8601-2), and the civil calendar under them.
 *
 * Read and printed: 2022, 2022-07, 2022-07-11; unknown digits 199X, 2022-XX, 2022-07-1X;
 * seasons and other parts of a year 2022-21 … 2022-41 (21 spring, 22 summer, 23 autumn, 24
 * winter, 33-36 quarters, 37-39 thirds, 40-41 halves); "?" uncertain, "~" approximate, "%"
 * both, at the end of a date; intervals A/B, with ".." for an open and nothing for an unknown
 * end. Years have four digits, with an optional minus.
 *
 * Not read: times of day, sets, exponents. Seasons are those of the northern hemisphere, in
 * whole months; winter 2022 begins in December 2022 and ends in February 2023. The calendar is
 * the Gregorian one, also before 1582.
 */
#ifndef DEPONENT_BASE_TIME_H
#define DEPONENT_BASE_TIME_H

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

/* Days are counted from 1970-01-01, which is day 0. */
#define TIME_DAY_MIN  (-4371587) /* -9999-01-01 */
#define TIME_DAY_MAX  2932896    /* 9999-12-31 */
#define TIME_YEAR_MIN (-9999)
#define TIME_YEAR_MAX 9999
#define TIME_TEXT_MAX 40 /* bytes that a printed EDTF can take */

enum time_part {
    TIME_SPRING = 21,
    TIME_SUMMER,
    TIME_AUTUMN,
    TIME_WINTER,
    TIME_QUARTER = 33,
    TIME_HALF = 40,
    TIME_PART_LAST = 41
};

struct time_date {
    int year;               /* unknown digits stand as 0 */
    uint8_t month;          /* 0: none; 1-12, or a part of the year 21-41 */
    uint8_t day;            /* 0: none */
    uint8_t year_x;         /* bit k: the digit of 10^k is unknown */
    uint8_t month_x, day_x; /* the same; with both bits set month or day is 0 but written XX */
    bool uncertain, approximate;
};

enum time_end { TIME_DATE, TIME_OPEN, TIME_UNKNOWN };

struct time_edtf {
    bool interval;
    enum time_end from_kind, to_kind; /* TIME_DATE unless it is an interval */
    struct time_date from, to;        /* `to` only in an interval */
};

/* Both days are part of it. An open or unknown end reaches TIME_DAY_MIN or TIME_DAY_MAX. */
struct time_days {
    int32_t first, last;
};

/* The whole of s. ERR_INPUT with a sentence that says what is wrong; *ret untouched then. */
int time_parse(struct str s, struct time_edtf *ret, struct err *err) ERR_CHECKED;
void time_print(struct buf *out, const struct time_edtf *e);

/* The days that the expression can mean; "~" and "?" do not widen it. */
struct time_days time_days_of(const struct time_edtf *e);
struct time_days time_days_of_date(const struct time_date *d);

static inline bool time_overlaps(struct time_days a, struct time_days b)
{
    return a.first <= b.last && b.first <= a.last;
}
static inline bool time_contains(struct time_days outer, struct time_days inner)
{
    return outer.first <= inner.first && inner.last <= outer.last;
}
/* Earlier first; of two that begin together the shorter first. <0, 0, >0. */
int time_compare(struct time_days a, struct time_days b);

/* The calendar. Years from TIME_YEAR_MIN to TIME_YEAR_MAX, days from TIME_DAY_MIN to
 * TIME_DAY_MAX; whoever calculates clamps with time_clamp first. */
bool time_is_date(int year, int month, int day);
int time_month_length(int year, int month); /* 28 … 31 */
int32_t time_day(int year, int month, int day);
void time_civil(int32_t day, int *ret_year, int *ret_month, int *ret_day);
int time_weekday(int32_t day); /* 1 Monday … 7 Sunday */
/* The Monday with which an ISO 8601 week begins; weeks from 1 to 53. */
int32_t time_week_first(int year, int week);
/* The same day of the month some months later or earlier, the last of a shorter month. */
int32_t time_add_months(int32_t day, int64_t months);
int32_t time_easter(int year); /* Western Easter Sunday */
int32_t time_clamp(int64_t day);

#endif
