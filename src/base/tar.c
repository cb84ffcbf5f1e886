/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tar.h"

#include <stdio.h>

/* Where the fields stand; all are text. */
enum {
    AT_NAME = 0,
    AT_MODE = 100,
    AT_UID = 108,
    AT_GID = 116,
    AT_SIZE = 124,
    AT_TIME = 136,
    AT_SUM = 148,
    AT_TYPE = 156,
    AT_MAGIC = 257,
    AT_VERSION = 263,
    AT_PREFIX = 345,
    PREFIX_MAX = 155,
};

static bool safe_name(struct str name)
{
    if (name.n == 0 || name.n > TAR_NAME_MAX)
        return false;
    bool part_begins = true;
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool word = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                    (c >= '0' && c <= '9') || c == '_' || c == '-';
        if (part_begins ? !word : !word && c != '.' && c != '/')
            return false;
        part_begins = c == '/';
    }
    return !part_begins;
}

/* The sum of all bytes, the eight of the sum itself taken as spaces. */
static unsigned sum_of(const unsigned char block[TAR_BLOCK])
{
    unsigned sum = 0;
    for (size_t i = 0; i < TAR_BLOCK; i++)
        sum += i >= AT_SUM && i < AT_SUM + 8 ? (unsigned)' ' : block[i];
    return sum;
}

int tar_print(unsigned char out[TAR_BLOCK], struct str name, uint64_t size, struct err *err)
{
    if (!safe_name(name))
        return err_set(err, ERR_INPUT, "%.*s: a name that cannot be packed",
                       (int)(name.n < TAR_NAME_MAX ? name.n : TAR_NAME_MAX), name.p);
    if (size >= TAR_SIZE_MAX)
        return err_set(err, ERR_LIMIT, "%.*s: larger than 8 GiB, it cannot be packed",
                       (int)name.n, name.p);
    memset(out, 0, TAR_BLOCK);
    memcpy(out + AT_NAME, name.p, name.n);
    memcpy(out + AT_MODE, "0000600", 8);
    memcpy(out + AT_UID, "0000000", 8);
    memcpy(out + AT_GID, "0000000", 8);
    (void)snprintf((char *)out + AT_SIZE, 12, "%011llo", (unsigned long long)size);
    memcpy(out + AT_TIME, "00000000000", 12);
    out[AT_TYPE] = '0';
    memcpy(out + AT_MAGIC, "ustar", 6);
    memcpy(out + AT_VERSION, "00", 2);
    (void)snprintf((char *)out + AT_SUM, 8, "%06o", sum_of(out));
    out[AT_SUM + 7] = ' ';
    return 0;
}

/* Octal digits up to a space or a zero byte. */
static bool octal(const unsigned char *p, size_t n, uint64_t *ret)
{
    uint64_t value = 0;
    size_t i = 0, digits = 0;
    while (i < n && p[i] == ' ')
        i++;
    for (; i < n && p[i] >= '0' && p[i] <= '7'; i++, digits++)
        value = value << 3 | (uint64_t)(p[i] - '0');
    *ret = value;
    return digits > 0 && digits < 20 && (i == n || p[i] == ' ' || p[i] == '\0');
}

static int begin_file(struct tar_reader *r, struct err *err)
{
    const unsigned char *b = r->block;
    uint64_t sum, size;
    unsigned long long at = r->at - TAR_BLOCK;
    if (!octal(b + AT_SUM, 8, &sum) || sum != sum_of(b) ||
        memcmp(b + AT_MAGIC, "ustar", 5) != 0)
        return err_set(err, ERR_INPUT,
                       "%s: byte %llu: expected the head of a file of a tar archive", r->what,
                       at);
    struct str name = {(const char *)b, strnlen((const char *)b, TAR_NAME_MAX)};
    if ((b[AT_TYPE] != '0' && b[AT_TYPE] != '\0') || b[AT_PREFIX] || !safe_name(name))
        return err_set(err, ERR_INPUT,
                       "%s: byte %llu: not a plain file with a plain name, it is not unpacked",
                       r->what, at);
    if (!octal(b + AT_SIZE, 12, &size) || size >= TAR_SIZE_MAX)
        return err_set(err, ERR_INPUT, "%s: byte %llu: a file has no size below 8 GiB", r->what,
                       at);
    r->left = size;
    r->padding = tar_padding(size);
    r->in_file = true;
    return r->begin(r->context, name, size, err);
}

static int end_file(struct tar_reader *r, struct err *err)
{
    r->in_file = false;
    return r->end(r->context, err);
}

/* A whole block that is no part of a file. */
static int take_block(struct tar_reader *r, struct err *err)
{
    static const unsigned char zeroes[TAR_BLOCK];
    r->have = 0;
    if (memcmp(r->block, zeroes, TAR_BLOCK) == 0) {
        if (r->empty < 2)
            r->empty++;
        return 0;
    }
    if (r->empty)
        return err_set(err, ERR_INPUT, "%s: byte %llu: something stands behind the end",
                       r->what, (unsigned long long)(r->at - TAR_BLOCK));
    int e = begin_file(r, err);
    return e || r->left || !r->in_file ? e : end_file(r, err);
}

int tar_take(struct tar_reader *r, const void *bytes, size_t n, struct err *err)
{
    const unsigned char *p = bytes;
    int e = 0;
    while (n && !e) {
        size_t take;
        if (r->left) {
            take = n < r->left ? n : (size_t)r->left;
            r->at += take;
            r->left -= take;
            e = r->bytes(r->context, p, take, err);
            if (!e && !r->left)
                e = end_file(r, err);
        } else if (r->padding) {
            take = n < r->padding ? n : r->padding;
            r->at += take;
            r->padding -= take;
        } else {
            take = n < TAR_BLOCK - r->have ? n : TAR_BLOCK - r->have;
            memcpy(r->block + r->have, p, take);
            r->at += take;
            r->have += take;
            if (r->have == TAR_BLOCK)
                e = take_block(r, err);
        }
        p += take;
        n -= take;
    }
    return e;
}

int tar_end(struct tar_reader *r, struct err *err)
{
    if (r->left || r->padding || r->have || r->empty < 2)
        return err_set(err, ERR_INPUT,
                       "%s: byte %llu: it ends in the middle; it was cut, get it whole",
                       r->what, (unsigned long long)r->at);
    return 0;
}
