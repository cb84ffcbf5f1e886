/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault/seal/note.h"

#include "base/base64.h"
#include "base/text.h"
#include "vault/seal/hash.h"

#include <sodium.h>

#define KEY_ID 4
#define SIGNED (KEY_ID + SIGN_SIGNATURE)

_Static_assert(SIGN_SEED == crypto_sign_SEEDBYTES, "seed");
_Static_assert(SIGN_PUBLIC == crypto_sign_PUBLICKEYBYTES, "public key");
_Static_assert(SIGN_SIGNATURE == crypto_sign_BYTES, "signature");

static const struct str dash = {"\xe2\x80\x94 ", 4};

static void expand(const struct secret *seed, unsigned char public_key[SIGN_PUBLIC],
                   unsigned char key[crypto_sign_SECRETKEYBYTES])
{
    if (!seed->p || seed->n != SIGN_SEED)
        err_die("a signing key has another length");
    (void)crypto_sign_seed_keypair(public_key, key, seed->p);
}

void sign_keypair(struct secret *seed, unsigned char public_key[SIGN_PUBLIC])
{
    secret_random(seed, SIGN_SEED);
    sign_public(seed, public_key);
}

void sign_public(const struct secret *seed, unsigned char public_key[SIGN_PUBLIC])
{
    unsigned char key[crypto_sign_SECRETKEYBYTES];
    expand(seed, public_key, key);
    secret_wipe(key, sizeof key);
}

void sign_bytes(const struct secret *seed, struct str text,
                unsigned char signature[SIGN_SIGNATURE])
{
    unsigned char public_key[SIGN_PUBLIC], key[crypto_sign_SECRETKEYBYTES];
    expand(seed, public_key, key);
    (void)crypto_sign_detached(signature, NULL, (const unsigned char *)text.p, text.n, key);
    secret_wipe(key, sizeof key);
}

bool sign_check(const unsigned char public_key[SIGN_PUBLIC], struct str text,
                const unsigned char signature[SIGN_SIGNATURE])
{
    return crypto_sign_verify_detached(signature, (const unsigned char *)text.p, text.n,
                                       public_key) == 0;
}

static void key_id(struct str name, const unsigned char public_key[SIGN_PUBLIC],
                   unsigned char id[KEY_ID])
{
    unsigned char hash[SHA256_SIZE];
    struct sha256 h;
    sha256_begin(&h);
    sha256_add(&h, name.p, name.n);
    sha256_add(&h, "\n\x01", 2);
    sha256_add(&h, public_key, SIGN_PUBLIC);
    sha256_end(&h, hash);
    memcpy(id, hash, KEY_ID);
}

void note_print(struct buf *out, struct str text, struct str name,
                const unsigned char public_key[SIGN_PUBLIC],
                const unsigned char signature[SIGN_SIGNATURE])
{
    unsigned char bytes[SIGNED];
    key_id(name, public_key, bytes);
    memcpy(bytes + KEY_ID, signature, SIGN_SIGNATURE);
    buf_add(out, text);
    buf_add_char(out, '\n');
    buf_add(out, dash);
    buf_add(out, name);
    buf_add_char(out, ' ');
    base64_print(out, bytes, sizeof bytes, true);
    buf_add_char(out, '\n');
}

/* Takes `tail` off the end of s. */
static bool cut(struct str *s, struct str tail)
{
    if (!str_ends(*s, tail))
        return false;
    s->n -= tail.n;
    return true;
}

static int check_text(struct str text, const char *what, struct err *err)
{
    if (text.n == 0 || text.p[text.n - 1] != '\n')
        return err_set(err, ERR_INPUT, "%s: expected a text that ends with a line feed", what);
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] < 0x20 && text.p[i] != '\n')
            return err_set(err, ERR_INPUT, "%s: byte %zu is a control character", what, i);
    size_t bad = text_invalid_at(text);
    if (bad != STR_NONE)
        return err_set(err, ERR_INPUT, "%s: byte %zu is not valid UTF-8", what, bad);
    return 0;
}

int note_open(struct str note, struct str name, const unsigned char public_key[SIGN_PUBLIC],
              const char *what, struct str *ret_text, struct err *err)
{
    if (note.n > NOTE_MAX)
        return err_set(err, ERR_INPUT, "%s: a note of %zu bytes, expected at most %zu", what,
                       note.n, NOTE_MAX);
    /* From the end: all but the text and the signature's digits has one form only. */
    unsigned char bytes[SIGNED], id[KEY_ID];
    struct str text = note;
    size_t digits = (SIGNED + 2) / 3 * 4, n = 0;
    bool good = cut(&text, STR("\n")) && text.n >= digits;
    if (good) {
        struct str base64 = str_slice(text, text.n - digits, text.n);
        text.n -= digits;
        good = base64_parse(base64, true, bytes, sizeof bytes, &n) && n == sizeof bytes &&
               cut(&text, STR(" ")) && cut(&text, name) && cut(&text, dash) &&
               cut(&text, STR("\n"));
    }
    if (!good)
        return err_set(err, ERR_INPUT,
                       "%s: expected a text, an empty line and one signature of %.*s", what,
                       (int)name.n, name.p);
    int r = check_text(text, what, err);
    if (r)
        return r;
    key_id(name, public_key, id);
    if (memcmp(id, bytes, KEY_ID) != 0)
        return err_set(err, ERR_REFUSED, "%s: is signed with another key than that of %.*s",
                       what, (int)name.n, name.p);
    if (!sign_check(public_key, text, bytes + KEY_ID))
        return err_set(err, ERR_REFUSED,
                       "%s: the signature of %.*s does not fit; it was changed", what,
                       (int)name.n, name.p);
    *ret_text = text;
    return 0;
}
