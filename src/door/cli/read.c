/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/read.h"

#include "door/cli/cli.h"

#include <stdio.h>

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    const char *published = NULL, *format = "table";
    const struct cli_option options[] = {
        {"published", &published, NULL},
        {"format", &format, NULL},
    };
    int files = 0;
    int r = cli_options(verb, argc, argv, options, 2, &files);
    if (r)
        return r == CLI_DONE ? 0 : r;
    static const char *const formats[] = {"json", NULL};
    if (cli_choice(verb, "format", format, formats) < 0)
        return 2;
    if (files == 0)
        return cli_usage(verb, "no FILE is given; use - for standard input");
    int code = 0;
    ARENA_AUTO a = {0};
    for (int i = 0; i < files; i++) {
        arena_reset(&a);
        struct reading reading;
        struct err err = {0};
        if (work_read_file(&a, argv[i], str_of(published), &reading, &err) != 0) {
            code = cli_worse(code, cli_fail(verb, &err));
            continue;
        }
        BUF_AUTO out;
        buf_init(&out, SIZE_MAX / 4);
        reading_print_json(&out, &reading);
        code = cli_worse(code, cli_print(verb, buf_str(&out)));
    }
    return code;
}

const struct cli_verb cli_read = {
    .name = "read",
    .summary = "propose who said what, how many and when, from English reports",
    .usage = "usage: deponent read [--published DATE] [--format table|tsv|json|html] FILE...\n",
    .run = run,
};
