/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/link/link.h"

#include "base/sort.h"
#include "engine/link/run_parts.h"
#include "engine/link/settle.h"

#include <math.h>
#include <stdatomic.h>

/* Pairs with less chance than this are counted, not kept. */
#define FLOOR 0.001

/* Shares of the true pairs that are not in the graph, as they are believed. */
#define UNSCORED_LEAST 0.0005
#define UNSCORED_MOST  0.3

enum {
    KEEP_MOST = 16000000, /* candidates kept from the first pass, so that no second is needed */
    SMALL = 2000000,      /* pairs that may be compared twice */
    SAMPLE_PAIRS = 2000000,
    SAMPLE_PARTS = 64,
    MANY_RECORDS = 200000,
    FEW = 20,          /* equal records that may well be one person */
    RULES_PART = 4096, /* pairs a piece of work when their rules are looked up */
};

/* ---- what the workers gather ---- */

struct kept {
    link_pattern pattern;
    uint32_t left, right;
    float rarity;
};

struct worker {
    struct arena arena;
    struct run_table table;
    struct run_list kept, scored;
    struct link_centre *centre;
};

struct run {
    const struct link_people *people;
    uint64_t *content; /* [records] */
    const struct link_options *options;
    struct pool *pool;
    struct link_result *result;
    struct worker *workers;
    unsigned worker_count;
    struct run_lists lists; /* while pairs are sampled */
    _Atomic uint64_t kept;  /* likely pairs; above KEEP_MOST they are not kept any more */
    /* For scoring. */
    struct run_table cells; /* pattern to number of its cell */
    double *cell_weight;
    double floor_weight;
    _Atomic int stopped;
    _Atomic uint64_t done;
    const char *step;
    double expected;
};

static int run_progress(struct run *r, const char *step, double share)
{
    const struct link_options *o = r->options;
    if (!o->progress)
        return 0;
    return o->progress(o->progress_context, step, share > 1 ? 1 : share);
}

/* ---- first pass: count patterns ---- */

/* Could pairs of this pattern be matches? One value agrees well and another somewhat, or two
 * somewhat, or one well and hardly any differs. A guess, so that few pairs are kept: whether it
 * was wrong shows when the model is fitted. */
static bool likely(const struct link_compare *c, link_pattern p)
{
    unsigned agree = 0, differ = 0;
    for (uint32_t k = 0; k < c->count; k++) {
        unsigned level = link_level(p, k), levels = c->comparisons[k].levels;
        if (levels > 3)
            agree += level * 2 > levels ? 3 : level * 3 > levels ? 2 : 0;
        differ += level == 1;
    }
    return agree > 3 || (agree == 3 && differ < 2);
}

static void keep(struct run *r, struct worker *w, struct run_entry *e, const struct kept *k)
{
    if (!e->told) {
        e->told = true;
        e->likely = r->options->every_pair || likely(&r->result->compare, e->pattern);
    }
    if (!e->likely) {
        e->most_rarity = e->dropped && e->most_rarity > k->rarity ? e->most_rarity : k->rarity;
        e->dropped = true;
    } else if (atomic_fetch_add_explicit(&r->kept, 1, memory_order_relaxed) < KEEP_MOST) {
        *(struct kept *)run_list_push(&w->kept, &w->arena, sizeof *k) = *k;
    }
}

static int take_count(void *context, uint64_t batch, uint32_t rule,
                      const struct link_candidate *pairs, size_t count, unsigned worker)
{
    (void)batch;
    (void)rule;
    struct run *r = context;
    struct worker *w = &r->workers[worker];
    for (size_t i = 0; i < count; i++) {
        struct kept k = {.left = pairs[i].left, .right = pairs[i].right};
        k.pattern = link_compare_pair(&r->result->compare, k.left, k.right, &k.rarity);
        keep(r, w, run_table_add(&w->table, &w->arena, k.pattern, 1, 0), &k);
    }
    return 0;
}

static double pairs_in_all(const struct link_people *p, bool unique)
{
    double n = p->records, all = n * (n - 1) / 2;
    if (!unique)
        return all;
    all = n * n / 2;
    for (uint32_t l = 0; l < p->list_count; l++)
        all -= (double)p->lists[l].records * p->lists[l].records / 2;
    return all;
}

/* ---- random pairs ---- */

struct content_job {
    const struct link_compare *compare;
    uint64_t *content;
    uint32_t records;
};

