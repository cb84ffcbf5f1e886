/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A weighed case as JSON and as a table. Only ids are printed beside the sentence, never a
 * label: both forms may be passed on as far as the sentence may.
 */
#include "base/json.h"
#include "base/text.h"
#include "work/weigh.h"

#include <math.h>
#include <stdlib.h>

#define COLUMNS 78
#define INDENT  12

/* ---- canonical order: what is printed does not depend on the order of the input ---- */

struct named {
    struct str id;
    size_t index;
};

static int compare_named(const void *pa, const void *pb)
{
    return str_compare(((const struct named *)pa)->id, ((const struct named *)pb)->id);
}

static struct named *statements_by_id(const struct weigh_case *c, struct arena *a)
{
    struct named *items = arena_alloc(a, c->statement_count + 1, sizeof *items);
    for (size_t i = 0; i < c->statement_count; i++)
        items[i] = (struct named){c->statements[i].id, i};
    if (c->statement_count)
        qsort(items, c->statement_count, sizeof *items, compare_named);
    return items;
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

static void put_name(struct json_out *j, const char *key, const char *name)
{
    json_put_key(j, key);
    json_put_str_or_null(j, str_of(name));
}

static void put_circles(struct json_out *j, const struct weigh_case *c,
                        const struct weigh_result *r)
{
    json_put_key(j, "circular");
    json_begin_array(j);
    for (size_t i = 0; i < r->circle_count; i++) {
        const struct weigh_circle *circle = &r->circles[i];
        json_begin_object(j);
        json_put_key(j, "sources");
        json_begin_array(j);
        for (size_t k = 0; k < circle->count; k++)
            json_put_str(j, c->sources[circle->sources[k]].id);
        json_end_array(j);
        json_put_key(j, "origins");
        json_put_int(j, 1);
        json_put_key(j, "repeats");
        json_put_int(j, (int64_t)circle->count - 1);
        put_name(j, "certainty", vocab_name(&vocab_certainty, (int)circle->certainty));
        json_put_key(j, "ring");
        json_put_bool(j, circle->ring);
        json_end_object(j);
    }
    json_end_array(j);
}

static void put_flags(struct json_out *j, unsigned flags)
{
    json_put_key(j, "flags");
    json_begin_array(j);
    for (int f = 0; f < FLAG_COUNT; f++)
        if (flags >> f & 1)
            json_put_str(j, str_of(vocab_name(&vocab_flag, f)));
    json_end_array(j);
}

static void put_lints(struct json_out *j, const struct weigh_lints *lints)
{
    json_put_key(j, "lints");
    json_begin_array(j);
    for (size_t i = 0; i < lints->count; i++) {
        const struct weigh_lint *l = &lints->items[i];
        json_begin_object(j);
        put_name(j, "code", weigh_lint_name(l->code));
        json_put_key(j, "text");
        json_put_str(j, l->text);
        json_put_key(j, "begin");
        if (l->end > l->begin)
            json_put_int(j, (int64_t)l->begin);
        else
            json_put_null(j);
        json_put_key(j, "end");
        if (l->end > l->begin)
            json_put_int(j, (int64_t)l->end);
        else
            json_put_null(j);
        json_end_object(j);
    }
    json_end_array(j);
}

static void put_statements(struct json_out *j, const struct weigh_case *c,
                           const struct weigh_result *r)
{
    ARENA_AUTO a = {0};
    struct named *order = statements_by_id(c, &a);
    json_put_key(j, "statements");
    json_begin_array(j);
    for (size_t i = 0; i < c->statement_count; i++) {
        const struct weigh_fate *f = &r->fates[order[i].index];
        json_begin_object(j);
        json_put_key(j, "id");
        json_put_str(j, order[i].id);
        put_name(j, "state", weigh_state_name(f->state));
        json_put_key(j, "revised_by");
        if (f->revised_by == SIZE_MAX)
            json_put_null(j);
        else
            json_put_str(j, c->statements[f->revised_by].id);
        json_end_object(j);
    }
    json_end_array(j);
}

void work_weigh_print_json(struct buf *out, const struct weigh_case *c,
                           const struct weigh_result *r)
{
    struct json_out j = {out, false};
    json_begin_object(&j);
    put_pair(&j, "origins", (double)r->origins_low, (double)r->origins_high);
    put_circles(&j, c, r);
    put_name(&j, "verdict", vocab_name(&vocab_verdict, (int)r->verdict));
    put_flags(&j, r->flags);
    put_pair(&j, "range", r->low, r->high);
    json_put_key(&j, "sentence");
    json_put_str(&j, r->sentence);
    put_lints(&j, &r->lints);
    put_name(&j, "rule_version", WEIGH_RULES);
    put_name(&j, "counting_unit", counting_unit_name(r->unit));
    json_put_key(&j, "floor");
    json_put_number(&j, r->floor_value);
    json_put_key(&j, "accounts");
    json_put_int(&j, (int64_t)r->accounts);
    json_put_key(&j, "denials");
    json_put_int(&j, (int64_t)r->denials);
    json_put_key(&j, "other_units");
    json_begin_array(&j);
    for (size_t i = 0; i < r->other_unit_count; i++) {
        json_begin_object(&j);
        put_name(&j, "counting_unit", counting_unit_name(r->other_units[i].unit));
        put_pair(&j, "range", r->other_units[i].low, r->other_units[i].high);
        json_put_key(&j, "accounts");
        json_put_int(&j, (int64_t)r->other_units[i].accounts);
        json_end_object(&j);
    }
    json_end_array(&j);
    put_statements(&j, c, r);
    json_end_object(&j);
    buf_add_char(out, '\n');
}

void work_weigh_print_lints_json(struct buf *out, struct str sentence,
                                 const struct weigh_lints *lints)
{
    struct json_out j = {out, false};
    json_begin_object(&j);
    json_put_key(&j, "sentence");
    json_put_str(&j, sentence);
    put_lints(&j, lints);
    put_name(&j, "rule_version", WEIGH_RULES);
    json_end_object(&j);
    buf_add_char(out, '\n');
}

/* ---- table ---- */

static void begin_row(struct buf *out, const char *name)
{
    buf_printf(out, "%-*s", INDENT, name);
}

/* Broken between words, every line behind the first indented. */
static void print_wrapped(struct buf *out, struct str text)
{
    size_t column = INDENT;
    for (size_t i = 0; i < text.n;) {
        size_t space = str_find(text, STR(" "), i);
        struct str word = str_slice(text, i, space == STR_NONE ? text.n : space);
        size_t width = text_width(word);
        if (column > INDENT && column + 1 + width > COLUMNS) {
            buf_printf(out, "\n%*s", INDENT, "");
            column = INDENT;
        } else if (column > INDENT) {
            buf_add_char(out, ' ');
            column++;
        }
        buf_add(out, word);
        column += width;
        i += word.n + 1;
    }
    buf_add_char(out, '\n');
}

static void print_number(struct buf *out, double v)
{
    if (isnan(v))
        buf_add(out, STR("open"));
    else
        json_put_number(&(struct json_out){out, false}, v);
}

static void print_range(struct buf *out, double low, double high, enum counting_unit unit)
{
    if (isnan(low) && isnan(high)) {
        buf_add(out, STR("no figure"));
        return;
    }
    print_number(out, low);
    if (low != high) {
        buf_add(out, STR(" to "));
        print_number(out, high);
    }
    const char *name = counting_unit_name(unit);
    buf_printf(out, ", %s", name ? name : "unit not stated");
}

static void print_circles(struct buf *out, const struct weigh_case *c,
                          const struct weigh_result *r)
{
    for (size_t i = 0; i < r->circle_count; i++) {
        const struct weigh_circle *circle = &r->circles[i];
        BUF_AUTO line;
        buf_init(&line, SIZE_MAX / 4);
        bool maybe = circle->certainty == CERTAINTY_POSSIBLE;
        buf_printf(&line, "%sone origin, %zu repeat%s%s: ", maybe ? "possibly " : "",
                   circle->count - 1, circle->count == 2 ? "" : "s",
                   circle->ring ? ", in a ring" : "");
        for (size_t k = 0; k < circle->count; k++) {
            buf_add(&line, k ? STR(", ") : STR(""));
            buf_add(&line, c->sources[circle->sources[k]].id);
        }
        begin_row(out, i ? "" : "circular");
        print_wrapped(out, buf_str(&line));
    }
}

static void print_lints(struct buf *out, const struct weigh_lints *lints)
{
    for (size_t i = 0; i < lints->count; i++) {
        BUF_AUTO line;
        buf_init(&line, 1024);
        buf_printf(&line, "%s: ", weigh_lint_name(lints->items[i].code));
        buf_add(&line, lints->items[i].text);
        begin_row(out, i ? "" : "lints");
        print_wrapped(out, buf_str(&line));
    }
}

void work_weigh_print_table(struct buf *out, const struct weigh_case *c,
                            const struct weigh_result *r)
{
    const char *verdict = vocab_name(&vocab_verdict, (int)r->verdict);
    begin_row(out, "verdict");
    buf_add(out, str_of(verdict ? verdict : "none"));
    for (int f = 0; f < FLAG_COUNT; f++)
        if (r->flags >> f & 1)
            buf_printf(out, ", %s", vocab_name(&vocab_flag, f));
    buf_add_char(out, '\n');
    begin_row(out, "origins");
    buf_printf(out, "%zu", r->origins_low);
    if (r->origins_low != r->origins_high)
        buf_printf(out, " to %zu", r->origins_high);
    buf_printf(out, ", from %zu account%s", r->accounts, r->accounts == 1 ? "" : "s");
    buf_add_char(out, '\n');
    print_circles(out, c, r);
    begin_row(out, "range");
    print_range(out, r->low, r->high, r->unit);
    buf_add_char(out, '\n');
    for (size_t i = 0; i < r->other_unit_count; i++) {
        const struct weigh_unit_range *u = &r->other_units[i];
        begin_row(out, "");
        print_range(out, u->low, u->high, u->unit);
        buf_add_char(out, '\n');
    }
    begin_row(out, "sentence");
    print_wrapped(out, r->sentence);
    print_lints(out, &r->lints);
    begin_row(out, "rules");
    buf_add(out, STR(WEIGH_RULES "\n"));
}

void work_weigh_print_lints_table(struct buf *out, struct str sentence,
                                  const struct weigh_lints *lints)
{
    for (size_t i = 0; i < lints->count; i++) {
        const struct weigh_lint *l = &lints->items[i];
        BUF_AUTO line;
        buf_init(&line, SIZE_MAX / 4);
        buf_add(&line, STR("\""));
        buf_add(&line, str_slice(sentence, l->begin, l->end));
        buf_add(&line, STR("\": "));
        buf_add(&line, l->text);
        buf_printf(out, "%s\n", weigh_lint_name(l->code));
        begin_row(out, "");
        print_wrapped(out, buf_str(&line));
    }
    if (lints->count == 0)
        buf_add(out, STR("nothing to refuse\n"));
}
