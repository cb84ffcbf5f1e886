/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Numbers of ids and of words. While the whole ledger is folded both tables are hash tables in
 * memory and are written at the end, in the order of their keys; afterwards they are asked and
 * added to row by row.
 */
#include "base/hash.h"
#include "base/sort.h"
#include "base/text.h"
#include "vault/archive/parts.h"
#include "vault/seal/secret.h"
#include "view_sql.h"

#include <stdlib.h>

struct ids_ident {
    struct id id;
    uint32_t num, kinds;
};

struct ids_word {
    struct str text;
    uint32_t fold;
};

/* Open addressing: a slot holds a number, 0 is free. */
struct slots {
    uint32_t *at;
    size_t size; /* a power of two */
};

struct ids {
    uint64_t seed;
    struct ids_ident *idents;
    size_t ident_cap;
    struct ids_word *words;
    size_t word_cap;
    struct slots ident_slots, word_slots;
    struct arena texts;
};

static void *checked(void *p)
{
    if (!p)
        err_die("out of memory");
    return p;
}

void ids_begin(struct archive *a)
{
    struct ids *t = checked(calloc(1, sizeof *t));
    random_bytes(&t->seed, sizeof t->seed);
    t->ident_slots.size = t->word_slots.size = 1024;
    t->ident_slots.at = checked(calloc(1024, sizeof(uint32_t)));
    t->word_slots.at = checked(calloc(1024, sizeof(uint32_t)));
    a->ids = t;
    a->ident_count = a->word_count = 0;
}

void ids_drop(struct archive *a)
{
    struct ids *t = a->ids;
    if (!t)
        return;
    free(t->idents);
    free(t->words);
    free(t->ident_slots.at);
    free(t->word_slots.at);
    arena_free(&t->texts);
    free(t);
    a->ids = NULL;
}

static uint64_t hash_id(const struct ids *t, struct id id)
{
    return hash_bytes(str_make((const char *)id.b, ID_SIZE), t->seed);
}

static uint64_t hash_of(const struct ids *t, const struct slots *s, uint32_t num)
{
    return s == &t->ident_slots ? hash_id(t, t->idents[num - 1].id)
                                : hash_bytes(t->words[num - 1].text, t->seed);
}

static void put_slot(struct slots *s, uint64_t hash, uint32_t num)
{
    size_t i = hash & (s->size - 1);
    while (s->at[i])
        i = (i + 1) & (s->size - 1);
    s->at[i] = num;
}

/* Never more than half full. */
static void grow_slots(const struct ids *t, struct slots *s, size_t count)
{
    if ((count + 1) * 2 <= s->size)
        return;
    free(s->at);
    s->size *= 2;
    s->at = checked(calloc(s->size, sizeof(uint32_t)));
    for (uint32_t num = 1; num <= count; num++)
        put_slot(s, hash_of(t, s, num), num);
}

static void *grow_items(void *items, size_t count, size_t *cap, size_t size)
{
    if (count < *cap)
        return items;
    *cap = *cap ? *cap * 2 : 256;
    return checked(reallocarray(items, *cap, size));
}

static uint32_t look_ident(const struct ids *t, struct id id)
{
    const struct slots *s = &t->ident_slots;
    for (size_t i = hash_id(t, id) & (s->size - 1); s->at[i]; i = (i + 1) & (s->size - 1))
        if (!memcmp(t->idents[s->at[i] - 1].id.b, id.b, ID_SIZE))
            return s->at[i];
    return 0;
}

static uint32_t look_word(const struct ids *t, struct str text, uint64_t hash)
{
    const struct slots *s = &t->word_slots;
    for (size_t i = hash & (s->size - 1); s->at[i]; i = (i + 1) & (s->size - 1))
        if (str_eq(t->words[s->at[i] - 1].text, text))
            return s->at[i];
    return 0;
}

int ids_find(struct archive *a, struct id id, struct ident *ret, struct err *err)
{
    if (a->ids) {
        uint32_t num = look_ident(a->ids, id);
        *ret = (struct ident){num, num ? a->ids->idents[num - 1].kinds : 0};
        return 0;
    }
    struct store_query *q = store_query(a->view, VIEW_IDENT_FIND);
    store_bind_blob(q, 1, id.b, ID_SIZE);
    int r = store_step(q, err);
    if (r < 0)
        return r;
    *ret = (struct ident){0};
    if (r) {
        *ret = (struct ident){store_int(q, 0), (unsigned)store_int(q, 1)};
        store_reset(q);
    }
    return 0;
}

static int write_ident(struct archive *a, bool had, const struct id *id, int64_t num,
                       unsigned kinds, struct err *err)
{
    struct store_query *q = store_query(a->view, had ? VIEW_IDENT_PUT : VIEW_IDENT_NEW);
    store_bind_blob(q, 1, id->b, ID_SIZE);
    store_bind_int(q, 2, num);
    store_bind_int(q, 3, kinds);
    return store_run(q, err);
}

