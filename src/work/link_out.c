/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/link_out.h"

#include "base/sort.h"

#include <math.h>

#define CHUNK ((size_t)1 << 20)

/* ---- files ---- */

int work_link_out_begin(struct work_link_outputs *o, const char *path,
                        struct work_link_out **ret, struct err *err)
{
    if (o->count == WORK_LINK_OUTPUTS_MAX)
        return err_set(err, ERR_BUG, "%s: more than %d outputs", path, WORK_LINK_OUTPUTS_MAX);
    struct work_link_out *out = &o->items[o->count];
    int r = file_out_begin(path, &out->file, err);
    if (r)
        return r;
    o->count++;
    out->open = true;
    buf_init(&out->buf, SIZE_MAX / 4);
    out->csv = (struct csv_out){.out = &out->buf, .separator = ','};
    *ret = out;
    return 0;
}

int work_link_out_flush(struct work_link_out *out, bool all, struct err *err)
{
    if (out->buf.n == 0 || (!all && out->buf.n < CHUNK))
        return 0;
    int r = file_out_write(&out->file, buf_str(&out->buf), err);
    buf_clear(&out->buf);
    return r;
}

int work_link_outputs_commit(struct work_link_outputs *o, struct err *err)
{
    int r = 0;
    for (size_t i = 0; i < o->count && !r; i++)
        r = work_link_out_flush(&o->items[i], true, err);
    for (size_t i = 0; i < o->count && !r; i++) {
        o->items[i].open = false;
        r = file_out_commit(&o->items[i].file, true, err);
    }
    return r;
}

void work_link_outputs_drop(struct work_link_outputs *o)
{
    for (size_t i = 0; i < o->count; i++) {
        if (o->items[i].open)
            file_out_abandon(&o->items[i].file);
        buf_free(&o->items[i].buf);
    }
    o->count = 0;
}

/* ---- numbers ---- */

void work_link_put_count(struct csv_out *c, uint64_t v)
{
    char text[24];
    size_t n = sizeof text;
    do {
        text[--n] = (char)('0' + v % 10);
        v /= 10;
    } while (v);
    csv_put(c, str_make(text + n, sizeof text - n));
}

void work_link_put_fixed(struct csv_out *c, double v, unsigned digits)
{
    static const double scale[] = {1, 10, 100, 1e3, 1e4, 1e5, 1e6};
    char text[40];
    size_t n = sizeof text;
    if (!isfinite(v) || fabs(v) > 1e9) {
        csv_put(c, STR(""));
        return;
    }
    long long whole = llround(fabs(v) * scale[digits]);
    bool minus = v < 0 && whole > 0;
    for (unsigned i = 0; i < digits || whole || i == digits; i++) {
        if (i == digits && digits)
            text[--n] = '.';
        text[--n] = (char)('0' + whole % 10);
        whole /= 10;
    }
    if (minus)
        text[--n] = '-';
    csv_put(c, str_make(text + n, sizeof text - n));
}

/* ---- pairs ---- */

struct pairs {
    const struct work_link *w;
    struct work_link_out *out;
    struct str *tails; /* [cells] the columns of the comparisons; p == NULL: not made yet */
    struct str *said;  /* [cells] the evidence without rarity */
    struct buf left, right, evidence;
};

static void put_head(struct pairs *p)
{
    static const char *const before[] = {"left", "right", "weight", "probability"};
    static const char *const after[] = {"rarity", "judged", "evidence"};
    const struct link_compare *c = &p->w->result.compare;
    BUF_AUTO name;
    buf_init(&name, 1u << 16);
    for (size_t i = 0; i < 4; i++)
        csv_put(&p->out->csv, str_of(before[i]));
    for (uint32_t i = 0; i < c->count; i++) {
        buf_clear(&name);
        for (size_t k = 0; k < c->comparisons[i].label.n; k++) {
            char letter = c->comparisons[i].label.p[k];
            buf_add_char(&name, letter == ' ' ? '_' : letter);
        }
        csv_put(&p->out->csv, buf_str(&name));
    }
    for (size_t i = 0; i < 3; i++)
        csv_put(&p->out->csv, str_of(after[i]));
    csv_end(&p->out->csv);
}

/* A pattern's columns are the same for all its pairs: they are printed once, each behind its
 * comma. */
static struct str tail_of(struct pairs *p, link_pattern pattern)
{
    BUF_AUTO out;
    buf_init(&out, 1u << 16);
    struct csv_out csv = {.out = &out, .separator = ',', .inside = true};
    double bits[LINK_COMPARISONS_MAX];
    link_model_parts(&p->w->result.model, pattern, bits);
    for (uint32_t i = 0; i < p->w->result.compare.count; i++) {
        if (link_level(pattern, i))
            work_link_put_fixed(&csv, bits[i], 2);
        else
            csv_put(&csv, STR(""));
    }
    return arena_copy(p->w->a, buf_str(&out));
}

