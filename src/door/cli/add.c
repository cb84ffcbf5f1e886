/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/add.h"

#include "base/json.h"
#include "base/markup.h"
#include "door/cli/record.h"
#include "door/cli/vault.h"
#include "door/cli/words.h"
#include "sys/terminal.h"

#include <stdio.h>
#include <unistd.h>

#define BATCH_BYTES ((size_t)8 << 20)

struct typed {
    const char *source, *name, *description, *position, *basis, *channel, *received, *language;
    const char *terms, *reason, *expires, *to;
    struct cli_values purposes, attach;
};

struct job {
    const struct cli_verb *verb;
    struct cli_vault cv;
    struct typed typed;
    struct add_options options;
    int format;
    /* What was read and is not yet in the archive. */
    struct arena arena;
    struct add_item items[ADD_ITEMS_MAX];
    size_t count, bytes;
    int done, all;
};

/* ---- what was added ---- */

static void put_words(struct json_out *j, const struct vocab *v, unsigned set)
{
    json_begin_array(j);
    for (int i = 0; i < v->count; i++)
        if (set >> i & 1)
            json_put_str(j, str_of(vocab_name(v, i)));
    json_end_array(j);
}

static void print_json(struct buf *out, const struct add_item *item)
{
    struct json_out j = {.out = out};
    json_begin_object(&j);
    json_put_key(&j, "file");
    json_put_str_or_null(&j, item->file);
    json_put_key(&j, "account");
    json_put_str(&j, item->account);
    json_put_key(&j, "source");
    json_put_str_or_null(&j, item->source);
    json_put_key(&j, "new_source");
    json_put_bool(&j, item->new_source);
    json_put_key(&j, "received");
    json_put_str_or_null(&j, item->received);
    json_put_key(&j, "attribution");
    json_put_str_or_null(&j,
                         str_of(vocab_name(&vocab_attribution, (int)item->terms.attribution)));
    json_put_key(&j, "purposes");
    put_words(&j, &vocab_purpose, item->terms.purposes);
    json_put_key(&j, "bytes");
    json_put_int(&j, (int64_t)item->text.n);
    json_put_key(&j, "cut");
    json_put_bool(&j, item->whole.p != NULL);
    json_put_key(&j, "attachments");
    json_begin_array(&j);
    for (size_t i = 0; i < item->attachment_count; i++)
        json_put_str(&j, item->attachments[i]);
    json_end_array(&j);
    json_end_object(&j);
    buf_add_char(out, '\n');
}

static void print_table(struct buf *out, const struct add_item *item)
{
    if (item->file.p) {
        markup_terminal(out, item->file);
        buf_add_char(out, '\n');
    }
    buf_printf(out, "  account     %.*s\n", (int)item->account.n, item->account.p);
    if (item->source.p)
        buf_printf(out, "  source      %.*s%s\n", (int)item->source.n, item->source.p,
                   item->new_source ? ", new" : "");
    const char *attribution = vocab_name(&vocab_attribution, (int)item->terms.attribution);
    if (attribution) {
        buf_printf(out, "  terms       %s;", attribution);
        for (int i = 0; i < PURPOSE_COUNT; i++)
            if (item->terms.purposes >> i & 1)
                buf_printf(out, " %s", vocab_name(&vocab_purpose, i));
        buf_add_char(out, '\n');
    }
    for (size_t i = 0; i < item->attachment_count; i++)
        buf_printf(out, "  attachment  %.*s\n", (int)item->attachments[i].n,
                   item->attachments[i].p);
}

static int print(const struct job *job, const struct add_item *item)
{
    BUF_AUTO out;
    buf_init(&out, SIZE_MAX / 4);
    if (job->format)
        print_json(&out, item);
    else
        print_table(&out, item);
    return cli_print(job->verb, buf_str(&out));
}

/* ---- adding ---- */

static void tell(const struct job *job)
{
    if (job->cv.talks && job->all > 1)
        (void)fprintf(stderr, job->done < job->all ? "\r%d of %d files\033[K" : "\r\033[K",
                      job->done, job->all);
}

/* Appends what was read; `files` are attached to the one item. Sets *ret_stop when no more can
 * be added. */
static int flush(struct job *job, struct add_file *files, size_t file_count, bool *ret_stop)
{
    struct archive *archive = job->cv.v.archive;
    struct err err = {0};
    int code = 0;
    if (job->count &&
        work_add_append(archive, &job->arena, &job->options, job->items, job->count, &err)) {
        *ret_stop = true;
        return cli_fail(job->verb, &err);
    }
    for (size_t i = 0; i < job->count && !*ret_stop; i++) {
        struct add_item *item = &job->items[i];
        if (item->whole.p)
            (void)fprintf(stderr,
                          "deponent add: %s: longer than %u bytes; its beginning is the text, "
                          "the whole is attached\n",
                          item->file.p, RECORD_TEXT_MAX);
        if (work_add_attach(archive, &job->arena, item, files, file_count, &err)) {
            *ret_stop = true;
            code = cli_worse(code, cli_fail(job->verb, &err));
        }
        int printed = print(job, item);
        *ret_stop = *ret_stop || printed;
        code = cli_worse(code, printed);
    }
    job->count = job->bytes = 0;
    arena_reset(&job->arena);
    return code;
}

