/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Cues that are not verbs: "according to", "the claim that", "Smith's criticism of", "is
 * confident that", and a headline's colon.
 */
#include "engine/read/attribute.h"

bool attribute_according(struct attributor *at, size_t i)
{
    size_t n = lexicon_match(at->g.t, i, LEX_ACCORDING);
    if (!n || i + n >= at->body)
        return false;
    struct token_range np = chunk_phrase(&at->g, i + n, at->body, true);
    if (!range_any(np))
        return false;
    struct found f = {.source = np, .cue = range_of(i, i + n), .content_count = 1};
    size_t floor = at->done > at->begin ? at->done : at->begin;
    bool first = i == floor || (i == floor + 1 && tag_at(at, floor) == TAG_COORD);
    if (first) {
        size_t k = np.end; /* with appositions, if a comma closes them; else the first comma */
        if (k >= at->body || !tag_mark(&at->g, k, ','))
            k = chunk_phrase(&at->g, i + n, at->body, false).end;
        while (k < at->body && k < i + n + 30 && !tag_mark(&at->g, k, ','))
            k++;
        /* "According to the Line, which keeps its own lists, …" */
        if (k + 1 < at->body && at->g.tag[k + 1] == TAG_WH)
            for (k++; k < at->body && k < i + n + 30 && !tag_mark(&at->g, k, ',');)
                k++;
        if (k + 1 >= at->body || !tag_mark(&at->g, k, ','))
            return false;
        f.source.end = (uint32_t)k;
        f.content[0] = range_of(k + 1, content_end(at, k + 1, CONTENT_CLAUSE));
        (void)attribute_emit_to_end(at, &f, i, "according-to-first");
        attribute_chain(at, f.content[0].begin, f.content[0].end);
        return true;
    }
    size_t begin = floor, end = i;
    while (begin < end && (tag_mark(&at->g, begin, ',') || tag_at(at, begin) == TAG_COORD))
        begin++;
    const struct quotation *q = NULL;
    while (end > begin &&
           (tag_mark(&at->g, end - 1, ',') || at->g.t->tokens[end - 1].kind == TOKEN_DASH))
        end--;
    if (end > 0)
        q = attribute_quote_closed(at, end - 1);
    if (q && q->open < begin && !q->scare)
        begin = q->open;
    if (end <= begin)
        return false;
    f.content[0] = range_of(begin, end);
    if (np.end < at->body && tag_mark(&at->g, np.end, ',') && np.end + 2 < at->body &&
        i > floor + 1 && content_clause_at(at, floor) == false) {
        f.content[1] = range_of(np.end + 1, content_end(at, np.end + 1, CONTENT_CLAUSE));
        f.content_count = 2;
    }
    (void)attribute_emit_to_end(at, &f, i, "according-to");
    attribute_chain(at, begin, end);
    return true;
}

static bool preposition_of_cue(const struct attributor *at, size_t i)
{
    static const char *const words[] = {"of", "for", "about", "on", "against", "over"};
    for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
        if (is_text(at, i, words[k]))
            return true;
    return false;
}

/* Who the noun at i belongs to: "Smith's", "his". */
static bool possessor(const struct attributor *at, size_t i, struct token_range *ret_source,
                      size_t *ret_cue)
{
    size_t floor = at->done > at->begin ? at->done : at->begin;
    size_t k = i;
    while (k > floor && i - k < 4 &&
           (tag_at(at, k - 1) == TAG_ADJ || tag_at(at, k - 1) == TAG_NUM ||
            tag_at(at, k - 1) == TAG_NOUN))
        k--;
    if (k == floor)
        return false;
    if (tag_at(at, k - 1) == TAG_DET && tag_is(&at->g, k - 1, LEX_POSS)) {
        *ret_source = range_of(k - 1, k);
        *ret_cue = k;
        return true;
    }
    if (tag_at(at, k - 1) != TAG_GEN || k - 1 == floor)
        return false;
    struct token_range np;
    if (chunk_subject(&at->g, floor, k - 1, &np) != SUBJECT_FOUND)
        return false;
    *ret_source = range_of(np.begin, k - 1);
    *ret_cue = k - 1;
    return true;
}

bool attribute_noun(struct attributor *at, size_t i)
{
    bool that = tag_is(&at->g, i, LEX_CUE_THAT) && is_text(at, i + 1, "that") &&
                tag_at(at, i + 1) == TAG_SUB;
    bool of = tag_is(&at->g, i, LEX_CUE_OF) && preposition_of_cue(at, i + 1);
    bool to = tag_is(&at->g, i, LEX_CUE_TO) && tag_at(at, i + 1) == TAG_TO;
    if (!that && !of && !to)
        return false;
    struct found f = {.content_count = 1};
    size_t cue = i;
    bool owned = possessor(at, i, &f.source, &cue);
    if (!owned && !(that && tag_is(&at->g, i, LEX_CUE_ALONE)) &&
        !(of && tag_is(&at->g, i, LEX_CUE_PLURAL)))
        return false;
    if (!owned) {
        f.cue = range_of(i, that ? i + 1 : i + 2);
        f.content[0] = range_of(f.cue.end, content_end(at, f.cue.end, CONTENT_NOUN_CLAUSE));
        at->noun = range_of(i, f.content[0].end);
        return attribute_emit_to_end(at, &f, i, that ? "noun-that" : "noun-of");
    }
    f.cue = range_of(cue, of ? i + 2 : i + 1);
    f.content[0] = range_of(f.cue.end, content_end(at, f.cue.end, CONTENT_NOUN_CLAUSE));
    return attribute_emit_to_end(at, &f, i,
                                 that ? "owned-noun-that"
                                 : of ? "owned-noun-of"
                                      : "owned-noun-to");
}

