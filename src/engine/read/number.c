/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whole numbers in words are read from left to right: `sum` holds what is closed by a scale
 * from thousand on, `open` what such a scale would still multiply.
 */
#include "engine/read/number.h"

#include <math.h>

#define VALUE_MAX 1e300

bool atom_whole_word(const struct atoms *x, size_t i, const char *w)
{
    return i < x->count && x->items[i].kind == ATOM_WORD && str_is_word(atom_str(x, i), w);
}

size_t atom_match(const struct atoms *x, size_t i, enum lex_class c, int *ret_value)
{
    uint32_t first = i < x->count ? x->items[i].word : 0;
    if (!first)
        return 0;
    const struct lexicon_word *w = &lexicon_words[first];
    for (uint32_t p = w->first_phrase; p < w->first_phrase + w->phrase_count; p++) {
        const struct lexicon_phrase *phrase = &lexicon_phrases[p];
        if (phrase->class_id != (uint32_t)c)
            continue;
        size_t k = 1;
        while (k < phrase->count && i + k < x->count &&
               x->items[i + k].word == phrase->words[k] &&
               !(x->items[i + k].flags & ATOM_FIRST))
            k++;
        if (k == phrase->count) {
            if (ret_value)
                *ret_value = phrase->value;
            return k;
        }
    }
    if (!lexicon_is(first, c))
        return 0;
    if (ret_value)
        *ret_value = w->value;
    return 1;
}

int64_t number_digits(const struct atoms *x, size_t i)
{
    uint64_t v;
    if (!atom_is_numeral(x, i) || !str_to_u64(atom_str(x, i), &v))
        return -1;
    return (int64_t)v;
}

static bool tens_join(const struct atoms *x, size_t i)
{
    return atom_is_mark(x, i, '-') && atom_follows(x, i) && atom_follows(x, i + 1);
}

/* 1 to 99 in words; the number of atoms, 0 for none. */
static size_t read_small(const struct atoms *x, size_t i, int *ret)
{
    if (i >= x->count || !x->items[i].word)
        return 0;
    if (atom_is(x, i, LEX_DIGIT_WORD) || atom_is(x, i, LEX_TEEN_WORD)) {
        *ret = atom_value(x, i);
        return 1;
    }
    if (!atom_is(x, i, LEX_TENS_WORD))
        return 0;
    *ret = atom_value(x, i);
    size_t k = i + 1;
    if (tens_join(x, k))
        k++;
    if (atom_follows(x, k) && atom_is(x, k, LEX_DIGIT_WORD) && atom_value(x, k) > 0 &&
        !(k > i + 1 && tens_join(x, k + 1) && atom_is(x, k + 2, LEX_DIGIT_WORD))) {
        *ret += atom_value(x, k);
        return k + 1 - i;
    }
    return 1;
}

/* A numeral's value: groups of , or space; "," or "." as the point. */
static bool numeral_value(const struct atoms *x, size_t i, double *ret, bool *ret_decimal)
{
    struct str s = atom_str(x, i);
    size_t commas = 0, point = STR_NONE, comma = STR_NONE;
    if (s.n > 60)
        return false;
    for (size_t k = 0; k < s.n; k++) {
        if (s.p[k] == '.')
            point = k;
        if (s.p[k] == ',') {
            commas++;
            comma = k;
        }
    }
    if (point == STR_NONE && commas == 1 && s.n - comma - 1 != 3)
        point = comma; /* "1,5" */
    double v = 0, scale = 1;
    for (size_t k = 0; k < s.n; k++) {
        if (s.p[k] < '0' || s.p[k] > '9')
            continue;
        v = v * 10 + (s.p[k] - '0');
        if (point != STR_NONE && k > point)
            scale *= 10;
    }
    *ret = v / scale;
    *ret_decimal = point != STR_NONE;
    return true;
}

