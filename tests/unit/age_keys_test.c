/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Recipients and identities as text, files of them, and what they open.
 */
#include "age_help.h"
#include "tap.h"
#include "vault/seal/age_parts.h"

/* The pair that c2sp.org/age prints: the secret is 32 times the byte 0x42. */
#define KNOWN_PUBLIC "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
#define KNOWN_SECRET                                                                           \
    "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"

static void test_known(void)
{
    struct err err = {0};
    struct age_identity i = {0};
    unsigned char want[32], public_key[32];
    memset(want, 0x42, sizeof want);
    ok(age_identity_parse(STR(KNOWN_SECRET), &i, &err) == 0,
       "the identity of the specification");
    ok(i.secret.n == 32 && memcmp(i.secret.p, want, 32) == 0, "its bytes");
    SECRET_AUTO text = {0};
    age_identity_print(&text, &i);
    is(secret_str(&text), STR(KNOWN_SECRET), "it prints as it was");
    age_identity_public(&i, public_key);
    BUF_AUTO out;
    buf_init(&out, 100);
    age_recipient_print(&out, public_key);
    is(buf_str(&out), STR(KNOWN_PUBLIC), "its recipient");
    struct age_recipient r;
    ok(age_recipient_parse(STR(KNOWN_PUBLIC), &r, &err) == 0 &&
           memcmp(r.public_key, public_key, 32) == 0,
       "which parses");
    age_identity_free(&i);
}

/* The checksum finds every change of up to four characters and every swap of two neighbours. */
static void test_changes(void)
{
    char text[sizeof KNOWN_PUBLIC];
    size_t found = 0, n = sizeof KNOWN_PUBLIC - 1;
    struct age_recipient r;
    struct rng random;
    rng_seed(&random, 9);
    for (size_t at = 0; at < n; at++)
        for (int c = 0; c < 256; c++) {
            memcpy(text, KNOWN_PUBLIC, sizeof text);
            text[at] = (char)c;
            found +=
                c != KNOWN_PUBLIC[at] && age_recipient_parse(str_make(text, n), &r, NULL) == 0;
        }
    ok(found == 0, "every changed character is found");
    for (int i = 0; i < 20000; i++) {
        memcpy(text, KNOWN_PUBLIC, sizeof text);
        for (int k = 0; k < 4; k++)
            text[4 + rng_below(&random, n - 4)] =
                "qpzry9x8gf2tvdw0s3jn54khce6mua7l"[rng_below(&random, 32)];
        found += memcmp(text, KNOWN_PUBLIC, n) != 0 &&
                 age_recipient_parse(str_make(text, n), &r, NULL) == 0;
    }
    ok(found == 0, "four changed characters too");
    for (size_t at = 4; at + 1 < n; at++) {
        memcpy(text, KNOWN_PUBLIC, sizeof text);
        text[at] = KNOWN_PUBLIC[at + 1];
        text[at + 1] = KNOWN_PUBLIC[at];
        found +=
            text[at] != text[at + 1] && age_recipient_parse(str_make(text, n), &r, NULL) == 0;
    }
    for (size_t cut = 0; cut < n; cut++)
        found += age_recipient_parse(str_make(KNOWN_PUBLIC, cut), &r, NULL) == 0;
    ok(found == 0, "swapped or missing ones too");
}

static void test_round(void)
{
    size_t wrong = 0;
    struct rng random;
    rng_seed(&random, 10);
    for (size_t n = 0; n <= AGE_BECH32_DATA; n++)
        for (int i = 0; i < 20; i++) {
            unsigned char data[AGE_BECH32_DATA], back[AGE_BECH32_DATA];
            char text[AGE_BECH32_MAX];
            for (size_t k = 0; k < n; k++)
                data[k] = (unsigned char)rng_u64(&random);
            struct str hrp = i & 1 ? STR("UP-2-") : STR("down");
            size_t length = age_bech32_print(text, hrp, data, n);
            wrong += age_bech32_parse(str_make(text, length), hrp, back, n) != NULL ||
                     memcmp(back, data, n) != 0;
        }
    ok(wrong == 0, "bech32 of 0 to %d bytes there and back", AGE_BECH32_DATA);
}

/* BIP 173's own strings whose data is whole bytes, and some that it refuses. */
static void test_bip173(void)
{
    unsigned char out[32];
    ok(!age_bech32_parse(STR("A12UEL5L"), STR("A"), out, 0), "A12UEL5L");
    ok(!age_bech32_parse(STR("a12uel5l"), STR("a"), out, 0), "a12uel5l");
    ok(!age_bech32_parse(STR("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw"), STR("abcdef"),
                         out, 20),
       "all characters");
    ok(out[0] == 0x00 && out[1] == 0x44 && out[19] == 0xdf, "their bytes");
    ok(age_bech32_parse(STR("A1G7SGD8"), STR("A"), out, 0), "a checksum of the wrong case");
    ok(age_bech32_parse(STR("a12uEL5L"), STR("a"), out, 0), "mixed case");
    ok(age_bech32_parse(STR("a12uel5"), STR("a"), out, 0), "a short checksum");
}

