/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"
#include "base/time.h"
#include "sys/file.h"
#include "work/read.h"
#include "work/sheet_parts.h"

#include <stdlib.h>

#define HEAD_LINES    8
#define TITLE_MAX     200
#define TITLE_SHORT   90 /* of a title cut from a first paragraph */
#define PUBLISHER_MAX 100

static void add_unread(struct sheet *s, size_t *cap, struct str path, struct str why,
                       bool failed)
{
    struct sheet_unread u = {path, why, failed};
    ARENA_PUSH(s->a, s->unread, s->unread_count, *cap, u);
}

/* "key: value" or "key value"; the value, or p == NULL. */
static struct str head_value(struct str line, struct str key)
{
    if (line.n <= key.n || !str_eq_nocase(str_slice(line, 0, key.n), key))
        return (struct str){0};
    char c = line.p[key.n];
    if (c != ':' && c != ' ' && c != '\t')
        return (struct str){0};
    struct str value = str_trim(str_slice(line, key.n + 1, line.n));
    return value.n ? value : (struct str){0};
}

static bool is_edtf(struct str s)
{
    struct time_edtf e;
    return s.p && time_parse(s, &e, NULL) == 0;
}

size_t sheet_take_head(struct str text, struct str *title, struct str *publisher,
                       struct str *date)
{
    *title = *publisher = *date = (struct str){0};
    struct str rest = text, line;
    const char *end = text.p;
    for (int i = 0; i < HEAD_LINES && str_next_line(&rest, &line); i++) {
        struct str t = head_value(line, STR("title")), p = head_value(line, STR("publisher")),
                   d = head_value(line, STR("date"));
        if (t.p && !title->p && t.n <= TITLE_MAX)
            *title = t;
        else if (p.p && !publisher->p && p.n <= PUBLISHER_MAX)
            *publisher = p;
        else if (is_edtf(d) && !date->p)
            *date = d;
        else
            break;
        end = rest.p;
    }
    return title->p || publisher->p || date->p ? (size_t)(end - text.p) : 0;
}

struct span sheet_in_file(const struct sheet_document *d, struct span span)
{
    if (d->map)
        return (struct span){offset_begin(d->map, span.begin), offset_end(d->map, span.end)};
    return (struct span){span.begin + d->head, span.end + d->head};
}

/* The first line, cut at a word when it is a long paragraph. */
static struct str first_line(struct arena *a, struct str text)
{
    struct str rest = text, line;
    while (str_next_line(&rest, &line)) {
        line = str_trim(line);
        if (line.n == 0)
            continue;
        if (line.n <= TITLE_SHORT)
            return line;
        size_t n = TITLE_SHORT;
        while (n && line.p[n] != ' ')
            n--;
        if (n == 0) /* no blanks: cut at a character */
            for (n = TITLE_SHORT; n && ((unsigned char)line.p[n] & 0xC0) == 0x80; n--)
                ;
        struct str head = str_slice(line, 0, n);
        return arena_printf(a, "%.*s …", (int)head.n, head.p);
    }
    return (struct str){0};
}

static struct str base_name(struct str path)
{
    while (path.n > 1 && path.p[path.n - 1] == '/')
        path.n--;
    size_t i = path.n;
    while (i && path.p[i - 1] != '/')
        i--;
    return str_slice(path, i, path.n);
}

static bool readable_name(struct str path)
{
    static const char *const ends[] = {".txt", ".text", ".htm", ".html", ".xhtml"};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        struct str end = str_of(ends[i]);
        if (path.n > end.n && str_eq_nocase(str_slice(path, path.n - end.n, path.n), end))
            return true;
    }
    return false;
}

struct loader {
    struct sheet *s;
    const struct sheet_options *options;
    size_t document_cap, unread_cap, bytes;
};

static void *keep(struct arena *a, const void *items, size_t count, size_t size)
{
    void *p = arena_alloc(a, count + 1, size);
    return count ? memcpy(p, items, count * size) : p;
}

static struct str keep_str(struct arena *a, struct str s)
{
    return s.p ? arena_copy(a, s) : s;
}

