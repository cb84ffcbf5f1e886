/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/sort.h"
#include "link_report_html.h"
#include "work/link_out.h"

#include <math.h>

#define BINS_MAX    64
#define BAND        2.0  /* bits of a column of the chart */
#define SIDE_BITS   15.0 /* of a bar of the level table */
#define GROUPS      10
#define GROUP_LEAST 0.05
#define SIZES_MAX   12
#define BRIDGES_MAX 20
#define ROOM        (SIZE_MAX / 4)

enum part {
    FACTS,
    CONTRADICTIONS,
    COLUMNS,
    DECADES,
    LINES,
    ALL,
    SAME,
    CUT,
    TICKS,
    WEIGHTS,
    COMPARISONS,
    GROUPED,
    RULES,
    SIZES,
    BRIDGES,
    DOUBTS,
    NO_DOUBT,
    PART_COUNT
};

struct report {
    const struct work_link *w;
    struct arena *a;
    struct buf part[PART_COUNT];
    struct str threshold, chart_label, recall;
};

/* ---- numbers as text ---- */

static struct str count_of(struct report *p, double v)
{
    struct str digits = arena_printf(p->a, "%.0f", v > 0 ? v : 0);
    BUF_AUTO out;
    buf_init(&out, 64);
    for (size_t i = 0; i < digits.n; i++) {
        if (i && (digits.n - i) % 3 == 0)
            buf_add_char(&out, ',');
        buf_add_char(&out, digits.p[i]);
    }
    return arena_copy(p->a, buf_str(&out));
}

static struct str number(struct report *p, double v, int digits)
{
    return isfinite(v) ? arena_printf(p->a, "%.*f", digits, v) : STR("–");
}

static struct str share(struct report *p, double v)
{
    if (!isfinite(v))
        return STR("–");
    return v != 0 && v < 0.001 ? arena_printf(p->a, "%.1e", v) : number(p, v, 3);
}

static struct str name_of(struct report *p, uint32_t record)
{
    BUF_AUTO out;
    buf_init(&out, ROOM);
    work_link_name(p->w, record, &out);
    return arena_copy(p->a, buf_str(&out));
}

/* ---- the result ---- */

static void fact(struct report *p, const char *name, struct str value, struct str note)
{
    link_report_html_fact(&p->part[FACTS],
                          &(struct link_report_html_fact){str_of(name), value, note});
}

static void print_facts(struct report *p)
{
    const struct work_link *w = p->w;
    const struct link_result *r = &w->result;
    fact(p, "Persons", count_of(p, w->persons.median),
         arena_printf(p->a, "95 %%: %.*s to %.*s", (int)count_of(p, w->persons.low).n,
                      count_of(p, w->persons.low).p, (int)count_of(p, w->persons.high).n,
                      count_of(p, w->persons.high).p));
    fact(p, "Records", count_of(p, w->people.records),
         arena_printf(p->a, "in %u list%s", w->people.list_count,
                      w->people.list_count == 1 ? "" : "s"));
    fact(p, "Links", count_of(p, (double)w->linked), STR("pairs from the threshold on"));
    fact(p, "Clusters", count_of(p, r->clusters.count), STR("the most likely persons"));
    fact(p, "Threshold", number(p, r->threshold, 3),
         w->options->threshold > 0 ? STR("as it was asked for") : STR("best expected F1"));
    fact(p, "Expected precision", number(p, r->model.expected_precision, 3),
         STR("of the links"));
    fact(p, "Expected recall", number(p, r->model.expected_recall, 3), STR("of the links"));
    fact(p, "Blocking", number(p, r->recall.recall, 3),
         STR("share of the true pairs that were compared, estimated"));
}

static void contradiction(struct report *p, struct str text)
{
    link_report_html_contradiction(&p->part[CONTRADICTIONS],
                                   &(struct link_report_html_contradiction){text});
}

static void print_contradictions(struct report *p)
{
    const struct link_clusters *c = &p->w->result.clusters;
    for (size_t i = 0; i < p->w->label_conflict_count; i++)
        contradiction(p, p->w->label_conflicts[i]);
    for (size_t i = 0; i < c->contradiction_count; i++)
        contradiction(p, work_link_say_contradiction(p->w, &c->contradictions[i], p->a));
}

