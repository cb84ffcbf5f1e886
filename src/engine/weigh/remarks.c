/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What stands behind the claim and the verdict: numbers that do not agree, other units, earlier
 * versions, denials, what could not be verified, and what is left out.
 */
#include "base/sort.h"
#include "engine/weigh/say.h"

#include <math.h>
#include <stdlib.h>

#define DATES_MAX 4

/* ---- what each gave ---- */

static void say_own_figure(struct say *s, const struct weigh_statement *t)
{
    bool low = !isnan(t->low), high = !isnan(t->high);
    if (low && high && t->low == t->high) {
        if (t->bound == FIGURE_APPROX)
            say_add(s, "about ");
        weigh_say_number(s->out, t->low);
    } else if (low && high) {
        weigh_say_number(s->out, t->low);
        say_add(s, " to ");
        weigh_say_number(s->out, t->high);
    } else if (high) {
        say_add(s, "up to ");
        weigh_say_number(s->out, t->high);
    } else {
        weigh_say_number(s->out, t->low);
        say_add(s, " as a lower limit");
    }
}

struct entry {
    const struct weigh_statement *t;
    struct weigh_voice voice;
    struct time_days days;
};

static int compare_number(double a, double b)
{
    a = isnan(a) ? -1 : a;
    b = isnan(b) ? -1 : b;
    return a < b ? -1 : a > b;
}

static int compare_entries(const void *pa, const void *pb)
{
    const struct entry *a = pa, *b = pb;
    int c = weigh_voice_compare(&a->voice, &b->voice);
    if (!c)
        c = time_compare(a->days, b->days);
    if (!c)
        c = compare_number(a->t->low, b->t->low);
    if (!c)
        c = compare_number(a->t->high, b->t->high);
    if (!c)
        c = a->t->bound < b->t->bound ? -1 : a->t->bound > b->t->bound;
    if (!c)
        c = str_compare(a->t->what, b->t->what);
    if (!c)
        c = str_compare(a->t->when, b->t->when);
    return c ? c : str_compare(a->t->id, b->t->id);
}

/* Statements in an order that does not depend on the input's; the silent ones at the end. */
struct entries {
    struct entry *items;
    size_t count;       /* of the items */
    size_t all, spoken; /* that passed; of them, those that may be spoken of */
};

static void sift_down(struct entry *heap, size_t count, size_t at)
{
    for (;;) {
        size_t last = at, k = 2 * at + 1;
        if (k < count && compare_entries(&heap[k], &heap[last]) > 0)
            last = k;
        if (k + 1 < count && compare_entries(&heap[k + 1], &heap[last]) > 0)
            last = k + 1;
        if (last == at)
            return;
        struct entry e = heap[at];
        heap[at] = heap[last];
        heap[last] = e;
        at = last;
    }
}

/* Those that pass `test`; the items are those that `listed` (NULL: all) lets in, and with `most`
 * above 0 only so many of the first: of very many nobody reads more. */
static struct entries gather_entries(const struct say *s, claim_test *test, claim_test *listed,
                                     size_t most)
{
    const struct weigh_case *c = s->w->c;
    size_t room = most ? most : c->statement_count;
    struct entries e = {.items = arena_alloc(s->w->a, room + 1, sizeof *e.items)};
    struct entry x = {0};
    for (size_t i = 0; i < c->statement_count; i++) {
        if (!test(s, i))
            continue;
        const struct weigh_statement *t = say_statement(s, i);
        if (e.all++ == 0 || t->source != x.t->source)
            x.voice = weigh_voice_of(c, s->nameable, t->source, s->plain);
        x.t = t;
        x.days = s->w->when[i].days;
        e.spoken += x.voice.kind != VOICE_SILENT;
        if (listed && !listed(s, i))
            continue;
        if (e.count < room) {
            e.items[e.count++] = x;
            for (size_t k = e.count / 2; most && e.count == room && k-- > 0;)
                sift_down(e.items, e.count, k);
        } else if (compare_entries(&x, &e.items[0]) < 0) {
            e.items[0] = x;
            sift_down(e.items, e.count, 0);
        }
    }
    sort_items(e.items, e.count, sizeof *e.items, compare_entries);
    return e;
}

static void say_contest(struct say *s)
{
    if (!s->w->figures_disagree)
        return;
    struct entries e = gather_entries(s, say_in_claim, NULL, SAY_LIST_MAX);
    say_begin(s);
    say_add(s, "the numbers given do not agree");
    if (e.spoken == e.all && e.all <= SAY_LIST_MAX)
        for (size_t i = 0; i < e.count; i++) {
            say_add(s, i == 0 ? ": " : i + 1 == e.count ? " and " : ", ");
            say_own_figure(s, e.items[i].t);
            say_add(s, " from ");
            weigh_say_voice(s->out, &e.items[i].voice, 1);
        }
    say_end(s, true);
}

