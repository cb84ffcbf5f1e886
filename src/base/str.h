/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * base/str: borrowed strings. A `struct str` is a view of bytes that somebody else keeps; it is
 * not NUL-terminated and may hold any byte. Passed by value, never freed.
 */
#ifndef DEPONENT_BASE_STR_H
#define DEPONENT_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
    const char *p;
    size_t n;
};

#define STR(literal) ((struct str){"" literal, sizeof(literal) - 1})

static inline struct str str_of(const char *z)
{
    return (struct str){z, z ? strlen(z) : 0};
}
static inline struct str str_make(const char *p, size_t n)
{
    return (struct str){p, n};
}
/* Bytes [begin, end) of s, clamped to it. */
static inline struct str str_slice(struct str s, size_t begin, size_t end)
{
    if (end > s.n)
        end = s.n;
    if (begin > end)
        begin = end;
    return (struct str){s.p ? s.p + begin : s.p, end - begin};
}
static inline bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}
static inline bool str_starts(struct str s, struct str prefix)
{
    return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}
static inline bool str_ends(struct str s, struct str tail)
{
    return s.n >= tail.n && (tail.n == 0 || memcmp(s.p + s.n - tail.n, tail.p, tail.n) == 0);
}

#define STR_NONE SIZE_MAX

/* Bytewise order, shorter first on a common prefix: <0, 0, >0. */
int str_compare(struct str a, struct str b);
/* ASCII case folded. */
bool str_eq_nocase(struct str a, struct str b);
/* Is s the word `lower`, ASCII case folded? Mostly the first byte says no, and it is asked
 * often. */
__attribute__((always_inline)) static inline bool str_is_word(struct str s, const char *lower)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] + 32 : s.p[i]);
        if (c != lower[i] || c == '\0')
            return false;
    }
    return lower[s.n] == '\0';
}
/* First position of needle at or after `from`, or STR_NONE. */
size_t str_find(struct str s, struct str needle, size_t from);
/* Without ASCII white space at both ends. */
struct str str_trim(struct str s);
/* Takes the next line (without its LF or CRLF) off `rest`; false when nothing is left. */
bool str_next_line(struct str *rest, struct str *ret_line);
/* A decimal number without sign, whole string, at most 18 digits. */
bool str_to_u64(struct str s, uint64_t *ret);

#endif
