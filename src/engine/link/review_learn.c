/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/sort.h"
#include "engine/link/review_parts.h"

#include <math.h>

/* Standard deviations of how far log odds are off: all alike, smoothly, cell by cell. */
#define SHIFT_ALL    0.9
#define SHIFT_SMOOTH 0.6
#define SMOOTH_WIDTH 2.5
#define SHIFT_CELL   0.8
#define ROUNDS_MAX   40
#define STEP_MOST    2.0

double link_log_odds(double probability)
{
    double p = fmin(fmax(probability, 1e-7), 1 - 1e-7);
    return log(p / (1 - p));
}

int link_band(double log_odds)
{
    int band = (int)floor(log_odds / LINK_BAND) + LINK_BANDS / 2;
    return band < 0 ? 0 : band >= LINK_BANDS ? LINK_BANDS - 1 : band;
}

double link_taught_covariance(double at, uint32_t cell, double other_at, uint32_t other_cell)
{
    double d = (at - other_at) / SMOOTH_WIDTH;
    return SHIFT_ALL * SHIFT_ALL + SHIFT_SMOOTH * SHIFT_SMOOTH * exp(-d * d / 2) +
           (cell == other_cell ? SHIFT_CELL * SHIFT_CELL : 0);
}

double link_taught_cell_variance(void)
{
    return SHIFT_CELL * SHIFT_CELL;
}

static int by_pair(const void *x, const void *y)
{
    const struct link_scored *a = x, *b = y;
    if (a->left != b->left)
        return a->left < b->left ? -1 : 1;
    return (a->right > b->right) - (a->right < b->right);
}

struct link_scored *link_scored_find(struct link_scored *pairs, size_t count, uint32_t x,
                                     uint32_t y)
{
    struct link_scored key = {.left = x < y ? x : y, .right = x < y ? y : x};
    return sort_find(&key, pairs, count, sizeof key, by_pair);
}

static int by_cell(const void *x, const void *y)
{
    const struct link_lesson *a = x, *b = y;
    if (a->cell != b->cell)
        return a->cell < b->cell ? -1 : 1;
    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return (a->mean > b->mean) - (a->mean < b->mean);
}

static int by_labels(const void *x, const void *y)
{
    const struct link_lesson *a = x, *b = y;
    double n = a->same + a->different, m = b->same + b->different;
    return n != m ? (n > m ? -1 : 1) : by_cell(x, y);
}

static void add_lesson(struct link_lesson *to, const struct link_lesson *l)
{
    double n = to->same + to->different, more = l->same + l->different;
    to->at += (l->at - to->at) * more / (n + more);
    to->mean += (l->mean - to->mean) * more / (n + more);
    to->same += l->same;
    to->different += l->different;
}

/* Lessons of one cell and band become one; of more than can be held, those with the fewest
 * labels lose their cell and become one a band. */
static size_t merge_lessons(struct link_lesson *l, size_t count)
{
    size_t kept = 0;
    sort_items(l, count, sizeof *l, by_cell);
    for (size_t i = 0; i < count; i++) {
        if (kept && l[kept - 1].cell == l[i].cell &&
            link_band(l[kept - 1].at) == link_band(l[i].at))
            add_lesson(&l[kept - 1], &l[i]);
        else
            l[kept++] = l[i];
    }
    if (kept <= LINK_LESSONS_MAX)
        return kept;
    sort_items(l, kept, sizeof *l, by_labels);
    count = kept;
    kept = LINK_LESSONS_MAX - LINK_BANDS;
    struct link_lesson bands[LINK_BANDS] = {0};
    for (size_t i = kept; i < count; i++) {
        struct link_lesson *to = &bands[link_band(l[i].at)];
        add_lesson(to, &l[i]);
        to->cell = LINK_NO_CELL - 1 - (uint32_t)(to - bands);
    }
    for (size_t i = 0; i < LINK_BANDS; i++)
        if (bands[i].cell)
            l[kept++] = bands[i];
    return kept;
}

