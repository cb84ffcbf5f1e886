/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files that are kept for long: appended to, removed, each time synced before anybody is told.
 */
#define _GNU_SOURCE
#include "sys/file_parts.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int (*file_fault_hook)(const char *step, const char *path, size_t *n);

/* The folder that the last name of a path stands in, with its slash; "." when there is none. */
static void folder_of(const char *path, char out[FILE_PATH_SIZE])
{
    size_t n = strlen(path);
    while (n && path[n - 1] == '/')
        n--;
    while (n && path[n - 1] != '/')
        n--;
    (void)snprintf(out, FILE_PATH_SIZE, "%.*s", n ? (int)n : 1, n ? path : ".");
}

int file_sync_folder(const char *path, struct err *err)
{
    char folder[FILE_PATH_SIZE];
    folder_of(path, folder);
    if (!file_step("sync folder", path, NULL))
        return file_error(path, "sync its folder", err);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    int r = 0;
    if (fsync(fd) != 0 && (errno == EIO || errno == ENOSPC || errno == EDQUOT))
        r = file_error(path, "sync its folder", err);
    (void)close(fd);
    return r;
}

static int by_bytes(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

int file_size(const char *path, uint64_t *ret, struct err *err)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return file_error(path, "look at", err);
    if (!S_ISREG(st.st_mode))
        return err_set(err, ERR_INPUT, "%s is no plain file", path);
    *ret = (uint64_t)st.st_size;
    return 0;
}

static int open_plain(const char *path, int flags, struct err *err)
{
    int fd = open(path, flags | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW);
    return fd >= 0 ? fd : file_error(path, "open", err);
}

int file_read_at(const char *path, uint64_t at, void *p, size_t n, size_t *ret_n,
                 struct err *err)
{
    int fd = open_plain(path, O_RDONLY, err);
    if (fd < 0)
        return fd;
    size_t have = 0;
    int r = 0;
    while (have < n) {
        ssize_t got = pread(fd, (char *)p + have, n - have, (off_t)(at + have));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            r = file_error(path, "read", err);
        if (got <= 0)
            break;
        have += (size_t)got;
    }
    (void)close(fd);
    if (!r)
        *ret_n = have;
    return r;
}

static int cut(int fd, const char *path, uint64_t size, struct err *err)
{
    if (!file_step("truncate", path, NULL) || ftruncate(fd, (off_t)size) != 0)
        return file_error(path, "cut", err);
    return 0;
}

static int put_at(int fd, const char *path, uint64_t at, struct str bytes, struct err *err)
{
    while (bytes.n) {
        size_t want = bytes.n;
        if (!file_step("write", path, &want))
            return file_error(path, "write", err);
        ssize_t n = pwrite(fd, bytes.p, want, (off_t)at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return file_error(path, "write", err);
        bytes.p += n;
        bytes.n -= (size_t)n;
        at += (uint64_t)n;
    }
    return 0;
}

int file_append(const char *path, uint64_t at, struct str bytes, struct err *err)
{
    int fd = open_plain(path, O_WRONLY, err);
    if (fd < 0)
        return fd;
    struct stat st;
    int r = fstat(fd, &st) != 0 ? file_error(path, "look at", err) : 0;
    if (!r && (!S_ISREG(st.st_mode) || (uint64_t)st.st_size < at))
        r = err_set(err, ERR_STATE, "%s is shorter than it was", path);
    if (!r && (uint64_t)st.st_size > at)
        r = cut(fd, path, at, err);
    bool begun = r == 0;
    if (!r)
        r = put_at(fd, path, at, bytes, err);
    if (!r && (!file_step("sync", path, NULL) || fdatasync(fd) != 0))
        r = file_error(path, "sync", err);
    if (r && begun)
        (void)cut(fd, path, at, NULL); /* what stays is cut by the next one */
    if (close(fd) != 0 && !r)
        r = file_error(path, "close", err);
    return r;
}

int file_remove(const char *path, struct err *err)
{
    if (!file_step("unlink", path, NULL) || unlink(path) != 0)
        return file_error(path, "remove", err);
    return file_sync_folder(path, err);
}

int file_make_folder(const char *path, struct err *err)
{
    if (!file_step("mkdir", path, NULL) || mkdir(path, 0700) != 0)
        return file_error(path, "make the folder", err);
    return file_sync_folder(path, err);
}

int file_remove_folder(const char *path, struct err *err)
{
    if (!file_step("unlink", path, NULL) || rmdir(path) != 0)
        return file_error(path, "remove the folder", err);
    return file_sync_folder(path, err);
}

int file_close_folder(const char *path, struct err *err)
{
    if (!file_step("chmod", path, NULL) || chmod(path, 0700) != 0)
        return file_error(path, "close the folder to others", err);
    return 0;
}

int file_names(struct arena *a, const char *path, size_t max, struct str **ret,
               size_t *ret_count, struct err *err)
{
    struct dirent **names = NULL;
    int n = scandir(path, &names, NULL, NULL);
    if (n < 0)
        return file_error(path, "read the folder", err);
    struct str *items = ARENA_NEW(a, (size_t)n, struct str);
    size_t count = 0;
    for (int i = 0; i < n; i++) {
        const char *name = names[i]->d_name;
        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
            items[count++] = arena_copy(a, str_of(name));
        free(names[i]);
    }
    free(names);
    if (count > max)
        return err_set(err, ERR_LIMIT, "%s: more than %zu files", path, max);
    if (count)
        qsort(items, count, sizeof *items, by_bytes);
    *ret = items;
    *ret_count = count;
    return 0;
}

int file_remove_leftovers(const char *path, struct err *err)
{
    char folder[FILE_PATH_SIZE], victim[FILE_PATH_SIZE];
    folder_of(path, folder);
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    size_t n = strlen(name);
    DIR *dir = opendir(folder);
    if (!dir)
        return file_error(folder, "read the folder", err);
    int r = 0;
    bool removed = false;
    for (const struct dirent *d; !r && (d = readdir(dir));) {
        /* PATH.XXXXXX, as mkostemp names it */
        if (strncmp(d->d_name, name, n) != 0 || d->d_name[n] != '.' ||
            strlen(d->d_name + n + 1) != 6)
            continue;
        int length = snprintf(victim, sizeof victim, "%.*s%s", slash ? (int)(name - path) : 0,
                              path, d->d_name);
        if (length < 0 || (size_t)length >= sizeof victim)
            continue;
        if (!file_step("unlink", victim, NULL) ||
            (unlinkat(dirfd(dir), d->d_name, 0) != 0 && errno != ENOENT))
            r = file_error(victim, "remove", err);
        removed = true;
    }
    (void)closedir(dir);
    return r || !removed ? r : file_sync_folder(path, err);
}
