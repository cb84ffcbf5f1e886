/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sys/ipc_parts: what connecting and answering share.
 */
#ifndef DEPONENT_SYS_IPC_PARTS_H
#define DEPONENT_SYS_IPC_PARTS_H

#include <stdbool.h>

/* Is the process at the other end of this user? */
bool ipc_same_user(int fd);

#endif
