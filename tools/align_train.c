/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * align_train: trains the table by which engine/link/align tells that a Latin word is a
 * spelling of a word of another script.
 *
 *   align_train PAIRS.tsv ROUNDS CLASSES NOTE.txt > TABLE.txt
 *
 * NOTE holds the comment lines to begin with: source and licence. A line of PAIRS: Latin word,
 * tab, other word (blanks between letters do no harm), tab, count. CLASSES is 1 … 4.
 *
 * First, EM over all segmentations of both words into steps of 0-2 letters against 0-2 (Li,
 * Zhang and Su, ACL 2004; Sherif and Kondrak 2007): the joint probability of each step. Pairs
 * that stay improbable are no spellings of one name (the lists have some), and are left out.
 * There may be several classes of names with probabilities of their own (Arabic names, and those
 * that come from elsewhere, leave out other vowels): the score sums over them.
 *
 * Then the weights of the steps, and of single letters beside their neighbours, are trained so
 * that of many words the right one has the highest score: gradient steps (Adagrad) on the
 * softmax over the right word and the ten hardest to tell from it, both ways. The score of a
 * pair stays the logarithm of a sum over all segmentations.
 *
 * Last, two logistic regressions on the score and the length of the words: the log odds that
 * they are one name rather than two drawn at random, and that they are one rather than two that
 * look alike (the nearest of some hundred). Deterministic.
 */
#include "base/err.h"
#include "engine/link/name_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    CLASSES = 4,  /* at most */
    LETTERS = 24, /* of a word; longer ones are left out */
    XS = 28,      /* Latin: 0 none or the end, a-z, others */
    YS = 64,
    BATCH = 1000,
    HARD = 10,
    SCALE = 8, /* of the weights in the table */
};

struct word {
    int n;
    uint8_t p[LETTERS + 2];    /* from 1; 0 at both ends */
    uint16_t two[LETTERS + 2]; /* the step of letters i and i + 1, 0: none */
    bool article;              /* begins with one */
};
struct pair {
    struct word x, y;
    bool bad; /* no spellings of one name, it seems */
};

static struct pair *pairs;
static size_t count;
static uint16_t x_two[XS][XS], y_two[YS][YS];
static char y_text[YS][8];
static unsigned ys = 1, x_steps = XS, y_steps = YS;

/* Weights of one class of names: of steps first, then of single letters beside their
 * neighbours, of the articles, of the class. The classes follow each other. */
enum context { X_NEXT, X_BEFORE, Y_NEXT, Y_BEFORE, CONTEXTS };
static size_t context_at[CONTEXTS], article_x, article_y, class_bias, weights;
static int classes;
static float *weight, *power; /* [classes * weights], and exp of it */

static void *new_array(size_t n, size_t size)
{
    void *p = calloc(n, size);
    if (!p)
        err_die("out of memory");
    return p;
}

/* The number of a letter; 0 for what is none. */
static uint8_t y_letter(struct str cp)
{
    if (cp.n == 1 || ys == YS)
        return 0;
    for (unsigned i = 1; i < ys; i++)
        if (str_eq(cp, str_of(y_text[i])))
            return (uint8_t)i;
    memcpy(y_text[ys], cp.p, cp.n);
    return (uint8_t)ys++;
}

static bool read_word(struct link_namer *n, struct str text, bool latin, struct word *ret)
{
    char room[128];
    BUF_AUTO folded;
    buf_init(&folded, 1024);
    link_text_fold(n, text, &folded);
    struct buf joined;
    buf_init(&joined, 1024);
    for (size_t i = 0; i < folded.n; i++)
        if (folded.p[i] != ' ')
            buf_add_char(&joined, folded.p[i]);
    struct str s = buf_str(&joined);
    if (s.n < sizeof room)
        s = link_name_spelling(s, room);
    ret->n = 0;
    bool good = s.n > 0;
    for (size_t i = 0; i < s.n && good;) {
        size_t from = i++;
        while (i < s.n && ((unsigned char)s.p[i] & 0xC0) == 0x80)
            i++;
        char c = s.p[from];
        uint8_t letter = c >= 'a' && c <= 'z' ? (uint8_t)(c - 'a' + 1) : XS - 1;
        if (!latin)
            letter = y_letter(str_slice(s, from, i));
        good = ret->n < LETTERS && letter;
        if (good)
            ret->p[++ret->n] = letter;
    }
    ret->article = latin ? ret->n > 4 && (ret->p[1] == 1 || ret->p[1] == 5) && ret->p[2] == 12
                         : ret->n > 4 && str_starts(s, STR("ال"));
    buf_free(&joined);
    return good && ret->n > 0;
}

