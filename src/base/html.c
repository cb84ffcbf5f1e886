/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * libxml2's HTML parser calls us for every tag and every stretch of text. Its position in the
 * input tells where a stretch ends; the bytes before it are compared, so that a place is never
 * guessed. Where they differ (references, carriage returns) the stretch is walked along the
 * file; what cannot be found in the file is left out of the text.
 */
#include "base/buf.h"
#include "base/html_parts.h"

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#define HEAD_BYTES 4096

struct builder {
    struct arena *a;
    struct str source;
    struct html_page *page;
    htmlParserCtxtPtr parser;
    struct buf text;
    uint32_t open[HTML_MAX_DEPTH + 1]; /* the path of nodes, open[0] is the document */
    size_t depth;
    size_t at; /* the file is used up to here */
    int limit; /* ERR_LIMIT once a bound is met */
};

static const struct {
    const char *name;
    enum html_tag_kind kind;
} tags[] = {
    {"address", HTML_BLOCK},   {"article", HTML_ARTICLE},  {"aside", HTML_DROP},
    {"audio", HTML_DROP},      {"blockquote", HTML_BLOCK}, {"body", HTML_BLOCK},
    {"br", HTML_BREAK},        {"button", HTML_DROP},      {"canvas", HTML_DROP},
    {"caption", HTML_DROP},    {"center", HTML_BLOCK},     {"dd", HTML_PARAGRAPH},
    {"dialog", HTML_DROP},     {"div", HTML_BLOCK},        {"dl", HTML_BLOCK},
    {"dt", HTML_PARAGRAPH},    {"embed", HTML_DROP},       {"fieldset", HTML_DROP},
    {"figcaption", HTML_DROP}, {"figure", HTML_DROP},      {"footer", HTML_DROP},
    {"form", HTML_DROP},       {"frameset", HTML_DROP},    {"h1", HTML_PARAGRAPH},
    {"h2", HTML_PARAGRAPH},    {"h3", HTML_PARAGRAPH},     {"h4", HTML_PARAGRAPH},
    {"h5", HTML_PARAGRAPH},    {"h6", HTML_PARAGRAPH},     {"head", HTML_DROP},
    {"header", HTML_HEADER},   {"hr", HTML_BLOCK},         {"html", HTML_BLOCK},
    {"iframe", HTML_DROP},     {"li", HTML_PARAGRAPH},     {"main", HTML_ARTICLE},
    {"map", HTML_DROP},        {"math", HTML_DROP},        {"menu", HTML_DROP},
    {"nav", HTML_DROP},        {"noscript", HTML_DROP},    {"object", HTML_DROP},
    {"ol", HTML_BLOCK},        {"p", HTML_PARAGRAPH},      {"pre", HTML_PRE},
    {"script", HTML_DROP},     {"section", HTML_BLOCK},    {"select", HTML_DROP},
    {"style", HTML_DROP},      {"svg", HTML_DROP},         {"table", HTML_BLOCK},
    {"tbody", HTML_BLOCK},     {"td", HTML_PARAGRAPH},     {"template", HTML_DROP},
    {"textarea", HTML_DROP},   {"tfoot", HTML_BLOCK},      {"th", HTML_PARAGRAPH},
    {"thead", HTML_BLOCK},     {"title", HTML_DROP},       {"tr", HTML_BLOCK},
    {"ul", HTML_BLOCK},        {"video", HTML_DROP},       {"a", HTML_LINK},
};

static enum html_tag_kind kind_of(const char *name)
{
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++)
        if (strcmp(tags[i].name, name) == 0)
            return tags[i].kind;
    return HTML_INLINE;
}

static bool is_block(enum html_tag_kind k)
{
    return k != HTML_INLINE && k != HTML_LINK && k != HTML_BREAK;
}

/* Where the parser stands in the file. */
static size_t position(const struct builder *b)
{
    const xmlParserInput *in = b->parser->input;
    if (!in)
        return b->source.n;
    size_t at = (size_t)in->consumed + (size_t)(in->cur - in->base);
    return at > b->source.n ? b->source.n : at;
}

static bool has_word(struct str value, const char *const *words)
{
    for (size_t k = 0; words[k]; k++) {
        struct str w = str_of(words[k]);
        for (size_t i = 0; i + w.n <= value.n; i++)
            if (str_eq_nocase(str_slice(value, i, i + w.n), w))
                return true;
    }
    return false;
}

