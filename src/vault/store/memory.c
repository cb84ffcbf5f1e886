/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * SQLite's memory: wiped before it is given back. Pages, journals in memory, sorters and bound
 * values hold words of accounts; when an account was shredded they must not lie about in what
 * malloc keeps.
 */
#include "vault/seal/secret.h"
#include "vault/store/parts.h"

#include <malloc.h>
#include <stdlib.h>
#include <threads.h>

/* malloc maps blocks of this size singly, whatever it has learnt: growing one moves its pages
 * and leaves nothing behind. */
#define MAPPED ((size_t)64 << 20)

static void *take(int n)
{
    return malloc((size_t)n);
}

static int size_of(void *p)
{
    return p ? (int)malloc_usable_size(p) : 0;
}

/* Mapped blocks go back to the system at once, and most of a large one may never have been
 * touched. */
static void give_back(void *p)
{
    size_t n = malloc_usable_size(p);
    if (n < MAPPED)
        secret_wipe(p, n);
    free(p);
}

static void *resize(void *p, int n)
{
    size_t old = malloc_usable_size(p), want = (size_t)n;
    if (old >= MAPPED)
        return realloc(p, want);
    void *fresh = malloc(want);
    if (!fresh)
        return NULL;
    memcpy(fresh, p, old < want ? old : want);
    give_back(p);
    return fresh;
}

static int round_up(int n)
{
    return (n + 7) & ~7;
}

static int start(void *context)
{
    (void)context;
    return SQLITE_OK;
}

static void stop(void *context)
{
    (void)context;
}

static void configure(void)
{
    static const sqlite3_mem_methods methods = {take,     give_back, resize, size_of,
                                                round_up, start,     stop,   NULL};
    /* Too late when a test used SQLite before: then its own memory stays, which works as well. */
    (void)sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    /* No pages that are used again without being given back in between. */
    (void)sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0);
}

void store_wipe_memory(void)
{
    static once_flag once = ONCE_FLAG_INIT;
    call_once(&once, configure);
}
