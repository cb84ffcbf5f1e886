/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Anonymity, with the reason that the text gives. The phrase stands in the sentence of the
 * speaker ("…, said a guard, who asked not to be named because …") or in one of its own ("She
 * asked not to be named.", "The agency is not naming him for his safety."). It holds for all
 * that the same person is said to have said, before and after.
 */
#include "engine/read/detail.h"

#define REASON_REACH 12 /* tokens between the phrase and its reason */
#define GROUP_BACK   6  /* mentions that "both" and "they" may reach */

struct grant {
    size_t begin, end; /* the phrase */
    bool object;       /* the publication does it to somebody */
    bool partly;       /* "identified only by his first name" */
    struct token_range reason;
};

static bool is_punct(const struct detail *d, size_t i, char c)
{
    return i < d->t->count && d->t->tokens[i].kind == TOKEN_PUNCT &&
           d->t->tokens[i].mark == (uint8_t)c;
}

/* A reason runs to the end of its clause: a comma behind which the main clause goes on, a
 * bracket, a dash, a quotation. */
static size_t reason_end(const struct detail *d, size_t i, size_t end)
{
    size_t from = i;
    for (; i < end; i++) {
        const struct token *k = &d->t->tokens[i];
        if (k->kind == TOKEN_QUOTE || k->kind == TOKEN_DASH || is_punct(d, i, ')') ||
            is_punct(d, i, ';') || is_punct(d, i, '.'))
            break;
        /* "to discuss plans said on Monday": the main clause goes on without a comma */
        if (i > from + 2 && detail_tag(d, i) == TAG_VERB &&
            !detail_class(d, i - 1, LEX_PRONOUN) &&
            (detail_is(d, i, "said") || detail_is(d, i, "told") || detail_is(d, i, "added")))
            break;
        if (is_punct(d, i, ',')) {
            enum tag g = detail_tag(d, i + 1);
            bool list = g == TAG_COORD || detail_class(d, i + 1, LEX_SUB);
            if (!list || detail_is(d, i + 1, "but"))
                break;
        }
    }
    return i;
}

static struct token_range reason_behind(const struct detail *d, size_t from, size_t end,
                                        bool partly)
{
    for (size_t i = from; i < end && i < from + REASON_REACH; i++) {
        if (is_punct(d, i, ';') || d->t->tokens[i].kind == TOKEN_DASH || is_punct(d, i, ')'))
            break;
        bool name_next = detail_name_at(d, i + 1) || (i > from && detail_name_at(d, i - 1));
        if (is_punct(d, i, ',') && !name_next &&
            !lexicon_match(d->t, i + 1, LEX_REASON_AFTER) &&
            !lexicon_match(d->t, i + 1, LEX_REASON_WITH))
            break;
        size_t n = lexicon_match(d->t, i, LEX_REASON_AFTER);
        if (partly && detail_is(d, i, "as"))
            n = 0; /* "identified only as Anton" */
        if (n && i + n < end)
            return detail_range(i + n, reason_end(d, i + n, end));
        n = lexicon_match(d->t, i, LEX_REASON_WITH);
        if (!n && i == from && detail_tag(d, i) == TAG_TO)
            n = 1; /* "to reveal private talks" */
        if (n && i + n < end)
            return detail_range(i, reason_end(d, i + n, end));
    }
    return detail_range(0, 0);
}

/* "Fearing reprisals, she asked …", "For her safety, her name …" */
static struct token_range reason_before(const struct detail *d, size_t begin, size_t phrase)
{
    size_t n = lexicon_match(d->t, begin, LEX_REASON_AFTER);
    size_t from = begin + n;
    if (!n && !lexicon_match(d->t, begin, LEX_REASON_WITH))
        return detail_range(0, 0);
    for (size_t i = from; i < phrase && i < from + 24; i++)
        if (is_punct(d, i, ',') && i > from)
            return detail_range(from, i);
    return detail_range(0, 0);
}

static void find_reason(const struct detail *d, struct token_range s, struct grant *g)
{
    size_t end = detail_body_end(d, s);
    g->reason = reason_behind(d, g->end, end, g->partly);
    if (!detail_any(g->reason) && lexicon_match(d->t, g->begin, LEX_ANONYMITY_OF_PERMISSION))
        g->reason = detail_range(g->begin, reason_end(d, g->end, end));
    if (!detail_any(g->reason))
        g->reason = reason_before(d, s.begin, g->begin);
}

/* A row of proposals, those of one sentence. */
/* "asked not to be named" and "she feared" are no statements. */
static void drop_inside(struct detail *d, const struct grant *g, uint32_t s)
{
    size_t from = g->begin > 4 ? g->begin - 4 : 0;
    size_t to = detail_any(g->reason) && g->reason.end > g->end ? g->reason.end : g->end;
    for (size_t i = detail_first_of(d, s); i < d->p->count && d->items[i].sentence == s; i++) {
        const struct detail_item *it = &d->items[i];
        if (!detail_any(it->cue) || it->cue.begin >= to)
            continue;
        bool covers = it->cue.end > g->begin && it->cue.begin < to;
        bool asks =
            it->cue.end <= g->begin && it->cue.begin >= from &&
            (!detail_any(it->content) ||
             (it->content.begin >= it->cue.begin && it->content.begin <= g->begin + 2 &&
              it->content.begin + 2 >= it->cue.end && g->begin <= it->content.begin + 3));
        if (covers || asks)
            d->items[i].drop = true;
    }
}

/* Whoever is named in full is not the one who is not to be named. */
static void set_terms(struct detail *d, uint32_t entity, const struct grant *g)
{
    struct detail_entity *e = &d->entities[entity - 1];
    if (e->body || (e->name.p && !g->partly))
        return;
    e->naming = NAMING_ANONYMITY;
    if (detail_any(g->reason))
        e->reason = detail_bytes(d, g->reason);
}

/* The speaker in the same sentence that the phrase hangs on: the one that ends last before it,
 * or the only one. */
static uint32_t speaker_beside(const struct detail *d, const struct grant *g, uint32_t s)
{
    uint32_t best = 0;
    size_t best_at = 0;
    for (size_t i = detail_first_of(d, s); i < d->p->count && d->items[i].sentence == s; i++) {
        const struct detail_item *it = &d->items[i];
        if (!it->entity || it->drop)
            continue;
        const struct detail_entity *e = &d->entities[it->entity - 1];
        if (e->body || (e->name.p && !g->partly))
            continue;
        bool before = it->speaker.begin < g->begin;
        if (!best || (before && it->speaker.begin >= best_at)) {
            best = it->entity;
            best_at = before ? it->speaker.begin : 0;
        }
    }
    return best;
}

static bool is_pronoun_word(const struct detail *d, size_t i)
{
    return detail_class(d, i, LEX_PRONOUN) || detail_class(d, i, LEX_PRON_OBJECT) ||
           detail_class(d, i, LEX_POSS);
}

static uint32_t resolve_word(const struct detail *d, size_t i)
{
    bool plural =
        detail_is(d, i, "they") || detail_is(d, i, "them") || detail_is(d, i, "their");
    return detail_resolve(d, i, detail_gender(d, detail_range(i, i + 1)), plural, false);
}

/* "They", "both", "all three", "the relatives": everybody unnamed who spoke last. */
static bool is_group(const struct detail *d, size_t i)
{
    return detail_is(d, i, "they") || detail_is(d, i, "both") || detail_is(d, i, "all") ||
           detail_is(d, i, "their") || detail_is(d, i, "neither") || detail_is(d, i, "none");
}

static bool grant_group(struct detail *d, size_t at, const struct grant *g)
{
    uint32_t s = d->sentence_of[at], last = UINT32_MAX;
    size_t most = detail_is(d, at, "both") || detail_is(d, at, "neither") ? 2 : GROUP_BACK;
    size_t found = 0, steps = 0;
    for (size_t k = d->mention_count; k-- > 0 && found < most && steps < 40; steps++) {
        const struct detail_mention *m = &d->mentions[k];
        if (m->token >= at)
            continue;
        if (d->sentence_of[m->token] + 5 < s)
            break;
        const struct detail_entity *e = &d->entities[m->entity];
        if (e->name.p || e->body || m->entity == last || (!m->speaks && !m->opens))
            continue;
        last = m->entity;
        set_terms(d, m->entity + 1, g);
        found++;
    }
    return found > 0;
}

/* In a sentence of its own: whom its subject means. */
static void grant_apart(struct detail *d, const struct grant *g, struct token_range s)
{
    size_t from = g->object ? g->begin : s.begin;
    size_t to = g->object ? g->end + 4 : g->begin;
    if (to > s.end)
        to = s.end;
    for (size_t i = from; i < to; i++) {
        if (is_group(d, i) && grant_group(d, i, g))
            return;
        if (is_pronoun_word(d, i)) {
            uint32_t e = resolve_word(d, i);
            if (e)
                set_terms(d, e, g);
            return;
        }
    }
    /* "The guard asked …": the mention that opens this sentence, else the last unnamed one. */
    uint32_t sentence = d->sentence_of[g->begin], best = 0;
    size_t steps = 0;
    for (size_t k = d->mention_count; k-- > 0 && steps < 40; steps++) {
        const struct detail_mention *m = &d->mentions[k];
        uint32_t ms = d->sentence_of[m->token];
        if (m->token >= g->end || ms > sentence)
            continue;
        if (ms + 3 < sentence)
            break;
        if (d->entities[m->entity].body || (d->entities[m->entity].name.p && !g->partly))
            continue;
        best = m->entity + 1;
        break;
    }
    if (best)
        set_terms(d, best, g);
}

static bool find_grant(const struct detail *d, size_t i, struct grant *ret)
{
    size_t n = lexicon_match(d->t, i, LEX_ANONYMITY);
    bool object = false;
    if (!n) {
        n = lexicon_match(d->t, i, LEX_ANONYMITY_OBJECT);
        object = n > 0;
    }
    if (!n)
        return false;
    /* "did not want to be named", but not "wanted to be named" */
    bool wants = detail_is(d, i, "want") || detail_is(d, i, "wanted") ||
                 detail_is(d, i, "wish") || detail_is(d, i, "wished");
    if (wants) {
        bool negated = false;
        for (size_t k = i; k-- > 0 && i - k < 4;)
            negated = negated || detail_class(d, k, LEX_NEG);
        if (!negated)
            return false;
    }
    /* "is being withheld": a name, or something else? */
    bool withheld = false, name = false;
    for (size_t k = i; k < i + n; k++)
        withheld = withheld || detail_is(d, k, "withheld");
    for (size_t k = detail_sentence(d, i).begin; k < i + n; k++)
        name = name || detail_class(d, k, LEX_NAME_WORD);
    if (withheld && !name)
        return false;
    bool partly = false;
    for (size_t k = i; k < i + n; k++)
        partly = partly || detail_is(d, k, "only") || detail_is(d, k, "pseudonym") ||
                 detail_is(d, k, "changed");
    for (size_t k = i; withheld && k-- > detail_sentence(d, i).begin && i - k < 4;)
        partly = partly || detail_is(d, k, "surname") || detail_is(d, k, "last") ||
                 detail_is(d, k, "full") || detail_is(d, k, "family");
    *ret = (struct grant){.begin = i, .end = i + n, .object = object, .partly = partly};
    return true;
}

void detail_terms(struct detail *d)
{
    for (size_t i = 0; i < d->t->count; i++) {
        struct grant g;
        if (!d->t->tokens[i].word || !find_grant(d, i, &g))
            continue;
        uint32_t s = d->sentence_of[i];
        struct token_range sentence = d->t->sentences[s];
        /* "spoke on condition of anonymity because she was not authorised to speak": one */
        find_reason(d, sentence, &g);
        drop_inside(d, &g, s);
        uint32_t holder = detail_holder(d, i);
        if (holder && d->p->items[holder - 1].mode == MODE_DIRECT)
            continue; /* somebody speaks about it */
        uint32_t beside = g.object ? 0 : speaker_beside(d, &g, s);
        if (beside)
            set_terms(d, beside, &g);
        else
            grant_apart(d, &g, sentence);
        if (detail_any(g.reason) && g.reason.end > g.end)
            i = g.reason.end - 1;
        else
            i = g.end - 1;
    }
    for (size_t i = 0; i < d->p->count; i++) {
        if (!d->items[i].entity)
            continue;
        const struct detail_entity *e = &d->entities[d->items[i].entity - 1];
        if (e->naming == NAMING_UNNAMED && e->group)
            e = &d->entities[e->group - 1];
        d->p->items[i].naming = e->naming;
        d->p->items[i].reason = e->reason;
    }
}
