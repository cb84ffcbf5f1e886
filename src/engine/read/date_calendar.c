/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a calendar names: months, days, weekdays, years, decades, seasons, holidays.
 */
#include "engine/read/date_parts.h"

/* May a month stand alone here? "may" and "march" need a word that says so. */
static bool month_alone(const struct date_reader *r, size_t i)
{
    const struct atoms *x = r->x;
    if (!atom_is(x, i, LEX_MONTH_COMMON))
        return true;
    if (atom_word(x, i + 1, "to") && date_class(r, i + 2, LEX_MONTH))
        return true;
    if (atom_is_mark(x, i + 1, '-') && date_class(r, i + 2, LEX_MONTH))
        return true;
    if (!i || !atom_follows(x, i))
        return false;
    bool upper = x->items[i].flags & ATOM_UPPER;
    if (i > 1 && atom_is_mark(x, i - 1, '-') && atom_glued(x, i) &&
        (atom_is(x, i - 2, LEX_TIME_EARLY) || atom_is(x, i - 2, LEX_TIME_MID) ||
         atom_is(x, i - 2, LEX_TIME_LATE)))
        return upper || r->wide;
    if (atom_is(x, i - 1, LEX_MONTH_BEFORE) || date_is_shift(r, i - 1))
        return upper || r->wide || !atom_word(x, i, "may");
    if (atom_is(x, i - 1, LEX_TIME_EARLY) || atom_is(x, i - 1, LEX_TIME_MID) ||
        atom_is(x, i - 1, LEX_TIME_LATE))
        return upper || r->wide;
    /* "March and May", "March-May" */
    return upper && i > 1 && (atom_word(x, i - 1, "and") || atom_is_mark(x, i - 1, '-')) &&
           (atom_is(x, i - 2, LEX_MONTH) || atom_is_numeral(x, i - 2));
}

bool date_month_first(const struct date_reader *r, size_t i, struct date_part *p)
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
    size_t at = k + (date_word(r, k, "the") ? 1 : 0);
    size_t n = atom_follows(x, at) ? date_day_at(r, at, &day, &ordinal) : 0;
    int word_year;
    if (n && !ordinal && date_year_at(r, at, &word_year) > n)
        n = 0; /* "June nineteen ninety-nine" */
    if (n && at > k && !ordinal)
        n = 0;
    if (n && !ordinal && !(x->items[i].flags & ATOM_UPPER) && atom_is(x, i, LEX_MONTH_COMMON) &&
        date_class(r, at + n, LEX_UNIT_INDIVIDUAL))
        n = 0;
    /* "August 99" */
    if (n) {
        k = at + n;
        bool joined = (atom_is_mark(x, k, '-') || atom_is_mark(x, k, '~'));
        size_t e = joined ? k : date_year_after(r, k, &year);
        date_part_set(p, i, e, PART_DAY, GRAIN_DAY);
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
    date_part_set(p, i, e, PART_MONTH, GRAIN_MONTH);
    p->month = month;
    p->year = year;
    return true;
}

bool date_day_first(const struct date_reader *r, size_t i, bool the, struct date_part *p)
{
    const struct atoms *x = r->x;
    int day = 0;
    bool ordinal;
    size_t n = date_day_at(r, i, &day, &ordinal);
    if (!n)
        return false;
    size_t k = i + n;
    bool word_day = ordinal && date_word(r, k, "day") && date_word(r, k + 1, "of");
    if (word_day)
        k++;
    bool of = date_word(r, k, "of") || date_word(r, k, "in");
    if (of)
        k++;
    if (date_class(r, k, LEX_MONTH) && !atom_is_mark(x, i + n, '-')) {
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
        date_part_set(p, the && word_day ? i - 1 : i, e, PART_DAY, GRAIN_DAY);
        p->month = atom_value(x, k);
        p->day = day;
        p->year = year;
        return true;
    }
    /* "the 20th of next month", "4 of this month" */
    int64_t shift;
    if (!of && !(atom_is(x, k, LEX_TIME_THIS)))
        return false;
    if (date_word(r, k, "the"))
        shift = 0;
    else if (date_class(r, k, LEX_TIME_THIS))
        shift = 0;
    else if (date_class(r, k, LEX_TIME_NEXT))
        shift = 1;
    else if (date_class(r, k, LEX_TIME_LAST))
        shift = -1;
    else
        return false;
    if (!date_word(r, k + 1, "month") || (atom_word(x, k, "the") && !word_day))
        return false;
    size_t begin = the && ordinal ? i - 1 : i;
    if (!date_part_unit(r, p, begin, k + 2, 3, shift) || p->kind != PART_FIXED)
        return p->kind == PART_NEVER;
    int32_t length = p->days.last - p->days.first + 1;
    if (day > length)
        return date_part_never(p, begin, k + 2);
    p->days.first += day - 1;
    p->days.last = p->days.first;
    p->grain = GRAIN_DAY;
    return true;
}

