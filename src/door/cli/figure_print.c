/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "door/cli/figure_print.h"

#include "base/json.h"
#include "door/cli/table.h"
#include "work/weigh.h"

#include <math.h>

#define INDENT 12

static void row(struct buf *out, const char *name, struct str text)
{
    BUF_AUTO wrapped;
    buf_init(&wrapped, SIZE_MAX / 4);
    table_note(&wrapped, text, INDENT, table_terminal_width());
    if (wrapped.n > INDENT) {
        buf_printf(out, "%-*s", INDENT, name);
        buf_add(out, str_slice(buf_str(&wrapped), INDENT, wrapped.n));
    }
}

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

static void add_end(struct buf *out, double v)
{
    if (isnan(v))
        buf_add(out, STR("open"));
    else
        json_put_number(&(struct json_out){out, false}, v);
}

static void add_range(struct buf *out, double low, double high, enum counting_unit unit)
{
    const char *name = counting_unit_name(unit);
    if (isnan(low) && isnan(high)) {
        buf_add(out, STR("no figure"));
    } else {
        add_end(out, low);
        if (low != high) {
            buf_add(out, STR(" to "));
            add_end(out, high);
        }
    }
    buf_printf(out, ", %s", name ? name : "unit not stated");
}

/* ---- a draft ---- */

static void put_nodes(struct buf *out, const struct work_nodes *n)
{
    BUF_AUTO b;
    buf_init(&b, 1024);
    if (n->statements == 0)
        return;
    buf_printf(&b, "%zu statement%s without a number speak%s of %zu, counted once each: ",
               n->statements, plural(n->statements), n->statements == 1 ? "s" : "", n->nodes);
    buf_printf(&b, n->low == n->high ? "%zu" : "%zu to %zu", n->low, n->high);
    if (n->single)
        buf_printf(&b, "; %zu rest%s on one origin only", n->single, n->single == 1 ? "s" : "");
    if (n->without)
        buf_printf(&b, "; %zu statement%s name%s nobody", n->without, plural(n->without),
                   n->without == 1 ? "s" : "");
    if (n->conflicts)
        buf_printf(&b, "; %zu judged different but joined through others", n->conflicts);
    row(out, "one by one", buf_str(&b));
}

static void put_left_out(struct buf *out, const struct work_figure *f)
{
    BUF_AUTO b;
    buf_init(&b, 1024);
    for (int u = 0; u < UNIT_COUNT; u++) {
        const char *name = counting_unit_name((enum counting_unit)u);
        if (f->left_out[u])
            buf_printf(&b, "%s%zu in %s", b.n ? ", " : "", f->left_out[u],
                       name ? name : "no stated unit");
    }
    if (b.n)
        row(out, "left out", buf_str(&b));
    if (f->acts > 1)
        row(out, "mind",
            STR("the statements are about different acts; --act asks about one of them"));
}

void figure_print_table(struct buf *out, const struct work_figure *f, struct str id)
{
    if (id.p)
        buf_printf(out, "%-*s%.*s\n", INDENT, "recorded", (int)id.n, id.p);
    else
        buf_add(out, STR("DRAFT, not recorded\n"));
    row(out, "question", f->question.n ? f->question : STR("everything that may be counted"));
    work_weigh_print_table(out, &f->c, &f->r);
    put_nodes(out, &f->nodes);
    put_left_out(out, f);
}

/* ---- JSON ---- */

static void put_pair(struct json_out *j, const char *key, double low, double high)
{
    json_put_key(j, key);
    json_begin_array(j);
    json_put_number(j, low);
    json_put_number(j, high);
    json_end_array(j);
}

static void put_text(struct json_out *j, const char *key, struct str s)
{
    json_put_key(j, key);
    json_put_str_or_null(j, s);
}

static void put_size(struct json_out *j, const char *key, size_t n)
{
    json_put_key(j, key);
    json_put_int(j, (int64_t)n);
}

