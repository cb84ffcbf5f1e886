/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Three sizes of rule: a line that is nothing but furniture ("Share", "14 comments", a byline),
 * a sentence that begins like furniture ("Sign up for …"), and a short sentence that holds a
 * mark of it ("… cookie policy …"). Longer text is never dropped by a mark alone: what is said
 * about a cookie policy may be the news.
 */
#include "engine/read/page_parts.h"

#define LINE_WORDS     8
#define SENTENCE_WORDS 45
#define CAPTION_WORDS  80
#define BYLINE_WORDS   16

static void mark(bool *furniture, struct token_range r)
{
    memset(furniture + r.begin, 1, r.end - r.begin);
}

static bool is_punct(const struct token_text *t, size_t i, char c)
{
    return t->tokens[i].kind == TOKEN_PUNCT && t->tokens[i].mark == (uint8_t)c;
}

static bool is_class(const struct token_text *t, size_t i, enum lex_class c)
{
    return t->tokens[i].word && lexicon_is(t->tokens[i].word, c);
}

static bool is_symbol(const struct token_text *t, size_t i, char c)
{
    return t->tokens[i].kind == TOKEN_SYMBOL && t->tokens[i].mark == (uint8_t)c;
}

static bool is_copyright(const struct token_text *t, size_t i)
{
    return t->tokens[i].kind == TOKEN_SYMBOL && str_eq(token_str(t, i), STR("\xc2\xa9"));
}

static bool is_wordless(const struct token_text *t, size_t i)
{
    return t->tokens[i].kind != TOKEN_WORD && t->tokens[i].kind != TOKEN_NUMBER;
}

/* A web address or an e-mail address, as it falls into tokens. */
static bool is_address(const struct token_text *t, size_t i)
{
    struct str s = token_str(t, i);
    return str_starts(s, STR("www.")) || str_starts(s, STR("http")) ||
           str_ends(s, STR(".com")) || str_ends(s, STR(".org")) || str_ends(s, STR(".net")) ||
           str_ends(s, STR(".html"));
}

/* Nothing but menu words, counts, handles, addresses and marks: "Share 14 Tweet Print". */
static bool is_menu_line(const struct token_text *t, struct token_range r)
{
    if (r.end - r.begin > 3 * LINE_WORDS)
        return false;
    size_t words = 0, plain_numbers = 0;
    for (size_t i = r.begin; i < r.end;) {
        size_t n;
        if (is_wordless(t, i) && !is_symbol(t, i, '@')) {
            i++;
        } else if ((n = lexicon_match(t, i, LEX_PAGE_LINE)) != 0) {
            words += n;
            i += n;
        } else if (t->tokens[i].kind == TOKEN_NUMBER && i + 1 < r.end &&
                   (n = lexicon_match(t, i + 1, LEX_PAGE_COUNT)) != 0) {
            words += n;
            i += n + 1;
        } else if (t->tokens[i].kind == TOKEN_NUMBER) {
            plain_numbers++;
            i++;
        } else if (is_symbol(t, i, '@') && i + 1 < r.end) {
            words++;
            i += 2;
        } else if (is_address(t, i)) {
            words++;
            i++;
        } else {
            return false;
        }
    }
    return words > 0 || plain_numbers <= 1;
}

/* A line of clocks, months and numbers, without a verb: "9:42 p.m.", "Monday 8 August". */
static bool is_time_line(const struct token_text *t, struct token_range r)
{
    if (r.end - r.begin > LINE_WORDS)
        return false;
    size_t clocks = 0;
    for (size_t i = r.begin; i < r.end; i++) {
        if (is_class(t, i, LEX_MONTH_NAME) || is_class(t, i, LEX_WEEKDAY_NAME))
            clocks++;
        else if (t->tokens[i].kind == TOKEN_WORD &&
                 !(t->tokens[i].flags & TOKEN_ABBREVIATION) &&
                 !(t->tokens[i].flags & TOKEN_ALL_UPPER) && !is_class(t, i, LEX_PAGE_STAMP))
            return false;
        clocks += t->tokens[i].kind == TOKEN_NUMBER;
    }
    return clocks > 0;
}

/* "By Ana Kell and Tom Orrin, State Desk": after By only names and what joins them. */
static bool is_byline(const struct token_text *t, struct token_range r)
{
    size_t n = r.end - r.begin, names = 0;
    if (n < 2 || n > BYLINE_WORDS || !str_eq_nocase(token_str(t, r.begin), STR("by")))
        return false;
    for (size_t i = r.begin + 1; i < r.end; i++) {
        const struct token *k = &t->tokens[i];
        struct str s = token_str(t, i);
        if (k->kind == TOKEN_WORD && (k->flags & TOKEN_UPPER_FIRST))
            names++;
        else if (k->kind == TOKEN_WORD && i + 1 < r.end &&
                 (str_eq(s, STR("and")) || str_eq(s, STR("in")) || str_eq(s, STR("for")) ||
                  str_eq(s, STR("of")) || str_eq(s, STR("the")) || str_eq(s, STR("de")) ||
                  str_eq(s, STR("van")) || str_eq(s, STR("von")) || str_eq(s, STR("al"))))
            continue;
        else if (k->kind == TOKEN_WORD)
            return false;
    }
    bool stop = is_punct(t, r.end - 1, '.') && !(t->tokens[r.end - 2].flags & TOKEN_ALL_UPPER);
    return names >= 1 && (!stop || n <= 6);
}

