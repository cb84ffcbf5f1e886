/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/link/people_state.h"

#define FORM      1u
#define TEXT_MOST ((uint64_t)1 << 32)

/* ---- writing ---- */

struct writer {
    int (*push)(void *context, const void *bytes, size_t n, struct err *err);
    void *context;
    struct err *err;
    int r;
};

static void put(struct writer *w, const void *p, size_t n)
{
    static const char filler[8];
    if (!w->r && n)
        w->r = w->push(w->context, p, n, w->err);
    if (!w->r && n % 8)
        w->r = w->push(w->context, filler, 8 - n % 8, w->err);
}

static void put_texts(struct writer *w, const struct str *texts, size_t count, size_t stride)
{
    uint32_t lengths[1024];
    size_t in = 0;
    const char *at = (const char *)texts;
    for (size_t i = 0; i < count; i++) {
        lengths[in++] = (uint32_t)((const struct str *)(const void *)(at + i * stride))->n;
        if (in == 1024 || i + 1 == count) {
            put(w, lengths, in * sizeof *lengths);
            in = 0;
        }
    }
    char bytes[8192];
    size_t n = 0;
    for (size_t i = 0; i < count && !w->r; i++) {
        struct str s = *(const struct str *)(const void *)(at + i * stride);
        for (size_t k = 0, part; k < s.n; k += part) {
            part = s.n - k < sizeof bytes - n ? s.n - k : sizeof bytes - n;
            memcpy(bytes + n, s.p + k, part);
            n += part;
            if (n == sizeof bytes) {
                put(w, bytes, n);
                n = 0;
            }
        }
    }
    put(w, bytes, n);
}

static uint64_t letters_of(const struct link_people *p)
{
    uint64_t most = 0;
    for (uint32_t i = 0; i < p->token_count; i++) {
        uint64_t end = (uint64_t)p->tokens[i].letters_at + p->tokens[i].letter_count;
        most = end > most ? end : most;
    }
    return most;
}

struct token_form {
    uint32_t letters_at, sound, stem, count[4];
    uint8_t letter_count, script, flags, filler;
};

static void put_tokens(struct writer *w, const struct link_people *p)
{
    struct token_form some[256];
    for (uint32_t i = 0; i < p->token_count; i += 256) {
        uint32_t n = p->token_count - i < 256 ? p->token_count - i : 256;
        memset(some, 0, sizeof some);
        for (uint32_t k = 0; k < n; k++) {
            const struct link_token *t = &p->tokens[i + k];
            some[k] = (struct token_form){.letters_at = t->letters_at,
                                          .sound = t->sound,
                                          .stem = t->stem,
                                          .letter_count = t->letter_count,
                                          .script = t->script,
                                          .flags = t->flags};
            memcpy(some[k].count, t->count, sizeof t->count);
        }
        put(w, some, n * sizeof *some);
    }
    if (p->token_count)
        put_texts(w, &p->tokens[0].text, p->token_count, sizeof *p->tokens);
}

struct field_form {
    uint32_t kind, values, sorted, label;
    uint8_t strong, from_age, has_days, has_sound, has_parent, filler[3];
};

static void put_field(struct writer *w, const struct link_people_kept *kept, uint32_t i)
{
    const struct link_people *p = &kept->people;
    const struct link_field *f = &p->fields[i];
    struct field_form form = {.kind = (uint32_t)f->kind,
                              .values = f->values,
                              .sorted = kept->values_sorted[i],
                              .label = (uint32_t)f->label.n,
                              .strong = f->strong,
                              .from_age = f->from_age,
                              .has_days = f->days != NULL,
                              .has_sound = f->sound != NULL,
                              .has_parent = f->parent != NULL};
    put(w, &form, sizeof form);
    put(w, f->label.p, f->label.n);
    put(w, f->value, p->records * sizeof *f->value);
    put(w, f->count, f->values * sizeof *f->count);
    if (f->days)
        put(w, f->days, f->values * sizeof *f->days);
    if (f->sound)
        put(w, f->sound, f->values * sizeof *f->sound);
    if (f->parent)
        put(w, f->parent, f->values * sizeof *f->parent);
    put_texts(w, f->text, f->values, sizeof *f->text);
}

struct list_form {
    uint32_t records, name;
    int32_t first, last;
};

struct head_form {
    uint32_t form, records, lists, tokens, sorted, fields, named, filler;
    uint64_t letters, names;
};

