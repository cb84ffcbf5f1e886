/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Expressions of time in a text: single ones, ranges, and open ones ("since March"), from left
 * to right, the longest that begins at an atom.
 */
#include "engine/read/date.h"

struct scan {
    struct date_reader r;
    struct arena *a;
    struct date_found_list *out;
    size_t cap;
};

static bool is_word(const struct date_reader *r, size_t k, const char *w)
{
    return atom_follows(r->x, k) && atom_word(r->x, k, w);
}

/* ---- printing ---- */

static struct time_date date_of_day(int32_t day)
{
    int y, m, d;
    time_civil(day, &y, &m, &d);
    return (struct time_date){.year = y, .month = (uint8_t)m, .day = (uint8_t)d};
}

/* One date as precise as it was written; false when it takes an interval. */
static bool precise(const struct date_part *p, struct time_days d, struct time_date *ret)
{
    struct time_date t = date_of_day(d.first);
    int32_t length = d.last - d.first + 1;
    t.approximate = p->approximate;
    if (p->grain == GRAIN_DAY && length == 1) {
        *ret = t;
        return true;
    }
    t.day = 0;
    if (p->cut != CUT_NONE) {
        if (p->grain != GRAIN_YEAR || p->cut >= CUT_EARLIER || (p->halves && p->cut == CUT_MID))
            return false;
        t.month = (uint8_t)(p->halves ? TIME_HALF + (p->cut == CUT_LATE)
                                      : TIME_QUARTER + 4 + (p->cut - CUT_EARLY));
        *ret = t;
        return true;
    }
    switch (p->grain) {
    case GRAIN_MONTH:
        break;
    case GRAIN_PART:
        if (p->kind == PART_MONTH) {
            t.month = (uint8_t)p->month;
        } else if (length > 100) {
            t.month = (uint8_t)(t.month == 1 ? TIME_HALF : TIME_HALF + 1);
        } else {
            t.month = (uint8_t)(TIME_QUARTER + (t.month - 1) / 3);
        }
        break;
    case GRAIN_YEAR:
        t.month = 0;
        break;
    case GRAIN_DECADE:
    case GRAIN_CENTURY:
        t.month = 0;
        if (t.year < 0 || t.year % (p->grain == GRAIN_DECADE ? 10 : 100))
            return false;
        t.year_x = p->grain == GRAIN_DECADE ? 1 : 3;
        break;
    default:
        return false;
    }
    *ret = t;
    return true;
}

static struct str print(struct scan *s, const struct time_edtf *e)
{
    BUF_AUTO out;
    buf_init(&out, 2 * TIME_TEXT_MAX);
    time_print(&out, e);
    return arena_copy(s->a, buf_str(&out));
}

static struct str print_part(struct scan *s, const struct date_part *p, struct time_days d)
{
    struct time_edtf e = {0};
    if (!precise(p, d, &e.from)) {
        e.interval = true;
        e.from = date_of_day(d.first);
        e.to = date_of_day(d.last);
        e.from.approximate = e.to.approximate = p->approximate;
    }
    return print(s, &e);
}

/* ---- ranges ---- */

static void found_part(struct scan *s, const struct date_part *p, struct date_found *f)
{
    *f = (struct date_found){.begin = p->begin, .end = p->end};
    f->period = p->grain != GRAIN_DAY;
    if (!date_resolve(&s->r, p, &f->days))
        return;
    f->resolved = true;
    f->until = p->to_last ? f->days.last : time_clamp((int64_t)f->days.last + 1);
    f->edtf = print_part(s, p, f->days);
}

static bool has_free_year(const struct date_part *p)
{
    return (p->kind == PART_DAY || p->kind == PART_MONTH || p->kind == PART_HOLIDAY ||
            p->kind == PART_WEEK) &&
           p->year == DATE_NO_YEAR;
}

static int year_of(const struct date_reader *r, const struct date_part *p)
{
    struct time_days d;
    int y = DATE_NO_YEAR, m, dd;
    if (has_free_year(p) || !date_resolve(r, p, &d))
        return DATE_NO_YEAR;
    time_civil(d.first, &y, &m, &dd);
    return y;
}

