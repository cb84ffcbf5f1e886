/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

unsigned terminal_width(int fd)
{
    struct winsize w;
    return isatty(fd) == 1 && ioctl(fd, TIOCGWINSZ, &w) == 0 ? w.ws_col : 0;
}

bool terminal_is(int fd)
{
    return isatty(fd) == 1;
}