static const char *const unlikely_words[] = {
    "comment",    "sidebar",    "footer",    "navbar",     "navigation", "menu",
    "share",      "sharing",    "social",    "related",    "promo",      "sponsor",
    "advert",     "cookie",     "consent",   "banner",     "widget",     "popup",
    "modal",      "newsletter", "subscribe", "breadcrumb", "recommend",  "trending",
    "most-read",  "mostread",   "outbrain",  "taboola",    "disqus",     "masthead",
    "pagination", "paywall",    "caption",   "credit",     "toolbar",    "signup",
    "sign-up",    "login",      "hidden",    "copyright",  NULL,
};
/* "has-sidebar main-content" is not a sidebar. */
static const char *const likely_words[] = {
    "article", "body", "column", "content", "main", NULL,
};
static const char *const body_words[] = {
    "articlebody",   "article-body",  "article_body", "story-body",
    "storybody",     "entry-content", "post-content", "article-content",
    "article__body", "story__body",   NULL,
};

struct attributes {
    bool hidden, body;
    struct str name, content, datetime;
};

static void read_attributes(const xmlChar **atts, struct html_node *n, struct attributes *ret)
{
    *ret = (struct attributes){0};
    for (size_t i = 0; atts && atts[i]; i += 2) {
        const char *key = (const char *)atts[i];
        struct str value = str_of((const char *)atts[i + 1]);
        if (!strcmp(key, "hidden")) {
            ret->hidden = true;
        } else if (!value.p) {
            continue;
        } else if (!strcmp(key, "class") || !strcmp(key, "id")) {
            value = str_slice(value, 0, 512);
            bool body = has_word(value, body_words);
            ret->body = ret->body || body;
            if (!body && has_word(value, unlikely_words) && !has_word(value, likely_words))
                n->unlikely = true;
        } else if (!strcmp(key, "itemprop") || !strcmp(key, "property") ||
                   !strcmp(key, "name")) {
            ret->name = value;
            ret->body = ret->body || str_eq_nocase(value, STR("articleBody"));
        } else if (!strcmp(key, "content")) {
            ret->content = value;
        } else if (!strcmp(key, "datetime")) {
            ret->datetime = value;
        } else if (!strcmp(key, "aria-hidden")) {
            ret->hidden = ret->hidden || str_eq_nocase(value, STR("true"));
        } else if (!strcmp(key, "role")) {
            if (str_eq_nocase(value, STR("navigation")) ||
                str_eq_nocase(value, STR("banner")) ||
                str_eq_nocase(value, STR("contentinfo")) ||
                str_eq_nocase(value, STR("complementary")) ||
                str_eq_nocase(value, STR("search")))
                n->drop = true;
        } else if (!strcmp(key, "style")) {
            static const char *const none[] = {"display:none", "display: none", NULL};
            ret->hidden = ret->hidden || has_word(str_slice(value, 0, 512), none);
        }
    }
}

static bool is_day(struct str s)
{
    static const char shape[] = "dddd-dd-dd";
    if (s.n < sizeof shape - 1)
        return false;
    for (size_t i = 0; i < sizeof shape - 1; i++)
        if (shape[i] == 'd' ? s.p[i] < '0' || s.p[i] > '9' : s.p[i] != '-')
            return false;
    return true;
}

/* The first date of publication that the page gives, by <meta> rather than by <time>. */
static void take_date(struct builder *b, const char *tag, const struct attributes *at)
{
    static const char *const names[] = {
        "article:published_time",
        "datePublished",
        "date",
        "pubdate",
        "publish-date",
        "publish_date",
        "DC.date",
        "DC.date.issued",
        "og:published_time",
        "published_at",
        "publication_date",
    };
    struct str day = {0};
    if (!strcmp(tag, "meta")) {
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
            if (str_eq_nocase(at->name, str_of(names[i])))
                day = at->content;
    } else if (!strcmp(tag, "time")) {
        day = at->datetime;
    }
    if (!b->page->published.p && is_day(day))
        b->page->published = arena_copy(b->a, str_slice(day, 0, 10));
}

