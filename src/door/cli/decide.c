/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "door/cli/decide.h"

#include "door/cli/vault.h"
#include "work/propose.h"

static int decide(const struct cli_verb *verb, struct cli_vault *cv, int count, char **argv,
                  enum review review)
{
    ARENA_AUTO a = {0};
    struct str account;
    int code = cli_vault_find(verb, cv, &a, argv[0], 1u << RECORD_ACCOUNT, &account);
    if (code)
        return code;
    struct work_proposals p;
    struct err err = {0};
    if (work_propose(cv->v.archive, &a, account, &p, &err) != 0)
        return cli_fail(verb, &err);
    bool *chosen = ARENA_NEW(&a, p.count + 1, bool);
    for (int i = 1; i < count; i++)
        if (work_choose(&p, str_of(argv[i]), chosen, &err) != 0)
            return cli_fail(verb, &err);
    if (work_decide(cv->v.archive, &a, &p, chosen, review, &err) != 0)
        return cli_fail(verb, &err);
    BUF_AUTO out;
    buf_init(&out, SIZE_MAX / 4);
    for (size_t i = 0; i < p.count; i++)
        if (chosen[i])
            buf_printf(&out, "%.*s %s %u\n", (int)p.items[i].id.n, p.items[i].id.p,
                       vocab_name(&vocab_review, (int)review), p.items[i].number);
    return cli_print(verb, buf_str(&out));
}

int cli_decide(const struct cli_verb *verb, int argc, char **argv, enum review review)
{
    struct cli_vault cv = {0};
    int code = 0;
    const struct cli_option options[] = {CLI_VAULT_OPTIONS(cv), {0}};
    int count = cli_options(verb, argc, argv, options, &code);
    if (count < 0)
        return code;
    if (count < 2)
        return cli_usage(verb, "expected ACCOUNT and the numbers of proposals, or all");
    code = cli_vault_open(verb, &cv, CLI_WRITES, NULL);
    if (code)
        return code;
    return cli_vault_close(verb, &cv, decide(verb, &cv, count, argv, review));
}
