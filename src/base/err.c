/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/err.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct err_kind_info kinds[] = {
    {ERR_NONE, 0, "none"},
    {ERR_INPUT, 3, "input"},
    {ERR_LIMIT, 3, "limit"},
    {ERR_AUTH, 3, "auth"},
    {ERR_MISSING, 3, "missing"},
    {ERR_EXISTS, 3, "exists"},
    {ERR_STATE, 3, "state"},
    {ERR_IO, 4, "io"},
    {ERR_DB, 4, "db"},
    {ERR_REFUSED, 3, "refused"},
    {ERR_CANCELLED, 4, "cancelled"},
    {ERR_USAGE, 2, "usage"},
    {ERR_BUG, 4, "bug"},
};

int err_set(struct err *err, int kind, const char *format, ...)
{
    if (!err)
        return kind;
    va_list ap;
    va_start(ap, format);
    err->kind = kind;
    (void)vsnprintf(err->text, sizeof err->text, format, ap);
    va_end(ap);
    return kind;
}

int err_prefix(struct err *err, const char *format, ...)
{
    if (!err)
        return ERR_BUG;
    char old[ERR_TEXT_MAX];
    memcpy(old, err->text, sizeof old);
    va_list ap;
    va_start(ap, format);
    int n = vsnprintf(err->text, sizeof err->text, format, ap);
    va_end(ap);
    if (n >= 0 && (size_t)n < sizeof err->text)
        (void)snprintf(err->text + n, sizeof err->text - (size_t)n, ": %s", old);
    return err->kind;
}

const struct err_kind_info *err_kind_of(int kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (kinds[i].kind == kind)
            return &kinds[i];
    return &kinds[sizeof kinds / sizeof kinds[0] - 1];
}

void err_die(const char *what)
{
    (void)fprintf(stderr, "deponent: %s\n", what);
    abort();
}
