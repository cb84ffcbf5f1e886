/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Quotations, paragraph by paragraph. Double marks pair off in order; single marks count
 * outside double ones, and only where a closing one follows in the paragraph (an apostrophe
 * never opens). A mark left open runs to the end of its paragraph if the next paragraph opens
 * with a mark as well (the newspaper style of long quotations), else to the end of its
 * sentence.
 */
#include "engine/read/parts.h"

struct quoter {
    struct arena *a;
    const struct token_text *t;
    struct quotation_list *out;
    size_t cap;
    bool open_before; /* the paragraph before ended inside a quotation */
};

static bool is_stop(const struct token *k)
{
    return k->kind == TOKEN_PUNCT && (k->mark == '.' || k->mark == ',' || k->mark == '?' ||
                                      k->mark == '!' || k->mark == '~');
}

static size_t words_in(const struct token_text *t, size_t begin, size_t end)
{
    size_t n = 0;
    for (size_t i = begin; i < end && n < 8; i++)
        n += t->tokens[i].kind == TOKEN_WORD || t->tokens[i].kind == TOKEN_NUMBER;
    return n;
}

/* A word or two without a stop, not introduced by a comma or a colon. */
static bool is_scare(const struct token_text *t, size_t para_begin, size_t open, size_t close)
{
    if (words_in(t, open + 1, close) > 3)
        return false;
    const struct token *last = &t->tokens[close - 1];
    bool comma_behind = close + 1 < t->count && is_stop(&t->tokens[close + 1]) &&
                        t->tokens[close + 1].mark == ',';
    bool stopped = close > open + 1 &&
                   (is_stop(last) || comma_behind || (last->flags & TOKEN_ABBREVIATION));
    bool introduced = open == para_begin || (t->tokens[open].flags & TOKEN_SENTENCE_FIRST) ||
                      (t->tokens[open - 1].kind == TOKEN_PUNCT &&
                       (t->tokens[open - 1].mark == ',' || t->tokens[open - 1].mark == ':'));
    return !(stopped && introduced) &&
           !(stopped && !comma_behind && last->mark != ',' && last->mark != '.');
}

static void add(struct quoter *q, size_t para_begin, size_t open, size_t end, size_t close,
                bool ended)
{
    if (end <= open + 1)
        return;
    struct quotation item = {.begin = (uint32_t)open + 1,
                             .end = (uint32_t)end,
                             .open = (uint32_t)open,
                             .close = (uint32_t)close,
                             .closed = close < q->t->count && close == end && ended,
                             .scare = ended && is_scare(q->t, para_begin, open, close)};
    item.continues = open == para_begin && q->open_before;
    ARENA_PUSH(q->a, q->out->items, q->out->count, q->cap, item);
}

static bool opens(const struct token *k, bool first)
{
    return k->mark == QUOTE_OPEN || (k->mark == QUOTE_EITHER && !k->single) ||
           (first && k->mark != QUOTE_CLOSE);
}

/* The closing single mark for the one at `open`, or `end`. A mark behind a word in "s" with a
 * word after it may be an apostrophe: then a later one is preferred. */
static size_t single_close(const struct token_text *t, size_t open, size_t end)
{
    size_t doubtful = end;
    for (size_t i = open + 1; i < end && i - open < 400; i++) {
        const struct token *k = &t->tokens[i];
        if (k->kind != TOKEN_QUOTE || !k->single || k->mark == QUOTE_OPEN)
            continue;
        const struct token *prev = &t->tokens[i - 1];
        bool owner = prev->kind == TOKEN_WORD && t->text.p[prev->end - 1] == 's' &&
                     i + 1 < end && t->tokens[i + 1].kind == TOKEN_WORD;
        if (!owner)
            return i;
        if (doubtful == end)
            doubtful = i;
    }
    return doubtful;
}

/* The closing double mark for the one at `open`, or `end`. Marks of known side may nest; when
 * they do not balance, *plain is set and from then on the next mark of any kind closes, so that
 * a paragraph is walked twice at most. */
static size_t double_close(const struct token_text *t, size_t open, size_t end, bool *plain)
{
    for (int round = *plain; round < 2; round++) {
        unsigned depth = 0;
        for (size_t i = open + 1; i < end; i++) {
            const struct token *c = &t->tokens[i];
            if (c->kind != TOKEN_QUOTE || c->single)
                continue;
            if (depth == 0 && (c->mark != QUOTE_OPEN || *plain))
                return i;
            if (c->mark == QUOTE_OPEN)
                depth++;
            else
                depth--;
        }
        if (depth == 0)
            return end;
        *plain = true;
    }
    return end;
}