static void read_pairs(const char *file)
{
    FILE *f = fopen(file, "r");
    if (!f)
        err_die("cannot open the pairs");
    char line[1024];
    size_t cap = 1 << 18;
    struct link_namer *n = link_namer_new();
    pairs = new_array(cap, sizeof *pairs);
    while (fgets(line, sizeof line, f) && count < cap) {
        char *tab = strchr(line, '\t'), *end = tab ? strchr(tab + 1, '\t') : NULL;
        struct pair *p = &pairs[count];
        if (end && read_word(n, str_make(line, (size_t)(tab - line)), true, &p->x) &&
            read_word(n, str_make(tab + 1, (size_t)(end - tab - 1)), false, &p->y))
            count++;
    }
    link_namer_free(n);
    fclose(f);
}

/* Steps of two letters that are common enough. */
static void number_steps(void)
{
    static uint32_t x[XS][XS], y[YS][YS];
    for (size_t k = 0; k < count; k++) {
        for (int i = 1; i < pairs[k].x.n; i++)
            x[pairs[k].x.p[i]][pairs[k].x.p[i + 1]]++;
        for (int i = 1; i < pairs[k].y.n; i++)
            y[pairs[k].y.p[i]][pairs[k].y.p[i + 1]]++;
    }
    for (size_t a = 1; a < XS; a++)
        for (size_t b = 1; b < XS; b++)
            if (x[a][b] > count / 1500)
                x_two[a][b] = (uint16_t)x_steps++;
    for (size_t a = 1; a < YS; a++)
        for (size_t b = 1; b < YS; b++)
            if (y[a][b] > count / 1500)
                y_two[a][b] = (uint16_t)y_steps++;
    for (size_t k = 0; k < count; k++) {
        struct word *u = &pairs[k].x, *v = &pairs[k].y;
        for (int i = 1; i < u->n; i++)
            u->two[i] = x_two[u->p[i]][u->p[i + 1]];
        for (int i = 1; i < v->n; i++)
            v->two[i] = y_two[v->p[i]][v->p[i + 1]];
    }
}

static const int step_x[] = {1, 0, 1, 2, 1, 2}, step_y[] = {0, 1, 1, 1, 2, 2};
enum { STEPS = 6 };

/* The weights that a step from (i, j) has; none when there is no such step. */
static int features(const struct word *x, const struct word *y, int i, int j, int step,
                    size_t ret[5])
{
    int dx = step_x[step], dy = step_y[step], n = 0;
    size_t u = dx == 0 ? 0 : dx == 1 ? x->p[i + 1] : x->two[i + 1];
    size_t v = dy == 0 ? 0 : dy == 1 ? y->p[j + 1] : y->two[j + 1];
    if ((dx && !u) || (dy && !v))
        return 0;
    ret[n++] = u * y_steps + v;
    if (dx > 1 || dy > 1)
        return n;
    if (dx) {
        ret[n++] = context_at[X_NEXT] + (u * XS + x->p[i + 2]) * YS + v;
        ret[n++] = context_at[X_BEFORE] + (u * XS + x->p[i]) * YS + v;
    }
    if (dy) {
        ret[n++] = context_at[Y_NEXT] + (v * YS + y->p[j + 2]) * XS + u;
        ret[n++] = context_at[Y_BEFORE] + (v * YS + y->p[j]) * XS + u;
    }
    return n;
}

