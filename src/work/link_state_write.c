/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/sort.h"
#include "work/link_state_form.h"

/* ---- names ---- */

static int by_key(const void *pa, const void *pb)
{
    uint64_t a = *(const uint64_t *)pa, b = *(const uint64_t *)pb;
    return (a > b) - (a < b);
}

uint64_t *link_state_keys(const struct str *names, uint32_t count, struct arena *a)
{
    uint64_t *keys = ARENA_NEW(a, count + (size_t)1, uint64_t);
    for (uint32_t i = 0; i < count; i++)
        keys[i] = (hash_bytes(names[i], 2) & 0xffffffff00000000u) | i;
    sort_items(keys, count, sizeof *keys, by_key);
    return keys;
}

/* ---- the base ---- */

struct base {
    struct work_link_out *out;
    struct state_hash hash;
    uint64_t bytes;
};

/* Gathers, and passes on whole words. */
static int push(void *context, const void *p, size_t n, struct err *err)
{
    struct base *b = context;
    struct buf *buf = &b->out->buf;
    buf_add(buf, (struct str){p, n});
    b->bytes += n;
    if (buf->n < (1u << 20))
        return 0;
    size_t whole = buf->n / 8 * 8;
    state_hash_add(&b->hash, buf->p, whole);
    int r = file_out_write(&b->out->file, (struct str){buf->p, whole}, err);
    memmove(buf->p, buf->p + whole, buf->n - whole);
    buf->n -= whole;
    return r;
}

static void put_head(const struct work_link *w, struct link_put *put, size_t id, size_t config,
                     size_t model)
{
    const struct link_result *r = &w->result;
    struct state_head head;
    memset(&head, 0, sizeof head);
    head.records = w->people.records;
    head.unique = w->options->unique;
    head.cells = (uint32_t)r->histogram.count;
    head.comparisons = r->compare.count;
    head.id = (uint32_t)id;
    head.config = (uint32_t)config;
    head.model = (uint32_t)model;
    head.seed = w->options->seed;
    head.pairs = r->pair_count;
    head.judgements = w->label_count;
    head.compared = r->compared;
    head.sampled = r->histogram.sampled;
    head.unscored_pairs = r->graph.unscored_pairs;
    head.threshold = r->threshold;
    head.unscored = r->graph.unscored;
    head.missed = r->graph.missed;
    head.missed_spread = r->graph.missed_spread;
    head.all_pairs = r->histogram.all_pairs;
    head.recall = r->recall.recall;
    head.recall_low = r->recall.low;
    head.recall_high = r->recall.high;
    head.persons_low = w->persons.low;
    head.persons = w->persons.median;
    head.persons_high = w->persons.high;
    link_put(put, &head, sizeof head);
}

static void put_names(const struct work_link *w, struct link_put *put)
{
    ARENA_AUTO a = {0};
    uint32_t records = w->people.records;
    struct str *names = ARENA_NEW(&a, records + (size_t)1, struct str);
    for (uint32_t i = 0; i < records; i++) {
        char room[LINK_LOAD_NAME_MAX];
        names[i] = arena_copy(&a, link_load_name(&w->load, i, room));
    }
    link_put_texts(put, names, records, sizeof *names);
    link_put(put, link_state_keys(names, records, &a), records * sizeof(uint64_t));
}

static void put_linked(const struct work_link *w, struct link_put *put)
{
    const struct link_result *r = &w->result;
    for (uint32_t i = 0; i < r->compare.count; i++) {
        struct link_comparison_form form;
        link_comparison_form(&r->compare.comparisons[i], &form);
        link_put(put, &form, sizeof form);
    }
    link_put(put, r->histogram.cells, r->histogram.count * sizeof *r->histogram.cells);
    link_put(put, r->pairs, r->pair_count * sizeof *r->pairs);
    link_put(put, r->clusters.cluster, w->people.records * sizeof *r->clusters.cluster);
    ARENA_AUTO a = {0};
    uint32_t *judged = ARENA_NEW(&a, 3 * w->label_count + 1, uint32_t);
    for (size_t i = 0; i < w->label_count; i++) {
        judged[3 * i] = w->judgements[i].left;
        judged[3 * i + 1] = w->judgements[i].right;
        judged[3 * i + 2] = w->judgements[i].verdict;
    }
    link_put(put, judged, 3 * w->label_count * sizeof *judged);
}

