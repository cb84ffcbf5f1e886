/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * "home" in one list, "town" in another: columns of one role that no list has both of are one
 * field, when their values say so. Where a list has several columns of the role, that one is
 * taken with which most values are shared.
 */
#include "base/text.h"
#include "engine/link/config_parts.h"

#define SHARED_LEAST 0.02

static void add_values(const struct link_column *c, struct link_intern *t)
{
    BUF_AUTO fold;
    buf_init(&fold, 1u << 20);
    for (uint32_t k = 1; k < c->texts; k++) {
        buf_clear(&fold);
        text_fold(&fold, str_slice(link_column_text(c, k), 0, 1000), false);
        (void)link_intern_add(t, buf_str(&fold));
    }
}

/* The share of the fewer values that are values of the other column too. */
static double shared(const struct link_guess *g, uint32_t a, uint32_t b)
{
    ARENA_AUTO arena = {0};
    struct link_intern t;
    link_intern_open(&t, &arena);
    add_values(&g->data->columns[a], &t);
    size_t of_a = t.count - 1;
    add_values(&g->data->columns[b], &t);
    size_t of_b = g->data->columns[b].texts - 1, both = of_a + of_b - (t.count - 1);
    size_t fewer = of_a < of_b ? of_a : of_b;
    link_intern_close(&t);
    return fewer ? (double)both / (double)fewer : 0;
}

static bool is_joined(enum link_role r)
{
    return r == LINK_ROLE_EVENT || r >= LINK_ROLE_SEX;
}

/* The lists of a column and of those that are the same as it. */
static uint64_t lists_of(const struct link_guess *g, uint32_t k)
{
    uint64_t lists = g->facts[k].lists;
    for (uint32_t j = k + 1; j < g->data->column_count; j++)
        if (str_eq(g->columns[j].same, g->columns[k].header))
            lists |= g->facts[j].lists;
    return lists;
}

void link_guess_same(struct link_guess *g)
{
    for (uint32_t k = 1; k < g->data->column_count; k++) {
        enum link_role role = g->columns[k].role;
        uint32_t best = UINT32_MAX;
        double most = -1;
        for (uint32_t j = 0; j < k && is_joined(role); j++) {
            if (g->columns[j].role != role || g->columns[j].same.n ||
                (lists_of(g, j) & g->facts[k].lists))
                continue;
            bool loose = role == LINK_ROLE_SEX || role == LINK_ROLE_EVENT ||
                         (g->facts[j].script != g->facts[k].script &&
                          g->facts[j].letters > 0.5 && g->facts[k].letters > 0.5);
            double s = shared(g, j, k);
            if ((s >= SHARED_LEAST || loose) && s > most) {
                most = s;
                best = j;
            }
        }
        if (best == UINT32_MAX)
            continue;
        g->columns[k].same = g->columns[best].header;
        g->columns[k].why = STR("what other lists have instead");
    }
}
