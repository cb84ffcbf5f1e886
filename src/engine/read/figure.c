/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Figures: from left to right over the atoms; at each one that can begin a number, an order of
 * magnitude ("hundreds") or a vague amount ("several"), the longest is read, then its bound
 * words on both sides, then the unit behind it. Refused are numbers that name something (No. 6,
 * Boeing 737, EB-5), ages, clock times, scores, telephone numbers, bare years, fractions and
 * shares below one, and adjectives ("a five-year plan").
 *
 * "none" and "no prisoners" are left alone: that there are none is a denial, not a figure.
 * "zero casualties" is exact 0. "one" is a figure before something that is counted ("one
 * soldier").
 */
#include "engine/read/number.h"
#include "engine/read/parts.h"
#include "engine/read/unit.h"

#include <math.h>

#define BOUND_ATOMS 6

struct finder {
    const struct atoms *x;
    const struct token_text *t;
    const struct date_list *dates;
    size_t next_date; /* dates before it end before the atom at hand */
    const bool *furniture;
    struct arena *a;
    struct figure_list *out;
    size_t cap;
};

struct found {
    size_t begin, end; /* atoms: bound and number words */
    size_t unit_from;  /* where the unit is looked for */
    double low, best, high;
    enum figure_bound bound;
    bool open, weak; /* weak: kept only with a unit that is counted */
    bool money;
    size_t money_begin, money_end;
};

static bool in_date(struct finder *f, size_t i)
{
    uint32_t token = f->x->items[i].token;
    if (!f->dates)
        return false;
    while (f->next_date < f->dates->count && f->dates->items[f->next_date].end <= token)
        f->next_date++;
    return f->next_date < f->dates->count && f->dates->items[f->next_date].begin <= token;
}

static bool is_name(const struct atoms *x, size_t i)
{
    const struct atom *at = &x->items[i];
    return at->kind == ATOM_WORD && (at->flags & ATOM_UPPER) &&
           (!(at->flags & ATOM_FIRST) || !at->word);
}

/* A unit that says that the number before it counts. */
static bool counted(const struct atoms *x, size_t i)
{
    struct unit u;
    unit_read(x, i, &u);
    return u.known && u.end > u.begin;
}

/* Marks that tie a numeral to its neighbour: a date, a time, a score, an address. */
static bool tied(const struct atoms *x, const struct number *n)
{
    static const char ties[] = "/:_=&@#+*^<>\\";
    size_t i = n->begin;
    if (i && atom_glued(x, i) && x->items[i - 1].kind == ATOM_MARK && x->items[i - 1].mark &&
        strchr(ties, x->items[i - 1].mark))
        return true;
    if (i && x->items[i].flags & ATOM_INNER && !n->words &&
        x->items[i - 1].kind != ATOM_NUMERAL && !atom_is(x, i - 1, LEX_CURRENCY))
        return true; /* COVID-19, MH17 */
    size_t e = n->end;
    if (!atom_glued(x, e))
        return false;
    const struct atom *next = &x->items[e];
    if (next->kind == ATOM_MARK && next->mark && strchr(ties, next->mark))
        return true;
    if (next->kind == ATOM_NUMERAL)
        return true;
    if (next->kind == ATOM_WORD && !(next->flags & ATOM_NUMERIC))
        return !atom_is(x, e, LEX_UNIT_NONE) && !atom_is(x, e, LEX_CURRENCY);
    /* "1.2.3", and "five-year", "20-member" */
    if (next->kind == ATOM_MARK && atom_glued(x, e + 1)) {
        if (next->mark == '.' || next->mark == ',')
            return x->items[e + 1].kind == ATOM_NUMERAL && next->mark == '.';
        if (next->mark == '-' && x->items[e + 1].kind == ATOM_WORD &&
            !(x->items[e + 1].flags & ATOM_NUMERIC))
            return true;
    }
    return false;
}

/* "No. 6", "Unit 40321", "Boeing 737", "Channel Four". */
static bool names_something(const struct atoms *x, const struct number *n)
{
    size_t i = n->begin;
    if (!atom_follows(x, i))
        return false;
    size_t before = i - 1;
    if (atom_is_mark(x, before, '.') && before && atom_glued(x, before))
        before--;
    if (atom_is_mark(x, before, '#') || atom_str(x, before).p[0] == '#')
        return true;
    if (x->items[before].kind != ATOM_WORD)
        return false;
    bool numeral = !n->words;
    if (atom_is(x, before, LEX_NUMBERED)) {
        if (numeral && !(atom_word(x, before, "no") && counted(x, n->end)))
            return !(atom_is(x, before, LEX_UNIT_GROUP) && counted(x, n->end) &&
                     !(x->items[before].flags & ATOM_UPPER));
        return x->items[i].flags & ATOM_UPPER;
    }
    if (!is_name(x, before) || before + 1 != i || !atom_follows(x, before))
        return false;
    if (n->words && !(x->items[i].flags & ATOM_UPPER))
        return false;
    return !counted(x, n->end) && !(n->words && n->value > 99);
}

/* "aged 12", "12 years old", ", 45,". */
static bool is_age(const struct atoms *x, const struct number *n)
{
    size_t i = n->begin, e = n->end;
    if (atom_follows(x, i) && atom_is(x, i - 1, LEX_AGE_WORD))
        return true;
    if (atom_is(x, e, LEX_UNIT_TIME) && atom_follows(x, e + 1) &&
        (atom_word(x, e + 1, "old") ||
         (atom_word(x, e + 1, "of") && atom_word(x, e + 2, "age"))))
        return true;
    if (atom_follows(x, e) && (atom_word(x, e, "yo") || atom_word(x, e, "y")))
        return true;
    if (n->words || n->value > 120 || i < 2 || !atom_is_mark(x, i - 1, ','))
        return false;
    return is_name(x, i - 2) && e < x->count && x->items[e].kind == ATOM_MARK &&
           (x->items[e].mark == ',' || x->items[e].mark == '.' || x->items[e].mark == ')') &&
           !(atom_glued(x, e + 1) && atom_is_numeral(x, e + 1));
}

static bool is_clock(const struct atoms *x, const struct number *n)
{
    size_t e = n->end;
    return n->value <= 24 && atom_follows(x, e) && atom_is(x, e, LEX_CLOCK_WORD);
}

/* "children under 18", "people over 65": an age, not a bound. */
static bool is_age_limit(const struct atoms *x, size_t bound, const struct number *n)
{
    if (bound + 1 != n->begin || !atom_is(x, bound, LEX_AGE_LIMIT) || n->value > 110 ||
        !atom_follows(x, bound) || counted(x, n->end))
        return false;
    return atom_is(x, bound - 1, LEX_UNIT_INDIVIDUAL);
}

static bool is_telephone(const struct atoms *x, const struct number *n)
{
    size_t i = n->begin, e = n->end;
    if (n->words || x->items[i].mark)
        return false;
    bool dash_before = i && atom_is_mark(x, i - 1, '-') && atom_glued(x, i) && i > 1 &&
                       atom_is_numeral(x, i - 2) && atom_glued(x, i - 1);
    bool dash_after = atom_is_mark(x, e, '-') && atom_glued(x, e) &&
                      atom_is_numeral(x, e + 1) && atom_glued(x, e + 1);
    struct str s = atom_str(x, i);
    if (s.n > 1 && s.p[0] == '0')
        return true;
    if (dash_before && dash_after)
        return true;
    return s.n >= 7 && !counted(x, e);
}

static bool is_bare_year(const struct atoms *x, const struct number *n)
{
    if (n->words || x->items[n->begin].mark || n->value < 1500 || n->value > 2099 ||
        n->value != floor(n->value))
        return false;
    if (!counted(x, n->end))
        return true;
    /* "the 2012 election": one thing of that year */
    struct unit u;
    unit_read(x, n->end, &u);
    struct str head = atom_str(x, u.end - 1);
    return atom_follows(x, n->begin) && atom_is(x, n->begin - 1, LEX_ARTICLE) &&
           head.p[head.n - 1] != 's';
}

/* "one in five", "eight out of 10", "nine of 10": shares. */
static bool is_share(const struct atoms *x, const struct number *n, size_t *ret_end)
{
    size_t k = n->end;
    struct number m;
    bool in = atom_word(x, k, "in") && n->value < 20, of = atom_word(x, k, "of");
    if (atom_word(x, k, "out") && atom_word(x, k + 1, "of"))
        k++;
    else if (!in && !of)
        return false;
    k++;
    if (!atom_follows(x, k) || !number_read(x, k, NUMBER_PLAIN, &m) || m.value <= n->value ||
        m.value > 1000 || (in && m.value > 100) || (of && m.value != 10 && m.value != 100))
        return false;
    *ret_end = m.end;
    return true;
}

/* "131 West 23rd Street" */
static bool is_address(const struct atoms *x, const struct number *n)
{
    size_t k = n->end;
    if (n->words || !atom_follows(x, k) || !(x->items[k].flags & ATOM_UPPER))
        return false;
    for (size_t e = k + 5; k < e && atom_follows(x, k) && x->items[k].kind != ATOM_MARK; k++)
        if (atom_is(x, k, LEX_STREET) && x->items[k].flags & ATOM_UPPER)
            return true;
    return false;
}

static bool is_figure(const struct atoms *x, const struct number *n)
{
    size_t i = n->begin;
    if (n->value < 1 && n->fraction)
        return false;
    if (tied(x, n) || names_something(x, n) || is_age(x, n) || is_clock(x, n) ||
        is_telephone(x, n) || is_bare_year(x, n) || is_address(x, n))
        return false;
    /* 6'3" */
    if (atom_glued(x, n->end) && atom_is_mark(x, n->end, '"') && atom_glued(x, n->end + 1) &&
        atom_is_numeral(x, n->end + 1))
        return false;
    if (n->value == 0 && n->words && !counted(x, n->end))
        return false; /* "for naught" */
    /* "1." or "1)" at the head of a line */
    if (!n->words && x->items[i].flags & ATOM_FIRST && n->end < x->count &&
        (atom_is_mark(x, n->end, '.') || atom_is_mark(x, n->end, ')')))
        return false;
    if (n->single && atom_word(x, i, "one")) {
        if (atom_follows(x, i) &&
            (atom_is(x, i - 1, LEX_NOT_A_COUNT) || atom_is_mark(x, i - 1, '-')))
            return false;
        struct unit u;
        unit_read(x, n->end, &u);
        return u.known && !atom_word(x, n->end, "of") && !atom_word(x, u.begin, "day") &&
               !atom_word(x, u.begin, "time") && !atom_word(x, u.begin, "point") &&
               n->end == u.begin;
    }
    return true;
}

struct bound_class {
    enum lex_class class_id;
    enum figure_bound bound;
    bool open;
};

static const struct bound_class before_classes[] = {
    {LEX_BOUND_LEAST, FIGURE_AT_LEAST, false},
    {LEX_BOUND_LEAST_OPEN, FIGURE_AT_LEAST, true},
    {LEX_BOUND_MOST, FIGURE_AT_MOST, false},
    {LEX_BOUND_MOST_OPEN, FIGURE_AT_MOST, true},
    {LEX_BOUND_APPROACHED, FIGURE_APPROACHED, false},
    {LEX_BOUND_ABOUT, FIGURE_APPROX, false},
};
static const struct bound_class after_classes[] = {
    {LEX_BOUND_ABOUT_AFTER, FIGURE_APPROX, false},
    {LEX_BOUND_LEAST_AFTER, FIGURE_AT_LEAST, false},
    {LEX_BOUND_MOST_AFTER, FIGURE_AT_MOST, false},
};
#define BEFORE_CLASSES (sizeof before_classes / sizeof before_classes[0])
#define AFTER_CLASSES  (sizeof after_classes / sizeof after_classes[0])

/* The bound words that end before atom i: the longest, NULL for none. */
static const struct bound_class *bound_before(const struct atoms *x, size_t i,
                                              size_t *ret_begin)
{
    for (size_t n = BOUND_ATOMS; n >= 1; n--) {
        if (n > i || !x->items[i - n].word)
            continue;
        bool one = true;
        for (size_t k = i - n + 1; k <= i && one; k++)
            one = atom_follows(x, k) || k == x->count;
        for (size_t c = 0; one && c < BEFORE_CLASSES; c++)
            if (atom_match(x, i - n, before_classes[c].class_id, NULL) == n) {
                *ret_begin = i - n;
                return &before_classes[c];
            }
    }
    return NULL;
}

static void set_bound(struct found *g, enum figure_bound bound, bool open)
{
    double v = g->best;
    g->bound = bound;
    g->open = open;
    g->low = bound == FIGURE_AT_MOST || bound == FIGURE_APPROACHED ? NAN : v;
    g->high = bound == FIGURE_AT_LEAST ? NAN : v;
}

/* All bound words around a single number; "at least some 300" keeps the stronger. */
static void read_bounds(const struct atoms *x, struct found *g)
{
    bool plain = g->bound == FIGURE_EXACT || g->bound == FIGURE_APPROX;
    for (int k = 0; k < 3; k++) {
        size_t begin;
        const struct bound_class *b = bound_before(x, g->begin, &begin);
        if (!b)
            break;
        g->begin = begin;
        if (plain && (g->bound == FIGURE_EXACT || g->bound == FIGURE_APPROX))
            set_bound(g, b->bound, b->open);
    }
    size_t n;
    for (size_t c = 0; plain && c < AFTER_CLASSES; c++)
        if (atom_follows(x, g->end) &&
            (n = atom_match(x, g->end, after_classes[c].class_id, NULL))) {
            g->end += n;
            g->unit_from = g->end;
            if (g->bound == FIGURE_EXACT || g->bound == FIGURE_APPROX)
                set_bound(g, after_classes[c].bound, false);
            break;
        }
}

/* Is the number behind "from" the first of a change ("rose from 10 to 12")? */
static bool is_change(const struct atoms *x, size_t from)
{
    for (size_t k = from, n = 0; n < 6 && atom_follows(x, k); n++)
        if (atom_is(x, --k, LEX_CHANGE_WORD))
            return true;
    return false;
}

/* "10 to almost 12", "between 10 and 12", "10-12", "two or three". */
static bool read_range(const struct atoms *x, struct number *n, struct found *g)
{
    size_t i = n->begin, e = n->end;
    if (g->money)
        e = g->money_end;
    if (!atom_follows(x, e))
        return false;
    bool between = atom_follows(x, i) && atom_word(x, g->begin - 1, "between");
    bool from = atom_follows(x, i) && atom_word(x, g->begin - 1, "from");
    bool dash = atom_is_mark(x, e, '-') || atom_is_mark(x, e, '~');
    bool to = atom_word(x, e, "to");
    if (!(dash || to || (between && atom_word(x, e, "and")) ||
          (atom_word(x, e, "or") && n->value < 20)))
        return false;
    size_t second = e + 1;
    /* bound words of the upper end */
    size_t begin;
    for (size_t skip = 0; skip <= 3; skip++) {
        size_t at = second + skip;
        if (!atom_follows(x, at))
            return false;
        int code;
        size_t number = at;
        if (atom_is(x, number, LEX_CURRENCY_BEFORE) &&
            unit_currency_before(x, number + 1, &code) == number)
            number++;
        struct number m;
        if (!(x->items[number].flags & ATOM_NUMERIC) ||
            !number_read(x, number, NUMBER_SHORT, &m) || (m.fraction && m.value < 1))
            continue;
        if (skip && (!bound_before(x, at, &begin) || begin != second))
            return false;
        double a = n->value;
        if (n->end - n->begin == 1 && m.words && !n->words && a < 1000 && m.value >= 1000 &&
            m.value / a >= 1000) {
            /* "5 to 6 million" */
            double scale = 1;
            while (scale < 1e15 && m.value >= scale * 1000 &&
                   atom_is(x, m.end - 1, LEX_SCALE_WORD))
                scale *= 1000;
            if (a * scale < m.value)
                a *= scale;
        }
        if (atom_word(x, e, "or") && m.value > a * 2 + 1)
            return false;
        if (!(a < m.value) || (from && is_change(x, g->begin - 1)))
            return false;
        if (dash && (tied(x, &m) || (!counted(x, m.end) && !g->money)))
            return false;
        g->low = a;
        g->best = NAN;
        g->high = m.value;
        g->bound = FIGURE_RANGE;
        g->open = false;
        g->end = g->unit_from = m.end;
        if (between || from)
            g->begin--;
        return true;
    }
    return false;
}

static bool read_number(const struct atoms *x, size_t i, struct found *g)
{
    struct number n;
    if (!number_read(x, i, NUMBER_SHORT, &n))
        return false;
    g->end = n.end; /* also when refused: its other words are no figures either */
    if (is_share(x, &n, &g->end) || !is_figure(x, &n))
        return false;
    int code;
    g->begin = unit_currency_before(x, i, &code);
    g->money = g->begin < i;
    g->money_begin = g->begin;
    g->money_end = i;
    if (g->money)
        g->money_end = n.end;
    g->low = g->best = g->high = n.value;
    g->bound = n.couple ? FIGURE_APPROX : FIGURE_EXACT;
    g->unit_from = g->end;
    if (read_range(x, &n, g)) {
        read_bounds(x, g);
        return true;
    }
    size_t begin;
    if (bound_before(x, g->begin, &begin) && is_age_limit(x, begin, &n))
        return false;
    read_bounds(x, g);
    /* "3-2", and what a hyphen joins to another numeral */
    if (!n.words && ((atom_is_mark(x, n.end, '-') && atom_glued(x, n.end) &&
                      atom_is_numeral(x, n.end + 1) && atom_glued(x, n.end + 1)) ||
                     (i > 1 && atom_is_mark(x, i - 1, '-') && atom_glued(x, i) &&
                      atom_is_numeral(x, i - 2) && atom_glued(x, i - 1))))
        return false;
    return true;
}

static void set_order(struct found *g, double unit)
{
    g->low = 2 * unit;
    g->high = 10 * unit - 1;
    g->best = NAN;
    g->bound = FIGURE_ORDER;
    g->unit_from = g->end;
}

/* "hundreds", "tens of thousands", "several dozen": the declared convention of the glossary. */
static bool read_order(const struct atoms *x, size_t i, struct found *g)
{
    size_t k = i;
    double times = 1;
    if (atom_is(x, k, LEX_SEVERAL) || atom_word(x, k, "some")) {
        if (atom_word(x, k, "few") && k && atom_word(x, k - 1, "a") && atom_follows(x, k))
            g->begin = k - 1;
        k++;
        if (!atom_follows(x, k) ||
            !(atom_is(x, k, LEX_SCALE_WORD) || atom_word(x, k, "dozen") ||
              atom_is(x, k, LEX_SCALE_PLURAL) || atom_word(x, k, "dozens")))
            return false;
    } else if ((atom_word(x, k, "tens") || atom_word(x, k, "hundreds")) &&
               atom_word(x, k + 1, "of") && atom_is(x, k + 2, LEX_SCALE_PLURAL) &&
               atom_follows(x, k + 1) && atom_follows(x, k + 2)) {
        times = atom_word(x, k, "tens") ? 10 : 100;
        k += 2;
    }
    if (atom_word(x, k, "dozens") || atom_word(x, k, "dozen")) {
        if (k == i && atom_word(x, k, "dozen"))
            return false;
        g->end = k + 1;
        set_order(g, 12);
        g->high = 99;
        return true;
    }
    if (k == i && atom_word(x, k, "tens") && atom_word(x, k + 1, "of")) {
        g->end = k + 1;
        set_order(g, 10);
        return true;
    }
    if (!atom_is(x, k, LEX_SCALE_PLURAL) && !(k > i && atom_is(x, k, LEX_SCALE_WORD)))
        return false;
    g->end = k + 1;
    set_order(g, times * pow(10, atom_value(x, k)));
    return true;
}

/* "a couple of prisoners": two, more or less. */
static bool read_couple(const struct atoms *x, size_t i, struct found *g)
{
    if (!atom_word(x, i, "a") || !atom_word(x, i + 1, "couple") || !atom_follows(x, i + 1))
        return false;
    g->end = i + (atom_word(x, i + 2, "of") && atom_follows(x, i + 2) ? 3 : 2);
    g->low = g->best = g->high = 2;
    g->bound = FIGURE_APPROX;
    g->unit_from = g->end;
    g->weak = true;
    return true;
}

static bool read_vague(const struct atoms *x, size_t i, struct found *g)
{
    size_t n = atom_match(x, i, LEX_VAGUE, NULL);
    if (!n)
        return false;
    g->end = i + n;
    g->low = g->best = g->high = NAN;
    g->bound = FIGURE_VAGUE;
    g->unit_from = g->end;
    g->weak = true;
    if (atom_is(x, g->end, LEX_VAGUE_STOP) && !atom_word(x, g->end, "of") &&
        !atom_word(x, g->end, "other") && !atom_word(x, g->end, "more"))
        return false;
    /* "so many that", "how many" */
    return !(atom_follows(x, i) && atom_word(x, i - 1, "how"));
}

/* False when the unit shows that it is no figure. */
static bool emit(struct finder *f, struct found *g)
{
    const struct atoms *x = f->x;
    struct unit u;
    unit_read(x, g->unit_from, &u);
    if (g->weak && (u.begin == u.end || (u.measure && g->bound == FIGURE_VAGUE)))
        return false;
    if (g->weak && !u.known && atom_word(x, g->unit_from, "of"))
        return false;
    struct figure fig = {
        .low = g->low,
        .best = g->best,
        .high = g->high,
        .bound = g->bound,
        .open = g->open,
        .unit = STR(""),
        .begin = x->items[g->begin].begin,
        .end = x->items[g->end - 1].end,
    };
    if (g->money) {
        fig.unit =
            str_slice(x->text, x->items[g->money_begin].begin, x->items[g->money_end - 1].end);
        size_t k = g->money_begin;
        while (k < g->money_end && !(x->items[k].flags & ATOM_NUMERIC))
            k++;
        if (k > g->money_begin)
            fig.unit = str_slice(x->text, x->items[g->money_begin].begin, x->items[k - 1].end);
    } else if (u.end > u.begin) {
        fig.unit = str_slice(x->text, x->items[u.begin].begin, x->items[u.end - 1].end);
        fig.counting_unit = u.counting;
        /* "12 people or more" */
        if (g->bound == FIGURE_EXACT && atom_follows(x, u.end))
            for (size_t c = 0; c < AFTER_CLASSES; c++)
                if (atom_match(x, u.end, after_classes[c].class_id, NULL) > 1 ||
                    (atom_word(x, u.end, "at") &&
                     atom_match(x, u.end, after_classes[c].class_id, NULL))) {
                    set_bound(g, after_classes[c].bound, false);
                    fig.low = g->low;
                    fig.high = g->high;
                    fig.bound = g->bound;
                    break;
                }
    } else if (atom_follows(x, g->begin) && atom_is(x, g->begin - 1, LEX_HARM_VERB)) {
        fig.counting_unit = UNIT_INDIVIDUAL; /* "killed 12 and wounded 30" */
    }
    ARENA_PUSH(f->a, f->out->items, f->out->count, f->cap, fig);
    return true;
}

void figure_find(struct arena *a, const struct token_text *t, const struct date_list *dates,
                 const bool *furniture, struct figure_list *ret)
{
    *ret = (struct figure_list){0};
    struct atoms x;
    ARENA_AUTO scratch = {0};
    atoms_split(&scratch, t, &x);
    struct finder f = {
        .x = &x, .t = t, .dates = dates, .furniture = furniture, .a = a, .out = ret};
    size_t floor_at = 0; /* no figure begins before it */
    for (size_t i = 0; i < x.count; i++) {
        const struct atom *at = &x.items[i];
        bool numeric = at->flags & ATOM_NUMERIC;
        if (!numeric && !at->word)
            continue;
        if (!numeric && !atom_is(&x, i, LEX_FIGURE_START))
            continue;
        if ((furniture && furniture[at->token]) || in_date(&f, i))
            continue;
        struct found g = {.begin = i, .end = i + 1};
        bool found = read_order(&x, i, &g) || (numeric && read_number(&x, i, &g)) ||
                     read_couple(&x, i, &g) || read_vague(&x, i, &g);
        if (g.bound == FIGURE_ORDER)
            read_bounds(&x, &g);
        if (found && g.begin >= floor_at && emit(&f, &g))
            floor_at = g.end;
        if (g.end > i + 1)
            i = g.end - 1;
    }
}
