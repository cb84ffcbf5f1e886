/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Two lists that have each person once: the heaviest one-to-one matching, by successive
 * shortest augmenting paths over reduced costs (Jonker and Volgenant, Computing 38, 1987), on
 * the few pairs there are. Each left record may also stay alone, at cost 0: that is a right
 * node of its own, so every left record gets one.
 */
#include "engine/link/cluster_parts.h"

#include <math.h>
#include <stdlib.h>

#define STEPS_MAX 50000000u /* arcs looked at, for one component */
#define NOBODY    UINT32_MAX

struct entry {
    double distance;
    uint32_t right;
};

struct matching {
    uint32_t lefts, rights; /* right node `rights + i`: left i alone */
    size_t *at;             /* [lefts + 1] */
    struct choice {
        uint32_t right;
        double cost;
    } * choices;
    double *left_price, *right_price;
    uint32_t *mate_of_left, *mate_of_right;
    /* The search from one left node. */
    double *distance;
    uint32_t *from; /* left node by which a right node is reached */
    bool *done;
    uint32_t *touched;
    uint32_t touched_count;
    struct entry *heap;
    size_t heap_count, heap_cap;
    struct arena *arena;
    uint64_t steps;
};

static bool before(const struct entry *a, const struct entry *b)
{
    return a->distance < b->distance || (a->distance == b->distance && a->right < b->right);
}

static void push(struct matching *m, double distance, uint32_t right)
{
    struct entry item = {distance, right};
    ARENA_PUSH(m->arena, m->heap, m->heap_count, m->heap_cap, item);
    size_t i = m->heap_count - 1;
    for (; i && before(&item, &m->heap[(i - 1) / 2]); i = (i - 1) / 2)
        m->heap[i] = m->heap[(i - 1) / 2];
    m->heap[i] = item;
}

static struct entry pop(struct matching *m)
{
    struct entry top = m->heap[0], item = m->heap[--m->heap_count];
    size_t i = 0;
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= m->heap_count)
            break;
        if (child + 1 < m->heap_count && before(&m->heap[child + 1], &m->heap[child]))
            child++;
        if (!before(&m->heap[child], &item))
            break;
        m->heap[i] = m->heap[child];
        i = child;
    }
    if (m->heap_count)
        m->heap[i] = item;
    return top;
}

static void relax(struct matching *m, uint32_t left, double distance)
{
    double base = distance - m->left_price[left];
    for (size_t k = m->at[left]; k < m->at[left + 1]; k++) {
        const struct choice *c = &m->choices[k];
        double d = base + c->cost - m->right_price[c->right];
        if (m->done[c->right] || d >= m->distance[c->right])
            continue;
        if (m->distance[c->right] == INFINITY)
            m->touched[m->touched_count++] = c->right;
        m->distance[c->right] = d;
        m->from[c->right] = left;
        push(m, d, c->right);
    }
    m->steps += m->at[left + 1] - m->at[left];
}

/* The nearest right node that is free, and prices so that all reduced costs stay >= 0. */
static void augment(struct matching *m, uint32_t start)
{
    m->heap_count = m->touched_count = 0;
    relax(m, start, 0);
    uint32_t end = NOBODY;
    double reached = 0;
    while (end == NOBODY) {
        struct entry e = pop(m);
        if (m->done[e.right] || e.distance > m->distance[e.right])
            continue;
        m->done[e.right] = true;
        reached = e.distance;
        if (m->mate_of_right[e.right] == NOBODY)
            end = e.right;
        else
            relax(m, m->mate_of_right[e.right], e.distance);
    }
    m->left_price[start] += reached;
    for (uint32_t i = 0; i < m->touched_count; i++) {
        uint32_t right = m->touched[i];
        if (m->done[right] && m->mate_of_right[right] != NOBODY) {
            m->right_price[right] += m->distance[right] - reached;
            m->left_price[m->mate_of_right[right]] += reached - m->distance[right];
        }
        m->done[right] = false;
        m->distance[right] = INFINITY;
    }
    for (uint32_t right = end; right != NOBODY;) {
        uint32_t left = m->from[right], next = m->mate_of_left[left];
        m->mate_of_left[left] = right;
        m->mate_of_right[right] = left;
        if (left == start)
            break;
        right = next;
    }
}

