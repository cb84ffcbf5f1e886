/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/family/compare: the stages of family_compare. Private to the room.
 *
 * A "line" is a sentence that several copies have, as the fullest of them words it. Texts are
 * taken from the longest to the shortest; a sentence of a text that finds no line becomes one
 * itself, so that what the fullest copy lacks is compared among the others.
 */
#ifndef DEPONENT_ENGINE_FAMILY_COMPARE_H
#define DEPONENT_ENGINE_FAMILY_COMPARE_H

#include "engine/family/family.h"
#include "engine/read/parts.h"

#define NONE UINT32_MAX

enum word_flag {
    WORD_IS_WORD = 1,
    WORD_NAME = 2,    /* capitalised as a name is */
    WORD_QUOTED = 4,  /* between quotation marks */
    WORD_NUMBER = 8,  /* begins with a digit */
    WORD_NEGATES = 16 /* not, never, nobody … */
};

struct side_word {
    uint32_t key; /* hash of the folded word */
    uint8_t flags;
    uint32_t figure; /* the figure it belongs to, or NONE */
};

/* One text, prepared. */
struct side {
    struct str text;
    struct token_text t;
    struct side_word *words; /* by token */
    struct figure_list figures;
    struct token_range *figure_tokens;
    struct quotation_list quotes;
    struct token_range *sentences; /* cut to at most SENTENCE_MAX tokens */
    uint32_t sentence_count;
    uint32_t *line_of;  /* by sentence: its line */
    uint32_t *match_of; /* by sentence: its match, or NONE when it is the line itself */
};

#define SENTENCE_MAX 240u

struct line {
    uint32_t text, sentence;           /* who words it */
    uint32_t first_match, match_count; /* matches sorted by line */
    bool dropped; /* a copy has its neighbours side by side, and not the line */
};

/* A sentence of another text that renders the line. */
struct match {
    uint32_t line, text, sentence;
    uint32_t equal;    /* words that are the same */
    float share;       /* of the shorter sentence, by weight */
    uint16_t *partner; /* for each token of the line: token of the sentence + 1, or 0 */
};

struct comparison {
    struct arena *work; /* until the report is filled */
    const struct family_text *texts;
    struct side *sides;
    uint32_t count;  /* of those that are compared */
    size_t all;      /* of those in the family */
    uint32_t *order; /* texts, the longest first */
    struct line *lines;
    size_t line_count, line_cap;
    struct match *matches;
    size_t match_count, match_cap;
};

/* side.c */
void side_prepare(struct arena *a, struct str text, struct side *ret);
static inline struct str side_str(const struct side *s, uint32_t begin, uint32_t end)
{
    return str_slice(s->text, s->t.tokens[begin].begin, s->t.tokens[end - 1].end);
}
/* The same name, give or take a damaged letter or two. */
bool side_similar(struct str a, struct str b);
/* The token folded, without dots and apostrophes, into `ret`; returns its length. */
size_t side_fold(struct str token, char *ret, size_t max);

/* align.c: fills lines and matches. */
void align_texts(struct comparison *c);

/* drift.c */
void drift_find(struct comparison *c, struct arena *a, struct family_report *report);

/* terms.c: who is granted anonymity, and what must not be printed; credit lines. */
void terms_find_unmasks(struct comparison *c, struct arena *a, struct family_report *report);
void terms_find_credits(struct arena *a, const struct token_text *t, uint32_t from,
                        struct family_credit **items, size_t *count, size_t *cap);
/* Whether `word` stands in `text` as a word, in any case. */
bool terms_stands_in(struct str text, struct str word);
bool terms_is_hidden(const struct family_report *report, struct str text);
/* `values` of the compared texts: those that name an anonymous speaker are withheld. */
void terms_withhold(const struct comparison *c, const struct family_report *report,
                    struct family_value *values);

#endif
