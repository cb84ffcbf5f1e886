/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sys/process: what this process may leave behind.
 */
#ifndef DEPONENT_SYS_PROCESS_H
#define DEPONENT_SYS_PROCESS_H

/* No core image is written, and other processes of this user may not look into this one's
 * memory. Holds until the end of the process; may be called again. */
void process_no_core(void);

#endif
