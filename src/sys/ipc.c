/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The folder is opened once and looked at through its descriptor, and sockets in it are named as
 * /proc/self/fd/N/NAME: what was checked is what is used, and a path of any length fits into the
 * 108 bytes that the system has for the name of a socket.
 */
#define _GNU_SOURCE
#include "sys/ipc.h"

#include "sys/ipc_parts.h"
#include "sys/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define LISTEN_BACKLOG 64
#define LOCK_MS        5000

static int fault(const char *what, const char *doing, struct err *err)
{
    return err_set(err, ERR_IO, "%s: cannot %s: %s", what, doing, strerror(errno));
}

/* ---- the folder ---- */

static void name_folder(char path[512])
{
    const char *run = getenv("XDG_RUNTIME_DIR");
    struct stat st;
    if (run && run[0] == '/' && strlen(run) < 400 && stat(run, &st) == 0 && S_ISDIR(st.st_mode))
        (void)snprintf(path, 512, "%s/deponent", run);
    else
        (void)snprintf(path, 512, "/tmp/deponent-%lu", (unsigned long)geteuid());
}

int ipc_place_open(const char *name, bool make, struct ipc_place *ret, struct err *err)
{
    struct ipc_place p = {.folder = -1};
    struct stat st;
    name_folder(p.path);
    int n = snprintf(p.name, sizeof p.name, "%s", name);
    if (n < 0 || (size_t)n >= sizeof p.name)
        return err_set(err, ERR_BUG, "the name of a socket is too long");
    if (make && mkdir(p.path, 0700) != 0 && errno != EEXIST)
        return fault(p.path, "make this folder", err);
    p.folder = open(p.path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (p.folder < 0 && errno == ENOENT)
        return err_set(err, ERR_MISSING, "%s: no such folder", p.path);
    if (p.folder < 0 && (errno == ENOTDIR || errno == ELOOP))
        return err_set(err, ERR_REFUSED, "%s is no folder; somebody may have put it there",
                       p.path);
    if (p.folder < 0)
        return fault(p.path, "open this folder", err);
    int r = 0;
    if (fstat(p.folder, &st) != 0)
        r = fault(p.path, "look at this folder", err);
    else if (st.st_uid != geteuid())
        r = err_set(err, ERR_REFUSED, "%s belongs to another user; it is not used", p.path);
    else if (st.st_mode & 077)
        r = err_set(err, ERR_REFUSED,
                    "%s is open to other users (mode %03o); expected 700, chmod helps", p.path,
                    (unsigned)st.st_mode & 0777);
    if (r)
        (void)close(p.folder);
    else
        *ret = p;
    return r;
}

void ipc_place_close(struct ipc_place *p)
{
    (void)close(p->folder);
    p->folder = -1;
}

/* ---- sockets ---- */

static struct sockaddr_un address(const struct ipc_place *p)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    (void)snprintf(a.sun_path, sizeof a.sun_path, "/proc/self/fd/%d/%.79s", p->folder, p->name);
    return a;
}

bool ipc_same_user(int fd)
{
    struct ucred who;
    socklen_t n = sizeof who;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n) == 0 && n == sizeof who &&
           who.uid == geteuid();
}

int ipc_connect(const struct ipc_place *p, int *ret, struct err *err)
{
    struct sockaddr_un a = address(p);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return fault(p->path, "make a socket", err);
    int r = 0;
    if (connect(fd, (const struct sockaddr *)&a, sizeof a) != 0)
        r = errno == ENOENT || errno == ECONNREFUSED
                ? err_set(err, ERR_MISSING, "%s: nobody answers there", p->path)
                : fault(p->path, "connect to the socket", err);
    else if (!ipc_same_user(fd))
        r = err_set(err, ERR_REFUSED, "%s: the socket belongs to another user", p->path);
    if (r)
        (void)close(fd);
    else
        *ret = fd;
    return r;
}