/* The next B that begins on or after the first day of A. */
static bool resolve_after(const struct date_reader *r, struct date_part *b, int32_t from,
                          struct time_days *ret)
{
    struct date_reader at = *r;
    at.has_ref = true;
    at.ref = from;
    time_civil(from, &at.year, &at.month, &at.day);
    if (b->kind == PART_WEEKDAY || b->kind == PART_MDAY) {
        for (int32_t day = from, n = 0; n < 70 && day < TIME_DAY_MAX; n++, day++) {
            int y, m, d;
            time_civil(day, &y, &m, &d);
            if ((!b->weekday || time_weekday(day) == b->weekday) && (!b->day || d == b->day)) {
                ret->first = ret->last = day;
                return true;
            }
        }
        return false;
    }
    b->future = true;
    return date_resolve(&at, b, ret);
}

static bool join_days(const struct date_reader *r, struct date_part *a, struct date_part *b,
                      struct time_days *ret_a, struct time_days *ret_b)
{
    int by = year_of(r, b);
    bool loose = b->kind == PART_WEEKDAY || b->kind == PART_MDAY;
    if (has_free_year(a) && by != DATE_NO_YEAR && !loose &&
        !(b->kind == PART_FIXED && b->grain == GRAIN_DAY)) {
        a->year = by;
        if (!date_resolve(r, a, ret_a) || !date_resolve(r, b, ret_b))
            return false;
        if (ret_a->first > ret_b->last) {
            a->year--;
            return date_resolve(r, a, ret_a);
        }
        return true;
    }
    if (!date_resolve(r, a, ret_a))
        return false;
    if (has_free_year(b) || loose)
        return resolve_after(r, b, ret_a->first, ret_b);
    return date_resolve(r, b, ret_b);
}

static bool found_range(struct scan *s, size_t begin, size_t end, struct date_part *a,
                        struct date_part *b, struct date_found *f)
{
    struct time_days da, db;
    if (a->kind == PART_NEVER || b->kind == PART_NEVER || !join_days(&s->r, a, b, &da, &db)) {
        *f =
            (struct date_found){.begin = (uint32_t)begin, .end = (uint32_t)end, .period = true};
        return true;
    }
    if (da.first > db.last)
        return false;
    *f = (struct date_found){
        .begin = (uint32_t)begin, .end = (uint32_t)end, .period = true, .resolved = true};
    f->days = (struct time_days){da.first, db.last};
    f->until = b->cut == CUT_LATE || b->to_last ? time_clamp((int64_t)db.last + 1) : db.first;
    if (a->cut == CUT_LATE)
        f->days.first = da.last + 1;
    if (a->cut == CUT_MID && a->grain == GRAIN_YEAR)
        f->days.first = time_day(1, 7, 2) - time_day(1, 1, 1) + da.first - 120;
    struct time_edtf e = {.interval = true};
    if (a->cut != CUT_NONE || !precise(a, da, &e.from))
        e.from = date_of_day(f->days.first);
    if (b->cut != CUT_NONE || !precise(b, db, &e.to))
        e.to = date_of_day(f->days.last);
    e.from.approximate |= a->approximate;
    e.to.approximate |= b->approximate;
    f->edtf = print(s, &e);
    return true;
}

/* "to", "through", a dash between what both sides could join; atoms taken, or 0. */
static size_t join_at(const struct date_reader *r, size_t k, bool between)
{
    const struct atoms *x = r->x;
    if (!atom_follows(x, k) || !atom_follows(x, k + 1))
        return 0;
    if (between && atom_word(x, k, "and"))
        return 1;
    if (!atom_is(x, k, LEX_RANGE_JOIN) && !atom_is_mark(x, k, '-') && !atom_is_mark(x, k, '~'))
        return 0;
    return 1;
}

