/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/read/tag: what each token is in its sentence, and where the phrases around a verb are.
 *
 * Coarse and shallow on purpose: closed classes, word lists, endings and the neighbours on both
 * sides decide; nothing is learned. A wrong tag costs a proposal, so doubtful forms become
 * nouns, on which no rule fires. Linear in the text: every look around is bounded by its
 * sentence or by a constant.
 */
#ifndef DEPONENT_ENGINE_READ_TAG_H
#define DEPONENT_ENGINE_READ_TAG_H

#include "engine/read/parts.h"

enum tag {
    TAG_MARK, /* punctuation, quotation marks, symbols */
    TAG_NOUN,
    TAG_NAME,
    TAG_PRON,
    TAG_DET,
    TAG_ADJ,
    TAG_ADV,
    TAG_PREP,
    TAG_TO, /* before an infinitive */
    TAG_COORD,
    TAG_SUB,  /* that, because, while … before a clause */
    TAG_WH,   /* who, which, what … */
    TAG_VERB, /* finite */
    TAG_BASE,
    TAG_ING,
    TAG_PART,  /* past participle */
    TAG_AUX,   /* a form of be, have, do */
    TAG_MODAL, /* will, would … */
    TAG_NUM,
    TAG_GEN, /* possessive 's */
};

/* One tag per token, from the arena. */
uint8_t *tag_words(struct arena *a, const struct token_text *t);

/* What the rules read from. */
struct tagged {
    const struct token_text *t;
    const uint8_t *tag;
};

static inline bool tag_is(const struct tagged *g, size_t i, enum lex_class c)
{
    return lexicon_is(g->t->tokens[i].word, c);
}

static inline bool tag_mark(const struct tagged *g, size_t i, char mark)
{
    return g->t->tokens[i].kind == TOKEN_PUNCT && g->t->tokens[i].mark == (uint8_t)mark;
}

static inline bool tag_in(enum tag tag, unsigned long set)
{
    return set >> tag & 1;
}

#define TAG_BIT(t) (1ul << TAG_##t)
#define TAGS_NOUNY                                                                             \
    (TAG_BIT(NOUN) | TAG_BIT(NAME) | TAG_BIT(NUM) | TAG_BIT(ADJ) | TAG_BIT(DET) | TAG_BIT(GEN))
#define TAGS_FINITE (TAG_BIT(VERB) | TAG_BIT(AUX) | TAG_BIT(MODAL))
#define TAGS_VERBAL (TAGS_FINITE | TAG_BIT(BASE) | TAG_BIT(ING) | TAG_BIT(PART))

/* chunk.c. All ranges are tokens, end exclusive, inside [begin, end) of one sentence; an empty
 * range is "none". */

/* First token of the group of auxiliaries, adverbs and chained verbs that ends in the verb at
 * `head`: "has repeatedly tried to deny". */
size_t chunk_group_begin(const struct tagged *g, size_t begin, size_t head);

/* Tokens of an expression of time at `at`: "last week", "Monday night"; 0 for none. */
size_t chunk_time(const struct tagged *g, size_t at, size_t end);

enum subject_kind { SUBJECT_NONE, SUBJECT_FOUND, SUBJECT_SHARED };
/* The subject that ends before `verb` (the first token of a group). SUBJECT_SHARED: the verb is
 * coordinated or set off, its subject is that of an earlier verb. */
enum subject_kind chunk_subject(const struct tagged *g, size_t begin, size_t verb,
                                struct token_range *ret);

/* The noun phrase that begins at `at`, with what hangs on it; with `appositions` also ", chief
 * of staff". */
struct token_range chunk_phrase(const struct tagged *g, size_t at, size_t end,
                                bool appositions);

#endif
