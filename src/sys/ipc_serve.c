/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One loop on one thread. A client is read up to the end of one frame, answered, and only read
 * again when its answer is gone: so each costs at most one body and one reply. Large ones are few
 * at a time; the others wait before their bodies are read.
 */
#define _GNU_SOURCE
#include "sys/ipc.h"

#include "sys/ipc_parts.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define LARGE     ((size_t)1 << 20)
#define LARGE_MAX 2u     /* clients with more than that */
#define LARGE_MS  10000u /* so long one of these may stand still, as others may wait */
#define TICK_MS   1000
#define SILENT_MS 5000u /* whoever was silent for so long may be dropped for another */
#define FILES_MAX 8u    /* descriptors in one message that are looked for, to close them */

struct client {
    int fd; /* -1: a free place */
    int file;
    unsigned char head[IPC_HEAD];
    size_t head_n;
    uint32_t what;
    char *body; /* NULL until the head is there and there is room */
    size_t size, have;
    struct buf out;
    size_t sent;
    uint64_t moved; /* ms at which bytes came or went */
    void *state;
};

struct server {
    const struct ipc_service *s;
    int listener;
    struct client clients[IPC_CLIENTS];
    bool over;
};

static volatile sig_atomic_t signalled;

static void on_signal(int number)
{
    signalled = number;
}

static uint64_t now_ms(void)
{
    struct timespec t = {0};
    (void)clock_gettime(CLOCK_BOOTTIME, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* ---- memory ---- */

static void wipe(void *p, size_t n)
{
    if (p)
        explicit_bzero(p, n);
}

static void forget_request(struct client *c)
{
    wipe(c->body, c->have);
    free(c->body);
    ipc_close(c->file);
    c->body = NULL;
    c->file = -1;
    c->head_n = c->size = c->have = 0;
}

static void forget_reply(struct client *c)
{
    wipe(c->out.p, c->out.n);
    buf_free(&c->out);
    c->sent = 0;
}

static void drop(struct server *v, struct client *c)
{
    forget_request(c);
    forget_reply(c);
    ipc_close(c->fd);
    v->s->end(v->s->context, c->state);
    *c = (struct client){.fd = -1, .file = -1};
}

static bool is_large(const struct client *c)
{
    return c->fd >= 0 && ((c->body && c->size > LARGE) || c->out.cap > LARGE);
}

static bool has_room(const struct server *v, size_t size)
{
    unsigned large = 0;
    for (size_t i = 0; i < IPC_CLIENTS; i++)
        large += is_large(&v->clients[i]);
    return size <= LARGE || large < LARGE_MAX;
}

/* ---- in and out ---- */

/* A stream may bring any number of descriptors with any bytes: one is kept. */
static void take_files(struct client *c, struct msghdr *m)
{
    for (struct cmsghdr *h = CMSG_FIRSTHDR(m); h; h = CMSG_NXTHDR(m, h)) {
        if (h->cmsg_level != SOL_SOCKET || h->cmsg_type != SCM_RIGHTS)
            continue;
        size_t count = (h->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; i++) {
            int fd;
            memcpy(&fd, CMSG_DATA(h) + i * sizeof fd, sizeof fd);
            if (c->file < 0)
                c->file = fd;
            else
                ipc_close(fd);
        }
    }
}

/* Bytes that came, 0 when there are none yet, -1 when the client is gone. */
static ssize_t take(struct client *c, void *p, size_t n)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(FILES_MAX * sizeof(int))];
    } control;
    struct iovec part = {p, n};
    struct msghdr m = {.msg_iov = &part,
                       .msg_iovlen = 1,
                       .msg_control = control.bytes,
                       .msg_controllen = sizeof control.bytes};
    ssize_t got = recvmsg(c->fd, &m, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    if (got < 0)
        return errno == EAGAIN || errno == EINTR ? 0 : -1;
    take_files(c, &m);
    return got ? got : -1;
}

