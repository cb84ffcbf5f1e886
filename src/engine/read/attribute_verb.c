/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Cues that are verbs. First where the content can stand (before the cue, behind it, on both
 * sides), then by the frame of the verb: data/lexicon/verbs.txt.
 */
#include "engine/read/attribute_verb.h"

#define LOOK_BACK 400 /* tokens; a sentence may be as long as its text */

bool verb_has_finite(const struct attributor *at, size_t begin, size_t end)
{
    for (size_t i = end > begin + LOOK_BACK ? end - LOOK_BACK : begin; i < end; i++)
        if (tag_in(tag_at(at, i), TAGS_FINITE))
            return true;
    return false;
}

void verb_put(struct found *f, size_t begin, size_t end)
{
    if (end > begin && f->content_count < FOUND_CONTENT_MAX)
        f->content[f->content_count++] = range_of(begin, end);
}

bool verb_emit(struct attributor *at, const struct verb_cue *v, struct found *f,
               const char *rule)
{
    return attribute_emit_to_end(at, f, v->head, rule);
}

/* Behind the hearer of "told": "reporters on Tuesday". */
size_t verb_skip_hearer(const struct attributor *at, size_t i)
{
    size_t k = i; /* "told cheering supporters" */
    if (tag_at(at, k) == TAG_ING && tag_in(tag_at(at, k + 1), TAG_BIT(NOUN) | TAG_BIT(NAME)))
        k++;
    struct token_range np = chunk_phrase(&at->g, k, at->body, false);
    return range_any(np) ? np.end : i;
}

static size_t longest(const struct attributor *at, size_t i, enum lex_class c, bool *ret)
{
    size_t n = lexicon_match(at->g.t, i, c);
    if (i + n > at->end)
        n = 0;
    *ret = n > 0;
    return n;
}

/* Reads the frames of the verb at i; false if it is no cue. */
static bool read_frames(const struct attributor *at, size_t i, struct verb_cue *ret)
{
    size_t n[11];
    n[0] = longest(at, i, LEX_SAY, &ret->say);
    n[1] = longest(at, i, LEX_THINK, &ret->think);
    n[2] = longest(at, i, LEX_TELL, &ret->tell);
    n[3] = longest(at, i, LEX_ASK, &ret->ask);
    n[4] = longest(at, i, LEX_WANT, &ret->want);
    n[5] = longest(at, i, LEX_URGE, &ret->urge);
    n[6] = longest(at, i, LEX_JUDGE, &ret->judge);
    n[7] = longest(at, i, LEX_CALL, &ret->call);
    n[8] = longest(at, i, LEX_UTTER, &ret->utter);
    n[9] = longest(at, i, LEX_THAT_ONLY, &ret->that_only);
    n[10] = longest(at, i, LEX_OBSERVE, &ret->observe);
    size_t best = 0;
    for (size_t k = 0; k < 11; k++)
        if (n[k] > best)
            best = n[k];
    bool counts = tag_is(&at->g, i, LEX_TALLYING) || tag_is(&at->g, i, LEX_COUNT_AT);
    if (best == 0 && counts)
        best = 1;
    if (best == 0)
        return false;
    /* a phrase ("call for") hides the frames of its first word */
    ret->say = n[0] == best;
    ret->think = n[1] == best;
    ret->tell = n[2] == best;
    ret->ask = n[3] == best;
    ret->want = n[4] == best;
    ret->urge = n[5] == best;
    ret->judge = n[6] == best;
    ret->call = n[7] == best;
    ret->utter = n[8] == best;
    ret->that_only = n[9] == best;
    ret->observe = n[10] == best;
    ret->head = i;
    ret->end = i + best;
    return true;
}

static void source_of(const struct attributor *at, const struct verb_cue *v, struct found *f)
{
    f->source = v->kind == SUBJECT_FOUND ? v->subject : at->subject;
}

