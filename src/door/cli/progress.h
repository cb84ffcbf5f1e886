/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * door/cli/progress: how far long work has come, for a person who watches: one line on standard
 * error that replaces itself, once a second from the second on, and only on a terminal.
 */
#ifndef DEPONENT_DOOR_CLI_PROGRESS_H
#define DEPONENT_DOOR_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct cli_progress {
    time_t last;
    bool talks, told;
};

/* `shared`: results go to standard output as they come; the line is then left out when both are
 * terminals. */
struct cli_progress cli_progress_begin(bool shared);
/* "DONE of COUNT files" */
void cli_progress_files(struct cli_progress *p, size_t done, size_t count);
/* "DONE of SIZE MiB"; `size` is 0 when nobody knows. */
void cli_progress_bytes(struct cli_progress *p, uint64_t done, uint64_t size);
/* "STEP: 40 %", the share of the step from 0 to 1. */
void cli_progress_step(struct cli_progress *p, const char *step, double share);
/* Takes the line away. */
void cli_progress_end(struct cli_progress *p);

#endif
