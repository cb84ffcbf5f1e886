/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/link/settle.h"

#include "base/sort.h"

#include <math.h>

#define ODDS_MOST  1e12 /* beyond it, sums lose what competes */
#define ROUNDS_MAX 200

/* One end of a pair: a record, as seen from one other list. */
struct end {
    uint64_t place; /* record and other list */
    uint32_t pair;
    uint32_t far; /* the other record: ends of a place in an order of their own */
};

static int end_order(const void *a, const void *b)
{
    const struct end *x = a, *y = b;
    if (x->place != y->place)
        return x->place < y->place ? -1 : 1;
    return (x->far > y->far) - (x->far < y->far);
}

/* open[2 p + side]: the chance that the record of that side is free for pair p, as far as its
 * other pairs go. One round; returns the largest change. */
static double round_of(const struct end *ends, size_t count, const double *odds,
                       const double *open, double *next)
{
    double most = 0;
    for (size_t begin = 0; begin < count;) {
        size_t end = begin;
        double sum = 0;
        while (end < count && ends[end].place == ends[begin].place)
            end++;
        /* From the far side: what the record hears of each pair. */
        for (size_t i = begin; i < end; i++)
            sum += odds[ends[i].pair >> 1] * open[ends[i].pair ^ 1];
        for (size_t i = begin; i < end; i++) {
            uint32_t p = ends[i].pair;
            double others = sum - odds[p >> 1] * open[p ^ 1];
            next[p] = 1 / (1 + fmax(others, 0));
            most = fmax(most, fabs(next[p] - open[p]));
        }
        begin = end;
    }
    return most;
}

/* Odds of a pair on its own. Where the probability is all but 1, as a float, the weight tells
 * more. */
static double odds_of(const struct link_model *m, const struct link_scored *s)
{
    double p = (double)s->probability;
    double odds = p / fmax(1 - p, 1 / ODDS_MOST);
    if (p > 0.9999)
        odds = fmax(9999, exp(link_model_odds(m, (double)s->weight)));
    return fmin(odds, ODDS_MOST);
}

void link_settle_unique(const struct link_model *m, struct link_scored *pairs, size_t count,
                        const uint8_t *list, struct arena *a)
{
    if (!count || count >= UINT32_MAX / 2)
        return;
    struct end *ends = arena_room(a, 2 * count * sizeof *ends);
    double *odds = arena_room(a, count * sizeof *odds);
    double *open = arena_room(a, 2 * count * sizeof *open);
    double *next = arena_room(a, 2 * count * sizeof *next);
    for (size_t i = 0; i < count; i++) {
        uint32_t end[2] = {pairs[i].left, pairs[i].right};
        odds[i] = odds_of(m, &pairs[i]);
        for (unsigned side = 0; side < 2; side++) {
            uint32_t near = end[side], far = end[!side];
            ends[2 * i + side] =
                (struct end){(uint64_t)near << 8 | list[far], (uint32_t)(2 * i + side), far};
            open[2 * i + side] = 1;
        }
    }
    sort_items(ends, 2 * count, sizeof *ends, end_order);
    for (int round = 0; round < ROUNDS_MAX; round++) {
        double change = round_of(ends, 2 * count, odds, open, next);
        for (size_t i = 0; i < 2 * count; i++)
            open[i] = 0.5 * (open[i] + next[i]);
        if (change < 1e-7)
            break;
    }
    for (size_t i = 0; i < count; i++) {
        double both = odds[i] * open[2 * i] * open[2 * i + 1];
        pairs[i].probability = (float)(both / (1 + both));
    }
}

static int falling(const void *a, const void *b)
{
    const float *x = a, *y = b;
    return (*x < *y) - (*x > *y);
}

void link_settle_threshold(const struct link_scored *pairs, size_t count, double missed,
                           struct link_model *m)
{
    ARENA_AUTO a = {0};
    float *p = arena_room(&a, (count + 1) * sizeof *p);
    double all = fmax(missed, 0), right = 0, best = 0;
    m->expected_precision = m->expected_recall = 0;
    for (size_t i = 0; i < count; i++) {
        p[i] = pairs[i].probability;
        all += (double)p[i];
    }
    sort_items(p, count, sizeof *p, falling);
    for (size_t i = 0; i < count; i++) {
        right += (double)p[i];
        double f1 = 2 * right / ((double)(i + 1) + all);
        if (f1 <= best)
            continue;
        best = f1;
        m->expected_precision = right / (double)(i + 1);
        m->expected_recall = right / all;
    }
    m->expected_f1 = best;
    /* Where probabilities are right, half of the best F1 is the best threshold (Lipton, Elkan
     * and Naryanaswamy 2014). */
    m->threshold = count ? fmin(fmax(best / 2, 0.05), 0.95) : 0.5;
}