static struct figure_list keep_figures(struct arena *a, struct figure_list list)
{
    list.items = keep(a, list.items, list.count, sizeof *list.items);
    for (size_t i = 0; i < list.count; i++)
        list.items[i].unit = keep_str(a, list.items[i].unit);
    return list;
}

/* What a sheet needs of a reading, without the words it was made from: those are many times as
 * large. The text is not copied. */
static void keep_reading(struct arena *a, struct reading *r)
{
    r->published = keep_str(a, r->published);
    r->items = keep(a, r->items, r->count, sizeof *r->items);
    r->loose = keep_figures(a, r->loose);
    for (size_t i = 0; i < r->count; i++) {
        struct proposal *p = &r->items[i];
        p->speaker_name = keep_str(a, p->speaker_name);
        p->speaker_role = keep_str(a, p->speaker_role);
        p->when = keep_str(a, p->when);
        p->content.items =
            keep(a, p->content.items, p->content.count, sizeof *p->content.items);
        p->figures = keep_figures(a, p->figures);
        p->verification_applies_to = keep(a, p->verification_applies_to, p->verification_count,
                                          sizeof *p->verification_applies_to);
        p->hedges = keep(a, p->hedges, p->hedge_count, sizeof *p->hedges);
    }
}

/* Adds the report `t` of which `given` says what the text may not. *ret_why: why a text that
 * could be opened says nothing; p == NULL: it was read. */
static int add_text(struct loader *l, struct arena *scratch, const struct work_text *t,
                    const struct sheet_text *given, struct str *ret_why, struct err *err)
{
    struct sheet *s = l->s;
    struct sheet_document d = {
        .path = given->name, .family = SHEET_NONE, .source = SHEET_NONE, .lead = true};
    if (t->sheet) {
        *ret_why = STR("a figure sheet, not a report: what it says comes from reports");
        return 0;
    }
    l->bytes += t->text.n;
    if (l->bytes > SHEET_MAX_BYTES)
        return err_set(err, ERR_LIMIT,
                       "%.*s: the texts together are more than %u bytes; make sheets of parts",
                       (int)given->name.n, given->name.p, SHEET_MAX_BYTES);
    struct str date = t->published;
    size_t head = 0;
    if (t->map) {
        d.title = t->title;
        d.publisher = t->publisher;
    } else {
        head = sheet_take_head(t->text, &d.title, &d.publisher, &date);
    }
    if (!d.publisher.p)
        d.publisher = keep_str(s->a, given->publisher);
    if (given->nameless)
        d.publisher = (struct str){0};
    d.text = str_slice(t->text, head, t->text.n);
    d.head = head;
    d.map = t->map;
    struct read_options options = {.file = d.path, .published = date};
    if (!date.p)
        options.published = given->published.p ? given->published : l->options->published;
    int r = read_document(scratch, d.text, &options, &d.reading, err);
    if (r)
        return r;
    keep_reading(s->a, &d.reading);
    if (!d.reading.english) {
        *ret_why = STR("not English, nothing read");
        return 0;
    }
    if (!d.title.p)
        d.title = first_line(s->a, d.text);
    if (!d.title.p)
        d.title = d.path;
    ARENA_PUSH(s->a, s->documents, s->document_count, l->document_cap, d);
    s->loose += d.reading.loose.count;
    return 0;
}

/* Of a file (`bytes` p == NULL) or of bytes; a text that cannot be read is listed. */
static void load_one(struct loader *l, struct arena *scratch, const struct sheet_text *given)
{
    struct sheet *s = l->s;
    struct err bad = {0};
    struct str why = {0};
    struct work_text t;
    const char *name = arena_cstr(s->a, given->name);
    arena_reset(scratch);
    int r = given->bytes.p ? work_text_of(s->a, given->bytes, name, &t, &bad)
                           : work_load_text(s->a, name, &t, &bad);
    if (!r)
        r = add_text(l, scratch, &t, given, &why, &bad);
    if (r)
        why = arena_copy(s->a, str_of(bad.text));
    if (why.p)
        add_unread(s, &l->unread_cap, given->name, why, r != 0);
}

