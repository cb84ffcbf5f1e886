/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/hash.h"
#include "engine/link/block_inside.h"

static uint64_t longer(uint64_t key, uint32_t number)
{
    uint64_t h = hash_mix(key, number);
    return h ? h : 1;
}
static uint64_t by_also(uint64_t key, uint32_t also, uint32_t number)
{
    return longer(key ^ (also + 1) * 0x9e3779b97f4a7c15u, number);
}

/* Whether it is heavy; *ret_heap is then the number of its heap, or 0. */
static bool find_heavy(const struct block_set *s, uint64_t key, uint32_t *ret_heap)
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

/* The numbers that can be chosen for each of the rule's needs. */
struct choice {
    const uint32_t *numbers[LINK_KEYS_MAX];
    uint32_t counts[LINK_KEYS_MAX];
    uint32_t room[LINK_KEYS_MAX][BLOCK_CUTS_MAX];
};

/* One choice after the other: calls each(context, key) for all of them. */
struct walk {
    const struct block_plan *p;
    const struct block_rule *r;
    const struct choice *choice;
    void (*each)(struct walk *w, uint64_t key);
    uint32_t left, right; /* records; the same for the keys of one */
    const struct block_keys *out;
    uint64_t smallest;
    uint32_t chosen[LINK_KEYS_MAX]; /* the numbers of this choice */
    uint32_t chosen_count;
};

static void choose_numbers(struct walk *w, uint32_t need, uint32_t from, uint32_t times,
                           uint64_t key)
{
    if (need == w->r->need_count) {
        w->each(w, key);
        return;
    }
    if (times == 0) {
        uint32_t next = need + 1;
        choose_numbers(w, next, 0, next < w->r->need_count ? w->r->needs[next].times : 0, key);
        return;
    }
    w->chosen_count++;
    for (uint32_t i = from; i + times <= w->choice->counts[need]; i++) {
        uint32_t number = w->choice->numbers[need][i];
        w->chosen[w->chosen_count - 1] = number;
        choose_numbers(w, need, i + 1, times - 1, longer(key, number));
    }
    w->chosen_count--;
}

/* Whether a number splits nothing: the choice has it already (another token of the name is
 * wanted, not the same again). */
static bool chosen(const struct walk *w, uint32_t number)
{
    for (uint32_t i = 0; i < w->chosen_count; i++)
        if (w->chosen[i] == number)
            return true;
    return false;
}

static void walk_choices(struct walk *w)
{
    choose_numbers(w, 0, 0, w->r->need_count ? w->r->needs[0].times : 0, w->r->seed);
}

/* A key of one record, split while it is heavy. */
static void split_key(struct walk *w, uint64_t key, uint32_t also, uint32_t depth)
{
    uint32_t heap = 0;
    if (!find_heavy(&w->r->heavy, key, &heap) || heap) {
        w->out->each(w->out->context, key, depth, also == w->r->also_count, heap);
        return;
    }
    const uint32_t *row = block_row(w->p, w->left);
    bool any = false;
    for (uint32_t a = also; a < w->r->also_count; a++) {
        uint32_t room[BLOCK_CUTS_MAX], n;
        const uint32_t *v = block_values(w->p, &w->p->codes[w->r->also[a]], row, room, &n);
        for (uint32_t i = 0; i < n; i++)
            if (!chosen(w, v[i])) {
                split_key(w, by_also(key, a, v[i]), a + 1, depth + 1);
                any = true;
            }
    }
    if (!any) /* nothing tells it from the others that have nothing */
        split_key(w, by_also(key, BLOCK_ALSO_MAX, 0), w->r->also_count, depth + 1);
}
static void split_one(struct walk *w, uint64_t key)
{
    split_key(w, key, 0, 0);
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
    struct walk w = {p, r, &choice, split_one, record, record, k, 0, {0}, 0};
    walk_choices(&w);
}