static void content_work(void *context, size_t i, unsigned worker)
{
    (void)worker;
    struct content_job *job = context;
    uint32_t end = ((uint32_t)i + 1) * RULES_PART < job->records
                       ? ((uint32_t)i + 1) * RULES_PART
                       : job->records;
    for (uint32_t k = (uint32_t)i * RULES_PART; k < end; k++)
        job->content[k] = link_compare_content(job->compare, k);
}

/* What each record says, as a number. */
static uint64_t *contents(struct run *r, struct arena *a)
{
    struct content_job job = {.compare = &r->result->compare, .records = r->people->records};
    job.content = arena_room(a, ((size_t)job.records + 1) * sizeof *job.content);
    pool_run(r->pool, (job.records + RULES_PART - 1) / RULES_PART, content_work, &job);
    return job.content;
}

/* Of very many records fewer: they are slow to fetch, and many pairs are compared anyhow. */
static uint32_t sample_pairs(const struct link_people *p)
{
    return p->records < MANY_RECORDS ? SAMPLE_PAIRS : SAMPLE_PAIRS / 2;
}

static void sample_some(struct run *r, struct worker *w, uint64_t part)
{
    struct rng rng;
    rng_seed_stream(&rng, r->options->seed, part);
    for (uint32_t i = 0; i < sample_pairs(r->people) / SAMPLE_PARTS; i++) {
        uint32_t a, b;
        run_lists_draw(&r->lists, &rng, &a, &b);
        run_table_add(&w->table, &w->arena,
                      link_compare_random(&r->result->compare, a, b, w->centre), 0, 1);
    }
}

/* All pairs there are, instead of a sample: the record at a place with those it is paired with
 * behind it. */
static void sample_all(struct run *r, struct worker *w, uint32_t place)
{
    uint32_t left = r->lists.record[place];
    for (uint32_t i = run_lists_next(&r->lists, place); i < r->lists.records; i++)
        run_table_add(
            &w->table, &w->arena,
            link_compare_random(&r->result->compare, left, r->lists.record[i], w->centre), 0,
            1);
}

static void sample_work(void *context, size_t i, unsigned worker)
{
    struct run *r = context;
    if (r->result->histogram.all_pairs <= SAMPLE_PAIRS)
        sample_all(r, &r->workers[worker], (uint32_t)i);
    else
        sample_some(r, &r->workers[worker], i);
}

static void sample(struct run *r)
{
    struct link_histogram *h = &r->result->histogram;
    bool all = h->all_pairs <= SAMPLE_PAIRS;
    struct arena scratch = {0};
    run_lists_make(r->people, r->options->unique, all ? NULL : r->content, &scratch, &r->lists);
    for (unsigned w = 0; w < r->worker_count; w++)
        r->workers[w].centre = ARENA_NEW(&r->workers[w].arena, 1, struct link_centre);
    pool_run(r->pool, all ? r->people->records : SAMPLE_PARTS, sample_work, r);
    arena_free(&scratch);
    struct link_centre *sum = r->workers[0].centre;
    for (unsigned w = 1; w < r->worker_count; w++)
        for (unsigned k = 0; k < LINK_COMPARISONS_MAX; k++)
            for (unsigned l = 0; l < LINK_LEVELS_MAX; l++) {
                sum->count[k][l] += r->workers[w].centre->count[k][l];
                sum->sum[k][l] += r->workers[w].centre->sum[k][l];
            }
    link_compare_centre(&r->result->compare, sum);
    h->sampled = all ? (uint64_t)h->all_pairs
                     : (uint64_t)(sample_pairs(r->people) / SAMPLE_PARTS) * SAMPLE_PARTS;
}

/* ---- the histogram ---- */

static int compare_cells(const void *a, const void *b)
{
    link_pattern x = ((const struct link_cell *)a)->pattern;
    link_pattern y = ((const struct link_cell *)b)->pattern;
    return (x > y) - (x < y);
}

static void judged_cells(struct run *r, struct arena *a)
{
    const struct link_options *o = r->options;
    for (size_t i = 0; i < o->judgement_count; i++) {
        const struct link_judgement *j = &o->judgements[i];
        link_pattern p = link_compare_pair(&r->result->compare, j->left, j->right, NULL);
        struct run_entry *e = run_table_add(&r->cells, a, p, 0, 0);
        e->same += j->verdict == LINK_SAME;
        e->different += j->verdict == LINK_DIFFERENT;
    }
}

