/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Single expressions of time. Each reader gets the atom at which its kind of expression begins
 * and fills a part; whether "the" belongs to the expression is decided by its kind.
 */
#include "engine/read/date.h"

static bool is_word(const struct date_reader *r, size_t k, const char *w)
{
    return atom_follows(r->x, k) && atom_word(r->x, k, w);
}

static bool is_class(const struct date_reader *r, size_t k, enum lex_class c)
{
    return atom_follows(r->x, k) && atom_is(r->x, k, c);
}

#define DEPTH_MAX 3

/* An expression inside another one. */
static bool inner_point(const struct date_reader *r, size_t i, struct date_part *p)
{
    struct date_reader inner = *r;
    if (++inner.depth > DEPTH_MAX)
        return false;
    return date_point(&inner, i, p);
}

static bool part_set(struct date_part *p, size_t begin, size_t end, enum date_kind kind,
                     enum date_grain grain)
{
    *p = (struct date_part){
        .begin = (uint32_t)begin,
        .end = (uint32_t)end,
        .kind = kind,
        .grain = grain,
        .year = DATE_NO_YEAR,
    };
    return true;
}

static bool part_days(struct date_part *p, size_t begin, size_t end, struct time_days days,
                      enum date_grain grain)
{
    part_set(p, begin, end, PART_FIXED, grain);
    p->days = days;
    return true;
}

static bool part_never(struct date_part *p, size_t begin, size_t end)
{
    return part_set(p, begin, end, PART_NEVER, GRAIN_DAY);
}

/* The days of a unit around the reference, or an expression that cannot be resolved. */
static bool part_unit(const struct date_reader *r, struct date_part *p, size_t begin,
                      size_t end, int unit, int64_t shift)
{
    if (!r->has_ref)
        return part_never(p, begin, end);
    enum date_grain grain;
    struct time_days d = date_unit(r, unit, shift, &grain);
    return part_days(p, begin, end, d, grain);
}

static int64_t count_at(const struct date_reader *r, size_t i, size_t *ret_end,
                        bool *ret_approx)
{
    const struct atoms *x = r->x;
    struct number n;
    *ret_approx = false;
    if (atom_is(x, i, LEX_NUMBER_FEW)) {
        *ret_approx = true;
        *ret_end = i + 1;
        return atom_value(x, i);
    }
    if (atom_word(x, i, "a") || atom_word(x, i, "an")) {
        *ret_end = i + 1;
        if (is_word(r, i + 1, "few") || is_word(r, i + 1, "couple")) {
            *ret_approx = true;
            *ret_end = i + (is_word(r, i + 2, "of") ? 3 : 2);
            return atom_value(x, i + 1);
        }
        if (!is_class(r, i + 1, LEX_SCALE_WORD))
            return 1;
    }
    if (i >= x->count || !(x->items[i].flags & ATOM_NUMERIC) ||
        !number_read(x, i, NUMBER_WHOLE, &n) || n.value > 1e6 || n.value < 1)
        return -1;
    *ret_end = n.end;
    return (int64_t)n.value;
}

static void length_add(struct date_length *l, int unit, int64_t n)
{
    static const int16_t days[] = {0, 1, 7, 0, 0, 0, 0, 0, 14, 0};
    static const int16_t months[] = {0, 0, 0, 1, 3, 12, 120, 1200, 0, 0};
    l->days += n * days[unit];
    l->months += n * months[unit];
}

bool date_length_read(const struct date_reader *r, size_t i, struct date_length *ret)
{
    const struct atoms *x = r->x;
    struct date_length l = {.end = i, .single = true};
    size_t k = i;
    for (int parts = 0; parts < 4; parts++) {
        bool approx;
        size_t e;
        int64_t n = count_at(r, k, &e, &approx);
        if (n < 0)
            break;
        if (is_word(r, e, "business") || is_word(r, e, "working")) {
            l.business = true;
            e++;
        }
        bool hyphen = atom_is_mark(x, e, '-') && atom_glued(x, e);
        if (hyphen || !is_class(r, e, LEX_TIME_UNIT) || atom_value(x, e) == 9)
            break;
        length_add(&l, atom_value(x, e), n);
        l.unit = atom_value(x, e);
        l.count = n;
        l.approximate |= approx;
        l.single = parts == 0;
        l.end = k = e + 1;
        if (atom_follows(x, k) && atom_is_mark(x, k, ','))
            k++;
        if (is_word(r, k, "and"))
            k++;
        if (!atom_follows(x, k) || atom_word(x, k, "a"))
            break;
    }
    if (l.end == i)
        return false;
    *ret = l;
    return true;
}

/* ---- months ---- */

/* May a month stand alone here? "may" and "march" need a word that says so. */
static bool month_alone(const struct date_reader *r, size_t i)
{
    const struct atoms *x = r->x;
    if (!atom_is(x, i, LEX_MONTH_COMMON))
        return true;
    if (atom_word(x, i + 1, "to") && is_class(r, i + 2, LEX_MONTH))
        return true;
    if (atom_is_mark(x, i + 1, '-') && is_class(r, i + 2, LEX_MONTH))
        return true;
    if (!i || !atom_follows(x, i))
        return false;
    if (atom_is(x, i - 1, LEX_DATE_PREPOSITION) || atom_is(x, i - 1, LEX_TIME_THIS) ||
        atom_is(x, i - 1, LEX_TIME_NEXT) || atom_is(x, i - 1, LEX_TIME_LAST) ||
        atom_is(x, i - 1, LEX_TIME_EARLY) || atom_is(x, i - 1, LEX_TIME_MID) ||
        atom_is(x, i - 1, LEX_TIME_LATE) || atom_is_mark(x, i - 1, '-'))
        return x->items[i].flags & ATOM_UPPER || atom_word(x, i - 1, "in") ||
               atom_word(x, i - 1, "since") || atom_is(x, i - 1, LEX_TIME_THIS) || r->wide;
    return false;
}

