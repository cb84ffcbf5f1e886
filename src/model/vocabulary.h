/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * model/vocabulary: the closed lists of the field, each with the names that stand in cards, in
 * JSON and on the screen. The names are those of the glossary; where a list comes from a
 * standard, the standard is named. A list whose value 0 is NONE has no name for it: it is
 * printed as null, and its absence is the ordinary case.
 *
 * vocab_parse is exact but for case, and takes a space or a hyphen for an underscore ("on the
 * record" is not "on_record", "on record" is).
 */
#ifndef DEPONENT_MODEL_VOCABULARY_H
#define DEPONENT_MODEL_VOCABULARY_H

#include "base/buf.h"
#include "base/str.h"

struct vocab {
    const char *what; /* for sentences: "attribution" */
    const char *const *names;
    int count;
};

/* The name, or NULL for NONE. */
const char *vocab_name(const struct vocab *v, int value);
/* The value, or -1. */
int vocab_parse(const struct vocab *v, struct str name);
/* "a, b or c", for the sentence that refuses a name. */
void vocab_list(const struct vocab *v, struct buf *out);

/* Admiralty: how reliable the source is. F: cannot be judged, which is not "bad". */
enum source_grade {
    GRADE_NONE, /* not yet assessed */
    GRADE_A,
    GRADE_B,
    GRADE_C,
    GRADE_D,
    GRADE_E,
    GRADE_F,
    GRADE_COUNT
};
extern const struct vocab vocab_grade;

/* Admiralty: how the information stands to what else is known. 6: cannot be judged. */
enum information_grade {
    INFORMATION_NONE,
    INFORMATION_1,
    INFORMATION_2,
    INFORMATION_3,
    INFORMATION_4,
    INFORMATION_5,
    INFORMATION_6,
    INFORMATION_COUNT
};
extern const struct vocab vocab_information;

/* News agencies' practice: how a source may be spoken of. */
enum attribution {
    ATTRIBUTION_NONE, /* not known: treated like anonymity */
    ATTRIBUTION_ON_RECORD,
    ATTRIBUTION_ANONYMITY,       /* described, not named */
    ATTRIBUTION_BACKGROUND,      /* described by role */
    ATTRIBUTION_DEEP_BACKGROUND, /* counted, not spoken of */
    ATTRIBUTION_OFF_RECORD,      /* not used */
    ATTRIBUTION_COUNT
};
extern const struct vocab vocab_attribution;

/* What a person consented to; a set. */
enum purpose {
    PURPOSE_HELP,
    PURPOSE_STATISTICS,
    PURPOSE_PUBLICATION,
    PURPOSE_PARTNERS,
    PURPOSE_COURT,
    PURPOSE_COUNT
};
extern const struct vocab vocab_purpose;

/* HURIDOCS list 19: how the source knows. */
enum basis {
    BASIS_NONE, /* unknown */
    BASIS_VICTIM,
    BASIS_WITNESS,
    BASIS_PERPETRATOR,
    BASIS_RELATED_PERSON,
    BASIS_RELAYED,
    BASIS_SERVICE_PROVIDER,
    BASIS_DOCUMENT,
    BASIS_OWN_OBSERVATION,
    BASIS_COUNT
};
extern const struct vocab vocab_basis;

/* HURIDOCS list 28: what the party said to it. */
enum denial_kind {
    DENIAL_NONE,
    DENIAL_ACKNOWLEDGES,
    DENIAL_ACT,
    DENIAL_RESPONSIBILITY,
    DENIAL_OTHER_EXPLANATION,
    DENIAL_ACCEPTS_RESPONSIBILITY,
    DENIAL_COUNT
};
extern const struct vocab vocab_denial;

/* UCDP: how exactly a place is known. */
enum precision {
    PRECISION_NONE,
    PRECISION_EXACT,
    PRECISION_NEAR,
    PRECISION_DISTRICT,
    PRECISION_PROVINCE,
    PRECISION_COUNTRY,
    PRECISION_COUNT
};
extern const struct vocab vocab_precision;

enum node_type {
    NODE_NONE,
    NODE_PERSON,
    NODE_GROUP,
    NODE_UNIT,
    NODE_PLACE,
    NODE_EVENT,
    NODE_COUNT
};
extern const struct vocab vocab_node;

enum judgement_value {
    JUDGEMENT_NONE,
    JUDGEMENT_SAME,
    JUDGEMENT_DIFFERENT,
    JUDGEMENT_UNSURE,
    JUDGEMENT_COUNT
};
extern const struct vocab vocab_judgement;

/* W3C PROV, and ours: common_origin. `from` comes from `to`, as in "from was quoted from to".
 */
enum derivation_kind {
    DERIVATION_NONE,
    DERIVATION_QUOTED,
    DERIVATION_DERIVED,
    DERIVATION_PRIMARY,
    DERIVATION_REVISES,
    DERIVATION_COMMON_ORIGIN,
    DERIVATION_COUNT
};
extern const struct vocab vocab_derivation;

enum certainty {
    CERTAINTY_NONE,
    CERTAINTY_ESTABLISHED,
    CERTAINTY_POSSIBLE,
    CERTAINTY_EXCLUDED,
    CERTAINTY_COUNT
};
extern const struct vocab vocab_certainty;

/* In rising order. */
enum verdict {
    VERDICT_NONE,
    VERDICT_ALLEGED,
    VERDICT_REPORTED,
    VERDICT_CORROBORATED,
    VERDICT_VERIFIED,
    VERDICT_ACKNOWLEDGED,
    VERDICT_COUNT
};
extern const struct vocab vocab_verdict;

/* A set; bit 1 << FLAG_x. */
enum verdict_flag {
    FLAG_DENIED,
    FLAG_CONTESTED,
    FLAG_DISCOUNTED,
    FLAG_PENDING,
    FLAG_WITHDRAWN,
    FLAG_COUNT
};
extern const struct vocab vocab_flag;

enum need {
    NEED_NONE,
    NEED_DEFERMENT,
    NEED_MEDICAL,
    NEED_ALTERNATIVE_SERVICE,
    NEED_CALL_UP_NOTICE,
    NEED_RAID,
    NEED_REFUSAL_TO_DEPLOY,
    NEED_CONTRACT_TERMINATION,
    NEED_ABSENCE,
    NEED_DESERTION,
    NEED_UNPAID,
    NEED_WOUNDED_LEAVE,
    NEED_MISSING,
    NEED_CAPTIVE,
    NEED_CRIMINAL_DEFENCE,
    NEED_DETENTION,
    NEED_PRISON_CONDITIONS,
    NEED_TRANSFER,
    NEED_DOCUMENT,
    NEED_RELOCATION,
    NEED_PSYCH,
    NEED_TRACING,
    NEED_COUNT
};
extern const struct vocab vocab_need;

/* Of closely related problems of one client only the highest service counts. */
enum service {
    SERVICE_NONE,
    SERVICE_INFORMATION,
    SERVICE_ADVICE,
    SERVICE_DOCUMENT,
    SERVICE_NEGOTIATION,
    SERVICE_REPRESENTATION,
    SERVICE_RELOCATION,
    SERVICE_REFERRAL,
    SERVICE_COUNT
};
extern const struct vocab vocab_service;

/* Unknown is the default, and is always printed. */
enum outcome {
    OUTCOME_UNKNOWN,
    OUTCOME_ACHIEVED,
    OUTCOME_PARTLY,
    OUTCOME_NOT_ACHIEVED,
    OUTCOME_WITHDRAWN,
    OUTCOME_LOST_CONTACT,
    OUTCOME_HARMED,
    OUTCOME_ONGOING,
    OUTCOME_COUNT
};
extern const struct vocab vocab_outcome;

enum control_act {
    CONTROL_NONE,
    CONTROL_SHRED,
    CONTROL_RETRACT,
    CONTROL_MEMBERSHIP, /* of a device */
    CONTROL_RING,
    CONTROL_COUNT
};
extern const struct vocab vocab_control;

/* What a person decided on a proposed statement. */
enum review {
    REVIEW_NONE, /* never a proposal: entered by a person */
    REVIEW_ACCEPTED,
    REVIEW_EDITED,
    REVIEW_REJECTED, /* kept so that it is not proposed again; never counted */
    REVIEW_COUNT
};
extern const struct vocab vocab_review;

/* On what a judgement rests; a set of coded values, so that it holds no words of an account. */
enum ground {
    GROUND_NAME,
    GROUND_DATE,
    GROUND_PLACE,
    GROUND_DOCUMENT,
    GROUND_RELATIVE,
    GROUND_DESCRIPTION,
    GROUND_REVIEWER,
    GROUND_PROGRAM,
    GROUND_COUNT
};
extern const struct vocab vocab_ground;

enum custody_act {
    CUSTODY_NONE,
    CUSTODY_READ,
    CUSTODY_EXPORT,
    CUSTODY_TRANSFER,
    CUSTODY_BACKUP,
    CUSTODY_DISCLOSE,
    CUSTODY_COUNT
};
extern const struct vocab vocab_custody;

/* The lists of model/figure.h and model/proposal.h, in the same form. */
extern const struct vocab vocab_stance, vocab_bound, vocab_unit;

#endif
