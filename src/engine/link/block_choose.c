/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/link/block_cover.h"

#define ALL_PAIRS_MOST 3000000u
#define THROUGH_MOST   60000000u /* and those of one list, which are passed over */
#define SMALL_BUDGET   12000000u
#define PAIRS_A_RECORD 25u
#define RULES_MOST     20u

struct choosing {
    struct block_plan *p;
    struct block_wish *wishes; /* [BLOCK_COVER_MAX] */
    uint32_t count;
    struct link_key also[8]; /* what splits a block, the best first */
    uint32_t also_count;
};

static bool same_source(const struct link_key *a, const struct link_key *b)
{
    bool a_name = block_of_name(a->kind), b_name = block_of_name(b->kind);
    if (a_name != b_name)
        return false;
    return a_name ? a->part == b->part || a->part == LINK_ANY_PART || b->part == LINK_ANY_PART
                  : a->field == b->field;
}

/* The rule as block*.c work with it. */
static bool prepare(struct choosing *c, const struct link_rule *rule, struct block_rule *ret)
{
    struct block_rule r = {.seed = hash_mix(c->count + 1, 0x626c6f636bu)};
    for (uint32_t i = 0; i < rule->key_count; i++) {
        uint32_t code = block_code_add(c->p, rule->keys[i]);
        if (code == BLOCK_CODES_MAX)
            return false;
        uint32_t at = 0;
        while (at < r.need_count && r.needs[at].code != code)
            at++;
        r.needs[at].code = (uint8_t)code;
        r.needs[at].times++;
        r.need_count += at == r.need_count;
    }
    /* Of a name, another token is a further key of the same kind. */
    for (uint32_t i = 0; i < rule->key_count && !r.also_count; i++)
        if (block_of_name(rule->keys[i].kind) && rule->keys[i].part == LINK_ANY_PART)
            r.also[r.also_count++] = r.needs[0].code;
    bool other = r.also_count;
    for (uint32_t i = 0; i < c->also_count && r.also_count < BLOCK_ALSO_MAX; i++) {
        bool apart = !other || !block_of_name(c->also[i].kind);
        for (uint32_t k = 0; k < rule->key_count; k++)
            apart = apart && !same_source(&rule->keys[k], &c->also[i]);
        uint32_t code = apart ? block_code_add(c->p, c->also[i]) : BLOCK_CODES_MAX;
        if (code < BLOCK_CODES_MAX)
            r.also[r.also_count++] = (uint8_t)code;
    }
    *ret = r;
    return true;
}

static void add_rule(struct choosing *c, const struct link_key *keys, uint32_t count)
{
    if (c->count == BLOCK_COVER_MAX)
        return;
    struct block_wish *w = &c->wishes[c->count];
    *w = (struct block_wish){.rule.key_count = count};
    if (count)
        memcpy(w->rule.keys, keys, count * sizeof *keys);
    c->count += prepare(c, &w->rule, &w->inside);
}

static struct link_key of_part(enum link_key_kind kind, enum link_part part, uint8_t length)
{
    return (struct link_key){.kind = kind, .part = (uint8_t)part, .length = length};
}
static struct link_key of_field(enum link_key_kind kind, uint32_t field, uint8_t length)
{
    return (struct link_key){.kind = kind, .field = (uint8_t)field, .length = length};
}
#define ADD(c, ...)                                                                            \
    add_rule((c), (const struct link_key[]){__VA_ARGS__},                                      \
             sizeof((const struct link_key[]){__VA_ARGS__}) / sizeof(struct link_key))

/* The keys of a field: alone (`single`), or beside another key. */
static uint32_t field_keys(const struct link_people *people, uint32_t f, bool single,
                           struct link_key ret[5])
{
    uint32_t n = 0;
    switch (people->fields[f].kind) {
    case LINK_KIND_DATE:
        ret[n++] = of_field(LINK_KEY_VALUE, f, 0);
        ret[n++] = of_field(LINK_KEY_YEAR, f, 0);
        ret[n++] = of_field(LINK_KEY_MONTH_DAY, f, 0);
        if (single) {
            ret[n++] = of_field(LINK_KEY_YEAR_MONTH, f, 0);
            ret[n++] = of_field(LINK_KEY_VALUE_DELETE, f, 0);
        }
        break;
    case LINK_KIND_CODE:
        ret[n++] = of_field(LINK_KEY_VALUE, f, 0);
        ret[n++] = of_field(LINK_KEY_VALUE_PREFIX, f, 4);
        if (single)
            ret[n++] = of_field(LINK_KEY_VALUE_DELETE, f, 0);
        break;
    case LINK_KIND_TEXT:
        ret[n++] = of_field(LINK_KEY_VALUE_SOUND, f, 0);
        break;
    default:
        break;
    }
    return n;
}

