/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Drift in words: names, negations, quoted strings.
 */
#include "engine/family/drift.h"

/* ---- names ---- */

static bool is_name(const struct view *v, uint32_t i)
{
    return drift_word(v, i)->flags & WORD_NAME;
}

/* A headline says nothing about which of its capitalised words are names. */
static bool is_headline(const struct view *v)
{
    uint32_t words = 0, upper = 0;
    if (v->count && str_eq(drift_str(v, 0), STR("title")))
        return true; /* a head line of a saved report */
    for (uint32_t i = 0; i < v->count; i++) {
        const struct token *t = &v->s->t.tokens[v->begin + i];
        if (t->kind != TOKEN_WORD || t->end - t->begin < 4)
            continue;
        words++;
        upper += (t->flags & TOKEN_UPPER_FIRST) != 0;
    }
    return words >= 4 && upper * 10 > words * 6;
}

enum name_answer { NAME_SAME, NAME_DIFFERS, NAME_GONE, NAME_OPEN };

/* What the view has in place of the name [begin, end) of the line. */
static enum name_answer answer_name(const struct view *line, const struct view *v,
                                    uint32_t begin, uint32_t end, bool headline,
                                    struct token_range *ret)
{
    *ret = (struct token_range){NONE, 0};
    bool differs = false, same = false;
    for (uint32_t i = begin; i < end; i++) {
        uint32_t j = v->to[i];
        if (j == NONE)
            continue;
        bool equal = drift_word(v, j)->key == drift_word(line, i)->key;
        bool similar = !equal && side_similar(drift_str(line, i), drift_str(v, j));
        if (!equal && !similar && (!is_name(v, j) || headline))
            continue;
        ret->begin = j < ret->begin ? j : ret->begin;
        ret->end = j + 1 > ret->end ? j + 1 : ret->end;
        same |= equal;
        differs |= !equal;
    }
    if (ret->begin != NONE) {
        while (ret->begin > 0 && is_name(v, ret->begin - 1) && v->from[ret->begin - 1] == NONE)
            ret->begin--;
        while (ret->end < v->count && is_name(v, ret->end) && v->from[ret->end] == NONE)
            ret->end++;
        return differs ? NAME_DIFFERS : NAME_SAME;
    }
    bool tight;
    (void)drift_window(line, v, begin, end, &tight);
    return !same && tight && v->close && !headline ? NAME_GONE : NAME_OPEN;
}

static void compare_name(struct drifting *d, uint32_t begin, uint32_t end, bool headline)
{
    const struct view *line = &d->views[0];
    struct slot s = drift_slot(d, FAMILY_NAME);
    s.values[0] = drift_value(line, begin, end);
    for (uint32_t k = 1; k < d->view_count; k++) {
        const struct view *v = &d->views[k];
        struct token_range r;
        enum name_answer answer = answer_name(line, v, begin, end, headline, &r);
        s.differs |= answer == NAME_DIFFERS || answer == NAME_GONE;
        if (r.begin == NONE)
            continue;
        s.values[k] = drift_value(v, r.begin, r.end);
        for (uint32_t j = r.begin; j < r.end; j++)
            v->used[j] = true;
    }
    if (s.differs)
        drift_emit(d, FAMILY_NAME, s.values);
}

/* Names of a view that stand where the line has none. */
static void insert_names(struct drifting *d, uint32_t k)
{
    const struct view *v = &d->views[k];
    for (uint32_t begin = 0, end; begin < v->count; begin = end) {
        end = begin + 1;
        if (!is_name(v, begin) || v->used[begin])
            continue;
        bool known = false;
        for (end = begin; end < v->count && is_name(v, end) && !v->used[end]; end++)
            known |= v->from[end] != NONE &&
                     (drift_word(&d->views[0], v->from[end])->key == drift_word(v, end)->key ||
                      is_name(&d->views[0], v->from[end]) ||
                      side_similar(drift_str(v, end), drift_str(&d->views[0], v->from[end])));
        /* Part of a longer name that was compared: "Barack Obama" where others say "Obama". */
        if (begin > 0 && is_name(v, begin - 1))
            known = true;
        if (end < v->count && is_name(v, end))
            known = true;
        uint32_t left = begin, right = end;
        while (left > 0 && v->from[left - 1] == NONE)
            left--;
        while (right < v->count && v->from[right] == NONE)
            right++;
        if (known || begin - left > 2 || right - end > 2)
            continue;
        struct slot *s = drift_insertion(d, FAMILY_NAME, left > 0 ? v->from[left - 1] : NONE);
        s->values[k] = drift_value(v, begin, end);
    }
}

