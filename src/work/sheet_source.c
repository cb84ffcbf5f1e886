/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who is one source. A person who speaks for an organisation is that organisation; "Ardel" is
 * the "Tomas Ardel" of the same report, or of the folder if only one person has that last
 * name; a publication that is cited is that publication. Whoever is not named is a source of
 * one report: two unnamed guards are two sources that may be one, which the weighing is told.
 */
#include "base/hash.h"
#include "base/text.h"
#include "work/sheet_names.h"

#include <stdlib.h>

static int by_hash(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void grow_table(struct finder *f)
{
    struct sheet *s = f->s;
    if (f->table_size && s->source_count * 2 < f->table_size)
        return;
    f->table_size = f->table_size ? f->table_size * 2 : 256;
    f->table = ARENA_NEW(s->a, f->table_size, uint32_t);
    for (uint32_t i = 0; i < s->source_count; i++) {
        size_t slot = hash_bytes(s->sources[i].key, 0) & (f->table_size - 1);
        while (f->table[slot])
            slot = (slot + 1) & (f->table_size - 1);
        f->table[slot] = i + 1;
    }
}

static uint32_t find_source(const struct finder *f, struct str key)
{
    if (!f->table_size)
        return SHEET_NONE;
    size_t slot = hash_bytes(key, 0) & (f->table_size - 1);
    for (; f->table[slot]; slot = (slot + 1) & (f->table_size - 1))
        if (str_eq(f->s->sources[f->table[slot] - 1].key, key))
            return f->table[slot] - 1;
    return SHEET_NONE;
}

static uint32_t source_of(struct finder *f, const struct sheet_source *want)
{
    struct sheet *s = f->s;
    grow_table(f);
    size_t slot = hash_bytes(want->key, 0) & (f->table_size - 1);
    for (; f->table[slot]; slot = (slot + 1) & (f->table_size - 1)) {
        struct sheet_source *have = &s->sources[f->table[slot] - 1];
        if (!str_eq(have->key, want->key))
            continue;
        if (want->naming == NAMING_ANONYMITY)
            have->naming = NAMING_ANONYMITY;
        if (have->basis == BASIS_NONE)
            have->basis = want->basis;
        if (str_starts(want->label, STR("the ")) && have->publication == SHEET_NONE)
            have->label = want->label;
        return f->table[slot] - 1;
    }
    ARENA_PUSH(s->a, s->sources, s->source_count, f->source_cap, *want);
    f->table[slot] = (uint32_t)s->source_count;
    return (uint32_t)s->source_count - 1;
}

/* How the source may know, from the words for it; a proposal like everything here. */
static enum basis basis_of(struct str words)
{
    struct str word;
    for (size_t at = 0; names_next_word(words, &at, &word);) {
        while (word.n && (str_ends(word, STR("'")) || str_ends(word, STR("'s"))))
            word.n -= word.p[word.n - 1] == 's' ? 2 : 1;
        uint32_t id = names_word_id(word);
        if (lexicon_is(id, LEX_RELATION_WORD))
            return BASIS_RELATED_PERSON;
        if (lexicon_is(id, LEX_VICTIM_WORD))
            return BASIS_VICTIM;
        if (lexicon_is(id, LEX_WITNESS_WORD))
            return BASIS_WITNESS;
        if (lexicon_is(id, LEX_HELPER_WORD))
            return BASIS_SERVICE_PROVIDER;
    }
    return BASIS_NONE;
}

/* ---- statements ---- */

static bool is_withheld(const struct sheet *s, struct str name)
{
    return sheet_show(s, name).p != name.p;
}

/* "the Way Back Line", where the text says so. */
static struct str with_article(struct sheet *s, struct str name, bool article)
{
    if (!article || str_eq_nocase(str_slice(name, 0, 4), STR("the ")))
        return name;
    return arena_printf(s->a, "the %.*s", (int)name.n, name.p);
}

static struct str key_of(struct finder *f, struct str key)
{
    return arena_printf(f->s->a, "n %.*s", (int)key.n, key.p);
}

/* Who spoke last in a report: whom "she" and "the group" may mean. */
struct talk {
    uint32_t unnamed, organisation; /* sources */
};

static uint32_t named_source(struct finder *f, uint32_t d, const struct proposal *p,
                             struct talk *talk, struct str *ret_person)
{
    struct sheet *s = f->s;
    struct named n = {.name = p->speaker_name, .document = d};
    n.key = names_key(s, p->speaker_name, &n);
    if (n.words == 0)
        return SHEET_NONE;
    const struct named *whole = n.words == 1 && !n.organisation ? names_full(f, d, &n) : NULL;
    if (whole)
        n = *whole;
    struct str phrase = sheet_text(s, d, p->speaker);
    bool the = n.organisation && str_eq_nocase(str_slice(phrase, 0, 4), STR("the "));
    struct sheet_source src = {.label = with_article(s, n.name, the),
                               .publication = names_publication(f, d, n.key)};
    src.naming = is_withheld(s, n.name) ? NAMING_ANONYMITY : NAMING_NAMED;
    const struct spokesperson *sp = n.organisation ? NULL : names_speaks_for(f, n.key);
    struct str key = n.key;
    if (src.publication != SHEET_NONE) {
        src.label = s->documents[src.publication].publisher;
        key = f->publishers[src.publication];
        if (src.publication == d && !sheet_span_given(p->via))
            src.basis = BASIS_OWN_OBSERVATION;
    } else if (sp) {
        src.label = with_article(s, sp->name, sp->article);
        key = sp->organisation;
        *ret_person = n.name;
    }
    src.key = key_of(f, key);
    if (src.basis == BASIS_NONE && p->speaker_role.p)
        src.basis = basis_of(p->speaker_role);
    if (src.basis == BASIS_NONE && (n.organisation || sp))
        src.basis = basis_of(src.label);
    uint32_t found = source_of(f, &src);
    if (n.organisation || sp)
        talk->organisation = found;
    return found;
}

/* "The wife of one of the men, who …": the wife. */
static struct str short_phrase(struct str phrase)
{
    static const char *const ends[] = {",",      " who ", " whose ", " of ",
                                       " at ",   " in ",  " from ",  " with ",
                                       " near ", " on ",  " for ",   " that "};
    size_t n = phrase.n;
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        size_t at = str_find(phrase, str_of(ends[i]), 0);
        if (at != STR_NONE && at && at < n)
            n = at;
    }
    return str_slice(phrase, 0, n);
}

