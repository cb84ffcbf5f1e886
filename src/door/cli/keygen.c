/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/arena.h"
#include "door/cli/cli.h"
#include "door/cli/passphrase.h"
#include "sys/file.h"
#include "sys/terminal.h"
#include "work/seal_file.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

static int make_key(const struct cli_verb *verb, const char *output,
                    const struct secret *passphrase)
{
    char created[32] = "";
    time_t now = time(NULL);
    struct tm tm;
    if (gmtime_r(&now, &tm))
        (void)strftime(created, sizeof created, "%Y-%m-%dT%H:%M:%SZ", &tm);
    struct err err = {0};
    BUF_AUTO public;
    buf_init(&public, 256);
    if (seal_key_new(output, passphrase, str_of(created), &public, &err) != 0)
        return cli_fail(verb, &err);
    if (output || passphrase || !terminal_is(STDOUT_FILENO))
        (void)fprintf(stderr, "Public key: %.*s\n", (int)public.n, public.p);
    return 0;
}

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    const char *output = NULL, *passphrase_file = NULL;
    bool asks = false;
    const struct cli_option options[] = {
        {.name = "output", .letter = 'o', .value = &output},
        {.name = "passphrase", .letter = 'p', .flag = &asks},
        {.name = "passphrase-file", .value = &passphrase_file},
        {0},
    };
    int code = 0;
    int files = cli_options(verb, argc, argv, options, &code);
    if (files < 0)
        return code;
    if (files > 0)
        return cli_usage(verb, "%s: a new key needs no input; say -o FILE to write one",
                         argv[0]);
    struct err err = {0};
    if (output && file_exists(output)) {
        (void)err_set(&err, ERR_EXISTS, "%s: is there already, a key is never replaced",
                      output);
        return cli_fail(verb, &err);
    }
    secret_init();
    asks = asks || passphrase_file;
    if (asks)
        cli_passphrase_ready(passphrase_file);
    code = cli_confine(verb, output);
    SECRET_AUTO passphrase = {0};
    if (!code && asks)
        code = cli_passphrase(verb, passphrase_file, "Passphrase", true, &passphrase);
    return code ? code : make_key(verb, output, asks ? &passphrase : NULL);
}

const struct cli_verb cli_keygen = {
    .name = "keygen",
    .summary = "make a key: what is sealed for its public half, only it opens",
    .usage = "usage: deponent keygen [-o FILE] [-p | --passphrase-file FILE]\n"
             "\n"
             "  -o, --output FILE       write the key to the new FILE, mode 0600, rather than\n"
             "                          to standard output\n"
             "  -p, --passphrase        put the key under a passphrase, which is asked for\n"
             "  --passphrase-file FILE  the same, with the first line of FILE\n"
             "\n"
             "The public key is what others seal for; it is no secret.\n",
    .run = run,
};
