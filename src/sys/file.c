/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "sys/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_CHUNK    (256u << 10)
#define FILE_MAX_DEEP 32

static void close_fd(int *fd)
{
    if (*fd > 2)
        (void)close(*fd);
}

static int io_error(const char *path, const char *doing, struct err *err)
{
    int e = errno;
    int kind = e == ENOENT ? ERR_MISSING : ERR_IO;
    return err_set(err, kind, "%s: cannot %s: %s", path, doing, strerror(e));
}

int file_read(const char *path, size_t max, struct buf *out, struct err *err)
{
    bool input = strcmp(path, "-") == 0;
    const char *name = input ? "standard input" : path;
    __attribute__((cleanup(close_fd))) int fd =
        input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return io_error(name, "open", err);
    struct stat st;
    if (fstat(fd, &st) != 0)
        return io_error(name, "look at", err);
    if (S_ISDIR(st.st_mode))
        return err_set(err, ERR_INPUT, "%s is a directory, expected a file", name);
    if (S_ISREG(st.st_mode) && (uint64_t)st.st_size > max)
        return err_set(err, ERR_LIMIT, "%s: %lld bytes, at most %zu are read", name,
                       (long long)st.st_size, max);
    buf_clear(out);
    out->max = max;
    for (;;) {
        size_t want = max - out->n;
        char extra = 0;
        char *p = want ? buf_reserve(out, want < FILE_CHUNK ? want : FILE_CHUNK) : &extra;
        if (!p)
            return err_set(err, ERR_BUG, "%s: buffer refused", name);
        ssize_t n = read(fd, p, want ? (want < FILE_CHUNK ? want : FILE_CHUNK) : 1);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return io_error(name, "read", err);
        if (n == 0)
            break;
        if (!want)
            return err_set(err, ERR_LIMIT,
                           "%s: more than %zu bytes, at most that many are read", name, max);
        out->n += (size_t)n;
        out->p[out->n] = '\0';
    }
    return 0;
}

int file_write_all(int fd, struct str bytes, const char *what, struct err *err)
{
    while (bytes.n) {
        ssize_t n = write(fd, bytes.p, bytes.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set(err, ERR_IO, "%s: cannot write: %s", what, strerror(errno));
        bytes.p += n;
        bytes.n -= (size_t)n;
    }
    return 0;
}

int file_write_private(const char *path, struct str bytes, struct err *err)
{
    struct stat st;
    if (lstat(path, &st) == 0 && !S_ISREG(st.st_mode))
        return err_set(err, ERR_IO, "%s: is there and is not a plain file, it is left alone",
                       path);
    char temp[4096];
    int n = snprintf(temp, sizeof temp, "%s.XXXXXX", path);
    if (n < 0 || (size_t)n >= sizeof temp)
        return err_set(err, ERR_LIMIT, "%s: the path is too long", path);
    int fd = mkostemp(temp, O_CLOEXEC); /* mode 0600 */
    if (fd < 0)
        return io_error(path, "create", err);
    int r = file_write_all(fd, bytes, path, err);
    if (!r && fsync(fd) != 0)
        r = io_error(path, "sync", err);
    if (close(fd) != 0 && !r)
        r = io_error(path, "close", err);
    if (!r && rename(temp, path) != 0)
        r = io_error(path, "replace", err);
    if (r)
        (void)unlink(temp);
    return r;
}

struct listing {
    struct arena *a;
    const char **paths;
    size_t count, cap, max;
};

static int list_into(struct listing *l, const char *path, int deep, struct err *err)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return io_error(path, "open", err);
    if (!S_ISDIR(st.st_mode)) {
        if (l->count == l->max)
            return err_set(err, ERR_LIMIT, "%s: more than %zu files", path, l->max);
        ARENA_PUSH(l->a, l->paths, l->count, l->cap, arena_cstr(l->a, str_of(path)));
        return 0;
    }
    if (deep > FILE_MAX_DEEP)
        return err_set(err, ERR_LIMIT, "%s: folders deeper than %d", path, FILE_MAX_DEEP);
    struct dirent **names = NULL;
    int n = scandir(path, &names, NULL, NULL);
    if (n < 0)
        return io_error(path, "read the folder", err);
    int r = 0;
    for (int i = 0; i < n; i++) {
        if (!r && names[i]->d_name[0] != '.' && names[i]->d_type != DT_LNK) {
            size_t len = strlen(path);
            const char *slash = len && path[len - 1] == '/' ? "" : "/";
            struct str child = arena_printf(l->a, "%s%s%s", path, slash, names[i]->d_name);
            r = list_into(l, child.p, deep + 1, err);
        }
        free(names[i]);
    }
    free(names);
    return r;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int file_list(struct arena *a, const char *path, size_t max_files, const char ***ret_paths,
              size_t *ret_count, struct err *err)
{
    struct listing l = {.a = a, .max = max_files};
    int r = list_into(&l, path, 0, err);
    if (r)
        return r;
    if (l.count)
        qsort(l.paths, l.count, sizeof *l.paths, by_bytes);
    *ret_paths = l.paths;
    *ret_count = l.count;
    return 0;
}