struct words {
    size_t end; /* behind the last atom taken */
    double sum, open;
    bool has_open, small; /* open ends in a number below a hundred */
    int scale;            /* of the last scale from thousand on, 99 at first */
};

/* A scale word at `at`: "hundred", "million", "lakh crore". */
static bool take_scale(const struct atoms *x, size_t at, struct words *w)
{
    if (!atom_is(x, at, LEX_SCALE_WORD))
        return false;
    int power = atom_value(x, at);
    double factor = pow(10, power);
    if (!w->has_open) {
        /* a scale on a scale: "three lakh crore", "a hundred thousand million" */
        if (w->sum == 0 || power < w->scale || power < 5)
            return false;
        w->sum *= factor;
    } else if (power == 2) {
        if (w->open >= 100 && w->scale == 99 && w->small)
            w->open *= factor; /* "322 hundred" */
        else if (w->open >= 100)
            return false;
        else
            w->open *= factor;
        w->small = false;
        w->end = at + 1;
        return true;
    } else {
        if (power >= w->scale)
            return false;
        w->sum += w->open * factor;
        w->open = 0;
        w->has_open = false;
    }
    w->scale = power;
    w->small = false;
    w->end = at + 1;
    return w->sum < VALUE_MAX;
}

/* One more small number or numeral behind a scale, with or without "and". */
static bool take_rest(const struct atoms *x, size_t at, struct words *w, bool words_only)
{
    if (!atom_follows(x, at))
        return false;
    bool joined = atom_word(x, at, "and");
    if (joined)
        at++;
    if (!atom_follows(x, at) || w->small)
        return false;
    int v = 0;
    double d;
    bool decimal;
    size_t n = read_small(x, at, &v);
    if (n) {
        if (v == 0)
            return false;
        /* "two hundred and three thousand", but not "a hundred and two hundred" */
        if (w->has_open && atom_is(x, at + n, LEX_SCALE_WORD) && atom_value(x, at + n) == 2)
            return false;
        w->open += v;
    } else if (!words_only && atom_is_numeral(x, at) && x->items[at].digits <= 2 &&
               !x->items[at].mark && joined && numeral_value(x, at, &d, &decimal) && !decimal &&
               !atom_is(x, at + 1, LEX_SCALE_WORD)) {
        w->open += d;
        n = 1;
    } else {
        return false;
    }
    w->has_open = true;
    w->small = true;
    w->end = at + n;
    return true;
}

/* Whole number in words, or numeral with scales, from i; false for none. */
static bool read_whole(const struct atoms *x, size_t i, struct number *ret)
{
    struct words w = {.end = i, .scale = 99};
    int v = 0;
    size_t n = read_small(x, i, &v);
    bool numeral = false;
    if (n) {
        w.open = v;
        ret->single = v == 1;
        ret->words = true;
    } else if (atom_is_numeral(x, i)) {
        if (!numeral_value(x, i, &w.open, &ret->decimal))
            return false;
        numeral = true;
        n = 1;
    } else if ((atom_word(x, i, "a") || atom_word(x, i, "an")) && atom_follows(x, i + 1) &&
               atom_is(x, i + 1, LEX_SCALE_WORD)) {
        w.open = 1;
        n = 1;
        ret->words = ret->single = true;
    } else {
        return false;
    }
    w.end = i + n;
    w.has_open = w.small = true;
    if (numeral && !(atom_follows(x, w.end) && atom_is(x, w.end, LEX_SCALE_WORD))) {
        ret->value = w.open;
        ret->end = (uint32_t)w.end;
        return true;
    }
    if (w.open == 0) {
        ret->value = 0;
        ret->end = (uint32_t)w.end;
        return true;
    }
    for (;;) {
        size_t at = w.end;
        if (tens_join(x, at) && atom_is(x, at + 1, LEX_SCALE_WORD) && atom_glued(x, at + 1))
            at++; /* "two-hundred" */
        if (atom_follows(x, at) && take_scale(x, at, &w))
            ret->words = true;
        else if (!(w.end > i + n && take_rest(x, w.end, &w, false)))
            break;
    }
    ret->value = w.sum + w.open;
    ret->end = (uint32_t)w.end;
    return ret->value < VALUE_MAX;
}

