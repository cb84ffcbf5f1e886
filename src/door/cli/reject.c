/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "door/cli/decide.h"
#include "door/cli/vault.h"

static int run(const struct cli_verb *verb, int argc, char **argv)
{
    return cli_decide(verb, argc, argv, REVIEW_REJECTED);
}

const struct cli_verb cli_reject = {
    .name = "reject",
    .summary = "refuse proposals, so that they are not proposed again",
    .usage = "usage: deponent reject ACCOUNT N[,N-N]...|all\n"
             "       deponent reject NODE NODE\n"
             "\n"
             "N is a number that deponent propose ACCOUNT gives. What is rejected is kept\n"
             "without its words, never counted and not proposed again.\n"
             "Of two nodes that deponent link --archive proposes, it keeps that they are two.\n"
             "\n" CLI_VAULT_USAGE,
    .run = run,
};
