/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tests/unit/age_help: files in memory for the tests of vault/seal/age.
 */
#ifndef DEPONENT_TESTS_AGE_HELP_H
#define DEPONENT_TESTS_AGE_HELP_H

#include "base/rng.h"
#include "vault/seal/age.h"
#include "vault/seal/hash.h"

#include <stdlib.h>

#define HELP_MAX ((size_t)64 << 20)

/* Gives at most `step` bytes at once (0: all that is asked for), and fails at call `fail_at`. */
struct help_in {
    struct str rest;
    size_t step;
    uint64_t calls, fail_at;
};

static inline int help_read(void *context, void *p, size_t n, size_t *ret_n, struct err *err)
{
    struct help_in *in = context;
    if (++in->calls == in->fail_at)
        return err_set(err, ERR_IO, "the reader failed");
    size_t part = n < in->rest.n ? n : in->rest.n;
    if (in->step && part > in->step)
        part = in->step;
    if (part)
        memcpy(p, in->rest.p, part);
    in->rest = str_slice(in->rest, part, in->rest.n);
    *ret_n = part;
    return 0;
}

struct help_out {
    struct buf bytes;
    uint64_t calls, fail_at;
};

static inline int help_write(void *context, const void *p, size_t n, struct err *err)
{
    struct help_out *out = context;
    if (++out->calls == out->fail_at)
        return err_set(err, ERR_IO, "the writer failed");
    buf_add(&out->bytes, str_make(p, n));
    return buf_check(&out->bytes, "test", err);
}

static inline struct help_out help_out_make(void)
{
    struct help_out out = {0};
    buf_init(&out.bytes, HELP_MAX);
    return out;
}

static inline void help_out_free(struct help_out *out)
{
    buf_free(&out->bytes);
}
#define HELP_OUT_AUTO __attribute__((cleanup(help_out_free))) struct help_out

static inline int help_seal(const struct age_recipient *to, size_t count, bool armor,
                            unsigned threads, struct str plain, size_t step,
                            struct help_out *out, struct err *err)
{
    struct help_in in = {.rest = plain, .step = step};
    struct age_source source = {help_read, &in};
    struct age_sink sink = {help_write, out};
    struct age_options options = {.armor = armor, .threads = threads};
    return age_seal(to, count, &options, &source, &sink, err);
}

static inline int help_open(const struct age_identity *with, size_t count, unsigned threads,
                            struct str file, size_t step, struct help_out *out, struct err *err)
{
    struct help_in in = {.rest = file, .step = step};
    struct age_source source = {help_read, &in};
    struct age_sink sink = {help_write, out};
    struct age_options options = {.threads = threads};
    return age_open(with, count, &options, &source, &sink, err);
}

static inline struct age_recipient help_recipient(const struct age_identity *of)
{
    struct age_recipient r = {.kind = AGE_X25519};
    age_identity_public(of, r.public_key);
    return r;
}

/* The same bytes each time. */
static inline void help_fill(struct buf *out, size_t n, uint64_t seed)
{
    struct rng r;
    rng_seed(&r, seed);
    buf_init(out, HELP_MAX);
    char *p = buf_reserve(out, n);
    for (size_t i = 0; i < n; i++)
        p[i] = (char)rng_u64(&r);
    out->n = n;
}

#endif
