/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One pass over the bytes for the tokens, one over the tokens for sentences. A newline ends a
 * paragraph when an empty line follows, or when the text is not hard-wrapped, or when the next
 * word would still have fitted on the line.
 */
#include "base/text.h"
#include "engine/read/parts.h"

#define WRAP_MAX   110 /* a longer line: the text is not hard-wrapped */
#define WRAP_SLACK 12

struct splitter {
    struct arena *a;
    struct str s;
    struct token_text *out;
    size_t token_cap, sentence_cap, paragraph_cap;
    bool wrapped;
    size_t width;     /* longest line of a wrapped text */
    bool open_single; /* a single quotation mark was opened in this paragraph */
};

enum char_class { C_OTHER, C_SPACE, C_LETTER, C_UPPER, C_DIGIT };

/* Most bytes of English are ASCII: one look each. */
static const uint8_t ascii_class[128] = {
    ['\t' ... '\r'] = C_SPACE, [' '] = C_SPACE,          ['0' ... '9'] = C_DIGIT,
    ['A' ... 'Z'] = C_UPPER,   ['a' ... 'z'] = C_LETTER,
};

static enum char_class wide_class_at(struct str s, size_t i, size_t *next)
{
    uint32_t cp = text_decode(s, i, next);
    if (cp == 0xA0 || cp == 0x202F || cp == 0x2009)
        return C_SPACE;
    if (cp >= 0x2010 && cp <= 0x206F)
        return C_OTHER;
    if (text_is_upper(cp))
        return C_UPPER;
    if (text_is_letter(cp) || (cp >= 0x300 && cp <= 0x36F))
        return C_LETTER;
    return text_is_space(cp) ? C_SPACE : C_OTHER;
}

static inline enum char_class class_at(struct str s, size_t i, size_t *next)
{
    unsigned char c = (unsigned char)s.p[i];
    if (c >= 0x80)
        return wide_class_at(s, i, next);
    *next = i + 1;
    return (enum char_class)ascii_class[c];
}

static bool is_letter(enum char_class c)
{
    return c == C_LETTER || c == C_UPPER;
}

/* Length of an apostrophe at i (' or U+2019), or 0. */
static size_t apostrophe_at(struct str s, size_t i)
{
    if (i < s.n && s.p[i] == '\'')
        return 1;
    return i + 2 < s.n && memcmp(s.p + i, "\xe2\x80\x99", 3) == 0 ? 3 : 0;
}

static bool word_byte(struct str s, size_t i)
{
    if (i >= s.n)
        return false;
    size_t next;
    enum char_class c = class_at(s, i, &next);
    return is_letter(c) || c == C_DIGIT;
}

/* A clitic that begins at i: its length, or 0. */
static size_t clitic_at(struct str s, size_t i)
{
    static const char *const tails[] = {"s", "re", "ve", "ll", "d", "m",
                                        "S", "RE", "VE", "LL", "D", "M"};
    size_t a = apostrophe_at(s, i);
    if (!a)
        return 0;
    for (size_t k = 0; k < sizeof tails / sizeof tails[0]; k++) {
        size_t n = strlen(tails[k]);
        if (i + a + n <= s.n && memcmp(s.p + i + a, tails[k], n) == 0 &&
            !word_byte(s, i + a + n))
            return a + n;
    }
    return 0;
}

static size_t negation_at(struct str s, size_t i)
{
    if (i >= s.n || (s.p[i] != 'n' && s.p[i] != 'N'))
        return 0;
    size_t a = apostrophe_at(s, i + 1);
    if (!a || i + 1 + a >= s.n || (s.p[i + 1 + a] != 't' && s.p[i + 1 + a] != 'T'))
        return 0;
    return word_byte(s, i + 2 + a) ? 0 : 2 + a;
}

