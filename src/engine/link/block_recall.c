/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/link/block.h"

#include <math.h>

/* The lower bound of Chao (Biometrics 43, 1987), with the bias correction, and her log-normal
 * interval for what is missed. */
void link_block_recall(const struct link_rules *rules, const struct link_history *histories,
                       size_t count, struct link_recall *ret)
{
    double had = 0, once = 0, twice = 0;
    for (size_t i = 0; i < count; i++) {
        int n = __builtin_popcount(histories[i].rules);
        had += histories[i].likely;
        once += n == 1 ? histories[i].likely : 0;
        twice += n == 2 ? histories[i].likely : 0;
    }
    if (rules->count && !rules->rules[0].key_count) {
        *ret = (struct link_recall){1, 1, 1, 0};
        return;
    }
    double t = rules->count, scale = t > 1 ? (t - 1) / t : 1;
    double missed = scale * once * (once > 1 ? once - 1 : 0) / (2 * (twice + 1));
    double x = once / (twice + 1);
    double variance =
        (twice + 1) * (0.5 * scale * x * x + scale * scale * x * x * x + x * x * x * x / 4);
    double c = missed > 0 ? exp(1.96 * sqrt(log1p(variance / (missed * missed)))) : 1;
    *ret = (struct link_recall){1, 1, 1, missed};
    if (had > 0) {
        ret->recall = had / (had + missed);
        ret->low = had / (had + missed * c);
        ret->high = had / (had + missed / c);
    }
}
