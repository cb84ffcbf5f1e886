/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * model/records: what the archive holds, one struct a kind, and one table that describes each
 * struct field by field. Printing, parsing, checking and the manual go by the table; see
 * model/card.h and deponent-card(5).
 *
 * A text, id or EDTF that is not given has p == NULL; a number that is not given is NAN; an
 * enumeration that is not given is 0, and so is a set. Everything is borrowed.
 */
#ifndef DEPONENT_MODEL_RECORDS_H
#define DEPONENT_MODEL_RECORDS_H

#include "model/figure.h"
#include "model/proposal.h"
#include "model/vocabulary.h"

struct str_list {
    const struct str *items;
    size_t count;
};

enum record_kind {
    RECORD_ACCOUNT,
    RECORD_SOURCE,
    RECORD_TERMS,
    RECORD_STATEMENT,
    RECORD_NODE,
    RECORD_JUDGEMENT,
    RECORD_DERIVATION,
    RECORD_ASSESSMENT,
    RECORD_CASEWORK,
    RECORD_VOCAB,
    RECORD_FIGURE,
    RECORD_CONTROL,
    RECORD_CUSTODY,
    RECORD_SUPPORT,
    RECORD_COUNT
};

/* What one source told at one time; kept as told. */
struct record_account {
    struct str id, source, channel, received, language, form, text;
    struct str_list attachments; /* SHA-256, hexadecimal */
};

struct record_source {
    struct str id;          /* the handle */
    struct str name;        /* printed only on the record */
    struct str description; /* what may be said in public */
    struct str position;    /* position to know */
    enum basis basis;
};

struct record_terms {
    struct str id, of; /* the account */
    enum attribution attribution;
    struct str reason; /* why anonymity was given */
    unsigned purposes; /* 1 << PURPOSE_x */
    struct str expires, withdrawn;
};

/* One coded assertion of one account; bytes [begin, end) of its text. */
struct record_statement {
    struct str id, account;
    struct str source; /* whose statement it is, when it is not the account's source */
    double begin, end;
    enum stance stance;
    enum denial_kind denial;
    struct str who, act, whom, when, where;
    enum precision precision;
    double low, best, high;
    enum figure_bound bound;
    enum counting_unit unit;
    enum basis basis;
    struct str rule; /* that proposed it */
    enum review review;
};

/* Somebody or something as one account speaks of it; who is the same is a judgement. */
struct record_node {
    struct str id, account;
    enum node_type type;
    struct str name, note;
};

struct record_judgement {
    struct str id, a, b;
    enum judgement_value value;
    struct str by;
    unsigned grounds; /* 1 << GROUND_x */
};

/* `from` comes from `to`. */
struct record_derivation {
    struct str id, from, to;
    enum derivation_kind kind;
    enum certainty certainty;
};

struct record_assessment {
    struct str id, of;
    enum source_grade source_grade;
    enum information_grade information_grade;
    enum verdict verdict;
    unsigned flags; /* 1 << FLAG_x */
    struct str rules, reason;
};

struct record_casework {
    struct str id, account;
    enum need need;
    enum service service;
    enum outcome outcome;
    struct str how_known, note;
};

struct record_vocab {
    struct str id, term, definition, mark, example;
    enum counting_unit unit;
    struct str rule;
};

/* What was said in public, and on what it rests. */
struct record_figure {
    struct str id, query;
    enum counting_unit unit;
    double low, high, origins_low, origins_high;
    enum verdict verdict;
    unsigned flags;
    struct str_list denials;
    struct str wording, rules, disclosure, checkpoint;
};

struct record_control {
    struct str id;
    enum control_act act;
    struct str_list of;
    struct str day, by, reason;
    struct str key, proof, ring; /* hexadecimal; deponent-ledger(5) */
    double generation, size;     /* of the ring */
};

struct record_custody {
    struct str id;
    enum custody_act act;
    struct str_list of;
    struct str day, by, to, reason;
    unsigned purpose;   /* 1 << PURPOSE_x */
    struct str expires; /* of a backup */
};

/* On which accounts a figure rests; several records when they are many. */
struct record_support {
    struct str id, figure;
    struct str_list accounts;
};

struct record {
    enum record_kind kind;
    union {
        struct record_account account;
        struct record_source source;
        struct record_terms terms;
        struct record_statement statement;
        struct record_node node;
        struct record_judgement judgement;
        struct record_derivation derivation;
        struct record_assessment assessment;
        struct record_casework casework;
        struct record_vocab vocab;
        struct record_figure figure;
        struct record_control control;
        struct record_custody custody;
        struct record_support support;
    } u;
};

enum field_type {
    FIELD_ID,   /* a word of at most RECORD_ID_MAX bytes without white space */
    FIELD_TEXT, /* UTF-8, lines and tabs, no other control characters */
    FIELD_EDTF,
    FIELD_NUMBER, /* finite */
    FIELD_OFFSET, /* a whole number from 0 to 2^53 */
    FIELD_ENUM,
    FIELD_SET,
    FIELD_IDS
};

struct record_field {
    const char *name;
    enum field_type type;
    bool required;
    size_t offset;             /* in the struct of the kind */
    const struct vocab *vocab; /* of FIELD_ENUM and FIELD_SET */
};

struct record_shape {
    const char *name; /* as in "card: statement" */
    const struct record_field *fields;
    size_t count; /* at most 32 */
};

#define RECORD_ID_MAX   128
#define RECORD_TEXT_MAX (256u << 10)
#define RECORD_LIST_MAX 4096
#define RECORD_MAX      (2u << 20) /* bytes of one record, printed */

extern const struct record_shape record_shapes[RECORD_COUNT];

/* An empty record of that kind: everything "not given". */
void record_init(struct record *r, enum record_kind kind);

#endif
