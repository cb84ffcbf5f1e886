/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reviewing with an oracle: pairs whose probabilities are off by a shift, or in one large cell.
 * Questions are never about labelled pairs, labels bring the threshold near the best, and it
 * ends.
 */
#include "base/rng.h"
#include "base/sort.h"
#include "engine/link/review.h"
#include "tap.h"

#include <math.h>
#include <stdlib.h>

#define PAIRS 4000u
#define CELLS 60u
#define MOST  400u

/* A model as small as can be: one comparison, three levels, from a histogram. */
static int make_model(struct arena *a, struct link_histogram *h, struct link_model *ret)
{
    static struct link_people people = {.records = 2 * PAIRS};
    static struct link_compare compare = {.people = &people, .count = 1};
    compare.comparisons[0] =
        (struct link_comparison){.label = STR("name"), .levels = 4, .field = UINT8_MAX};
    compare.comparisons[0].exact[3] = true;
    for (unsigned l = 0; l < LINK_LEVELS_MAX; l++)
        compare.comparisons[0].u[l] = compare.comparisons[0].share[l] = NAN;
    static struct link_cell cells[CELLS];
    *h = (struct link_histogram){.cells = cells, .count = CELLS, .records = 2 * PAIRS};
    for (uint32_t i = 0; i < CELLS; i++)
        cells[i] = (struct link_cell){.pattern = i};
    cells[1].pairs = 60000;
    cells[1].random_pairs = 95000;
    cells[2].pairs = 3000;
    cells[2].random_pairs = 4900;
    cells[3].pairs = 1500;
    cells[3].random_pairs = 100;
    h->all_pairs = 1e6;
    h->sampled = 100000;
    struct link_histogram fitted = *h;
    fitted.count = 4;
    struct err err;
    return link_model_fit(&compare, &fitted, a, ret, &err);
}

struct world {
    struct link_scored pairs[PAIRS];
    bool same[PAIRS];
    struct link_judgement labels[MOST];
    size_t label_count;
};

static double f1_at(const struct world *w, const struct link_scored *pairs, double threshold)
{
    double right = 0, said = 0, all = 0;
    for (size_t i = 0; i < PAIRS; i++) {
        bool is_said = (double)pairs[i].probability >= threshold;
        right += is_said && w->same[i];
        said += is_said;
        all += w->same[i];
    }
    return 2 * right / (said + all);
}

static double best_f1(const struct world *w)
{
    double best = 0;
    for (int i = 1; i < 400; i++)
        best = fmax(best, f1_at(w, w->pairs, i / 400.0));
    return best;
}

/* The weight to which a model gives these log odds. */
static double weight_of(const struct link_model *m, double odds)
{
    double low = -200, high = 200;
    for (int i = 0; i < 60; i++) {
        double middle = (low + high) / 2;
        if (link_model_probability(m, middle) < 1 / (1 + exp(-odds)))
            low = middle;
        else
            high = middle;
    }
    return high;
}

/* Truth is that of log odds + shift, and in cell `odd` it is nearly always `odd_is`. */
static void make_world(const struct link_model *m, struct rng *rng, double shift, uint32_t odd,
                       bool odd_is, struct world *w)
{
    *w = (struct world){0};
    for (uint32_t i = 0; i < PAIRS; i++) {
        double odds = 14 * rng_unit(rng) - 7;
        uint32_t cell = (uint32_t)((odds + 7) * 4) % CELLS;
        w->pairs[i] = (struct link_scored){.left = i, .right = PAIRS + i, .cell = cell};
        w->pairs[i].probability = (float)(1 / (1 + exp(-odds)));
        w->pairs[i].weight = (float)weight_of(m, odds);
        double p = 1 / (1 + exp(-odds - shift));
        if (cell == odd)
            p = odd_is ? 0.97 : 0.03;
        w->same[i] = rng_unit(rng) < p;
    }
}

/* Asks and answers until enough; returns F1 at the threshold with what was learnt. */
static double review_all(struct link_model *m, const struct link_histogram *h, struct world *w,
                         size_t batch, size_t most, bool *ret_enough, unsigned *again)
{
    static struct link_scored now[PAIRS];
    struct link_model model = *m;
    for (;;) {
        ARENA_AUTO a = {0};
        struct link_question *q;
        size_t count;
        struct link_enough enough;
        memcpy(now, w->pairs, sizeof now);
        model.threshold = m->threshold;
        link_review_learn(&model, h, now, PAIRS, w->labels, w->label_count);
        for (size_t i = 0; i < w->label_count; i++)
            now[w->labels[i].left].probability = w->labels[i].verdict == LINK_SAME;
        link_review(&model, h, now, PAIRS, w->labels, w->label_count, batch, &a, &q, &count,
                    &enough);
        *ret_enough = enough.enough;
        if (enough.enough || !count || w->label_count + count > most)
            return f1_at(w, now, model.threshold);
        for (size_t i = 0; i < count; i++) {
            for (size_t k = 0; k < w->label_count; k++)
                *again += w->labels[k].left == q[i].pair;
            w->labels[w->label_count++] =
                (struct link_judgement){(uint32_t)q[i].pair, PAIRS + (uint32_t)q[i].pair,
                                        w->same[q[i].pair] ? LINK_SAME : LINK_DIFFERENT};
        }
    }
}