static void put_flags(struct json_out *j, unsigned flags)
{
    json_put_key(j, "flags");
    json_begin_array(j);
    for (int i = 0; i < FLAG_COUNT; i++)
        if (flags >> i & 1)
            json_put_str(j, str_of(vocab_name(&vocab_flag, i)));
    json_end_array(j);
}

static void put_circles(struct json_out *j, const struct work_figure *f)
{
    json_put_key(j, "circular");
    json_begin_array(j);
    for (size_t i = 0; i < f->r.circle_count; i++) {
        const struct weigh_circle *c = &f->r.circles[i];
        json_begin_object(j);
        json_put_key(j, "sources");
        json_begin_array(j);
        for (size_t k = 0; k < c->count; k++)
            json_put_str(j, f->c.sources[c->sources[k]].id);
        json_end_array(j);
        put_text(j, "certainty", str_of(vocab_name(&vocab_certainty, (int)c->certainty)));
        json_put_key(j, "ring");
        json_put_bool(j, c->ring);
        json_end_object(j);
    }
    json_end_array(j);
}

static void put_nodes_json(struct json_out *j, const struct work_nodes *n)
{
    json_put_key(j, "one_by_one");
    if (n->statements == 0) {
        json_put_null(j);
        return;
    }
    json_begin_object(j);
    put_pair(j, "range", (double)n->low, (double)n->high);
    put_size(j, "nodes", n->nodes);
    put_size(j, "statements", n->statements);
    put_size(j, "without", n->without);
    put_size(j, "single_origin", n->single);
    put_size(j, "conflicts", n->conflicts);
    json_end_object(j);
}

static void put_denials(struct json_out *j, const struct work_figure *f)
{
    json_put_key(j, "denied_by");
    json_begin_array(j);
    for (size_t i = 0; i < f->c.statement_count; i++)
        if (f->r.fates[i].state == WEIGH_DENIAL)
            json_put_str(j, f->c.statements[i].id);
    json_end_array(j);
}

void figure_print_json(struct buf *out, const struct work_figure *f, struct str id)
{
    struct json_out j = {out, false};
    json_begin_object(&j);
    put_text(&j, "figure", id);
    json_put_key(&j, "draft");
    json_put_bool(&j, !id.p);
    put_text(&j, "question", f->question);
    put_text(&j, "unit", str_of(counting_unit_name(f->r.unit)));
    put_pair(&j, "range", f->r.low, f->r.high);
    put_pair(&j, "origins", (double)f->r.origins_low, (double)f->r.origins_high);
    put_text(&j, "verdict", str_of(vocab_name(&vocab_verdict, (int)f->r.verdict)));
    put_flags(&j, f->r.flags);
    put_text(&j, "sentence", f->r.sentence);
    put_text(&j, "wording", f->wording);
    put_size(&j, "accounts", f->r.accounts);
    put_size(&j, "denials", f->r.denials);
    put_denials(&j, f);
    put_circles(&j, f);
    put_nodes_json(&j, &f->nodes);
    json_put_key(&j, "left_out");
    json_begin_object(&j);
    for (int u = 0; u < UNIT_COUNT; u++)
        if (f->left_out[u])
            put_size(&j, u ? counting_unit_name((enum counting_unit)u) : "none",
                     f->left_out[u]);
    json_end_object(&j);
    put_size(&j, "acts", f->acts);
    put_text(&j, "rules", STR(WEIGH_RULES));
    json_end_object(&j);
    buf_add_char(out, '\n');
}

/* ---- kept ---- */

static bool is_shaken(const struct work_figure_kept *k)
{
    return k->withdrawn || k->shredded;
}

static void add_state(struct buf *out, const struct work_figure_kept *k)
{
    buf_printf(out, "%zu account%s", k->accounts, plural(k->accounts));
    if (k->withdrawn)
        buf_printf(out, "; %zu withdrawn since", k->withdrawn);
    if (k->shredded)
        buf_printf(out, "; %zu shredded since", k->shredded);
    if (k->locked)
        buf_printf(out, "; %zu without a key here", k->locked);
}

