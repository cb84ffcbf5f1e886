/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Adding to a linked set: the pieces' lists and the new ones become people once more, find their
 * blocks, and only the records they touch are clustered again.
 */
#include "base/sort.h"
#include "work/link_state_form.h"

#include <math.h>

#define FLOOR 0.001 /* as of the set itself: pairs with less chance are not kept */

struct adding {
    struct work_link *w;
    struct link_state *s;
    struct link_people added;
    struct link_rules rules;
    uint32_t first_new; /* record from which on they are of this run */
    struct err *err;
};

/* ---- names ---- */

struct str link_state_name(const struct work_link *w, uint32_t i, char room[LINK_LOAD_NAME_MAX])
{
    uint32_t base = w->state->head->records;
    return i < base ? w->state->names[i] : link_load_name(&w->load, i - base, room);
}

static bool find_in_base(const struct link_state *s, struct str name, uint32_t *ret)
{
    uint64_t hash = hash_bytes(name, 2) & 0xffffffff00000000u;
    size_t low = 0, high = s->head->records;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (s->name_keys[mid] < hash)
            low = mid + 1;
        else
            high = mid;
    }
    for (; low < s->head->records && s->name_keys[low] >> 32 == hash >> 32; low++)
        if (str_eq(s->names[(uint32_t)s->name_keys[low]], name)) {
            *ret = (uint32_t)s->name_keys[low];
            return true;
        }
    return false;
}

bool link_state_find(const struct work_link *w, struct str name, uint32_t *ret)
{
    if (find_in_base(w->state, name, ret))
        return true;
    uint32_t at;
    if (!w->people.records || !link_load_find(&w->load, name, &at))
        return false;
    *ret = at + w->state->head->records;
    return true;
}

uint32_t link_state_added(const struct work_link *w)
{
    return w->people.records - w->state->head->records - w->state->added_before;
}

void link_state_free(struct link_state *s)
{
    if (s)
        buf_free(&s->bytes);
}

/* ---- lists ---- */

static void put_cell(struct buf *out, bool first, struct str s)
{
    buf_add(out, first ? STR("\"") : STR(",\""));
    for (size_t k = 0; k < s.n; k++) {
        if (s.p[k] == '"')
            buf_add_char(out, '"');
        buf_add_char(out, s.p[k]);
    }
    buf_add_char(out, '"');
}

static bool has_column(const struct link_data *d, struct str header)
{
    for (uint32_t c = 0; c < d->column_count; c++)
        if (str_eq_nocase(d->columns[c].header, header))
            return true;
    return false;
}

/* A list as it was read, as CSV. Columns that the configuration names and the list lacks are
 * there and empty, so that what is made of it has the names that it had. */
static struct str text_of(struct arena *a, const struct link_data *d, uint32_t list,
                          const struct link_config *config)
{
    BUF_AUTO out;
    buf_init(&out, SIZE_MAX / 4);
    for (uint32_t i = 0; i <= d->records; i++) {
        if (i && d->list[i - 1] != list)
            continue;
        uint32_t columns = d->column_count;
        for (uint32_t c = 0; c < d->column_count; c++)
            put_cell(&out, c == 0,
                     i ? link_column_text(&d->columns[c], d->columns[c].cell[i - 1])
                       : d->columns[c].header);
        for (uint32_t c = 0; c < config->count && columns < LINK_COLUMNS_MAX; c++)
            if (!has_column(d, config->columns[c].header)) {
                put_cell(&out, false, i ? STR("") : config->columns[c].header);
                columns++;
            }
        buf_add_char(&out, '\n');
    }
    return arena_copy(a, buf_str(&out));
}

static bool has_role(const struct link_config *config, struct str header)
{
    for (uint32_t c = 0; c < config->count; c++)
        if (str_eq_nocase(config->columns[c].header, header))
            return config->columns[c].role != LINK_ROLE_IGNORE &&
                   config->columns[c].role != LINK_ROLE_ID;
    return false;
}

/* What the configuration does not name says nothing: of all columns that is no list for it. */
static int check_columns(struct adding *x, const struct link_data *d)
{
    uint32_t found = 0;
    for (uint32_t c = 0; c < d->column_count; c++)
        found += has_role(&x->w->config, d->columns[c].header);
    if (found)
        return 0;
    return err_set(x->err, ERR_INPUT,
                   "none of the columns is one that %s was linked by; link the lists anew, or "
                   "name their columns as there",
                   x->w->options->state);
}

