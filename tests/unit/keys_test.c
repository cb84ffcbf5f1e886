/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Keys: sealing against values that were calculated apart (tests/vectors/keys.py), and what a
 * person does with them. Interrupted shreddings are in ring_test.c.
 */
#include "sys/file.h"
#include "sys/threads.h"
#include "tap.h"
#include "vault/ledger/keys_parts.h"
#include "vault_dir.h"

#include <stdlib.h>

static struct secret pass;

static void hex(const char *digits, void *out)
{
    if (!hex_parse(str_of(digits), out, strlen(digits) / 2))
        abort();
}

static void count_up(unsigned char *p, size_t n, unsigned first)
{
    for (size_t i = 0; i < n; i++)
        p[i] = (unsigned char)(first + i);
}

static void test_known(void)
{
    unsigned char k[32], a[32], ek[32], want[32], sealed[272], ref[16], back[16];
    struct envelope e = {.type = ENVELOPE_SEALED, .seq = 5};
    unsigned char subject[16];
    struct hmac256 reference;
    count_up(k, 32, 0);
    count_up(a, 32, 0x40);
    count_up(e.salt, 16, 0xa0);
    count_up(e.payload.b, 16, 0xb0);
    count_up(subject, 16, 0xd0);
    memset(e.device, 7, 16);
    memset(e.previous, 9, 32); /* not bound */
    hmac256_key(&reference, a, 32);
    keys_entry_reference(&reference, &e.payload, subject, e.key_ref);
    hex("95b445700c656d84778d86f6b4a7e018", ref);
    ok(memcmp(ref, e.key_ref, 16) == 0, "key_ref");
    keys_entry_reference(&reference, &e.payload, e.key_ref, back);
    ok(memcmp(back, subject, 16) == 0, "and back");
    keys_entry_key(k, e.salt, ek);
    hex("d33b1c1db093b7b87946e19751a7625b208dbf4814d2534961933f5480179cfd", want);
    ok(memcmp(ek, want, 32) == 0, "the key of an entry");
    struct str plain = STR("card: account\nid: x\n");
    keys_entry_seal(&e, ek, plain, sealed);
    hex("4a4770083c951545cfd77d85ff364482932edf43b444e20e4b39079e217f402c", want);
    ok(memcmp(e.commitment, want, 32) == 0, "the commitment");
    hex("6c5aae2b63fb45741d653c7028bb6abe86cec4a6165b8ec773b73db355d92b5c", want);
    ok(e.size == 272 && memcmp(e.payload_hash, want, 32) == 0, "the sealed payload's hash");
    hex("1f6c9f96d50f5efcacf4efb473d31762", want);
    hex("6b956cc175fb953bc4e431f5dfd16011", want + 16);
    ok(memcmp(sealed, want, 16) == 0 && memcmp(sealed + 256, want + 16, 16) == 0,
       "its first bytes and its tag");
    char out[256];
    size_t n = 0;
    struct str box = str_make((const char *)sealed, sizeof sealed);
    ok(keys_entry_open(&e, ek, box, out, &n) == 0, "opened");
    is(str_make(out, n), plain, "the same text");
    memset(e.previous, 8, 32);
    memset(e.payload_hash, 8, 32);
    ok(keys_entry_open(&e, ek, box, out, &n) == 0, "previous and payload hash are not bound");
}

