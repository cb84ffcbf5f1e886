/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What it costs to open a snapshot, and many entries, through the agent and not with the keys in
 * this process: processor time of both processes together, and time on the clock.
 *
 * usage: bench_agent [MIB [ENTRIES]]   (400 MiB, 100000 entries of 450 bytes)
 */
#define _GNU_SOURCE
#include "sys/file.h"
#include "sys/ipc.h"
#include "vault/ledger/keys_agent.h"
#include "vault/ledger/keys_serve.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BATCH ((size_t)4096)

static char home[] = "/tmp/deponent-bench-XXXXXX", path[128];
static struct secret pass;
static struct id subject;

static void must(int r, const struct err *err)
{
    if (r) {
        (void)fprintf(stderr, "bench_agent: %s\n", err->text);
        exit(1);
    }
}

static const char *in_home(const char *name)
{
    (void)snprintf(path, sizeof path, "%s/%s", home, name);
    return path;
}

static double seconds(const struct timeval *t)
{
    return (double)t->tv_sec + 1e-6 * (double)t->tv_usec;
}

static double cpu(int who)
{
    struct rusage u;
    (void)getrusage(who, &u);
    return seconds(&u.ru_utime) + seconds(&u.ru_stime);
}

static double clock_now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- the agent ---- */

static void forget(void *context)
{
    keys_serve_forget(context);
}

static pid_t serve(const struct ipc_place *place)
{
    int listener;
    struct err err = {0};
    must(ipc_listen(place, &listener, &err), &err);
    pid_t pid = fork();
    if (pid != 0) {
        ipc_close(listener);
        return pid;
    }
    struct keys *k;
    struct keys_serve *s;
    must(keys_open(in_home("vault"), &pass, &k, &err), &err);
    must(keys_serve_new(path, k, 3600, &s, &err), &err);
    const struct ipc_service service = {
        keys_serve_begin, keys_serve_end, keys_serve_request, keys_serve_over, s, forget, s};
    (void)ipc_serve(listener, &service);
    keys_serve_free(s);
    _exit(0);
}

/* ---- the work ---- */

struct memory {
    char *p;
    size_t n;
};
static int keep(void *context, const void *p, size_t n, struct err *err)
{
    struct memory *m = context;
    (void)err;
    memcpy(m->p + m->n, p, n);
    m->n += n;
    return 0;
}
static int read_in(void *context, void *p, size_t n, size_t *ret_n, struct err *err)
{
    return file_in_read(context, p, n, ret_n, err);
}
static int write_out(void *context, const void *p, size_t n, struct err *err)
{
    return file_out_write(context, str_make(p, n), err);
}
static int give(void *context, void *p, size_t n, size_t *ret_n, struct err *err)
{
    size_t *left = context;
    (void)err;
    *ret_n = n < *left ? n : *left;
    memset(p, 7, *ret_n);
    *left -= *ret_n;
    return 0;
}

static void make_snapshot(struct keys *k, size_t n)
{
    struct file_out out;
    struct err err = {0};
    struct age_recipient own = {.kind = AGE_X25519};
    const struct age_options options = {.threads = 1};
    const struct age_source in = {give, &n, NULL};
    const struct age_sink to = {write_out, &out};
    memcpy(own.public_key, keys_public(k)->age_key, sizeof own.public_key);
    must(file_out_begin(in_home("snapshot"), &out, &err), &err);
    must(age_seal(&own, 1, &options, &in, &to, &err), &err);
    must(file_out_commit(&out, true, &err), &err);
}

static void open_snapshot(struct keys *k, struct memory *to)
{
    struct file_in in;
    struct err err = {0};
    to->n = 0;
    must(file_in_open(in_home("snapshot"), &in, &err), &err);
    const struct age_source from = {read_in, &in, &in.fd};
    const struct age_sink sink = {keep, to};
    must(keys_open_own(k, &from, &sink, &err), &err);
    file_in_close(&in);
}

