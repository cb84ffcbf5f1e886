/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The model on simulated histograms: it finds the levels and the number of matches that made
 * them, its probabilities are right, and nothing upsets it.
 */
#include "engine/link/settle.h"

#include "base/rng.h"
#include "tap.h"

#include <math.h>
#include <stdlib.h>

enum { FIELDS = 5, LEVELS = 6 };

/* Levels: 0 missing, 1 differ, 2 alike, 3 one letter, 4 equal and common, 5 equal and rare. */
static const double true_u[FIELDS][LEVELS] = {
    {0, .93, .04, .01, .018, .002},
    {0, .95, .03, .01, .008, .002},
    {0, .90, .05, .02, .02, .01},
    {0, .985, .01, .002, .002, .001},
    {0, .9988, .001, .0001, .00005, .00005},
};
static const double true_m[FIELDS][LEVELS] = {
    {0, .05, .05, .10, .5, .3}, {0, .1, .05, .05, .4, .4},  {0, .2, .1, .05, .35, .3},
    {0, .1, .05, .10, .4, .35}, {0, .05, .03, .12, .4, .4},
};
static const double missing[FIELDS] = {0, .05, .2, .1, .3};

struct world {
    struct link_compare compare;
    struct link_histogram h;
    double *truth; /* by cell, in the order of patterns */
    struct arena a;
};

static unsigned draw_level(struct rng *rng, const double *p)
{
    double v = rng_unit(rng);
    for (unsigned l = 1; l < LEVELS; l++)
        if ((v -= p[l]) < 0)
            return l;
    return 1;
}

static link_pattern draw_pattern(struct rng *rng, const double p[FIELDS][LEVELS])
{
    link_pattern pattern = 0;
    for (unsigned k = 0; k < FIELDS; k++)
        if (rng_unit(rng) >= missing[k])
            pattern |= (link_pattern)draw_level(rng, p[k]) << 4 * k;
    return pattern;
}

/* Blocking: two fields or more are equal or nearly so. */
static bool is_compared(link_pattern p)
{
    unsigned agree = 0;
    for (unsigned k = 0; k < FIELDS; k++)
        agree += link_level(p, k) >= 3;
    return agree >= 2;
}

static struct link_cell *cell_of(struct world *w, link_pattern p, size_t *cap)
{
    for (size_t i = 0; i < w->h.count; i++)
        if (w->h.cells[i].pattern == p)
            return &w->h.cells[i];
    struct link_cell cell = {.pattern = p};
    ARENA_PUSH(&w->a, w->h.cells, w->h.count, *cap, cell);
    return &w->h.cells[w->h.count - 1];
}

/* `share` of all pairs are matches: value counts hold them too. */
static void fields_name(struct world *w, double share)
{
    w->compare.count = FIELDS;
    for (unsigned k = 0; k < FIELDS; k++) {
        struct link_comparison *c = &w->compare.comparisons[k];
        c->levels = LEVELS;
        c->exact[4] = c->exact[5] = true;
        c->field = UINT8_MAX;
        c->label = STR("field");
        for (unsigned l = 0; l < LINK_LEVELS_MAX; l++)
            c->u[l] = l == 4 || l == 5 ? true_u[k][l] * (1 - share) + true_m[k][l] * share
                                       : (double)NAN;
    }
}

/* Pairs of `records` records, `matches` of them matches. */
static void world_make(struct world *w, uint32_t records, unsigned matches, uint64_t seed)
{
    struct rng rng;
    size_t cap = 0;
    *w = (struct world){0};
    rng_seed(&rng, seed);
    w->h.records = records;
    w->h.all_pairs = 0.5 * records * (records - 1);
    fields_name(w, matches / w->h.all_pairs);
    w->h.sampled = 100000;
    for (uint64_t i = 0; i < w->h.sampled; i++)
        cell_of(w, draw_pattern(&rng, true_u), &cap)->random_pairs++;
    for (unsigned i = 0; i < matches; i++) {
        link_pattern p = draw_pattern(&rng, true_m);
        if (is_compared(p)) {
            struct link_cell *cell = cell_of(w, p, &cap);
            cell->pairs++;
            cell->same++;
        }
    }
    for (double i = matches; i < w->h.all_pairs; i++) {
        link_pattern p = draw_pattern(&rng, true_u);
        if (is_compared(p))
            cell_of(w, p, &cap)->pairs++;
    }
}

