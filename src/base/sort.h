/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * base/sort: qsort and bsearch of the C library, also for no items at all, where the standard
 * does not allow the null pointer that an empty array is here.
 */
#ifndef DEPONENT_BASE_SORT_H
#define DEPONENT_BASE_SORT_H

#include <stdlib.h>

static inline void sort_items(void *items, size_t count, size_t size,
                              int (*compare)(const void *, const void *))
{
    if (count)
        qsort(items, count, size, compare);
}

/* The item that equals `key` in a sorted array, or NULL. */
static inline void *sort_find(const void *key, const void *items, size_t count, size_t size,
                              int (*compare)(const void *, const void *))
{
    return count ? bsearch(key, items, count, size, compare) : NULL;
}

#endif