static void cell_add(struct run *r, struct arena *a, const struct run_entry *from)
{
    struct run_entry *e =
        run_table_add(&r->cells, a, from->pattern, from->pairs, from->random_pairs);
    if (from->dropped) {
        e->most_rarity = e->dropped && e->most_rarity > from->most_rarity ? e->most_rarity
                                                                          : from->most_rarity;
        e->dropped = true;
    }
}

/* Brings the tables of the workers together, sorted by pattern. */
static void histogram_make(struct run *r, struct arena *a)
{
    struct link_histogram *h = &r->result->histogram;
    for (unsigned w = 0; w < r->worker_count; w++) {
        const struct run_table *t = &r->workers[w].table;
        for (size_t i = 0; i < t->cap; i++)
            if (t->entry[i].used)
                cell_add(r, a, &t->entry[i]);
    }
    judged_cells(r, a);
    h->cells = ARENA_NEW(a, r->cells.count + 1, struct link_cell);
    for (size_t i = 0; i < r->cells.cap; i++) {
        const struct run_entry *e = &r->cells.entry[i];
        if (e->used)
            h->cells[h->count++] = (struct link_cell){.pattern = e->pattern,
                                                      .pairs = e->pairs,
                                                      .random_pairs = e->random_pairs,
                                                      .same = e->same,
                                                      .different = e->different};
    }
    sort_items(h->cells, h->count, sizeof *h->cells, compare_cells);
    h->records = r->people->records;
}

/* ---- scoring ---- */

static void score_prepare(struct run *r, struct arena *a)
{
    struct link_result *res = r->result;
    struct link_histogram *h = &res->histogram;
    r->cell_weight = ARENA_NEW(a, h->count + 1, double);
    for (size_t i = 0; i < h->count; i++) {
        r->cell_weight[i] = link_model_weight(&res->model, h->cells[i].pattern, 0);
        run_table_find(&r->cells, h->cells[i].pattern)->cell = (uint32_t)i;
    }
    r->floor_weight = r->options->every_pair ? -(double)INFINITY
                                             : link_model_least_weight(&res->model, FLOOR);
}

static void score_one(struct run *r, struct worker *w, const struct kept *k)
{
    uint32_t cell = run_table_find(&r->cells, k->pattern)->cell;
    double weight = r->cell_weight[cell] + (double)k->rarity;
    if (weight < r->floor_weight)
        return;
    struct link_scored *s = run_list_push(&w->scored, &w->arena, sizeof *s);
    *s = (struct link_scored){.left = k->left,
                              .right = k->right,
                              .cell = cell,
                              .weight = (float)weight,
                              .probability =
                                  (float)link_model_probability(&r->result->model, weight)};
}

static int take_score(void *context, uint64_t batch, uint32_t rule,
                      const struct link_candidate *pairs, size_t count, unsigned worker)
{
    (void)batch;
    (void)rule;
    struct run *r = context;
    for (size_t i = 0; i < count; i++) {
        struct kept k = {.left = pairs[i].left, .right = pairs[i].right};
        k.pattern = link_compare_pair(&r->result->compare, k.left, k.right, &k.rarity);
        score_one(r, &r->workers[worker], &k);
    }
    return 0;
}

static void score_kept(void *context, size_t i, unsigned worker)
{
    (void)worker;
    struct run *r = context;
    struct worker *w = &r->workers[i];
    for (const struct run_chunk *c = w->kept.first; c; c = c->next)
        for (size_t k = 0; k < c->count; k++)
            score_one(r, w, (const struct kept *)(const void *)c->bytes + k);
}

static int compare_scored(const void *a, const void *b)
{
    const struct link_scored *x = a, *y = b;
    if (x->left != y->left)
        return x->left < y->left ? -1 : 1;
    return (x->right > y->right) - (x->right < y->right);
}

/* All scored pairs of the workers in one array, by left and right: counted by left, then each
 * few of one left sorted by themselves. */
