/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Dates by their shape: up to three parts joined by one kind of mark, among them perhaps the
 * name of a month. Of 04/05/2016 the first is the month (as in the United States) unless it
 * cannot be one. What hangs on more parts of the same kind is a telephone number or the like.
 */
#include "engine/read/date.h"

static struct date_part part_new(size_t begin, size_t end, enum date_kind kind,
                                 enum date_grain grain)
{
    return (struct date_part){
        .begin = (uint32_t)begin,
        .end = (uint32_t)end,
        .kind = kind,
        .grain = grain,
        .year = DATE_NO_YEAR,
    };
}

static int full_year(int two)
{
    return two < 30 ? 2000 + two : 1900 + two;
}

size_t date_year_at(const struct date_reader *r, size_t i, int *ret_year)
{
    const struct atoms *x = r->x;
    int64_t v = number_digits(x, i);
    if (v >= 0) {
        struct str s = atom_str(x, i);
        if (s.n != 4 || v < 1000 || v > 2999)
            return 0;
        if (atom_glued(x, i + 1) && x->items[i + 1].kind != ATOM_MARK)
            return 0;
        *ret_year = (int)v;
        return 1;
    }
    if (!(i < x->count && x->items[i].flags & ATOM_NUMERIC))
        return 0;
    return number_year(x, i, ret_year);
}

size_t date_year_after(const struct date_reader *r, size_t i, int *ret_year)
{
    const struct atoms *x = r->x;
    size_t k = i;
    bool of = false;
    if (!atom_follows(x, k))
        return i;
    if (atom_is_mark(x, k, ','))
        k++;
    if (atom_follows(x, k) && (atom_word(x, k, "of") || atom_word(x, k, "in"))) {
        k++;
        of = true;
    }
    if (of && atom_follows(x, k + 1) && atom_word(x, k, "the") && atom_word(x, k + 1, "year"))
        k += 2;
    if (!atom_follows(x, k))
        return i;
    if (r->has_ref && atom_follows(x, k + 1) && atom_word(x, k + 1, "year") &&
        (atom_is(x, k, LEX_TIME_LAST) || atom_is(x, k, LEX_TIME_NEXT) ||
         atom_is(x, k, LEX_TIME_THIS))) {
        /* "June 16 of last year" */
        *ret_year = r->year + (atom_is(x, k, LEX_TIME_NEXT)   ? 1
                               : atom_is(x, k, LEX_TIME_LAST) ? -1
                                                              : 0);
        return k + 2;
    }
    size_t n = date_year_at(r, k, ret_year);
    if (n && !(atom_glued(x, k + n) && x->items[k + n].kind == ATOM_MARK &&
               (x->items[k + n].mark == ':' || x->items[k + n].mark == '%')))
        return k + n;
    /* "April of 87", "Aug. '87", "August 99" */
    bool quote = atom_is_mark(x, k, '\'') && atom_glued(x, k + 1);
    size_t at = quote ? k + 1 : k;
    int64_t v = number_digits(x, at);
    if (v < 0 || v > 99 || atom_str(x, at).n != 2)
        return i;
    if (!(quote || (of && atom_word(x, k - 1, "of")) || (v > 31 && k == i)))
        return i;
    if (atom_glued(x, at + 1) && x->items[at + 1].kind != ATOM_MARK)
        return i;
    *ret_year = full_year((int)v);
    return at + 1;
}

size_t date_day_at(const struct date_reader *r, size_t i, int *ret_day, bool *ret_ordinal)
{
    const struct atoms *x = r->x;
    int v = 0;
    *ret_ordinal = false;
    size_t n = number_ordinal(x, i, &v);
    if (n) {
        *ret_ordinal = true;
        *ret_day = v;
        return v <= 31 ? n : 0;
    }
    int64_t d = number_digits(x, i);
    if (d >= 0) {
        if (d < 1 || d > 31 || atom_str(x, i).n > 2)
            return 0;
        if (atom_glued(x, i + 1) && x->items[i + 1].kind != ATOM_MARK)
            return 0;
        if (atom_glued(x, i + 1) && atom_glued(x, i + 2) &&
            (atom_is_mark(x, i + 1, ':') || atom_is_mark(x, i + 1, '%')))
            return 0;
        *ret_day = (int)d;
        return 1;
    }
    struct number num;
    if (i < x->count && (x->items[i].flags & ATOM_NUMERIC) && x->items[i].kind == ATOM_WORD &&
        number_read(x, i, NUMBER_WHOLE, &num) && num.value >= 1 && num.value <= 31 &&
        !atom_word(x, i, "a") && !atom_word(x, i, "an")) {
        *ret_day = (int)num.value;
        return num.end - num.begin;
    }
    return 0;
}

