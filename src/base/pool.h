/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * base/pool: the interface by which engines and the vault get threads without knowing them.
 * The threads themselves are in sys/threads.h. A pool may be NULL: everything then runs on the
 * caller's thread, with the same result.
 */
#ifndef DEPONENT_BASE_POOL_H
#define DEPONENT_BASE_POOL_H

#include <stddef.h>

struct pool {
    /* Calls work(context, i) once for every i < count, on any thread, in any order, and returns
     * when all are done. `worker` < threads names the thread, for its own scratch memory. */
    void (*run)(struct pool *self, size_t count,
                void (*work)(void *context, size_t i, unsigned worker), void *context);
    unsigned threads;
};

static inline unsigned pool_threads(const struct pool *p)
{
    return p ? p->threads : 1;
}
static inline void pool_run(struct pool *p, size_t count,
                            void (*work)(void *context, size_t i, unsigned worker),
                            void *context)
{
    if (p) {
        p->run(p, count, work, context);
        return;
    }
    for (size_t i = 0; i < count; i++)
        work(context, i, 0);
}

#endif