static void scored_gather(struct run *r, struct arena *a)
{
    struct link_result *res = r->result;
    struct arena scratch = {0};
    size_t *at = ARENA_NEW(&scratch, (size_t)r->people->records + 1, size_t);
    size_t count = 0;
    for (unsigned w = 0; w < r->worker_count; w++)
        for (const struct run_chunk *c = r->workers[w].scored.first; c; c = c->next)
            for (size_t k = 0; k < c->count; k++, count++)
                at[((const struct link_scored *)(const void *)c->bytes)[k].left + 1]++;
    for (uint32_t i = 0; i < r->people->records; i++)
        at[i + 1] += at[i];
    res->pairs = arena_room(a, (count + 1) * sizeof *res->pairs);
    res->pair_count = count;
    for (unsigned w = 0; w < r->worker_count; w++)
        for (const struct run_chunk *c = r->workers[w].scored.first; c; c = c->next)
            for (size_t k = 0; k < c->count; k++) {
                const struct link_scored *s =
                    &((const struct link_scored *)(const void *)c->bytes)[k];
                res->pairs[at[s->left]++] = *s;
            }
    for (size_t i = 0, j; i < count; i = j) {
        for (j = i + 1; j < count && res->pairs[j].left == res->pairs[i].left; j++)
            ;
        sort_items(res->pairs + i, j - i, sizeof *res->pairs, compare_scored);
    }
    arena_free(&scratch);
}

/* Judged pairs that no rule brought, or that fell below the floor, are pairs all the same. */
static void scored_add_judged(struct run *r, struct arena *a)
{
    struct link_result *res = r->result;
    const struct link_options *o = r->options;
    struct link_scored *all =
        arena_room(a, (res->pair_count + o->judgement_count + 1) * sizeof *all);
    size_t count = res->pair_count;
    if (count)
        memcpy(all, res->pairs, count * sizeof *all);
    for (size_t i = 0; i < o->judgement_count; i++) {
        uint32_t x = o->judgements[i].left, y = o->judgements[i].right;
        struct link_scored s = {.left = x < y ? x : y, .right = x < y ? y : x};
        if (x == y ||
            sort_find(&s, res->pairs, res->pair_count, sizeof s, compare_scored) != NULL)
            continue;
        float rarity;
        link_pattern p = link_compare_pair(&res->compare, s.left, s.right, &rarity);
        s.cell = run_table_find(&r->cells, p)->cell;
        s.weight = (float)(r->cell_weight[s.cell] + (double)rarity);
        s.probability = (float)link_model_probability(&res->model, (double)s.weight);
        all[count++] = s;
    }
    sort_items(all, count, sizeof *all, compare_scored);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || compare_scored(&all[kept - 1], &all[i]) != 0)
            all[kept++] = all[i];
    res->pairs = all;
    res->pair_count = kept;
}

static void judged_apply(struct run *r)
{
    struct link_result *res = r->result;
    const struct link_options *o = r->options;
    for (size_t i = 0; i < o->judgement_count; i++) {
        const struct link_judgement *j = &o->judgements[i];
        struct link_scored key = {.left = j->left < j->right ? j->left : j->right,
                                  .right = j->left < j->right ? j->right : j->left};
        struct link_scored *s =
            sort_find(&key, res->pairs, res->pair_count, sizeof key, compare_scored);
        if (s && j->verdict != LINK_UNSURE)
            s->probability = j->verdict == LINK_SAME ? 1 : 0;
    }
}

/* ---- recall of the blocking ---- */

struct rules_job {
    const struct run *run;
    uint32_t *rules;
};

static void rules_work(void *context, size_t i, unsigned worker)
{
    (void)worker;
    const struct rules_job *job = context;
    const struct link_result *res = job->run->result;
    size_t end =
        (i + 1) * RULES_PART < res->pair_count ? (i + 1) * RULES_PART : res->pair_count;
    for (size_t k = i * RULES_PART; k < end; k++)
        if (res->pairs[k].probability >= 0.01f)
            job->rules[k] = link_block_rules_of(job->run->people, &res->rules,
                                                res->pairs[k].left, res->pairs[k].right);
}

static int compare_histories(const void *a, const void *b)
{
    uint32_t x = ((const struct link_history *)a)->rules;
    uint32_t y = ((const struct link_history *)b)->rules;
    return (x > y) - (x < y);
}