static const struct {
    const char *text, *says;
} bad_recipients[] = {
    {"", "begins with"},
    {"hello", "begins with"},
    {"age1", "too short"},
    {"AGE1ZVKYG2LQZRAA2LNJVQEJ32NKUU0UES2S82HZRYE869XEEXVN73EQUNUJWJ", "begins with"},
    {"Age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj", "begins with"},
    {"age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwq", "checksum"},
    {"age1pq1x34nzsvr0rxjsgdn8zgyhfe8j7ceq5r9rdelkjuh3y235jzxshfg87p", "post-quantum"},
    {"age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t", "plugin"},
    {"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHsKLqeplhpW+uObz5dvMgjz1OxfM/XXUB+VHtZ6isGN",
     "SSH key"},
};

static void test_bad(void)
{
    for (size_t i = 0; i < sizeof bad_recipients / sizeof bad_recipients[0]; i++) {
        struct err err = {0};
        struct age_recipient r;
        int e = age_recipient_parse(str_of(bad_recipients[i].text), &r, &err);
        ok(e == ERR_INPUT &&
               str_find(str_of(err.text), str_of(bad_recipients[i].says), 0) != STR_NONE,
           "%s", err.text);
    }
    static const unsigned char zero[32];
    BUF_AUTO low;
    buf_init(&low, 100);
    age_recipient_print(&low, zero);
    struct err why = {0};
    struct age_recipient none;
    ok(age_recipient_parse(buf_str(&low), &none, &why) == ERR_INPUT &&
           str_find(str_of(why.text), STR("low order"), 0) != STR_NONE,
       "%s", why.text);
    static const char *const bad[] = {
        "",
        "AGE-SECRET-KEY-1",
        "AGE-SECRET-KEY-PQ-1XX76JRALNL",
        "AGE-PLUGIN-YUBIKEY-1Q9TWX",
        "age-secret-key-1gfpyysjzgfpyysjzgfpyysjzgfpyysjzgfpyysjzgfpyysjzgfpq4egaex",
        KNOWN_PUBLIC,
        (KNOWN_SECRET "X"),
        (" " KNOWN_SECRET),
        "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEQ"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct err err = {0};
        struct age_identity one;
        ok(age_identity_parse(str_of(bad[i]), &one, &err) == ERR_INPUT, "%s", err.text);
        ok(str_find(str_of(err.text), STR("PYYSJZ"), 0) == STR_NONE, "and it tells no secret");
    }
}

static void test_files(void)
{
    struct err err = {0};
    struct age_recipients to = {0};
    struct age_identities with = {0};
    struct str text = STR("# a group\n\n" KNOWN_PUBLIC "\r\n#x\n" KNOWN_PUBLIC);
    ok(age_recipients_parse(&to, text, "group.txt", &err) == 0 && to.count == 2,
       "a file of recipients");
    ok(age_recipients_parse(&to, STR(KNOWN_PUBLIC "\nage1x\n"), "two.txt", &err) == ERR_INPUT &&
           to.count == 2 && str_starts(str_of(err.text), STR("two.txt: line 2: ")),
       "%s", err.text);
    ok(age_recipients_parse(&to, STR("# none\n"), "none.txt", &err) == ERR_INPUT, "%s",
       err.text);
    ok(age_recipients_parse(&to, STR(KNOWN_SECRET), "key.txt", &err) == ERR_INPUT, "%s",
       err.text);
    age_recipients_free(&to);
    ok(age_identities_parse(&with, STR("# made today\n" KNOWN_SECRET "\n"), "key.txt", &err) ==
               0 &&
           with.count == 1,
       "a file of identities");
    ok(age_identities_parse(&with, STR(KNOWN_SECRET "\n" KNOWN_SECRET "Q\n"), "k", &err) ==
               ERR_INPUT &&
           with.count == 1 && str_starts(str_of(err.text), STR("k: line 2: ")) &&
           str_find(str_of(err.text), STR("PYYSJZ"), 0) == STR_NONE,
       "%s", err.text);
    ok(age_identities_parse(&with, STR(""), "empty", &err) == ERR_INPUT, "%s", err.text);
    BUF_AUTO many;
    buf_init(&many, HELP_MAX);
    for (int i = 0; i < AGE_MAX_RECIPIENTS; i++)
        buf_add(&many, STR(KNOWN_PUBLIC "\n"));
    ok(age_recipients_parse(&to, buf_str(&many), "many", &err) == 0, "as many as may be");
    buf_add(&many, STR(KNOWN_PUBLIC "\n"));
    age_recipients_free(&to);
    ok(age_recipients_parse(&to, buf_str(&many), "many", &err) == ERR_LIMIT && to.count == 0,
       "%s", err.text);
    age_recipients_free(&to);
    age_identities_free(&with);
}

