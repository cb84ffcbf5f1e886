/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/link/block_inside.h"

typedef uint32_t lanes __attribute__((vector_size(16)));

/* Lists of `count` slots, a multiple of 4, each number once, zeros at the end. */
static uint32_t common_slots(const uint32_t *a, const uint32_t *b, uint32_t count,
                             uint32_t ret[BLOCK_SLOTS_MAX])
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < count && a[i]; i++) {
        lanes v = {a[i], a[i], a[i], a[i]}, hit = {0};
        for (uint32_t j = 0; j < count; j += 4) {
            lanes y;
            memcpy(&y, b + j, sizeof y);
            hit |= (lanes)(y == v);
        }
        uint64_t h[2];
        memcpy(h, &hit, sizeof h);
        if (h[0] | h[1])
            ret[n++] = a[i];
    }
    return n;
}

/* The first numbers that two rising lists share. */
static uint32_t common_cuts(const struct block_pair *x, const struct block_code *c,
                            uint32_t ret[BLOCK_SLOTS_MAX])
{
    uint32_t room[2][BLOCK_CUTS_MAX], n, m, count = 0;
    const uint32_t *a = block_values(x->p, c, x->rows[0], room[0], &n);
    const uint32_t *b = block_values(x->p, c, x->rows[1], room[1], &m);
    for (uint32_t i = 0, j = 0; i < n && j < m && count < BLOCK_SLOTS_MAX;) {
        if (a[i] == b[j])
            ret[count++] = a[i];
        bool left = a[i] <= b[j], right = b[j] <= a[i];
        i += left;
        j += right;
    }
    return count;
}

uint32_t block_pair_shared(struct block_pair *x, uint32_t code)
{
    if (x->known >> code & 1)
        return x->count[code];
    const struct block_code *c = &x->p->codes[code];
    const uint32_t *a = x->rows[0] + c->at, *b = x->rows[1] + c->at;
    uint32_t n = 0, *ret = x->both[code];
    if (c->key.kind == LINK_KEY_VALUE_DELETE) {
        n = common_cuts(x, c, ret);
    } else if (c->count <= 2) {
        for (uint32_t i = 0; i < c->count && a[i]; i++)
            if (a[i] == b[0] || a[i] == b[c->count - 1])
                ret[n++] = a[i];
    } else {
        n = common_slots(a, b, c->count, ret);
    }
    x->known |= (uint64_t)1 << code;
    x->count[code] = (uint8_t)n;
    return n;
}

struct look {
    struct block_pair *x;
    const struct block_rule *r;
    uint64_t found;
    uint32_t chosen[LINK_KEYS_MAX];
    uint32_t chosen_count;
};

/* Place of a record in a heap. */
static uint32_t heap_place(const struct look *l, uint32_t heap, uint32_t record)
{
    const struct block_heap *h = &l->r->heaps[heap];
    uint32_t rank = l->x->p->rank[record], low = 0, high = h->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (h->order[middle] < rank)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Whether the code tells a record from others of the key. */
static bool splits(const struct look *l, const struct block_code *c, const uint32_t *row)
{
    for (uint32_t i = 0; i < c->count && row[c->at + i]; i++)
        if (!block_chosen(l->chosen, l->chosen_count, row[c->at + i]))
            return true;
    return false;
}

/* A key that both have, split while it is heavy. True when a block of both is found. */
static bool split_shared(struct look *l, uint64_t key, uint32_t also)
{
    uint32_t heap = 0;
    if (!block_set_find(&l->r->heavy, key, &heap)) {
        l->found = key;
        return true;
    }
    if (heap == BLOCK_NONE)
        return false;
    if (heap) {
        uint32_t a = heap_place(l, heap, l->x->left), b = heap_place(l, heap, l->x->right);
        l->found = key;
        return (a > b ? a - b : b - a) <= BLOCK_WINDOW;
    }
    for (uint32_t a = also; a < l->r->also_count; a++) {
        uint32_t code = l->r->also[a], n = block_pair_shared(l->x, code);
        for (uint32_t i = 0; i < n; i++)
            if (!block_chosen(l->chosen, l->chosen_count, l->x->both[code][i]) &&
                split_shared(l, block_key_split(key, a, l->x->both[code][i]), a + 1))
                return true;
    }
    for (uint32_t a = also; a < l->r->also_count; a++) {
        const struct block_code *c = &l->x->p->codes[l->r->also[a]];
        if (splits(l, c, l->x->rows[0]) || splits(l, c, l->x->rows[1]))
            return false;
    }
    return split_shared(l, block_key_split(key, BLOCK_ALSO_MAX, 0), l->r->also_count);
}

static bool choose_shared(struct look *l, uint32_t need, uint32_t from, uint32_t times,
                          uint64_t key)
{
    while (!times && need < l->r->need_count) {
        need++;
        from = 0;
        times = need < l->r->need_count ? l->r->needs[need].times : 0;
    }
    if (need == l->r->need_count)
        return split_shared(l, key, 0);
    uint32_t at = l->chosen_count++, code = l->r->needs[need].code;
    for (uint32_t i = from; i + times <= l->x->count[code]; i++) {
        l->chosen[at] = l->x->both[code][i];
        if (choose_shared(l, need, i + 1, times - 1, block_key_add(key, l->chosen[at])))
            return true;
    }
    l->chosen_count--;
    return false;
}

bool block_pair_has_more(struct block_pair *x, uint32_t r, uint64_t *key)
{
    const struct block_rule *rule = &x->p->rules[r];
    bool heavy = (x->rows[0][0] & x->rows[1][0]) >> r & 1, only = true;
    for (uint32_t i = 0; i < rule->other_count; i++) {
        const struct block_need *need = &rule->needs[rule->others[i]];
        uint32_t n = block_pair_shared(x, need->code);
        if (n < need->times)
            return false;
        only = only && n == need->times &&
               x->p->codes[need->code].key.kind != LINK_KEY_VALUE_DELETE;
    }
    if (!heavy && (!key || only))
        return true;
    for (uint32_t i = 0; i < rule->need_count; i++)
        (void)block_pair_shared(x, rule->needs[i].code);
    struct look l = {.x = x, .r = rule};
    bool has = choose_shared(&l, 0, 0, rule->need_count ? rule->needs[0].times : 0, rule->seed);
    if (has && key)
        *key = l.found;
    return has;
}
