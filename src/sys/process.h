/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sys/process: what this process may leave behind, and what it may have.
 */
#ifndef DEPONENT_SYS_PROCESS_H
#define DEPONENT_SYS_PROCESS_H

#include <stdint.h>

/* No core image is written, and other processes of this user may not look into this one's
 * memory. Holds until the end of the process; may be called again. */
void process_no_core(void);

/* Bytes of memory that the system can give without pushing another program out, swap included;
 * a guess of the kernel. UINT64_MAX where it does not say. */
uint64_t process_memory_available(void);

#endif
