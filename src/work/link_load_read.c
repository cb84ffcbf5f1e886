/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "work/link_load_parts.h"

#include <stdlib.h>

#define LOAD_PULL (256u << 10)

static int pull(struct load_reader *r, char *p, size_t n, struct err *err)
{
    if (r->in_memory)
        memcpy(p, r->memory.p + r->at, n);
    else {
        int e = file_in_read_at(&r->file, r->at, p, n, err);
        if (e)
            return e;
    }
    r->at += n;
    return 0;
}

/* What comes through a pipe is kept, as it is looked at twice. */
static int open_source(struct load_reader *r, const char *path, struct err *err)
{
    int e = file_in_open(path, &r->file, err);
    if (e)
        return e;
    r->name = r->file.name;
    if (r->file.plain) {
        r->size = r->file.size;
        if (r->size > LINK_LOAD_BYTES)
            return err_set(err, ERR_LIMIT,
                           "%s: %llu bytes, at most %u are read; leave out columns that say "
                           "nothing of who a person is, or cut the list in two",
                           r->name, (unsigned long long)r->size, LINK_LOAD_BYTES);
        return 0;
    }
    for (;;) {
        char *p = buf_reserve(&r->whole, LOAD_PULL);
        size_t n = 0;
        if (!p)
            return err_set(err, ERR_LIMIT, "%s: more than %u bytes, at most that many are read",
                           r->name, LINK_LOAD_BYTES);
        e = file_in_read(&r->file, p, LOAD_PULL, &n, err);
        if (e)
            return e;
        r->whole.n += n;
        if (n < LOAD_PULL)
            break;
    }
    r->in_memory = true;
    r->memory = buf_str(&r->whole);
    r->size = r->memory.n;
    return 0;
}

/* The line on which a byte of the file stands, when bytes are what counts. */
static size_t line_of(struct load_reader *r, uint64_t byte)
{
    size_t line = 1;
    struct err err;
    for (r->at = 0; r->at < byte;) {
        char p[4096];
        size_t n = byte - r->at < sizeof p ? (size_t)(byte - r->at) : sizeof p;
        if (pull(r, p, n, &err))
            break;
        for (size_t i = 0; i < n; i++)
            line += p[i] == '\n';
    }
    return line;
}

static int find_charset(struct load_reader *r, struct err *err)
{
    struct charset_look *look = charset_look_new();
    int e = 0;
    while (r->at < r->size && !e) {
        size_t n = r->size - r->at < LOAD_PULL ? (size_t)(r->size - r->at) : LOAD_PULL;
        buf_clear(&r->raw);
        char *p = buf_reserve(&r->raw, n);
        if (!p)
            e = err_set(err, ERR_BUG, "%s: buffer refused", r->name);
        else if ((e = pull(r, p, n, err)) == 0)
            charset_look_add(look, str_make(p, n));
        if (look->zeros[0] + look->zeros[1] && charset_decide(look) == CHARSET_UTF8)
            break; /* it is no text, and may be long */
    }
    buf_clear(&r->raw);
    if (!e) {
        r->charset = charset_decide(look);
        r->bare_cr = look->carriage_return && !look->line_feed;
        bool wide = r->charset == CHARSET_UTF16LE || r->charset == CHARSET_UTF16BE;
        if (!wide && look->zeros[0] + look->zeros[1])
            e = err_set(err, ERR_INPUT,
                        "%s: line %zu: a NUL byte, so this is no text; a table is expected, "
                        "saved as CSV",
                        r->name, line_of(r, look->first_zero));
        else if (r->charset == CHARSET_UTF8 && look->ill)
            e = err_set(err, ERR_INPUT,
                        "%s: line %zu: a byte that is not UTF-8, while the rest is; mend that "
                        "line, or save the table as UTF-8",
                        r->name, line_of(r, look->first_ill));
        else if (r->charset == CHARSET_UTF8 && look->state)
            e = err_set(err, ERR_INPUT, "%s: the last letter is cut off", r->name);
    }
    charset_look_free(look);
    r->at = 0;
    return e;
}

/* The line of a place in text that was converted and not yet cut into rows. */
static size_t line_in(const struct load_reader *r, struct str before)
{
    size_t line = r->csv.line;
    for (size_t i = 0; i < before.n; i++)
        line += before.p[i] == '\n';
    return line;
}