static float step_power(const float *of, const struct word *x, const struct word *y, int i,
                        int j, int step)
{
    size_t f[5];
    int n = features(x, y, i, j, step, f);
    float w = n ? of[f[0]] : 0;
    for (int k = 1; k < n && w > 0; k++)
        w *= of[f[k]];
    return w;
}

typedef double table[LETTERS + 1][LETTERS + 1];

/* `of`: the powers of a class. */
static double forward(const float *of, const struct word *x, const struct word *y, table t)
{
    for (int i = 0; i <= x->n; i++)
        for (int j = 0; j <= y->n; j++) {
            double sum = i == 0 && j == 0 ? (double)of[class_bias] : 0;
            for (int s = 0; s < STEPS; s++)
                if (i >= step_x[s] && j >= step_y[s])
                    sum += t[i - step_x[s]][j - step_y[s]] *
                           (double)step_power(of, x, y, i - step_x[s], j - step_y[s], s);
            if (i == 2 && j == 0 && x->article)
                sum += t[0][0] * (double)of[article_x];
            if (i == 0 && j == 2 && y->article)
                sum += t[0][0] * (double)of[article_y];
            t[i][j] = sum;
        }
    return t[x->n][y->n];
}

static double score(const struct word *x, const struct word *y)
{
    table t;
    double sum = 1e-300;
    for (int c = 0; c < classes; c++)
        sum += forward(power + (size_t)c * weights, x, y, t);
    return log(sum);
}

/* Adds `share` of the expected count of every weight of a class in the pair; z is forward's. */
static void expect_class(int class, const struct word *x, const struct word *y, table before,
                         double z, double share, double *ret)
{
    const float *of = power + (size_t) class * weights;
    table after;
    ret += (size_t) class * weights;
    for (int i = x->n; i >= 0; i--)
        for (int j = y->n; j >= 0; j--) {
            double sum = i == x->n && j == y->n;
            for (int s = 0; s < STEPS; s++) {
                if (i + step_x[s] > x->n || j + step_y[s] > y->n)
                    continue;
                double part =
                    after[i + step_x[s]][j + step_y[s]] * (double)step_power(of, x, y, i, j, s);
                double expected = before[i][j] * part / z * share;
                size_t f[5];
                int n = fabs(expected) > 1e-4 ? features(x, y, i, j, s, f) : 0;
                for (int k = 0; k < n; k++)
                    ret[f[k]] += expected;
                sum += part;
            }
            after[i][j] = sum;
        }
    double start = before[0][0] / z * share;
    if (x->article)
        ret[article_x] += start * (double)of[article_x] * after[2][0];
    if (y->article)
        ret[article_y] += start * (double)of[article_y] * after[0][2];
    ret[class_bias] += share;
}

/* The same over all classes; `held` (may be NULL): the share of each class, not asked of z. */
static void expect(const struct word *x, const struct word *y, double share, const double *held,
                   double *ret)
{
    static table before[CLASSES];
    double z[CLASSES], all = 0;
    for (int c = 0; c < classes; c++)
        all += z[c] = forward(power + (size_t)c * weights, x, y, before[c]);
    for (int c = 0; c < classes; c++)
        if (z[c] > 1e-250 && (held || z[c] > 1e-3 * all))
            expect_class(c, x, y, before[c], z[c], share * (held ? held[c] : z[c] / all), ret);
}

static void set_power(void)
{
    for (size_t i = 0; i < weights * (size_t)classes; i++)
        power[i] = weight[i] > -79 ? expf(weight[i]) : 0;
}

static int letters_of_step(size_t step, size_t singles)
{
    return step == 0 ? 0 : step < singles ? 1 : 2;
}

/* Probabilities from expected counts: a step of more letters pays for each beyond two, which
 * keeps the segmentation fine; single letters are never impossible. */
