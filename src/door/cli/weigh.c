/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/weigh.h"

#include "base/text.h"
#include "door/cli/cli.h"

static int weigh_one(const struct cli_verb *verb, struct arena *a, const char *path, bool json,
                     const char *sentence)
{
    struct weigh_case c;
    struct weigh_result r;
    struct err err = {0};
    if (work_weigh_file(a, path, &c, &err) != 0)
        return cli_fail(verb, &err);
    weigh_run(a, &c, &r);
    BUF_AUTO out;
    buf_init(&out, SIZE_MAX / 4);
    if (sentence) {
        struct weigh_lints lints;
        weigh_lint(a, str_of(sentence), &c, &r, &lints);
        if (json)
            work_weigh_print_lints_json(&out, str_of(sentence), &lints);
        else
            work_weigh_print_lints_table(&out, str_of(sentence), &lints);
    } else if (json) {
        work_weigh_print_json(&out, &c, &r);
    } else {
        work_weigh_print_table(&out, &c, &r);
    }
    return cli_print(verb, buf_str(&out));
}

static int check_sentence(const struct cli_verb *verb, const char *sentence)
{
    struct err err = {0};
    if (strlen(sentence) > WEIGH_MAX_LINT_BYTES) {
        (void)err_set(&err, ERR_LIMIT, "--lint: the sentence is longer than %u bytes",
                      WEIGH_MAX_LINT_BYTES);
        return cli_fail(verb, &err);
    }
    if (text_check(str_of(sentence), "--lint", &err) != 0)
        return cli_fail(verb, &err);
    return 0;
}

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    static const char *const formats[] = {"table", "json", NULL};
    int format = 0;
    const char *sentence = NULL;
    const struct cli_option options[] = {
        {.name = "format", .choice = &format, .names = formats},
        {.name = "lint", .value = &sentence},
        {0},
    };
    int code = 0;
    int files = cli_options(verb, argc, argv, options, &code);
    if (files < 0)
        return code;
    if (files == 0)
        return cli_usage(verb, "no FILE is given; use - for standard input");
    code = sentence ? check_sentence(verb, sentence) : 0;
    if (code)
        return code;
    code = cli_confine(verb, NULL);
    if (code)
        return code;
    ARENA_AUTO a = {0};
    for (int i = 0; i < files; i++) {
        arena_reset(&a);
        code = cli_worse(code, weigh_one(verb, &a, argv[i], format == 1, sentence));
    }
    return code;
}

const struct cli_verb cli_weigh = {
    .name = "weigh",
    .summary = "independent origins, verdict, range and the sentence that may be said",
    .usage = "usage: deponent weigh [--format table|json] [--lint SENTENCE] FILE...\n"
             "\n"
             "FILE is a weigh file, deponent-weigh(5); - is standard input.\n"
             "  --format FORMAT   table, the default, or json: one object a line\n"
             "  --lint SENTENCE   say what may not be said in SENTENCE about what FILE holds\n"
             "\n"
             "deponent-weigh(1) tells how it counts.\n",
    .run = run,
};
