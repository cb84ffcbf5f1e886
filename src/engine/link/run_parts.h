/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link/run_parts: what run.c gathers while pairs pass: counts by pattern, and lists that
 * grow by chunks; and which random pairs there can be. Not for others.
 */
#ifndef DEPONENT_ENGINE_LINK_RUN_PARTS_H
#define DEPONENT_ENGINE_LINK_RUN_PARTS_H

#include "base/hash.h"
#include "base/rng.h"
#include "engine/link/link.h"

struct run_entry {
    link_pattern pattern;
    uint64_t pairs, random_pairs;
    uint32_t same, different, cell;
    bool used;
    /* While pairs are counted: whether it was told if they are likely, and if so. */
    bool told, likely;
    /* Pairs of it were counted and not kept; the most of their rarity. */
    bool dropped;
    float most_rarity;
};
struct run_table {
    struct run_entry *entry;
    size_t cap, count; /* cap is a power of two, or 0 */
};
/* The entry of the pattern, made if there was none, with so many pairs more. */
struct run_entry *run_table_add(struct run_table *t, struct arena *a, link_pattern pattern,
                                uint64_t pairs, uint64_t random_pairs);
/* The entry of a pattern that is in it. */
static inline struct run_entry *run_table_find(const struct run_table *t, link_pattern pattern)
{
    size_t at = hash_mix(pattern, 0) & (t->cap - 1);
    while (t->entry[at].pattern != pattern || !t->entry[at].used)
        at = (at + 1) & (t->cap - 1);
    return &t->entry[at];
}

#define RUN_CHUNK 65536u
struct run_chunk {
    struct run_chunk *next;
    size_t count;
    _Alignas(16) char bytes[];
};
struct run_list {
    struct run_chunk *first, *last;
};
/* Room for one item more; all items of a list have one size. */
void *run_list_push(struct run_list *l, struct arena *a, size_t size);

/* Records list by list, where only those of two lists are paired; else as if of one list. */
struct run_lists {
    const uint8_t *list; /* [records] of people; NULL: all are paired */
    uint32_t *record;    /* [records] */
    uint32_t records;
    uint32_t at[LINK_LISTS_MAX + 1];    /* where each list begins in record[] */
    uint64_t pairs[LINK_LISTS_MAX + 1]; /* that records of the lists before have with others */
};
/* content: of each record what it says, as a number: then the order of the records does not
 * matter to which are drawn; or NULL. */
void run_lists_make(const struct link_people *p, bool unique, const uint64_t *content,
                    struct arena *a, struct run_lists *ret);
/* A random pair, each as likely; there is one. In a fixed number of steps on average, however
 * unlike the lists are in size. */
void run_lists_draw(const struct run_lists *l, struct rng *rng, uint32_t *ret_left,
                    uint32_t *ret_right);
/* The first place of record[] behind `place` whose record can be paired with that of it, and so
 * can all behind. */
static inline uint32_t run_lists_next(const struct run_lists *l, uint32_t place)
{
    return l->list ? l->at[l->list[l->record[place]] + 1] : place + 1;
}

#endif
