/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vault/archive: what the ledger says, as tables: the projection. It lives in memory, rests on
 * disk as a sealed snapshot, and can be thrown away and made again from the ledger.
 *
 * Guarantees: the same entries give the same tables, whatever the order in which bundles came
 * in; nothing is given out that the account's terms do not allow for the purpose named (such a
 * field is p == NULL, such a row is left out or says only that it exists); words of a sealed
 * account are given out only after a custody entry that says so is synced. Does not: decide
 * what a figure says (engine/weigh does).
 */
#ifndef DEPONENT_VAULT_ARCHIVE_H
#define DEPONENT_VAULT_ARCHIVE_H

#include "model/records.h"
#include "vault/archive/terms.h"
#include "vault/ledger/ledger.h"

struct archive;

struct archive_options {
    const char *dir;
    struct str today; /* YYYY-MM-DD: of new entries, and for terms that expire */
    struct str actor; /* who works: stands in custody entries and judgements */
    struct pool *pool;
    bool write; /* takes the lock; reading words needs it (custody) */
    /* Only what stands within these heads is folded, and no snapshot is used; NULL: all. They
     * must outlast the archive. What is searched is always all, and terms are always those of
     * today. */
    const struct bundle_head *as_of;
    size_t as_of_count;
    bool (*progress)(void *context, const char *what, uint64_t done, uint64_t all);
    void *context;
};

/* Opens the ledger, loads the snapshot and folds what came after, or rebuilds. Keeps `keys`. */
int archive_open(const struct archive_options *options, struct keys *keys, struct archive **ret,
                 struct err *err) ERR_CHECKED;
/* Saves the snapshot when that pays; frees everything but the keys. */
int archive_close(struct archive *a, struct err *err) ERR_CHECKED;
void archive_drop(struct archive *a); /* without saving */
struct ledger *archive_ledger(struct archive *a);
/* As they were given at opening. */
struct str archive_today(const struct archive *a);
struct str archive_actor(const struct archive *a);

/* Folds what came into the ledger by other ways (ledger_take, ledger_shred_apply); all of it anew
 * when it does not come last. After keys came in (keys_import) archive_rebuild is due. */
int archive_refresh(struct archive *a, struct err *err) ERR_CHECKED;

/* Throws the projection and its snapshots away and folds the whole ledger. */
int archive_rebuild(struct archive *a, struct err *err) ERR_CHECKED;
/* The same bytes for the same entries. Holds everything: for tests and rebuild --check. */
int archive_dump(struct archive *a, struct buf *out, struct err *err) ERR_CHECKED;

struct archive_counts {
    uint64_t bundles, entries;
    uint64_t locked;   /* there is no key for them here */
    uint64_t shredded; /* their words are gone */
    uint64_t refused;  /* passed over: unreadable, or under a secret where they may not stand */
};
struct archive_counts archive_count(const struct archive *a);

/* ---- adding ---- */

/* Checks the records (their ids are there, their fields stand in the table), gives each account
 * and source its secret, seals each under what vault/ledger's table says, appends them as one
 * bundle (several past its limit) and folds it. ERR_MISSING names an id that is not there. */
int archive_append(struct archive *a, const struct record *records, size_t count,
                   struct err *err) ERR_CHECKED;
/* With files for the account `account` (already in `records` or the archive): their payload ids
 * are put into its `attachments`. */
struct archive_file {
    struct id account;
    const struct age_source *in;
    struct str *ret_attachment; /* "payload-id" as text, in the arena of the caller */
};
int archive_attach(struct archive *a, struct arena *arena, struct archive_file *file,
                   struct err *err) ERR_CHECKED;

/* ---- finding ----
 *
 * Words of an account are given out only after a custody entry that names it is synced, once for
 * each account and purpose of an action. A handle is one action until it is told of a new one. */

void archive_new_action(struct archive *a);

/* A whole id or a prefix of at least 4 characters of a record of one of `kinds` (set of
 * 1 << RECORD_x; 0: any). ERR_MISSING, or ERR_INPUT when several begin so (the sentence lists
 * some). */
int archive_find(struct archive *a, struct arena *arena, struct str typed, unsigned kinds,
                 enum record_kind *ret_kind, struct str *ret_id, struct err *err) ERR_CHECKED;

/* An account as it may be shown. */
struct archive_account {
    struct str id, source, channel, received, language;
    struct str name, description; /* of its source; p == NULL: may not be shown */
    struct str text;              /* p == NULL: may not be shown, or was not asked for */
    const struct str *attachments;
    size_t attachment_count;
    struct terms_state terms;
    unsigned may; /* set of enum terms_may, for the purpose that was asked for */
    size_t statements;
    bool locked, shredded;
};

/* Without words: in the order they came. `each` as in ledger_each. */
int archive_list(struct archive *a, struct arena *arena, enum purpose purpose,
                 int (*each)(void *context, const struct archive_account *account,
                             struct err *err),
                 void *context, struct err *err) ERR_CHECKED;
/* One of them. ERR_MISSING. */
int archive_account(struct archive *a, struct arena *arena, struct str id, enum purpose purpose,
                    struct archive_account *ret, struct err *err) ERR_CHECKED;
/* With its words, as far as they may be given; the custody entry is synced first. ERR_REFUSED
 * when the terms allow nothing for this purpose. */
