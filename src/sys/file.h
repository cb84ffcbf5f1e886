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
    bool plain;
    bool shared; /* a plain file that not only its owner may read or change */
};
/* "-" is standard input; a directory is ERR_INPUT. */
int file_in_open(const char *path, struct file_in *ret, struct err *err) ERR_CHECKED;
/* n bytes, or fewer at the end. */
int file_in_read(const struct file_in *f, void *p, size_t n, size_t *ret_n,
                 struct err *err) ERR_CHECKED;
/* The same for whoever pulls from a context without knowing what it is: a struct file_in. */
int file_in_pull(void *file_in, void *p, size_t n, size_t *ret_n, struct err *err) ERR_CHECKED;
/* A descriptor that another process passed on, which this takes over: ERR_REFUSED unless it is a
 * plain file that stands on the same disk as the folder `beside`. `name` is for sentences. */
int file_in_take(int fd, const char *beside, const char *name, struct file_in *ret,
                 struct err *err) ERR_CHECKED;
/* Exactly n bytes of a plain file at `at`; where it is read from next stays as it was. */
int file_in_read_at(const struct file_in *f, uint64_t at, void *p, size_t n,
                    struct err *err) ERR_CHECKED;
/* Is `path`, or standard output when it is NULL, the same plain file? */
bool file_in_is(const struct file_in *f, const char *path);
void file_in_close(struct file_in *f);

/* A new file of mode 0600 that appears at `path` only when it is whole. */
struct file_out {
    int fd;
    const char *path; /* borrowed */
    size_t slot;      /* where the name it has until then is kept */
};
/* What is at `path` and is no plain file (a device, a folder, a symbolic link) is ERR_IO. NULL is
 * standard output, which is written at once. */
int file_out_begin(const char *path, struct file_out *ret, struct err *err) ERR_CHECKED;
int file_out_write(const struct file_out *f, struct str bytes, struct err *err) ERR_CHECKED;
/* Writes over bytes that were written already; what is written next comes where it would have. */
int file_out_patch(const struct file_out *f, uint64_t at, struct str bytes,
                   struct err *err) ERR_CHECKED;
/* The same for whoever pushes into a context: a struct file_out. */
int file_out_push(void *file_out, const void *p, size_t n, struct err *err) ERR_CHECKED;
/* Syncs the file, gives it its name and syncs the folder. What is there is replaced, or without
 * `replace` ERR_EXISTS. It is over afterwards, whatever happened; when it is the folder that
 * cannot be synced, the file has its name already. */
int file_out_commit(struct file_out *f, bool replace, struct err *err) ERR_CHECKED;
void file_out_abandon(struct file_out *f);

/* What SIGINT, SIGTERM and SIGHUP do while a file is written: it goes, and the program ends by
 * that signal. For a handler that says something first. */
void file_out_end(int signal);

/* Writes a new file of mode 0600 beside `path`, syncs it and renames it over `path`. What is
 * there and is no plain file is ERR_IO. */
int file_write_private(const char *path, struct str bytes, struct err *err) ERR_CHECKED;

/* Which file or folder it is, whatever it is called. */
int file_identity(const char *path, uint64_t *ret_device, uint64_t *ret_inode,
                  struct err *err) ERR_CHECKED;
/* Are both one file, or would they be, also under two names? What is not there yet is its name in
 * its folder. */
bool file_same(const char *a, const char *b);
/* The path from the root, without links. ERR_LIMIT: longer than that. */
int file_absolute(const char *path, char *out, size_t size, struct err *err) ERR_CHECKED;
/* Is anything there, be it a link to nothing? */
bool file_exists(const char *path);

/* All of `bytes` to a descriptor; short writes and EINTR are handled. */
int file_write_all(int fd, struct str bytes, const char *what, struct err *err) ERR_CHECKED;

/* ---- files that are kept; each function has synced what it did when it returns ---- */

int file_size(const char *path, uint64_t *ret, struct err *err) ERR_CHECKED;
/* Up to n bytes from `at`, fewer only at the end. */
int file_read_at(const char *path, uint64_t at, void *p, size_t n, size_t *ret_n,
                 struct err *err) ERR_CHECKED;
/* Puts bytes at `at` of a file that is there; what is behind `at`, left by one that failed, is
 * cut off first. ERR_STATE when the file is shorter. On failure the file is as it was, or has a
 * piece behind `at`. */
int file_append(const char *path, uint64_t at, struct str bytes, struct err *err) ERR_CHECKED;
/* Overwriting first would be for show: an SSD or a journal writes elsewhere. Whoever must be
 * sure drops the key of what was in the file. ERR_MISSING. */
int file_remove(const char *path, struct err *err) ERR_CHECKED;
/* Mode 0700. ERR_EXISTS. */
int file_make_folder(const char *path, struct err *err) ERR_CHECKED;
/* An empty one. ERR_MISSING. */
int file_remove_folder(const char *path, struct err *err) ERR_CHECKED;
/* A folder that is there gets the mode 0700. */
int file_close_folder(const char *path, struct err *err) ERR_CHECKED;
/* Every name in a folder, hidden ones too, in bytewise order; at most `max`. ERR_MISSING. */
int file_names(struct arena *a, const char *path, size_t max, struct str **ret,
               size_t *ret_count, struct err *err) ERR_CHECKED;
/* Removes PATH.XXXXXX, which writing `path` left when it was killed. Nobody may be writing it. */
int file_remove_leftovers(const char *path, struct err *err) ERR_CHECKED;
/* The names in the folder that `path` stands in are on the disk. */
int file_sync_folder(const char *path, struct err *err) ERR_CHECKED;

/* NULL in the program. A test sets it to see and to break whatever changes the disk: it is called
 * before each "create", "write", "sync", "rename", "unlink", "truncate", "mkdir" and "sync
 * folder" with the path the file has or will have, and returns 0 to go on or an errno with which
 * the step fails. Before a write *n is its length, and a smaller one makes it a short write. */
extern int (*file_fault_hook)(const char *step, const char *path, size_t *n);

/* The regular files below `path` (itself, if it is one), hidden ones left out, in bytewise
 * order of their names; at most `max_files`. */
int file_list(struct arena *a, const char *path, size_t max_files, const char ***ret_paths,
              size_t *ret_count, struct err *err) ERR_CHECKED;

#endif
