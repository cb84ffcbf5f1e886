/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/weigh and engine/weigh: any bytes are a weigh file or refused with a sentence; of what
 * was read the origins are a range, the sentence passes the lints, and what is printed is JSON.
 */
#include "base/json.h"
#include "base/text.h"
#include "fuzz.h"
#include "work/weigh.h"

#define FUZZ_MAX (1u << 18)

static void check_result(struct arena *a, const struct weigh_case *c)
{
    struct weigh_result r;
    weigh_run(a, c, &r);
    must(r.origins_low <= r.origins_high);
    must(r.accounts == 0 || r.origins_high <= r.accounts);
    must(r.sentence.n > 0 && text_invalid_at(r.sentence) == STR_NONE);
    struct weigh_lints lints;
    weigh_lint(a, r.sentence, c, &r, &lints);
    must(lints.count == 0);
    BUF_AUTO out;
    buf_init(&out, 256 * FUZZ_MAX);
    work_weigh_print_json(&out, c, &r);
    JSON_AUTO *back = NULL;
    struct err err = {0};
    must(json_parse(buf_str(&out), out.n, "it", &back, &err) == 0);
    buf_clear(&out);
    work_weigh_print_table(&out, c, &r);
    must(out.n > 0 && !out.full);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > FUZZ_MAX)
        return 0;
    ARENA_AUTO a = {0};
    struct weigh_case c;
    struct err err = {0};
    if (work_weigh_parse(&a, fuzz_str(data, size), "it", &c, &err) != 0)
        must((err.kind == ERR_INPUT || err.kind == ERR_LIMIT) && err.text[0]);
    else
        check_result(&a, &c);
    return 0;
}