static void put_names(struct pairs *p, uint32_t left, uint32_t right)
{
    buf_clear(&p->left);
    buf_clear(&p->right);
    work_link_name(p->w, left, &p->left);
    work_link_name(p->w, right, &p->right);
    csv_put(&p->out->csv, buf_str(&p->left));
    csv_put(&p->out->csv, buf_str(&p->right));
}

static void put_end(struct pairs *p, const struct work_link_label *label, float rarity,
                    struct str said)
{
    static const char *const verdicts[] = {"unsure", "same", "different"};
    work_link_put_fixed(&p->out->csv, rarity, 2);
    csv_put(&p->out->csv,
            label ? str_of(verdicts[label->judgement.verdict % 3]) : (struct str){0});
    buf_clear(&p->evidence);
    buf_add(&p->evidence, said);
    work_link_say_rarity(rarity, &p->evidence);
    csv_put(&p->out->csv, buf_str(&p->evidence));
    csv_end(&p->out->csv);
}

static void put_pair(struct pairs *p, const struct link_scored *s)
{
    const struct link_cell *cell = &p->w->result.histogram.cells[s->cell];
    const struct work_link_label *label = work_link_label(p->w, s->left, s->right);
    if (!p->tails[s->cell].p) {
        BUF_AUTO said;
        buf_init(&said, 1u << 16);
        work_link_evidence(p->w, cell->pattern, 0, &said);
        p->said[s->cell] = arena_copy(p->w->a, buf_str(&said));
        p->tails[s->cell] = tail_of(p, cell->pattern);
    }
    put_names(p, s->left, s->right);
    work_link_put_fixed(&p->out->csv, s->weight, 3);
    work_link_put_fixed(&p->out->csv, s->probability, 6);
    buf_add(&p->out->buf, p->tails[s->cell]);
    put_end(p, label, work_link_rarity(p->w, s), p->said[s->cell]);
}

int work_link_write_pairs(const struct work_link *w, struct work_link_outputs *o,
                          struct err *err)
{
    struct pairs p = {.w = w};
    int r = work_link_out_begin(o, w->options->pairs, &p.out, err);
    if (r)
        return r;
    p.tails = ARENA_NEW(w->a, w->result.histogram.count + 1, struct str);
    p.said = ARENA_NEW(w->a, w->result.histogram.count + 1, struct str);
    buf_init(&p.left, SIZE_MAX / 4);
    buf_init(&p.right, SIZE_MAX / 4);
    buf_init(&p.evidence, SIZE_MAX / 4);
    put_head(&p);
    for (size_t i = 0; i < w->result.pair_count && !r; i++) {
        const struct link_scored *s = &w->result.pairs[i];
        if (w->options->threshold <= 0 || work_link_is(w, s))
            put_pair(&p, s);
        r = work_link_out_flush(p.out, false, err);
    }
    buf_free(&p.left);
    buf_free(&p.right);
    buf_free(&p.evidence);
    return r;
}

/* ---- clusters ---- */

static void put_bridge(const struct work_link *w, struct csv_out *csv, struct buf *name,
                       const struct link_bridge *b)
{
    if (!b) {
        for (int i = 0; i < 3; i++)
            csv_put(csv, (struct str){0});
        return;
    }
    const uint32_t ends[] = {b->left, b->right};
    for (int i = 0; i < 2; i++) {
        buf_clear(name);
        work_link_name(w, ends[i], name);
        csv_put(csv, buf_str(name));
    }
    work_link_put_fixed(csv, 1 / (1 + exp(-(double)b->odds)), 6);
}

int work_link_write_clusters(const struct work_link *w, struct work_link_outputs *o,
                             struct err *err)
{
    static const char *const head[] = {"record",
                                       "list",
                                       "cluster",
                                       "size",
                                       "weakest_left",
                                       "weakest_right",
                                       "weakest_probability"};
    struct work_link_out *out;
    int r = work_link_out_begin(o, w->options->clusters, &out, err);
    if (r)
        return r;
    for (size_t i = 0; i < sizeof head / sizeof head[0]; i++)
        csv_put(&out->csv, str_of(head[i]));
    csv_end(&out->csv);
    BUF_AUTO name;
    buf_init(&name, SIZE_MAX / 4);
    const struct link_clusters *c = &w->result.clusters;
    const struct link_bridge **of = ARENA_NEW(w->a, c->count + 1, const struct link_bridge *);
    for (size_t i = 0; i < w->bridge_count; i++)
        of[w->bridges[i].cluster] = &w->bridges[i];
    for (uint32_t i = 0; i < w->people.records && !r; i++) {
        buf_clear(&name);
        work_link_name(w, i, &name);
        csv_put(&out->csv, buf_str(&name));
        csv_put(&out->csv, w->people.lists[w->people.list[i]].name);
        work_link_put_count(&out->csv, c->cluster[i] + 1);
        work_link_put_count(&out->csv, w->cluster_size[c->cluster[i]]);
        put_bridge(w, &out->csv, &name, of[c->cluster[i]]);
        csv_end(&out->csv);
        r = work_link_out_flush(out, false, err);
    }
    return r;
}
