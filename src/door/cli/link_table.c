/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "door/cli/link_print.h"
#include "door/cli/table.h"

#include <math.h>
#include <stdio.h>

#define INDENT 2

struct page {
    struct buf *out;
    const struct work_link *w;
    struct arena *a;
    size_t width;
};

static void heading(const struct page *p, const char *text)
{
    buf_printf(p->out, "\n%s\n", text);
}

static void note(const struct page *p, struct str text)
{
    table_note(p->out, text, INDENT, p->width);
}

static struct str grouped(struct arena *a, double v)
{
    char digits[32], text[48];
    size_t n = 0;
    int count = snprintf(digits, sizeof digits, "%.0f", v < 0 ? 0 : v);
    for (int i = 0; i < count && n + 2 < sizeof text; i++) {
        if (i && (count - i) % 3 == 0)
            text[n++] = ',';
        text[n++] = digits[i];
    }
    return arena_copy(a, str_make(text, n));
}

#define NUMBER(p, v) (int)grouped((p)->a, (double)(v)).n, grouped((p)->a, (double)(v)).p

static void print_lists(const struct page *p)
{
    const struct link_people *people = &p->w->people;
    buf_printf(p->out, "%.*s records in %u list%s\n", NUMBER(p, people->records),
               people->list_count, people->list_count == 1 ? "" : "s");
    if (p->w->state)
        note(p, arena_printf(p->a, "added to %s: %.*s", p->w->options->state,
                             NUMBER(p, work_link_added(p->w))));
    for (uint32_t i = 0; i < people->list_count; i++) {
        struct str name = people->lists[i].name;
        note(p, arena_printf(p->a, "%.*s: %.*s", (int)name.n, name.p,
                             NUMBER(p, people->lists[i].records)));
    }
}

static void print_columns(const struct page *p)
{
    heading(p, "What the columns were taken for");
    BUF_AUTO text;
    buf_init(&text, 1u << 20);
    link_config_say(&p->w->config, &text);
    struct str rest = buf_str(&text), line;
    while (str_next_line(&rest, &line))
        note(p, line);
}

static void print_rules(const struct page *p)
{
    const struct link_rules *rules = &p->w->result.rules;
    const struct link_recall *recall = &p->w->result.recall;
    size_t numbers = 13;
    struct table t = {.columns = 5, .lines_max = 4};
    t.width[0] = INDENT - 1;
    t.width[1] = p->width > 3 * numbers + 30 ? p->width - 3 * numbers - INDENT - 4 : 26;
    t.width[2] = t.width[3] = t.width[4] = numbers - 1;
    heading(p, "Which pairs were compared");
    table_row(p->out, &t,
              (struct str[]){STR(""), STR("records that agree on"), STR("pairs"), STR("new"),
                             STR("matches")});
    BUF_AUTO text;
    buf_init(&text, 1u << 16);
    for (uint32_t i = 0; i < rules->count; i++) {
        const struct link_rule *r = &rules->rules[i];
        buf_clear(&text);
        link_rule_print(&p->w->people, r, &text);
        table_row(p->out, &t,
                  (struct str[]){STR(""), buf_str(&text), grouped(p->a, (double)r->pairs),
                                 grouped(p->a, (double)r->new_pairs),
                                 grouped(p->a, r->likely)});
    }
    note(p, arena_printf(p->a, "compared %.*s of %.*s pairs", NUMBER(p, p->w->result.compared),
                         NUMBER(p, p->w->result.histogram.all_pairs)));
    if (isfinite(recall->recall) && p->w->result.pair_count)
        note(p, arena_printf(p->a,
                             "share of the true pairs among them, estimated: %.3f (95 %%: %.3f "
                             "to %.3f)",
                             recall->recall, recall->low, recall->high));
}

static void print_links(const struct page *p)
{
    const struct work_link *w = p->w;
    const struct link_model *m = &w->result.model;
    uint32_t several = 0, largest = 0;
    for (uint32_t i = 0; i < w->result.clusters.count; i++) {
        several += w->cluster_size[i] > 1;
        largest = w->cluster_size[i] > largest ? w->cluster_size[i] : largest;
    }
    heading(p, "Result");
    note(p, arena_printf(p->a, "threshold  %.3f%s", w->result.threshold,
                         w->options->threshold > 0 ? "" : ", chosen: best expected F1"));
    if (w->result.pair_count)
        note(p, arena_printf(p->a, "expected   precision %.3f, recall %.3f, F1 %.3f",
                             m->expected_precision, m->expected_recall, m->expected_f1));
    note(p, arena_printf(p->a, "links      %.*s pairs", NUMBER(p, w->linked)));
    note(p, arena_printf(p->a,
                         "clusters   %.*s, %.*s of them with two records or more, the "
                         "largest with %u",
                         NUMBER(p, w->result.clusters.count), NUMBER(p, several), largest));
    note(p, arena_printf(p->a, "persons    %.*s to %.*s (95 %%), most likely %.*s",
                         NUMBER(p, w->persons.low), NUMBER(p, w->persons.high),
                         NUMBER(p, w->persons.median)));
    struct str enough = work_link_say_enough(w, p->a);
    note(p,
         arena_printf(p->a, "labels     %zu; %.*s", w->label_count, (int)enough.n, enough.p));
}

static void print_contradictions(const struct page *p)
{
    const struct link_clusters *c = &p->w->result.clusters;
    if (c->contradiction_count + p->w->label_conflict_count == 0)
        return;
    heading(p, "Verdicts that contradict one another");
    for (size_t i = 0; i < p->w->label_conflict_count; i++)
        note(p, p->w->label_conflicts[i]);
    for (size_t i = 0; i < c->contradiction_count; i++)
        note(p, work_link_say_contradiction(p->w, &c->contradictions[i], p->a));
}

void link_print_table(struct buf *out, const struct work_link *w, size_t width)
{
    ARENA_AUTO a = {0};
    const struct page p = {out, w, &a, width};
    print_lists(&p);
    print_columns(&p);
    print_rules(&p);
    print_links(&p);
    print_contradictions(&p);
}

/* ---- of an archive ---- */

static struct str called(struct arena *a, struct str id, struct str name, bool names)
{
    struct str start = str_slice(id, 0, 8);
    if (!names || !name.n)
        return start;
    return arena_printf(a, "%.*s (%.*s)", (int)start.n, start.p, (int)name.n, name.p);
}

void link_print_persons(struct buf *out, const struct work_link_persons *p, bool names,
                        size_t width)
{
    ARENA_AUTO a = {0};
    buf_printf(
        out, "%zu person%s in the accounts, %zu of them without a name; %zu pair%s judged\n",
        p->nodes, p->nodes == 1 ? "" : "s", p->nameless, p->judged, p->judged == 1 ? "" : "s");
    if (p->why.p)
        buf_printf(out, "nothing was compared: %.*s\n", (int)p->why.n, p->why.p);
    else if (p->count == 0)
        buf_add(out, STR("no two of them are proposed to be one\n"));
    for (size_t i = 0; i < p->count; i++) {
        const struct work_link_proposal *x = &p->items[i];
        struct str first = called(&a, x->a, x->name_a, names);
        struct str second = called(&a, x->b, x->name_b, names);
        table_note(out,
                   arena_printf(&a, "%.*s %.*s  %.2f", (int)first.n, first.p, (int)second.n,
                                second.p, x->probability),
                   0, width);
        table_note(out, x->evidence, INDENT, width);
    }
    if (p->count)
        buf_add(out,
                STR("deponent accept A B says that both are one person, deponent reject A B "
                    "that they are two\n"));
}
