/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "door/cli/read_print.h"
#include "door/cli/table.h"

#include <stdio.h>

#define CELL_MAX   (64u << 10)
#define NARROW     72 /* below it, a statement is a block and not a row */
#define ROW_LINES  8
#define LOOSE_MOST 200

static struct str slice(const struct reading *r, struct span s)
{
    return str_slice(r->text, s.begin, s.end);
}

static bool given(struct span s)
{
    return s.end > s.begin;
}

static struct str finish(struct arena *a, struct buf *b)
{
    struct str s = arena_copy(a, buf_str(b));
    buf_free(b);
    return s.p ? s : STR("");
}

/* "the guard, who spoke on condition of anonymity": the guard. */
static struct str without_clause(struct str s)
{
    static const char *const ends[] = {", ", " who ", " whose "};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        size_t at = str_find(s, str_of(ends[i]), 1);
        s = at == STR_NONE ? s : str_slice(s, 0, at);
    }
    while (s.n && s.p[s.n - 1] == ',')
        s.n--;
    return s;
}

struct str read_who(struct arena *a, const struct reading *r, const struct proposal *p)
{
    struct buf b;
    buf_init(&b, CELL_MAX);
    struct str text = slice(r, p->speaker);
    if (p->speaker_name.p)
        buf_add(&b, p->speaker_name);
    else if (given(p->speaker))
        buf_add(&b, without_clause(text));
    else
        buf_add(&b, STR("(not said)"));
    bool repeated = str_find(buf_str(&b), p->speaker_role, 0) != STR_NONE;
    if (p->speaker_role.p && !repeated) {
        buf_add(&b, STR(", "));
        buf_add(&b, p->speaker_role);
    }
    if (given(p->via)) {
        buf_add(&b, STR(" [via "));
        buf_add(&b, slice(r, p->via));
        buf_add(&b, STR("]"));
    }
    return finish(a, &b);
}

struct str read_figures(struct arena *a, const struct reading *r, struct figure_list figures)
{
    struct buf b;
    buf_init(&b, CELL_MAX);
    for (size_t i = 0; i < figures.count; i++) {
        const struct figure *f = &figures.items[i];
        struct str text = str_slice(r->text, f->begin, f->end);
        if (i)
            buf_add(&b, STR("; "));
        buf_add(&b, text);
        if (f->unit.n && !str_ends(text, f->unit)) {
            buf_add_char(&b, ' ');
            buf_add(&b, f->unit);
        }
    }
    return finish(a, &b);
}

struct str read_when(struct arena *a, const struct proposal *p)
{
    if (!p->when.p)
        return STR("");
    static const char *const of[] = {"open", "said", "event"};
    return arena_printf(a, "%.*s %s", (int)p->when.n, p->when.p, of[p->when_of]);
}

struct str read_what(struct arena *a, const struct reading *r, const struct proposal *p)
{
    struct buf b;
    buf_init(&b, SIZE_MAX / 4);
    for (size_t i = 0; i < p->content.count; i++) {
        if (i)
            buf_add(&b, STR(" \xe2\x80\xa6 "));
        buf_add(&b, slice(r, p->content.items[i]));
    }
    return finish(a, &b);
}

struct str read_warnings(struct arena *a, const struct reading *r, const struct proposal *p)
{
    struct buf b;
    buf_init(&b, CELL_MAX);
    if (r->reworded)
        buf_add(&b, STR("reworded text, not to be trusted; "));
    if (p->naming == NAMING_ANONYMITY) {
        buf_add(&b, STR("anonymity"));
        if (given(p->reason)) {
            buf_add(&b, STR(": "));
            buf_add(&b, slice(r, p->reason));
        }
        buf_add(&b, STR("; "));
    } else if (p->naming == NAMING_UNNAMED) {
        buf_add(&b, STR("unnamed; "));
    }
    if (given(p->verification)) {
        buf_add(&b, slice(r, p->verification));
        buf_add(&b, STR("; "));
    }
    for (size_t i = 0; i < p->hedge_count; i++) {
        buf_add(&b, i ? STR(", ") : STR("hedged: "));
        buf_add(&b, slice(r, p->hedges[i]));
    }
    while (b.n && (b.p[b.n - 1] == ' ' || b.p[b.n - 1] == ';'))
        b.n--;
    return finish(a, &b);
}

static void print_block(struct buf *out, struct arena *a, const struct reading *r,
                        const struct proposal *p, size_t width)
{
    struct str who = read_who(a, r, p), when = read_when(a, p);
    struct str figures = read_figures(a, r, p->figures);
    struct str head =
        arena_printf(a, "%u. %.*s: %s%s%.*s", p->id, (int)who.n, who.p, stance_name(p->stance),
                     when.n ? ", " : "", (int)when.n, when.p);
    table_note(out, head, 0, width);
    if (figures.n)
        table_note(out, arena_printf(a, "figures: %.*s", (int)figures.n, figures.p), 3, width);
    table_note(out, read_what(a, r, p), 3, width);
}

static void print_loose(struct buf *out, struct arena *a, const struct reading *r, size_t width)
{
    if (r->loose.count == 0)
        return;
    struct figure_list some = r->loose;
    if (some.count > LOOSE_MOST)
        some.count = LOOSE_MOST;
    struct str list = read_figures(a, r, some);
    table_note(out,
               arena_printf(a, "figures that nobody is said to have given: %.*s%s", (int)list.n,
                            list.p, some.count < r->loose.count ? " \xe2\x80\xa6" : ""),
               0, width);
}

