/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/strset.h"

#include "base/hash.h"

/* Where the item is, or the free slot for it. The table is never full. */
static struct str *slot_of(const struct strset *s, struct str item)
{
    size_t at = hash_bytes(item, s->seed) & (s->size - 1);
    while (s->slots[at].p && !str_eq(s->slots[at], item))
        at = (at + 1) & (s->size - 1);
    return &s->slots[at];
}

static void grow(struct strset *s)
{
    struct str *old = s->slots;
    size_t size = s->size;
    s->size = size ? 2 * size : 64;
    s->slots = ARENA_NEW(s->a, s->size, struct str);
    for (size_t i = 0; i < size; i++)
        if (old[i].p)
            *slot_of(s, old[i]) = old[i];
}

bool strset_add(struct strset *s, struct str item)
{
    if (2 * s->count >= s->size)
        grow(s);
    struct str *slot = slot_of(s, item);
    if (slot->p)
        return false;
    *slot = item;
    s->count++;
    return true;
}

bool strset_has(const struct strset *s, struct str item)
{
    return s->size && slot_of(s, item)->p;
}
