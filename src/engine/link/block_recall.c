/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Matches that no rule has, from how many rules have the others. Chao (Biometrics 43, 1987):
 * with f1 had by one rule and f2 by two, at least f1²/2f2 are missed; that is exact when all
 * matches are equally easy. They are not: when the chances of being had once more spread as
 * widely as exponential ones do, the counts fall off geometrically and f1²/f2 are missed. The
 * estimate is the geometric mean of the two.
 *
 * Caveats: rules that depend on one another bend it either way, by about a factor of two
 * on lists with truth; the interval says so (SPREAD) beside the sampling error. Matches that
 * differ in everything are invisible to any such estimate.
 */
#include "engine/link/block.h"

#include <math.h>

#define SPREAD 0.42 /* of the logarithm of what is missed, one standard deviation */

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
    *ret = (struct link_recall){1, 1, 1, 0};
    if (had <= 0 || (rules->count && !rules->rules[0].key_count))
        return;
    double missed = M_SQRT2 * once * once / (2 * (twice + 1));
    /* Errors of log(once²/twice) as if both were Poisson; nothing had once is still a little. */
    double error = sqrt(4 / (once + 1) + 1 / (twice + 1) + SPREAD * SPREAD);
    double c = exp(1.96 * error);
    double most = missed > 0.5 ? missed * c : 0.5 * c;
    ret->missed = missed;
    ret->recall = had / (had + missed);
    ret->low = had / (had + most);
    ret->high = missed / c < 1 ? 1 : had / (had + missed / c);
}
