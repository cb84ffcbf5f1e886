/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sys/ipc: sockets between two processes of one user on this machine: a closed folder for them,
 * connecting, and a loop that answers many clients. A message is a frame: the length of its body
 * (u32, little-endian), a number (u32: what is asked, or how it went), the body; one descriptor of
 * a file may go with it.
 *
 * Guarantees: whoever is at the other end is a process of the same user (SO_PEERCRED, asked of
 * the kernel); the folder is this user's alone and no symbolic link; what a client says of a
 * length is bounded before memory is had for it; a client that stalls in the middle of a frame
 * holds up nobody and is dropped. Does not: encrypt, or know what a body means.
 */
#ifndef DEPONENT_SYS_IPC_H
#define DEPONENT_SYS_IPC_H

#include "base/buf.h"

#define IPC_HEAD       8u
#define IPC_BODY_MAX   ((size_t)66 << 20)
#define IPC_REPLY_MAX  ((size_t)140 << 20)
#define IPC_CLIENTS    64
#define IPC_STALLED_MS 60000u /* so long a frame may stand still in the middle */

/* Where a socket is: $XDG_RUNTIME_DIR/deponent, or /tmp/deponent-UID, and its name in there. */
struct ipc_place {
    int folder;
    char path[512]; /* of the folder */
    char name[80];
};

/* ERR_MISSING: there is no such folder, and `make` is false. ERR_REFUSED: it is somebody else's,
 * open to others, or no folder. */
int ipc_place_open(const char *name, bool make, struct ipc_place *ret,
                   struct err *err) ERR_CHECKED;
void ipc_place_close(struct ipc_place *p);

/* A socket at that place; one that a killed process left is replaced. ERR_EXISTS: somebody
 * listens there. */
int ipc_listen(const struct ipc_place *p, int *ret, struct err *err) ERR_CHECKED;
/* Nobody finds it any more. */
void ipc_unlink(const struct ipc_place *p);
/* ERR_MISSING: nobody listens there. ERR_REFUSED: another user does. */
int ipc_connect(const struct ipc_place *p, int *ret, struct err *err) ERR_CHECKED;
/* For the reads and writes of one side: after so many seconds without any they fail. */
void ipc_set_patience(int fd, unsigned seconds);
void ipc_close(int fd);

/* One frame; `file` is a descriptor that goes with it, or -1. ERR_IO when nobody is there. */
int ipc_send(int fd, uint32_t what, struct str body, int file, struct err *err) ERR_CHECKED;
/* The next n bytes. ERR_IO when they do not come. */
int ipc_read(int fd, void *p, size_t n, struct err *err) ERR_CHECKED;
void ipc_put_head(unsigned char head[IPC_HEAD], size_t n, uint32_t what);
void ipc_get_head(const unsigned char head[IPC_HEAD], uint32_t *ret_n, uint32_t *ret_what);
/* Nothing more comes: waits until the other side is gone. */
void ipc_wait_end(int fd);

/* Seconds of a clock that also runs while the machine sleeps. */
uint64_t ipc_now(void);

/* ---- answering ---- */

struct ipc_service {
    /* What a client has between its requests; NULL is no error. */
    void *(*begin)(void *context);
    void (*end)(void *context, void *client);
    /* Answers one request: 0 and what is in `reply`; or a kind, and then the sentence is the
     * reply. *file is a descriptor that came with it, or -1; it is closed afterwards unless -1 is
     * put there. */
    int (*request)(void *context, void *client, uint32_t what, struct str body, int *file,
                   struct buf *reply, struct err *err);
    /* Once a second and after each request: true ends it all. */
    bool (*over)(void *context);
    void *context;
    /* When it is over, before the clients are let go: who waits for that finds all done. */
    void (*ended)(void *ended_context);
    void *ended_context;
};

/* Until `over`, or SIGTERM, SIGINT or SIGHUP: returns its number, else 0. Bodies and replies are
 * wiped when they are done with. */
int ipc_serve(int listener, const struct ipc_service *s);

#endif
