/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "sys/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define STEP_MS 20u

/* Its declaration stands in a system header that has the name of ours. */
static int take_lock(int fd)
{
    return (int)syscall(SYS_flock, fd, LOCK_EX | LOCK_NB);
}

static int fault(const char *path, const char *doing, struct err *err)
{
    int e = errno;
    return err_set(err, e == ENOENT || e == ENOTDIR ? ERR_MISSING : ERR_IO,
                   "%s: cannot %s this folder: %s", path, doing, strerror(e));
}

int lock_folder(const char *path, unsigned wait_ms, int *ret, struct err *err)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return fault(path, "open", err);
    unsigned waited = 0;
    while (take_lock(fd) != 0) {
        int r = 0;
        if (errno != EWOULDBLOCK && errno != EINTR)
            r = fault(path, "lock", err);
        else if (waited >= wait_ms)
            r = err_set(err, ERR_STATE,
                        "%s: another deponent program is changing this archive (waited %u s); "
                        "try again when it is done",
                        path, wait_ms / 1000);
        if (r) {
            (void)close(fd);
            return r;
        }
        const struct timespec step = {.tv_nsec = (long)STEP_MS * 1000000};
        (void)nanosleep(&step, NULL);
        waited += STEP_MS;
    }
    *ret = fd;
    return 0;
}

void lock_drop(int lock)
{
    if (lock >= 0)
        (void)close(lock);
}
