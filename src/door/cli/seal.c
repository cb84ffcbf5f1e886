/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "door/cli/cli.h"
#include "door/cli/keys.h"
#include "door/cli/passphrase.h"
#include "door/cli/progress.h"
#include "sys/terminal.h"
#include "work/seal_file.h"

#include <unistd.h>

static void tell(void *context, uint64_t done, uint64_t size)
{
    cli_progress_bytes(context, done, size);
}

/* Whom to seal for: the named recipients, or whoever knows the passphrase. */
static int find_recipients(const struct cli_verb *verb, const struct cli_values *recipients,
                           const struct cli_values *files, bool asks,
                           const char *passphrase_file, struct secret *passphrase,
                           struct age_recipients *to)
{
    if (!asks)
        return cli_recipients(verb, recipients, files, to);
    int code = cli_passphrase(verb, passphrase_file, "Passphrase", true, passphrase);
    if (code)
        return code;
    const struct age_recipient one = {
        .kind = AGE_SCRYPT, .passphrase = passphrase, .log2 = AGE_SCRYPT_LOG2};
    age_recipients_add(to, &one);
    return 0;
}

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    struct cli_values recipients = {0}, recipient_files = {0};
    const char *passphrase_file = NULL;
    bool asks = false;
    struct seal_job job = {.in = "-", .options.threads = 2, .progress = tell};
    const struct cli_option options[] = {
        {.name = "recipient", .letter = 'r', .values = &recipients},
        {.name = "recipients-file", .letter = 'R', .values = &recipient_files},
        {.name = "passphrase", .letter = 'p', .flag = &asks},
        {.name = "passphrase-file", .value = &passphrase_file},
        {.name = "armor", .letter = 'a', .flag = &job.options.armor},
        {.name = "output", .letter = 'o', .value = &job.out},
        {.name = "threads", .number = &job.options.threads, .most = AGE_MAX_THREADS},
        {0},
    };
    int code = 0;
    int files = cli_options(verb, argc, argv, options, &code);
    if (files < 0)
        return code;
    asks = asks || passphrase_file;
    bool named = recipients.count + recipient_files.count > 0;
    if (files > 1)
        return cli_usage(verb, "%s: one file is sealed at a time", argv[1]);
    if (asks && named)
        return cli_usage(verb,
                         "a file is sealed with a passphrase or for recipients, not both");
    if (!asks && !named)
        return cli_usage(verb, "for whom? say -r RECIPIENT, -R FILE, or -p for a passphrase");
    if (!job.out && !job.options.armor && terminal_is(STDOUT_FILENO))
        return cli_usage(verb, "a terminal cannot show what is sealed; say -a or -o FILE");
    if (files)
        job.in = argv[0];
    secret_init();
    if (asks)
        cli_passphrase_ready(passphrase_file);
    code = cli_confine(verb, job.out);
    if (code)
        return code;
    SECRET_AUTO passphrase = {0};
    struct age_recipients to = {0};
    code = find_recipients(verb, &recipients, &recipient_files, asks, passphrase_file,
                           &passphrase, &to);
    if (!code) {
        struct err err = {0};
        struct cli_progress progress = cli_progress_begin(!job.out);
        job.context = &progress;
        int r = seal_file(&to, &job, &err);
        cli_progress_end(&progress);
        code = r ? cli_fail(verb, &err) : 0;
    }
    age_recipients_free(&to);
    return code;
}

const struct cli_verb cli_seal = {
    .name = "seal",
    .summary = "seal a file as an age file: for recipients, or with a passphrase",
    .usage = "usage: deponent seal (-r RECIPIENT | -R FILE)... [-a] [-o OUT] [IN]\n"
             "       deponent seal -p [-a] [-o OUT] [IN]\n"
             "\n"
             "  -r, --recipient KEY         an age1... key that may open it; may be repeated\n"
             "  -R, --recipients-file FILE  one key a line, and # comments; may be repeated\n"
             "  -p, --passphrase            whoever knows a passphrase may open it\n"
             "  --passphrase-file FILE      the same, with the first line of FILE\n"
             "  -a, --armor                 write lines of text rather than bytes\n"
             "  -o, --output OUT            write to OUT, which appears when it is whole\n"
             "  --threads N                 that many seal at once, 2 unless it is given\n",
    .run = run,
};
