/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pairs, rule by rule: the keys of all records are dealt to parts by their first bits, each
 * part is sorted, equal keys are blocks. The pairs of all blocks of a rule are numbered; a
 * batch is a fixed range of these numbers, so that it does not depend on the threads. A pair
 * is left out of a batch when an earlier rule has it, or a smaller key of this rule.
 */
#include "engine/link/block_inside.h"

#include "base/sort.h"

#include <math.h>
#include <stdatomic.h>

#define PIECE      32768u /* records whose keys are dealt at once */
#define PARTS_MAX  4096u
#define PART_ITEMS 2048u
#define BATCH      16384u

struct block_group {
    size_t at; /* of its entries */
    uint32_t count, heap;
    uint32_t first;  /* place from which on records are new; pairs have their right one there */
    uint64_t before; /* pairs of the blocks before it */
};

struct eaching {
    const struct block_plan *p;
    uint32_t rule, first_new;
    uint32_t parts, shift;
    size_t pieces;
    size_t *starts; /* [pieces * parts] first counts, then where the piece writes */
    struct block_entry *entries;
    size_t *part_at;     /* [parts + 1] */
    size_t *part_groups; /* [parts + 1] blocks of the parts before */
    struct block_group *groups;
    size_t group_count;
    uint64_t raw, batch; /* pairs of the rule's blocks; number of its first batch */
    struct worker {
        struct link_candidate *pairs;
        uint64_t had, new;
    } * workers;
    int (*take)(void *context, uint64_t batch, uint32_t rule,
                const struct link_candidate *pairs, size_t count, unsigned worker);
    void *context;
    _Atomic int stop;
};

struct dealing {
    struct eaching *x;
    size_t *starts;
    uint32_t record;
};

static uint32_t part_of(const struct eaching *x, uint64_t key)
{
    return x->parts == 1 ? 0 : (uint32_t)(key >> x->shift);
}
static void count_key(void *context, uint64_t key, uint32_t depth, enum block_end end,
                      uint32_t heap)
{
    struct dealing *d = context;
    (void)depth;
    (void)end;
    (void)heap;
    d->starts[part_of(d->x, key)]++;
}
static void deal_key(void *context, uint64_t key, uint32_t depth, enum block_end end,
                     uint32_t heap)
{
    struct dealing *d = context;
    (void)depth;
    (void)end;
    d->x->entries[d->starts[part_of(d->x, key)]++] = (struct block_entry){key, d->record, heap};
}

static void each_key(struct eaching *x, size_t piece,
                     void (*each)(void *, uint64_t, uint32_t, enum block_end, uint32_t))
{
    struct dealing d = {x, x->starts + piece * x->parts, 0};
    struct block_keys keys = {each, &d};
    uint32_t records = x->p->people->records, from = (uint32_t)piece * PIECE;
    uint32_t to = records - from < PIECE ? records : from + PIECE;
    const struct block_rule *r = &x->p->rules[x->rule];
    for (d.record = from; d.record < to; d.record++) {
        uint64_t base[BLOCK_BASE_MAX];
        if (block_row(x->p, d.record)[0] >> x->rule & 1) {
            block_keys_of(x->p, r, d.record, &keys);
            continue;
        }
        uint32_t n = block_base_keys(x->p, r, d.record, base);
        for (uint32_t i = 0; i < n; i++)
            each(&d, base[i], 0, BLOCK_SPLITS, 0);
    }
}
static void count_piece(void *context, size_t piece, unsigned worker)
{
    (void)worker;
    each_key(context, piece, count_key);
}
static void deal_piece(void *context, size_t piece, unsigned worker)
{
    (void)worker;
    each_key(context, piece, deal_key);
}

/* Number of entries that have the key of the first. */
static uint32_t run_length(const struct block_entry *e, size_t count)
{
    uint32_t n = 1;
    while (n < count && e[n].key == e->key)
        n++;
    return n;
}

static void sort_part(void *context, size_t part, unsigned worker)
{
    struct eaching *x = context;
    struct block_entry *e = x->entries + x->part_at[part];
    size_t count = x->part_at[part + 1] - x->part_at[part], groups = 0;
    (void)worker;
    block_sort(e, count);
    for (size_t at = 0; at < count;) {
        uint32_t n = run_length(e + at, count - at);
        groups += n > 1;
        at += n;
    }
    x->part_groups[part + 1] = groups;
}

static int by_rank(const void *a, const void *b)
{
    const struct block_entry *x = a, *y = b;
    return (x->key > y->key) - (x->key < y->key);
}

