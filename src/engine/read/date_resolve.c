/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/read/date.h"

static int32_t monday(int32_t day)
{
    return day - (time_weekday(day) - 1);
}

static int floor_to(int v, int step)
{
    int q = v / step;
    if (v % step < 0)
        q--;
    return q * step;
}

static struct time_days months_days(int64_t index, int count)
{
    /* index counts months from year 0 */
    int64_t y = index >= 0 ? index / 12 : (index - 11) / 12;
    if (y < TIME_YEAR_MIN + 1)
        y = TIME_YEAR_MIN + 1;
    if (y > TIME_YEAR_MAX - 1)
        y = TIME_YEAR_MAX - 1;
    int32_t first = time_day(
        (int)y, (int)(index - (index >= 0 ? index / 12 : (index - 11) / 12) * 12) + 1, 1);
    return (struct time_days){first, time_add_months(first, count) - 1};
}

struct time_days date_unit(const struct date_reader *r, int unit, int64_t shift,
                           enum date_grain *ret)
{
    int64_t month = (int64_t)r->year * 12 + r->month - 1;
    int64_t bound = 12 * 20000;
    if (shift > bound)
        shift = bound;
    if (shift < -bound)
        shift = -bound;
    int32_t day;
    *ret = GRAIN_SPAN;
    switch (unit) {
    case 1:
        *ret = GRAIN_DAY;
        day = time_clamp(r->ref + shift);
        return (struct time_days){day, day};
    case 2:
        *ret = GRAIN_WEEK;
        day = time_clamp(monday(r->ref) + 7 * shift);
        return (struct time_days){day, time_clamp((int64_t)day + 6)};
    case 3:
        *ret = GRAIN_MONTH;
        return months_days(month + shift, 1);
    case 4:
        *ret = GRAIN_PART;
        return months_days((month / 3 + shift) * 3, 3);
    case 5:
        *ret = GRAIN_YEAR;
        return months_days((r->year + shift) * 12, 12);
    case 6:
        *ret = GRAIN_DECADE;
        return months_days((floor_to(r->year, 10) + 10 * shift) * 12, 120);
    case 7:
        *ret = GRAIN_CENTURY;
        return months_days((floor_to(r->year, 100) + 100 * shift) * 12, 1200);
    case 8:
        day = time_clamp(monday(r->ref) + 14 * shift);
        return (struct time_days){day, time_clamp((int64_t)day + 13)};
    default:
        day = time_clamp(monday(r->ref) + 5 + 7 * shift);
        return (struct time_days){day, time_clamp((int64_t)day + 1)};
    }
}

int32_t date_add(int32_t day, const struct date_length *length, int sign)
{
    int64_t to = time_add_months(day, sign * length->months);
    if (!length->business)
        return time_clamp(to + sign * length->days);
    int64_t left = length->days;
    while (left > 0 && to > TIME_DAY_MIN && to < TIME_DAY_MAX) {
        to += sign;
        if (time_weekday((int32_t)to) <= 5)
            left--;
    }
    return time_clamp(to);
}

/* The nth weekday of a month; from the end for n < 0. */
static int32_t nth_weekday(int year, int month, int weekday, int n)
{
    if (n > 0) {
        int32_t first = time_day(year, month, 1);
        return first + (weekday - time_weekday(first) + 7) % 7 + 7 * (n - 1);
    }
    int32_t last = time_day(year, month, time_month_length(year, month));
    return last - (time_weekday(last) - weekday + 7) % 7 + 7 * (n + 1);
}

