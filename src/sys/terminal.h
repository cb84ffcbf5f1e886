/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sys/terminal: what stands behind a descriptor, and asking a person for a secret.
 */
#ifndef DEPONENT_SYS_TERMINAL_H
#define DEPONENT_SYS_TERMINAL_H

#include "base/err.h"

#include <stdbool.h>

/* Its columns, or 0 when it is no terminal or does not say. */
unsigned terminal_width(int fd);
bool terminal_is(int fd);

/* The person's terminal, whatever standard input and output are; -1: there is none. */
int terminal_open(void);
/* Prints `prompt` there and reads a line into p, without its end, while nothing typed is shown.
 * A signal that ends or stops the program finds the terminal as it was; after a stop the
 * question is asked again. ERR_LIMIT for more than `max` bytes, ERR_CANCELLED when the input
 * ends first. p may then hold a piece: it is for the caller to wipe. */
int terminal_ask(int fd, const char *prompt, void *p, size_t max, size_t *ret_n,
                 struct err *err) ERR_CHECKED;

#endif
