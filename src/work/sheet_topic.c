/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a figure is about: the noun that is counted, the act, the place. Words decide, and only
 * words that stand beside the figure; where none is known the figure stays alone. Two figures
 * are put together only when all three are the same.
 */
#include "base/text.h"
#include "work/sheet_parts.h"

#define OBJECT_REACH 3    /* words between a verb and the figure that is its object */
#define NOT_REACH    3    /* words between a negation and what it negates */
#define STATE_REACH  3    /* words between "is" and "full" */
#define CLAUSE_MAX   64   /* tokens of a relative clause */
#define BEHIND       80   /* bytes behind a content that are looked at */
#define AROUND       4096 /* bytes of a content on each side of a figure that are */
#define PLACES_MAX   64
#define SITES_MAX    64
#define PLACE_WORDS  3

/* `title` stands behind the noun ("People held"), `what` completes "12 people were …". Of a way
 * from or to somewhere the place is not where it happened: it joins `what`. */
#define FOR_PEOPLE (1u << UNIT_INDIVIDUAL | 1u << UNIT_FAMILY | 1u << UNIT_GROUP)
#define FOR_PAPERS (1u << UNIT_REQUEST | 1u << UNIT_REPORT | 1u << UNIT_ENTITY)
#define FOR_ANY    (~0u)
static const struct act {
    unsigned act;
    const char *title, *what;
    enum act_place { ACT_THERE, ACT_WAY, ACT_THROUGH } place;
    unsigned units; /* 1 << UNIT_x that it can be said of */
} acts[] = {
    {LEX_ACT_HOLD, "held", "held", ACT_THERE, FOR_PEOPLE},
    {LEX_ACT_STAY, "staying", "said to be staying", ACT_THERE, FOR_PEOPLE},
    {LEX_ACT_REMAIN, "remaining", "said to remain", ACT_THERE, FOR_PEOPLE},
    {LEX_ACT_MOVE, "moved", "moved", ACT_WAY, FOR_ANY},
    {LEX_ACT_DESERT, "who deserted", "said to have deserted", ACT_WAY, FOR_PEOPLE},
    {LEX_ACT_REFUSE, "who refused", "said to have refused", ACT_THERE, FOR_PEOPLE},
    {LEX_ACT_DIE, "who died", "said to have died", ACT_THERE, FOR_PEOPLE},
    {LEX_ACT_HURT, "hurt or ill", "hurt or ill", ACT_THERE, FOR_PEOPLE},
    {LEX_ACT_MISS, "missing", "missing", ACT_THERE, FOR_PEOPLE},
    {LEX_ACT_CONTACT, "out of contact", "said to be out of contact", ACT_THERE, FOR_PEOPLE},
    {LEX_ACT_PASS, "who passed through", "said to have passed through", ACT_THROUGH,
     FOR_PEOPLE},
    {LEX_ACT_ARRIVE, "who arrived", "said to have arrived", ACT_WAY, FOR_ANY},
    {LEX_ACT_ARREST, "arrested", "arrested", ACT_THERE, FOR_PEOPLE},
    {LEX_ACT_CHARGE, "charged", "charged", ACT_THERE, FOR_PEOPLE},
    {LEX_ACT_RECEIVE, "received", "received", ACT_WAY, FOR_ANY},
    {LEX_ACT_DELIVER, "delivered", "delivered", ACT_WAY, FOR_PAPERS},
    {LEX_ACT_EXAMINE, "examined", "examined", ACT_THERE, FOR_ANY},
    {LEX_ACT_REJECT, "rejected", "rejected", ACT_THERE, FOR_PAPERS},
    {LEX_ACT_QUESTION, "interviewed", "interviewed", ACT_THERE, FOR_PEOPLE},
    {LEX_ACT_HEAR, "who heard", "said to have heard", ACT_WAY, FOR_PEOPLE},
    {LEX_ACT_LEAVE, "who left", "said to have left", ACT_THROUGH, FOR_ANY},
    {LEX_ACT_SEE, "seen", "seen", ACT_THERE, FOR_ANY},
};

static const struct act *act_of_class(unsigned act)
{
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++)
        if (acts[i].act == act)
            return &acts[i];
    return NULL;
}

struct str sheet_act_title(unsigned act)
{
    const struct act *a = act_of_class(act);
    return str_of(a ? a->title : NULL);
}

