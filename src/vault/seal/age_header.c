/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The header of an age file: a version line, stanzas, a MAC. Every line has one form only.
 */
#include "base/base64.h"
#include "vault/seal/age_parts.h"

#include <stdlib.h>

#define READ_STEP ((size_t)4 << 10)
#define COLUMNS   64
#define MAC_TEXT  43 /* characters of base64 */

/* Where the parser is. */
struct lines {
    struct str rest;
    size_t number; /* of the line taken last, from 1 */
};

void age_header_init(struct age_header *h)
{
    *h = (struct age_header){0};
    buf_init(&h->text, AGE_MAX_HEADER);
}

void age_header_free(struct age_header *h)
{
    buf_free(&h->text);
    free(h->stanzas);
    age_header_init(h);
}

static int wrong(const struct lines *l, const char *what, struct err *err)
{
    return err_set(err, ERR_INPUT, "header: line %zu: %s", l->number, what);
}

static int take_line(struct lines *l, struct str *ret, struct err *err)
{
    size_t at = str_find(l->rest, STR("\n"), 0);
    l->number++;
    if (at == STR_NONE)
        return wrong(l, "the file is cut off here", err);
    *ret = str_slice(l->rest, 0, at);
    l->rest = str_slice(l->rest, at + 1, l->rest.n);
    return 0;
}

static int parse_arguments(const struct lines *l, struct str line, struct age_stanza *s,
                           struct err *err)
{
    size_t begin = 0;
    for (size_t i = 0; i <= line.n; i++) {
        if (i < line.n && line.p[i] > ' ' && line.p[i] <= '~')
            continue;
        if (i < line.n && line.p[i] != ' ')
            return wrong(l, "a byte that cannot stand in an argument", err);
        if (i == begin)
            return wrong(l, "an argument is empty", err);
        if (s->arg_count < AGE_ARGS)
            s->args[s->arg_count] = str_slice(line, begin, i);
        s->arg_count++;
        begin = i + 1;
    }
    return 0;
}

static int parse_body(struct lines *l, struct age_stanza *s, struct err *err)
{
    struct str line;
    do {
        int r = take_line(l, &line, err);
        if (r)
            return r;
        unsigned char bytes[COLUMNS];
        size_t n = 0;
        if (line.n > COLUMNS)
            return wrong(l, "longer than 64 columns", err);
        if (!base64_parse(line, false, bytes, sizeof bytes, &n))
            return wrong(l, "not base64 as it must be here", err);
        if (s->body_n < sizeof s->body) {
            size_t room = sizeof s->body - s->body_n;
            memcpy(s->body + s->body_n, bytes, n < room ? n : room);
        }
        s->body_n += n;
    } while (line.n == COLUMNS);
    return 0;
}

static int parse_stanza(struct age_header *h, struct lines *l, struct str line, struct err *err)
{
    if (h->count == AGE_MAX_RECIPIENTS)
        return err_set(err, ERR_LIMIT, "header: more than %d recipients", AGE_MAX_RECIPIENTS);
    if (h->count == h->cap) {
        size_t cap = h->cap ? h->cap * 2 : 4;
        struct age_stanza *p = realloc(h->stanzas, cap * sizeof *p);
        if (!p)
            err_die("out of memory");
        h->stanzas = p;
        h->cap = cap;
    }
    struct age_stanza *s = &h->stanzas[h->count];
    *s = (struct age_stanza){0};
    int r = parse_arguments(l, str_slice(line, 3, line.n), s, err);
    if (!r)
        r = parse_body(l, s, err);
    if (!r)
        h->count++;
    return r;
}

static int parse_mac(struct age_header *h, const struct lines *l, struct str line,
                     struct err *err)
{
    size_t n = 0;
    if (line.n != 4 + MAC_TEXT || line.p[3] != ' ' ||
        !base64_parse(str_slice(line, 4, line.n), false, h->mac, sizeof h->mac, &n))
        return wrong(l, "not a MAC (\"--- \" and 43 characters of base64)", err);
    h->mac_covers = (size_t)(line.p - h->text.p) + 3;
    return 0;
}