static void take_counts(const double *counts, float *weight_of, bool first)
{
    double total = 0;
    size_t alive = 0;
    for (size_t i = 0; i < context_at[0]; i++)
        total += counts[i];
    for (size_t u = 0; u < x_steps; u++)
        for (size_t v = 0; v < y_steps; v++) {
            int a = letters_of_step(u, XS), b = letters_of_step(v, YS);
            double p = first ? (a + b == 2   ? 1e-3
                                : a + b == 1 ? 1e-4
                                : a + b == 3 ? 1e-6
                                             : 1e-9)
                             : counts[u * y_steps + v] - 0.5 * (a + b > 2 ? a + b - 2 : 0);
            if (!first && counts[u * y_steps + v] < 0.3)
                p = 0;
            if (!first && a + b == 1)
                p += 0.05;
            if (a + b == 0 || (a + b == 2 && a != 1))
                p = 0;
            weight_of[u * y_steps + v] = p > 0 ? (float)log(first ? p : p / total) : -80;
            alive += p > 0;
        }
    weight_of[class_bias] = first ? 0 : (float)log((counts[class_bias] + 1) / (double)count);
    fprintf(stderr, "%zu steps\n", alive);
}

static void take_all_counts(const double *counts, bool first)
{
    for (int c = 0; c < classes; c++)
        take_counts(counts + (size_t)c * weights, weight + (size_t)c * weights, first);
    set_power();
}

/* The classes begin as parts drawn at random and then draw apart by themselves: names whose
 * spelling follows the habits of one language from those of another. */
static void run_em(int rounds)
{
    double *counts = new_array(weights * (size_t)classes, sizeof *counts);
    take_all_counts(counts, true);
    for (int round = 0; round < rounds; round++) {
        double sum = 0;
        size_t bad = 0;
        memset(counts, 0, weights * (size_t)classes * sizeof *counts);
        for (size_t k = 0; k < count; k++) {
            const struct word *x = &pairs[k].x, *y = &pairs[k].y;
            double z = score(x, y), held[CLASSES];
            for (int c = 0; c < classes; c++)
                held[c] = 0.4 / classes + (k % (size_t)classes == (size_t)c ? 0.6 : 0);
            sum += z;
            pairs[k].bad = round > 2 && z / (x->n + y->n) < -3.6;
            bad += pairs[k].bad;
            if (!pairs[k].bad)
                expect(x, y, 1, round < 3 ? held : NULL, counts);
        }
        fprintf(stderr, "EM %d: %.3f a pair, %zu left out, ", round + 1, sum / (double)count,
                bad);
        take_all_counts(counts, false);
    }
    free(counts);
}

/* From joint probabilities to odds against chance: each letter by its own frequency. */
static void weigh_against_chance(void)
{
    double x[XS] = {0}, y[YS] = {0}, all_x = 0, all_y = 0;
    for (size_t k = 0; k < count; k++) {
        for (int i = 1; i <= pairs[k].x.n; i++, all_x++)
            x[pairs[k].x.p[i]]++;
        for (int i = 1; i <= pairs[k].y.n; i++, all_y++)
            y[pairs[k].y.p[i]]++;
    }
    double *log_x = new_array(x_steps, sizeof *log_x),
           *log_y = new_array(y_steps, sizeof *log_y);
    for (size_t a = 1; a < XS; a++)
        log_x[a] = log((x[a] + 1) / all_x);
    for (size_t a = 1; a < YS; a++)
        log_y[a] = log((y[a] + 1) / all_y);
    for (size_t a = 1; a < XS; a++)
        for (size_t b = 1; b < XS; b++)
            if (x_two[a][b])
                log_x[x_two[a][b]] = log_x[a] + log_x[b];
    for (size_t a = 1; a < YS; a++)
        for (size_t b = 1; b < YS; b++)
            if (y_two[a][b])
                log_y[y_two[a][b]] = log_y[a] + log_y[b];
    for (int c = 0; c < classes; c++) {
        float *of = weight + (size_t)c * weights;
        for (size_t u = 0; u < x_steps; u++)
            for (size_t v = 0; v < y_steps; v++)
                if (of[u * y_steps + v] > -79)
                    of[u * y_steps + v] -= (float)(log_x[u] + log_y[v]);
        of[article_x] = of[article_y] = -4;
    }
    free(log_x);
    free(log_y);
    set_power();
}

