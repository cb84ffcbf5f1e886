/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/sheet_say.h"

#include <stdlib.h>

#define TEXT_MAX   (1u << 20)
#define CIRCLE_MAX 7 /* names that are listed */

struct list {
    struct str *items;
    size_t count, cap;
};

static void add(const struct sheet *s, struct list *l, struct str text)
{
    if (text.n)
        ARENA_PUSH(s->a, l->items, l->count, l->cap, text);
}

static struct str keep(const struct sheet *s, const struct buf *b)
{
    struct str text = arena_copy(s->a, buf_str(b));
    return text.p ? text : STR("");
}

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

struct str sheet_say_title(const struct sheet *s, uint32_t document)
{
    return sheet_show(s, s->documents[document].title);
}

struct str sheet_say_unit(const struct sheet *s, const struct sheet_figure *f)
{
    (void)s;
    if (f->result.low == 1 && f->result.high == 1)
        return str_of(counting_unit_name(f->unit));
    return f->noun.n ? f->noun : str_of(counting_unit_name(f->unit));
}

struct str sheet_say_origins(const struct sheet *s, const struct sheet_figure *f)
{
    size_t low = f->result.origins_low, high = f->result.origins_high;
    if (low == high)
        return arena_printf(s->a, "%zu independent origin%s", low, plural(low));
    return arena_printf(s->a, "%zu to %zu independent origins", low, high);
}

/* The repeats of one origin, each report once. */
static struct str say_circle(const struct sheet *s, const struct sheet_figure *f,
                             const struct weigh_circle *c)
{
    BUF_AUTO b;
    buf_init(&b, TEXT_MAX);
    if (c->ring)
        buf_add(&b, STR("Circular: they have it from each other, and none is known to be "
                        "first: "));
    else
        buf_printf(&b, "One origin, %zu repeat%s%s: ", c->count - 1, plural(c->count - 1),
                   c->certainty == CERTAINTY_ESTABLISHED ? "" : " (possibly)");
    size_t shown = c->count > CIRCLE_MAX ? CIRCLE_MAX - 1 : c->count;
    for (size_t i = 0; i < shown; i++) {
        if (i)
            buf_add(&b, i + 1 == c->count ? STR(" and ") : STR(", "));
        buf_add(&b, f->labels[c->sources[i]]);
    }
    if (shown < c->count)
        buf_printf(&b, " and %zu more", c->count - shown);
    buf_add_char(&b, '.');
    return sheet_show(s, keep(s, &b));
}

/* "Copies changed it: WorldFlash24 has "more than 210"." */
static struct str say_drift(const struct sheet *s, const struct sheet_given *g)
{
    const struct sheet_statement *st = &s->statements[g->statement];
    const struct family_drift *d = sheet_drift_of(s, st, g->figure);
    if (!d)
        return STR("");
    const struct sheet_family *f = &s->families[s->documents[st->document].family];
    struct str lead = sheet_say_value(s, &d->values[0]);
    if (f->count > SHEET_SIDE_BY_SIDE) {
        struct str all = sheet_say_wordings(s, f, d);
        return arena_printf(s->a, "Copies changed it: %.*s (statement %u).", (int)all.n, all.p,
                            g->statement + 1);
    }
    BUF_AUTO b;
    buf_init(&b, TEXT_MAX);
    for (size_t k = 1; k < f->count; k++) {
        struct str value = sheet_say_value(s, &d->values[k]);
        if (str_eq(value, lead))
            continue;
        struct str who = sheet_say_publisher(s, f->documents[k]);
        buf_add(&b, b.n ? STR("; ") : STR("Copies changed it: "));
        buf_add(&b, who);
        if (value.n)
            buf_printf(&b, " has “%.*s”", (int)value.n, value.p);
        else
            buf_add(&b, STR(" left it out"));
    }
    buf_printf(&b, " (statement %u).", g->statement + 1);
    return keep(s, &b);
}

struct str *sheet_say_notes(const struct sheet *s, const struct sheet_figure *f,
                            size_t *ret_count)
{
    struct list l = {0};
    for (size_t i = 0; i < f->result.circle_count; i++)
        add(s, &l, say_circle(s, f, &f->result.circles[i]));
    for (size_t i = 0; i < f->given_count; i++)
        add(s, &l, say_drift(s, &f->given[i]));
    size_t revised = 0;
    for (size_t i = 0; i < f->weighed; i++)
        revised += f->result.fates[i].state == WEIGH_REVISED;
    if (revised)
        add(s, &l,
            arena_printf(
                s->a,
                "%zu earlier figure%s of the same source %s superseded by a later one; "
                "%s in the table, and not in the range.",
                revised, plural(revised), revised == 1 ? "is" : "are",
                revised == 1 ? "it stays" : "they stay"));
    if (!f->what.p)
        add(s, &l,
            STR("What is counted could not be told from the words beside the figure, so it "
                "stands alone."));
    *ret_count = l.count;
    return l.items;
}

