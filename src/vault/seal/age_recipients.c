/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The file key, wrapped for recipients and unwrapped by identities.
 */
#include "base/base64.h"
#include "sys/process.h"
#include "vault/seal/age_parts.h"
#include "vault/seal/evp.h"

#include <sodium.h>

#define SALT     16
#define WRAPPED  (AGE_FILE_KEY + AGE_TAG)
#define X25519   "X25519"
#define SCRYPT   "scrypt"
#define SCRYPT_R 8 /* with p = 1: 1 KiB of memory for each step of N */

static const unsigned char zero_nonce[crypto_aead_chacha20poly1305_ietf_NPUBBYTES];

static void add_stanza(struct buf *out, const char *type, const void *arg, size_t arg_n,
                       unsigned log2, const unsigned char key[AGE_KEY],
                       const unsigned char file_key[AGE_FILE_KEY])
{
    unsigned char body[WRAPPED];
    (void)crypto_aead_chacha20poly1305_ietf_encrypt(body, NULL, file_key, AGE_FILE_KEY, NULL, 0,
                                                    NULL, zero_nonce, key);
    buf_printf(out, "-> %s ", type);
    base64_print(out, arg, arg_n, false);
    if (log2)
        buf_printf(out, " %u", log2);
    buf_add_char(out, '\n');
    base64_print(out, body, sizeof body, false);
    buf_add_char(out, '\n');
}

static bool unwrap_body(const struct age_stanza *s, const unsigned char key[AGE_KEY],
                        unsigned char file_key[AGE_FILE_KEY])
{
    return crypto_aead_chacha20poly1305_ietf_decrypt(file_key, NULL, NULL, s->body, WRAPPED,
                                                     NULL, 0, zero_nonce, key) == 0;
}

/* ---- X25519 ---- */

static void x25519_key(const unsigned char shared[32], const unsigned char share[32],
                       const unsigned char public_key[32], unsigned char key[AGE_KEY])
{
    unsigned char salt[64];
    memcpy(salt, share, 32);
    memcpy(salt + 32, public_key, 32);
    hkdf256(shared, 32, salt, sizeof salt, "age-encryption.org/v1/X25519", key, AGE_KEY);
}

static int wrap_x25519(const struct age_recipient *to,
                       const unsigned char file_key[AGE_FILE_KEY], struct buf *header,
                       struct err *err)
{
    unsigned char secret[32], share[32], shared[32], key[AGE_KEY];
    int r = 0;
    randombytes_buf(secret, sizeof secret);
    /* Fails when the shared secret is zero: the public key is a point of small order. */
    if (crypto_scalarmult_base(share, secret) != 0 ||
        crypto_scalarmult(shared, secret, to->public_key) != 0) {
        r = err_set(err, ERR_INPUT, "header: a recipient is not a usable public key");
    } else {
        x25519_key(shared, share, to->public_key, key);
        add_stanza(header, X25519, share, sizeof share, 0, key, file_key);
    }
    secret_wipe(secret, sizeof secret);
    secret_wipe(shared, sizeof shared);
    secret_wipe(key, sizeof key);
    return r;
}

static int unwrap_x25519(const struct age_stanza *s, const struct age_identity *with,
                         const unsigned char public_key[32],
                         unsigned char file_key[AGE_FILE_KEY], struct err *err)
{
    unsigned char share[32], shared[32], key[AGE_KEY];
    size_t n = 0;
    if (!base64_parse(s->args[1], false, share, sizeof share, &n) || n != sizeof share)
        return err_set(err, ERR_BUG, "header: a share was not checked");
    int r = ERR_AUTH;
    if (crypto_scalarmult(shared, with->secret.p, share) != 0) {
        r = err_set(err, ERR_INPUT, "header: the share of an X25519 recipient is of low order");
    } else {
        x25519_key(shared, share, public_key, key);
        if (unwrap_body(s, key, file_key))
            r = 0;
    }
    secret_wipe(shared, sizeof shared);
    secret_wipe(key, sizeof key);
    return r;
}

/* ---- scrypt ---- */

