/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A linked set as bytes and back: people to which others are added are those that were made at
 * once, added records meet whom the rules would have paired them with, and changed bytes are
 * refused or harmless.
 */
#include "base/rng.h"
#include "engine/link/compare.h"
#include "tap.h"
#include "work/link_state.h"

#include <stdio.h>
#include <stdlib.h>

#define ALL  3000u
#define BASE 2800u

static const char *const given[] = {"Anna", "Otto", "Ida",  "Emil",  "Greta", "Hugo",
                                    "Lev",  "Нина", "Олег", "Марта", "Юрий",  "Tom"};
static const char *const places[] = {"Marnoth", "Kolvar", "Tesk", "Belisk", "Orsk Ford"};

/* Invented persons, one in three listed before with an error. */
static void make_rows(struct buf *out, uint32_t from, uint32_t to)
{
    struct rng rng;
    char before[128] = "";
    rng_seed(&rng, 7);
    buf_add(out, STR("first name,surname,born,home\n"));
    for (uint32_t i = 0; i < to; i++) {
        char row[128];
        uint64_t a = rng_below(&rng, 12), b = rng_below(&rng, 40), c = rng_below(&rng, 26);
        uint64_t year = 1940 + rng_below(&rng, 60), month = 1 + rng_below(&rng, 12);
        uint64_t day = 1 + rng_below(&rng, 28), place = rng_below(&rng, 5);
        (void)snprintf(row, sizeof row, "%s,%c%cr%cen%c,%llu-%02llu-%02llu,%s", given[a],
                       (char)('A' + c), "aeiou"[b % 5], (char)('a' + b % 20),
                       (char)('a' + b / 5), (unsigned long long)year, (unsigned long long)month,
                       (unsigned long long)day, places[place]);
        if (i % 3 == 2) {
            memcpy(row, before, sizeof row);
            row[strlen(row) - 1] = 'x';
        }
        memcpy(before, row, sizeof before);
        if (i >= from)
            buf_printf(out, "%s\n", row);
    }
}

static void people_of(struct arena *a, uint32_t from, uint32_t to, struct link_people *ret)
{
    BUF_AUTO rows;
    buf_init(&rows, 1u << 24);
    make_rows(&rows, from, to);
    const char *name = "list.csv";
    struct str text = buf_str(&rows);
    struct link_load load;
    struct link_config config;
    struct err err = {0};
    if (link_load_texts(&name, &text, 1, NULL, &load, &err) ||
        link_config_guess(&load.data, STR(""), a, &config, &err) ||
        link_people_make(&load.data, &config, NULL, a, ret, &err)) {
        (void)fprintf(stderr, "%s\n", err.text);
        abort();
    }
    link_load_free(&load);
}

static int push(void *context, const void *p, size_t n, struct err *err)
{
    (void)err;
    buf_add(context, (struct str){p, n});
    return 0;
}

static bool same_name(const struct link_people *a, const struct link_people *b, uint32_t i)
{
    size_t n, m;
    const struct link_name_token *x = link_name_of(a, i, &n), *y = link_name_of(b, i, &m);
    bool same = n == m;
    for (size_t k = 0; same && k < n; k++) {
        const struct link_token *s = &a->tokens[x[k].token], *t = &b->tokens[y[k].token];
        same = x[k].part == y[k].part && str_eq(s->text, t->text) && s->sound == t->sound &&
               memcmp(s->count, t->count, sizeof s->count) == 0 &&
               s->letter_count == t->letter_count &&
               memcmp(a->letters + s->letters_at, b->letters + t->letters_at,
                      s->letter_count) == 0;
    }
    return same;
}

static bool same_value(const struct link_field *f, const struct link_field *g, uint32_t i)
{
    uint32_t v = f->value[i], u = g->value[i];
    return str_eq(f->text[v], g->text[u]) && f->count[v] == g->count[u] &&
           (!f->days || memcmp(&f->days[v], &g->days[u], sizeof f->days[v]) == 0);
}

static void people(const struct link_people *all, const struct link_people *base,
                   const struct link_people *more)
{
    ARENA_AUTO a = {0};
    BUF_AUTO bytes;
    struct link_people_kept kept, again;
    struct err err = {0};
    buf_init(&bytes, 1u << 28);
    link_people_keep(base, &kept);
    ok(kept.tokens_sorted == base->token_count, "tokens stand in the order they are found by");
    struct link_put put = {push, &bytes, &err, 0};
    link_people_write(&kept, &put);
    struct link_take in = {buf_str(&bytes), &a, false};
    ok(link_people_read(&in, more, &again, &err) == 0 && in.rest.n == 0,
       "people are read back whole: %s", err.text);
    BUF_AUTO second;
    buf_init(&second, 1u << 28);
    put.context = &second;
    link_people_write(&again, &put);
    ok(str_eq(buf_str(&bytes), buf_str(&second)), "and written again are the same bytes");
    ok(link_people_add(&again, more, &err) == 0, "others are added: %s", err.text);
    const struct link_people *p = &again.people;
    ok(p->records == ALL && p->list_count == 1 && p->lists[0].records == ALL,
       "lists of one name are one");
    bool names = true, values = p->field_count == all->field_count;
    for (uint32_t i = 0; i < ALL; i++) {
        names = names && same_name(p, all, i);
        for (uint32_t f = 0; values && f < p->field_count; f++)
            values = same_value(&p->fields[f], &all->fields[f], i);
    }
    ok(names, "names are those of people that were made at once");
    ok(values, "and so are values and their counts");
    struct link_compare c, d;
    link_compare_plan(p, false, &a, &c);
    link_compare_plan(all, false, &a, &d);
    bool patterns = c.count == d.count;
    for (uint32_t i = 0; patterns && i < ALL; i += 7)
        for (uint32_t k = i + 1; patterns && k < ALL; k += 11)
            patterns = link_compare_pair(&c, i, k, NULL) == link_compare_pair(&d, i, k, NULL);
    ok(patterns, "and so are the patterns of pairs");
}

