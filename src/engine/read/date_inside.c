/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What lies inside something longer: "first week of", "early", "the week of the 18th".
 */
#include "engine/read/date_parts.h"

/* The month, year or shifted unit behind "of" or "in". */
static bool container(const struct date_reader *r, size_t k, struct date_part *p)
{
    const struct atoms *x = r->x;
    int year;
    if (date_word(r, k, "of") || date_word(r, k, "in"))
        k++;
    if (!atom_follows(x, k))
        return false;
    size_t the = atom_word(x, k, "the") ? 1 : 0;
    size_t n = date_year_at(r, k, &year);
    if (n) {
        date_part_set(p, k, k + n, PART_YEAR, GRAIN_YEAR);
        p->year = year;
        return true;
    }
    if (the && date_class(r, k + 1, LEX_TIME_UNIT) &&
        (atom_value(x, k + 1) == 3 || atom_value(x, k + 1) == 5)) {
        if (atom_word(x, k + 1, "year") && (n = date_year_at(r, k + 2, &year))) {
            date_part_set(p, k, k + 2 + n, PART_YEAR, GRAIN_YEAR);
            p->year = year;
            return true;
        }
        return date_part_unit(r, p, k, k + 2, atom_value(x, k + 1), 0);
    }
    if (date_is_shift(r, k + the) && date_shift_first(r, k + the, p))
        return p->kind == PART_NEVER || p->grain >= GRAIN_MONTH;
    return date_month_first(r, k + the, p) && p->kind == PART_MONTH;
}

/* Monday of the nth week of a month or year, counted by its Thursdays; n < 0 from the end. */
static int32_t nth_week(struct time_days whole, int n)
{
    if (n > 0) {
        int32_t thursday = whole.first + (4 - time_weekday(whole.first) + 7) % 7;
        return thursday - 3 + 7 * (n - 1);
    }
    int32_t thursday = whole.last - (time_weekday(whole.last) - 4 + 7) % 7;
    return thursday - 3 + 7 * (n + 1);
}

static bool part_of(const struct date_reader *r, size_t begin, int n, int unit, int weekday,
                    size_t k, struct date_part *p)
{
    struct date_part whole;
    struct time_days w;
    if (!container(r, k, &whole)) {
        if (!weekday || !r->wide)
            return false;
        if (!r->has_ref)
            return date_part_never(p, begin, k);
        enum date_grain grain; /* "first Sunday" of this month */
        w = date_unit(r, 3, 0, &grain);
        whole.end = (uint32_t)k;
    } else if (!date_resolve(r, &whole, &w)) {
        return date_part_never(p, begin, whole.end);
    }
    int32_t first = 0, last = 0;
    if (weekday) {
        first = last = n > 0 ? w.first + (weekday - time_weekday(w.first) + 7) % 7 + 7 * (n - 1)
                             : w.last - (time_weekday(w.last) - weekday + 7) % 7;
    } else if (unit == 2) {
        first = nth_week(w, n);
        last = first + 6;
        size_t e =
            whole.end +
            (atom_is_mark(r->x, whole.end, '.') && atom_glued(r->x, whole.end) ? 1u : 0u);
        if (r->wide && date_word(r, e, "on") && date_weekday_at(r, e + 1) &&
            atom_follows(r->x, e + 1)) {
            int wd = atom_value(r->x, e + 1); /* "1st week of Oct. on Friday" */
            first = last = w.first + (wd - time_weekday(w.first) + 7) % 7 + 7 * (n - 1);
            whole.end = (uint32_t)e + 2;
            weekday = wd;
        }
    } else if (unit == 1) {
        first = last = n > 0 ? w.first + n - 1 : w.last;
    } else if (unit == 3) {
        if (n < 0)
            n = 12;
        first = time_add_months(w.first, n - 1);
        last = time_add_months(first, 1) - 1;
    } else if (unit == 4) {
        if (n < 0)
            n = 4;
        first = time_add_months(w.first, 3 * (n - 1));
        last = time_add_months(first, 3) - 1;
    } else {
        return false;
    }
    bool inside = n <= 60 && (unit == 2 || (first >= w.first && last <= w.last));
    if (!inside)
        return date_part_never(p, begin, whole.end);
    return date_part_days(p, begin, whole.end, (struct time_days){first, last},
                          weekday || unit == 1 ? GRAIN_DAY
                          : unit == 2          ? GRAIN_WEEK
                          : unit == 3          ? GRAIN_MONTH
                                               : GRAIN_PART);
}