struct str sheet_say_what(struct sheet *s, const struct sheet_topic *t, struct str *ret_where)
{
    const struct act *a = act_of_class(t->act);
    *ret_where = t->place;
    if (!a || !t->place.n || a->place == ACT_THERE)
        return str_of(a ? a->what : NULL);
    bool there = !t->preposition.n || str_eq_nocase(t->preposition, STR("in")) ||
                 str_eq_nocase(t->preposition, STR("at"));
    if (there && t->preposition.n && a->place == ACT_WAY)
        return str_of(a->what);
    *ret_where = (struct str){0};
    if (there && a->place == ACT_WAY) /* whether from there or to there is not known */
        return str_of(a->what);
    if (there)
        return arena_printf(s->a, "%s %.*s", a->what, (int)t->place.n, t->place.p);
    return arena_printf(s->a, "%s %.*s %.*s", a->what, (int)t->preposition.n, t->preposition.p,
                        (int)t->place.n, t->place.p);
}

/* Tokens that the act at i takes; 0 when there is none. */
static size_t act_at(const struct token_text *t, size_t i, unsigned *ret)
{
    size_t best = 0;
    for (size_t k = 0; k < sizeof acts / sizeof acts[0]; k++) {
        size_t n = lexicon_match(t, i, (enum lex_class)acts[k].act);
        if (n > best) {
            best = n;
            *ret = acts[k].act;
        }
    }
    return best;
}

static bool is_one(const struct token_text *t, size_t i, const char *const *words)
{
    for (; *words; words++)
        if (str_eq_nocase(token_str(t, i), str_of(*words)))
            return true;
    return false;
}

static bool relative_word(const struct token_text *t, size_t i)
{
    static const char *const words[] = {"who", "which", "that", "whom", NULL};
    return is_one(t, i, words);
}

static bool auxiliary(const struct token_text *t, size_t i)
{
    static const char *const words[] = {"is",  "are",  "was",  "were",  "be",  "been", "has",
                                        "had", "have", "will", "would", "may", "can",  NULL};
    return is_one(t, i, words);
}

/* "men who refused to return to the front are being held": the token at which the clause that
 * opens at `who` is over, or `who` when its end cannot be told. */
static size_t behind_relative(const struct token_text *t, size_t who, size_t end)
{
    size_t i = who + 1;
    if (end > who + CLAUSE_MAX)
        end = who + CLAUSE_MAX;
    while (i < end && auxiliary(t, i))
        i++;
    for (i++; i < end; i++)
        if (auxiliary(t, i))
            return i;
    return who;
}

static bool ends_clause(const struct token_text *t, size_t i)
{
    return t->tokens[i].kind == TOKEN_PUNCT &&
           (t->tokens[i].mark == '.' || t->tokens[i].mark == ';' || t->tokens[i].mark == ':');
}

/* A stretch of content, with a little of the text behind it so that "in the Tresk" is seen to
 * go on as "in the Tresk, Dalsk and Upper Lesna districts". */
struct piece {
    struct token_text t;
    size_t count; /* tokens of the content itself */
    size_t begin; /* its byte in the document */
};

/* The part of a content around a figure. No sentence that people write is longer; one that is
 * would be split once for each of its figures. */
static struct span around(struct str text, struct span c, const struct figure *f)
{
    if (f->begin - c.begin > AROUND) {
        c.begin = f->begin - AROUND;
        while (c.begin < f->begin && text.p[c.begin] != ' ')
            c.begin++;
    }
    if (c.end - f->end > AROUND) {
        c.end = f->end + AROUND;
        while (c.end > f->end && text.p[c.end] != ' ')
            c.end--;
    }
    return c;
}

/* Content k, or what of it is around the figure `f`, which lies in it (NULL: all). */
static void split_piece(struct arena *scratch, const struct sheet *s,
                        const struct sheet_statement *st, size_t k, const struct figure *f,
                        struct piece *ret)
{
    struct span c = st->p->content.items[k];
    struct str text = s->documents[st->document].text;
    if (f)
        c = around(text, c, f);
    size_t end = c.end + BEHIND < text.n ? c.end + BEHIND : text.n;
    while (end < text.n && end > c.end && ((unsigned char)text.p[end] & 0xC0) == 0x80)
        end--;
    token_split(scratch, str_slice(text, c.begin, end), &ret->t);
    ret->begin = c.begin;
    ret->count = 0;
    while (ret->count < ret->t.count && ret->t.tokens[ret->count].begin < c.end - c.begin)
        ret->count++;
}

