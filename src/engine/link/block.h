/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link/block: which pairs are compared at all.
 *
 * A rule is a tuple of up to LINK_KEYS_MAX keys; records that agree on all of them (none
 * missing) are a block. A pair is handed out once, by the first rule that has it. A block
 * larger than `most` records is split by further keys rather than dropped; a heap of records
 * that no key tells apart is compared in a sorted neighbourhood. Which pairs there are depends
 * on what the records say, not on their order; only among records that say exactly the same
 * does a neighbourhood go by number. Memory: 4 bytes a record and key value, and 24 bytes a
 * record and value for one rule at a time.
 */
#ifndef DEPONENT_ENGINE_LINK_BLOCK_H
#define DEPONENT_ENGINE_LINK_BLOCK_H

#include "base/buf.h"
#include "base/pool.h"
#include "engine/link/people.h"

#define LINK_KEYS_MAX  4u
#define LINK_RULES_MAX 32u

enum link_key_kind {
    LINK_KEY_TOKEN,  /* a token of the name (any token of that part: several keys a record) */
    LINK_KEY_STEM,   /* its stem */
    LINK_KEY_SOUND,  /* its key over scripts */
    LINK_KEY_PREFIX, /* its first `length` letters */
    LINK_KEY_SUFFIX, /* its last `length` letters: what an error in the first leaves */
    LINK_KEY_VALUE,  /* the value of a field */
    LINK_KEY_VALUE_SOUND,
    LINK_KEY_VALUE_PREFIX, /* first `length` characters */
    LINK_KEY_VALUE_DELETE, /* every variant with one character left out: finds one error */
    LINK_KEY_YEAR,         /* of a date, each year it can mean (at most 3) */
    LINK_KEY_YEAR_MONTH,
    LINK_KEY_MONTH_DAY,
};

struct link_key {
    enum link_key_kind kind;
    uint8_t part;  /* enum link_part for names; LINK_ANY_PART: any token */
    uint8_t field; /* of people.fields otherwise */
    uint8_t length;
};

struct link_rule {
    struct link_key keys[LINK_KEYS_MAX];
    uint32_t key_count;
    uint64_t pairs;     /* it brings, those of earlier rules too */
    uint64_t new_pairs; /* that no earlier rule had */
    double likely;      /* expected matches among `pairs` (sum of probabilities), once known */
    double new_likely;
    uint32_t split; /* blocks that were too large and were split */
};

struct link_rules {
    struct link_rule rules[LINK_RULES_MAX];
    uint32_t count;
    uint32_t most;  /* records of a block that is not split */
    uint64_t pairs; /* all, each once; once link_block_each is through */
    void *inside;   /* tables of block*.c */
};

/* Chooses rules by what they cover: every record should meet its likely partners by two or
 * more rules whose errors are independent, within about `budget` pairs in all (0: chosen by
 * the number of records; of a few thousand all pairs are compared, by one rule without keys).
 * `a` keeps the tables that the rules need, and `people` must stay. */
void link_rules_choose(const struct link_people *people, bool unique, uint64_t budget,
                       struct pool *pool, struct arena *a, struct link_rules *ret);
void link_rule_print(const struct link_people *people, const struct link_rule *rule,
                     struct buf *out);

struct link_candidate {
    uint32_t left, right; /* left < right */
};

/* Hands out the pairs in batches, on any thread, and in the same batches with the same numbers
 * whatever the threads: `batch` counts from 0. Pairs of one list are left out when `unique`.
 * Records below `first_new` are not paired with each other (0: all are). `rule` is the index
 * of the first rule that has them. Ends early with what `take` returns when that is not 0. */
int link_block_each(const struct link_people *people, struct link_rules *rules, bool unique,
                    uint32_t first_new, struct pool *pool,
                    int (*take)(void *context, uint64_t batch, uint32_t rule,
                                const struct link_candidate *pairs, size_t count,
                                unsigned worker),
                    void *context);
/* Bit k: rule k would have paired them. */
uint32_t link_block_rules_of(const struct link_people *people, const struct link_rules *rules,
                             uint32_t left, uint32_t right);

/* Recall of the blocking without labels, by capture-recapture over the rules: `likely` is the
 * sum of match probabilities of the pairs that exactly the rules of that bit set have. */
struct link_recall {
    double recall, low, high; /* 95 % */
    double missed;            /* matches that no rule has, expected */
};
struct link_history {
    uint32_t rules;
    double likely;
};
void link_block_recall(const struct link_rules *rules, const struct link_history *histories,
                       size_t count, struct link_recall *ret);

#endif