/* The second part of a range, behind the joining word; A may lend its month. */
static bool second_part(const struct date_reader *r, size_t k, const struct date_part *a,
                        bool dash, struct date_part *ret)
{
    const struct atoms *x = r->x;
    int day = 0;
    bool ordinal;
    size_t at = k + (atom_word(x, k, "the") && atom_follows(x, k + 1) ? 1 : 0);
    if (date_point(r, k, ret) && ret->begin <= at &&
        !(ret->kind == PART_YEAR && a->grain == GRAIN_DAY && dash)) {
        if (ret->kind == PART_NEVER && ret->grain == GRAIN_DAY && a->kind != PART_NEVER && dash)
            return false;
        return true;
    }
    int year = 0;
    size_t y = date_year_at(r, k, &year);
    if (y && year >= 1500 && year <= 2200 &&
        (a->grain == GRAIN_YEAR || a->grain == GRAIN_MONTH)) {
        *ret = (struct date_part){.begin = (uint32_t)k,
                                  .end = (uint32_t)(k + y),
                                  .kind = PART_YEAR,
                                  .grain = GRAIN_YEAR,
                                  .year = year};
        return true;
    }
    size_t n = date_day_at(r, at, &day, &ordinal);
    if (!n || a->grain != GRAIN_DAY || (a->kind != PART_DAY && a->kind != PART_MDAY))
        return false;
    if (!ordinal && (dash ? a->kind != PART_DAY : at > k))
        return false;
    if (atom_is_mark(x, at + n, '-') && atom_glued(x, at + n))
        return false;
    *ret = (struct date_part){.begin = (uint32_t)k,
                              .end = (uint32_t)(at + n),
                              .kind = PART_MDAY,
                              .grain = GRAIN_DAY,
                              .year = DATE_NO_YEAR,
                              .day = day};
    if (a->kind == PART_DAY) {
        size_t e = date_year_after(r, at + n, &year);
        if (e > at + n) {
            ret->end = (uint32_t)e;
            ret->kind = PART_DAY;
            ret->month = a->month;
            ret->year = year;
            if (day <= a->day) { /* "July 27-3, 2020" is nothing */
                return false;
            }
        } else if (dash && a->day >= day) {
            return false;
        }
    }
    return true;
}

/* "from 4 to 22 January": a bare day that takes its month from the second part. */
static bool bare_first(const struct date_reader *r, size_t i, bool between, bool opened,
                       struct date_part *a, struct date_part *b)
{
    int day = 0;
    bool ordinal;
    const struct atoms *x = r->x;
    size_t at = i + (atom_word(x, i, "the") ? 1 : 0);
    size_t n = date_day_at(r, at, &day, &ordinal);
    if (!n)
        return false;
    size_t j = join_at(r, at + n, between);
    if (!j || (!opened && (atom_is_mark(x, at + n, '-') && !atom_glued(x, at + n))))
        return false;
    size_t k = at + n + j;
    if (!date_point(r, k, b) || b->grain != GRAIN_DAY || b->kind == PART_NEVER)
        return false;
    if (b->kind == PART_DAY) {
        if (b->month < 1 || (b->day < day && b->begin != k))
            return false;
        *a = *b;
        a->day = day;
        if (b->day < day)
            return false;
    } else if (b->kind == PART_FIXED && b->days.first == b->days.last) {
        int y, m, d;
        time_civil(b->days.first, &y, &m, &d);
        if (day >= d)
            return false;
        *a = *b;
        a->days.first -= d - day;
        a->days.last = a->days.first;
    } else {
        return false;
    }
    a->begin = (uint32_t)i;
    a->end = (uint32_t)(at + n);
    return true;
}

