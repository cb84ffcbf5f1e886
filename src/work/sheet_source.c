/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who is one source. A person who speaks for an organisation is that organisation; "Ardel" is
 * the "Tomas Ardel" of the same report, or of the folder if only one person has that last
 * name; a publication that is cited is that publication. Whoever is not named is a source of
 * one report: two unnamed guards are two sources that may be one, which the weighing is told.
 */
#include "base/hash.h"
#include "base/text.h"
#include "work/sheet_parts.h"

#include <stdlib.h>

struct named {
    struct str key;  /* folded, without titles and "the" */
    struct str last; /* its last word */
    struct str name; /* as written first */
    uint32_t document;
    bool organisation;
    bool article; /* "the" stands before it */
    size_t words;
};

#define FIRST_MAX      (64u << 10) /* of a text, where a speaker is named first */
#define APPOSITION_MAX 120         /* bytes behind a name that are looked at */

/* A person, and the organisation that this person speaks for. */
struct spokesperson {
    struct str key, organisation, name; /* the organisation's key and name */
    bool article;
    uint32_t document;
};

/* A name under which a publication is cited. */
struct alias {
    struct str key, whole;
    uint32_t document;
};

static int by_hash(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

struct finder {
    struct sheet *s;
    struct named *names; /* by document */
    size_t name_count, name_cap;
    size_t *first;         /* index of a document's first name */
    struct named *by_last; /* full names of persons, sorted by last name */
    size_t last_count;
    struct spokesperson *speakers; /* sorted by key */
    size_t speaker_count, speaker_cap;
    struct str *publishers; /* key of each document's publication */
    struct alias *aliases;  /* sorted */
    size_t alias_count, alias_cap;
    size_t source_cap, statement_cap;
    uint32_t *table; /* hash table of keys: source + 1 */
    size_t table_size;
};

static struct str fold(struct sheet *s, struct str text)
{
    BUF_AUTO b;
    buf_init(&b, 65536);
    text_fold(&b, text, false);
    return arena_copy(s->a, buf_str(&b));
}

/* The next word of a name: letters, digits, inner marks; possessive 's is left out. */
static bool next_word(struct str s, size_t *at, struct str *ret)
{
    size_t i = *at;
    while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\n' || s.p[i] == ',' || s.p[i] == '\t'))
        i++;
    size_t begin = i;
    while (i < s.n && s.p[i] != ' ' && s.p[i] != '\n' && s.p[i] != ',' && s.p[i] != '\t')
        i++;
    *at = i;
    *ret = str_slice(s, begin, i);
    return i > begin;
}

static uint32_t word_id(struct str word)
{
    while (word.n && word.p[word.n - 1] == '.')
        word.n--;
    return lexicon_find(word);
}

static struct str add_words(struct sheet *s, struct str name, struct named *ret)
{
    BUF_AUTO b;
    buf_init(&b, 65536);
    struct str word, last = {0};
    for (size_t at = 0; next_word(name, &at, &word);) {
        uint32_t id = word_id(word);
        if (b.n == 0 && (lexicon_is(id, LEX_NAME_TITLE) || lexicon_is(id, LEX_ARTICLE)) &&
            at < name.n) {
            ret->article = ret->article || lexicon_is(id, LEX_ARTICLE);
            continue;
        }
        ret->organisation = ret->organisation || lexicon_is(id, LEX_ORG_WORD);
        ret->words++;
        if (b.n)
            buf_add_char(&b, ' ');
        last = fold(s, word);
        buf_add(&b, last);
    }
    ret->last = last;
    return arena_copy(s->a, buf_str(&b));
}

static void take_named(struct finder *f, uint32_t d, struct str name)
{
    struct named n = {.name = name, .document = d};
    n.key = add_words(f->s, name, &n);
    if (n.words)
        ARENA_PUSH(f->s->a, f->names, f->name_count, f->name_cap, n);
}

static int by_last(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    int c = str_compare(x->last, y->last);
    return c ? c : str_compare(x->key, y->key);
}

static void collect_names(struct finder *f)
{
    struct sheet *s = f->s;
    f->first = ARENA_NEW(s->a, s->document_count + 2, size_t);
    for (uint32_t d = 0; d < s->document_count; d++) {
        f->first[d] = f->name_count;
        const struct reading *r = &s->documents[d].reading;
        for (size_t i = 0; i < r->count; i++)
            if (r->items[i].naming == NAMING_NAMED && r->items[i].speaker_name.p)
                take_named(f, d, r->items[i].speaker_name);
    }
    f->first[s->document_count] = f->name_count;
    f->by_last = ARENA_NEW(s->a, f->name_count + 1, struct named);
    for (size_t i = 0; i < f->name_count; i++)
        if (f->names[i].words > 1 && !f->names[i].organisation)
            f->by_last[f->last_count++] = f->names[i];
    if (f->last_count)
        qsort(f->by_last, f->last_count, sizeof *f->by_last, by_last);
}

/* The full name for a last name alone; NULL when none or several bear it. */
static const struct named *full_name(const struct finder *f, uint32_t d,
                                     const struct named *single)
{
    const struct named *found = NULL;
    for (size_t i = f->first[d]; i < f->first[d + 1]; i++) {
        const struct named *n = &f->names[i];
        if (n->words < 2 || n->organisation || !str_eq(n->last, single->last))
            continue;
        if (found && !str_eq(found->key, n->key))
            return NULL;
        found = n;
    }
    if (found)
        return found;
    size_t low = 0, high = f->last_count;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (str_compare(f->by_last[mid].last, single->last) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    if (low == f->last_count || !str_eq(f->by_last[low].last, single->last))
        return NULL;
    for (size_t i = low + 1; i < f->last_count && str_eq(f->by_last[i].last, single->last); i++)
        if (!str_eq(f->by_last[i].key, f->by_last[low].key))
            return NULL;
    return &f->by_last[low];
}

/* "Ministry of Defence": ministry. "Tresk Relatives' Association": association. */
static struct str head_noun(struct str key)
{
    size_t of = str_find(key, STR(" of "), 0);
    if (of != STR_NONE)
        key = str_slice(key, 0, of);
    size_t i = key.n;
    while (i && key.p[i - 1] != ' ')
        i--;
    return str_slice(key, i, key.n);
}

static bool has_word(struct str text, struct str word)
{
    for (size_t at = 0; word.n;) {
        size_t i = str_find(text, word, at);
        if (i == STR_NONE)
            return false;
        bool left = i == 0 || strchr(" '\n,(", text.p[i - 1]);
        char c = i + word.n < text.n ? text.p[i + word.n] : ' ';
        if (left && (c == ' ' || c == '\'' || c == ',' || c == '\n' || c == '.' || c == ')' ||
                     (unsigned char)c >= 0x80))
            return true;
        at = i + 1;
    }
    return false;
}

/* "director of the Way Back Line": a run of capitalised words with an organisation's word. */
static bool organisation_in(struct finder *f, struct str text, struct named *ret)
{
    size_t begin = STR_NONE, end = 0;
    bool the = false, article = false; /* behind "the"; and so was the run */
    struct str word = {0};
    for (size_t at = 0;;) {
        bool more = next_word(text, &at, &word), name = false;
        size_t from = more ? at - word.n : 0;
        if (more) {
            size_t next;
            uint32_t cp = text_decode(word, 0, &next);
            bool joins =
                begin != STR_NONE && (str_eq(word, STR("of")) || str_eq(word, STR("for")) ||
                                      str_eq(word, STR("and")));
            name = text_is_upper(cp) || joins;
        }
        if (name) {
            article = begin == STR_NONE ? the : article;
            begin = begin == STR_NONE ? from : begin;
            struct str last = str_slice(text, from, at);
            if (!str_eq(last, STR("of")) && !str_eq(last, STR("for")) &&
                !str_eq(last, STR("and")))
                end = at;
            bool stop = at < text.n && text.p[at] == ',';
            if (!stop)
                continue;
        }
        if (begin != STR_NONE) {
            struct named n = {.name = str_slice(text, begin, end), .article = article};
            n.key = add_words(f->s, n.name, &n);
            if (n.organisation && n.words > 1) {
                *ret = n;
                return true;
            }
        }
        begin = STR_NONE;
        the = str_eq_nocase(word, STR("the"));
        if (!more)
            return false;
    }
}

static bool speaks_for_word(struct str text)
{
    struct str word;
    for (size_t at = 0; next_word(text, &at, &word);)
        if (lexicon_is(word_id(word), LEX_SPEAKS_FOR))
            return true;
    return false;
}

/* An organisation that speaks in the same report and whose head noun the role has: "who directs
 * the line", "the ministry's spokeswoman". */
static const struct named *organisation_by_head(const struct finder *f, uint32_t d,
                                                struct str role)
{
    struct str folded = fold(f->s, role);
    for (size_t i = f->first[d]; i < f->first[d + 1]; i++) {
        const struct named *n = &f->names[i];
        if (n->organisation && n->words > 1 && has_word(folded, head_noun(n->key)))
            return n;
    }
    return NULL;
}

static int by_speaker(const void *a, const void *b)
{
    const struct spokesperson *x = a, *y = b;
    int c = str_compare(x->key, y->key);
    return c ? c : (x->document > y->document) - (x->document < y->document);
}

/* ", the ministry's spokeswoman," behind byte `at`, from the comma on; n == 0: none. */
static struct str apposition(struct str text, size_t at)
{
    if (at && at < text.n && text.p[at - 1] == ',')
        at--;
    if (at + 1 >= text.n || text.p[at] != ',' || text.p[at + 1] != ' ')
        return STR("");
    size_t stop = at + 1;
    while (stop < text.n && stop - at < APPOSITION_MAX && !strchr(",.;\n\"", text.p[stop]))
        stop++;
    return stop < text.n && text.p[stop] == ',' ? str_slice(text, at, stop) : STR("");
}

/* What is said of the speaker beside the name: the role, the phrase, and appositions behind it
 * and behind the place where the report names the speaker first. */
static struct str said_of(const struct sheet *s, uint32_t d, const struct proposal *p,
                          struct str full_name)
{
    struct str text = s->documents[d].text, phrase = sheet_text(s, d, p->speaker);
    struct str beside = apposition(text, p->speaker.end);
    size_t first = str_find(str_slice(text, 0, FIRST_MAX), full_name, 0);
    struct str at_first = first == STR_NONE ? STR("") : apposition(text, first + full_name.n);
    return arena_printf(s->a, "%.*s | %.*s%.*s | %.*s", (int)p->speaker_role.n,
                        p->speaker_role.p ? p->speaker_role.p : "", (int)phrase.n, phrase.p,
                        (int)beside.n, beside.p, (int)at_first.n, at_first.p);
}

static bool generic_head(struct str noun)
{
    static const char *const words[] = {"group",   "organisation", "organization",
                                        "service", "charity",      NULL};
    for (int i = 0; words[i]; i++)
        if (str_eq(noun, str_of(words[i])))
            return true;
    return false;
}

static bool has_generic(struct str text)
{
    struct str word;
    for (size_t at = 0; next_word(text, &at, &word);)
        if (generic_head(word))
            return true;
    return false;
}

/* "Tomas Ardel of the Way Back Line": what stands behind "of". */
static struct str member_of(struct str phrase)
{
    size_t of = str_find(phrase, STR(" of the "), 0);
    struct str before = str_slice(phrase, 0, of == STR_NONE ? 0 : of);
    if (of == STR_NONE || str_find(before, STR(","), 0) != STR_NONE)
        return STR("");
    struct str word;
    for (size_t at = 0; next_word(before, &at, &word);) {
        size_t next;
        if (!text_is_upper(text_decode(word, 0, &next)))
            return STR("");
    }
    return str_slice(phrase, of, phrase.n);
}

/* The organisation that the speaker of p speaks for, or none; `last` is the one that spoke last
 * before. */
static bool organisation_of(struct finder *f, uint32_t d, const struct proposal *p,
                            struct str full_name, const struct named *last, struct named *ret)
{
    struct str beside = said_of(f->s, d, p, full_name);
    if (speaks_for_word(beside)) {
        if (organisation_in(f, beside, ret))
            return true;
        const struct named *by_head = organisation_by_head(f, d, beside);
        if (!by_head && last->key.n && has_generic(beside))
            by_head = last;
        if (by_head) {
            *ret = *by_head;
            return true;
        }
    }
    return organisation_in(f, member_of(sheet_text(f->s, d, p->speaker)), ret);
}

static void take_speaker(struct finder *f, uint32_t d, const struct proposal *p,
                         struct named *last)
{
    struct sheet *s = f->s;
    struct named person = {.name = p->speaker_name, .document = d}, organisation;
    person.key = add_words(s, p->speaker_name, &person);
    if (person.organisation && person.words > 1)
        *last = person;
    if (person.organisation || person.words == 0)
        return;
    const struct named *whole = person.words == 1 ? full_name(f, d, &person) : &person;
    struct spokesperson sp = {.key = whole ? whole->key : STR(""), .document = d};
    if (!whole || !organisation_of(f, d, p, whole->name, last, &organisation))
        return;
    sp.organisation = organisation.key;
    sp.name = organisation.name;
    sp.article = organisation.article;
    ARENA_PUSH(s->a, f->speakers, f->speaker_count, f->speaker_cap, sp);
}

static void collect_speakers(struct finder *f)
{
    struct sheet *s = f->s;
    for (uint32_t d = 0; d < s->document_count; d++) {
        const struct reading *r = &s->documents[d].reading;
        struct named last = {0};
        for (size_t i = 0; i < r->count; i++) {
            const struct proposal *p = &r->items[i];
            if (p->naming == NAMING_NAMED && p->speaker_name.p && sheet_span_given(p->speaker))
                take_speaker(f, d, p, &last);
        }
    }
    if (f->speaker_count)
        qsort(f->speakers, f->speaker_count, sizeof *f->speakers, by_speaker);
}

static const struct spokesperson *speaker_of(const struct finder *f, struct str key)
{
    size_t low = 0, high = f->speaker_count;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (str_compare(f->speakers[mid].key, key) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low < f->speaker_count && str_eq(f->speakers[low].key, key) ? &f->speakers[low]
                                                                       : NULL;
}

/* ---- sources ---- */

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
    for (size_t at = 0; next_word(words, &at, &word);) {
        while (word.n && (str_ends(word, STR("'")) || str_ends(word, STR("'s"))))
            word.n -= word.p[word.n - 1] == 's' ? 2 : 1;
        uint32_t id = word_id(word);
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

/* ---- publications ---- */

static int by_alias(const void *a, const void *b)
{
    const struct alias *x = a, *y = b;
    int c = str_compare(x->key, y->key);
    return c ? c : (x->document > y->document) - (x->document < y->document);
}

/* Each publication under its whole name and under the ends of it that still say what it is:
 * "Dalsk Courier", "Courier". */
static void collect_publications(struct finder *f)
{
    struct sheet *s = f->s;
    f->publishers = ARENA_NEW(s->a, s->document_count + 1, struct str);
    for (uint32_t d = 0; d < s->document_count; d++) {
        struct named n = {0};
        if (!s->documents[d].publisher.p)
            continue;
        struct str key = add_words(s, s->documents[d].publisher, &n);
        f->publishers[d] = key;
        for (size_t i = 0; i < key.n; i++) {
            if (i && key.p[i - 1] != ' ')
                continue;
            struct str end = str_slice(key, i, key.n);
            if (i && !lexicon_is(word_id(head_noun(end)), LEX_ORG_WORD))
                break;
            struct alias alias = {end, key, d};
            ARENA_PUSH(s->a, f->aliases, f->alias_count, f->alias_cap, alias);
        }
    }
    if (f->alias_count)
        qsort(f->aliases, f->alias_count, sizeof *f->aliases, by_alias);
}

/* A document of the publication of that name, the report's own first ("Meridian" in a report of
 * Meridian News Agency), or SHEET_NONE; also when two publications could be meant. */
static uint32_t publication_of(const struct finder *f, uint32_t d, struct str key)
{
    struct str own = f->publishers[d];
    if (own.p && key.n && key.n <= own.n) {
        bool whole = key.n == own.n;
        if ((str_starts(own, key) && (whole || own.p[key.n] == ' ')) ||
            (str_ends(own, key) && (whole || own.p[own.n - key.n - 1] == ' ')))
            return d;
    }
    size_t low = 0, high = f->alias_count;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (str_compare(f->aliases[mid].key, key) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    if (low == f->alias_count || !str_eq(f->aliases[low].key, key))
        return SHEET_NONE;
    for (size_t i = low + 1; i < f->alias_count && str_eq(f->aliases[i].key, key); i++)
        if (!str_eq(f->aliases[i].whole, f->aliases[low].whole))
            return SHEET_NONE;
    return f->aliases[low].document;
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
    n.key = add_words(s, p->speaker_name, &n);
    if (n.words == 0)
        return SHEET_NONE;
    const struct named *whole = n.words == 1 && !n.organisation ? full_name(f, d, &n) : NULL;
    if (whole)
        n = *whole;
    struct str phrase = sheet_text(s, d, p->speaker);
    bool the = n.organisation && str_eq_nocase(str_slice(phrase, 0, 4), STR("the "));
    struct sheet_source src = {.label = with_article(s, n.name, the),
                               .publication = publication_of(f, d, n.key)};
    src.naming = is_withheld(s, n.name) ? NAMING_ANONYMITY : NAMING_NAMED;
    const struct spokesperson *sp = n.organisation ? NULL : speaker_of(f, n.key);
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
    struct str key = fold(f->s, short_phrase(phrase));
    if (!str_starts(key, STR("the ")) || !lexicon_is(word_id(head_noun(key)), LEX_ORG_WORD))
        return STR("");
    key = add_words(f->s, key, &n);
    const struct named *by_head = n.words == 1 ? organisation_by_head(f, d, key) : NULL;
    if (by_head)
        return by_head->key;
    for (size_t i = f->first[d]; n.words == 1 && i < f->first[d + 1]; i++) {
        const struct spokesperson *sp = speaker_of(f, f->names[i].key);
        if (sp && str_eq(head_noun(sp->organisation), key))
            return sp->organisation;
    }
    if (generic_head(head_noun(key)) && talk->organisation != SHEET_NONE)
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
    struct str brief = short_phrase(phrase), folded = fold(s, head_noun(brief));
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
            struct str w = fold(s, str_slice(text, begin, i));
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
    collect_names(&f);
    collect_speakers(&f);
    collect_publications(&f);
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
