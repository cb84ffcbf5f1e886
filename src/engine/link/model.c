/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/link/model.h"

#include "base/sort.h"
#include "engine/link/model_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS_MAX 200u
/* Of fewer records, contexts hold too few pairs to tell matches from what they should show. */
#define CONTEXT_RECORDS 200
#define TURNS           6
#define LEFT_OVER       0.3
#define MANY_MORE       1.2

static const struct link_inside *inside_of(const struct link_model *m)
{
    return m->inside;
}

double link_model_weight(const struct link_model *m, link_pattern p, float rarity)
{
    const struct link_inside *in = inside_of(m);
    return link_mixture_bits(&in->mixture, p, UINT32_MAX) + (double)rarity -
           link_contexts_excess(&in->contexts, p) / M_LN2;
}

/* One bit a comparison that is not missing. */
static uint64_t nibbles(link_pattern p)
{
    return (p | p >> 1 | p >> 2 | p >> 3) & 0x1111111111111111u;
}

void link_model_parts(const struct link_model *m, link_pattern p,
                      double ret_bits[LINK_COMPARISONS_MAX])
{
    const struct link_mixture *x = &inside_of(m)->mixture;
    double before = 0, good = 0;
    double excess = link_contexts_excess(&inside_of(m)->contexts, p) / M_LN2;
    for (uint32_t k = 0; k < LINK_COMPARISONS_MAX; k++)
        ret_bits[k] = 0;
    for (uint32_t i = 0; i < x->comparisons; i++) {
        if (!link_level(p, x->order[i]))
            continue;
        double bits = link_mixture_bits(x, p, i + 1);
        ret_bits[x->order[i]] = bits - before;
        good += fmax(bits - before, 0);
        before = bits;
    }
    if (excess <= 0)
        return;
    /* What agrees says less, for so many agree in it who are not one: each by its share. */
    for (uint32_t k = 0; k < x->comparisons; k++) {
        if (good > 0)
            ret_bits[k] -= excess * fmax(ret_bits[k], 0) / good;
        else if (link_level(p, k))
            ret_bits[k] -= excess / __builtin_popcountll(nibbles(p));
    }
}

double link_model_odds(const struct link_model *m, double weight)
{
    return M_LN2 * weight + log(m->prior) - log1p(-m->prior);
}

double link_model_probability(const struct link_model *m, double weight)
{
    return 1 / (1 + exp(-link_model_odds(m, weight)));
}

double link_model_least_weight(const struct link_model *m, double probability)
{
    double low = -300, high = 300;
    for (unsigned i = 0; i < 60; i++) {
        double mid = (low + high) / 2;
        if (link_model_probability(m, mid) >= probability)
            high = mid;
        else
            low = mid;
    }
    return low;
}

void link_model_draw(const struct link_model *m, struct rng *rng, double ret_shift[2])
{
    for (int i = 0; i < 2; i++)
        ret_shift[i] = inside_of(m)->spread[i] * rng_normal(rng);
}

static int pattern_order(const void *a, const void *b)
{
    const struct link_cell *x = a, *y = b;
    return (x->pattern > y->pattern) - (x->pattern < y->pattern);
}

static int weight_order(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (x[0] < y[0]) - (x[0] > y[0]);
}

/* The threshold with the best expected F1, and what is expected there. */
static void threshold_choose(const struct link_fit *f, struct arena *a, struct link_model *m)
{
    double(*p)[2] = arena_alloc(a, f->count + 1, sizeof *p);
    size_t n = 0;
    double all = 0;
    for (size_t i = 0; i < f->count; i++) {
        const struct link_fit_cell *cell = &f->cells[i];
        if (cell->pairs <= 0)
            continue;
        p[n][0] = link_model_probability(m, link_model_weight(m, cell->pattern, 0));
        p[n][1] = cell->pairs;
        all += p[n][0] * p[n][1];
        n++;
    }
    sort_items(p, n, sizeof *p, weight_order);
    double taken = 0, right = 0, best = -1;
    for (size_t i = 0; i < n; i++) {
        taken += p[i][1];
        right += p[i][0] * p[i][1];
        double f1 = 2 * right / (taken + all);
        if (f1 > best) {
            best = f1;
            m->expected_precision = right / taken;
            m->expected_recall = all > 0 ? right / all : 0;
            m->expected_f1 = f1;
        }
    }
    /* Where probabilities are right, half of the best F1 is the best threshold. */
    m->threshold = fmin(fmax(best / 2, 0.05), 0.95);
}

static void fit_cells(const struct link_histogram *h, struct arena *a, struct link_fit *f)
{
    f->cells = ARENA_NEW(a, h->count, struct link_fit_cell);
    f->count = h->count;
    for (size_t i = 0; i < h->count; i++) {
        struct link_fit_cell *cell = &f->cells[i];
        cell->pattern = h->cells[i].pattern;
        cell->pairs = (double)h->cells[i].pairs;
        cell->random = (double)h->cells[i].random_pairs;
        cell->plain = 1;
        for (uint32_t k = 0; k < f->compare->count; k++)
            cell->level[k] = (uint8_t)link_level(cell->pattern, k);
    }
}