struct str sheet_say_stance(const struct sheet_statement *st)
{
    if (st->p->stance == STANCE_NO_COMMENT)
        return STR("no comment");
    return str_of(stance_name(st->p->stance));
}

struct str sheet_say_when_of(const struct sheet_statement *st)
{
    static const char *const names[WHEN_OF_COUNT] = {"", "of saying it", "of the event"};
    return str_of(names[st->p->when_of]);
}

static void join(struct buf *b, struct str text)
{
    if (text.n == 0)
        return;
    if (b->n)
        buf_add(b, STR("; "));
    buf_add(b, text);
}

struct str sheet_say_terms(const struct sheet *s, const struct sheet_statement *st)
{
    BUF_AUTO b;
    buf_init(&b, TEXT_MAX);
    bool held = st->p->naming == NAMING_ANONYMITY ||
                (st->source != SHEET_NONE && s->sources[st->source].naming == NAMING_ANONYMITY);
    if (held)
        join(&b, sheet_say_span(s, st->document, st->p->reason));
    else if (st->p->speaker_role.p && st->p->naming == NAMING_NAMED)
        join(&b, sheet_show(s, st->p->speaker_role));
    else if (st->p->naming == NAMING_UNNAMED && st->source != SHEET_NONE)
        join(&b, STR("not named"));
    struct str via = sheet_say_span(s, st->document, st->p->via);
    if (via.n && !held)
        join(&b, arena_printf(s->a, "through: %.*s", (int)via.n, via.p));
    return keep(s, &b);
}

struct str sheet_say_hedges(const struct sheet *s, const struct sheet_statement *st)
{
    BUF_AUTO b;
    buf_init(&b, TEXT_MAX);
    for (size_t i = 0; i < st->p->hedge_count; i++) {
        buf_add(&b, i ? STR(", ") : STR("hedged: "));
        buf_add(&b, sheet_say_span(s, st->document, st->p->hedges[i]));
    }
    return keep(s, &b);
}

/* ---- places ---- */

struct str sheet_say_state(const struct sheet *s, const struct sheet_step *step)
{
    const char *name = sheet_state_name(step->state);
    return step->denied ? arena_printf(s->a, "denied that it is %s", name) : str_of(name);
}

struct str sheet_say_course(const struct sheet *s, const struct sheet_course *c)
{
    BUF_AUTO b;
    buf_init(&b, TEXT_MAX);
    bool said[SHEET_STATE_COUNT] = {false};
    for (size_t i = 0; i < c->count; i++) {
        const struct sheet_step *step = &c->steps[i];
        if (said[step->state] || step->denied)
            continue;
        said[step->state] = true;
        buf_add(&b, b.n ? STR(", then ") : STR("reported "));
        buf_add(&b, str_of(sheet_state_name(step->state)));
    }
    if (c->contradicted)
        buf_add(&b, STR("; the reports contradict each other"));
    return keep(s, &b);
}

/* ---- families ---- */

struct str sheet_say_member(const struct sheet *s, const struct sheet_family *f, size_t k)
{
    const struct sheet_document *d = &s->documents[f->documents[k]];
    BUF_AUTO b;
    buf_init(&b, TEXT_MAX);
    join(&b, k == 0 ? STR("read: the earliest or fullest") : STR("copy"));
    for (size_t i = 0; i < f->report.credit_count; i++) {
        const struct family_credit *c = &f->report.credits[i];
        struct str whom = sheet_show(s, c->whom);
        if (c->from == k && whom.n)
            join(&b, arena_printf(s->a, "credits %.*s", (int)whom.n, whom.p));
    }
    if (d->reading.reworded)
        join(&b, STR("looks reworded by a machine, not to be trusted"));
    struct str text = keep(s, &b);
    return arena_printf(s->a, "(%.*s)", (int)text.n, text.p);
}

struct str *sheet_say_family_notes(const struct sheet *s, const struct sheet_family *f,
                                   size_t *ret_count)
{
    struct list l = {0};
    for (size_t k = 0; k < f->count; k++) {
        const struct family_unmask *first = NULL;
        for (size_t i = 0; i < f->report.unmask_count && !first; i++)
            if (f->report.unmasks[i].unmasks == k)
                first = &f->report.unmasks[i];
        if (!first)
            continue;
        struct str by = sheet_say_report(s, f->documents[k]);
        struct str granted = sheet_say_report(s, f->documents[first->granted_by]);
        add(s, &l,
            arena_printf(s->a,
                         "The copy of %.*s names a speaker to whom %.*s grants anonymity. The "
                         "name is withheld here; keep the file itself out of other hands.",
                         (int)by.n, by.p, (int)granted.n, granted.p));
    }
    if (f->report.compared < f->count)
        add(s, &l,
            arena_printf(s->a, "Only %zu of the %zu copies were compared word by word.",
                         f->report.compared, f->count));
    *ret_count = l.count;
    return l.items;
}

