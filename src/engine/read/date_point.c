/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Single expressions of time: which reader takes what begins at an atom. Whether "the"
 * belongs to the expression is decided by its kind.
 */
#include "engine/read/date_parts.h"

/* "(the) day before yesterday", "the day after" from `begin`, "day" at k. */
static bool day_beside(const struct date_reader *r, size_t begin, size_t k, struct date_part *p)
{
    const struct atoms *x = r->x;
    if (!atom_word(x, k, "day"))
        return false;
    bool before = date_word(r, k + 1, "before"), after = date_word(r, k + 1, "after");
    if (!before && !after)
        return false;
    if (date_class(r, k + 2, LEX_DAY_WORD) && atom_value(x, k + 2) == (before ? -1 : 1))
        return date_part_unit(r, p, begin, k + 3, 1, before ? -2 : 2);
    if (begin == k)
        return false;
    struct date_part q;
    struct time_days d;
    if (atom_follows(x, k + 2) && date_inner(r, k + 2, &q) && q.grain == GRAIN_DAY &&
        q.kind != PART_NEVER) {
        if (!date_resolve(r, &q, &d))
            return date_part_never(p, begin, q.end);
        int32_t day = time_clamp((int64_t)d.first + (before ? -1 : 1));
        return date_part_days(p, begin, q.end, (struct time_days){day, day}, GRAIN_DAY);
    }
    bool stops =
        k + 2 >= x->count || !atom_follows(x, k + 2) || x->items[k + 2].kind == ATOM_MARK;
    return r->wide && stops && date_part_unit(r, p, begin, k + 2, 1, before ? -1 : 1);
}

/* "the week before last", "the month after next". */
static bool unit_beside(const struct date_reader *r, size_t begin, size_t k,
                        struct date_part *p)
{
    const struct atoms *x = r->x;
    if (!date_class(r, k, LEX_TIME_UNIT) || atom_is(x, k, LEX_TIME_PLURAL))
        return false;
    bool last = date_word(r, k + 1, "before") && date_word(r, k + 2, "last");
    bool next = date_word(r, k + 1, "after") && date_word(r, k + 2, "next");
    if ((!last && !next) || date_class(r, k + 3, LEX_TIME_UNIT) ||
        date_class(r, k + 3, LEX_WEEKDAY) || date_class(r, k + 3, LEX_MONTH))
        return false;
    return date_part_unit(r, p, begin, k + 3, atom_value(x, k), last ? -2 : 2);
}

/* "the day before yesterday", "the day after", "the week", "the 1970s" … behind "the". */
static bool after_the(const struct date_reader *r, size_t i, struct date_part *p)
{
    const struct atoms *x = r->x;
    size_t k = i + 1;
    if (!atom_follows(x, k))
        return false;
    if (day_beside(r, i, k, p) || unit_beside(r, i, k, p))
        return true;
    if (date_week_of(r, k, true, p) || date_ordinal_first(r, k, true, p) ||
        date_decade_first(r, k, true, p) || date_season_first(r, k, true, p) ||
        date_day_first(r, k, true, p))
        return true;
    if (r->wide && date_class(r, k, LEX_TIME_UNIT) && !atom_is(x, k, LEX_TIME_PLURAL) &&
        !date_word(r, k + 1, "of") && !date_word(r, k + 1, "before") &&
        !date_word(r, k + 1, "after") && !date_class(r, k + 1, LEX_TIME_UNIT)) {
        int unit = atom_value(x, k);
        int year;
        if ((unit <= 3 || unit == 5 || unit >= 8) && !atom_word(x, k, "night") &&
            !(unit == 5 && date_year_at(r, k + 1, &year)) && number_digits(x, k + 1) < 0)
            return date_part_unit(r, p, i, k + 1, unit, 0);
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
        date_part_set(p, i, k + n, PART_MDAY, GRAIN_DAY);
        p->day = day;
        return true;
    }
    return false;
}

/* "on 15", "on 27th" where nothing follows that they could count; only in talk. */
static bool day_on(const struct date_reader *r, size_t i, struct date_part *p)
{
    const struct atoms *x = r->x;
    int day = 0;
    bool ordinal;
    size_t n = date_day_at(r, i, &day, &ordinal);
    if (!r->wide || !n || !i || !atom_follows(x, i) || !atom_word(x, i - 1, "on"))
        return false;
    size_t e = i + n;
    bool mark = e < x->count && atom_follows(x, e) && x->items[e].kind == ATOM_MARK;
    if ((e < x->count && atom_follows(x, e) && !mark) ||
        (mark && !strchr(".,?!;", x->items[e].mark)))
        return false;
    date_part_set(p, i, e, PART_MDAY, GRAIN_DAY);
    p->day = day;
    return true;
}

