/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "work/link_load_parts.h"

#include "base/hash.h"

#include <stdlib.h>

void *load_room(void *old, size_t count, size_t size)
{
    size_t n;
    if (__builtin_mul_overflow(count, size, &n))
        err_die("out of memory");
    void *p = realloc(old, n ? n : 1);
    if (!p)
        err_die("out of memory");
    return p;
}

void load_wipe(void *p, size_t n)
{
    if (p && n)
        explicit_bzero(p, n);
    free(p);
}

struct str load_trim(struct str s)
{
    for (;;) {
        s = str_trim(s);
        if (str_starts(s, STR("\xc2\xa0")))
            s = str_slice(s, 2, s.n);
        else if (str_starts(s, STR("\xef\xbb\xbf")))
            s = str_slice(s, 3, s.n);
        else if (str_ends(s, STR("\xc2\xa0")))
            s.n -= 2;
        else
            return s;
    }
}

void load_table_open(struct load_table *t, uint64_t seed)
{
    *t = (struct load_table){.seed = seed, .texts = 1, .at_cap = 64, .size = 64};
    t->at = load_room(NULL, t->at_cap, sizeof *t->at);
    t->at[0] = t->at[1] = 0;
    t->slots = load_room(NULL, t->size, sizeof *t->slots);
    memset(t->slots, 0, t->size * sizeof *t->slots);
}

static void grow_slots(struct load_table *t)
{
    size_t size = t->size * 2;
    struct load_slot *slots = load_room(NULL, size, sizeof *slots);
    memset(slots, 0, size * sizeof *slots);
    for (size_t i = 0; i < t->size; i++) {
        if (!t->slots[i].text)
            continue;
        size_t at = t->slots[i].hash & (size - 1);
        while (slots[at].text)
            at = (at + 1) & (size - 1);
        slots[at] = t->slots[i];
    }
    free(t->slots);
    t->slots = slots;
    t->size = size;
}

static uint32_t new_text(struct load_table *t, struct str s)
{
    if (t->cap - t->n < s.n) {
        while (t->cap - t->n < s.n)
            t->cap = t->cap ? t->cap * 2 : 4096;
        t->bytes = load_room(t->bytes, t->cap, 1);
    }
    if (t->texts + 1 == t->at_cap) {
        t->at_cap *= 2;
        t->at = load_room(t->at, t->at_cap, sizeof *t->at);
    }
    memcpy(t->bytes + t->n, s.p, s.n);
    t->n += s.n;
    t->at[t->texts + 1] = (uint32_t)t->n;
    return (uint32_t)t->texts++;
}

static uint32_t text_of(struct load_table *t, struct str s, uint32_t hash)
{
    size_t at = hash & (t->size - 1);
    for (; t->slots[at].text; at = (at + 1) & (t->size - 1)) {
        if (t->slots[at].hash != hash)
            continue;
        uint32_t k = t->slots[at].text;
        if (t->at[k + 1] - t->at[k] == s.n && memcmp(t->bytes + t->at[k], s.p, s.n) == 0)
            return k;
    }
    uint32_t k = new_text(t, s);
    t->slots[at] = (struct load_slot){hash, k};
    if (t->texts * 4 > t->size * 3)
        grow_slots(t);
    return k;
}

void load_table_add(struct load_table *t, const struct csv_record *rows, size_t count,
                    size_t field)
{
    if (t->hashes_cap < count) {
        t->hashes_cap = count;
        t->hashes = load_room(t->hashes, count, sizeof *t->hashes);
    }
    if (t->cell_cap - t->cells < count) {
        while (t->cell_cap - t->cells < count)
            t->cell_cap = t->cell_cap ? t->cell_cap * 2 : 1024;
        t->cell = load_room(t->cell, t->cell_cap, sizeof *t->cell);
    }
    /* Hashes first, so that the slots are on their way from memory when they are asked. */
    for (size_t i = 0; i < count; i++) {
        struct str *s = &rows[i].fields[field];
        *s = load_trim(*s);
        t->hashes[i] = hash_bytes(*s, t->seed);
        __builtin_prefetch(&t->slots[(uint32_t)t->hashes[i] & (t->size - 1)]);
    }
    for (size_t i = 0; i < count; i++) {
        struct str s = rows[i].fields[field];
        t->cell[t->cells++] = s.n ? text_of(t, s, (uint32_t)t->hashes[i]) : 0;
    }
}

void load_table_pad(struct load_table *t, size_t cells)
{
    if (cells > t->cell_cap) {
        t->cell_cap = cells;
        t->cell = load_room(t->cell, cells, sizeof *t->cell);
    }
    if (cells > t->cells) {
        memset(t->cell + t->cells, 0, (cells - t->cells) * sizeof *t->cell);
        t->cells = cells;
    }
}

void load_table_close(struct load_table *t)
{
    free(t->slots);
    free(t->hashes);
    t->slots = NULL;
    t->hashes = NULL;
    if (t->n)
        t->bytes = load_room(t->bytes, t->n, 1);
    t->cap = t->n;
    t->at = load_room(t->at, t->texts + 1, sizeof *t->at);
    t->cell = load_room(t->cell, t->cells, sizeof *t->cell);
}

void load_table_free(struct load_table *t)
{
    load_wipe(t->bytes, t->n);
    free(t->cell);
    free(t->at);
    free(t->slots);
    free(t->hashes);
    *t = (struct load_table){0};
}
