/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * base/tar: the ustar form of POSIX.1-1988, as far as a flat set of plain files needs it: so
 * that what we pack can be unpacked with tar. Streams: a header is 512 bytes, a file is padded
 * to 512, two empty blocks end it.
 *
 * Reading takes what tar_print writes, and what GNU and BSD tar write for plain files with
 * short names; folders, links, long names and a wrong checksum are refused. A name is given out
 * only if it is safe: [A-Za-z0-9._-] and single "/" between, no part begins with a dot.
 */
#ifndef DEPONENT_BASE_TAR_H
#define DEPONENT_BASE_TAR_H

#include "base/err.h"
#include "base/str.h"

#define TAR_BLOCK    ((size_t)512)
#define TAR_NAME_MAX 100
#define TAR_SIZE_MAX ((uint64_t)8 << 30) /* of one file: what 11 octal digits hold */

/* Zeroes behind a file of `size` bytes. */
static inline size_t tar_padding(uint64_t size)
{
    return (size_t)((TAR_BLOCK - size % TAR_BLOCK) % TAR_BLOCK);
}

/* Owner and time are left at zero. ERR_INPUT for a name that is not safe, ERR_LIMIT for a size
 * of TAR_SIZE_MAX and more. */
int tar_print(unsigned char out[TAR_BLOCK], struct str name, uint64_t size,
              struct err *err) ERR_CHECKED;

/* Takes a stream piece by piece, as it comes. */
struct tar_reader {
    /* A file begins; then its bytes, in pieces; then it is whole. A result other than 0 ends
     * the reading with it. */
    int (*begin)(void *context, struct str name, uint64_t size, struct err *err);
    int (*bytes)(void *context, const void *p, size_t n, struct err *err);
    int (*end)(void *context, struct err *err);
    void *context;
    const char *what; /* names the stream in sentences */
    unsigned char block[TAR_BLOCK];
    size_t have;    /* bytes of the block */
    uint64_t left;  /* bytes of the file that are still to come */
    size_t padding; /* and zeroes behind them */
    uint64_t at;    /* bytes taken */
    unsigned empty; /* blocks of zeroes */
    bool in_file;
};
int tar_take(struct tar_reader *r, const void *p, size_t n, struct err *err) ERR_CHECKED;
/* ERR_INPUT when the stream was cut. */
int tar_end(struct tar_reader *r, struct err *err) ERR_CHECKED;

#endif