struct seen {
    struct link_candidate *pairs;
    size_t count;
};

static int take(void *context, uint64_t batch, uint32_t rule,
                const struct link_candidate *pairs, size_t count, unsigned worker)
{
    struct seen *s = context;
    (void)batch;
    (void)rule;
    (void)worker;
    s->pairs = realloc(s->pairs, (s->count + count) * sizeof *pairs);
    if (!s->pairs)
        abort();
    memcpy(s->pairs + s->count, pairs, count * sizeof *pairs);
    s->count += count;
    return 0;
}

static int by_pair(const void *pa, const void *pb)
{
    const struct link_candidate *a = pa, *b = pb;
    if (a->left != b->left)
        return a->left < b->left ? -1 : 1;
    return (a->right > b->right) - (a->right < b->right);
}

/* Found by the kept keys of the first records, and by going through all. */
static void blocks(const struct link_people *all, const struct link_people *more,
                   uint64_t budget)
{
    ARENA_AUTO a = {0};
    BUF_AUTO bytes;
    struct link_rules rules, read;
    struct link_people first = *all;
    struct link_block_kept *kept;
    struct link_candidate *found;
    struct seen seen = {0};
    struct err err = {0};
    size_t count;
    buf_init(&bytes, 1u << 28);
    link_rules_choose(all, false, budget, NULL, &a, &rules);
    first.records = BASE;
    struct link_put put = {push, &bytes, &err, 0};
    link_block_keep(&first, &rules, &put);
    struct link_take in = {buf_str(&bytes), &a, false};
    ok(link_block_kept_read(&in, &first, &kept, &read, &err) == 0 && read.count == rules.count,
       "keys of %u rules are kept: %s", rules.count, err.text);
    link_block_kept_find(kept, more, BASE, &a, &found, &count);
    (void)link_block_each(all, &rules, false, BASE, NULL, take, &seen);
    qsort(found, count, sizeof *found, by_pair);
    qsort(seen.pairs, seen.count, sizeof *seen.pairs, by_pair);
    size_t missed = 0, both = 0;
    for (size_t i = 0, k = 0; i < seen.count; i++) {
        while (k < count && by_pair(&found[k], &seen.pairs[i]) < 0)
            k++;
        bool there = k < count && by_pair(&found[k], &seen.pairs[i]) == 0;
        both += there;
        missed += !there;
    }
    ok(both > 0 && missed == 0,
       "added records meet all %zu whom the rules pair them with (%zu)", seen.count, missed);
    ok(count - both <= both / 50 + 5, "and hardly anybody else (%zu)", count - both);
    free(seen.pairs);
}

static void damage(const struct link_people *base)
{
    ARENA_AUTO a = {0};
    BUF_AUTO bytes;
    struct link_people_kept kept, read;
    struct err err = {0};
    buf_init(&bytes, 1u << 28);
    link_people_keep(base, &kept);
    struct link_put put = {push, &bytes, &err, 0};
    link_people_write(&kept, &put);
    struct rng rng;
    rng_seed(&rng, 3);
    unsigned refused = 0;
    for (unsigned i = 0; i < 200; i++) {
        size_t at = i < 100 ? i : (size_t)rng_below(&rng, bytes.n);
        char was = bytes.p[at];
        bytes.p[at] = (char)(was ^ (char)(1 << rng_below(&rng, 8)));
        struct link_take in = {buf_str(&bytes), &a, false};
        if (link_people_read(&in, NULL, &read, &err))
            refused++;
        bytes.p[at] = was;
        arena_reset(&a);
    }
    for (size_t n = 0; n < bytes.n; n += bytes.n / 50 * 8 + 8) {
        struct link_take in = {str_slice(buf_str(&bytes), 0, n / 8 * 8), &a, false};
        refused += link_people_read(&in, NULL, &read, &err) == ERR_INPUT;
    }
    ok(refused > 20, "bytes that were changed or cut are refused (%u) or harmless", refused);
}

int main(void)
{
    ARENA_AUTO a = {0};
    struct link_people all, base, more;
    people_of(&a, 0, ALL, &all);
    people_of(&a, 0, BASE, &base);
    people_of(&a, BASE, ALL, &more);
    people(&all, &base, &more);
    blocks(&all, &more, 0);
    blocks(&all, &more, 30000);
    damage(&base);
    return tap_end();
}
