/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sys/lock: one program at a time that changes what is in a folder. The lock is advisory, and
 * goes with the process, however that ends.
 */
#ifndef DEPONENT_SYS_LOCK_H
#define DEPONENT_SYS_LOCK_H

#include "base/err.h"

/* Waits up to `wait_ms`, then ERR_STATE. *ret is for lock_drop. */
int lock_folder(const char *path, unsigned wait_ms, int *ret, struct err *err) ERR_CHECKED;
void lock_drop(int lock);

#endif
