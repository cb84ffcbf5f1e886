/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/verify.h"

#include "base/markup.h"
#include "door/cli/vault.h"
#include "sys/file.h"
#include "work/disclosure.h"

#include <stdio.h>

struct job {
    struct cli_vault cv;
    const char *checkpoint, *save, *disclosure, *archive_id;
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

/* What a disclosure proves, and the cards of its entry. */
static void print_disclosure(struct buf *out, const struct disclosure *d,
                             const struct bundle_note *n, struct str cards)
{
    char hex[2 * SHA256_SIZE + 1];
    struct str line;
    hex_print(d->archive, sizeof d->archive, hex);
    buf_printf(out, "Archive %s\n", hex);
    hex_print(d->devices[0].key, SIGN_PUBLIC, hex);
    buf_printf(out, "Signed on %.*s by device %.16s as entry %llu. The entry says:\n\n",
               (int)n->day.n, n->day.p, hex, (unsigned long long)(n->first + d->index));
    while (str_next_line(&cards, &line)) {
        markup_terminal(out, line);
        buf_add_char(out, '\n');
    }
}

static int verify_disclosure(const struct cli_verb *verb, const struct job *job)
{
    int code = cli_confine(verb, NULL);
    if (code)
        return code;
    ARENA_AUTO a = {0};
    BUF_AUTO text, out;
    buf_init(&text, DISCLOSURE_MAX);
    buf_init(&out, SIZE_MAX / 4);
    struct disclosure *d = ARENA_NEW(&a, 1, struct disclosure);
    struct bundle_note n;
    struct str cards;
    struct err err = {0};
    if (file_read(job->disclosure, DISCLOSURE_MAX, &text, &err) ||
        work_disclosure_parse(&a, buf_str(&text), job->disclosure, d, &err))
        return cli_fail(verb, &err);
    char hex[2 * SHA256_SIZE + 1];
    hex_print(d->archive, sizeof d->archive, hex);
    if (work_disclosure_check(&a, d, job->disclosure, &cards, &n, &err)) {
        (void)cli_fail(verb, &err);
        return 1;
    }
    if (job->archive_id && strcmp(job->archive_id, hex) != 0) {
        (void)err_set(&err, ERR_REFUSED, "%s: it is of the archive %s", job->disclosure, hex);
        (void)cli_fail(verb, &err);
        return 1;
    }
    print_disclosure(&out, d, &n, cards);
    if (!job->archive_id)
        buf_add(&out, STR("\nCompare the archive id with the one on paper, or give "
                          "--archive-id.\n"));
    return cli_print(verb, buf_str(&out));
}

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    static const char *const formats[] = {"table", "json", NULL};
    struct job job = {0};
    const struct cli_option options[] = {
        CLI_VAULT_OPTIONS(job.cv),
        {.name = "checkpoint", .value = &job.checkpoint},
        {.name = "save-checkpoint", .value = &job.save},
        {.name = "disclosure", .value = &job.disclosure},
        {.name = "archive-id", .value = &job.archive_id},
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
    if (job.disclosure)
        return verify_disclosure(verb, &job);
    struct keys *keys = NULL;
    code = job.sealed ? cli_vault_where(verb, &job.cv)
                      : cli_vault_keys(verb, &job.cv, CLI_LOOKS, job.save, &keys);
    if (!code && job.sealed)
        code = cli_confine_in(verb, (const char *const[]){job.cv.dir}, 1);
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
             "       deponent verify --disclosure FILE [--archive-id ID]\n"
             "\n"
             "Exit code 1 when anything is wrong; each fault is one line.\n"
             "\n" CLI_VAULT_USAGE
             "  --sealed                ask for no passphrase: signatures, chains and hashes\n"
             "                          are checked, nothing is opened\n"
             "  --checkpoint FILE       also check that nothing is missing that stood in the\n"
             "                          ledger when FILE was saved\n"
             "  --save-checkpoint FILE  write a signed checkpoint when nothing is wrong; keep\n"
             "                          it elsewhere\n"
             "  --disclosure FILE       check one entry that somebody disclosed, and print it\n"
             "  --archive-id ID         and that it is of this archive\n"
             "  --format FORMAT         table, the default, or json: one object a line\n",
    .run = run,
};
