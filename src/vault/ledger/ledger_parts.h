/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vault/ledger/ledger_parts: inside the room: the open ledger, and what its files share. Not for
 * others.
 *
 * Invariants: devices are sorted by id; a chain of a device that is not frozen has no gap; of a
 * frozen one (two bundles begin at `fork_at`) what begins behind fork_at is kept, but is no part
 * of the fold. In memory stands what the last commit left.
 */
#ifndef DEPONENT_VAULT_LEDGER_PARTS_H
#define DEPONENT_VAULT_LEDGER_PARTS_H

#include "ledger_sql.h"
#include "model/records.h"
#include "vault/ledger/ledger.h"
#include "vault/store/store.h"

#define LEDGER_NO_FORK ((uint64_t)INT64_MAX)
/* How far the clock of a bundle may be ahead of that of the one before: nobody makes a chain
 * unusable by one bundle with the largest clock. */
#define LEDGER_CLOCK_STEP ((uint64_t)1000000000)

struct ledger_device {
    unsigned char id[16], key[32];
    uint64_t root_clock; /* of its first bundle */
    /* How far its chain goes; of a frozen one: up to the fork. */
    uint64_t next, clock;
    unsigned char note[32];     /* hash of the last note */
    unsigned char envelope[32]; /* hash of the last envelope */
    uint64_t fork_at;           /* LEDGER_NO_FORK */
};

struct ledger_ring {
    bool known;
    uint64_t generation, size;
    unsigned char hash[32];
};

struct ledger {
    char *dir;
    struct store *db;
    struct keys *keys;
    int lock; /* -1: none */
    bool write, broken, appended;
    char day[11]; /* of the last bundle that was appended or taken in */
    unsigned char archive[32];
    struct ledger_device *devices;
    size_t device_count, device_cap;
    uint64_t clock, next_num;
    struct id *shredded; /* sorted */
    size_t shredded_count, shredded_cap;
    struct ledger_ring ring; /* of this device, as the ledger names it */
    struct err damage;       /* opened for reading: what was wrong with it */
    struct arena memory;
};

/* ---- ledger.c ---- */

struct ledger_device *ledger_find_device(struct ledger *l, const unsigned char id[16]);
/* This device's chain, or NULL. */
struct ledger_device *ledger_self(struct ledger *l);
int ledger_add_device(struct ledger *l, const struct ledger_device *d,
                      struct err *err) ERR_CHECKED;
void ledger_add_shredded(struct ledger *l, struct id subject);
/* Reads the devices, the controls and the clock anew. */
int ledger_load(struct ledger *l, struct err *err) ERR_CHECKED;
/* Of one device: how far its chain goes, before its fork if it has one. */
int ledger_load_chain(struct ledger *l, struct ledger_device *d, struct err *err) ERR_CHECKED;
/* May be written to, and this device is not frozen. */
int ledger_may_append(struct ledger *l, struct err *err) ERR_CHECKED;
/* "DIR/NAME", for the arena's time. */
const char *ledger_path(const struct ledger *l, struct arena *a, const char *name);
const char *ledger_attachment_path(const struct ledger *l, struct arena *a, struct id payload);

static inline struct store_query *ledger_ask(struct ledger *l, enum ledger_statement which)
{
    return store_query(l->db, which);
}
static inline uint64_t ledger_at(uint64_t num, size_t index)
{
    return num << 16 | index;
}

/* ---- ledger_read.c: bundles as they are stored ---- */

struct ledger_row {
    uint64_t num, first, count, clock;
    unsigned char device[16], hash[32];
    struct str note, envelopes;
};
/* The row of a query by_num or by_place, in the arena; ERR_INPUT when its columns are not of the
 * right form. */
int ledger_row_get(struct store_query *q, struct arena *a, struct ledger_row *ret,
                   struct err *err) ERR_CHECKED;
/* The payloads of a bundle, in the arena; p == NULL: not there. */
int ledger_row_payloads(struct ledger *l, const struct ledger_row *row, struct arena *a,
                        struct str **ret, struct err *err) ERR_CHECKED;
/* The text of a signed note, without looking at the signature. */
int ledger_note_text(struct str note, const char *what, struct str *ret,
                     struct err *err) ERR_CHECKED;
static inline void ledger_set_day(struct ledger *l, struct str day)
{
    memcpy(l->day, day.p, sizeof l->day - 1);
    l->appended = true;
}
static inline const unsigned char *ledger_envelope(struct str envelopes, size_t i)
{
    return (const unsigned char *)envelopes.p + i * ENVELOPE_SIZE;
}

