/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The age test vectors of C2SP (see tests/vectors/README.md): each file has the right class of
 * result, and all plaintext that was given out is what it must be, with one thread and with
 * several. Post-quantum recipients are not known here: such a file must open nothing.
 */
#include "base/arena.h"
#include "inflate.h"
#include "sys/file.h"
#include "tap.h"
#include "vault/seal/age.h"
#include "vault/seal/hash.h"

#define FILE_MAX_BYTES ((size_t)32 << 20)

struct vector {
    struct str expect, payload, file;
    struct age_identities with;
    bool compressed, armored, hybrid, unknown;
};

/* What a sentence is about. */
static struct str class_of(int r, const struct err *err)
{
    static const struct {
        const char *begin, *class;
    } classes[] = {{"armor: ", "armor failure"},
                   {"header: ", "header failure"},
                   {"header MAC: ", "HMAC failure"},
                   {"payload: ", "payload failure"}};
    if (r == 0)
        return STR("success");
    if (r == ERR_AUTH)
        return STR("no match");
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
        if (str_starts(str_of(err->text), str_of(classes[i].begin)))
            return str_of(classes[i].class);
    return STR("none");
}

static void add_identity(struct vector *v, struct str value)
{
    struct age_identity one;
    struct err err = {0};
    if (age_identity_parse(value, &one, &err) == 0) {
        age_identities_add(&v->with, &one);
        return;
    }
    v->hybrid = str_find(str_of(err.text), STR("post-quantum"), 0) != STR_NONE;
    v->unknown = !v->hybrid;
}

static void add_passphrase(struct vector *v, struct str value)
{
    struct age_identity one = {.kind = AGE_SCRYPT};
    secret_set(&one.secret, value.p, value.n);
    age_identities_add(&v->with, &one);
}

static void read_vector(struct str text, struct vector *v)
{
    struct str line;
    while (str_next_line(&text, &line) && line.n) {
        size_t colon = str_find(line, STR(": "), 0);
        struct str key = str_slice(line, 0, colon);
        struct str value = str_slice(line, colon == STR_NONE ? line.n : colon + 2, line.n);
        if (str_eq(key, STR("expect")))
            v->expect = value;
        else if (str_eq(key, STR("payload")))
            v->payload = value;
        else if (str_eq(key, STR("identity")))
            add_identity(v, value);
        else if (str_eq(key, STR("passphrase")))
            add_passphrase(v, value);
        else if (str_eq(key, STR("compressed")))
            v->compressed = true;
        else if (str_eq(key, STR("armored")))
            v->armored = true;
        else if (!str_eq(key, STR("file key")) && !str_eq(key, STR("comment")))
            v->unknown = true;
    }
    v->file = text;
}

static int read_str(void *context, void *p, size_t n, size_t *ret_n, struct err *err)
{
    (void)err;
    struct str *s = context;
    size_t part = n < s->n ? n : s->n;
    memcpy(p, s->p, part);
    *s = str_slice(*s, part, s->n);
    *ret_n = part;
    return 0;
}

static int hash_plain(void *context, const void *p, size_t n, struct err *err)
{
    (void)err;
    sha256_add(context, p, n);
    return 0;
}

static int open_hashed(const struct vector *v, unsigned threads, char hex[65], struct err *err)
{
    struct str rest = v->file;
    struct sha256 h;
    unsigned char sum[SHA256_SIZE];
    struct age_source in = {read_str, &rest};
    struct age_sink out = {hash_plain, &h};
    struct age_options options = {.threads = threads};
    sha256_begin(&h);
    int r = age_open(v->with.items, v->with.count, &options, &in, &out, err);
    sha256_end(&h, sum);
    hex_print(sum, sizeof sum, hex);
    return r;
}

/* Files that are sealed to post-quantum recipients: what they look like without their key. The
 * two low-order shares show only to somebody who has it. */
static struct str expected(const struct vector *v, const char *name)
{
    bool deep = strcmp(name, "hybrid_identity") == 0 || strcmp(name, "hybrid_low_order") == 0;
    return v->hybrid && (deep || str_eq(v->expect, STR("success"))) ? STR("no match")
                                                                    : v->expect;
}

static void test_vector(const char *path)
{
    const char *name = strrchr(path, '/') + 1;
    BUF_AUTO text, plain;
    buf_init(&text, FILE_MAX_BYTES);
    buf_init(&plain, FILE_MAX_BYTES);
    struct err err = {0};
    if (file_read(path, FILE_MAX_BYTES, &text, &err) != 0) {
        ok(false, "%s: %s", name, err.text);
        return;
    }
    struct vector v = {0};
    read_vector(buf_str(&text), &v);
    ok(!v.unknown, "%s is a vector as we know them", name);
    if (v.compressed) {
        ok(inflate_zlib(v.file, &plain), "%s inflates", name);
        v.file = buf_str(&plain);
    }
    for (unsigned threads = 1; threads <= 3; threads += 2) {
        char hex[65];
        err.text[0] = '\0';
        int r = open_hashed(&v, threads, hex, &err);
        char title[160];
        (void)snprintf(title, sizeof title, "%s, threads %u: %.80s", name, threads, err.text);
        is(class_of(r, &err), expected(&v, name), title);
        if (v.payload.n && !v.hybrid)
            is(str_of(hex), v.payload, "what was given out");
        else if (r)
            is(str_of(hex),
               STR("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
               "nothing was given out");
    }
    age_identities_free(&v.with);
}

int main(int argc, char **argv)
{
    secret_init();
    ARENA_AUTO a = {0};
    const char **paths = NULL;
    size_t count = 0;
    struct err err = {0};
    char folder[4096];
    (void)snprintf(folder, sizeof folder, "%s/vectors/age", argc > 1 ? argv[1] : "tests");
    ok(file_list(&a, folder, 1000, &paths, &count, &err) == 0, "the folder of vectors");
    ok(count == 143, "143 vectors");
    for (size_t i = 0; i < count; i++)
        test_vector(paths[i]);
    return tap_end();
}