static int scrypt_key(const struct secret *passphrase, const unsigned char salt[SALT],
                      unsigned log2, unsigned char key[AGE_KEY], struct err *err)
{
    static const char label[] = "age-encryption.org/v1/scrypt";
    unsigned char whole[sizeof label - 1 + SALT];
    memcpy(whole, label, sizeof label - 1);
    memcpy(whole + sizeof label - 1, salt, SALT);
    evp_init();
    uint64_t need = (uint64_t)128 * SCRYPT_R << log2;
    /* libcrypto's scrypt is faster than libsodium's, and wipes its memory. What is not there is
     * asked for first: the system may promise more than it has, and kill the process later. */
    if (need <= process_memory_available() &&
        EVP_PBE_scrypt((const char *)passphrase->p, passphrase->n, whole, sizeof whole,
                       (uint64_t)1 << log2, SCRYPT_R, 1, need + ((uint64_t)1 << 20), key,
                       AGE_KEY) == 1)
        return 0;
    ERR_clear_error();
    return err_set(
        err, ERR_IO,
        "the passphrase needs %llu MB of memory (scrypt 2^%u), which the system does "
        "not have free",
        (unsigned long long)((need + ((1u << 20) - 1)) >> 20), log2);
}

static int wrap_scrypt(const struct age_recipient *to,
                       const unsigned char file_key[AGE_FILE_KEY], struct buf *header,
                       struct err *err)
{
    if (to->log2 < AGE_SCRYPT_MIN || to->log2 > AGE_SCRYPT_MAX)
        return err_set(err, ERR_LIMIT, "a scrypt work factor is from %d to %d, not %u",
                       AGE_SCRYPT_MIN, AGE_SCRYPT_MAX, to->log2);
    unsigned char salt[SALT], key[AGE_KEY];
    random_bytes(salt, sizeof salt);
    int r = scrypt_key(to->passphrase, salt, to->log2, key, err);
    if (!r)
        add_stanza(header, SCRYPT, salt, sizeof salt, to->log2, key, file_key);
    secret_wipe(key, sizeof key);
    return r;
}

static int unwrap_scrypt(const struct age_stanza *s, const struct age_identity *with,
                         unsigned char file_key[AGE_FILE_KEY], unsigned *ret_log2,
                         struct err *err)
{
    unsigned char salt[SALT], key[AGE_KEY];
    size_t n = 0;
    uint64_t log2 = 0;
    if (!base64_parse(s->args[1], false, salt, sizeof salt, &n) || n != sizeof salt ||
        !str_to_u64(s->args[2], &log2) || log2 < 1 || log2 > AGE_SCRYPT_MAX)
        return err_set(err, ERR_BUG, "header: a work factor was not checked");
    int r = scrypt_key(&with->secret, salt, (unsigned)log2, key, err);
    if (!r && !unwrap_body(s, key, file_key))
        r = ERR_AUTH;
    secret_wipe(key, sizeof key);
    *ret_log2 = (unsigned)log2;
    return r;
}

/* ---- any ---- */

int age_wrap(const struct age_recipient *to, const unsigned char file_key[AGE_FILE_KEY],
             struct buf *header, struct err *err)
{
    switch (to->kind) {
    case AGE_X25519:
        return wrap_x25519(to, file_key, header, err);
    case AGE_SCRYPT:
        return wrap_scrypt(to, file_key, header, err);
    }
    return err_set(err, ERR_BUG, "unknown kind of recipient");
}

/* Stanzas of these types have this form, whoever opens the file; all others pass. */
static const struct form {
    struct str type;
    size_t args; /* with the type */
    size_t size; /* of the second argument, in bytes */
} forms[] = {
    {STR(X25519), 2, 32},
    {STR(SCRYPT), 3, SALT},
    {STR("mlkem768x25519"), 2, 1120},
};
enum { FORM_SCRYPT = 1 };

