/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Remarks on verification: "could not be independently verified", "The agency was unable to
 * confirm the claim", "Neither account could be checked". A remark in a statement's own
 * sentence is about that statement; one in a sentence of its own is about what its object says:
 * the last statement, all that one person said, or several.
 */
#include "engine/read/detail.h"

#define APPLIES_MOST     64 /* statements that one remark is about */
#define CLAIM_PARAGRAPHS 3  /* how far back "the claims" are */

struct remark {
    struct token_range span;
    struct token_range subject; /* before the verb */
    struct token_range object;  /* behind it */
    bool own;                   /* a sentence of its own */
    uint32_t sentence;
};

static bool is_punct(const struct detail *d, size_t i, char c)
{
    return i < d->t->count && d->t->tokens[i].kind == TOKEN_PUNCT &&
           d->t->tokens[i].mark == (uint8_t)c;
}

/* Something that says "not", or "independently", in the words before the verb. */
static bool is_remark_verb(const struct detail *d, size_t i, size_t first)
{
    if (detail_class(d, i, LEX_VERIFY_NOUN)) {
        for (size_t k = i; k-- > first && i - k < 4;)
            if (detail_is(d, k, "no") || detail_is(d, k, "without") ||
                detail_is(d, k, "independent"))
                return true;
        return false;
    }
    if (!detail_class(d, i, LEX_VERIFY_VERB))
        return false;
    bool could = false, not_ = false, independent = false;
    for (size_t k = i; k-- > first && i - k < 8;) {
        if (is_punct(d, k, ',') || is_punct(d, k, ';'))
            break;
        not_ = not_ || detail_class(d, k, LEX_VERIFY_NOT);
        could = could || detail_is(d, k, "could") || detail_is(d, k, "can") ||
                detail_is(d, k, "cannot") || detail_is(d, k, "been") || detail_is(d, k, "be") ||
                detail_is(d, k, "able") || detail_is(d, k, "unable") ||
                detail_is(d, k, "impossible") || detail_is(d, k, "possible") ||
                detail_is(d, k, "was") || detail_is(d, k, "were") || detail_is(d, k, "has") ||
                detail_is(d, k, "have") || detail_is(d, k, "had") || detail_is(d, k, "is") ||
                detail_is(d, k, "are") || detail_is(d, k, "to") || detail_is(d, k, "did");
        independent = independent || detail_is(d, k, "independently");
    }
    independent = independent || detail_is(d, i + 1, "independently");
    /* "confirmed" alone is what a ministry does; "verified", "corroborated" are remarks. */
    return (not_ && could) || independent;
}

static bool passive(const struct detail *d, size_t verb, size_t first)
{
    for (size_t k = verb; k-- > first && verb - k < 5;)
        if (detail_is(d, k, "be") || detail_is(d, k, "been") || detail_is(d, k, "being") ||
            detail_is(d, k, "was") || detail_is(d, k, "were") || detail_is(d, k, "is") ||
            detail_is(d, k, "are"))
            return true;
    return false;
}

/* The clause of the verb: back to a comma, "but", a dash, or the sentence's start. */
static size_t clause_start(const struct detail *d, size_t verb, size_t first)
{
    size_t i = verb;
    while (i > first) {
        const struct token *k = &d->t->tokens[i - 1];
        if (k->kind == TOKEN_DASH || k->kind == TOKEN_QUOTE || is_punct(d, i - 1, ';') ||
            is_punct(d, i - 1, ',') || is_punct(d, i - 1, '('))
            break;
        i--;
    }
    return i;
}

static bool publication_subject(const struct detail *d, struct token_range r)
{
    for (size_t i = r.begin; i < r.end && i < r.begin + 8u; i++)
        if (detail_class(d, i, LEX_NEWS_BODY) || detail_class(d, i, LEX_PUBLICATION) ||
            detail_is(d, i, "we") || detail_is(d, i, "it") || detail_is(d, i, "reporters") ||
            detail_is(d, i, "journalists") || detail_name_at(d, i))
            return true;
    return false;
}

