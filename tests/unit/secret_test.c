/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tap.h"
#include "vault/seal/box.h"
#include "vault/seal/hash.h"
#include "vault/seal/secret.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void test_secret(void)
{
    SECRET_AUTO s = {0};
    secret_alloc(&s, 100);
    bool zero = true;
    for (size_t i = 0; i < s.n; i++)
        zero = zero && s.p[i] == 0;
    ok(s.n == 100 && zero, "a new secret is zero");
    secret_set(&s, "passphrase", 10);
    is(secret_str(&s), STR("passphrase"), "what was set");
    secret_set(&s, s.p + 4, 6);
    is(secret_str(&s), STR("phrase"), "set from inside itself");
    size_t sum = 6;
    bool grown = true;
    for (int i = 0; i < 2000; i++, sum += 7)
        grown = grown && secret_add(&s, "1234567", 7);
    ok(grown && s.n == sum && memcmp(s.p, "phrase1234567123", 16) == 0 &&
           memcmp(s.p + sum - 7, "1234567", 7) == 0,
       "a secret grows and keeps what it held");
    size_t half = s.n;
    ok(secret_add(&s, s.p, s.n) && s.n == 2 * half && memcmp(s.p, s.p + half, half) == 0,
       "it may be added to itself");
    ok(!secret_add(&s, s.p, SECRET_MAX) && s.n == 2 * half, "not past the ceiling");
    secret_free(&s);
    secret_free(&s);
    ok(!s.p && s.n == 0, "freed twice");
    secret_set(&s, NULL, 0);
    ok(s.p && s.n == 0, "an empty secret is there");
    struct secret a = {0}, b = {0};
    secret_random(&a, 32);
    secret_random(&b, 32);
    ok(!secret_eq(a.p, b.p, 32) && secret_eq(a.p, a.p, 32) && secret_eq(NULL, NULL, 0),
       "random, and compared");
    secret_wipe(a.p, 32);
    unsigned char none[32] = {0};
    ok(secret_eq(a.p, none, 32), "wiped");
    secret_free(&a);
    secret_free(&b);
}

/* A child does `what` with a secret; returns the signal that ended it. */
static int child(int what)
{
    (void)fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        (void)close(STDERR_FILENO); /* a sanitizer tells what we know */
        struct secret s = {0};
        secret_alloc(&s, 16);
        if (what == 0) {
            volatile unsigned char *p = s.p;
            p[16] = 1; /* the guard page */
        } else {
            volatile unsigned char *p = s.p;
            secret_free(&s);
            (void)p[0];
        }
        _exit(0);
    }
    int status = 0;
    (void)waitpid(pid, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status) ? 1 : 0;
}

static void test_guard(void)
{
    ok(child(0) != 0, "writing behind a secret ends the process");
    ok(child(1) != 0, "reading a freed secret ends the process");
    struct rlimit limit = {1, 1};
    (void)getrlimit(RLIMIT_CORE, &limit);
    ok(limit.rlim_cur == 0 && limit.rlim_max == 0, "no core image will be written");
}

static void hex(const char *digits, unsigned char *out)
{
    if (!hex_parse(str_of(digits), out, strlen(digits) / 2))
        abort();
}

/* draft-irtf-cfrg-xchacha-03, A.3.1 */
static void test_box(void)
{
    static const char plain[] =
        "Ladies and Gentlemen of the class of '99: If I could offer you "
        "only one tip for the future, sunscreen would be it.";
    unsigned char key[32], nonce[24], ad[12], want[130], out[130], back[114];
    hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f", key);
    hex("404142434445464748494a4b4c4d4e4f5051525354555657", nonce);
    hex("50515253c0c1c2c3c4c5c6c7", ad);
    hex("bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a8"
        "2f4eda7e39ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369"
        "488f76b2383565d3fff921f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf"
        "49",
        want);
    box_seal(out, plain, 114, ad, sizeof ad, nonce, key);
    ok(memcmp(out, want, sizeof want) == 0, "XChaCha20-Poly1305 as in the draft");
    ok(box_open(back, out, 130, ad, sizeof ad, nonce, key) && memcmp(back, plain, 114) == 0,
       "and opened again");
    size_t opened = 0;
    for (size_t bit = 0; bit < 130 * 8; bit++) {
        out[bit / 8] ^= (unsigned char)(1u << bit % 8);
        opened += box_open(back, out, 130, ad, sizeof ad, nonce, key);
        out[bit / 8] ^= (unsigned char)(1u << bit % 8);
    }
    for (size_t n = 0; n < 130; n++)
        opened += box_open(back, out, n, ad, sizeof ad, nonce, key);
    ad[11] ^= 1;
    opened += box_open(back, out, 130, ad, sizeof ad, nonce, key);
    ad[11] ^= 1;
    ok(opened == 0, "no changed bit, no shorter box, no other data: %zu opened", opened);
    unsigned char place[130];
    memcpy(place, plain, 114);
    box_seal(place, place, 114, ad, sizeof ad, nonce, key);
    ok(memcmp(place, want, sizeof want) == 0 &&
           box_open(place, place, 130, ad, sizeof ad, nonce, key) &&
           memcmp(place, plain, 114) == 0,
       "in place");
    box_seal(out, NULL, 0, NULL, 0, nonce, key);
    ok(box_open(back, out, BOX_EXTRA, NULL, 0, nonce, key), "nothing, sealed");
}

int main(void)
{
    secret_init();
    secret_init();
    test_secret();
    test_guard();
    test_box();
    unsigned char a[16] = {0}, b[16] = {0};
    random_bytes(a, sizeof a);
    random_bytes(b, sizeof b);
    ok(memcmp(a, b, sizeof a) != 0, "random bytes");
    return tap_end();
}
