/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A speaker's phrase falls into segments at its commas and relative clauses. The first says
 * what the speaker is, or who; an apposition says the other:
 *   "Defence Minister Ivan Kell" | "Ivan Kell, a spokesman for the ministry," | "the group's
 *   director, Ana Orrin," | "a guard at the camp, who asked not to be named," | "the Way Back
 *   Line, a legal-aid service for conscripts,"
 */
#include "engine/read/detail.h"

#define NAME_MOST 6

static bool upper(const struct detail *d, size_t i)
{
    return detail_name_at(d, i);
}

static bool is_mark(const struct detail *d, size_t i, char c)
{
    return i < d->t->count && d->t->tokens[i].kind == TOKEN_PUNCT &&
           d->t->tokens[i].mark == (uint8_t)c;
}

size_t detail_name_end(const struct detail *d, size_t i, size_t end)
{
    size_t k = i;
    while (k < end) {
        if (upper(d, k)) {
            k++;
        } else if (k > i && detail_class(d, k, LEX_NAME_PARTICLE) && k + 1 < end &&
                   upper(d, k + 1)) {
            k += 2;
        } else {
            break;
        }
    }
    return k;
}

enum gender detail_gender(const struct detail *d, struct token_range r)
{
    for (size_t i = r.begin; i < r.end; i++) {
        bool name = upper(d, i);
        if (detail_class(d, i, LEX_FEMALE_WORD) ||
            (name && detail_class(d, i, LEX_FEMALE_NAME)))
            return GENDER_FEMALE;
        if (detail_class(d, i, LEX_MALE_WORD) || (name && detail_class(d, i, LEX_MALE_NAME)))
            return GENDER_MALE;
    }
    return GENDER_UNKNOWN;
}

/* The title words at the head of a row of capitals: "Defence Minister" of "Defence Minister
 * Ivan Kell". They end with the last word that is a title or a role. */
static size_t title_end(const struct detail *d, struct token_range row)
{
    size_t end = row.begin;
    for (size_t i = row.begin; i < row.end && i < row.begin + 5u; i++) {
        bool first_name =
            detail_class(d, i, LEX_MALE_NAME) || detail_class(d, i, LEX_FEMALE_NAME);
        if (!first_name &&
            (detail_class(d, i, LEX_TITLE) || detail_class(d, i, LEX_PERSON) ||
             detail_class(d, i, LEX_ONE_WORD) || detail_class(d, i, LEX_MALE_WORD) ||
             detail_class(d, i, LEX_FEMALE_WORD)) &&
            !detail_class(d, i, LEX_ORG_WORD))
            end = i + 1;
    }
    return end;
}

static bool has_org_word(const struct detail *d, struct token_range r)
{
    for (size_t i = r.begin; i < r.end; i++) {
        const struct token *k = &d->t->tokens[i];
        if (detail_class(d, i, LEX_ORG_WORD) ||
            ((k->flags & TOKEN_ALL_UPPER) && !(k->flags & TOKEN_ABBREVIATION)))
            return true;
    }
    return false;
}

/* The end of the first segment: a comma, a dash, a bracket, "who" or "which". */
static size_t segment_end(const struct detail *d, size_t i, size_t end)
{
    for (; i < end; i++)
        if (d->t->tokens[i].kind == TOKEN_PUNCT || d->t->tokens[i].kind == TOKEN_DASH ||
            detail_is(d, i, "who") || detail_is(d, i, "which") || detail_is(d, i, "whose"))
            break;
    return i;
}

/* Where the name that ends a phrase begins: "the ministry's spokesman Ivan Kell". */
static size_t last_name(const struct detail *d, struct token_range seg)
{
    size_t i = seg.end;
    while (i > seg.begin &&
           (upper(d, i - 1) || (i < seg.end && i - 1 > seg.begin &&
                                detail_class(d, i - 1, LEX_NAME_PARTICLE) && upper(d, i - 2))))
        i--;
    return i;
}

static bool is_role_noun(const struct detail *d, size_t i)
{
    return detail_class(d, i, LEX_ONE_WORD) || detail_class(d, i, LEX_UNIQUE_ROLE) ||
           detail_class(d, i, LEX_TITLE) || detail_class(d, i, LEX_MALE_WORD) ||
           detail_class(d, i, LEX_FEMALE_WORD) ||
           (detail_class(d, i, LEX_PERSON) && !detail_class(d, i, LEX_INSTITUTION) &&
            !detail_class(d, i, LEX_ORG_WORD));
}