static void send_some(struct server *v, struct client *c)
{
    while (c->sent < c->out.n) {
        ssize_t n =
            send(c->fd, c->out.p + c->sent, c->out.n - c->sent, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return;
        if (n < 0) {
            drop(v, c);
            return;
        }
        c->sent += (size_t)n;
        c->moved = now_ms();
    }
    forget_reply(c);
}

static void answer(struct server *v, struct client *c)
{
    struct err err = {0};
    unsigned char head[IPC_HEAD] = {0};
    buf_init(&c->out, IPC_REPLY_MAX);
    buf_add(&c->out, str_make((const char *)head, sizeof head));
    int r = v->s->request(v->s->context, c->state, c->what, str_make(c->body, c->have),
                          &c->file, &c->out, &err);
    if (!r)
        r = buf_check(&c->out, "the answer", &err);
    if (r) {
        wipe(c->out.p, c->out.n);
        buf_clear(&c->out);
        buf_add(&c->out, str_make((const char *)head, sizeof head));
        buf_add(&c->out, str_of(err.text));
    }
    ipc_put_head((unsigned char *)c->out.p, c->out.n - sizeof head, (uint32_t)-r);
    forget_request(c);
    send_some(v, c);
}

/* The head is whole: memory for the body, when there is room for it. */
static bool make_room(const struct server *v, struct client *c)
{
    if (c->body || !has_room(v, c->size))
        return c->body != NULL;
    c->body = malloc(c->size + 1);
    return c->body != NULL;
}

static void read_some(struct server *v, struct client *c)
{
    ssize_t n = 0;
    if (c->head_n < sizeof c->head) {
        n = take(c, c->head + c->head_n, sizeof c->head - c->head_n);
        if (n > 0 && (c->head_n += (size_t)n) == sizeof c->head) {
            uint32_t size;
            ipc_get_head(c->head, &size, &c->what);
            c->size = size;
        }
    } else if (make_room(v, c) && c->have < c->size) {
        n = take(c, c->body + c->have, c->size - c->have);
        c->have += n > 0 ? (size_t)n : 0;
    }
    if (n < 0 || c->size > IPC_BODY_MAX) {
        drop(v, c);
        return;
    }
    if (n > 0)
        c->moved = now_ms();
    if (c->head_n == sizeof c->head && make_room(v, c) && c->have == c->size)
        answer(v, c);
}

/* ---- who comes and who goes ---- */

static struct client *find_place(struct server *v)
{
    for (size_t i = 0; i < IPC_CLIENTS; i++)
        if (v->clients[i].fd < 0)
            return &v->clients[i];
    return NULL;
}

/* Of those that ask nothing, the one that has done so longest. */
static void drop_silent(struct server *v)
{
    struct client *oldest = NULL;
    for (size_t i = 0; i < IPC_CLIENTS; i++) {
        struct client *c = &v->clients[i];
        if (c->out.n == 0 && (!oldest || c->moved < oldest->moved))
            oldest = c;
    }
    if (oldest && now_ms() - oldest->moved >= SILENT_MS)
        drop(v, oldest);
}

static void let_in(struct server *v)
{
    struct client *c = find_place(v);
    if (!c) {
        drop_silent(v);
        return;
    }
    int fd = accept4(v->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
        return;
    if (!ipc_same_user(fd)) {
        ipc_close(fd);
        return;
    }
    *c = (struct client){.fd = fd, .file = -1, .moved = now_ms()};
    c->state = v->s->begin(v->s->context);
}

static void drop_stalled(struct server *v)
{
    for (size_t i = 0; i < IPC_CLIENTS; i++) {
        struct client *c = &v->clients[i];
        uint64_t most = is_large(c) ? LARGE_MS : IPC_STALLED_MS;
        if (c->fd >= 0 && (c->head_n || c->out.n) && now_ms() - c->moved > most)
            drop(v, c);
    }
}

/* ---- the loop ---- */

/* What is waited for; returns for how long. */
static int prepare(const struct server *v, struct pollfd polls[IPC_CLIENTS + 1])
{
    bool full = true;
    for (size_t i = 0; i < IPC_CLIENTS; i++) {
        const struct client *c = &v->clients[i];
        bool waits = c->head_n == IPC_HEAD && !c->body && !has_room(v, c->size);
        polls[i] = (struct pollfd){.fd = c->fd, .events = c->out.n ? POLLOUT : POLLIN};
        if (c->fd >= 0 && waits && !c->out.n)
            polls[i].fd = -1;
        full &= c->fd >= 0;
    }
    /* When nobody can be let in the listener is only looked at once a second. */
    polls[IPC_CLIENTS] = (struct pollfd){.fd = full ? -1 : v->listener, .events = POLLIN};
    return TICK_MS;
}

static void step(struct server *v, const sigset_t *unblocked)
{
    struct pollfd polls[IPC_CLIENTS + 1];
    int ms = prepare(v, polls);
    const struct timespec wait = {.tv_sec = ms / 1000};
    if (ppoll(polls, IPC_CLIENTS + 1, &wait, unblocked) < 0)
        return;
    for (size_t i = 0; i < IPC_CLIENTS; i++) {
        struct client *c = &v->clients[i];
        if (polls[i].fd < 0 || !polls[i].revents)
            continue;
        if (c->out.n)
            send_some(v, c);
        else
            read_some(v, c);
        v->over = v->over || v->s->over(v->s->context);
    }
    if (polls[IPC_CLIENTS].revents || !find_place(v))
        let_in(v);
    drop_stalled(v);
}

int ipc_serve(int listener, const struct ipc_service *s)
{
    static const int ends[] = {SIGTERM, SIGINT, SIGHUP};
    struct sigaction act = {.sa_handler = on_signal}, before[3];
    sigset_t blocked, unblocked;
    struct server *v = calloc(1, sizeof *v);
    if (!v)
        err_die("out of memory");
    v->s = s;
    v->listener = listener;
    for (size_t i = 0; i < IPC_CLIENTS; i++)
        v->clients[i].fd = v->clients[i].file = -1;
    signalled = 0;
    (void)sigemptyset(&blocked);
    for (size_t i = 0; i < 3; i++)
        (void)sigaddset(&blocked, ends[i]);
    (void)sigprocmask(SIG_BLOCK, &blocked, &unblocked);
    for (size_t i = 0; i < 3; i++) {
        (void)sigaction(ends[i], &act, &before[i]);
        (void)sigdelset(&unblocked, ends[i]);
    }
    while (!v->over && !signalled && !s->over(s->context))
        step(v, &unblocked);
    s->ended(s->ended_context);
    for (size_t i = 0; i < IPC_CLIENTS; i++)
        if (v->clients[i].fd >= 0)
            drop(v, &v->clients[i]);
    for (size_t i = 0; i < 3; i++)
        (void)sigaction(ends[i], &before[i], NULL);
    (void)sigprocmask(SIG_UNBLOCK, &blocked, NULL);
    free(v);
    return (int)signalled;
}
