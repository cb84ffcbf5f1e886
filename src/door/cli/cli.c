/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "door/cli/cli.h"

#include "base/arena.h"
#include "sys/file.h"
#include "sys/sandbox.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static int take_option(const struct cli_verb *verb, int argc, char **argv, int *at,
                       const struct cli_option *options, size_t count)
{
    const char *name = argv[*at] + 2;
    const char *equals = strchr(name, '=');
    struct str key = {name, equals ? (size_t)(equals - name) : strlen(name)};
    for (size_t i = 0; i < count; i++) {
        if (!str_eq(key, str_of(options[i].name)))
            continue;
        if (options[i].flag) {
            if (equals)
                return cli_usage(verb, "--%s takes no value", options[i].name);
            *options[i].flag = true;
            return 0;
        }
        if (equals) {
            *options[i].value = equals + 1;
            return 0;
        }
        if (*at + 1 >= argc)
            return cli_usage(verb, "--%s needs a value", options[i].name);
        *options[i].value = argv[++*at];
        return 0;
    }
    return cli_usage(verb, "there is no option --%.*s", (int)key.n, key.p);
}

int cli_options(const struct cli_verb *verb, int argc, char **argv,
                const struct cli_option *options, size_t count, int *ret_files)
{
    int files = 0;
    bool ended = false;
    for (int i = 0; i < argc; i++) {
        if (ended || argv[i][0] != '-' || strcmp(argv[i], "-") == 0) {
            argv[files++] = argv[i];
        } else if (strcmp(argv[i], "--") == 0) {
            ended = true;
        } else if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            (void)fputs(verb->usage, stdout);
            return CLI_DONE;
        } else if (argv[i][1] != '-') {
            return cli_usage(verb, "there is no option %s", argv[i]);
        } else {
            int r = take_option(verb, argc, argv, &i, options, count);
            if (r)
                return r;
        }
    }
    *ret_files = files;
    return 0;
}

int cli_fail(const struct cli_verb *verb, const struct err *err)
{
    (void)fprintf(stderr, "deponent %s: %s\n", verb->name, err->text);
    return err_kind_of(err->kind)->exit_code;
}

int cli_usage(const struct cli_verb *verb, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    (void)fprintf(stderr, "deponent %s: ", verb->name);
    (void)vfprintf(stderr, format, ap);
    (void)fprintf(stderr, "; see deponent %s --help\n", verb->name);
    va_end(ap);
    return 2;
}

int cli_print(const struct cli_verb *verb, struct str bytes)
{
    struct err err = {0};
    if (file_write_all(STDOUT_FILENO, bytes, "standard output", &err) == 0)
        return 0;
    if (errno == EPIPE)
        return 4;
    return cli_fail(verb, &err);
}

int cli_confine(const struct cli_verb *verb, const char *output)
{
    struct err err = {0};
    unsigned holds = 0;
    if (!output)
        return sandbox_enter(NULL, 0, &holds, &err) ? cli_fail(verb, &err) : 0;
    ARENA_AUTO a = {0};
    const char *slash = strrchr(output, '/');
    struct str folder = slash ? str_make(output, (size_t)(slash - output) + 1) : STR(".");
    const char *const writable[] = {arena_cstr(&a, folder)};
    return sandbox_enter(writable, 1, &holds, &err) ? cli_fail(verb, &err) : 0;
}

int cli_choice(const struct cli_verb *verb, const char *option, const char *value,
               const char *const *names)
{
    char list[256] = "";
    size_t n = 0;
    for (int i = 0; names[i]; i++) {
        if (strcmp(names[i], value) == 0)
            return i;
        n += (size_t)snprintf(list + n, sizeof list - n, "%s%s", i ? ", " : "", names[i]);
        if (n >= sizeof list)
            n = sizeof list - 1;
    }
    (void)cli_usage(verb, "--%s %s is not known; expected one of %s", option, value, list);
    return -1;
}

int cli_worse(int a, int b)
{
    return a > b ? a : b;
}