static struct token *push(struct splitter *sp, size_t begin, size_t end, enum token_kind kind)
{
    struct token_text *t = sp->out;
    struct token tok = {.begin = (uint32_t)begin, .end = (uint32_t)end, .kind = (uint8_t)kind};
    if (begin && (t->count == 0 || t->tokens[t->count - 1].end < begin))
        tok.flags = TOKEN_SPACE_BEFORE;
    ARENA_PUSH(sp->a, t->tokens, t->count, sp->token_cap, tok);
    return &t->tokens[t->count - 1];
}

static bool iso_date_at(struct str s, size_t i, size_t *end)
{
    static const char shape[] = "dddd-dd-dd";
    size_t k = 0;
    while (k < sizeof shape - 1 && i + k < s.n &&
           (shape[k] == 'd' ? s.p[i + k] >= '0' && s.p[i + k] <= '9' : s.p[i + k] == '-'))
        k++;
    if ((k != 7 && k != 10) || word_byte(s, i + k))
        return false;
    *end = i + k;
    return true;
}

/* Digits with inner . , / : and what hangs on them: "3.5", "12th", "29km", "12-year-old". */
static size_t number_end(struct str s, size_t i)
{
    size_t end;
    if (iso_date_at(s, i, &end))
        return end;
    size_t next;
    while (i < s.n) {
        enum char_class c = class_at(s, i, &next);
        char b = s.p[i];
        if (c == C_DIGIT || is_letter(c)) {
            i = next;
        } else if ((b == '.' || b == ',' || b == '/' || b == ':') && i + 1 < s.n &&
                   s.p[i + 1] >= '0' && s.p[i + 1] <= '9') {
            i += 2;
        } else if (b == '-' && i + 1 < s.n) {
            enum char_class d = class_at(s, i + 1, &next);
            if (!is_letter(d))
                break;
            i = next;
        } else {
            break;
        }
    }
    return i;
}

/* End of the word that begins at i; *ret_dotted: it has inner dots ("U.S"). */
static size_t word_end(struct str s, size_t i, bool *ret_dotted)
{
    size_t begin = i;
    *ret_dotted = false;
    while (i < s.n) {
        size_t next;
        enum char_class c = class_at(s, i, &next);
        if (is_letter(c) || c == C_DIGIT) {
            size_t n = i > begin ? negation_at(s, i) : 0;
            if (n && i > begin)
                return i;
            i = next;
            continue;
        }
        size_t a = apostrophe_at(s, i);
        if (a) {
            if (clitic_at(s, i) || !word_byte(s, i + a))
                return i;
            i += a; /* O'Brien, Ba'ath */
            continue;
        }
        char b = s.p[i];
        if ((b == '-' || b == '&') && word_byte(s, i + 1)) {
            i++;
            continue;
        }
        if (b == '.' && word_byte(s, i + 1)) {
            size_t after;
            bool upper_next = class_at(s, i + 1, &after) == C_UPPER;
            bool lower_before =
                i > begin + 1 && s.p[i - 1] >= 'a' && s.p[i - 1] <= 'z' && s.p[i - 2] != '.';
            if (upper_next && lower_before)
                return i; /* "end.Then": a lost space */
            *ret_dotted = true;
            i++;
            continue;
        }
        return i;
    }
    return i;
}

static void set_word_flags(struct splitter *sp, struct token *t)
{
    struct str s = str_slice(sp->s, t->begin, t->end);
    unsigned upper = 0, lower = 0;
    for (size_t i = 0, next; i < s.n; i = next) {
        enum char_class c = class_at(s, i, &next);
        if (c == C_UPPER) {
            upper++;
            if (i == 0)
                t->flags |= TOKEN_UPPER_FIRST;
        } else if (c == C_LETTER) {
            lower++;
        }
    }
    if (upper >= 2 && !lower)
        t->flags |= TOKEN_ALL_UPPER;
}

