/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What all readers of dates share: words at a place, parts, lengths of time.
 */
#include "engine/read/date_parts.h"

bool date_word(const struct date_reader *r, size_t k, const char *w)
{
    return atom_follows(r->x, k) && atom_word(r->x, k, w);
}

bool date_class(const struct date_reader *r, size_t k, enum lex_class c)
{
    return atom_follows(r->x, k) && atom_is(r->x, k, c);
}

#define DEPTH_MAX 3

bool date_inner(const struct date_reader *r, size_t i, struct date_part *p)
{
    struct date_reader inner = *r;
    if (++inner.depth > DEPTH_MAX)
        return false;
    return date_point(&inner, i, p);
}

bool date_part_set(struct date_part *p, size_t begin, size_t end, enum date_kind kind,
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

bool date_part_days(struct date_part *p, size_t begin, size_t end, struct time_days days,
                    enum date_grain grain)
{
    date_part_set(p, begin, end, PART_FIXED, grain);
    p->days = days;
    return true;
}

bool date_part_never(struct date_part *p, size_t begin, size_t end)
{
    return date_part_set(p, begin, end, PART_NEVER, GRAIN_DAY);
}

bool date_part_unit(const struct date_reader *r, struct date_part *p, size_t begin, size_t end,
                    int unit, int64_t shift)
{
    if (!r->has_ref)
        return date_part_never(p, begin, end);
    enum date_grain grain;
    struct time_days d = date_unit(r, unit, shift, &grain);
    return date_part_days(p, begin, end, d, grain);
}

int64_t date_count_at(const struct date_reader *r, size_t i, size_t *ret_end, bool *ret_approx)
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
        if (date_word(r, i + 1, "few") || date_word(r, i + 1, "couple")) {
            *ret_approx = true;
            *ret_end = i + (date_word(r, i + 2, "of") ? 3 : 2);
            return atom_value(x, i + 1);
        }
        if (!date_class(r, i + 1, LEX_SCALE_WORD))
            return 1;
    }
    if (i >= x->count || !(x->items[i].flags & ATOM_NUMERIC) ||
        !number_read(x, i, NUMBER_WHOLE, &n) || n.value > 1e6 || n.value < 1)
        return -1;
    *ret_end = n.end;
    return (int64_t)n.value;
}

void date_length_add(struct date_length *l, int unit, int64_t n)
{
    static const int16_t days[] = {0, 1, 7, 0, 0, 0, 0, 0, 14, 0};
    static const int16_t months[] = {0, 0, 0, 1, 3, 12, 120, 1200, 0, 0};
    l->days += n * days[unit];
    l->months += n * months[unit];
}

bool date_length_parts(const struct date_reader *r, size_t i, int most, struct date_length *ret)
{
    const struct atoms *x = r->x;
    struct date_length l = {.end = i, .single = true};
    size_t k = i;
    for (int parts = 0; parts < most; parts++) {
        bool approx;
        size_t e;
        int64_t n = date_count_at(r, k, &e, &approx);
        if (n < 0)
            break;
        if (date_word(r, e, "business") || date_word(r, e, "working")) {
            l.business = true;
            e++;
        }
        bool hyphen = atom_is_mark(x, e, '-') && atom_glued(x, e);
        if (hyphen || !date_class(r, e, LEX_TIME_UNIT) || atom_value(x, e) == 9)
            break;
        date_length_add(&l, atom_value(x, e), n);
        l.unit = atom_value(x, e);
        l.count = n;
        l.approximate |= approx;
        l.single = parts == 0;
        l.end = k = e + 1;
        if (atom_follows(x, k) && atom_is_mark(x, k, ','))
            k++;
        if (date_word(r, k, "and"))
            k++;
        if (!atom_follows(x, k) || atom_word(x, k, "a"))
            break;
    }
    if (l.end == i)
        return false;
    *ret = l;
    return true;
}

bool date_is_shift(const struct date_reader *r, size_t i)
{
    return atom_is(r->x, i, LEX_TIME_THIS) || atom_is(r->x, i, LEX_TIME_NEXT) ||
           atom_is(r->x, i, LEX_TIME_LAST) || atom_is(r->x, i, LEX_TIME_SAME);
}

bool date_length_read(const struct date_reader *r, size_t i, struct date_length *ret)
{
    return date_length_parts(r, i, 4, ret);
}

int64_t date_shift_of(const struct date_reader *r, size_t i)
{
    return atom_is(r->x, i, LEX_TIME_NEXT) ? 1 : atom_is(r->x, i, LEX_TIME_LAST) ? -1 : 0;
}

bool date_weekday_at(const struct date_reader *r, size_t k)
{
    const struct atoms *x = r->x;
    return atom_is(x, k, LEX_WEEKDAY) && !atom_is(x, k, LEX_WEEKDAY_PLURAL) &&
           (!atom_is(x, k, LEX_WEEKDAY_COMMON) || x->items[k].flags & ATOM_UPPER || r->wide);
}
