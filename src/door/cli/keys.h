/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * door/cli/keys: the options by which a verb is told for whom to seal and with what to open.
 */
#ifndef DEPONENT_DOOR_CLI_KEYS_H
#define DEPONENT_DOOR_CLI_KEYS_H

#include "base/arena.h"
#include "door/cli/cli.h"
#include "vault/seal/age.h"

/* Each returns 0, or the exit code after the sentence is printed. */

/* The values of --recipient and of --recipients-file, added to *to. */
int cli_recipients(const struct cli_verb *verb, const struct cli_values *recipients,
                   const struct cli_values *files, struct age_recipients *to);
/* They as custody keeps them, with one space between. */
struct str cli_recipients_say(struct arena *a, const struct age_recipients *to);
/* The values of --identity, added to *to. For one that is under a passphrase it is asked, or
 * read from `passphrase_file`. `output` (may be NULL) will be written and must be none of them. */
int cli_identities(const struct cli_verb *verb, const struct cli_values *files,
                   const char *passphrase_file, const char *output, struct age_identities *to);

#endif
