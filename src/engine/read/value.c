/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/read/value.h"

#include "base/json.h"
#include "engine/read/date.h"
#include "engine/read/unit.h"

#include <math.h>

struct values {
    struct arena *a;
    const struct atoms *x;
    struct value_list *out;
    size_t cap;
};

static struct value *add(struct values *v, enum value_kind kind, size_t begin, size_t end)
{
    struct value value = {
        .kind = kind,
        .span = {v->x->items[begin].begin, v->x->items[end - 1].end},
        .value = NAN,
        .low = NAN,
        .high = NAN,
    };
    value.text = str_slice(v->x->text, value.span.begin, value.span.end);
    ARENA_PUSH(v->a, v->out->items, v->out->count, v->cap, value);
    return &v->out->items[v->out->count - 1];
}

static bool is_word(const struct atoms *x, size_t k, const char *w)
{
    return atom_follows(x, k) && atom_word(x, k, w);
}

/* ---- numbers ---- */

/* Letters hang on the number: "29km", "5th", "MH17". */
static bool in_word(const struct atoms *x, const struct number *n)
{
    const struct atom *before = n->begin ? &x->items[n->begin - 1] : NULL;
    if (before && atom_glued(x, n->begin) && before->kind == ATOM_WORD)
        return true;
    return atom_glued(x, n->end) && x->items[n->end].kind == ATOM_WORD &&
           x->items[n->end - 1].kind != ATOM_WORD;
}

/* A number with its sign from atom i. */
static bool signed_number(const struct atoms *x, size_t i, unsigned mode, struct number *ret)
{
    size_t k = i;
    bool minus = false;
    if (atom_is_mark(x, i, '-')) {
        bool joined = i && atom_glued(x, i) &&
                      (x->items[i - 1].kind != ATOM_MARK || x->items[i - 1].mark == ')');
        if (joined || !atom_glued(x, i + 1) || !atom_is_numeral(x, i + 1))
            return false;
        minus = true;
        k++;
    } else if ((atom_word(x, i, "minus") || atom_word(x, i, "negative")) &&
               atom_follows(x, i + 1)) {
        minus = true;
        k++;
    }
    if (!number_read(x, k, mode, ret))
        return false;
    if (minus) {
        ret->value = -ret->value;
        ret->begin = (uint32_t)i;
    }
    return true;
}

static void find_numbers(struct values *v)
{
    const struct atoms *x = v->x;
    struct number n;
    for (size_t i = 0; i < x->count;) {
        const struct atom *at = &x->items[i];
        bool may =
            at->flags & ATOM_NUMERIC || atom_is_mark(x, i, '-') || atom_is(x, i, LEX_MINUS);
        if (!may || !signed_number(x, i, NUMBER_PLAIN, &n)) {
            i++;
            continue;
        }
        bool pronoun = n.single && n.end == i + 1 && atom_follows(x, i) &&
                       atom_is(x, i - 1, LEX_NOT_A_COUNT);
        bool tail =
            atom_follows(x, n.end) && atom_is(x, n.end, LEX_FRACTION_LARGE) && n.value == 1;
        if (!pronoun && !tail && !in_word(x, &n))
            add(v, VALUE_NUMBER, n.begin, n.end)->value = n.value;
        i = n.end;
    }
}

/* ---- ranges ---- */

struct limit {
    size_t begin, end;
    double low, high;
    bool low_in, high_in;
};

static bool operand(const struct atoms *x, size_t i, struct number *ret)
{
    int ordinal = 0;
    size_t k = i + (atom_word(x, i, "the") ? 1 : 0);
    size_t n = k < x->count ? number_ordinal(x, k, &ordinal) : 0;
    if (n) {
        *ret =
            (struct number){.begin = (uint32_t)i, .end = (uint32_t)(k + n), .value = ordinal};
        return true;
    }
    if (k != i || !signed_number(x, i, NUMBER_PLAIN, ret) || in_word(x, ret))
        return false;
    /* "2/3" */
    size_t e = ret->end;
    int64_t of = number_digits(x, e + 1);
    if (atom_is_mark(x, e, '/') && atom_glued(x, e) && atom_glued(x, e + 1) && of > 0 &&
        !(atom_is_mark(x, e + 2, '/') && atom_glued(x, e + 2))) {
        ret->value /= (double)of;
        ret->end = (uint32_t)e + 2;
    }
    return true;
}

