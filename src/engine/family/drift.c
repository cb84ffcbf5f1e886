/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/family/drift.h"

#define CLOSE_SHARE    0.45f
#define HEAD_WORDS_MAX 6u /* a head line: "date 2024-03-04" */

struct family_value drift_value(const struct view *v, uint32_t begin, uint32_t end)
{
    struct str text = side_str(v->s, v->begin + begin, v->begin + end);
    size_t at = (size_t)(text.p - v->s->text.p);
    return (struct family_value){.text = text, .span = {at, at + text.n}};
}

struct slot drift_slot(struct drifting *d, enum family_drift_kind kind)
{
    return (struct slot){
        .kind = kind,
        .values = ARENA_NEW(&d->line, d->view_count, struct family_value),
    };
}

struct slot *drift_insertion(struct drifting *d, enum family_drift_kind kind, uint32_t at)
{
    for (size_t i = 0; i < d->slot_count; i++)
        if (d->slots[i].kind == kind && d->slots[i].at == at)
            return &d->slots[i];
    struct slot s = drift_slot(d, kind);
    s.at = at;
    s.insertion = true;
    ARENA_PUSH(&d->line, d->slots, d->slot_count, d->slot_cap, s);
    return &d->slots[d->slot_count - 1];
}

void drift_emit(struct drifting *d, enum family_drift_kind kind,
                const struct family_value *values)
{
    if (d->c->all > FAMILY_COMPARE_MAX && d->count >= FAMILY_VALUES_MAX / d->c->all)
        return;
    struct family_value *all = ARENA_NEW(d->arena, d->c->all, struct family_value);
    for (uint32_t i = 0; i < d->view_count; i++)
        all[d->views[i].text] = values[i];
    terms_withhold(d->c, d->report, all);
    struct family_drift drift = {kind, all};
    ARENA_PUSH(d->arena, d->drifts, d->count, d->cap, drift);
}

struct token_range drift_window(const struct view *line, const struct view *v, uint32_t begin,
                                uint32_t end, bool *ret_tight)
{
    struct token_range r = {0, v->count};
    uint32_t left = begin, right = end;
    while (left > 0 && v->to[left - 1] == NONE)
        left--;
    if (left > 0)
        r.begin = v->to[left - 1] + 1;
    while (right < line->count && v->to[right] == NONE)
        right++;
    if (right < line->count)
        r.end = v->to[right];
    if (r.end < r.begin)
        r.end = r.begin;
    *ret_tight = begin - left <= 2 && right - end <= 2 && r.end - r.begin <= 4;
    return r;
}

/* ---- figures ---- */

/* The line's or sentence's figures: a range of indexes. */
static struct token_range figures_of(const struct view *v)
{
    size_t low = 0, high = v->s->figures.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (v->s->figure_tokens[middle].begin < v->begin)
            low = middle + 1;
        else
            high = middle;
    }
    struct token_range r = {(uint32_t)low, (uint32_t)low};
    while (r.end < v->s->figures.count &&
           v->s->figure_tokens[r.end].begin < v->begin + v->count)
        r.end++;
    return r;
}

static double core_of(const struct figure *f)
{
    if (f->best == f->best)
        return f->best;
    return f->low == f->low ? f->low : f->high;
}

static bool same_double(double a, double b)
{
    return a == b || (a != a && b != b);
}

static bool same_number(const struct figure *f, const struct figure *g)
{
    if (f->bound == FIGURE_VAGUE || g->bound == FIGURE_VAGUE)
        return f->bound == g->bound;
    if (f->bound == FIGURE_RANGE || g->bound == FIGURE_RANGE || f->bound == FIGURE_ORDER ||
        g->bound == FIGURE_ORDER)
        return same_double(f->low, g->low) && same_double(f->high, g->high);
    return same_double(core_of(f), core_of(g));
}

/* "some", "many"; and "one", which is more often a pronoun. */
static bool says_little(const struct view *v, uint32_t f)
{
    const struct figure *fig = &v->s->figures.items[f];
    if (fig->bound == FIGURE_VAGUE)
        return true;
    struct token_range r = v->s->figure_tokens[f];
    for (uint32_t i = r.begin; i < r.end; i++)
        if (v->s->words[i].flags & WORD_NUMBER)
            return false;
    return core_of(fig) == 1;
}

static struct family_value figure_value(const struct view *v, uint32_t f)
{
    struct token_range r = v->s->figure_tokens[f];
    uint32_t end = r.end < v->begin + v->count ? r.end : v->begin + v->count;
    if (end <= r.begin)
        end = r.begin + 1;
    const struct figure *fig = &v->s->figures.items[f];
    struct str text = str_slice(v->s->text, fig->begin, fig->end);
    if (fig->end <= fig->begin)
        text = side_str(v->s, r.begin, end);
    size_t at = (size_t)(text.p - v->s->text.p);
    return (struct family_value){.text = text, .span = {at, at + text.n}};
}