void drift_names(struct drifting *d)
{
    const struct view *line = &d->views[0];
    bool headline = is_headline(line);
    for (uint32_t begin = 0, end; begin < line->count; begin = end) {
        end = begin + 1;
        if (!is_name(line, begin))
            continue;
        while (end < line->count && is_name(line, end))
            end++;
        compare_name(d, begin, end, headline);
    }
    for (uint32_t k = 1; k < d->view_count && !headline; k++)
        if (d->views[k].close && !is_headline(&d->views[k]))
            insert_names(d, k);
}

/* ---- negations ---- */

static bool in_list(struct str word, const char *list)
{
    char folded[32];
    size_t n = side_fold(word, folded, sizeof folded - 2);
    for (const char *p = list, *end; (end = strchr(p, ' ')); p = end + 1)
        if ((size_t)(end - p) == n && memcmp(p, folded, n) == 0)
            return true;
    return false;
}

/* Words that take a negation's place in other words. */
static bool negates_softly(const struct view *v, uint32_t i)
{
    if (drift_word(v, i)->flags & WORD_NEGATES)
        return true;
    if (in_list(drift_str(v, i),
                "without lack lacks lacked lacking fail fails failed failing failure refuse "
                "refuses refused refusing decline declines declined declining deny denies "
                "denied denying hardly barely scarcely absent absence devoid free except "
                "zero neither far avoid avoided avoids unlike instead rather few little "
                "reject rejects rejected rejecting dispute disputes disputed unable impossible "
                "unwilling unlikely incapable "))
        return true;
    return false;
}

/* "unable" for "not able": the word after the line's negation i, with a prefix. */
static bool is_prefixed(const struct view *line, uint32_t i, const struct view *v, uint32_t j)
{
    static const char *const prefixes[] = {"un", "in", "im", "ir", "il", "dis", "non"};
    char word[48], other[48];
    size_t n = side_fold(drift_str(v, j), word, sizeof word);
    for (uint32_t k = i + 1; k < line->count && k <= i + 2; k++) {
        size_t m = side_fold(drift_str(line, k), other, sizeof other);
        for (size_t p = 0; p < sizeof prefixes / sizeof prefixes[0]; p++) {
            size_t q = strlen(prefixes[p]);
            if (m >= 4 && n == q + m && memcmp(word, prefixes[p], q) == 0 &&
                memcmp(word + q, other, m) == 0)
                return true;
        }
    }
    return false;
}

/* "did n't", "can not": with the verb it belongs to. */
static struct family_value negation_value(const struct view *v, uint32_t i)
{
    bool clitic = v->s->t.tokens[v->begin + i].kind == TOKEN_CLITIC;
    return drift_value(v, clitic && i > 0 ? i - 1 : i, i + 1);
}

/* Whether the view negates near the place of the line's token i; the place itself is
 * returned when it has a word there. */
static bool negated_near(const struct view *line, const struct view *v, uint32_t i,
                         uint32_t *ret_place)
{
    *ret_place = v->to[i];
    uint32_t low = NONE, high = 0;
    for (uint32_t k = i > 3 ? i - 3 : 0; k < line->count && k <= i + 3; k++) {
        if (v->to[k] == NONE)
            continue;
        low = v->to[k] < low ? v->to[k] : low;
        high = v->to[k] > high ? v->to[k] : high;
    }
    if (low == NONE)
        return true; /* nothing around it is there: not aligned */
    low = low > 2 ? low - 2 : 0;
    for (uint32_t j = low; j <= high + 2 && j < v->count; j++) {
        uint32_t from = v->from[j];
        bool others =
            from != NONE && from != i &&
            (drift_word(line, from)->flags & WORD_NEGATES || negates_softly(line, from) ||
             drift_word(line, from)->key == drift_word(v, j)->key);
        if ((negates_softly(v, j) && !others) || is_prefixed(line, i, v, j))
            return true;
    }
    return false;
}

