/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vault/seal/age, armor: what is read as armor is, but for line ends and white space around it,
 * the text that the same bytes are written as; and any bytes come back from their armor.
 */
#include "fuzz.h"
#include "vault/seal/age_parts.h"

#define FUZZ_MAX (1u << 18)

static int write_buf(void *context, const void *p, size_t n, struct err *err)
{
    struct buf *b = context;
    buf_add(b, str_make(p, n));
    return buf_check(b, "fuzz", err);
}

/* `step` bytes at a time. */
static int take_off(struct str text, size_t step, struct buf *out)
{
    struct err err = {0};
    static struct age_dearmor a;
    struct age_source in = {age_str_read, &text};
    a = (struct age_dearmor){.in = &in};
    char bytes[1024];
    size_t n = 0;
    int r = 0;
    do {
        r = age_dearmor_read(&a, bytes, step, &n, &err);
        if (!r)
            buf_add(out, str_make(bytes, n));
    } while (!r && n);
    must(r == 0 || (r == ERR_INPUT && str_starts(str_of(err.text), STR("armor: "))));
    return r;
}

static void put_on(struct str bytes, size_t step, struct buf *out)
{
    struct err err = {0};
    struct age_sink sink = {write_buf, out};
    struct age_enarmor a;
    age_enarmor_init(&a, &sink);
    for (size_t i = 0; i < bytes.n; i += step) {
        struct str part = str_slice(bytes, i, i + step);
        must(age_enarmor_write(&a, part.p, part.n, &err) == 0);
    }
    must(age_enarmor_end(&a, &err) == 0);
    age_enarmor_free(&a);
}

/* LF for CRLF, nothing before, one line end behind. */
static void normal(struct str text, struct buf *out)
{
    text = str_trim(text);
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] != '\r' || i + 1 == text.n || text.p[i + 1] != '\n')
            buf_add_char(out, text.p[i]);
    buf_add_char(out, '\n');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > FUZZ_MAX)
        return 0;
    struct str text = fuzz_str(data, size);
    BUF_AUTO bytes, again, want;
    buf_init(&bytes, 4 * FUZZ_MAX);
    buf_init(&again, 4 * FUZZ_MAX);
    buf_init(&want, 4 * FUZZ_MAX);
    int r = take_off(text, 1000, &bytes);
    must(take_off(text, 7, &again) == r);
    if (r == 0) {
        must(str_eq(buf_str(&bytes), buf_str(&again)));
        buf_clear(&again);
        put_on(buf_str(&bytes), 100, &again);
        normal(text, &want);
        must(str_eq(buf_str(&again), buf_str(&want)));
    }
    buf_clear(&again);
    buf_clear(&bytes);
    put_on(text, 77, &again);
    must(age_is_file(buf_str(&again)) && age_armor_is(buf_str(&again)));
    must(take_off(buf_str(&again), 100, &bytes) == 0 && str_eq(buf_str(&bytes), text));
    return 0;
}
