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

double link_calibration_odds(const struct link_calibration *c, double weight, double prior)
{
    if (!c->count)
        return M_LN2 * weight + log(prior) - log1p(-prior);
    if (weight <= c->weight[0])
        return c->odds[0] - M_LN2 * (c->weight[0] - weight);
    uint32_t last = c->count - 1;
    if (weight >= c->weight[last])
        return c->odds[last] + M_LN2 * (weight - c->weight[last]);
    uint32_t k = 1;
    while (weight > c->weight[k])
        k++;
    double t = (weight - c->weight[k - 1]) / (c->weight[k] - c->weight[k - 1]);
    return c->odds[k - 1] + t * (c->odds[k] - c->odds[k - 1]);
}
