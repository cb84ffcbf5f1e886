/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/proposal.h"

#include "base/json.h"
#include "model/vocabulary.h"

static const char *const stance_names[STANCE_COUNT] = {
    "asserts", "denies", "reports", "assesses", "promises", "requests", "no_comment",
};
static const char *const mode_names[MODE_COUNT] = {"direct", "indirect", "mixed"};
static const char *const naming_names[NAMING_COUNT] = {"named", "unnamed", "anonymity"};
static const char *const when_of_names[WHEN_OF_COUNT] = {"open", "saying", "event"};
static const char *const bound_names[FIGURE_BOUND_COUNT] = {
    "exact", "approx", "at_least", "at_most", "approached", "range", "order", "vague",
};
static const char *const unit_names[UNIT_COUNT] = {
    NULL, "individual", "family", "group", "event", "request", "report", "entity",
};

const struct vocab vocab_stance = {"stance", stance_names, STANCE_COUNT};
const struct vocab vocab_bound = {"bound", bound_names, FIGURE_BOUND_COUNT};
const struct vocab vocab_unit = {"counting unit", unit_names, UNIT_COUNT};

static int find_name(const char *const *names, int count, struct str name)
{
    for (int i = 0; i < count; i++)
        if (names[i] && str_eq(str_of(names[i]), name))
            return i;
    return -1;
}

const char *stance_name(enum stance s)
{
    return stance_names[s];
}
int stance_parse(struct str name)
{
    return find_name(stance_names, STANCE_COUNT, name);
}
const char *mode_name(enum mode m)
{
    return mode_names[m];
}
const char *naming_name(enum naming n)
{
    return naming_names[n];
}
const char *when_of_name(enum when_of w)
{
    return when_of_names[w];
}
const char *figure_bound_name(enum figure_bound b)
{
    return bound_names[b];
}
int figure_bound_parse(struct str name)
{
    return find_name(bound_names, FIGURE_BOUND_COUNT, name);
}
const char *counting_unit_name(enum counting_unit u)
{
    return unit_names[u];
}
int counting_unit_parse(struct str name)
{
    return find_name(unit_names, UNIT_COUNT, name);
}

static bool present(struct span s)
{
    return s.end > s.begin;
}

static void put_ends(struct json_out *j, const struct reading *r, struct span s)
{
    json_put_key(j, "begin");
    json_put_int(j, (int64_t)offset_begin(r->map, s.begin));
    json_put_key(j, "end");
    json_put_int(j, (int64_t)offset_end(r->map, s.end));
}

static void put_text(struct json_out *j, const struct reading *r, struct span s)
{
    json_put_key(j, "text");
    json_put_str(j, str_slice(r->text, s.begin, s.end));
}

static void put_figures(struct json_out *j, const struct reading *r, struct figure_list list)
{
    json_begin_array(j);
    for (size_t i = 0; i < list.count; i++) {
        const struct figure *f = &list.items[i];
        json_begin_object(j);
        json_put_key(j, "low");
        json_put_number(j, f->low);
        json_put_key(j, "high");
        json_put_number(j, f->high);
        json_put_key(j, "best");
        json_put_number(j, f->best);
        json_put_key(j, "bound");
        json_put_str(j, str_of(figure_bound_name(f->bound)));
        json_put_key(j, "unit");
        json_put_str_or_null(j, f->unit.n ? f->unit : (struct str){0});
        json_put_key(j, "counting_unit");
        json_put_str_or_null(j, str_of(counting_unit_name(f->counting_unit)));
        struct span s = {f->begin, f->end};
        put_text(j, r, s);
        put_ends(j, r, s);
        if (f->open) {
            json_put_key(j, "open");
            json_put_bool(j, true);
        }
        json_end_object(j);
    }
    json_end_array(j);
}

static void put_speaker(struct json_out *j, const struct reading *r, const struct proposal *p)
{
    json_put_key(j, "speaker");
    if (!present(p->speaker) && !p->speaker_name.p) {
        json_put_null(j);
        return;
    }
    json_begin_object(j);
    if (present(p->speaker)) {
        put_text(j, r, p->speaker);
    } else {
        json_put_key(j, "text");
        json_put_null(j);
    }
    json_put_key(j, "name");
    json_put_str_or_null(j, p->speaker_name);
    if (present(p->speaker)) {
        put_ends(j, r, p->speaker);
    } else {
        json_put_key(j, "begin");
        json_put_null(j);
        json_put_key(j, "end");
        json_put_null(j);
    }
    json_put_key(j, "role");
    json_put_str_or_null(j, p->speaker_role);
    json_end_object(j);
}

static void put_span_object(struct json_out *j, const struct reading *r, struct span s)
{
    if (!present(s)) {
        json_put_null(j);
        return;
    }
    json_begin_object(j);
    put_text(j, r, s);
    put_ends(j, r, s);
    json_end_object(j);
}

