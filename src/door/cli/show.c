/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/markup.h"
#include "door/cli/account.h"
#include "door/cli/record.h"
#include "door/cli/vault.h"
#include "door/cli/words.h"
#include "sys/file.h"

#include <unistd.h>

struct job {
    const struct cli_verb *verb;
    struct cli_vault cv;
    enum purpose purpose;
    int format;
    const char *attachment, *output;
};

static int fail(const struct job *job, const struct err *err)
{
    return cli_fail(job->verb, err);
}

/* ---- an attachment ---- */

struct sink {
    int fd;
    const char *name;
};

static int write_bytes(void *context, const void *p, size_t n, struct err *err)
{
    const struct sink *s = context;
    return file_write_all(s->fd, str_make(p, n), s->name, err);
}

/* A number from 1, or the beginning of an id. */
static int find_attachment(const struct job *job, const struct archive_account *account,
                           struct str *ret)
{
    struct str typed = str_of(job->attachment);
    uint64_t number = 0;
    size_t found = 0;
    if (typed.n < 4 && str_to_u64(typed, &number) && number >= 1 &&
        number <= account->attachment_count) {
        *ret = account->attachments[number - 1];
        return 0;
    }
    for (size_t i = 0; i < account->attachment_count && typed.n >= 4; i++)
        if (str_starts(account->attachments[i], typed)) {
            *ret = account->attachments[i];
            found++;
        }
    if (found == 1)
        return 0;
    struct err err = {0};
    (void)err_set(&err, ERR_MISSING,
                  "--attachment %s: the account has %zu attachments; expected "
                  "a number from 1 or the beginning of one id",
                  job->attachment, account->attachment_count);
    return fail(job, &err);
}

static int show_attachment(const struct job *job, struct arena *a, struct str id)
{
    struct archive *archive = job->cv.v.archive;
    struct archive_account account;
    struct err err = {0};
    if (archive_account(archive, a, id, job->purpose, &account, &err))
        return fail(job, &err);
    struct str why = work_withheld(a, &account, job->purpose, TERMS_QUOTE), which;
    if (why.p) {
        (void)err_set(&err, ERR_REFUSED, "its attachments are withheld: %.*s", (int)why.n,
                      why.p);
        return fail(job, &err);
    }
    int code = find_attachment(job, &account, &which);
    if (code)
        return code;
    struct sink sink = {STDOUT_FILENO, "standard output"};
    struct file_out file;
    bool to_file = strcmp(job->output, "-") != 0;
    if (to_file) {
        if (file_out_begin(job->output, &file, &err))
            return fail(job, &err);
        sink = (struct sink){file.fd, job->output};
    }
    int r = archive_read_attachment(archive, id, which, job->purpose,
                                    &(struct age_sink){write_bytes, &sink}, &err);
    if (to_file && r)
        file_out_abandon(&file);
    else if (to_file)
        r = file_out_commit(&file, false, &err);
    return r ? fail(job, &err) : 0;
}

/* ---- an account ---- */

static int show_account(const struct job *job, struct arena *a, struct str id, struct buf *out)
{
    struct archive *archive = job->cv.v.archive;
    struct archive_account account;
    struct err err = {0};
    if (archive_account(archive, a, id, job->purpose, &account, &err))
        return fail(job, &err);
    struct str why = work_withheld(a, &account, job->purpose, TERMS_QUOTE);
    if (!why.p && archive_read_account(archive, a, id, job->purpose, &account, &err))
        return fail(job, &err);
    if (job->format) {
        account_print_json(out, a, &account, job->purpose);
        return 0;
    }
    account_print_lines(out, a, &account, job->purpose);
    if (why.p)
        buf_printf(out, "text        (withheld: %.*s)\n", (int)why.n, why.p);
    if (account.text.p) {
        buf_add_char(out, '\n');
        record_print_text(out, account.text);
    }
    return 0;
}

/* ---- any other record ---- */

/* The account whose terms hold for a record, or p == NULL. */
static struct str account_of(const struct record *r)
{
    switch (r->kind) {
    case RECORD_STATEMENT:
        return r->u.statement.account;
    case RECORD_NODE:
        return r->u.node.account;
    case RECORD_CASEWORK:
        return r->u.casework.account;
    case RECORD_TERMS:
        return r->u.terms.of;
    default:
        return (struct str){NULL, 0};
    }
}

