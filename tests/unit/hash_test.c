/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/rng.h"
#include "tap.h"
#include "vault/seal/merkle.h"

#include <stdlib.h>

static bool is_hex(const unsigned char *p, size_t n, const char *want)
{
    char got[2 * 1024 + 1];
    hex_print(p, n, got);
    if (strcmp(got, want) == 0)
        return true;
    printf("# got  %s\n# want %s\n", got, want);
    return false;
}

static size_t hex(const char *digits, unsigned char *out)
{
    size_t n = strlen(digits) / 2;
    if (!hex_parse(str_of(digits), out, n))
        abort();
    return n;
}

/* FIPS 180-4: the examples that NIST publishes beside it. */
static void test_sha256(void)
{
    static const struct {
        const char *message, *digest;
    } cases[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmno"
         "pqrlmnopqrsmnopqrstnopqrstu",
         "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
    };
    unsigned char out[32], other[32];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sha256(cases[i].message, strlen(cases[i].message), out);
        ok(is_hex(out, 32, cases[i].digest), "SHA-256 of \"%.20s\"", cases[i].message);
    }
    struct sha256 h;
    char thousand[1000];
    memset(thousand, 'a', sizeof thousand);
    sha256_begin(&h);
    for (int i = 0; i < 1000; i++)
        sha256_add(&h, thousand, sizeof thousand);
    sha256_end(&h, out);
    ok(is_hex(out, 32, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
       "SHA-256 of a million times a");
    /* The padding is ours in one way and libcrypto's in the other. */
    unsigned char message[300];
    size_t same = 0, count = 0;
    for (size_t n = 0; n < sizeof message; n++)
        message[n] = (unsigned char)(n * 7 + 3);
    for (size_t n = 0; n < sizeof message; n++) {
        for (size_t split = 0; split <= n; split += 1 + n / 5, count++) {
            sha256(message, n, out);
            sha256_begin(&h);
            sha256_add(&h, message, split);
            sha256_add(&h, message + split, n - split);
            sha256_end(&h, other);
            same += memcmp(out, other, 32) == 0;
        }
    }
    ok(same == count, "every length to 299 in one piece and in two: %zu of %zu", same, count);
}