/* "a half", "three quarters" at i: the number of atoms. */
static size_t read_fraction(const struct atoms *x, size_t i, double *ret)
{
    int v = 0;
    size_t n;
    if (atom_word(x, i, "half") && !atom_is(x, i + 1, LEX_FRACTION_WORD)) {
        *ret = 0.5;
        return 1;
    }
    if (atom_word(x, i, "a") || atom_word(x, i, "one")) {
        v = 1;
        n = 1;
    } else {
        n = read_small(x, i, &v);
    }
    if (!n || v == 0)
        return 0;
    size_t k = i + n;
    if (tens_join(x, k))
        k++;
    if (!atom_follows(x, k) || !atom_is(x, k, LEX_FRACTION_WORD) ||
        (v > 1) != atom_is(x, k, LEX_FRACTION_PLURAL))
        return 0;
    *ret = (double)v / atom_value(x, k);
    return k + 1 - i;
}

/* "zero point zero eight", "three point five" behind the whole number. */
static void read_point(const struct atoms *x, struct number *ret)
{
    size_t at = ret->end;
    if (!atom_follows(x, at + 1) || !atom_word(x, at, "point"))
        return;
    double scale = 1, part = 0;
    size_t k = at + 1;
    int v;
    if (!atom_is(x, k, LEX_DIGIT_WORD) && !atom_word(x, k, "oh")) {
        size_t n = read_small(x, k, &v);
        if (!n)
            return;
        part = v;
        scale = 100;
        k += n;
    } else {
        while (atom_follows(x, k) && k < at + 16 &&
               (atom_is(x, k, LEX_DIGIT_WORD) || atom_word(x, k, "oh"))) {
            part = part * 10 + atom_value(x, k++);
            scale *= 10;
        }
    }
    ret->value += part / scale;
    ret->decimal = true;
    ret->single = false;
    ret->end = (uint32_t)k;
}

/* Letters that hang on a numeral: "100k", "2.33 k", "$5bn". */
static bool read_suffix(const struct atoms *x, unsigned mode, struct number *ret)
{
    size_t at = ret->end;
    if (!atom_follows(x, at) || x->items[at].kind != ATOM_WORD)
        return true;
    bool glued = atom_glued(x, at);
    if (!atom_is(x, at, LEX_SCALE_SUFFIX))
        return true;
    struct str s = atom_str(x, at);
    bool upper = x->items[at].flags & ATOM_UPPER;
    bool sure = s.n >= 2 || s.p[0] == 'k' || (s.p[0] == 'K' && glued) ||
                (upper && glued && (s.p[0] == 'M' || s.p[0] == 'T' || s.p[0] == 'G'));
    if (!sure && !((mode & NUMBER_SHORT) && (glued || s.p[0] == 'm') && s.p[0] != 'g'))
        return true;
    if (atom_glued(x, at + 1) && x->items[at + 1].kind != ATOM_MARK)
        return true;
    ret->value *= pow(10, atom_value(x, at));
    ret->end = (uint32_t)at + 1;
    ret->words = true;
    return ret->value < VALUE_MAX;
}

