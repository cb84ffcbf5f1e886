/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sys/file: reading files with a bound or as a stream, and writing them so that a crash or a
 * full disk leaves either the old file or the new one, never a piece.
 *
 * A file that is being written has a name of its own beside the one it will have. It goes when
 * the work fails and when SIGINT, SIGTERM or SIGHUP ends the program (unless the program handles
 * that signal itself). Does not: clean up after SIGKILL or a power loss; what is then left is
 * called PATH.XXXXXX.
 */
#ifndef DEPONENT_SYS_FILE_H
#define DEPONENT_SYS_FILE_H

#include "base/arena.h"
#include "base/buf.h"

/* Reads the file `path`, or standard input when it is "-", into `out` (cleared first). More
 * than `max` bytes is ERR_LIMIT, found before they are held; a directory is ERR_INPUT; the
 * sentence names the path. */
int file_read(const char *path, size_t max, struct buf *out, struct err *err) ERR_CHECKED;

/* A file that is read from its beginning, once. */
struct file_in {
    int fd;
    const char *name;       /* for sentences; borrowed */
    uint64_t size;          /* of a plain file, else 0 */
    uint64_t device, inode; /* which file it is */
    bool shared;            /* a plain file that not only its owner may read or change */
};
/* "-" is standard input; a directory is ERR_INPUT. */
int file_in_open(const char *path, struct file_in *ret, struct err *err) ERR_CHECKED;
/* n bytes, or fewer at the end. */
int file_in_read(const struct file_in *f, void *p, size_t n, size_t *ret_n,
                 struct err *err) ERR_CHECKED;
/* Is `path`, or the descriptor when it is NULL, the same file? */
bool file_in_is(const struct file_in *f, const char *path, int fd);
void file_in_close(struct file_in *f);

/* A new file of mode 0600 that appears at `path` only when it is whole. */
struct file_out {
    int fd;
    const char *path; /* borrowed */
    size_t slot;      /* where the name it has until then is kept */
};
/* What is at `path` and is no plain file (a device, a folder, a symbolic link) is ERR_IO. */
int file_out_begin(const char *path, struct file_out *ret, struct err *err) ERR_CHECKED;
/* Syncs the file and gives it its name. What is there is replaced, or without `replace`
 * ERR_EXISTS. It is over afterwards, whatever happened. */
int file_out_commit(struct file_out *f, bool replace, struct err *err) ERR_CHECKED;
void file_out_abandon(struct file_out *f);

/* Writes a new file of mode 0600 beside `path`, syncs it and renames it over `path`. What is
 * there and is no plain file is ERR_IO. */
int file_write_private(const char *path, struct str bytes, struct err *err) ERR_CHECKED;

/* All of `bytes` to a descriptor; short writes and EINTR are handled. */
int file_write_all(int fd, struct str bytes, const char *what, struct err *err) ERR_CHECKED;

/* The regular files below `path` (itself, if it is one), hidden ones left out, in bytewise
 * order of their names; at most `max_files`. */
int file_list(struct arena *a, const char *path, size_t max_files, const char ***ret_paths,
              size_t *ret_count, struct err *err) ERR_CHECKED;

#endif
