/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault/seal/secret.h"

#include "sys/process.h"

#include <sodium.h>

void secret_init(void)
{
    /* sodium_init is safe from several threads and does its work once. */
    if (sodium_init() < 0)
        err_die("libsodium does not start");
    process_no_core();
}

/* Zeroed and locked; `cap` bytes are usable. The end of the memory is the end of a page, so a
 * multiple of 16 keeps it aligned. */
static unsigned char *locked(size_t n, size_t *ret_cap)
{
    if (n > SECRET_MAX)
        err_die("a secret is too large");
    if (sodium_init() < 0)
        err_die("libsodium does not start");
    size_t cap = n == 0 ? 16 : (n + 15) & ~(size_t)15;
    unsigned char *p = sodium_malloc(cap);
    if (!p)
        err_die("out of locked memory");
    sodium_memzero(p, cap);
    *ret_cap = cap;
    return p;
}

void secret_alloc(struct secret *s, size_t n)
{
    secret_free(s);
    s->p = locked(n, &s->cap);
    s->n = n;
}

void secret_random(struct secret *s, size_t n)
{
    secret_alloc(s, n);
    randombytes_buf(s->p, n);
}

void secret_set(struct secret *s, const void *bytes, size_t n)
{
    /* `bytes` may lie in the secret itself. */
    struct secret fresh = {.n = n};
    fresh.p = locked(n, &fresh.cap);
    if (n)
        memcpy(fresh.p, bytes, n);
    secret_free(s);
    *s = fresh;
}

bool secret_add(struct secret *s, const void *bytes, size_t n)
{
    if (n > SECRET_MAX || s->n > SECRET_MAX - n)
        return false;
    if (!s->p || s->n + n > s->cap) {
        size_t want = s->cap * 2 > s->n + n ? s->cap * 2 : s->n + n;
        struct secret fresh = {.n = s->n};
        fresh.p = locked(want > SECRET_MAX ? SECRET_MAX : want, &fresh.cap);
        if (s->n)
            memcpy(fresh.p, s->p, s->n);
        if (n)
            memcpy(fresh.p + fresh.n, bytes, n);
        fresh.n += n;
        secret_free(s);
        *s = fresh;
        return true;
    }
    if (n)
        memmove(s->p + s->n, bytes, n);
    s->n += n;
    return true;
}

void secret_free(struct secret *s)
{
    if (s->p)
        sodium_free(s->p); /* wipes */
    *s = (struct secret){0};
}

bool secret_eq(const void *a, const void *b, size_t n)
{
    return n == 0 || sodium_memcmp(a, b, n) == 0;
}

void secret_wipe(void *p, size_t n)
{
    if (n)
        sodium_memzero(p, n);
}

void random_bytes(void *p, size_t n)
{
    randombytes_buf(p, n);
}
