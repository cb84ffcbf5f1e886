/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vault/ledger/envelope: the 200 bytes that stand for an entry for ever, deponent-ledger(5).
 * Packed and unpacked in one place; unpacking checks every byte that has only one right value.
 */
#ifndef DEPONENT_VAULT_ENVELOPE_H
#define DEPONENT_VAULT_ENVELOPE_H

#include "base/err.h"
#include "vault/ledger/id.h"

#define ENVELOPE_SIZE            200
#define ENVELOPE_VERSION         1
#define ENVELOPE_AT_TYPE         6
#define ENVELOPE_AT_PAYLOAD_HASH 88 /* sealing binds the envelope with these 32 bytes zeroed */

/* Sealed payloads are 256 * 2^k bytes and the box's own 16; a control's are plain cards. */
#define ENVELOPE_PAD         256u
#define ENVELOPE_MAX_PLAIN   ((size_t)64 << 20)
#define ENVELOPE_MAX_CONTROL ((size_t)1 << 20)

enum envelope_type { ENVELOPE_SEALED = 1, ENVELOPE_CONTROL = 2, ENVELOPE_ATTACHMENT = 3 };

struct envelope {
    enum envelope_type type;
    uint32_t size; /* of the payload as it is stored */
    unsigned char device[16];
    uint64_t seq;
    unsigned char previous[32]; /* SHA-256 of the device's envelope before; zero at seq 0 */
    struct id payload;
    unsigned char payload_hash[32];
    unsigned char commitment[32]; /* zero but for sealed entries */
    unsigned char salt[16];       /* zero but for sealed entries */
    unsigned char key_ref[16];    /* zero for control entries */
};

/* What n bytes of cards are padded to: 256 * 2^k; 0 past ENVELOPE_MAX_PLAIN. */
uint32_t envelope_padded(size_t n);

void envelope_pack(const struct envelope *e, unsigned char out[ENVELOPE_SIZE]);
/* ERR_INPUT names the byte; ERR_STATE: of a later version, made by a newer program. What was
 * unpacked packs to the same bytes. */
int envelope_unpack(const unsigned char in[ENVELOPE_SIZE], struct envelope *ret,
                    struct err *err) ERR_CHECKED;

#endif
