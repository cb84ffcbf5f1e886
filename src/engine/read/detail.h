/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/read/detail: shared by the files that fill in a proposal. Private to detail*.c.
 *
 * People and bodies that speak are entities: "Tomas Ardel", "he" and "Ardel" are one, "the wife
 * of one of the men" and "she" another. What a text says of an entity (its name, that it is not
 * to be named) holds for all its proposals. Whoever cannot be told apart is left open.
 */
#ifndef DEPONENT_ENGINE_READ_DETAIL_H
#define DEPONENT_ENGINE_READ_DETAIL_H

#include "engine/read/tag.h"

enum gender { GENDER_UNKNOWN, GENDER_MALE, GENDER_FEMALE };

struct detail_entity {
    struct str name; /* p == NULL: none is given */
    enum gender gender;
    bool plural;
    bool body; /* an organisation, an office: "it" */
    enum naming naming;
    struct span reason;
    uint32_t head;  /* the noun of its role (token), or UINT32_MAX */
    uint32_t group; /* 1 + the entity it is one of, or 0 */
};

/* An entity at a place in the text. */
struct detail_mention {
    uint32_t token;  /* its first */
    uint32_t entity; /* index */
    bool speaks;
    bool opens; /* stands first in its sentence */
};

/* A proposal in tokens; an empty range is absent. */
struct detail_item {
    struct token_range speaker, cue, content; /* content: from the first to the last token */
    uint32_t sentence;                        /* of the cue */
    uint32_t entity;                          /* 1 + index, 0: nobody */
    bool drop; /* no statement after all: "asked not to be named" */
};

struct detail {
    struct arena *a;
    const struct token_text *t;
    struct tagged g;
    const struct date_list *dates;
    struct proposal_list *p;
    struct detail_item *items; /* one per proposal */
    uint32_t *sentence_of;     /* per token */
    uint32_t *paragraph_of;    /* per sentence */
    struct detail_entity *entities;
    size_t entity_count, entity_cap;
    struct detail_mention *mentions; /* in the order of the text */
    size_t mention_count, mention_cap;
    struct names *names; /* detail_name.c: words of full names */
};

static inline bool detail_any(struct token_range r)
{
    return r.end > r.begin;
}
static inline struct token_range detail_range(size_t begin, size_t end)
{
    return (struct token_range){(uint32_t)begin, (uint32_t)end};
}
/* The first proposal of that sentence or a later one, or the count of them. */
size_t detail_first_of(const struct detail *d, uint32_t sentence);
static inline struct token_range detail_sentence(const struct detail *d, size_t token)
{
    return d->t->sentences[d->sentence_of[token]];
}

/* detail.c */
struct span detail_bytes(const struct detail *d, struct token_range r);
struct str detail_text(const struct detail *d, struct token_range r);
bool detail_is(const struct detail *d, size_t i, const char *lower);
bool detail_class(const struct detail *d, size_t i, enum lex_class c);
enum tag detail_tag(const struct detail *d, size_t i);
bool detail_name_at(const struct detail *d, size_t i);
/* The end of the sentence without its stop. */
size_t detail_body_end(const struct detail *d, struct token_range sentence);
/* The innermost proposal (1 + index) whose content holds the token, or 0. */
uint32_t detail_holder(const struct detail *d, size_t token);

/* detail_who.c: what a phrase says of a speaker. */
struct detail_who {
    struct token_range name; /* of a person or body, empty if none */
    struct token_range role;
    struct token_range head;         /* the noun that says what the speaker is */
    bool person, body, plural, full; /* full: a name of more than one word */
    enum gender gender;
    enum naming naming;
};
void detail_describe(const struct detail *d, struct token_range phrase, struct detail_who *ret);
/* The row of capitals that is a name, with particles; it begins at i. */
size_t detail_name_end(const struct detail *d, size_t i, size_t end);
enum gender detail_gender(const struct detail *d, struct token_range r);

/* detail_name.c: entities, names, roles. */
void detail_names(struct detail *d);
/* Is the word part of the name of a person met in the text? */
bool detail_person_word(const struct detail *d, size_t token);
/* The entity (1 + index) that a pronoun at `token` means, or 0. */
uint32_t detail_resolve(const struct detail *d, size_t token, enum gender gender, bool plural,
                        bool body);

/* detail_terms.c, detail_verify.c, detail_via.c, detail_place.c */
void detail_terms(struct detail *d);
void detail_verify(struct detail *d);
void detail_via(struct detail *d);
void detail_places(struct detail *d);

#endif
