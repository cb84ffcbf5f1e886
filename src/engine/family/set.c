/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/hash.h"
#include "engine/family/parts.h"

#include <stdlib.h>

struct family_set *family_set_new(void)
{
    struct family_set *s = calloc(1, sizeof *s);
    if (!s)
        err_die("out of memory");
    family_common_fill(&s->common);
    s->scratch = family_scratch_new();
    return s;
}

void family_set_free(struct family_set *s)
{
    if (!s)
        return;
    family_scratch_free(s->scratch);
    free(s->items);
    free(s->slots);
    arena_free(&s->arena);
    free(s);
}

size_t family_set_count(const struct family_set *s)
{
    return s->count;
}

struct str family_set_name(const struct family_set *s, uint32_t number)
{
    return s->items[number].name;
}

uint64_t family_set_digest(const struct family_set *s, uint32_t number)
{
    return s->items[number].digest;
}

uint64_t family_digest(struct str text)
{
    return hash_bytes(text, 0);
}

/* The names come from one user's command line or index: a seed against planted collisions is
 * not needed, the table is at most half full. */
static size_t slot_of(const struct family_set *s, struct str name)
{
    size_t at = hash_bytes(name, 1) & (s->slot_count - 1);
    while (s->slots[at] && !str_eq(s->items[s->slots[at] - 1].name, name))
        at = (at + 1) & (s->slot_count - 1);
    return at;
}

int64_t family_set_find(const struct family_set *s, struct str name)
{
    if (s->slot_count == 0)
        return -1;
    return (int64_t)s->slots[slot_of(s, name)] - 1;
}

static void grow_slots(struct family_set *s)
{
    free(s->slots);
    s->slot_count = s->slot_count ? s->slot_count * 2 : 64;
    s->slots = calloc(s->slot_count, sizeof *s->slots);
    if (!s->slots)
        err_die("out of memory");
    for (size_t i = 0; i < s->count; i++)
        s->slots[slot_of(s, s->items[i].name)] = (uint32_t)i + 1;
}

static struct family_grams keep_grams(struct arena *a, struct family_grams g)
{
    uint32_t *items = arena_alloc(a, g.count, sizeof *items);
    if (g.count)
        memcpy(items, g.items, g.count * sizeof *items);
    g.items = items;
    return g;
}

int family_set_keep(struct family_set *s, const struct family_sketch *sketch,
                    uint32_t *ret_number, struct err *err)
{
    int64_t there = family_set_find(s, sketch->name);
    if (there < 0 && s->count == FAMILY_MAX_TEXTS)
        return err_set(err, ERR_LIMIT, "more than %u texts in one collection",
                       FAMILY_MAX_TEXTS);
    if (there < 0 && s->count == s->cap) {
        s->cap = s->cap ? s->cap * 2 : 64;
        s->items = realloc(s->items, s->cap * sizeof *s->items);
        if (!s->items)
            err_die("out of memory");
    }
    uint32_t number = there >= 0 ? (uint32_t)there : (uint32_t)s->count;
    struct family_sketch kept = *sketch;
    kept.name = there >= 0 ? s->items[number].name : arena_copy(&s->arena, sketch->name);
    kept.skeleton = keep_grams(&s->arena, sketch->skeleton);
    kept.grams = keep_grams(&s->arena, sketch->grams);
    kept.quoted = keep_grams(&s->arena, sketch->quoted);
    s->items[number] = kept;
    if (there < 0) {
        s->count++;
        if (s->count * 2 > s->slot_count)
            grow_slots(s);
        else
            s->slots[slot_of(s, kept.name)] = number + 1;
    }
    *ret_number = number;
    return 0;
}

int family_set_add(struct family_set *s, struct str name, struct str text, uint32_t *ret_number,
                   struct err *err)
{
    if (text.n > FAMILY_MAX_BYTES)
        return err_set(err, ERR_LIMIT, "%.*s: larger than %u bytes", (int)name.n, name.p,
                       FAMILY_MAX_BYTES);
    struct family_sketch sketch;
    family_scan(s->scratch, &s->common, text, &sketch);
    sketch.name = name;
    return family_set_keep(s, &sketch, ret_number, err);
}

bool family_set_too_short(const struct family_set *s, uint32_t number)
{
    return family_sketch_too_short(&s->items[number]);
}

/* A copy with a third of its words changed keeps about four fifths of the skeleton and a
 * seventh of the word pairs: would that be evidence at all? */
bool family_sketch_too_short(const struct family_sketch *s)
{
    static const double names[4] = {0.1, 0.4, 0.7, 1.0}, words[4] = {0, 0.35, 0.8, 1.0};
    double skeleton = 0, pairs = 0;
    for (uint32_t i = 0; i < s->skeleton.count; i++)
        skeleton += names[FAMILY_GRAM_PRIOR(s->skeleton.items[i])];
    for (uint32_t i = 0; i < s->grams.count; i++)
        pairs += words[FAMILY_GRAM_PRIOR(s->grams.items[i])];
    return s->words < 30 || skeleton < 2 || 0.8 * skeleton + 0.15 * pairs < 6;
}