/* "next week between Wednesday and Friday", "November between 19 and 20". */
static bool inner_range(struct scan *s, struct date_part *a, struct date_found *f)
{
    const struct date_reader *r = &s->r;
    size_t k = a->end;
    bool between = is_word(r, k, "between");
    if (!between && !is_word(r, k, "from"))
        return false;
    k++;
    struct date_part first = *a, last;
    if (a->kind == PART_MONTH && a->month <= 12) {
        int d1 = 0, d2 = 0;
        bool ordinal;
        size_t n = date_day_at(r, k, &d1, &ordinal);
        size_t j = n ? join_at(r, k + n, between) : 0;
        size_t m = j ? date_day_at(r, k + n + j, &d2, &ordinal) : 0;
        if (!m || d2 <= d1)
            return false;
        first.kind = PART_DAY;
        first.grain = GRAIN_DAY;
        last = first;
        first.day = d1;
        last.day = d2;
        return found_range(s, a->begin, k + n + j + m, &first, &last, f);
    }
    if (a->kind != PART_FIXED || a->grain != GRAIN_WEEK || !atom_follows(r->x, k) ||
        !atom_is(r->x, k, LEX_WEEKDAY))
        return false;
    size_t j = join_at(r, k + 1, between);
    if (!j || !atom_is(r->x, k + 1 + j, LEX_WEEKDAY))
        return false;
    first.grain = GRAIN_DAY;
    last = first;
    first.days.first += atom_value(r->x, k) - 1;
    last.days.first += atom_value(r->x, k + 1 + j) - 1;
    first.days.last = first.days.first;
    last.days.last = last.days.first;
    return found_range(s, a->begin, k + 2 + j, &first, &last, f);
}

/* A range or a single part from i; `opened` by "from" or "between" at begin. */
static bool range_or_part(struct scan *s, size_t begin, size_t i, bool between,
                          struct date_part *a, struct date_found *f)
{
    const struct date_reader *r = &s->r;
    struct date_part b;
    bool opened = begin < i;
    if (bare_first(r, i, between, opened, a, &b) && found_range(s, begin, b.end, a, &b, f))
        return true;
    if (!date_point(r, i, a)) {
        int year = 0;
        size_t n = date_year_at(r, i, &year);
        size_t j = n && year >= 1500 && year <= 2200 ? join_at(r, i + n, between) : 0;
        bool glued = j && r->x->items[i + n].kind == ATOM_MARK && atom_glued(r->x, i + n) &&
                     atom_glued(r->x, i + n + j) && !atom_glued(r->x, i);
        int other = 0;
        size_t m = j ? date_year_at(r, i + n + j, &other) : 0;
        bool pair = m && !atom_glued(r->x, i) && other > year && other <= 2100 &&
                    !atom_glued(r->x, i + n + j + m + 1) && (glued || r->wide) &&
                    atom_is_numeral(r->x, i);
        if (!j || !(opened || pair))
            return false;
        *a = (struct date_part){.begin = (uint32_t)i,
                                .end = (uint32_t)(i + n),
                                .kind = PART_YEAR,
                                .grain = GRAIN_YEAR,
                                .year = year};
    }
    if (!opened)
        begin = a->begin;
    size_t j = join_at(r, a->end, between);
    if (j) {
        bool dash = r->x->items[a->end].kind == ATOM_MARK;
        bool loose = !opened && !dash && a->kind == PART_WEEKDAY;
        if (second_part(r, a->end + j, a, dash, &b) && (!loose || b.kind == PART_WEEKDAY)) {
            const struct atoms *x = r->x;
            if (!opened && begin && atom_follows(x, begin)) {
                /* "on November 18-19", "in 2014 through 2018" */
                if (dash && a->kind == PART_DAY && b.kind == PART_MDAY &&
                    atom_word(x, begin - 1, "on"))
                    begin--;
                else if (a->kind == PART_YEAR && b.kind == PART_YEAR && !dash &&
                         atom_word(x, begin - 1, "in"))
                    begin--;
            }
            if (found_range(s, begin, b.end, a, &b, f))
                return true;
        }
    }
    if (inner_range(s, a, f))
        return true;
    if (opened)
        return false;
    found_part(s, a, f);
    return true;
}

/* ---- open at one end ---- */

enum open_kind { OPEN_NONE, OPEN_SINCE, OPEN_AFTER, OPEN_BEFORE, OPEN_UNTIL };

