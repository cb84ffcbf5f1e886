/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Choosing the article, after the idea of "readability": a paragraph with running text gives
 * points to its parent and half of them to the parent above, links take points away, and the
 * element with most points wins; it is widened to its parent while that holds much more
 * running text.
 */
#include "base/html_parts.h"
#include "base/text.h"

#define PARAGRAPH_LEAST 25 /* bytes of running text that make a paragraph */
#define ARTICLE_LEAST   40
#define FALLBACK_LEAST  140 /* if everything has a class like "comment" */
#define LINK_BLOCK_MOST 400

static bool is_block(const struct html_node *n)
{
    return n->kind != HTML_INLINE && n->kind != HTML_LINK && n->kind != HTML_BREAK;
}

static bool is_used(const struct html_node *n, bool strict)
{
    return !n->drop && !(strict && n->unlikely);
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The nearest block at or above each node; parents come before children. */
static uint32_t *find_blocks(struct arena *a, const struct html_page *p)
{
    uint32_t *block = ARENA_NEW(a, p->node_count, uint32_t);
    for (size_t i = 1; i < p->node_count; i++)
        block[i] = is_block(&p->nodes[i]) ? (uint32_t)i : block[p->nodes[i].parent];
    return block;
}

static void measure(struct html_page *p, const uint32_t *block, bool strict)
{
    for (size_t i = 0; i < p->node_count; i++) {
        struct html_node *n = &p->nodes[i];
        n->own = n->own_link = n->own_commas = n->text = n->link = 0;
        n->score = 0;
    }
    for (size_t i = 0; i < p->piece_count; i++) {
        const struct html_piece *piece = &p->pieces[i];
        const struct html_node *n = &p->nodes[piece->node];
        if (!is_used(n, strict))
            continue;
        struct str s = str_slice(p->text, piece->text, piece->text + piece->length);
        uint32_t length = 0, commas = 0;
        for (size_t k = 0; k < s.n; k++) {
            length += !is_blank(s.p[k]);
            commas += s.p[k] == ',';
        }
        struct html_node *b = &p->nodes[block[piece->node]];
        b->own += length;
        b->own_link += n->in_link ? length : 0;
        b->own_commas += commas;
    }
    for (size_t i = p->node_count; i-- > 1;) {
        struct html_node *n = &p->nodes[i];
        n->text += n->own;
        n->link += n->own_link;
        p->nodes[n->parent].text += n->text;
        p->nodes[n->parent].link += n->link;
    }
}

static void give_points(struct html_page *p)
{
    for (size_t i = 1; i < p->node_count; i++) {
        struct html_node *n = &p->nodes[i];
        if (n->own < PARAGRAPH_LEAST || n->own_link * 2 > n->own)
            continue;
        double points = 1 + n->own_commas + (n->own > 300 ? 3.0 : n->own / 100.0);
        struct html_node *up = &p->nodes[n->parent];
        if (n->kind == HTML_PARAGRAPH) {
            up->score += points;
            p->nodes[up->parent].score += points / 2;
        } else {
            n->score += points;
            up->score += points / 2;
        }
    }
}

static double density_of(const struct html_node *n)
{
    return n->text ? 1.0 - (double)n->link / (double)n->text : 0;
}

static uint32_t running(const struct html_node *n)
{
    return n->text - n->link;
}

/* The element that holds the article, or 0. */
static uint32_t choose(struct html_page *p)
{
    uint32_t best = 0, marked = 0;
    double best_score = 0;
    for (uint32_t i = 1; i < p->node_count; i++) {
        const struct html_node *n = &p->nodes[i];
        double score = n->score * density_of(n);
        if (score > best_score) {
            best_score = score;
            best = i;
        }
        if ((n->kind == HTML_ARTICLE || n->body_hint) &&
            (!marked || running(n) > running(&p->nodes[marked])))
            marked = i;
    }
    if (!best)
        return 0;
    if (marked && running(&p->nodes[marked]) * 2 >= running(&p->nodes[best]))
        return marked;
    for (uint32_t up = p->nodes[best].parent; up; up = p->nodes[up].parent) {
        const struct html_node *n = &p->nodes[up];
        if (density_of(n) > 0.7 && running(n) > running(&p->nodes[best]) * 1.3)
            best = up;
    }
    return best;
}

/* Blocks of links inside the article: "More on this story". */
static void drop_link_blocks(struct html_page *p, uint32_t article)
{
    for (uint32_t i = article + 1; i <= p->nodes[article].last; i++) {
        struct html_node *n = &p->nodes[i];
        if (p->nodes[n->parent].drop)
            n->drop = true;
        else if (is_block(n) && n->link * 2 > n->text && n->text < LINK_BLOCK_MOST)
            n->drop = true;
    }
}

struct writer {
    struct arena *a;
    struct buf out;
    struct offset_map *map;
    bool blank;        /* white space was met since the last character */
    uint32_t blank_at; /* where in the file */
    unsigned breaks;   /* 1: end of line, 2: end of paragraph */
    uint32_t break_at;
};

static void put(struct writer *w, struct str s, uint32_t source, uint32_t source_length)
{
    struct offset_run run = {(uint32_t)w->out.n, source, (uint32_t)s.n, source_length};
    buf_add(&w->out, s);
    offset_add(w->a, w->map, run);
}

/* The white space or break that stands before the next character. */
static void settle(struct writer *w)
{
    if (w->breaks && w->out.n)
        put(w, w->breaks > 1 ? STR("\n\n") : STR("\n"), w->break_at, 0);
    else if (w->blank && w->out.n)
        put(w, STR(" "), w->blank_at, 1);
    w->blank = false;
    w->breaks = 0;
}

static void write_piece(struct writer *w, const struct html_piece *piece, struct str s,
                        bool pre)
{
    bool literal = piece->length == piece->source_length;
    for (size_t i = 0; i < s.n;) {
        size_t from = i;
        uint32_t at = piece->source + (literal ? (uint32_t)i : 0);
        bool nbsp = s.p[i] == '\xc2' && i + 1 < s.n && s.p[i + 1] == '\xa0';
        if (is_blank(s.p[i]) || nbsp) {
            if (!w->blank)
                w->blank_at = at;
            w->blank = true;
            if (pre && s.p[i] == '\n') {
                w->break_at = at;
                w->breaks = w->breaks ? 2 : 1;
            }
            i += nbsp ? 2 : 1;
            continue;
        }
        while (i < s.n && !is_blank(s.p[i]) &&
               !(s.p[i] == '\xc2' && i + 1 < s.n && s.p[i + 1] == '\xa0'))
            i++;
        settle(w);
        uint32_t length = (uint32_t)(i - from);
        put(w, str_slice(s, from, i), at, literal ? length : piece->source_length);
    }
}

static void write_article(struct arena *a, const struct html_page *p, const uint32_t *block,
                          uint32_t article, bool strict, struct html_article *ret)
{
    struct writer w = {.a = a, .map = &ret->map};
    buf_init(&w.out, p->text.n + 2 * p->piece_count + 64);
    for (size_t i = 0; i < p->piece_count; i++) {
        const struct html_piece *piece = &p->pieces[i];
        const struct html_node *n = &p->nodes[piece->node];
        if (piece->node < article || piece->node > p->nodes[article].last)
            continue;
        if (piece->length == 0) {
            w.break_at = piece->source;
            w.breaks = piece->line_break && !w.breaks ? 1 : 2;
            continue;
        }
        if (!is_used(n, strict))
            continue;
        struct str s = str_slice(p->text, piece->text, piece->text + piece->length);
        write_piece(&w, piece, s, p->nodes[block[piece->node]].kind == HTML_PRE);
    }
    ret->text = arena_copy(a, buf_str(&w.out));
    buf_free(&w.out);
}

/* A page header (name of the site, menus) is no part of the article; that of an <article>, with
 * its headline, is. */
static void drop_headers(struct html_page *p)
{
    for (size_t i = 1; i < p->node_count; i++) {
        struct html_node *n = &p->nodes[i];
        bool in_article = false;
        if (n->kind == HTML_HEADER)
            for (uint32_t up = n->parent; up && !in_article; up = p->nodes[up].parent)
                in_article = p->nodes[up].kind == HTML_ARTICLE;
        n->drop =
            n->drop || p->nodes[n->parent].drop || (n->kind == HTML_HEADER && !in_article);
    }
}

int html_article(struct arena *a, struct str bytes, const char *what, struct html_article *ret,
                 struct err *err)
{
    struct html_page page;
    int r = html_parse(a, bytes, what, &page, err);
    if (r)
        return r;
    drop_headers(&page);
    uint32_t *block = find_blocks(a, &page);
    for (int strict = 1; strict >= 0; strict--) {
        measure(&page, block, strict);
        give_points(&page);
        uint32_t article = choose(&page);
        if (!article ||
            running(&page.nodes[article]) < (strict ? ARTICLE_LEAST : FALLBACK_LEAST))
            continue;
        drop_link_blocks(&page, article);
        *ret = (struct html_article){
            .published = page.published, .publisher = page.publisher, .title = page.title};
        write_article(a, &page, block, article, strict, ret);
        if (ret->text.n)
            return 0;
    }
    return err_set(err, ERR_INPUT,
                   "%s: no article was found in this HTML page; expected a page with running "
                   "text, or save the text of the report as a plain file",
                   what);
}
