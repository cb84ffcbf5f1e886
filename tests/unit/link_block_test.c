/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Blocking against the definition: for invented people, every pair that some rule has is handed
 * out once, by its first rule, in the same batches on any number of threads.
 */
#include "engine/link/block_inside.h"

#include "base/hash.h"
#include "base/rng.h"
#include "sys/threads.h"
#include "tap.h"

#include <math.h>

#define RECORDS 1200u

/* What a record says, apart from where it stands. */
struct said {
    uint32_t given[2], family, birth, place, code;
    uint8_t list;
};

#define GIVEN    12u
#define FAMILY   40u
#define BIRTHS   300u
#define PLACES   9u
#define CODES    900u
#define CODE_LEN 8u

static const char *word(struct arena *a, const char *kind, uint32_t i)
{
    static const char *const parts[] = {"ba", "ke", "li", "mo", "nu", "ra", "se", "to"};
    return arena_printf(a, "%s%s%s%s", kind, parts[i % 8], parts[i / 8 % 8], parts[i / 64 % 8])
        .p;
}

static void make_field(struct link_people *p, struct arena *a, uint32_t f, enum link_kind kind,
                       const char *label, uint32_t values)
{
    p->fields[f] = (struct link_field){.kind = kind,
                                       .label = str_of(label),
                                       .value = ARENA_NEW(a, p->records + 1, uint32_t),
                                       .values = values + 1,
                                       .count = ARENA_NEW(a, values + 1, uint32_t),
                                       .text = ARENA_NEW(a, values + 1, struct str),
                                       .days = ARENA_NEW(a, values + 1, struct time_days),
                                       .sound = ARENA_NEW(a, values + 1, uint32_t)};
}

/* People as link_people_make would give them. */
static void make_people(const struct said *said, uint32_t n, struct arena *a,
                        struct link_people *p)
{
    *p = (struct link_people){.records = n, .list_count = 2, .field_count = 3};
    uint8_t *list = ARENA_NEW(a, n + 1, uint8_t);
    struct link_list *lists = ARENA_NEW(a, 2, struct link_list);
    p->token_count = 1 + GIVEN + FAMILY;
    p->tokens = ARENA_NEW(a, p->token_count, struct link_token);
    p->name = ARENA_NEW(a, 3 * (size_t)n + 1, struct link_name_token);
    p->name_at = ARENA_NEW(a, n + 1, uint64_t);
    p->fields = ARENA_NEW(a, p->field_count, struct link_field);
    make_field(p, a, 0, LINK_KIND_DATE, "born", BIRTHS);
    make_field(p, a, 1, LINK_KIND_TEXT, "place", PLACES);
    make_field(p, a, 2, LINK_KIND_CODE, "number", CODES);
    p->fields[2].strong = true;
    for (uint32_t t = 1; t < p->token_count; t++) {
        p->tokens[t].text = str_of(word(a, t <= GIVEN ? "g" : "f", t));
        p->tokens[t].stem = t;
        p->tokens[t].sound = (1 + t / 2) * 0x9e3779b1u;
    }
    for (uint32_t v = 1; v <= BIRTHS; v++) {
        int32_t day = (int32_t)v * 31;
        p->fields[0].text[v] = arena_printf(a, "%d", (int)day);
        p->fields[0].days[v] = (struct time_days){day, v % 7 ? day : day + 364};
    }
    for (uint32_t v = 1; v <= PLACES; v++) {
        p->fields[1].text[v] = str_of(word(a, "p", v));
        p->fields[1].sound[v] = v;
    }
    for (uint32_t v = 1; v <= CODES; v++)
        p->fields[2].text[v] = arena_printf(a, "%06u", (unsigned)(v * 37));
    for (uint32_t i = 0, at = 0; i < n; i++) {
        const struct said *s = &said[i];
        list[i] = s->list;
        lists[s->list].records++;
        p->name_at[i] = at;
        for (unsigned k = 0; k < 2; k++)
            if (s->given[k])
                p->name[at++] =
                    (struct link_name_token){s->given[k] & 0xfffffffu, LINK_GIVEN, 0};
        if (s->family)
            p->name[at++] =
                (struct link_name_token){(GIVEN + s->family) & 0xfffffffu, LINK_FAMILY, 0};
        p->name_at[i + 1] = at;
        const uint32_t values[] = {s->birth, s->place, s->code};
        for (uint32_t f = 0; f < 3; f++)
            p->fields[f].count[p->fields[f].value[i] = values[f]]++;
    }
    for (uint64_t i = 0; i < p->name_at[n]; i++)
        p->tokens[p->name[i].token].count[p->name[i].part]++;
    p->list = list;
    p->lists = lists;
}

