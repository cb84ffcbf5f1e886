/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work/weigh.h"

#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "sys/file.h"

#include <math.h>
#include <stdlib.h>

#define ID_MAX       256
#define NUMBER_LARGE 1e12

/* One object of the file that is being read, and where it stands. */
struct reader {
    struct arena *a;
    const char *what;
    const char *list; /* "sources"; NULL at the top */
    size_t at;
    const json_t *object;
};

static int refuse(const struct reader *r, const char *key, struct err *err, const char *format,
                  ...) __attribute__((format(printf, 4, 5)));

static int refuse(const struct reader *r, const char *key, struct err *err, const char *format,
                  ...)
{
    char text[ERR_TEXT_MAX], path[128] = "";
    va_list ap;
    va_start(ap, format);
    (void)vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    if (r->list)
        (void)snprintf(path, sizeof path, "%s[%zu]%s", r->list, r->at, key ? "." : "");
    return err_set(err, ERR_INPUT, "%s: %s%.40s: %s", r->what, path, key ? key : "", text);
}

/* For a sentence: short, and without what could trouble a terminal. */
static const char *shown(const struct reader *r, struct str s)
{
    char *z = arena_cstr(r->a, str_slice(s, 0, 40));
    for (char *p = z; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f || (unsigned char)*p >= 0x80)
            *p = '?';
    return z;
}

static int check_keys(const struct reader *r, const char *const *known, struct err *err)
{
    const char *key;
    json_t *v;
    json_object_foreach((json_t *)(uintptr_t)r->object, key, v)
    {
        bool found = false;
        for (const char *const *k = known; *k; k++)
            found |= strcmp(*k, key) == 0;
        if (found)
            continue;
        BUF_AUTO list;
        buf_init(&list, ERR_TEXT_MAX);
        for (const char *const *k = known; *k; k++)
            buf_printf(&list, "%s%s", k == known ? "" : ", ", *k);
        return refuse(r, NULL, err, "there is no key \"%s\"; known are %.*s",
                      shown(r, str_of(key)), (int)list.n, list.p);
    }
    return 0;
}

static const json_t *member(const struct reader *r, const char *key)
{
    const json_t *v = json_object_get(r->object, key);
    return json_is_null(v) ? NULL : v;
}

static struct str string_of(const json_t *v)
{
    return str_make(json_string_value(v), json_string_length(v));
}

/* p == NULL when it is null or not there. */
static int take_text(const struct reader *r, const char *key, struct str *ret, struct err *err)
{
    const json_t *v = member(r, key);
    *ret = (struct str){0};
    if (!v)
        return 0;
    if (!json_is_string(v))
        return refuse(r, key, err, "expected a string or null");
    if (json_string_length(v))
        *ret = arena_copy(r->a, string_of(v));
    return 0;
}

static int take_flag(const struct reader *r, const char *key, bool if_missing, bool *ret,
                     struct err *err)
{
    const json_t *v = member(r, key);
    *ret = v ? json_is_true(v) : if_missing;
    return v && !json_is_boolean(v) ? refuse(r, key, err, "expected true, false or null") : 0;
}

static int id_of(const struct reader *r, const char *key, const json_t *v, struct str *ret,
                 struct err *err)
{
    if (json_is_integer(v)) {
        *ret = arena_printf(r->a, "%lld", (long long)json_integer_value(v));
        return 0;
    }
    if (!json_is_string(v) || json_string_length(v) == 0 || json_string_length(v) > ID_MAX)
        return refuse(r, key, err, "expected an id: a string of 1 to %d bytes", ID_MAX);
    *ret = arena_copy(r->a, string_of(v));
    for (size_t i = 0; i < ret->n; i++)
        if ((unsigned char)ret->p[i] < 0x20 || ret->p[i] == 0x7f)
            return refuse(r, key, err, "an id holds no control characters");
    return 0;
}

/* A name of the list, or its number for grades written as 2 instead of "2". */
static int take_name(const struct reader *r, const char *key, const struct vocab *vocab,
                     bool required, int *ret, struct err *err)
{
    const json_t *v = member(r, key);
    *ret = 0;
    if (!v && !required)
        return 0;
    BUF_AUTO list;
    buf_init(&list, ERR_TEXT_MAX);
    vocab_list(vocab, &list);
    int n = (int)list.n;
    if (!v)
        return refuse(r, key, err, "is missing; expected %.*s", n, list.p);
    struct str name = {0};
    if (json_is_string(v))
        name = string_of(v);
    else if (json_is_integer(v) && vocab == &vocab_information)
        name = arena_printf(r->a, "%lld", (long long)json_integer_value(v));
    else
        return refuse(r, key, err, "expected a string: %.*s", n, list.p);
    *ret = vocab_parse(vocab, name);
    if (*ret < 0 && !required && !vocab->names[0] && str_eq_nocase(name, STR("unknown")))
        *ret = 0;
    if (*ret < 0)
        return refuse(r, key, err, "there is no %s \"%s\"; expected %.*s", vocab->what,
                      shown(r, name), n, list.p);
    return 0;
}