static void use_figure(const struct view *v, uint32_t f)
{
    struct token_range r = v->s->figure_tokens[f];
    for (uint32_t i = r.begin; i < r.end && i < v->begin + v->count; i++)
        if (i >= v->begin)
            v->used[i - v->begin] = true;
}

/* The view's figure that stands for the line's tokens [begin, end): by its number, by any
 * other word, or in the gap between the words around. */
static uint32_t partner_figure(const struct view *line, const struct view *v, uint32_t begin,
                               uint32_t end)
{
    uint32_t any = NONE;
    for (uint32_t i = begin; i < end; i++) {
        if (v->to[i] == NONE)
            continue;
        const struct side_word *w = drift_word(v, v->to[i]);
        if (w->figure == NONE || v->used[v->to[i]])
            continue;
        if (drift_word(line, i)->flags & w->flags & WORD_NUMBER)
            return w->figure;
        any = any == NONE ? w->figure : any;
    }
    if (any != NONE)
        return any;
    bool tight;
    struct token_range gap = drift_window(line, v, begin, end, &tight);
    for (uint32_t j = gap.begin; j < gap.end; j++)
        if (drift_word(v, j)->figure != NONE && !v->used[j])
            return drift_word(v, j)->figure;
    return NONE;
}

/* What the view has in place of the tokens, if it is other words. */
static bool substitute(const struct view *line, const struct view *v, uint32_t begin,
                       uint32_t end, struct token_range *ret)
{
    bool all_equal = true;
    *ret = (struct token_range){NONE, 0};
    for (uint32_t i = begin; i < end; i++) {
        uint32_t j = v->to[i];
        if (j == NONE) {
            all_equal &= !(drift_word(line, i)->flags & WORD_IS_WORD);
            continue;
        }
        if (ret->begin == NONE)
            ret->begin = j;
        ret->end = j + 1;
        all_equal &= drift_word(v, j)->key == drift_word(line, i)->key;
    }
    return !all_equal;
}

static void compare_figure(struct drifting *d, uint32_t f)
{
    const struct view *line = &d->views[0];
    const struct figure *fig = &line->s->figures.items[f];
    struct token_range r = line->s->figure_tokens[f];
    uint32_t begin = r.begin < line->begin ? 0 : r.begin - line->begin;
    uint32_t end = r.end - line->begin < line->count ? r.end - line->begin : line->count;
    struct slot s = drift_slot(d, FAMILY_FIGURE);
    s.values[0] = figure_value(line, f);
    bool little = says_little(line, f);
    s.differs = d->dropped && !little;
    for (uint32_t k = 1; k < d->view_count; k++) {
        const struct view *v = &d->views[k];
        uint32_t g = partner_figure(line, v, begin, end);
        if (g != NONE) {
            const struct figure *other = &v->s->figures.items[g];
            s.values[k] = figure_value(v, g);
            use_figure(v, g);
            if (little && says_little(v, g))
                continue;
            if (!same_number(fig, other))
                s.differs = true;
            else if (fig->bound != other->bound || fig->open != other->open)
                s.bound_differs = true;
            continue;
        }
        struct token_range instead;
        bool other = substitute(line, v, begin, end, &instead);
        if (instead.begin != NONE)
            s.values[k] = drift_value(v, instead.begin, instead.end);
        s.differs |= other && !little;
    }
    if (s.differs)
        drift_emit(d, FAMILY_FIGURE, s.values);
    if (s.bound_differs)
        drift_emit(d, FAMILY_BOUND, s.values);
}

/* "59-year-old" and "59-year-aged" have the same number. */
static bool same_digits(struct str a, struct str b)
{
    size_t i = 0, j = 0;
    for (;;) {
        while (i < a.n && a.p[i] == ',')
            i++;
        while (j < b.n && b.p[j] == ',')
            j++;
        bool x = i < a.n && ((a.p[i] >= '0' && a.p[i] <= '9') || a.p[i] == '.');
        bool y = j < b.n && ((b.p[j] >= '0' && b.p[j] <= '9') || b.p[j] == '.');
        if (!x || !y)
            return x == y;
        if (a.p[i++] != b.p[j++])
            return false;
    }
}

/* Numbers that are no figures (in dates, in names): only where another number stands in their
 * place. */
