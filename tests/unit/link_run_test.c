/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The whole run on invented people: it finds who is who, and neither the order of the records
 * nor the number of threads changes anything.
 */
#include "base/rng.h"
#include "base/sort.h"
#include "engine/link/link.h"
#include "engine/link/run_parts.h"
#include "link_world.h"
#include "sys/threads.h"
#include "tap.h"

#include <math.h>

enum { PERSONS = 500, MOST = 800 };

/* What the records say, before they are numbered. */
struct told {
    const char *name[MOST], *birth[MOST], *place[MOST];
    uint32_t person[MOST];
    uint8_t list[MOST];
    uint32_t count;
};

static const char *word(struct arena *a, struct rng *r, unsigned least)
{
    static const char *const part[] = {"an",  "ber", "ka",  "lo", "mi",  "ra", "ste",
                                       "vin", "do",  "gur", "he", "zul", "po", "wes"};
    const char *w = part[rng_below(r, 14)];
    for (unsigned n = least + (unsigned)rng_below(r, 2); n > 1; n--)
        w = arena_printf(a, "%s%s", w, part[rng_below(r, 14)]).p;
    return w;
}

/* One letter written wrong. */
static const char *slip(struct arena *a, struct rng *r, const char *w)
{
    char *copy = arena_cstr(a, str_of(w));
    copy[rng_below(r, strlen(w))] = (char)('a' + rng_below(r, 26));
    return copy;
}

static void tell(struct told *t, struct arena *a, uint64_t seed)
{
    struct rng r;
    rng_seed(&r, seed);
    const char *given[60], *family[300], *place[12];
    for (unsigned i = 0; i < 60; i++)
        given[i] = word(a, &r, 2);
    for (unsigned i = 0; i < 300; i++)
        family[i] = word(a, &r, 3);
    for (unsigned i = 0; i < 12; i++)
        place[i] = word(a, &r, 3);
    memset(t, 0, sizeof *t);
    for (uint32_t p = 0; p < PERSONS; p++) {
        const char *g = given[rng_below(&r, 60)], *f = family[rng_below(&r, 300)];
        unsigned year = 1940 + (unsigned)rng_below(&r, 60),
                 month = 1 + (unsigned)rng_below(&r, 12);
        unsigned day = 1 + (unsigned)rng_below(&r, 28), home = (unsigned)rng_below(&r, 12);
        for (unsigned times = rng_below(&r, 2) ? 1 : 2, k = 0; k < times; k++) {
            uint32_t i = t->count++;
            bool wrong = k && rng_below(&r, 3) == 0;
            t->person[i] = p;
            t->list[i] = (uint8_t)k;
            t->name[i] = arena_printf(a, "%s||%s", wrong ? slip(a, &r, g) : g,
                                      k && rng_below(&r, 4) == 0 ? slip(a, &r, f) : f)
                             .p;
            t->birth[i] = arena_printf(a, "%04u-%02u-%02u", year, month,
                                       k && rng_below(&r, 5) == 0 ? 1 + day % 28 : day)
                              .p;
            t->place[i] = rng_below(&r, 8) ? place[home] : "";
        }
    }
}

/* The people in this order: record i is told->…[order[i]]. */
static struct world *world_of(const struct told *t, const uint32_t *order)
{
    struct world *w = world_new();
    const char *birth[MOST], *place[MOST];
    for (uint32_t i = 0; i < t->count; i++) {
        world_person(w, t->name[order[i]]);
        w->list[i] = t->list[order[i]];
        birth[i] = t->birth[order[i]];
        place[i] = t->place[order[i]];
    }
    w->people.list_count = 2;
    w->lists[0].records = w->lists[1].records = 0;
    for (uint32_t i = 0; i < t->count; i++)
        w->lists[w->list[i]].records++;
    world_field(w, LINK_KIND_DATE, "birth", birth);
    world_field(w, LINK_KIND_TEXT, "place", place);
    return w;
}

struct outcome {
    struct arena arena;
    struct link_result result;
};

static void run(struct world *w, const struct link_options *o, unsigned threads,
                struct outcome *ret)
{
    struct err err = {0};
    struct pool *pool = threads ? threads_new(threads) : NULL;
    memset(ret, 0, sizeof *ret);
    int e = link_run(&w->people, o, pool, &ret->arena, &ret->result, &err);
    ok(e == 0, "a run on %u threads%s%s", threads, e ? ": " : "", e ? err.text : "");
    if (e)
        exit(1);
    if (pool)
        threads_free(pool);
}

