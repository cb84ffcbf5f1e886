/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The fit: non-matches from random pairs and value counts, matches by EM. Only cells that hold
 * a noticeable share of a match take part in most rounds: of many cells, few do.
 */
#include "engine/link/model_parts.h"

#include <math.h>
#include <string.h>
#include <stdio.h>
#include <stdlib.h>

#define USUAL_PAIRS  30.0 /* what the prior on the levels of a match weighs, in pairs */
#define TABLE_PAIRS  20.0 /* what a row weighs against the marginal, in pairs */
#define KIN_TIMES 3.0
#define UNSEEN_MATCHES 0.15
#define RANDOM_PAIRS 0.5  /* added to a level that no random pair has */

void link_usual_make(const struct link_compare *compare, struct link_usual *ret)
{
    memset(ret, 0, sizeof *ret);
    for (uint32_t k = 0; k < compare->count; k++) {
        const struct link_comparison *c = &compare->comparisons[k];
        double sum = 0, noisy = 0;
        unsigned exact = 0, below = 0, rank = 0;
        for (unsigned l = 1; l < c->levels; l++)
            c->exact[l] ? exact++ : (l > 1 ? below++ : 0);
        for (unsigned l = 1; l < c->levels; l++) {
            double m, n;
            if (c->exact[l]) {
                m = 0.87 / exact;
                n = 0.5 / exact;
            } else if (l == 1) {
                m = 0.035;
                n = 0.3;
            } else {
                /* The closer the likelier: .06 for the level below equality. */
                rank++;
                m = 0.095 * 2 * rank / (below * (below + 1.0));
                n = 0.2 / below;
            }
            ret->m[k][l] = m;
            ret->noisy[k][l] = n;
            sum += m;
            noisy += n;
        }
        for (unsigned l = 1; l < c->levels; l++) {
            ret->m[k][l] /= sum;
            ret->noisy[k][l] /= noisy;
        }
    }
}

/* The share of random pairs at each level: what was sampled, with levels of equality replaced
 * by what value counts say. In pairs of `ret_pairs` in all. */
static void level_counts(const struct link_fit *f, uint32_t k, double n[LINK_LEVELS_MAX])
{
    const struct link_comparison *c = &f->compare->comparisons[k];
    double sampled = 0, rest = 0, known = 0;
    for (unsigned l = 1; l < c->levels; l++)
        sampled += n[l];
    for (unsigned l = 1; l < c->levels; l++) {
        if (c->u[l] >= 0 && c->u[l] <= 1)
            known += c->u[l];
        else
            rest += n[l];
    }
    if (known <= 0 || known > 1)
        return;
    for (unsigned l = 1; l < c->levels; l++) {
        if (c->u[l] >= 0 && c->u[l] <= 1)
            n[l] = c->u[l] * sampled;
        else
            n[l] = rest > 0 ? n[l] * (1 - known) * sampled / rest : RANDOM_PAIRS;
    }
}

/* Equal, or nearly: the coarse view in which dependence is looked for. */
static bool agrees(const struct link_fit *f, uint32_t k, unsigned level)
{
    const struct link_comparison *c = &f->compare->comparisons[k];
    return level > 1 && (c->exact[level] || (level + 1u < c->levels && c->exact[level + 1]));
}

/* What is random at the marginal levels, in n; the sum. */
static void marginal_set(struct link_fit *f, uint32_t k, const double *matched, double *n)
{
    const struct link_comparison *c = &f->compare->comparisons[k];
    struct link_class *u = &f->mixture->class[0];
    double sum = 0, scale = f->sampled > 0 ? f->all_pairs / f->sampled : 1;
    level_counts(f, k, n);
    for (unsigned l = 1; l < c->levels; l++) {
        /* Value counts are of all pairs, the sample is of some: so much does one count. */
        double unit = c->u[l] >= 0 && c->u[l] <= 1 ? 1 : scale;
        double left = n[l] * scale - matched[l];
        n[l] = fmax(left, 0.01 * n[l] * scale) + RANDOM_PAIRS * unit;
        sum += n[l];
    }
    for (unsigned l = 1; l < c->levels; l++)
        for (unsigned up = 0; up < LINK_LEVELS_MAX; up++)
            u->p[k][up][l] = n[l] / sum;
}

