/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/read/unit.h"

#define WORDS_MAX 5

static const struct {
    enum lex_class class_id;
    enum counting_unit unit;
} kinds[] = {
    {LEX_UNIT_INDIVIDUAL, UNIT_INDIVIDUAL},
    {LEX_UNIT_FAMILY, UNIT_FAMILY},
    {LEX_UNIT_GROUP, UNIT_GROUP},
    {LEX_UNIT_EVENT, UNIT_EVENT},
    {LEX_UNIT_REQUEST, UNIT_REQUEST},
    {LEX_UNIT_REPORT, UNIT_REPORT},
    {LEX_UNIT_ENTITY, UNIT_ENTITY},
    {LEX_UNIT_NONE, UNIT_NONE},
    {LEX_UNIT_TIME, UNIT_NONE},
};

static int kind_of(const struct atoms *x, size_t i)
{
    if (i >= x->count || !x->items[i].word)
        return -1;
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
        if (atom_is(x, i, kinds[k].class_id))
            return (int)k;
    return -1;
}

bool unit_is_noun(const struct atoms *x, size_t i)
{
    return kind_of(x, i) >= 0;
}

static bool is_plural(const struct atoms *x, size_t i)
{
    static const char *const irregular[] = {"people",    "men",      "women",  "children",
                                            "personnel", "aircraft", "cattle", "dead"};
    struct str s = atom_str(x, i);
    if (s.n > 3 && s.p[s.n - 1] == 's' && s.p[s.n - 2] != 's')
        return true;
    for (size_t k = 0; k < sizeof irregular / sizeof irregular[0]; k++)
        if (atom_word(x, i, irregular[k]))
            return true;
    return false;
}

size_t unit_currency_before(const struct atoms *x, size_t i, int *ret_code)
{
    /* "$", "USD", "US $", "hk$": at most three atoms, the last a sign or a code */
    if (atom_follows(x, i) && i > 1 && atom_is_mark(x, i - 1, '.') && atom_glued(x, i - 1) &&
        atom_word(x, i - 2, "rs")) {
        *ret_code = atom_value(x, i - 2); /* "Rs. 500" */
        return i - 2;
    }
    if (!atom_follows(x, i) || !atom_is(x, i - 1, LEX_CURRENCY_BEFORE))
        return i;
    size_t first = i - 1;
    int code = 0;
    for (size_t n = 3; n >= 1; n--) {
        if (n > i || (n > 1 && !atom_follows(x, i - n + 1)))
            continue;
        if (n > 2 && !atom_follows(x, i - n + 2))
            continue;
        struct str s = atom_str(x, i - n);
        if (n == 2 && s.n == 1 && s.p[0] != 'c' && s.p[0] != 'C' && !atom_glued(x, i - 1))
            continue; /* "S$ 5", but not "it' s $ 5" */
        if (atom_match(x, i - n, LEX_CURRENCY, &code) == n) {
            first = i - n;
            break;
        }
    }
    *ret_code = code;
    return code ? first : i;
}

size_t unit_currency_after(const struct atoms *x, size_t i, int *ret_code)
{
    if (!atom_follows(x, i))
        return 0;
    if (atom_is_mark(x, i, '-') && atom_glued(x, i) && atom_glued(x, i + 1)) {
        size_t n = unit_currency_after(x, i + 1, ret_code); /* "a million-dollar" */
        return n ? n + 1 : 0;
    }
    int code = 0, other = 0;
    size_t n = atom_match(x, i, LEX_CURRENCY_NAME, &code);
    size_t m = atom_match(x, i, LEX_CURRENCY, &other);
    if (m >= n) {
        n = m;
        code = other;
    }
    /* "won", "try", "all" and the like are codes only in capitals */
    if (n == 1 && x->items[i].kind == ATOM_WORD && atom_is(x, i, LEX_CURRENCY_BEFORE) &&
        atom_is(x, i, LEX_CURRENCY_COMMON) && !(x->items[i].flags & ATOM_UPPER) &&
        !atom_glued(x, i))
        return 0;
    if (!code)
        return 0;
    *ret_code = code;
    return n;
}

