/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ids and envelopes. The frozen bytes were put together by hand from the table in
 * deponent-ledger(5), not by the code that is tested: every later version must read them.
 */
#include "tap.h"
#include "vault/ledger/envelope.h"
#include "vault/seal/hash.h"
#include "vault/seal/secret.h"

#include <stdlib.h>

static void test_id(void)
{
    static const struct {
        const char *hex, *text;
    } known[] = {
        {"00112233445566778899aabbccddeeff", "0024h36h2ncsvrh6daqf6dvvqz"},
        {"ffffffffffffffffffffffffffffffff", "7zzzzzzzzzzzzzzzzzzzzzzzzz"},
        {"00000000000000000000000000000001", "00000000000000000000000001"},
        {"80000000000000000000000000000000", "40000000000000000000000000"},
    };
    ARENA_AUTO a = {0};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        struct id id, back;
        if (!hex_parse(str_of(known[i].hex), id.b, sizeof id.b))
            abort();
        is(id_print(&a, id), str_of(known[i].text), known[i].hex);
        ok(id_parse(str_of(known[i].text), &back) && memcmp(&id, &back, sizeof id) == 0,
           "and back");
    }
    struct id x = {{0}}, y;
    ok(id_parse(STR("0024H36H2NCSVRH6DAQF6DVVQZ"), &x) && x.b[1] == 0x11, "upper case");
    ok(id_parse(STR("OOOOOOOOoooooooooooooooooI"), &x) && x.b[15] == 1 &&
           id_parse(STR("0000000000000000000000000L"), &y) && memcmp(&x, &y, sizeof x) == 0,
       "letters that look like digits");
    ok(!id_parse(STR("8zzzzzzzzzzzzzzzzzzzzzzzzz"), &x), "more than 128 bits");
    ok(!id_parse(STR("000000000000000000000000u0"), &x) &&
           !id_parse(STR("000000000000000000000000-0"), &x) &&
           !id_parse(STR("000000000000000000000000\0000"), &x),
       "other characters");
    ok(!id_parse(STR("0000000000000000000000000"), &x) &&
           !id_parse(STR("000000000000000000000000000"), &x) && !id_parse(STR(""), &x),
       "other lengths");
    size_t wrong = 0;
    for (int i = 0; i < 2000; i++) {
        struct id id = id_new(), back = {{0}};
        wrong += !id_parse(id_print(&a, id), &back) || memcmp(&id, &back, sizeof id) != 0;
    }
    ok(wrong == 0, "2000 new ids are printed and parsed");
    x = id_new();
    y = id_new();
    ok(memcmp(&x, &y, sizeof x) != 0, "no two alike");
}

static const char frozen[] = "44504e310100010000000000100200001011121314151617"
                             "18191a1b1c1d1e1f08070605040302012828282828282828"
                             "282828282828282828282828282828282828282828282828"
                             "48494a4b4c4d4e4f50515253545556575858585858585858"
                             "585858585858585858585858585858585858585858585858"
                             "787878787878787878787878787878787878787878787878"
                             "787878787878787898989898989898989898989898989898"
                             "a8a8a8a8a8a8a8a8a8a8a8a8a8a8a8a80000000000000000"
                             "0000000000000000";

static bool all(const unsigned char *p, size_t n, unsigned char value)
{
    for (size_t i = 0; i < n; i++)
        if (p[i] != value)
            return false;
    return true;
}

static void test_frozen(void)
{
    unsigned char in[ENVELOPE_SIZE], out[ENVELOPE_SIZE];
    struct envelope e = {0};
    struct err err = {0};
    if (!hex_parse(str_of(frozen), in, sizeof in))
        abort();
    ok(envelope_unpack(in, &e, &err) == 0, "the frozen envelope is read: %s", err.text);
    ok(e.type == ENVELOPE_SEALED && e.size == 528 && e.seq == 0x0102030405060708 &&
           e.device[0] == 0x10 && e.device[15] == 0x1f && e.payload.b[0] == 0x48 &&
           e.payload.b[15] == 0x57,
       "type, size, seq, device and payload id");
    ok(all(e.previous, 32, 0x28) && all(e.payload_hash, 32, 0x58) &&
           all(e.commitment, 32, 0x78) && all(e.salt, 16, 0x98) && all(e.key_ref, 16, 0xa8),
       "hashes, commitment, salt and key_ref");
    envelope_pack(&e, out);
    ok(memcmp(in, out, sizeof in) == 0, "and packs to the same bytes");
}

