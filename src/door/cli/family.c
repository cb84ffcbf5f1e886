/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "door/cli/cli.h"
#include "door/cli/family_print.h"
#include "door/cli/progress.h"
#include "door/cli/table.h"

enum format { FORMAT_TABLE, FORMAT_TSV, FORMAT_JSON, FORMAT_HTML };

struct job {
    const struct cli_verb *verb;
    enum format format;
    struct work_family *work;
    size_t width;
    bool all;     /* no file is given: the whole collection is shown */
    size_t shown; /* families */
    struct str *too_short;
    size_t too_short_count, too_short_cap;
    struct arena arena;
};

static void print_family(const struct job *job, struct buf *out, struct arena *a,
                         const struct family_shown *f)
{
    switch (job->format) {
    case FORMAT_TABLE:
        family_print_table(out, a, f, job->width);
        break;
    case FORMAT_TSV:
        family_print_tsv(out, f);
        break;
    case FORMAT_JSON:
        family_print_json(out, f);
        break;
    case FORMAT_HTML:
        family_print_page(out, f);
        break;
    }
}

static int print_head(const struct job *job)
{
    BUF_AUTO out;
    buf_init(&out, SIZE_MAX / 4);
    if (job->format == FORMAT_TSV)
        family_print_tsv_head(&out);
    else if (job->format == FORMAT_HTML)
        family_print_page_head(&out);
    return out.n ? cli_print(job->verb, buf_str(&out)) : 0;
}

static int print_end(struct job *job)
{
    BUF_AUTO out;
    buf_init(&out, SIZE_MAX / 4);
    for (size_t i = 0; i < job->too_short_count; i++) {
        if (job->format == FORMAT_JSON)
            family_print_json_short(&out, job->too_short[i]);
        else if (job->format == FORMAT_TSV)
            family_print_tsv_short(&out, job->too_short[i]);
    }
    if (job->format == FORMAT_TABLE)
        family_print_table_end(&out, &job->arena, job->shown, job->too_short,
                               job->too_short_count, job->width);
    else if (job->format == FORMAT_HTML)
        family_print_page_end(&out, job->shown, job->too_short, job->too_short_count);
    return out.n ? cli_print(job->verb, buf_str(&out)) : 0;
}

static bool is_wanted(const struct job *job, const struct family_group *g)
{
    for (size_t i = 0; i < g->count; i++)
        if (job->all || work_family_is_new(job->work, g->texts[i]))
            return true;
    return false;
}

static int show_family(struct job *job, const struct family_group *g, bool *ret_stop)
{
    ARENA_AUTO a = {0};
    struct family_report report;
    struct work_family_gap *gaps;
    size_t gap_count;
    struct err err = {0};
    int code = 0;
    if (work_family_compare(job->work, &a, g, &report, &gaps, &gap_count, &err) != 0)
        return cli_fail(job->verb, &err);
    for (size_t i = 0; i < gap_count; i++)
        code = cli_worse(code, cli_fail(job->verb, &gaps[i].err));
    struct family_shown shown = {job->work, g, &report, ++job->shown};
    BUF_AUTO out;
    buf_init(&out, SIZE_MAX / 4);
    print_family(job, &out, &a, &shown);
    int printed = cli_print(job->verb, buf_str(&out));
    *ret_stop = printed != 0;
    return cli_worse(code, printed);
}

/* Texts of no family about which nothing can be said. */
static void find_too_short(struct job *job, const struct family_groups *groups)
{
    size_t count = work_family_count(job->work);
    bool *in_family = ARENA_NEW(&job->arena, count, bool);
    for (size_t i = 0; i < groups->count; i++)
        for (size_t k = 0; k < groups->items[i].count; k++)
            in_family[groups->items[i].texts[k]] = true;
    for (uint32_t t = 0; t < count; t++)
        if (!in_family[t] && (job->all || work_family_is_new(job->work, t)) &&
            work_family_too_short(job->work, t)) {
            struct str name = work_family_name(job->work, t);
            ARENA_PUSH(&job->arena, job->too_short, job->too_short_count, job->too_short_cap,
                       name);
        }
}

static int show_families(struct job *job)
{
    struct family_groups groups;
    work_family_group(job->work, &job->arena, &groups);
    find_too_short(job, &groups);
    int code = print_head(job);
    bool stop = code != 0;
    for (size_t i = 0; i < groups.count && !stop; i++)
        if (is_wanted(job, &groups.items[i]))
            code = cli_worse(code, show_family(job, &groups.items[i], &stop));
    return stop ? code : cli_worse(code, print_end(job));
}

static int add_files(struct job *job, char **paths, int count)
{
    struct cli_progress progress = cli_progress_begin(true);
    int code = 0;
    for (int i = 0; i < count; i++) {
        struct err err = {0};
        cli_progress_files(&progress, (size_t)i, (size_t)count);
        if (work_family_add(job->work, paths[i], &err) != 0)
            code = cli_worse(code, cli_fail(job->verb, &err));
    }
    cli_progress_end(&progress);
    return code;
}

static int work_on(struct job *job, const char *index, char **paths, int count)
{
    struct err err = {0};
    if (index && work_family_open(job->work, index, &err) != 0)
        return cli_fail(job->verb, &err);
    int code = add_files(job, paths, count);
    if (index && count && work_family_save(job->work, &err) != 0)
        code = cli_worse(code, cli_fail(job->verb, &err));
    return cli_worse(code, show_families(job));
}

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    static const char *const formats[] = {"table", "tsv", "json", "html", NULL};
    int format = FORMAT_TABLE;
    const char *index = NULL;
    const struct cli_option options[] = {
        {.name = "index", .value = &index},
        {.name = "format", .choice = &format, .names = formats},
        {0},
    };
    int code = 0;
    int files = cli_options(verb, argc, argv, options, &code);
    if (files < 0)
        return code;
    if (files == 0 && !index)
        return cli_usage(verb, "no FILE is given; copies are found among several");
    code = cli_confine(verb, index);
    if (code)
        return code;
    struct job job = {
        .verb = verb,
        .format = (enum format)format,
        .work = work_family_new(),
        .width = table_terminal_width(),
        .all = files == 0,
    };
    code = work_on(&job, index, argv, files);
    work_family_free(job.work);
    arena_free(&job.arena);
    return code;
}

const struct cli_verb cli_family = {
    .name = "family",
    .summary = "find copies of one report, and where they differ",
    .usage =
        "usage: deponent family [--index FILE] [--format table|tsv|json|html] FILE...\n"
        "\n"
        "Finds which texts are copies of one report, however reworded, and shows every\n"
        "figure, bound, name, negation and quoted string in which the copies differ.\n"
        "\n"
        "  --index FILE     keep the collection in FILE: texts that were added before are\n"
        "                   not read again, and families with the new ones are shown;\n"
        "                   without a text, all families of the collection\n"
        "  --format FORMAT  table (default), tsv, json (one object a line) or html\n",
    .run = run,
};
