/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/consent.h"

#include "base/json.h"
#include "door/cli/record.h"
#include "door/cli/table.h"
#include "door/cli/vault.h"
#include "door/cli/words.h"
#include "model/card.h"

struct job {
    const struct cli_verb *verb;
    struct cli_vault cv;
    struct consent_change change;
    bool changes;
    int format;
};

static void add_set(struct buf *out, unsigned set)
{
    bool any = false;
    for (int i = 0; i < PURPOSE_COUNT; i++)
        if (set >> i & 1) {
            buf_printf(out, "%s%s", any ? ", " : "", vocab_name(&vocab_purpose, i));
            any = true;
        }
    if (!any)
        buf_add(out, STR("no purpose"));
}

static void put_terms(struct arena *a, struct buf *out, const struct record_terms *t,
                      size_t width)
{
    BUF_AUTO line;
    buf_init(&line, RECORD_MAX);
    buf_printf(&line, "%s; ", vocab_name(&vocab_attribution, (int)t->attribution));
    add_set(&line, t->purposes);
    if (t->reason.p)
        buf_printf(&line, "; because: %.*s", (int)t->reason.n, t->reason.p);
    if (t->expires.p)
        buf_printf(&line, "; until %.*s", (int)t->expires.n, t->expires.p);
    if (t->withdrawn.p)
        buf_printf(&line, "; withdrawn on %.*s", (int)t->withdrawn.n, t->withdrawn.p);
    struct str id = record_short(t->id);
    table_note(out, arena_printf(a, "%.*s  %.*s", (int)id.n, id.p, (int)line.n, line.p), 2,
               width);
}

static void put_figures(struct arena *a, struct buf *out, const struct consent *c, size_t width)
{
    if (!c->figure_count) {
        buf_add(out, STR("No recorded figure rests on it.\n"));
        return;
    }
    buf_printf(out, "%zu recorded figure%s on it:\n", c->figure_count,
               c->figure_count == 1 ? " rests" : "s rest");
    for (size_t i = 0; i < c->figure_count; i++) {
        const struct record_figure *f = &c->figures[i].u.figure;
        struct str id = record_short(f->id);
        table_note(
            out,
            arena_printf(a, "%.*s  %.*s", (int)id.n, id.p, (int)f->wording.n, f->wording.p), 2,
            width);
    }
}

static void print_table(struct buf *out, struct arena *a, const struct consent *c)
{
    size_t width = table_terminal_width();
    const char *name = vocab_name(&vocab_attribution, (int)c->state.attribution);
    buf_printf(out, "account  %.*s\n", (int)c->account.n, c->account.p);
    buf_printf(out, "today    %s",
               c->state.withdrawn ? "withdrawn or ended: only that it existed may be said\n"
               : name             ? name
                                  : "not known");
    if (!c->state.withdrawn) {
        buf_add(out, STR("; "));
        add_set(out, c->state.purposes);
        buf_add_char(out, '\n');
    }
    buf_add(out, c->history_count ? STR("terms, the newest last:\n")
                                  : STR("No terms were given; these are the usual ones.\n"));
    for (size_t i = 0; i < c->history_count; i++)
        put_terms(a, out, &c->history[i].u.terms, width);
    put_figures(a, out, c, width);
}

static int print_json(struct buf *out, const struct consent *c, struct err *err)
{
    struct json_out j = {.out = out};
    json_begin_object(&j);
    json_put_key(&j, "account");
    json_put_str(&j, c->account);
    json_put_key(&j, "attribution");
    json_put_str_or_null(&j, str_of(vocab_name(&vocab_attribution, (int)c->state.attribution)));
    json_put_key(&j, "purposes");
    json_begin_array(&j);
    for (int i = 0; i < PURPOSE_COUNT; i++)
        if (c->state.purposes >> i & 1)
            json_put_str(&j, str_of(vocab_name(&vocab_purpose, i)));
    json_end_array(&j);
    json_put_key(&j, "withdrawn");
    json_put_bool(&j, c->state.withdrawn);
    json_put_key(&j, "terms");
    json_begin_array(&j);
    for (size_t i = 0; i < c->history_count; i++) {
        if (i)
            buf_add_char(out, ',');
        int e = card_print_json(out, &c->history[i], err);
        if (e)
            return e;
    }
    json_end_array(&j);
    json_put_key(&j, "figures");
    json_begin_array(&j);
    for (size_t i = 0; i < c->figure_count; i++)
        json_put_str(&j, c->figures[i].u.figure.id);
    json_end_array(&j);
    json_end_object(&j);
    buf_add_char(out, '\n');
    return 0;
}