static struct link_model fit(struct world *w)
{
    struct link_model m = {0};
    struct err err = {0};
    int bad = link_model_fit(&w->compare, &w->h, &w->a, &m, &err);
    if (!ok(!bad, "fits"))
        printf("# %s\n", err.text);
    return m;
}

static double probability(const struct link_model *m, link_pattern p)
{
    return link_model_probability(m, link_model_weight(m, p, 0));
}

/* All figures finite and in their range; levels not missing sum to 1. */
static bool is_sound(const struct world *w, const struct link_model *m)
{
    bool good = m->matches >= 0 && m->prior > 0 && m->prior < 1 && m->threshold > 0 &&
                m->threshold < 1 && m->expected_f1 >= 0 && m->expected_f1 <= 1;
    for (unsigned k = 0; k < m->comparisons; k++) {
        double sum_m = 0, sum_u = 0;
        for (unsigned l = 1; l < w->compare.comparisons[k].levels; l++) {
            good &= m->m[k][l] > 0 && m->u[k][l] > 0;
            sum_m += m->m[k][l];
            sum_u += m->u[k][l];
        }
        if (w->compare.comparisons[k].levels > 1)
            good &= fabs(sum_m - 1) < 1e-6 && fabs(sum_u - 1) < 1e-6;
    }
    for (size_t i = 0; i < w->h.count; i++) {
        double p = probability(m, w->h.cells[i].pattern);
        good &= p >= 0 && p <= 1;
    }
    return good;
}

static void test_found(void)
{
    struct world w;
    world_make(&w, 4000, 1500, 7);
    struct link_model m = fit(&w);
    double same = 0, worst_m = 0, worst_u = 0;
    for (size_t i = 0; i < w.h.count; i++)
        same += w.h.cells[i].same;
    ok(is_sound(&w, &m), "sound");
    ok(m.converged, "converged after %u rounds", m.rounds);
    ok(fabs(m.matches / same - 1) < .04, "finds %.0f matches of %.0f", m.matches, same);
    for (unsigned k = 0; k < FIELDS; k++)
        for (unsigned l = 1; l < LEVELS; l++) {
            worst_m = fmax(worst_m, fabs(m.m[k][l] - true_m[k][l]));
            worst_u = fmax(worst_u, fabs(log(m.u[k][l] / true_u[k][l])) *
                                        sqrt(fmin(true_u[k][l] * 1e5, 1e3)));
        }
    ok(worst_m < .06, "m within %.3f", worst_m);
    ok(worst_u < 5, "u within %.1f standard errors", worst_u);

    double error = 0, all = 0, taken = 0, right = 0, sure = 0, sure_right = 0;
    for (int bin = 0; bin < 10; bin++) {
        double n = 0, sum = 0, truth = 0;
        for (size_t i = 0; i < w.h.count; i++) {
            const struct link_cell *c = &w.h.cells[i];
            double p = probability(&m, c->pattern), pairs = (double)c->pairs;
            if (p < .05 || (int)fmin(p * 10, 9) != bin)
                continue;
            n += pairs;
            sum += p * pairs;
            truth += c->same;
        }
        error += fabs(sum - truth);
        all += n;
    }
    for (size_t i = 0; i < w.h.count; i++) {
        const struct link_cell *c = &w.h.cells[i];
        double p = probability(&m, c->pattern);
        if (p >= m.threshold) {
            taken += (double)c->pairs;
            right += c->same;
        }
        if (p >= .95) {
            sure += (double)c->pairs;
            sure_right += c->same;
        }
    }
    ok(error / all < .02, "calibrated within %.4f", error / all);
    ok(sure_right / sure > .98, "precision %.3f where p >= .95", sure_right / sure);
    double f1 = 2 * right / (taken + same);
    ok(fabs(m.expected_f1 - f1) < .02, "expects F1 %.3f, has %.3f", m.expected_f1, f1);

    double parts[LINK_COMPARISONS_MAX], worst = 0;
    for (size_t i = 0; i < w.h.count; i++) {
        double sum = 0;
        link_model_parts(&m, w.h.cells[i].pattern, parts);
        for (int k = 0; k < FIELDS; k++)
            sum += parts[k];
        worst = fmax(worst, fabs(sum - link_model_weight(&m, w.h.cells[i].pattern, 0)));
    }
    ok(worst < 1e-9, "parts sum to the weight");
    link_model_parts(&m, 0, parts);
    ok(parts[0] == 0 && link_model_weight(&m, 0, 2.5f) == 2.5, "missing says nothing");
    arena_free(&w.a);
}

