/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "door/cli/progress.h"

#include "sys/terminal.h"

#include <stdio.h>
#include <unistd.h>

struct cli_progress cli_progress_begin(bool shared)
{
    return (struct cli_progress){
        .last = time(NULL),
        .talks = terminal_is(STDERR_FILENO) && !(shared && terminal_is(STDOUT_FILENO)),
    };
}

static bool is_due(struct cli_progress *p)
{
    time_t now = p->talks ? time(NULL) : p->last;
    if (now <= p->last)
        return false;
    p->last = now;
    p->told = true;
    return true;
}

void cli_progress_files(struct cli_progress *p, size_t done, size_t count)
{
    if (is_due(p))
        (void)fprintf(stderr, "\r%zu of %zu files\033[K", done, count);
}

void cli_progress_bytes(struct cli_progress *p, uint64_t done, uint64_t size)
{
    if (!is_due(p))
        return;
    if (size)
        (void)fprintf(stderr, "\r%llu of %llu MiB\033[K", (unsigned long long)(done >> 20),
                      (unsigned long long)(size >> 20));
    else
        (void)fprintf(stderr, "\r%llu MiB\033[K", (unsigned long long)(done >> 20));
}

void cli_progress_step(struct cli_progress *p, const char *step, double share)
{
    if (is_due(p))
        (void)fprintf(stderr, "\r%s: %.0f %%\033[K", step, 100 * share);
}

void cli_progress_end(struct cli_progress *p)
{
    if (p->told)
        (void)fputs("\r\033[K", stderr);
    p->told = false;
}
