/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Terms and debts of the copies: who is granted anonymity and which copy breaks it, and whom a
 * text credits.
 */
#include "engine/family/compare.h"

/* Length in tokens of the phrase (folded, words apart by a blank) at token i, or 0. */
static uint32_t match_phrase(const struct token_text *t, uint32_t i, const char *phrase)
{
    uint32_t at = i;
    for (const char *p = phrase; *p; at++) {
        const char *end = strchr(p, ' ');
        size_t n = end ? (size_t)(end - p) : strlen(p);
        if (at >= t->count || t->tokens[at].kind > TOKEN_CLITIC)
            return 0;
        char folded[32];
        size_t m = side_fold(token_str(t, at), folded, sizeof folded);
        if (m != n || memcmp(folded, p, n) != 0)
            return 0;
        p += n + (end != NULL);
    }
    return at - i;
}

/* A word that begins none of the phrases ends the search at once. */
static uint32_t match_any(const struct token_text *t, uint32_t i, const char *const *phrases,
                          size_t count)
{
    struct str word = token_str(t, i);
    if (word.n == 0)
        return 0;
    char first = (char)(word.p[0] | 0x20);
    for (size_t k = 0; k < count; k++) {
        if (phrases[k][0] != first)
            continue;
        uint32_t n = match_phrase(t, i, phrases[k]);
        if (n)
            return n;
    }
    return 0;
}

/* ---- anonymity ---- */

struct hidden {
    struct str *items;
    size_t count, cap;
};

struct unmasking {
    struct comparison *c;
    struct arena *arena;
    struct hidden hidden;
    struct family_unmask *items;
    size_t count, cap;
    uint32_t *keys; /* by slot: names of the granting text */
    size_t slots;
};

static void collect_keys(struct unmasking *u, const struct side *s)
{
    u->slots = 64;
    while (u->slots < s->t.count * 2)
        u->slots *= 2;
    u->keys = ARENA_NEW(u->c->work, u->slots, uint32_t);
    for (size_t i = 0; i < s->t.count; i++) {
        if (!(s->words[i].flags & WORD_IS_WORD))
            continue;
        size_t at = s->words[i].key & (u->slots - 1);
        while (u->keys[at] && u->keys[at] != s->words[i].key)
            at = (at + 1) & (u->slots - 1);
        u->keys[at] = s->words[i].key;
    }
}

static bool has_key(const struct unmasking *u, uint32_t key)
{
    size_t at = key & (u->slots - 1);
    while (u->keys[at] && u->keys[at] != key)
        at = (at + 1) & (u->slots - 1);
    return u->keys[at] == key;
}

/* A damaged form of a word of the granting sentence is no new name. */
static bool is_damaged(const struct side *granting, struct token_range r, struct str word)
{
    for (uint32_t i = r.begin; i < r.end; i++)
        if (granting->words[i].flags & WORD_NAME &&
            side_similar(token_str(&granting->t, i), word))
            return true;
    return false;
}

/* Names that sentence k of text b has and the granting text has nowhere. */
static bool unmask_sentence(struct unmasking *u, uint32_t granting, struct token_range about,
                            uint32_t b, uint32_t k)
{
    const struct side *s = &u->c->sides[b];
    struct token_range r = s->sentences[k];
    bool found = false;
    for (uint32_t i = r.begin; i < r.end; i++) {
        if (!(s->words[i].flags & WORD_NAME) || has_key(u, s->words[i].key) ||
            is_damaged(&u->c->sides[granting], about, token_str(&s->t, i)))
            continue;
        struct str name = token_str(&s->t, i);
        uint32_t word = s->t.tokens[i].word;
        if (name.n < 2 || lexicon_is(word, LEX_WEEKDAY_NAME) ||
            lexicon_is(word, LEX_MONTH_NAME))
            continue;
        found = true;
        bool known = false;
        for (size_t h = 0; h < u->hidden.count && !known; h++)
            known = str_eq(u->hidden.items[h], name);
        if (!known)
            ARENA_PUSH(u->arena, u->hidden.items, u->hidden.count, u->hidden.cap, name);
    }
    return found;
}

/* All renderings of the line, the granting text's own left out. */
static void unmask_line(struct unmasking *u, uint32_t granting, uint32_t sentence,
                        struct span grant)
{
    const struct comparison *c = u->c;
    const struct side *s = &c->sides[granting];
    const struct line *l = &c->lines[s->line_of[sentence]];
    struct token_range about = s->sentences[sentence];
    for (uint32_t k = 0; k <= l->match_count; k++) {
        const struct match *m = k < l->match_count ? &c->matches[l->first_match + k] : NULL;
        uint32_t b = m ? m->text : l->text;
        if (b == granting ||
            !unmask_sentence(u, granting, about, b, m ? m->sentence : l->sentence))
            continue;
        bool known = false;
        for (size_t i = u->count; i > 0 && u->items[i - 1].granted_by == granting; i--)
            known |= u->items[i - 1].unmasks == b;
        if (known)
            continue;
        struct family_unmask item = {b, granting, grant};
        ARENA_PUSH(u->arena, u->items, u->count, u->cap, item);
    }
}