/* Every byte of the envelope that is bound, and every byte of the payload. */
static void test_tamper(void)
{
    unsigned char ek[32], sealed[528], raw[ENVELOPE_SIZE];
    char out[512], text[300];
    size_t n = 0, opened = 0, bound = 0;
    memset(text, 'x', sizeof text);
    struct envelope e = {.type = ENVELOPE_SEALED, .seq = 1}, changed;
    random_bytes(ek, 32);
    e.payload = id_new();
    random_bytes(e.salt, 16);
    random_bytes(e.key_ref, 16);
    random_bytes(e.previous, 32);
    keys_entry_seal(&e, ek, str_make(text, sizeof text), sealed);
    struct str box = str_make((const char *)sealed, sizeof sealed);
    for (size_t i = 0; i < sizeof sealed; i++) {
        sealed[i] ^= 1;
        opened += keys_entry_open(&e, ek, box, out, &n) == 0;
        sealed[i] ^= 1;
    }
    ok(opened == 0, "no changed byte of a payload opens");
    envelope_pack(&e, raw);
    for (size_t i = 0; i < sizeof raw; i++) {
        raw[i] ^= 1;
        bool unbound = (i >= 40 && i < 72) || (i >= 88 && i < 120);
        bool taken = envelope_unpack(raw, &changed, NULL) == 0 &&
                     keys_entry_open(&changed, ek, box, out, &n) == 0;
        opened += taken && !unbound;
        bound += !taken && unbound;
        raw[i] ^= 1;
    }
    ok(opened == 0 && bound == 0, "no changed byte of an envelope opens, but for two hashes");
    for (size_t cut = 0; cut < sizeof sealed; cut++)
        opened += keys_entry_open(&e, ek, str_make(box.p, cut), out, &n) == 0;
    ok(opened == 0, "none that is cut");
    ek[0] ^= 1;
    ok(keys_entry_open(&e, ek, box, out, &n) == ERR_AUTH,
       "another key is told by the commitment");
    ARENA_AUTO a = {0};
    struct str ret = {0};
    struct err err = {0};
    ok(keys_open_disclosed(&e, box, ek, &a, &ret, &err) == ERR_AUTH && !ret.p, "%s", err.text);
    ek[0] ^= 1;
    ok(keys_open_disclosed(&e, box, ek, &a, &ret, &err) == 0 && ret.n == sizeof text,
       "a disclosed entry");
    sealed[3] ^= 1;
    ok(keys_open_disclosed(&e, box, ek, &a, &ret, &err) == ERR_INPUT, "%s", err.text);
}

#define MANY 300