/* The records of a heap in the order of their content. */
static void order_heap(const struct block_plan *p, struct block_entry *e, uint32_t n)
{
    uint64_t key = e->key;
    for (uint32_t i = 0; i < n; i++)
        e[i].key = p->rank[e[i].record];
    sort_items(e, n, sizeof *e, by_rank);
    for (uint32_t i = 0; i < n; i++)
        e[i].key = key;
}

static void find_groups(void *context, size_t part, unsigned worker)
{
    struct eaching *x = context;
    struct block_entry *e = x->entries + x->part_at[part];
    size_t count = x->part_at[part + 1] - x->part_at[part];
    struct block_group *g = x->groups + x->part_groups[part];
    (void)worker;
    for (size_t at = 0; at < count;) {
        uint32_t n = run_length(e + at, count - at);
        if (n > 1) {
            *g = (struct block_group){x->part_at[part] + at, n, e[at].heap, 1, 0};
            if (g->heap)
                order_heap(x->p, e + at, n);
            while (!g->heap && g->first < n && e[at + g->first].record < x->first_new)
                g->first++;
            g++;
        }
        at += n;
    }
}

/* Pairs of the places below q of a block. */
static uint64_t triangle(uint64_t q)
{
    return q * (q - 1) / 2;
}
static uint64_t group_pairs(const struct block_group *g)
{
    return g->heap ? (uint64_t)g->count * BLOCK_WINDOW
                   : triangle(g->count) - triangle(g->first);
}

static void number_groups(struct eaching *x)
{
    x->raw = 0;
    for (size_t i = 0; i < x->group_count; i++) {
        x->groups[i].before = x->raw;
        x->raw += group_pairs(&x->groups[i]);
    }
}

