/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Phrases around a verb. Scans go outwards from the verb and stop at the first token that
 * cannot belong; CHUNK_MAX bounds what hostile text can make them walk.
 */
#include "engine/read/tag.h"

#define CHUNK_MAX 60

static enum tag tag_at(const struct tagged *g, size_t i)
{
    return (enum tag)g->tag[i];
}

static bool is_text(const struct tagged *g, size_t i, const char *lower)
{
    return token_is(g->t, i, lower);
}

static bool is_quote(const struct tagged *g, size_t i)
{
    return g->t->tokens[i].kind == TOKEN_QUOTE && g->tag[i] != TAG_GEN;
}

size_t chunk_group_begin(const struct tagged *g, size_t begin, size_t head)
{
    size_t i = head;
    while (i > begin && head - i < 16) {
        enum tag prev = tag_at(g, i - 1);
        bool chained = tag_at(g, i) == TAG_TO && i > begin &&
                       (tag_is(g, i - 1, LEX_CHAIN) || tag_is(g, i - 1, LEX_BE_GOING)) &&
                       prev != TAG_NOUN && prev != TAG_DET;
        bool ing = tag_at(g, i) == TAG_ING && tag_is(g, i - 1, LEX_CHAIN_ING) &&
                   tag_in(prev, TAGS_VERBAL);
        if (prev == TAG_AUX || prev == TAG_MODAL || chained || ing ||
            (prev == TAG_TO &&
             tag_in(tag_at(g, i), TAG_BIT(BASE) | TAG_BIT(ADV) | TAG_BIT(AUX))))
            i--;
        else if (prev == TAG_ADV && !tag_is(g, i - 1, LEX_DAY))
            i--;
        else
            break;
    }
    return i;
}

static bool is_break(const struct tagged *g, size_t i)
{
    return tag_mark(g, i, ',') || g->t->tokens[i].kind == TOKEN_DASH;
}

static bool is_opening(const struct tagged *g, size_t i)
{
    return tag_mark(g, i, '(') || tag_mark(g, i, '[');
}

/* A day or a date: "on Monday" before a subject is not part of it. */
static bool is_time(const struct tagged *g, size_t i)
{
    return tag_is(g, i, LEX_DAY) || (tag_is(g, i, LEX_TIME_NOUN) && tag_at(g, i) == TAG_NOUN);
}

size_t chunk_time(const struct tagged *g, size_t at, size_t end)
{
    size_t i = at;
    if (i + 2 < end && (tag_at(g, i) == TAG_NUM || tag_at(g, i) == TAG_DET) &&
        tag_is(g, i + 1, LEX_TIME_NOUN) && is_text(g, i + 2, "ago"))
        return 3;
    if (i + 2 < end && tag_is(g, i, LEX_DEICTIC) && tag_is(g, i + 1, LEX_DEICTIC))
        i++; /* "earlier this week" */
    if (i + 1 < end && tag_is(g, i, LEX_DEICTIC) && is_time(g, i + 1))
        i++;
    else
        i = at;
    while (i < end && i - at < 4 && (is_time(g, i) || (i > at && tag_at(g, i) == TAG_NUM)))
        i++;
    return i - at;
}

/* Behind a relative clause that ends before `i` (exclusive): the token before its pronoun, or
 * `i` when there is no relative clause. "people | who attended the rally" */
static size_t before_relative(const struct tagged *g, size_t begin, size_t i)
{
    size_t k = i;
    while (k > begin && i - k < 24 && tag_at(g, k - 1) != TAG_WH &&
           tag_at(g, k - 1) != TAG_MARK && tag_at(g, k - 1) != TAG_SUB)
        k--;
    if (k == i || k <= begin + 1 || tag_at(g, k - 1) != TAG_WH ||
        !tag_in(tag_at(g, k), TAGS_FINITE | TAG_BIT(ADV)))
        return i;
    if (is_text(g, k - 1, "what") || is_text(g, k - 1, "how") || is_text(g, k - 1, "why"))
        return i;
    return tag_in(tag_at(g, k - 2), TAGS_NOUNY) || tag_at(g, k - 2) == TAG_PRON ? k - 1 : i;
}

