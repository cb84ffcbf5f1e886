/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json.h"
#include "work/sheet_say.h"

static void put(struct json_out *j, const char *key, struct str value)
{
    json_put_key(j, key);
    json_put_str_or_null(j, value);
}

static void put_int(struct json_out *j, const char *key, size_t value)
{
    json_put_key(j, key);
    json_put_int(j, (int64_t)value);
}

static struct json_out begin(struct buf *out, const char *kind, size_t number)
{
    struct json_out j = {out, false};
    json_begin_object(&j);
    put(&j, "kind", str_of(kind));
    put_int(&j, "number", number);
    return j;
}

static void end(struct json_out *j)
{
    json_end_object(j);
    buf_add_char(j->out, '\n');
}

static void print_document(struct buf *out, const struct sheet *s, uint32_t d)
{
    const struct sheet_document *doc = &s->documents[d];
    struct json_out j = begin(out, "report", d + 1u);
    put(&j, "file", sheet_show(s, doc->path));
    put(&j, "title", sheet_say_title(s, d));
    put(&j, "publisher", doc->publisher.p ? sheet_show(s, doc->publisher) : (struct str){0});
    put(&j, "published", doc->reading.published);
    json_put_key(&j, "family");
    if (doc->family == SHEET_NONE)
        json_put_null(&j);
    else
        json_put_int(&j, doc->family + 1);
    json_put_key(&j, "leads");
    json_put_bool(&j, doc->lead);
    json_put_key(&j, "reworded");
    json_put_bool(&j, doc->reading.reworded);
    json_put_key(&j, "too_short");
    json_put_bool(&j, doc->too_short);
    end(&j);
}

static void print_family(struct buf *out, const struct sheet *s, size_t i)
{
    const struct sheet_family *f = &s->families[i];
    struct json_out j = begin(out, "family", i + 1);
    json_put_key(&j, "reports");
    json_begin_array(&j);
    for (size_t k = 0; k < f->count; k++)
        json_put_int(&j, f->documents[k] + 1);
    json_end_array(&j);
    json_put_key(&j, "drift");
    json_begin_array(&j);
    for (size_t k = 0; k < f->report.drift_count; k++) {
        const struct family_drift *d = &f->report.drifts[k];
        json_begin_object(&j);
        put(&j, "kind", str_of(family_drift_name(d->kind)));
        json_put_key(&j, "values");
        json_begin_array(&j);
        for (size_t v = 0; v < f->report.compared; v++) {
            struct str value = sheet_say_value(s, &d->values[v]);
            json_put_str_or_null(&j, value.n ? value : (struct str){0});
        }
        json_end_array(&j);
        json_end_object(&j);
    }
    json_end_array(&j);
    json_put_key(&j, "notes");
    json_begin_array(&j);
    size_t count;
    struct str *notes = sheet_say_family_notes(s, f, &count);
    for (size_t k = 0; k < count; k++)
        json_put_str(&j, notes[k]);
    json_end_array(&j);
    end(&j);
}

static void print_statement(struct buf *out, const struct sheet *s, uint32_t i)
{
    const struct sheet_statement *st = &s->statements[i];
    struct json_out j = begin(out, "statement", i + 1u);
    put_int(&j, "report", st->document + 1u);
    put_int(&j, "id", st->p->id);
    put(&j, "source", sheet_say_source(s, st));
    put(&j, "stance", str_of(stance_name(st->p->stance)));
    put(&j, "content", sheet_say_content(s, st));
    put(&j, "when", st->p->when);
    put(&j, "terms", str_of(naming_name(st->p->naming)));
    struct str remark = sheet_say_span(s, st->document, st->p->verification);
    put(&j, "verification", remark.n ? remark : (struct str){0});
    put(&j, "rule", str_of(st->p->rule));
    json_put_key(&j, "copy_only");
    json_put_bool(&j, st->copy_only);
    end(&j);
}