/* The longest comparison in words at i. */
static size_t compare_words(const struct atoms *x, size_t i, int *ret_side, bool *ret_in)
{
    static const struct {
        enum lex_class class_id;
        int side;
        bool in;
    } classes[] = {
        {LEX_COMPARE_LEAST, 1, true}, {LEX_COMPARE_MOST, -1, true},
        {LEX_COMPARE_MORE, 1, false}, {LEX_COMPARE_LESS, -1, false},
        {LEX_COMPARE_EQUAL, 0, true},
    };
    size_t best = 0, n;
    for (size_t c = 0; c < sizeof classes / sizeof classes[0]; c++)
        if ((n = atom_match(x, i, classes[c].class_id, NULL)) > best) {
            best = n;
            *ret_side = classes[c].side;
            *ret_in = classes[c].in;
        }
    return best;
}

/* A comparison at i: atoms taken; *ret_side -1 below, 1 above, 0 equal. */
static size_t compare_at(const struct atoms *x, size_t i, int *ret_side, bool *ret_in)
{
    if (atom_is_mark(x, i, '>') || atom_is_mark(x, i, '<')) {
        if (i && (atom_is_mark(x, i - 1, '=') || atom_is_mark(x, i - 1, '<') ||
                  atom_is_mark(x, i - 1, '>')))
            return 0;
        *ret_side = x->items[i].mark == '>' ? 1 : -1;
        *ret_in = atom_is_mark(x, i + 1, '=');
        return *ret_in ? 2 : 1;
    }
    *ret_in = false;
    size_t n = compare_words(x, i, ret_side, ret_in);
    size_t k = i + n;
    /* "equal to or less than" */
    int side = 0;
    bool in = false;
    if (n && *ret_side == 0 && is_word(x, k, "or") && atom_follows(x, k + 1)) {
        size_t m = compare_words(x, k + 1, &side, &in);
        if (m && side) {
            *ret_side = side;
            return n + 1 + m;
        }
    }
    return n;
}

/* "200 or more", "five hundred or less". */
static size_t compare_behind(const struct atoms *x, size_t k, int *ret_side)
{
    if (!is_word(x, k, "or") && !is_word(x, k, "and"))
        return 0;
    if (!atom_follows(x, k + 1))
        return 0;
    *ret_side = atom_is(x, k + 1, LEX_COMPARE_UP)     ? 1
                : atom_is(x, k + 1, LEX_COMPARE_DOWN) ? -1
                                                      : 0;
    if (!*ret_side)
        return 0;
    size_t n = 2;
    if (is_word(x, k + 2, "than")) {
        struct number other;
        if (atom_follows(x, k + 3) && operand(x, k + 3, &other))
            return 0;
        n = 3;
    }
    if (atom_word(x, k, "and") && atom_follows(x, k + n) && x->items[k + n].kind != ATOM_MARK)
        return 0;
    return n;
}

static bool limit_at(const struct atoms *x, size_t i, struct limit *ret)
{
    int side = 0, behind = 0;
    bool in = false;
    struct number n;
    size_t c = compare_at(x, i, &side, &in);
    if (c && !(i + c < x->count && atom_follows(x, i + c) && operand(x, i + c, &n)))
        return false;
    if (!c && !(x->items[i].flags & ATOM_NUMERIC && operand(x, i, &n)))
        return false;
    size_t end = n.end;
    if (!c && i > 1 && atom_word(x, i - 1, "in") && atom_is_numeral(x, i - 2))
        return false; /* "2 in 5 or more" */
    size_t b = !c || (side == 0 && in) ? compare_behind(x, end, &behind) : 0;
    if (!c && !b)
        return false;
    if (b) {
        side = behind;
        in = true;
        end += b;
    }
    *ret = (struct limit){
        .begin = i,
        .end = end,
        .low = side >= 0 ? n.value : NAN,
        .high = side <= 0 ? n.value : NAN,
        .low_in = side >= 0 && in,
        .high_in = side <= 0 && in,
    };
    return true;
}