static bool same_result(const struct link_result *a, const struct link_result *b)
{
    return a->pair_count == b->pair_count && a->threshold == b->threshold &&
           memcmp(a->pairs, b->pairs, a->pair_count * sizeof *a->pairs) == 0 &&
           a->recall.recall == b->recall.recall && a->clusters.count == b->clusters.count &&
           memcmp(a->clusters.cluster, b->clusters.cluster,
                  a->graph.records * sizeof *a->clusters.cluster) == 0;
}

static double f1_of(const struct told *t, const struct link_result *res, bool unique)
{
    double said = 0, right = 0, all = 0;
    for (size_t i = 0; i < res->pair_count; i++)
        if ((double)res->pairs[i].probability >= res->threshold) {
            said++;
            right += t->person[res->pairs[i].left] == t->person[res->pairs[i].right];
        }
    for (uint32_t i = 0; i < t->count; i++)
        for (uint32_t j = i + 1; j < t->count; j++)
            all += t->person[i] == t->person[j] && (!unique || t->list[i] != t->list[j]);
    return 2 * right / (said + all);
}

static void threads(struct told *t, const uint32_t *order)
{
    static const unsigned counts[] = {1, 2, 7};
    for (unsigned unique = 0; unique < 2; unique++) {
        struct link_options o = {.unique = unique, .threshold = (double)NAN, .seed = 3};
        struct world *w = world_of(t, order);
        struct outcome first, other;
        run(w, &o, 0, &first);
        double f1 = f1_of(t, &first.result, unique);
        ok(f1 > 0.95, "it finds who is who%s: F1 %.3f", unique ? " across lists" : "", f1);
        for (unsigned k = 0; k < 3; k++) {
            run(w, &o, counts[k], &other);
            ok(same_result(&first.result, &other.result), "the same on %u threads", counts[k]);
            arena_free(&other.arena);
        }
        arena_free(&first.arena);
        world_free(w);
    }
}

static int compare_pairs(const void *a, const void *b)
{
    const struct link_scored *x = a, *y = b;
    if (x->left != y->left)
        return x->left < y->left ? -1 : 1;
    return (x->right > y->right) - (x->right < y->right);
}

/* The pairs by what the records were before they were numbered. */
static void renumber(struct link_result *res, const uint32_t *order)
{
    for (size_t i = 0; i < res->pair_count; i++) {
        struct link_scored *s = &res->pairs[i];
        uint32_t x = order[s->left], y = order[s->right];
        s->left = x < y ? x : y;
        s->right = x < y ? y : x;
    }
    sort_items(res->pairs, res->pair_count, sizeof *res->pairs, compare_pairs);
}

static void orders(struct told *t, uint32_t *order)
{
    struct link_options o = {.threshold = (double)NAN};
    struct outcome first, other;
    struct world *w = world_of(t, order);
    run(w, &o, 2, &first);
    struct rng r;
    rng_seed(&r, 11);
    for (uint32_t i = t->count - 1; i > 0; i--) {
        uint32_t j = (uint32_t)rng_below(&r, i + 1), swap = order[i];
        order[i] = order[j];
        order[j] = swap;
    }
    struct world *v = world_of(t, order);
    run(v, &o, 2, &other);
    renumber(&other.result, order);
    unsigned unlike = 0;
    bool same = first.result.pair_count == other.result.pair_count;
    for (size_t i = 0; same && i < first.result.pair_count; i++) {
        const struct link_scored *x = &first.result.pairs[i], *y = &other.result.pairs[i];
        unlike += x->left != y->left || x->right != y->right ||
                  fabsf(x->probability - y->probability) > 1e-3f;
    }
    ok(same && unlike == 0, "records in another order: the same pairs (%zu, %zu, %u unlike)",
       first.result.pair_count, other.result.pair_count, unlike);
    ok(first.result.clusters.count == other.result.clusters.count,
       "and as many clusters (%u, %u)", first.result.clusters.count,
       other.result.clusters.count);
    arena_free(&first.arena);
    arena_free(&other.arena);
    world_free(w);
    world_free(v);
}

static double probability_of(const struct link_result *res, uint32_t left, uint32_t right)
{
    struct link_scored key = {.left = left, .right = right};
    const struct link_scored *s =
        sort_find(&key, res->pairs, res->pair_count, sizeof key, compare_pairs);
    return s ? (double)s->probability : -1;
}

static void judgements(struct told *t, const uint32_t *order)
{
    struct world *w = world_of(t, order);
    uint32_t a = 0;
    while (t->person[a] != t->person[a + 1])
        a++;
    struct link_judgement j[] = {{a, a + 1, LINK_DIFFERENT}, {0, t->count - 1, LINK_SAME}};
    struct link_options o = {.threshold = (double)NAN, .judgements = j, .judgement_count = 2};
    struct outcome out;
    run(w, &o, 2, &out);
    const uint32_t *c = out.result.clusters.cluster;
    ok(probability_of(&out.result, a, a + 1) == 0, "judged different: no chance");
    ok(probability_of(&out.result, 0, t->count - 1) == 1, "judged the same: certain");
    ok(c[a] != c[a + 1] && c[0] == c[t->count - 1], "and the clusters follow");
    arena_free(&out.arena);
    world_free(w);
}