static bool is_pronoun(struct str phrase)
{
    return lexicon_is(lexicon_find(phrase), LEX_PRONOUN);
}

/* "The group", "the association": the organisation of that head noun that speaks in the report,
 * or, for words that fit any, the one that spoke last. n == 0: none. */
static struct str definite_organisation(struct finder *f, uint32_t d, struct str phrase,
                                        const struct talk *talk)
{
    struct named n = {0};
    struct str key = names_fold(f->s, short_phrase(phrase));
    if (!str_starts(key, STR("the ")) ||
        !lexicon_is(names_word_id(names_head_noun(key)), LEX_ORG_WORD))
        return STR("");
    key = names_key(f->s, key, &n);
    const struct named *by_head = n.words == 1 ? names_by_head(f, d, key) : NULL;
    if (by_head)
        return by_head->key;
    for (size_t i = f->first[d]; n.words == 1 && i < f->first[d + 1]; i++) {
        const struct spokesperson *sp = names_speaks_for(f, f->names[i].key);
        if (sp && str_eq(names_head_noun(sp->organisation), key))
            return sp->organisation;
    }
    if (names_is_generic(names_head_noun(key)) && talk->organisation != SHEET_NONE)
        return str_slice(f->s->sources[talk->organisation].key, 2, SIZE_MAX);
    return STR("");
}

static uint32_t unnamed_source(struct finder *f, uint32_t d, const struct proposal *p,
                               struct talk *talk)
{
    struct sheet *s = f->s;
    struct str phrase = str_trim(sheet_text(s, d, p->speaker));
    if (phrase.n == 0 || is_pronoun(phrase)) {
        if (talk->unnamed != SHEET_NONE && p->naming == NAMING_ANONYMITY)
            s->sources[talk->unnamed].naming = NAMING_ANONYMITY;
        return talk->unnamed;
    }
    struct str organisation = definite_organisation(f, d, phrase, talk);
    uint32_t known = organisation.n ? find_source(f, key_of(f, organisation)) : SHEET_NONE;
    if (known != SHEET_NONE && p->naming != NAMING_ANONYMITY)
        return known;
    struct str brief = short_phrase(phrase), folded = names_fold(s, names_head_noun(brief));
    struct sheet_source src = {.label = brief,
                               .naming = p->naming,
                               .publication = SHEET_NONE,
                               .basis = basis_of(phrase)};
    src.key = arena_printf(s->a, "u %u %.*s", d, (int)folded.n, folded.p);
    return talk->unnamed = source_of(f, &src);
}

#define NEAR 4 /* statements before and behind in which one may be quoted */

/* "He told me …" inside a quotation: who "he" is, is known to the speaker alone, and the words
 * are already in the statement that quotes them. */
