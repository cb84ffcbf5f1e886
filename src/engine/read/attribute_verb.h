/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/read/attribute_verb: what the rules for verbs share. attribute_verb.c reads the verb
 * and tries the content behind it, attribute_beside.c the content before and around it.
 */
#ifndef DEPONENT_ENGINE_READ_ATTRIBUTE_VERB_H
#define DEPONENT_ENGINE_READ_ATTRIBUTE_VERB_H

#include "engine/read/attribute.h"

struct verb_cue {
    size_t head, begin, end; /* the verb, its group, behind its particles */
    enum tag tag;
    bool say, utter, think, that_only, tell, ask, want, urge, judge, call, observe;
    bool passive;
    enum subject_kind kind;
    struct token_range subject;
};

/* Does the text's own publication, or any, speak here: "the agency", "The Post"? */
bool verb_own_publication(const struct attributor *at, struct token_range source);
/* Reads the verb at i with its group and subject; false if it is no cue. */
bool verb_read(struct attributor *at, size_t i, struct verb_cue *v);
/* One more content, if it is not empty and there is room. */
void verb_put(struct found *f, size_t begin, size_t end);
/* Proposes; always true. */
bool verb_emit(struct attributor *at, const struct verb_cue *v, struct found *f,
               const char *rule);
/* Behind the hearer of "told" at i: "reporters"; i when there is none. */
size_t verb_skip_hearer(const struct attributor *at, size_t i);
/* Is there a finite verb in [begin, end)? Looks at its last few hundred tokens. */
bool verb_has_finite(const struct attributor *at, size_t begin, size_t end);

/* attribute_relay.c */
bool verb_try_quoted(struct attributor *at, struct verb_cue *v);
bool verb_try_count(struct attributor *at, struct verb_cue *v, struct found *f);

#endif
