/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/link/block_kept.h"

#include "base/sort.h"
#include "engine/link/block_inside.h"

#define TAG(key) ((uint16_t)((key) >> 8))

/* The entries of one rule: a directory by the first bits of the key, and behind it for each entry
 * 16 other bits and the record. */
struct index {
    uint32_t shift; /* 64 - bits of the directory */
    const uint32_t *at;
    const uint16_t *tag;
    const uint32_t *record;
};

struct link_block_kept {
    struct block_plan plan; /* without rows */
    struct index index[LINK_RULES_MAX];
    uint32_t records;
};

/* ---- writing ---- */

struct rule_form {
    struct link_rule rule;
    uint64_t seed, heavy_size, entries;
    uint32_t need_count, also_count, bits, filler;
    struct block_need needs[LINK_KEYS_MAX];
    uint8_t also[BLOCK_ALSO_MAX];
};

struct gathering {
    struct arena a;
    struct block_entry *entries;
    size_t count, cap;
    uint32_t record;
};

static void gather(void *context, uint64_t key, uint32_t depth, enum block_end end,
                   uint32_t heap)
{
    struct gathering *g = context;
    (void)depth;
    (void)end;
    struct block_entry e = {key, g->record, heap};
    ARENA_PUSH(&g->a, g->entries, g->count, g->cap, e);
}

static void put_entries(struct link_put *w, struct arena *a, const struct gathering *g,
                        uint32_t bits)
{
    size_t buckets = (size_t)1 << bits;
    uint32_t *at = ARENA_NEW(a, buckets + 1, uint32_t);
    uint32_t *record = arena_room(a, (g->count + 1) * sizeof *record);
    uint16_t *tag = arena_room(a, (g->count + 1) * sizeof *tag);
    for (size_t i = 0; i < g->count; i++) {
        at[(g->entries[i].key >> (64 - bits)) + 1]++;
        tag[i] = TAG(g->entries[i].key);
        record[i] = g->entries[i].record;
    }
    for (size_t i = 0; i < buckets; i++)
        at[i + 1] += at[i];
    link_put(w, at, (buckets + 1) * sizeof *at);
    link_put(w, tag, g->count * sizeof *tag);
    link_put(w, record, g->count * sizeof *record);
}

static void put_rule(struct link_put *w, const struct block_plan *p, uint32_t which,
                     const struct link_rule *rule)
{
    const struct block_rule *r = &p->rules[which];
    struct gathering g = {0};
    struct block_keys keys = {gather, &g};
    for (g.record = 0; g.record < p->people->records; g.record++)
        block_keys_of(p, r, g.record, &keys);
    block_sort(g.entries, g.count);
    uint32_t bits = 4;
    while (bits < 26 && (size_t)4 << bits < g.count)
        bits++;
    struct rule_form form;
    memset(&form, 0, sizeof form);
    form.rule = *rule;
    form.seed = r->seed;
    form.heavy_size = r->heavy.count ? r->heavy.size : 0;
    form.entries = g.count;
    form.need_count = r->need_count;
    form.also_count = r->also_count;
    form.bits = bits;
    memcpy(form.needs, r->needs, sizeof form.needs);
    memcpy(form.also, r->also, sizeof form.also);
    link_put(w, &form, sizeof form);
    link_put(w, r->heavy.keys, form.heavy_size * sizeof *r->heavy.keys);
    link_put(w, r->heavy.heaps, form.heavy_size * sizeof *r->heavy.heaps);
    put_entries(w, &g.a, &g, bits);
    arena_free(&g.a);
}

void link_block_keep(const struct link_people *people, const struct link_rules *rules,
                     struct link_put *w)
{
    struct block_plan plan = *(const struct block_plan *)rules->inside;
    uint32_t head[4] = {people->records, plan.code_count, rules->count, rules->most};
    plan.people = people;
    link_put(w, head, sizeof head);
    for (uint32_t i = 0; i < plan.code_count; i++)
        link_put(w, &plan.codes[i].key, sizeof plan.codes[i].key);
    for (uint32_t i = 0; i < rules->count; i++)
        put_rule(w, &plan, i, &rules->rules[i]);
}

/* ---- reading ---- */

static bool key_is_good(const struct link_people *p, const struct link_key *k)
{
    if ((int)k->kind < 0 || k->kind > LINK_KEY_MONTH_DAY)
        return false;
    if (block_of_name(k->kind))
        return k->part <= LINK_ANY_PART && p->name_at;
    if (k->field >= p->field_count)
        return false;
    return k->kind != LINK_KEY_YEAR || p->fields[k->field].days;
}

