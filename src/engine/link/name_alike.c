/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How alike two tokens are.
 */
#include "engine/link/align.h"
#include "engine/link/kernel.h"
#include "engine/link/name_parts.h"

#include <math.h>

static double alike_by_form(const struct link_token *a, const struct link_token *b)
{
    struct link_form x[LINK_FORMS_MAX], y[LINK_FORMS_MAX];
    size_t n = link_forms_of(a->text, x), m = link_forms_of(b->text, y);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < m; k++)
            if (x[i].name == y[k].name)
                return x[i].full || y[k].full ? 0.96 : 0.95;
    return 0;
}

static double alike_spelling(struct link_word a, struct link_word b, bool one_sound)
{
    if (a.n == b.n && memcmp(a.p, b.p, a.n) == 0)
        return 1;
    double jw = link_jaro_winkler(a, b);
    if (jw < 0.75)
        return jw;
    unsigned d = link_osa(a, b), longest = a.n > b.n ? a.n : b.n;
    double value = jw < 0.94 ? jw : 0.94;
    double part = 1 - (double)d / longest;
    if (d == 1 && longest >= 5 && value < 0.92)
        value = 0.92;
    else if (d == 1 && value > 0.88 && longest < 5)
        value = 0.88;
    else if (d == 2 && longest >= 7 && value < 0.9)
        value = 0.9;
    else if (d > 2 && value > 0.89)
        value = part > 0.7 ? 0.89 : 0.84;
    /* Another spelling: the same consonants. */
    if (one_sound && longest >= 4 && part >= 0.5) {
        double spelt = 0.9 + 0.08 * part;
        if (value < spelt)
            value = spelt;
    }
    return value;
}

static struct link_align_word align_word(const struct link_people *p,
                                         const struct link_token *t)
{
    return (struct link_align_word){p->letters + t->letters_at, t->letter_count,
                                    t->flags & LINK_TOKEN_ARTICLE};
}

static double alike_aligned(const struct link_align_odds *odds)
{
    double least = odds->near < odds->chance ? odds->near : odds->chance;
    return 1 / (1 + exp(-least));
}

double link_token_alike(const struct link_people *p, uint32_t a, uint32_t b)
{
    if (a == b)
        return 1;
    const struct link_token *x = &p->tokens[a], *y = &p->tokens[b];
    double value = 0;
    if (x->flags & y->flags & LINK_TOKEN_FORM)
        value = alike_by_form(x, y);
    if (x->script == y->script) {
        struct link_word left = {p->letters + x->letters_at, x->letter_count},
                         right = {p->letters + y->letters_at, y->letter_count};
        double spelt = alike_spelling(left, right, x->sound && x->sound == y->sound);
        return spelt > value ? spelt : value;
    }
    if (x->script != LINK_LATIN && y->script == LINK_LATIN) {
        const struct link_token *t = x;
        x = y;
        y = t;
    }
    if (x->script != LINK_LATIN)
        return value;
    struct link_align_odds odds;
    if (!link_align(align_word(p, x), align_word(p, y), (enum link_script)y->script, &odds))
        return value;
    double spelt = alike_aligned(&odds);
    return spelt > value ? spelt : value;
}
