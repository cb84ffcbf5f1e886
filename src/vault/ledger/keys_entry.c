/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One entry: from ek, HKDF-Expand gives key, nonce and commitment. Each ek is used once, as its
 * salt is random, so the nonce need not be. The commitment says under which key the entry was
 * sealed, for XChaCha20-Poly1305 alone does not: two keys can be found that both open one box.
 */
#include "vault/ledger/keys_parts.h"

#include "vault/seal/box.h"

struct sealing {
    unsigned char key[BOX_KEY], nonce[BOX_NONCE], commitment[32];
};
_Static_assert(sizeof(struct sealing) == 88, "no padding");

void keys_entry_reference(const struct hmac256 *reference, const struct id *payload,
                          const unsigned char in[16], unsigned char out[16])
{
    unsigned char mask[SHA256_SIZE];
    hmac256_with(reference, payload->b, sizeof payload->b, mask);
    for (size_t i = 0; i < 16; i++)
        out[i] = in[i] ^ mask[i];
}

void keys_entry_key(const unsigned char secret[32], const unsigned char salt[KEYS_SALT],
                    unsigned char ek[32])
{
    hkdf256(secret, 32, salt, KEYS_SALT, "deponent1 entry", ek, 32);
}

/* The associated data: the envelope without what is not known when many are sealed at once. */
static void bind(const struct envelope *e, unsigned char out[ENVELOPE_SIZE])
{
    struct envelope bound = *e;
    memset(bound.previous, 0, sizeof bound.previous);
    memset(bound.payload_hash, 0, sizeof bound.payload_hash);
    envelope_pack(&bound, out);
}

void keys_entry_seal(struct envelope *e, const unsigned char ek[32], struct str plain,
                     unsigned char *out)
{
    struct sealing s;
    unsigned char bound[ENVELOPE_SIZE];
    uint32_t padded = envelope_padded(plain.n);
    hkdf256_expand(ek, "deponent1 seal", &s, sizeof s);
    e->size = padded + BOX_EXTRA;
    memcpy(e->commitment, s.commitment, sizeof e->commitment);
    bind(e, bound);
    memcpy(out, plain.p, plain.n);
    memset(out + plain.n, 0, padded - plain.n);
    box_seal(out, out, padded, bound, sizeof bound, s.nonce, s.key);
    sha256(out, e->size, e->payload_hash);
    secret_wipe(&s, sizeof s);
}

bool keys_entry_commits(const struct envelope *e, const unsigned char ek[32])
{
    struct sealing s;
    hkdf256_expand(ek, "deponent1 seal", &s, sizeof s);
    bool same = secret_eq(s.commitment, e->commitment, sizeof s.commitment);
    secret_wipe(&s, sizeof s);
    return same;
}

int keys_entry_open(const struct envelope *e, const unsigned char ek[32], struct str sealed,
                    char *out, size_t *ret_n)
{
    if (e->type != ENVELOPE_SEALED || sealed.n != e->size || sealed.n <= BOX_EXTRA)
        return ERR_INPUT;
    struct sealing s;
    unsigned char bound[ENVELOPE_SIZE];
    hkdf256_expand(ek, "deponent1 seal", &s, sizeof s);
    int r = secret_eq(s.commitment, e->commitment, sizeof s.commitment) ? 0 : ERR_AUTH;
    if (!r) {
        bind(e, bound);
        if (!box_open(out, (const unsigned char *)sealed.p, sealed.n, bound, sizeof bound,
                      s.nonce, s.key))
            r = ERR_INPUT;
    }
    secret_wipe(&s, sizeof s);
    if (r)
        return r;
    size_t n = sealed.n - BOX_EXTRA;
    while (n && out[n - 1] == '\0')
        n--;
    *ret_n = n;
    return 0;
}

int keys_open_disclosed(const struct envelope *envelope, struct str sealed,
                        const unsigned char ek[32], struct arena *a, struct str *ret,
                        struct err *err)
{
    char *out = arena_alloc(a, sealed.n + 1, 1);
    size_t n = 0;
    int r = keys_entry_open(envelope, ek, sealed, out, &n);
    if (r == ERR_AUTH)
        return err_set(err, r, "the key is not that of this entry (its commitment differs)");
    if (r)
        return err_set(err, r, "the entry is damaged: its key is right, but it does not open");
    *ret = str_make(out, n);
    return 0;
}