bool date_ordinal_first(const struct date_reader *r, size_t i, bool the, struct date_part *p)
{
    const struct atoms *x = r->x;
    int n = 0;
    size_t k;
    if (atom_word(x, i, "last")) {
        n = -1;
        k = i + 1;
        struct date_length l; /* "the last 3 weeks of this year" */
        struct date_part whole;
        struct time_days w;
        if (atom_follows(x, k) && date_length_read(r, k, &l) && l.single && l.count < 400 &&
            date_word(r, l.end, "of") && container(r, l.end, &whole)) {
            size_t begin = the ? i - 1 : i;
            if (!date_resolve(r, &whole, &w))
                return date_part_never(p, begin, whole.end);
            int32_t end = l.unit == 2 ? nth_week(w, -1) + 6 : w.last;
            return date_part_days(p, begin, whole.end,
                                  (struct time_days){date_add(end + 1, &l, -1), end},
                                  GRAIN_SPAN);
        }
    } else {
        size_t m = number_ordinal(x, i, &n);
        if (!m)
            return false;
        k = i + m;
        struct date_length l; /* "first three months of 2020" */
        struct date_part whole;
        struct time_days w;
        if (n == 1 && atom_follows(x, k) && date_length_read(r, k, &l) && l.single &&
            l.count < 400 && date_word(r, l.end, "of") && container(r, l.end, &whole)) {
            size_t begin = the ? i - 1 : i;
            if (!date_resolve(r, &whole, &w))
                return date_part_never(p, begin, whole.end);
            int32_t start = l.unit == 2 ? nth_week(w, 1) : w.first;
            return date_part_days(p, begin, whole.end,
                                  (struct time_days){start, date_add(start, &l, 1) - 1},
                                  GRAIN_SPAN);
        }
    }
    size_t begin = the ? i - 1 : i;
    if (!atom_follows(x, k))
        return false;
    if (n > 0 && n < 30 && (atom_word(x, k, "century"))) {
        struct time_days d = {time_day((n - 1) * 100, 1, 1), time_day(n * 100 - 1, 12, 31)};
        if (n == 1)
            d.first = time_day(1, 1, 1);
        return date_part_days(p, begin, k + 1, d, GRAIN_CENTURY);
    }
    bool half = atom_word(x, k, "half");
    if (half || atom_is(x, k, LEX_TIME_UNIT)) {
        int unit = half ? 0 : atom_value(x, k);
        if (half) {
            struct date_part whole;
            struct time_days w;
            if (n > 2 || n == 0 || !container(r, k + 1, &whole) || whole.grain < GRAIN_MONTH)
                return false;
            if (!date_resolve(r, &whole, &w))
                return date_part_never(p, begin, whole.end);
            if (whole.grain == GRAIN_YEAR) {
                int32_t middle = time_add_months(w.first, 6);
                struct time_days d = n == 1 ? (struct time_days){w.first, middle - 1}
                                            : (struct time_days){middle, w.last};
                return date_part_days(p, begin, whole.end, d, GRAIN_PART);
            }
            int32_t middle = w.first + (w.last - w.first + 1) / 2;
            struct time_days d = n == 1 ? (struct time_days){w.first, middle - 1}
                                        : (struct time_days){middle, w.last};
            return date_part_days(p, begin, whole.end, d, GRAIN_SPAN);
        }
        if (unit < 1 || unit > 4 || atom_is(x, k, LEX_TIME_PLURAL))
            return false;
        if (unit == 4 && !date_word(r, k + 1, "of") && n > 0) {
            int year; /* "third quarter this year", "first quarter 2019" */
            size_t y = date_year_after(r, k + 1, &year);
            if (y > k + 1 && n <= 4) {
                date_part_set(p, begin, y, PART_MONTH, GRAIN_PART);
                p->month = TIME_QUARTER + n - 1;
                p->year = year;
                return true;
            }
        }
        if (n < 0 && !date_word(r, k + 1, "of"))
            return false; /* "last week" */
        if (part_of(r, begin, n, unit, 0, k + 1, p))
            return true;
        if (unit == 4 && n >= 1 && n <= 4) {
            date_part_set(p, begin, k + 1, PART_MONTH, GRAIN_PART);
            p->month = TIME_QUARTER + n - 1;
            return r->wide;
        }
        return false;
    }
    if (date_weekday_at(r, k) && n <= 5)
        return (n > 0 || date_word(r, k + 1, "of")) &&
               part_of(r, begin, n, 0, atom_value(x, k), k + 1, p);
    return false;
}

