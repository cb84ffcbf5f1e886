/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "door/cli/cli.h"
#include "door/cli/keys.h"
#include "door/cli/passphrase.h"
#include "door/cli/progress.h"
#include "work/seal_file.h"

static void tell(void *context, uint64_t done, uint64_t size)
{
    cli_progress_bytes(context, done, size);
}

/* The keys of the identity files, and a passphrase if the file is under one. */
static int find_identities(const struct cli_verb *verb, const struct cli_values *files,
                           bool asks, const char *passphrase_file, const char *output,
                           struct age_identities *with)
{
    int code = cli_identities(verb, files, passphrase_file, output, with);
    if (code || !asks)
        return code;
    struct age_identity one = {.kind = AGE_SCRYPT};
    code = cli_passphrase(verb, passphrase_file, "Passphrase", false, &one.secret);
    if (!code)
        age_identities_add(with, &one);
    return code;
}

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    struct cli_values identities = {0};
    const char *passphrase_file = NULL;
    bool asks = false;
    struct seal_job job = {.in = "-", .options.threads = 2, .progress = tell};
    const struct cli_option options[] = {
        {.name = "identity", .letter = 'i', .values = &identities},
        {.name = "passphrase", .letter = 'p', .flag = &asks},
        {.name = "passphrase-file", .value = &passphrase_file},
        {.name = "output", .letter = 'o', .value = &job.out},
        {.name = "threads", .number = &job.options.threads, .most = AGE_MAX_THREADS},
        {0},
    };
    int code = 0;
    int files = cli_options(verb, argc, argv, options, &code);
    if (files < 0)
        return code;
    asks = asks || (passphrase_file && identities.count == 0);
    if (files > 1)
        return cli_usage(verb, "%s: one file is opened at a time", argv[1]);
    if (!asks && identities.count == 0)
        return cli_usage(verb, "with what? say -i FILE, or -p for a passphrase");
    if (files)
        job.in = argv[0];
    secret_init();
    cli_passphrase_ready(passphrase_file);
    code = cli_confine(verb, job.out);
    if (code)
        return code;
    struct age_identities with = {0};
    code = find_identities(verb, &identities, asks, passphrase_file, job.out, &with);
    if (!code) {
        struct err err = {0};
        struct cli_progress progress = cli_progress_begin(!job.out);
        job.context = &progress;
        int r = seal_open_file(&with, &job, &err);
        cli_progress_end(&progress);
        code = r ? cli_fail(verb, &err) : 0;
    }
    age_identities_free(&with);
    return code;
}

const struct cli_verb cli_open = {
    .name = "open",
    .auth_code = 1,
    .summary = "open an age file with a key or a passphrase",
    .usage =
        "usage: deponent open [-i FILE]... [-p] [-o OUT] [IN]\n"
        "\n"
        "  -i, --identity FILE     a file with keys, as keygen writes it; may be repeated\n"
        "  -p, --passphrase        the file is under a passphrase, which is asked for\n"
        "  --passphrase-file FILE  its first line is the passphrase: of IN, or of the\n"
        "                          files with keys that are under one\n"
        "  -o, --output OUT        write to OUT, which appears when it is whole\n"
        "  --threads N             that many open at once, 2 unless it is given\n"
        "\n"
        "The exit code is 1 when no key fits, 3 when the file is damaged or cut.\n",
    .run = run,
};