static void found_open(struct scan *s, size_t begin, size_t end, const struct date_part *p,
                       enum open_kind kind, struct date_found *f)
{
    *f = (struct date_found){.begin = (uint32_t)begin, .end = (uint32_t)end, .period = true};
    struct time_days d;
    if (p->kind == PART_NEVER || !date_resolve(&s->r, p, &d))
        return;
    struct time_edtf e = {.interval = true};
    f->resolved = true;
    bool day = d.first == d.last;
    if (kind == OPEN_SINCE || kind == OPEN_AFTER) {
        bool behind = kind == OPEN_AFTER && !day && p->cut != CUT_EARLY;
        f->open_last = true;
        f->days = (struct time_days){behind ? time_clamp((int64_t)d.last + 1) : d.first,
                                     TIME_DAY_MAX};
        f->until = TIME_DAY_MAX;
        e.to_kind = TIME_OPEN;
        struct date_part next = *p;
        if (behind || p->cut != CUT_NONE || !precise(&next, d, &e.from)) {
            e.from = date_of_day(f->days.first);
            if (behind && p->grain == GRAIN_YEAR && p->cut == CUT_NONE)
                e.from.month = e.from.day = 0;
            else if (behind && p->grain == GRAIN_MONTH && p->cut == CUT_NONE)
                e.from.day = 0;
        }
        e.from.approximate = p->approximate;
    } else {
        bool whole = kind == OPEN_UNTIL || p->cut == CUT_LATE;
        f->open_first = true;
        f->until = whole && !day ? time_clamp((int64_t)d.last + 1) : d.first;
        f->days =
            (struct time_days){TIME_DAY_MIN, whole ? d.last : time_clamp((int64_t)d.first - 1)};
        e.from_kind = TIME_OPEN;
        e.to = date_of_day(f->days.last);
        if (!day && p->cut == CUT_NONE && p->grain == GRAIN_YEAR)
            e.to.month = e.to.day = 0;
        else if (!day && p->cut == CUT_NONE && p->grain == GRAIN_MONTH)
            e.to.day = 0;
        e.to.approximate = p->approximate;
    }
    f->edtf = print(s, &e);
}

/* Words that open an end, at i: how many atoms, and which end. */
static size_t opener_at(const struct date_reader *r, size_t i, enum open_kind *ret)
{
    const struct atoms *x = r->x;
    size_t k = i;
    if (atom_is_mark(x, i, '>') || atom_is_mark(x, i, '<')) {
        bool equal = atom_is_mark(x, i + 1, '=');
        bool more = x->items[i].mark == '>';
        *ret = more ? (equal ? OPEN_SINCE : OPEN_AFTER) : equal ? OPEN_UNTIL : OPEN_BEFORE;
        return equal ? 2 : 1;
    }
    if (atom_word(x, i, "since")) {
        *ret = OPEN_SINCE;
        return 1;
    }
    if (atom_word(x, i, "starting") ||
        (atom_word(x, i, "beginning") && !is_word(r, i + 1, "of"))) {
        *ret = OPEN_SINCE;
        k = i + 1;
        if (is_word(r, k, "on") || is_word(r, k, "from") || is_word(r, k, "in"))
            k++;
        return k - i;
    }
    if (atom_word(x, i, "after")) {
        *ret = OPEN_AFTER;
        return 1;
    }
    if (atom_word(x, i, "before") || atom_word(x, i, "until") || atom_word(x, i, "till") ||
        atom_word(x, i, "by")) {
        *ret = atom_word(x, i, "before") ? OPEN_BEFORE : OPEN_UNTIL;
        return 1;
    }
    if (atom_word(x, i, "prior") && is_word(r, i + 1, "to")) {
        *ret = OPEN_BEFORE;
        return 2;
    }
    if ((atom_word(x, i, "no") || atom_word(x, i, "not")) &&
        (is_word(r, i + 1, "later") || is_word(r, i + 1, "earlier")) &&
        is_word(r, i + 2, "than")) {
        *ret = atom_word(x, i + 1, "later") ? OPEN_UNTIL : OPEN_SINCE;
        return 3;
    }
    if ((atom_word(x, i, "later") || atom_word(x, i, "earlier")) && is_word(r, i + 1, "than")) {
        *ret = atom_word(x, i, "later") ? OPEN_AFTER : OPEN_BEFORE;
        return 2;
    }
    if (atom_word(x, i, "as") && (is_word(r, i + 1, "late") || is_word(r, i + 1, "early")) &&
        is_word(r, i + 2, "as")) {
        *ret = atom_word(x, i + 1, "late") ? OPEN_UNTIL : OPEN_SINCE;
        return 3;
    }
    return 0;
}

