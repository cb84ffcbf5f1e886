/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sys/file: reading whole files with a bound, and writing them so that a crash or a full disk
 * leaves either the old file or the new one, never a piece.
 */
#ifndef DEPONENT_SYS_FILE_H
#define DEPONENT_SYS_FILE_H

#include "base/arena.h"
#include "base/buf.h"

/* Reads the file `path`, or standard input when it is "-", into `out` (cleared first). More
 * than `max` bytes is ERR_LIMIT, found before they are held; a directory is ERR_INPUT; the
 * sentence names the path. */
int file_read(const char *path, size_t max, struct buf *out, struct err *err) ERR_CHECKED;

/* Writes a new file of mode 0600 beside `path`, syncs it and renames it over `path`. What is
 * there and is no plain file (a device, a folder, a symbolic link) is ERR_IO. */
int file_write_private(const char *path, struct str bytes, struct err *err) ERR_CHECKED;

/* All of `bytes` to a descriptor; short writes and EINTR are handled. */
int file_write_all(int fd, struct str bytes, const char *what, struct err *err) ERR_CHECKED;

/* The regular files below `path` (itself, if it is one), hidden ones left out, in bytewise
 * order of their names; at most `max_files`. */
int file_list(struct arena *a, const char *path, size_t max_files, const char ***ret_paths,
              size_t *ret_count, struct err *err) ERR_CHECKED;

#endif
