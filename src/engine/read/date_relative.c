/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What lies around the reference date: "this week", "next 3 days", "two years ago".
 */
#include "engine/read/date_parts.h"

bool date_span_around(const struct date_reader *r, size_t begin, size_t end,
                      const struct date_length *l, int64_t shift, struct date_part *p)
{
    if (!r->has_ref)
        return date_part_never(p, begin, end);
    int64_t count = l->count;
    enum date_grain grain;
    if (l->single && (l->unit == 4 || l->unit == 6 || l->unit == 7)) {
        struct time_days a = date_unit(r, l->unit, shift > 0 ? 1 : -count, &grain);
        struct time_days b = date_unit(r, l->unit, shift > 0 ? count : -1, &grain);
        if (l->unit != 4 && shift > 0) { /* decades begin with the one at hand */
            int y, m, d;
            time_civil(a.first, &y, &m, &d);
        }
        return date_part_days(p, begin, end, (struct time_days){a.first, b.last}, GRAIN_SPAN);
    }
    struct time_days d;
    if (shift > 0) {
        d.first = r->ref + 1;
        if (l->business) {
            int32_t last = date_add(r->ref, l, 1);
            while (time_weekday(d.first) > 5)
                d.first++;
            d.last = last;
        } else {
            d.last = date_add(d.first, l, 1) - 1;
        }
    } else {
        d.first = date_add(r->ref, l, -1);
        d.last = r->ref - 1;
    }
    if (d.last < d.first)
        d.last = d.first;
    return date_part_days(p, begin, end, d, GRAIN_SPAN);
}

bool date_weekday_in_week(const struct date_reader *r, size_t begin, size_t end, int weekday,
                          int64_t week, struct date_part *p)
{
    if (!date_part_unit(r, p, begin, end, 2, week) || p->kind != PART_FIXED)
        return true;
    p->days.first += weekday - 1;
    p->days.last = p->days.first;
    p->grain = GRAIN_DAY;
    return true;
}

/* Does a week, month … hang on the story and not on the day of publication? */
static bool hangs_on_story(const struct date_reader *r, size_t i)
{
    const struct atoms *x = r->x;
    if (r->wide)
        return false;
    if (atom_word(x, i, "following") || atom_is(x, i, LEX_TIME_SAME) ||
        atom_word(x, i, "preceding") || atom_word(x, i, "prior"))
        return true;
    return i && atom_follows(x, i) && atom_word(x, i - 1, "the") &&
           (atom_word(x, i, "next") || atom_word(x, i, "previous"));
}

static bool yearly_shift(const struct date_reader *r, size_t begin, size_t k, int64_t shift,
                         struct date_part *p)
{
    const struct atoms *x = r->x;
    int rule = 0;
    size_t n = atom_match(x, k, LEX_HOLIDAY, &rule);
    if (n) {
        date_part_set(p, begin, k + n, PART_HOLIDAY, GRAIN_DAY);
        p->rule = rule;
        if (!r->has_ref)
            return date_part_never(p, begin, k + n);
        int32_t here = date_holiday(rule, r->year);
        p->year = r->year + (int)(shift > 0   ? here < r->ref
                                  : shift < 0 ? -(here >= r->ref)
                                              : 0);
        return true;
    }
    bool season = atom_is(x, k, LEX_SEASON);
    if (!season && !atom_is(x, k, LEX_MONTH))
        return false;
    date_part_set(p, begin, k + 1, PART_MONTH, season ? GRAIN_PART : GRAIN_MONTH);
    p->month = atom_value(x, k);
    int year;
    if (!season && date_year_after(r, k + 1, &year) > k + 1)
        return false;
    if (!r->has_ref)
        return date_part_never(p, begin, k + 1);
    int month = season ? 3 * (p->month - TIME_SPRING + 1) : p->month;
    int at = r->month;
    if (season) { /* the season at hand, winter of the year before in January */
        bool winter = p->month == TIME_WINTER && at <= 2;
        int past = month <= at || winter;
        p->year = r->year - winter;
        if (shift < 0 && !(month + 3 <= at))
            p->year -= past || !winter ? 1 : 0;
        if (shift > 0 && past)
            p->year++;
        return true;
    }
    p->year = r->year + (shift > 0 ? month <= at : shift < 0 ? -(month >= at) : 0);
    return true;
}