static void test_entries(struct keys *k, struct pool *pool)
{
    ARENA_AUTO a = {0};
    struct err err = {0};
    struct id subjects[5];
    static struct keys_entry in[MANY], out[MANY];
    static struct envelope envelopes[MANY];
    size_t wrong = 0, sizes = 0;
    keys_set_pool(k, pool);
    for (size_t i = 0; i < 5; i++)
        subjects[i] = id_new();
    ok(!keys_has(k, subjects[0]) && keys_new_subject(k, subjects[0], &err) == 0 &&
           keys_has(k, subjects[0]),
       "a new subject");
    ok(keys_new_subject(k, subjects[0], &err) == ERR_EXISTS, "not twice: %s", err.text);
    ok(keys_new_subjects(k, subjects, 5, &err) == ERR_EXISTS && !keys_has(k, subjects[1]),
       "all or none");
    ok(keys_new_subjects(k, subjects + 1, 4, &err) == 0 && keys_has(k, subjects[4]),
       "several at once");
    for (size_t i = 0; i < MANY; i++) {
        envelopes[i] = (struct envelope){.payload = id_new(), .seq = i};
        in[i] = (struct keys_entry){.envelope = &envelopes[i],
                                    .archive = i % 6 == 5,
                                    .subject = subjects[i % 6 % 5],
                                    .plain = arena_printf(&a, "%*s%zu\n", (int)(i * 7), "", i)};
    }
    ok(keys_seal(k, &a, in, MANY, &err) == 0, "many are sealed");
    for (size_t i = 0; i < MANY; i++) {
        unsigned char hash[32];
        sha256(in[i].sealed.p, in[i].sealed.n, hash);
        sizes += in[i].sealed.n != envelopes[i].size ||
                 envelope_padded(in[i].plain.n) + 16 != in[i].sealed.n ||
                 memcmp(hash, envelopes[i].payload_hash, 32) != 0;
        out[i] = (struct keys_entry){.envelope = &envelopes[i], .sealed = in[i].sealed};
    }
    ok(sizes == 0, "padded, and their hashes are right");
    ok(keys_open_entries(k, &a, out, MANY, &err) == 0, "and opened");
    for (size_t i = 0; i < MANY; i++)
        wrong += out[i].result != 0 || !str_eq(out[i].plain, in[i].plain) ||
                 out[i].archive != in[i].archive ||
                 (!in[i].archive && memcmp(&out[i].subject, &in[i].subject, 16) != 0);
    ok(wrong == 0, "text and subject of each: %zu wrong", wrong);
    envelopes[0].key_ref[0] ^= 1;
    envelopes[1].commitment[0] ^= 1;
    envelopes[2].seq ^= 1;
    for (size_t i = 0; i < 4; i++)
        out[i] = (struct keys_entry){.envelope = &envelopes[i], .sealed = in[i].sealed};
    ok(keys_open_entries(k, &a, out, 4, &err) == 0 && out[0].result == ERR_MISSING &&
           out[1].result == ERR_INPUT && out[2].result == ERR_INPUT && out[3].result == 0 &&
           !out[0].plain.p && !out[1].plain.p,
       "no key, damaged, damaged, good");
    envelopes[0].key_ref[0] ^= 1;
    struct keys_entry stranger = {
        .envelope = &envelopes[0], .subject = id_new(), .plain = STR("x")};
    ok(keys_seal(k, &a, &stranger, 1, &err) == ERR_MISSING, "%s", err.text);
    stranger = (struct keys_entry){.envelope = &envelopes[0], .archive = true};
    ok(keys_seal(k, &a, &stranger, 1, &err) == ERR_INPUT, "%s", err.text);
    unsigned char ek[32];
    struct str ret;
    ok(keys_disclose(k, &envelopes[3], ek, &err) == 0 &&
           keys_open_disclosed(&envelopes[3], in[3].sealed, ek, &a, &ret, &err) == 0 &&
           str_eq(ret, in[3].plain),
       "the key of one entry opens it");
    ok(keys_open_disclosed(&envelopes[4], in[4].sealed, ek, &a, &ret, &err) == ERR_AUTH,
       "and no other");
    ok(keys_disclose(k, &envelopes[5], ek, &err) == 0 &&
           keys_open_disclosed(&envelopes[5], in[5].sealed, ek, &a, &ret, &err) == 0,
       "also of one under A");
    ok(keys_disclose(k, &envelopes[1], ek, &err) == ERR_INPUT, "%s", err.text);
    keys_set_pool(k, NULL);
}

struct bytes {
    struct buf out;
    struct str in;
};
static int read_bytes(void *context, void *p, size_t n, size_t *ret_n, struct err *err)
{
    struct bytes *b = context;
    (void)err;
    *ret_n = n < b->in.n ? n : b->in.n;
    memcpy(p, b->in.p, *ret_n);
    b->in = str_slice(b->in, *ret_n, b->in.n);
    return 0;
}
static int write_bytes(void *context, const void *p, size_t n, struct err *err)
{
    struct bytes *b = context;
    buf_add(&b->out, str_make(p, n));
    return buf_check(&b->out, "it", err);
}

