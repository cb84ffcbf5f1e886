/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/sheet_names.h"

#include "base/text.h"

#include <stdlib.h>

#define FIRST_MAX      (64u << 10) /* of a text, where a speaker is named first */
#define APPOSITION_MAX 120         /* bytes behind a name that are looked at */

struct str names_fold(struct sheet *s, struct str text)
{
    BUF_AUTO b;
    buf_init(&b, 65536);
    text_fold(&b, text, false);
    return arena_copy(s->a, buf_str(&b));
}

/* The next word of a name: letters, digits, inner marks; possessive 's is left out. */
bool names_next_word(struct str s, size_t *at, struct str *ret)
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

uint32_t names_word_id(struct str word)
{
    while (word.n && word.p[word.n - 1] == '.')
        word.n--;
    return lexicon_find(word);
}

struct str names_key(struct sheet *s, struct str name, struct named *ret)
{
    BUF_AUTO b;
    buf_init(&b, 65536);
    struct str word, last = {0};
    for (size_t at = 0; names_next_word(name, &at, &word);) {
        uint32_t id = names_word_id(word);
        if (b.n == 0 && (lexicon_is(id, LEX_NAME_TITLE) || lexicon_is(id, LEX_ARTICLE)) &&
            at < name.n) {
            ret->article = ret->article || lexicon_is(id, LEX_ARTICLE);
            continue;
        }
        ret->organisation = ret->organisation || lexicon_is(id, LEX_ORG_WORD);
        ret->words++;
        if (b.n)
            buf_add_char(&b, ' ');
        last = names_fold(s, word);
        buf_add(&b, last);
    }
    ret->last = last;
    return arena_copy(s->a, buf_str(&b));
}

static void take_named(struct finder *f, uint32_t d, struct str name)
{
    struct named n = {.name = name, .document = d};
    n.key = names_key(f->s, name, &n);
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
const struct named *names_full(const struct finder *f, uint32_t d, const struct named *single)
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
struct str names_head_noun(struct str key)
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
        bool more = names_next_word(text, &at, &word), name = false;
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
            n.key = names_key(f->s, n.name, &n);
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
    for (size_t at = 0; names_next_word(text, &at, &word);)
        if (lexicon_is(names_word_id(word), LEX_SPEAKS_FOR))
            return true;
    return false;
}

/* An organisation that speaks in the same report and whose head noun the role has: "who directs
 * the line", "the ministry's spokeswoman". */
const struct named *names_by_head(const struct finder *f, uint32_t d, struct str role)
{
    struct str folded = names_fold(f->s, role);
    for (size_t i = f->first[d]; i < f->first[d + 1]; i++) {
        const struct named *n = &f->names[i];
        if (n->organisation && n->words > 1 && has_word(folded, names_head_noun(n->key)))
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

bool names_is_generic(struct str noun)
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
    for (size_t at = 0; names_next_word(text, &at, &word);)
        if (names_is_generic(word))
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
    for (size_t at = 0; names_next_word(before, &at, &word);) {
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
        const struct named *by_head = names_by_head(f, d, beside);
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
    person.key = names_key(s, p->speaker_name, &person);
    if (person.organisation && person.words > 1)
        *last = person;
    if (person.organisation || person.words == 0)
        return;
    const struct named *whole = person.words == 1 ? names_full(f, d, &person) : &person;
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

const struct spokesperson *names_speaks_for(const struct finder *f, struct str key)
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
        struct str key = names_key(s, s->documents[d].publisher, &n);
        f->publishers[d] = key;
        for (size_t i = 0; i < key.n; i++) {
            if (i && key.p[i - 1] != ' ')
                continue;
            struct str end = str_slice(key, i, key.n);
            if (i && !lexicon_is(names_word_id(names_head_noun(end)), LEX_ORG_WORD))
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
uint32_t names_publication(const struct finder *f, uint32_t d, struct str key)
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

void names_collect(struct finder *f)
{
    collect_names(f);
    collect_speakers(f);
    collect_publications(f);
}
