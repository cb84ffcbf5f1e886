/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * base/text: UTF-8, by utf8proc. Byte offsets always refer to the text as it was given.
 */
#ifndef DEPONENT_BASE_TEXT_H
#define DEPONENT_BASE_TEXT_H

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

/* Decodes the code point at s[at]; *ret_next is the offset behind it. Never reads outside s.
 * An invalid byte is one code point 0xFFFD of length 1. */
uint32_t text_decode(struct str s, size_t at, size_t *ret_next);
/* Offset of the first byte that is not valid UTF-8, or STR_NONE. */
size_t text_invalid_at(struct str s);
bool text_is_letter(uint32_t cp);
bool text_is_upper(uint32_t cp);
bool text_is_digit(uint32_t cp);
bool text_is_space(uint32_t cp);
/* Adds s with case folded; with `marks` false also without diacritics (NFD, marks dropped). */
void text_fold(struct buf *out, struct str s, bool marks);
/* Columns that s takes on a terminal. */
size_t text_width(struct str s);
/* Checks that outside bytes are text we can read: valid UTF-8 without NUL; names the encoding
 * when they look like UTF-16 or binary. `what` is the file's name for the sentence. */
int text_check(struct str s, const char *what, struct err *err) ERR_CHECKED;

#endif
