/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tokens on invented text, joined by blanks, "|" between sentences, "||" between paragraphs.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "engine/read/parts.h"
#include "tap.h"

static struct str tokens_of(struct arena *a, struct str text)
{
    struct token_text t;
    token_split(a, text, &t);
    BUF_AUTO out;
    buf_init(&out, 1 << 20);
    for (size_t p = 0; p < t.paragraph_count; p++) {
        buf_add(&out, p ? STR(" ||") : STR(""));
        for (size_t s = t.paragraphs[p].begin; s < t.paragraphs[p].end; s++) {
            buf_add(&out, s > t.paragraphs[p].begin ? STR(" |") : STR(""));
            for (size_t i = t.sentences[s].begin; i < t.sentences[s].end; i++) {
                buf_add(&out, out.n ? STR(" ") : STR(""));
                buf_add(&out, token_str(&t, i));
            }
        }
    }
    return arena_copy(a, buf_str(&out));
}

static const struct {
    const char *text, *want;
} cases[] = {
    {"He didn't go.", "He did n't go ."},
    {"He did n't go .", "He did n't go ."},
    {"Stern's son; the guards' boots.", "Stern 's son ; the guards ' boots ."},
    {"Gen. Orlov left the U.S. on Jan. 5. He was ill.",
     "Gen. Orlov left the U.S. on Jan. 5 . | He was ill ."},
    {"\"We left.\" She wept.", "\" We left . \" | She wept ."},
    {"\"Where?\" she asked.", "\" Where ? \" she asked ."},
    {"It cost $5,500 - about 3.5% more.", "It cost $ 5,500 - about 3.5 % more ."},
    {"One.\n\nTwo.", "One . || Two ."},
    {"well-known 12-year-old", "well-known 12-year-old"},
    {"", ""},
    {" \n\n ", ""},
};

int main(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ARENA_AUTO a = {0};
        char *name = arena_cstr(&a, str_of(cases[i].text));
        for (char *c = name; *c; c++)
            *c = *c == '\n' ? ' ' : *c;
        is(tokens_of(&a, str_of(cases[i].text)), str_of(cases[i].want), name);
    }
    return tap_end();
}
