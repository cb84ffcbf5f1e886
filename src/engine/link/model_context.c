/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * More non-matches than any class explains. A context is what all comparisons but one say; the
 * one left out is a person's own (birth, given name). Pairs of a context that disagree there
 * are nearly all non-matches, and so tell how many of them the context holds: where they are
 * more than expected, the chance of a non-match is raised for the whole context, also for its
 * pairs that agree. Never lowered: pairs that disagree may not have been compared.
 */
#include "base/sort.h"
#include "engine/link/model_parts.h"

#include <math.h>

#define TRUST 0.5 /* pairs that were as expected, added to each context */
#define DOUBT 1.0 /* standard errors by which there must be more */
#define SHARP 0.1 /* the comparison left out: so many matches disagree in it at most */
#define NOISY 0.4 /* share of the matches of one context that may say as little as chance */

int link_context_order(const void *a, const void *b)
{
    const struct link_context *x = a, *y = b;
    if (x->left_out != y->left_out)
        return x->left_out < y->left_out ? -1 : 1;
    return (x->rest > y->rest) - (x->rest < y->rest);
}

static link_pattern rest_of(link_pattern p, uint32_t k)
{
    return p & ~((link_pattern)15 << 4 * k);
}

/* Pairs of the context that the classes make at each level of k. */
struct expected {
    double match[LINK_LEVELS_MAX], other[LINK_LEVELS_MAX];
};

static void expect(const struct link_fit *f, link_pattern rest, uint32_t k, struct expected *e)
{
    const struct link_mixture *x = f->mixture;
    double logs[LINK_CLASSES_MAX];
    unsigned present = 1u << k;
    for (uint32_t i = 0; i < x->comparisons; i++)
        present |= link_level(rest, i) ? 1u << i : 0;
    double pairs = f->all_pairs * f->present[present];
    for (unsigned l = 1; l < x->levels[k]; l++) {
        link_mixture_logs(x, rest | (link_pattern)l << 4 * k, UINT32_MAX, logs);
        e->match[l] = e->other[l] = 0;
        for (uint32_t j = 0; j < x->classes; j++)
            *(x->class[j].match ? &e->match[l] : &e->other[l]) +=
                pairs * x->class[j].share * exp(logs[j]);
    }
}

/* How many times as many non-matches as expected (natural logarithm): levels of k in the
 * context as a mixture of those of matches and of non-matches, how many of each by EM. The
 * matches of one context may be worse than matches are on the whole: errors come together. */
static double excess_of(const struct link_fit *f, const double n[LINK_LEVELS_MAX],
                        const struct expected *e, uint32_t k)
{
    unsigned levels = f->mixture->levels[k];
    double match = 1, other = 1, all_match = 0, all_other = 0, noisy[LINK_LEVELS_MAX];
    for (unsigned l = 1; l < levels; l++) {
        all_match += e->match[l];
        all_other += e->other[l];
    }
    for (unsigned l = 1; l < levels; l++)
        noisy[l] = (1 - NOISY) * e->match[l] +
                   NOISY * all_match * e->other[l] / fmax(all_other, 1e-300);
    for (int round = 0; round < 20; round++) {
        double matches = 0, others = 0;
        for (unsigned l = 1; l < levels; l++) {
            double m = match * noisy[l], u = other * e->other[l];
            if (n[l] <= 0 || m + u <= 0)
                continue;
            matches += n[l] * m / (m + u);
            others += n[l] * u / (m + u);
        }
        match = (matches + TRUST) / (all_match + TRUST);
        other = fmax((others + TRUST) / (all_other + TRUST), 1);
    }
    /* As many as there are at least, not by chance. */
    double others = other * (all_other + TRUST) - TRUST;
    other = (fmax(others - DOUBT * sqrt(fmax(others, 0)), 0) + TRUST) / (all_other + TRUST);
    return log(other);
}

