/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault/seal/box.h"

#include <sodium.h>

_Static_assert(BOX_KEY == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "key");
_Static_assert(BOX_NONCE == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "nonce");
_Static_assert(BOX_EXTRA == crypto_aead_xchacha20poly1305_ietf_ABYTES, "tag");

void box_seal(unsigned char *out, const void *plain, size_t n, const void *ad, size_t ad_n,
              const unsigned char nonce[BOX_NONCE], const unsigned char key[BOX_KEY])
{
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(out, NULL, plain, n, ad, ad_n, NULL, nonce,
                                                     key);
}

bool box_open(void *out, const unsigned char *sealed, size_t n, const void *ad, size_t ad_n,
              const unsigned char nonce[BOX_NONCE], const unsigned char key[BOX_KEY])
{
    return n >= BOX_EXTRA && crypto_aead_xchacha20poly1305_ietf_decrypt(
                                 out, NULL, NULL, sealed, n, ad, ad_n, nonce, key) == 0;
}
