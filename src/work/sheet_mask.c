/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which names must not be shown. A report grants a speaker anonymity; a copy of it, or another
 * report of the same words, may name that speaker. So: the sentences that carry a protected
 * statement are looked up in every text by their words, and a name that stands in the matching
 * sentence and nowhere in the text that grants anonymity is withheld everywhere. When in doubt
 * a name is withheld: too many black bars are a nuisance, one too few is a person.
 */
#include "base/hash.h"
#include "base/text.h"
#include "work/sheet_parts.h"

#include <stdlib.h>

/* Two sentences say the same: the words they share, and of the words of the shorter one. In
 * copies of one report less will do than in reports that may only have the same subject. */
#define COPY_WORDS  5
#define COPY_SHARE  0.6
#define OTHER_WORDS 8
#define OTHER_SHARE 0.75
#define WORDS_MAX   120 /* of one sentence that are looked at */
#define COMMON_MAX                                                                             \
    1000 /* a word in more protected sentences than this does not tell them apart */

struct posting {
    uint64_t word;
    uint32_t entry;
};

/* A sentence that carries a statement of a protected speaker. */
struct entry {
    uint64_t hash; /* of all its words: copies are entered once */
    uint32_t document;
    uint32_t words; /* that tell it apart */
    struct token_range sentence;
};

struct mask {
    struct sheet *s;
    struct token_text *tokens; /* of each document */
    struct posting *postings;  /* sorted by word */
    size_t posting_count, posting_cap;
    struct entry *entries;
    size_t entry_count, entry_cap;
    struct str *found;
    size_t found_count, found_cap;
    uint64_t **vocabulary; /* sorted word hashes of a document, made when needed */
    size_t *vocabulary_count;
};

static int by_u64(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static int by_posting(const void *a, const void *b)
{
    const struct posting *x = a, *y = b;
    if (x->word != y->word)
        return x->word < y->word ? -1 : 1;
    return (x->entry > y->entry) - (x->entry < y->entry);
}

static bool is_word(const struct token_text *t, size_t i)
{
    return t->tokens[i].kind == TOKEN_WORD;
}

static uint64_t word_hash(struct str word)
{
    BUF_AUTO b;
    buf_init(&b, 4096);
    text_fold(&b, word, false);
    return hash_bytes(buf_str(&b), 7);
}

/* The different words of a sentence, sorted. */
static size_t sentence_words(const struct token_text *t, struct token_range r, uint64_t *words)
{
    size_t n = 0, kept = 0;
    for (size_t i = r.begin; i < r.end && n < WORDS_MAX; i++)
        if (is_word(t, i))
            words[n++] = word_hash(token_str(t, i));
    if (n)
        qsort(words, n, sizeof *words, by_u64);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || words[kept - 1] != words[i])
            words[kept++] = words[i];
    return kept;
}

/* Index of the sentence that holds byte `at`. */
static size_t sentence_at(const struct token_text *t, size_t at)
{
    size_t low = 0, high = t->sentence_count;
    while (low + 1 < high) {
        size_t mid = (low + high) / 2;
        if (t->tokens[t->sentences[mid].begin].begin <= at)
            low = mid;
        else
            high = mid;
    }
    return low;
}

static void add_entry(struct mask *m, uint32_t document, struct token_range r)
{
    uint64_t words[WORDS_MAX];
    struct entry e = {.document = document, .sentence = r};
    size_t n = sentence_words(&m->tokens[document], r, words);
    if (n < COPY_WORDS)
        return;
    for (size_t i = 0; i < n; i++)
        e.hash = hash_mix(e.hash, words[i]);
    ARENA_PUSH(m->s->a, m->entries, m->entry_count, m->entry_cap, e);
}

static void add_span(struct mask *m, uint32_t document, struct span span)
{
    const struct token_text *t = &m->tokens[document];
    if (!sheet_span_given(span) || t->sentence_count == 0)
        return;
    size_t last = sentence_at(t, span.end - 1);
    for (size_t k = sentence_at(t, span.begin); k <= last; k++)
        add_entry(m, document, t->sentences[k]);
}

static int by_entry(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return (x->document > y->document) - (x->document < y->document);
}

/* First posting of a word; *ret_end is behind its last. */
static size_t postings_of(const struct mask *m, uint64_t word, size_t *ret_end)
{
    size_t low = 0, high = m->posting_count;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (m->postings[mid].word < word)
            low = mid + 1;
        else
            high = mid;
    }
    for (high = low; high < m->posting_count && m->postings[high].word == word; high++)
        if (high - low > COMMON_MAX)
            break;
    *ret_end = high;
    return low;
}

