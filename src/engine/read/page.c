/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/time.h"
#include "engine/read/page_parts.h"

#define HEAD_PARAGRAPHS 12
#define STAMP_WORDS     14

void page_scan(struct arena *a, const struct token_text *t, struct page *ret)
{
    *ret = (struct page){.furniture = ARENA_NEW(a, t->count + 1, bool)};
    ret->english = page_language(t, ret->furniture);
    if (!ret->english)
        return;
    page_furniture(t, ret->furniture);
    ret->published = page_head_date(a, t, ret->furniture);
    ret->reworded = page_reworded(a, t, ret->furniture);
}

static unsigned month_of(const struct token_text *t, size_t i)
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    uint32_t w = t->tokens[i].word;
    if (!w || !lexicon_is(w, LEX_MONTH_NAME) || !(t->tokens[i].flags & TOKEN_UPPER_FIRST))
        return 0;
    for (unsigned m = 0; m < 12; m++)
        if (memcmp(lexicon_words[w].text, names + (size_t)m * 3, 3) == 0)
            return m + 1;
    return 0;
}

/* A day ("11", "11th") or a year: the leading digits; what follows may only be an ordinal. */
static unsigned number_of(const struct token_text *t, size_t i, size_t max_digits)
{
    if (t->tokens[i].kind != TOKEN_NUMBER)
        return 0;
    struct str s = token_str(t, i);
    unsigned v = 0;
    size_t k = 0;
    while (k < s.n && k < max_digits && s.p[k] >= '0' && s.p[k] <= '9')
        v = v * 10 + (unsigned)(s.p[k++] - '0');
    struct str rest = str_slice(s, k, s.n);
    bool ordinal = str_eq(rest, STR("st")) || str_eq(rest, STR("nd")) ||
                   str_eq(rest, STR("rd")) || str_eq(rest, STR("th"));
    return rest.n == 0 || (ordinal && max_digits == 2) ? v : 0;
}

struct day {
    unsigned y, m, d;
    size_t end; /* token behind it */
};

static bool day_valid(const struct day *d)
{
    return d->y >= 1900 && d->y <= 2100 && time_is_date((int)d->y, (int)d->m, (int)d->d);
}

/* "2022-08-11", "11.08.2022", "2022/08/11", "25/08/2022": only what can be read one way. */
static bool numeric_date(struct str s, struct day *ret)
{
    unsigned part[3] = {0};
    size_t digits[3] = {0}, n = 0;
    char mark = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c >= '0' && c <= '9' && digits[n] < 4) {
            part[n] = part[n] * 10 + (unsigned)(c - '0');
            digits[n]++;
        } else if ((c == '-' || c == '/' || c == '.') && n < 2 && digits[n] &&
                   (!mark || c == mark)) {
            mark = c;
            n++;
        } else if (c == 'T' && n == 2 && mark == '-') {
            break;
        } else {
            return false;
        }
    }
    if (n != 2 || !digits[2])
        return false;
    if (digits[0] == 4)
        *ret = (struct day){part[0], part[1], part[2], 0};
    else if (digits[2] == 4 && (mark == '.' || part[0] > 12))
        *ret = (struct day){part[2], part[1], part[0], 0};
    else if (digits[2] == 4 && mark == '/' && part[1] > 12)
        *ret = (struct day){part[2], part[0], part[1], 0};
    else
        return false;
    return day_valid(ret);
}

static bool is_mark(const struct token_text *t, size_t i, size_t end, char c)
{
    return i < end && t->tokens[i].kind == TOKEN_PUNCT && t->tokens[i].mark == (uint8_t)c;
}

/* A whole date, with its year, that begins at token i. */
static bool day_at(const struct token_text *t, size_t i, size_t end, struct day *ret)
{
    if (t->tokens[i].kind == TOKEN_NUMBER && numeric_date(token_str(t, i), ret)) {
        ret->end = i + 1;
        return true;
    }
    struct day d = {0};
    size_t k = i;
    if ((d.m = month_of(t, k)) != 0) {
        k++;
        if (is_mark(t, k, end, '.'))
            k++;
        if (k >= end || !(d.d = number_of(t, k, 2)))
            return false;
        k++;
    } else if ((d.d = number_of(t, k, 2)) != 0) {
        k++;
        if (k < end && t->tokens[k].word && str_eq_nocase(token_str(t, k), STR("of")))
            k++;
        if (k >= end || !(d.m = month_of(t, k)))
            return false;
        k++;
        if (is_mark(t, k, end, '.'))
            k++;
    } else {
        return false;
    }
    if (is_mark(t, k, end, ','))
        k++;
    if (k >= end || (d.y = number_of(t, k, 4)) < 1000)
        return false;
    d.end = k + 1;
    if (!day_valid(&d))
        return false;
    *ret = d;
    return true;
}

static bool is_class(const struct token_text *t, size_t i, enum lex_class c)
{
    return t->tokens[i].word && lexicon_is(t->tokens[i].word, c);
}

static void mark(bool *furniture, size_t begin, size_t end)
{
    memset(furniture + begin, 1, end - begin);
}

