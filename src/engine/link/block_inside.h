/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link/block_inside: what the files block*.c share.
 *
 * Each key that a rule uses is a `code`: up to BLOCK_VALUES_MAX numbers a record, sorted, each
 * once, in a row of numbers a record. Two records agree on a key as many times as they have
 * numbers of it in common; a rule that has one key twice wants two numbers in common. A key of
 * a block is 64 bits of hash over the rule and one choice of numbers.
 *
 * A block that is too large is `heavy`: its key is no block but is split by each of the rule's
 * further codes in turn ("also"), which makes longer keys; these can be heavy in their turn,
 * and are split by the codes after the one that made them. With all codes used a heavy key is a
 * heap, and its records stand in the order of their content; one that has passed over a code is
 * no block at all: that code splits the same records.
 */
#ifndef DEPONENT_ENGINE_LINK_BLOCK_INSIDE_H
#define DEPONENT_ENGINE_LINK_BLOCK_INSIDE_H

#include "base/hash.h"
#include "engine/link/block.h"

#define BLOCK_CODES_MAX  60u
#define BLOCK_VALUES_MAX 10u
#define BLOCK_SLOTS_MAX  12u  /* BLOCK_VALUES_MAX, rounded up to four */
#define BLOCK_CUTS_MAX   40u  /* variants of a value with one character left out, and itself */
#define BLOCK_BASE_MAX   512u /* keys of a record under one rule, before any is split */
#define BLOCK_ALSO_MAX   4u
#define BLOCK_NONE       UINT32_MAX
#define BLOCK_WINDOW     8u /* neighbours on one side in a heap */

struct block_code {
    struct link_key key;
    const uint32_t *table; /* code of each token or value, made of what it says; NULL: made
                            * record by record */
    uint16_t at;           /* where in a row */
    uint16_t count;        /* numbers there: 1, 2, or a multiple of 4; zeros behind them */
};

struct block_need {
    uint8_t code, times;
};

/* Heavy keys. */
struct block_set {
    uint64_t *keys;  /* 0: free */
    uint32_t *heaps; /* number of the heap; 0: split further; BLOCK_NONE: no block */
    size_t size, count;
};

/* A heap: its records by the order of their content. */
struct block_heap {
    uint32_t *order; /* [count] ranks of its records, rising */
    uint32_t count;
};

struct block_rule {
    struct block_need needs[LINK_KEYS_MAX];
    uint32_t need_count;
    uint8_t also[BLOCK_ALSO_MAX];
    uint32_t also_count;
    uint64_t singles;              /* bit: code of which a record has one number */
    uint8_t others[LINK_KEYS_MAX]; /* the needs that are not in it */
    uint32_t other_count;
    uint64_t seed;
    struct block_set heavy;
    struct block_heap *heaps; /* from 1 */
};

struct block_plan {
    const struct link_people *people;
    const uint32_t *only; /* [row_count] the record of each row; NULL: row i is of record i */
    uint32_t row_count;
    bool unique;
    uint32_t most;
    struct block_code codes[BLOCK_CODES_MAX];
    uint32_t code_count;
    uint8_t singles[BLOCK_CODES_MAX]; /* codes of which a record has one number */
    uint32_t single_count;
    uint32_t width; /* numbers in a row; the first holds bit r where rule r has a heavy key */
    uint32_t *rows; /* [records * width] */
    struct block_rule rules[LINK_RULES_MAX];
    uint32_t rule_count;
    uint32_t *rank; /* [records] by content; NULL unless there is a heap */
};

/* A record under a key; `heap` is the number of the heap that the key is, or 0. */
struct block_entry {
    uint64_t key;
    uint32_t record, heap;
};

static inline bool block_of_name(enum link_key_kind kind)
{
    return kind <= LINK_KEY_SUFFIX;
}

static inline const uint32_t *block_row(const struct block_plan *p, uint32_t record)
{
    return p->rows + (size_t)record * p->width;
}

/* block_code.c: the numbers of a record. */

/* Number of the code of that key, added if it is new; BLOCK_CODES_MAX if there is no room. */
uint32_t block_code_add(struct block_plan *p, struct link_key key);
/* The code of each token or value at once. */
void block_table_make(struct block_plan *p, uint32_t code, struct arena *a);
/* What follows for a rule from the places in a row. */
void block_rule_finish(const struct block_plan *p, struct block_rule *r);
/* Fills tables (unless the rows are of a sample), places in the row, the rows, and rules. */
void block_rows_make(struct block_plan *p, struct pool *pool, struct arena *a);
/* The numbers of one code of a record, as a row holds them. */
uint32_t block_numbers(const struct block_plan *p, const struct block_code *c, uint32_t record,
                       uint32_t ret[BLOCK_VALUES_MAX]);
