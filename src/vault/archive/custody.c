/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who read what: one custody entry for all accounts of one action, synced before any of their
 * words are given out. What an action has left there once is not left again.
 */
#include "base/sort.h"
#include "vault/archive/parts.h"

#include <stdlib.h>

struct reads {
    struct reads_one {
        struct id account;
        unsigned purposes;
    } * items; /* sorted */
    size_t count;
};

static int compare_reads(const void *a, const void *b)
{
    return memcmp(a, b, ID_SIZE);
}

void custody_free(struct archive *a)
{
    if (a->reads)
        free(a->reads->items);
    free(a->reads);
    a->reads = NULL;
}

void archive_new_action(struct archive *a)
{
    custody_free(a);
}

int custody_read(struct archive *a, const struct id *accounts, size_t count,
                 enum purpose purpose, struct err *err)
{
    if (!count)
        return 0;
    if (!a->write)
        return err_set(err, ERR_STATE,
                       "the archive is open for reading only, and words of an account are not "
                       "given out without an entry that says who read them");
    if (!a->reads)
        a->reads = calloc(1, sizeof *a->reads);
    if (!a->reads)
        err_die("out of memory");
    ARENA_AUTO arena = {0};
    struct reads_one *fresh = ARENA_NEW(&arena, count, struct reads_one);
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        const struct reads_one *had = sort_find(&accounts[i], a->reads->items, a->reads->count,
                                                sizeof *had, compare_reads);
        if (!had || !(had->purposes >> purpose & 1))
            fresh[n++] = (struct reads_one){accounts[i], 1u << purpose};
    }
    sort_items(fresh, n, sizeof *fresh, compare_reads);
    struct str *ids = ARENA_NEW(&arena, n, struct str);
    size_t unique = 0;
    for (size_t i = 0; i < n; i++)
        if (!i || compare_reads(&fresh[i], &fresh[i - 1])) {
            fresh[unique] = fresh[i];
            ids[unique++] = id_print(&arena, fresh[i].account);
        }
    if (!unique)
        return 0;
    const struct str none = {0};
    int r = archive_custody(a, CUSTODY_READ, ids, unique, none, none, 1u << purpose, none, err);
    if (r)
        return r;
    struct reads *reads = a->reads;
    reads->items = reallocarray(reads->items, reads->count + unique, sizeof *reads->items);
    if (!reads->items)
        err_die("out of memory");
    size_t old = reads->count;
    for (size_t i = 0; i < unique; i++) {
        struct reads_one *had =
            sort_find(&fresh[i], reads->items, old, sizeof *had, compare_reads);
        if (had)
            had->purposes |= fresh[i].purposes;
        else
            reads->items[reads->count++] = fresh[i];
    }
    sort_items(reads->items, reads->count, sizeof *reads->items, compare_reads);
    return 0;
}
