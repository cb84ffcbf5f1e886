/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads the invented reports of tests/gold/read and compares what is proposed with what a
 * person wrote down beside each (.json). "statements" holds what must be found: "find" is a
 * piece of the content (of those that have it, the shortest content is meant), the other keys
 * are those of `read --format json`; "speaker" is its text, without a comma at its end. "x_has"
 * asks for a part only, "hedges_any" for a hedge, "applies" for a number of statements.
 * "absent" holds what no content may have.
 */
#include "base/json.h"
#include "sys/file.h"
#include "tap.h"
#include "work/read.h"

#include <math.h>

static struct arena a;
static struct reading reading;

static struct str slice(struct span s)
{
    return str_slice(reading.text, s.begin, s.end);
}

static struct str content_of(const struct proposal *p)
{
    BUF_AUTO b;
    buf_init(&b, 1u << 20);
    for (size_t i = 0; i < p->content.count; i++) {
        buf_add(&b, i ? STR(" ... ") : STR(""));
        buf_add(&b, slice(p->content.items[i]));
    }
    return arena_copy(&a, buf_str(&b));
}

static const struct proposal *find(struct str piece)
{
    const struct proposal *best = NULL;
    size_t best_n = SIZE_MAX;
    for (size_t i = 0; i < reading.count; i++) {
        struct str c = content_of(&reading.items[i]);
        if (c.p && str_find(c, piece, 0) != STR_NONE && c.n < best_n) {
            best = &reading.items[i];
            best_n = c.n;
        }
    }
    return best;
}

static struct str speaker_of(const struct proposal *p)
{
    struct str s = slice(p->speaker);
    while (s.n && s.p[s.n - 1] == ',')
        s.n--;
    return s;
}

/* The value of a key as text; p == NULL for null. */
static struct str value_of(const struct proposal *p, const char *key)
{
    struct str none = {0};
    if (!strcmp(key, "speaker"))
        return p->speaker.end > p->speaker.begin ? speaker_of(p) : none;
    if (!strcmp(key, "name"))
        return p->speaker_name;
    if (!strcmp(key, "role"))
        return p->speaker_role;
    if (!strcmp(key, "via"))
        return p->via.end > p->via.begin ? slice(p->via) : none;
    if (!strcmp(key, "stance"))
        return str_of(stance_name(p->stance));
    if (!strcmp(key, "mode"))
        return str_of(mode_name(p->mode));
    if (!strcmp(key, "when"))
        return p->when;
    if (!strcmp(key, "when_of"))
        return str_of(when_of_name(p->when_of));
    if (!strcmp(key, "where"))
        return p->where.end > p->where.begin ? slice(p->where) : none;
    if (!strcmp(key, "verification"))
        return p->verification.end > p->verification.begin ? slice(p->verification) : none;
    if (!strcmp(key, "content"))
        return content_of(p);
    return STR("(no such key)");
}

static struct str json_str(const json_t *v)
{
    return json_is_string(v) ? str_make(json_string_value(v), json_string_length(v))
                             : (struct str){0};
}

static void check_text(const char *file, const char *what, struct str got, const json_t *want)
{
    struct str w = json_str(want);
    bool good = w.p ? got.p && str_eq(got, w) : got.p == NULL;
    ok(good, "%s: %s", file, what);
    if (!good)
        printf("# got  %.*s\n# want %.*s\n", got.p ? (int)got.n : 4, got.p ? got.p : "null",
               w.p ? (int)w.n : 4, w.p ? w.p : "null");
}

static bool same_number(double got, const json_t *want)
{
    return json_is_null(want) ? isnan(got) : fabs(got - json_number_value(want)) < 1e-9;
}

static void check_figures(const char *file, const struct proposal *p, const json_t *want)
{
    size_t i;
    json_t *f;
    json_array_foreach(want, i, f)
    {
        const struct figure *hit = NULL;
        struct str text = json_str(json_object_get(f, "text"));
        for (size_t k = 0; k < p->figures.count; k++) {
            struct span s = {p->figures.items[k].begin, p->figures.items[k].end};
            if (str_eq(slice(s), text))
                hit = &p->figures.items[k];
        }
        bool good = hit != NULL;
        const char *key;
        json_t *v;
        json_object_foreach(f, key, v)
        {
            if (!hit)
                break;
            if (!strcmp(key, "low"))
                good = good && same_number(hit->low, v);
            else if (!strcmp(key, "best"))
                good = good && same_number(hit->best, v);
            else if (!strcmp(key, "high"))
                good = good && same_number(hit->high, v);
            else if (!strcmp(key, "bound"))
                good = good && str_eq(str_of(figure_bound_name(hit->bound)), json_str(v));
            else if (!strcmp(key, "counting_unit"))
                good =
                    good && str_eq(str_of(counting_unit_name(hit->counting_unit)), json_str(v));
        }
        ok(good, "%s: figure %.*s", file, (int)text.n, text.p);
    }
}

