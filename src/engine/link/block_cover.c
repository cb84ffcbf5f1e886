/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/link/block_cover.h"

#include <math.h>

#define ROWS        25000u /* of the sample in which rules are counted */
#define FINDER_ROWS 12000u /* and of each in which pairs are looked for */
#define FINDERS     4u
#define SURE_PAIRS  1500u
#define SURE_LEAST  20u
#define COPIES      6u
#define SLOT_BITS   15u /* counters of the values of a code */
#define TABLE_BITS  18u /* and of the keys of a rule */
#define GROUP_MOST  30u
#define SURE_BITS   5.0   /* beyond what makes two of all records agree by chance */
#define ENTRY_COST  0.3   /* of a key of a record, in pairs */
#define GAIN_LEAST  0.001 /* share of the copies that a rule must add */
#define GAIN_MANY   0.002 /* and where there are many records */
#define GAIN_COST   0.08  /* and one that costs all of the budget */

/* A pair that is one person, and its copies. */
struct sure {
    uint32_t left, right; /* rows */
    uint64_t content;
};

struct finder {
    uint32_t code, from, to; /* rows */
    uint32_t step;           /* one of so many values */
};

struct covering {
    struct block_plan *p;
    struct block_wish *wishes;
    uint32_t count;
    uint32_t rows, step; /* rows 0 … are one of so many records */
    uint16_t *seen;      /* [codes << SLOT_BITS] rows with a value */
    struct finder finders[FINDERS];
    uint32_t finder_count;
    struct sure *sure;
    size_t sure_count, sure_cap;
    size_t words;    /* of a set of copies */
    uint64_t **sets; /* [count] copies that a rule has */
    uint32_t **tables;
};

static uint64_t content_of(const struct link_people *p, uint32_t record)
{
    size_t n;
    uint64_t h = 1;
    const struct link_name_token *name = link_name_of(p, record, &n);
    for (size_t i = 0; i < n; i++)
        h = hash_mix(h, p->tokens[name[i].token].sound);
    for (uint32_t f = 0; f < p->field_count; f++) {
        const struct link_field *field = &p->fields[f];
        uint32_t v = field->value[record];
        if (field->kind == LINK_KIND_DATE)
            h = hash_mix(h, v ? (uint64_t)(uint32_t)field->days[v].first : 1);
        else if (!n)
            h = hash_mix(h, v ? hash_bytes(field->text[v], f) : 1);
    }
    return h;
}

static uint16_t *seen_of(const struct covering *c, uint32_t code, uint32_t number)
{
    uint32_t slot = (uint32_t)(hash_mix(number, 3) >> (64 - SLOT_BITS));
    return &c->seen[((size_t)code << SLOT_BITS) + slot];
}
/* Share of the records that have it. */
static double share_of(const struct covering *c, uint32_t code, uint32_t number)
{
    uint16_t n = *seen_of(c, code, number);
    return (n > 1 ? n : 1) / (double)c->rows;
}

static void count_values(void *context, size_t code, unsigned worker)
{
    struct covering *c = context;
    (void)worker;
    for (uint32_t row = 0; row < c->rows; row++) {
        uint32_t room[BLOCK_CUTS_MAX], n;
        const uint32_t *v =
            block_values(c->p, &c->p->codes[code], block_row(c->p, row), room, &n);
        for (uint32_t i = 0; i < n; i++) {
            uint16_t *seen = seen_of(c, (uint32_t)code, v[i]);
            *seen = (uint16_t)(*seen + (*seen < UINT16_MAX));
        }
    }
}

/* ---- the sample ---- */

/* Codes by which pairs are looked for: a token, and what is nearly a person's own. */
static void choose_finders(struct covering *c)
{
    for (uint32_t i = 0; i < c->p->code_count && c->finder_count < FINDERS; i++) {
        const struct link_key *k = &c->p->codes[i].key;
        bool value =
            k->kind == LINK_KEY_VALUE && c->p->people->fields[k->field].kind != LINK_KIND_SET;
        if (value || k->kind == LINK_KEY_VALUE_SOUND ||
            (k->kind == LINK_KEY_SOUND && k->part == LINK_ANY_PART))
            c->finders[c->finder_count++].code = i;
    }
}

