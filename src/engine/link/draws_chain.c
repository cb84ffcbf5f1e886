/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The next partition of a component. Two atoms: a coin. A few: exactly, by the sums over the
 * partitions of all subsets. More: Gibbs sampling of one atom at a time, and of the two parts
 * at the ends of a pair together, over all ways to part them or to join them.
 */
#include "base/rng.h"
#include "engine/link/draws_parts.h"

#include <math.h>

#define UNION_MAX   10u  /* atoms of two parts that are parted anew together */
#define CALM_CHANCE 1e-6 /* of moving, below which an atom is left alone for some sweeps */
#define CALM_SWEEPS 10
#define UNION_ODDS  10.0f /* surer pairs are not tried */

struct chain {
    struct link_chains *all;
    const struct link_atoms *atoms;
    uint32_t component, begin, n;
    uint32_t spare_count;
    struct rng rng;
};

static double worth_of(const struct link_chains *c, const struct link_arc *arc)
{
    return link_arc_worth(c->worth, arc);
}

void link_chains_make(const struct link_atoms *t, const uint32_t *cluster, uint64_t seed,
                      struct arena *a, struct link_chains *ret)
{
    struct link_chains c = {.atoms = t, .seed = seed};
    c.members = t->component_at[t->component_count];
    size_t room = c.members + 1u;
    c.part = ARENA_NEW(a, room, uint32_t);
    c.size = ARENA_NEW(a, room, uint32_t);
    if (t->lists)
        c.lists = ARENA_NEW(a, room, uint64_t);
    c.calm = ARENA_NEW(a, room, uint8_t);
    c.parts = ARENA_NEW(a, t->component_count + 1u, uint32_t);
    c.unscored = ARENA_NEW(a, t->component_count + 1u, uint64_t);
    c.spare = ARENA_NEW(a, room, uint32_t);
    c.touched = ARENA_NEW(a, room, uint32_t);
    c.together = ARENA_NEW(a, room, uint32_t);
    c.sum = ARENA_NEW(a, room, double);
    /* Atoms of one cluster that are in one component begin together. */
    uint32_t *first = ARENA_NEW(a, t->graph->records + 1u, uint32_t);
    for (uint32_t r = 0; r < t->graph->records; r++) {
        uint32_t x = t->of[r];
        if (t->in[x] == UINT32_MAX)
            continue;
        uint32_t at = t->component_at[t->in[x]] + t->place[x], *f = &first[cluster[r]];
        uint32_t part = *f && t->in[t->members[*f - 1]] == t->in[x] ? *f - 1 : at;
        if (!*f)
            *f = at + 1;
        c.part[at] = part;
    }
    for (uint32_t i = 0; i < c.members; i++) {
        c.size[c.part[i]] += t->size[t->members[i]];
        if (c.lists)
            c.lists[c.part[i]] |= t->lists[t->members[i]];
    }
    *ret = c;
}

/* The part that each place gets, as numbers 0 … n - 1. */
static void set_parts(struct chain *c, const uint32_t *part)
{
    struct link_chains *all = c->all;
    for (uint32_t i = 0; i < c->n; i++) {
        all->size[c->begin + i] = 0;
        if (all->lists)
            all->lists[c->begin + i] = 0;
    }
    for (uint32_t i = 0; i < c->n; i++) {
        uint32_t atom = c->atoms->members[c->begin + i], to = c->begin + part[i];
        all->part[c->begin + i] = to;
        all->size[to] += c->atoms->size[atom];
        if (all->lists)
            all->lists[to] |= c->atoms->lists[atom];
    }
}

