/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/link/compare_parts: what the files of the comparison share. Not for others.
 */
#ifndef DEPONENT_ENGINE_LINK_COMPARE_PARTS_H
#define DEPONENT_ENGINE_LINK_COMPARE_PARTS_H

#include "engine/link/compare.h"
#include "engine/link/compare_far.h"
#include "engine/link/kernel.h"

#include <stdatomic.h>

#define COMPARE_CLASSES 4u /* of rarity */

/* Levels of a part of a name. */
enum {
    NAME_MISSING,
    NAME_DIFFERS,
    NAME_ELSEWHERE, /* it stands in another part of the other name */
    NAME_INITIAL,
    NAME_SOMEWHAT,
    NAME_ALIKE,
    NAME_CLOSE,
    NAME_STEM,
    NAME_EDIT,
    NAME_SOME, /* equal, but one name says more */
    NAME_EQUAL,
    NAME_LEVELS = NAME_EQUAL + COMPARE_CLASSES
};
/* Where the tokens of a name are put: its parts, and apart from the first middle name (mostly
 * the father's) the further ones (the grandfather's). */
enum { SLOT_SECOND = LINK_ANY_PART, SLOTS };
static inline unsigned compare_part_of(unsigned slot)
{
    return slot == SLOT_SECOND ? LINK_MIDDLE : slot;
}

/* Levels of a part of two names in different scripts, which are comparisons of their own:
 * where nothing can be equal, being close says far more. */
enum {
    ACROSS_MISSING,
    ACROSS_DIFFERS,
    ACROSS_ELSEWHERE,
    ACROSS_SOMEWHAT,
    ACROSS_ALIKE,
    ACROSS_CLOSE,
    ACROSS_SAME,
    ACROSS_LEVELS
};

enum { ORDER_MISSING, ORDER_SWAPPED, ORDER_STRAIGHT, ORDER_LEVELS };

/* Levels of the kinds of value. */
enum {
    TEXT_MISSING,
    TEXT_DIFFERS,
    TEXT_SOMEWHAT,
    TEXT_WORD,
    TEXT_PARENT,
    TEXT_ALIKE,
    TEXT_WITHIN,
    TEXT_CLOSE,
    TEXT_EDIT,
    TEXT_EQUAL,
    TEXT_LEVELS = TEXT_EQUAL + COMPARE_CLASSES
};
enum {
    CODE_MISSING,
    CODE_DIFFERS,
    CODE_AREA,
    CODE_PREFIX,
    CODE_TWO,
    CODE_EDIT,
    CODE_EQUAL,
    CODE_LEVELS = CODE_EQUAL + COMPARE_CLASSES
};
enum {
    MAIL_MISSING,
    MAIL_DIFFERS,
    MAIL_DOMAIN,
    MAIL_ALIKE,
    MAIL_CLOSE,
    MAIL_EDIT,
    MAIL_LOCAL,
    MAIL_EQUAL,
    MAIL_LEVELS = MAIL_EQUAL + COMPARE_CLASSES
};
enum { SET_MISSING, SET_DIFFERS, SET_EQUAL, SET_LEVELS };
enum {
    DAY_MISSING,
    DAY_DIFFERS,
    DAY_NEAR,
    DAY_YEAR,
    DAY_YEAR_DIGIT, /* one of the two says no more than the year; a digit of it differs */
    DAY_TWO,
    DAY_DAY_MONTH,
    DAY_YEAR_ONLY, /* one of the two says no more than the year, and that is the same */
    DAY_PARTS,     /* the year and one of month and day */
    DAY_SWAPPED,
    DAY_DIGIT,
    DAY_EQUAL,
    DAY_LEVELS = DAY_EQUAL + COMPARE_CLASSES
};
enum {
    SPAN_MISSING,
    SPAN_DIFFERS,
    SPAN_FIVE,
    SPAN_TWO,
    SPAN_ONE,
    SPAN_OVERLAP,
    SPAN_EQUAL,
    SPAN_LEVELS
};

/* What a value tells: its class of rarity and the bits within the class where two are equal,
 * and its bits, where they are only alike: as the commoner of the two, and as the rarer, which
 * may be a name of its own rather than a slip. */
struct compare_rarity {
    uint8_t class;
    float bits, common, rare;
};

static inline float compare_alike_bits(const struct compare_rarity *a,
                                       const struct compare_rarity *b)
{
    float common = a->common < b->common ? a->common : b->common;
    float rare = a->common < b->common ? b->rare : a->rare;
    return common < rare ? common : rare;
}
void compare_rarity_alike(double count, double records, struct compare_rarity *ret);

/* Rarity of one level: bits - middle, times 0 where too little is known. */
struct compare_middle {
    float middle, times;
};

/* What link_compare_pair goes by for one pair. */
struct compare_pair {
    link_pattern pattern;
    float rarity;
    struct link_centre *centre; /* only for random pairs */
};

