/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Opening a range: the header, the last chunk (it says how long the file is), and then only the
 * chunks that are asked for.
 */
#include "vault/seal/age_parts.h"

#include <stdlib.h>

struct age_range {
    struct age_at in;
    struct age_cipher cipher;
    uint64_t payload; /* where the first chunk begins in the file */
    uint64_t chunks, size;
    struct secret chunk; /* the one opened last */
    uint64_t held;       /* which that is; `chunks` if none */
};

struct at_reader {
    const struct age_at *in;
    uint64_t at;
};

static int read_next(void *context, void *p, size_t n, size_t *ret_n, struct err *err)
{
    struct at_reader *a = context;
    uint64_t left = a->in->size - a->at;
    size_t part = left < n ? (size_t)left : n;
    int r = part ? a->in->read_at(a->in->context, a->at, p, part, err) : 0;
    if (r)
        return r;
    a->at += part;
    *ret_n = part;
    return 0;
}

static size_t chunk_size(const struct age_range *r, uint64_t i)
{
    return i + 1 < r->chunks ? AGE_CHUNK : (size_t)(r->size - i * AGE_CHUNK);
}

/* Chunk i into r->chunk. */
static int hold_chunk(struct age_range *r, uint64_t i, struct err *err)
{
    if (r->held == i)
        return 0;
    size_t n = chunk_size(r, i) + AGE_TAG;
    r->held = r->chunks;
    int failed = r->in.read_at(r->in.context, r->payload + i * AGE_SEALED, r->chunk.p, n, err);
    if (failed)
        return failed;
    if (!age_chunk_open(&r->cipher, i, i + 1 == r->chunks, r->chunk.p, n))
        return err_set(err, ERR_INPUT, "payload: the file is damaged%s at chunk %llu",
                       i + 1 == r->chunks ? " or cut off" : "", (unsigned long long)i);
    r->held = i;
    return 0;
}

static int refuse_armor(const struct age_source *in, struct err *err)
{
    char look[AGE_ARMOR_LOOK];
    size_t n = 0;
    int failed = age_read_full(in, look, sizeof look, &n, err);
    if (!failed && age_armor_is(str_make(look, n)))
        failed =
            err_set(err, ERR_INPUT, "armor: a part can only be opened of a file without armor");
    return failed;
}

/* The header, and the key of the payload. */
static int open_head(struct age_range *r, const struct age_identity *with, size_t count,
                     unsigned char key[AGE_KEY], struct err *err)
{
    unsigned char file_key[AGE_FILE_KEY], nonce[AGE_NONCE];
    struct at_reader reader = {&r->in, 0};
    struct age_source in = {read_next, &reader};
    size_t length = 0;
    BUF_AUTO rest;
    buf_init(&rest, AGE_MAX_HEADER);
    int failed = refuse_armor(&in, err);
    reader.at = 0;
    if (!failed)
        failed = age_open_header(with, count, &in, &rest, file_key, &length, NULL, err);
    if (failed)
        return failed;
    if (r->in.size - length < AGE_NONCE)
        failed = err_set(err, ERR_INPUT, "header: the file is cut off behind it");
    if (!failed)
        failed = r->in.read_at(r->in.context, length, nonce, sizeof nonce, err);
    if (!failed)
        age_payload_key(file_key, nonce, key);
    secret_wipe(file_key, sizeof file_key);
    r->payload = length + AGE_NONCE;
    return failed;
}

static int measure(struct age_range *r, struct err *err)
{
    uint64_t n = r->in.size - r->payload;
    r->chunks = n / AGE_SEALED + (n % AGE_SEALED != 0);
    uint64_t last = r->chunks ? n - (r->chunks - 1) * AGE_SEALED : 0;
    if (last < AGE_TAG || (last == AGE_TAG && r->chunks > 1))
        return err_set(err, ERR_INPUT, "payload: the file is cut off");
    r->size = n - r->chunks * AGE_TAG;
    r->held = r->chunks;
    return hold_chunk(r, r->chunks - 1, err);
}

int age_range_open(const struct age_identity *with, size_t count, const struct age_at *in,
                   struct age_range **ret, struct err *err)
{
    struct age_range *r = calloc(1, sizeof *r);
    if (!r)
        err_die("out of memory");
    r->in = *in;
    unsigned char key[AGE_KEY];
    int failed = open_head(r, with, count, key, err);
    if (failed) {
        free(r);
        return failed;
    }
    age_cipher_init(&r->cipher, key, false);
    secret_wipe(key, sizeof key);
    secret_alloc(&r->chunk, AGE_SEALED);
    failed = measure(r, err);
    if (failed) {
        age_range_free(r);
        return failed;
    }
    *ret = r;
    return 0;
}

uint64_t age_range_size(const struct age_range *r)
{
    return r->size;
}

int age_range_read(struct age_range *r, uint64_t offset, void *p, size_t n, struct err *err)
{
    if (offset > r->size || n > r->size - offset)
        return err_set(err, ERR_INPUT, "%zu bytes from byte %llu on, the contents have %llu", n,
                       (unsigned long long)offset, (unsigned long long)r->size);
    char *to = p;
    while (n) {
        uint64_t i = offset / AGE_CHUNK;
        int failed = hold_chunk(r, i, err);
        if (failed)
            return failed;
        size_t at = (size_t)(offset % AGE_CHUNK), part = chunk_size(r, i) - at;
        if (part > n)
            part = n;
        memcpy(to, r->chunk.p + at, part);
        to += part;
        offset += part;
        n -= part;
    }
    return 0;
}

void age_range_free(struct age_range *r)
{
    if (!r)
        return;
    age_cipher_free(&r->cipher);
    secret_free(&r->chunk);
    free(r);
}