/* Skewed: small numbers are common; 0 is missing. */
static uint32_t pick(struct rng *rng, uint32_t n)
{
    double u = rng_unit(rng);
    return (uint32_t)(u * u * (n + 1));
}

static void invent(struct said *said, uint32_t n, uint64_t seed)
{
    struct rng rng;
    rng_seed(&rng, seed);
    for (uint32_t i = 0; i < n; i++)
        said[i] = (struct said){.given = {pick(&rng, GIVEN), pick(&rng, GIVEN)},
                                .family = pick(&rng, FAMILY),
                                .birth = pick(&rng, BIRTHS),
                                .place = pick(&rng, PLACES),
                                .code = pick(&rng, CODES),
                                .list = (uint8_t)rng_below(&rng, 2)};
    /* Some say the same as others, some but for one thing. */
    for (uint32_t i = 1; i < n; i += 3) {
        uint8_t list = said[i].list;
        said[i] = said[rng_below(&rng, i)];
        said[i].list = list;
        if (i % 2)
            said[i].code = pick(&rng, CODES);
    }
}

/* What came out: the rule of each pair plus one, 0 none; and a sum over batches. */
struct seen {
    uint8_t *rule; /* [records * records] */
    uint32_t records;
    uint64_t batches, sum, pairs, stop_at;
    bool wrong;
    struct threads_lock *lock;
};

static int see(void *context, uint64_t batch, uint32_t rule, const struct link_candidate *pairs,
               size_t count, unsigned worker)
{
    struct seen *s = context;
    (void)worker;
    threads_lock(s->lock);
    uint64_t h = hash_mix(batch + 1, rule);
    for (size_t i = 0; i < count; i++) {
        uint8_t *at = &s->rule[(size_t)pairs[i].left * s->records + pairs[i].right];
        s->wrong = s->wrong || *at || pairs[i].left >= pairs[i].right;
        *at = (uint8_t)(rule + 1);
        h = hash_mix(h, (uint64_t)pairs[i].left << 32 | pairs[i].right);
    }
    s->sum += h;
    s->batches++;
    s->pairs += count;
    bool stop = s->stop_at && s->pairs >= s->stop_at;
    threads_unlock(s->lock);
    return stop ? 77 : 0;
}

static struct seen look(const struct link_people *p, struct link_rules *rules, bool unique,
                        uint32_t first_new, unsigned threads, struct arena *a)
{
    struct seen s = {.records = p->records, .lock = threads_lock_new()};
    s.rule = ARENA_NEW(a, (size_t)p->records * p->records + 1, uint8_t);
    struct pool *pool = threads ? threads_new(threads) : NULL;
    int rc = link_block_each(p, rules, unique, first_new, pool, see, &s);
    s.wrong = s.wrong || rc;
    if (pool)
        threads_free(pool);
    threads_lock_free(s.lock);
    return s;
}