/* Weights between a few members, rows of `width`. */
static void fill_matrix(const struct chain *c, const uint32_t *members, uint32_t n,
                        uint32_t width, double *ret)
{
    const struct link_atoms *t = c->atoms;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++) {
            uint32_t x = t->members[members[i]], y = t->members[members[j]];
            ret[i * width + j] = link_atoms_clash(t, x, y)
                                     ? LINK_FORBIDDEN
                                     : c->all->apart * t->size[x] * t->size[y];
        }
    for (uint32_t i = 0; i < n; i++) {
        uint32_t x = t->members[members[i]];
        for (size_t k = t->arc_at[x]; k < t->arc_at[x + 1]; k++) {
            const struct link_arc *arc = &t->arcs[k];
            if (arc->place == UINT32_MAX)
                break;
            for (uint32_t j = 0; j < n; j++)
                if (members[j] == c->begin + arc->place)
                    ret[i * width + j] += worth_of(c->all, arc) - c->all->apart * arc->pairs;
        }
    }
}

/* The one pair that connects two atoms is the first of either's. */
static void step_two(struct chain *c)
{
    const struct link_atoms *t = c->atoms;
    uint32_t x = t->members[c->begin], y = t->members[c->begin + 1];
    const struct link_arc *arc = &t->arcs[t->arc_at[x]];
    double pairs = (double)t->size[x] * t->size[y];
    double weight = worth_of(c->all, arc) + c->all->apart * (pairs - arc->pairs);
    bool joined = rng_unit(&c->rng) < 1 / (1 + exp(-weight));
    uint32_t part[2] = {0, joined ? 0 : 1};
    set_parts(c, part);
}

/* sums[set]: over the partitions of a set, of exp(weights within their parts). */
static void step_few(struct chain *c)
{
    double weights[LINK_SUBSETS_MAX * LINK_SUBSETS_MAX], inside[1 << LINK_SUBSETS_MAX];
    double value[1 << LINK_SUBSETS_MAX], sums[1 << LINK_SUBSETS_MAX];
    uint32_t members[LINK_SUBSETS_MAX], all = (1u << c->n) - 1, part[LINK_SUBSETS_MAX] = {0};
    for (uint32_t i = 0; i < c->n; i++)
        members[i] = c->begin + i;
    fill_matrix(c, members, c->n, LINK_SUBSETS_MAX, weights);
    inside[0] = 0;
    sums[0] = 1;
    for (uint32_t set = 1; set <= all; set++) {
        uint32_t low = (uint32_t)__builtin_ctz(set), rest = set & (set - 1);
        inside[set] = inside[rest];
        for (uint32_t left = rest; left; left &= left - 1)
            inside[set] += fmin(weights[low * LINK_SUBSETS_MAX + (uint32_t)__builtin_ctz(left)],
                                (double)LINK_ODDS_MAX);
        value[set] = exp(inside[set]);
        sums[set] = 0;
        for (uint32_t with = rest;; with = (with - 1) & rest) {
            sums[set] += value[with | 1u << low] * sums[rest & ~with];
            if (!with)
                break;
        }
    }
    for (uint32_t set = all; set;) {
        uint32_t low = (uint32_t)__builtin_ctz(set), rest = set & (set - 1), with = rest;
        double u = rng_unit(&c->rng) * sums[set];
        for (;; with = (with - 1) & rest) {
            u -= value[with | 1u << low] * sums[rest & ~with];
            if (u < 0 || !with)
                break;
        }
        for (uint32_t left = with | 1u << low; left; left &= left - 1)
            part[__builtin_ctz(left)] = low;
        set &= ~(with | 1u << low);
    }
    set_parts(c, part);
}

/* One of `count` by weight; weights are logarithms. */
static uint32_t choose(struct rng *rng, const double *weights, uint32_t count)
{
    double most = weights[0], sum = 0;
    for (uint32_t i = 1; i < count; i++)
        most = fmax(most, weights[i]);
    for (uint32_t i = 0; i < count; i++)
        sum += exp(weights[i] - most);
    double u = rng_unit(rng) * sum;
    for (uint32_t i = 0; i < count; i++) {
        u -= exp(weights[i] - most);
        if (u < 0)
            return i;
    }
    return count - 1;
}

static void leave(struct chain *c, uint32_t at)
{
    struct link_chains *all = c->all;
    uint32_t atom = c->atoms->members[at], part = all->part[at];
    all->size[part] -= c->atoms->size[atom];
    if (all->lists)
        all->lists[part] &= ~c->atoms->lists[atom];
    if (!all->size[part])
        all->spare[c->begin + c->spare_count++] = part;
}

