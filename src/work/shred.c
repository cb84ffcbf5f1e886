/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/shred.h"

#include "base/json.h"
#include "base/markup.h"
#include "base/time.h"

struct looking {
    struct work_shred *s;
    struct arena *a;
    struct str today;
    size_t cap;
};

/* Is the last day that `expires` can mean before `today`? What is no EDTF has not expired. */
static bool is_over(struct str expires, struct str today)
{
    struct time_edtf end, now;
    return expires.p && time_parse(expires, &end, NULL) == 0 &&
           time_parse(today, &now, NULL) == 0 &&
           time_days_of(&end).last < time_days_of(&now).first;
}

static int take_copy(void *context, const struct record *r, struct err *err)
{
    (void)err;
    struct looking *l = context;
    const struct record_custody *c = &r->u.custody;
    bool leaves = c->act == CUSTODY_TRANSFER || c->act == CUSTODY_BACKUP;
    if (!leaves || is_over(c->expires, l->today))
        return 0;
    struct work_shred_copy copy = {
        arena_copy(l->a, c->id), arena_copy(l->a, c->day), arena_copy(l->a, c->to), {NULL, 0}};
    if (c->expires.p)
        copy.expires = arena_copy(l->a, c->expires);
    ARENA_PUSH(l->a, l->s->copies, l->s->copy_count, l->cap, copy);
    return 0;
}

int work_shred_look(struct archive *archive, struct arena *a, struct str account,
                    struct str today, struct work_shred *ret, struct err *err)
{
    *ret = (struct work_shred){.account = account};
    struct looking l = {ret, a, today, 0};
    ARENA_AUTO scratch = {0};
    int r = archive_figures_on(archive, a, account, &ret->figures, &ret->figure_count, err);
    struct archive_account seen = {0};
    if (!r)
        r = archive_account(archive, a, account, PURPOSE_HELP, &seen, err);
    if (!r)
        ret->statements = seen.statements;
    if (!r)
        r = archive_each_record(archive, &scratch, RECORD_CUSTODY, (struct str){NULL, 0},
                                PURPOSE_HELP, take_copy, &l, err);
    return r;
}

void work_shred_print_table(struct buf *out, const struct work_shred *s, bool done)
{
    buf_printf(out, "%s account %.*s and its %zu statement%s.\n",
               done ? "Shredded:" : "To be shredded:", (int)s->account.n, s->account.p,
               s->statements, s->statements == 1 ? "" : "s");
    for (size_t i = 0; i < s->figure_count; i++) {
        buf_add(out, STR("  a recorded figure rests on it: "));
        markup_terminal(out, s->figures[i]);
        buf_add_char(out, '\n');
    }
    for (size_t i = 0; i < s->copy_count; i++) {
        const struct work_shred_copy *c = &s->copies[i];
        buf_add(out, STR("  a copy of "));
        markup_terminal(out, c->day);
        buf_add(out, c->expires.p ? STR(", to be destroyed by ") : STR(", with no end set"));
        markup_terminal(out, c->expires);
        buf_add(out, STR(", still opens it: "));
        markup_terminal(out, c->to.p ? c->to : c->id);
        buf_add_char(out, '\n');
    }
}

void work_shred_print_json(struct buf *out, const struct work_shred *s, bool done)
{
    struct json_out j = {.out = out};
    json_begin_object(&j);
    json_put_key(&j, "account");
    json_put_str(&j, s->account);
    json_put_key(&j, "shredded");
    json_put_bool(&j, done);
    json_put_key(&j, "statements");
    json_put_int(&j, (int64_t)s->statements);
    json_put_key(&j, "figures");
    json_begin_array(&j);
    for (size_t i = 0; i < s->figure_count; i++)
        json_put_str(&j, s->figures[i]);
    json_end_array(&j);
    json_put_key(&j, "copies");
    json_begin_array(&j);
    for (size_t i = 0; i < s->copy_count; i++) {
        const struct work_shred_copy *c = &s->copies[i];
        json_begin_object(&j);
        json_put_key(&j, "custody");
        json_put_str(&j, c->id);
        json_put_key(&j, "day");
        json_put_str(&j, c->day);
        json_put_key(&j, "to");
        json_put_str_or_null(&j, c->to);
        json_put_key(&j, "expires");
        json_put_str_or_null(&j, c->expires);
        json_end_object(&j);
    }
    json_end_array(&j);
    json_end_object(&j);
    buf_add_char(out, '\n');
}