bool date_weekday_first(const struct date_reader *r, size_t i, struct date_part *p)
{
    const struct atoms *x = r->x;
    if (!date_weekday_at(r, i))
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
        if ((date_month_first(r, k, &q) && q.kind == PART_DAY) ||
            (atom_follows(x, at) && date_day_first(r, at, at > k, &q)) ||
            (date_shape(r, k, &q) && q.kind == PART_DAY)) {
            *p = q;
            p->begin = (uint32_t)i;
            return true;
        }
        size_t n = atom_follows(x, at) ? date_day_at(r, at, &day, &ordinal) : 0;
        if (n && k == i + 1 && (at > k || (ordinal && atom_is_numeral(x, at)))) {
            date_part_set(p, i, at + n, PART_MDAY, GRAIN_DAY);
            p->day = day;
            p->weekday = wd;
            return true;
        }
    }
    k = i + 1;
    size_t of = k + (date_word(r, k, "of") ? 1 : 0);
    if (date_class(r, of, LEX_TIME_NEXT) || date_class(r, of, LEX_TIME_THIS) ||
        date_class(r, of, LEX_TIME_LAST))
        if (date_word(r, of + 1, "week"))
            return date_weekday_in_week(r, i, of + 2, wd, date_shift_of(r, of), p);
    /* "Thursday, two years from now", "Sunday 3 weeks after January 15" */
    size_t c = k + (atom_is_mark(x, k, ',') && atom_follows(x, k) ? 1 : 0);
    if (r->wide && atom_follows(x, c) && (x->items[c].flags & ATOM_NUMERIC) &&
        date_length_first(r, c, &q) && q.kind == PART_FIXED && q.grain == GRAIN_DAY) {
        int32_t at = q.days.first;
        struct date_length l;
        bool weeks = date_length_read(r, c, &l) && l.unit == 2;
        int32_t d =
            weeks ? at - time_weekday(at) % 7 + wd % 7 : at + (wd - time_weekday(at) + 7) % 7;
        return date_part_days(p, i, q.end, (struct time_days){d, d}, GRAIN_DAY);
    }
    date_part_set(p, i, i + 1, PART_WEEKDAY, GRAIN_DAY);
    p->weekday = wd;
    return true;
}

bool date_decade_first(const struct date_reader *r, size_t i, bool the, struct date_part *p)
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
    return date_part_days(
        p, begin, end, (struct time_days){time_day(decade, 1, 1), time_day(decade + 9, 12, 31)},
        GRAIN_DECADE);
}

