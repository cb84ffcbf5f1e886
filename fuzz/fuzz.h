/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fuzz/fuzz: what every fuzz target shares. A target checks the promises of one parser with
 * must(); a broken one aborts, and the fuzzer keeps the bytes that did it.
 */
#ifndef DEPONENT_FUZZ_H
#define DEPONENT_FUZZ_H

#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define must(condition)                                                                        \
    do {                                                                                       \
        if (!(condition)) {                                                                    \
            (void)fprintf(stderr, "%s:%d: broken promise: %s\n", __FILE__, __LINE__,           \
                          #condition);                                                         \
            abort();                                                                           \
        }                                                                                      \
    } while (0)

/* The whole input. */
static inline struct str fuzz_str(const uint8_t *data, size_t size)
{
    return str_make((const char *)data, size);
}

#endif
