/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/base64.h"
#include "tap.h"
#include "vault/seal/hash.h"
#include "vault/seal/note.h"

#include <stdlib.h>

static void hex(const char *digits, unsigned char *out)
{
    if (!hex_parse(str_of(digits), out, strlen(digits) / 2))
        abort();
}

/* RFC 8032, 7.1: tests 1 and 2 */
static void test_ed25519(void)
{
    static const struct {
        const char *seed, *public_key, *message, *signature;
    } cases[] = {
        {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
         "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e3"
         "9"
         "701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
        {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
         "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "r",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3"
         "6"
         "13d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned char bytes[32], want[64], key[32], signature[64];
        SECRET_AUTO seed = {0};
        hex(cases[i].seed, bytes);
        secret_set(&seed, bytes, sizeof bytes);
        sign_public(&seed, key);
        sign_bytes(&seed, str_of(cases[i].message), signature);
        hex(cases[i].public_key, bytes);
        hex(cases[i].signature, want);
        ok(memcmp(key, bytes, 32) == 0 && memcmp(signature, want, 64) == 0,
           "Ed25519, RFC 8032 test %zu", i + 1);
        ok(sign_check(key, str_of(cases[i].message), signature), "which fits");
        /* S + L: the same number, written otherwise. */
        static const unsigned char order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a,       0x63,
                                                0x12, 0x58, 0xd6, 0x9c, 0xf7,       0xa2,
                                                0xde, 0xf9, 0xde, 0x14, [31] = 0x10};
        unsigned carry = 0;
        for (size_t k = 0; k < 32; k++) {
            carry += (unsigned)signature[32 + k] + order[k];
            signature[32 + k] = (unsigned char)carry;
            carry >>= 8;
        }
        ok(!sign_check(key, str_of(cases[i].message), signature), "in its one form only");
    }
    unsigned char zero[64] = {0}, small[32] = {1};
    ok(!sign_check(small, STR("x"), zero), "a key of small order fits nothing");
}

/* golang.org/x/mod, sumdb/note: the example of its documentation */
static void test_vector(void)
{
    static const struct str text = {"If you think cryptography is the answer to your problem,\n"
                                    "then you don't know what your problem is.\n",
                                    99};
    static const char want[] =
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n\n\xe2\x80\x94 PeterNeumann "
        "x08go/ZJkuBS9UG/"
        "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJ"
        "nAM=\n";
    unsigned char raw[33], key[32], signature[64];
    size_t n = 0;
    SECRET_AUTO seed = {0};
    BUF_AUTO out;
    buf_init(&out, NOTE_MAX);
    bool good = base64_parse(STR("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"), true, raw,
                             sizeof raw, &n);
    secret_set(&seed, raw + 1, 32);
    sign_public(&seed, key);
    sign_bytes(&seed, text, signature);
    note_print(&out, text, STR("PeterNeumann"), key, signature);
    ok(good && n == 33, "the key");
    is(buf_str(&out), str_of(want), "the note of Go's sumdb/note");
    struct err err = {0};
    struct str opened = {0};
    ok(note_open(str_of(want), STR("PeterNeumann"), key, "note", &opened, &err) == 0 &&
           str_eq(opened, text),
       "and opened: %s", err.text);
}

struct fixture {
    struct secret seed;
    unsigned char key[32];
    struct buf note;
};

static const struct str name = {"deponent-00112233", 17};

static void make(struct fixture *f, struct str text)
{
    unsigned char signature[64];
    buf_clear(&f->note);
    sign_bytes(&f->seed, text, signature);
    note_print(&f->note, text, name, f->key, signature);
}

static int open_it(const struct fixture *f, const char *p, size_t n, struct err *err)
{
    struct str text = {0};
    err->text[0] = '\0';
    return note_open(str_make(p, n), name, f->key, "note", &text, err);
}

static void count(int r, const struct err *err, size_t *accepted, size_t *odd)
{
    *accepted += r == 0;
    *odd += r != 0 && ((r != ERR_INPUT && r != ERR_REFUSED) || !err->text[0]);
}

static void test_changes(const struct fixture *f)
{
    struct err err = {0};
    size_t n = f->note.n, accepted = 0, odd = 0, tried = 0;
    char copy[512];
    ok(open_it(f, f->note.p, n, &err) == 0, "the note of %zu bytes is good", n);
    for (size_t i = 0; i < n; i++) {
        memcpy(copy, f->note.p, n);
        for (unsigned change = 1; change < 256; change++, tried++) {
            copy[i] = (char)((unsigned char)f->note.p[i] ^ change);
            count(open_it(f, copy, n, &err), &err, &accepted, &odd);
        }
    }
    ok(accepted == 0 && odd == 0, "every byte, every other value: %zu of %zu accepted",
       accepted, tried);
    tried = 0;
    for (size_t i = 0; i < n; i++, tried++) {
        memcpy(copy, f->note.p, i);
        memcpy(copy + i, f->note.p + i + 1, n - i - 1);
        count(open_it(f, copy, n - 1, &err), &err, &accepted, &odd);
    }
    ok(accepted == 0 && odd == 0, "every byte left out: %zu of %zu accepted", accepted, tried);
    tried = 0;
    for (size_t i = 0; i <= n; i++) {
        memcpy(copy, f->note.p, i);
        memcpy(copy + i + 1, f->note.p + i, n - i);
        for (unsigned byte = 0; byte < 256; byte++, tried++) {
            copy[i] = (char)byte;
            count(open_it(f, copy, n + 1, &err), &err, &accepted, &odd);
        }
    }
    ok(accepted == 0 && odd == 0, "every byte put in anywhere: %zu of %zu accepted", accepted,
       tried);
    for (size_t i = 0; i < n; i++)
        count(open_it(f, f->note.p, i, &err), &err, &accepted, &odd);
    ok(accepted == 0 && odd == 0, "cut anywhere: %zu accepted", accepted);
}

static void refuse(const struct fixture *f, struct str note, int kind, const char *why)
{
    struct err err = {0};
    ok(open_it(f, note.p, note.n, &err) == kind, "%s: %s", why, err.text);
}

static void test_refused(struct fixture *f)
{
    struct err err = {0};
    struct str text;
    char twice[1024];
    make(f, STR("two\n\nparagraphs\n"));
    ok(note_open(buf_str(&f->note), name, f->key, "note", &text, &err) == 0 &&
           str_eq(text, STR("two\n\nparagraphs\n")),
       "a text may have empty lines");
    size_t n = f->note.n, line = n - 17;
    memcpy(twice, f->note.p, n);
    memcpy(twice + n, f->note.p + 17, line);
    refuse(f, str_make(twice, n + line), ERR_INPUT, "two signatures");
    make(f, STR("no line feed"));
    refuse(f, buf_str(&f->note), ERR_INPUT, "a text without its last line feed");
    make(f, STR("a\tb\n"));
    refuse(f, buf_str(&f->note), ERR_INPUT, "a tab");
    make(f, STR("a\r\n"));
    refuse(f, buf_str(&f->note), ERR_INPUT, "a carriage return");
    make(f, STR("a\xff\n"));
    refuse(f, buf_str(&f->note), ERR_INPUT, "no UTF-8");
    make(f, STR(""));
    refuse(f, buf_str(&f->note), ERR_INPUT, "no text");
    refuse(f, STR(""), ERR_INPUT, "nothing");
    static char huge[NOTE_MAX + 1];
    memset(huge, '\n', sizeof huge);
    refuse(f, str_make(huge, sizeof huge), ERR_INPUT, "too long");
    struct fixture other = {0};
    buf_init(&other.note, NOTE_MAX);
    sign_keypair(&other.seed, other.key);
    make(&other, STR("text\n"));
    refuse(f, buf_str(&other.note), ERR_REFUSED, "another key");
    memcpy(other.key, f->key, 32);
    make(&other, STR("text\n"));
    refuse(f, buf_str(&other.note), ERR_REFUSED, "another key under this key's id");
    make(f, STR("text\n"));
    ok(note_open(buf_str(&f->note), STR("deponent-0011223"), f->key, "note", &text, &err) ==
           ERR_INPUT,
       "another name: %s", err.text);
    buf_free(&other.note);
    secret_free(&other.seed);
}

int main(void)
{
    secret_init();
    test_ed25519();
    test_vector();
    struct fixture f = {0};
    buf_init(&f.note, NOTE_MAX);
    sign_keypair(&f.seed, f.key);
    make(&f, STR("bundle v1\nfirst 7\n"));
    test_changes(&f);
    test_refused(&f);
    buf_free(&f.note);
    secret_free(&f.seed);
    return tap_end();
}