struct piece {
    int64_t value; /* number, or month 1 to 12 */
    size_t digits; /* 0: the name of a month */
};

static bool piece_at(const struct atoms *x, size_t i, struct piece *ret)
{
    int64_t v = number_digits(x, i);
    if (v >= 0) {
        *ret = (struct piece){v, atom_str(x, i).n};
        return ret->digits <= 4;
    }
    if (!atom_is(x, i, LEX_MONTH))
        return false;
    *ret = (struct piece){atom_value(x, i), 0};
    return true;
}

static bool three_pieces(const struct piece *p, struct date_part *ret)
{
    int64_t y = -1, m = -1, d = -1;
    size_t year = p[0].digits == 4 ? 0 : p[1].digits == 4 ? 1 : 2;
    if (p[0].digits == 0 || p[1].digits == 0 || p[2].digits == 0) {
        size_t name = p[0].digits == 0 ? 0 : p[1].digits == 0 ? 1 : 2;
        if (name == year ||
            (p[year].digits != 4 && !(year == 2 && name == 1 && p[2].digits == 2)))
            return false;
        y = p[year].value;
        m = p[name].value;
        d = p[3 - name - year].value;
        if (p[year].digits == 2)
            y = full_year((int)y);
    } else if (year == 0) {
        y = p[0].value;
        m = p[1].value;
        d = p[2].value;
        if (m > 12 && d <= 12) {
            m = p[2].value;
            d = p[1].value;
        }
    } else if (year == 2 && p[0].digits <= 2 && p[1].digits <= 2 &&
               (p[2].digits == 4 || p[2].digits == 2)) {
        m = p[0].value;
        d = p[1].value;
        if (m > 12) {
            m = p[1].value;
            d = p[0].value;
        }
        y = p[2].digits == 4 ? p[2].value : full_year((int)p[2].value);
    } else {
        return false;
    }
    if (y < 1000 || y > 2999 || m < 1 || m > 12 || d < 1 || d > 31)
        return false;
    ret->year = (int)y;
    ret->month = (int)m;
    ret->day = (int)d;
    return true;
}

/* Does a word before atom i say that figures such as 4/22 are a day? */
static bool day_expected(const struct date_reader *r, size_t i, bool strong)
{
    const struct atoms *x = r->x;
    if (i && atom_follows(x, i)) {
        if (atom_word(x, i - 1, "on") || atom_is(x, i - 1, LEX_WEEKDAY))
            return true;
        if (atom_is_mark(x, i - 1, ',') && i > 1 && atom_is(x, i - 2, LEX_WEEKDAY))
            return true;
        if (strong && r->wide && atom_word(x, i - 1, "in"))
            return true;
        if (!strong && (atom_is(x, i - 1, LEX_TIME_BEFORE) ||
                        atom_is(x, i - 1, LEX_TIME_AFTER) || atom_word(x, i - 1, "from") ||
                        atom_word(x, i - 1, "to") || atom_word(x, i - 1, "between")))
            return true;
    }
    return r->wide && !strong;
}