static uint64_t random_state = 88172645463325252u;
static size_t random_below(size_t n)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (size_t)(random_state >> 11) % n;
}

static void shuffle(void)
{
    for (size_t i = count - 1; i > 0; i--) {
        size_t j = random_below(i + 1);
        struct pair p = pairs[i];
        pairs[i] = pairs[j];
        pairs[j] = p;
    }
}

static bool one_word(const struct word *a, const struct word *b)
{
    return a->n == b->n && memcmp(a->p + 1, b->p + 1, (size_t)a->n) == 0;
}

/* The words hardest to tell from the right one; scores[i * BATCH + j]: x of i with y of j. */
static int hardest(const struct pair *batch, const float *scores, int i, bool other_y,
                   int ret[HARD], float ret_score[HARD])
{
    int n = 0;
    for (int j = 0; j < BATCH; j++) {
        float s = other_y ? scores[i * BATCH + j] : scores[j * BATCH + i];
        if (j == i || (n == HARD && s <= ret_score[n - 1]) ||
            (other_y ? one_word(&batch[i].y, &batch[j].y) : one_word(&batch[i].x, &batch[j].x)))
            continue;
        int at = n < HARD ? n++ : n - 1;
        for (; at > 0 && ret_score[at - 1] < s; at--) {
            ret_score[at] = ret_score[at - 1];
            ret[at] = ret[at - 1];
        }
        ret_score[at] = s;
        ret[at] = j;
    }
    return n;
}

/* The gradient of one right pair against its rivals; returns minus the log of its share. */
static double push(const struct pair *batch, const float *scores, int i, bool other_y,
                   double *gradient)
{
    int rivals[HARD];
    float theirs[HARD] = {0}, own = scores[i * BATCH + i];
    int n = hardest(batch, scores, i, other_y, rivals, theirs);
    float top = own > theirs[0] ? own : theirs[0], z = expf(own - top);
    for (int k = 0; k < n; k++)
        z += expf(theirs[k] - top);
    float share = expf(own - top) / z;
    float trust = own - theirs[0] < -12 ? 0.1f : 1; /* hardly the same name */
    if (share > 0.999f)
        return 0;
    expect(&batch[i].x, &batch[i].y, (double)(trust * (1 - share)), NULL, gradient);
    for (int k = 0; k < n; k++) {
        float p = expf(theirs[k] - top) / z;
        if (p >= 1e-3f)
            expect(&batch[other_y ? i : rivals[k]].x, &batch[other_y ? rivals[k] : i].y,
                   (double)(-trust * p), NULL, gradient);
    }
    return -log((double)share + 1e-9);
}

/* A word of a batch with the factors of its letters against any letter of the other side: most
 * of what the score of a pair needs, so that a batch is scored fast. */
struct ready {
    float against[LETTERS + 1][YS]; /* letter i, from 1; [0]: against nothing */
};

static void make_ready(const float *of, const struct word *w, bool is_x, struct ready *ret)
{
    size_t singles = is_x ? XS : YS, others = is_x ? YS : XS;
    const float *next = of + context_at[is_x ? X_NEXT : Y_NEXT];
    const float *before = of + context_at[is_x ? X_BEFORE : Y_BEFORE];
    for (int i = 1; i <= w->n; i++) {
        size_t l = w->p[i];
        for (size_t b = 0; b < others; b++)
            ret->against[i][b] = next[(l * singles + w->p[i + 1]) * others + b] *
                                 before[(l * singles + w->p[i - 1]) * others + b] *
                                 (is_x ? of[l * y_steps + b]
                                  : b  ? 1
                                       : of[l]);
    }
}