static void enter(struct chain *c, uint32_t at, uint32_t part)
{
    struct link_chains *all = c->all;
    uint32_t atom = c->atoms->members[at];
    all->part[at] = part;
    all->size[part] += c->atoms->size[atom];
    if (all->lists)
        all->lists[part] |= c->atoms->lists[atom];
}

/* A number without members, taken off the spare ones. */
static uint32_t new_part(struct chain *c)
{
    return c->all->spare[c->begin + --c->spare_count];
}

/* One atom anew: with each part that it has pairs with, or alone. True when it could hardly
 * have moved. */
static bool move_one(struct chain *c, uint32_t at)
{
    struct link_chains *all = c->all;
    const struct link_atoms *t = c->atoms;
    uint32_t atom = t->members[at], *touched = all->touched + c->begin, count = 0;
    double size = t->size[atom], most = 0, sum, stay = 0;
    uint32_t before = all->part[at];
    leave(c, at);
    bool alone = !all->size[before];
    for (size_t k = t->arc_at[atom]; k < t->arc_at[atom + 1]; k++) {
        const struct link_arc *arc = &t->arcs[k];
        if (arc->place == UINT32_MAX)
            break;
        uint32_t part = all->part[c->begin + arc->place];
        if (!all->together[part])
            touched[count++] = part;
        all->together[part] += arc->pairs;
        all->sum[part] += worth_of(all, arc);
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t part = touched[i];
        double *value = &all->sum[part];
        *value += all->apart * (size * all->size[part] - all->together[part]);
        if (!all->size[part] || (all->lists && (all->lists[part] & t->lists[atom])))
            *value = LINK_FORBIDDEN;
        most = fmax(most, *value);
    }
    sum = exp(-most);
    stay = alone ? sum : 0;
    for (uint32_t i = 0; i < count; i++) {
        double value = exp(all->sum[touched[i]] - most);
        sum += value;
        if (touched[i] == before && !alone)
            stay = value;
    }
    double u = rng_unit(&c->rng) * sum - exp(-most);
    uint32_t to = UINT32_MAX;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t part = touched[i];
        if (u >= 0 && to == UINT32_MAX) {
            u -= exp(all->sum[part] - most);
            if (u < 0)
                to = part;
        }
        all->sum[part] = 0;
        all->together[part] = 0;
    }
    enter(c, at, to == UINT32_MAX ? new_part(c) : to);
    return stay > (1 - CALM_CHANCE) * sum;
}

/* The members of a part that pairs connect with `at`, into list[count …]; false when they are
 * too many or not all of the part. */
static bool list_part(const struct chain *c, uint32_t at, uint32_t *list, uint32_t *count)
{
    const struct link_atoms *t = c->atoms;
    uint32_t begin = *count, part = c->all->part[at], size = t->size[t->members[at]];
    list[(*count)++] = at;
    for (uint32_t i = begin; i < *count && size < c->all->size[part]; i++) {
        uint32_t atom = t->members[list[i]];
        for (size_t k = t->arc_at[atom]; k < t->arc_at[atom + 1]; k++) {
            if (t->arcs[k].place == UINT32_MAX)
                break;
            uint32_t other = c->begin + t->arcs[k].place, j = begin;
            if (c->all->part[other] != part)
                continue;
            while (j < *count && list[j] != other)
                j++;
            if (j < *count)
                continue;
            if (*count == UNION_MAX)
                return false;
            list[(*count)++] = other;
            size += t->size[t->members[other]];
        }
    }
    return size == c->all->size[part];
}

