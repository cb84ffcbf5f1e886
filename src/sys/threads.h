/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sys/threads: threads behind base/pool, and the two things that a pipeline needs beside them:
 * a lock, and an order in which numbered pieces pass a place.
 *
 * Does not: cancel a piece of work that runs, or nest (work must not call run of its own pool).
 */
#ifndef DEPONENT_SYS_THREADS_H
#define DEPONENT_SYS_THREADS_H

#include "base/pool.h"

#include <stdbool.h>
#include <stdint.h>

#define THREADS_MAX 64

/* How many can run at once on this machine, at least 1. */
unsigned threads_available(void);

/* A pool of at most n threads, the caller's own among them; fewer where the system gives no
 * more. One run at a time. */
struct pool *threads_new(unsigned n);
void threads_free(struct pool *pool);

struct threads_lock;
struct threads_lock *threads_lock_new(void);
void threads_lock_free(struct threads_lock *l);
void threads_lock(struct threads_lock *l);
void threads_unlock(struct threads_lock *l);

/* Pieces 0, 1, 2 … pass one after the other, whichever thread holds them. Whoever waits for
 * piece k must know that a running thread holds each one before it. */
struct threads_order;
struct threads_order *threads_order_new(void);
void threads_order_free(struct threads_order *o);
/* Returns when all before k have passed: true; or when the order was stopped: false. */
bool threads_order_wait(struct threads_order *o, uint64_t k);
/* The piece whose turn it is has passed. */
void threads_order_pass(struct threads_order *o);
/* Nobody passes any more. */
void threads_order_stop(struct threads_order *o);

#endif
