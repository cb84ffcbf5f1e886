/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vault/ledger/envelope: the 200 bytes that stand for an entry for ever, deponent-ledger(5).
 * Packed and unpacked in one place; unpacking checks every byte that has only one right value.
 */
#ifndef DEPONENT_VAULT_ENVELOPE_H
#define DEPONENT_VAULT_ENVELOPE_H

#include "base/err.h"
#include "vault/ledger/id.h"

#define ENVELOPE_SIZE    200
#define ENVELOPE_VERSION 1

enum envelope_type { ENVELOPE_SEALED = 1, ENVELOPE_CONTROL = 2, ENVELOPE_ATTACHMENT = 3 };

struct envelope {
    enum envelope_type type;
    uint32_t size; /* of the sealed payload */
    unsigned char device[16];
    uint64_t seq;
    unsigned char previous[32]; /* hash of the device's envelope before */
    struct id payload;
    unsigned char payload_hash[32];
    unsigned char commitment[32];
    unsigned char salt[16];
    unsigned char key_ref[16];
};

void envelope_pack(const struct envelope *e, unsigned char out[ENVELOPE_SIZE]);
/* ERR_INPUT names the byte; ERR_STATE: of a later version, made by a newer program. */
int envelope_unpack(const unsigned char in[ENVELOPE_SIZE], struct envelope *ret,
                    struct err *err) ERR_CHECKED;

#endif