/* A weekday behind a week: "next week on Tuesday", "last week Sunday". */
static void week_then_day(const struct date_reader *r, int64_t shift, struct date_part *p)
{
    size_t k = p->end;
    if (date_word(r, k, "on"))
        k++;
    if (atom_follows(r->x, k) && date_weekday_at(r, k))
        date_weekday_in_week(r, p->begin, k + 1, atom_value(r->x, k), shift, p);
}

bool date_shift_first(const struct date_reader *r, size_t i, struct date_part *p)
{
    const struct atoms *x = r->x;
    int64_t shift = date_shift_of(r, i);
    size_t k = i + 1;
    bool upcoming = atom_is(x, i, LEX_TIME_UPCOMING);
    if (atom_word(x, i, "this") && atom_follows(x, k) &&
        (atom_is(x, k, LEX_TIME_UPCOMING) || atom_word(x, k, "past") ||
         atom_word(x, k, "next") || atom_word(x, k, "last"))) {
        upcoming = atom_is(x, k, LEX_TIME_UPCOMING);
        shift = date_shift_of(r, k);
        k++;
    }
    if (!atom_follows(x, k))
        return false;
    bool story = hangs_on_story(r, i);
    struct date_length l;
    if (shift && !atom_word(x, k, "a") && date_length_read(r, k, &l)) {
        if (!l.single && date_word(r, l.end, "ago") && !date_length_parts(r, k, 1, &l))
            return false; /* "the last 3 months and 2 days ago" */
        if (l.unit == 1 && l.count == 1 && l.single)
            return false;
        /* "the last 3 weeks of this year" is read with its container */
        return story ? date_part_never(p, i, l.end)
                     : date_span_around(r, i, l.end, &l, shift, p);
    }
    if ((atom_word(x, k, "school") || atom_word(x, k, "fiscal") ||
         atom_word(x, k, "financial") || atom_word(x, k, "academic")) &&
        date_word(r, k + 1, "year"))
        return date_part_never(p, i, k + 2);
    if (atom_word(x, k, "calendar") || (atom_word(x, k, "calender")))
        k++;
    if (date_class(r, k, LEX_TIME_UNIT) && !atom_is(x, k, LEX_TIME_PLURAL)) {
        int unit = atom_value(x, k);
        if (atom_word(x, k, "night") && shift < 0 && atom_word(x, i, "last"))
            return date_part_unit(r, p, i, k + 1, 1, -1);
        if (atom_word(x, k, "night"))
            return false;
        if (story && !(unit == 9))
            return date_part_never(p, i, k + 1);
        if (!r->wide && r->has_ref && atom_word(x, k - 1, "past") && unit >= 2 && unit <= 5) {
            struct date_length one = {.single = true, .count = 1, .unit = unit, .end = k + 1};
            date_length_add(&one, unit, 1);
            return date_span_around(r, i, k + 1, &one, -1, p);
        }
        if (unit == 8 && shift == 0)
            shift = 0;
        if (!date_part_unit(r, p, i, k + 1, unit, shift))
            return false;
        if (unit == 2)
            week_then_day(r, shift, p);
        return true;
    }
    if (date_weekday_at(r, k)) {
        if (story)
            return date_part_never(p, i, k + 1);
        int wd = atom_value(x, k);
        struct date_part day;
        if (date_shape(r, k + 1, &day) && day.kind == PART_DAY && atom_follows(x, k + 1)) {
            *p = day; /* "this Friday 5/12" */
            p->begin = (uint32_t)i;
            return true;
        }
        if (upcoming && r->has_ref) {
            int ahead = (wd - time_weekday(r->ref) + 6) % 7 + 1;
            int32_t d = time_clamp((int64_t)r->ref + ahead);
            return date_part_days(p, i, k + 1, (struct time_days){d, d}, GRAIN_DAY);
        }
        if (atom_word(x, i, "this") && shift < 0)
            return date_part_set(p, i, k + 1, PART_WEEKDAY, GRAIN_DAY) && (p->weekday = wd);
        return date_weekday_in_week(r, i, k + 1, wd, shift, p);
    }
    if (atom_word(x, i, "this") && shift == 0 &&
        (atom_word(x, k, "morning") || atom_word(x, k, "afternoon") ||
         atom_word(x, k, "evening")))
        return date_part_unit(r, p, i, k + 1, 1, 0);
    return yearly_shift(r, i, k, shift, p);
}

