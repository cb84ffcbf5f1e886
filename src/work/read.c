/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/read.h"

#include "base/html.h"
#include "base/text.h"
#include "sys/file.h"

#define HEAD_BYTES 4096

static int load_html(struct arena *a, struct str bytes, const char *name, struct work_text *ret,
                     struct err *err)
{
    struct html_article *article = ARENA_NEW(a, 1, struct html_article);
    int r = html_article(a, bytes, name, article, err);
    if (r)
        return r;
    *ret = (struct work_text){
        .text = article->text,
        .map = &article->map,
        .published = article->published,
        .publisher = article->publisher,
        .title = article->title,
        .sheet = str_find(str_slice(bytes, 0, HEAD_BYTES), STR(WORK_GENERATOR), 0) != STR_NONE};
    return 0;
}

int work_text_of(struct arena *a, struct str bytes, const char *name, struct work_text *ret,
                 struct err *err)
{
    bool html = html_is(bytes);
    int r = html ? html_check_charset(bytes, name, err) : 0;
    if (!r)
        r = text_check(bytes, name, err);
    if (r)
        return r;
    if (str_trim(bytes).n == 0)
        return err_set(err, ERR_INPUT, "%s is empty; expected text or HTML", name);
    if (html)
        return load_html(a, bytes, name, ret, err);
    *ret = (struct work_text){.text = arena_copy(a, bytes)};
    return 0;
}

int work_load_text(struct arena *a, const char *path, struct work_text *ret, struct err *err)
{
    BUF_AUTO bytes;
    buf_init(&bytes, READ_MAX_BYTES);
    int r = file_read(path, READ_MAX_BYTES, &bytes, err);
    if (r)
        return r;
    return work_text_of(a, buf_str(&bytes), strcmp(path, "-") == 0 ? "standard input" : path,
                        ret, err);
}

int work_read_file(struct arena *a, const char *path, struct str published, struct reading *ret,
                   struct err *err)
{
    struct work_text t;
    int r = work_load_text(a, path, &t, err);
    if (r)
        return r;
    struct read_options options = {
        .file = str_of(path),
        .published = published.p ? published : t.published,
    };
    r = read_document(a, t.text, &options, ret, err);
    if (r)
        return r;
    ret->map = t.map;
    return 0;
}

int work_read_values(struct arena *a, const char *path, struct str published,
                     struct value_list *ret, struct err *err)
{
    struct work_text t;
    int r = work_load_text(a, path, &t, err);
    if (r)
        return r;
    value_find(a, t.text, published.p ? published : t.published, ret);
    for (size_t i = 0; t.map && i < ret->count; i++) {
        struct span *s = &ret->items[i].span;
        *s = (struct span){offset_begin(t.map, s->begin), offset_end(t.map, s->end)};
    }
    return 0;
}
