/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The kernels of every instruction set that this machine has against the definitions: known
 * values, every pair of short words over two letters, and random words of all lengths. What is
 * proved far is far.
 */
#include "base/rng.h"
#include "engine/link/compare_far.h"
#include "engine/link/kernel_sets.h"
#include "tap.h"

#include <math.h>
#include <stdlib.h>

static const struct link_kernels *sets[3];
static unsigned set_count;

static struct link_word word(const char *s)
{
    return (struct link_word){(const uint8_t *)s, (uint32_t)strlen(s)};
}

static void test_known(void)
{
    struct {
        const char *a, *b;
        double jaro_winkler;
        unsigned levenshtein, osa;
    } known[] = {
        {"martha", "marhta", 0.9611111111111111, 2, 1},
        {"dwayne", "duane", 0.84, 2, 2},
        {"dixon", "dicksonx", 0.8133333333333332, 4, 4},
        {"kitten", "sitting", 0.746031746031746, 3, 3},
        {"ca", "abc", 0, 3, 3},
        {"", "", 1, 0, 0},
        {"", "abc", 0, 3, 3},
        {"a", "a", 1, 0, 0},
        {"ab", "ba", 0, 2, 1},
        {"abcde", "abcde", 1, 0, 0},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct link_word a = word(known[i].a), b = word(known[i].b);
        ok(fabs(link_jaro_winkler(a, b) - known[i].jaro_winkler) < 1e-12 &&
               fabs(link_reference_jaro_winkler(b, a) - known[i].jaro_winkler) < 1e-12,
           "Jaro-Winkler of '%s' and '%s'", known[i].a, known[i].b);
        ok(link_levenshtein(a, b) == known[i].levenshtein &&
               link_reference_levenshtein(b, a) == known[i].levenshtein,
           "Levenshtein of '%s' and '%s'", known[i].a, known[i].b);
        ok(link_osa(a, b) == known[i].osa && link_reference_osa(b, a) == known[i].osa,
           "alignment of '%s' and '%s'", known[i].a, known[i].b);
    }
}

/* All forms of one set on one pair; `many` too. */
static bool agree(const struct link_kernels *k, struct link_word a, struct link_word b)
{
    double jaro = link_reference_jaro_winkler(a, b);
    return k->jaro_winkler(a, b) == jaro &&
           k->jaro_winkler_near(a, b) == (jaro < 0.7 ? 0 : jaro) &&
           k->levenshtein(a, b) == link_reference_levenshtein(a, b) &&
           k->osa(a, b) == link_reference_osa(a, b);
}

/* The words are where nothing may be read behind them: the sanitizers see it. */
static struct link_word random_word(struct rng *r, unsigned n, unsigned alphabet)
{
    uint8_t *p = malloc(n);
    for (unsigned i = 0; i < n; i++)
        p[i] = (uint8_t)(alphabet == 256 ? rng_u64(r) : 'a' + rng_below(r, alphabet));
    return (struct link_word){p, n};
}

/* A copy with a few errors: unlike random words, it shares letters in order. */
static struct link_word changed_word(struct rng *r, struct link_word w, unsigned changes)
{
    uint8_t *p = malloc(w.n + changes);
    uint32_t n = w.n;
    if (n)
        memcpy(p, w.p, n);
    while (changes--) {
        uint32_t at = (uint32_t)rng_below(r, n + 1);
        switch (rng_below(r, 4)) {
        case 0:
            memmove(p + at + 1, p + at, n - at);
            p[at] = (uint8_t)('a' + rng_below(r, 26));
            n++;
            break;
        case 1:
            if (at < n) {
                memmove(p + at, p + at + 1, n - at - 1);
                n--;
            }
            break;
        case 2:
            if (at + 1 < n) {
                uint8_t t = p[at];
                p[at] = p[at + 1];
                p[at + 1] = t;
            }
            break;
        default:
            if (at < n)
                p[at] = (uint8_t)('a' + rng_below(r, 26));
        }
    }
    uint8_t *exact = malloc(n);
    if (n)
        memcpy(exact, p, n);
    free(p);
    return (struct link_word){exact, n};
}

static void test_short(const struct link_kernels *k)
{
    /* Every word of at most six letters over two, as bits below a leading one. */
    unsigned bad = 0;
    uint8_t text[128][6];
    struct link_word words[128];
    for (unsigned code = 1; code < 128; code++) {
        unsigned n = 31u - (unsigned)__builtin_clz(code);
        for (unsigned i = 0; i < n; i++)
            text[code][i] = (uint8_t)('a' + (code >> i & 1));
        words[code] = (struct link_word){text[code], n};
    }
    for (unsigned i = 1; i < 128; i++) {
        for (unsigned j = 1; j < 128; j++)
            bad += !agree(k, words[i], words[j]);
    }
    ok(bad == 0, "%s: all words of up to six letters over two (%u differ)", k->name, bad);
}

