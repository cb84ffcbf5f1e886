/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "door/cli/undo.h"
#include "door/cli/words.h"
#include "work/judge.h"

#define ENDS (1u << RECORD_ACCOUNT | 1u << RECORD_SOURCE | 1u << RECORD_STATEMENT)

struct job {
    const struct cli_verb *verb;
    struct cli_vault cv;
    const char *undo, *typed_kind, *typed_certainty;
    int kind, certainty;
    char **argv;
};

static int derive(struct job *job)
{
    ARENA_AUTO a = {0};
    struct err err = {0};
    struct str from, to, id;
    int code = cli_vault_find(job->verb, &job->cv, &a, job->argv[0], ENDS, &from);
    if (!code)
        code = cli_vault_find(job->verb, &job->cv, &a, job->argv[1], ENDS | 1u << RECORD_FIGURE,
                              &to);
    if (code)
        return code;
    if (work_derive(job->cv.v.archive, &a, from, to, (enum derivation_kind)job->kind,
                    (enum certainty)job->certainty, &id, &err))
        return cli_fail(job->verb, &err);
    return cli_print(job->verb, arena_printf(&a, "%.*s\n", (int)id.n, id.p));
}

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    struct job job = {.verb = verb,
                      .argv = argv,
                      .kind = DERIVATION_DERIVED,
                      .certainty = CERTAINTY_ESTABLISHED};
    int code = 0;
    const struct cli_option options[] = {
        CLI_VAULT_OPTIONS(job.cv),
        {.name = "kind", .value = &job.typed_kind},
        {.name = "certainty", .value = &job.typed_certainty},
        {.name = "undo", .value = &job.undo},
        {0},
    };
    int count = cli_options(verb, argc, argv, options, &code);
    if (count < 0)
        return code;
    if (job.undo)
        return count || job.typed_kind || job.typed_certainty
                   ? cli_usage(verb, "--undo stands alone")
                   : cli_undo(verb, &job.cv, job.undo, 1u << RECORD_DERIVATION);
    if (count != 2)
        return cli_usage(verb, "expected FROM and TO: FROM comes from TO");
    code = cli_word(verb, "--kind", &vocab_derivation, job.typed_kind, &job.kind);
    if (!code)
        code = cli_word(verb, "--certainty", &vocab_certainty, job.typed_certainty,
                        &job.certainty);
    if (!code)
        code = cli_vault_open(verb, &job.cv, CLI_WRITES, NULL);
    return code ? code : cli_vault_close(verb, &job.cv, derive(&job));
}

const struct cli_verb cli_derive = {
    .name = "derive",
    .summary = "say that one report comes from another, so that it is no origin of its own",
    .usage = "usage: deponent derive FROM TO [--kind KIND] [--certainty CERTAINTY]\n"
             "       deponent derive --undo ID\n"
             "\n"
             "FROM and TO are accounts, sources or statements; TO may also be a figure of\n"
             "ours. Prints the id of the derivation.\n"
             "\n"
             "  --kind KIND             quoted, derived (default), primary, revises or\n"
             "                          common_origin\n"
             "  --certainty CERTAINTY   established (default), possible or excluded\n"
             "  --undo ID               take a derivation back\n" CLI_VAULT_USAGE,
    .run = run,
};