/* Reads the new lists and puts them behind those of the pieces. */
static int read_new(struct adding *x, const char *const *paths, size_t count)
{
    struct work_link *w = x->w;
    struct link_state *s = x->s;
    struct link_load load = {0};
    s->files_before = s->file_count;
    if (count == 0)
        return 0;
    int r = link_load_read(paths, count, w->options->pool, &load, x->err);
    if (!r)
        r = check_columns(x, &load.data);
    for (uint32_t i = 0; !r && i < load.data.list_count; i++) {
        struct state_file f = {arena_copy(w->a, load.data.lists[i].name),
                               text_of(w->a, &load.data, i, &w->config)};
        ARENA_PUSH(w->a, s->files, s->file_count, s->file_cap, f);
    }
    link_load_free(&load);
    return r;
}

/* Days of lists that are not among those that are added say nothing. */
static void keep_made(struct link_config *c, const struct link_data *d)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < c->made_count; i++)
        for (uint32_t k = 0; k < d->list_count; k++)
            if (str_eq(c->made[i].list, d->lists[k].name)) {
                c->made[kept++] = c->made[i];
                break;
            }
    c->made_count = kept;
}

static int make_added(struct adding *x)
{
    struct work_link *w = x->w;
    struct link_state *s = x->s;
    const char **names = ARENA_NEW(w->a, s->file_count + 1, const char *);
    struct str *texts = ARENA_NEW(w->a, s->file_count + 1, struct str);
    if (s->file_count == 0)
        return 0;
    for (size_t i = 0; i < s->file_count; i++) {
        names[i] = arena_cstr(w->a, s->files[i].name);
        texts[i] = s->files[i].text;
    }
    int r = link_load_texts(names, texts, s->file_count, w->options->pool, &w->load, x->err);
    const struct link_data *d = &w->load.data;
    for (uint32_t i = 0; !r && i < d->records; i++)
        s->added_before += d->list[i] < s->files_before;
    uint32_t id = UINT32_MAX, list;
    for (uint32_t i = 0; !r && s->id.n && i < d->column_count; i++)
        if (str_eq(d->columns[i].header, s->id))
            id = i;
    if (!r && s->id.n && id == UINT32_MAX)
        r = err_set(x->err, ERR_INPUT,
                    "the records of %s are called by the column %.*s, which the lists lack",
                    w->options->state, (int)s->id.n, s->id.p);
    if (!r)
        r = link_load_name_by(&w->load, id, x->err);
    list = r ? UINT32_MAX : link_config_column(&w->config, d, LINK_ROLE_LIST);
    if (list != UINT32_MAX)
        r = link_load_list_by(&w->load, list, x->err);
    if (r)
        return r;
    keep_made(&w->config, d);
    return link_people_make(d, &w->config, w->options->pool, w->a, &x->added, x->err);
}

static int check_names(struct adding *x)
{
    char room[LINK_LOAD_NAME_MAX];
    for (uint32_t i = 0, at; i < x->added.records; i++) {
        struct str name = link_load_name(&x->w->load, i, room);
        if (find_in_base(x->s, name, &at)) {
            BUF_AUTO place;
            buf_init(&place, 1u << 16);
            link_load_place(&x->w->load, i, &place);
            return err_set(x->err, ERR_INPUT,
                           "%.*s: %s has a record %.*s already; each is added once",
                           (int)place.n, place.p, x->w->options->state,
                           name.n > 80 ? 80 : (int)name.n, name.p);
        }
    }
    return 0;
}

/* ---- people and comparisons ---- */

static int check_comparisons(struct adding *x)
{
    const struct link_compare *c = &x->w->result.compare;
    bool same = c->count == x->s->head->comparisons;
    for (uint32_t i = 0; same && i < c->count; i++) {
        struct link_comparison_form form;
        link_comparison_form(&c->comparisons[i], &form);
        same = memcmp(&form, &x->s->comparisons[i], sizeof form) == 0;
    }
    if (same)
        return 0;
    return err_set(x->err, ERR_STATE,
                   "%s: with these lists there is more or less to compare than when it was "
                   "linked (ages where there were birth dates, say); link all lists anew",
                   x->w->options->state);
}

