/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/card.h"

#include "base/json.h"
#include "base/text.h"
#include "base/time.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define OFFSET_LARGEST 9007199254740992.0 /* 2^53: exact as a double, and so in JSON */

/* Where a value stands, for the sentence: a line of a card, or a field of JSON. */
struct place {
    const char *what;
    size_t line; /* 0: JSON */
};

static int refuse(const struct place *at, struct str name, struct err *err, const char *format,
                  ...) __attribute__((format(printf, 4, 5)));

static int refuse(const struct place *at, struct str name, struct err *err, const char *format,
                  ...)
{
    char text[ERR_TEXT_MAX];
    va_list ap;
    va_start(ap, format);
    (void)vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    int shown = name.n > 40 ? 40 : (int)name.n;
    if (at->line)
        (void)err_set(err, ERR_INPUT, "%s: line %zu: %.*s: %s", at->what, at->line, shown,
                      name.p, text);
    else
        (void)err_set(err, ERR_INPUT, "%s: field %.*s: %s", at->what, shown, name.p, text);
    for (char *p = err ? err->text : text; *p; p++) /* it is shown on terminals */
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            *p = '?';
    return ERR_INPUT;
}

static void *field_of(const struct record *r, const struct record_field *f)
{
    return (char *)&r->u + f->offset;
}

static int get_int(const struct record *r, const struct record_field *f)
{
    int v;
    memcpy(&v, field_of(r, f), sizeof v);
    return v;
}

/* ---- what may stand in a field ---- */

/* Bytes from the first that is not printable ASCII on, looked for eight at a time. */
static size_t skip_plain(struct str s)
{
    const uint64_t ones = 0x0101010101010101u, tops = ones << 7;
    size_t i = 0;
    for (; i + 8 <= s.n; i += 8) {
        uint64_t w;
        memcpy(&w, s.p + i, 8);
        /* A top bit, a byte below 0x20 or one that is 0x7f: each leaves a top bit behind. */
        if ((w | (w - ones * 0x20) | ((w ^ ones * 0x7f) - ones)) & tops)
            break;
    }
    while (i < s.n && (unsigned char)s.p[i] >= 0x20 && (unsigned char)s.p[i] < 0x7f)
        i++;
    return i;
}

static const char *text_fault(struct str s)
{
    if (s.n > RECORD_TEXT_MAX)
        return "longer than 262144 bytes";
    s = str_slice(s, skip_plain(s), s.n);
    if (s.n == 0)
        return NULL;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f)
            return "holds a control character; only tabs and new lines may stand in a text";
    }
    return text_invalid_at(s) == STR_NONE ? NULL : "not valid UTF-8";
}

static const char *id_fault(struct str s)
{
    if (s.n == 0 || s.n > RECORD_ID_MAX)
        return "expected a word of 1 to 128 bytes";
    size_t next, i = 0;
    while (i < s.n && s.p[i] > 0x20 && s.p[i] < 0x7f)
        i++;
    if (i == s.n)
        return NULL;
    for (; i < s.n; i = next) {
        uint32_t cp = text_decode(s, i, &next);
        if (cp <= 0x20 || cp == 0x7f || text_is_space(cp))
            return "expected one word without white space";
    }
    return text_fault(s);
}

static const char *word_fault(const struct record_field *f, struct str s, struct err *err)
{
    if (f->type == FIELD_TEXT)
        return text_fault(s);
    if (f->type == FIELD_ID || f->type == FIELD_IDS)
        return id_fault(s);
    struct time_edtf e;
    return time_parse(s, &e, err) ? err->text : NULL;
}

static const char *number_fault(const struct record_field *f, double v)
{
    if (!isfinite(v))
        return "expected a finite number";
    if (f->type == FIELD_OFFSET && (v < 0 || v > OFFSET_LARGEST || v != floor(v)))
        return "expected a whole number from 0 to 9007199254740992";
    return NULL;
}

/* ---- printing ---- */

