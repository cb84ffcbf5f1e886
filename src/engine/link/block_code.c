/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/hash.h"
#include "engine/link/block_inside.h"

#define ROWS_PIECE 16384u

static bool of_name(enum link_key_kind kind)
{
    return kind <= LINK_KEY_PREFIX;
}

uint32_t block_code_add(struct block_plan *p, struct link_key key)
{
    for (uint32_t i = 0; i < p->code_count; i++) {
        const struct link_key *k = &p->codes[i].key;
        if (k->kind == key.kind && k->length == key.length &&
            (of_name(key.kind) ? k->part == key.part : k->field == key.field))
            return i;
    }
    if (p->code_count == BLOCK_CODES_MAX)
        return BLOCK_CODES_MAX;
    p->codes[p->code_count] = (struct block_code){.key = key};
    return p->code_count++;
}

static uint32_t small_hash(struct str s)
{
    uint32_t h = (uint32_t)(hash_bytes(s, 0x6c696e6b) >> 32);
    return h ? h : 1;
}

/* The first letters; 0 when there are fewer, unless one is asked for. */
static uint32_t prefix_hash(struct str s, unsigned letters)
{
    size_t n = 0;
    unsigned seen = 0;
    while (n < s.n && seen < letters) {
        n++;
        while (n < s.n && ((unsigned char)s.p[n] & 0xC0) == 0x80)
            n++;
        seen++;
    }
    return seen < letters ? 0 : small_hash((struct str){s.p, n});
}

static uint32_t token_code(const struct link_people *people, const struct link_key *k,
                           uint32_t t)
{
    const struct link_token *token = &people->tokens[t];
    bool initial = token->flags & LINK_TOKEN_INITIAL;
    if (!t || (token->flags & LINK_TOKEN_PARTICLE))
        return 0;
    if (k->kind == LINK_KEY_PREFIX)
        return initial && k->length > 1 ? 0 : prefix_hash(token->text, k->length);
    if (initial)
        return 0;
    return k->kind == LINK_KEY_TOKEN  ? t
           : k->kind == LINK_KEY_STEM ? token->stem
                                      : token->sound;
}

/* Dates are keys where they are known to the day; the years they can mean, at most 3. */
static uint32_t value_code(const struct link_field *f, const struct link_key *k, uint32_t v)
{
    if (!v)
        return 0;
    bool date = f->kind == LINK_KIND_DATE;
    bool day = date && f->days[v].first == f->days[v].last;
    switch (k->kind) {
    case LINK_KEY_VALUE_SOUND:
        return f->sound ? f->sound[v] : 0;
    case LINK_KEY_VALUE_PREFIX:
        return date ? 0 : prefix_hash(f->text[v], k->length);
    case LINK_KEY_MONTH_DAY: {
        int year, month, of_month;
        if (!day)
            return 0;
        time_civil(f->days[v].first, &year, &month, &of_month);
        return (uint32_t)(month * 32 + of_month);
    }
    default:
        return date && !day ? 0 : v;
    }
}

static uint32_t years_of(struct time_days d, uint32_t ret[3])
{
    int first, last, month, day;
    if (d.first <= TIME_DAY_MIN || d.last >= TIME_DAY_MAX || d.last - d.first > 3 * 366)
        return 0;
    time_civil(d.first, &first, &month, &day);
    time_civil(d.last, &last, &month, &day);
    uint32_t n = 0;
    for (int y = first; y <= last && n < 3; y++)
        ret[n++] = (uint32_t)(y - TIME_YEAR_MIN + 1);
    return n;
}

/* Adds to a rising list that holds each number once; the smallest stay when it is full. */
static uint32_t add_number(uint32_t *list, uint32_t n, uint32_t max, uint32_t code)
{
    uint32_t at = n;
    while (at > 0 && list[at - 1] > code)
        at--;
    if (!code || at == max || (at > 0 && list[at - 1] == code))
        return n;
    uint32_t end = n < max ? n : max - 1;
    memmove(list + at + 1, list + at, (end - at) * sizeof *list);
    list[at] = code;
    return end + 1;
}