static bool open_first(struct scan *s, size_t i, struct date_found *f)
{
    enum open_kind kind = OPEN_NONE;
    struct date_part p;
    size_t n = opener_at(&s->r, i, &kind);
    size_t k = i + n;
    if (!n || !atom_follows(s->r.x, k))
        return false;
    if (atom_is_mark(s->r.x, i, '>') || atom_is_mark(s->r.x, i, '<')) {
        int year = 0;
        size_t m = date_year_at(&s->r, k, &year);
        if (!m || year < 1900 || year > 2100)
            return false;
        p = (struct date_part){.begin = (uint32_t)k,
                               .end = (uint32_t)(k + m),
                               .kind = PART_YEAR,
                               .grain = GRAIN_YEAR,
                               .year = year};
    } else if (!date_point(&s->r, k, &p) || p.begin > k + 1) {
        return false;
    }
    if (atom_word(s->r.x, i, "by") && p.kind == PART_NEVER)
        return false;
    /* "before and after" of a length that was told: "after two weeks" */
    found_open(s, i, p.end, &p, kind, f);
    return true;
}

/* "2018 or later", "1/1/2016 and after". */
static bool open_behind(struct scan *s, const struct date_part *p, struct date_found *f)
{
    const struct atoms *x = s->r.x;
    size_t k = p->end;
    if (!is_word(&s->r, k, "or") && !is_word(&s->r, k, "and"))
        return false;
    bool joined = atom_word(x, k, "and");
    k++;
    bool up = is_word(&s->r, k, "later") || is_word(&s->r, k, "after") ||
              is_word(&s->r, k, "greater") || is_word(&s->r, k, "onwards") ||
              is_word(&s->r, k, "newer");
    bool down = is_word(&s->r, k, "earlier") || is_word(&s->r, k, "before");
    if (!up && !down)
        return false;
    bool stops =
        k + 1 >= x->count || !atom_follows(x, k + 1) || x->items[k + 1].kind == ATOM_MARK;
    if ((joined || atom_word(x, k, "before") || atom_word(x, k, "after")) && !stops)
        return false;
    if (is_word(&s->r, k + 1, "than"))
        return false;
    found_open(s, p->begin, k + 1, p, up ? OPEN_SINCE : OPEN_UNTIL, f);
    return true;
}

/* ---- lengths of time with a place ---- */

static void found_days(struct scan *s, size_t begin, size_t end, struct time_days d,
                       struct date_found *f)
{
    struct date_part p = {.begin = (uint32_t)begin,
                          .end = (uint32_t)end,
                          .kind = PART_FIXED,
                          .grain = GRAIN_SPAN,
                          .days = d};
    found_part(s, &p, f);
}