int link_people_write(const struct link_people_kept *k,
                      int (*push)(void *context, const void *bytes, size_t n, struct err *err),
                      void *context, struct err *err)
{
    const struct link_people *p = &k->people;
    struct writer w = {push, context, err, 0};
    bool named = p->name_at != NULL;
    struct head_form head = {.form = FORM,
                             .records = p->records,
                             .lists = p->list_count,
                             .tokens = p->token_count,
                             .sorted = k->tokens_sorted,
                             .fields = p->field_count,
                             .named = named,
                             .letters = letters_of(p),
                             .names = named ? p->name_at[p->records] : 0};
    put(&w, &head, sizeof head);
    for (uint32_t i = 0; i < p->list_count; i++) {
        const struct link_list *l = &p->lists[i];
        struct list_form form = {l->records, (uint32_t)l->name.n, l->made.first, l->made.last};
        put(&w, &form, sizeof form);
        put(&w, l->name.p, l->name.n);
    }
    put(&w, p->list, p->records);
    put_tokens(&w, p);
    put(&w, p->letters, head.letters);
    if (named) {
        put(&w, p->name_at, (p->records + (size_t)1) * sizeof *p->name_at);
        put(&w, p->name, head.names * sizeof *p->name);
    }
    for (uint32_t i = 0; i < p->field_count; i++)
        put_field(&w, k, i);
    return w.r;
}

/* ---- reading ---- */

struct reader {
    struct str rest;
    struct arena *a;
    const struct link_people *added;
    bool bad;
};

/* The next n bytes, where they lie; NULL past the end. */
static const void *take(struct reader *r, uint64_t n)
{
    uint64_t whole = (n + 7) / 8 * 8;
    if (r->bad || whole < n || whole > r->rest.n) {
        r->bad = true;
        return NULL;
    }
    const void *p = r->rest.p;
    r->rest = str_slice(r->rest, (size_t)whole, r->rest.n);
    return p;
}

/* `count` items of `size`, copied, with room for `more`. */
static void *take_array(struct reader *r, uint64_t count, size_t size, uint64_t more)
{
    const void *p = take(r, count * size);
    if (!p || count > r->rest.n + (uint64_t)64 * LINK_RECORDS_MAX)
        return NULL;
    char *copy = arena_room(r->a, (size_t)(count + more + 1) * size);
    memcpy(copy, p, (size_t)count * size);
    memset(copy + count * size, 0, (size_t)(more + 1) * size);
    return copy;
}

/* Texts, handed out one after the other. */
static void take_texts(struct reader *r, uint64_t count, struct str *ret, size_t stride)
{
    const char *at_lengths = r->rest.p;
    /* Lengths come in runs of 1024, each filled up. */
    uint64_t total = 0;
    for (uint64_t i = 0; i < count && !r->bad; i += 1024) {
        uint64_t n = count - i < 1024 ? count - i : 1024;
        const uint32_t *lengths = take(r, n * sizeof *lengths);
        for (uint64_t k = 0; lengths && k < n; k++)
            total += lengths[k];
    }
    const char *p = total < TEXT_MOST ? take(r, total) : NULL;
    r->bad |= !p;
    for (uint64_t i = 0; i < count && !r->bad; i++) {
        uint32_t n;
        memcpy(&n, at_lengths + i * sizeof n, sizeof n);
        *(struct str *)(void *)((char *)ret + i * stride) = (struct str){p, n};
        p += n;
    }
}

static void read_lists(struct reader *r, struct link_people *p, uint32_t count)
{
    struct link_list *lists = ARENA_NEW(r->a, LINK_LISTS_MAX, struct link_list);
    uint64_t records = 0;
    for (uint32_t i = 0; i < count && !r->bad; i++) {
        const struct list_form *form = take(r, sizeof *form);
        const char *name = form ? take(r, form->name) : NULL;
        r->bad |= !name || form->first > form->last;
        if (r->bad)
            return;
        records += form->records;
        lists[i] =
            (struct link_list){{name, form->name}, form->records, {form->first, form->last}};
    }
    r->bad |= records != p->records;
    p->lists = lists;
    p->list_count = count;
    uint32_t more = r->added ? r->added->records : 0;
    uint8_t *list = take_array(r, p->records, 1, more);
    for (uint32_t i = 0; list && i < p->records; i++)
        r->bad |= list[i] >= count;
    p->list = list;
}

static void read_tokens(struct reader *r, struct link_people *p, uint64_t letters)
{
    uint32_t more = r->added ? r->added->token_count : 0;
    uint64_t most = (uint64_t)r->rest.n / sizeof(struct token_form);
    if (p->token_count > most || p->token_count > (1u << 28) - 1) {
        r->bad = true;
        return;
    }
    p->tokens = arena_room(r->a, ((size_t)p->token_count + more + 1) * sizeof *p->tokens);
    for (uint32_t i = 0; i < p->token_count && !r->bad; i += 256) {
        uint32_t n = p->token_count - i < 256 ? p->token_count - i : 256;
        const struct token_form *form = take(r, n * sizeof *form);
        for (uint32_t k = 0; form && k < n; k++) {
            const struct token_form *f = &form[k];
            r->bad |= (uint64_t)f->letters_at + f->letter_count > letters ||
                      f->stem >= p->token_count || f->letter_count > LINK_TOKEN_LETTERS ||
                      f->script > LINK_OTHER_SCRIPT;
            struct link_token *t = &p->tokens[i + k];
            *t = (struct link_token){.letters_at = f->letters_at,
                                     .letter_count = f->letter_count,
                                     .script = f->script,
                                     .flags = f->flags,
                                     .sound = f->sound,
                                     .stem = f->stem};
            memcpy(t->count, f->count, sizeof t->count);
        }
    }
    if (p->token_count)
        take_texts(r, p->token_count, &p->tokens[0].text, sizeof *p->tokens);
    uint64_t more_letters = (uint64_t)more * LINK_TOKEN_LETTERS;
    p->letters = take_array(r, letters, 1, more_letters);
}

