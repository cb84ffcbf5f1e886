/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The fit: non-matches from random pairs and value counts, matches by EM. Only cells that hold
 * a noticeable share of a match take part in most rounds: of many cells, few do.
 */
#include "engine/link/model_parts.h"

#include <math.h>
#include <string.h>

#define USUAL_PAIRS 30.0 /* what the prior on the levels of a match weighs, in pairs */
/* Cells of very many pairs with a faint chance each would teach matches what chance is like,
 * as soon as the expected non-matches are a few percent off: below it they count for less. */
#define DIFFUSE     0.015
#define NEVER_SEEN  0.02
#define TABLE_PAIRS 20.0 /* what a row weighs against the marginal, in pairs */
#define KIN_TIMES   3.0

/* Pairs of the histogram at each level; what was never seen takes no part in the prior. */
static void levels_seen(const struct link_fit *f, uint32_t k, double seen[LINK_LEVELS_MAX])
{
    for (unsigned l = 0; l < LINK_LEVELS_MAX; l++)
        seen[l] = NEVER_SEEN;
    for (size_t i = 0; i < f->count; i++)
        if (f->cells[i].pairs + f->cells[i].random > 0)
            seen[f->cells[i].level[k]] = 1;
}

void link_fit_usual(struct link_fit *f)
{
    for (uint32_t k = 0; k < f->compare->count; k++) {
        const struct link_comparison *c = &f->compare->comparisons[k];
        double sum = 0, exact = 0, below = 0, rank = 0, seen[LINK_LEVELS_MAX];
        levels_seen(f, k, seen);
        for (unsigned l = 1; l < c->levels; l++) {
            exact += c->exact[l] ? seen[l] : 0;
            below += c->exact[l] || l == 1 ? 0 : seen[l] * ++rank;
        }
        f->ordered[k] = exact > 0;
        rank = 0;
        for (unsigned l = 1; l < c->levels; l++) {
            double m = 0.035 * seen[l];
            if (!f->ordered[k] && l + 1u == c->levels)
                m = 0.9;
            else if (c->exact[l])
                m = 0.87 * seen[l] / exact;
            else if (l > 1) /* the closer the likelier */
                m = 0.095 * seen[l] * ++rank / below;
            sum += f->usual[k][l] = m;
        }
        for (unsigned l = 1; l < c->levels; l++)
            f->usual[k][l] /= sum;
    }
}

/* Levels rise with agreement, and so must the ratio m / u: where it does not, for want of
 * pairs, neighbours share one ratio (pool adjacent violators). Those `apart` may be worth less
 * than their place, not more. */
