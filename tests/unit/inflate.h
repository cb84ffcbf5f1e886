/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tests/unit/inflate: zlib (RFC 1950) and deflate (RFC 1951), for test vectors that are kept
 * compressed. Slow and plain; the checksum at the end is not looked at.
 */
#ifndef DEPONENT_TESTS_INFLATE_H
#define DEPONENT_TESTS_INFLATE_H

#include "base/buf.h"

struct inflate {
    struct str in;
    size_t bit;
    struct buf *out;
    bool bad;
};

struct inflate_code {
    uint16_t count[16];   /* codes of each length */
    uint16_t symbol[288]; /* in the order of their codes */
};

static inline unsigned inflate_bits(struct inflate *z, unsigned n)
{
    unsigned v = 0;
    for (unsigned i = 0; i < n; i++, z->bit++) {
        if (z->bit / 8 >= z->in.n) {
            z->bad = true;
            return 0;
        }
        v |= ((unsigned char)z->in.p[z->bit / 8] >> z->bit % 8 & 1u) << i;
    }
    return v;
}

static inline void inflate_make(struct inflate_code *c, const uint8_t *length, unsigned n)
{
    uint16_t offset[16] = {0};
    memset(c, 0, sizeof *c);
    for (unsigned i = 0; i < n; i++)
        c->count[length[i]]++;
    c->count[0] = 0;
    for (unsigned i = 1; i < 15; i++)
        offset[i + 1] = (uint16_t)(offset[i] + c->count[i]);
    for (unsigned i = 0; i < n; i++)
        if (length[i])
            c->symbol[offset[length[i]]++] = (uint16_t)i;
}

static inline unsigned inflate_symbol(struct inflate *z, const struct inflate_code *c)
{
    unsigned code = 0, first = 0, index = 0;
    for (unsigned n = 1; n < 16 && !z->bad; n++) {
        code |= inflate_bits(z, 1);
        unsigned count = c->count[n];
        if (code < first + count)
            return c->symbol[index + code - first];
        index += count;
        first = (first + count) << 1;
        code <<= 1;
    }
    z->bad = true;
    return 0;
}

static inline void inflate_codes(struct inflate *z, const struct inflate_code *literal,
                                 const struct inflate_code *distance)
{
    static const uint16_t base[] = {3,  4,  5,  6,   7,   8,   9,   10,  11, 13,
                                    15, 17, 19, 23,  27,  31,  35,  43,  51, 59,
                                    67, 83, 99, 115, 131, 163, 195, 227, 258};
    static const uint8_t extra[] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                    2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
    while (!z->bad && !z->out->full) {
        unsigned s = inflate_symbol(z, literal);
        if (s < 256)
            buf_add_char(z->out, (char)s);
        if (s < 256)
            continue;
        if (s == 256)
            return;
        if (s > 285) {
            z->bad = true;
            return;
        }
        size_t n = base[s - 257] + inflate_bits(z, extra[s - 257]);
        unsigned d = inflate_symbol(z, distance);
        unsigned more = d < 4 ? 0 : d / 2 - 1;
        size_t back = d < 4 ? d + 1 : ((2u + (d & 1)) << more) + 1 + inflate_bits(z, more);
        if (z->bad || d > 29 || back > z->out->n) {
            z->bad = true;
            return;
        }
        for (; n; n--)
            buf_add_char(z->out, z->out->p[z->out->n - back]);
    }
}

static inline void inflate_dynamic(struct inflate *z, struct inflate_code *literal,
                                   struct inflate_code *distance)
{
    static const uint8_t order[] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                    11, 4,  12, 3, 13, 2, 14, 1, 15};
    uint8_t length[320] = {0};
    unsigned literals = inflate_bits(z, 5) + 257, distances = inflate_bits(z, 5) + 1;
    unsigned n = inflate_bits(z, 4) + 4, at = 0;
    for (unsigned i = 0; i < n; i++)
        length[order[i]] = (uint8_t)inflate_bits(z, 3);
    inflate_make(literal, length, 19);
    memset(length, 0, sizeof length);
    while (at < literals + distances && !z->bad) {
        unsigned s = inflate_symbol(z, literal), again = 1;
        uint8_t value = (uint8_t)s;
        if (s == 16) {
            value = at ? length[at - 1] : 0;
            again = 3 + inflate_bits(z, 2);
        } else if (s > 16) {
            value = 0;
            again = s == 17 ? 3 + inflate_bits(z, 3) : 11 + inflate_bits(z, 7);
        }
        for (; again && at < sizeof length; again--)
            length[at++] = value;
    }
    inflate_make(literal, length, literals > 288 ? 288 : literals);
    inflate_make(distance, length + literals, distances > 30 ? 30 : distances);
}

/* False when `in` is no zlib stream, or longer than `out` may be. */
static inline bool inflate_zlib(struct str in, struct buf *out)
{
    struct inflate z = {.in = in, .bit = 16, .out = out};
    unsigned last = 0;
    while (!last && !z.bad && !out->full) {
        struct inflate_code literal, distance;
        uint8_t length[288];
        last = inflate_bits(&z, 1);
        unsigned kind = inflate_bits(&z, 2);
        if (kind == 0) {
            z.bit = (z.bit + 7) / 8 * 8;
            size_t n = inflate_bits(&z, 16);
            (void)inflate_bits(&z, 16);
            buf_add(out, str_slice(in, z.bit / 8, z.bit / 8 + n));
            z.bit += n * 8;
            continue;
        }
        for (unsigned i = 0; i < 288; i++)
            length[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
        inflate_make(&literal, length, 288);
        memset(length, 5, 30);
        inflate_make(&distance, length, 30);
        if (kind == 2)
            inflate_dynamic(&z, &literal, &distance);
        z.bad = z.bad || kind == 3;
        if (!z.bad)
            inflate_codes(&z, &literal, &distance);
    }
    return !z.bad && !out->full;
}

#endif
