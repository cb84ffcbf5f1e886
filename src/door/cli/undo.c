/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "door/cli/undo.h"

#include "work/judge.h"

static int undo(const struct cli_verb *verb, struct cli_vault *cv, const char *typed,
                unsigned kinds)
{
    ARENA_AUTO a = {0};
    struct str id;
    struct err err = {0};
    int code = cli_vault_find(verb, cv, &a, typed, kinds, &id);
    if (code)
        return code;
    return work_retract(cv->v.archive, &a, id, &err) ? cli_fail(verb, &err) : 0;
}

int cli_undo(const struct cli_verb *verb, struct cli_vault *cv, const char *typed,
             unsigned kinds)
{
    int code = cli_vault_open(verb, cv, CLI_WRITES, NULL);
    return code ? code : cli_vault_close(verb, cv, undo(verb, cv, typed, kinds));
}
