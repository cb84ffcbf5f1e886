/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The review file out, and the same file, filled in, back. What comes back may have gone through
 * a spreadsheet: another separator, an apostrophe before what looks like a formula, columns in
 * another order.
 */
#include "base/sort.h"
#include "work/link_out.h"

static const char *const verdicts[] = {"unsure", "same", "different"};

/* ---- in ---- */

struct labels {
    struct work_link *w;
    struct link_load load;                                     /* of the files of labels */
    const struct link_column *left, *right, *verdict, *reason; /* reason may be NULL */
    struct work_link_label *items;
    size_t count, cap;
};

static struct str cell_of(const struct link_column *c, uint32_t row)
{
    return c ? link_column_text(c, c->cell[row]) : (struct str){0};
}

static struct str place_of(const struct labels *l, uint32_t row)
{
    BUF_AUTO out;
    buf_init(&out, 1u << 16);
    link_load_place(&l->load, row, &out);
    return arena_copy(l->w->a, buf_str(&out));
}

static const struct link_column *column_of(const struct labels *l, const char *name)
{
    for (uint32_t i = 0; i < l->load.data.column_count; i++)
        if (str_eq_nocase(str_trim(l->load.data.columns[i].header), str_of(name)))
            return &l->load.data.columns[i];
    return NULL;
}

static int find_columns(struct labels *l, struct err *err)
{
    l->left = column_of(l, "left");
    l->right = column_of(l, "right");
    l->verdict = column_of(l, "verdict");
    l->reason = column_of(l, "reason");
    const char *missing = !l->left      ? "left"
                          : !l->right   ? "right"
                          : !l->verdict ? "verdict"
                                        : NULL;
    if (missing)
        return err_set(err, ERR_INPUT,
                       "--labels: there is no column %s; expected left, right and verdict, as "
                       "--review writes them",
                       missing);
    return 0;
}

static int find_record(const struct labels *l, const struct link_column *c, uint32_t row,
                       uint32_t *ret, struct err *err)
{
    struct str name = cell_of(c, row);
    if (work_link_find(l->w, name, ret))
        return 0;
    if (str_starts(name, STR("'")) && work_link_find(l->w, str_slice(name, 1, name.n), ret))
        return 0;
    struct str place = place_of(l, row);
    return err_set(err, ERR_INPUT,
                   "%.*s: there is no record \"%.*s\" in the lists; expected what --id names, "
                   "or FILE:ROW",
                   (int)place.n, place.p, name.n > 80 ? 80 : (int)name.n, name.p);
}

static int take_label(struct labels *l, uint32_t row, struct err *err)
{
    struct str said = cell_of(l->verdict, row), place = place_of(l, row);
    if (said.n == 0)
        return 0; /* not filled in yet */
    unsigned verdict = 0;
    while (verdict < 3 && !str_eq_nocase(said, str_of(verdicts[verdict])))
        verdict++;
    if (verdict == 3)
        return err_set(err, ERR_INPUT,
                       "%.*s: the verdict is \"%.*s\"; expected same, different, unsure or "
                       "nothing",
                       (int)place.n, place.p, said.n > 40 ? 40 : (int)said.n, said.p);
    uint32_t left = 0, right = 0;
    int r = find_record(l, l->left, row, &left, err);
    if (!r)
        r = find_record(l, l->right, row, &right, err);
    if (r)
        return r;
    if (left == right)
        return err_set(err, ERR_INPUT, "%.*s: both are one record; expected two", (int)place.n,
                       place.p);
    struct work_link_label label = {
        .judgement = {left < right ? left : right, left < right ? right : left,
                      (uint8_t)verdict},
        .place = place,
        .reason = arena_copy(l->w->a, cell_of(l->reason, row)),
    };
    ARENA_PUSH(l->w->a, l->items, l->count, l->cap, label);
    return 0;
}

static int by_pair(const void *pa, const void *pb)
{
    const struct work_link_label *a = pa, *b = pb;
    if (a->judgement.left != b->judgement.left)
        return a->judgement.left < b->judgement.left ? -1 : 1;
    if (a->judgement.right != b->judgement.right)
        return a->judgement.right < b->judgement.right ? -1 : 1;
    return 0;
}

static bool same_pair(const struct work_link_label *a, const struct work_link_label *b)
{
    return by_pair(a, b) == 0;
}

