/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/backup.h"

#include "base/time.h"
#include "door/cli/keys.h"
#include "door/cli/vault.h"

#include <stdio.h>

struct job {
    struct cli_vault cv;
    struct cli_values recipients, files;
    const char *output, *expires;
};

static int backup(const struct cli_verb *verb, struct job *job, const struct age_recipients *to)
{
    ARENA_AUTO a = {0};
    const struct work_backup_options options = {
        .dir = job->cv.dir,
        .output = job->output,
        .to = to,
        .to_text = cli_recipients_say(&a, to),
        .expires = str_of(job->expires),
        .age = {.threads = 2},
    };
    struct err err = {0};
    if (work_backup(job->cv.v.archive, &options, &err))
        return cli_fail(verb, &err);
    (void)fprintf(stderr,
                  "It opens with the identity of its recipient and the passphrase that the "
                  "archive has now. Destroy it by %s.\n",
                  job->expires);
    return 0;
}

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    struct job job = {0};
    const struct cli_option options[] = {
        CLI_VAULT_OPTIONS(job.cv),
        {.name = "recipient", .letter = 'r', .values = &job.recipients},
        {.name = "recipients-file", .letter = 'R', .values = &job.files},
        {.name = "output", .letter = 'o', .value = &job.output},
        {.name = "expires", .value = &job.expires},
        {0},
    };
    int code = 0, files = cli_options(verb, argc, argv, options, &code);
    if (files < 0)
        return code;
    struct time_edtf day;
    struct err err = {0};
    if (files || !job.output)
        return cli_usage(verb, "it takes no FILE; where to write is given with --output");
    if (!job.recipients.count && !job.files.count)
        return cli_usage(verb,
                         "for whom? Give --recipient, or make a key with deponent keygen");
    if (!job.expires)
        return cli_usage(verb, "give --expires DATE: the day by which the backup is destroyed; "
                               "shred names those that are not");
    if (time_parse(str_of(job.expires), &day, &err))
        return cli_usage(verb, "--expires: %s", err.text);
    struct age_recipients to = {0};
    code = cli_recipients(verb, &job.recipients, &job.files, &to);
    if (!code)
        code = cli_vault_open(verb, &job.cv, CLI_WRITES, job.output);
    if (!code)
        code = cli_vault_close(verb, &job.cv, backup(verb, &job, &to));
    age_recipients_free(&to);
    return code;
}

const struct cli_verb cli_backup = {
    .name = "backup",
    .summary = "write the whole archive into one age file",
    .usage =
        "usage: deponent backup [--archive DIR] (-r RECIPIENT | -R FILE)... --expires DATE\n"
        "                       -o FILE\n"
        "\n"
        "The ledger notes for whom the backup is and when it is to be destroyed.\n"
        "\n" CLI_VAULT_USAGE
        "  -r, --recipient KEY         seal it to this age recipient; may stand several\n"
        "                              times\n"
        "  -R, --recipients-file FILE  and to those in FILE\n"
        "  --expires DATE              by when it is to be destroyed, YYYY-MM-DD\n"
        "  -o, --output FILE           where to write it\n",
    .run = run,
};
