/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/link.h"

#include "base/sort.h"
#include "work/link_state.h"

#include <math.h>

#define CONFIG_MAX (1u << 20)
#define SAYS       0.1 /* bits; what says less is not said */

/* ---- what is shared ---- */

void work_link_name(const struct work_link *w, uint32_t record, struct buf *out)
{
    char room[LINK_LOAD_NAME_MAX];
    buf_add(out, w->state ? link_state_name(w, record, room)
                          : link_load_name(&w->load, record, room));
}

bool work_link_find(const struct work_link *w, struct str name, uint32_t *ret)
{
    return w->state ? link_state_find(w, name, ret) : link_load_find(&w->load, name, ret);
}

uint32_t work_link_added(const struct work_link *w)
{
    return w->state ? link_state_added(w) : 0;
}

struct part {
    unsigned comparison;
    double bits;
};

static int by_bits(const void *pa, const void *pb)
{
    const struct part *a = pa, *b = pb;
    double x = fabs(a->bits), y = fabs(b->bits);
    if (x != y)
        return x > y ? -1 : 1;
    return (a->comparison > b->comparison) - (a->comparison < b->comparison);
}

void work_link_evidence(const struct work_link *w, link_pattern p, float rarity,
                        struct buf *out)
{
    const struct link_compare *c = &w->result.compare;
    double bits[LINK_COMPARISONS_MAX];
    struct part parts[LINK_COMPARISONS_MAX];
    size_t count = 0;
    link_model_parts(&w->result.model, p, bits);
    for (unsigned i = 0; i < c->count; i++)
        if (link_level(p, i) && fabs(bits[i]) >= SAYS)
            parts[count++] = (struct part){i, bits[i]};
    sort_items(parts, count, sizeof *parts, by_bits);
    for (size_t i = 0; i < count; i++) {
        const struct link_comparison *k = &c->comparisons[parts[i].comparison];
        const char *level = k->level[link_level(p, parts[i].comparison)];
        buf_printf(out, "%s%.*s %s (%+.1f)", i ? "; " : "", (int)k->label.n, k->label.p,
                   level ? level : "compared", parts[i].bits);
    }
    if (count == 0)
        buf_add(out, STR("nothing speaks for or against"));
    work_link_say_rarity(rarity, out);
}

void work_link_say_rarity(float rarity, struct buf *out)
{
    if (fabsf(rarity) >= 0.1f)
        buf_printf(out, "; values %s than most of that level (%+.1f)",
                   rarity > 0 ? "rarer" : "commoner", (double)rarity);
}

float work_link_rarity(const struct work_link *w, const struct link_scored *s)
{
    link_pattern p = w->result.histogram.cells[s->cell].pattern;
    return (float)((double)s->weight - link_model_weight(&w->result.model, p, 0));
}

static int by_pair(const void *pa, const void *pb)
{
    const struct link_judgement *a = &((const struct work_link_label *)pa)->judgement;
    const struct link_judgement *b = &((const struct work_link_label *)pb)->judgement;
    if (a->left != b->left)
        return a->left < b->left ? -1 : 1;
    return (a->right > b->right) - (a->right < b->right);
}

const struct work_link_label *work_link_label(const struct work_link *w, uint32_t left,
                                              uint32_t right)
{
    struct work_link_label key = {.judgement = {.left = left, .right = right}};
    return sort_find(&key, w->labels, w->label_count, sizeof *w->labels, by_pair);
}

bool work_link_is(const struct work_link *w, const struct link_scored *s)
{
    const struct work_link_label *label = work_link_label(w, s->left, s->right);
    if (label && label->judgement.verdict != LINK_UNSURE)
        return label->judgement.verdict == LINK_SAME;
    if ((double)s->probability < w->result.threshold)
        return false;
    const uint32_t *cluster = w->result.clusters.cluster;
    return !w->result.graph.unique || cluster[s->left] == cluster[s->right];
}

struct str work_link_say_enough(const struct work_link *w, struct arena *a)
{
    const struct link_enough *e = &w->enough;
    if (!isfinite(e->low) || !isfinite(e->high))
        return STR("F1 cannot be told yet");
    if (!w->result.pair_count)
        return STR("no pair has any chance to be one person: there is nothing to ask");
    if (e->enough)
        return arena_printf(a, "enough: F1 between %.3f and %.3f", e->low, e->high);
    return arena_printf(a, "not enough yet: F1 between %.3f and %.3f; %zu pair%s would help",
                        e->low, e->high, w->question_count, w->question_count == 1 ? "" : "s");
}

struct str work_link_say_contradiction(const struct work_link *w,
                                       const struct link_contradiction *x, struct arena *a)
{
    BUF_AUTO text;
    buf_init(&text, SIZE_MAX / 4);
    work_link_name(w, x->left, &text);
    buf_add(&text, STR(" and "));
    work_link_name(w, x->right, &text);
    buf_add(&text, x->of_one_list ? STR(" are of one list, which has each person once")
                                  : STR(" are judged different"));
    buf_add(&text, STR(", and joined by verdicts of same"));
    return arena_copy(a, buf_str(&text));
}

/* ---- the road ---- */

static int progress(const struct work_link *w, const char *step, struct err *err)
{
    const struct work_link_options *o = w->options;
    if (o->progress && o->progress(o->progress_context, step, 0))
        return err_set(err, ERR_CANCELLED, "stopped while %s; no file was changed", step);
    return 0;
}

static int configure(struct work_link *w, struct err *err)
{
    const struct work_link_options *o = w->options;
    if (!o->config)
        return link_config_guess(&w->load.data, str_of(o->id ? o->id : ""), w->a, &w->config,
                                 err);
    BUF_AUTO json;
    buf_init(&json, CONFIG_MAX + 1);
    int r = file_read(o->config, CONFIG_MAX, &json, err);
    return r ? r : link_config_read(buf_str(&json), o->config, w->a, &w->config, err);
}