static void read_set(struct link_take *in, uint64_t size, struct block_set *ret)
{
    const uint64_t *keys = link_take(in, size * sizeof *keys);
    const uint32_t *heaps = link_take(in, size * sizeof *heaps);
    size_t used = 0;
    in->bad |= (size & (size - 1)) != 0;
    for (uint64_t i = 0; i < size && !in->bad; i++)
        used += keys[i] != 0;
    in->bad |= size && used >= size;
    if (!in->bad && size)
        *ret = (struct block_set){(uint64_t *)(uintptr_t)keys, (uint32_t *)(uintptr_t)heaps,
                                  (size_t)size, used};
}

static void read_index(struct link_take *in, const struct rule_form *form, uint32_t records,
                       struct index *ret)
{
    uint64_t buckets = (uint64_t)1 << form->bits;
    ret->shift = 64 - form->bits;
    ret->at = link_take(in, (buckets + 1) * sizeof *ret->at);
    ret->tag = link_take(in, form->entries * sizeof *ret->tag);
    ret->record = link_take(in, form->entries * sizeof *ret->record);
    if (in->bad)
        return;
    in->bad |= ret->at[0] != 0 || ret->at[buckets] != form->entries;
    for (uint64_t i = 0; i < buckets; i++)
        in->bad |= ret->at[i] > ret->at[i + 1];
    for (uint64_t i = 0; i < form->entries; i++)
        in->bad |= ret->record[i] >= records;
}

static void read_rule(struct link_take *in, struct link_block_kept *k, uint32_t which,
                      struct link_rule *ret)
{
    const struct rule_form *form = link_take(in, sizeof *form);
    if (!form || form->need_count > LINK_KEYS_MAX || form->also_count > BLOCK_ALSO_MAX ||
        form->bits < 1 || form->bits > 26 || form->entries > UINT32_MAX ||
        form->heavy_size > UINT32_MAX || form->rule.key_count > LINK_KEYS_MAX) {
        in->bad = true;
        return;
    }
    struct block_rule *r = &k->plan.rules[which];
    *r = (struct block_rule){
        .need_count = form->need_count, .also_count = form->also_count, .seed = form->seed};
    memcpy(r->needs, form->needs, sizeof r->needs);
    memcpy(r->also, form->also, sizeof r->also);
    *ret = form->rule;
    uint32_t times = 0;
    for (uint32_t i = 0; i < r->need_count; i++) {
        times += r->needs[i].times;
        in->bad |= r->needs[i].code >= k->plan.code_count || r->needs[i].times < 1;
    }
    for (uint32_t i = 0; i < r->also_count; i++)
        in->bad |= r->also[i] >= k->plan.code_count;
    in->bad |= times > LINK_KEYS_MAX;
    for (uint32_t i = 0; i < ret->key_count; i++)
        in->bad |= !key_is_good(k->plan.people, &ret->keys[i]);
    read_set(in, form->heavy_size, &r->heavy);
    if (!in->bad)
        read_index(in, form, k->records, &k->index[which]);
}

int link_block_kept_read(struct link_take *in, const struct link_people *people,
                         struct link_block_kept **ret, struct link_rules *ret_rules,
                         struct err *err)
{
    struct link_block_kept *k = ARENA_NEW(in->a, 1, struct link_block_kept);
    struct link_rules rules = {0};
    const uint32_t *head = link_take(in, 4 * sizeof *head);
    k->plan.people = people;
    if (head && head[0] <= people->records && head[1] <= BLOCK_CODES_MAX &&
        head[2] <= LINK_RULES_MAX) {
        k->records = head[0];
        k->plan.code_count = head[1];
        k->plan.rule_count = rules.count = head[2];
        k->plan.most = rules.most = head[3];
    } else {
        in->bad = true;
    }
    for (uint32_t i = 0; i < k->plan.code_count && !in->bad; i++) {
        const struct link_key *key = link_take(in, sizeof *key);
        in->bad |= !key || !key_is_good(people, key);
        if (!in->bad)
            k->plan.codes[i].key = *key;
    }
    for (uint32_t i = 0; i < rules.count && !in->bad; i++)
        read_rule(in, k, i, &rules.rules[i]);
    if (in->bad)
        return err_set(err, ERR_INPUT, "the blocks in it are damaged");
    *ret = k;
    *ret_rules = rules;
    return 0;
}

/* ---- finding ---- */

/* A key of an added record, on its way through the index. */
struct lookup {
    uint64_t key;
    uint32_t rule, heap;
};

struct finding {
    const struct link_block_kept *k;
    uint32_t rule, record; /* of the whole */
    uint32_t *seen;        /* [kept records] the record for which it was found last */
    struct arena *a;
    struct lookup *keys; /* of this record */
    size_t key_count, key_cap;
    struct link_candidate *pairs;
    size_t count, cap;
    struct gathering own[LINK_RULES_MAX]; /* keys of the added, for blocks among themselves */
};

