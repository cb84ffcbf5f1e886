/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vault/ledger/keys: everything that touches a secret of an archive: the device's signing key,
 * its age identity, the archive key A, the ring secret and the keyring. An object behind a few
 * operations, so that another process (the agent) can hold it: what goes through them is text to
 * be sealed, signed or opened, never a key.
 *
 * Guarantees: a new subject's secret is on disk (synced) before keys_new_subject returns; a
 * shredded one cannot be had back from the current files, wherever the shredding was
 * interrupted. Whoever changes the files (new subjects, shredding, settling, passphrases) holds
 * the archive's lock; what another process added meanwhile is found. Does not: know what a
 * record is, or whether an entry is in the ledger.
 *
 * Files: keys.age, recovery.age, ring-<g>; deponent-ledger(5).
 */
#ifndef DEPONENT_VAULT_KEYS_H
#define DEPONENT_VAULT_KEYS_H

#include "base/pool.h"
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
    /* Of a device that joined (keys_join), for the membership card of its first entry: */
    bool joined;
    unsigned char by[16];                /* the admitting device */
    unsigned char proof[SIGN_SIGNATURE]; /* by its key, over keys_proof_text */
};

/* What an admitting device signs: "deponent device v1\n<archive hex>\n<new key hex>\n". */
#define KEYS_PROOF_TEXT (19 + 65 + 65)
void keys_proof_text(const unsigned char archive[32], const unsigned char device_key[32],
                     char out[KEYS_PROOF_TEXT + 1]);

/* ---- made and opened from the files, in this process ---- */

/* A new archive in the folder `dir`, which is made if it is not there: device key, A, ring 0;
 * nothing is in the ledger yet. ERR_EXISTS: there is an archive. `log2` is scrypt's work factor,
 * AGE_SCRYPT_MIN … AGE_SCRYPT_MAX. */
int keys_create(const char *dir, const struct secret *passphrase, unsigned log2,
                struct keys **ret, struct err *err) ERR_CHECKED;
/* ERR_AUTH wrong passphrase; ERR_MISSING no archive, or the ring is missing. */
int keys_open(const char *dir, const struct secret *passphrase, struct keys **ret,
              struct err *err) ERR_CHECKED;
/* A new device on an archive that is there, with the secrets that `old` has: device key, identity
 * and ring are new, A is the same, and the old device's key signs for the new one. `dir` may be
 * the folder of `old` (a backup that was restored): its keys.age and ring are replaced, and `old`
 * is then only to be closed. `log2` 0: as that of `old`. A recovery key stays valid. The ledger
 * learns of the device in its first bundle (keys_public: joined, by, proof). */
int keys_join(const char *dir, struct keys *old, const struct secret *passphrase, unsigned log2,
              struct keys **ret, struct err *err) ERR_CHECKED;
/* With the recovery key instead of the passphrase. Until keys_passwd has set a new one, nothing
 * that rewrites keys.age works (ERR_STATE), and settling leaves that to the next start. */
int keys_open_recovery(const char *dir, const struct age_identity *recovery, struct keys **ret,
                       struct err *err) ERR_CHECKED;
void keys_close(struct keys *k);
const struct keys_public *keys_public(const struct keys *k);
/* Threads for keys_seal and keys_open_entries; NULL: none. */
void keys_set_pool(struct keys *k, struct pool *pool);

/* ---- what the agent can do as well ---- */

/* Signs one bundle's note text. */
int keys_sign(struct keys *k, struct str text, unsigned char signature[SIGN_SIGNATURE],
              struct err *err) ERR_CHECKED;
/* A secret for a subject that has none, in the ring and synced. ERR_EXISTS. */
int keys_new_subject(struct keys *k, struct id subject, struct err *err) ERR_CHECKED;
/* Many at once, with one sync: all or none. */
int keys_new_subjects(struct keys *k, const struct id *subjects, size_t count,
                      struct err *err) ERR_CHECKED;
