/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The conversion between civil dates and days counts in eras of 400 years that begin on the
 * first of March, so that the leap day is the last of its year.
 */
#include "base/time.h"

#define ERA_DAYS 146097 /* 400 years */

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int time_month_length(int year, int month)
{
    static const int8_t length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12)
        return 0;
    return length[month - 1] + (month == 2 && is_leap(year));
}

bool time_is_date(int year, int month, int day)
{
    return year >= TIME_YEAR_MIN && year <= TIME_YEAR_MAX && day >= 1 &&
           day <= time_month_length(year, month);
}

int32_t time_day(int year, int month, int day)
{
    int y = year - (month <= 2);
    int era = (y >= 0 ? y : y - 399) / 400;
    int of_era = y - era * 400;
    int of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    return era * ERA_DAYS + day_of_era - 719468;
}

void time_civil(int32_t day, int *ret_year, int *ret_month, int *ret_day)
{
    int z = day + 719468;
    int era = (z >= 0 ? z : z - (ERA_DAYS - 1)) / ERA_DAYS;
    int of_era = z - era * ERA_DAYS;
    int year = (of_era - of_era / 1460 + of_era / 36524 - of_era / (ERA_DAYS - 1)) / 365;
    int of_year = of_era - (365 * year + year / 4 - year / 100);
    int shifted = (5 * of_year + 2) / 153;
    *ret_day = of_year - (153 * shifted + 2) / 5 + 1;
    *ret_month = shifted < 10 ? shifted + 3 : shifted - 9;
    *ret_year = year + era * 400 + (*ret_month <= 2);
}

int time_weekday(int32_t day)
{
    int w = (day + 3) % 7; /* day 0 was a Thursday */
    return (w < 0 ? w + 7 : w) + 1;
}

int32_t time_week_first(int year, int week)
{
    int32_t fourth = time_day(year, 1, 4); /* always in week 1 */
    return fourth - (time_weekday(fourth) - 1) + 7 * (week - 1);
}

int32_t time_clamp(int64_t day)
{
    return (int32_t)(day < TIME_DAY_MIN   ? TIME_DAY_MIN
                     : day > TIME_DAY_MAX ? TIME_DAY_MAX
                                          : day);
}

int32_t time_add_months(int32_t day, int64_t months)
{
    int y, m, d;
    time_civil(day, &y, &m, &d);
    if (months > 12 * 20000)
        return TIME_DAY_MAX;
    if (months < -12 * 20000)
        return TIME_DAY_MIN;
    int64_t count = (int64_t)y * 12 + (m - 1) + months;
    int64_t year = count >= 0 ? count / 12 : (count - 11) / 12;
    if (year > TIME_YEAR_MAX)
        return TIME_DAY_MAX;
    if (year < TIME_YEAR_MIN)
        return TIME_DAY_MIN;
    int month = (int)(count - year * 12) + 1;
    int length = time_month_length((int)year, month);
    return time_day((int)year, month, d < length ? d : length);
}

/* Oudin's form of the Gregorian computus. */
int32_t time_easter(int year)
{
    int century = year / 100, golden = year % 19;
    int k = (century - 17) / 25;
    int i = (century - century / 4 - (century - k) / 3 + 19 * golden + 15) % 30;
    i -= (i / 28) * (1 - (i / 28) * (29 / (i + 1)) * ((21 - golden) / 11));
    int j = (year + year / 4 + i + 2 - century + century / 4) % 7;
    int l = i - j;
    int month = 3 + (l + 40) / 44;
    return time_day(year, month, l + 28 - 31 * (month / 4));
}

int time_compare(struct time_days a, struct time_days b)
{
    if (a.first != b.first)
        return a.first < b.first ? -1 : 1;
    return (a.last > b.last) - (a.last < b.last);
}

/* Reads `count` digits or X; false if there are fewer. */
static bool take_digits(struct str *s, unsigned count, int *ret, uint8_t *ret_x)
{
    if (s->n < count)
        return false;
    int v = 0;
    unsigned x = 0;
    for (unsigned i = 0; i < count; i++) {
        char c = s->p[i];
        if (c == 'X')
            x |= 1u << (count - 1 - i);
        else if (c < '0' || c > '9')
            return false;
        v = v * 10 + (c == 'X' ? 0 : c - '0');
    }
    *s = str_slice(*s, count, s->n);
    *ret = v;
    *ret_x = (uint8_t)x;
    return true;
}

