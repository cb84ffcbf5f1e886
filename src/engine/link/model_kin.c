/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Classes of non-matches of their own. Near kin and members of one household share family name,
 * father and place as one person does, but not what is a person's own: given name, birth date,
 * identifiers. Distant kin and neighbours share some of it. Namesakes share the whole name, as
 * where families repeat names, and nothing else. A class stays only where the histogram asks
 * for it.
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
            free += f->bond[x->class[j].kin][k] == LINK_BOND_LEARNT ? x->levels[k] - 2 : 0;
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
    return field->birth || field->strong;
}

void link_fit_own(struct link_fit *f)
{
    for (uint32_t k = 0; k < f->compare->count; k++) {
        bool name = f->compare->comparisons[k].field == UINT8_MAX, own = is_own(f->compare, k);
        f->own[k] = own;
        f->bond[LINK_KIN_NEAR][k] = own ? LINK_BOND_NONE : LINK_BOND_FULL;
        f->bond[LINK_KIN_DISTANT][k] = own ? LINK_BOND_NONE : LINK_BOND_LEARNT;
        if (f->compare->comparisons[k].field != UINT8_MAX)
            name = f->compare->people->fields[f->compare->comparisons[k].field].kind ==
                   LINK_KIND_SET;
        f->bond[LINK_KIN_NAMESAKE][k] = name ? LINK_BOND_FULL : LINK_BOND_NONE;
    }
}

void link_fit_kin(struct link_fit *f)
{
    /* Close kin share all they can; distant kin some of it. */
    static const double keep[LINK_KIN] = {0.2, 0.6, 0.8};
    struct link_mixture *x = f->mixture;
    for (unsigned i = 0; i < LINK_KIN; i++) {
        unsigned none = 0;
        for (uint32_t k = 0; k < x->comparisons; k++)
            none += f->bond[i][k] == LINK_BOND_NONE;
        if (!none || none == x->comparisons)
            continue;
        struct link_class *c = &x->class[x->classes++];
        c->match = false;
        c->kin = (uint8_t)i;
        c->share = x->class[1].share;
        x->class[0].share -= c->share;
        for (uint32_t k = 0; k < x->comparisons; k++)
            for (unsigned l = 1; l < x->levels[k]; l++) {
                double random = f->bond[i][k] == LINK_BOND_NONE   ? 1
                                : f->bond[i][k] == LINK_BOND_FULL ? 0
                                                                  : keep[i];
                f->kin[i][k][l] =
                    random * x->class[0].p[k][0][l] + (1 - random) * x->class[1].p[k][0][l];
                for (unsigned up = 0; up < LINK_LEVELS_MAX; up++)
                    c->p[k][up][l] = f->kin[i][k][l];
            }
        link_class_finish(x, c);
    }
}
