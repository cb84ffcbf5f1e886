/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/read/detail.h"
#include "base/sort.h"

#include <stdlib.h>

struct span detail_bytes(const struct detail *d, struct token_range r)
{
    if (!detail_any(r))
        return (struct span){0, 0};
    return (struct span){d->t->tokens[r.begin].begin, d->t->tokens[r.end - 1].end};
}

struct str detail_text(const struct detail *d, struct token_range r)
{
    struct span s = detail_bytes(d, r);
    return s.end > s.begin ? str_slice(d->t->text, s.begin, s.end) : (struct str){0};
}

bool detail_is(const struct detail *d, size_t i, const char *lower)
{
    return i < d->t->count && token_is(d->t, i, lower);
}

bool detail_class(const struct detail *d, size_t i, enum lex_class c)
{
    return i < d->t->count && d->t->tokens[i].word && lexicon_is(d->t->tokens[i].word, c);
}

enum tag detail_tag(const struct detail *d, size_t i)
{
    return i < d->t->count ? (enum tag)d->g.tag[i] : TAG_MARK;
}

/* The tagger does not call "Kell's Ministry" names in every place; capitals do. */
bool detail_name_at(const struct detail *d, size_t i)
{
    if (i >= d->t->count)
        return false;
    const struct token *k = &d->t->tokens[i];
    if (k->kind != TOKEN_WORD || !(k->flags & TOKEN_UPPER_FIRST) ||
        (k->word && (lexicon_is(k->word, LEX_DET) || lexicon_is(k->word, LEX_PRON_SUBJECT))))
        return false;
    return d->g.tag[i] == TAG_NAME || !(k->flags & TOKEN_SENTENCE_FIRST);
}

size_t detail_body_end(const struct detail *d, struct token_range s)
{
    size_t end = s.end;
    while (end > s.begin && d->t->tokens[end - 1].kind == TOKEN_PUNCT &&
           (d->t->tokens[end - 1].mark == '.' || d->t->tokens[end - 1].mark == '!' ||
            d->t->tokens[end - 1].mark == '?'))
        end--;
    return end;
}

/* The first token that ends behind the byte. */
static size_t token_from(const struct token_text *t, size_t byte)
{
    size_t lo = 0, hi = t->count;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (t->tokens[mid].end > byte)
            hi = mid;
        else
            lo = mid + 1;
    }
    return lo;
}

static struct token_range tokens_of(const struct token_text *t, struct span s)
{
    if (s.end <= s.begin)
        return (struct token_range){0, 0};
    return detail_range(token_from(t, s.begin), token_from(t, s.end - 1) + 1);
}

static struct token_range clamp(const struct token_text *t, struct token_range r)
{
    if (r.end > t->count)
        r.end = (uint32_t)t->count;
    return r.begin < r.end ? r : (struct token_range){0, 0};
}

static int by_cue(const void *a, const void *b)
{
    const struct proposal *x = a, *y = b;
    size_t p = x->cue.end ? x->cue.begin : x->speaker.begin;
    size_t q = y->cue.end ? y->cue.begin : y->speaker.begin;
    if (p != q)
        return p < q ? -1 : 1;
    return (x->cue.end > y->cue.end) - (x->cue.end < y->cue.end);
}

static void set_up(struct detail *d)
{
    sort_items(d->p->items, d->p->count, sizeof *d->p->items, by_cue);
    const struct token_text *t = d->t;
    d->sentence_of = ARENA_NEW(d->a, t->count + 1, uint32_t);
    d->paragraph_of = ARENA_NEW(d->a, t->sentence_count + 1, uint32_t);
    for (size_t s = 0; s < t->sentence_count; s++)
        for (size_t i = t->sentences[s].begin; i < t->sentences[s].end; i++)
            d->sentence_of[i] = (uint32_t)s;
    for (size_t p = 0; p < t->paragraph_count; p++)
        for (size_t s = t->paragraphs[p].begin; s < t->paragraphs[p].end; s++)
            d->paragraph_of[s] = (uint32_t)p;
    d->items = ARENA_NEW(d->a, d->p->count + 1, struct detail_item);
    for (size_t i = 0; i < d->p->count; i++) {
        const struct proposal *p = &d->p->items[i];
        struct detail_item *it = &d->items[i];
        it->speaker = clamp(t, tokens_of(t, p->speaker));
        it->cue = clamp(t, tokens_of(t, p->cue));
        if (p->content.count) {
            struct span hull = {p->content.items[0].begin, p->content.items[0].end};
            for (size_t k = 1; k < p->content.count; k++) {
                if (p->content.items[k].begin < hull.begin)
                    hull.begin = p->content.items[k].begin;
                if (p->content.items[k].end > hull.end)
                    hull.end = p->content.items[k].end;
            }
            it->content = clamp(t, tokens_of(t, hull));
        }
        size_t at = detail_any(it->cue)       ? it->cue.begin
                    : detail_any(it->speaker) ? it->speaker.begin
                                              : it->content.begin;
        it->sentence = t->count ? d->sentence_of[at] : 0;
    }
}