/* Which of two lists each place is of: bit 0 or 1 of *ret_side; false if there are more. */
static bool two_sides(const struct link_atoms *t, const uint32_t *members, uint32_t n,
                      uint64_t ret_lists[2])
{
    uint64_t seen = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (t->lists[members[i]] & (t->lists[members[i]] - 1))
            return false;
        seen |= t->lists[members[i]];
    }
    ret_lists[0] = seen & (0 - seen);
    ret_lists[1] = seen & ~ret_lists[0];
    return (ret_lists[1] & (ret_lists[1] - 1)) == 0;
}

static void prepare(const struct link_atoms *t, uint32_t component, const uint64_t lists[2],
                    struct arena *scratch, uint32_t *number, struct matching *m)
{
    const uint32_t *members = t->members + t->component_at[component];
    uint32_t n = t->component_at[component + 1] - t->component_at[component];
    size_t arcs = 0;
    for (uint32_t i = 0; i < n; i++) {
        bool left = t->lists[members[i]] == lists[0];
        number[i] = left ? m->lefts++ : m->rights++;
        if (left)
            arcs += t->arc_at[members[i] + 1] - t->arc_at[members[i]] + 1;
    }
    uint32_t nodes = m->lefts + m->rights;
    m->arena = scratch;
    m->at = ARENA_NEW(scratch, m->lefts + 1u, size_t);
    m->choices = ARENA_NEW(scratch, arcs + 1, struct choice);
    m->left_price = ARENA_NEW(scratch, m->lefts + 1u, double);
    m->right_price = ARENA_NEW(scratch, nodes + 1u, double);
    m->mate_of_left = ARENA_NEW(scratch, m->lefts + 1u, uint32_t);
    m->mate_of_right = ARENA_NEW(scratch, nodes + 1u, uint32_t);
    m->distance = ARENA_NEW(scratch, nodes + 1u, double);
    m->from = ARENA_NEW(scratch, nodes + 1u, uint32_t);
    m->done = ARENA_NEW(scratch, nodes + 1u, bool);
    m->touched = ARENA_NEW(scratch, nodes + 1u, uint32_t);
    for (uint32_t i = 0; i < nodes; i++) {
        m->mate_of_right[i] = NOBODY;
        m->distance[i] = INFINITY;
    }
    size_t kept = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (t->lists[members[i]] != lists[0])
            continue;
        uint32_t left = number[i];
        m->at[left] = kept;
        m->mate_of_left[left] = NOBODY;
        double least = 0;
        for (size_t k = t->arc_at[members[i]]; k < t->arc_at[members[i] + 1]; k++) {
            const struct link_arc *arc = &t->arcs[k];
            if (arc->weight <= 0 || arc->place == UINT32_MAX)
                continue;
            m->choices[kept++] = (struct choice){number[arc->place], -(double)arc->weight};
            least = fmin(least, -(double)arc->weight);
        }
        m->choices[kept++] = (struct choice){m->rights + left, 0};
        m->left_price[left] = least;
        m->at[left + 1] = kept;
    }
}

bool link_solve_matching(const struct link_atoms *t, uint32_t component, struct arena *scratch,
                         uint32_t *ret_part)
{
    const uint32_t *members = t->members + t->component_at[component];
    uint32_t n = t->component_at[component + 1] - t->component_at[component];
    uint64_t lists[2];
    if (!t->lists || !two_sides(t, members, n, lists))
        return false;
    struct matching m = {0};
    uint32_t *number = ARENA_NEW(scratch, n, uint32_t);
    prepare(t, component, lists, scratch, number, &m);
    for (uint32_t left = 0; left < m.lefts; left++) {
        if (m.steps > STEPS_MAX)
            return false;
        augment(&m, left);
    }
    uint32_t *place_of_left = ARENA_NEW(scratch, m.lefts + 1u, uint32_t);
    for (uint32_t i = 0; i < n; i++)
        if (t->lists[members[i]] == lists[0])
            place_of_left[number[i]] = i;
    for (uint32_t i = 0; i < n; i++)
        ret_part[i] = i;
    for (uint32_t i = 0; i < n; i++) {
        if (t->lists[members[i]] == lists[0])
            continue;
        uint32_t left = m.mate_of_right[number[i]];
        if (left == NOBODY)
            continue;
        uint32_t other = place_of_left[left];
        ret_part[i] = ret_part[other] = other < i ? other : i;
    }
    return true;
}