static bool one_of(uint64_t h, uint32_t step)
{
    return step <= 1 || hash_mix(h, 5) % step == 0;
}

/* Of records that say the same name and dates all are in a sample or none, so their pairs would
 * count too much: they leave. Returns how many stay. */
static uint32_t drop_alike(struct covering *c, uint32_t *only, uint32_t count)
{
    ARENA_AUTO scratch = {0};
    struct block_entry *e = ARENA_NEW(&scratch, count + (size_t)1, struct block_entry);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++)
        e[i] = (struct block_entry){content_of(c->p->people, only[i]), only[i], 0};
    block_sort(e, count);
    for (uint32_t i = 0; i < count; i++)
        if ((i == 0 || e[i - 1].key != e[i].key) &&
            (i + 1 == count || e[i + 1].key != e[i].key))
            only[kept++] = e[i].record;
    return kept ? kept : count;
}

/* Which records stand in rows: some of all, and for each finder all that have some values. */
static void choose_rows(struct covering *c, struct arena *a)
{
    struct block_plan *p = c->p;
    uint32_t n = p->people->records, count = 0;
    c->step = (n + ROWS - 1) / ROWS;
    uint32_t step = (n + FINDER_ROWS - 1) / FINDER_ROWS;
    size_t cap = c->step == 1 ? n : 2 * ROWS + FINDERS * 4 * FINDER_ROWS;
    uint32_t *only = arena_room(a, cap * sizeof *only + 1);
    for (uint32_t i = 0; i < n && count < 2 * ROWS; i++)
        if (c->step == 1 || one_of(content_of(p->people, i), c->step))
            only[count++] = i;
    if (c->step > 1)
        count = drop_alike(c, only, count);
    c->rows = count;
    for (uint32_t k = 0; k < c->finder_count; k++) {
        block_table_make(p, c->finders[k].code, a);
        struct finder *f = &c->finders[k];
        *f = (struct finder){f->code, 0, count, 1};
        if (c->step == 1)
            continue;
        f->from = count;
        f->step = step;
        for (uint32_t i = 0; i < n && count - f->from < 4 * FINDER_ROWS; i++) {
            uint32_t room[BLOCK_VALUES_MAX];
            uint32_t values = block_numbers(p, &p->codes[f->code], i, room);
            bool in = false;
            for (uint32_t v = 0; v < values; v++)
                in = in || one_of(room[v], step);
            if (in)
                only[count++] = i;
        }
        f->to = count;
    }
    p->only = only;
    p->row_count = count;
}

/* ---- pairs that are one person ---- */

/* Bits by which two records agree: for each field its rarest key, of names each token. */
static double agreement(const struct covering *c, struct block_pair *x)
{
    double fields[LINK_FIELDS_MAX] = {0}, names = 0, pieces = 0, sum = 0;
    for (uint32_t i = 0; i < c->p->code_count; i++) {
        const struct link_key *k = &c->p->codes[i].key;
        if (k->kind == LINK_KEY_VALUE_DELETE)
            continue;
        uint32_t n = block_pair_shared(x, i);
        double bits = 0, all = 0;
        for (uint32_t v = 0; v < n; v++) {
            double b = -log2(share_of(c, i, x->both[i][v]));
            bits = b > bits ? b : bits;
            all += b;
        }
        if (!block_of_name(k->kind))
            fields[k->field] = bits > fields[k->field] ? bits : fields[k->field];
        else if (k->kind == LINK_KEY_SOUND && k->part == LINK_ANY_PART)
            names = all;
        else
            pieces = bits > pieces ? bits : pieces;
    }
    for (uint32_t f = 0; f < LINK_FIELDS_MAX; f++)
        sum += fields[f];
    return sum + (names > pieces ? names : pieces);
}

