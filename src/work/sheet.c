/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/time.h"
#include "work/sheet_parts.h"

#include <stdlib.h>

/* The first day that the report can be of; those without a date come last. */
static int32_t day_of(const struct sheet_document *d)
{
    struct time_edtf e;
    if (!d->reading.published.p || time_parse(d->reading.published, &e, NULL) != 0)
        return TIME_DAY_MAX;
    return time_days_of(&e).first;
}

/* Does a lead before b: earlier, or else fuller? A text that looks reworded never leads one
 * that does not. */
static bool leads(const struct sheet_document *a, const struct sheet_document *b)
{
    if (a->reading.reworded != b->reading.reworded)
        return !a->reading.reworded;
    int32_t x = day_of(a), y = day_of(b);
    if (x != y)
        return x < y;
    return a->text.n > b->text.n;
}

/* The lead of a family; whoever credits another copy is behind it. */
static size_t choose_lead(struct sheet *s, const uint32_t *documents, size_t count,
                          const struct family_report *report)
{
    bool *credits = ARENA_NEW(s->a, count, bool);
    for (size_t i = 0; i < report->credit_count; i++)
        if (report->credits[i].to >= 0 && report->credits[i].to != report->credits[i].from)
            credits[report->credits[i].from] = true;
    size_t best = SIZE_MAX;
    for (int strict = 1; strict >= 0 && best == SIZE_MAX; strict--)
        for (size_t i = 0; i < count; i++)
            if (!(strict && credits[i]) &&
                (best == SIZE_MAX ||
                 leads(&s->documents[documents[i]], &s->documents[documents[best]])))
                best = i;
    return best;
}

static void compare(struct sheet *s, const uint32_t *documents, size_t count,
                    struct family_report *ret)
{
    struct family_text *texts = ARENA_NEW(s->a, count, struct family_text);
    for (size_t i = 0; i < count; i++) {
        const struct sheet_document *d = &s->documents[documents[i]];
        texts[i] = (struct family_text){d->path, d->text, d->publisher};
    }
    family_compare(s->a, texts, count, ret);
}

struct drift_place {
    size_t begin;
    uint32_t drift;
};

static int by_begin(const void *a, const void *b)
{
    const struct drift_place *x = a, *y = b;
    if (x->begin != y->begin)
        return x->begin < y->begin ? -1 : 1;
    return (x->drift > y->drift) - (x->drift < y->drift);
}

/* So that a figure of the lead finds its row without looking at all. */
static void sort_drifts(struct sheet *s, struct sheet_family *f)
{
    const struct family_report *r = &f->report;
    struct drift_place *places = ARENA_NEW(s->a, r->drift_count + 1, struct drift_place);
    size_t n = 0;
    for (uint32_t i = 0; i < r->drift_count; i++)
        if (r->drifts[i].kind <= FAMILY_BOUND && r->drifts[i].values[0].text.p)
            places[n++] = (struct drift_place){r->drifts[i].values[0].span.begin, i};
    if (n)
        qsort(places, n, sizeof *places, by_begin);
    uint32_t *drifts = ARENA_NEW(s->a, n + 1, uint32_t);
    for (size_t i = 0; i < n; i++)
        drifts[i] = places[i].drift;
    f->drifts = drifts;
    f->drift_count = n;
}

static void add_family(struct sheet *s, const struct family_group *g, struct sheet_family *ret)
{
    uint32_t *documents = ARENA_NEW(s->a, g->count, uint32_t);
    memcpy(documents, g->texts, g->count * sizeof *documents);
    struct family_report first;
    compare(s, documents, g->count, &first);
    size_t lead = choose_lead(s, documents, g->count, &first);
    uint32_t leader = documents[lead];
    memmove(documents + 1, documents, lead * sizeof *documents);
    documents[0] = leader;
    *ret = (struct sheet_family){
        .documents = documents, .count = g->count, .least_skeleton = 1, .least_words = 1};
    if (lead)
        compare(s, documents, g->count, &ret->report);
    else
        ret->report = first;
    sort_drifts(s, ret);
    for (size_t i = 0; i + 1 < g->count; i++) {
        if (g->links[i].skeleton < ret->least_skeleton)
            ret->least_skeleton = g->links[i].skeleton;
        if (g->links[i].words < ret->least_words)
            ret->least_words = g->links[i].words;
    }
}

static int find_families(struct sheet *s, struct err *err)
{
    FAMILY_SET_AUTO *set = family_set_new();
    for (size_t i = 0; i < s->document_count; i++) {
        uint32_t number;
        struct str name = arena_printf(s->a, "%zu", i);
        int r = family_set_add(set, name, s->documents[i].text, &number, err);
        if (r)
            return r;
        s->documents[i].too_short = family_set_too_short(set, number);
    }
    struct family_groups groups;
    family_group(s->a, set, &groups);
    s->families = ARENA_NEW(s->a, groups.count + 1, struct sheet_family);
    s->family_count = groups.count;
    for (uint32_t i = 0; i < groups.count; i++) {
        add_family(s, &groups.items[i], &s->families[i]);
        for (size_t k = 0; k < s->families[i].count; k++) {
            struct sheet_document *d = &s->documents[s->families[i].documents[k]];
            d->family = i;
            d->lead = k == 0;
        }
    }
    return 0;
}

static int finish(struct sheet *s, struct sheet *ret, struct err *err)
{
    int r = find_families(s, err);
    if (r)
        return r;
    sheet_find_withheld(s);
    sheet_find_sources(s);
    sheet_group(s);
    *ret = *s;
    return 0;
}

int sheet_make(struct arena *a, const char *const *paths, size_t count,
               const struct sheet_options *options, struct sheet *ret, struct err *err)
{
    struct sheet s = {.a = a};
    int r = sheet_load(&s, paths, count, options, err);
    return r ? r : finish(&s, ret, err);
}

int sheet_make_of(struct arena *a, struct str title, const struct sheet_text *texts,
                  size_t count, const struct sheet_options *options, struct sheet *ret,
                  struct err *err)
{
    struct sheet s = {.a = a};
    int r = sheet_load_of(&s, title, texts, count, options, err);
    return r ? r : finish(&s, ret, err);
}
