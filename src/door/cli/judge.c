/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/judge.h"

#include "door/cli/undo.h"
#include "door/cli/words.h"

struct job {
    const struct cli_verb *verb;
    struct cli_vault cv;
    const char *undo;
    struct cli_values typed;
    unsigned grounds;
    int value;
    char **argv;
};

static int judge(struct job *job)
{
    ARENA_AUTO a = {0};
    struct err err = {0};
    struct str first, second, id;
    int code = cli_vault_find(job->verb, &job->cv, &a, job->argv[0], 1u << RECORD_NODE, &first);
    if (!code)
        code =
            cli_vault_find(job->verb, &job->cv, &a, job->argv[1], 1u << RECORD_NODE, &second);
    if (code)
        return code;
    if (work_judge(job->cv.v.archive, &a, first, second, (enum judgement_value)job->value,
                   job->grounds, &id, &err))
        return cli_fail(job->verb, &err);
    return cli_print(job->verb, arena_printf(&a, "%.*s\n", (int)id.n, id.p));
}

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    struct job job = {.verb = verb, .argv = argv};
    int code = 0;
    const struct cli_option options[] = {
        CLI_VAULT_OPTIONS(job.cv),
        {.name = "ground", .values = &job.typed},
        {.name = "undo", .value = &job.undo},
        {0},
    };
    int count = cli_options(verb, argc, argv, options, &code);
    if (count < 0)
        return code;
    if (job.undo)
        return count || job.typed.count
                   ? cli_usage(verb, "--undo stands alone")
                   : cli_undo(verb, &job.cv, job.undo, 1u << RECORD_JUDGEMENT);
    if (count != 3)
        return cli_usage(verb, "expected two nodes and same, different or unsure");
    code = cli_word(verb, "the judgement", &vocab_judgement, argv[2], &job.value);
    if (!code)
        code = cli_word_set(verb, "--ground", &vocab_ground, &job.typed, &job.grounds);
    if (!code)
        code = cli_vault_open(verb, &job.cv, CLI_WRITES, NULL);
    return code ? code : cli_vault_close(verb, &job.cv, judge(&job));
}

const struct cli_verb cli_judge = {
    .name = "judge",
    .summary = "say that two persons, groups or events are the same, different, or unsure",
    .usage = "usage: deponent judge A B same|different|unsure [--ground GROUND]...\n"
             "       deponent judge --undo ID\n"
             "\n"
             "A and B are nodes, as deponent edit makes them and deponent show lists them.\n"
             "Prints the id of the judgement; of several about one pair the last\n"
             "stands.\n"
             "\n"
             "  --ground GROUND         name, date, place, document, relative, description,\n"
             "                          reviewer or program; may be given several times\n"
             "  --undo ID               take a judgement back\n" CLI_VAULT_USAGE,
    .run = run,
};
