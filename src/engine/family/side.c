/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/family/compare.h"
#include "engine/family/parts.h"

#define FOLDED_MAX 64u

size_t side_fold(struct str token, char *ret, size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < token.n && n < max; i++) {
        unsigned char c = (unsigned char)token.p[i];
        if (c >= 'A' && c <= 'Z')
            ret[n++] = (char)(c + 32);
        else if (c == '.' || c == '\'' || c == ',')
            continue;
        else if (c == 0xE2 && i + 2 < token.n && (unsigned char)token.p[i + 1] == 0x80)
            i += 2; /* curly apostrophe */
        else
            ret[n++] = (char)c;
    }
    return n;
}

/* Edit distance with adjacent swaps, up to `most`; both are short. */
static size_t edit_distance(const char *a, size_t n, const char *b, size_t m)
{
    size_t rows[3][FOLDED_MAX + 1];
    for (size_t j = 0; j <= m; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *row = rows[i % 3], *above = rows[(i - 1) % 3], *over = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t d = above[j - 1] + (a[i - 1] != b[j - 1]);
            d = above[j] + 1 < d ? above[j] + 1 : d;
            d = row[j - 1] + 1 < d ? row[j - 1] + 1 : d;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                over[j - 2] + 1 < d)
                d = over[j - 2] + 1;
            row[j] = d;
        }
    }
    return rows[n % 3][m];
}

bool side_similar(struct str a, struct str b)
{
    char x[FOLDED_MAX], y[FOLDED_MAX];
    size_t n = side_fold(a, x, FOLDED_MAX), m = side_fold(b, y, FOLDED_MAX);
    size_t longer = n > m ? n : m;
    if (longer < 3 || n == 0 || m == 0)
        return n == m && memcmp(x, y, n) == 0;
    return edit_distance(x, n, y, m) * 3 <= longer + 1;
}

