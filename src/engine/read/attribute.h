/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/read/attribute: shared by the files that hold the rules of attribution. See
 * attribute.c for the conventions that spans follow.
 */
#ifndef DEPONENT_ENGINE_READ_ATTRIBUTE_H
#define DEPONENT_ENGINE_READ_ATTRIBUTE_H

#include "engine/read/tag.h"

#define FOUND_CONTENT_MAX 4
#define PUBLICATIONS_MAX  4

/* A proposal in tokens, on its way to bytes. An empty range is absent. */
struct found {
    struct token_range source, cue;
    struct token_range content[FOUND_CONTENT_MAX];
    size_t content_count;
    size_t head; /* the word that decides the stance */
    const char *rule;
};

struct attributor {
    struct arena *a;
    struct tagged g;
    const struct quotation_list *quotes;
    const uint32_t *quote_of; /* per token: 1 + index of the (not scare) quotation it is in */
    uint32_t *owner;          /* per quotation: 1 + index of the proposal that has it, or 0 */
    const uint8_t *aside;     /* per token: in a clause about anonymity */
    uint8_t *taken;           /* per token: it is cue or content of a proposal */
    struct proposal_list *out;
    size_t paragraph;  /* its first token */
    size_t begin, end; /* the sentence */
    size_t body;       /* its end without the final stop */
    size_t done;       /* up to here the sentence is cue or content already */
    struct str publications[PUBLICATIONS_MAX]; /* words the publication goes by */
    size_t publication_count;
    bool chained;               /* inside the content of another proposal */
    struct token_range beside;  /* the speaker that attribute_beside found last */
    struct token_range noun;    /* the last cue noun with its content, see attribute_noun.c */
    struct token_range subject; /* of the last finite verb in the sentence, or empty */
};

static inline bool range_any(struct token_range r)
{
    return r.end > r.begin;
}

static inline struct token_range range_of(size_t begin, size_t end)
{
    return (struct token_range){(uint32_t)begin, (uint32_t)end};
}

static inline bool is_text(const struct attributor *at, size_t i, const char *lower)
{
    return i < at->end && token_is(at->g.t, i, lower);
}

static inline enum tag tag_at(const struct attributor *at, size_t i)
{
    return i < at->end ? (enum tag)at->g.tag[i] : TAG_MARK;
}

static inline bool is_comma(const struct attributor *at, size_t i)
{
    return i < at->end && tag_mark(&at->g, i, ',');
}

/* attribute.c */
void attribute_emit(struct attributor *at, const struct found *f);
/* The same, and the sentence is read on from behind the last of its parts; always true. */
bool attribute_emit_to_end(struct attributor *at, struct found *f, size_t head,
                           const char *rule);
/* The quotation that opens at token i, or NULL; scare quotes too. */
const struct quotation *attribute_quote_at(const struct attributor *at, size_t i);
/* The quotation that closes at token i, or NULL. */
const struct quotation *attribute_quote_closed(const struct attributor *at, size_t i);

/* Its tokens with the marks. */
struct token_range attribute_quote_range(const struct quotation *q);

/* content.c: where content that begins at `from` ends. */
/* NOUN_CLAUSE: "(the claim) that nobody was held | is false" */
enum content_kind { CONTENT_CLAUSE, CONTENT_PHRASE, CONTENT_NOUN_CLAUSE };
size_t content_end(const struct attributor *at, size_t from, enum content_kind kind);
/* Does a clause (a noun phrase and a finite verb) begin at `from`? */
bool content_clause_at(const struct attributor *at, size_t from);
/* The "that" behind a hearer and adjuncts at `from`, or `from` when none follows at once. */
size_t content_find_that(const struct attributor *at, size_t from);
/* Behind adjuncts of time and place at `from` ("in a statement", "on Tuesday"). */
size_t content_skip_adjuncts(const struct attributor *at, size_t from);

/* attribute_verb.c, attribute_noun.c: try the cue at token i; true if something was proposed.
 */
bool attribute_verb(struct attributor *at, size_t i);
/* Only where the content stands before the cue or its subject. */
bool attribute_beside(struct attributor *at, size_t i);
bool attribute_noun(struct attributor *at, size_t i);
bool attribute_according(struct attributor *at, size_t i);
/* "could not be reached for comment": a cue without content */
bool attribute_no_comment(struct attributor *at, size_t i);
bool attribute_adverb(struct attributor *at, size_t i);
bool attribute_adjective(struct attributor *at, size_t i);
bool attribute_headline(struct attributor *at);
/* attribute_verb.c: does the content [begin, end) open with a saying of its own? */
void attribute_chain(struct attributor *at, size_t begin, size_t end);

#endif
