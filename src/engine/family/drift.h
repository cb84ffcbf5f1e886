/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/family/drift: one line and its copies, and the rows that come out of it. Private to
 * the room. Positions inside a line or a sentence are relative to its first token.
 */
#ifndef DEPONENT_ENGINE_FAMILY_DRIFT_H
#define DEPONENT_ENGINE_FAMILY_DRIFT_H

#include "engine/family/compare.h"

/* A rendering of the line: the first view is the line itself. */
struct view {
    uint32_t text;
    const struct side *s;
    uint32_t begin, count; /* tokens of the sentence */
    uint32_t *to, *from;   /* line to sentence and back, NONE for no partner */
    bool close;            /* most of its words are the line's */
    bool *used;            /* by token: belongs to a slot that was compared */
};

/* A row that is being filled; values by view. */
struct slot {
    enum family_drift_kind kind;
    uint32_t at; /* in the line: what stands before an insertion */
    bool insertion, differs, bound_differs;
    struct family_value *values;
};

struct drifting {
    struct comparison *c;
    struct arena *arena; /* of the report */
    struct arena line;   /* reset for each line */
    const struct family_report *report;
    struct family_drift *drifts;
    size_t count, cap;
    struct view *views;
    uint32_t view_count;
    bool dropped;       /* a copy left the line out */
    struct slot *slots; /* insertions of the line */
    size_t slot_count, slot_cap;
};

struct family_value drift_value(const struct view *v, uint32_t begin, uint32_t end);
/* The slot for words that the line lacks, behind its token `at` (NONE: at its beginning). */
struct slot *drift_insertion(struct drifting *d, enum family_drift_kind kind, uint32_t at);
struct slot drift_slot(struct drifting *d, enum family_drift_kind kind);
void drift_emit(struct drifting *d, enum family_drift_kind kind,
                const struct family_value *values);
/* The tokens of the view between the partners of what stands around [begin, end) in the line.
 * *ret_tight: the words around it stand close. */
struct token_range drift_window(const struct view *line, const struct view *v, uint32_t begin,
                                uint32_t end, bool *ret_tight);
static inline const struct side_word *drift_word(const struct view *v, uint32_t i)
{
    return &v->s->words[v->begin + i];
}
static inline struct str drift_str(const struct view *v, uint32_t i)
{
    return token_str(&v->s->t, v->begin + i);
}

void drift_figures(struct drifting *d);
void drift_negations(struct drifting *d);
void drift_names(struct drifting *d);
void drift_quotations(struct drifting *d);

#endif