static bool month_first(const struct date_reader *r, size_t i, struct date_part *p)
{
    const struct atoms *x = r->x;
    if (!atom_is(x, i, LEX_MONTH))
        return false;
    int month = atom_value(x, i), day = 0, year = DATE_NO_YEAR;
    size_t k = i + 1;
    bool ordinal;
    if (atom_is_mark(x, k, '.') && atom_glued(x, k) && !(x->items[k].flags & ATOM_FIRST) &&
        atom_follows(x, k + 1))
        k++;
    size_t at = k + (is_word(r, k, "the") ? 1 : 0);
    size_t n = atom_follows(x, at) ? date_day_at(r, at, &day, &ordinal) : 0;
    int word_year;
    if (n && !ordinal && date_year_at(r, at, &word_year) > n)
        n = 0; /* "June nineteen ninety-nine" */
    if (n && at > k && !ordinal)
        n = 0;
    if (n && !ordinal && !(x->items[i].flags & ATOM_UPPER) && atom_is(x, i, LEX_MONTH_COMMON) &&
        is_class(r, at + n, LEX_UNIT_INDIVIDUAL))
        n = 0;
    /* "August 99" */
    if (n) {
        k = at + n;
        bool joined = (atom_is_mark(x, k, '-') || atom_is_mark(x, k, '~'));
        size_t e = joined ? k : date_year_after(r, k, &year);
        part_set(p, i, e, PART_DAY, GRAIN_DAY);
        p->month = month;
        p->day = day;
        p->year = year;
        return true;
    }
    size_t e = date_year_after(r, k, &year);
    if (year == DATE_NO_YEAR) {
        if (!month_alone(r, i))
            return false;
        e = i + 1;
    }
    part_set(p, i, e, PART_MONTH, GRAIN_MONTH);
    p->month = month;
    p->year = year;
    return true;
}

/* "15 June 2016", "the tenth of September", "the 15th day of next month", "22 of Jan". */
static bool day_first(const struct date_reader *r, size_t i, bool the, struct date_part *p)
{
    const struct atoms *x = r->x;
    int day = 0;
    bool ordinal;
    size_t n = date_day_at(r, i, &day, &ordinal);
    if (!n)
        return false;
    size_t k = i + n;
    bool word_day = ordinal && is_word(r, k, "day") && is_word(r, k + 1, "of");
    if (word_day)
        k++;
    bool of = is_word(r, k, "of") || is_word(r, k, "in");
    if (of)
        k++;
    if (is_class(r, k, LEX_MONTH) && !atom_is_mark(x, i + n, '-')) {
        int year = DATE_NO_YEAR;
        if (!ordinal && !of && atom_is(x, k, LEX_MONTH_COMMON) &&
            !(x->items[k].flags & ATOM_UPPER) && !r->wide)
            return false;
        size_t e = k + 1;
        size_t dot =
            atom_is_mark(x, e, '.') && atom_glued(x, e) && atom_follows(x, e + 1) ? 1 : 0;
        size_t y = date_year_after(r, e + dot, &year);
        if (year != DATE_NO_YEAR)
            e = y;
        part_set(p, the && word_day ? i - 1 : i, e, PART_DAY, GRAIN_DAY);
        p->month = atom_value(x, k);
        p->day = day;
        p->year = year;
        return true;
    }
    /* "the 20th of next month", "4 of this month" */
    int64_t shift;
    if (!of && !(atom_is(x, k, LEX_TIME_THIS)))
        return false;
    if (is_word(r, k, "the"))
        shift = 0;
    else if (is_class(r, k, LEX_TIME_THIS))
        shift = 0;
    else if (is_class(r, k, LEX_TIME_NEXT))
        shift = 1;
    else if (is_class(r, k, LEX_TIME_LAST))
        shift = -1;
    else
        return false;
    if (!is_word(r, k + 1, "month") || (atom_word(x, k, "the") && !word_day))
        return false;
    size_t begin = the && ordinal ? i - 1 : i;
    if (!part_unit(r, p, begin, k + 2, 3, shift) || p->kind != PART_FIXED)
        return p->kind == PART_NEVER;
    int32_t length = p->days.last - p->days.first + 1;
    if (day > length)
        return part_never(p, begin, k + 2);
    p->days.first += day - 1;
    p->days.last = p->days.first;
    p->grain = GRAIN_DAY;
    return true;
}

/* ---- weeks, months and the like around the reference ---- */

static int64_t shift_of(const struct date_reader *r, size_t i)
{
    return atom_is(r->x, i, LEX_TIME_NEXT) ? 1 : atom_is(r->x, i, LEX_TIME_LAST) ? -1 : 0;
}

static bool is_shift(const struct date_reader *r, size_t i)
{
    return atom_is(r->x, i, LEX_TIME_THIS) || atom_is(r->x, i, LEX_TIME_NEXT) ||
           atom_is(r->x, i, LEX_TIME_LAST) || atom_is(r->x, i, LEX_TIME_SAME);
}

/* "next 3 weeks", "the last two decades": days before or behind the reference. */
static bool span_around(const struct date_reader *r, size_t begin, size_t end,
                        const struct date_length *l, int64_t shift, struct date_part *p)
{
    if (!r->has_ref)
        return part_never(p, begin, end);
    int64_t count = l->count;
    enum date_grain grain;
    if (l->single && (l->unit == 4 || l->unit == 6 || l->unit == 7)) {
        struct time_days a = date_unit(r, l->unit, shift > 0 ? 1 : -count, &grain);
        struct time_days b = date_unit(r, l->unit, shift > 0 ? count : -1, &grain);
        if (l->unit != 4 && shift > 0) { /* decades begin with the one at hand */
            int y, m, d;
            time_civil(a.first, &y, &m, &d);
        }
        return part_days(p, begin, end, (struct time_days){a.first, b.last}, GRAIN_SPAN);
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
    return part_days(p, begin, end, d, GRAIN_SPAN);
}

static bool weekday_in_week(const struct date_reader *r, size_t begin, size_t end, int weekday,
                            int64_t week, struct date_part *p)
{
    if (!part_unit(r, p, begin, end, 2, week) || p->kind != PART_FIXED)
        return true;
    p->days.first += weekday - 1;
    p->days.last = p->days.first;
    p->grain = GRAIN_DAY;
    return true;
}

/* A weekday at k that may be one: "sun" and "sat" only in capitals. */
static bool weekday_at(const struct date_reader *r, size_t k)
{
    const struct atoms *x = r->x;
    return atom_is(x, k, LEX_WEEKDAY) && !atom_is(x, k, LEX_WEEKDAY_PLURAL) &&
           (!atom_is(x, k, LEX_WEEKDAY_COMMON) || x->items[k].flags & ATOM_UPPER || r->wide);
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
        part_set(p, begin, k + n, PART_HOLIDAY, GRAIN_DAY);
        p->rule = rule;
        if (!r->has_ref)
            return part_never(p, begin, k + n);
        int32_t here = date_holiday(rule, r->year);
        p->year = r->year + (int)(shift > 0   ? here < r->ref
                                  : shift < 0 ? -(here >= r->ref)
                                              : 0);
        return true;
    }
    bool season = atom_is(x, k, LEX_SEASON);
    if (!season && !atom_is(x, k, LEX_MONTH))
        return false;
    part_set(p, begin, k + 1, PART_MONTH, season ? GRAIN_PART : GRAIN_MONTH);
    p->month = atom_value(x, k);
    int year;
    if (!season && date_year_after(r, k + 1, &year) > k + 1)
        return false;
    if (!r->has_ref)
        return part_never(p, begin, k + 1);
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
    if (is_word(r, k, "on"))
        k++;
    if (atom_follows(r->x, k) && weekday_at(r, k))
        weekday_in_week(r, p->begin, k + 1, atom_value(r->x, k), shift, p);
}

