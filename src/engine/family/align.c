/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sentences to lines by the words they share, rare ones first; then word by word within the
 * pair (Needleman and Wunsch 1970). A sentence is at most SENTENCE_MAX tokens and is held
 * against three lines, so the whole is linear in the bytes of the family.
 */
#include "base/sort.h"
#include "engine/family/compare.h"

#include <stdlib.h>

#define POSTINGS_MAX 12u /* a word that stands in more lines tells nothing */
#define BEST_LINES   3u
#define MATCH_SHARE  0.34 /* of the words of the shorter sentence, by weight */
#define GAP_SHARE    0.15 /* when both neighbours already match */
#define DROPPED_MAX  3u   /* sentences in a row that a copy left out, not a shorter text */

enum { SCORE_GAP = -1, SCORE_OTHER = -1, SCORE_MARK = 2, SCORE_CROSSED = -6 };

struct posting {
    uint32_t line, next; /* index + 1 of the next, or 0 */
};

struct postings {
    uint32_t *keys, *heads, *counts;
    size_t slots, used;
    struct posting *items;
    size_t count, cap;
};

struct aligner {
    struct comparison *c;
    struct postings words;
    float *votes; /* by line */
    size_t votes_cap;
    uint32_t *touched;
    size_t touched_count;
    uint32_t *taken;       /* by line: 1 + the text that has matched it last */
    uint32_t *taken_match; /* and its match */
    int16_t (*scores)[SENTENCE_MAX + 1];
    uint8_t (*steps)[SENTENCE_MAX + 1];
    uint16_t partner[SENTENCE_MAX];
};

/* ---- words to lines ---- */

static bool tells(const struct side *s, uint32_t i)
{
    const struct side_word *w = &s->words[i];
    const struct token *t = &s->t.tokens[i];
    return w->flags & WORD_IS_WORD &&
           (t->end - t->begin >= 4 || w->flags & (WORD_NAME | WORD_NUMBER));
}

static size_t slot_of(const struct postings *p, uint32_t key)
{
    size_t at = (key ^ key >> 15) & (p->slots - 1);
    while (p->keys[at] && p->keys[at] != key)
        at = (at + 1) & (p->slots - 1);
    return at;
}

static void grow_slots(struct arena *a, struct postings *p)
{
    struct postings old = *p;
    p->slots = p->slots ? p->slots * 2 : 1024;
    p->keys = ARENA_NEW(a, p->slots, uint32_t);
    p->heads = ARENA_NEW(a, p->slots, uint32_t);
    p->counts = ARENA_NEW(a, p->slots, uint32_t);
    for (size_t i = 0; i < old.slots; i++) {
        if (old.keys[i] == 0)
            continue;
        size_t at = slot_of(p, old.keys[i]);
        p->keys[at] = old.keys[i];
        p->heads[at] = old.heads[i];
        p->counts[at] = old.counts[i];
    }
}

static void add_word(struct aligner *x, uint32_t key, uint32_t line)
{
    struct postings *p = &x->words;
    if (p->used * 2 >= p->slots)
        grow_slots(x->c->work, p);
    size_t at = slot_of(p, key);
    if (p->keys[at] == 0) {
        p->keys[at] = key;
        p->used++;
    }
    if (p->heads[at] && p->items[p->heads[at] - 1].line == line)
        return;
    if (p->counts[at]++ >= POSTINGS_MAX)
        return;
    struct posting item = {line, p->heads[at]};
    ARENA_PUSH(x->c->work, p->items, p->count, p->cap, item);
    p->heads[at] = (uint32_t)p->count;
}

static void add_line(struct aligner *x, uint32_t text, uint32_t sentence)
{
    struct comparison *c = x->c;
    struct side *s = &c->sides[text];
    uint32_t number = (uint32_t)c->line_count;
    struct line line = {.text = text, .sentence = sentence};
    ARENA_PUSH(c->work, c->lines, c->line_count, c->line_cap, line);
    s->line_of[sentence] = number;
    struct token_range r = s->sentences[sentence];
    for (uint32_t i = r.begin; i < r.end; i++)
        if (tells(s, i))
            add_word(x, s->words[i].key, number);
}

/* ---- word by word ---- */

