/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json.h"

#include "base/text.h"

#include <math.h>

#define JSON_DEPTH 64

static void before_value(struct json_out *j)
{
    if (j->comma)
        buf_add_char(j->out, ',');
    j->comma = true;
}

void json_begin_object(struct json_out *j)
{
    before_value(j);
    buf_add_char(j->out, '{');
    j->comma = false;
}

void json_end_object(struct json_out *j)
{
    buf_add_char(j->out, '}');
    j->comma = true;
}

void json_begin_array(struct json_out *j)
{
    before_value(j);
    buf_add_char(j->out, '[');
    j->comma = false;
}

void json_end_array(struct json_out *j)
{
    buf_add_char(j->out, ']');
    j->comma = true;
}

static void put_quoted(struct buf *out, struct str s)
{
    buf_add_char(out, '"');
    for (size_t i = 0; i < s.n;) {
        size_t k = i;
        while (k < s.n && (unsigned char)s.p[k] >= 0x20 && s.p[k] != '"' && s.p[k] != '\\' &&
               (unsigned char)s.p[k] < 0x7f)
            k++;
        buf_add(out, str_slice(s, i, k));
        i = k;
        if (i == s.n)
            break;
        unsigned char c = (unsigned char)s.p[i];
        if (c == '"' || c == '\\') {
            buf_add_char(out, '\\');
            buf_add_char(out, (char)c);
            i++;
        } else if (c == '\n') {
            buf_add(out, STR("\\n"));
            i++;
        } else if (c < 0x20 || c == 0x7f) {
            buf_printf(out, "\\u%04x", c);
            i++;
        } else {
            size_t next;
            bool bad = text_decode(s, i, &next) == 0xFFFD && next == i + 1;
            buf_add(out, bad ? STR("\xef\xbf\xbd") : str_slice(s, i, next));
            i = next;
        }
    }
    buf_add_char(out, '"');
}

void json_put_key(struct json_out *j, const char *key)
{
    before_value(j);
    put_quoted(j->out, str_of(key));
    buf_add_char(j->out, ':');
    j->comma = false;
}

void json_put_str(struct json_out *j, struct str s)
{
    before_value(j);
    put_quoted(j->out, s);
}

void json_put_str_or_null(struct json_out *j, struct str s)
{
    if (s.p)
        json_put_str(j, s);
    else
        json_put_null(j);
}

void json_put_int(struct json_out *j, int64_t v)
{
    before_value(j);
    buf_printf(j->out, "%lld", (long long)v);
}

void json_put_number(struct json_out *j, double v)
{
    if (!isfinite(v)) {
        json_put_null(j);
        return;
    }
    before_value(j);
    buf_add_number(j->out, v);
}

void json_put_bool(struct json_out *j, bool v)
{
    before_value(j);
    buf_add(j->out, v ? STR("true") : STR("false"));
}

void json_put_null(struct json_out *j)
{
    before_value(j);
    buf_add(j->out, STR("null"));
}

/* jansson's own limit on depth is fixed at build time; ours is smaller and known. */
static int check_depth(struct str text, const char *what, struct err *err)
{
    size_t depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (quoted) {
            if (c == '\\')
                i++;
            else if (c == '"')
                quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            if (++depth > JSON_DEPTH)
                return err_set(err, ERR_LIMIT,
                               "%s: byte %zu: JSON nested deeper than %d levels", what, i,
                               JSON_DEPTH);
        } else if ((c == '}' || c == ']') && depth) {
            depth--;
        }
    }
    return 0;
}

int json_parse(struct str text, size_t max, const char *what, json_t **ret, struct err *err)
{
    if (text.n > max)
        return err_set(err, ERR_LIMIT, "%s: %zu bytes of JSON, at most %zu are read", what,
                       text.n, max);
    int r = check_depth(text, what, err);
    if (r)
        return r;
    json_error_t e;
    json_t *j =
        json_loadb(text.p ? text.p : "", text.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &e);
    if (!j)
        return err_set(err, ERR_INPUT, "%s: line %d, column %d: %s", what, e.line, e.column,
                       e.text);
    *ret = j;
    return 0;
}
