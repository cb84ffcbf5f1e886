/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * base/hash: a fast 64-bit hash for tables and sketches. The same on every machine
 * (little-endian reads by bytes), not keyed, not for security: tables that an outsider can fill
 * must bound their probes or seed it.
 */
#ifndef DEPONENT_BASE_HASH_H
#define DEPONENT_BASE_HASH_H

#include "base/str.h"

static inline uint64_t hash_mix(uint64_t a, uint64_t b)
{
    __uint128_t m = (__uint128_t)(a ^ 0x9e3779b97f4a7c15u) * (b ^ 0xd1b54a32d192ed03u);
    return (uint64_t)m ^ (uint64_t)(m >> 64);
}

static inline uint64_t hash_bytes(struct str s, uint64_t seed)
{
    uint64_t h = seed ^ (s.n * 0xff51afd7ed558ccdu);
    size_t i = 0;
    for (; i + 8 <= s.n; i += 8) {
        uint64_t w;
        memcpy(&w, s.p + i, 8);
        h = hash_mix(h, w);
    }
    uint64_t tail = 0;
    for (unsigned shift = 0; i < s.n; i++, shift += 8)
        tail |= (uint64_t)(unsigned char)s.p[i] << shift;
    return hash_mix(h, tail ^ 0xc4ceb9fe1a85ec53u);
}

#endif