/* The added people with the fields of the set, by number: what their blocks go by. */
static struct link_people aligned(const struct adding *x)
{
    const struct link_people *all = &x->s->kept.people;
    struct link_people p = x->added;
    struct arena *a = x->w->a;
    p.fields = ARENA_NEW(a, LINK_FIELDS_MAX, struct link_field);
    p.field_count = all->field_count;
    for (uint32_t i = 0; i < all->field_count; i++) {
        struct link_field *f = &p.fields[i];
        for (uint32_t k = 0; k < x->added.field_count; k++)
            if (x->added.fields[k].kind == all->fields[i].kind &&
                str_eq(x->added.fields[k].label, all->fields[i].label))
                *f = x->added.fields[k];
        if (f->value)
            continue;
        *f = all->fields[i];
        f->values = 1;
        f->value = ARENA_NEW(a, p.records + (size_t)1, uint32_t);
    }
    if (all->name_at && !p.name_at) {
        p.name_at = ARENA_NEW(a, p.records + (size_t)1, uint64_t);
        p.token_count = p.token_count ? p.token_count : 1;
        p.tokens = p.tokens ? p.tokens : ARENA_NEW(a, 1, struct link_token);
    }
    return p;
}

static int join_people(struct adding *x)
{
    struct work_link *w = x->w;
    struct link_state *s = x->s;
    int r = link_state_rest(s, &x->added, &x->rules, x->err);
    if (!r)
        r = link_model_read(link_take_text(&s->rest, s->head->model), w->a, &w->result.model,
                            x->err);
    const struct link_middles *middles = link_take(&s->rest, sizeof *middles);
    if (!r && !middles)
        r = err_set(x->err, ERR_INPUT, "ends too early");
    if (r)
        return err_prefix(x->err, "%s", w->options->state);
    if (x->added.records)
        r = link_people_add(&s->kept, &x->added, x->err);
    if (r)
        return r;
    w->people = s->kept.people;
    link_compare_plan(&w->people, s->head->unique, w->a, &w->result.compare);
    link_compare_restore(&w->result.compare, middles);
    return check_comparisons(x);
}

/* ---- pairs ---- */

/* From patterns to cells, with the weight of each. */
struct cells {
    uint32_t *slots;
    size_t size;
    double *weight;
    struct link_cell *items;
    size_t count, cap;
};

static void cells_grow(struct cells *c, struct arena *a)
{
    c->size = c->size ? c->size * 2 : 1024;
    while (c->size < c->count * 3)
        c->size *= 2;
    c->slots = ARENA_NEW(a, c->size, uint32_t);
    for (size_t i = 0; i < c->count; i++) {
        size_t at = hash_mix(c->items[i].pattern, 0) & (c->size - 1);
        while (c->slots[at])
            at = (at + 1) & (c->size - 1);
        c->slots[at] = (uint32_t)i + 1;
    }
}

static uint32_t cell_of(struct cells *c, struct arena *a, link_pattern pattern)
{
    if ((c->count + 1) * 2 > c->size)
        cells_grow(c, a);
    size_t at = hash_mix(pattern, 0) & (c->size - 1);
    for (; c->slots[at]; at = (at + 1) & (c->size - 1))
        if (c->items[c->slots[at] - 1].pattern == pattern)
            return c->slots[at] - 1;
    struct link_cell cell = {.pattern = pattern};
    size_t count = c->count, cap = c->cap;
    ARENA_PUSH(a, c->weight, count, cap, (double)NAN);
    ARENA_PUSH(a, c->items, c->count, c->cap, cell);
    c->slots[at] = (uint32_t)c->count;
    return (uint32_t)c->count - 1;
}

/* The weight of a pair: that of its pattern is worked out once. */
static double weight_of(struct cells *c, const struct link_model *m, uint32_t cell,
                        float rarity)
{
    if (isnan(c->weight[cell]))
        c->weight[cell] = link_model_weight(m, c->items[cell].pattern, 0);
    return c->weight[cell] + (double)rarity;
}

static struct cells cells_of(const struct link_state *s, struct arena *a)
{
    struct cells c = {.count = s->head->cells, .cap = s->head->cells + 1024};
    c.items = arena_room(a, c.cap * sizeof *c.items);
    c.weight = arena_room(a, c.cap * sizeof *c.weight);
    memcpy(c.items, s->cells, c.count * sizeof *c.items);
    for (size_t i = 0; i < c.count; i++)
        c.weight[i] = (double)NAN;
    cells_grow(&c, a);
    return c;
}

struct comparing {
    const struct adding *x;
    const struct link_candidate *pairs;
    size_t count;
    link_pattern *pattern; /* [count] */
    float *rarity;
};