bool keys_has(struct keys *k, struct id subject);
/* The ring as it stands: what the control entry of a new device names. */
int keys_ring(struct keys *k, uint64_t *ret_generation, uint64_t *ret_size,
              unsigned char hash[32], struct err *err) ERR_CHECKED;
/* Uses the ring that the ledger names as current for this device and changes no file: for those
 * who only read. ERR_REFUSED: another ring; ERR_STATE: it is not the agent's any more. */
int keys_choose(struct keys *k, uint64_t generation, uint64_t size,
                const unsigned char hash[32], struct err *err) ERR_CHECKED;

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
/* key_ref of an entry of a subject; and back: with key_ref in the place of the subject, who the
 * entry is about. The subject of what stands under A is 16 zero bytes. */
int keys_reference(struct keys *k, struct id payload, struct id subject,
                   unsigned char key_ref[16], struct err *err) ERR_CHECKED;
/* This device's own files (snapshots): sealed to its age identity. */
int keys_open_own(struct keys *k, const struct age_source *in, const struct age_sink *out,
                  struct err *err) ERR_CHECKED;

/* ---- with the passphrase only, never by the agent ---- */

int keys_passwd(struct keys *k, const struct secret *passphrase, struct err *err) ERR_CHECKED;
/* A new recovery key; what is printed on paper goes into *ret: fourteen groups of four
 * characters with a checksum. The one before is void. */
int keys_recovery(struct keys *k, struct secret *ret, struct err *err) ERR_CHECKED;
/* What a person typed from that paper: spaces, hyphens, line ends and case do not matter.
 * ERR_INPUT says what is wrong with it, ERR_AUTH that the checksum is. */
int keys_recovery_parse(struct str typed, struct age_identity *ret,
                        struct err *err) ERR_CHECKED;
/* The key of one entry, for an auditor: HKDF(K, salt), LEDGER "ek". */
int keys_disclose(struct keys *k, const struct envelope *envelope, unsigned char ek[32],
                  struct err *err) ERR_CHECKED;
/* One entry with the key that was disclosed, without an archive. *ret is in the arena. ERR_AUTH:
 * another entry's key; ERR_INPUT: damaged. */
int keys_open_disclosed(const struct envelope *envelope, struct str sealed,
                        const unsigned char ek[32], struct arena *a, struct str *ret,
                        struct err *err) ERR_CHECKED;
/* The secrets of subjects, for another device of the same archive: "deponent secrets v1",
 * "archive HEX", and lines "slot ID HEX", in locked memory. `subjects` NULL: of all. One that has
 * no secret here is ERR_MISSING. Who calls it seals it to a recipient. */
int keys_export(struct keys *k, const struct id *subjects, size_t count, struct secret *ret,
                struct err *err) ERR_CHECKED;
/* Takes those that are new, with one sync. ERR_REFUSED: of another archive, or a subject has
 * another secret here; then nothing is taken. */
int keys_import(struct keys *k, struct str text, size_t *ret_new, struct err *err) ERR_CHECKED;
/* The parts of a shredding, in their order; ledger_shred calls them (ledger.h):
 * 1 writes ring g+1 without the subjects and keys.age with both secrets; *ret_* are what the
 * control entry names. 2 (after that entry is synced) drops R_g, then the file of ring g. In
 * between no subject can be added. Subjects without a secret here are passed over. */
int keys_shred_prepare(struct keys *k, const struct id *subjects, size_t count,
                       uint64_t *ret_generation, uint64_t *ret_size, unsigned char hash[32],
                       struct err *err) ERR_CHECKED;
int keys_shred_finish(struct keys *k, uint64_t generation, struct err *err) ERR_CHECKED;
/* Before the first change (whoever writes to the archive calls it once, after it has the lock):
 * compares the ring with what the ledger names as current for this device, finishes an
 * interrupted shredding or takes a prepared one back, removes what killed processes left.
 * ERR_REFUSED: another ring. Of an agent's keys only the first: ERR_STATE when there is more to
 * do, which needs the passphrase. */
int keys_settle(struct keys *k, uint64_t generation, uint64_t size,
                const unsigned char hash[32], struct err *err) ERR_CHECKED;

#endif