int32_t date_holiday(int rule, int year)
{
    if (year < TIME_YEAR_MIN || year > TIME_YEAR_MAX)
        return TIME_DAY_MIN;
    if (rule < 9000) {
        if (!time_is_date(year, rule / 100, rule % 100))
            return TIME_DAY_MIN;
        return time_day(year, rule / 100, rule % 100);
    }
    static const int16_t from_easter[] = {0, -2, 1, -7, -46, -47, 39, 49, 50, 60, -1, -3};
    if (rule >= 9100)
        return rule - 9100 < (int)(sizeof from_easter / sizeof from_easter[0])
                   ? time_easter(year) + from_easter[rule - 9100]
                   : TIME_DAY_MIN;
    static const struct {
        int8_t month, weekday, n, more;
    } rules[] = {{1, 1, 3, 0},  {2, 1, 3, 0},  {5, 7, 2, 0},  {6, 7, 3, 0},
                 {5, 1, -1, 0}, {9, 1, 1, 0},  {10, 1, 2, 0}, {11, 4, 4, 0},
                 {11, 4, 4, 1}, {11, 4, 4, 4}, {3, 1, 2, 0},  {11, 1, 1, 1}};
    int k = rule - 9001;
    if (k < 0 || k >= (int)(sizeof rules / sizeof rules[0]))
        return TIME_DAY_MIN;
    return nth_weekday(year, rules[k].month, rules[k].weekday, rules[k].n) + rules[k].more;
}

static struct time_days month_of(int year, int month)
{
    struct time_date d = {.year = year, .month = (uint8_t)month};
    return time_days_of_date(&d);
}

static bool in_years(int year)
{
    return year > TIME_YEAR_MIN && year < TIME_YEAR_MAX;
}

/* Without a year: the last one that has begun, or the next when `future`. */
static bool any_year(const struct date_reader *r, const struct date_part *p,
                     struct time_days *ret)
{
    if (!r->has_ref)
        return false;
    int step = p->future ? 1 : -1;
    int year = r->year + (p->future ? 0 : 1);
    for (int k = 0; k < 10; k++, year += step) {
        if (!in_years(year))
            return false;
        struct time_days d;
        if (p->kind == PART_DAY) {
            if (!time_is_date(year, p->month, p->day))
                continue;
            d.first = d.last = time_day(year, p->month, p->day);
        } else if (p->kind == PART_HOLIDAY) {
            d.first = d.last = date_holiday(p->rule, year);
        } else {
            d = month_of(year, p->month);
        }
        if (p->future ? d.last >= r->ref : d.first <= r->ref) {
            *ret = d;
            return true;
        }
    }
    return false;
}

/* "the 21st", "Thursday the 21st", "Wed 13th". */
static bool day_of_month(const struct date_reader *r, const struct date_part *p,
                         struct time_days *ret)
{
    if (!r->has_ref)
        return false;
    int year = r->year, month = r->month;
    for (int k = 0; k < 400 && in_years(year); k++) {
        if (p->day <= time_month_length(year, month)) {
            int32_t day = time_day(year, month, p->day);
            bool fits = !p->weekday || time_weekday(day) == p->weekday;
            if (fits && (day <= r->ref || (p->weekday && k == 0))) {
                ret->first = ret->last = day;
                return true;
            }
        }
        if (--month == 0) {
            month = 12;
            year--;
        }
    }
    return false;
}

static bool base_days(const struct date_reader *r, const struct date_part *p,
                      struct time_days *ret)
{
    switch (p->kind) {
    case PART_DAY:
        if (p->year == DATE_NO_YEAR)
            return any_year(r, p, ret);
        if (!time_is_date(p->year, p->month, p->day))
            return false;
        ret->first = ret->last = time_day(p->year, p->month, p->day);
        return true;
    case PART_MONTH:
        if (p->year == DATE_NO_YEAR)
            return any_year(r, p, ret);
        if (!in_years(p->year))
            return false;
        *ret = month_of(p->year, p->month);
        return true;
    case PART_YEAR:
        if (!in_years(p->year))
            return false;
        *ret = month_of(p->year, 0);
        return true;
    case PART_MDAY:
        return day_of_month(r, p, ret);
    case PART_WEEKDAY:
        if (!r->has_ref)
            return false;
        /* in talk nobody calls the day itself by its name */
        ret->first = time_clamp(
            (int64_t)r->ref - (time_weekday(r->ref) - p->weekday + 7 - r->wide) % 7 - r->wide);
        ret->last = ret->first;
        return true;
    case PART_HOLIDAY:
        if (p->year == DATE_NO_YEAR)
            return any_year(r, p, ret);
        ret->first = ret->last = date_holiday(p->rule, p->year);
        return in_years(p->year) && ret->first != TIME_DAY_MIN;
    case PART_WEEK: {
        int year = p->year == DATE_NO_YEAR ? r->year : p->year;
        if ((p->year == DATE_NO_YEAR && !r->has_ref) || !in_years(year) || p->rule > 53)
            return false;
        ret->first = time_week_first(year, p->rule);
        ret->last = ret->first + 6;
        return true;
    }
    case PART_FIXED:
        *ret = p->days;
        return true;
    case PART_NEVER:
        break;
    }
    return false;
}

