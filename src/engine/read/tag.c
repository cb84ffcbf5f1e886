/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/read/tag.h"

struct tagger {
    const struct token_text *t;
    uint8_t *tag;
    bool titled; /* the sentence is a headline: capitals say nothing */
    size_t begin, end;
};

static uint32_t word_at(const struct tagger *g, size_t i)
{
    return i < g->end ? g->t->tokens[i].word : 0;
}

static bool has(const struct tagger *g, size_t i, enum lex_class c)
{
    return lexicon_is(word_at(g, i), c);
}

static inline bool is_text(const struct tagger *g, size_t i, const char *lower)
{
    return i < g->end && token_is(g->t, i, lower);
}

/* is_text for the few words that have a tag of their own making: most are turned away at once.
 */
static bool is_special(const struct tagger *g, size_t i, const char *lower)
{
    return has(g, i, LEX_SPECIAL) && token_is(g->t, i, lower);
}

static bool ends_in(struct str s, const char *tail)
{
    return str_ends(s, str_of(tail));
}

/* Index of the nearest token before i that is not an adverb; i itself at the sentence start. */
static size_t before(const struct tagger *g, size_t i)
{
    size_t k = i;
    while (k > g->begin && i - k < 6) {
        k--;
        if (g->tag[k] != TAG_ADV)
            return k;
    }
    return i;
}

static bool any_noun(const struct tagger *g, size_t i)
{
    return has(g, i, LEX_N_ONE) || has(g, i, LEX_N_MANY);
}

static bool any_verb(const struct tagger *g, size_t i)
{
    return has(g, i, LEX_V_BASE) || has(g, i, LEX_V_S) || has(g, i, LEX_V_PAST) ||
           has(g, i, LEX_V_PART) || has(g, i, LEX_V_ING);
}

static bool capital(const struct tagger *g, size_t i)
{
    return i < g->end && (g->t->tokens[i].flags & TOKEN_UPPER_FIRST);
}

/* No word of English that a name could be mistaken for. */
static bool unknown(uint32_t w)
{
    return w == 0 || lexicon_is(w, LEX_MALE_NAME) || lexicon_is(w, LEX_FEMALE_NAME) ||
           lexicon_is(w, LEX_FOREIGN_COMMON);
}

/* A capital that says "name": not at the start, not in a headline, or a word we do not know. */
static bool looks_named(const struct tagger *g, size_t i)
{
    if (!capital(g, i))
        return false;
    if (i == g->begin && !g->titled && word_at(g, i) && capital(g, i + 1) &&
        g->t->tokens[i + 1].kind == TOKEN_WORD && !lexicon_is(word_at(g, i), LEX_ADV) &&
        !lexicon_is(word_at(g, i), LEX_SUB) && !lexicon_is(word_at(g, i), LEX_V_PAST) &&
        !lexicon_is(word_at(g, i), LEX_SAY))
        return true;
    if (g->titled || i == g->begin ||
        (i > g->begin && g->tag[i - 1] == TAG_MARK && g->t->tokens[i - 1].kind != TOKEN_PUNCT))
        return unknown(word_at(g, i)) || lexicon_is(word_at(g, i), LEX_TITLE);
    if (i > g->begin && g->tag[i - 1] == TAG_MARK && g->t->tokens[i - 1].mark == ':')
        return unknown(word_at(g, i));
    return true;
}

/* Can a noun phrase begin at i? */
static bool opens_phrase(const struct tagger *g, size_t i)
{
    if (i >= g->end)
        return false;
    enum token_kind kind = g->t->tokens[i].kind;
    if (kind == TOKEN_NUMBER || kind == TOKEN_SYMBOL)
        return true;
    if (kind == TOKEN_QUOTE)
        return g->t->tokens[i].mark != QUOTE_CLOSE;
    return has(g, i, LEX_DET) || has(g, i, LEX_PRON_SUBJECT) || has(g, i, LEX_PRON_OBJECT) ||
           looks_named(g, i);
}