/* RFC 4231 */
static void test_hmac(void)
{
    unsigned char key[131], out[32];
    memset(key, 0x0b, 20);
    hmac256(key, 20, "Hi There", 8, out);
    ok(is_hex(out, 32, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
       "HMAC, RFC 4231 case 1");
    hmac256("Jefe", 4, "what do ya want for nothing?", 28, out);
    ok(is_hex(out, 32, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
       "HMAC, RFC 4231 case 2");
    unsigned char data[50];
    memset(key, 0xaa, sizeof key);
    memset(data, 0xdd, sizeof data);
    hmac256(key, 20, data, sizeof data, out);
    ok(is_hex(out, 32, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
       "HMAC, RFC 4231 case 3");
    struct hmac256 k;
    hmac256_key(&k, key, sizeof key);
    hmac256_with(&k, "Test Using Larger Than Block-Size Key - Hash Key First", 54, out);
    ok(is_hex(out, 32, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
       "HMAC, RFC 4231 case 6");
    hmac256_with(&k,
                 "This is a test using a larger than block-size key and a larger than "
                 "block-size data. The key needs to be hashed before being used by the HMAC "
                 "algorithm.",
                 152, out);
    ok(is_hex(out, 32, "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
       "HMAC, RFC 4231 case 7, the key used again");
    unsigned char message[200] = {1}, buffer[64 + 200], inner[64 + 32], want[32];
    size_t same = 0;
    hmac256_key(&k, "key", 3);
    for (size_t n = 0; n < sizeof message; n++) {
        memset(buffer, 0x36, 64);
        memset(inner, 0x5c, 64);
        for (size_t i = 0; i < 3; i++) {
            buffer[i] ^= (unsigned char)"key"[i];
            inner[i] ^= (unsigned char)"key"[i];
        }
        memcpy(buffer + 64, message, n);
        sha256(buffer, 64 + n, inner + 64);
        sha256(inner, sizeof inner, want);
        hmac256_with(&k, message, n, out);
        same += memcmp(out, want, 32) == 0;
    }
    ok(same == sizeof message, "HMAC by its definition, every length: %zu", same);
}

/* RFC 5869, A.1 and A.3. A.2 has binary info, which we never use. */
static void test_hkdf(void)
{
    unsigned char ikm[22], salt[13], out[88], prk[32];
    memset(ikm, 0x0b, sizeof ikm);
    hex("000102030405060708090a0b0c", salt);
    hkdf256_extract(salt, sizeof salt, ikm, sizeof ikm, prk);
    ok(is_hex(prk, 32, "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"),
       "HKDF, RFC 5869 A.1: PRK");
    hkdf256(ikm, sizeof ikm, salt, sizeof salt, "\xf0\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9", out,
            42);
    ok(is_hex(
           out, 42,
           "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185"
           "865"),
       "HKDF, RFC 5869 A.1: OKM");
    hkdf256(ikm, sizeof ikm, NULL, 0, "", out, 42);
    ok(is_hex(
           out, 42,
           "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a9"
           "6c8"),
       "HKDF, RFC 5869 A.3: no salt, no info");
    unsigned char longer[255 * 32];
    hkdf256_expand(prk, "info", longer, sizeof longer);
    hkdf256_expand(prk, "info", out, sizeof out);
    ok(memcmp(longer, out, sizeof out) == 0, "a shorter answer is the start of a longer one");
}

/* The tree by its definition in RFC 6962, 2.1. */
static void slow_root(const unsigned char *leaves, size_t count, size_t size, size_t stride,
                      unsigned char root[32])
{
    unsigned char message[1 + 64];
    if (count == 0) {
        sha256(NULL, 0, root);
    } else if (count == 1) {
        struct sha256 h;
        sha256_begin(&h);
        sha256_add(&h, "\0", 1);
        sha256_add(&h, leaves, size);
        sha256_end(&h, root);
    } else {
        size_t k = 1;
        while (2 * k < count)
            k *= 2;
        message[0] = 1;
        slow_root(leaves, k, size, stride, message + 1);
        slow_root(leaves + k * stride, count - k, size, stride, message + 33);
        sha256(message, sizeof message, root);
    }
}

/* Each leaf of trees of every small size leads to the root, and nothing else does. */
static void test_proofs(void)
{
    enum { LEAVES = 70, SIZE = 20 };
    unsigned char leaves[LEAVES * SIZE], root[32], got[32];
    for (size_t i = 0; i < sizeof leaves; i++)
        leaves[i] = (unsigned char)(i % SIZE ? i * 7 : i / SIZE); /* no two are equal */
    size_t wrong = 0, taken = 0;
    for (size_t n = 1; n <= LEAVES; n++) {
        merkle_root(leaves, n, SIZE, SIZE, root);
        for (size_t i = 0; i < n; i++) {
            struct merkle_path path;
            merkle_prove(leaves, n, SIZE, SIZE, i, &path);
            const unsigned char *leaf = leaves + i * SIZE;
            wrong += !merkle_follow(leaf, SIZE, i, n, &path, got) || memcmp(got, root, 32) != 0;
            /* Another leaf, another place, a path that is changed, cut or longer. */
            if (n > 1)
                taken += merkle_follow(leaves + (i + 1) % n * SIZE, SIZE, i, n, &path, got) &&
                         memcmp(got, root, 32) == 0;
            if (n > 1)
                taken += merkle_follow(leaf, SIZE, (i + 1) % n, n, &path, got) &&
                         memcmp(got, root, 32) == 0;
            for (size_t k = 0; k < path.count; k++) {
                path.hashes[k][k % 32] ^= 1;
                taken +=
                    merkle_follow(leaf, SIZE, i, n, &path, got) && memcmp(got, root, 32) == 0;
                path.hashes[k][k % 32] ^= 1;
            }
            path.count++;
            taken += merkle_follow(leaf, SIZE, i, n, &path, got);
            path.count -= 2;
            taken += n > 1 && merkle_follow(leaf, SIZE, i, n, &path, got);
        }
    }
    ok(wrong == 0, "every leaf of 70 trees has a path to its root (%zu have not)", wrong);
    ok(taken == 0, "a wrong leaf, place or path does not lead there (%zu did)", taken);
}

static void test_merkle(void)
{
    unsigned char root[32], want[32];
    merkle_root(NULL, 0, 200, 200, root);
    ok(is_hex(root, 32, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
       "the empty tree");
    merkle_root((const unsigned char *)"", 1, 0, 0, root);
    ok(is_hex(root, 32, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
       "certificate-transparency: the tree of one empty leaf");
    size_t same = 0, count = 0;
    struct rng rng;
    rng_seed(&rng, 6962);
    static unsigned char leaves[130 * 300];
    for (size_t i = 0; i < sizeof leaves; i++)
        leaves[i] = (unsigned char)rng_u64(&rng);
    static const size_t sizes[] = {0, 1, 55, 200, 254, 255, 256, 290};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        for (size_t n = 0; n <= 130; n++, count++) {
            merkle_root(leaves, n, sizes[k], 300, root);
            slow_root(leaves, n, sizes[k], 300, want);
            same += memcmp(root, want, 32) == 0;
        }
    }
    ok(same == count, "trees of 0 to 130 leaves by the definition: %zu of %zu", same, count);
}

static void test_hex(void)
{
    unsigned char out[3] = {9, 9, 9};
    ok(hex_parse(STR("00ff7a"), out, 3) && out[0] == 0 && out[1] == 255 && out[2] == 0x7a,
       "hexadecimal");
    static const char *const bad[] = {"00ff7",  "00ff7a0", "00FF7a", "00fg7a",
                                      "0 ff7a", "",        "+0ff7a", "00ff7\xc3"};
    size_t refused = 0;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        refused += !hex_parse(str_of(bad[i]), out, 3);
    ok(refused == sizeof bad / sizeof *bad && out[1] == 255,
       "what is no hexadecimal is refused, and nothing written");
    ok(hex_parse(STR(""), out, 0), "nothing is no digits");
}

int main(void)
{
    test_sha256();
    test_hmac();
    test_hkdf();
    test_merkle();
    test_proofs();
    test_hex();
    return tap_end();
}
