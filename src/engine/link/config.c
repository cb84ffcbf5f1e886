/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/link/config.h"

#include "base/json.h"

#define JSON_MAX (8u << 20)

static const struct {
    const char *name;  /* in the file */
    const char *words; /* for the person */
} roles[LINK_ROLE_COUNT] = {
    [LINK_ROLE_IGNORE] = {"ignore", "not compared"},
    [LINK_ROLE_ID] = {"id", "the record's own id, not compared"},
    [LINK_ROLE_LIST] = {"list", "which list the record is of"},
    [LINK_ROLE_GIVEN] = {"given_name", "given name"},
    [LINK_ROLE_MIDDLE] = {"middle_name", "middle name, patronymic or father's name"},
    [LINK_ROLE_FAMILY] = {"family_name", "family name"},
    [LINK_ROLE_FULL] = {"full_name", "whole name"},
    [LINK_ROLE_BIRTH] = {"birth_date", "date of birth"},
    [LINK_ROLE_BIRTH_YEAR] = {"birth_year", "year of birth"},
    [LINK_ROLE_BIRTH_MONTH] = {"birth_month", "month of birth"},
    [LINK_ROLE_BIRTH_DAY] = {"birth_day", "day of birth"},
    [LINK_ROLE_AGE] = {"age", "age"},
    [LINK_ROLE_EVENT] = {"event_date", "date of what happened"},
    [LINK_ROLE_SEX] = {"sex", "sex"},
    [LINK_ROLE_PLACE] = {"place", "place"},
    [LINK_ROLE_ADDRESS] = {"address", "address"},
    [LINK_ROLE_POSTCODE] = {"postcode", "postcode"},
    [LINK_ROLE_IDENTIFIER] = {"identifier", "number that names one person"},
    [LINK_ROLE_CONTACT] = {"contact", "telephone or e-mail"},
    [LINK_ROLE_CATEGORY] = {"category", "one of few values"},
    [LINK_ROLE_TEXT] = {"text", "words"},
};

const char *link_role_name(enum link_role role)
{
    return roles[role].name;
}

static bool is_name(enum link_role r)
{
    return r == LINK_ROLE_GIVEN || r == LINK_ROLE_MIDDLE || r == LINK_ROLE_FAMILY ||
           r == LINK_ROLE_FULL;
}

/* An object a line: the file is there to be edited. */
static void begin_line(struct json_out *j, bool first)
{
    buf_add(j->out, first ? STR("\n    ") : STR(",\n    "));
    j->comma = false;
    json_begin_object(j);
}

void link_config_write(const struct link_config *c, struct buf *out)
{
    struct json_out j = {.out = out};
    buf_add(out, STR("{\n  \"columns\": ["));
    for (uint32_t k = 0; k < c->count; k++) {
        const struct link_column_config *one = &c->columns[k];
        begin_line(&j, k == 0);
        json_put_key(&j, "column");
        json_put_str(&j, one->header);
        json_put_key(&j, "role");
        json_put_str(&j, str_of(roles[one->role].name));
        if (is_name(one->role)) {
            json_put_key(&j, "version");
            json_put_int(&j, one->version);
        }
        if (one->same.n) {
            json_put_key(&j, "same");
            json_put_str(&j, one->same);
        }
        if (one->why.n) {
            json_put_key(&j, "why");
            json_put_str(&j, one->why);
        }
        json_end_object(&j);
    }
    buf_add(out, STR("\n  ],\n  \"lists\": ["));
    for (uint32_t k = 0; k < c->made_count; k++) {
        begin_line(&j, k == 0);
        json_put_key(&j, "list");
        json_put_str(&j, c->made[k].list);
        json_put_key(&j, "made");
        json_put_str(&j, c->made[k].text);
        json_end_object(&j);
    }
    buf_add(out, STR("\n  ],\n  \"places\": ["));
    for (uint32_t k = 0; k < c->place_count; k++) {
        begin_line(&j, k == 0);
        json_put_key(&j, "place");
        json_put_str(&j, c->places[k].place);
        json_put_key(&j, "within");
        json_put_str(&j, c->places[k].within);
        json_end_object(&j);
    }
    buf_add(out, STR("\n  ]\n}\n"));
}