static void index_entries(struct mask *m)
{
    uint64_t words[WORDS_MAX];
    if (m->entry_count)
        qsort(m->entries, m->entry_count, sizeof *m->entries, by_entry);
    size_t kept = 0;
    for (size_t i = 0; i < m->entry_count; i++)
        if (kept == 0 || m->entries[kept - 1].hash != m->entries[i].hash)
            m->entries[kept++] = m->entries[i];
    m->entry_count = kept;
    for (uint32_t e = 0; e < kept; e++) {
        const struct entry *x = &m->entries[e];
        size_t n = sentence_words(&m->tokens[x->document], x->sentence, words);
        for (size_t i = 0; i < n; i++) {
            struct posting p = {words[i], e};
            ARENA_PUSH(m->s->a, m->postings, m->posting_count, m->posting_cap, p);
        }
    }
    if (m->posting_count)
        qsort(m->postings, m->posting_count, sizeof *m->postings, by_posting);
    for (size_t i = 0, end; i < m->posting_count; i = end) {
        for (end = i; end < m->posting_count && m->postings[end].word == m->postings[i].word;)
            end++;
        for (size_t k = i; end - i <= COMMON_MAX && k < end; k++)
            m->entries[m->postings[k].entry].words++;
    }
}

static void add_protected(struct mask *m)
{
    for (uint32_t d = 0; d < m->s->document_count; d++) {
        const struct reading *r = &m->s->documents[d].reading;
        for (size_t i = 0; i < r->count; i++) {
            const struct proposal *p = &r->items[i];
            /* A name in the same text is not what that text protects. */
            if (p->naming != NAMING_ANONYMITY || p->speaker_name.p)
                continue;
            add_span(m, d, p->speaker);
            add_span(m, d, p->reason);
            for (size_t k = 0; k < p->content.count; k++)
                add_span(m, d, p->content.items[k]);
        }
    }
    index_entries(m);
}

/* Is the word anywhere in the document? */
static bool document_has(struct mask *m, uint32_t d, struct str word)
{
    const struct token_text *t = &m->tokens[d];
    if (!m->vocabulary[d]) {
        uint64_t *v = ARENA_NEW(m->s->a, t->count + 1, uint64_t);
        size_t n = 0;
        for (size_t i = 0; i < t->count; i++)
            if (is_word(t, i))
                v[n++] = word_hash(token_str(t, i));
        if (n)
            qsort(v, n, sizeof *v, by_u64);
        m->vocabulary[d] = v;
        m->vocabulary_count[d] = n;
    }
    uint64_t h = word_hash(word);
    return m->vocabulary_count[d] &&
           bsearch(&h, m->vocabulary[d], m->vocabulary_count[d], sizeof h, by_u64);
}

/* Could the token be part of a person's name? Any sentence begins with a capital: there a word
 * that the lexicon knows is a name only before another. */
static bool may_be_name(const struct token_text *t, size_t i)
{
    const struct token *k = &t->tokens[i];
    if (k->kind != TOKEN_WORD || !(k->flags & TOKEN_UPPER_FIRST) || k->end - k->begin < 2)
        return false;
    bool first =
        (k->flags & TOKEN_SENTENCE_FIRST) ||
        (i && (t->tokens[i - 1].kind == TOKEN_QUOTE ||
               (t->tokens[i - 1].kind == TOKEN_PUNCT && t->tokens[i - 1].mark == ':')));
    bool before_name = i + 1 < t->count && t->tokens[i + 1].kind == TOKEN_WORD &&
                       (t->tokens[i + 1].flags & TOKEN_UPPER_FIRST);
    if (first && k->word && !before_name)
        return false;
    return !lexicon_is(k->word, LEX_SENTENCE_STARTER) && !lexicon_is(k->word, LEX_DATE_WORD) &&
           !lexicon_is(k->word, LEX_NAME_TITLE) && !lexicon_is(k->word, LEX_PRONOUN) &&
           !lexicon_is(k->word, LEX_RELATION_WORD) && !lexicon_is(k->word, LEX_ORG_WORD);
}

static bool in_publisher(const struct sheet_document *d, struct str word)
{
    for (size_t at = 0; d->publisher.p;) {
        size_t found = str_find(d->publisher, word, at);
        if (found == STR_NONE)
            return false;
        char after = found + word.n < d->publisher.n ? d->publisher.p[found + word.n] : ' ';
        if ((found == 0 || d->publisher.p[found - 1] == ' ') && after == ' ')
            return true;
        at = found + 1;
    }
    return false;
}

static void withhold(struct mask *m, struct str word)
{
    BUF_AUTO b;
    buf_init(&b, 4096);
    text_fold(&b, word, true);
    ARENA_PUSH(m->s->a, m->found, m->found_count, m->found_cap,
               arena_copy(m->s->a, buf_str(&b)));
}

/* Names of a sentence of document d that says the same as the entries: those that are in none
 * of the texts which grant anonymity with these words. */
static void take_names(struct mask *m, uint32_t d, struct token_range r, const uint32_t *same,
                       size_t count)
{
    const struct token_text *t = &m->tokens[d];
    for (size_t i = r.begin; i < r.end; i++) {
        struct str word = token_str(t, i);
        if (!may_be_name(t, i) || in_publisher(&m->s->documents[d], word))
            continue;
        bool known = false;
        for (size_t k = 0; k < count && !known; k++)
            known = document_has(m, m->entries[same[k]].document, word);
        if (!known)
            withhold(m, word);
    }
}