/* A piece of content, to find what stands in it. */
struct piece {
    struct span span;
    uint32_t proposal;
};

static int by_begin(const void *a, const void *b)
{
    const struct piece *x = a, *y = b;
    if (x->span.begin != y->span.begin)
        return x->span.begin < y->span.begin ? -1 : 1;
    return x->span.end > y->span.end ? -1 : x->span.end < y->span.end;
}

struct pieces {
    struct piece *items;
    size_t count, next;
    uint32_t *open; /* a stack of indexes of items */
    size_t depth;
};

static void collect_pieces(struct detail *d, struct pieces *ret)
{
    size_t count = 0;
    for (size_t i = 0; i < d->p->count; i++)
        count += d->items[i].drop ? 0 : d->p->items[i].content.count;
    *ret = (struct pieces){.items = ARENA_NEW(d->a, count + 1, struct piece),
                           .open = ARENA_NEW(d->a, count + 1, uint32_t)};
    for (size_t i = 0; i < d->p->count; i++)
        for (size_t k = 0; k < d->p->items[i].content.count && !d->items[i].drop; k++)
            ret->items[ret->count++] =
                (struct piece){d->p->items[i].content.items[k], (uint32_t)i};
    sort_items(ret->items, ret->count, sizeof *ret->items, by_begin);
}

/* The innermost piece that holds [begin, end), for places that rise from call to call; 0 or
 * 1 + the proposal. */
static uint32_t holder_of(struct pieces *p, size_t begin, size_t end)
{
    while (p->next < p->count && p->items[p->next].span.begin <= begin)
        p->open[p->depth++] = (uint32_t)p->next++;
    while (p->depth && p->items[p->open[p->depth - 1]].span.end <= begin)
        p->depth--;
    if (p->depth == 0 || p->items[p->open[p->depth - 1]].span.end < end)
        return 0;
    return p->items[p->open[p->depth - 1]].proposal + 1;
}

uint32_t detail_holder(const struct detail *d, size_t token)
{
    size_t at = d->t->tokens[token].begin;
    uint32_t best = 0;
    size_t best_length = SIZE_MAX;
    /* Contents seldom leave their sentence; proposals come in its order. */
    size_t lo = 0, hi = d->p->count;
    uint32_t s = d->sentence_of[token];
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (d->items[mid].sentence + 3 < s)
            lo = mid + 1;
        else
            hi = mid;
    }
    for (size_t i = lo; i < d->p->count && i < lo + 40 && d->items[i].sentence <= s + 3; i++) {
        const struct proposal *p = &d->p->items[i];
        for (size_t k = 0; k < p->content.count && !d->items[i].drop; k++) {
            struct span c = p->content.items[k];
            if (at >= c.begin && at < c.end && c.end - c.begin < best_length) {
                best = (uint32_t)i + 1;
                best_length = c.end - c.begin;
            }
        }
    }
    return best;
}

/* Each figure to the innermost statement that holds it; the rest are loose. */
static void share_figures(struct detail *d, const struct figure_list *figures,
                          struct figure_list *ret_loose)
{
    uint32_t *owner = ARENA_NEW(d->a, figures->count + 1, uint32_t);
    size_t *counts = ARENA_NEW(d->a, d->p->count + 1, size_t);
    struct pieces pieces;
    collect_pieces(d, &pieces);
    for (size_t i = 0; i < figures->count; i++) {
        /* Its bound may stand outside: "Some | 20 men". */
        owner[i] = holder_of(&pieces, figures->items[i].end - 1, figures->items[i].end);
        counts[owner[i]]++;
    }
    *ret_loose = (struct figure_list){ARENA_NEW(d->a, counts[0] + 1, struct figure), 0};
    for (size_t i = 0; i < d->p->count; i++)
        d->p->items[i].figures.items =
            counts[i + 1] ? ARENA_NEW(d->a, counts[i + 1], struct figure) : NULL;
    for (size_t i = 0; i < figures->count; i++) {
        struct figure_list *to = owner[i] ? &d->p->items[owner[i] - 1].figures : ret_loose;
        to->items[to->count++] = figures->items[i];
    }
}

/* An expression of time in the content is the event's, beside the cue the saying's; at the head
 * of the sentence, before the one who speaks, it may be either. */