/* ---- ledger_control.c: control entries ---- */

/* Calls `each` for every card of a control payload; anything but control cards is ERR_INPUT. */
int ledger_cards(struct arena *a, struct str payload, const char *what,
                 int (*each)(void *context, const struct record_control *c, struct err *err),
                 void *context, struct err *err) ERR_CHECKED;
/* What the cards of a control entry of `device` say, into the open ledger. */
int ledger_apply(struct ledger *l, const unsigned char device[16], struct arena *a,
                 struct str payload, const char *what, struct err *err) ERR_CHECKED;
/* May the chain that begins with this payload be taken in? 0; ERR_MISSING: who admits it is not
 * (yet) here; ERR_REFUSED. *ret_clock is that of the bundle it depends on, 0 for none. */
int ledger_admit(struct ledger *l, const struct bundle_note *note, struct str payload,
                 const char *what, uint64_t *ret_clock, struct err *err) ERR_CHECKED;
/* The payload of the first entry of this device's chain: its key and its ring. */
int ledger_print_first(struct ledger *l, struct str day, struct buf *out,
                       struct err *err) ERR_CHECKED;
/* A shredding by this device, with its new ring. */
int ledger_print_shred(struct ledger *l, const struct id *subjects, size_t count,
                       const struct ledger_ring *ring, struct str day, struct buf *out,
                       struct err *err) ERR_CHECKED;

/* ---- ledger_draft.c ---- */

/* Adds control cards as one control entry. */
int ledger_add_control(struct ledger_draft *d, struct str cards, struct err *err) ERR_CHECKED;
/* Called in the transaction of the commit, before it ends. */
void ledger_in_commit(struct ledger_draft *d,
                      int (*also)(void *context, struct ledger *l, struct err *err),
                      void *context);
/* Writes the rows of a bundle: inside of a transaction. `attachments`: their files are here. */
int ledger_store_bundle(struct ledger *l, uint64_t num, const struct bundle_note *note,
                        const unsigned char hash[32], const struct bundle *b, bool attachments,
                        struct err *err) ERR_CHECKED;

/* ---- ledger_check.c: one bundle by itself ---- */

/* What is wrong with a bundle; index SIZE_MAX when it is not about one entry. */
typedef void ledger_fault_fn(void *context, enum ledger_fault_kind kind, size_t index,
                             const char *sentence);
struct ledger_checked {
    struct bundle_note note;
    unsigned char device[16], hash[32]; /* of the note */
    unsigned char previous[32];         /* what its first envelope says */
    unsigned char last[32];             /* hash of its last envelope */
};
/* Form, signature, root, envelopes, their links, payload hashes (unless `payloads` is NULL):
 * everything but the place in the chain. False when its note is so wrong that *ret holds
 * nothing. */
bool ledger_check(const struct bundle *b, struct arena *a, struct ledger_checked *ret,
                  ledger_fault_fn *fault, void *context) ERR_CHECKED;
bool ledger_payload_fits(const struct envelope *e, struct str payload) ERR_CHECKED;

/* ---- ledger_read.c ---- */

int ledger_find_attachment(struct ledger *l, struct id payload, struct envelope *ret,
                           uint64_t *ret_at, bool *ret_here, struct err *err) ERR_CHECKED;

/* ---- ledger_checkpoint.c ---- */

/* ERR_INPUT, ERR_REFUSED: it is no checkpoint of this archive. */
int ledger_compare_checkpoint(struct ledger *l, struct str note, ledger_fault_fn *fault,
                              void *context, struct err *err) ERR_CHECKED;

/* The checkpoint that the device keeps in the folder: what it last knew. */
void ledger_keep_heads(struct ledger *l);

/* ---- ledger_shred.c ---- */

/* Whom an entry is about; zero for one under A. */
int ledger_subject(struct ledger *l, const struct envelope *e, struct id *ret,
                   struct err *err) ERR_CHECKED;

/* Deletes the payload rows of these subjects, and tells which attachments are to be removed:
 * inside of a transaction. The files go afterwards. */
struct ledger_sweep {
    const struct id *subjects; /* sorted */
    size_t count;
    struct arena memory;
    struct id *files;
    size_t file_count, file_cap;
};
int ledger_sweep_rows(struct ledger *l, struct ledger_sweep *s, struct err *err) ERR_CHECKED;
int ledger_sweep_files(struct ledger *l, const struct ledger_sweep *s,
                       struct err *err) ERR_CHECKED;
/* The snapshots hold words of what is to be shredded. */
int ledger_drop_snapshots(struct ledger *l, struct err *err) ERR_CHECKED;

#endif
