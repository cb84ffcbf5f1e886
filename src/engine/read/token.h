/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/read/token: words, sentences and paragraphs, as byte ranges of the text.
 *
 * A token is a word (with inner hyphens and dots: "U.S.", "well-known"), a number ("5,500",
 * "3.5"), a clitic ("'s", "n't"), a quotation mark or one punctuation mark. Text that was
 * tokenised before ("do n't", "`` yes , ''") reads the same as its plain form.
 */
#ifndef DEPONENT_ENGINE_READ_TOKEN_H
#define DEPONENT_ENGINE_READ_TOKEN_H

#include "base/arena.h"
#include "base/str.h"

enum token_kind {
    TOKEN_WORD,
    TOKEN_NUMBER, /* begins with a digit: 12, 1,500, 3.5, 12th, 29km */
    TOKEN_CLITIC, /* 's ' n't 're 've 'll 'd 'm */
    TOKEN_QUOTE,  /* any quotation mark, see `mark` */
    TOKEN_DASH,   /* em dash, en dash between spaces, -- */
    TOKEN_PUNCT,  /* one mark, see `mark` */
    TOKEN_SYMBOL, /* $ % and the like */
};

enum token_flag {
    TOKEN_UPPER_FIRST = 1, /* begins with an upper-case letter */
    TOKEN_ALL_UPPER = 2,   /* at least two letters, all upper-case */
    TOKEN_SPACE_BEFORE = 4,
    TOKEN_SENTENCE_FIRST = 8,
    TOKEN_ABBREVIATION = 16, /* its last byte is a dot that belongs to it */
};

/* For TOKEN_QUOTE: what it can be by its shape and the space around it. */
enum quote_mark { QUOTE_OPEN = '(', QUOTE_CLOSE = ')', QUOTE_EITHER = '|' };

struct token {
    uint32_t begin, end; /* bytes */
    uint32_t word;       /* id of the lower-cased form in the lexicon, 0 if not in it */
    uint8_t kind;        /* enum token_kind */
    uint8_t flags;       /* enum token_flag */
    uint8_t mark;        /* PUNCT: its ASCII character; QUOTE: enum quote_mark */
    uint8_t single;      /* QUOTE: 1 for single marks */
};

struct token_range {
    uint32_t begin, end; /* tokens */
};

struct token_text {
    struct str text;
    struct token *tokens;
    size_t count;
    struct token_range *sentences;
    size_t sentence_count;
    struct token_range *paragraphs; /* sentences of each paragraph, as indexes of `sentences` */
    size_t paragraph_count;
};

static inline struct str token_str(const struct token_text *t, size_t i)
{
    return str_slice(t->text, t->tokens[i].begin, t->tokens[i].end);
}

/* Is token i the word `lower`, in any case? */
__attribute__((always_inline)) static inline bool token_is(const struct token_text *t, size_t i,
                                                           const char *lower)
{
    return str_is_word(
        str_make(t->text.p + t->tokens[i].begin, t->tokens[i].end - t->tokens[i].begin), lower);
}

#endif