static int pair_score(const struct side *a, uint32_t i, const struct side *b, uint32_t j)
{
    const struct side_word *v = &a->words[i], *w = &b->words[j];
    const struct token *t = &a->t.tokens[i], *u = &b->t.tokens[j];
    bool word = v->flags & WORD_IS_WORD;
    if (word != (bool)(w->flags & WORD_IS_WORD))
        return SCORE_CROSSED;
    if (!word)
        return t->kind == u->kind && (t->kind == TOKEN_QUOTE || t->mark == u->mark)
                   ? SCORE_MARK
                   : SCORE_CROSSED;
    if (v->key == w->key)
        return t->end - t->begin >= 4 || v->flags & (WORD_NAME | WORD_NUMBER) ? 6 : 4;
    if (v->flags & w->flags & WORD_NUMBER)
        return 2;
    if ((v->flags | w->flags) & WORD_NAME) {
        uint32_t n = t->end - t->begin, m = u->end - u->begin;
        const char *x = a->text.p + t->begin, *y = b->text.p + u->begin;
        /* Seldom are both ends damaged; this spares most of the comparing. */
        bool near =
            n + 3 >= m && m + 3 >= n && ((x[0] | 32) == (y[0] | 32) || x[n - 1] == y[m - 1]);
        if (near && side_similar(token_str(&a->t, i), token_str(&b->t, j)))
            return 4;
        return v->flags & w->flags & WORD_NAME ? 1 : SCORE_OTHER - 1;
    }
    if (v->figure != NONE && w->figure != NONE)
        return 2;
    return SCORE_OTHER;
}

static int self_score(const struct side *s, struct token_range r)
{
    int sum = 0;
    for (uint32_t i = r.begin; i < r.end; i++)
        if (s->words[i].flags & WORD_IS_WORD)
            sum += pair_score(s, i, s, i);
    return sum;
}

enum { STEP_BOTH, STEP_LEFT, STEP_UP };

static void fill_scores(struct aligner *x, const struct side *a, struct token_range ra,
                        const struct side *b, struct token_range rb)
{
    uint32_t n = ra.end - ra.begin, m = rb.end - rb.begin;
    for (uint32_t j = 0; j <= m; j++) {
        x->scores[0][j] = (int16_t)(SCORE_GAP * (int)j);
        x->steps[0][j] = STEP_LEFT;
    }
    for (uint32_t i = 1; i <= n; i++) {
        x->scores[i][0] = (int16_t)(SCORE_GAP * (int)i);
        x->steps[i][0] = STEP_UP;
        for (uint32_t j = 1; j <= m; j++) {
            int best =
                x->scores[i - 1][j - 1] + pair_score(a, ra.begin + i - 1, b, rb.begin + j - 1);
            uint8_t step = STEP_BOTH;
            if (x->scores[i][j - 1] + SCORE_GAP > best) {
                best = x->scores[i][j - 1] + SCORE_GAP;
                step = STEP_LEFT;
            }
            if (x->scores[i - 1][j] + SCORE_GAP > best) {
                best = x->scores[i - 1][j] + SCORE_GAP;
                step = STEP_UP;
            }
            x->scores[i][j] = (int16_t)best;
            x->steps[i][j] = step;
        }
    }
}

/* Fills x->partner for the tokens of ra; returns the share of equal words by weight in the
 * shorter of the two, and their number. */
static double align_pair(struct aligner *x, const struct side *a, struct token_range ra,
                         const struct side *b, struct token_range rb, uint32_t *ret_equal)
{
    fill_scores(x, a, ra, b, rb);
    uint32_t i = ra.end - ra.begin, j = rb.end - rb.begin, equal = 0;
    int sum = 0;
    memset(x->partner, 0, i * sizeof x->partner[0]);
    while (i > 0 || j > 0) {
        uint8_t step = x->steps[i][j];
        if (step == STEP_LEFT) {
            j--;
        } else if (step == STEP_UP) {
            i--;
        } else {
            uint32_t p = ra.begin + --i, q = rb.begin + --j;
            x->partner[i] = (uint16_t)(j + 1);
            if (a->words[p].flags & b->words[q].flags & WORD_IS_WORD &&
                a->words[p].key == b->words[q].key) {
                sum += pair_score(a, p, b, q);
                equal++;
            }
        }
    }
    *ret_equal = equal;
    int of_a = self_score(a, ra), of_b = self_score(b, rb);
    int of = of_a < of_b ? of_a : of_b;
    return of > 0 ? (double)sum / of : 0;
}

/* ---- a text to the lines ---- */