int link_state_write(const struct work_link *w, struct work_link_outputs *o, struct err *err)
{
    struct base b = {0};
    int r = work_link_out_begin(o, w->options->state, &b.out, err);
    if (r)
        return r;
    const uint64_t nothing = 0;
    struct str head = STR(STATE_MAGIC);
    r = file_out_write(&b.out->file, head, err);
    if (!r)
        r = file_out_write(&b.out->file, (struct str){(const char *)&nothing, 8}, err);
    BUF_AUTO config, model;
    buf_init(&config, SIZE_MAX / 4);
    buf_init(&model, SIZE_MAX / 4);
    link_config_write(&w->config, &config);
    link_model_write(&w->result.model, &model);
    struct str id = str_of(w->options->id ? w->options->id : "");
    struct link_put put = {push, &b, err, r};
    put_head(w, &put, id.n, config.n, model.n);
    link_put(&put, id.p, id.n);
    link_put(&put, config.p, config.n);
    put_names(w, &put);
    struct link_people_kept kept;
    link_people_keep(&w->people, &kept);
    link_people_write(&kept, &put);
    link_block_keep(&w->people, &w->result.rules, &put);
    put_linked(w, &put);
    link_put(&put, model.p, model.n);
    struct link_middles middles;
    link_compare_keep(&w->result.compare, &middles);
    link_put(&put, &middles, sizeof middles);
    r = put.r;
    state_hash_add(&b.hash, b.out->buf.p, b.out->buf.n);
    struct state_mark mark = {.kind = STATE_BASE, .hash = state_hash_end(&b.hash)};
    buf_add(&b.out->buf, (struct str){(const char *)&mark, sizeof mark});
    if (!r)
        r = file_out_patch(&b.out->file, 8, (struct str){(const char *)&b.bytes, 8}, err);
    return r;
}

/* ---- a piece ---- */

/* The lists that were added now, as they were read. */
static void put_files(const struct link_state *s, struct link_put *put)
{
    for (size_t i = s->files_before; i < s->file_count; i++) {
        const struct state_file *f = &s->files[i];
        const uint64_t sizes[] = {f->name.n, f->text.n};
        link_put(put, sizes, sizeof sizes);
        link_put(put, f->name.p, f->name.n);
        link_put(put, f->text.p, f->text.n);
    }
}

static int push_buf(void *context, const void *p, size_t n, struct err *err)
{
    (void)err;
    buf_add(context, (struct str){p, n});
    return 0;
}

int link_state_commit(struct work_link *w, struct err *err)
{
    const struct link_state *s = w->state;
    struct state_piece piece = {.files = s->file_count - s->files_before,
                                .pairs = s->found_count - s->found_before,
                                .judgements = w->new_labels};
    if (piece.files + piece.judgements == 0)
        return 0;
    BUF_AUTO out;
    buf_init(&out, SIZE_MAX / 4);
    struct state_mark mark = {.kind = STATE_PIECE};
    buf_add(&out, (struct str){(const char *)&mark, sizeof mark});
    struct link_put put = {push_buf, &out, err, 0};
    link_put(&put, &piece, sizeof piece);
    put_files(s, &put);
    link_put(&put, s->found + s->found_before, piece.pairs * sizeof *s->found);
    for (size_t i = s->judged_count - w->new_labels; i < s->judged_count; i++) {
        const struct link_judgement *j = &s->judged[i];
        const uint32_t numbers[] = {j->left, j->right, j->verdict};
        buf_add(&out, (struct str){(const char *)numbers, sizeof numbers});
    }
    while (out.n % 8)
        buf_add_char(&out, '\0');
    struct state_hash hash = {{0}, 0};
    state_hash_add(&hash, out.p + sizeof mark, out.n - sizeof mark);
    mark.bytes = out.n - sizeof mark;
    mark.hash = state_hash_end(&hash);
    memcpy(out.p, &mark, sizeof mark);
    return file_append(w->options->state, s->end, buf_str(&out), err);
}
