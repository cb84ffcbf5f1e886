/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/sheet.h"

#include "base/time.h"
#include "door/cli/progress.h"
#include "door/cli/sheet_print.h"
#include "door/cli/table.h"
#include "door/cli/vault.h"
#include "sys/file.h"

#include <stdio.h>

static bool tell_progress(void *context, size_t done, size_t count)
{
    cli_progress_files(context, done, count);
    return false;
}

struct job {
    const struct cli_verb *verb;
    struct cli_vault cv;
    struct cli_progress progress;
    const char *html, *published;
    int format;
};

static int print_sheet(const struct job *job, const struct sheet *s,
                       const struct sheet_archive *archive)
{
    const struct cli_verb *verb = job->verb;
    int code = 0;
    for (size_t i = 0; i < s->unread_count; i++)
        if (s->unread[i].failed) {
            (void)fprintf(stderr, "deponent %s: %.*s\n", verb->name, (int)s->unread[i].why.n,
                          s->unread[i].why.p);
            code = 3;
        }
    BUF_AUTO out;
    buf_init(&out, SIZE_MAX / 4);
    struct err err = {0};
    if (job->html) {
        sheet_print_page(&out, s);
        if (file_write_private(job->html, buf_str(&out), &err) != 0)
            code = cli_worse(code, cli_fail(verb, &err));
        buf_clear(&out);
    }
    if (job->format == 1)
        sheet_print_json(&out, s);
    else
        sheet_print_table(&out, s, table_terminal_width());
    if (archive && job->format == 1)
        sheet_print_archive_json(&out, archive);
    else if (archive)
        sheet_print_archive(&out, archive, table_terminal_width());
    return cli_worse(code, cli_print(verb, buf_str(&out)));
}

static int of_files(struct job *job, const char *const *paths, size_t count)
{
    int code = cli_confine(job->verb, job->html);
    if (code)
        return code;
    const struct sheet_options how = {str_of(job->published), tell_progress, &job->progress};
    ARENA_AUTO a = {0};
    struct sheet sheet;
    struct err err = {0};
    int r = sheet_make(&a, paths, count, &how, &sheet, &err);
    cli_progress_end(&job->progress);
    return r ? cli_fail(job->verb, &err) : print_sheet(job, &sheet, NULL);
}

static int of_archive(struct job *job)
{
    int code = cli_vault_open(job->verb, &job->cv, CLI_WRITES, job->html);
    if (code)
        return code;
    const struct sheet_options how = {str_of(job->published), tell_progress, &job->progress};
    ARENA_AUTO a = {0};
    struct sheet_archive s;
    struct err err = {0};
    int r = sheet_make_archive(job->cv.v.archive, &a, &how, &s, &err);
    cli_progress_end(&job->progress);
    code = r ? cli_fail(job->verb, &err) : print_sheet(job, &s.sheet, &s);
    return cli_vault_close(job->verb, &job->cv, code);
}

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    static const char *const formats[] = {"table", "json", NULL};
    struct job job = {.verb = verb};
    const struct cli_option options[] = {
        CLI_VAULT_OPTIONS(job.cv),
        {.name = "html", .value = &job.html},
        {.name = "published", .value = &job.published},
        {.name = "format", .choice = &job.format, .names = formats},
        {0},
    };
    int code = 0;
    int files = cli_options(verb, argc, argv, options, &code);
    if (files < 0)
        return code;
    struct err err = {0};
    struct time_edtf edtf;
    if (job.published && time_parse(str_of(job.published), &edtf, &err) != 0)
        return cli_usage(verb, "--published: %s", err.text);
    if (job.cv.dir && files)
        return cli_usage(verb, "--archive and files are two sheets; make one at a time");
    if (!job.cv.dir && files == 0)
        return cli_usage(verb,
                         "no DIR or FILE is given; use - for standard input, or --archive DIR");
    if (!job.cv.dir && (job.cv.passphrase_file || job.cv.day || job.cv.by))
        return cli_usage(verb, "--passphrase-file, --day and --by need --archive DIR");
    job.progress = cli_progress_begin(false);
    return job.cv.dir ? of_archive(&job)
                      : of_files(&job, (const char *const *)argv, (size_t)files);
}

const struct cli_verb cli_sheet = {
    .name = "sheet",
    .summary = "make a figure sheet of a folder of reports: who gave which figure, how often",
    .usage =
        "usage: deponent sheet [--html OUT] [--published DATE] [--format table|json] "
        "DIR|FILE...\n"
        "       deponent sheet --archive DIR [--html OUT] [--format table|json]\n"
        "\n"
        "Reads reports (.txt and .html of a folder, the files that are named, or the\n"
        "published reports of an archive), groups copies, puts figures about the same\n"
        "beside each other and weighs them. All of it is proposed: a person decides.\n"
        "\n"
        "  --html OUT        also write the sheet as one page that loads nothing, mode 0600\n"
        "  --published DATE  for reports that do not say when they were published, as EDTF\n"
        "  --format FORMAT   table (default) or json (one object a line)\n"
        "  --archive DIR     the reports of the archive DIR, the figures that were kept, and\n"
        "                    what became of the cases\n"
        "  --passphrase-file FILE, --day YYYY-MM-DD, --by NAME\n"
        "                    with --archive, as for the verbs of an archive\n",
    .run = run,
};