static bool take_char(struct str *s, char c)
{
    if (!s->n || s->p[0] != c)
        return false;
    *s = str_slice(*s, 1, s->n);
    return true;
}

/* The smallest and largest value of two digits of which some are unknown. */
static int low_of(int v, int least)
{
    return v > least ? v : least;
}
static int high_of(int v, unsigned x, int most)
{
    v += (x & 1 ? 9 : 0) + (x & 2 ? 90 : 0);
    return v < most ? v : most;
}

static bool month_can_be(int month, unsigned x)
{
    if (month >= TIME_SPRING && !x)
        return month <= TIME_PART_LAST && !(month > TIME_WINTER && month < TIME_QUARTER);
    return low_of(month, 1) <= high_of(month, x, 12);
}

static int parse_date(struct str whole, struct time_date *ret, struct err *err)
{
    struct time_date d = {0};
    struct str s = whole;
    int show = whole.n > TIME_TEXT_MAX ? TIME_TEXT_MAX : (int)whole.n;
    bool minus = take_char(&s, '-');
    int v;
    if (!take_digits(&s, 4, &d.year, &d.year_x))
        return err_set(
            err, ERR_INPUT,
            "\"%.*s\" is no date: a year of four digits is expected, as in 2022-07-11", show,
            whole.p);
    if (minus) {
        if (d.year == 0 && !d.year_x)
            return err_set(err, ERR_INPUT, "\"%.*s\" is no date: there is no year -0000", show,
                           whole.p);
        d.year = -d.year;
    }
    if (take_char(&s, '-')) {
        if (!take_digits(&s, 2, &v, &d.month_x) || !month_can_be(v, d.month_x))
            return err_set(err, ERR_INPUT,
                           "\"%.*s\" is no date: the month must be 01 to 12, or a part of the "
                           "year 21 to 24 or 33 to 41",
                           show, whole.p);
        d.month = (uint8_t)v;
    }
    if ((d.month || d.month_x) && take_char(&s, '-')) {
        int year = d.year_x ? 2000 : d.year;
        int most = d.month_x || d.month == 0 ? 31 : time_month_length(year, d.month);
        if (!take_digits(&s, 2, &v, &d.day_x) || low_of(v, 1) > high_of(v, d.day_x, most) ||
            most == 0)
            return err_set(err, ERR_INPUT, "\"%.*s\" is no date: there is no such day", show,
                           whole.p);
        d.day = (uint8_t)v;
    }
    if (take_char(&s, '%'))
        d.uncertain = d.approximate = true;
    else if (take_char(&s, '?'))
        d.uncertain = true;
    else if (take_char(&s, '~'))
        d.approximate = true;
    if (s.n && s.p[0] == 'T')
        return err_set(err, ERR_INPUT, "\"%.*s\": a day is expected, without the time of day",
                       show, whole.p);
    if (s.n)
        return err_set(err, ERR_INPUT,
                       "\"%.*s\" is no date: \"%.*s\" behind it is not understood", show,
                       whole.p, s.n > TIME_TEXT_MAX ? TIME_TEXT_MAX : (int)s.n, s.p);
    *ret = d;
    return 0;
}

static int parse_end(struct str s, enum time_end *ret_kind, struct time_date *ret,
                     struct err *err)
{
    if (s.n == 0) {
        *ret_kind = TIME_UNKNOWN;
        return 0;
    }
    if (str_eq(s, STR(".."))) {
        *ret_kind = TIME_OPEN;
        return 0;
    }
    *ret_kind = TIME_DATE;
    return parse_date(s, ret, err);
}

int time_parse(struct str s, struct time_edtf *ret, struct err *err)
{
    struct time_edtf e = {0};
    size_t slash = str_find(s, STR("/"), 0);
    if (s.n == 0)
        return err_set(err, ERR_INPUT,
                       "an empty date: year, month and day are expected, as in "
                       "2022-07-11");
    int r;
    if (slash == STR_NONE) {
        r = parse_date(s, &e.from, err);
    } else {
        e.interval = true;
        r = parse_end(str_slice(s, 0, slash), &e.from_kind, &e.from, err);
        if (r == 0)
            r = parse_end(str_slice(s, slash + 1, s.n), &e.to_kind, &e.to, err);
        if (r == 0 && e.from_kind != TIME_DATE && e.to_kind != TIME_DATE)
            r = err_set(err, ERR_INPUT, "an interval needs a date at one end at least");
        if (r == 0 && e.from_kind == TIME_DATE && e.to_kind == TIME_DATE &&
            time_days_of_date(&e.from).first > time_days_of_date(&e.to).last)
            r = err_set(err, ERR_INPUT, "the interval \"%.*s\" ends before it begins",
                        s.n > 2 * TIME_TEXT_MAX ? 2 * TIME_TEXT_MAX : (int)s.n, s.p);
    }
    if (r == 0)
        *ret = e;
    return r;
}

