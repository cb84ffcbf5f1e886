/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "sys/threads.h"

#include "base/err.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>

struct threads_pool {
    struct pool pool; /* first: a pool is cast to this */
    pthread_mutex_t lock;
    pthread_cond_t work_came, work_done;
    /* Under the lock. A run has a number; a thread that has not seen it joins in. */
    uint64_t run;
    size_t next, count;
    unsigned busy;
    bool ending;
    void (*work)(void *context, size_t i, unsigned worker);
    void *context;
    unsigned started;
    struct worker {
        struct threads_pool *of;
        unsigned number;
        pthread_t thread;
    } workers[THREADS_MAX];
};

/* What cannot fail but for a fault of ours. */
static void must_be_0(int r)
{
    if (r)
        err_die("a lock is broken");
}

static void *make(size_t size)
{
    void *p = calloc(1, size);
    if (!p)
        err_die("out of memory");
    return p;
}

unsigned threads_available(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return 1;
    int n = CPU_COUNT(&set);
    return n < 1 ? 1 : (unsigned)n;
}

/* Takes pieces until there are none; the lock is held on entry and on return. */
static void take_pieces(struct threads_pool *t, unsigned number)
{
    t->busy++;
    while (t->next < t->count) {
        size_t i = t->next++;
        must_be_0(pthread_mutex_unlock(&t->lock));
        t->work(t->context, i, number);
        must_be_0(pthread_mutex_lock(&t->lock));
    }
    if (--t->busy == 0)
        must_be_0(pthread_cond_signal(&t->work_done));
}

static void *worker_main(void *context)
{
    struct worker *w = context;
    struct threads_pool *t = w->of;
    uint64_t seen = 0;
    must_be_0(pthread_mutex_lock(&t->lock));
    while (!t->ending) {
        if (t->run == seen) {
            must_be_0(pthread_cond_wait(&t->work_came, &t->lock));
            continue;
        }
        seen = t->run;
        take_pieces(t, w->number);
    }
    must_be_0(pthread_mutex_unlock(&t->lock));
    return NULL;
}

static void pool_work(struct pool *self, size_t count,
                      void (*work)(void *context, size_t i, unsigned worker), void *context)
{
    struct threads_pool *t = (struct threads_pool *)self;
    must_be_0(pthread_mutex_lock(&t->lock));
    t->run++;
    t->next = 0;
    t->count = count;
    t->work = work;
    t->context = context;
    must_be_0(pthread_cond_broadcast(&t->work_came));
    take_pieces(t, 0);
    while (t->busy)
        must_be_0(pthread_cond_wait(&t->work_done, &t->lock));
    t->count = 0; /* a thread that wakes up late finds nothing */
    must_be_0(pthread_mutex_unlock(&t->lock));
}

struct pool *threads_new(unsigned n)
{
    struct threads_pool *t = make(sizeof *t);
    must_be_0(pthread_mutex_init(&t->lock, NULL));
    must_be_0(pthread_cond_init(&t->work_came, NULL));
    must_be_0(pthread_cond_init(&t->work_done, NULL));
    t->pool.run = pool_work;
    if (n > THREADS_MAX)
        n = THREADS_MAX;
    /* Signals are the business of the thread that made the pool. */
    sigset_t all, old;
    (void)sigfillset(&all);
    must_be_0(pthread_sigmask(SIG_SETMASK, &all, &old));
    for (unsigned i = 1; i < n; i++) {
        struct worker *w = &t->workers[t->started];
        *w = (struct worker){.of = t, .number = t->started + 1};
        if (pthread_create(&w->thread, NULL, worker_main, w) != 0)
            break;
        t->started++;
    }
    must_be_0(pthread_sigmask(SIG_SETMASK, &old, NULL));
    t->pool.threads = t->started + 1;
    return &t->pool;
}

void threads_free(struct pool *pool)
{
    if (!pool)
        return;
    struct threads_pool *t = (struct threads_pool *)pool;
    must_be_0(pthread_mutex_lock(&t->lock));
    t->ending = true;
    must_be_0(pthread_cond_broadcast(&t->work_came));
    must_be_0(pthread_mutex_unlock(&t->lock));
    for (unsigned i = 0; i < t->started; i++)
        must_be_0(pthread_join(t->workers[i].thread, NULL));
    must_be_0(pthread_cond_destroy(&t->work_came));
    must_be_0(pthread_cond_destroy(&t->work_done));
    must_be_0(pthread_mutex_destroy(&t->lock));
    free(t);
}

struct threads_lock {
    pthread_mutex_t mutex;
};

struct threads_lock *threads_lock_new(void)
{
    struct threads_lock *l = make(sizeof *l);
    must_be_0(pthread_mutex_init(&l->mutex, NULL));
    return l;
}

void threads_lock_free(struct threads_lock *l)
{
    if (!l)
        return;
    must_be_0(pthread_mutex_destroy(&l->mutex));
    free(l);
}

void threads_lock(struct threads_lock *l)
{
    must_be_0(pthread_mutex_lock(&l->mutex));
}

void threads_unlock(struct threads_lock *l)
{
    must_be_0(pthread_mutex_unlock(&l->mutex));
}

struct threads_order {
    pthread_mutex_t mutex;
    pthread_cond_t passed;
    uint64_t next;
    bool stopped;
};

struct threads_order *threads_order_new(void)
{
    struct threads_order *o = make(sizeof *o);
    must_be_0(pthread_mutex_init(&o->mutex, NULL));
    must_be_0(pthread_cond_init(&o->passed, NULL));
    return o;
}

void threads_order_free(struct threads_order *o)
{
    if (!o)
        return;
    must_be_0(pthread_cond_destroy(&o->passed));
    must_be_0(pthread_mutex_destroy(&o->mutex));
    free(o);
}

bool threads_order_wait(struct threads_order *o, uint64_t k)
{
    must_be_0(pthread_mutex_lock(&o->mutex));
    while (o->next != k && !o->stopped)
        must_be_0(pthread_cond_wait(&o->passed, &o->mutex));
    bool go = !o->stopped;
    must_be_0(pthread_mutex_unlock(&o->mutex));
    return go;
}

void threads_order_pass(struct threads_order *o)
{
    must_be_0(pthread_mutex_lock(&o->mutex));
    o->next++;
    must_be_0(pthread_cond_broadcast(&o->passed));
    must_be_0(pthread_mutex_unlock(&o->mutex));
}

void threads_order_stop(struct threads_order *o)
{
    must_be_0(pthread_mutex_lock(&o->mutex));
    o->stopped = true;
    must_be_0(pthread_cond_broadcast(&o->passed));
    must_be_0(pthread_mutex_unlock(&o->mutex));
}
