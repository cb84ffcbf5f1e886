/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/family.h"

#include "sys/file.h"
#include "work/read.h"

#include <stdlib.h>

#define INDEX_BYTES_MAX ((size_t)8 << 30)

struct work_family {
    struct family_set *set;
    const char *index;
    uint8_t *is_new; /* by text */
    size_t cap;
    struct arena arena; /* standard input */
    struct work_text input;
    bool has_input;
};

struct work_family *work_family_new(void)
{
    struct work_family *w = calloc(1, sizeof *w);
    if (!w)
        err_die("out of memory");
    w->set = family_set_new();
    return w;
}

void work_family_free(struct work_family *w)
{
    if (!w)
        return;
    family_set_free(w->set);
    free(w->is_new);
    arena_free(&w->arena);
    free(w);
}

int work_family_open(struct work_family *w, const char *path, struct err *err)
{
    w->index = path;
    BUF_AUTO bytes;
    buf_init(&bytes, INDEX_BYTES_MAX);
    int r = file_read(path, INDEX_BYTES_MAX, &bytes, err);
    if (r == ERR_MISSING)
        return 0;
    struct family_set *loaded;
    if (r == 0)
        r = family_set_load(buf_str(&bytes), path, &loaded, err);
    if (r)
        return r;
    family_set_free(w->set);
    w->set = loaded;
    return 0;
}

int work_family_save(const struct work_family *w, struct err *err)
{
    BUF_AUTO bytes;
    buf_init(&bytes, INDEX_BYTES_MAX);
    family_set_save(w->set, &bytes);
    int r = buf_check(&bytes, w->index, err);
    return r ? r : file_write_private(w->index, buf_str(&bytes), err);
}

static void mark_new(struct work_family *w, uint32_t text)
{
    if (text >= w->cap) {
        size_t cap = (size_t)text * 2 + 64;
        w->is_new = realloc(w->is_new, cap);
        if (!w->is_new)
            err_die("out of memory");
        memset(w->is_new + w->cap, 0, cap - w->cap);
        w->cap = cap;
    }
    w->is_new[text] = 1;
}

int work_family_add(struct work_family *w, const char *path, struct err *err)
{
    bool input = strcmp(path, "-") == 0;
    if (input && w->index)
        return err_set(err, ERR_INPUT,
                       "standard input cannot go into an index, as it cannot be read again; "
                       "save it to a file first");
    if (input && w->has_input)
        return err_set(err, ERR_INPUT, "standard input is given twice");
    ARENA_AUTO a = {0};
    struct work_text text;
    int r = work_load_text(input ? &w->arena : &a, path, &text, err);
    uint32_t number;
    if (r == 0)
        r = family_set_add(w->set, str_of(path), text.text, &number, err);
    if (r)
        return r;
    if (input) {
        w->input = text;
        w->has_input = true;
    }
    mark_new(w, number);
    return 0;
}

struct str work_family_name(const struct work_family *w, uint32_t text)
{
    return family_set_name(w->set, text);
}

size_t work_family_count(const struct work_family *w)
{
    return family_set_count(w->set);
}

bool work_family_is_new(const struct work_family *w, uint32_t text)
{
    return text < w->cap && w->is_new[text];
}

bool work_family_too_short(const struct work_family *w, uint32_t text)
{
    return family_set_too_short(w->set, text);
}

void work_family_group(const struct work_family *w, struct arena *a, struct family_groups *ret)
{
    family_group(a, w->set, ret);
}

/* ---- comparing ---- */

static int load_copy(const struct work_family *w, struct arena *a, uint32_t text,
                     struct work_text *ret, struct err *err)
{
    const char *path = arena_cstr(a, family_set_name(w->set, text));
    if (strcmp(path, "-") == 0) {
        *ret = w->input;
        return 0;
    }
    int r = work_load_text(a, path, ret, err);
    if (r == 0 && family_digest(ret->text) != family_set_digest(w->set, text))
        return err_set(err, ERR_INPUT,
                       "%s has changed since it was indexed; give it again to have it compared",
                       path);
    return r;
}

static struct span to_file(const struct work_text *text, struct span s)
{
    if (!text->map || s.end <= s.begin)
        return s;
    return (struct span){offset_begin(text->map, s.begin), offset_end(text->map, s.end)};
}

/* The report is in the arena of our caller, so its parts may be changed. */
static void map_spans(const struct work_text *texts, size_t count, struct family_report *r)
{
    for (size_t i = 0; i < r->drift_count; i++) {
        struct family_value *values = (struct family_value *)(uintptr_t)r->drifts[i].values;
        for (size_t t = 0; t < count; t++)
            values[t].span = to_file(&texts[t], values[t].span);
    }
    struct family_run *runs = (struct family_run *)(uintptr_t)r->runs;
    for (size_t i = 0; i < r->run_count; i++) {
        runs[i].in_a = to_file(&texts[runs[i].a], runs[i].in_a);
        runs[i].in_b = to_file(&texts[runs[i].b], runs[i].in_b);
    }
    struct family_credit *credits = (struct family_credit *)(uintptr_t)r->credits;
    for (size_t i = 0; i < r->credit_count; i++)
        credits[i].span = to_file(&texts[credits[i].from], credits[i].span);
    struct family_unmask *unmasks = (struct family_unmask *)(uintptr_t)r->unmasks;
    for (size_t i = 0; i < r->unmask_count; i++)
        unmasks[i].grant = to_file(&texts[unmasks[i].granted_by], unmasks[i].grant);
}

int work_family_compare(const struct work_family *w, struct arena *a,
                        const struct family_group *group, struct family_report *ret,
                        struct work_family_gap **ret_gaps, size_t *ret_gap_count,
                        struct err *err)
{
    struct work_text *loaded = ARENA_NEW(a, group->count, struct work_text);
    struct family_text *texts = ARENA_NEW(a, group->count, struct family_text);
    size_t total = 0, gap_count = 0, gap_cap = 0;
    struct work_family_gap *gaps = NULL;
    for (size_t i = 0; i < group->count; i++) {
        struct work_family_gap gap = {.text = (uint32_t)i};
        bool wanted = i < FAMILY_COMPARE_MAX;
        if (wanted && load_copy(w, a, group->texts[i], &loaded[i], &gap.err) != 0) {
            loaded[i] = (struct work_text){.text = STR("")};
            ARENA_PUSH(a, gaps, gap_count, gap_cap, gap);
        }
        total += loaded[i].text.n;
        if (total > WORK_FAMILY_BYTES_MAX)
            return err_set(err, ERR_LIMIT,
                           "the copies of one family have more than %zu bytes together, so "
                           "they are not compared",
                           WORK_FAMILY_BYTES_MAX);
        texts[i] = (struct family_text){
            .name = family_set_name(w->set, group->texts[i]),
            .text = loaded[i].text,
            .publisher = loaded[i].publisher,
        };
    }
    family_compare(a, texts, group->count, ret);
    map_spans(loaded, group->count, ret);
    *ret_gaps = gaps;
    *ret_gap_count = gap_count;
    return 0;
}