static void print_digits(struct buf *out, int value, unsigned x, int count)
{
    static const int power[] = {1, 10, 100, 1000};
    for (int k = count - 1; k >= 0; k--)
        buf_add_char(out, x >> k & 1 ? 'X' : (char)('0' + value / power[k] % 10));
}

static void print_date(struct buf *out, const struct time_date *d)
{
    if (d->year < 0)
        buf_add_char(out, '-');
    print_digits(out, d->year < 0 ? -d->year : d->year, d->year_x, 4);
    if (d->month || d->month_x) {
        buf_add_char(out, '-');
        print_digits(out, d->month, d->month_x, 2);
        if (d->day || d->day_x) {
            buf_add_char(out, '-');
            print_digits(out, d->day, d->day_x, 2);
        }
    }
    if (d->uncertain || d->approximate)
        buf_add_char(out, !d->approximate ? '?' : d->uncertain ? '%' : '~');
}

void time_print(struct buf *out, const struct time_edtf *e)
{
    if (e->from_kind == TIME_DATE)
        print_date(out, &e->from);
    else if (e->from_kind == TIME_OPEN)
        buf_add(out, STR(".."));
    if (!e->interval)
        return;
    buf_add_char(out, '/');
    if (e->to_kind == TIME_DATE)
        print_date(out, &e->to);
    else if (e->to_kind == TIME_OPEN)
        buf_add(out, STR(".."));
}

/* First month of a part of the year and how many months it has. */
static void part_months(int part, int *ret_first, int *ret_count)
{
    if (part <= TIME_WINTER) {
        *ret_first = 3 + 3 * (part - TIME_SPRING);
        *ret_count = 3;
    } else if (part < TIME_QUARTER + 4) {
        *ret_first = 1 + 3 * (part - TIME_QUARTER);
        *ret_count = 3;
    } else if (part < TIME_HALF) {
        *ret_first = 1 + 4 * (part - TIME_QUARTER - 4);
        *ret_count = 4;
    } else {
        *ret_first = 1 + 6 * (part - TIME_HALF);
        *ret_count = 6;
    }
}

struct time_days time_days_of_date(const struct time_date *d)
{
    int span = (d->year_x & 1) + (d->year_x & 2 ? 10 : 0) + (d->year_x & 4 ? 100 : 0) +
               (d->year_x & 8 ? 1000 : 0);
    span *= 9;
    int y0 = d->year < 0 ? d->year - span : d->year;
    int y1 = d->year < 0 ? d->year : d->year + span;
    if (d->month >= TIME_SPRING) {
        int first, count;
        part_months(d->month, &first, &count);
        int32_t begin = time_day(y0, first, 1);
        return (struct time_days){
            begin, time_clamp((int64_t)time_add_months(time_day(y1, first, 1), count) - 1)};
    }
    bool any_month = !d->month && !d->month_x;
    int m0 = any_month ? 1 : low_of(d->month, 1);
    int m1 = any_month ? 12 : high_of(d->month, d->month_x, 12);
    bool any_day = !d->day && !d->day_x;
    int most0 = time_month_length(y0, m0), most1 = time_month_length(y1, m1);
    int d0 = any_day ? 1 : low_of(d->day, 1);
    int d1 = any_day ? most1 : high_of(d->day, d->day_x, most1);
    return (struct time_days){time_day(y0, m0, d0 < most0 ? d0 : most0), time_day(y1, m1, d1)};
}

struct time_days time_days_of(const struct time_edtf *e)
{
    struct time_days r = {TIME_DAY_MIN, TIME_DAY_MAX};
    if (!e->interval)
        return time_days_of_date(&e->from);
    if (e->from_kind == TIME_DATE)
        r.first = time_days_of_date(&e->from).first;
    if (e->to_kind == TIME_DATE)
        r.last = time_days_of_date(&e->to).last;
    return r;
}