static bool is_about(const struct tagged *g, size_t i)
{
    return is_text(g, i, "about") || is_text(g, i, "around") || is_text(g, i, "over");
}

static size_t phrase_begin(const struct tagged *g, size_t begin, size_t end);

/* "neighbours, doctors | and teachers": the start of the list whose last members begin at k. */
static size_t list_begin(const struct tagged *g, size_t begin, size_t k)
{
    for (int n = 0; n < 4 && k > begin + 1 && tag_mark(g, k - 1, ','); n++) {
        size_t from = k - 1 > begin + 6 ? k - 7 : begin;
        size_t member = k - 1;
        while (member > from && tag_in(tag_at(g, member - 1), TAGS_NOUNY))
            member--;
        bool starts = member == begin || tag_mark(g, member - 1, ',');
        if (member == k - 1 || !starts || is_time(g, k - 2))
            break;
        if (member > begin && n == 0 && member - 1 > begin &&
            !tag_in(tag_at(g, member - 2), TAGS_NOUNY))
            break;
        k = member;
    }
    return k;
}

/* Start of the noun phrase that ends at `end` (exclusive); `end` when there is none. */
static size_t phrase_begin(const struct tagged *g, size_t begin, size_t end)
{
    size_t i = end;
    while (i > begin && end - i < CHUNK_MAX) {
        enum tag prev = tag_at(g, i - 1);
        enum tag here = i < end ? tag_at(g, i) : TAG_MARK;
        bool more = i >= begin + 2;
        enum tag left = more ? tag_at(g, i - 2) : TAG_MARK;
        bool nouny_left = more && (tag_in(left, TAGS_NOUNY) || left == TAG_PRON);
        if (i < end && is_time(g, i - 1) &&
            (here == TAG_NAME || here == TAG_DET || here == TAG_PRON))
            break;
        if (i < end && here == TAG_DET && prev != TAG_PREP && prev != TAG_COORD &&
            !tag_is(g, i - 1, LEX_DET) && !tag_is(g, i - 1, LEX_PRON_SUBJECT) &&
            !tag_in(prev, TAGS_VERBAL) && !is_text(g, i - 1, "even")) {
            size_t k = before_relative(g, begin, i);
            if (k == i)
                break;
            i = k;
            continue;
        }
        if (tag_in(prev, TAGS_NOUNY)) {
            i--;
        } else if (prev == TAG_PRON) {
            bool object = tag_is(g, i - 1, LEX_PRON_OBJECT) && !is_text(g, i - 1, "it") &&
                          !is_text(g, i - 1, "you");
            if (i == end && object && more && left == TAG_PREP) {
                i--;
                continue;
            }
            if (i == end && object) {
                size_t k = before_relative(g, begin, i);
                if (k == i)
                    return end;
                i = k;
                continue;
            }
            if (i == end)
                return end - 1;
            if (!tag_is(g, i - 1, LEX_DET) && !tag_is(g, i - 1, LEX_PRON_SUBJECT))
                break;
            if (here != TAG_PREP && here != TAG_ADJ && here != TAG_PART && here != TAG_ADV &&
                here != TAG_WH && here != TAG_VERB)
                break;
            i--;
        } else if (prev == TAG_PREP && i < end && !is_time(g, i) &&
                   (nouny_left || left == TAG_ING || left == TAG_PART) &&
                   !(tag_is(g, i - 1, LEX_SUB) && left != TAG_DET)) {
            i--;
        } else if (prev == TAG_PREP && i < end && tag_in(left, TAGS_VERBAL)) {
            size_t k = before_relative(g, begin, i - 1); /* "a lawyer who spoke in Ostrau" */
            if (k == i - 1)
                break;
            i = k;
        } else if (prev == TAG_PREP && i < end && is_about(g, i - 1) &&
                   (here == TAG_NUM || is_text(g, i, "half") || is_text(g, i, "one"))) {
            i--;
            break;
        } else if (prev == TAG_PREP && i < end && is_text(g, i - 1, "at") &&
                   (is_text(g, i, "least") || is_text(g, i, "most"))) {
            i--;
            break;
        } else if (prev == TAG_COORD && i < end && nouny_left && !is_text(g, i - 1, "but")) {
            size_t k = phrase_begin(g, i - 1 > begin + 12 ? i - 13 : begin, i - 1);
            bool free_left = k == begin || tag_at(g, k - 1) == TAG_SUB ||
                             tag_at(g, k - 1) == TAG_MARK || tag_at(g, k - 1) == TAG_ADV;
            return free_left ? list_begin(g, begin, k) : i;
        } else if ((prev == TAG_PART || prev == TAG_ING) && i < end && nouny_left &&
                   left != TAG_DET && left != TAG_ADJ) {
            i--;
        } else if (prev == TAG_BASE && more && left == TAG_TO && i >= begin + 3 &&
                   tag_at(g, i - 3) == TAG_NOUN) {
            i -= 2;
        } else if (prev == TAG_ADV && i < end &&
                   (is_text(g, i - 1, "even") || is_text(g, i - 1, "almost") ||
                    is_text(g, i - 1, "nearly") || is_text(g, i - 1, "only") ||
                    is_text(g, i - 1, "both") || is_text(g, i - 1, "just"))) {
            i--;
        } else if (prev == TAG_MARK && tag_mark(g, i - 1, ')')) {
            size_t k = i - 1;
            while (k > begin && i - k < 14 && !is_opening(g, k - 1))
                k--;
            if (k == begin || !is_opening(g, k - 1))
                break;
            i = k - 1;
        } else if (tag_in(prev, TAGS_VERBAL) && i < end) {
            size_t k = before_relative(g, begin, i);
            if (k == i)
                break;
            i = k;
        } else {
            break;
        }
    }
    while (i < end &&
           (tag_at(g, i) == TAG_GEN || (tag_at(g, i) == TAG_PREP && !is_about(g, i))))
        i++;
    return i;
}

