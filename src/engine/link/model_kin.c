/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A class of non-matches of its own: relatives, neighbours, members of one household. They
 * share family name, father and place as matches do, but not what is a person's own: given
 * name, birth date, identifiers. It stays only where the histogram asks for it.
 */
#include "engine/link/model_parts.h"

#include <math.h>

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
        link_fit_classes(x, log_share, c, r);
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
        if (gain > cost)
            continue;
        x->class[0].share += x->class[j].share;
        x->class[j] = x->class[--x->classes];
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

void link_fit_own(struct link_fit *f)
{
    for (uint32_t k = 0; k < f->compare->count; k++)
        f->own[k] = is_own(f->compare, k);
}

void link_fit_kin(struct link_fit *f)
{
    /* Close kin share all they can; distant kin some of it. */
    static const double keep[LINK_KIN] = {0.2, 0.6};
    struct link_mixture *x = f->mixture;
    unsigned own = 0;
    for (uint32_t k = 0; k < x->comparisons; k++)
        own += f->own[k];
    if (!own || own == x->comparisons)
        return;
    for (unsigned i = 0; i < LINK_KIN; i++) {
        struct link_class *c = &x->class[x->classes++];
        c->match = false;
        c->kin = (uint8_t)i;
        c->share = x->class[1].share;
        x->class[0].share -= c->share;
        for (uint32_t k = 0; k < x->comparisons; k++)
            for (unsigned l = 1; l < x->levels[k]; l++) {
                double random = f->own[k] ? 1 : keep[i];
                f->kin[i][k][l] =
                    random * x->class[0].p[k][0][l] + (1 - random) * x->class[1].p[k][0][l];
                for (unsigned up = 0; up < LINK_LEVELS_MAX; up++)
                    c->p[k][up][l] = f->kin[i][k][l];
            }
        link_class_finish(x, c);
    }
}