/* The rows given the parent's level, drawn to those given that it agrees or not, and those to
 * the marginal. */
static void rows_set(struct link_fit *f, uint32_t k)
{
    const struct link_mixture *x = f->mixture;
    struct link_class *u = &f->mixture->class[0];
    double row[LINK_LEVELS_MAX][LINK_LEVELS_MAX] = {{0}}, coarse[2][LINK_LEVELS_MAX] = {{0}};
    uint8_t parent = x->parent[k];
    if (parent == LINK_NO_PARENT)
        return;
    for (size_t i = 0; i < f->count; i++) {
        const struct link_fit_cell *cell = &f->cells[i];
        unsigned up = cell->level[parent], l = cell->level[k];
        if (cell->random <= 0 || !up || !l)
            continue;
        row[up][l] += cell->random * cell->plain;
        coarse[agrees(f, parent, up)][l] += cell->random * cell->plain;
    }
    for (unsigned up = 1; up < x->levels[parent]; up++) {
        const double *wide = coarse[agrees(f, parent, up)];
        double sum = 0, all = 0;
        for (unsigned l = 1; l < x->levels[k]; l++) {
            sum += row[up][l];
            all += wide[l];
        }
        for (unsigned l = 1; l < x->levels[k]; l++) {
            double p = (wide[l] + TABLE_PAIRS * u->p[k][0][l]) / (all + TABLE_PAIRS);
            u->p[k][up][l] = (row[up][l] + TABLE_PAIRS * p) / (sum + TABLE_PAIRS);
        }
    }
}

void link_fit_random(struct link_fit *f)
{
    struct link_mixture *x = f->mixture;
    double matched[LINK_COMPARISONS_MAX][LINK_LEVELS_MAX] = {{0}};
    double random[LINK_COMPARISONS_MAX][LINK_LEVELS_MAX] = {{0}};
    for (size_t i = 0; i < f->count; i++) {
        const struct link_fit_cell *cell = &f->cells[i];
        for (uint32_t k = 0; k < x->comparisons; k++) {
            matched[k][cell->level[k]] += cell->pairs * cell->match;
            random[k][cell->level[k]] += cell->random;
        }
    }
    for (uint32_t k = 0; k < x->comparisons; k++) {
        marginal_set(f, k, matched[k], random[k]);
        rows_set(f, k);
    }
    link_class_finish(x, &x->class[0]);
}

/* 0 differs, 1 somewhat alike, 2 agrees. */
static unsigned coarse_level(const struct link_fit *f, uint32_t k, unsigned level)
{
    return agrees(f, k, level) ? 2 : level > 1;
}

/* How much two comparisons depend on one another among random pairs: the statistic of the
 * likelihood ratio test on their coarse levels (chi-squared with four degrees of freedom). */
static double dependence(const struct link_fit *f, uint32_t j, uint32_t k)
{
    double n[3][3] = {{0}}, match[3][3] = {{0}}, row[3] = {0}, column[3] = {0};
    double g = 0, all = 0, both = 0, expected = 0;
    for (size_t i = 0; i < f->count; i++) {
        const struct link_fit_cell *c = &f->cells[i];
        if (c->random <= 0 || !c->level[j] || !c->level[k])
            continue;
        unsigned a = coarse_level(f, j, c->level[j]), b = coarse_level(f, k, c->level[k]);
        n[a][b] += c->random * c->plain;
        match[a][b] += c->random * c->match;
    }
    for (int a = 0; a < 3; a++)
        for (int b = 0; b < 3; b++) {
            /* Matches that are not yet seen as such must not pass for dependence. */
            if (a && b)
                n[a][b] = fmax(n[a][b] - UNSEEN_MATCHES * match[a][b], 0);
            row[a] += n[a][b];
            column[b] += n[a][b];
            all += n[a][b];
        }
    for (int a = 0; a < 3; a++)
        for (int b = 0; b < 3; b++) {
            double random = row[a] * column[b] / fmax(all, 1);
            g += n[a][b] > 0 ? 2 * n[a][b] * log(n[a][b] / random) : 0;
            both += a && b ? n[a][b] : 0;
            expected += a && b ? random : 0;
        }
    return both > expected ? g : 0;
}