static void recall(struct run *r)
{
    struct link_result *res = r->result;
    struct arena scratch = {0};
    struct rules_job job = {r, ARENA_NEW(&scratch, res->pair_count + 1, uint32_t)};
    pool_run(r->pool, (res->pair_count + RULES_PART - 1) / RULES_PART, rules_work, &job);
    struct link_history *h = ARENA_NEW(&scratch, res->pair_count + 1, struct link_history);
    size_t count = 0, kept = 0;
    for (size_t k = 0; k < res->pair_count; k++)
        if (job.rules[k])
            h[count++] = (struct link_history){job.rules[k], (double)res->pairs[k].probability};
    /* qsort keeps no order among equals, and sums of doubles have one: small exact numbers. */
    for (size_t k = 0; k < count; k++)
        h[k].likely = round(h[k].likely * 1048576) / 1048576;
    sort_items(h, count, sizeof *h, compare_histories);
    for (size_t k = 0; k < count; k++) {
        for (uint32_t rule = 0; rule < res->rules.count; rule++)
            if (h[k].rules >> rule & 1)
                res->rules.rules[rule].likely += h[k].likely;
        res->rules.rules[__builtin_ctz(h[k].rules)].new_likely += h[k].likely;
        if (kept && h[kept - 1].rules == h[k].rules)
            h[kept - 1].likely += h[k].likely;
        else
            h[kept++] = h[k];
    }
    link_block_recall(&res->rules, h, kept, &res->recall);
    arena_free(&scratch);
}

/* ---- clusters ---- */

/* Of the 95 % range of the recall, taken for one of matches missed. */
static double missed_spread(const struct link_result *res)
{
    const struct link_recall *k = &res->recall;
    if (!(k->low > 0 && k->high >= k->low && k->recall > 0))
        return 0;
    double found = res->model.matches;
    return found * (1 / k->low - 1 / k->high) / (2 * 1.96);
}

/* What it says against a cluster that two records of it are no pair of the graph: the share of
 * true pairs that are none, because no rule has them or because they fell below the floor.
 * Their prior odds do not count: the other pairs of the cluster have met them already. */
static double unscored_odds(const struct run *r, double likely)
{
    const struct link_result *res = r->result;
    double without = res->recall.missed;
    for (size_t i = 0; i < res->histogram.count; i++) {
        double p = link_model_probability(&res->model, r->cell_weight[i]);
        if (p < FLOOR)
            without += p * (double)res->histogram.cells[i].pairs;
    }
    double share = (without + 0.1) / (without + likely + 1);
    return log(fmin(fmax(share, UNSCORED_LEAST), UNSCORED_MOST));
}

static void graph_make(struct run *r, struct arena *a)
{
    struct link_result *res = r->result;
    struct link_graph *g = &res->graph;
    *g = (struct link_graph){.records = r->people->records,
                             .list = r->people->list,
                             .content = r->content,
                             .unique = r->options->unique,
                             .judgements = r->options->judgements,
                             .judgement_count = r->options->judgement_count,
                             .missed = res->recall.missed,
                             .missed_spread = missed_spread(res),
                             .threshold = res->threshold};
    g->edges = arena_room(a, (res->pair_count + 1) * sizeof *g->edges);
    double likely = 0;
    for (size_t i = 0; i < res->pair_count; i++) {
        double p = (double)res->pairs[i].probability;
        if (p < FLOOR)
            continue;
        likely += p;
        p = p < 1e-9 ? 1e-9 : p > 1 - 1e-9 ? 1 - 1e-9 : p;
        g->edges[g->edge_count++] = (struct link_edge){res->pairs[i].left, res->pairs[i].right,
                                                       (float)log(p / (1 - p))};
    }
    double rest = res->histogram.all_pairs - (double)g->edge_count;
    rest = rest < 1 ? 1 : rest;
    g->unscored_pairs = (uint64_t)rest;
    g->unscored = unscored_odds(r, likely);
}

/* Were the pairs kept that are above the floor? Of many, one in some thousands may be lost. */
static bool kept_enough(const struct run *r)
{
    const struct link_result *res = r->result;
    double lost = 0, may = res->compared > SMALL ? res->model.matches / 4000 : 0;
    if (atomic_load(&r->kept) > KEEP_MOST)
        return false;
    for (size_t i = 0; i < r->cells.cap; i++) {
        const struct run_entry *e = &r->cells.entry[i];
        double most = e->used && e->dropped ? r->cell_weight[e->cell] + (double)e->most_rarity
                                            : -(double)INFINITY;
        if (most >= r->floor_weight)
            lost += (double)e->pairs * link_model_probability(&res->model, most);
    }
    return lost <= may;
}