static void test_lengths(const struct link_kernels *k, struct rng *r)
{
    static const unsigned lengths[] = {0,   1,   2,   3,   4,   5,   7,   8,  9,  12,
                                       15,  16,  17,  31,  32,  33,  63,  64, 65, 66,
                                       127, 128, 129, 200, 255, 256, 257, 300};
    enum { LENGTHS = sizeof lengths / sizeof *lengths };
    unsigned bad = 0;
    for (unsigned i = 0; i < LENGTHS; i++) {
        for (unsigned j = 0; j < LENGTHS; j++) {
            static const unsigned alphabets[] = {1, 2, 4, 26, 256};
            for (unsigned m = 0; m < 5; m++) {
                struct link_word a = random_word(r, lengths[i], alphabets[m]);
                struct link_word b = random_word(r, lengths[j], alphabets[m]);
                bad += !agree(k, a, b);
                free((void *)a.p);
                free((void *)b.p);
            }
        }
        for (unsigned m = 0; m < 20; m++) {
            struct link_word a = random_word(r, lengths[i], 26), b = changed_word(r, a, m / 2);
            bad += !agree(k, a, b) || !agree(k, b, a);
            free((void *)a.p);
            free((void *)b.p);
        }
    }
    ok(bad == 0, "%s: all lengths to 300, random and alike (%u differ)", k->name, bad);
}

/* The first set's answers, that the others are to give bit by bit. */
static void test_many(struct rng *r)
{
    unsigned far = 0, wrong = 0, other = 0;
    for (unsigned round = 0; round < 400; round++) {
        enum { WORDS = 70, PACKS = (WORDS + LINK_LANES - 1) / LINK_LANES };
        unsigned longest = round % 4 == 0 ? 70 : round % 4 == 1 ? 17 : 12;
        struct link_word words[WORDS];
        struct link_pack packs[PACKS];
        struct link_word query = random_word(r, (unsigned)rng_below(r, longest), 4);
        for (unsigned i = 0; i < WORDS; i++)
            words[i] = rng_below(r, 2) ? random_word(r, (unsigned)rng_below(r, longest), 4)
                                       : changed_word(r, query, 1 + (unsigned)rng_below(r, 4));
        for (unsigned p = 0; p < PACKS; p++)
            link_pack_set(&packs[p], words + (size_t)p * LINK_LANES,
                          WORDS - (size_t)p * LINK_LANES);
        float first[PACKS * LINK_LANES], jaro[PACKS * LINK_LANES];
        uint16_t edits[PACKS * LINK_LANES], turns[PACKS * LINK_LANES];
        for (unsigned s = 0; s < set_count; s++) {
            sets[s]->jaro_winkler_many(query, packs, PACKS, s ? jaro : first);
            other += s && memcmp(jaro, first, WORDS * sizeof *jaro) != 0;
            sets[s]->levenshtein_many(query, packs, PACKS, edits);
            sets[s]->osa_many(query, packs, PACKS, turns);
            for (unsigned i = 0; i < WORDS; i++) {
                far += fabs((double)first[i] - link_reference_jaro_winkler(query, words[i])) >
                       1e-6;
                wrong += edits[i] != link_reference_levenshtein(query, words[i]) ||
                         turns[i] != link_reference_osa(query, words[i]);
            }
        }
        for (unsigned i = 0; i < WORDS; i++)
            free((void *)words[i].p);
        free((void *)query.p);
    }
    ok(far == 0, "one against many: Jaro-Winkler (%u differ)", far);
    ok(wrong == 0, "one against many: distances (%u differ)", wrong);
    ok(other == 0, "one against many: the same bits from every set (%u differ)", other);
}

/* Five of five letters are found among ten, two pairs of them swapped: exactly 0.7. */
static void test_boost(void)
{
    struct link_word a = word("abcde"), b = word("acbedxxxxx");
    struct link_pack pack;
    float many[LINK_LANES];
    link_pack_set(&pack, &b, 1);
    link_jaro_winkler_many(a, &pack, 1, many);
    ok(fabs(link_jaro_winkler(a, b) - 0.73) < 1e-12, "boost at 0.7");
    ok(fabsf(many[0] - 0.73f) < 1e-6f, "among many too");
}

static void test_far(struct rng *r)
{
    static const unsigned alphabets[] = {2, 4, 26, 256};
    unsigned far = 0, wrong = 0;
    for (unsigned round = 0; round < 200000; round++) {
        struct link_word a = random_word(r, (unsigned)rng_below(r, 14), alphabets[round % 4]);
        struct link_word b =
            round % 8 < 4 ? random_word(r, (unsigned)rng_below(r, 14), alphabets[round % 4])
                          : changed_word(r, a, (unsigned)rng_below(r, 8));
        struct compare_sketch x = compare_sketch_of(a, 0), y = compare_sketch_of(b, 0);
        struct compare_shared s = compare_shared_of(&x, &y);
        if (compare_far_edit(&x, &y, s)) {
            far++;
            wrong += link_osa(a, b) <= 2;
        }
        if (compare_far_jaro(&x, &y, s)) {
            far++;
            wrong += link_jaro_winkler(a, b) >= (a.p[0] == b.p[0] ? 0.7 : 0.76);
        }
        free((void *)a.p);
        free((void *)b.p);
    }
    ok(far > 10000 && wrong == 0, "what is proved far (%u times) is far (%u are not)", far,
       wrong);
}

int main(void)
{
    struct rng r;
    rng_seed(&r, 11);
    while (set_count < 3 && (sets[set_count] = link_kernels_nth(set_count)))
        set_count++;
    test_known();
    for (unsigned s = 0; s < set_count; s++) {
        test_short(sets[s]);
        test_lengths(sets[s], &r);
    }
    test_many(&r);
    test_boost();
    test_far(&r);
    return tap_end();
}