/* "between 20 and 30", "from 5 to 20", "1000-5000". */
static bool pair_at(const struct atoms *x, size_t i, struct limit *ret)
{
    bool between = atom_word(x, i, "between"), from = atom_word(x, i, "from");
    size_t k = i + (between || from);
    struct number a, b;
    if (k > i && !atom_follows(x, k))
        return false;
    if (!operand(x, k, &a))
        return false;
    size_t j = a.end;
    if (!atom_follows(x, j) || !atom_follows(x, j + 1))
        return false;
    bool dash = atom_is_mark(x, j, '-') || atom_is_mark(x, j, '~');
    bool to =
        atom_word(x, j, "to") || atom_word(x, j, "through") || (from && is_word(x, j, "up"));
    if (!dash && !to && !(between && atom_word(x, j, "and")))
        return false;
    size_t second = j + 1;
    if (is_word(x, j, "up") && is_word(x, j + 1, "to"))
        second++;
    if (!operand(x, second, &b) || b.value <= a.value)
        return false;
    if (dash) {
        bool spaced = x->items[j].flags & ATOM_SPACE,
             after = x->items[j + 1].flags & ATOM_SPACE;
        bool chain = (i && atom_glued(x, i) && x->items[i - 1].kind == ATOM_MARK &&
                      x->items[i - 1].mark != '(') ||
                     (atom_glued(x, b.end) && atom_glued(x, b.end + 1) &&
                      x->items[b.end].kind == ATOM_MARK && atom_is_numeral(x, b.end + 1));
        if (spaced != after || chain || atom_is_mark(x, b.begin, '-'))
            return false;
        if (k == i && (a.words || b.words) && !atom_is_numeral(x, a.begin))
            return false;
    }
    *ret = (struct limit){
        .begin = i, .end = b.end, .low = a.value, .high = b.value, .low_in = true};
    return true;
}

/* "greater than 100 and smaller than 300" */
static void merge_limit(const struct atoms *x, struct limit *l)
{
    size_t k = l->end;
    if (!isnan(l->low) == !isnan(l->high) || !atom_follows(x, k))
        return;
    if (atom_is_mark(x, k, ','))
        k++;
    if (is_word(x, k, "and") || is_word(x, k, "but"))
        k++;
    struct limit m;
    int side;
    bool in;
    if (k == l->end || !atom_follows(x, k) || !compare_at(x, k, &side, &in) ||
        !limit_at(x, k, &m))
        return;
    if (isnan(l->low) == isnan(m.low) || (!isnan(m.low) && !isnan(m.high)))
        return;
    double low = isnan(l->low) ? m.low : l->low, high = isnan(l->low) ? l->high : m.high;
    if (low >= high)
        return;
    l->low_in = isnan(l->low) ? m.low_in : l->low_in;
    l->high_in = isnan(l->high) ? m.high_in : l->high_in;
    l->low = low;
    l->high = high;
    l->end = m.end;
}

static void find_ranges(struct values *v)
{
    const struct atoms *x = v->x;
    for (size_t i = 0; i < x->count;) {
        const struct atom *at = &x->items[i];
        struct limit l;
        bool may = at->flags & ATOM_NUMERIC || atom_is(x, i, LEX_COMPARE_START) ||
                   atom_is_mark(x, i, '>') || atom_is_mark(x, i, '<');
        if (!may || !(pair_at(x, i, &l) || limit_at(x, i, &l))) {
            struct number n;
            i = at->flags & ATOM_NUMERIC && number_read(x, i, NUMBER_PLAIN, &n) ? n.end : i + 1;
            continue;
        }
        merge_limit(x, &l);
        struct value *r = add(v, VALUE_RANGE, l.begin, l.end);
        r->low = l.low;
        r->high = l.high;
        r->low_in = l.low_in;
        r->high_in = l.high_in;
        i = l.end;
    }
}