bool date_week_of(const struct date_reader *r, size_t i, bool the, struct date_part *p)
{
    const struct atoms *x = r->x;
    size_t begin = the ? i - 1 : i, k;
    bool weekend = atom_word(x, i, "weekend");
    if (atom_word(x, i, "w") && atom_is_mark(x, i + 1, '/') && atom_word(x, i + 2, "c")) {
        k = i + 3;
    } else if (atom_word(x, i, "week") || weekend) {
        k = i + 1;
        if ((date_word(r, k, "after") || date_word(r, k, "following")) &&
            (date_word(r, k + 1, "next") ||
             (date_word(r, k + 1, "the") && date_word(r, k + 2, "next"))) &&
            r->has_ref)
            return date_part_unit(r, p, begin, k + (date_word(r, k + 1, "the") ? 3 : 2),
                                  weekend ? 9 : 2, 2);
        bool of = date_word(r, k, "of");
        if (!of && !(date_word(r, k, "commencing") || date_word(r, k, "starting") ||
                     date_word(r, k, "ending") || date_word(r, k, "beginning")))
            return false;
        k++;
        if (!of && date_word(r, k, "on"))
            k++;
    } else {
        return false;
    }
    struct date_part q = {0};
    int day = 0;
    bool ordinal;
    size_t n;
    if (!atom_follows(x, k))
        return false;
    if (atom_word(x, k, "the") && atom_follows(x, k + 1) &&
        (n = date_day_at(r, k + 1, &day, &ordinal)) && ordinal &&
        !date_day_first(r, k + 1, true, &q)) {
        date_part_set(&q, k, k + 1 + n, PART_MDAY, GRAIN_DAY);
        q.day = day;
    } else if (!q.end && (!date_inner(r, k, &q) || q.grain != GRAIN_DAY)) {
        return false;
    }
    struct time_days d;
    if (q.kind == PART_NEVER || !date_resolve(r, &q, &d))
        return date_part_never(p, begin, q.end);
    int wd = time_weekday(d.first);
    if (weekend) {
        int32_t first = wd >= 4 ? (wd > 6 ? d.first - 1 : d.first) : d.first + 6 - wd;
        int32_t sunday = d.first + 7 - wd;
        return date_part_days(p, begin, q.end, (struct time_days){first, sunday}, GRAIN_SPAN);
    }
    int32_t first = date_word(r, i + 1, "ending") ? d.first - 6 : d.first - wd + 1;
    return date_part_days(p, begin, q.end, (struct time_days){first, first + 6}, GRAIN_WEEK);
}

