/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where, as written: the first phrase of place in what was said ("near Bakhmut", "in
 * Correctional Colony No. 6", "in a disused sugar works in Kolvar").
 */
#include "engine/read/detail.h"

static bool is_person_at(const struct detail *d, struct token_range np)
{
    for (size_t i = np.begin; i < np.end; i++) {
        if (detail_tag(d, i) == TAG_PREP)
            return false;
        if (detail_name_at(d, i) &&
            (detail_class(d, i, LEX_MALE_NAME) || detail_class(d, i, LEX_FEMALE_NAME) ||
             detail_class(d, i, LEX_MONTH_NAME) || detail_class(d, i, LEX_WEEKDAY_NAME)))
            return true;
    }
    return false;
}

static bool in_date(const struct detail *d, size_t i, size_t *next)
{
    while (*next < d->dates->count && d->dates->items[*next].end <= i)
        (*next)++;
    return *next < d->dates->count && d->dates->items[*next].begin <= i;
}

/* A noun phrase that is a place: a place noun or a name in its first part. */
static bool is_place(const struct detail *d, struct token_range np, bool strong)
{
    if (is_person_at(d, np))
        return false;
    bool name = false, noun = false;
    for (size_t i = np.begin; i < np.end; i++) {
        if (detail_tag(d, i) == TAG_PREP)
            break;
        if (detail_class(d, i, LEX_PLACE_NOT) && !detail_name_at(d, i))
            return false;
        if (detail_name_at(d, i) && detail_person_word(d, i))
            return false;
        name = name || detail_name_at(d, i);
        noun = noun || detail_class(d, i, LEX_PLACE_NOUN);
    }
    return noun || (name && strong);
}

/* "No. 6" belongs to the colony. */
static size_t with_number(const struct detail *d, size_t end, size_t limit)
{
    size_t i = end;
    if (i < limit &&
        (detail_is(d, i, "no") || detail_is(d, i, "no.") || detail_is(d, i, "number")))
        i++;
    if (i < limit && d->t->tokens[i].kind == TOKEN_PUNCT && d->t->tokens[i].mark == '.' &&
        i > end)
        i++;
    if (i < limit && (i > end || detail_is(d, i - 1, "no") || detail_is(d, i - 1, "no.")) &&
        d->t->tokens[i].kind == TOKEN_NUMBER)
        return i + 1;
    return end;
}

/* Where the phrase stops: before an expression of time, a "with", an adjunct that is no place.
 */
static size_t cut(const struct detail *d, struct token_range np, size_t date)
{
    size_t stop = np.end;
    if (date < d->dates->count && d->dates->items[date].begin > np.begin &&
        d->dates->items[date].begin < stop)
        stop = d->dates->items[date].begin;
    for (size_t k = np.begin + 1; k < stop; k++)
        if ((detail_class(d, k, LEX_SAY) && detail_name_at(d, k - 1)) ||
            detail_is(d, k, "with") || detail_is(d, k, "for") || detail_is(d, k, "by") ||
            detail_is(d, k, "from")) {
            stop = k;
            break;
        }
    while (stop > np.begin && detail_tag(d, stop - 1) == TAG_PREP)
        stop--;
    return stop;
}

static struct token_range place_at(const struct detail *d, size_t i, size_t end, size_t date)
{
    size_t n = lexicon_match(d->t, i, LEX_PLACE_PREP);
    if (!n || i + n >= end)
        return detail_range(0, 0);
    bool strong = !detail_is(d, i, "from") && !detail_is(d, i, "on") &&
                  !detail_is(d, i, "into") && !detail_is(d, i, "towards") &&
                  !detail_is(d, i, "toward") && !detail_is(d, i, "behind") &&
                  !detail_is(d, i, "between") && !detail_is(d, i, "beyond");
    struct token_range np = chunk_phrase(&d->g, i + n, end, false);
    if (detail_any(np) && detail_is(d, np.end, "works") && np.end < end)
        np.end++; /* "a sugar works", taken for a verb */
    if (!detail_any(np) || !is_place(d, np, strong))
        return detail_range(0, 0);
    size_t stop = cut(d, np, date);
    if (stop == np.begin)
        return detail_range(0, 0);
    stop = with_number(d, stop, end);
    /* "near the town of Kell in the Tresk region" */
    if (stop < end && (detail_is(d, stop, "in") || detail_is(d, stop, "near"))) {
        struct token_range more = chunk_phrase(&d->g, stop + 1, end, false);
        if (detail_any(more) && is_place(d, more, true))
            stop = cut(d, more, date);
    }
    return detail_range(i, stop);
}

/* "from the Tresk region" is taken only where no other place is said. */
static bool is_way(const struct detail *d, size_t i)
{
    return detail_is(d, i, "from") || detail_is(d, i, "into") || detail_is(d, i, "toward") ||
           detail_is(d, i, "towards");
}

void detail_places(struct detail *d)
{
    for (size_t i = 0; i < d->p->count; i++) {
        const struct detail_item *it = &d->items[i];
        struct proposal *p = &d->p->items[i];
        size_t next_date = 0, lo = 0, hi = d->dates->count;
        while (lo < hi) {
            size_t mid = lo + (hi - lo) / 2;
            if (d->dates->items[mid].end <= it->content.begin)
                lo = mid + 1;
            else
                hi = mid;
        }
        next_date = lo;
        size_t end = it->content.end;
        if (end > it->content.begin + 400)
            end = it->content.begin + 400;
        for (size_t k = it->content.begin; k < end; k++) {
            if (!d->t->tokens[k].word || detail_holder(d, k) != i + 1)
                continue;
            if (in_date(d, k + 1, &next_date) || in_date(d, k, &next_date))
                continue;
            struct token_range r = place_at(d, k, end, next_date);
            if (!detail_any(r))
                continue;
            bool moved = is_way(d, k);
            k = r.end - 1;
            if (!moved || p->where.end == p->where.begin)
                p->where = detail_bytes(d, r);
            if (!moved)
                break;
        }
    }
}