static bool given(const struct record *r, const struct record_field *f)
{
    const void *at = field_of(r, f);
    switch (f->type) {
    case FIELD_ID:
    case FIELD_TEXT:
    case FIELD_EDTF:
        return ((const struct str *)at)->p != NULL;
    case FIELD_NUMBER:
    case FIELD_OFFSET:
        return !isnan(*(const double *)at);
    case FIELD_ENUM:
        return vocab_name(f->vocab, get_int(r, f)) != NULL;
    case FIELD_SET:
        return *(const unsigned *)at != 0;
    case FIELD_IDS:
        return ((const struct str_list *)at)->count != 0;
    }
    return false;
}

static int check_field(const struct record *r, const struct record_field *f, struct err *err)
{
    const struct place at = {record_shapes[r->kind].name, 0};
    const void *value = field_of(r, f);
    const char *fault = NULL;
    struct err inner = {0};
    if (!given(r, f)) {
        if (f->required)
            fault = "is missing";
    } else if (f->type == FIELD_NUMBER || f->type == FIELD_OFFSET) {
        fault = number_fault(f, *(const double *)value);
    } else if (f->type == FIELD_SET) {
        if (*(const unsigned *)value >> f->vocab->count)
            fault = "holds a flag outside its list";
    } else if (f->type == FIELD_IDS) {
        const struct str_list *list = value;
        if (list->count > RECORD_LIST_MAX)
            fault = "more than 4096 entries";
        for (size_t i = 0; i < list->count && !fault; i++)
            fault = id_fault(list->items[i]);
    } else if (f->type != FIELD_ENUM) {
        fault = word_fault(f, *(const struct str *)value, &inner);
    }
    return fault ? refuse(&at, str_of(f->name), err, "%s", fault) : 0;
}

static void print_words(struct buf *out, struct json_out *j, const struct record *r,
                        const struct record_field *f)
{
    const struct str_list *list = field_of(r, f);
    size_t count = f->type == FIELD_IDS ? list->count : (size_t)f->vocab->count;
    bool first = true;
    for (size_t i = 0; i < count; i++) {
        if (f->type == FIELD_SET && !(*(const unsigned *)field_of(r, f) >> i & 1))
            continue;
        struct str word =
            f->type == FIELD_IDS ? list->items[i] : str_of(vocab_name(f->vocab, (int)i));
        if (j) {
            json_put_str(j, word);
            continue;
        }
        if (!first)
            buf_add_char(out, ' ');
        buf_add(out, word);
        first = false;
    }
}

static void print_lines(struct buf *out, struct str text)
{
    if (text.n && text.p[0] != '\n')
        buf_add_char(out, ' ');
    for (size_t i = 0; i < text.n; i++) {
        buf_add_char(out, text.p[i]);
        if (text.p[i] == '\n')
            buf_add_char(out, ' ');
    }
}

/* What is given, in one piece, as it stands in a card; lines are not indented. */
static void print_value(struct buf *out, const struct record *r, const struct record_field *f)
{
    if (f->type == FIELD_ID || f->type == FIELD_TEXT || f->type == FIELD_EDTF)
        buf_add(out, *(const struct str *)field_of(r, f));
    else if (f->type == FIELD_ENUM)
        buf_add(out, str_of(vocab_name(f->vocab, get_int(r, f))));
    else if (f->type == FIELD_NUMBER || f->type == FIELD_OFFSET)
        json_put_number(&(struct json_out){out, false}, *(const double *)field_of(r, f));
    else
        print_words(out, NULL, r, f);
}

int card_print(struct buf *out, const struct record *r, struct err *err)
{
    const struct record_shape *shape = &record_shapes[r->kind];
    buf_printf(out, "card: %s\n", shape->name);
    for (size_t i = 0; i < shape->count; i++) {
        const struct record_field *f = &shape->fields[i];
        int e = check_field(r, f, err);
        if (e)
            return e;
        if (!given(r, f))
            continue;
        buf_printf(out, "%s:", f->name);
        if (f->type == FIELD_ID || f->type == FIELD_TEXT || f->type == FIELD_EDTF) {
            print_lines(out, *(const struct str *)field_of(r, f));
        } else {
            buf_add_char(out, ' ');
            print_value(out, r, f);
        }
        buf_add_char(out, '\n');
    }
    return buf_check(out, shape->name, err);
}

