/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "sys/file_parts.h"

#include <dirent.h>
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

int file_error(const char *path, const char *doing, struct err *err)
{
    int e = errno;
    int kind = e == ENOENT ? ERR_MISSING : e == EEXIST ? ERR_EXISTS : ERR_IO;
    return err_set(err, kind, "%s: cannot %s: %s", path, doing, strerror(e));
}

int file_in_open(const char *path, struct file_in *ret, struct err *err)
{
    bool input = strcmp(path, "-") == 0;
    struct file_in f = {.fd = STDIN_FILENO, .name = input ? "standard input" : path};
    if (!input)
        f.fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (f.fd < 0)
        return file_error(f.name, "open", err);
    struct stat st;
    int r = fstat(f.fd, &st) != 0 ? file_error(f.name, "look at", err) : 0;
    if (!r && S_ISDIR(st.st_mode))
        r = err_set(err, ERR_INPUT, "%s is a directory, expected a file", f.name);
    if (r) {
        file_in_close(&f);
        return r;
    }
    if (S_ISREG(st.st_mode)) {
        f.plain = true;
        f.size = (uint64_t)st.st_size;
        f.shared = (st.st_mode & 077) != 0;
    }
    f.device = st.st_dev;
    f.inode = st.st_ino;
    *ret = f;
    return 0;
}

int file_in_read(const struct file_in *f, void *p, size_t n, size_t *ret_n, struct err *err)
{
    size_t have = 0;
    while (have < n) {
        ssize_t got = read(f->fd, (char *)p + have, n - have);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return file_error(f->name, "read", err);
        if (got == 0)
            break;
        have += (size_t)got;
    }
    *ret_n = have;
    return 0;
}

int file_in_pull(void *file_in, void *p, size_t n, size_t *ret_n, struct err *err)
{
    return file_in_read(file_in, p, n, ret_n, err);
}

int file_identity(const char *path, uint64_t *ret_device, uint64_t *ret_inode, struct err *err)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return file_error(path, "look at it", err);
    *ret_device = st.st_dev;
    *ret_inode = st.st_ino;
    return 0;
}

/* The folder that a file stands in, and its name there. */
static const char *name_in(const char *path, struct stat *ret_folder)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    bool there = folder && stat(folder, ret_folder) == 0;
    free(folder);
    return there ? (slash ? slash + 1 : path) : NULL;
}

bool file_same(const char *a, const char *b)
{
    struct stat x, y;
    bool known_a = stat(a, &x) == 0, known_b = stat(b, &y) == 0;
    if (known_a != known_b)
        return false;
    if (known_a)
        return x.st_dev == y.st_dev && x.st_ino == y.st_ino;
    const char *name_a = name_in(a, &x), *name_b = name_in(b, &y);
    return strcmp(a, b) == 0 || (name_a && name_b && strcmp(name_a, name_b) == 0 &&
                                 x.st_dev == y.st_dev && x.st_ino == y.st_ino);
}

int file_absolute(const char *path, char *out, size_t size, struct err *err)
{
    char *whole = realpath(path, NULL);
    if (!whole)
        return file_error(path, "find it", err);
    int n = snprintf(out, size, "%s", whole);
    free(whole);
    return n < 0 || (size_t)n >= size
               ? err_set(err, ERR_LIMIT, "%s: the path is too long", path)
               : 0;
}

int file_in_take(int fd, const char *beside, const char *name, struct file_in *ret,
                 struct err *err)
{
    struct stat st;
    uint64_t device = 0, inode;
    int r = file_identity(beside, &device, &inode, err);
    if (!r && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_dev != device))
        r = err_set(err, ERR_REFUSED, "%s: expected a plain file on the disk of %s", name,
                    beside);
    if (r) {
        close_fd(&fd);
        return r;
    }
    *ret = (struct file_in){.fd = fd,
                            .name = name,
                            .size = (uint64_t)st.st_size,
                            .device = st.st_dev,
                            .inode = st.st_ino,
                            .plain = true};
    return 0;
}

int file_in_read_at(const struct file_in *f, uint64_t at, void *p, size_t n, struct err *err)
{
    char *to = p;
    if (at > INT64_MAX - n)
        return err_set(err, ERR_INPUT, "%s has no byte %llu", f->name, (unsigned long long)at);
    while (n) {
        ssize_t got = pread(f->fd, to, n, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return file_error(f->name, "read", err);
        if (got == 0)
            return err_set(err, ERR_INPUT, "%s ends too early", f->name);
        to += got;
        at += (uint64_t)got;
        n -= (size_t)got;
    }
    return 0;
}

bool file_in_is(const struct file_in *f, const char *path)
{
    struct stat st;
    return f->plain && (path ? stat(path, &st) : fstat(STDOUT_FILENO, &st)) == 0 &&
           st.st_dev == f->device && st.st_ino == f->inode;
}

void file_in_close(struct file_in *f)
{
    close_fd(&f->fd);
    f->fd = -1;
}

static int read_whole(const struct file_in *f, size_t max, struct buf *out, struct err *err)
{
    if (f->size > max)
        return err_set(err, ERR_LIMIT, "%s: %llu bytes, at most %zu are read", f->name,
                       (unsigned long long)f->size, max);
    buf_clear(out);
    out->max = max;
    for (;;) {
        size_t want = max - out->n < FILE_CHUNK ? max - out->n : FILE_CHUNK, n = 0;
        char extra = 0;
        char *p = want ? buf_reserve(out, want) : &extra;
        if (!p)
            return err_set(err, ERR_BUG, "%s: buffer refused", f->name);
        int r = file_in_read(f, p, want ? want : 1, &n, err);
        if (r || n == 0)
            return r;
        if (!want)
            return err_set(err, ERR_LIMIT,
                           "%s: more than %zu bytes, at most that many are read", f->name, max);
        out->n += n;
        out->p[out->n] = '\0';
    }
}

int file_read(const char *path, size_t max, struct buf *out, struct err *err)
{
    struct file_in f;
    int r = file_in_open(path, &f, err);
    if (r)
        return r;
    r = read_whole(&f, max, out, err);
    file_in_close(&f);
    return r;
}

bool file_exists(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0;
}

int file_write_all(int fd, struct str bytes, const char *what, struct err *err)
{
    while (bytes.n) {
        size_t want = bytes.n;
        if (!file_step("write", what, &want))
            return file_error(what, "write", err);
        ssize_t n = write(fd, bytes.p, want);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return file_error(what, "write", err);
        bytes.p += n;
        bytes.n -= (size_t)n;
    }
    return 0;
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
        return file_error(path, "open", err);
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
        return file_error(path, "read the folder", err);
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