static int consent(struct job *job, const char *typed)
{
    ARENA_AUTO a = {0};
    struct archive *archive = job->cv.v.archive;
    struct consent c;
    struct str account;
    struct err err = {0};
    int code = cli_vault_find(job->verb, &job->cv, &a, typed, 1u << RECORD_ACCOUNT, &account);
    if (code)
        return code;
    int r = job->changes ? work_consent_change(archive, &a, account, &job->change,
                                               str_of(job->cv.today), &c, &err)
                         : work_consent(archive, &a, account, &c, &err);
    BUF_AUTO out;
    buf_init(&out, SIZE_MAX / 4);
    if (!r && job->format)
        r = print_json(&out, &c, &err);
    else if (!r)
        print_table(&out, &a, &c);
    return r ? cli_fail(job->verb, &err) : cli_print(job->verb, buf_str(&out));
}

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    static const char *const formats[] = {"table", "json", NULL};
    struct job job = {.verb = verb};
    struct consent_change *change = &job.change;
    const char *terms = NULL, *expires = NULL, *reason = NULL;
    struct cli_values purposes = {0};
    bool none = false;
    const struct cli_option options[] = {
        CLI_VAULT_OPTIONS(job.cv),
        {.name = "terms", .value = &terms},
        {.name = "purpose", .values = &purposes},
        {.name = "no-purpose", .flag = &none},
        {.name = "expires", .value = &expires},
        {.name = "no-expiry", .flag = &change->forever},
        {.name = "reason", .value = &reason},
        {.name = "withdraw", .flag = &change->withdraw},
        {.name = "format", .choice = &job.format, .names = formats},
        {0},
    };
    int code = 0, files = cli_options(verb, argc, argv, options, &code);
    if (files < 0)
        return code;
    if (files != 1)
        return cli_usage(verb, "expected one ACCOUNT");
    if ((none && purposes.count) || (change->forever && expires))
        return cli_usage(verb, "give a thing or take it away, not both");
    int attribution = 0;
    code = cli_word(verb, "--terms", &vocab_attribution, terms, &attribution);
    if (!code)
        code = cli_word_set(verb, "--purpose", &vocab_purpose, &purposes, &change->purposes);
    if (!code)
        code = cli_date(verb, "--expires", expires, &change->expires);
    if (!code)
        code = cli_text(verb, "--reason", reason, &change->reason);
    change->attribution = (enum attribution)attribution;
    change->purposes_given = purposes.count || none;
    job.changes = terms || change->purposes_given || expires || change->forever || reason ||
                  change->withdraw;
    if (!code)
        code = cli_vault_open(verb, &job.cv, CLI_WRITES, NULL);
    if (code)
        return code;
    return cli_vault_close(verb, &job.cv, consent(&job, argv[0]));
}

const struct cli_verb cli_consent = {
    .name = "consent",
    .summary = "what a person agreed to: see it, change it, take it back",
    .usage =
        "usage: deponent consent [OPTIONS] ACCOUNT\n"
        "\n"
        "Without a change it shows what holds today, and what held before. What is not\n"
        "given stays as it was. Says which recorded figures rest on the account.\n"
        "\n" CLI_VAULT_USAGE
        "  --terms ATTRIBUTION     on_record, anonymity, background, deep_background or\n"
        "                          off_record\n"
        "  --purpose PURPOSE       help, statistics, publication, partners or court; may be\n"
        "                          given several times, and these are then all\n"
        "  --no-purpose            no purpose any more\n"
        "  --expires DATE          when these terms end\n"
        "  --no-expiry             they do not end by themselves\n"
        "  --withdraw              consent is taken back, from today\n"
        "  --reason TEXT           why, as @FILE from a file\n"
        "  --format FORMAT         table, the default, or json: one object\n",
    .run = run,
};
