/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sys/terminal: what stands behind a descriptor.
 */
#ifndef DEPONENT_SYS_TERMINAL_H
#define DEPONENT_SYS_TERMINAL_H

#include <stdbool.h>

/* Its columns, or 0 when it is no terminal or does not say. */
unsigned terminal_width(int fd);
bool terminal_is(int fd);

#endif
