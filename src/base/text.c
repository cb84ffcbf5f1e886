/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"

#include <utf8proc.h>

uint32_t text_decode(struct str s, size_t at, size_t *ret_next)
{
    unsigned char c = (unsigned char)s.p[at];
    if (c < 0x80) {
        *ret_next = at + 1;
        return c;
    }
    utf8proc_int32_t cp;
    size_t left = s.n - at > 4 ? 4 : s.n - at;
    utf8proc_ssize_t n =
        utf8proc_iterate((const utf8proc_uint8_t *)s.p + at, (utf8proc_ssize_t)left, &cp);
    if (n <= 0) {
        *ret_next = at + 1;
        return 0xFFFD;
    }
    *ret_next = at + (size_t)n;
    return (uint32_t)cp;
}

size_t text_invalid_at(struct str s)
{
    for (size_t i = 0; i < s.n;) {
        if ((unsigned char)s.p[i] < 0x80) {
            i++;
            continue;
        }
        utf8proc_int32_t cp;
        size_t left = s.n - i > 4 ? 4 : s.n - i;
        utf8proc_ssize_t n =
            utf8proc_iterate((const utf8proc_uint8_t *)s.p + i, (utf8proc_ssize_t)left, &cp);
        if (n <= 0)
            return i;
        i += (size_t)n;
    }
    return STR_NONE;
}

static utf8proc_category_t category(uint32_t cp)
{
    return utf8proc_category((utf8proc_int32_t)cp);
}

bool text_is_letter(uint32_t cp)
{
    utf8proc_category_t c = category(cp);
    return c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_LO;
}

bool text_is_upper(uint32_t cp)
{
    utf8proc_category_t c = category(cp);
    return c == UTF8PROC_CATEGORY_LU || c == UTF8PROC_CATEGORY_LT;
}

bool text_is_digit(uint32_t cp)
{
    return category(cp) == UTF8PROC_CATEGORY_ND;
}

bool text_is_space(uint32_t cp)
{
    return cp == ' ' || (cp >= '\t' && cp <= '\r') || category(cp) == UTF8PROC_CATEGORY_ZS ||
           cp == 0x2028 || cp == 0x2029;
}

void text_fold(struct buf *out, struct str s, bool marks)
{
    for (size_t i = 0, next; i < s.n; i = next) {
        uint32_t cp = text_decode(s, i, &next);
        if (cp < 0x80) {
            buf_add_char(out, (char)(cp >= 'A' && cp <= 'Z' ? cp + 32 : cp));
            continue;
        }
        utf8proc_int32_t parts[8];
        int boundary = 0;
        utf8proc_option_t how = UTF8PROC_CASEFOLD;
        if (!marks)
            how |= UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK;
        utf8proc_ssize_t n =
            utf8proc_decompose_char((utf8proc_int32_t)cp, parts, 8, how, &boundary);
        for (utf8proc_ssize_t k = 0; k < n && k < 8; k++) {
            utf8proc_uint8_t bytes[4];
            utf8proc_ssize_t m = utf8proc_encode_char(parts[k], bytes);
            buf_add(out, (struct str){(const char *)bytes, m > 0 ? (size_t)m : 0});
        }
    }
}

size_t text_width(struct str s)
{
    size_t columns = 0;
    for (size_t i = 0, next; i < s.n; i = next) {
        int w = utf8proc_charwidth((utf8proc_int32_t)text_decode(s, i, &next));
        columns += w > 0 ? (size_t)w : 0;
    }
    return columns;
}

int text_check(struct str s, const char *what, struct err *err)
{
    if (s.n >= 2 &&
        ((s.p[0] == '\xff' && s.p[1] == '\xfe') || (s.p[0] == '\xfe' && s.p[1] == '\xff')))
        return err_set(err, ERR_INPUT,
                       "%s: byte 0: this is UTF-16, expected UTF-8; convert it first, for "
                       "example with iconv -f UTF-16 -t UTF-8",
                       what);
    const char *nul = s.n ? memchr(s.p, 0, s.n) : NULL;
    if (nul)
        return err_set(
            err, ERR_INPUT,
            "%s: byte %zu is NUL, so this is not a text; expected UTF-8 text or HTML", what,
            (size_t)(nul - s.p));
    size_t bad = text_invalid_at(s);
    if (bad != STR_NONE)
        return err_set(
            err, ERR_INPUT,
            "%s: byte %zu (0x%02x) is not valid UTF-8; convert the file to UTF-8 first", what,
            bad, (unsigned)(unsigned char)s.p[bad]);
    return 0;
}