static void open_entries(struct keys *k, size_t count)
{
    static struct keys_entry entries[BATCH];
    static struct envelope envelopes[BATCH];
    static char text[450];
    ARENA_AUTO a = {0};
    struct err err = {0};
    memset(text, 'a', sizeof text);
    for (size_t i = 0; i < BATCH; i++) {
        envelopes[i] = (struct envelope){.payload = id_new(), .seq = i};
        entries[i] = (struct keys_entry){.envelope = &envelopes[i],
                                         .subject = subject,
                                         .plain = str_make(text, sizeof text)};
    }
    must(keys_seal(k, &a, entries, BATCH, &err), &err);
    for (size_t done = 0; done < count; done += BATCH) {
        ARENA_AUTO each = {0};
        must(keys_open_entries(k, &each, entries, BATCH, &err), &err);
    }
}

/* Three times each in turn; the best time on the clock, and the processor time of all. */
struct cost {
    double clock, here, there;
};
static void report(const char *what, const struct cost cost[2])
{
    double direct = cost[0].here, agent = cost[1].here + cost[1].there;
    printf("%s: directly %.3f s (processor %.3f), by the agent %.3f s (%.3f + %.3f): "
           "%.2f times on the clock, %.2f times the processor\n",
           what, cost[0].clock, direct / 3, cost[1].clock, cost[1].here / 3, cost[1].there / 3,
           cost[1].clock / cost[0].clock, agent / direct);
}

/* `snapshot` bytes, or when that is 0 so many entries. The agent is forked before there is memory
 * for the snapshot, or each first write to it would be counted as ours. */
static void measure(const char *what, struct keys *direct, const struct ipc_place *place,
                    size_t snapshot, size_t entries)
{
    struct cost cost[2] = {{.clock = 1e9}, {.clock = 1e9}};
    struct err err = {0};
    struct keys *agent;
    double there = cpu(RUSAGE_CHILDREN);
    pid_t pid = serve(place);
    int fd;
    must(ipc_connect(place, &fd, &err) || keys_agent_open(fd, &agent, &err), &err);
    struct memory to = {malloc(snapshot + AGE_CHUNK), 0};
    if (!to.p)
        err_die("out of memory");
    memset(to.p, 1, snapshot + AGE_CHUNK);
    for (int i = 0; i < 6; i++) {
        double here = cpu(RUSAGE_SELF), begin = clock_now();
        if (snapshot)
            open_snapshot(i % 2 ? agent : direct, &to);
        else
            open_entries(i % 2 ? agent : direct, entries);
        double took = clock_now() - begin;
        cost[i % 2].here += cpu(RUSAGE_SELF) - here;
        cost[i % 2].clock = took < cost[i % 2].clock ? took : cost[i % 2].clock;
    }
    free(to.p);
    must(keys_agent_stop(agent, &err), &err);
    keys_close(agent);
    (void)waitpid(pid, NULL, 0);
    cost[1].there = cpu(RUSAGE_CHILDREN) - there;
    report(what, cost);
}

int main(int argc, char **argv)
{
    size_t size = (argc > 1 ? strtoull(argv[1], NULL, 10) : 400) << 20;
    size_t count = argc > 2 ? strtoull(argv[2], NULL, 10) : 100000;
    struct keys *k;
    struct ipc_place place;
    struct err err = {0};
    if (!mkdtemp(home))
        err_die("no folder for temporary files");
    secret_init();
    secret_set(&pass, "bench", 5);
    (void)setenv("XDG_RUNTIME_DIR", home, 1);
    must(keys_create(in_home("vault"), &pass, AGE_SCRYPT_MIN, &k, &err), &err);
    subject = id_new();
    must(keys_new_subject(k, subject, &err), &err);
    must(ipc_place_open("bench", true, &place, &err), &err);
    make_snapshot(k, size);
    measure("snapshot", k, &place, size, 0);
    measure("entries", k, &place, 0, count);
    ipc_place_close(&place);
    keys_close(k);
    secret_free(&pass);
    static const char *const names[] = {"vault/keys.age", "vault/ring-0", "snapshot",
                                        "deponent/bench"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        (void)unlink(in_home(names[i]));
    (void)rmdir(in_home("deponent"));
    (void)rmdir(in_home("vault"));
    (void)rmdir(home);
    return 0;
}