static bool opens_paragraph(const struct token_text *t, size_t p)
{
    if (p >= t->paragraph_count)
        return false;
    const struct token *k = &t->tokens[t->sentences[t->paragraphs[p].begin].begin];
    return k->kind == TOKEN_QUOTE && k->mark != QUOTE_CLOSE;
}

static size_t sentence_end(const struct token_text *t, size_t p, size_t i)
{
    size_t s = t->paragraphs[p].begin;
    while (s + 1 < t->paragraphs[p].end && t->sentences[s].end <= i)
        s++;
    return t->sentences[s].end;
}

#define SAID_WORDS 8u /* from the end of the speech to "said" */

/* Do the narrator's words begin at i: "said Maria", "the mother said", "he asked"? */
static bool narrator_at(const struct token_text *t, size_t i, size_t end)
{
    for (size_t k = i; k < end && k < i + SAID_WORDS; k++) {
        uint32_t word = t->tokens[k].word;
        if (t->tokens[k].kind != TOKEN_WORD || lexicon_is(word, LEX_WH))
            return false;
        if ((lexicon_is(word, LEX_SAY) || lexicon_is(word, LEX_UTTER) ||
             lexicon_is(word, LEX_ASK)) &&
            lexicon_is(word, LEX_V_PAST))
            return k + 1 >= end || t->tokens[k + 1].kind != TOKEN_WORD || k == i ||
                   !lexicon_is(t->tokens[k + 1].word, LEX_DET);
    }
    return false;
}

static void add_speech(struct quoter *q, size_t dash, size_t end)
{
    size_t before = q->out->count;
    add(q, dash, dash, end, dash, false);
    if (q->out->count == before)
        return;
    struct quotation *item = &q->out->items[before];
    item->close = item->begin - 1;
    item->scare = false;
}

/* "— I saw it, said Maria. — All of it.": a dash at the head of a paragraph opens speech, if
 * the narrator comes in behind a comma, a stop or another dash; a dash behind that opens the
 * rest. */
static void find_dialogue(struct quoter *q, size_t begin, size_t end)
{
    const struct token_text *t = q->t;
    size_t i = begin + 1;
    while (i + 1 < end) {
        bool edge = t->tokens[i].kind == TOKEN_DASH || is_stop(&t->tokens[i]);
        if (edge && t->tokens[i + 1].kind == TOKEN_DASH)
            edge = false; /* ", —" */
        if (edge && narrator_at(t, i + 1, end))
            break;
        i++;
    }
    if (i + 1 >= end || i < begin + 2)
        return;
    bool comma = is_stop(&t->tokens[i]) && t->tokens[i].mark == ',';
    bool dash = t->tokens[i].kind == TOKEN_DASH;
    add_speech(q, begin, comma || dash ? i : i + 1); /* the comma is the narrator's */
    for (i++; i < end; i++)
        if (t->tokens[i].kind == TOKEN_DASH && (t->tokens[i].flags & TOKEN_SENTENCE_FIRST))
            break;
    if (i < end)
        add_speech(q, i, end);
}

static void find_in(struct quoter *q, size_t p)
{
    const struct token_text *t = q->t;
    size_t begin = t->sentences[t->paragraphs[p].begin].begin;
    size_t end = t->sentences[t->paragraphs[p].end - 1].end;
    bool left_open = false, plain = false;
    if (t->tokens[begin].kind == TOKEN_DASH)
        find_dialogue(q, begin, end);
    for (size_t i = begin; i < end; i++) {
        const struct token *k = &t->tokens[i];
        if (k->kind != TOKEN_QUOTE || !opens(k, i == begin))
            continue;
        if (k->single) {
            size_t close = single_close(t, i, end);
            if (close == end || (k->mark != QUOTE_OPEN && i != begin))
                continue;
            add(q, begin, i, close, close, true);
            i = close;
            continue;
        }
        size_t close = double_close(t, i, end, &plain);
        if (close < end) {
            add(q, begin, i, close, close, true);
            i = close;
            continue;
        }
        left_open = opens_paragraph(t, p + 1);
        size_t stop = left_open || i == begin ? end : sentence_end(t, p, i);
        add(q, begin, i, stop, stop, false);
        if (q->out->count && q->out->items[q->out->count - 1].open == i)
            q->out->items[q->out->count - 1].scare = false;
        i = stop - 1;
    }
    q->open_before = left_open;
}

void quote_find(struct arena *a, const struct token_text *t, const bool *furniture,
                struct quotation_list *ret)
{
    *ret = (struct quotation_list){0};
    struct quoter q = {.a = a, .t = t, .out = ret};
    for (size_t p = 0; p < t->paragraph_count; p++) {
        size_t begin = t->sentences[t->paragraphs[p].begin].begin;
        if (furniture && furniture[begin])
            continue;
        find_in(&q, p);
    }
}