static void test_same_again(void)
{
    struct world w, v;
    world_make(&w, 1500, 300, 3);
    world_make(&v, 1500, 300, 3);
    for (size_t i = 0; i < v.h.count / 2; i++) {
        struct link_cell c = v.h.cells[i];
        v.h.cells[i] = v.h.cells[v.h.count - 1 - i];
        v.h.cells[v.h.count - 1 - i] = c;
    }
    struct link_model a = fit(&w), b = fit(&v);
    BUF_AUTO x, y;
    buf_init(&x, 1 << 20);
    buf_init(&y, 1 << 20);
    link_model_write(&a, &x);
    link_model_write(&b, &y);
    ok(x.n && str_eq(buf_str(&x), buf_str(&y)), "the order of cells does not matter");

    struct link_model c = {0};
    struct err err = {0};
    ok(!link_model_read(buf_str(&x), &w.a, &c, &err), "reads back");
    buf_clear(&y);
    link_model_write(&c, &y);
    ok(str_eq(buf_str(&x), buf_str(&y)), "to the same model");
    bool same = true;
    for (size_t i = 0; i < w.h.count; i++)
        same &= probability(&a, w.h.cells[i].pattern) == probability(&c, w.h.cells[i].pattern);
    ok(same, "with the same probabilities");
    unsigned refused = 0, tried = 0;
    for (size_t n = 0; n < x.n; n += 1 + x.n / 97, tried++)
        refused += link_model_read(str_make(x.p, n), &w.a, &c, &err) == ERR_INPUT;
    ok(refused == tried, "a state cut short is refused");
    x.p[x.n / 2] = 'z';
    ok(link_model_read(buf_str(&x), &w.a, &c, &err) == ERR_INPUT && c.prior == a.prior,
       "a damaged one is refused");

    struct rng r1, r2;
    double s1[2], s2[2];
    rng_seed(&r1, 5);
    rng_seed(&r2, 5);
    link_model_draw(&a, &r1, s1);
    link_model_draw(&b, &r2, s2);
    ok(s1[0] == s2[0] && s1[1] == s2[1] && isfinite(s1[0] + s1[1]), "draws repeat");
    arena_free(&w.a);
    arena_free(&v.a);
}

static void test_odd(void)
{
    struct world w;
    struct link_model m;
    struct err err;
    world_make(&w, 1000, 0, 11);
    m = fit(&w);
    ok(is_sound(&w, &m) && m.matches < 30, "no matches at all: %.1f found", m.matches);
    arena_free(&w.a);

    world_make(&w, 60, 1770, 12); /* all pairs are matches */
    w.h.sampled = 0;
    for (size_t i = 0; i < w.h.count; i++)
        w.h.cells[i].random_pairs = 0;
    m = fit(&w);
    ok(is_sound(&w, &m), "all pairs are matches: %.0f found", m.matches);
    arena_free(&w.a);

    w = (struct world){0};
    fields_name(&w, 0);
    w.compare.count = 1;
    struct link_cell one = {.pattern = 5, .pairs = 3, .random_pairs = 1};
    w.h = (struct link_histogram){.cells = &one, .count = 1, .all_pairs = 3, .records = 3};
    m = fit(&w);
    ok(is_sound(&w, &m), "one comparison, one cell");
    w.h.all_pairs = 0;
    m = fit(&w);
    ok(is_sound(&w, &m), "fewer pairs in all than were compared");
    one = (struct link_cell){.pattern = 0, .pairs = 3};
    m = fit(&w);
    ok(is_sound(&w, &m), "everything missing");
    w.compare.comparisons[0].levels = 1;
    m = fit(&w);
    ok(is_sound(&w, &m), "no levels");
    m = (struct link_model){.rounds = 77};
    w.h.count = 0;
    ok(link_model_fit(&w.compare, &w.h, &w.a, &m, &err) == ERR_INPUT && m.rounds == 77,
       "no pairs: %s", err.text);
    w.compare.count = 0;
    ok(link_model_fit(&w.compare, &w.h, &w.a, &m, &err) == ERR_INPUT, "no comparisons: %s",
       err.text);
    arena_free(&w.a);
}

