/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Accounts that give no number but speak of persons, groups or events: these are counted through
 * their nodes, each once. Judgements join nodes; of several about one pair the last stands.
 */
#include "base/sort.h"
#include "work/figure_parts.h"

#include <math.h>

/* ---- joining ---- */

static size_t root_of(size_t *parent, size_t x)
{
    while (parent[x] != x) {
        parent[x] = parent[parent[x]];
        x = parent[x];
    }
    return x;
}

static size_t join(size_t *parent, size_t count, const struct work_node_link *links,
                   size_t link_count, bool unsure)
{
    size_t left = count;
    for (size_t i = 0; i < count; i++)
        parent[i] = i;
    for (size_t i = 0; i < link_count; i++) {
        if (links[i].value != JUDGEMENT_SAME && !(unsure && links[i].value == JUDGEMENT_UNSURE))
            continue;
        size_t a = root_of(parent, links[i].a), b = root_of(parent, links[i].b);
        parent[a > b ? a : b] = a > b ? b : a;
        left -= a != b;
    }
    for (size_t i = 0; i < count; i++)
        parent[i] = root_of(parent, i);
    return left;
}

void work_figure_join(struct arena *a, size_t nodes, const struct work_node_link *links,
                      size_t count, struct work_nodes *ret, size_t **ret_component)
{
    size_t *component = ARENA_NEW(a, nodes + 1, size_t);
    ret->nodes = nodes;
    ret->low = join(component, nodes, links, count, true);
    ret->high = join(component, nodes, links, count, false);
    ret->conflicts = 0;
    for (size_t i = 0; i < count; i++)
        ret->conflicts += links[i].value == JUDGEMENT_DIFFERENT &&
                          component[links[i].a] == component[links[i].b];
    *ret_component = component;
}

/* ---- nodes of the accounts ---- */

struct counting {
    struct figure_work *w;
    enum node_type type;
    struct figure_map accounts; /* that give no number: to a number of their own */
    size_t account_count;
    size_t *first, *next; /* statements without a number of an account, in a chain */
    size_t *account_of;   /* of each node */
    size_t count, cap;
    struct figure_map by_id;
    struct pair {
        size_t a, b;
        size_t order;
        enum judgement_value value;
    } * pairs;
    size_t pair_count, pair_cap;
};

static enum node_type type_of(enum counting_unit unit)
{
    switch (unit) {
    case UNIT_INDIVIDUAL:
        return NODE_PERSON;
    case UNIT_GROUP:
        return NODE_GROUP;
    case UNIT_EVENT:
        return NODE_EVENT;
    default:
        return NODE_NONE;
    }
}

static bool one_by_one(const struct weigh_statement *t)
{
    return isnan(t->low) && isnan(t->high) && t->stance != STANCE_DENIES &&
           t->stance != STANCE_REQUESTS && t->stance != STANCE_NO_COMMENT;
}

static struct str whom_of(const struct figure_work *w, size_t statement)
{
    size_t low = 0, high = w->whom_count;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (w->whoms[mid].statement < statement)
            low = mid + 1;
        else
            high = mid;
    }
    return low < w->whom_count && w->whoms[low].statement == statement ? w->whoms[low].whom
                                                                       : (struct str){0};
}

/* Does a statement of the account mean this node: by its id, or as all? */
static bool is_meant(const struct counting *c, size_t account, struct str node)
{
    for (size_t i = c->first[account]; i != FIGURE_NO; i = c->next[i]) {
        struct str whom = whom_of(c->w, i);
        if (!whom.p || str_eq(whom, node))
            return true;
    }
    return false;
}

static int take_node(void *context, const struct record *r, struct err *err)
{
    struct counting *c = context;
    const struct record_node *n = &r->u.node;
    (void)err;
    if (n->type != c->type || !n->account.p)
        return 0;
    size_t account = figure_map_find(&c->accounts, n->account);
    if (account == FIGURE_NO || figure_map_find(&c->by_id, n->id) != FIGURE_NO ||
        !is_meant(c, account, n->id))
        return 0;
    figure_map_add(&c->by_id, arena_copy(c->w->a, n->id), c->count);
    ARENA_PUSH(c->w->a, c->account_of, c->count, c->cap, account);
    return 0;
}

static int take_judgement(void *context, const struct record *r, struct err *err)
{
    struct counting *c = context;
    const struct record_judgement *j = &r->u.judgement;
    (void)err;
    size_t a = figure_map_find(&c->by_id, j->a), b = figure_map_find(&c->by_id, j->b);
    if (a == FIGURE_NO || b == FIGURE_NO || a == b)
        return 0;
    struct pair p = {a < b ? a : b, a < b ? b : a, c->pair_count, j->value};
    ARENA_PUSH(c->w->a, c->pairs, c->pair_count, c->pair_cap, p);
    return 0;
}

