/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * base/base64: RFC 4648, the standard alphabet, with or without padding. Parsing is exact: the
 * one form that printing gives, no white space, no bits left over.
 */
#ifndef DEPONENT_BASE_BASE64_H
#define DEPONENT_BASE_BASE64_H

#include "base/buf.h"

void base64_print(struct buf *out, const void *p, size_t n, bool padded);
/* At most `max` bytes into `out`; false when it is not exact or longer. */
bool base64_parse(struct str s, bool padded, void *out, size_t max, size_t *ret_n)
    __attribute__((warn_unused_result));

#endif
