/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/link: record linkage end to end: lists in, persons out. Reads the lists (link_load.h),
 * takes the columns for what they are, links (engine/link), and writes pairs, clusters, draws
 * and the questions for a person.
 *
 * Guarantees: output files have mode 0600 and all appear together at the end, or none does; the
 * same lists, options and seed give the same bytes on any number of threads; no cell runs as a
 * formula; values of records are in no output but where `show_names` asks for them. Does not:
 * decide, or merge anything: a person can judge otherwise, and everything follows.
 */
#ifndef DEPONENT_WORK_LINK_H
#define DEPONENT_WORK_LINK_H

#include "engine/link/link.h"
#include "work/link_load.h"

#define WORK_LINK_QUESTIONS 20u  /* of one review file */
#define WORK_LINK_DRAWS     100u /* unless asked otherwise */
#define WORK_LINK_DRAWS_MAX 100000u

struct work_link_options {
    const char *config, *write_config;    /* files, or NULL; so for all of these */
    const char *pairs, *clusters, *draws; /* outputs */
    const char *review, *report;
    const char *state;         /* a file that is made, or added to */
    const char *const *labels; /* files of verdicts */
    size_t label_files;
    const char *id; /* column, or NULL */
    bool unique, show_names;
    double threshold; /* NAN: chosen; 0: every scored pair is written, and clusters are made at
                         the one that is chosen */
    uint64_t seed;
    unsigned draw_count;
    struct pool *pool;
    /* As in struct link_options. */
    int (*progress)(void *context, const char *step, double share);
    void *progress_context;
};

/* What a person said about a pair, with the place that says it. */
struct work_link_label {
    struct link_judgement judgement;
    struct str place; /* "labels.csv: line 7" */
    struct str reason;
};

struct work_link {
    struct arena *a;
    const struct work_link_options *options;
    struct link_load load;
    struct link_config config;
    struct link_people people;
    struct link_result result;
    struct work_link_label *labels; /* sorted by pair, each pair once */
    size_t label_count;
    struct str *label_conflicts; /* sentences: one pair judged in two ways */
    size_t label_conflict_count;
    struct link_judgement *judgements; /* of the labels */
    struct link_bridge *bridges;       /* by cluster */
    size_t bridge_count;
    uint32_t *cluster_size; /* [clusters] */
    struct link_count_range persons;
    struct link_question *questions;
    size_t question_count;
    struct link_enough enough;
    struct link_state *state; /* NULL: the set was linked now */
    size_t new_labels;        /* verdicts that a state did not have */
    size_t linked;            /* pairs that --pairs has: at or above the threshold */
};

/* The whole; options and `a` are borrowed until work_link_free, also when it fails. */
int work_link(struct arena *a, const char *const *paths, size_t count,
              const struct work_link_options *options, struct work_link *ret,
              struct err *err) ERR_CHECKED;
void work_link_free(struct work_link *w);

/* ---- parts that the printers share ---- */

/* The name of a record: its id, or FILE:ROW. */
void work_link_name(const struct work_link *w, uint32_t record, struct buf *out);
/* What speaks for and against a pair of that pattern, in plain words, strongest first: "given
 * name equal (+9.1), place differs (-2.2)". No values. */
void work_link_evidence(const struct work_link *w, link_pattern p, float rarity,
                        struct buf *out);
/* The label of that pair, or NULL. */
const struct work_link_label *work_link_label(const struct work_link *w, uint32_t left,
                                              uint32_t right);
/* Is the pair a link: at or above the threshold, after judgements and uniqueness? */
bool work_link_is(const struct work_link *w, const struct link_scored *s);
/* "enough: F1 between … and …", or that more labels would help. */
struct str work_link_say_enough(const struct work_link *w, struct arena *a);
/* What stands between two records that verdicts of same join: link_contradiction. */
struct str work_link_say_contradiction(const struct work_link *w,
                                       const struct link_contradiction *x, struct arena *a);
/* Records that were added to a state now; 0 when the set was linked. */
uint32_t work_link_added(const struct work_link *w);
/* The evidence a pair has beyond the levels of its pattern, in bits. */
float work_link_rarity(const struct work_link *w, const struct link_scored *s);
/* " and the values are rarer than that (+1.2)"; nothing for less than a tenth of a bit. */
void work_link_say_rarity(float rarity, struct buf *out);

#endif