static int add_files(struct job *job, char **paths, struct add_file *files, size_t file_count)
{
    int code = 0;
    bool stop = false;
    for (job->done = 0; job->done < job->all && !stop; job->done++) {
        const char *path = paths[job->done];
        struct err err = {0};
        tell(job);
        if (strcmp(path, "-") == 0 && terminal_is(STDIN_FILENO))
            (void)fputs("Type the account; Ctrl-D on an empty line ends it.\n", stderr);
        if (work_add_read(&job->arena, &job->options, path, &job->items[job->count], &err)) {
            code = cli_worse(code, cli_fail(job->verb, &err));
            continue;
        }
        struct add_item *item = &job->items[job->count++];
        job->bytes += item->text.n + item->whole.n;
        if (job->options.report && !item->publisher.p && !job->options.told.name.p &&
            !job->options.source.p)
            (void)fprintf(stderr,
                          "deponent add: %s: whose report it is does not stand in it; give "
                          "--source-name\n",
                          path);
        if (job->count == ADD_ITEMS_MAX || job->bytes > BATCH_BYTES)
            code = cli_worse(code, flush(job, files, file_count, &stop));
    }
    tell(job);
    if (!stop)
        code = cli_worse(code, flush(job, files, file_count, &stop));
    return code;
}

/* Attachments alone: of an account that is there, or of a new one without a text. */
static int add_attachments(struct job *job, struct str account, struct add_file *files,
                           size_t file_count)
{
    bool stop = false;
    if (!account.p) {
        job->items[0] = (struct add_item){
            .received = job->options.received.p ? job->options.received : job->options.today,
            .language = job->options.language,
        };
        job->count = 1;
        return flush(job, files, file_count, &stop);
    }
    struct add_item item = {.account = account};
    struct err err = {0};
    int code = 0;
    if (work_add_attach(job->cv.v.archive, &job->arena, &item, files, file_count, &err))
        code = cli_fail(job->verb, &err);
    return item.attachment_count ? cli_worse(code, print(job, &item)) : code;
}

/* The id behind --source (of a source, or of one of its accounts) or --to. */
static int find(struct job *job, struct arena *a, struct str *ret_account)
{
    struct err err = {0};
    enum record_kind kind;
    struct str id;
    if (job->typed.to)
        return cli_vault_find(job->verb, &job->cv, a, job->typed.to, 1u << RECORD_ACCOUNT,
                              ret_account);
    if (!job->typed.source)
        return 0;
    if (archive_find(job->cv.v.archive, a, str_of(job->typed.source),
                     1u << RECORD_SOURCE | 1u << RECORD_ACCOUNT, &kind, &id, &err) ||
        (kind == RECORD_ACCOUNT && archive_source_of(job->cv.v.archive, a, id, &id, &err)))
        return cli_fail(job->verb, &err);
    job->options.source = id;
    return 0;
}

static int add(struct job *job, char **paths)
{
    ARENA_AUTO a = {0};
    struct add_file *files;
    size_t count = job->typed.attach.count;
    struct str account = {NULL, 0};
    struct err err = {0};
    job->options.today = str_of(job->cv.today);
    int code = find(job, &a, &account);
    if (code)
        return code;
    if (work_add_open(&a, job->typed.attach.items, count, &files, &err))
        return cli_fail(job->verb, &err);
    code = job->all ? add_files(job, paths, files, count)
                    : add_attachments(job, account, files, count);
    work_add_close(files, count);
    return code;
}

/* ---- the command line ---- */

static int check_terms(struct job *job)
{
    const struct cli_verb *verb = job->verb;
    const struct typed *t = &job->typed;
    struct add_options *o = &job->options;
    int attribution = 0;
    int code = cli_word(verb, "--terms", &vocab_attribution, t->terms, &attribution);
    if (!code)
        code = cli_word_set(verb, "--purpose", &vocab_purpose, &t->purposes, &o->purposes);
    if (!code)
        code = cli_text(verb, "--reason", t->reason, &o->reason);
    if (!code)
        code = cli_date(verb, "--expires", t->expires, &o->expires);
    o->attribution = (enum attribution)attribution;
    o->terms_given = t->terms || t->purposes.count || t->reason || t->expires;
    return code;
}

static int check_source(struct job *job)
{
    const struct cli_verb *verb = job->verb;
    const struct typed *t = &job->typed;
    struct add_options *o = &job->options;
    int basis = 0;
    if (t->source && (t->name || t->description || t->position || t->basis))
        return cli_usage(verb, "--source names a source that is there; --source-name, "
                               "--description, --position and --basis make a new one");
    int code = cli_text(verb, "--source-name", t->name, &o->told.name);
    if (!code)
        code = cli_text(verb, "--description", t->description, &o->told.description);
    if (!code)
        code = cli_text(verb, "--position", t->position, &o->told.position);
    if (!code)
        code = cli_word(verb, "--basis", &vocab_basis, t->basis, &basis);
    o->told.basis = (enum basis)basis;
    return code;
}

