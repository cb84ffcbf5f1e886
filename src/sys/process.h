/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sys/process: what this process may leave behind, what it may have, and going on in the
 * background.
 */
#ifndef DEPONENT_SYS_PROCESS_H
#define DEPONENT_SYS_PROCESS_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

/* No core image is written, and other processes of this user may not look into this one's
 * memory. Holds until the end of the process; may be called again. */
void process_no_core(void);

/* Goes on in a process of its own, without the descriptors of this one but for standard input,
 * output and error. In it, *ret_here is true, and process_detach says that it is ready. In this
 * one, *ret_here is false and *ret_code is 0 when it is ready, or what it ended with before. */
int process_fork(bool *ret_here, int *ret_code, struct err *err) ERR_CHECKED;
/* In a process that was forked: from now on no terminal, no standard input or output, and / as
 * the folder. Elsewhere nothing. */
void process_detach(void);

/* Bytes of memory that the system can give without pushing another program out, swap included;
 * a guess of the kernel. UINT64_MAX where it does not say. */
uint64_t process_memory_available(void);

#endif