static int take_number(const struct reader *r, const char *key, double *ret, struct err *err)
{
    const json_t *v = member(r, key);
    *ret = NAN;
    if (!v)
        return 0;
    if (!json_is_number(v))
        return refuse(r, key, err, "expected a number or null");
    *ret = json_number_value(v);
    if (!(*ret >= 0 && *ret <= NUMBER_LARGE))
        return refuse(r, key, err, "expected a number from 0 to 1000000000000");
    if (*ret == 0)
        *ret = 0; /* not -0 */
    return 0;
}

/* ---- ids ---- */

struct known_id {
    struct str id;
    size_t index;
};

struct ids {
    struct known_id *items;
    size_t count;
};

static int compare_ids(const void *pa, const void *pb)
{
    return str_compare(((const struct known_id *)pa)->id, ((const struct known_id *)pb)->id);
}

static const struct known_id *find_id(const struct ids *ids, struct str id)
{
    struct known_id key = {id, 0};
    return ids->count ? bsearch(&key, ids->items, ids->count, sizeof key, compare_ids) : NULL;
}

static int sort_ids(struct reader *r, struct ids *ids, struct err *err)
{
    if (ids->count)
        qsort(ids->items, ids->count, sizeof *ids->items, compare_ids);
    for (size_t i = 1; i < ids->count; i++)
        if (compare_ids(&ids->items[i - 1], &ids->items[i]) == 0) {
            size_t a = ids->items[i - 1].index, b = ids->items[i].index;
            r->at = a > b ? a : b;
            return refuse(r, "id", err, "\"%s\" stands twice", shown(r, ids->items[i].id));
        }
    return 0;
}

/* ---- the three lists ---- */

struct parse {
    struct reader r;
    struct ids sources, statements;
    struct weigh_source *source_items;
    struct weigh_statement *statement_items;
    struct weigh_derivation *derivation_items;
    struct weigh_ref *our_items;
};

static int read_source(struct parse *p, size_t i, struct err *err)
{
    static const char *const known[] = {"id",          "label", "grade",     "basis", "terms",
                                        "description", "party", "withdrawn", "note",  NULL};
    const struct reader *r = &p->r;
    struct weigh_source *s = &p->source_items[i];
    int grade, basis, terms;
    struct str note;
    int e = check_keys(r, known, err);
    if (!e)
        e = id_of(r, "id", json_object_get(r->object, "id"), &s->id, err);
    if (!e)
        e = take_text(r, "label", &s->label, err);
    if (!e)
        e = take_text(r, "description", &s->description, err);
    if (!e)
        e = take_text(r, "note", &note, err);
    if (!e)
        e = take_name(r, "grade", &vocab_grade, false, &grade, err);
    if (!e)
        e = take_name(r, "basis", &vocab_basis, false, &basis, err);
    if (!e)
        e = take_name(r, "terms", &vocab_attribution, false, &terms, err);
    if (!e)
        e = take_flag(r, "party", false, &s->party, err);
    if (!e)
        e = take_flag(r, "withdrawn", false, &s->withdrawn, err);
    if (e)
        return e;
    s->grade = (enum source_grade)grade;
    s->basis = (enum basis)basis;
    s->terms = (enum attribution)terms;
    p->sources.items[i] = (struct known_id){s->id, i};
    return 0;
}

static enum figure_bound implied_bound(const struct weigh_statement *t)
{
    if (isnan(t->low) && isnan(t->high))
        return FIGURE_VAGUE;
    if (isnan(t->low))
        return FIGURE_AT_MOST;
    if (isnan(t->high))
        return FIGURE_AT_LEAST;
    return t->low == t->high ? FIGURE_EXACT : FIGURE_RANGE;
}

