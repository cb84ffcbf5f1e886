/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/disclosure.h"

#include "door/cli/vault.h"
#include "model/vocabulary.h"
#include "sys/file.h"

#include <stdio.h>

struct job {
    struct cli_vault cv;
    const char *output, *recipient;
    int purpose;
};

/* Gathers the entry and adds its key. */
static int disclose(const struct cli_verb *verb, struct job *job, struct arena *a,
                    const char *typed, struct buf *out)
{
    struct work_vault *v = &job->cv.v;
    struct str id;
    struct id payload;
    struct envelope e;
    struct err err = {0};
    int code = cli_vault_find(verb, &job->cv, a, typed, 0, &id);
    if (code)
        return code;
    struct disclosure *d = ARENA_NEW(a, 1, struct disclosure);
    if (archive_disclose(v->archive, id, (enum purpose)job->purpose,
                         str_of(job->recipient ? job->recipient : "standard output"), &payload,
                         &err) ||
        work_disclosure_gather(archive_ledger(v->archive), a, payload, d, &err) ||
        envelope_unpack(d->envelope, &e, &err) || keys_disclose(v->keys, &e, d->key, &err))
        return cli_fail(verb, &err);
    work_disclosure_print(out, d);
    secret_wipe(d->key, sizeof d->key);
    if (buf_check(out, "the disclosure", &err))
        return cli_fail(verb, &err);
    return 0;
}

/* Sealed to the recipient when there is one. */
static int give_out(const struct cli_verb *verb, const struct job *job,
                    const struct age_recipient *to, struct str text)
{
    BUF_AUTO sealed;
    buf_init(&sealed, 2 * DISCLOSURE_MAX);
    struct err err = {0};
    if (to && age_seal_bytes(to, 1, text, &sealed, &err))
        return cli_fail(verb, &err);
    if (to)
        text = buf_str(&sealed);
    if (!job->output)
        return cli_print(verb, text);
    return file_write_private(job->output, text, &err) ? cli_fail(verb, &err) : 0;
}

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    static const char *const purposes[] = {"help",     "statistics", "publication",
                                           "partners", "court",      NULL};
    struct job job = {.purpose = PURPOSE_COURT};
    const struct cli_option options[] = {
        CLI_VAULT_OPTIONS(job.cv),
        {.name = "output", .letter = 'o', .value = &job.output},
        {.name = "recipient", .letter = 'r', .value = &job.recipient},
        {.name = "purpose", .choice = &job.purpose, .names = purposes},
        {0},
    };
    int code = 0, files = cli_options(verb, argc, argv, options, &code);
    if (files < 0)
        return code;
    if (files != 1)
        return cli_usage(verb, "expected one ENTRY: the id of a record, or its beginning");
    struct age_recipient to;
    struct err err = {0};
    if (job.recipient && age_recipient_parse(str_of(job.recipient), &to, &err))
        return cli_usage(verb, "--recipient: %s", err.text);
    code = cli_vault_open(verb, &job.cv, CLI_ALONE, job.output);
    if (code)
        return code;
    ARENA_AUTO a = {0};
    BUF_AUTO text;
    buf_init(&text, DISCLOSURE_MAX);
    code = disclose(verb, &job, &a, argv[0], &text);
    if (!code)
        code = give_out(verb, &job, job.recipient ? &to : NULL, buf_str(&text));
    secret_wipe(text.p, text.n);
    return cli_vault_close(verb, &job.cv, code);
}

const struct cli_verb cli_disclose = {
    .name = "disclose",
    .summary = "give an auditor one entry: its key, and the proof that it was signed",
    .usage = "usage: deponent disclose [--archive DIR] [-r RECIPIENT] [-o FILE]\n"
             "                         [--purpose PURPOSE] ENTRY\n"
             "\n"
             "ENTRY is the id of a record, or the beginning of one. Its terms must allow to\n"
             "quote it for the purpose. The auditor reads it with deponent verify.\n"
             "\n" CLI_VAULT_USAGE "  -r, --recipient KEY     seal it to an age recipient\n"
             "  -o, --output FILE       write it there; without it, on standard output\n"
             "  --purpose PURPOSE       court, the default, help, statistics, publication or\n"
             "                          partners\n",
    .run = run,
};