static bool is_revised(const struct say *s, size_t i)
{
    return s->w->fates[i].state == WEIGH_REVISED;
}

static bool can_be_listed(const struct say *s, size_t i)
{
    const struct weigh_statement *t = say_statement(s, i);
    return (weigh_has_figure(t) && t->unit == s->w->r->unit) || say_words(s, t->what).p;
}

/* History stays visible: what was said before, by whom and when. */
static void say_history(struct say *s)
{
    struct entries e = gather_entries(s, is_revised, can_be_listed, SAY_LIST_MAX);
    const struct entry *items = e.items;
    size_t listed = 0;
    if (e.all == 0)
        return;
    say_begin(s);
    say_add(s, "earlier versions are kept");
    for (size_t i = 0; i < e.count && items[i].voice.kind != VOICE_SILENT; i++) {
        struct str act = say_words(s, items[i].t->what);
        bool figure = weigh_has_figure(items[i].t) && items[i].t->unit == s->w->r->unit;
        say_add(s, listed++ ? "; " : ": ");
        if (figure) {
            say_own_figure(s, items[i].t);
        } else {
            buf_printf(s->out, "\"%.*s\"", (int)act.n, act.p);
        }
        say_add(s, " from ");
        weigh_say_voice(s->out, &items[i].voice, 1);
        struct time_edtf when;
        if (items[i].t->when.p && time_parse(items[i].t->when, &when, NULL) == 0) {
            say_add(s, " (");
            weigh_say_date(s->out, &when, true);
            buf_add_char(s->out, ')');
        }
    }
    if (listed && e.all > listed) {
        say_add(s, "; and ");
        weigh_say_number(s->out, (double)(e.all - listed));
        say_add(s, " more");
    }
    say_end(s, true);
}

static bool is_denial(const struct say *s, size_t i)
{
    return s->w->fates[i].state == WEIGH_DENIAL;
}

static void say_denial(struct say *s, const struct entry *d, size_t count)
{
    static const char *const verbs[DENIAL_COUNT] = {
        [DENIAL_NONE] = " denied this",
        [DENIAL_ACKNOWLEDGES] = " acknowledged this",
        [DENIAL_ACT] = " denied the act",
        [DENIAL_RESPONSIBILITY] = " denied responsibility",
        [DENIAL_OTHER_EXPLANATION] = " gave another explanation",
        [DENIAL_ACCEPTS_RESPONSIBILITY] = " accepted responsibility",
    };
    say_begin(s);
    weigh_say_voice(s->out, &d->voice, 1);
    say_add(s, verbs[d->t->denial]);
    struct time_edtf dates[DATES_MAX];
    size_t date_count = 0;
    struct str last = {0};
    for (size_t i = 0; i < count && date_count < DATES_MAX; i++) {
        if (!d[i].t->when.p || str_eq(d[i].t->when, last) ||
            time_parse(d[i].t->when, &dates[date_count], NULL) != 0)
            continue;
        last = d[i].t->when;
        date_count++;
    }
    for (size_t i = 0; i < date_count; i++) {
        say_add(s, i == 0 ? " " : i + 1 == date_count ? " and " : ", ");
        weigh_say_date(s->out, &dates[i], false);
    }
    const struct weigh_statement *t = d[count - 1].t;
    if (weigh_has_figure(t) && t->unit == s->w->r->unit) {
        say_add(s, date_count ? ", putting the number at " : " and put the number at ");
        say_own_figure(s, t);
    }
    say_end(s, d->voice.kind != VOICE_NAMED);
}

static void say_denials(struct say *s)
{
    struct entries e = gather_entries(s, is_denial, NULL, 0);
    const struct entry *items = e.items;
    size_t count = e.all, spoken = e.spoken, listed = 0, i = 0;
    while (i < spoken && listed < SAY_LIST_MAX) {
        size_t k = i + 1;
        while (k < spoken && items[k].t->source == items[i].t->source &&
               items[k].t->denial == items[i].t->denial)
            k++;
        say_denial(s, &items[i], k - i);
        listed++;
        i = k;
    }
    say_remark(s, spoken - i, "more denial is on file", "more denials are on file");
    say_remark(s, count - spoken, "denial may not be attributed",
               "denials may not be attributed");
}

/* ---- the rest ---- */

/* "one account" of several, "the account" of one, "the two accounts" of two. */
static void say_accounts(struct say *s, size_t n)
{
    size_t all = s->w->r->accounts;
    if (n == all)
        say_add(s, "the ");
    if (n == all && n == 1)
        say_add(s, "account");
    else
        weigh_say_count(s->out, n, "account", "accounts");
}

static void say_account_remark(struct say *s, size_t n, const char *one, const char *many)
{
    if (n == 0)
        return;
    say_begin(s);
    say_accounts(s, n);
    say_add(s, n == 1 ? one : many);
    say_end(s, true);
}