static int read_figure(const struct reader *r, struct weigh_statement *t, struct err *err)
{
    double best;
    int bound, unit;
    int e = take_number(r, "low", &t->low, err);
    if (!e)
        e = take_number(r, "high", &t->high, err);
    if (!e)
        e = take_number(r, "best", &best, err);
    if (!e)
        e = take_name(r, "bound", &vocab_bound, false, &bound, err);
    if (!e)
        e = take_name(r, "counting_unit", &vocab_unit, false, &unit, err);
    if (e)
        return e;
    if (t->low > t->high)
        return refuse(r, "low", err, "is above high");
    t->bound = member(r, "bound") ? (enum figure_bound)bound : implied_bound(t);
    t->unit = (enum counting_unit)unit;
    return 0;
}

static int read_when(const struct reader *r, struct weigh_statement *t, struct err *err)
{
    int e = take_text(r, "when", &t->when, err);
    if (e || !t->when.p)
        return e;
    struct time_edtf edtf;
    struct err inner = {0};
    if (time_parse(t->when, &edtf, &inner) != 0)
        return refuse(r, "when", err, "%s", inner.text);
    return 0;
}

static int read_statement(struct parse *p, size_t i, struct err *err)
{
    static const char *const known[] = {
        "id",   "source", "stance", "information_grade", "low",
        "high", "best",   "bound",  "counting_unit",     "when",
        "what", "where",  "denial", "verified",          "withdrawn",
        "note", NULL};
    const struct reader *r = &p->r;
    struct weigh_statement *t = &p->statement_items[i];
    int stance, information, denial;
    bool verified;
    struct str source, note;
    int e = check_keys(r, known, err);
    if (!e)
        e = id_of(r, "id", json_object_get(r->object, "id"), &t->id, err);
    if (!e)
        e = id_of(r, "source", json_object_get(r->object, "source"), &source, err);
    if (!e)
        e = take_name(r, "stance", &vocab_stance, true, &stance, err);
    if (!e)
        e = take_name(r, "information_grade", &vocab_information, false, &information, err);
    if (!e)
        e = read_figure(r, t, err);
    if (!e)
        e = read_when(r, t, err);
    if (!e)
        e = take_text(r, "what", &t->what, err);
    if (!e)
        e = take_text(r, "where", &t->where, err);
    if (!e)
        e = take_text(r, "note", &note, err);
    if (!e)
        e = take_name(r, "denial", &vocab_denial, false, &denial, err);
    if (!e)
        e = take_flag(r, "verified", true, &verified, err);
    if (!e)
        e = take_flag(r, "withdrawn", false, &t->withdrawn, err);
    if (e)
        return e;
    const struct known_id *known_source = find_id(&p->sources, source);
    if (!known_source)
        return refuse(r, "source", err, "there is no source \"%s\"", shown(r, source));
    t->source = known_source->index;
    t->stance = (enum stance)stance;
    t->information = (enum information_grade)information;
    t->denial = (enum denial_kind)denial;
    t->unverified = !verified;
    p->statements.items[i] = (struct known_id){t->id, i};
    return 0;
}

static int read_ref(struct parse *p, const char *key, const json_t *v, struct weigh_ref *ret,
                    struct err *err)
{
    struct str id;
    int e = id_of(&p->r, key, v, &id, err);
    if (e)
        return e;
    const struct known_id *source = find_id(&p->sources, id);
    const struct known_id *statement = find_id(&p->statements, id);
    if (!source && !statement)
        return refuse(&p->r, key, err, "there is no source or statement \"%s\"",
                      shown(&p->r, id));
    *ret = (struct weigh_ref){!source, source ? source->index : statement->index};
    return 0;
}

static int read_derivation(struct parse *p, size_t i, struct err *err)
{
    static const char *const known[] = {"from", "to", "kind", "certainty", "id", "note", NULL};
    const struct reader *r = &p->r;
    struct weigh_derivation *d = &p->derivation_items[i];
    int kind, certainty;
    int e = check_keys(r, known, err);
    if (!e)
        e = read_ref(p, "from", json_object_get(r->object, "from"), &d->from, err);
    if (!e)
        e = read_ref(p, "to", json_object_get(r->object, "to"), &d->to, err);
    if (!e)
        e = take_name(r, "kind", &vocab_derivation, true, &kind, err);
    if (!e)
        e = take_name(r, "certainty", &vocab_certainty, true, &certainty, err);
    if (e)
        return e;
    d->kind = (enum derivation_kind)kind;
    d->certainty = (enum certainty)certainty;
    return 0;
}

typedef int read_item(struct parse *p, size_t i, struct err *err);