/* ---- ages ---- */

static bool age_at(struct values *v, size_t i, size_t *ret_end)
{
    const struct atoms *x = v->x;
    static const struct str units[] = {STR("year"),  STR("day"), STR("week"),
                                       STR("month"), STR(""),    STR("year")};
    struct number n;
    size_t k = i, end;
    if (atom_is(x, i, LEX_AGE_WORD)) {
        k++;
        if (is_word(x, k, "of"))
            k++;
        if (!atom_follows(x, k) || !number_read(x, k, NUMBER_WHOLE, &n) || n.value > 150 ||
            in_word(x, &n) || atom_is(x, n.end, LEX_TIME_UNIT))
            return false;
        struct value *r = add(v, VALUE_AGE, i, n.end);
        r->value = n.value;
        r->unit = units[0];
        *ret_end = n.end;
        return true;
    }
    if (!number_read(x, i, NUMBER_PLAIN, &n) || n.value > 1e6)
        return false;
    k = n.end;
    bool hyphen = atom_is_mark(x, k, '-') && atom_follows(x, k + 1);
    if (hyphen)
        k++;
    if (atom_follows(x, k) &&
        (atom_word(x, k, "yo") || atom_word(x, k, "y.o") ||
         (atom_word(x, k, "y") && atom_is_mark(x, k + 1, '/') && atom_word(x, k + 2, "o")))) {
        end = atom_word(x, k, "y") ? k + 3 : k + 1;
        struct value *r = add(v, VALUE_AGE, i, end);
        r->value = n.value;
        r->unit = units[0];
        *ret_end = end;
        return true;
    }
    if (!atom_follows(x, k) || !atom_is(x, k, LEX_TIME_UNIT))
        return false;
    int unit = atom_value(x, k);
    if (unit < 1 || unit == 4 || unit > 5)
        return false;
    end = k + 1;
    if (atom_is_mark(x, end, '-') && atom_glued(x, end))
        end++;
    if (is_word(x, end, "old"))
        end++;
    else if (is_word(x, end, "of") && is_word(x, end + 1, "age"))
        end += 2;
    else
        return false;
    struct value *r = add(v, VALUE_AGE, i, end);
    r->value = n.value;
    r->unit = units[unit == 5 ? 0 : unit];
    *ret_end = end;
    return true;
}

static void find_ages(struct values *v)
{
    for (size_t i = 0; i < v->x->count;) {
        size_t end = i + 1;
        if (v->x->items[i].flags & ATOM_NUMERIC || atom_is(v->x, i, LEX_AGE_WORD)) {
            struct number n;
            if (!age_at(v, i, &end) && number_read(v->x, i, NUMBER_PLAIN, &n))
                end = n.end;
        }
        i = end;
    }
}

/* ---- money ---- */

/* The name of a currency by its packed code, in lower case. */
static struct str currency_name(struct arena *a, int code)
{
    for (const struct lexicon_phrase *p = lexicon_phrases; p->count; p++) {
        if (p->class_id != LEX_CURRENCY_NAME || p->value != code)
            continue;
        struct str name = str_of(lexicon_words[p->words[0]].text);
        for (uint32_t k = 1; k < p->count; k++)
            name = arena_printf(a, "%.*s %s", (int)name.n, name.p,
                                lexicon_words[p->words[k]].text);
        return name;
    }
    for (uint32_t i = 1; i < lexicon_word_count; i++)
        if (lexicon_words[i].value == code &&
            (lexicon_is(i, LEX_CURRENCY_GENERIC) || lexicon_is(i, LEX_CURRENCY_NAME)))
            return str_of(lexicon_words[i].text);
    return (struct str){0};
}