/* A quotation behind the cue, at i or behind one comma or colon there. */
static bool try_quote_at(struct attributor *at, struct verb_cue *v, size_t i, struct found *f,
                         const char *rule)
{
    size_t k = i;
    if (is_comma(at, k) || (k < at->end && tag_mark(&at->g, k, ':')))
        k++;
    const struct quotation *q = k < at->g.t->count ? attribute_quote_at(at, k) : NULL;
    if (!q || (q->scare && k == i))
        return false;
    if (k > i && tag_mark(&at->g, i, ':') && i == f->cue.end)
        f->cue.end++;
    struct token_range r = attribute_quote_range(q);
    size_t end = r.end;
    if (end < at->body && k == i)
        end = content_end(at, r.begin, CONTENT_CLAUSE);
    verb_put(f, r.begin, end > r.end ? end : r.end);
    return verb_emit(at, v, f, rule);
}

static bool clause_word(const struct attributor *at, size_t i)
{
    enum tag tag = tag_at(at, i);
    return (tag == TAG_SUB && is_text(at, i, "that")) || tag == TAG_WH ||
           is_text(at, i, "whether") || (is_text(at, i, "if") && tag == TAG_SUB);
}

/* "I think", "you know": whoever writes or is spoken to, not somebody who is reported. */
static bool own_voice(const struct attributor *at, struct token_range s)
{
    return s.end == s.begin + 1 &&
           (is_text(at, s.begin, "i") || is_text(at, s.begin, "you") ||
            is_text(at, s.begin, "we") || is_text(at, s.begin, "that") ||
            is_text(at, s.begin, "there") || is_text(at, s.begin, "this"));
}

static bool try_saying(struct attributor *at, struct verb_cue *v, struct found *f);

/* "She said he told her that …": the content [begin, end) opens with a saying of its own, which
 * is one more proposal. Deeper chains are not followed. */
void attribute_chain(struct attributor *at, size_t begin, size_t end)
{
    size_t i = begin;
    if (at->chained || (tag_at(at, i) == TAG_SUB && !is_text(at, i, "that")))
        return;
    bool quoted = at->g.t->tokens[i].kind == TOKEN_QUOTE && at->quote_of[i];
    if (is_text(at, i, "that") || quoted)
        i++;
    size_t edge = end;
    while (quoted && edge > i && at->g.tag[edge - 1] == TAG_MARK)
        edge--;
    if (quoted && own_voice(at, range_of(i, i + 1)))
        return;
    struct token_range np = chunk_phrase(&at->g, i, end, false);
    size_t n = np.end;
    if (is_comma(at, n) && tag_at(at, n + 1) == TAG_WH) /* "her client, who fled, told her" */
        for (size_t k = n + 2; k < end && k < n + 14; k++)
            if (is_comma(at, k)) {
                np.end = (uint32_t)k + 1;
                n = k + 1;
                break;
            }
    while (n < end && n < np.end + 3u && tag_in(tag_at(at, n), TAG_BIT(AUX) | TAG_BIT(ADV)))
        n++;
    if (!range_any(np) || n >= end || n - i > 20 || (!quoted && at->quote_of[n]) ||
        !tag_in(tag_at(at, n), TAG_BIT(VERB) | TAG_BIT(PART)))
        return;
    if (!tag_is(&at->g, n, LEX_SAY) && !tag_is(&at->g, n, LEX_TELL))
        return;
    /* spoken words are only a report of other words when they tell what somebody once said */
    if (quoted && (!tag_is(&at->g, n, LEX_V_PAST) || is_text(at, i, "nobody") ||
                   is_text(at, i, "no") || is_text(at, i, "everybody")))
        return;
    size_t done = at->done, body = at->body;
    memset(at->taken + begin, 0, end - begin);
    at->done = i;
    at->body = edge;
    at->chained = true;
    struct verb_cue v;
    if (verb_read(at, n, &v) && v.kind == SUBJECT_FOUND && !v.passive) {
        struct found f = {.source = v.subject, .cue = range_of(v.begin, v.end)};
        if (v.subject.begin == i)
            try_saying(at, &v, &f);
    }
    at->chained = false;
    at->body = body;
    at->done = done;
    memset(at->taken + begin, 1, end - begin);
}

static bool try_clause(struct attributor *at, struct verb_cue *v, size_t i, struct found *f,
                       const char *rule)
{
    if (!clause_word(at, i) && !content_clause_at(at, i))
        return false;
    size_t end = content_end(at, i, CONTENT_CLAUSE);
    verb_put(f, i, end);
    verb_emit(at, v, f, rule);
    attribute_chain(at, i, end);
    return true;
}

/* "to say": a purpose, not something that was said. */
static bool infinitive(const struct attributor *at, const struct verb_cue *v)
{
    return tag_at(at, v->begin) == TAG_TO;
}