/* "two Sundays from now" */
static bool two_sundays(const struct date_reader *r, size_t i, struct date_part *p)
{
    const struct atoms *x = r->x;
    bool approx;
    size_t k;
    int64_t n = date_count_at(r, i, &k, &approx);
    if (n < 1 || n > 500 || !date_class(r, k, LEX_WEEKDAY) || !date_word(r, k + 1, "from") ||
        !date_class(r, k + 2, LEX_DAY_TODAY) || !r->has_ref)
        return false;
    int ahead = (atom_value(x, k) - time_weekday(r->ref) + 6) % 7 + 1;
    int32_t day = time_clamp((int64_t)r->ref + ahead + 7 * (n - 1));
    return date_part_days(p, i, k + 3, (struct time_days){day, day}, GRAIN_DAY);
}

bool date_length_first(const struct date_reader *r, size_t i, struct date_part *p)
{
    const struct atoms *x = r->x;
    struct date_length l;
    bool approx;
    size_t k;
    if (r->wide && two_sundays(r, i, p))
        return true;
    if (!date_length_read(r, i, &l)) {
        /* "the 2 upcoming months" */
        int64_t n = date_count_at(r, i, &k, &approx);
        if (n < 1 || !date_class(r, k, LEX_TIME_NEXT) || !date_class(r, k + 1, LEX_TIME_UNIT) ||
            atom_value(x, k + 1) == 9)
            return false;
        l = (struct date_length){.single = true, .count = n, .unit = atom_value(x, k + 1)};
        date_length_add(&l, l.unit, n);
        return date_span_around(r, i, k + 2, &l, 1, p);
    }
    k = l.end;
    int sign = 0;
    size_t end = k + 1;
    bool in_future =
        date_word(r, k, "in") && date_word(r, k + 1, "the") && date_word(r, k + 2, "future");
    if (in_future)
        return date_span_around(r, i, k + 3, &l, 1, p);
    if (date_word(r, k, "ago") || date_word(r, k, "earlier") || date_word(r, k, "previously"))
        sign = -1;
    else if (date_word(r, k, "later") || date_word(r, k, "hence"))
        sign = 1;
    struct time_days base = {r->ref, r->ref};
    struct date_part from;
    if (sign == 0) {
        if (date_word(r, k, "from") || date_word(r, k, "after") || date_word(r, k, "since"))
            sign = 1;
        else if (date_word(r, k, "before") || date_word(r, k, "prior"))
            sign = -1;
        else
            return false;
        if (date_word(r, k, "prior"))
            k += date_word(r, k + 1, "to");
        if (date_word(r, k, "since") || !atom_follows(x, k + 1) ||
            !date_inner(r, k + 1, &from) || from.kind == PART_NEVER || from.grain != GRAIN_DAY)
            return false;
        end = from.end;
        from.future |= r->wide;
        if (!date_resolve(r, &from, &base))
            return date_part_never(p, i, end);
    } else if (!r->has_ref || (!r->wide && !date_word(r, k, "ago"))) {
        /* "two days later" counts from something that was told */
        return date_part_never(p, i, end);
    }
    int32_t day = date_add(sign > 0 ? base.last : base.first, &l, sign);
    date_part_days(p, i, end, (struct time_days){day, day}, GRAIN_DAY);
    p->approximate = l.approximate || l.unit != 1;
    /* "two months from today on Tuesday" */
    k = end + (date_word(r, end, "on") ? 1 : 0);
    if (r->wide && k > end && date_weekday_at(r, k) && atom_follows(x, k)) {
        int32_t d = day + (atom_value(x, k) - time_weekday(day) + 7) % 7;
        date_part_days(p, i, k + 1, (struct time_days){d, d}, GRAIN_DAY);
    }
    return true;
}
