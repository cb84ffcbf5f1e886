/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/hash.h"
#include "base/sort.h"
#include "engine/link/review_parts.h"

#include <math.h>

#define TOPICS_MAX 3000u
#define SURE       0.002 /* pairs nearer to 0 or 1 are not asked about */
/* What no scored pair shows: matches that look like none, to the others; sure links that are
 * wrong, to all links. Exponential, means. */
#define HIDDEN   0.01
#define WRONG    0.005
#define GAIN_MIN 0.002 /* of F1, that another threshold is expected to give */

/* Pairs of one cell and one band of odds, or the many small rest of a band. */
struct topic {
    uint32_t cell;
    double at;            /* log odds that the model gives, mean */
    double pairs, likely; /* how many; the sum of their probabilities */
    double even;          /* the sum of p (1 - p) */
    double moves;         /* dF1 / d log odds, of all of them together */
    double variance;      /* of a log odds in it */
    double *row;          /* what lessons and questions before explain */
    size_t first, left;   /* its pairs in entries[], those that are not asked yet */
};

struct entry {
    uint32_t cell;
    uint8_t band;
    uint64_t turn; /* in which order pairs of a topic are asked */
    size_t pair;
};

struct review {
    const struct link_model *model;
    const struct link_scored *pairs;
    struct link_taught taught;
    struct arena *arena;
    struct entry *entries;
    size_t entry_count;
    struct topic *topics;
    size_t topic_count;
    size_t row_size; /* room of a row */
    double selected, right, all, f1;
    double luck; /* variance of F1 if all probabilities are right */
    double band_moves[LINK_BANDS];
};

static double model_odds(const struct review *r, size_t pair)
{
    return link_log_odds(link_model_probability(r->model, (double)r->pairs[pair].weight));
}

static int by_topic(const void *x, const void *y)
{
    const struct entry *a = x, *b = y;
    if (a->cell != b->cell)
        return a->cell < b->cell ? -1 : 1;
    if (a->band != b->band)
        return a->band < b->band ? -1 : 1;
    if (a->turn != b->turn)
        return a->turn < b->turn ? -1 : 1;
    return (a->pair > b->pair) - (a->pair < b->pair);
}

static int by_even(const void *x, const void *y)
{
    const struct topic *a = x, *b = y;
    if (a->even != b->even)
        return a->even > b->even ? -1 : 1;
    if (a->cell != b->cell)
        return a->cell < b->cell ? -1 : 1;
    return (a->first > b->first) - (a->first < b->first);
}

/* F1 as it is expected at the threshold, and what each pair that is in doubt does to it. */
static void expect(struct review *r, size_t count)
{
    double threshold = r->model->threshold;
    for (size_t i = 0; i < count; i++) {
        double p = (double)r->pairs[i].probability;
        r->all += p;
        if (p >= threshold) {
            r->selected++;
            r->right += p;
        }
    }
    double sum = r->selected + r->all;
    r->f1 = sum > 0 ? 2 * r->right / sum : 1;
}

static void gather(struct review *r, size_t count, const struct link_judgement *labels,
                   size_t label_count)
{
    ARENA_AUTO scratch = {0};
    bool *labelled = ARENA_NEW(&scratch, count + 1, bool);
    for (size_t i = 0; i < label_count; i++) {
        const struct link_scored *s = link_scored_find(
            (struct link_scored *)(uintptr_t)r->pairs, count, labels[i].left, labels[i].right);
        if (s)
            labelled[s - r->pairs] = true;
    }
    size_t cap = 0;
    for (size_t i = 0; i < count; i++) {
        double p = (double)r->pairs[i].probability;
        if (labelled[i] || p < SURE || p > 1 - SURE)
            continue;
        struct entry e = {r->pairs[i].cell, (uint8_t)link_band(link_log_odds(p)),
                          hash_mix(r->pairs[i].left, r->pairs[i].right), i};
        ARENA_PUSH(r->arena, r->entries, r->entry_count, cap, e);
    }
    sort_items(r->entries, r->entry_count, sizeof *r->entries, by_topic);
}

static void add_pair(struct review *r, struct topic *t, size_t pair)
{
    double p = (double)r->pairs[pair].probability, sum = r->selected + r->all;
    double by = ((p >= r->model->threshold ? 2 : 0) - r->f1) / sum;
    t->at += (model_odds(r, pair) - t->at) / (t->pairs + 1);
    t->pairs++;
    t->likely += p;
    t->even += p * (1 - p);
    t->moves += p * (1 - p) * by;
    r->luck += p * (1 - p) * by * by;
}

