/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "door/cli/vault.h"

#include "base/time.h"
#include "door/cli/passphrase.h"
#include "sys/terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static bool is_day(struct str s)
{
    struct time_edtf e;
    return s.n == 10 && time_parse(s, &e, NULL) == 0 && !e.interval && e.from.day &&
           !e.from.uncertain && !e.from.approximate && !e.from.year_x;
}

int cli_vault_where(const struct cli_verb *verb, struct cli_vault *cv)
{
    if (!cv->dir)
        cv->dir = getenv("DEPONENT_ARCHIVE");
    if (!cv->dir || !*cv->dir)
        return cli_usage(verb, "which archive? Give --archive DIR or set DEPONENT_ARCHIVE");
    if (cv->day && !is_day(str_of(cv->day)))
        return cli_usage(verb, "--day %s is no day; expected YYYY-MM-DD", cv->day);
    if (cv->by && (strlen(cv->by) > 64 || strpbrk(cv->by, " \t\r\n") || !*cv->by))
        return cli_usage(verb, "--by takes one word of at most 64 bytes");
    if (cv->day) {
        memcpy(cv->today, cv->day, sizeof cv->today);
    } else {
        time_t now = time(NULL);
        struct tm tm;
        if (!localtime_r(&now, &tm) ||
            strftime(cv->today, sizeof cv->today, "%Y-%m-%d", &tm) != 10)
            return cli_usage(verb, "the clock gives no day of four-digit years; give --day");
    }
    cv->talks = terminal_is(STDERR_FILENO);
    return 0;
}

static bool tell(void *context, const char *what, uint64_t done, uint64_t all)
{
    const struct cli_vault *cv = context;
    if (!cv->talks)
        return false;
    if (done >= all)
        (void)fputs("\r\033[K", stderr);
    else
        (void)fprintf(stderr, "\r%s: %llu of %llu\033[K", what, (unsigned long long)done,
                      (unsigned long long)all);
    return false;
}

int cli_vault_open(const struct cli_verb *verb, struct cli_vault *cv, enum cli_access access,
                   const char *output)
{
    int code = cli_vault_where(verb, cv);
    if (code)
        return code;
    secret_init();
    SECRET_AUTO passphrase = {0};
    code = cli_passphrase(verb, cv->passphrase_file, "Passphrase of the archive", false,
                          &passphrase);
    if (code)
        return code;
    ARENA_AUTO a = {0};
    const char *const folders[] = {cv->dir,
                                   output ? arena_cstr(&a, cli_folder(output)) : cv->dir};
    code = cli_confine_in(verb, folders, 2);
    if (code)
        return code;
    struct err err = {0};
    struct keys *keys;
    if (keys_open(cv->dir, &passphrase, &keys, &err))
        return cli_fail(verb, &err);
    const struct work_vault_options options = {
        .dir = cv->dir,
        .today = str_of(cv->today),
        .actor = str_of(cv->by),
        .write = access != CLI_LOOKS,
        .progress = tell,
        .context = cv,
    };
    if (work_vault_open(&options, keys, &cv->v, &err))
        return cli_fail(verb, &err);
    return 0;
}

int cli_vault_close(const struct cli_verb *verb, struct cli_vault *cv, int code)
{
    struct err err = {0};
    if (work_vault_close(&cv->v, code != 0, &err))
        return cli_worse(code, cli_fail(verb, &err));
    return code;
}

int cli_vault_find(const struct cli_verb *verb, struct cli_vault *cv, struct arena *a,
                   const char *typed, unsigned kinds, struct str *ret_id)
{
    struct err err = {0};
    enum record_kind kind;
    if (archive_find(cv->v.archive, a, str_of(typed), kinds, &kind, ret_id, &err))
        return cli_fail(verb, &err);
    return 0;
}
