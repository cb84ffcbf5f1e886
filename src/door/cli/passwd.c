/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "door/cli/passphrase.h"
#include "door/cli/vault.h"

#include <stdio.h>

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    struct cli_vault cv = {0};
    const char *fresh_file = NULL;
    const struct cli_option options[] = {
        {.name = "archive", .value = &cv.dir},
        {.name = "passphrase-file", .value = &cv.passphrase_file},
        {.name = "new-passphrase-file", .value = &fresh_file},
        {.name = "recovery-key-file", .value = &cv.recovery_file},
        {0},
    };
    int code = 0, files = cli_options(verb, argc, argv, options, &code);
    if (files < 0)
        return code;
    if (files)
        return cli_usage(verb, "it takes no FILE; the archive is given with --archive");
    if (cv.recovery_file && cv.passphrase_file)
        return cli_usage(verb, "give the recovery key or the passphrase, not both");
    cli_passphrase_ready(fresh_file);
    struct keys *keys;
    code = cli_vault_keys(verb, &cv, CLI_ALONE, NULL, &keys);
    if (code)
        return code;
    SECRET_AUTO fresh = {0};
    struct err err = {0};
    code = cli_passphrase(verb, fresh_file, "New passphrase of the archive", true, &fresh);
    if (!code) {
        cli_passphrase_judge(verb, &fresh);
        if (work_vault_passwd(cv.dir, keys, &fresh, &err))
            code = cli_fail(verb, &err);
    }
    keys_close(keys);
    if (!code)
        (void)fputs("The passphrase is changed. Backups and copies that were made before still "
                    "open with the old one.\n",
                    stderr);
    return code;
}

const struct cli_verb cli_passwd = {
    .name = "passwd",
    .summary = "change the passphrase, also with the recovery key",
    .usage =
        "usage: deponent passwd [--archive DIR] [--passphrase-file FILE |\n"
        "                       --recovery-key-file FILE] [--new-passphrase-file FILE]\n"
        "\n"
        "  --archive DIR               the folder of the archive; without it,\n"
        "                              $DEPONENT_ARCHIVE\n"
        "  --passphrase-file FILE      its first line is the passphrase so far; without it\n"
        "                              you are asked\n"
        "  --recovery-key-file FILE    what deponent recovery printed, instead of the\n"
        "                              passphrase so far\n"
        "  --new-passphrase-file FILE  its first line is the new passphrase; without it you\n"
        "                              are asked, twice\n",
    .run = run,
};
