/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One page without scripts that loads nothing. The text of each report stands with its
 * statements highlighted: each stretch of the text gets the classes of all spans over it, so
 * that spans may overlap as they like.
 */
#include "base/markup.h"
#include "door/cli/read_print.h"

#include <stdlib.h>

enum layer { LAYER_CONTENT, LAYER_SPEAKER, LAYER_CUE, LAYER_FIGURE, LAYER_REMARK, LAYER_COUNT };

static const char layer_class[LAYER_COUNT] = {'t', 's', 'c', 'f', 'v'};

struct edge {
    size_t at;
    unsigned id; /* proposal whose content begins here, or 0 */
    uint8_t layer;
    bool begin;
};

struct edges {
    struct edge *items;
    size_t count, cap;
};

static void add_span(struct arena *a, struct edges *e, struct span s, enum layer layer,
                     unsigned id)
{
    if (s.end <= s.begin)
        return;
    struct edge open = {s.begin, id, (uint8_t)layer, true};
    struct edge close = {s.end, 0, (uint8_t)layer, false};
    ARENA_PUSH(a, e->items, e->count, e->cap, open);
    ARENA_PUSH(a, e->items, e->count, e->cap, close);
}

static int by_place(const void *a, const void *b)
{
    const struct edge *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    if (x->begin != y->begin)
        return x->begin ? 1 : -1;
    return (x->id > y->id) - (x->id < y->id);
}

static void collect(struct arena *a, const struct reading *r, struct edges *e)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct proposal *p = &r->items[i];
        for (size_t k = 0; k < p->content.count; k++)
            add_span(a, e, p->content.items[k], LAYER_CONTENT, k == 0 ? p->id : 0);
        add_span(a, e, p->speaker, LAYER_SPEAKER, 0);
        add_span(a, e, p->cue, LAYER_CUE, 0);
        add_span(a, e, p->verification, LAYER_REMARK, 0);
        for (size_t k = 0; k < p->figures.count; k++) {
            struct span s = {p->figures.items[k].begin, p->figures.items[k].end};
            add_span(a, e, s, LAYER_FIGURE, 0);
        }
    }
    for (size_t k = 0; k < r->loose.count; k++) {
        struct span s = {r->loose.items[k].begin, r->loose.items[k].end};
        add_span(a, e, s, LAYER_FIGURE, 0);
    }
    if (e->count)
        qsort(e->items, e->count, sizeof *e->items, by_place);
}

static void put_stretch(struct buf *out, struct str text, const unsigned *open)
{
    if (text.n == 0)
        return;
    char classes[2 * LAYER_COUNT + 1];
    size_t n = 0;
    for (size_t k = 0; k < LAYER_COUNT; k++)
        if (open[k]) {
            if (n)
                classes[n++] = ' ';
            classes[n++] = layer_class[k];
        }
    if (n)
        buf_printf(out, "<span class=\"%.*s\">", (int)n, classes);
    markup_text(out, text);
    if (n)
        buf_add(out, STR("</span>"));
}

static void put_text(struct buf *out, struct arena *a, const struct reading *r, size_t number)
{
    struct edges e = {0};
    collect(a, r, &e);
    unsigned open[LAYER_COUNT] = {0};
    size_t at = 0;
    buf_add(out, STR("<div class=\"text\">"));
    for (size_t i = 0; i < e.count; i++) {
        put_stretch(out, str_slice(r->text, at, e.items[i].at), open);
        at = e.items[i].at;
        if (e.items[i].begin)
            open[e.items[i].layer]++;
        else
            open[e.items[i].layer]--;
        if (e.items[i].id)
            buf_printf(out, "<sup id=\"d%zus%u\">%u</sup>", number, e.items[i].id,
                       e.items[i].id);
    }
    put_stretch(out, str_slice(r->text, at, r->text.n), open);
    buf_add(out, STR("</div>\n"));
}

static void put_cell(struct buf *out, const char *label, struct str s)
{
    buf_printf(out, "<td data-l=\"%s\">", label);
    markup_text(out, s);
    buf_add(out, STR("</td>"));
}

