/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * door/cli/decide: what the verbs accept and reject share: their options, the choice of
 * proposals by number, and saying what was done.
 */
#ifndef DEPONENT_DOOR_CLI_DECIDE_H
#define DEPONENT_DOOR_CLI_DECIDE_H

#include "door/cli/cli.h"
#include "model/vocabulary.h"

int cli_decide(const struct cli_verb *verb, int argc, char **argv, enum review review);

#endif