/* The numbers of one code: in the row, or made in `room`. */
const uint32_t *block_values(const struct block_plan *p, const struct block_code *c,
                             const uint32_t *row, uint32_t room[BLOCK_CUTS_MAX],
                             uint32_t *ret_count);

/* block_key.c: from numbers to the keys of blocks. */

/* depth: how often it was split; end: what it is if it is heavy; heap: its number, or 0. */
enum block_end { BLOCK_SPLITS, BLOCK_IS_HEAP, BLOCK_IS_NONE };
struct block_keys {
    void (*each)(void *context, uint64_t key, uint32_t depth, enum block_end end,
                 uint32_t heap);
    void *context;
};
/* All keys of a record under a rule, each once, before any is split. */
uint32_t block_base_keys(const struct block_plan *p, const struct block_rule *r,
                         uint32_t record, uint64_t ret[BLOCK_BASE_MAX]);
/* How many there can be. */
uint64_t block_base_bound(const struct block_plan *p, const struct block_rule *r);
/* All keys of a record under a rule, each once, heavy ones split. */
void block_keys_of(const struct block_plan *p, const struct block_rule *r, uint32_t record,
                   const struct block_keys *k);
static inline uint64_t block_key_add(uint64_t key, uint32_t number)
{
    uint64_t h = hash_mix(key, number);
    return h ? h : 1;
}
static inline uint64_t block_key_split(uint64_t key, uint32_t also, uint32_t number)
{
    return block_key_add(key ^ (also + 1) * 0xbf58476d1ce4e5b9u, number);
}
/* Whether it is heavy; *ret_heap is then the number of its heap, 0 or BLOCK_NONE. */
static inline bool block_set_find(const struct block_set *s, uint64_t key, uint32_t *ret_heap)
{
    if (!s->count)
        return false;
    size_t i = key & (s->size - 1);
    while (s->keys[i] && s->keys[i] != key)
        i = (i + 1) & (s->size - 1);
    if (!s->keys[i])
        return false;
    *ret_heap = s->heaps[i];
    return true;
}
/* Whether a number splits nothing: the choice has it already (another token of the name is
 * wanted, not the same again). */
static inline bool block_chosen(const uint32_t *chosen, uint32_t count, uint32_t number)
{
    for (uint32_t i = 0; i < count; i++)
        if (chosen[i] == number)
            return true;
    return false;
}

/* block_pair.c: two records, and which rules pair them. */

/* What was found out so far: the numbers they share, code by code. */
struct block_pair {
    const struct block_plan *p;
    uint32_t left, right;
    const uint32_t *rows[2];
    uint64_t agree; /* bit c: they share the number of code c of which a record has one */
    uint64_t known; /* bit c: count[c] and both[c] are set */
    uint8_t count[BLOCK_CODES_MAX];
    uint32_t both[BLOCK_CODES_MAX][BLOCK_SLOTS_MAX];
};
static inline void block_pair_begin(struct block_pair *x, const struct block_plan *p,
                                    uint32_t left, uint32_t right)
{
    const uint32_t *a = block_row(p, left), *b = block_row(p, right);
    uint64_t agree = 0;
    for (uint32_t i = 0; i < p->single_count; i++) {
        uint32_t c = p->singles[i], v = a[p->codes[c].at];
        agree |= (uint64_t)((v == b[p->codes[c].at]) & (v != 0)) << c;
    }
    x->p = p;
    x->left = left;
    x->right = right;
    x->rows[0] = a;
    x->rows[1] = b;
    x->agree = agree;
    x->known = 0;
}
/* How many numbers of that code they share; they stand in both[code]. */
uint32_t block_pair_shared(struct block_pair *x, uint32_t code);
bool block_pair_has_more(struct block_pair *x, uint32_t r, uint64_t *key);
/* Whether rule r pairs them. key (may be NULL): that of a block in which both are; changed to
 * the one of their common blocks where they are to be handed out. */
static inline bool block_pair_has(struct block_pair *x, uint32_t r, uint64_t *key)
{
    const struct block_rule *rule = &x->p->rules[r];
    if ((x->agree & rule->singles) != rule->singles)
        return false;
    if (!rule->other_count && !((x->rows[0][0] & x->rows[1][0]) >> r & 1))
        return true;
    return block_pair_has_more(x, r, key);
}

/* block_split.c: which keys are heavy. */
void block_split(struct block_plan *p, struct pool *pool, struct arena *a);

/* block_sort.c: by key, then by record. */
void block_sort(struct block_entry *e, size_t count);

#endif