static size_t add_word(struct splitter *sp, size_t i)
{
    bool dotted;
    size_t end = word_end(sp->s, i, &dotted);
    struct token *t = push(sp, i, end, TOKEN_WORD);
    set_word_flags(sp, t);
    t->word = lexicon_find(str_slice(sp->s, i, end));
    if (end < sp->s.n && sp->s.p[end] == '.' &&
        !(end + 1 < sp->s.n && sp->s.p[end + 1] == '.')) {
        bool initial = end - i == 1 && (t->flags & TOKEN_UPPER_FIRST) && sp->s.p[i] != 'I';
        bool known =
            t->word &&
            (lexicon_is(t->word, LEX_ABBREV_INNER) || lexicon_is(t->word, LEX_ABBREV_END)) &&
            (dotted || (t->flags & TOKEN_UPPER_FIRST) || end - i <= 4);
        if (dotted || initial || known) {
            t->end = (uint32_t)++end;
            t->flags |= TOKEN_ABBREVIATION;
        }
    }
    return end;
}

/* The side of a mark at [i, end) that looks the same on both, from the space around it. */
static enum quote_mark by_space(struct str s, size_t i, size_t end)
{
    size_t next;
    bool before = i == 0 || class_at(s, i - 1, &next) == C_SPACE ||
                  (unsigned char)s.p[i - 1] >= 0x80 || strchr("([{-", s.p[i - 1]) != NULL;
    bool after = end >= s.n || class_at(s, end, &next) == C_SPACE ||
                 (unsigned char)s.p[end] >= 0x80 || strchr(".,;:!?)]}-", s.p[end]) != NULL;
    return before == after ? QUOTE_EITHER : before ? QUOTE_OPEN : QUOTE_CLOSE;
}

/* Quotation marks. Their side comes from the mark itself or from the space around it. */
static size_t add_quote(struct splitter *sp, size_t i)
{
    static const struct {
        char bytes[4];
        uint8_t mark, single;
    } marks[] = {
        {"\xe2\x80\x9c", QUOTE_OPEN, 0},  {"\xe2\x80\x9d", QUOTE_CLOSE, 0},
        {"\xe2\x80\x9e", QUOTE_OPEN, 0},  {"\xe2\x80\x9f", QUOTE_OPEN, 0},
        {"\xe2\x80\x98", QUOTE_OPEN, 1},  {"\xe2\x80\x99", QUOTE_CLOSE, 1},
        {"\xe2\x80\x9a", QUOTE_OPEN, 1},  {"\xc2\xab", QUOTE_OPEN, 0},
        {"\xc2\xbb", QUOTE_CLOSE, 0},     {"\xe2\x80\xb9", QUOTE_OPEN, 1},
        {"\xe2\x80\xba", QUOTE_CLOSE, 1}, {"``", QUOTE_OPEN, 0},
        {"''", QUOTE_CLOSE, 0},           {"`", QUOTE_OPEN, 1},
    };
    struct str rest = str_slice(sp->s, i, sp->s.n);
    for (size_t k = 0; k < sizeof marks / sizeof marks[0]; k++) {
        struct str m = str_of(marks[k].bytes);
        if (!str_starts(rest, m))
            continue;
        struct token *t = push(sp, i, i + m.n, TOKEN_QUOTE);
        t->mark = marks[k].mark;
        t->single = marks[k].single;
        if (m.p[0] == '\'') /* '' closes `` , but some type it on both sides */
            t->mark = (uint8_t)by_space(sp->s, i, i + m.n);
        return i + m.n;
    }
    if (rest.p[0] != '"' && rest.p[0] != '\'')
        return 0;
    struct token *t = push(sp, i, i + 1, TOKEN_QUOTE);
    t->single = rest.p[0] == '\'';
    t->mark = (uint8_t)by_space(sp->s, i, i + 1);
    return i + 1;
}

/* The apostrophe of "the relatives' lawyer", if nothing in single marks is open: its end, or 0.
 */
static size_t plural_owner_at(const struct splitter *sp, size_t i)
{
    struct str s = sp->s;
    size_t a = apostrophe_at(s, i);
    if (!a || sp->open_single || i == 0 || (s.p[i - 1] | 32) != 's' || i + a + 1 >= s.n ||
        s.p[i + a] != ' ' || !word_byte(s, i + a + 1))
        return 0;
    return i + a;
}

