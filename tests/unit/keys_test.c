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
    /* the identity is what anybody can derive who is given the secret */
    unsigned char want[32], got[32], secret[32];
    hex("de8907fb06ed764948076dd8536319fff433caf1c983b335cb9185ad697ce016", want);
    count_up(secret, 32, 0);
    hkdf256(secret, 32, NULL, 0, "deponent1 attachment", got, 32);
    ok(memcmp(got, want, 32) == 0, "the identity of attachments");
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

int main(void)
{
    secret_init();
    secret_set(&pass, "correct horse", 13);
    struct vault_dir d;
    vault_dir_make(&d);
    test_known();
    test_tamper();
    test_open(vault_dir_path(&d, "archive"));
    vault_dir_remove(&d);
    secret_free(&pass);
    return tap_end();
}
