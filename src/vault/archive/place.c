/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What stands where: of which ids a record speaks, under whose secret it is sealed, and that no
 * words stand where a shredded account would leave them behind. One table.
 */
#include "vault/archive/parts.h"

#define KIND(name) (1u << RECORD_##name)
#define REPORTED   (KIND(ACCOUNT) | KIND(SOURCE) | KIND(STATEMENT))
#define SPOKEN_OF  (KIND(ACCOUNT) | KIND(SOURCE) | KIND(STATEMENT) | KIND(NODE))

const unsigned place_retractable = KIND(STATEMENT) | KIND(NODE) | KIND(JUDGEMENT) |
                                   KIND(DERIVATION) | KIND(ASSESSMENT) | KIND(CASEWORK) |
                                   KIND(VOCAB) | KIND(FIGURE) | KIND(SUPPORT) | KIND(CONTROL);

struct place_row {
    enum record_kind kind;
    const char *field; /* for sentences */
    size_t offset;     /* in the struct of the kind */
    bool list;         /* of ids; else one */
    bool subject;      /* the record is sealed under this one */
    unsigned kinds;    /* that the id may be of; 0: any */
};

#define ONE(KIND_, kind, name, subject, kinds)                                                 \
    {                                                                                          \
        RECORD_##KIND_, #name, offsetof(struct record_##kind, name), false, subject, kinds     \
    }
#define LIST(KIND_, kind, name, kinds)                                                         \
    {                                                                                          \
        RECORD_##KIND_, #name, offsetof(struct record_##kind, name), true, false, kinds        \
    }

static const struct place_row rows[] = {
    ONE(ACCOUNT, account, id, true, KIND(ACCOUNT)),
    ONE(ACCOUNT, account, source, false, KIND(SOURCE)),
    ONE(SOURCE, source, id, true, KIND(SOURCE)),
    ONE(TERMS, terms, of, true, KIND(ACCOUNT)),
    ONE(STATEMENT, statement, account, true, KIND(ACCOUNT)),
    ONE(STATEMENT, statement, source, false, KIND(SOURCE)),
    ONE(NODE, node, account, true, KIND(ACCOUNT)),
    ONE(JUDGEMENT, judgement, a, false, SPOKEN_OF),
    ONE(JUDGEMENT, judgement, b, false, SPOKEN_OF),
    ONE(DERIVATION, derivation, from, false, REPORTED),
    ONE(DERIVATION, derivation, to, false, REPORTED | KIND(FIGURE)),
    ONE(ASSESSMENT, assessment, of, true, REPORTED),
    ONE(CASEWORK, casework, account, true, KIND(ACCOUNT)),
    LIST(FIGURE, figure, denials, REPORTED),
    LIST(CONTROL, control, of, 0),
    LIST(CUSTODY, custody, of, 0),
    ONE(SUPPORT, support, figure, false, KIND(FIGURE)),
    LIST(SUPPORT, support, accounts, KIND(ACCOUNT)),
};
#define ROW_COUNT (sizeof rows / sizeof rows[0])

static const void *value_of(const struct record *r, const struct place_row *row)
{
    return (const char *)&r->u + row->offset;
}

/* Every kind has its id first. */
struct str place_id(const struct record *r)
{
    return *(const struct str *)(const void *)&r->u;
}

struct str place_subject(const struct record *r)
{
    for (size_t i = 0; i < ROW_COUNT; i++)
        if (rows[i].kind == r->kind && rows[i].subject)
            return *(const struct str *)value_of(r, &rows[i]);
    return (struct str){0};
}

size_t place_refs(struct arena *arena, const struct record *r, struct place_ref **ret)
{
    struct place_ref *refs = NULL;
    size_t count = 0, cap = 0;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (rows[i].kind != r->kind || !rows[i].offset)
            continue; /* the id of the record itself */
        const void *value = value_of(r, &rows[i]);
        const struct str_list one = {value, 1};
        const struct str_list *list = rows[i].list ? value : &one;
        unsigned kinds = rows[i].kinds;
        if (r->kind == RECORD_CONTROL && r->u.control.act == CONTROL_RETRACT)
            kinds = place_retractable;
        for (size_t j = 0; j < list->count; j++)
            if (list->items[j].p)
                ARENA_PUSH(arena, refs, count, cap,
                           ((struct place_ref){list->items[j], kinds, rows[i].field}));
    }
    *ret = refs;
    return count;
}

int place_check(const struct record *r, struct err *err)
{
    const char *kind = record_shapes[r->kind].name;
    if (r->kind == RECORD_NODE && !r->u.node.account.p)
        return err_set(err, ERR_INPUT,
                       "node: field account is missing; the words of a node are "
                       "kept under the account that speaks of it");
    struct str words = {0};
    if (r->kind == RECORD_CONTROL)
        words = r->u.control.reason;
    if (r->kind == RECORD_CUSTODY)
        words = r->u.custody.reason;
    if (words.p)
        return err_set(
            err, ERR_REFUSED,
            "%s: field reason: this record stays when an account is shredded, so only "
            "ids and coded values may stand in it",
            kind);
    return 0;
}