/* One label a pair. Verdicts that contradict one another bind nothing, and that is said. */
static void settle(struct labels *l)
{
    struct work_link *w = l->w;
    size_t kept = 0, cap = 0;
    sort_items(l->items, l->count, sizeof *l->items, by_pair);
    for (size_t i = 0, k; i < l->count; i = k) {
        struct work_link_label label = l->items[i];
        for (k = i + 1; k < l->count && same_pair(&l->items[i], &l->items[k]); k++) {
            const struct work_link_label *other = &l->items[k];
            if (other->judgement.verdict == l->items[i].judgement.verdict)
                continue;
            struct str say = arena_printf(
                w->a, "%.*s says %s, and %.*s says %s of that pair; neither binds",
                (int)label.place.n, label.place.p, verdicts[l->items[i].judgement.verdict],
                (int)other->place.n, other->place.p, verdicts[other->judgement.verdict]);
            ARENA_PUSH(w->a, w->label_conflicts, w->label_conflict_count, cap, say);
            label.judgement.verdict = LINK_UNSURE;
        }
        l->items[kept++] = label;
    }
    w->labels = l->items;
    w->label_count = kept;
    w->judgements = ARENA_NEW(w->a, kept + 1, struct link_judgement);
    for (size_t i = 0; i < kept; i++)
        w->judgements[i] = w->labels[i].judgement;
}

int work_link_read_labels(struct work_link *w, struct err *err)
{
    const struct work_link_options *o = w->options;
    struct labels l = {.w = w};
    if (o->label_files == 0)
        return 0;
    int r = link_load_read(o->labels, o->label_files, o->pool, &l.load, err);
    if (!r)
        r = find_columns(&l, err);
    for (uint32_t i = 0; !r && i < l.load.data.records; i++)
        r = take_label(&l, i, err);
    link_load_free(&l.load);
    if (!r)
        settle(&l);
    return r;
}

struct verdict {
    struct work_link_label label;
    size_t order;
};

static int by_pair_and_order(const void *pa, const void *pb)
{
    const struct verdict *a = pa, *b = pb;
    int order = by_pair(&a->label, &b->label);
    return order ? order : (a->order > b->order) - (a->order < b->order);
}

void work_link_add_labels(struct work_link *w, const struct link_judgement *old, size_t count)
{
    size_t all = count + w->label_count, kept = 0;
    struct verdict *v = ARENA_NEW(w->a, all + 1, struct verdict);
    for (size_t i = 0; i < count; i++)
        v[i] = (struct verdict){{.judgement = old[i]}, i};
    for (size_t i = 0; i < w->label_count; i++)
        v[count + i] = (struct verdict){w->labels[i], count + i};
    sort_items(v, all, sizeof *v, by_pair_and_order);
    w->labels = ARENA_NEW(w->a, all + 1, struct work_link_label);
    w->judgements = ARENA_NEW(w->a, all + 1, struct link_judgement);
    for (size_t i = 0; i < all; i++) {
        if (i + 1 < all && same_pair(&v[i].label, &v[i + 1].label))
            continue;
        w->judgements[kept] = v[i].label.judgement;
        w->labels[kept++] = v[i].label;
    }
    w->label_count = kept;
}

/* ---- out ---- */

static void put_head(const struct work_link *w, struct csv_out *csv)
{
    static const char *const head[] = {"left",   "right",       "verdict", "reason",
                                       "weight", "probability", "evidence"};
    for (size_t i = 0; i < sizeof head / sizeof head[0]; i++)
        csv_put(csv, str_of(head[i]));
    for (uint32_t i = 0; w->options->show_names && i < w->load.data.column_count; i++) {
        ARENA_AUTO a = {0};
        struct str header = w->load.data.columns[i].header;
        csv_put(csv, arena_printf(&a, "left %.*s", (int)header.n, header.p));
        csv_put(csv, arena_printf(&a, "right %.*s", (int)header.n, header.p));
    }
    csv_end(csv);
}

static void put_values(const struct work_link *w, struct csv_out *csv, uint32_t left,
                       uint32_t right)
{
    for (uint32_t i = 0; w->options->show_names && i < w->load.data.column_count; i++) {
        const struct link_column *c = &w->load.data.columns[i];
        csv_put(csv, link_column_text(c, c->cell[left]));
        csv_put(csv, link_column_text(c, c->cell[right]));
    }
}

int work_link_write_review(struct work_link *w, struct work_link_outputs *o, struct err *err)
{
    struct work_link_out *out;
    int r = work_link_out_begin(o, w->options->review, &out, err);
    if (r)
        return r;
    put_head(w, &out->csv);
    BUF_AUTO text;
    buf_init(&text, 1u << 20);
    for (size_t i = 0; i < w->question_count; i++) {
        const struct link_scored *s = &w->result.pairs[w->questions[i].pair];
        const uint32_t ends[] = {s->left, s->right};
        for (int k = 0; k < 2; k++) {
            buf_clear(&text);
            work_link_name(w, ends[k], &text);
            csv_put(&out->csv, buf_str(&text));
        }
        csv_put(&out->csv, (struct str){0});
        csv_put(&out->csv, (struct str){0});
        work_link_put_fixed(&out->csv, s->weight, 1);
        work_link_put_fixed(&out->csv, s->probability, 3);
        buf_clear(&text);
        work_link_evidence(w, w->result.histogram.cells[s->cell].pattern,
                           work_link_rarity(w, s), &text);
        csv_put(&out->csv, buf_str(&text));
        put_values(w, &out->csv, s->left, s->right);
        csv_end(&out->csv);
    }
    return 0;
}