static void print_columns(struct report *p)
{
    BUF_AUTO text;
    buf_init(&text, ROOM);
    link_config_say(&p->w->config, &text);
    struct str rest = buf_str(&text), line;
    while (str_next_line(&rest, &line))
        link_report_html_column(&p->part[COLUMNS],
                                &(struct link_report_html_column){str_trim(line)});
}

/* ---- match weights ---- */

struct weights {
    double low, band; /* bits */
    size_t count;
    double pairs[BINS_MAX], same[BINS_MAX];
};

static void bin_weights(const struct work_link *w, struct weights *ret)
{
    const struct link_histogram *h = &w->result.histogram;
    double low = 0, high = 0;
    for (size_t i = 0; i < h->count; i++) {
        double x = link_model_weight(&w->result.model, h->cells[i].pattern, 0);
        low = fmin(low, x);
        high = fmax(high, x);
    }
    ret->band = BAND;
    while ((high - low) / ret->band + 2 >= BINS_MAX)
        ret->band *= 2;
    ret->low = floor(low / ret->band) * ret->band;
    ret->count = (size_t)((high - ret->low) / ret->band) + 1;
    for (size_t i = 0; i < h->count; i++) {
        double x = link_model_weight(&w->result.model, h->cells[i].pattern, 0);
        size_t k = (size_t)((x - ret->low) / ret->band);
        double pairs = (double)h->cells[i].pairs;
        ret->pairs[k] += pairs;
        ret->same[k] += pairs * link_model_probability(&w->result.model, x);
    }
}

/* Where the threshold lies on the scale of weights; NAN when no pair reaches it. */
static double weight_of_threshold(const struct work_link *w)
{
    double least = NAN;
    for (size_t i = 0; i < w->result.pair_count; i++) {
        const struct link_scored *s = &w->result.pairs[i];
        if ((double)s->probability >= w->result.threshold)
            least = fmin(least, (double)s->weight);
    }
    return least;
}

/* Height of a column out of 1000; a column of one pair still shows. */
static double height_of(double pairs, double decades)
{
    return pairs < 0.5 ? 0 : fmax(1000 * log10(pairs + 1) / decades, 4);
}

static void print_columns_of(struct report *p, const struct weights *b, double decades)
{
    double step = 1000.0 / (double)b->count;
    for (size_t k = 0; k < b->count; k++) {
        struct str x = number(p, (double)k * step + step * 0.06, 1);
        struct str width = number(p, step * 0.88, 1);
        double all = height_of(b->pairs[k], decades), same = height_of(b->same[k], decades);
        if (all > 0)
            link_report_html_column_all(&p->part[ALL], &(struct link_report_html_column_all){
                                                           .x = x,
                                                           .y = number(p, 1000 - all, 1),
                                                           .width = width,
                                                           .height = number(p, all, 1),
                                                       });
        if (same > 0)
            link_report_html_column_same(&p->part[SAME], &(struct link_report_html_column_same){
                                                             .x = x,
                                                             .y = number(p, 1000 - same, 1),
                                                             .width = width,
                                                             .height = number(p, same, 1),
                                                         });
        double from = b->low + (double)k * b->band;
        if (b->pairs[k] > 0)
            link_report_html_weight(
                &p->part[WEIGHTS],
                &(struct link_report_html_weight){
                    .range = arena_printf(p->a, "%.0f to %.0f", from, from + b->band),
                    .pairs = count_of(p, b->pairs[k]),
                    .same = number(p, b->same[k], b->same[k] < 10 ? 1 : 0),
                });
    }
}

static void print_axes(struct report *p, const struct weights *b, double decades)
{
    for (int d = (int)decades; d >= 0; d--)
        link_report_html_decade(&p->part[DECADES],
                                &(struct link_report_html_decade){count_of(p, pow(10, d))});
    for (int d = 1; d < (int)decades; d++)
        link_report_html_decade_line(
            &p->part[LINES],
            &(struct link_report_html_decade_line){number(p, 1000 - 1000 * d / decades, 1)});
    double high = b->low + (double)b->count * b->band;
    for (int i = 0; i <= 4; i++)
        link_report_html_tick(
            &p->part[TICKS],
            &(struct link_report_html_tick){arena_printf(
                p->a, "%.0f%s", b->low + (high - b->low) * i / 4, i == 4 ? " bits" : "")});
}

