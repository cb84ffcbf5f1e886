/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/read/read.h"

#include "engine/read/parts.h"
#include "engine/read/tag.h"

/* The first sentence of a report begins behind its dateline. */
static void skip_datelines(struct token_text *t, const bool *furniture)
{
    for (size_t s = 0; s < t->sentence_count; s++) {
        struct token_range *r = &t->sentences[s];
        uint32_t i = r->begin;
        while (i < r->end && furniture[i])
            i++;
        if (i == r->begin || i == r->end)
            continue;
        r->begin = i;
        t->tokens[i].flags |= TOKEN_SENTENCE_FIRST;
    }
}

int read_document(struct arena *a, struct str text, const struct read_options *options,
                  struct reading *ret, struct err *err)
{
    if (text.n > READ_MAX_BYTES)
        return err_set(err, ERR_LIMIT, "%.*s: %zu bytes, at most %u are read",
                       (int)options->file.n, options->file.p, text.n, READ_MAX_BYTES);
    struct token_text t;
    token_split(a, text, &t);
    struct page page;
    page_scan(a, &t, &page);
    *ret = (struct reading){
        .file = options->file,
        .text = text,
        .english = page.english,
        .reworded = page.reworded,
        .published = options->published.p ? options->published : page.published,
    };
    if (!page.english)
        return 0;
    skip_datelines(&t, page.furniture);
    struct date_list dates = {0};
    date_find(a, &t, ret->published, &dates);
    struct figure_list figures = {0};
    figure_find(a, &t, &dates, page.furniture, &figures);
    struct quotation_list quotes = {0};
    quote_find(a, &t, page.furniture, &quotes);
    page.tags = tag_words(a, &t);
    struct proposal_list proposals = {0};
    attribute_find(a, &t, &page, &quotes, &proposals);
    detail_fill(a, &t, &page, &dates, &figures, &proposals, &ret->loose);
    for (size_t i = 0; i < proposals.count; i++)
        proposals.items[i].id = (unsigned)i + 1;
    ret->items = proposals.items;
    ret->count = proposals.count;
    return 0;
}
