/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "door/cli/vault.h"

#include <stdio.h>

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    struct cli_vault cv = {0};
    const struct cli_option options[] = {
        {.name = "archive", .value = &cv.dir},
        {.name = "passphrase-file", .value = &cv.passphrase_file},
        {0},
    };
    int code = 0, files = cli_options(verb, argc, argv, options, &code);
    if (files < 0)
        return code;
    if (files)
        return cli_usage(verb, "it takes no FILE; the archive is given with --archive");
    struct keys *keys;
    code = cli_vault_keys(verb, &cv, CLI_ALONE, NULL, &keys);
    if (code)
        return code;
    SECRET_AUTO key = {0};
    struct err err = {0};
    if (work_vault_recovery(cv.dir, keys, &key, &err))
        code = cli_fail(verb, &err);
    keys_close(keys);
    if (code)
        return code;
    code = cli_print(verb, secret_str(&key));
    if (!code && (key.n == 0 || key.p[key.n - 1] != '\n'))
        code = cli_print(verb, STR("\n"));
    if (!code)
        (void)fputs(
            "This is the recovery key. It is shown once: write it on paper, and keep it "
            "where nobody finds it\nwho may find the archive. Who has both can read "
            "everything. A recovery key that was made\nbefore opens nothing any more. "
            "To use it, write it into a file and run\n"
            "deponent passwd --recovery-key-file FILE\n",
            stderr);
    return code;
}

const struct cli_verb cli_recovery = {
    .name = "recovery",
    .summary = "make a recovery key, to be kept on paper",
    .usage =
        "usage: deponent recovery [--archive DIR] [--passphrase-file FILE]\n"
        "\n"
        "Prints a new recovery key, once. With it deponent passwd sets a new passphrase\n"
        "when the old one is lost. A recovery key that was made before is void.\n"
        "\n"
        "  --archive DIR           the folder of the archive; without it, $DEPONENT_ARCHIVE\n"
        "  --passphrase-file FILE  its first line is the passphrase; without it you are\n"
        "                          asked\n",
    .run = run,
};