/* The parts at both ends of a pair anew: all ways that leave the two ends apart, and joined. */
static void move_union(struct chain *c, uint32_t x, uint32_t y)
{
    struct link_chains *all = c->all;
    uint32_t list[UNION_MAX + 1], n = 0;
    if (!list_part(c, x, list, &n))
        return;
    if (all->part[x] != all->part[y]) {
        if (n == UNION_MAX || !list_part(c, y, list, &n))
            return;
    }
    if (n < 3)
        return;
    uint32_t second = 1;
    while (list[second] != y)
        second++;
    list[second] = list[1];
    list[1] = y;
    double weights[UNION_MAX * UNION_MAX], values[(1 << (UNION_MAX - 2)) + 1], joined = 0;
    fill_matrix(c, list, n, UNION_MAX, weights);
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < i; j++)
            joined += weights[i * UNION_MAX + j];
    uint32_t ways = 1u << (n - 2);
    for (uint32_t way = 0; way < ways; way++) {
        uint32_t with_x = 1u | way << 2;
        double value = 0;
        for (uint32_t i = 0; i < n; i++)
            for (uint32_t j = 0; j < i; j++)
                if ((with_x >> i & 1) == (with_x >> j & 1))
                    value += weights[i * UNION_MAX + j];
        values[way] = value;
    }
    values[ways] = joined;
    uint32_t way = choose(&c->rng, values, ways + 1);
    for (uint32_t i = 0; i < n; i++)
        leave(c, list[i]);
    uint32_t of_x = new_part(c), of_y = way == ways ? of_x : UINT32_MAX;
    if (of_y == UINT32_MAX)
        of_y = new_part(c);
    for (uint32_t i = 0; i < n; i++)
        enter(c, list[i], (1u | way << 2) >> i & 1 ? of_x : of_y);
}

static void step_many(struct chain *c, unsigned sweeps)
{
    const struct link_atoms *t = c->atoms;
    c->spare_count = 0;
    for (uint32_t i = 0; i < c->n; i++)
        if (!c->all->size[c->begin + i])
            c->all->spare[c->begin + c->spare_count++] = c->begin + i;
    for (unsigned sweep = 0; sweep < sweeps; sweep++) {
        for (uint32_t i = c->begin; i < c->begin + c->n; i++) {
            if (c->all->calm[i])
                c->all->calm[i]--;
            else if (move_one(c, i))
                c->all->calm[i] = CALM_SWEEPS;
        }
        for (uint32_t i = 0; i < c->n; i += 4) {
            uint32_t x = (uint32_t)rng_below(&c->rng, c->n), atom = t->members[c->begin + x];
            size_t arcs = t->arc_at[atom + 1] - t->arc_at[atom];
            const struct link_arc *arc = &t->arcs[t->arc_at[atom] + rng_below(&c->rng, arcs)];
            if (arc->place != UINT32_MAX && fabsf(arc->weight) < UNION_ODDS)
                move_union(c, c->begin + x, c->begin + arc->place);
        }
    }
}

static void count_parts(struct chain *c)
{
    struct link_chains *all = c->all;
    const struct link_atoms *t = c->atoms;
    uint32_t parts = 0;
    uint64_t pairs = 0, scored = 0;
    for (uint32_t i = c->begin; i < c->begin + c->n; i++) {
        uint64_t size = all->size[i], own = t->size[t->members[i]];
        parts += size > 0;
        pairs += size * size;
        /* What judgements joined is no pair that was missed. */
        scored += own * own;
        for (size_t k = t->arc_at[t->members[i]]; k < t->arc_at[t->members[i] + 1]; k++) {
            if (t->arcs[k].place == UINT32_MAX)
                break;
            if (all->part[c->begin + t->arcs[k].place] == all->part[i])
                scored += t->arcs[k].pairs;
        }
    }
    all->parts[c->component] = parts;
    all->unscored[c->component] = pairs > scored ? (pairs - scored) / 2 : 0;
}

void link_chain_step(struct link_chains *all, uint32_t component, uint64_t stream,
                     unsigned sweeps)
{
    const struct link_atoms *t = all->atoms;
    struct chain c = {.all = all, .atoms = t, .component = component};
    c.begin = t->component_at[component];
    c.n = t->component_at[component + 1] - c.begin;
    rng_seed_stream(&c.rng, all->seed ^ t->seed[component], stream);
    if (c.n == 2)
        step_two(&c);
    else if (c.n <= LINK_SUBSETS_MAX)
        step_few(&c);
    else
        step_many(&c, sweeps);
    count_parts(&c);
}
