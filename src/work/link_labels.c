/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The review file out, and the same file, filled in, back. What comes back may have gone through
 * a spreadsheet: another separator, an apostrophe before what looks like a formula, columns in
 * another order.
 */
#include "base/charset.h"
#include "base/sort.h"
#include "work/link_out.h"

#define LABELS_BYTES (256u << 20)

static const char *const verdicts[] = {"unsure", "same", "different"};

/* ---- in ---- */

struct labels {
    struct work_link *w;
    const char *what;
    size_t left, right, verdict, reason; /* columns; SIZE_MAX: there is none */
    struct work_link_label *items;
    size_t count, cap;
};

static size_t column_of(const struct csv_record *head, const char *name)
{
    for (size_t i = 0; i < head->count; i++)
        if (str_eq_nocase(str_trim(head->fields[i]), str_of(name)))
            return i;
    return SIZE_MAX;
}

static char separator_of(struct str text)
{
    struct str line;
    if (str_next_line(&text, &line))
        for (size_t i = 0; i < line.n; i++)
            if (line.p[i] == ',' || line.p[i] == ';' || line.p[i] == '\t')
                return line.p[i];
    return ',';
}

static int read_head(struct labels *l, struct csv_reader *csv, struct err *err)
{
    struct csv_record head;
    int r = csv_next(csv, l->w->a, &head, err);
    if (r)
        return r;
    l->left = column_of(&head, "left");
    l->right = column_of(&head, "right");
    l->verdict = column_of(&head, "verdict");
    l->reason = column_of(&head, "reason");
    const struct {
        size_t column;
        const char *name;
    } needed[] = {{l->left, "left"}, {l->right, "right"}, {l->verdict, "verdict"}};
    for (size_t i = 0; i < 3; i++)
        if (needed[i].column == SIZE_MAX)
            return err_set(err, ERR_INPUT,
                           "%s: line 1: no column %s; expected left, right and verdict, as "
                           "--review writes them",
                           l->what, needed[i].name);
    return 0;
}

static int find_record(const struct labels *l, const struct csv_record *rec, size_t column,
                       uint32_t *ret, struct err *err)
{
    struct str name = str_trim(rec->fields[column]);
    if (link_load_find(&l->w->load, name, ret))
        return 0;
    if (str_starts(name, STR("'")) &&
        link_load_find(&l->w->load, str_slice(name, 1, name.n), ret))
        return 0;
    return err_set(err, ERR_INPUT,
                   "%s: line %zu: there is no record \"%.*s\" in the lists; expected what "
                   "--id names, or FILE:ROW",
                   l->what, rec->line, name.n > 80 ? 80 : (int)name.n, name.p);
}

static int take_label(struct labels *l, const struct csv_record *rec, struct err *err)
{
    struct str said = str_trim(rec->fields[l->verdict]);
    if (said.n == 0)
        return 0; /* not filled in yet */
    unsigned verdict = 0;
    while (verdict < 3 && !str_eq_nocase(said, str_of(verdicts[verdict])))
        verdict++;
    if (verdict == 3)
        return err_set(
            err, ERR_INPUT,
            "%s: line %zu: the verdict is \"%.*s\"; expected same, different, unsure "
            "or nothing",
            l->what, rec->line, said.n > 40 ? 40 : (int)said.n, said.p);
    uint32_t left = 0, right = 0;
    int r = find_record(l, rec, l->left, &left, err);
    if (!r)
        r = find_record(l, rec, l->right, &right, err);
    if (r)
        return r;
    if (left == right)
        return err_set(err, ERR_INPUT, "%s: line %zu: both are one record; expected two",
                       l->what, rec->line);
    if (l->count == WORK_LINK_LABELS_MAX)
        return err_set(err, ERR_LIMIT, "%s: line %zu: more than %u verdicts", l->what,
                       rec->line, WORK_LINK_LABELS_MAX);
    struct work_link_label label = {
        .judgement = {left < right ? left : right, left < right ? right : left,
                      (uint8_t)verdict},
        .file = l->what,
        .line = rec->line,
        .reason = l->reason == SIZE_MAX ? (struct str){0}
                                        : arena_copy(l->w->a, str_trim(rec->fields[l->reason])),
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
                w->a,
                "%s: line %zu says %s, and %s: line %zu says %s of that pair; neither binds",
                label.file, label.line, verdicts[l->items[i].judgement.verdict], other->file,
                other->line, verdicts[other->judgement.verdict]);
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

static int read_rows(struct labels *l, struct str text, struct err *err)
{
    struct csv_reader csv;
    csv_open(&csv, text, separator_of(text), l->what);
    int r = read_head(l, &csv, err);
    ARENA_AUTO row = {0};
    for (bool more = true; !r && more; arena_reset(&row)) {
        struct csv_record rec;
        r = csv_next(&csv, &row, &rec, err);
        more = !r && rec.count > 0;
        if (more)
            r = take_label(l, &rec, err);
    }
    return r;
}

static int read_file(struct labels *l, struct err *err)
{
    BUF_AUTO bytes, text;
    buf_init(&bytes, LABELS_BYTES + 1);
    buf_init(&text, 2 * (size_t)LABELS_BYTES);
    int r = file_read(l->what, LABELS_BYTES, &bytes, err);
    if (!r)
        r = charset_to_utf8(buf_str(&bytes), l->what, &text, err);
    return r ? r : read_rows(l, buf_str(&text), err);
}

int work_link_read_labels(struct work_link *w, struct err *err)
{
    struct labels l = {.w = w};
    int r = 0;
    for (size_t i = 0; i < w->options->label_files && !r; i++) {
        l.what = w->options->labels[i];
        r = read_file(&l, err);
    }
    if (!r)
        settle(&l);
    return r;
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
        csv_put(csv, c->text[c->cell[left]]);
        csv_put(csv, c->text[c->cell[right]]);
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
