/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/sheet.h"

#include "base/time.h"
#include "door/cli/cli.h"
#include "door/cli/progress.h"
#include "door/cli/sheet_print.h"
#include "door/cli/table.h"
#include "sys/file.h"

#include <stdio.h>

static bool tell_progress(void *context, size_t done, size_t count)
{
    cli_progress_files(context, done, count);
    return false;
}

static int print_sheet(const struct cli_verb *verb, const struct sheet *s, bool json,
                       const char *html)
{
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
    if (html) {
        sheet_print_page(&out, s);
        if (file_write_private(html, buf_str(&out), &err) != 0)
            code = cli_worse(code, cli_fail(verb, &err));
        buf_clear(&out);
    }
    if (json)
        sheet_print_json(&out, s);
    else
        sheet_print_table(&out, s, table_terminal_width());
    return cli_worse(code, cli_print(verb, buf_str(&out)));
}

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    static const char *const formats[] = {"table", "json", NULL};
    int format = 0;
    const char *html = NULL, *published = NULL;
    const struct cli_option options[] = {
        {.name = "html", .value = &html},
        {.name = "published", .value = &published},
        {.name = "format", .choice = &format, .names = formats},
        {0},
    };
    int code = 0;
    int files = cli_options(verb, argc, argv, options, &code);
    if (files < 0)
        return code;
    struct err err = {0};
    struct time_edtf edtf;
    if (published && time_parse(str_of(published), &edtf, &err) != 0)
        return cli_usage(verb, "--published: %s", err.text);
    if (files == 0)
        return cli_usage(verb, "no DIR or FILE is given; use - for standard input");
    code = cli_confine(verb, html);
    if (code)
        return code;
    struct cli_progress progress = cli_progress_begin(false);
    const struct sheet_options how = {str_of(published), tell_progress, &progress};
    ARENA_AUTO a = {0};
    struct sheet sheet;
    int r = sheet_make(&a, (const char *const *)argv, (size_t)files, &how, &sheet, &err);
    cli_progress_end(&progress);
    if (r)
        return cli_fail(verb, &err);
    return print_sheet(verb, &sheet, format == 1, html);
}

const struct cli_verb cli_sheet = {
    .name = "sheet",
    .summary = "make a figure sheet of a folder of reports: who gave which figure, how often",
    .usage =
        "usage: deponent sheet [--html OUT] [--published DATE] [--format table|json] "
        "DIR|FILE...\n"
        "\n"
        "Reads reports (.txt and .html of a folder, or the files that are named), groups\n"
        "copies, puts figures about the same beside each other and weighs them. All of it\n"
        "is proposed: a person decides.\n"
        "\n"
        "  --html OUT        also write the sheet as one page that loads nothing, mode 0600\n"
        "  --published DATE  for reports that do not say when they were published, as EDTF\n"
        "  --format FORMAT   table (default) or json (one object a line)\n",
    .run = run,
};