/* "this week", "next 3 days", "last Friday", "this summer", "current quarter". */
static bool shift_first(const struct date_reader *r, size_t i, struct date_part *p)
{
    const struct atoms *x = r->x;
    int64_t shift = shift_of(r, i);
    size_t k = i + 1;
    bool upcoming = atom_is(x, i, LEX_TIME_UPCOMING);
    if (atom_word(x, i, "this") && atom_follows(x, k) &&
        (atom_is(x, k, LEX_TIME_UPCOMING) || atom_word(x, k, "past") ||
         atom_word(x, k, "next") || atom_word(x, k, "last"))) {
        upcoming = atom_is(x, k, LEX_TIME_UPCOMING);
        shift = shift_of(r, k);
        k++;
    }
    if (!atom_follows(x, k))
        return false;
    bool story = hangs_on_story(r, i);
    struct date_length l;
    if (shift && !atom_word(x, k, "a") && date_length_read(r, k, &l)) {
        if (l.unit == 1 && l.count == 1 && l.single)
            return false;
        /* "the last 3 weeks of this year" is read with its container */
        return story ? part_never(p, i, l.end) : span_around(r, i, l.end, &l, shift, p);
    }
    if ((atom_word(x, k, "school") || atom_word(x, k, "fiscal") ||
         atom_word(x, k, "financial") || atom_word(x, k, "academic")) &&
        is_word(r, k + 1, "year"))
        return part_never(p, i, k + 2);
    if (atom_word(x, k, "calendar") || (atom_word(x, k, "calender")))
        k++;
    if (is_class(r, k, LEX_TIME_UNIT) && !atom_is(x, k, LEX_TIME_PLURAL)) {
        int unit = atom_value(x, k);
        if (atom_word(x, k, "night") && shift < 0 && atom_word(x, i, "last"))
            return part_unit(r, p, i, k + 1, 1, -1);
        if (atom_word(x, k, "night"))
            return false;
        if (story && !(unit == 9))
            return part_never(p, i, k + 1);
        if (unit == 8 && shift == 0)
            shift = 0;
        if (!part_unit(r, p, i, k + 1, unit, shift))
            return false;
        if (unit == 2)
            week_then_day(r, shift, p);
        return true;
    }
    if (weekday_at(r, k)) {
        if (story)
            return part_never(p, i, k + 1);
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
            return part_days(p, i, k + 1, (struct time_days){d, d}, GRAIN_DAY);
        }
        if (atom_word(x, i, "this") && shift < 0)
            return part_set(p, i, k + 1, PART_WEEKDAY, GRAIN_DAY) && (p->weekday = wd);
        return weekday_in_week(r, i, k + 1, wd, shift, p);
    }
    if (atom_word(x, i, "this") && shift == 0 &&
        (atom_word(x, k, "morning") || atom_word(x, k, "afternoon") ||
         atom_word(x, k, "evening")))
        return part_unit(r, p, i, k + 1, 1, 0);
    return yearly_shift(r, i, k, shift, p);
}

/* "3 days ago", "two weeks from now", "2 years and 21 days later", "3 upcoming months". */
static bool length_first(const struct date_reader *r, size_t i, struct date_part *p)
{
    const struct atoms *x = r->x;
    struct date_length l;
    bool approx;
    size_t k;
    if (!date_length_read(r, i, &l)) {
        /* "the 2 upcoming months" */
        int64_t n = count_at(r, i, &k, &approx);
        if (n < 1 || !is_class(r, k, LEX_TIME_NEXT) || !is_class(r, k + 1, LEX_TIME_UNIT) ||
            atom_value(x, k + 1) == 9)
            return false;
        l = (struct date_length){.single = true, .count = n, .unit = atom_value(x, k + 1)};
        length_add(&l, l.unit, n);
        return span_around(r, i, k + 2, &l, 1, p);
    }
    k = l.end;
    int sign = 0;
    size_t end = k + 1;
    bool in_future =
        is_word(r, k, "in") && is_word(r, k + 1, "the") && is_word(r, k + 2, "future");
    if (in_future)
        return span_around(r, i, k + 3, &l, 1, p);
    if (is_word(r, k, "ago") || is_word(r, k, "earlier") || is_word(r, k, "previously"))
        sign = -1;
    else if (is_word(r, k, "later") || is_word(r, k, "hence"))
        sign = 1;
    struct time_days base = {r->ref, r->ref};
    struct date_part from;
    if (sign == 0) {
        if (is_word(r, k, "from") || is_word(r, k, "after") || is_word(r, k, "since"))
            sign = 1;
        else if (is_word(r, k, "before") || is_word(r, k, "prior"))
            sign = -1;
        else
            return false;
        if (is_word(r, k, "prior"))
            k += is_word(r, k + 1, "to");
        if (is_word(r, k, "since") || !atom_follows(x, k + 1) ||
            !inner_point(r, k + 1, &from) || from.kind == PART_NEVER || from.grain != GRAIN_DAY)
            return false;
        end = from.end;
        if (!date_resolve(r, &from, &base))
            return part_never(p, i, end);
    } else if (!r->has_ref || (!r->wide && !is_word(r, k, "ago"))) {
        /* "two days later" counts from something that was told */
        return part_never(p, i, end);
    }
    int32_t day = date_add(sign > 0 ? base.last : base.first, &l, sign);
    part_days(p, i, end, (struct time_days){day, day}, GRAIN_DAY);
    p->approximate = l.approximate || l.unit != 1;
    /* "two months from today on Tuesday" */
    k = end + (is_word(r, end, "on") ? 1 : 0);
    if (r->wide && k > end && weekday_at(r, k) && atom_follows(x, k)) {
        int32_t d = day + (atom_value(x, k) - time_weekday(day) + 7) % 7;
        part_days(p, i, k + 1, (struct time_days){d, d}, GRAIN_DAY);
    }
    return true;
}

