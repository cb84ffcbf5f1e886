/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vault/ledger/keys_parts: what stands behind struct keys: the operations that a holder of keys
 * does (the files in this process, or an agent in another one), and what the parts of the first
 * share.
 */
#ifndef DEPONENT_VAULT_KEYS_PARTS_H
#define DEPONENT_VAULT_KEYS_PARTS_H

#include "vault/ledger/keys.h"
#include "vault/ledger/ring.h"

struct keys_ops {
    int (*sign)(struct keys *k, struct str text, unsigned char signature[SIGN_SIGNATURE],
                struct err *err);
    int (*new_subjects)(struct keys *k, const struct id *subjects, size_t count,
                        struct err *err);
    bool (*has)(struct keys *k, struct id subject);
    int (*ring)(struct keys *k, uint64_t *ret_generation, uint64_t *ret_size,
                unsigned char hash[32], struct err *err);
    int (*choose)(struct keys *k, uint64_t generation, uint64_t size,
                  const unsigned char hash[32], struct err *err);
    /* Whoever holds only an agent compares here, and says ERR_STATE when files must change. */
    int (*settle)(struct keys *k, uint64_t generation, uint64_t size,
                  const unsigned char hash[32], struct err *err);
    int (*seal)(struct keys *k, struct arena *a, struct keys_entry *entries, size_t count,
                struct err *err);
    int (*open_entries)(struct keys *k, struct arena *a, struct keys_entry *entries,
                        size_t count, struct err *err);
    int (*seal_attachment)(struct keys *k, struct id subject, const struct age_source *in,
                           const struct age_sink *out, struct err *err);
    int (*open_attachment)(struct keys *k, struct id subject, const struct age_source *in,
                           const struct age_sink *out, struct err *err);
    int (*reference)(struct keys *k, struct id payload, struct id subject,
                     unsigned char key_ref[16], struct err *err);
    int (*open_own)(struct keys *k, const struct age_source *in, const struct age_sink *out,
                    struct err *err);
    void (*set_pool)(struct keys *k, struct pool *pool);
    void (*close)(struct keys *k);
};

/* Stands first in what a holder keeps. */
struct keys {
    const struct keys_ops *ops;
    struct keys_public public;
};

/* ---- one entry, given its secrets (keys_entry.c) ---- */

#define KEYS_SALT 16

/* key_ref of a subject, and back. `reference` is keyed with A. */
void keys_entry_reference(const struct hmac256 *reference, const struct id *payload,
                          const unsigned char in[16], unsigned char out[16]);
/* ek of LEDGER: HKDF(K, salt, "deponent1 entry"). */
void keys_entry_key(const unsigned char secret[32], const unsigned char salt[KEYS_SALT],
                    unsigned char ek[32]);
/* `out` has size + 16 bytes for size = envelope_padded(plain.n) > 0. Needs payload id, device,
 * seq, type, salt and key_ref; fills size, commitment and payload hash. */
void keys_entry_seal(struct envelope *e, const unsigned char ek[32], struct str plain,
                     unsigned char *out);
bool keys_entry_commits(const struct envelope *e, const unsigned char ek[32]);
/* `out` has sealed.n - 16 bytes. ERR_AUTH when the commitment is another key's, ERR_INPUT. */
int keys_entry_open(const struct envelope *e, const unsigned char ek[32], struct str sealed,
                    char *out, size_t *ret_n) ERR_CHECKED;

/* ---- the files (keys_file.c and the rest) ---- */

#define KEYS_RINGS_MAX 2
#define KEYS_TEXT_MAX  4096
#define KEYS_PATH_MAX  4096

/* What keys.age holds. */
struct keys_text {
    unsigned char archive[32];
    struct secret seed; /* of the device's signing key */
    struct age_identity identity;
    struct secret archive_key; /* A */
    unsigned log2;             /* scrypt's work factor of keys.age */
    bool joined;
    unsigned char by[16], proof[SIGN_SIGNATURE];
    struct {
        uint64_t generation;
        struct secret secret;
    } rings[KEYS_RINGS_MAX]; /* ascending; two in the middle of a shredding */
    size_t ring_count;
    bool recovery;
    unsigned char recovery_key[32]; /* X25519 recipient */
};

void keys_text_print(const struct keys_text *t, struct secret *out);
/* Exact: printing gives the same bytes. ERR_INPUT; ERR_STATE of a newer program. The sentences
 * hold nothing of the text. */
int keys_text_parse(struct str text, struct keys_text *ret, struct err *err) ERR_CHECKED;
void keys_text_free(struct keys_text *t);
/* The paper form of a recovery key. */
void keys_recovery_print(const unsigned char scalar[32], struct secret *out);

struct keys_file {
    struct keys keys;
    char *dir;
    struct secret passphrase; /* p NULL: opened with the recovery key */
    struct keys_text text;
    /* SHA-256 of keys.age as it was read and as it was last written; nothing else is written
     * over. */
    unsigned char seen[2][SHA256_SIZE];
    bool saw;                /* keys.age was there */
    struct secret reference; /* struct hmac256, keyed with A */
    struct ring ring;        /* that of text.rings[chosen] */
    size_t chosen;
    struct id *leaving; /* sorted; between preparing and finishing a shredding */
    size_t leaving_count;
    struct pool *pool;
};

extern const struct keys_ops keys_file_ops;
/* The age identity that a subject's attachments are sealed to; `k` holds the files. */
int keys_attachment_identity(struct keys *k, struct id subject, struct age_identity *ret,
                             struct err *err) ERR_CHECKED;
/* ERR_REFUSED when an agent holds them. */
int keys_file_of(struct keys *k, struct keys_file **ret, struct err *err) ERR_CHECKED;
/* DIR/name, or DIR/ring-<g>. */
int keys_path(const struct keys_file *f, const char *name, char out[KEYS_PATH_MAX],
              struct err *err) ERR_CHECKED;
int keys_ring_path(const struct keys_file *f, uint64_t generation, char out[KEYS_PATH_MAX],
                   struct err *err) ERR_CHECKED;
struct ring_name keys_ring_name(const struct keys_file *f, uint64_t generation);
/* Writes recovery.age, if there is a recovery key, and then keys.age. ERR_STATE without the
 * passphrase, and when keys.age is no longer what was read or written here. */
int keys_write(struct keys_file *f, struct err *err) ERR_CHECKED;
/* Reads keys.age again, when it was opened with the passphrase: another process may have changed
 * it. ERR_REFUSED when it is another device's now. */
int keys_reload(struct keys_file *f, struct err *err) ERR_CHECKED;
/* Opens the ring of text.rings[i] in the place of the one that is open. */
int keys_use_ring(struct keys_file *f, size_t i, struct err *err) ERR_CHECKED;

/* keys_shred.c */
int keys_file_choose(struct keys *k, uint64_t generation, uint64_t size,
                     const unsigned char hash[32], struct err *err) ERR_CHECKED;
int keys_file_settle(struct keys *k, uint64_t generation, uint64_t size,
                     const unsigned char hash[32], struct err *err) ERR_CHECKED;

/* keys_seal.c */
int keys_file_seal(struct keys *k, struct arena *a, struct keys_entry *entries, size_t count,
                   struct err *err) ERR_CHECKED;
int keys_file_open_entries(struct keys *k, struct arena *a, struct keys_entry *entries,
                           size_t count, struct err *err) ERR_CHECKED;

#endif
