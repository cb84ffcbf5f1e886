/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "sys/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define SANDBOX_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define SANDBOX_ARCH AUDIT_ARCH_AARCH64
#endif

/* Newer than the headers of Debian 12. */
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif

static int kernel_error(const char *what, struct err *err)
{
    return err_set(err, ERR_IO, "sandbox: cannot %s: %s", what, strerror(errno));
}

#ifdef SANDBOX_ARCH
#define REFUSE SECCOMP_RET_ERRNO | EPERM
/* Two steps: on this call number refuse, else go on. */
#define REFUSE_CALL(number)                                                                    \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 1), BPF_STMT(BPF_RET | BPF_K, REFUSE)

static int confine_calls(unsigned *holds, struct err *err)
{
    static struct sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SANDBOX_ARCH, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, REFUSE),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        /* The other call numbers of x86-64 (x32) would be a way around the list. */
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, REFUSE),
        REFUSE_CALL(SYS_socket),
        REFUSE_CALL(SYS_socketpair),
        REFUSE_CALL(SYS_execve),
        REFUSE_CALL(SYS_execveat),
        REFUSE_CALL(425), /* io_uring_setup: calls that no filter sees */
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = {sizeof steps / sizeof steps[0], steps};
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0)
        *holds |= SANDBOX_CALLS;
    else if (errno != EINVAL && errno != ENOSYS)
        return kernel_error("set the call filter", err);
    return 0;
}
#else
static int confine_calls(unsigned *holds, struct err *err)
{
    (void)holds, (void)err;
    return 0;
}
#endif

static int allow_folder(int ruleset, const char *path, uint64_t rights, struct err *err)
{
    struct landlock_path_beneath_attr rule = {.allowed_access = rights};
    rule.parent_fd = open(path, O_PATH | O_CLOEXEC | O_DIRECTORY);
    if (rule.parent_fd < 0)
        return err_set(err, errno == ENOENT ? ERR_MISSING : ERR_IO, "%s: cannot open: %s", path,
                       strerror(errno));
    long r = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    int e = errno;
    (void)close(rule.parent_fd);
    errno = e;
    return r == 0 ? 0 : kernel_error("allow a folder", err);
}

static int confine_files(const char *const *writable, size_t count, unsigned *holds,
                         struct err *err)
{
    long version =
        syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1)
        return 0; /* built without Landlock, or it is switched off */
    uint64_t rights = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |
                      LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                      LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
                      LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |
                      LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
                      LANDLOCK_ACCESS_FS_MAKE_SYM;
    uint64_t in_folders = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                          LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
                          LANDLOCK_ACCESS_FS_MAKE_DIR;
    if (version >= 3) {
        rights |= LANDLOCK_ACCESS_FS_TRUNCATE;
        in_folders |= LANDLOCK_ACCESS_FS_TRUNCATE;
    }
    const struct landlock_ruleset_attr attr = {.handled_access_fs = rights};
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
    if (ruleset < 0)
        return kernel_error("make the rules for files", err);
    int r = 0;
    for (size_t i = 0; i < count && !r; i++)
        r = allow_folder(ruleset, writable[i], in_folders, err);
    if (!r && syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
        r = kernel_error("set the rules for files", err);
    (void)close(ruleset);
    if (!r)
        *holds |= SANDBOX_FILES;
    return r;
}

int sandbox_enter(const char *const *writable, size_t count, unsigned *ret_holds,
                  struct err *err)
{
    unsigned holds = 0;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return kernel_error("give up new privileges", err);
    int r = confine_files(writable, count, &holds, err);
    if (!r)
        r = confine_calls(&holds, err);
    if (!r)
        *ret_holds = holds;
    return r;
}