static void mixture_begin(struct link_fit *f, double share)
{
    const struct link_compare *compare = f->compare;
    struct link_mixture *x = f->mixture;
    x->comparisons = compare->count;
    x->classes = 2;
    x->class[1].match = true;
    x->class[1].share = share;
    x->class[0].share = 1 - share;
    for (uint32_t k = 0; k < compare->count; k++) {
        x->levels[k] = compare->comparisons[k].levels;
        x->parent[k] = LINK_NO_PARENT;
        x->order[k] = (uint8_t)k;
        for (unsigned up = 0; up < LINK_LEVELS_MAX; up++)
            memcpy(x->class[1].p[k][up], f->usual[k], sizeof f->usual[k]);
    }
    link_class_finish(x, &x->class[1]);
}

/* The steps of the fit. `surplus`: begins from cells with more pairs than chance gives, and not
 * from what is usual alone. */
static void fit_run(struct link_fit *f, struct arena *a, bool surplus)
{
    double share = fmin(0.3 * f->records / f->all_pairs, 0.3);
    for (size_t i = 0; i < f->count; i++) {
        f->cells[i].match = f->cells[i].excess = 0;
        f->cells[i].plain = 1;
    }
    mixture_begin(f, fmax(share, 1e-12));
    link_fit_random(f);
    link_fit_em(f, 0);
    link_fit_surplus(f, surplus);
    link_fit_tree(f, 1);
    link_fit_random(f);
    link_fit_kin(f);
    for (int turn = 0; turn < TURNS; turn++) {
        bool last = turn + 1 == TURNS;
        if (f->records >= CONTEXT_RECORDS)
            link_fit_contexts(f, a);
        link_fit_em(f, last ? ROUNDS_MAX : ROUNDS_MAX / 8);
        if (turn == 0)
            link_fit_tree(f, 0.3);
        if (turn == 2)
            link_fit_drop(f);
        if (!last)
            link_fit_random(f);
    }
}

/* EM may settle on some of the matches, those in one script, say, and take the others for
 * chance. Then cells are left over that chance does not give: it begins again from them, and
 * the fit with more matches stays if it has many more. */
static void fit_best(struct link_fit *f, struct arena *a)
{
    double left = 0;
    fit_run(f, a, false);
    for (size_t i = 0; i < f->count; i++)
        left += f->cells[i].pairs * fmax(f->cells[i].surplus - f->cells[i].match, 0);
    if (left < LEFT_OVER * f->matches)
        return;
    struct link_fit first = *f;
    struct link_mixture *mixture = ARENA_NEW(a, 1, struct link_mixture);
    struct link_contexts contexts = *f->contexts;
    *mixture = *f->mixture;
    *f->contexts = (struct link_contexts){0};
    fit_run(f, a, true);
    if (f->matches >= MANY_MORE * first.matches)
        return;
    *f = first;
    *f->mixture = *mixture;
    *f->contexts = contexts;
}

int link_model_fit(const struct link_compare *compare, struct link_histogram *h,
                   struct arena *a, struct link_model *ret, struct err *err)
{
    double compared = 0;
    sort_items(h->cells, h->count, sizeof *h->cells, pattern_order);
    for (size_t i = 0; i < h->count; i++)
        compared += (double)h->cells[i].pairs;
    if (!compare->count)
        return err_set(err, ERR_INPUT,
                       "no column can be compared: name columns with names, dates or places "
                       "in the configuration");
    if (compared < 1)
        return err_set(err, ERR_INPUT, "no two records agree on enough to be compared");
    struct link_inside *inside = ARENA_NEW(a, 1, struct link_inside);
    struct link_fit f = {
        .compare = compare, .mixture = &inside->mixture, .contexts = &inside->contexts};
    f.all_pairs = fmax(h->all_pairs, compared);
    f.sampled = (double)h->sampled;
    f.records = h->records;
    f.compared = compared;
    fit_cells(h, a, &f);
    link_fit_usual(&f);
    link_fit_own(&f);
    link_fit_present(&f, a);
    fit_best(&f, a);
    struct link_model m = {.comparisons = compare->count, .inside = inside};
    for (uint32_t k = 0; k < compare->count; k++)
        for (unsigned l = 1; l < f.mixture->levels[k]; l++) {
            m.m[k][l] = f.mixture->class[1].p[k][0][l];
            m.u[k][l] = f.mixture->class[0].p[k][0][l];
        }
    m.matches = f.matches;
    m.prior = fmin(fmax(f.matches, 0.5) / f.all_pairs, 0.5);
    m.rounds = f.rounds;
    m.converged = f.converged;
    /* On sets with truth the odds are off by about that much, few matches apart. */
    inside->spread[0] = 0.3 + 1 / sqrt(f.matches + 1);
    inside->spread[1] = 0.1;
    threshold_choose(&f, a, &m);
    *ret = m;
    return 0;
}
