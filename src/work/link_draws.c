/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/link_out.h"

struct drawing {
    const struct work_link *w;
    struct work_link_out *out; /* NULL: only counted */
    double (*shifts)[2];
    struct buf name;
    struct err *err;
};

static double shift(void *context, uint32_t draw, double odds)
{
    const struct drawing *d = context;
    return odds + d->shifts[draw][0] + d->shifts[draw][1] * odds;
}

static int take_draw(void *context, uint32_t draw, const uint32_t *cluster, uint32_t count)
{
    struct drawing *d = context;
    (void)count;
    int r = 0;
    for (uint32_t i = 0; i < d->w->people.records && !r; i++) {
        work_link_put_count(&d->out->csv, draw + 1);
        buf_clear(&d->name);
        work_link_name(d->w, i, &d->name);
        csv_put(&d->out->csv, buf_str(&d->name));
        csv_put(&d->out->csv, d->w->people.lists[d->w->people.list[i]].name);
        work_link_put_count(&d->out->csv, cluster[i] + 1);
        csv_end(&d->out->csv);
        r = work_link_out_flush(d->out, false, d->err);
    }
    return r;
}

int work_link_draw(struct work_link *w, struct work_link_outputs *o, struct err *err)
{
    unsigned draws = w->options->draw_count ? w->options->draw_count : WORK_LINK_DRAWS;
    struct drawing d = {.w = w, .err = err};
    if (w->options->draws) {
        int r = work_link_out_begin(o, w->options->draws, &d.out, err);
        if (r)
            return r;
        static const char *const head[] = {"draw", "record", "list", "cluster"};
        for (size_t i = 0; i < sizeof head / sizeof head[0]; i++)
            csv_put(&d.out->csv, str_of(head[i]));
        csv_end(&d.out->csv);
    }
    buf_init(&d.name, SIZE_MAX / 4);
    d.shifts = arena_alloc(w->a, draws, sizeof *d.shifts);
    for (unsigned i = 0; i < draws; i++) {
        struct rng rng;
        rng_seed_stream(&rng, w->options->seed, i);
        link_model_draw(&w->result.model, &rng, d.shifts[i]);
    }
    const struct link_draws how = {
        .draws = draws,
        .seed = w->options->seed,
        .solved = w->result.clusters.cluster,
        .shift = shift,
        .take = d.out ? take_draw : NULL,
        .context = &d,
    };
    int r = link_cluster_draws(&w->result.graph, &how, w->options->pool, &w->persons, err);
    buf_free(&d.name);
    return r;
}