/* Dozens: "3 dozens", "two dozen", "half a dozen", "a couple of dozen". */
static bool read_dozens(const struct atoms *x, size_t i, struct number *ret)
{
    size_t k = i;
    double count = 1;
    bool couple = false;
    if (atom_word(x, k, "half")) {
        count = 0.5;
        k += atom_word(x, k + 1, "a") ? 2 : 1;
    } else if (atom_word(x, k, "a")) {
        k++;
        if (atom_word(x, k, "half")) {
            count = 0.5;
            k++;
        } else if (atom_word(x, k, "couple")) {
            count = 2;
            couple = true;
            k += atom_word(x, k + 1, "of") ? 2 : 1;
        }
    } else {
        return false;
    }
    if (!atom_follows(x, k))
        return false;
    if (atom_word(x, k, "dozen")) {
        ret->dozens = true;
        ret->value = count * 12;
    } else if (couple && atom_is(x, k, LEX_SCALE_WORD)) {
        ret->value = count * pow(10, atom_value(x, k));
    } else {
        return false;
    }
    ret->couple = couple;
    ret->words = true;
    ret->end = (uint32_t)k + 1;
    return true;
}

/* "half a million", "a quarter million", "half million": a fraction of a scale. */
static bool read_part_of_scale(const struct atoms *x, size_t i, struct number *ret)
{
    size_t k = i;
    double part;
    if (atom_word(x, k, "a"))
        k++;
    if (atom_word(x, k, "half"))
        part = 0.5;
    else if (atom_word(x, k, "quarter"))
        part = 0.25;
    else
        return false;
    k++;
    if (atom_word(x, k, "of"))
        k++;
    if (atom_word(x, k, "a"))
        k++;
    if (!atom_follows(x, k) || !atom_is(x, k, LEX_SCALE_WORD))
        return false;
    *ret = (struct number){
        .begin = (uint32_t)i,
        .end = (uint32_t)k + 1,
        .value = part * pow(10, atom_value(x, k)),
        .words = true,
        .fraction = true,
    };
    return true;
}

/* "two and a half million", "three and two thirds", "2½". */
static void read_mixed(const struct atoms *x, struct number *ret)
{
    size_t at = ret->end;
    double part;
    if (atom_is(x, at, LEX_FRACTION_MARK) && atom_follows(x, at)) {
        ret->value += atom_value(x, at) / 100.0;
        ret->fraction = true;
        ret->end++;
    } else if (atom_word(x, at, "and") && atom_follows(x, at + 1)) {
        size_t n = read_fraction(x, at + 1, &part);
        if (!n || atom_is(x, at + 1 + n, LEX_FRACTION_WORD))
            return;
        /* "a million and a half" is 1.5 million */
        bool round = ret->words && ret->value >= 100;
        double unit = 1;
        if (round) {
            while (unit < 1e16 && fmod(ret->value, unit * 10) == 0)
                unit *= 10;
            double three = unit >= 1e12  ? 1e12
                           : unit >= 1e9 ? 1e9
                           : unit >= 1e6 ? 1e6
                           : unit >= 1e3 ? 1e3
                                         : 1;
            unit = three;
        }
        ret->value += part * unit;
        ret->fraction = true;
        ret->words = true;
        ret->end = (uint32_t)(at + 1 + n);
    } else {
        return;
    }
    ret->single = false;
    if (atom_follows(x, ret->end) && atom_is(x, ret->end, LEX_SCALE_WORD)) {
        ret->value *= pow(10, atom_value(x, ret->end));
        ret->end++;
        ret->words = true;
    }
}

/* "12 500": groups of three behind a space, where numbers are figures. */
static void spaced_groups(const struct atoms *x, struct number *r)
{
    const struct atom *first = &x->items[r->begin];
    if (r->end != r->begin + 1 || first->kind != ATOM_NUMERAL || first->mark ||
        first->digits > 3 || r->value < 1)
        return;
    size_t k = r->end;
    double v = r->value;
    while (atom_follows(x, k) && atom_is_numeral(x, k) && !x->items[k].mark &&
           x->items[k].digits == 3 && k < r->begin + 5u && !atom_glued(x, k))
        v = v * 1000 + (double)number_digits(x, k++);
    if (k == r->end || (atom_follows(x, k) && atom_is_numeral(x, k)) ||
        (atom_glued(x, k) && x->items[k].kind == ATOM_WORD))
        return;
    r->value = v;
    r->end = (uint32_t)k;
}

