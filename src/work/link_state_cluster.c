/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/sort.h"
#include "engine/link/settle.h"
#include "work/link_state_form.h"

#include <math.h>

#define FLOOR 0.001
#define TOUCH 0.02 /* pairs that join what is clustered anew */

/* What the added records and the verdicts touch: through likely pairs, and through clusters. */
struct touched {
    struct work_link *w;
    const uint32_t *old; /* cluster of a record of the base */
    uint32_t base;
    bool *in;      /* [records] */
    uint32_t *all; /* those that are in */
    uint32_t count;
    uint32_t *at, *next; /* pairs of each record: place of the first, then numbers */
    uint32_t *first;     /* of each cluster of the base: a record; */
    uint32_t *beside;    /* and of each record the next of its cluster */
};

static void touch(struct touched *t, uint32_t record)
{
    if (t->in[record])
        return;
    t->in[record] = true;
    t->all[t->count++] = record;
}

static void index_pairs(struct touched *t)
{
    const struct link_result *r = &t->w->result;
    uint32_t records = t->w->people.records;
    t->at = ARENA_NEW(t->w->a, records + (size_t)2, uint32_t);
    for (size_t i = 0; i < r->pair_count; i++) {
        t->at[r->pairs[i].left + 2]++;
        t->at[r->pairs[i].right + 2]++;
    }
    for (uint32_t i = 0; i < records; i++)
        t->at[i + 2] += t->at[i + 1];
    t->next = arena_room(t->w->a, (2 * r->pair_count + 1) * sizeof *t->next);
    for (size_t i = 0; i < r->pair_count; i++) {
        t->next[t->at[r->pairs[i].left + 1]++] = (uint32_t)i;
        t->next[t->at[r->pairs[i].right + 1]++] = (uint32_t)i;
    }
}

static void index_clusters(struct touched *t)
{
    t->first = arena_room(t->w->a, ((size_t)t->base + 1) * sizeof *t->first);
    t->beside = arena_room(t->w->a, ((size_t)t->base + 1) * sizeof *t->beside);
    for (uint32_t i = 0; i < t->base; i++)
        t->first[i] = UINT32_MAX;
    for (uint32_t i = t->base; i-- > 0;) {
        t->beside[i] = t->first[t->old[i]];
        t->first[t->old[i]] = i;
    }
}

static void spread(struct touched *t)
{
    const struct link_result *r = &t->w->result;
    for (uint32_t k = 0; k < t->count; k++) {
        uint32_t record = t->all[k];
        for (uint32_t i = t->at[record]; i < t->at[record + 1]; i++) {
            const struct link_scored *s = &r->pairs[t->next[i]];
            if ((double)s->probability >= TOUCH)
                touch(t, s->left == record ? s->right : s->left);
        }
        if (record < t->base)
            for (uint32_t i = t->first[t->old[record]]; i != UINT32_MAX; i = t->beside[i])
                touch(t, i);
    }
}

/* ---- probabilities ---- */

static bool inside(const struct touched *t, const struct link_scored *s)
{
    return t->in[s->left] && t->in[s->right];
}

/* Where each list has a person once, the pairs of what is touched compete anew. */
static void settle(struct touched *t)
{
    struct work_link *w = t->w;
    struct link_result *r = &w->result;
    struct link_scored *some = ARENA_NEW(w->a, r->pair_count + 1, struct link_scored);
    size_t count = 0;
    if (w->state->head->unique) {
        for (size_t i = 0; i < r->pair_count; i++)
            if (inside(t, &r->pairs[i]) &&
                w->people.list[r->pairs[i].left] != w->people.list[r->pairs[i].right]) {
                some[count] = r->pairs[i];
                some[count++].probability =
                    (float)link_model_probability(&r->model, (double)r->pairs[i].weight);
            }
        link_settle_unique(&r->model, some, count, w->people.list, w->a);
        count = 0;
        for (size_t i = 0; i < r->pair_count; i++)
            if (inside(t, &r->pairs[i]) &&
                w->people.list[r->pairs[i].left] != w->people.list[r->pairs[i].right])
                r->pairs[i].probability = some[count++].probability;
    }
    for (size_t i = 0; i < w->label_count; i++) {
        const struct link_judgement *j = &w->judgements[i];
        for (uint32_t k = t->at[j->left]; k < t->at[j->left + 1]; k++) {
            struct link_scored *s = &r->pairs[t->next[k]];
            if (s->left != j->left || s->right != j->right)
                continue;
            s->probability = j->verdict == LINK_SAME ? 1
                             : j->verdict == LINK_DIFFERENT
                                 ? 0
                                 : (float)link_model_probability(&r->model, (double)s->weight);
        }
    }
}

static struct link_edge edge_of(uint32_t left, uint32_t right, double p)
{
    p = p < 1e-9 ? 1e-9 : p > 1 - 1e-9 ? 1 - 1e-9 : p;
    return (struct link_edge){left, right, (float)log(p / (1 - p))};
}

