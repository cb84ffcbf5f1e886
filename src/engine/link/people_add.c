/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * People put behind others. Their texts are looked up among those that are there: sorted ones by
 * halving, those that were added since by a table.
 */
#include "base/hash.h"
#include "engine/link/people_state.h"

struct finder {
    const char *texts; /* struct str at every `stride` bytes */
    size_t stride;
    uint32_t sorted, count;
    uint32_t *slots; /* those behind the sorted ones */
    size_t size;
};

static struct str text_at(const struct finder *f, uint32_t i)
{
    return *(const struct str *)(const void *)(f->texts + i * f->stride);
}

static uint64_t hash_of(struct str s)
{
    return hash_bytes(s, 1);
}

/* How many of them, from the second on, stand in order: by hash, then by bytes. */
static uint32_t sorted_of(const struct str *texts, size_t stride, uint32_t count)
{
    const struct finder f = {.texts = (const char *)texts, .stride = stride};
    uint64_t before = 0;
    for (uint32_t i = 1; i < count; i++) {
        uint64_t hash = hash_of(text_at(&f, i));
        if (i > 1 && (hash < before ||
                      (hash == before && str_compare(text_at(&f, i - 1), text_at(&f, i)) >= 0)))
            return i;
        before = hash;
    }
    return count;
}

void link_people_keep(const struct link_people *p, struct link_people_kept *ret)
{
    *ret = (struct link_people_kept){.people = *p};
    if (p->token_count)
        ret->tokens_sorted = sorted_of(&p->tokens[0].text, sizeof *p->tokens, p->token_count);
    for (uint32_t i = 0; i < p->field_count; i++)
        ret->values_sorted[i] =
            sorted_of(p->fields[i].text, sizeof *p->fields[i].text, p->fields[i].values);
}

static void finder_put(struct finder *f, uint32_t i)
{
    size_t at = hash_of(text_at(f, i)) & (f->size - 1);
    while (f->slots[at])
        at = (at + 1) & (f->size - 1);
    f->slots[at] = i;
}

/* With room for `more`. */
static struct finder finder_of(struct arena *a, const struct str *texts, size_t stride,
                               uint32_t sorted, uint32_t count, uint32_t more)
{
    struct finder f = {(const char *)texts, stride, sorted, count, NULL, 64};
    while (f.size < ((size_t)count - sorted + more) * 2)
        f.size *= 2;
    f.slots = ARENA_NEW(a, f.size, uint32_t);
    for (uint32_t i = sorted > 1 ? sorted : 1; i < count; i++)
        finder_put(&f, i);
    return f;
}

/* Its number, or 0. */
static uint32_t find(const struct finder *f, struct str s)
{
    uint64_t hash = hash_of(s);
    uint32_t low = 1, high = f->sorted;
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        uint64_t h = hash_of(text_at(f, mid));
        if (h < hash || (h == hash && str_compare(text_at(f, mid), s) < 0))
            low = mid + 1;
        else
            high = mid;
    }
    if (low < f->sorted && str_eq(text_at(f, low), s))
        return low;
    for (size_t at = hash & (f->size - 1); f->slots[at]; at = (at + 1) & (f->size - 1))
        if (str_eq(text_at(f, f->slots[at]), s))
            return f->slots[at];
    return 0;
}

/* ---- lists ---- */

static int add_lists(struct link_people *p, const struct link_people *added, uint8_t *number,
                     struct err *err)
{
    struct link_list *lists = (struct link_list *)(uintptr_t)p->lists;
    for (uint32_t i = 0; i < added->list_count; i++) {
        uint32_t k = 0;
        while (k < p->list_count && !str_eq(lists[k].name, added->lists[i].name))
            k++;
        if (k == LINK_LISTS_MAX)
            return err_set(err, ERR_LIMIT, "more than %u lists", LINK_LISTS_MAX);
        if (k == p->list_count) {
            lists[p->list_count++] = added->lists[i];
            lists[k].records = 0;
        }
        lists[k].records += added->lists[i].records;
        number[i] = (uint8_t)k;
    }
    uint8_t *list = (uint8_t *)(uintptr_t)p->list;
    for (uint32_t i = 0; i < added->records; i++)
        list[p->records + i] = number[added->list[i]];
    return 0;
}

/* ---- names ---- */

static uint32_t letters_end(const struct link_people *p)
{
    uint32_t most = 0;
    for (uint32_t i = 0; i < p->token_count; i++) {
        uint32_t end = p->tokens[i].letters_at + p->tokens[i].letter_count;
        most = end > most ? end : most;
    }
    return most;
}