/* Every value of every byte: it packs to the same bytes again, or is refused. */
static void test_bytes(void)
{
    unsigned char in[ENVELOPE_SIZE], out[ENVELOPE_SIZE];
    if (!hex_parse(str_of(frozen), in, sizeof in))
        abort();
    size_t fixed = 0, other = 0, newer = 0;
    for (size_t at = 0; at < sizeof in; at++) {
        unsigned char before = in[at];
        size_t taken = 0;
        for (unsigned v = 0; v < 256; v++) {
            struct envelope e;
            struct err err = {0};
            in[at] = (unsigned char)v;
            int r = envelope_unpack(in, &e, &err);
            newer += r == ERR_STATE;
            other += r != 0 && r != ERR_STATE && (r != ERR_INPUT || !err.text[0]);
            if (r)
                continue;
            taken++;
            envelope_pack(&e, out);
            other += memcmp(in, out, sizeof in) != 0;
        }
        in[at] = before;
        fixed += taken == 1;
        other += taken != 1 && taken != 256 && !(at >= 12 && at < 16);
    }
    ok(other == 0, "each byte is free or has one right value: %zu otherwise", other);
    /* magic, version, type, flags, the two outer bytes of the size, the reserved sixteen; the
     * commitment and the like are free in a sealed entry */
    ok(fixed >= 4 + 2 + 2 + 4 + 2 + 16, "%zu bytes have only one right value", fixed);
    ok(newer == 254 + 255, "every later version is a newer program's: %zu", newer);
}

static int unpack(const struct envelope *e)
{
    unsigned char in[ENVELOPE_SIZE];
    struct envelope ret;
    struct err err = {0};
    envelope_pack(e, in);
    return envelope_unpack(in, &ret, &err);
}

static void test_types(void)
{
    struct envelope e = {.type = ENVELOPE_CONTROL, .size = 10};
    ok(unpack(&e) == 0, "a control entry");
    e.commitment[31] = 1;
    ok(unpack(&e) == ERR_INPUT, "has no commitment");
    e.commitment[31] = 0;
    e.salt[0] = 1;
    ok(unpack(&e) == ERR_INPUT, "no salt");
    e.salt[0] = 0;
    e.key_ref[15] = 1;
    ok(unpack(&e) == ERR_INPUT, "no key_ref");
    e.type = ENVELOPE_ATTACHMENT;
    ok(unpack(&e) == 0, "an attachment has one");
    e.size = UINT32_MAX;
    ok(unpack(&e) == 0, "and any size");
    e.salt[3] = 1;
    ok(unpack(&e) == ERR_INPUT, "but no salt");
    e = (struct envelope){.type = ENVELOPE_SEALED, .size = 272};
    ok(unpack(&e) == 0, "256 and 16 bytes sealed");
    e.previous[7] = 1;
    ok(unpack(&e) == ERR_INPUT, "nothing is before seq 0");
    e.seq = 1;
    ok(unpack(&e) == 0, "something is before seq 1");
    static const uint32_t sizes[] = {0,   15,  16,      17,       256,
                                     271, 273, 784 + 1, 768 + 16, UINT32_MAX};
    size_t taken = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        e.size = sizes[i];
        taken += unpack(&e) == 0;
    }
    ok(taken == 0, "no other sizes: %zu taken", taken);
    ok(envelope_padded(0) == 256 && envelope_padded(256) == 256 &&
           envelope_padded(257) == 512 &&
           envelope_padded(ENVELOPE_MAX_PLAIN) == ENVELOPE_MAX_PLAIN &&
           envelope_padded(ENVELOPE_MAX_PLAIN + 1) == 0,
       "padding");
    e = (struct envelope){.type = ENVELOPE_CONTROL};
    ok(unpack(&e) == ERR_INPUT, "an empty control entry");
    e.size = ENVELOPE_MAX_CONTROL + 1;
    ok(unpack(&e) == ERR_INPUT, "a huge one");
}

int main(void)
{
    secret_init();
    test_id();
    test_frozen();
    test_bytes();
    test_types();
    return tap_end();
}