static void put_given(struct json_out *j, const struct sheet_given *g)
{
    json_begin_object(j);
    put_int(j, "statement", g->statement + 1u);
    json_put_key(j, "low");
    json_put_number(j, g->figure->low);
    json_put_key(j, "best");
    json_put_number(j, g->figure->best);
    json_put_key(j, "high");
    json_put_number(j, g->figure->high);
    put(j, "bound", str_of(figure_bound_name(g->figure->bound)));
    json_put_key(j, "place_inferred");
    json_put_bool(j, g->place_inferred);
    json_end_object(j);
}

static void print_figure(struct buf *out, const struct sheet *s, size_t i)
{
    const struct sheet_figure *f = &s->figures[i];
    const struct weigh_result *r = &f->result;
    struct json_out j = begin(out, "figure", i + 1);
    put(&j, "title", f->title);
    put(&j, "counting_unit", str_of(counting_unit_name(f->unit)));
    json_put_key(&j, "range");
    json_begin_array(&j);
    json_put_number(&j, r->low);
    json_put_number(&j, r->high);
    json_end_array(&j);
    json_put_key(&j, "origins");
    json_begin_array(&j);
    json_put_int(&j, (int64_t)r->origins_low);
    json_put_int(&j, (int64_t)r->origins_high);
    json_end_array(&j);
    put(&j, "verdict", str_of(vocab_name(&vocab_verdict, (int)r->verdict)));
    json_put_key(&j, "flags");
    json_begin_array(&j);
    for (int k = 0; k < FLAG_COUNT; k++)
        if (r->flags & 1u << k)
            json_put_str(&j, str_of(vocab_name(&vocab_flag, k)));
    json_end_array(&j);
    put(&j, "sentence", sheet_show(s, r->sentence));
    json_put_key(&j, "given");
    json_begin_array(&j);
    for (size_t k = 0; k < f->given_count; k++)
        put_given(&j, &f->given[k]);
    json_end_array(&j);
    json_put_key(&j, "denials");
    json_begin_array(&j);
    for (size_t k = 0; k < f->denial_count; k++)
        json_put_int(&j, f->denials[k] + 1);
    json_end_array(&j);
    json_put_key(&j, "notes");
    json_begin_array(&j);
    size_t count;
    struct str *notes = sheet_say_notes(s, f, &count);
    for (size_t k = 0; k < count; k++)
        json_put_str(&j, notes[k]);
    json_end_array(&j);
    put(&j, "rules", STR(SHEET_RULES ", " WEIGH_RULES));
    end(&j);
}

static void print_course(struct buf *out, const struct sheet *s, size_t i)
{
    const struct sheet_course *c = &s->courses[i];
    struct json_out j = begin(out, "place", i + 1);
    put(&j, "place", c->place);
    json_put_key(&j, "steps");
    json_begin_array(&j);
    for (size_t k = 0; k < c->count; k++) {
        json_begin_object(&j);
        put_int(&j, "statement", c->steps[k].statement + 1u);
        put(&j, "state", str_of(sheet_state_name(c->steps[k].state)));
        json_put_key(&j, "denied");
        json_put_bool(&j, c->steps[k].denied);
        json_put_key(&j, "against");
        json_put_bool(&j, c->steps[k].against);
        json_end_object(&j);
    }
    json_end_array(&j);
    end(&j);
}

void sheet_print_json(struct buf *out, const struct sheet *s)
{
    for (uint32_t i = 0; i < s->document_count; i++)
        print_document(out, s, i);
    for (size_t i = 0; i < s->family_count; i++)
        print_family(out, s, i);
    for (uint32_t i = 0; i < s->statement_count; i++)
        print_statement(out, s, i);
    for (size_t i = 0; i < s->figure_count; i++)
        print_figure(out, s, i);
    for (size_t i = 0; i < s->course_count; i++)
        print_course(out, s, i);
    for (size_t i = 0; i < s->unread_count; i++) {
        struct json_out j = begin(out, "unread", i + 1);
        put(&j, "file", sheet_show(s, s->unread[i].path));
        put(&j, "why", sheet_show(s, s->unread[i].why));
        end(&j);
    }
}