/* ---- places ---- */

static bool name_word(const struct token_text *t, size_t i)
{
    const struct token *k = &t->tokens[i];
    return k->kind == TOKEN_WORD && (k->flags & TOKEN_UPPER_FIRST) &&
           !lexicon_is(k->word, LEX_DATE_WORD) && !lexicon_is(k->word, LEX_NAME_TITLE);
}

/* "in the Tresk, Dalsk and Upper Lesna districts": several places are no place. */
static bool place_goes_on(const struct token_text *t, size_t k, size_t end)
{
    size_t names = 0;
    for (; k + 1 < end && names < 8; names++) {
        bool comma = t->tokens[k].kind == TOKEN_PUNCT && t->tokens[k].mark == ',';
        bool and_ = str_eq(token_str(t, k), STR("and"));
        if (!(comma || and_) || !name_word(t, k + 1))
            return false;
        if (and_)
            return true;
        for (k++; k < end && name_word(t, k);)
            k++;
    }
    return false;
}

/* "in the Tresk region": Tresk. The bytes of the place named behind the preposition at i. */
static bool place_at(const struct token_text *t, size_t i, size_t end, struct span *ret)
{
    if (!lexicon_is(t->tokens[i].word, LEX_PLACE_BEFORE))
        return false;
    size_t k = i + 1;
    if (k < end && lexicon_is(t->tokens[k].word, LEX_ARTICLE))
        k++;
    if (k + 1 < end && lexicon_is(t->tokens[k].word, LEX_PLACE_KIND) &&
        str_eq(token_str(t, k + 1), STR("of")))
        k += 2; /* "in the town of Kolvar" */
    size_t first = k;
    while (k < end && k - first < PLACE_WORDS && name_word(t, k)) {
        if (lexicon_is(t->tokens[k].word, LEX_ORG_WORD))
            return false;
        k++;
    }
    if (k == first)
        return false;
    /* A front is where the army is, not a place where something is counted. */
    if (k < end && (t->tokens[k].kind == TOKEN_CLITIC ||
                    lexicon_is(t->tokens[k].word, LEX_ORG_WORD) || name_word(t, k)))
        return false;
    if (place_goes_on(t, k, end))
        return false;
    *ret = (struct span){t->tokens[first].begin, t->tokens[k - 1].end};
    return true;
}

/* A common noun for a site: "prison", and not the Prison of "Prison Watch". */
static bool site_word(const struct token_text *t, size_t i)
{
    return lexicon_is(t->tokens[i].word, LEX_TOPIC_SITE) &&
           !(t->tokens[i].flags & TOKEN_UPPER_FIRST);
}

/* Where the places and the sites of a report stand. */
struct sheet_places {
    struct place_mention {
        size_t at; /* byte */
        struct str name;
        bool sure; /* behind "in" or the like */
    } * items;
    size_t count, cap;
    struct site {
        uint32_t word;   /* lexicon id of the site's word: "works" in "the works in Kolvar" */
        struct str name; /* n == 0: the report gives it several places */
    } sites[SITES_MAX];
    size_t site_count;
    struct str only; /* the only place of the report; p == NULL: none, n == 0: several */
};

/* The first name stays, a second and different one empties it. */
static void settle(struct str *have, struct str name)
{
    if (!have->p)
        *have = name;
    else if (!str_eq(*have, name))
        have->n = 0;
}

static void note_site(struct sheet_places *p, uint32_t word, struct str name)
{
    size_t k = 0;
    while (k < p->site_count && p->sites[k].word != word)
        k++;
    if (k == SITES_MAX)
        return;
    if (k == p->site_count)
        p->sites[p->site_count++] = (struct site){.word = word};
    settle(&p->sites[k].name, name);
}

static const struct sheet_places *places_of(struct sheet *s, struct sheet_document *d)
{
    if (d->places)
        return d->places;
    struct sheet_places *p = ARENA_NEW(s->a, 1, struct sheet_places);
    ARENA_AUTO scratch = {0};
    struct token_text t;
    token_split(&scratch, d->text, &t);
    for (size_t i = 0; i + 1 < t.count; i++) {
        struct span span;
        if (!place_at(&t, i, t.count, &span))
            continue;
        struct place_mention m = {span.begin, str_slice(d->text, span.begin, span.end),
                                  lexicon_is(t.tokens[i].word, LEX_PLACE_IN)};
        ARENA_PUSH(s->a, p->items, p->count, p->cap, m);
        settle(&p->only, m.name);
        if (i && site_word(&t, i - 1))
            note_site(p, t.tokens[i - 1].word, m.name);
    }
    d->places = p;
    return p;
}