static void make_topics(struct review *r)
{
    size_t cap = 0;
    for (size_t i = 0, end; i < r->entry_count; i = end) {
        struct topic t = {.cell = r->entries[i].cell, .first = i};
        for (end = i; end < r->entry_count && r->entries[end].cell == r->entries[i].cell &&
                      r->entries[end].band == r->entries[i].band;
             end++)
            add_pair(r, &t, r->entries[end].pair);
        t.left = end - i;
        ARENA_PUSH(r->arena, r->topics, r->topic_count, cap, t);
    }
    sort_items(r->topics, r->topic_count, sizeof *r->topics, by_even);
    if (r->topic_count <= TOPICS_MAX)
        return;
    struct topic rest[LINK_BANDS] = {0};
    for (size_t i = TOPICS_MAX - LINK_BANDS; i < r->topic_count; i++) {
        const struct topic *t = &r->topics[i];
        struct topic *to = &rest[link_band(t->at)];
        to->cell = LINK_NO_CELL;
        to->at += (t->at - to->at) * t->pairs / (to->pairs + t->pairs);
        to->pairs += t->pairs;
        to->likely += t->likely;
        to->even += t->even;
        to->moves += t->moves;
    }
    r->topic_count = TOPICS_MAX - LINK_BANDS;
    for (size_t i = 0; i < LINK_BANDS; i++)
        if (rest[i].pairs > 0)
            r->topics[r->topic_count++] = rest[i];
}

static int by_cell(const void *x, const void *y)
{
    const struct topic *a = x, *b = y;
    if (a->cell != b->cell)
        return a->cell < b->cell ? -1 : 1;
    return a->at < b->at ? -1 : a->at > b->at;
}

/* Covariance of F1 with a log odds of each topic: prior less what rows explain. */
static void covariances(const struct review *r, size_t row_used, double *ret)
{
    double total[LINK_LESSONS_MAX + 512] = {0};
    double near[LINK_BANDS] = {0};
    for (size_t i = 0; i < r->topic_count; i++) {
        const struct topic *t = &r->topics[i];
        for (size_t k = 0; k < row_used; k++)
            total[k] += t->moves * t->row[k];
    }
    for (int b = 0; b < LINK_BANDS; b++)
        for (int c = 0; c < LINK_BANDS; c++)
            near[b] += r->band_moves[c] *
                       link_taught_covariance((b - LINK_BANDS / 2 + 0.5) * LINK_BAND, 0,
                                              (c - LINK_BANDS / 2 + 0.5) * LINK_BAND, 1);
    for (size_t i = 0, end; i < r->topic_count; i = end) {
        double of_cell = 0;
        for (end = i; end < r->topic_count && r->topics[end].cell == r->topics[i].cell &&
                      (end == i || r->topics[i].cell != LINK_NO_CELL);
             end++)
            of_cell += r->topics[end].moves;
        for (size_t k = i; k < end; k++) {
            const struct topic *t = &r->topics[k];
            double c = near[link_band(t->at)] + of_cell * link_taught_cell_variance();
            for (size_t j = 0; j < row_used; j++)
                c -= total[j] * t->row[j];
            ret[k] = c;
        }
    }
}

/* What is gained on average by knowing the probabilities of a topic better than now, cells
 * apart: F1 grows by what lies on the wrong side of the threshold. Nine points of the normal
 * distribution will do. */
static double gain_of(const struct review *r, const struct topic *t)
{
    double spread = sqrt(fmax(t->variance - link_taught_cell_variance(), 0));
    double odds = link_log_odds(t->likely / t->pairs), now = 0, then = 0, weights = 0;
    for (int i = -4; i <= 4; i++) {
        double z = i * 0.6, weight = exp(-z * z / 2);
        double p = 1 / (1 + exp(-odds - z * spread));
        now += weight * (p - r->f1 / 2);
        then += weight * fmax(p - r->f1 / 2, 0);
        weights += weight;
    }
    return t->pairs * (then - fmax(now, 0)) / weights * 2 / fmax(r->selected + r->all, 1);
}

static void judge_enough(const struct review *r, const double *covariance,
                         struct link_enough *ret)
{
    double variance = r->luck, gain = 0;
    for (size_t i = 0; i < r->topic_count; i++) {
        variance += r->topics[i].moves * covariance[i];
        gain += gain_of(r, &r->topics[i]);
    }
    double spread = 1.645 * sqrt(fmax(variance, 0));
    *ret = (struct link_enough){
        .f1 = r->f1, .low = fmax(r->f1 - spread, 0), .high = fmin(r->f1 + spread, 1)};
    double width = fmax(LINK_REVIEW_WIDTH, (1 - r->f1) / 2);
    ret->enough = ret->high - ret->low <= width && gain <= GAIN_MIN;
}