static bool is_negation(const char *p, size_t n)
{
    static const char *const words[] = {"not",     "nt",      "never", "no",     "nobody",
                                        "none",    "nothing", "nor",   "cannot", "neither",
                                        "nowhere", "noone",   "cant",  "dont",   "wont"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (str_eq(str_make(p, n), str_of(words[i])))
            return true;
    return false;
}

/* Words that are capitalised at the beginning of sentences and in titles only. */
static bool is_plain(uint32_t word)
{
    static const enum lex_class classes[] = {LEX_SENTENCE_STARTER,
                                             LEX_PRONOUN,
                                             LEX_PREP,
                                             LEX_ENGLISH_COMMON,
                                             LEX_SUB,
                                             LEX_DET,
                                             LEX_COORD,
                                             LEX_WH,
                                             LEX_ADV};
    for (size_t i = 0; word && i < sizeof classes / sizeof classes[0]; i++)
        if (lexicon_is(word, classes[i]))
            return true;
    return false;
}

static bool is_capitalised(const struct side *s, size_t i)
{
    return i < s->t.count && s->t.tokens[i].kind == TOKEN_WORD &&
           s->t.tokens[i].flags & TOKEN_UPPER_FIRST;
}

static bool begins_sentence(const struct side *s, size_t i)
{
    return s->t.tokens[i].flags & TOKEN_SENTENCE_FIRST ||
           (i > 0 && s->t.tokens[i - 1].kind == TOKEN_QUOTE);
}

/* Keys seen inside sentences: open addressing with few probes; what finds no room is unseen. */
struct seen {
    uint32_t *keys;
    size_t slots;
};

static bool seen_find(const struct seen *seen, uint32_t key, bool add)
{
    for (size_t k = 0; k < 16; k++) {
        uint32_t *slot = &seen->keys[(key + k) & (seen->slots - 1)];
        if (*slot == 0 && add)
            *slot = key;
        if (*slot == key)
            return true;
        if (*slot == 0)
            return false;
    }
    return false;
}

/* A capitalised word is a name inside a sentence; at its beginning when it also stands inside
 * one, or when the next word is capitalised too and it is no common word. */
static bool is_name(const struct side *s, size_t i, const struct seen *seen)
{
    uint32_t word = s->t.tokens[i].word;
    if (is_plain(word))
        return false;
    if (!begins_sentence(s, i) || seen_find(seen, s->words[i].key, false))
        return true;
    bool common =
        word && !lexicon_is(word, LEX_MALE_NAME) && !lexicon_is(word, LEX_FEMALE_NAME);
    return !common && is_capitalised(s, i + 1);
}

static void mark_names(struct side *s, struct arena *a)
{
    struct seen seen = {.slots = 64};
    while (seen.slots < s->t.count)
        seen.slots *= 2;
    seen.keys = ARENA_NEW(a, seen.slots, uint32_t);
    for (size_t i = 0; i < s->t.count; i++)
        if (is_capitalised(s, i) && !begins_sentence(s, i))
            (void)seen_find(&seen, s->words[i].key, true);
    for (size_t i = 0; i < s->t.count; i++)
        if (is_capitalised(s, i) && is_name(s, i, &seen))
            s->words[i].flags |= WORD_NAME;
}

static void mark_words(struct side *s, struct arena *a)
{
    s->words = ARENA_NEW(a, s->t.count, struct side_word);
    for (size_t i = 0; i < s->t.count; i++) {
        const struct token *t = &s->t.tokens[i];
        struct side_word *w = &s->words[i];
        w->figure = NONE;
        char folded[FOLDED_MAX];
        size_t n = side_fold(token_str(&s->t, i), folded, FOLDED_MAX);
        uint32_t h = FAMILY_HASH_START;
        for (size_t k = 0; k < n; k++)
            h = family_hash_step(h, (unsigned char)folded[k]);
        w->key = h ? h : 1;
        if (t->kind == TOKEN_WORD || t->kind == TOKEN_NUMBER || t->kind == TOKEN_CLITIC)
            w->flags |= WORD_IS_WORD;
        if (t->kind == TOKEN_NUMBER)
            w->flags |= WORD_NUMBER;
        if (w->flags & WORD_IS_WORD && is_negation(folded, n))
            w->flags |= WORD_NEGATES;
    }
}

static void mark_figures(struct side *s, struct arena *a)
{
    struct date_list dates = {0};
    date_find(a, &s->t, (struct str){0}, &dates);
    figure_find(a, &s->t, &dates, NULL, &s->figures);
    s->figure_tokens = ARENA_NEW(a, s->figures.count, struct token_range);
    size_t at = 0;
    for (size_t f = 0; f < s->figures.count; f++) {
        const struct figure *fig = &s->figures.items[f];
        while (at < s->t.count && s->t.tokens[at].end <= fig->begin)
            at++;
        struct token_range r = {(uint32_t)at, (uint32_t)at};
        for (; r.end < s->t.count && s->t.tokens[r.end].begin < fig->end; r.end++)
            s->words[r.end].figure = (uint32_t)f;
        s->figure_tokens[f] = r;
    }
}

static void cut_sentences(struct side *s, struct arena *a)
{
    size_t n = 0;
    for (size_t i = 0; i < s->t.sentence_count; i++)
        n += (s->t.sentences[i].end - s->t.sentences[i].begin + SENTENCE_MAX) / SENTENCE_MAX;
    s->sentences = ARENA_NEW(a, n, struct token_range);
    for (size_t i = 0; i < s->t.sentence_count; i++) {
        struct token_range r = s->t.sentences[i];
        while (r.begin < r.end) {
            uint32_t end = r.end - r.begin > SENTENCE_MAX ? r.begin + SENTENCE_MAX : r.end;
            s->sentences[s->sentence_count++] = (struct token_range){r.begin, end};
            r.begin = end;
        }
    }
    s->line_of = ARENA_NEW(a, s->sentence_count, uint32_t);
    s->match_of = ARENA_NEW(a, s->sentence_count, uint32_t);
    for (uint32_t i = 0; i < s->sentence_count; i++)
        s->line_of[i] = s->match_of[i] = NONE;
}

void side_prepare(struct arena *a, struct str text, struct side *ret)
{
    *ret = (struct side){.text = text};
    token_split(a, text, &ret->t);
    mark_words(ret, a);
    mark_figures(ret, a);
    quote_find(a, &ret->t, NULL, &ret->quotes);
    for (size_t q = 0; q < ret->quotes.count; q++)
        for (uint32_t i = ret->quotes.items[q].begin; i < ret->quotes.items[q].end; i++)
            ret->words[i].flags |= WORD_QUOTED;
    mark_names(ret, a);
    cut_sentences(ret, a);
}
