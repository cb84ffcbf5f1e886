/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link/align: is this Latin word a spelling of that Cyrillic, Arabic or Hebrew one?
 *
 * A character-alignment model: steps of 0-2 Latin letters against 0-2 others, with
 * probabilities from EM over all segmentations (Li, Zhang and Su, ACL 2004; Sherif and Kondrak
 * 2007), then trained, with the neighbours of single letters, to tell the right word from those
 * most like it. The score of two words is the logarithm of the sum over all segmentations.
 * data/link/align_*.txt holds the tables and says from which names; tools/align_train makes
 * them. Pure; any thread.
 */
#ifndef DEPONENT_ENGINE_LINK_ALIGN_H
#define DEPONENT_ENGINE_LINK_ALIGN_H

#include "base/str.h"
#include "engine/link/people.h"

/* The letters of a token (link_people.letters). */
struct link_align_word {
    const uint8_t *p;
    uint32_t n;   /* at most LINK_TOKEN_LETTERS */
    bool article; /* the two letters before p are the Arabic article */
};

struct link_align_odds {
    double score;  /* for ranking: higher is more likely one name */
    double chance; /* log odds, natural: one name, or two drawn at random (even before) */
    double near;   /* the same against two names of those most alike in a thousand */
};

/* False, and nothing set, where no table has the script. */
bool link_align(struct link_align_word latin, struct link_align_word other,
                enum link_script script, struct link_align_odds *ret);
/* Folded words (name.h): link_align_odds.chance; NAN where no table has the script. */
double link_align_score(struct str latin, struct str other, enum link_script script);

#endif