/* The question that takes most from the variance of F1; SIZE_MAX when there is none. */
static size_t best_question(const struct review *r, const double *covariance,
                            double *ret_teaches)
{
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < r->topic_count; i++) {
        const struct topic *t = &r->topics[i];
        if (!t->left)
            continue;
        double teaches = covariance[i] * covariance[i] / (t->variance + t->pairs / t->even);
        if (best == SIZE_MAX || teaches > *ret_teaches) {
            best = i;
            *ret_teaches = teaches;
        }
    }
    return best;
}

/* Counts on the answer: every row gets one entry more. */
static void count_on(struct review *r, size_t asked, size_t row_used)
{
    const struct topic *q = &r->topics[asked];
    double scale = 1 / sqrt(q->variance + q->pairs / q->even);
    double *asked_row = ARENA_NEW(r->arena, row_used + 1, double);
    memcpy(asked_row, q->row, row_used * sizeof *asked_row);
    uint32_t cell = q->cell;
    double at = q->at;
    for (size_t i = 0; i < r->topic_count; i++) {
        struct topic *t = &r->topics[i];
        double k = link_taught_covariance(t->at, t->cell, at, cell);
        for (size_t j = 0; j < row_used; j++)
            k -= t->row[j] * asked_row[j];
        t->row[row_used] = k * scale;
        t->variance = fmax(t->variance - t->row[row_used] * t->row[row_used], 0);
    }
}

void link_review_unseen(const struct link_scored *pairs, size_t count, double threshold,
                        double missed, double spread, struct link_enough *enough)
{
    double selected = 0, all = 0;
    for (size_t i = 0; i < count; i++) {
        all += (double)pairs[i].probability;
        selected += (double)pairs[i].probability >= threshold;
    }
    if (!(selected + all > 0))
        return;
    /* A match more takes f1 / sum, a link that is wrong (2 - f1) / sum: one right and one
     * match fewer. Shares that nobody sees are exponential: mean and 95 % point. */
    double sum = selected + all, f1 = enough->f1, tail = -log(0.05) - 1;
    double hidden = HIDDEN * all * f1 / sum, wrong = WRONG * selected * (2 - f1) / sum;
    double down = enough->f1 - enough->low, lost = 1.645 * spread * f1 / sum;
    double off =
        sqrt(down * down + lost * lost + tail * tail * (hidden * hidden + wrong * wrong));
    double low = f1 * sum / (sum + fmax(missed, 0)) - hidden - wrong - off;
    enough->low = fmax(fmin(low, enough->low), 0);
}

void link_review(const struct link_model *m, const struct link_histogram *h,
                 const struct link_scored *pairs, size_t count,
                 const struct link_judgement *labels, size_t label_count, size_t most,
                 struct arena *a, struct link_question **ret, size_t *ret_count,
                 struct link_enough *ret_enough)
{
    (void)h;
    ARENA_AUTO scratch = {0};
    struct review r = {.model = m, .pairs = pairs, .arena = &scratch};
    if (most > 500)
        most = 500;
    link_taught_make(m, pairs, count, labels, label_count, &scratch, &r.taught);
    expect(&r, count);
    gather(&r, count, labels, label_count);
    make_topics(&r);
    sort_items(r.topics, r.topic_count, sizeof *r.topics, by_cell);
    size_t used = r.taught.count;
    for (size_t i = 0; i < r.topic_count; i++) {
        struct topic *t = &r.topics[i];
        t->row = ARENA_NEW(&scratch, used + most + 1, double);
        (void)link_taught_shift(&r.taught, t->at, t->cell, t->row, &t->variance);
        r.band_moves[link_band(t->at)] += t->moves;
    }
    double *covariance = ARENA_NEW(&scratch, r.topic_count + 1, double);
    covariances(&r, used, covariance);
    judge_enough(&r, covariance, ret_enough);
    struct link_question *questions = ARENA_NEW(a, most + 1, struct link_question);
    size_t asked = 0;
    for (; asked < most; asked++) {
        double teaches = 0;
        size_t best = best_question(&r, covariance, &teaches);
        if (best == SIZE_MAX)
            break;
        struct topic *t = &r.topics[best];
        questions[asked] = (struct link_question){r.entries[t->first++].pair, teaches};
        t->left--;
        count_on(&r, best, used++);
        covariances(&r, used, covariance);
    }
    *ret = questions;
    *ret_count = asked;
}
