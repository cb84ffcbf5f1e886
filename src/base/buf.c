/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/buf.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void buf_init(struct buf *b, size_t max)
{
    *b = (struct buf){.max = max};
}

/* Above this malloc maps each piece singly: growing one moves its pages and leaves nothing. */
#define MAPPED ((size_t)32 << 20)

/* What stood in it does not lie about in what malloc keeps: it may be words of an account. */
static void drop(char *p, size_t n)
{
    if (p && n < MAPPED)
        explicit_bzero(p, n);
    free(p);
}

static char *grow(char *p, size_t old, size_t cap)
{
    if (old >= MAPPED)
        return realloc(p, cap);
    char *fresh = malloc(cap);
    if (fresh && p) {
        memcpy(fresh, p, old);
        drop(p, old);
    }
    return fresh;
}

void buf_free(struct buf *b)
{
    drop(b->p, b->cap);
    *b = (struct buf){.max = b->max};
}

void buf_clear(struct buf *b)
{
    b->n = 0;
    b->full = false;
    if (b->p)
        b->p[0] = '\0';
}

char *buf_reserve(struct buf *b, size_t n)
{
    if (b->full || n > b->max || b->n > b->max - n) {
        b->full = true;
        return NULL;
    }
    if (b->cap < b->n + n + 1) {
        size_t cap = b->cap ? b->cap : 256;
        while (cap < b->n + n + 1)
            cap *= 2;
        char *p = grow(b->p, b->cap, cap);
        if (!p)
            err_die("out of memory");
        b->p = p;
        b->cap = cap;
    }
    return b->p + b->n;
}

void buf_add(struct buf *b, struct str s)
{
    char *p = buf_reserve(b, s.n);
    if (!p)
        return;
    if (s.n)
        memcpy(p, s.p, s.n);
    b->n += s.n;
    b->p[b->n] = '\0';
}

void buf_add_char(struct buf *b, char c)
{
    buf_add(b, (struct str){&c, 1});
}

void buf_add_u64(struct buf *b, uint64_t v)
{
    char digits[20];
    size_t i = sizeof digits;
    do {
        digits[--i] = (char)('0' + v % 10);
        v /= 10;
    } while (v);
    buf_add(b, (struct str){digits + i, sizeof digits - i});
}

void buf_add_number(struct buf *b, double v)
{
    if (v == floor(v) && fabs(v) < 9e15) {
        buf_printf(b, "%lld", (long long)v);
        return;
    }
    char text[32];
    for (int digits = 1; digits <= 17; digits++) {
        (void)snprintf(text, sizeof text, "%.*g", digits, v);
        if (strtod(text, NULL) == v)
            break;
    }
    buf_add(b, str_of(text));
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list ap, again;
    va_start(ap, format);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, format, ap);
    va_end(ap);
    if (n < 0)
        err_die("bad format");
    char *p = buf_reserve(b, (size_t)n);
    if (p) {
        (void)vsnprintf(p, (size_t)n + 1, format, again);
        b->n += (size_t)n;
    }
    va_end(again);
}

int buf_check(const struct buf *b, const char *what, struct err *err)
{
    if (!b->full)
        return 0;
    return err_set(err, ERR_LIMIT, "%s: larger than %zu bytes", what, b->max);
}