#define COMPARE_PIECE 512u

static void compare_piece(void *context, size_t piece, unsigned worker)
{
    struct comparing *c = context;
    size_t end =
        (piece + 1) * COMPARE_PIECE < c->count ? (piece + 1) * COMPARE_PIECE : c->count;
    (void)worker;
    for (size_t i = piece * COMPARE_PIECE; i < end; i++)
        c->pattern[i] = link_compare_pair(&c->x->w->result.compare, c->pairs[i].left,
                                          c->pairs[i].right, &c->rarity[i]);
}

/* Was it compared before, or is it of one list that has each person once? */
static bool is_out(const struct adding *x, const struct link_candidate *pair)
{
    const uint8_t *list = x->w->people.list;
    return pair->right < x->first_new ||
           (x->s->head->unique && list[pair->left] == list[pair->right]);
}

/* Compares what the blocks bring together and was not compared before. */
static void find_pairs(struct adding *x, struct cells *cells)
{
    struct work_link *w = x->w;
    struct link_state *s = x->s;
    struct link_people added = aligned(x);
    struct link_candidate *pairs;
    struct comparing c = {.x = x};
    size_t count;
    double least = link_model_least_weight(&w->result.model, FLOOR);
    s->found_before = s->found_count;
    if (x->first_new == w->people.records)
        return;
    link_block_kept_find(s->blocks, &added, s->head->records, w->a, &pairs, &count);
    for (size_t i = 0; i < count; i++)
        if (!is_out(x, &pairs[i]))
            pairs[c.count++] = pairs[i];
    c.pairs = pairs;
    c.pattern = arena_room(w->a, (c.count + 1) * sizeof *c.pattern);
    c.rarity = arena_room(w->a, (c.count + 1) * sizeof *c.rarity);
    pool_run(w->options->pool, (c.count + COMPARE_PIECE - 1) / COMPARE_PIECE, compare_piece,
             &c);
    w->result.compared += c.count;
    for (size_t i = 0; i < c.count; i++) {
        uint32_t cell = cell_of(cells, w->a, c.pattern[i]);
        double weight = weight_of(cells, &w->result.model, cell, c.rarity[i]);
        if (weight < least)
            continue;
        double p = link_model_probability(&w->result.model, weight);
        struct state_pair pair = {pairs[i].left, pairs[i].right, c.pattern[i], (float)weight,
                                  (float)p};
        if (p >= FLOOR)
            ARENA_PUSH(w->a, s->found, s->found_count, s->found_cap, pair);
    }
}

static int by_pair(const void *pa, const void *pb)
{
    const struct link_scored *a = pa, *b = pb;
    if (a->left != b->left)
        return a->left < b->left ? -1 : 1;
    return (a->right > b->right) - (a->right < b->right);
}

/* A judged pair that no rule brought is a pair all the same. */
static void add_judged(struct adding *x, struct cells *cells, struct link_scored *found,
                       size_t *count)
{
    struct work_link *w = x->w;
    size_t have = *count;
    for (size_t i = 0; i < w->label_count; i++) {
        struct link_scored key = {.left = w->judgements[i].left,
                                  .right = w->judgements[i].right};
        if (sort_find(&key, x->s->pairs, x->s->head->pairs, sizeof key, by_pair) ||
            sort_find(&key, found, have, sizeof key, by_pair))
            continue;
        float rarity;
        link_pattern p = link_compare_pair(&w->result.compare, key.left, key.right, &rarity);
        key.cell = cell_of(cells, w->a, p);
        key.weight = (float)link_model_weight(&w->result.model, p, rarity);
        key.probability = (float)link_model_probability(&w->result.model, (double)key.weight);
        found[(*count)++] = key;
    }
    sort_items(found, *count, sizeof *found, by_pair);
}

