/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * model/proposal: what the reader proposes, a person decides. A proposal carries the rule that
 * made it and the spans it rests on. All offsets are bytes of reading.text, end exclusive; a
 * span with begin == end is absent. What is printed are bytes of the file as it was given (for
 * HTML: of the HTML file), by reading.map.
 */
#ifndef DEPONENT_MODEL_PROPOSAL_H
#define DEPONENT_MODEL_PROPOSAL_H

#include "base/buf.h"
#include "base/offset.h"
#include "model/figure.h"

enum stance {
    STANCE_ASSERTS,
    STANCE_DENIES,
    STANCE_REPORTS,
    STANCE_ASSESSES,
    STANCE_PROMISES,
    STANCE_REQUESTS,
    STANCE_NO_COMMENT,
    STANCE_COUNT
};

enum mode { MODE_DIRECT, MODE_INDIRECT, MODE_MIXED, MODE_COUNT };

/* What the wording gives; what a group agreed with a source is model/terms. */
enum naming { NAMING_NAMED, NAMING_UNNAMED, NAMING_ANONYMITY, NAMING_COUNT };

enum when_of { WHEN_OF_OPEN, WHEN_OF_SAYING, WHEN_OF_EVENT, WHEN_OF_COUNT };

struct span {
    size_t begin, end;
};

struct span_list {
    struct span *items;
    size_t count;
};

struct figure_list {
    struct figure *items;
    size_t count;
};

struct proposal {
    unsigned id;             /* from 1, in the order of the text */
    struct span speaker;     /* as in the sentence: "he"; absent when the text names none */
    struct str speaker_name; /* resolved, or p == NULL */
    struct str speaker_role; /* "spokesman for the ministry", or p == NULL */
    struct span via;         /* through whom it came: "according to their relatives" */
    enum stance stance;
    enum mode mode;
    struct span cue;
    struct span_list content; /* in the order of the text, disjoint, trimmed */
    struct figure_list figures;
    struct str when; /* EDTF, or p == NULL */
    enum when_of when_of;
    struct span where; /* as written */
    enum naming naming;
    struct span reason;                /* the reason given for anonymity */
    struct span verification;          /* the remark; absent if none */
    unsigned *verification_applies_to; /* proposal ids, this one included when it is meant */
    size_t verification_count;
    struct span *hedges;
    size_t hedge_count;
    const char *rule; /* static, e.g. "quote-after-cue" */
};

/* Everything read from one document. */
struct reading {
    struct str file;              /* as named on the command line */
    struct str text;              /* what was read; spans point here */
    const struct offset_map *map; /* text to file; NULL: the text is the file */
    bool english;                 /* false: "not English, nothing read" */
    bool reworded;        /* looks machine-reworded: flagged, not trusted, not corrected */
    struct str published; /* EDTF used as reference, or p == NULL */
    struct proposal *items;
    size_t count;
    struct figure_list loose; /* figures outside every statement */
};

const char *stance_name(enum stance s);
int stance_parse(struct str name);
const char *mode_name(enum mode m);
const char *naming_name(enum naming n);
const char *when_of_name(enum when_of w);

/* One JSON object a line, every key always present, null where there is none; figures outside
 * statements follow with "stance":null. See deponent-read(1), JSON. */
void reading_print_json(struct buf *out, const struct reading *r);

#endif
