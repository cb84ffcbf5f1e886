/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vault/seal/evp: libcrypto's EVP functions. One of its types has the name of one of our error
 * kinds; here it gets another.
 */
#ifndef DEPONENT_VAULT_SEAL_EVP_H
#define DEPONENT_VAULT_SEAL_EVP_H

#define ERR_STATE LIBCRYPTO_ERR_STATE
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#undef ERR_STATE

/* Before the first use, and at no cost later: no configuration file of libcrypto is read, which
 * may name code to load. */
static inline void evp_init(void)
{
    (void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
}

#endif