static int list_of(const struct parse *p, const json_t *root, const char *name, bool required,
                   const json_t **ret, struct err *err)
{
    const json_t *v = json_object_get(root, name);
    if (json_is_null(v))
        v = NULL;
    if ((!v && required) || (v && !json_is_array(v)))
        return err_set(err, ERR_INPUT, "%s: %s: expected an array", p->r.what, name);
    *ret = v;
    return 0;
}

static int read_list(struct parse *p, const json_t *list, const char *name, read_item *item,
                     struct err *err)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        p->r.list = name;
        p->r.at = i;
        p->r.object = json_array_get(list, i);
        if (!json_is_object(p->r.object))
            return refuse(&p->r, NULL, err, "expected an object");
        int e = item(p, i, err);
        if (e)
            return e;
    }
    return 0;
}

static int read_ours(struct parse *p, const json_t *list, struct err *err)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        p->r.list = "ours";
        p->r.at = i;
        int e = read_ref(p, NULL, json_array_get(list, i), &p->our_items[i], err);
        if (e)
            return e;
    }
    return 0;
}

static int read_case(struct parse *p, const json_t *root, struct weigh_case *ret,
                     struct err *err)
{
    static const char *const known[] = {"sources", "statements", "derivations", "ours",
                                        "noun",    "note",       NULL};
    const json_t *sources, *statements, *derivations, *ours;
    if (!json_is_object(root))
        return err_set(err, ERR_INPUT,
                       "%s: expected an object with sources, statements, derivations and ours",
                       p->r.what);
    struct str noun;
    p->r.object = root;
    int e = check_keys(&p->r, known, err);
    if (!e)
        e = take_text(&p->r, "noun", &noun, err);
    if (!e)
        e = list_of(p, root, "sources", true, &sources, err);
    if (!e)
        e = list_of(p, root, "statements", true, &statements, err);
    if (!e)
        e = list_of(p, root, "derivations", false, &derivations, err);
    if (!e)
        e = list_of(p, root, "ours", false, &ours, err);
    if (e)
        return e;
    size_t n = json_array_size(sources), m = json_array_size(statements);
    p->source_items = arena_alloc(p->r.a, n + 1, sizeof *p->source_items);
    p->sources.items = arena_alloc(p->r.a, n + 1, sizeof *p->sources.items);
    p->statement_items = arena_alloc(p->r.a, m + 1, sizeof *p->statement_items);
    p->statements.items = arena_alloc(p->r.a, m + 1, sizeof *p->statements.items);
    p->derivation_items =
        arena_alloc(p->r.a, json_array_size(derivations) + 1, sizeof *p->derivation_items);
    p->our_items = arena_alloc(p->r.a, json_array_size(ours) + 1, sizeof *p->our_items);
    e = read_list(p, sources, "sources", read_source, err);
    p->sources.count = n;
    if (!e)
        e = sort_ids(&p->r, &p->sources, err);
    if (!e)
        e = read_list(p, statements, "statements", read_statement, err);
    p->statements.count = m;
    if (!e)
        e = sort_ids(&p->r, &p->statements, err);
    if (!e)
        e = read_list(p, derivations, "derivations", read_derivation, err);
    if (!e)
        e = read_ours(p, ours, err);
    if (e)
        return e;
    *ret = (struct weigh_case){.sources = p->source_items,
                               .source_count = n,
                               .statements = p->statement_items,
                               .statement_count = m,
                               .derivations = p->derivation_items,
                               .derivation_count = json_array_size(derivations),
                               .ours = p->our_items,
                               .our_count = json_array_size(ours),
                               .noun = noun};
    return 0;
}

int work_weigh_parse(struct arena *a, struct str json, const char *what, struct weigh_case *ret,
                     struct err *err)
{
    JSON_AUTO *root = NULL;
    int e = json_parse(json, WEIGH_MAX_BYTES, what, &root, err);
    if (e)
        return e;
    struct parse p = {.r = {.a = a, .what = what}};
    return read_case(&p, root, ret, err);
}

int work_weigh_file(struct arena *a, const char *path, struct weigh_case *ret, struct err *err)
{
    const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
    BUF_AUTO bytes;
    buf_init(&bytes, WEIGH_MAX_BYTES);
    int e = file_read(path, WEIGH_MAX_BYTES, &bytes, err);
    if (!e)
        e = text_check(buf_str(&bytes), name, err);
    if (!e)
        e = work_weigh_parse(a, buf_str(&bytes), name, ret, err);
    return e;
}