/* "within 5 days", "in two weeks", "for 3 days from today", "more than 2 weeks before". */
static bool length_placed(struct scan *s, size_t i, struct date_found *f)
{
    const struct date_reader *r = &s->r;
    const struct atoms *x = r->x;
    struct date_length l;
    struct date_part p;
    struct time_days d;
    size_t k = i + 1;
    if ((atom_word(x, i, "more") || atom_word(x, i, "less")) && is_word(r, k, "than")) {
        k++;
        if (!atom_follows(x, k) || !date_length_read(r, k, &l) || !date_point(r, k, &p) ||
            p.end <= l.end || p.kind != PART_FIXED || p.grain != GRAIN_DAY || !p.days.first)
            return false;
        bool more = atom_word(x, i, "more");
        bool back = atom_word(x, l.end, "ago") || atom_word(x, l.end, "before");
        if (more) {
            p.approximate = false;
            found_open(s, i, p.end, &p, back ? OPEN_UNTIL : OPEN_AFTER, f);
            return true;
        }
        int32_t other = date_add(p.days.first, &l, back ? 1 : -1);
        d = back ? (struct time_days){p.days.first, other - 1}
                 : (struct time_days){other, p.days.first - 1};
        if (d.last < d.first)
            return false;
        found_days(s, i, p.end, d, f);
        return true;
    }
    if (atom_word(x, i, "within") && r->has_ref) {
        if (is_word(r, k, "the"))
            k++;
        if (atom_follows(x, k) && atom_is(x, k, LEX_TIME_NEXT))
            k++;
        if (!atom_follows(x, k) || !date_length_read(r, k, &l) || !(r->wide || k > i + 1) ||
            is_word(r, l.end, "of"))
            return false;
        found_days(s, i, l.end, (struct time_days){r->ref, date_add(r->ref, &l, 1) - 1}, f);
        return true;
    }
    if (!r->wide)
        return false;
    if (atom_word(x, i, "in") && atom_follows(x, k) && !atom_is(x, k, LEX_NUMBER_FEW) &&
        date_length_read(r, k, &l) && r->has_ref && !is_word(r, l.end, "ago") &&
        !is_word(r, l.end, "of") && l.single) {
        int32_t day = date_add(r->ref, &l, 1);
        p = (struct date_part){.begin = (uint32_t)i,
                               .end = (uint32_t)l.end,
                               .kind = PART_FIXED,
                               .grain = GRAIN_DAY,
                               .days = {day, day}};
        p.approximate = l.unit != 1;
        found_part(s, &p, f);
        return true;
    }
    if (atom_word(x, i, "for") && atom_follows(x, k) && date_length_read(r, k, &l)) {
        k = l.end;
        if (atom_is_mark(x, k, ',') && atom_follows(x, k))
            k++;
        if (!is_word(r, k, "from") || !atom_follows(x, k + 1) || !date_point(r, k + 1, &p) ||
            p.grain != GRAIN_DAY)
            return false;
        p.future = true;
        if (!date_resolve(r, &p, &d))
            return false;
        found_days(s, i, p.end, (struct time_days){d.first, date_add(d.first, &l, 1) - 1}, f);
        return true;
    }
    return false;
}

/* "to date", "year to date". */
static bool to_date(struct scan *s, size_t i, struct date_found *f)
{
    const struct date_reader *r = &s->r;
    const struct atoms *x = r->x;
    size_t k = i;
    bool year = atom_word(x, i, "year"), month = atom_word(x, i, "month");
    if (year || month)
        k++;
    if (!atom_word(x, k, "to") || !is_word(r, k + 1, "date") || (k > i && !atom_follows(x, k)))
        return false;
    if (!year && !month && i && atom_follows(x, i) &&
        (atom_word(x, i - 1, "up") || atom_word(x, i - 1, "and") ||
         atom_word(x, i - 1, "due") || atom_is_mark(x, i - 1, '-')))
        return false;
    if (!r->has_ref) {
        *f = (struct date_found){.begin = (uint32_t)i, .end = (uint32_t)k + 2, .period = true};
        return true;
    }
    if (year || month) {
        int32_t first = time_day(r->year, year ? 1 : r->month, 1);
        found_days(s, i, k + 2, (struct time_days){first, r->ref}, f);
        f->until = r->ref;
        return true;
    }
    struct date_part p = {.kind = PART_FIXED, .grain = GRAIN_DAY, .days = {r->ref, r->ref}};
    found_open(s, i, k + 2, &p, OPEN_UNTIL, f);
    return true;
}

