/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/hash.h"
#include "engine/link/block_inside.h"
#include "engine/link/people_parts.h"

#include <stdlib.h>

#define BLOCK 16384u

static void *room(void *old, size_t count, size_t size)
{
    void *p = realloc(old, count * size);
    if (!p)
        err_die("out of memory");
    return p;
}

void link_intern_open(struct link_intern *t, struct arena *a)
{
    *t = (struct link_intern){.a = a, .count = 1, .cap = 64, .size = 128};
    t->texts = room(NULL, t->cap, sizeof *t->texts);
    t->hashes = room(NULL, t->cap, sizeof *t->hashes);
    t->texts[0] = STR("");
    t->hashes[0] = 0;
    t->slots = room(NULL, t->size, sizeof *t->slots);
    memset(t->slots, 0, t->size * sizeof *t->slots);
}

void link_intern_close(struct link_intern *t)
{
    free(t->texts);
    free(t->hashes);
    free(t->slots);
    *t = (struct link_intern){0};
}

static void grow(struct link_intern *t)
{
    t->size *= 2;
    t->slots = room(t->slots, t->size, sizeof *t->slots);
    memset(t->slots, 0, t->size * sizeof *t->slots);
    for (uint32_t k = 1; k < t->count; k++) {
        size_t at = t->hashes[k] & (t->size - 1);
        while (t->slots[at])
            at = (at + 1) & (t->size - 1);
        t->slots[at] = k;
    }
}

/* Texts stand one behind the other in blocks of their own, without padding. */
static struct str keep(struct link_intern *t, struct str s)
{
    if (t->block_left < s.n) {
        t->block_left = s.n > BLOCK ? s.n : BLOCK;
        t->block = arena_room(t->a, t->block_left);
    }
    struct str kept = str_make(memcpy(t->block, s.p, s.n), s.n);
    t->block += s.n;
    t->block_left -= s.n;
    return kept;
}

uint32_t link_intern_add(struct link_intern *t, struct str s)
{
    if (s.n == 0)
        return 0;
    uint32_t hash = (uint32_t)hash_bytes(s, 0);
    size_t at = hash & (t->size - 1);
    for (; t->slots[at]; at = (at + 1) & (t->size - 1)) {
        uint32_t k = t->slots[at];
        if (t->hashes[k] == hash && str_eq(t->texts[k], s))
            return k;
    }
    if (t->count == t->cap) {
        t->cap *= 2;
        t->texts = room(t->texts, t->cap, sizeof *t->texts);
        t->hashes = room(t->hashes, t->cap, sizeof *t->hashes);
    }
    uint32_t k = (uint32_t)t->count++;
    t->texts[k] = keep(t, s);
    t->hashes[k] = hash;
    t->slots[at] = k;
    if (t->count * 3 > t->size * 2)
        grow(t);
    return k;
}

/* Equal keys are next to never: then the texts themselves decide. */
static void settle_ties(const struct link_intern *t, struct block_entry *e, size_t count)
{
    for (size_t i = 1; i < count; i++)
        for (size_t k = i; k > 0 && e[k].key == e[k - 1].key &&
                           str_compare(t->texts[e[k].record], t->texts[e[k - 1].record]) < 0;
             k--) {
            struct block_entry x = e[k];
            e[k] = e[k - 1];
            e[k - 1] = x;
        }
}

void link_intern_sort(struct link_intern *t, struct arena *a, uint32_t **ret_new)
{
    struct block_entry *e = room(NULL, t->count, sizeof *e);
    struct str *texts = room(NULL, t->count, sizeof *texts);
    uint32_t *number = arena_room(a, t->count * sizeof *number);
    for (uint32_t k = 1; k < t->count; k++)
        e[k - 1] = (struct block_entry){.key = hash_bytes(t->texts[k], 1), .record = k};
    block_sort(e, t->count - 1);
    settle_ties(t, e, t->count - 1);
    number[0] = 0;
    texts[0] = t->texts[0];
    for (uint32_t k = 1; k < t->count; k++) {
        texts[k] = t->texts[e[k - 1].record];
        number[e[k - 1].record] = k;
    }
    free(t->texts);
    free(e);
    t->texts = texts;
    *ret_new = number;
}