static bool quoted_pronoun(struct finder *f, uint32_t d, size_t at)
{
    const struct reading *r = &f->s->documents[d].reading;
    const struct proposal *p = &r->items[at];
    if (!sheet_span_given(p->speaker) || !is_pronoun(str_trim(sheet_text(f->s, d, p->speaker))))
        return false;
    for (size_t i = at > NEAR ? at - NEAR : 0; i < r->count && i <= at + NEAR; i++) {
        const struct proposal *outer = &r->items[i];
        if (i == at || outer->mode != MODE_DIRECT)
            continue;
        for (size_t k = 0; k < outer->content.count; k++)
            if (outer->content.items[k].begin <= p->speaker.begin &&
                p->speaker.end <= outer->content.items[k].end)
                return true;
    }
    return false;
}

static void add_statement(struct finder *f, uint32_t d, const struct proposal *p,
                          bool copy_only, struct talk *talk)
{
    struct sheet *s = f->s;
    struct sheet_statement st = {.document = d, .p = p, .copy_only = copy_only};
    if (p->naming == NAMING_NAMED && p->speaker_name.p)
        st.source = named_source(f, d, p, talk, &st.person);
    else if (!sheet_span_given(p->speaker) && !p->speaker_name.p)
        st.source = SHEET_NONE;
    else
        st.source = unnamed_source(f, d, p, talk);
    ARENA_PUSH(s->a, s->statements, s->statement_count, f->statement_cap, st);
}

/* The words of a text as a sorted list of hashes. */
static size_t text_words(struct sheet *s, struct str text, uint64_t **ret)
{
    uint64_t *words = NULL;
    size_t n = 0, cap = 0;
    for (size_t i = 0; i < text.n;) {
        size_t begin = i;
        while (i < text.n &&
               ((text.p[i] >= 'a' && text.p[i] <= 'z') ||
                (text.p[i] >= 'A' && text.p[i] <= 'Z') ||
                (text.p[i] >= '0' && text.p[i] <= '9') || (unsigned char)text.p[i] >= 0x80))
            i++;
        if (i - begin >= 3) {
            struct str w = names_fold(s, str_slice(text, begin, i));
            ARENA_PUSH(s->a, words, n, cap, hash_bytes(w, 11));
        }
        i += i == begin;
    }
    if (n)
        qsort(words, n, sizeof *words, by_hash);
    *ret = words;
    return n;
}

#define IN_LEAD_SHARE 0.6 /* of its words: below it, a copy's statement is its own */

/* Does the leading text have the words of this statement? */
static bool in_lead(struct sheet *s, uint32_t d, const struct proposal *p, const uint64_t *lead,
                    size_t lead_count)
{
    size_t all = 0, found = 0;
    for (size_t i = 0; i < p->content.count; i++) {
        uint64_t *words;
        size_t n = text_words(s, sheet_text(s, d, p->content.items[i]), &words);
        for (size_t k = 0; k < n; k++, all++)
            found += lead_count && bsearch(&words[k], lead, lead_count, sizeof *lead, by_hash);
    }
    return all == 0 || (double)found >= IN_LEAD_SHARE * (double)all;
}

static void take_copy(struct finder *f, uint32_t d)
{
    struct sheet *s = f->s;
    const struct sheet_document *doc = &s->documents[d];
    if (doc->reading.reworded) /* its words are nobody's */
        return;
    uint64_t *lead;
    size_t lead_count =
        text_words(s, s->documents[s->families[doc->family].documents[0]].text, &lead);
    struct talk talk = {SHEET_NONE, SHEET_NONE};
    for (size_t i = 0; i < doc->reading.count; i++)
        if (!quoted_pronoun(f, d, i) &&
            !in_lead(s, d, &doc->reading.items[i], lead, lead_count))
            add_statement(f, d, &doc->reading.items[i], true, &talk);
}

void sheet_find_sources(struct sheet *s)
{
    struct finder f = {.s = s};
    names_collect(&f);
    for (uint32_t d = 0; d < s->document_count; d++) {
        const struct sheet_document *doc = &s->documents[d];
        if (!doc->lead) {
            take_copy(&f, d);
            continue;
        }
        struct talk talk = {SHEET_NONE, SHEET_NONE};
        for (size_t i = 0; i < doc->reading.count; i++)
            if (!quoted_pronoun(&f, d, i))
                add_statement(&f, d, &doc->reading.items[i], false, &talk);
    }
    for (uint32_t d = 0; d < s->document_count; d++)
        s->documents[d].source =
            f.publishers[d].p ? find_source(&f, key_of(&f, f.publishers[d])) : SHEET_NONE;
}
