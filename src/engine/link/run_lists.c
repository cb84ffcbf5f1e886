/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/link/run_parts.h"

#include "base/sort.h"

struct content {
    uint64_t hash;
    uint32_t record;
    uint8_t list;
};

static int compare_contents(const void *a, const void *b)
{
    const struct content *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    if (x->list != y->list)
        return x->list < y->list ? -1 : 1;
    return (x->record > y->record) - (x->record < y->record);
}

static void order_by_content(const struct link_people *p, const uint64_t *content,
                             uint32_t *order)
{
    struct arena scratch = {0};
    struct content *c = arena_room(&scratch, ((size_t)p->records + 1) * sizeof *c);
    for (uint32_t i = 0; i < p->records; i++)
        c[i] = (struct content){content[i], i, p->list[i]};
    sort_items(c, p->records, sizeof *c, compare_contents);
    for (uint32_t i = 0; i < p->records; i++)
        order[i] = c[i].record;
    arena_free(&scratch);
}

void run_lists_make(const struct link_people *p, bool unique, const uint64_t *content,
                    struct arena *a, struct run_lists *ret)
{
    struct run_lists l = {.list = unique ? p->list : NULL, .records = p->records};
    uint32_t next[LINK_LISTS_MAX], n = p->records;
    l.record = arena_room(a, ((size_t)n + 1) * sizeof *l.record);
    uint32_t *order = arena_room(a, ((size_t)n + 1) * sizeof *order);
    for (uint32_t i = 0; i < n; i++) {
        order[i] = i;
        l.at[(unique ? p->list[i] : 0u) + 1]++;
    }
    if (content)
        order_by_content(p, content, order);
    for (uint32_t k = 0; k < LINK_LISTS_MAX; k++) {
        l.pairs[k + 1] = l.pairs[k] + (uint64_t)l.at[k + 1] * (n - l.at[k + 1]);
        next[k] = l.at[k];
        l.at[k + 1] += l.at[k];
    }
    for (uint32_t i = 0; i < n; i++)
        l.record[next[unique ? p->list[order[i]] : 0u]++] = order[i];
    *ret = l;
}

void run_lists_draw(const struct run_lists *l, struct rng *rng, uint32_t *ret_left,
                    uint32_t *ret_right)
{
    if (!l->list) {
        do {
            *ret_left = l->record[rng_below(rng, l->records)];
            *ret_right = l->record[rng_below(rng, l->records)];
        } while (*ret_left == *ret_right);
        return;
    }
    uint64_t k = rng_below(rng, l->pairs[LINK_LISTS_MAX]);
    uint32_t list = 0;
    while (l->pairs[list + 1] <= k)
        list++;
    uint32_t size = l->at[list + 1] - l->at[list], others = l->records - size;
    k -= l->pairs[list];
    uint32_t right = (uint32_t)(k % others);
    *ret_left = l->record[l->at[list] + (uint32_t)(k / others)];
    *ret_right = l->record[right < l->at[list] ? right : right + size];
}