static uint32_t add_ident(struct archive *a, struct id id, unsigned kinds)
{
    struct ids *t = a->ids;
    size_t count = (size_t)a->ident_count;
    grow_slots(t, &t->ident_slots, count);
    t->idents = grow_items(t->idents, count, &t->ident_cap, sizeof *t->idents);
    t->idents[count] = (struct ids_ident){id, (uint32_t)count + 1, kinds};
    a->ident_count++;
    put_slot(&t->ident_slots, hash_id(t, id), (uint32_t)a->ident_count);
    return (uint32_t)a->ident_count;
}

int ids_number(struct archive *a, struct id id, enum record_kind kind, int64_t *ret,
               bool *ret_had, struct err *err)
{
    unsigned bit = kind == RECORD_COUNT ? 0 : 1u << kind;
    struct ident found;
    int r = ids_find(a, id, &found, err);
    if (r)
        return r;
    *ret_had = (found.kinds & bit) != 0;
    if (a->ids) {
        if (!found.num)
            found.num = add_ident(a, id, bit);
        else
            a->ids->idents[found.num - 1].kinds |= bit;
    } else if (!found.num || (found.kinds & bit) != bit) {
        const bool had = found.num != 0;
        if (!had)
            found.num = ++a->ident_count;
        r = write_ident(a, had, &id, found.num, found.kinds | bit, err);
    }
    if (!r)
        *ret = found.num;
    return r;
}

/* ---- words ---- */

static int write_word(struct archive *a, int64_t num, int64_t fold, struct str text,
                      struct err *err)
{
    struct store_query *q = store_query(a->view, VIEW_WORD_PUT);
    store_bind_int(q, 1, num);
    store_bind_int(q, 2, fold);
    store_bind_text(q, 3, text);
    return store_run(q, err);
}

/* fold 0: it is its own folded form. */
static int add_word(struct archive *a, struct str text, int64_t fold, int64_t *ret,
                    struct err *err)
{
    int64_t num = ++a->word_count;
    *ret = num;
    if (!fold)
        fold = num;
    if (!a->ids)
        return write_word(a, num, fold, text, err);
    struct ids *t = a->ids;
    size_t count = (size_t)num - 1;
    grow_slots(t, &t->word_slots, count);
    t->words = grow_items(t->words, count, &t->word_cap, sizeof *t->words);
    t->words[count] = (struct ids_word){arena_copy(&t->texts, text), (uint32_t)fold};
    put_slot(&t->word_slots, hash_bytes(text, t->seed), (uint32_t)num);
    return 0;
}

static int find_word(struct archive *a, struct str text, int64_t *ret, struct err *err)
{
    if (a->ids) {
        *ret = look_word(a->ids, text, hash_bytes(text, a->ids->seed));
        return 0;
    }
    struct store_query *q = store_query(a->view, VIEW_WORD_FIND);
    store_bind_text(q, 1, text);
    int r = store_step(q, err);
    *ret = 0;
    if (r > 0) {
        *ret = store_int(q, 0);
        store_reset(q);
    }
    return r < 0 ? r : 0;
}

int ids_word(struct archive *a, struct str text, int64_t *ret, struct err *err)
{
    *ret = 0;
    if (!text.p)
        return 0;
    int r = find_word(a, text, ret, err);
    if (r || *ret)
        return r;
    BUF_AUTO folded;
    buf_init(&folded, RECORD_TEXT_MAX * 4);
    text_fold(&folded, text, false);
    int64_t fold = 0;
    if (!str_eq(buf_str(&folded), text) && folded.n) {
        r = find_word(a, buf_str(&folded), &fold, err);
        if (!r && !fold)
            r = add_word(a, buf_str(&folded), 0, &fold, err);
    }
    return r ? r : add_word(a, text, fold, ret, err);
}

/* ---- writing both at the end of a rebuild ---- */

/* Ids are random: mostly the first eight bytes decide. */
static uint64_t first_bytes(const void *p)
{
    uint64_t w;
    memcpy(&w, p, sizeof w);
    return __builtin_bswap64(w);
}

static int by_id(const void *a, const void *b)
{
    uint64_t x = first_bytes(a), y = first_bytes(b);
    if (x != y)
        return x < y ? -1 : 1;
    return memcmp(((const struct ids_ident *)a)->id.b, ((const struct ids_ident *)b)->id.b,
                  ID_SIZE);
}

int ids_end(struct archive *a, struct err *err)
{
    struct ids *t = a->ids;
    sort_items(t->idents, (size_t)a->ident_count, sizeof *t->idents, by_id);
    int r = 0;
    for (size_t i = 0; i < (size_t)a->ident_count && !r; i++)
        r = write_ident(a, false, &t->idents[i].id, t->idents[i].num, t->idents[i].kinds, err);
    for (size_t i = 0; i < (size_t)a->word_count && !r; i++) {
        struct str text = t->words[i].text;
        r = write_word(a, (int64_t)i + 1, t->words[i].fold, text.p ? text : STR(""), err);
    }
    ids_drop(a);
    return r;
}
