/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/link/people_state.h"

#define FORM 1u

/* ---- writing ---- */

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

static void put_tokens(struct link_put *w, const struct link_people *p)
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
        link_put(w, some, n * sizeof *some);
    }
    if (p->token_count)
        link_put_texts(w, &p->tokens[0].text, p->token_count, sizeof *p->tokens);
}

struct field_form {
    uint32_t kind, values, sorted, label;
    uint8_t strong, from_age, has_days, has_sound, has_parent, birth, filler[2];
};

static void put_field(struct link_put *w, const struct link_people_kept *kept, uint32_t i)
{
    const struct link_people *p = &kept->people;
    const struct link_field *f = &p->fields[i];
    struct field_form form = {.kind = (uint32_t)f->kind,
                              .values = f->values,
                              .sorted = kept->values_sorted[i],
                              .label = (uint32_t)f->label.n,
                              .strong = f->strong,
                              .from_age = f->from_age,
                              .birth = f->birth,
                              .has_days = f->days != NULL,
                              .has_sound = f->sound != NULL,
                              .has_parent = f->parent != NULL};
    link_put(w, &form, sizeof form);
    link_put(w, f->label.p, f->label.n);
    link_put(w, f->value, p->records * sizeof *f->value);
    link_put(w, f->count, f->values * sizeof *f->count);
    if (f->days)
        link_put(w, f->days, f->values * sizeof *f->days);
    if (f->sound)
        link_put(w, f->sound, f->values * sizeof *f->sound);
    if (f->parent)
        link_put(w, f->parent, f->values * sizeof *f->parent);
    link_put_texts(w, f->text, f->values, sizeof *f->text);
}

struct list_form {
    uint32_t records, name;
    int32_t first, last;
};

struct head_form {
    uint32_t form, records, lists, tokens, sorted, fields, named, filler;
    uint64_t letters, names;
};

void link_people_write(const struct link_people_kept *k, struct link_put *w)
{
    const struct link_people *p = &k->people;
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
    link_put(w, &head, sizeof head);
    for (uint32_t i = 0; i < p->list_count; i++) {
        const struct link_list *l = &p->lists[i];
        struct list_form form = {l->records, (uint32_t)l->name.n, l->made.first, l->made.last};
        link_put(w, &form, sizeof form);
        link_put(w, l->name.p, l->name.n);
    }
    link_put(w, p->list, p->records);
    put_tokens(w, p);
    link_put(w, p->letters, head.letters);
    if (named) {
        link_put(w, p->name_at, (p->records + (size_t)1) * sizeof *p->name_at);
        link_put(w, p->name, head.names * sizeof *p->name);
    }
    for (uint32_t i = 0; i < p->field_count; i++)
        put_field(w, k, i);
}

/* ---- reading ---- */

struct reader {
    struct link_take *in;
    const struct link_people *added;
};

static bool days_are_good(struct time_days d)
{
    return d.first >= TIME_DAY_MIN && d.first <= d.last && d.last <= TIME_DAY_MAX;
}

static void read_lists(struct reader *r, struct link_people *p, uint32_t count)
{
    struct link_list *lists = ARENA_NEW(r->in->a, LINK_LISTS_MAX, struct link_list);
    uint64_t records = 0;
    for (uint32_t i = 0; i < count && !r->in->bad; i++) {
        const struct list_form *form = link_take(r->in, sizeof *form);
        const char *name = form ? link_take(r->in, form->name) : NULL;
        r->in->bad |= !name || !days_are_good((struct time_days){form->first, form->last});
        if (r->in->bad)
            return;
        records += form->records;
        lists[i] =
            (struct link_list){{name, form->name}, form->records, {form->first, form->last}};
    }
    r->in->bad |= records != p->records;
    p->lists = lists;
    p->list_count = count;
    uint32_t more = r->added ? r->added->records : 0;
    uint8_t *list = link_take_array(r->in, p->records, 1, more);
    for (uint32_t i = 0; list && i < p->records; i++)
        r->in->bad |= list[i] >= count;
    p->list = list;
}

