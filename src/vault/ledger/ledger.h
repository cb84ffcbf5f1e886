/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vault/ledger: the signed, sealed, append-only record of an archive; deponent-ledger(5) is the
 * authority on its form. Everything else of an archive can be rebuilt from it.
 *
 * Guarantees: ledger_commit returns 0 only when the bundle is synced; an interrupted one is not
 * there at all; nothing is ever changed but the payloads of shredded subjects, which are
 * deleted; a bundle that is not signed by an admitted device, does not continue its chain or
 * does not fit its root is not taken in. Does not: know what a record means.
 */
#ifndef DEPONENT_VAULT_LEDGER_H
#define DEPONENT_VAULT_LEDGER_H

#include "base/pool.h"
#include "vault/ledger/bundle.h"
#include "vault/ledger/keys.h"

struct ledger;

/* ledger.db in the folder of `keys`, with the first bundle (this device's key, its ring); for
 * keys that joined it is empty: take in the bundles of the others, then append. ERR_EXISTS. */
int ledger_create(const char *dir, struct keys *keys, struct str day, struct ledger **ret,
                  struct err *err) ERR_CHECKED;
/* keys may be NULL: reading and verifying only. `write` takes the archive's lock, finishes an
 * interrupted shredding and removes files of actions that were not finished. Keys that joined
 * (keys_join, after restore) have no chain here yet: the first bundle they append begins it; an
 * empty one will do. When it is opened for reading, damage is kept for ledger_verify to tell;
 * other calls then fail with it. */
int ledger_open(const char *dir, struct keys *keys, bool write, struct ledger **ret,
                struct err *err) ERR_CHECKED;
void ledger_close(struct ledger *l);
void ledger_archive_id(const struct ledger *l, unsigned char archive[32]);

/* ---- appending: one action, one bundle, one signature, one sync ---- */

struct ledger_draft;
/* ERR_REFUSED: this device is frozen, as it signed two different bundles with one number. */
int ledger_begin(struct ledger *l, struct ledger_draft **ret, struct err *err) ERR_CHECKED;
/* `cards` are records of one subject; subject NULL: under A. At most BUNDLE_MAX_ENTRIES. The
 * subject's secret must be there (keys_new_subject). */
int ledger_add(struct ledger_draft *d, const struct id *subject, struct str cards,
               struct id *ret_payload, struct err *err) ERR_CHECKED;
/* Streams a file into attachments/. It is synced before the bundle. */
int ledger_attach(struct ledger_draft *d, const struct id *subject, const struct age_source *in,
                  struct id *ret_payload, struct err *err) ERR_CHECKED;
/* Writes it and frees the draft, whatever happens. A draft without entries writes nothing. After
 * an error while writing the ledger takes no more: open it again. */
int ledger_commit(struct ledger_draft *d, struct str day, struct err *err) ERR_CHECKED;
/* Also removes attachments of a draft that was not committed. */
void ledger_discard(struct ledger_draft *d);

/* ---- reading ---- */

struct ledger_bundle {
    uint64_t num; /* its place in this file */
    struct bundle_note note;
    unsigned char hash[32];
    struct bundle bundle;
};
/* Fold order is (clock, device, first, hash): the same on every device. */
struct ledger_place {
    uint64_t clock, first;
    unsigned char device[16], hash[32];
};
void ledger_place_of(const struct ledger_bundle *b, struct ledger_place *ret);
/* In fold order, from behind *after (NULL: from the first). Payloads and notes borrow from the
 * arena, which the callee may reset between bundles. A result other than 0 of `each` stops. The
 * callee may read and append. Of a frozen device what begins behind the fork is left out. */
int ledger_each(struct ledger *l, const struct ledger_place *after, struct arena *a,
                int (*each)(void *context, const struct ledger_bundle *b, struct err *err),
                void *context, struct err *err) ERR_CHECKED;
/* How many bundles stand up to this place (NULL: in all). A projection that was folded up to
 * there is good when it folded as many: nothing came in between, no device was frozen since. */
int ledger_count_upto(struct ledger *l, const struct ledger_place *upto, uint64_t *ret,
                      struct err *err) ERR_CHECKED;
/* How far the chains of all devices go, sorted by device. */
int ledger_heads(struct ledger *l, struct arena *a, struct bundle_head **ret, size_t *ret_count,
                 struct err *err) ERR_CHECKED;
uint64_t ledger_count(struct ledger *l); /* entries */
/* Everything into ledger.db itself, nothing in its write-ahead log: before the file is copied. */
int ledger_flush(struct ledger *l, struct err *err) ERR_CHECKED;

