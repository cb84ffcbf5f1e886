/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "door/cli/vault.h"
#include "vault/seal/hash.h"

#define DUMP_MAX ((size_t)8 << 30)

/* The hash of everything that the projection holds. */
static int fingerprint(struct archive *archive, unsigned char ret[SHA256_SIZE], struct err *err)
{
    BUF_AUTO dump;
    buf_init(&dump, DUMP_MAX);
    int r = archive_dump(archive, &dump, err);
    if (!r)
        r = buf_check(&dump, "the dump of the projection", err);
    if (!r)
        sha256(dump.p, dump.n, ret);
    return r;
}

static int rebuild(const struct cli_verb *verb, struct archive *archive, bool check)
{
    unsigned char before[SHA256_SIZE] = {0}, after[SHA256_SIZE] = {0};
    struct err err = {0};
    if ((check && fingerprint(archive, before, &err)) || archive_rebuild(archive, &err) ||
        fingerprint(archive, after, &err))
        return cli_fail(verb, &err);
    char hex[2 * SHA256_SIZE + 1];
    hex_print(after, sizeof after, hex);
    BUF_AUTO out;
    buf_init(&out, 4096);
    buf_printf(&out, "%llu entries folded; the projection is %s\n",
               (unsigned long long)ledger_count(archive_ledger(archive)), hex);
    bool same = !check || memcmp(before, after, sizeof before) == 0;
    if (check)
        buf_add(&out, same ? STR("The snapshot said the same.\n")
                           : STR("The snapshot said something else; it is replaced.\n"));
    int code = cli_print(verb, buf_str(&out));
    return code ? code : !same;
}

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    struct cli_vault cv = {0};
    bool check = false;
    const struct cli_option options[] = {
        CLI_VAULT_OPTIONS(cv),
        {.name = "check", .flag = &check},
        {0},
    };
    int code = 0, files = cli_options(verb, argc, argv, options, &code);
    if (files < 0)
        return code;
    if (files)
        return cli_usage(verb, "it takes no FILE; the archive is given with --archive");
    code = cli_vault_open(verb, &cv, CLI_WRITES, NULL);
    if (code)
        return code;
    code = rebuild(verb, cv.v.archive, check);
    /* What was made again is saved even if the one before was wrong. */
    return cli_worse(code, cli_vault_close(verb, &cv, code > 1 ? code : 0));
}

const struct cli_verb cli_rebuild = {
    .name = "rebuild",
    .summary = "make the projection again from the ledger",
    .usage = "usage: deponent rebuild [--archive DIR] [--check]\n"
             "\n"
             "Folds the whole ledger and saves the snapshot. Prints the SHA-256 of a dump of\n"
             "everything the projection holds: the same on every device that has the same\n"
             "entries and keys.\n"
             "\n" CLI_VAULT_USAGE
             "  --check                 also compare with the snapshot that was there; exit\n"
             "                          code 1 if it said something else\n",
    .run = run,
};
