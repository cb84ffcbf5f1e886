/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * door/cli/passphrase: a passphrase, from a file or from the person's terminal. Never from the
 * command line or the environment, which others can read.
 */
#ifndef DEPONENT_DOOR_CLI_PASSPHRASE_H
#define DEPONENT_DOOR_CLI_PASSPHRASE_H

#include "door/cli/cli.h"
#include "vault/seal/secret.h"

#define CLI_PASSPHRASE_MAX 1024 /* bytes */

/* Opens the terminal while that is still possible: to be called before cli_confine by a verb
 * that may ask after it. Nothing happens when a file is given. */
void cli_passphrase_ready(const char *file);
/* Nothing more is asked: lets go of the terminal. */
void cli_passphrase_done(void);

/* The first line of `file` (the value of --passphrase-file; a file that others may read gets a
 * warning), or when it is NULL what is typed after "PROMPT: ", `twice` when something is to be
 * sealed with it. An empty passphrase is refused. Returns 0, or the exit code after the sentence
 * is printed; *ret is then untouched. */
int cli_passphrase(const struct cli_verb *verb, const char *file, const char *prompt,
                   bool twice, struct secret *ret);
/* Says on standard error that a new passphrase is short, if it is. */
void cli_passphrase_judge(const struct cli_verb *verb, const struct secret *passphrase);

#endif