static void add_verdict(struct buf *out, const struct record_figure *f)
{
    const char *verdict = vocab_name(&vocab_verdict, (int)f->verdict);
    buf_add(out, str_of(verdict ? verdict : "none"));
    for (int i = 0; i < FLAG_COUNT; i++)
        if (f->flags >> i & 1)
            buf_printf(out, ", %s", vocab_name(&vocab_flag, i));
}

void figure_print_kept(struct buf *out, const struct work_figure_kept *k)
{
    const struct record_figure *f = &k->figure;
    BUF_AUTO b;
    buf_init(&b, SIZE_MAX / 4);
    buf_printf(out, "%-*s%.*s\n", INDENT, "figure", (int)f->id.n, f->id.p);
    row(out, "question", f->query.n ? f->query : STR("everything that may be counted"));
    add_verdict(&b, f);
    row(out, "verdict", buf_str(&b));
    buf_clear(&b);
    add_end(&b, f->origins_low);
    if (f->origins_low != f->origins_high) {
        buf_add(&b, STR(" to "));
        add_end(&b, f->origins_high);
    }
    row(out, "origins", buf_str(&b));
    buf_clear(&b);
    add_range(&b, f->low, f->high, f->unit);
    row(out, "range", buf_str(&b));
    row(out, "sentence", k->sentence);
    buf_clear(&b);
    add_state(&b, k);
    row(out, is_shaken(k) ? "! rests on" : "rests on", buf_str(&b));
    if (is_shaken(k))
        row(out, "",
            STR("What it rests on has changed: make the figure anew before it is said "
                "again."));
    row(out, "rules", f->rules);
}

void figure_print_row(struct buf *out, const struct work_figure_kept *k)
{
    const struct record_figure *f = &k->figure;
    BUF_AUTO b;
    buf_init(&b, SIZE_MAX / 4);
    buf_printf(&b, "%.*s%s ", (int)f->id.n, f->id.p, is_shaken(k) ? " !" : "");
    add_range(&b, f->low, f->high, f->unit);
    buf_add(&b, STR("; "));
    add_verdict(&b, f);
    buf_add(&b, STR("; "));
    add_state(&b, k);
    if (f->query.n) {
        buf_add(&b, STR("; "));
        buf_add(&b, f->query);
    }
    table_note(out, buf_str(&b), 0, table_terminal_width());
}

void figure_print_kept_json(struct buf *out, const struct work_figure_kept *k)
{
    const struct record_figure *f = &k->figure;
    struct json_out j = {out, false};
    json_begin_object(&j);
    put_text(&j, "figure", f->id);
    json_put_key(&j, "draft");
    json_put_bool(&j, false);
    put_text(&j, "question", f->query);
    put_text(&j, "unit", str_of(counting_unit_name(f->unit)));
    put_pair(&j, "range", f->low, f->high);
    put_pair(&j, "origins", f->origins_low, f->origins_high);
    put_text(&j, "verdict", str_of(vocab_name(&vocab_verdict, (int)f->verdict)));
    put_flags(&j, f->flags);
    put_text(&j, "sentence", k->sentence);
    put_text(&j, "wording", f->wording);
    put_size(&j, "accounts", k->accounts);
    put_size(&j, "withdrawn", k->withdrawn);
    put_size(&j, "shredded", k->shredded);
    put_size(&j, "locked", k->locked);
    json_put_key(&j, "denied_by");
    json_begin_array(&j);
    for (size_t i = 0; i < f->denials.count; i++)
        json_put_str(&j, f->denials.items[i]);
    json_end_array(&j);
    put_text(&j, "rules", f->rules);
    json_end_object(&j);
    buf_add_char(out, '\n');
}
