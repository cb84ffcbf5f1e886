/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ASCII armor: strict PEM (RFC 7468, figure 3) with lines of 64 columns. Lines may end in CRLF,
 * and white space may stand before and behind the whole; nothing else may differ.
 */
#include "base/base64.h"
#include "vault/seal/age_parts.h"

#define BEGIN STR("-----BEGIN AGE ENCRYPTED FILE-----")
#define END   STR("-----END AGE ENCRYPTED FILE-----")

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool age_armor_is(struct str begin)
{
    if (str_starts(begin, STR("age-encryption.org/")))
        return false;
    begin = str_slice(begin, 0, AGE_ARMOR_LOOK);
    return str_find(begin, STR("-----BEGIN "), 0) != STR_NONE ||
           str_find(begin, STR("BEGIN AGE ENCRYPTED FILE"), 0) != STR_NONE;
}

bool age_is_file(struct str begin)
{
    size_t i = 0;
    while (i < begin.n && i < AGE_ARMOR_LOOK && is_space(begin.p[i]))
        i++;
    return str_starts(begin, STR("age-encryption.org/")) ||
           str_starts(str_slice(begin, i, begin.n), BEGIN);
}

/* ---- reading ---- */

static int wrong(const struct age_dearmor *a, const char *what, struct err *err)
{
    return err_set(err, ERR_INPUT, "armor: line %llu: %s", a->line, what);
}

/* More text behind what is there. */
static int fill(struct age_dearmor *a, struct err *err)
{
    if (a->at) {
        memmove(a->text, a->text + a->at, a->n - a->at);
        a->n -= a->at;
        a->at = 0;
    }
    size_t n = 0;
    int r = a->in->read(a->in->context, a->text + a->n, sizeof a->text - a->n, &n, err);
    if (r)
        return r;
    a->n += n;
    a->ended = n == 0;
    return 0;
}

/* The next line, without its end. At the end of the source an empty one. */
static int take_line(struct age_dearmor *a, struct str *ret, struct err *err)
{
    size_t searched = 0;
    const char *end = NULL;
    a->line++;
    for (;;) {
        struct str there = {a->text + a->at, a->n - a->at};
        end = there.n > searched ? memchr(there.p + searched, '\n', there.n - searched) : NULL;
        if (end || a->ended)
            break;
        if (there.n > AGE_ARMOR_LINE + 2)
            return wrong(a, "longer than 64 columns", err);
        searched = there.n;
        int r = fill(a, err);
        if (r)
            return r;
    }
    const char *p = a->text + a->at;
    size_t n = end ? (size_t)(end - p) : a->n - a->at;
    a->at += n + (end != NULL);
    if (end && n && p[n - 1] == '\r')
        n--;
    *ret = str_make(p, n);
    return 0;
}

/* Passes over white space; *ret_end when nothing else is left. */
static int skip_space(struct age_dearmor *a, bool *ret_end, struct err *err)
{
    *ret_end = false;
    for (;;) {
        for (; a->at < a->n; a->at++) {
            if (!is_space(a->text[a->at]))
                return 0;
            a->line += a->text[a->at] == '\n';
        }
        if (a->ended) {
            *ret_end = true;
            return 0;
        }
        int r = fill(a, err);
        if (r)
            return r;
    }
}

static int read_begin(struct age_dearmor *a, struct err *err)
{
    bool end = false;
    struct str line;
    int r = skip_space(a, &end, err);
    if (!r)
        r = take_line(a, &line, err);
    if (r)
        return r;
    if (!str_eq(line, BEGIN))
        return wrong(a, "expected \"-----BEGIN AGE ENCRYPTED FILE-----\" and nothing before it",
                     err);
    a->state = AGE_ARMOR_BODY;
    return 0;
}

static int read_end(struct age_dearmor *a, struct err *err)
{
    bool end = false;
    a->state = AGE_ARMOR_END;
    int r = skip_space(a, &end, err);
    if (r || end)
        return r;
    a->line++;
    return wrong(a, "more stands behind the end of the armor", err);
}