static void test_attachment(struct keys *k)
{
    struct err err = {0};
    struct id one = id_new(), other = id_new();
    struct bytes plain = {.in = STR("a photograph")}, sealed = {0};
    buf_init(&plain.out, 1000);
    buf_init(&sealed.out, 1000);
    struct age_source from = {read_bytes, &plain}, from_sealed = {read_bytes, &sealed};
    struct age_sink to = {write_bytes, &sealed}, to_plain = {write_bytes, &plain};
    ok(keys_new_subject(k, one, &err) == 0 && keys_new_subject(k, other, &err) == 0, "two");
    ok(keys_seal_attachment(k, one, &from, &to, &err) == 0, "an attachment %s", err.text);
    sealed.in = buf_str(&sealed.out);
    ok(keys_open_attachment(k, other, &from_sealed, &to_plain, &err) == ERR_AUTH &&
           plain.out.n == 0,
       "not for another subject");
    sealed.in = buf_str(&sealed.out);
    ok(keys_open_attachment(k, one, &from_sealed, &to_plain, &err) == 0, "opened");
    is(buf_str(&plain.out), STR("a photograph"), "the same");
    ok(keys_seal_attachment(k, id_new(), &from, &to, &err) == ERR_MISSING, "%s", err.text);
    /* the identity is what anybody can derive who is given the secret: here 00 01 02 … */
    unsigned char scalar[32], archive[65], text[300];
    struct age_identity derived;
    SECRET_AUTO opened = {0};
    size_t n = 0;
    hex("de8907fb06ed764948076dd8536319fff433caf1c983b335cb9185ad697ce016", scalar);
    hex_print(keys_public(k)->archive, 32, (char *)archive);
    int length = snprintf((char *)text, sizeof text,
                          "deponent secrets v1\narchive %s\nslot 0024h36h2ncsvrh6daqf6dvvqz "
                          "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n",
                          (char *)archive);
    ok(keys_import(k, str_make((char *)text, (size_t)length), &n, &err) == 0 && n <= 1,
       "a known secret %s", err.text);
    if (!id_parse(STR("0024h36h2ncsvrh6daqf6dvvqz"), &one))
        abort();
    plain.in = STR("a photograph");
    buf_clear(&sealed.out);
    age_identity_make(&derived, scalar);
    ok(keys_seal_attachment(k, one, &from, &to, &err) == 0 &&
           age_open_secret(&derived, 1, buf_str(&sealed.out), 100, &opened, NULL, &err) == 0,
       "the identity of attachments");
    is(secret_str(&opened), STR("a photograph"), "opens one");
    age_identity_free(&derived);
    struct age_recipient own = {.kind = AGE_X25519};
    memcpy(own.public_key, keys_public(k)->age_key, 32);
    buf_clear(&sealed.out);
    buf_clear(&plain.out);
    ok(age_seal_bytes(&own, 1, STR("a snapshot"), &sealed.out, &err) == 0,
       "this device's file");
    sealed.in = buf_str(&sealed.out);
    ok(keys_open_own(k, &from_sealed, &to_plain, &err) == 0, "is opened");
    is(buf_str(&plain.out), STR("a snapshot"), "by the device");
    buf_free(&plain.out);
    buf_free(&sealed.out);
}

static void test_open(const char *dir)
{
    struct err err = {0};
    struct keys *k = NULL, *again = NULL;
    SECRET_AUTO other = {0};
    secret_set(&other, "another", 7);
    ok(keys_open(dir, &pass, &k, &err) == ERR_MISSING, "%s", err.text);
    ok(keys_create(dir, &pass, 9, &k, &err) == ERR_USAGE, "%s", err.text);
    ok(keys_create(dir, &pass, 10, &k, &err) == 0, "an archive is made %s", err.text);
    unsigned char hash[32], signature[64];
    sha256(keys_public(k)->device_key, 32, hash);
    ok(memcmp(hash, keys_public(k)->archive, 32) == 0 &&
           memcmp(hash, keys_public(k)->device, 16) == 0 && !keys_public(k)->joined,
       "archive and device are the hash of the key");
    ok(keys_sign(k, STR("text\n"), signature, &err) == 0 &&
           sign_check(keys_public(k)->device_key, STR("text\n"), signature) &&
           !sign_check(keys_public(k)->device_key, STR("texT\n"), signature),
       "it signs");
    ok(keys_create(dir, &pass, 10, &again, &err) == ERR_EXISTS, "%s", err.text);
    ok(keys_open(dir, &other, &again, &err) == ERR_AUTH && !again, "%s", err.text);
    test_entries(k, NULL);
    struct pool *pool = threads_new(2);
    test_entries(k, pool);
    threads_free(pool);
    test_attachment(k);
    struct id s = id_new();
    ok(keys_new_subject(k, s, &err) == 0, "one more");
    ok(keys_open(dir, &pass, &again, &err) == 0 && keys_has(again, s) &&
           memcmp(keys_public(k), keys_public(again), sizeof *keys_public(k)) == 0,
       "opened again, all is there %s", err.text);
    struct id late = id_new();
    ok(keys_new_subject(k, late, &err) == 0 && keys_has(again, late),
       "what one process adds, another finds");
    struct id later = id_new();
    ok(keys_new_subject(again, later, &err) == 0 && keys_new_subject(k, id_new(), &err) == 0 &&
           keys_has(k, later),
       "and both may add");
    keys_close(again);
    keys_close(k);
    struct keys *none = NULL;
    keys_close(none);
}

