/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/hash.h"
#include "base/sort.h"
#include "engine/link/people_parts.h"

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
    t->texts[k] = arena_copy(t->a, s);
    t->hashes[k] = hash;
    t->slots[at] = k;
    if (t->count * 3 > t->size * 2)
        grow(t);
    return k;
}

struct sorted {
    struct str text;
    uint32_t hash, old;
};

static int compare_sorted(const void *a, const void *b)
{
    const struct sorted *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return str_compare(x->text, y->text);
}

void link_intern_sort(struct link_intern *t, struct arena *a, uint32_t **ret_new)
{
    struct sorted *all = room(NULL, t->count, sizeof *all);
    uint32_t *number = arena_room(a, t->count * sizeof *number);
    for (uint32_t k = 0; k < t->count; k++)
        all[k] = (struct sorted){t->texts[k], t->hashes[k], k};
    sort_items(all + 1, t->count - 1, sizeof *all, compare_sorted);
    for (uint32_t k = 0; k < t->count; k++) {
        number[all[k].old] = k;
        t->texts[k] = all[k].text;
        t->hashes[k] = all[k].hash;
    }
    free(all);
    *ret_new = number;
}