static enum tag tag_that(const struct tagger *g, size_t i)
{
    if (i == g->begin)
        return any_verb(g, i + 1) || has(g, i + 1, LEX_BE) || has(g, i + 1, LEX_MODAL)
                   ? TAG_PRON
                   : TAG_DET;
    size_t n = i + 1;
    while (has(g, n, LEX_ADV))
        n++;
    bool verb_next =
        has(g, n, LEX_BE) || has(g, n, LEX_HAVE) || has(g, n, LEX_DO) || has(g, n, LEX_MODAL) ||
        (any_verb(g, n) && !any_noun(g, n) && !has(g, n, LEX_V_ING) && !has(g, n, LEX_PREP));
    enum tag prev = (enum tag)g->tag[i - 1];
    if (verb_next)
        return prev == TAG_NOUN || prev == TAG_NAME || prev == TAG_NUM ? TAG_WH : TAG_PRON;
    if (has(g, i - 1, LEX_CALL) && !has(g, i - 1, LEX_SAY) && !has(g, i - 1, LEX_THAT_ONLY))
        return TAG_DET;
    if (prev == TAG_PREP)
        return i + 1 < g->end && g->t->tokens[i + 1].kind == TOKEN_WORD ? TAG_DET : TAG_PRON;
    if (n >= g->end || (g->t->tokens[n].kind == TOKEN_PUNCT && g->t->tokens[n].mark != ','))
        return TAG_PRON;
    return TAG_SUB;
}

static enum tag tag_clitic(const struct tagger *g, size_t i)
{
    if (is_text(g, i, "'") || is_text(g, i, "\xe2\x80\x99"))
        return TAG_GEN;
    if (has(g, i, LEX_NEG))
        return TAG_ADV;
    if (has(g, i, LEX_MODAL))
        return TAG_MODAL;
    if (!is_text(g, i, "'s") && !is_text(g, i, "\xe2\x80\x99s"))
        return TAG_AUX;
    if (i == g->begin)
        return TAG_GEN;
    enum tag prev = (enum tag)g->tag[i - 1];
    if (prev == TAG_PRON || prev == TAG_WH || prev == TAG_ADV || prev == TAG_SUB)
        return TAG_AUX;
    size_t n = i + 1;
    bool clause = has(g, n, LEX_ARTICLE) || has(g, n, LEX_NEG) || has(g, n, LEX_BE) ||
                  has(g, n, LEX_PREP) || has(g, n, LEX_POSS) ||
                  (has(g, n, LEX_V_ING) && !any_noun(g, n) && opens_phrase(g, n + 1));
    return clause ? TAG_AUX : TAG_GEN;
}

