/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * EDTF in words. Unknown digits that leave a whole month, year or decade are said as that;
 * any others as the days they can mean.
 */
#include "engine/weigh/parts.h"

static const char *const months[] = {"January",   "February", "March",    "April",
                                     "May",       "June",     "July",     "August",
                                     "September", "October",  "November", "December"};

static const char *const parts[] = {"spring", "summer", "autumn", "winter"};
static const char *const ordinals[] = {"first", "second", "third", "fourth"};

/* How much of a date is known. */
enum grain { GRAIN_DAY, GRAIN_MONTH, GRAIN_YEAR, GRAIN_DECADE, GRAIN_CENTURY, GRAIN_DAYS };

static enum grain grain_of(const struct time_date *d)
{
    if (d->year_x == 1)
        return GRAIN_DECADE;
    if (d->year_x == 3)
        return GRAIN_CENTURY;
    if (d->year_x)
        return GRAIN_DAYS;
    if (d->month_x == 3 || (d->month == 0 && !d->month_x))
        return d->day || (d->day_x && d->day_x != 3) ? GRAIN_DAYS : GRAIN_YEAR;
    if (d->month_x)
        return GRAIN_DAYS;
    if (d->day_x == 3 || (d->day == 0 && !d->day_x))
        return GRAIN_MONTH;
    return d->day_x ? GRAIN_DAYS : GRAIN_DAY;
}

/* A small number alone would not be read as a year. */
static void say_year(struct buf *out, int year)
{
    buf_printf(out, year < 1000 ? "the year %d" : "%d", year);
}

static void say_month(struct buf *out, const struct time_date *d)
{
    if (d->month <= 12)
        buf_printf(out, "%s ", months[d->month - 1]);
    else if (d->month <= TIME_WINTER)
        buf_printf(out, "%s ", parts[(d->month - TIME_SPRING) & 3]);
    else if (d->month < 37)
        buf_printf(out, "the %s quarter of ", ordinals[(d->month - TIME_QUARTER) & 3]);
    else if (d->month < TIME_HALF)
        buf_printf(out, "the %s third of ", ordinals[(d->month - 37) & 3]);
    else
        buf_printf(out, "the %s half of ", ordinals[(d->month - TIME_HALF) & 3]);
    say_year(out, d->year);
}

/* Without a preposition. */
static void say_name(struct buf *out, const struct time_date *d, enum grain grain)
{
    if (grain == GRAIN_DAY) {
        buf_printf(out, "%d ", d->day);
        say_month(out, d);
    } else if (grain == GRAIN_MONTH) {
        say_month(out, d);
    } else if (grain == GRAIN_YEAR) {
        say_year(out, d->year);
    } else {
        buf_printf(out, "the %ds", d->year);
    }
}

static struct time_date day_date(int32_t day)
{
    int year, month, d;
    time_civil(day, &year, &month, &d);
    return (struct time_date){.year = year, .month = (uint8_t)month, .day = (uint8_t)d};
}

/* "4 and 11 July 2022": what both ends share is said once. */
static void say_pair(struct buf *out, const struct time_date *a, const struct time_date *b,
                     const char *link)
{
    enum grain ga = grain_of(a), gb = grain_of(b);
    bool marked = a->approximate || a->uncertain || b->approximate || b->uncertain;
    bool same_year = a->year == b->year && !marked && a->month <= 12 && b->month <= 12;
    if (a->approximate || a->uncertain)
        buf_add(out, STR("about "));
    if (ga == GRAIN_DAY && gb == GRAIN_DAY && same_year && a->month == b->month)
        buf_printf(out, "%d", a->day);
    else if (ga == GRAIN_DAY && gb == GRAIN_DAY && same_year)
        buf_printf(out, "%d %s", a->day, months[a->month - 1]);
    else if (ga == GRAIN_MONTH && gb == GRAIN_MONTH && same_year)
        buf_add(out, str_of(months[a->month - 1]));
    else
        say_name(out, a, ga);
    buf_add(out, str_of(link));
    if (b->approximate || b->uncertain)
        buf_add(out, STR("about "));
    say_name(out, b, gb);
}

static void say_days(struct buf *out, struct time_days days)
{
    struct time_date a = day_date(days.first), b = day_date(days.last);
    buf_add(out, STR("between "));
    say_pair(out, &a, &b, " and ");
}

static void say_single(struct buf *out, const struct time_date *d, bool bare)
{
    enum grain grain = grain_of(d);
    if (d->uncertain)
        buf_add(out, STR("possibly "));
    if (grain == GRAIN_DAYS) {
        say_days(out, time_days_of_date(d));
        return;
    }
    if (d->approximate)
        buf_add(out, STR("around "));
    else if (!bare)
        buf_add(out, grain == GRAIN_DAY ? STR("on ") : STR("in "));
    say_name(out, d, grain);
}

/* An end of an interval whose digits are not all known is said as its outermost day. */
static struct time_date end_date(const struct time_date *d, bool last)
{
    if (grain_of(d) < GRAIN_DECADE)
        return *d;
    struct time_days days = time_days_of_date(d);
    struct time_date day = day_date(last ? days.last : days.first);
    day.uncertain = d->uncertain;
    day.approximate = d->approximate;
    return day;
}

void weigh_say_date(struct buf *out, const struct time_edtf *e, bool bare)
{
    bool same = e->interval && e->from_kind == TIME_DATE && e->to_kind == TIME_DATE &&
                memcmp(&e->from, &e->to, sizeof e->from) == 0;
    if (!e->interval || same) {
        say_single(out, &e->from, bare);
        return;
    }
    struct time_date from = end_date(&e->from, false), to = end_date(&e->to, true);
    if (e->from_kind == TIME_DATE && e->to_kind == TIME_DATE) {
        buf_add(out, bare ? STR("") : STR("between "));
        say_pair(out, &from, &to, bare ? " to " : " and ");
    } else if (e->from_kind == TIME_DATE) {
        buf_add(out, e->to_kind == TIME_OPEN ? STR("since ") : STR("from "));
        say_single(out, &from, true);
        if (e->to_kind == TIME_UNKNOWN)
            buf_add(out, STR(" to an unknown date"));
    } else if (e->to_kind == TIME_DATE) {
        buf_add(out,
                e->from_kind == TIME_OPEN ? STR("up to ") : STR("from an unknown date to "));
        say_single(out, &to, true);
    }
}

void weigh_say_when(struct buf *out, struct str edtf)
{
    struct time_edtf e;
    if (edtf.p && time_parse(edtf, &e, NULL) == 0)
        weigh_say_date(out, &e, false);
}