/* ---- weekdays ---- */

static bool weekday_first(const struct date_reader *r, size_t i, struct date_part *p)
{
    const struct atoms *x = r->x;
    if (!weekday_at(r, i))
        return false;
    int wd = atom_value(x, i);
    if (i && atom_follows(x, i) &&
        (atom_word(x, i - 1, "every") || atom_word(x, i - 1, "each")))
        return false;
    size_t k = i + 1;
    if (atom_is_mark(x, k, '.') && atom_glued(x, k))
        k++;
    if (atom_is_mark(x, k, ',') && atom_follows(x, k))
        k++;
    struct date_part q;
    int day = 0;
    bool ordinal;
    if (atom_follows(x, k)) {
        size_t at = k + (atom_word(x, k, "the") ? 1 : 0);
        if ((month_first(r, k, &q) && q.kind == PART_DAY) ||
            (atom_follows(x, at) && day_first(r, at, at > k, &q)) ||
            (date_shape(r, k, &q) && q.kind == PART_DAY)) {
            *p = q;
            p->begin = (uint32_t)i;
            return true;
        }
        size_t n = atom_follows(x, at) ? date_day_at(r, at, &day, &ordinal) : 0;
        if (n && k == i + 1 && (at > k || (ordinal && atom_is_numeral(x, at)))) {
            part_set(p, i, at + n, PART_MDAY, GRAIN_DAY);
            p->day = day;
            p->weekday = wd;
            return true;
        }
    }
    k = i + 1;
    size_t of = k + (is_word(r, k, "of") ? 1 : 0);
    if (is_class(r, of, LEX_TIME_NEXT) || is_class(r, of, LEX_TIME_THIS) ||
        is_class(r, of, LEX_TIME_LAST))
        if (is_word(r, of + 1, "week"))
            return weekday_in_week(r, i, of + 2, wd, shift_of(r, of), p);
    /* "Thursday, two years from now", "Sunday 3 weeks after January 15" */
    size_t c = k + (atom_is_mark(x, k, ',') && atom_follows(x, k) ? 1 : 0);
    if (r->wide && atom_follows(x, c) && (x->items[c].flags & ATOM_NUMERIC) &&
        length_first(r, c, &q) && q.kind == PART_FIXED && q.grain == GRAIN_DAY) {
        int32_t at = q.days.first;
        struct date_length l;
        bool weeks = date_length_read(r, c, &l) && l.unit == 2;
        int32_t d =
            weeks ? at - time_weekday(at) % 7 + wd % 7 : at + (wd - time_weekday(at) + 7) % 7;
        return part_days(p, i, q.end, (struct time_days){d, d}, GRAIN_DAY);
    }
    part_set(p, i, i + 1, PART_WEEKDAY, GRAIN_DAY);
    p->weekday = wd;
    return true;
}

/* ---- parts of something: "first week of", "third quarter of", "second Monday of" ---- */