static int stop(void *context, const char *step, double share)
{
    (void)context;
    (void)share;
    return strcmp(step, "fitting") == 0;
}

static void edges(struct told *t, const uint32_t *order)
{
    struct world *w = world_of(t, order);
    struct link_options o = {.threshold = 0.9, .every_pair = true, .progress = stop};
    struct link_result res;
    struct arena a = {0};
    struct err err;
    ok(link_run(&w->people, &o, NULL, &a, &res, &err) == ERR_CANCELLED, "stopped when told");
    o.progress = NULL;
    struct outcome out;
    run(w, &o, 2, &out);
    ok(out.result.pair_count == out.result.compared, "every compared pair is kept when wanted");
    ok(out.result.threshold == 0.9, "the threshold that was asked for");
    arena_free(&out.arena);
    arena_free(&a);
    world_free(w);
}

/* Each pair of two lists as often as any other, however unlike the lists are in size. */
static void drawn(void)
{
    enum { RECORDS = 9, DRAWS = 23000 };
    static const uint8_t list[RECORDS] = {2, 0, 2, 1, 2, 1, 2, 2, 2}; /* 1, 2 and 6 */
    static const uint64_t content[RECORDS] = {5, 8, 1, 9, 3, 4, 2, 7, 6};
    struct link_people p = {.records = RECORDS, .list = list, .list_count = 3};
    struct arena a = {0};
    struct run_lists l;
    struct rng rng;
    unsigned count[RECORDS][RECORDS] = {{0}}, pairs = 0, unlike = 0, listed = 0;
    rng_seed(&rng, 1);
    run_lists_make(&p, true, content, &a, &l);
    for (unsigned i = 0; i < DRAWS; i++) {
        uint32_t x, y;
        run_lists_draw(&l, &rng, &x, &y);
        count[x < y ? x : y][x < y ? y : x]++;
    }
    for (uint32_t x = 0; x < RECORDS; x++)
        for (uint32_t y = x; y < RECORDS; y++) {
            bool apart = list[x] != list[y];
            pairs += apart;
            /* 20 pairs: 1,150 times each, give or take 34. */
            unlike += apart ? count[x][y] < 1000 || count[x][y] > 1300 : count[x][y] != 0;
        }
    for (uint32_t i = 0; i < RECORDS; i++)
        for (uint32_t k = run_lists_next(&l, i); k < RECORDS; k++)
            listed += list[l.record[i]] != list[l.record[k]];
    ok(pairs == 20 && unlike == 0, "pairs of two lists are drawn evenly (%u unlike)", unlike);
    ok(listed == pairs, "and listed each once (%u of %u)", listed, pairs);
    run_lists_make(&p, false, NULL, &a, &l);
    listed = 0;
    for (uint32_t i = 0; i < RECORDS; i++)
        listed += RECORDS - run_lists_next(&l, i);
    ok(listed == RECORDS * (RECORDS - 1) / 2, "of one list all are listed (%u)", listed);
    arena_free(&a);
}

/* What no model can be made of is said plainly. */
static void nothing_told(void)
{
    struct world *w = world_new();
    for (unsigned i = 0; i < 100; i++)
        world_person(w, "anna||berg");
    struct link_options o = {.threshold = (double)NAN};
    struct link_result res;
    struct arena a = {0};
    struct err err = {0};
    ok(link_run(&w->people, &o, NULL, &a, &res, &err) == ERR_INPUT &&
           strstr(err.text, "all 100 records say the same") != NULL,
       "equal records: %s", err.text);
    world_person(w, "bela||berg");
    ok(link_run(&w->people, &o, NULL, &a, &res, &err) == 0, "all but one are equal");
    o.unique = true;
    ok(link_run(&w->people, &o, NULL, &a, &res, &err) == ERR_INPUT &&
           strstr(err.text, "only one list has records") != NULL,
       "one list that has a person once: %s", err.text);
    arena_free(&a);
    world_free(w);
}

int main(void)
{
    struct arena a = {0};
    static struct told t;
    uint32_t order[MOST];
    tell(&t, &a, 5);
    for (uint32_t i = 0; i < MOST; i++)
        order[i] = i;
    threads(&t, order);
    judgements(&t, order);
    edges(&t, order);
    orders(&t, order);
    drawn();
    nothing_told();
    arena_free(&a);
    return tap_end();
}
