/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The ledger hashes millions of short messages. libcrypto's low-level SHA-256 reaches the same
 * kernels as its EVP interface without that one's look-ups and allocation, which for 200 bytes
 * cost as much again as the hashing; OpenSSL 3 calls it deprecated, but has it.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "vault/seal/hash.h"

#include "vault/seal/secret.h"

#include <openssl/sha.h>

#define BLOCK 64u

_Static_assert(sizeof(SHA256_CTX) <= sizeof(struct sha256), "room for the state");
_Static_assert(_Alignof(SHA256_CTX) <= _Alignof(struct sha256), "alignment of the state");

static SHA256_CTX *ctx(struct sha256 *h)
{
    return (SHA256_CTX *)(void *)h->state;
}

void sha256_begin(struct sha256 *h)
{
    SHA256_Init(ctx(h));
}

void sha256_add(struct sha256 *h, const void *p, size_t n)
{
    if (n)
        SHA256_Update(ctx(h), p, n);
}

void sha256_end(struct sha256 *h, unsigned char out[SHA256_SIZE])
{
    SHA256_Final(out, ctx(h));
}

void sha256(const void *p, size_t n, unsigned char out[SHA256_SIZE])
{
    struct sha256 h;
    sha256_begin(&h);
    sha256_add(&h, p, n);
    sha256_end(&h, out);
}

void hmac256_key(struct hmac256 *k, const void *key, size_t n)
{
    unsigned char block[BLOCK] = {0};
    if (n > BLOCK)
        sha256(key, n, block);
    else if (n)
        memcpy(block, key, n);
    for (size_t i = 0; i < BLOCK; i++)
        block[i] ^= 0x36;
    sha256_begin(&k->inner);
    sha256_add(&k->inner, block, BLOCK);
    for (size_t i = 0; i < BLOCK; i++)
        block[i] ^= 0x36 ^ 0x5c;
    sha256_begin(&k->outer);
    sha256_add(&k->outer, block, BLOCK);
    secret_wipe(block, sizeof block);
}

void hmac256_with(const struct hmac256 *k, const void *p, size_t n,
                  unsigned char out[SHA256_SIZE])
{
    struct sha256 h;
    memcpy(h.state, k->inner.state, sizeof(SHA256_CTX));
    sha256_add(&h, p, n);
    sha256_end(&h, out);
    memcpy(h.state, k->outer.state, sizeof(SHA256_CTX));
    sha256_add(&h, out, SHA256_SIZE);
    sha256_end(&h, out);
}

void hmac256(const void *key, size_t key_n, const void *p, size_t n,
             unsigned char out[SHA256_SIZE])
{
    struct hmac256 k;
    hmac256_key(&k, key, key_n);
    hmac256_with(&k, p, n, out);
    secret_wipe(&k, sizeof k);
}

void hkdf256_extract(const void *salt, size_t salt_n, const void *ikm, size_t ikm_n,
                     unsigned char prk[SHA256_SIZE])
{
    hmac256(salt, salt_n, ikm, ikm_n, prk);
}

void hkdf256_expand(const unsigned char prk[SHA256_SIZE], const char *info, void *out, size_t n)
{
    if (n > (size_t)255 * SHA256_SIZE)
        err_die("hkdf256_expand: too much is asked for");
    struct hmac256 k;
    hmac256_key(&k, prk, SHA256_SIZE);
    unsigned char last[SHA256_SIZE] = {0}, message[SHA256_SIZE + 256 + 1];
    size_t info_n = strlen(info), last_n = 0;
    if (info_n > 256)
        err_die("hkdf256_expand: info is too long");
    unsigned char *to = out;
    for (unsigned char round = 1; n; round++) {
        memcpy(message, last, last_n);
        memcpy(message + last_n, info, info_n);
        message[last_n + info_n] = round;
        hmac256_with(&k, message, last_n + info_n + 1, last);
        last_n = sizeof last;
        size_t take = n < sizeof last ? n : sizeof last;
        memcpy(to, last, take);
        to += take;
        n -= take;
    }
    secret_wipe(&k, sizeof k);
    secret_wipe(last, sizeof last);
    secret_wipe(message, sizeof last); /* what follows is info */
}

void hkdf256(const void *ikm, size_t ikm_n, const void *salt, size_t salt_n, const char *info,
             void *out, size_t n)
{
    unsigned char prk[SHA256_SIZE];
    hkdf256_extract(salt, salt_n, ikm, ikm_n, prk);
    hkdf256_expand(prk, info, out, n);
    secret_wipe(prk, sizeof prk);
}

void hex_print(const void *p, size_t n, char *out)
{
    const unsigned char *bytes = p;
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
        out[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
    }
    out[2 * n] = '\0';
}

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool hex_parse(struct str s, void *out, size_t n)
{
    if (n > SIZE_MAX / 2 || s.n != 2 * n)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (digit(s.p[i]) < 0)
            return false;
    unsigned char *to = out;
    for (size_t i = 0; i < n; i++)
        to[i] = (unsigned char)(digit(s.p[2 * i]) << 4 | digit(s.p[2 * i + 1]));
    return true;
}