static float score_ready(const float *of, const struct word *x, const struct ready *rx,
                         const struct word *y, const struct ready *ry)
{
    float rows[3][LETTERS + 1];
    for (int i = 0; i <= x->n; i++) {
        float *row = rows[i % 3], *above = rows[(i + 2) % 3], *second = rows[(i + 1) % 3];
        const float *one = of + (size_t)x->p[i] * y_steps;
        const float *two = i > 1 && x->two[i - 1] ? of + (size_t)x->two[i - 1] * y_steps : NULL;
        for (int j = 0; j <= y->n; j++) {
            float sum = i == 0 && j == 0 ? of[class_bias] : 0;
            size_t v = j > 1 ? y->two[j - 1] : 0;
            if (i > 0)
                sum += above[j] * rx->against[i][0];
            if (j > 0)
                sum += row[j - 1] * ry->against[j][0];
            if (i > 0 && j > 0)
                sum += above[j - 1] * rx->against[i][y->p[j]] * ry->against[j][x->p[i]];
            if (i > 0 && v)
                sum += above[j - 2] * one[v];
            if (two && j > 0)
                sum += second[j - 1] * two[y->p[j]];
            if (two && v)
                sum += second[j - 2] * two[v];
            if (i == 2 && j == 0 && x->article)
                sum += rows[0][0] * of[article_x];
            if (i == 0 && j == 2 && y->article)
                sum += row[0] * of[article_y];
            row[j] = sum > 1e-30f ? sum : 0;
        }
    }
    return rows[x->n % 3][y->n];
}

static void score_batch(const struct pair *batch, float *ret)
{
    static struct ready x, y[BATCH];
    memset(ret, 0, (size_t)BATCH * BATCH * sizeof *ret);
    for (int c = 0; c < classes; c++) {
        const float *of = power + (size_t)c * weights;
        for (int j = 0; j < BATCH; j++)
            make_ready(of, &batch[j].y, false, &y[j]);
        for (int i = 0; i < BATCH; i++) {
            make_ready(of, &batch[i].x, true, &x);
            for (int j = 0; j < BATCH; j++)
                ret[i * BATCH + j] += score_ready(of, &batch[i].x, &x, &batch[j].y, &y[j]);
        }
    }
    for (int i = 0; i < BATCH * BATCH; i++)
        ret[i] = logf(ret[i] + 1e-30f);
}

static void train(int rounds)
{
    size_t all = weights * (size_t)classes;
    float *scores = new_array((size_t)BATCH * BATCH, sizeof *scores);
    double *gradient = new_array(all, sizeof *gradient);
    double *seen = new_array(all, sizeof *seen);
    float *start = new_array(all, sizeof *start);
    memcpy(start, weight, all * sizeof *start);
    for (int round = 0; round < rounds; round++) {
        double loss = 0;
        size_t pushed = 0;
        double rate = round < rounds / 2
                          ? 0.1
                          : 0.1 * (1 - 0.8 * (round - rounds / 2) / (rounds - rounds / 2));
        shuffle();
        for (size_t from = 0; from + BATCH <= count; from += BATCH) {
            score_batch(pairs + from, scores);
            for (int i = 0; i < BATCH; i++, pushed += 2)
                loss += push(pairs + from, scores, i, true, gradient) +
                        push(pairs + from, scores, i, false, gradient);
            for (size_t k = 0; k < all; k++) {
                if (gradient[k] == 0)
                    continue;
                double g = gradient[k] - 1e-3 * (double)(weight[k] - start[k]);
                gradient[k] = 0;
                if (weight[k] < -79)
                    continue;
                seen[k] += g * g;
                weight[k] += (float)(rate * g / sqrt(seen[k] + 1));
                power[k] = expf(weight[k]);
            }
        }
        fprintf(stderr, "round %d: loss %.4f\n", round + 1, loss / (double)pushed);
    }
    free(scores);
    free(gradient);
    free(seen);
    free(start);
}

