/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/weigh/parts: what the files of this room share; nobody else includes it.
 *
 * Everything goes by canonical order (ids, bytewise), so that the order of the input cannot
 * show in the output.
 */
#ifndef DEPONENT_ENGINE_WEIGH_PARTS_H
#define DEPONENT_ENGINE_WEIGH_PARTS_H

#include "base/time.h"
#include "engine/weigh/weigh.h"

#define WEIGH_NO SIZE_MAX

enum weigh_level { LEVEL_HIGH, LEVEL_LOW, LEVEL_COUNT }; /* established; possible too */

/* One level of certainty: who hangs together with whom, and who is first. */
struct weigh_graph {
    size_t *component; /* of a source: its first member in canonical order */
    size_t *ring;      /* of a source: sources that come from each other share a number */
    bool *derived;     /* comes from another source outside its ring */
    bool *copy;        /* comes from an asserting source outside its ring */
    bool *known;  /* of a component, at its first member: somebody in it is known to know */
    bool *counts; /* of a component, at its first member: it has an account that counts */
    bool *rings;  /* of a component, at its first member: several share a ring */
};

/* The days a statement is about. */
struct weigh_when {
    struct time_days days;
    bool given, vague; /* vague: "about", "perhaps" */
};

enum weigh_element { ELEMENT_NUMBER, ELEMENT_TIME, ELEMENT_PLACE, ELEMENT_ACT, ELEMENT_COUNT };

struct weigh_work {
    struct arena *a;
    const struct weigh_case *c;
    size_t *source_order, *source_rank; /* canonical; as given when nothing is derived */
    struct weigh_fate *fates;
    struct weigh_when *when; /* of each statement */
    bool *asserts;           /* a source with an account that is not ours */
    bool *ours;              /* a source: established to be ours or from us */
    bool *maybe_ours;        /* possibly from us */
    struct weigh_graph graph[LEVEL_COUNT];
    struct weigh_result *r;
    size_t unknown_accounts; /* accounts in components of unknown lineage */
    bool stated[ELEMENT_COUNT], supported[ELEMENT_COUNT]; /* by two independent origins */
    bool figures_disagree;
    bool acts_differ; /* without a number: origins that tell different things */
    bool listed;      /* the range is what was counted one by one */
    double top;       /* the largest number given in the main unit; NAN if none */
};

static inline bool weigh_asserts(enum stance s)
{
    return s != STANCE_DENIES && s != STANCE_REQUESTS && s != STANCE_NO_COMMENT;
}
/* Asserting and used: an account. */
static inline bool weigh_asserting(enum weigh_state s)
{
    return s == WEIGH_STANDS || s == WEIGH_REVISED || s == WEIGH_COPY;
}
static inline bool weigh_standing(enum weigh_state s)
{
    return s == WEIGH_STANDS || s == WEIGH_COPY;
}
static inline bool weigh_has_figure(const struct weigh_statement *t)
{
    return t->low == t->low || t->high == t->high;
}
/* Of known lineage by itself: the basis says how it knows. */
static inline bool weigh_knows(const struct weigh_source *s)
{
    return s->basis != BASIS_NONE && s->basis != BASIS_RELAYED;
}
static inline bool weigh_discounted(const struct weigh_case *c, const struct weigh_statement *t)
{
    return c->sources[t->source].grade == GRADE_E || t->information == INFORMATION_5;
}
static inline bool weigh_credible(const struct weigh_case *c, const struct weigh_statement *t)
{
    enum source_grade g = c->sources[t->source].grade;
    return g >= GRADE_A && g <= GRADE_C && t->information >= INFORMATION_1 &&
           t->information <= INFORMATION_3;
}
/* Does statement a stand before b in canonical order? */
static inline bool weigh_before(const struct weigh_case *c, size_t a, size_t b)
{
    int order = str_compare(c->statements[a].id, c->statements[b].id);
    return order ? order < 0 : a < b;
}
/* What a figure can mean, for comparing: open ends reach to 0 and infinity, "about" is read as
 * a tenth less to a tenth more. */
void weigh_span(const struct weigh_statement *t, double *ret_low, double *ret_high);

/* origins.c: fates OURS, asserts, ours, graphs. */
void weigh_find_ours(struct weigh_work *w);
void weigh_find_origins(struct weigh_work *w);
/* revise.c: fates REVISED; which days statements are about. */
void weigh_find_days(struct weigh_work *w);
void weigh_find_revisions(struct weigh_work *w);
/* say.c: the sentence, and the lints that the given words brought in. */
void weigh_say(struct weigh_work *w);

/* voice.c: how a source may be spoken of. */
enum voice_kind { VOICE_NAMED, VOICE_DESCRIBED, VOICE_SILENT };
struct weigh_voice {
    enum voice_kind kind;
    size_t source;
    enum source_grade grade; /* orders names: best first */
    struct str text, plural; /* plural: of a description by basis; else p == NULL */
    bool withheld, document;
};
/* Words of the input that are left out of a sentence. */
enum weigh_plain { PLAIN_WORDS = 1, PLAIN_DESCRIPTIONS = 2, PLAIN_LABELS = 4 };

/* Marks the sources whose label may be printed: on the record, and no label that another
 * source's terms guard. */
bool *weigh_find_nameable(struct arena *a, const struct weigh_case *c);
struct weigh_voice weigh_voice_of(const struct weigh_case *c, const bool *nameable,
                                  size_t source, unsigned plain);
int weigh_voice_compare(const struct weigh_voice *a, const struct weigh_voice *b);
void weigh_say_voice(struct buf *out, const struct weigh_voice *v, size_t count);
/* "A, a witness (name withheld) and 3 others"; returns how many voices were there to say, 0
 * when all are silent. The order of `voices` does not matter, and is not kept. */
size_t weigh_say_voices(struct buf *out, struct weigh_voice *voices, size_t count);
/* Fit for a sentence: one line of clean UTF-8, not too long. */
bool weigh_sayable(struct str s);
void weigh_say_number(struct buf *out, double v);
/* "one account", "12 accounts"; the plural is given or made with an s. */
void weigh_say_count(struct buf *out, size_t n, const char *one, const char *many);
/* when.c; `bare` leaves out a leading "on" or "in". */
void weigh_say_date(struct buf *out, const struct time_edtf *e, bool bare);

#endif