/* Those of the base, of the pieces and the new ones, in order. */
static int merge_pairs(struct adding *x, struct cells *cells)
{
    struct work_link *w = x->w;
    const struct link_state *s = x->s;
    size_t count = 0, n = 0;
    struct link_scored *found =
        ARENA_NEW(w->a, s->found_count + w->label_count + 1, struct link_scored);
    for (size_t i = 0; i < s->found_count; i++) {
        const struct state_pair *p = &s->found[i];
        if (p->left >= p->right || p->right >= w->people.records ||
            !(p->probability >= 0 && p->probability <= 1))
            return err_set(x->err, ERR_INPUT, "%s: a pair of what was added is none",
                           w->options->state);
        uint32_t cell = cell_of(cells, w->a, p->pattern);
        cells->items[cell].pairs++;
        found[count++] =
            (struct link_scored){p->left, p->right, cell, p->weight, p->probability};
    }
    sort_items(found, count, sizeof *found, by_pair);
    add_judged(x, cells, found, &count);
    struct link_scored *all = arena_room(w->a, (s->head->pairs + count + 1) * sizeof *all);
    const struct link_scored *base = s->pairs, *end = base + s->head->pairs;
    for (size_t i = 0; i < count; i++) {
        while (base < end && by_pair(base, &found[i]) < 0)
            all[n++] = *base++;
        if (n == 0 || by_pair(&all[n - 1], &found[i]) != 0)
            all[n++] = found[i];
    }
    memcpy(all + n, base, (size_t)(end - base) * sizeof *all);
    w->result.pairs = all;
    w->result.pair_count = n + (size_t)(end - base);
    w->result.histogram.cells = cells->items;
    w->result.histogram.count = cells->count;
    w->result.histogram.all_pairs = s->head->all_pairs;
    w->result.histogram.sampled = s->head->sampled;
    w->result.histogram.records = w->people.records;
    return 0;
}

/* ---- the whole ---- */

/* Verdicts of the base and the pieces, and then those of now; the last of a pair stands. */
static int settle_labels(struct adding *x)
{
    struct work_link *w = x->w;
    struct link_state *s = x->s;
    struct link_judgement *old =
        ARENA_NEW(w->a, s->head->judgements + s->judged_count + 1, struct link_judgement);
    size_t count = 0;
    for (uint64_t i = 0; i < s->head->judgements; i++)
        old[count++] = (struct link_judgement){s->judgements[3 * i], s->judgements[3 * i + 1],
                                               (uint8_t)s->judgements[3 * i + 2]};
    for (size_t i = 0; i < s->judged_count; i++) {
        if (s->judged[i].left >= s->judged[i].right ||
            s->judged[i].right >= w->people.records || s->judged[i].verdict > LINK_DIFFERENT)
            return err_set(x->err, ERR_INPUT, "%s: a verdict of what was added is none",
                           w->options->state);
        old[count++] = s->judged[i];
    }
    int r = work_link_read_labels(w, x->err);
    if (r)
        return r;
    w->new_labels = w->label_count;
    for (size_t i = 0; i < w->label_count; i++)
        ARENA_PUSH(w->a, s->judged, s->judged_count, s->judged_cap, w->judgements[i]);
    work_link_add_labels(w, old, count);
    return 0;
}

int link_state_add(struct work_link *w, const char *const *paths, size_t count, struct err *err)
{
    struct link_state *s = ARENA_NEW(w->a, 1, struct link_state);
    struct adding x = {.w = w, .s = s, .err = err};
    w->state = s;
    if (w->options->config || w->options->show_names)
        return err_set(err, ERR_INPUT,
                       "%s is there, and keeps its configuration and no values as they were "
                       "written: --config and --show-names are for a new one",
                       w->options->state);
    int r = link_state_open(w->options->state, w->a, s, err);
    if (!r && w->options->unique && !s->head->unique)
        r = err_set(err, ERR_INPUT, "%s was linked without --unique", w->options->state);
    if (!r && w->options->id && !str_eq(s->id, str_of(w->options->id)))
        r = err_set(err, ERR_INPUT, "%s was linked with other ids than --id %s",
                    w->options->state, w->options->id);
    if (!r)
        r = link_config_read(s->config, w->options->state, w->a, &w->config, err);
    if (!r)
        r = read_new(&x, paths, count);
    if (!r)
        r = make_added(&x);
    if (!r)
        r = check_names(&x);
    if (!r)
        r = join_people(&x);
    if (r)
        return r;
    x.first_new = s->head->records + s->added_before;
    w->result.compared = s->head->compared;
    w->result.rules = x.rules;
    w->result.recall = (struct link_recall){s->head->recall, s->head->recall_low,
                                            s->head->recall_high, s->head->missed};
    w->result.threshold =
        w->options->threshold > 0 ? w->options->threshold : s->head->threshold;
    struct cells cells = cells_of(s, w->a);
    r = settle_labels(&x);
    if (!r)
        find_pairs(&x, &cells);
    if (!r)
        r = merge_pairs(&x, &cells);
    return r ? r : link_state_cluster(w, err);
}
