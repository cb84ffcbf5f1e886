/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * door/cli/vault: the options that all verbs of an archive share, and opening it by them: which
 * folder, whose passphrase, which day, who works.
 */
#ifndef DEPONENT_DOOR_CLI_VAULT_H
#define DEPONENT_DOOR_CLI_VAULT_H

#include "door/cli/cli.h"
#include "work/vault.h"

struct cli_vault {
    const char *dir; /* --archive, else $DEPONENT_ARCHIVE */
    const char *passphrase_file;
    const char *day;                 /* YYYY-MM-DD; else today */
    const char *by;                  /* else this device */
    const char *recovery_file;       /* a recovery key instead of the passphrase */
    const struct bundle_head *as_of; /* the archive as it was; NULL: as it is */
    size_t as_of_count;
    struct work_vault v;
    char today[11];
    bool talks; /* progress on standard error */
};

/* Into the table of options of each such verb. */
#define CLI_VAULT_OPTIONS(cv)                                                                  \
    {.name = "archive", .value = &(cv).dir},                                                   \
        {.name = "passphrase-file", .value = &(cv).passphrase_file},                           \
        {.name = "day", .value = &(cv).day},                                                   \
    {                                                                                          \
        .name = "by", .value = &(cv).by                                                        \
    }

/* Into the usage text of each such verb. */
#define CLI_VAULT_USAGE                                                                        \
    "  --archive DIR           the folder of the archive; without it, $DEPONENT_ARCHIVE\n"     \
    "  --passphrase-file FILE  its first line is the passphrase; without it the agent is\n"    \
    "                          asked, or you are\n"                                            \
    "  --day YYYY-MM-DD        the day to write down; without it, today\n"                     \
    "  --by NAME               who works; without it, this device\n"

enum cli_access {
    CLI_LOOKS,  /* gives out no words of a sealed account */
    CLI_WRITES, /* appends, or gives out words: takes the archive's lock */
    CLI_ALONE,  /* needs the passphrase itself: never through the agent */
};

/* The folder and the day alone, for verbs that need no key. Returns 0 or an exit code. */
int cli_vault_where(const struct cli_verb *verb, struct cli_vault *cv);
/* Is an archive there? The sentence before anybody is asked for a passphrase. */
int cli_vault_there(const struct cli_verb *verb, const struct cli_vault *cv);
/* Finds the agent or asks for the passphrase, gives up what the verb does not need, and opens
 * the keys alone. */
int cli_vault_keys(const struct cli_verb *verb, struct cli_vault *cv, enum cli_access access,
                   const char *output, struct keys **ret);
/* Asks for what is missing, gives up what the verb does not need (writing only into the archive
 * and the folder of the file `output`, which may be NULL), opens. Returns 0 or an exit code,
 * with nothing left open. */
int cli_vault_open(const struct cli_verb *verb, struct cli_vault *cv, enum cli_access access,
                   const char *output);
/* Closes it; returns `code`, or the exit code of what failed. */
int cli_vault_close(const struct cli_verb *verb, struct cli_vault *cv, int code);
/* "archive_find", with the sentence printed. */
int cli_vault_find(const struct cli_verb *verb, struct cli_vault *cv, struct arena *a,
                   const char *typed, unsigned kinds, struct str *ret_id);

#endif
