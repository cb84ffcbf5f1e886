/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/records.h"

#include <math.h>

/* Enumerations are read and written as int through the table. */
_Static_assert(sizeof(enum basis) == sizeof(int) && sizeof(enum stance) == sizeof(int),
               "an enumeration is an int");

#define AT(record, field) offsetof(struct record_##record, field)

static const struct record_field account_fields[] = {
    {"id", FIELD_ID, true, AT(account, id), NULL},
    {"source", FIELD_ID, true, AT(account, source), NULL},
    {"channel", FIELD_TEXT, false, AT(account, channel), NULL},
    {"received", FIELD_EDTF, false, AT(account, received), NULL},
    {"language", FIELD_ID, false, AT(account, language), NULL},
    {"form", FIELD_ID, false, AT(account, form), NULL},
    {"attachments", FIELD_IDS, false, AT(account, attachments), NULL},
    {"text", FIELD_TEXT, false, AT(account, text), NULL},
};
static const struct record_field source_fields[] = {
    {"id", FIELD_ID, true, AT(source, id), NULL},
    {"name", FIELD_TEXT, false, AT(source, name), NULL},
    {"description", FIELD_TEXT, false, AT(source, description), NULL},
    {"position", FIELD_TEXT, false, AT(source, position), NULL},
    {"basis", FIELD_ENUM, false, AT(source, basis), &vocab_basis},
};
static const struct record_field terms_fields[] = {
    {"id", FIELD_ID, true, AT(terms, id), NULL},
    {"of", FIELD_ID, true, AT(terms, of), NULL},
    {"attribution", FIELD_ENUM, true, AT(terms, attribution), &vocab_attribution},
    {"reason", FIELD_TEXT, false, AT(terms, reason), NULL},
    {"purposes", FIELD_SET, false, AT(terms, purposes), &vocab_purpose},
    {"expires", FIELD_EDTF, false, AT(terms, expires), NULL},
    {"withdrawn", FIELD_EDTF, false, AT(terms, withdrawn), NULL},
};
static const struct record_field statement_fields[] = {
    {"id", FIELD_ID, true, AT(statement, id), NULL},
    {"account", FIELD_ID, true, AT(statement, account), NULL},
    {"source", FIELD_ID, false, AT(statement, source), NULL},
    {"begin", FIELD_OFFSET, false, AT(statement, begin), NULL},
    {"end", FIELD_OFFSET, false, AT(statement, end), NULL},
    {"stance", FIELD_ENUM, true, AT(statement, stance), &vocab_stance},
    {"denial", FIELD_ENUM, false, AT(statement, denial), &vocab_denial},
    {"who", FIELD_TEXT, false, AT(statement, who), NULL},
    {"act", FIELD_TEXT, false, AT(statement, act), NULL},
    {"whom", FIELD_TEXT, false, AT(statement, whom), NULL},
    {"when", FIELD_EDTF, false, AT(statement, when), NULL},
    {"where", FIELD_TEXT, false, AT(statement, where), NULL},
    {"precision", FIELD_ENUM, false, AT(statement, precision), &vocab_precision},
    {"low", FIELD_NUMBER, false, AT(statement, low), NULL},
    {"best", FIELD_NUMBER, false, AT(statement, best), NULL},
    {"high", FIELD_NUMBER, false, AT(statement, high), NULL},
    {"bound", FIELD_ENUM, true, AT(statement, bound), &vocab_bound},
    {"unit", FIELD_ENUM, false, AT(statement, unit), &vocab_unit},
    {"basis", FIELD_ENUM, false, AT(statement, basis), &vocab_basis},
    {"rule", FIELD_ID, false, AT(statement, rule), NULL},
    {"review", FIELD_ENUM, false, AT(statement, review), &vocab_review},
};
static const struct record_field node_fields[] = {
    {"id", FIELD_ID, true, AT(node, id), NULL},
    {"account", FIELD_ID, false, AT(node, account), NULL},
    {"type", FIELD_ENUM, true, AT(node, type), &vocab_node},
    {"name", FIELD_TEXT, false, AT(node, name), NULL},
    {"note", FIELD_TEXT, false, AT(node, note), NULL},
};
static const struct record_field judgement_fields[] = {
    {"id", FIELD_ID, true, AT(judgement, id), NULL},
    {"a", FIELD_ID, true, AT(judgement, a), NULL},
    {"b", FIELD_ID, true, AT(judgement, b), NULL},
    {"value", FIELD_ENUM, true, AT(judgement, value), &vocab_judgement},
    {"by", FIELD_ID, true, AT(judgement, by), NULL},
    {"grounds", FIELD_SET, false, AT(judgement, grounds), &vocab_ground},
};
static const struct record_field derivation_fields[] = {
    {"id", FIELD_ID, true, AT(derivation, id), NULL},
    {"from", FIELD_ID, true, AT(derivation, from), NULL},
    {"to", FIELD_ID, true, AT(derivation, to), NULL},
    {"kind", FIELD_ENUM, true, AT(derivation, kind), &vocab_derivation},
    {"certainty", FIELD_ENUM, true, AT(derivation, certainty), &vocab_certainty},
};
static const struct record_field assessment_fields[] = {
    {"id", FIELD_ID, true, AT(assessment, id), NULL},
    {"of", FIELD_ID, true, AT(assessment, of), NULL},
    {"source_grade", FIELD_ENUM, false, AT(assessment, source_grade), &vocab_grade},
    {"information_grade", FIELD_ENUM, false, AT(assessment, information_grade),
     &vocab_information},
    {"verdict", FIELD_ENUM, false, AT(assessment, verdict), &vocab_verdict},
    {"flags", FIELD_SET, false, AT(assessment, flags), &vocab_flag},
    {"rules", FIELD_ID, true, AT(assessment, rules), NULL},
    {"reason", FIELD_TEXT, false, AT(assessment, reason), NULL},
};
static const struct record_field casework_fields[] = {
    {"id", FIELD_ID, true, AT(casework, id), NULL},
    {"account", FIELD_ID, true, AT(casework, account), NULL},
    {"need", FIELD_ENUM, true, AT(casework, need), &vocab_need},
    {"service", FIELD_ENUM, false, AT(casework, service), &vocab_service},
    {"outcome", FIELD_ENUM, true, AT(casework, outcome), &vocab_outcome},
    {"how_known", FIELD_TEXT, false, AT(casework, how_known), NULL},
    {"note", FIELD_TEXT, false, AT(casework, note), NULL},
};
static const struct record_field vocab_fields[] = {
    {"id", FIELD_ID, true, AT(vocab, id), NULL},
    {"term", FIELD_TEXT, true, AT(vocab, term), NULL},
    {"definition", FIELD_TEXT, true, AT(vocab, definition), NULL},
    {"mark", FIELD_TEXT, false, AT(vocab, mark), NULL},
    {"example", FIELD_TEXT, false, AT(vocab, example), NULL},
    {"unit", FIELD_ENUM, false, AT(vocab, unit), &vocab_unit},
    {"rule", FIELD_TEXT, false, AT(vocab, rule), NULL},
};
static const struct record_field figure_fields[] = {
    {"id", FIELD_ID, true, AT(figure, id), NULL},
    {"query", FIELD_TEXT, true, AT(figure, query), NULL},
    {"unit", FIELD_ENUM, false, AT(figure, unit), &vocab_unit},
    {"low", FIELD_NUMBER, false, AT(figure, low), NULL},
    {"high", FIELD_NUMBER, false, AT(figure, high), NULL},
    {"origins_low", FIELD_OFFSET, true, AT(figure, origins_low), NULL},
    {"origins_high", FIELD_OFFSET, true, AT(figure, origins_high), NULL},
    {"verdict", FIELD_ENUM, false, AT(figure, verdict), &vocab_verdict},
    {"flags", FIELD_SET, false, AT(figure, flags), &vocab_flag},
    {"denials", FIELD_IDS, false, AT(figure, denials), NULL},
    {"wording", FIELD_TEXT, true, AT(figure, wording), NULL},
    {"rules", FIELD_ID, true, AT(figure, rules), NULL},
    {"disclosure", FIELD_TEXT, false, AT(figure, disclosure), NULL},
    {"checkpoint", FIELD_TEXT, false, AT(figure, checkpoint), NULL},
};
static const struct record_field control_fields[] = {
    {"id", FIELD_ID, true, AT(control, id), NULL},
    {"act", FIELD_ENUM, true, AT(control, act), &vocab_control},
    {"of", FIELD_IDS, false, AT(control, of), NULL},
    {"day", FIELD_EDTF, true, AT(control, day), NULL},
    {"by", FIELD_ID, true, AT(control, by), NULL},
    {"reason", FIELD_TEXT, false, AT(control, reason), NULL},
    {"key", FIELD_ID, false, AT(control, key), NULL},
    {"proof", FIELD_ID, false, AT(control, proof), NULL},
    {"ring", FIELD_ID, false, AT(control, ring), NULL},
    {"generation", FIELD_OFFSET, false, AT(control, generation), NULL},
    {"size", FIELD_OFFSET, false, AT(control, size), NULL},
};
static const struct record_field custody_fields[] = {
    {"id", FIELD_ID, true, AT(custody, id), NULL},
    {"act", FIELD_ENUM, true, AT(custody, act), &vocab_custody},
    {"of", FIELD_IDS, false, AT(custody, of), NULL},
    {"day", FIELD_EDTF, true, AT(custody, day), NULL},
    {"by", FIELD_ID, true, AT(custody, by), NULL},
    {"to", FIELD_TEXT, false, AT(custody, to), NULL},
    {"reason", FIELD_TEXT, false, AT(custody, reason), NULL},
    {"purpose", FIELD_SET, false, AT(custody, purpose), &vocab_purpose},
    {"expires", FIELD_EDTF, false, AT(custody, expires), NULL},
};
static const struct record_field support_fields[] = {
    {"id", FIELD_ID, true, AT(support, id), NULL},
    {"figure", FIELD_ID, true, AT(support, figure), NULL},
    {"accounts", FIELD_IDS, false, AT(support, accounts), NULL},
};

#define SHAPE(record)                                                                          \
    {                                                                                          \
#record, record##_fields, sizeof record##_fields / sizeof(struct record_field)         \
    }

const struct record_shape record_shapes[RECORD_COUNT] = {
    SHAPE(account),   SHAPE(source),     SHAPE(terms),      SHAPE(statement), SHAPE(node),
    SHAPE(judgement), SHAPE(derivation), SHAPE(assessment), SHAPE(casework),  SHAPE(vocab),
    SHAPE(figure),    SHAPE(control),    SHAPE(custody),    SHAPE(support),
};

void record_init(struct record *r, enum record_kind kind)
{
    memset(r, 0, sizeof *r);
    r->kind = kind;
    const struct record_shape *shape = &record_shapes[kind];
    const double none = NAN;
    for (size_t i = 0; i < shape->count; i++) {
        const struct record_field *f = &shape->fields[i];
        if (f->type == FIELD_NUMBER || f->type == FIELD_OFFSET)
            memcpy((char *)&r->u + f->offset, &none, sizeof none);
    }
}
