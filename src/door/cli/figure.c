/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/figure.h"

#include "door/cli/figure_print.h"
#include "door/cli/vault.h"
#include "door/cli/words.h"

struct job {
    const struct cli_verb *verb;
    struct cli_vault cv;
    const char *act, *where, *when, *typed_unit;
    struct archive_query query;
    bool record, list, json;
};

static int make(struct job *job, struct arena *a, struct buf *out)
{
    struct work_figure f;
    struct err err = {0};
    struct str id = {0};
    int r = job->record ? work_figure_record(job->cv.v.archive, a, &job->query, &f, &id, &err)
                        : work_figure_make(job->cv.v.archive, a, &job->query, &f, &err);
    if (r)
        return cli_fail(job->verb, &err);
    if (job->json)
        figure_print_json(out, &f, id);
    else
        figure_print_table(out, &f, id);
    return 0;
}

static int show(struct job *job, struct arena *a, const char *typed, struct buf *out)
{
    struct work_figure_kept k;
    struct err err = {0};
    struct str id;
    int code = cli_vault_find(job->verb, &job->cv, a, typed, 1u << RECORD_FIGURE, &id);
    if (code)
        return code;
    if (work_figure_kept(job->cv.v.archive, a, id, &k, &err))
        return cli_fail(job->verb, &err);
    if (job->json)
        figure_print_kept_json(out, &k);
    else
        figure_print_kept(out, &k);
    return 0;
}

static int list(struct job *job, struct arena *a, struct buf *out)
{
    struct work_figure_kept *items;
    size_t count;
    struct err err = {0};
    if (work_figure_list(job->cv.v.archive, a, &items, &count, &err))
        return cli_fail(job->verb, &err);
    for (size_t i = 0; i < count; i++)
        if (job->json)
            figure_print_kept_json(out, &items[i]);
        else
            figure_print_row(out, &items[i]);
    if (count == 0 && !job->json)
        buf_add(out, STR("No figure is recorded.\n"));
    return 0;
}

static int work(struct job *job, int count, char **argv)
{
    ARENA_AUTO a = {0};
    BUF_AUTO out;
    buf_init(&out, SIZE_MAX / 4);
    int code = 0;
    if (job->list)
        code = list(job, &a, &out);
    for (int i = 0; i < count; i++)
        code = cli_worse(code, show(job, &a, argv[i], &out));
    if (!job->list && count == 0)
        code = make(job, &a, &out);
    return cli_worse(code, out.n ? cli_print(job->verb, buf_str(&out)) : 0);
}

static int check(struct job *job, int count)
{
    const struct cli_verb *verb = job->verb;
    bool asks = job->act || job->where || job->when || job->typed_unit;
    int unit = 0;
    if (asks + job->list + (count > 0) > 1 || (job->record && (job->list || count > 0)))
        return cli_usage(verb, "a question, --list and ID cannot be asked for at once");
    int code = cli_text(verb, "--act", job->act, &job->query.act);
    if (!code)
        code = cli_text(verb, "--where", job->where, &job->query.where);
    if (!code)
        code = cli_date(verb, "--when", job->when, &job->query.when);
    if (!code)
        code = cli_word(verb, "--unit", &vocab_unit, job->typed_unit, &unit);
    job->query.unit = (enum counting_unit)unit;
    return code;
}

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    static const char *const formats[] = {"table", "json", NULL};
    struct job job = {.verb = verb};
    int code = 0, format = 0;
    const struct cli_option options[] = {
        CLI_VAULT_OPTIONS(job.cv),
        {.name = "act", .value = &job.act},
        {.name = "where", .value = &job.where},
        {.name = "when", .value = &job.when},
        {.name = "unit", .value = &job.typed_unit},
        {.name = "record", .flag = &job.record},
        {.name = "list", .flag = &job.list},
        {.name = "format", .choice = &format, .names = formats},
        {0},
    };
    int count = cli_options(verb, argc, argv, options, &code);
    if (count < 0)
        return code;
    job.json = format == 1;
    code = check(&job, count);
    if (!code)
        code = cli_vault_open(verb, &job.cv, job.record ? CLI_WRITES : CLI_LOOKS, NULL);
    return code ? code : cli_vault_close(verb, &job.cv, work(&job, count, argv));
}

const struct cli_verb cli_figure = {
    .name = "figure",
    .summary = "how many, as a range with its origins and the sentence that may be said",
    .usage = "usage: deponent figure [--act ACT] [--where PLACE] [--when DATE] [--unit UNIT]\n"
             "                       [--record] [--format table|json]\n"
             "       deponent figure --list\n"
             "       deponent figure ID...\n"
             "\n"
             "Weighs the statements that may be counted and prints a draft.\n"
             "\n"
             "  --act ACT               what was done: \"held\"\n"
             "  --where PLACE           where\n"
             "  --when DATE             in which time, as EDTF\n"
             "  --unit UNIT             individual, family, group, event, request, report or\n"
             "                          entity; needed when the statements have several\n"
             "  --record                refold the ledger, keep the figure and print its id\n"
             "  --list                  the figures that were kept\n"
             "  --format FORMAT         table, the default, or json: one object a "
             "line\n" CLI_VAULT_USAGE,
    .run = run,
};