void link_fit_tree(struct link_fit *f)
{
    struct link_mixture *x = f->mixture;
    uint32_t n = x->comparisons, done = 0;
    double g[LINK_COMPARISONS_MAX][LINK_COMPARISONS_MAX] = {{0}};
    bool in[LINK_COMPARISONS_MAX] = {false};
    for (uint32_t j = 0; j < n; j++)
        for (uint32_t k = 0; k < j; k++)
            g[j][k] = g[k][j] = dependence(f, j, k);
    /* Prim's algorithm; a new tree begins where nothing depends on what is in. */
    while (done < n) {
        double best = 4 * log(f->sampled + 2);
        uint32_t child = n, parent = LINK_NO_PARENT;
        for (uint32_t j = 0; j < n; j++)
            for (uint32_t k = 0; k < n; k++)
                if (in[j] && !in[k] && g[j][k] > best) {
                    best = g[j][k];
                    parent = j;
                    child = k;
                }
        for (uint32_t k = 0; child == n; k++)
            if (!in[k])
                child = k;
        in[child] = true;
        x->parent[child] = (uint8_t)parent;
        x->order[done++] = (uint8_t)child;
        if (getenv("V") && parent != LINK_NO_PARENT) printf("edge %u->%u G %.0f\n", parent, child, g[parent][child]);
    }
}

/* Levels rise with agreement, and so must the ratio m / u: where it does not, for want of
 * pairs, neighbours share one ratio (pool adjacent violators). */
static void rising(unsigned levels, double *m, const double *u)
{
    double sum_m[LINK_LEVELS_MAX], sum_u[LINK_LEVELS_MAX];
    unsigned begin[LINK_LEVELS_MAX], n = 0;
    for (unsigned l = 1; l < levels; l++) {
        sum_m[n] = m[l];
        sum_u[n] = u[l];
        begin[n++] = l;
        while (n > 1 && sum_m[n - 2] * sum_u[n - 1] > sum_m[n - 1] * sum_u[n - 2]) {
            sum_m[n - 2] += sum_m[n - 1];
            sum_u[n - 2] += sum_u[n - 1];
            n--;
        }
    }
    for (unsigned b = 0; b < n; b++) {
        unsigned end = b + 1 < n ? begin[b + 1] : levels;
        for (unsigned l = begin[b]; l < end; l++)
            m[l] = u[l] * sum_m[b] / sum_u[b];
    }
}

typedef double level_table[LINK_COMPARISONS_MAX][LINK_LEVELS_MAX][LINK_LEVELS_MAX];

/* Relatives are no more alike in what is a person's own than KIN_TIMES what is random. */
static void bounded(unsigned levels, double *m, const double *u)
{
    double sum = 0;
    for (unsigned l = 1; l < levels; l++)
        sum += m[l] = fmin(m[l], KIN_TIMES * u[l]);
    for (unsigned l = 1; l < levels; l++)
        m[l] /= sum;
}