static void take_key(void *context, uint64_t key, uint32_t depth, enum block_end end,
                     uint32_t heap)
{
    struct finding *f = context;
    struct lookup l = {key, f->rule, heap};
    gather(&f->own[f->rule], key, depth, end, heap);
    ARENA_PUSH(f->a, f->keys, f->key_count, f->key_cap, l);
}

static void find_key(struct finding *f, const struct lookup *l)
{
    const struct index *x = &f->k->index[l->rule];
    size_t bucket = (size_t)(l->key >> x->shift), found = 0;
    size_t most = l->heap ? BLOCK_WINDOW : SIZE_MAX;
    for (uint32_t i = x->at[bucket]; i < x->at[bucket + 1] && found < most; i++) {
        if (x->tag[i] != TAG(l->key))
            continue;
        found++;
        if (f->seen[x->record[i]] == f->record)
            continue;
        f->seen[x->record[i]] = f->record;
        struct link_candidate pair = {x->record[i], f->record};
        ARENA_PUSH(f->a, f->pairs, f->count, f->cap, pair);
    }
}

/* Each step of a lookup waits for memory: all keys take it together. */
static void find_keys(struct finding *f)
{
    for (size_t i = 0; i < f->key_count; i++) {
        const struct index *x = &f->k->index[f->keys[i].rule];
        __builtin_prefetch(&x->at[f->keys[i].key >> x->shift]);
    }
    for (size_t i = 0; i < f->key_count; i++) {
        const struct index *x = &f->k->index[f->keys[i].rule];
        uint32_t at = x->at[f->keys[i].key >> x->shift];
        __builtin_prefetch(&x->tag[at]);
        __builtin_prefetch(&x->record[at]);
    }
    for (size_t i = 0; i < f->key_count; i++)
        find_key(f, &f->keys[i]);
    f->key_count = 0;
}

static int by_pair(const void *pa, const void *pb)
{
    const struct link_candidate *a = pa, *b = pb;
    if (a->left != b->left)
        return a->left < b->left ? -1 : 1;
    return (a->right > b->right) - (a->right < b->right);
}

/* Pairs of the added records that share a key, each once; of a heap only neighbours. */
static void find_own(struct finding *f)
{
    size_t begin = f->count, kept = f->count;
    for (uint32_t rule = 0; rule < f->k->plan.rule_count; rule++) {
        struct gathering *g = &f->own[rule];
        block_sort(g->entries, g->count);
        for (size_t i = 0, end; i < g->count; i = end) {
            for (end = i + 1; end < g->count && g->entries[end].key == g->entries[i].key;)
                end++;
            bool large = g->entries[i].heap || end - i > f->k->plan.most;
            for (size_t l = i; l < end; l++)
                for (size_t r = l + 1; r < end && (!large || r - l <= BLOCK_WINDOW); r++) {
                    struct link_candidate pair = {g->entries[l].record, g->entries[r].record};
                    ARENA_PUSH(f->a, f->pairs, f->count, f->cap, pair);
                }
        }
        arena_free(&g->a);
    }
    if (f->count > begin)
        sort_items(f->pairs + begin, f->count - begin, sizeof *f->pairs, by_pair);
    for (size_t i = begin; i < f->count; i++)
        if (kept == begin || by_pair(&f->pairs[kept - 1], &f->pairs[i]) != 0)
            f->pairs[kept++] = f->pairs[i];
    f->count = kept;
}

void link_block_kept_find(const struct link_block_kept *k, const struct link_people *added,
                          uint32_t first, struct arena *a, struct link_candidate **ret,
                          size_t *ret_count)
{
    ARENA_AUTO scratch = {0};
    struct block_plan plan = k->plan;
    struct finding f = {.k = k, .a = a};
    struct block_keys keys = {take_key, &f};
    bool wide[LINK_RULES_MAX] = {false};
    plan.people = added;
    plan.row_count = added->records;
    block_rows_make(&plan, NULL, &scratch);
    f.seen = arena_room(&scratch, (k->records + (size_t)1) * sizeof *f.seen);
    memset(f.seen, 0xff, k->records * sizeof *f.seen);
    for (f.rule = 0; f.rule < plan.rule_count; f.rule++) /* no rule that was chosen is wide */
        wide[f.rule] = block_base_bound(&plan, &plan.rules[f.rule]) > BLOCK_BASE_MAX;
    for (uint32_t i = 0; i < added->records; i++) {
        f.record = first + i;
        for (f.rule = 0; f.rule < plan.rule_count; f.rule++) {
            f.own[f.rule].record = first + i;
            if (!wide[f.rule])
                block_keys_of(&plan, &plan.rules[f.rule], i, &keys);
        }
        find_keys(&f);
    }
    find_own(&f);
    *ret = f.pairs;
    *ret_count = f.count;
}