static bool has_head(const struct tagged *g, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++)
        if (tag_in(tag_at(g, i), TAG_BIT(NOUN) | TAG_BIT(NAME) | TAG_BIT(NUM) | TAG_BIT(PRON) |
                                     TAG_BIT(DET) | TAG_BIT(ADJ)))
            return true;
    return false;
}

/* Does [from, to) between two commas tell who somebody is: "the mayor", "57", "who left"? */
static bool is_apposition(const struct tagged *g, size_t from, size_t to)
{
    if (from >= to)
        return false;
    enum tag first = tag_at(g, from);
    if (first == TAG_WH || first == TAG_NUM)
        return true;
    if (first == TAG_NAME && to - from <= 3 && !is_time(g, from))
        return true;
    if (!tag_in(first, TAG_BIT(DET) | TAG_BIT(NOUN) | TAG_BIT(ADJ) | TAG_BIT(NAME)) ||
        is_time(g, from))
        return false;
    for (size_t i = from; i < to; i++)
        if (tag_in(tag_at(g, i), TAGS_FINITE)) {
            if (i > from && tag_at(g, i) == TAG_VERB && tag_is(g, i, LEX_V_PART) &&
                i + 1 < to && tag_at(g, i + 1) == TAG_PREP)
                continue; /* "a group based in the north" */
            size_t k = i;
            while (k > from && tag_at(g, k - 1) != TAG_WH)
                k--;
            return k > from;
        }
    return true;
}

static size_t last_break(const struct tagged *g, size_t begin, size_t end)
{
    size_t i = end;
    while (i > begin && end - i < CHUNK_MAX) {
        if (is_break(g, i - 1))
            return i - 1;
        if (is_quote(g, i - 1) || tag_mark(g, i - 1, ';'))
            return STR_NONE;
        i--;
    }
    return STR_NONE;
}

