/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Cues that stand beside their content: "…," said Smith. The road, Smith said, is closed.
 */
#include "engine/read/attribute_verb.h"

#define LOOK_BACK 400 /* tokens; a sentence may be as long as its text */

/* Behind "said" on the right: does the sentence end, or only an adjunct follow? */
static bool nothing_follows(const struct attributor *at, size_t i)
{
    if (i >= at->body || is_comma(at, i) || at->g.t->tokens[i].kind == TOKEN_DASH)
        return true;
    enum tag tag = tag_at(at, i);
    if (tag == TAG_MARK)
        return tag_mark(&at->g, i, ';') || tag_mark(&at->g, i, ':') ||
               at->g.t->tokens[i].kind == TOKEN_QUOTE;
    return tag == TAG_PREP || tag == TAG_ADV || tag == TAG_ING || tag == TAG_SUB ||
           tag == TAG_COORD || tag == TAG_WH || tag == TAG_PART ||
           chunk_time(&at->g, i, at->body);
}

/* What may stand between a quotation and its narrator: a comma, or the dash of a dialogue. */
static bool between(const struct attributor *at, size_t i)
{
    return is_comma(at, i) || at->g.t->tokens[i].kind == TOKEN_DASH;
}

/* Start of unquoted content that ends before `end`: the sentence, or what is not yet done. */
static size_t content_begin(const struct attributor *at, size_t end)
{
    size_t i = at->done > at->begin ? at->done : at->begin;
    while (i < end &&
           (is_comma(at, i) || (tag_mark(&at->g, i, '(') && i == at->begin) ||
            (tag_at(at, i) == TAG_COORD && i == at->begin) || tag_mark(&at->g, i, ';')))
        i++;
    return i;
}

/* Is there a comma before `edge`: plain, or inside the closing mark of a quoted word? */
static bool comma_before(const struct attributor *at, size_t edge, size_t *ret_end)
{
    *ret_end = edge - 1;
    if (is_comma(at, edge - 1))
        return true;
    *ret_end = edge;
    return edge > at->begin + 2 && at->g.t->tokens[edge - 1].kind == TOKEN_QUOTE &&
           is_comma(at, edge - 2);
}

/* Content before the cue or its subject: a quotation that closes at `edge - 1`, or the clause
 * before the comma at `edge - 1`. Returns false if there is none. */
static bool content_before(struct attributor *at, size_t edge, struct found *f)
{
    if (edge <= at->paragraph)
        return false;
    size_t last = edge - 1;
    const struct quotation *q = attribute_quote_closed(at, last);
    if (!q && between(at, last) && last > at->paragraph)
        q = attribute_quote_closed(at, last - 1);
    if (q && !q->scare) {
        struct token_range r = attribute_quote_range(q);
        if (at->owner[q - at->quotes->items])
            return false;
        /* what leads up to the quotation in its sentence belongs to the content */
        size_t begin = r.begin;
        if (r.begin > at->begin && r.begin > at->done && q->close >= q->begin &&
            !is_comma(at, r.begin - 1) && !tag_mark(&at->g, r.begin - 1, ':'))
            begin = content_begin(at, r.begin);
        if (r.begin > begin + LOOK_BACK)
            begin = r.begin;
        for (size_t i = begin; i < r.begin; i++)
            if (tag_at(at, i) == TAG_VERB && tag_is(&at->g, i, LEX_SAY))
                begin = r.begin;
        verb_put(f, begin, r.end);
        return true;
    }
    if (last <= at->begin || !comma_before(at, edge, &last))
        return false;
    size_t begin = content_begin(at, last);
    size_t k = begin;
    while (k < last &&
           (tag_at(at, k) == TAG_ADV || tag_at(at, k) == TAG_COORD || is_comma(at, k)))
        k++;
    if (k < last) /* else "And yet, he said, …": all of it stands behind */
        verb_put(f, begin, last);
    return true;
}

/* Content that goes on behind the cue: ", he said, that …" or a second quotation. */
static void content_after(struct attributor *at, size_t from, bool quoted, struct found *f)
{
    size_t i = from;
    if (quoted)
        i = content_skip_adjuncts(at, i);
    while (i < at->body && (is_comma(at, i) || at->g.t->tokens[i].kind == TOKEN_DASH))
        i++;
    if (i >= at->body || i == from)
        return;
    if (tag_at(at, i) == TAG_ING) { /* ", he said, pointing at the wall, …" */
        while (i < at->body && i < from + 20 && !is_comma(at, i))
            i++;
        if (!quoted || i >= at->body || !is_comma(at, i))
            return;
        i++;
    }
    size_t open = tag_at(at, i) == TAG_COORD ? i + 1 : i;
    const struct quotation *q = attribute_quote_at(at, open);
    if (q && !q->scare)
        verb_put(f, i, attribute_quote_range(q).end);
    else if (!quoted)
        verb_put(f, i, content_end(at, i, CONTENT_CLAUSE));
}

