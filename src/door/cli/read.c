/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/read.h"

#include "base/time.h"
#include "door/cli/cli.h"
#include "door/cli/progress.h"
#include "door/cli/read_print.h"
#include "door/cli/table.h"

#include <stdio.h>

enum format { FORMAT_TABLE, FORMAT_TSV, FORMAT_JSON, FORMAT_HTML };

struct job {
    const struct cli_verb *verb;
    enum format format;
    struct str published;
    size_t width;
    int count, done;
    bool values; /* every number and date, not statements */
    struct cli_progress progress;
};

static void print_reading(const struct job *job, struct buf *out, struct arena *a,
                          const struct reading *r)
{
    switch (job->format) {
    case FORMAT_TABLE:
        if (r->english)
            read_print_table(out, a, r, job->width);
        if (job->done + 1 < job->count && r->english)
            buf_add_char(out, '\n');
        break;
    case FORMAT_TSV:
        read_print_tsv(out, a, r);
        break;
    case FORMAT_JSON:
        reading_print_json(out, r);
        break;
    case FORMAT_HTML:
        read_print_page(out, a, r, (size_t)job->done + 1);
        break;
    }
}

/* Reads one file and prints what was found; the exit code. A file that cannot be read is told
 * and the others are finished, but *ret_stop when nothing more can be printed. */
static int read_one(const struct job *job, struct arena *a, const char *path, bool *ret_stop)
{
    struct reading reading;
    struct err err = {0};
    if (work_read_file(a, path, job->published, &reading, &err) != 0)
        return cli_fail(job->verb, &err);
    if (!reading.english)
        (void)fprintf(stderr, "deponent read: %s: not English, nothing read\n", path);
    BUF_AUTO out;
    buf_init(&out, SIZE_MAX / 4);
    print_reading(job, &out, a, &reading);
    int code = cli_print(job->verb, buf_str(&out));
    *ret_stop = code != 0;
    return code;
}

static int values_one(const struct job *job, struct arena *a, const char *path, bool *ret_stop)
{
    struct value_list list;
    struct err err = {0};
    if (work_read_values(a, path, job->published, &list, &err) != 0)
        return cli_fail(job->verb, &err);
    BUF_AUTO out;
    buf_init(&out, SIZE_MAX / 4);
    value_print_json(&out, &list);
    int code = cli_print(job->verb, buf_str(&out));
    *ret_stop = code != 0;
    return code;
}

static int print_frame(const struct job *job, bool head)
{
    BUF_AUTO out;
    buf_init(&out, SIZE_MAX / 4);
    if (job->format == FORMAT_TSV && head)
        read_print_tsv_head(&out);
    else if (job->format == FORMAT_HTML && head)
        read_print_page_head(&out);
    else if (job->format == FORMAT_HTML)
        read_print_page_foot(&out);
    return out.n ? cli_print(job->verb, buf_str(&out)) : 0;
}

static int read_all(struct job *job, char **paths)
{
    int code = print_frame(job, true);
    bool stop = code != 0;
    ARENA_AUTO a = {0};
    for (job->done = 0; job->done < job->count && !stop; job->done++) {
        cli_progress_files(&job->progress, (size_t)job->done, (size_t)job->count);
        arena_reset(&a);
        code = cli_worse(code, job->values ? values_one(job, &a, paths[job->done], &stop)
                                           : read_one(job, &a, paths[job->done], &stop));
    }
    cli_progress_end(&job->progress);
    return stop ? code : cli_worse(code, print_frame(job, false));
}

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    static const char *const formats[] = {"table", "tsv", "json", "html", NULL};
    int format = FORMAT_TABLE;
    const char *published = NULL;
    bool values = false;
    const struct cli_option options[] = {
        {.name = "published", .value = &published},
        {.name = "format", .choice = &format, .names = formats},
        {.name = "values", .flag = &values},
        {0},
    };
    int code = 0;
    int files = cli_options(verb, argc, argv, options, &code);
    if (files < 0)
        return code;
    if (values && format != FORMAT_JSON)
        return cli_usage(verb, "--values needs --format json");
    struct err err = {0};
    struct time_edtf edtf;
    if (published && time_parse(str_of(published), &edtf, &err) != 0)
        return cli_usage(verb, "--published: %s", err.text);
    if (files == 0)
        return cli_usage(verb, "no FILE is given; use - for standard input");
    code = cli_confine(verb, NULL);
    if (code)
        return code;
    struct job job = {
        .verb = verb,
        .format = (enum format)format,
        .published = str_of(published),
        .width = table_terminal_width(),
        .count = files,
        .values = values,
        .progress = cli_progress_begin(true),
    };
    return read_all(&job, argv);
}

const struct cli_verb cli_read = {
    .name = "read",
    .summary = "propose who said what, how many and when, from English reports",
    .usage =
        "usage: deponent read [--published DATE] [--format table|tsv|json|html] FILE...\n"
        "\n"
        "Proposes statements with their speakers, figures, dates and terms from English\n"
        "text or HTML of at most 32 MB; - is standard input.\n"
        "\n"
        "  --published DATE  when the report was published, as EDTF (2022-08-11); without\n"
        "                    it, a date at the head of the report is used\n"
        "  --format FORMAT   table (default), tsv, json (one object a line) or html\n"
        "  --values          print every number, range, amount of money, age, date and\n"
        "                    period instead of statements; needs --format json\n",
    .run = run,
};
