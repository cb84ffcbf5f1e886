/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/weigh: from who said what, and who has it from whom, to what may be said: independent
 * origins as a range, the verdict and its flags, the range of the figure, and the sentence.
 *
 * Guarantees: pure and linear but for sorting; nothing depends on the order of the input; a
 * copy never raises the origins, a denial never changes them; low <= high; every sentence it
 * writes passes its own lints; a source whose terms allow no name is never named in a sentence.
 * Does not: judge a source (the grades are given), read texts, or estimate how many are
 * missing. Grade, independence, what was said and coverage are never blended into one number:
 * grades change the verdict, never the range and never the origins.
 *
 * How it counts (rules "weigh-1"; deponent-weigh(5) says it for people):
 *
 *   used        A statement is used unless it or its source is withdrawn, or the source is off
 *               the record. Nothing else of an unused statement is looked at.
 *   asserting   Used, and asserts, reports, assesses or promises. Denials, requests and
 *               refusals to comment never enter a count.
 *   stands      Asserting, and not superseded: by a statement that revises it, or by a later
 *               one of the same source in the same counting unit.
 *   derivation  `from` comes from `to`. The high end knows only established links, the low end
 *               possible ones too; excluded links join nothing. Origins are the connected
 *               components of asserting sources, also through a silent common source.
 *   ours        A source listed as ours, or established to come from us, is no origin; nor is
 *               one of unknown lineage that our release is said to come from: it may be an
 *               echo. One that possibly comes from us counts in the high end only.
 *   lineage     Known when the basis says how the source itself knows (anything but none and
 *               relayed). A component whose own sources (those that come from nobody else)
 *               are all of unknown lineage counts 0 in the low and 1 in the high end; but the
 *               low end is at least 1 if any statement does not come from us.
 *   verdict     By the low end, leaving out what is graded E or 5 (discounted). Credible:
 *               source A to C and information 1 to 3. Verified: three credible origins, and two
 *               for each of number, time, place and act that is stated, not contested. Without
 *               numbers, origins that tell different acts do not corroborate each other.
 *   listed      Where no standing account gives a figure, what was counted one by one from them
 *               is the range; it is no better than reported while some of it rests on one origin.
 *   floor       "At least" may be said of the lowest figure that two independent origins give
 *               as a low end, when the verdict is corroborated or better.
 */
#ifndef DEPONENT_ENGINE_WEIGH_H
#define DEPONENT_ENGINE_WEIGH_H

#include "base/arena.h"
#include "model/figure.h"
#include "model/proposal.h"
#include "model/vocabulary.h"

#define WEIGH_RULES "weigh-1"

struct weigh_source {
    struct str id;    /* unique; decides nothing but the order of equals */
    struct str label; /* the name: printed only on the record */
    struct str
        description; /* "a relative of two of the men"; p == NULL: taken from the basis */
    enum source_grade grade;
    enum basis basis;
    enum attribution terms;
    bool party;     /* the party said to be responsible: what it asserts it acknowledges */
    bool withdrawn; /* consent was taken back */
};

struct weigh_statement {
    struct str id; /* unique among sources and statements */
    size_t source; /* index */
    enum stance stance;
    enum information_grade information;
    double low, high; /* NAN: not given */
    enum figure_bound bound;
    enum counting_unit unit; /* UNIT_NONE: not known */
    struct str when;         /* EDTF; p == NULL or not EDTF: not known */
    struct str what;  /* completes "12 people were …": "detained"; p == NULL: not given */
    struct str where; /* as in "in Marnoth": "Marnoth"; p == NULL: not given */
    enum denial_kind denial; /* of a denial; acknowledging kinds also of an assertion */
    bool unverified;         /* said by whoever published it: "could not be verified" */
    bool withdrawn;
};

struct weigh_ref {
    bool statement; /* else a source */
    size_t at;      /* index */
};

struct weigh_derivation {
    struct weigh_ref from, to; /* `from` comes from `to` */
    enum derivation_kind kind;
    enum certainty certainty; /* NONE is taken as possible */
};

