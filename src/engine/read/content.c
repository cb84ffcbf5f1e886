/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What was said: from its first token to the end of the clause, phrase or quotation.
 */
#include "engine/read/attribute.h"

static bool cue_participle(const struct attributor *at, size_t i)
{
    return i < at->body && at->g.tag[i] == TAG_ING &&
           (tag_is(&at->g, i, LEX_INGCUE) || tag_is(&at->g, i, LEX_SAY) ||
            tag_is(&at->g, i, LEX_TELL) || tag_is(&at->g, i, LEX_CALL));
}

static bool cue_word(const struct attributor *at, size_t i)
{
    return tag_is(&at->g, i, LEX_SAY) || tag_is(&at->g, i, LEX_TELL) ||
           tag_is(&at->g, i, LEX_ASK) || tag_is(&at->g, i, LEX_CALL) ||
           tag_is(&at->g, i, LEX_JUDGE) || tag_is(&at->g, i, LEX_URGE);
}

/* "Smith has said": a speaker and a verb of saying at i. */
static bool speaker_says(const struct attributor *at, size_t i)
{
    struct token_range np = chunk_phrase(&at->g, i, at->body, false);
    size_t n = np.end;
    if (!range_any(np) || n - i > 7)
        return false;
    while (n < at->body && n < np.end + 4u &&
           tag_in((enum tag)at->g.tag[n], TAG_BIT(AUX) | TAG_BIT(ADV) | TAG_BIT(MODAL)))
        n++;
    return n < at->body && tag_in((enum tag)at->g.tag[n], TAG_BIT(VERB) | TAG_BIT(PART)) &&
           (tag_is(&at->g, n, LEX_SAY) || tag_is(&at->g, n, LEX_TELL));
}

/* Behind "and", "but" at i: does the speaker go on to say something else, or another one? */
static bool next_saying(const struct attributor *at, size_t i)
{
    size_t n = i + 1;
    while (n < at->body && n < i + 4 && at->g.tag[n] == TAG_ADV)
        n++;
    if (n >= at->body)
        return false;
    if (at->g.tag[n] == TAG_VERB && tag_is(&at->g, n, LEX_FINDING))
        return false;
    if (at->g.tag[n] == TAG_VERB && cue_word(at, n))
        return tag_is(&at->g, n, LEX_V_PAST) || tag_is(&at->g, n, LEX_V_S) ||
               is_text(at, n + 1, "that");
    bool apart = i > at->begin && tag_mark(&at->g, i - 1, ',');
    if (!apart && !is_text(at, i, "but") && at->g.tag[i + 1] != TAG_PRON)
        return false;
    return speaker_says(at, i + 1);
}

static bool phrase_stops(const struct attributor *at, size_t i)
{
    if (tag_is(&at->g, i, LEX_SUB) && at->g.tag[i] == TAG_PREP && !is_text(at, i, "than") &&
        content_clause_at(at, i + 1))
        return true;
    if (at->g.tag[i] == TAG_SUB && !is_text(at, i, "that") && !is_text(at, i, "than"))
        return true;
    if (tag_mark(&at->g, i, ',') || at->g.t->tokens[i].kind == TOKEN_DASH)
        return true;
    return at->g.tag[i] == TAG_COORD && i + 1 < at->body &&
           tag_in((enum tag)at->g.tag[i + 1], TAGS_FINITE);
}

/* Behind a comma at i: "while the opposition demanded", "though it stressed": another says, or
 * the speaker says, something else. */
static bool narrator_adds(const struct attributor *at, size_t i)
{
    if (!is_text(at, i, "while") && !is_text(at, i, "though") && !is_text(at, i, "although") &&
        !is_text(at, i, "whereas"))
        return false;
    struct token_range np = chunk_phrase(&at->g, i + 1, at->body, false);
    size_t n = np.end;
    return range_any(np) && n - i < 9 && n < at->body &&
           tag_in((enum tag)at->g.tag[n], TAG_BIT(VERB)) && cue_word(at, n);
}

