/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sorting in place by one byte of the key after the other, the highest first (McIlroy, Bostic
 * and McIlroy, "Engineering radix sort", Computing Systems 6, 1993). Keys are hashes: after
 * two or three bytes what is left are single items.
 */
#include "engine/link/block_inside.h"

#define FEW        24u
#define KEY_BYTES  8u
#define BYTES      12u /* of the key, then of the record */
#define BYTE_SIZES 256u

static inline unsigned byte_of(const struct block_entry *e, unsigned byte)
{
    return byte < KEY_BYTES ? (unsigned)(e->key >> (56 - 8 * byte)) & 255u
                            : (e->record >> (24 - 8 * (byte - KEY_BYTES))) & 255u;
}

static inline bool before(const struct block_entry *a, const struct block_entry *b)
{
    return a->key != b->key ? a->key < b->key : a->record < b->record;
}

static void insert_sort(struct block_entry *e, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct block_entry item = e[i];
        size_t at = i;
        for (; at > 0 && before(&item, &e[at - 1]); at--)
            e[at] = e[at - 1];
        e[at] = item;
    }
}

static void sort_from(struct block_entry *e, size_t count, unsigned byte)
{
    if (count <= FEW || byte == BYTES) {
        insert_sort(e, count);
        return;
    }
    size_t next[BYTE_SIZES] = {0}, end[BYTE_SIZES], at = 0;
    for (size_t i = 0; i < count; i++)
        next[byte_of(&e[i], byte)]++;
    if (next[byte_of(e, byte)] == count) {
        sort_from(e, count, byte + 1);
        return;
    }
    for (unsigned b = 0; b < BYTE_SIZES; b++) {
        size_t n = next[b];
        next[b] = at;
        end[b] = at += n;
    }
    for (unsigned b = 0; b < BYTE_SIZES; b++)
        while (next[b] < end[b]) {
            struct block_entry item = e[next[b]];
            unsigned to = byte_of(&item, byte);
            while (to != b) {
                struct block_entry other = e[next[to]];
                e[next[to]++] = item;
                item = other;
                to = byte_of(&item, byte);
            }
            e[next[b]++] = item;
        }
    for (unsigned b = 0; b < BYTE_SIZES; b++) {
        size_t from = b ? end[b - 1] : 0;
        if (end[b] - from > 1)
            sort_from(e + from, end[b] - from, byte + 1);
    }
}

void block_sort(struct block_entry *e, size_t count)
{
    sort_from(e, count, 0);
}
