/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/verify.h"

#include "door/cli/passphrase.h"
#include "door/cli/vault.h"

#include <stdio.h>

struct job {
    struct cli_vault cv;
    const char *checkpoint, *save;
    bool sealed;
    int format;
    struct work_verify_options options;
};

static bool tell(void *context, uint64_t done, uint64_t all)
{
    const struct cli_vault *cv = context;
    if (cv->talks)
        (void)fprintf(stderr, done < all ? "\r%llu of %llu bundles\033[K" : "\r\033[K",
                      (unsigned long long)done, (unsigned long long)all);
    return false;
}

/* The keys, unless the person wants only what can be seen without them. */
static int open_keys(const struct cli_verb *verb, struct job *job, struct keys **ret)
{
    SECRET_AUTO passphrase = {0};
    if (!job->sealed) {
        int code = cli_passphrase(verb, job->cv.passphrase_file, "Passphrase of the archive",
                                  false, &passphrase);
        if (code)
            return code;
    }
    ARENA_AUTO a = {0};
    const char *const folders[] = {
        job->cv.dir, job->save ? arena_cstr(&a, cli_folder(job->save)) : job->cv.dir};
    int code = cli_confine_in(verb, folders, 2);
    struct err err = {0};
    if (!code && !job->sealed && keys_open(job->cv.dir, &passphrase, ret, &err))
        return cli_fail(verb, &err);
    return code;
}

static int verify(const struct cli_verb *verb, struct job *job, struct keys *keys)
{
    job->options = (struct work_verify_options){
        .dir = job->cv.dir,
        .keys = keys,
        .checkpoint = job->checkpoint,
        .save = job->save,
        .today = str_of(job->cv.today),
        .progress = tell,
        .context = &job->cv,
    };
    ARENA_AUTO a = {0};
    struct ledger_verdict v;
    struct err err = {0};
    if (work_verify(&job->options, &a, &v, &err))
        return cli_fail(verb, &err);
    BUF_AUTO out;
    buf_init(&out, SIZE_MAX / 4);
    if (job->format)
        work_verify_print_json(&out, &v);
    else
        work_verify_print_table(&out, &v);
    int code = cli_print(verb, buf_str(&out));
    return code ? code : v.fault_count != 0;
}

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    static const char *const formats[] = {"table", "json", NULL};
    struct job job = {0};
    const struct cli_option options[] = {
        CLI_VAULT_OPTIONS(job.cv),
        {.name = "checkpoint", .value = &job.checkpoint},
        {.name = "save-checkpoint", .value = &job.save},
        {.name = "sealed", .flag = &job.sealed},
        {.name = "format", .choice = &job.format, .names = formats},
        {0},
    };
    int code = 0, files = cli_options(verb, argc, argv, options, &code);
    if (files < 0)
        return code;
    if (files)
        return cli_usage(verb, "it takes no FILE; the archive is given with --archive");
    if (job.sealed && job.save)
        return cli_usage(verb, "--save-checkpoint signs, and --sealed has no key for it");
    code = cli_vault_where(verb, &job.cv);
    struct keys *keys = NULL;
    secret_init();
    if (!code)
        code = open_keys(verb, &job, &keys);
    if (!code)
        code = verify(verb, &job, keys);
    if (keys)
        keys_close(keys);
    return code;
}

const struct cli_verb cli_verify = {
    .name = "verify",
    .summary = "check that the ledger is what its devices signed, and that it opens",
    .usage = "usage: deponent verify [--archive DIR] [--sealed] [--checkpoint FILE]\n"
             "                       [--save-checkpoint FILE] [--format table|json]\n"
             "\n"
             "Exit code 1 when anything is wrong; each fault is one line.\n"
             "\n" CLI_VAULT_USAGE
             "  --sealed                ask for no passphrase: signatures, chains and hashes\n"
             "                          are checked, nothing is opened\n"
             "  --checkpoint FILE       also check that nothing is missing that stood in the\n"
             "                          ledger when FILE was saved\n"
             "  --save-checkpoint FILE  write a signed checkpoint when nothing is wrong; keep\n"
             "                          it elsewhere\n"
             "  --format FORMAT         table, the default, or json: one object a line\n",
    .run = run,
};
