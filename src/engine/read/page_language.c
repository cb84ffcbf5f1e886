/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Function words are counted against those of other languages in Latin letters, letters of
 * other scripts against Latin ones. Every second or third word of an English sentence is in our
 * list, of another language at most every tenth.
 */
#include "base/text.h"
#include "engine/read/page_parts.h"

enum verdict { UNDECIDED, ENGLISH, FOREIGN };

struct tally {
    size_t words;        /* in Latin letters */
    size_t lower;        /* of these, not written like a name */
    size_t english;      /* function words of English */
    size_t foreign;      /* function words of others, in lower case */
    size_t marked;       /* lower-case words with letters that English has not */
    size_t known;        /* in the lexicon at all, or with an English ending */
    size_t latin, other; /* letters */
};

static bool english_ending(struct str w)
{
    static const char *const tails[] = {"ing", "ed",  "tion", "ness",
                                        "ly",  "ers", "ght",  "ence"};
    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++)
        if (w.n > strlen(tails[i]) + 2 && str_ends(w, str_of(tails[i])))
            return true;
    return false;
}

static void count_word(const struct token_text *t, size_t i, struct tally *c)
{
    struct str w = token_str(t, i);
    size_t latin = 0, other = 0, marked = 0;
    for (size_t k = 0, next; k < w.n; k = next) {
        uint32_t cp = text_decode(w, k, &next);
        if (cp < 0x80 ? (cp | 32) >= 'a' && (cp | 32) <= 'z'
                      : cp < 0x250 || (cp >= 0x1E00 && cp < 0x1F00)) {
            latin++;
            marked += cp >= 0xC0;
        } else if (cp >= 0x80 && text_is_letter(cp)) {
            other += cp >= 0x2E80 ? 3 : 1; /* a Han sign is a word of its own */
        }
    }
    c->latin += latin;
    c->other += other;
    if (latin == 0)
        return;
    c->words++;
    uint32_t id = t->tokens[i].word;
    bool lower = !(t->tokens[i].flags & TOKEN_UPPER_FIRST);
    bool foreign = id && lexicon_is(id, LEX_FOREIGN_COMMON);
    c->lower += lower;
    c->english += id && lexicon_is(id, LEX_ENGLISH_COMMON);
    c->foreign += foreign && (lower || (t->tokens[i].flags & TOKEN_SENTENCE_FIRST));
    c->marked += lower && marked > 0 && !foreign;
    c->known += (id && !foreign) || (lower && !marked && english_ending(w));
}

static void add(struct tally *sum, const struct tally *c)
{
    sum->words += c->words;
    sum->lower += c->lower;
    sum->english += c->english;
    sum->foreign += c->foreign;
    sum->marked += c->marked;
    sum->known += c->known;
    sum->latin += c->latin;
    sum->other += c->other;
}

static enum verdict judge(const struct tally *c)
{
    if (c->latin + c->other == 0)
        return UNDECIDED;
    if (c->other > c->latin)
        return FOREIGN;
    size_t against = c->foreign + c->marked;
    if (c->english * 5 >= c->words && c->english > 2 * c->foreign)
        return ENGLISH;
    if (c->words >= 4 && against > c->english && against * 8 >= c->words)
        return FOREIGN;
    if (c->lower >= 10 && c->english * 10 < c->lower && c->known * 4 < c->lower)
        return FOREIGN;
    if (c->english > c->foreign && c->english * 8 >= c->words && c->marked * 8 < c->words)
        return ENGLISH;
    return UNDECIDED;
}

/* Headlines, lists and very short texts, where no paragraph could be judged by itself. */
static bool judge_whole(const struct tally *c)
{
    enum verdict v = judge(c);
    if (v != UNDECIDED)
        return v == ENGLISH;
    if (c->words == 0)
        return false;
    size_t against = c->foreign + c->marked;
    return against <= c->english && c->known * 3 >= c->words;
}

bool page_language(const struct token_text *t, bool *furniture)
{
    struct tally all = {0};
    size_t english = 0, foreign = 0;
    for (size_t p = 0; p < t->paragraph_count; p++) {
        struct token_range r = page_paragraph(t, p);
        struct tally c = {0};
        for (size_t i = r.begin; i < r.end; i++)
            if (t->tokens[i].kind == TOKEN_WORD)
                count_word(t, i, &c);
        enum verdict v = judge(&c);
        if (v == ENGLISH)
            english += c.words;
        else if (v == FOREIGN) {
            foreign += c.words + c.other / 5;
            if (c.words + c.other / 5 >= 4)
                memset(furniture + r.begin, 1, r.end - r.begin);
        }
        add(&all, &c);
    }
    if (english == 0 && foreign == 0)
        return judge_whole(&all);
    return english * 2 >= foreign && english > 0;
}
