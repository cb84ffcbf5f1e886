/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whole age files: header and payload, armor or not, from a reader to a writer or in memory.
 */
#include "base/base64.h"
#include "vault/seal/age_parts.h"

#include <sodium.h>
#include <stdlib.h>

/* ---- readers and writers ---- */

int age_ahead_read(void *context, void *p, size_t n, size_t *ret_n, struct err *err)
{
    struct age_ahead *a = context;
    if (a->bytes.n == 0)
        return a->in->read(a->in->context, p, n, ret_n, err);
    return age_str_read(&a->bytes, p, n, ret_n, err);
}

int age_str_read(void *context, void *p, size_t n, size_t *ret_n, struct err *err)
{
    (void)err;
    struct str *s = context;
    size_t part = n < s->n ? n : s->n;
    if (part)
        memcpy(p, s->p, part);
    *s = str_slice(*s, part, s->n);
    *ret_n = part;
    return 0;
}

int age_read_full(const struct age_source *in, void *p, size_t n, size_t *ret_n,
                  struct err *err)
{
    size_t have = 0;
    while (have < n) {
        size_t got = 0;
        int r = in->read(in->context, (char *)p + have, n - have, &got, err);
        if (r)
            return r;
        if (got == 0)
            break;
        have += got;
    }
    *ret_n = have;
    return 0;
}

static int write_buf(void *context, const void *p, size_t n, struct err *err)
{
    struct buf *b = context;
    buf_add(b, str_make(p, n));
    return buf_check(b, "sealed file", err);
}

/* ---- sealing ---- */

static int make_header(const struct age_recipient *to, size_t count,
                       const unsigned char file_key[AGE_FILE_KEY], struct buf *out,
                       struct err *err)
{
    if (count == 0)
        return err_set(err, ERR_USAGE, "no recipient to seal to");
    if (count > AGE_MAX_RECIPIENTS)
        return err_set(err, ERR_LIMIT, "%zu recipients, at most %d", count, AGE_MAX_RECIPIENTS);
    buf_add(out, STR(AGE_V1));
    for (size_t i = 0; i < count; i++) {
        if (to[i].kind == AGE_SCRYPT && count > 1)
            return err_set(err, ERR_USAGE, "a passphrase must be the only recipient of a file");
        int r = age_wrap(&to[i], file_key, out, err);
        if (r)
            return r;
    }
    unsigned char mac[SHA256_SIZE];
    buf_add(out, STR("---"));
    age_header_mac(file_key, buf_str(out), mac);
    buf_add_char(out, ' ');
    base64_print(out, mac, sizeof mac, false);
    buf_add_char(out, '\n');
    return buf_check(out, "header", err);
}

int age_write_header(const struct age_recipient *to, size_t count, const struct age_sink *out,
                     unsigned char key[AGE_KEY], struct err *err)
{
    unsigned char file_key[AGE_FILE_KEY], nonce[AGE_NONCE];
    BUF_AUTO head;
    buf_init(&head, AGE_MAX_HEADER + AGE_NONCE);
    randombytes_buf(file_key, sizeof file_key);
    random_bytes(nonce, sizeof nonce);
    age_payload_key(file_key, nonce, key);
    int r = make_header(to, count, file_key, &head, err);
    secret_wipe(file_key, sizeof file_key);
    buf_add(&head, str_make((const char *)nonce, sizeof nonce));
    return r ? r : out->write(out->context, head.p, head.n, err);
}

static int seal_to(const struct age_recipient *to, size_t count, unsigned threads,
                   const struct age_source *in, const struct age_sink *out, struct err *err)
{
    unsigned char key[AGE_KEY];
    int r = age_write_header(to, count, out, key, err);
    if (!r)
        r = age_stream(key, true, threads, in, out, err);
    secret_wipe(key, sizeof key);
    return r;
}

int age_seal(const struct age_recipient *to, size_t count, const struct age_options *options,
             const struct age_source *in, const struct age_sink *out, struct err *err)
{
    unsigned threads = options ? options->threads : 1;
    if (!options || !options->armor)
        return seal_to(to, count, threads, in, out, err);
    struct age_enarmor armor;
    age_enarmor_init(&armor, out);
    struct age_sink through = {age_enarmor_write, &armor};
    int r = seal_to(to, count, threads, in, &through, err);
    if (!r)
        r = age_enarmor_end(&armor, err);
    age_enarmor_free(&armor);
    return r;
}