struct str sheet_say_value(const struct sheet *s, const struct family_value *v)
{
    if (v->withheld)
        return STR("(withheld)");
    return v->text.p ? sheet_show(s, v->text) : (struct str){0};
}

#define WORDINGS_MAX 8

struct str sheet_say_wordings(const struct sheet *s, const struct sheet_family *f,
                              const struct family_drift *d)
{
    struct {
        struct str text, first;
        size_t count;
    } w[WORDINGS_MAX];
    size_t n = 0, other = 0;
    for (size_t k = 0; k < f->report.compared; k++) {
        struct str text = sheet_say_value(s, &d->values[k]);
        size_t i = 0;
        while (i < n && !str_eq(w[i].text, text))
            i++;
        if (i == WORDINGS_MAX) {
            other++;
            continue;
        }
        if (i == n) {
            w[i].text = text;
            w[i].first = sheet_say_publisher(s, f->documents[k]);
            w[i].count = 0;
            n++;
        }
        w[i].count++;
    }
    BUF_AUTO b;
    buf_init(&b, TEXT_MAX);
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_add(&b, STR("; "));
        if (w[i].text.n)
            buf_printf(&b, "“%.*s”: ", (int)w[i].text.n, w[i].text.p);
        else
            buf_add(&b, STR("left out: "));
        buf_add(&b, w[i].first);
        if (w[i].count > 1)
            buf_printf(&b, " and %zu more", w[i].count - 1);
    }
    if (other)
        buf_printf(&b, "; in other words: %zu", other);
    return keep(s, &b);
}

/* ---- texts ---- */

struct str *sheet_say_facts(const struct sheet *s, uint32_t document, size_t *ret_count)
{
    struct list l = {0};
    const struct sheet_document *d = &s->documents[document];
    if (d->family != SHEET_NONE)
        add(s, &l,
            arena_printf(s->a, "%s family %u", d->lead ? "leads" : "copy in", d->family + 1));
    else if (d->too_short)
        add(s, &l, STR("too short to say whether it is a copy"));
    *ret_count = l.count;
    return l.items;
}

struct str *sheet_say_document_notes(const struct sheet *s, uint32_t document, size_t held,
                                     size_t *ret_count)
{
    struct list l = {0};
    if (s->documents[document].reading.reworded)
        add(s, &l,
            STR("This text looks reworded by a machine: its names and figures are not to be "
                "trusted."));
    if (held)
        add(s, &l,
            arena_printf(
                s->a,
                "This text names somebody to whom another report grants anonymity. The "
                "name is withheld at %zu place%s.",
                held, plural(held)));
    *ret_count = l.count;
    return l.items;
}

struct str sheet_say_lede(const struct sheet *s)
{
    size_t drifts = 0;
    for (size_t i = 0; i < s->family_count; i++)
        drifts += s->families[i].report.drift_count;
    struct str title = sheet_show(s, s->title);
    return arena_printf(s->a,
                        "%.*s: %zu report%s, of which %zu famil%s of copies; %zu statement%s; "
                        "%zu figure%s; %zu "
                        "drift%s between copies.",
                        (int)title.n, title.p, s->document_count, plural(s->document_count),
                        s->family_count, s->family_count == 1 ? "y" : "ies", s->statement_count,
                        plural(s->statement_count), s->figure_count, plural(s->figure_count),
                        drifts, plural(drifts));
}

struct str sheet_say_aside(const struct sheet *s)
{
    size_t short_texts = 0;
    for (size_t i = 0; i < s->document_count; i++)
        short_texts += s->documents[i].too_short;
    BUF_AUTO b;
    buf_init(&b, TEXT_MAX);
    if (s->loose)
        buf_printf(&b,
                   "%zu figure%s in the texts that nobody is said to have given %s left aside.",
                   s->loose, plural(s->loose), s->loose == 1 ? "is" : "are");
    if (short_texts)
        buf_printf(&b,
                   "%s%zu text%s too short, or too poor in names and numbers, to say whether "
                   "%s.",
                   b.n ? " " : "", short_texts, short_texts == 1 ? " is" : "s are",
                   short_texts == 1 ? "it is a copy" : "they are copies");
    return keep(s, &b);
}