static void compare_plain_number(struct drifting *d, uint32_t i)
{
    const struct view *line = &d->views[0];
    struct slot s = drift_slot(d, FAMILY_FIGURE);
    s.values[0] = drift_value(line, i, i + 1);
    for (uint32_t k = 1; k < d->view_count; k++) {
        const struct view *v = &d->views[k];
        uint32_t j = v->to[i];
        if (j == NONE || !(drift_word(v, j)->flags & WORD_NUMBER))
            continue;
        s.values[k] = drift_value(v, j, j + 1);
        v->used[j] = true;
        s.differs |= !same_digits(drift_str(line, i), drift_str(v, j));
    }
    if (s.differs)
        drift_emit(d, FAMILY_FIGURE, s.values);
}

/* Figures of a view that nothing in the line answers to. */
static void insert_figures(struct drifting *d, uint32_t k)
{
    const struct view *v = &d->views[k];
    struct token_range figs = figures_of(v);
    for (uint32_t g = figs.begin; g < figs.end; g++) {
        uint32_t begin = v->s->figure_tokens[g].begin - v->begin;
        if (v->used[begin] || says_little(v, g))
            continue;
        bool known = false;
        uint32_t end = v->s->figure_tokens[g].end - v->begin;
        for (uint32_t j = begin; j < end && j < v->count; j++)
            known |= v->from[j] != NONE &&
                     (drift_word(&d->views[0], v->from[j])->key == drift_word(v, j)->key ||
                      drift_word(&d->views[0], v->from[j])->figure != NONE);
        if (known)
            continue;
        uint32_t left = begin;
        while (left > 0 && v->from[left - 1] == NONE)
            left--;
        if (begin - left > 2)
            continue;
        struct slot *s = drift_insertion(d, FAMILY_FIGURE, left > 0 ? v->from[left - 1] : NONE);
        s->values[k] = figure_value(v, g);
    }
}

void drift_figures(struct drifting *d)
{
    const struct view *line = &d->views[0];
    struct token_range figs = figures_of(line);
    for (uint32_t f = figs.begin; f < figs.end; f++)
        compare_figure(d, f);
    for (uint32_t i = 0; i < line->count && line->count > HEAD_WORDS_MAX; i++)
        if (drift_word(line, i)->flags & WORD_NUMBER && drift_word(line, i)->figure == NONE)
            compare_plain_number(d, i);
    for (uint32_t k = 1; k < d->view_count; k++)
        insert_figures(d, k);
}

/* ---- a line and its views ---- */

static void fill_view(struct drifting *d, struct view *v, uint32_t text, uint32_t sentence,
                      uint32_t line_count)
{
    const struct side *s = &d->c->sides[text];
    struct token_range r = s->sentences[sentence];
    *v = (struct view){.text = text, .s = s, .begin = r.begin, .count = r.end - r.begin};
    v->to = ARENA_NEW(&d->line, line_count, uint32_t);
    v->from = ARENA_NEW(&d->line, v->count, uint32_t);
    v->used = ARENA_NEW(&d->line, v->count, bool);
    for (uint32_t i = 0; i < line_count; i++)
        v->to[i] = NONE;
    for (uint32_t j = 0; j < v->count; j++)
        v->from[j] = NONE;
}

static void fill_views(struct drifting *d, const struct line *l)
{
    const struct comparison *c = d->c;
    struct token_range r = c->sides[l->text].sentences[l->sentence];
    uint32_t n = r.end - r.begin;
    d->views = ARENA_NEW(&d->line, l->match_count + 1, struct view);
    d->view_count = 1;
    fill_view(d, &d->views[0], l->text, l->sentence, n);
    for (uint32_t i = 0; i < n; i++)
        d->views[0].to[i] = d->views[0].from[i] = i;
    for (uint32_t k = 0; k < l->match_count; k++) {
        const struct match *m = &c->matches[l->first_match + k];
        struct view *v = &d->views[d->view_count++];
        fill_view(d, v, m->text, m->sentence, n);
        v->close = m->share >= CLOSE_SHARE;
        for (uint32_t i = 0; i < n; i++) {
            if (m->partner[i] == 0)
                continue;
            v->to[i] = m->partner[i] - 1u;
            v->from[v->to[i]] = i;
        }
    }
}

void drift_find(struct comparison *c, struct arena *a, struct family_report *report)
{
    struct drifting d = {.c = c, .arena = a, .report = report};
    for (size_t i = 0; i < c->line_count; i++) {
        d.dropped = c->lines[i].dropped;
        if (c->lines[i].match_count == 0 && !d.dropped)
            continue;
        arena_reset(&d.line);
        d.slots = NULL;
        d.slot_count = d.slot_cap = 0;
        fill_views(&d, &c->lines[i]);
        drift_figures(&d);
        drift_names(&d);
        drift_negations(&d);
        drift_quotations(&d);
        for (size_t k = 0; k < d.slot_count; k++)
            drift_emit(&d, d.slots[k].kind, d.slots[k].values);
    }
    arena_free(&d.line);
    report->drifts = d.drifts;
    report->drift_count = d.count;
}