bool date_rest_first(const struct date_reader *r, size_t i, struct date_part *p)
{
    if (!atom_word(r->x, i, "rest"))
        return false;
    size_t k = i + 1;
    if (date_word(r, k, "of"))
        k++;
    if (date_word(r, k, "the") || date_word(r, k, "my") || date_word(r, k, "this") ||
        date_word(r, k, "our") || date_word(r, k, "current"))
        k++;
    if (k == i + 1 || !date_class(r, k, LEX_TIME_UNIT) || atom_value(r->x, k) == 1)
        return false;
    date_part_unit(r, p, i, k + 1, atom_value(r->x, k), 0);
    if (p->kind == PART_FIXED) {
        p->days.first = r->ref;
        p->grain = GRAIN_SPAN;
        p->to_last = true;
    }
    return true;
}

bool date_cut_first(const struct date_reader *r, size_t i, struct date_part *p)
{
    const struct atoms *x = r->x;
    size_t k = i;
    enum date_cut cut = CUT_NONE;
    bool needs_of = false;
    if (atom_word(x, k, "earlier"))
        cut = CUT_EARLIER;
    else if (atom_word(x, k, "later"))
        cut = CUT_LATER;
    else if (atom_is(x, k, LEX_TIME_EARLY))
        cut = CUT_EARLY;
    else if (atom_is(x, k, LEX_TIME_MID))
        cut = CUT_MID;
    else if (atom_is(x, k, LEX_TIME_LATE))
        cut = CUT_LATE;
    else
        return false;
    needs_of = !atom_word(x, k, "early") && !atom_word(x, k, "late") &&
               !atom_word(x, k, "mid") && cut < CUT_EARLIER;
    k++;
    if (atom_is_mark(x, k, '-') && atom_glued(x, k))
        k++;
    bool of = date_word(r, k, "of") || date_word(r, k, "in");
    if (of)
        k++;
    if (!atom_follows(x, k))
        return false;
    struct date_part q;
    size_t at = k + (atom_word(x, k, "the") ? 1 : 0);
    bool unit = date_class(r, at, LEX_TIME_UNIT) && !atom_is(x, at, LEX_TIME_PLURAL) &&
                atom_value(x, at) >= 2 && atom_value(x, at) <= 5;
    bool shift = date_is_shift(r, at) && atom_follows(x, at);
    int year;
    size_t n = 0;
    if (needs_of && !of && !(r->wide && (shift || unit)))
        return false;
    if (shift && date_shift_first(r, at, &q) && q.grain != GRAIN_DAY && q.grain != GRAIN_SPAN) {
        q.halves = q.grain == GRAIN_YEAR;
    } else if (unit && (at == k + 1 || r->wide) && (r->wide || cut >= CUT_EARLIER) &&
               !date_year_at(r, at + 1, &year)) {
        date_part_unit(r, &q, i, at + 1, atom_value(x, at), 0);
        q.halves = true;
    } else if (cut < CUT_EARLIER && date_decade_first(r, at, at > k, &q)) {
        ;
    } else if (cut < CUT_EARLIER && date_shape(r, at, &q) && q.kind == PART_MONTH &&
               q.grain == GRAIN_PART) {
        ;
    } else if (cut < CUT_EARLIER && date_month_first(r, at, &q) && q.kind == PART_MONTH) {
        ;
    } else if (cut < CUT_EARLIER && date_season_first(r, at, at > k, &q)) {
        ;
    } else if (cut < CUT_EARLIER && date_ordinal_first(r, at, at > k, &q) &&
               q.grain == GRAIN_CENTURY) {
        ;
    } else if (cut < CUT_EARLIER &&
               ((n = date_year_at(r, at, &year)) ||
                (date_word(r, at, "year") && (n = date_year_at(r, ++at, &year))))) {
        if (date_class(r, at + n, LEX_UNIT_INDIVIDUAL))
            return false;
        date_part_set(&q, i, at + n, PART_YEAR, GRAIN_YEAR);
        q.year = year;
    } else {
        return false;
    }
    q.begin = (uint32_t)i;
    q.cut = cut;
    q.approximate = true;
    *p = q;
    return true;
}
