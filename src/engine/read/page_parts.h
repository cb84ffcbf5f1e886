/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/read/page_parts: the four questions that page_scan asks. Private to page*.c.
 */
#ifndef DEPONENT_ENGINE_READ_PAGE_PARTS_H
#define DEPONENT_ENGINE_READ_PAGE_PARTS_H

#include "engine/read/parts.h"

/* Tokens of one paragraph. */
static inline struct token_range page_paragraph(const struct token_text *t, size_t p)
{
    struct token_range s = t->paragraphs[p];
    return (struct token_range){t->sentences[s.begin].begin, t->sentences[s.end - 1].end};
}

/* Is the text English, as a whole? Paragraphs in another language are marked in `furniture`
 * when it is. Function words and scripts are counted; very short texts are judged by what the
 * lexicon knows of them. */
bool page_language(const struct token_text *t, bool *furniture);

/* Marks what the site put around the report, and captions, credits and bylines. */
void page_furniture(const struct token_text *t, bool *furniture);

/* The date at the head, as EDTF, or p == NULL; the line or dateline is marked as furniture. */
struct str page_head_date(struct arena *a, const struct token_text *t, bool *furniture);

/* Does the text look reworded by a machine? Set phrases with a wrong synonym in them, rare
 * substitutes close together, "a" and "an" before the wrong sound. */
bool page_reworded(struct arena *a, const struct token_text *t, const bool *furniture);

#endif
