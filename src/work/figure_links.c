/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who has it from whom, for one figure. A derivation may be written between accounts, sources or
 * statements. That a report comes from another is said of what is in this figure alone:
 *
 *   its own statements come from the other's source;
 *   what somebody without a name says in it, and nowhere else, comes from whoever is described
 *   alike in the other, or else from the other's source: two copies of "a guard" are one guard;
 *   what a named source says in it is that source's, whoever passed it on.
 *
 * A report that is not in the figure itself still joins what comes from it, so it is followed.
 * What comes from a figure of ours comes from us.
 */
#include "base/text.h"
#include "work/figure_parts.h"

struct link {
    struct record_derivation d;
    enum record_kind from, to;
    struct str from_source, to_source; /* of accounts */
};

struct linking {
    struct figure_work *w;
    struct link *items;
    size_t count, cap;
    struct figure_map statements, accounts; /* accounts: that are in the figure, or reached */
    size_t account_count, with_statements;  /* those come first */
    size_t *first, *next; /* statements of an account, in a chain that ends with FIGURE_NO */
    struct str
        *only_in; /* of a source: the account in which alone it speaks; p == NULL: none */
};

static int take_link(void *context, const struct record *r, struct err *err)
{
    struct linking *l = context;
    struct arena *a = l->w->a;
    (void)err;
    struct link link = {.d = r->u.derivation};
    link.d.id = arena_copy(a, link.d.id);
    link.d.from = arena_copy(a, link.d.from);
    link.d.to = arena_copy(a, link.d.to);
    ARENA_PUSH(a, l->items, l->count, l->cap, link);
    return 0;
}

static int find_end(struct linking *l, struct str id, enum record_kind *ret_kind,
                    struct str *ret_source, struct err *err)
{
    struct str whole;
    int r = archive_find(l->w->archive, l->w->a, id, 0, ret_kind, &whole, err);
    if (!r && *ret_kind == RECORD_ACCOUNT)
        r = archive_source_of(l->w->archive, l->w->a, id, ret_source, err);
    return r;
}

static bool reached(const struct linking *l, struct str account)
{
    return figure_map_find(&l->accounts, account) != FIGURE_NO;
}

static void reach(struct linking *l, struct str account)
{
    if (!reached(l, account))
        figure_map_add(&l->accounts, account, l->account_count++);
}

size_t figure_silent_source(struct figure_work *w, struct str id)
{
    size_t at = figure_map_find(&w->by_source, id);
    if (at != FIGURE_NO)
        return at;
    struct weigh_source s = {.id = id, .terms = ATTRIBUTION_ANONYMITY};
    ARENA_PUSH(w->a, w->sources, w->source_count, w->source_cap, s);
    figure_map_add(&w->by_source, id, w->source_count - 1);
    return w->source_count - 1;
}

static void add(struct linking *l, struct weigh_ref from, struct weigh_ref to,
                const struct record_derivation *d)
{
    struct figure_work *w = l->w;
    struct weigh_derivation made = {from, to, d->kind, d->certainty};
    ARENA_PUSH(w->a, w->derivations, w->derivation_count, w->derivation_cap, made);
}

static struct weigh_ref source_ref(size_t at)
{
    return (struct weigh_ref){false, at};
}

/* Our own release, as something that others may have it from. */
static struct weigh_ref our_ref(struct linking *l, struct str figure)
{
    struct figure_work *w = l->w;
    struct weigh_ref ref = source_ref(figure_silent_source(w, figure));
    for (size_t i = 0; i < w->our_count; i++)
        if (w->ours[i].at == ref.at)
            return ref;
    ARENA_PUSH(w->a, w->ours, w->our_count, w->our_cap, ref);
    return ref;
}

/* ---- from account to account ---- */

static bool nameless(const struct weigh_source *s)
{
    return !s->label.p && s->description.p;
}

static struct str folded(struct arena *a, struct str s)
{
    BUF_AUTO b;
    buf_init(&b, RECORD_TEXT_MAX * 4);
    text_fold(&b, s, false);
    return arena_copy(a, buf_str(&b));
}

static size_t first_of(const struct linking *l, struct str account)
{
    size_t at = figure_map_find(&l->accounts, account);
    return at < l->with_statements ? l->first[at] : FIGURE_NO;
}

/* Who in the account `to` is described as `source` is; else the account's own source. */
static size_t alike(struct linking *l, size_t source, const struct link *link)
{
    const struct figure_work *w = l->w;
    struct str want = folded(w->a, w->sources[source].description);
    for (size_t i = first_of(l, link->d.to); i != FIGURE_NO; i = l->next[i]) {
        size_t other = w->statements[i].source;
        if (other != source && nameless(&w->sources[other]) &&
            str_eq(folded(w->a, w->sources[other].description), want))
            return other;
    }
    return figure_silent_source(l->w, link->to_source);
}