struct weigh_case {
    const struct weigh_source *sources;
    size_t source_count;
    const struct weigh_statement *statements;
    size_t statement_count;
    const struct weigh_derivation *derivations;
    size_t derivation_count;
    const struct weigh_ref *ours; /* our own releases */
    size_t our_count;
    struct str noun; /* what the main unit counts, in the plural: "complaints"; p == NULL: the
                        unit's own word */
    /* Persons, groups or events counted one by one, each once, from accounts without a figure;
     * it is the range when no standing account gives one. listed_high 0: there is none. */
    double listed_low, listed_high;
    enum counting_unit listed_unit;
    bool listed_single; /* some of them rest on one origin only: no better than reported */
};

/* Several reports, one origin. */
struct weigh_circle {
    const size_t *sources; /* indices in the case, by id; at least two */
    size_t count;          /* one origin, count - 1 repeats */
    enum certainty certainty;
    bool ring; /* they have it from each other: nobody in it is known to be first */
};

/* A figure in a counting unit other than the main one: said apart, never added. */
struct weigh_unit_range {
    enum counting_unit unit;
    double low, high;
    size_t accounts;
};

enum weigh_state {
    WEIGH_STANDS,
    WEIGH_REVISED,    /* superseded, kept as history */
    WEIGH_COPY,       /* stands, but its source has it from another: sets no range */
    WEIGH_OURS,       /* our own, or from us */
    WEIGH_DENIAL,     /* used as a denial */
    WEIGH_OTHER,      /* request, no comment */
    WEIGH_OFF_RECORD, /* not used */
    WEIGH_WITHDRAWN,  /* not used */
    WEIGH_STATE_COUNT
};

struct weigh_fate {
    enum weigh_state state;
    size_t revised_by; /* statement, or SIZE_MAX */
};

enum weigh_lint_code {
    WEIGH_LINT_PLURAL_SOURCES,
    WEIGH_LINT_CONFIRMED,
    WEIGH_LINT_AT_LEAST,
    WEIGH_LINT_MIXED_UNITS,
    WEIGH_LINT_LIKELIHOOD,
    WEIGH_LINT_NAME,
    WEIGH_LINT_SUM,
    WEIGH_LINT_COUNT
};

struct weigh_lint {
    enum weigh_lint_code code;
    struct str text;   /* one sentence: what is wrong and what to say instead; never a name */
    size_t begin, end; /* bytes of the linted sentence; equal when it is the input's fault */
};

struct weigh_lints {
    const struct weigh_lint *items;
    size_t count;
};

/* Everything in it lives in the arena that was given, or in the case. */
struct weigh_result {
    size_t origins_low, origins_high;
    const struct weigh_circle *circles;
    size_t circle_count;
    enum verdict verdict; /* NONE when no account is used */
    unsigned flags;       /* 1 << FLAG_x */
    double low, high;     /* of the standing figures in the main unit; NAN: open or not given */
    enum counting_unit unit;
    bool floor;         /* "at least" may be said of floor_value and less */
    double floor_value; /* NAN without a floor */
    const struct weigh_unit_range *other_units;
    size_t other_unit_count;
    size_t accounts; /* statements that stand */
    size_t denials;
    const struct weigh_fate *fates; /* one for each statement */
    struct str sentence;
    struct weigh_lints lints; /* faults of the input that the sentence avoids */
};

void weigh_run(struct arena *a, const struct weigh_case *c, struct weigh_result *ret);

/* What may not be said of `r`, the result of `c`. At most 64 are told. Linear in the sentence
 * and the case. */
void weigh_lint(struct arena *a, struct str sentence, const struct weigh_case *c,
                const struct weigh_result *r, struct weigh_lints *ret);

/* "plural-sources" …; never changes for a meaning. */
const char *weigh_lint_name(enum weigh_lint_code code);
const char *weigh_state_name(enum weigh_state state);

/* EDTF in words, as it stands behind a verb: "on 11 July 2022", "between 4 and 11 July 2022",
 * "around March 2022"; nothing when it is not EDTF. */
void weigh_say_when(struct buf *out, struct str edtf);

#endif