size_t content_end(const struct attributor *at, size_t from, enum content_kind kind)
{
    size_t depth = 0, i = from, verbs = 0;
    if (from < at->body && at->g.tag[from] == TAG_COORD && next_saying(at, from))
        return from;
    for (; i < at->body && !at->taken[i]; i++) {
        const struct token *k = &at->g.t->tokens[i];
        uint32_t quoted = at->quote_of[i];
        bool around = quoted && at->quotes->items[quoted - 1].open < from;
        if (quoted && i > from && !around) { /* a quotation is never cut */
            size_t close = attribute_quote_range(&at->quotes->items[quoted - 1]).end;
            if (close >= at->body)
                return close; /* it may run over the end of the sentence */
            if (close > i + 1)
                i = close - 1;
            continue;
        }
        if (k->kind == TOKEN_PUNCT && (k->mark == '(' || k->mark == '['))
            depth++;
        if (k->kind == TOKEN_PUNCT && (k->mark == ')' || k->mark == ']')) {
            if (depth == 0)
                break;
            depth--;
        }
        if (depth || i == from)
            continue;
        if (kind == CONTENT_NOUN_CLAUSE) {
            enum tag tag = (enum tag)at->g.tag[i], prev = (enum tag)at->g.tag[i - 1];
            if (tag_in(tag, TAGS_FINITE) &&
                !tag_in(prev, TAG_BIT(AUX) | TAG_BIT(MODAL) | TAG_BIT(ADV)) &&
                (++verbs > 1 || at->g.tag[from] == TAG_NOUN))
                break;
            if (tag == TAG_WH || tag == TAG_SUB || tag == TAG_COORD ||
                (tag == TAG_VERB && cue_word(at, i)))
                verbs = 0;
        }
        if (tag_mark(&at->g, i, ';'))
            break;
        if (kind != CONTENT_CLAUSE && phrase_stops(at, i))
            break;
        if (tag_mark(&at->g, i, ',') &&
            (cue_participle(at, i + 1) || speaker_says(at, i + 1) ||
             (i + 1 < at->body && lexicon_match(at->g.t, i + 1, LEX_ACCORDING))))
            break;
        if (tag_mark(&at->g, i, ',') && narrator_adds(at, i + 1))
            break;
        size_t coord = tag_mark(&at->g, i, ',') ? i + 1 : i;
        if (coord < at->body && at->g.tag[coord] == TAG_COORD && next_saying(at, coord))
            break;
        if (at->g.tag[i] == TAG_COORD && i > from && cue_participle(at, i + 1))
            break;
    }
    while (i > from && (tag_mark(&at->g, i - 1, ',') || tag_mark(&at->g, i - 1, ':') ||
                        at->g.tag[i - 1] == TAG_COORD))
        i--;
    return i;
}

/* "at least", "up to" before a number at i: how many words. */
static size_t bound_words(const struct attributor *at, size_t i)
{
    static const enum lex_class classes[] = {LEX_BOUND_LEAST, LEX_BOUND_LEAST_OPEN,
                                             LEX_BOUND_MOST, LEX_BOUND_MOST_OPEN,
                                             LEX_BOUND_APPROACHED};
    for (size_t k = 0; k < sizeof classes / sizeof classes[0]; k++) {
        size_t n = lexicon_match(at->g.t, i, classes[k]);
        if (n && i + n < at->body && at->g.tag[i + n] == TAG_NUM)
            return n;
    }
    return 0;
}