int card_print_json(struct buf *out, const struct record *r, struct err *err)
{
    const struct record_shape *shape = &record_shapes[r->kind];
    struct json_out j = {out, false};
    json_begin_object(&j);
    json_put_key(&j, "card");
    json_put_str(&j, str_of(shape->name));
    for (size_t i = 0; i < shape->count; i++) {
        const struct record_field *f = &shape->fields[i];
        int e = check_field(r, f, err);
        if (e)
            return e;
        json_put_key(&j, f->name);
        if (f->type == FIELD_SET || f->type == FIELD_IDS) {
            json_begin_array(&j);
            print_words(NULL, &j, r, f);
            json_end_array(&j);
        } else if (!given(r, f)) {
            json_put_null(&j);
        } else if (f->type == FIELD_ENUM) {
            json_put_str(&j, str_of(vocab_name(f->vocab, get_int(r, f))));
        } else if (f->type == FIELD_NUMBER || f->type == FIELD_OFFSET) {
            json_put_number(&j, *(const double *)field_of(r, f));
        } else {
            json_put_str(&j, *(const struct str *)field_of(r, f));
        }
    }
    json_end_object(&j);
    return buf_check(out, shape->name, err);
}

void card_print_head(struct csv_out *out, enum record_kind kind)
{
    const struct record_shape *shape = &record_shapes[kind];
    for (size_t i = 0; i < shape->count; i++)
        csv_put(out, str_of(shape->fields[i].name));
    csv_end(out);
}

int card_print_row(struct csv_out *out, const struct record *r, struct err *err)
{
    const struct record_shape *shape = &record_shapes[r->kind];
    BUF_AUTO value;
    buf_init(&value, RECORD_MAX);
    for (size_t i = 0; i < shape->count; i++) {
        const struct record_field *f = &shape->fields[i];
        int e = check_field(r, f, err);
        if (e)
            return e;
        buf_clear(&value);
        if (given(r, f))
            print_value(&value, r, f);
        csv_put(out, buf_str(&value));
    }
    csv_end(out);
    return buf_check(out->out, shape->name, err);
}

/* ---- parsing ---- */

struct parse {
    struct arena *a;
    struct place at;
    struct record *r;
    uint32_t seen; /* one bit a field */
    size_t next;   /* the field behind the last one: mostly they stand in order */
    size_t cap;    /* of the list that is being filled */
};

/* A text, an id, a date, a name of a list, or one entry of a set or list. */
static int take_word(struct parse *p, const struct record_field *f, struct str s,
                     struct err *err)
{
    void *to = field_of(p->r, f);
    struct str name = str_of(f->name);
    if (f->type == FIELD_ENUM || f->type == FIELD_SET) {
        int v = vocab_parse(f->vocab, s);
        if (v < 0) {
            BUF_AUTO list;
            buf_init(&list, ERR_TEXT_MAX);
            vocab_list(f->vocab, &list);
            return refuse(&p->at, name, err, "there is no %s \"%.*s\"; expected %.*s",
                          f->vocab->what, s.n > 40 ? 40 : (int)s.n, s.p ? s.p : "", (int)list.n,
                          list.p);
        }
        if (f->type == FIELD_ENUM) {
            memcpy(to, &v, sizeof v);
        } else if (*(unsigned *)to >> v & 1) {
            return refuse(&p->at, name, err, "%s stands twice", vocab_name(f->vocab, v));
        } else {
            *(unsigned *)to |= 1u << v;
        }
        return 0;
    }
    struct err inner = {0};
    const char *fault = word_fault(f, s, &inner);
    if (fault)
        return refuse(&p->at, name, err, "%s", fault);
    struct str copy = arena_copy(p->a, s);
    if (!copy.p)
        copy.p = ""; /* empty is not the same as not given */
    if (f->type != FIELD_IDS) {
        *(struct str *)to = copy;
        return 0;
    }
    struct str_list *list = to;
    if (list->count == RECORD_LIST_MAX)
        return refuse(&p->at, name, err, "more than 4096 entries");
    struct str *items = (struct str *)(uintptr_t)list->items;
    ARENA_PUSH(p->a, items, list->count, p->cap, copy);
    list->items = items;
    return 0;
}

static int take_number(struct parse *p, const struct record_field *f, double v, struct err *err)
{
    const char *fault = number_fault(f, v);
    if (fault)
        return refuse(&p->at, str_of(f->name), err, "%s", fault);
    memcpy(field_of(p->r, f), &v, sizeof v);
    return 0;
}

