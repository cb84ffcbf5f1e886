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
    int auth_code;       /* when no key or passphrase fits; 0: that of bad input */
    int (*run)(const struct cli_verb *verb, int argc, char **argv);
};

extern const struct cli_verb cli_read, cli_family, cli_weigh, cli_sheet, cli_link;
extern const struct cli_verb cli_keygen, cli_seal, cli_open;
extern const struct cli_verb cli_init, cli_passwd, cli_recovery, cli_add, cli_list, cli_show;
extern const struct cli_verb cli_search, cli_consent, cli_case, cli_log, cli_agent;
extern const struct cli_verb cli_propose, cli_accept, cli_reject, cli_edit, cli_judge,
    cli_derive, cli_assess, cli_figure;
extern const struct cli_verb cli_verify, cli_rebuild, cli_shred, cli_disclose, cli_backup,
    cli_restore, cli_export, cli_import;

#define CLI_VALUES_MAX 64

/* The values of an option that may be given several times, in their order. */
struct cli_values {
    const char *items[CLI_VALUES_MAX];
    size_t count;
};

/* One option: "--name value" or "--name=value"; with a letter also "-l value" or "-lvalue", and
 * letters of flags may stand together. Exactly one pointer is set and says what it takes; of an
 * option that is given twice the last counts, but for `values`. */
struct cli_option {
    const char *name; /* without the dashes */
    char letter;      /* 0: none */
    bool *flag;       /* takes no value */
    const char **value;
    struct cli_values *values;
    unsigned *number; /* from 1 to `most` */
    unsigned most;
    int *choice;              /* index in `names` */
    const char *const *names; /* ended by NULL */
};

/* Takes the options off argv; the table ends with an empty one. "--" ends them, "-" is a file,
 * --help and -h are answered here. Moves the files to the front of argv and returns how many
 * there are, or -1 when the verb is over, with *ret_code. */
int cli_options(const struct cli_verb *verb, int argc, char **argv,
                const struct cli_option *options, int *ret_code);

/* "deponent VERB: sentence" on standard error; returns the exit code of its kind. */
int cli_fail(const struct cli_verb *verb, const struct err *err);
/* Wrong usage: the sentence and where to look; returns 2. */
int cli_usage(const struct cli_verb *verb, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* One line to standard error; what would steer the terminal is taken out. */
void cli_say(struct str line);
/* Writes results to standard output; returns 0 or 4. A closed pipe is no error to talk about.
 */
int cli_print(const struct cli_verb *verb, struct str bytes);
/* Gives up what a verb does not need: connections, programs, and writing anywhere but in the
 * folder of the file `output` (NULL: nowhere). Call it before the first byte of outside data is
 * read. Returns 0 or an exit code. */
int cli_confine(const struct cli_verb *verb, const char *output);
/* The same for folders that are named themselves. */
int cli_confine_in(const struct cli_verb *verb, const char *const *folders, size_t count);
/* The folder of a file, to be named to cli_confine_in. */
struct str cli_folder(const char *file);
/* The worse of two exit codes when several files are worked on. */
int cli_worse(int a, int b);

#endif