static bool end_word(const struct date_reader *r, size_t i, struct date_part *p)
{
    static const char *const words[] = {"eoy", "eom"};
    for (int k = 0; k < 2; k++)
        if (atom_word(r->x, i, words[k])) {
            date_part_unit(r, p, i, i + 1, k ? 3 : 5, 0);
            p->cut = CUT_LATE;
            p->halves = true;
            return true;
        }
    return false;
}

/* "the" belongs to decades: "the next two decades". */
static bool the_shift(const struct date_reader *r, size_t i, struct date_part *p)
{
    if (!date_shift_first(r, i + 1, p))
        return false;
    if (atom_value(r->x, p->end - 1) == 6 && atom_is(r->x, p->end - 1, LEX_TIME_UNIT) &&
        p->grain == GRAIN_SPAN)
        p->begin = (uint32_t)i;
    return true;
}

bool date_point(const struct date_reader *r, size_t i, struct date_part *p)
{
    const struct atoms *x = r->x;
    if (i >= x->count)
        return false;
    const struct atom *at = &x->items[i];
    if (at->kind == ATOM_MARK)
        return at->mark == '\'' && date_decade_first(r, i, false, p);
    if (at->kind == ATOM_NUMERAL)
        return date_shape(r, i, p) || date_decade_first(r, i, false, p) ||
               date_day_first(r, i, false, p) || date_ordinal_first(r, i, false, p) ||
               date_length_first(r, i, p) || date_year_first(r, i, p) || day_on(r, i, p);
    if (!at->word && !atom_is(x, i, LEX_DATE_START))
        return atom_word(x, i, "q") || atom_word(x, i, "h") || atom_word(x, i, "w")
                   ? date_shape(r, i, p) || date_week_of(r, i, false, p)
                   : false;
    if (atom_word(x, i, "the")) {
        if (after_the(r, i, p))
            return true;
        return atom_follows(x, i + 1) && !atom_word(x, i + 1, "the") &&
               (date_is_shift(r, i + 1)
                    ? the_shift(r, i, p)
                    : date_cut_first(r, i + 1, p) || date_numbered_first(r, i + 1, p) ||
                          date_holiday_first(r, i + 1, p));
    }
    if (atom_is(x, i, LEX_HOLIDAY) || lexicon_words[at->word].phrase_count)
        if (date_holiday_first(r, i, p))
            return true;
    if (atom_is(x, i, LEX_DAY_WORD)) {
        if (atom_word(x, i, "now") && !r->wide)
            return false;
        if (at->flags & ATOM_UPPER && atom_follows(x, i) && i &&
            x->items[i - 1].kind == ATOM_WORD && x->items[i - 1].flags & ATOM_UPPER &&
            !atom_is(x, i - 1, LEX_DATE_PREPOSITION))
            return false; /* a name: "Verin Today" */
        return date_part_unit(r, p, i, i + 1, 1, atom_value(x, i));
    }
    if (atom_is(x, i, LEX_MONTH))
        return date_shape(r, i, p) || date_month_first(r, i, p);
    if (atom_is(x, i, LEX_WEEKDAY))
        return date_weekday_first(r, i, p);
    if (date_is_shift(r, i) &&
        ((atom_word(x, i, "last") && date_ordinal_first(r, i, false, p)) ||
         date_shift_first(r, i, p)))
        return true;
    if (date_cut_first(r, i, p) || date_rest_first(r, i, p))
        return true;
    if (atom_is(x, i, LEX_SEASON) || atom_is(x, i, LEX_DECADE_WORD))
        return date_season_first(r, i, false, p) || date_decade_first(r, i, false, p);
    if (at->flags & ATOM_NUMERIC)
        if (date_decade_first(r, i, false, p) || date_day_first(r, i, false, p) ||
            date_ordinal_first(r, i, false, p) || date_length_first(r, i, p) ||
            date_year_first(r, i, p))
            return true;
    if (atom_is(x, i, LEX_NUMBER_FEW) && date_length_first(r, i, p))
        return true;
    if (atom_is(x, i, LEX_ORDINAL_WORD))
        return date_day_first(r, i, false, p) || date_ordinal_first(r, i, false, p);
    if (atom_is(x, i, LEX_TIME_UNIT) && r->wide && atom_word(x, i, "weekend") &&
        !atom_is(x, i - (i > 0), LEX_TIME_THIS)) {
        if (date_week_of(r, i, false, p))
            return true;
        if (i && atom_word(x, i - 1, "on"))
            return date_part_unit(r, p, i, i + 1, 9, 0);
    }
    return day_beside(r, i, i, p) || date_numbered_first(r, i, p) ||
           date_week_of(r, i, false, p) || end_word(r, i, p) || date_shape(r, i, p);
}
