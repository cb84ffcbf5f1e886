/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vault/seal/secret: bytes that must not reach a disk, a core image or a log. They live in
 * locked, guarded memory that is wiped when it is freed. Whatever holds a key, a passphrase or
 * a decrypted key file holds it as a `struct secret`.
 *
 * Guarantees: never swapped (where the system allows the lock), left out of core images, wiped
 * on free, compared in constant time. Does not: protect from a program that may read the memory
 * of this process.
 */
#ifndef DEPONENT_VAULT_SECRET_H
#define DEPONENT_VAULT_SECRET_H

#include "base/err.h"
#include "base/str.h"

#define SECRET_MAX ((size_t)64 << 20)

struct secret {
    unsigned char *p; /* NULL: none */
    size_t n, cap;
};

#define SECRET_AUTO __attribute__((cleanup(secret_free))) struct secret

/* Before anything else of the vault; may be called often. Turns off core images of the process
 * (PR_SET_DUMPABLE, RLIMIT_CORE). */
void secret_init(void);
/* n zero bytes, at most SECRET_MAX. What was there is freed. */
void secret_alloc(struct secret *s, size_t n);
/* n random bytes. */
void secret_random(struct secret *s, size_t n);
void secret_set(struct secret *s, const void *bytes, size_t n);
/* Grows by doubling; the old place is wiped. False past SECRET_MAX. */
bool secret_add(struct secret *s, const void *bytes, size_t n) ERR_CHECKED;
void secret_free(struct secret *s);
bool secret_eq(const void *a, const void *b, size_t n);
/* Wipes ordinary memory that held something secret. */
void secret_wipe(void *p, size_t n);
static inline struct str secret_str(const struct secret *s)
{
    return (struct str){(const char *)s->p, s->n};
}

/* n random bytes that are no secret: ids, salts. */
void random_bytes(void *p, size_t n);

#endif