static void test_oracle(struct link_model *m, const struct link_histogram *h)
{
    struct rng rng;
    rng_seed(&rng, 8);
    static struct world w;
    const double shifts[] = {-1.4, -0.7, 0, 0.7, 1.4};
    unsigned again = 0;
    for (size_t k = 0; k < sizeof shifts / sizeof *shifts; k++) {
        bool enough;
        make_world(m, &rng, shifts[k], UINT32_MAX, false, &w);
        m->threshold = 0.45;
        double before = f1_at(&w, w.pairs, m->threshold), best = best_f1(&w);
        double after = review_all(m, h, &w, 10, 200, &enough, &again);
        ok(enough && after >= best - 0.015 && w.label_count <= 120,
           "odds off by %g: F1 %.4f to %.4f of %.4f with %zu labels", shifts[k], before, after,
           best, w.label_count);
    }
    bool enough;
    make_world(m, &rng, 0, 24, true, &w);
    double before = f1_at(&w, w.pairs, 0.45);
    double after = review_all(m, h, &w, 10, 150, &enough, &again);
    ok(after > before, "a cell that is off: F1 %.4f to %.4f", before, after);
    ok(again == 0, "no labelled pair is asked about (%u)", again);
}

static void test_edges(struct link_model *m, const struct link_histogram *h)
{
    ARENA_AUTO a = {0};
    struct link_question *q;
    size_t count;
    struct link_enough enough;
    link_review(m, h, NULL, 0, NULL, 0, 10, &a, &q, &count, &enough);
    ok(count == 0 && enough.enough, "no pairs: nothing to ask");
    struct link_scored pair = {.left = 0, .right = 1, .probability = 0.5f};
    struct link_judgement unsure = {1, 0, LINK_UNSURE};
    link_review(m, h, &pair, 1, NULL, 0, 10, &a, &q, &count, &enough);
    ok(count == 1 && q[0].pair == 0 && enough.low >= 0 && enough.high <= 1, "one pair");
    struct link_scored sure[2] = {{.right = 1, .probability = 1},
                                  {.right = 2, .probability = 1}};
    struct link_enough one = {.f1 = 1, .low = 1, .high = 1}, more = one;
    link_review_unseen(sure, 2, 0.5, 0, 0, &one);
    link_review_unseen(sure, 2, 0.5, 0.2, 0.1, &more);
    ok(one.low < 0.99 && one.low > 0.96 && one.high == 1 && more.low < one.low - 0.05,
       "what is not seen: F1 %.3f at least, with matches missed %.3f", one.low, more.low);
    link_review(m, h, &pair, 1, &unsure, 1, 10, &a, &q, &count, &enough);
    ok(count == 0, "unsure is an answer too");
    float before = pair.probability;
    link_review_learn(m, h, &pair, 1, &unsure, 1);
    ok(pair.probability == before, "but teaches nothing");
    /* Far more labels than are kept apart. */
    static struct link_scored many[PAIRS];
    static struct link_judgement labels[PAIRS];
    for (uint32_t i = 0; i < PAIRS; i++) {
        many[i] = (struct link_scored){.left = i, .right = PAIRS + i, .cell = i % CELLS};
        many[i].weight = (float)(i % 97) / 4 - 12;
        many[i].probability = 0.5f;
        labels[i] = (struct link_judgement){i, PAIRS + i, LINK_SAME};
    }
    link_review_learn(m, h, many, PAIRS, labels, PAIRS);
    bool sane = true;
    for (uint32_t i = 0; i < PAIRS; i++)
        sane &= many[i].probability > 0.8f && many[i].probability <= 1;
    ok(sane, "thousands of labels that say the same");
}

int main(void)
{
    ARENA_AUTO a = {0};
    struct link_histogram h;
    struct link_model m;
    if (!ok(!make_model(&a, &h, &m), "a model"))
        return tap_end();
    test_oracle(&m, &h);
    test_edges(&m, &h);
    return tap_end();
}
