/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link/settle: what pairs say about one another, after each was scored on its own.
 *
 * Where each list has a person once, the pairs of a record with one other list compete: at most
 * one is a match. The posterior over sets of pairs that keep to that (a monomer-dimer model) is
 * approximated by belief propagation, which is exact on trees and converges on any graph
 * (Bayati, Gamarnik, Katz, Nair and Tetali 2007). Deterministic; does not decide anything.
 */
#ifndef DEPONENT_ENGINE_LINK_SETTLE_H
#define DEPONENT_ENGINE_LINK_SETTLE_H

#include "base/arena.h"
#include "engine/link/review.h"

/* Changes `probability` of the pairs, none of which is within one list. list: [records]. */
void link_settle_unique(const struct link_model *m, struct link_scored *pairs, size_t count,
                        const uint8_t *list, struct arena *a);
/* The probability from which on a pair is a link so that the expected F1 is best, into
 * m->threshold and m->expected_…; `missed`: matches expected beyond these pairs. */
void link_settle_threshold(const struct link_scored *pairs, size_t count, double missed,
                           struct link_model *m);

#endif
