/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/link/model_parts.h"

#include <math.h>

void link_class_finish(const struct link_mixture *x, struct link_class *c)
{
    for (uint32_t k = 0; k < x->comparisons; k++)
        for (unsigned up = 0; up < LINK_LEVELS_MAX; up++)
            for (unsigned l = 1; l < x->levels[k]; l++)
                c->log_p[k][up][l] = log(fmax(c->p[k][up][l], 1e-30));
}

void link_mixture_logs(const struct link_mixture *x, link_pattern p, uint32_t count,
                       double ret[LINK_CLASSES_MAX])
{
    for (uint32_t j = 0; j < x->classes; j++)
        ret[j] = 0;
    for (uint32_t i = 0; i < x->comparisons && i < count; i++) {
        unsigned k = x->order[i], l = link_level(p, k);
        if (!l)
            continue;
        unsigned up = x->parent[k] == LINK_NO_PARENT ? 0 : link_level(p, x->parent[k]);
        for (uint32_t j = 0; j < x->classes; j++)
            ret[j] += x->class[j].log_p[k][up][l];
    }
}

/* log of the sum over the classes that are (or are not) matches, less that of their shares. */
static double class_sum(const struct link_mixture *x, const double *logs, bool match)
{
    double top = -INFINITY, sum = 0, shares = 0;
    for (uint32_t j = 0; j < x->classes; j++)
        if (x->class[j].match == match && x->class[j].share > 0 && logs[j] > top)
            top = logs[j];
    if (!isfinite(top))
        return -70;
    for (uint32_t j = 0; j < x->classes; j++)
        if (x->class[j].match == match) {
            sum += x->class[j].share * exp(logs[j] - top);
            shares += x->class[j].share;
        }
    return top + log(sum / shares);
}

double link_mixture_bits(const struct link_mixture *x, link_pattern p, uint32_t count)
{
    double logs[LINK_CLASSES_MAX];
    link_mixture_logs(x, p, count, logs);
    return (class_sum(x, logs, true) - class_sum(x, logs, false)) / M_LN2;
}
