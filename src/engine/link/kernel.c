/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/link/kernel_sets.h"

#include <stdbool.h>
#include <string.h>

/* --- what all sets have in common --------------------------------------------------------- */

/* A word of at most LINK_LANE_LETTERS letters, as lanes are compared with it. */
struct query {
    struct link_word word;
    uint16_t n, distinct; /* n is 0, distinct too, when the word is too long */
    uint16_t letter[LINK_LANE_LETTERS], places[LINK_LANE_LETTERS];
    uint16_t window[LINK_LANE_LETTERS + 1]; /* Jaro's, of the first letter, by the other's n */
};

static void query_set(struct query *q, struct link_word w)
{
    *q = (struct query){.word = w};
    if (w.n > LINK_LANE_LETTERS)
        return;
    q->n = (uint16_t)w.n;
    for (uint32_t i = 0; i < w.n; i++) {
        unsigned k = 0;
        while (k < q->distinct && q->letter[k] != w.p[i])
            k++;
        if (k == q->distinct)
            q->letter[q->distinct++] = w.p[i];
        q->places[k] = (uint16_t)(q->places[k] | 1u << i);
    }
    for (unsigned n = 0; n <= LINK_LANE_LETTERS; n++) {
        unsigned longer = n > q->n ? n : q->n, range = longer / 2 > 1 ? longer / 2 - 1 : 0;
        q->window[n] = (uint16_t)((2u << range) - 1);
    }
}

/* Lanes that the vectors did not get right: too many letters on either side, or none on both. */
static bool is_other(const struct query *q, const struct link_pack *p, unsigned lane)
{
    return q->word.n > LINK_LANE_LETTERS || p->words[lane].n > LINK_LANE_LETTERS;
}

static void others_jaro_winkler(const struct query *q, const struct link_pack *p,
                                double one(struct link_word, struct link_word), float *ret)
{
    if (q->word.n && q->word.n <= LINK_LANE_LETTERS && !p->others)
        return;
    for (unsigned i = 0; i < p->count; i++) {
        if (q->word.n == 0 || is_other(q, p, i))
            ret[i] = (float)one(q->word, p->words[i]);
    }
}

static void others_edit(const struct query *q, const struct link_pack *p,
                        unsigned one(struct link_word, struct link_word), uint16_t *ret)
{
    if (q->word.n <= LINK_LANE_LETTERS && !p->others)
        return;
    for (unsigned i = 0; i < p->count; i++) {
        if (is_other(q, p, i))
            ret[i] = (uint16_t)one(q->word, p->words[i]);
    }
}

void link_pack_set(struct link_pack *pack, const struct link_word *words, size_t count)
{
    *pack = (struct link_pack){.count = (uint8_t)(count < LINK_LANES ? count : LINK_LANES)};
    for (unsigned i = 0; i < pack->count; i++) {
        pack->words[i] = words[i];
        uint32_t n = words[i].n;
        if (n > LINK_LANE_LETTERS) {
            pack->others = true;
            continue;
        }
        pack->n[i] = (uint8_t)n;
        pack->longest = pack->longest > n ? pack->longest : (uint8_t)n;
        for (uint32_t j = 0; j < n; j++)
            pack->letters[j][i] = words[i].p[j];
    }
}

/* --- the set that every machine has: a table of 256 letters ------------------------------- */

#define KERNEL(name) name##_plain
#define KERNEL_NAME  "plain"
#define KERNEL_LANES 8
#define TARGET
#define EQUAL struct equal_table
struct equal_table {
    uint64_t at[256]; /* only letters of the two words are set */
};
static inline void equal_table_load(struct equal_table *e, struct link_word w,
                                    struct link_word text)
{
    for (uint32_t j = 0; j < text.n; j++)
        e->at[text.p[j]] = 0;
    for (uint32_t i = 0; i < w.n; i++)
        e->at[w.p[i]] = 0;
    for (uint32_t i = 0; i < w.n; i++)
        e->at[w.p[i]] |= (uint64_t)1 << i;
}
#define EQUAL_LOAD(e, word, text) equal_table_load(e, word, text)
#define EQUAL_MASK(e, letter)     ((e)->at[letter])
#include "engine/link/kernel_body.h"

#ifdef __x86_64__
#include <immintrin.h>

/* --- AVX2: 32 letters are compared at once ------------------------------------------------ */