void link_config_say(const struct link_config *c, struct buf *out)
{
    for (uint32_t k = 0; k < c->count; k++) {
        const struct link_column_config *one = &c->columns[k];
        buf_printf(out, "  %.*s: %s", (int)one->header.n, one->header.p,
                   roles[one->role].words);
        if (is_name(one->role) && one->version)
            buf_printf(out, ", spelling %u", one->version + 1u);
        if (one->same.n)
            buf_printf(out, ", as %.*s", (int)one->same.n, one->same.p);
        if (one->why.n)
            buf_printf(out, " (%.*s)", (int)one->why.n, one->why.p);
        buf_add_char(out, '\n');
    }
}

/* ---- reading ---- */

/* Where a value stands, for sentences. */
struct place {
    const char *what, *array;
    size_t index;
};

static int wrong(const struct place *p, const char *key, const char *expected, struct err *err)
{
    return err_set(err, ERR_INPUT, "%s: %s[%zu]%s%s: expected %s", p->what, p->array, p->index,
                   key ? "." : "", key ? key : "", expected);
}

static int take_text(const struct place *p, const json_t *object, const char *key, bool needed,
                     struct arena *a, struct str *ret, struct err *err)
{
    const json_t *v = json_object_get(object, key);
    if (!v && !needed)
        return 0;
    if (!json_is_string(v))
        return wrong(p, key, "a text", err);
    *ret = arena_copy(a, str_make(json_string_value(v), json_string_length(v)));
    return 0;
}

/* A key that is none of those that are known, or NULL. */
static const char *unknown_key(json_t *object, const char *const *known)
{
    for (void *at = json_object_iter(object); at; at = json_object_iter_next(object, at)) {
        const char *key = json_object_iter_key(at);
        size_t k = 0;
        while (known[k] && strcmp(known[k], key) != 0)
            k++;
        if (!known[k])
            return key;
    }
    return NULL;
}

static int check_keys(const struct place *p, json_t *object, const char *const *known,
                      struct err *err)
{
    if (!json_is_object(object))
        return wrong(p, NULL, "an object", err);
    const char *key = unknown_key(object, known);
    return key ? err_set(err, ERR_INPUT, "%s: %s[%zu]: the key \"%.80s\" is not known", p->what,
                         p->array, p->index, key)
               : 0;
}

static int read_column(const struct place *p, json_t *object, struct arena *a,
                       struct link_column_config *ret, struct err *err)
{
    static const char *const known[] = {"column", "role", "version", "same", "why", NULL};
    struct link_column_config c = {.why = STR(""), .same = STR("")};
    struct str role = STR("");
    int e = check_keys(p, object, known, err);
    if (!e)
        e = take_text(p, object, "column", true, a, &c.header, err);
    if (!e)
        e = take_text(p, object, "role", true, a, &role, err);
    if (!e)
        e = take_text(p, object, "same", false, a, &c.same, err);
    if (!e)
        e = take_text(p, object, "why", false, a, &c.why, err);
    if (e)
        return e;
    unsigned r = 0;
    while (r < LINK_ROLE_COUNT && !str_eq(role, str_of(roles[r].name)))
        r++;
    if (r == LINK_ROLE_COUNT)
        return err_set(err, ERR_INPUT,
                       "%s: %s[%zu].role: \"%.*s\" is no role; deponent-link-config(5) lists "
                       "them",
                       p->what, p->array, p->index, role.n > 80 ? 80 : (int)role.n, role.p);
    c.role = (enum link_role)r;
    const json_t *version = json_object_get(object, "version");
    if (version) {
        if (!json_is_integer(version) || json_integer_value(version) < 0 ||
            json_integer_value(version) > 3)
            return wrong(p, "version", "a number from 0 to 3", err);
        c.version = (uint8_t)json_integer_value(version);
    }
    *ret = c;
    return 0;
}

static int read_made(const struct place *p, json_t *object, struct arena *a,
                     struct link_made *ret, struct err *err)
{
    static const char *const known[] = {"list", "made", NULL};
    struct link_made m = {.list = STR("")};
    int e = check_keys(p, object, known, err);
    if (!e)
        e = take_text(p, object, "list", true, a, &m.list, err);
    if (!e)
        e = take_text(p, object, "made", true, a, &m.text, err);
    if (e)
        return e;
    struct time_edtf t;
    if (time_parse(m.text, &t, err))
        return err_prefix(err, "%s: %s[%zu].made", p->what, p->array, p->index);
    m.made = time_days_of(&t);
    *ret = m;
    return 0;
}

