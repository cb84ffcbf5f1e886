/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/consent.h"

#include "work/figure.h"

struct gather {
    struct arena *a;
    struct record *items;
    size_t count, cap;
};

/* The strings of a record hold for the call alone. */
static int keep_terms(void *context, const struct record *r, struct err *err)
{
    struct gather *g = context;
    (void)err;
    struct record copy = *r;
    struct record_terms *t = &copy.u.terms;
    struct str *const fields[] = {&t->id, &t->of, &t->reason, &t->expires, &t->withdrawn};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (fields[i]->p)
            *fields[i] = fields[i]->n ? arena_copy(g->a, *fields[i]) : STR("");
    ARENA_PUSH(g->a, g->items, g->count, g->cap, copy);
    return 0;
}

static int figures_on(struct archive *archive, struct arena *a, struct consent *c,
                      struct err *err)
{
    struct str *ids;
    size_t count;
    int r = archive_figures_on(archive, a, c->account, &ids, &count, err);
    if (r)
        return r;
    struct record *figures = ARENA_NEW(a, count ? count : 1, struct record);
    for (size_t i = 0; i < count && !r; i++) {
        struct work_figure_kept kept = {0};
        r = work_figure_kept(archive, a, ids[i], &kept, err);
        record_init(&figures[i], RECORD_FIGURE);
        figures[i].u.figure = kept.figure;
        figures[i].u.figure.wording = kept.sentence; /* its sources as the terms now allow */
    }
    c->figures = figures;
    c->figure_count = count;
    return r;
}

int work_consent(struct archive *archive, struct arena *a, struct str account,
                 struct consent *ret, struct err *err)
{
    struct consent c = {.account = account};
    struct archive_account now;
    struct gather g = {.a = a};
    ARENA_AUTO scratch = {0};
    int r = archive_account(archive, a, account, PURPOSE_HELP, &now, err);
    if (!r)
        r = archive_each_record(archive, &scratch, RECORD_TERMS, account, PURPOSE_HELP,
                                keep_terms, &g, err);
    if (!r)
        r = figures_on(archive, a, &c, err);
    if (r)
        return r;
    c.state = now.terms;
    c.history = g.items;
    c.history_count = g.count;
    *ret = c;
    return 0;
}

static int check_open(struct archive *archive, struct arena *a, struct str account,
                      struct err *err)
{
    struct archive_account now;
    int r = archive_account(archive, a, account, PURPOSE_HELP, &now, err);
    if (!r && (now.shredded || now.locked))
        r = err_set(err, ERR_REFUSED, "%.*s %s; its terms cannot be changed", (int)account.n,
                    account.p,
                    now.shredded ? "was shredded" : "is locked: this device has no key for it");
    return r;
}

int work_consent_change(struct archive *archive, struct arena *a, struct str account,
                        const struct consent_change *change, struct str today,
                        struct consent *ret, struct err *err)
{
    struct consent before;
    int r = check_open(archive, a, account, err);
    if (!r)
        r = work_consent(archive, a, account, &before, err);
    if (r)
        return r;
    struct record fresh;
    record_init(&fresh, RECORD_TERMS);
    struct record_terms *t = &fresh.u.terms;
    if (before.history_count)
        *t = before.history[before.history_count - 1].u.terms;
    t->id = id_print(a, id_new());
    t->of = account;
    if (!before.history_count) {
        t->attribution = before.state.attribution;
        t->purposes = before.state.purposes;
    }
    if (change->attribution)
        t->attribution = change->attribution;
    if (change->purposes_given)
        t->purposes = change->purposes;
    if (change->expires.p || change->forever)
        t->expires = change->expires;
    if (change->reason.p)
        t->reason = change->reason;
    t->withdrawn = change->withdraw ? today : (struct str){NULL, 0};
    r = archive_append(archive, &fresh, 1, err);
    return r ? r : work_consent(archive, a, account, ret, err);
}