static struct time_days cut_year(struct time_days d, enum date_cut cut, bool halves)
{
    if (halves) {
        int32_t half = time_add_months(d.first, 6);
        int32_t third = time_add_months(d.first, 4), second = time_add_months(d.first, 8);
        return cut == CUT_EARLY  ? (struct time_days){d.first, half - 1}
               : cut == CUT_LATE ? (struct time_days){half, d.last}
                                 : (struct time_days){third, second - 1};
    }
    int32_t first = time_add_months(d.first, cut == CUT_EARLY ? 0 : cut == CUT_MID ? 4 : 8);
    return (struct time_days){first, time_add_months(first, 4) - 1};
}

static struct time_days cut_days(struct time_days d, enum date_grain grain, enum date_cut cut,
                                 bool halves)
{
    int32_t length = d.last - d.first + 1;
    if (grain == GRAIN_YEAR)
        return cut_year(d, cut, halves);
    if (grain == GRAIN_MONTH)
        return cut == CUT_EARLY  ? (struct time_days){d.first, d.first + 14}
               : cut == CUT_LATE ? (struct time_days){d.first + 15, d.last}
                                 : (struct time_days){d.first + 10, d.first + 19};
    if (grain == GRAIN_WEEK)
        return cut == CUT_EARLY  ? (struct time_days){d.first, d.first + 2}
               : cut == CUT_LATE ? (struct time_days){d.first + 3, d.last}
                                 : (struct time_days){d.first + 1, d.first + 3};
    if (grain == GRAIN_DECADE || grain == GRAIN_CENTURY) {
        /* 0 to 3, 4 to 6, 7 to 9 of a decade; thirds of a century */
        int months = grain == GRAIN_DECADE ? 12 : 120;
        int32_t mid = time_add_months(d.first, 4 * months);
        int32_t late = time_add_months(d.first, 7 * months);
        return cut == CUT_EARLY  ? (struct time_days){d.first, mid - 1}
               : cut == CUT_LATE ? (struct time_days){late, d.last}
                                 : (struct time_days){mid, late - 1};
    }
    int32_t third = length / 3;
    return cut == CUT_EARLY  ? (struct time_days){d.first, d.first + third - 1}
           : cut == CUT_LATE ? (struct time_days){d.last - third + 1, d.last}
                             : (struct time_days){d.first + third, d.last - third};
}

bool date_resolve(const struct date_reader *r, const struct date_part *p, struct time_days *ret)
{
    struct time_days d;
    if (!base_days(r, p, &d))
        return false;
    if (p->cut == CUT_NONE || d.last - d.first < 6) {
        *ret = d;
        return true;
    }
    if (p->cut == CUT_EARLIER || p->cut == CUT_LATER) {
        if (!r->has_ref)
            return false;
        struct time_days half =
            cut_days(d, p->grain, p->cut == CUT_EARLIER ? CUT_EARLY : CUT_LATE, true);
        if (p->cut == CUT_EARLIER) {
            d.last = half.last < r->ref - 1 ? half.last : r->ref - 1;
            if (d.last < d.first)
                d.last = d.first;
        } else {
            d.first = half.first > r->ref ? half.first : r->ref;
            if (d.first > d.last)
                d.first = d.last;
        }
    } else {
        d = cut_days(d, p->grain, p->cut, p->halves);
    }
    *ret = d;
    return true;
}
