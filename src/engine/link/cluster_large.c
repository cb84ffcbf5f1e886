/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Large components. First clusters are joined, the likeliest on average first (a pair that was
 * not scored counts too: one bridge between two groups does not join them). Then records move,
 * and small unions of neighbouring clusters are solved exactly, as long as the sum of the
 * weights within clusters grows (Keuper et al., ICCV 2015, for joining and moving).
 */
#include "base/hash.h"
#include "base/sort.h"
#include "engine/link/cluster_parts.h"

#include <math.h>

#define ROUNDS_MAX  12
#define MOVES_MAX   20
#define POLISH_MAX  8u /* atoms of a union that is solved again */
#define POLISH_WORK 20000000u
#define GAIN_MIN    1e-6

/* What joins two clusters: a hash table from the pair of them. */
struct link_between {
    uint64_t key; /* smaller number, larger number; 0: free */
    double weight;
    uint64_t pairs;
};

struct joint {
    double average;
    uint32_t x, y; /* x < y */
};

struct neighbours {
    uint32_t *items;
    size_t count, cap;
};

struct large {
    const struct link_atoms *atoms;
    uint32_t component, n;
    const uint32_t *members;
    struct arena *arena;
    uint32_t *part;         /* [n] number of its cluster */
    uint64_t *size, *lists; /* [n] of a cluster */
    /* Joining. */
    struct link_between *table;
    size_t table_size, table_count;
    struct neighbours *near;
    struct joint *heap;
    size_t heap_count, heap_cap;
    /* Moving. */
    double *weight;
    uint64_t *pairs;
    uint32_t *touched;
    /* Solving again. */
    uint32_t *begin, *order;
    bool *stale;
    uint64_t work;
};

static uint64_t key_of(uint32_t x, uint32_t y)
{
    return x < y ? (uint64_t)x << 32 | y : (uint64_t)y << 32 | x;
}

static struct link_between *slot_of(struct link_between *table, size_t size, uint64_t key)
{
    size_t i = hash_mix(key, 0) & (size - 1);
    while (table[i].key && table[i].key != key)
        i = (i + 1) & (size - 1);
    return &table[i];
}

static struct link_between *between(struct large *l, uint32_t x, uint32_t y)
{
    if (2 * (l->table_count + 1) > l->table_size) {
        size_t size = l->table_size ? 2 * l->table_size : 64;
        struct link_between *table = ARENA_NEW(l->arena, size, struct link_between);
        for (size_t i = 0; i < l->table_size; i++)
            if (l->table[i].key)
                *slot_of(table, size, l->table[i].key) = l->table[i];
        l->table = table;
        l->table_size = size;
    }
    struct link_between *slot = slot_of(l->table, l->table_size, key_of(x, y));
    if (!slot->key) {
        slot->key = key_of(x, y);
        l->table_count++;
        ARENA_PUSH(l->arena, l->near[x].items, l->near[x].count, l->near[x].cap, y);
        ARENA_PUSH(l->arena, l->near[y].items, l->near[y].count, l->near[y].cap, x);
    }
    return slot;
}

static bool better(const struct joint *a, const struct joint *b)
{
    if (a->average != b->average)
        return a->average > b->average;
    return key_of(a->x, a->y) < key_of(b->x, b->y);
}

static void push(struct large *l, struct joint item)
{
    ARENA_PUSH(l->arena, l->heap, l->heap_count, l->heap_cap, item);
    size_t i = l->heap_count - 1;
    for (; i && better(&item, &l->heap[(i - 1) / 2]); i = (i - 1) / 2)
        l->heap[i] = l->heap[(i - 1) / 2];
    l->heap[i] = item;
}

static struct joint pop(struct large *l)
{
    struct joint top = l->heap[0], item = l->heap[--l->heap_count];
    size_t i = 0;
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= l->heap_count)
            break;
        if (child + 1 < l->heap_count && better(&l->heap[child + 1], &l->heap[child]))
            child++;
        if (!better(&l->heap[child], &item))
            break;
        l->heap[i] = l->heap[child];
        i = child;
    }
    if (l->heap_count)
        l->heap[i] = item;
    return top;
}

static double average(const struct large *l, const struct link_between *b, uint32_t x,
                      uint32_t y)
{
    if (l->lists && (l->lists[x] & l->lists[y]))
        return -INFINITY;
    double all = (double)l->size[x] * (double)l->size[y];
    return (b->weight + l->atoms->unscored * (all - (double)b->pairs)) / all;
}

static void offer(struct large *l, const struct link_between *b, uint32_t x, uint32_t y)
{
    double value = average(l, b, x, y);
    if (value > 0)
        push(l, (struct joint){value, x < y ? x : y, x < y ? y : x});
}

