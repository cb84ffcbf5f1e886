/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/link_state: any bytes are a state or refused with a sentence; what was read can be
 * compared and finds its blocks.
 */
#include "fuzz.h"
#include "work/link_state.h"

#define FUZZ_MAX (1u << 20)

static void check(struct str bytes)
{
    ARENA_AUTO a = {0};
    struct err err = {0};
    if (link_state_check(bytes, &a, &err) != 0)
        must((err.kind == ERR_INPUT || err.kind == ERR_LIMIT) && err.text[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > FUZZ_MAX)
        return 0;
    check(fuzz_str(data, size));
    /* The same with sizes and hashes that fit, or the fuzzer never gets behind them. */
    BUF_AUTO mended;
    buf_init(&mended, 2 * FUZZ_MAX);
    link_state_mend(fuzz_str(data, size), &mended);
    check(buf_str(&mended));
    return 0;
}
