/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * base/strset: a set of strings in an arena. The strings are borrowed, none has p == NULL.
 * Seeded by whoever fills it from outside; the order is nobody's business.
 */
#ifndef DEPONENT_BASE_STRSET_H
#define DEPONENT_BASE_STRSET_H

#include "base/arena.h"

struct strset {
    struct arena *a;
    uint64_t seed;
    struct str *slots; /* p == NULL: free */
    size_t size, count;
};

/* False when it was there. */
bool strset_add(struct strset *s, struct str item);
bool strset_has(const struct strset *s, struct str item);

#endif