int archive_read_account(struct archive *a, struct arena *arena, struct str id,
                         enum purpose purpose, struct archive_account *ret,
                         struct err *err) ERR_CHECKED;
/* Several at once, with one custody entry. Of one that the terms withhold for this purpose the
 * text is p == NULL; that is no error. */
int archive_read_accounts(struct archive *a, struct arena *arena, const struct str *ids,
                          size_t count, enum purpose purpose, struct archive_account *ret,
                          struct err *err) ERR_CHECKED;
int archive_read_attachment(struct archive *a, struct str account, struct str attachment,
                            enum purpose purpose, const struct age_sink *out,
                            struct err *err) ERR_CHECKED;

/* A record other than an account, current version; fields that may not be shown are p == NULL.
 * ERR_REFUSED: it belongs to an account of which may only be said that it exists (in the lists
 * below such records are left out). */
int archive_record(struct archive *a, struct arena *arena, struct str id, enum purpose purpose,
                   struct record *ret, struct err *err) ERR_CHECKED;

/* The same with every field, so that a new version of it can be made: for help, and with its
 * words only when the terms let them be quoted. ERR_REFUSED when something of it would have to
 * be left out. Custody is synced first when it holds words of a sealed account. */
int archive_record_whole(struct archive *a, struct arena *arena, struct str id,
                         struct record *ret, struct err *err) ERR_CHECKED;
/* The source of that name, compared folded (case, diacritics, white space), whatever its terms:
 * only its id is given. p == NULL: there is none. */
int archive_source_named(struct archive *a, struct arena *arena, struct str name,
                         struct str *ret_id, struct err *err) ERR_CHECKED;
/* The id of an account's own source. ERR_MISSING. */
int archive_source_of(struct archive *a, struct arena *arena, struct str account,
                      struct str *ret_id, struct err *err) ERR_CHECKED;

/* Current records of a kind, of one account or source (`of` p != NULL) or all, in fold order. */
int archive_each_record(struct archive *a, struct arena *arena, enum record_kind kind,
                        struct str of, enum purpose purpose,
                        int (*each)(void *context, const struct record *r, struct err *err),
                        void *context, struct err *err) ERR_CHECKED;

/* The same without words, so that no custody is due: ids, numbers, names of lists, dates; all
 * texts are p == NULL, but for those of figures and of what else is nobody's words. */
int archive_each_coded(struct archive *a, enum record_kind kind, struct str of,
                       enum purpose purpose,
                       int (*each)(void *context, const struct record *r, struct err *err),
                       void *context, struct err *err) ERR_CHECKED;
int archive_coded(struct archive *a, struct arena *arena, struct str id, enum purpose purpose,
                  struct record *ret, struct err *err) ERR_CHECKED;

struct archive_hit {
    struct str account, statement; /* statement p == NULL: the account's text or source */
    struct str snippet;            /* with U+2068 … U+2069 around what was found */
};
/* What a person typed, in any script; at most `limit` hits, best first. Custody for the accounts
 * whose words are in the hits is synced before they are returned. */
int archive_search(struct archive *a, struct arena *arena, struct str words, size_t limit,
                   struct archive_hit **ret, size_t *ret_count, struct err *err) ERR_CHECKED;

/* ---- for figures ---- */

struct archive_query {
    struct str act, where, when; /* p == NULL: any; act and where are compared folded */
    enum counting_unit unit;     /* NONE: any */
};
/* One statement that may be counted, with its source as it may be spoken of. */
struct archive_counted {
    struct str statement, account;
    struct str source;            /* whose statement it is: its own, else the account's */
    struct str name, description; /* p == NULL: may not be said */
    enum attribution attribution;
    enum basis basis;
    enum source_grade source_grade;
    enum information_grade information_grade;
    bool published;
    const struct record_statement
        *fields; /* act and where as far as the terms allow, no who; whom
                                              when it is the id of a node */
};
/* Needs statistics. The strings hold until the next call of `each`. */
int archive_each_counted(struct archive *a, const struct archive_query *query,
                         int (*each)(void *context, const struct archive_counted *s,
                                     struct err *err),
                         void *context, struct err *err) ERR_CHECKED;
/* Recorded figures that rest on this account. */
int archive_figures_on(struct archive *a, struct arena *arena, struct str account,
                       struct str **ret_ids, size_t *ret_count, struct err *err) ERR_CHECKED;

/* ---- what leaves the archive ---- */

/* Notes in the ledger, synced, that ids `of` were given out; p == NULL: not said. */
int archive_custody(struct archive *a, enum custody_act act, const struct str *of, size_t count,
                    struct str to, struct str reason, unsigned purposes, struct str expires,
                    struct err *err) ERR_CHECKED;
/* The entry that holds the current version of a record, to be disclosed: ERR_REFUSED unless the
 * terms of its account allow to quote for that purpose (what stands under A: always). The
 * custody entry is synced first. */
int archive_disclose(struct archive *a, struct str record, enum purpose purpose, struct str to,
                     struct id *ret_payload, struct err *err) ERR_CHECKED;

/* ---- shredding ---- */

/* The account, its source and those who speak in it, unless another account speaks of them: keys,
 * payloads, attachments, snapshots. Needs keys opened with the passphrase. */
int archive_shred(struct archive *a, struct str account, struct err *err) ERR_CHECKED;

/* The form version of the schema; a snapshot of another one is rebuilt. */
#define ARCHIVE_VERSION 1

#endif
