/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "door/cli/record.h"
#include "door/cli/table.h"
#include "door/cli/vault.h"

#define ACCOUNTS_SHOWN 12

struct job {
    const struct cli_verb *verb;
    struct cli_vault cv;
    struct buf out;
    struct table table;
    int format;
    uint64_t rows;
};

static struct str what_for(struct arena *a, const struct record_custody *c)
{
    BUF_AUTO out;
    buf_init(&out, RECORD_MAX);
    for (int i = 0; i < PURPOSE_COUNT; i++)
        if (c->purpose >> i & 1)
            buf_printf(&out, "%s%s", out.n ? ", " : "", vocab_name(&vocab_purpose, i));
    if (c->to.p)
        buf_printf(&out, "%sto %.*s", out.n ? "; " : "", (int)c->to.n, c->to.p);
    if (c->reason.p)
        buf_printf(&out, "%s%.*s", out.n ? "; " : "", (int)c->reason.n, c->reason.p);
    if (c->expires.p)
        buf_printf(&out, "%suntil %.*s", out.n ? "; " : "", (int)c->expires.n, c->expires.p);
    return out.n ? arena_copy(a, buf_str(&out)) : STR("");
}

static struct str accounts(struct arena *a, const struct str_list *of)
{
    BUF_AUTO out;
    buf_init(&out, RECORD_MAX);
    for (size_t i = 0; i < of->count && i < ACCOUNTS_SHOWN; i++) {
        struct str id = record_short(of->items[i]);
        buf_printf(&out, "%s%.*s", i ? " " : "", (int)id.n, id.p);
    }
    if (of->count > ACCOUNTS_SHOWN)
        buf_printf(&out, " and %zu more", of->count - ACCOUNTS_SHOWN);
    return out.n ? arena_copy(a, buf_str(&out)) : STR("");
}

static int put(void *context, const struct record *r, struct err *err)
{
    struct job *job = context;
    const struct record_custody *c = &r->u.custody;
    job->rows++;
    if (job->format)
        return record_print_object(&job->out, r, err);
    ARENA_AUTO a = {0};
    const char *act = vocab_name(&vocab_custody, (int)c->act);
    const struct str cells[] = {c->day, c->by, str_of(act), accounts(&a, &c->of),
                                what_for(&a, c)};
    table_row(&job->out, &job->table, cells);
    return 0;
}

static int print_log(struct job *job, const char *typed)
{
    ARENA_AUTO a = {0};
    struct str of = {NULL, 0};
    struct err err = {0};
    int code = typed ? cli_vault_find(job->verb, &job->cv, &a, typed,
                                      1u << RECORD_ACCOUNT | 1u << RECORD_SOURCE, &of)
                     : 0;
    if (code)
        return code;
    size_t rest = table_terminal_width() - 10 - 16 - 8 - 4;
    job->table = (struct table){
        .columns = 5, .width = {10, 16, 8, rest / 2, rest - rest / 2}, .lines_max = 8};
    buf_init(&job->out, SIZE_MAX / 4);
    if (!job->format)
        table_row(
            &job->out, &job->table,
            (struct str[]){STR("day"), STR("by"), STR("what"), STR("accounts"), STR("for")});
    if (archive_each_record(job->cv.v.archive, &a, RECORD_CUSTODY, of, PURPOSE_HELP, put, job,
                            &err)) {
        code = cli_fail(job->verb, &err);
    } else {
        if (!job->format && job->rows == 0) {
            buf_clear(&job->out);
            buf_add(&job->out, STR("Nobody has read or exported anything of it.\n"));
        }
        code = cli_print(job->verb, buf_str(&job->out));
    }
    buf_free(&job->out);
    return code;
}

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    static const char *const formats[] = {"table", "json", NULL};
    struct job job = {.verb = verb};
    const struct cli_option options[] = {
        CLI_VAULT_OPTIONS(job.cv),
        {.name = "format", .choice = &job.format, .names = formats},
        {0},
    };
    int code = 0, files = cli_options(verb, argc, argv, options, &code);
    if (files < 0)
        return code;
    if (files > 1)
        return cli_usage(verb, "expected one ID");
    code = cli_vault_open(verb, &job.cv, CLI_LOOKS, NULL);
    if (code)
        return code;
    return cli_vault_close(verb, &job.cv, print_log(&job, files ? argv[0] : NULL));
}

const struct cli_verb cli_log = {
    .name = "log",
    .summary = "who read, exported or passed on what, when and what for",
    .usage = "usage: deponent log [--archive DIR] [--format table|json] [ID]\n"
             "\n"
             "ID is an account or a source; without it, everything is shown.\n"
             "\n" CLI_VAULT_USAGE
             "  --format FORMAT         table, the default, or json: one object a line\n",
    .run = run,
};
