/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vault/seal/hash: SHA-256 (FIPS 180-4), HMAC (RFC 2104) and HKDF (RFC 5869), on
 * libcrypto's kernels.
 */
#ifndef DEPONENT_VAULT_SEAL_HASH_H
#define DEPONENT_VAULT_SEAL_HASH_H

#include "base/str.h"

#define SHA256_SIZE 32

/* Room for any SHA-256 state; no allocation. */
struct sha256 {
    _Alignas(8) unsigned char state[128];
};
void sha256_begin(struct sha256 *h);
void sha256_add(struct sha256 *h, const void *p, size_t n);
void sha256_end(struct sha256 *h, unsigned char out[SHA256_SIZE]);
void sha256(const void *p, size_t n, unsigned char out[SHA256_SIZE]);

/* An HMAC key, hashed once and used often. It is a secret: wipe it. */
struct hmac256 {
    struct sha256 inner, outer;
};
void hmac256_key(struct hmac256 *k, const void *key, size_t n);
void hmac256_with(const struct hmac256 *k, const void *p, size_t n,
                  unsigned char out[SHA256_SIZE]);
void hmac256(const void *key, size_t key_n, const void *p, size_t n,
             unsigned char out[SHA256_SIZE]);

void hkdf256_extract(const void *salt, size_t salt_n, const void *ikm, size_t ikm_n,
                     unsigned char prk[SHA256_SIZE]);
/* n at most 255 * 32. */
void hkdf256_expand(const unsigned char prk[SHA256_SIZE], const char *info, void *out,
                    size_t n);
/* Extract and expand. */
void hkdf256(const void *ikm, size_t ikm_n, const void *salt, size_t salt_n, const char *info,
             void *out, size_t n);

/* Lower-case hexadecimal; `out` has room for 2n + 1. */
void hex_print(const void *p, size_t n, char *out);
/* Exactly n bytes from 2n lower-case digits; false otherwise. */
bool hex_parse(struct str s, void *out, size_t n);

#endif