/* Is a bare number of four digits at i a year? */
static bool bare_year(const struct date_reader *r, size_t i, size_t n)
{
    const struct atoms *x = r->x;
    size_t e = i + n;
    if (date_class(r, e, LEX_UNIT_INDIVIDUAL) || date_class(r, e, LEX_UNIT_NONE) ||
        date_class(r, e, LEX_UNIT_TIME) || date_class(r, e, LEX_UNIT_ENTITY) ||
        date_class(r, e, LEX_SCALE_WORD) || date_class(r, e, LEX_CURRENCY) ||
        date_class(r, e, LEX_UNIT_FAMILY))
        return false;
    if (atom_glued(x, e) &&
        (x->items[e].kind != ATOM_MARK ||
         ((x->items[e].mark == '-' || x->items[e].mark == '/' || x->items[e].mark == ':') &&
          atom_glued(x, e + 1) && !(atom_is_numeral(x, e + 1) && atom_str(x, e + 1).n == 4))))
        return false;
    if (i == 0 || !atom_follows(x, i))
        return date_word(r, e, "or") || date_word(r, e, "and") || atom_is_mark(x, e, '~');
    if (atom_is(x, i - 1, LEX_DATE_PREPOSITION) || atom_is(x, i - 1, LEX_TIME_BEFORE) ||
        atom_is(x, i - 1, LEX_TIME_AFTER) || atom_is(x, i - 1, LEX_APPROX_TIME) ||
        atom_is(x, i - 1, LEX_RANGE_JOIN) || atom_word(x, i - 1, "year") ||
        atom_word(x, i - 1, "than") || atom_is_mark(x, i - 1, '='))
        return true;
    if (date_word(r, e, "or") || atom_is_mark(x, e, '~'))
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

bool date_year_first(const struct date_reader *r, size_t i, struct date_part *p)
{
    const struct atoms *x = r->x;
    int year = 0;
    size_t n = date_year_at(r, i, &year);
    if (!n)
        return false;
    bool numeral = atom_is_numeral(x, i);
    if (date_class(r, i + n, LEX_MONTH) && numeral) { /* "2015 June" */
        date_part_set(p, i, i + n + 1, PART_MONTH, GRAIN_MONTH);
        p->month = atom_value(x, i + n);
        p->year = year;
        return true;
    }
    if (year < 1500 || year > 2200 || !bare_year(r, i, n))
        return false;
    if (!numeral && !(i && atom_follows(x, i) && atom_is(x, i - 1, LEX_DATE_PREPOSITION)))
        return false;
    date_part_set(p, i, i + n, PART_YEAR, GRAIN_YEAR);
    p->year = year;
    return true;
}

bool date_numbered_first(const struct date_reader *r, size_t i, struct date_part *p)
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
            return (n || k > i) && date_part_never(p, i, k + 1 + n);
        if (!n)
            return false;
        date_part_set(p, i, k + 1 + n, PART_YEAR, GRAIN_YEAR);
        p->year = year;
        return true;
    }
    int64_t week = number_digits(x, i + 1);
    if (atom_word(x, i, "week") && atom_follows(x, i + 1) && week >= 1 && week <= 53 &&
        r->wide) {
        date_part_set(p, i, i + 2, PART_WEEK, GRAIN_WEEK);
        p->rule = (int)week;
        p->end = (uint32_t)date_year_after(r, i + 2, &p->year);
        return true;
    }
    return false;
}

bool date_season_first(const struct date_reader *r, size_t i, bool the, struct date_part *p)
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
    date_part_set(p, the ? i - 1 : i, e, PART_MONTH, GRAIN_PART);
    p->month = atom_value(x, i);
    p->year = year;
    return true;
}

bool date_holiday_first(const struct date_reader *r, size_t i, struct date_part *p)
{
    const struct atoms *x = r->x;
    int rule = 0;
    size_t n = atom_match(x, i, LEX_HOLIDAY, &rule);
    if (!n || !rule)
        return false;
    size_t end = i + n;
    int year = DATE_NO_YEAR;
    bool weekend = date_word(r, end, "weekend");
    size_t e = date_year_after(r, end + weekend, &year);
    date_part_set(p, i, e > end + weekend ? e : end, PART_HOLIDAY, GRAIN_DAY);
    p->rule = rule;
    p->year = year;
    if (year == DATE_NO_YEAR && date_word(r, end, "of") && date_is_shift(r, end + 1) &&
        date_word(r, end + 2, "year") && r->has_ref) {
        p->year = r->year + (int)date_shift_of(r, end + 1);
        p->end = (uint32_t)end + 3;
    }
    struct time_days d;
    if (weekend && date_resolve(r, p, &d)) {
        int wd = time_weekday(d.first);
        int32_t saturday = wd == 7 ? d.first - 1 : d.first + 6 - wd;
        date_part_days(p, i, e, (struct time_days){saturday, saturday + 1}, GRAIN_SPAN);
    }
    return true;
}