/* A name with very many tokens: the rarest are its keys. */
static uint32_t rarest(const struct link_people *people, const struct block_code *c,
                       const struct link_name_token *name, size_t count, uint32_t *ret)
{
    uint64_t kept[BLOCK_VALUES_MAX];
    uint32_t n = 0;
    for (size_t i = 0; i < count; i++) {
        const struct link_token *t = &people->tokens[name[i].token];
        uint32_t code = c->table[name[i].token];
        uint64_t all = (uint64_t)t->count[0] + t->count[1] + t->count[2] + t->count[3];
        uint64_t item = (all > UINT32_MAX ? UINT32_MAX : all) << 32 | code;
        bool there = !code;
        for (uint32_t k = 0; k < n; k++)
            there = there || (uint32_t)kept[k] == code;
        if (there)
            continue;
        uint32_t at = n < BLOCK_VALUES_MAX ? n++ : BLOCK_VALUES_MAX;
        while (at > 0 && kept[at - 1] > item) {
            if (at < BLOCK_VALUES_MAX)
                kept[at] = kept[at - 1];
            at--;
        }
        if (at < BLOCK_VALUES_MAX)
            kept[at] = item;
    }
    uint32_t out = 0;
    for (uint32_t k = 0; k < n; k++)
        out = add_number(ret, out, BLOCK_VALUES_MAX, (uint32_t)kept[k]);
    return out;
}

/* All numbers of one code of a record that a row holds. */
static uint32_t numbers_of(const struct link_people *people, const struct block_code *c,
                           uint32_t record, uint32_t ret[BLOCK_VALUES_MAX])
{
    const struct link_key *k = &c->key;
    if (!of_name(k->kind)) {
        const struct link_field *f = &people->fields[k->field];
        uint32_t v = f->value[record];
        if (k->kind == LINK_KEY_YEAR)
            return v ? years_of(f->days[v], ret) : 0;
        ret[0] = c->table ? c->table[v] : v;
        return ret[0] != 0;
    }
    size_t count;
    const struct link_name_token *name = link_name_of(people, record, &count);
    uint32_t n = 0;
    for (size_t i = 0; i < count && n < BLOCK_VALUES_MAX; i++) {
        unsigned part = name[i].part;
        if (k->part == LINK_ANY_PART || part == k->part || part == LINK_ANY_PART)
            n = add_number(ret, n, BLOCK_VALUES_MAX, c->table[name[i].token]);
    }
    if (n == BLOCK_VALUES_MAX && k->part == LINK_ANY_PART)
        n = rarest(people, c, name, count, ret);
    return n;
}

struct making {
    struct block_plan *p;
    uint32_t *most; /* [pieces * codes] */
};

static void count_piece(void *context, size_t piece, unsigned worker)
{
    struct making *m = context;
    struct block_plan *p = m->p;
    (void)worker;
    uint32_t end = p->people->records, room[BLOCK_VALUES_MAX];
    uint32_t from = (uint32_t)piece * ROWS_PIECE;
    uint32_t to = end - from < ROWS_PIECE ? end : from + ROWS_PIECE;
    for (uint32_t c = 0; c < p->code_count; c++) {
        uint32_t most = 0;
        if (of_name(p->codes[c].key.kind) || p->codes[c].key.kind == LINK_KEY_YEAR)
            for (uint32_t i = from; i < to && most < BLOCK_VALUES_MAX; i++) {
                uint32_t n = numbers_of(p->people, &p->codes[c], i, room);
                most = n > most ? n : most;
            }
        m->most[piece * p->code_count + c] = most ? most : 1;
    }
}

static void fill_piece(void *context, size_t piece, unsigned worker)
{
    struct making *m = context;
    struct block_plan *p = m->p;
    (void)worker;
    uint32_t end = p->people->records, room[BLOCK_VALUES_MAX];
    uint32_t from = (uint32_t)piece * ROWS_PIECE;
    uint32_t to = end - from < ROWS_PIECE ? end : from + ROWS_PIECE;
    for (uint32_t i = from; i < to; i++) {
        uint32_t *row = p->rows + (size_t)i * p->width;
        memset(row, 0, p->width * sizeof *row);
        for (uint32_t c = 0; c < p->code_count; c++) {
            uint32_t n = numbers_of(p->people, &p->codes[c], i, room);
            if (n)
                memcpy(row + p->codes[c].at, room, n * sizeof *row);
        }
    }
}

