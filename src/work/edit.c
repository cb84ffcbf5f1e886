/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A record is edited as a card: lines of fields that are given anew are taken out, the new ones
 * put in, and the whole is parsed as any card is. So there is one way in for every value.
 */
#include "work/edit.h"

#include "model/card.h"

#include <math.h>

/* What the program keeps itself. */
static bool is_kept(struct str name)
{
    static const char *const kept[] = {"card", "id", "account", "rule", "review"};
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        if (str_eq(name, str_of(kept[i])))
            return true;
    return false;
}

struct change {
    struct str name, value;
};

static const struct record_field *field_of(enum record_kind kind, struct str name)
{
    const struct record_shape *shape = &record_shapes[kind];
    for (size_t i = 0; i < shape->count; i++)
        if (str_eq(name, str_of(shape->fields[i].name)))
            return &shape->fields[i];
    return NULL;
}

static int no_field(enum record_kind kind, struct str name, struct err *err)
{
    const struct record_shape *shape = &record_shapes[kind];
    BUF_AUTO list;
    buf_init(&list, ERR_TEXT_MAX);
    for (size_t i = 0; i < shape->count; i++)
        if (!is_kept(str_of(shape->fields[i].name)))
            buf_printf(&list, "%s%s", list.n ? ", " : "", shape->fields[i].name);
    return err_set(err, ERR_INPUT,
                   "\"%.*s\" is no field of a %s that can be written; those are %.*s",
                   name.n > 40 ? 40 : (int)name.n, name.p, shape->name, (int)list.n, list.p);
}

static int take_changes(struct arena *a, enum record_kind kind, const struct str *fields,
                        size_t count, struct change **ret, struct err *err)
{
    struct change *changes = ARENA_NEW(a, count + 1, struct change);
    for (size_t i = 0; i < count; i++) {
        size_t equals = str_find(fields[i], STR("="), 0);
        if (equals == STR_NONE)
            return err_set(err, ERR_INPUT, "\"%.*s\": expected FIELD=VALUE",
                           fields[i].n > 40 ? 40 : (int)fields[i].n, fields[i].p);
        struct str name = str_slice(fields[i], 0, equals);
        if (is_kept(name) || !field_of(kind, name))
            return no_field(kind, name, err);
        changes[i] = (struct change){name, str_slice(fields[i], equals + 1, fields[i].n)};
        for (size_t k = 0; k < i; k++)
            if (str_eq(changes[k].name, name))
                return err_set(err, ERR_INPUT, "%.*s is given twice", (int)name.n, name.p);
    }
    *ret = changes;
    return 0;
}

/* The lines of the card but for those of fields that are given anew. */
static void keep_lines(struct buf *out, struct str card, const struct change *changes,
                       size_t count)
{
    struct str rest = card, line;
    bool keep = true;
    while (str_next_line(&rest, &line)) {
        size_t colon = str_find(line, STR(":"), 0);
        if (!str_starts(line, STR(" ")) && colon != STR_NONE) {
            keep = true;
            for (size_t i = 0; i < count; i++)
                keep &= !str_eq(changes[i].name, str_slice(line, 0, colon));
        }
        if (!keep)
            continue;
        buf_add(out, line);
        buf_add_char(out, '\n');
    }
}

static void add_lines(struct buf *out, const struct change *changes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct str v = changes[i].value;
        if (v.n == 0)
            continue;
        buf_printf(out, "%.*s: ", (int)changes[i].name.n, changes[i].name.p);
        for (size_t k = 0; k < v.n; k++) {
            buf_add_char(out, v.p[k]);
            if (v.p[k] == '\n')
                buf_add_char(out, ' ');
        }
        buf_add_char(out, '\n');
    }
}

static int check_range(const struct record *r, struct err *err)
{
    const struct record_statement *t = &r->u.statement;
    if (r->kind != RECORD_STATEMENT)
        return 0;
    if (t->low < 0 || t->best < 0 || t->high < 0)
        return err_set(err, ERR_INPUT, "low, best and high are numbers from 0");
    if (t->low > t->high || t->low > t->best || t->best > t->high)
        return err_set(err, ERR_INPUT, "low, best and high must stand in that order");
    return 0;
}

int work_edit_fields(struct arena *a, const struct record *old, const struct str *fields,
                     size_t count, struct record *ret, struct err *err)
{
    struct change *changes = NULL;
    BUF_AUTO card, text;
    buf_init(&card, RECORD_MAX);
    buf_init(&text, 2 * RECORD_MAX);
    int r = take_changes(a, old->kind, fields, count, &changes, err);
    if (!r)
        r = card_print(&card, old, err);
    if (r)
        return r;
    keep_lines(&text, buf_str(&card), changes, count);
    add_lines(&text, changes, count);
    struct str rest = buf_str(&text);
    size_t line = 0;
    bool end;
    struct record made = {0};
    r = buf_check(&text, "what is given", err);
    if (!r)
        r = card_next(a, &rest, &line, "what is given", &made, &end, err);
    if (!r)
        r = check_range(&made, err);
    if (!r)
        *ret = made;
    return r;
}

int work_edit(struct archive *archive, struct arena *a, struct str id, const struct str *fields,
              size_t count, struct err *err)
{
    struct record old, made;
    int r = archive_record_whole(archive, a, id, &old, err);
    if (!r && !(WORK_EDITABLE >> old.kind & 1))
        return err_set(err, ERR_INPUT,
                       "%.*s is of kind %s; statements, nodes and sources can be "
                       "edited",
                       (int)id.n, id.p, record_shapes[old.kind].name);
    if (!r)
        r = work_edit_fields(a, &old, fields, count, &made, err);
    if (r)
        return r;
    if (made.kind == RECORD_STATEMENT && made.u.statement.rule.p)
        made.u.statement.review = REVIEW_EDITED;
    return archive_append(archive, &made, 1, err);
}

/* From which ends are given, when nobody says. */
static enum figure_bound implied_bound(const struct record_statement *t)
{
    if (isnan(t->low) && isnan(t->high))
        return FIGURE_VAGUE;
    if (isnan(t->low))
        return FIGURE_AT_MOST;
    if (isnan(t->high))
        return FIGURE_AT_LEAST;
    return t->low == t->high ? FIGURE_EXACT : FIGURE_RANGE;
}

int work_edit_new(struct archive *archive, struct arena *a, enum record_kind kind,
                  struct str account, const struct str *fields, size_t count,
                  struct str *ret_id, struct err *err)
{
    struct record empty, made;
    record_init(&empty, kind);
    struct str id = id_print(a, id_new());
    bool bound = false;
    for (size_t i = 0; i < count; i++)
        bound |= str_starts(fields[i], STR("bound="));
    if (kind == RECORD_NODE) {
        empty.u.node = (struct record_node){.id = id, .account = account, .type = NODE_PERSON};
    } else if (kind == RECORD_STATEMENT) {
        empty.u.statement.id = id;
        empty.u.statement.account = account;
        empty.u.statement.stance = STANCE_ASSERTS;
    } else {
        return err_set(err, ERR_INPUT, "a %s cannot be made so; statements and nodes can",
                       record_shapes[kind].name);
    }
    int r = work_edit_fields(a, &empty, fields, count, &made, err);
    if (r)
        return r;
    if (kind == RECORD_STATEMENT && !bound)
        made.u.statement.bound = implied_bound(&made.u.statement);
    r = archive_append(archive, &made, 1, err);
    if (!r)
        *ret_id = id;
    return r;
}