static void contexts_of(struct link_fit *f, uint32_t k, struct arena *a)
{
    struct arena scratch = {0};
    struct link_context *c = arena_room(&scratch, (f->count + 1) * sizeof *c);
    size_t n = 0;
    for (size_t i = 0; i < f->count; i++)
        if (f->cells[i].level[k] && f->cells[i].pairs > 0)
            c[n++] = (struct link_context){(uint8_t)k, 0, rest_of(f->cells[i].pattern, k),
                                           (uint32_t)i};
    sort_items(c, n, sizeof *c, link_context_order);
    for (size_t begin = 0, end; begin < n; begin = end) {
        double pairs[LINK_LEVELS_MAX] = {0}, match = 0;
        for (end = begin; end < n && c[end].rest == c[begin].rest; end++) {
            const struct link_fit_cell *cell = &f->cells[c[end].cell];
            match += cell->match * cell->pairs;
            pairs[cell->level[k]] = cell->pairs;
        }
        if (match < 1e-3)
            continue;
        struct expected e;
        expect(f, c[begin].rest, k, &e);
        double excess = excess_of(f, pairs, &e, k);
        if (excess < 0.1)
            continue;
        struct link_context found = {(uint8_t)k, (float)excess, c[begin].rest, 0};
        ARENA_PUSH(a, f->contexts->context, f->contexts->count, f->contexts->room, found);
    }
    arena_free(&scratch);
}

double link_contexts_excess(const struct link_contexts *c, link_pattern p)
{
    double most = 0;
    for (uint32_t k = 0; k < LINK_COMPARISONS_MAX && c->count; k++) {
        if (!(c->own >> k & 1) || !link_level(p, k))
            continue;
        struct link_context key = {(uint8_t)k, 0, rest_of(p, k), 0};
        const struct link_context *found =
            sort_find(&key, c->context, c->count, sizeof key, link_context_order);
        if (found)
            most = fmax(most, (double)found->excess);
    }
    return most;
}

/* Matches seldom disagree there. */
static bool is_sharp(const struct link_mixture *x, uint32_t k)
{
    double low = 0;
    for (unsigned l = 1; l < x->levels[k]; l++)
        if (x->class[1].p[k][0][l] < x->class[0].p[k][0][l])
            low += x->class[1].p[k][0][l];
    return low <= SHARP;
}

void link_fit_contexts(struct link_fit *f, struct arena *a)
{
    struct link_contexts *c = f->contexts;
    c->count = 0;
    c->own = 0;
    for (uint32_t k = 0; k < f->mixture->comparisons; k++)
        if (f->own[k] && is_sharp(f->mixture, k)) {
            c->own |= 1u << k;
            contexts_of(f, k, a);
        }
    for (size_t i = 0; i < f->count; i++)
        f->cells[i].excess = link_contexts_excess(c, f->cells[i].pattern);
}

void link_fit_present(struct link_fit *f, struct arena *a)
{
    uint32_t n = f->compare->count;
    double there[LINK_COMPARISONS_MAX] = {0}, all = 0;
    f->present = ARENA_NEW(a, (size_t)1 << n, double);
    for (size_t i = 0; i < f->count; i++) {
        const struct link_fit_cell *cell = &f->cells[i];
        double pairs = f->sampled > 0 ? cell->random : cell->pairs;
        unsigned present = 0;
        for (uint32_t k = 0; k < n; k++) {
            present |= cell->level[k] ? 1u << k : 0;
            there[k] += cell->level[k] ? pairs : 0;
        }
        f->present[present] += pairs;
        all += pairs;
    }
    /* What the sample lacks is as if fields were missing independently of one another. */
    for (unsigned present = 0; present < 1u << n; present++) {
        double p = 1;
        for (uint32_t k = 0; k < n; k++) {
            double share = (there[k] + 0.5) / (all + 1);
            p *= present >> k & 1 ? share : 1 - share;
        }
        f->present[present] = (f->present[present] + p) / (all + 1);
    }
}