/* ---- what they open ---- */

static void test_many(void)
{
    struct err err = {0};
    static struct age_recipient to[AGE_MAX_RECIPIENTS + 1];
    struct age_identity last, stranger;
    age_identity_new(&last);
    age_identity_new(&stranger);
    for (size_t i = 0; i <= AGE_MAX_RECIPIENTS; i++) {
        struct age_identity one;
        age_identity_new(&one);
        to[i] = help_recipient(&one);
        age_identity_free(&one);
    }
    to[AGE_MAX_RECIPIENTS - 1] = help_recipient(&last);
    BUF_AUTO file;
    buf_init(&file, HELP_MAX);
    ok(age_seal_bytes(to, AGE_MAX_RECIPIENTS + 1, STR("x"), &file, &err) == ERR_LIMIT, "%s",
       err.text);
    ok(age_seal_bytes(to, AGE_MAX_RECIPIENTS, STR("to many"), &file, &err) == 0,
       "1024 recipients");
    SECRET_AUTO plain = {0};
    struct age_identity both[2] = {stranger, last};
    unsigned log2 = 9;
    ok(age_open_secret(both, 2, buf_str(&file), 7, &plain, &log2, &err) == 0 && log2 == 0,
       "the last of them, by the second identity");
    is(secret_str(&plain), STR("to many"), "what it held");
    ok(age_open_secret(both, 1, buf_str(&file), 7, &plain, NULL, &err) == ERR_AUTH, "%s",
       err.text);
    is(secret_str(&plain), STR("to many"), "untouched on failure");
    ok(age_open_secret(both, 2, buf_str(&file), 6, &plain, NULL, &err) == ERR_LIMIT, "%s",
       err.text);
    ok(age_open_secret(both, 0, buf_str(&file), 9, &plain, NULL, &err) == ERR_AUTH, "%s",
       err.text);
    ok(age_seal_bytes(to, 0, STR("x"), &file, &err) == ERR_USAGE, "%s", err.text);
    to[0].public_key[0] = 1;
    memset(to[0].public_key + 1, 0, 31);
    ok(age_seal_bytes(to, 1, STR("x"), &file, &err) == ERR_INPUT, "%s", err.text);
    age_identity_free(&last);
    age_identity_free(&stranger);
}

static void test_passphrase(void)
{
    struct err err = {0};
    struct age_identity with[2] = {{.kind = AGE_SCRYPT}, {0}};
    secret_set(&with[0].secret, "wrong", 5);
    age_identity_new(&with[1]);
    SECRET_AUTO phrase = {0};
    secret_set(&phrase, "right horse", 11);
    struct age_recipient to[2] = {{.kind = AGE_SCRYPT, .passphrase = &phrase, .log2 = 11}};
    to[1] = help_recipient(&with[1]);
    BUF_AUTO file;
    buf_init(&file, HELP_MAX);
    ok(age_seal_bytes(to, 2, STR("x"), &file, &err) == ERR_USAGE, "%s", err.text);
    buf_clear(&file);
    ok(age_seal_bytes(to, 1, STR("by word"), &file, &err) == 0, "sealed with a passphrase");
    SECRET_AUTO plain = {0};
    unsigned log2 = 0;
    ok(age_open_secret(with, 2, buf_str(&file), 100, &plain, &log2, &err) == ERR_AUTH, "%s",
       err.text);
    ok(age_open_secret(with + 1, 1, buf_str(&file), 100, &plain, &log2, &err) == ERR_AUTH, "%s",
       err.text);
    ok(log2 == 0, "no work factor is told of a file that did not open");
    secret_set(&with[0].secret, "right horse", 11);
    ok(age_open_secret(with, 2, buf_str(&file), 100, &plain, &log2, &err) == 0 && log2 == 11,
       "opened");
    is(secret_str(&plain), STR("by word"), "what it held");
    to[0].log2 = AGE_SCRYPT_MIN - 1;
    ok(age_seal_bytes(to, 1, STR("x"), &file, &err) == ERR_LIMIT, "%s", err.text);
    to[0].log2 = AGE_SCRYPT_MAX + 1;
    ok(age_seal_bytes(to, 1, STR("x"), &file, &err) == ERR_LIMIT, "%s", err.text);
    buf_clear(&file);
    ok(age_seal_bytes(to + 1, 1, STR("x"), &file, &err) == 0, "sealed to a key");
    ok(age_open_secret(with, 1, buf_str(&file), 100, &plain, &log2, &err) == ERR_AUTH, "%s",
       err.text);
    age_identity_free(&with[0]);
    age_identity_free(&with[1]);
}

int main(void)
{
    secret_init();
    test_known();
    test_changes();
    test_round();
    test_bip173();
    test_bad();
    test_files();
    test_many();
    test_passphrase();
    return tap_end();
}