static int check(struct job *job)
{
    const struct cli_verb *verb = job->verb;
    const struct typed *t = &job->typed;
    struct add_options *o = &job->options;
    if (job->all == 0 && t->attach.count == 0)
        return cli_usage(verb, "no FILE is given; use - for standard input");
    if (job->all > 1 && !o->report)
        return cli_usage(verb, "an account is one FILE; several FILEs need --report");
    if (job->all > 1 && t->attach.count)
        return cli_usage(verb, "--attach needs one FILE to belong to");
    if (job->all == 0 && o->report)
        return cli_usage(verb, "a report needs its FILE");
    if (t->to && (job->all || o->report || t->source || t->name || t->description))
        return cli_usage(verb, "--to takes nothing but --attach");
    if (t->channel && (o->report || strcmp(t->channel, ADD_CHANNEL_PUBLISHED) == 0))
        return cli_usage(verb, "the channel of a published report is set by --report");
    int code = cli_text(verb, "--channel", t->channel, &o->channel);
    if (!code)
        code = cli_date(verb, "--received", t->received, &o->received);
    if (!code)
        code = cli_text(verb, "--language", t->language, &o->language);
    if (!code && t->language && strpbrk(t->language, " \t\n"))
        code = cli_usage(verb, "--language takes one word, as en or pt-BR");
    if (!code)
        code = check_source(job);
    return code ? code : check_terms(job);
}

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    static const char *const formats[] = {"table", "json", NULL};
    struct job job = {.verb = verb};
    struct typed *t = &job.typed;
    const struct cli_option options[] = {
        CLI_VAULT_OPTIONS(job.cv),
        {.name = "report", .flag = &job.options.report},
        {.name = "source", .value = &t->source},
        {.name = "source-name", .value = &t->name},
        {.name = "description", .value = &t->description},
        {.name = "position", .value = &t->position},
        {.name = "basis", .value = &t->basis},
        {.name = "channel", .value = &t->channel},
        {.name = "received", .value = &t->received},
        {.name = "language", .value = &t->language},
        {.name = "terms", .value = &t->terms},
        {.name = "reason", .value = &t->reason},
        {.name = "purpose", .values = &t->purposes},
        {.name = "expires", .value = &t->expires},
        {.name = "attach", .values = &t->attach},
        {.name = "to", .value = &t->to},
        {.name = "format", .choice = &job.format, .names = formats},
        {0},
    };
    int code = 0, files = cli_options(verb, argc, argv, options, &code);
    if (files < 0)
        return code;
    job.all = files;
    code = check(&job);
    if (!code)
        code = cli_vault_open(verb, &job.cv, CLI_WRITES, NULL);
    if (code)
        return code;
    code = add(&job, argv);
    arena_free(&job.arena);
    /* What was added is worth keeping, whatever became of other files. */
    return cli_worse(code, cli_vault_close(verb, &job.cv, code == 4 ? code : 0));
}

const struct cli_verb cli_add = {
    .name = "add",
    .summary = "add an account, or published reports",
    .usage =
        "usage: deponent add [OPTIONS] FILE\n"
        "       deponent add --report [OPTIONS] FILE...\n"
        "       deponent add --to ACCOUNT --attach FILE\n"
        "\n"
        "FILE is the text of an account, - is standard input. With --report it is a text or\n"
        "HTML page that somebody published. Prints the new ids.\n"
        "\n" CLI_VAULT_USAGE
        "  --report                FILE was published: publisher and day are read from it\n"
        "  --source ID             of a source that is there, or of one of its accounts;\n"
        "                          without it the source is new\n"
        "  --source-name NAME      of a new source; printed only on the record\n"
        "  --description TEXT      what may be said of it in public\n"
        "  --position TEXT         why it can know\n"
        "  --basis BASIS           how it knows: victim, witness, relayed …\n"
        "  --channel TEXT          how it came: phone, letter …\n"
        "  --received DATE         when it came; of a report, when it was published\n"
        "  --language TAG          en, ru, ar …\n"
        "  --terms ATTRIBUTION     on_record, anonymity, background, deep_background or\n"
        "                          off_record\n"
        "  --reason TEXT           why anonymity was given\n"
        "  --purpose PURPOSE       help, statistics, publication, partners or court; may be\n"
        "                          given several times\n"
        "  --expires DATE          when these terms end\n"
        "  --attach FILE           a file of any kind that belongs to it; may be given\n"
        "                          several times\n"
        "  --to ACCOUNT            attach to an account that is there\n"
        "  --format FORMAT         table, the default, or json: one object a line\n",
    .run = run,
};