/* Is [head, end) a name set off behind the role of its bearer, which opens the sentence or
 * stands behind a quotation? */
static bool is_named_role(const struct tagged *g, size_t begin, size_t head, size_t end)
{
    for (size_t i = head; i < end; i++)
        if (tag_at(g, i) != TAG_NAME)
            return false;
    if (head < begin + 2 || !tag_mark(g, head - 1, ',') || !tag_is(g, head - 2, LEX_PERSON))
        return false;
    size_t role = phrase_begin(g, begin, head - 1);
    return role < head - 1 && (role == begin || is_quote(g, role - 1));
}

/* The subject in front of a comma: "Smith, the mayor, said"; ", however, said". */
static enum subject_kind set_off_subject(const struct tagged *g, size_t begin, size_t comma,
                                         struct token_range *ret)
{
    size_t end = comma;
    bool keep = false; /* the apposition and its commas belong to the source */
    for (int depth = 0; depth < 3; depth++) {
        size_t open = last_break(g, begin, end);
        if (open == STR_NONE || open <= begin)
            return SUBJECT_SHARED;
        keep = is_apposition(g, open + 1, end);
        end = open;
        while (open > begin + 1 && tag_at(g, open - 1) == TAG_ADV)
            open--; /* "an official there, who" */
        size_t head = phrase_begin(g, begin, open);
        if (head == open || !has_head(g, head, open))
            return SUBJECT_SHARED;
        bool bare = tag_at(g, head) != TAG_NAME && tag_at(g, open - 1) != TAG_NAME;
        if (keep && bare && head > begin && is_break(g, head - 1) && head - 1 > begin &&
            tag_in(tag_at(g, head - 2), TAG_BIT(NAME)))
            continue; /* two appositions in a row */
        if (keep && is_named_role(g, begin, head, open))
            continue; /* "his mother, Irena Doss, 61," */
        if (head > begin && tag_at(g, head - 1) == TAG_PREP && depth < 2)
            continue; /* "in Ostrau, Moravia," */
        if (head > begin && (tag_in(tag_at(g, head - 1), TAGS_VERBAL | TAG_BIT(TO)) ||
                             tag_at(g, head - 1) == TAG_PREP))
            return SUBJECT_SHARED; /* an object, not a subject */
        *ret = (struct token_range){(uint32_t)head, (uint32_t)(keep ? comma + 1 : open)};
        return SUBJECT_FOUND;
    }
    return SUBJECT_SHARED;
}

enum subject_kind chunk_subject(const struct tagged *g, size_t begin, size_t verb,
                                struct token_range *ret)
{
    /* "Smith last week said", "Smith on Tuesday said" */
    size_t edge = verb;
    while (verb > begin + 1 && edge - verb < 3 && is_time(g, verb - 1))
        verb--;
    if (verb > begin + 1 && verb < edge &&
        (tag_at(g, verb - 1) == TAG_PREP || tag_is(g, verb - 1, LEX_DEICTIC)))
        verb--;
    if (verb <= begin)
        return SUBJECT_NONE;
    size_t last = verb - 1;
    enum tag prev = tag_at(g, last);
    if (prev == TAG_COORD)
        return SUBJECT_SHARED;
    if (prev == TAG_WH || prev == TAG_SUB) {
        if (is_text(g, last, "who") || is_text(g, last, "which") || is_text(g, last, "that")) {
            *ret = (struct token_range){(uint32_t)last, (uint32_t)verb};
            return SUBJECT_FOUND;
        }
        return SUBJECT_NONE;
    }
    if (is_break(g, last))
        return last == begin ? SUBJECT_NONE : set_off_subject(g, begin, last, ret);
    size_t head = phrase_begin(g, begin, verb);
    if (head == verb || !has_head(g, head, verb))
        return tag_in(prev, TAGS_VERBAL | TAG_BIT(TO)) ? SUBJECT_SHARED : SUBJECT_NONE;
    if (head > begin && tag_at(g, head - 1) == TAG_PREP && !tag_is(g, head - 1, LEX_SUB) &&
        !(is_text(g, head - 1, "with") && tag_at(g, edge) == TAG_ING))
        return SUBJECT_NONE;
    if (is_time(g, head) && verb - head == 1)
        return SUBJECT_NONE;
    *ret = (struct token_range){(uint32_t)head, (uint32_t)verb};
    return SUBJECT_FOUND;
}

