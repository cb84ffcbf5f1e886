/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/link/run_parts.h"

static void table_grow(struct run_table *t, struct arena *a)
{
    struct run_table larger = {.cap = t->cap ? t->cap * 2 : 1024};
    larger.entry = ARENA_NEW(a, larger.cap, struct run_entry);
    for (size_t i = 0; i < t->cap; i++) {
        if (!t->entry[i].used)
            continue;
        size_t at = hash_mix(t->entry[i].pattern, 0) & (larger.cap - 1);
        while (larger.entry[at].used)
            at = (at + 1) & (larger.cap - 1);
        larger.entry[at] = t->entry[i];
    }
    larger.count = t->count;
    *t = larger;
}

struct run_entry *run_table_add(struct run_table *t, struct arena *a, link_pattern pattern,
                                uint64_t pairs, uint64_t random_pairs)
{
    if (t->count * 2 >= t->cap)
        table_grow(t, a);
    size_t at = hash_mix(pattern, 0) & (t->cap - 1);
    while (t->entry[at].used && t->entry[at].pattern != pattern)
        at = (at + 1) & (t->cap - 1);
    struct run_entry *e = &t->entry[at];
    t->count += !e->used;
    e->used = true;
    e->pattern = pattern;
    e->pairs += pairs;
    e->random_pairs += random_pairs;
    return e;
}

void *run_list_push(struct run_list *l, struct arena *a, size_t size)
{
    if (!l->last || l->last->count == RUN_CHUNK) {
        struct run_chunk *c = arena_room(a, sizeof *c + RUN_CHUNK * size);
        c->next = NULL;
        c->count = 0;
        if (l->last)
            l->last->next = c;
        else
            l->first = c;
        l->last = c;
    }
    return l->last->bytes + size * l->last->count++;
}

static double odds_of(const struct link_scored *s)
{
    double p = (double)s->probability;
    return p >= 1 - 1e-9 ? 1e9 : p / (1 - p);
}

void run_compete(const struct link_people *people, struct link_scored *pairs, size_t count)
{
    struct arena scratch = {0};
    size_t lists = people->list_count;
    /* Odds of all pairs of a record with each other list. */
    double *sum = ARENA_NEW(&scratch, people->records * lists + 1, double);
    for (size_t i = 0; i < count; i++) {
        double odds = odds_of(&pairs[i]);
        sum[pairs[i].left * lists + people->list[pairs[i].right]] += odds;
        sum[pairs[i].right * lists + people->list[pairs[i].left]] += odds;
    }
    for (size_t i = 0; i < count; i++) {
        struct link_scored *s = &pairs[i];
        double odds = odds_of(s);
        double rivals = sum[s->left * lists + people->list[s->right]] +
                        sum[s->right * lists + people->list[s->left]] - 2 * odds;
        s->probability = (float)(odds / (1 + odds + (rivals > 0 ? rivals : 0)));
    }
    arena_free(&scratch);
}