static void make_graph(struct work_link *w)
{
    struct link_graph *g = &w->result.graph;
    const struct state_head *h = w->state->head;
    *g = (struct link_graph){.records = w->people.records,
                             .list = w->people.list,
                             .unique = h->unique,
                             .judgements = w->judgements,
                             .judgement_count = w->label_count,
                             .unscored = h->unscored,
                             .missed = h->missed,
                             .missed_spread = h->missed_spread,
                             .unscored_pairs = h->unscored_pairs,
                             .threshold = w->result.threshold};
    g->edges = arena_room(w->a, (w->result.pair_count + 1) * sizeof *g->edges);
    for (size_t i = 0; i < w->result.pair_count; i++) {
        const struct link_scored *s = &w->result.pairs[i];
        if ((double)s->probability >= FLOOR)
            g->edges[g->edge_count++] = edge_of(s->left, s->right, (double)s->probability);
    }
}

/* ---- clusters ---- */

static int by_number(const void *pa, const void *pb)
{
    uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;
    return (a > b) - (a < b);
}

/* The graph of what is touched alone, its records numbered from 0 in their order. */
static int cluster_touched(struct touched *t, struct link_clusters *ret, struct err *err)
{
    struct work_link *w = t->w;
    const struct link_graph *whole = &w->result.graph;
    struct link_graph g = *whole;
    sort_items(t->all, t->count, sizeof *t->all, by_number);
    uint32_t *number = arena_room(w->a, (w->people.records + (size_t)1) * sizeof *number);
    uint8_t *list = arena_room(w->a, t->count + (size_t)1);
    uint64_t *content = arena_room(w->a, (t->count + (size_t)1) * sizeof *content);
    for (uint32_t i = 0; i < t->count; i++) {
        number[t->all[i]] = i;
        list[i] = w->people.list[t->all[i]];
        content[i] = link_compare_content(&w->result.compare, t->all[i]);
    }
    g.records = t->count;
    g.list = list;
    g.content = content;
    g.edges = arena_room(w->a, (whole->edge_count + 1) * sizeof *g.edges);
    g.edge_count = 0;
    for (size_t i = 0; i < whole->edge_count; i++) {
        const struct link_edge *e = &whole->edges[i];
        if (t->in[e->left] && t->in[e->right])
            g.edges[g.edge_count++] =
                (struct link_edge){number[e->left], number[e->right], e->odds};
    }
    struct link_judgement *judged = ARENA_NEW(w->a, w->label_count + 1, struct link_judgement);
    for (size_t i = 0; i < w->label_count; i++)
        judged[i] =
            (struct link_judgement){number[w->judgements[i].left],
                                    number[w->judgements[i].right], w->judgements[i].verdict};
    g.judgements = judged;
    return link_cluster(&g, w->options->pool, w->a, ret, err);
}

/* Numbers in the order of the first records. */
static void number_clusters(struct touched *t, const struct link_clusters *anew)
{
    struct work_link *w = t->w;
    struct link_clusters *c = &w->result.clusters;
    uint32_t records = w->people.records, clusters = t->base + anew->count;
    c->cluster = arena_room(w->a, (records + (size_t)1) * sizeof *c->cluster);
    uint32_t *number = arena_room(w->a, ((size_t)clusters + 1) * sizeof *number);
    memset(number, 0xff, clusters * sizeof *number);
    for (uint32_t i = 0; i < t->base; i++)
        c->cluster[i] = t->old[i];
    for (uint32_t i = 0; i < t->count; i++)
        c->cluster[t->all[i]] = t->base + anew->cluster[i];
    c->count = 0;
    for (uint32_t i = 0; i < records; i++) {
        uint32_t *n = &number[c->cluster[i]];
        if (*n == UINT32_MAX)
            *n = c->count++;
        c->cluster[i] = *n;
    }
    c->contradictions = anew->contradictions;
    c->contradiction_count = anew->contradiction_count;
    for (size_t i = 0; i < c->contradiction_count; i++) {
        c->contradictions[i].left = t->all[c->contradictions[i].left];
        c->contradictions[i].right = t->all[c->contradictions[i].right];
    }
}

/* The range of the base, moved by what came: the next draws make it anew. */
static void move_range(struct work_link *w, uint32_t base_clusters)
{
    const struct state_head *h = w->state->head;
    double more = (double)w->result.clusters.count - base_clusters;
    w->persons = (struct link_count_range){h->persons_low + more, h->persons + more,
                                           h->persons_high + more};
}

int link_state_cluster(struct work_link *w, struct err *err)
{
    const struct link_state *s = w->state;
    uint32_t records = w->people.records, most = 0;
    struct touched t = {.w = w, .old = s->cluster, .base = s->head->records};
    t.in = ARENA_NEW(w->a, records + (size_t)1, bool);
    t.all = arena_room(w->a, (records + (size_t)1) * sizeof *t.all);
    index_pairs(&t);
    index_clusters(&t);
    for (uint32_t i = t.base; i < records; i++)
        touch(&t, i);
    for (size_t i = 0; i < w->label_count; i++) {
        touch(&t, w->judgements[i].left);
        touch(&t, w->judgements[i].right);
    }
    spread(&t);
    settle(&t);
    make_graph(w);
    struct link_clusters anew;
    int r = cluster_touched(&t, &anew, err);
    if (r)
        return r;
    number_clusters(&t, &anew);
    for (uint32_t i = 0; i < t.base; i++)
        most = s->cluster[i] >= most ? s->cluster[i] + 1 : most;
    move_range(w, most);
    return 0;
}