/* Rounds to what the table will hold. */
static void quantise(void)
{
    for (size_t i = 0; i < weights * (size_t)classes; i++) {
        if (weight[i] < -79)
            continue;
        float q = roundf(weight[i] * SCALE);
        weight[i] = (q > 127 ? 127 : q < -127 ? -127 : q) / SCALE;
    }
    set_power();
}

struct example {
    double x[3]; /* score, letters, 1 */
    double weight;
    bool match;
};

static struct example example_of(const struct word *x, const struct word *y, bool match,
                                 float weight_of)
{
    double s = score(x, y);
    return (struct example){{s < -20 ? -20 : s, x->n + y->n, 1}, (double)weight_of, match};
}

/* Solves a x = b, 3 by 3, by elimination. */
static void solve(double a[3][4])
{
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++) {
            double f = a[k][i] / a[i][i];
            for (int c = i; c < 4 && k != i; c++)
                a[k][c] -= f * a[i][c];
        }
    for (int i = 0; i < 3; i++)
        a[i][3] /= a[i][i];
}

/* Newton's method, from nothing. */
static void regress(const struct example *e, size_t n, double ret[3])
{
    ret[0] = ret[1] = ret[2] = 0;
    for (int round = 0; round < 30; round++) {
        double a[3][4] = {{1e-6, 0, 0, 0}, {0, 1e-6, 0, 0}, {0, 0, 1e-6, 0}};
        for (size_t i = 0; i < n; i++) {
            double t = 0;
            for (int k = 0; k < 3; k++)
                t += ret[k] * e[i].x[k];
            double p = 1 / (1 + exp(-t)), w = e[i].weight;
            for (int k = 0; k < 3; k++) {
                for (int c = 0; c < 3; c++)
                    a[k][c] += w * p * (1 - p) * e[i].x[k] * e[i].x[c];
                a[k][3] += w * (e[i].match - p) * e[i].x[k];
            }
        }
        solve(a);
        for (int k = 0; k < 3; k++)
            ret[k] += a[k][3];
    }
}

/* A thousand right pairs of one batch against all others of it, and against the nearest. */
static void fit(double ret_chance[3], double ret_near[3])
{
    float *scores = new_array((size_t)BATCH * BATCH, sizeof *scores);
    struct example *e = new_array((size_t)BATCH * (BATCH / 5 + 1), sizeof *e);
    size_t n = 0;
    for (int i = 0; i < BATCH; i++) {
        e[n++] = example_of(&pairs[i].x, &pairs[i].y, true, 1);
        for (int j = i % 5; j < BATCH; j += 5)
            if (i != j)
                e[n++] = example_of(&pairs[i].x, &pairs[j].y, false, 5.0f / BATCH);
    }
    regress(e, n, ret_chance);
    n = 0;
    score_batch(pairs, scores);
    for (int i = 0; i < BATCH; i++) {
        int rivals[HARD];
        float theirs[HARD] = {0};
        e[n++] = example_of(&pairs[i].x, &pairs[i].y, true, 1);
        for (int way = 0; way < 2; way++)
            if (hardest(pairs, scores, i, way, rivals, theirs) > 0)
                e[n++] = example_of(&pairs[way ? i : rivals[0]].x,
                                    &pairs[way ? rivals[0] : i].y, false, 0.5f);
    }
    regress(e, n, ret_near);
    free(scores);
    free(e);
}

static const char *x_name(size_t letter)
{
    static const char names[][2] = {"-", "a", "b", "c", "d", "e", "f", "g", "h", "i",
                                    "j", "k", "l", "m", "n", "o", "p", "q", "r", "s",
                                    "t", "u", "v", "w", "x", "y", "z", "?"};
    return names[letter];
}

static const char *y_name(size_t letter)
{
    return letter ? y_text[letter] : "-";
}

static void print_step(size_t step, bool of_x)
{
    size_t singles = of_x ? XS : ys;
    if (step < singles)
        printf("%s", of_x ? x_name(step) : y_name(step));
    if (step < singles)
        return;
    for (size_t a = 1; a < singles; a++)
        for (size_t b = 1; b < singles; b++)
            if ((of_x ? x_two[a][b] : y_two[a][b]) == step)
                printf("%s%s", of_x ? x_name(a) : y_name(a), of_x ? x_name(b) : y_name(b));
}

