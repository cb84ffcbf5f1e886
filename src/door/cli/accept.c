/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "door/cli/decide.h"
#include "door/cli/vault.h"

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    return cli_decide(verb, argc, argv, REVIEW_ACCEPTED);
}

const struct cli_verb cli_accept = {
    .name = "accept",
    .summary = "make statements of proposals",
    .usage = "usage: deponent accept ACCOUNT N[,N-N]...|all\n"
             "       deponent accept NODE NODE\n"
             "\n"
             "N is a number that deponent propose ACCOUNT gives; all means those that are\n"
             "not decided yet. Prints the id of each statement. One action, one signature.\n"
             "Of two nodes that deponent link --archive proposes, it keeps that they are one\n"
             "person.\n"
             "\n" CLI_VAULT_USAGE,
    .run = run,
};
