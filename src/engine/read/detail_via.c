/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Through whom a statement came:
 *   "he was beaten, he said, according to his relatives"
 *   "in a written statement released by his representatives", "through his lawyer"
 *   "she said he told her": the inner one came through her
 *   "was quoted by the Courier as saying", "told the agency"
 */
#include "engine/read/detail.h"

static bool given(struct span s)
{
    return s.end > s.begin;
}

static bool is_news(const struct detail *d, struct token_range r)
{
    for (size_t i = r.begin; i < r.end; i++) {
        if (detail_tag(d, i) == TAG_PREP)
            break;
        if (detail_class(d, i, LEX_NEWS_BODY) ||
            (detail_name_at(d, i) && detail_class(d, i, LEX_PUBLICATION_NAME)))
            return true;
    }
    return false;
}

/* Does the token stand in the content of proposal i? */
static bool in_content(const struct detail *d, size_t i, size_t token)
{
    const struct proposal *p = &d->p->items[i];
    size_t at = d->t->tokens[token].begin;
    for (size_t k = 0; k < p->content.count; k++)
        if (at >= p->content.items[k].begin && at < p->content.items[k].end)
            return true;
    return false;
}

/* "statement … released by NP" from the noun at i: the end of NP, or 0. */
static size_t released_by(const struct detail *d, size_t i, size_t end)
{
    for (size_t k = i + 1; k + 2 < end && k < i + 12; k++) {
        if (!detail_class(d, k, LEX_VIA_VERB))
            continue;
        for (size_t m = k + 1; m + 1 < end && m < k + 8; m++) {
            if (!detail_is(d, m, "by") && !detail_is(d, m, "through") &&
                !detail_is(d, m, "via"))
                continue;
            struct token_range np = chunk_phrase(&d->g, m + 1, end, false);
            return detail_any(np) ? np.end : 0;
        }
    }
    return 0;
}

static size_t phrase_start(const struct detail *d, size_t noun, size_t first)
{
    size_t k = noun;
    while (k > first && noun - k < 6 &&
           (detail_tag(d, k - 1) == TAG_ADJ || detail_tag(d, k - 1) == TAG_DET ||
            detail_tag(d, k - 1) == TAG_NOUN || detail_tag(d, k - 1) == TAG_NUM ||
            detail_tag(d, k - 1) == TAG_PART))
        k--;
    if (k > first && detail_tag(d, k - 1) == TAG_PREP)
        k--;
    return k;
}

/* "through his lawyer", "via relatives" */
static size_t through_person(const struct detail *d, size_t i, size_t end)
{
    if (!detail_is(d, i, "through") && !detail_is(d, i, "via"))
        return 0;
    struct token_range np = chunk_phrase(&d->g, i + 1, end, false);
    for (size_t k = np.begin; k < np.end; k++) {
        if (detail_tag(d, k) == TAG_PREP)
            break;
        if (detail_class(d, k, LEX_VIA_PERSON))
            return np.end;
    }
    return 0;
}

static struct token_range find_in_sentence(const struct detail *d, size_t i)
{
    struct token_range s = d->t->sentences[d->items[i].sentence];
    size_t end = detail_body_end(d, s);
    const struct detail_item *it = &d->items[i];
    /* 40 tokens on both sides: a sentence may be as long as its text */
    size_t from = it->cue.begin >= s.begin + 40 ? it->cue.begin - 39 : s.begin;
    size_t to = it->cue.end + 40u < end ? it->cue.end + 40u : end;
    for (size_t k = from; k < to; k++) {
        if (!d->t->tokens[k].word)
            continue;
        size_t n = 0;
        if (detail_class(d, k, LEX_VIA_NOUN) && !in_content(d, i, k) &&
            (n = released_by(d, k, end)) != 0)
            return detail_range(phrase_start(d, k, s.begin), n);
        if (!in_content(d, i, k) && (n = through_person(d, k, end)) != 0)
            return detail_range(k, n);
        /* "the service reports, citing relatives" */
        if ((detail_is(d, k, "citing") || detail_is(d, k, "quoting")) && k > s.begin &&
            ((k >= it->cue.end && k <= it->cue.end + 2u) ||
             (k >= it->speaker.begin && k < it->cue.begin)) &&
            d->t->tokens[k - 1].kind == TOKEN_PUNCT) {
            struct token_range np = chunk_phrase(&d->g, k + 1, end, false);
            if (detail_any(np))
                return detail_range(k, np.end);
        }
        n = lexicon_match(d->t, k, LEX_ACCORDING);
        if (n && k >= it->cue.end && (k >= it->content.end || k + 10 > it->content.end) &&
            k + n < end) {
            struct token_range np = chunk_phrase(&d->g, k + n, end, false);
            if (detail_any(np))
                return detail_range(k, np.end);
        }
    }
    return detail_range(0, 0);
}