static int by_pair(const void *pa, const void *pb)
{
    const struct pair *x = pa, *y = pb;
    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    if (x->b != y->b)
        return x->b < y->b ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

/* The last judgement of each pair. */
static size_t last_links(struct counting *c, struct work_node_link **ret)
{
    sort_items(c->pairs, c->pair_count, sizeof *c->pairs, by_pair);
    struct work_node_link *links = ARENA_NEW(c->w->a, c->pair_count + 1, struct work_node_link);
    size_t count = 0;
    for (size_t i = 0; i < c->pair_count; i++) {
        const struct pair *p = &c->pairs[i];
        if (i + 1 < c->pair_count && p[1].a == p->a && p[1].b == p->b)
            continue;
        links[count++] = (struct work_node_link){p->a, p->b, p->value};
    }
    *ret = links;
    return count;
}

/* ---- origins of each ---- */

/* Sources that a circle joins have one origin, also a possible one. */
static size_t *origins_of(struct arena *a, const struct weigh_case *c,
                          const struct weigh_result *r)
{
    size_t *origin = ARENA_NEW(a, c->source_count + 1, size_t);
    for (size_t i = 0; i < c->source_count; i++)
        origin[i] = i;
    for (size_t i = 0; i < r->circle_count; i++) {
        const struct weigh_circle *k = &r->circles[i];
        for (size_t m = 1; m < k->count; m++) {
            size_t x = root_of(origin, k->sources[0]), y = root_of(origin, k->sources[m]);
            origin[x > y ? x : y] = x > y ? y : x;
        }
    }
    for (size_t i = 0; i < c->source_count; i++)
        origin[i] = root_of(origin, i);
    return origin;
}

static size_t count_single(struct counting *c, const size_t *component, const size_t *origin)
{
    struct arena *a = c->w->a;
    size_t *seen = ARENA_NEW(a, c->count + 1, size_t), single = 0;
    bool *several = ARENA_NEW(a, c->count + 1, bool);
    for (size_t i = 0; i < c->count; i++)
        seen[i] = FIGURE_NO;
    for (size_t i = 0; i < c->count; i++) {
        size_t k = component[i];
        for (size_t s = c->first[c->account_of[i]]; s != FIGURE_NO; s = c->next[s]) {
            size_t o = origin[c->w->statements[s].source];
            several[k] |= seen[k] != FIGURE_NO && seen[k] != o;
            seen[k] = o;
        }
    }
    for (size_t i = 0; i < c->count; i++)
        single += component[i] == i && !several[i];
    return single;
}

/* ---- the whole ---- */

static void index_accounts(struct counting *c, struct work_nodes *n)
{
    struct figure_work *w = c->w;
    c->first = ARENA_NEW(w->a, w->statement_count + 1, size_t);
    c->next = ARENA_NEW(w->a, w->statement_count + 1, size_t);
    for (size_t i = 0; i < w->statement_count; i++) {
        if (!one_by_one(&w->statements[i]))
            continue;
        n->statements++;
        size_t at = figure_map_find(&c->accounts, w->accounts[i]);
        if (at == FIGURE_NO) {
            at = c->account_count++;
            figure_map_add(&c->accounts, w->accounts[i], at);
            c->first[at] = FIGURE_NO;
        }
        c->next[i] = c->first[at];
        c->first[at] = i;
    }
}

#define ONE_BY_ONE_MAX                                                                         \
    1000 /* accounts that are asked one by one, and not all nodes looked at */

static int load_nodes(struct counting *c, struct err *err)
{
    int r = 0;
    if (c->account_count > ONE_BY_ONE_MAX)
        return archive_each_coded(c->w->archive, RECORD_NODE, (struct str){0},
                                  PURPOSE_STATISTICS, take_node, c, err);
    for (size_t i = 0; i < c->accounts.size && !r; i++)
        if (c->accounts.slots[i].id.p)
            r = archive_each_coded(c->w->archive, RECORD_NODE, c->accounts.slots[i].id,
                                   PURPOSE_STATISTICS, take_node, c, err);
    return r;
}

int figure_count_nodes(struct figure_work *w, const struct weigh_case *c,
                       const struct weigh_result *r, struct work_nodes *ret, struct err *err)
{
    struct counting k = {.w = w, .type = type_of(w->query.unit)};
    struct work_nodes n = {0};
    k.accounts.a = k.by_id.a = w->a;
    index_accounts(&k, &n);
    int e = k.type ? load_nodes(&k, err) : 0;
    if (!e && k.count > 1)
        e = archive_each_coded(w->archive, RECORD_JUDGEMENT, (struct str){0},
                               PURPOSE_STATISTICS, take_judgement, &k, err);
    if (e)
        return e;
    struct work_node_link *links;
    size_t *component, link_count = last_links(&k, &links);
    bool *names = ARENA_NEW(w->a, k.account_count + 1, bool);
    for (size_t i = 0; i < k.count; i++)
        names[k.account_of[i]] = true;
    for (size_t i = 0; i < k.account_count; i++)
        for (size_t s = k.first[i]; s != FIGURE_NO && !names[i]; s = k.next[s])
            n.without++;
    work_figure_join(w->a, k.count, links, link_count, &n, &component);
    n.single = count_single(&k, component, origins_of(w->a, c, r));
    *ret = n;
    return 0;
}