static void gather(const struct link_model *m, const struct link_scored *pairs, size_t count,
                   const struct link_judgement *labels, size_t label_count, struct arena *a,
                   struct link_taught *t)
{
    t->lessons = ARENA_NEW(a, label_count + 1, struct link_lesson);
    for (size_t i = 0; i < label_count; i++) {
        if (labels[i].verdict == LINK_UNSURE)
            continue;
        const struct link_scored *s = link_scored_find((struct link_scored *)(uintptr_t)pairs,
                                                       count, labels[i].left, labels[i].right);
        if (!s)
            continue;
        double at = link_log_odds(link_model_probability(m, (double)s->weight));
        double p = (double)s->probability;
        t->lessons[t->count++] = (struct link_lesson){
            s->cell, at, p > 0 && p < 1 ? link_log_odds(p) : at, labels[i].verdict == LINK_SAME,
            labels[i].verdict == LINK_DIFFERENT};
    }
    t->count = merge_lessons(t->lessons, t->count);
}

/* lower := Cholesky factor of I + root K root; kernel is [n][n]. */
static void factor(const double *kernel, const double *root, size_t n, double *lower)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = root[i] * root[j] * kernel[i * n + j] + (i == j);
            for (size_t k = 0; k < j; k++)
                sum -= lower[i * n + k] * lower[j * n + k];
            lower[i * n + j] = i == j ? sqrt(sum) : sum / lower[j * n + j];
        }
}

static void solve_lower(const double *lower, size_t n, double *x)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < i; k++)
            x[i] -= lower[i * n + k] * x[k];
        x[i] /= lower[i * n + i];
    }
}

static void solve_upper(const double *lower, size_t n, double *x)
{
    for (size_t i = n; i-- > 0;) {
        for (size_t k = i + 1; k < n; k++)
            x[i] -= lower[k * n + i] * x[k];
        x[i] /= lower[i * n + i];
    }
}

void link_taught_make(const struct link_model *m, const struct link_scored *pairs, size_t count,
                      const struct link_judgement *labels, size_t label_count, struct arena *a,
                      struct link_taught *ret)
{
    struct link_taught t = {0};
    gather(m, pairs, count, labels, label_count, a, &t);
    size_t n = t.count;
    t.slope = ARENA_NEW(a, n + 1, double);
    t.root = ARENA_NEW(a, n + 1, double);
    t.lower = ARENA_NEW(a, n * n + 1, double);
    ARENA_AUTO scratch = {0};
    double *kernel = ARENA_NEW(&scratch, n * n + 1, double);
    double *shift = ARENA_NEW(&scratch, n + 1, double);
    double *b = ARENA_NEW(&scratch, n + 1, double), *c = ARENA_NEW(&scratch, n + 1, double);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            kernel[i * n + j] = link_taught_covariance(t.lessons[i].at, t.lessons[i].cell,
                                                       t.lessons[j].at, t.lessons[j].cell);
    /* Newton's method; the steps are those of Rasmussen and Williams, algorithm 3.1. */
    double moved = 1;
    for (int round = 0; round < ROUNDS_MAX && moved > 1e-6; round++) {
        for (size_t i = 0; i < n; i++) {
            const struct link_lesson *l = &t.lessons[i];
            double p = 1 / (1 + exp(-l->mean - shift[i])), all = l->same + l->different;
            double curvature = fmax(all * p * (1 - p), 1e-9);
            t.root[i] = sqrt(curvature);
            b[i] = curvature * shift[i] + l->same - all * p;
        }
        factor(kernel, t.root, n, t.lower);
        for (size_t i = 0; i < n; i++) {
            c[i] = 0;
            for (size_t j = 0; j < n; j++)
                c[i] += kernel[i * n + j] * b[j];
            c[i] *= t.root[i];
        }
        solve_lower(t.lower, n, c);
        solve_upper(t.lower, n, c);
        moved = 0;
        for (size_t i = 0; i < n; i++)
            c[i] = b[i] - t.root[i] * c[i];
        for (size_t i = 0; i < n; i++) {
            b[i] = 0;
            for (size_t j = 0; j < n; j++)
                b[i] += kernel[i * n + j] * c[j];
            moved = fmax(moved, fabs(b[i] - shift[i]));
        }
        /* Not too far at once: what is nearly sure is flat, and a full step may overshoot. */
        double step = moved > STEP_MOST ? STEP_MOST / moved : 1;
        for (size_t i = 0; i < n; i++) {
            t.slope[i] += step * (c[i] - t.slope[i]);
            shift[i] += step * (b[i] - shift[i]);
        }
    }
    *ret = t;
}