static int read_place(const struct place *p, json_t *object, struct arena *a,
                      struct link_within *ret, struct err *err)
{
    static const char *const known[] = {"place", "within", NULL};
    struct link_within w = {.place = STR("")};
    int e = check_keys(p, object, known, err);
    if (!e)
        e = take_text(p, object, "place", true, a, &w.place, err);
    if (!e)
        e = take_text(p, object, "within", true, a, &w.within, err);
    if (!e)
        *ret = w;
    return e;
}

static int take_array(const json_t *whole, const char *what, const char *key, size_t most,
                      json_t **ret, size_t *ret_count, struct err *err)
{
    json_t *array = json_object_get(whole, key);
    *ret = array;
    *ret_count = 0;
    if (!array)
        return 0;
    if (!json_is_array(array))
        return err_set(err, ERR_INPUT, "%s: %s: expected an array", what, key);
    if (json_array_size(array) > most)
        return err_set(err, ERR_LIMIT, "%s: %s: %zu items, at most %zu", what, key,
                       json_array_size(array), most);
    *ret_count = json_array_size(array);
    return 0;
}

static int check_twice(const struct link_config *c, const char *what, struct err *err)
{
    for (uint32_t k = 0; k < c->count; k++)
        for (uint32_t j = 0; j < k; j++)
            if (str_eq(c->columns[j].header, c->columns[k].header))
                return err_set(err, ERR_INPUT,
                               "%s: columns[%u] and columns[%u] are both \"%.*s\"", what, j, k,
                               (int)c->columns[k].header.n, c->columns[k].header.p);
    return 0;
}

/* "same" names a column before it, of the same role, that is not itself the same as another. */
static int check_same(const struct link_config *c, const char *what, struct err *err)
{
    for (uint32_t k = 0; k < c->count; k++) {
        uint32_t j = 0;
        if (!c->columns[k].same.n)
            continue;
        while (j < k && !str_eq(c->columns[j].header, c->columns[k].same))
            j++;
        if (j == k || c->columns[j].role != c->columns[k].role || c->columns[j].same.n)
            return err_set(
                err, ERR_INPUT,
                "%s: columns[%u].same: expected the name of a column before it, of the "
                "same role, that has no \"same\" itself",
                what, k);
    }
    return 0;
}

static int read_whole(json_t *whole, const char *what, struct arena *a, struct link_config *ret,
                      struct err *err)
{
    if (!json_is_object(whole))
        return err_set(err, ERR_INPUT, "%s: expected an object with the key \"columns\"", what);
    static const char *const known[] = {"columns", "lists", "places", NULL};
    const char *key = unknown_key(whole, known);
    if (key)
        return err_set(err, ERR_INPUT, "%s: the key \"%.80s\" is not known", what, key);
    struct link_config c = {.count = 0};
    json_t *columns, *lists, *places;
    size_t column_count, list_count, place_count;
    int e = take_array(whole, what, "columns", LINK_COLUMNS_MAX, &columns, &column_count, err);
    if (!e)
        e = take_array(whole, what, "lists", LINK_LISTS_MAX, &lists, &list_count, err);
    if (!e)
        e = take_array(whole, what, "places", LINK_PLACES_MAX, &places, &place_count, err);
    if (e)
        return e;
    c.columns = ARENA_NEW(a, column_count, struct link_column_config);
    c.made = ARENA_NEW(a, list_count, struct link_made);
    for (size_t i = 0; i < column_count && !e; i++)
        e = read_column(&(struct place){what, "columns", i}, json_array_get(columns, i), a,
                        &c.columns[c.count++], err);
    for (size_t i = 0; i < list_count && !e; i++)
        e = read_made(&(struct place){what, "lists", i}, json_array_get(lists, i), a,
                      &c.made[c.made_count++], err);
    c.places = ARENA_NEW(a, e ? 0 : place_count, struct link_within);
    for (size_t i = 0; !e && i < place_count; i++)
        e = read_place(&(struct place){what, "places", i}, json_array_get(places, i), a,
                       &c.places[c.place_count++], err);
    if (!e && c.count == 0)
        e = err_set(err, ERR_INPUT, "%s: \"columns\" names no column", what);
    if (!e)
        e = check_twice(&c, what, err);
    if (!e)
        e = check_same(&c, what, err);
    if (!e)
        *ret = c;
    return e;
}

int link_config_read(struct str json, const char *what, struct arena *a,
                     struct link_config *ret, struct err *err)
{
    JSON_AUTO *whole = NULL;
    int e = json_parse(json, JSON_MAX, what, &whole, err);
    return e ? e : read_whole(whole, what, a, ret, err);
}