/* The last block that begins at or before pair `k`. */
static size_t group_of(const struct eaching *x, uint64_t k)
{
    size_t low = 0, high = x->group_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (x->groups[middle].before <= k)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* The place of the right record of pair k of a block: the largest q with triangle(q) <= k. */
static uint32_t right_place(const struct block_group *g, uint64_t k)
{
    if (g->heap)
        return (uint32_t)(k / BLOCK_WINDOW);
    k += triangle(g->first);
    uint64_t q = (uint64_t)((1 + sqrt(1 + 8 * (double)k)) / 2);
    while (triangle(q) > k)
        q--;
    while (triangle(q + 1) <= k)
        q++;
    return (uint32_t)q;
}

struct filter {
    struct eaching *x;
    struct worker *w;
    size_t count;
};

static inline void offer(struct filter *f, uint64_t key, uint32_t left, uint32_t right)
{
    const struct block_plan *p = f->x->p;
    if (left > right) {
        uint32_t t = left;
        left = right;
        right = t;
    }
    if ((p->unique && p->people->list[left] == p->people->list[right]) ||
        right < f->x->first_new)
        return;
    struct block_pair x;
    block_pair_begin(&x, p, left, right);
    uint64_t own = key;
    if (!block_pair_has(&x, f->x->rule, &own) || own != key)
        return;
    f->w->had++;
    for (uint32_t before = 0; before < f->x->rule; before++)
        if (block_pair_has(&x, before, NULL))
            return;
    f->w->pairs[f->count++] = (struct link_candidate){left, right};
}

/* Pairs from k to the end of the block, at most `most`; returns how many it went through. */
static uint64_t offer_group(struct filter *f, const struct block_group *g, uint64_t k,
                            uint64_t most)
{
    const struct block_entry *e = f->x->entries + g->at;
    uint64_t count = group_pairs(g) - k;
    if (count > most)
        count = most;
    uint32_t q = right_place(g, k);
    if (g->heap) {
        for (uint64_t i = k; i < k + count; i++) {
            uint64_t right = i / BLOCK_WINDOW, back = i % BLOCK_WINDOW + 1;
            if (right >= back)
                offer(f, e->key, e[right - back].record, e[right].record);
        }
        return count;
    }
    uint64_t place = k + triangle(g->first) - triangle(q), left = count;
    for (; left; q++, place = 0)
        for (; place < q && left; place++, left--)
            offer(f, e->key, e[place].record, e[q].record);
    return count;
}

/* The rows of a block that comes soon are asked for: they lie anywhere. */
static inline void fetch_rows(const struct eaching *x, size_t group)
{
    if (group >= x->group_count)
        return;
    const struct block_group *g = &x->groups[group];
    for (uint32_t i = 0; i < g->count && i < 16; i++)
        __builtin_prefetch(block_row(x->p, x->entries[g->at + i].record));
}

static void take_batch(void *context, size_t batch, unsigned worker)
{
    struct eaching *x = context;
    if (atomic_load_explicit(&x->stop, memory_order_relaxed))
        return;
    struct filter f = {x, &x->workers[worker], 0};
    uint64_t k = (uint64_t)batch * BATCH;
    uint64_t end = x->raw - k < BATCH ? x->raw : k + BATCH;
    for (size_t g = group_of(x, k); k < end; g++) {
        fetch_rows(x, g + 2);
        k += offer_group(&f, &x->groups[g], k - x->groups[g].before, end - k);
    }
    f.w->new += f.count;
    int stop = f.count
                   ? x->take(x->context, x->batch + batch, x->rule, f.w->pairs, f.count, worker)
                   : 0;
    if (stop)
        atomic_store(&x->stop, stop);
}

/* Deals the keys of all records to parts. */
static void deal(struct eaching *x, struct pool *pool, struct arena *a)
{
    uint32_t records = x->p->people->records;
    x->pieces = (records + (size_t)PIECE - 1) / PIECE;
    for (x->parts = 1, x->shift = 64; x->parts < PARTS_MAX && x->parts * PART_ITEMS < records;
         x->parts *= 2)
        x->shift--;
    x->starts = ARENA_NEW(a, x->pieces * x->parts + 1, size_t);
    x->part_at = ARENA_NEW(a, x->parts + (size_t)1, size_t);
    pool_run(pool, x->pieces, count_piece, x);
    size_t total = 0;
    for (uint32_t part = 0; part < x->parts; part++) {
        x->part_at[part] = total;
        for (size_t piece = 0; piece < x->pieces; piece++) {
            size_t n = x->starts[piece * x->parts + part];
            x->starts[piece * x->parts + part] = total;
            total += n;
        }
    }
    x->part_at[x->parts] = total;
    x->entries = arena_room(a, total * sizeof *x->entries + 1);
    pool_run(pool, x->pieces, deal_piece, x);
}

static void each_of_rule(struct eaching *x, struct link_rule *rule, struct pool *pool)
{
    ARENA_AUTO a = {0};
    deal(x, pool, &a);
    x->part_groups = ARENA_NEW(&a, x->parts + (size_t)1, size_t);
    pool_run(pool, x->parts, sort_part, x);
    for (uint32_t part = 0; part < x->parts; part++)
        x->part_groups[part + 1] += x->part_groups[part];
    x->group_count = x->part_groups[x->parts];
    x->groups = ARENA_NEW(&a, x->group_count + 1, struct block_group);
    pool_run(pool, x->parts, find_groups, x);
    number_groups(x);
    uint64_t batches = (x->raw + BATCH - 1) / BATCH;
    for (unsigned w = 0; w < pool_threads(pool); w++)
        x->workers[w].had = x->workers[w].new = 0;
    pool_run(pool, (size_t)batches, take_batch, x);
    x->batch += batches;
    rule->pairs = rule->new_pairs = 0;
    for (unsigned w = 0; w < pool_threads(pool); w++) {
        rule->pairs += x->workers[w].had;
        rule->new_pairs += x->workers[w].new;
    }
}

int link_block_each(const struct link_people *people, struct link_rules *rules, bool unique,
                    uint32_t first_new, struct pool *pool,
                    int (*take)(void *context, uint64_t batch, uint32_t rule,
                                const struct link_candidate *pairs, size_t count,
                                unsigned worker),
                    void *context)
{
    ARENA_AUTO a = {0};
    struct block_plan plan = *(const struct block_plan *)rules->inside;
    plan.people = people;
    plan.unique = unique;
    struct eaching x = {.p = &plan,
                        .first_new = first_new,
                        .workers = ARENA_NEW(&a, pool_threads(pool), struct worker),
                        .take = take,
                        .context = context};
    for (unsigned w = 0; w < pool_threads(pool); w++)
        x.workers[w].pairs = arena_room(&a, BATCH * sizeof *x.workers[w].pairs);
    rules->pairs = 0;
    for (x.rule = 0; x.rule < rules->count && !x.stop; x.rule++) {
        each_of_rule(&x, &rules->rules[x.rule], pool);
        rules->pairs += rules->rules[x.rule].new_pairs;
    }
    return x.stop;
}

uint32_t link_block_rules_of(const struct link_people *people, const struct link_rules *rules,
                             uint32_t left, uint32_t right)
{
    const struct block_plan *p = rules->inside;
    struct block_pair x;
    uint32_t bits = 0;
    (void)people;
    block_pair_begin(&x, p, left, right);
    for (uint32_t r = 0; r < p->rule_count; r++)
        if (block_pair_has(&x, r, NULL))
            bits |= 1u << r;
    return bits;
}
