/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/casework.h"

#include "base/markup.h"
#include "door/cli/record.h"
#include "door/cli/vault.h"
#include "door/cli/words.h"

struct job {
    const struct cli_verb *verb;
    struct cli_vault cv;
    int format;
    struct record_casework told; /* open: what was typed; note and outcome: the change */
    bool outcome_given;
};

static int print(const struct job *job, const struct record *r)
{
    BUF_AUTO out;
    buf_init(&out, SIZE_MAX / 4);
    struct err err = {0};
    int e =
        job->format ? record_print_object(&out, r, &err) : record_print_lines(&out, r, &err);
    return e ? cli_fail(job->verb, &err) : cli_print(job->verb, buf_str(&out));
}

static int open_case(struct job *job, const char *typed)
{
    ARENA_AUTO a = {0};
    struct record r;
    struct err err = {0};
    int code = cli_vault_find(job->verb, &job->cv, &a, typed, 1u << RECORD_ACCOUNT,
                              &job->told.account);
    if (code)
        return code;
    if (work_case_open(job->cv.v.archive, &a, &job->told, &r, &err))
        return cli_fail(job->verb, &err);
    return print(job, &r);
}

static int change_case(struct job *job, const char *typed)
{
    ARENA_AUTO a = {0};
    struct record r;
    struct str id;
    struct err err = {0};
    int code = cli_vault_find(job->verb, &job->cv, &a, typed, 1u << RECORD_CASEWORK, &id);
    if (code)
        return code;
    const struct case_change change = {
        .note = job->told.note,
        .today = str_of(job->cv.today),
        .service = job->told.service,
        .outcome_given = job->outcome_given,
        .outcome = job->told.outcome,
        .how_known = job->told.how_known,
    };
    if (work_case_change(job->cv.v.archive, &a, id, &change, &r, &err))
        return cli_fail(job->verb, &err);
    return print(job, &r);
}

struct typed {
    const char *need, *service, *outcome, *how_known, *note;
};

static int check(struct job *job, const struct typed *t)
{
    const struct cli_verb *verb = job->verb;
    int need = 0, service = 0, outcome = OUTCOME_UNKNOWN;
    int code = cli_word(verb, "--need", &vocab_need, t->need, &need);
    if (!code)
        code = cli_word(verb, "--service", &vocab_service, t->service, &service);
    if (!code)
        code = cli_word(verb, "OUTCOME", &vocab_outcome, t->outcome, &outcome);
    if (!code)
        code = cli_text(verb, "--how-known", t->how_known, &job->told.how_known);
    if (!code)
        code = cli_text(verb, "NOTE", t->note, &job->told.note);
    job->told.need = (enum need)need;
    job->told.service = (enum service)service;
    job->told.outcome = (enum outcome)outcome;
    job->outcome_given = t->outcome != NULL;
    return code;
}

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    static const char *const formats[] = {"table", "json", NULL};
    struct job job = {.verb = verb};
    struct typed t = {0};
    const struct cli_option options[] = {
        CLI_VAULT_OPTIONS(job.cv),
        {.name = "need", .value = &t.need},
        {.name = "service", .value = &t.service},
        {.name = "how-known", .value = &t.how_known},
        {.name = "note", .value = &t.note},
        {.name = "format", .choice = &job.format, .names = formats},
        {0},
    };
    int code = 0, files = cli_options(verb, argc, argv, options, &code);
    if (files < 0)
        return code;
    const char *act = files ? argv[0] : "";
    bool opens = strcmp(act, "open") == 0, notes = strcmp(act, "note") == 0,
         ends = strcmp(act, "outcome") == 0;
    if (!opens && !notes && !ends)
        return cli_usage(verb, "expected open, note or outcome");
    if (files != (opens ? 2 : 3))
        return cli_usage(verb, opens   ? "expected: case open --need NEED ACCOUNT"
                               : notes ? "expected: case note CASE NOTE"
                                       : "expected: case outcome CASE OUTCOME");
    if (opens != (t.need != NULL))
        return cli_usage(verb, opens ? "which need? Give --need"
                                     : "the need of a case does not change; open another case");
    if (notes && t.note)
        return cli_usage(verb, "one NOTE at a time");
    if (notes)
        t.note = argv[2];
    if (ends)
        t.outcome = argv[2];
    code = check(&job, &t);
    if (!code)
        code = cli_vault_open(verb, &job.cv, CLI_WRITES, NULL);
    if (code)
        return code;
    code = opens ? open_case(&job, argv[1]) : change_case(&job, argv[1]);
    return cli_vault_close(verb, &job.cv, code);
}

const struct cli_verb cli_case = {
    .name = "case",
    .summary = "what was needed, what was done, how it ended",
    .usage =
        "usage: deponent case open --need NEED [OPTIONS] ACCOUNT\n"
        "       deponent case note [OPTIONS] CASE NOTE\n"
        "       deponent case outcome [OPTIONS] CASE OUTCOME\n"
        "\n"
        "NOTE is a text, or @FILE for the text in a file, @- for standard input. OUTCOME is\n"
        "unknown until it is given, or achieved, partly, not_achieved, withdrawn,\n"
        "lost_contact, harmed or ongoing. deponent list casework shows all cases.\n"
        "\n" CLI_VAULT_USAGE
        "  --need NEED             deferment, medical, call_up_notice, missing, detention,\n"
        "                          psych …; deponent-card(5) has the list\n"
        "  --service SERVICE       information, advice, document, negotiation,\n"
        "                          representation, relocation or referral\n"
        "  --how-known TEXT        how the outcome is known\n"
        "  --note TEXT             a note with what is opened or with an outcome\n"
        "  --format FORMAT         table, the default, or json: one object\n",
    .run = run,
};
