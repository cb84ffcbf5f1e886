/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vault/seal/age_parts: the pieces of the age format, for its own files and their tests. See
 * age.h for what the whole promises.
 *
 * The way of a file that is opened: source -> ahead (what was read to see if it is armor) ->
 * dearmor -> ahead (what was read behind the header) -> stream -> sink. The sentences begin
 * with the part that they are about: "armor:", "header:", "header MAC:", "payload:".
 */
#ifndef DEPONENT_VAULT_SEAL_AGE_PARTS_H
#define DEPONENT_VAULT_SEAL_AGE_PARTS_H

#include "vault/seal/age.h"
#include "vault/seal/hash.h"

#define AGE_KEY      32
#define AGE_FILE_KEY 16
#define AGE_NONCE    16
#define AGE_TAG      16
#define AGE_SEALED   (AGE_CHUNK + AGE_TAG)
#define AGE_V1       "age-encryption.org/v1\n"

/* ---- bech32 (BIP 173, without its length limit) ---- */

#define AGE_BECH32_MAX  160 /* characters */
#define AGE_BECH32_DATA 64  /* bytes in it */

/* hrp decides the case. Returns the length; `out` is not terminated. */
size_t age_bech32_print(char out[AGE_BECH32_MAX], struct str hrp, const unsigned char *data,
                        size_t n);
/* Exactly n bytes under this human-readable part, in its case. Returns NULL, or what is wrong;
 * nothing of s is in it. */
const char *age_bech32_parse(struct str s, struct str hrp, unsigned char *out, size_t n);

/* ---- header ---- */

#define AGE_ARGS 3

struct age_stanza {
    struct str args[AGE_ARGS]; /* the first of them */
    size_t arg_count;          /* of all */
    unsigned char body[32];    /* the first bytes */
    size_t body_n;             /* of all */
};

struct age_header {
    struct buf text; /* as it stood in the file; the arguments borrow from it */
    struct age_stanza *stanzas;
    size_t count, cap;
    size_t mac_covers; /* bytes of the text, up to and with "---" */
    unsigned char mac[SHA256_SIZE];
};

void age_header_init(struct age_header *h);
void age_header_free(struct age_header *h);
/* Reads up to the end of the header; what was read behind it is put into `rest`. Form only: the
 * MAC needs the file key. */
int age_header_read(struct age_header *h, const struct age_source *in, struct buf *rest,
                    struct err *err) ERR_CHECKED;
/* h->text is set. */
int age_header_parse(struct age_header *h, struct err *err) ERR_CHECKED;
void age_header_mac(const unsigned char file_key[AGE_FILE_KEY], struct str covered,
                    unsigned char mac[SHA256_SIZE]);

/* ---- recipients ---- */

/* Adds a stanza. */
int age_wrap(const struct age_recipient *to, const unsigned char file_key[AGE_FILE_KEY],
             struct buf *header, struct err *err) ERR_CHECKED;
/* ERR_AUTH if none fits. *ret_log2 as in age_open_secret. */
int age_unwrap(const struct age_header *h, const struct age_identity *with, size_t count,
               unsigned char file_key[AGE_FILE_KEY], unsigned *ret_log2,
               struct err *err) ERR_CHECKED;

/* Header, identities and MAC, up to the file key. What was read behind the header is put into
 * `rest`; *ret_length (may be NULL) is the length of the header. */
int age_open_header(const struct age_identity *with, size_t count, const struct age_source *in,
                    struct buf *rest, unsigned char file_key[AGE_FILE_KEY], size_t *ret_length,
                    unsigned *ret_log2, struct err *err) ERR_CHECKED;

/* A new file key, wrapped; the header and the nonce are written, *key is that of the payload. */
int age_write_header(const struct age_recipient *to, size_t count, const struct age_sink *out,
                     unsigned char key[AGE_KEY], struct err *err) ERR_CHECKED;

/* ---- readers and writers ---- */

/* Bytes that were read ahead, then the source behind them. */
struct age_ahead {
    const struct age_source *in;
    struct str bytes;
};
int age_ahead_read(void *ahead, void *p, size_t n, size_t *ret_n, struct err *err) ERR_CHECKED;
/* Reads until there are n bytes or the source ends. */
int age_read_full(const struct age_source *in, void *p, size_t n, size_t *ret_n,
                  struct err *err) ERR_CHECKED;

/* Bytes in memory. */
int age_str_read(void *str, void *p, size_t n, size_t *ret_n, struct err *err) ERR_CHECKED;

#define AGE_ARMOR_TEXT  ((size_t)32 << 10)
#define AGE_ARMOR_LINE  64 /* characters */
#define AGE_ARMOR_BYTES 48 /* in a line */

struct age_dearmor {
    const struct age_source *in;
    unsigned long long line; /* that was read last, from 1 */
    size_t at, n;            /* of text */
    size_t held_at, held_n;
    enum { AGE_ARMOR_BEGIN, AGE_ARMOR_BODY, AGE_ARMOR_LAST, AGE_ARMOR_END } state;
    bool ended; /* the source */
    unsigned char held[AGE_ARMOR_BYTES];
    char text[AGE_ARMOR_TEXT];
};
#define AGE_ARMOR_LOOK 1024 /* bytes in which a beginning must show */
/* True when what stands at the beginning of a file must be armor, or is meant to be. */
bool age_armor_is(struct str begin);
int age_dearmor_read(void *dearmor, void *p, size_t n, size_t *ret_n,
                     struct err *err) ERR_CHECKED;

struct age_enarmor {
    const struct age_sink *out;
    struct buf text; /* not yet written */
    size_t held_n;
    unsigned char held[AGE_ARMOR_BYTES];
};
void age_enarmor_init(struct age_enarmor *a, const struct age_sink *out);
void age_enarmor_free(struct age_enarmor *a);
int age_enarmor_write(void *enarmor, const void *p, size_t n, struct err *err) ERR_CHECKED;
int age_enarmor_end(struct age_enarmor *a, struct err *err) ERR_CHECKED;

/* ---- the payload ---- */

/* ChaCha20-Poly1305 under one key; one thread at a time. */
struct age_cipher {
    struct evp_cipher_ctx_st *ctx;
    bool seal;
};
void age_cipher_init(struct age_cipher *c, const unsigned char key[AGE_KEY], bool seal);
void age_cipher_free(struct age_cipher *c);
/* n bytes in place, and AGE_TAG bytes behind them are written. */
void age_chunk_seal(struct age_cipher *c, uint64_t counter, bool last, unsigned char *p,
                    size_t n);
/* n bytes in place, the last AGE_TAG of them the tag. False: not authentic, and p holds nothing
 * of use. */
bool age_chunk_open(struct age_cipher *c, uint64_t counter, bool last, unsigned char *p,
                    size_t n) ERR_CHECKED;
/* The same, and on failure p is what it was. */
bool age_chunk_try(struct age_cipher *c, uint64_t counter, bool last, unsigned char *p,
                   size_t n) ERR_CHECKED;

void age_payload_key(const unsigned char file_key[AGE_FILE_KEY],
                     const unsigned char nonce[AGE_NONCE], unsigned char key[AGE_KEY]);
/* All chunks from `in` to `out`. */
int age_stream(const unsigned char key[AGE_KEY], bool seal, unsigned threads,
               const struct age_source *in, const struct age_sink *out,
               struct err *err) ERR_CHECKED;

#endif
