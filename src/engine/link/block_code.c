/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/hash.h"
#include "engine/link/block_inside.h"

#include <stdlib.h>

#define ROWS_PIECE 16384u

uint32_t block_code_add(struct block_plan *p, struct link_key key)
{
    for (uint32_t i = 0; i < p->code_count; i++) {
        const struct link_key *k = &p->codes[i].key;
        if (k->kind == key.kind && k->length == key.length &&
            (block_of_name(key.kind) ? k->part == key.part : k->field == key.field))
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

static uint32_t suffix_hash(struct str s, unsigned letters)
{
    size_t at = s.n;
    unsigned seen = 0;
    while (at > 0 && seen < letters) {
        at--;
        while (at > 0 && ((unsigned char)s.p[at] & 0xC0) == 0x80)
            at--;
        seen++;
    }
    return seen < letters ? 0 : small_hash((struct str){s.p + at, s.n - at});
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
    switch (k->kind) {
    case LINK_KEY_SUFFIX:
        return suffix_hash(token->text, k->length);
    case LINK_KEY_SOUND:
        return token->sound;
    case LINK_KEY_STEM:
        return small_hash(people->tokens[token->stem ? token->stem : t].text);
    default:
        return small_hash(token->text);
    }
}

/* Dates are keys where they are known to the day. */
static uint32_t date_code(struct time_days d, enum link_key_kind kind)
{
    int year, month, day;
    time_civil(d.first, &year, &month, &day);
    uint32_t y = (uint32_t)(year - TIME_YEAR_MIN + 1), m = (uint32_t)month;
    if (kind == LINK_KEY_YEAR_MONTH) {
        int last_year, last_month;
        time_civil(d.last, &last_year, &last_month, &day);
        return last_year == year && last_month == month ? y * 12 + m : 0;
    }
    if (d.first != d.last)
        return 0;
    return kind == LINK_KEY_MONTH_DAY ? m * 32 + (uint32_t)day
                                      : (y * 12 + m) * 32 + (uint32_t)day;
}

static uint32_t value_code(const struct link_field *f, const struct link_key *k, uint32_t v)
{
    if (!v)
        return 0;
    if (k->kind == LINK_KEY_VALUE_DELETE) /* made of the value when it is wanted */
        return v;
    if (f->kind == LINK_KIND_DATE) {
        /* What could not be read as a date is a key only as it stands. */
        if (f->days[v].first <= TIME_DAY_MIN && f->days[v].last >= TIME_DAY_MAX)
            return k->kind == LINK_KEY_VALUE && f->text ? small_hash(f->text[v]) : 0;
        return date_code(f->days[v], k->kind);
    }
    if (k->kind == LINK_KEY_VALUE_SOUND && f->sound)
        return f->sound[v];
    return k->kind == LINK_KEY_VALUE_PREFIX ? prefix_hash(f->text[v], k->length)
                                            : small_hash(f->text[v]);
}

/* At most 3. */
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

static uint32_t number_of_token(const struct link_people *people, const struct block_code *c,
                                uint32_t token)
{
    return c->table ? c->table[token] : token_code(people, &c->key, token);
}

/* A name with very many tokens: the rarest are its keys. */
static uint32_t rarest(const struct link_people *people, const struct block_code *c,
                       const struct link_name_token *name, size_t count, uint32_t *ret)
{
    uint64_t kept[BLOCK_VALUES_MAX];
    uint32_t n = 0;
    for (size_t i = 0; i < count; i++) {
        const struct link_token *t = &people->tokens[name[i].token];
        uint32_t code = number_of_token(people, c, name[i].token);
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

uint32_t block_numbers(const struct block_plan *p, const struct block_code *c, uint32_t record,
                       uint32_t ret[BLOCK_VALUES_MAX])
{
    const struct link_people *people = p->people;
    const struct link_key *k = &c->key;
    if (!block_of_name(k->kind)) {
        const struct link_field *f = &people->fields[k->field];
        uint32_t v = f->value[record];
        if (k->kind == LINK_KEY_YEAR)
            return v ? years_of(f->days[v], ret) : 0;
        ret[0] = c->table ? c->table[v] : value_code(f, k, v);
        return ret[0] != 0;
    }
    size_t count;
    const struct link_name_token *name = link_name_of(people, record, &count);
    uint32_t n = 0;
    for (size_t i = 0; i < count && n < BLOCK_VALUES_MAX; i++) {
        unsigned part = name[i].part;
        if (k->part == LINK_ANY_PART || part == k->part || part == LINK_ANY_PART)
            n = add_number(ret, n, BLOCK_VALUES_MAX, number_of_token(people, c, name[i].token));
    }
    if (n == BLOCK_VALUES_MAX && k->part == LINK_ANY_PART)
        n = rarest(people, c, name, count, ret);
    return n;
}

struct making {
    struct block_plan *p;
    uint32_t *most; /* [pieces * LINK_PART_COUNT] tokens of a name */
};

/* Tokens of a name that can make numbers of a code: at most that many numbers. */
static uint32_t name_bound(const struct link_people *people, uint8_t part, uint32_t record)
{
    size_t count;
    uint32_t n = 0;
    const struct link_name_token *name = link_name_of(people, record, &count);
    for (size_t i = 0; i < count; i++)
        n += part == LINK_ANY_PART || name[i].part == part || name[i].part == LINK_ANY_PART;
    return n < BLOCK_VALUES_MAX ? n : BLOCK_VALUES_MAX;
}

static void count_piece(void *context, size_t piece, unsigned worker)
{
    struct making *m = context;
    const struct block_plan *p = m->p;
    (void)worker;
    uint32_t end = p->row_count, *most = m->most + piece * LINK_PART_COUNT;
    uint32_t from = (uint32_t)piece * ROWS_PIECE;
    uint32_t to = end - from < ROWS_PIECE ? end : from + ROWS_PIECE;
    for (uint32_t i = from; i < to; i++)
        for (uint8_t part = 0; part < LINK_PART_COUNT; part++) {
            uint32_t n = name_bound(p->people, part, p->only ? p->only[i] : i);
            most[part] = n > most[part] ? n : most[part];
        }
}

/* How many numbers of a code a record has at most. */
static uint32_t code_bound(const struct making *m, const struct block_code *c, size_t pieces)
{
    const struct block_plan *p = m->p;
    uint32_t most = 1, room[3];
    if (c->key.kind == LINK_KEY_YEAR) {
        const struct link_field *f = &p->people->fields[c->key.field];
        for (uint32_t v = 1; v < f->values && most < 3; v++) {
            uint32_t n = years_of(f->days[v], room);
            most = n > most ? n : most;
        }
    }
    for (size_t piece = 0; piece < pieces && block_of_name(c->key.kind); piece++) {
        uint32_t n = m->most[piece * LINK_PART_COUNT + c->key.part];
        most = n > most ? n : most;
    }
    return most > 2 ? (most + 3) & ~3u : most;
}

static void fill_piece(void *context, size_t piece, unsigned worker)
{
    struct making *m = context;
    struct block_plan *p = m->p;
    (void)worker;
    uint32_t end = p->row_count, room[BLOCK_VALUES_MAX];
    uint32_t from = (uint32_t)piece * ROWS_PIECE;
    uint32_t to = end - from < ROWS_PIECE ? end : from + ROWS_PIECE;
    for (uint32_t i = from; i < to; i++) {
        uint32_t *row = p->rows + (size_t)i * p->width;
        memset(row, 0, p->width * sizeof *row);
        for (uint32_t c = 0; c < p->code_count; c++) {
            uint32_t n = block_numbers(p, &p->codes[c], p->only ? p->only[i] : i, room);
            if (n)
                memcpy(row + p->codes[c].at, room, n * sizeof *row);
        }
    }
}

void block_table_make(struct block_plan *p, uint32_t code, struct arena *a)
{
    struct block_code *c = &p->codes[code];
    uint32_t *table;
    if (c->table || c->key.kind == LINK_KEY_YEAR)
        return;
    if (block_of_name(c->key.kind)) {
        table = ARENA_NEW(a, p->people->token_count, uint32_t);
        for (uint32_t t = 0; t < p->people->token_count; t++)
            table[t] = token_code(p->people, &c->key, t);
    } else {
        const struct link_field *f = &p->people->fields[c->key.field];
        table = ARENA_NEW(a, f->values, uint32_t);
        for (uint32_t v = 0; v < f->values; v++)
            table[v] = value_code(f, &c->key, v);
    }
    c->table = table;
}

void block_rows_make(struct block_plan *p, struct pool *pool, struct arena *a)
{
    ARENA_AUTO scratch = {0};
    for (uint32_t i = 0; i < p->code_count && !p->only; i++)
        block_table_make(p, i, a);
    size_t pieces = (p->row_count + (size_t)ROWS_PIECE - 1) / ROWS_PIECE;
    struct making m = {p, ARENA_NEW(&scratch, pieces * LINK_PART_COUNT + 1, uint32_t)};
    pool_run(pool, pieces, count_piece, &m);
    uint32_t at = 1;
    p->single_count = 0;
    for (uint32_t c = 0; c < p->code_count; c++) {
        struct block_code *code = &p->codes[c];
        code->at = (uint16_t)at;
        code->count = (uint16_t)code_bound(&m, code, pieces);
        at += code->count;
        if (code->count == 1 && code->key.kind != LINK_KEY_VALUE_DELETE)
            p->singles[p->single_count++] = (uint8_t)c;
    }
    p->width = at;
    p->rows = arena_room(a, (size_t)p->row_count * at * sizeof *p->rows + 1);
    pool_run(pool, pieces, fill_piece, &m);
    for (uint32_t r = 0; r < p->rule_count; r++)
        block_rule_finish(p, &p->rules[r]);
}

void block_rule_finish(const struct block_plan *p, struct block_rule *r)
{
    r->singles = 0;
    r->other_count = 0;
    for (uint32_t i = 0; i < r->need_count; i++) {
        const struct block_need *need = &r->needs[i];
        const struct block_code *c = &p->codes[need->code];
        if (c->count == 1 && c->key.kind != LINK_KEY_VALUE_DELETE && need->times == 1)
            r->singles |= (uint64_t)1 << need->code;
        else
            r->others[r->other_count++] = (uint8_t)i;
    }
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

/* Of a date, of its eight digits. */
static uint32_t value_cuts(const struct link_field *f, uint32_t v,
                           uint32_t room[BLOCK_CUTS_MAX])
{
    if (f->kind != LINK_KIND_DATE)
        return cuts_of(f->text[v], room);
    int year, month, day;
    char digits[8];
    if (f->days[v].first != f->days[v].last)
        return 0;
    time_civil(f->days[v].first, &year, &month, &day);
    uint32_t number = (uint32_t)(abs(year) * 10000 + month * 100 + day);
    for (unsigned i = 8; i-- > 0; number /= 10)
        digits[i] = (char)('0' + number % 10);
    return cuts_of((struct str){digits, 8}, room);
}

const uint32_t *block_values(const struct block_plan *p, const struct block_code *c,
                             const uint32_t *row, uint32_t room[BLOCK_CUTS_MAX],
                             uint32_t *ret_count)
{
    if (c->key.kind == LINK_KEY_VALUE_DELETE) {
        uint32_t v = row[c->at];
        *ret_count = v ? value_cuts(&p->people->fields[c->key.field], v, room) : 0;
        return room;
    }
    uint32_t n = 0;
    while (n < c->count && row[c->at + n])
        n++;
    *ret_count = n;
    return row + c->at;
}