static bool find_remark(const struct detail *d, size_t i, struct remark *ret)
{
    struct token_range s = detail_sentence(d, i);
    if (!is_remark_verb(d, i, s.begin))
        return false;
    size_t end = detail_body_end(d, s), begin = clause_start(d, i, s.begin);
    struct token_range before = detail_range(begin, i);
    bool by_passive = passive(d, i, begin) || detail_class(d, i, LEX_VERIFY_NOUN);
    bool object_word = false;
    for (size_t k = begin; k < end && k < i + 12; k++)
        object_word = object_word || detail_class(d, k, LEX_VERIFY_OBJECT) ||
                      detail_class(d, k, LEX_VERIFY_EACH) || detail_is(d, k, "none");
    if (!by_passive && !publication_subject(d, before))
        return false;
    bool plain = detail_is(d, i, "confirmed") || detail_is(d, i, "established") ||
                 detail_is(d, i, "proven") || detail_is(d, i, "checked");
    bool independent = false;
    for (size_t k = begin; k < i + 2 && k < end; k++)
        independent =
            independent || detail_is(d, k, "independently") || detail_is(d, k, "independent");
    if (!object_word && !independent && (!by_passive || plain))
        return false;
    uint32_t holder = detail_holder(d, i);
    if (holder && d->p->items[holder - 1].mode == MODE_DIRECT)
        return false;
    while (begin < i && (detail_tag(d, begin) == TAG_COORD || is_punct(d, begin, ',') ||
                         detail_is(d, begin, "although") || detail_is(d, begin, "though")))
        begin++;
    /* Adverbials before the subject, "In Kell, the claim …", do not make it part of another. */
    bool own = true;
    for (size_t k = s.begin; k < begin && own; k++)
        own = !tag_in(detail_tag(d, k), TAGS_FINITE);
    *ret = (struct remark){
        .span = detail_range(own ? s.begin : begin, end),
        .subject = before,
        .object = detail_range(i + 1, end < i + 14 ? end : i + 14),
        .own = own,
        .sentence = d->sentence_of[i],
    };
    return true;
}

/* The verb of the remark is no cue, and what was taken for its content is no statement. */
static void drop_cues(struct detail *d, const struct remark *r)
{
    for (size_t i = detail_first_of(d, r->sentence);
         i < d->p->count && d->items[i].sentence == r->sentence; i++) {
        const struct detail_item *it = &d->items[i];
        if (it->cue.begin >= r->span.begin && it->cue.begin < r->span.end &&
            (!r->own || it->cue.begin < r->object.begin))
            d->items[i].drop = true;
    }
}

enum reach {
    REACH_LAST,      /* the last statement */
    REACH_SPEAKER,   /* all that its speaker said */
    REACH_TWO,       /* what the last two speakers said */
    REACH_PARAGRAPH, /* "these claims": the last paragraph that has any */
    REACH_CLAIMS,    /* "the claims": some paragraphs */
    REACH_FIGURES,   /* all with figures */
};

static enum reach reach_of(const struct detail *d, const struct remark *r)
{
    struct token_range parts[2] = {r->subject, r->object};
    for (int k = 0; k < 2; k++)
        for (size_t i = parts[k].begin; i < parts[k].end; i++)
            if (detail_class(d, i, LEX_VERIFY_EACH))
                return REACH_TWO;
    for (int k = 0; k < 2; k++)
        for (size_t i = parts[k].begin; i < parts[k].end; i++) {
            bool plural = detail_class(d, i, LEX_N_MANY) || detail_is(d, i, "these") ||
                          detail_is(d, i, "those") || detail_is(d, i, "none") ||
                          detail_is(d, i, "all") || detail_is(d, i, "them");
            if (detail_class(d, i, LEX_VERIFY_NUMBER) && detail_class(d, i, LEX_N_MANY))
                return REACH_FIGURES;
            if (detail_is(d, i, "none") || detail_is(d, i, "any")) {
                for (size_t m = i; m < parts[k].end; m++)
                    if (detail_class(d, m, LEX_VERIFY_NUMBER))
                        return REACH_FIGURES;
            }
            bool the = i > parts[k].begin && detail_is(d, i - 1, "the");
            if (plural && the && detail_class(d, i, LEX_VERIFY_OBJECT))
                return REACH_CLAIMS;
            if (plural &&
                (detail_class(d, i, LEX_VERIFY_OBJECT) || !detail_class(d, i, LEX_N_MANY)))
                return REACH_PARAGRAPH;
            if (detail_is(d, i, "account") || detail_is(d, i, "testimony") ||
                detail_is(d, i, "story"))
                return REACH_SPEAKER;
        }
    return REACH_LAST;
}

struct applied {
    unsigned ids[APPLIES_MOST]; /* proposals, 1 + index */
    size_t count;
};

