/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault/ledger/envelope.h"

#include <string.h>

/* Where things stand; integers are little-endian. */
enum {
    AT_MAGIC = 0,
    AT_VERSION = 4,
    AT_TYPE = ENVELOPE_AT_TYPE,
    AT_FLAGS = 8,
    AT_SIZE = 12,
    AT_DEVICE = 16,
    AT_SEQ = 32,
    AT_PREVIOUS = 40,
    AT_PAYLOAD = 72,
    AT_PAYLOAD_HASH = ENVELOPE_AT_PAYLOAD_HASH,
    AT_COMMITMENT = 120,
    AT_SALT = 152,
    AT_KEY_REF = 168,
    AT_ZERO = 184,
};
_Static_assert(AT_ZERO + 16 == ENVELOPE_SIZE, "the envelope's length");

static const unsigned char magic[4] = {'D', 'P', 'N', '1'};

static void put(unsigned char *out, uint64_t v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (unsigned char)(v >> 8 * i);
}

static uint64_t get(const unsigned char *in, size_t n)
{
    uint64_t v = 0;
    for (size_t i = 0; i < n; i++)
        v |= (uint64_t)in[i] << 8 * i;
    return v;
}

void envelope_pack(const struct envelope *e, unsigned char out[ENVELOPE_SIZE])
{
    memset(out, 0, ENVELOPE_SIZE);
    memcpy(out + AT_MAGIC, magic, sizeof magic);
    put(out + AT_VERSION, ENVELOPE_VERSION, 2);
    put(out + AT_TYPE, (uint64_t)e->type, 2);
    put(out + AT_SIZE, e->size, 4);
    memcpy(out + AT_DEVICE, e->device, sizeof e->device);
    put(out + AT_SEQ, e->seq, 8);
    memcpy(out + AT_PREVIOUS, e->previous, sizeof e->previous);
    memcpy(out + AT_PAYLOAD, e->payload.b, sizeof e->payload.b);
    memcpy(out + AT_PAYLOAD_HASH, e->payload_hash, sizeof e->payload_hash);
    memcpy(out + AT_COMMITMENT, e->commitment, sizeof e->commitment);
    memcpy(out + AT_SALT, e->salt, sizeof e->salt);
    memcpy(out + AT_KEY_REF, e->key_ref, sizeof e->key_ref);
}

static int want_zero(const unsigned char *in, size_t at, size_t n, const char *what,
                     struct err *err)
{
    for (size_t i = at; i < at + n; i++)
        if (in[i])
            return err_set(err, ERR_INPUT, "envelope: byte %zu is 0x%02x, expected 0 (%s)", i,
                           in[i], what);
    return 0;
}

/* The sizes a payload of this type can have. */
static int check_size(unsigned type, uint32_t size, struct err *err)
{
    if (type == ENVELOPE_SEALED && envelope_padded(size - 16) + 16 != size)
        return err_set(err, ERR_INPUT,
                       "envelope: byte %d: a sealed payload of %u bytes, expected 256 * 2^k + "
                       "16, at most %zu",
                       AT_SIZE, size, ENVELOPE_MAX_PLAIN + 16);
    if (type == ENVELOPE_CONTROL && (size == 0 || size > ENVELOPE_MAX_CONTROL))
        return err_set(err, ERR_INPUT,
                       "envelope: byte %d: a control payload of %u bytes, expected 1 to %zu",
                       AT_SIZE, size, ENVELOPE_MAX_CONTROL);
    return 0;
}

static int check_type(const unsigned char *in, unsigned type, struct err *err)
{
    int r = 0;
    if (type != ENVELOPE_SEALED) {
        r = want_zero(in, AT_COMMITMENT, 32, "only a sealed entry has a commitment", err);
        if (!r)
            r = want_zero(in, AT_SALT, 16, "only a sealed entry has a salt", err);
    }
    if (!r && type == ENVELOPE_CONTROL)
        r = want_zero(in, AT_KEY_REF, 16, "a control entry is about nobody", err);
    return r;
}

uint32_t envelope_padded(size_t n)
{
    if (n > ENVELOPE_MAX_PLAIN)
        return 0;
    uint32_t size = ENVELOPE_PAD;
    while (size < n)
        size *= 2;
    return size;
}

int envelope_unpack(const unsigned char in[ENVELOPE_SIZE], struct envelope *ret,
                    struct err *err)
{
    for (size_t i = 0; i < sizeof magic; i++)
        if (in[i] != magic[i])
            return err_set(err, ERR_INPUT, "envelope: byte %zu is 0x%02x, expected 0x%02x", i,
                           in[i], magic[i]);
    unsigned version = (unsigned)get(in + AT_VERSION, 2), type = (unsigned)get(in + AT_TYPE, 2);
    if (version == 0)
        return err_set(err, ERR_INPUT, "envelope: byte %d: version 0", AT_VERSION);
    if (version > ENVELOPE_VERSION)
        return err_set(err, ERR_STATE,
                       "envelope: version %u was made by a newer program, this one reads "
                       "version %d",
                       version, ENVELOPE_VERSION);
    if (type < ENVELOPE_SEALED || type > ENVELOPE_ATTACHMENT)
        return err_set(err, ERR_INPUT, "envelope: byte %d: type %u, expected 1 to 3", AT_TYPE,
                       type);
    uint32_t size = (uint32_t)get(in + AT_SIZE, 4);
    uint64_t seq = get(in + AT_SEQ, 8);
    int r = want_zero(in, AT_FLAGS, 4, "no flag is defined", err);
    if (!r)
        r = check_size(type, size, err);
    if (!r && seq == 0)
        r = want_zero(in, AT_PREVIOUS, 32, "nothing is before a device's first entry", err);
    if (!r)
        r = check_type(in, type, err);
    if (!r)
        r = want_zero(in, AT_ZERO, 16, "reserved", err);
    if (r)
        return r;
    struct envelope e = {.type = (enum envelope_type)type, .size = size, .seq = seq};
    memcpy(e.device, in + AT_DEVICE, sizeof e.device);
    memcpy(e.previous, in + AT_PREVIOUS, sizeof e.previous);
    memcpy(e.payload.b, in + AT_PAYLOAD, sizeof e.payload.b);
    memcpy(e.payload_hash, in + AT_PAYLOAD_HASH, sizeof e.payload_hash);
    memcpy(e.commitment, in + AT_COMMITMENT, sizeof e.commitment);
    memcpy(e.salt, in + AT_SALT, sizeof e.salt);
    memcpy(e.key_ref, in + AT_KEY_REF, sizeof e.key_ref);
    *ret = e;
    return 0;
}