static void print_weights(struct report *p)
{
    struct weights b = {0};
    bin_weights(p->w, &b);
    double most = 1, cut = weight_of_threshold(p->w);
    for (size_t k = 0; k < b.count; k++)
        most = fmax(most, b.pairs[k]);
    double decades = fmax(1, ceil(log10(most + 1)));
    print_columns_of(p, &b, decades);
    print_axes(p, &b, decades);
    double range = (double)b.count * b.band;
    if (isfinite(cut) && cut >= b.low && cut <= b.low + range)
        link_report_html_cut(&p->part[CUT], &(struct link_report_html_cut){
                                                number(p, 1000 * (cut - b.low) / range, 1)});
    p->threshold = isfinite(cut) ? arena_printf(p->a, "threshold %.3f, near %.1f bits",
                                                p->w->result.threshold, cut)
                                 : STR("no pair reaches the threshold");
    p->chart_label = arena_printf(
        p->a,
        "Pairs by match weight from %.0f to %.0f bits; %.*s. The numbers are in the table.",
        b.low, b.low + range, (int)p->threshold.n, p->threshold.p);
}

/* ---- levels ---- */

static void print_level(struct report *p, struct buf *rows, uint32_t c, unsigned level)
{
    const struct link_comparison *k = &p->w->result.compare.comparisons[c];
    double m = p->w->result.model.m[c][level], u = p->w->result.model.u[c][level];
    double bits = m > 0 && u > 0 ? log2(m / u) : NAN;
    double shown = isfinite(bits) ? fmax(-SIDE_BITS, fmin(SIDE_BITS, bits)) : 0;
    double width = fabs(shown) / SIDE_BITS * 100;
    struct str name = str_of(k->level[level] ? k->level[level] : "");
    link_report_html_level(
        rows, &(struct link_report_html_level){
                  .name = name,
                  .m = share(p, m),
                  .u = share(p, u),
                  .bits = isfinite(bits) ? arena_printf(p->a, "%+.1f", bits) : STR("–"),
                  .side = shown < 0 ? STR("against") : STR("for"),
                  .x = number(p, shown < 0 ? 100 - width : 100, 1),
                  .width = number(p, width, 1),
              });
}

static void print_levels(struct report *p)
{
    const struct link_compare *c = &p->w->result.compare;
    for (uint32_t i = 0; i < c->count; i++) {
        BUF_AUTO rows;
        buf_init(&rows, ROOM);
        for (unsigned level = c->comparisons[i].levels; level-- > 1;)
            print_level(p, &rows, i, level);
        link_report_html_comparison(&p->part[COMPARISONS],
                                    &(struct link_report_html_comparison){
                                        .name = c->comparisons[i].label, .level = &rows});
    }
}

/* ---- calibration ---- */

static int by_probability(const void *pa, const void *pb)
{
    const struct link_scored *a = *(const struct link_scored *const *)pa;
    const struct link_scored *b = *(const struct link_scored *const *)pb;
    if (a->probability != b->probability)
        return a->probability < b->probability ? -1 : 1;
    return (a > b) - (a < b);
}

static void print_group(struct report *p, const struct link_scored *const *pairs, size_t count)
{
    double expected = 0;
    size_t judged = 0, same = 0;
    for (size_t i = 0; i < count; i++) {
        const struct work_link_label *l =
            work_link_label(p->w, pairs[i]->left, pairs[i]->right);
        expected += (double)pairs[i]->probability;
        judged += l && l->judgement.verdict != LINK_UNSURE;
        same += l && l->judgement.verdict == LINK_SAME;
    }
    link_report_html_bin(
        &p->part[GROUPED],
        &(struct link_report_html_bin){
            .range = arena_printf(p->a, "%.3f to %.3f", (double)pairs[0]->probability,
                                  (double)pairs[count - 1]->probability),
            .pairs = count_of(p, (double)count),
            .expected = number(p, expected / (double)count, 3),
            .judged = judged ? count_of(p, (double)judged) : STR("–"),
            .same = judged ? count_of(p, (double)same) : STR("–"),
        });
}

