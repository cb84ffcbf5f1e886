/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The payload: chunks of 64 KiB under ChaCha20-Poly1305, each with its number and a mark on the
 * last one in the nonce (STREAM).
 *
 * Every thread does the same: read the next batch of chunks (one at a time), work on it in
 * place (all at once), write it when all before it are written. The batches lie in locked
 * memory, one for each thread, and that is all the memory there is.
 */
#include "sys/threads.h"
#include "vault/seal/age_parts.h"
#include "vault/seal/evp.h"

#include <stdlib.h>

#define NONCE       12
#define BATCH       4 /* chunks: a batch and its reader's and writer's copies stay in the cache */
#define BATCH_BYTES (BATCH * AGE_SEALED + AGE_TAG)

/* ---- one chunk ---- */

static void must_be_1(int r)
{
    if (r != 1)
        err_die("libcrypto does not do ChaCha20-Poly1305");
}

void age_cipher_init(struct age_cipher *c, const unsigned char key[AGE_KEY], bool seal)
{
    evp_init();
    c->seal = seal;
    c->ctx = EVP_CIPHER_CTX_new();
    if (!c->ctx)
        err_die("out of memory");
    must_be_1(EVP_CipherInit_ex(c->ctx, EVP_chacha20_poly1305(), NULL, key, NULL, seal));
}

void age_cipher_free(struct age_cipher *c)
{
    EVP_CIPHER_CTX_free(c->ctx); /* wipes the key */
    *c = (struct age_cipher){0};
}

static void begin_chunk(struct age_cipher *c, uint64_t counter, bool last, bool seal)
{
    unsigned char nonce[NONCE] = {0};
    for (unsigned i = 0; i < 8; i++)
        nonce[NONCE - 2 - i] = (unsigned char)(counter >> (8 * i));
    nonce[NONCE - 1] = last;
    must_be_1(EVP_CipherInit_ex(c->ctx, NULL, NULL, NULL, nonce, seal));
}

void age_chunk_seal(struct age_cipher *c, uint64_t counter, bool last, unsigned char *p,
                    size_t n)
{
    int done = 0;
    begin_chunk(c, counter, last, true);
    if (n)
        must_be_1(EVP_CipherUpdate(c->ctx, p, &done, p, (int)n));
    must_be_1(EVP_CipherFinal_ex(c->ctx, p + n, &done));
    must_be_1(EVP_CIPHER_CTX_ctrl(c->ctx, EVP_CTRL_AEAD_GET_TAG, AGE_TAG, p + n));
}

bool age_chunk_open(struct age_cipher *c, uint64_t counter, bool last, unsigned char *p,
                    size_t n)
{
    int done = 0;
    unsigned char none[AGE_TAG];
    if (n < AGE_TAG)
        return false;
    n -= AGE_TAG;
    begin_chunk(c, counter, last, false);
    must_be_1(EVP_CIPHER_CTX_ctrl(c->ctx, EVP_CTRL_AEAD_SET_TAG, AGE_TAG, p + n));
    if (n)
        must_be_1(EVP_CipherUpdate(c->ctx, p, &done, p, (int)n));
    return EVP_CipherFinal_ex(c->ctx, none, &done) == 1;
}

bool age_chunk_try(struct age_cipher *c, uint64_t counter, bool last, unsigned char *p,
                   size_t n)
{
    if (age_chunk_open(c, counter, last, p, n))
        return true;
    if (n <= AGE_TAG)
        return false;
    /* A stream cipher undoes itself: the same key stream once more gives back what was there. */
    int done = 0;
    begin_chunk(c, counter, last, true);
    must_be_1(EVP_CipherUpdate(c->ctx, p, &done, p, (int)(n - AGE_TAG)));
    return false;
}

void age_payload_key(const unsigned char file_key[AGE_FILE_KEY],
                     const unsigned char nonce[AGE_NONCE], unsigned char key[AGE_KEY])
{
    hkdf256(file_key, AGE_FILE_KEY, nonce, AGE_NONCE, "payload", key, AGE_KEY);
}

/* ---- batches ---- */

struct batch {
    struct secret memory; /* chunk i at i * AGE_SEALED, whole or in part */
    uint64_t number;      /* of this batch */
    size_t chunks;        /* that were read */
    size_t last_n;        /* bytes of the last of them */
    bool end;             /* and nothing comes behind it */
    int failed;
    struct err err; /* of this batch, told when its turn to be written comes */
};

struct stream {
    const unsigned char *key;
    bool seal;
    const struct age_source *in;
    const struct age_sink *out;
    size_t unit; /* bytes of a whole chunk as it is read */
    /* One thread at a time: */
    struct threads_lock *reading;
    uint64_t next;
    bool ended;          /* the source, or reading is over for another reason */
    bool ahead;          /* one byte was read ahead, to know that more comes */
    unsigned char extra; /* that byte */
    /* In order: */
    struct threads_order *writing;
    int failed;
    struct err *err;
};

/* Reads one chunk, and for the last of a batch one byte more. There is room for it behind the
 * chunk, and nothing stands there yet. */
static int read_chunk(struct stream *s, struct batch *b, struct err *err)
{
    unsigned char *p = b->memory.p + b->chunks * AGE_SEALED;
    size_t have = 0, n = 0, want = s->unit + (b->chunks == BATCH - 1);
    if (s->ahead)
        p[have++] = s->extra;
    s->ahead = false;
    int r = age_read_full(s->in, p + have, want - have, &n, err);
    if (r)
        return r;
    have += n;
    b->end = have < want;
    if (have > s->unit) {
        s->ahead = true;
        s->extra = p[--have];
    }
    if (have || (b->number == 0 && b->chunks == 0)) {
        b->chunks++;
        b->last_n = have;
    }
    return 0;
}

