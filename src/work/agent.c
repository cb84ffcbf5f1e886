/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/agent.h"

#include "sys/file.h"
#include "vault/ledger/keys_agent.h"
#include "vault/ledger/keys_serve.h"
#include "vault/ledger/ledger.h"
#include "vault/seal/hash.h"

#include <stdio.h>

static int find_place(const char *dir, bool make, struct ipc_place *ret, struct err *err)
{
    uint64_t device, inode;
    char text[96], name[2 * SHA256_SIZE + 1];
    unsigned char hash[SHA256_SIZE];
    int r = file_identity(dir, &device, &inode, err);
    if (r)
        return r;
    int n = snprintf(text, sizeof text, "deponent agent v1 %llx %llx",
                     (unsigned long long)device, (unsigned long long)inode);
    sha256(text, (size_t)n, hash);
    hex_print(hash, 16, name);
    return ipc_place_open(name, make, ret, err);
}

int work_agent_find(const char *dir, struct keys **ret, struct err *err)
{
    struct ipc_place place;
    int fd, r = find_place(dir, false, &place, err);
    if (r)
        return r;
    r = ipc_connect(&place, &fd, err);
    ipc_place_close(&place);
    return r ? r : keys_agent_open(fd, ret, err);
}

int work_agent_left(const char *dir, uint64_t *ret_seconds, struct err *err)
{
    struct keys *k;
    int r = work_agent_find(dir, &k, err);
    if (r)
        return r;
    r = keys_agent_left(k, ret_seconds, err);
    keys_close(k);
    return r;
}

int work_agent_stop(const char *dir, struct err *err)
{
    struct keys *k;
    int r = work_agent_find(dir, &k, err);
    if (r)
        return r;
    r = keys_agent_stop(k, err);
    keys_close(k);
    return r;
}

int work_agent_begin(const char *dir, struct work_agent *ret, struct err *err)
{
    struct work_agent g = {.listener = -1};
    int r = file_absolute(dir, g.dir, sizeof g.dir, err);
    if (!r)
        r = find_place(dir, true, &g.place, err);
    if (r)
        return r;
    r = ipc_listen(&g.place, &g.listener, err);
    if (r == ERR_EXISTS)
        r = err_set(err, r, "an agent for %s runs already", dir);
    if (r)
        ipc_place_close(&g.place);
    else
        *ret = g;
    return r;
}

static int settle(const char *dir, struct keys *keys, struct err *err)
{
    struct ledger *l;
    int r = ledger_open(dir, keys, true, &l, err);
    if (!r)
        ledger_close(l);
    return r;
}

struct running {
    struct work_agent *agent;
    struct keys_serve *serve;
};

static void ended(void *context)
{
    struct running *r = context;
    keys_serve_forget(r->serve);
    work_agent_end(r->agent);
}

int work_agent_run(struct work_agent *g, struct keys *keys, uint64_t idle_seconds,
                   void (*ready)(void *context), void *context, struct err *err)
{
    struct keys_serve *s;
    int r = settle(g->dir, keys, err);
    if (!r)
        r = keys_serve_new(g->dir, keys, idle_seconds, &s, err);
    if (r) {
        keys_close(keys);
        return r;
    }
    struct running running = {g, s};
    const struct ipc_service service = {
        .begin = keys_serve_begin,
        .end = keys_serve_end,
        .request = keys_serve_request,
        .over = keys_serve_over,
        .context = s,
        .ended = ended,
        .ended_context = &running,
    };
    ready(context);
    (void)ipc_serve(g->listener, &service);
    keys_serve_free(s);
    return 0;
}

void work_agent_end(struct work_agent *g)
{
    if (g->listener < 0)
        return;
    ipc_unlink(&g->place); /* before it is closed: afterwards the name may be another's */
    ipc_close(g->listener);
    ipc_place_close(&g->place);
    g->listener = -1;
}