/* Every pair is where rules_of says. */
static bool as_defined(const struct link_people *p, const struct link_rules *rules,
                       const struct seen *s, bool unique, uint32_t first_new)
{
    for (uint32_t i = 0; i < p->records; i++)
        for (uint32_t j = i + 1; j < p->records; j++) {
            uint32_t bits = link_block_rules_of(p, rules, i, j);
            bool out = (unique && p->list[i] == p->list[j]) || j < first_new;
            uint8_t want = bits && !out ? (uint8_t)(__builtin_ctz(bits) + 1) : 0;
            if (s->rule[(size_t)i * p->records + j] != want)
                return false;
        }
    return true;
}

/* The same rules with blocks of at most so many records: the choice leaves little to split. */
static void split_at(struct link_rules *rules, uint32_t most, struct arena *a)
{
    struct block_plan *p = rules->inside;
    p->most = most;
    for (uint32_t i = 0; i < p->row_count; i++)
        p->rows[(size_t)i * p->width] = 0;
    for (uint32_t r = 0; r < p->rule_count; r++)
        p->rules[r].heavy = (struct block_set){0};
    p->rank = NULL;
    block_split(p, NULL, a);
    for (uint32_t r = 0; r < rules->count; r++)
        rules->rules[r].split = (uint32_t)p->rules[r].heavy.count;
}

static void test_definition(uint64_t budget, uint32_t most, bool unique, const char *name)
{
    ARENA_AUTO a = {0};
    struct said *said = ARENA_NEW(&a, RECORDS, struct said);
    struct link_people p;
    struct link_rules rules;
    invent(said, RECORDS, 11);
    make_people(said, RECORDS, &a, &p);
    link_rules_choose(&p, unique, budget, NULL, &a, &rules);
    if (most)
        split_at(&rules, most, &a);
    uint32_t split = 0;
    for (uint32_t r = 0; r < rules.count; r++)
        split += rules.rules[r].split;
    struct seen one = look(&p, &rules, unique, 0, 0, &a);
    ok(!one.wrong && one.pairs > 0 && one.pairs == rules.pairs && (split > 20) == (most > 0),
       "%s: %u rules, %u blocks split, %llu pairs, each once", name, (unsigned)rules.count,
       (unsigned)split, (unsigned long long)one.pairs);
    ok(as_defined(&p, &rules, &one, unique, 0), "%s: by their first rules", name);
    struct seen seven = look(&p, &rules, unique, 0, 7, &a);
    ok(seven.sum == one.sum && seven.batches == one.batches, "%s: same batches on 7 threads",
       name);
    struct seen added = look(&p, &rules, unique, RECORDS - 100, 2, &a);
    ok(!added.wrong && as_defined(&p, &rules, &added, unique, RECORDS - 100),
       "%s: pairs of added records", name);
}

/* The same people in another order give the same pairs. */
static void test_order(void)
{
    ARENA_AUTO a = {0};
    struct said *said = ARENA_NEW(&a, RECORDS, struct said);
    struct said *other = ARENA_NEW(&a, RECORDS, struct said);
    uint32_t *to = ARENA_NEW(&a, RECORDS, uint32_t);
    struct link_people p, q;
    struct link_rules rules, again;
    struct rng rng;
    rng_seed(&rng, 5);
    invent(said, RECORDS, 12);
    for (uint32_t i = 0; i < RECORDS; i++) {
        said[i].code = i % CODES; /* nearly no two say the same */
        to[i] = i;
    }
    for (uint32_t i = RECORDS - 1; i > 0; i--) {
        uint32_t k = (uint32_t)rng_below(&rng, i + 1), t = to[i];
        to[i] = to[k];
        to[k] = t;
    }
    for (uint32_t i = 0; i < RECORDS; i++)
        other[to[i]] = said[i];
    make_people(said, RECORDS, &a, &p);
    make_people(other, RECORDS, &a, &q);
    link_rules_choose(&p, false, 120000, NULL, &a, &rules);
    link_rules_choose(&q, false, 120000, NULL, &a, &again);
    split_at(&rules, 9, &a);
    split_at(&again, 9, &a);
    struct seen s = look(&p, &rules, false, 0, 2, &a), t = look(&q, &again, false, 0, 2, &a);
    bool same = s.pairs == t.pairs && rules.count == again.count;
    for (uint32_t i = 0; i < RECORDS && same; i++)
        for (uint32_t j = i + 1; j < RECORDS && same; j++) {
            uint32_t x = to[i] < to[j] ? to[i] : to[j], y = to[i] < to[j] ? to[j] : to[i];
            same = s.rule[(size_t)i * RECORDS + j] == t.rule[(size_t)x * RECORDS + y];
        }
    ok(same && s.pairs, "the order of records does not matter (%llu pairs)",
       (unsigned long long)s.pairs);
}

