/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/csv.h"

#include <math.h>

#define CSV_BOM "\xef\xbb\xbf"

void csv_open(struct csv_reader *r, struct str text, char separator, const char *what)
{
    if (str_starts(text, STR(CSV_BOM)))
        text = str_slice(text, 3, text.n);
    *r = (struct csv_reader){.rest = text, .what = what, .separator = separator, .line = 1};
}

/* Bytes of the line end at the head of s: 0 if there is none. */
static size_t line_end(struct str s)
{
    if (s.n >= 1 && s.p[0] == '\n')
        return 1;
    return s.n >= 2 && s.p[0] == '\r' && s.p[1] == '\n' ? 2 : 0;
}

static int field_too_long(const struct csv_reader *r, size_t line, struct err *err)
{
    return err_set(err, ERR_LIMIT, "%s: line %zu: a field of more than %u bytes", r->what, line,
                   CSV_MAX_FIELD_BYTES);
}

static int plain_field(struct csv_reader *r, struct str *ret, struct err *err)
{
    struct str s = r->rest;
    size_t n = 0;
    while (n < s.n && s.p[n] != r->separator && !line_end(str_slice(s, n, s.n))) {
        if (s.p[n] == '"')
            return err_set(err, ERR_INPUT,
                           "%s: line %zu: a quotation mark inside a field that does not begin "
                           "with one; quote the whole field and double the mark",
                           r->what, r->line);
        if (++n > CSV_MAX_FIELD_BYTES)
            return field_too_long(r, r->line, err);
    }
    *ret = str_slice(s, 0, n);
    r->rest = str_slice(s, n, s.n);
    return 0;
}

/* Drops one mark of each doubled one. */
static struct str undouble(struct arena *a, struct str s)
{
    char *p = arena_alloc(a, s.n + 1, 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        p[n++] = s.p[i];
        if (s.p[i] == '"')
            i++;
    }
    return str_make(p, n);
}

static int quoted_field(struct csv_reader *r, struct arena *a, struct str *ret, struct err *err)
{
    struct str s = r->rest;
    size_t opened = r->line, i = 1;
    bool doubled = false;
    for (;; i++) {
        if (i > CSV_MAX_FIELD_BYTES)
            return field_too_long(r, opened, err);
        if (i >= s.n)
            return err_set(err, ERR_INPUT, "%s: line %zu: a quoted field that never ends",
                           r->what, opened);
        if (s.p[i] == '\n')
            r->line++;
        if (s.p[i] != '"')
            continue;
        if (i + 1 >= s.n || s.p[i + 1] != '"')
            break;
        doubled = true;
        i++;
    }
    *ret = str_slice(s, 1, i);
    if (doubled)
        *ret = undouble(a, *ret);
    r->rest = str_slice(s, i + 1, s.n);
    if (r->rest.n && r->rest.p[0] != r->separator && !line_end(r->rest))
        return err_set(err, ERR_INPUT,
                       "%s: line %zu: text behind the closing quotation mark of a field",
                       r->what, r->line);
    return 0;
}

static int check_count(struct csv_reader *r, const struct csv_record *record, struct err *err)
{
    if (r->columns == 0) {
        r->columns = record->count;
        r->first_line = record->line;
    }
    if (record->count == r->columns)
        return 0;
    return err_set(err, ERR_INPUT, "%s: line %zu: %zu field%s, expected %zu as in line %zu",
                   r->what, record->line, record->count, record->count == 1 ? "" : "s",
                   r->columns, r->first_line);
}

int csv_next(struct csv_reader *r, struct arena *a, struct csv_record *ret, struct err *err)
{
    size_t blank;
    while (r->columns != 1 && (blank = line_end(r->rest)) > 0) {
        r->rest = str_slice(r->rest, blank, r->rest.n);
        r->line++;
    }
    struct csv_record record = {.line = r->line};
    *ret = record;
    if (r->rest.n == 0)
        return 0;
    size_t cap = r->columns;
    record.fields = cap ? arena_room(a, cap * sizeof *record.fields) : NULL;
    for (;;) {
        struct str field;
        bool quoted = r->rest.n && r->rest.p[0] == '"';
        int e = quoted ? quoted_field(r, a, &field, err) : plain_field(r, &field, err);
        if (e)
            return e;
        if (record.count == CSV_MAX_FIELDS)
            return err_set(err, ERR_LIMIT, "%s: line %zu: more than %d fields", r->what,
                           r->line, CSV_MAX_FIELDS);
        ARENA_PUSH(a, record.fields, record.count, cap, field);
        if (r->rest.n == 0 || r->rest.p[0] != r->separator)
            break;
        r->rest = str_slice(r->rest, 1, r->rest.n);
    }
    size_t end = line_end(r->rest);
    r->rest = str_slice(r->rest, end, r->rest.n);
    r->line += end > 0;
    int e = check_count(r, &record, err);
    if (e)
        return e;
    *ret = record;
    return 0;
}

static void before_field(struct csv_out *c)
{
    if (c->inside)
        buf_add_char(c->out, c->separator);
    c->inside = true;
}

/* "+49 30 1234" and "-12 (estimate)" run in spreadsheets as well as "=cmd|…"; a plain number
 * does no harm and stays a number. */
static bool runs_as_formula(struct str s)
{
    if (s.n == 0 || !strchr("=+-@\t\r", s.p[0]) || s.p[0] == '\0')
        return false;
    if (s.p[0] != '-' && s.p[0] != '+')
        return true;
    size_t i = 1, digits = 0, dots = 0;
    for (; i < s.n; i++) {
        bool digit = s.p[i] >= '0' && s.p[i] <= '9';
        if (!digit && s.p[i] != '.')
            return true;
        digits += digit;
        dots += !digit;
    }
    return digits == 0 || dots > 1;
}

void csv_put(struct csv_out *c, struct str field)
{
    if (field.n == 0 && !c->inside)
        buf_add(c->out, STR("\"\"")); /* a record of one empty field is no blank line */
    before_field(c);
    bool formula = runs_as_formula(field);
    bool quote = field.n && (field.p[0] == ' ' || field.p[field.n - 1] == ' ' ||
                             str_starts(field, STR(CSV_BOM)));
    for (size_t i = 0; i < field.n && !quote; i++)
        quote = field.p[i] == c->separator || field.p[i] == '"' || field.p[i] == '\n' ||
                field.p[i] == '\r';
    if (quote)
        buf_add_char(c->out, '"');
    if (formula)
        buf_add_char(c->out, '\'');
    for (size_t i = 0, k; i < field.n; i = k) {
        for (k = i; k < field.n && field.p[k] != '"';)
            k++;
        buf_add(c->out, str_slice(field, i, k));
        if (k < field.n) {
            buf_add(c->out, STR("\"\""));
            k++;
        }
    }
    if (quote)
        buf_add_char(c->out, '"');
}

void csv_put_number(struct csv_out *c, double v)
{
    before_field(c);
    if (isfinite(v))
        buf_add_number(c->out, v);
}

void csv_end(struct csv_out *c)
{
    buf_add(c->out, STR("\r\n"));
    c->inside = false;
}
