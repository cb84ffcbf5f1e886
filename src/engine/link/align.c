/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sum over all segmentations, letter by letter. Weights add up as small integers, and one
 * table look-up makes a factor of the sum.
 */
#include "engine/link/align.h"

#include "engine/link/align_table.h"
#include "engine/link/name_parts.h"

#include <math.h>

#define SIDE (LINK_TOKEN_LETTERS + 4u)
#define TINY 1e-30F

struct side {
    uint32_t n;
    uint8_t p[SIDE];          /* letters of the table, from 1; 0 at both ends */
    uint16_t two[SIDE];       /* [i]: the step of letters i - 1 and i; 0 none */
    const int8_t *next[SIDE]; /* weights of letter i, by a letter of the other side */
    const int8_t *before[SIDE];
    float alone[SIDE]; /* letter i against nothing */
};

static float power(int weight)
{
    return link_align_power[weight + LINK_ALIGN_LEAST];
}

/* A weight of steps[] as a factor. */
static float step_power(int8_t weight)
{
    return weight == LINK_ALIGN_NONE ? 0 : power(weight);
}

/* What the letters are to the table, and the weights that hang on them alone. */
static void prepare(struct side *s, const struct link_align_class *t, uint32_t y_letters,
                    bool is_x)
{
    uint32_t letters = is_x ? LINK_ALIGN_LATIN : y_letters;
    uint32_t others = is_x ? y_letters : LINK_ALIGN_LATIN;
    const int8_t *next = is_x ? t->x_next : t->y_next,
                 *before = is_x ? t->x_before : t->y_before;
    const uint16_t *two = is_x ? t->x_two : t->y_two;
    s->p[0] = s->p[s->n + 1] = 0;
    for (uint32_t i = 1; i <= s->n; i++) {
        uint32_t l = s->p[i];
        s->two[i] = i > 1 && l && s->p[i - 1] ? two[s->p[i - 1] * letters + l] : 0;
        s->next[i] = next + (size_t)(l * letters + s->p[i + 1]) * others;
        s->before[i] = before + (size_t)(l * letters + s->p[i - 1]) * others;
        int8_t own = l == 0 ? -4 * LINK_ALIGN_SCALE : t->steps[is_x ? l * t->y_steps : l];
        s->alone[i] = own == LINK_ALIGN_NONE ? 0 : power(own + s->next[i][0] + s->before[i][0]);
    }
}

/* Steps of two Latin letters that end at letter j, of 1 …, of the other word. */
static float row_step(const float *above, const int8_t *steps, const struct side *y, uint32_t j)
{
    float sum = y->p[j] ? above[j - 1] * step_power(steps[y->p[j]]) : 0;
    return y->two[j] ? sum + above[j - 2] * step_power(steps[y->two[j]]) : sum;
}

static float substitute(const struct side *x, const struct side *y, const int8_t *steps,
                        uint32_t i, uint32_t j)
{
    uint32_t a = x->p[i], b = y->p[j];
    int own = steps[b];
    return a == 0 || b == 0 || own == LINK_ALIGN_NONE
               ? 0
               : power(own + x->next[i][b] + x->before[i][b] + y->next[j][a] + y->before[j][a]);
}

static float sum_segmentations(const struct link_align_class *t, const struct side *x,
                               const struct side *y, bool y_article)
{
    float rows[3][SIDE];
    bool x_article = x->n > 4 && (x->p[1] == 1 || x->p[1] == 5) && x->p[2] == 12;
    for (uint32_t i = 0; i <= x->n; i++) {
        float *row = rows[i % 3], *above = rows[(i + 2) % 3], *second = rows[(i + 1) % 3];
        const int8_t *steps = t->steps + (size_t)x->p[i] * t->y_steps;
        const int8_t *two =
            i > 1 && x->two[i] ? t->steps + (size_t)x->two[i] * t->y_steps : NULL;
        float most = 0;
        for (uint32_t j = 0; j <= y->n; j++) {
            float sum = i == 0 && j == 0 ? power(t->bias) : 0;
            if (i > 0)
                sum += above[j] * x->alone[i];
            if (j > 0)
                sum += row[j - 1] * y->alone[j];
            if (i > 0 && j > 0)
                sum += above[j - 1] * substitute(x, y, steps, i, j);
            if (i > 0 && j > 1 && x->p[i] && y->two[j])
                sum += above[j - 2] * step_power(steps[y->two[j]]);
            if (two && j > 0)
                sum += row_step(second, two, y, j);
            if (i == 2 && j == 0 && x_article)
                sum += second[0] * power(t->x_article);
            if (i == 0 && j == 2 && y_article)
                sum += row[0] * power(t->y_article);
            row[j] = sum > TINY ? sum : 0;
            most = sum > most ? sum : most;
        }
        if (most <= TINY)
            return 0;
    }
    return rows[x->n % 3][y->n];
}

static const struct link_align_table *table_of(enum link_script script)
{
    switch (script) {
    case LINK_CYRILLIC:
        return &link_align_russian;
    case LINK_ARABIC:
        return &link_align_arabic;
    case LINK_HEBREW:
        return &link_align_hebrew;
    default:
        return NULL;
    }
}

bool link_align(struct link_align_word latin, struct link_align_word other,
                enum link_script script, struct link_align_odds *ret)
{
    const struct link_align_table *t = table_of(script);
    struct side x, y;
    if (!t || latin.n == 0 || other.n == 0)
        return false;
    x.n = latin.n < LINK_TOKEN_LETTERS ? latin.n : LINK_TOKEN_LETTERS;
    for (uint32_t i = 0; i < x.n; i++)
        x.p[i + 1] = latin.p[i] < LINK_ALIGN_LATIN ? latin.p[i] : LINK_ALIGN_LATIN - 1;
    if (other.article)
        other.p -= 2, other.n += 2;
    y.n = other.n < LINK_TOKEN_LETTERS ? other.n : LINK_TOKEN_LETTERS;
    for (uint32_t i = 0; i < y.n; i++)
        y.p[i + 1] = t->letter[other.p[i]];
    double sum = (double)TINY;
    for (int c = 0; c < LINK_ALIGN_CLASSES && t->classes[c]; c++) {
        prepare(&x, t->classes[c], t->letters, true);
        prepare(&y, t->classes[c], t->letters, false);
        sum += (double)sum_segmentations(t->classes[c], &x, &y, other.article);
    }
    double score = log(sum);
    double letters = x.n + y.n, held = score < -20 ? -20 : score;
    *ret = (struct link_align_odds){
        .score = score,
        .chance = t->chance[0] * held + t->chance[1] * letters + t->chance[2],
        .near = t->near[0] * held + t->near[1] * letters + t->near[2],
    };
    return true;
}

double link_align_score(struct str latin, struct str other, enum link_script script)
{
    uint8_t x[LINK_TOKEN_LETTERS + 2], y[LINK_TOKEN_LETTERS + 2];
    struct link_align_odds odds;
    bool none, article;
    size_t n = link_letters(latin, x, &none), m = link_letters(other, y, &article);
    struct link_align_word a = {x, (uint32_t)n, false},
                           b = {y + 2 * article, (uint32_t)m, article};
    return link_align(a, b, script, &odds) ? odds.chance : (double)NAN;
}
