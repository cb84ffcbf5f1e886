/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "sys/file_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* The files that are being written, for a signal that ends the program. A slot is taken, its
 * path set, and then it is live: the handler sees only whole paths. */
static struct {
    atomic_bool taken, live;
    char path[FILE_PATH_SIZE];
} slots[16];
#define SLOTS (sizeof slots / sizeof slots[0])

static const int ends[] = {SIGINT, SIGTERM, SIGHUP};
#define ENDS (sizeof ends / sizeof ends[0])

void file_out_end(int number)
{
    for (size_t i = 0; i < SLOTS; i++)
        if (atomic_load(&slots[i].live))
            (void)unlink(slots[i].path);
    (void)signal(number, SIG_DFL);
    (void)raise(number); /* waits until this function returns */
}

/* Only where nobody has decided otherwise: not for a signal that is ignored or handled. */
static void watch_signals(void)
{
    for (size_t i = 0; i < ENDS; i++) {
        struct sigaction old;
        if (sigaction(ends[i], NULL, &old) != 0 || (old.sa_flags & SA_SIGINFO) ||
            old.sa_handler != SIG_DFL)
            continue;
        struct sigaction act = {.sa_handler = file_out_end};
        (void)sigfillset(&act.sa_mask);
        (void)sigaction(ends[i], &act, NULL);
    }
}

static int begin(const char *path, size_t slot, struct err *err)
{
    int n = snprintf(slots[slot].path, FILE_PATH_SIZE, "%s.XXXXXX", path);
    if (n < 0 || n >= FILE_PATH_SIZE)
        return err_set(err, ERR_LIMIT, "%s: the path is too long", path);
    sigset_t blocked, before;
    (void)sigemptyset(&blocked);
    for (size_t i = 0; i < ENDS; i++)
        (void)sigaddset(&blocked, ends[i]);
    (void)pthread_sigmask(SIG_BLOCK, &blocked, &before);
    int fd = -1;
    if (file_step("create", path, NULL))
        fd = mkostemp(slots[slot].path, O_CLOEXEC); /* mode 0600 */
    int e = errno;
    atomic_store(&slots[slot].live, fd >= 0);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = e;
    return fd >= 0 ? fd : file_error(path, "create", err);
}

int file_out_begin(const char *path, struct file_out *ret, struct err *err)
{
    if (!path) {
        *ret = (struct file_out){STDOUT_FILENO, "standard output", SLOTS};
        return 0;
    }
    struct stat st;
    if (lstat(path, &st) == 0 && !S_ISREG(st.st_mode))
        return err_set(err, ERR_IO, "%s: is there and is not a plain file, it is left alone",
                       path);
    size_t slot = 0;
    while (slot < SLOTS && atomic_exchange(&slots[slot].taken, true))
        slot++;
    if (slot == SLOTS)
        return err_set(err, ERR_BUG, "%s: more than %zu files are being written", path, SLOTS);
    watch_signals();
    int fd = begin(path, slot, err);
    if (fd < 0) {
        atomic_store(&slots[slot].taken, false);
        return fd;
    }
    *ret = (struct file_out){fd, path, slot};
    return 0;
}

int file_out_write(const struct file_out *f, struct str bytes, struct err *err)
{
    return file_write_all(f->fd, bytes, f->path, err);
}

int file_out_patch(const struct file_out *f, uint64_t at, struct str bytes, struct err *err)
{
    while (bytes.n) {
        ssize_t n = pwrite(f->fd, bytes.p, bytes.n, (off_t)at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return file_error(f->path, "write", err);
        bytes = str_slice(bytes, (size_t)n, bytes.n);
        at += (uint64_t)n;
    }
    return 0;
}

static void release(const struct file_out *f, bool remove)
{
    if (remove && file_step("unlink", f->path, NULL))
        (void)unlink(slots[f->slot].path);
    atomic_store(&slots[f->slot].live, false);
    atomic_store(&slots[f->slot].taken, false);
}

static int give_name(const char *temp, const char *path, bool replace, struct err *err)
{
    unsigned flags = replace ? 0 : RENAME_NOREPLACE;
    if (!file_step("rename", path, NULL))
        return file_error(path, "put it in place", err);
    if (renameat2(AT_FDCWD, temp, AT_FDCWD, path, flags) == 0)
        return 0;
    if (errno == EINVAL && !replace) { /* a file system that knows no such flag */
        struct stat st;
        if (lstat(path, &st) == 0)
            errno = EEXIST;
        else if (rename(temp, path) == 0)
            return 0;
    }
    return file_error(path, "put it in place", err);
}

int file_out_push(void *file_out, const void *p, size_t n, struct err *err)
{
    return file_out_write(file_out, str_make(p, n), err);
}

int file_out_commit(struct file_out *f, bool replace, struct err *err)
{
    if (f->slot == SLOTS)
        return 0;
    bool synced = file_step("sync", f->path, NULL) && fsync(f->fd) == 0;
    int r = !synced ? file_error(f->path, "sync", err) : 0;
    if (close(f->fd) != 0 && !r)
        r = file_error(f->path, "close", err);
    if (!r)
        r = give_name(slots[f->slot].path, f->path, replace, err);
    release(f, r != 0);
    if (!r)
        r = file_sync_folder(f->path, err);
    f->fd = -1;
    return r;
}

void file_out_abandon(struct file_out *f)
{
    if (f->slot == SLOTS)
        return;
    (void)close(f->fd);
    release(f, true);
    f->fd = -1;
}

int file_write_private(const char *path, struct str bytes, struct err *err)
{
    struct file_out f;
    int r = file_out_begin(path, &f, err);
    if (r)
        return r;
    r = file_out_write(&f, bytes, err);
    if (r) {
        file_out_abandon(&f);
        return r;
    }
    return file_out_commit(&f, true, err);
}
