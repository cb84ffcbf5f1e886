/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * base/html: any UTF-8 is reduced to an article or refused with a sentence; the article is
 * UTF-8 without trailing or doubled blanks, and every byte of it has its place in the file, in
 * the same order.
 */
#include "base/html.h"
#include "base/text.h"
#include "fuzz.h"

#define FUZZ_MAX (1u << 20)

static void check_places(const struct html_article *h, struct str file)
{
    size_t last = 0;
    for (size_t i = 0; i < h->text.n; i++) {
        size_t begin = offset_begin(&h->map, i), end = offset_end(&h->map, i + 1);
        must(begin <= end && end <= file.n);
        must(begin >= last);
        last = begin;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str file = fuzz_str(data, size);
    struct err err = {0};
    if (size > FUZZ_MAX || text_check(file, "it", &err) != 0)
        return 0;
    (void)html_is(file);
    if (html_check_charset(file, "it", &err) != 0)
        must(err.kind == ERR_INPUT && err.text[0]);
    ARENA_AUTO a = {0};
    struct html_article h = {0};
    if (html_article(&a, file, "it", &h, &err) != 0) {
        must((err.kind == ERR_INPUT || err.kind == ERR_LIMIT) && err.text[0]);
        return 0;
    }
    must(text_check(h.text, "text", &err) == 0);
    must(h.text.n <= file.n + 2 * size);
    must(h.published.p == NULL || h.published.n == 10);
    check_places(&h, file);
    return 0;
}
