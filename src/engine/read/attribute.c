/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who said what: the sentence loop, and how findings become proposals.
 *
 * Spans follow the conventions of the field's corpora (PARC, PolNeAR), so that they can be
 * measured:
 *   source   the whole phrase with its titles, appositions and relative clause, up to and with
 *            the comma that closes an apposition before the verb; "who" and "which" themselves
 *            when they are the subject
 *   cue      the verb with its auxiliaries, negation, adverbs and particles ("has repeatedly
 *            denied", "called for", "did not say"), and a colon that introduces a quotation;
 *            not the hearer, not "by", not "that"
 *   content  with "that" or "to", with the quotation marks and the comma or stop inside them;
 *            without the final stop of a sentence that is not quoted, and without the comma
 *            before ", he said"
 *   nesting  what stands inside a content is not attributed again, except a chain that begins
 *            right behind the cue ("she said he told her")
 *
 * A sentence is read from left to right. `done` moves behind every content, so that each token
 * is looked at by a bounded number of rules.
 */
#include "engine/read/attribute.h"

#define CONTENT_PIECES_MAX 128 /* a speech has fewer; more would make hostile text slow */

static const struct quotation *find_quote(const struct attributor *at, size_t token, bool close)
{
    size_t lo = 0, hi = at->quotes->count;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        const struct quotation *q = &at->quotes->items[mid];
        size_t edge = !close ? q->open : q->close < q->begin ? q->end - 1 : q->close;
        if (edge == token)
            return q;
        if (edge < token)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

const struct quotation *attribute_quote_at(const struct attributor *at, size_t i)
{
    return find_quote(at, i, false);
}

const struct quotation *attribute_quote_closed(const struct attributor *at, size_t i)
{
    return find_quote(at, i, true);
}

static struct span bytes_of(const struct token_text *t, struct token_range r)
{
    if (!range_any(r))
        return (struct span){0, 0};
    return (struct span){t->tokens[r.begin].begin, t->tokens[r.end - 1].end};
}

static enum mode mode_of(const struct attributor *at, const struct found *f)
{
    size_t quoted = 0, plain = 0, marks = 0;
    for (size_t i = 0; i < f->content_count; i++)
        for (size_t k = f->content[i].begin; k < f->content[i].end; k++) {
            if (at->g.t->tokens[k].kind == TOKEN_QUOTE) {
                marks++;
                continue;
            }
            if (at->quote_of[k])
                quoted++;
            else if (at->g.t->tokens[k].kind == TOKEN_WORD)
                plain++;
        }
    if (quoted == 0 && marks > 1 && plain > 0)
        return MODE_MIXED; /* single words of it are quoted */
    return quoted == 0 ? MODE_INDIRECT : plain == 0 ? MODE_DIRECT : MODE_MIXED;
}

static bool negated(const struct attributor *at, struct token_range cue)
{
    for (size_t i = cue.begin; i < cue.end; i++)
        if (tag_is(&at->g, i, LEX_NEG))
            return true;
    return false;
}

static bool has_word(const struct attributor *at, struct token_range r, const char *word)
{
    for (size_t i = r.begin; i < r.end; i++)
        if (is_text(at, i, word))
            return true;
    return false;
}

/* "declined to comment", "did not respond to requests", "refused to say" */
static bool no_comment(const struct attributor *at, const struct found *f)
{
    bool refuses = negated(at, f->cue);
    for (size_t i = f->cue.begin; i < f->cue.end; i++)
        refuses = refuses || tag_is(&at->g, i, LEX_DECLINE);
    if (!refuses)
        return false;
    struct token_range head = f->content_count ? f->content[0] : range_of(0, 0);
    if (head.end > head.begin + 4)
        head.end = head.begin + 4;
    static const char *const words[] = {"comment",   "respond", "reply",  "answer", "discuss",
                                        "elaborate", "say",     "return", "speak"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (has_word(at, f->cue, words[i]) || has_word(at, head, words[i]))
            return true;
    return false;
}

static enum stance stance_of(const struct attributor *at, const struct found *f)
{
    if (no_comment(at, f) ||
        (!f->content_count && lexicon_match(at->g.t, f->head, LEX_NO_COMMENT)))
        return STANCE_NO_COMMENT;
    static const struct {
        enum lex_class c;
        enum stance stance;
    } table[] = {
        {LEX_DENY, STANCE_DENIES},           {LEX_PROMISE, STANCE_PROMISES},
        {LEX_REQUEST, STANCE_REQUESTS},      {LEX_ASSESS, STANCE_ASSESSES},
        {LEX_REPORT, STANCE_REPORTS},        {LEX_DENIAL_NOUN, STANCE_DENIES},
        {LEX_PROMISE_NOUN, STANCE_PROMISES}, {LEX_REQUEST_NOUN, STANCE_REQUESTS},
        {LEX_ASSESS_NOUN, STANCE_ASSESSES},  {LEX_REPORT_NOUN, STANCE_REPORTS},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (lexicon_match(at->g.t, f->head, table[i].c))
            return table[i].stance;
    return tag_is(&at->g, f->head, LEX_HEARSAY) ? STANCE_REPORTS : STANCE_ASSERTS;
}

void attribute_emit(struct attributor *at, const struct found *f)
{
    struct proposal p = {
        .speaker = bytes_of(at->g.t, f->source),
        .cue = bytes_of(at->g.t, f->cue),
        .stance = stance_of(at, f),
        .mode = mode_of(at, f),
        .rule = f->rule,
    };
    p.content.items = ARENA_NEW(at->a, f->content_count + 1, struct span);
    for (size_t i = 0; i < f->content_count; i++)
        if (range_any(f->content[i]))
            p.content.items[p.content.count++] = bytes_of(at->g.t, f->content[i]);
    for (size_t i = 1; i < p.content.count; i++) /* few: order by place */
        for (size_t k = i; k > 0 && p.content.items[k].begin < p.content.items[k - 1].begin;
             k--) {
            struct span swap = p.content.items[k];
            p.content.items[k] = p.content.items[k - 1];
            p.content.items[k - 1] = swap;
        }
    ARENA_PUSH(at->a, at->out->items, at->out->count, at->out->cap, p);
    memset(at->taken + f->cue.begin, 1, f->cue.end - f->cue.begin);
    for (size_t i = 0; i < f->content_count; i++) {
        struct token_range r = f->content[i];
        memset(at->taken + r.begin, 1, r.end - r.begin);
        for (size_t k = r.begin; k < r.end; k++)
            if (at->quote_of[k])
                at->owner[at->quote_of[k] - 1] = (uint32_t)at->out->count;
    }
}

bool attribute_emit_to_end(struct attributor *at, struct found *f, size_t head,
                           const char *rule)
{
    size_t last = f->cue.end;
    f->head = head;
    f->rule = rule;
    for (size_t i = 0; i < f->content_count; i++)
        if (f->content[i].end > last)
            last = f->content[i].end;
    if (f->source.end > last)
        last = f->source.end;
    attribute_emit(at, f);
    at->done = last;
    return true;
}

struct token_range attribute_quote_range(const struct quotation *q)
{
    if (q->close < q->begin) /* dialogue behind a dash */
        return range_of(q->begin, q->end);
    return range_of(q->open, q->closed ? q->close + 1 : q->end);
}

/* Gives quotation k to proposal `owner` - 1 as one more content, in the order of the text. */
static void add_content(struct attributor *at, size_t k, size_t owner)
{
    struct proposal *p = &at->out->items[owner - 1];
    at->owner[k] = (uint32_t)owner;
    if (p->content.count >= CONTENT_PIECES_MAX)
        return;
    struct span new = bytes_of(at->g.t, attribute_quote_range(&at->quotes->items[k]));
    struct span *more = ARENA_NEW(at->a, p->content.count + 1, struct span);
    size_t n = 0;
    while (n < p->content.count && p->content.items[n].begin < new.begin) {
        more[n] = p->content.items[n];
        n++;
    }
    more[n] = new;
    memcpy(more + n + 1, p->content.items + n, (p->content.count - n) * sizeof *more);
    p->content = (struct span_list){more, p->content.count + 1};
}

/* Quotations that stand alone, without a cue, go on from the proposal before them: in the same
 * paragraph, or over paragraphs while a quotation is left open. */
static void continue_quotes(struct attributor *at, size_t *quote, size_t paragraph_end)
{
    size_t last = 0;
    for (; *quote < at->quotes->count; (*quote)++) {
        const struct quotation *q = &at->quotes->items[*quote];
        if (q->open >= paragraph_end)
            return;
        bool alone = !q->scare && (at->g.t->tokens[q->open].flags & TOKEN_SENTENCE_FIRST);
        size_t owner = at->owner[*quote];
        if (owner) {
            last = owner;
            for (size_t k = *quote; k > 0 && at->quotes->items[k].continues; k--) {
                if (at->owner[k - 1])
                    break;
                add_content(at, k - 1, owner); /* the speaker came at the end */
            }
        } else if (alone && (last || q->continues) && *quote > 0) {
            owner = last ? last : at->owner[*quote - 1];
            if (!owner)
                continue;
            last = owner;
            add_content(at, *quote, owner);
        }
    }
}

static void read_sentence(struct attributor *at)
{
    at->subject = range_of(0, 0);
    at->noun = range_of(0, 0);
    at->body = at->end;
    while (at->body > at->begin) {
        const struct token *k = &at->g.t->tokens[at->body - 1];
        if (k->kind != TOKEN_PUNCT || k->mark == ')' || k->mark == ']')
            break;
        at->body--;
    }
    if (attribute_headline(at))
        return;
    /* First what stands beside its content: "…, he said", "…, according to …". The content is
     * what comes before it in the sentence, so nothing in there is a cue of its own. */
    at->done = at->begin;
    size_t beside = at->end;
    struct token_range speaker = {0};
    for (size_t i = at->begin; i < at->body; i++) {
        if (at->taken[i])
            at->done = i + 1;
        if (at->taken[i] || at->quote_of[i] || at->aside[i])
            continue;
        if (at->g.tag[i] == TAG_VERB) {
            if (attribute_beside(at, i)) {
                beside = i;
                speaker = at->beside;
            }
        } else if (i > at->done + 1)
            attribute_according(at, i);
        if (at->done > i)
            i = at->done - 1;
    }
    at->done = at->begin;
    for (size_t i = at->begin; i < at->body; i++) {
        if (at->taken[i])
            at->done = i + 1;
        if (i == beside)
            at->subject = speaker;
        if (at->taken[i] || i < at->done || at->quote_of[i] || at->aside[i])
            continue;
        enum tag tag = (enum tag)at->g.tag[i];
        if (attribute_according(at, i) || attribute_no_comment(at, i))
            continue;
        if (tag_in(tag, TAGS_VERBAL)) {
            attribute_verb(at, i);
        } else if (tag == TAG_NOUN) {
            attribute_noun(at, i);
        } else if (tag == TAG_ADJ) {
            attribute_adjective(at, i);
        } else if (tag == TAG_ADV) {
            attribute_adverb(at, i);
        }
    }
}

/* "who asked not to be named because she feared reprisals": terms, in which nothing is said.
 * From the verb before the phrase to the end of its clause. */
static uint8_t *find_asides(struct arena *a, const struct token_text *t)
{
    uint8_t *aside = ARENA_NEW(a, t->count + 1, uint8_t);
    for (size_t s = 0; s < t->sentence_count; s++) {
        struct token_range r = t->sentences[s];
        for (size_t i = r.begin; i < r.end; i++) {
            size_t n = t->tokens[i].word ? lexicon_match(t, i, LEX_ANONYMITY) : 0;
            if (!n)
                continue;
            size_t from = i, to = i + n;
            while (from > r.begin && i - from < 3 && t->tokens[from - 1].kind == TOKEN_WORD)
                from--;
            bool reason = false;
            for (size_t k = to; k < r.end && k < to + 8 && !reason; k++) {
                if (t->tokens[k].kind == TOKEN_PUNCT || lexicon_is(t->tokens[k].word, LEX_SAY))
                    break; /* "on condition of anonymity said, citing …" */
                reason = lexicon_match(t, k, LEX_REASON_AFTER) ||
                         lexicon_match(t, k, LEX_REASON_WITH);
            }
            while (reason && to < r.end && t->tokens[to].kind != TOKEN_PUNCT &&
                   t->tokens[to].kind != TOKEN_QUOTE && t->tokens[to].kind != TOKEN_DASH)
                to++;
            memset(aside + from, 1, to - from);
            i = to - 1;
        }
    }
    return aside;
}

/* What the text is published under: a head line "publisher Coast News Agency", or the brackets
 * of a dateline. The first distinctive word is enough to know it by. */
static void find_publications(struct attributor *at)
{
    const struct token_text *t = at->g.t;
    for (size_t p = 0; p < t->paragraph_count && p < 12; p++) {
        struct token_range r = t->sentences[t->paragraphs[p].begin];
        bool line = token_is(t, r.begin, "publisher") || token_is(t, r.begin, "source");
        /* the sentence begins behind its dateline */
        size_t from = t->paragraphs[p].begin ? t->sentences[t->paragraphs[p].begin - 1].end : 0;
        for (size_t i = from + 1; i < r.end && i < from + 14; i++) {
            bool dateline = i + 1 < r.end && tag_mark(&at->g, i - 1, '(') &&
                            tag_mark(&at->g, i + 1, ')') && i + 2 < r.end &&
                            t->tokens[i + 2].kind == TOKEN_DASH;
            bool distinct = t->tokens[i].kind == TOKEN_WORD && !token_is(t, i, "the") &&
                            !tag_is(&at->g, i, LEX_PUBLICATION) &&
                            (t->tokens[i].flags & TOKEN_UPPER_FIRST);
            if (!distinct || !(dateline || line))
                continue;
            if (at->publication_count < PUBLICATIONS_MAX)
                at->publications[at->publication_count++] = token_str(t, i);
            break;
        }
    }
}

void attribute_find(struct arena *a, const struct token_text *t, const struct page *page,
                    const struct quotation_list *quotes, struct proposal_list *ret)
{
    *ret = (struct proposal_list){0};
    uint32_t *quote_of = ARENA_NEW(a, t->count + 1, uint32_t);
    for (size_t i = 0; i < quotes->count; i++) {
        const struct quotation *q = &quotes->items[i];
        size_t end = q->closed ? q->close + 1 : q->end;
        for (size_t k = q->open; !q->scare && k < end; k++)
            quote_of[k] = (uint32_t)i + 1;
    }
    struct attributor at = {.a = a, .quotes = quotes, .quote_of = quote_of, .out = ret};
    at.g = (struct tagged){t, page->tags ? page->tags : tag_words(a, t)};
    at.taken = ARENA_NEW(a, t->count + 1, uint8_t);
    at.aside = find_asides(a, t);
    at.owner = ARENA_NEW(a, quotes->count + 1, uint32_t);
    find_publications(&at);
    size_t quote = 0;
    for (size_t p = 0; p < t->paragraph_count; p++) {
        at.paragraph = t->sentences[t->paragraphs[p].begin].begin;
        for (size_t s = t->paragraphs[p].begin; s < t->paragraphs[p].end; s++) {
            at.begin = t->sentences[s].begin;
            at.end = t->sentences[s].end;
            while (page->furniture && at.begin < at.end && page->furniture[at.begin])
                at.begin++; /* a dateline */
            bool head = p < 4 && token_is(t, at.begin, "title") &&
                        !(t->tokens[at.begin].flags & TOKEN_UPPER_FIRST);
            if (head) /* a head line "title …": the word is not the headline's */
                at.begin++;
            if (at.begin < at.end)
                read_sentence(&at);
        }
        continue_quotes(&at, &quote, at.end);
    }
}