static void put(const char *dir, const char *file, struct str bytes)
{
    char path[1200];
    (void)snprintf(path, sizeof path, "%s/%s", dir, file);
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(bytes.p, 1, bytes.n, f) != bytes.n || fclose(f) != 0)
        abort();
}

static void get(const char *dir, const char *file, struct buf *out)
{
    char path[1200];
    struct err err = {0};
    (void)snprintf(path, sizeof path, "%s/%s", dir, file);
    buf_init(out, 1 << 20);
    if (file_read(path, 1 << 20, out, &err) != 0)
        abort();
}

/* Each byte of keys.age and recovery.age, and the two cut short. */
static void test_damage(const char *dir, const struct age_identity *paper)
{
    static const char *const names[] = {"keys.age", "recovery.age"};
    for (size_t f = 0; f < 2; f++) {
        BUF_AUTO bytes;
        get(dir, names[f], &bytes);
        size_t opened = 0, kinds = 0;
        for (size_t i = 0; i < 2 * bytes.n; i++) {
            struct keys *k = NULL;
            struct err err = {0};
            size_t at = i / 2;
            if (i % 2)
                bytes.p[at] ^= 1;
            /* even: cut before the byte; odd: the byte changed */
            put(dir, names[f], i % 2 ? buf_str(&bytes) : str_make(bytes.p, at));
            int r =
                f ? keys_open_recovery(dir, paper, &k, &err) : keys_open(dir, &pass, &k, &err);
            opened += r == 0;
            kinds += r != ERR_AUTH && r != ERR_INPUT && r != ERR_LIMIT;
            if (i % 2)
                bytes.p[at] ^= 1;
            if (r == 0)
                keys_close(k);
        }
        put(dir, names[f], buf_str(&bytes));
        ok(opened == 0 && kinds == 0, "no changed or cut %s opens (%zu bytes)", names[f],
           bytes.n);
    }
}

static void test_missing(const char *dir, const char *other)
{
    struct keys *k = NULL;
    struct err err = {0};
    BUF_AUTO ring;
    BUF_AUTO foreign;
    get(dir, "ring-0", &ring);
    char path[1200];
    (void)snprintf(path, sizeof path, "%s/ring-0", dir);
    (void)unlink(path);
    ok(keys_open(dir, &pass, &k, &err) == ERR_MISSING && strstr(err.text, "ring-0 is missing"),
       "%s", err.text);
    ok(keys_create(other, &pass, 10, &k, &err) == 0, "another archive");
    keys_close(k);
    get(other, "ring-0", &foreign);
    put(dir, "ring-0", buf_str(&foreign));
    ok(keys_open(dir, &pass, &k, &err) == ERR_REFUSED, "%s", err.text);
    put(dir, "ring-0", STR("DPR"));
    ok(keys_open(dir, &pass, &k, &err) == ERR_INPUT, "%s", err.text);
    put(dir, "ring-0", buf_str(&ring));
    ok(keys_open(dir, &pass, &k, &err) == 0, "put back");
    keys_close(k);
    /* a beginning that was interrupted is begun again; a ring with somebody in it is not lost */
    (void)snprintf(path, sizeof path, "%s/keys.age", other);
    (void)unlink(path);
    ok(keys_create(other, &pass, 10, &k, &err) == 0, "an interrupted beginning %s", err.text);
    ok(keys_new_subject(k, id_new(), &err) == 0, "a subject");
    keys_close(k);
    (void)unlink(path);
    ok(keys_create(other, &pass, 10, &k, &err) == ERR_EXISTS, "%s", err.text);
}