/* A line that an earlier sentence of the text has got goes to the one that renders more. */
static void keep_match(struct aligner *x, uint32_t text, uint32_t sentence, uint32_t line,
                       uint32_t equal, double share)
{
    struct comparison *c = x->c;
    const struct line *l = &c->lines[line];
    struct side *s = &c->sides[text];
    struct token_range r = c->sides[l->text].sentences[l->sentence];
    uint32_t n = r.end - r.begin;
    uint32_t number = (uint32_t)c->match_count;
    struct match m = {line, text, sentence, equal, (float)share, NULL};
    if (x->taken[line] == text + 1) {
        number = x->taken_match[line];
        const struct match *old = &c->matches[number];
        if (old->equal >= equal)
            return;
        s->line_of[old->sentence] = s->match_of[old->sentence] = NONE;
        m.partner = old->partner;
        c->matches[number] = m;
    } else {
        m.partner = ARENA_NEW(c->work, n, uint16_t);
        ARENA_PUSH(c->work, c->matches, c->match_count, c->match_cap, m);
    }
    memcpy(m.partner, x->partner, n * sizeof m.partner[0]);
    s->line_of[sentence] = line;
    s->match_of[sentence] = number;
    x->taken[line] = text + 1;
    x->taken_match[line] = number;
}

static double try_line(struct aligner *x, uint32_t text, uint32_t sentence, uint32_t line,
                       uint32_t *ret_equal)
{
    struct comparison *c = x->c;
    const struct line *l = &c->lines[line];
    const struct side *a = &c->sides[l->text], *b = &c->sides[text];
    return align_pair(x, a, a->sentences[l->sentence], b, b->sentences[sentence], ret_equal);
}

static void vote(struct aligner *x, uint32_t text, uint32_t sentence)
{
    const struct side *s = &x->c->sides[text];
    const struct postings *p = &x->words;
    struct token_range r = s->sentences[sentence];
    for (uint32_t i = r.begin; i < r.end; i++) {
        if (!tells(s, i))
            continue;
        size_t at = slot_of(p, s->words[i].key);
        if (p->keys[at] == 0 || p->counts[at] > POSTINGS_MAX)
            continue;
        for (uint32_t k = p->heads[at]; k; k = p->items[k - 1].next) {
            uint32_t line = p->items[k - 1].line;
            if (x->votes[line] == 0)
                x->touched[x->touched_count++] = line;
            x->votes[line] += 1.0f / (float)p->counts[at];
        }
    }
}

static void match_sentence(struct aligner *x, uint32_t text, uint32_t sentence)
{
    const struct side *s = &x->c->sides[text];
    uint32_t before = sentence > 0 ? s->line_of[sentence - 1] : NONE;
    uint32_t best[BEST_LINES], n = 0;
    vote(x, text, sentence);
    for (size_t i = 0; i < x->touched_count; i++) {
        uint32_t line = x->touched[i];
        if (before != NONE && line == before + 1)
            x->votes[line] += 0.5f;
        uint32_t at = n < BEST_LINES ? n++ : n;
        while (at > 0 && x->votes[best[at - 1]] < x->votes[line]) {
            if (at < BEST_LINES)
                best[at] = best[at - 1];
            at--;
        }
        if (at < BEST_LINES)
            best[at] = line;
    }
    double most = 0;
    uint32_t winner = NONE, equal = 0;
    for (uint32_t i = 0; i < n; i++) {
        double share = try_line(x, text, sentence, best[i], &equal);
        if (share > most) {
            most = share;
            winner = best[i];
        }
    }
    for (size_t i = 0; i < x->touched_count; i++)
        x->votes[x->touched[i]] = 0;
    x->touched_count = 0;
    if (winner == NONE || most < MATCH_SHARE)
        return;
    (void)try_line(x, text, sentence, winner, &equal);
    struct token_range r = s->sentences[sentence];
    if (equal >= 3 || equal * 2 >= r.end - r.begin)
        keep_match(x, text, sentence, winner, equal, most);
}

/* A sentence between two that match neighbours of one line renders that line, however
 * reworded. */
static void fill_gap(struct aligner *x, uint32_t text, uint32_t sentence)
{
    struct comparison *c = x->c;
    const struct side *s = &c->sides[text];
    if (sentence == 0 || sentence + 1 >= s->sentence_count)
        return;
    uint32_t before = s->line_of[sentence - 1], behind = s->line_of[sentence + 1];
    if (before == NONE || behind != before + 2 || x->taken[before + 1] == text + 1 ||
        c->lines[before].text != c->lines[behind].text)
        return;
    uint32_t equal;
    double share = try_line(x, text, sentence, before + 1, &equal);
    if (share >= GAP_SHARE)
        keep_match(x, text, sentence, before + 1, equal, share);
}

