/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/link/block_inside.h"

/* The numbers that can be chosen for each of the rule's needs. */
struct choice {
    const uint32_t *numbers[LINK_KEYS_MAX];
    uint32_t counts[LINK_KEYS_MAX];
    uint32_t room[LINK_KEYS_MAX][BLOCK_CUTS_MAX];
};

/* One choice after the other. */
struct walk {
    const struct block_plan *p;
    const struct block_rule *r;
    const struct choice *choice;
    const uint32_t *row;
    const struct block_keys *out;
    uint32_t chosen[LINK_KEYS_MAX]; /* the numbers of this choice */
    uint32_t chosen_count;
};

/* A key of the record, split while it is heavy. `all`: no code was passed over that tells the
 * record from others. */
static void split_key(struct walk *w, uint64_t key, uint32_t also, uint32_t depth, bool all)
{
    uint32_t heap = 0;
    if (!block_set_find(&w->r->heavy, key, &heap) || heap) {
        enum block_end end = also < w->r->also_count ? BLOCK_SPLITS
                             : all                   ? BLOCK_IS_HEAP
                                                     : BLOCK_IS_NONE;
        if (heap != BLOCK_NONE)
            w->out->each(w->out->context, key, depth, end, heap);
        return;
    }
    bool any = false;
    for (uint32_t a = also; a < w->r->also_count; a++) {
        uint32_t room[BLOCK_CUTS_MAX], n;
        bool first = !any;
        const uint32_t *v = block_values(w->p, &w->p->codes[w->r->also[a]], w->row, room, &n);
        for (uint32_t i = 0; i < n; i++)
            if (!block_chosen(w->chosen, w->chosen_count, v[i])) {
                split_key(w, block_key_split(key, a, v[i]), a + 1, depth + 1, all && first);
                any = true;
            }
    }
    if (!any) /* nothing tells it from others that have nothing */
        split_key(w, block_key_split(key, BLOCK_ALSO_MAX, 0), w->r->also_count, depth + 1, all);
}

static void choose_numbers(struct walk *w, uint32_t need, uint32_t from, uint32_t times,
                           uint64_t key)
{
    while (!times && need < w->r->need_count) {
        need++;
        from = 0;
        times = need < w->r->need_count ? w->r->needs[need].times : 0;
    }
    if (need == w->r->need_count) {
        split_key(w, key, 0, 0, true);
        return;
    }
    uint32_t at = w->chosen_count++;
    for (uint32_t i = from; i + times <= w->choice->counts[need]; i++) {
        uint32_t number = w->choice->numbers[need][i];
        w->chosen[at] = number;
        choose_numbers(w, need, i + 1, times - 1, block_key_add(key, number));
    }
    w->chosen_count--;
}

uint64_t block_base_bound(const struct block_plan *p, const struct block_rule *r)
{
    uint64_t bound = 1;
    for (uint32_t i = 0; i < r->need_count; i++) {
        const struct block_code *c = &p->codes[r->needs[i].code];
        uint64_t n = c->key.kind == LINK_KEY_VALUE_DELETE ? BLOCK_CUTS_MAX
                     : c->count > BLOCK_VALUES_MAX        ? BLOCK_VALUES_MAX
                                                          : c->count;
        bound *= r->needs[i].times == 1 ? n : n * (n - 1) / 2;
    }
    return bound;
}

uint32_t block_base_keys(const struct block_plan *p, const struct block_rule *r,
                         uint32_t record, uint64_t ret[BLOCK_BASE_MAX])
{
    const uint32_t *row = block_row(p, record);
    uint32_t n = 1;
    ret[0] = r->seed;
    for (uint32_t need = 0; need < r->need_count; need++) {
        uint32_t room[BLOCK_CUTS_MAX], count, out = 0;
        const struct block_code *c = &p->codes[r->needs[need].code];
        const uint32_t *v = block_values(p, c, row, room, &count);
        uint64_t old[BLOCK_BASE_MAX];
        if (count < r->needs[need].times)
            return 0;
        if (r->needs[need].times == 1 && count == 1) {
            for (uint32_t k = 0; k < n; k++)
                ret[k] = block_key_add(ret[k], *v);
            continue;
        }
        memcpy(old, ret, n * sizeof *old);
        for (uint32_t k = 0; k < n; k++)
            for (uint32_t i = 0; i < count; i++) {
                uint64_t key = block_key_add(old[k], v[i]);
                if (r->needs[need].times == 1)
                    ret[out++] = key;
                for (uint32_t j = i + 1; j < count && r->needs[need].times == 2; j++)
                    ret[out++] = block_key_add(key, v[j]);
            }
        n = out;
    }
    return n;
}

void block_keys_of(const struct block_plan *p, const struct block_rule *r, uint32_t record,
                   const struct block_keys *k)
{
    struct choice choice;
    const uint32_t *row = block_row(p, record);
    for (uint32_t i = 0; i < r->need_count; i++) {
        choice.numbers[i] = block_values(p, &p->codes[r->needs[i].code], row, choice.room[i],
                                         &choice.counts[i]);
        if (choice.counts[i] < r->needs[i].times)
            return;
    }
    struct walk w = {.p = p, .r = r, .choice = &choice, .row = row, .out = k};
    choose_numbers(&w, 0, 0, r->need_count ? r->needs[0].times : 0, r->seed);
}
