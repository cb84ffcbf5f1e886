/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault/seal/age_parts.h"

#include <stdlib.h>

struct age_writer {
    struct age_sink out;
    struct age_cipher cipher;
    uint64_t counter;
    size_t n; /* bytes of the chunk that is being filled */
    unsigned char chunk[AGE_CHUNK + AGE_TAG];
};

int age_writer_new(const struct age_recipient *to, size_t count, const struct age_sink *out,
                   struct age_writer **ret, struct err *err)
{
    unsigned char key[AGE_KEY];
    int r = age_write_header(to, count, out, key, err);
    if (!r) {
        struct age_writer *w = calloc(1, sizeof *w);
        if (!w)
            err_die("out of memory");
        w->out = *out;
        age_cipher_init(&w->cipher, key, true);
        *ret = w;
    }
    secret_wipe(key, sizeof key);
    return r;
}

static int end_chunk(struct age_writer *w, bool last, struct err *err)
{
    size_t n = w->n;
    age_chunk_seal(&w->cipher, w->counter++, last, w->chunk, n);
    w->n = 0;
    return w->out.write(w->out.context, w->chunk, n + AGE_TAG, err);
}

int age_writer_add(void *writer, const void *bytes, size_t n, struct err *err)
{
    struct age_writer *w = writer;
    const unsigned char *p = bytes;
    while (n) {
        /* A full chunk goes out when it is known not to be the last. */
        int r = w->n == AGE_CHUNK ? end_chunk(w, false, err) : 0;
        if (r)
            return r;
        size_t take = n < AGE_CHUNK - w->n ? n : AGE_CHUNK - w->n;
        memcpy(w->chunk + w->n, p, take);
        w->n += take;
        p += take;
        n -= take;
    }
    return 0;
}

int age_writer_end(struct age_writer *w, struct err *err)
{
    return end_chunk(w, true, err);
}

void age_writer_free(struct age_writer *w)
{
    if (!w)
        return;
    age_cipher_free(&w->cipher);
    secret_wipe(w->chunk, sizeof w->chunk);
    free(w);
}