#define KERNEL(name) name##_avx2
#define KERNEL_NAME  "AVX2"
#define KERNEL_LANES 16
#define TARGET       __attribute__((target("avx2,bmi,bmi2,popcnt")))
#define EQUAL        struct equal_avx2
struct equal_avx2 {
    __m256i low, high;
    uint64_t inside;
    bool wide;
};
TARGET static inline void equal_avx2_load(struct equal_avx2 *e, struct link_word w)
{
    uint8_t room[64] = {0};
    uint64_t head = 0, tail = 0;
    e->inside = w.n < 64 ? ((uint64_t)1 << w.n) - 1 : ~(uint64_t)0;
    e->wide = w.n > 32;
    if (w.n >= 8 && w.n <= 16) { /* two reads that overlap, without a call of memcpy */
        memcpy(&head, w.p, 8);
        memcpy(&tail, w.p + w.n - 8, 8);
        tail = w.n == 8 ? 0 : tail >> (8 * (16 - w.n));
        e->low = _mm256_set_epi64x(0, 0, (int64_t)tail, (int64_t)head);
    } else if (w.n >= 4 && w.n < 8) {
        memcpy(&head, w.p, 4);
        memcpy(&tail, w.p + w.n - 4, 4);
        e->low = _mm256_set_epi64x(0, 0, 0, (int64_t)(head | tail << (8 * (w.n - 4))));
    } else {
        memcpy(room, w.p, w.n);
        memcpy(&e->low, room, 32);
    }
    if (e->wide)
        memcpy(&e->high, room + 32, 32);
}
TARGET static inline uint64_t equal_avx2_mask(const struct equal_avx2 *e, uint8_t letter)
{
    __m256i all = _mm256_set1_epi8((char)letter);
    uint64_t at = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(e->low, all));
    if (e->wide)
        at |= (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(e->high, all)) << 32;
    return at & e->inside;
}
#define EQUAL_LOAD(e, word, text) ((void)(text), equal_avx2_load(e, word))
#define EQUAL_MASK(e, letter)     equal_avx2_mask(e, letter)
#include "engine/link/kernel_body.h"

/* --- AVX-512: 64 letters at once, and reads that stop where the word does ----------------- */

#define KERNEL(name) name##_avx512
#define KERNEL_NAME  "AVX-512"
#define KERNEL_LANES 32
#define TARGET       __attribute__((target("avx512f,avx512bw,avx512vl,bmi,bmi2,popcnt")))
#define EQUAL        struct equal_avx512
struct equal_avx512 {
    __m512i letters;
    uint64_t inside;
};
TARGET static inline void equal_avx512_load(struct equal_avx512 *e, struct link_word w)
{
    e->inside = w.n < 64 ? ((uint64_t)1 << w.n) - 1 : ~(uint64_t)0;
    e->letters = _mm512_maskz_loadu_epi8(e->inside, w.p);
}
TARGET static inline uint64_t equal_avx512_mask(const struct equal_avx512 *e, uint8_t letter)
{
    return _mm512_mask_cmpeq_epi8_mask(e->inside, e->letters, _mm512_set1_epi8((char)letter));
}
#define EQUAL_LOAD(e, word, text) ((void)(text), equal_avx512_load(e, word))
#define EQUAL_MASK(e, letter)     equal_avx512_mask(e, letter)
#include "engine/link/kernel_body.h"

static inline bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");
}
static inline bool has_avx512(void)
{
    return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
           has_avx2();
}
#endif

/* --- the choice --------------------------------------------------------------------------- */

static const struct link_kernels *best(void)
{
#ifdef __x86_64__
    if (has_avx512())
        return &link_kernels_avx512;
    if (has_avx2())
        return &link_kernels_avx2;
#endif
    return &link_kernels_plain;
}

const struct link_kernels *link_kernels_nth(unsigned k)
{
    const struct link_kernels *sets[4] = {&link_kernels_plain};
    unsigned count = 1;
#ifdef __x86_64__
    if (has_avx2())
        sets[count++] = &link_kernels_avx2;
    if (has_avx512())
        sets[count++] = &link_kernels_avx512;
#endif
    return k < count ? sets[k] : NULL;
}

double link_jaro_winkler(struct link_word a, struct link_word b)
{
    return best()->jaro_winkler(a, b);
}

double link_jaro_winkler_near(struct link_word a, struct link_word b)
{
    return best()->jaro_winkler_near(a, b);
}

unsigned link_levenshtein(struct link_word a, struct link_word b)
{
    return best()->levenshtein(a, b);
}

unsigned link_osa(struct link_word a, struct link_word b)
{
    return best()->osa(a, b);
}

void link_jaro_winkler_many(struct link_word query, const struct link_pack *packs, size_t count,
                            float *ret)
{
    best()->jaro_winkler_many(query, packs, count, ret);
}

void link_levenshtein_many(struct link_word query, const struct link_pack *packs, size_t count,
                           uint16_t *ret)
{
    best()->levenshtein_many(query, packs, count, ret);
}

void link_osa_many(struct link_word query, const struct link_pack *packs, size_t count,
                   uint16_t *ret)
{
    best()->osa_many(query, packs, count, ret);
}