static bool is_named(struct str s, const char *name)
{
    return s.n && s.p[0] == name[0] && str_eq(s, str_of(name));
}

static int find_kind(const struct place *at, struct str name, enum record_kind *ret,
                     struct err *err)
{
    for (int k = 0; k < RECORD_COUNT; k++)
        if (is_named(name, record_shapes[k].name)) {
            *ret = (enum record_kind)k;
            return 0;
        }
    BUF_AUTO list;
    buf_init(&list, ERR_TEXT_MAX);
    for (int k = 0; k < RECORD_COUNT; k++)
        buf_printf(&list, "%s%s", k ? ", " : "", record_shapes[k].name);
    return refuse(at, STR("card"), err, "there is no kind \"%.*s\"; expected one of %.*s",
                  name.n > 40 ? 40 : (int)name.n, name.p ? name.p : "", (int)list.n, list.p);
}

static int find_field(struct parse *p, struct str name, const struct record_field **ret,
                      struct err *err)
{
    const struct record_shape *shape = &record_shapes[p->r->kind];
    for (size_t tried = 0; tried < shape->count; tried++) {
        size_t i = (p->next + tried) % shape->count;
        if (!is_named(name, shape->fields[i].name))
            continue;
        p->next = i + 1;
        if (p->seen >> i & 1)
            return refuse(&p->at, name, err, "stands twice in this card");
        p->seen |= 1u << i;
        p->cap = 0;
        *ret = &shape->fields[i];
        return 0;
    }
    return refuse(&p->at, name, err, "a card of kind %s has no such field", shape->name);
}

static int check_required(const struct parse *p, struct err *err)
{
    const struct record_shape *shape = &record_shapes[p->r->kind];
    for (size_t i = 0; i < shape->count; i++)
        if (shape->fields[i].required && !(p->seen >> i & 1))
            return refuse(&p->at, str_of(shape->fields[i].name), err,
                          "is missing; a card of kind %s needs it", shape->name);
    return 0;
}

/* Digits, one sign, one point, one exponent; strtod would take more. */
static bool parse_number(struct str s, double *ret)
{
    char text[64];
    if (s.n == 0 || s.n >= sizeof text)
        return false;
    uint64_t whole;
    if (s.n < 16 && str_to_u64(s, &whole)) { /* exact as a double */
        *ret = (double)whole;
        return true;
    }
    for (size_t i = 0; i < s.n; i++)
        if (!strchr("0123456789+-.eE", s.p[i]) || s.p[i] == '\0')
            return false;
    memcpy(text, s.p, s.n);
    text[s.n] = '\0';
    char *end;
    *ret = strtod(text, &end);
    return end == text + s.n;
}

static int take_card_value(struct parse *p, const struct record_field *f, struct str value,
                           struct err *err)
{
    if (f->type == FIELD_NUMBER || f->type == FIELD_OFFSET) {
        double v;
        if (!parse_number(value, &v))
            return refuse(&p->at, str_of(f->name), err, "expected a number");
        return take_number(p, f, v, err);
    }
    if (f->type != FIELD_SET && f->type != FIELD_IDS)
        return take_word(p, f, value, err);
    for (size_t i = 0; i <= value.n;) {
        size_t space = str_find(value, STR(" "), i);
        size_t end = space == STR_NONE ? value.n : space;
        int e = take_word(p, f, str_slice(value, i, end), err);
        if (e)
            return e;
        i = end + 1;
    }
    return 0;
}

/* One "name: value" with the lines that continue it. */
static int take_entry(struct arena *a, struct str *rest, size_t *line, const struct place *at,
                      struct str *ret_name, struct str *ret_value, struct err *err)
{
    struct str first;
    (void)str_next_line(rest, &first);
    ++*line;
    size_t colon = str_find(first, STR(":"), 0);
    if (colon == STR_NONE || colon == 0)
        return err_set(err, ERR_INPUT, "%s: line %zu: expected \"name: value\"", at->what,
                       at->line);
    *ret_name = str_slice(first, 0, colon);
    struct str value = str_slice(first, colon + 1, first.n);
    if (value.n && value.p[0] == ' ')
        value = str_slice(value, 1, value.n);
    if (rest->n == 0 || rest->p[0] != ' ') {
        *ret_value = value;
        return 0;
    }
    BUF_AUTO text;
    buf_init(&text, RECORD_TEXT_MAX + 1); /* one more, so that too long is seen as too long */
    buf_add(&text, value);
    while (rest->n && rest->p[0] == ' ') {
        struct str more;
        (void)str_next_line(rest, &more);
        ++*line;
        buf_add_char(&text, '\n');
        buf_add(&text, str_slice(more, 1, more.n));
    }
    if (text.full)
        return refuse(at, *ret_name, err, "longer than 262144 bytes");
    *ret_value = arena_copy(a, buf_str(&text));
    return 0;
}

