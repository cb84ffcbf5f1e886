/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * door/cli/undo: "--undo ID", for verbs whose records can be taken back.
 */
#ifndef DEPONENT_DOOR_CLI_UNDO_H
#define DEPONENT_DOOR_CLI_UNDO_H

#include "door/cli/vault.h"

/* Opens the archive, takes back the record `typed` of one of `kinds`, closes. */
int cli_undo(const struct cli_verb *verb, struct cli_vault *cv, const char *typed,
             unsigned kinds);

#endif