/* The column whose values are the names of the records: only that of --id. */
static int name_records(struct work_link *w, struct err *err)
{
    const struct link_data *d = &w->load.data;
    uint32_t column = UINT32_MAX;
    for (uint32_t i = 0; w->options->id && i < d->column_count && column == UINT32_MAX; i++)
        if (str_eq(d->columns[i].header, str_of(w->options->id)))
            column = i;
    if (w->options->id && column == UINT32_MAX)
        return err_set(err, ERR_INPUT, "--id %s: no list has a column of that name",
                       w->options->id);
    return link_load_name_by(&w->load, column, err);
}

static int read_lists(struct work_link *w, const char *const *paths, size_t count,
                      struct err *err)
{
    int r = progress(w, "reading", err);
    if (!r)
        r = link_load_read(paths, count, w->options->pool, &w->load, err);
    if (!r)
        r = configure(w, err);
    if (!r)
        r = name_records(w, err);
    if (!r) {
        uint32_t list = link_config_column(&w->config, &w->load.data, LINK_ROLE_LIST);
        r = list == UINT32_MAX ? 0 : link_load_list_by(&w->load, list, err);
    }
    if (!r)
        r = progress(w, "normalising", err);
    if (!r)
        r = link_people_make(&w->load.data, &w->config, w->options->pool, w->a, &w->people,
                             err);
    if (!r && !w->options->show_names)
        link_load_drop_columns(&w->load);
    return r;
}

static int run_engine(struct work_link *w, struct err *err)
{
    const struct work_link_options *o = w->options;
    const struct link_options options = {
        .unique = o->unique,
        .threshold = o->threshold > 0 ? o->threshold : NAN,
        .every_pair = o->threshold <= 0,
        .seed = o->seed,
        .judgements = w->judgements,
        .judgement_count = w->label_count,
        .progress = o->progress,
        .progress_context = o->progress_context,
    };
    return link_run(&w->people, &options, o->pool, w->a, &w->result, err);
}

static void look_at_clusters(struct work_link *w)
{
    const struct link_clusters *c = &w->result.clusters;
    w->cluster_size = ARENA_NEW(w->a, c->count + 1, uint32_t);
    for (uint32_t i = 0; i < w->people.records; i++)
        w->cluster_size[c->cluster[i]]++;
    link_cluster_bridges(&w->result.graph, c, w->a, &w->bridges, &w->bridge_count);
    for (size_t i = 0; i < w->result.pair_count; i++)
        w->linked += work_link_is(w, &w->result.pairs[i]);
}

static void look_at_questions(struct work_link *w)
{
    link_review(&w->result.model, &w->result.histogram, w->result.pairs, w->result.pair_count,
                w->judgements, w->label_count, WORK_LINK_QUESTIONS, w->a, &w->questions,
                &w->question_count, &w->enough);
    link_review_unseen(w->result.pairs, w->result.pair_count, w->result.threshold,
                       w->result.graph.missed, w->result.graph.missed_spread, &w->enough);
}

int work_link_run(struct work_link *w, struct err *err)
{
    int r = run_engine(w, err);
    if (!r) {
        look_at_clusters(w);
        look_at_questions(w);
    }
    return r;
}

static int write_text(struct work_link_outputs *o, const char *path, struct str text,
                      struct err *err)
{
    struct work_link_out *out;
    int r = work_link_out_begin(o, path, &out, err);
    if (!r)
        buf_add(&out->buf, text);
    return r;
}

static int write_outputs(struct work_link *w, struct work_link_outputs *o, struct err *err)
{
    const struct work_link_options *how = w->options;
    BUF_AUTO text;
    buf_init(&text, SIZE_MAX / 4);
    int r = progress(w, "drawing", err);
    if (!r && (!w->state || how->draws))
        r = work_link_draw(w, o, err);
    if (!r)
        r = progress(w, "writing", err);
    if (!r && how->write_config) {
        link_config_write(&w->config, &text);
        r = write_text(o, how->write_config, buf_str(&text), err);
    }
    if (!r && how->pairs)
        r = work_link_write_pairs(w, o, err);
    if (!r && how->clusters)
        r = work_link_write_clusters(w, o, err);
    if (!r && how->review)
        r = work_link_write_review(w, o, err);
    if (!r && how->report) {
        buf_clear(&text);
        work_link_print_report(&text, w);
        r = write_text(o, how->report, buf_str(&text), err);
    }
    return r;
}

int work_link(struct arena *a, const char *const *paths, size_t count,
              const struct work_link_options *options, struct work_link *ret, struct err *err)
{
    *ret = (struct work_link){.a = a, .options = options};
    struct work_link_outputs outputs = {0};
    bool adds = options->state && file_exists(options->state);
    int r = adds ? link_state_add(ret, paths, count, err) : read_lists(ret, paths, count, err);
    if (!r && !adds)
        r = work_link_read_labels(ret, err);
    if (!r && !adds)
        r = run_engine(ret, err);
    if (!r) {
        look_at_clusters(ret);
        look_at_questions(ret);
        r = write_outputs(ret, &outputs, err);
    }
    if (!r && options->state)
        r = adds ? link_state_commit(ret, err) : link_state_write(ret, &outputs, err);
    if (!r)
        r = work_link_outputs_commit(&outputs, err);
    work_link_outputs_drop(&outputs);
    return r;
}

void work_link_free(struct work_link *w)
{
    link_state_free(w->state);
    link_load_free(&w->load);
}
