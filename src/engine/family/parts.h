/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/family/parts: the sketch and what passes between the stages. Private to the room.
 */
#ifndef DEPONENT_ENGINE_FAMILY_PARTS_H
#define DEPONENT_ENGINE_FAMILY_PARTS_H

#include "engine/family/family.h"

/* ---- common.c: words that name nothing in particular ---- */

/* How much a word says when two texts share it, before any collection is known. */
enum family_prior { PRIOR_STOP, PRIOR_LOW, PRIOR_MIDDLE, PRIOR_HIGH };

#define FAMILY_COMMON_SLOTS 1024u

struct family_common {
    uint32_t keys[FAMILY_COMMON_SLOTS];    /* hash of the folded word, 0 for none */
    uint8_t priors[FAMILY_COMMON_SLOTS];   /* enum family_prior, for a capitalised word */
    uint32_t numbers[FAMILY_COMMON_SLOTS]; /* value of a number word, or 0 */
};

void family_common_fill(struct family_common *c);
/* Slot of the word, or -1. */
int family_common_find(const struct family_common *c, uint32_t key);
/* One step of the hash of a folded word; start from FAMILY_HASH_START. */
#define FAMILY_HASH_START 0x811c9dc5u
static inline uint32_t family_hash_step(uint32_t h, unsigned char c)
{
    return (h ^ c) * 0x01000193u;
}

/* ---- scan.c: bytes to sketch ---- */

/* A sample of hashed n-grams: those below `limit`, ascending, no doubles. Two samples are
 * compared below the smaller limit (Broder's containment by sampling). The low four bits of a
 * gram are no part of its hash: the quarter of the text where it first stands, and its prior
 * (enum family_prior). */
#define FAMILY_GRAM_BITS          4
#define FAMILY_GRAM_KEY(gram)     ((gram) >> FAMILY_GRAM_BITS)
#define FAMILY_GRAM_QUARTER(gram) ((gram) >> 2 & 3)
#define FAMILY_GRAM_PRIOR(gram)   ((gram)&3)

struct family_grams {
    const uint32_t *items;
    uint32_t count;
    uint32_t limit;
};

#define FAMILY_SKELETON_MAX 256u
#define FAMILY_WORDS_MAX    448u
#define FAMILY_QUOTED_MAX   192u

struct family_sketch {
    struct str name;
    uint64_t digest;
    uint32_t words;                      /* outside quotation marks */
    struct family_grams skeleton, grams; /* outside quotation marks */
    struct family_grams quoted;          /* words inside them */
};

struct family_scratch; /* buffers that scans reuse */
struct family_scratch *family_scratch_new(void);
void family_scratch_free(struct family_scratch *s);
/* The grams of *ret borrow from the scratch. */
void family_scan(struct family_scratch *s, const struct family_common *c, struct str text,
                 struct family_sketch *ret);

/* A name reduced so that a damaged letter seldom shows: its first letter and up to three of the
 * consonants that follow, alike-sounding ones made one, doubles dropped. */
uint32_t family_name_key(const char *folded, size_t n);

/* ---- set.c ---- */

struct family_set {
    struct arena arena;
    struct family_common common;
    struct family_scratch *scratch;
    struct family_sketch *items;
    size_t count, cap;
    uint32_t *slots; /* by name: number + 1 */
    size_t slot_count;
};

/* Adds a sketch made elsewhere (its name and grams are copied). */
int family_set_keep(struct family_set *s, const struct family_sketch *sketch,
                    uint32_t *ret_number, struct err *err) ERR_CHECKED;

/* ---- group.c ---- */

bool family_sketch_too_short(const struct family_sketch *s);

#endif