/* Words of the closed classes; TAG_MARK when it is none. */
static enum tag tag_closed(const struct tagger *g, size_t i)
{
    uint32_t w = word_at(g, i);
    if (!w)
        return TAG_MARK;
    bool inside_name = i > g->begin && capital(g, i) && !g->titled &&
                       g->tag[i - 1] == TAG_NAME && capital(g, i + 1);
    if (inside_name)
        return TAG_NAME;
    if (is_special(g, i, "there"))
        return has(g, i + 1, LEX_BE) || has(g, i + 1, LEX_MODAL) || has(g, i + 1, LEX_HAVE)
                   ? TAG_PRON
                   : TAG_ADV;
    if ((is_special(g, i, "both") || is_special(g, i, "all") || is_special(g, i, "each")) &&
        i > g->begin && (g->tag[i - 1] == TAG_AUX || g->tag[i - 1] == TAG_MODAL))
        return TAG_ADV;
    if (is_special(g, i, "one") && i + 1 < g->end &&
        (capital(g, i + 1) || has(g, i + 1, LEX_ADJ) ||
         (any_noun(g, i + 1) && !has(g, i + 1, LEX_V_S))))
        return TAG_DET;
    if ((is_text(g, i, "no.") || is_text(g, i, "nos.")) && i + 1 < g->end &&
        g->t->tokens[i + 1].kind == TOKEN_NUMBER)
        return TAG_NOUN; /* "Colony No. 12" */
    if (is_special(g, i, "that"))
        return tag_that(g, i);
    if (is_special(g, i, "to") && i > g->begin && is_text(g, i - 1, "according"))
        return TAG_PREP;
    if (is_special(g, i, "to")) {
        size_t n = i + 1;
        while (n < i + 3 &&
               (has(g, n, LEX_ADV) || ends_in(token_str(g->t, n < g->end ? n : i), "ly")))
            n++;
        return has(g, n, LEX_V_BASE) && !(capital(g, n) && !g->titled) ? TAG_TO : TAG_PREP;
    }
    if (lexicon_is(w, LEX_BE) || lexicon_is(w, LEX_HAVE) || lexicon_is(w, LEX_DO))
        return TAG_AUX;
    if (lexicon_is(w, LEX_MODAL))
        return capital(g, i) && i != g->begin && !g->titled ? TAG_NAME : TAG_MODAL;
    if (lexicon_is(w, LEX_NEG) && !lexicon_is(w, LEX_COORD) && !is_text(g, i, "no"))
        return TAG_ADV;
    if (lexicon_is(w, LEX_COORD))
        return TAG_COORD;
    if (is_special(g, i, "her") || is_special(g, i, "his"))
        return i + 1 < g->end && g->t->tokens[i + 1].kind == TOKEN_WORD &&
                       !has(g, i + 1, LEX_PREP) && !has(g, i + 1, LEX_DET) &&
                       !has(g, i + 1, LEX_COORD) && !has(g, i + 1, LEX_SUB)
                   ? TAG_DET
                   : TAG_PRON;
    if (lexicon_is(w, LEX_POSS) && !is_special(g, i, "whose"))
        return TAG_DET;
    if (lexicon_is(w, LEX_ARTICLE))
        return TAG_DET;
    if (lexicon_is(w, LEX_PRONOUN) || lexicon_is(w, LEX_PRON_OBJECT))
        return TAG_PRON;
    if (is_special(g, i, "who") || is_special(g, i, "which") || is_special(g, i, "what") ||
        is_special(g, i, "whom") || is_special(g, i, "whose") || is_special(g, i, "how") ||
        is_special(g, i, "why") || is_special(g, i, "whether"))
        return TAG_WH;
    if (lexicon_is(w, LEX_DET) || lexicon_is(w, LEX_PRON_SUBJECT)) {
        size_t n = i + 1;
        bool alone =
            n >= g->end || g->t->tokens[n].kind != TOKEN_WORD || has(g, n, LEX_MODAL) ||
            has(g, n, LEX_BE) || has(g, n, LEX_HAVE) || has(g, n, LEX_DO) ||
            has(g, n, LEX_PREP) ||
            (any_verb(g, n) && !any_noun(g, n) && !has(g, n, LEX_V_ING) && !has(g, n, LEX_ADJ));
        if (lexicon_is(w, LEX_PRON_SUBJECT) && alone)
            return TAG_PRON;
        return lexicon_is(w, LEX_DET) ? TAG_DET : any_noun(g, i) ? TAG_NOUN : TAG_PRON;
    }
    bool verbal = any_verb(g, i) && !lexicon_is(w, LEX_PREP);
    if (!verbal && lexicon_is(w, LEX_SUB) && !lexicon_is(w, LEX_PREP))
        return TAG_SUB;
    if (lexicon_is(w, LEX_PREP) && !is_text(g, i, "like"))
        return TAG_PREP;
    if (lexicon_is(w, LEX_PREP)) {
        size_t k = before(g, i);
        enum tag prev = k == i ? TAG_MARK : (enum tag)g->tag[k];
        return prev == TAG_PRON || prev == TAG_MODAL || prev == TAG_TO ? TAG_VERB : TAG_PREP;
    }
    return TAG_MARK;
}