static void apply(struct applied *a, size_t i)
{
    if (a->count < APPLIES_MOST)
        a->ids[a->count++] = (unsigned)i + 1;
}

static bool has_figures(const struct detail *d, size_t i)
{
    const struct detail_item *it = &d->items[i];
    for (size_t k = it->content.begin; k < it->content.end; k++)
        if (d->t->tokens[k].kind == TOKEN_NUMBER || detail_class(d, k, LEX_NUMBER_START) ||
            detail_class(d, k, LEX_TENS_WORD) || detail_class(d, k, LEX_DIGIT_WORD) ||
            detail_class(d, k, LEX_TEEN_WORD) || detail_class(d, k, LEX_SCALE_PLURAL) ||
            detail_class(d, k, LEX_DOZEN))
            return true;
    return false;
}

/* What stands before the sentence, nearest first. */
static void apply_backwards(const struct detail *d, const struct remark *r, enum reach reach,
                            size_t before, struct applied *ret)
{
    bool numbers = false;
    for (size_t i = r->subject.begin; i < r->subject.end; i++)
        numbers = numbers || detail_class(d, i, LEX_VERIFY_NUMBER);
    uint32_t entities[2] = {0, 0}, sentence = UINT32_MAX;
    uint32_t paragraph = UINT32_MAX;
    for (size_t i = before; i-- > 0;) {
        const struct detail_item *it = &d->items[i];
        if (it->drop)
            continue;
        uint32_t p = d->paragraph_of[it->sentence];
        if (ret->count == 0 && p + 6 < d->paragraph_of[r->sentence])
            break;
        if (reach == REACH_LAST) {
            if (sentence != UINT32_MAX &&
                (it->sentence != sentence || it->entity != entities[0]))
                break;
            sentence = it->sentence;
            entities[0] = it->entity;
        } else if (reach == REACH_SPEAKER) {
            if (ret->count == 0)
                entities[0] = it->entity;
            if (it->entity != entities[0] || (!it->entity && ret->count))
                continue;
        } else if (reach == REACH_TWO) {
            if (numbers && !has_figures(d, i))
                continue;
            uint32_t e = it->entity ? it->entity : UINT32_MAX - (uint32_t)i;
            if (!entities[0])
                entities[0] = e;
            else if (e != entities[0] && !entities[1])
                entities[1] = e;
            else if (e != entities[0] && e != entities[1])
                break;
        } else if (reach == REACH_PARAGRAPH || reach == REACH_CLAIMS) {
            uint32_t most = reach == REACH_CLAIMS ? CLAIM_PARAGRAPHS : 0;
            if (paragraph != UINT32_MAX && p + most < paragraph)
                break;
            if (paragraph == UINT32_MAX)
                paragraph = p;
            if (d->p->items[i].stance == STANCE_NO_COMMENT)
                continue;
        } else if (!has_figures(d, i)) {
            continue;
        }
        apply(ret, i);
        if (ret->count == APPLIES_MOST)
            break;
    }
}

static void set_remark(struct detail *d, const struct remark *r, const struct applied *a)
{
    unsigned *ids = ARENA_NEW(d->a, a->count + 1, unsigned);
    /* in the order of the text */
    for (size_t k = 0; k < a->count; k++)
        ids[k] = a->ids[a->count - 1 - k];
    for (size_t k = 0; k < a->count; k++) {
        struct proposal *p = &d->p->items[ids[k] - 1];
        p->verification = detail_bytes(d, r->span);
        p->verification_applies_to = ids;
        p->verification_count = a->count;
    }
}

void detail_verify(struct detail *d)
{
    for (size_t i = 0; i < d->t->count; i++) {
        struct remark r;
        if (!d->t->tokens[i].word || !find_remark(d, i, &r))
            continue;
        drop_cues(d, &r);
        struct applied a = {.count = 0};
        size_t first = detail_first_of(d, r.sentence), last = first;
        while (last < d->p->count && d->items[last].sentence == r.sentence)
            last++;
        if (!r.own)
            for (size_t k = last; k-- > first;)
                if (!d->items[k].drop)
                    apply(&a, k);
        if (a.count == 0)
            apply_backwards(d, &r, reach_of(d, &r), first, &a);
        if (a.count)
            set_remark(d, &r, &a);
        /* One remark a sentence. */
        i = d->t->sentences[r.sentence].end - 1;
    }
}
