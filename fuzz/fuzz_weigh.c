/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/weigh and engine/weigh: any bytes are a weigh file or refused with a sentence; a case
 * that was read is weighed: its origins and its range are in order, its own sentence passes the
 * lints, and what is printed is JSON.
 */
#include "base/json.h"
#include "fuzz.h"
#include "work/weigh.h"

#include <math.h>

#define FUZZ_MAX (1u << 18)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > FUZZ_MAX)
        return 0;
    ARENA_AUTO a = {0};
    struct weigh_case c = {0};
    struct err err = {0};
    if (work_weigh_parse(&a, fuzz_str(data, size), "it", &c, &err) != 0) {
        must((err.kind == ERR_INPUT || err.kind == ERR_LIMIT) && err.text[0]);
        return 0;
    }
    struct weigh_result r;
    weigh_run(&a, &c, &r);
    must(r.origins_low <= r.origins_high && r.origins_high <= c.source_count);
    must(isnan(r.low) || isnan(r.high) || r.low <= r.high);
    must(r.accounts <= c.statement_count && r.denials <= c.statement_count);
    must(!r.floor || !isnan(r.floor_value));
    struct weigh_lints lints = {0};
    weigh_lint(&a, r.sentence, &c, &r, &lints);
    for (size_t i = 0; i < lints.count; i++)
        must(lints.items[i].begin == lints.items[i].end); /* the input's fault alone */
    BUF_AUTO out;
    buf_init(&out, (size_t)1 << 28);
    work_weigh_print_json(&out, &c, &r);
    JSON_AUTO *v = NULL;
    must(json_parse(buf_str(&out), out.n, "it", &v, &err) == 0);
    buf_clear(&out);
    work_weigh_print_table(&out, &c, &r);
    must(!out.full);
    return 0;
}