static bool try_saying(struct attributor *at, struct verb_cue *v, struct found *f)
{
    size_t i = v->end;
    if (try_quote_at(at, v, i, f, "cue-quote"))
        return true;
    if (v->tell && !clause_word(at, i)) {
        size_t k = verb_skip_hearer(at, i);
        if (k > i) {
            size_t m = content_skip_adjuncts(at, k);
            if (try_quote_at(at, v, k, f, "cue-hearer-quote") ||
                (m > k && try_quote_at(at, v, m, f, "cue-hearer-quote")))
                return true;
            if (!clause_word(at, m))
                m = content_find_that(at, k);
            if (clause_word(at, k))
                return try_clause(at, v, k, f, "cue-hearer-clause");
            if (clause_word(at, m))
                return try_clause(at, v, m, f, "cue-hearer-clause");
            if (!v->say && !v->think && content_clause_at(at, k))
                return try_clause(at, v, k, f, "cue-hearer-clause");
        }
    }
    if (!v->say && !v->think && !v->ask && !v->that_only &&
        !(v->tell && tag_at(at, i) == TAG_WH))
        return false;
    if (clause_word(at, i))
        return try_clause(at, v, i, f, "cue-that");
    if (i == at->body && i < at->end && tag_mark(&at->g, i, ':') && v->say &&
        i + 1 < at->g.t->count) {
        const struct quotation *q = attribute_quote_at(at, i + 1);
        if (q && !q->scare) { /* the quotation is a paragraph of its own */
            f->cue.end++;
            struct token_range r = attribute_quote_range(q);
            verb_put(f, r.begin, r.end);
            return verb_emit(at, v, f, "cue-colon");
        }
    }
    if (i < at->body && tag_mark(&at->g, i, ':') && v->say) {
        f->cue.end++;
        verb_put(f, i + 1, at->body);
        return verb_emit(at, v, f, "cue-colon");
    }
    if (v->ask) {
        size_t k = verb_skip_hearer(at, i);
        if (!clause_word(at, k))
            k = content_skip_adjuncts(at, k);
        if (clause_word(at, k))
            return try_clause(at, v, k, f, "cue-hearer-clause");
    }
    size_t m = content_skip_adjuncts(at, i);
    if (m > i && (try_quote_at(at, v, m, f, "cue-adjunct-quote")))
        return true;
    bool phrase = tag_in(tag_at(at, i), TAGS_NOUNY) && !chunk_time(&at->g, i, at->body);
    size_t c = clause_word(at, m) ? m : phrase ? i : content_find_that(at, i);
    if (c > i && v->say && clause_word(at, c))
        return try_clause(at, v, c, f, "cue-adjunct-that");
    if (m > i && m < at->body && v->say && chunk_time(&at->g, m - 1, m) &&
        content_clause_at(at, m))
        return try_clause(at, v, m, f, "cue-adjunct-clause");
    if (!v->say && !v->think)
        return false;
    if (own_voice(at, f->source) || infinitive(at, v))
        return false;
    return content_clause_at(at, i) && try_clause(at, v, i, f, "cue-clause");
}

/* "As the paper noted, the road is closed." */
static bool try_as(struct attributor *at, struct verb_cue *v, struct found *f)
{
    if (!(v->say || v->tell) || v->kind != SUBJECT_FOUND || v->subject.begin <= at->begin ||
        !is_text(at, v->subject.begin - 1, "as"))
        return false;
    size_t i = v->end;
    if (!is_comma(at, i) && v->tell)
        i = verb_skip_hearer(at, i);
    if (!is_comma(at, i))
        i = content_skip_adjuncts(at, i);
    if (!is_comma(at, i) || i + 1 >= at->body)
        return false;
    const struct quotation *q = attribute_quote_at(at, i + 1);
    size_t end =
        q && !q->scare ? attribute_quote_range(q).end : content_end(at, i + 1, CONTENT_CLAUSE);
    verb_put(f, i + 1, end);
    return verb_emit(at, v, f, "as-speaker-said");
}