static void say_withheld(const struct job *job, struct arena *a, const struct record *r,
                         struct buf *out)
{
    struct archive_account account;
    struct err err = {0};
    struct str of = account_of(r);
    if (r->kind == RECORD_SOURCE && (!r->u.source.name.p || !r->u.source.description.p))
        buf_add(out, STR("(what is not shown was not given, or no account of this source has "
                         "terms that allow it)\n"));
    if (!of.p || archive_account(job->cv.v.archive, a, of, job->purpose, &account, &err))
        return;
    struct str why = work_withheld(a, &account, job->purpose, TERMS_QUOTE);
    if (why.p)
        buf_printf(out, "(words of its account are withheld: %.*s)\n", (int)why.n, why.p);
}

static int show_record(const struct job *job, struct arena *a, struct str id, struct buf *out)
{
    struct record r;
    struct err err = {0};
    if (archive_record(job->cv.v.archive, a, id, job->purpose, &r, &err))
        return fail(job, &err);
    if (job->format)
        return record_print_object(out, &r, &err) ? fail(job, &err) : 0;
    if (record_print_lines(out, &r, &err))
        return fail(job, &err);
    say_withheld(job, a, &r, out);
    return 0;
}

static int show_one(const struct job *job, const char *typed, bool first)
{
    ARENA_AUTO a = {0};
    struct err err = {0};
    enum record_kind kind;
    struct str id;
    if (archive_find(job->cv.v.archive, &a, str_of(typed),
                     job->attachment ? 1u << RECORD_ACCOUNT : 0, &kind, &id, &err))
        return fail(job, &err);
    if (job->attachment)
        return show_attachment(job, &a, id);
    BUF_AUTO out;
    buf_init(&out, SIZE_MAX / 4);
    if (!first && !job->format)
        buf_add_char(&out, '\n');
    int code = kind == RECORD_ACCOUNT ? show_account(job, &a, id, &out)
                                      : show_record(job, &a, id, &out);
    return code ? code : cli_print(job->verb, buf_str(&out));
}

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    static const char *const formats[] = {"table", "json", NULL};
    struct job job = {.verb = verb};
    const char *purpose = NULL;
    const struct cli_option options[] = {
        CLI_VAULT_OPTIONS(job.cv),
        {.name = "purpose", .value = &purpose},
        {.name = "attachment", .value = &job.attachment},
        {.name = "output", .letter = 'o', .value = &job.output},
        {.name = "format", .choice = &job.format, .names = formats},
        {0},
    };
    int code = 0, files = cli_options(verb, argc, argv, options, &code);
    if (files < 0)
        return code;
    if (files == 0)
        return cli_usage(verb, "no ID is given");
    if (!job.attachment != !job.output)
        return cli_usage(verb, "--attachment and --output belong together");
    if (job.attachment && files > 1)
        return cli_usage(verb, "--attachment takes one ID");
    int value = PURPOSE_HELP;
    code = cli_word(verb, "--purpose", &vocab_purpose, purpose, &value);
    if (code)
        return code;
    job.purpose = (enum purpose)value;
    bool to_file = job.output && strcmp(job.output, "-") != 0;
    code = cli_vault_open(verb, &job.cv, CLI_WRITES, to_file ? job.output : NULL);
    if (code)
        return code;
    for (int i = 0; i < files && code != 4; i++)
        code = cli_worse(code, show_one(&job, argv[i], i == 0));
    return cli_vault_close(verb, &job.cv, code);
}

const struct cli_verb cli_show = {
    .name = "show",
    .summary = "an account with its words, or another record, as far as its terms allow",
    .usage =
        "usage: deponent show [OPTIONS] ID...\n"
        "       deponent show --attachment N --output FILE ACCOUNT\n"
        "\n"
        "ID is a whole id, or its beginning of at least 4 characters. Reading the words of\n"
        "an account is written down; deponent log shows it.\n"
        "\n" CLI_VAULT_USAGE
        "  --purpose PURPOSE       what for: help, the default, statistics, publication,\n"
        "                          partners or court\n"
        "  --attachment N          its attachment number N, or the beginning of its id\n"
        "  -o, --output FILE       where the attachment is written; - is standard output\n"
        "  --format FORMAT         table, the default, or json: one object a line\n",
    .run = run,
};