static void test_passwd(const char *dir, struct age_identity *paper)
{
    struct keys *k = NULL, *again = NULL;
    struct err err = {0};
    SECRET_AUTO next = {0}, none = {0}, printed = {0}, second = {0};
    BUF_AUTO file;
    secret_set(&next, "battery staple", 14);
    secret_set(&none, "", 0);
    ok(keys_open(dir, &pass, &k, &err) == 0, "opened");
    ok(keys_passwd(k, &none, &err) == ERR_USAGE, "%s", err.text);
    ok(keys_passwd(k, &next, &err) == 0, "another passphrase");
    ok(keys_open(dir, &pass, &again, &err) == ERR_AUTH, "the old one opens nothing");
    ok(keys_open(dir, &next, &again, &err) == 0, "the new one does");
    keys_close(again);
    get(dir, "keys.age", &file);
    ok(str_find(buf_str(&file), STR(" 10\n"), 0) < 100, "the work factor is kept");
    ok(keys_recovery(k, &printed, &err) == 0 && printed.n == 69, "a recovery key");
    ok(keys_recovery_parse(secret_str(&printed), paper, &err) == 0, "is read again");
    ok(keys_recovery(k, &second, &err) == 0, "a second one");
    ok(keys_open_recovery(dir, paper, &again, &err) == ERR_AUTH, "%s", err.text);
    age_identity_free(paper);
    ok(keys_recovery_parse(secret_str(&second), paper, &err) == 0 &&
           keys_open_recovery(dir, paper, &again, &err) == 0,
       "opens");
    SECRET_AUTO third = {0};
    ok(keys_recovery(again, &third, &err) == ERR_STATE && !third.p, "%s", err.text);
    ok(keys_passwd(again, &pass, &err) == 0, "with it, a new passphrase is set %s", err.text);
    ok(keys_passwd(k, &next, &err) == ERR_STATE, "%s", err.text);
    keys_close(k);
    keys_close(again);
    ok(keys_open(dir, &pass, &again, &err) == 0, "and opens");
    keys_close(again);
    char path[1200];
    (void)snprintf(path, sizeof path, "%s/keys.age", dir);
    (void)unlink(path);
    ok(keys_open_recovery(dir, paper, &again, &err) == 0 &&
           keys_passwd(again, &pass, &err) == 0,
       "with it a lost keys.age is written anew");
    keys_close(again);
    ok(keys_open(dir, &pass, &again, &err) == 0, "and opens");
    keys_close(again);
}

static void test_paper(void)
{
    unsigned char scalar[32];
    struct age_identity id = {0};
    struct err err = {0};
    SECRET_AUTO printed = {0};
    count_up(scalar, 32, 0);
    keys_recovery_print(scalar, &printed);
    is(secret_str(&printed),
       STR("000G-40R4-0M30-E209-185G-R38E-1W81-24GK-2GAH-C5RR-34D1-P70X-3RFM-4C1V"),
       "a recovery key on paper");
    ok(keys_recovery_parse(STR("  000g 40r4 0m3oe209\n185g-r38e-1w81-24gk 2gahc5rr34d1p70x3rfm"
                               "-4civ\n"),
                           &id, &err) == 0 &&
           memcmp(id.secret.p, scalar, 32) == 0,
       "typed with blanks, in lower case, o for 0 and i for 1");
    age_identity_free(&id);
    size_t taken = 0, other = 0;
    for (size_t i = 0; i < printed.n; i++) {
        if (printed.p[i] == '-')
            continue;
        for (unsigned c = '0'; c <= 'Z'; c++) {
            unsigned char before = printed.p[i];
            if (c == before || (c > '9' && c < 'A') || (c == 'O' && before == '0') ||
                ((c == 'I' || c == 'L') && before == '1'))
                continue;
            printed.p[i] = (unsigned char)c;
            int r = keys_recovery_parse(secret_str(&printed), &id, &err);
            taken += r == 0;
            other += r != (c == 'U' ? ERR_INPUT : ERR_AUTH);
            printed.p[i] = before;
        }
    }
    ok(taken == 0 && other == 0, "each mistyped character is told (%zu, %zu)", taken, other);
    ok(keys_recovery_parse(STR("000G-4"), &id, &err) == ERR_INPUT, "%s", err.text);
    ok(keys_recovery_parse(STR("000G-4?"), &id, &err) == ERR_INPUT, "%s", err.text);
}