/* "which he said was closed", "the road Smith says is closed", "what they call a siege". */
static bool try_relative(struct attributor *at, struct verb_cue *v, struct found *f)
{
    if (v->kind != SUBJECT_FOUND || v->subject.begin <= at->begin || v->tag != TAG_VERB)
        return false;
    if (!v->say && !v->think && !v->call && !v->judge)
        return false;
    size_t rel = v->subject.begin - 1;
    bool wh =
        tag_at(at, rel) == TAG_WH || (tag_at(at, rel) == TAG_SUB && is_text(at, rel, "that"));
    bool finite = tag_in(tag_at(at, v->end), TAGS_FINITE);
    bool closed = v->end >= at->body || is_comma(at, v->end);
    if (!wh || is_text(at, rel, "how") || is_text(at, rel, "why") ||
        is_text(at, rel, "whether"))
        return false;
    if (!finite && !closed && !v->call)
        return false;
    if (closed && tag_at(at, rel) == TAG_SUB)
        return false;
    verb_put(f, rel, rel + 1);
    if (!closed)
        verb_put(f, v->end, content_end(at, v->end, CONTENT_PHRASE));
    return verb_emit(at, v, f, "relative");
}

static bool try_intent(struct attributor *at, struct verb_cue *v, struct found *f)
{
    size_t i = v->end;
    if (own_voice(at, f->source) || infinitive(at, v))
        return false;
    if (v->want && tag_at(at, i) == TAG_TO) {
        verb_put(f, i, content_end(at, i, CONTENT_CLAUSE));
        return verb_emit(at, v, f, "cue-to");
    }
    if (!v->urge)
        return false;
    struct token_range np = chunk_phrase(&at->g, i, at->body, false);
    if (!range_any(np) || tag_at(at, np.end) != TAG_TO)
        return false;
    verb_put(f, i, content_end(at, np.end, CONTENT_CLAUSE));
    return verb_emit(at, v, f, "cue-somebody-to");
}

/* Can this subject hold an opinion? */
static bool can_judge(const struct attributor *at, struct token_range s)
{
    if (!range_any(s))
        return false;
    size_t head = s.begin;
    for (size_t i = s.begin; i < s.end; i++) {
        enum tag tag = tag_at(at, i);
        if (tag == TAG_PRON)
            return !is_text(at, i, "it") && !is_text(at, i, "this") && !is_text(at, i, "these");
        if (tag == TAG_WH)
            return is_text(at, i, "who");
        if (tag == TAG_NAME || tag_is(&at->g, i, LEX_PERSON))
            return true;
        if (tag == TAG_PREP || tag == TAG_MARK)
            break;
        head = i;
    }
    return tag_is(&at->g, head, LEX_DOCUMENT) || tag_is(&at->g, head, LEX_PUBLICATION) ||
           tag_at(at, head) == TAG_DET;
}

bool verb_own_publication(const struct attributor *at, struct token_range source)
{
    size_t last = source.end - 1;
    if (tag_is(&at->g, last, LEX_PUBLICATION) || tag_is(&at->g, last, LEX_PUBLICATION_NAME))
        return true;
    for (size_t i = 0; i < at->publication_count; i++)
        if (str_eq(token_str(at->g.t, source.begin), at->publications[i]))
            return true;
    return false;
}

/* "The agency has seen a list": what a publication found itself. */
static bool try_observed(struct attributor *at, struct verb_cue *v, struct found *f)
{
    if (!v->observe || !range_any(f->source) || infinitive(at, v) ||
        !(tag_in(tag_at(at, v->end), TAGS_NOUNY) || tag_at(at, v->end) == TAG_PRON))
        return false;
    if (!verb_own_publication(at, f->source))
        return false;
    verb_put(f, v->end, content_end(at, v->end, CONTENT_CLAUSE));
    return verb_emit(at, v, f, "observed");
}

