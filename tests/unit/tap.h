/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tests/unit/tap: a test is a plain program that prints TAP. ok() counts, tap_end() closes.
 */
#ifndef DEPONENT_TESTS_TAP_H
#define DEPONENT_TESTS_TAP_H

#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>

static int tap_count, tap_failed;

__attribute__((format(printf, 4, 5))) static inline bool
tap_ok(bool good, const char *file, int line, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    printf("%sok %d - ", good ? "" : "not ", ++tap_count);
    vprintf(format, ap);
    printf("\n");
    va_end(ap);
    if (!good) {
        tap_failed++;
        printf("# at %s:%d\n", file, line);
    }
    return good;
}

#define ok(condition, ...) tap_ok((condition), __FILE__, __LINE__, __VA_ARGS__)

/* Compares two strings and shows both when they differ. */
static inline bool tap_is(struct str got, struct str want, const char *file, int line,
                          const char *name)
{
    bool good = tap_ok(str_eq(got, want), file, line, "%s", name);
    if (!good)
        printf("# got  %.*s\n# want %.*s\n", (int)got.n, got.p ? got.p : "", (int)want.n,
               want.p);
    return good;
}

#define is(got, want, name) tap_is((got), (want), __FILE__, __LINE__, (name))

static inline int tap_end(void)
{
    printf("1..%d\n", tap_count);
    return tap_failed != 0;
}

#endif