/* Skips "more", "other", "of the". */
static size_t skip_lead(const struct atoms *x, size_t i)
{
    if (atom_word(x, i, "of") && atom_follows(x, i)) {
        i++;
        if (atom_is(x, i, LEX_POSSESSIVE) && atom_follows(x, i))
            i++;
    }
    for (int k = 0; k < 2; k++)
        if ((atom_word(x, i, "more") || atom_word(x, i, "other") ||
             atom_word(x, i, "further") || atom_word(x, i, "additional") ||
             (atom_word(x, i, "new") && !(x->items[i].flags & ATOM_UPPER))) &&
            atom_follows(x, i))
            i++;
    return i;
}

static bool ends_phrase(const struct atoms *x, size_t i)
{
    const struct atom *at = &x->items[i];
    if (i >= x->count || (at->flags & ATOM_FIRST) || at->kind != ATOM_WORD)
        return true;
    return at->word &&
           (atom_is(x, i, LEX_UNIT_STOP) || atom_is(x, i, LEX_WEEKDAY) ||
            atom_is(x, i, LEX_DAY_WORD) || (at->flags & ATOM_NUMERIC && !unit_is_noun(x, i)));
}

/* Nouns in no list that name people by their ending: "Yemenians", "balloonists". */
static int kind_by_ending(const struct atoms *x, size_t i)
{
    static const char *const endings[] = {"ists", "ians", "crats", "eers"};
    struct str s = atom_str(x, i);
    for (size_t k = 0; k < sizeof endings / sizeof endings[0]; k++)
        if (str_ends(s, str_of(endings[k])))
            return 0;
    return x->items[i].flags & ATOM_UPPER && str_ends(s, STR("ans")) ? 0 : -1;
}

void unit_read(const struct atoms *x, size_t i, struct unit *ret)
{
    *ret = (struct unit){.begin = (uint32_t)i, .end = (uint32_t)i};
    if (!atom_follows(x, i))
        return;
    if (x->items[i].kind == ATOM_MARK && atom_str(x, i).p[0] == '%') {
        ret->end = (uint32_t)i + 1;
        ret->known = ret->measure = true;
        return;
    }
    int code;
    size_t n = unit_currency_after(x, i, &code);
    if (n) {
        ret->end = (uint32_t)(i + n);
        ret->known = ret->measure = true;
        return;
    }
    size_t first = skip_lead(x, i), head = 0, plural = 0;
    int kind = -1;
    n = unit_currency_after(x, first, &code);
    if (n && atom_word(x, i, "of")) { /* "thousands of dollars" */
        *ret = (struct unit){(uint32_t)first, (uint32_t)(first + n), UNIT_NONE, true, true};
        return;
    }
    n = atom_match(x, first, LEX_UNIT_NONE, NULL);
    if (n) {
        *ret = (struct unit){(uint32_t)first, (uint32_t)(first + n), UNIT_NONE, true, true};
        return;
    }
    for (size_t k = first; k < first + WORDS_MAX && !ends_phrase(x, k); k++) {
        if (atom_glued(x, k) && k > first)
            break;
        int this = kind_of(x, k);
        bool state = atom_is(x, k, LEX_UNIT_DEAD);
        if (head && (this < 0 || (state && k > first) || is_plural(x, head - 1)))
            if (!(this >= 0 && !state && atom_is(x, head - 1, LEX_UNIT_DEAD)))
                break;
        if (this >= 0) {
            kind = this;
            head = k + 1;
        } else if (!plural && is_plural(x, k) && !atom_is(x, k, LEX_VAGUE_STOP)) {
            plural = k + 1;
        }
        /* a hyphenated word goes on behind its mark */
        while (atom_is_mark(x, k + 1, '-') && atom_glued(x, k + 1) && atom_glued(x, k + 2))
            k += 2;
        if (head)
            head = head > k + 1 || kind_of(x, k) < 0 ? head : k + 1;
    }
    if (!head && plural) {
        head = plural;
        kind = kind_by_ending(x, head - 1);
    }
    if (!head && skip_lead(x, i) > i && atom_word(x, first - 1, "other"))
        return;
    if (!head)
        return;
    *ret = (struct unit){
        .begin = (uint32_t)first,
        .end = (uint32_t)head,
        .counting = kind >= 0 ? kinds[kind].unit : UNIT_NONE,
        .known = kind >= 0,
        .measure = kind >= 0 && kinds[kind].unit == UNIT_NONE,
    };
}
