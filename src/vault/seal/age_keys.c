/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Recipients and identities as text: single ones, and files of them.
 */
#include "vault/seal/age_parts.h"

#include <sodium.h>
#include <stdlib.h>

#define HRP_PUBLIC STR("age")
#define HRP_SECRET STR("AGE-SECRET-KEY-")

/* The name of a plugin in "age1NAME1…": the human-readable part ends at the last "1". */
static struct str plugin_name(struct str s)
{
    for (size_t i = s.n; i > 4; i--)
        if (s.p[i - 1] == '1')
            return str_slice(s, 4, i - 1);
    return (struct str){0};
}

static bool is_name(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-", s.p[i]) || !s.p[i])
            return false;
    return s.n > 0;
}

static int other_recipient(struct str s, struct err *err)
{
    struct str name = str_starts(s, STR("age1")) ? plugin_name(s) : (struct str){0};
    if (str_eq(name, STR("pq")))
        return err_set(err, ERR_INPUT,
                       "age1pq…: a post-quantum recipient, not supported yet; ask for one that "
                       "begins with \"age1\" and has 62 characters");
    if (name.n <= 32 && is_name(name))
        return err_set(err, ERR_INPUT, "age1%.*s1…: a recipient of a plugin, not supported",
                       (int)name.n, name.p);
    if (str_starts(s, STR("ssh-")))
        return err_set(err, ERR_INPUT, "an SSH key, not supported; expected \"age1…\"");
    if (str_starts(s, HRP_SECRET))
        return err_set(err, ERR_INPUT,
                       "a secret key, where a recipient (\"age1…\") is expected");
    if (!str_starts(s, STR("age1")))
        return err_set(err, ERR_INPUT, "not a recipient, which begins with \"age1\"");
    return 0;
}

int age_recipient_parse(struct str s, struct age_recipient *ret, struct err *err)
{
    unsigned char key[32], shared[32];
    static const unsigned char any[32] = {9};
    const char *wrong = age_bech32_parse(s, HRP_PUBLIC, key, sizeof key);
    if (wrong) {
        int r = other_recipient(s, err);
        return r ? r : err_set(err, ERR_INPUT, "not a recipient: %s", wrong);
    }
    /* A point of small order gives the same secret to everybody. */
    if (crypto_scalarmult(shared, any, key) != 0)
        return err_set(err, ERR_INPUT, "not a recipient: the key is of low order");
    *ret = (struct age_recipient){.kind = AGE_X25519};
    memcpy(ret->public_key, key, sizeof key);
    return 0;
}

int age_identity_parse(struct str s, struct age_identity *ret, struct err *err)
{
    unsigned char scalar[32];
    const char *wrong = age_bech32_parse(s, HRP_SECRET, scalar, sizeof scalar);
    if (!wrong) {
        age_identity_make(ret, scalar);
        secret_wipe(scalar, sizeof scalar);
        return 0;
    }
    if (str_starts(s, STR("AGE-SECRET-KEY-PQ-1")))
        return err_set(err, ERR_INPUT, "a post-quantum identity, not supported yet");
    if (str_starts(s, STR("AGE-PLUGIN-")))
        return err_set(err, ERR_INPUT, "an identity of a plugin, not supported");
    if (str_starts(s, STR("-----BEGIN")))
        return err_set(err, ERR_INPUT,
                       "a key in PEM, not supported; expected \"AGE-SECRET-KEY-1…\"");
    if (str_starts(s, STR("age1")))
        return err_set(err, ERR_INPUT,
                       "a recipient, where an identity (\"AGE-SECRET-KEY-1…\") is expected");
    if (!str_starts(s, HRP_SECRET))
        return err_set(err, ERR_INPUT,
                       "not an identity, which begins with \"AGE-SECRET-KEY-1\"");
    return err_set(err, ERR_INPUT, "not an identity: %s", wrong);
}

void age_recipient_print(struct buf *out, const unsigned char public_key[32])
{
    char text[AGE_BECH32_MAX];
    buf_add(out, str_make(text, age_bech32_print(text, HRP_PUBLIC, public_key, 32)));
}

void age_identity_new(struct age_identity *ret)
{
    *ret = (struct age_identity){.kind = AGE_X25519};
    secret_random(&ret->secret, 32);
}

