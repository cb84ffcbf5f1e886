/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/family/compare.h"

#include "base/sort.h"

#include <stdlib.h>

#define RUNS_SHOWN 3u /* of each copy: its longest */
#define HEAD_BYTES 400u

struct ranked {
    size_t bytes;
    uint32_t text;
};

static int compare_ranked(const void *x, const void *y)
{
    const struct ranked *a = x, *b = y;
    if (a->bytes != b->bytes)
        return a->bytes > b->bytes ? -1 : 1;
    return a->text < b->text ? -1 : a->text > b->text;
}

static void order_texts(struct comparison *c)
{
    struct ranked *all = ARENA_NEW(c->work, c->count, struct ranked);
    for (uint32_t t = 0; t < c->count; t++)
        all[t] = (struct ranked){c->sides[t].t.count, t};
    sort_items(all, c->count, sizeof *all, compare_ranked);
    c->order = ARENA_NEW(c->work, c->count, uint32_t);
    for (uint32_t t = 0; t < c->count; t++)
        c->order[t] = all[t].text;
}

/* ---- runs ---- */

static struct span sentence_span(const struct side *s, uint32_t sentence)
{
    struct token_range r = s->sentences[sentence];
    return (struct span){s->t.tokens[r.begin].begin, s->t.tokens[r.end - 1].end};
}

static uint32_t sentence_words(const struct side *s, uint32_t sentence)
{
    uint32_t n = 0;
    for (uint32_t i = s->sentences[sentence].begin; i < s->sentences[sentence].end; i++)
        n += s->words[i].flags & WORD_IS_WORD;
    return n;
}

static void keep_longest(struct family_run *best, uint32_t *count, struct family_run run)
{
    uint32_t at = *count < RUNS_SHOWN ? (*count)++ : RUNS_SHOWN;
    while (at > 0 && best[at - 1].words < run.words) {
        if (at < RUNS_SHOWN)
            best[at] = best[at - 1];
        at--;
    }
    if (at < RUNS_SHOWN)
        best[at] = run;
}

/* Consecutive sentences of the text that render consecutive lines of one other text. */
static void find_runs(const struct comparison *c, struct arena *a, uint32_t text,
                      struct family_run **items, size_t *count, size_t *cap)
{
    const struct side *s = &c->sides[text];
    struct family_run best[RUNS_SHOWN], run = {0};
    uint32_t kept = 0, last_line = NONE;
    for (uint32_t k = 0; k <= s->sentence_count; k++) {
        const struct match *m = k < s->sentence_count && s->match_of[k] != NONE
                                    ? &c->matches[s->match_of[k]]
                                    : NULL;
        const struct line *l = m ? &c->lines[m->line] : NULL;
        bool goes_on = m && last_line != NONE && m->line == last_line + 1 && l->text == run.a;
        if (!goes_on && last_line != NONE)
            keep_longest(best, &kept, run);
        if (m && !goes_on)
            run = (struct family_run){
                .a = l->text,
                .b = text,
                .in_a = sentence_span(&c->sides[l->text], l->sentence),
                .in_b = sentence_span(s, k),
            };
        last_line = m ? m->line : NONE;
        if (!m)
            continue;
        run.in_a.end = sentence_span(&c->sides[l->text], l->sentence).end;
        run.in_b.end = sentence_span(s, k).end;
        run.words += m->equal;
        run.of_words += sentence_words(&c->sides[l->text], l->sentence);
    }
    for (uint32_t i = 0; i < kept; i++)
        ARENA_PUSH(a, *items, *count, *cap, best[i]);
}

/* ---- whom a credit means ---- */

/* By the publisher or name of a text, else by its first lines. */
static void resolve_credit(const struct comparison *c, struct family_credit *credit)
{
    for (int pass = 0; pass < 2 && credit->to < 0; pass++)
        for (uint32_t t = 0; t < c->count && credit->to < 0; t++) {
            const struct family_text *x = &c->texts[t];
            struct str where = x->publisher.p ? x->publisher : x->name;
            if (pass == 1)
                where = str_slice(x->text, 0, HEAD_BYTES);
            if (t != credit->from && terms_stands_in(where, credit->whom))
                credit->to = t;
        }
}

void family_find_credits(struct arena *a, struct str text, const struct family_credit **ret,
                         size_t *ret_count)
{
    struct token_text t;
    token_split(a, text, &t);
    struct family_credit *items = NULL;
    size_t count = 0, cap = 0;
    terms_find_credits(a, &t, 0, &items, &count, &cap);
    *ret = items;
    *ret_count = count;
}

void family_compare(struct arena *a, const struct family_text *texts, size_t count,
                    struct family_report *ret)
{
    ARENA_AUTO work = {0};
    struct comparison c = {
        .work = &work,
        .texts = texts,
        .all = count,
        .count = (uint32_t)(count < FAMILY_COMPARE_MAX ? count : FAMILY_COMPARE_MAX),
    };
    *ret = (struct family_report){.compared = c.count};
    c.sides = ARENA_NEW(&work, c.count, struct side);
    for (uint32_t t = 0; t < c.count; t++)
        side_prepare(&work, texts[t].text, &c.sides[t]);
    order_texts(&c);
    align_texts(&c);
    terms_find_unmasks(&c, a, ret);
    drift_find(&c, a, ret);
    struct family_run *runs = NULL;
    size_t run_count = 0, run_cap = 0;
    struct family_credit *credits = NULL;
    size_t credit_count = 0, credit_cap = 0;
    for (uint32_t t = 0; t < c.count; t++) {
        find_runs(&c, a, t, &runs, &run_count, &run_cap);
        terms_find_credits(a, &c.sides[t].t, t, &credits, &credit_count, &credit_cap);
    }
    for (size_t i = 0; i < credit_count; i++) {
        resolve_credit(&c, &credits[i]);
        if (terms_is_hidden(ret, credits[i].whom))
            credits[i].whom = STR("withheld");
    }
    ret->runs = runs;
    ret->run_count = run_count;
    ret->credits = credits;
    ret->credit_count = credit_count;
}

const char *family_drift_name(enum family_drift_kind kind)
{
    static const char *const names[] = {"figure", "bound", "name", "negation", "quotation"};
    return names[kind];
}
