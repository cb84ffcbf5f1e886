/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vault/seal/age: any bytes as a whole file, as the payload behind a good header, and as changes
 * to a good file. Never anything but the plaintext that was sealed; the same answer with one
 * thread and with two, and from a range; every refusal has its sentence.
 *
 * The identity is the one of the vectors in tests/vectors/age, which begin with lines about the
 * file and an empty line: those are passed over.
 */
#include "base/base64.h"
#include "fuzz.h"
#include "vault/seal/age_parts.h"

#define FUZZ_MAX (1u << 20)
#define IDENTITY "AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0"

static struct age_identity identity;
static struct age_recipient recipient;

static int write_buf(void *context, const void *p, size_t n, struct err *err)
{
    struct buf *b = context;
    buf_add(b, str_make(p, n));
    return buf_check(b, "fuzz", err);
}

static int read_at(void *context, uint64_t offset, void *p, size_t n, struct err *err)
{
    struct str *s = context;
    must(offset <= s->n && n <= s->n - offset);
    (void)err;
    memcpy(p, s->p + offset, n);
    return 0;
}

static int open_file(struct str file, unsigned threads, struct buf *out)
{
    struct err err = {0};
    struct age_source in = {age_str_read, &file};
    struct age_sink to = {write_buf, out};
    struct age_options options = {.threads = threads};
    int r = age_open(&identity, 1, &options, &in, &to, &err);
    must(r == 0 || (err.kind == r && err.text[0]));
    must(r == 0 || r == ERR_INPUT || r == ERR_AUTH || r == ERR_LIMIT);
    return r;
}

/* A range of all of it opens exactly when the whole does. */
static void check_range(struct str file, int r, struct str plain)
{
    struct err err = {0};
    struct age_at at = {read_at, &file, file.n};
    struct age_range *range = NULL;
    if (age_range_open(&identity, 1, &at, &range, &err) != 0) {
        must(r != 0 || age_armor_is(file));
        return;
    }
    uint64_t n = age_range_size(range);
    must(n <= file.n);
    char *bytes = malloc(n + 1);
    must(bytes != NULL);
    int again = age_range_read(range, 0, bytes, (size_t)n, &err);
    must((again == 0) == (r == 0));
    must(again || str_eq(str_make(bytes, (size_t)n), plain));
    free(bytes);
    age_range_free(range);
}

static int check_open(struct str file, struct buf *one)
{
    BUF_AUTO two;
    buf_init(&two, 2 * FUZZ_MAX);
    buf_clear(one);
    int r = open_file(file, 1, one);
    must(open_file(file, 2, &two) == r && str_eq(buf_str(one), buf_str(&two)));
    check_range(file, r, buf_str(one));
    return r;
}

/* A header as we write it, and these bytes for nonce and chunks. */
static void check_payload(struct str payload, struct buf *out)
{
    static const unsigned char file_key[AGE_FILE_KEY] = "YELLOW SUBMARIN";
    struct err err = {0};
    unsigned char mac[SHA256_SIZE];
    BUF_AUTO file;
    buf_init(&file, 2 * FUZZ_MAX);
    buf_add(&file, STR(AGE_V1));
    must(age_wrap(&recipient, file_key, &file, &err) == 0);
    buf_add(&file, STR("---"));
    age_header_mac(file_key, buf_str(&file), mac);
    buf_add_char(&file, ' ');
    base64_print(&file, mac, sizeof mac, false);
    buf_add_char(&file, '\n');
    buf_add(&file, payload);
    must(check_open(buf_str(&file), out) != 0); /* nobody can guess a tag */
}

/* Sealed, with some bytes changed as the input says. */
static void check_changed(struct str data, struct buf *out)
{
    size_t plain_n = data.n / 2;
    struct str plain = str_slice(data, 0, plain_n), rest = str_slice(data, plain_n, data.n);
    struct err err = {0};
    BUF_AUTO file;
    buf_init(&file, 2 * FUZZ_MAX);
    must(age_seal_bytes(&recipient, 1, plain, &file, &err) == 0);
    must(check_open(buf_str(&file), out) == 0 && str_eq(buf_str(out), plain));
    for (size_t i = 0; i + 3 <= rest.n && i < 30; i += 3) {
        size_t at =
            ((size_t)(unsigned char)rest.p[i] << 8 | (unsigned char)rest.p[i + 1]) % file.n;
        file.p[at] = (char)(file.p[at] ^ rest.p[i + 2]);
    }
    if (check_open(buf_str(&file), out) == 0)
        must(str_eq(buf_str(out), plain));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = {0};
    if (size > FUZZ_MAX)
        return 0;
    if (!identity.secret.p) {
        secret_init();
        must(age_identity_parse(STR(IDENTITY), &identity, &err) == 0);
        recipient.kind = AGE_X25519;
        age_identity_public(&identity, recipient.public_key);
    }
    struct str bytes = fuzz_str(data, size);
    size_t empty = str_find(bytes, STR("\n\n"), 0);
    if (str_starts(bytes, STR("expect: ")) && empty != STR_NONE)
        bytes = str_slice(bytes, empty + 2, bytes.n);
    BUF_AUTO out;
    buf_init(&out, 2 * FUZZ_MAX);
    (void)check_open(bytes, &out);
    check_payload(bytes, &out);
    check_changed(bytes, &out);
    return 0;
}
