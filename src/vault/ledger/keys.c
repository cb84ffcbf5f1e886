/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What can be asked of keys, whoever holds them.
 */
#include "vault/ledger/keys_parts.h"

#include <stdio.h>

void keys_proof_text(const unsigned char archive[32], const unsigned char device_key[32],
                     char out[KEYS_PROOF_TEXT + 1])
{
    char a[65], b[65];
    hex_print(archive, 32, a);
    hex_print(device_key, 32, b);
    (void)snprintf(out, KEYS_PROOF_TEXT + 1, "deponent device v1\n%s\n%s\n", a, b);
}

void keys_close(struct keys *k)
{
    if (k)
        k->ops->close(k);
}

const struct keys_public *keys_public(const struct keys *k)
{
    return &k->public;
}

void keys_set_pool(struct keys *k, struct pool *pool)
{
    k->ops->set_pool(k, pool);
}

int keys_sign(struct keys *k, struct str text, unsigned char signature[SIGN_SIGNATURE],
              struct err *err)
{
    return k->ops->sign(k, text, signature, err);
}

int keys_new_subject(struct keys *k, struct id subject, struct err *err)
{
    return k->ops->new_subjects(k, &subject, 1, err);
}

int keys_new_subjects(struct keys *k, const struct id *subjects, size_t count, struct err *err)
{
    return count ? k->ops->new_subjects(k, subjects, count, err) : 0;
}

bool keys_has(struct keys *k, struct id subject)
{
    return k->ops->has(k, subject);
}

int keys_ring(struct keys *k, uint64_t *ret_generation, uint64_t *ret_size,
              unsigned char hash[32], struct err *err)
{
    return k->ops->ring(k, ret_generation, ret_size, hash, err);
}

int keys_choose(struct keys *k, uint64_t generation, uint64_t size,
                const unsigned char hash[32], struct err *err)
{
    return k->ops->choose(k, generation, size, hash, err);
}

int keys_settle(struct keys *k, uint64_t generation, uint64_t size,
                const unsigned char hash[32], struct err *err)
{
    return k->ops->settle(k, generation, size, hash, err);
}

int keys_seal(struct keys *k, struct arena *a, struct keys_entry *entries, size_t count,
              struct err *err)
{
    return k->ops->seal(k, a, entries, count, err);
}

int keys_open_entries(struct keys *k, struct arena *a, struct keys_entry *entries, size_t count,
                      struct err *err)
{
    return k->ops->open_entries(k, a, entries, count, err);
}

int keys_seal_attachment(struct keys *k, struct id subject, const struct age_source *in,
                         const struct age_sink *out, struct err *err)
{
    return k->ops->seal_attachment(k, subject, in, out, err);
}

int keys_open_attachment(struct keys *k, struct id subject, const struct age_source *in,
                         const struct age_sink *out, struct err *err)
{
    return k->ops->open_attachment(k, subject, in, out, err);
}

int keys_reference(struct keys *k, struct id payload, struct id subject,
                   unsigned char key_ref[16], struct err *err)
{
    return k->ops->reference(k, payload, subject, key_ref, err);
}

int keys_open_own(struct keys *k, const struct age_source *in, const struct age_sink *out,
                  struct err *err)
{
    return k->ops->open_own(k, in, out, err);
}
