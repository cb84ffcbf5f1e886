/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "door/cli/cli.h"

#include "base/arena.h"
#include "base/markup.h"
#include "sys/file.h"
#include "sys/sandbox.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static int take_number(const struct cli_verb *verb, const struct cli_option *o,
                       const char *value)
{
    uint64_t v = 0;
    if (!str_to_u64(str_of(value), &v) || v < 1 || v > o->most)
        return cli_usage(verb, "--%s %s: expected a number from 1 to %u", o->name, value,
                         o->most);
    *o->number = (unsigned)v;
    return 0;
}

static int take_choice(const struct cli_verb *verb, const struct cli_option *o,
                       const char *value)
{
    char list[256] = "";
    size_t n = 0;
    for (int i = 0; o->names[i]; i++) {
        if (strcmp(o->names[i], value) == 0) {
            *o->choice = i;
            return 0;
        }
        n += (size_t)snprintf(list + n, sizeof list - n, "%s%s", i ? ", " : "", o->names[i]);
        if (n >= sizeof list)
            n = sizeof list - 1;
    }
    return cli_usage(verb, "--%s %s is not known; expected one of %s", o->name, value, list);
}

static int take_value(const struct cli_verb *verb, const struct cli_option *o,
                      const char *value)
{
    if (o->number)
        return take_number(verb, o, value);
    if (o->choice)
        return take_choice(verb, o, value);
    if (o->value) {
        *o->value = value;
        return 0;
    }
    if (o->values->count == CLI_VALUES_MAX)
        return cli_usage(verb, "--%s is given more than %d times", o->name, CLI_VALUES_MAX);
    o->values->items[o->values->count++] = value;
    return 0;
}

/* "--name", "--name=value" or "--name value" at argv[*at]. */
static int take_long(const struct cli_verb *verb, int argc, char **argv, int *at,
                     const struct cli_option *options)
{
    const char *name = argv[*at] + 2;
    const char *equals = strchr(name, '=');
    struct str key = {name, equals ? (size_t)(equals - name) : strlen(name)};
    const struct cli_option *o = options;
    while (o->name && !str_eq(key, str_of(o->name)))
        o++;
    if (!o->name)
        return cli_usage(verb, "there is no option --%.*s", (int)key.n, key.p);
    if (o->flag) {
        *o->flag = true;
        return equals ? cli_usage(verb, "--%s takes no value", o->name) : 0;
    }
    if (!equals && *at + 1 >= argc)
        return cli_usage(verb, "--%s needs a value", o->name);
    return take_value(verb, o, equals ? equals + 1 : argv[++*at]);
}

/* Letters at argv[*at]: flags, and at the end one that takes a value, in the same word or the
 * next. */
static int take_letters(const struct cli_verb *verb, int argc, char **argv, int *at,
                        const struct cli_option *options)
{
    for (const char *c = argv[*at] + 1; *c; c++) {
        const struct cli_option *o = options;
        while (o->name && o->letter != *c)
            o++;
        if (!o->name)
            return cli_usage(verb, "there is no option -%c", *c);
        if (!o->flag) {
            if (!c[1] && *at + 1 >= argc)
                return cli_usage(verb, "-%c needs a value", *c);
            return take_value(verb, o, c[1] ? c + 1 : argv[++*at]);
        }
        *o->flag = true;
    }
    return 0;
}

int cli_options(const struct cli_verb *verb, int argc, char **argv,
                const struct cli_option *options, int *ret_code)
{
    int files = 0, code = 0;
    bool ended = false;
    for (int i = 0; i < argc && !code; i++) {
        if (ended || argv[i][0] != '-' || strcmp(argv[i], "-") == 0) {
            argv[files++] = argv[i];
        } else if (strcmp(argv[i], "--") == 0) {
            ended = true;
        } else if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            *ret_code = cli_print(verb, str_of(verb->usage));
            return -1;
        } else if (argv[i][1] == '-') {
            code = take_long(verb, argc, argv, &i, options);
        } else {
            code = take_letters(verb, argc, argv, &i, options);
        }
    }
    *ret_code = code;
    return code ? -1 : files;
}

void cli_say(struct str line)
{
    BUF_AUTO safe;
    buf_init(&safe, SIZE_MAX / 4);
    markup_terminal(&safe, line);
    (void)fprintf(stderr, "%.*s\n", (int)safe.n, safe.p ? safe.p : "");
}

int cli_fail(const struct cli_verb *verb, const struct err *err)
{
    ARENA_AUTO a = {0};
    cli_say(arena_printf(&a, "deponent %s: %s", verb->name, err->text));
    if (err->kind == ERR_AUTH && verb->auth_code)
        return verb->auth_code;
    return err_kind_of(err->kind)->exit_code;
}

int cli_usage(const struct cli_verb *verb, const char *format, ...)
{
    ARENA_AUTO a = {0};
    char text[1024] = "";
    va_list ap;
    va_start(ap, format);
    (void)vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    cli_say(arena_printf(&a, "deponent %s: %s; see deponent %s --help", verb->name, text,
                         verb->name));
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

int cli_confine_in(const struct cli_verb *verb, const char *const *folders, size_t count)
{
    struct err err = {0};
    unsigned holds = 0;
    return sandbox_enter(folders, count, &holds, &err) ? cli_fail(verb, &err) : 0;
}

struct str cli_folder(const char *file)
{
    const char *slash = strrchr(file, '/');
    return slash ? str_make(file, (size_t)(slash - file) + 1) : STR(".");
}

int cli_confine(const struct cli_verb *verb, const char *output)
{
    if (!output)
        return cli_confine_in(verb, NULL, 0);
    ARENA_AUTO a = {0};
    const char *const writable[] = {arena_cstr(&a, cli_folder(output))};
    return cli_confine_in(verb, writable, 1);
}

int cli_worse(int a, int b)
{
    return a > b ? a : b;
}
