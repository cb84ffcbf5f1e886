/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/read/parts: the stages of the reader, in the order in which read.c calls them. Private
 * to the room, except figure_find, which engine/family uses too.
 */
#ifndef DEPONENT_ENGINE_READ_PARTS_H
#define DEPONENT_ENGINE_READ_PARTS_H

#include "engine/read/lexicon.h"
#include "engine/read/read.h"
#include "engine/read/token.h"

/* token.c: words with their lexicon ids, sentences, paragraphs. */
void token_split(struct arena *a, struct str text, struct token_text *ret);

/* page.c: what kind of page this is, and which parts of it are not the report. */
struct page {
    bool english;
    bool reworded;
    struct str published; /* EDTF from a head line such as "date 2022-08-11", or p == NULL */
    bool *furniture;      /* per token: "Story continues", captions, sign-up lines … */
    const uint8_t *tags;  /* per token, by tag_words; NULL: not made yet */
};
void page_scan(struct arena *a, const struct token_text *t, struct page *ret);

/* date.c: expressions of time, as EDTF relative to the reference date. */
struct date_mention {
    uint32_t begin, end; /* tokens */
    struct span span;    /* bytes */
    struct str edtf;     /* p == NULL: an expression of time that cannot be resolved */
};
struct date_list {
    struct date_mention *items;
    size_t count;
};
void date_find(struct arena *a, const struct token_text *t, struct str published,
               struct date_list *ret);

/* figure.c: numbers with bound and unit. Numbers inside dates (`dates`), names and furniture
 * (may be NULL) are not figures. In the order of the text, disjoint. */
void figure_find(struct arena *a, const struct token_text *t, const struct date_list *dates,
                 const bool *furniture, struct figure_list *ret);

/* quote.c: quotations, by tokens; the marks are outside [begin, end). */
struct quotation {
    uint32_t begin, end;  /* tokens between the marks */
    uint32_t open, close; /* the mark tokens; close == end, or begin - 1 for a dash */
    bool scare;           /* a word or two set off by the narrator, not somebody's speech */
    bool closed;          /* has its closing mark, at `close` */
    bool continues;       /* a paragraph that opens a quotation left open before it */
};
struct quotation_list {
    struct quotation *items;
    size_t count;
};
void quote_find(struct arena *a, const struct token_text *t, const bool *furniture,
                struct quotation_list *ret);

/* attribute.c: cue, speaker (with appositions cut as the text stands), content, stance, mode
 * and rule of every proposal. The rest is left zero. */
struct proposal_list {
    struct proposal *items;
    size_t count, cap;
};
void attribute_find(struct arena *a, const struct token_text *t, const struct page *page,
                    const struct quotation_list *quotes, struct proposal_list *ret);

/* detail.c: name, role, via, terms, verification, when, where, hedges, and which figures belong
 * to which proposal. */
void detail_fill(struct arena *a, const struct token_text *t, const struct page *page,
                 const struct date_list *dates, const struct figure_list *figures,
                 struct proposal_list *proposals, struct figure_list *ret_loose);

#endif
