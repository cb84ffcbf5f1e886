/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/arena.h"

#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define ARENA_FIRST     (64u << 10)
#define ARENA_ALIGN     16u
#define ARENA_BLOCK_MAX (8u << 20) /* a larger piece has a block to itself */

struct arena_block {
    struct arena_block *next;
    size_t cap, used;
    size_t was; /* used before the last reset */
    _Alignas(ARENA_ALIGN) char bytes[];
};

static size_t padded(size_t n)
{
    return (n + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
}

static struct arena_block *add_block(struct arena *a, size_t need)
{
    size_t cap = a->head ? a->head->cap * 2 : ARENA_FIRST;
    if (cap > ARENA_BLOCK_MAX)
        cap = ARENA_BLOCK_MAX;
    if (cap < need)
        cap = need;
    if (cap > SIZE_MAX - sizeof(struct arena_block))
        err_die("out of memory");
    struct arena_block *b = malloc(sizeof *b + cap);
    if (!b)
        err_die("out of memory");
    b->next = a->head;
    b->cap = cap;
    b->used = b->was = 0;
    a->head = b;
    return b;
}

/* What stood in it does not lie about in what malloc keeps: it may be words of an account. */
static void drop_block(struct arena_block *b)
{
    explicit_bzero(b->bytes, b->used > b->was ? b->used : b->was);
    free(b);
}

void *arena_room(struct arena *a, size_t n)
{
    if (n > SIZE_MAX / 2)
        err_die("out of memory");
    n = padded(n);
    struct arena_block *b = a->head;
    if (!b || b->cap - b->used < n)
        b = add_block(a, n);
    void *p = b->bytes + b->used;
    b->used += n;
    return p;
}

void *arena_alloc(struct arena *a, size_t count, size_t size)
{
    size_t n;
    if (__builtin_mul_overflow(count, size, &n))
        err_die("out of memory");
    return memset(arena_room(a, n), 0, n);
}

/* An array that has a block to itself grows there: what it leaves behind would be as large
 * again as all it holds. Returns NULL if it has none. */
static void *grow_block(struct arena *a, void *old, size_t old_bytes, size_t bytes)
{
    struct arena_block **at = &a->head;
    while (*at && (*at)->bytes != (char *)old)
        at = &(*at)->next;
    struct arena_block *b = *at;
    if (!b || b->used != padded(old_bytes))
        return NULL;
    b = realloc(b, sizeof *b + padded(bytes));
    if (!b)
        err_die("out of memory");
    b->cap = b->used = padded(bytes);
    *at = b;
    return b->bytes;
}

void *arena_grow(struct arena *a, void *old, size_t count, size_t *cap, size_t want,
                 size_t size)
{
    size_t n = *cap ? *cap * 2 : 8;
    if (n < want)
        n = want;
    if (*cap && *cap * size >= ARENA_BLOCK_MAX && n <= SIZE_MAX / 4 / size) {
        void *grown = grow_block(a, old, *cap * size, n * size);
        if (grown) {
            *cap = n;
            return grown;
        }
    }
    void *p = arena_alloc(a, n, size);
    if (count)
        memcpy(p, old, count * size);
    *cap = n;
    return p;
}

struct str arena_copy(struct arena *a, struct str s)
{
    if (!s.p)
        return s;
    return (struct str){arena_cstr(a, s), s.n};
}

char *arena_cstr(struct arena *a, struct str s)
{
    char *p = arena_room(a, s.n + 1);
    if (s.n)
        memcpy(p, s.p, s.n);
    p[s.n] = '\0';
    return p;
}

struct str arena_printf(struct arena *a, const char *format, ...)
{
    va_list ap, again;
    va_start(ap, format);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, format, ap);
    va_end(ap);
    if (n < 0)
        err_die("bad format");
    char *p = arena_alloc(a, (size_t)n + 1, 1);
    (void)vsnprintf(p, (size_t)n + 1, format, again);
    va_end(again);
    return (struct str){p, (size_t)n};
}

void arena_reset(struct arena *a)
{
    struct arena_block *keep = a->head;
    if (!keep)
        return;
    for (struct arena_block *b = keep->next, *next; b; b = next) {
        next = b->next;
        drop_block(b);
    }
    keep->next = NULL;
    if (keep->used > keep->was)
        keep->was = keep->used;
    keep->used = 0;
}

void arena_free(struct arena *a)
{
    for (struct arena_block *b = a->head, *next; b; b = next) {
        next = b->next;
        drop_block(b);
    }
    a->head = NULL;
}

size_t arena_used(const struct arena *a)
{
    size_t n = 0;
    for (const struct arena_block *b = a->head; b; b = b->next)
        n += b->used;
    return n;
}