static uint32_t common(const uint32_t *a, uint32_t n, const uint32_t *b, uint32_t m,
                       uint32_t *ret)
{
    uint32_t count = 0;
    for (uint32_t i = 0, j = 0; i < n && j < m;) {
        if (a[i] == b[j]) {
            if (ret)
                ret[count] = a[i];
            count++;
            i++;
            j++;
        } else if (a[i] < b[j]) {
            i++;
        } else {
            j++;
        }
    }
    return count;
}

/* How many numbers they share; into ret unless that is NULL. */
static uint32_t shared_numbers(const struct block_plan *p, const struct block_code *c,
                               const uint32_t *left, const uint32_t *right, uint32_t *ret)
{
    uint32_t x[BLOCK_CUTS_MAX], y[BLOCK_CUTS_MAX], n, m;
    if (c->count == 1 && c->key.kind != LINK_KEY_VALUE_DELETE) {
        uint32_t v = left[c->at];
        if (ret)
            *ret = v;
        return v && v == right[c->at];
    }
    const uint32_t *a = block_values(p, c, left, x, &n);
    const uint32_t *b = block_values(p, c, right, y, &m);
    return common(a, n, b, m, ret);
}

bool block_agree(const struct block_plan *p, const struct block_rule *r, const uint32_t *left,
                 const uint32_t *right)
{
    for (uint32_t i = 0; i < r->need_count; i++)
        if (shared_numbers(p, &p->codes[r->needs[i].code], left, right, NULL) <
            r->needs[i].times)
            return false;
    return true;
}

/* Place of a record in a heap. */
static uint32_t heap_place(const struct walk *w, uint32_t heap, uint32_t record)
{
    const struct block_heap *h = &w->r->heaps[heap];
    uint32_t rank = w->p->rank[record], low = 0, high = h->count;
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
static bool splits(const struct walk *w, const struct block_code *c, const uint32_t *row)
{
    for (uint32_t i = 0; i < c->count && row[c->at + i]; i++)
        if (!chosen(w, row[c->at + i]))
            return true;
    return false;
}

/* A key that both have, split while it is heavy; keeps the smallest. */
static void split_shared(struct walk *w, uint64_t key, uint32_t also)
{
    uint32_t heap = 0;
    bool heavy = find_heavy(&w->r->heavy, key, &heap);
    if (heavy && heap) {
        uint32_t a = heap_place(w, heap, w->left), b = heap_place(w, heap, w->right);
        if ((a > b ? a - b : b - a) > BLOCK_WINDOW)
            return;
    }
    if (!heavy || heap) {
        if (!w->smallest || key < w->smallest)
            w->smallest = key;
        return;
    }
    const uint32_t *left = block_row(w->p, w->left), *right = block_row(w->p, w->right);
    bool any = false;
    for (uint32_t a = also; a < w->r->also_count; a++) {
        const struct block_code *c = &w->p->codes[w->r->also[a]];
        uint32_t both[BLOCK_CUTS_MAX];
        uint32_t n = shared_numbers(w->p, c, left, right, both);
        for (uint32_t i = 0; i < n; i++)
            if (!chosen(w, both[i]))
                split_shared(w, by_also(key, a, both[i]), a + 1);
        any = any || splits(w, c, left) || splits(w, c, right);
    }
    if (!any)
        split_shared(w, by_also(key, BLOCK_ALSO_MAX, 0), w->r->also_count);
}
static void shared_one(struct walk *w, uint64_t key)
{
    split_shared(w, key, 0);
}

bool block_shared(const struct block_plan *p, const struct block_rule *r, uint32_t left,
                  uint32_t right, uint64_t *ret_key)
{
    struct choice choice;
    const uint32_t *x = block_row(p, left), *y = block_row(p, right);
    for (uint32_t i = 0; i < r->need_count; i++) {
        choice.counts[i] = shared_numbers(p, &p->codes[r->needs[i].code], x, y, choice.room[i]);
        choice.numbers[i] = choice.room[i];
        if (choice.counts[i] < r->needs[i].times)
            return false;
    }
    struct walk w = {p, r, &choice, shared_one, left, right, NULL, 0, {0}, 0};
    walk_choices(&w);
    if (w.smallest && ret_key)
        *ret_key = w.smallest;
    return w.smallest != 0;
}