/* Few records and few matches: what is usual for a match must decide. */
static void test_few(void)
{
    double precision = 0, recall = 0;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        struct world w;
        world_make(&w, 500, 50, 100 + seed);
        struct link_model m = fit(&w);
        double taken = 0, right = 0, same = 0;
        for (size_t i = 0; i < w.h.count; i++) {
            const struct link_cell *c = &w.h.cells[i];
            bool in = probability(&m, c->pattern) >= m.threshold;
            taken += in ? (double)c->pairs : 0;
            right += in ? c->same : 0;
            same += c->same;
        }
        precision += right / taken / 5;
        recall += right / same / 5;
        arena_free(&w.a);
    }
    ok(precision > .9 && recall > .85, "50 matches of 500 records: precision %.3f recall %.3f",
       precision, recall);
}

/* Non-matches that share all but the first field, and that differ in it: relatives. */
static void test_kin(void)
{
    struct world w;
    struct rng rng;
    size_t cap;
    world_make(&w, 3000, 600, 21);
    cap = w.h.count;
    rng_seed(&rng, 22);
    for (unsigned k = 1; k < FIELDS; k++)
        w.compare.comparisons[k].part = LINK_FAMILY;
    for (int i = 0; i < 1500; i++) {
        link_pattern p = draw_pattern(&rng, true_m) & ~(link_pattern)15;
        p |= draw_level(&rng, true_u[0]);
        if (is_compared(p))
            cell_of(&w, p, &cap)->pairs++;
    }
    struct link_model m = fit(&w);
    double same = 0, taken = 0, right = 0;
    for (size_t i = 0; i < w.h.count; i++) {
        const struct link_cell *c = &w.h.cells[i];
        same += c->same;
        if (probability(&m, c->pattern) >= .9) {
            taken += (double)c->pairs;
            right += c->same;
        }
    }
    ok(fabs(m.matches / same - 1) < .25, "relatives are no matches: %.0f found of %.0f",
       m.matches, same);
    ok(right / taken > .92, "precision %.3f where p >= .9", right / taken);
    arena_free(&w.a);
}

/* Two comparisons that always say the same count once. */
static void test_copy(void)
{
    struct world w;
    double error[2];
    for (int turn = 0; turn < 2; turn++) {
        world_make(&w, 3000, 600, 31);
        for (size_t i = 0; i < w.h.count && turn; i++) {
            link_pattern p = w.h.cells[i].pattern;
            w.h.cells[i].pattern |= (link_pattern)link_level(p, 1) << 4 * FIELDS;
        }
        if (turn) {
            w.compare.comparisons[FIELDS] = w.compare.comparisons[1];
            w.compare.count = FIELDS + 1;
        }
        struct link_model m = fit(&w);
        double sum = 0, all = 0;
        for (size_t i = 0; i < w.h.count; i++) {
            double p = probability(&m, w.h.cells[i].pattern), n = (double)w.h.cells[i].pairs;
            if (p >= .05) {
                sum += fabs(p * n - w.h.cells[i].same);
                all += n;
            }
        }
        error[turn] = sum / all;
        arena_free(&w.a);
    }
    ok(error[1] < error[0] + .02, "a copy of a comparison adds little: %.4f, %.4f", error[0],
       error[1]);
}

/* Half of the matches are across scripts: alike in every field, never equal. */
static void test_two_kinds(void)
{
    struct world w;
    struct rng rng;
    size_t cap;
    world_make(&w, 1500, 300, 51);
    cap = w.h.count;
    rng_seed(&rng, 52);
    for (unsigned k = 1; k < FIELDS; k++)
        w.compare.comparisons[k].part = LINK_FAMILY;
    double same = 0, right = 0;
    for (int i = 0; i < 300; i++) {
        link_pattern p = 0x2223;
        if (rng_unit(&rng) < .3)
            p &= ~(link_pattern)0xf000;
        if (rng_unit(&rng) < .2)
            p &= ~(link_pattern)0xf00;
        struct link_cell *cell = cell_of(&w, p, &cap);
        cell->pairs++;
        cell->same++;
    }
    struct link_model m = fit(&w);
    for (size_t i = 0; i < w.h.count; i++) {
        const struct link_cell *c = &w.h.cells[i];
        same += c->same;
        right += probability(&m, c->pattern) >= m.threshold ? c->same : 0;
    }
    ok(right / same > .85, "matches of two kinds: recall %.3f", right / same);
    arena_free(&w.a);
}