static int tell_progress(const struct loader *l, size_t i, size_t n, struct err *err)
{
    if (l->options->progress && l->options->progress(l->options->context, i, n))
        return err_set(err, ERR_CANCELLED, "stopped after %zu of %zu files", i, n);
    return 0;
}

static int check_count(size_t n, struct err *err)
{
    return n <= SHEET_MAX_FILES
               ? 0
               : err_set(err, ERR_LIMIT, "%zu files, at most %u go into one sheet", n,
                         SHEET_MAX_FILES);
}

struct file_item {
    struct str path;
    size_t order;
    bool named; /* on the command line, not found in a folder */
};

static int by_path(const void *a, const void *b)
{
    const struct file_item *x = a, *y = b;
    int c = str_compare(x->path, y->path);
    return c ? c : (x->order > y->order) - (x->order < y->order);
}

static int by_order(const void *a, const void *b)
{
    const struct file_item *x = a, *y = b;
    return (x->order > y->order) - (x->order < y->order);
}

/* Every file once, in the order in which they were given; a folder's in the order of names. */
static size_t list_files(struct loader *l, const char *const *paths, size_t count,
                         struct file_item **ret)
{
    struct sheet *s = l->s;
    struct file_item *items = NULL;
    size_t n = 0, cap = 0;
    for (size_t i = 0; i < count; i++) {
        const char **found = NULL;
        size_t found_count = 0;
        struct err err = {0};
        struct str path = str_of(paths[i]);
        if (str_eq(path, STR("-"))) {
            ARENA_PUSH(s->a, items, n, cap, ((struct file_item){path, n, true}));
            continue;
        }
        if (file_list(s->a, paths[i], SHEET_MAX_FILES, &found, &found_count, &err) != 0) {
            add_unread(s, &l->unread_cap, path, arena_copy(s->a, str_of(err.text)), true);
            continue;
        }
        for (size_t k = 0; k < found_count; k++) {
            bool named = found_count == 1 && str_eq(str_of(found[k]), path);
            ARENA_PUSH(s->a, items, n, cap, ((struct file_item){str_of(found[k]), n, named}));
        }
    }
    if (n)
        qsort(items, n, sizeof *items, by_path);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || !str_eq(items[kept - 1].path, items[i].path))
            items[kept++] = items[i];
    if (kept)
        qsort(items, kept, sizeof *items, by_order);
    *ret = items;
    return kept;
}

int sheet_load(struct sheet *s, const char *const *paths, size_t count,
               const struct sheet_options *options, struct err *err)
{
    struct loader l = {.s = s, .options = options};
    ARENA_AUTO scratch = {0};
    struct file_item *files = NULL;
    size_t n = list_files(&l, paths, count, &files);
    int r = check_count(n, err);
    for (size_t i = 0; i < n && !r; i++) {
        r = tell_progress(&l, i, n, err);
        if (r)
            break;
        if (!files[i].named && !readable_name(files[i].path))
            add_unread(s, &l.unread_cap, files[i].path,
                       STR("neither .txt nor .html; name it to have it read"), false);
        else
            load_one(&l, &scratch, &(struct sheet_text){.name = files[i].path});
    }
    if (count && !r) {
        struct str first = base_name(str_of(paths[0]));
        s->title = count == 1 ? first
                              : arena_printf(s->a, "%.*s and %zu more", (int)first.n, first.p,
                                             count - 1);
    }
    return r;
}

int sheet_load_of(struct sheet *s, struct str title, const struct sheet_text *texts,
                  size_t count, const struct sheet_options *options, struct err *err)
{
    struct loader l = {.s = s, .options = options};
    ARENA_AUTO scratch = {0};
    int r = check_count(count, err);
    for (size_t i = 0; i < count && !r; i++) {
        struct sheet_text t = texts[i];
        t.name = arena_copy(s->a, t.name);
        r = tell_progress(&l, i, count, err);
        if (!r)
            load_one(&l, &scratch, &t);
    }
    s->title = arena_copy(s->a, title);
    return r;
}