static bool found_at(struct scan *s, size_t i, struct date_found *f)
{
    const struct atoms *x = s->r.x;
    struct date_part p;
    if (length_placed(s, i, f) || open_first(s, i, f) || to_date(s, i, f))
        return true;
    bool between = atom_word(x, i, "between");
    if ((between || atom_word(x, i, "from")) && atom_follows(x, i + 1)) {
        if (range_or_part(s, i, i + 1, between, &p, f))
            return true;
        if (between || !date_point(&s->r, i + 1, &p))
            return false;
        size_t on = p.end; /* "from October 5 on" */
        if (!(is_word(&s->r, on, "onward") || is_word(&s->r, on, "onwards") ||
              is_word(&s->r, on, "forward") ||
              (is_word(&s->r, on, "on") && !(on + 1 < x->count && atom_follows(x, on + 1) &&
                                             x->items[on + 1].kind != ATOM_MARK))))
            return false;
        found_open(s, i, on + 1, &p, OPEN_SINCE, f);
        return true;
    }
    if (atom_word(x, i, "on") && atom_follows(x, i + 1) && atom_is(x, i + 1, LEX_WEEKDAY) &&
        date_point(&s->r, i + 1, &p) && p.kind == PART_FIXED) {
        size_t e = p.end; /* "on Friday next week" keeps its "on" */
        if (e >= i + 4 && atom_word(x, e - 1, "week")) {
            p.begin = (uint32_t)i;
            found_part(s, &p, f);
            return true;
        }
    }
    if (!range_or_part(s, i, i, false, &p, f))
        return false;
    struct date_found open;
    if (f->end == p.end && open_behind(s, &p, &open))
        *f = open;
    return true;
}

/* May an expression begin at i? "in", "the", "a" and the like only with a word of time near. */
static bool may_begin(const struct atoms *x, size_t i)
{
    const struct atom *at = &x->items[i];
    if (at->flags & ATOM_TEMPORAL)
        return true;
    if (at->kind == ATOM_MARK)
        return (at->mark == '\'' || at->mark == '<' || at->mark == '>') && i + 1 < x->count;
    if (!atom_is(x, i, LEX_DATE_START) && !(at->flags & ATOM_NUMERIC))
        return false;
    for (size_t k = i + 1; k <= i + 3 && atom_follows(x, k); k++)
        if (x->items[k].flags & ATOM_TEMPORAL)
            return true;
    return false;
}

/* A part of a telephone number, an address or the like. */
static bool inside_something(const struct atoms *x, const struct date_found *f)
{
    size_t i = f->begin;
    if (!atom_is_numeral(x, i) || !i || !atom_glued(x, i))
        return false;
    const struct atom *before = &x->items[i - 1];
    if (before->kind != ATOM_MARK)
        return !(before->kind == ATOM_WORD && atom_is(x, i - 1, LEX_WEEKDAY));
    return before->mark == '$' || before->mark == '+' || before->mark == '.' ||
           before->mark == '~';
}

void date_scan(struct arena *a, const struct atoms *x, struct str published, bool wide,
               struct date_found_list *ret)
{
    *ret = (struct date_found_list){0};
    struct scan s = {.r = {.x = x, .wide = wide}, .a = a, .out = ret};
    struct time_edtf e;
    if (published.p && time_parse(published, &e, NULL) == 0 && e.from_kind == TIME_DATE) {
        struct time_days d = time_days_of(&e);
        if (d.first > time_day(1, 1, 1)) {
            s.r.has_ref = true;
            s.r.ref = d.last < TIME_DAY_MAX ? d.last : d.first;
            time_civil(s.r.ref, &s.r.year, &s.r.month, &s.r.day);
        }
    }
    for (size_t i = 0; i < x->count;) {
        struct date_found f;
        if (!may_begin(x, i) || !found_at(&s, i, &f) || f.end <= i || inside_something(x, &f)) {
            i++;
            continue;
        }
        ARENA_PUSH(a, ret->items, ret->count, s.cap, f);
        i = f.end;
    }
}

void date_find(struct arena *a, const struct token_text *t, struct str published,
               struct date_list *ret)
{
    *ret = (struct date_list){0};
    struct atoms x;
    struct date_found_list found;
    ARENA_AUTO scratch = {0};
    atoms_split(&scratch, t, &x);
    date_scan(a, &x, published, false, &found);
    if (!found.count)
        return;
    ret->items = ARENA_NEW(a, found.count, struct date_mention);
    for (size_t i = 0; i < found.count; i++) {
        const struct date_found *f = &found.items[i];
        const struct atom *first = &x.items[f->begin], *last = &x.items[f->end - 1];
        ret->items[ret->count++] = (struct date_mention){
            .begin = first->token,
            .end = last->token + 1,
            .span = {first->begin, last->end},
            .edtf = f->edtf,
        };
    }
}
