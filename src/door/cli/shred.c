/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/shred.h"

#include "door/cli/vault.h"
#include "sys/terminal.h"

#include <stdio.h>
#include <unistd.h>

struct job {
    struct cli_vault cv;
    bool yes, look;
    int format;
};

/* The person types "shred"; without a terminal nobody can, and --yes is needed. */
static int confirm(const struct cli_verb *verb, struct str account)
{
    char line[16];
    if (!terminal_is(STDIN_FILENO))
        return cli_usage(verb, "it cannot be undone; give --yes when nobody can be asked");
    (void)fprintf(stderr,
                  "This cannot be undone. Type \"shred\" to shred %.*s: ", (int)account.n,
                  account.p);
    if (fgets(line, sizeof line, stdin) && strcmp(line, "shred\n") == 0)
        return 0;
    (void)fputs("deponent shred: nothing was done\n", stderr);
    return 2;
}

static int print(const struct cli_verb *verb, const struct job *job, const struct work_shred *s,
                 bool done)
{
    BUF_AUTO out;
    buf_init(&out, SIZE_MAX / 4);
    if (job->format)
        work_shred_print_json(&out, s, done);
    else
        work_shred_print_table(&out, s, done);
    return cli_print(verb, buf_str(&out));
}

static int shred(const struct cli_verb *verb, struct job *job, const char *typed)
{
    ARENA_AUTO a = {0};
    struct str account;
    struct work_shred s;
    struct err err = {0};
    int code = cli_vault_find(verb, &job->cv, &a, typed, 1u << RECORD_ACCOUNT, &account);
    if (code)
        return code;
    if (work_shred_look(job->cv.v.archive, &a, account, str_of(job->cv.today), &s, &err))
        return cli_fail(verb, &err);
    if (job->look)
        return print(verb, job, &s, false);
    if (!job->yes) {
        code = print(verb, job, &s, false);
        if (!code)
            code = confirm(verb, account);
        if (code)
            return code;
    }
    if (archive_shred(job->cv.v.archive, account, &err))
        return cli_fail(verb, &err);
    return print(verb, job, &s, true);
}

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    static const char *const formats[] = {"table", "json", NULL};
    struct job job = {0};
    const struct cli_option options[] = {
        CLI_VAULT_OPTIONS(job.cv),
        {.name = "yes", .flag = &job.yes},
        {.name = "look", .flag = &job.look},
        {.name = "format", .choice = &job.format, .names = formats},
        {0},
    };
    int code = 0, files = cli_options(verb, argc, argv, options, &code);
    if (files < 0)
        return code;
    if (files != 1)
        return cli_usage(verb, "expected one ACCOUNT");
    code = cli_vault_open(verb, &job.cv, CLI_ALONE, NULL);
    if (code)
        return code;
    return cli_vault_close(verb, &job.cv, shred(verb, &job, argv[0]));
}

const struct cli_verb cli_shred = {
    .name = "shred",
    .summary = "destroy the key, the words and the attachments of an account",
    .usage =
        "usage: deponent shred [--archive DIR] [--look] [--yes] [--format table|json] ACCOUNT\n"
        "\n"
        "ACCOUNT is an id or the beginning of one. Its source is shredded with it when no\n"
        "other account is of that source. Says which recorded figures rest on it and\n"
        "which copies of the archive still open it. It cannot be undone.\n"
        "\n" CLI_VAULT_USAGE
        "  --look                  say what would be lost, and do nothing\n"
        "  --yes                   do not ask\n"
        "  --format FORMAT         table, the default, or json: one object\n",
    .run = run,
};
