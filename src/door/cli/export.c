/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/export.h"

#include "door/cli/keys.h"
#include "door/cli/vault.h"
#include "sys/file.h"

#include <stdio.h>

struct job {
    struct cli_vault cv;
    struct cli_values recipients, files;
    struct age_recipients to;
    const char *output, *as_of;
    bool plain, keys;
    int purpose;
    struct arena a;
};

static int export(const struct cli_verb *verb, struct job *job)
{
    const struct work_export_options options = {
        .dir = job->cv.dir,
        .output = job->output,
        .purpose = (enum purpose)job->purpose,
        .to = &job->to,
        .to_text = job->to.count ? cli_recipients_say(&job->a, &job->to) : STR("plain files"),
        .keys = job->keys,
        .heads = job->cv.as_of,
        .head_count = job->cv.as_of_count,
    };
    struct work_exported done;
    struct err err = {0};
    if (work_export(&job->cv.v, &options, &done, &err)) {
        (void)cli_fail(verb, &err);
        (void)fprintf(stderr, "What is in %s is not whole; remove it.\n", job->output);
        return err_kind_of(err.kind)->exit_code;
    }
    BUF_AUTO out;
    buf_init(&out, 4096);
    buf_printf(&out, "%zu files: %zu records of %zu accounts, %llu sealed bundles.\n",
               done.files, done.records, done.accounts, (unsigned long long)done.bundles);
    if (done.withheld)
        buf_printf(&out, "%zu accounts are left out: their terms do not allow %s.\n",
                   done.withheld, vocab_name(&vocab_purpose, job->purpose));
    return cli_print(verb, buf_str(&out));
}

static int read_heads(const struct cli_verb *verb, struct job *job)
{
    BUF_AUTO text;
    buf_init(&text, 1 << 20);
    struct err err = {0};
    struct bundle_head *heads;
    if (file_read(job->as_of, 1 << 20, &text, &err) ||
        work_export_heads(&job->a, buf_str(&text), job->as_of, &heads, &job->cv.as_of_count,
                          &err))
        return cli_fail(verb, &err);
    job->cv.as_of = heads;
    return 0;
}

static int run_with(const struct cli_verb *verb, int argc, char **argv, struct job *job)
{
    static const char *const purposes[] = {"help",     "statistics", "publication",
                                           "partners", "court",      NULL};
    const struct cli_option options[] = {
        CLI_VAULT_OPTIONS(job->cv),
        {.name = "recipient", .letter = 'r', .values = &job->recipients},
        {.name = "recipients-file", .letter = 'R', .values = &job->files},
        {.name = "plain", .flag = &job->plain},
        {.name = "output", .letter = 'o', .value = &job->output},
        {.name = "purpose", .choice = &job->purpose, .names = purposes},
        {.name = "as-of", .value = &job->as_of},
        {.name = "keys", .flag = &job->keys},
        {0},
    };
    int code = 0, files = cli_options(verb, argc, argv, options, &code);
    if (files < 0)
        return code;
    if (files || !job->output)
        return cli_usage(verb, "it takes no FILE; the folder to make is given with --output");
    bool sealed = job->recipients.count || job->files.count;
    if (sealed == job->plain)
        return cli_usage(verb, "for whom? Give --recipient, or --plain for files that anybody "
                               "can read");
    if (job->keys && job->plain)
        return cli_usage(verb, "--keys are never written in plain; give --recipient");
    code = cli_recipients(verb, &job->recipients, &job->files, &job->to);
    if (!code && job->as_of)
        code = read_heads(verb, job);
    if (!code)
        code = cli_vault_open(verb, &job->cv, job->keys ? CLI_ALONE : CLI_WRITES, job->output);
    return code ? code : cli_vault_close(verb, &job->cv, export(verb, job));
}

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    struct job job = {.purpose = PURPOSE_PUBLICATION};
    int code = run_with(verb, argc, argv, &job);
    age_recipients_free(&job.to);
    arena_free(&job.a);
    return code;
}

const struct cli_verb cli_export = {
    .name = "export",
    .summary = "write what the terms allow into a folder that needs no Deponent to read",
    .usage =
        "usage: deponent export [--archive DIR] (-r RECIPIENT | -R FILE)... | --plain\n"
        "                       [--purpose PURPOSE] [--as-of FILE] [--keys] -o FOLDER\n"
        "\n"
        "Cards, JSON Lines and CSV of the records that the terms allow for the purpose,\n"
        "attachments, the sealed bundles, and a manifest for sha256sum.\n"
        "\n" CLI_VAULT_USAGE
        "  -r, --recipient KEY         seal the files to this age recipient; may stand\n"
        "                              several times\n"
        "  -R, --recipients-file FILE  and to those in FILE\n"
        "  --plain                     do not seal them\n"
        "  -o, --output FOLDER         is made\n"
        "  --purpose PURPOSE           publication, the default, help, statistics, partners "
        "or\n"
        "                              court\n"
        "  --as-of FILE                as the archive was at the heads in FILE: a checkpoint,\n"
        "                              or sealed/heads.txt of an export\n"
        "  --keys                      also the keys of the accounts, for another device of\n"
        "                              the same archive\n",
    .run = run,
};