/* Records that all say the same are compared with some, not with all. */
static void test_heap(void)
{
    enum { SAME = 3000 };
    ARENA_AUTO a = {0};
    struct said *said = ARENA_NEW(&a, SAME, struct said);
    struct link_people p;
    struct link_rules rules;
    for (uint32_t i = 0; i < SAME; i++)
        said[i] =
            (struct said){.given = {1, 0}, .family = 1, .birth = 3, .place = 1, .code = 1};
    make_people(said, SAME, &a, &p);
    link_rules_choose(&p, false, 60000, NULL, &a, &rules);
    struct seen s = {.rule = ARENA_NEW(&a, (size_t)SAME * SAME, uint8_t),
                     .records = SAME,
                     .lock = threads_lock_new()};
    int rc = link_block_each(&p, &rules, false, 0, NULL, see, &s);
    bool met = true;
    for (uint32_t i = 0; i < SAME; i++) {
        bool any = false;
        for (uint32_t j = i > 20 ? i - 20 : 0; j < SAME && j < i + 20 && !any; j++)
            any = s.rule[(size_t)(i < j ? i : j) * SAME + (i < j ? j : i)];
        met = met && any;
    }
    ok(!rc && !s.wrong && met && s.pairs < 20 * (uint64_t)SAME,
       "a heap of equal records: each meets some (%llu pairs)", (unsigned long long)s.pairs);
    s.stop_at = 1;
    memset(s.rule, 0, (size_t)SAME * SAME);
    s.pairs = 0;
    ok(link_block_each(&p, &rules, false, 0, NULL, see, &s) == 77 && s.pairs < 20000,
       "taking can end it");
    threads_lock_free(s.lock);
}

/* Two records of a person differ in some of what they say; the rules chosen find nearly all. */
static void test_choice(void)
{
    enum { PERSONS = 3000, SAYS = 5 };
    ARENA_AUTO a = {0};
    struct said *said = ARENA_NEW(&a, 2 * PERSONS, struct said);
    struct link_people p;
    struct link_rules rules;
    struct rng rng;
    rng_seed(&rng, 21);
    for (uint32_t i = 0; i < PERSONS; i++) {
        struct said *s = &said[2 * i], *t = s + 1;
        *s = (struct said){.given = {1 + (uint32_t)rng_below(&rng, GIVEN), 0},
                           .family = 1 + (uint32_t)rng_below(&rng, FAMILY),
                           .birth = 1 + (uint32_t)rng_below(&rng, BIRTHS),
                           .place = 1 + (uint32_t)rng_below(&rng, PLACES),
                           .code = 1 + (uint32_t)rng_below(&rng, CODES)};
        *t = *s;
        uint32_t *const says[SAYS] = {&t->given[0], &t->family, &t->birth, &t->place, &t->code};
        for (unsigned wrong = 0; wrong < 2; wrong++)
            *says[rng_below(&rng, SAYS)] = 0;
    }
    make_people(said, 2 * PERSONS, &a, &p);
    link_rules_choose(&p, false, 1500000, NULL, &a, &rules);
    struct seen s = look(&p, &rules, false, 0, 2, &a);
    uint32_t found = 0;
    for (uint32_t i = 0; i < PERSONS; i++)
        found += s.rule[(size_t)2 * i * p.records + 2 * i + 1] != 0;
    ok(found >= PERSONS * 97 / 100 && s.pairs <= 1500000,
       "%u rules chosen find %u of %u persons in %llu pairs", (unsigned)rules.count,
       (unsigned)found, (unsigned)PERSONS, (unsigned long long)s.pairs);
}