/* A class from its counts: the marginal drawn to `usual`, the rows to the marginal. */
static void class_set(const struct link_mixture *x, struct link_class *c, level_table n,
                      const double usual[][LINK_LEVELS_MAX], const bool *own,
                      const struct link_class *u)
{
    for (uint32_t k = 0; k < x->comparisons; k++) {
        unsigned levels = x->levels[k];
        double all[LINK_LEVELS_MAX] = {0}, sum = 0;
        for (unsigned up = 0; up < LINK_LEVELS_MAX; up++)
            for (unsigned l = 1; l < levels; l++) {
                all[l] += n[k][up][l];
                sum += n[k][up][l];
            }
        double *m = c->p[k][0];
        for (unsigned l = 1; l < levels; l++)
            m[l] = (all[l] + USUAL_PAIRS * usual[k][l]) / (sum + USUAL_PAIRS);
        if (c->match)
            rising(levels, m, u->p[k][0]);
        else if (own[k])
            bounded(levels, m, u->p[k][0]);
        for (unsigned up = 1; up < LINK_LEVELS_MAX; up++) {
            double row = 0;
            for (unsigned l = 1; l < levels; l++)
                row += n[k][up][l];
            for (unsigned l = 1; l < levels; l++)
                c->p[k][up][l] = !c->match && own[k] ? m[l] : (n[k][up][l] + TABLE_PAIRS * m[l]) / (row + TABLE_PAIRS);
        }
    }
    link_class_finish(x, c);
}

/* Chance of each class for a pair of the cell, into r; returns that of a match. */
static double cell_classes(const struct link_mixture *x, const double *log_share,
                           link_pattern p, double r[LINK_CLASSES_MAX])
{
    double top = -INFINITY, sum = 0, match = 0;
    link_mixture_logs(x, p, UINT32_MAX, r);
    for (uint32_t j = 0; j < x->classes; j++) {
        r[j] += log_share[j];
        top = fmax(top, r[j]);
    }
    for (uint32_t j = 0; j < x->classes; j++)
        sum += r[j] = exp(r[j] - top);
    for (uint32_t j = 0; j < x->classes; j++) {
        r[j] /= sum;
        if (x->class[j].match)
            match += r[j];
    }
    return match;
}

static void shares_set(struct link_fit *f, const double *n)
{
    struct link_mixture *x = f->mixture;
    double rest = 1;
    for (uint32_t j = 1; j < x->classes; j++) {
        /* Half a pair more: a class never dies out, and never is all. */
        x->class[j].share = fmin((n[j] + 0.5) / f->all_pairs, 0.9 / x->classes);
        rest -= x->class[j].share;
    }
    x->class[0].share = rest;
}

void link_fit_em(struct link_fit *f, uint32_t rounds_max)
{
    struct link_mixture *x = f->mixture;
    static const double quiet = 1e-7; /* a cell with less of a match in it sits out */
    double before = -1;
    f->converged = false;
    for (uint32_t round = 0; round < rounds_max; round++) {
        level_table n[LINK_CLASSES_MAX];
        double total[LINK_CLASSES_MAX] = {0}, log_share[LINK_CLASSES_MAX], matches = 0;
        memset(n, 0, sizeof n);
        for (uint32_t j = 0; j < x->classes; j++)
            log_share[j] = log(x->class[j].share);
        bool every = round % 8 == 0 || f->converged;
        for (size_t i = 0; i < f->count; i++) {
            struct link_fit_cell *cell = &f->cells[i];
            if (!every && cell->match < quiet && x->classes == 2)
                continue;
            double r[LINK_CLASSES_MAX];
            cell->match = cell_classes(x, log_share, cell->pattern, r);
            cell->plain = r[0];
            if (cell->pairs <= 0)
                continue;
            matches += cell->match * cell->pairs;
            for (uint32_t j = 1; j < x->classes; j++) {
                double w = r[j] * cell->pairs;
                if (w < 1e-9)
                    continue;
                total[j] += w;
                for (uint32_t k = 0; k < x->comparisons; k++) {
                    unsigned up =
                        x->parent[k] == LINK_NO_PARENT ? 0 : cell->level[x->parent[k]];
                    n[j][k][up][cell->level[k]] += w;
                }
            }
        }
        f->matches = matches;
        f->rounds++;
        if (f->converged)
            return;
        shares_set(f, total);
        for (uint32_t j = 1; j < x->classes; j++)
            class_set(x, &x->class[j], n[j],
                      j == 1 ? f->usual.m : x->class[j].match ? f->usual.noisy : f->kin,
                      f->own, &x->class[0]);
        f->converged = fabs(matches - before) <= 1e-6 * (matches + 1);
        before = matches;
    }
}

