/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "door/cli/passphrase.h"
#include "door/cli/vault.h"
#include "vault/seal/hash.h"

#include "base/json.h"

struct job {
    struct cli_vault cv;
    unsigned log2;
    int format;
};

static const char advice[] =
    "Write this id on paper and keep it apart from the archive: it tells later whether an\n"
    "archive is still this one.\n"
    "\n"
    "Nobody can help when the passphrase is lost. deponent recovery makes a second key, to\n"
    "be kept on paper.\n"
    "\n"
    "Not protected: how large the archive is and on which days it was written to; anything\n"
    "while a passphrase is being typed on a machine that somebody else controls; texts that\n"
    "you leave beside the archive after adding them; what older backups hold.\n";

static int print(const struct cli_verb *verb, const struct job *job,
                 const unsigned char archive[32])
{
    char hex[65];
    hex_print(archive, 32, hex);
    BUF_AUTO out;
    buf_init(&out, 64u << 10);
    if (job->format) {
        struct json_out j = {.out = &out};
        json_begin_object(&j);
        json_put_key(&j, "archive");
        json_put_str(&j, str_of(hex));
        json_put_key(&j, "folder");
        json_put_str(&j, str_of(job->cv.dir));
        json_end_object(&j);
        buf_add_char(&out, '\n');
    } else {
        buf_printf(&out, "archive  %s\n\n%s", hex, advice);
    }
    return cli_print(verb, buf_str(&out));
}

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    static const char *const formats[] = {"table", "json", NULL};
    struct job job = {.log2 = AGE_SCRYPT_LOG2};
    const struct cli_option options[] = {
        {.name = "archive", .value = &job.cv.dir},
        {.name = "passphrase-file", .value = &job.cv.passphrase_file},
        {.name = "day", .value = &job.cv.day},
        {.name = "work-factor", .number = &job.log2, .most = AGE_SCRYPT_MAX},
        {.name = "format", .choice = &job.format, .names = formats},
        {0},
    };
    int code = 0, files = cli_options(verb, argc, argv, options, &code);
    if (files < 0)
        return code;
    if (files > 1 || (files && job.cv.dir))
        return cli_usage(verb, "expected one folder");
    if (files)
        job.cv.dir = argv[0];
    if (job.log2 < AGE_SCRYPT_MIN)
        return cli_usage(verb, "--work-factor %u: expected a number from %d to %d", job.log2,
                         AGE_SCRYPT_MIN, AGE_SCRYPT_MAX);
    code = cli_vault_where(verb, &job.cv);
    if (code)
        return code;
    secret_init();
    SECRET_AUTO passphrase = {0};
    code = cli_passphrase(verb, job.cv.passphrase_file, "New passphrase of the archive", true,
                          &passphrase);
    if (code)
        return code;
    cli_passphrase_judge(verb, &passphrase);
    unsigned char archive[32];
    struct err err = {0};
    if (work_vault_create(job.cv.dir, &passphrase, job.log2, str_of(job.cv.today), archive,
                          &err))
        return cli_fail(verb, &err);
    return print(verb, &job, archive);
}

const struct cli_verb cli_init = {
    .name = "init",
    .summary = "make a new archive in a folder",
    .usage =
        "usage: deponent init [--passphrase-file FILE] [--work-factor N]\n"
        "                     [--format table|json] DIR\n"
        "\n"
        "Makes the folder DIR, or takes one that is empty, and prints the id of the archive.\n"
        "\n"
        "  --archive DIR           the same as DIR; without either, $DEPONENT_ARCHIVE\n"
        "  --passphrase-file FILE  its first line is the passphrase; without it you are\n"
        "                          asked, twice\n"
        "  --work-factor N         how hard it is to try passphrases: 2^N steps, 10 to 22;\n"
        "                          18 when it is not given\n"
        "  --day YYYY-MM-DD        the day to write down; without it, today\n"
        "  --format FORMAT         table, the default, or json: one object\n",
    .run = run,
};
