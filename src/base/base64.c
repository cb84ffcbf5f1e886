/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/base64.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* One more than the value of a digit, 0 for every other byte. */
static const unsigned char values[256] = {
    ['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,
    ['H'] = 8,  ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14,
    ['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21,
    ['V'] = 22, ['W'] = 23, ['X'] = 24, ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28,
    ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35,
    ['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42,
    ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48, ['w'] = 49,
    ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
    ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63,
    ['/'] = 64};

/* Above 63: no digit. */
static inline unsigned value_of(unsigned char c)
{
    return values[c] - 1u;
}

void base64_print(struct buf *out, const void *p, size_t n, bool padded)
{
    const unsigned char *b = p;
    if (n > out->max) { /* and the length below cannot overflow */
        out->full = true;
        return;
    }
    size_t left = n % 3;
    size_t length = n / 3 * 4 + (left ? (padded ? 4 : left + 1) : 0);
    char *to = buf_reserve(out, length);
    if (!to)
        return;
    out->n += length;
    for (; n >= 3; n -= 3, b += 3, to += 4) {
        to[0] = digits[b[0] >> 2];
        to[1] = digits[(b[0] & 3) << 4 | b[1] >> 4];
        to[2] = digits[(b[1] & 15) << 2 | b[2] >> 6];
        to[3] = digits[b[2] & 63];
    }
    if (left) {
        unsigned second = left == 2 ? b[1] : 0;
        *to++ = digits[b[0] >> 2];
        *to++ = digits[(b[0] & 3u) << 4 | second >> 4];
        if (left == 2)
            *to++ = digits[(second & 15) << 2];
        for (size_t i = left; padded && i < 3; i++)
            *to++ = '=';
    }
    *to = '\0';
}

bool base64_parse(struct str s, bool padded, void *out, size_t max, size_t *ret_n)
{
    if (padded) {
        if (s.n % 4)
            return false;
        for (int i = 0; i < 2 && s.n && s.p[s.n - 1] == '='; i++)
            s.n--;
    }
    size_t left = s.n % 4;
    size_t n = s.n / 4 * 3 + (left ? left - 1 : 0);
    if (left == 1 || n > max)
        return false;
    const unsigned char *from = (const unsigned char *)s.p;
    unsigned char *to = out;
    unsigned bad = 0; /* what is no digit leaves a high bit here; judged at the end */
    for (size_t i = 0; i + 4 <= s.n; i += 4, from += 4, to += 3) {
        unsigned a = value_of(from[0]), b = value_of(from[1]), c = value_of(from[2]),
                 d = value_of(from[3]);
        bad |= a | b | c | d;
        to[0] = (unsigned char)(a << 2 | b >> 4);
        to[1] = (unsigned char)(b << 4 | c >> 2);
        to[2] = (unsigned char)(c << 6 | d);
    }
    if (left) {
        unsigned a = value_of(from[0]), b = value_of(from[1]),
                 c = left == 3 ? value_of(from[2]) : 0;
        bad |= a | b | c;
        to[0] = (unsigned char)(a << 2 | b >> 4);
        if (left == 3)
            to[1] = (unsigned char)(b << 4 | c >> 2);
        if (left == 2 ? b & 15 : c & 3)
            return false;
    }
    if (bad > 63)
        return false;
    *ret_n = n;
    return true;
}