bool content_clause_at(const struct attributor *at, size_t from)
{
    if (from < at->body)
        from += bound_words(at, from);
    if (from >= at->body)
        return false;
    enum tag first = (enum tag)at->g.tag[from];
    if (first == TAG_SUB && !is_text(at, from, "that"))
        return true;
    if (first == TAG_PRON && tag_is(&at->g, from, LEX_PRON_OBJECT) &&
        !tag_is(&at->g, from, LEX_PRON_SUBJECT))
        return false;
    bool seen = false;
    size_t commas = 0;
    for (size_t i = from; i < at->body && i < from + 30; i++) {
        enum tag tag = (enum tag)at->g.tag[i];
        enum tag prev = i > from ? (enum tag)at->g.tag[i - 1] : TAG_MARK;
        if (tag_in(tag, TAGS_FINITE))
            return seen && commas != 1 && prev != TAG_COORD &&
                   (!is_text(at, i - 1, "that") || i == from + 1);
        if (tag_in(tag, TAGS_NOUNY) || tag == TAG_PRON || (tag == TAG_ING && i == from)) {
            seen = true;
        } else if (tag == TAG_ADV || tag == TAG_COORD || tag == TAG_PART || tag == TAG_TO ||
                   tag == TAG_BASE) {
            if (tag == TAG_COORD && i + 1 < at->body && at->g.tag[i + 1] == TAG_PRON)
                return false;
        } else if (tag == TAG_PREP && !is_text(at, i, "as") &&
                   (i > from || is_text(at, i, "in") || is_text(at, i, "if") ||
                    is_text(at, i, "under") || is_text(at, i, "about"))) {
            continue;
        } else if (tag == TAG_WH && seen && i + 1 < at->body) {
            /* a relative clause: its verb is not the one we look for */
            size_t k = i + 1;
            while (k < at->body && k < i + 6 && !tag_in((enum tag)at->g.tag[k], TAGS_FINITE))
                k++;
            while (k < at->body && k < i + 12 && tag_in((enum tag)at->g.tag[k], TAGS_VERBAL))
                k++;
            i = k - 1;
        } else if (tag == TAG_ING && prev != TAG_PREP && prev != TAG_MARK) {
            continue;
        } else if (tag == TAG_MARK && seen &&
                   (tag_mark(&at->g, i, ',') || tag_mark(&at->g, i, '(') ||
                    tag_mark(&at->g, i, ')') || at->g.t->tokens[i].kind == TOKEN_QUOTE)) {
            commas += tag_mark(&at->g, i, ',') ? 1 : 0;
        } else {
            return false;
        }
    }
    return false;
}

size_t content_find_that(const struct attributor *at, size_t from)
{
    for (size_t i = from; i < at->body && i < from + 24; i++) {
        enum tag tag = (enum tag)at->g.tag[i];
        if (at->aside[i])
            continue; /* "on condition that his name not be used that …" */
        if (tag == TAG_SUB && is_text(at, i, "that"))
            return i;
        if (!tag_in(tag, TAGS_NOUNY | TAG_BIT(PREP) | TAG_BIT(ADV) | TAG_BIT(PRON) |
                             TAG_BIT(ING) | TAG_BIT(COORD)) &&
            !tag_mark(&at->g, i, ','))
            return from;
        if (tag == TAG_ING && i > from && tag_mark(&at->g, i - 1, ','))
            return from;
    }
    return from;
}

size_t content_skip_adjuncts(const struct attributor *at, size_t from)
{
    size_t i = from;
    for (int n = 0; n < 4 && i < at->body; n++) {
        enum tag tag = (enum tag)at->g.tag[i];
        size_t time = chunk_time(&at->g, i, at->body);
        if (time) {
            i += time;
        } else if (tag == TAG_ADV ||
                   (n > 0 && tag == TAG_PART && tag_is(&at->g, i, LEX_VIA_VERB))) {
            i++; /* "in a report published on Monday" */
        } else if (tag_mark(&at->g, i, ',') && i + 2 < at->body &&
                   at->g.tag[i + 1] == TAG_ADV && tag_mark(&at->g, i + 2, ',')) {
            i += 3;
        } else if (bound_words(at, i)) {
            break; /* "said at least 12 men …": what was said */
        } else if (tag == TAG_PREP || (tag == TAG_SUB && is_text(at, i, "after"))) {
            size_t p = i + 1;
            struct token_range np = chunk_phrase(&at->g, p, at->body, false);
            if (!range_any(np))
                return i;
            i = np.end;
            if (i < at->body && at->g.tag[i] == TAG_GEN)
                i++;
            const struct quotation *q = i < at->body ? attribute_quote_at(at, i) : NULL;
            if (q && q->closed && q->end - q->begin < 8 && q->close < at->body &&
                !tag_mark(&at->g, i - 1, ','))
                i = q->close + 1;
        } else {
            break;
        }
    }
    return i;
}
