/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vault/seal/box: XChaCha20-Poly1305 (libsodium) over one short message with associated data.
 */
#ifndef DEPONENT_VAULT_SEAL_BOX_H
#define DEPONENT_VAULT_SEAL_BOX_H

#include "base/err.h"
#include "base/str.h"

#define BOX_KEY   32
#define BOX_NONCE 24
#define BOX_EXTRA 16

/* out has n + BOX_EXTRA bytes, and may be `plain`. */
void box_seal(unsigned char *out, const void *plain, size_t n, const void *ad, size_t ad_n,
              const unsigned char nonce[BOX_NONCE], const unsigned char key[BOX_KEY]);
/* out has n - BOX_EXTRA bytes, and may be `sealed`. False: not sealed with this key, nonce and
 * data; out is then undefined. */
bool box_open(void *out, const unsigned char *sealed, size_t n, const void *ad, size_t ad_n,
              const unsigned char nonce[BOX_NONCE],
              const unsigned char key[BOX_KEY]) ERR_CHECKED;

#endif
