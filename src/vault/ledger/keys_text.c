/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What keys.age and recovery.age hold, as lines in one order, and the recovery key on paper.
 */
#include "vault/ledger/keys_parts.h"

#include <stdio.h>

#define FIRST_LINE "deponent keys v1"

static void add(struct secret *out, struct str s)
{
    if (!secret_add(out, s.p, s.n))
        err_die("a secret is too large");
}

static void add_hex(struct secret *out, const void *p, size_t n)
{
    SECRET_AUTO hex = {0};
    secret_alloc(&hex, 2 * n + 1);
    hex_print(p, n, (char *)hex.p);
    add(out, str_make((const char *)hex.p, 2 * n));
}

static void add_line(struct secret *out, const char *name, const void *p, size_t n)
{
    add(out, str_of(name));
    add(out, STR(" "));
    add_hex(out, p, n);
    add(out, STR("\n"));
}

static void add_number(struct secret *out, uint64_t v)
{
    char text[24];
    int n = snprintf(text, sizeof text, "%llu", (unsigned long long)v);
    add(out, str_make(text, (size_t)n));
}

void keys_text_print(const struct keys_text *t, struct secret *out)
{
    SECRET_AUTO identity = {0};
    secret_set(out, NULL, 0);
    add(out, STR(FIRST_LINE "\n"));
    add_line(out, "archive", t->archive, sizeof t->archive);
    add_line(out, "device", t->seed.p, SIGN_SEED);
    age_identity_print(&identity, &t->identity);
    add(out, STR("identity "));
    add(out, secret_str(&identity));
    add(out, STR("\n"));
    add_line(out, "archive-key", t->archive_key.p, 32);
    add(out, STR("work-factor "));
    add_number(out, t->log2);
    add(out, STR("\n"));
    if (t->joined) {
        add(out, STR("admitted "));
        add_hex(out, t->by, sizeof t->by);
        add(out, STR(" "));
        add_hex(out, t->proof, sizeof t->proof);
        add(out, STR("\n"));
    }
    for (size_t i = 0; i < t->ring_count; i++) {
        add(out, STR("ring "));
        add_number(out, t->rings[i].generation);
        add(out, STR(" "));
        add_hex(out, t->rings[i].secret.p, RING_SECRET);
        add(out, STR("\n"));
    }
    if (t->recovery) {
        BUF_AUTO recipient;
        buf_init(&recipient, 256);
        age_recipient_print(&recipient, t->recovery_key);
        add(out, STR("recovery "));
        add(out, buf_str(&recipient));
        add(out, STR("\n"));
    }
}

void keys_text_free(struct keys_text *t)
{
    secret_free(&t->seed);
    secret_free(&t->archive_key);
    age_identity_free(&t->identity);
    for (size_t i = 0; i < KEYS_RINGS_MAX; i++)
        secret_free(&t->rings[i].secret);
    *t = (struct keys_text){0};
}

struct parsing {
    struct str rest, line; /* the line in hand; n == 0 at the end */
    size_t number;
};

static void next_line(struct parsing *p)
{
    p->number++;
    if (!str_next_line(&p->rest, &p->line))
        p->line = str_make(NULL, 0);
}

static int bad_line(const struct parsing *p, const char *want, struct err *err)
{
    return err_set(err, ERR_INPUT, "keys: line %zu: expected \"%s\"", p->number, want);
}

/* The line in hand begins with `name`: what is behind it. */
static bool take(struct parsing *p, struct str name, struct str *ret)
{
    if (!str_starts(p->line, name))
        return false;
    *ret = str_slice(p->line, name.n, p->line.n);
    next_line(p);
    return true;
}

static bool take_hex(struct parsing *p, struct str name, void *out, size_t n)
{
    struct str value;
    return take(p, name, &value) && hex_parse(value, out, n);
}

static bool take_secret(struct parsing *p, struct str name, struct secret *out, size_t n)
{
    secret_alloc(out, n);
    return take_hex(p, name, out->p, n);
}

static bool take_number(struct str s, uint64_t *ret)
{
    return str_to_u64(s, ret) && (s.p[0] != '0' || s.n == 1);
}

static bool take_ring(struct parsing *p, struct keys_text *t)
{
    struct str value;
    if (t->ring_count == KEYS_RINGS_MAX || !take(p, STR("ring "), &value))
        return false;
    size_t blank = str_find(value, STR(" "), 0);
    size_t i = t->ring_count++;
    secret_alloc(&t->rings[i].secret, RING_SECRET);
    return blank != STR_NONE &&
           take_number(str_slice(value, 0, blank), &t->rings[i].generation) &&
           hex_parse(str_slice(value, blank + 1, value.n), t->rings[i].secret.p, RING_SECRET) &&
           (i == 0 || t->rings[i].generation == t->rings[i - 1].generation + 1);
}