static bool quote_before(const struct attributor *at, size_t edge)
{
    if (edge <= at->paragraph)
        return false;
    const struct quotation *q = attribute_quote_closed(at, edge - 1);
    if (!q && between(at, edge - 1) && edge > at->paragraph + 1)
        q = attribute_quote_closed(at, edge - 2);
    if (!q || q->scare || at->owner[q - at->quotes->items])
        return false;
    /* "I was asleep." He laughed. */
    return !((at->g.t->tokens[edge].flags & TOKEN_SENTENCE_FIRST) && q->closed &&
             tag_mark(&at->g, q->end - 1, '.'));
}

/* "…," said Smith, the mayor. */
static bool try_inverted(struct attributor *at, struct verb_cue *v)
{
    if (!(v->say || v->utter || v->ask) || v->begin != v->head || v->tag != TAG_VERB)
        return false;
    bool quoted = quote_before(at, v->begin);
    if (!quoted && !v->say)
        return false;
    if (!quoted && !(v->begin > at->begin && is_comma(at, v->begin - 1)))
        return false;
    if (!tag_in(tag_at(at, v->end), TAGS_NOUNY) && tag_at(at, v->end) != TAG_PRON)
        return false;
    if (tag_at(at, v->end) == TAG_PRON && !tag_is(&at->g, v->end, LEX_PRON_SPEAKER))
        return false; /* "Smith, who heads it, denied that." */
    struct token_range np = chunk_phrase(&at->g, v->end, at->body, true);
    if (!range_any(np) || !nothing_follows(at, np.end) || chunk_time(&at->g, np.begin, np.end))
        return false;
    bool goes_on = is_comma(at, np.end) && tag_in(tag_at(at, np.end + 1), TAGS_FINITE);
    if (!quoted && ((!verb_has_finite(at, content_begin(at, v->begin), v->begin) && !goes_on) ||
                    !(np.end >= at->body || is_comma(at, np.end) ||
                      content_skip_adjuncts(at, np.end) >= at->body)))
        return false;
    struct found f = {.source = np, .cue = range_of(v->begin, v->end)};
    if (!content_before(at, v->begin, &f))
        return false;
    content_after(at, np.end, quoted, &f);
    v->subject = np;
    verb_emit(at, v, &f, quoted ? "quote-said-speaker" : "clause-said-speaker");
    if (quoted)
        attribute_chain(at, f.content[0].begin, f.content[0].end);
    return true;
}

static bool ends_here(const struct attributor *at, size_t i)
{
    return i >= at->body || is_comma(at, i) || tag_mark(&at->g, i, '.');
}

/* "…," Smith said. — or — The road, Smith said, is closed. */
static bool try_parenthetical(struct attributor *at, struct verb_cue *v)
{
    if (v->kind != SUBJECT_FOUND || v->passive)
        return false;
    bool observed = v->observe && verb_own_publication(at, v->subject);
    if (!(v->say || v->utter || v->tell || v->ask || v->think || observed))
        return false;
    size_t edge = v->subject.begin;
    bool quoted = quote_before(at, edge);
    if (!quoted && v->utter && !v->say)
        return false;
    size_t comma;
    if (!quoted && !(edge > at->begin + 1 && comma_before(at, edge, &comma)))
        return false;
    size_t behind = v->end;
    if (quoted) {
        if (v->tell)
            behind = chunk_phrase(&at->g, behind, at->body, false).end;
        enum tag next = tag_at(at, behind);
        if (is_text(at, behind, "that") || next == TAG_PRON || next == TAG_DET ||
            next == TAG_ING)
            return false;
    } else {
        if (tag_at(at, edge) == TAG_WH)
            return false;
        bool closed = ends_here(at, behind);
        if (!closed) {
            if (v->tell)
                behind = verb_skip_hearer(at, behind);
            behind = content_skip_adjuncts(at, behind);
            closed =
                behind >= at->body || tag_mark(&at->g, behind, '.') ||
                (is_comma(at, behind) && (tag_in(tag_at(at, behind + 1), TAGS_FINITE) ||
                                          verb_has_finite(at, content_begin(at, edge), edge)));
        }
        if (!closed)
            return false;
    }
    struct found f = {.source = v->subject, .cue = range_of(v->begin, v->end)};
    if (!content_before(at, edge, &f))
        return false;
    if (!quoted && behind >= at->body &&
        (!f.content_count || !verb_has_finite(at, f.content[0].begin, f.content[0].end)))
        return false;
    content_after(at, quoted ? v->end : behind, quoted, &f);
    if (!f.content_count || (!quoted && behind < at->body && f.content_count == 1 &&
                             !verb_has_finite(at, f.content[0].begin, f.content[0].end)))
        return false;
    verb_emit(at, v, &f, quoted ? "quote-speaker-said" : "clause-speaker-said");
    if (quoted)
        attribute_chain(at, f.content[0].begin, f.content[0].end);
    return true;
}

bool attribute_beside(struct attributor *at, size_t i)
{
    struct verb_cue v;
    if (!tag_is(&at->g, i, LEX_SAY) && !tag_is(&at->g, i, LEX_UTTER) &&
        !tag_is(&at->g, i, LEX_TELL) && !tag_is(&at->g, i, LEX_ASK) &&
        !tag_is(&at->g, i, LEX_THINK) && !tag_is(&at->g, i, LEX_OBSERVE))
        return false;
    if (!verb_read(at, i, &v) || !(try_inverted(at, &v) || try_parenthetical(at, &v)))
        return false;
    at->beside = v.subject;
    return true;
}
