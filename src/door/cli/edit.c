/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/edit.h"

#include "door/cli/vault.h"
#include "door/cli/words.h"

#define FIELDS_MAX 32

struct job {
    const struct cli_verb *verb;
    struct cli_vault cv;
    struct arena arena;
    int kind; /* with --new: in `kinds` */
    bool make;
    const char *typed; /* what is edited, or the account */
    struct str fields[FIELDS_MAX];
    size_t count;
};

static const char *const kinds[] = {"none", "statement", "node", NULL};

/* "name=@FILE": the value is in the file. */
static int take_field(struct job *job, const char *arg)
{
    struct str whole = str_of(arg), value;
    size_t equals = str_find(whole, STR("="), 0);
    if (equals == STR_NONE || equals == 0)
        return cli_usage(job->verb, "%.40s: expected FIELD=VALUE", arg);
    if (job->count == FIELDS_MAX)
        return cli_usage(job->verb, "more than %d fields", FIELDS_MAX);
    job->fields[job->count] = whole;
    if (arg[equals + 1]) {
        const char *name = arena_cstr(&job->arena, str_slice(whole, 0, equals));
        int code = cli_text(job->verb, name, arg + equals + 1, &value);
        if (code)
            return code;
        job->fields[job->count] =
            arena_printf(&job->arena, "%s=%.*s", name, (int)value.n, value.p);
    }
    job->count++;
    return 0;
}

static int edit(struct job *job)
{
    struct archive *archive = job->cv.v.archive;
    struct err err = {0};
    struct str id, made;
    unsigned among = job->make ? 1u << RECORD_ACCOUNT : WORK_EDITABLE;
    int code = cli_vault_find(job->verb, &job->cv, &job->arena, job->typed, among, &id);
    if (code)
        return code;
    if (!job->make)
        return work_edit(archive, &job->arena, id, job->fields, job->count, &err)
                   ? cli_fail(job->verb, &err)
                   : 0;
    enum record_kind kind = job->kind == 2 ? RECORD_NODE : RECORD_STATEMENT;
    if (work_edit_new(archive, &job->arena, kind, id, job->fields, job->count, &made, &err))
        return cli_fail(job->verb, &err);
    return cli_print(job->verb, arena_printf(&job->arena, "%.*s\n", (int)made.n, made.p));
}

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    struct job job = {.verb = verb};
    int code = 0;
    const struct cli_option options[] = {
        CLI_VAULT_OPTIONS(job.cv),
        {.name = "new", .choice = &job.kind, .names = kinds},
        {0},
    };
    int count = cli_options(verb, argc, argv, options, &code);
    if (count < 0)
        return code;
    job.make = job.kind > 0;
    if (count == 0)
        return cli_usage(verb, job.make ? "which ACCOUNT is it in?" : "what is to be edited?");
    if (count == 1 && job.kind != 2)
        return cli_usage(verb, "no FIELD=VALUE is given");
    job.typed = argv[0];
    for (int i = 1; i < count && !code; i++)
        code = take_field(&job, argv[i]);
    if (!code)
        code = cli_vault_open(verb, &job.cv, CLI_WRITES, NULL);
    if (!code)
        code = cli_vault_close(verb, &job.cv, edit(&job));
    arena_free(&job.arena);
    return code;
}

const struct cli_verb cli_edit = {
    .name = "edit",
    .summary = "write fields of a statement, node or source anew, or enter a new one",
    .usage = "usage: deponent edit ID FIELD=VALUE...\n"
             "       deponent edit --new statement|node ACCOUNT FIELD=VALUE...\n"
             "\n"
             "ID is a statement, a node or a source. What was there stays in the ledger; the\n"
             "new version stands. FIELD= takes a field out; FIELD=@FILE takes its value from\n"
             "FILE. deponent-card(5) tells the fields.\n"
             "\n"
             "  --new KIND              enter a statement or node that nobody proposed, and\n"
             "                          print its id; a statement asserts, a node is a person\n"
             "                          unless fields say otherwise\n" CLI_VAULT_USAGE,
    .run = run,
};