bool number_read(const struct atoms *x, size_t i, unsigned mode, struct number *ret)
{
    struct number r = {.begin = (uint32_t)i, .end = (uint32_t)i};
    if (i >= x->count || !(x->items[i].flags & ATOM_NUMERIC))
        return false;
    bool whole = mode & NUMBER_WHOLE;
    if (!whole && (read_dozens(x, i, &r) || read_part_of_scale(x, i, &r))) {
        *ret = r;
        return true;
    }
    double part;
    size_t n = whole ? 0 : read_fraction(x, i, &part);
    if (n) {
        r.value = part;
        r.fraction = r.words = true;
        r.end = (uint32_t)(i + n);
        *ret = r;
        return true;
    }
    if (!read_whole(x, i, &r))
        return false;
    if (whole && r.decimal)
        return false;
    if (mode & NUMBER_SHORT)
        spaced_groups(x, &r);
    if (!whole) {
        read_point(x, &r);
        if (!read_suffix(x, mode, &r))
            return false;
        if (atom_follows(x, r.end) && atom_is(x, r.end, LEX_DOZEN) && r.value < 1e6) {
            r.value *= 12;
            r.dozens = r.words = true;
            r.single = false;
            r.end++;
        } else {
            read_mixed(x, &r);
        }
    }
    *ret = r;
    return isfinite(r.value);
}

size_t number_ordinal(const struct atoms *x, size_t i, int *ret)
{
    if (atom_is_numeral(x, i)) {
        int64_t v = number_digits(x, i);
        if (v < 1 || v > 9999 || !atom_glued(x, i + 1) || !atom_is(x, i + 1, LEX_ORDINAL_TAIL))
            return 0;
        *ret = (int)v;
        return 2;
    }
    if (atom_is(x, i, LEX_ORDINAL_WORD)) {
        *ret = atom_value(x, i);
        return 1;
    }
    if (!atom_is(x, i, LEX_TENS_WORD))
        return 0;
    size_t k = i + 1;
    if (tens_join(x, k))
        k++;
    if (atom_follows(x, k) && atom_is(x, k, LEX_ORDINAL_WORD) && atom_value(x, k) < 10) {
        *ret = atom_value(x, i) + atom_value(x, k);
        return k + 1 - i;
    }
    return 0;
}

size_t number_year(const struct atoms *x, size_t i, int *ret)
{
    int high = 0, low = 0;
    struct number n;
    size_t k = read_small(x, i, &high);
    if (!k)
        return 0;
    if (high >= 11 && atom_follows(x, i + k)) {
        size_t at = i + k;
        if (atom_is_mark(x, at, '-'))
            at++;
        if (atom_word(x, at, "hundred")) {
            if (atom_word(x, at + 1, "and"))
                at++;
            size_t m = read_small(x, at + 1, &low);
            *ret = high * 100 + (m ? low : 0);
            return at + 1 + m - i;
        }
        size_t m = 0;
        if ((atom_word(x, at, "oh") || atom_word(x, at, "o") ||
             (atom_is(x, at, LEX_DIGIT_WORD) && atom_value(x, at) == 0)) &&
            atom_is(x, at + 1, LEX_DIGIT_WORD)) {
            low = atom_value(x, at + 1);
            m = 2;
        } else {
            m = read_small(x, at, &low);
            if (m && low < 10)
                m = 0;
        }
        if (m && low < 100 && high <= 21) {
            *ret = high * 100 + low;
            return at + m - i;
        }
    }
    if (number_read(x, i, NUMBER_WHOLE, &n) && n.words && n.value >= 1000 && n.value < 2200 &&
        !n.decimal && !atom_is_numeral(x, i)) {
        *ret = (int)n.value;
        return n.end - i;
    }
    return 0;
}