static bool same_row(const struct block_plan *p, uint32_t a, uint32_t b)
{
    return !memcmp(block_row(p, a) + 1, block_row(p, b) + 1, (p->width - 1) * sizeof(uint32_t));
}

static void find_sure(struct covering *c, const struct finder *f, struct arena *a)
{
    ARENA_AUTO scratch = {0};
    struct block_plan *p = c->p;
    struct block_entry *e = NULL;
    size_t count = 0, cap = 0, start = c->sure_count;
    for (uint32_t row = f->from; row < f->to; row++) {
        uint32_t room[BLOCK_CUTS_MAX], n;
        const uint32_t *v = block_values(p, &p->codes[f->code], block_row(p, row), room, &n);
        for (uint32_t i = 0; i < n; i++)
            if (one_of(v[i], f->step)) {
                struct block_entry entry = {hash_mix(v[i], 7), row, v[i]};
                ARENA_PUSH(&scratch, e, count, cap, entry);
            }
    }
    block_sort(e, count);
    double wanted = log2(p->people->records) + SURE_BITS;
    for (size_t at = 0, n; at < count && c->sure_count - start < SURE_PAIRS; at += n) {
        for (n = 1; at + n < count && e[at + n].key == e[at].key; n++)
            ;
        double own = -log2(share_of(c, f->code, e[at].heap));
        for (size_t i = 1; i < n && n <= GROUP_MOST; i++)
            for (size_t j = 0; j < i; j++) {
                struct block_pair x;
                uint32_t left = e[at + j].record, right = e[at + i].record;
                if (p->unique &&
                    p->people->list[p->only[left]] == p->people->list[p->only[right]])
                    continue;
                block_pair_begin(&x, p, left, right);
                if (agreement(c, &x) - own < wanted || same_row(p, left, right))
                    continue;
                struct sure s = {left, right,
                                 content_of(p->people, p->only[left]) ^
                                     content_of(p->people, p->only[right])};
                ARENA_PUSH(a, c->sure, c->sure_count, c->sure_cap, s);
            }
    }
}

/* ---- what a rule has of them ---- */

/* A copy: what of the pair is right. */
struct copy {
    uint64_t codes; /* bit: the key is right */
    enum { NAME_ALL, NAME_ONE, NAME_NONE } name;
    uint32_t token; /* the sound of the one */
};

static struct copy make_copy(const struct covering *c, struct block_pair *x, uint64_t content,
                             uint32_t number)
{
    struct copy r = {0};
    uint64_t h = hash_mix(content, number + 1), name = hash_mix(h, 99) % 8;
    r.name = name < 3 ? NAME_ALL : name < 6 ? NAME_ONE : NAME_NONE;
    for (uint32_t i = 0; i < c->p->code_count; i++) {
        const struct link_key *k = &c->p->codes[i].key;
        bool right = hash_mix(h, i + 200) % 100 < 85;
        if (!block_of_name(k->kind))
            right = right && hash_mix(h, k->field + 100) % 100 < 55;
        else if (k->kind == LINK_KEY_SOUND && k->part == LINK_ANY_PART && !r.token) {
            uint32_t n = block_pair_shared(x, i);
            r.token = n ? x->both[i][h % n] : 0;
        }
        r.codes |= (uint64_t)right << i;
    }
    return r;
}

