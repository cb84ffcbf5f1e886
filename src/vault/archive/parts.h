/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vault/archive/parts: what the files of this room share; nobody else includes it.
 *
 * Every id has a number, given in the order in which the fold first meets it, and rows refer to
 * each other by it. Texts that repeat (act, where, when, rule) are words with a number too, and
 * a word knows the number of its folded form, so that a query compares numbers.
 */
#ifndef DEPONENT_ARCHIVE_PARTS_H
#define DEPONENT_ARCHIVE_PARTS_H

#include "model/card.h"
#include "vault/archive/archive.h"
#include "vault/store/store.h"

/* ---- numbers of ids and words: ids.c ---- */

struct ids; /* both tables in memory, while the whole ledger is folded */

struct ident {
    int64_t num;    /* 0: never met */
    unsigned kinds; /* 1 << RECORD_x of the records that have it */
};

struct archive {
    char *dir, *today, *actor;
    struct pool *pool;
    bool write;
    bool (*progress)(void *context, const char *what, uint64_t done, uint64_t all);
    void *context;
    struct keys *keys;
    struct ledger *ledger;
    struct store *view;
    struct ids *ids; /* only while rebuilding */
    int64_t ident_count, word_count;
    struct arena heads_arena;
    struct bundle_head *heads; /* as far as the view has folded, sorted by device */
    size_t head_count;
    struct ledger_place place; /* the last bundle folded */
    bool begun;                /* there is one */
    struct archive_counts counts;
    bool retracts;                   /* there are retractions */
    bool again;                      /* what is there must be made anew */
    uint64_t unsaved;                /* entries folded since the snapshot */
    bool saved;                      /* a snapshot of this view is on disk, but for those */
    struct reads *reads;             /* what this action has left in custody: custody.c */
    struct find *find;               /* opened by the first search: find.c */
    const struct bundle_head *as_of; /* only what stands within is folded; NULL: all */
    size_t as_of_count;
};

void ids_begin(struct archive *a);
/* Writes them into the tables. */
int ids_end(struct archive *a, struct err *err) ERR_CHECKED;
void ids_drop(struct archive *a);
int ids_find(struct archive *a, struct id id, struct ident *ret, struct err *err) ERR_CHECKED;
/* Its number, a new one when it was never met. `kind` RECORD_COUNT: only spoken of. *ret_had:
 * there was a record of that kind already. */
int ids_number(struct archive *a, struct id id, enum record_kind kind, int64_t *ret,
               bool *ret_had, struct err *err) ERR_CHECKED;
/* 0 for a text that is not given. */
int ids_word(struct archive *a, struct str text, int64_t *ret, struct err *err) ERR_CHECKED;

/* ---- what stands where: place.c ---- */

/* Which ids a record speaks of, in the order of its fields. */
struct place_ref {
    struct str id;
    unsigned kinds; /* set of 1 << RECORD_x that it may be of; 0: any */
    const char *field;
};
size_t place_refs(struct arena *arena, const struct record *r, struct place_ref **ret);
struct str place_id(const struct record *r);
/* The field that names the subject; p == NULL: the record stands under the archive key. An
 * assessment names what it is of, which may be a statement of the subject. */
struct str place_subject(const struct record *r);
/* Words where only ids and coded values may stand, a node or statement without an account … */
int place_check(const struct record *r, struct err *err) ERR_CHECKED;
/* What may be taken back. */
extern const unsigned place_retractable;

/* ---- folding: fold.c ---- */

/* Folds what came after a->place. With a->again set on return (an error or not) the view is not
 * to be used: what came does not continue it, or shreds what is in it. */
int fold_tail(struct archive *a, struct err *err) ERR_CHECKED;
/* The records behind a place, without folding them. `envelope` is that of the entry, which may
 * hold several. */
int fold_each(struct archive *a, const struct ledger_place *after,
              int (*each)(void *context, const struct record *r,
                          const struct envelope *envelope, struct err *err),
              void *context, struct err *err) ERR_CHECKED;

/* ---- the view and its state: view.c ---- */

extern const struct store_shape view_shape;

static inline int64_t view_key(enum record_kind kind, int64_t num)
{
    return (int64_t)kind << 40 | num;
}
static inline enum record_kind view_kind(int64_t key)
{
    return (enum record_kind)(key >> 40);
}
static inline int64_t view_num(int64_t key)
{
    return key & (((int64_t)1 << 40) - 1);
}