/* One line; its bytes go to p, which has room for AGE_ARMOR_BYTES. */
static int read_body(struct age_dearmor *a, unsigned char *p, size_t *ret_n, struct err *err)
{
    struct str line;
    int r = take_line(a, &line, err);
    if (r)
        return r;
    if (str_eq(line, END))
        return read_end(a, err);
    if (line.n == 0)
        return wrong(a, a->ended ? "cut off, the end of the armor is missing" : "empty", err);
    if (a->state == AGE_ARMOR_LAST)
        return wrong(a, "expected \"-----END AGE ENCRYPTED FILE-----\" behind a short line",
                     err);
    if (line.n > AGE_ARMOR_LINE)
        return wrong(a, "longer than 64 columns", err);
    if (!base64_parse(line, true, p, AGE_ARMOR_BYTES, ret_n))
        return wrong(a, "not base64 as it must be here", err);
    if (*ret_n < AGE_ARMOR_BYTES)
        a->state = AGE_ARMOR_LAST;
    return 0;
}

int age_dearmor_read(void *context, void *p, size_t n, size_t *ret_n, struct err *err)
{
    struct age_dearmor *a = context;
    unsigned char *to = p;
    size_t have = 0;
    if (a->state == AGE_ARMOR_BEGIN) {
        int r = read_begin(a, err);
        if (r)
            return r;
    }
    while (have < n) {
        size_t held = a->held_n - a->held_at, got = 0;
        if (held) {
            size_t part = held < n - have ? held : n - have;
            memcpy(to + have, a->held + a->held_at, part);
            a->held_at += part;
            have += part;
            continue;
        }
        if (a->state == AGE_ARMOR_END)
            break;
        bool direct = n - have >= AGE_ARMOR_BYTES;
        int r = read_body(a, direct ? to + have : a->held, &got, err);
        if (r)
            return r;
        if (direct) {
            have += got;
        } else {
            a->held_at = 0;
            a->held_n = got;
        }
    }
    *ret_n = have;
    return 0;
}

/* ---- writing ---- */

void age_enarmor_init(struct age_enarmor *a, const struct age_sink *out)
{
    a->out = out;
    a->held_n = 0;
    buf_init(&a->text, 2 * AGE_ARMOR_TEXT);
    buf_add(&a->text, BEGIN);
    buf_add_char(&a->text, '\n');
}

void age_enarmor_free(struct age_enarmor *a)
{
    buf_free(&a->text);
}

static void add_line(struct age_enarmor *a, const unsigned char *p, size_t n)
{
    base64_print(&a->text, p, n, true);
    buf_add_char(&a->text, '\n');
}

static int flush(struct age_enarmor *a, struct err *err)
{
    int r = a->out->write(a->out->context, a->text.p, a->text.n, err);
    buf_clear(&a->text);
    return r;
}

int age_enarmor_write(void *context, const void *p, size_t n, struct err *err)
{
    struct age_enarmor *a = context;
    const unsigned char *from = p;
    while (n) {
        if (a->held_n == 0 && n >= AGE_ARMOR_BYTES) {
            add_line(a, from, AGE_ARMOR_BYTES);
            from += AGE_ARMOR_BYTES;
            n -= AGE_ARMOR_BYTES;
        } else {
            size_t room = AGE_ARMOR_BYTES - a->held_n, part = n < room ? n : room;
            memcpy(a->held + a->held_n, from, part);
            a->held_n += part;
            from += part;
            n -= part;
            if (a->held_n == AGE_ARMOR_BYTES) {
                add_line(a, a->held, a->held_n);
                a->held_n = 0;
            }
        }
        if (a->text.n >= AGE_ARMOR_TEXT) {
            int r = flush(a, err);
            if (r)
                return r;
        }
    }
    return 0;
}

int age_enarmor_end(struct age_enarmor *a, struct err *err)
{
    if (a->held_n)
        add_line(a, a->held, a->held_n);
    a->held_n = 0;
    buf_add(&a->text, END);
    buf_add_char(&a->text, '\n');
    return flush(a, err);
}
