/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What non-matches look like: levels of random pairs, and which comparisons depend on one
 * another among them (place and postcode, given name and sex). Matches are among the random
 * pairs too, and are taken out as far as they are known.
 */
#include "engine/link/model_parts.h"

#include <math.h>

#define ROW_PAIRS     20.0 /* what a row is drawn to the marginal by, in pairs */
#define RANDOM_PAIRS  0.5  /* added to a level that no random pair has */
#define COUNTED_PAIRS 10.0

/* Equal, or nearly: the coarse view in which dependence is looked for. */
static bool agrees(const struct link_fit *f, uint32_t k, unsigned level)
{
    const struct link_comparison *c = &f->compare->comparisons[k];
    if (level < 2 || level >= LINK_LEVELS_MAX)
        return false;
    return c->exact[level] || (level + 1 < LINK_LEVELS_MAX && c->exact[level + 1]);
}

/* The marginal of comparison k from random pairs: all of them, and those that are no matches
 * (`plain`); where value counts tell the chance of a level, they are worth COUNTED_PAIRS at it:
 * they see what is too rare for the sample. Value counts hold all matches (`matched`) too. */
static void marginal_set(struct link_fit *f, uint32_t k, const double *matched,
                         const double *random, const double *plain)
{
    const struct link_comparison *c = &f->compare->comparisons[k];
    struct link_class *u = &f->mixture->class[0];
    double p[LINK_LEVELS_MAX] = {0}, sum = 0, sampled = 0, plains = 0;
    for (unsigned l = 1; l < c->levels; l++) {
        sampled += random[l];
        plains += plain[l];
    }
    double present = f->sampled > 0 && sampled > 0 ? sampled / f->sampled : 1;
    double pairs = fmax(f->all_pairs * present, 1);
    for (unsigned l = 1; l < c->levels; l++) {
        if (c->u[l] >= 0 && c->u[l] <= 1) {
            double all = c->u[l] * pairs;
            double counted = (fmax(all - matched[l], 0.01 * all) + RANDOM_PAIRS) / pairs;
            p[l] = (plain[l] + COUNTED_PAIRS) / (plains + COUNTED_PAIRS / counted);
        } else {
            p[l] = (plain[l] + RANDOM_PAIRS) / (plains + 1);
        }
        sum += p[l];
    }
    for (unsigned l = 1; l < c->levels; l++)
        for (unsigned up = 0; up < LINK_LEVELS_MAX; up++)
            u->p[k][up][l] = p[l] / sum;
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
        double n = cell->random * cell->plain;
        row[up][l] += n;
        coarse[agrees(f, parent, up)][l] += n;
    }
    for (unsigned up = 1; up < x->levels[parent]; up++) {
        const double *wide = coarse[agrees(f, parent, up)];
        double sum = 0, all = 0;
        for (unsigned l = 1; l < x->levels[k]; l++) {
            sum += row[up][l];
            all += wide[l];
        }
        for (unsigned l = 1; l < x->levels[k]; l++) {
            double p = (wide[l] + ROW_PAIRS * u->p[k][0][l]) / (all + ROW_PAIRS);
            u->p[k][up][l] = (row[up][l] + ROW_PAIRS * p) / (sum + ROW_PAIRS);
        }
    }
}

void link_fit_random(struct link_fit *f)
{
    struct link_mixture *x = f->mixture;
    double matched[LINK_COMPARISONS_MAX][LINK_LEVELS_MAX] = {{0}};
    double random[LINK_COMPARISONS_MAX][LINK_LEVELS_MAX] = {{0}};
    double plain[LINK_COMPARISONS_MAX][LINK_LEVELS_MAX] = {{0}};
    for (size_t i = 0; i < f->count; i++) {
        const struct link_fit_cell *cell = &f->cells[i];
        for (uint32_t k = 0; k < x->comparisons; k++) {
            unsigned l = cell->level[k];
            /* What does not rise with agreement is not what matches are told by. */
            double out = f->ordered[k] ? 1 - cell->plain : 0;
            matched[k][l] += cell->pairs * cell->match;
            random[k][l] += cell->random;
            plain[k][l] += cell->random * (1 - out);
        }
    }
    for (uint32_t k = 0; k < x->comparisons; k++) {
        marginal_set(f, k, matched[k], random[k], plain[k]);
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
static double dependence(const struct link_fit *f, uint32_t j, uint32_t k, double unseen)
{
    double n[3][3] = {{0}}, match[3][3] = {{0}}, row[3] = {0}, column[3] = {0};
    double g = 0, all = 0, both = 0, expected = 0;
    bool ordered = f->ordered[j] && f->ordered[k];
    for (size_t i = 0; i < f->count; i++) {
        const struct link_fit_cell *c = &f->cells[i];
        if (c->random <= 0 || !c->level[j] || !c->level[k])
            continue;
        unsigned a = coarse_level(f, j, c->level[j]), b = coarse_level(f, k, c->level[k]);
        double out = 1 - c->plain;
        n[a][b] += c->random * (1 - out);
        match[a][b] += c->random * out;
    }
    /* Matches that are not yet seen as such must not pass for dependence: some for each that
     * is seen, and in all as many as there are records. */
    double hidden = ordered && f->sampled > 0 ? f->records * f->sampled / f->all_pairs : 0;
    for (int a = 2; a > 0; a--)
        for (int b = 2; b > 0 && ordered; b--) {
            hidden -= match[a][b];
            double out = fmin(n[a][b], fmax(unseen * match[a][b], hidden));
            n[a][b] -= out;
            hidden -= out;
        }
    for (int a = 0; a < 3; a++)
        for (int b = 0; b < 3; b++) {
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
    return both > expected || !ordered ? g : 0;
}

void link_fit_tree(struct link_fit *f, double unseen)
{
    struct link_mixture *x = f->mixture;
    uint32_t n = x->comparisons, done = 0;
    double g[LINK_COMPARISONS_MAX][LINK_COMPARISONS_MAX] = {{0}};
    bool in[LINK_COMPARISONS_MAX] = {false};
    for (uint32_t j = 0; j < n; j++)
        for (uint32_t k = 0; k < j; k++)
            g[j][k] = g[k][j] = dependence(f, j, k, unseen);
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
    }
}
