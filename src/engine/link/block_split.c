/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which keys are heavy, rule by rule. A first pass counts hashes of the keys in a small table;
 * what stands in a bucket that is too full is sorted and counted exactly. The records of heavy
 * keys get longer keys, which are counted in their turn.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* qsort_r */
#endif
#include "engine/link/block_inside.h"

#include "base/sort.h"

#define COUNT_BITS_MAX 23u

struct split_rule {
    struct arena a; /* heavy keys, members of heaps */
    uint64_t *keys;
    uint32_t *heaps;
    size_t count, cap, heaps_cap;
    struct block_heap *heap; /* [heap_count + 1] `order` holds records first */
    size_t heap_count, heap_cap;
    uint8_t *touched; /* [row_count / 8 + 1] has a heavy key that is split */
    uint8_t *heavy;   /* the same, of keys before any is split */
};

struct splitting {
    struct block_plan *p;
    struct split_rule *rules;
};

struct gather {
    uint16_t *buckets; /* [1 << 64 - shift] */
    unsigned shift;
    uint32_t most, depth, record;
    struct arena *a;
    struct block_entry *entries; /* heap: enum block_end */
    size_t count, cap;
};

static inline void add_one(uint16_t *n)
{
    *n = (uint16_t)(*n + (*n < UINT16_MAX));
}
static void count_key(void *context, uint64_t key, uint32_t depth, enum block_end end,
                      uint32_t heap)
{
    struct gather *g = context;
    (void)end;
    (void)heap;
    if (depth == g->depth)
        add_one(&g->buckets[key >> g->shift]);
}
static void gather_key(void *context, uint64_t key, uint32_t depth, enum block_end end,
                       uint32_t heap)
{
    struct gather *g = context;
    if (heap || depth != g->depth || g->buckets[key >> g->shift] <= g->most)
        return;
    struct block_entry e = {key, g->record, end};
    ARENA_PUSH(g->a, g->entries, g->count, g->cap, e);
}

static void each_touched(const struct block_plan *p, const struct block_rule *r,
                         const struct split_rule *s, struct gather *g,
                         void (*each)(void *, uint64_t, uint32_t, enum block_end, uint32_t))
{
    struct block_keys keys = {each, g};
    for (g->record = 0; g->record < p->row_count; g->record++) {
        uint64_t base[BLOCK_BASE_MAX];
        if (g->depth && (s->touched[g->record / 8] >> (g->record % 8) & 1))
            block_keys_of(p, r, g->record, &keys);
        uint32_t n = g->depth ? 0 : block_base_keys(p, r, g->record, base);
        for (uint32_t i = 0; i < n; i++)
            each(g, base[i], 0, r->also_count ? BLOCK_SPLITS : BLOCK_IS_HEAP, 0);
    }
}

static void add_heavy(struct split_rule *s, const struct block_entry *e, size_t n)
{
    bool is_heap = false;
    for (size_t i = 0; i < n; i++)
        is_heap = is_heap || e[i].heap == BLOCK_IS_HEAP;
    size_t heap = e->heap == BLOCK_SPLITS ? 0 : BLOCK_NONE;
    if (is_heap) {
        struct block_heap h = {ARENA_NEW(&s->a, n, uint32_t), (uint32_t)n};
        for (size_t i = 0; i < n; i++)
            h.order[i] = e[i].record;
        if (!s->heap_count)
            ARENA_PUSH(&s->a, s->heap, s->heap_count, s->heap_cap, (struct block_heap){0});
        ARENA_PUSH(&s->a, s->heap, s->heap_count, s->heap_cap, h);
        heap = s->heap_count - 1;
    }
    size_t count = s->count;
    ARENA_PUSH(&s->a, s->heaps, count, s->heaps_cap, (uint32_t)heap);
    ARENA_PUSH(&s->a, s->keys, s->count, s->cap, e->key);
}

/* The table over the heavy keys there are so far. */
static void build_set(struct split_rule *s, struct block_set *set, struct arena *a)
{
    *set = (struct block_set){.size = 16, .count = s->count};
    while (set->size < 2 * s->count)
        set->size *= 2;
    set->keys = ARENA_NEW(a, set->size, uint64_t);
    set->heaps = ARENA_NEW(a, set->size, uint32_t);
    for (size_t k = 0; k < s->count; k++) {
        size_t i = s->keys[k] & (set->size - 1);
        while (set->keys[i])
            i = (i + 1) & (set->size - 1);
        set->keys[i] = s->keys[k];
        set->heaps[i] = s->heaps[k];
    }
}

/* Finds the heavy keys of one depth; whether there are any that are split. */
static bool split_round(struct block_plan *p, struct block_rule *r, struct split_rule *s,
                        uint32_t depth)
{
    ARENA_AUTO scratch = {0};
    unsigned bits = 10;
    while (bits < COUNT_BITS_MAX && (size_t)4 << bits < p->row_count)
        bits++;
    struct gather g = {.buckets = ARENA_NEW(&scratch, (size_t)1 << bits, uint16_t),
                       .shift = 64 - bits,
                       .most = p->most,
                       .depth = depth,
                       .a = &scratch};
    each_touched(p, r, s, &g, count_key);
    bool full = false;
    for (size_t i = 0; i < (size_t)1 << bits; i++)
        full = full || g.buckets[i] > p->most;
    if (!full)
        return false;
    each_touched(p, r, s, &g, gather_key);
    block_sort(g.entries, g.count);
    bool more = false;
    memset(s->touched, 0, p->row_count / 8 + 1);
    for (size_t at = 0, n; at < g.count; at += n) {
        const struct block_entry *e = &g.entries[at];
        for (n = 1; at + n < g.count && e[n].key == e->key; n++)
            ;
        if (n <= p->most)
            continue;
        add_heavy(s, e, n);
        for (size_t i = 0; i < n; i++)
            s->touched[e[i].record / 8] |= (uint8_t)(1u << (e[i].record % 8));
        more = more || e->heap == BLOCK_SPLITS;
    }
    if (!depth)
        memcpy(s->heavy, s->touched, p->row_count / 8 + 1);
    build_set(s, &r->heavy, &s->a);
    return more;
}