/* The sealed file of an attachment, as it was signed: the end is read only when its hash is
 * right, else ERR_INPUT. Close the file when the source is read. ERR_MISSING: shredded, or it
 * has not come yet. *ret_subject (may be NULL) is whose it is, for keys_open_attachment. */
struct ledger_file;
int ledger_file_open(struct ledger *l, struct id payload, struct ledger_file **ret,
                     struct age_source *ret_source, struct id *ret_subject,
                     struct err *err) ERR_CHECKED;
void ledger_file_close(struct ledger_file *f);

/* A checkpoint as text (a signed note: heads, day), for a place elsewhere. */
int ledger_checkpoint(struct ledger *l, struct str day, struct buf *out,
                      struct err *err) ERR_CHECKED;

/* The day of the last change, as this device kept it in the file heads; false when that is not
 * to be had. For a sentence about a clock that is wrong, not for anything that must be sure. */
bool ledger_last_day(struct ledger *l, char day[11]);

/* ---- taking in ---- */

struct ledger_union {
    size_t taken, known, entries;
    size_t conflicts; /* equal device and seq, other content: kept, device frozen */
    size_t waiting;   /* their chain has a gap: not taken */
    size_t behind;    /* of a frozen device, behind its fork: not taken */
    size_t shredded;  /* subjects whose payloads went */
};
/* Bundles of the same archive, in any order, doubled or not. ERR_REFUSED: of another archive,
 * or a signature does not fit: nothing is taken. Shreds that they name are applied (payloads
 * dropped; the ring needs ledger_shred_apply with the passphrase). */
int ledger_take(struct ledger *l, struct str bundles, const char *what,
                struct ledger_union *ret, struct err *err) ERR_CHECKED;
/* The sealed file of an attachment that a bundle names. 0 also when it is there already, or not
 * wanted because it was shredded; ERR_INPUT when it is not the file that was signed. */
int ledger_take_attachment(struct ledger *l, struct id payload, const struct age_source *in,
                           struct err *err) ERR_CHECKED;

/* ---- shredding ---- */

/* The subjects' keys, payloads and attachments, and the snapshots (view.age, find.age). All of
 * it, or nothing when it fails before the control entry is written; what is interrupted later
 * is finished when the archive is opened next. At most RECORD_LIST_MAX at once. */
int ledger_shred(struct ledger *l, const struct id *subjects, size_t count, struct str day,
                 struct err *err) ERR_CHECKED;

/* Drops the keys, if they are here, of subjects that other devices shredded (ledger_take). */
int ledger_shred_apply(struct ledger *l, struct str day, size_t *ret_count,
                       struct err *err) ERR_CHECKED;
bool ledger_shredded(const struct ledger *l, struct id subject);

/* ---- verifying ---- */

enum ledger_fault_kind {
    LEDGER_FAULT_NOTE,  /* signature, form */
    LEDGER_FAULT_CHAIN, /* gap, previous, clock */
    LEDGER_FAULT_ROOT,
    LEDGER_FAULT_ENVELOPE,
    LEDGER_FAULT_PAYLOAD, /* hash, missing without a shred */
    LEDGER_FAULT_ATTACHMENT,
    LEDGER_FAULT_DEVICE, /* not admitted */
    LEDGER_FAULT_FORK,   /* equal device and seq twice */
    LEDGER_FAULT_SEAL,   /* commitment or opening */
    LEDGER_FAULT_RING,
    LEDGER_FAULT_ROLLBACK, /* behind the checkpoint */
    LEDGER_FAULT_DATABASE,
    LEDGER_FAULT_COUNT
};
extern const char *const ledger_fault_names[LEDGER_FAULT_COUNT];
struct ledger_fault {
    enum ledger_fault_kind kind;
    char text[256]; /* one sentence: which bundle, entry, file */
};
#define LEDGER_FAULTS_MAX 1000u
struct ledger_verdict {
    uint64_t bundles, entries, attachments, devices, shredded, locked;
    bool opened;                 /* with the keys: openings were checked too */
    bool rollback_checked;       /* against a checkpoint */
    struct ledger_fault *faults; /* at most LEDGER_FAULTS_MAX */
    size_t fault_count;
};
/* `checkpoint` p == NULL: none. Returns 0 also when faults are found; an error when it could
 * not look. `progress` may be NULL; true stops. */
int ledger_verify(struct ledger *l, struct arena *a, struct pool *pool, struct str checkpoint,
                  bool (*progress)(void *context, uint64_t done, uint64_t all), void *context,
                  struct ledger_verdict *ret, struct err *err) ERR_CHECKED;

#endif
