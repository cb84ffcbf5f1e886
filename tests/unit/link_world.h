/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tests/unit/link_world: people put together by hand, for tests of engine/link. ASCII names, a
 * token a word, letters as bytes; values of fields as they are written.
 */
#ifndef DEPONENT_TESTS_LINK_WORLD_H
#define DEPONENT_TESTS_LINK_WORLD_H

#include "engine/link/people.h"

#include <stdlib.h>

#define WORLD_TOKENS  4096u
#define WORLD_RECORDS 4096u

struct world {
    struct arena arena;
    struct link_people people;
    struct link_token tokens[WORLD_TOKENS];
    uint8_t letters[WORLD_TOKENS * LINK_TOKEN_LETTERS];
    struct link_name_token name[WORLD_RECORDS * 4];
    uint64_t name_at[WORLD_RECORDS + 1];
    uint8_t list[WORLD_RECORDS];
    struct link_list lists[4];
    struct link_field fields[LINK_FIELDS_MAX];
};

static inline struct world *world_new(void)
{
    struct world *w = calloc(1, sizeof *w);
    if (!w)
        abort();
    w->people.token_count = 1;
    w->people.list = w->list;
    w->people.lists = w->lists;
    w->people.list_count = 1;
    w->people.tokens = w->tokens;
    w->people.letters = w->letters;
    w->people.name_at = w->name_at;
    w->people.name = w->name;
    w->people.fields = w->fields;
    return w;
}

static inline void world_free(struct world *w)
{
    arena_free(&w->arena);
    free(w);
}

static inline uint32_t world_token(struct world *w, struct str text)
{
    for (uint32_t t = 1; t < w->people.token_count; t++)
        if (str_eq(w->tokens[t].text, text))
            return t;
    uint32_t t = w->people.token_count++;
    if (t >= WORLD_TOKENS || text.n > LINK_TOKEN_LETTERS)
        abort();
    w->tokens[t] = (struct link_token){.text = text,
                                       .letters_at = t * LINK_TOKEN_LETTERS,
                                       .letter_count = (uint8_t)text.n,
                                       .flags = text.n == 1 ? LINK_TOKEN_INITIAL : 0,
                                       .stem = t};
    memcpy(w->letters + t * LINK_TOKEN_LETTERS, text.p, text.n);
    return t;
}

/* A record of list 0, "given|middle|family", words by spaces; a further version behind "/". */
static inline uint32_t world_person(struct world *w, const char *name)
{
    uint32_t i = w->people.records++;
    uint64_t at = w->name_at[i];
    unsigned part = LINK_GIVEN, version = 0;
    for (const char *p = name; *p;) {
        size_t n = strcspn(p, " |/");
        if (n > 0) {
            uint32_t t = world_token(w, str_make(p, n));
            w->tokens[t].count[part]++;
            w->name[at++] = (struct link_name_token){t & 0xfffffffu, part & 3u, version & 3u};
        }
        p += n;
        if (*p == '|') {
            part++;
        } else if (*p == '/') {
            part = LINK_GIVEN;
            version++;
        }
        p += *p != '\0';
    }
    w->name_at[i + 1] = at;
    w->lists[0].records++;
    return i;
}

/* A field of all records that there are; "" is missing. Dates are EDTF. */
static inline struct link_field *world_field(struct world *w, enum link_kind kind,
                                             const char *label, const char *const *values)
{
    struct link_field *f = &w->fields[w->people.field_count++];
    *f = (struct link_field){.kind = kind, .label = str_of(label), .values = 1};
    f->value = ARENA_NEW(&w->arena, w->people.records, uint32_t);
    f->count = ARENA_NEW(&w->arena, w->people.records + 1, uint32_t);
    f->text = ARENA_NEW(&w->arena, w->people.records + 1, struct str);
    f->days = ARENA_NEW(&w->arena, w->people.records + 1, struct time_days);
    for (uint32_t i = 0; i < w->people.records; i++) {
        struct str text = str_of(values[i]);
        uint32_t v = 1;
        if (text.n == 0) {
            f->count[0]++;
            continue;
        }
        while (v < f->values && !str_eq(f->text[v], text))
            v++;
        if (v == f->values) {
            f->text[f->values++] = text;
            if (kind == LINK_KIND_DATE) {
                struct time_edtf e;
                struct err err;
                if (time_parse(text, &e, &err))
                    abort();
                f->days[v] = time_days_of(&e);
            }
        }
        f->value[i] = v;
        f->count[v]++;
    }
    return f;
}

#endif