static void add_money(struct values *v, size_t begin, size_t end, double amount, int code)
{
    struct value *r = add(v, VALUE_MONEY, begin, end);
    r->value = amount;
    r->unit = currency_name(v->a, code);
    if (code > 0xffff)
        for (int k = 0; k < 3; k++)
            r->currency[k] = (char)(code >> (8 * (2 - k)) & 0xff);
}

/* "30 MUSD": a million of a code. */
static size_t million_code(const struct atoms *x, size_t i, int *ret_code)
{
    struct str s = atom_follows(x, i) ? atom_str(x, i) : STR("");
    if (s.n != 4 || (s.p[0] != 'M' && s.p[0] != 'm'))
        return 0;
    uint32_t word = lexicon_find(str_slice(s, 1, 4));
    if (!word || !lexicon_is(word, LEX_CURRENCY) || lexicon_words[word].value <= 0xffff ||
        s.p[1] < 'A' || s.p[1] > 'Z')
        return 0;
    *ret_code = lexicon_words[word].value;
    return 1;
}

/* "and 20 cents", "30 cent", "and 15" behind an amount that ends before k. */
static size_t small_change(const struct atoms *x, size_t k, double *amount)
{
    struct number n;
    size_t at = k + (is_word(x, k, "and") ? 1 : 0);
    if (!atom_follows(x, at) || !number_read(x, at, NUMBER_WHOLE, &n) || n.value >= 100 ||
        n.value < 0 || n.value != floor(n.value) || in_word(x, &n))
        return k;
    int code;
    size_t after = unit_currency_after(x, n.end, &code);
    if (after) {
        if (!atom_is(x, n.end, LEX_CURRENCY_MINOR))
            return k;
    } else {
        /* "15 dollars and 50": nothing else that the second could count */
        bool stops = n.end >= x->count || !atom_follows(x, n.end) ||
                     x->items[n.end].kind == ATOM_MARK || atom_word(x, n.end, "and");
        if (!stops || atom_is_mark(x, n.end, '%') ||
            atom_str(x, n.end < x->count ? n.end : k).p[0] == '%')
            return k;
    }
    *amount += n.value / 100;
    return n.end + after;
}

static bool money_at(struct values *v, size_t i, size_t floor_at, size_t *ret_end)
{
    const struct atoms *x = v->x;
    struct number n;
    int code = 0, other = 0;
    if (!number_read(x, i, NUMBER_SHORT, &n))
        return false;
    *ret_end = n.end;
    if (i > 1 && atom_is_mark(x, i - 1, '.') && !atom_glued(x, i) && !atom_glued(x, i - 1) &&
        atom_is_numeral(x, i - 2))
        return false; /* "1 . 85" in tokenised text */
    size_t begin = unit_currency_before(x, i, &code);
    if (begin < i && begin >= floor_at) {
        size_t end = n.end;
        size_t after = unit_currency_after(x, end, &other);
        bool code_of_next =
            after && atom_follows(x, end + after) && atom_is_numeral(x, end + after);
        if (after && !code_of_next && other == code)
            end += after;
        add_money(v, begin, end, n.value, code);
        *ret_end = end;
        return true;
    }
    if (in_word(x, &n) && !unit_currency_after(x, n.end, &other))
        return false;
    size_t k = n.end;
    size_t after = unit_currency_after(x, k, &code);
    double amount = n.value;
    if (!after && (after = million_code(x, k, &code)))
        amount *= 1e6;
    if (!after)
        return false;
    /* in "1 $ 10 dollars" the sign belongs to the second number */
    size_t end = k + after;
    struct number next;
    if (x->items[k].kind == ATOM_MARK && atom_follows(x, end) &&
        (x->items[end].flags & ATOM_NUMERIC) && number_read(x, end, NUMBER_SHORT, &next) &&
        (atom_glued(x, end) || (unit_currency_after(x, next.end, &other) &&
                                !atom_is(x, next.end, LEX_CURRENCY_MINOR))))
        return false;
    if (!atom_is(x, k, LEX_CURRENCY_MINOR))
        end = small_change(x, end, &amount);
    add_money(v, i, end, amount, code);
    *ret_end = end;
    return true;
}