/* The month, year or shifted unit behind "of" or "in". */
static bool container(const struct date_reader *r, size_t k, struct date_part *p)
{
    const struct atoms *x = r->x;
    int year;
    if (is_word(r, k, "of") || is_word(r, k, "in"))
        k++;
    if (!atom_follows(x, k))
        return false;
    size_t the = atom_word(x, k, "the") ? 1 : 0;
    size_t n = date_year_at(r, k, &year);
    if (n) {
        part_set(p, k, k + n, PART_YEAR, GRAIN_YEAR);
        p->year = year;
        return true;
    }
    if (the && is_class(r, k + 1, LEX_TIME_UNIT) &&
        (atom_value(x, k + 1) == 3 || atom_value(x, k + 1) == 5)) {
        if (atom_word(x, k + 1, "year") && (n = date_year_at(r, k + 2, &year))) {
            part_set(p, k, k + 2 + n, PART_YEAR, GRAIN_YEAR);
            p->year = year;
            return true;
        }
        return part_unit(r, p, k, k + 2, atom_value(x, k + 1), 0);
    }
    if (is_shift(r, k + the) && shift_first(r, k + the, p))
        return p->kind == PART_NEVER || p->grain >= GRAIN_MONTH;
    return month_first(r, k + the, p) && p->kind == PART_MONTH;
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
            return part_never(p, begin, k);
        enum date_grain grain; /* "first Sunday" of this month */
        w = date_unit(r, 3, 0, &grain);
        whole.end = (uint32_t)k;
    } else if (!date_resolve(r, &whole, &w)) {
        return part_never(p, begin, whole.end);
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
        if (r->wide && is_word(r, e, "on") && weekday_at(r, e + 1) &&
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
        return part_never(p, begin, whole.end);
    return part_days(p, begin, whole.end, (struct time_days){first, last},
                     weekday || unit == 1 ? GRAIN_DAY
                     : unit == 2          ? GRAIN_WEEK
                     : unit == 3          ? GRAIN_MONTH
                                          : GRAIN_PART);
}

static bool ordinal_first(const struct date_reader *r, size_t i, bool the, struct date_part *p)
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
            is_word(r, l.end, "of") && container(r, l.end, &whole)) {
            size_t begin = the ? i - 1 : i;
            if (!date_resolve(r, &whole, &w))
                return part_never(p, begin, whole.end);
            int32_t end = l.unit == 2 ? nth_week(w, -1) + 6 : w.last;
            return part_days(p, begin, whole.end,
                             (struct time_days){date_add(end + 1, &l, -1), end}, GRAIN_SPAN);
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
            l.count < 400 && is_word(r, l.end, "of") && container(r, l.end, &whole)) {
            size_t begin = the ? i - 1 : i;
            if (!date_resolve(r, &whole, &w))
                return part_never(p, begin, whole.end);
            int32_t start = l.unit == 2 ? nth_week(w, 1) : w.first;
            return part_days(p, begin, whole.end,
                             (struct time_days){start, date_add(start, &l, 1) - 1}, GRAIN_SPAN);
        }
    }
    size_t begin = the ? i - 1 : i;
    if (!atom_follows(x, k))
        return false;
    if (n > 0 && n < 30 && (atom_word(x, k, "century"))) {
        struct time_days d = {time_day((n - 1) * 100, 1, 1), time_day(n * 100 - 1, 12, 31)};
        if (n == 1)
            d.first = time_day(1, 1, 1);
        return part_days(p, begin, k + 1, d, GRAIN_CENTURY);
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
                return part_never(p, begin, whole.end);
            if (whole.grain == GRAIN_YEAR) {
                int32_t middle = time_add_months(w.first, 6);
                struct time_days d = n == 1 ? (struct time_days){w.first, middle - 1}
                                            : (struct time_days){middle, w.last};
                return part_days(p, begin, whole.end, d, GRAIN_PART);
            }
            int32_t middle = w.first + (w.last - w.first + 1) / 2;
            struct time_days d = n == 1 ? (struct time_days){w.first, middle - 1}
                                        : (struct time_days){middle, w.last};
            return part_days(p, begin, whole.end, d, GRAIN_SPAN);
        }
        if (unit < 1 || unit > 4 || atom_is(x, k, LEX_TIME_PLURAL))
            return false;
        if (unit == 4 && !is_word(r, k + 1, "of") && n > 0) {
            int year; /* "third quarter this year", "first quarter 2019" */
            size_t y = date_year_after(r, k + 1, &year);
            if (y > k + 1 && n <= 4) {
                part_set(p, begin, y, PART_MONTH, GRAIN_PART);
                p->month = TIME_QUARTER + n - 1;
                p->year = year;
                return true;
            }
        }
        if (n < 0 && !is_word(r, k + 1, "of"))
            return false; /* "last week" */
        if (part_of(r, begin, n, unit, 0, k + 1, p))
            return true;
        if (unit == 4 && n >= 1 && n <= 4) {
            part_set(p, begin, k + 1, PART_MONTH, GRAIN_PART);
            p->month = TIME_QUARTER + n - 1;
            return r->wide;
        }
        return false;
    }
    if (weekday_at(r, k) && n <= 5)
        return (n > 0 || is_word(r, k + 1, "of")) &&
               part_of(r, begin, n, 0, atom_value(x, k), k + 1, p);
    return false;
}

/* ---- decades, years, seasons, weeks by number ---- */

static bool decade_first(const struct date_reader *r, size_t i, bool the, struct date_part *p)
{
    const struct atoms *x = r->x;
    size_t begin = the ? i - 1 : i, end;
    int decade = 0;
    bool short_form = false;
    size_t at = atom_is_mark(x, i, '\'') && atom_glued(x, i + 1) ? i + 1 : i;
    int64_t v = number_digits(x, at);
    if (v >= 0) {
        struct str s = atom_str(x, at);
        size_t k = at + 1;
        bool tail = atom_follows(x, k) && (atom_word(x, k, "s") || atom_word(x, k, "'s") ||
                                           str_eq(atom_str(x, k), STR("\xe2\x80\x99s")));
        if (!tail || v % 10 || (!atom_glued(x, k) && !r->wide) || (s.n != 4 && s.n != 2))
            return false;
        if (s.n == 4 && (v < 1000 || v > 2200))
            return false;
        short_form = s.n == 2;
        decade = (int)v;
        end = k + 1;
        if (short_form && begin == i && at == i && !r->wide)
            return false;
        if (short_form && i && atom_follows(x, i) && atom_is(x, i - 1, LEX_POSSESSIVE) &&
            !atom_word(x, i - 1, "the"))
            return false; /* "in his 40s" */
    } else {
        size_t k = i;
        int high = 0;
        struct number n;
        if (!atom_is(x, i, LEX_DECADE_WORD) && (x->items[i].flags & ATOM_NUMERIC) &&
            number_read(x, i, NUMBER_WHOLE, &n) && n.value >= 2 && n.value <= 21 &&
            !atom_is_numeral(x, i)) {
            high = (int)n.value;
            k = n.end;
            if (atom_is_mark(x, k, '-'))
                k++;
        }
        if (!(k == i || atom_follows(x, k)) || !atom_is(x, k, LEX_DECADE_WORD))
            return false;
        decade = atom_value(x, k);
        if (high == 0) {
            if (decade < 20 || !the || (i && atom_is(x, i - 1, LEX_POSSESSIVE) && !the)) {
                if (!(r->wide && decade >= 20))
                    return false;
            }
            short_form = true;
        } else if (atom_word(x, k, "thousands")) {
            if (high != 2)
                return false;
            decade = 2000;
        } else if (atom_word(x, k, "hundreds")) {
            if (high < 11)
                return false;
            decade = high * 100;
        } else {
            if (high < 10)
                return false;
            decade += high * 100;
        }
        end = k + 1;
    }
    if (short_form)
        decade += decade < 30 ? 2000 : 1900;
    return part_days(p, begin, end,
                     (struct time_days){time_day(decade, 1, 1), time_day(decade + 9, 12, 31)},
                     GRAIN_DECADE);
}