/* What stands in the account comes from `to`, but for what named sources say in it. */
static void link_account(struct linking *l, const struct link *link, struct weigh_ref to)
{
    struct figure_work *w = l->w;
    size_t own = figure_silent_source(w, link->from_source), last = FIGURE_NO;
    add(l, source_ref(own), to, &link->d);
    for (size_t i = first_of(l, link->d.from); i != FIGURE_NO; i = l->next[i]) {
        size_t s = w->statements[i].source;
        if (s == own || s == last || !nameless(&w->sources[s]) || !l->only_in[s].p)
            continue;
        add(l, source_ref(s), link->to == RECORD_ACCOUNT ? source_ref(alike(l, s, link)) : to,
            &link->d);
        last = s;
    }
}

/* ---- all of them ---- */

/* False: a statement that is not in the figure. */
static bool end_ref(struct linking *l, enum record_kind kind, struct str id, struct str source,
                    struct weigh_ref *ret)
{
    struct figure_work *w = l->w;
    if (kind == RECORD_FIGURE) {
        *ret = our_ref(l, id);
        return true;
    }
    if (kind == RECORD_STATEMENT) {
        *ret = (struct weigh_ref){true, figure_map_find(&l->statements, id)};
        return ret->at != FIGURE_NO;
    }
    *ret = source_ref(figure_silent_source(w, kind == RECORD_ACCOUNT ? source : id));
    return true;
}

/* Has `from` a part in the figure? */
static bool active(const struct linking *l, const struct link *link)
{
    if (link->from == RECORD_ACCOUNT)
        return reached(l, link->d.from);
    if (link->from == RECORD_STATEMENT)
        return figure_map_find(&l->statements, link->d.from) != FIGURE_NO;
    return figure_map_find(&l->w->by_source, link->d.from) != FIGURE_NO;
}

static void follow(struct linking *l, const struct link *link)
{
    struct weigh_ref from, to;
    if (!end_ref(l, link->to, link->d.to, link->to_source, &to))
        return;
    if (link->to == RECORD_ACCOUNT)
        reach(l, link->d.to);
    if (link->from == RECORD_ACCOUNT)
        link_account(l, link, to);
    else if (end_ref(l, link->from, link->d.from, link->from_source, &from))
        add(l, from, to, &link->d);
}

/* Which statements an account has, and which sources speak in one account only. */
static void index_accounts(struct linking *l)
{
    struct figure_work *w = l->w;
    bool *several = ARENA_NEW(w->a, w->source_count + 1, bool);
    l->only_in = ARENA_NEW(w->a, w->source_count + 1, struct str);
    l->first = ARENA_NEW(w->a, w->statement_count + 1, size_t);
    l->next = ARENA_NEW(w->a, w->statement_count + 1, size_t);
    for (size_t i = w->statement_count; i-- > 0;) {
        size_t s = w->statements[i].source, before = l->account_count;
        reach(l, w->accounts[i]);
        size_t account = figure_map_find(&l->accounts, w->accounts[i]);
        l->next[i] = l->account_count > before ? FIGURE_NO : l->first[account];
        l->first[account] = i;
        several[s] |= l->only_in[s].p && !str_eq(l->only_in[s], w->accounts[i]);
        l->only_in[s] = w->accounts[i];
    }
    l->with_statements = l->account_count;
    for (size_t i = 0; i < w->source_count; i++)
        if (several[i])
            l->only_in[i] = (struct str){0};
}

int figure_find_links(struct figure_work *w, struct err *err)
{
    struct linking l = {.w = w};
    l.accounts.a = w->a;
    int r = archive_each_coded(w->archive, RECORD_DERIVATION, (struct str){0},
                               PURPOSE_STATISTICS, take_link, &l, err);
    for (size_t i = 0; i < l.count && !r; i++) {
        r = find_end(&l, l.items[i].d.from, &l.items[i].from, &l.items[i].from_source, err);
        if (!r)
            r = find_end(&l, l.items[i].d.to, &l.items[i].to, &l.items[i].to_source, err);
        if (r == ERR_MISSING) { /* shredded, or not here: it joins nothing that is */
            l.items[i--] = l.items[--l.count];
            r = 0;
        }
    }
    if (r || l.count == 0)
        return r;
    figure_index_statements(w, &l.statements);
    index_accounts(&l);
    bool *done = ARENA_NEW(w->a, l.count + 1, bool), more = true;
    while (more) {
        more = false;
        for (size_t i = 0; i < l.count; i++)
            if (!done[i] && active(&l, &l.items[i])) {
                done[i] = more = true;
                follow(&l, &l.items[i]);
            }
    }
    return 0;
}
