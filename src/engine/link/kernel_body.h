/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link/kernel_body: the kernels themselves, included by kernel.c once for each
 * instruction set, with these defined:
 *   KERNEL(name)   the name of a function in that set
 *   KERNEL_NAME    what it is called
 *   KERNEL_LANES   how many 16-bit lanes its registers hold
 *   TARGET         the attribute of its functions
 *   EQUAL          a type that holds up to 64 letters of a word so that
 *   EQUAL_LOAD(struct link_word, text)   makes one, to be asked for letters of `text` only
 *   EQUAL_MASK(EQUAL *, letter)          tells where it has a letter: bit i is letter i
 *
 * All are undefined again behind it. Lanes are vectors as GCC and Clang know them without
 * intrinsics; each set compiles them to what it has.
 */

TARGET static inline double KERNEL(jaro_winkler_from)(struct link_word a, struct link_word b,
                                                      bool near)
{
    if (a.n < b.n) {
        struct link_word t = a;
        a = b;
        b = t;
    }
    if (a.n > 64) {
        double exact = link_reference_jaro_winkler(a, b);
        return near && exact < 0.7 ? 0 : exact;
    }
    EQUAL equal;
    EQUAL_LOAD(&equal, a, b);
    uint64_t at[64], in_a = 0, in_b = 0;
    unsigned range = a.n / 2 > 1 ? a.n / 2 - 1 : 0, swapped = 0, prefix = 0;
    uint64_t window = ((uint64_t)2 << range) - 1, grow = ((uint64_t)1 << range) - 1;
    for (unsigned j = 0; j < b.n; j++) {
        at[j] = EQUAL_MASK(&equal, b.p[j]);
        uint64_t found = at[j] & window & ~in_a;
        in_a |= found & -found;
        in_b |= (uint64_t)(found != 0) << j;
        window = window << 1 | (grow & 1);
        grow >>= 1;
    }
    unsigned same = (unsigned)__builtin_popcountll(in_b);
    /* Then Jaro's measure is below 0.7 even with every letter in order. */
    if (near && 10 * same * (a.n + b.n) < 11 * a.n * b.n)
        return 0;
    for (uint64_t left = in_a; in_b; in_b &= in_b - 1) {
        swapped += (at[__builtin_ctzll(in_b)] & left & -left) == 0;
        left &= left - 1;
    }
    while (prefix < 4 && prefix < b.n && (at[prefix] >> prefix & 1))
        prefix++;
    double value = link_jaro_winkler_of(a.n, b.n, same, swapped, prefix);
    return near && value < 0.7 ? 0 : value;
}

TARGET static double KERNEL(jaro_winkler)(struct link_word a, struct link_word b)
{
    return KERNEL(jaro_winkler_from)(a, b, false);
}

TARGET static double KERNEL(jaro_winkler_near)(struct link_word a, struct link_word b)
{
    return KERNEL(jaro_winkler_from)(a, b, true);
}

/* One column of the table of distances, 64 rows of it, as differences between neighbours. */
struct KERNEL(column) {
    uint64_t up, down; /* a row is one more, one less than the row above */
    uint64_t diagonal; /* a row equals the one above in the column before */
    uint64_t at;       /* where the letter of the column is */
};

/* The next column. Differences to the column before run in from the row above and out of the
 * last row: *more, *less. `turned`: rows that a swap of neighbours reaches. */
TARGET static inline void KERNEL(edit_step)(struct KERNEL(column) * c, uint64_t at,
                                            uint64_t turned, uint64_t *more, uint64_t *less,
                                            unsigned top)
{
    uint64_t x = at | *less;
    uint64_t d = (((x & c->up) + c->up) ^ c->up) | x | c->down | turned;
    uint64_t plus = c->down | ~(d | c->up), minus = d & c->up;
    uint64_t plus_in = *more, minus_in = *less;
    *more = plus >> top & 1;
    *less = minus >> top & 1;
    plus = plus << 1 | plus_in;
    minus = minus << 1 | minus_in;
    c->up = minus | ~(d | plus);
    c->down = plus & d;
    c->diagonal = d;
    c->at = at;
}

/* Both words have more than 64 letters: rows in pieces of 64. */
TARGET static unsigned KERNEL(edit_long)(struct link_word a, struct link_word b, uint64_t swaps)
{
    a.n = a.n < LINK_WORD_MAX ? a.n : LINK_WORD_MAX;
    b.n = b.n < LINK_WORD_MAX ? b.n : LINK_WORD_MAX;
    struct KERNEL(column) c[LINK_WORD_MAX / 64];
    EQUAL equal[LINK_WORD_MAX / 64];
    unsigned pieces = (a.n + 63) / 64, distance = a.n;
    for (unsigned k = 0; k < pieces; k++) {
        unsigned rows = k + 1 < pieces ? 64 : a.n - 64 * k;
        c[k] = (struct KERNEL(column)){~(uint64_t)0, 0, 0, 0};
        EQUAL_LOAD(&equal[k], ((struct link_word){a.p + (size_t)64 * k, rows}), b);
    }
    for (unsigned j = 0; j < b.n; j++) {
        uint64_t more = 1, less = 0, turned_in = 0;
        for (unsigned k = 0; k < pieces; k++) {
            uint64_t at = EQUAL_MASK(&equal[k], b.p[j]), turned = ~c[k].diagonal & at & swaps;
            uint64_t turned_out = turned >> 63;
            turned = (turned << 1 | turned_in) & c[k].at;
            turned_in = turned_out;
            KERNEL(edit_step)
            (&c[k], at, turned, &more, &less, k + 1 < pieces ? 63 : (a.n - 1) % 64);
        }
        distance = distance + (unsigned)more - (unsigned)less;
    }
    return distance;
}

