/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "base/str.h"

int str_compare(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    return c ? c : (a.n > b.n) - (a.n < b.n);
}

static unsigned char fold_ascii(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

bool str_eq_nocase(struct str a, struct str b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (fold_ascii(a.p[i]) != fold_ascii(b.p[i]))
            return false;
    return true;
}

size_t str_find(struct str s, struct str needle, size_t from)
{
    if (from > s.n)
        return STR_NONE;
    if (needle.n == 0)
        return from;
    if (needle.n > s.n - from)
        return STR_NONE;
    const char *hit = memmem(s.p + from, s.n - from, needle.p, needle.n);
    return hit ? (size_t)(hit - s.p) : STR_NONE;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
    while (s.n && is_space(s.p[0]))
        s.p++, s.n--;
    while (s.n && is_space(s.p[s.n - 1]))
        s.n--;
    return s;
}

bool str_next_line(struct str *rest, struct str *ret_line)
{
    if (rest->n == 0)
        return false;
    const char *lf = memchr(rest->p, '\n', rest->n);
    size_t n = lf ? (size_t)(lf - rest->p) : rest->n;
    struct str line = {rest->p, n};
    size_t used = lf ? n + 1 : n;
    rest->p += used;
    rest->n -= used;
    if (line.n && line.p[line.n - 1] == '\r')
        line.n--;
    *ret_line = line;
    return true;
}

bool str_to_u64(struct str s, uint64_t *ret)
{
    if (s.n == 0 || s.n > 18)
        return false;
    uint64_t v = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        v = v * 10 + (uint64_t)(s.p[i] - '0');
    }
    *ret = v;
    return true;
}