static bool two_pieces(const struct date_reader *r, size_t i, char mark, const struct piece *p,
                       struct date_part *ret)
{
    if (p[0].digits == 0 || p[1].digits == 0) {
        const struct piece *name = p[0].digits == 0 ? &p[0] : &p[1];
        const struct piece *other = name == p ? &p[1] : &p[0];
        ret->month = (int)name->value;
        if (other->digits == 0)
            return false;
        if (other->digits == 4) {
            ret->kind = PART_MONTH;
            ret->grain = GRAIN_MONTH;
            ret->year = (int)other->value;
            return other->value >= 1000 && other->value <= 2999;
        }
        ret->day = (int)other->value;
        return mark != '.' && other->value >= 1 && other->value <= 31 && other->digits <= 2;
    }
    if (p[0].digits == 4 || p[1].digits == 4) {
        const struct piece *year = p[0].digits == 4 ? &p[0] : &p[1];
        const struct piece *month = year == p ? &p[1] : &p[0];
        if (mark == '.' || month->digits > 2 || month->value < 1 || month->value > 12 ||
            year->value < 1900 || year->value > 2100)
            return false;
        ret->kind = PART_MONTH;
        ret->grain = GRAIN_MONTH;
        ret->month = (int)month->value;
        ret->year = (int)year->value;
        return true;
    }
    int m = (int)p[0].value, d = (int)p[1].value;
    if (p[0].digits > 2 || p[1].digits > 2)
        return false;
    if (m > 12) {
        m = d;
        d = (int)p[0].value;
    }
    if (m < 1 || m > 12 || d < 1 || d > time_month_length(2020, m))
        return false;
    if (!r->wide && ((p[0].value == 9 && d == 11) || (p[0].value == 24 && m == 7)))
        return false; /* names of their own */
    ret->month = m;
    ret->day = d;
    return day_expected(r, i, mark != '/');
}

/* "4.22": one numeral with a point. */
static bool point_shape(const struct date_reader *r, size_t i, struct date_part *ret)
{
    struct str s = atom_str(r->x, i);
    size_t dot = str_find(s, STR("."), 0);
    uint64_t a, b;
    if (dot == STR_NONE || dot > 2 || s.n - dot - 1 > 2 ||
        !str_to_u64(str_slice(s, 0, dot), &a) || !str_to_u64(str_slice(s, dot + 1, s.n), &b))
        return false;
    struct piece p[2] = {{(int64_t)a, dot}, {(int64_t)b, s.n - dot - 1}};
    size_t e = i + 1;
    if (atom_glued(r->x, e) && (r->x->items[e].kind != ATOM_MARK ||
                                (r->x->items[e].mark != '.' && r->x->items[e].mark != ',' &&
                                 r->x->items[e].mark != '?')))
        return false;
    *ret = part_new(i, e, PART_DAY, GRAIN_DAY);
    return two_pieces(r, i, '-', p, ret);
}

/* Q3, H1 at i, glued: the code of the part of the year. */
static size_t quarter_at(const struct atoms *x, size_t i, int *ret)
{
    bool q = atom_word(x, i, "q"), h = atom_word(x, i, "h");
    int64_t v = number_digits(x, i + 1);
    if ((!q && !h) || !atom_glued(x, i + 1) || v < 1 || v > (q ? 4 : 2))
        return 0;
    if (atom_glued(x, i + 2) && x->items[i + 2].kind != ATOM_MARK)
        return 0;
    *ret = (q ? TIME_QUARTER : TIME_HALF) + (int)v - 1;
    return 2;
}

static bool quarter_shape(const struct date_reader *r, size_t i, struct date_part *ret)
{
    const struct atoms *x = r->x;
    int code = 0, year = DATE_NO_YEAR;
    size_t end, n = quarter_at(x, i, &code);
    if (n) {
        end = i + n;
        size_t k = end;
        if (atom_is_mark(x, k, '-') && atom_glued(x, k) && atom_glued(x, k + 1) &&
            date_year_at(r, k + 1, &year))
            end = k + 2;
        else
            end = date_year_after(r, end, &year);
    } else {
        int64_t v = number_digits(x, i);
        if (v < 1900 || v > 2100)
            return false;
        size_t k = i + 1;
        if (atom_is_mark(x, k, '-') && atom_glued(x, k))
            k++;
        if (!atom_follows(x, k))
            return false;
        n = quarter_at(x, k, &code);
        int64_t week = number_digits(x, k + 1);
        if (!n && atom_word(x, k, "w") && atom_glued(x, k) && atom_glued(x, k + 1) &&
            week >= 1 && week <= 53) {
            *ret = part_new(i, k + 2, PART_WEEK, GRAIN_WEEK);
            ret->year = (int)v;
            ret->rule = (int)week;
            return true;
        }
        if (!n)
            return false;
        end = k + n;
        year = (int)v;
    }
    *ret = part_new(i, end, PART_MONTH, GRAIN_PART);
    ret->month = code;
    ret->year = year;
    return true;
}