static void join(struct large *l, uint32_t x, uint32_t y)
{
    if (l->near[x].count < l->near[y].count) {
        uint32_t swap = x;
        x = y;
        y = swap;
    }
    l->part[y] = x;
    l->size[x] += l->size[y];
    if (l->lists)
        l->lists[x] |= l->lists[y];
    for (size_t i = 0; i < l->near[y].count; i++) {
        uint32_t z = l->near[y].items[i];
        if (z == x || l->part[z] != z)
            continue;
        struct link_between old = *slot_of(l->table, l->table_size, key_of(y, z));
        struct link_between *b = between(l, x, z);
        b->weight += old.weight;
        b->pairs += old.pairs;
        offer(l, b, x, z);
    }
}

static void agglomerate(struct large *l)
{
    const struct link_atoms *t = l->atoms;
    for (uint32_t i = 0; i < l->n; i++)
        for (size_t k = t->arc_at[l->members[i]]; k < t->arc_at[l->members[i] + 1]; k++) {
            const struct link_arc *arc = &t->arcs[k];
            if (arc->place == UINT32_MAX || arc->place <= i)
                continue;
            struct link_between *b = between(l, i, arc->place);
            b->weight = (double)arc->weight;
            b->pairs = arc->pairs;
            offer(l, b, i, arc->place);
        }
    while (l->heap_count) {
        struct joint best = pop(l);
        if (l->part[best.x] != best.x || l->part[best.y] != best.y)
            continue;
        /* What has grown since may be less likely now, never likelier without a new offer. */
        double now = average(l, between(l, best.x, best.y), best.x, best.y);
        if (now >= best.average)
            join(l, best.x, best.y);
        else if (now > 0)
            push(l, (struct joint){now, best.x, best.y});
    }
    for (uint32_t i = 0; i < l->n; i++)
        l->part[i] = link_root(l->part, i);
}

/* Sizes and lists of the clusters as part[] has them. */
static void count_parts(struct large *l)
{
    for (uint32_t i = 0; i < l->n; i++) {
        l->size[i] = 0;
        if (l->lists)
            l->lists[i] = 0;
    }
    for (uint32_t i = 0; i < l->n; i++) {
        l->size[l->part[i]] += l->atoms->size[l->members[i]];
        if (l->lists)
            l->lists[l->part[i]] |= l->atoms->lists[l->members[i]];
    }
}

/* A number that no cluster has. */
static uint32_t free_part(const struct large *l, uint32_t hint)
{
    while (l->size[hint])
        hint = hint + 1 < l->n ? hint + 1 : 0;
    return hint;
}

static bool move_one(struct large *l, uint32_t i)
{
    const struct link_atoms *t = l->atoms;
    uint32_t atom = l->members[i], own = l->part[i], count = 0;
    double size = t->size[atom];
    for (size_t k = t->arc_at[atom]; k < t->arc_at[atom + 1]; k++) {
        const struct link_arc *arc = &t->arcs[k];
        if (arc->place == UINT32_MAX)
            continue;
        uint32_t part = l->part[arc->place];
        if (!l->pairs[part])
            l->touched[count++] = part;
        l->weight[part] += (double)arc->weight;
        l->pairs[part] += arc->pairs;
    }
    double others = (double)l->size[own] - size;
    double stay = l->weight[own] + t->unscored * (size * others - (double)l->pairs[own]);
    double best = others > 0 ? 0 : -INFINITY; /* alone */
    uint32_t to = UINT32_MAX;
    for (uint32_t c = 0; c < count; c++) {
        uint32_t part = l->touched[c];
        double all = size * (double)l->size[part];
        double value = l->weight[part] + t->unscored * (all - (double)l->pairs[part]);
        bool clash = l->lists && (l->lists[part] & t->lists[atom]);
        if (part != own && !clash && (value > best || (value == best && part < to))) {
            best = value;
            to = part;
        }
        l->weight[part] = 0;
        l->pairs[part] = 0;
    }
    if (!(best > (others > 0 ? stay : 0) + GAIN_MIN))
        return false;
    l->size[own] -= t->size[atom];
    if (l->lists)
        l->lists[own] &= ~t->lists[atom];
    if (to == UINT32_MAX)
        to = free_part(l, i);
    l->part[i] = to;
    l->size[to] += t->size[atom];
    if (l->lists)
        l->lists[to] |= t->lists[atom];
    return true;
}

static bool move_records(struct large *l)
{
    bool any = false, moved = true;
    for (int pass = 0; moved && pass < MOVES_MAX; pass++) {
        moved = false;
        for (uint32_t i = 0; i < l->n; i++)
            moved |= move_one(l, i);
        any |= moved;
    }
    return any;
}