static void compare_negation(struct drifting *d, uint32_t i)
{
    const struct view *line = &d->views[0];
    struct slot s = drift_slot(d, FAMILY_NEGATION);
    s.values[0] = negation_value(line, i);
    for (uint32_t k = 1; k < d->view_count; k++) {
        const struct view *v = &d->views[k];
        uint32_t place;
        if (!negated_near(line, v, i, &place)) {
            s.differs = true;
            if (place != NONE && drift_word(v, place)->flags & WORD_IS_WORD)
                s.values[k] = drift_value(v, place, place + 1);
            continue;
        }
        for (uint32_t j = place == NONE ? 0 : place; j < v->count; j++)
            if (negates_softly(v, j) && (place == NONE || j <= place + 3)) {
                s.values[k] = negation_value(v, j);
                break;
            }
    }
    if (s.differs)
        drift_emit(d, FAMILY_NEGATION, s.values);
}

/* A negation of the view near which the line has none. */
static void insert_negations(struct drifting *d, uint32_t k)
{
    const struct view *line = &d->views[0], *v = &d->views[k];
    struct view back = {.text = line->text,
                        .s = line->s,
                        .begin = line->begin,
                        .count = line->count,
                        .to = v->from,
                        .from = v->to};
    for (uint32_t j = 0; j < v->count; j++) {
        if (!(drift_word(v, j)->flags & WORD_NEGATES))
            continue;
        uint32_t place;
        if (negated_near(v, &back, j, &place))
            continue;
        uint32_t left = j;
        while (left > 0 && v->from[left - 1] == NONE)
            left--;
        struct slot *s =
            drift_insertion(d, FAMILY_NEGATION, left > 0 ? v->from[left - 1] : NONE);
        s->values[k] = negation_value(v, j);
        if (place != NONE && drift_word(line, place)->flags & WORD_IS_WORD)
            s->values[0] = drift_value(line, place, place + 1);
    }
}

/* "denied" where a copy has "confirmed". */
static void compare_denial(struct drifting *d, uint32_t i)
{
    static const char denies[] = "deny denies denied denying reject rejects rejected rejecting "
                                 "refuted refute refutes dismissed dismiss dismisses ";
    static const char affirms[] =
        "confirm confirms confirmed confirming admit admits admitted admitting acknowledge "
        "acknowledges acknowledged acknowledging accept accepts accepted accepting ";
    const struct view *line = &d->views[0];
    bool denied = in_list(drift_str(line, i), denies);
    if (!denied && !in_list(drift_str(line, i), affirms))
        return;
    struct slot s = drift_slot(d, FAMILY_NEGATION);
    s.values[0] = drift_value(line, i, i + 1);
    for (uint32_t k = 1; k < d->view_count; k++) {
        const struct view *v = &d->views[k];
        uint32_t j = v->to[i];
        if (j == NONE)
            continue;
        s.values[k] = drift_value(v, j, j + 1);
        s.differs |= in_list(drift_str(v, j), denied ? affirms : denies);
    }
    if (s.differs)
        drift_emit(d, FAMILY_NEGATION, s.values);
}

void drift_negations(struct drifting *d)
{
    const struct view *line = &d->views[0];
    for (uint32_t i = 0; i < line->count; i++) {
        if (drift_word(line, i)->flags & WORD_NEGATES)
            compare_negation(d, i);
        else if (drift_word(line, i)->flags & WORD_IS_WORD)
            compare_denial(d, i);
    }
    for (uint32_t k = 1; k < d->view_count; k++)
        insert_negations(d, k);
}

/* ---- quoted strings ---- */

/* The pieces of quotations inside a sentence, relative to it. */
struct pieces {
    struct token_range *items;
    size_t count, cap;
};

