/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * base/json: JSON out by a small streaming writer, JSON in by jansson with bounds.
 *
 * The writer keeps commas and escapes right; members come out in the order they are written, so
 * the same value always gives the same bytes. Invalid UTF-8 comes out as U+FFFD.
 */
#ifndef DEPONENT_BASE_JSON_H
#define DEPONENT_BASE_JSON_H

#include "base/buf.h"

#include <jansson.h>

struct json_out {
    struct buf *out;
    bool comma; /* a value stands before, in this array or object */
};

void json_begin_object(struct json_out *j);
void json_end_object(struct json_out *j);
void json_begin_array(struct json_out *j);
void json_end_array(struct json_out *j);
void json_put_key(struct json_out *j, const char *key);
void json_put_str(struct json_out *j, struct str s);
/* null when s.p is NULL */
void json_put_str_or_null(struct json_out *j, struct str s);
void json_put_int(struct json_out *j, int64_t v);
/* The shortest decimal that reads back as v; NaN and infinities are null. */
void json_put_number(struct json_out *j, double v);
void json_put_bool(struct json_out *j, bool v);
void json_put_null(struct json_out *j);

/* Parses one JSON text of at most `max` bytes and 64 levels; sizes and depth are checked before
 * anything is allocated; a doubled key is refused. `what` names the file in the sentence, which
 * gives line and column. The caller owns *ret (json_decref). */
int json_parse(struct str text, size_t max, const char *what, json_t **ret,
               struct err *err) ERR_CHECKED;

static inline void json_decref_auto(json_t **j)
{
    json_decref(*j);
    *j = NULL;
}
#define JSON_AUTO __attribute__((cleanup(json_decref_auto))) json_t

#endif