static int quantum(const float *of, size_t i)
{
    return (int)lroundf(of[i] * SCALE);
}

/* A line a letter and neighbour: what it stands against, and the weight. */
static void print_context(const float *of, enum context c, char name, bool of_x)
{
    size_t singles = of_x ? XS : YS, others = of_x ? YS : XS;
    for (size_t at = singles; at < singles * singles; at++) {
        bool open = false;
        for (size_t b = 0; b < others; b++) {
            int q = quantum(of, context_at[c] + at * others + b);
            if (abs(q) < 2)
                continue;
            if (!open) {
                printf("%c ", name);
                print_step(at / singles, of_x);
                printf(" ");
                print_step(at % singles, of_x);
            }
            open = true;
            printf(" ");
            print_step(b, !of_x);
            printf("%d", q);
        }
        if (open)
            printf("\n");
    }
}

static void print_class(const float *of)
{
    printf("class %d\narticle %d %d\n", quantum(of, class_bias), quantum(of, article_x),
           quantum(of, article_y));
    for (size_t u = 0; u < x_steps; u++) {
        bool open = false;
        for (size_t v = 0; v < y_steps; v++) {
            if (of[u * y_steps + v] < -79 || (v >= ys && v < YS))
                continue;
            if (!open) {
                printf("s ");
                print_step(u, true);
            }
            open = true;
            printf(" ");
            print_step(v, false);
            printf("%d", quantum(of, u * y_steps + v));
        }
        if (open)
            printf("\n");
    }
    print_context(of, X_NEXT, 'n', true);
    print_context(of, X_BEFORE, 'b', true);
    print_context(of, Y_NEXT, 'N', false);
    print_context(of, Y_BEFORE, 'B', false);
}

static void print_table(const double chance[3], const double near[3])
{
    printf("letters ");
    for (unsigned i = 1; i < ys; i++)
        printf("%s", y_text[i]);
    printf("\nscale %d\n", SCALE);
    printf("chance %.5f %.5f %.5f\nnear %.5f %.5f %.5f\n", chance[0], chance[1], chance[2],
           near[0], near[1], near[2]);
    for (int c = 0; c < classes; c++)
        print_class(weight + (size_t)c * weights);
}

static void print_note(const char *file)
{
    char line[1024];
    FILE *f = fopen(file, "r");
    if (!f)
        err_die("cannot open the note");
    while (fgets(line, sizeof line, f))
        fputs(line, stdout);
    fclose(f);
}

int main(int argc, char **argv)
{
    double chance[3], near[3];
    classes = argc == 5 ? atoi(argv[3]) : 0;
    if (classes < 1 || classes > CLASSES)
        err_die("usage: align_train PAIRS.tsv ROUNDS CLASSES NOTE.txt > TABLE.txt");
    print_note(argv[4]);
    read_pairs(argv[1]);
    number_steps();
    weights = (size_t)x_steps * y_steps;
    for (int c = 0; c < CONTEXTS; c++) {
        context_at[c] = weights;
        weights += c < Y_NEXT ? (size_t)XS * XS * YS : (size_t)YS * YS * XS;
    }
    article_x = weights++;
    article_y = weights++;
    class_bias = weights++;
    weight = new_array(weights * (size_t)classes, sizeof *weight);
    power = new_array(weights * (size_t)classes, sizeof *power);
    run_em(classes > 1 ? 14 : 8);
    weigh_against_chance();
    size_t kept = 0;
    for (size_t k = 0; k < count; k++)
        if (!pairs[k].bad)
            pairs[kept++] = pairs[k];
    count = kept;
    if (count < BATCH)
        err_die("too few pairs");
    train(atoi(argv[2]));
    quantise();
    fit(chance, near);
    print_table(chance, near);
    return 0;
}