static int convert(struct load_reader *r, bool last, struct buf *out, struct err *err)
{
    size_t used = 0, begin = out->n;
    int e = charset_convert(r->charset, buf_str(&r->raw), last, out, &used, err);
    if (e)
        return err_prefix(err, "%s: byte %llu, line %zu", r->name,
                          (unsigned long long)(r->at - r->raw.n + used),
                          line_in(r, buf_str(out)));
    const char *nul = out->n > begin ? memchr(out->p + begin, 0, out->n - begin) : NULL;
    if (nul)
        return err_set(
            err, ERR_INPUT,
            "%s: line %zu: a NUL character, so this is no text; a table is expected, "
            "saved as CSV",
            r->name, line_in(r, str_slice(buf_str(out), 0, (size_t)(nul - out->p))));
    memmove(r->raw.p, r->raw.p + used, r->raw.n - used);
    r->raw.n -= used;
    return 0;
}

/* Pulls and converts until `out` has LOAD_CHUNK bytes more or the file ends. */
static int fill(struct load_reader *r, struct buf *out, struct err *err)
{
    size_t begin = out->n;
    while (out->n - begin < LOAD_CHUNK && !r->ended) {
        size_t n = r->size - r->at < LOAD_PULL ? (size_t)(r->size - r->at) : LOAD_PULL;
        bool last = r->at + n == r->size;
        bool as_is = r->charset == CHARSET_UTF8;
        char *p = buf_reserve(as_is ? out : &r->raw, n);
        if (!p)
            return err_set(err, ERR_BUG, "%s: buffer refused", r->name);
        int e = pull(r, p, n, err);
        if (e)
            return e;
        if (as_is) {
            out->n += n;
        } else {
            r->raw.n += n;
            e = convert(r, last, out, err);
            if (e)
                return e;
        }
        r->ended = last;
    }
    if (r->bare_cr)
        for (size_t i = begin; i < out->n; i++)
            if (out->p[i] == '\r')
                out->p[i] = '\n';
    return 0;
}

/* Where the last row that is whole ends: behind the last line end outside quotation marks. A
 * stray mark leads this astray, but never beyond the row in which it stands, and that row is
 * an error. */
static size_t whole_rows(struct str s)
{
    size_t end = 0;
    bool quoted = false;
    for (size_t i = 0; i < s.n; quoted = !quoted) {
        const char *mark = memchr(s.p + i, '"', s.n - i);
        size_t k = mark ? (size_t)(mark - s.p) : s.n;
        const char *lf = quoted ? NULL : memrchr(s.p + i, '\n', k - i);
        if (lf)
            end = (size_t)(lf - s.p) + 1;
        i = k + 1;
    }
    return end;
}

/* How many rows of the beginning a separator cuts evenly, and into how many fields. */
static size_t even_rows(const struct load_reader *r, struct str head, char separator,
                        size_t *ret_fields)
{
    ARENA_AUTO a = {0};
    struct csv_reader csv;
    struct csv_record record;
    struct err err;
    csv_open(&csv, head, separator, r->name);
    size_t rows = 0;
    while (rows < 50 && csv_next(&csv, &a, &record, &err) == 0 && record.count)
        rows++;
    *ret_fields = csv.columns;
    return rows;
}

static char find_separator(const struct load_reader *r, struct str head)
{
    static const char separators[] = {',', ';', '\t', '|'};
    char best = ',';
    size_t fields = 0, most = even_rows(r, head, best, &fields);
    for (size_t i = 1; i < sizeof separators; i++) {
        size_t f = 0, n = even_rows(r, head, separators[i], &f);
        bool better = (f > 1) != (fields > 1) ? f > 1 : n != most ? n > most : f > fields;
        if (better) {
            best = separators[i];
            most = n;
            fields = f;
        }
    }
    return best;
}

/* The row with which Excel says which separator it uses. */
static bool takes_sep_row(struct str *s, char *ret)
{
    if (s->n < 6 || memcmp(s->p, "sep=", 4) != 0 || (s->p[5] != '\n' && s->p[5] != '\r') ||
        s->p[4] == '"' || s->p[4] == '\n')
        return false;
    *ret = s->p[4];
    *s = str_slice(*s, s->p[5] == '\r' ? 7 : 6, s->n);
    return true;
}