static enum tag tag_by_ending(const struct tagger *g, size_t i)
{
    static const char *const adjectives[] = {"ous", "ful",  "ive", "able",  "ible", "less",
                                             "ish", "ical", "ary", "ional", "est"};
    static const char *const verbal_nouns[] = {"tion", "ment", "ness", "ship", "ity"};
    struct str s = token_str(g->t, i);
    if (s.n > 3 && ends_in(s, "ly"))
        return TAG_ADV;
    for (size_t k = 0; k < sizeof verbal_nouns / sizeof verbal_nouns[0]; k++)
        if (ends_in(s, verbal_nouns[k]))
            return TAG_NOUN;
    for (size_t k = 0; k < sizeof adjectives / sizeof adjectives[0]; k++)
        if (s.n > 5 && ends_in(s, adjectives[k]))
            return TAG_ADJ;
    return TAG_NOUN;
}

/* Is the phrase before i one that wants a noun next? */
static bool wants_noun(enum tag prev)
{
    return tag_in(prev, TAG_BIT(DET) | TAG_BIT(ADJ) | TAG_BIT(GEN) | TAG_BIT(NUM));
}

static bool wants_base(const struct tagger *g, size_t k, size_t i)
{
    if (k == i)
        return false;
    enum tag prev = (enum tag)g->tag[k];
    return prev == TAG_TO || prev == TAG_MODAL || (prev == TAG_AUX && has(g, k, LEX_DO));
}

static bool after_aux(const struct tagger *g, size_t k, size_t i)
{
    return k != i && g->tag[k] == TAG_AUX && !has(g, k, LEX_DO);
}

static enum tag tag_ing(const struct tagger *g, size_t i)
{
    enum tag prev = i > g->begin ? (enum tag)g->tag[i - 1] : TAG_MARK;
    if (wants_noun(prev) && prev != TAG_NUM)
        return opens_phrase(g, i + 1) && prev == TAG_GEN ? TAG_ING
               : i + 1 < g->end && any_noun(g, i + 1)    ? TAG_ADJ
                                                         : TAG_NOUN;
    return TAG_ING;
}

static enum tag tag_past(const struct tagger *g, size_t i, bool can_past, bool can_part)
{
    size_t k = before(g, i);
    enum tag prev = k == i ? TAG_MARK : (enum tag)g->tag[k];
    if (can_part && after_aux(g, k, i))
        return TAG_PART;
    enum tag touching = i > g->begin ? (enum tag)g->tag[i - 1] : TAG_MARK;
    bool numbered = touching == TAG_NUM && i > g->begin + 1 && /* "Colony No. 12 said" */
                    tag_in((enum tag)g->tag[i - 2], TAG_BIT(NAME) | TAG_BIT(NOUN));
    if (can_part && !numbered &&
        tag_in(touching,
               TAG_BIT(DET) | TAG_BIT(GEN) | TAG_BIT(ADJ) | TAG_BIT(PREP) | TAG_BIT(NUM)))
        return TAG_ADJ;
    if (can_part && touching == TAG_VERB)
        return TAG_ADJ; /* "said undecided voters" */
    if (can_part && is_text(g, i + 1, "by") && lexicon_match(g->t, i, LEX_JUDGE) < 2)
        return TAG_PART;
    if (!can_past)
        return TAG_PART;
    if (k == i && !opens_phrase(g, i + 1))
        return TAG_PART;
    if (prev == TAG_PREP || prev == TAG_SUB)
        return TAG_PART;
    return TAG_VERB;
}

