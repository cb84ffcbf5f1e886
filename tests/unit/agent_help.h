/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tests/unit/agent_help: an agent in a process of its own, for a test.
 */
#ifndef DEPONENT_TESTS_AGENT_HELP_H
#define DEPONENT_TESTS_AGENT_HELP_H

#include "sys/ipc.h"
#include "vault/ledger/keys_agent.h"
#include "vault/ledger/keys_serve.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct agent {
    struct ipc_place place;
    pid_t pid;
};

static void agent_ended(void *context)
{
    keys_serve_forget(context);
}

static inline void agent_run(const char *dir, const struct secret *pass, int listener,
                             uint64_t idle)
{
    struct keys *k;
    struct keys_serve *s;
    struct err err = {0};
    if (keys_open(dir, pass, &k, &err) || keys_serve_new(dir, k, idle, &s, &err))
        _exit(9);
    const struct ipc_service service = {
        .begin = keys_serve_begin,
        .end = keys_serve_end,
        .request = keys_serve_request,
        .over = keys_serve_over,
        .context = s,
        .ended = agent_ended,
        .ended_context = s,
    };
    (void)ipc_serve(listener, &service);
    keys_serve_free(s);
    _exit(0);
}

/* $XDG_RUNTIME_DIR is the test's own. */
static inline void agent_start(struct agent *g, const char *dir, const struct secret *pass,
                               uint64_t idle)
{
    struct err err = {0};
    int listener;
    if (ipc_place_open("test", true, &g->place, &err) || ipc_listen(&g->place, &listener, &err))
        err_die(err.text);
    (void)fflush(NULL);
    g->pid = fork();
    if (g->pid == 0)
        agent_run(dir, pass, listener, idle);
    ipc_close(listener);
}

static inline int agent_connect(const struct agent *g)
{
    struct err err = {0};
    int fd;
    if (ipc_connect(&g->place, &fd, &err))
        err_die(err.text);
    return fd;
}

/* How it ended: 0 by itself. */
static inline int agent_wait(struct agent *g)
{
    int status = -1;
    (void)waitpid(g->pid, &status, 0);
    ipc_place_close(&g->place);
    return status;
}

#endif
