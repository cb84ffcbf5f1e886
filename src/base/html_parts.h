/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * base/html_parts: the page between parsing (html.c) and choosing (html_article.c).
 */
#ifndef DEPONENT_BASE_HTML_PARTS_H
#define DEPONENT_BASE_HTML_PARTS_H

#include "base/html.h"

enum html_tag_kind {
    HTML_INLINE,
    HTML_BLOCK,     /* opens and closes a paragraph */
    HTML_PARAGRAPH, /* p, blockquote, li …: where running text stands */
    HTML_DROP,      /* its text is never part of an article */
    HTML_ARTICLE,
    HTML_HEADER, /* dropped outside an article */
    HTML_LINK,
    HTML_BREAK,
    HTML_PRE,
};

/* Elements in the order of the page; the subtree of node i is [i, last]. */
struct html_node {
    uint32_t parent, last;
    uint8_t kind; /* enum html_tag_kind */
    bool drop, unlikely, body_hint;
    bool in_link;
    /* filled by html_article.c */
    uint32_t own, own_link, own_commas; /* bytes of text of a block, without inner blocks */
    uint32_t text, link;                /* of the whole subtree */
    double score;
};

/* Text of one node, literal or a reference; length 0 marks a break. */
struct html_piece {
    uint32_t node, source, source_length;
    uint32_t text, length; /* in html_page.text */
    bool line_break;       /* <br>: ends a line, not the paragraph */
};

struct html_page {
    struct html_node *nodes; /* nodes[0] is the document */
    size_t node_count, node_cap;
    struct html_piece *pieces;
    size_t piece_count, piece_cap;
    struct str text;
    struct str published, publisher, title;
};

int html_parse(struct arena *a, struct str bytes, const char *what, struct html_page *ret,
               struct err *err) ERR_CHECKED;

#endif
