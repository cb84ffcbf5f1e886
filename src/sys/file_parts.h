/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sys/file_parts: what the parts of sys/file share.
 */
#ifndef DEPONENT_SYS_FILE_PARTS_H
#define DEPONENT_SYS_FILE_PARTS_H

#include "sys/file.h"

#include <errno.h>

#define FILE_PATH_SIZE 4096

/* Before each step that changes the disk: false, with errno, when a test wants it to fail.
 * `n` may be NULL. */
static inline bool file_step(const char *step, const char *path, size_t *n)
{
    size_t none = 0;
    int e = file_fault_hook ? file_fault_hook(step, path, n ? n : &none) : 0;
    if (e)
        errno = e;
    return e == 0;
}

/* From errno: ERR_MISSING, ERR_EXISTS or ERR_IO, with the path and what was being done. */
int file_error(const char *path, const char *doing, struct err *err);
#endif