static size_t add_mark(struct splitter *sp, size_t i)
{
    struct str s = sp->s;
    size_t n = clitic_at(s, i);
    if (n) {
        struct token *t = push(sp, i, i + n, TOKEN_CLITIC);
        t->word = lexicon_find(str_slice(s, i, i + n));
        return i + n;
    }
    size_t a = apostrophe_at(s, i);
    if (a && i + a < s.n && s.p[i + a] >= '0' && s.p[i + a] <= '9') {
        size_t end = number_end(s, i + a);
        push(sp, i, end, TOKEN_NUMBER);
        return end;
    }
    size_t end = plural_owner_at(sp, i);
    if (end) {
        push(sp, i, end, TOKEN_CLITIC);
        return end;
    }
    end = add_quote(sp, i);
    if (end) {
        const struct token *q = &sp->out->tokens[sp->out->count - 1];
        if (q->single)
            sp->open_single = q->mark == QUOTE_OPEN;
        return end;
    }
    if (i + 1 < s.n && s.p[i] == '-' && s.p[i + 1] == '-') {
        end = i + 2;
        while (end < s.n && s.p[end] == '-')
            end++;
        push(sp, i, end, TOKEN_DASH);
        return end;
    }
    size_t next;
    uint32_t cp = text_decode(s, i, &next);
    if (cp >= 0x2012 && cp <= 0x2015) {
        push(sp, i, next, TOKEN_DASH);
        return next;
    }
    if (cp == '.' && next < s.n && s.p[next] == '.') {
        while (next < s.n && s.p[next] == '.')
            next++;
        push(sp, i, next, TOKEN_PUNCT)->mark = '~'; /* an ellipsis */
        return next;
    }
    if (cp == 0x2026) {
        push(sp, i, next, TOKEN_PUNCT)->mark = '~';
        return next;
    }
    bool punct = cp < 0x80 && strchr(".,;:!?()[]{}-/", (int)cp);
    if (cp == '-' && (next >= s.n || s.p[next] == ' ') && i && s.p[i - 1] == ' ')
        push(sp, i, next, TOKEN_DASH);
    else
        push(sp, i, next, punct ? TOKEN_PUNCT : TOKEN_SYMBOL)->mark =
            (uint8_t)(cp < 0x80 ? cp : 0);
    return next;
}

static void measure_lines(struct splitter *sp)
{
    struct str rest = sp->s, line;
    sp->wrapped = true;
    while (str_next_line(&rest, &line)) {
        if (line.n > WRAP_MAX) {
            sp->wrapped = false;
            return;
        }
        if (line.n > sp->width)
            sp->width = line.n;
    }
}

/* Does the white space [from, to) end the paragraph? */
static bool ends_paragraph(const struct splitter *sp, size_t from, size_t to)
{
    struct str s = sp->s;
    unsigned breaks = 0;
    size_t first = to;
    for (size_t i = from; i < to; i++)
        if (s.p[i] == '\n' || (s.p[i] == '\r' && !(i + 1 < to && s.p[i + 1] == '\n'))) {
            breaks++;
            if (breaks == 1)
                first = i;
        }
    if (breaks == 0)
        return false;
    if (breaks > 1 || !sp->wrapped)
        return true;
    size_t start = first;
    while (start > 0 && s.p[start - 1] != '\n')
        start--;
    size_t word = to;
    while (word < s.n && (unsigned char)s.p[word] > ' ')
        word++;
    return (first - start) + 1 + (word - to) + WRAP_SLACK < sp->width;
}