/* Present forms that are nouns as well: "reports", "claims", "vote". */
static enum tag tag_hybrid(const struct tagger *g, size_t i, bool plural_form)
{
    size_t k = before(g, i);
    enum tag prev = k == i ? TAG_MARK : (enum tag)g->tag[k];
    if (wants_noun(prev) || prev == TAG_PREP || prev == TAG_AUX)
        return TAG_NOUN;
    if (prev == TAG_PRON || prev == TAG_WH)
        return TAG_VERB;
    bool clause = opens_phrase(g, i + 1) || is_text(g, i + 1, "that") ||
                  has(g, i + 1, LEX_WH) ||
                  (is_text(g, i + 1, "to") && has(g, i + 2, LEX_V_BASE)) ||
                  (i + 1 < g->end && g->t->tokens[i + 1].mark == ':');
    if (prev == TAG_NOUN || prev == TAG_NAME) {
        bool many =
            has(g, k, LEX_N_MANY) || (prev == TAG_NOUN && ends_in(token_str(g->t, k), "s"));
        bool last = i + 1 >= g->end ||
                    (g->t->tokens[i + 1].kind == TOKEN_PUNCT &&
                     (g->t->tokens[i + 1].mark == '.' || g->t->tokens[i + 1].mark == ','));
        if (many && !plural_form && last && has(g, i, LEX_SAY))
            return TAG_VERB; /* ", records show." */
        if (plural_form)
            return clause || has(g, i + 1, LEX_PREP) ? TAG_VERB : TAG_NOUN;
        return many && (clause || has(g, i + 1, LEX_PREP) || has(g, i + 1, LEX_ADJ)) ? TAG_VERB
                                                                                     : TAG_NOUN;
    }
    bool set_off = prev == TAG_MARK && i > g->begin + 1 && g->t->tokens[k].mark == ',' &&
                   plural_form && has(g, i, LEX_SAY);
    if ((prev == TAG_COORD || set_off) && clause)
        return TAG_VERB;
    return TAG_NOUN;
}

/* One person or thing: no plural ending, and not the last of "Orlov and Petrik". */
static bool singular_name(const struct tagger *g, size_t i)
{
    if (ends_in(token_str(g->t, i), "s"))
        return false;
    for (size_t k = i; k > g->begin && i - k < 5; k--)
        if (g->tag[k - 1] == TAG_COORD)
            return false;
        else if (g->tag[k - 1] != TAG_NAME)
            return true;
    return true;
}

static enum tag tag_open(const struct tagger *g, size_t i)
{
    if (looks_named(g, i))
        return TAG_NAME;
    uint32_t w = word_at(g, i);
    if (lexicon_is(w, LEX_NUMBER_WORD))
        return TAG_NUM;
    struct str s = token_str(g->t, i);
    size_t k = before(g, i);
    if (lexicon_is(w, LEX_DEICTIC) && (has(g, i + 1, LEX_TIME_NOUN) || has(g, i + 1, LEX_DAY)))
        return TAG_ADJ;
    if (lexicon_is(w, LEX_ADJ) && lexicon_is(w, LEX_V_BASE) && is_text(g, i + 1, "to") &&
        i > g->begin && g->tag[i - 1] == TAG_NOUN)
        return TAG_ADJ; /* "people close to" */
    if (any_verb(g, i)) {
        bool noun = any_noun(g, i);
        enum tag prev = k == i ? TAG_MARK : (enum tag)g->tag[k];
        if (lexicon_is(w, LEX_V_BASE) && wants_base(g, k, i))
            return TAG_BASE;
        if (lexicon_is(w, LEX_V_ING) && !lexicon_is(w, LEX_V_BASE))
            return noun && prev != TAG_AUX ? TAG_NOUN : tag_ing(g, i);
        bool past = lexicon_is(w, LEX_V_PAST), part = lexicon_is(w, LEX_V_PART);
        if ((past || part) && !noun && !(lexicon_is(w, LEX_V_BASE) && prev != TAG_AUX))
            return tag_past(g, i, past, part);
        if (lexicon_is(w, LEX_ADJ) && wants_noun(prev))
            return TAG_ADJ;
        if (noun && (past || part) && after_aux(g, k, i))
            return TAG_PART;
        if (noun)
            return tag_hybrid(g, i, lexicon_is(w, LEX_V_S));
        if (lexicon_is(w, LEX_ADJ) && prev == TAG_AUX)
            return TAG_ADJ;
        enum tag touching = i > g->begin ? (enum tag)g->tag[i - 1] : TAG_MARK;
        if (wants_noun(touching) && touching != TAG_NUM)
            return TAG_NOUN;
        bool base = lexicon_is(w, LEX_V_BASE) && !past;
        if (base && (touching == TAG_PREP || (touching == TAG_NAME && singular_name(g, i - 1))))
            return TAG_NOUN;
        if (base && touching == TAG_NOUN && !opens_phrase(g, i + 1) &&
            has(g, i - 1, LEX_N_ONE) && !has(g, i - 1, LEX_N_MANY))
            return TAG_NOUN;
        return TAG_VERB;
    }
    if (lexicon_is(w, LEX_ADV) || lexicon_is(w, LEX_PARTICLE))
        return TAG_ADV;
    if (lexicon_is(w, LEX_ADJ) || lexicon_is(w, LEX_ADJ_THAT) || lexicon_is(w, LEX_ADJ_PREP) ||
        lexicon_is(w, LEX_ADJ_TO))
        return TAG_ADJ;
    if (lexicon_is(w, LEX_EVIDENTIAL))
        return TAG_ADV;
    if (any_noun(g, i))
        return TAG_NOUN;
    if (s.n > 4 && ends_in(s, "ing"))
        return tag_ing(g, i);
    if (s.n > 4 && ends_in(s, "ed"))
        return tag_past(g, i, true, true);
    return tag_by_ending(g, i);
}

