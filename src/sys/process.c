/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "sys/process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#define READY_FD 3
#define NULL_FD  4

static bool background;

void process_no_core(void)
{
    /* Lowering a limit and giving up a right cannot fail for lack of rights. */
    struct rlimit none = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

uint64_t process_memory_available(void)
{
    FILE *f = fopen("/proc/meminfo", "re");
    if (!f)
        return UINT64_MAX;
    char line[128];
    uint64_t sum = 0;
    bool found = false;
    while (fgets(line, sizeof line, f)) {
        unsigned long long kb = 0;
        if (sscanf(line, "MemAvailable: %llu kB", &kb) == 1)
            found = true;
        else if (sscanf(line, "SwapFree: %llu kB", &kb) != 1)
            continue;
        sum += (uint64_t)kb << 10;
    }
    (void)fclose(f);
    return found ? sum : UINT64_MAX;
}

/* READY_FD is where readiness is told, NULL_FD /dev/null (later it might not be opened), and
 * nothing else is open. */
static void arrange(int ready)
{
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    int kept = fcntl(ready, F_DUPFD_CLOEXEC, NULL_FD + 1);
    int null = fcntl(nothing, F_DUPFD_CLOEXEC, NULL_FD + 1);
    if (kept < 0 || null < 0 || dup3(kept, READY_FD, O_CLOEXEC) < 0 ||
        dup3(null, NULL_FD, O_CLOEXEC) < 0)
        err_die("cannot arrange the descriptors of the background process");
    (void)syscall(SYS_close_range, NULL_FD + 1, ~0u, 0);
}

static int wait_for(pid_t child, int ready)
{
    char byte;
    ssize_t n;
    do
        n = read(ready, &byte, 1);
    while (n < 0 && errno == EINTR);
    if (n == 1)
        return 0;
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int process_fork(bool *ret_here, int *ret_code, struct err *err)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_set(err, ERR_IO, "cannot make a pipe: %s", strerror(errno));
    pid_t child = fork();
    if (child < 0) {
        int e = errno;
        (void)close(ends[0]);
        (void)close(ends[1]);
        return err_set(err, ERR_IO, "cannot start a process: %s", strerror(e));
    }
    *ret_here = child == 0;
    if (child == 0) {
        arrange(ends[1]);
        background = true;
        return 0;
    }
    (void)close(ends[1]);
    *ret_code = wait_for(child, ends[0]);
    (void)close(ends[0]);
    return 0;
}

void process_detach(void)
{
    if (!background)
        return;
    (void)fflush(NULL);
    (void)setsid();
    bool root = chdir("/") == 0; /* or it stays where it is, which only keeps a disk busy */
    (void)root;
    bool told = write(READY_FD, "", 1) == 1; /* the other one may be gone by now */
    (void)told;
    for (int fd = 0; fd < 3; fd++)
        (void)dup2(NULL_FD, fd);
    (void)close(READY_FD);
    (void)close(NULL_FD);
    background = false;
}