static void find_money(struct values *v)
{
    const struct atoms *x = v->x;
    size_t floor_at = 0;
    for (size_t i = 0; i < x->count;) {
        size_t end = i + 1;
        if (x->items[i].flags & ATOM_NUMERIC) {
            if (money_at(v, i, floor_at, &end))
                floor_at = end;
        } else if (atom_word(x, i, "dollar") || atom_word(x, i, "dollars")) {
            add_money(v, i, i + 1, NAN, 'D'); /* a currency without an amount */
        }
        i = end;
    }
}

/* ---- dates ---- */

static struct str day_text(struct arena *a, int32_t day)
{
    int y, m, d;
    time_civil(day, &y, &m, &d);
    return arena_printf(a, "%04d-%02d-%02d", y, m, d);
}

static void find_dates(struct values *v, struct str published)
{
    struct date_found_list list;
    date_scan(v->a, v->x, published, true, &list);
    for (size_t i = 0; i < list.count; i++) {
        const struct date_found *f = &list.items[i];
        struct value *r = add(v, f->period ? VALUE_PERIOD : VALUE_DATE, f->begin, f->end);
        r->edtf = f->edtf;
        if (!f->resolved)
            continue;
        if (!f->open_first)
            r->from = day_text(v->a, f->days.first);
        if (!f->open_last)
            r->until = day_text(v->a, f->until);
    }
}

void value_find(struct arena *a, struct str text, struct str published, struct value_list *ret)
{
    struct token_text t;
    struct atoms x;
    *ret = (struct value_list){0};
    token_split(a, text, &t);
    atoms_split(a, &t, &x);
    struct values v = {.a = a, .x = &x, .out = ret};
    find_numbers(&v);
    find_ranges(&v);
    find_money(&v);
    find_ages(&v);
    find_dates(&v, published);
}

static void print_range(struct json_out *j, const struct value *v)
{
    BUF_AUTO text;
    buf_init(&text, 100);
    buf_add_char(&text, v->low_in ? '[' : '(');
    if (!isnan(v->low))
        buf_printf(&text, "%.15g", v->low);
    buf_add_char(&text, ',');
    if (!isnan(v->high))
        buf_printf(&text, "%.15g", v->high);
    buf_add_char(&text, v->high_in ? ']' : ')');
    json_put_str(j, buf_str(&text));
}

void value_print_json(struct buf *out, const struct value_list *list)
{
    static const char *const names[] = {"number", "range", "money", "age", "date", "period"};
    for (size_t i = 0; i < list->count; i++) {
        const struct value *v = &list->items[i];
        struct json_out j = {.out = out};
        json_begin_object(&j);
        json_put_key(&j, "kind");
        json_put_str(&j, str_of(names[v->kind]));
        json_put_key(&j, "text");
        json_put_str(&j, v->text);
        json_put_key(&j, "begin");
        json_put_int(&j, (int64_t)v->span.begin);
        json_put_key(&j, "end");
        json_put_int(&j, (int64_t)v->span.end);
        json_put_key(&j, "value");
        if (v->kind == VALUE_RANGE)
            print_range(&j, v);
        else if (v->kind >= VALUE_DATE)
            json_put_str_or_null(&j, v->edtf);
        else
            json_put_number(&j, v->value);
        if (v->kind == VALUE_MONEY || v->kind == VALUE_AGE) {
            json_put_key(&j, "unit");
            json_put_str_or_null(&j, v->unit);
        }
        if (v->kind == VALUE_MONEY) {
            json_put_key(&j, "currency");
            json_put_str_or_null(&j, v->currency[0] ? str_of(v->currency) : (struct str){0});
        }
        if (v->kind >= VALUE_DATE) {
            json_put_key(&j, "from");
            json_put_str_or_null(&j, v->from);
            json_put_key(&j, "until");
            json_put_str_or_null(&j, v->until);
        }
        json_end_object(&j);
        buf_add_char(out, '\n');
    }
}