static void read_names(struct reader *r, struct link_people *p, uint64_t names)
{
    const struct link_people *added = r->added;
    bool more = added && added->name_at;
    p->name_at =
        take_array(r, p->records + (uint64_t)1, sizeof *p->name_at, added ? added->records : 0);
    p->name = take_array(r, names, sizeof *p->name, more ? added->name_at[added->records] : 0);
    if (!p->name_at || !p->name)
        return;
    r->bad |= p->name_at[0] != 0 || p->name_at[p->records] != names;
    for (uint32_t i = 0; i < p->records; i++)
        r->bad |= p->name_at[i] > p->name_at[i + 1];
    for (uint64_t i = 0; i < names; i++)
        r->bad |= p->name[i].token == 0 || p->name[i].token >= p->token_count;
}

static void read_field(struct reader *r, struct link_people_kept *k, uint32_t at)
{
    const struct link_people *p = &k->people;
    struct link_field *f = &k->people.fields[at];
    const struct field_form *form = take(r, sizeof *form);
    const char *label = form ? take(r, form->label) : NULL;
    if (!label || form->kind > LINK_KIND_MAIL || form->values == 0 ||
        form->sorted > form->values || form->values > (uint64_t)LINK_RECORDS_MAX + 1) {
        r->bad = true;
        return;
    }
    k->values_sorted[at] = form->sorted;
    uint32_t records = r->added ? r->added->records : 0; /* at most so many values are new */
    *f = (struct link_field){.kind = (enum link_kind)form->kind,
                             .label = {label, form->label},
                             .values = form->values,
                             .strong = form->strong,
                             .from_age = form->from_age};
    f->value = take_array(r, p->records, sizeof *f->value, records);
    f->count = take_array(r, f->values, sizeof *f->count, records);
    if (form->has_days)
        f->days = take_array(r, f->values, sizeof *f->days, records);
    if (form->has_sound)
        f->sound = take_array(r, f->values, sizeof *f->sound, records);
    if (form->has_parent)
        f->parent = take_array(r, f->values, sizeof *f->parent, records);
    if (r->bad)
        return;
    f->text = arena_room(r->a, ((size_t)f->values + records + 1) * sizeof *f->text);
    take_texts(r, f->values, f->text, sizeof *f->text);
    for (uint32_t i = 0; i < p->records; i++)
        r->bad |= f->value[i] >= f->values;
    for (uint32_t v = 0; v < f->values; v++)
        r->bad |= (f->days && f->days[v].first > f->days[v].last) ||
                  (f->parent && f->parent[v] >= f->values);
    r->bad |= f->kind == LINK_KIND_DATE && !f->days;
}

int link_people_read(struct str *bytes, const struct link_people *added, struct arena *a,
                     struct link_people_kept *ret, struct err *err)
{
    struct reader r = {.rest = *bytes, .a = a, .added = added};
    const struct head_form *head = take(&r, sizeof *head);
    if (!head || head->form != FORM || head->records > LINK_RECORDS_MAX ||
        head->lists > LINK_LISTS_MAX || head->fields > LINK_FIELDS_MAX ||
        head->sorted > head->tokens || head->letters > r.rest.n || head->names > r.rest.n)
        return err_set(err, ERR_INPUT, "the people in it are not as this version writes them");
    struct link_people_kept k = {.people = {.records = head->records,
                                            .token_count = head->tokens,
                                            .field_count = head->fields},
                                 .tokens_sorted = head->sorted};
    read_lists(&r, &k.people, head->lists);
    if (!r.bad)
        read_tokens(&r, &k.people, head->letters);
    if (!r.bad && head->named)
        read_names(&r, &k.people, head->names);
    k.people.fields = ARENA_NEW(a, LINK_FIELDS_MAX, struct link_field);
    for (uint32_t i = 0; i < k.people.field_count && !r.bad; i++)
        read_field(&r, &k, i);
    if (r.bad)
        return err_set(err, ERR_INPUT, "the people in it are damaged");
    *bytes = r.rest;
    *ret = k;
    return 0;
}
