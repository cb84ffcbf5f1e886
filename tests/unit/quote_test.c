/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Quotations on invented text: each is printed as its inner text, with "scare:", "open:" or
 * "continues:" in front where that holds.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "engine/read/parts.h"
#include "tap.h"

static struct str quotes_of(struct arena *a, struct str text)
{
    struct token_text t;
    token_split(a, text, &t);
    struct quotation_list list;
    quote_find(a, &t, NULL, &list);
    BUF_AUTO out;
    buf_init(&out, 1 << 20);
    for (size_t i = 0; i < list.count; i++) {
        const struct quotation *q = &list.items[i];
        buf_printf(&out, "%s%s%s%s", i ? " ## " : "", q->scare ? "scare:" : "",
                   q->closed ? "" : "open:", q->continues ? "continues:" : "");
        buf_add(&out, str_slice(text, t.tokens[q->begin].begin, t.tokens[q->end - 1].end));
    }
    return arena_copy(a, buf_str(&out));
}

static const struct {
    const char *text, *want;
} cases[] = {
    {"\"We left at dawn,\" she said.", "We left at dawn,"},
    {"\u201cWe left at dawn,\u201d she said.", "We left at dawn,"},
    {"\u00abWe left at dawn,\u00bb she said.", "We left at dawn,"},
    {"`` We left at dawn , '' she said .", "We left at dawn ,"},
    {"''We left at dawn,'' she said. ''Nobody saw us.''", "We left at dawn, ## Nobody saw us."},
    {"'We left at dawn,' she said.", "We left at dawn,"},
    {"\u2018We left at dawn,\u2019 she said.", "We left at dawn,"},
    {"\u2014 We left at dawn, said Maria.", "open:We left at dawn"},
    {"The soldiers' mothers didn't sleep.", ""},
    {"\u201cHe said \u2018no\u2019 twice,\u201d she said.", "He said \u2018no\u2019 twice,"},
    {"The so-called \u201cvolunteers\u201d left.", "scare:volunteers"},
    {"\u201cWe left.\n\n\u201cNobody saw us,\u201d she said.",
     "open:We left. ## continues:Nobody saw us,"},
    {"\u201cWe left. Then nothing.\n\nThe road was empty.", "open:We left. Then nothing."},
    {"She wrote \u201cnever again. The road was empty.", "open:never again."},
    {"\u201c\u201d", ""},
};

int main(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ARENA_AUTO a = {0};
        char *name = arena_cstr(&a, str_of(cases[i].text));
        for (char *c = name; *c; c++)
            *c = *c == '\n' ? ' ' : *c;
        is(quotes_of(&a, str_of(cases[i].text)), str_of(cases[i].want), name);
    }
    return tap_end();
}
