/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link/compare_far: proofs, without looking at the letters, that two words are far
 * apart. Most pairs that are compared are of two persons, and most of their values have little
 * in common; which letters they have shows it in a few instructions.
 *
 * How many letters two words can share is bounded by the sets of their letters, whose
 * collisions only raise the bound. An edit distance is at least what the longer word has beyond
 * that, and Jaro's matched letters are at most that.
 */
#ifndef DEPONENT_ENGINE_LINK_COMPARE_FAR_H
#define DEPONENT_ENGINE_LINK_COMPARE_FAR_H

#include "engine/link/kernel.h"

struct compare_sketch {
    uint32_t letters; /* bit k: has a letter whose last five bits are k */
    uint8_t n;        /* letters; 0: too many, or none */
    uint8_t more;     /* of them, beyond the first of each bit */
    uint8_t first;    /* its first letter */
    uint8_t kind;     /* words of different kinds are not proved far */
    /* Of a value: bit k: has a word (between spaces) whose hash ends in k; its first four
     * letters, 0 beyond the end. Of a token: its sound and its stem. */
    uint32_t words, head;
};

/* Nothing is proved of words of this kind. */
#define COMPARE_ANY_KIND UINT8_MAX

static inline struct compare_sketch compare_sketch_of(struct link_word w, uint8_t kind)
{
    struct compare_sketch s = {.kind = kind};
    if (w.n == 0 || w.n > 200)
        return s;
    uint32_t hash = 0;
    for (uint32_t i = 0; i < w.n; i++) {
        uint32_t bit = 1u << (w.p[i] & 31u);
        s.more = (uint8_t)(s.more + ((s.letters & bit) != 0));
        s.letters |= bit;
        if (i < 4)
            s.head |= (uint32_t)w.p[i] << (8 * i);
        hash = w.p[i] == ' ' ? 0 : (hash + w.p[i] + 1) * 0x9e3779b1u;
        if (w.p[i] != ' ' && (i + 1 == w.n || w.p[i + 1] == ' '))
            s.words |= 1u << (hash >> 27);
    }
    s.n = (uint8_t)w.n;
    s.first = w.p[0];
    return s;
}

/* Without a call where the processor may not have an instruction for it. */
static inline unsigned compare_bits(uint32_t x)
{
    x -= x >> 1 & 0x55555555u;
    x = (x & 0x33333333u) + (x >> 2 & 0x33333333u);
    return ((x + (x >> 4)) & 0x0f0f0f0fu) * 0x01010101u >> 24;
}

/* How many letters two words share at most, and how many they have. */
struct compare_shared {
    unsigned shared, longer, shorter;
};
static inline struct compare_shared compare_shared_of(const struct compare_sketch *a,
                                                      const struct compare_sketch *b)
{
    unsigned more = a->more < b->more ? a->more : b->more;
    return (struct compare_shared){.shared = compare_bits(a->letters & b->letters) + more,
                                   .longer = a->n > b->n ? a->n : b->n,
                                   .shorter = a->n < b->n ? a->n : b->n};
}

/* True only if link_osa() > 2. */
static inline bool compare_far_edit(const struct compare_sketch *a,
                                    const struct compare_sketch *b, struct compare_shared s)
{
    return s.shorter > 0 && a->kind == b->kind && a->kind != COMPARE_ANY_KIND &&
           s.longer >= s.shared + 3;
}

/* True only if link_jaro_winkler() < 0.76, and where the first letters are equal even below
 * 0.7: Jaro's measure is (m/a + m/b + 1 - t/m) / 3; below 0.7 Winkler adds nothing, and nothing
 * either where the first letters differ. The limits leave room for rounding. */
static inline bool compare_far_jaro(const struct compare_sketch *a,
                                    const struct compare_sketch *b, struct compare_shared s)
{
    unsigned limit = a->first == b->first ? 109 : 127;
    return s.shorter > 0 && a->kind == b->kind && a->kind != COMPARE_ANY_KIND &&
           100 * s.shared * (s.longer + s.shorter) < limit * s.longer * s.shorter;
}

#endif