/* May the sentence end behind token i, given that token i + 1 exists in the same paragraph? */
static bool ends_sentence(const struct token_text *t, size_t i, size_t first)
{
    const struct token *end = &t->tokens[i];
    const struct token *next = &t->tokens[i + 1];
    bool stop = end->kind == TOKEN_PUNCT &&
                (end->mark == '.' || end->mark == '?' || end->mark == '!' || end->mark == '~');
    bool dotted = end->flags & TOKEN_ABBREVIATION;
    /* Closing marks belong to the sentence that they close. */
    if (end->kind == TOKEN_QUOTE && end->mark != QUOTE_OPEN && i > first) {
        const struct token *before = &t->tokens[i - 1];
        stop = before->kind == TOKEN_PUNCT && (before->mark == '.' || before->mark == '?' ||
                                               before->mark == '!' || before->mark == '~');
    }
    if (!stop && !dotted)
        return false;
    if (next->kind == TOKEN_QUOTE && next->mark != QUOTE_OPEN) {
        if (next->mark == QUOTE_CLOSE || !(next->flags & TOKEN_SPACE_BEFORE))
            return false;
    }
    if (next->kind == TOKEN_PUNCT && next->mark != '(' && next->mark != '[' &&
        next->mark != '~')
        return false;
    if (dotted && lexicon_is(end->word, LEX_ABBREV_INNER))
        return false;
    bool next_upper = next->flags & TOKEN_UPPER_FIRST;
    if (dotted) {
        if (end->end - end->begin == 2)
            return false; /* an initial */
        return (next_upper && next->word && (lexicon_is(next->word, LEX_SENTENCE_STARTER))) ||
               (next->kind == TOKEN_QUOTE && next->mark == QUOTE_OPEN);
    }
    if (end->kind == TOKEN_PUNCT && end->mark == '~')
        return next_upper;
    if (end->kind == TOKEN_QUOTE || end->mark == '?' || end->mark == '!')
        return next_upper || next->kind == TOKEN_QUOTE || next->kind == TOKEN_NUMBER;
    return next_upper || next->kind != TOKEN_WORD;
}

static void close_paragraph(struct splitter *sp, size_t first)
{
    struct token_text *t = sp->out;
    if (first == t->count)
        return;
    sp->open_single = false;
    struct token_range para = {(uint32_t)t->sentence_count, 0};
    size_t begin = first;
    for (size_t i = first; i < t->count; i++) {
        if (i + 1 < t->count && !ends_sentence(t, i, begin))
            continue;
        t->tokens[begin].flags |= TOKEN_SENTENCE_FIRST;
        struct token_range r = {(uint32_t)begin, (uint32_t)i + 1};
        ARENA_PUSH(sp->a, t->sentences, t->sentence_count, sp->sentence_cap, r);
        begin = i + 1;
    }
    para.end = (uint32_t)t->sentence_count;
    ARENA_PUSH(sp->a, t->paragraphs, t->paragraph_count, sp->paragraph_cap, para);
}

void token_split(struct arena *a, struct str text, struct token_text *ret)
{
    *ret = (struct token_text){.text = text};
    struct splitter sp = {.a = a, .s = text, .out = ret};
    measure_lines(&sp);
    size_t first = 0, i = 0;
    if (str_starts(text, STR("\xef\xbb\xbf")))
        i = 3;
    while (i < text.n) {
        size_t next;
        enum char_class c = class_at(text, i, &next);
        if (c == C_SPACE) {
            size_t from = i;
            while (i < text.n && class_at(text, i, &next) == C_SPACE)
                i = next;
            if (ends_paragraph(&sp, from, i)) {
                close_paragraph(&sp, first);
                first = ret->count;
            }
        } else if (c == C_DIGIT) {
            size_t end = number_end(text, i);
            struct token *t = push(&sp, i, end, TOKEN_NUMBER);
            t->word = lexicon_find(str_slice(text, i, end));
            i = end;
        } else if (is_letter(c)) {
            size_t n = negation_at(text, i);
            if (n) {
                struct token *t = push(&sp, i, i + n, TOKEN_CLITIC);
                t->word = lexicon_find(str_slice(text, i, i + n));
                i += n;
            } else {
                i = add_word(&sp, i);
            }
        } else {
            i = add_mark(&sp, i);
        }
    }
    close_paragraph(&sp, first);
}