int load_reader_open(struct load_reader *r, const char *path, struct str memory,
                     struct err *err)
{
    *r = (struct load_reader){.name = path, .file = {.fd = -1}};
    buf_init(&r->whole, (size_t)LINK_LOAD_BYTES + LOAD_PULL);
    buf_init(&r->raw, 2 * LOAD_PULL);
    buf_init(&r->rest, 2 * (size_t)LOAD_ROW_BYTES);
    r->csv.line = 1;
    if (memory.p) {
        r->in_memory = true;
        r->memory = memory;
        r->size = memory.n;
    } else {
        int e = open_source(r, path, err);
        if (e)
            return e;
    }
    int e = find_charset(r, err);
    if (!e)
        e = fill(r, &r->rest, err);
    if (e)
        return e;
    struct str head = buf_str(&r->rest);
    if (str_starts(head, STR("\xef\xbb\xbf")))
        head = str_slice(head, 3, head.n);
    if (str_trim(head).n == 0)
        return err_set(err, ERR_INPUT,
                       "%s: line 1: an empty file; a row of column names is expected", r->name);
    char separator;
    bool said = takes_sep_row(&head, &separator);
    if (!said)
        separator = find_separator(r, head);
    csv_open(&r->csv, head, separator, r->name);
    r->csv.line += said;
    return 0;
}

/* Takes text that was read already out of `rest`, which then holds what csv has not read. */
static void keep_rest(struct load_reader *r, struct str rest)
{
    memmove(r->rest.p, rest.p, rest.n);
    r->rest.n = rest.n;
}

int load_reader_header(struct load_reader *r, struct arena *a, struct csv_record *ret,
                       struct err *err)
{
    struct csv_record header;
    int e = csv_next(&r->csv, a, &header, err);
    if (e)
        return e;
    for (size_t i = 0; i < header.count; i++)
        header.fields[i] = arena_copy(a, load_trim(header.fields[i]));
    keep_rest(r, r->csv.rest);
    *ret = header;
    return 0;
}

/* Cuts text into rows, all of it. */
static int cut(struct load_reader *r, struct load_chunk *c, struct str text, struct err *err)
{
    r->csv.rest = text;
    for (;;) {
        struct csv_record row;
        int e = csv_next(&r->csv, &c->arena, &row, err);
        if (e || row.count == 0)
            return e;
        if (c->count == c->cap) {
            c->cap = c->cap ? c->cap * 2 : 1024;
            c->rows = load_room(c->rows, c->cap, sizeof *c->rows);
        }
        c->rows[c->count++] = row;
    }
}

static int next_rows(struct load_reader *r, struct load_chunk *c, struct err *err)
{
    buf_add(&c->text, buf_str(&r->rest));
    buf_clear(&r->rest);
    for (;;) {
        int e = fill(r, &c->text, err);
        if (e)
            return e;
        struct str text = buf_str(&c->text);
        if (r->ended)
            return cut(r, c, text, err);
        size_t whole = whole_rows(text);
        if (whole) {
            buf_add(&r->rest, str_slice(text, whole, text.n));
            return cut(r, c, str_slice(text, 0, whole), err);
        }
        if (text.n > LOAD_ROW_BYTES) {
            size_t line = r->csv.line;
            e = cut(r, c, text, err);
            return e ? e
                     : err_set(err, ERR_LIMIT, "%s: line %zu: a row of more than %u bytes",
                               r->name, line, LOAD_ROW_BYTES);
        }
    }
}

void load_reader_next(struct load_reader *r, struct load_chunk *c)
{
    if (!c->text.max)
        buf_init(&c->text, 3 * (size_t)LOAD_ROW_BYTES);
    buf_clear(&c->text);
    arena_reset(&c->arena);
    c->count = 0;
    c->failed = next_rows(r, c, &c->err);
}

void load_reader_close(struct load_reader *r)
{
    buf_free(&r->whole);
    buf_free(&r->raw);
    buf_free(&r->rest);
    file_in_close(&r->file);
}

void load_chunk_free(struct load_chunk *c)
{
    buf_free(&c->text);
    arena_free(&c->arena);
    free(c->rows);
    *c = (struct load_chunk){0};
}