static bool try_object(struct attributor *at, struct verb_cue *v, struct found *f)
{
    size_t i = v->end;
    if (!v->judge && !v->call && !(v->say && v->tag == TAG_VERB))
        return false;
    bool it = f->source.end == f->source.begin + 1 && is_text(at, f->source.begin, "it") &&
              (tag_is(&at->g, v->head, LEX_DENY) || v->say); /* "It acknowledged two deaths" */
    if (!(it || can_judge(at, f->source)) || own_voice(at, f->source) || infinitive(at, v))
        return false;
    enum tag tag = tag_at(at, i);
    if (chunk_time(&at->g, i, at->body))
        return false;
    if (v->tag == TAG_ING && v->begin == v->head && v->begin > at->begin &&
        tag_in(tag_at(at, v->begin - 1), TAG_BIT(NOUN) | TAG_BIT(NAME)))
        return false; /* "a source speaking to us said" */
    bool object = tag_in(tag, TAGS_NOUNY) || tag == TAG_PRON || tag == TAG_WH ||
                  tag == TAG_ING ||
                  (i < at->body && at->g.t->tokens[i].kind == TOKEN_QUOTE &&
                   at->g.t->tokens[i].mark != QUOTE_CLOSE);
    if (!object || tag == TAG_GEN)
        return false;
    enum content_kind kind = v->say && !v->judge ? CONTENT_CLAUSE : CONTENT_PHRASE;
    verb_put(f, i, content_end(at, i, kind));
    return verb_emit(at, v, f, v->call ? "cue-object-name" : "cue-object");
}

/* "was told that …", "is said to have …", "was criticized by …" */
static bool try_passive(struct attributor *at, struct verb_cue *v)
{
    /* "reports that men were shot were dismissed": the noun was a cue of its own */
    if (v->kind != SUBJECT_FOUND && range_any(at->noun) && at->noun.end == v->begin) {
        v->subject = at->noun;
        v->kind = SUBJECT_FOUND;
    }
    struct found f = {.cue = range_of(v->begin, v->end)};
    size_t i = v->end;
    if (is_text(at, i, "by")) {
        struct token_range np = chunk_phrase(&at->g, i + 1, at->body, true);
        if (!range_any(np) || !(v->tell || v->say || v->ask || can_judge(at, np)))
            return false;
        f.source = np;
        if (v->tell || v->ask) {
            if (clause_word(at, np.end) || tag_at(at, np.end) == TAG_TO) {
                verb_put(&f, np.end, content_end(at, np.end, CONTENT_CLAUSE));
                return verb_emit(at, v, &f, "passive-by");
            }
        }
        if (v->kind != SUBJECT_FOUND || tag_at(at, v->subject.begin) == TAG_WH)
            return false;
        verb_put(&f, v->subject.begin, v->subject.end);
        if (tag_at(at, np.end) == TAG_TO || is_text(at, np.end, "as"))
            verb_put(&f, np.end, content_end(at, np.end, CONTENT_PHRASE));
        return verb_emit(at, v, &f, "passive-by");
    }
    if ((v->say || v->think) && tag_at(at, i) == TAG_TO && v->kind == SUBJECT_FOUND) {
        verb_put(&f, v->subject.begin, v->subject.end);
        verb_put(&f, i, content_end(at, i, CONTENT_CLAUSE));
        return verb_emit(at, v, &f, "passive-to");
    }
    if ((v->say || v->think) && clause_word(at, i) && v->kind == SUBJECT_FOUND &&
        is_text(at, v->subject.begin, "it")) {
        verb_put(&f, i, content_end(at, i, CONTENT_CLAUSE));
        return verb_emit(at, v, &f, "passive-that");
    }
    if ((v->tell || v->ask) && (clause_word(at, i) || is_text(at, i, "about"))) {
        if (is_text(at, i, "about"))
            f.cue.end = (uint32_t)++i;
        verb_put(&f, i, content_end(at, i, CONTENT_CLAUSE));
        return verb_emit(at, v, &f, "passive-that");
    }
    return false;
}

/* "Asked about the raid, he said": somebody asked, the text does not say who. */
static bool try_asked(struct attributor *at, struct verb_cue *v)
{
    bool opens =
        v->head == at->begin || is_text(at, v->head - 1, "when") || is_comma(at, v->head - 1);
    if (!tag_is(&at->g, v->head, LEX_ASK) || !opens)
        return false;
    size_t i = v->end = v->head + 1; /* also where "ask about" was read as one cue */
    struct found f = {0};
    if (is_text(at, i, "by")) {
        f.source = chunk_phrase(&at->g, i + 1, at->body, false);
        if (!range_any(f.source))
            return false;
        i = content_skip_adjuncts(at, f.source.end);
    }
    if (is_text(at, i, "about") && i == v->end)
        v->end = ++i;
    else if (!clause_word(at, i) && !is_text(at, i, "about"))
        return false;
    f.cue = range_of(v->head, v->end);
    verb_put(&f, i, content_end(at, i, CONTENT_PHRASE));
    return verb_emit(at, v, &f, "asked");
}