/* The place named last before byte `at`. */
static struct str last_place(const struct sheet_places *p, size_t at)
{
    size_t low = 0, high = p->count;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (p->items[mid].at < at)
            low = mid + 1;
        else
            high = mid;
    }
    return low ? p->items[low - 1].name : (struct str){0};
}

/* The place of a site that the sentence names without its place: that which the report gives to
 * the same word; for "the site" the place named last before it; or the only place of the
 * report. */
static struct str site_place(struct sheet *s, uint32_t document, const struct piece *piece)
{
    const struct sheet_places *p = places_of(s, &s->documents[document]);
    struct str found = {0};
    bool named = false, generic = false;
    for (size_t i = 0; i < piece->count; i++) {
        if (!site_word(&piece->t, i))
            continue;
        uint32_t word = piece->t.tokens[i].word;
        named = true;
        generic = generic || lexicon_is(word, LEX_SITE_GENERIC);
        for (size_t k = 0; k < p->site_count; k++)
            if (p->sites[k].word == word)
                settle(&found, p->sites[k].name);
    }
    if (found.p || !named)
        return found.n ? found : (struct str){0};
    if (generic)
        return last_place(p, piece->begin);
    return p->only.n ? p->only : (struct str){0};
}

/* "there": the place that was named last before it. */
static struct str there_place(struct sheet *s, uint32_t document, const struct piece *p)
{
    static const char *const words[] = {"there", "here", NULL};
    bool there = false;
    for (size_t i = 0; i < p->count; i++) /* "there is no more room" is no place */
        there = there ||
                (is_one(&p->t, i, words) && !(i + 1 < p->count && auxiliary(&p->t, i + 1)));
    return there ? last_place(places_of(s, &s->documents[document]), p->begin)
                 : (struct str){0};
}

/* ---- nouns ---- */

static struct str fold(struct sheet *s, struct str text)
{
    BUF_AUTO b;
    buf_init(&b, 65536);
    text_fold(&b, text, false);
    return arena_copy(s->a, buf_str(&b));
}

/* What is counted, as one word: all words for people at a site are "people". */
static struct str noun_of(struct sheet *s, const struct figure *f)
{
    if (f->counting_unit == UNIT_FAMILY)
        return STR("families");
    ARENA_AUTO scratch = {0};
    struct token_text t;
    token_split(&scratch, f->unit, &t);
    struct str head = {0};
    bool former = false, people = false;
    for (size_t i = 0; i < t.count; i++) {
        static const char *const stops[] = {"of",   "for", "from",  "in", "who",     "at", "to",
                                            "with", "by",  "under", "on", "without", NULL};
        if (t.tokens[i].kind != TOKEN_WORD)
            continue;
        if (head.p && is_one(&t, i, stops))
            break;
        head = token_str(&t, i);
        former = former || lexicon_is(t.tokens[i].word, LEX_TOPIC_FORMER);
        people = lexicon_is(t.tokens[i].word, LEX_TOPIC_PEOPLE);
    }
    if (people && !former)
        return STR("people");
    head = fold(s, head);
    if (former)
        return arena_printf(s->a, "former %.*s", (int)head.n, head.p);
    if (head.n == 0)
        return f->counting_unit == UNIT_INDIVIDUAL ? STR("people") : STR("");
    return head;
}

/* ---- topics ---- */

struct found {
    unsigned act;
    size_t begin, end; /* tokens of the act */
};

static bool negated(const struct token_text *t, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++)
        if (lexicon_match(t, i, LEX_TOPIC_NOT))
            return true;
    return false;
}

