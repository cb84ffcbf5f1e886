/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/family: which texts are copies of one report, and where the copies drift.
 *
 * Copies keep what is hard to reword: the order of names and numbers. Each text is reduced to a
 * sketch of a few kilobytes: its skeleton (names folded so that a damaged letter or two does
 * not matter, numbers by value; n-grams of successive ones) and a sample of its word 2- and
 * 3-grams. Two texts are linked when enough of the shorter one's skeleton and words, weighed by
 * rarity, stands in the other; families are the connected components.
 *
 * Guarantees: pure; the order of the texts never changes the families; n log n in the number of
 * texts and linear in their bytes; what several unrelated texts of a collection share
 * (boilerplate) and what stands in quotation marks never links. One threshold, fixed here.
 * A name or role of a speaker to whom any copy grants anonymity is never in a drift row.
 * Does not: say which copy came first, or see a translation.
 *
 * The method is that of text-reuse detection by rare n-gram containment (Broder 1997; Brin,
 * Davis and Garcia-Molina 1995), on names and numbers because machine rewording spares them.
 */
#ifndef DEPONENT_ENGINE_FAMILY_H
#define DEPONENT_ENGINE_FAMILY_H

#include "base/arena.h"
#include "base/err.h"
#include "model/proposal.h"

#define FAMILY_MAX_TEXTS (1u << 20)
#define FAMILY_MAX_BYTES (32u << 20) /* of one text */

/* ---- a collection of sketches ---- */

struct family_set;

struct family_set *family_set_new(void);
void family_set_free(struct family_set *s);
static inline void family_set_free_auto(struct family_set **s)
{
    family_set_free(*s);
}
#define FAMILY_SET_AUTO __attribute__((cleanup(family_set_free_auto))) struct family_set

/* Scans `text` (any bytes; UTF-8 is meant, HTML is already reduced) and adds its sketch under
 * `name`. A name that is there is replaced and keeps its number. Numbers count from 0.
 * ERR_LIMIT past FAMILY_MAX_TEXTS or FAMILY_MAX_BYTES. */
int family_set_add(struct family_set *s, struct str name, struct str text, uint32_t *ret_number,
                   struct err *err) ERR_CHECKED;
size_t family_set_count(const struct family_set *s);
struct str family_set_name(const struct family_set *s, uint32_t number);
/* The number of the text of that name, or -1. */
int64_t family_set_find(const struct family_set *s, struct str name);
/* Hash of the text's bytes when it was added: tells whether a file has changed since. */
uint64_t family_set_digest(const struct family_set *s, uint32_t number);
uint64_t family_digest(struct str text);
/* Too short, or too poor in names and numbers, to say whether it is a copy. */
bool family_set_too_short(const struct family_set *s, uint32_t number);

/* The form kept on disk: deponent-family-index(5). Loading checks everything. */
void family_set_save(const struct family_set *s, struct buf *out);
int family_set_load(struct str bytes, const char *what, struct family_set **ret,
                    struct err *err) ERR_CHECKED;

/* ---- families ---- */

struct family_link {
    uint32_t a, b;   /* numbers, a < b */
    double skeleton; /* weighed share of the shorter text's name-and-number n-grams, 0..1 */
    double words;    /* the same of its word 2- and 3-grams */
};

struct family_group {
    const uint32_t *texts; /* numbers, ascending; at least two */
    size_t count;
    const struct family_link
        *links; /* count - 1 of them, the strongest that hold it together */
};

struct family_groups {
    const struct family_group *items; /* by their first text */
    size_t count;
};

void family_group(struct arena *a, const struct family_set *s, struct family_groups *ret);

/* ---- what the copies of one family share, and where they differ ---- */

enum family_drift_kind {
    FAMILY_FIGURE,    /* the number differs */
    FAMILY_BOUND,     /* the number is the same, its bound is not */
    FAMILY_NAME,      /* a capitalised name */
    FAMILY_NEGATION,  /* a negation that another copy has not */
    FAMILY_QUOTATION, /* the words between quotation marks */
    FAMILY_DRIFT_COUNT
};

struct family_text {
    struct str name;
    struct str text;      /* valid UTF-8; spans point here; outlives the report */
    struct str publisher; /* where the page says so, or p == NULL */
};

struct family_value {
    struct str text; /* the copy's wording; p == NULL: the copy dropped it */
    struct span span;
    bool withheld; /* it may unmask a speaker: `text` is "withheld" and the span is empty */
};

struct family_drift {
    enum family_drift_kind kind;
    const struct family_value *values; /* one for each text, in their order */
};

/* A passage that text b has from the same place as text a: consecutive sentences. */
struct family_run {
    uint32_t a, b; /* indexes of texts */
    struct span in_a, in_b;
    uint32_t words; /* the same words in both, of those in in_a */
    uint32_t of_words;
};

/* "Source: Harbour Gazette", "as reported by …", "first appeared in …": text `from` says that
 * it is derived. */
struct family_credit {
    uint32_t from;    /* index of the text that says so */
    int64_t to;       /* index of the text it credits, if its name or first line shows it; -1 */
    struct str whom;  /* as written */
    struct span span; /* the credit line's words */
};

/* Text `unmasks` names a speaker to whom text `granted_by` grants anonymity. */
struct family_unmask {
    uint32_t unmasks, granted_by; /* indexes of texts */
    struct span grant;            /* in granted_by: "on condition of anonymity" */
};

struct family_report {
    const struct family_run *runs;
    size_t run_count;
    const struct family_drift *drifts; /* in the order of the fullest text */
    size_t drift_count;
    const struct family_credit *credits;
    size_t credit_count;
    const struct family_unmask *unmasks;
    size_t unmask_count;
    bool anonymous; /* some copy grants a speaker anonymity */
    /* Words of names that some copy gives to an anonymous speaker: never to be printed. */
    const struct str *hidden;
    size_t hidden_count;
    size_t compared; /* texts that were aligned: at most FAMILY_COMPARE_MAX */
};

#define FAMILY_COMPARE_MAX 512u
/* Values in all rows of a family that is larger than that; further rows are left out. */
#define FAMILY_VALUES_MAX (1u << 18)

/* Aligns the copies and fills the report; all memory comes from `a`, and what a report shows
 * borrows from the texts. Linear in their bytes. */
void family_compare(struct arena *a, const struct family_text *texts, size_t count,
                    struct family_report *ret);

/* The credit lines of one text (`from` is 0 and `to` -1). */
void family_find_credits(struct arena *a, struct str text, const struct family_credit **ret,
                         size_t *ret_count);

/* "figure", "bound", "name", "negation", "quotation" */
const char *family_drift_name(enum family_drift_kind kind);

#endif