static uint32_t sentence_of(const struct side *s, uint32_t token)
{
    uint32_t low = 0, high = s->sentence_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (s->sentences[middle].end <= token)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The reason often stands in the sentence after the one that describes the speaker. */
void terms_find_unmasks(struct comparison *c, struct arena *a, struct family_report *report)
{
    struct unmasking u = {.c = c, .arena = a};
    for (uint32_t text = 0; text < c->count; text++) {
        const struct side *s = &c->sides[text];
        bool collected = false;
        for (uint32_t i = 0; i < s->t.count; i++) {
            uint32_t n = (uint32_t)lexicon_match(&s->t, i, LEX_ANONYMITY);
            if (n == 0)
                n = (uint32_t)lexicon_match(&s->t, i, LEX_ANONYMITY_OBJECT);
            if (n == 0)
                continue;
            report->anonymous = true;
            if (!collected)
                collect_keys(&u, s);
            collected = true;
            struct span grant = {s->t.tokens[i].begin, s->t.tokens[i + n - 1].end};
            uint32_t k = sentence_of(s, i);
            if (k >= s->sentence_count)
                continue;
            if (k > 0)
                unmask_line(&u, text, k - 1, grant);
            unmask_line(&u, text, k, grant);
            i += n - 1;
        }
    }
    report->unmasks = u.items;
    report->unmask_count = u.count;
    report->hidden = u.hidden.items;
    report->hidden_count = u.hidden.count;
}

bool terms_stands_in(struct str text, struct str word)
{
    for (size_t i = 0; word.n && i + word.n <= text.n; i++) {
        if ((text.p[i] | 0x20) != (word.p[0] | 0x20) ||
            !str_eq_nocase(str_slice(text, i, i + word.n), word))
            continue;
        unsigned char before = i ? (unsigned char)text.p[i - 1] : ' ';
        unsigned char behind =
            i + word.n < text.n ? (unsigned char)text.p[i + word.n] : (unsigned char)' ';
        bool inner = (before | 0x20) >= 'a' && (before | 0x20) <= 'z';
        inner |= (behind | 0x20) >= 'a' && (behind | 0x20) <= 'z';
        if (!inner)
            return true;
    }
    return false;
}

bool terms_is_hidden(const struct family_report *report, struct str text)
{
    for (size_t i = 0; i < report->hidden_count; i++)
        if (terms_stands_in(text, report->hidden[i]))
            return true;
    return false;
}

void terms_withhold(const struct comparison *c, const struct family_report *report,
                    struct family_value *values)
{
    for (uint32_t t = 0; t < c->count; t++)
        if (values[t].text.p && terms_is_hidden(report, values[t].text))
            values[t] = (struct family_value){.text = STR("withheld"), .withheld = true};
}

/* ---- credits ---- */

static const char *const credits[] = {
    "as reported by",          "as first reported by",
    "first reported by",       "originally reported by",
    "first appeared in",       "first appeared on",
    "first appeared at",       "originally appeared in",
    "originally appeared on",  "first published in",
    "first published on",      "first published by",
    "first published at",      "originally published in",
    "originally published on", "originally published by",
    "originally published at", "reprinted from",
    "republished from",        "courtesy of",
    "with permission from",    "reprinted with permission of",
    "reposted from",
};

static const char *const credit_labels[] = {"source", "sources", "original source", "via",
                                            "credit"};

static bool line_begins(const struct token_text *t, uint32_t i)
{
    for (size_t at = t->tokens[i].begin; at > 0; at--) {
        char c = t->text.p[at - 1];
        if (c == '\n')
            return true;
        if (c != ' ' && c != '\t' && c != '(' && c != '[' && c != '*' && c != '-')
            return false;
    }
    return true;
}

/* The name that begins at token i: capitalised words with "of", "the", "&" between them. */
static uint32_t name_end(const struct token_text *t, uint32_t i)
{
    uint32_t end = i;
    for (uint32_t k = i; k < t->count && k < i + 10; k++) {
        const struct token *w = &t->tokens[k];
        if (k > i &&
            memchr(t->text.p + t->tokens[k - 1].end, '\n', w->begin - t->tokens[k - 1].end))
            break;
        if (w->kind == TOKEN_WORD && w->flags & TOKEN_UPPER_FIRST) {
            end = k + 1;
            continue;
        }
        struct str s = token_str(t, k);
        bool joins = str_eq(s, STR("of")) || str_eq(s, STR("the")) || str_eq(s, STR("and")) ||
                     str_eq(s, STR("&")) || str_eq(s, STR("for")) || str_eq(s, STR("'s")) ||
                     str_eq(s, STR("\xe2\x80\x99s")) || w->kind == TOKEN_NUMBER;
        /* a site: worldnews.example */
        bool site = k == i && w->kind == TOKEN_WORD && memchr(s.p, '.', s.n);
        if (site)
            end = k + 1;
        if (!joins || site)
            break;
    }
    return end;
}

void terms_find_credits(struct arena *a, const struct token_text *t, uint32_t from,
                        struct family_credit **items, size_t *count, size_t *cap)
{
    for (uint32_t i = 0; i < t->count; i++) {
        if (t->tokens[i].kind != TOKEN_WORD)
            continue;
        uint32_t n = match_any(t, i, credits, sizeof credits / sizeof credits[0]);
        if (n == 0 && line_begins(t, i)) {
            n = match_any(t, i, credit_labels, sizeof credit_labels / sizeof credit_labels[0]);
            if (n && (i + n >= t->count || t->tokens[i + n].mark != ':'))
                n = 0;
            else if (n)
                n++;
        }
        uint32_t end = n ? name_end(t, i + n) : 0;
        if (n == 0 || end == i + n)
            continue;
        struct family_credit credit = {
            .from = from,
            .to = -1,
            .whom = str_slice(t->text, t->tokens[i + n].begin, t->tokens[end - 1].end),
            .span = {t->tokens[i].begin, t->tokens[end - 1].end},
        };
        ARENA_PUSH(a, *items, *count, *cap, credit);
        i = end - 1;
    }
}