/* What a->place, heads and counts say, from the tables of a view that was loaded. */
int view_take_state(struct archive *a, struct err *err) ERR_CHECKED;
int view_put_state(struct archive *a, struct err *err) ERR_CHECKED;
/* One more bundle: does it continue the heads? */
int view_advance(struct archive *a, const struct ledger_bundle *b, struct err *err) ERR_CHECKED;
int view_retracted(struct archive *a, int64_t key, bool *ret, struct err *err) ERR_CHECKED;
int view_statement_account(struct archive *a, int64_t num, int64_t *ret,
                           struct err *err) ERR_CHECKED;
int view_put_gone(struct archive *a, struct id subject, bool shredded,
                  struct err *err) ERR_CHECKED;
/* A record, its words in the arena; what was taken back is there too. */
int view_record(struct archive *a, struct arena *arena, int64_t key, struct record *ret,
                bool *ret_there, struct err *err) ERR_CHECKED;
/* The id that has a number. ERR_BUG when none has. */
int view_id(struct archive *a, enum record_kind kind, int64_t num, struct id *ret,
            struct err *err) ERR_CHECKED;
/* Case, diacritics and white space folded. */
void view_fold_name(struct buf *out, struct str name);
bool view_say(struct archive *a, const char *what, uint64_t done, uint64_t all);

/* ---- rows and terms: rows.c ---- */

int view_word(struct archive *a, struct arena *arena, int64_t num, struct str *ret,
              struct err *err) ERR_CHECKED;
struct str view_copy(struct arena *arena,
                     struct str s); /* empty is not the same as not given */

struct standing {
    int64_t account, source;
    bool published;
    struct terms_state terms;
};
int view_standing(struct archive *a, int64_t account, struct standing *ret, bool *ret_there,
                  struct err *err) ERR_CHECKED;
int view_each_standing(struct archive *a, void (*each)(void *context, const struct standing *s),
                       void *context, struct err *err) ERR_CHECKED;
int view_source_may(struct archive *a, int64_t source, enum purpose purpose, unsigned *ret_may,
                    struct err *err) ERR_CHECKED;

/* How many accounts but this one speak of a source. */
int view_source_others(struct archive *a, int64_t source, int64_t account, size_t *ret,
                       struct err *err) ERR_CHECKED;

/* What the accounts behind a record allow. */
struct decision {
    unsigned may;
    bool sealed; /* under this account */
    struct id account;
};
int view_decide(struct archive *a, const struct record *r, enum purpose purpose,
                struct decision *ret, struct err *err) ERR_CHECKED;
/* Takes away what may not be seen. *ret_words: what is left holds words of the account;
 * *ret_cut: something was taken away. */
void view_mask(struct record *r, unsigned may, bool *ret_words, bool *ret_cut);
/* Takes out what is said in words. */
void view_code(struct record *r);

/* The words of a record that are left after masking, one field a line. */
void view_text(struct buf *out, const struct record *r);

/* ---- asking: query.c ---- */

/* For whom something is looked at. */
struct look {
    struct archive *a;
    struct arena *arena;
    enum purpose purpose;
};
int view_need(const struct archive *a, struct err *err) ERR_CHECKED;
/* The number of an id of a kind; ERR_MISSING. */
int view_number_of(struct archive *a, struct str text, enum record_kind kind, int64_t *ret,
                   struct err *err) ERR_CHECKED;
/* The numbers that a statement gives in its first column. */
int view_gather(struct store_query *q, struct arena *arena, int64_t **ret, size_t *ret_count,
                struct err *err) ERR_CHECKED;
int view_gather_kind(struct archive *a, enum record_kind kind, struct arena *arena,
                     int64_t **ret, size_t *ret_count, struct err *err) ERR_CHECKED;

/* ---- snapshots: snapshot.c ---- */

/* ERR_MISSING: there is none; else why it is not used. */
int snapshot_load(struct archive *a, struct err *err) ERR_CHECKED;
int snapshot_save(struct archive *a, struct err *err) ERR_CHECKED;
bool snapshot_pays(const struct archive *a);
/* Any of them: a database as the file `name` of the folder, and back. */
int snapshot_read(struct archive *a, const char *name, const struct store_shape *shape,
                  struct store **ret, struct err *err) ERR_CHECKED;
int snapshot_write(struct archive *a, const char *name, const struct store_shape *shape,
                   struct store *s, struct err *err) ERR_CHECKED;
/* Both files, the view's and the index's. */
int snapshot_remove(struct archive *a, struct err *err) ERR_CHECKED;

/* ---- search: find.c ---- */

void find_close(struct archive *a);
int find_save(struct archive *a, struct err *err) ERR_CHECKED;

/* ---- custody: custody.c ---- */

/* Syncs one entry for those of the accounts that this action has not left there yet. */
int custody_read(struct archive *a, const struct id *accounts, size_t count,
                 enum purpose purpose, struct err *err) ERR_CHECKED;
void custody_free(struct archive *a);

#endif