/* "The men were reportedly held": the text says it of nobody in particular. */
bool attribute_adverb(struct attributor *at, size_t i)
{
    if (!tag_is(&at->g, i, LEX_HEARSAY))
        return false;
    size_t floor = at->done > at->begin ? at->done : at->begin;
    size_t verb = i;
    while (verb > floor && tag_in(tag_at(at, verb - 1), TAG_BIT(AUX) | TAG_BIT(MODAL)))
        verb--;
    struct token_range subject;
    if (chunk_subject(&at->g, floor, verb, &subject) != SUBJECT_FOUND)
        return false;
    size_t end = content_end(at, i + 1, CONTENT_PHRASE);
    if (end == i + 1 || tag_is(&at->g, i + 1, LEX_SAY))
        return false;
    struct found f = {.cue = range_of(i, i + 1),
                      .content = {range_of(subject.begin, i), range_of(i + 1, end)},
                      .content_count = 2};
    return attribute_emit_to_end(at, &f, i, "adverb");
}

bool attribute_adjective(struct attributor *at, size_t i)
{
    bool that = tag_is(&at->g, i, LEX_ADJ_THAT) && is_text(at, i + 1, "that");
    bool of = tag_is(&at->g, i, LEX_ADJ_PREP) &&
              (preposition_of_cue(at, i + 1) || is_text(at, i + 1, "to") ||
               is_text(at, i + 1, "with") || is_text(at, i + 1, "by")) &&
              tag_at(at, i + 1) == TAG_PREP;
    bool to = tag_is(&at->g, i, LEX_ADJ_TO) && tag_at(at, i + 1) == TAG_TO;
    if (!that && !of && !to)
        return false;
    size_t floor = at->done > at->begin ? at->done : at->begin;
    size_t begin = chunk_group_begin(&at->g, floor, i);
    bool copula = false;
    for (size_t k = begin; k < i; k++)
        copula = copula || tag_is(&at->g, k, LEX_BE);
    if (!copula)
        return false;
    struct found f = {.cue = range_of(begin, of ? i + 2 : i + 1), .content_count = 1};
    enum subject_kind kind = chunk_subject(&at->g, floor, begin, &f.source);
    if (kind != SUBJECT_FOUND)
        f.source = at->subject;
    if (!range_any(f.source) || is_text(at, f.source.begin, "it"))
        return false;
    f.content[0] =
        range_of(f.cue.end, content_end(at, f.cue.end, of ? CONTENT_PHRASE : CONTENT_CLAUSE));
    return attribute_emit_to_end(at, &f, i,
                                 that ? "adjective-that"
                                 : of ? "adjective-of"
                                      : "adjective-to");
}

/* Is most of the sentence from i on in capitals, as headlines are? */
static bool titled(const struct attributor *at, size_t from)
{
    size_t words = 0, capitals = 0;
    for (size_t i = from; i < at->body; i++) {
        const struct token *k = &at->g.t->tokens[i];
        if (k->kind != TOKEN_WORD || k->end - k->begin < 4)
            continue;
        words++;
        capitals += k->flags & TOKEN_UPPER_FIRST ? 1 : 0;
    }
    return words > 0 && capitals * 4 >= words * 3;
}

/* "Smith: The Road Is Closed" */
bool attribute_headline(struct attributor *at)
{
    size_t i = at->begin;
    while (i < at->body && i - at->begin < 8 &&
           (tag_at(at, i) == TAG_NAME || tag_at(at, i) == TAG_GEN || tag_at(at, i) == TAG_ADJ ||
            tag_at(at, i) == TAG_NOUN || tag_at(at, i) == TAG_PREP))
        i++;
    if (i == at->begin || i + 2 >= at->body || !tag_mark(&at->g, i, ':') ||
        tag_at(at, at->begin) != TAG_NAME)
        return false;
    /* with a stop at the end it must look like a transcript: "SMITH: I was there." */
    bool shouted = at->g.t->tokens[i - 1].flags & TOKEN_ALL_UPPER;
    if (!shouted && at->body < at->end && !titled(at, i + 1))
        return false;
    struct found f = {.source = range_of(at->begin, i),
                      .cue = range_of(i, i + 1),
                      .content = {range_of(i + 1, at->body)},
                      .content_count = 1};
    return attribute_emit_to_end(at, &f, i, "name-colon");
}