bool date_shape(const struct date_reader *r, size_t i, struct date_part *ret)
{
    const struct atoms *x = r->x;
    if (quarter_shape(r, i, ret))
        return true;
    bool after_dash = i > 1 && atom_glued(x, i) && x->items[i - 1].kind == ATOM_MARK;
    bool after_numeral = after_dash && atom_glued(x, i - 1) && atom_is_numeral(x, i - 2);
    if (atom_is_numeral(x, i) && x->items[i].mark)
        return !after_dash && point_shape(r, i, ret);
    struct piece p[3];
    if (!piece_at(x, i, &p[0])) {
        int64_t v = number_digits(x, i);
        if (v < 19000101 || v > 21001231 || atom_str(x, i).n != 8 || after_dash ||
            (atom_glued(x, i + 1) && x->items[i + 1].kind != ATOM_MARK) ||
            !time_is_date((int)(v / 10000), (int)(v / 100 % 100), (int)(v % 100)))
            return false;
        *ret = part_new(i, i + 1, PART_DAY, GRAIN_DAY);
        ret->year = (int)(v / 10000);
        ret->month = (int)(v / 100 % 100);
        ret->day = (int)(v % 100);
        return true;
    }
    size_t k = i + 1;
    if (!atom_follows(x, k) || x->items[k].kind != ATOM_MARK)
        return false;
    char mark = (char)x->items[k].mark;
    bool glued = atom_glued(x, k) && atom_glued(x, k + 1);
    if ((mark != '-' && mark != '/' && mark != '.') || !atom_follows(x, k + 1) ||
        !piece_at(x, k + 1, &p[1]))
        return false;
    if (!glued) {
        /* "2016 / 11" */
        bool year = (p[0].digits == 4) != (p[1].digits == 4) && p[0].digits && p[1].digits;
        if (!r->wide || !year || mark == '.' || atom_is_mark(x, k + 2, mark))
            return false;
        *ret = part_new(i, k + 2, PART_DAY, GRAIN_DAY);
        return two_pieces(r, i, mark, p, ret);
    }
    if (after_numeral && !(x->items[i - 1].mark == '-' && p[0].digits <= 2))
        return false;
    size_t e = k + 2;
    if (atom_is_mark(x, e, mark) && atom_glued(x, e) && atom_glued(x, e + 1) &&
        piece_at(x, e + 1, &p[2])) {
        *ret = part_new(i, e + 2, PART_DAY, GRAIN_DAY);
        if (three_pieces(p, ret) &&
            !(atom_glued(x, e + 2) && x->items[e + 2].kind != ATOM_MARK)) {
            struct piece next;
            bool more = atom_glued(x, e + 2) && atom_glued(x, e + 3) &&
                        (atom_is_mark(x, e + 2, '-') || atom_is_mark(x, e + 2, '/')) &&
                        atom_is_numeral(x, e + 3);
            return !more || (atom_is_mark(x, e + 2, '-') && piece_at(x, e + 3, &next) &&
                             next.digits <= 2 && next.value < 32);
        }
        if (mark != '.' && !(mark == '/' && p[2].digits == 0))
            return false;
    }
    if (mark == '.' || (atom_glued(x, e) && x->items[e].kind != ATOM_MARK))
        return false;
    if (atom_is_mark(x, e, mark) && atom_glued(x, e) && atom_glued(x, e + 1) &&
        atom_is_numeral(x, e + 1))
        return false;
    if (after_numeral && p[0].digits && (p[0].digits == 4 || p[1].digits == 4))
        return false;
    *ret = part_new(i, e, PART_DAY, GRAIN_DAY);
    if (!two_pieces(r, i, mark, p, ret))
        return false;
    if (ret->kind == PART_DAY && atom_is_mark(x, e, ',')) { /* "5/7, 2020" */
        int year;
        size_t n = date_year_after(r, e, &year);
        if (n == e + 2 && atom_is_numeral(x, e + 1)) {
            ret->year = year;
            ret->end = (uint32_t)n;
        }
    }
    return true;
}
