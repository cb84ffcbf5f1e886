/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json.h"
#include "door/cli/family_print.h"

static void put_place(struct json_out *j, const char *name, size_t at)
{
    json_put_key(j, name);
    json_put_int(j, (int64_t)at);
}

static void put_pair(struct json_out *j, const char *key, struct str a, struct str b)
{
    json_put_key(j, key);
    json_begin_array(j);
    json_put_str(j, a);
    json_put_str(j, b);
    json_end_array(j);
}

static void put_share(struct json_out *j, const char *key, double share)
{
    json_put_key(j, key);
    json_put_number(j, (double)(int)(share * 1000 + 0.5) / 1000);
}

static void put_evidence(struct json_out *j, const struct family_shown *f)
{
    json_put_key(j, "evidence");
    json_begin_array(j);
    for (size_t i = 0; i + 1 < f->group->count; i++) {
        const struct family_link *l = &f->group->links[i];
        json_begin_object(j);
        put_pair(j, "linked", work_family_name(f->work, l->a), work_family_name(f->work, l->b));
        put_share(j, "skeleton", l->skeleton);
        put_share(j, "words", l->words);
        json_end_object(j);
    }
    for (size_t i = 0; i < f->report->run_count; i++) {
        const struct family_run *r = &f->report->runs[i];
        json_begin_object(j);
        put_pair(j, "run", family_file(f, r->a), family_file(f, r->b));
        json_put_key(j, "spans");
        json_begin_array(j);
        const struct span spans[] = {r->in_a, r->in_b};
        for (int k = 0; k < 2; k++) {
            json_begin_object(j);
            put_place(j, "begin", spans[k].begin);
            put_place(j, "end", spans[k].end);
            json_end_object(j);
        }
        json_end_array(j);
        put_place(j, "same_words", r->words);
        put_place(j, "of_words", r->of_words);
        json_end_object(j);
    }
    json_end_array(j);
}

static void put_credits(struct json_out *j, const struct family_shown *f)
{
    json_put_key(j, "derivations");
    json_begin_array(j);
    for (size_t i = 0; i < f->report->credit_count; i++) {
        const struct family_credit *c = &f->report->credits[i];
        json_begin_object(j);
        json_put_key(j, "file");
        json_put_str(j, family_file(f, c->from));
        json_put_key(j, "credits");
        json_put_str(j, c->whom);
        json_put_key(j, "from");
        json_put_str_or_null(j, c->to < 0 ? (struct str){0} : family_file(f, (size_t)c->to));
        put_place(j, "begin", c->span.begin);
        put_place(j, "end", c->span.end);
        json_end_object(j);
    }
    json_end_array(j);
}

static void put_unmasks(struct json_out *j, const struct family_shown *f)
{
    json_put_key(j, "unmasks");
    json_begin_array(j);
    for (size_t i = 0; i < f->report->unmask_count; i++) {
        const struct family_unmask *u = &f->report->unmasks[i];
        json_begin_object(j);
        json_put_key(j, "file");
        json_put_str(j, family_file(f, u->unmasks));
        json_put_key(j, "granted_by");
        json_put_str(j, family_file(f, u->granted_by));
        put_place(j, "begin", u->grant.begin);
        put_place(j, "end", u->grant.end);
        json_end_object(j);
    }
    json_end_array(j);
}

static void put_value(struct json_out *j, struct str file, const struct family_value *v)
{
    json_begin_object(j);
    json_put_key(j, "file");
    json_put_str(j, file);
    json_put_key(j, "text");
    json_put_str_or_null(j, v->text);
    bool shown = v->text.p && !v->withheld;
    json_put_key(j, "begin");
    if (shown)
        json_put_int(j, (int64_t)v->span.begin);
    else
        json_put_null(j);
    json_put_key(j, "end");
    if (shown)
        json_put_int(j, (int64_t)v->span.end);
    else
        json_put_null(j);
    json_end_object(j);
}

static void put_drift(struct json_out *j, const struct family_shown *f, size_t number)
{
    const struct family_drift *d = &f->report->drifts[number];
    json_begin_object(j);
    put_place(j, "drift", number + 1);
    put_place(j, "family", f->number);
    json_put_key(j, "kind");
    json_put_str(j, str_of(family_drift_name(d->kind)));
    json_put_key(j, "values");
    json_begin_array(j);
    for (size_t i = 0; i < f->group->count; i++)
        put_value(j, family_file(f, i), &d->values[i]);
    json_end_array(j);
    json_end_object(j);
    buf_add_char(j->out, '\n');
    j->comma = false;
}

void family_print_json(struct buf *out, const struct family_shown *f)
{
    struct json_out j = {out, false};
    json_begin_object(&j);
    put_place(&j, "family", f->number);
    json_put_key(&j, "files");
    json_begin_array(&j);
    for (size_t i = 0; i < f->group->count; i++)
        json_put_str(&j, family_file(f, i));
    json_end_array(&j);
    put_evidence(&j, f);
    put_credits(&j, f);
    put_unmasks(&j, f);
    json_put_key(&j, "anonymity");
    json_put_bool(&j, f->report->anonymous);
    json_end_object(&j);
    buf_add_char(out, '\n');
    j.comma = false;
    for (size_t i = 0; i < f->report->drift_count; i++)
        put_drift(&j, f, i);
}

void family_print_json_short(struct buf *out, struct str file)
{
    struct json_out j = {out, false};
    json_begin_object(&j);
    json_put_key(&j, "too_short");
    json_put_str(&j, file);
    json_end_object(&j);
    buf_add_char(out, '\n');
}
