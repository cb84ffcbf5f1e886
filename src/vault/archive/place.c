/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What stands where: of which ids a record speaks, under whose secret it is sealed, and that no
 * words stand where a shredded account would leave them behind. One table, by the names of the
 * fields in model/records.
 */
#include "vault/archive/parts.h"

#define KIND(name) (1u << RECORD_##name)
#define SPOKEN_OF  (KIND(ACCOUNT) | KIND(SOURCE) | KIND(STATEMENT) | KIND(NODE))

const unsigned place_retractable = KIND(STATEMENT) | KIND(NODE) | KIND(JUDGEMENT) |
                                   KIND(DERIVATION) | KIND(ASSESSMENT) | KIND(CASEWORK) |
                                   KIND(VOCAB) | KIND(FIGURE) | KIND(SUPPORT) | KIND(CONTROL);

struct place_row {
    enum record_kind kind;
    const char *field;
    unsigned kinds; /* that the id may be of; 0: any */
    bool subject;   /* the record is sealed under this one */
};

static const struct place_row rows[] = {
    {RECORD_ACCOUNT, "id", KIND(ACCOUNT), true},
    {RECORD_ACCOUNT, "source", KIND(SOURCE), false},
    {RECORD_SOURCE, "id", KIND(SOURCE), true},
    {RECORD_TERMS, "of", KIND(ACCOUNT), true},
    {RECORD_STATEMENT, "account", KIND(ACCOUNT), true},
    {RECORD_STATEMENT, "source", KIND(SOURCE), false},
    {RECORD_NODE, "account", KIND(ACCOUNT), true},
    {RECORD_JUDGEMENT, "a", SPOKEN_OF, false},
    {RECORD_JUDGEMENT, "b", SPOKEN_OF, false},
    {RECORD_DERIVATION, "from", KIND(ACCOUNT) | KIND(SOURCE) | KIND(STATEMENT), false},
    {RECORD_DERIVATION, "to", KIND(ACCOUNT) | KIND(SOURCE) | KIND(STATEMENT) | KIND(FIGURE),
     false},
    {RECORD_ASSESSMENT, "of", KIND(ACCOUNT) | KIND(SOURCE) | KIND(STATEMENT), true},
    {RECORD_CASEWORK, "account", KIND(ACCOUNT), true},
    {RECORD_FIGURE, "denials", KIND(STATEMENT) | KIND(ACCOUNT) | KIND(SOURCE), false},
    {RECORD_CONTROL, "of", 0, false},
    {RECORD_CUSTODY, "of", 0, false},
    {RECORD_SUPPORT, "figure", KIND(FIGURE), false},
    {RECORD_SUPPORT, "accounts", KIND(ACCOUNT), false},
};
#define ROW_COUNT (sizeof rows / sizeof rows[0])

static const struct record_field *field_named(enum record_kind kind, const char *name)
{
    const struct record_shape *shape = &record_shapes[kind];
    for (size_t i = 0; i < shape->count; i++)
        if (!strcmp(shape->fields[i].name, name))
            return &shape->fields[i];
    err_die("place: a field that is not in the table");
}

static const void *value_of(const struct record *r, const char *name)
{
    return (const char *)&r->u + field_named(r->kind, name)->offset;
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
            return *(const struct str *)value_of(r, rows[i].field);
    return (struct str){0};
}

size_t place_refs(struct arena *arena, const struct record *r, struct place_ref **ret)
{
    struct place_ref *refs = NULL;
    size_t count = 0, cap = 0;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (rows[i].kind != r->kind || !strcmp(rows[i].field, "id"))
            continue;
        const struct record_field *f = field_named(r->kind, rows[i].field);
        const void *value = (const char *)&r->u + f->offset;
        const struct str_list one = {value, 1};
        const struct str_list *list = f->type == FIELD_IDS ? value : &one;
        unsigned kinds = rows[i].kinds;
        if (r->kind == RECORD_CONTROL && r->u.control.act == CONTROL_RETRACT)
            kinds = place_retractable;
        for (size_t j = 0; j < list->count; j++)
            if (list->items[j].p)
                ARENA_PUSH(arena, refs, count, cap,
                           ((struct place_ref){list->items[j], kinds, f->name}));
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