static void read_tokens(struct reader *r, struct link_people *p, uint64_t letters)
{
    uint32_t more = r->added ? r->added->token_count : 0;
    uint64_t most = (uint64_t)r->in->rest.n / sizeof(struct token_form);
    if (p->token_count > most || p->token_count > (1u << 28) - 1) {
        r->in->bad = true;
        return;
    }
    p->tokens = arena_room(r->in->a, ((size_t)p->token_count + more + 1) * sizeof *p->tokens);
    for (uint32_t i = 0; i < p->token_count && !r->in->bad; i += 256) {
        uint32_t n = p->token_count - i < 256 ? p->token_count - i : 256;
        const struct token_form *form = link_take(r->in, n * sizeof *form);
        for (uint32_t k = 0; form && k < n; k++) {
            const struct token_form *f = &form[k];
            r->in->bad |= (uint64_t)f->letters_at + f->letter_count > letters ||
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
        link_take_texts(r->in, p->token_count, &p->tokens[0].text, sizeof *p->tokens);
    uint64_t more_letters = (uint64_t)more * LINK_TOKEN_LETTERS;
    p->letters = link_take_array(r->in, letters, 1, more_letters);
}

static void read_names(struct reader *r, struct link_people *p, uint64_t names)
{
    const struct link_people *added = r->added;
    bool more = added && added->name_at;
    p->name_at = link_take_array(r->in, p->records + (uint64_t)1, sizeof *p->name_at,
                                 added ? added->records : 0);
    p->name = link_take_array(r->in, names, sizeof *p->name,
                              more ? added->name_at[added->records] : 0);
    if (!p->name_at || !p->name)
        return;
    r->in->bad |= p->name_at[0] != 0 || p->name_at[p->records] != names;
    for (uint32_t i = 0; i < p->records; i++)
        r->in->bad |= p->name_at[i] > p->name_at[i + 1];
    for (uint64_t i = 0; i < names; i++)
        r->in->bad |= p->name[i].token == 0 || p->name[i].token >= p->token_count;
}

static void read_field(struct reader *r, struct link_people_kept *k, uint32_t at)
{
    const struct link_people *p = &k->people;
    struct link_field *f = &k->people.fields[at];
    const struct field_form *form = link_take(r->in, sizeof *form);
    const char *label = form ? link_take(r->in, form->label) : NULL;
    if (!label || form->kind > LINK_KIND_MAIL || form->values == 0 ||
        form->sorted > form->values || form->values > (uint64_t)LINK_RECORDS_MAX + 1) {
        r->in->bad = true;
        return;
    }
    k->values_sorted[at] = form->sorted;
    uint32_t records = r->added ? r->added->records : 0; /* at most so many values are new */
    *f = (struct link_field){.kind = (enum link_kind)form->kind,
                             .label = {label, form->label},
                             .values = form->values,
                             .strong = form->strong,
                             .from_age = form->from_age,
                             .birth = form->birth};
    f->value = link_take_array(r->in, p->records, sizeof *f->value, records);
    f->count = link_take_array(r->in, f->values, sizeof *f->count, records);
    if (form->has_days)
        f->days = link_take_array(r->in, f->values, sizeof *f->days, records);
    if (form->has_sound)
        f->sound = link_take_array(r->in, f->values, sizeof *f->sound, records);
    if (form->has_parent)
        f->parent = link_take_array(r->in, f->values, sizeof *f->parent, records);
    if (r->in->bad)
        return;
    f->text = arena_room(r->in->a, ((size_t)f->values + records + 1) * sizeof *f->text);
    link_take_texts(r->in, f->values, f->text, sizeof *f->text);
    for (uint32_t i = 0; i < p->records; i++)
        r->in->bad |= f->value[i] >= f->values;
    for (uint32_t v = 0; v < f->values; v++)
        r->in->bad |=
            (f->days && !days_are_good(f->days[v])) || (f->parent && f->parent[v] >= f->values);
    r->in->bad |= f->kind == LINK_KIND_DATE && !f->days;
}

int link_people_read(struct link_take *in, const struct link_people *added,
                     struct link_people_kept *ret, struct err *err)
{
    struct reader r = {in, added};
    const struct head_form *head = link_take(r.in, sizeof *head);
    if (!head || head->form != FORM || head->records > LINK_RECORDS_MAX ||
        head->lists > LINK_LISTS_MAX || head->fields > LINK_FIELDS_MAX ||
        head->sorted > head->tokens || head->letters > r.in->rest.n ||
        head->names > r.in->rest.n)
        return err_set(err, ERR_INPUT, "the people in it are not as this version writes them");
    struct link_people_kept k = {.people = {.records = head->records,
                                            .token_count = head->tokens,
                                            .field_count = head->fields},
                                 .tokens_sorted = head->sorted};
    read_lists(&r, &k.people, head->lists);
    if (!r.in->bad)
        read_tokens(&r, &k.people, head->letters);
    if (!r.in->bad && head->named)
        read_names(&r, &k.people, head->names);
    k.people.fields = ARENA_NEW(in->a, LINK_FIELDS_MAX, struct link_field);
    for (uint32_t i = 0; i < k.people.field_count && !r.in->bad; i++)
        read_field(&r, &k, i);
    if (r.in->bad)
        return err_set(err, ERR_INPUT, "the people in it are damaged");
    *ret = k;
    return 0;
}
