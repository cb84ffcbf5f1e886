/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "sys/terminal.h"

#include "base/str.h"
#include "sys/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>
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

int terminal_open(void)
{
    return open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
}

/* Signals wait while echo is off, but for the moments in which ppoll waits for a key. */
static const int waits[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
#define WAITS (sizeof waits / sizeof waits[0])

static volatile sig_atomic_t came;

static void note_signal(int number)
{
    came = number;
}

/* One line from fd; the signals of `waits` are blocked. Returns with `came` set when one came
 * before the line was whole. */
static int read_line(int fd, const sigset_t *open_mask, unsigned char *p, size_t max,
                     size_t *ret_n, struct err *err)
{
    struct pollfd key = {.fd = fd, .events = POLLIN};
    size_t n = 0;
    for (;;) {
        int r = ppoll(&key, 1, NULL, open_mask);
        if (r < 0 && errno == EINTR) {
            if (came)
                return 0;
            continue;
        }
        unsigned char extra = 0, *to = n < max ? p + n : &extra;
        ssize_t got = r < 0 ? -1 : read(fd, to, 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_set(err, ERR_IO, "terminal: cannot read: %s", strerror(errno));
        if (got == 0)
            return err_set(err, ERR_CANCELLED, "terminal: the input ended before a line");
        if (*to == '\n') {
            *ret_n = n;
            return n <= max ? 0 : err_set(err, ERR_LIMIT, "terminal: more than %zu bytes", max);
        }
        if (n <= max)
            n++;
    }
}

/* The terminal is as it was when this returns. */
static int ask_hidden(int fd, const sigset_t *open_mask, const char *prompt, void *p,
                      size_t max, size_t *ret_n, struct err *err)
{
    struct termios shown;
    if (tcgetattr(fd, &shown) != 0)
        return err_set(err, ERR_IO, "terminal: cannot look at it: %s", strerror(errno));
    struct termios hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
    hidden.c_lflag |= ICANON | ISIG;
    /* What was typed before the question is thrown away. */
    if (tcsetattr(fd, TCSAFLUSH, &hidden) != 0)
        return err_set(err, ERR_IO, "terminal: cannot hide what is typed: %s", strerror(errno));
    int r = file_write_all(fd, str_of(prompt), "terminal", err);
    if (!r)
        r = read_line(fd, open_mask, p, max, ret_n, err);
    (void)tcsetattr(fd, TCSAFLUSH, &shown);
    return r ? r : file_write_all(fd, STR("\n"), "terminal", err);
}

int terminal_ask(int fd, const char *prompt, void *p, size_t max, size_t *ret_n,
                 struct err *err)
{
    int r;
    do {
        came = 0;
        sigset_t blocked, before;
        struct sigaction old[WAITS];
        (void)sigemptyset(&blocked);
        for (size_t i = 0; i < WAITS; i++)
            (void)sigaddset(&blocked, waits[i]);
        (void)pthread_sigmask(SIG_BLOCK, &blocked, &before);
        for (size_t i = 0; i < WAITS; i++) {
            const struct sigaction act = {.sa_handler = note_signal};
            (void)sigaction(waits[i], NULL, &old[i]);
            if (old[i].sa_handler != SIG_IGN)
                (void)sigaction(waits[i], &act, NULL);
        }
        r = ask_hidden(fd, &before, prompt, p, max, ret_n, err);
        for (size_t i = 0; i < WAITS; i++)
            (void)sigaction(waits[i], &old[i], NULL);
        if (came)
            (void)raise(came); /* as it would have come: delivered with the next line */
        (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    } while (came && !r);
    return r;
}