/* Places sorted by cluster: cluster c has order[begin[c] … begin[c + 1]). */
static void list_parts(struct large *l)
{
    memset(l->begin, 0, (l->n + 2u) * sizeof *l->begin);
    for (uint32_t i = 0; i < l->n; i++)
        l->begin[l->part[i] + 2]++;
    for (uint32_t c = 0; c < l->n; c++)
        l->begin[c + 2] += l->begin[c + 1];
    for (uint32_t i = 0; i < l->n; i++)
        l->order[l->begin[l->part[i] + 1]++] = i;
    memset(l->stale, 0, l->n * sizeof *l->stale);
}

/* Solves the union of two clusters (or one: x == y) again; true when it gets better. */
static bool solve_union(struct large *l, uint32_t x, uint32_t y)
{
    uint32_t nx = l->begin[x + 1] - l->begin[x], ny = l->begin[y + 1] - l->begin[y];
    uint32_t n = x == y ? nx : nx + ny;
    if (n < 3 || n > POLISH_MAX || l->stale[x] || l->stale[y] || l->work > POLISH_WORK)
        return false;
    static const uint32_t cost[POLISH_MAX + 1] = {1, 3, 9, 27, 81, 243, 729, 2187, 6561};
    l->work += cost[n];
    uint32_t places[LINK_EXACT_MAX], atoms[LINK_EXACT_MAX];
    memcpy(places, l->order + l->begin[x], nx * sizeof *places);
    if (x != y)
        memcpy(places + nx, l->order + l->begin[y], ny * sizeof *places);
    for (uint32_t i = 0; i < n; i++)
        atoms[i] = l->members[places[i]];
    double weights[LINK_EXACT_MAX * LINK_EXACT_MAX], now = 0;
    link_atoms_matrix(l->atoms, atoms, n, weights);
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < i; j++)
            if (l->part[places[i]] == l->part[places[j]])
                now += weights[i * LINK_EXACT_MAX + j];
    uint8_t part[LINK_EXACT_MAX];
    if (!(link_solve_exact(weights, n, part) > now + GAIN_MIN))
        return false;
    l->stale[x] = l->stale[y] = true;
    l->size[x] = l->size[y] = 0;
    uint32_t number[LINK_EXACT_MAX] = {0};
    for (uint32_t i = 0; i < n; i++) {
        if (part[i] == i) {
            number[i] = free_part(l, places[i]);
            l->stale[number[i]] = true;
        }
        l->part[places[i]] = number[part[i]];
        l->size[number[part[i]]] += l->atoms->size[atoms[i]];
    }
    return true;
}

static bool polish(struct large *l)
{
    const struct link_atoms *t = l->atoms;
    bool any = false;
    list_parts(l);
    for (uint32_t i = 0; i < l->n; i++)
        any |= solve_union(l, i, i);
    for (uint32_t i = 0; i < l->n; i++)
        for (size_t k = t->arc_at[l->members[i]]; k < t->arc_at[l->members[i] + 1]; k++) {
            const struct link_arc *arc = &t->arcs[k];
            if (arc->place == UINT32_MAX || !(arc->weight > 0))
                continue;
            uint32_t x = l->part[i], y = l->part[arc->place];
            if (x < y)
                any |= solve_union(l, x, y);
        }
    count_parts(l);
    return any;
}

void link_solve_large(const struct link_atoms *t, uint32_t component, struct arena *scratch,
                      uint32_t *ret_part)
{
    uint32_t n = t->component_at[component + 1] - t->component_at[component];
    struct large l = {.atoms = t, .component = component, .n = n, .arena = scratch};
    l.members = t->members + t->component_at[component];
    l.part = ARENA_NEW(scratch, n, uint32_t);
    l.size = ARENA_NEW(scratch, n, uint64_t);
    if (t->lists)
        l.lists = ARENA_NEW(scratch, n, uint64_t);
    l.near = ARENA_NEW(scratch, n, struct neighbours);
    l.weight = ARENA_NEW(scratch, n, double);
    l.pairs = ARENA_NEW(scratch, n, uint64_t);
    l.touched = ARENA_NEW(scratch, n, uint32_t);
    l.begin = ARENA_NEW(scratch, n + 2u, uint32_t);
    l.order = ARENA_NEW(scratch, n, uint32_t);
    l.stale = ARENA_NEW(scratch, n, bool);
    for (uint32_t i = 0; i < n; i++)
        l.part[i] = i;
    count_parts(&l);
    agglomerate(&l);
    count_parts(&l);
    bool better_now = true;
    for (int round = 0; better_now && round < ROUNDS_MAX; round++) {
        better_now = move_records(&l);
        better_now |= polish(&l);
    }
    /* A part is named by its first place. */
    for (uint32_t i = 0; i < n; i++)
        l.begin[i] = UINT32_MAX;
    for (uint32_t i = 0; i < n; i++) {
        if (l.begin[l.part[i]] == UINT32_MAX)
            l.begin[l.part[i]] = i;
        ret_part[i] = l.begin[l.part[i]];
    }
}