/* A line that is a stamp: an optional label, a date, an optional clock. */
static bool stamp_line(const struct token_text *t, struct token_range r, struct day *ret)
{
    size_t i = r.begin, n = lexicon_match(t, i, LEX_PAGE_STAMP);
    bool labelled = n > 0;
    if (r.end - r.begin > STAMP_WORDS)
        return false;
    i += n;
    while (i < r.end && (is_mark(t, i, r.end, ':') || is_mark(t, i, r.end, ',') ||
                         is_class(t, i, LEX_WEEKDAY_NAME) || is_class(t, i, LEX_PAGE_STAMP) ||
                         (labelled && is_class(t, i, LEX_PAGE_STAMP_INNER)) ||
                         t->tokens[i].kind == TOKEN_DASH))
        i++;
    if (i >= r.end || !day_at(t, i, r.end, ret))
        return false;
    if (labelled)
        return true;
    /* Bare: nothing but a clock, a zone or marks may follow. */
    for (i = ret->end; i < r.end; i++) {
        const struct token *k = &t->tokens[i];
        bool clock = k->kind == TOKEN_NUMBER || k->kind == TOKEN_PUNCT ||
                     k->kind == TOKEN_SYMBOL || k->kind == TOKEN_DASH ||
                     (k->flags & (TOKEN_ALL_UPPER | TOKEN_ABBREVIATION)) ||
                     k->end - k->begin <= 2;
        if (!clock)
            return false;
    }
    return true;
}

/* "KYIV, Aug. 11, 2022 (Agency) - ": the end of the dateline at the head of a paragraph, or
 * r.begin. The date in it goes to *ret if it is a whole one (y != 0). */
static size_t dateline_end(const struct token_text *t, struct token_range r, struct day *ret)
{
    bool place = false, rest = false;
    size_t limit = r.end - r.begin > 24 ? r.begin + 24 : r.end;
    size_t i = r.begin;
    while (i < limit && t->tokens[i].kind == TOKEN_WORD &&
           (t->tokens[i].flags & TOKEN_UPPER_FIRST) && !month_of(t, i)) {
        place = place || (t->tokens[i].flags & TOKEN_ALL_UPPER);
        i++;
        if (is_mark(t, i, limit, ',') || is_mark(t, i, limit, '/'))
            i++;
    }
    if (i == r.begin || i - r.begin > 8)
        return r.begin;
    struct day d = {0};
    while (i < limit && t->tokens[i].kind != TOKEN_DASH) {
        if (day_at(t, i, limit, &d)) {
            i = d.end;
            rest = true;
        } else if (is_mark(t, i, limit, '(')) {
            size_t open = i;
            while (i < limit && i - open < 7 && !is_mark(t, i, limit, ')'))
                i++;
            if (!is_mark(t, i, limit, ')'))
                return r.begin;
            rest = true;
            i++;
        } else if (month_of(t, i) || is_class(t, i, LEX_WEEKDAY_NAME) ||
                   t->tokens[i].kind == TOKEN_NUMBER) {
            rest = true;
            i++;
        } else if (is_mark(t, i, limit, ',') || is_mark(t, i, limit, '.')) {
            i++;
        } else {
            break;
        }
    }
    bool dash =
        i < limit && (t->tokens[i].kind == TOKEN_DASH || (rest && is_mark(t, i, limit, '-')));
    if (!dash || !(place || rest) || i + 1 >= r.end ||
        !((t->tokens[i + 1].flags & TOKEN_UPPER_FIRST) || t->tokens[i + 1].kind != TOKEN_WORD))
        return r.begin;
    *ret = d;
    return i + 1;
}

/* "title …", "publisher …" above a date: the head that collections put on their texts. */
static void mark_head_lines(const struct token_text *t, size_t count, bool *furniture)
{
    for (size_t p = 0; p < count; p++) {
        struct token_range r = page_paragraph(t, p);
        if (!(t->tokens[r.begin].flags & TOKEN_UPPER_FIRST) &&
            is_class(t, r.begin, LEX_HEAD_LABEL))
            mark(furniture, r.begin, r.end);
    }
}

struct str page_head_date(struct arena *a, const struct token_text *t, bool *furniture)
{
    struct day found = {0};
    size_t last = t->paragraph_count < HEAD_PARAGRAPHS ? t->paragraph_count : HEAD_PARAGRAPHS;
    for (size_t p = 0; p < last; p++) {
        struct token_range r = page_paragraph(t, p);
        struct day d = {0};
        if (stamp_line(t, r, &d)) {
            mark(furniture, r.begin, r.end);
            mark_head_lines(t, p + 3 < last ? p + 3 : last, furniture);
        } else {
            size_t end = dateline_end(t, r, &d);
            if (end == r.begin)
                continue;
            mark(furniture, r.begin, end);
        }
        if (d.y && !found.y)
            found = d;
    }
    if (!found.y)
        return (struct str){0};
    return arena_printf(a, "%04u-%02u-%02u", found.y, found.m, found.d);
}
