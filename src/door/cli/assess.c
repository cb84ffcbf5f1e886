/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "door/cli/undo.h"
#include "door/cli/words.h"
#include "work/judge.h"

#define ASSESSED (1u << RECORD_ACCOUNT | 1u << RECORD_SOURCE | 1u << RECORD_STATEMENT)

struct job {
    const struct cli_verb *verb;
    struct cli_vault cv;
    const char *undo, *source, *information, *reason;
    struct work_grades grades;
    char **argv;
};

static int assess(struct job *job)
{
    ARENA_AUTO a = {0};
    struct err err = {0};
    struct str of, ids[2];
    size_t count = 0;
    enum record_kind kind;
    if (archive_find(job->cv.v.archive, &a, str_of(job->argv[0]), ASSESSED, &kind, &of, &err) ||
        work_assess(job->cv.v.archive, &a, kind, of, &job->grades, ids, &count, &err))
        return cli_fail(job->verb, &err);
    BUF_AUTO out;
    buf_init(&out, 256);
    for (size_t i = 0; i < count; i++)
        buf_printf(&out, "%.*s\n", (int)ids[i].n, ids[i].p);
    return cli_print(job->verb, buf_str(&out));
}

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    struct job job = {.verb = verb, .argv = argv};
    int code = 0, source = 0, information = 0;
    const struct cli_option options[] = {
        CLI_VAULT_OPTIONS(job.cv),
        {.name = "source-grade", .value = &job.source},
        {.name = "information-grade", .value = &job.information},
        {.name = "reason", .value = &job.reason},
        {.name = "undo", .value = &job.undo},
        {0},
    };
    int count = cli_options(verb, argc, argv, options, &code);
    if (count < 0)
        return code;
    if (job.undo)
        return count || job.source || job.information || job.reason
                   ? cli_usage(verb, "--undo stands alone")
                   : cli_undo(verb, &job.cv, job.undo, 1u << RECORD_ASSESSMENT);
    if (count != 1)
        return cli_usage(verb, "expected one ID of a source, an account or a statement");
    code = cli_word(verb, "--source-grade", &vocab_grade, job.source, &source);
    if (!code)
        code = cli_word(verb, "--information-grade", &vocab_information, job.information,
                        &information);
    if (!code)
        code = cli_text(verb, "--reason", job.reason, &job.grades.reason);
    if (!code && !source && !information)
        code = cli_usage(verb, "give --source-grade A-F, --information-grade 1-6 or both");
    job.grades.source = (enum source_grade)source;
    job.grades.information = (enum information_grade)information;
    if (!code)
        code = cli_vault_open(verb, &job.cv, CLI_WRITES, NULL);
    return code ? code : cli_vault_close(verb, &job.cv, assess(&job));
}

const struct cli_verb cli_assess = {
    .name = "assess",
    .summary = "grade a source A to F and what it says 1 to 6",
    .usage = "usage: deponent assess ID [--source-grade A-F] [--information-grade 1-6]\n"
             "                       [--reason TEXT]\n"
             "       deponent assess --undo ID\n"
             "\n"
             "ID is a source, an account or a statement. The grade of a source is written\n"
             "for the source of an account or statement. Prints the id of each assessment.\n"
             "\n"
             "  --source-grade G        A reliable to E unreliable, F cannot be judged\n"
             "  --information-grade N   1 confirmed to 5 improbable, 6 cannot be judged\n"
             "  --reason TEXT           why; @FILE takes it from FILE\n"
             "  --undo ID               take an assessment back\n" CLI_VAULT_USAGE,
    .run = run,
};
