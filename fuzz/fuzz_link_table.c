/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * work/link_load, engine/link/config and engine/link/people: any bytes are lists or refused
 * with a sentence that names the list; of what was read every number is one that exists, and
 * the columns that were guessed read back as they were written.
 */
#include "base/text.h"
#include "engine/link/config.h"
#include "fuzz.h"
#include "work/link_load.h"

#define FUZZ_MAX (1u << 16)

static void check_data(const struct link_load *l)
{
    const struct link_data *d = &l->data;
    must(d->records > 0 && d->column_count > 0 && d->list_count > 0);
    for (uint32_t k = 0; k < d->column_count; k++) {
        const struct link_column *c = &d->columns[k];
        must(c->texts >= 1 && c->at[0] == 0 && c->at[1] == 0);
        for (uint32_t t = 1; t < c->texts; t++) {
            must(c->at[t + 1] > c->at[t]);
            must(text_invalid_at(link_column_text(c, t)) == STR_NONE);
        }
        for (uint32_t i = 0; i < d->records; i++)
            must(c->cell[i] < c->texts);
    }
    for (uint32_t i = 0; i < d->records; i++) {
        char room[LINK_LOAD_NAME_MAX];
        uint32_t back;
        must(d->list[i] < d->list_count);
        must(link_load_find(l, link_load_name(l, i, room), &back) && back == i);
    }
}

static void check_people(const struct link_people *p)
{
    for (uint32_t i = 0; i < p->records; i++) {
        size_t count;
        const struct link_name_token *t = link_name_of(p, i, &count);
        for (size_t k = 0; k < count; k++)
            must(t[k].token > 0 && t[k].token < p->token_count &&
                 (k == 0 || t[k].version >= t[k - 1].version));
    }
    for (uint32_t k = 0; k < p->field_count; k++) {
        const struct link_field *f = &p->fields[k];
        uint64_t sum = 0;
        for (uint32_t v = 0; v < f->values; v++) {
            sum += f->count[v];
            must(v == 0 || f->text[v].n > 0);
            must(v == 0 || f->kind != LINK_KIND_DATE || f->days[v].first <= f->days[v].last);
        }
        must(sum == p->records);
        for (uint32_t i = 0; i < p->records; i++)
            must(f->value[i] < f->values);
    }
}

static void check_config(struct arena *a, const struct link_config *c)
{
    BUF_AUTO once;
    BUF_AUTO twice;
    buf_init(&once, 64 * FUZZ_MAX);
    buf_init(&twice, 64 * FUZZ_MAX);
    link_config_write(c, &once);
    struct link_config back;
    struct err err;
    must(link_config_read(buf_str(&once), "it", a, &back, &err) == 0);
    link_config_write(&back, &twice);
    must(str_eq(buf_str(&once), buf_str(&twice)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"first", "second"};
    if (size > FUZZ_MAX)
        return 0;
    /* Two lists where the bytes hold a line of "====", else one. */
    struct str whole = fuzz_str(data, size);
    size_t cut = str_find(whole, STR("====\n"), 0);
    struct str texts[] = {str_slice(whole, 0, cut), str_slice(whole, cut + 5, size)};
    ARENA_AUTO a = {0};
    struct link_load load;
    struct err err = {0};
    int e = link_load_texts(names, texts, cut == STR_NONE ? 1 : 2, NULL, &load, &err);
    if (e) {
        must((e == ERR_INPUT || e == ERR_LIMIT) &&
             (strstr(err.text, "first: ") || strstr(err.text, "second: ")));
        return 0;
    }
    check_data(&load);
    struct link_config config;
    struct link_people people;
    must(link_config_guess(&load.data, STR(""), &a, &config, &err) == 0);
    check_config(&a, &config);
    e = link_people_make(&load.data, &config, NULL, &a, &people, &err);
    must(e == 0 || ((e == ERR_INPUT || e == ERR_LIMIT) && err.text[0]));
    if (!e)
        check_people(&people);
    link_load_free(&load);
    return 0;
}