/* voters' images: a single mark behind a plural, with a word to own behind it. */
static bool plural_owner(const struct tagger *g, size_t i)
{
    const struct token *q = &g->t->tokens[i];
    if (!q->single || q->mark == QUOTE_OPEN || i == g->begin || i + 1 >= g->end)
        return false;
    const struct token *next = &g->t->tokens[i + 1];
    return g->t->tokens[i - 1].kind == TOKEN_WORD && ends_in(token_str(g->t, i - 1), "s") &&
           next->kind == TOKEN_WORD &&
           (any_noun(g, i + 1) || next->word == 0 || capital(g, i + 1) ||
            lexicon_is(next->word, LEX_ADJ));
}

static enum tag tag_token(const struct tagger *g, size_t i)
{
    const struct token *k = &g->t->tokens[i];
    switch ((enum token_kind)k->kind) {
    case TOKEN_NUMBER:
        return TAG_NUM;
    case TOKEN_CLITIC:
        return tag_clitic(g, i);
    case TOKEN_WORD:
        break;
    case TOKEN_QUOTE:
        return plural_owner(g, i) ? TAG_GEN : TAG_MARK;
    case TOKEN_SYMBOL:
        if (is_text(g, i, "&") && i > g->begin && g->tag[i - 1] == TAG_NAME &&
            capital(g, i + 1))
            return TAG_NAME; /* "Roads & Bridges" */
        return k->mark == '$' || k->mark == '%' ? TAG_NUM : TAG_MARK;
    case TOKEN_DASH:
    case TOKEN_PUNCT:
        return TAG_MARK;
    }
    /* "…, the Border Service reports, citing relatives." */
    bool clause_end = i + 1 >= g->end || g->t->tokens[i + 1].kind == TOKEN_PUNCT;
    if (clause_end && i > g->begin && g->tag[i - 1] == TAG_NAME && has(g, i, LEX_V_S) &&
        has(g, i, LEX_SAY) && has(g, i, LEX_REPORT) && !(k->flags & TOKEN_UPPER_FIRST))
        return TAG_VERB;
    enum tag closed = tag_closed(g, i);
    return closed == TAG_MARK ? tag_open(g, i) : closed;
}

static bool is_titled(const struct tagger *g)
{
    size_t words = 0, capitals = 0, small = 0;
    for (size_t i = g->begin; i < g->end; i++) {
        const struct token *k = &g->t->tokens[i];
        if (k->kind != TOKEN_WORD)
            continue;
        words++;
        if (k->flags & TOKEN_UPPER_FIRST)
            capitals++;
        else if (k->end - k->begin <= 4)
            small++;
    }
    return words >= 4 && (capitals + small) * 10 >= words * 9 && capitals * 2 > words;
}

uint8_t *tag_words(struct arena *a, const struct token_text *t)
{
    uint8_t *tag = ARENA_NEW(a, t->count + 1, uint8_t);
    for (size_t s = 0; s < t->sentence_count; s++) {
        struct tagger g = {
            .t = t, .tag = tag, .begin = t->sentences[s].begin, .end = t->sentences[s].end};
        g.titled = is_titled(&g);
        for (size_t i = g.begin; i < g.end; i++)
            tag[i] = (uint8_t)tag_token(&g, i);
    }
    return tag;
}
