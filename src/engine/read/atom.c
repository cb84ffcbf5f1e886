/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tokens cut into atoms. A numeral takes groups of three (or of two before a last three) and
 * one point; a chain of others ("22,24,26", "1.2.3") is cut at every mark.
 */
#include "base/text.h"
#include "engine/read/number.h"

#define BIT(c, k) ((c) / 64 == (k) ? (uint64_t)1 << ((c) % 64) : 0)
#define STARTS(k)                                                                              \
    (BIT(LEX_DIGIT_WORD, k) | BIT(LEX_TEEN_WORD, k) | BIT(LEX_TENS_WORD, k) |                  \
     BIT(LEX_NUMBER_START, k))

/* What an expression of time is made of. */
#define TIMES(k)                                                                               \
    (BIT(LEX_MONTH, k) | BIT(LEX_WEEKDAY, k) | BIT(LEX_SEASON, k) | BIT(LEX_DAY_WORD, k) |     \
     BIT(LEX_TIME_THIS, k) | BIT(LEX_TIME_NEXT, k) | BIT(LEX_TIME_LAST, k) |                   \
     BIT(LEX_TIME_SAME, k) | BIT(LEX_TIME_EARLY, k) | BIT(LEX_TIME_MID, k) |                   \
     BIT(LEX_TIME_LATE, k) | BIT(LEX_DECADE_WORD, k) | BIT(LEX_ORDINAL_WORD, k) |              \
     BIT(LEX_HOLIDAY, k) | BIT(LEX_HOLIDAY_START, k) | BIT(LEX_TIME_UNIT, k) |                 \
     BIT(LEX_TIME_HINT, k) | BIT(LEX_DIGIT_WORD, k) | BIT(LEX_TEEN_WORD, k) |                  \
     BIT(LEX_TENS_WORD, k) | BIT(LEX_NUMBER_FEW, k))

struct cutter {
    struct arena *a;
    struct atoms *out;
    size_t cap;
};

static bool is_digit(struct str s, size_t i)
{
    return i < s.n && s.p[i] >= '0' && s.p[i] <= '9';
}

static size_t digits_at(struct str s, size_t i)
{
    size_t k = i;
    while (is_digit(s, k))
        k++;
    return k - i;
}

/* Length of a no-break or thin space at i between digits, or 0. */
static size_t thin_space(struct str s, size_t i)
{
    if (i + 2 < s.n && s.p[i] == '\xe2' && s.p[i + 1] == '\x80' &&
        (s.p[i + 2] == '\xaf' || s.p[i + 2] == '\x89'))
        return 3;
    return i + 1 < s.n && s.p[i] == '\xc2' && s.p[i + 1] == '\xa0' ? 2 : 0;
}

/* End of "1,234,567", "12,34,567" or "1 234 567" that begins at i with `first` digits. */
static size_t groups_end(struct str s, size_t i, size_t first)
{
    size_t end = i + first, k = end, n;
    if (first == 0 || first > 3)
        return end;
    if ((n = thin_space(s, k))) {
        while ((n = thin_space(s, k)) && digits_at(s, k + n) == 3)
            k += n + 3;
        return k;
    }
    size_t twos = 0;
    while (k < s.n && s.p[k] == ',') {
        n = digits_at(s, k + 1);
        if (n == 3) {
            k += 4;
            end = k;
            if (twos)
                break;
        } else if (n == 2 && first <= 2 && end == i + first) {
            k += 3;
            twos++;
        } else {
            break;
        }
    }
    return end;
}

/* End of the numeral at i; *ret_plain is false when it has groups or a point. */
static size_t numeral_end(struct str s, size_t i, bool *ret_plain)
{
    size_t first = digits_at(s, i);
    size_t end = groups_end(s, i, first);
    size_t n;
    *ret_plain = end == i + first;
    bool in_chain = i > 1 && s.p[i - 1] == '.' && is_digit(s, i - 2);
    if (end < s.n && s.p[end] == '.' && !in_chain && (n = digits_at(s, end + 1))) {
        size_t after = end + 1 + n;
        bool chain = after < s.n && (s.p[after] == '.' || (s.p[after] == ',' && *ret_plain)) &&
                     is_digit(s, after + 1);
        if (!chain || (s.p[after] == ',' && n > 3)) {
            *ret_plain = false;
            return after;
        }
    } else if (*ret_plain && first && end < s.n && s.p[end] == ',' &&
               (n = digits_at(s, end + 1)) && n != 3) {
        size_t after = end + 1 + n;
        bool chain = after < s.n && s.p[after] == ',' && is_digit(s, after + 1);
        bool before = i > 1 && s.p[i - 1] == ',' && is_digit(s, i - 2);
        if (!chain && !before && n <= 2) {
            *ret_plain = false;
            return after;
        }
    }
    return end;
}

