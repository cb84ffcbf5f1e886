/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sys/threads.h"

#include "sys/process.h"
#include "tap.h"

#include <stdatomic.h>

#define PIECES 5000

struct job {
    atomic_uint done[PIECES];
    atomic_uint by[THREADS_MAX];
    unsigned threads;
    atomic_bool wrong;
};

static void count_piece(void *context, size_t i, unsigned worker)
{
    struct job *j = context;
    atomic_fetch_add(&j->done[i], 1);
    if (worker >= j->threads)
        atomic_store(&j->wrong, true);
    else
        atomic_fetch_add(&j->by[worker], 1);
}

static void test_pool(struct pool *pool, const char *name)
{
    static struct job j;
    bool once = true;
    for (unsigned round = 1; round <= 20; round++) {
        j.threads = pool_threads(pool);
        pool_run(pool, PIECES, count_piece, &j);
        for (size_t i = 0; i < PIECES; i++)
            once = once && atomic_load(&j.done[i]) == round;
    }
    pool_run(pool, 0, count_piece, &j);
    unsigned sum = 0;
    for (unsigned i = 0; i < THREADS_MAX; i++)
        sum += atomic_load(&j.by[i]);
    ok(once && sum == 20 * PIECES && !atomic_load(&j.wrong), "%s: each piece once, in each run",
       name);
    memset(&j, 0, sizeof j);
}

struct queue {
    struct threads_lock *lock;
    struct threads_order *order;
    uint64_t next, seen, stop_at;
    atomic_uint let_go;
    bool wrong;
};

/* Takes numbers under the lock and passes in their order; stops at one of them. */
static void pass(void *context, size_t i, unsigned worker)
{
    (void)i;
    (void)worker;
    struct queue *q = context;
    for (;;) {
        threads_lock(q->lock);
        uint64_t k = q->next++;
        threads_unlock(q->lock);
        if (k >= PIECES || !threads_order_wait(q->order, k)) {
            atomic_fetch_add(&q->let_go, 1);
            return;
        }
        if (q->seen++ != k)
            q->wrong = true;
        if (k == q->stop_at) {
            threads_order_stop(q->order);
            return;
        }
        threads_order_pass(q->order);
    }
}

static void test_order(struct pool *pool, uint64_t stop_at)
{
    struct queue q = {
        .lock = threads_lock_new(), .order = threads_order_new(), .stop_at = stop_at};
    pool_run(pool, pool_threads(pool), pass, &q);
    uint64_t want = stop_at < PIECES ? stop_at + 1 : PIECES;
    ok(!q.wrong && q.seen == want, "%llu pieces passed in order", (unsigned long long)q.seen);
    threads_order_free(q.order);
    threads_lock_free(q.lock);
}

int main(void)
{
    ok(threads_available() >= 1, "%u at once", threads_available());
    ok(process_memory_available() > 1u << 20, "some memory is available");
    test_pool(NULL, "no pool");
    for (unsigned n = 1; n <= 5; n += 2) {
        char name[32];
        (void)snprintf(name, sizeof name, "%u threads", n);
        struct pool *pool = threads_new(n);
        ok(pool->threads == n, "%s are there", name);
        test_pool(pool, name);
        test_order(pool, UINT64_MAX);
        test_order(pool, 1234);
        threads_free(pool);
    }
    threads_free(NULL);
    return tap_end();
}
