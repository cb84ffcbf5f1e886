/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sys/sandbox: a process gives up, for good, what its job does not need.
 *
 * After sandbox_enter no new connection can be opened and no program started (a seccomp filter:
 * the calls fail with EPERM), and files can be created, changed or removed only in the folders
 * named (Landlock: EACCES). Reading and what is open already stay as they are. It cannot be
 * undone, and holds for children too.
 *
 * Does not: hide files from reading, or protect against a fault of the kernel. An older kernel
 * may know only a part of it; what holds is returned, so that nobody is told more than is true.
 */
#ifndef DEPONENT_SYS_SANDBOX_H
#define DEPONENT_SYS_SANDBOX_H

#include "base/err.h"

enum sandbox_holds {
    SANDBOX_CALLS = 1, /* no connections, no programs */
    SANDBOX_FILES = 2, /* no writing outside the named folders */
};

/* `writable` are existing folders. *ret_holds is a set of enum sandbox_holds. An error means
 * that a folder could not be named or the kernel refused; the process may be half confined. */
int sandbox_enter(const char *const *writable, size_t count, unsigned *ret_holds,
                  struct err *err) ERR_CHECKED;

#endif
