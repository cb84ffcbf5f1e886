/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * door/cli: `deponent VERB`. A table of verbs; each verb's file reads its own options, calls
 * one function of work/ and returns the exit code: 0 done, 1 a check failed, 2 wrong usage, 3
 * bad input, 4 I/O. Results go to standard output, talk to standard error.
 */
#ifndef DEPONENT_DOOR_CLI_H
#define DEPONENT_DOOR_CLI_H

#include "base/err.h"
#include "base/str.h"

struct cli_verb {
    const char *name;
    const char *summary; /* one line, for the table of verbs */
    const char *usage;   /* the whole --help text */
    int (*run)(const struct cli_verb *verb, int argc, char **argv);
};

extern const struct cli_verb cli_read, cli_family, cli_weigh, cli_sheet;

/* Takes the options off argv. Long options only ("--name value" or "--name=value"); "--" ends
 * them, "-" is a file. --help is answered here. */
struct cli_option {
    const char *name;   /* without the dashes */
    const char **value; /* takes a value */
    bool *flag;         /* takes none */
};

#define CLI_DONE (-1) /* cli_options: --help was printed */

/* Moves the files to the front of argv and sets *ret_files. Returns 0, CLI_DONE or 2. */
int cli_options(const struct cli_verb *verb, int argc, char **argv,
                const struct cli_option *options, size_t count, int *ret_files);

/* "deponent VERB: sentence" on standard error; returns the exit code of its kind. */
int cli_fail(const struct cli_verb *verb, const struct err *err);
/* Wrong usage: the sentence and where to look; returns 2. */
int cli_usage(const struct cli_verb *verb, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Writes results to standard output; returns 0 or 4. A closed pipe is no error to talk about.
 */
int cli_print(const struct cli_verb *verb, struct str bytes);
/* Index of `value` in the NULL-terminated `names`, or -1 after the sentence is printed. */
int cli_choice(const struct cli_verb *verb, const char *option, const char *value,
               const char *const *names);
/* Gives up what a verb does not need: connections, programs, and writing anywhere but in the
 * folder of the file `output` (NULL: nowhere). Call it before the first byte of outside data is
 * read. Returns 0 or an exit code. */
int cli_confine(const struct cli_verb *verb, const char *output);
/* The worse of two exit codes when several files are worked on. */
int cli_worse(int a, int b);

#endif
