/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "door/cli/cli.h"

#include <signal.h>
#include <stdio.h>

/* The verbs by what a person is doing, in the order in which it is done. */
static const struct group {
    const char *title;
    const struct cli_verb *verbs[16]; /* ended by NULL */
} groups[] = {
    {"An archive", {&cli_init, &cli_passwd, &cli_recovery, &cli_agent}},
    {"Accounts and cases",
     {&cli_add, &cli_list, &cli_show, &cli_search, &cli_consent, &cli_case, &cli_log}},
    {"What was said, and figures",
     {&cli_propose, &cli_accept, &cli_reject, &cli_edit, &cli_judge, &cli_derive, &cli_assess,
      &cli_figure}},
    {"Published reports", {&cli_read, &cli_family, &cli_sheet, &cli_weigh}},
    {"Lists of people", {&cli_link}},
    {"Safe keeping",
     {&cli_verify, &cli_rebuild, &cli_backup, &cli_restore, &cli_export, &cli_import,
      &cli_disclose, &cli_shred}},
    {"Sealed files", {&cli_keygen, &cli_seal, &cli_open}},
};
#define GROUPS (sizeof groups / sizeof groups[0])

static void print_help(FILE *to)
{
    (void)fputs("usage: deponent VERB [OPTIONS] [FILE...]\n", to);
    for (size_t g = 0; g < GROUPS; g++) {
        (void)fprintf(to, "\n%s\n", groups[g].title);
        for (size_t i = 0; groups[g].verbs[i]; i++)
            (void)fprintf(to, "  %-10s %s\n", groups[g].verbs[i]->name,
                          groups[g].verbs[i]->summary);
    }
    (void)fputs("\ndeponent VERB --help tells more, and so does the manual page deponent(1).\n",
                to);
}

int main(int argc, char **argv)
{
    /* Both become errors of write, which are told, and leave no piece of a file. */
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN);
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
    for (size_t g = 0; g < GROUPS; g++)
        for (size_t i = 0; groups[g].verbs[i]; i++)
            if (str_eq(name, str_of(groups[g].verbs[i]->name)))
                return groups[g].verbs[i]->run(groups[g].verbs[i], argc - 2, argv + 2);
    (void)fprintf(stderr, "deponent: there is no verb %s; see deponent --help\n", argv[1]);
    return 2;
}
