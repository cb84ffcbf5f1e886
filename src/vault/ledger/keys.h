/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vault/ledger/keys: everything that touches a secret of an archive: the device's signing key,
 * its age identity, the archive key A, the ring secret and the keyring. An object behind a few
 * operations, so that another process (the agent) can hold it: what goes through them is text to
 * be sealed, signed or opened, never a key.
 *
 * Guarantees: a new subject's secret is on disk (synced) before keys_new_subject returns; a
 * shredded one cannot be had back from the current files, wherever the shredding was
 * interrupted. Does not: know what a record is, or whether an entry is in the ledger.
 *
 * Files: keys.age, recovery.age, ring-<g>; deponent-ledger(5).
 */
#ifndef DEPONENT_VAULT_KEYS_H
#define DEPONENT_VAULT_KEYS_H

#include "vault/ledger/envelope.h"
#include "vault/ledger/id.h"
#include "vault/seal/age.h"
#include "vault/seal/note.h"

struct keys;

/* What is no secret of an archive and of this device. */
struct keys_public {
    unsigned char archive[32]; /* SHA-256 of the first device's key */
    unsigned char device_key[SIGN_PUBLIC];
    unsigned char device[16];  /* first bytes of SHA-256 of device_key */
    unsigned char age_key[32]; /* X25519 recipient of this device's own files */
};

/* ---- made and opened from the files, in this process ---- */

/* A new archive in the empty folder `dir`: device key, A, ring 0; nothing is in the ledger yet. */
int keys_create(const char *dir, const struct secret *passphrase, unsigned log2,
                struct keys **ret, struct err *err) ERR_CHECKED;
/* ERR_AUTH wrong passphrase; ERR_MISSING no archive, or the ring is missing. */
int keys_open(const char *dir, const struct secret *passphrase, struct keys **ret,
              struct err *err) ERR_CHECKED;
/* With the recovery key instead of the passphrase. */
int keys_open_recovery(const char *dir, const struct age_identity *recovery, struct keys **ret,
                       struct err *err) ERR_CHECKED;
void keys_close(struct keys *k);
const struct keys_public *keys_public(const struct keys *k);

/* ---- what the agent can do as well ---- */

/* Signs one bundle's note text. */
int keys_sign(struct keys *k, struct str text, unsigned char signature[SIGN_SIGNATURE],
              struct err *err) ERR_CHECKED;
/* A secret for a subject that has none, in the ring and synced. ERR_EXISTS. */
int keys_new_subject(struct keys *k, struct id subject, struct err *err) ERR_CHECKED;
bool keys_has(struct keys *k, struct id subject);

/* One entry to be sealed or opened. */
struct keys_entry {
    struct envelope *envelope; /* seal: type, device, seq and payload id are given and bound;
                                  fills size, payload hash, commitment, salt and key_ref. Not
                                  bound, as many are sealed at once: `previous` (the associated
                                  data is the envelope with it and the payload hash zeroed) */
    bool archive;              /* under A; else under `subject` */
    struct id subject;         /* seal: given; open: found */
    struct str plain;          /* seal: given, unpadded; open: in the arena, padding cut */
    struct str sealed;         /* open: given; seal: in the arena */
    int result;                /* open: 0; ERR_MISSING no key for it here (locked or shredded);
                                  ERR_INPUT damaged */
};
/* `count` entries at once, on the pool's threads if it has some. Seal fails as a whole. */
int keys_seal(struct keys *k, struct arena *a, struct keys_entry *entries, size_t count,
              struct err *err) ERR_CHECKED;
/* Fails as a whole only when the keys themselves cannot be had (the agent is gone). */
int keys_open_entries(struct keys *k, struct arena *a, struct keys_entry *entries, size_t count,
                      struct err *err) ERR_CHECKED;
/* An attachment of a subject, streamed. `envelope` as in keys_seal. */
int keys_seal_attachment(struct keys *k, struct id subject, const struct age_source *in,
                         const struct age_sink *out, struct err *err) ERR_CHECKED;
int keys_open_attachment(struct keys *k, struct id subject, const struct age_source *in,
                         const struct age_sink *out, struct err *err) ERR_CHECKED;
/* key_ref of an entry of a subject, and back: who an entry is about. */
int keys_reference(struct keys *k, struct id payload, struct id subject,
                   unsigned char key_ref[16], struct err *err) ERR_CHECKED;
/* This device's own files (snapshots): sealed to its age identity. */
int keys_open_own(struct keys *k, const struct age_source *in, const struct age_sink *out,
                  struct err *err) ERR_CHECKED;

/* ---- with the passphrase only, never by the agent ---- */

int keys_passwd(struct keys *k, const struct secret *passphrase, struct err *err) ERR_CHECKED;
/* A new recovery key; what is printed on paper goes into *ret. The one before is void. */
int keys_recovery(struct keys *k, struct secret *ret, struct err *err) ERR_CHECKED;
/* The key of one entry, for an auditor: HKDF(K, salt), LEDGER "ek". */
int keys_disclose(struct keys *k, const struct envelope *envelope, unsigned char ek[32],
                  struct err *err) ERR_CHECKED;
/* The secrets of subjects, for another device of the same archive or a partner: text lines
 * "slot HEX", in locked memory. Who calls it seals it to a recipient. */
int keys_export(struct keys *k, const struct id *subjects, size_t count, struct secret *ret,
                struct err *err) ERR_CHECKED;
int keys_import(struct keys *k, struct str text, size_t *ret_new, struct err *err) ERR_CHECKED;
/* The parts of a shredding, in their order; ledger_shred calls them (ledger.h):
 * 1 writes ring g+1 without the subjects and keys.age with both secrets; *ret_* are what the
 * control entry names. 2 (after that entry is synced) drops R_g, then the file of ring g. */
int keys_shred_prepare(struct keys *k, const struct id *subjects, size_t count,
                       uint64_t *ret_generation, uint64_t *ret_size, unsigned char hash[32],
                       struct err *err) ERR_CHECKED;
int keys_shred_finish(struct keys *k, uint64_t generation, struct err *err) ERR_CHECKED;
/* Compares the open ring with what the ledger names as current for this device, finishes an
 * interrupted shredding or takes a prepared one back. ERR_REFUSED: another ring. */
int keys_settle(struct keys *k, uint64_t generation, uint64_t size,
                const unsigned char hash[32], struct err *err) ERR_CHECKED;

#endif