/* "Said Hana Brod, a lawyer, "…"" */
static bool try_said_first(struct attributor *at, struct verb_cue *v)
{
    struct token_range np = chunk_phrase(&at->g, v->end, at->body, true);
    struct found f = {.source = np, .cue = range_of(v->begin, v->end)};
    if (!range_any(np))
        return false;
    return try_quote_at(at, v, np.end, &f, "said-speaker-quote") ||
           (clause_word(at, np.end) && try_clause(at, v, np.end, &f, "said-speaker-that"));
}

/* "declined to comment": the second verb is the cue only if it says more than the first. */
static bool cue_inside_chain(const struct attributor *at, const struct verb_cue *v)
{
    if (!v->want || tag_at(at, v->end) != TAG_TO || !tag_is(&at->g, v->head, LEX_CHAIN))
        return false;
    size_t n = v->end + 1;
    while (n < at->body && tag_at(at, n) == TAG_ADV)
        n++;
    if (tag_is(&at->g, v->head, LEX_DECLINE))
        return false;
    return tag_is(&at->g, n, LEX_SAY) || tag_is(&at->g, n, LEX_TELL) ||
           lexicon_match(at->g.t, n, LEX_JUDGE);
}

/* Reads the verb at i with its group and subject; false if it is no cue. */
bool verb_read(struct attributor *at, size_t i, struct verb_cue *v)
{
    *v = (struct verb_cue){.tag = tag_at(at, i)};
    bool cue = read_frames(at, i, v);
    if (!cue)
        v->head = i, v->end = i + 1;
    if (!cue && !tag_in(v->tag, TAGS_FINITE))
        return false;
    size_t floor = at->done > at->begin ? at->done : at->begin;
    v->begin = chunk_group_begin(&at->g, floor, i);
    if (v->tag == TAG_ING && v->begin > floor && is_comma(at, v->begin - 1))
        v->kind = SUBJECT_SHARED;
    else
        v->kind = chunk_subject(&at->g, floor, v->begin, &v->subject);
    for (size_t k = v->begin; k < v->head; k++) {
        bool has = at->g.t->tokens[k].kind == TOKEN_CLITIC && v->say; /* "he's said" */
        v->passive = v->passive || (v->tag == TAG_PART && tag_is(&at->g, k, LEX_BE) && !has);
    }
    return cue;
}

/* The subject that coordinated verbs share: of "who" it is whom "who" stands for. */
static void remember_subject(struct attributor *at, struct token_range s)
{
    if (tag_at(at, s.begin) != TAG_WH) {
        at->subject = s;
        return;
    }
    if (range_any(at->subject))
        return;
    size_t edge = s.begin > at->begin && is_comma(at, s.begin - 1) ? s.begin - 1 : s.begin;
    struct token_range np;
    if (edge > at->begin && chunk_subject(&at->g, at->begin, edge, &np) == SUBJECT_FOUND)
        at->subject = np;
}

bool attribute_verb(struct attributor *at, size_t i)
{
    struct verb_cue v;
    bool cue = verb_read(at, i, &v);
    if (v.kind == SUBJECT_FOUND && tag_in(v.tag, TAGS_FINITE))
        remember_subject(at, v.subject);
    if (cue && v.tag == TAG_PART && v.begin == v.head && try_asked(at, &v))
        return true;
    if (!cue || (v.tag == TAG_PART && !v.passive && v.begin == v.head))
        return false;
    if (cue_inside_chain(at, &v))
        return false;
    if (verb_try_quoted(at, &v))
        return true;
    if (v.passive)
        return try_passive(at, &v);
    struct found f = {.cue = range_of(v.begin, v.end)};
    source_of(at, &v, &f);
    if (v.say && v.head == at->begin && try_said_first(at, &v))
        return true;
    if (!range_any(f.source) ||
        (f.source.end == f.source.begin + 1 && is_text(at, f.source.begin, "you")))
        return false;
    return try_as(at, &v, &f) || try_relative(at, &v, &f) || try_saying(at, &v, &f) ||
           try_intent(at, &v, &f) || try_observed(at, &v, &f) || verb_try_count(at, &v, &f) ||
           try_object(at, &v, &f);
}
