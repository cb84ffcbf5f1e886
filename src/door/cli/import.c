/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/import.h"

#include "base/json.h"
#include "door/cli/keys.h"
#include "door/cli/vault.h"

#include <stdio.h>

struct job {
    struct cli_vault cv;
    struct cli_values identities;
    const char *identity_passphrase;
    struct age_identities with;
    int format;
};

static void print_json(struct buf *out, const char *input, const struct work_imported *d)
{
    const struct {
        const char *key;
        size_t value;
    } numbers[] = {
        {"bundles", d->bundles.taken},
        {"known", d->bundles.known},
        {"entries", d->bundles.entries},
        {"conflicts", d->bundles.conflicts},
        {"waiting", d->bundles.waiting},
        {"behind", d->bundles.behind},
        {"keys", d->keys},
        {"attachments", d->attachments},
        {"shredded", d->bundles.shredded},
    };
    struct json_out j = {.out = out};
    json_begin_object(&j);
    json_put_key(&j, "input");
    json_put_str(&j, str_of(input));
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        json_put_key(&j, numbers[i].key);
        json_put_int(&j, (int64_t)numbers[i].value);
    }
    json_end_object(&j);
    buf_add_char(out, '\n');
}

static void print_table(struct buf *out, const char *input, const struct work_imported *d)
{
    buf_printf(out, "%s: %zu bundles with %zu entries taken, %zu known already", input,
               d->bundles.taken, d->bundles.entries, d->bundles.known);
    if (d->keys)
        buf_printf(out, "; %zu new keys", d->keys);
    if (d->attachments)
        buf_printf(out, "; %zu attachments", d->attachments);
    if (d->bundles.shredded)
        buf_printf(out, "; %zu shredded as they were elsewhere", d->bundles.shredded);
    buf_add(out, STR(".\n"));
    if (d->bundles.waiting)
        buf_printf(out,
                   "%zu bundles wait for some that come before them: import these as well.\n",
                   d->bundles.waiting);
    if (d->bundles.conflicts)
        buf_printf(out,
                   "%zu bundles say something else than what the same device signed before. "
                   "Both are kept, the device is frozen; deponent verify names it.\n",
                   d->bundles.conflicts);
}

static int import(const struct cli_verb *verb, struct job *job, const char *input)
{
    const struct work_import_options options = {
        .input = input,
        .with = &job->with,
        .today = str_of(job->cv.today),
    };
    struct work_imported done;
    struct err err = {0};
    if (work_import(&job->cv.v, &options, &done, &err))
        return cli_fail(verb, &err);
    BUF_AUTO out;
    buf_init(&out, 1 << 16);
    if (job->format)
        print_json(&out, input, &done);
    else
        print_table(&out, input, &done);
    return cli_print(verb, buf_str(&out));
}

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    static const char *const formats[] = {"table", "json", NULL};
    struct job job = {0};
    const struct cli_option options[] = {
        CLI_VAULT_OPTIONS(job.cv),
        {.name = "identity", .letter = 'i', .values = &job.identities},
        {.name = "identity-passphrase-file", .value = &job.identity_passphrase},
        {.name = "format", .choice = &job.format, .names = formats},
        {0},
    };
    int code = 0, files = cli_options(verb, argc, argv, options, &code);
    if (files < 0)
        return code;
    if (files == 0)
        return cli_usage(verb, "expected the folder of an export, or a file of bundles");
    secret_init();
    if (job.identities.count)
        code = cli_identities(verb, &job.identities, job.identity_passphrase, NULL, &job.with);
    if (!code)
        code = cli_vault_open(verb, &job.cv, CLI_ALONE, NULL);
    if (!code) {
        for (int i = 0; i < files; i++)
            code = cli_worse(code, import(verb, &job, argv[i]));
        /* What was taken from the others stays, and is folded when the archive is next opened. */
        code = cli_vault_close(verb, &job.cv, code);
    }
    age_identities_free(&job.with);
    return code;
}

const struct cli_verb cli_import = {
    .name = "import",
    .summary = "take in what other devices of this archive exported",
    .usage =
        "usage: deponent import [--archive DIR] [-i IDENTITY]... [--format table|json]\n"
        "                       EXPORT...\n"
        "\n"
        "EXPORT is a folder that deponent export made, or a file of bundles. Only bundles\n"
        "of the same archive that an admitted device signed are taken.\n"
        "\n" CLI_VAULT_USAGE "  -i, --identity FILE     opens the keys in the export\n"
        "  --identity-passphrase-file FILE\n"
        "                          for an identity that is under a passphrase\n"
        "  --format FORMAT         table, the default, or json: one object a line\n",
    .run = run,
};