static void check_hedges(const char *file, const struct proposal *p, const json_t *want)
{
    bool good = json_array_size(want) == p->hedge_count;
    for (size_t i = 0; i < p->hedge_count && good; i++)
        good = str_eq(slice(p->hedges[i]), json_str(json_array_get(want, i)));
    ok(good, "%s: hedges", file);
}

static void check_key(const char *file, const struct proposal *p, const char *key,
                      const json_t *want)
{
    char plain[64];
    size_t n = strlen(key);
    if (!strcmp(key, "find"))
        return;
    if (!strcmp(key, "terms")) {
        check_text(file, "terms", str_of(naming_name(p->naming)),
                   json_object_get(want, "kind"));
        struct str reason = slice(p->reason);
        check_text(file, "reason", reason.n ? reason : (struct str){0},
                   json_object_get(want, "reason"));
    } else if (!strcmp(key, "figures")) {
        check_figures(file, p, want);
    } else if (!strcmp(key, "hedges")) {
        check_hedges(file, p, want);
    } else if (!strcmp(key, "hedges_any")) {
        bool good = false;
        for (size_t i = 0; i < p->hedge_count; i++)
            good = good || str_find(slice(p->hedges[i]), json_str(want), 0) != STR_NONE;
        ok(good, "%s: a hedge", file);
    } else if (!strcmp(key, "applies")) {
        ok(p->verification_count == (size_t)json_integer_value(want), "%s: applies_to", file);
    } else if (n > 4 && n < sizeof plain && !strcmp(key + n - 4, "_has")) {
        memcpy(plain, key, n - 4);
        plain[n - 4] = '\0';
        struct str got = value_of(p, plain);
        ok(got.p && str_find(got, json_str(want), 0) != STR_NONE, "%s: %s", file, key);
    } else {
        check_text(file, key, value_of(p, key), want);
    }
}

static void check_report(const char *file, json_t *gold)
{
    size_t i;
    json_t *e, *v;
    const char *key;
    json_array_foreach(json_object_get(gold, "statements"), i, e)
    {
        struct str piece = json_str(json_object_get(e, "find"));
        const struct proposal *p = find(piece);
        if (!ok(p != NULL, "%s: %.*s", file, (int)piece.n, piece.p))
            continue;
        json_object_foreach(e, key, v) check_key(file, p, key, v);
    }
    json_array_foreach(json_object_get(gold, "absent"), i, e)
    {
        struct str piece = json_str(e);
        ok(find(piece) == NULL, "%s: not stated: %.*s", file, (int)piece.n, piece.p);
    }
}

int main(int argc, char **argv)
{
    struct err err = {0};
    ARENA_AUTO names = {0};
    const char **paths = NULL;
    size_t count = 0;
    struct str folder = arena_printf(&names, "%s/gold/read", argc > 1 ? argv[1] : "tests");
    if (file_list(&names, folder.p, 10000, &paths, &count, &err) != 0)
        return printf("Bail out! %s\n", err.text), 1;
    for (size_t i = 0; i < count; i++) {
        struct str path = str_of(paths[i]);
        if (!str_ends(path, STR(".json")))
            continue;
        arena_reset(&a);
        BUF_AUTO bytes;
        buf_init(&bytes, 1u << 20);
        JSON_AUTO *gold = NULL;
        struct str text = arena_printf(&names, "%.*s.txt", (int)path.n - 5, path.p);
        if (file_read(paths[i], 1u << 20, &bytes, &err) != 0 ||
            json_parse(buf_str(&bytes), 1u << 20, paths[i], &gold, &err) != 0 ||
            work_read_file(&a, text.p, (struct str){0}, &reading, &err) != 0)
            return printf("Bail out! %s\n", err.text), 1;
        const char *name = strrchr(text.p, '/') + 1;
        check_report(name, gold);
    }
    arena_free(&a);
    return tap_end();
}