/* What is a person's own: given name, birth, identifiers. What is left, relatives share. */
static bool is_own(const struct link_compare *compare, uint32_t k)
{
    const struct link_comparison *c = &compare->comparisons[k];
    if (c->field == UINT8_MAX)
        return c->part == LINK_GIVEN;
    const struct link_field *field = &compare->people->fields[c->field];
    return field->kind == LINK_KIND_DATE || field->strong;
}

/* Chance that the histogram would be without class j: the gain in logarithm of likelihood. */
static double class_gain(const struct link_fit *f, uint32_t j)
{
    const struct link_mixture *x = f->mixture;
    double gain = 0, log_share[LINK_CLASSES_MAX], r[LINK_CLASSES_MAX];
    for (uint32_t i = 0; i < x->classes; i++)
        log_share[i] = log(x->class[i].share);
    for (size_t i = 0; i < f->count; i++) {
        const struct link_fit_cell *c = &f->cells[i];
        if (c->pairs <= 0)
            continue;
        cell_classes(x, log_share, c->pattern, r);
        gain -= c->pairs * log(fmax(1 - r[j], 1e-12));
    }
    return gain;
}

void link_fit_drop(struct link_fit *f)
{
    struct link_mixture *x = f->mixture;
    double free = 0;
    for (uint32_t j = x->classes; j-- > 2;) {
        for (uint32_t k = 0; k < x->comparisons; k++)
            free += f->own[k] && !x->class[j].match ? 0 : x->levels[k] - 2;
        double gain = class_gain(f, j), cost = 0.5 * free * log(f->compared + 1);
        if (getenv("V")) printf("class %u gain %.1f cost %.1f\n", j, gain, cost);
        if (gain > cost)
            continue;
        x->class[0].share += x->class[j].share;
        x->class[j] = x->class[--x->classes];
    }
}

void link_fit_noisy(struct link_fit *f)
{
    struct link_mixture *x = f->mixture;
    struct link_class *c = &x->class[x->classes++];
    c->match = true;
    c->share = 0.1 * x->class[1].share;
    x->class[1].share *= 0.9;
    for (uint32_t k = 0; k < x->comparisons; k++)
        for (unsigned up = 0; up < LINK_LEVELS_MAX; up++)
            memcpy(c->p[k][up], f->usual.noisy[k], sizeof f->usual.noisy[k]);
    link_class_finish(x, c);
}

void link_fit_kin(struct link_fit *f)
{
    struct link_mixture *x = f->mixture;
    unsigned own = 0;
    for (uint32_t k = 0; k < x->comparisons; k++)
        own += f->own[k] = is_own(f->compare, k);
    if (!own || own == x->comparisons)
        return;
    struct link_class *c = &x->class[x->classes++];
    c->match = false;
    c->share = 0.1 * x->class[1].share;
    x->class[0].share -= c->share;
    for (uint32_t k = 0; k < x->comparisons; k++) {
        double keep = f->own[k] ? 1 : 0.5;
        for (unsigned l = 1; l < x->levels[k]; l++) {
            f->kin[k][l] = keep * x->class[0].p[k][0][l] + (1 - keep) * x->class[1].p[k][0][l];
            for (unsigned up = 0; up < LINK_LEVELS_MAX; up++)
                c->p[k][up][l] = f->kin[k][l];
        }
    }
    link_class_finish(x, c);
}
