/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "door/cli/decide.h"

#include "door/cli/vault.h"
#include "work/judge.h"
#include "work/link_archive.h"
#include "work/propose.h"

#include <math.h>

/* Two nodes: what deponent link proposes of them becomes a judgement. */
static int decide_persons(const struct cli_verb *verb, struct cli_vault *cv, struct arena *a,
                          struct str first, char **argv, enum review review)
{
    struct str second, id;
    struct work_link_options options = {.threshold = NAN};
    struct work_link_persons p;
    struct err err = {0};
    int code = cli_vault_find(verb, cv, a, argv[1], 1u << RECORD_NODE, &second);
    if (code)
        return code;
    if (work_link_archive(cv->v.archive, a, &options, &p, &err) != 0)
        return cli_fail(verb, &err);
    const struct work_link_proposal *x = work_link_proposed(&p, first, second);
    if (!x) {
        (void)err_set(&err, ERR_INPUT,
                      "%s and %s: deponent link proposes nothing of them; deponent judge says "
                      "what you know",
                      argv[0], argv[1]);
        return cli_fail(verb, &err);
    }
    bool same = review == REVIEW_ACCEPTED;
    if (work_judge(cv->v.archive, a, x->a, x->b, same ? JUDGEMENT_SAME : JUDGEMENT_DIFFERENT,
                   same ? x->grounds : 1u << GROUND_REVIEWER, &id, &err) != 0)
        return cli_fail(verb, &err);
    return cli_print(
        verb, arena_printf(a, "%.*s %s\n", (int)id.n, id.p, same ? "same" : "different"));
}

static int decide(const struct cli_verb *verb, struct cli_vault *cv, int count, char **argv,
                  enum review review)
{
    ARENA_AUTO a = {0};
    struct str account;
    enum record_kind kind = RECORD_ACCOUNT;
    struct err found = {0};
    if (archive_find(cv->v.archive, &a, str_of(argv[0]),
                     1u << RECORD_ACCOUNT | 1u << RECORD_NODE, &kind, &account, &found) != 0)
        return cli_fail(verb, &found);
    if (kind == RECORD_NODE)
        return count == 2 ? decide_persons(verb, cv, &a, account, argv, review)
                          : cli_usage(verb, "expected two nodes, or ACCOUNT and numbers");
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
        return cli_usage(verb,
                         "expected ACCOUNT and the numbers of proposals, or all; or two nodes");
    code = cli_vault_open(verb, &cv, CLI_WRITES, NULL);
    if (code)
        return code;
    return cli_vault_close(verb, &cv, decide(verb, &cv, count, argv, review));
}