/* "told the agency", "was quoted by the Courier" */
static struct token_range through_news(const struct detail *d, size_t i)
{
    const struct detail_item *it = &d->items[i];
    struct token_range s = d->t->sentences[it->sentence];
    size_t last = it->cue.end ? it->cue.end - 1 : 0;
    if (!detail_any(it->cue))
        return detail_range(0, 0);
    size_t from = it->cue.end;
    bool tells = false, quoted = false;
    for (size_t k = it->cue.begin; k <= last; k++) {
        tells = tells || detail_is(d, k, "told") || detail_is(d, k, "tells") ||
                detail_is(d, k, "tell") || detail_is(d, k, "telling");
        quoted = quoted || detail_is(d, k, "quoted") || detail_is(d, k, "cited");
    }
    if (quoted) {
        for (size_t k = it->cue.begin; k < s.end && k < it->cue.end + 3u; k++)
            if (detail_is(d, k, "by"))
                from = k + 1;
        if (from == it->cue.end)
            return detail_range(0, 0);
    } else if (!tells) {
        return detail_range(0, 0);
    }
    if (from >= s.end)
        return detail_range(0, 0);
    struct token_range np = chunk_phrase(&d->g, from, s.end, false);
    if (!detail_any(np) || (tells && !quoted && !is_news(d, np)))
        return detail_range(0, 0);
    for (uint32_t k = np.begin + 1; k < np.end; k++)
        if (detail_tag(d, k) == TAG_PREP && !detail_is(d, k, "of"))
            np.end = k; /* "told the newspaper by phone" */
    return np;
}

/* The outer speaker; "according to her" goes whole. */
static struct span outer_phrase(const struct detail *d, size_t i)
{
    const struct detail_item *it = &d->items[i];
    bool whole = detail_any(it->cue) && lexicon_match(d->t, it->cue.begin, LEX_ACCORDING) &&
                 it->cue.end == it->speaker.begin;
    return detail_bytes(d, whole ? detail_range(it->cue.begin, it->speaker.end) : it->speaker);
}

static bool overlaps(struct span a, struct span b)
{
    return a.begin < b.end && b.begin < a.end;
}

void detail_via(struct detail *d)
{
    for (size_t i = 0; i < d->p->count; i++) {
        struct proposal *p = &d->p->items[i];
        const struct detail_item *it = &d->items[i];
        if (it->drop)
            continue;
        /* A chain: the cue stands inside what another says. */
        uint32_t outer = detail_any(it->cue) ? detail_holder(d, it->cue.begin) : 0;
        if (outer && outer != i + 1 && given(d->p->items[outer - 1].speaker)) {
            p->via = outer_phrase(d, outer - 1);
            continue;
        }
        if (it->content.begin == it->content.end && !given(p->speaker))
            continue;
        struct token_range r = find_in_sentence(d, i);
        if (!detail_any(r))
            r = through_news(d, i);
        struct span s = detail_bytes(d, r);
        bool own = given(p->speaker) && overlaps(s, p->speaker);
        bool cue = given(p->cue) && overlaps(s, p->cue);
        if (given(s) && !own && !cue)
            p->via = s;
        /* "citing relatives" is how it came, not one more statement. */
        if (given(p->via) &&
            (detail_is(d, r.begin, "citing") || detail_is(d, r.begin, "quoting")))
            for (size_t k = i + 1; k < d->p->count && d->items[k].sentence == it->sentence; k++)
                if (d->items[k].cue.begin == r.begin)
                    d->items[k].drop = true;
    }
}