static bool ends_phrase(const struct tagged *g, size_t i)
{
    return tag_in(tag_at(g, i), TAG_BIT(NOUN) | TAG_BIT(NAME) | TAG_BIT(NUM) | TAG_BIT(PRON) |
                                    TAG_BIT(DET) | TAG_BIT(ADJ));
}

struct token_range chunk_phrase(const struct tagged *g, size_t at, size_t end, bool appositions)
{
    size_t i = at;
    if (i < end && tag_at(g, i) == TAG_ADV)
        i++;
    while (i < end && i - at < CHUNK_MAX) {
        enum tag here = tag_at(g, i);
        bool more = i + 1 < end;
        if (here == TAG_PRON) {
            if (i > at && tag_at(g, i - 1) != TAG_PREP)
                break;
            i++;
            if (i == at + 1 && !(i < end && is_text(g, i, "of")))
                break;
        } else if (tag_in(here, TAGS_NOUNY)) {
            if (here == TAG_DET && i > at && ends_phrase(g, i - 1) &&
                tag_at(g, i - 1) != TAG_DET)
                break;
            if (i > at && is_time(g, i) && tag_at(g, i - 1) != TAG_DET)
                break;
            i++;
        } else if (here == TAG_PREP && i > at && more &&
                   (tag_in(tag_at(g, i + 1), TAGS_NOUNY) || tag_at(g, i + 1) == TAG_PRON) &&
                   !is_time(g, i + 1) &&
                   (is_text(g, i, "of") || is_text(g, i, "for") || is_text(g, i, "from") ||
                    is_text(g, i, "with") || (is_text(g, i, "in") && !is_time(g, i + 1)) ||
                    is_text(g, i, "at") || is_text(g, i, "by") || is_text(g, i, "to") ||
                    is_text(g, i, "on"))) {
            i++;
        } else if (appositions && i > at &&
                   (here == TAG_WH ||
                    (tag_mark(g, i, ',') && more && tag_at(g, i + 1) == TAG_WH)) &&
                   is_text(g, here == TAG_WH ? i : i + 1, "who")) {
            i += here == TAG_WH ? 1 : 2;
            while (i < end && !is_break(g, i) && !is_quote(g, i) && i - at < CHUNK_MAX)
                i++;
            return (struct token_range){(uint32_t)at, (uint32_t)i};
        } else if (here == TAG_COORD && i > at && more && is_text(g, i, "and") &&
                   tag_in(tag_at(g, i + 1), TAGS_NOUNY) && appositions) {
            i++;
        } else if (appositions && here == TAG_MARK && more && i > at) {
            if (is_opening(g, i)) {
                size_t k = i;
                while (k < end && k - i < 12 && !tag_mark(g, k, ')') && !tag_mark(g, k, ']'))
                    k++;
                if (k >= end || k - i >= 12)
                    break;
                i = k + 1;
            } else if (tag_mark(g, i, ',') &&
                       (tag_in(tag_at(g, i + 1), TAG_BIT(DET) | TAG_BIT(NUM) | TAG_BIT(ADJ)) ||
                        tag_at(g, i + 1) == TAG_NOUN || tag_at(g, i + 1) == TAG_NAME) &&
                       !is_time(g, i + 1)) {
                i++;
            } else {
                break;
            }
        } else {
            break;
        }
    }
    while (i > at && !ends_phrase(g, i - 1) && !tag_mark(g, i - 1, ')') &&
           !tag_mark(g, i - 1, ']'))
        i--;
    return (struct token_range){(uint32_t)at, (uint32_t)i};
}