static int pairs_score(struct run *r, struct arena *a, struct err *err)
{
    struct link_result *res = r->result;
    score_prepare(r, a);
    if (kept_enough(r)) {
        pool_run(r->pool, r->worker_count, score_kept, r);
    } else {
        int e = link_block_each(r->people, &res->rules, r->options->unique, 0, r->pool,
                                take_score, r);
        if (e != 0)
            return err_set(err, ERR_CANCELLED, "stopped while scoring pairs");
    }
    scored_gather(r, a);
    /* All that the workers gathered stands in the result now. */
    for (unsigned w = 0; w < r->worker_count; w++)
        arena_free(&r->workers[w].arena);
    if (r->options->judgement_count)
        scored_add_judged(r, a);
    if (r->options->unique)
        link_settle_unique(&res->model, res->pairs, res->pair_count, r->people->list, a);
    if (r->options->judgement_count)
        link_review_learn(&res->model, &res->histogram, res->pairs, res->pair_count,
                          r->options->judgements, r->options->judgement_count);
    judged_apply(r);
    return 0;
}

/* What no model can be made of. */
static int check_people(const struct run *r, struct err *err)
{
    const struct link_result *res = r->result;
    uint32_t n = r->people->records, same = 1;
    if (res->histogram.all_pairs < 1)
        return err_set(err, ERR_INPUT,
                       r->options->unique && n > 1
                           ? "no two records can be one person: each list has a person once, "
                             "and only one list has records"
                           : "there are no two records to be compared");
    if (!res->compare.count)
        return 0; /* said when the model is fitted */
    while (same < n && r->content[same] == r->content[0])
        same++;
    if (same == n && n > (uint32_t)FEW)
        return err_set(err, ERR_INPUT,
                       "all %u records say the same in every column that is compared: nothing "
                       "tells whether they are one person or many",
                       n);
    return 0;
}

static int run_steps(struct run *r, struct arena *a, struct err *err)
{
    struct link_result *res = r->result;
    const struct link_options *o = r->options;
    link_compare_plan(r->people, o->unique, a, &res->compare);
    res->histogram.all_pairs = pairs_in_all(r->people, o->unique);
    r->content = contents(r, a);
    int e = check_people(r, err);
    if (e)
        return e;
    if (run_progress(r, "choosing rules", 0))
        return err_set(err, ERR_CANCELLED, "stopped while choosing rules");
    link_rules_choose(r->people, o->unique, o->budget, r->pool, a, &res->rules);
    if (!res->rules.count)
        return err_set(err, ERR_INPUT,
                       "of so many records, too many say nearly the same, or all say too "
                       "little, to choose which pairs to compare");
    if (run_progress(r, "comparing", 0))
        return err_set(err, ERR_CANCELLED, "stopped while comparing pairs");
    sample(r);
    if (link_block_each(r->people, &res->rules, o->unique, 0, r->pool, take_count, r))
        return err_set(err, ERR_CANCELLED, "stopped while comparing pairs");
    histogram_make(r, a);
    for (size_t i = 0; i < res->histogram.count; i++)
        res->compared += res->histogram.cells[i].pairs;
    if (run_progress(r, "fitting", 0))
        return err_set(err, ERR_CANCELLED, "stopped while fitting the model");
    e = link_model_fit(&res->compare, &res->histogram, a, &res->model, err);
    if (e)
        return e;
    if (run_progress(r, "scoring", 0))
        return err_set(err, ERR_CANCELLED, "stopped while scoring pairs");
    e = pairs_score(r, a, err);
    if (e)
        return e;
    recall(r);
    link_settle_threshold(res->pairs, res->pair_count, res->recall.missed, &res->model);
    res->threshold = isnan(o->threshold) ? res->model.threshold : o->threshold;
    graph_make(r, a);
    if (run_progress(r, "clustering", 0))
        return err_set(err, ERR_CANCELLED, "stopped while making clusters");
    return link_cluster(&res->graph, r->pool, a, &res->clusters, err);
}

int link_run(const struct link_people *people, const struct link_options *options,
             struct pool *pool, struct arena *a, struct link_result *ret, struct err *err)
{
    struct link_result result = {0};
    struct arena scratch = {0};
    struct run r = {.people = people,
                    .options = options,
                    .pool = pool,
                    .result = &result,
                    .worker_count = pool_threads(pool)};
    r.workers = ARENA_NEW(&scratch, r.worker_count, struct worker);
    int e = run_steps(&r, a, err);
    for (unsigned w = 0; w < r.worker_count; w++)
        arena_free(&r.workers[w].arena);
    arena_free(&scratch);
    if (e == 0)
        *ret = result;
    return e;
}
