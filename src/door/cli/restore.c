/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/backup.h"

#include "door/cli/keys.h"
#include "door/cli/passphrase.h"
#include "door/cli/vault.h"
#include "vault/seal/hash.h"

#include <stdio.h>

struct job {
    struct cli_vault cv;
    struct cli_values identities, known;
    const char *identity_passphrase;
};

static int restore(const struct cli_verb *verb, const struct job *job, const char *input,
                   const struct age_identities *with, const struct secret *passphrase)
{
    const struct work_restore_options options = {
        .dir = job->cv.dir,
        .input = input,
        .with = with,
        .passphrase = passphrase,
        .age = {.threads = 2},
        .known = job->known.items,
        .known_count = job->known.count,
        .today = str_of(job->cv.today),
    };
    struct work_restored done;
    struct err err = {0};
    if (work_restore(&options, &done, &err))
        return cli_fail(verb, &err);
    char hex[17];
    hex_print(done.device, 8, hex);
    BUF_AUTO out;
    buf_init(&out, 1024);
    buf_printf(&out, "Restored %llu entries", (unsigned long long)done.entries);
    if (done.later)
        buf_printf(&out, ", and %llu that were made since", (unsigned long long)done.later);
    buf_printf(&out, ". This is a new device of the archive: %s.\n", hex);
    return cli_print(verb, buf_str(&out));
}

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    struct job job = {0};
    const struct cli_option options[] = {
        CLI_VAULT_OPTIONS(job.cv),
        {.name = "identity", .letter = 'i', .values = &job.identities},
        {.name = "identity-passphrase-file", .value = &job.identity_passphrase},
        {.name = "known", .values = &job.known},
        {0},
    };
    int code = 0, files = cli_options(verb, argc, argv, options, &code);
    if (files < 0)
        return code;
    if (files != 1)
        return cli_usage(verb, "expected one FILE: the backup");
    if (!job.identities.count)
        return cli_usage(verb, "what opens it? Give --identity FILE");
    code = cli_vault_where(verb, &job.cv);
    if (code)
        return code;
    secret_init();
    struct age_identities with = {0};
    SECRET_AUTO passphrase = {0};
    ARENA_AUTO a = {0};
    /* The folder is made beside what is there: that is where writing is allowed. */
    const char *folder = arena_cstr(&a, cli_folder(job.cv.dir));
    code = cli_identities(verb, &job.identities, job.identity_passphrase, NULL, &with);
    if (!code)
        code = cli_passphrase(verb, job.cv.passphrase_file, "Passphrase of the archive", false,
                              &passphrase);
    if (!code)
        code = cli_confine_in(verb, &folder, 1);
    if (!code)
        code = restore(verb, &job, argv[0], &with, &passphrase);
    age_identities_free(&with);
    return code;
}

const struct cli_verb cli_restore = {
    .name = "restore",
    .summary = "make an archive of a backup again, as a new device",
    .usage = "usage: deponent restore --archive DIR -i IDENTITY [--known FILE]... BACKUP\n"
             "\n"
             "DIR is made. The passphrase is the one that the archive had when the backup was\n"
             "made. What was shredded since is shredded again when --known tells it.\n"
             "\n" CLI_VAULT_USAGE
             "  -i, --identity FILE     opens the backup; may stand several times\n"
             "  --identity-passphrase-file FILE\n"
             "                          for an identity that is under a passphrase\n"
             "  --known FILE            bundles that another device exported, with what\n"
             "                          happened since; may stand several times\n",
    .run = run,
};