static void test_share(const char *dir, const char *other)
{
    struct keys *k = NULL, *device = NULL, *second = NULL, *stranger = NULL;
    struct err err = {0};
    SECRET_AUTO all = {0}, one = {0};
    struct id a = id_new(), b = id_new(), c = id_new();
    char proof[KEYS_PROOF_TEXT + 1];
    size_t n = 9;
    ok(keys_open(dir, &pass, &k, &err) == 0 && keys_new_subject(k, a, &err) == 0, "opened");
    ok(keys_join(other, k, &pass, 10, &device, &err) == 0 && keys_has(device, a),
       "a second device with the same secrets %s", err.text);
    const struct keys_public *p = keys_public(device), *q = keys_public(k);
    keys_proof_text(p->archive, p->device_key, proof);
    ok(p->joined && memcmp(p->archive, q->archive, 32) == 0 &&
           memcmp(p->by, q->device, 16) == 0 && memcmp(p->device, q->device, 16) != 0 &&
           memcmp(p->age_key, q->age_key, 32) != 0 && strlen(proof) == KEYS_PROOF_TEXT &&
           sign_check(q->device_key, str_of(proof), p->proof),
       "of its own, admitted by the first");
    /* what one seals, the other opens */
    ARENA_AUTO arena = {0};
    struct envelope e[2] = {{.payload = id_new()}, {.payload = id_new()}};
    struct keys_entry in[2] = {{.envelope = &e[0], .subject = a, .plain = STR("words\n")},
                               {.envelope = &e[1], .archive = true, .plain = STR("ids\n")}};
    ok(keys_seal(k, &arena, in, 2, &err) == 0, "sealed by the first");
    struct keys_entry out[2] = {{.envelope = &e[0], .sealed = in[0].sealed},
                                {.envelope = &e[1], .sealed = in[1].sealed}};
    ok(keys_open_entries(device, &arena, out, 2, &err) == 0 && out[0].result == 0 &&
           out[1].result == 0 && str_eq(out[0].plain, STR("words\n")),
       "opened by the second");
    ok(keys_new_subject(k, b, &err) == 0 && keys_new_subject(k, c, &err) == 0 &&
           !keys_has(device, b),
       "new ones are known to the first");
    ok(keys_export(k, &b, 1, &one, &err) == 0 && one.n == 93 + 97, "one is given out");
    struct id none = id_new();
    ok(keys_export(k, &none, 1, &one, &err) == ERR_MISSING, "%s", err.text);
    ok(keys_import(device, secret_str(&one), &n, &err) == 0 && n == 1 && keys_has(device, b) &&
           !keys_has(device, c),
       "and taken in");
    ok(keys_export(k, NULL, 0, &all, &err) == 0 &&
           keys_import(device, secret_str(&all), &n, &err) == 0 && n == 1 &&
           keys_has(device, c),
       "of all, the new one");
    keys_close(device);
    ok(keys_open(other, &pass, &device, &err) == 0 && keys_has(device, c) &&
           keys_public(device)->joined &&
           memcmp(keys_public(device)->by, keys_public(k)->device, 16) == 0,
       "it is there after opening again %s", err.text);
    one.p[one.n - 2] = one.p[one.n - 2] == '0' ? '1' : '0';
    ok(keys_import(device, secret_str(&one), &n, &err) == ERR_REFUSED, "%s", err.text);
    one.p[one.n - 2] = 'x';
    ok(keys_import(device, secret_str(&one), &n, &err) == ERR_INPUT, "%s", err.text);
    one.p[30] = one.p[30] == '0' ? '1' : '0';
    ok(keys_import(device, secret_str(&one), &n, &err) == ERR_REFUSED, "%s", err.text);
    one.p[18] = '2';
    ok(keys_import(device, secret_str(&one), &n, &err) == ERR_STATE, "%s", err.text);
    /* in place, as after restoring a backup */
    ok(keys_join(other, device, &pass, 0, &second, &err) == 0 && keys_has(second, b), "%s",
       "a new device in the place of one that was restored");
    uint64_t generation = 0, size = 0;
    unsigned char hash[32];
    ok(keys_ring(second, &generation, &size, hash, &err) == 0 && generation == 2 &&
           keys_settle(second, generation, size, hash, &err) == 0,
       "its ring %s", err.text);
    BUF_AUTO gone;
    buf_init(&gone, 1000);
    char path[1200];
    (void)snprintf(path, sizeof path, "%s/ring-1", other);
    ok(file_read(path, 1000, &gone, &err) == ERR_MISSING, "the old one is removed");
    keys_close(second);
    ok(keys_open(other, &pass, &second, &err) == 0 && keys_has(second, a) &&
           memcmp(keys_public(second)->by, keys_public(device)->device, 16) == 0,
       "opened again");
    ok(keys_choose(device, generation, size, hash, &err) == ERR_REFUSED, "%s", err.text);
    keys_close(stranger);
    keys_close(second);
    keys_close(device);
    keys_close(k);
}