struct compare_day {
    int32_t first, last;
    int16_t year;
    uint8_t month, day;
    uint32_t digits; /* of year, month and day, four bits each, the year first */
    bool exact;
    bool
        slip; /* nearly a date: its characters are compared, and the years where they are known */
    bool filler; /* 1 January or the like, written where only the year was known */
};

/* A small table of results, shared by all threads: an entry is a number that holds the key and
 * the result, so that reading and writing one are whole. */
struct compare_cache {
    _Atomic uint64_t *entry;
    uint64_t mask;
};

struct compare_field {
    const struct link_field *field;
    uint8_t comparison;            /* its number */
    uint8_t span_comparison;       /* of a date: that of intervals; UINT8_MAX: none */
    struct compare_rarity *rarity; /* [values] */
    struct link_word *word;        /* [values] text, code, mail: letters of one byte */
    struct compare_sketch *sketch; /* [values] text and code: of their letters */
    struct compare_day *day;       /* [values] dates */
    struct compare_cache cache;
};

struct compare_inside {
    const struct link_people *people;
    struct compare_field fields[LINK_FIELDS_MAX];
    uint32_t field_count;
    /* One row a record: the token of each part of the name, then the value of each field. */
    uint32_t *row;
    uint32_t stride;
    bool names;
    uint8_t part[SLOTS]; /* number of the comparison of each slot, or UINT8_MAX */
    bool second;         /* many have two middle names and more */
    bool across;         /* some records have no script in common */
    uint8_t across_part[SLOTS];
    uint8_t order;
    struct compare_rarity *token_rarity; /* [tokens * 3] by part */
    struct compare_middle middle[LINK_COMPARISONS_MAX][LINK_LEVELS_MAX];
    float class_edge[COMPARE_CLASSES - 1]; /* bits at which the next class begins */
    float name_mean[LINK_ANY_PART][COMPARE_CLASSES];
    struct compare_cache token_cache;
    struct compare_sketch *token_sketch; /* [tokens] */
};

/* In row[0]: the name has several tokens a part or several versions, see people.name. */
#define COMPARE_MANY UINT32_MAX

/* The bits of two alike values at this level. */
static inline void compare_alike(const struct compare_inside *in, struct compare_pair *pair,
                                 unsigned comparison, unsigned level, float bits)
{
    const struct compare_middle *m = &in->middle[comparison][level];
    float more = (bits - m->middle) * m->times;
    pair->rarity += more > 5 ? 5 : more < -5 ? -5 : more;
    if (pair->centre) {
        pair->centre->count[comparison][level]++;
        pair->centre->sum[comparison][level] += (uint64_t)(bits * 1024);
    }
}

static inline uint8_t compare_class(const struct compare_inside *in, float bits)
{
    return (uint8_t)((bits >= in->class_edge[0]) + (bits >= in->class_edge[1]) +
                     (bits >= in->class_edge[2]));
}

/* A result of the pair (a, b), if it is known. Numbers below 2^28, value below 256. */
static inline bool compare_cache_get(const struct compare_cache *c, uint32_t a, uint32_t b,
                                     uint64_t *ret_key, unsigned *ret_value)
{
    uint64_t key = ((uint64_t)a << 28 | b) << 8;
    *ret_key = key;
    uint64_t at = (key * 0x9e3779b97f4a7c15u) >> 32 & c->mask;
    uint64_t e = atomic_load_explicit(&c->entry[at], memory_order_relaxed);
    *ret_value = (unsigned)(e & 255u);
    return (e & ~(uint64_t)255u) == key;
}
static inline void compare_cache_put(const struct compare_cache *c, uint64_t key,
                                     unsigned value)
{
    uint64_t at = (key * 0x9e3779b97f4a7c15u) >> 32 & c->mask;
    atomic_store_explicit(&c->entry[at], key | value, memory_order_relaxed);
}
void compare_cache_new(struct arena *a, uint64_t distinct, struct compare_cache *ret);

/* compare_name.c */
struct compare_sketch compare_token_sketch(const struct link_people *p, uint32_t token);
unsigned compare_tokens(const struct compare_inside *in, uint32_t a, uint32_t b);
void compare_names(const struct compare_inside *in, uint32_t left, uint32_t right,
                   struct compare_pair *pair);

/* compare_value.c: the level of two values that are not equal and not missing. */
unsigned compare_text(const struct compare_field *f, uint32_t a, uint32_t b);
unsigned compare_code(const struct compare_field *f, uint32_t a, uint32_t b);
unsigned compare_mail(const struct compare_field *f, uint32_t a, uint32_t b);
unsigned compare_day(const struct compare_day *a, const struct compare_day *b);
/* One of them is nearly a date: by the characters, year first, without separators. */
unsigned compare_slip(struct link_word a, struct link_word b);
unsigned compare_span(const struct compare_day *a, const struct compare_day *b);
struct link_word compare_letters(struct arena *a, struct str text);
void compare_day_read(struct time_days d, struct compare_day *ret);

#endif