/* Each key of names alone and with each of a field. */
static void wish_names(struct choosing *c, enum link_part given, enum link_part family)
{
    const struct link_people *people = c->p->people;
    const struct link_key any = of_part(LINK_KEY_SOUND, LINK_ANY_PART, 0);
    const struct link_key keys[] = {any, of_part(LINK_KEY_PREFIX, LINK_ANY_PART, 4),
                                    of_part(LINK_KEY_SUFFIX, LINK_ANY_PART, 4),
                                    of_part(LINK_KEY_SOUND, family, 0),
                                    of_part(LINK_KEY_SOUND, given, 0)};
    size_t count = given == family ? 3 : 5;
    ADD(c, any, any);
    for (size_t k = 0; k < count; k++)
        ADD(c, keys[k]);
    ADD(c, of_part(LINK_KEY_PREFIX, LINK_ANY_PART, 3));
    ADD(c, of_part(LINK_KEY_PREFIX, family, 3), of_part(LINK_KEY_PREFIX, given, 2));
    /* Among many records that one costs much: with a field besides it is narrow. */
    for (uint32_t f = 0; f < people->field_count && people->records > BLOCK_MANY; f++) {
        struct link_key of[5];
        uint32_t n = field_keys(people, f, false, of);
        for (uint32_t i = 0; i < n; i++)
            ADD(c, of_part(LINK_KEY_PREFIX, family, 3), of_part(LINK_KEY_PREFIX, given, 2),
                of[i]);
    }
    for (uint32_t f = 0; f < people->field_count; f++) {
        struct link_key of[5];
        uint32_t n = field_keys(people, f, false, of);
        for (uint32_t i = 0; i < n; i++)
            for (size_t k = 0; k < count; k++)
                ADD(c, keys[k], of[i]);
    }
}

/* Each key of a field alone and with each of another field, and with a name besides. */
static void wish_fields(struct choosing *c, bool names)
{
    const struct link_people *people = c->p->people;
    const struct link_key any = of_part(LINK_KEY_SOUND, LINK_ANY_PART, 0);
    for (uint32_t f = 0; f < people->field_count; f++) {
        struct link_key one[5], other[5];
        uint32_t n = field_keys(people, f, true, one);
        for (uint32_t i = 0; i < n; i++)
            ADD(c, one[i]);
        n = field_keys(people, f, false, one);
        for (uint32_t g = f + 1; g < people->field_count; g++) {
            uint32_t m = field_keys(people, g, false, other);
            for (uint32_t i = 0; i < n; i++)
                for (uint32_t k = 0; k < m; k++)
                    ADD(c, one[i], other[k]);
        }
        for (uint32_t i = 0; i < n && names; i++)
            ADD(c, any, any, one[i]);
    }
}

static void find_also(struct choosing *c, enum link_part given, enum link_part family)
{
    const struct link_people *people = c->p->people;
    const enum link_kind order[] = {LINK_KIND_DATE, LINK_KIND_TEXT, LINK_KIND_CODE};
    if (people->token_count > 1) {
        c->also[c->also_count++] = of_part(LINK_KEY_SOUND, family, 0);
        if (given != family)
            c->also[c->also_count++] = of_part(LINK_KEY_SOUND, given, 0);
    }
    for (size_t k = 0; k < sizeof order / sizeof *order; k++)
        for (uint32_t f = 0; f < people->field_count && c->also_count < 8; f++)
            if (people->fields[f].kind == order[k])
                c->also[c->also_count++] =
                    order[k] == LINK_KIND_DATE   ? of_field(LINK_KEY_YEAR, f, 0)
                    : order[k] == LINK_KIND_TEXT ? of_field(LINK_KEY_VALUE_SOUND, f, 0)
                                                 : of_field(LINK_KEY_VALUE, f, 0);
}

static void keep_code(struct block_plan *to, const struct block_plan *from, uint8_t *code)
{
    *code = (uint8_t)block_code_add(to, from->codes[*code].key);
}

/* Takes a wish over into the plan that is carried out. */
static void keep_rule(struct choosing *c, struct block_plan *p, const struct block_wish *w,
                      struct link_rules *rules)
{
    struct block_rule *r = &p->rules[p->rule_count++];
    *r = w->inside;
    for (uint32_t i = 0; i < r->need_count; i++)
        keep_code(p, c->p, &r->needs[i].code);
    for (uint32_t i = 0; i < r->also_count; i++)
        keep_code(p, c->p, &r->also[i]);
    rules->rules[rules->count++] = w->rule;
}

/* All pairs there are to compare. */
static uint64_t all_pairs(const struct link_people *people, bool unique)
{
    uint64_t n = people->records, pairs = n ? n * (n - 1) / 2 : 0;
    for (uint32_t l = 0; unique && l < people->list_count; l++) {
        uint64_t m = people->lists[l].records;
        pairs -= m ? m * (m - 1) / 2 : 0;
    }
    return pairs;
}

