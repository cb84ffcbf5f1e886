/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vault/seal/age, keys: any text is a file of recipients or identities or refused with a
 * sentence; each key that is read prints as the line it came from.
 */
#include "fuzz.h"
#include "vault/seal/age_parts.h"

#define FUZZ_MAX (1u << 16)

static void check_line(struct str line)
{
    struct err err = {0};
    struct age_recipient r;
    struct age_identity i;
    if (age_recipient_parse(line, &r, &err) == 0) {
        BUF_AUTO out;
        buf_init(&out, 200);
        age_recipient_print(&out, r.public_key);
        must(str_eq(buf_str(&out), line));
    } else {
        must(err.kind == ERR_INPUT && err.text[0]);
    }
    if (age_identity_parse(line, &i, &err) == 0) {
        SECRET_AUTO out = {0};
        age_identity_print(&out, &i);
        must(str_eq(secret_str(&out), line));
        age_identity_free(&i);
    }
}

/* The first byte is the length, the rest the data. */
static void check_bech32(struct str bytes)
{
    unsigned char data[AGE_BECH32_DATA], back[AGE_BECH32_DATA];
    char text[AGE_BECH32_MAX];
    size_t n = bytes.n ? (unsigned char)bytes.p[0] % (AGE_BECH32_DATA + 1) : 0;
    for (size_t i = 0; i < n; i++)
        data[i] = i + 1 < bytes.n ? (unsigned char)bytes.p[i + 1] : 0;
    size_t length = age_bech32_print(text, STR("KEY-"), data, n);
    must(age_bech32_parse(str_make(text, length), STR("KEY-"), back, n) == NULL);
    must(n == 0 || memcmp(back, data, n) == 0);
    if (bytes.n < 3)
        return;
    /* One changed character is always found. */
    size_t at = (unsigned char)bytes.p[1] % length;
    char was = text[at];
    text[at] = bytes.p[2];
    must((age_bech32_parse(str_make(text, length), STR("KEY-"), back, n) == NULL) ==
         (was == bytes.p[2]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > FUZZ_MAX)
        return 0;
    secret_init();
    struct str text = fuzz_str(data, size), rest = text, line;
    struct age_recipients to = {0};
    struct age_identities with = {0};
    struct err err = {0};
    int r = age_recipients_parse(&to, text, "it", &err);
    must((r == 0) == (to.count > 0) && (r == 0 || str_starts(str_of(err.text), STR("it: "))));
    r = age_identities_parse(&with, text, "it", &err);
    must((r == 0) == (with.count > 0) && (r == 0 || str_starts(str_of(err.text), STR("it: "))));
    age_recipients_free(&to);
    age_identities_free(&with);
    for (int i = 0; i < 20 && str_next_line(&rest, &line); i++)
        check_line(line);
    check_bech32(text);
    return 0;
}
