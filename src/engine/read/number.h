/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/read/number: numbers as they are written, under the readers of dates, figures and
 * values.
 *
 * Words and numbers are first cut finer than tokens: an atom is a run of letters, a numeral
 * ("1,234.5") or one mark, so that "12-year-old", "Oct-2" and "$1.5bn" can be read alike. A
 * number is read from the atom at which it begins, and is the longest that can stand there:
 * "two and a half million", "3 hundred and 21", "half a dozen". Values are doubles below
 * 1e300; a longer one is not read. Does not: decide whether the number is a figure.
 */
#ifndef DEPONENT_ENGINE_READ_NUMBER_H
#define DEPONENT_ENGINE_READ_NUMBER_H

#include "engine/read/lexicon.h"
#include "engine/read/token.h"

enum atom_kind { ATOM_WORD, ATOM_NUMERAL, ATOM_MARK };

enum atom_flag {
    ATOM_SPACE = 1, /* white space before it */
    ATOM_FIRST = 2, /* first of its sentence */
    ATOM_INNER = 4, /* not the first of its token */
    ATOM_UPPER = 8, /* begins with an upper-case letter */
    ATOM_NUMERIC =
        16, /* may begin or belong to a number, a date, an amount or a vague figure */
    ATOM_TEMPORAL = 32, /* may be part of an expression of time */
};

struct atom {
    uint32_t begin, end; /* bytes */
    uint32_t token;
    uint32_t word; /* lexicon id, 0 if none */
    uint8_t kind, flags;
    uint8_t mark;   /* MARK: its character; any dash is '-', "~" stays; 0 for others */
    uint8_t digits; /* NUMERAL: how many before the point, 255 for more */
};

struct atoms {
    struct str text;
    struct atom *items; /* one more than count, an empty mark that begins a sentence */
    size_t count;
};

struct number {
    uint32_t begin, end; /* atoms */
    double value;
    bool words;    /* a word is part of it */
    bool fraction; /* "half", "two thirds", "two and a half" */
    bool decimal;  /* has a point */
    bool dozens;   /* counted in dozens: "two dozen" */
    bool couple;   /* "a couple of dozen" */
    bool single;   /* the word "one", or "a" before a scale */
};

void atoms_split(struct arena *a, const struct token_text *t, struct atoms *ret);

static inline bool atom_is(const struct atoms *x, size_t i, enum lex_class c)
{
    return i < x->count && lexicon_is(x->items[i].word, c);
}
static inline int atom_value(const struct atoms *x, size_t i)
{
    return lexicon_words[x->items[i].word].value;
}
static inline bool atom_is_mark(const struct atoms *x, size_t i, char mark)
{
    return i < x->count && x->items[i].kind == ATOM_MARK && x->items[i].mark == (uint8_t)mark;
}
static inline bool atom_is_numeral(const struct atoms *x, size_t i)
{
    return i < x->count && x->items[i].kind == ATOM_NUMERAL;
}
/* No space between atom i and the one before, and both in one sentence. */
static inline bool atom_glued(const struct atoms *x, size_t i)
{
    return i && i < x->count && !(x->items[i].flags & (ATOM_SPACE | ATOM_FIRST));
}
/* Atom i stands in the same sentence as the one before. */
static inline bool atom_follows(const struct atoms *x, size_t i)
{
    return i && i < x->count && !(x->items[i].flags & ATOM_FIRST);
}
static inline struct str atom_str(const struct atoms *x, size_t i)
{
    return str_slice(x->text, x->items[i].begin, x->items[i].end);
}
bool atom_whole_word(const struct atoms *x, size_t i, const char *w);
/* The word w (lower case). Its first byte mostly says no. */
static inline bool atom_word(const struct atoms *x, size_t i, const char *w)
{
    return i < x->count && (x->text.p[x->items[i].begin] | 0x20) == w[0] &&
           atom_whole_word(x, i, w);
}

/* As lexicon_match, on atoms; *ret_value (may be NULL) is the value of the word or phrase. */
size_t atom_match(const struct atoms *x, size_t i, enum lex_class c, int *ret_value);

enum number_mode {
    NUMBER_PLAIN = 0,
    NUMBER_SHORT = 1, /* "5m" is five million, "12 500" one number */
    NUMBER_WHOLE = 2, /* no sign, fraction or point */
};

/* The number that begins at atom i. */
bool number_read(const struct atoms *x, size_t i, unsigned mode, struct number *ret);
/* "first", "twenty-first", "21st"; the number of atoms, 0 for none. */
size_t number_ordinal(const struct atoms *x, size_t i, int *ret);
/* A year in words: "nineteen ninety-nine", "two thousand and five", "nineteen oh one". */
size_t number_year(const struct atoms *x, size_t i, int *ret);
/* The digits of a numeral as a whole number if it has nothing else, else -1. */
int64_t number_digits(const struct atoms *x, size_t i);

#endif