static bool says_same(const struct mask *m, uint32_t d, const struct entry *e, size_t words,
                      uint32_t votes)
{
    size_t least = words < e->words ? words : e->words;
    uint32_t family = m->s->documents[d].family;
    bool copy = family != SHEET_NONE && family == m->s->documents[e->document].family;
    if (copy)
        return votes >= COPY_WORDS && votes >= COPY_SHARE * (double)least;
    return votes >= OTHER_WORDS && votes >= OTHER_SHARE * (double)least;
}

static void look_up(struct mask *m, uint32_t d, struct token_range r, uint32_t *votes,
                    uint32_t *touched)
{
    uint64_t words[WORDS_MAX];
    size_t all = sentence_words(&m->tokens[d], r, words), touch = 0, n = all;
    if (n < COPY_WORDS)
        return;
    for (size_t i = 0, end; i < all; i++) {
        size_t at = postings_of(m, words[i], &end);
        if (end - at > COMMON_MAX) {
            n--;
            continue;
        }
        for (; at < end; at++) {
            uint32_t e = m->postings[at].entry;
            if (m->entries[e].document != d && votes[e]++ == 0)
                touched[touch++] = e;
        }
    }
    size_t same = 0;
    for (size_t i = 0; i < touch; i++) {
        uint32_t e = touched[i], v = votes[e];
        votes[e] = 0;
        if (says_same(m, d, &m->entries[e], n, v))
            touched[same++] = e;
    }
    if (same)
        take_names(m, d, r, touched, same);
}

static int by_str(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static void sort_found(struct mask *m)
{
    if (m->found_count)
        qsort(m->found, m->found_count, sizeof *m->found, by_str);
    size_t kept = 0;
    for (size_t i = 0; i < m->found_count; i++)
        if (kept == 0 || !str_eq(m->found[kept - 1], m->found[i]))
            m->found[kept++] = m->found[i];
    m->found_count = kept;
}

static bool is_found(const struct mask *m, struct str word)
{
    BUF_AUTO b;
    buf_init(&b, 4096);
    text_fold(&b, word, true);
    struct str key = buf_str(&b);
    return m->found_count && bsearch(&key, m->found, m->found_count, sizeof key, by_str);
}

/* "Selk" is withheld: in "Marina Selk" elsewhere, "Marina" is too. */
static void widen(struct mask *m, uint32_t d, bool *granting)
{
    const struct token_text *t = &m->tokens[d];
    for (size_t i = 0; i + 1 < t->count; i++) {
        if (!may_be_name(t, i) || !may_be_name(t, i + 1))
            continue;
        bool left = is_found(m, token_str(t, i)), right = is_found(m, token_str(t, i + 1));
        if (left == right)
            continue;
        struct str other = token_str(t, left ? i + 1 : i);
        bool known = in_publisher(&m->s->documents[d], other);
        for (uint32_t g = 0; !known && g < m->s->document_count; g++)
            known = granting[g] && document_has(m, g, other);
        if (!known)
            withhold(m, other);
    }
}

void sheet_find_withheld(struct sheet *s)
{
    struct mask m = {.s = s};
    m.tokens = ARENA_NEW(s->a, s->document_count + 1, struct token_text);
    m.vocabulary = ARENA_NEW(s->a, s->document_count + 1, uint64_t *);
    m.vocabulary_count = ARENA_NEW(s->a, s->document_count + 1, size_t);
    bool *granting = ARENA_NEW(s->a, s->document_count + 1, bool);
    bool any = false;
    for (uint32_t d = 0; d < s->document_count; d++)
        for (size_t i = 0; i < s->documents[d].reading.count; i++)
            if (s->documents[d].reading.items[i].naming == NAMING_ANONYMITY)
                any = granting[d] = true;
    for (size_t i = 0; i < s->family_count; i++)
        for (size_t k = 0; k < s->families[i].report.hidden_count; k++) {
            withhold(&m, s->families[i].report.hidden[k]);
            any = true;
        }
    if (!any)
        return;
    for (uint32_t d = 0; d < s->document_count; d++)
        token_split(s->a, s->documents[d].text, &m.tokens[d]);
    add_protected(&m);
    uint32_t *votes = ARENA_NEW(s->a, m.entry_count + 1, uint32_t);
    uint32_t *touched = ARENA_NEW(s->a, m.entry_count + 1, uint32_t);
    for (uint32_t d = 0; d < s->document_count; d++)
        for (size_t k = 0; k < m.tokens[d].sentence_count; k++)
            look_up(&m, d, m.tokens[d].sentences[k], votes, touched);
    sort_found(&m);
    for (uint32_t d = 0; m.found_count && d < s->document_count; d++)
        widen(&m, d, granting);
    sort_found(&m);
    s->withheld = ARENA_NEW(s->a, m.found_count + 1, struct sheet_withheld);
    s->withheld_count = m.found_count;
    for (size_t i = 0; i < m.found_count; i++)
        s->withheld[i].word = m.found[i];
}
