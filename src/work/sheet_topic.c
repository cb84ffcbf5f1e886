/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a figure is about: the noun that is counted, the act, the place. Words decide, and only
 * words that stand beside the figure; where none is known the figure stays alone. Two figures
 * are put together only when all three are the same.
 */
#include "base/text.h"
#include "work/sheet_parts.h"

#define OBJECT_REACH 3 /* words between a verb and the figure that is its object */
#define NOT_REACH    3 /* words between a negation and what it negates */
#define PLACES_MAX   64
#define PLACE_WORDS  3

static const struct {
    unsigned act;
    const char *word; /* "12 people were …" */
} acts[] = {
    {LEX_ACT_HOLD, "held"},
    {LEX_ACT_STAY, "said to be staying"},
    {LEX_ACT_REMAIN, "said to remain"},
    {LEX_ACT_MOVE, "moved"},
    {LEX_ACT_DESERT, "said to have deserted"},
    {LEX_ACT_REFUSE, "refused"},
    {LEX_ACT_DIE, "said to have died"},
    {LEX_ACT_HURT, "hurt or ill"},
    {LEX_ACT_MISS, "missing"},
    {LEX_ACT_PASS, "said to have passed through"},
    {LEX_ACT_ARRIVE, "said to have arrived"},
    {LEX_ACT_ARREST, "arrested"},
    {LEX_ACT_CHARGE, "charged"},
    {LEX_ACT_RECEIVE, "received"},
    {LEX_ACT_DELIVER, "delivered"},
    {LEX_ACT_EXAMINE, "examined"},
    {LEX_ACT_REJECT, "rejected"},
    {LEX_ACT_QUESTION, "interviewed"},
    {LEX_ACT_HEAR, "heard from"},
    {LEX_ACT_LEAVE, "said to have left"},
    {LEX_ACT_SEE, "seen"},
};

struct str sheet_act_word(unsigned act)
{
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++)
        if (acts[i].act == act)
            return str_of(acts[i].word);
    return (struct str){0};
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

/* Where the places and the sites of a report stand. */
struct sheet_places {
    struct place_mention {
        size_t at; /* byte */
        struct str name;
        uint32_t site; /* lexicon id of the site's word beside it: "works" in "the sugar works
                          in Kolvar"; 0: none */
    } * items;
    size_t count, cap;
};

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
        uint32_t before = i ? t.tokens[i - 1].word : 0;
        struct place_mention m = {span.begin, str_slice(d->text, span.begin, span.end),
                                  lexicon_is(before, LEX_TOPIC_SITE) ? before : 0};
        ARENA_PUSH(s->a, p->items, p->count, p->cap, m);
    }
    d->places = p;
    return p;
}

/* The place of a site that the sentence names without its place: that which the report gives to
 * the same word, if it gives one; or the only place of the report. */
static struct str site_place(struct sheet *s, uint32_t document, const struct token_text *t)
{
    const struct sheet_places *p = places_of(s, &s->documents[document]);
    struct str found = {0};
    bool named = false;
    for (size_t i = 0; i < t->count; i++) {
        if (!lexicon_is(t->tokens[i].word, LEX_TOPIC_SITE))
            continue;
        named = true;
        for (size_t k = 0; k < p->count; k++) {
            if (p->items[k].site != t->tokens[i].word)
                continue;
            if (found.p && !str_eq(found, p->items[k].name))
                return (struct str){0};
            found = p->items[k].name;
        }
    }
    if (found.p || !named)
        return found;
    for (size_t k = 0; k < p->count; k++) {
        if (found.p && !str_eq(found, p->items[k].name))
            return (struct str){0};
        found = p->items[k].name;
    }
    return found;
}

/* "there": the place that was named last before it. */
static struct str there_place(struct sheet *s, uint32_t document, const struct token_text *t,
                              size_t at)
{
    static const char *const words[] = {"there", "here", NULL};
    bool there = false;
    for (size_t i = 0; i < t->count; i++) /* "there is no more room" is no place */
        there = there || (is_one(t, i, words) && !(i + 1 < t->count && auxiliary(t, i + 1)));
    const struct sheet_places *p = places_of(s, &s->documents[document]);
    size_t low = 0, high = p->count;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (p->items[mid].at < at)
            low = mid + 1;
        else
            high = mid;
    }
    return there && low ? p->items[low - 1].name : (struct str){0};
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