/* Is a bare number of four digits at i a year? */
static bool bare_year(const struct date_reader *r, size_t i, size_t n)
{
    const struct atoms *x = r->x;
    size_t e = i + n;
    if (is_class(r, e, LEX_UNIT_INDIVIDUAL) || is_class(r, e, LEX_UNIT_NONE) ||
        is_class(r, e, LEX_UNIT_TIME) || is_class(r, e, LEX_UNIT_ENTITY) ||
        is_class(r, e, LEX_SCALE_WORD) || is_class(r, e, LEX_CURRENCY) ||
        is_class(r, e, LEX_UNIT_FAMILY))
        return false;
    if (atom_glued(x, e) &&
        (x->items[e].kind != ATOM_MARK ||
         ((x->items[e].mark == '-' || x->items[e].mark == '/' || x->items[e].mark == ':') &&
          atom_glued(x, e + 1) && !(atom_is_numeral(x, e + 1) && atom_str(x, e + 1).n == 4))))
        return false;
    if (i == 0 || !atom_follows(x, i))
        return is_word(r, e, "or") || is_word(r, e, "and") || atom_is_mark(x, e, '~');
    if (atom_is(x, i - 1, LEX_DATE_PREPOSITION) || atom_is(x, i - 1, LEX_TIME_BEFORE) ||
        atom_is(x, i - 1, LEX_TIME_AFTER) || atom_is(x, i - 1, LEX_APPROX_TIME) ||
        atom_is(x, i - 1, LEX_RANGE_JOIN) || atom_word(x, i - 1, "year") ||
        atom_word(x, i - 1, "than") || atom_is_mark(x, i - 1, '='))
        return true;
    if (is_word(r, e, "or") || atom_is_mark(x, e, '~'))
        return r->wide;
    /* a list of years: "in 2007 and 2009" */
    size_t back = i - 1;
    if (atom_word(x, back, "and") || atom_word(x, back, "or") || atom_word(x, back, "not") ||
        atom_is_mark(x, back, ','))
        for (size_t k = 1; k < 4 && back >= k && atom_follows(x, back - k + 1); k++) {
            int year;
            if (atom_is_numeral(x, back - k) && date_year_at(r, back - k, &year))
                return true;
        }
    return atom_is_mark(x, back, '(') && atom_is_mark(x, e, ')');
}

static bool year_first(const struct date_reader *r, size_t i, struct date_part *p)
{
    const struct atoms *x = r->x;
    int year = 0;
    size_t n = date_year_at(r, i, &year);
    if (!n)
        return false;
    bool numeral = atom_is_numeral(x, i);
    if (is_class(r, i + n, LEX_MONTH) && numeral) { /* "2015 June" */
        part_set(p, i, i + n + 1, PART_MONTH, GRAIN_MONTH);
        p->month = atom_value(x, i + n);
        p->year = year;
        return true;
    }
    if (year < 1500 || year > 2200 || !bare_year(r, i, n))
        return false;
    if (!numeral && !(i && atom_follows(x, i) && atom_is(x, i - 1, LEX_DATE_PREPOSITION)))
        return false;
    part_set(p, i, i + n, PART_YEAR, GRAIN_YEAR);
    p->year = year;
    return true;
}

/* "year 2008", "calendar year 2008", "cy 2008", "fiscal year", "week 10". */
static bool numbered_first(const struct date_reader *r, size_t i, struct date_part *p)
{
    const struct atoms *x = r->x;
    size_t k = i;
    bool never = atom_word(x, k, "school") || atom_word(x, k, "fiscal") ||
                 atom_word(x, k, "academic") || atom_word(x, k, "financial") ||
                 atom_word(x, k, "sy") || atom_word(x, k, "fy");
    bool abbreviated = atom_word(x, k, "cy") || atom_word(x, k, "sy") || atom_word(x, k, "fy");
    if ((never || atom_word(x, k, "calendar")) && !abbreviated)
        k++;
    int year = 0;
    if (abbreviated || (atom_word(x, k, "year") && (k == i || atom_follows(x, k)))) {
        size_t n = date_year_at(r, k + 1, &year);
        struct number num;
        if (!n && atom_word(x, k, "year") && k == i && atom_follows(x, k + 1) &&
            x->items[k + 1].kind == ATOM_WORD && (x->items[k + 1].flags & ATOM_NUMERIC) &&
            number_read(x, k + 1, NUMBER_WHOLE, &num) && num.value >= 100 && num.value < 3000) {
            year = (int)num.value;
            n = num.end - num.begin;
        }
        if (!atom_follows(x, k + 1))
            n = 0;
        if (never)
            return (n || k > i) && part_never(p, i, k + 1 + n);
        if (!n)
            return false;
        part_set(p, i, k + 1 + n, PART_YEAR, GRAIN_YEAR);
        p->year = year;
        return true;
    }
    int64_t week = number_digits(x, i + 1);
    if (atom_word(x, i, "week") && atom_follows(x, i + 1) && week >= 1 && week <= 53 &&
        r->wide) {
        part_set(p, i, i + 2, PART_WEEK, GRAIN_WEEK);
        p->rule = (int)week;
        p->end = (uint32_t)date_year_after(r, i + 2, &p->year);
        return true;
    }
    return false;
}

static bool season_first(const struct date_reader *r, size_t i, bool the, struct date_part *p)
{
    const struct atoms *x = r->x;
    if (!atom_is(x, i, LEX_SEASON))
        return false;
    int year = DATE_NO_YEAR;
    size_t e = date_year_after(r, i + 1, &year);
    if (year == DATE_NO_YEAR) {
        bool in = i && atom_follows(x, i) && atom_word(x, i - 1, "in");
        bool in_the =
            the && i > 1 && (atom_word(x, i - 2, "in") || atom_word(x, i - 2, "during"));
        if (atom_is(x, i, LEX_SEASON_COMMON) ? !(the && (in_the || r->wide))
                                             : !(in || the || r->wide))
            return false;
        e = i + 1;
    }
    part_set(p, the ? i - 1 : i, e, PART_MONTH, GRAIN_PART);
    p->month = atom_value(x, i);
    p->year = year;
    return true;
}

