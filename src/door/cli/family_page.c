/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One page without scripts that loads nothing.
 */
#include "base/markup.h"
#include "door/cli/family_print.h"

void family_print_page_head(struct buf *out)
{
    markup_page_head(out, "Copy families");
    buf_add(
        out,
        STR("<style>\n"
            ":root{color-scheme:light dark;--bg:#fff;--fg:#1a1a1a;--soft:#666;--line:#d5d5d5;"
            "--mark:#fff3c4;--warn:#8a0020}\n"
            "@media(prefers-color-scheme:dark){:root{--bg:#16181b;--fg:#e6e6e6;--soft:#a0a0a0;"
            "--line:#3a3d42;--mark:#3d3616;--warn:#ff8fa3}}\n"
            "body{margin:0 auto;max-width:70rem;padding:1rem;background:var(--bg);"
            "color:var(--fg);font:1rem/1.5 system-ui,sans-serif}\n"
            "h1{font-size:1.4rem}h2{font-size:1.15rem;margin-top:2.5rem}\n"
            ".soft{color:var(--soft)}.warn{color:var(--warn)}"
            "li,td{overflow-wrap:anywhere}\n"
            "table{border-collapse:collapse;width:100%;margin-top:1rem;font-size:.92rem}\n"
            "th,td{text-align:left;vertical-align:top;padding:.35rem .5rem;"
            "border-bottom:1px solid var(--line)}td.odd{background:var(--mark)}\n"
            "@media(max-width:40rem){thead{display:none}tr{display:block;padding:.6rem 0;"
            "border-bottom:1px solid var(--line)}td{display:block;border:0;padding:.1rem 0}"
            "td[data-l]::before{content:attr(data-l) \": \";color:var(--soft)}}\n"
            "</style>\n</head>\n<body>\n<h1>Copy families</h1>\n"
            "<p class=\"soft\">Internal. Proposed by rules, decided by nobody yet.</p>\n"));
}

static bool same_value(const struct family_value *a, const struct family_value *b)
{
    return (a->text.p != NULL) == (b->text.p != NULL) && str_eq(a->text, b->text);
}

static void put_drifts(struct buf *out, const struct family_shown *f)
{
    buf_add(out, STR("<table><thead><tr><th>Drift</th>"));
    for (size_t i = 0; i < f->group->count; i++)
        buf_printf(out, "<th>%zu</th>", i + 1);
    buf_add(out, STR("</tr></thead>\n<tbody>\n"));
    for (size_t i = 0; i < f->report->drift_count; i++) {
        const struct family_drift *d = &f->report->drifts[i];
        buf_printf(out, "<tr><td>%s</td>", family_drift_name(d->kind));
        for (size_t k = 0; k < f->group->count; k++) {
            bool odd = !same_value(&d->values[k], &d->values[0]);
            buf_printf(out, "<td data-l=\"%zu\"%s>", k + 1, odd ? " class=\"odd\"" : "");
            if (d->values[k].text.p)
                markup_text(out, d->values[k].text);
            else
                buf_add(out, STR("\xe2\x80\x93"));
            buf_add(out, STR("</td>"));
        }
        buf_add(out, STR("</tr>\n"));
    }
    buf_add(out, STR("</tbody></table>\n"));
}

void family_print_page(struct buf *out, const struct family_shown *f)
{
    const struct family_report *r = f->report;
    buf_printf(out, "<section>\n<h2>Family %zu</h2>\n<ol>\n", f->number);
    for (size_t i = 0; i < f->group->count; i++) {
        buf_add(out, STR("<li>"));
        markup_text(out, family_file(f, i));
        for (size_t k = 0; k < r->credit_count; k++) {
            if (r->credits[k].from != i)
                continue;
            buf_add(out, STR(" <span class=\"soft\">credits "));
            markup_text(out, r->credits[k].whom);
            buf_add(out, STR("</span>"));
        }
        buf_add(out, STR("</li>\n"));
    }
    buf_add(out, STR("</ol>\n"));
    for (size_t i = 0; i < r->unmask_count; i++)
        buf_printf(out,
                   "<p class=\"warn\">Copy %u names a speaker to whom copy %u grants "
                   "anonymity; the name is withheld here.</p>\n",
                   r->unmasks[i].unmasks + 1, r->unmasks[i].granted_by + 1);
    if (r->drift_count)
        put_drifts(out, f);
    else
        buf_add(out, STR("<p class=\"soft\">The copies do not differ in figures, names, "
                         "negations or quotes.</p>\n"));
    buf_add(out, STR("</section>\n"));
}

void family_print_page_end(struct buf *out, size_t families, const struct str *too_short,
                           size_t too_short_count)
{
    if (families == 0)
        buf_add(out, STR("<p>No two of these texts are copies of one report.</p>\n"));
    if (too_short_count)
        buf_add(out, STR("<h2>Too short to say</h2>\n<ul>\n"));
    for (size_t i = 0; i < too_short_count; i++) {
        buf_add(out, STR("<li>"));
        markup_text(out, too_short[i]);
        buf_add(out, STR("</li>\n"));
    }
    buf_add(out,
            too_short_count ? STR("</ul>\n</body>\n</html>\n") : STR("</body>\n</html>\n"));
}