TARGET static inline unsigned KERNEL(edit)(struct link_word a, struct link_word b,
                                           uint64_t swaps)
{
    if (a.n < b.n) {
        struct link_word t = a;
        a = b;
        b = t;
    }
    if (b.n == 0)
        return a.n < LINK_WORD_MAX ? a.n : LINK_WORD_MAX;
    if (b.n > 64)
        return KERNEL(edit_long)(a, b, swaps);
    if (a.n > 64) { /* rows for the shorter one: they fit into one piece */
        struct link_word t = a;
        a = b;
        b = t;
        b.n = b.n < LINK_WORD_MAX ? b.n : LINK_WORD_MAX;
    }
    EQUAL equal;
    EQUAL_LOAD(&equal, a, b);
    struct KERNEL(column) c = {~(uint64_t)0, 0, 0, 0};
    unsigned distance = a.n, top = a.n - 1;
    for (unsigned j = 0; j < b.n; j++) {
        uint64_t more = 1, less = 0, at = EQUAL_MASK(&equal, b.p[j]);
        KERNEL(edit_step)(&c, at, (~c.diagonal & at & swaps) << 1 & c.at, &more, &less, top);
        distance = distance + (unsigned)more - (unsigned)less;
    }
    return distance;
}

TARGET static unsigned KERNEL(levenshtein)(struct link_word a, struct link_word b)
{
    return KERNEL(edit)(a, b, 0);
}

TARGET static unsigned KERNEL(osa)(struct link_word a, struct link_word b)
{
    return KERNEL(edit)(a, b, ~(uint64_t)0);
}

typedef uint16_t KERNEL(lanes) __attribute__((vector_size(2 * KERNEL_LANES)));
typedef uint8_t KERNEL(letters8) __attribute__((vector_size(KERNEL_LANES)));
typedef float KERNEL(floats) __attribute__((vector_size(4 * KERNEL_LANES)));
typedef int32_t KERNEL(ints) __attribute__((vector_size(4 * KERNEL_LANES)));
#define lanes    KERNEL(lanes)
#define letters8 KERNEL(letters8)
#define floats   KERNEL(floats)
#define ints     KERNEL(ints)

/* Where the query has the letters at place j of the words of a pack, whose lengths are *n. By
 * pointers: how vectors of this size are passed by value differs between the sets. */
TARGET static inline void KERNEL(lanes_at)(const struct query *q, const struct link_pack *p,
                                           unsigned from, uint16_t j, const lanes *n,
                                           lanes *ret)
{
    letters8 raw;
    memcpy(&raw, p->letters[j] + from, sizeof raw);
    lanes letter = __builtin_convertvector(raw, lanes), at = {0};
    for (unsigned k = 0; k < q->distinct; k++)
        at |= (lanes)(letter == q->letter[k]) & q->places[k];
    *ret = at & (lanes)(*n > j);
}

TARGET static inline void KERNEL(lanes_lengths)(const struct link_pack *p, unsigned from,
                                                lanes *ret)
{
    letters8 raw;
    memcpy(&raw, p->n + from, sizeof raw);
    *ret = __builtin_convertvector(raw, lanes);
}

/* link_jaro_winkler_of, for each lane. */
TARGET static inline void KERNEL(lanes_value)(uint16_t query, const lanes *n, const lanes *same,
                                              const lanes *swapped, const lanes *prefix,
                                              float *ret)
{
    floats m = __builtin_convertvector(*same, floats), b = __builtin_convertvector(*n, floats);
    floats half = __builtin_convertvector(*swapped / 2, floats);
    floats jaro = (m / (float)query + m / b + (m - half) / m) / 3.0f;
    floats more = 0.1f * __builtin_convertvector(*prefix, floats) * (1.0f - jaro);
    ints boost = (ints)(jaro > LINK_BOOST), any = (ints)(m > 0.0f);
    jaro += (floats)((ints)more & boost);
    jaro = (floats)((ints)jaro & any);
    memcpy(ret, &jaro, sizeof jaro);
}

