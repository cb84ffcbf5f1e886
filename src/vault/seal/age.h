/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vault/seal/age: the age v1 file format (c2sp.org/age), X25519 and scrypt recipients, armor.
 *
 * Guarantees: what is given out by age_open_* was authenticated first, chunk by chunk; memory
 * is bounded whatever the file says; a file cut anywhere, or with anything behind it, is
 * refused; a range can be opened without reading what is before or behind it. Strict where the
 * specification is strict (one form for every header). Does not: hide the length of a file or
 * the number of its recipients. Post-quantum recipients would be one more `enum age_kind`.
 *
 * Sealing and opening write what is done as they go: on an error the sink holds the beginning of
 * the result, authentic but cut, and whoever keeps it must say so or drop it.
 *
 * Errors: ERR_AUTH no identity matches or the passphrase is wrong; ERR_INPUT damaged, cut or no
 * age file; ERR_LIMIT more recipients or a larger work factor than we accept; ERR_IO
 * from the reader or the writer, or no memory for scrypt.
 */
#ifndef DEPONENT_VAULT_SEAL_AGE_H
#define DEPONENT_VAULT_SEAL_AGE_H

#include "base/buf.h"
#include "vault/seal/secret.h"

#define AGE_CHUNK          ((size_t)64 << 10)
#define AGE_MAX_RECIPIENTS 1024
#define AGE_MAX_HEADER     ((size_t)1 << 20)
#define AGE_SCRYPT_LOG2    18 /* what we write: 256 MB for most of a second */
#define AGE_SCRYPT_MIN     10 /* the least we write; every smaller one is opened */
#define AGE_SCRYPT_MAX     22 /* the most we write and open: 4 GiB, if the system has them */

enum age_kind { AGE_X25519, AGE_SCRYPT };

/* Somebody who may open a file. */
struct age_recipient {
    enum age_kind kind;
    unsigned char public_key[32];    /* X25519 */
    const struct secret *passphrase; /* SCRYPT: the only recipient of its file */
    unsigned log2;                   /* SCRYPT: work factor */
};

/* What opens a file. */
struct age_identity {
    enum age_kind kind;
    struct secret secret; /* the X25519 scalar, or the passphrase */
};

/* Exact bech32: "age1…", "AGE-SECRET-KEY-1…". ERR_INPUT with what is wrong. */
int age_recipient_parse(struct str s, struct age_recipient *ret, struct err *err) ERR_CHECKED;
int age_identity_parse(struct str s, struct age_identity *ret, struct err *err) ERR_CHECKED;
void age_recipient_print(struct buf *out, const unsigned char public_key[32]);
void age_identity_new(struct age_identity *ret);
/* From 32 bytes, however they were made. */
void age_identity_make(struct age_identity *ret, const unsigned char scalar[32]);
void age_identity_public(const struct age_identity *identity, unsigned char public_key[32]);
/* The AGE-SECRET-KEY line without its line feed. */
void age_identity_print(struct secret *out, const struct age_identity *identity);
void age_identity_free(struct age_identity *identity);

/* ---- files of recipients and identities: one a line, "#" comments, empty lines ---- */

struct age_recipients {
    struct age_recipient *items;
    size_t count, cap;
};
struct age_identities {
    struct age_identity *items;
    size_t count, cap;
};

/* Adds the recipients of `text` to those that are there; `what` names the file in the sentence,
 * which gives the line. A file without any is ERR_INPUT, more than AGE_MAX_RECIPIENTS in all
 * ERR_LIMIT; on failure *to is as it was. */
int age_recipients_parse(struct age_recipients *to, struct str text, const char *what,
                         struct err *err) ERR_CHECKED;
void age_recipients_add(struct age_recipients *to, const struct age_recipient *one);
void age_recipients_free(struct age_recipients *of);

/* The same for identities. The sentences hold nothing of the text. An identity file under a
 * passphrase is an age file: age_open_secret gives its text. */
int age_identities_parse(struct age_identities *to, struct str text, const char *what,
                         struct err *err) ERR_CHECKED;
/* Takes over *one, which is empty afterwards. */
void age_identities_add(struct age_identities *to, struct age_identity *one);
void age_identities_free(struct age_identities *of);

/* Does it begin like an age file, in armor or not? To tell a key file under a passphrase from
 * one that is open. */
bool age_is_file(struct str begin);

/* ---- streams: from a reader to a writer, any size, bounded memory ---- */

struct age_source {
    /* Up to n bytes; *ret_n == 0 is the end. */
    int (*read)(void *context, void *p, size_t n, size_t *ret_n, struct err *err);
    void *context;
    /* NULL, or the descriptor of the plain file of which these are the bytes: who opens it with
     * the keys of another process passes it on, and then `read` may be used or not. */
    const int *file;
};
struct age_sink {
    int (*write)(void *context, const void *p, size_t n, struct err *err);
    void *context;
};

struct age_options {
    bool armor; /* sealing: write ASCII armor; opening finds it by itself */
    /* 0 and 1: this one only; more: as many work on chunks. `read` and `write` are then called
     * on any of them: never `read` twice at once nor `write` twice at once, but one of each. */
    unsigned threads;
};

#define AGE_MAX_THREADS 64

int age_seal(const struct age_recipient *to, size_t count, const struct age_options *options,
             const struct age_source *in, const struct age_sink *out,
             struct err *err) ERR_CHECKED;
int age_open(const struct age_identity *with, size_t count, const struct age_options *options,
             const struct age_source *in, const struct age_sink *out,
             struct err *err) ERR_CHECKED;

/* The same for bytes that come rather than are asked for: what is written is sealed chunk by
 * chunk, on this thread, without armor. */
struct age_writer;
int age_writer_new(const struct age_recipient *to, size_t count, const struct age_sink *out,
                   struct age_writer **ret, struct err *err) ERR_CHECKED;
/* The write of a struct age_sink whose context is the writer. */
int age_writer_add(void *writer, const void *p, size_t n, struct err *err) ERR_CHECKED;
/* The last chunk: without it the file is cut. */
int age_writer_end(struct age_writer *w, struct err *err) ERR_CHECKED;
void age_writer_free(struct age_writer *w);

/* ---- whole files in memory: key files, snapshots ---- */

int age_seal_bytes(const struct age_recipient *to, size_t count, struct str plain,
                   struct buf *out, struct err *err) ERR_CHECKED;
/* At most `max` bytes of plaintext, in locked memory: for keys. *ret_log2 (may be NULL) is the
 * work factor of a scrypt file, else 0. */
int age_open_secret(const struct age_identity *with, size_t count, struct str file, size_t max,
                    struct secret *ret, unsigned *ret_log2, struct err *err) ERR_CHECKED;

/* ---- a range, by position (binary files only) ---- */

struct age_at {
    /* Exactly n bytes at `offset`, or an error. */
    int (*read_at)(void *context, uint64_t offset, void *p, size_t n, struct err *err);
    void *context;
    uint64_t size; /* of the whole age file */
};
struct age_range; /* an opened header */
int age_range_open(const struct age_identity *with, size_t count, const struct age_at *in,
                   struct age_range **ret, struct err *err) ERR_CHECKED;
/* Length of the plaintext. Right only once the last chunk was authenticated: age_range_open
 * does that. */
uint64_t age_range_size(const struct age_range *r);
int age_range_read(struct age_range *r, uint64_t offset, void *p, size_t n,
                   struct err *err) ERR_CHECKED;
void age_range_free(struct age_range *r);

#endif