/* Who publishes the page and what it calls itself. */
static void take_names(struct builder *b, const char *tag, const struct attributes *at)
{
    struct str value = str_trim(str_slice(at->content, 0, 300));
    if (strcmp(tag, "meta") != 0 || value.n == 0 || at->content.n > 300)
        return;
    if (!b->page->publisher.p && str_eq_nocase(at->name, STR("og:site_name")))
        b->page->publisher = arena_copy(b->a, value);
    if (!b->page->title.p && str_eq_nocase(at->name, STR("og:title")))
        b->page->title = arena_copy(b->a, value);
}

static void stop(struct builder *b)
{
    b->limit = ERR_LIMIT;
    xmlStopParser(b->parser);
}

static void add_break(struct builder *b, uint32_t node, bool line)
{
    struct html_page *p = b->page;
    struct html_piece *last = p->piece_count ? &p->pieces[p->piece_count - 1] : NULL;
    if (last && last->length == 0 && !last->line_break)
        return;
    struct html_piece piece = {.node = node,
                               .source = (uint32_t)b->at,
                               .text = (uint32_t)b->text.n,
                               .line_break = line};
    ARENA_PUSH(b->a, p->pieces, p->piece_count, p->piece_cap, piece);
}

static void start_element(void *data, const xmlChar *name, const xmlChar **atts)
{
    struct builder *b = data;
    struct html_page *p = b->page;
    const char *tag = (const char *)name;
    if (b->limit)
        return;
    b->at = position(b);
    if (b->depth == HTML_MAX_DEPTH || p->node_count == HTML_MAX_ELEMENTS) {
        stop(b);
        return;
    }
    uint32_t up = b->open[b->depth];
    struct html_node n = {.parent = up, .kind = (uint8_t)kind_of(tag)};
    struct attributes at;
    read_attributes(atts, &n, &at);
    take_date(b, tag, &at);
    take_names(b, tag, &at);
    bool whole = !strcmp(tag, "html") || !strcmp(tag, "body") || n.kind == HTML_ARTICLE;
    n.unlikely = (n.unlikely && !whole) || p->nodes[up].unlikely;
    n.drop = n.drop || p->nodes[up].drop || n.kind == HTML_DROP || (at.hidden && !whole);
    n.in_link = p->nodes[up].in_link || n.kind == HTML_LINK;
    n.body_hint = at.body;
    uint32_t id = (uint32_t)p->node_count;
    ARENA_PUSH(b->a, p->nodes, p->node_count, p->node_cap, n);
    p->nodes[id].last = id;
    b->open[++b->depth] = id;
    if (is_block((enum html_tag_kind)n.kind) || n.kind == HTML_BREAK)
        add_break(b, id, n.kind == HTML_BREAK);
}

static void end_element(void *data, const xmlChar *name)
{
    struct builder *b = data;
    (void)name;
    if (b->limit || b->depth == 0)
        return;
    b->at = position(b);
    uint32_t id = b->open[b->depth--];
    b->page->nodes[id].last = (uint32_t)b->page->node_count - 1;
    if (is_block((enum html_tag_kind)b->page->nodes[id].kind))
        add_break(b, b->open[b->depth], false);
}

static void add_piece(struct builder *b, size_t source, size_t source_length, struct str text)
{
    struct html_page *p = b->page;
    struct html_piece piece = {
        .node = b->open[b->depth],
        .source = (uint32_t)source,
        .source_length = (uint32_t)source_length,
        .text = (uint32_t)b->text.n,
        .length = (uint32_t)text.n,
    };
    buf_add(&b->text, text);
    ARENA_PUSH(b->a, p->pieces, p->piece_count, p->piece_cap, piece);
}

/* A reference at s[0]: its length in the file and its UTF-8 in `out`; 0 if it is none. */
static size_t reference(struct str s, char out[8], size_t *ret_n)
{
    uint32_t cp = 0;
    size_t i = 1;
    if (i < s.n && s.p[i] == '#') {
        i++;
        bool hex = i < s.n && (s.p[i] == 'x' || s.p[i] == 'X');
        i += hex;
        size_t first = i;
        for (; i < s.n && cp < 0x110000; i++) {
            char c = s.p[i];
            unsigned v = c >= '0' && c <= '9'          ? (unsigned)(c - '0')
                         : hex && c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
                         : hex && c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10
                                                       : 99;
            if (v == 99)
                break;
            cp = cp * (hex ? 16 : 10) + v;
        }
        if (i == first)
            return 0;
    } else {
        char name[32];
        size_t n = 0;
        while (i < s.n && n < sizeof name - 1 &&
               (((s.p[i] | 32) >= 'a' && (s.p[i] | 32) <= 'z') ||
                (n && s.p[i] >= '0' && s.p[i] <= '9')))
            name[n++] = s.p[i++];
        name[n] = '\0';
        const htmlEntityDesc *e = htmlEntityLookup((const xmlChar *)name);
        if (!e)
            return 0;
        cp = e->value;
    }
    if (i < s.n && s.p[i] == ';')
        i++;
    int n = xmlCopyChar(0, (xmlChar *)out, (int)cp);
    *ret_n = n > 0 ? (size_t)n : 0;
    return n > 0 ? i : 0;
}