static void find_pieces(struct drifting *d, const struct view *v, struct pieces *ret)
{
    const struct quotation_list *q = &v->s->quotes;
    size_t low = 0, high = q->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (q->items[middle].end <= v->begin)
            low = middle + 1;
        else
            high = middle;
    }
    uint32_t end = v->begin + v->count;
    *ret = (struct pieces){0};
    for (; low < q->count && q->items[low].begin < end; low++) {
        struct token_range r = {q->items[low].begin, q->items[low].end};
        r.begin = r.begin < v->begin ? v->begin : r.begin;
        r.end = r.end > end ? end : r.end;
        while (r.end > r.begin && !(v->s->words[r.end - 1].flags & WORD_IS_WORD))
            r.end--;
        while (r.begin < r.end && !(v->s->words[r.begin].flags & WORD_IS_WORD))
            r.begin++;
        if (r.begin >= r.end)
            continue;
        r.begin -= v->begin;
        r.end -= v->begin;
        ARENA_PUSH(&d->line, ret->items, ret->count, ret->cap, r);
    }
}

static bool same_words(const struct view *a, struct token_range ra, const struct view *b,
                       struct token_range rb)
{
    uint32_t i = ra.begin, j = rb.begin;
    for (;;) {
        while (i < ra.end && !(drift_word(a, i)->flags & WORD_IS_WORD))
            i++;
        while (j < rb.end && !(drift_word(b, j)->flags & WORD_IS_WORD))
            j++;
        if (i >= ra.end || j >= rb.end)
            return i >= ra.end && j >= rb.end;
        if (drift_word(a, i++)->key != drift_word(b, j++)->key)
            return false;
    }
}

/* The piece of the view with most partners of the line's piece, or the one in its place. */
static size_t partner_piece(const struct view *line, const struct view *v,
                            const struct pieces *theirs, struct token_range r)
{
    size_t best = theirs->count;
    uint32_t most = 0;
    for (size_t p = 0; p < theirs->count; p++) {
        uint32_t n = 0;
        for (uint32_t j = theirs->items[p].begin; j < theirs->items[p].end; j++)
            n += v->from[j] != NONE && v->from[j] >= r.begin && v->from[j] < r.end;
        if (n > most) {
            most = n;
            best = p;
        }
    }
    if (best < theirs->count)
        return best;
    bool tight;
    struct token_range gap = drift_window(line, v, r.begin, r.end, &tight);
    for (size_t p = 0; p < theirs->count; p++)
        if (theirs->items[p].begin >= gap.begin && theirs->items[p].end <= gap.end &&
            !v->used[theirs->items[p].begin])
            return p;
    return theirs->count;
}

void drift_quotations(struct drifting *d)
{
    const struct view *line = &d->views[0];
    struct pieces ours, *theirs = ARENA_NEW(&d->line, d->view_count, struct pieces);
    find_pieces(d, line, &ours);
    for (uint32_t k = 1; k < d->view_count; k++) {
        find_pieces(d, &d->views[k], &theirs[k]);
        memset(d->views[k].used, 0, d->views[k].count * sizeof *d->views[k].used);
    }
    for (size_t p = 0; p < ours.count; p++) {
        struct token_range r = ours.items[p];
        struct slot s = drift_slot(d, FAMILY_QUOTATION);
        s.values[0] = drift_value(line, r.begin, r.end);
        s.differs = d->dropped;
        for (uint32_t k = 1; k < d->view_count; k++) {
            const struct view *v = &d->views[k];
            size_t q = partner_piece(line, v, &theirs[k], r);
            if (q == theirs[k].count) {
                s.differs = true;
                continue;
            }
            struct token_range t = theirs[k].items[q];
            for (uint32_t j = t.begin; j < t.end; j++)
                v->used[j] = true;
            s.values[k] = drift_value(v, t.begin, t.end);
            s.differs |= !same_words(line, r, v, t);
        }
        if (s.differs)
            drift_emit(d, FAMILY_QUOTATION, s.values);
    }
    for (uint32_t k = 1; k < d->view_count; k++) {
        const struct view *v = &d->views[k];
        for (size_t q = 0; q < theirs[k].count; q++) {
            struct token_range t = theirs[k].items[q];
            if (v->used[t.begin])
                continue;
            uint32_t left = t.begin;
            while (left > 0 && v->from[left - 1] == NONE)
                left--;
            struct slot *s =
                drift_insertion(d, FAMILY_QUOTATION, left > 0 ? v->from[left - 1] : NONE);
            s->values[k] = drift_value(v, t.begin, t.end);
        }
    }
}
