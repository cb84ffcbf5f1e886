/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/propose.h"

#include "base/json.h"
#include "door/cli/table.h"
#include "door/cli/vault.h"
#include "work/sheet_say.h"

#include <stdio.h>

#define INDENT 5

static struct str or_dash(struct str s)
{
    return s.n ? s : STR("-");
}

static void print_row(struct buf *out, const struct work_proposals *p,
                      const struct work_proposal *row, size_t width)
{
    const struct sheet *s = &p->sheet;
    const struct sheet_statement *st = &s->statements[row->statement];
    struct str who = sheet_say_source(s, st), stance = sheet_say_stance(st);
    struct str figure = row->figure ? sheet_say_figure(s, row->figure) : STR("");
    struct str what = sheet_say_content(s, st), when = sheet_say_date(s, st->p->when);
    struct str act = row->act.p ? row->act : STR(""), where = sheet_show(s, row->where);
    struct str head =
        arena_printf(s->a, "%3u. %.*s %.*s%s%.*s", row->number, (int)who.n, who.p,
                     (int)stance.n, stance.p, figure.n ? ": " : "", (int)figure.n, figure.p);
    table_note(out, head, 0, width);
    table_note(out, what, INDENT, width);
    struct str coded = arena_printf(s->a, "act %.*s; where %.*s; when %.*s",
                                    (int)or_dash(act).n, or_dash(act).p, (int)or_dash(where).n,
                                    or_dash(where).p, (int)or_dash(when).n, or_dash(when).p);
    table_note(out, coded, INDENT, width);
    table_note(out,
               arena_printf(s->a, "bytes %zu to %zu, rule %s%s%s", row->begin, row->end,
                            st->p->rule, row->decided ? ", " : "",
                            row->decided ? vocab_name(&vocab_review, (int)row->decided) : ""),
               INDENT, width);
}

static void print_table(struct buf *out, const struct work_proposals *p, bool all)
{
    size_t width = table_terminal_width();
    buf_printf(out, "%.*s: ", (int)p->account.id.n, p->account.id.p);
    if (p->why.p)
        buf_printf(out, "%.*s; a person can enter statements with deponent edit --new\n",
                   (int)p->why.n, p->why.p);
    else
        buf_printf(out, "%zu proposal%s, %zu open\n", p->count, p->count == 1 ? "" : "s",
                   p->open);
    for (size_t i = 0; i < p->count; i++)
        if (all || p->items[i].decided == REVIEW_NONE)
            print_row(out, p, &p->items[i], width);
}

static void put_text(struct json_out *j, const char *key, struct str s)
{
    json_put_key(j, key);
    json_put_str_or_null(j, s.n ? s : (struct str){0});
}

static void put_figure(struct json_out *j, const struct sheet *s, const struct figure *f)
{
    static const struct figure none = {.counting_unit = UNIT_NONE};
    static const char *const ends[] = {"low", "best", "high"};
    const double values[] = {f ? f->low : 0, f ? f->best : 0, f ? f->high : 0};
    for (int i = 0; i < 3; i++) {
        json_put_key(j, ends[i]);
        if (f)
            json_put_number(j, values[i]);
        else
            json_put_null(j);
    }
    put_text(j, "bound", f ? str_of(figure_bound_name(f->bound)) : (struct str){0});
    const char *unit = counting_unit_name((f ? f : &none)->counting_unit);
    put_text(j, "unit", str_of(unit));
    put_text(j, "whom", f ? sheet_show(s, f->unit) : (struct str){0});
}

static void print_json(struct buf *out, const struct work_proposals *p, bool all)
{
    const struct sheet *s = &p->sheet;
    for (size_t i = 0; i < p->count; i++) {
        const struct work_proposal *row = &p->items[i];
        const struct sheet_statement *st = &s->statements[row->statement];
        if (!all && row->decided != REVIEW_NONE)
            continue;
        struct json_out j = {out, false};
        json_begin_object(&j);
        put_text(&j, "account", p->account.id);
        json_put_key(&j, "number");
        json_put_int(&j, row->number);
        put_text(&j, "statement", row->id);
        put_text(&j, "source", sheet_say_source(s, st));
        put_text(&j, "stance", str_of(stance_name(st->p->stance)));
        put_text(&j, "content", sheet_say_content(s, st));
        put_text(&j, "act", row->act);
        put_text(&j, "where", sheet_show(s, row->where));
        put_text(&j, "when", st->p->when);
        put_figure(&j, s, row->figure);
        json_put_key(&j, "begin");
        json_put_int(&j, (int64_t)row->begin);
        json_put_key(&j, "end");
        json_put_int(&j, (int64_t)row->end);
        put_text(&j, "rule", str_of(st->p->rule));
        put_text(&j, "review", str_of(vocab_name(&vocab_review, (int)row->decided)));
        json_end_object(&j);
        buf_add_char(out, '\n');
    }
}

static int propose_one(const struct cli_verb *verb, struct cli_vault *cv, const char *typed,
                       bool json, bool all)
{
    ARENA_AUTO a = {0};
    struct str account;
    int code = cli_vault_find(verb, cv, &a, typed, 1u << RECORD_ACCOUNT, &account);
    if (code)
        return code;
    struct work_proposals p;
    struct err err = {0};
    if (work_propose(cv->v.archive, &a, account, &p, &err) != 0)
        return cli_fail(verb, &err);
    BUF_AUTO out;
    buf_init(&out, SIZE_MAX / 4);
    if (json)
        print_json(&out, &p, all);
    else
        print_table(&out, &p, all);
    return cli_print(verb, buf_str(&out));
}

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    static const char *const formats[] = {"table", "json", NULL};
    struct cli_vault cv = {0};
    int format = 0, code = 0;
    bool all = false;
    const struct cli_option options[] = {
        CLI_VAULT_OPTIONS(cv),
        {.name = "format", .choice = &format, .names = formats},
        {.name = "all", .flag = &all},
        {0},
    };
    int count = cli_options(verb, argc, argv, options, &code);
    if (count < 0)
        return code;
    if (count == 0)
        return cli_usage(verb, "no ACCOUNT is given; deponent list shows them");
    code = cli_vault_open(verb, &cv, CLI_WRITES, NULL);
    if (code)
        return code;
    for (int i = 0; i < count; i++)
        code = cli_worse(code, propose_one(verb, &cv, argv[i], format == 1, all));
    return cli_vault_close(verb, &cv, code);
}

const struct cli_verb cli_propose = {
    .name = "propose",
    .summary = "list who said what, how many and when in an account, for a person to decide",
    .usage = "usage: deponent propose [--format table|json] [--all] ACCOUNT...\n"
             "\n"
             "Reads the text of each ACCOUNT and lists numbered proposals that nobody has\n"
             "decided yet. deponent accept and deponent reject take the numbers.\n"
             "\n"
             "  --all                   also those that are decided\n"
             "  --format FORMAT         table, the default, or json: one object a "
             "line\n" CLI_VAULT_USAGE,
    .run = run,
};
