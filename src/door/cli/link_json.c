/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json.h"
#include "door/cli/link_print.h"

static void put_int(struct json_out *j, const char *key, uint64_t v)
{
    json_put_key(j, key);
    json_put_int(j, (int64_t)v);
}

static void put_number(struct json_out *j, const char *key, double v)
{
    json_put_key(j, key);
    json_put_number(j, v);
}

static void put_str(struct json_out *j, const char *key, struct str s)
{
    json_put_key(j, key);
    json_put_str(j, s);
}

static void put_lists(struct json_out *j, const struct link_people *p)
{
    json_put_key(j, "lists");
    json_begin_array(j);
    for (uint32_t i = 0; i < p->list_count; i++) {
        json_begin_object(j);
        put_str(j, "name", p->lists[i].name);
        put_int(j, "records", p->lists[i].records);
        json_end_object(j);
    }
    json_end_array(j);
}

static void put_columns(struct json_out *j, const struct link_config *c)
{
    json_put_key(j, "columns");
    json_begin_array(j);
    for (uint32_t i = 0; i < c->count; i++) {
        json_begin_object(j);
        put_str(j, "header", c->columns[i].header);
        put_str(j, "role", str_of(link_role_name(c->columns[i].role)));
        put_str(j, "why", c->columns[i].why);
        json_end_object(j);
    }
    json_end_array(j);
}

static void put_rules(struct json_out *j, const struct work_link *w)
{
    BUF_AUTO text;
    buf_init(&text, 1u << 16);
    json_put_key(j, "rules");
    json_begin_array(j);
    for (uint32_t i = 0; i < w->result.rules.count; i++) {
        const struct link_rule *r = &w->result.rules.rules[i];
        buf_clear(&text);
        link_rule_print(&w->people, r, &text);
        json_begin_object(j);
        put_str(j, "rule", buf_str(&text));
        put_int(j, "pairs", r->pairs);
        put_int(j, "new_pairs", r->new_pairs);
        put_number(j, "matches", r->likely);
        json_end_object(j);
    }
    json_end_array(j);
}

static void put_range(struct json_out *j, const char *key, double low, double best, double high)
{
    json_put_key(j, key);
    json_begin_object(j);
    put_number(j, "low", low);
    put_number(j, "best", best);
    put_number(j, "high", high);
    json_end_object(j);
}

static void put_contradictions(struct json_out *j, const struct work_link *w)
{
    const struct link_clusters *c = &w->result.clusters;
    BUF_AUTO text;
    buf_init(&text, 1u << 16);
    json_put_key(j, "contradictions");
    json_begin_array(j);
    for (size_t i = 0; i < c->contradiction_count; i++) {
        const uint32_t ends[] = {c->contradictions[i].left, c->contradictions[i].right};
        json_begin_array(j);
        for (int k = 0; k < 2; k++) {
            buf_clear(&text);
            work_link_name(w, ends[k], &text);
            json_put_str(j, buf_str(&text));
        }
        json_end_array(j);
    }
    json_end_array(j);
    json_put_key(j, "label_conflicts");
    json_begin_array(j);
    for (size_t i = 0; i < w->label_conflict_count; i++)
        json_put_str(j, w->label_conflicts[i]);
    json_end_array(j);
}

void link_print_json(struct buf *out, const struct work_link *w)
{
    const struct link_result *r = &w->result;
    struct json_out j = {out, false};
    json_begin_object(&j);
    put_int(&j, "records", w->people.records);
    if (w->state)
        put_int(&j, "added", work_link_added(w));
    put_lists(&j, &w->people);
    put_columns(&j, &w->config);
    put_rules(&j, w);
    put_int(&j, "compared", r->compared);
    put_number(&j, "all_pairs", r->histogram.all_pairs);
    put_number(&j, "blocking_recall", r->recall.recall);
    put_number(&j, "blocking_recall_low", r->recall.low);
    put_number(&j, "blocking_recall_high", r->recall.high);
    put_number(&j, "threshold", r->threshold);
    put_number(&j, "expected_precision", r->model.expected_precision);
    put_number(&j, "expected_recall", r->model.expected_recall);
    put_number(&j, "expected_f1", r->model.expected_f1);
    put_int(&j, "scored", r->pair_count);
    put_int(&j, "links", w->linked);
    put_int(&j, "clusters", r->clusters.count);
    put_range(&j, "persons", w->persons.low, w->persons.median, w->persons.high);
    put_int(&j, "labels", w->label_count);
    put_range(&j, "f1", w->enough.low, w->enough.f1, w->enough.high);
    json_put_key(&j, "enough");
    json_put_bool(&j, w->enough.enough);
    put_int(&j, "questions", w->question_count);
    put_contradictions(&j, w);
    put_int(&j, "seed", w->options->seed);
    json_end_object(&j);
    buf_add_char(out, '\n');
}

void link_print_persons_json(struct buf *out, const struct work_link_persons *p, bool names)
{
    for (size_t i = 0; i < p->count; i++) {
        const struct work_link_proposal *x = &p->items[i];
        struct json_out j = {out, false};
        json_begin_object(&j);
        put_str(&j, "a", x->a);
        put_str(&j, "b", x->b);
        json_put_key(&j, "name_a");
        json_put_str_or_null(&j, names ? x->name_a : (struct str){0});
        json_put_key(&j, "name_b");
        json_put_str_or_null(&j, names ? x->name_b : (struct str){0});
        put_number(&j, "probability", x->probability);
        put_str(&j, "evidence", x->evidence);
        json_end_object(&j);
        buf_add_char(out, '\n');
    }
}