/* Numbers of a code that the copy shares, the rarest's share of the records first. */
static uint32_t copy_shared(const struct covering *c, struct block_pair *x,
                            const struct copy *copy, uint32_t code, double ret[BLOCK_SLOTS_MAX])
{
    const struct link_key *k = &c->p->codes[code].key;
    uint32_t n = copy->codes >> code & 1 ? block_pair_shared(x, code) : 0, out = 0;
    bool name = block_of_name(k->kind);
    if (name && copy->name == NAME_NONE)
        return 0;
    for (uint32_t i = 0; i < n; i++) {
        if (name && copy->name == NAME_ONE &&
            (k->kind == LINK_KEY_SOUND ? x->both[code][i] != copy->token : i > 0))
            continue;
        double share = share_of(c, code, x->both[code][i]);
        uint32_t at = out++;
        for (; at > 0 && ret[at - 1] > share; at--)
            ret[at] = ret[at - 1];
        ret[at] = share;
    }
    return out;
}

/* Whether the rule brings the copy together in a block that is not too large. */
static bool copy_had(const struct covering *c, const struct block_rule *r, struct block_pair *x,
                     const struct copy *copy)
{
    double shares[BLOCK_SLOTS_MAX], size = c->p->people->records;
    for (uint32_t i = 0; i < r->need_count; i++) {
        if (copy_shared(c, x, copy, r->needs[i].code, shares) < r->needs[i].times)
            return false;
        for (uint32_t t = 0; t < r->needs[i].times; t++)
            size *= shares[t];
    }
    for (uint32_t a = 0; a < r->also_count && size > c->p->most; a++) {
        uint32_t skip = 0;
        for (uint32_t i = 0; i < r->need_count; i++)
            skip = r->needs[i].code == r->also[a] ? r->needs[i].times : skip;
        if (copy_shared(c, x, copy, r->also[a], shares) > skip)
            size *= shares[skip];
    }
    return size <= c->p->most;
}

static void count_pairs(struct covering *c, struct block_wish *w, uint32_t *table)
{
    double entries = 0, pairs = 0, step = c->step, most = c->p->most;
    memset(table, 0, sizeof *table << TABLE_BITS);
    for (uint32_t row = 0; row < c->rows; row++) {
        uint64_t keys[BLOCK_BASE_MAX];
        uint32_t n = block_base_keys(c->p, &w->inside, row, keys);
        for (uint32_t i = 0; i < n; i++)
            table[keys[i] >> (64 - TABLE_BITS)]++;
        entries += n;
    }
    for (size_t i = 0; i < (size_t)1 << TABLE_BITS; i++) {
        double n = table[i];
        if (n > 1)
            pairs += fmin(n * (n - 1) / 2 * step * step, n * step * most * 0.75);
    }
    /* Keys that met in one counter by chance. */
    double chance = entries * entries / ((size_t)2 << TABLE_BITS) * step * step;
    w->pairs = fmax(pairs - chance, pairs / 10);
    w->entries = entries * step;
}

static void weigh_wish(void *context, size_t wish, unsigned worker)
{
    struct covering *c = context;
    struct block_wish *w = &c->wishes[wish];
    count_pairs(c, w, c->tables[worker]);
    for (size_t s = 0; s < c->sure_count; s++) {
        struct block_pair x;
        block_pair_begin(&x, c->p, c->sure[s].left, c->sure[s].right);
        for (uint32_t k = 0; k < COPIES; k++) {
            struct copy copy = make_copy(c, &x, c->sure[s].content, k);
            size_t bit = s * COPIES + k;
            if (copy_had(c, &w->inside, &x, &copy))
                c->sets[wish][bit / 64] |= (uint64_t)1 << (bit % 64);
        }
    }
}

/* ---- the choice ---- */

static double new_copies(const struct covering *c, const uint64_t *set, const uint64_t *had)
{
    uint64_t n = 0;
    for (size_t i = 0; i < c->words; i++)
        n += (uint64_t)__builtin_popcountll(set[i] & ~had[i]);
    return (double)n;
}

/* Moves a wish to where the chosen ones end. */
static void take_wish(struct covering *c, uint32_t at, uint32_t taken)
{
    struct block_wish w = c->wishes[at];
    uint64_t *set = c->sets[at];
    memmove(&c->wishes[taken + 1], &c->wishes[taken], (at - taken) * sizeof w);
    memmove(&c->sets[taken + 1], &c->sets[taken], (at - taken) * sizeof set);
    c->wishes[taken] = w;
    c->sets[taken] = set;
}