int age_seal_bytes(const struct age_recipient *to, size_t count, struct str plain,
                   struct buf *out, struct err *err)
{
    struct age_source in = {age_str_read, &plain};
    struct age_sink to_buf = {write_buf, out};
    return age_seal(to, count, NULL, &in, &to_buf, err);
}

/* ---- opening ---- */

int age_open_header(const struct age_identity *with, size_t count, const struct age_source *in,
                    struct buf *rest, unsigned char file_key[AGE_FILE_KEY], size_t *ret_length,
                    unsigned *ret_log2, struct err *err)
{
    struct age_header h;
    age_header_init(&h);
    int r = age_header_read(&h, in, rest, err);
    if (!r)
        r = age_unwrap(&h, with, count, file_key, ret_log2, err);
    if (!r) {
        unsigned char mac[SHA256_SIZE];
        age_header_mac(file_key, str_slice(buf_str(&h.text), 0, h.mac_covers), mac);
        if (!secret_eq(mac, h.mac, sizeof mac))
            r = err_set(err, ERR_INPUT,
                        "header MAC: the header was changed after the file was sealed");
    }
    if (!r && ret_length)
        *ret_length = h.text.n;
    age_header_free(&h);
    return r;
}

/* `in` gives the binary file. */
static int open_binary(const struct age_identity *with, size_t count, unsigned threads,
                       const struct age_source *in, const struct age_sink *out,
                       unsigned *ret_log2, struct err *err)
{
    unsigned char file_key[AGE_FILE_KEY], nonce[AGE_NONCE], key[AGE_KEY];
    BUF_AUTO rest;
    buf_init(&rest, AGE_MAX_HEADER);
    int r = age_open_header(with, count, in, &rest, file_key, NULL, ret_log2, err);
    if (r)
        return r;
    struct age_ahead ahead = {in, buf_str(&rest)};
    struct age_source payload = {age_ahead_read, &ahead};
    size_t n = 0;
    r = age_read_full(&payload, nonce, sizeof nonce, &n, err);
    if (!r && n < sizeof nonce)
        r = err_set(err, ERR_INPUT, "header: the file is cut off behind it");
    if (!r) {
        age_payload_key(file_key, nonce, key);
        r = age_stream(key, false, threads, &payload, out, err);
        secret_wipe(key, sizeof key);
    }
    secret_wipe(file_key, sizeof file_key);
    return r;
}

/* The armor goes off, if there is one. */
static int open_any(const struct age_identity *with, size_t count, unsigned threads,
                    const struct age_source *in, const struct age_sink *out, unsigned *ret_log2,
                    struct err *err)
{
    char look[AGE_ARMOR_LOOK];
    size_t n = 0;
    int r = age_read_full(in, look, sizeof look, &n, err);
    if (r)
        return r;
    struct age_ahead ahead = {in, str_make(look, n)};
    struct age_source whole = {age_ahead_read, &ahead};
    if (!age_armor_is(ahead.bytes))
        return open_binary(with, count, threads, &whole, out, ret_log2, err);
    struct age_dearmor *armor = calloc(1, sizeof *armor);
    if (!armor)
        err_die("out of memory");
    armor->in = &whole;
    struct age_source through = {age_dearmor_read, armor};
    r = open_binary(with, count, threads, &through, out, ret_log2, err);
    free(armor);
    return r;
}

int age_open(const struct age_identity *with, size_t count, const struct age_options *options,
             const struct age_source *in, const struct age_sink *out, struct err *err)
{
    return open_any(with, count, options ? options->threads : 1, in, out, NULL, err);
}

struct bounded {
    struct secret held;
    size_t max;
};

static int write_secret(void *context, const void *p, size_t n, struct err *err)
{
    struct bounded *b = context;
    if (n > b->max - b->held.n || !secret_add(&b->held, p, n))
        return err_set(err, ERR_LIMIT, "the sealed file holds more than %zu bytes", b->max);
    return 0;
}

int age_open_secret(const struct age_identity *with, size_t count, struct str file, size_t max,
                    struct secret *ret, unsigned *ret_log2, struct err *err)
{
    struct bounded b = {.max = max};
    struct age_source in = {age_str_read, &file};
    struct age_sink out = {write_secret, &b};
    unsigned log2 = 0;
    int r = open_any(with, count, 1, &in, &out, &log2, err);
    if (r) {
        secret_free(&b.held);
        return r;
    }
    if (ret_log2)
        *ret_log2 = log2;
    secret_free(ret);
    *ret = b.held;
    return 0;
}
