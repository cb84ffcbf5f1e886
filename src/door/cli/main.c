/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "door/cli/cli.h"

#include <signal.h>
#include <stdio.h>

static const struct cli_verb *const verbs[] = {
    &cli_read,
    &cli_family,
    &cli_sheet,
    &cli_weigh,
};

static void print_help(FILE *to)
{
    (void)fputs("usage: deponent VERB [OPTIONS] [FILE...]\n\n", to);
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        (void)fprintf(to, "  %-8s %s\n", verbs[i]->name, verbs[i]->summary);
    (void)fputs("\ndeponent VERB --help tells more, and so does the manual page deponent(1).\n",
                to);
}

int main(int argc, char **argv)
{
    (void)signal(SIGPIPE, SIG_IGN);
    if (argc < 2) {
        print_help(stderr);
        return 2;
    }
    struct str name = str_of(argv[1]);
    if (str_eq(name, STR("--help")) || str_eq(name, STR("-h")) || str_eq(name, STR("help"))) {
        print_help(stdout);
        return 0;
    }
    if (str_eq(name, STR("--version"))) {
        (void)puts("deponent " DEPONENT_VERSION);
        return 0;
    }
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (str_eq(name, str_of(verbs[i]->name)))
            return verbs[i]->run(verbs[i], argc - 2, argv + 2);
    (void)fprintf(stderr, "deponent: there is no verb %s; see deponent --help\n", argv[1]);
    return 2;
}