void link_rules_choose(const struct link_people *people, bool unique, uint64_t budget,
                       struct pool *pool, struct arena *a, struct link_rules *ret)
{
    struct block_plan *p = ARENA_NEW(a, 1, struct block_plan);
    *ret = (struct link_rules){.inside = p};
    *p = (struct block_plan){.people = people, .row_count = people->records, .unique = unique};
    uint64_t all = all_pairs(people, unique), records = people->records ? people->records : 1;
    if (!budget)
        budget =
            records * PAIRS_A_RECORD > SMALL_BUDGET ? records * PAIRS_A_RECORD : SMALL_BUDGET;
    uint64_t most = budget / records / 2;
    p->most = ret->most = (uint32_t)(most < 50 ? 50 : most > 1000 ? 1000 : most);
    ARENA_AUTO scratch = {0};
    struct block_plan *many = ARENA_NEW(&scratch, 1, struct block_plan);
    *many = *p;
    struct choosing c = {.p = many,
                         .wishes = ARENA_NEW(&scratch, BLOCK_COVER_MAX, struct block_wish)};
    uint32_t count = 1;
    if (all <= ALL_PAIRS_MOST && all <= budget && records * records / 2 <= THROUGH_MOST) {
        add_rule(&c, NULL, 0);
    } else {
        bool given = false, family = false, names = people->token_count > 1;
        for (uint32_t t = 1; t < people->token_count; t++) {
            given = given || people->tokens[t].count[LINK_GIVEN];
            family = family || people->tokens[t].count[LINK_FAMILY];
        }
        enum link_part first = given && family ? LINK_GIVEN : LINK_ANY_PART;
        enum link_part last = given && family ? LINK_FAMILY : LINK_ANY_PART;
        find_also(&c, first, last);
        if (names)
            wish_names(&c, first, last);
        wish_fields(&c, names);
        count = block_cover(many, c.wishes, c.count, (double)budget, RULES_MOST, pool);
    }
    for (uint32_t i = 0; i < count; i++)
        keep_rule(&c, p, &c.wishes[i], ret);
    block_rows_make(p, pool, a);
    block_split(p, pool, a);
    for (uint32_t r = 0; r < p->rule_count; r++)
        ret->rules[r].split = (uint32_t)p->rules[r].heavy.count;
}

static const char *part_name(uint8_t part)
{
    static const char *const names[LINK_PART_COUNT] = {"given name", "middle name",
                                                       "family name", "any part of the name"};
    return part < LINK_PART_COUNT ? names[part] : names[LINK_ANY_PART];
}

static void print_key(const struct link_people *people, const struct link_key *k,
                      struct buf *out)
{
    struct str label = block_of_name(k->kind) ? STR("") : people->fields[k->field].label;
    int n = (int)label.n;
    switch (k->kind) {
    case LINK_KEY_TOKEN:
        buf_printf(out, "%s", part_name(k->part));
        break;
    case LINK_KEY_STEM:
        buf_printf(out, "%s or its short form", part_name(k->part));
        break;
    case LINK_KEY_SOUND:
        buf_printf(out, "sound of %s", part_name(k->part));
        break;
    case LINK_KEY_PREFIX:
        buf_printf(out, "first %u letters of %s", k->length, part_name(k->part));
        break;
    case LINK_KEY_SUFFIX:
        buf_printf(out, "last %u letters of %s", k->length, part_name(k->part));
        break;
    case LINK_KEY_VALUE:
        buf_printf(out, "%.*s", n, label.p);
        break;
    case LINK_KEY_VALUE_SOUND:
        buf_printf(out, "sound of %.*s", n, label.p);
        break;
    case LINK_KEY_VALUE_PREFIX:
        buf_printf(out, "first %u characters of %.*s", k->length, n, label.p);
        break;
    case LINK_KEY_VALUE_DELETE:
        buf_printf(out, "%.*s but for one error", n, label.p);
        break;
    case LINK_KEY_YEAR:
        buf_printf(out, "year of %.*s", n, label.p);
        break;
    case LINK_KEY_YEAR_MONTH:
        buf_printf(out, "year and month of %.*s", n, label.p);
        break;
    case LINK_KEY_MONTH_DAY:
        buf_printf(out, "month and day of %.*s", n, label.p);
        break;
    }
}

static bool same_key(const struct link_key *a, const struct link_key *b)
{
    return a->kind == b->kind && a->part == b->part && a->field == b->field &&
           a->length == b->length;
}

void link_rule_print(const struct link_people *people, const struct link_rule *rule,
                     struct buf *out)
{
    if (!rule->key_count)
        buf_add(out, STR("every pair"));
    for (uint32_t i = 0; i < rule->key_count; i++) {
        bool twice = i + 1 < rule->key_count && same_key(&rule->keys[i], &rule->keys[i + 1]);
        if (i)
            buf_add(out, STR(" + "));
        if (twice)
            buf_add(out, STR("two of: "));
        print_key(people, &rule->keys[i], out);
        i += twice;
    }
}