/* Only whoever is reading comes here. False: there is no batch left. */
static bool read_batch(struct stream *s, struct batch *b)
{
    b->chunks = 0;
    b->last_n = 0;
    b->end = false;
    b->failed = 0;
    if (s->ended)
        return false;
    b->number = s->next++;
    while (!b->failed && !b->end && b->chunks < BATCH)
        b->failed = read_chunk(s, b, &b->err);
    s->ended = b->failed || b->end;
    return true;
}

static int write_bytes(struct stream *s, struct batch *b, const void *p, size_t n)
{
    if (n)
        b->failed = s->out->write(s->out->context, p, n, &b->err);
    return b->failed;
}

static int damaged(struct batch *b, uint64_t counter, const char *how)
{
    return err_set(&b->err, ERR_INPUT, "payload: %s at chunk %llu (byte %llu of the contents)",
                   how, (unsigned long long)counter, (unsigned long long)(counter * AGE_CHUNK));
}

/* A chunk that is not what its place asks for. When it is authentic with the other mark, its
 * bytes are good, and the file was cut or lengthened: it is then given out before the error. */
static int refuse_chunk(struct age_cipher *c, struct batch *b, uint64_t counter, bool last,
                        unsigned char *p, size_t n, bool *ret_good)
{
    *ret_good = n == AGE_SEALED && age_chunk_open(c, counter, !last, p, n);
    if (*ret_good && last)
        return damaged(b, counter + 1, "the file is cut off");
    if (*ret_good)
        return damaged(b, counter + 1, "more stands behind the end");
    return damaged(b, counter, last ? "the file is damaged or cut off" : "the file is damaged");
}

/* Opens in place. How many chunks are good: those are given out. */
static size_t open_batch(struct age_cipher *c, struct batch *b)
{
    for (size_t i = 0; i < b->chunks; i++) {
        uint64_t counter = b->number * BATCH + i;
        bool last = b->end && i + 1 == b->chunks;
        unsigned char *p = b->memory.p + i * AGE_SEALED;
        size_t n = i + 1 == b->chunks ? b->last_n : AGE_SEALED;
        bool good = false;
        if (n < AGE_TAG || (n == AGE_TAG && counter))
            b->failed = damaged(b, counter, "the file is cut off");
        else if (!age_chunk_try(c, counter, last, p, n))
            b->failed = refuse_chunk(c, b, counter, last, p, n, &good);
        if (b->failed)
            return i + good;
    }
    return b->chunks;
}

/* What one batch holds is written, then its error is told: so the result does not depend on the
 * number of threads. */
static void write_opened(struct stream *s, struct batch *b, size_t good)
{
    int failed = b->failed;
    struct err err = b->err;
    b->failed = 0;
    for (size_t i = 0; i < good && !b->failed; i++) {
        size_t n = i + 1 == b->chunks ? b->last_n - AGE_TAG : AGE_CHUNK;
        (void)write_bytes(s, b, b->memory.p + i * AGE_SEALED, n);
    }
    if (!b->failed && failed) {
        b->failed = failed;
        b->err = err;
    }
}

static void seal_batch(struct age_cipher *c, struct batch *b)
{
    for (size_t i = 0; i < b->chunks; i++) {
        bool last = b->end && i + 1 == b->chunks;
        age_chunk_seal(c, b->number * BATCH + i, last, b->memory.p + i * AGE_SEALED,
                       i + 1 == b->chunks ? b->last_n : AGE_CHUNK);
    }
}

/* What was read before a read error is not written: the result is lost anyway. */
static void write_sealed(struct stream *s, struct batch *b)
{
    if (!b->failed && b->chunks)
        (void)write_bytes(s, b, b->memory.p,
                          (b->chunks - 1) * AGE_SEALED + b->last_n + AGE_TAG);
}

/* One batch from end to end; false when there is none left or nobody may write any more. */
static bool do_batch(struct stream *s, struct age_cipher *c, struct batch *b)
{
    threads_lock(s->reading);
    bool there = read_batch(s, b);
    threads_unlock(s->reading);
    if (!there)
        return false;
    size_t good = 0;
    if (!b->failed && s->seal)
        seal_batch(c, b);
    else if (!b->failed)
        good = open_batch(c, b);
    if (!threads_order_wait(s->writing, b->number))
        return false;
    if (s->seal)
        write_sealed(s, b);
    else
        write_opened(s, b, good);
    if (b->failed) {
        s->failed = b->failed;
        if (s->err)
            *s->err = b->err;
        threads_order_stop(s->writing);
        return false;
    }
    threads_order_pass(s->writing);
    return true;
}

static void work(void *context, size_t i, unsigned worker)
{
    (void)i;
    (void)worker;
    struct stream *s = context;
    SECRET_AUTO memory = {0};
    struct batch b = {0};
    struct age_cipher c;
    secret_alloc(&memory, BATCH_BYTES);
    b.memory = memory; /* borrowed */
    age_cipher_init(&c, s->key, s->seal);
    while (do_batch(s, &c, &b))
        ;
    age_cipher_free(&c);
}

int age_stream(const unsigned char key[AGE_KEY], bool seal, unsigned threads,
               const struct age_source *in, const struct age_sink *out, struct err *err)
{
    struct stream s = {.key = key, .seal = seal, .in = in, .out = out, .err = err};
    s.unit = seal ? AGE_CHUNK : AGE_SEALED;
    s.reading = threads_lock_new();
    s.writing = threads_order_new();
    struct pool *pool = threads > 1 ? threads_new(threads) : NULL;
    pool_run(pool, pool_threads(pool), work, &s);
    threads_free(pool);
    threads_order_free(s.writing);
    threads_lock_free(s.reading);
    return s.failed;
}