double link_taught_shift(const struct link_taught *t, double at, uint32_t cell, double *row,
                         double *ret_variance)
{
    double shift = 0;
    for (size_t i = 0; i < t->count; i++) {
        double k = link_taught_covariance(at, cell, t->lessons[i].at, t->lessons[i].cell);
        shift += k * t->slope[i];
        row[i] = k * t->root[i];
    }
    solve_lower(t->lower, t->count, row);
    double left = link_taught_covariance(at, cell, at, cell);
    for (size_t i = 0; i < t->count; i++)
        left -= row[i] * row[i];
    *ret_variance = fmax(left, 0);
    return shift;
}

struct moved {
    double shift;
    bool known;
};

static int downwards(const void *x, const void *y)
{
    const float *a = x, *b = y;
    return (*a < *b) - (*a > *b);
}

/* Half of the best F1 that is expected: with right probabilities the best threshold. */
static double best_threshold(const struct link_scored *pairs, size_t count)
{
    ARENA_AUTO scratch = {0};
    float *p = arena_room(&scratch, (count + 1) * sizeof *p);
    double all = 0, right = 0, best = 0;
    for (size_t i = 0; i < count; i++) {
        p[i] = pairs[i].probability;
        all += (double)p[i];
    }
    sort_items(p, count, sizeof *p, downwards);
    for (size_t i = 0; i < count; i++) {
        right += (double)p[i];
        best = fmax(best, 2 * right / ((double)(i + 1) + all));
    }
    return fmin(fmax(best / 2, 0.05), 0.95);
}

void link_review_learn(struct link_model *m, const struct link_histogram *h,
                       struct link_scored *pairs, size_t count,
                       const struct link_judgement *labels, size_t label_count)
{
    ARENA_AUTO scratch = {0};
    struct link_taught t;
    link_taught_make(m, pairs, count, labels, label_count, &scratch, &t);
    if (!t.count)
        return;
    /* Cells without a lesson of their own are alike: one shift a band. */
    bool *own = ARENA_NEW(&scratch, h->count + 1, bool);
    for (size_t i = 0; i < t.count; i++)
        if (t.lessons[i].cell < h->count)
            own[t.lessons[i].cell] = true;
    struct moved bands[LINK_BANDS] = {0};
    double *row = ARENA_NEW(&scratch, t.count, double);
    for (size_t i = 0; i < count; i++) {
        struct link_scored *s = &pairs[i];
        double at = link_log_odds(link_model_probability(m, (double)s->weight));
        struct moved one = {0}, *v = own[s->cell] ? &one : &bands[link_band(at)];
        if (!v->known) {
            double middle = (link_band(at) - LINK_BANDS / 2 + 0.5) * LINK_BAND;
            double left;
            v->known = true;
            v->shift = own[s->cell] ? link_taught_shift(&t, at, s->cell, row, &left)
                                    : link_taught_shift(&t, middle, LINK_NO_CELL, row, &left);
        }
        double odds = link_log_odds((double)s->probability) + v->shift;
        s->probability = (float)(1 / (1 + exp(-odds)));
    }
    m->threshold = best_threshold(pairs, count);
}
