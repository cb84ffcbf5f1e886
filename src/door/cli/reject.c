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
             "\n"
             "N is a number that deponent propose ACCOUNT gives. What is rejected is kept\n"
             "without its words, never counted and not proposed again.\n"
             "\n" CLI_VAULT_USAGE,
    .run = run,
};