static uint32_t choose(struct covering *c, double budget, uint32_t most, uint64_t *had)
{
    uint32_t taken = 0;
    double copies = (double)(c->sure_count * COPIES);
    bool many = c->p->people->records > BLOCK_MANY;
    double least = (many ? GAIN_MANY : GAIN_LEAST) * copies;
    double spent = 0;
    while (taken < most && taken < c->count) {
        double best = 0;
        uint32_t at = 0;
        for (uint32_t i = taken; i < c->count; i++) {
            const struct block_wish *w = &c->wishes[i];
            double cost = w->pairs + ENTRY_COST * w->entries;
            double gain = new_copies(c, c->sets[i], had);
            if (gain < least || spent + cost > budget ||
                (many && gain < copies * GAIN_COST * cost / budget))
                continue;
            double worth = gain / (cost + budget / most);
            if (worth > best) {
                best = worth;
                at = i;
            }
        }
        if (best <= 0)
            break;
        for (size_t i = 0; i < c->words; i++)
            had[i] |= c->sets[at][i];
        spent += c->wishes[at].pairs + ENTRY_COST * c->wishes[at].entries;
        take_wish(c, at, taken++);
    }
    return taken;
}

/* Where no pair is sure, the wishes in their order, and the cheapest in any case. */
static uint32_t choose_blindly(struct covering *c, double budget, uint32_t most)
{
    uint32_t taken = 0, cheapest = 0;
    double spent = 0, least = INFINITY;
    for (uint32_t i = 0; i < c->count && taken < most; i++) {
        double cost = c->wishes[i].pairs + ENTRY_COST * c->wishes[i].entries;
        if (cost < least && c->wishes[i].entries > 0) {
            least = cost;
            cheapest = i;
        }
        if (c->wishes[i].pairs > 0 && cost < budget / 8 && spent + cost < budget) {
            spent += cost;
            take_wish(c, i, taken++);
        }
    }
    if (!taken)
        take_wish(c, cheapest, taken++);
    return taken;
}

uint32_t block_cover(struct block_plan *plan, struct block_wish *wishes, uint32_t count,
                     double budget, uint32_t most, struct pool *pool)
{
    ARENA_AUTO a = {0};
    struct covering c = {.p = plan, .wishes = wishes, .count = count};
    choose_finders(&c);
    choose_rows(&c, &a);
    block_rows_make(plan, pool, &a);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++)
        if (block_base_bound(plan, &wishes[i].inside) <= BLOCK_BASE_MAX)
            wishes[kept++] = wishes[i];
    c.count = kept;
    if (!c.rows || !kept)
        return 0;
    c.seen = ARENA_NEW(&a, (size_t)plan->code_count << SLOT_BITS, uint16_t);
    pool_run(pool, plan->code_count, count_values, &c);
    for (uint32_t f = 0; f < c.finder_count; f++)
        find_sure(&c, &c.finders[f], &a);
    c.words = (c.sure_count * COPIES + 63) / 64;
    c.sets = ARENA_NEW(&a, kept, uint64_t *);
    for (uint32_t i = 0; i < kept; i++)
        c.sets[i] = ARENA_NEW(&a, c.words + 1, uint64_t);
    c.tables = ARENA_NEW(&a, pool_threads(pool), uint32_t *);
    for (unsigned w = 0; w < pool_threads(pool); w++)
        c.tables[w] = ARENA_NEW(&a, (size_t)1 << TABLE_BITS, uint32_t);
    pool_run(pool, kept, weigh_wish, &c);
    if (c.sure_count < SURE_LEAST)
        return choose_blindly(&c, budget, most);
    return choose(&c, budget, most, ARENA_NEW(&a, c.words + 1, uint64_t));
}
