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