static void print_calibration(struct report *p)
{
    const struct link_result *r = &p->w->result;
    const struct link_scored **some =
        ARENA_NEW(p->a, r->pair_count + 1, const struct link_scored *);
    size_t count = 0;
    for (size_t i = 0; i < r->pair_count; i++)
        if ((double)r->pairs[i].probability >= GROUP_LEAST)
            some[count++] = &r->pairs[i];
    sort_items(some, count, sizeof *some, by_probability);
    size_t groups = count < GROUPS ? count : GROUPS;
    for (size_t k = 0; k < groups; k++) {
        size_t from = count * k / groups, to = count * (k + 1) / groups;
        print_group(p, some + from, to - from);
    }
}

/* ---- blocking ---- */

static void print_rules(struct report *p)
{
    const struct link_result *r = &p->w->result;
    BUF_AUTO name;
    buf_init(&name, ROOM);
    for (uint32_t i = 0; i < r->rules.count; i++) {
        const struct link_rule *rule = &r->rules.rules[i];
        buf_clear(&name);
        link_rule_print(&p->w->people, rule, &name);
        link_report_html_rule(&p->part[RULES],
                              &(struct link_report_html_rule){
                                  .name = buf_str(&name),
                                  .pairs = count_of(p, (double)rule->pairs),
                                  .new_pairs = count_of(p, (double)rule->new_pairs),
                                  .likely = count_of(p, rule->likely),
                                  .new_likely = count_of(p, rule->new_likely),
                              });
    }
    struct str compared = count_of(p, (double)r->compared);
    struct str all = count_of(p, r->histogram.all_pairs);
    p->recall =
        arena_printf(p->a,
                     "Of %.*s pairs %.*s were compared, those that agree on one of the "
                     "rules below. How the rules overlap tells how many true pairs all "
                     "of them missed: %.3f of the true pairs were compared (95 %%: %.3f "
                     "to %.3f), and %.0f were missed.",
                     (int)all.n, all.p, (int)compared.n, compared.p, r->recall.recall,
                     r->recall.low, r->recall.high, r->recall.missed);
}

/* ---- clusters ---- */

static void print_sizes(struct report *p)
{
    const struct work_link *w = p->w;
    double clusters[SIZES_MAX + 1] = {0}, records[SIZES_MAX + 1] = {0}, most = 1;
    for (uint32_t i = 0; i < w->result.clusters.count; i++) {
        uint32_t n = w->cluster_size[i], k = n < SIZES_MAX ? n : SIZES_MAX;
        clusters[k]++;
        records[k] += n;
        most = fmax(most, clusters[k]);
    }
    for (uint32_t k = 1; k <= SIZES_MAX; k++)
        if (clusters[k] > 0)
            link_report_html_size(
                &p->part[SIZES],
                &(struct link_report_html_size){
                    .size = arena_printf(p->a, "%u%s", k, k == SIZES_MAX ? " and more" : ""),
                    .clusters = count_of(p, clusters[k]),
                    .records = count_of(p, records[k]),
                    .width = number(p, fmax(1, 200 * clusters[k] / most), 1),
                });
}

static int by_odds(const void *pa, const void *pb)
{
    const struct link_bridge *a = pa, *b = pb;
    if (a->odds != b->odds)
        return a->odds < b->odds ? -1 : 1;
    return (a->cluster > b->cluster) - (a->cluster < b->cluster);
}

static void print_bridges(struct report *p)
{
    const struct work_link *w = p->w;
    struct link_bridge *sorted = ARENA_NEW(p->a, w->bridge_count + 1, struct link_bridge);
    BUF_AUTO rows;
    buf_init(&rows, ROOM);
    if (w->bridge_count)
        memcpy(sorted, w->bridges, w->bridge_count * sizeof *sorted);
    sort_items(sorted, w->bridge_count, sizeof *sorted, by_odds);
    for (size_t i = 0; i < w->bridge_count && i < BRIDGES_MAX; i++)
        link_report_html_bridge(
            &rows, &(struct link_report_html_bridge){
                       .cluster = arena_printf(p->a, "%u", sorted[i].cluster + 1),
                       .size = arena_printf(p->a, "%u", w->cluster_size[sorted[i].cluster]),
                       .left = name_of(p, sorted[i].left),
                       .right = name_of(p, sorted[i].right),
                       .probability = number(p, 1 / (1 + exp(-(double)sorted[i].odds)), 3),
                   });
    if (w->bridge_count)
        link_report_html_bridges(&p->part[BRIDGES],
                                 &(struct link_report_html_bridges){.bridge = &rows});
}

/* ---- pairs in doubt ---- */