int age_header_parse(struct age_header *h, struct err *err)
{
    struct lines l = {buf_str(&h->text), 0};
    struct str line;
    int r = take_line(&l, &line, err);
    if (r)
        return r;
    if (!str_eq(line, str_slice(STR(AGE_V1), 0, sizeof AGE_V1 - 2)))
        return wrong(&l, "not an age file, version 1", err);
    for (;;) {
        r = take_line(&l, &line, err);
        if (r)
            return r;
        if (str_starts(line, STR("---")))
            break;
        if (!str_starts(line, STR("-> ")))
            return wrong(&l, "neither a recipient (\"-> \") nor the MAC (\"--- \")", err);
        r = parse_stanza(h, &l, line, err);
        if (r)
            return r;
    }
    if (h->count == 0)
        return wrong(&l, "no recipient stands before the MAC", err);
    if (l.rest.n)
        return wrong(&l, "more stands behind the MAC", err);
    return parse_mac(h, &l, line, err);
}

/* Is this the beginning of a header, as far as it goes? */
static int check_begin(struct str text, bool whole, struct err *err)
{
    struct str v1 = STR(AGE_V1);
    size_t n = text.n < v1.n ? text.n : v1.n;
    if (str_eq(str_slice(text, 0, n), str_slice(v1, 0, n)) && (n == v1.n || !whole))
        return 0;
    struct str family = STR("age-encryption.org/");
    if (text.n == 0)
        return err_set(err, ERR_INPUT, "header: there is nothing, expected an age file");
    if (!str_starts(text, family))
        return err_set(err, ERR_INPUT,
                       "header: not an age file, it does not begin with \"%.*s\"",
                       (int)(v1.n - 1), v1.p);
    return err_set(err, ERR_INPUT, "header: an age file of another version, only v1 is read");
}

/* The length of the header, or 0 while its end is not there. */
static size_t find_end(struct str text, size_t *scanned)
{
    size_t at = str_find(text, STR("\n---"), *scanned);
    if (at == STR_NONE) {
        *scanned = text.n < 3 ? 0 : text.n - 3;
        return 0;
    }
    *scanned = at;
    size_t end = str_find(text, STR("\n"), at + 1);
    return end == STR_NONE ? 0 : end + 1;
}

int age_header_read(struct age_header *h, const struct age_source *in, struct buf *rest,
                    struct err *err)
{
    size_t scanned = 0, end = 0;
    while (!end) {
        char *to = buf_reserve(&h->text, READ_STEP);
        if (!to)
            return err_set(err, ERR_LIMIT, "header: larger than %zu bytes", AGE_MAX_HEADER);
        size_t n = 0;
        int r = in->read(in->context, to, READ_STEP, &n, err);
        if (r)
            return r;
        h->text.n += n;
        r = check_begin(buf_str(&h->text), n == 0, err);
        if (r)
            return r;
        if (n == 0)
            return err_set(err, ERR_INPUT, "header: the file is cut off at byte %zu",
                           h->text.n);
        end = find_end(buf_str(&h->text), &scanned);
    }
    buf_add(rest, str_slice(buf_str(&h->text), end, h->text.n));
    h->text.n = end;
    int r = buf_check(rest, "header", err);
    return r ? r : age_header_parse(h, err);
}

void age_header_mac(const unsigned char file_key[AGE_FILE_KEY], struct str covered,
                    unsigned char mac[SHA256_SIZE])
{
    unsigned char key[SHA256_SIZE];
    hkdf256(file_key, AGE_FILE_KEY, NULL, 0, "header", key, sizeof key);
    hmac256(key, sizeof key, covered.p, covered.n, mac);
    secret_wipe(key, sizeof key);
}