static int listen_there(const struct ipc_place *p, int *ret, struct err *err)
{
    struct sockaddr_un a = address(p);
    int fd = -1, r = ipc_connect(p, &fd, err);
    if (r == 0) {
        (void)close(fd);
        return err_set(err, ERR_EXISTS, "somebody listens there already");
    }
    if (r != ERR_MISSING)
        return r;
    ipc_unlink(p);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return fault(p->path, "make a socket", err);
    mode_t before = umask(077);
    r = bind(fd, (const struct sockaddr *)&a, sizeof a) != 0 || listen(fd, LISTEN_BACKLOG) != 0
            ? fault(p->path, "listen on a socket", err)
            : 0;
    (void)umask(before);
    if (r)
        (void)close(fd);
    else
        *ret = fd;
    return r;
}

int ipc_listen(const struct ipc_place *p, int *ret, struct err *err)
{
    /* Two that start at once must not each take the other's socket for a stale one. */
    char path[64];
    int lock;
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", p->folder);
    int r = lock_folder(path, LOCK_MS, &lock, err);
    if (r)
        return r;
    r = listen_there(p, ret, err);
    lock_drop(lock);
    return r;
}

void ipc_unlink(const struct ipc_place *p)
{
    (void)unlinkat(p->folder, p->name, 0);
}

void ipc_set_patience(int fd, unsigned seconds)
{
    const struct timeval t = {.tv_sec = (time_t)seconds};
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof t);
}

void ipc_close(int fd)
{
    if (fd >= 0)
        (void)close(fd);
}

uint64_t ipc_now(void)
{
    struct timespec t = {0};
    (void)clock_gettime(CLOCK_BOOTTIME, &t);
    return (uint64_t)t.tv_sec;
}

/* ---- frames of a client ---- */

void ipc_put_head(unsigned char head[IPC_HEAD], size_t n, uint32_t what)
{
    for (unsigned i = 0; i < 4; i++) {
        head[i] = (unsigned char)(n >> 8 * i);
        head[4 + i] = (unsigned char)(what >> 8 * i);
    }
}

void ipc_get_head(const unsigned char head[IPC_HEAD], uint32_t *ret_n, uint32_t *ret_what)
{
    *ret_n = *ret_what = 0;
    for (unsigned i = 0; i < 4; i++) {
        *ret_n |= (uint32_t)head[i] << 8 * i;
        *ret_what |= (uint32_t)head[4 + i] << 8 * i;
    }
}

static int gone(struct err *err)
{
    return err_set(err, ERR_IO, "nobody answers any more");
}

int ipc_send(int fd, uint32_t what, struct str body, int file, struct err *err)
{
    unsigned char head[IPC_HEAD];
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = {.bytes = {0}};
    if (body.n > IPC_BODY_MAX)
        return err_set(err, ERR_LIMIT, "a message of %zu bytes, at most %zu are taken", body.n,
                       IPC_BODY_MAX);
    ipc_put_head(head, body.n, what);
    struct iovec parts[2] = {{head, sizeof head}, {(void *)(uintptr_t)body.p, body.n}};
    struct msghdr m = {.msg_iov = parts, .msg_iovlen = 2};
    if (file >= 0) {
        m.msg_control = control.bytes;
        m.msg_controllen = sizeof control.bytes;
        struct cmsghdr *c = CMSG_FIRSTHDR(&m);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof file);
        memcpy(CMSG_DATA(c), &file, sizeof file);
    }
    while (m.msg_iovlen) {
        ssize_t n = sendmsg(fd, &m, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return gone(err);
        m.msg_control = NULL; /* it went with the first byte */
        m.msg_controllen = 0;
        size_t left = (size_t)n;
        while (m.msg_iovlen && left >= m.msg_iov->iov_len) {
            left -= m.msg_iov->iov_len;
            m.msg_iov++;
            m.msg_iovlen--;
        }
        if (m.msg_iovlen) {
            m.msg_iov->iov_base = (char *)m.msg_iov->iov_base + left;
            m.msg_iov->iov_len -= left;
        }
    }
    return 0;
}

int ipc_read(int fd, void *p, size_t n, struct err *err)
{
    char *to = p;
    while (n) {
        ssize_t got = recv(fd, to, n, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return gone(err);
        to += got;
        n -= (size_t)got;
    }
    return 0;
}

void ipc_wait_end(int fd)
{
    char byte;
    while (ipc_read(fd, &byte, 1, NULL) == 0)
        ;
}