static bool holiday_first(const struct date_reader *r, size_t i, struct date_part *p)
{
    const struct atoms *x = r->x;
    int rule = 0;
    size_t n = atom_match(x, i, LEX_HOLIDAY, &rule);
    if (!n || !rule)
        return false;
    size_t end = i + n;
    int year = DATE_NO_YEAR;
    bool weekend = is_word(r, end, "weekend");
    size_t e = date_year_after(r, end + weekend, &year);
    part_set(p, i, e > end + weekend ? e : end, PART_HOLIDAY, GRAIN_DAY);
    p->rule = rule;
    p->year = year;
    if (year == DATE_NO_YEAR && is_word(r, end, "of") && is_shift(r, end + 1) &&
        is_word(r, end + 2, "year") && r->has_ref) {
        p->year = r->year + (int)shift_of(r, end + 1);
        p->end = (uint32_t)end + 3;
    }
    struct time_days d;
    if (weekend && date_resolve(r, p, &d)) {
        int wd = time_weekday(d.first);
        int32_t saturday = wd == 7 ? d.first - 1 : d.first + 6 - wd;
        part_days(p, i, e, (struct time_days){saturday, saturday + 1}, GRAIN_SPAN);
    }
    return true;
}

/* ---- weeks of a day, the day before, rest of the week ---- */

/* "(the) week of the 18th", "week commencing February 4", "w/c Feb 4", "weekend of Easter". */
static bool week_of(const struct date_reader *r, size_t i, bool the, struct date_part *p)
{
    const struct atoms *x = r->x;
    size_t begin = the ? i - 1 : i, k;
    bool weekend = atom_word(x, i, "weekend");
    if (atom_word(x, i, "w") && atom_is_mark(x, i + 1, '/') && atom_word(x, i + 2, "c")) {
        k = i + 3;
    } else if (atom_word(x, i, "week") || weekend) {
        k = i + 1;
        if ((is_word(r, k, "after") || is_word(r, k, "following")) &&
            (is_word(r, k + 1, "next") ||
             (is_word(r, k + 1, "the") && is_word(r, k + 2, "next"))) &&
            r->has_ref)
            return part_unit(r, p, begin, k + (is_word(r, k + 1, "the") ? 3 : 2),
                             weekend ? 9 : 2, 2);
        bool of = is_word(r, k, "of");
        if (!of && !(is_word(r, k, "commencing") || is_word(r, k, "starting") ||
                     is_word(r, k, "beginning")))
            return false;
        k++;
        if (!of && is_word(r, k, "on"))
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
        !day_first(r, k + 1, true, &q)) {
        part_set(&q, k, k + 1 + n, PART_MDAY, GRAIN_DAY);
        q.day = day;
    } else if (!q.end && (!inner_point(r, k, &q) || q.grain != GRAIN_DAY)) {
        return false;
    }
    struct time_days d;
    if (q.kind == PART_NEVER || !date_resolve(r, &q, &d))
        return part_never(p, begin, q.end);
    int wd = time_weekday(d.first);
    if (weekend) {
        int32_t first = wd >= 4 ? (wd > 6 ? d.first - 1 : d.first) : d.first + 6 - wd;
        int32_t sunday = d.first + 7 - wd;
        return part_days(p, begin, q.end, (struct time_days){first, sunday}, GRAIN_SPAN);
    }
    int32_t first = d.first - wd + 1;
    return part_days(p, begin, q.end, (struct time_days){first, first + 6}, GRAIN_WEEK);
}

/* "the day before yesterday", "the day after", "the week", "the 1970s" … behind "the". */
static bool after_the(const struct date_reader *r, size_t i, struct date_part *p)
{
    const struct atoms *x = r->x;
    size_t k = i + 1;
    if (!atom_follows(x, k))
        return false;
    if (atom_word(x, k, "day")) {
        bool before = is_word(r, k + 1, "before"), after = is_word(r, k + 1, "after");
        if ((before && is_word(r, k + 2, "yesterday")) ||
            (after && is_class(r, k + 2, LEX_DAY_WORD) && atom_value(x, k + 2) == 1))
            return part_unit(r, p, i, k + 3, 1, before ? -2 : 2);
        if ((before || after) && r->wide &&
            (k + 2 >= x->count || !atom_follows(x, k + 2) || x->items[k + 2].kind == ATOM_MARK))
            return part_unit(r, p, i, k + 2, 1, before ? -1 : 1);
    }
    if (week_of(r, k, true, p) || ordinal_first(r, k, true, p) || decade_first(r, k, true, p) ||
        season_first(r, k, true, p) || day_first(r, k, true, p))
        return true;
    if (r->wide && is_class(r, k, LEX_TIME_UNIT) && !atom_is(x, k, LEX_TIME_PLURAL) &&
        !is_word(r, k + 1, "of") && !is_word(r, k + 1, "before") &&
        !is_word(r, k + 1, "after") && !is_class(r, k + 1, LEX_TIME_UNIT)) {
        int unit = atom_value(x, k);
        int year;
        if ((unit <= 3 || unit == 5 || unit >= 8) && !atom_word(x, k, "night") &&
            !(unit == 5 && date_year_at(r, k + 1, &year)) && number_digits(x, k + 1) < 0)
            return part_unit(r, p, i, k + 1, unit, 0);
    }
    /* "for the 27th." and "on the 27th.": nothing but a mark behind it */
    int day = 0;
    bool ordinal;
    size_t n = date_day_at(r, k, &day, &ordinal);
    bool here = i && atom_follows(x, i) &&
                (atom_word(x, i - 1, "for") || (atom_word(x, i - 1, "on") && ordinal));
    if (n && here && (ordinal || r->wide) && !(!r->wide && atom_word(x, i - 1, "for")) &&
        (k + n >= x->count || !atom_follows(x, k + n) ||
         (x->items[k + n].kind == ATOM_MARK && x->items[k + n].mark != '-' &&
          x->items[k + n].mark != '%'))) {
        part_set(p, i, k + n, PART_MDAY, GRAIN_DAY);
        p->day = day;
        return true;
    }
    return false;
}

/* "rest of the week", "rest this month". */
static bool rest_first(const struct date_reader *r, size_t i, struct date_part *p)
{
    if (!atom_word(r->x, i, "rest"))
        return false;
    size_t k = i + 1;
    if (is_word(r, k, "of"))
        k++;
    if (is_word(r, k, "the") || is_word(r, k, "my") || is_word(r, k, "this") ||
        is_word(r, k, "our") || is_word(r, k, "current"))
        k++;
    if (k == i + 1 || !is_class(r, k, LEX_TIME_UNIT) || atom_value(r->x, k) == 1)
        return false;
    part_unit(r, p, i, k + 1, atom_value(r->x, k), 0);
    if (p->kind == PART_FIXED) {
        p->days.first = r->ref;
        p->grain = GRAIN_SPAN;
        p->to_last = true;
    }
    return true;
}

