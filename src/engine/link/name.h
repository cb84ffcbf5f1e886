/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link/name: person names in any script: folding, splitting into tokens with their
 * parts, short forms, keys over scripts, and how alike two tokens are.
 */
#ifndef DEPONENT_ENGINE_LINK_NAME_H
#define DEPONENT_ENGINE_LINK_NAME_H

#include "base/buf.h"
#include "engine/link/people.h"

/* One token as it is found in a written name. */
struct link_found {
    char text[128]; /* folded */
    uint8_t n;
    uint8_t part; /* enum link_part */
    uint8_t flags;
    uint8_t script;
};
#define LINK_FOUND_MAX 12u

/* What was learnt of Unicode so far; one thread at a time. */
struct link_namer;
struct link_namer *link_namer_new(void);
void link_namer_free(struct link_namer *n);

/* Splits a written name. `part`: where the column says what it holds; LINK_ANY_PART: a whole
 * name, whose parts are told by commas, patronymics, particles and position (the last token is
 * the family name unless the form says otherwise). Returns how many tokens. */
size_t link_name_split(struct link_namer *n, struct str name, enum link_part part,
                       struct link_found ret[LINK_FOUND_MAX]);
/* Adds the folded text of a place, address or other words: case, marks, punctuation, spelling
 * folds; one blank between words. */
void link_text_fold(struct link_namer *n, struct str text, struct buf *out);
/* The key over scripts of a folded token or text; 0 when nothing is left of it. */
uint32_t link_sound(struct link_namer *n, struct str folded);
/* The usual form of which a given name is a short form ("sasha", "саша", "bob"), folded, or
 * an empty string. Several full forms have one short form: then the commonest. */
struct str link_short_form(struct str folded);

/* Fills letters, script, flags, sound and stem of all tokens (their text is set). */
void link_tokens_finish(struct link_people *p, struct link_namer *n, struct arena *a);

/* How alike two tokens are: 1 equal; within one script by spelling, across scripts by the
 * alignment model (align.h). Any thread. */
double link_token_alike(const struct link_people *p, uint32_t a, uint32_t b);

#endif
