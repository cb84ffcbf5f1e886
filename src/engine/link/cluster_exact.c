/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Small components, exactly: the best partition of a set is the best part that holds its first
 * member, and the best partition of the rest. 3^n steps for n members.
 */
#include "engine/link/cluster_parts.h"

#include <math.h>

#define SETS (1u << LINK_EXACT_MAX)

double link_solve_exact(const double *weights, uint32_t n, uint8_t *ret_part)
{
    double inside[SETS], best[SETS];
    uint16_t first[SETS]; /* the part of the lowest member in the best partition of a set */
    uint32_t all = (1u << n) - 1;
    inside[0] = best[0] = 0;
    for (uint32_t set = 1; set <= all; set++) {
        uint32_t low = (uint32_t)__builtin_ctz(set), rest = set & (set - 1);
        double sum = inside[rest];
        for (uint32_t left = rest; left; left &= left - 1)
            sum += weights[low * LINK_EXACT_MAX + (uint32_t)__builtin_ctz(left)];
        inside[set] = sum;
        /* Parts from the largest to the smallest: of equal ones the smallest stays. */
        best[set] = -INFINITY;
        for (uint32_t part = rest;; part = (part - 1) & rest) {
            double value = inside[part | 1u << low] + best[rest & ~part];
            if (value >= best[set]) {
                best[set] = value;
                first[set] = (uint16_t)(part | 1u << low);
            }
            if (!part)
                break;
        }
    }
    for (uint32_t set = all; set; set &= ~(uint32_t)first[set]) {
        uint8_t low = (uint8_t)__builtin_ctz(set);
        for (uint32_t part = first[set]; part; part &= part - 1)
            ret_part[__builtin_ctz(part)] = low;
    }
    return best[all];
}
