/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "door/cli/vault.h"

#include "base/time.h"
#include "door/cli/passphrase.h"
#include "sys/file.h"
#include "sys/terminal.h"
#include "work/agent.h"
#include "work/backup.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define RECOVERY_FILE_MAX 4096
#define CLOCK_BEHIND      31 /* days */

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

int cli_vault_there(const struct cli_verb *verb, const struct cli_vault *cv)
{
    ARENA_AUTO a = {0};
    struct err err = {0};
    uint64_t size;
    int r = file_size(arena_printf(&a, "%s/keys.age", cv->dir).p, &size, &err);
    if (r == ERR_MISSING)
        (void)err_set(&err, r, "%s: there is no archive; deponent init makes one", cv->dir);
    else if (!r && file_exists(arena_printf(&a, "%s/" WORK_RESTORING, cv->dir).p))
        r = err_set(&err, ERR_STATE,
                    "%s: restoring this archive was interrupted; remove the folder and restore "
                    "it again",
                    cv->dir);
    return r ? cli_fail(verb, &err) : 0;
}

/* What deponent recovery printed, as it was typed into a file. */
static int read_recovery_key(const char *path, struct age_identity *ret, struct err *err)
{
    struct file_in f;
    SECRET_AUTO text = {0};
    size_t n = 0;
    int r = file_in_open(path, &f, err);
    if (r)
        return r;
    secret_alloc(&text, RECOVERY_FILE_MAX + 1);
    r = file_in_read(&f, text.p, text.n, &n, err);
    file_in_close(&f);
    if (!r && n > RECOVERY_FILE_MAX)
        r = err_set(err, ERR_LIMIT, "%s has more than %d bytes; expected a recovery key", path,
                    RECOVERY_FILE_MAX);
    if (r)
        return r;
    r = keys_recovery_parse(str_slice(secret_str(&text), 0, n), ret, err);
    return r ? err_prefix(err, "%s", path) : 0;
}

static int open_keys(const struct cli_verb *verb, const struct cli_vault *cv,
                     const struct secret *passphrase, struct keys **ret)
{
    struct err err = {0};
    if (!cv->recovery_file)
        return keys_open(cv->dir, passphrase, ret, &err) ? cli_fail(verb, &err) : 0;
    struct age_identity recovery = {0};
    int r = read_recovery_key(cv->recovery_file, &recovery, &err);
    if (!r)
        r = keys_open_recovery(cv->dir, &recovery, ret, &err);
    age_identity_free(&recovery);
    return r ? cli_fail(verb, &err) : 0;
}

/* Nobody is told of an agent that does not answer: then the passphrase is asked for. */
static struct keys *find_agent(const struct cli_vault *cv, enum cli_access access)
{
    struct keys *keys = NULL;
    if (access == CLI_ALONE || cv->passphrase_file || cv->recovery_file ||
        work_agent_find(cv->dir, &keys, NULL))
        return NULL;
    return keys;
}

int cli_vault_keys(const struct cli_verb *verb, struct cli_vault *cv, enum cli_access access,
                   const char *output, struct keys **ret)
{
    int code = cli_vault_where(verb, cv);
    if (!code)
        code = cli_vault_there(verb, cv);
    if (code)
        return code;
    secret_init();
    SECRET_AUTO passphrase = {0};
    struct keys *agent = find_agent(cv, access);
    if (!agent && !cv->recovery_file)
        code = cli_passphrase(verb, cv->passphrase_file, "Passphrase of the archive", false,
                              &passphrase);
    if (code)
        return code;
    ARENA_AUTO a = {0};
    const char *const folders[] = {cv->dir,
                                   output ? arena_cstr(&a, cli_folder(output)) : cv->dir};
    code = cli_confine_in(verb, folders, 2);
    if (!code && !agent)
        return open_keys(verb, cv, &passphrase, ret);
    if (code)
        keys_close(agent);
    else
        *ret = agent;
    return code;
}

static int32_t day_number(const char *day)
{
    struct time_edtf e;
    struct err err;
    return time_parse(str_of(day), &e, &err) ? 0 : time_days_of(&e).first;
}

/* With a clock that is far behind, terms that have expired would hold again; one that is ahead
 * only withholds more. Who gives --day knows. */
static int check_clock(const struct cli_verb *verb, const struct cli_vault *cv)
{
    char last[11];
    if (cv->day || !ledger_last_day(archive_ledger(cv->v.archive), last) ||
        day_number(last) - day_number(cv->today) <= CLOCK_BEHIND)
        return 0;
    struct err err;
    (void)err_set(&err, ERR_STATE,
                  "this computer's clock says %s, but the archive was last changed on %s; set "
                  "the clock, or give --day YYYY-MM-DD",
                  cv->today, last);
    return cli_fail(verb, &err);
}

int cli_vault_open(const struct cli_verb *verb, struct cli_vault *cv, enum cli_access access,
                   const char *output)
{
    struct keys *keys;
    int code = cli_vault_keys(verb, cv, access, output, &keys);
    if (code)
        return code;
    struct err err = {0};
    const struct work_vault_options options = {
        .dir = cv->dir,
        .today = str_of(cv->today),
        .actor = str_of(cv->by),
        .write = access != CLI_LOOKS,
        .as_of = cv->as_of,
        .as_of_count = cv->as_of_count,
        .progress = tell,
        .context = cv,
    };
    if (work_vault_open(&options, keys, &cv->v, &err))
        return cli_fail(verb, &err);
    code = check_clock(verb, cv);
    if (code && work_vault_close(&cv->v, true, &err))
        code = cli_worse(code, cli_fail(verb, &err));
    return code;
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