/* Lays `text` along the file from b->at to `end`; leaves out what is not there. */
static void walk(struct builder *b, struct str text, size_t end)
{
    size_t i = b->at, j = 0;
    while (i < end && j < text.n) {
        char utf8[8];
        size_t n = 0, used = 0;
        struct str rest = str_slice(b->source, i, end);
        if (rest.p[0] == '&' && (used = reference(rest, utf8, &n)) != 0 &&
            str_starts(str_slice(text, j, text.n), str_make(utf8, n))) {
            add_piece(b, i, used, str_make(utf8, n));
            i += used;
            j += n;
            continue;
        }
        size_t k = 0;
        while (i + k < end && j + k < text.n && b->source.p[i + k] == text.p[j + k] &&
               (k == 0 || text.p[j + k] != '&'))
            k++;
        if (k)
            add_piece(b, i, k, str_slice(text, j, j + k));
        i += k ? k : 1;
        j += k;
    }
}

static void characters(void *data, const xmlChar *chars, int length)
{
    struct builder *b = data;
    if (b->limit || length <= 0)
        return;
    struct str text = {(const char *)chars, (size_t)length};
    size_t end = position(b);
    bool dropped = b->page->nodes[b->open[b->depth]].drop;
    if (!dropped) {
        if (end >= text.n && end - text.n >= b->at &&
            memcmp(b->source.p + end - text.n, text.p, text.n) == 0)
            add_piece(b, end - text.n, text.n, text);
        else
            walk(b, text, end);
    }
    b->at = end > b->at ? end : b->at;
}

static void moved(void *data)
{
    struct builder *b = data;
    b->at = position(b);
}

static void comment(void *data, const xmlChar *text)
{
    (void)text;
    moved(data);
}

static void instruction(void *data, const xmlChar *target, const xmlChar *text)
{
    (void)target, (void)text;
    moved(data);
}

/* libxml2 compares each attribute of a tag with all before it. */
static bool too_many_attributes(struct str s)
{
    bool tag = false;
    char quote = 0;
    size_t words = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!tag) {
            tag =
                c == '<' && i + 1 < s.n && (s.p[i + 1] | 32) >= 'a' && (s.p[i + 1] | 32) <= 'z';
            words = 0;
        } else if (quote) {
            quote = c == quote ? 0 : quote;
        } else if (c == '"' || c == '\'') {
            quote = c;
            words++;
        } else if (c == '>') {
            tag = false;
        } else if (c == ' ' || c == '/' || (c >= '\t' && c <= '\r')) {
            words++;
        }
        if (words > 4 * HTML_MAX_ATTRIBUTES)
            return true;
    }
    return false;
}