static void push(struct cutter *c, struct atom atom)
{
    struct atoms *x = c->out;
    ARENA_PUSH(c->a, x->items, x->count, c->cap, atom);
}

static void push_word(struct cutter *c, struct atom atom, uint32_t word)
{
    const uint64_t *w = lexicon_words[word].classes;
    static const uint64_t starts[8] = {STARTS(0), STARTS(1), STARTS(2), STARTS(3),
                                       STARTS(4), STARTS(5), STARTS(6), STARTS(7)};
    _Static_assert(LEXICON_CLASS_WORDS <= 8, "more classes than the mask");
    atom.kind = ATOM_WORD;
    atom.word = word;
    static const uint64_t times[8] = {TIMES(0), TIMES(1), TIMES(2), TIMES(3),
                                      TIMES(4), TIMES(5), TIMES(6), TIMES(7)};
    uint64_t any = 0, time = 0;
    for (size_t k = 0; k < LEXICON_CLASS_WORDS; k++) {
        any |= w[k] & starts[k];
        time |= w[k] & times[k];
    }
    if (any)
        atom.flags |= ATOM_NUMERIC;
    if (time)
        atom.flags |= ATOM_TEMPORAL;
    push(c, atom);
}

static bool letter_at(struct str s, size_t i, size_t *ret_next)
{
    unsigned char b = (unsigned char)s.p[i];
    *ret_next = i + 1;
    if (b < 0x80)
        return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || b == '\'';
    uint32_t cp = text_decode(s, i, ret_next);
    return text_is_letter(cp) || cp == 0x2019 || (cp >= 0x300 && cp <= 0x36f);
}

/* A token of several parts, or a numeral. `end` may reach into following tokens of a numeral
 * with thin spaces; returns the byte behind the last atom. */
static size_t cut(struct cutter *c, size_t begin, size_t end, struct atom proto)
{
    struct str s = c->out->text;
    size_t i = begin;
    while (i < end) {
        struct atom atom = proto;
        if (i > begin)
            atom.flags = ATOM_INNER;
        atom.begin = (uint32_t)i;
        size_t next;
        bool letter = letter_at(s, i, &next), plain;
        if (is_digit(s, i) || (s.p[i] == '.' && i == begin && is_digit(s, i + 1))) {
            size_t to = numeral_end(s, i, &plain);
            if (to == i)
                to = i + 1;
            atom.end = (uint32_t)to;
            atom.kind = ATOM_NUMERAL;
            atom.flags |= ATOM_NUMERIC | ATOM_TEMPORAL;
            atom.mark = !plain;
            size_t n = digits_at(s, i);
            atom.digits = (uint8_t)(n < 255 ? n : 255);
            push(c, atom);
            i = to;
        } else if (letter && !(s.p[i] == '\'' && is_digit(s, i + 1))) {
            if (s.p[i] >= 'A' && s.p[i] <= 'Z')
                atom.flags |= ATOM_UPPER;
            size_t k = next;
            while (k < end && letter_at(s, k, &next))
                k = next;
            atom.end = (uint32_t)k;
            push_word(c, atom, lexicon_find(str_slice(s, i, k)));
            i = k;
        } else {
            atom.end = (uint32_t)next;
            atom.kind = ATOM_MARK;
            atom.mark = (unsigned char)s.p[i] < 0x80 ? (uint8_t)s.p[i] : 0;
            atom.word = lexicon_find(str_slice(s, i, next));
            push(c, atom);
            i = next;
        }
    }
    return i;
}

/* Does a word hold nothing but letters? */
static bool plain_word(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '-' || c == '&' || c == '.' || (c >= '0' && c <= '9'))
            return false;
    }
    return true;
}