static bool did_not_comment(const struct say *s, size_t i)
{
    return s->w->fates[i].state == WEIGH_OTHER &&
           say_statement(s, i)->stance == STANCE_NO_COMMENT;
}

static void say_no_comment(struct say *s)
{
    struct voices v = say_gather(s, did_not_comment);
    say_begin(s);
    if (weigh_say_voices(s->out, v.items, v.count)) {
        say_add(s, " did not comment");
        say_end(s, false);
    } else if (s->start) {
        s->out->n = s->start - 1;
    }
}

static bool is_unverified(const struct say *s, size_t i)
{
    return weigh_standing(s->w->fates[i].state) && say_statement(s, i)->unverified;
}

static void say_unverified(struct say *s)
{
    struct voices v = say_gather(s, is_unverified);
    if (v.count == 0)
        return;
    say_begin(s);
    say_add(s, "what ");
    size_t before = s->out->n;
    size_t said = weigh_say_voices(s->out, v.items, v.count);
    if (said) {
        say_add(s, " said could not be independently verified");
    } else {
        s->out->n = before - strlen("what ");
        size_t n = 0;
        for (size_t i = 0; i < s->w->c->statement_count; i++)
            n += is_unverified(s, i);
        say_accounts(s, n);
        say_add(s, " could not be independently verified");
    }
    say_end(s, true);
}

static void say_other_units(struct say *s)
{
    const struct weigh_result *r = s->w->r;
    for (size_t i = 0; i < r->other_unit_count; i++) {
        const struct weigh_unit_range *u = &r->other_units[i];
        struct weigh_statement t = {.low = u->low, .high = u->high, .unit = u->unit};
        if (!weigh_has_figure(&t))
            continue;
        say_begin(s);
        if (u->unit == UNIT_NONE)
            say_add(s, "a separate count without a stated unit gives ");
        else
            buf_printf(s->out, "a separate count of %s gives ", say_nouns[u->unit].many);
        say_own_figure(s, &t);
        say_add(s, " and is not added");
        say_end(s, true);
    }
}

static size_t count_fates(const struct say *s, enum weigh_state state)
{
    size_t n = 0;
    for (size_t i = 0; i < s->w->c->statement_count; i++)
        n += s->w->fates[i].state == state;
    return n;
}

/* Copies whose figure is not within the range. */
static size_t count_drift(const struct say *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->w->c->statement_count; i++) {
        const struct weigh_statement *t = say_statement(s, i);
        if (s->w->fates[i].state == WEIGH_COPY && t->unit == s->w->r->unit &&
            weigh_has_figure(t))
            n += t->low < s->w->r->low || t->high > s->w->r->high ||
                 (isnan(s->w->r->high) && !isnan(t->high)) ||
                 (isnan(s->w->r->low) && !isnan(t->low)) ||
                 (isnan(t->low) && !isnan(s->w->r->low)) ||
                 (isnan(t->high) && !isnan(s->w->r->high));
    }
    return n;
}

static void say_counts(struct say *s)
{
    const struct weigh_result *r = s->w->r;
    size_t repeats = 0, discounted = 0, pending = 0;
    for (size_t i = 0; i < r->circle_count; i++)
        if (r->circles[i].certainty == CERTAINTY_ESTABLISHED)
            repeats += r->circles[i].count - 1;
    for (size_t i = 0; i < s->w->c->statement_count; i++) {
        const struct weigh_statement *t = say_statement(s, i);
        if (!weigh_standing(s->w->fates[i].state))
            continue;
        discounted += weigh_discounted(s->w->c, t);
        pending += s->w->c->sources[t->source].grade == GRADE_NONE ||
                   t->information == INFORMATION_NONE;
    }
    if (r->origins_high > 1)
        say_remark(s, repeats, "repeat is not counted as an origin",
                   "repeats are not counted as origins");
    say_remark(s, count_drift(s), "copy gives another number, which is left out",
               "copies give other numbers, which are left out");
    if (r->accounts)
        say_remark(s, count_fates(s, WEIGH_OURS),
                   "account is our own or repeats ours and is not counted",
                   "accounts are our own or repeat ours and are not counted");
    if (s->w->unknown_accounts) {
        say_begin(s);
        say_add(s, "it is not known where ");
        say_accounts(s, s->w->unknown_accounts);
        say_add(s, s->w->unknown_accounts == 1 ? " comes from" : " come from");
        say_end(s, true);
    }
    say_account_remark(s, discounted, " is graded as unreliable or improbable",
                       " are graded as unreliable or improbable");
    say_account_remark(s, pending, " is not yet assessed", " are not yet assessed");
    say_remark(s, count_fates(s, WEIGH_WITHDRAWN), "account was withdrawn and is not used",
               "accounts were withdrawn and are not used");
}

void say_remarks(struct say *s)
{
    say_contest(s);
    say_other_units(s);
    say_history(s);
    say_denials(s);
    say_no_comment(s);
    say_unverified(s);
    say_counts(s);
}