TARGET static inline void KERNEL(jaro_winkler_lanes)(const struct query *q,
                                                     const struct link_pack *p, unsigned from,
                                                     float *ret)
{
    lanes n, window, at[LINK_LANE_LETTERS], in_b[LINK_LANE_LETTERS], in_a = {0};
    lanes same = {0}, swapped = {0}, prefix = {0}, still = ~in_a;
    KERNEL(lanes_lengths)(p, from, &n);
    lanes longer = (n & (lanes)(n > q->n)) | (q->n & (lanes)(n <= q->n));
    lanes range = longer / 2 - ((longer > 1) & 1);
    uint16_t windows[KERNEL_LANES];
    for (unsigned i = 0; i < KERNEL_LANES; i++)
        windows[i] = q->window[p->n[from + i]];
    memcpy(&window, windows, sizeof window);
    for (uint16_t j = 0; j < p->longest; j++) {
        KERNEL(lanes_at)(q, p, from, j, &n, &at[j]);
        lanes found = at[j] & window & ~in_a;
        in_a |= found & -found;
        in_b[j] = (lanes)(found != 0);
        same -= in_b[j];
        window = window << 1 | ((lanes)(range > j) & 1);
    }
    for (uint16_t j = 0; j < p->longest && j < 4; j++) {
        still &= (lanes)((at[j] & (uint16_t)(1u << j)) != 0);
        prefix -= still;
    }
    for (uint16_t j = 0; j < p->longest; j++) {
        lanes first = in_a & -in_a & in_b[j];
        swapped -= in_b[j] & (lanes)((at[j] & first) == 0);
        in_a ^= first;
    }
    KERNEL(lanes_value)(q->n, &n, &same, &swapped, &prefix, ret + from);
}

TARGET static void KERNEL(jaro_winkler_many)(struct link_word w, const struct link_pack *packs,
                                             size_t count, float *ret)
{
    struct query q;
    query_set(&q, w);
    for (size_t g = 0; g < count; g++, ret += LINK_LANES) {
        for (unsigned from = 0; from < LINK_LANES; from += KERNEL_LANES)
            KERNEL(jaro_winkler_lanes)(&q, &packs[g], from, ret);
        others_jaro_winkler(&q, &packs[g], KERNEL(jaro_winkler), ret);
    }
}

TARGET static inline void KERNEL(edit_lanes)(const struct query *q, const struct link_pack *p,
                                             unsigned from, bool swaps, uint16_t *ret)
{
    uint16_t top = q->n ? (uint16_t)(q->n - 1) : 0;
    lanes n, zero = {0};
    lanes up = ~zero, down = zero, diagonal = zero, before = zero, distance = zero + q->n;
    KERNEL(lanes_lengths)(p, from, &n);
    for (uint16_t j = 0; j < p->longest; j++) {
        lanes inside = (lanes)(n > j), at;
        KERNEL(lanes_at)(q, p, from, j, &n, &at);
        lanes d = (((at & up) + up) ^ up) | at | down;
        if (swaps)
            d |= (~diagonal & at) << 1 & before;
        lanes plus = down | ~(d | up), minus = d & up;
        distance += (plus >> top & 1 & inside) - (minus >> top & 1 & inside);
        plus = plus << 1 | 1;
        minus = minus << 1;
        up = minus | ~(d | plus);
        down = plus & d;
        diagonal = d;
        before = at;
    }
    if (q->n == 0)
        distance = n;
    memcpy(ret + from, &distance, sizeof distance);
}

TARGET static inline void KERNEL(edit_many)(struct link_word w, const struct link_pack *packs,
                                            size_t count, uint16_t *ret, bool swaps,
                                            unsigned one(struct link_word, struct link_word))
{
    struct query q;
    query_set(&q, w);
    for (size_t g = 0; g < count; g++, ret += LINK_LANES) {
        for (unsigned from = 0; from < LINK_LANES; from += KERNEL_LANES)
            KERNEL(edit_lanes)(&q, &packs[g], from, swaps, ret);
        others_edit(&q, &packs[g], one, ret);
    }
}

TARGET static void KERNEL(levenshtein_many)(struct link_word w, const struct link_pack *packs,
                                            size_t count, uint16_t *ret)
{
    KERNEL(edit_many)(w, packs, count, ret, false, KERNEL(levenshtein));
}

TARGET static void KERNEL(osa_many)(struct link_word w, const struct link_pack *packs,
                                    size_t count, uint16_t *ret)
{
    KERNEL(edit_many)(w, packs, count, ret, true, KERNEL(osa));
}

static const struct link_kernels KERNEL(link_kernels) = {
    .name = KERNEL_NAME,
    .jaro_winkler = KERNEL(jaro_winkler),
    .jaro_winkler_near = KERNEL(jaro_winkler_near),
    .levenshtein = KERNEL(levenshtein),
    .osa = KERNEL(osa),
    .jaro_winkler_many = KERNEL(jaro_winkler_many),
    .levenshtein_many = KERNEL(levenshtein_many),
    .osa_many = KERNEL(osa_many),
};
#undef lanes
#undef letters8
#undef floats
#undef ints
#undef KERNEL
#undef KERNEL_NAME
#undef KERNEL_LANES
#undef TARGET
#undef EQUAL
#undef EQUAL_LOAD
#undef EQUAL_MASK
