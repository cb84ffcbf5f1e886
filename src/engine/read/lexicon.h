/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/read/lexicon: the word lists of data/lexicon, compiled in by tools/lexgen. Each word
 * has an id and a set of classes (LEX_…); a phrase ("according_to") belongs to one class.
 */
#ifndef DEPONENT_ENGINE_READ_LEXICON_H
#define DEPONENT_ENGINE_READ_LEXICON_H

#include "engine/read/token.h"
#include "lexicon_classes.h"

#define LEXICON_PHRASE_MAX 8

struct lexicon_word {
    const char *text;
    uint32_t length;
    uint32_t first_phrase, phrase_count; /* phrases that begin with it, longest first */
    int32_t value;                       /* as the list gives it ("seven=7"), else 0 */
    uint64_t classes[LEXICON_CLASS_WORDS];
    uint64_t opens[LEXICON_CLASS_WORDS]; /* classes of the phrases that begin with it */
};

struct lexicon_phrase {
    uint32_t class_id, count;
    int32_t value;
    uint32_t words[LEXICON_PHRASE_MAX];
};

extern const uint32_t lexicon_word_count; /* ids are below it */
extern const uint32_t lexicon_slot_count, lexicon_slots[];
extern const struct lexicon_word lexicon_words[];
extern const struct lexicon_phrase lexicon_phrases[];

/* Id of a word in any case (ASCII folded, U+2019 read as '), or 0. */
uint32_t lexicon_find(struct str word);

static inline bool lexicon_is(uint32_t word, enum lex_class c)
{
    return lexicon_words[word].classes[c / 64] >> (c % 64) & 1;
}

/* lexicon_match where a phrase of class c begins with the word of token i. */
size_t lexicon_match_phrase(const struct token_text *t, size_t i, enum lex_class c);

/* How many tokens from i on are a word or the longest phrase of class c; 0 for none. Only
 * words, clitics and numbers inside one sentence are matched. */
static inline size_t lexicon_match(const struct token_text *t, size_t i, enum lex_class c)
{
    uint32_t first = i < t->count ? t->tokens[i].word : 0;
    if (!first)
        return 0;
    if (lexicon_words[first].opens[c / 64] >> (c % 64) & 1)
        return lexicon_match_phrase(t, i, c);
    return lexicon_is(first, c) ? 1 : 0;
}

#endif