/* The noun that heads the segment: the last noun before "of", "for", "in", "at" … */
static size_t head_noun(const struct detail *d, struct token_range seg)
{
    size_t head = SIZE_MAX;
    for (size_t i = seg.begin; i < seg.end; i++) {
        enum tag g = detail_tag(d, i);
        if (i > seg.begin && (g == TAG_PREP || g == TAG_SUB || g == TAG_WH || g == TAG_TO ||
                              g == TAG_VERB || (g == TAG_ING && head != SIZE_MAX) ||
                              (g == TAG_PART && head != SIZE_MAX && !upper(d, i))))
            break;
        if (d->t->tokens[i].kind == TOKEN_WORD && g != TAG_DET && g != TAG_ADV)
            head = i;
        if (head == SIZE_MAX && d->t->tokens[i].kind == TOKEN_NUMBER)
            head = i;
    }
    /* "one of the men", "some of them" */
    return head;
}

static struct token_range without_article(const struct detail *d, struct token_range r)
{
    while (detail_any(r) &&
           (detail_class(d, r.begin, LEX_ARTICLE) || d->t->tokens[r.begin].kind == TOKEN_PUNCT))
        r.begin++;
    while (detail_any(r) && d->t->tokens[r.end - 1].kind == TOKEN_PUNCT &&
           !is_mark(d, r.end - 1, ')'))
        r.end--;
    return r;
}

/* A row of capitals is a person's name: no word of an organisation in it, no acronym. */
static bool person_name(const struct detail *d, struct token_range r)
{
    size_t n = r.end - r.begin;
    if (n == 0 || n > NAME_MOST || has_org_word(d, r))
        return false;
    for (size_t i = r.begin; i < r.end; i++)
        if (detail_class(d, i, LEX_MONTH_NAME) || detail_class(d, i, LEX_WEEKDAY_NAME))
            return false;
    return true;
}

static void set_person(const struct detail *d, struct token_range name, struct detail_who *w)
{
    w->name = name;
    w->person = true;
    w->full = name.end - name.begin > 1;
    w->naming = NAMING_NAMED;
    if (w->gender == GENDER_UNKNOWN)
        w->gender = detail_gender(d, name);
}

/* "Col.", "Mr.": nothing that an apposition does not say better. */
static bool only_titles(const struct detail *d, struct token_range r)
{
    for (size_t i = r.begin; i < r.end; i++)
        if (!(d->t->tokens[i].flags & TOKEN_ABBREVIATION))
            return false;
    return true;
}

/* "…, a spokesman for the ministry," or "…, Ana Orrin,": what an apposition adds. */
static void read_apposition(const struct detail *d, struct token_range seg,
                            struct detail_who *w)
{
    size_t begin = seg.begin;
    if (d->t->tokens[begin].kind == TOKEN_NUMBER)
        return; /* an age */
    size_t name_end = detail_name_end(d, begin, seg.end);
    if (!detail_any(w->name)) {
        size_t from = title_end(d, detail_range(begin, name_end));
        struct token_range name = detail_range(from, name_end);
        if (name_end == seg.end && name.end - name.begin >= 1 && person_name(d, name) &&
            !w->body)
            set_person(d, name, w);
        return;
    }
    size_t head = head_noun(d, seg);
    bool bare_title = detail_any(w->role) && only_titles(d, w->role);
    bool describes =
        head != SIZE_MAX && (is_role_noun(d, head) ||
                             (detail_tag(d, head) == TAG_NOUN && !detail_name_at(d, head) &&
                              (detail_class(d, seg.begin, LEX_DET) || head == seg.begin)));
    if (w->person && (!detail_any(w->role) || bare_title) && describes) {
        w->role = without_article(d, seg);
        enum gender g = detail_gender(d, detail_range(head, head + 1));
        w->gender = g != GENDER_UNKNOWN ? g : w->gender;
    }
}

/* "the human rights group Open Gate": a body with its kind before its name. */
static bool read_named_body(const struct detail *d, struct token_range seg,
                            struct detail_who *w)
{
    size_t name = last_name(d, seg);
    if (name == seg.end || name <= seg.begin || upper(d, name - 1) ||
        d->t->tokens[name - 1].kind != TOKEN_WORD)
        return false;
    size_t kind = name - 1;
    if (!detail_class(d, kind, LEX_INSTITUTION) && !detail_class(d, kind, LEX_ORG_WORD) &&
        !detail_class(d, kind, LEX_PUBLICATION))
        return false;
    w->name = detail_range(name, seg.end);
    w->head = detail_range(kind, name);
    w->role = without_article(d, detail_range(seg.begin, name));
    w->body = w->full = true;
    w->naming = NAMING_NAMED;
    return true;
}