static int check_work_factor(struct str text, size_t number, struct err *err)
{
    uint64_t log2 = 0;
    if (text.n == 0 || text.p[0] == '0' || !str_to_u64(text, &log2))
        return err_set(err, ERR_INPUT, "header: recipient %zu: not a work factor", number);
    if (log2 > AGE_SCRYPT_MAX)
        return err_set(err, ERR_LIMIT,
                       "header: the work factor of the passphrase is 2^%llu, at most 2^%d is "
                       "accepted",
                       (unsigned long long)log2, AGE_SCRYPT_MAX);
    return 0;
}

static int check_stanza(const struct age_header *h, size_t i, struct err *err)
{
    const struct age_stanza *s = &h->stanzas[i];
    for (size_t k = 0; k < sizeof forms / sizeof forms[0]; k++) {
        const struct form *f = &forms[k];
        if (!str_eq(s->args[0], f->type))
            continue;
        unsigned char bytes[1200];
        size_t n = 0;
        const char *wrong = NULL;
        if (s->arg_count != f->args)
            wrong = "too many arguments or too few";
        else if (!base64_parse(s->args[1], false, bytes, sizeof bytes, &n) || n != f->size)
            wrong = "its second argument is not what it must be";
        else if (s->body_n != WRAPPED)
            wrong = "the wrapped key is too long or too short";
        if (wrong)
            return err_set(err, ERR_INPUT, "header: recipient %zu (%s): %s", i + 1, f->type.p,
                           wrong);
        if (k != FORM_SCRYPT)
            return 0;
        if (h->count != 1)
            return err_set(err, ERR_INPUT,
                           "header: a passphrase stands beside other recipients");
        return check_work_factor(s->args[2], i + 1, err);
    }
    return 0;
}

static int no_match(const struct age_header *h, const struct age_identity *with, size_t count,
                    struct err *err)
{
    bool have[2] = {false, false};
    for (size_t i = 0; i < count; i++)
        have[with[i].kind == AGE_SCRYPT] = true;
    bool passphrase = str_eq(h->stanzas[0].args[0], STR(SCRYPT));
    if (passphrase)
        return err_set(err, ERR_AUTH,
                       have[1] ? "the passphrase is wrong"
                               : "the file is sealed with a passphrase, and none was given");
    if (count == 0)
        return err_set(err, ERR_AUTH, "no identity was given to open the file with");
    if (!have[0])
        return err_set(err, ERR_AUTH,
                       "the file is sealed to %zu recipient%s, not with a passphrase", h->count,
                       h->count == 1 ? "" : "s");
    return err_set(err, ERR_AUTH, "none of the identities opens the file, it is sealed to %s",
                   h->count == 1 ? "another recipient" : "other recipients");
}

/* What one identity makes of all stanzas. */
static int unwrap_with(const struct age_header *h, const struct age_identity *with,
                       unsigned char file_key[AGE_FILE_KEY], unsigned *ret_log2,
                       struct err *err)
{
    unsigned char public_key[32];
    if (with->kind == AGE_X25519)
        age_identity_public(with, public_key);
    int r = ERR_AUTH;
    for (size_t i = 0; i < h->count && r == ERR_AUTH; i++) {
        const struct age_stanza *s = &h->stanzas[i];
        if (with->kind == AGE_X25519 && str_eq(s->args[0], STR(X25519)))
            r = unwrap_x25519(s, with, public_key, file_key, err);
        if (with->kind == AGE_SCRYPT && str_eq(s->args[0], STR(SCRYPT)))
            r = unwrap_scrypt(s, with, file_key, ret_log2, err);
    }
    return r;
}

int age_unwrap(const struct age_header *h, const struct age_identity *with, size_t count,
               unsigned char file_key[AGE_FILE_KEY], unsigned *ret_log2, struct err *err)
{
    for (size_t i = 0; i < h->count; i++) {
        int r = check_stanza(h, i, err);
        if (r)
            return r;
    }
    unsigned log2 = 0;
    for (size_t k = 0; k < count; k++) {
        int r = unwrap_with(h, &with[k], file_key, &log2, err);
        if (!r && ret_log2)
            *ret_log2 = log2;
        if (r != ERR_AUTH)
            return r;
    }
    return no_match(h, with, count, err);
}