/* Two dozen records: ten pairs of one pattern, that nothing else has, are the matches. */
static void test_tiny(void)
{
    struct world w = {0};
    struct link_cell cells[] = {{.pattern = 0x11, .pairs = 365, .random_pairs = 365},
                                {.pattern = 0x21, .pairs = 3, .random_pairs = 3},
                                {.pattern = 0x22, .pairs = 10, .random_pairs = 10}};
    fields_name(&w, 0);
    w.compare.count = 2;
    for (int k = 0; k < 2; k++)
        for (int l = 4; l < LEVELS; l++)
            w.compare.comparisons[k].u[l] = 0;
    w.compare.comparisons[1].part = LINK_FAMILY;
    w.h = (struct link_histogram){
        .cells = cells, .count = 3, .all_pairs = 378, .sampled = 378, .records = 28};
    struct link_model m = fit(&w);
    ok(probability(&m, 0x22) > .8 && probability(&m, 0x21) < .2, "a tiny list: %.3f, %.3f",
       probability(&m, 0x22), probability(&m, 0x21));
    /* The same with two comparisons more that say the same of all pairs. */
    for (int i = 0; i < 3; i++)
        cells[i].pattern |= 0x4400;
    for (int k = 2; k < 4; k++) {
        w.compare.comparisons[k].part = LINK_MIDDLE;
        w.compare.comparisons[k].u[4] = 1;
        w.compare.comparisons[k].u[5] = 0;
    }
    w.compare.count = 4;
    double before = probability(&m, 0x22);
    m = fit(&w);
    ok(fabs(probability(&m, 0x4422) - before) < .03, "what never differs changes nothing: %.3f",
       probability(&m, 0x4422));
    arena_free(&w.a);
}

static void test_settle(void)
{
    /* Records 0 and 1 of one list, 2 and 3 of another. */
    static const uint8_t list[] = {0, 0, 1, 1};
    struct world w;
    world_make(&w, 500, 50, 41);
    struct link_model m = fit(&w);
    struct link_scored pairs[] = {
        {.left = 0, .right = 2, .probability = .8f},
        {.left = 0, .right = 3, .probability = .5f},
        {.left = 1, .right = 2, .probability = .6f},
    };
    /* Odds 4, 1, 1.5: none 1, one pair 6.5, the second with the third 1.5; in all 9. */
    link_settle_unique(&m, pairs, 3, list, &w.a);
    ok(fabs((double)pairs[0].probability - 4 / 9.) < 1e-3 &&
           fabs((double)pairs[1].probability - 2.5 / 9) < 1e-3 &&
           fabs((double)pairs[2].probability - 3. / 9) < 1e-3,
       "pairs compete: %.4f %.4f %.4f", (double)pairs[0].probability,
       (double)pairs[1].probability, (double)pairs[2].probability);
    link_settle_unique(&m, pairs, 0, list, &w.a);
    struct link_scored sure[] = {{.left = 0, .right = 2, .probability = 1, .weight = 90},
                                 {.left = 0, .right = 3, .probability = 1, .weight = 60},
                                 {.left = 1, .right = 3, .probability = .7f}};
    link_settle_unique(&m, sure, 3, list, &w.a);
    double all = 0;
    for (int i = 0; i < 3; i++) {
        double p = (double)sure[i].probability;
        ok(p >= 0 && p <= 1, "a probability: %.6f", p);
        all += p;
    }
    ok(all <= 2 && (double)sure[0].probability + (double)sure[1].probability <= 1 + 1e-3,
       "two sure pairs of one record are one");
    struct link_scored steps[] = {{.probability = .99f},
                                  {.probability = .95f},
                                  {.probability = .2f},
                                  {.probability = .05f}};
    link_settle_threshold(steps, 4, 0, &m);
    ok(m.threshold > .2 && m.threshold < .95, "threshold %.3f", m.threshold);
    double high = m.threshold;
    link_settle_threshold(steps, 4, 10, &m);
    ok(m.threshold < high && m.expected_recall < .2, "matches missed lower it to %.3f",
       m.threshold);
    arena_free(&w.a);
}

int main(void)
{
    test_kin();
    test_copy();
    test_tiny();
    test_two_kinds();
    test_settle();
    test_found();
    test_same_again();
    test_odd();
    test_few();
    return tap_end();
}
