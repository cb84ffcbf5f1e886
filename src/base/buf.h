/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * base/buf: a growing byte buffer, born with a ceiling.
 *
 * Adding past the ceiling adds nothing and sets `full`; the caller checks once, at the end
 * (buf_check). The bytes are always followed by a NUL that is not counted. They are wiped when
 * the buffer is freed or moves, so that words that were read do not lie about.
 */
#ifndef DEPONENT_BASE_BUF_H
#define DEPONENT_BASE_BUF_H

#include "base/err.h"
#include "base/str.h"

struct buf {
    char *p;
    size_t n, cap, max;
    bool full;
};

void buf_init(struct buf *b, size_t max);
void buf_free(struct buf *b);
void buf_clear(struct buf *b);
/* Room for n more bytes at p + n (not yet counted), or NULL past the ceiling. */
char *buf_reserve(struct buf *b, size_t n);
void buf_add(struct buf *b, struct str s);
void buf_add_char(struct buf *b, char c);
void buf_add_u64(struct buf *b, uint64_t v);
/* The shortest decimal that reads back as v, which must be finite. */
void buf_add_number(struct buf *b, double v);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
static inline struct str buf_str(const struct buf *b)
{
    return (struct str){b->p, b->n};
}
/* ERR_LIMIT "what: larger than N bytes" if the ceiling was met, else 0. */
int buf_check(const struct buf *b, const char *what, struct err *err) ERR_CHECKED;

#define BUF_AUTO __attribute__((cleanup(buf_free))) struct buf

#endif
