/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A machine that swaps words for synonyms leaves signs that no writer leaves in such density:
 * set phrases with a wrong word ("help laborers"), articles before the wrong sound ("an
 * bomb"), a number before a singular, and rare words where news uses plain ones. Each sign has
 * a weight; the sum is weighed against the length. The same word counts at most twice, since a
 * report about a tribunal repeats "tribunal".
 */
#include "engine/read/page_parts.h"

#define WEIGHT_TORTURED 6.0
#define WEIGHT_ARTICLE  3.0
#define WEIGHT_NUMBER   2.0
#define WEIGHT_RARE     1.5
#define WEIGHT_SPUN     0.5

#define SCORE_LEAST    6.0 /* whatever the length */
#define SCORE_PER_WORD 0.032
/* "this", "that", "these" where "the" stood: English has three times as many of the latter. */
#define RATIO_PLAIN    0.8
#define RATIO_WORDS    80
#define RATIO_WEIGHT   0.03
#define RATIO_MOST     0.024
#define TORTURED_ALONE 3 /* with so many wrong set phrases, half of that is enough */

static bool is_class(const struct token_text *t, size_t i, enum lex_class c)
{
    return t->tokens[i].word && lexicon_is(t->tokens[i].word, c);
}

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

/* "a attack", "an bomb". Only where the spelling leaves no doubt about the sound. */
static bool wrong_article(const struct token_text *t, size_t i)
{
    struct str art = token_str(t, i);
    bool a = art.n == 1 && lower(art.p[0]) == 'a';
    bool an = art.n == 2 && lower(art.p[0]) == 'a' && lower(art.p[1]) == 'n';
    if ((!a && !an) || i + 1 >= t->count || t->tokens[i].kind != TOKEN_WORD)
        return false;
    const struct token *next = &t->tokens[i + 1];
    struct str w = token_str(t, i + 1);
    if (next->kind != TOKEN_WORD || w.n < 4 ||
        (next->flags &
         (TOKEN_ALL_UPPER | TOKEN_SENTENCE_FIRST | TOKEN_ABBREVIATION | TOKEN_UPPER_FIRST)) ||
        is_class(t, i + 1, LEX_ENGLISH_COMMON) || memchr(w.p, '-', w.n) ||
        memchr(w.p, '.', w.n))
        return false;
    char c = w.p[0];
    if (a)
        return c == 'a' || c == 'i' || (c == 'e' && w.p[1] != 'u' && w.p[1] != 'w') ||
               (c == 'o' && !(w.p[1] == 'n' && w.p[2] == 'e') && w.p[1] != 'u');
    return c > 'a' && c <= 'z' && c != 'e' && c != 'i' && c != 'o' && c != 'u' && c != 'h';
}

/* "three soldier": a counting word before a singular that is no adjective. */
static bool wrong_number(const struct token_text *t, size_t i)
{
    return i + 2 < t->count && is_class(t, i, LEX_COUNT_PLURAL) &&
           is_class(t, i + 1, LEX_SINGULAR_ONLY) &&
           (t->tokens[i + 2].kind == TOKEN_PUNCT || is_class(t, i + 2, LEX_ENGLISH_COMMON));
}

struct tally {
    double score;
    size_t words, tortured, the, these;
    uint8_t *seen; /* by lexicon word */
};

static void weigh_token(const struct token_text *t, size_t i, struct tally *c)
{
    uint32_t id = t->tokens[i].word;
    if (id) {
        c->the += is_class(t, i, LEX_PLAIN_THE);
        c->these += is_class(t, i, LEX_FOR_THE);
    }
    if (wrong_article(t, i))
        c->score += WEIGHT_ARTICLE;
    if (!id)
        return;
    if (wrong_number(t, i))
        c->score += WEIGHT_NUMBER;
    if (lexicon_words[id].phrase_count && lexicon_match(t, i, LEX_TORTURED) > 1) {
        c->tortured++;
        c->score += WEIGHT_TORTURED;
    }
    bool rare = lexicon_match(t, i, LEX_SPUN_RARE) > 0;
    if (!rare && !lexicon_is(id, LEX_SPUN))
        return;
    bool name = (t->tokens[i].flags & TOKEN_UPPER_FIRST) &&
                !(t->tokens[i].flags & TOKEN_SENTENCE_FIRST);
    if (!name && c->seen[id] < 2) {
        c->seen[id]++;
        c->score += rare ? WEIGHT_RARE : WEIGHT_SPUN;
    }
}

bool page_reworded(struct arena *a, const struct token_text *t, const bool *furniture)
{
    struct tally c = {.seen = ARENA_NEW(a, lexicon_slot_count, uint8_t)};
    for (size_t i = 0; i < t->count; i++) {
        if (furniture[i] || t->tokens[i].kind != TOKEN_WORD)
            continue;
        c.words++;
        weigh_token(t, i, &c);
    }
    double per_word = c.tortured >= TORTURED_ALONE ? SCORE_PER_WORD / 2 : SCORE_PER_WORD;
    double least = SCORE_LEAST, ratio = (double)c.these / (double)(c.the + 1);
    if (ratio > RATIO_PLAIN && c.words >= RATIO_WORDS) {
        double more = (ratio - RATIO_PLAIN) * RATIO_WEIGHT;
        per_word -= more < RATIO_MOST ? more : RATIO_MOST;
        least = SCORE_LEAST / 2;
    }
    return c.score >= least && c.score >= per_word * (double)c.words;
}