/* number[token of added] = token of p. */
static void add_tokens(struct link_people_kept *k, const struct link_people *added,
                       uint32_t *number, struct arena *scratch)
{
    struct link_people *p = &k->people;
    struct finder f = finder_of(scratch, &p->tokens[0].text, sizeof *p->tokens,
                                k->tokens_sorted, p->token_count, added->token_count);
    uint32_t letters = letters_end(p), first = p->token_count;
    for (uint32_t i = 1; i < added->token_count; i++) {
        const struct link_token *t = &added->tokens[i];
        uint32_t at = find(&f, t->text);
        if (!at) {
            at = p->token_count++;
            p->tokens[at] = *t;
            memset(p->tokens[at].count, 0, sizeof p->tokens[at].count);
            memcpy(p->letters + letters, added->letters + t->letters_at, t->letter_count);
            p->tokens[at].letters_at = letters;
            letters += t->letter_count;
            finder_put(&f, at);
        }
        number[i] = at;
        for (unsigned part = 0; part < 4; part++)
            p->tokens[at].count[part] += t->count[part];
    }
    for (uint32_t i = 1; i < added->token_count; i++)
        if (number[i] >= first)
            p->tokens[number[i]].stem = number[added->tokens[i].stem];
}

static void add_names(struct link_people_kept *k, const struct link_people *added,
                      struct arena *scratch)
{
    struct link_people *p = &k->people;
    uint64_t at = p->name_at[p->records];
    uint32_t *number = ARENA_NEW(scratch, added->token_count + 1, uint32_t);
    if (added->name_at)
        add_tokens(k, added, number, scratch);
    for (uint32_t i = 0; i < added->records; i++) {
        size_t count = 0;
        const struct link_name_token *t =
            added->name_at ? link_name_of(added, i, &count) : NULL;
        for (size_t n = 0; n < count; n++) {
            p->name[at] = t[n];
            p->name[at++].token = number[t[n].token] & 0xfffffffu;
        }
        p->name_at[p->records + i + 1] = at;
    }
}

/* ---- fields ---- */

static uint32_t add_value(struct link_field *f, struct finder *find_in,
                          const struct link_field *from, uint32_t v)
{
    uint32_t at = find(find_in, from->text[v]);
    if (at)
        return at;
    at = f->values++;
    f->text[at] = from->text[v];
    f->count[at] = 0;
    if (f->days)
        f->days[at] = from->days[v];
    if (f->sound)
        f->sound[at] = from->sound ? from->sound[v] : 0;
    if (f->parent)
        f->parent[at] = 0;
    finder_put(find_in, at);
    return at;
}

static void add_field(struct link_people_kept *k, uint32_t which,
                      const struct link_people *added, struct arena *scratch)
{
    struct link_people *p = &k->people;
    struct link_field *f = &p->fields[which];
    const struct link_field *from = NULL;
    for (uint32_t i = 0; i < added->field_count && !from; i++)
        if (added->fields[i].kind == f->kind && str_eq(added->fields[i].label, f->label))
            from = &added->fields[i];
    uint32_t *number = ARENA_NEW(scratch, from ? from->values : 1, uint32_t);
    if (from) {
        struct finder all = finder_of(scratch, f->text, sizeof *f->text,
                                      k->values_sorted[which], f->values, from->values);
        for (uint32_t v = 1; v < from->values; v++)
            number[v] = add_value(f, &all, from, v);
        for (uint32_t v = 1; v < from->values && f->parent && from->parent; v++)
            if (f->parent[number[v]] == 0)
                f->parent[number[v]] = number[from->parent[v]];
    }
    for (uint32_t i = 0; i < added->records; i++) {
        uint32_t v = from ? number[from->value[i]] : 0;
        f->value[p->records + i] = v;
        f->count[v]++;
    }
}

int link_people_add(struct link_people_kept *k, const struct link_people *added,
                    struct err *err)
{
    struct link_people *p = &k->people;
    uint8_t number[LINK_LISTS_MAX];
    if (added->records > LINK_RECORDS_MAX - p->records)
        return err_set(err, ERR_LIMIT, "more than %u records", LINK_RECORDS_MAX);
    int r = add_lists(p, added, number, err);
    if (r)
        return r;
    ARENA_AUTO scratch = {0};
    if (p->name_at)
        add_names(k, added, &scratch);
    for (uint32_t i = 0; i < p->field_count; i++)
        add_field(k, i, added, &scratch);
    p->records += added->records;
    return 0;
}
