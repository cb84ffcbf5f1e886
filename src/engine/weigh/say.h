/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/weigh/say: what the two files that write the sentence share: say.c the claim and the
 * verdict, remarks.c everything behind them.
 */
#ifndef DEPONENT_ENGINE_WEIGH_SAY_H
#define DEPONENT_ENGINE_WEIGH_SAY_H

#include "engine/weigh/parts.h"

#define SAY_LIST_MAX 6 /* of anything that is listed */

struct say {
    struct weigh_work *w;
    struct buf *out;
    unsigned plain;
    const bool *nameable;
    size_t start; /* of the sentence that is being made */
};

/* A sentence; its end puts the full stop and, for our own words, the capital. */
void say_begin(struct say *s);
void say_end(struct say *s, bool own_words);
void say_add(struct say *s, const char *z);
const struct weigh_statement *say_statement(const struct say *s, size_t i);
/* Words of the input as they may stand in a sentence, or p == NULL. */
struct str say_words(const struct say *s, struct str given);

struct say_noun {
    const char *one, *many;
};
extern const struct say_noun say_nouns[UNIT_COUNT];

typedef bool claim_test(const struct say *s, size_t i);
/* Statements the claim rests on. */
bool say_in_claim(const struct say *s, size_t i);

struct voices {
    struct weigh_voice *items;
    size_t count;
};
/* Each source once, however many of its statements pass. */
struct voices say_gather(const struct say *s, claim_test *test);
/* A fixed remark about a number of accounts; nothing for none. */
void say_remark(struct say *s, size_t n, const char *one, const char *many);

/* remarks.c */
void say_remarks(struct say *s);

#endif
