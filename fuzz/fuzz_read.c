/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine/read: any valid UTF-8 is read, and the article of any HTML; every span lies inside the
 * text, at character boundaries; content and figures come in the order of the text; what is
 * printed is one JSON object a line, with places inside the file.
 */
#include "base/html.h"
#include "base/json.h"
#include "base/text.h"
#include "engine/read/read.h"
#include "fuzz.h"

#define FUZZ_MAX (1u << 20)

static bool boundary(struct str text, size_t at)
{
    return at == text.n || ((unsigned char)text.p[at] & 0xC0) != 0x80;
}

static void check_span(struct str text, struct span s)
{
    must(s.begin <= s.end && s.end <= text.n);
    must(boundary(text, s.begin) && boundary(text, s.end));
}

static void check_figures(struct str text, const struct figure_list *figures)
{
    for (size_t i = 0; i < figures->count; i++) {
        const struct figure *f = &figures->items[i];
        check_span(text, (struct span){f->begin, f->end});
        must(f->begin < f->end);
        must(f->bound < FIGURE_BOUND_COUNT && f->counting_unit < UNIT_COUNT);
        must(!(f->low > f->high));
    }
}

static void check_proposal(const struct reading *r, const struct proposal *p)
{
    const struct span spans[] = {p->speaker, p->via,    p->cue,
                                 p->where,   p->reason, p->verification};
    for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++)
        check_span(r->text, spans[i]);
    size_t last = 0;
    for (size_t i = 0; i < p->content.count; i++) {
        check_span(r->text, p->content.items[i]);
        must(p->content.items[i].begin >= last);
        last = p->content.items[i].end;
    }
    for (size_t i = 0; i < p->hedge_count; i++)
        check_span(r->text, p->hedges[i]);
    for (size_t i = 0; i < p->verification_count; i++)
        must(p->verification_applies_to[i] >= 1 && p->verification_applies_to[i] <= r->count);
    check_figures(r->text, &p->figures);
    must(p->stance < STANCE_COUNT && p->mode < MODE_COUNT && p->rule);
}

/* Every begin and end that is printed lies in the file, in order. */
static void check_places(json_t *v, json_int_t file_size)
{
    json_t *part;
    if (json_is_array(v)) {
        size_t i;
        json_array_foreach(v, i, part) check_places(part, file_size);
        return;
    }
    if (!json_is_object(v))
        return;
    json_t *begin = json_object_get(v, "begin"), *end = json_object_get(v, "end");
    if (json_is_integer(begin) && json_is_integer(end)) {
        must(json_integer_value(begin) >= 0 && json_integer_value(end) <= file_size);
        must(json_integer_value(begin) <= json_integer_value(end));
    }
    const char *key;
    json_object_foreach(v, key, part) check_places(part, file_size);
}

static void check_printed(const struct reading *r, size_t file_size)
{
    BUF_AUTO out;
    buf_init(&out, (size_t)1 << 30);
    reading_print_json(&out, r);
    struct str rest = buf_str(&out), line;
    struct err err = {0};
    while (str_next_line(&rest, &line)) {
        JSON_AUTO *object = NULL;
        must(json_parse(line, line.n, "it", &object, &err) == 0);
        must(json_is_object(object));
        check_places(object, (json_int_t)file_size);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = fuzz_str(data, size);
    struct err err = {0};
    if (size > FUZZ_MAX || text_check(text, "it", &err) != 0)
        return 0;
    ARENA_AUTO a = {0};
    struct html_article article = {0};
    bool html = html_is(text);
    if (html && html_article(&a, text, "it", &article, &err) != 0)
        return 0;
    if (html)
        text = article.text;
    static const char *const published[] = {"2022-08-11", "9999-12-31", "-9999-01-01",
                                            "2024-02?",   NULL,         "2022/.."};
    struct reading r = {0};
    const struct read_options options = {STR("it"), str_of(published[size % 6])};
    must(read_document(&a, text, &options, &r, &err) == 0);
    if (html)
        r.map = &article.map;
    for (size_t i = 0; i < r.count; i++) {
        must(r.items[i].id == i + 1);
        check_proposal(&r, &r.items[i]);
    }
    check_figures(text, &r.loose);
    check_printed(&r, size);
    return 0;
}