/* The act of the figure whose tokens are [begin, end). */
static struct found act_of(const struct token_text *t, size_t begin, size_t end)
{
    struct found f = {0};
    unsigned act;
    size_t first = begin, last = end;
    while (first > 0 && !ends_clause(t, first - 1))
        first--;
    while (last < t->count && !ends_clause(t, last))
        last++;
    if (begin > first && lexicon_is(t->tokens[begin - 1].word, LEX_TOPIC_BESIDE))
        return f; /* "kept in two halls": the halls were not kept */
    /* its object: "received 340 requests", "lost contact with 80 men" */
    for (size_t i = begin; i-- > first && begin - i <= OBJECT_REACH + 1;) {
        size_t n = act_at(t, i, &act);
        if (n && begin - (i + n) <= OBJECT_REACH && i + n <= begin)
            return (struct found){act, i, i + n};
    }
    /* its subject: "60 men were moved" */
    for (size_t i = end; i < last; i++) {
        if (relative_word(t, i) && i < end + 4) {
            size_t behind = behind_relative(t, i, last);
            if (behind > i) {
                i = behind;
                continue;
            }
        }
        size_t n = act_at(t, i, &act);
        if (n)
            return (struct found){act, i, i + n};
    }
    for (size_t i = begin; i-- > first;) {
        size_t n = act_at(t, i, &act);
        if (n && i + n <= begin)
            return (struct found){act, i, i + n};
    }
    return f;
}

struct found_place {
    struct str name, preposition;
};

/* "to Kolvar" and "to Clinton": behind such a word a name is a place when the report has it
 * behind "in", too, or when it is said to be one ("from the Tresk region"). */
static bool take_place(struct sheet *s, uint32_t document, const struct token_text *t, size_t i,
                       struct found_place *ret)
{
    struct span span;
    if (!place_at(t, i, t->count, &span))
        return false;
    ret->name = str_slice(t->text, span.begin, span.end);
    bool sure = lexicon_is(t->tokens[i].word, LEX_PLACE_IN);
    for (size_t k = i + 1; k < t->count && k < i + 6 && !sure; k++)
        sure =
            t->tokens[k].begin <= span.end + 1 && lexicon_is(t->tokens[k].word, LEX_PLACE_KIND);
    const struct sheet_places *known = places_of(s, &s->documents[document]);
    for (size_t k = 0; k < known->count && k < PLACES_MAX && !sure; k++)
        sure = known->items[k].sure && str_eq(known->items[k].name, ret->name);
    if (!sure)
        return false;
    ret->preposition = token_str(t, i);
    return true;
}

static bool place_behind(struct sheet *s, uint32_t d, const struct piece *p, size_t from,
                         struct found_place *ret)
{
    for (size_t i = from; i + 1 < p->count; i++)
        if (take_place(s, d, &p->t, i, ret))
            return true;
    return false;
}

static bool place_before(struct sheet *s, uint32_t d, const struct piece *p, size_t from,
                         struct found_place *ret)
{
    for (size_t i = from; i-- > 0;)
        if (i + 1 < p->count && take_place(s, d, &p->t, i, ret))
            return true;
    return false;
}

static bool has_site(const struct piece *p)
{
    for (size_t i = 0; i < p->count; i++)
        if (site_word(&p->t, i))
            return true;
    return false;
}

static void infer_place(struct sheet *s, const struct sheet_statement *st,
                        const struct piece *p, struct sheet_topic *ret)
{
    ret->place = site_place(s, st->document, p);
    if (!ret->place.p)
        ret->place = there_place(s, st->document, p);
    ret->place_inferred = ret->place.p != NULL;
}

/* The place named behind the act, or else the last one before it, or else one to be inferred.
 */
static void fill_place(struct sheet *s, const struct sheet_statement *st, const struct piece *p,
                       size_t from, struct sheet_topic *ret)
{
    struct found_place found;
    if (place_behind(s, st->document, p, from, &found) ||
        place_before(s, st->document, p, from, &found)) {
        ret->place = found.name;
        ret->preposition = found.preposition;
    } else {
        infer_place(s, st, p, ret);
    }
}

static void figure_topic(struct sheet *s, const struct sheet_statement *st,
                         const struct piece *p, const struct figure *f, struct sheet_topic *ret)
{
    size_t begin = 0, end;
    while (begin < p->count && p->t.tokens[begin].end <= f->begin - p->begin)
        begin++;
    for (end = begin; end < p->count && p->t.tokens[end].begin < f->end - p->begin;)
        end++;
    struct token_text inside = p->t;
    inside.count = p->count;
    struct found act = act_of(&inside, begin, end);
    size_t low = act.begin < begin ? act.begin : begin;
    low = low > NOT_REACH ? low - NOT_REACH : 0;
    const struct act *known = act_of_class(act.act);
    if (known && (known->units >> f->counting_unit & 1) &&
        !negated(&inside, low, act.end > end ? act.end : end))
        ret->act = act.act;
    fill_place(s, st, p, act.act ? act.end : end, ret);
    ret->noun = noun_of(s, f);
}