/* Matches that each of some rules has by chance, easy ones and hard ones. */
static void test_recall(void)
{
    enum { RULES = 7, MATCHES = 20000 };
    static struct link_history h[1u << RULES];
    struct link_rules rules = {.count = RULES};
    struct link_recall r;
    struct rng rng;
    rng_seed(&rng, 31);
    rules.rules[0].key_count = 1;
    for (unsigned hard = 0; hard < 3; hard++) {
        double had = 0;
        for (uint32_t k = 0; k < 1u << RULES; k++)
            h[k] = (struct link_history){k, 0};
        for (uint32_t i = 0; i < MATCHES; i++) {
            double chance = hard == 0   ? 0.4
                            : hard == 1 ? 0.1 + 0.6 * rng_unit(&rng)
                                        : 0.9 * sqrt(rng_unit(&rng));
            uint32_t bits = 0;
            for (uint32_t k = 0; k < RULES; k++)
                bits |= (uint32_t)(rng_unit(&rng) < chance) << k;
            h[bits].likely += bits != 0;
            had += bits != 0;
        }
        link_block_recall(&rules, h, 1u << RULES, &r);
        double truth = had / MATCHES;
        ok(r.low <= truth && truth <= r.high && fabs(r.recall - truth) < 0.02,
           "recall %.4f is estimated as %.4f (%.4f to %.4f)", truth, r.recall, r.low, r.high);
        ok(fabs(had / (had + r.missed) - r.recall) < 1e-12, "and what is missed goes with it");
    }
    link_block_recall(&rules, h, 0, &r);
    ok(r.recall == 1 && r.missed == 0, "nothing to find: nothing is missed");
    rules = (struct link_rules){.count = 1};
    link_block_recall(&rules, h, 1u << RULES, &r);
    ok(r.low == 1 && r.recall == 1 && r.missed == 0, "every pair compared: nothing is missed");
}

static void test_print(void)
{
    ARENA_AUTO a = {0};
    struct said said[2] = {{.family = 1}, {.family = 2}};
    struct link_people p;
    make_people(said, 2, &a, &p);
    struct link_rule rule = {.keys = {{LINK_KEY_SOUND, LINK_ANY_PART, 0, 0},
                                      {LINK_KEY_SOUND, LINK_ANY_PART, 0, 0},
                                      {LINK_KEY_PREFIX, LINK_FAMILY, 0, 3},
                                      {LINK_KEY_YEAR, 0, 0, 0}},
                             .key_count = 4};
    BUF_AUTO out;
    buf_init(&out, 1000);
    link_rule_print(&p, &rule, &out);
    is(buf_str(&out),
       STR("two of: sound of any part of the name + first 3 letters of family name + "
           "year of born"),
       "a rule in words");
}

static void test_few(void)
{
    ARENA_AUTO a = {0};
    struct said said[2] = {{.family = 1}, {.family = 2}};
    struct link_people p;
    struct link_rules rules;
    for (uint32_t n = 0; n <= 2; n++) {
        make_people(said, n, &a, &p);
        link_rules_choose(&p, false, 0, NULL, &a, &rules);
        struct seen s = look(&p, &rules, false, 0, 2, &a);
        ok(!s.wrong && s.pairs == (n == 2), "%u records", (unsigned)n);
    }
}

int main(void)
{
    test_definition(120000, 9, false, "blocks");
    test_definition(120000, 4, true, "blocks across two lists");
    test_definition(0, 0, false, "all pairs");
    test_order();
    test_heap();
    test_choice();
    test_recall();
    test_print();
    test_few();
    return tap_end();
}