static void reserve(struct aligner *x)
{
    size_t n = x->c->line_count;
    if (n <= x->votes_cap)
        return;
    size_t cap = n * 2;
    uint32_t *taken = ARENA_NEW(x->c->work, cap, uint32_t);
    if (x->votes_cap)
        memcpy(taken, x->taken, x->votes_cap * sizeof *taken);
    x->taken = taken;
    uint32_t *taken_match = ARENA_NEW(x->c->work, cap, uint32_t);
    if (x->votes_cap)
        memcpy(taken_match, x->taken_match, x->votes_cap * sizeof *taken_match);
    x->taken_match = taken_match;
    x->votes = ARENA_NEW(x->c->work, cap, float);
    x->touched = ARENA_NEW(x->c->work, cap, uint32_t);
    x->votes_cap = cap;
}

static void align_text(struct aligner *x, uint32_t text)
{
    struct side *s = &x->c->sides[text];
    reserve(x);
    if (x->words.slots)
        for (uint32_t k = 0; k < s->sentence_count; k++)
            match_sentence(x, text, k);
    for (uint32_t k = 0; k < s->sentence_count; k++)
        if (s->line_of[k] == NONE)
            fill_gap(x, text, k);
    for (uint32_t k = 0; k < s->sentence_count; k++)
        if (s->line_of[k] == NONE)
            add_line(x, text, k);
}

static uint32_t length_of(const struct side *s, uint32_t sentence)
{
    return s->sentences[sentence].end - s->sentences[sentence].begin;
}

/* Sentences `at` and `at + 1` of `other` render the sentences around [begin, end) of `s`: was
 * what stands between them left out, and not drawn into one of them? */
static void mark_dropped(struct comparison *c, const struct side *s, uint32_t begin,
                         uint32_t end, const struct side *other, uint32_t at)
{
    uint32_t have = length_of(other, at) + length_of(other, at + 1);
    uint32_t full = length_of(s, begin - 1) + length_of(s, end);
    if (have > full + length_of(s, begin) / 2)
        return;
    for (uint32_t k = begin; k < end; k++)
        c->lines[s->line_of[k]].dropped = true;
}

/* Behind sentence k, up to DROPPED_MAX sentences that only this text has, and then a line that
 * follows k's line in the longer text: what the longer one left out. */
static void find_added(struct comparison *c, uint32_t text, uint32_t k)
{
    const struct side *s = &c->sides[text];
    const struct line *a = &c->lines[s->line_of[k]];
    uint32_t end = k + 1;
    while (end < s->sentence_count && end - k <= DROPPED_MAX &&
           c->lines[s->line_of[end]].text == text)
        end++;
    if (end == k + 1 || end == s->sentence_count)
        return;
    const struct line *b = &c->lines[s->line_of[end]];
    if (b->text == a->text && b->sentence == a->sentence + 1)
        mark_dropped(c, s, k + 1, end, &c->sides[a->text], a->sentence);
}

static void find_dropped(struct comparison *c)
{
    for (uint32_t text = 0; text < c->count; text++) {
        const struct side *s = &c->sides[text];
        for (uint32_t k = 0; k + 1 < s->sentence_count; k++) {
            const struct line *a = &c->lines[s->line_of[k]], *b = &c->lines[s->line_of[k + 1]];
            if (a->text == text)
                continue;
            find_added(c, text, k);
            if (a->text == b->text && b->sentence > a->sentence + 1 &&
                b->sentence <= a->sentence + 1 + DROPPED_MAX)
                mark_dropped(c, &c->sides[a->text], a->sentence + 1, b->sentence, s, k);
        }
    }
}

static int compare_matches(const void *p, const void *q)
{
    const struct match *a = p, *b = q;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    return a->text < b->text ? -1 : a->text > b->text;
}

void align_texts(struct comparison *c)
{
    struct aligner *x = ARENA_NEW(c->work, 1, struct aligner);
    x->c = c;
    x->scores = arena_alloc(c->work, SENTENCE_MAX + 1, sizeof *x->scores);
    x->steps = arena_alloc(c->work, SENTENCE_MAX + 1, sizeof *x->steps);
    grow_slots(c->work, &x->words);
    for (uint32_t i = 0; i < c->count; i++)
        align_text(x, c->order[i]);
    if (c->match_count)
        sort_items(c->matches, c->match_count, sizeof *c->matches, compare_matches);
    for (size_t i = 0; i < c->match_count; i++) {
        struct line *l = &c->lines[c->matches[i].line];
        if (l->match_count++ == 0)
            l->first_match = (uint32_t)i;
        c->sides[c->matches[i].text].match_of[c->matches[i].sentence] = (uint32_t)i;
    }
    find_dropped(c);
}
