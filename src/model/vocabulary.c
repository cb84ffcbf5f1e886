/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/vocabulary.h"

#define VOCAB(name, what, count, ...)                                                          \
    static const char *const name##_names[] = {__VA_ARGS__};                                   \
    _Static_assert(sizeof name##_names / sizeof name##_names[0] == (count),                    \
                   "a name for each");                                                         \
    const struct vocab vocab_##name = {what, name##_names, count}

VOCAB(grade, "source grade", GRADE_COUNT, NULL, "A", "B", "C", "D", "E", "F");
VOCAB(information, "information grade", INFORMATION_COUNT, NULL, "1", "2", "3", "4", "5", "6");
VOCAB(attribution, "attribution", ATTRIBUTION_COUNT, NULL, "on_record", "anonymity",
      "background", "deep_background", "off_record");
VOCAB(purpose, "purpose", PURPOSE_COUNT, "help", "statistics", "publication", "partners",
      "court");
VOCAB(basis, "basis", BASIS_COUNT, NULL, "victim", "witness", "perpetrator", "related_person",
      "relayed", "service_provider", "document", "own_observation");
VOCAB(denial, "kind of denial", DENIAL_COUNT, NULL, "acknowledges", "denies_act",
      "denies_responsibility", "other_explanation", "accepts_responsibility");
VOCAB(precision, "precision", PRECISION_COUNT, NULL, "exact", "near", "district", "province",
      "country");
VOCAB(node, "kind of node", NODE_COUNT, NULL, "person", "group", "unit", "place", "event");
VOCAB(judgement, "judgement", JUDGEMENT_COUNT, NULL, "same", "different", "unsure");
VOCAB(derivation, "kind of derivation", DERIVATION_COUNT, NULL, "quoted", "derived", "primary",
      "revises", "common_origin");
VOCAB(certainty, "certainty", CERTAINTY_COUNT, NULL, "established", "possible", "excluded");
VOCAB(verdict, "verdict", VERDICT_COUNT, NULL, "alleged", "reported", "corroborated",
      "verified", "acknowledged");
VOCAB(flag, "flag", FLAG_COUNT, "denied", "contested", "discounted", "pending", "withdrawn");
VOCAB(need, "need", NEED_COUNT, NULL, "deferment", "medical", "alternative_service",
      "call_up_notice", "raid", "refusal_to_deploy", "contract_termination", "absence",
      "desertion", "unpaid", "wounded_leave", "missing", "captive", "criminal_defence",
      "detention", "prison_conditions", "transfer", "document", "relocation", "psych",
      "tracing");
VOCAB(service, "service", SERVICE_COUNT, NULL, "information", "advice", "document",
      "negotiation", "representation", "relocation", "referral");
VOCAB(outcome, "outcome", OUTCOME_COUNT, "unknown", "achieved", "partly", "not_achieved",
      "withdrawn", "lost_contact", "harmed", "ongoing");
VOCAB(control, "act of control", CONTROL_COUNT, NULL, "shred", "retract", "membership", "ring");
VOCAB(review, "review", REVIEW_COUNT, NULL, "accepted", "edited", "rejected");
VOCAB(ground, "ground", GROUND_COUNT, "name", "date", "place", "document", "relative",
      "description", "reviewer", "program");
VOCAB(custody, "act of custody", CUSTODY_COUNT, NULL, "read", "export", "transfer", "backup",
      "disclose");

const char *vocab_name(const struct vocab *v, int value)
{
    return value >= 0 && value < v->count ? v->names[value] : NULL;
}

static char plain(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    return c == ' ' || c == '-' ? '_' : c;
}

static bool same_name(struct str a, struct str b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (plain(a.p[i]) != plain(b.p[i]))
            return false;
    return true;
}

int vocab_parse(const struct vocab *v, struct str name)
{
    /* Mostly it stands as we print it. */
    for (int i = 0; i < v->count && name.n; i++)
        if (v->names[i] && v->names[i][0] == name.p[0] && str_eq(name, str_of(v->names[i])))
            return i;
    for (int i = 0; i < v->count; i++)
        if (v->names[i] && same_name(str_of(v->names[i]), name))
            return i;
    return -1;
}

void vocab_list(const struct vocab *v, struct buf *out)
{
    int first = v->names[0] ? 0 : 1;
    for (int i = first; i < v->count; i++) {
        if (i > first)
            buf_add(out, i + 1 == v->count ? STR(" or ") : STR(", "));
        buf_add(out, str_of(v->names[i]));
    }
}