/* "early", "the end of", "mid-", "later this", with what they cut. */
static bool cut_first(const struct date_reader *r, size_t i, struct date_part *p)
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
    bool of = is_word(r, k, "of") || is_word(r, k, "in");
    if (of)
        k++;
    if (!atom_follows(x, k))
        return false;
    struct date_part q;
    size_t at = k + (atom_word(x, k, "the") ? 1 : 0);
    bool unit = is_class(r, at, LEX_TIME_UNIT) && !atom_is(x, at, LEX_TIME_PLURAL) &&
                atom_value(x, at) >= 2 && atom_value(x, at) <= 5;
    bool shift = is_shift(r, at) && atom_follows(x, at);
    int year;
    size_t n = 0;
    if (needs_of && !of && !shift && !unit)
        return false;
    if (shift && shift_first(r, at, &q) && q.grain != GRAIN_DAY && q.grain != GRAIN_SPAN) {
        q.halves = q.grain == GRAIN_YEAR;
    } else if (unit && (at == k + 1 || r->wide) && (r->wide || cut >= CUT_EARLIER) &&
               !date_year_at(r, at + 1, &year)) {
        part_unit(r, &q, i, at + 1, atom_value(x, at), 0);
        q.halves = true;
    } else if (cut < CUT_EARLIER && decade_first(r, at, at > k, &q)) {
        ;
    } else if (cut < CUT_EARLIER && month_first(r, at, &q) && q.kind == PART_MONTH) {
        ;
    } else if (cut < CUT_EARLIER && season_first(r, at, at > k, &q)) {
        ;
    } else if (cut < CUT_EARLIER && ordinal_first(r, at, at > k, &q) &&
               q.grain == GRAIN_CENTURY) {
        ;
    } else if (cut < CUT_EARLIER &&
               ((n = date_year_at(r, at, &year)) ||
                (is_word(r, at, "year") && (n = date_year_at(r, ++at, &year))))) {
        if (is_class(r, at + n, LEX_UNIT_INDIVIDUAL))
            return false;
        part_set(&q, i, at + n, PART_YEAR, GRAIN_YEAR);
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

static bool end_word(const struct date_reader *r, size_t i, struct date_part *p)
{
    static const char *const words[] = {"eoy", "eom"};
    for (int k = 0; k < 2; k++)
        if (atom_word(r->x, i, words[k])) {
            part_unit(r, p, i, i + 1, k ? 3 : 5, 0);
            p->cut = CUT_LATE;
            p->halves = true;
            return true;
        }
    return false;
}

bool date_point(const struct date_reader *r, size_t i, struct date_part *p)
{
    const struct atoms *x = r->x;
    if (i >= x->count)
        return false;
    const struct atom *at = &x->items[i];
    if (at->kind == ATOM_MARK)
        return at->mark == '\'' && decade_first(r, i, false, p);
    if (at->kind == ATOM_NUMERAL)
        return date_shape(r, i, p) || decade_first(r, i, false, p) ||
               day_first(r, i, false, p) || ordinal_first(r, i, false, p) ||
               length_first(r, i, p) || year_first(r, i, p);
    if (!at->word && !atom_is(x, i, LEX_DATE_START))
        return atom_word(x, i, "q") || atom_word(x, i, "h") || atom_word(x, i, "w")
                   ? date_shape(r, i, p) || week_of(r, i, false, p)
                   : false;
    if (atom_word(x, i, "the")) {
        if (after_the(r, i, p))
            return true;
        return atom_follows(x, i + 1) && !atom_word(x, i + 1, "the") &&
               (is_shift(r, i + 1) ? shift_first(r, i + 1, p)
                                   : cut_first(r, i + 1, p) || numbered_first(r, i + 1, p) ||
                                         holiday_first(r, i + 1, p));
    }
    if (atom_is(x, i, LEX_HOLIDAY) || lexicon_words[at->word].phrase_count)
        if (holiday_first(r, i, p))
            return true;
    if (atom_is(x, i, LEX_DAY_WORD)) {
        if (atom_word(x, i, "now") && !r->wide)
            return false;
        return part_unit(r, p, i, i + 1, 1, atom_value(x, i));
    }
    if (atom_is(x, i, LEX_MONTH))
        return date_shape(r, i, p) || month_first(r, i, p);
    if (atom_is(x, i, LEX_WEEKDAY))
        return weekday_first(r, i, p);
    if (is_shift(r, i) &&
        ((atom_word(x, i, "last") && ordinal_first(r, i, false, p)) || shift_first(r, i, p)))
        return true;
    if (cut_first(r, i, p) || rest_first(r, i, p))
        return true;
    if (atom_is(x, i, LEX_SEASON) || atom_is(x, i, LEX_DECADE_WORD))
        return season_first(r, i, false, p) || decade_first(r, i, false, p);
    if (at->flags & ATOM_NUMERIC)
        if (decade_first(r, i, false, p) || day_first(r, i, false, p) ||
            ordinal_first(r, i, false, p) || length_first(r, i, p) || year_first(r, i, p))
            return true;
    if (atom_is(x, i, LEX_NUMBER_FEW) && length_first(r, i, p))
        return true;
    if (atom_is(x, i, LEX_ORDINAL_WORD))
        return day_first(r, i, false, p) || ordinal_first(r, i, false, p);
    if (atom_is(x, i, LEX_TIME_UNIT) && r->wide && atom_word(x, i, "weekend") &&
        !atom_is(x, i - (i > 0), LEX_TIME_THIS)) {
        if (week_of(r, i, false, p))
            return true;
        if (i && atom_word(x, i - 1, "on"))
            return part_unit(r, p, i, i + 1, 9, 0);
    }
    return numbered_first(r, i, p) || week_of(r, i, false, p) || end_word(r, i, p) ||
           date_shape(r, i, p);
}