/* The place named behind the act, or else the last one before it. */
static bool place_of(const struct token_text *t, size_t from, struct span *ret)
{
    for (size_t i = from; i + 1 < t->count; i++)
        if (place_at(t, i, t->count, ret))
            return true;
    for (size_t i = from; i-- > 0;)
        if (place_at(t, i, t->count, ret))
            return true;
    return false;
}

static bool has_site(const struct token_text *t)
{
    for (size_t i = 0; i < t->count; i++)
        if (lexicon_is(t->tokens[i].word, LEX_TOPIC_SITE))
            return true;
    return false;
}

static void fill_place(struct sheet *s, const struct sheet_statement *st,
                       const struct token_text *t, size_t begin, size_t from,
                       struct sheet_topic *ret)
{
    struct span span;
    if (place_of(t, from, &span)) {
        ret->place = str_slice(t->text, span.begin, span.end);
        return;
    }
    ret->place = site_place(s, st->document, t);
    if (!ret->place.p)
        ret->place = there_place(s, st->document, t, begin);
    ret->place_inferred = ret->place.p != NULL;
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
        struct token_text t;
        token_split(&scratch, sheet_text(s, st->document, c), &t);
        if (f) {
            size_t begin = 0, end;
            while (begin < t.count && t.tokens[begin].end <= f->begin - c.begin)
                begin++;
            for (end = begin; end < t.count && t.tokens[end].begin < f->end - c.begin;)
                end++;
            struct found act = act_of(&t, begin, end);
            size_t low = act.begin < begin ? act.begin : begin;
            low = low > NOT_REACH ? low - NOT_REACH : 0;
            if (act.act && !negated(&t, low, act.end > end ? act.end : end))
                ret->act = act.act;
            fill_place(s, st, &t, c.begin, act.act ? act.end : end, ret);
            break;
        }
        for (size_t i = 0; i < t.count && !ret->act; i++) {
            if (relative_word(&t, i) && i > 0) {
                size_t behind = behind_relative(&t, i, t.count);
                i = behind > i ? behind : i;
            }
            if (act_at(&t, i, &ret->act))
                fill_place(s, st, &t, c.begin, i, ret);
        }
        if (ret->act)
            break;
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

bool sheet_state_of(struct sheet *s, const struct sheet_statement *st, enum sheet_state *ret,
                    struct str *ret_place)
{
    ARENA_AUTO scratch = {0};
    for (size_t k = 0; k < st->p->content.count; k++) {
        struct token_text t;
        struct str content = sheet_text(s, st->document, st->p->content.items[k]);
        token_split(&scratch, content, &t);
        bool full = false, closed = false, still = false;
        size_t at = 0;
        for (size_t i = 0; i < t.count; i++) {
            bool f = lexicon_match(&t, i, LEX_STATE_FULL) > 0;
            bool c = lexicon_match(&t, i, LEX_STATE_CLOSED) > 0;
            bool st_ = lexicon_match(&t, i, LEX_STATE_STILL) > 0;
            at = f || c || st_ ? i : at;
            full = full || f;
            closed = closed || c;
            still = still || st_;
        }
        if (!full && !closed && !still)
            continue;
        struct sheet_topic topic = {0};
        fill_place(s, st, &t, st->p->content.items[k].begin, at, &topic);
        if (!topic.place.p && still && closed)
            topic.place = common_place(s, &s->documents[st->document]);
        if (!topic.place.n || !(has_site(&t) || still))
            continue;
        /* "The gate is shut, but they are inside": still in use. */
        *ret = still ? SHEET_STILL : full ? SHEET_FULL : SHEET_CLOSED;
        *ret_place = topic.place;
        return true;
    }
    return false;
}