/* "workers' day": the apostrophe, whatever token it is, belongs to the word before it. */
static bool owner_mark(struct atoms *x, const struct token *tok)
{
    struct str s = str_slice(x->text, tok->begin, tok->end);
    if (tok->flags & TOKEN_SPACE_BEFORE || !x->count || !tok->begin ||
        x->items[x->count - 1].kind != ATOM_WORD || x->text.p[tok->begin - 1] != 's' ||
        !(str_eq(s, STR("'")) || str_eq(s, STR("\xe2\x80\x99"))))
        return false;
    x->items[x->count - 1].end = tok->end;
    return true;
}

static void add_token(struct cutter *c, const struct token_text *t, size_t i, size_t *at)
{
    const struct token *tok = &t->tokens[i];
    struct atom atom = {.token = (uint32_t)i, .begin = tok->begin, .end = tok->end};
    if (tok->begin < *at)
        return; /* part of a numeral that was read before */
    if (tok->flags & TOKEN_SPACE_BEFORE)
        atom.flags |= ATOM_SPACE;
    if (tok->flags & TOKEN_SENTENCE_FIRST)
        atom.flags |= ATOM_FIRST;
    size_t end = tok->end;
    struct str s = t->text;
    switch ((enum token_kind)tok->kind) {
    case TOKEN_CLITIC:
        if (owner_mark(c->out, tok))
            return;
        /* fallthrough */
    case TOKEN_WORD:
        if (tok->flags & TOKEN_UPPER_FIRST)
            atom.flags |= ATOM_UPPER;
        bool dot = tok->flags & TOKEN_ABBREVIATION;
        if (tok->word || plain_word(str_slice(s, tok->begin, end - dot))) {
            atom.end = (uint32_t)(end - dot);
            push_word(c, atom, tok->word);
        } else {
            cut(c, tok->begin, end - dot, atom);
        }
        if (dot)
            push(c, (struct atom){.begin = (uint32_t)end - 1,
                                  .end = (uint32_t)end,
                                  .token = (uint32_t)i,
                                  .kind = ATOM_MARK,
                                  .mark = '.',
                                  .flags = ATOM_INNER});
        *at = end;
        return;
    case TOKEN_NUMBER:
        *at = cut(c, tok->begin, end, atom);
        return;
    case TOKEN_PUNCT:
        if (tok->mark == '.' && i + 1 < t->count && t->tokens[i + 1].kind == TOKEN_NUMBER &&
            t->tokens[i + 1].begin == end && is_digit(s, end) &&
            (tok->flags & (TOKEN_SPACE_BEFORE | TOKEN_SENTENCE_FIRST) ||
             (i && strchr("-($", s.p[tok->begin - 1])))) {
            *at = cut(c, tok->begin, t->tokens[i + 1].end, atom); /* ".08" */
            return;
        }
        break;
    case TOKEN_QUOTE:
        if (tok->single && owner_mark(c->out, tok))
            return;
        break;
    case TOKEN_DASH:
    case TOKEN_SYMBOL:
        break;
    }
    atom.kind = ATOM_MARK;
    atom.mark = tok->kind == TOKEN_DASH    ? '-'
                : tok->kind == TOKEN_QUOTE ? '"'
                : tok->kind == TOKEN_PUNCT && tok->mark == '~'
                    ? 0 /* an ellipsis, unlike a tilde */
                    : tok->mark;
    if (tok->kind == TOKEN_SYMBOL)
        atom.word = lexicon_find(token_str(t, i));
    push(c, atom);
}

void atoms_split(struct arena *a, const struct token_text *t, struct atoms *ret)
{
    *ret = (struct atoms){.text = t->text};
    struct cutter c = {.a = a, .out = ret, .cap = 0};
    if (t->count) {
        c.cap = t->count + t->count / 4 + 16;
        ret->items = ARENA_NEW(a, c.cap, struct atom);
    }
    size_t at = 0;
    for (size_t i = 0; i < t->count; i++)
        add_token(&c, t, i, &at);
    struct atom end = {.begin = (uint32_t)t->text.n,
                       .end = (uint32_t)t->text.n,
                       .token = (uint32_t)t->count,
                       .kind = ATOM_MARK,
                       .flags = ATOM_SPACE | ATOM_FIRST};
    push(&c, end);
    ret->count--;
}
