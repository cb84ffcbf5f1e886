/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Words that come through somebody else ("was quoted as saying"), words that were refused
 * ("could not be reached for comment"), and counts ("documented 97 cases").
 */
#include "engine/read/attribute_verb.h"

/* Behind "as" and a verb of saying in "-ing" at i, or 0. */
static size_t behind_as_saying(const struct attributor *at, size_t i)
{
    bool saying = is_text(at, i, "as") && tag_at(at, i + 1) == TAG_ING &&
                  (tag_is(&at->g, i + 1, LEX_SAY) || tag_is(&at->g, i + 1, LEX_TELL));
    return saying && i + 2 < at->body ? i + 2 : 0;
}

bool verb_try_quoted(struct attributor *at, struct verb_cue *v)
{
    if (!tag_is(&at->g, v->head, LEX_QUOTING))
        return false;
    struct found f = {.cue = range_of(v->begin, v->end)};
    size_t i = v->end;
    if (v->passive) { /* "Smith was quoted (by the Courier) as saying that …" */
        if (v->kind != SUBJECT_FOUND)
            return false;
        if (is_text(at, i, "by"))
            i = chunk_phrase(&at->g, i + 1, at->body, false).end;
        size_t from = behind_as_saying(at, i);
        if (!from)
            return false;
        if (i == v->end)
            f.cue.end = (uint32_t)from;
        f.source = v->subject;
        v->head = from - 1; /* it is said, whoever quotes it */
        verb_put(&f, from, content_end(at, from, CONTENT_CLAUSE));
        return verb_emit(at, v, &f, "quoted-as-saying");
    }
    /* "The Courier quoted Smith as saying that …": what Smith said */
    struct token_range np = chunk_phrase(&at->g, i, at->body, false);
    size_t from = range_any(np) ? behind_as_saying(at, np.end) : 0;
    if (!from)
        return false;
    f.source = np;
    f.cue = range_of(from - 1, from);
    v->head = from - 1;
    verb_put(&f, from, content_end(at, from, CONTENT_CLAUSE));
    return verb_emit(at, v, &f, "quoted-as-saying");
}

bool attribute_no_comment(struct attributor *at, size_t i)
{
    size_t n = lexicon_match(at->g.t, i, LEX_NO_COMMENT);
    if (!n || i + n > at->end)
        return false;
    size_t floor = at->done > at->begin ? at->done : at->begin;
    size_t begin = chunk_group_begin(&at->g, floor, i);
    struct found f = {.cue = range_of(begin, i + n), .head = i, .rule = "no-comment"};
    enum subject_kind kind = chunk_subject(&at->g, floor, begin, &f.source);
    if (kind == SUBJECT_SHARED)
        f.source = at->subject;
    if (kind == SUBJECT_NONE || !range_any(f.source))
        return false;
    attribute_emit(at, &f);
    at->done = f.cue.end;
    return true;
}

/* Is there a number in the first words of the object at i? */
static bool is_number_soon(const struct attributor *at, size_t i)
{
    for (size_t k = i; k < i + 4 && k < at->body; k++) {
        if (tag_at(at, k) == TAG_NUM)
            return !chunk_time(&at->g, k, at->body);
        if (!tag_in(tag_at(at, k), TAGS_NOUNY | TAG_BIT(PREP) | TAG_BIT(ADV)))
            return false;
    }
    return false;
}

bool verb_try_count(struct attributor *at, struct verb_cue *v, struct found *f)
{
    size_t i = v->end;
    if (v->passive || !tag_in(v->tag, TAG_BIT(VERB) | TAG_BIT(PART)))
        return false;
    if (tag_is(&at->g, v->head, LEX_COUNT_AT)) { /* "put the number of dead at 40" */
        struct token_range np = chunk_phrase(&at->g, i, at->body, false);
        bool number = false;
        for (size_t k = np.begin; k < np.end; k++)
            number = number || tag_is(&at->g, k, LEX_COUNT_NOUN);
        for (size_t k = np.begin; k < np.end; k++) /* the phrase may have swallowed "at 40" */
            if (is_text(at, k, "at"))
                np.end = (uint32_t)k;
        if (is_text(at, i, "it") && is_text(at, i + 1, "at") && is_number_soon(at, i + 2))
            number = true;
        else if (!number || !is_text(at, np.end, "at"))
            return false;
        verb_put(f, i, content_end(at, i, CONTENT_PHRASE));
        return verb_emit(at, v, f, "put-at");
    }
    if (!tag_is(&at->g, v->head, LEX_TALLYING) || !is_number_soon(at, i))
        return false;
    verb_put(f, i, content_end(at, i, CONTENT_PHRASE));
    return verb_emit(at, v, f, "counted");
}