static void rising(unsigned levels, double *m, const double *u, const bool *apart)
{
    double sum_m[LINK_LEVELS_MAX], sum_u[LINK_LEVELS_MAX];
    unsigned begin[LINK_LEVELS_MAX], n = 0;
    for (unsigned l = 1; l < levels; l++) {
        if (apart[l])
            continue;
        sum_m[n] = m[l];
        sum_u[n] = u[l];
        begin[n++] = l;
        while (n > 1 && sum_m[n - 2] * sum_u[n - 1] > sum_m[n - 1] * sum_u[n - 2]) {
            sum_m[n - 2] += sum_m[n - 1];
            sum_u[n - 2] += sum_u[n - 1];
            n--;
        }
    }
    double above = INFINITY, sum = 0;
    for (unsigned l = levels; l-- > 1;) {
        while (n > 0 && begin[n - 1] > l)
            n--;
        if (!apart[l] && n > 0)
            above = sum_m[n - 1] / sum_u[n - 1];
        m[l] = apart[l] ? fmin(m[l], u[l] * above) : u[l] * above;
        sum += m[l];
    }
    for (unsigned l = 1; l < levels; l++)
        m[l] /= sum;
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
static void class_set(const struct link_fit *f, struct link_class *c, level_table n,
                      const double usual[][LINK_LEVELS_MAX])
{
    const struct link_mixture *x = f->mixture;
    const struct link_class *u = &x->class[0];

    for (uint32_t k = 0; k < x->comparisons; k++) {
        unsigned levels = x->levels[k];
        unsigned bond = c->match ? LINK_BOND_LEARNT : f->bond[c->kin][k];
        double all[LINK_LEVELS_MAX] = {0}, sum = 0;
        for (unsigned up = 0; up < LINK_LEVELS_MAX; up++)
            for (unsigned l = 1; l < levels; l++) {
                all[l] += n[k][up][l];
                sum += n[k][up][l];
            }
        double *m = c->p[k][0];
        for (unsigned l = 1; l < levels; l++)
            m[l] = (all[l] + USUAL_PAIRS * usual[k][l]) / (sum + USUAL_PAIRS);
        if (c->match && f->ordered[k])
            rising(levels, m, u->p[k][0], f->compare->comparisons[k].apart);
        else if (bond == LINK_BOND_NONE)
            bounded(levels, m, u->p[k][0]);
        if (bond == LINK_BOND_FULL) {
            memcpy(c->p[k], x->class[1].p[k], sizeof c->p[k]);
            continue;
        }
        for (unsigned up = 1; up < LINK_LEVELS_MAX; up++) {
            double row = 0;
            for (unsigned l = 1; l < levels; l++)
                row += n[k][up][l];
            for (unsigned l = 1; l < levels; l++)
                c->p[k][up][l] = bond == LINK_BOND_NONE
                                     ? m[l]
                                     : (n[k][up][l] + TABLE_PAIRS * m[l]) / (row + TABLE_PAIRS);
        }
    }
    link_class_finish(x, c);
}

double link_fit_classes(const struct link_mixture *x, const double *log_share,
                        const struct link_fit_cell *cell, double r[LINK_CLASSES_MAX])
{
    double top = -INFINITY, sum = 0, match = 0;
    link_mixture_logs(x, cell->pattern, UINT32_MAX, r);
    for (uint32_t j = 0; j < x->classes; j++) {
        r[j] += log_share[j] + (x->class[j].match ? 0 : cell->excess);
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

/* Share of the pairs of a cell that nothing speaks against and that are more than chance gives;
 * 0 where they are not. */
static double surplus_of(const struct link_fit *f, const struct link_fit_cell *cell)
{
    const struct link_mixture *x = f->mixture;
    double logs[LINK_CLASSES_MAX];
    unsigned present = 0;
    for (uint32_t k = 0; k < x->comparisons; k++) {
        unsigned l = cell->level[k];
        present |= l ? 1u << k : 0;
        if (l && f->own[k] && x->class[1].p[k][0][l] < x->class[0].p[k][0][l])
            return 0;
    }
    link_mixture_logs(x, cell->pattern, UINT32_MAX, logs);
    if (cell->pairs < 2 || logs[1] <= logs[0])
        return 0;
    double random = f->all_pairs * f->present[present] * exp(logs[0]);
    return fmax(1 - (random + sqrt(cell->pairs)) / cell->pairs, 0);
}

void link_fit_surplus(struct link_fit *f, bool begin)
{
    struct link_mixture *x = f->mixture;
    level_table n;
    double total[LINK_CLASSES_MAX] = {0};
    memset(n, 0, sizeof n);
    for (size_t i = 0; i < f->count; i++) {
        struct link_fit_cell *cell = &f->cells[i];
        cell->surplus = surplus_of(f, cell);
        if (begin && cell->surplus > cell->match) {
            cell->match = cell->surplus;
            cell->plain = 1 - cell->surplus;
        }
        double w = cell->match * cell->pairs;
        total[1] += w;
        for (uint32_t k = 0; k < x->comparisons; k++)
            n[k][0][cell->level[k]] += w;
    }
    if (!begin)
        return;
    shares_set(f, total);
    class_set(f, &x->class[1], n, f -> usual);
}

void link_fit_em(struct link_fit *f, uint32_t rounds_max)
{
    struct link_mixture *x = f->mixture;
    static const double quiet = 1e-7; /* a cell with less of a match or kin in it sits out */
    double before = -1;
    f->converged = false;
    for (uint32_t round = 0; round <= rounds_max; round++) {
        level_table n[LINK_CLASSES_MAX];
        double total[LINK_CLASSES_MAX] = {0}, log_share[LINK_CLASSES_MAX], matches = 0;
        memset(n, 0, sizeof n);
        for (uint32_t j = 0; j < x->classes; j++)
            log_share[j] = log(x->class[j].share);
        bool every = round % 8 == 0 || f->converged || round == rounds_max;
        for (size_t i = 0; i < f->count; i++) {
            struct link_fit_cell *cell = &f->cells[i];
            if (!every && cell->plain > 1 - quiet)
                continue;
            double r[LINK_CLASSES_MAX];
            cell->match = link_fit_classes(x, log_share, cell, r);
            cell->plain = r[0];
            if (cell->pairs <= 0)
                continue;
            matches += cell->match * cell->pairs;
            for (uint32_t j = 1; j < x->classes; j++) {
                double w = r[j] * cell->pairs;
                if (x->class[j].match && r[j] < DIFFUSE)
                    w *= r[j] / DIFFUSE;
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
        if (f->converged || round == rounds_max)
            return;
        shares_set(f, total);
        for (uint32_t j = 1; j < x->classes; j++)
            class_set(f, &x->class[j], n[j], j == 1 ? f->usual : f->kin[x->class[j].kin]);
        f->converged = fabs(matches - before) <= 1e-6 * (matches + 1);
        before = matches;
    }
}