int html_parse(struct arena *a, struct str bytes, const char *what, struct html_page *ret,
               struct err *err)
{
    size_t bom = str_starts(bytes, STR("\xef\xbb\xbf")) ? 3 : 0;
    if (bytes.n >= UINT32_MAX / 2 || bytes.n > INT32_MAX)
        return err_set(err, ERR_LIMIT, "%s: %zu bytes of HTML are too many", what, bytes.n);
    if (too_many_attributes(bytes))
        return err_set(err, ERR_LIMIT, "%s: an HTML element has more than %d attributes", what,
                       HTML_MAX_ATTRIBUTES);
    *ret = (struct html_page){0};
    /* Offsets count from behind the mark; it is added when they leave this file. */
    struct builder b = {.a = a, .source = str_slice(bytes, bom, bytes.n), .page = ret};
    buf_init(&b.text, bytes.n * 2 + 64);
    struct html_node document = {.kind = HTML_BLOCK};
    ARENA_PUSH(a, ret->nodes, ret->node_count, ret->node_cap, document);
    htmlSAXHandler sax = {
        .startElement = start_element,
        .endElement = end_element,
        .characters = characters,
        .cdataBlock = NULL,
        .ignorableWhitespace = characters,
        .comment = comment,
        .processingInstruction = instruction,
    };
    b.parser = htmlNewParserCtxt();
    if (!b.parser)
        err_die("out of memory");
    *b.parser->sax = sax;
    b.parser->userData = &b;
    htmlDocPtr doc = htmlCtxtReadMemory(b.parser, b.source.p, (int)b.source.n, NULL, "UTF-8",
                                        HTML_PARSE_NONET | HTML_PARSE_NOERROR |
                                            HTML_PARSE_NOWARNING | HTML_PARSE_RECOVER |
                                            HTML_PARSE_IGNORE_ENC | HTML_PARSE_NODEFDTD);
    if (doc)
        xmlFreeDoc(doc);
    htmlFreeParserCtxt(b.parser);
    while (b.depth)
        ret->nodes[b.open[b.depth--]].last = (uint32_t)ret->node_count - 1;
    ret->nodes[0].last = (uint32_t)ret->node_count - 1;
    ret->text = arena_copy(a, buf_str(&b.text));
    buf_free(&b.text);
    if (bom)
        for (size_t i = 0; i < ret->piece_count; i++)
            ret->pieces[i].source += (uint32_t)bom;
    if (b.limit)
        return err_set(err, ERR_LIMIT,
                       "%s: the HTML is nested deeper than %d or has more than %d elements",
                       what, HTML_MAX_DEPTH, HTML_MAX_ELEMENTS);
    return 0;
}

static size_t find_nocase(struct str s, struct str needle)
{
    for (size_t i = 0; i + needle.n <= s.n; i++)
        if (str_eq_nocase(str_slice(s, i, i + needle.n), needle))
            return i;
    return STR_NONE;
}

bool html_is(struct str bytes)
{
    if (str_starts(bytes, STR("\xef\xbb\xbf")))
        bytes = str_slice(bytes, 3, bytes.n);
    struct str s = str_trim(str_slice(bytes, 0, HEAD_BYTES));
    if (s.n == 0 || s.p[0] != '<')
        return false;
    static const char *const signs[] = {"<!doctype html", "<html",    "<head", "<body",
                                        "<article",       "<div",     "<p>",   "<p ",
                                        "<main",          "<section", "<meta"};
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (find_nocase(s, str_of(signs[i])) != STR_NONE)
            return true;
    return false;
}

int html_check_charset(struct str bytes, const char *what, struct err *err)
{
    struct str head = str_slice(bytes, 0, HEAD_BYTES);
    size_t at = find_nocase(head, STR("charset="));
    size_t skip = sizeof "charset=" - 1;
    if (at == STR_NONE && str_starts(str_trim(head), STR("<?xml"))) {
        at = find_nocase(head, STR("encoding="));
        skip = sizeof "encoding=" - 1;
    }
    if (at == STR_NONE)
        return 0;
    char name[32];
    size_t n = 0;
    for (size_t i = at + skip; i < head.n && n < sizeof name - 1; i++) {
        char c = head.p[i];
        bool good = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') ||
                    c == '-' || c == '_';
        if (!good && n)
            break;
        if (good)
            name[n++] = c;
        else if (c != '"' && c != '\'' && c != ' ')
            break;
    }
    name[n] = '\0';
    struct str charset = {name, n};
    if (n == 0 || str_eq_nocase(charset, STR("utf-8")) || str_eq_nocase(charset, STR("utf8")) ||
        str_eq_nocase(charset, STR("us-ascii")) || str_eq_nocase(charset, STR("ascii")))
        return 0;
    bool ascii = true;
    for (size_t i = 0; i < bytes.n && ascii; i++)
        ascii = (unsigned char)bytes.p[i] < 0x80;
    if (ascii && !str_starts(charset, STR("utf-16")) && !str_starts(charset, STR("UTF-16")))
        return 0;
    return err_set(
        err, ERR_INPUT,
        "%s: the page declares the charset %s, only UTF-8 is read; convert it first, "
        "for example with iconv -f %s -t UTF-8, and correct the declaration",
        what, name, name);
}