static void put_table(struct buf *out, struct arena *a, const struct reading *r, size_t number)
{
    buf_add(out, STR("<table><thead><tr><th>#</th><th>Who</th><th>Stance</th><th>Figures</th>"
                     "<th>When</th><th>Where</th><th>What</th></tr></thead>\n<tbody>\n"));
    for (size_t i = 0; i < r->count; i++) {
        const struct proposal *p = &r->items[i];
        buf_printf(out, "<tr><td><a href=\"#d%zus%u\">%u</a></td>", number, p->id, p->id);
        put_cell(out, "Who", read_who(a, r, p));
        put_cell(out, "Stance", str_of(stance_name(p->stance)));
        put_cell(out, "Figures", read_figures(a, r, p->figures));
        put_cell(out, "When", read_when(a, p));
        put_cell(out, "Where", str_slice(r->text, p->where.begin, p->where.end));
        buf_add(out, STR("<td data-l=\"What\">"));
        markup_text(out, read_what(a, r, p));
        struct str warnings = read_warnings(a, r, p);
        if (warnings.n) {
            buf_add(out, STR("<p class=\"warn\">"));
            markup_text(out, warnings);
            buf_add(out, STR("</p>"));
        }
        buf_add(out, STR("</td></tr>\n"));
    }
    buf_add(out, STR("</tbody></table>\n"));
}

void read_print_page_head(struct buf *out)
{
    markup_page_head(out, "Proposed statements");
    buf_add(
        out,
        STR("<style>\n"
            ":root{color-scheme:light dark;--bg:#fff;--fg:#1a1a1a;--soft:#666;--line:#d5d5d5;"
            "--t:#fff3c4;--s:#d7e8ff;--c:#e4e4e4;--f:#8a3b00;--v:#8a0020}\n"
            "@media(prefers-color-scheme:dark){:root{--bg:#16181b;--fg:#e6e6e6;--soft:#a0a0a0;"
            "--line:#3a3d42;--t:#3d3616;--s:#1d3350;--c:#3a3d42;--f:#ffb27a;--v:#ff8fa3}}\n"
            "body{margin:0 auto;max-width:70rem;padding:1rem;background:var(--bg);"
            "color:var(--fg);font:1rem/1.5 system-ui,sans-serif}\n"
            "h1{font-size:1.4rem}h2{font-size:1.15rem;margin-top:2.5rem;overflow-wrap:anywhere}"
            "\n"
            ".soft{color:var(--soft)}.warn{color:var(--v);margin:.3rem 0 0;font-size:.9rem}\n"
            ".text{white-space:pre-wrap;overflow-wrap:anywhere;border-left:3px solid "
            "var(--line);"
            "padding-left:1rem;max-width:45rem}\n"
            ".t{background:var(--t)}.s{background:var(--s)}.c{background:var(--c)}"
            ".f{color:var(--f);font-weight:600}"
            ".v{text-decoration:underline;text-decoration-color:var(--v)}\n"
            "sup{color:var(--soft);font-size:.7rem;padding:0 .1rem}\n"
            "table{border-collapse:collapse;width:100%;margin-top:1rem;font-size:.92rem}\n"
            "th,td{text-align:left;vertical-align:top;padding:.35rem .5rem;"
            "border-bottom:1px solid var(--line)}a{color:inherit}\n"
            "@media(max-width:40rem){thead{display:none}tr{display:block;padding:.6rem 0;"
            "border-bottom:1px solid var(--line)}td{display:block;border:0;padding:.1rem 0}"
            "td[data-l]:not(:empty)::before{content:attr(data-l) \": \";color:var(--soft)}}\n"
            "</style>\n</head>\n<body>\n<h1>Proposed statements</h1>\n"
            "<p class=\"soft\">Internal. Proposed by rules, decided by nobody yet. In the "
            "text: "
            "<span class=\"s\">who</span>, <span class=\"c\">the word of saying</span>, "
            "<span class=\"t\">what was said</span>, <span class=\"f\">figures</span>, "
            "<span class=\"v\">remarks on verification</span>.</p>\n"));
}

void read_print_page(struct buf *out, struct arena *a, const struct reading *r, size_t number)
{
    buf_add(out, STR("<section>\n<h2>"));
    markup_text(out, r->file);
    buf_add(out, STR("</h2>\n"));
    if (!r->english) {
        buf_add(out, STR("<p class=\"warn\">Not English, nothing read.</p>\n</section>\n"));
        return;
    }
    buf_printf(out, "<p class=\"soft\">%zu statement%s proposed", r->count,
               r->count == 1 ? "" : "s");
    if (r->published.p) {
        buf_add(out, STR("; published "));
        markup_text(out, r->published);
    }
    buf_add(out, STR(".</p>\n"));
    if (r->reworded)
        buf_add(out, STR("<p class=\"warn\">This text looks reworded by a machine: names and "
                         "figures are not to be trusted.</p>\n"));
    put_text(out, a, r, number);
    if (r->count)
        put_table(out, a, r, number);
    buf_add(out, STR("</section>\n"));
}

void read_print_page_foot(struct buf *out)
{
    buf_add(out, STR("</body>\n</html>\n"));
}
