/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/link/kernel_sets.h"

#include <stdbool.h>

static unsigned letters_of(struct link_word w)
{
    return w.n < LINK_WORD_MAX ? w.n : LINK_WORD_MAX;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

double link_reference_jaro_winkler(struct link_word a, struct link_word b)
{
    unsigned an = letters_of(a), bn = letters_of(b), longer = an > bn ? an : bn;
    unsigned range = longer / 2 > 1 ? longer / 2 - 1 : 0;
    bool in_a[LINK_WORD_MAX] = {false}, in_b[LINK_WORD_MAX] = {false};
    unsigned same = 0, swapped = 0, prefix = 0;
    for (unsigned j = 0; j < bn; j++) {
        for (unsigned i = j > range ? j - range : 0; i < an && i <= j + range; i++) {
            if (in_a[i] || a.p[i] != b.p[j])
                continue;
            in_a[i] = in_b[j] = true;
            same++;
            break;
        }
    }
    for (unsigned i = 0, j = 0; j < bn; j++) {
        if (!in_b[j])
            continue;
        while (!in_a[i])
            i++;
        swapped += a.p[i++] != b.p[j];
    }
    while (prefix < least(least(an, bn), 4) && a.p[prefix] == b.p[prefix])
        prefix++;
    return link_jaro_winkler_of(an, bn, same, swapped, prefix);
}

/* Rows of the table of Wagner and Fischer: this one and the two before. */
static unsigned edit_distance(struct link_word a, struct link_word b, bool swaps)
{
    unsigned an = letters_of(a), bn = letters_of(b);
    unsigned row[3][LINK_WORD_MAX + 1];
    for (unsigned j = 0; j <= bn; j++) {
        unsigned *now = row[j % 3], *before = row[(j + 2) % 3], *earlier = row[(j + 1) % 3];
        for (unsigned i = 0; i <= an; i++) {
            if (i == 0 || j == 0) {
                now[i] = i + j;
                continue;
            }
            now[i] = least(least(now[i - 1], before[i]) + 1,
                           before[i - 1] + (a.p[i - 1] != b.p[j - 1]));
            if (swaps && i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1])
                now[i] = least(now[i], earlier[i - 2] + 1);
        }
    }
    return row[bn % 3][an];
}

unsigned link_reference_levenshtein(struct link_word a, struct link_word b)
{
    return edit_distance(a, b, false);
}

unsigned link_reference_osa(struct link_word a, struct link_word b)
{
    return edit_distance(a, b, true);
}