static void put_verification(struct json_out *j, const struct reading *r,
                             const struct proposal *p)
{
    json_put_key(j, "verification");
    if (!present(p->verification)) {
        json_put_null(j);
        return;
    }
    json_begin_object(j);
    put_text(j, r, p->verification);
    put_ends(j, r, p->verification);
    json_put_key(j, "applies_to");
    json_begin_array(j);
    for (size_t i = 0; i < p->verification_count; i++)
        json_put_int(j, p->verification_applies_to[i]);
    json_end_array(j);
    json_end_object(j);
}

static void put_terms(struct json_out *j, const struct reading *r, const struct proposal *p)
{
    json_put_key(j, "terms");
    json_begin_object(j);
    json_put_key(j, "kind");
    json_put_str(j, str_of(naming_name(p->naming)));
    json_put_key(j, "reason");
    if (present(p->reason))
        json_put_str(j, str_slice(r->text, p->reason.begin, p->reason.end));
    else
        json_put_null(j);
    json_end_object(j);
}

static void put_cue_and_content(struct json_out *j, const struct reading *r,
                                const struct proposal *p)
{
    json_put_key(j, "cue");
    if (present(p->cue)) {
        json_begin_object(j);
        put_ends(j, r, p->cue);
        json_end_object(j);
    } else {
        json_put_null(j);
    }
    json_put_key(j, "content");
    json_begin_array(j);
    for (size_t i = 0; i < p->content.count; i++) {
        json_begin_object(j);
        put_ends(j, r, p->content.items[i]);
        json_end_object(j);
    }
    json_end_array(j);
}

static void print_proposal(struct buf *out, const struct reading *r, const struct proposal *p)
{
    struct json_out j = {out, false};
    json_begin_object(&j);
    json_put_key(&j, "file");
    json_put_str(&j, r->file);
    json_put_key(&j, "id");
    json_put_int(&j, p->id);
    put_speaker(&j, r, p);
    json_put_key(&j, "via");
    put_span_object(&j, r, p->via);
    json_put_key(&j, "stance");
    json_put_str(&j, str_of(stance_name(p->stance)));
    json_put_key(&j, "mode");
    json_put_str(&j, str_of(mode_name(p->mode)));
    put_cue_and_content(&j, r, p);
    json_put_key(&j, "figures");
    put_figures(&j, r, p->figures);
    json_put_key(&j, "when");
    json_put_str_or_null(&j, p->when);
    json_put_key(&j, "when_of");
    json_put_str(&j, str_of(when_of_name(p->when_of)));
    json_put_key(&j, "where");
    if (present(p->where))
        json_put_str(&j, str_slice(r->text, p->where.begin, p->where.end));
    else
        json_put_null(&j);
    put_terms(&j, r, p);
    put_verification(&j, r, p);
    json_put_key(&j, "hedges");
    json_begin_array(&j);
    for (size_t i = 0; i < p->hedge_count; i++)
        json_put_str(&j, str_slice(r->text, p->hedges[i].begin, p->hedges[i].end));
    json_end_array(&j);
    json_put_key(&j, "reworded");
    json_put_bool(&j, r->reworded);
    json_put_key(&j, "rule");
    json_put_str(&j, str_of(p->rule));
    json_end_object(&j);
    buf_add_char(out, '\n');
}

/* A figure that nobody is said to have given: the same keys, the statement's own ones null. */
static void print_loose(struct buf *out, const struct reading *r, struct figure *f, unsigned id)
{
    struct json_out j = {out, false};
    json_begin_object(&j);
    json_put_key(&j, "file");
    json_put_str(&j, r->file);
    json_put_key(&j, "id");
    json_put_int(&j, id);
    static const char *const none[] = {"speaker", "via", "stance", "mode", "cue"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        json_put_key(&j, none[i]);
        json_put_null(&j);
    }
    json_put_key(&j, "content");
    json_begin_array(&j);
    json_end_array(&j);
    json_put_key(&j, "figures");
    put_figures(&j, r, (struct figure_list){f, 1});
    static const char *const rest[] = {"when", "when_of", "where", "terms", "verification"};
    for (size_t i = 0; i < sizeof rest / sizeof rest[0]; i++) {
        json_put_key(&j, rest[i]);
        json_put_null(&j);
    }
    json_put_key(&j, "hedges");
    json_begin_array(&j);
    json_end_array(&j);
    json_put_key(&j, "reworded");
    json_put_bool(&j, r->reworded);
    json_put_key(&j, "rule");
    json_put_str(&j, STR("figure"));
    json_end_object(&j);
    buf_add_char(out, '\n');
}

void reading_print_json(struct buf *out, const struct reading *r)
{
    for (size_t i = 0; i < r->count; i++)
        print_proposal(out, r, &r->items[i]);
    unsigned id = (unsigned)r->count;
    for (size_t i = 0; i < r->loose.count; i++)
        print_loose(out, r, &r->loose.items[i], ++id);
}