static int parse_lines(struct parsing *p, struct keys_text *t, struct err *err)
{
    struct str value;
    uint64_t log2 = 0;
    if (!take_hex(p, STR("archive "), t->archive, sizeof t->archive))
        return bad_line(p, "archive HEX", err);
    if (!take_secret(p, STR("device "), &t->seed, SIGN_SEED))
        return bad_line(p, "device HEX", err);
    if (!take(p, STR("identity "), &value) || age_identity_parse(value, &t->identity, NULL))
        return bad_line(p, "identity AGE-SECRET-KEY-1…", err);
    if (!take_secret(p, STR("archive-key "), &t->archive_key, 32))
        return bad_line(p, "archive-key HEX", err);
    if (!take(p, STR("work-factor "), &value) || !take_number(value, &log2) ||
        log2 < AGE_SCRYPT_MIN || log2 > AGE_SCRYPT_MAX)
        return bad_line(p, "work-factor N", err);
    t->log2 = (unsigned)log2;
    if (take(p, STR("admitted "), &value)) {
        t->joined = true;
        if (value.n != 32 + 1 + 128 || value.p[32] != ' ' ||
            !hex_parse(str_slice(value, 0, 32), t->by, sizeof t->by) ||
            !hex_parse(str_slice(value, 33, value.n), t->proof, sizeof t->proof))
            return bad_line(p, "admitted HEX HEX", err);
    }
    do {
        if (!take_ring(p, t))
            return bad_line(p, "ring G HEX", err);
    } while (str_starts(p->line, STR("ring ")));
    if (take(p, STR("recovery "), &value)) {
        struct age_recipient to;
        t->recovery = true;
        if (age_recipient_parse(value, &to, NULL) || to.kind != AGE_X25519)
            return bad_line(p, "recovery age1…", err);
        memcpy(t->recovery_key, to.public_key, sizeof t->recovery_key);
    }
    return p->line.p || p->rest.n ? bad_line(p, "the end", err) : 0;
}

int keys_text_parse(struct str text, struct keys_text *ret, struct err *err)
{
    struct parsing p = {.rest = text};
    struct keys_text t = {0};
    next_line(&p);
    if (str_starts(p.line, STR("deponent keys v")) && !str_eq(p.line, STR(FIRST_LINE)))
        return err_set(err, ERR_STATE,
                       "keys: made by a newer program, this one reads version 1");
    if (!str_eq(p.line, STR(FIRST_LINE)))
        return bad_line(&p, FIRST_LINE, err);
    next_line(&p);
    int r = parse_lines(&p, &t, err);
    if (!r) {
        /* One form only: CRLF, a missing line feed, an odd spelling do not print again. */
        SECRET_AUTO again = {0};
        keys_text_print(&t, &again);
        if (again.n != text.n || !secret_eq(again.p, text.p, text.n))
            r = err_set(err, ERR_INPUT, "keys: the text is not in its one form");
    }
    if (r) {
        keys_text_free(&t);
        return r;
    }
    *ret = t;
    return 0;
}

/* ---- the recovery key on paper: 256 bits and 24 of a checksum, five a character ---- */

#define PAPER_BYTES 35
#define PAPER_CHARS 56

static const char paper_digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static void paper_check(const unsigned char scalar[32], unsigned char out[3])
{
    struct sha256 h;
    unsigned char hash[SHA256_SIZE];
    sha256_begin(&h);
    sha256_add(&h, "deponent recovery v1", 20);
    sha256_add(&h, scalar, 32);
    sha256_end(&h, hash);
    memcpy(out, hash, 3);
    secret_wipe(&h, sizeof h);
    secret_wipe(hash, sizeof hash);
}

void keys_recovery_print(const unsigned char scalar[32], struct secret *out)
{
    SECRET_AUTO bytes = {0};
    secret_alloc(&bytes, PAPER_BYTES);
    memcpy(bytes.p, scalar, 32);
    paper_check(scalar, bytes.p + 32);
    secret_alloc(out, PAPER_CHARS + PAPER_CHARS / 4 - 1);
    for (size_t i = 0, at = 0; i < PAPER_CHARS; i++) {
        size_t bit = 5 * i;
        unsigned two = (unsigned)bytes.p[bit / 8] << 8;
        if (bit / 8 + 1 < PAPER_BYTES)
            two |= bytes.p[bit / 8 + 1];
        if (i && i % 4 == 0)
            out->p[at++] = '-';
        out->p[at++] = (unsigned char)paper_digits[two >> (11 - bit % 8) & 31];
    }
}

/* -1: nothing; -2: no character of the alphabet. */
static int paper_digit(char c)
{
    if (c == ' ' || c == '-' || c == '\n' || c == '\r' || c == '\t')
        return -1;
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    if (c == 'I' || c == 'L')
        return 1;
    if (c == 'O')
        return 0;
    const char *found = c ? strchr(paper_digits, c) : NULL;
    return found ? (int)(found - paper_digits) : -2;
}

int keys_recovery_parse(struct str typed, struct age_identity *ret, struct err *err)
{
    SECRET_AUTO bytes = {0};
    secret_alloc(&bytes, PAPER_BYTES);
    size_t count = 0;
    for (size_t i = 0; i < typed.n; i++) {
        int digit = paper_digit(typed.p[i]);
        if (digit == -1)
            continue;
        if (digit < 0)
            return err_set(err, ERR_INPUT,
                           "recovery key: character %zu of group %zu is none that it can hold "
                           "(digits, and letters but U)",
                           count % 4 + 1, count / 4 + 1);
        if (count == PAPER_CHARS)
            return err_set(err, ERR_INPUT, "recovery key: more than %d characters",
                           PAPER_CHARS);
        size_t bit = 5 * count++;
        unsigned two = (unsigned)digit << (11 - bit % 8);
        bytes.p[bit / 8] |= (unsigned char)(two >> 8);
        if (bit / 8 + 1 < PAPER_BYTES)
            bytes.p[bit / 8 + 1] |= (unsigned char)two;
    }
    if (count != PAPER_CHARS)
        return err_set(err, ERR_INPUT,
                       "recovery key: %zu characters, expected %d (14 groups "
                       "of 4)",
                       count, PAPER_CHARS);
    unsigned char check[3];
    paper_check(bytes.p, check);
    if (!secret_eq(check, bytes.p + 32, sizeof check))
        return err_set(err, ERR_AUTH,
                       "recovery key: the checksum is wrong: a character was mistyped");
    age_identity_make(ret, bytes.p);
    return 0;
}
