/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/sheet: the main job end to end, from a folder of reports to a figure sheet. Texts are
 * read, copies grouped, statements taken once for each family of copies, figures put beside
 * those of the same counting unit and subject, and each group weighed.
 *
 * Guarantees: everything in a sheet is a proposal and says so; the same files give the same
 * bytes; figures of different counting units or of evidently different acts are never put
 * together; nothing is added up; a name or role of a speaker to whom any copy grants anonymity
 * is in no output (sheet_show), and a text that has it is shown with the name withheld.
 * Does not: decide, correct, or ask anything of the world but the files it is given.
 *
 * The road: load (files to texts and readings) -> family -> mask (names to withhold) -> source
 * (who is one source) -> statement -> topic (which figures are about the same) -> weigh.
 * The printers (table, page, JSON) only look at the result.
 */
#ifndef DEPONENT_WORK_SHEET_H
#define DEPONENT_WORK_SHEET_H

#include "engine/family/family.h"
#include "engine/weigh/weigh.h"

#define SHEET_RULES     "sheet-1"
#define SHEET_MAX_FILES 20000u
#define SHEET_MAX_BYTES (512u << 20) /* of all texts together */
#define SHEET_NONE      UINT32_MAX

/* One report. */
struct sheet_document {
    struct str path;
    struct str title;             /* from its head, or its first line; never empty */
    struct str publisher;         /* from its head; p == NULL: not given */
    struct str text;              /* what was read: without its head lines, HTML reduced */
    size_t head;                  /* bytes of the head lines */
    const struct offset_map *map; /* of an HTML file; else NULL */
    struct reading reading;
    uint32_t family; /* or SHEET_NONE */
    bool lead;       /* statements are taken from it: it is alone, or leads its family */
    bool too_short;  /* to say whether it is a copy */
    uint32_t source; /* its publication, if anybody gives it as a source; or SHEET_NONE */
    struct sheet_places *places; /* of sheet_topic.c, made when needed */
};

/* A file that was not read, and why. */
struct sheet_unread {
    struct str path, why;
    bool failed; /* it should have been readable: the exit code says so */
};

struct sheet_family {
    const uint32_t *documents; /* the lead first, then in their order */
    size_t count;
    struct family_report report; /* its texts are in the order of `documents` */
    const uint32_t *drifts;      /* of figures and bounds, by their place in the lead */
    size_t drift_count;
    double least_skeleton; /* of the links that hold it together */
    double least_words;
};

/* Whoever said something: persons who speak for an organisation are that organisation. */
struct sheet_source {
    struct str label; /* for people: "the Way Back Line", "a guard"; never a withheld name */
    struct str key;   /* folded; one source has one key */
    enum naming naming;
    enum basis basis;     /* proposed from the words of the text */
    uint32_t publication; /* a document of the publication that it is, or SHEET_NONE */
};

struct sheet_statement {
    uint32_t document;
    uint32_t source; /* SHEET_NONE: the text does not say who */
    const struct proposal *p;
    struct str person; /* who spoke, when the source is an organisation; or p == NULL */
    bool copy_only;    /* stands in a copy and not in the leading text */
};

/* A figure of a statement, as it stands in a group. */
struct sheet_given {
    uint32_t statement;
    const struct figure *figure;
    bool place_inferred; /* the place is that of the report, not of the sentence */
};

/* The figures of one counting unit about one subject. */
struct sheet_figure {
    struct str title; /* "People held, Kolvar" */
    struct str noun;  /* "people", "requests" */
    struct str what;  /* "held"; p == NULL: no act was recognised, so it stands alone */
    struct str where;
    enum counting_unit unit;
    const struct sheet_given *given;
    size_t given_count;
    uint32_t *denials; /* statements */
    size_t denial_count;
    struct str *labels; /* of the sources that were weighed, for its circles */
    size_t weighed;     /* statements that were weighed, copies and denials with them */
    struct weigh_result result;
};

enum sheet_state { SHEET_FULL, SHEET_CLOSED, SHEET_STILL, SHEET_STATE_COUNT };

/* What was said about the state of a place, in the order of the reports. */
struct sheet_step {
    uint32_t statement;
    enum sheet_state state;
    bool denied;  /* the statement denies that state */
    bool against; /* contradicts an earlier step */
};

struct sheet_course {
    struct str place;
    const struct sheet_step *steps;
    size_t count;
    bool contradicted;
};

/* A name that is nowhere shown. */
struct sheet_withheld {
    struct str word; /* one word of it */
};

struct sheet {
    struct arena *a;
    struct str title; /* the folder or the first file */
    struct sheet_document *documents;
    size_t document_count;
    struct sheet_unread *unread;
    size_t unread_count;
    struct sheet_family *families;
    size_t family_count;
    struct sheet_source *sources;
    size_t source_count;
    struct sheet_statement *statements; /* by document; number 1 is item 0 */
    size_t statement_count;
    struct sheet_figure *figures;
    size_t figure_count;
    struct sheet_course *courses;
    size_t course_count;
    struct sheet_withheld *withheld; /* sorted, each once */
    size_t withheld_count;
    size_t loose; /* figures outside every statement */
};

struct sheet_options {
    struct str published; /* EDTF, for reports that do not say; p == NULL: none */
    /* Called before each file; may be NULL. Returns true to stop (ERR_CANCELLED). */
    bool (*progress)(void *context, size_t done, size_t count);
    void *context;
};

/* Reads the files and folders. Of a folder the files .txt, .text, .htm, .html and .xhtml are
 * read, the others listed. A bad file is listed in `unread`. Everything lives in `a`. */
int sheet_make(struct arena *a, const char *const *paths, size_t count,
               const struct sheet_options *options, struct sheet *ret,
               struct err *err) ERR_CHECKED;

/* A report that is at hand. */
struct sheet_text {
    struct str name;      /* stands for its path */
    struct str bytes;     /* as of a file: with its head lines, or HTML */
    struct str publisher; /* when the text has none; p == NULL: not known */
    bool nameless;        /* the publication may not be named, also where the text does */
    struct str published; /* EDTF, when the text has none; p == NULL: not known */
};
/* The same of texts; the folder's name is `title`. The bytes are borrowed until it returns. */
int sheet_make_of(struct arena *a, struct str title, const struct sheet_text *texts,
                  size_t count, const struct sheet_options *options, struct sheet *ret,
                  struct err *err) ERR_CHECKED;

/* `s` with every word of a withheld name replaced by "[name withheld]". Every text from the
 * reports goes through it before it is shown. */
struct str sheet_show(const struct sheet *s, struct str text);

/* Takes "title …", "publisher …" and "date …" off the head of a text; those not there keep
 * p == NULL. Returns the length of the head. */
size_t sheet_take_head(struct str text, struct str *title, struct str *publisher,
                       struct str *date);

/* Bytes of the document's file that a span of its text stands for. */
struct span sheet_in_file(const struct sheet_document *d, struct span span);

/* ---- the printers ---- */

/* One self-contained page. */
void sheet_print_page(struct buf *out, const struct sheet *sheet);
/* One object a line: documents, families, statements, figures, courses, unread. */
void sheet_print_json(struct buf *out, const struct sheet *sheet);

#endif