static void read_plain(const struct detail *d, struct token_range seg, struct detail_who *w)
{
    if (read_named_body(d, seg, w))
        return;
    size_t head = head_noun(d, seg);
    bool the = detail_is(d, seg.begin, "the");
    w->head = head == SIZE_MAX ? detail_range(0, 0) : detail_range(head, head + 1);
    w->role = without_article(d, seg);
    if (head == SIZE_MAX) {
        w->naming = NAMING_UNNAMED;
        return;
    }
    w->gender = detail_gender(d, w->head);
    bool institution = detail_class(d, head, LEX_INSTITUTION);
    bool unique = detail_class(d, head, LEX_UNIQUE_ROLE);
    bool a = detail_class(d, seg.begin, LEX_ARTICLE) && !the;
    w->plural = detail_class(d, head, LEX_GROUP_WORD) || detail_class(d, head, LEX_N_MANY) ||
                d->t->tokens[seg.begin].kind == TOKEN_NUMBER;
    w->body = institution;
    w->person = !institution && !w->plural;
    bool known = (institution && !a) || (unique && (the || !a) && !w->plural);
    w->naming = known ? NAMING_NAMED : NAMING_UNNAMED;
    bool noun =
        detail_tag(d, head) == TAG_NOUN || detail_name_at(d, head) || is_role_noun(d, head);
    if (institution || !noun || detail_class(d, head, LEX_DIGIT_WORD))
        w->role = detail_range(0, 0);
}

static void read_first(const struct detail *d, struct token_range seg, struct detail_who *w)
{
    size_t begin = seg.begin;
    bool the = detail_is(d, begin, "the");
    size_t from = the ? begin + 1 : begin;
    size_t row_end = detail_name_end(d, from, seg.end);
    struct token_range row = detail_range(from, row_end);
    bool genitive = row_end < seg.end && detail_tag(d, row_end) == TAG_GEN;
    size_t head = head_noun(d, seg);
    bool role_head = head != SIZE_MAX && head >= row_end && head < seg.end;
    if (detail_any(row) && !genitive && !role_head) {
        size_t named = title_end(d, row);
        struct token_range name = detail_range(named, row_end);
        if (named > from)
            w->gender = detail_gender(d, detail_range(from, named));
        if (row_end == seg.end && (!the || named > from) && person_name(d, name)) {
            set_person(d, name, w);
            if (named > from)
                w->role = detail_range(from, named);
            w->head = detail_range(name.begin, name.begin + 1);
            return;
        }
        /* "Tomas Ardel of the Way Back Line" */
        if (!the && row_end < seg.end && name.end - name.begin >= 2 && person_name(d, name) &&
            (detail_is(d, row_end, "of") || detail_is(d, row_end, "from") ||
             detail_is(d, row_end, "at") || detail_is(d, row_end, "with"))) {
            set_person(d, name, w);
            if (named > from)
                w->role = detail_range(from, named);
            return;
        }
        bool titled = detail_any(name) == false;
        if (!titled && (the || has_org_word(d, row) || row_end == seg.end)) {
            /* "the Ministry of Defence", "the Way Back Line" */
            size_t end = row_end;
            while (end + 1 < seg.end &&
                   (detail_is(d, end, "of") || detail_is(d, end, "for") ||
                    detail_is(d, end, "and") || detail_tag(d, end) == TAG_GEN) &&
                   (upper(d, end + 1) || (detail_is(d, end + 1, "the") && upper(d, end + 2))))
                end = detail_name_end(d, end + (detail_is(d, end + 1, "the") ? 2 : 1), seg.end);
            w->name = detail_range(from, end);
            w->body = true;
            w->naming = NAMING_NAMED;
            return;
        }
    }
    size_t name_at = last_name(d, seg);
    if (name_at > begin && name_at < seg.end && is_role_noun(d, name_at - 1) &&
        person_name(d, detail_range(name_at, seg.end))) {
        w->gender = detail_gender(d, detail_range(name_at - 1, name_at));
        set_person(d, detail_range(name_at, seg.end), w);
        w->role = without_article(d, detail_range(begin, name_at));
        return;
    }
    if (genitive && row_end + 1 < seg.end && upper(d, row_end + 1) && has_org_word(d, seg)) {
        /* "Relatives' Association" */
        size_t end = detail_name_end(d, row_end + 1, seg.end);
        if (end == seg.end) {
            w->name = detail_range(from, end);
            w->body = true;
            w->naming = NAMING_NAMED;
            return;
        }
    }
    read_plain(d, seg, w);
}

void detail_describe(const struct detail *d, struct token_range phrase, struct detail_who *ret)
{
    *ret = (struct detail_who){.naming = NAMING_UNNAMED};
    while (detail_any(phrase) && d->t->tokens[phrase.begin].kind == TOKEN_PUNCT)
        phrase.begin++;
    if (!detail_any(phrase))
        return;
    size_t end = segment_end(d, phrase.begin, phrase.end);
    if (end == phrase.begin)
        return;
    read_first(d, detail_range(phrase.begin, end), ret);
    for (size_t i = end; i < phrase.end;) {
        if (detail_is(d, i, "who") || detail_is(d, i, "which") || detail_is(d, i, "whose"))
            break;
        if (d->t->tokens[i].kind == TOKEN_PUNCT || d->t->tokens[i].kind == TOKEN_DASH) {
            i++;
            continue;
        }
        size_t next = segment_end(d, i, phrase.end);
        if (next == i)
            break;
        read_apposition(d, detail_range(i, next), ret);
        i = next;
    }
}
