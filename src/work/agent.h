/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/agent: a process that holds the keys of an archive for the verbs of the same user, until
 * it is told to stop or nobody has asked anything for a while.
 *
 * There is one for a folder. Its socket is named by the folder itself (device and inode) and not
 * by the archive's id, which a copy and a restored backup share: each has a keyring of its own,
 * and what is added through the agent of one must not go into that of another.
 */
#ifndef DEPONENT_WORK_AGENT_H
#define DEPONENT_WORK_AGENT_H

#include "sys/ipc.h"
#include "vault/ledger/keys.h"

/* The keys of the agent that answers for the archive in `dir`. ERR_MISSING: none does. */
int work_agent_find(const char *dir, struct keys **ret, struct err *err) ERR_CHECKED;
/* Seconds until it forgets the keys. ERR_MISSING. */
int work_agent_left(const char *dir, uint64_t *ret_seconds, struct err *err) ERR_CHECKED;
/* Returns when it has ended. ERR_MISSING. */
int work_agent_stop(const char *dir, struct err *err) ERR_CHECKED;

/* Becoming one, in three steps, as the second is forbidden to a confined process and the third
 * is to be one. */
struct work_agent {
    struct ipc_place place;
    int listener;
    char dir[4096]; /* absolute */
};
/* ERR_EXISTS: one answers for that archive. Afterwards the agent's socket is there. */
int work_agent_begin(const char *dir, struct work_agent *ret, struct err *err) ERR_CHECKED;
/* Finishes what an interrupted shredding left, calls `ready`, and answers until it ends. `keys`
 * are of g->dir; they are taken over and forgotten, with the passphrase in them first. */
int work_agent_run(struct work_agent *g, struct keys *keys, uint64_t idle_seconds,
                   void (*ready)(void *context), void *context, struct err *err) ERR_CHECKED;
/* The socket is gone. After work_agent_begin, whatever happened; may be called twice. */
void work_agent_end(struct work_agent *g);

#endif
