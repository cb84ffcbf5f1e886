/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * base/arena: memory for one job or one document, freed at once.
 *
 * Allocation never fails: running out aborts. Whoever takes sizes from outside bounds them
 * before asking. Memory is zeroed and aligned for any type, and wiped when it is given back, so
 * that words that were read do not lie about; not for secrets, which may not be swapped either.
 */
#ifndef DEPONENT_BASE_ARENA_H
#define DEPONENT_BASE_ARENA_H

#include "base/str.h"

struct arena_block;
struct arena {
    struct arena_block *head;
};

void *arena_alloc(struct arena *a, size_t count, size_t size)
    __attribute__((malloc, alloc_size(2, 3)));
/* n bytes that are not zeroed, for what is written at once. */
void *arena_room(struct arena *a, size_t n) __attribute__((malloc, alloc_size(2)));
/* Room for `want` items when there was room for *cap: doubles *cap, keeps `count` items. What
 * is behind them is not zeroed. `old` is not to be used again. */
void *arena_grow(struct arena *a, void *old, size_t count, size_t *cap, size_t want,
                 size_t size);
struct str arena_copy(struct arena *a, struct str s);
/* NUL-terminated copy. */
char *arena_cstr(struct arena *a, struct str s);
struct str arena_printf(struct arena *a, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Forgets everything but keeps one block for the next job. */
void arena_reset(struct arena *a);
void arena_free(struct arena *a);
/* Bytes handed out since the last reset. */
size_t arena_used(const struct arena *a);

#define ARENA_AUTO                __attribute__((cleanup(arena_free))) struct arena
#define ARENA_NEW(a, count, type) ((type *)arena_alloc((a), (count), sizeof(type)))
/* Appends to a growing array: `items`, `count` and `cap` are lvalues. */
#define ARENA_PUSH(a, items, count, cap, value)                                                \
    do {                                                                                       \
        if ((count) == (cap))                                                                  \
            (items) = arena_grow((a), (items), (count), &(cap), (count) + 1, sizeof *(items)); \
        (items)[(count)] = (value);                                                            \
        (count)++;                                                                             \
    } while (0)

#endif