void age_identity_make(struct age_identity *ret, const unsigned char scalar[32])
{
    *ret = (struct age_identity){.kind = AGE_X25519};
    secret_set(&ret->secret, scalar, 32);
}

void age_identity_public(const struct age_identity *identity, unsigned char public_key[32])
{
    if (identity->kind != AGE_X25519 || identity->secret.n != 32 ||
        crypto_scalarmult_base(public_key, identity->secret.p) != 0)
        err_die("this identity has no public key");
}

void age_identity_print(struct secret *out, const struct age_identity *identity)
{
    char text[AGE_BECH32_MAX];
    if (identity->kind != AGE_X25519)
        err_die("this identity is not printed");
    size_t n = age_bech32_print(text, HRP_SECRET, identity->secret.p, identity->secret.n);
    secret_set(out, text, n);
    secret_wipe(text, sizeof text);
}

void age_identity_free(struct age_identity *identity)
{
    secret_free(&identity->secret);
}

/* ---- lists ---- */

static void *grown(void *items, size_t count, size_t *cap, size_t size)
{
    if (count < *cap)
        return items;
    *cap = *cap ? *cap * 2 : 4;
    void *p = reallocarray(items, *cap, size);
    if (!p)
        err_die("out of memory");
    return p;
}

void age_recipients_add(struct age_recipients *to, const struct age_recipient *one)
{
    to->items = grown(to->items, to->count, &to->cap, sizeof *one);
    to->items[to->count++] = *one;
}

void age_recipients_free(struct age_recipients *of)
{
    free(of->items);
    *of = (struct age_recipients){0};
}

void age_identities_add(struct age_identities *to, struct age_identity *one)
{
    to->items = grown(to->items, to->count, &to->cap, sizeof *one);
    to->items[to->count++] = *one;
    *one = (struct age_identity){0};
}

static void cut_identities(struct age_identities *of, size_t count)
{
    while (of->count > count)
        age_identity_free(&of->items[--of->count]);
}

void age_identities_free(struct age_identities *of)
{
    cut_identities(of, 0);
    free(of->items);
    *of = (struct age_identities){0};
}

/* The next line that says something; false at the end. */
static bool next_key(struct str *rest, size_t *number, struct str *ret)
{
    while (str_next_line(rest, ret)) {
        ++*number;
        if (ret->n && ret->p[0] != '#')
            return true;
    }
    return false;
}

static int too_many(const char *what, struct err *err)
{
    return err_set(err, ERR_LIMIT, "%s: more than %d keys in all", what, AGE_MAX_RECIPIENTS);
}

int age_recipients_parse(struct age_recipients *to, struct str text, const char *what,
                         struct err *err)
{
    size_t before = to->count, number = 0;
    int r = 0;
    struct str line;
    while (!r && next_key(&text, &number, &line)) {
        struct age_recipient one;
        r = age_recipient_parse(line, &one, err);
        if (r)
            (void)err_prefix(err, "%s: line %zu", what, number);
        else if (to->count == AGE_MAX_RECIPIENTS)
            r = too_many(what, err);
        else
            age_recipients_add(to, &one);
    }
    if (!r && to->count == before)
        r = err_set(err, ERR_INPUT, "%s: no recipient (\"age1…\") stands in it", what);
    if (r)
        to->count = before;
    return r;
}

int age_identities_parse(struct age_identities *to, struct str text, const char *what,
                         struct err *err)
{
    size_t before = to->count, number = 0;
    int r = 0;
    struct str line;
    while (!r && next_key(&text, &number, &line)) {
        struct age_identity one;
        r = age_identity_parse(line, &one, err);
        if (r)
            (void)err_prefix(err, "%s: line %zu", what, number);
        else if (to->count == AGE_MAX_RECIPIENTS) {
            age_identity_free(&one);
            r = too_many(what, err);
        } else
            age_identities_add(to, &one);
    }
    if (!r && to->count == before)
        r = err_set(err, ERR_INPUT, "%s: no identity (\"AGE-SECRET-KEY-1…\") stands in it",
                    what);
    if (r)
        cut_identities(to, before);
    return r;
}