static void make_table(void *context, size_t code, unsigned worker)
{
    struct making *m = context;
    struct block_plan *p = m->p;
    struct block_code *c = &p->codes[code];
    (void)worker;
    if (!c->table)
        return;
    uint32_t *table = (uint32_t *)(uintptr_t)c->table;
    if (of_name(c->key.kind))
        for (uint32_t t = 0; t < p->people->token_count; t++)
            table[t] = token_code(p->people, &c->key, t);
    else
        for (uint32_t v = 0; v < p->people->fields[c->key.field].values; v++)
            table[v] = value_code(&p->people->fields[c->key.field], &c->key, v);
}

void block_rows_make(struct block_plan *p, struct pool *pool, struct arena *a)
{
    const struct link_people *people = p->people;
    for (uint32_t i = 0; i < p->code_count; i++) {
        struct block_code *c = &p->codes[i];
        const struct link_key *k = &c->key;
        if (of_name(k->kind)) {
            c->table = ARENA_NEW(a, people->token_count, uint32_t);
        } else {
            const struct link_field *f = &people->fields[k->field];
            bool plain = k->kind == LINK_KEY_YEAR ||
                         ((k->kind == LINK_KEY_VALUE || k->kind == LINK_KEY_VALUE_DELETE) &&
                          f->kind != LINK_KIND_DATE);
            c->table = plain ? NULL : ARENA_NEW(a, f->values, uint32_t);
        }
    }
    ARENA_AUTO scratch = {0};
    size_t pieces = (people->records + (size_t)ROWS_PIECE - 1) / ROWS_PIECE;
    struct making m = {p, ARENA_NEW(&scratch, pieces * p->code_count + 1, uint32_t)};
    pool_run(pool, p->code_count, make_table, &m);
    pool_run(pool, pieces, count_piece, &m);
    uint32_t at = 1;
    for (uint32_t c = 0; c < p->code_count; c++) {
        uint32_t most = 1;
        for (size_t piece = 0; piece < pieces; piece++)
            if (m.most[piece * p->code_count + c] > most)
                most = m.most[piece * p->code_count + c];
        p->codes[c].at = (uint16_t)at;
        p->codes[c].count = (uint16_t)most;
        at += most;
    }
    p->width = at;
    p->rows = arena_room(a, (size_t)people->records * at * sizeof *p->rows + 1);
    pool_run(pool, pieces, fill_piece, &m);
}

/* The value and each variant with one character left out: two values with one error between
 * them (a letter more, less, other, or two neighbours swapped) share a variant. */
static uint32_t cuts_of(struct str s, uint32_t room[BLOCK_CUTS_MAX])
{
    char word[BLOCK_CUTS_MAX];
    uint32_t n = 0;
    if (!s.n)
        return 0;
    if (s.n >= BLOCK_CUTS_MAX) {
        room[0] = small_hash(s);
        return 1;
    }
    n = add_number(room, n, BLOCK_CUTS_MAX, small_hash(s));
    for (size_t i = 0; s.n > 2 && i < s.n; i++) {
        memcpy(word, s.p, i);
        memcpy(word + i, s.p + i + 1, s.n - i - 1);
        n = add_number(room, n, BLOCK_CUTS_MAX, small_hash((struct str){word, s.n - 1}));
    }
    return n;
}

const uint32_t *block_values(const struct block_plan *p, const struct block_code *c,
                             const uint32_t *row, uint32_t room[BLOCK_CUTS_MAX],
                             uint32_t *ret_count)
{
    if (c->key.kind == LINK_KEY_VALUE_DELETE) {
        uint32_t v = row[c->at];
        *ret_count = v ? cuts_of(p->people->fields[c->key.field].text[v], room) : 0;
        return room;
    }
    uint32_t n = 0;
    while (n < c->count && row[c->at + n])
        n++;
    *ret_count = n;
    return row + c->at;
}