static void split_rule_of(void *context, size_t rule, unsigned worker)
{
    struct splitting *x = context;
    struct block_rule *r = &x->p->rules[rule];
    struct split_rule *s = &x->rules[rule];
    (void)worker;
    s->touched = ARENA_NEW(&s->a, x->p->row_count / 8 + 1, uint8_t);
    s->heavy = ARENA_NEW(&s->a, x->p->row_count / 8 + 1, uint8_t);
    for (uint32_t depth = 0; r->need_count && split_round(x->p, r, s, depth); depth++)
        ;
}

static int compare_days(struct time_days a, struct time_days b)
{
    return a.first != b.first ? (a.first < b.first ? -1 : 1)
                              : (a.last > b.last) - (a.last < b.last);
}

/* Order of two records by what they say, then by number. */
static int compare_content(const void *a, const void *b, void *context)
{
    const struct link_people *p = context;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    size_t n, m;
    const struct link_name_token *s = link_name_of(p, x, &n), *t = link_name_of(p, y, &m);
    for (size_t i = 0; i < n && i < m; i++)
        if (s[i].token != t[i].token)
            return str_compare(p->tokens[s[i].token].text, p->tokens[t[i].token].text);
    if (n != m)
        return n < m ? -1 : 1;
    for (uint32_t f = 0; f < p->field_count; f++) {
        const struct link_field *field = &p->fields[f];
        uint32_t v = field->value[x], w = field->value[y];
        if (v == w)
            continue;
        int order = field->kind == LINK_KIND_DATE ? compare_days(field->days[v], field->days[w])
                                                  : str_compare(field->text[v], field->text[w]);
        if (order)
            return order;
    }
    return x < y ? -1 : x > y;
}

static int compare_u32(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* The order of all records that are in a heap. */
static void rank_records(struct block_plan *p, const struct splitting *x, struct arena *a)
{
    ARENA_AUTO scratch = {0};
    uint32_t n = p->row_count, count = 0;
    uint8_t *in = ARENA_NEW(&scratch, (size_t)n / 8 + 1, uint8_t);
    for (uint32_t r = 0; r < p->rule_count; r++)
        for (size_t h = 1; h < x->rules[r].heap_count; h++)
            for (uint32_t i = 0; i < x->rules[r].heap[h].count; i++) {
                uint32_t record = x->rules[r].heap[h].order[i];
                in[record / 8] |= (uint8_t)(1u << (record % 8));
            }
    uint32_t *order = arena_room(&scratch, n * sizeof *order);
    for (uint32_t i = 0; i < n; i++)
        if (in[i / 8] >> (i % 8) & 1)
            order[count++] = i;
    struct link_people *people = (struct link_people *)(uintptr_t)p->people;
    qsort_r(order, count, sizeof *order, compare_content, people);
    p->rank = ARENA_NEW(a, n, uint32_t);
    for (uint32_t i = 0; i < count; i++)
        p->rank[order[i]] = i;
}

static void keep_heaps(struct block_plan *p, const struct splitting *x, uint32_t rule,
                       struct arena *a)
{
    struct block_rule *r = &p->rules[rule];
    const struct split_rule *s = &x->rules[rule];
    if (!s->heap_count)
        return;
    if (!p->rank)
        rank_records(p, x, a);
    r->heaps = ARENA_NEW(a, s->heap_count, struct block_heap);
    for (size_t h = 1; h < s->heap_count; h++) {
        uint32_t n = s->heap[h].count;
        uint32_t *order = ARENA_NEW(a, n, uint32_t);
        for (uint32_t i = 0; i < n; i++)
            order[i] = p->rank[s->heap[h].order[i]];
        sort_items(order, n, sizeof *order, compare_u32);
        r->heaps[h] = (struct block_heap){order, n};
    }
}

void block_split(struct block_plan *p, struct pool *pool, struct arena *a)
{
    ARENA_AUTO scratch = {0};
    struct splitting x = {p, ARENA_NEW(&scratch, p->rule_count + 1, struct split_rule)};
    pool_run(pool, p->rule_count, split_rule_of, &x);
    for (uint32_t r = 0; r < p->rule_count; r++) {
        keep_heaps(p, &x, r, a);
        if (x.rules[r].count)
            build_set(&x.rules[r], &p->rules[r].heavy, a);
    }
    /* The first number of a row: the rules under which the record has a heavy key. */
    for (uint32_t r = 0; r < p->rule_count; r++) {
        for (uint32_t i = 0; i < p->row_count && p->rules[r].heavy.count; i++)
            if (x.rules[r].heavy[i / 8] >> (i % 8) & 1)
                p->rows[(size_t)i * p->width] |= 1u << r;
        arena_free(&x.rules[r].a);
    }
}