/* What keys.age held when this was written: every later version reads it. */
static void test_frozen_text(const char *tests)
{
    char path[1200];
    BUF_AUTO text;
    SECRET_AUTO again = {0};
    struct keys_text t;
    struct err err = {0};
    unsigned char a[32];
    (void)snprintf(path, sizeof path, "%s/vectors/ring", tests);
    get(path, "keys.txt", &text);
    ok(keys_text_parse(buf_str(&text), &t, &err) == 0, "the frozen text of keys.age %s",
       err.text);
    hex("0aa45d9fc91a5cb78e169a999a3e12a95d14062f0398e9c60059e513f7a6b03f", a);
    ok(memcmp(t.archive_key.p, a, 32) == 0 && t.log2 == 10 && t.joined && t.recovery &&
           t.ring_count == 1 && t.rings[0].generation == 1,
       "with what it holds");
    keys_text_print(&t, &again);
    is(secret_str(&again), buf_str(&text), "and prints the same");
    keys_text_free(&t);
    size_t taken = 0;
    for (size_t i = 0; i <= text.n; i++) {
        if (keys_text_parse(str_make(text.p, i), &t, &err) == 0) {
            /* only the last line may be missing */
            taken +=
                i != text.n && !str_starts(str_make(text.p + i, text.n - i), STR("recovery"));
            keys_text_free(&t);
        }
    }
    ok(taken == 0, "cut, it is refused");
    text.p[15] = '2';
    ok(keys_text_parse(buf_str(&text), &t, &err) == ERR_STATE, "%s", err.text);
}

int main(int argc, char **argv)
{
    secret_init();
    test_frozen_text(argc > 1 ? argv[1] : ".");
    secret_set(&pass, "correct horse", 13);
    struct vault_dir d;
    vault_dir_make(&d);
    test_known();
    test_tamper();
    test_paper();
    char dir[1024], other[1024];
    (void)snprintf(dir, sizeof dir, "%s", vault_dir_path(&d, "archive"));
    test_open(dir);
    struct age_identity paper = {0};
    test_passwd(dir, &paper);
    test_damage(dir, &paper);
    age_identity_free(&paper);
    (void)snprintf(other, sizeof other, "%s", vault_dir_path(&d, "other"));
    test_missing(dir, other);
    (void)snprintf(other, sizeof other, "%s", vault_dir_path(&d, "second"));
    test_share(dir, other);
    vault_dir_remove(&d);
    secret_free(&pass);
    return tap_end();
}