void read_print_table(struct buf *out, struct arena *a, const struct reading *r, size_t width)
{
    table_note(out,
               arena_printf(a, "%.*s: %zu statement%s proposed%s%.*s", (int)r->file.n,
                            r->file.p, r->count, r->count == 1 ? "" : "s",
                            r->published.p ? ", published " : "", (int)r->published.n,
                            r->published.p ? r->published.p : ""),
               0, width);
    if (r->reworded)
        table_note(
            out, STR("! looks reworded by a machine: names and figures are not to be trusted"),
            0, width);
    struct table t = {.columns = 6, .lines_max = ROW_LINES};
    size_t rest = width - 5 - 4 - 10;
    t.width[0] = 4;
    t.width[1] = rest * 22 / 100;
    t.width[2] = 10;
    t.width[3] = rest * 17 / 100;
    t.width[4] = rest >= 80 ? 16 : 11;
    t.width[5] = rest - t.width[1] - t.width[3] - t.width[4];
    bool narrow = width < NARROW;
    if (!narrow && r->count)
        table_row(out, &t,
                  (struct str[]){STR("#"), STR("who"), STR("stance"), STR("figures"),
                                 STR("when"), STR("what")});
    for (size_t i = 0; i < r->count; i++) {
        const struct proposal *p = &r->items[i];
        if (narrow) {
            print_block(out, a, r, p, width);
        } else {
            struct str id = arena_printf(a, "%u", p->id);
            table_row(out, &t,
                      (struct str[]){id, read_who(a, r, p), str_of(stance_name(p->stance)),
                                     read_figures(a, r, p->figures), read_when(a, p),
                                     read_what(a, r, p)});
        }
        struct str warnings = read_warnings(a, r, p);
        if (warnings.n)
            table_note(out, arena_printf(a, "! %.*s", (int)warnings.n, warnings.p),
                       narrow ? 3 : 5, width);
    }
    print_loose(out, a, r, width);
}

static void put_field(struct buf *out, struct str s, bool last)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        buf_add_char(out, c < 0x20 || c == 0x7f ? ' ' : s.p[i]);
    }
    buf_add_char(out, last ? '\n' : '\t');
}

void read_print_tsv_head(struct buf *out)
{
    buf_add(out,
            STR("file\tid\tspeaker\tname\trole\tvia\tstance\tmode\tfigures\twhen\twhen_of\t"
                "where\tterms\treason\tverification\thedges\treworded\trule\tbegin\tend\t"
                "content\n"));
}

static struct str hedges_of(struct arena *a, const struct reading *r, const struct proposal *p)
{
    struct buf b;
    buf_init(&b, CELL_MAX);
    for (size_t i = 0; i < p->hedge_count; i++) {
        if (i)
            buf_add(&b, STR("; "));
        buf_add(&b, slice(r, p->hedges[i]));
    }
    return finish(a, &b);
}

static void print_tsv_loose(struct buf *out, struct arena *a, const struct reading *r)
{
    for (size_t i = 0; i < r->loose.count; i++) {
        const struct figure *f = &r->loose.items[i];
        put_field(out, r->file, false);
        put_field(out, arena_printf(a, "%zu", r->count + i + 1), false);
        for (int k = 0; k < 6; k++)
            put_field(out, STR(""), false);
        put_field(out, read_figures(a, r, (struct figure_list){&r->loose.items[i], 1}), false);
        for (int k = 0; k < 7; k++)
            put_field(out, STR(""), false);
        put_field(out, r->reworded ? STR("true") : STR("false"), false);
        put_field(out, STR("figure"), false);
        put_field(out, arena_printf(a, "%zu", offset_begin(r->map, f->begin)), false);
        put_field(out, arena_printf(a, "%zu", offset_end(r->map, f->end)), false);
        put_field(out, STR(""), true);
    }
}

void read_print_tsv(struct buf *out, struct arena *a, const struct reading *r)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct proposal *p = &r->items[i];
        struct span all = p->content.count
                              ? (struct span){p->content.items[0].begin,
                                              p->content.items[p->content.count - 1].end}
                              : p->cue;
        const struct str fields[] = {
            r->file,
            arena_printf(a, "%u", p->id),
            slice(r, p->speaker),
            p->speaker_name,
            p->speaker_role,
            slice(r, p->via),
            str_of(stance_name(p->stance)),
            str_of(mode_name(p->mode)),
            read_figures(a, r, p->figures),
            p->when,
            str_of(when_of_name(p->when_of)),
            slice(r, p->where),
            str_of(naming_name(p->naming)),
            slice(r, p->reason),
            slice(r, p->verification),
            hedges_of(a, r, p),
            r->reworded ? STR("true") : STR("false"),
            str_of(p->rule),
            arena_printf(a, "%zu", offset_begin(r->map, all.begin)),
            arena_printf(a, "%zu", offset_end(r->map, all.end)),
            read_what(a, r, p),
        };
        size_t count = sizeof fields / sizeof fields[0];
        for (size_t k = 0; k < count; k++)
            put_field(out, fields[k], k + 1 == count);
    }
    print_tsv_loose(out, a, r);
}