/* The first act of a statement as a whole. */
static bool whole_topic(struct sheet *s, const struct sheet_statement *st,
                        const struct piece *p, struct sheet_topic *ret)
{
    for (size_t i = 0; i < p->count; i++) {
        if (i && relative_word(&p->t, i)) {
            size_t behind = behind_relative(&p->t, i, p->count);
            i = behind > i ? behind : i;
        }
        if (act_at(&p->t, i, &ret->act)) {
            fill_place(s, st, p, i, ret);
            return true;
        }
    }
    return false;
}

void sheet_topic_of(struct sheet *s, const struct sheet_statement *st, const struct figure *f,
                    struct sheet_topic *ret)
{
    *ret = (struct sheet_topic){0};
    ARENA_AUTO scratch = {0};
    for (size_t k = 0; k < st->p->content.count; k++) {
        struct span c = st->p->content.items[k];
        if (f && (f->begin < c.begin || f->end > c.end))
            continue;
        struct piece p;
        split_piece(&scratch, s, st, k, f, &p);
        if (f) {
            figure_topic(s, st, &p, f, ret);
            return;
        }
        if (whole_topic(s, st, &p, ret))
            return;
    }
    if (f)
        ret->noun = noun_of(s, f);
}

/* ---- states of a place ---- */

/* "The gate is shut, but they are inside" says of no place that it is meant: the place that the
 * report names most often, the earliest of equals. */
static struct str common_place(struct sheet *s, struct sheet_document *d)
{
    const struct sheet_places *p = places_of(s, d);
    struct str best = {0};
    size_t most = 0;
    for (size_t i = 0; i < p->count && i < PLACES_MAX; i++) {
        size_t n = 0;
        for (size_t k = 0; k < p->count && k < PLACES_MAX; k++)
            n += str_eq(p->items[k].name, p->items[i].name);
        if (n > most) {
            most = n;
            best = p->items[i].name;
        }
    }
    return best;
}

/* "is full", "has been closed": a state is said by a form of "be". */
static bool said_to_be(const struct token_text *t, size_t i)
{
    for (size_t k = i; k > 0 && i - k < STATE_REACH; k--)
        if (auxiliary(t, k - 1))
            return true;
    return false;
}

static bool state_in(const struct piece *p, enum sheet_state *ret, size_t *ret_at)
{
    bool full = false, closed = false, still = false;
    for (size_t i = 0; i < p->count; i++) {
        bool is_still = lexicon_match(&p->t, i, LEX_STATE_STILL) > 0;
        bool be = said_to_be(&p->t, i);
        bool is_full = lexicon_match(&p->t, i, LEX_STATE_FULL) > 0 &&
                       (be || lexicon_match(&p->t, i, LEX_STATE_FULL) > 1);
        bool is_closed = be && lexicon_match(&p->t, i, LEX_STATE_CLOSED) > 0;
        if ((is_still && !still) || ((is_full || is_closed) && !(full || closed || still)))
            *ret_at = i;
        full = full || is_full;
        closed = closed || is_closed;
        still = still || is_still;
    }
    /* "The gate is shut, but they are inside": still in use. */
    *ret = still ? SHEET_STILL : full ? SHEET_FULL : SHEET_CLOSED;
    return full || closed || still;
}

bool sheet_state_of(struct sheet *s, const struct sheet_statement *st, enum sheet_state *ret,
                    struct str *ret_place)
{
    ARENA_AUTO scratch = {0};
    for (size_t k = 0; k < st->p->content.count; k++) {
        struct piece p;
        size_t at = 0;
        split_piece(&scratch, s, st, k, NULL, &p);
        if (!state_in(&p, ret, &at) || !(has_site(&p) || *ret == SHEET_STILL))
            continue;
        struct found_place found = {0};
        struct sheet_topic topic = {0};
        /* The place is the subject of what is full or closed, and follows what is still held.
         */
        bool named = *ret == SHEET_STILL ? place_behind(s, st->document, &p, at, &found) ||
                                               place_before(s, st->document, &p, at, &found)
                                         : place_before(s, st->document, &p, at, &found);
        if (named)
            topic.place = found.name;
        else
            infer_place(s, st, &p, &topic);
        if (!topic.place.n && has_site(&p))
            topic.place = common_place(s, &s->documents[st->document]);
        if (!topic.place.n)
            continue;
        *ret_place = topic.place;
        return true;
    }
    return false;
}