int card_next(struct arena *a, struct str *rest, size_t *line, const char *what,
              struct record *ret, bool *ret_end, struct err *err)
{
    struct str s = *rest;
    struct record record;
    struct parse p = {.a = a, .at = {what, 0}, .r = &record};
    bool begun = false;
    while (s.n) {
        struct str probe = s, empty;
        (void)str_next_line(&probe, &empty);
        if (empty.n == 0) {
            s = probe;
            ++*line;
            if (begun)
                break;
            continue;
        }
        struct str name, value;
        p.at.line = *line + 1;
        int e = take_entry(a, &s, line, &p.at, &name, &value, err);
        if (e)
            return e;
        const struct record_field *f;
        if (!begun) {
            enum record_kind kind;
            if (!str_eq(name, STR("card")))
                return refuse(&p.at, name, err, "a card begins with \"card: KIND\"");
            e = find_kind(&p.at, value, &kind, err);
            if (!e)
                record_init(&record, kind);
            begun = true;
        } else {
            e = find_field(&p, name, &f, err);
            if (!e)
                e = take_card_value(&p, f, value, err);
        }
        if (e)
            return e;
    }
    *rest = s;
    *ret_end = !begun;
    if (!begun)
        return 0;
    int e = check_required(&p, err);
    if (!e)
        *ret = record;
    return e;
}

static struct str json_str(const json_t *v)
{
    return str_make(json_string_value(v), json_string_length(v));
}

static int take_json_value(struct parse *p, const struct record_field *f, const json_t *v,
                           struct err *err)
{
    struct str name = str_of(f->name);
    if (f->type == FIELD_NUMBER || f->type == FIELD_OFFSET)
        return json_is_number(v) ? take_number(p, f, json_number_value(v), err)
                                 : refuse(&p->at, name, err, "expected a number or null");
    if (f->type == FIELD_SET || f->type == FIELD_IDS) {
        if (!json_is_array(v))
            return refuse(&p->at, name, err, "expected an array of strings");
        for (size_t i = 0; i < json_array_size(v); i++) {
            const json_t *item = json_array_get(v, i);
            if (!json_is_string(item))
                return refuse(&p->at, name, err, "expected an array of strings");
            int e = take_word(p, f, json_str(item), err);
            if (e)
                return e;
        }
        return 0;
    }
    if (!json_is_string(v))
        return refuse(&p->at, name, err, "expected a string or null");
    return take_word(p, f, json_str(v), err);
}

int card_parse_json(struct arena *a, struct str text, const char *what, struct record *ret,
                    struct err *err)
{
    JSON_AUTO *root = NULL;
    int e = json_parse(text, RECORD_MAX, what, &root, err);
    if (e)
        return e;
    struct record record;
    struct parse p = {.a = a, .at = {what, 0}, .r = &record};
    const json_t *card = json_object_get(root, "card");
    enum record_kind kind;
    if (!json_is_string(card))
        return refuse(&p.at, STR("card"), err,
                      "expected an object with the kind of the card as a string");
    e = find_kind(&p.at, json_str(card), &kind, err);
    if (e)
        return e;
    record_init(&record, kind);
    const char *key;
    json_t *v;
    json_object_foreach(root, key, v)
    {
        if (v == card)
            continue;
        const struct record_field *f;
        e = find_field(&p, str_of(key), &f, err);
        if (!e && json_is_null(v))
            p.seen &= ~(1u << (f - record_shapes[kind].fields));
        else if (!e)
            e = take_json_value(&p, f, v, err);
        if (e)
            return e;
    }
    e = check_required(&p, err);
    if (!e)
        *ret = record;
    return e;
}
