/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "door/cli/account.h"
#include "door/cli/record.h"
#include "door/cli/table.h"
#include "door/cli/vault.h"
#include "door/cli/words.h"

#define PRINT_AT ((size_t)64 << 10)

struct job {
    const struct cli_verb *verb;
    struct cli_vault cv;
    struct arena row; /* of one row */
    struct buf out;
    struct table table;
    int format, code;
    uint64_t rows;
};

static const struct vocab *kinds(void)
{
    static const char *names[RECORD_COUNT];
    static const struct vocab v = {"kind of record", names, RECORD_COUNT};
    for (int i = 0; i < RECORD_COUNT; i++)
        names[i] = record_shapes[i].name;
    return &v;
}

/* Prints what has gathered; an exit code is kept, and the listing stopped. */
static int put_out(struct job *job, bool all, struct err *err)
{
    arena_reset(&job->row);
    if (job->out.n < PRINT_AT && !all)
        return 0;
    job->code = cli_print(job->verb, buf_str(&job->out));
    buf_clear(&job->out);
    return job->code ? err_set(err, ERR_CANCELLED, "standard output is closed") : 0;
}

static int put_account(void *context, const struct archive_account *account, struct err *err)
{
    struct job *job = context;
    job->rows++;
    if (job->format) {
        account_print_json(&job->out, &job->row, account, PURPOSE_HELP);
        return put_out(job, false, err);
    }
    const struct str cells[] = {
        record_short(account->id),
        account->received,
        account->channel,
        account_terms(&job->row, account),
        account_who(&job->row, account),
    };
    table_row(&job->out, &job->table, cells);
    return put_out(job, false, err);
}

static int put_record(void *context, const struct record *r, struct err *err)
{
    struct job *job = context;
    job->rows++;
    if (job->format) {
        int e = record_print_object(&job->out, r, err);
        return e ? e : put_out(job, false, err);
    }
    struct str id, brief;
    memcpy(&id, &r->u, sizeof id); /* the first field of every kind */
    int e = record_print_brief(&job->row, r, &brief, err);
    if (e)
        return e;
    table_row(&job->out, &job->table, (struct str[]){record_short(id), brief});
    return put_out(job, false, err);
}

static int list_accounts(struct job *job, struct err *err)
{
    ARENA_AUTO a = {0};
    size_t width = table_terminal_width(), rest = width - RECORD_SHORT_ID - 10 - 10 - 4;
    job->table = (struct table){
        .columns = 5,
        .width = {RECORD_SHORT_ID, 10, 10, rest * 2 / 5, rest - rest * 2 / 5},
        .lines_max = 3,
    };
    if (!job->format)
        table_row(&job->out, &job->table,
                  (struct str[]){STR("account"), STR("received"), STR("channel"), STR("terms"),
                                 STR("source")});
    return archive_list(job->cv.v.archive, &a, PURPOSE_HELP, put_account, job, err);
}

static int list_records(struct job *job, enum record_kind kind, struct str of, struct err *err)
{
    ARENA_AUTO a = {0};
    job->table = (struct table){
        .columns = 2,
        .width = {RECORD_SHORT_ID, table_terminal_width() - RECORD_SHORT_ID - 1},
        .lines_max = 8,
    };
    return archive_each_record(job->cv.v.archive, &a, kind, of, PURPOSE_HELP, put_record, job,
                               err);
}

static int list(struct job *job, enum record_kind kind, const char *of_typed)
{
    ARENA_AUTO a = {0};
    struct str of = {NULL, 0};
    struct err err = {0};
    if (of_typed) {
        int code = cli_vault_find(job->verb, &job->cv, &a, of_typed,
                                  1u << RECORD_ACCOUNT | 1u << RECORD_SOURCE, &of);
        if (code)
            return code;
    }
    buf_init(&job->out, SIZE_MAX / 4);
    int r =
        kind == RECORD_ACCOUNT ? list_accounts(job, &err) : list_records(job, kind, of, &err);
    if (!r && !job->format && job->rows == 0) {
        buf_clear(&job->out);
        buf_printf(&job->out, "There is no %s in this archive.\n", record_shapes[kind].name);
    }
    if (!r)
        r = put_out(job, true, &err);
    int code = job->code ? job->code : r ? cli_fail(job->verb, &err) : 0;
    arena_free(&job->row);
    buf_free(&job->out);
    return code;
}

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    static const char *const formats[] = {"table", "json", NULL};
    struct job job = {.verb = verb};
    const char *of = NULL;
    const struct cli_option options[] = {
        CLI_VAULT_OPTIONS(job.cv),
        {.name = "of", .value = &of},
        {.name = "format", .choice = &job.format, .names = formats},
        {0},
    };
    int code = 0, files = cli_options(verb, argc, argv, options, &code);
    if (files < 0)
        return code;
    if (files > 1)
        return cli_usage(verb, "expected one KIND");
    int kind = RECORD_ACCOUNT;
    code = cli_word(verb, "KIND", kinds(), files ? argv[0] : NULL, &kind);
    if (code)
        return code;
    if (of && kind == RECORD_ACCOUNT)
        return cli_usage(verb, "--of is for other kinds than account");
    /* Records of other kinds may hold words of an account: reading them leaves a trace. */
    code = cli_vault_open(verb, &job.cv, kind == RECORD_ACCOUNT ? CLI_LOOKS : CLI_WRITES, NULL);
    if (code)
        return code;
    return cli_vault_close(verb, &job.cv, list(&job, (enum record_kind)kind, of));
}

const struct cli_verb cli_list = {
    .name = "list",
    .summary = "which accounts, or other records, there are",
    .usage =
        "usage: deponent list [--archive DIR] [--of ID] [--format table|json] [KIND]\n"
        "\n"
        "KIND is account, when it is not given, or source, terms, statement, node,\n"
        "judgement, derivation, assessment, casework, vocab, figure, custody, support or\n"
        "control. A table shows the first characters of an id; they are enough to name it.\n"
        "\n" CLI_VAULT_USAGE
        "  --of ID                 only what belongs to this account or source\n"
        "  --format FORMAT         table, the default, or json: one object a line\n",
    .run = run,
};