static void print_values(struct report *p, struct buf *out, const struct link_scored *s)
{
    const struct link_data *d = &p->w->load.data;
    BUF_AUTO rows;
    buf_init(&rows, ROOM);
    for (uint32_t i = 0; i < d->column_count; i++) {
        const struct link_column *c = &d->columns[i];
        struct str left = link_column_text(c, c->cell[s->left]);
        struct str right = link_column_text(c, c->cell[s->right]);
        if (left.n || right.n)
            link_report_html_value(&rows,
                                   &(struct link_report_html_value){c->header, left, right});
    }
    link_report_html_values(out, &(struct link_report_html_values){
                                     .left = name_of(p, s->left),
                                     .right = name_of(p, s->right),
                                     .value = &rows,
                                 });
}

static void print_doubts(struct report *p)
{
    const struct work_link *w = p->w;
    for (size_t i = 0; i < w->question_count; i++) {
        const struct link_scored *s = &w->result.pairs[w->questions[i].pair];
        BUF_AUTO evidence, values;
        buf_init(&evidence, ROOM);
        buf_init(&values, ROOM);
        work_link_evidence(w, w->result.histogram.cells[s->cell].pattern,
                           work_link_rarity(w, s), &evidence);
        if (w->options->show_names)
            print_values(p, &values, s);
        link_report_html_doubt(&p->part[DOUBTS],
                               &(struct link_report_html_doubt){
                                   .left = name_of(p, s->left),
                                   .right = name_of(p, s->right),
                                   .probability = number(p, (double)s->probability, 2),
                                   .weight = number(p, (double)s->weight, 1),
                                   .evidence = buf_str(&evidence),
                                   .values = &values,
                               });
    }
    if (w->question_count == 0)
        link_report_html_no_doubt(&p->part[NO_DOUBT], &(struct link_report_html_no_doubt){0});
}

/* ---- the page ---- */

static struct str lede_of(struct report *p)
{
    const struct link_people *people = &p->w->people;
    BUF_AUTO text;
    buf_init(&text, ROOM);
    for (uint32_t i = 0; i < people->list_count; i++) {
        struct str n = count_of(p, people->lists[i].records), name = people->lists[i].name;
        buf_printf(&text, "%s%.*s: %.*s record%s", i ? ", " : "", (int)name.n, name.p, (int)n.n,
                   n.p, people->lists[i].records == 1 ? "" : "s");
    }
    buf_add_char(&text, '.');
    return arena_copy(p->a, buf_str(&text));
}

void work_link_print_report(struct buf *out, const struct work_link *w)
{
    ARENA_AUTO a = {0};
    struct report p = {.w = w, .a = &a};
    for (int i = 0; i < PART_COUNT; i++)
        buf_init(&p.part[i], ROOM);
    print_facts(&p);
    print_contradictions(&p);
    print_columns(&p);
    print_weights(&p);
    print_levels(&p);
    print_calibration(&p);
    print_rules(&p);
    print_sizes(&p);
    print_bridges(&p);
    print_doubts(&p);
    struct str lede = lede_of(&p);
    link_report_html_page(
        out, &(struct link_report_html_page){
                 .title = lede,
                 .lede = lede,
                 .fact = &p.part[FACTS],
                 .contradiction = &p.part[CONTRADICTIONS],
                 .column = &p.part[COLUMNS],
                 .threshold = p.threshold,
                 .decade = &p.part[DECADES],
                 .chart_label = p.chart_label,
                 .decade_line = &p.part[LINES],
                 .column_all = &p.part[ALL],
                 .column_same = &p.part[SAME],
                 .cut = &p.part[CUT],
                 .tick = &p.part[TICKS],
                 .weight = &p.part[WEIGHTS],
                 .comparison = &p.part[COMPARISONS],
                 .bin = &p.part[GROUPED],
                 .enough = work_link_say_enough(w, &a),
                 .recall = p.recall,
                 .rule = &p.part[RULES],
                 .size = &p.part[SIZES],
                 .bridges = &p.part[BRIDGES],
                 .doubt = &p.part[DOUBTS],
                 .no_doubt = &p.part[NO_DOUBT],
                 .version = STR(DEPONENT_VERSION),
                 .seed = arena_printf(&a, "%llu", (unsigned long long)w->options->seed),
             });
    for (int i = 0; i < PART_COUNT; i++)
        buf_free(&p.part[i]);
}