static bool has_quote(const struct token_text *t, struct token_range r)
{
    for (size_t i = r.begin; i < r.end; i++)
        if (t->tokens[i].kind == TOKEN_QUOTE && !t->tokens[i].single)
            return true;
    return false;
}

/* "… on Monday. (Ana Kell/State Desk)", "… Photo: Ana Kell", "FILE - In this …" */
static bool is_caption(const struct token_text *t, struct token_range r)
{
    if (r.end - r.begin > CAPTION_WORDS)
        return false;
    if (str_eq(token_str(t, r.begin), STR("FILE")) && r.end - r.begin > 2 &&
        (t->tokens[r.begin + 1].kind == TOKEN_DASH || is_punct(t, r.begin + 1, '-') ||
         str_eq(token_str(t, r.begin + 1), STR("PHOTO"))))
        return true;
    if (has_quote(t, r))
        return false;
    for (size_t i = r.begin; i < r.end; i++)
        if (lexicon_match(t, i, LEX_PAGE_MARK_CREDIT))
            return true;
    size_t last = r.end - 1;
    if (is_punct(t, last, '.') && last > r.begin)
        last--;
    if (!is_punct(t, last, ')'))
        return false;
    bool slash = false, credit = false;
    for (size_t i = last; i > r.begin && last - i < 14; i--) {
        if (is_punct(t, i, '('))
            return (slash || credit) && last - i > 1;
        struct str s = token_str(t, i);
        slash = slash || is_punct(t, i, '/') || memchr(s.p, '/', s.n);
        credit = credit || is_class(t, i, LEX_PAGE_CREDIT);
        if (t->tokens[i].kind == TOKEN_NUMBER)
            return false;
    }
    return false;
}

/* "Follow Ana Kell on Twitter": an order to the reader. */
static bool is_follow(const struct token_text *t, struct token_range r)
{
    struct str s = token_str(t, r.begin);
    if (!str_eq(s, STR("Follow")) && !str_eq(s, STR("Find")) && !str_eq(s, STR("Like")) &&
        !str_eq(s, STR("Join")) && !str_eq(s, STR("FOLLOW")))
        return false;
    for (size_t i = r.begin + 1; i + 1 < r.end && i < r.begin + 14; i++)
        if (str_eq_nocase(token_str(t, i), STR("on")) && is_class(t, i + 1, LEX_PAGE_SITE))
            return true;
    return is_symbol(t, r.begin + 1 < r.end ? r.begin + 1 : r.begin, '@');
}

/* A label and a colon: the whole line belongs to it. */
static bool is_labelled(const struct token_text *t, struct token_range r)
{
    size_t n = lexicon_match(t, r.begin, LEX_PAGE_LABEL);
    return n && r.begin + n < r.end && is_punct(t, r.begin + n, ':') &&
           (t->tokens[r.begin].flags & TOKEN_UPPER_FIRST);
}

static bool is_furniture_sentence(const struct token_text *t, struct token_range r)
{
    size_t first = r.begin;
    while (first < r.end && is_wordless(t, first) && !is_copyright(t, first))
        first++;
    if (first >= r.end || r.end - r.begin > SENTENCE_WORDS)
        return false;
    struct token_range s = {(uint32_t)first, r.end};
    if (is_copyright(t, first) || is_follow(t, s) || is_labelled(t, s))
        return true;
    bool opens = (first == r.begin || is_punct(t, r.begin, '(')) &&
                 (t->tokens[first].flags & TOKEN_UPPER_FIRST);
    if (opens && lexicon_match(t, first, LEX_PAGE_OPEN))
        return true;
    if (has_quote(t, r))
        return false;
    bool mark_you = false, you = false;
    for (size_t i = first; i < r.end; i++) {
        if (lexicon_match(t, i, LEX_PAGE_MARK))
            return true;
        mark_you = mark_you || lexicon_match(t, i, LEX_PAGE_MARK_YOU);
        you = you || is_class(t, i, LEX_READER);
    }
    return mark_you && you;
}

/* Markup or code that was left in the text. */
static bool is_code(const struct token_text *t, struct token_range r)
{
    size_t odd = 0, n = r.end - r.begin;
    for (size_t i = r.begin; i < r.end; i++)
        odd += is_punct(t, i, '{') || is_punct(t, i, '}') || is_symbol(t, i, '<') ||
               is_symbol(t, i, '=');
    return odd * 8 > n;
}

void page_furniture(const struct token_text *t, bool *furniture)
{
    for (size_t p = 0; p < t->paragraph_count; p++) {
        struct token_range r = page_paragraph(t, p);
        if (furniture[r.begin])
            continue;
        if (is_menu_line(t, r) || is_time_line(t, r) || is_byline(t, r) || is_caption(t, r) ||
            is_code(t, r)) {
            mark(furniture, r);
            continue;
        }
        size_t sentences = t->paragraphs[p].end - t->paragraphs[p].begin;
        for (size_t s = t->paragraphs[p].begin; s < t->paragraphs[p].end; s++) {
            if (!is_furniture_sentence(t, t->sentences[s]))
                continue;
            /* A short block goes with its first line: "Sign up … We never share …" */
            bool whole = s == t->paragraphs[p].begin && sentences <= 4 &&
                         r.end - r.begin <= SENTENCE_WORDS;
            mark(furniture, whole ? r : t->sentences[s]);
        }
    }
}