static void set_when(struct detail *d)
{
    struct pieces pieces;
    collect_pieces(d, &pieces);
    size_t first = 0;
    for (size_t k = 0; k < d->dates->count; k++) {
        const struct date_mention *m = &d->dates->items[k];
        uint32_t owner = holder_of(&pieces, m->span.begin, m->span.end);
        if (!m->edtf.p)
            continue;
        if (owner) {
            struct proposal *p = &d->p->items[owner - 1];
            if (!p->when.p || p->when_of != WHEN_OF_EVENT) {
                p->when = m->edtf;
                p->when_of = WHEN_OF_EVENT;
            }
            continue;
        }
        uint32_t s = d->sentence_of[m->begin];
        while (first < d->p->count && d->items[first].sentence < s)
            first++;
        for (size_t i = first; i < d->p->count && d->items[i].sentence == s; i++) {
            struct proposal *p = &d->p->items[i];
            bool of_speaker =
                m->begin >= d->items[i].speaker.begin && m->begin < d->items[i].speaker.end;
            if (p->when.p || d->items[i].drop || of_speaker ||
                detail_holder(d, d->items[i].cue.begin))
                continue;
            bool head =
                m->begin < d->items[i].speaker.begin && m->begin < d->items[i].cue.begin &&
                (!detail_any(d->items[i].content) || m->begin < d->items[i].content.begin) &&
                m->begin < d->t->sentences[s].begin + 4;
            p->when = m->edtf;
            p->when_of = head ? WHEN_OF_OPEN : WHEN_OF_SAYING;
        }
    }
}

/* "called the report a fabrication", "said the claim was false": a denial of a claim. */
static void find_denials(struct detail *d)
{
    for (size_t i = 0; i < d->p->count; i++) {
        struct token_range c = d->items[i].content;
        if (d->p->items[i].stance != STANCE_ASSERTS || c.end - c.begin > 16)
            continue;
        bool claim = false, denial = false;
        for (size_t k = c.begin; k < c.end; k++) {
            claim = claim || detail_class(d, k, LEX_CLAIM_OBJECT);
            denial = denial || (claim && detail_class(d, k, LEX_DENIAL_WORD));
        }
        if (denial)
            d->p->items[i].stance = STANCE_DENIES;
    }
}

static void add_hedge(struct detail *d, size_t i, struct token_range r, size_t *caps)
{
    struct proposal *p = &d->p->items[i];
    struct span s = detail_bytes(d, r);
    if (p->hedge_count && p->hedges[p->hedge_count - 1].end > s.begin)
        return;
    ARENA_PUSH(d->a, p->hedges, p->hedge_count, caps[i], s);
}

/* Words that take something back from the claim, in its content or around its cue. */
static void find_hedges(struct detail *d)
{
    size_t *caps = ARENA_NEW(d->a, d->p->count + 1, size_t);
    struct pieces pieces;
    collect_pieces(d, &pieces);
    size_t first = 0;
    for (size_t i = 0; i < d->t->count; i++) {
        size_t n = lexicon_match(d->t, i, LEX_HEDGE);
        if (!n || (n == 1 && detail_class(d, i, LEX_HEDGE_NAME) &&
                   (d->t->tokens[i].flags & TOKEN_UPPER_FIRST)))
            continue;
        struct token_range r = detail_range(i, i + n);
        uint32_t owner = holder_of(&pieces, d->t->tokens[i].begin, d->t->tokens[i].end);
        uint32_t s = d->sentence_of[i];
        while (first < d->p->count && d->items[first].sentence < s)
            first++;
        if (owner)
            add_hedge(d, owner - 1, r, caps);
        for (size_t k = first; !owner && k < d->p->count && d->items[k].sentence == s; k++)
            if (i + 3 >= d->items[k].cue.begin && i <= d->items[k].cue.end && !d->items[k].drop)
                add_hedge(d, k, r, caps);
        i += n - 1;
    }
}

/* Takes out what is no statement after all; remarks follow the new numbers. */
static void remove_dropped(struct detail *d)
{
    unsigned *number = ARENA_NEW(d->a, d->p->count + 1, unsigned);
    size_t kept = 0;
    for (size_t i = 0; i < d->p->count; i++) {
        if (d->items[i].drop)
            continue;
        d->p->items[kept] = d->p->items[i];
        d->items[kept] = d->items[i];
        number[i] = (unsigned)++kept;
    }
    d->p->count = kept;
    for (size_t i = 0; i < kept; i++) {
        struct proposal *p = &d->p->items[i];
        unsigned *ids = ARENA_NEW(d->a, p->verification_count + 1, unsigned);
        for (size_t k = 0; k < p->verification_count; k++)
            ids[k] = number[p->verification_applies_to[k] - 1];
        p->verification_applies_to = p->verification_count ? ids : NULL;
    }
}

size_t detail_first_of(const struct detail *d, uint32_t sentence)
{
    size_t lo = 0, hi = d->p->count;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (d->items[mid].sentence < sentence)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

void detail_fill(struct arena *a, const struct token_text *t, const struct page *page,
                 const struct date_list *dates, const struct figure_list *figures,
                 struct proposal_list *proposals, struct figure_list *ret_loose)
{
    struct detail d = {.a = a, .t = t, .dates = dates, .p = proposals};
    d.g = (struct tagged){t, page->tags ? page->tags : tag_words(a, t)};
    set_up(&d);
    detail_names(&d);
    detail_terms(&d);
    detail_via(&d);
    detail_verify(&d);
    remove_dropped(&d);
    detail_places(&d);
    share_figures(&d, figures, ret_loose);
    set_when(&d);
    find_hedges(&d);
    find_denials(&d);
}
